"""What goes wrong, goes wrong with one clear line, the right exit code, and nothing left behind."""

from __future__ import annotations

import gzip
import json
import os
import resource
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

ONE_LINE = 1


def oddline(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "oddline", *map(str, arguments)],
        capture_output=True,
        check=False,
        timeout=300,
        **options,
    )


def refused(done, code, *words):
    """One clear line on stderr, nothing on stdout, no traceback."""
    told = done.stderr.decode()
    assert done.returncode == code, told
    assert "Traceback" not in told
    assert "bug" not in told
    assert len(told.strip().splitlines()) == ONE_LINE, told
    for word in words:
        assert word in told, told
    assert done.stdout == b""


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "app.log"
    lines = [f"2026-01-01 00:{n // 60:02}:{n % 60:02} INFO job {n} done in {n % 7} ms" for n in range(300)]
    lines[200] = "2026-01-01 00:03:20 CRITICAL disk failure on volume 7"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_missing_file(tmp_path):
    refused(oddline("scan", tmp_path / "no.log"), 66, "no.log", "exist")


def test_folder_without_logs(tmp_path):
    (tmp_path / "empty").mkdir()
    refused(oddline("scan", tmp_path / "empty"), 66, "empty")


def test_permission_denied(log):
    log.chmod(0)
    if os.access(log, os.R_OK):
        pytest.skip("this user may read everything")
    refused(oddline("scan", log), 66, "permission")


def test_binary_file(tmp_path):
    binary = tmp_path / "a.out"
    binary.write_bytes(b"\x7fELF" + bytes(range(256)) * 200)
    refused(oddline("scan", binary), 65, "binary")


