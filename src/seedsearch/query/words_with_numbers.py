"""Numbers in queries: several words that are one number, and letters and numbers written as one word or as two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seedsearch.analysis import STOP_WORDS
from seedsearch.analysis.tokenizer import term_of
from seedsearch.query.ast import Boost, Phrase, Query, Term

JOINED = 0.5
"""The weight of two words that are written as one, and of one that is written as two."""

_DIGITS = "0123456789"
_UNIT = 4  # letters of a unit after a number


def may_join(one: Query, other: Query) -> bool:
    """Return whether adjacent words may be written as one: RFC 2822, Python 3.11, 5 km, 3 p.m."""
    if not (type(one) is Term and type(other) is Term and one.field == other.field):
        return False
    if one.text.isdigit():
        unit = _without_stops(other.text)
        return unit.isalpha() and len(unit) <= _UNIT
    is_name = one.text.isalpha() and one.text.lower() not in STOP_WORDS
    return is_name and all(map(str.isdigit, other.text.split(".")))


def _without_stops(text: str) -> str:
    """Return the letters of an abbreviation: pm for p.m."""
    letters = text.replace(".", "")
    return letters if len(text) == 2 * len(letters) else text


def is_number(words: Sequence[str]) -> bool:
    """Return whether adjacent words are one number with digits grouped by thousands: 1 000."""
    first, *groups = words
    return (
        len(groups) in (1, 2, 3)
        and first.isdigit()
        and len(first) <= 3
        and first[0] != "0"
        and all(len(group) == 3 and group.isdigit() for group in groups)
    )


def _is_one(words: Sequence[str]) -> bool:
    """Return whether adjacent words are one number, or a number and its sign: 50 %, € 50, § 12."""
    if is_number(words):
        return True
    before, last = words[-2:]
    if _is_money(before) or before == "§":
        return last[:1].isdigit()
    return (_is_money(last) or last == "%") and before[-1:].isdigit()


def _is_money(word: str) -> bool:
    return word in ("$", "£", "¥") or (len(word) == 1 and "\u20a0" <= word <= "\u20c0")


def with_numbers(children: Sequence[Query]) -> Iterator[Query]:
    """Yield adjacent words, with the words of one number joined."""
    words: list[str] = []
    for child, after in zip(children, [*children[1:], None], strict=True):
        if isinstance(child, Term):
            words.append(child.text)
            if isinstance(after, Term) and _is_one([*words, after.text]):
                continue
            if len(words) > 1:
                child = Term(" ".join(words), child.field)
        words = []
        yield child


def joined(one: Query, other: Query) -> Query:
    """Return two words written as one, as a weaker match."""
    assert isinstance(one, Term)
    assert isinstance(other, Term)
    return Boost(Term(term_of(one.text + _without_stops(other.text)), one.field), JOINED)


def other_version(numbers: Sequence[str], field: str) -> Iterator[Query]:
    """Yield the number of a version with its v, or without it, or as two words: python3.11."""
    first, *rest = numbers
    if not all(map(str.isdigit, rest)):
        return
    if first.isdigit():
        yield Term(f"v{'.'.join(numbers)}", field)
    elif first[0] == "v" and first[1:].isdigit():
        yield Phrase((first[1:], *rest), field)
    elif words := two_words(first):
        yield Boost(Phrase((*words, *rest), field), JOINED)


def two_words(text: str) -> tuple[str, ...]:
    """Return the two words of a word of letters and a number: RFC2822, 5km. () for other words."""
    name, unit = text.rstrip(_DIGITS), text.lstrip(_DIGITS)
    if name != text and name.isalpha():
        return name, text[len(name) :]
    if unit != text and unit.isalpha() and len(unit) <= _UNIT:
        return text[: -len(unit)], unit
    return ()
