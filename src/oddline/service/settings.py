"""What an operator can set: defaults, then ``ODDLINE_…`` in the environment, then the flags of ``oddline serve``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from oddline.service.machine import memory

__all__ = ["Limits", "Settings"]

MB, GB = 1 << 20, 1 << 30
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def default_data_dir() -> Path:
    """Give the folder that is used when none is named: ``oddline-data`` beside where the command is run."""
    return Path("oddline-data")


class Limits(BaseSettings):
    """How much one may ask for; each can be set as ``ODDLINE_LIMIT_…``, and a refusal names the setting."""

    model_config = SettingsConfigDict(env_prefix="ODDLINE_LIMIT_", extra="ignore", frozen=True)

    upload_bytes: int = Field(4 * GB, description="Bytes of one upload, as sent.")
    unpacked_bytes: int = Field(16 * GB, description="Bytes of one upload after decompression.")
    part_bytes: int = Field(8 * MB, description="Bytes of one stored part of an upload.")
    body_bytes: int = Field(1 * MB, description="Bytes of a JSON or form body.")
    rows: int = Field(20_000_000, description="Events of one scan.")
    columns: int = Field(2_000, description="Columns of a table.")
    line_bytes: int = Field(16 * MB, description="Bytes of one line.")
    model_bytes: int = Field(512 * MB, description="Bytes of an uploaded model.")
    workspace_bytes: int = Field(100 * GB, description="Bytes that a workspace may store.")
    workspace_jobs: int = Field(50, description="Jobs of a workspace that wait or run at once.")
    requests_per_minute: int = Field(1_200, description="Requests a minute of one person, token or stranger's address.")
    sign_ins_per_quarter_hour: int = Field(10, description="Failed sign-ins in 15 minutes, by address and by name.")
    job_seconds: int = Field(6 * 3600, description="Seconds that one job may run.")
    job_memory_bytes: int = Field(
        0, description="Bytes of memory of one job; 0: three quarters of the machine's, or the container's."
    )


class Settings(BaseSettings):
    """The service's settings.

    Examples
    --------
    >>> Settings(data_dir="/tmp/x").database_url
    'sqlite:////tmp/x/oddline.sqlite'
    >>> Settings(data_dir="/tmp/x", host="0.0.0.0").loopback
    False
    """

    model_config = SettingsConfigDict(env_prefix="ODDLINE_", extra="ignore", frozen=True)

    data_dir: Path = Field(default_factory=default_data_dir, description="Folder of the database and of the files.")
    database: str | None = Field(
        None,
        validation_alias=AliasChoices("database", "ODDLINE_DATABASE_URL"),
        description="postgresql://…; by default SQLite.",
    )
    storage: str | None = Field(
        None,
        validation_alias=AliasChoices("storage", "ODDLINE_STORAGE_URL"),
        description="s3://bucket/prefix, gs://…, az://….",
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8765, description="Port to listen on.")
    public_url: str | None = Field(None, description="How people reach the service, if it stands behind a proxy.")
    allowed_hosts: tuple[str, ...] = Field((), description="Further names under which it may be asked for.")
    trusted_proxies: tuple[str, ...] = Field((), description="Proxies whose X-Forwarded-… headers are believed.")
    registration: Literal["open", "invitation", "off"] = Field("invitation", description="Who may register.")
    session_days: int = Field(14, description="Days after which a session ends.")
    workers: int = Field(1, ge=0, description="Jobs that this process runs at once; 0 leaves them to oddline worker.")
    upload_days: int = Field(90, description="Days after which an upload is removed; 0 keeps it.")
    scan_days: int = Field(365, description="Days after which a scan is removed; 0 keeps it.")
    cache_bytes: int = Field(4 * GB, description="Bytes of results kept at hand in the data folder.")
    secure_cookies: bool | None = Field(None, description="Cookies over TLS only; by default where the public URL is.")
    metrics_token: SecretStr | None = Field(None, description="Bearer token for /metrics; by default loopback only.")
    oidc_issuer: str | None = Field(None, description="OpenID Connect issuer for sign-in.")
    oidc_client_id: str | None = Field(None, description="Client id at the issuer.")
    oidc_client_secret: SecretStr | None = Field(None, description="Client secret at the issuer.")
    oidc_name: str = Field("single sign-on", description="What the sign-in button calls the issuer.")
    example: bool = Field(False, description="Begin with an example workspace, already scanned.")
    limits: Limits = Field(default_factory=Limits)

    @property
    def database_url(self) -> str:
        """The database; PostgreSQL is always spoken to by psycopg 3."""
        if self.database is None:
            return f"sqlite:///{self.data_dir.absolute() / 'oddline.sqlite'}"
        scheme, _, rest = self.database.partition("://")
        return f"postgresql+psycopg://{rest}" if scheme in {"postgres", "postgresql"} else self.database

    @property
    def storage_url(self) -> str:
        """Where files are kept."""
        return self.storage or f"file://{self.data_dir.absolute() / 'files'}"

    @property
    def job_memory(self) -> int:
        """Bytes of memory that one job may take."""
        return self.limits.job_memory_bytes or memory() * 3 // 4

    @property
    def loopback(self) -> bool:
        """True if nobody but this machine can reach the service."""
        return self.host in LOOPBACK

    @property
    def exposed(self) -> bool:
        """True if others than this machine can reach the service, by its address or by a proxy."""
        return not self.loopback or self.public_url is not None

    @property
    def base_url(self) -> str:
        """The address to show to people."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def cookies_are_secure(self) -> bool:
        """True if cookies are sent over TLS only."""
        return self.base_url.startswith("https://") if self.secure_cookies is None else self.secure_cookies
