"""Every operation of the OpenAPI is tried with made-up requests, right ones and wrong ones: none breaks the server."""

from __future__ import annotations

import re

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error

from oddline.service.app import create_app
from oddline.service.context import Service
from oddline.service.settings import Limits, Settings
from tests.service.conftest import People

LOCAL = {"Host": "127.0.0.1"}
STREAMS = r"/events$"
"""Streams of events end when their reader goes: they have tests of their own."""


EXAMPLES = 15


def tried(folder):
    """The schema of an application, and the token of somebody who may do everything as often as they like."""
    limits = Limits(requests_per_minute=10_000_000)
    service = Service.open(Settings(data_dir=folder, workers=0, limits=limits))
    people = People(service)
    team = people.workspace("team")
    token = people.token(people.user("mina", team, "admin", administrator=True), team, "admin")
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", create_app(service=service), headers=LOCAL)
    return schema, {"Authorization": f"Bearer {token}"} | LOCAL


def operations(schema):
    return [found.ok() for found in schema.get_all_operations() if not re.search(STREAMS, found.ok().path)]


def test_no_request_breaks_the_server(tmp_path):
    schema, headers = tried(tmp_path / "data")
    broken, sent = {}, 0
    for operation in operations(schema):

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def send(case):
            nonlocal sent
            sent += 1
            case.call_and_validate(headers=headers, checks=[not_a_server_error])

        try:
            send()
        except Exception as error:
            broken[operation.label] = str(error)[:2000]
    assert sent > 500
    assert broken == {}
