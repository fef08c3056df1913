import gzip
import io
import random
import tarfile
import warnings
import zipfile
from contextlib import suppress

import pytest

from oddline.core.errors import BadData, NoInput
from oddline.sources._limits import Limits
from oddline.sources._open import open_sources
from oddline.sources._refusals import TooMuch
from tests.sources._helpers import read

LOG = "Jun 14 15:16:01 combo sshd[19939]: authentication failure\n"
MEMBERS = {"b/app.log": LOG.encode(), "a.log": b"one\ntwo\n", "old.log.gz": gzip.compress(b"older\n")}
EXPECTED = {"b/app.log": [LOG.strip()], "a.log": ["one", "two"], "old.log.gz": ["older"]}


def zip_of(path, members, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name given twice
        with zipfile.ZipFile(path, "w", **options) as archive:
            for name, data in members.items() if isinstance(members, dict) else members:
                archive.writestr(name, data)
    return path


def tar_of(path, members, mode="w", **options):
    with tarfile.open(path, mode, **options) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), 1_000_000
            archive.addfile(info, io.BytesIO(data))
    return path


def opened(path, **options):
    told = []
    parts = open_sources([str(path)], warnings=told, **options)
    rows = {}
    for part in parts:
        rows[part.name.removeprefix(f"{path}/")], more = read(part)
        told += more
    return rows, told


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_zip_members_are_parts(tmp_path, method):
    path = zip_of(tmp_path / "logs.zip", MEMBERS, compression=method)
    assert opened(path) == (EXPECTED, [])


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_tar_members_are_parts(tmp_path, mode, form):
    path = tar_of(tmp_path / "logs.tar", MEMBERS, mode, format=form)
    rows, told = opened(path)
    assert (rows, told) == (EXPECTED, [])
    assert open_sources([str(path)])[0].modified == 1_000_000


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names_of_tar(tmp_path, form):
    members = {"folder/" * 40 + "ä-long.log": b"one\n", "next.log": b"two\n"}
    rows, _ = opened(tar_of(tmp_path / "a.tar", members, format=form))
    assert rows == {"folder/" * 40 + "ä-long.log": ["one"], "next.log": ["two"]}


def test_parts_can_be_opened_again_and_in_any_order(tmp_path):
    for path in (zip_of(tmp_path / "a.zip", MEMBERS), tar_of(tmp_path / "a.tgz", MEMBERS, "w:gz")):
        parts = open_sources([str(path)])
        backwards = {part.name: read(part)[0] for part in reversed(parts)}
        assert backwards == {part.name: read(part)[0] for part in parts}
        one, two = parts[0].open(), parts[1].open()
        assert one.read(3) + two.read(3) + one.read(3) == (LOG.encode()[:3] + b"one" + LOG.encode()[3:6])
        one.close()
        two.close()


def test_an_archive_in_an_archive_is_read_and_no_deeper(tmp_path):
    inner = tar_of(tmp_path / "inner.tar.gz", {"deep.log": b"deep\n"}, "w:gz").read_bytes()
    rows, told = opened(zip_of(tmp_path / "outer.zip", {"inner.tar.gz": inner, "a.log": b"one\n"}))
    assert (rows, told) == ({"inner.tar.gz/deep.log": ["deep"], "a.log": ["one"]}, [])
    middle = zip_of(tmp_path / "middle.zip", {"inner.tar.gz": inner}).read_bytes()
    rows, told = opened(zip_of(tmp_path / "outer.zip", {"middle.zip": middle, "a.log": b"one\n"}))
    assert rows == {"a.log": ["one"]}
    assert any("an archive inside an archive inside an archive" in warning for warning in told)


def test_what_is_no_log_is_passed_over_with_a_warning(tmp_path):
    members = {
        "../up.log": b"up\n", "/etc/abs.log": b"abs\n", "C:\\x.log": b"drive\n", ".hidden": b"h\n",
        "sub\\w.log": b"windows\n", "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(99), "empty.log": b"",
        "good.log": b"good\n",
    }  # fmt: skip
    for path in (zip_of(tmp_path / "a.zip", members), tar_of(tmp_path / "a.tar", members)):
        rows, told = opened(path)
        assert rows == {"good.log": ["good"], "sub\\w.log": ["windows"]}
        text = "\n".join(told)
        for word in ("3 with an unsafe name", "1 hidden (.hidden)", "1 binary (picture.png)", "1 empty"):
            assert word in text


