"""Two jobs beside the shop: a heartbeat every five seconds, and a sales report every thirty.

The heartbeat has a fault that many have: while the database does not answer, it waits and says nothing.
"""

from __future__ import annotations

import argparse
import logging
import threading
import time
from typing import Any

import psycopg

DATABASE = "host=127.0.0.1 port=5433 user=shop dbname=shop application_name=jobs connect_timeout=2"


def ask(query: str) -> tuple[Any, ...]:
    with psycopg.connect(DATABASE) as connection:
        return connection.execute(query).fetchone() or ()


def heartbeat() -> None:
    log = logging.getLogger("jobs.heartbeat")
    while True:
        while True:
            try:
                recent, waiting = ask(
                    "SELECT count(*), count(*) FILTER (WHERE state = 'placed') FROM orders"
                    " WHERE created > now() - interval '1 minute'"
                )
                break
            except psycopg.OperationalError:
                time.sleep(1)
        log.info("alive: %d orders in the last minute, %d not paid yet", recent, waiting)
        time.sleep(5)


def report() -> None:
    log = logging.getLogger("jobs.report")
    while True:
        time.sleep(30)
        started = time.monotonic()
        try:
            orders, total = ask("SELECT count(*), coalesce(sum(total), 0) FROM orders WHERE state = 'paid'")
        except psycopg.OperationalError:
            log.exception("sales report failed")
        else:
            log.info("sales report: %d orders, %s EUR, made in %.0f ms", orders, total,
                     1000 * (time.monotonic() - started))  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--log", default="logs/app.log")
    logging.basicConfig(filename=parser.parse_args().log, level="INFO",
                        format="%(asctime)s %(levelname)s %(name)s: %(message)s")  # fmt: skip
    logging.Formatter.converter = time.gmtime
    threading.Thread(target=report, daemon=True).start()
    heartbeat()


if __name__ == "__main__":
    main()
