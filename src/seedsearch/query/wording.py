"""How the words of a query are written: with patterns, too deliberately to be stop words, or with numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from seedsearch.analysis import STOP_WORDS
from seedsearch.analysis.tokenizer import LONG_NUMBER, term_of
from seedsearch.patterns import pattern
from seedsearch.query.ast import Boost, Phrase, Query, Term, is_address, is_pattern
from seedsearch.query.parse import OPERATORS

# ------------------------------------------------------------------------------ patterns in a phrase

HIDDEN = "\U00010600\U00010601"
"""Letters that replace `*` and `?`: two of Linear A, an undeciphered script. Folding leaves them alone."""

PUNCTUATION = ".,;:!?)]}'\"’”»"
"""Signs at the end of a word that are not part of a pattern."""

_JOINERS = "-_."
_HIDE, _SHOW = str.maketrans("*?", HIDDEN), str.maketrans(HIDDEN, "*?")


def hidden(text: str) -> str:
    """Return a text with the `*` and `?` of its patterns hidden, but not punctuation."""
    if not is_pattern(text):
        return text
    if any(map(is_address, text.split())):
        return " ".join([word if is_address(word) else hidden(word) for word in text.split()])
    for joiner in _JOINERS:  # *.txt has no part before the full stop
        text = text.replace(f"*{joiner}", "*").replace(f"{joiner}*", "*")
    words = [word.rstrip(PUNCTUATION) for word in text.split()]
    return " ".join([hide(word) for word in words if word.strip("*?")])


def hide(word: str) -> str:
    """Return a word with its `*` and `?` hidden."""
    return word.translate(_HIDE)


def shown_text(text: str) -> str:
    """Return a text with its hidden `*` and `?` restored."""
    return text.translate(_SHOW)


def shown_terms(terms: Iterable[str]) -> tuple[str, ...]:
    """Return the terms with `*` and `?` restored, without patterns that match every term."""
    return tuple([term for term in map(shown_text, terms) if term.strip("*?")])


# ------------------------------------------------------------------------------ stop words that are meant

_FEW = 5  # words; in longer queries I and A are names only at the end
_CAPITALS = 3  # words; longer queries all in capitals do not stress any word
_NO_WORDS = "dmst"  # letters that are stop words only because of 'd, 'm, 's and 't


def meant(words: Sequence[Query]) -> set[int]:
    """Return the positions of words that are not stop words, because of how they are written.

    They are words in capitals (IT, WHO), unless more than three words are all in capitals. They are also letters: a
    letter that is no word (vitamin d), and a letter after a word if it is a capital (World War I) or comes last
    (hepatitis a).
    """
    texts = [_written(word) for word in words]
    capitals = len(texts) <= _CAPITALS or not all(text.isupper() for text in texts)
    found = set()
    for at, text in enumerate(texts):
        if len(text) == 1:
            after_word = at > 0 and texts[at - 1].lower() not in STOP_WORDS
            is_last = at == len(texts) - 1
            is_pronoun = text in "IA" and len(texts) > _FEW and not is_last  # or an article
            is_set_off = (capitals and text.isupper() and not is_pronoun) or is_last
            if text.lower() in _NO_WORDS or (after_word and is_set_off):
                found.add(at)
        elif capitals and text.isupper() and text not in OPERATORS:
            found.add(at)
    return found


def _written(word: Query) -> str:
    """Return a word as written, or "" for any other node."""
    if isinstance(word, Boost):
        return _written(word.child)
    return word.text.strip(PUNCTUATION) if isinstance(word, Term) else ""


# ------------------------------------------------------------------------------ numbers

JOINED = 0.5
"""The weight of two words that are written as one, and of one that is written as two."""

_CURRENCIES = "$£¥" + "".join(map(chr, range(0x20A0, 0x20C1)))
_DIGITS = "0123456789"
_WITHOUT_SIGNS = str.maketrans("", "", "-./")
_UNIT = 4  # letters of a unit after a number
_IBAN = pattern("[a-z]{2}[0-9]{2}[0-9a-z]{8,30}")
_CARD = 12  # digits; numbers of cards and accounts have as many or more
_PHONE = 10  # digits; in North America in groups of 3, 3 and 4, in France in pairs after a 0


def may_join(one: Query, other: Query) -> bool:
    """Return whether adjacent words may be written as one: RFC 2822, Python 3.11, 5 km, 3 p.m."""
    if not (type(one) is Term and type(other) is Term and one.field == other.field):
        return False
    if _is_decimal(one.text):
        unit = _without_stops(other.text)
        return unit.isalpha() and len(unit) <= _UNIT
    is_name = one.text.isalpha() and one.text.lower() not in STOP_WORDS
    return is_name and all(map(str.isdigit, other.text.split(".")))


def _is_decimal(text: str) -> bool:
    whole, _, fraction = text.lstrip(_CURRENCIES).replace(",", ".").partition(".")
    return whole.isdigit() and (fraction.isdigit() or whole == text)


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
    if _is_money(before) or before in ("§", "§§"):
        return last[:1].isdigit()
    return (_is_money(last) or last == "%") and before[-1:].isdigit()


def _is_money(word: str) -> bool:
    return len(word) == 1 and word in _CURRENCIES


def with_numbers(children: Sequence[Query]) -> Iterator[Query]:
    """Yield adjacent words, with the words of one number joined."""
    run: list[Term] = []
    for child, after in zip(children, [*children[1:], None], strict=True):
        if not isinstance(child, Term):
            yield child
            continue
        run.append(child)
        words = [word.text for word in run]
        if isinstance(after, Term) and _is_one([*words, after.text]):
            continue
        # 1 800 555 0199 is a telephone number, and not one with its digits grouped
        last = after.text if isinstance(after, Term) else ""
        if len(run) == 1 or (len(last) == 4 and last.isdigit() and is_number(words)):
            yield from run
        else:
            yield Term(" ".join(words), child.field)
        run = []


def joined(one: Query, other: Query) -> Query:
    """Return two words written as one, as a weaker match."""
    assert isinstance(one, Term)
    assert isinstance(other, Term)
    number = one.text.replace(",", ".")
    return Boost(Term(term_of(number + _without_stops(other.text)), one.field), JOINED)


def joined_numbers(children: Sequence[Query]) -> Iterator[Query]:
    """Yield adjacent words that may be one long number, as a weaker match: 555 867-5309, SW1A 1AA."""
    for field, run in groupby(children, _field_of_part):
        texts = [child.text for child in run if isinstance(child, Term)]
        if field is not None and len(texts) > 1 and (number := long_number(texts)):
            yield Boost(Term(number, field), JOINED)


def _field_of_part(child: Query) -> str | None:
    """Return the field of a word that may be a part of a number; else None."""
    if type(child) is not Term or not child.text.isascii():
        return None
    plain = child.text.translate(_WITHOUT_SIGNS)
    return child.field if plain.isalnum() and not plain.isalpha() else None


def long_number(parts: Sequence[str]) -> str:
    """Return parts with digits as one long number, or ""."""
    number = "".join(parts).translate(_WITHOUT_SIGNS)
    has_digits = number.isalnum() and all(any(map(str.isdigit, part)) for part in parts)
    return term_of(number) if has_digits and len(number) >= LONG_NUMBER else ""


def in_groups(number: str) -> Iterator[tuple[str, ...]]:
    """Yield the groups in which people write a long number: a card, an account, a telephone number."""
    if not (number.isdigit() or _IBAN.fullmatch(number)):
        return
    size = len(number)
    if size >= _CARD:
        yield tuple(number[at : at + 4] for at in range(0, size, 4))
    elif size == _PHONE and number[0] == "0":
        yield tuple(number[at : at + 2] for at in range(0, size, 2))
    elif size == _PHONE:
        yield number[:3], number[3:6], number[6:]


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


def with_unit(numbers: Sequence[str], field: str) -> Iterator[Query]:
    """Yield a number with a fraction apart from its unit: 2.5kg."""
    first, *rest = numbers
    if first.isdigit() and len(rest) == 1 and (words := two_words(rest[0])):
        yield Boost(Phrase((first, *words), field), JOINED)


def two_words(text: str) -> tuple[str, ...]:
    """Return the two words of a word of letters and a number: RFC2822, 5km. () for other words."""
    name, unit = text.rstrip(_DIGITS), text.lstrip(_DIGITS)
    if name != text and name.isalpha():
        return name, text[len(name) :]
    if unit != text and unit.isalpha() and len(unit) <= _UNIT:
        return text[: -len(unit)], unit
    return ()
