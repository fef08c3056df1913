"""Settings of the server."""

from __future__ import annotations

from oddline.service.acts import options
from oddline.service.door import AnyDesk, Door
from oddline.service.schemas.options import OptionsChange, SettingsShown

door = Door("/settings", "settings")


@door.get("", access="administrator")
def shown(desk: AnyDesk) -> SettingsShown:
    """Show all settings."""
    return options.shown(desk)


@door.patch("", access="administrator")
def change(desk: AnyDesk, body: OptionsChange) -> SettingsShown:
    """Change those that can be changed while the service runs."""
    options.change(desk, body)
    return options.shown(desk)
