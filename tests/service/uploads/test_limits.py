"""Who may send and see what, how much, and under which name."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from oddline.service.db.tables import Scan, ScanUpload, Upload
from oddline.service.errors import TooLarge
from oddline.service.names import MOST_BYTES, file_name
from oddline.service.storage.inspect import inspect

ROUTES = [
    ("POST", ""), ("PATCH", "/{}"), ("POST", "/{}/complete"), ("GET", ""), ("HEAD", "/{}"), ("GET", "/{}"),
    ("DELETE", "/{}"), ("GET", "/{}/content"), ("GET", "/{}/preview"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_strangers_are_refused(stranger, sent, method, path):
    upload = sent(b"one line\n")["id"]
    answer = stranger.request(method, "/api/v1/uploads" + path.format(upload), headers={"Upload-Offset": "0"})
    assert answer.status_code == 401


@pytest.mark.parametrize(("method", "path"), [route for route in ROUTES if "{}" in route[1]])
def test_an_upload_of_another_workspace_is_not_there(stranger, sent, people, method, path):
    upload = sent(b"one line\n")["id"]
    other = people.workspace("other")
    headers = people.bearer("eve", other, "admin") | {"Upload-Offset": "9"}
    answer = stranger.request(method, "/api/v1/uploads" + path.format(upload), headers=headers)
    assert answer.status_code == 404


def test_the_list_is_the_workspaces_own(stranger, sent, people, api):
    sent(b"1", "100%_app.log"), sent(b"2", "web.log")
    other = people.bearer("eve", people.workspace("other"), "admin")
    assert stranger.get("/api/v1/uploads", headers=other).json()["items"] == []
    assert [item["name"] for item in api("GET").json()["items"]] == ["web.log", "100%_app.log"]
    assert [item["name"] for item in api("GET", params={"q": "%_A"}).json()["items"]] == ["100%_app.log"]
    assert api("GET", params={"q": "_.log"}).json()["items"] == []
    assert api("GET", params={"q": "a\0"}).status_code == 200
    first = api("GET", params={"limit": 1}).json()
    second = api("GET", params={"limit": 1, "cursor": first["next"]}).json()
    assert (second["items"][0]["name"], second["next"]) == ("100%_app.log", None)


def test_roles(stranger, as_role, sent):
    upload = sent(b"one line\n")["id"]
    viewer, ingest, analyst = as_role("viewer"), as_role("ingest"), as_role("analyst")
    assert stranger.post("/api/v1/uploads", content=b"x", headers=viewer).status_code == 403
    assert stranger.get(f"/api/v1/uploads/{upload}", headers=viewer).status_code == 200
    own = stranger.post("/api/v1/uploads", content=b"x", headers=ingest).json()["id"]
    assert stranger.get(f"/api/v1/uploads/{own}", headers=ingest).status_code == 200
    # Who may only send reads nothing, not even what they sent themselves, and takes nothing back that is complete.
    assert stranger.get(f"/api/v1/uploads/{upload}", headers=ingest).status_code == 404
    assert stranger.get("/api/v1/uploads", headers=ingest).status_code == 403
    assert stranger.get(f"/api/v1/uploads/{own}/content", headers=ingest).status_code == 403
    assert stranger.delete(f"/api/v1/uploads/{own}", headers=ingest).status_code == 403
    assert stranger.delete(f"/api/v1/uploads/{own}", headers=viewer).status_code == 403
    assert stranger.delete(f"/api/v1/uploads/{own}", headers=analyst).status_code == 204


def test_what_a_scan_reads_is_not_removed(api, sent, service):
    upload = sent(b"x")["id"]
    with service.writing() as db:
        scan = Scan(workspace_id=db.get(Upload, upload).workspace_id, title="t", state="running")
        db.add(scan)
        db.flush()
        db.add(ScanUpload(scan_id=scan.id, upload_id=upload))
    busy = api("DELETE", f"/{upload}")
    assert busy.status_code == 409 and scan.id in busy.json()["title"]
    with service.writing() as db:
        db.get(Scan, scan.id).state = "done"
    assert api("DELETE", f"/{upload}").status_code == 204


def chunked(content):
    """Sent without telling how much it is."""
    return iter([content[start : start + 10_000] for start in range(0, len(content), 10_000)])


@pytest.mark.parametrize("announce", ["body", "size", "nothing"])
def test_a_file_that_is_too_large_is_refused_with_the_setting(api, announce):
    big = b"x" * 100_001
    if announce == "size":
        answer = api("POST", "", b"", params={"size": len(big)})
    else:
        answer = api("POST", "", big if announce == "body" else chunked(big))
    assert answer.status_code == 413
    assert answer.json()["limit"] == "ODDLINE_LIMIT_UPLOAD_BYTES" and answer.json()["hint"]


def test_as_much_as_the_limit_is_taken(sent):
    assert sent(b"x" * 100_000)["state"] == "complete"


def test_parts_count_together(api):
    upload = api("POST", "", b"").json()["id"]
    assert api("PATCH", f"/{upload}", b"x" * 60_000, headers={"Upload-Offset": "0"}).status_code == 200
    more = api("PATCH", f"/{upload}", b"x" * 60_000, headers={"Upload-Offset": "60000"})
    assert more.status_code == 413
    assert api("HEAD", f"/{upload}").headers["upload-offset"] == "60000"


def test_more_than_was_announced_is_refused(api):
    upload = api("POST", "", b"", params={"size": 1500}).json()["id"]
    answer = api("PATCH", f"/{upload}", chunked(b"x" * 2500), headers={"Upload-Offset": "0"})
    assert answer.status_code == 422
    assert api("HEAD", f"/{upload}").headers["upload-offset"] == "1000"


def test_a_workspace_that_is_full_takes_nothing_more(api, sent):
    for _ in range(3):
        sent(b"x" * 100_000)
    for content in (b"y", chunked(b"y" * 2000)):
        full = api("POST", "", content)
        assert (full.status_code, full.json()["limit"]) == (413, "ODDLINE_LIMIT_WORKSPACE_BYTES")
    api("DELETE", "/" + api("GET").json()["items"][-1]["id"])
    sent(b"y" * 100_000)


@pytest.mark.parametrize(
    "name", ["%2e%2e%2fetc%2fpasswd", "..\\..\\etc\\passwd", "/etc/passwd", "\\\\host\\c$\\passwd"]
)
def test_a_name_is_never_a_path(sent, api, name):
    upload = sent(b"x", name)
    assert "/" not in upload["name"] and "\\" not in upload["name"]
    # The client encodes the name once, the service decodes it once: "%2f" stays what it is.
    assert upload["name"] == ("%2e%2e%2fetc%2fpasswd" if "%" in name else "passwd")
    disposition = api("GET", f"/{upload['id']}/content").headers["content-disposition"]
    assert disposition.startswith('attachment; filename="')


@pytest.mark.parametrize(
    ("sent_as", "name"),
    [
        ("a\x00b\x1b[31m\r\n.log", "ab[31m.log"), ("\u202etxt.exe", "txt.exe"), ("...", "upload"), ("", "upload"),
        ("-", "upload"), ("dir/", "upload"), ("C:x.log", "x.log"), (".env.log", ".env.log"), ("\ud800a", "a"),
        ("x" * 300 + ".log", "x" * (MOST_BYTES - 4) + ".log"), ("ü" * 300, "ü" * (MOST_BYTES // 2)),
    ],
)  # fmt: skip
def test_names(sent_as, name):
    assert file_name(sent_as) == name


def zipped(content):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.log", content)
    return stream.getvalue()


BOMB = b"\0" * (90 << 20)
"""More than may be unpacked here (80 MiB)."""


def test_a_bomb_is_refused_when_it_is_complete(api):
    answer = api("POST", "", gzip.compress(BOMB), params={"name": "bomb.log.gz"})
    assert answer.status_code == 413
    assert answer.json()["limit"] == "ODDLINE_LIMIT_UNPACKED_BYTES"
    assert api("GET").json()["items"][0]["state"] == "failed"


def test_what_packs_well_is_no_bomb(sent, service):
    upload = sent(gzip.compress(b"the same line again and again\n" * 100_000), "app.log.gz")
    told = inspect(service, upload["id"])
    assert (told.kind, told.unpacked) == ("gzip", 3_000_000)


def test_a_broken_file_is_kept_as_it_is(sent):
    assert sent(gzip.compress(b"line\n" * 100)[:30], "app.log.gz")["state"] == "complete"
    assert sent(b"\x1f\x8b", "app.log.gz")["state"] == "complete"


def test_archives_are_counted_as_well(sent, service):
    upload = sent(zipped(b"line\n" * 1000), "logs.zip")
    assert inspect(service, upload["id"]).unpacked == 5000
    bomb = sent(zipped(b"x" * (90 << 20)), "bomb.zip")
    with pytest.raises(TooLarge, match="unpacks to more"):
        inspect(service, bomb["id"])
