"""Where to search: `--here`, and the paths that follow `--` after the words, as in `query troops -- seeds/`."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from seedsearch.cli.options import Command


class QueryCommand(Command):
    """A command that takes paths after its words and `--`.

    If no words come before `--`, the arguments after it are words, and so are arguments there that begin with a dash.
    `--rerank` never takes the next argument as its value: that is a word.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments. Paths after the words become values of `--below`."""
        end = args.index("--") if "--" in args else len(args)
        args = ["--rerank=on" if arg == "--rerank" else arg for arg in args[:end]] + args[end:]
        return super().parse_args(
            ctx, self._with_paths_as_options(ctx, args) if "--" in args else args
        )

    def _with_paths_as_options(self, ctx: click.Context, args: list[str]) -> list[str]:
        at = args.index("--")
        head, words, paths = args[:at], list[str](), args[at + 1 :]
        given, _, _ = self.make_parser(ctx).parse_args(list(head))
        names = [own.name for own in self.params if isinstance(own, click.Argument)]
        has_words = any(isinstance(given.get(name), (str, tuple)) and given[name] for name in names)
        if not has_words and "queries_file" not in given:
            if "--" not in paths:
                return args
            second = paths.index("--")
            words, paths = paths[:second], paths[second + 1 :]
        if any(path.startswith("-") for path in paths):
            return args
        return [*head, *(f"--below={path}" for path in paths), *(["--", *words] if words else [])]


def path_among(words: Sequence[str]) -> str:
    """Return the last of several words if it is the path of something, else ""."""
    last = words[-1] if len(words) > 1 else ""
    return last if os.path.lexists(last) else ""
