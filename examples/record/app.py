"""The shop's HTTP server: one thread a request, behind nginx; logs with Python's ``logging``."""

from __future__ import annotations

import argparse
import csv
import json
import logging
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from psycopg_pool import ConnectionPool, PoolTimeout
from store import Answer, Refused, Store

COLUMNS = ["timestamp", "service", "instance", "level", "request_id", "method", "path", "status",
           "latency_ms", "bytes", "message"]  # fmt: skip
SERVICES = {"order": "orders", "status": "orders", "pay": "payments", "login": "auth", "register": "auth",
            "health": "gateway"}  # fmt: skip


class Events:
    """A table of events: one row a request, as a cloud's log service exports it."""

    def __init__(self, path: str | None, instance: str) -> None:
        self.file = Path(path).open("a", newline="") if path else None  # noqa: SIM115 - open as long as the server
        self.instance, self.lock = instance, threading.Lock()

    def write(self, service: str, level: str, *rest: object) -> None:
        """Add a row, if a table is wanted."""
        if self.file is None:
            return
        moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        row = [moment, service, self.instance, level, *rest]
        with self.lock:
            csv.writer(self.file, lineterminator="\n").writerow(row)
            self.file.flush()


class Handler(BaseHTTPRequestHandler):
    """Finds the verb for a path, runs it, and logs what became of it."""

    protocol_version = "HTTP/1.1"
    store: Store
    events: Events

    def verb(self) -> tuple[str, dict[str, str]]:
        """Tell the verb and its parameters: /orders/17 is ``status`` with id 17."""
        address = urlsplit(self.path)
        given = dict(parse_qsl(address.query))
        length = int(self.headers.get("Content-Length") or 0)
        if length:
            given |= {name: str(value) for name, value in json.loads(self.rfile.read(length)).items()}
        head, _, tail = address.path.strip("/").partition("/")
        if tail:
            given["id"] = tail
        names = {("GET", "products", True): "product", ("GET", "products", False): "products",
                 ("GET", "search", False): "search", ("GET", "export", False): "export",
                 ("GET", "health", False): "health", ("POST", "login", False): "login",
                 ("POST", "customers", False): "register", ("POST", "orders", False): "order",
                 ("GET", "orders", True): "status", ("POST", "payments", False): "pay"}  # fmt: skip
        name = names.get((self.command, head, bool(tail)))
        if name is None:
            raise Refused(404, "no such page")
        return name, given

    def answer(self) -> None:
        """Answer one request."""
        started, log, name, level = time.monotonic(), logging.getLogger("shop.http"), "none", "INFO"
        request = self.headers.get("X-Request-ID", "-")[:12]
        try:
            name, given = self.verb()
            reply: Answer = getattr(self.store, name)(given)
        except Refused as error:
            reply, level = (error.status, str(error), {"error": str(error)}), "WARNING"
        except PoolTimeout as error:
            log.exception("%s %s failed: no database connection [%s]", self.command, self.path, request)
            reply, level = (503, str(error), {"error": "try again later"}), "ERROR"
        status, message, body = reply
        data = json.dumps(body, default=str).encode()
        took = 1000 * (time.monotonic() - started)
        log.log(logging.INFO if status < 500 else logging.ERROR, "%s %s %d %d bytes in %.0f ms [%s]",
                self.command, self.path, status, len(data), took, request)  # fmt: skip
        self.events.write(SERVICES.get(name, "catalog"), level, request, self.command,
                          urlsplit(self.path).path, status, round(took, 1), len(data), message)  # fmt: skip
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = answer  # noqa: N815 - the names that http.server looks for

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Stay silent: ``answer`` logs each request."""


class Server(ThreadingHTTPServer):
    """One thread a request; what a thread did not expect goes to the log."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log what a request's thread did not expect; its connection is closed without an answer."""
        logging.getLogger("shop.http").exception("unhandled error in a request from %s", client_address[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--database", default="host=127.0.0.1 port=5433 user=shop dbname=shop")
    parser.add_argument("--log", default="logs/app.log")
    parser.add_argument("--events")
    parser.add_argument("--instance", default="app-1")
    options = parser.parse_args()
    logging.basicConfig(filename=options.log, level="INFO", format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.Formatter.converter = time.gmtime
    pool = ConnectionPool[Any](options.database, name="shop", min_size=4, max_size=5, timeout=1.5, open=True)
    pool.wait()
    Handler.store, Handler.events = Store(pool, seed=options.port), Events(options.events, options.instance)
    logging.getLogger("shop").info("shop %s listens on 127.0.0.1:%d", options.instance, options.port)
    Server(("127.0.0.1", options.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
