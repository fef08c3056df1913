"""The JSON object is what docs/json.md says, and valid whatever the log held."""

import io
import json
import math
import re
from dataclasses import replace
from pathlib import Path

import pytest

from oddline.core.nouns import Cut, Result
from oddline.outputs.json_object import JsonObject

DOCS = Path(__file__).parents[2] / "docs" / "json.md"


def written(result: Result) -> dict:
    stream = io.BytesIO()
    JsonObject().write(result, stream)
    return json.loads(stream.getvalue().decode("utf-8", "strict"), parse_constant=pytest.fail)


def documented(heading: str) -> list[str]:
    section = re.split(r"^## ", DOCS.read_text(encoding="utf-8"), flags=re.M)
    body = next(part for part in section if part.startswith(heading + "\n"))
    return re.findall(r"^\| `(\w+)` \|", body, flags=re.M)


def test_every_key_is_documented_and_every_documented_key_is_there(shop):
    made = written(shop)
    assert list(made) == documented("The object")
    assert list(made["inputs"][0]) == documented("An input")
    assert list(made["threshold"]) == documented("The threshold")
    assert list(made["anomalies"][0]) == documented("An anomaly")
    assert list(made["incidents"][0]) == documented("An incident")
    assert list(made["incidents"][0]["reasons"][0]) == documented("A reason")


def test_it_says_what_the_result_says(shop):
    made = written(shop)
    assert made["version"] == 1
    assert made["format"] == "syslog"
    assert made["events"] == 48211
    assert len(made["anomalies"]) == 233
    assert [incident["title"] for incident in made["incidents"]] == [i.title for i in shop.incidents]
    first = made["anomalies"][0]
    assert (first["id"], first["line"], first["ts"]) == (
        shop.anomalies[0].id,
        shop.anomalies[0].line,
        f"{shop.anomalies[0].ts:%Y-%m-%dT%H:%M:%S.%f}Z",
    )
    known = {anomaly["id"] for anomaly in made["anomalies"]}
    assert all(set(incident["anomaly_ids"]) <= known for incident in made["incidents"])


def test_anomalies_and_incidents_stand_one_a_line(shop):
    stream = io.BytesIO()
    JsonObject().write(shop, stream)
    lines = stream.getvalue().decode().splitlines()
    assert sum(line.startswith('{"id": ') for line in lines) == 233
    assert sum(line.startswith('{"fingerprint": ') for line in lines) == 5


def test_hostile_text_survives_as_it_was_and_bad_bytes_are_told(hostile):
    made = written(hostile)
    assert made["inputs"][0]["path"] == "evil\x1b[31m<b>\\xe9.log"
    assert made["anomalies"][0]["text"].startswith("\x1b[2J\x1b]0;owned\x07")


def test_numbers_that_json_cannot_say_are_null(shop):
    odd = replace(shop.anomalies[0], score=math.nan, surprise=math.inf)
    made = written(replace(shop, anomalies=(odd,), incidents=(), threshold=Cut(math.inf, "none")))
    assert made["anomalies"][0]["score"] is None
    assert made["anomalies"][0]["surprise"] is None
    assert made["threshold"] == {"cut": None, "method": "none", "budget": None}


def test_an_empty_result_is_an_object_with_empty_lists(nothing):
    made = written(nothing)
    assert (made["format"], made["inputs"], made["anomalies"], made["incidents"]) == (None, [], [], [])


def test_two_formats_are_mixed(shop):
    other = replace(shop.inputs[0], format="plain")
    assert written(replace(shop, inputs=(*shop.inputs, other)))["format"] == "mixed"


def test_it_is_written_piece_by_piece(shop):
    class Counting(io.BytesIO):
        largest = 0

        def write(self, data):
            self.largest = max(self.largest, len(data))
            return super().write(data)

    stream = Counting()
    JsonObject().write(replace(shop, anomalies=shop.anomalies * 40), stream)
    assert stream.largest < len(stream.getvalue()) / 5
    assert len(json.loads(stream.getvalue())["anomalies"]) == 233 * 40
