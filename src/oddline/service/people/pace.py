"""How often one may ask, and how often one may try a password: counted in the memory of this process."""

from __future__ import annotations

import time
from ipaddress import ip_address
from math import ceil

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from oddline.service.errors import TooMany

__all__ = ["Pace", "source"]


def source(address: str) -> str:
    """Give what an address is counted by: a household has 2^64 IPv6 addresses, and is still one.

    Examples
    --------
    >>> source("192.0.2.7"), source("2001:db8::1"), source("testclient")
    ('192.0.2.7', '2001:db8::', 'testclient')
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if found.version == 4 or found.is_loopback:
        return str(found)
    return str(ip_address(int(found) >> 64 << 64))


class Pace:
    """Counts requests and failed sign-ins.

    Examples
    --------
    >>> pace = Pace()
    >>> pace.request("usr_1", 2)["RateLimit"].split(";")[1]
    'r=1'
    """

    def __init__(self) -> None:
        self._storage = MemoryStorage()
        self._windows = FixedWindowRateLimiter(self._storage)

    def request(self, who: str, allowed: int) -> dict[str, str]:
        """Count a request, and give the headers that tell how many are left (draft-ietf-httpapi-ratelimit-headers).

        Raises
        ------
        TooMany
            If there were more than ``allowed`` in a minute.
        """
        item = RateLimitItemPerMinute(allowed)
        fine = self._windows.hit(item, "request", who)
        left, seconds = self._left(item, "request", who)
        headers = {"RateLimit-Policy": f'"minute";q={allowed};w=60', "RateLimit": f'"minute";r={left};t={seconds}'}
        if not fine:
            raise TooMany(
                f"more than {allowed} requests in a minute",
                hint=f"wait {seconds} s; the limit is ODDLINE_LIMIT_REQUESTS_PER_MINUTE",
                headers=headers | {"Retry-After": str(seconds)},
            )
        return headers

    def attempt(self, keys: tuple[str, ...], allowed: int) -> None:
        """Count a try of a password; whoever was right takes it back by ``forgive``.

        It is counted before the password is looked at, so many tries at once are no way round.

        Raises
        ------
        TooMany
            If there were more than ``allowed`` in a quarter of an hour.
        """
        item = RateLimitItemPerMinute(allowed, 15)
        over = [key for key in keys if not self._windows.hit(item, "attempt", key)]
        if over:
            seconds = max(self._left(item, "attempt", key)[1] for key in over)
            raise TooMany(
                "too many failed sign-ins",
                hint=f"wait {ceil(seconds / 60)} min; the limit is ODDLINE_LIMIT_SIGN_INS_PER_QUARTER_HOUR",
                headers={"Retry-After": str(seconds)},
            )

    def forgive(self, keys: tuple[str, ...], allowed: int) -> None:
        """Take a try back that was right; the failed ones before it stay."""
        item = RateLimitItemPerMinute(allowed, 15)
        for key in keys:
            self._storage.decr(item.key_for("attempt", key))

    def _left(self, item: RateLimitItem, *who: str) -> tuple[int, int]:
        stats = self._windows.get_window_stats(item, *who)
        return stats.remaining, max(1, ceil(stats.reset_time - time.time()))
