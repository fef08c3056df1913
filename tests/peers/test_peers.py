"""The peers of the tests answer, are fresh for each test, and leave nothing behind."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.peers import NAMES, __main__, keeper, peer
from tests.peers.fixtures import need
from tests.peers.processes import PeerFailed, descendants, processes

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("turn", [1, 2])
def test_a_database_is_fresh(postgresql, turn):
    import psycopg

    with psycopg.connect(postgresql.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
        connection.execute("CREATE TABLE seen (turn int)")


def test_a_database_can_be_a_copy(postgresql, postgresql_server):
    import psycopg

    with psycopg.connect(postgresql.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    with postgresql_server.database(postgresql) as copy, psycopg.connect(copy.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)


@pytest.mark.parametrize("turn", [1, 2])
def test_a_bucket_is_fresh(s3, turn):
    import obstore

    store = s3.store()
    assert [one for objects in obstore.list(store) for one in objects] == []
    obstore.put(store, "seen", b"1")
    assert bytes(obstore.get(store, "seen").bytes()) == b"1"


def test_a_bucket_opens_by_its_url_and_the_environment(s3, monkeypatch):
    import obstore

    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    obstore.put(obstore.store.from_url(s3.url), "a/b", b"by url")
    assert bytes(obstore.get(s3.store(), "a/b").bytes()) == b"by url"


def test_a_bucket_refuses_strangers(s3):
    assert httpx.get(f"{s3.endpoint}/{s3.name}/", trust_env=False).status_code == 403


@pytest.mark.parametrize("turn", [1, 2])
def test_a_browser_is_fresh(browser, turn):
    assert browser.cookies() == []
    browser.add_cookies([{"name": "seen", "value": "1", "url": "http://127.0.0.1"}])
    page = browser.new_page()
    page.set_content("<title>a</title><p>one line<script>document.title += 'b'</script>")
    assert page.title() == "ab"
    assert len(browser.browser.contexts) == 1


def test_a_browser_leaves_the_event_loop_to_others(chromium):
    async def seven():
        return 7

    assert asyncio.run(seven()) == 7


@pytest.mark.parametrize("name", NAMES)
def test_a_peer_stops_with_all_its_processes(name):
    """In a process of its own: Playwright can be started once a thread."""
    need(name)
    code = f"""
import os, time
from tests.peers import peer
from tests.peers.processes import descendants
with peer({name!r}).start():
    running = descendants(os.getpid())
print(len(running), [pid for pid in descendants(os.getpid()) if pid in running])
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    count, left = done.stdout.split(maxsplit=1)
    assert int(count) > 2
    assert left == "[]\n"


@pytest.mark.parametrize("victim", ["owner", "keeper"])
def test_servers_end_with_the_run_even_when_it_is_killed(victim):
    need("postgresql")
    folder = keeper.meeting_place()
    owner = subprocess.Popen(["sleep", "60"])
    keeper.borrow("postgresql", folder, owner.pid)
    kept = int((folder / "postgresql.pid").read_text())
    running = descendants(kept)
    assert len(running) > 2
    os.kill(owner.pid if victim == "owner" else kept, signal.SIGKILL)
    _wait_until(lambda: not _alive([kept, *running]))
    if victim == "keeper":
        keeper.end(folder)
    _wait_until(lambda: not folder.exists())
    owner.kill()
    owner.wait()


ASKS = """
import os, subprocess, pytest

@pytest.mark.parametrize("turn", range(6))
def test_asks(postgresql, turn, pytestconfig):
    from tests.peers.fixtures import RUN
    from tests.peers.processes import descendants
    folder, owner = pytestconfig.stash[RUN]
    everyone = subprocess.run(["ps", "-ww", "-eo", "pid=,args="], capture_output=True, text=True).stdout.splitlines()
    [keeper] = [int(line.split()[0]) for line in everyone if "tests.peers.keeper" in line and str(folder) in line]
    with open(os.environ["SEEN"], "a") as seen:
        print(os.getpid(), keeper, *descendants(keeper), sep=",", file=seen, flush=True)
    if turn == 3 and os.environ["KILL"]:
        os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("kill", ["", "a worker"])
def test_workers_share_one_server_that_ends_with_the_run(tmp_path, kill):
    need("postgresql")
    (tmp_path / "test_asks.py").write_text(ASKS)
    seen = tmp_path / "seen"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    environment |= {"SEEN": str(seen), "KILL": kill, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    plugins = ("-p", "xdist", "-p", "tests.peers.fixtures", "-p", "no:cacheprovider")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", *plugins, "-W", "error", "test_asks.py"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert ("1 failed, 5 passed" if kill else "6 passed") in done.stdout
    rows = [[int(pid) for pid in line.split(",")] for line in seen.read_text().splitlines()]
    assert len({row[0] for row in rows}) > 1, "one worker did it all"
    assert len({row[1] for row in rows}) == 1
    assert not _alive({pid for row in rows for pid in row})


def test_a_server_that_does_not_come_up_shows_its_log():
    with processes("broken") as those, pytest.raises(PeerFailed) as told:
        those.start("server", "sh", "-c", "echo no room left; exit 3")
        those.wait(Path("/nowhere").stat)
    assert "server ended with 3" in str(told.value)
    assert "no room left" in str(told.value)
    assert not those.folder.exists()


def test_a_missing_peer_is_told_with_its_package(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("tests.peers.postgresql._program", lambda name: None)
    for name in NAMES:
        reason = peer(name).find()
        assert f"apt-get install {' '.join(peer(name).PACKAGES)}" in reason
        assert "\n" not in reason


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_a_missing_peer_skips_here_and_fails_in_ci(monkeypatch, ci, outcome):
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr("tests.peers.s3.find", lambda: "there is no S3")
    with pytest.raises((pytest.skip.Exception, pytest.fail.Exception), match="there is no S3") as told:
        need("s3")
    assert told.type is outcome


def test_the_command_fails_when_one_is_missing(monkeypatch, capsys):
    monkeypatch.setattr("tests.peers.__main__.NAMES", ("postgresql",))
    monkeypatch.setattr("tests.peers.__main__.install", lambda: None)
    monkeypatch.setattr("tests.peers.postgresql.find", lambda: "there is none")
    assert __main__.main() == 1
    assert re.fullmatch(r"postgresql +missing: there is none\n", capsys.readouterr().out)


def _alive(pids):
    listed = subprocess.run(["ps", "-eo", "pid=,stat="], capture_output=True, text=True, check=True).stdout
    living = {int(line.split()[0]) for line in listed.splitlines() if not line.split()[1].startswith("Z")}
    return living & set(pids)


def _wait_until(true):
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)
