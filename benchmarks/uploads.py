"""What large, broken, hostile and simultaneous uploads cost a service, and whether a byte is lost.

`oddline serve` runs in a process of its own on an empty folder (SQLite, files on disk), with limits as they come
unless said; memory is the peak of that process while the upload lasts. Every file that arrives is read back or
compared by its SHA-256.

    python -m benchmarks.uploads [--gigabytes 2] [--at-once 40]
"""

from __future__ import annotations

import argparse
import hashlib
import socket
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import httpx2

from benchmarks._data import write_result
from benchmarks._service import Served, served
from oddline.client import Client

MB, GB = 1_000_000, 1_000_000_000
API = "/api/v1/uploads"


def lines(size: int, seed: int = 0) -> Iterator[bytes]:
    """Give so many bytes of lines, no MB of which is like another."""
    block = Random(seed).randbytes(MB // 2 - 16).hex().encode()
    sent = 0
    while sent < size:
        piece = (f"{seed:06d} {sent:015d} ".encode() + block + b"\n")[: size - sent]
        sent += len(piece)
        yield piece


def digest_of(pieces: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def large(service: Served, size: int) -> dict[str, Any]:
    """One request whose body is the whole file."""
    expected = digest_of(lines(size))
    before = service.memory()
    service.forget_peak()
    start = time.perf_counter()
    answer = httpx2.post(
        service.url + API, params={"name": "large.log"}, content=lines(size), headers=service.headers, timeout=600
    )
    seconds = time.perf_counter() - start
    told = answer.json()
    assert answer.status_code == 201 and told["sha256"] == expected, answer.text
    peak = service.memory("VmHWM")
    httpx2.delete(f"{service.url}{API}/{told['id']}", headers=service.headers)
    return {
        "what": f"{size / GB:g} GB in one request", "seconds": round(seconds, 1), "MB/s": round(size / MB / seconds),
        "peak_MB": round(peak), "before_MB": round(before),
    }  # fmt: skip


def truncated(service: Served, size: int, cut: int) -> dict[str, Any]:
    """A connection that is cut in the middle of a body, and the client that goes on from there."""
    with tempfile.NamedTemporaryFile(prefix="oddline-") as file, Client(service.url, service.token) as client:
        for piece in lines(size, 1):
            file.write(piece)
        file.flush()
        begun = httpx2.post(service.url + API, params={"name": "cut.log", "size": size}, headers=service.headers).json()
        _cut_off(service, begun["id"], size, cut)
        service.forget_peak()
        kept = client.uploads.get(begun["id"]).received
        whole = client.uploads.send(file.name, resume=begun["id"])
        client.uploads.delete(whole)
    assert whole.sha256 == digest_of(lines(size, 1))
    return {
        "what": f"{size / MB:g} MB, cut off after {cut / MB:g} MB", "kept_MB": round(kept / MB, 1), "same_bytes": True,
        "peak_MB": round(service.memory("VmHWM")),
    }  # fmt: skip


def _cut_off(service: Served, upload: str, size: int, cut: int) -> None:
    parts = urlsplit(service.url)
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        head = (
            f"PATCH {API}/{upload} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {service.token}\r\n"
            f"Upload-Offset: 0\r\nContent-Length: {size}\r\n\r\n"
        )
        connection.sendall(head.encode())
        sent = 0
        for piece in lines(size, 1):
            connection.sendall(piece[: cut - sent])
            sent += len(piece)
            if sent >= cut:
                break
    until = time.monotonic() + 30
    offset = -1
    while time.monotonic() < until:  # what is on its way is still being kept
        known = int(httpx2.head(f"{service.url}{API}/{upload}", headers=service.headers).headers["upload-offset"])
        if known == offset and known >= cut * 0.9:
            return
        offset = known
        time.sleep(0.3)


def gzip_bomb(size: int) -> bytes:
    """Give a gzip file that unpacks to so many bytes of one letter: many streams end to end, as gzip joins them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    each = 100 * MB
    stream = packer.compress(b"x" * each) + packer.flush()
    return stream * (size // each)


def bomb(service: Served, size: int, limit: str) -> dict[str, Any]:
    """A file of some MB that unpacks to GB."""
    content = gzip_bomb(size)
    service.forget_peak()
    start = time.perf_counter()
    answer = httpx2.post(
        service.url + API, params={"name": "bomb.gz"}, content=content, headers=service.headers, timeout=600
    )
    seconds = time.perf_counter() - start
    assert answer.status_code == 413, answer.text
    return {
        "what": f"a gzip bomb of {size / GB:g} GB ({limit})", "sent_MB": round(len(content) / MB, 1),
        "status": answer.status_code, "said": answer.json()["title"], "seconds": round(seconds, 1),
        "peak_MB": round(service.memory("VmHWM")),
    }  # fmt: skip


def simultaneous(service: Served, count: int, size: int) -> dict[str, Any]:
    """Many files at once, each by a client of its own; all are read back."""

    def one(number: int) -> bool:
        with tempfile.NamedTemporaryFile(prefix="oddline-") as file, Client(service.url, service.token) as client:
            for piece in lines(size, number):
                file.write(piece)
            file.flush()
            upload = client.uploads.send(file.name, name=f"{number}.log")
            with tempfile.TemporaryDirectory() as folder:
                client.uploads.download(upload, Path(folder) / "back")
                with (Path(folder) / "back").open("rb") as back:
                    same = hashlib.file_digest(back, "sha256").hexdigest() == digest_of(lines(size, number))
        return same and upload.sha256 is not None

    service.forget_peak()
    start = time.perf_counter()
    with ThreadPoolExecutor(count) as pool:
        whole = sum(pool.map(one, range(count)))
    with Client(service.url, service.token) as client:
        listed = sum(upload.state == "complete" for upload in client.uploads.each(q=".log"))
    assert whole == listed == count, (whole, listed)
    seconds = time.perf_counter() - start
    return {
        "what": f"{count} at once, {size / MB:g} MB each", "whole": whole, "seconds": round(seconds, 1),
        "peak_MB": round(service.memory("VmHWM")),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=2)
    parser.add_argument("--at-once", type=int, default=40)
    parser.add_argument("--no-write", action="store_true", help="print the figures only")
    arguments = parser.parse_args()
    if not sys.platform.startswith("linux"):
        sys.exit("memory is read from /proc: Linux only")
    rows = []
    with served() as service:
        for measure in (
            lambda: large(service, int(arguments.gigabytes * GB)),
            lambda: truncated(service, 200 * MB, 70 * MB),
            lambda: simultaneous(service, arguments.at_once, 25 * MB),
            lambda: bomb(service, 10 * GB, "limits as they come"),
        ):
            rows.append(measure())
            print(rows[-1], flush=True)
    with served(LIMIT_UNPACKED_BYTES=str(4 * GB)) as service:
        rows.append(bomb(service, 10 * GB, "unpacked_bytes 4 GB"))
        print(rows[-1], flush=True)
    if not arguments.no_write:
        write_result("uploads", rows)


if __name__ == "__main__":
    main()
