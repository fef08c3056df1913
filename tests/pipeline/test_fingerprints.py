"""Each incident of a scan has a fingerprint of its own, the same one in a scan with a smaller budget."""

from __future__ import annotations

from oddline.drivers import batch

SILENT = ((900, 1_500), (4_000, 4_700))


def log(path):
    """A heartbeat is silent twice, far apart."""
    lines = []
    for n in range(6_000):
        head = f"Nov 27 {n // 3600 + 1:02d}:{n // 60 % 60:02d}:{n % 60:02d} web"
        lines.append(f"{head} app[7]: request {n} served in {n % 90} ms")
        if n % 5 == 0 and not any(first < n < last for first, last in SILENT):
            lines.append(f"{head} keeper[3]: heartbeat number {n} sent to all peers")
    path.write_text("\n".join(lines) + "\n")


def test_two_silences_of_one_template_are_two_incidents_of_two_fingerprints(tmp_path):
    log(tmp_path / "app.log")
    found = {n: batch.scan(batch.Request(paths=(str(tmp_path / "app.log"),), changes={"budget": n})) for n in (1, 2, 8)}
    silent = [one for one in found[8].incidents if one.reasons[0].kind == "silence"]
    assert len(silent) == 2
    assert silent[0].title == silent[1].title
    prints = {n: {one.fingerprint for one in result.incidents} for n, result in found.items()}
    assert len(prints[8]) == len(found[8].incidents)
    assert prints[1] < prints[2] <= prints[8]
