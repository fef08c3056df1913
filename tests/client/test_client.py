"""The client: what is asked arrives, what is refused is an error of its kind, what breaks is sent again, done once."""

from __future__ import annotations

import hashlib
import io

import httpx2
import pytest

from oddline.client import Client, Conflict, Forbidden, NotFound, NotSignedIn, ServiceDown, TooMany, WorkFailed
from oddline.core.errors import IOFailure, OddlineError

LOG = b"".join(b"2026-01-02 03:04:%02d app: line %d\n" % (number % 60, number) for number in range(2_000))


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "app.log"
    path.write_bytes(LOG)
    return path


class Broken(httpx2.BaseTransport):
    """A network that breaks: ``plan`` says before, or after the request has arrived."""

    def __init__(self, inner, plan):
        self.inner, self.plan, self.seen = inner, plan, []

    def handle_request(self, request):
        fault = self.plan(request, len(self.seen))
        self.seen.append((request.method, request.headers.get("idempotency-key")))
        if fault == "before":
            raise httpx2.ConnectError("no way there")
        answer = self.inner.handle_request(request)
        if fault == "after":
            raise httpx2.ReadError("no way back")
        return answer


def breaking(client, plan):
    transport = Broken(client._wire.http._transport, plan)
    client._wire.http._transport = transport
    return transport


def test_a_file_arrives(client, log):
    told = []
    upload = client.uploads.send(log, progress=lambda sent, total: told.append((sent, total)))
    assert (upload.name, upload.state, upload.sha256) == ("app.log", "complete", hashlib.sha256(LOG).hexdigest())
    assert told[0] == (0, len(LOG)) and told[-1] == (len(LOG), len(LOG))
    back = io.BytesIO()
    assert client.uploads.download(upload, back) == len(LOG)
    assert back.getvalue() == LOG
    assert [one.id for one in client.uploads.each(q="app")] == [upload.id]
    assert client.uploads.preview(upload).format
    client.uploads.delete(upload)
    with pytest.raises(NotFound):
        client.uploads.get(upload)


def test_bytes_and_nothing_arrive(client):
    assert client.uploads.send_bytes(b"one\n", "../one.log").name == "one.log"
    assert client.uploads.send_bytes(b"", "nothing.log").state == "complete"


@pytest.fixture
def parts(monkeypatch, client):
    """Parts of 10 000 bytes instead of what the service would like."""
    from oddline.client.answers import Upload

    validate = Upload.model_validate_json
    monkeypatch.setattr(
        Upload, "model_validate_json", lambda text: validate(text).model_copy(update={"part_bytes": 10_000})
    )
    return client


@pytest.mark.parametrize("fault", ["before", "after"])
def test_a_network_that_breaks_all_the_time_loses_nothing(parts, log, fault):
    network = breaking(parts, lambda _request, number: fault if number % 3 == 1 else None)
    upload = parts.uploads.send(log)
    assert upload.sha256 == hashlib.sha256(LOG).hexdigest()
    assert len(list(parts.uploads.each())) == 1
    assert sum(method == "PATCH" for method, _ in network.seen) >= len(LOG) // 10_000


def test_an_upload_is_begun_once_however_often_it_is_asked_for(client, log):
    network = breaking(client, lambda request, number: "after" if request.method == "POST" and number < 3 else None)
    client.uploads.send(log)
    keys = [key for method, key in network.seen if method == "POST"]
    assert len(keys) == 4 and len(set(keys)) == 1
    assert len(list(client.uploads.each())) == 1


def test_an_upload_goes_on_after_the_program_died(parts, log):
    def dies(request, number):
        return "before" if number > 4 else None

    network = breaking(parts, dies)
    with pytest.raises(ServiceDown, match="cannot be reached"):
        parts.uploads.send(log)
    network.plan = lambda *_: None
    half = next(parts.uploads.each(state="receiving"))
    assert 0 < half.received < len(LOG)
    whole = parts.uploads.send(log, resume=half.id)
    assert (whole.id, whole.sha256) == (half.id, hashlib.sha256(LOG).hexdigest())


def test_another_file_is_not_taken_for_the_rest(parts, log):
    network = breaking(parts, lambda _request, number: "before" if number > 4 else None)
    with pytest.raises(ServiceDown):
        parts.uploads.send(log)
    network.plan = lambda *_: None
    log.write_bytes(LOG[::-1])
    with pytest.raises(IOFailure, match="another file"):
        parts.uploads.send(log, resume=next(parts.uploads.each(state="receiving")).id)


