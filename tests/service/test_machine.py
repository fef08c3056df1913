"""How much memory a process may take, told from the files of Linux as a container shows them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from oddline.service.machine import memory
from oddline.service.settings import Limits, Settings

MACHINE = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
SECOND = "0::/app.slice/oddline.service\n"
FIRST = "9:name=systemd:/\n4:memory:/docker/abc\n1:cpu,cpuacct:/docker/abc\n"
OF_SECOND, OF_FIRST = "sys/fs/cgroup", "sys/fs/cgroup/memory"


@pytest.mark.parametrize(
    ("groups", "files", "wanted"),
    [
        (SECOND, {f"{OF_SECOND}/app.slice/oddline.service/memory.max": "300000000\n"}, 300_000_000),
        (SECOND, {f"{OF_SECOND}/app.slice/oddline.service/memory.max": "max\n"}, MACHINE),
        (
            SECOND,
            {
                f"{OF_SECOND}/app.slice/oddline.service/memory.max": "300000000",
                f"{OF_SECOND}/app.slice/memory.max": "200000000",
            },
            200_000_000,
        ),
        ("0::/\n", {f"{OF_SECOND}/memory.max": "536870912"}, 512 << 20),
        ("0::/../..\n", {f"{OF_SECOND}/memory.max": "max"}, MACHINE),
        (FIRST, {f"{OF_FIRST}/docker/abc/memory.limit_in_bytes": "400000000"}, 400_000_000),
        (FIRST, {f"{OF_FIRST}/memory.limit_in_bytes": "400000000"}, 400_000_000),
        (FIRST, {f"{OF_FIRST}/docker/abc/memory.limit_in_bytes": "9223372036854771712"}, MACHINE),
        (FIRST, {f"{OF_SECOND}/memory.max": "1000"}, MACHINE),
        ("rubbish\n4:memory\n\n", {f"{OF_SECOND}/memory.max": "1000"}, MACHINE),
        (None, {f"{OF_SECOND}/memory.max": "1000"}, MACHINE),
    ],
)
def test_the_lowest_limit_of_the_groups_that_we_are_in_holds(
    tmp_path: Path, groups: str | None, files: dict[str, str], wanted: int
) -> None:
    for name, text in {**files, **({} if groups is None else {"proc/self/cgroup": groups})}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert memory(tmp_path) == wanted


def test_a_job_may_take_three_quarters_of_it_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oddline.service.settings.memory", lambda: 512 << 20)
    assert Settings().job_memory == 384 << 20
    assert Settings(limits=Limits(job_memory_bytes=1 << 30)).job_memory == 1 << 30
