"""Builds the site of the documentation: these pages, and a reference that is made from the code.

`make site` runs it. The pages lie in the site as they do here, so their links hold; MkDocs checks them.
"""

from __future__ import annotations

import inspect
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from mkdocs.commands.build import build
from mkdocs.config import load_config

import seedsearch
from seedsearch.cli.app import seedsearch as group

ROOT = Path(__file__).resolve().parent.parent
PAGES = (
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "LICENSE"),
    *("docs/*.md", "docs/images/*", "benchmarks/*.md"),
)


def main(folder: str) -> None:
    """Build the site in a folder."""
    out = Path(folder).resolve()
    pages = out.with_name(out.name + "-pages")
    shutil.rmtree(pages, ignore_errors=True)
    for source in (path for pattern in PAGES for path in ROOT.glob(pattern)):
        copy = pages / source.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, copy)
    reference = pages / "reference"
    reference.mkdir()
    (reference / "commands.md").write_text("\n".join(commands()), "utf-8")
    (reference / "python.md").write_text("\n".join(names()), "utf-8")
    config = load_config(str(ROOT / "docs" / "mkdocs.yml"), docs_dir=str(pages), site_dir=str(out))
    build(config)


def commands() -> Iterator[str]:
    """Yield the lines of a page with the help of each command."""
    yield "# Commands\n"
    root = click.Context(group, info_name="seedsearch", max_content_width=100)
    for name in ("", *group.list_commands(root)):
        command = group.get_command(root, name) if name else group
        assert command is not None
        context = click.Context(command, info_name=name, parent=root) if name else root
        yield f"## seedsearch {name}\n\n```text\n{command.get_help(context)}\n```\n"


def names() -> Iterator[str]:
    """Yield the lines of a page with the signature and the docstring of each public name."""
    yield "# Python API\n\nWhat the package `seedsearch` exports.\n"
    for name in sorted(seedsearch.__all__):
        value = getattr(seedsearch, name)
        yield from described(name, value, "##")
        if inspect.isclass(value):
            for member, function in vars(value).items():
                if not member.startswith("_") and inspect.isfunction(function):
                    yield from described(f"{name}.{member}", function, "###")


def described(name: str, value: object, heading: str) -> Iterator[str]:
    """Yield the lines about one name."""
    yield f"{heading} {name}\n"
    if inspect.isfunction(value):
        yield f"```python\n{name}{inspect.signature(value)}\n```\n"
    yield f"{inspect.getdoc(value) or ''}\n"


if __name__ == "__main__":
    main(sys.argv[1])
