"""The grammar of queries that are more than plain words: see `parse.py`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NoReturn

from seedsearch.errors import QuerySyntaxError, QueryTooBroadError
from seedsearch.query import ast, parse
from seedsearch.query.lexer import FIELDS, FILTER_FIELDS, TEXT_FIELDS, Token, tokenize_query
from seedsearch.record import NamedTuple

MAX_DEPTH = 50
MAX_PATTERNS = 256
MAX_FUZZY_DISTANCE = 2
MAX_BOOST = 1000

_DIGITS = frozenset("0123456789")
_NUMBER = frozenset("0123456789.^+-")
_OF_TIMES = frozenset("0123456789:.+-Z")
_SENTENCE_ENDS = ",.;:!?"


class _Clause(NamedTuple):
    """A member of a list. `must` says whether it has a `+`."""

    node: ast.Query
    must: bool


class Parser:
    """A recursive descent over the tokens. MAX_DEPTH bounds the recursion."""

    def __init__(self, query: str, all_words: bool, fields: Collection[str]) -> None:
        self.query = query
        self.all_words = all_words
        self.tokens, self.notes = tokenize_query(query, fields)
        self.at = 0
        self.clauses = 0
        self.patterns = 0

    def parse(self) -> tuple[ast.Query, tuple[str, ...]]:
        """Return the tree and the notes: see `parse_with_notes`."""
        first = self._peek()
        if first.kind == "end":
            parse.nothing_to_look_for(self.query)
        tree = self._list("", 0)
        words = self.query.split()
        if not _looks_for_something(tree) and all(
            word[0] in "-−–" and word[1:2].isdigit() for word in words
        ):
            note = "a query of negative numbers alone excludes nothing; they are searched for"
            return parse.literal_words(self.query, all_words=self.all_words), (note,)
        if not _looks_for_something(tree):
            self._fail(
                "a query cannot consist of exclusions alone",
                first.column,
                "add a word to search for",
            )
        return tree, self.notes

    def _peek(self) -> Token:
        return self.tokens[self.at]

    def _take(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def _fail(self, message: str, column: int, hint: str) -> NoReturn:
        raise QuerySyntaxError(message, self.query, column, hint)

    def _list(self, field: str, depth: int) -> ast.Query:
        clauses = []
        while self._peek().kind not in (")", "end"):
            clauses.append(self._clause(field, depth))
        return _combine(clauses, self.all_words)

    def _clause(self, field: str, depth: int) -> _Clause:
        parts = [self._all(field, depth)]
        while self._peek().kind == "OR":
            self._operator()
            parts.append(self._all(field, depth))
        if len(parts) == 1:
            return parts[0]
        if any(part.must for part in parts):
            return _Clause(_combine(parts, False), False)
        return _Clause(ast.Or(tuple(part.node for part in parts)), False)

    def _all(self, field: str, depth: int) -> _Clause:
        parts = [self._one(field, depth)]
        while self._peek().kind == "AND":
            self._operator()
            parts.append(self._one(field, depth))
        if len(parts) == 1:
            return parts[0]
        return _Clause(ast.And(tuple(part.node for part in parts)), False)

    def _operator(self) -> None:
        """Take AND, OR, NOT, + or -, and check that an operand follows."""
        token = self._take()
        if self._peek().kind in (")", "end", "AND", "OR"):
            hint = "add a word, or remove it"
            if token.text:
                hint = f'add a word, or quote it to search for it: "{token.text}"'
            self._fail(f"{token.kind} has nothing after it", token.column, hint)

    def _one(self, field: str, depth: int) -> _Clause:
        token = self._peek()
        if token.kind in ("AND", "OR"):
            self._fail(
                f"{token.kind} has nothing before it",
                token.column,
                f'add a word, or quote it to search for it: "{token.text}"',
            )
        if token.kind == "+":
            self._operator()
            return _Clause(self._one(field, self._deeper(depth)).node, True)
        if token.kind in ("-", "NOT"):
            self._operator()
            return _Clause(ast.Not(self._one(field, self._deeper(depth)).node), False)
        return _Clause(self._thing(field, depth), False)

    def _deeper(self, depth: int) -> int:
        if depth >= MAX_DEPTH:
            raise QueryTooBroadError(
                f"the query is nested more than {MAX_DEPTH} levels deep, which is the maximum",
                "use fewer parentheses",
            )
        return depth + 1

    def _thing(self, field: str, depth: int) -> ast.Query:
        token = self._take()
        if token.kind == "(":
            return self._group(token.field or field, self._deeper(depth))
        self.clauses += 1
        if self.clauses > parse.MAX_CLAUSES:
            parse.too_many_clauses()
        self.patterns += sum(map(token.text.count, "*?~"))
        if self.patterns > MAX_PATTERNS:
            raise QueryTooBroadError(
                f"the query has more than {MAX_PATTERNS} patterns, which is the maximum",
                "search for fewer of them",
            )
        if token.kind == "quoted":
            return self._quoted(token, token.field or field)
        return self._word(token, token.field or field)

    def _group(self, field: str, depth: int) -> ast.Query:
        inside = self._list(field, depth)
        closed = self._take()
        slop, caret, boost = closed.suffix.partition("^")
        if slop:
            words = self._slop(slop, closed.suffix_column)
            inside = self._near(inside, field, words, closed.suffix_column)
        return self._boosted(inside, caret + boost, closed.suffix_column + len(slop))

    def _near(self, inside: ast.Query, field: str, slop: int, column: int) -> ast.Query:
        """Return words and phrases near each other: all words are near, and each phrase matches as well."""
        is_list = isinstance(inside, ast.Or | ast.And) and inside.implicit
        items = ast.children_of(inside) if is_list else (inside,)
        texts: list[str] = []
        for item in items:
            match item:
                case ast.Prefix(text) if item.field == field:
                    texts.append(f"{text}*")
                case (
                    ast.Term(text) | ast.Exact(text) | ast.Phrase((text,))
                    | ast.Written(text) | ast.Wildcard(text)
                ) if item.field == field:  # fmt: skip
                    texts.append(text)
                case _:
                    self._fail(
                        "~ after parentheses applies to words and phrases alone",
                        column,
                        'write it like ("North Korea" troops)~5',
                    )
        near = ast.Near((" ".join(texts),), slop, field)
        exact = (item for item in items if isinstance(item, ast.Exact | ast.Phrase | ast.Written))
        return ast.together(ast.And, [near, *(ast.Boost(item, 0.0) for item in exact)])

    # -------------------------------------------------------------------------- the leaves

    def _quoted(self, token: Token, field: str) -> ast.Query:
        text = token.text.strip()
        if not text:
            self._fail("these quotes are empty", token.column, "put words in, or remove the quotes")
        if field and field not in TEXT_FIELDS:
            if token.suffix:
                self._fail(
                    f"{token.suffix[0]} has no meaning after {field}:",
                    token.suffix_column,
                    "remove it",
                )
            return self._filter(field, token.sign[:1] + text, token.column)
        slop_text, caret, boost = token.suffix.partition("^")
        node: ast.Query
        if slop_text:
            node = ast.Near((text,), self._slop(slop_text, token.suffix_column), field)
        elif token.sign:
            node = _written(token.sign, text.rstrip("?") or text, field)
        elif len(text.split()) == 1:
            node = ast.Exact(text, field)
        else:
            node = ast.Phrase((text,), field)
        return self._boosted(node, caret + boost, token.suffix_column + len(slop_text))

    def _slop(self, suffix: str, column: int) -> int:
        digits = suffix[1:]
        if not digits or not _DIGITS.issuperset(digits):
            self._fail(
                "~ after a phrase needs a whole number",
                column,
                'write how many words may come between: "north troops"~5',
            )
        # No passage has more words than this.
        return min(int(digits), 1_000_000) if len(digits) < 10 else 1_000_000

    def _word(self, token: Token, field: str) -> ast.Query:
        start = token.column + (len(token.field) + 1 if token.field else 0)
        if field and field not in TEXT_FIELDS:
            return self._filter(field, token.text, token.column)
        text, caret, boost = token.text.partition("^")
        if boost and not _NUMBER.issuperset(boost):
            return ast.Term(token.text, field)
        if parse.is_punctuation(text):
            self._fail(
                "there is no word here",
                token.column,
                "put a word right before ^" if caret else f"write a word after {field}:",
            )
        return self._boosted(
            self._plain_or_pattern(text, field, start), caret + boost, start + len(text)
        )

    def _plain_or_pattern(self, text: str, field: str, column: int) -> ast.Query:
        if ast.is_address(text):
            return ast.Term(text, field)
        if text.startswith("="):
            return _written(text, text.lstrip("=").rstrip(_SENTENCE_ENDS[:-1]), field)
        base, tilde, edits = text.rpartition("~")
        if tilde and not parse.is_punctuation(base) and _DIGITS.issuperset(edits):
            return self._fuzzy(base, edits, field, column)
        bare = text.rstrip(_SENTENCE_ENDS)
        return ast.pattern(bare, field) if ast.is_pattern(bare) else ast.Term(text, field)

    def _fuzzy(self, base: str, edits: str, field: str, column: int) -> ast.Query:
        if ast.is_pattern(base):
            self._fail(
                "~ cannot be combined with * or ?", column + len(base), "use one or the other"
            )
        base = base.removeprefix("=")
        if not edits:
            return ast.Fuzzy(base, 2 if len(base) > 5 else 1, field)
        digits = edits.lstrip("0")
        if not digits:
            return ast.Written(base, field)
        if len(digits) > 1 or int(digits) > MAX_FUZZY_DISTANCE:
            raise QueryTooBroadError(
                f"the fuzzy distance {edits} exceeds the maximum of {MAX_FUZZY_DISTANCE}",
                f"write {base}~{MAX_FUZZY_DISTANCE}",
            )
        return ast.Fuzzy(base, int(digits), field)

    def _boosted(self, node: ast.Query, suffix: str, column: int) -> ast.Query:
        if not suffix:
            return node
        number = suffix[1:]
        whole, _, part = number.partition(".")
        if not _DIGITS.issuperset(whole + part) or not whole + part:
            self._fail(
                "^ needs a number after it", column, f"such as ^2 or ^0.5, up to {MAX_BOOST}"
            )
        factor = float(number)
        if factor > MAX_BOOST:
            self._fail(
                f"a boost is a number from 0 to {MAX_BOOST}", column, f"write ^{MAX_BOOST} or less"
            )
        return ast.Boost(node, factor)

    # ------------------------------------------------------------------------- the filters

    def _filter(self, field: str, value: str, column: int) -> ast.Query:
        if field not in FIELDS:
            return _comparison(field, value) or ast.Filter(field, value)
        if field in FILTER_FIELDS or ast.is_pattern(value):
            return ast.Filter(field, value)
        found = _comparison(field, value) or ast.Range(field, value, value)
        low, high = found.low, found.high
        for date in filter(None, (low, high)):
            if not _is_date(date):
                self._fail(
                    f"{date!r} is not a date",
                    column,
                    "write date:2024, date:2024-05, date:2024-05-31, date:2024-01..2024-06 or date:>2024",
                )
        if low and high and low > high and not low.startswith(high):
            self._fail("this range runs backwards", column, f"write {field}:{high}..{low}")
        return found


def _comparison(field: str, value: str) -> ast.Range | None:
    """Return the range that a value means (`>5`, `>=5`, `2..5`), or None if it is no comparison."""
    if value[:1] in ("<", ">"):
        inclusive = value[1:2] == "="
        end = value[1 + inclusive :].strip()
        if not end:
            return None
        if value[0] == ">":
            return ast.Range(field, end, "", low_inclusive=inclusive)
        return ast.Range(field, "", end, high_inclusive=inclusive)
    low, dots, high = value.partition("..")
    return ast.Range(field, low, high) if dots and (low or high) else None


def _is_date(value: str) -> bool:
    """Return whether a text is a year, a month, a day (2024-05-31) or a time of a day."""
    day, clock, time = value.partition("T")
    parts = day.split("-")
    sizes = [len(part) for part in parts]
    return (
        sizes == [4, 2, 2][: len(parts)]
        and _DIGITS.issuperset("".join(parts))
        and all(1 <= int(part) <= most for part, most in zip(parts, (9999, 12, 31), strict=False))
        and not (clock and (len(parts) != 3 or not time or not set(time) <= _OF_TIMES))
    )


# ------------------------------------------------------------------------ putting it together


def _combine(clauses: Iterable[_Clause], all_words: bool) -> ast.Query:
    """Return one tree for adjacent clauses."""
    musts: list[ast.Query] = []
    shoulds: list[ast.Query] = []
    narrowing: list[ast.Query] = []
    for node, must in clauses:
        if not _ranks(node):
            narrowing.append(node)
        elif must or all_words:
            musts.append(node)
        else:
            shoulds.append(node)
    if not shoulds:
        return ast.together(ast.And, musts + narrowing, all_words)
    base = parse.side_by_side(shoulds, False)
    if musts:
        base = ast.Maybe(ast.together(ast.And, musts), base)
    return ast.together(ast.And, [base, *narrowing])


def _ranks(node: ast.Query) -> bool:
    """Return whether any part of a tree can add to a score. A tree that cannot only narrows."""
    if isinstance(node, ast.Not | ast.Filter | ast.Range):
        return False
    children = ast.children_of(node)
    return not children or any(map(_ranks, children))


def _looks_for_something(node: ast.Query) -> bool:
    match node:
        case ast.Not():
            return False
        case ast.And() | ast.Or() | ast.Boost():
            return any(map(_looks_for_something, ast.children_of(node)))
        case ast.Maybe():
            return _looks_for_something(node.required)
        case _:
            return True


def _written(sign: str, text: str, field: str) -> ast.Query:
    """Return the words as written. After `==`, case counts."""
    return ast.Written(text, field, case=sign.startswith("=="))
