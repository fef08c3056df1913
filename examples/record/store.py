"""What the shop does, on PostgreSQL: catalogue, orders, payments, log-in."""

from __future__ import annotations

import logging
import random
import time
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

Answer = tuple[int, str, Any]
"""Status, a message for people, and the body."""


class Refused(Exception):
    """The request is understood and not granted."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Store:
    """The shop's verbs; each takes the request's parameters."""

    def __init__(self, pool: ConnectionPool[Any], seed: int) -> None:
        self.pool = pool
        self.random = random.Random(seed)

    def rows(self, query: str, *values: object, attempts: int = 1) -> list[dict[str, Any]]:
        """Ask the database, on a connection of the pool; what matters most is tried more than once."""
        for attempt in range(1, attempts + 1):
            try:
                with self.pool.connection() as connection:
                    cursor = connection.cursor(row_factory=dict_row)
                    cursor.execute(query, values)
                    return cursor.fetchall()
            except psycopg.OperationalError as error:
                if attempt == attempts:
                    raise
                logging.getLogger("shop.store").warning("attempt %d of %d: %s", attempt, attempts, error)
        return []

    def health(self, _: dict[str, str]) -> Answer:
        """Tell that the server answers; it does not ask the database."""
        return 200, "alive", {"alive": True}

    def products(self, given: dict[str, str]) -> Answer:
        """List a page of a category."""
        page = int(given.get("page", "1"))
        found = self.rows(
            "SELECT id, name, price, stock FROM products WHERE category = %s ORDER BY id LIMIT 20 OFFSET %s",
            given.get("category", "kitchen"), 20 * (page - 1), attempts=3,
        )  # fmt: skip
        logging.getLogger("shop.catalog").debug("page %d: %d products", page, len(found))
        return 200, "page listed", found

    def product(self, given: dict[str, str]) -> Answer:
        """Show one product."""
        found = self.rows("SELECT id, name, price, stock FROM products WHERE id = %s", int(given["id"]))
        if not found:
            logging.getLogger("shop.catalog").warning("no product %s", given["id"])
            raise Refused(404, "no such product")
        return 200, "product shown", found[0]

    def search(self, given: dict[str, str]) -> Answer:
        """Find products by a part of their name."""
        words = f"%{given.get('q', '')}%"
        found = self.rows("SELECT id, name, price FROM products WHERE name ILIKE %s ORDER BY price LIMIT 25", words)
        logging.getLogger("shop.catalog").info("search for %r: %d hits", given.get("q", ""), len(found))
        return 200, "search done", found

    def export(self, given: dict[str, str]) -> Answer:
        """Give a part of the catalogue."""
        return 200, "catalogue exported", self.rows("SELECT * FROM products LIMIT %s", int(given["limit"]))

    def login(self, given: dict[str, str]) -> Answer:
        """Log a customer in."""
        log = logging.getLogger("shop.auth")
        found = self.rows(
            "SELECT id FROM customers WHERE email = %s AND password = md5(%s)",
            given["email"], given["password"],
        )  # fmt: skip
        if not found:
            log.warning("log-in refused for %s: wrong password", given["email"])
            raise Refused(401, "wrong password")
        log.info("customer %d logged in", found[0]["id"])
        return 200, "logged in", found[0]

    def register(self, given: dict[str, str]) -> Answer:
        """Make a new customer."""
        log = logging.getLogger("shop.auth")
        try:
            made = self.rows(
                "INSERT INTO customers (email, password) VALUES (%s, md5(%s)) RETURNING id",
                given["email"], given["password"],
            )  # fmt: skip
        except psycopg.errors.UniqueViolation:
            log.warning("%s is registered already", given["email"])
            raise Refused(409, "registered already") from None
        log.info("customer %d registered", made[0]["id"])
        return 201, "registered", made[0]

    def order(self, given: dict[str, str]) -> Answer:
        """Place an order. Nobody thought of an upper bound for the quantity."""
        log = logging.getLogger("shop.orders")
        quantity, product = int(given["quantity"]), int(given["product"])
        with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=dict_row)
            cursor.execute(
                "UPDATE products SET stock = stock - %s WHERE id = %s RETURNING price, stock",
                (quantity, product),
            )
            bought = cursor.fetchone()
            if bought is None:
                raise Refused(404, "no such product")
            cursor.execute(
                "INSERT INTO orders (customer_id, product_id, quantity, total) VALUES (%s, %s, %s, %s)"
                " RETURNING id, total",
                (int(given["customer"]), product, quantity, quantity * bought["price"]),
            )
            made: dict[str, Any] = cursor.fetchone() or {}
        log.info(
            "order %d placed: customer %s, product %d, quantity %d, total %s EUR",
            made["id"], given["customer"], product, quantity, made["total"],
        )  # fmt: skip
        if bought["stock"] < 50:
            logging.getLogger("shop.stock").warning("product %d is low: %d left", product, bought["stock"])
        return 201, "order placed", made

    def pay(self, given: dict[str, str]) -> Answer:
        """Ask the payment provider, which here is only its delay, then mark the order."""
        log = logging.getLogger("shop.payments")
        started = time.monotonic()
        time.sleep(min(1.5, self.random.lognormvariate(-3.2, 0.6)))
        if self.random.random() < 0.03:
            log.warning("payment for order %s declined by the provider", given["order"])
            raise Refused(402, "payment declined")
        self.rows("UPDATE orders SET state = 'paid' WHERE id = %s RETURNING id", given["order"], attempts=3)
        log.info("order %s paid in %.0f ms", given["order"], 1000 * (time.monotonic() - started))
        return 200, "order paid", {"order": given["order"]}

    def status(self, given: dict[str, str]) -> Answer:
        """Show an order."""
        found = self.rows("SELECT id, state, total FROM orders WHERE id = %s", int(given["id"]))
        if not found:
            raise Refused(404, "no such order")
        return 200, "order shown", found[0]
