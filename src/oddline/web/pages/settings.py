"""Settings: who may register, how long things are kept, the limits and their names, how the service is."""

from __future__ import annotations

from fastapi import Request, Response
from sqlalchemy import select

from oddline.service.acts import options
from oddline.service.acts.condition import HEARD_OF, condition
from oddline.service.db.tables import Worker
from oddline.service.db.types import now
from oddline.service.door import AnyDesk, Door
from oddline.service.schemas.options import Fixed, SettingsShown
from oddline.web import _filters as words
from oddline.web.frame import shell_of
from oddline.web.pages._health_rows import health_rows
from oddline.web.rendering import render

door = Door("", "pages", in_schema=False)
MODES = {
    "open": ("Everybody", "Whoever reaches this server makes an account, and gets a workspace of their own."),
    "invitation": ("By invitation", "Admins of a workspace make links; each works once."),
    "off": ("Nobody", "No new accounts, not even by invitation."),
}
REGISTER = {
    "open": "Everybody may register",
    "invitation": "People come in by invitation",
    "off": "Nobody may register",
}


@door.get("/settings", access="administrator")
def settings(desk: AnyDesk, request: Request) -> Response:
    """Show the settings; what only a start can change is shown with the name by which it is set."""
    shown = options.shown(desk)
    moment = now()
    rows = health_rows(condition(desk), True, moment)
    workers = list(desk.db.scalars(select(Worker).order_by(Worker.seen.desc()).limit(20)))
    limits = [one for one in shown.read_only if one.name.startswith("ODDLINE_LIMIT_")]
    return render(
        request,
        "settings.html.j2",
        shell=shell_of(desk, "settings"),
        now=shown,
        modes=MODES,
        verdict=_verdict(shown, sum(moment - one.seen <= HEARD_OF for one in workers)),
        limits=[(one, _value(one)) for one in limits],
        others=[(one, _value(one)) for one in shown.read_only if one not in limits],
        health=rows,
        to_look_at=sum(row.bad for row in rows),
        workers=[(one, moment - one.seen <= HEARD_OF) for one in workers],
    )


def _verdict(shown: SettingsShown, working: int) -> tuple[str, str]:
    kept = f"Uploads are kept {_days(shown.upload_days)}, scans {_days(shown.scan_days)}."
    answers = (
        f"{words.counted(working, 'worker')} {'answers' if working == 1 else 'answer'}."
        if working
        else ("No worker answers: jobs wait until one is started.")
    )
    return f"{REGISTER[shown.registration]}.", f"{kept} {answers}"


def _days(days: int) -> str:
    return words.counted(days, "day") if days else "for good"


def _value(one: Fixed) -> str:
    """Say the value of a setting, in the unit that its name tells.

    Examples
    --------
    >>> _value(Fixed(name="ODDLINE_LIMIT_LINE_BYTES", value=16 << 20, words="Bytes of one line."))
    '16 MiB'
    >>> _value(Fixed(name="ODDLINE_LIMIT_ROWS", value=2000, words="Events."))
    '2,000'
    """
    if one.value is None or one.value == "":
        return "not set"
    if isinstance(one.value, bool):
        return "on" if one.value else "off"
    if not isinstance(one.value, int) or one.name == "ODDLINE_PORT":
        return str(one.value)
    if one.name.endswith("_BYTES"):
        return _bytes(one.value) if one.value else "as the machine allows"
    return words.duration(one.value) if one.name.endswith("_SECONDS") else words.number(one.value)


def _bytes(count: int) -> str:
    """Say bytes in the unit in which they were set: as a rule a round one of 1,024 each."""
    for unit, step in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if count % step == 0:
            return f"{count // step:,} {unit}"
    return words.size(count)
