"""Uploads in one go, in parts, and by forms: every byte is kept, and nothing but what was sent."""

from __future__ import annotations

import asyncio
import hashlib
import itertools

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from starlette.requests import ClientDisconnect

from oddline.core.errors import OddlineError
from oddline.service.acts import receiving
from oddline.service.asker import Asker
from oddline.service.db.tables import AuditEntry, Upload, UploadPart
from oddline.service.errors import Conflict
from oddline.service.people.secrets import digest, form_key, new_secret
from oddline.service.storage.digests import digests_of
from oddline.service.storage.uploads import content_of, materialise, opened

CONTENT = bytes(range(256)) * 20  # more than five parts
SUM = hashlib.sha256(CONTENT).hexdigest()


def begun(api, **query):
    answer = api("POST", "", b"", params={"name": "app.log"} | query)
    assert answer.status_code == 201
    return answer.json()["id"]


def patched(api, upload, offset, content):
    return api("PATCH", f"/{upload}", content, headers={"Upload-Offset": str(offset)})


def test_one_go_keeps_every_byte(sent, api, service):
    upload = sent(CONTENT)
    assert (upload["state"], upload["size"], upload["sha256"]) == ("complete", len(CONTENT), SUM)
    assert api("GET", f"/{upload['id']}/content").content == CONTENT
    sizes = content_of(service, upload["id"]).sizes
    assert sizes == (1000, 1000, 1000, 1000, 1000, 120)


def test_an_empty_body_only_begins(api):
    answer = api("POST", "", b"", params={"name": "a.log", "size": 3})
    assert answer.headers["upload-offset"] == "0"
    assert answer.headers["location"] == f"/api/v1/uploads/{answer.json()['id']}"
    assert answer.json()["state"] == "receiving"


def test_it_is_complete_when_the_announced_size_has_come(api):
    upload = begun(api, size=len(CONTENT), sha256=SUM.upper())
    half = patched(api, upload, 0, CONTENT[:2500])
    assert (half.json()["state"], half.headers["upload-offset"]) == ("receiving", "2500")
    whole = patched(api, upload, 2500, CONTENT[2500:])
    assert (whole.json()["state"], whole.json()["sha256"]) == ("complete", SUM)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    content=strategies.binary(max_size=5000),
    cuts=strategies.lists(strategies.integers(0, 5000), max_size=6),
    forgets=strategies.booleans(),
)
def test_any_cut_into_parts_gives_the_same_file(api, service, content, cuts, forgets):
    upload = begun(api)
    places = sorted({0, len(content), *(cut for cut in cuts if cut < len(content))})
    for start, end in itertools.pairwise(places):
        assert patched(api, upload, start, content[start:end]).status_code == 200
        if forgets:  # as after a restart: the sum is made from the store
            digests_of(service).stop()
    whole = api("POST", f"/{upload}/complete").json()
    assert whole["sha256"] == hashlib.sha256(content).hexdigest()
    assert api("GET", f"/{upload}/content").content == content


def test_a_part_at_a_wrong_place_is_told_where_to_go_on(api):
    upload = begun(api)
    patched(api, upload, 0, CONTENT[:1500])
    for offset in (0, 1499, 9000):
        wrong = patched(api, upload, offset, b"x")
        assert (wrong.status_code, wrong.headers["upload-offset"], wrong.json()["offset"]) == (409, "1500", 1500)
    head = api("HEAD", f"/{upload}")
    assert (head.status_code, head.headers["upload-offset"]) == (204, "1500")


def test_a_complete_upload_takes_nothing_more(sent, api):
    upload = sent(CONTENT)
    more = patched(api, upload["id"], len(CONTENT), b"more")
    assert more.status_code == 409 and "complete" in more.json()["title"]
    assert api("GET", f"/{upload['id']}").json()["sha256"] == SUM


def asker_for(service, upload_id):
    with service.reading() as db:
        upload = db.get(Upload, upload_id)
    return Asker(
        upload.user_id, "a", "a@example.org", administrator=False, workspace_id=upload.workspace_id, workspace="team",
        workspace_name="Team", role="analyst", address="",
    )  # fmt: skip


def test_what_came_before_a_broken_connection_is_kept(api, service):
    upload = begun(api, size=len(CONTENT))

    async def broken():
        yield CONTENT[:700]
        yield CONTENT[700:2300]
        raise ClientDisconnect

    with pytest.raises(OddlineError, match="broke off"):
        asyncio.run(receiving.receive(service, asker_for(service, upload), upload, 0, broken(), length=None))
    assert api("HEAD", f"/{upload}").headers["upload-offset"] == "2300"
    whole = patched(api, upload, 2300, CONTENT[2300:]).json()
    assert (whole["state"], whole["sha256"]) == ("complete", SUM)


def test_of_two_senders_at_one_place_one_wins(api, service):
    upload = begun(api)
    asker = asker_for(service, upload)

    async def both():
        both_there = asyncio.Barrier(2)

        async def pieces(letter: bytes):
            await both_there.wait()
            for _ in range(3):
                yield letter * 1000
                await asyncio.sleep(0)

        jobs = [receiving.receive(service, asker, upload, 0, pieces(letter), length=None) for letter in (b"a", b"b")]
        return await asyncio.gather(*jobs, return_exceptions=True)

    ends = asyncio.run(both())
    assert [end for end in ends if not isinstance(end, Exception)] == [3000]
    assert [type(end) for end in ends if isinstance(end, Exception)] == [Conflict]
    whole = api("POST", f"/{upload}/complete").json()
    content = opened(service, upload).read()
    assert content in {b"a" * 3000, b"b" * 3000}
    assert whole["sha256"] == hashlib.sha256(content).hexdigest()


