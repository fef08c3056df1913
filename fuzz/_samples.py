"""What inputs are made of: samples of every format, and pieces that a parser may trip over."""

from __future__ import annotations

import tomllib
import zlib
from functools import cache
from pathlib import Path

import oddline.formats

CODED = {
    "cri": "2024-01-01T00:00:00.5Z stdout P one \n2024-01-01T00:00:01Z stderr F two",
    "docker": '{"log":"GET /a 200\\n","stream":"stdout","time":"2024-01-01T00:00:00.123456789Z"}',
    "journald": '{"__REALTIME_TIMESTAMP":"1700000000000000","PRIORITY":"3","SYSLOG_IDENTIFIER":"sshd","MESSAGE":"a"}\n'
    '{"__REALTIME_TIMESTAMP":"1700000001000000","MESSAGE":[104,105]}',
    "json_lines": '{"ts":1700000000.5,"level":"warn","msg":"slow","ms":12,"http":{"path":"/a","codes":[1,2]}}\n'
    '{"@timestamp":"2024-01-01T00:00:00Z","severity":"ERROR","message":"a\\u0000\\ud83d","n":null}',
    "logfmt": 'ts=2024-01-01T00:00:00Z level=info msg="a \\"b\\" c" ms=3.5 ok=true\nlevel=warn msg=x ms=7',
    "plain": "\x1b[31merror:\x1b[0m disk full\n\tat a.B.c(D.java:1)\nCaused by: x",
}
"""Samples of the formats that are code; the others bring their own."""

PIECES = [
    piece.encode()
    for piece in (
        "Jun 14 15:16:01 combo sshd[19939]: ", "Feb 30 99:99:99 h a: ", "2015-10-18 18:01:47,978 INFO [main] a.b.C: ",
        "2024-02-29T23:59:60.999999999+14:00 ", "0000-00-00T00:00:00Z ", "9999-12-31 23:59:59 ", "1700000000.123 ",
        "[Sun Dec 04 04:47:44 2005] [error] ", '1.1.1.1 - - [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 5 ',
        "<34>1 ", "<999>", "ERROR", "warn", "E0102 03:04:05.678 ", "level=", "ts=", 'msg="', "a=b", "=", "= ", "==",
        '{"a":', '{"msg":"x"}', '{"log":"', '"},', "}", "]", "[", "{", "(", ")", "<", ">", '"', "'", '\\"', "\\", "\\n",
        "\\u0000", "\\ud800", "\\x00", "null", "true", "false", "NaN", "-Infinity", "1e999", "-0", "0x7f001a",
        "ffffffff", "99999999999999999999", "-9223372036854775808", "3,14", "1.5 KB", "512 B", "12ms", "7%", "1,000",
        "<*>", "<NUM>", "<IP>:<NUM>", "${1}", "$1", "10.0.0.1:80", "::1", "fe80::1%eth0", "00:1b:44:11:3a:b7",
        "123e4567-e89b-12d3-a456-426614174000", "/var/log/x.1", "C:\\a\\b", "http://u:p@h.example.org:1/p?q=1#f",
        "by user root", "password for bob from", "Mon Jan 12", "core.12", "eth0", "Traceback (most recent call last):",
        '  File "a.py", line 1, in f', "ValueError: x", "\tat a.B.c(D.java:1)", "Caused by: a.B: c", "\t... 3 more",
        "goroutine 1 [running]:", "\x1b[31m", "\x1b]0;t\x07", "日本語", "١٢٣", "Ünï", "e\u0301", "\u200b", "\u2028",
        "\u202e", "\ufeff", "\ufffd", "🙂", "\u017f", "\u0130", ",", ";", "|", "\t", ", ", '""', '","', ',""', "#",
        "time,level,message", "a,b,c", "1,2,3", "2024-01-01", "12:00:01", "x^", " ", "  ", "\n", "\r\n", "\r", "\v",
        "\f", "\x00", "\x7f", "\x85", "stdout P ", "stderr F ", "kernel: [12.5] ", "--- ", "::", "...", "====", "(ro)",
        "#fields\t",
    )
] + [b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"caf\xe9", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
     b"\x1f\x8b", b"PAR1", b"PK\x03\x04", b"BZh9", b"\x28\xb5\x2f\xfd", b"\x80\x81"]  # fmt: skip

BEGINNINGS = (
    b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\x1f\x8b\x08", b"x^", b"x\x01", b"BZh9",
    b"\x28\xb5\x2f\xfd", b"\xfd7zXZ\0", b"PK\x03\x04", b"PAR1", b"#", b"\n", b"\0", b"{", b'"',
)  # fmt: skip
"""How encodings, compressions, archives and tables begin."""


@cache
def samples() -> dict[str, str]:
    """Give for each format lines of it: those that it is tested on, or else those above."""
    folder = Path(oddline.formats.__file__).parent
    told = {}
    for path in sorted(folder.glob("*.toml")):
        shown = tomllib.loads(path.read_text(encoding="utf-8"))["sample"]
        told[path.stem] = "\n".join(sample["line"] for sample in shown)
    return {**told, **CODED}


def pick(data: bytes, salt: str, count: int) -> int:
    """Choose by the first line, so that a change further down is tried in the same way, and a file tells it all."""
    return zlib.crc32(salt.encode() + data.split(b"\n", 1)[0][:200]) % count
