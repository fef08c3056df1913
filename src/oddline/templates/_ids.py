"""The id of a template: a fingerprint of what its lines have in common, the same on every run and every machine."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt


def fingerprints(keys: Sequence[str], taken: set[int] | None = None) -> npt.NDArray[np.uint32]:
    """Give each key a number of 32 bits that depends on the key alone; 0 is given to nobody.

    Two of 10,000 keys share a fingerprint in one log of a hundred; then the key that sorts later gets another
    one, so the numbers do not depend on the order of the keys.

    Examples
    --------
    >>> fingerprints(["disk full", "job <*> done"]).tolist()
    [2459587002, 2052605068]
    """
    used = set(taken or ())
    found: dict[str, int] = {}
    for key in sorted(keys):
        number, salt = 0, 0
        while not number or number in used:
            told = key.encode("utf-8", "surrogatepass") + b"\0" * salt
            number, salt = int.from_bytes(blake2b(told, digest_size=4).digest(), "little"), salt + 1
        found[key] = number
        used.add(number)
    return np.array([found[key] for key in keys], dtype=np.uint32)
