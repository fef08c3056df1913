"""Forms with files, read as they come: no file is held whole, neither in memory nor in a temporary folder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from oddline.service.errors import Refusal, Unprocessable

__all__ = ["MULTIPART", "Form", "form_key_of"]

MULTIPART = "multipart/form-data"
FIELD_BYTES = 64 << 10
"""Bytes of a field that is no file, and of the headers of a part."""


class Form:
    """A form as it arrives. Iterate over ``files``; fields that came before a file are in ``fields`` by then."""

    def __init__(self, request: Request) -> None:
        kind, options = parse_options_header(request.headers.get("content-type", ""))
        boundary = options.get(b"boundary", b"")
        if kind != MULTIPART.encode() or not boundary:
            raise Unprocessable("the form has no boundary", expected="multipart/form-data; boundary=…")
        self.fields: dict[str, str] = {}
        self._pieces = request.stream()
        self._events: list[tuple[str, Any]] = []
        self._header: list[bytes] = [b"", b""]
        self._headers: dict[bytes, bytes] = {}
        self._parser = MultipartParser(boundary, self._callbacks(), max_size=float("inf"))
        self._name, self._text = "", bytearray()  # of the part that is being read
        self._file: str | None = None
        self._ended = False

    def _callbacks(self) -> Any:
        def header_part(place: int) -> Any:
            def take(data: bytes, start: int, end: int) -> None:
                self._header[place] += data[start:end]
                if len(self._header[place]) > FIELD_BYTES:
                    raise FormParserError("a header is too long")

            return take

        def header_end() -> None:
            self._headers[self._header[0].lower()] = self._header[1]
            self._header = [b"", b""]

        def headers_finished() -> None:
            _, told = parse_options_header(self._headers.get(b"content-disposition", b""))
            self._headers = {}
            self._events.append(("begin", (_text(told.get(b"name", b"")), told.get(b"filename"))))

        return {
            "on_header_field": header_part(0),
            "on_header_value": header_part(1),
            "on_header_end": header_end,
            "on_headers_finished": headers_finished,
            "on_part_data": lambda data, start, end: self._events.append(("data", data[start:end])),
            "on_part_end": lambda: self._events.append(("end", None)),
        }

    async def _event(self) -> tuple[str, Any] | None:
        while not self._events and not self._ended:
            piece = await anext(self._pieces, b"")
            if not piece:
                self._ended = True
                break
            try:
                self._parser.write(piece)
            except FormParserError as error:
                raise Refusal("the form cannot be read", hint="send it again") from error
        return self._events.pop(0) if self._events else None

    async def _next_file(self) -> str | None:
        """Read on to the next file; a field on the way is kept."""
        while event := await self._event():
            kind, value = event
            if kind == "begin":
                self._name, sent = value
                self._text = bytearray()
                if sent is not None:
                    return _text(sent)
            elif kind == "data":
                self._text += value
                if len(self._text) > FIELD_BYTES:
                    raise Unprocessable(f"the field {self._name[:64]!r} is too long")
            elif kind == "end":
                self.fields[self._name] = _text(bytes(self._text))
                if self._name == "form_key":
                    return None
        self._ended = True
        return None

    async def _data(self) -> AsyncIterator[bytes]:
        while event := await self._event():
            kind, value = event
            if kind == "end":
                return
            yield value
        raise Refusal("the form ends in the middle of a file", hint="send it again")

    async def form_key(self) -> str:
        """Give the form key, if it is the first field; what comes after is left for ``files``."""
        self._file = await self._next_file()
        return self.fields.get("form_key", "")

    async def files(self) -> AsyncIterator[tuple[str, AsyncIterator[bytes]]]:
        """Give each file: its name as it was sent, and its bytes, which must be read before the next."""
        name, self._file = self._file, None
        while name is not None or not self._ended:
            if name is not None:
                data = self._data()
                yield name, data
                async for _ in data:
                    pass
            name = await self._next_file()


async def form_key_of(request: Request) -> str:
    """Read the beginning of a form, up to its key; whoever handles the request goes on with ``scope``'s form."""
    form = request.scope["oddline.form"] = Form(request)
    return await form.form_key()


def _text(sent: bytes) -> str:
    return sent.decode("utf-8", "replace")
