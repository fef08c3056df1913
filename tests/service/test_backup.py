"""A backup that is taken while the service works brings everything back."""

from __future__ import annotations

import tarfile
from threading import Event, Thread

import pytest
from sqlalchemy import select

from oddline.core.errors import CannotCreate, NoInput, UsageError
from oddline.service.backup import back_up, restore
from oddline.service.context import Service
from oddline.service.db.tables import Option
from oddline.service.settings import Settings


@pytest.fixture
def settings(tmp_path) -> Settings:
    """A data folder: elsewhere there are other backups."""
    return Settings(data_dir=tmp_path / "data", workers=0)


def keep(service: Service, number: int) -> None:
    """A blob, and a row that refers to it."""
    blob = service.store.put(b"line %d" % number)
    with service.writing() as db:
        db.add(Option(name=str(number), value={"blob": blob}))


def kept(service: Service) -> dict[str, bytes]:
    with service.reading() as db:
        return {row.name: service.store.get(row.value["blob"]) for row in db.scalars(select(Option))}


def test_a_backup_taken_while_others_write_is_whole(service, settings, tmp_path):
    for number in range(20):
        keep(service, number)
    stop, number = Event(), 20

    def write() -> None:
        nonlocal number
        while not stop.is_set():
            keep(service, number)
            number += 1

    writer = Thread(target=write)
    writer.start()
    try:
        files, size = back_up(settings, tmp_path / "b.tar")
    finally:
        stop.set()
        writer.join()
    assert files >= 21 and size > 0
    restore(tmp_path / "b.tar", tmp_path / "again")
    found = kept(Service.open(Settings(data_dir=tmp_path / "again")))
    assert len(found) >= 20
    assert found == {name: b"line %d" % int(name) for name in found}
    assert found.items() <= kept(service).items()


def test_nothing_is_overwritten(service, settings, tmp_path):
    (tmp_path / "b.tar").write_text("mine")
    with pytest.raises(CannotCreate, match="there already"):
        back_up(settings, tmp_path / "b.tar")
    with pytest.raises(UsageError, match="not empty"):
        restore(tmp_path / "b.tar", settings.data_dir)
    assert (tmp_path / "b.tar").read_text() == "mine"


def test_what_is_no_backup_is_refused(tmp_path):
    (tmp_path / "b.tar").write_text("mine")
    with pytest.raises(NoInput, match="cannot be read"):
        restore(tmp_path / "b.tar", tmp_path / "again")
    with pytest.raises(NoInput, match="no data"):
        back_up(Settings(data_dir=tmp_path / "nothing"), tmp_path / "c.tar")


def test_an_archive_that_points_outside_is_refused(tmp_path):
    with tarfile.open(tmp_path / "evil.tar", "w") as archive:
        archive.addfile(tarfile.TarInfo("../outside"))
    with pytest.raises(NoInput, match="outside"):
        restore(tmp_path / "evil.tar", tmp_path / "again")
    assert not (tmp_path / "outside").exists()


def test_elsewhere_there_are_other_backups(tmp_path):
    with pytest.raises(UsageError, match="pg_dump"):
        back_up(Settings(data_dir=tmp_path, database="postgresql://db/x"), tmp_path / "b.tar")
