"""``--mask-pii`` from flags to files: what is private is in nothing that anybody sees or keeps."""

from __future__ import annotations

import io
import zipfile

import polars as pl
import pytest

from oddline.cli.main import main

SECRETS = {
    "annasecret": "login failed for user {}",
    "anna.secret@corp.example": "mail from {} bounced",
    "203.0.113.77": "connection from {} refused",
    "hunter2xyz": "retry with password={} denied",
    "4111 1111 1111 1111": "charging card {} failed",
    "abcDEF123456ghiJKL": "sent Authorization: Bearer {} to the gateway",
}
LINES = [f"2026-01-01 10:{i // 60:02}:{i % 60:02} INFO job {i} done" for i in range(300)]


def contents(path):
    """Give all that a file says, unpacked."""
    if path.suffix == ".parquet":
        return str(pl.read_parquet(path).rows())
    if path.suffix != ".odd":
        return path.read_text()
    with zipfile.ZipFile(path) as bundle:
        members = {name: bundle.read(name) for name in bundle.namelist()}
    frames = [str(pl.read_ipc(io.BytesIO(data)).rows()) for name, data in members.items() if name.endswith(".arrow")]
    return " ".join([*frames, *(data.decode("latin-1") for data in members.values())])


@pytest.fixture
def told(capfdbinary, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = [f"2026-01-01 11:00:0{i} ERROR {text.format(secret)}" for i, (secret, text) in enumerate(SECRETS.items())]
    (tmp_path / "a.log").write_text("".join(f"{line}\n" for line in (*LINES, *said)))
    table = ["time,account,note", *(f"2026-01-01T10:00:{i % 60:02},{i % 3},job done" for i in range(200))]
    table += [f"2026-01-01T11:00:00,1,{text.format(secret)}" for secret, text in SECRETS.items()]
    (tmp_path / "a.csv").write_text("".join(f"{line}\n" for line in table))

    def told(*arguments, made=()):
        assert main([str(one) for one in arguments]) == 0, capfdbinary.readouterr().err.decode()
        output = capfdbinary.readouterr()
        return " ".join([output.out.decode(), output.err.decode(), *(contents(tmp_path / name) for name in made)])

    return told


FILES = ("rows.csv", "rows.ndjson", "rows.parquet", "rows.json")
WRITE = [part for name in FILES for part in ("-o", name)]
COMMANDS = {
    "scan": (["scan", "--budget", "20", "--context", "2", *WRITE, "--report", "odd.html"], (*FILES, "odd.html")),
    "scan in JSON": (["scan", "--budget", "20", "--json"], ()),
    "scan against itself": (["scan", "--baseline", "FILE", "--json"], ()),
    "fit": (["fit", "-o", "m.odd"], ("m.odd",)),
    "templates": (["templates", "--top", "0", "-o", "lines.csv"], ("lines.csv",)),
    "templates in JSON": (["templates", "--json", "--slots", "-o", "lines.parquet"], ("lines.parquet",)),
}


@pytest.mark.parametrize("file", ["a.log", "a.csv"])
@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_private_is_told_or_kept(told, command, file):
    arguments, made = COMMANDS[command]
    arguments = [file if one == "FILE" else one for one in arguments]
    open_, masked = told(*arguments, file, made=made), told(*arguments, file, "--mask-pii", made=made)
    assert [secret for secret in SECRETS if secret in masked] == []
    if command in {"scan in JSON", "templates in JSON"} or (command == "scan" and file == "a.log"):
        assert any(secret in open_ for secret in SECRETS), "nothing was there to be masked"
