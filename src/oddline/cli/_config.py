"""Settings from ``oddline.toml`` in the working directory, below flags and environment, above defaults."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from oddline.core.errors import ConfigError

FILE = "oddline.toml"


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
        If the file is no TOML, or names a command or an option that does not exist.
    """
    path = (directory or Path.cwd()) / FILE
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        raise ConfigError(f"{FILE} cannot be read ({error})", expected="a TOML file") from error
    for name, table in told.items():
        if name not in options or not isinstance(table, dict):
            raise ConfigError(f"{FILE}: {name!r} is no command", expected="a table for " + ", ".join(sorted(options)))
        for key in table:
            if _written(key) not in options[name]:
                raise ConfigError(
                    f"{FILE}: {key!r} is no option of {name}", expected="one of " + ", ".join(sorted(options[name]))
                )
    return {name: {options[name][_written(key)]: value for key, value in table.items()} for name, table in told.items()}


def _written(key: str) -> str:
    return key.replace("_", "-")
