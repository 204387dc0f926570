"""Cut a query into tokens: words, quoted texts, parentheses and operators. `parse.py` describes the language.

Parentheses and quotes without a partner, and empty pairs, are text. Spaces replace them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from seedsearch.analysis.tokenizer import is_unspaced
from seedsearch.errors import QuerySyntaxError
from seedsearch.patterns import pattern
from seedsearch.query.parse import OPERATORS, is_punctuation
from seedsearch.record import NamedTuple
from seedsearch.spelling import closest

TEXT_FIELDS = ("title",)
FILTER_FIELDS = ("path", "type", "lang", "encoding")
RANGE_FIELDS = ("date",)
FIELDS = TEXT_FIELDS + FILTER_FIELDS + RANGE_FIELDS
_MOST_NAMED = 30

_CLOSERS = {
    '"': '"', "“": '“”"', "”": '“”"', "„": '“”"', "«": '«»"', "»": '«»"',
    "‹": "›", "「": "」", "『": "』", "＂": "＂",
}  # fmt: skip
_MINUS = frozenset("-‐‑−–－﹣!！")
_PLUS = frozenset("+＋﹢")
_DASHES = frozenset("—―")  # dashes of prose, which begin no clause
_NEARNESS = pattern(r"(?<!\S)(?:AROUND\(\d+\)|(?:O?NEAR|[WwNn])/\d+)(?!\S)")
_LUCENE_RANGE = pattern(r"[\[{]\S+ TO \S+?[\]}]")


class Token(NamedTuple):
    """A token. `kind` is word, quoted, (, ), +, -, AND, OR, NOT or end.

    `column` is the 0-based character offset in the query. `field` is the field before the colon, or "". `suffix` is the
    `~` or `^` part after a quoted text or a parenthesis. `sign` is the `=` or `==` before a quoted text.
    """

    kind: str
    column: int
    text: str = ""
    field: str = ""
    suffix: str = ""
    suffix_column: int = 0
    sign: str = ""


def tokenize_query(query: str, fields: Collection[str] = ()) -> tuple[list[Token], tuple[str, ...]]:
    """Return the tokens of a query, ending with one of the kind "end", and notes on parts read as text.

    `fields` are the documents' fields. Raises QuerySyntaxError.
    """
    lexer = _Lexer(query, query, fields)
    tokens = lexer.run()
    if lexer.empty or lexer.stray:
        text = list(query)
        for at in lexer.empty + lexer.stray:
            text[at] = " "
        stray = lexer.stray
        lexer = _Lexer(query, "".join(text), fields)
        tokens = lexer.run()
        if stray:
            lexer.notes["an unmatched parenthesis is read as text"] = None
    return tokens, (*lexer.notes, *_notes_on_other_syntax(query), *lexer.field_notes())


def _notes_on_other_syntax(query: str) -> Iterator[str]:
    """Yield a note for each operator of another search tool. The first tests save time: few queries have one."""
    if " TO " in query and (found := _LUCENE_RANGE.search(query)):
        yield f"{found[0]} is read as text; a range is written date:2023..2024 or price:>20"
    for sign, operator in (("&&", "AND"), ("||", "OR")):
        if f" {sign} " in query:
            yield f"{sign} is read as text; write {operator}"
    if ("/" in query or "AROUND(" in query) and (found := _NEARNESS.search(query)):
        yield f'{found[0]} is read as text; nearness is written "two words"~3'


class _Lexer:
    """Reads a query from left to right. `at` is the offset of the next character.

    `text` is the query with spaces for parentheses and quotes that are text. After a run, `stray` has the offsets of
    parentheses without a partner, and `empty` the offsets of empty pairs.
    """

    def __init__(self, query: str, text: str, fields: Collection[str]) -> None:
        self.fields = (*FIELDS, *sorted(set(fields).difference(FIELDS)))
        self.known = frozenset(self.fields)
        self.query = query
        self.text = text
        self.at = 0
        self.tokens: list[Token] = []
        self.stray: list[int] = []
        self.empty: list[int] = []
        self.opened: list[tuple[int, int]] = []  # offset and token of each parenthesis
        self.notes: dict[str, None] = {}
        self.unknown: dict[str, str] = {}

    def run(self) -> list[Token]:
        while self.at < len(self.text):
            char = self.text[self.at]
            if char.isspace():
                self.at += 1
            elif char in _CLOSERS and self._opens_quote(self.at):
                self._quoted(self.at, "")
            elif char == "(":
                self._open(self.at, "")
            elif char == ")":
                self._close()
            elif self._begins_clause():
                self.tokens.append(Token("+" if char in _PLUS else "-", self.at))
                self.at += 1
            else:
                self._word()
        self.tokens.append(Token("end", len(self.text)))
        self.stray += [at for at, _ in self.opened]
        return self.tokens

    def field_notes(self) -> tuple[str, ...]:
        """Return a note on unknown fields, if there are any."""
        if not self.unknown:
            return ()
        names = ", ".join(self.unknown)
        close = [name for name in self.unknown.values() if name]
        meant = f"did you mean {close[0]}:? " if close else ""
        there = ", ".join(self.fields[:_MOST_NAMED])
        more = ", ..." if len(self.fields) > _MOST_NAMED else ""
        return (
            f"there is no field {names}: it is read as a word; {meant}the fields are {there}{more}",
        )

    def _begins_clause(self) -> bool:
        """Return whether a plus or a minus here is an operator: it stands directly before a word, not inside one."""
        char, at = self.text[self.at], self.at + 1
        is_sign = char in _PLUS or char in _MINUS
        if not is_sign and char not in _DASHES:
            return False
        before, after = self.text[at - 2 : at - 1] if at > 1 else "", self.text[at : at + 1]
        if (before and not before.isspace() and before != "(") or not after or after.isspace():
            return False
        if after != "(" and after not in _CLOSERS:
            word = self.text[at : at + 64].split(None, 1)[0]
            if after in ">)" or after in _PLUS or after in _MINUS or is_punctuation(word):
                return False  # an arrow, an option, a smiley
        if char in _DASHES or (char not in "-+" and after.isdigit()):
            self.notes[f"{char} is read as text; write - right before a word to exclude it"] = None
            return False
        return True

    def _opens_quote(self, at: int) -> bool:
        """Return whether a quoted text begins here: not after an inch (5"), and not inside a word (צה"ל)."""
        char, before, after = self.text[at], self.text[at - 1 : at], self.text[at + 1 : at + 2]
        if _is_gershayim(self.text, at):  # but a quote begins in ב"לבנון"
            word = self.text[at + 1 :].split(None, 1)[0]
            return self.text[at + len(word)] == char
        if not before or before.isspace() or before in "(=:" or before in _PLUS or before in _MINUS:
            return True
        if char in "“„«‹「『":
            return True
        if not after or after.isspace() or after in ".,;:!?)":
            return False
        if before.isdigit() or not _is_letter(before):
            return not before.isdigit()
        ends = self._end_of_quote(at)
        last, beyond = self.text[ends - 1 : ends], self.text[ends + 1 : ends + 2]
        return ends > 0 and not last.isspace() and not (beyond and _is_letter(beyond))

    def _end_of_quote(self, opened: int) -> int:
        """Return the offset of the closing quote, or -1."""
        closers = _CLOSERS[self.text[opened]]
        places = range(opened + 1, len(self.text))
        ends = (at for at in places if self.text[at] in closers)
        return next((at for at in ends if not _is_gershayim(self.text, at)), -1)

    def _upto_break(self) -> str:
        """Take the text before the next space, parenthesis or quoted text."""
        upto_space = self.text[self.at :].split(None, 1)[:1]
        text = upto_space[0] if upto_space else ""
        if not text.isalnum():  # most words end at a space
            for length, char in enumerate(text):
                if char in "()" or (char in _CLOSERS and self._opens_quote(self.at + length)):
                    text = text[:length]
                    break
        self.at += len(text)
        return text

    def _suffix(self) -> tuple[str, int]:
        start = self.at
        if self.text[start : start + 1] in ("~", "^"):
            return self._upto_break(), start
        return "", start

    def _quoted(self, column: int, field: str, sign: str = "") -> None:
        opened = self.at
        end = self._end_of_quote(opened)
        if end < 0:
            self._quote_is_text()
            self.text = f"{self.text[:opened]} {self.text[opened + 1 :]}"
            self.at = column
            return
        self.at = end + 1
        suffix, suffix_column = self._suffix()
        text = self.text[opened + 1 : end]
        if text.strip() or field or suffix:
            self.tokens.append(Token("quoted", column, text, field, suffix, suffix_column, sign))

    def _quote_is_text(self) -> None:
        self.notes["an unmatched quote is read as text"] = None

    def _open(self, column: int, field: str) -> None:
        self.opened.append((self.at, len(self.tokens)))
        self.at += 1
        self.tokens.append(Token("(", column, field=field))

    def _close(self) -> None:
        column = self.at
        self.at += 1
        if not self.opened:
            self.stray.append(column)
            return
        opened, number = self.opened.pop()
        if number == len(self.tokens) - 1:
            self.empty += (opened, column)
            self.tokens.pop()
            return
        suffix, suffix_column = self._suffix()
        self.tokens.append(Token(")", column, suffix=suffix, suffix_column=suffix_column))

    def _word(self) -> None:
        column = self.at
        text = self._upto_break()
        following = self.text[self.at : self.at + 1]
        if text in OPERATORS:
            self.tokens.append(Token(text, column, text))
            return
        if text[0] in _CLOSERS or text[-1] in _CLOSERS:
            self._quote_is_text()
        name, colon, value = text.partition(":")
        field = name if colon and name in self.known else ""
        if field not in FIELDS and not _is_value(value, following):
            field = ""
        if not field:
            if colon and self._reads_like_a_field(name, value, following):
                known = name.lower() in self.known
                self.unknown[name] = name.lower() if known else closest(name, self.fields)
            value = text
        if following in _CLOSERS and value in ("", "=", "=="):
            self._quoted(column, field, value)
        elif following == "(" and field and not value:
            self._open(column, field)
        elif field and not value:
            self._without_value(column, field)
        elif field or not is_punctuation(value):
            self.tokens.append(Token("word", column, value, field))
        elif value in ("%", "$") and self._follows_a_number():
            number = self.tokens[-1]
            self.tokens[-1] = number._replace(text=f"{number.text} {value}")

    def _follows_a_number(self) -> bool:
        """Return whether the previous token is a number, which may have a sign: `50 %`."""
        before = self.tokens[-1] if self.tokens else Token("", 0)
        is_text = before.kind == "word" and before.field in ("", *TEXT_FIELDS)
        return is_text and before.text[-1].isdigit() and set(before.text) <= set("0123456789.,'")

    def _without_value(self, column: int, field: str) -> None:
        """Read `date: 2024` as words, as in prose. Fail if the query ends after the colon."""
        if self.text[self.at :].lstrip()[:1] in ("", ")"):
            raise QuerySyntaxError(
                f"{field}: has no value",
                self.query,
                column,
                f'write the value right after the colon, without a space, or quote "{field}:"',
            )
        self.notes[f"{field}: is read as a word; write the value right after the colon"] = None
        self.tokens.append(Token("word", column, f"{field}:"))

    def _reads_like_a_field(self, name: str, value: str, following: str) -> bool:
        """Return whether `name:value` looks like a field: a lower-case word and a value.

        Addresses (`http://`), times (`12:30`), C++ (`std::map`), drives (`c:`) and names (`Kim:Lee`) do not.
        """
        plain = name.isascii() and name.isalpha() and name.islower() and len(name) > 1
        return (plain or name.lower() in self.known) and _is_value(value, following)


def _is_letter(char: str) -> bool:
    """Return whether a character belongs to a script with spaces between words."""
    return char.isalnum() and not is_unspaced(char)


def _is_gershayim(text: str, at: int) -> bool:
    """Return whether a quotation mark is between two Hebrew letters, as in an acronym."""
    beside = text[max(at - 1, 0) : at] + text[at + 1 : at + 2]
    return len(beside) == 2 and all("\u05d0" <= letter <= "\u05ea" for letter in beside)


def _is_value(value: str, following: str) -> bool:
    """Return whether the text after a colon is a value, or quotes or a parenthesis follow."""
    if value and value not in ("=", "=="):
        return value[0] not in "/:" and not is_punctuation(value)
    return following == "(" or following in _CLOSERS
