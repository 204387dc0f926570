"""What a user typed -> a query tree that still holds the user's own words.

The language is Lucene's, for people who search rather than program::

    query    = list
    list     = clause { clause }              best of all, or every one with `all_words`
    clause   = all { "OR" all }
    all      = one { "AND" one }
    one      = { "+" | "-" | "NOT" } thing    NOT binds before AND, AND before OR
    thing    = [ field ":" ] ( word | quoted | "(" list ")" [ "^" number ] )
    quoted   = '"' text '"' [ "~" words ] [ "^" number ]
    word     = [ "=" ] text [ "~" [ 0 | 1 | 2 ] ] [ "^" number ]

    troops            the word in any of its forms        =troops  "troops"   this form only
    "as he left"      these words, one after the other    "kim putin"~5       near, in any order
    pre*  w?ld  *x*   words that fit; `?` is one          fuzzy~  fuzzy~1     words spelt like it
    +must -not        required, forbidden                 word^2  (a b)^0.5   counts more, or less
    title:word        in the title; also title:(a b)      path:  type:  lang:  encoding:   filters
    date:2024-05      date:2024-01..2024-06  date:>2024  date:>=2024-05  date:<2024  date:<=2024

Where a list mixes kinds of clause, `+` clauses decide what matches and plain ones only rank;
`-` clauses, and filters without an operator, narrow what the others find. An OR with a `+` in it
is read as a list. `AND`, `OR` and `NOT` are operators in capitals only; `&&`, `||` and `!` are not.

What looks like an operator and is none stays a word or is passed over, because people paste text:
words of punctuation alone (`-`, `&`, `*`, `?`) say nothing; a `?` that ends a word ends a sentence;
`+` and `-` act only before a clause, so `F-35` and `--help` are words; `http://x?y`, `12:30`, `std::map` and
`Kim:Lee` are words. What reads like a field and is none (`author:Kim`) is an error, for as words it would find
something else than was meant. What is begun and not finished is an error too.

A phrase opened by “ ” or „ closes at the next of “ ” or ", one opened by « or » at the next of
« » or ". Nothing is special inside quotes. `~` alone allows 2 edits in words of more than 5
characters, else 1; `~0` is the same as `=`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from seedsearch.errors import QuerySyntaxError, QueryTooBroadError
from seedsearch.query.ast import (
    And,
    Boost,
    Exact,
    Filter,
    Fuzzy,
    Maybe,
    Near,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Term,
    Wildcard,
    children_of,
)
from seedsearch.record import NamedTuple

MAX_CHARACTERS = 4000
MAX_DEPTH = 50
MAX_CLAUSES = 256
MAX_FUZZY_DISTANCE = 2
MAX_BOOST = 1000

TEXT_FIELDS = ("title",)
FILTER_FIELDS = ("path", "type", "lang", "encoding")
RANGE_FIELDS = ("date",)
FIELDS = TEXT_FIELDS + FILTER_FIELDS + RANGE_FIELDS

_CLOSERS = {'"': '"', "“": '“”"', "”": '“”"', "„": '“”"', "«": '«»"', "»": '«»"'}
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_DIGITS = frozenset("0123456789")
_OPERATORS = frozenset(("AND", "OR", "NOT"))
_SENTENCE_ENDS = ",.;:!?"


def parse(text: str, *, all_words: bool = False, literal: bool = False) -> Query:
    """The tree of a query, not yet analysed.

    With `all_words`, clauses side by side must all match; with `literal`, nothing is an operator
    and every word stands for itself. Raises QuerySyntaxError (with a column) for what is unfinished
    or empty, and QueryTooBroadError past a cap.
    """
    if len(text) > MAX_CHARACTERS:
        raise QueryTooBroadError(
            f"the query has {len(text):,} characters, the cap is {MAX_CHARACTERS:,}",
            "search for less at once",
        )
    words = text.split()
    if not literal:
        return _simple(text, words, all_words) or _Parser(text, all_words).parse()
    words = [word for word in words if not _says_nothing(word)]
    if not words:
        _nothing_to_look_for(text)
    if len(words) > MAX_CLAUSES:
        _too_many_clauses()
    return _side_by_side([Term(word) for word in words], all_words)


def _simple(text: str, words: list[str], all_words: bool) -> Query | None:
    """The tree of words, of words with a `+`, or of one phrase, as most queries are; else None.

    There is nothing to find out about these, and nothing in them that can be wrong.
    """
    if not 0 < len(words) <= MAX_CLAUSES:
        return None
    if words[0][0] == '"':
        inside = text.strip()[1:-1]
        quoted = inside.split()
        if text.rstrip()[-1] != '"' or not quoted or not all(map(str.isalnum, quoted)):
            return None
        return Exact(inside.strip()) if len(quoted) == 1 else Phrase((inside.strip(),))
    must = words[0][0] == "+"
    bare = [word[1:] for word in words if word[0] == "+"] if must else words
    if len(bare) < len(words):
        return None
    if not all(map(str.isalnum, bare)) or not _OPERATORS.isdisjoint(bare):
        return None
    return _side_by_side([Term(word) for word in bare], all_words, must=must)


# --------------------------------------------------------------------------------- the lexer


class _Token(NamedTuple):
    """A piece of the query: a word, a quoted text, a bracket or an operator.

    `field` is the known field that stands before it; `suffix` is what hangs on the end of a quoted
    text or a bracket.
    """

    kind: str
    column: int
    text: str = ""
    field: str = ""
    suffix: str = ""
    suffix_column: int = 0


class _Lexer:
    """Cuts a query into tokens, from left to right."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.at = 0
        self.tokens: list[_Token] = []

    def run(self) -> list[_Token]:
        while self.at < len(self.query):
            char = self.query[self.at]
            if char.isspace():
                self.at += 1
            elif char in _CLOSERS:
                self._quoted(self.at, "")
            elif char == "(":
                self._open(self.at, "")
            elif char == ")":
                self._close()
            elif char in "+-" and self._begins_clause():
                self.tokens.append(_Token(char, self.at))
                self.at += 1
            else:
                self._word()
        self.tokens.append(_Token("end", len(self.query)))
        return self.tokens

    def _begins_clause(self) -> bool:
        before = self.query[self.at - 1 : self.at]
        after = self.query[self.at + 1 : self.at + 2]
        free = not before or before.isspace() or before == "("
        return free and bool(after) and not after.isspace() and after not in "+-)"

    def _upto_break(self) -> str:
        """The text from here to the next space, bracket or quote; moves past it."""
        upto_space = self.query[self.at :].split(None, 1)[:1]
        text = upto_space[0] if upto_space else ""
        if not text.isalnum():  # what most words are ends at a space
            for length, char in enumerate(text):
                if char in "()" or char in _CLOSERS:
                    text = text[:length]
                    break
        self.at += len(text)
        return text

    def _suffix(self) -> tuple[str, int]:
        start = self.at
        if self.query[start : start + 1] in ("~", "^"):
            return self._upto_break(), start
        return "", start

    def _quoted(self, column: int, field: str) -> None:
        opened = self.at
        closers = _CLOSERS[self.query[opened]]
        ends = [at for closer in closers if (at := self.query.find(closer, opened + 1)) >= 0]
        if not ends:
            raise QuerySyntaxError(
                "this quote is not closed",
                self.query,
                opened,
                f"close it with {closers[-1]}, or take it out",
            )
        self.at = min(ends) + 1
        suffix, suffix_column = self._suffix()
        text = self.query[opened + 1 : min(ends)]
        self.tokens.append(_Token("quoted", column, text, field, suffix, suffix_column))

    def _open(self, column: int, field: str) -> None:
        self.at += 1
        self.tokens.append(_Token("(", column, field=field))

    def _close(self) -> None:
        column = self.at
        self.at += 1
        suffix, suffix_column = self._suffix()
        self.tokens.append(_Token(")", column, suffix=suffix, suffix_column=suffix_column))

    def _word(self) -> None:
        column = self.at
        text = self._upto_break()
        following = self.query[self.at : self.at + 1]
        if text in _OPERATORS:
            self.tokens.append(_Token(text, column, text))
            return
        name, colon, value = text.partition(":")
        field = name if colon and name in FIELDS else ""
        if not field:
            if colon and _reads_like_a_field(name, value, following):
                self._no_such_field(column, name, value)
            value = text
        if following in _CLOSERS and value in ("", "="):
            self._quoted(column, field)
        elif following == "(" and field and not value:
            self._open(column, field)
        elif field and not value:
            raise QuerySyntaxError(
                f"{field}: has nothing after it",
                self.query,
                column,
                f"write the value right after the colon, without a space, or quote {text!r}",
            )
        elif field or not _says_nothing(value):
            self.tokens.append(_Token("word", column, value, field))

    def _no_such_field(self, column: int, name: str, value: str) -> NoReturn:
        close = name.lower()
        if close not in FIELDS:
            from difflib import get_close_matches  # only when something is wrong: start-up time

            close = next(iter(get_close_matches(name, FIELDS, 1, 0.75)), "")
        meant = f"did you mean {close}:? " if close else ""
        words = f'quote them: "{name}:{value}"' if value else "put a space after the colon"
        raise QuerySyntaxError(
            f"there is no field {name}",
            self.query,
            column,
            f"{meant}the fields are {', '.join(FIELDS)}; to look for the words, {words}",
        )


