"""Nine failed builds beside good ones: how many of the lines that a person listed are among the first few shown.

One threshold over all cases. The cost is every physical line of the failed runs that would be shown: lines
with the same score are shown together or not at all, and an event of many lines costs all of them. An entry is
found if a shown line holds its text; the 74 entries that are not optional count.

Parameters are chosen by leaving one case out: each case is scored by the variant that is best on the other
eight. That figure is reported beside the one of the default parameters.

    python benchmarks/ci_logs.py [--data FOLDER] [--no-end-to-end]
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import yaml
from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer

from oddline.features._novelty import Novelty

Floats = npt.NDArray[np.float64]
Method = Callable[[list[str], list[str]], Floats]

SHARES = (0.01, 0.02, 0.03)
JUDGED_AT = (0.005, 0.0075, 0.01, 0.0125, 0.015, 0.02, 0.03)
"""Variants are compared by their mean recall at these shares of lines."""
RESULTS = Path(__file__).parent / "results" / "ci_logs.json"


@dataclass(frozen=True)
class Case:
    """One failed run, the good one before it, and for each listed entry the line numbers that hold it."""

    name: str
    good_path: Path
    fail_path: Path
    good: list[str]
    fail: list[str]
    entries: list[str]
    places: list[list[list[int]]]


def load(folder: Path) -> list[Case]:
    cases = []
    for at in sorted(path for path in folder.iterdir() if (path / "inf.yaml").exists()):
        good_path, fail_path = next(at.glob("*.good")), next(at.glob("*.fail"))
        good, fail = (path.read_bytes().decode("utf-8", "replace").split("\n") for path in (good_path, fail_path))
        good, fail = good[: -1 if good[-1] == "" else None], fail[: -1 if fail[-1] == "" else None]
        listed = yaml.safe_load((at / "inf.yaml").read_text())["anomalies"]
        entries = [entry["line"].strip() for entry in listed if not entry.get("optional")]
        places = [occurrences(entry.split("\n"), fail) for entry in entries]
        if not all(places):
            raise SystemExit(f"{at.name}: an entry is in no line of the failed run")
        cases.append(Case(at.name, good_path, fail_path, good, fail, entries, places))
    return cases


def occurrences(parts: list[str], lines: list[str]) -> list[list[int]]:
    """Give each run of lines that holds an entry; one of several lines needs all of them to be shown."""
    return [
        list(range(i, i + len(parts)))
        for i in range(len(lines) - len(parts) + 1)
        if all(part.strip() in lines[i + j] for j, part in enumerate(parts))
    ]


# --- what stands beside it ---


def set_difference(good: list[str], fail: list[str]) -> Floats:
    """1 for every line that the good run does not have, words with digits masked."""
    known = {re.sub(r"\S*\d\S*", "#", line) for line in good}
    return np.array([re.sub(r"\S*\d\S*", "#", line) not in known for line in fail], dtype=np.float64)


def logreduce_style(good: list[str], fail: list[str]) -> Floats:
    """Words without digits, hashed; cosine distance to the nearest line of the good run."""

    def words(line: str) -> list[str]:
        # Of seven ways to cut words that were tried this is the one that does best here.
        return [word for word in re.findall(r"[a-z0-9]+", line.lower()) if not any(c.isdigit() for c in word)]

    vectors = HashingVectorizer(analyzer=words, alternate_sign=False, binary=True)
    known, mine = vectors.transform(sorted(set(good))), vectors.transform(fail)
    nearest = np.asarray((mine @ known.T).max(axis=1).todense()).ravel()
    filled = np.asarray(mine.sum(axis=1)).ravel() > 0
    return np.where(filled, np.round(1 - np.minimum(nearest, 1), 9), 0.0)


def weighted_rest(good: list[str], fail: list[str]) -> Floats:
    """R * d of tf-idf: the idf mass that the nearest line lacks, times the cosine distance."""
    pattern = r"[^\s=:,;()\[\]{}\"'|<>/.\-_@]+"

    def words(line: str) -> list[str]:
        return [word for word in re.findall(pattern, line) if not any(c.isdigit() for c in word)]

    vectors = TfidfVectorizer(analyzer=words, binary=True, norm=None)
    vectors.fit(sorted(set(good)))
    unknown = float(np.log(len(set(good)) + 1) + 1)
    known, mine = vectors.transform(sorted(set(good))), vectors.transform(fail)
    extra = np.array([unknown * len({w for w in words(line) if w not in vectors.vocabulary_}) for line in fail])
    squared = np.asarray(mine.multiply(mine).sum(axis=1)).ravel() + unknown * extra
    lengths = np.sqrt(np.asarray(known.multiply(known).sum(axis=1)).ravel())
    near = mine @ known.T
    cosine = np.asarray((near / np.maximum(lengths, 1e-9)).max(axis=1).todense()).ravel()
    shared = np.asarray((mine @ (known > 0).T).max(axis=1).todense()).ravel()
    rest = np.asarray(mine.sum(axis=1)).ravel() + extra - shared
    return np.round(np.maximum(rest, 0) * (1 - np.minimum(cosine / np.sqrt(np.maximum(squared, 1e-9)), 1)), 9)


def novelty(**parameters: float) -> Method:
    def score(good: list[str], fail: list[str]) -> Floats:
        return Novelty(**parameters).fit(pl.Series(good)).score(pl.Series(fail))  # type: ignore[arg-type]

    return score


# --- counting ---


def needed(cases: Sequence[Case], scores: Sequence[Floats], costs: Sequence[Floats] | None = None) -> Floats:
    """For each entry: the share of all lines shown at the highest threshold that shows it; inf = never."""
    pooled = np.concatenate(scores)
    cost = np.ones(len(pooled)) if costs is None else np.concatenate(costs)
    order = np.argsort(-pooled, kind="stable")
    ranked, spent = -pooled[order], np.cumsum(cost[order])
    shares = []
    for case, score in zip(cases, scores, strict=True):
        for places in case.places:
            best = max(min(score[i] for i in place) for place in places)
            shown = int(np.searchsorted(ranked, -best, side="right"))
            shares.append(spent[shown - 1] / spent[-1] if best > 0 else math.inf)
    return np.array(shares)


def threshold(scores: Sequence[Floats], share: float) -> float:
    """The lowest score that may be shown so that at most this share of all lines is."""
    pooled = np.sort(np.concatenate(scores))[::-1]
    return float(pooled[int(share * len(pooled))])


def row(name: str, cases: Sequence[Case], scores: Sequence[Floats], seconds: float) -> dict[str, Any]:
    shares = needed(cases, scores)
    ninety = float(np.sort(shares)[math.ceil(0.9 * len(shares)) - 1])
    result: dict[str, Any] = {"method": name}
    result |= {f"recall_at_{100 * s:g}": round(float((shares <= s).mean()), 4) for s in SHARES}
    result["share_for_90"] = round(ninety, 5) if math.isfinite(ninety) else None
    result["seconds"] = round(seconds, 2)
    result["cases"] = {}
    ends = np.cumsum([len(case.entries) for case in cases])
    for case, score, end in zip(cases, scores, ends, strict=True):
        mine = shares[end - len(case.entries) : end]
        result["cases"][case.name] = {"entries": len(mine), "lines": len(score)} | {
            f"at_{100 * s:g}": [int((mine <= s).sum()), int((score > threshold(scores, s)).sum())] for s in SHARES
        }
    return result


def chosen_without(cases: Sequence[Case], variants: dict[str, list[Floats]]) -> tuple[list[Floats], list[str]]:
    """Score each case by the variant that is best on the others; all variants have the same unit."""
    scores, names = [], []
    for left in range(len(cases)):
        rest = [i for i in range(len(cases)) if i != left]

        def merit(name: str, rest: list[int] = rest) -> float:
            shares = needed([cases[i] for i in rest], [variants[name][i] for i in rest])
            return float(np.mean([(shares <= s).mean() for s in JUDGED_AT]))

        best = max(variants, key=merit)
        scores.append(variants[best][left])
        names.append(best)
    return scores, names


def end_to_end(cases: Sequence[Case]) -> tuple[list[Floats], float]:
    """Score physical lines as ``oddline scan FAIL --baseline GOOD`` does: each has the surprise of its event."""
    from oddline.drivers.batch import Request, scan

    scores, start = [], time.perf_counter()
    for case in cases:
        result = scan(Request(paths=(str(case.fail_path),), baseline=(str(case.good_path),)))
        score = np.zeros(len(case.fail))
        events = result.scored.join(result.records.select("line", "lines"), on="line", how="left")
        for line, lines, surprise in events.select("line", "lines", "surprise").iter_rows():
            score[line - 1 : line - 1 + lines] = surprise
        scores.append(score)
    return scores, time.perf_counter() - start


# --- the face ---


def show(rows: Sequence[dict[str, Any]]) -> None:
    print(f"{'':44}" + "".join(f"{'at %g %%' % (100 * s):>9}" for s in SHARES) + f"{'90 % need':>11}{'seconds':>9}")
    for one in rows:
        recalls = "".join(f"{one[f'recall_at_{100 * s:g}']:9.3f}" for s in SHARES)
        share = f"{100 * one['share_for_90']:.2f} %" if one["share_for_90"] is not None else "-"
        print(f"{one['method']:44}{recalls}{share:>11}{one['seconds']:9.2f}")
    last = rows[-1]
    print(f"\n{last['method']}: entries found / listed (lines shown) at each threshold")
    for name, case in last["cases"].items():
        counts = [case[f"at_{100 * s:g}"] for s in SHARES]
        found = "".join(f"{found}/{case['entries']} ({lines})".rjust(14) for found, lines in counts)
        print(f"{name:20}{case['lines']:7} lines{found}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = os.environ.get("ODDLINE_DATA", str(Path(__file__).parents[1] / ".." / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=Path(default))
    parser.add_argument(
        "--end-to-end",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="score through the library, from the files",
    )
    options = parser.parse_args()
    cases = load(options.data / "ci-logs")

    def run(method: Method) -> tuple[list[Floats], float]:
        start = time.perf_counter()
        return [method(case.good, case.fail) for case in cases], time.perf_counter() - start

    methods: dict[str, Method] = {
        "set difference of masked lines": set_difference,
        "hashed words, cosine (logreduce's idea)": logreduce_style,
        "idf mass left over * cosine distance": weighted_rest,
    }
    grid = product((0.0, 0.125, 0.25, 0.5), (0.0, 0.25, 0.5, 1.0))
    methods |= {f"novelty failure={f:g} siblings={s:g}": novelty(failure=f, siblings=s) for f, s in grid}
    ran = {name: run(method) for name, method in methods.items()}
    rows = [row(name, cases, *ran[name]) for name in methods if not name.startswith("novelty")]
    left_out, names = chosen_without(cases, {name: ran[name][0] for name in methods if name.startswith("novelty")})
    rows.append(row("chosen with the case left out", cases, left_out, 0.0))
    default_name = f"novelty failure={Novelty().failure:g} siblings={Novelty().siblings:g}"
    rows.append(row("novelty (default parameters)", cases, *ran[default_name]))
    if options.end_to_end:
        rows.append(row("end to end (oddline scan --baseline)", cases, *end_to_end(cases)))
    show(rows)
    total = {"lines": sum(len(case.fail) for case in cases), "entries": sum(len(case.entries) for case in cases)}
    picks = dict(Counter(names))
    print(f"\n{total['lines']} lines, {total['entries']} entries; chosen with a case left out: {picks}")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"name": "ci-logs", **total, "chosen": picks, "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
