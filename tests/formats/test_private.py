"""What is private leaves the text: every kind in several shapes, and what only looks like one stays."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oddline.core.schema import RECORDS, check
from oddline.formats._checksums import is_card, is_iban
from oddline.formats._private import mask_cells, mask_column, mask_records, mask_warnings, slot_of
from oddline.formats._private_text import NEEDS, RULES, masked
from oddline.formats.csv import Csv
from oddline.formats.parquet import Parquet
from oddline.templates._masks import ANY_SLOT
from oddline.testing._records import records

JWT = "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0In0" + ".c2lnbmF0dXJl-_x"
BODY = "MIIEpAIBAAKCAQEA7v3x\nq0Zb+/9k=\n"
PEM = "-----BEGIN RSA " + f"PRIVATE KEY-----\n{BODY}-----END RSA PRIVATE KEY-----"

FOUND = [
    # Mail
    ("to ann.lee+x@mail.example.co.uk.", "to <EMAIL>."),
    ("GET /u?m=ann%40example.com HTTP/1.1", "GET /u?m=<EMAIL> HTTP/1.1"),
    ("from=<ann@mailhost> to=<bob@example.org>", "from=<<EMAIL>> to=<<EMAIL>>"),
    ("o'brien@example.org; jörg@exämple.de", "<EMAIL>; <EMAIL>"),
    ("rcpt root@localhost, root@[10.0.0.1]", "rcpt <EMAIL>, <EMAIL>"),
    # Addresses of the network
    ("src: /10.250.18.114:43996 dest: /10.0.0.1", "src: /<IP>:43996 dest: /<IP>"),
    ("host_10.0.0.1_x (192.168.1.254), 8.8.8.8.", "host_<IP>_x (<IP>), <IP>."),
    ("10.0.0.1 10.0.0.2,10.0.0.3", "<IP> <IP>,<IP>"),
    ("version 1.2.3.4.5 at 10.0.0.1", "version 1.2.3.4.5 at <IP>"),
    ("addr:2001:db8::1: refused", "addr:<IP>: refused"),
    ("[2001:db8::8a2e:370:7334]:443 and fe80::1%eth0", "[<IP>]:443 and <IP>%eth0"),
    ("2001:0db8:0000:0000:0000:ff00:0042:8329 ::1", "<IP> <IP>"),
    ("::ffff:10.0.0.1", "<IP>"),
    ("wlan0: 00:1b:44:11:3a:b7: gone", "wlan0: <MAC>: gone"),
    ("hw 00-1B-44-11-3A-B7 001b.4411.3ab7", "hw <MAC> <MAC>"),
    ("MAC=01:00:5e:00:00:01:00:1b:21:3c:4d:5e:08:00 SRC", "MAC=<MAC> SRC"),
    # Numbers of people
    ("paid by 4111 1111 1111 1111, then 4111-1111-1111-1111", "paid by <CARD>, then <CARD>"),
    ("id=4111111111111111 card-5555555555554444.", "id=<CARD> card-<CARD>."),
    ("amex 378282246310005 or 3782 822463 10005", "amex <CARD> or <CARD>"),
    ('{"pan":"6011111111111117"}', '{"pan":"<CARD>"}'),
    ("to DE89 3704 0044 0532 0130 00 PAID", "to <IBAN> PAID"),
    ("iban=GB29NWBK60161331926819;", "iban=<IBAN>;"),
    ("NO93 8601 1117 947 done", "<IBAN> done"),
    ("ssn 123-45-6789, ssn=123456789", "ssn <SSN>, ssn=<SSN>"),
    ("call +49 30 1234567 or +1 (555) 234-5678", "call <PHONE> or <PHONE>"),
    ("call (555) 234-5678, 555-234-5678, 1-800-555-1234", "call <PHONE>, <PHONE>, <PHONE>"),
    ("appel 06 12 34 56 78, 06.12.34.56.78", "appel <PHONE>, <PHONE>"),
    ("phone: 0171 1234567 tel=5551234567", "phone: <PHONE> tel=<PHONE>"),
    ('{"phone_number":"0171 1234567"} +4915112345678', '{"phone_number":"<PHONE>"} <PHONE>'),
    # Tokens and keys
    (f"got {JWT} ok", "got <TOKEN> ok"),
    (f"cut {JWT[:25]}", "cut <TOKEN>"),
    ("Authorization: Bearer abc.def next", "Authorization: <SECRET> next"),
    ('"Authorization": "Basic dXNlcjpwYXNz", "x": 1', '"Authorization": "<SECRET>", "x": 1'),
    ('Authorization: Digest username="bob", response="6629"', "Authorization: <SECRET>"),
    ("sent bearer abcdef1234567890", "sent bearer <TOKEN>"),
    ("key AKIA" + "IOSFODNN7EXAMPLE.", "key <KEY>."),
    ("gh" + "p_" + "a1B2" * 9 + " and xo" + "xb-123456789012-abc", "<KEY> and <KEY>"),
    ("AI" + "za" + "Sy0_-" * 7 + " sk" + "_live_" + "a1" * 12, "<KEY> <KEY>"),
    ("https://hooks.slack.com/services/T0/B0/x1y2", "https://hooks.slack.com/services/<KEY>"),
    (f"loaded {PEM} fine", "loaded <KEY> fine"),
    (PEM.replace("\n", "\\n"), "<KEY>"),
    (PEM[:50], "<KEY>"),
    # Secrets after a key
    ("password=hunter2 next", "password=<SECRET> next"),
    ('{"password": "hun\\"ter 2", "x": 1}', '{"password": "<SECRET>", "x": 1}'),
    ('{\\"token\\":\\"abc def\\",\\"x\\":1}', '{\\"token\\":\\"<SECRET>\\",\\"x\\":1}'),
    ('"dbPassword":"cut off', '"dbPassword":"<SECRET>"'),
    ("{'passwd': 'x y'} api_key: abc; secret='z'", "{'passwd': '<SECRET>'} api_key: <SECRET>; secret='<SECRET>'"),
    ('{:password=>"x"} client_secret=abc&x=1', '{:password=>"<SECRET>"} client_secret=<SECRET>&x=1'),
    ("run --token abc --api-key=xyz -v", "run --token <SECRET> --api-key=<SECRET> -v"),
    ("<password>foo bar</password>", "<password><SECRET></password>"),
    ("AWS_SECRET_ACCESS_KEY=wJalr/bPx pwd=abc PWD=/srv", "AWS_SECRET_ACCESS_KEY=<SECRET> pwd=<SECRET> PWD=/srv"),
    ("GET /x?access_token=a1&v=2 HTTP/1.1", "GET /x?access_token=<SECRET>&v=2 HTTP/1.1"),
    ("Cookie: a=b; c=d", "Cookie: <SECRET>"),
    ("https://bob:p@ss#1@host:80/x", "https://<USER>:<SECRET>@host:80/x"),
    ("postgres://:pw@db/x ssh://git@host/x", "postgres://<USER>:<SECRET>@db/x ssh://<USER>@host/x"),
    # Names
    ("user=bob) username: ann db_user=x1", "user=<USER>) username: <USER> db_user=<USER>"),
    ('"user": "Ann Lee", acct="root" login=bob', '"user": "<USER>", acct="<USER>" login=<USER>'),
    ("Failed password for invalid user bob from 1.2.3.4", "Failed password for invalid user <USER> from <IP>"),
    ("Accepted publickey for ann from host", "Accepted publickey for <USER> from host"),
    ("session opened for user root by (uid=0)", "session opened for user <USER> by (uid=0)"),
    ("User ann logged in, user 'x y' failed", "User <USER> logged in, user '<USER>' failed"),
    ("ann : TTY=pts/0 ; PWD=/home/ann ; USER=root", "<USER> : TTY=pts/0 ; PWD=/home/<USER> ; USER=<USER>"),
    ("(to root) ann on pts/0", "(to <USER>) <USER> on pts/0"),
    ("open /home/ann/x and /Users/ann", "open /home/<USER>/x and /Users/<USER>"),
    ("C:\\Users\\John Smith\\a c:\\\\users\\\\bob\\\\x", "C:\\Users\\<USER>\\a c:\\\\users\\\\<USER>\\\\x"),
    ('h - frank [10/Oct/2000:13:55:36 -0700] "GET /"', 'h - <USER> [10/Oct/2000:13:55:36 -0700] "GET /"'),
]

STAYS = [
    "version 1.2.3, v1.2.3.4, 1.2.3.4.5, 300.1.1.1, 2024.01.02.03, oid 1.3.6.1.4.1",
    "2024-01-02 03:04:05,678 +0200 2024-01-02T03:04:05.678+01:00 [10/Oct/2000:13:55:36 -0700]",
    "Wed Aug 27 13:08:45 +1000 2008 17 items",
    "Received block blk_-1608999687919862906 of size 91178, blk_4111111111111111 blk_-4111111111111111",
    "card 4111111111111112, 1234567812345670, 5555-5555-5555-5555, 0.4111111111111111",
    "1466000000000 1466000000000000 1466000000000000000 20240102030405",
    "md5 d41d8cd98f00b204e9800998ecf8427e sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "fingerprint aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd",
    "uuid 4111a111-1111-1111-1111-111111111111 backup-24-01-02-03-04-05.tar",
    "std::vector<int> a::b 12:34:56 ns::fn::x dead::beef",
    "at Foo.java:123 (line 4567) main.c:12:34",
    "000-12-3456 666-12-3456 900-12-3456 123-45-6789-1 123-00-6789",
    "DE88370400440532013000 XX89370400440532013000",
    "getty@tty1.service user@1000.service icon@2x.png lodash@4.17.21 Object@1a2b3c4d @Override",
    "bearer 5 is up, Bearer authentication is required",
    "wrong password, no token given, the secret of life, tokens: 512",
    "user=0 uid=1000 user_id=77 users: 12 Last login: Mon Jan 1",
    "http://host:80/a/b?c=d redis://cache:6379/0",
    "channels 9 0 5 2 0 5 3 8 4 33 33 79 55 46 15 76 06 72 29 70 89 923",
    "id 5551234567 5551234 12345678901 +5 +1000",
    "-----BEGIN CERTIFICATE-----",
    "PWD=/ HOME=/root pass=0" if False else "PWD=/ HOME=/root",
    "<EMAIL> <IP> <CARD> password=<SECRET> user=<USER> <*> <NUM>",
    "",
]


def _of(*texts: str | None) -> list[str | None]:
    return masked(pl.Series(texts, dtype=pl.String)).to_list()


@pytest.mark.parametrize(("text", "wanted"), FOUND)
def test_what_is_private_goes(text, wanted):
    assert _of(text) == [wanted]
    assert _of(wanted) == [wanted], "a second time"


@pytest.mark.parametrize("text", STAYS)
def test_what_only_looks_like_it_stays(text):
    assert _of(text) == [text]


def test_in_company_as_alone():
    texts = [text for text, _ in FOUND] + STAYS + [None]
    wanted = [told for _, told in FOUND] + STAYS + [None]
    assert _of(*texts) == wanted
    assert _of(*texts * 40) == wanted * 40, "each distinct text once"
    assert _of() == []


def test_every_slot_is_one_for_the_miner():
    slots = pl.Series([told for _, told in FOUND]).str.extract_all("<[A-Z]+>").explode().unique()
    assert slots.str.contains(f"^{ANY_SLOT}$").all()
    assert set(slots) == {
        f"<{name}>"
        for name in "EMAIL IP MAC CARD IBAN SSN PHONE TOKEN KEY SECRET USER".split()  # noqa: SIM905
    }


def test_no_rule_is_left_out_of_the_cheap_tests():
    """Every rule masks something of the list above by itself, and the cheap patterns let that through."""
    texts = pl.Series([text for text, _ in FOUND])
    near = texts.str.contains(NEEDS[0]) | texts.str.contains(NEEDS[1]) | texts.str.contains(NEEDS[2])
    for number, rule in enumerate(RULES):
        changed = rule.apply(texts) != texts
        assert changed.any(), f"rule {number} masks nothing"
        assert (rule.mask(texts) != texts).equals(changed), f"rule {number} would mask more than it is shown"
        if number != 14:
            assert (near | ~changed).all(), f"rule {number}"


PIECES = st.sampled_from(
    [
        "password", "token", "user", "=", ": ", '"', "'", "\\", " ", "@", "a.com", "10.0.0.1", ".", "-",
        "4111111111111111",
        "<", ">", "<IP>", "://", "/home/", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "\n", "\0", "::",
        "fe80", ":", "aa", "+49 30 1234567", "123-45-6789", "DE89 3704 0044 0532 0130 00", "Bearer ",
        "eyJhbGciOiJIUzI1NiJ9",
        "_", "1", "é", "C:\\Users\\", "(", ")", "{", "}", ",", ";", "&", "[10/Oct", "Authorization", "cookie",
        "phone", "%40",
        "AKIAIOSFODNN7EXAMPLE", "for user ", " from ", "logged in", "ssn", "--", "555-234-5678", "pwd", " : TTY=",
        "</", "\r",
    ]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=20), st.lists(PIECES, max_size=12).map("".join)), max_size=6))
def test_any_text_and_twice_is_once(texts):
    once = _of(*texts)
    assert len(once) == len(texts)
    assert _of(*once) == once
    for text, told in zip(texts, once, strict=True):
        assert _of(text) == [told], "in company as alone"


@given(st.text("0123456789", min_size=12, max_size=20))
def test_luhn(digits):
    total = sum(sum(divmod(int(digit) * (1 + place % 2), 10)) for place, digit in enumerate(reversed(digits)))
    body = f"4{digits[:15].zfill(15)}"
    total = sum(sum(divmod(int(digit) * (1 + place % 2), 10)) for place, digit in enumerate(reversed(body)))
    assert is_card(pl.Series([body])).to_list() == [total % 10 == 0]


@given(st.text("0123456789ABCXYZ", min_size=8, max_size=30), st.integers(0, 99))
def test_modulo_97(body, number):
    text = f"DE{number:02}{body}"
    turned = "".join(str(int(sign, 36)) for sign in text[4:] + text[:4])
    assert is_iban(pl.Series([text])).to_list() == [int(turned) % 97 == 1]


# Records


def _records(**texts):
    height = max(len(values) for values in texts.values())
    return records(height, odd=False).with_columns(
        *(pl.Series(name, values, dtype=None if name.startswith("x_") else pl.String) for name, values in texts.items())
    )


def test_only_texts_change():
    events = _records(
        service=["ann@example.com", None],
        message=["from 10.0.0.1", "ok"],
        raw=["x from 10.0.0.1", "x ok"],
        x_to=["ann@example.com", "b"],
        x_size=[4111111111111111, 3],
        x_share=[0.5, None],
        x_good=[True, False],
    ).with_columns(x_kind=pl.Series(["a@b.com", "c"], dtype=pl.Categorical()), x_all=pl.Series([["a@b.com"], ["c"]]))
    told = check(mask_records(events), RECORDS, "records")
    kept = [name for name in events.columns if name not in ("service", "message", "raw", "x_to", "x_kind", "x_all")]
    assert told.select(kept).equals(events.select(kept))
    assert told.columns == events.columns
    assert told.select("service", "message", "raw", "x_to", "x_kind").rows() == [
        ("<EMAIL>", "from <IP>", "x from <IP>", "<EMAIL>", "<EMAIL>"),
        (None, "ok", "x ok", "b", "c"),
    ]
    assert "a@b.com" not in str(told["x_all"].to_list())
    assert told.equals(mask_records(told))
    assert mask_records(events.clear()).schema == told.schema


def test_columns_go_by_their_names():
    told = mask_cells(
        pl.DataFrame(
            {"db.password": ["a b", "", None], "pin_token": [1, 2, 3], "userName": ["ann", "-", "x"], "user": [1, 2, 3]}
        )
    )
    assert told.to_dict(as_series=False) == {
        "db.password": ["<SECRET>", "", None],
        "pin_token": ["<SECRET>"] * 3,
        "userName": ["<USER>", "-", "<USER>"],
        "user": [1, 2, 3],
    }
    names = ["tokens", "passed", "monkey", "users", "user_id", "keyboard", "size", "compass_x", "model", "title"]
    assert {name: slot_of(name) for name in names} == dict.fromkeys(names, "")
    assert mask_column(pl.Series("x", [b"\x00"], dtype=pl.Binary)).dtype == pl.String


def test_a_secret_of_several_words_goes_from_the_message_too():
    text = "user=Ann Lee password=two words; more"
    told = mask_records(_records(message=[text], raw=[text], x_password=["two words; more"], x_user=["Ann Lee"]))
    for name in ("message", "raw"):
        assert told[name][0] == "user=<USER> password=<SECRET>"


def test_a_private_key_that_is_many_events():
    lines = ["start", *PEM.split("\n"), "done now", "MIIEpAIBAAKCAQEA7v3x"]
    heads = [f"Jan 1 {line}" for line in lines]
    told = mask_records(_records(message=lines, raw=heads))
    assert told["message"].to_list() == [
        "start", "<KEY>", "<KEY>", "<KEY>", "-----END RSA PRIVATE KEY-----", "done now", "MIIEpAIBAAKCAQEA7v3x"
    ]  # fmt: skip
    assert told["raw"].to_list()[1:4] == ["Jan 1 <KEY>"] * 3
    other = _records(message=lines, raw=heads).with_columns(source=pl.Series(list("aabbbbb"), dtype=pl.Categorical()))
    assert mask_records(other)["message"].to_list()[2] == "MIIEpAIBAAKCAQEA7v3x", "another source"


TABLE = b"time,level,user,password,to,size\n2026-01-02 03:04:05,WARN,ann,two words,bob@example.com,12\n"


def test_a_table_is_masked_before_its_texts_are_cut():
    address = "ann." * 30 + "lee@example.com"
    told = mask_records(
        Csv().parse_table(TABLE + f",,,,{address},\n".encode() * 3, "a.csv", mask=mask_cells),
    )
    plain = Csv().parse_table(TABLE + f",,,,{address},\n".encode() * 3, "a.csv")
    assert told.select("id", "line", "offset", "ts", "level", "x_time", "x_size").equals(
        plain.select("id", "line", "offset", "ts", "level", "x_time", "x_size")
    )
    text = str(told.rows())
    for word in ("ann", "two words", "bob", "lee"):
        assert word in str(plain.rows())
        assert word not in text, word


def test_nested_values_of_parquet_are_masked_whole(tmp_path):
    path = tmp_path / "a.parquet"
    pl.DataFrame({"all": [["x" * 992 + " ann@example.com"]], "raw": [b"ann@example.com"]}).write_parquet(path)
    told = mask_records(Parquet().parse_table(path.read_bytes(), "a.parquet", mask=mask_cells))
    assert "ann" not in str(told.rows())
    assert "ann" in str(Parquet().parse_table(path.read_bytes(), "a.parquet")["x_all"].to_list())


def test_warnings_quote_nothing():
    told = mask_warnings(["column ms: 2 cells are no numbers ('ann', 'b') and count as missing", "cut: gzip"])
    assert told == ["column ms: 2 cells are no numbers (…, …) and count as missing", "cut: gzip"]
    assert mask_warnings([]) == []
