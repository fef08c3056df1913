"""Labelled data: from a folder, from the cache, from their public place; what is not as it should be is not kept."""

from __future__ import annotations

import hashlib
import io
import lzma
from urllib.error import URLError

import pytest

from oddline.core import folder
from oddline.core.errors import BadData, NoInput, UnknownPlugin
from oddline.datasets import _fetch
from oddline.datasets._fetch import fetch
from oddline.datasets._locate import DataSet, File, _fetched, changed, data_set, located

TEXT = b"5 5 22\n"
GOOD = hashlib.sha256(TEXT).hexdigest()
URL = "https://example.org/a"


@pytest.fixture
def public(monkeypatch):
    """Answer as the public place would."""
    asked = []

    def answer(request, timeout):
        asked.append(request.full_url)
        return io.BytesIO(TEXT)

    monkeypatch.setattr(_fetch, "urlopen", answer)
    return asked


@pytest.fixture(autouse=True)
def alone(monkeypatch, tmp_path):
    monkeypatch.delenv("ODDLINE_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.parametrize("name", folder.plugins("datasets"))
def test_every_data_set_says_what_it_is(name):
    known = data_set(name)
    assert all((known.summary.endswith("."), known.home.startswith("https://"), known.licence, known.cite, known.files))
    for file in known.files:
        assert len(file.sha256) == 64
        assert not file.url or file.url.startswith("https://")
        assert not file.text or hashlib.sha256(file.text.encode()).hexdigest() == file.sha256


def test_a_file_is_compressed_on_the_way_if_its_name_says_so(public, tmp_path):
    fetch(URL, tmp_path / "a" / "plain", GOOD)
    fetch(URL, tmp_path / "a" / "packed.xz", GOOD)
    assert (tmp_path / "a" / "plain").read_bytes() == TEXT
    assert lzma.decompress((tmp_path / "a" / "packed.xz").read_bytes()) == TEXT
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["packed.xz", "plain"]


def test_what_is_not_as_the_hash_says_is_not_kept(public, tmp_path):
    with pytest.raises(BadData, match="is not what it was"):
        fetch(URL, tmp_path / "a", "0" * 64)
    assert list(tmp_path.iterdir()) == []


def test_more_than_the_largest_is_not_read(public, tmp_path, monkeypatch):
    monkeypatch.setattr(_fetch, "LARGEST", 3)
    with pytest.raises(BadData, match="more than"):
        fetch(URL, tmp_path / "a", GOOD)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["http://example.org/a", "file:///etc/passwd", "ftp://example.org/a"])
def test_only_https_is_fetched(url, tmp_path):
    with pytest.raises(NoInput, match="https"):
        fetch(url, tmp_path / "a", GOOD)


def test_no_network_is_told_with_what_to_do(tmp_path, monkeypatch):
    def gone(request, timeout):
        raise URLError("no route")

    monkeypatch.setattr(_fetch, "urlopen", gone)
    with pytest.raises(NoInput, match="ODDLINE_DATA"):
        fetch(URL, tmp_path / "a", GOOD)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_lacks_files_is_told(tmp_path):
    with pytest.raises(NoInput, match="has no bgl/bgl2_100k"):
        located("bgl", tmp_path)
    with pytest.raises(NoInput, match="cannot be fetched"):
        located("bgl")
    with pytest.raises(UnknownPlugin, match="nsl_kdd"):
        located("nsl_kd")


def test_the_cache_is_filled_once(public, tmp_path):
    known = DataSet("made", "Made.", "https://example.org", "free", "none", (File("made/a", GOOD, URL),))
    for _ in range(2):
        place = _fetched(known)
        assert (place / "made" / "a").read_bytes() == TEXT
    assert public == [URL]
    assert changed(known, place) == []
    (place / "made" / "a").write_bytes(b"other")
    assert changed(known, place) == ["made/a"]
