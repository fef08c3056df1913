"""Sigma rules from files: pySigma reads them, after a look at what hostile YAML would do to its reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from oddline.core.errors import ConfigError
from oddline.core.optional import need

FILE, FOLDER = "oddline.sigma.yml", "oddline.sigma"

LARGEST = 1 << 18
"""A rule is a few kilobytes; a file of more than 256 is no rule, or very many that belong into files of their own."""

MOST_FILES = 20_000

MOST_ALIASES = 16
"""References to anchors in one file: with so many, no nesting of them grows beyond some hundred times its size."""

DEEPEST = 50
"""Levels of nesting; a rule has five."""

Documents = list[list[str]]
"""Name and text of each file."""


def usual() -> list[Path]:
    """Give the file and the folder of rules that lie in the working folder."""
    return [path for path in (Path(FILE), Path(FOLDER)) if path.exists()]


def built_in() -> Documents:
    """Give the rules that come with Oddline."""
    return documents([Path(__file__).parent / "_sigma_built_in.yml"])


def documents(paths: Iterable[Path]) -> Documents:
    """Read files, and of folders all ``.yml`` and ``.yaml`` files, in the order of their names.

    Raises
    ------
    ConfigError
        If there is no such file, it is too large, or is no text.
    """
    files = [file for path in paths for file in _files(path)]
    if len(files) > MOST_FILES:
        raise ConfigError(f"{len(files):,} files of rules", expected=f"{MOST_FILES:,} at most")
    return [[str(file), _text(file)] for file in files]


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.rglob("*") if file.suffix in {".yml", ".yaml"} and file.is_file())
    if not found:
        raise ConfigError(f"{path} holds no rules", expected="files that end in .yml")
    return found


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise ConfigError(
                f"{path} has {path.stat().st_size:,} bytes", expected=f"at most {LARGEST:,} a file of rules"
            )
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read ({error})", expected="Sigma rules in YAML") from error


def parse(texts: Sequence[Sequence[str]]) -> Any:
    """Give pySigma's collection of the rules of all documents, those that others refer to first.

    Raises
    ------
    ConfigError
        Names the file, and the rule, that is not as it should be.
    """
    sigma = need("sigma.collection", extra="sigma")
    errors = need("sigma.exceptions", extra="sigma")
    collections = [_collection(sigma, errors, name, text) for name, text in texts]
    try:
        merged = sigma.SigmaCollection.merge(collections)
    except (errors.SigmaError, RecursionError) as error:
        raise ConfigError(
            f"the rules do not fit together ({error})", expected="that each rule named is there"
        ) from error
    return merged


def _collection(sigma: Any, errors: Any, name: str, text: str) -> Any:
    """Parse one file. Whatever its reader stumbles over is the file's fault and not a fault of ours."""
    yaml = need("yaml", extra="sigma")
    expected = "Sigma rules in YAML, as https://sigmahq.io/docs/basics/rules.html has them"
    try:
        _harmless(yaml, name, text)
        found = [one for one in yaml.load_all(text, Loader=_loader(yaml)) if one is not None]
        if not all(isinstance(one, dict) for one in found):
            raise ConfigError(f"{name} holds something that is no rule", expected=expected)
        made = sigma.SigmaCollection.from_dicts(
            found, collect_errors=True, source=errors.SigmaRuleLocation(Path(name)), collect_filters=True,
            resolve_references=False,
        )  # fmt: skip
    except ConfigError:
        raise
    except Exception as error:
        told = str(error).replace("\n", " ")[:300]
        raise ConfigError(f"{name} cannot be read as Sigma rules ({told})", expected=expected) from error
    for rule in made.rules:
        if rule.errors:
            raise ConfigError(
                f"{name}: the rule {title(rule)!r} is refused ({_plain(rule.errors[0])})", expected=expected
            )
    if made.errors:
        raise ConfigError(f"{name} is refused ({_plain(made.errors[0])})", expected=expected)
    if not made.rules and not made.filters:
        raise ConfigError(f"{name} holds no rule", expected=expected)
    return made


def _harmless(yaml: Any, name: str, text: str) -> None:
    """Refuse a file with so many references to anchors, or nested so deep, that reading it might never end."""
    aliases = depth = 0
    for event in yaml.parse(text, Loader=_loader(yaml)):
        aliases += isinstance(event, yaml.AliasEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if aliases > MOST_ALIASES:
            raise ConfigError(f"{name} refers to anchors too often", expected=f"{MOST_ALIASES} times at most")
        if depth > DEEPEST:
            raise ConfigError(f"{name} is nested too deep", expected=f"{DEEPEST} levels at most")


def _loader(yaml: Any) -> Any:
    """Give the safe loader, the fast one where it was built."""
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _plain(error: Any) -> str:
    return str(error.args[0]) if error.args else type(error).__name__


def title(rule: Any) -> str:
    """Give a rule's title, or what else it goes by."""
    return str(rule.title or rule.name or rule.id or "without a title")