def test_empty_file_is_a_result(tmp_path):
    empty = tmp_path / "empty.log"
    empty.touch()
    done = oddline("scan", empty, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["events"] == 0
    assert told["incidents"] == []
    assert any("empty" in warning for warning in told["inputs"][0]["warnings"])
    assert oddline("scan", empty).returncode == 0


def test_one_line_of_200_megabytes(tmp_path):
    path = tmp_path / "long.log"
    with path.open("wb") as file:
        file.write(b"start of a line\n")
        for _ in range(200):
            file.write(b"x" * 1_000_000)
        file.write(b"\nend\n")
    done = oddline("scan", path, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["events"] == 3
    assert any("too long" in warning for warning in told["inputs"][0]["warnings"])


def test_nul_bytes_survive(tmp_path):
    path = tmp_path / "nul.log"
    path.write_bytes(b"job 1 done\n" * 50 + b"job \x00 broken\n" + b"job 2 done\n" * 50)
    done = oddline("scan", path, "--json", "--budget", 1)
    assert done.returncode == 0, done.stderr
    assert "\\x00 broken" in json.loads(done.stdout)["anomalies"][0]["text"]


def test_truncated_gzip_gives_what_was_there(log, tmp_path):
    whole = gzip.compress(os.urandom(50_000).hex().encode() + b"\n" + log.read_bytes() * 20)
    path = tmp_path / "cut.log.gz"
    path.write_bytes(whole[: len(whole) // 2])
    done = oddline("scan", path, "--json")
    assert done.returncode in (0, 65), done.stderr
    if done.returncode == 0:
        assert any("truncated" in warning for warning in json.loads(done.stdout)["inputs"][0]["warnings"])
    else:
        refused(done, 65, "cut.log.gz")


def test_zip_bomb_is_refused(tmp_path):
    path = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("bomb.log", "w", force_zip64=True) as member,
    ):
        for _ in range(200):
            member.write(b"a" * 1_000_000)
    refused(oddline("scan", path), 65, "bomb")


def test_ragged_rows_are_kept(tmp_path):
    path = tmp_path / "ragged.csv"
    rows = ["time,host,bytes"] + [f"{n},web{n % 3},{n * 10}" for n in range(200)]
    rows[50], rows[60] = "50,web1", "60,web1,600,surplus"
    path.write_text("\n".join(rows) + "\n")
    done = oddline("scan", path, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["format"] == "csv"
    assert told["events"] == 200
    assert told["inputs"][0]["warnings"]


def test_broken_and_foreign_bundles(log, tmp_path):
    foreign = tmp_path / "foreign.odd"
    foreign.write_bytes(b"\x80\x04\x95 this is a pickle, or says so")
    refused(oddline("scan", log, "--model", foreign), 65, "foreign.odd", "bundle")
    good = tmp_path / "good.odd"
    assert oddline("fit", log, "-o", good).returncode == 0
    data = bytearray(good.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 100] = bytes(byte ^ 0xFF for byte in data[middle : middle + 100])
    broken = tmp_path / "broken.odd"
    broken.write_bytes(data)
    refused(oddline("scan", log, "--model", broken), 65, "broken.odd")
    refused(oddline("scan", log, "--model", tmp_path / "none.odd"), 66, "none.odd")


def test_unknown_names_and_endings(log, tmp_path):
    refused(oddline("scan", log, "--detector", "isolation_forrest"), 2, "isolation_forest")
    refused(oddline("scan", log, "--format", "sislog"), 2, "syslog")
    refused(oddline("scan", log, "-o", tmp_path / "out.xls"), 2, ".csv")
    refused(oddline("scan", log, "--set", "nonsense=1"), 2, "nonsense")
    refused(oddline("scan", log, "--set", "nonsense"), 2, "KEY=VALUE")


def test_output_that_cannot_be_created(log, tmp_path):
    done = oddline("scan", log, "-o", tmp_path / "no" / "such" / "folder" / "out.csv")
    refused(done, 73, "out.csv")


def _small_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def test_full_disk_leaves_what_was_there(log, tmp_path):
    """A limit on the size of files stands in for a full disk: the write fails half-way either way."""
    target = tmp_path / "out" / "scored.csv"
    target.parent.mkdir()
    target.write_text("what stood here before\n")
    refused(oddline("scan", log, "-o", target, preexec_fn=_small_files), 74, "scored.csv")
    assert target.read_text() == "what stood here before\n"
    assert [path.name for path in target.parent.iterdir()] == ["scored.csv"]


def test_closed_pipe_is_quiet(log):
    piped = f"{sys.executable} -m oddline scan {log} --json --budget 50 | head -c 1 >/dev/null"
    done = subprocess.run(
        ["bash", "-c", piped + "; echo ${PIPESTATUS[0]}"],
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.stderr == b""
    assert done.stdout.strip() in {b"141", b"0"}


def test_interrupt_leaves_nothing_half_written(tmp_path):
    path = tmp_path / "large.log"
    path.write_text("".join(f"job {n} of {n % 97} done by worker {n % 13}\n" for n in range(600_000)))
    folder = tmp_path / "out"
    folder.mkdir()
    running = subprocess.Popen(
        [sys.executable, "-m", "oddline", "scan", str(path), "-o", str(folder / "scored.csv")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    time.sleep(1.0)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=60)
    assert running.returncode == 130, told
    assert b"Traceback" not in told
    assert [p.name for p in folder.iterdir()] == []


def test_bad_settings_file(log, tmp_path):
    (tmp_path / "oddline.toml").write_text("[scam]\nbudget = 3\n")
    refused(oddline("scan", log, cwd=tmp_path), 78, "scam")
    (tmp_path / "oddline.toml").write_text("[scan\n")
    refused(oddline("scan", log, cwd=tmp_path), 78, "TOML")


def test_settings_file_is_below_flags_and_environment(log, tmp_path):
    (tmp_path / "oddline.toml").write_text("[scan]\nbudget = 1\n")

    def budget(*flags, **environment):
        done = oddline("scan", log, "--json", *flags, cwd=tmp_path, env=os.environ | environment)
        return json.loads(done.stdout)["threshold"]["budget"]

    assert budget() == 1
    assert budget(ODDLINE_SCAN_BUDGET="2") == 2
    assert budget("--budget", "3", ODDLINE_SCAN_BUDGET="2") == 3


def test_log_text_cannot_write_to_the_terminal(tmp_path):
    path = tmp_path / "evil.log"
    path.write_bytes(b"job 1 done\n" * 100 + b"\x1b]0;owned\x07\x1b[31m fatal error\n" + b"job 2 done\n" * 100)
    done = oddline("scan", path, "--budget", 2, "--context", 2)
    assert b"\x1b" not in done.stdout
    assert b"fatal error" in done.stdout


def test_stdin(log):
    done = oddline("scan", "-", "--json", input=log.read_bytes())
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["events"] == 300


def test_fail_on(log):
    assert oddline("scan", log, "--budget", 1, "--fail-on", "low").returncode == 1
    assert oddline("scan", log, "--budget", 0, "--fail-on", "low").returncode == 0


def test_nothing_is_left_in_the_working_folder(log, tmp_path):
    before = sorted(Path(tmp_path).iterdir())
    assert oddline("scan", log, cwd=tmp_path).returncode == 0
    assert sorted(Path(tmp_path).iterdir()) == before
