"""The application as a whole: health, hosts, other sites, problems, headers."""

from __future__ import annotations

import pytest

from oddline.service.people.passwords import hashed


def test_it_is_alive_and_ready(stranger):
    assert stranger.get("/health").json()["status"] == "ok"
    assert stranger.get("/ready").json()["status"] == "ready"


def test_a_stranger_is_told_how_to_sign_in(stranger):
    answer = stranger.get("/api/v1/me")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert "sign in" in answer.json()["hint"]


def test_a_token_tells_who_asks(stranger, as_role):
    me = stranger.get("/api/v1/me", headers=as_role("viewer")).json()
    assert (me["workspace"], me["role"]) == ("team", "viewer")


@pytest.mark.parametrize("header", ["Bearer odl_wrong", "Bearer nothing", "Basic dTpw", "Bearer"])
def test_a_token_that_does_not_hold_is_refused(stranger, header):
    assert stranger.get("/api/v1/me", headers={"Authorization": header}).status_code == 401


def test_another_name_for_this_machine_is_refused(stranger):
    assert stranger.get("/health", headers={"Host": "evil.example"}).status_code == 422


def test_signing_in_and_out(stranger, people, team):
    people.user("mina", team, "analyst", password=hashed("correct horse"))
    wrong = stranger.post("/api/v1/session", json={"email": "mina@example.org", "password": "wrong horse"})
    assert wrong.status_code == 401
    right = stranger.post("/api/v1/session", json={"email": "Mina@example.org", "password": "correct horse"})
    assert right.status_code == 204
    assert "HttpOnly" in right.headers["set-cookie"] and "SameSite=lax" in right.headers["set-cookie"]
    me = stranger.get("/api/v1/me").json()
    assert me["name"] == "Mina"
    assert stranger.delete("/api/v1/session").status_code == 403  # without the form key
    assert stranger.delete("/api/v1/session", headers={"X-CSRF-Token": me["form_key"]}).status_code == 204
    assert stranger.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_page_of_another_site_sends_nothing(stranger, headers):
    answer = stranger.post("/api/v1/session", json={"email": "a", "password": "b"}, headers=headers)
    assert answer.status_code == 403


def test_a_bad_body_is_a_problem_that_repeats_no_secret(stranger):
    answer = stranger.post("/api/v1/session", json={"email": 1, "password": ["hunter2"]})
    assert answer.status_code == 422
    assert "hunter2" not in answer.text and answer.json()["errors"]


def test_every_answer_has_the_security_headers(stranger):
    for answer in (stranger.get("/health"), stranger.get("/nowhere"), stranger.get("/health", headers={"Host": "x"})):
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_schema_says_that_errors_are_problems_and_which_ones_are_usual(app):
    document = app.openapi()
    assert "HTTPValidationError" not in document["components"]["schemas"]
    operations = [one for methods in document["paths"].values() for one in methods.values()]
    for operation in operations:
        refusals = {
            status: told for status, told in operation["responses"].items() if not status.startswith(("2", "3"))
        }
        assert "default" in refusals, operation["operationId"]
        assert all(list(told["content"]) == ["application/problem+json"] for told in refusals.values())
        assert ("401" in refusals) is (operation["x-oddline-access"] != "public"), operation["operationId"]
    scan = document["paths"]["/api/v1/scans/{scan}"]
    assert {"401", "403", "404", "422", "default"} == set(scan["patch"]["responses"]) - {"200"}
    assert "403" not in document["paths"]["/api/v1/me"]["get"]["responses"]
