"""The house is as the plan says: floors, sizes, and what sleeps until it is used."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import oddline

ROOT = Path(oddline.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))


def test_no_file_is_a_city():
    long = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in FILES}
    assert {name: lines for name, lines in long.items() if lines > 400} == {}


def test_no_function_does_everything():
    long = {}
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > 60:
                    long[f"{path.relative_to(ROOT)}:{node.name}"] = lines
    assert long == {}


def test_there_is_no_drawer_for_odds_and_ends():
    names = {path.stem.strip("_") for path in FILES} | {path.parent.name for path in FILES}
    assert names & {"utils", "util", "helpers", "misc", "common"} == set()


def _modules_after(*arguments: str) -> set[str]:
    call = f"import sys; sys.argv = ['oddline', *{arguments!r}]; from oddline.cli.main import main; main()"
    code = f"{call}; print(*{{name.split('.')[0] for name in sys.modules}}, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


def test_help_wakes_neither_polars_nor_scikit_learn():
    for arguments in (("--help",), ("scan", "--help"), ("plugins",), ("--version",)):
        heavy = _modules_after(*arguments) & {"polars", "numpy", "scipy", "sklearn", "skops", "torch"}
        assert heavy == set(), f"oddline {' '.join(arguments)} wakes {heavy}"


def test_import_wakes_nothing_heavy():
    code = "import oddline, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"polars", "numpy", "sklearn"} & {name.split(".")[0] for name in done.stdout.split()}