def test_links_and_devices_are_never_followed(tmp_path):
    secret = tmp_path / "secret.log"
    secret.write_text("secret\n")
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for name, kind in (("soft", tarfile.SYMTYPE), ("hard", tarfile.LNKTYPE), ("dev", tarfile.CHRTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, str(secret)
            archive.addfile(info)
        info = tarfile.TarInfo("good.log")
        info.size = 5
        archive.addfile(info, io.BytesIO(b"good\n"))
    rows, told = opened(tmp_path / "a.tar")
    assert rows == {"good.log": ["good"]}
    assert any("2 link (soft, hard)" in warning for warning in told)
    entry = zipfile.ZipInfo("soft")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(entry, str(secret))
        archive.writestr("good.log", "good\n")
    assert opened(tmp_path / "a.zip")[0] == {"good.log": ["good"]}


def test_an_archive_without_logs_is_no_input(tmp_path):
    with pytest.raises(NoInput, match="an archive without logs"):
        opened(zip_of(tmp_path / "a.zip", {"a.png": b"\x89PNG" + bytes(99)}))
    with pytest.raises(NoInput, match="an archive without logs"):
        opened(zip_of(tmp_path / "empty.zip", {}))


def test_an_encrypted_zip_is_refused(tmp_path):
    path = zip_of(tmp_path / "a.zip", {"a.log": b"one\n"})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(BadData, match=r"is encrypted: a\.log needs a password"):
        opened(path)


def test_a_zip_bomb_is_refused_by_the_name_of_the_limit(tmp_path):
    path = zip_of(tmp_path / "bomb.zip", {"a.log": b"a\n" * (2 << 20)}, compression=zipfile.ZIP_BZIP2)
    with pytest.raises(TooMuch, match=r"bomb\.zip unpacks to more than 1000 times its size"):
        opened(path, limits=Limits(free=1 << 20))


def test_many_members_that_are_small_each_are_a_bomb_together(tmp_path):
    members = {f"{row}.log": b"a\n" * 5000 for row in range(30)}
    path = zip_of(tmp_path / "bomb.zip", members, compression=zipfile.ZIP_DEFLATED)
    limits = Limits(unpacked=200_000)
    with pytest.raises(TooMuch, match=r"bomb\.zip unpacks to more than 200\.0 kB"):
        opened(path, limits=limits)


def test_a_bomb_around_a_tar_is_refused_while_it_is_listed(tmp_path):
    path = tar_of(tmp_path / "bomb.tar.bz2", {"a.log": b"a\n" * (2 << 20)}, "w:bz2")
    with pytest.raises(TooMuch, match="1000 times its size"):
        open_sources([str(path)], limits=Limits(free=1 << 20))


def test_too_many_members_are_refused(tmp_path):
    members = {f"{row}.log": b"a\n" for row in range(11)}
    for path in (zip_of(tmp_path / "a.zip", members), tar_of(tmp_path / "a.tar", members)):
        with pytest.raises(TooMuch, match="more than 10 members"):
            opened(path, limits=Limits(members=10))
    with pytest.raises(TooMuch, match="lists more members than the limit of 0"):
        opened(tmp_path / "a.zip", limits=Limits(members=0))


def test_a_broken_zip_is_refused(tmp_path):
    path = zip_of(tmp_path / "a.zip", MEMBERS)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(BadData, match="broken zip archive"):
        opened(path)


def test_a_truncated_tar_gives_the_members_before_the_end(tmp_path):
    noise = random.Random(0)
    members = {f"{n}.log": "".join(f"{noise.random()}\n" for _ in range(5000)).encode() for n in "abc"}
    path = tar_of(tmp_path / "a.tar.gz", members, "w:gz")
    path.write_bytes(path.read_bytes()[:-60_000])
    rows, told = opened(path)
    assert rows["a.log"] == members["a.log"].decode().splitlines()
    *_, (last, got) = rows.items()
    assert last != "a.log" and members[last].decode().startswith("\n".join(got)) and len(got) > 10
    assert any(warning.endswith("it ends before its end mark)") for warning in told)
    assert any(f"{last}: truncated: its archive ends before it does" in warning for warning in told)


def test_a_damaged_tar_gives_the_members_before_the_damage(tmp_path):
    path = tar_of(tmp_path / "a.tar", {"a.log": b"one\n", "b.log": b"two\n", "c.log": b"three\n"})
    data = bytearray(path.read_bytes())
    data[1024] ^= 1  # the name of the second member, so that its checksum is wrong
    path.write_bytes(data)
    rows, told = opened(path)
    assert rows == {"a.log": ["one"]}
    assert told == [f"{path}: damaged at byte 1024: the members after it are not read"]


def test_a_bomb_or_a_password_inside_an_archive_refuses_all_of_it(tmp_path):
    bomb = tar_of(tmp_path / "bomb.tar.bz2", {"b.log": b"a\n" * (2 << 20)}, "w:bz2").read_bytes()
    with pytest.raises(TooMuch, match="1000 times its size"):
        opened(zip_of(tmp_path / "a.zip", {"a.log": b"one\n", "bomb.tar.bz2": bomb}), limits=Limits(free=1 << 20))
    locked = bytearray(zip_of(tmp_path / "locked.zip", {"a.log": b"one\n"}).read_bytes())
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(BadData, match=r"locked\.zip is encrypted"):
        opened(zip_of(tmp_path / "a.zip", {"a.log": b"one\n", "locked.zip": bytes(locked)}))


def test_members_of_one_name_are_told_apart(tmp_path):
    path = zip_of(tmp_path / "a.zip", [("a.log", b"one\n"), ("a.log", b"two\n")])
    rows, _ = opened(path)
    assert rows == {"a.log": ["one"], "a.log (2)": ["two"]}


def test_noise_after_an_archive_header_never_gives_another_error(tmp_path):
    noise = random.Random(1)
    zipped = zip_of(tmp_path / "a.zip", MEMBERS, compression=zipfile.ZIP_DEFLATED).read_bytes()
    tarred = tar_of(tmp_path / "a.tar", MEMBERS).read_bytes()
    for _ in range(150):
        for whole in (zipped, tarred):
            data = bytearray(whole)
            for _ in range(3):
                data[noise.randrange(4, len(data))] = noise.randrange(256)
            (tmp_path / "noise").write_bytes(data)
            with suppress(BadData, NoInput):
                opened(tmp_path / "noise")
