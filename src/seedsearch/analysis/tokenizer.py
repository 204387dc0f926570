"""Cut folded text into terms with positions.

A *word* is a run of letters, marks and digits. Some signs join words to a *chain*, and some belong to the word
beside them. docs/words.md has the rules with examples. This module is the specification of `core/c/tokenizer.c`.

A chain has *parts*. A part begins after a sign that joins (F-35, U.N., O'Connor, AT&T, AC/DC, 9,90), at each hump of
camelCase (also after a number: Utf8String), at the T of a time (2024-03-15T12:30), and at the x of a measure and after
it (1920x1080). Each part is a term with its own position. Several parts make a *whole*: one more term, at the position
of the first part. It has no signs, except `&`, and a full stop for any sign between two digits: F-35 gives `f35`, `f`,
`35`, and v1.11 gives `v1.11`, `v1`, `11`. Digits alone make no whole. But hyphens leave nothing behind if there are
LONG_NUMBER digits or more: 978-3-16-148410-0 gives `9783161484100` as well.

A part can have *fragments*: a line end cuts the word, signs and spaces group the digits of a number, or a raised number
ends the word, which may be a note (treaty¹) or not (km²). The part is one term, and so is each fragment, all at one
position: light-⏎house gives `lighthouse`, `light`, `house`; 1,000 gives `1000`, `1`, `000`.

Signs of emphasis inside a word (light**house**) are no part of it, but make fragments as well.

A sign before or after a chain makes a *signed* term beside the part that it belongs to: C++ gives `c++` and `c`; $50
gives `$50` and `50`.

Scripts that put no space between words (Han, kana, Hangul, Thai, Lao, Khmer, Burmese) give overlapping pairs of
characters, and the run's last character alone: one term a position, so that every character begins a term. Emoji do
the same. A run continues on the next line if its line is long, except in Hangul: short lines may be a list.

Words in an *aside* (`asides.py`) take no positions from the words after it.

Terms are in lower case. The term of a word longer than MAX_TERM characters is its first KEPT characters and a checksum
of the whole word.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import zip_longest

from seedsearch.patterns import pattern
from seedsearch.record import NamedTuple

MAX_TERM = 64
"""The maximum length of a term in characters."""

KEPT = 48
"""The number of characters that a term keeps of a word longer than MAX_TERM."""

LONG_NUMBER = 7
"""The number of digits from which a number with hyphens is also one without them: an ISBN, a telephone number."""

UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\u3005-\u3007"
    "\u3040-\u30ff\u3100-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    "\U0001f000-\U0001faff\U00020000-\U0003ffff"
)
"""Scripts that are cut into pairs, and emoji, as the inside of a regular expression's character class."""

_WRAPPED = "\u0e00-\u10ff\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff"  # those that break lines anywhere
_LONG_LINE = 16  # characters

_UNSPACED_FIRSTS = UNSPACED[::3]
_UNSPACED_LASTS = UNSPACED[2::3]
UNSPACED_RANGES = tuple(zip(map(ord, _UNSPACED_FIRSTS), map(ord, _UNSPACED_LASTS), strict=True))
"""The same as (first, last) code points."""

# The insides of character classes. Folded text has no other signs beyond ASCII: see fold.py.
_SHORT = 4  # capitals and digits of each word that a slash joins: AC/DC, 24/7
_MONEY = "$£¥\u20a0-\u20c0"
_NO_LETTER = "\x00-@\\[-`{-\x7f£¥§\u20a0-\u20c0"
_NO_WORD = "\x00-/:-@\\[-`{-\x7f£¥§\u20a0-\u20c0"

ELISIONS = (
    "b", "c", "d", "f", "j", "l", "m", "n", "r", "s", "t", "u",
    "qu", "jusqu", "lorsqu", "puisqu", "un", "all", "dall", "dell", "nell", "quell", "sull",
)  # fmt: skip
"""Words before an apostrophe that are separate words: l'écran, dell'arte, and prefixes of quoted text in code."""

HOMOGRAPHS = frozenset(("hell", "id", "ill", "shed", "shell", "wed", "well", "were", "whore"))
"""Wholes that are other words: he'll, I'd and similar ones."""

NEGATIONS = frozenset(
    (
        "ain", "aren", "can", "couldn", "daren", "didn", "doesn", "don", "hadn", "hasn", "haven", "isn", "mayn",
        "mightn", "mustn", "needn", "oughtn", "shan", "shouldn", "wasn", "weren", "won", "wouldn",
    )
)  # fmt: skip
"""What comes before *'t* in the negations of English. These have no parts: *won't* is not *won*."""


