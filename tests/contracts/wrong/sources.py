"""Sources that are wrong on purpose."""

import io
import itertools
from dataclasses import replace
from functools import partial

from oddline.sources.file import File


class StripsReturns(File):
    """Tidies up bytes that are not its own."""

    def parts(self):
        return [
            replace(part, open=lambda part=part: io.BytesIO(part.open().read().replace(b"\r", b"")))
            for part in super().parts()
        ]


def _same(stream):
    return stream


class OpensOnce(File):
    """The second look sees nothing."""

    def parts(self):
        return [replace(part, open=partial(_same, part.open())) for part in super().parts()]


class RenamesEachTime(File):
    """Another name in every listing."""

    count = itertools.count()

    def parts(self):
        return [replace(part, name=f"{next(self.count)}") for part in super().parts()]


class SaysNothing(File):
    """A missing file is an empty list."""

    def parts(self):
        try:
            return list(super().parts())
        except Exception:
            return []


WRONG = {
    "gives_every_byte": StripsReturns,
    "opens_a_part_again": OpensOnce,
    "lists_its_parts_in_a_stable_order": RenamesEachTime,
    "says_when_there_is_nothing": SaysNothing,
}
RIGHT = File
