"""Findings over HTTP: of a small scan that is put straight into the store and the database."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from oddline.core.nouns import Result
from oddline.drivers import batch
from oddline.outputs.csv import Csv
from oddline.service.db.tables import Artifact, Incident, Scan
from oddline.service.results.leave import leave

SHOP = Path(__file__).parents[2] / "examples" / "shop"


@pytest.fixture(scope="module")
def result():
    return batch.scan(batch.Request(paths=(str(SHOP / "app.log"), str(SHOP / "postgresql.log"))))


@pytest.fixture(scope="module")
def left(result, tmp_path_factory):
    folder = tmp_path_factory.mktemp("left") / "files"
    leave(result, folder)
    return folder


@pytest.fixture
def put(service, left, result):
    """Puts the scan into a workspace, as a job would."""

    def put(workspace: str, state: str = "done", left: Path = left, result: Result = result) -> str:
        with service.writing() as db:
            scan = Scan(workspace_id=workspace, title="app.log", state=state)
            db.add(scan)
            db.flush()
            for path in left.iterdir():
                blob, size = service.store.put_file(path)
                db.add(Artifact(owner_id=scan.id, name=path.name, workspace_id=workspace, blob=blob, size=size))
            for number, one in enumerate(result.incidents):
                db.add(
                    Incident(
                        workspace_id=workspace,
                        scan_id=scan.id,
                        fingerprint=one.fingerprint,
                        title=one.title,
                        severity=one.severity,
                        score=one.score,
                        source=one.source,
                        line=one.line,
                        count=one.count,
                        details={"number": number},
                    )
                )
            return scan.id

    return put


@pytest.fixture
def scan(put, team):
    return f"/api/v1/scans/{put(team)}"


@pytest.fixture
def get(stranger, as_role, scan):
    headers = as_role("viewer")

    def get(path: str, **query):
        answer = stranger.get(scan + path, params=query, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer

    return get


def test_the_summary_has_the_verdict(get, result):
    told = get("/summary").json()
    assert told["anomalies"] == len(result.anomalies)
    assert told["verdict"]["words"]


def test_anomalies_only_worst_first(get, result):
    page = get("/rows", anomalies=True, limit=1000).json()
    scores = [row["score"] for row in page["items"]]
    assert len(scores) == page["total"] == len(result.anomalies)
    assert scores == sorted(scores, reverse=True)
    assert all(row["anomaly"] for row in page["items"])


def test_pages_hold_every_row_once(get, result):
    seen, cursor = [], None
    while True:
        page = get("/rows", sort="line", limit=999, **({"cursor": cursor} if cursor else {})).json()
        seen += [row["row"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert sorted(seen) == list(range(result.windows))


def test_search_is_literal(get):
    found = get("/rows", q="order", limit=5).json()
    assert found["total"] and all("order" in row["text"].lower() for row in found["items"])
    assert get("/rows", q=".*").json()["total"] == 0


def test_a_row_opens_with_its_lines_and_reasons(get):
    worst = get("/rows", anomalies=True, limit=1).json()["items"][0]["row"]
    opened = get(f"/rows/{worst}").json()
    assert opened["found"]["row"]["row"] == worst
    assert opened["found"]["reasons"] and opened["found"]["lines"]
    assert opened["verdict"] is None
    assert len(get(f"/rows/{worst}/lines", before=30, after=30).json()) > len(opened["found"]["lines"])


@pytest.mark.parametrize("path", ["/timeline", "/templates", "/incidents"])
def test_the_other_views_have_something(get, path):
    assert get(path).json()


def test_the_csv_is_that_of_the_command_line(get, result):
    expected = io.BytesIO()
    Csv().write(result, expected)
    answer = get("/download", format="csv")
    assert answer.content == expected.getvalue()
    assert answer.headers["content-disposition"].startswith('attachment; filename="app.odd.csv"')


def test_a_filtered_download_has_what_the_filter_lets_through(get, result):
    rows = list(csv.DictReader(io.StringIO(get("/download", format="csv", anomalies=True).text)))
    assert len(rows) == len(result.anomalies)


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/rows", {"sort": "colour"}, 422),
        ("/rows", {"cursor": "rubbish"}, 422),
        ("/rows", {"limit": 100000}, 422),
        ("/rows", {"verdict": "nice"}, 422),
        ("/rows", {"unknown": 1}, 422),
        ("/rows/99999999", {}, 404),
        ("/metrics", {}, 404),
        ("/download", {"format": "exe"}, 422),
    ],
)
def test_nonsense_is_refused_with_words(stranger, as_role, scan, path, query, status):
    answer = stranger.get(scan + path, params=query, headers=as_role("viewer"))
    assert answer.status_code == status, answer.text
    assert answer.json()["title"]


def test_a_scan_that_is_not_done_says_so(stranger, as_role, put, team):
    answer = stranger.get(f"/api/v1/scans/{put(team, 'running')}/rows", headers=as_role("viewer"))
    assert answer.status_code == 409 and answer.json()["state"] == "running"


def test_verdicts_are_given_seen_filtered_and_undone(stranger, as_role, scan):
    analyst = as_role("analyst")
    row = stranger.get(f"{scan}/rows?anomalies=true&limit=1", headers=analyst).json()["items"][0]["row"]
    given = stranger.put(f"{scan}/rows/{row}/verdict", json={"verdict": "expected", "note": "deploy"}, headers=analyst)
    assert given.status_code == 200 and given.json()["verdict"] == "expected"
    page = stranger.get(f"{scan}/rows?verdict=expected", headers=analyst).json()
    assert [one["row"] for one in page["items"]] == [row] and page["verdicts"] == {str(row): "expected"}
    assert stranger.get(f"{scan}/rows/{row}", headers=analyst).json()["verdict"]["note"] == "deploy"
    assert stranger.delete(f"{scan}/rows/{row}/verdict", headers=analyst).status_code == 204
    assert stranger.get(f"{scan}/rows?verdict=any", headers=analyst).json()["total"] == 0
    assert (
        stranger.put(f"{scan}/rows/{row}/verdict", json={"verdict": "known"}, headers=as_role("viewer")).status_code
        == 403
    )
    assert stranger.put(f"{scan}/rows/99999999/verdict", json={"verdict": "known"}, headers=analyst).status_code == 404


def test_an_incident_is_acknowledged_owned_and_talked_about(stranger, people, team, scan):
    user = people.user("mina", team, "analyst")
    analyst = {"Authorization": f"Bearer {people.token(user, team, 'analyst')}"}
    first = stranger.get("/api/v1/incidents?limit=1", headers=analyst).json()
    assert first["total"] > 1 and first["next"] and first["items"][0]["state"] == "open"
    path = f"/api/v1/incidents/{first['items'][0]['id']}"
    changed = stranger.patch(path, json={"state": "acknowledged", "owner": user}, headers=analyst).json()
    assert (changed["state"], changed["owner_name"]) == ("acknowledged", "Mina")
    assert stranger.patch(path, json={"owner": None}, headers=analyst).json()["owner"] is None
    assert stranger.post(f"{path}/comments", json={"text": "on it"}, headers=analyst).status_code == 201
    assert stranger.get(path, headers=analyst).json()["comments"][0]["text"] == "on it"
    assert stranger.patch(path, json={"state": "gone"}, headers=analyst).status_code == 422
    assert stranger.patch(path, json={"owner": "usr_nobody"}, headers=analyst).status_code == 422
    acknowledged = stranger.get("/api/v1/incidents?state=acknowledged", headers=analyst).json()
    assert [one["id"] for one in acknowledged["items"]] == [first["items"][0]["id"]]
    assert stranger.get("/api/v1/incidents?q=%25", headers=analyst).json()["total"] == 0


def test_two_scans_side_by_side(stranger, as_role, put, team):
    a, b = put(team), put(team)
    viewer = as_role("viewer")
    told = stranger.get("/api/v1/compare", params={"a": a, "b": b}, headers=viewer).json()
    assert told["both"] > 0 and told["only_a"] == told["only_b"] == 0
    rows = stranger.get("/api/v1/compare/rows", params={"a": a, "b": b, "part": "both"}, headers=viewer).json()
    assert rows["total"] == told["both"]


def test_another_workspace_sees_nothing(stranger, people, put, team):
    scan = put(team)
    other = people.workspace("other")
    theirs = people.bearer("eve", other, "admin")
    for path in ("summary", "rows", "rows/0", "timeline", "templates", "incidents", "metrics", "download"):
        assert stranger.get(f"/api/v1/scans/{scan}/{path}", headers=theirs).status_code == 404
    assert stranger.get("/api/v1/incidents", headers=theirs).json()["total"] == 0
    assert (
        stranger.put(f"/api/v1/scans/{scan}/rows/0/verdict", json={"verdict": "real"}, headers=theirs).status_code
        == 404
    )


def test_an_answer_is_made_once_and_made_anew_after_a_verdict(stranger, as_role, scan, monkeypatch):
    from oddline.service.results.findings import Findings

    asked = []
    rows = Findings.rows
    monkeypatch.setattr(Findings, "rows", lambda self, **told: asked.append(1) or rows(self, **told))
    analyst = as_role("analyst")
    path = f"{scan}/rows?anomalies=true&limit=1"
    first = stranger.get(path, headers=analyst)
    second = stranger.get(path, headers=as_role("viewer"))
    assert first.json() == second.json() and len(asked) == 1
    again = stranger.get(path, headers=analyst | {"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304 and not again.content
    row = first.json()["items"][0]["row"]
    stranger.put(f"{scan}/rows/{row}/verdict", json={"verdict": "known"}, headers=analyst)
    third = stranger.get(path, headers=analyst | {"If-None-Match": first.headers["etag"]})
    assert third.json()["verdicts"] == {str(row): "known"} and len(asked) == 2


def test_what_is_kept_is_nobody_elses(stranger, as_role, people, scan):
    path = f"{scan}/rows?limit=1"
    etag = stranger.get(path, headers=as_role("viewer")).headers["etag"]
    theirs = people.bearer("eve", people.workspace("other"), "admin")
    assert stranger.get(path, headers=theirs).status_code == 404
    assert stranger.get(path, headers=theirs | {"If-None-Match": etag}).status_code == 404
    assert stranger.get(path).status_code == 401


def test_a_log_without_times_is_laid_out_by_its_lines(put, team, stranger, as_role, tmp_path):
    (tmp_path / "plain.log").write_text("".join(f"job {n} done in {n % 7} ms\n" for n in range(900)) + "disk failed\n")
    found = batch.scan(batch.Request(paths=(str(tmp_path / "plain.log"),)))
    leave(found, tmp_path / "files")
    scan = put(team, left=tmp_path / "files", result=found)
    span = {"start": 300, "end": 600}
    answer = stranger.get(f"/api/v1/scans/{scan}/timeline", params=span, headers=as_role("viewer"))
    assert answer.status_code == 200, answer.text
    assert answer.json()["axis"] == span
    assert not answer.json()["timed"]
