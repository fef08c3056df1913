"""Static files: named by their content, kept for a year, compressed, and nothing beside the folder."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

import oddline.web
from oddline.web.static_files import FOLDER, SHEETS, Assets, assets, module, static_url

JS = FOLDER / "js"


@pytest.fixture
def client():
    return TestClient(Starlette(routes=[Mount("/static", assets())]))


def test_an_address_changes_with_the_content_and_only_with_it():
    one, same, other = (Assets({"js/a.js": text, "css/b.css": b""}) for text in (b"1", b"1", b"2"))
    assert one.url("js/a.js") == same.url("js/a.js") != other.url("js/a.js")
    assert one.url("css/b.css") != other.url("css/b.css"), "modules import each other: all addresses change together"


def test_a_page_that_names_no_file_is_a_mistake():
    with pytest.raises(KeyError, match=r"no static file 'js/none\.js'"):
        static_url("js/none.js")


def test_what_is_named_by_its_content_is_kept_for_a_year(client):
    answer = client.get(static_url("js/main.js"))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.content == (JS / "main.js").read_bytes()


def test_an_old_address_gives_the_new_file_which_is_not_kept(client):
    answer = client.get("/static/0123456789ab/js/main.js")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"


def test_files_go_compressed_to_who_understands_it(client):
    address = static_url("vendor/plotly.min.js")
    packed = client.get(address, headers={"accept-encoding": "gzip"})
    plain = client.get(address, headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert packed.headers["etag"] != plain.headers["etag"]
    assert int(packed.headers["content-length"]) < 0.4 * len(plain.content)
    assert packed.content == plain.content  # the client unpacks


def test_compression_is_the_same_each_time():
    one = Assets({"a.js": b"x" * 999})._files["a.js"].compressed
    assert gzip.decompress(one) == b"x" * 999
    assert one == Assets({"a.js": b"x" * 999})._files["a.js"].compressed


def test_what_has_not_changed_is_not_sent_again(client):
    address = static_url("css/oddline.css")
    tag = client.get(address).headers["etag"]
    again = client.get(address, headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(address, headers={"if-none-match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    "name", ["../environment.py", "%2e%2e/environment.py", "js/../../shell.py", "", "js", "css/tokens.css"]
)
def test_nothing_else_is_given_away(client, name):
    assert client.get(f"/static/{assets().digest}/{name}").status_code == 404


def test_files_are_read_only(client):
    assert client.post(static_url("js/main.js")).status_code == 405
    assert client.head(static_url("js/main.js")).status_code == 200


def test_every_sheet_is_in_the_cascade():
    there = {path.stem for path in (FOLDER / "css").glob("*.css")}
    assert there - {"plotly"} == set(SHEETS), "plotly.css is put in by chart.js"
    assert SHEETS[0] == "tokens"
    assert SHEETS[-1] == "narrow"


def test_plotly_comes_out_of_the_package_with_what_it_would_put_into_the_page(client):
    told = client.get(static_url("vendor/plotly.js")).text
    assert re.fullmatch(r'export const styles = \["[0-9a-f]{64}"\];\n', told), "chart.js forestalls these"
    script = client.get(static_url("vendor/plotly.min.js")).text
    assert ".no-inline-styles" in script, "by this Plotly is told that css/plotly.css is there"
    assert script.startswith("/**\n* plotly.js v")


def test_modules_import_what_there_is():
    for path in JS.rglob("*.js"):
        for name in re.findall(r"""(?:from|import\() ?["'](\.[^"']+)["']""", path.read_text()):
            target = (path.parent / name).resolve()
            assert target.is_file() or name == "../vendor/plotly.js", f"{path.name} imports {name}"


def test_modules_are_small():
    long = {
        path.name: len(path.read_text().splitlines()) for path in FOLDER.rglob("*.*") if path.suffix in {".js", ".css"}
    }
    assert {name: lines for name, lines in long.items() if lines > 400} == {}


def test_the_package_holds_no_page_of_components():
    assert not list(Path(oddline.web.__file__).parent.rglob("*components*"))


def test_a_page_tells_early_of_all_that_its_module_imports():
    told = module("js/pages/scan.js")
    named = set(re.findall(r'href="/static/\w+/([^"]+)"', told))
    everything = {name for start in ("js/main.js", "js/pages/scan.js") for name in assets().modules(start)}
    for name in everything:  # a reading of its own: whatever stands between quotes and ends on .js
        text = (FOLDER / name).read_text()
        for imported in re.findall(r'^(?:import|export|\})[^(;]*?"([^"]+\.js)"', text, re.MULTILINE | re.DOTALL):
            assert (FOLDER / name).parent.joinpath(imported).resolve().relative_to(FOLDER).as_posix() in everything
    assert named == everything - set(assets().modules("js/main.js")) - {"js/pages/scan.js"}
    assert "js/scan/about.js" in named, "which only modules of the second level import"
    assert told.endswith(f'<script type="module" src="{static_url("js/pages/scan.js")}"></script>')


def test_who_imports_each_other_is_told_once():
    ring = Assets({"js/a.js": b'import { b } from "./b.js";\n', "js/b.js": b'import { a } from "./a.js";\n'})
    assert ring.modules("js/a.js") == ["js/a.js", "js/b.js"]


def test_all_can_be_compressed_before_anybody_asks():
    some = Assets({"js/a.js": b"1" * 1000})
    some.compress()
    assert "compressed" in vars(some._files["js/a.js"])
