"""Print the texts of `-h` and `--help`: one screen, or all options in groups."""

from __future__ import annotations

from collections.abc import Iterable

import click

from seedsearch.cli.app import COMMANDS
from seedsearch.render.cells import folded, terminal_width

_GROUPS = {  # heading -> names of parameters; all others are under "Help"
    "Query": "queries_file limit per_file by all_words literal sort synonyms no_synonyms all_copies relax rerank "
    "rerank_ms verified",
    "Which files": "stdin name jsonl folders hidden ignore follow globs types max_size here ocr password_file "
    "dry_run type_list",
    "Output": "output_format vimgrep kwic timeline after before context as_json files counts quiet null color pretty "
    "verbose scores no_pager explain record_text columns line_buffered",
    "Index": "rebuild prune jobs memory timeout wait as_name partition index_folder collection fresh",
}
_OFTEN = "limit all_words globs types context as_json files index_folder quiet dry_run order kind languages"
_OFTEN_COMMANDS = "index query similar show open browse facets keywords status help"
_MOST_EXAMPLES = 4
_MANY = 15  # options; more are grouped
_LEAST = 16  # columns of text
_EXAMPLE = "    "  # before each
_SCREEN = 22  # lines that fit on one screen


class _Formatter(click.HelpFormatter):
    """Click's formatter, also for terminals of less than 50 columns."""

    def __init__(self, ctx: click.Context) -> None:
        super().__init__(width=max(min(terminal_width(), ctx.max_content_width or 80) - 2, _LEAST))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write names and their texts in two columns."""
        super().write_dl(rows, min(col_max, self.width * 2 // 5), col_spacing)

    def getvalue(self) -> str:
        """Return the text, in rows. The command of an example stays whole, because it is copied."""
        width, rows = self.width + 2, list[str]()
        for line in super().getvalue().rstrip("\n").split("\n"):
            command, _, note = line.strip().partition("  ")
            is_example = line.startswith(_EXAMPLE) and "seedsearch " in command
            if is_example and len(line) > width:
                rows.append(_EXAMPLE + command)
                rows += folded(_EXAMPLE * 2 + note.strip(), width) if note else []
            else:
                rows += folded(line, width)
        return "\n".join(rows)


def whole_help(command: click.Command, ctx: click.Context) -> str:
    """Return the text of `--help`."""
    formatter = _Formatter(ctx)
    command.format_help(ctx, formatter)
    return formatter.getvalue()


def grouped_options(command: click.Command, ctx: click.Context) -> dict[str, list[tuple[str, str]]]:
    """Return the help record of each option by group, in the order of the groups.

    A command with few options has one group.
    """
    options = [each for each in command.get_params(ctx) if isinstance(each, click.Option)]
    several = len(options) > _MANY
    group_of = {name: group for group, names in _GROUPS.items() for name in names.split()}
    rows: dict[str, list[tuple[str, str]]] = {}
    for group in (*_GROUPS, "Help") if several else ("Options",):
        found = [
            record
            for option in options
            if not several or group_of.get(option.name or "", "Help") == group
            if (record := option.get_help_record(ctx))
        ]
        if found:
            rows[group] = found
    return rows


def format_options(
    command: click.Command, ctx: click.Context, formatter: click.HelpFormatter
) -> None:
    """Write the options of a command, in groups if there are many."""
    for group, records in grouped_options(command, ctx).items():
        with formatter.section(group):
            formatter.write_dl(records)


def _first_part(text: str) -> str:
    return text.partition(". ")[0].partition(" [")[0].removesuffix(".")


def short_help(command: click.Command, ctx: click.Context) -> str:
    """Return a help text of one screen: the whole text, or its first sentence with common options and examples."""
    whole = command.get_help(ctx)
    if whole.count("\n") < _SCREEN:
        return whole
    formatter = _Formatter(ctx)
    command.format_usage(ctx, formatter)
    text = command.help or ""
    with formatter.indentation():
        formatter.write_paragraph()
        formatter.write_text(" ".join(text.split("\n\n")[0].split()))
    examples = [line for line in text.splitlines() if line.strip().startswith("seedsearch ")]
    formatter.write_paragraph()
    for line in examples[: 2 if isinstance(command, click.Group) else _MOST_EXAMPLES]:
        formatter.write(f"{_EXAMPLE}{line.strip()}\n")
    if isinstance(command, click.Group):
        with formatter.section("Commands"):
            formatter.write_dl(
                [item for item in COMMANDS.items() if item[0] in _OFTEN_COMMANDS.split()]
            )
        others = ", ".join(name for name in COMMANDS if name not in _OFTEN_COMMANDS.split())
        formatter.write("\n")
        formatter.write_text(f"More commands: {others}")
    else:
        options = [own for own in command.params if own.name in _OFTEN.split()]
        records = filter(None, [option.get_help_record(ctx) for option in options])
        with formatter.section("Options used often"):
            formatter.write_dl([(names, _first_part(text)) for names, text in records])
    formatter.write(f"\nAll options and examples: {ctx.command_path} --help\n")
    return formatter.getvalue()