def test_refusals_are_errors_of_their_kind(connect, stranger):
    client = connect("viewer")
    with pytest.raises(NotFound, match="no upload upl_0") as refused:
        client.uploads.get("upl_0")
    assert refused.value.problem["status"] == 404 and isinstance(refused.value, OddlineError)
    with pytest.raises(Forbidden, match="ingest"):
        client.uploads.send_bytes(b"x", "a.log")
    with pytest.raises(NotSignedIn):
        Client(str(stranger.base_url), "odl_wrong", transport=stranger._transport).me()
    uploads = connect().uploads
    begun = uploads._begin("a.log", 10, None)
    with pytest.raises(Conflict, match="0 of 10 bytes"):
        uploads._wire.ask("POST", f"/uploads/{begun.id}/complete")


def answering(*answers):
    left = list(answers)

    def handle(_request):
        return left.pop(0) if len(left) > 1 else left[0]

    return Client("http://service", "odl_x", transport=httpx2.MockTransport(handle), pause=0.0), left


def test_it_waits_when_it_is_asked_to():
    later = httpx2.Response(429, headers={"retry-after": "0"}, json={"title": "too many"})
    me = {"id": "usr_1", "name": "M", "email": "m@example.org", "workspace": "team", "role": "viewer", "new": 1}
    client, _ = answering(later, later, httpx2.Response(200, json=me))
    assert client.me().role == "viewer"
    client, _ = answering(later)
    with pytest.raises(TooMany):
        client.me()


def test_an_answer_that_is_no_problem_object_is_still_told():
    client, _ = answering(httpx2.Response(400, text="<html>proxy</html>"))
    with pytest.raises(OddlineError, match="answered 400"):
        client.me()


def test_work_that_fails_is_an_error_with_its_reason():
    scan = {"id": "scn_1", "title": "a", "created": "2026-01-01T00:00:00Z", "state": "running"}
    problem = {"title": "a table of 9,000 columns", "status": 422, "hint": "keep fewer"}
    client, _ = answering(
        httpx2.Response(200, json=scan), httpx2.Response(200, json=scan | {"state": "failed", "problem": problem})
    )
    with pytest.raises(WorkFailed, match="9,000 columns"):
        client.scans.wait("scn_1")
    client, _ = answering(httpx2.Response(200, json=scan))
    with pytest.raises(TimeoutError):
        client.scans.wait("scn_1", timeout=0.05)


def test_a_download_that_breaks_off_leaves_no_file(tmp_path):
    def breaks():
        yield b"half"
        raise httpx2.ReadError("gone")

    class Half(httpx2.SyncByteStream):
        def __iter__(self):
            return breaks()

    client, _ = answering(httpx2.Response(200, stream=Half()))
    with pytest.raises(ServiceDown):
        client.scans.download("scn_1", tmp_path / "odd.csv")
    assert list(tmp_path.iterdir()) == []


def test_events_go_on_after_a_broken_connection():
    asked = []

    def stream(request):
        asked.append((request.url.path, request.headers.get("last-event-id")))
        text = 'id: 7\nevent: progress\ndata: {"share": 0.5}\n\n: alive\n\n'
        if len(asked) == 2:
            text = 'id: 8\nevent: state\ndata: {"state": "done"}\n\n'
        elif len(asked) == 1:
            return httpx2.Response(200, headers={"content-type": "text/event-stream"}, stream=Cut(text))
        return httpx2.Response(200, headers={"content-type": "text/event-stream"}, text=text)

    class Cut(httpx2.SyncByteStream):
        def __init__(self, text):
            self.text = text

        def __iter__(self):
            yield self.text.encode()
            raise httpx2.ReadError("gone")

    client = Client("http://service", "odl_x", transport=httpx2.MockTransport(stream), pause=0.0)
    heard = list(client.jobs.events("job_1"))
    assert [(event.id, event.kind) for event in heard] == [("7", "progress"), ("8", "state")]
    assert asked == [("/api/v1/jobs/job_1/events", None), ("/api/v1/jobs/job_1/events", "7")]


def test_lists_are_fetched_page_by_page(client):
    for number in range(3):
        client.uploads.send_bytes(b"x", f"{number}.log")
    from oddline.client.answers import Upload

    paged = client._wire.each(Upload, "/uploads", limit=1)
    assert [upload.name for upload in paged] == ["2.log", "1.log", "0.log"]


def test_what_can_be_chosen(client):
    names = [detector.name for detector in client.detectors.each()]
    assert names[:2] == ["auto", "isolation_forest"]
    assert client.detectors.get("knn").parameters["properties"]["n_neighbors"]["type"] == "integer"
    assert "syslog" in [plugin.name for plugin in client.plugins.each("formats")]
    assert client.me().role == "analyst"
    assert [member.role for member in client.members.each()] == ["analyst"]
