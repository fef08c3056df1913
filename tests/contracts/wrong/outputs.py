"""Outputs that are wrong on purpose."""

import itertools

from oddline.outputs.base import Output


class Words(Output):
    """A right output, to be spoilt below."""

    def write(self, result, stream):
        text = f"{len(result.incidents)} incidents, {result.records['raw'][0]!r}\n"
        stream.write(ascii(text).encode())


class Silent(Words):
    """Writes nothing where nothing was found."""

    def write(self, result, stream):
        if result.incidents:
            super().write(result, stream)


class Numbered(Words):
    """Numbers its writings."""

    count = itertools.count()

    def write(self, result, stream):
        stream.write(f"{next(self.count)} ".encode())
        super().write(result, stream)


class Raw(Words):
    """Log text as it is."""

    def write(self, result, stream):
        stream.write(result.records["raw"][0].encode())


class Latin(Words):
    """Another encoding."""

    def write(self, result, stream):
        stream.write(result.records["raw"][0].encode("utf-16"))


class Closes(Words):
    """Closes what is not its own."""

    def write(self, result, stream):
        super().write(result, stream)
        stream.close()


WRONG = {
    "writes_something": Silent,
    "same_result_same_bytes": Numbered,
    "log_text_cannot_act": Raw,
    "text_is_utf8": Latin,
    "leaves_the_stream_open": Closes,
}
RIGHT = Words
