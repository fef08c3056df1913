"""A large upload through a service in a process of its own takes the memory of a few parts; what is cut goes on."""

from __future__ import annotations

import hashlib
import sys
from contextlib import ExitStack

import httpx2
import pytest
from benchmarks._service import served
from benchmarks.uploads import MB, bomb, digest_of, large, lines, truncated

from oddline.client import Client
from oddline.service.context import Service
from oddline.service.storage import turns

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")


@pytest.fixture(scope="module")
def running():
    with served(LIMIT_UNPACKED_BYTES=str(500 * MB)) as service:
        yield service


def test_300_mb_take_less_than_100_more(running):
    told = large(running, 300 * MB)
    assert told["peak_MB"] - told["before_MB"] < 100


def test_what_came_before_a_cut_is_kept_and_the_rest_follows(running):
    told = truncated(running, 40 * MB, 23 * MB)
    assert 15 < told["kept_MB"] <= 23
    assert told["same_bytes"]


def test_a_bomb_is_refused_in_little_memory(running):
    before = running.memory()
    assert bomb(running, 1000 * MB, "500 MB")["peak_MB"] - before < 100


def test_a_scan_from_the_file_to_the_download(running, tmp_path):
    """The client's whole way, if jobs run: they do not here, and the scan waits."""
    with Client(running.url, running.token) as client:
        upload = client.uploads.send_bytes(b"".join(lines(2 * MB)), "a.log")
        assert upload.sha256 == digest_of(lines(2 * MB))
        with pytest.raises(TimeoutError):
            client.scans.wait(client.scans.start(upload), timeout=0.3)
        assert [job.state for job in client.jobs.each(kind="scan")] == ["queued"]


def test_one_request_without_a_length_is_stored_as_it_comes(running):
    answer = httpx2.post(
        f"{running.url}/api/v1/uploads", content=lines(20 * MB), headers=running.headers, params={"name": "a.log"}
    )
    assert answer.json()["sha256"] == digest_of(lines(20 * MB))


def test_many_senders_share_the_memory_for_parts(service: Service, monkeypatch):
    monkeypatch.setattr(turns, "HELD", 1_600)
    monkeypatch.setattr(turns, "SMALLEST", 200)
    sizes = {}
    with ExitStack() as senders:
        for count in range(1, 101):
            senders.enter_context(turns.sending(service))
            sizes[count] = turns.part_size(service)
    assert (sizes[1], sizes[4], sizes[100]) == (1_000, 400, 200)
    assert turns.part_size(service) == 1_000


def test_the_sum_of_lines_is_that_of_their_bytes():
    assert digest_of(lines(3 * MB)) == hashlib.sha256(b"".join(lines(3 * MB))).hexdigest()