def _reads_like_a_field(name: str, value: str, following: str) -> bool:
    """Whether `name:value` can only have been meant as a field: a plain word, and what it should hold.

    Addresses (`http://`), times (`12:30`), C++ (`std::map`), drives (`c:`) and names (`Kim:Lee`) are words.
    """
    if value:
        if value[0] in "/:" or _says_nothing(value):
            return False
    elif not following or (following != "(" and following not in _CLOSERS):
        return False
    plain = name.isascii() and name.isalpha() and name.islower() and len(name) > 1
    return plain or name.lower() in FIELDS


def _says_nothing(word: str) -> bool:
    """Whether a word is ASCII punctuation alone; `^` is always meant as an operator."""
    return "^" not in word and all(char in _PUNCTUATION for char in word)


# -------------------------------------------------------------------------------- the parser


class _Clause(NamedTuple):
    """A member of a list, and whether a `+` stood before it."""

    node: Query
    must: bool


class _Parser:
    """Recursive descent over the tokens; the depth cap bounds the recursion."""

    def __init__(self, query: str, all_words: bool) -> None:
        self.query = query
        self.all_words = all_words
        self.tokens = _Lexer(query).run()
        self.at = 0
        self.clauses = 0

    def parse(self) -> Query:
        first = self._peek()
        if first.kind == "end":
            _nothing_to_look_for(self.query)
        tree = self._list("", 0)
        if (stray := self._peek()).kind == ")":
            self._fail("this parenthesis closes nothing", stray.column, "take it out, or open one")
        if not _looks_for_something(tree):
            self._fail(
                "a query needs something to look for, not only what to leave out",
                first.column,
                "add a word that is wanted",
            )
        return tree

    def _peek(self) -> _Token:
        return self.tokens[self.at]

    def _take(self) -> _Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def _fail(self, message: str, column: int, hint: str) -> NoReturn:
        raise QuerySyntaxError(message, self.query, column, hint)

    def _list(self, field: str, depth: int) -> Query:
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
        return _Clause(Or(tuple(part.node for part in parts)), False)

    def _all(self, field: str, depth: int) -> _Clause:
        parts = [self._one(field, depth)]
        while self._peek().kind == "AND":
            self._operator()
            parts.append(self._one(field, depth))
        if len(parts) == 1:
            return parts[0]
        return _Clause(And(tuple(part.node for part in parts)), False)

    def _operator(self) -> None:
        """Pass over AND, OR, NOT, + or -, and see that something stands after it."""
        token = self._take()
        if self._peek().kind in (")", "end", "AND", "OR"):
            hint = "put a word after it, or take it out"
            if token.text:
                hint = f'finish it, or quote it to look for the word: "{token.text}"'
            self._fail(f"{token.kind} has nothing after it", token.column, hint)

    def _one(self, field: str, depth: int) -> _Clause:
        token = self._peek()
        if token.kind in ("AND", "OR"):
            self._fail(
                f"{token.kind} has nothing before it",
                token.column,
                f'begin with a word, or quote it to look for the word: "{token.text}"',
            )
        if token.kind == "+":
            self._operator()
            return _Clause(self._one(field, self._deeper(depth)).node, True)
        if token.kind in ("-", "NOT"):
            self._operator()
            return _Clause(Not(self._one(field, self._deeper(depth)).node), False)
        return _Clause(self._thing(field, depth), False)

    def _deeper(self, depth: int) -> int:
        if depth >= MAX_DEPTH:
            raise QueryTooBroadError(
                f"the query is nested more than {MAX_DEPTH} deep, which is the cap",
                "use fewer parentheses",
            )
        return depth + 1

    def _thing(self, field: str, depth: int) -> Query:
        token = self._take()
        if token.kind == "(":
            return self._group(token, token.field or field, self._deeper(depth))
        self.clauses += 1
        if self.clauses > MAX_CLAUSES:
            _too_many_clauses()
        if token.kind == "quoted":
            return self._quoted(token, token.field or field)
        return self._word(token, token.field or field)

    def _group(self, opened: _Token, field: str, depth: int) -> Query:
        if self._peek().kind == ")":
            self._fail(
                "there is nothing in these parentheses",
                opened.column,
                "put a word in, or take them out",
            )
        if self._peek().kind == "end":
            self._unclosed(opened)
        inside = self._list(field, depth)
        closed = self._take()
        if closed.kind != ")":
            self._unclosed(opened)
        if closed.suffix.startswith("~"):
            self._fail(
                "~ goes with a word or a phrase, not with parentheses",
                closed.suffix_column,
                "move it inside",
            )
        return self._boosted(inside, closed.suffix, closed.suffix_column)

    def _unclosed(self, opened: _Token) -> NoReturn:
        self._fail("this parenthesis is not closed", opened.column, "close it with )")

    # -------------------------------------------------------------------------- the leaves

    def _quoted(self, token: _Token, field: str) -> Query:
        text = token.text.strip()
        if not text:
            self._fail(
                "there is nothing between these quotes",
                token.column,
                "put the words in, or take the quotes out",
            )
        if field in FILTER_FIELDS or field in RANGE_FIELDS:
            if token.suffix:
                self._fail(
                    f"{token.suffix[0]} means nothing after {field}:",
                    token.suffix_column,
                    "take it out",
                )
            return self._filter(field, text, token.column)
        slop_text, caret, boost = token.suffix.partition("^")
        node: Query
        if slop_text:
            node = Near((text,), self._slop(slop_text, token.suffix_column), field)
        elif len(text.split()) == 1:
            node = Exact(text, field)
        else:
            node = Phrase((text,), field)
        return self._boosted(node, caret + boost, token.suffix_column + len(slop_text))

    def _slop(self, suffix: str, column: int) -> int:
        digits = suffix[1:]
        if not digits or not _DIGITS.issuperset(digits):
            self._fail(
                "~ after a phrase needs a whole number",
                column,
                'write how many words may stand between: "north troops"~5',
            )
        # More words than any passage has: a longer number means no more.
        return min(int(digits[:9]), 1_000_000) if len(digits) < 10 else 1_000_000

    def _word(self, token: _Token, field: str) -> Query:
        start = token.column + (len(token.field) + 1 if token.field else 0)
        if field in FILTER_FIELDS or field in RANGE_FIELDS:
            return self._filter(field, token.text, token.column)
        text, caret, boost = token.text.partition("^")
        if _says_nothing(text):
            self._fail(
                "there is no word here",
                token.column,
                "put a word right before ^" if caret else f"write a word after {field}:",
            )
        return self._boosted(
            self._plain_or_pattern(text, field, start), caret + boost, start + len(text)
        )

    def _plain_or_pattern(self, text: str, field: str, column: int) -> Query:
        if "://" in text:
            return Term(text, field)
        if text.startswith("="):
            return Exact(text.lstrip("="), field)
        base, tilde, edits = text.rpartition("~")
        if tilde and not _says_nothing(base) and _DIGITS.issuperset(edits):
            return self._fuzzy(base, edits, field, column)
        pattern = text.rstrip(_SENTENCE_ENDS)
        if "*" not in pattern and "?" not in pattern:
            return Term(text, field)
        stem = pattern[:-1]
        if pattern[-1] == "*" and "*" not in stem and "?" not in stem:
            return Prefix(stem, field)
        return Wildcard(pattern, field)

    def _fuzzy(self, base: str, edits: str, field: str, column: int) -> Query:
        if "*" in base or "?" in base:
            self._fail(
                "~ does not go with * or ?",
                column + len(base),
                "use one or the other",
            )
        base = base.removeprefix("=")
        if not edits:
            return Fuzzy(base, 2 if len(base) > 5 else 1, field)
        digits = edits.lstrip("0")
        if not digits:
            return Exact(base, field)
        if len(digits) > 1 or int(digits) > MAX_FUZZY_DISTANCE:
            raise QueryTooBroadError(
                f"the fuzzy distance {edits} is past the cap of {MAX_FUZZY_DISTANCE}",
                f"write {base}~{MAX_FUZZY_DISTANCE}",
            )
        return Fuzzy(base, int(digits), field)

    def _boosted(self, node: Query, suffix: str, column: int) -> Query:
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
        return Boost(node, factor)

    # ------------------------------------------------------------------------- the filters

    def _filter(self, field: str, value: str, column: int) -> Query:
        if field in FILTER_FIELDS or "*" in value or "?" in value:
            return Filter(field, value)
        return self._range(field, value, column)

    def _range(self, field: str, value: str, column: int) -> Range:
        for sign, low_inclusive in ((">=", True), (">", False)):
            if value.startswith(sign):
                low = self._date(value[len(sign) :], column)
                return Range(field, low, "", low_inclusive=low_inclusive)
        for sign, high_inclusive in (("<=", True), ("<", False)):
            if value.startswith(sign):
                high = self._date(value[len(sign) :], column)
                return Range(field, "", high, high_inclusive=high_inclusive)
        low, dots, high = value.partition("..")
        if not dots:
            low = high = self._date(value, column)
            return Range(field, low, high)
        if not low and not high:
            self._bad_date(value, column)
        low = self._date(low, column) if low else ""
        high = self._date(high, column) if high else ""
        if low and high and low > high and not low.startswith(high):
            self._fail("this range runs backwards", column, f"write {field}:{high}..{low}")
        return Range(field, low, high)

    def _date(self, value: str, column: int) -> str:
        day, clock, time = value.partition("T")
        parts = day.split("-")
        limits = (9999, 12, 31)
        sizes = [len(part) for part in parts]
        if sizes != [4, 2, 2][: len(parts)] or not _DIGITS.issuperset("".join(parts)):
            self._bad_date(value, column)
        if any(not 1 <= int(part) <= most for part, most in zip(parts, limits, strict=False)):
            self._bad_date(value, column)
        if clock and (len(parts) != 3 or not time or not set(time) <= _DIGITS | set(":.+-Z")):
            self._bad_date(value, column)
        return value

    def _bad_date(self, value: str, column: int) -> NoReturn:
        self._fail(
            f"{value!r} is not a date",
            column,
            "write date:2024, date:2024-05, date:2024-05-31, date:2024-01..2024-06 or date:>2024",
        )


