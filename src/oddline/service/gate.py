"""How many requests are answered at once: few, each in its turn."""

from __future__ import annotations

from asyncio import Semaphore, get_running_loop
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

__all__ = ["AT_HOME", "AWAY", "Gate"]

AT_HOME = 2
"""Requests at once where database and files lie on this machine.

Answering is Python, of which one thread runs at a time. Forty at once only took the turn from each other: with fifty
clients, one answer in twenty came after 1.5 s instead of a quarter of a second (``benchmarks/LOG.md``). It also bounds
the connections that are held while a request waits for a thread: with more of those than the pool has, all stood still.
"""

AWAY = 8
"""The same where database or files are on another machine: much time then goes by in waiting for it."""

PATIENCE = 0.5
"""Seconds after which a request that is not answered yet lets another one in."""


class Gate:
    """Lets requests in, in the order in which they came; a long one does not shut out the others.

    What waits for somebody outside (a body that streams in, an answer that streams out, events) is not for the gate.

    Examples
    --------
    >>> import asyncio
    >>> async def two() -> str:
    ...     gate = Gate(1)
    ...     async with gate.turn():
    ...         return "let in"
    >>> asyncio.run(two())
    'let in'
    """

    def __init__(self, at_once: int, patience: float = PATIENCE) -> None:
        self._places, self._patience = Semaphore(at_once), patience

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, and have it until the end, or for as long as others have patience."""
        await self._places.acquire()
        room = False

        def make_room() -> None:
            nonlocal room
            if not room:
                room = True
                self._places.release()

        over = get_running_loop().call_later(self._patience, make_room)
        try:
            yield
        finally:
            over.cancel()
            make_room()
