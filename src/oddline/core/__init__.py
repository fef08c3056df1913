"""The ground floor: words that everyone uses; no I/O, no algorithm."""
