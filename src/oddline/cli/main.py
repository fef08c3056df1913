"""The command line: its list of commands is the folder."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

import typer
from typer.exceptions import TyperException

import oddline
from oddline.cli import _config
from oddline.core import folder
from oddline.core.errors import OddlineError

EPILOG = "Exit codes: 0 fine, 1 findings at or above --fail-on, 2 usage, 65 bad data, 66 no input, 73/74 output."

SIGPIPE_EXIT = 128 + 13
INTERRUPTED = 128 + signal.SIGINT

REUSED = 30 << 20
"""Bytes of a freed buffer up to which its memory is used again: the chunks that are read have 12 MiB and a little."""


class _ReaderGone(BaseException):
    """The reader of our output has closed the pipe; passes Typer's own handling, which would exit with 1."""


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"oddline {oddline.__version__}")
        raise typer.Exit


def application(only: str | None = None) -> typer.Typer:
    """Build the application out of the files in this folder, one command a file; or with one command alone."""
    app = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "ODDLINE"},
        epilog=EPILOG,
    )

    @app.callback(help="Oddline finds the odd lines in logs, and says why.")
    def top(
        version: bool = typer.Option(
            False, "--version", callback=_version, is_eager=True, help="Show the version and exit."
        ),
    ) -> None:
        del version

    for name in [only] if only else folder.plugins("cli"):
        if name != "main":
            app.command(name)(_piped(getattr(import_module(f"oddline.cli.{name}"), name)))
    return app


def _piped(command: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(command)
    def piped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except BrokenPipeError as error:
            raise _ReaderGone from error

    return piped


def run(arguments: list[str] | None = None) -> None:
    """Run the command line, and end the process with the exit code that tells what happened."""
    # A run makes many objects and no cycles worth the search; it ends before memory could run out for them.
    gc.disable()
    # glibc gives freed memory back only beyond twice the largest size that was once freed, and memory that is new to a
    # process costs more than copying into it does. These bytes are never touched.
    bytes(REUSED)
    # Threads that multiply matrices would go on turning for milliseconds after each product, at the cost of others.
    os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")
    code = main(arguments)
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        code = SIGPIPE_EXIT
    # All is written: taking the frames of a large log apart object by object would only cost time.
    os._exit(code)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and give its exit code; every error becomes one clear line on stderr."""
    try:
        command = typer.main.get_command(application(_asked(arguments)))
        outcome: Any = command.main(
            args=arguments, prog_name="oddline", standalone_mode=False, default_map=_config.defaults(_options(command))
        )
    except OddlineError as error:
        _complain(str(error))
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        outcome = INTERRUPTED
    except TyperException as error:
        error.show() if hasattr(error, "show") else _complain(str(error))
        return error.exit_code
    except _ReaderGone:
        return SIGPIPE_EXIT
    except MemoryError:
        _complain("out of memory. Try: a smaller file, or parts of it one by one")
        return OddlineError.exit_code
    except Exception as error:
        if os.environ.get("ODDLINE_DEBUG"):
            raise
        _complain(f"this is a bug in Oddline: {type(error).__name__}: {error}. Try: ODDLINE_DEBUG=1, and report it")
        return OddlineError.exit_code
    if outcome == INTERRUPTED:
        _complain("interrupted")
    return outcome if isinstance(outcome, int) else 0


def _asked(arguments: list[str] | None) -> str | None:
    """Tell the one command that is needed, where that is plain; to make all of them takes a fifth of a start."""
    first = (sys.argv[1:] if arguments is None else arguments)[:1]
    # A file of settings is held against all commands.
    plain = first and first[0] in folder.plugins("cli") and first[0] != "main" and not _config.exists()
    return first[0] if plain else None


def _options(command: Any) -> dict[str, dict[str, str]]:
    """Give, by command, its options as they are written, with the names of their parameters."""
    return {
        name: {
            written.removeprefix("--"): option.name
            for option in known.params
            for written in option.opts
            if written.startswith("--")
        }
        for name, known in command.commands.items()
    }


def _complain(message: str) -> None:
    clean = "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in message)
    typer.echo(f"oddline: {clean}", err=True)
