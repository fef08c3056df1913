"""Formats that are wrong on purpose; a subject is a built format."""

from datetime import UTC, datetime

import polars as pl

from oddline.formats.plain import Plain


class Greeting(Plain):
    """A right format, to be spoilt below."""

    name = "greeting"
    summary = "Any text, with one sample."
    samples = ({"line": "2024-01-02 03:04:05 hello", "ts": datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)},)


class Nameless(Greeting):
    """Has no summary."""

    summary = ""


class Forgetful(Greeting):
    """Loses the time."""

    def parse(self, lines, modified=None):
        return super().parse(lines, modified).with_columns(ts=pl.lit(None, pl.Datetime("us", "UTC")))


class Stranger(Greeting):
    """Does not know its own samples."""

    def recognise(self, sample):
        return 0.0


class Boaster(Greeting):
    """More than sure."""

    def recognise(self, sample):
        return 2.0


class DropsEmpty(Greeting):
    """Loses empty lines."""

    def parse(self, lines, modified=None):
        return super().parse(lines.filter(pl.col("raw") != ""), modified)


class NeedsLines(Greeting):
    """Cannot stand an empty file."""

    def parse(self, lines, modified=None):
        if lines.is_empty():
            raise ValueError("no lines")
        return super().parse(lines, modified)


class AllAlike(Greeting):
    """Every event has the same id."""

    def parse(self, lines, modified=None):
        return super().parse(lines, modified).with_columns(id=pl.lit(1, pl.UInt64))


class SeesAll(Greeting):
    """Decides by all the lines that it is given, and not by each of them."""

    def parse(self, lines, modified=None):
        records = super().parse(lines, modified)
        return records.with_columns(service=pl.lit(str(records["message"].n_unique())))


class OneKind(Greeting):
    """Takes all messages for alike."""

    def parse(self, lines, modified=None):
        return super().parse(lines, modified).with_columns(kind=pl.lit(1, pl.UInt32))


WRONG = {
    "says_what_it_is": Nameless(),
    "samples_become_what_they_say": Forgetful(),
    "recognises_its_samples": Stranger(),
    "recognises_with_a_share": Boaster(),
    "rubbish_is_kept": DropsEmpty(),
    "stands_no_lines": NeedsLines(),
    "ids_tell_events_apart": AllAlike(),
    "any_cut_gives_the_same_events": SeesAll(),
    "kinds_change_nothing": OneKind(),
}
RIGHT = Greeting()
