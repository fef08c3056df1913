"""Builds the reference pages out of the code: one page a plug-in, one a command.

    python docs/build.py [FOLDER]        # docs/reference by default

The pages are made, not kept: a plug-in that was added is in them the next time, with nothing edited.
"""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from oddline.cli._reference import page
from oddline.cli.main import application
from oddline.cli.plugins import LISTED
from oddline.core import folder


def build(target: Path) -> list[Path]:
    """Write every page, and give their paths."""
    pages = {
        f"{room}/{name}.md": page(plugin) for room in LISTED for name, plugin in sorted(folder.plugins(room).items())
    }
    pages |= {f"commands/{name}.md": text for name, text in _commands().items()}
    for room in (*LISTED, "commands"):
        links = [f"- [{Path(path).stem}]({Path(path).name})" for path in pages if path.startswith(f"{room}/")]
        pages[f"{room}/index.md"] = f"# {room}\n\n" + "\n".join(links) + "\n"
    for path, text in pages.items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_text(text, encoding="utf-8")
    return [target / path for path in sorted(pages)]


def _commands() -> dict[str, str]:
    group = typer.main.get_command(application())
    pages = {}
    for name, command in sorted(group.commands.items()):  # type: ignore[attr-defined]
        lines = [f"# oddline {name}", "", (command.help or "").strip(), ""]
        for parameter in command.params:
            names = ", ".join(f"`{option}`" for option in getattr(parameter, "opts", [parameter.name]))
            lines.append(f"- {names}: {getattr(parameter, 'help', None) or ''}")
        pages[name] = "\n".join(lines) + "\n"
    return pages


if __name__ == "__main__":
    made = build(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent / "reference"))
    print(f"{len(made)} pages")
