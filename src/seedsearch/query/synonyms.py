r"""Synonyms in Solr's format, applied to a parsed query.

A line lists names that mean the same, or a replacement::

    # names                                        a comment
    Kim Jong Un, 金正恩, 김정은, Ким Чен Ын        each of these finds all of them
    DPRK => North Korea                            DPRK is replaced by North Korea
    Smith\, John, J. Smith                         \, is a comma in a name, \\ a backslash

A name matches consecutive words of a query, or a whole phrase. Case, accents and marks inside words make no
difference, and the longest name wins. Rules for the same name add up.

A matching name becomes a Synonym of the words as typed and the other names; the highest of their scores counts. So
using several names for one thing does not raise a passage's score. `=word`, a single word in quotes, and patterns stay
unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from seedsearch.analysis import Analyzer
from seedsearch.analysis.tokenizer import chains, is_plain_word, term_of, word_of
from seedsearch.errors import QueryTooBroadError, UsageError
from seedsearch.line_ends import LINE_END
from seedsearch.query.ast import And, Or, Phrase, Query, Synonym, Term, map_children, together
from seedsearch.record import NamedTuple

MAX_NAMES = 256
"""The maximum number of names that synonyms may add to one query."""

_MAX_BYTES = 32 << 20
_FORMAT = "write it like Kim Jong Un, 金正恩 or DPRK => North Korea"

Key: TypeAlias = tuple[str, ...]


class _Rule(NamedTuple):
    """The replacement of a name by one line: the line's names but `own`, and the name as typed if `itself`.

    The rules of a line share its names: a line of many would take their square otherwise.
    """

    names: tuple[str, ...]
    own: str
    itself: bool


Rules: TypeAlias = dict[Key, list[_Rule]]


class Synonyms(NamedTuple):
    """The rules of one file, by the terms of their names."""

    rules: Rules
    analyzer: Analyzer

    def apply(self, query: Query) -> Query:
        """Return the query with its names expanded. Raises QueryTooBroadError beyond MAX_NAMES."""
        return _Applying(self.rules, self.analyzer).node(query)


def read_synonyms(path: str, analyzer: Analyzer) -> Synonyms:
    """Read a synonyms file. Raises UsageError, with the line of a malformed rule."""
    try:
        with open(path, "rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(
            f"{path}: {reason}", "check --synonyms and query.synonyms, or use --no-synonyms"
        ) from error
    if len(data) > _MAX_BYTES:
        raise UsageError(f"{path}: larger than {_MAX_BYTES:,} bytes", "is this a synonyms file?")
    return parse_synonyms(_decoded(data, path), path, analyzer)


def parse_synonyms(text: str, path: str, analyzer: Analyzer) -> Synonyms:
    """Parse synonyms. `path` names the text in errors. Raises UsageError, with the line of a malformed rule."""
    rules: Rules = {}
    for number, line in enumerate(LINE_END.split(text), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            for key, rule in _rules(line, f"{path}:{number}", analyzer):
                rules.setdefault(key, []).append(rule)
    return Synonyms(rules, analyzer)


def _decoded(data: bytes, path: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = 1 + data.count(b"\n", 0, error.start)
        raise UsageError(f"{path}:{line}: not UTF-8", "save the file as UTF-8") from error


def _rules(line: str, place: str, analyzer: Analyzer) -> Iterator[tuple[Key, _Rule]]:
    """Yield the rules of one line. `place` is its file and line number, for errors."""
    sides = re.split(r"(?<!\\)=>", line)  # escapes stay in the sides
    if len(sides) > 2:
        raise UsageError(f"{place}: more than one => in a line", _FORMAT)
    names = [_names(side, place, analyzer) for side in sides]
    others = tuple(names[-1].values())
    for key, name in names[0].items():
        yield key, _Rule(others, name, itself=key in names[-1])


def _names(side: str, place: str, analyzer: Analyzer) -> dict[Key, str]:
    """Return the names of one side, by their terms."""
    names: dict[Key, str] = {}
    for name in _pieces(side):
        if not name:
            continue
        key = _key(name, analyzer)
        if not key:
            raise UsageError(f"{place}: {name!r} has no letter or digit", "remove it")
        names.setdefault(key, name)
    if not names:
        raise UsageError(f"{place}: there is no name on one side of this line", _FORMAT)
    return names


def _pieces(side: str) -> list[str]:
    """Return the names between commas, unescaped. Names may be empty."""
    if "\\" not in side:
        return [piece.strip() for piece in side.split(",")]
    pieces = re.findall(r"(?:\\.|[^,\\]|\\$)+", side)
    return [re.sub(r"\\(.)", r"\1", piece).strip() for piece in pieces]


def _key(text: str, analyzer: Analyzer) -> Key:
    """Return the terms of a text, one for each position: the parts of a compound, not its whole."""
    terms: list[str] = []
    for word in text.split():
        if is_plain_word(word):
            terms.append(term_of(word))
            continue
        folded = analyzer.fold(word)
        for start, end, unspaced in chains(folded):
            if unspaced:
                terms += [folded[at : min(at + 2, end)] for at in range(start, end)]
            else:
                terms += word_of(folded[start:end]).in_order()
    return tuple(terms)


class _Applying:
    """One application to a query. It counts the names that it adds."""

    def __init__(self, rules: Rules, analyzer: Analyzer) -> None:
        self._rules = rules
        self._longest = max(map(len, rules), default=0)
        self._analyzer = analyzer
        self._added = 0

    def node(self, query: Query) -> Query:
        match query:
            case Term(text, field):
                return self._expanded(_key(text, self._analyzer), query, field)
            case Phrase(terms, field):
                return self._expanded(_key(" ".join(terms), self._analyzer), query, field)
            case Or(children, implicit) | And(children, implicit):
                kind = type(query)
                nodes = self._run(children, kind) if implicit else list(map(self.node, children))
                return together(kind, nodes, implicit)
            case _:
                return map_children(query, self.node)

    def _run(self, children: Sequence[Query], joined: type[Or] | type[And]) -> list[Query]:
        """Return adjacent clauses, with the names among them expanded."""
        nodes: list[Query] = []
        at = 0
        while at < len(children):
            taken = self._longest_name(children, at)
            if taken > 1:
                words = [word for word in children[at : at + taken] if isinstance(word, Term)]
                key = _key(" ".join(word.text for word in words), self._analyzer)
                typed = joined(tuple(words), implicit=True)
                nodes.append(self._expanded(key, typed, words[0].field))
            else:
                nodes.append(self.node(children[at]))
            at += max(taken, 1)
        return nodes

    def _longest_name(self, children: Sequence[Query], at: int) -> int:
        """Return the number of words of the longest name that starts at `at`, or 0."""
        first, found = children[at], 0
        key: Key = ()
        for number, child in enumerate(children[at:], 1):
            if not isinstance(child, Term) or not isinstance(first, Term):
                break
            key += _key(child.text, self._analyzer)
            if child.field != first.field or len(key) > self._longest:
                break
            if key in self._rules:
                found = number
        return found

    def _expanded(self, key: Key, typed: Query, field: str) -> Query:
        """Return the typed words with their synonyms, if they are a name; else as typed."""
        rules = self._rules.get(key)
        if rules is None:
            return typed
        found = dict.fromkeys(name for rule in rules for name in rule.names if name != rule.own)
        self._added += len(found)
        if self._added > MAX_NAMES:
            raise QueryTooBroadError(
                f"this query has more than {MAX_NAMES} synonyms, which is the maximum",
                "search for fewer names, or with --no-synonyms",
            )
        names = [self._as_query(name, field) for name in found]
        return together(Synonym, [typed, *names] if any(r.itself for r in rules) else names)

    def _as_query(self, name: str, field: str) -> Query:
        """Return a Term for one word; a Phrase for several words, and for scripts without spaces."""
        folded = self._analyzer.fold(name)
        if len(name.split()) > 1 or any(chain.unspaced for chain in chains(folded)):
            return Phrase((name,), field)
        return Term(name, field)
