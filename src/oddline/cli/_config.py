"""Settings from ``oddline.toml`` in the working directory, below flags and environment, above defaults."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from oddline.core.errors import ConfigError

FILE = "oddline.toml"


def _masks(told: Any) -> dict[str, str]:
    from oddline.templates._own_masks import checked

    if not isinstance(told, dict):
        raise ConfigError(f"{FILE}: masks is {told!r}", expected="a table, [masks], of names and patterns")
    return checked(told, f"{FILE}: masks")


SETTINGS: dict[str, Callable[[Any], Any]] = {"masks": _masks}
"""What stands beside the tables of commands, and how each is checked; it is checked by the commands that use it."""


def setting(name: str, directory: Path | None = None) -> Any:
    """Read one setting that is no table of a command's options; None if the file does not tell it.

    Raises
    ------
    ConfigError
        If the file is no TOML, or the setting is not what it should be.
    """
    told = _read(directory)
    return SETTINGS[name](told[name]) if name in told else None


def defaults(options: dict[str, dict[str, str]], directory: Path | None = None) -> dict[str, dict[str, Any]]:
    """Read the defaults of each command: one table a command, one key an option.

    Parameters
    ----------
    options
        By command, the names of its options as a user writes them, and the parameters that these set.
    directory
        Where the file is looked for; the working directory if left out.

    Raises
    ------
    ConfigError
        If the file is no TOML, or names a command, a setting or an option that does not exist.
    """
    told = {name: table for name, table in _read(directory).items() if name not in SETTINGS}
    for name, table in told.items():
        if name not in options or not isinstance(table, dict):
            known = ", ".join(sorted({*options, *SETTINGS}))
            raise ConfigError(f"{FILE}: {name!r} is no command and no setting", expected=f"a table for {known}")
        for key in table:
            if _written(key) not in options[name]:
                raise ConfigError(
                    f"{FILE}: {key!r} is no option of {name}", expected="one of " + ", ".join(sorted(options[name]))
                )
    return {name: {options[name][_written(key)]: value for key, value in table.items()} for name, table in told.items()}


def exists(directory: Path | None = None) -> bool:
    """Tell whether there is such a file."""
    return ((directory or Path.cwd()) / FILE).exists()


def _read(directory: Path | None) -> dict[str, Any]:
    path = (directory or Path.cwd()) / FILE
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        raise ConfigError(f"{FILE} cannot be read ({error})", expected="a TOML file") from error


def _written(key: str) -> str:
    return key.replace("_", "-")
