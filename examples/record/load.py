"""Customers on loopback: each thread is one customer with its own source address, who thinks between clicks.

Bounded in time and in requests; talks to 127.0.0.1 only.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import threading
import time
from typing import Any

AGENTS = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5",
    "shop-mobile/4.2 (Android 14)",
]
WORDS = ["lamp", "oak", "glass bowl", "linen", "clock", "steel shelf", "paper", "basket", "table", "sofa"]
CATEGORIES = ["kitchen", "office", "garden", "bedroom"]


class Customer(threading.Thread):
    """One customer: visits the shop again and again until time or the allowance is up."""

    def __init__(self, number: int, options: argparse.Namespace) -> None:
        super().__init__(daemon=True)
        self.random, self.options = random.Random(number), options
        self.address, self.agent = f"127.0.10.{number + 11}", AGENTS[number % len(AGENTS)]
        self.number, self.left = number, options.requests // options.customers

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send one request; think afterwards. Whatever goes wrong is the shop's log's affair."""
        if self.left <= 0 or time.monotonic() > self.options.until:
            raise SystemExit
        self.left -= 1
        reply: dict[str, Any] = {}
        connection = http.client.HTTPConnection("127.0.0.1", 8080, timeout=60, source_address=(self.address, 0))
        try:
            connection.request(method, path, json.dumps(body) if body else None,
                               {"Host": "shop.example", "User-Agent": self.agent})  # fmt: skip
            answer = connection.getresponse()
            data = answer.read()
            if answer.status < 300 and path.startswith("/api/"):
                parsed = json.loads(data)
                reply = parsed if isinstance(parsed, dict) else {}
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(self.random.expovariate(1 / self.options.think))
        return reply

    def browse(self) -> None:
        """Look at the shop's first page and some goods."""
        self.ask("GET", "/")
        for name in self.random.sample(["/shop.css", "/shop.js", "/logo.svg"], self.random.randint(0, 3)):
            self.ask("GET", name)
        if self.random.random() < 0.15:
            self.ask("GET", "/favicon.ico")  # there is none: the everyday error
        for _ in range(self.random.randint(1, 3)):
            category, page = self.random.choice(CATEGORIES), self.random.randint(1, 9)
            self.ask("GET", f"/api/products?category={category}&page={page}")
        if self.random.random() < 0.6:
            self.ask("GET", f"/api/search?q={self.random.choice(WORDS).replace(' ', '%20')}")

    def enter(self) -> None:
        """Register or log in, or neither; one password in eight is wrong."""
        chance = self.random.random()
        number = self.random.randint(1, 600)
        if chance < 0.12:
            email = f"customer{self.random.randint(590, 900)}@example.org"
            self.ask("POST", "/api/customers", {"email": email, "password": "new"})
        elif chance < 0.5:
            word = "wrong" if self.random.random() < 0.12 else f"secret{number}"
            self.ask("POST", "/api/login", {"email": f"customer{number}@example.org", "password": word})

    def buy(self, quantity: int) -> None:
        """Look at a product, order it, pay, and look at the order."""
        product = self.random.randint(1, 30200)
        self.ask("GET", f"/api/products/{product}")
        wanted = {
            "customer": self.random.randint(1, 600),
            "product": min(product, 30000),
            "quantity": quantity,
        }
        made = self.ask("POST", "/api/orders", wanted)
        if "id" in made:
            self.ask("POST", "/api/payments", {"order": made["id"]})
            self.ask("GET", f"/api/orders/{made['id']}")

    def run(self) -> None:
        """Visit the shop until time is up."""
        absurd = self.number == 0 and self.options.absurd_after > 0
        try:
            while True:
                self.browse()
                self.enter()
                if absurd and time.monotonic() > self.options.start + self.options.absurd_after:
                    absurd = False
                    self.buy(900000)
                for _ in range(self.random.choice([0, 1, 1, 2])):
                    self.buy(self.random.choice([1, 1, 1, 2, 2, 3, 4, 6]))
        except SystemExit:
            return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=360)
    parser.add_argument("--requests", type=int, default=4000)
    parser.add_argument("--customers", type=int, default=8)
    parser.add_argument("--think", type=float, default=1.0, help="mean seconds between clicks")
    parser.add_argument("--absurd-after", type=float, default=0, help="until an order of 900,000 pieces")
    options = parser.parse_args()
    options.start = time.monotonic()
    options.until = options.start + options.seconds
    customers = [Customer(number, options) for number in range(options.customers)]
    for customer in customers:
        customer.start()
    prober = Customer(len(customers), options)
    prober.agent = "uptime-check/1.0"
    while time.monotonic() < options.until:
        try:
            prober.ask("GET", "/api/health")
        except SystemExit:
            break
        time.sleep(min(9, max(0, options.until - time.monotonic())))
    for customer in customers:
        customer.join(timeout=70)


if __name__ == "__main__":
    main()
