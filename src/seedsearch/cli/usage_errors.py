"""Say what is wrong with a command line that Click refuses: a message and a hint, in the style of all others."""

from __future__ import annotations

import re
from collections.abc import Sequence

import click

from seedsearch.spelling import did_you_mean

_QUOTE_HINT = (
    "words that begin with a dash are quoted as one query after --, as in: query -- '-a b'"
)
# options as grep's users write them: -i, -m1, -rn, -rni; -war and -iran are words to exclude
_AS_IN_GREP = re.compile(r"--.*|-[a-zA-Z](?:[a-zA-Z]|\d+)?|-[rRnHi]{3}|-uuu")
_VALUE = re.compile(r"'(.*?)' is not|(-?\d+) is not in", re.DOTALL)

_GREP_OPTIONS = {  # options of grep and ripgrep -> what to use instead
    "-i --ignore-case -S --smart-case": "case is ignored; ==Word matches it",
    "-s --case-sensitive": "case is ignored; ==Word matches it",
    "-w --word-regexp -x --line-regexp": "a word is matched whole; write wor* for words that begin so",
    "-n --line-number -N --no-line-number -H --with-filename": "records begin with path and line",
    "-I --no-filename --no-heading --heading": "in a pipe, each line is path:line:snippet; --format changes it",
    "-e --regexp -P --pcre2 -E --extended-regexp -G": "write the words as they are; there are no regular expressions",
    "-m --max-count": "-k N limits the hits, --per-file N the hits from one file",
    "-o --only-matching": "--kwic prints each match, -M N limits the text around it",
    "-j --threads": "only seedsearch index has --jobs",
    "-r --recursive -R": "folders are read with everything below them",
    "-T --type-not": "-g '!*.md' excludes files",
    "--iglob --include --exclude --exclude-dir": "-g GLOB chooses files, -g '!GLOB' excludes them",
    "--type-list": "seedsearch index --type-list",
    "-L --files-without-match --invert-match": "-WORD excludes passages, as in: query -- 'coal -ship'",
    "--files": "seedsearch index --dry-run lists the files to read",
    "-u --unrestricted": "use seedsearch index --hidden --no-ignore",
    "-U --multiline": "phrases match across lines",
    "-a -z --search-zip": "archives and compressed files are read anyway",
    "--count-matches": "-c counts passages, --kwic prints each match",
    "--sortr": "--sort score, path or date",
    "--stats": "on a terminal, the last line has the numbers",
}
_INSTEAD = {name: hint for names, hint in _GREP_OPTIONS.items() for name in names.split()}
_WITH_WORDS = ("query", "facets", "keywords", "browse")


def message_and_hint(error: click.ClickException, given: Sequence[str]) -> tuple[str, str]:
    """Return the message and the hint for an error of Click. `given` are the arguments of the command line."""
    if isinstance(error, click.BadOptionUsage) and not isinstance(error, click.NoSuchOption):
        return _bad_use(error), ""
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is None:
        return _plain(error), ""
    command = context.info_name or "" if context.parent is not None else ""
    see = f"see seedsearch {command} --help" if command else "see seedsearch --help"
    match error:
        case click.NoSuchOption():
            name = error.option_name
            return f"no such option: {name}", _about_option(error, command, given) or see
        case click.MissingParameter() if command == "query":
            return "no words to search for", "seedsearch query WORDS"
        case click.MissingParameter() if error.param is not None:
            return f"{command} needs {_what(error.param, context)}", see
        case click.BadParameter() if error.param is not None:
            message, hint = _bad_value(error, error.param, given)
            is_word = command in _WITH_WORDS and _is_a_word(error.param, given)
            return message, _QUOTE_HINT if is_word else hint or see
        case _:
            message = _plain(error)
            return re.sub(
                r"^got unexpected extra arguments? \((.*)\)$", r"too many arguments: \1", message
            ), see


def _bad_use(error: click.BadOptionUsage) -> str:
    if "requires an argument" in error.message:
        return f"{error.option_name} needs a value"
    if "does not take a value" in error.message:
        return f"{error.option_name} takes no value"
    return _plain(error)


def _plain(error: click.ClickException) -> str:
    """Return Click's message without a capital and a full stop."""
    message = " ".join(error.format_message().split())
    return message[:1].lower() + message[1:].rstrip(".")


def _about_option(error: click.NoSuchOption, command: str, given: Sequence[str]) -> str:
    """Return the hint about an option that does not exist, or ""."""
    name, context = error.option_name, error.ctx
    assert context is not None
    if not command:
        return _of_a_command(context, name)
    if command in _WITH_WORDS and name in _INSTEAD and _as_in_grep(name, given):
        return _INSTEAD[name]
    if name.startswith("--"):
        options = [own for option in context.command.params for own in option.opts]
        return did_you_mean(name, (own for own in options if own.startswith("--")))
    return _QUOTE_HINT if command in _WITH_WORDS else ""


def _as_in_grep(name: str, given: Sequence[str]) -> bool:
    """Return whether `name` was given as an option, alone or in a short cluster, and not as a word to exclude."""
    if name.startswith("--"):
        return name in given
    return any(_AS_IN_GREP.fullmatch(word) and name[1] in word[1:] for word in given)


def _of_a_command(context: click.Context, name: str) -> str:
    """Return the hint that an option of `query` or `index` follows the command, or ""."""
    group = context.command
    for command in ("query", "index"):
        found = group.get_command(context, command) if isinstance(group, click.Group) else None
        if found and any(name in option.opts for option in found.params):
            return f"options follow the command, as in seedsearch {command} {name}"
    return ""


def _what(parameter: click.Parameter, context: click.Context) -> str:
    """Return what a command lacks: `N|PLACE`, `--queries FILE`, or `one of list, add`."""
    if isinstance(parameter.type, click.Choice):
        return f"one of {', '.join(parameter.type.choices)}"
    metavar = parameter.make_metavar(context).removesuffix("...")
    return metavar if isinstance(parameter, click.Argument) else f"{parameter.opts[-1]} {metavar}"


def _bad_value(
    error: click.BadParameter, parameter: click.Parameter, given: Sequence[str]
) -> tuple[str, str]:
    """Return what is wrong with a value: `-k takes a whole number, not ten`."""
    found = _VALUE.search(error.message)
    value = (found[1] or found[2] or "") if found else ""
    is_option = isinstance(parameter, click.Option)
    typed = [own for own in parameter.opts if any(word.startswith(own) for word in given)]
    name = (typed or parameter.opts)[0] if is_option else (parameter.name or "").upper()
    if isinstance(parameter.type, click.Choice):
        choices = [str(choice) for choice in parameter.type.choices]
        listed = f"{', '.join(choices[:-1])} or {choices[-1]}"
        return f"{name} takes {listed}, not {value}", did_you_mean(value, choices)
    if isinstance(parameter.type, click.IntRange):
        low, high = parameter.type.min, parameter.type.max
        limits = f" from {low}" if low is not None else ""
        limits += f" to {high}" if high is not None else ""
        return f"{name} takes a whole number{limits}, not {value}", ""
    return _plain(error), ""


def _is_a_word(parameter: click.Parameter, given: Sequence[str]) -> bool:
    """Return whether the faulty value may be the rest of a word with a dash before it, such as `-korea`."""
    short = {name for name in parameter.opts if len(name) == 2 and name[0] == "-"}
    return any(len(word) > 2 and word[:2] in short and word[2:].isalpha() for word in given)
