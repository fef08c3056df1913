"""Requests a minute, and what a monitor is told."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from oddline.service.db.tables import Job, Upload
from oddline.service.settings import Limits
from tests.service.accounts import BASE, browser
from tests.service.routes import asked


@pytest.fixture
def local(stranger, app):
    return TestClient(app, base_url=BASE, client=("127.0.0.1", 1))


class TestRequests:
    @pytest.fixture
    def settings(self, settings):
        return settings.model_copy(update={"limits": Limits(requests_per_minute=3)})

    def test_headers_tell_what_is_left(self, stranger):
        told = stranger.get("/api/v1/registration").headers
        assert told["ratelimit-policy"] == '"minute";q=3;w=60'
        assert re.fullmatch(r'"minute";r=2;t=\d+', told["ratelimit"])

    def test_5_beyond_the_limit_it_is_429_with_what_to_do(self, stranger, service, people, team, app):
        statuses = [stranger.get("/api/v1/registration").status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        refused = stranger.get("/api/v1/registration")
        assert 0 < int(refused.headers["retry-after"]) <= 60
        assert "ODDLINE_LIMIT_REQUESTS_PER_MINUTE" in refused.json()["hint"]
        assert refused.headers["ratelimit"].startswith('"minute";r=0')
        assert "content-security-policy" in refused.headers
        signed = browser(app, people, "mina", team, "viewer")
        assert signed.get("/api/v1/me").status_code == 200  # counted for herself

    def test_5_who_is_refused_is_counted_too(self, stranger):
        headers = [{"Authorization": f"Bearer odl_{n}"} for n in range(4)]
        assert [stranger.get("/api/v1/me", headers=each).status_code for each in headers] == [401, 401, 401, 429]

    def test_a_person_is_counted_wherever_they_sit(self, app, people, team):
        token = people.bearer("mina", team, "viewer")
        clients = [TestClient(app, base_url=BASE, client=(f"192.0.2.{n}", 1)) for n in range(4)]
        assert [each.get("/api/v1/me", headers=token).status_code for each in clients] == [200, 200, 200, 429]

    def test_health_is_not_counted(self, local):
        for path in ("/health", "/ready", "/metrics"):
            answers = [local.get(path) for _ in range(5)]
            assert [one.status_code for one in answers] == [200] * 5 and "ratelimit" not in answers[0].headers

    def test_13_verdicts_are_role_gated_and_slowed(self, app, people, team):
        """Feedback is an attack surface: a burst of it is stopped, and only analysts give it."""
        verdicts = [one for one in asked(app) if "verdict" in one.path and one.method != "GET"]
        assert verdicts and {one.access for one in verdicts} == {"analyst"}
        assert {one.method for one in verdicts} >= {"PUT", "DELETE"}  # what is given can be taken back
        analyst = browser(app, people, "mina", team, "analyst")
        path = "/api/v1/scans/scn_x/rows/0/verdict"
        burst = [analyst.put(path, json={"verdict": "expected"}).status_code for _ in range(5)]
        assert burst == [404, 404, 404, 429, 429]


class TestMetrics:
    def metrics(self, client, **arguments):
        return client.get("/metrics", **arguments)

    def test_requests_are_counted_by_template(self, stranger, local, app, people, team):
        mina = browser(app, people, "mina", team, "admin")
        for name in ("a", "b", "c"):
            mina.delete(f"/api/v1/tokens/tok_{name}")
        for path in ("/api/v1/nowhere", "/a", "/b?c"):
            stranger.get(path)
        stranger.request("BREW", "/health")
        stranger.get("/health", headers={"Host": "evil.example"})
        text = self.metrics(local).text
        assert 'oddline_requests_total{method="DELETE",route="/api/v1/tokens/{token}",status="404"} 3.0' in text
        assert 'oddline_requests_total{method="GET",route="none",status="404"} 3.0' in text
        assert 'method="other"' in text and 'status="422"' in text
        assert 'oddline_request_seconds_count{method="DELETE",route="/api/v1/tokens/{token}"} 3.0' in text
        assert not re.search("tok_|nowhere|evil|BREW", text)

    def test_a_bug_is_counted_and_has_the_headers(self, app, local, service, people, team, monkeypatch):
        from oddline.service.acts import me

        monkeypatch.setattr(me, "shown", lambda desk: 1 / 0)
        calm = TestClient(app, base_url=BASE, raise_server_exceptions=False)
        broken = calm.get("/api/v1/me", headers=people.bearer("mina", team, "viewer"))
        assert broken.status_code == 500 and "division" not in broken.text
        assert (
            broken.headers["content-security-policy"] and broken.headers["content-type"] == "application/problem+json"
        )
        assert 'route="/api/v1/me",status="500"} 1.0' in self.metrics(local).text

    def test_jobs_uploads_and_failures(self, stranger, local, service, team):
        with service.writing() as db:
            db.add_all(Job(workspace_id=team, kind="scan", state=state) for state in ("queued", "queued", "done"))
            db.add_all(Upload(workspace_id=team, name="a", received=size) for size in (10, 32))
        stranger.post("/api/v1/session", json={"email": "a@b.c", "password": "x"})
        text = self.metrics(local).text
        for line in (
            'oddline_jobs{state="queued"} 2.0',
            'oddline_jobs{state="failed"} 0.0',
            "oddline_upload_bytes 42.0",
            'oddline_sign_in_failures_total{why="wrong"} 1.0',
        ):
            assert line in text

    @pytest.mark.parametrize(
        ("address", "status"), [("127.0.0.1", 200), ("::1", 200), ("192.0.2.7", 401), ("proxy", 401)]
    )
    def test_without_a_token_they_are_for_this_machine(self, app, address, status):
        assert self.metrics(TestClient(app, base_url=BASE, client=(address, 1))).status_code == status

    def test_what_a_proxy_passes_on_is_not_from_this_machine(self, app):
        client = TestClient(app, base_url=BASE, client=("127.0.0.1", 1))
        assert self.metrics(client, headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 401


class TestMetricsToken:
    @pytest.fixture
    def settings(self, settings):
        return settings.model_copy(update={"metrics_token": SecretStr("a secret of the monitor")})

    @pytest.mark.parametrize(
        ("header", "status"),
        [("Bearer a secret of the monitor", 200), ("Bearer wrong", 401), ("Bearer ", 401), ("", 401), ("Basic x", 401)],
    )
    def test_with_a_token_it_is_the_token_that_counts(self, app, header, status):
        client = TestClient(app, base_url=BASE, client=("127.0.0.1", 1))
        assert client.get("/metrics", headers={"Authorization": header} if header else {}).status_code == status