# ------------------------------------------------------------------------ putting it together


def _combine(clauses: Iterable[_Clause], all_words: bool) -> Query:
    """One tree for clauses that stand side by side."""
    musts: list[Query] = []
    shoulds: list[Query] = []
    narrowing: list[Query] = []
    for node, must in clauses:
        if not _ranks(node):
            narrowing.append(node)
        elif must or all_words:
            musts.append(node)
        else:
            shoulds.append(node)
    if not shoulds:
        return _all_of(musts + narrowing, implicit=all_words)
    base = _side_by_side(shoulds, False)
    if musts:
        base = Maybe(_all_of(musts), base)
    return _all_of([base, *narrowing])


def _side_by_side(nodes: list[Query] | list[Term], all_words: bool, *, must: bool = False) -> Query:
    if len(nodes) == 1:
        return nodes[0]
    return And(tuple(nodes), all_words) if must or all_words else Or(tuple(nodes), True)


def _all_of(nodes: list[Query], *, implicit: bool = False) -> Query:
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes), implicit)


def _ranks(node: Query) -> bool:
    """Whether any part of a tree can add to a score; what cannot only narrows."""
    if isinstance(node, Not | Filter | Range):
        return False
    children = children_of(node)
    return not children or any(map(_ranks, children))


def _looks_for_something(node: Query) -> bool:
    match node:
        case Not():
            return False
        case And() | Or():
            return any(_looks_for_something(child) for child in node.children)
        case Boost():
            return _looks_for_something(node.child)
        case Maybe():
            return _looks_for_something(node.required)
        case _:
            return True


def _nothing_to_look_for(query: str) -> NoReturn:
    raise QuerySyntaxError("the query is empty", query, 0, "give a word to look for")


def _too_many_clauses() -> NoReturn:
    raise QueryTooBroadError(
        f"the query has more than {MAX_CLAUSES} clauses, which is the cap", "search for fewer words"
    )