class Token(NamedTuple):
    """A term, its position in the text (0-based), and its characters `[start, end)`."""

    term: str
    position: int
    start: int
    end: int


class Chain(NamedTuple):
    """A range of folded text that `tokenize` handles as one: words with their signs, or an unspaced run."""

    start: int
    end: int
    unspaced: bool


class Part(NamedTuple):
    """A part of a chain. `joiner` is the sign before it, "" at a hump; `spans` are its fragments, one or more."""

    text: str
    joiner: str
    spans: tuple[tuple[int, int], ...]

    @property
    def start(self) -> int:
        """Return its start."""
        return self.spans[0][0]

    @property
    def end(self) -> int:
        """Return its end."""
        return self.spans[-1][1]


class Signed(NamedTuple):
    """A term with a sign, for the parts `[first, after)` of a chain and the characters `[start, end)`."""

    term: str
    first: int
    after: int
    start: int
    end: int


class Word(NamedTuple):
    """A chain split into parts. `whole` is "" if there is none."""

    parts: list[Part]
    whole: str
    signed: list[Signed]

    def in_order(self) -> list[str]:
        """Return one term for each part: the signed one if the sign belongs to that part alone."""
        terms = [term_of(part.text) for part in self.parts]
        for term, first, after, _, _ in self.signed:
            if after - first == 1:
                terms[first] = term
        return terms


# ------------------------------------------------------------------------------- chains


_LINE_END = f"(?<=[^\r\n]{{{_LONG_LINE}}})(?<=[{_WRAPPED}])(?:\r\n|\r|\n)(?=[{_WRAPPED}])"
# A hyphen at a line end. The next line may be quoted, or of a comment.
_LINE_CUT = "-[ \t]*(?:\r\n|\r|\n)[ \t>#*/%;]*"
# ASCII texts do not need the wide character classes, whose compilation takes as long as a query.
_UNSPACED_RUN = pattern(f"[{UNSPACED}]+(?:{_LINE_END}[{UNSPACED}]+)*")


def _chain() -> str:
    """Return the source of the expression for a chain."""
    word, letter = f"[^{_NO_WORD}]", f"[^{_NO_LETTER}]"
    opens = "(?<![^\x00-\x20\"'(\\[{<>,;:|*=!/\\\\])"
    before = f"[{_MONEY}§] ?(?=[0-9])|{opens}(?:-(?=[0-9])|[#@](?={word})|\\.(?={letter}))"
    elision = f"(?:{'|'.join(ELISIONS)})(?=['`]{word})"
    # Four more digits make it a telephone number: 1 800 555 0199.
    number = f"[1-9][0-9]{{0,2}}(?: [0-9]{{3}}(?!{word})){{1,3}}+(?! [0-9]{{4}}(?!{word}))"
    joiner = (
        f"[-_.]|['`](?:(?<=[0-9].)|(?![sS](?!['`]?{word})))|(?<![0-9])&(?![0-9])|(?<=[0-9]),(?=[0-9])"
        f'|(?<=[\u05d0-\u05ea])"(?=[\u05d0-\u05ea])|{_LINE_CUT}|\\^(?=[0-9])'
        f"|(?<![0-9])\\*{{1,3}}(?={letter})"
        + "".join(
            f"|(?<=(?<!{word})[A-Z0-9]{{{size}}})/(?=[A-Z0-9]{{1,{_SHORT}}}(?!{word}))"
            for size in range(1, _SHORT + 1)
        )
    )
    after = (
        f"(?<=[0-9]) ?[%{_MONEY}](?!{word})|\\+\\+(?![+])(?!{letter})|\\+(?![+])(?!{word})"
        f"|(?<![0-9])#(?!#)(?!{word})"
    )
    return f"(?:{before})?(?:{elision}|(?:{number}|{word}+)(?:(?:{joiner}){word}+)*(?:{after})?)"


_CHAIN = pattern(_chain())


def chains(folded: str) -> list[Chain]:
    """Return the chains of a folded text."""
    found: list[Chain] = []
    at = 0
    if not folded.isascii() and max(folded) >= _UNSPACED_FIRSTS[0]:
        for run in _UNSPACED_RUN.finditer(folded):
            found += _spaced(folded[at : run.start()], at)
            found.append(Chain(*run.span(), True))
            at = run.end()
    found += _spaced(folded[at:], at)
    return found


def _spaced(stretch: str, offset: int) -> Iterator[Chain]:
    """Yield the chains of a text between unspaced runs."""
    for match in _CHAIN.finditer(stretch):
        yield Chain(offset + match.start(), offset + match.end(), False)


