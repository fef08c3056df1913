"""Cells read by words: what they say is what Python reads, and what is not plain is refused."""

from __future__ import annotations

import numpy as np
import pytest

from oddline.drivers import _cells
from oddline.drivers._cells import PAD, Cells, Irregular
from oddline.drivers._combinations import Combinations
from oddline.drivers._kept import Kept


def cells(*lines: str, columns: int = 1, room: int = PAD) -> Cells:
    return made("".join(line + "\n" for line in lines).encode(), columns, room)


def made(text: bytes, columns: int, room: int = PAD) -> Cells:
    # What is in front and behind is of no matter.
    return Cells(b"9" * room + text + b"9,\n\0", room, room + len(text), ord(","), columns, Kept())


@pytest.mark.parametrize("longest", [1, 2, 4, 5, 8, 9, 16])
def test_whole_numbers_of_any_length(longest: int) -> None:
    random = np.random.default_rng(longest)
    numbers = [int(random.integers(10 ** int(random.integers(1, longest + 1)))) for _ in range(300)]
    numbers += [0, 10**longest - 1, 10 ** (longest - 1)]
    lines = [f"{number},{number % 7}" for number in numbers]
    told, after = cells(*lines, columns=2).digits(0)
    assert told.tolist() == numbers
    assert after == 0


@pytest.mark.parametrize("after", [1, 2, 3, 5])
def test_decimals_are_the_nearest_numbers(after: int) -> None:
    random = np.random.default_rng(after)
    texts = [f"{random.random() * 10 ** random.integers(0, 7 - after):.{after}f}" for _ in range(500)]
    digits, told = cells(*(f"x,{text}" for text in texts), columns=2).digits(1)
    assert told == after
    assert (digits / 10.0**told).tolist() == [float(text) for text in texts]


@pytest.mark.parametrize(
    "column",
    [
        ("5", "x"),
        ("5", ":"),  # the byte after the nine
        ("5", "/"),  # the byte before the nought
        ("50", "1:"),
        ("50", ":1"),
        ("500000", ":12345"),
        ("50", "1-"),
        ("50", "-1"),
        ("50", "+1"),
        ("50", " 1"),
        ("50", "1e"),
        ("500", "1.0"),
        ("12345", "1234é"),
        ("1.5", "15"),
        ("1.5", "1.25"),
        ("1.5", "."),
        ("1.5", ".5"),
        ("1.", "5."),
        ("15", "1.5"),
        ("1.50", "1.5"),
        ("1.5", "1..5"),
        ("1.5", "1234567.5"),
        ("1", "12345678901234567"),  # seventeen digits
        ("1234567890", "12345x7890"),
        ("1234567890", "1x34567890"),
        ("1", ""),
        ("", "1"),
    ],
)
@pytest.mark.parametrize("neighbour", ["7", "0.5", "5."])
def test_what_is_no_plain_number_is_refused(column: tuple[str, str], neighbour: str) -> None:
    told = cells(*(f"{neighbour},{cell}" for cell in column), columns=2)
    try:
        digits, after = told.digits(1)
    except Irregular:
        return
    # Or else it is read as Python reads it.
    assert (digits / 10.0**after).tolist() == [float(cell) for cell in column]
    assert column == ("1.", "5.")


@pytest.mark.parametrize("text", ["1,2\n3\n", "1,2\n3\n4,5,6\n", "1,2\n3,4,5\n6\n", "1\n2,3,4\n", "1,\0\n", "1\n", ""])
def test_rows_of_different_lengths_are_refused(text: str) -> None:
    with pytest.raises(Irregular):
        made(text.encode(), 2)


@pytest.mark.parametrize("at_once", [1, 7, 64, 1 << 20])
def test_however_many_bytes_at_once(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_cells, "AT_ONCE", at_once)
    told = cells(*(f"{n},{'w' * (n % 5 + 1)},{n / 4:.2f}" for n in range(200)), columns=3, room=PAD + 5)
    assert told.digits(0)[0].tolist() == list(range(200))
    assert told.digits(2)[0].tolist() == [25 * n for n in range(200)]
    assert told.sizes(1).tolist() == [n % 5 + 1 for n in range(200)]
    assert [told.text(1, row) for row in (0, 4)] == [b"w", b"wwwww"]


@pytest.mark.parametrize("values", [(3, 4, 5), (1, 1), (2000, 2000), (2**40, 2**40)])
def test_combinations_tell_apart_what_differs(values: tuple[int, ...]) -> None:
    random = np.random.default_rng(0)
    columns = [random.integers(min(count, 9), size=400) * (count // min(count, 9)) for count in values]
    combinations = Combinations(400)
    for codes, count in zip(columns, values, strict=True):
        combinations.add(codes, count + 9)
    first = combinations.pack()
    rows = np.stack(columns, axis=1)
    assert len(first) == combinations.size == len(np.unique(rows, axis=0))
    np.testing.assert_array_equal(rows[first][combinations.place], rows)
