"""A query as a list of tokens: words, quoted texts, parentheses and operators. `parse.py` has the language."""

from __future__ import annotations

from typing import NoReturn

from seedsearch.errors import QuerySyntaxError, closest
from seedsearch.record import NamedTuple

TEXT_FIELDS = ("title",)
FILTER_FIELDS = ("path", "type", "lang", "encoding")
RANGE_FIELDS = ("date",)
FIELDS = TEXT_FIELDS + FILTER_FIELDS + RANGE_FIELDS
OPERATORS = frozenset(("AND", "OR", "NOT"))

_CLOSERS = {'"': '"', "“": '“”"', "”": '“”"', "„": '“”"', "«": '«»"', "»": '«»"'}
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


class Token(NamedTuple):
    """A token. `kind` is word, quoted, (, ), +, -, AND, OR, NOT or end.

    `column` is the 0-based offset in the query. `field` is the field before the colon, or "". `suffix` is the `~` or
    `^` part after a quoted text or a parenthesis.
    """

    kind: str
    column: int
    text: str = ""
    field: str = ""
    suffix: str = ""
    suffix_column: int = 0


def tokenize_query(query: str) -> list[Token]:
    """Return the tokens of a query; the last one is of the kind "end". Raises QuerySyntaxError."""
    return _Lexer(query).run()


class _Lexer:
    """Reads a query from left to right. `at` is the offset of the next character."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.at = 0
        self.tokens: list[Token] = []

    def run(self) -> list[Token]:
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
                self.tokens.append(Token(char, self.at))
                self.at += 1
            else:
                self._word()
        self.tokens.append(Token("end", len(self.query)))
        return self.tokens

    def _begins_clause(self) -> bool:
        before = self.query[self.at - 1 : self.at]
        after = self.query[self.at + 1 : self.at + 2]
        free = not before or before.isspace() or before == "("
        return free and bool(after) and not after.isspace() and after not in "+-)"

    def _upto_break(self) -> str:
        """Take the text up to the next space, parenthesis or quote."""
        upto_space = self.query[self.at :].split(None, 1)[:1]
        text = upto_space[0] if upto_space else ""
        if not text.isalnum():  # most words end at a space
            for length, char in enumerate(text):
                if char in "()" or (char in _CLOSERS and not _is_gershayim(text, length)):
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
        places = range(opened + 1, len(self.query))
        ends = (at for at in places if self.query[at] in closers)
        end = next((at for at in ends if not _is_gershayim(self.query, at)), None)
        if end is None:
            raise QuerySyntaxError(
                "this quote is not closed",
                self.query,
                opened,
                f"close it with {closers[-1]}, or remove it",
            )
        self.at = end + 1
        suffix, suffix_column = self._suffix()
        text = self.query[opened + 1 : end]
        self.tokens.append(Token("quoted", column, text, field, suffix, suffix_column))

    def _open(self, column: int, field: str) -> None:
        self.at += 1
        self.tokens.append(Token("(", column, field=field))

    def _close(self) -> None:
        column = self.at
        self.at += 1
        suffix, suffix_column = self._suffix()
        self.tokens.append(Token(")", column, suffix=suffix, suffix_column=suffix_column))

    def _word(self) -> None:
        column = self.at
        text = self._upto_break()
        following = self.query[self.at : self.at + 1]
        if text in OPERATORS:
            self.tokens.append(Token(text, column, text))
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
                f"{field}: has no value",
                self.query,
                column,
                f"write the value right after the colon, without a space, or quote {text!r}",
            )
        elif field or not is_punctuation(value):
            self.tokens.append(Token("word", column, value, field))
        elif value in ("%", "$") and self._follows_a_number():
            number = self.tokens[-1]
            self.tokens[-1] = number._replace(text=f"{number.text} {value}")

    def _follows_a_number(self) -> bool:
        """Return whether the token before is a number, to which a sign can belong: `50 %`."""
        before = self.tokens[-1] if self.tokens else Token("", 0)
        is_text = before.kind == "word" and before.field in ("", *TEXT_FIELDS)
        return is_text and before.text[-1].isdigit() and set(before.text) <= set("0123456789.,'")

    def _no_such_field(self, column: int, name: str, value: str) -> NoReturn:
        close = name.lower() if name.lower() in FIELDS else closest(name, FIELDS, 0.75)
        meant = f"did you mean {close}:? " if close else ""
        words = f'quote them: "{name}:{value}"' if value else "put a space after the colon"
        raise QuerySyntaxError(
            f"there is no field {name}",
            self.query,
            column,
            f"{meant}the fields are {', '.join(FIELDS)}; to search for the words, {words}",
        )


def _is_gershayim(text: str, at: int) -> bool:
    """Return whether a quotation mark stands between two Hebrew letters, as in an acronym."""
    beside = text[max(at - 1, 0) : at] + text[at + 1 : at + 2]
    return len(beside) == 2 and all("\u05d0" <= letter <= "\u05ea" for letter in beside)


def _reads_like_a_field(name: str, value: str, following: str) -> bool:
    """Return whether `name:value` can only be an attempt at a field: a lower-case word, and a value.

    Addresses (`http://`), times (`12:30`), C++ (`std::map`), drives (`c:`) and names (`Kim:Lee`) are words.
    """
    if value:
        if value[0] in "/:" or is_punctuation(value):
            return False
    elif not following or (following != "(" and following not in _CLOSERS):
        return False
    plain = name.isascii() and name.isalpha() and name.islower() and len(name) > 1
    return plain or name.lower() in FIELDS


def is_punctuation(word: str) -> bool:
    """Return whether a word is only ASCII punctuation, without `^`, which is always an operator."""
    return "^" not in word and all(char in _PUNCTUATION for char in word)
