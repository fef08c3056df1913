"""What is lost when processes are killed in the midst of work: nothing may be, and nothing may be done twice.

    python -m benchmarks.kill                  SQLite: the server is killed
    python -m benchmarks.kill postgresql://…   PostgreSQL: the server and two workers are killed in turn

In each round a file is sent in parts, scanned, and a model learnt from it; at a random moment a process is killed with
SIGKILL and started again (a worker of PostgreSQL half of the time not: the other one then has to take over). In the end
each result is compared with that of an undisturbed run.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import sys
import time
import zipfile
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import polars as pl

from benchmarks._house import Client, House

RESULTS = Path(__file__).parent / "results"
COMPARED = ("csv", "model", "incidents")
SPAN = 7.0
"""Seconds in which the kill falls: an undisturbed round takes about so long."""


def log_of(number: int, lines: int = 4000) -> bytes:
    """Make the log of a round: another one each time, so that no blob is there already."""
    rng = random.Random(number)
    text = [
        f"2026-03-01T{line // 3600 % 24:02d}:{line // 60 % 60:02d}:{line % 60:02d}Z INFO "
        f"request {rng.randrange(10**6)} of {rng.choice(('cart', 'shop', 'search'))} served in {rng.randrange(9)} ms"
        for line in range(lines)
    ]
    for place in rng.sample(range(lines), 5):
        text[place] = text[place].replace("INFO", "ERROR").replace("served", f"refused by 10.0.0.{rng.randrange(255)}")
    return "\n".join(text).encode() + b"\n"


def told(client: Client, scan: str, model: str) -> dict[str, Any]:
    """Give what is to be the same: the rows, the incidents, the state of the model."""
    csv = client.download(f"/scans/{scan}/download?format=csv")
    bundle = client.download(f"/models/{model}/download")
    incidents = client.get(f"/incidents?scan={scan}&limit=1000")["items"]
    return {
        "csv": hashlib.sha256(csv).hexdigest(),
        "model": state_of(bundle),
        "incidents": sorted(one["details"]["fingerprint"] for one in incidents),
    }


def state_of(bundle: bytes) -> dict[str, str]:
    """Hash each member of a model; a frame by what it holds, for Arrow lays out equal texts in more ways than one."""
    told = {}
    with zipfile.ZipFile(io.BytesIO(bundle)) as members:
        for name in members.namelist():
            content = members.read(name)
            if name.endswith(".arrow"):
                content = pl.read_ipc(io.BytesIO(content)).write_ndjson().encode()
            if name != "card.json":
                told[name] = hashlib.sha256(content).hexdigest()
    return told


def work(client: Client, number: int, left: dict[str, Any]) -> None:
    """Send, scan, learn, and wait."""
    name = f"round{number}.log"
    upload = client.upload(name, log_of(number))
    scan = client.begin("/scans", f"scan{number}", {"uploads": [upload], "title": f"scan{number}"})
    model = client.begin("/models/fit", f"fit{number}", {"uploads": [upload], "name": f"fit{number}"})
    ends = [client.done(f"/scans/{scan}"), client.done(f"/models/{model}")]
    left |= {"states": [one["state"] for one in ends]}
    left |= {"begun": [client.begun(one["job"]["id"]) for one in ends]}
    if left["states"] == ["done", "done"]:
        left |= told(client, scan, model)


def round_of(house: House, client: Client, number: int, victim: str, moment: float, *, back: bool) -> dict[str, Any]:
    """Do the work of a round while a process is killed, and comes back at once, or not before the work is done."""
    left: dict[str, Any] = {}
    started = time.monotonic()
    thread = Thread(target=work, args=(client, number, left))
    thread.start()
    time.sleep(moment)
    house.kill(victim)
    if back:
        house.start(victim)
    thread.join()
    if not back:
        house.start(victim)
    left["seconds"] = round(time.monotonic() - started, 1)
    return left


def run(folder: Path, database: str | None, kills: int, seed: int = 1, say: Any = print) -> list[dict[str, Any]]:
    """Kill so often, and give what came of each round beside that of an undisturbed one."""
    rng = random.Random(seed)
    processes = ["server"] if database is None else ["server", "one", "two"]
    house, rows = House(folder, database), []
    try:
        for name in processes:
            house.start(name)
        with Client(house) as client:
            for number in range(kills):
                victim = processes[number % len(processes)]
                back = victim == "server" or rng.random() < 0.5
                moment = rng.uniform(0, SPAN)
                disturbed = round_of(house, client, number, victim, moment, back=back)
                rows.append({"killed": victim, "after": round(moment, 2), "came_back": back} | disturbed)
                say({key: value for key, value in rows[-1].items() if key not in COMPARED})
            jobs = client.get("/jobs?limit=1000")["items"]
            counts = {len(client.get(f"/{what}?limit=1000")["items"]) for what in ("scans", "models", "uploads")}
        assert counts == {kills} and len(jobs) == 2 * kills, (counts, len(jobs))
    finally:
        house.stop()
    for number, row in enumerate(rows):
        other = undisturbed(folder / "undisturbed", number)
        row["differs"] = [name for name, value in other.items() if row.get(name) != value]
    return rows


def undisturbed(folder: Path, number: int) -> dict[str, Any]:
    """Do the work of a round with the library alone: no service, nobody to be killed."""
    from oddline.drivers import batch
    from oddline.ops import bundle
    from oddline.outputs.csv import Csv

    folder.mkdir(exist_ok=True)
    with chdir(folder):
        path = Path(f"round{number}.log")
        path.write_bytes(log_of(number))
        request = batch.Request(paths=(path.name,))
        result = batch.scan(request)
        bundle.save(batch.fit(request), "model.odd")
        model = Path("model.odd").read_bytes()
    buffer = io.BytesIO()
    Csv().write(result, buffer)
    return {
        "csv": hashlib.sha256(buffer.getvalue()).hexdigest(),
        "model": state_of(model),
        "incidents": sorted(one.fingerprint for one in result.incidents),
    }


def main(database: str | None, kills: int = 20) -> None:
    """Kill, and write down what came of it."""
    with TemporaryDirectory(prefix="oddline-kill-") as place:
        rows = run(Path(place), database, kills)
    kind = "sqlite" if database is None else "postgresql"
    short = [{key: value for key, value in row.items() if key not in COMPARED} for row in rows]
    told = {
        "database": kind,
        "kills": len(rows),
        "taken_up_again": sum(begun > 1 for row in rows for begun in row["begun"]),
        "lost": sum(row["states"] != ["done", "done"] for row in rows),
        "other_results": sum(bool(row["differs"]) for row in rows),
    }
    path = RESULTS / "kill.json"
    known = json.loads(path.read_text())["rows"] if path.exists() else []
    others = [row for row in known if row["database"] != kind]
    kept = {"name": "kill", "rows": [*others, told | {"rounds": short}]}
    path.write_text(json.dumps(kept, indent=1) + "\n")
    print(told)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
