"""Which column of the Records a field of a Sigma rule is."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from oddline.features._rule_match import as_text

USUAL = {
    "message": ("message", "msg", "log", "text"),
    "raw": ("event_original", "raw"),
    "level": ("level", "severity", "log_level"),
    "service": ("program", "process", "app", "application", "appname", "app_name", "syslog_identifier"),
    "ts": ("timestamp", "time", "eventtime", "utctime", "timecreated"),
    "x_host": ("host", "hostname", "computer", "computername"),
    "x_user": ("user", "username", "user_name", "targetusername", "cs_username"),
    "x_pid": ("pid", "processid", "process_id"),
    "x_client": ("c_ip", "src_ip", "sourceip", "ipaddress", "client_ip", "clientip", "remote_addr"),
    "x_method": ("cs_method", "method", "http_method"),
    "x_path": ("cs_uri", "c_uri", "cs_uri_stem", "cs_uri_query", "c_uri_query", "c_uri_path", "url", "uri"),
    "x_status": ("sc_status", "status", "http_status", "status_code"),
    "x_bytes": ("sc_bytes", "bytes"),
    "x_agent": ("cs_user_agent", "c_useragent", "c_user_agent", "user_agent", "useragent"),
    "x_referrer": ("cs_referer", "cs_referrer", "c_referrer", "referer"),
}
"""Columns of the Records, and what rules call them."""

_COLUMN = {name: column for column, names in USUAL.items() for name in names}


class Fields:
    """Finds columns by the names that rules have for them.

    A name is looked for among ``own`` (a user's names), then among the columns as it stands, then without regard to
    case, dots and dashes, and last among the names that are usual for some column.

    Examples
    --------
    >>> fields = Fields({"x_src_ip": pl.String(), "x_status": pl.Int64()}, {"Konto": "x_user"})
    >>> fields.find("src.ip"), fields.find("sc-status"), fields.find("Konto"), fields.find("Image")
    ('x_src_ip', 'x_status', None, None)
    """

    def __init__(self, schema: Mapping[str, pl.DataType], own: Mapping[str, str] | None = None) -> None:
        self.schema = schema
        self._own = own or {}
        self._plain = {plain(name.removeprefix("x_")): name for name in schema}

    def find(self, name: str) -> str | None:
        """Give the column of a field; None if these Records have none."""
        if name in self._own:
            return self._own[name] if self._own[name] in self.schema else None
        exact = next((one for one in (f"x_{name}", name) if one in self.schema), None)
        column = exact or self._plain.get(plain(name)) or _COLUMN.get(plain(name))
        return column if column in self.schema else None

    def cell(self, column: str) -> pl.Expr:
        """Give a column as text."""
        return as_text(column, self.schema[column])


class AnyField(Fields):
    """Takes every field for one that is there, to look over a rule before any Records have come."""

    def __init__(self) -> None:
        super().__init__({"ts": pl.Datetime("us"), "message": pl.String()})

    def find(self, name: str) -> str:
        """Give a column of the kind that fits best."""
        return "ts" if _COLUMN.get(plain(name)) == "ts" else "message"


def plain(name: str) -> str:
    """Give a name without regard to case, dots and dashes.

    Examples
    --------
    >>> plain("cs-User.Agent")
    'cs_user_agent'
    """
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
