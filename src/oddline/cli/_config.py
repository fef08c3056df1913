"""Settings from ``oddline.toml`` in the working directory, below flags and environment, above defaults."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from oddline.core import folder
from oddline.core.errors import ConfigError

FILE = "oddline.toml"


def defaults(directory: Path | None = None) -> dict[str, dict[str, Any]]:
    """Read the defaults of each command: one table a command, one key an option.

    Raises
    ------
    ConfigError
        If the file is no TOML, or names a command that does not exist.
    """
    path = (directory or Path.cwd()) / FILE
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        raise ConfigError(f"{FILE} cannot be read ({error})", expected="a TOML file") from error
    commands = set(folder.plugins("cli")) - {"main"}
    for name, table in told.items():
        if name not in commands or not isinstance(table, dict):
            raise ConfigError(f"{FILE}: {name!r} is no command", expected=", ".join(sorted(commands)))
    return {name: {key.replace("-", "_"): value for key, value in table.items()} for name, table in told.items()}
