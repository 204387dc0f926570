"""`seedsearch completions`: print the completion script of a shell."""

from __future__ import annotations

from importlib.resources import files

import click

from seedsearch.cli.options import Command, stdout_bytes


@click.command("completions", cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print a script that makes the shell complete commands, options, paths, types, terms and indexed files.

    \b
      eval "$(seedsearch completions bash)"        in ~/.bashrc
      eval "$(seedsearch completions zsh)"         in ~/.zshrc, after compinit
      seedsearch completions fish | source         in ~/.config/fish/config.fish
    """
    script = files("seedsearch").joinpath("completions", f"seedsearch.{shell}")
    stdout_bytes().write(script.read_bytes())
