"""Settings that administrators change while the service runs; until they do, those of its start hold."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from oddline.service.acts.audit import note
from oddline.service.asker import Asker
from oddline.service.db.tables import Option
from oddline.service.door import Desk
from oddline.service.schemas.options import Fixed, Options, OptionsChange, SettingsShown
from oddline.service.settings import Settings

__all__ = ["change", "current", "shown"]

SHOWN = ("host", "port", "public_url", "workers", "session_days", "oidc_issuer", "oidc_client_id")
"""What may be seen of the other settings: no secrets, no addresses that may hold a password."""


def current(db: Session, settings: Settings) -> Options:
    """Give the settings that hold now."""
    kept = {option.name: option.value["value"] for option in db.scalars(select(Option))}
    begun = {name: getattr(settings, name) for name in Options.model_fields}
    return Options.model_validate(begun | {name: value for name, value in kept.items() if name in begun})


def shown(desk: Desk[Asker]) -> SettingsShown:
    """Show all settings, with the names by which the fixed ones are set."""
    settings = desk.service.settings
    held = (
        ("ODDLINE_", settings, SHOWN),
        ("ODDLINE_LIMIT_", settings.limits, tuple(type(settings.limits).model_fields)),
    )
    fixed = [
        Fixed(
            name=prefix + name.upper(),
            value=getattr(source, name),
            words=type(source).model_fields[name].description or "",
        )
        for prefix, source, names in held
        for name in names
    ]
    return SettingsShown(**current(desk.db, settings).model_dump(), read_only=fixed)


def change(desk: Desk[Asker], body: OptionsChange) -> None:
    """Change settings; what is left out stays."""
    before = current(desk.db, desk.service.settings).model_dump()
    for name, value in body.model_dump(exclude_none=True).items():
        if value == before[name]:
            continue
        desk.db.merge(Option(name=name, value={"value": value}))
        note(desk, "settings.change", name, before=before[name], after=value)
