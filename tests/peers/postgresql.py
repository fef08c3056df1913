"""PostgreSQL: one server in a temporary folder, a fresh database for each test."""

from __future__ import annotations

import secrets
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.peers.processes import free_port, missing, ordinary_user, processes

__all__ = ["PACKAGES", "Postgresql", "answers", "find", "start"]

PACKAGES = ("postgresql",)

SETTINGS = {
    # Nothing here outlives the tests.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "400",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@dataclass(frozen=True)
class Postgresql:
    """A running server."""

    port: int
    password: str

    def url(self, database: str) -> str:
        """Give the address of a database, as SQLAlchemy writes it."""
        return f"postgresql+psycopg://postgres:{self.password}@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """Make a database, give its URL, and drop it whoever is connected.

        With the name (or URL) of a database as template it is a copy of that one, which nobody may be using.
        """
        name = f"test_{secrets.token_hex(6)}"
        self._do(f'CREATE DATABASE {name} TEMPLATE "{template.rpartition("/")[2]}"')
        try:
            yield self.url(name)
        finally:
            self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def _do(self, statement: str) -> None:
        import psycopg

        where = self.url("postgres").replace("+psycopg", "")
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(statement.encode())


def find() -> str | None:
    """Say what is missing."""
    return missing("PostgreSQL", [_program("initdb"), _program("postgres")], PACKAGES)


@contextmanager
def start() -> Iterator[Postgresql]:
    """Start a server. It refuses to run as root, who becomes `postgres` or `nobody` for it."""
    import psycopg

    with processes("postgresql", ordinary_user("postgres", "nobody")) as those:
        server = Postgresql(free_port(), secrets.token_hex(8))
        password = those.folder / "password"
        password.write_text(server.password)
        password.chmod(0o600)
        if those.user:
            shutil.chown(password, those.user)
        data = those.folder / "data"
        initdb, postgres = _program("initdb") or "initdb", _program("postgres") or "postgres"
        options = ("--no-sync", "--encoding=UTF8", "--locale=C", "--username=postgres", "--auth=scram-sha-256")
        those.run(initdb, *options, f"--pwfile={password}", "-D", data)
        settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        # SIGINT lets it close its clients and end; SIGTERM would wait for them.
        those.start("postgres", postgres, "-D", data, "-p", str(server.port), *settings, stop=signal.SIGINT)

        def ready() -> None:
            try:
                server._do("SELECT 1")
            except psycopg.OperationalError as error:
                raise OSError(str(error)) from error

        those.wait(ready)
        yield server


def answers(server: Postgresql) -> str:
    """Ask a fresh database something."""
    import psycopg

    with server.database() as url, psycopg.connect(url.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        return f"version {connection.info.server_version // 10_000} answered SELECT 1"


def _program(name: str) -> str | None:
    """Find a program of the newest version: Debian does not put them on the path."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[4]))
    return str(installed[-1]) if installed else shutil.which(name)