def is_unspaced(term: str) -> bool:
    """Return whether a term is a pair of characters of an unspaced script, not a word."""
    if term < _UNSPACED_FIRSTS[0]:
        return False
    return term[0] <= _UNSPACED_LASTS[bisect_right(_UNSPACED_FIRSTS, term[0]) - 1]


def is_plain_word(text: str) -> bool:
    """Return whether an ASCII text is one word and one term, as most words of a query are."""
    may_be_measure = text[:1] <= "9" and "x" in text
    return text.isascii() and text.isalnum() and text[1:] == text[1:].lower() and not may_be_measure


# ------------------------------------------------------------------------- inside a chain


# The sign before, the words, the sign after.
_ANATOMY = pattern(f"([{_NO_WORD}]?) ?([^{_NO_WORD}](?:.*[^{_NO_WORD}])?) ?(.*)", re.DOTALL)
_CUT = pattern(
    f"{_LINE_CUT}|\\*+|[-_.'`&,\"/ ^]|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z][a-z])|(?<=[0-9])(?=T[0-9])"
    + "".join(f"|(?<=[a-z][0-9]{{{digits}}})(?=[A-Z][a-z])" for digits in (1, 2, 3, 4))
    + "".join(
        f"|(?<={side})(?=[xX][0-9])|(?<={side}[xX])(?=[0-9])"
        for digits in range(5)
        for side in (f"(?<![^{_NO_LETTER}xX])(?<![0-9])[1-9][0-9]{{{digits}}}",)
    )
)
_NOT = pattern(f"['`][tT](?![^{_NO_WORD}])")
_WITHOUT_APOSTROPHES = dict.fromkeys(map(ord, "'`"))  # a part has one only in a negation
# A number whose digits are grouped by thousands, or as in India (12,34,567).
_GROUPED = pattern(
    "[1-9][0-9]{0,2}(?:([.,'_])[0-9]{3})(?:\\1[0-9]{3})*(?!\\1?[0-9])"
    "|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}(?!,?[0-9])"
)


def _is_digit(char: str) -> bool:
    return "0" <= char <= "9"


