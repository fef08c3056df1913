"""Patterns for logs: the classes that a log needs are ASCII, and a thousandth the size of Unicode's."""

from __future__ import annotations

_CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": r" \t"}


def ascii_classes(pattern: str) -> str:
    r"""Rewrite ``\d``, ``\w``, ``\s``, ``\S`` and ``\b`` of a Rust regex to their ASCII meaning.

    A bounded repetition of Unicode's ``\w`` compiles to an automaton of megabytes; of ASCII's, to a few
    kilobytes. A negated class still takes any character, so foreign letters pass where ``\S`` stands.

    Examples
    --------
    >>> print(ascii_classes(r"\d+ [\w.]+ \S"))
    [0-9]+ [0-9A-Za-z_.]+ [^ \t]
    """
    out: list[str] = []
    inside = escaped = False
    for letter in pattern:
        if escaped:
            out.append(_escaped(letter, inside=inside))
            escaped = False
        elif letter == "\\":
            escaped = True
        else:
            inside = letter == "[" or (inside and letter != "]")
            out.append(letter)
    return "".join(out)


def _escaped(letter: str, *, inside: bool) -> str:
    if letter in _CLASSES:
        return _CLASSES[letter] if inside else f"[{_CLASSES[letter]}]"
    if letter == "S" and not inside:
        return r"[^ \t]"
    if letter == "b" and not inside:
        return r"(?-u:\b)"
    return "\\" + letter
