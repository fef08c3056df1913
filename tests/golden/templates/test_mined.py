"""Templates of logs that the masks were not fitted to, as they were read and agreed.

One file a log: lines and text of each template, the commonest first. ``ODDLINE_UPDATE_GOLDEN=1`` writes them anew,
to be read before they are kept. ``examples/`` is always there; the labelled data may not be.
"""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

import oddline
from oddline.templates.drain import Drain

ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("ODDLINE_DATA", ROOT.parent / "shared" / "data"))
HERE = Path(__file__).parent
MOST = 380
LONGEST = 200
EXAMPLES = {
    "shop-app": ["examples/shop/app.log"],
    "shop-access": ["examples/shop/nginx-access.log"],
    "shop-error": ["examples/shop/nginx-error.log"],
    "shop-postgresql": ["examples/shop/postgresql.log"],
    "cloud": ["examples/cloud/events.csv"],
}
LABELLED = {
    "linux": ["linux/Linux.log.xz"],
    "web-ordinary": ["web/apache_logs_10k.log.xz"],
    "web-scanned": ["web/acunetix.txt.xz", "web/netsparker.txt.xz", "web/w3af.txt.xz"],
    "openstack": ["openstack/kalaki/openstack-nova-sample.log.xz"],
    "openstack-destroyed": ["openstack/kalaki/openstack-vm-destroy-immediately-after-create.log.xz"],
    "openstack-dhcp": ["openstack/kalaki/openstack-nova-dhcpoff.log.xz"],
    "ci-ansible": ["ci-logs/ansible-01/output.good", "ci-logs/ansible-01/output.fail"],
    "ci-basic": ["ci-logs/basic-01/log.good", "ci-logs/basic-01/log.fail"],
    "ci-dib": ["ci-logs/dib-01/output.good", "ci-logs/dib-01/output.fail"],
    "ci-mock": ["ci-logs/mock-01/console.good", "ci-logs/mock-01/console.fail"],
    "ci-syslog": ["ci-logs/syslog-01/syslog.good", "ci-logs/syslog-01/syslog.fail"],
    "ci-tempest": ["ci-logs/tempest-01/tempest.good", "ci-logs/tempest-01/tempest.fail"],
    "ci-testr": ["ci-logs/testr-nodepool-01/output.good", "ci-logs/testr-nodepool-01/output.fail"],
    "ci-zuul": ["ci-logs/zuul-console-01/console.good", "ci-logs/zuul-console-01/console.fail"],
    "ci-zuul-pep8": ["ci-logs/zuul-console-pep8/console.good", "ci-logs/zuul-console-pep8/console.fail"],
}


def told(templates: pl.DataFrame) -> str:
    """Write templates one a line; a long list is cut, and what was cut is counted."""
    rows = templates.sort("n", "text", descending=[True, False])
    shown, rest = rows.head(MOST), rows.slice(MOST)
    lines = [f"{n:>6}  {text[:LONGEST]}".rstrip() for text, n in shown.select("text", "n").iter_rows()]
    if rest.height:
        lines.append(f"{rest['n'].sum():>6}  in {rest.height} more templates")
    return "\n".join(lines) + "\n"


def mined(paths: list[Path]) -> str:
    records = pl.concat([oddline.read(str(path)).select("message") for path in paths])
    miner = Drain()
    miner.fit(records)
    return told(miner.templates_)


def compare(name: str, paths: list[Path]) -> None:
    golden = HERE / f"{name}.txt"
    found = mined(paths)
    if os.environ.get("ODDLINE_UPDATE_GOLDEN"):
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8"), "ODDLINE_UPDATE_GOLDEN=1 writes it anew; read it then"


@pytest.mark.parametrize("name", EXAMPLES)
def test_templates_of_the_examples_are_as_agreed(name: str) -> None:
    compare(name, [ROOT / path for path in EXAMPLES[name]])


@pytest.mark.data
@pytest.mark.skipif(not DATA.is_dir(), reason="no labelled data here (ODDLINE_DATA)")
@pytest.mark.parametrize("name", LABELLED)
def test_templates_of_other_systems_are_as_agreed(name: str) -> None:
    compare(name, [DATA / path for path in LABELLED[name]])


def test_every_golden_file_is_compared() -> None:
    assert {path.stem for path in HERE.glob("*.txt")} == {*EXAMPLES, *LABELLED}
    assert all(len(path.read_text(encoding="utf-8").splitlines()) < 400 for path in HERE.glob("*.txt"))