def term_of(word: str) -> str:
    """Return a word as a term: in lower case, and shortened if it is too long."""
    term = word.lower()
    if len(term) <= MAX_TERM:
        return term
    checksum = 0xCBF29CE484222325  # FNV-1a, of 64 bits
    for byte in term.encode("utf-8", "surrogatepass"):
        checksum = (checksum ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{term[:KEPT]}{checksum % 10 ** (MAX_TERM - KEPT):0{MAX_TERM - KEPT}}"


def word_of(chain: str) -> Word:
    """Return the parts of a chain of spaced words."""
    match = _ANATOMY.fullmatch(chain)
    assert match is not None
    before, _, after = match.groups()
    parts = _parts(chain, *match.span(2))
    whole = _glued(parts)
    too_long = len(whole) > MAX_TERM
    if is_long := _is_long_number(whole, parts):
        whole = whole.replace(".", "")
    if (
        len(parts) == 1
        or too_long
        or not (is_long or whole.strip("0123456789."))
        or (whole in HOMOGRAPHS and any(part.joiner in ("'", "`") for part in parts[1:]))
    ):
        whole = ""
    signed = [*_signed_before(before, parts), *_signed_after(after, parts, len(chain))]
    return Word(parts, whole, signed)


def _parts(chain: str, start: int, end: int) -> list[Part]:
    """Return the parts of the words in `chain[start:end]`."""
    parts: list[Part] = []
    spans: list[tuple[int, int]] = []
    joiner = ""
    grouped = _end_of_groups(chain, start)
    for cut in _CUT.finditer(chain, start, end):
        at, after = cut.span()
        if not spans and chain[start:at].lower() in NEGATIONS and _NOT.match(chain, at):
            continue
        spans.append((start, at))
        start = after
        is_line_end = after - at > 1 and not (_is_digit(chain[at - 1]) and _is_digit(chain[after]))
        is_note = cut[0] == "^" and not _is_digit(chain[at - 1])
        if is_line_end or is_note or cut[0] in (" ", "*") or at < grouped:
            continue
        parts.append(_part(chain, joiner, spans))
        spans, joiner = [], cut[0][:1]
        if joiner in ("-", "&", '"', "`"):
            grouped = _end_of_groups(chain, after)
    spans.append((start, end))
    parts.append(_part(chain, joiner, spans))
    return parts


def _end_of_groups(chain: str, start: int) -> int:
    """Return the end of a number that begins at `start`, if its digits are grouped; else 0."""
    match = _GROUPED.match(chain, start)
    return match.end() if match else 0


def _part(chain: str, joiner: str, spans: list[tuple[int, int]]) -> Part:
    text = "".join([chain[first:last] for first, last in spans])
    return Part(text.lower().translate(_WITHOUT_APOSTROPHES), joiner, tuple(spans))


def _glued(parts: list[Part]) -> str:
    """Return parts joined to one word."""
    pieces = [parts[0].text]
    for part in parts[1:]:
        if part.joiner == "&":
            pieces.append("&")
        elif part.joiner and _is_digit(pieces[-1][-1]) and _is_digit(part.text[0]):
            pieces.append(".")
        pieces.append(part.text)
    return "".join(pieces)


def _is_long_number(whole: str, parts: list[Part]) -> bool:
    """Return whether a whole has many digits, and only hyphens join its parts."""
    return (
        all(part.joiner in ("", "-") for part in parts)
        and sum(map(_is_digit, whole)) >= LONG_NUMBER
    )


def _goes_on(parts: list[Part], at: int) -> bool:
    """Return whether part `at` continues the number at the end of the part before it."""
    joiner = parts[at].joiner
    return (
        joiner != ""
        and joiner in ".,'"
        and _is_digit(parts[at - 1].text[-1])
        and _is_digit(parts[at].text[0])
    )


def _signed_before(sign: str, parts: list[Part]) -> Iterator[Signed]:
    """Yield the term for a sign before the words: with the number there, or with all parts up to a hyphen."""
    if not sign:
        return
    is_name = sign in "#@."
    after = 1
    while after < len(parts) and (
        parts[after].joiner != "-" if is_name else _goes_on(parts, after)
    ):
        after += 1
    term = sign + _glued(parts[:after])
    if len(term) <= MAX_TERM:
        yield Signed(term, 0, after, 0, parts[after - 1].end)


def _signed_after(sign: str, parts: list[Part], end: int) -> Iterator[Signed]:
    """Yield the term for a sign after the words: with the number there, or with the last word."""
    if not sign:
        return
    is_name = sign[0] in "+#"
    first = len(parts) - 1
    while first > 0 and (parts[first].joiner == "" if is_name else _goes_on(parts, first)):
        first -= 1
    glued = _glued(parts[first:])
    term = glued + sign if is_name or sign == "%" else sign + glued
    if len(term) <= MAX_TERM:
        yield Signed(term, first, len(parts), parts[first].start, end)


# -------------------------------------------------------------------------------- tokens


def _asides(folded: str) -> list[tuple[int, int]]:
    if not any(sign in folded for sign in "[]<:"):  # with which all of them begin
        return []
    from seedsearch.analysis.asides import asides  # its patterns: start-up time

    return asides(folded)


def tokenize(folded: str) -> list[Token]:
    """Return the tokens of a folded text in text order. A longer token comes before the tokens that it consists of.

    Offsets are offsets into `folded`.
    """
    tokens: list[Token] = []
    position = behind = 0
    inside = -1  # where the aside ends that we are in
    waiting = _asides(folded)[::-1]
    for start, end, unspaced in chains(folded):
        if inside >= 0 and start >= inside:
            position, inside = behind, -1
        while waiting and waiting[-1][0] <= start:
            _, last = waiting.pop()
            if start < last:
                behind, inside = position, last
        if unspaced:
            pairs = _pairs(folded, start, end, position)
            tokens += pairs
            position += len(pairs)
        elif is_plain_word(folded[start:end]):
            tokens.append(Token(term_of(folded[start:end]), position, start, end))
            position += 1
        else:
            word = word_of(folded[start:end])
            tokens += _tokens(word, folded, start, position)
            position += len(word.parts)
    return tokens


def _pairs(folded: str, start: int, end: int, position: int) -> list[Token]:
    """Return each character of an unspaced run with the next one, and the last one alone."""
    places = [at for at in range(start, end) if folded[at] not in "\r\n"]
    return [
        Token(
            folded[at] + (folded[after] if after else ""), position + number, at, (after or at) + 1
        )
        for number, (at, after) in enumerate(zip_longest(places, places[1:]))
    ]


def _tokens(word: Word, folded: str, offset: int, position: int) -> Iterator[Token]:
    """Yield the tokens of a word that begins at `offset`."""
    parts, whole, signed = word
    for number, part in enumerate(parts):
        here = position + number
        for term, first, _, start, end in signed:
            if first == number:
                yield Token(term, here, offset + start, offset + end)
        if whole and not number:
            yield Token(whole, here, offset + part.start, offset + parts[-1].end)
        yield Token(term_of(part.text), here, offset + part.start, offset + part.end)
        if len(part.spans) > 1:
            for start, end in part.spans:
                text = folded[offset + start : offset + end]
                yield Token(term_of(text), here, offset + start, offset + end)