def test_a_wrong_sum_is_refused_and_takes_no_room(api, service):
    upload = begun(api, size=len(CONTENT), sha256="0" * 64)
    wrong = patched(api, upload, 0, CONTENT)
    assert (wrong.status_code, wrong.json()["expected"]) == (422, "0" * 64)
    told = api("GET", f"/{upload}").json()
    assert (told["state"], told["received"]) == ("failed", 0)
    with service.reading() as db:
        assert db.query(UploadPart).count() == 0


def test_completing_tells_what_is_missing_and_can_be_repeated(api):
    upload = begun(api, size=10)
    patched(api, upload, 0, b"12345")
    early = api("POST", f"/{upload}/complete")
    assert (early.status_code, early.headers["upload-offset"]) == (409, "5")
    patched(api, upload, 5, b"67890")
    again = api("POST", f"/{upload}/complete", json={"size": 10})
    assert again.status_code == 200 and again.json()["state"] == "complete"
    assert api("POST", f"/{upload}/complete", json={"sha256": "1" * 64}).status_code == 422


def test_a_form_sends_several_files(api):
    files = [("file", ("a.log", CONTENT)), ("file", ("..\\b.log", b"two")), ("other", ("c.log", b""))]
    answer = api("POST", "", files=files, data={"note": "kept for nobody"})
    assert answer.status_code == 201
    items = answer.json()["items"]
    assert [(item["name"], item["received"], item["state"]) for item in items] == [
        ("a.log", len(CONTENT), "complete"), ("b.log", 3, "complete"), ("c.log", 0, "complete")
    ]  # fmt: skip
    assert items[0]["sha256"] == SUM


def test_a_form_without_a_file_or_an_end_is_refused(api):
    assert api("POST", "", files=[("note", (None, "x"))]).status_code == 422
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    cut = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.log"\r\n\r\nabc'
    assert api("POST", "", cut, headers=kind).status_code == 400
    assert api("POST", "", b"rubbish", headers=kind).status_code == 400
    assert api("POST", "", b"", headers={"Content-Type": "multipart/form-data"}).status_code == 422


@pytest.fixture
def browser(stranger, people, service, team):
    """A signed-in browser; gives the form key of its session."""
    from datetime import timedelta

    from oddline.service.db.tables import Session
    from oddline.service.db.types import now

    secret, user = new_secret(), people.user("mina", team, "analyst")
    with service.writing() as db:
        db.add(Session(id=digest(secret), user_id=user, address="", agent="", expires=now() + timedelta(days=1)))
    stranger.cookies.set("oddline_session", secret)
    return form_key(secret)


def test_a_plain_form_of_a_page_shows_its_key_first(stranger, browser):
    def send(key):
        files = [("form_key", (None, key)), ("file", ("a.log", CONTENT))]
        return stranger.post("/api/v1/uploads", files=files)

    assert send("wrong").status_code == 403
    answer = send(browser)
    assert answer.status_code == 201, answer.text
    assert answer.json()["items"][0]["sha256"] == SUM
    late = [("file", ("a.log", b"x")), ("form_key", (None, browser))]
    assert stranger.post("/api/v1/uploads", files=late).status_code == 403
    header = {"X-CSRF-Token": browser}
    assert stranger.post("/api/v1/uploads", files=[("file", ("a.log", b"x"))], headers=header).status_code == 201


def test_writing_it_into_a_folder_never_overwrites(sent, service, tmp_path):
    first, second = sent(CONTENT), sent(b"other")
    assert materialise(service, first["id"], tmp_path).name == "app.log"
    assert materialise(service, second["id"], tmp_path).name == "app (2).log"
    assert (tmp_path / "app.log").read_bytes() == CONTENT
    assert (tmp_path / "app (2).log").read_bytes() == b"other"


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(start=strategies.integers(0, 6000), length=strategies.integers(0, 6000))
def test_it_can_be_read_anywhere(service, whole, start, length):
    with opened(service, whole) as file:
        file.seek(start)
        assert file.read(length) == CONTENT[start : start + length]
    assert b"".join(content_of(service, whole).chunks(start, start + length)) == CONTENT[start : start + length]


@pytest.fixture
def whole(sent):
    return sent(CONTENT)["id"]


def test_one_range_can_be_asked_for(api, whole):
    def ask(what, **more):
        answer = api("GET", f"/{whole}/content", headers={"Range": what} | more)
        return answer.status_code, answer.content

    assert ask("bytes=1500-2999") == (206, CONTENT[1500:3000])
    assert ask("bytes=-7") == (206, CONTENT[-7:])
    assert ask("bytes=5000-") == (206, CONTENT[5000:])
    assert ask("bytes=5-4")[0] == 416
    assert ask("bytes=6000-")[0] == 416
    assert ask("bytes=0-1,3-4") == (200, CONTENT)
    assert ask("bytes=0-1", **{"If-Range": '"another"'}) == (200, CONTENT)
    assert ask("bytes=0-1", **{"If-Range": f'"{SUM}"'}) == (206, CONTENT[:2])


def test_removing_is_written_down(sent, api, service):
    upload = sent(b"x")
    assert api("DELETE", f"/{upload['id']}").status_code == 204
    assert api("GET", f"/{upload['id']}").status_code == 404
    with service.reading() as db:
        actions = [entry.action for entry in db.query(AuditEntry).order_by(AuditEntry.id)]
    assert actions == ["upload.begin", "upload.complete", "upload.remove"]
