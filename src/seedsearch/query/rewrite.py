"""Rewrite the words of a query as index terms: see `analyse.py`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import pairwise
from unicodedata import normalize

from seedsearch.analysis import STOP_WORDS, Analyzer
from seedsearch.analysis.fold import in_other_kana
from seedsearch.analysis.stemming import OTHERS
from seedsearch.analysis.stopwords import WORDS_OF_A_LANGUAGE, stop_words
from seedsearch.analysis.tokenizer import (
    KEPT,
    Chain,
    chains,
    is_plain_word,
    is_unspaced,
    term_of,
    word_of,
)
from seedsearch.query import ast, wording

_NOTHING = ast.Nothing()
_OTHER_KANA = 0.5  # the weight of a hiragana word in katakana, and the reverse
_SHORT = 4  # characters; a word of digits or letters and an unspaced script stays together up to this length
_ABBREVIATED = 2  # letters
_APART = str.maketrans("*?", "  ")
_IN_TWO = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"}
)  # without the letter
_HAMZAS = "ؤو", "ئو", "ءو"  # spellings of one sound, by country: مسؤول, مسئول


def _plain_terms(text: str) -> tuple[str, ...]:
    """Return the terms of a text, one for each position, if all its words are plain; else ()."""
    words = text.split()
    if not all(map(is_plain_word, words)) or any(map(wording.is_number, pairwise(words))):
        return ()
    return tuple(map(term_of, words))


class Rewriter:
    """One analysis of a query."""

    def __init__(self, analyzer: Analyzer, languages: Collection[str]) -> None:
        self._fold = analyzer.fold
        self._spell = analyzer.spell
        self._languages = languages
        self._tells_spellings = not OTHERS.isdisjoint(languages)

    def node(self, query: ast.Query, *, strict: bool) -> ast.Query:
        """Return a node in index terms. `strict` says whether it must match for the whole query to match."""
        match query:
            case ast.Term():
                return self._word(query, strict=strict)
            case ast.Exact(text, field):
                return self._exact(text, field)
            case ast.Written(text, field, _, literal):
                if literal:  # a star may stand inside a word: what is beside it is looked for apart
                    pieces = [self._exact(p.translate(_APART), field) for p in text.split("*")]
                    found = tuple([piece for piece in pieces if piece != _NOTHING])
                    return ast.And((*found, query)) if found else _NOTHING
                is_one = ast.is_pattern(text) and len(text.split()) == 1
                inner = self._pattern(text, field) if is_one else self._exact(text, field)
                return inner if inner == _NOTHING else ast.And((inner, query))
            case ast.Phrase(terms, field):
                return self._phrase(wording.hidden(" ".join(terms)), field)
            case ast.Near(terms, slop, field):
                spelled = self._in_order(wording.hidden(" ".join(terms)), self._spell)[0]
                words = [
                    self._fold(w) if ast.is_pattern(w) else normalize("NFC", w) for w in spelled
                ]
                near = ast.Near(tuple(words), slop, field)
                return near if len(words) > 1 else next(iter(ast.words_of(near)), _NOTHING)
            case ast.Prefix(text, field):
                return self._pattern(f"{text}*", field)
            case ast.Wildcard(text, field):
                return self._pattern(text, field)
            case ast.Fuzzy(text, distance, field):
                joined = self._joined(text)
                return ast.Fuzzy(term_of(joined), distance, field) if joined else _NOTHING
            case ast.Or(children, implicit):
                return self._or(children, implicit=implicit, strict=strict)
            case ast.And(children, implicit):
                return self._and(children, implicit=implicit, strict=strict)
            case ast.Synonym(children):
                ways = dict.fromkeys(self.node(child, strict=strict) for child in children)
                return ast.together(ast.Synonym, [way for way in ways if way != _NOTHING])
            case ast.Not(child):
                inner = self.node(child, strict=True)
                return inner if isinstance(inner, ast.Nothing) else ast.Not(inner)
            case ast.Maybe(required, optional):
                must = self.node(required, strict=True)
                wish = self.node(optional, strict=False)
                if isinstance(must, ast.Nothing):
                    return wish
                is_stop = self._is_stop(wish) and not wording.meant((required, optional))
                idle = is_stop or isinstance(wish, ast.Nothing)
                return must if idle else ast.Maybe(must, wish)
            case ast.Boost(child, factor):
                inner = self.node(child, strict=strict)
                return inner if isinstance(inner, ast.Nothing) else ast.Boost(inner, factor)
            case ast.Range() | ast.Filter() | ast.Compounds() | ast.Nothing():
                return query

    # ------------------------------------------------------------------------ words

    def _word(self, word: ast.Term, *, strict: bool, alone: bool = True) -> ast.Query:
        text, field = word.text, word.field
        if is_plain_word(text):
            term = term_of(text)
            return self._or_apart(word if term == text else ast.Term(term, field))
        spelled = self._spell(text)
        found = chains(spelled)
        if len(found) > 1 and (strict or _stay_together(spelled, found)):
            return self._phrase(text, field)
        nodes = [self._chain(spelled, chain, field, strict=strict, alone=alone) for chain in found]
        return ast.together(ast.Or, nodes, True)

    def _spelling(self, text: str, field: str) -> ast.Query:
        """Return a leaf for a word in any of its forms."""
        text = normalize("NFC", text)
        in_two = text.translate(_IN_TWO)
        if _has_accents(text) and (self._tells_spellings or in_two != text):
            return ast.spelling(text, field, self._fold(in_two) if in_two != text else "")
        others = [text.replace(one, way) for one in _HAMZAS if one in text for way in _HAMZAS]
        ways = (ast.Term(other, field) for other in others if other != text)
        weaker = [ast.Boost(way, ast.OTHERWISE_SPELT) for way in ways]
        return ast.together(ast.Synonym, [ast.Term(text, field), *weaker])

    def _or_apart(self, word: ast.Term) -> ast.Query:
        """Return the query for a number that may be several words, alone or with letters: RFC2822, 5km."""
        ways = [words] if (words := wording.two_words(word.text)) else []
        phrases = [self._folded(way, word.field) for way in (*ways, *wording.in_groups(word.text))]
        weaker = [ast.Boost(phrase, wording.JOINED) for phrase in phrases]
        return ast.together(ast.Synonym, [word, *weaker])

    def _folded(self, words: Iterable[str], field: str) -> ast.Phrase:
        return ast.Phrase(tuple(map(self._fold, words)), field)

    def _exact(self, text: str, field: str) -> ast.Query:
        if not ast.is_pattern(text):
            folded = self._fold(text)
            found = chains(folded)
            if len(found) == 1 and not found[0].unspaced:
                return self._compound(folded[found[0].start : found[0].end], field, ast.Exact)
        return self._phrase(wording.hidden(text), field)

    def _phrase(self, text: str, field: str) -> ast.Query:
        return _phrase(self._in_order(text, self._fold), field)

    def _in_order(self, text: str, fold: Callable[[str], str]) -> list[tuple[str, ...]]:
        """Return the terms of a phrase, one for each position. If it has compounds, add a version with their wholes.

        Patterns in the text are hidden. With `_spell` as `fold`, the terms are spellings. A run of an unspaced script
        at the end may go on in a text, so its last character, which would be a separate term, is left out. A run of
        one character matches every term that begins with it.
        """
        if terms := _plain_terms(text):
            return [terms]
        folded = fold(text)
        parts: list[str] = []
        wholes: list[str] = []
        is_pair = False
        gaps: list[tuple[int, int]] = []
        unspaced_end = -1
        for start, end, unspaced in chains(folded):
            if not folded[start:end].strip(wording.HIDDEN):
                continue
            if unspaced and unspaced_end >= 0 and folded[unspaced_end:start].isspace():
                gaps.append((unspaced_end, start))
            unspaced_end = end if unspaced else -1
            if unspaced:
                own = whole = [folded[at : min(at + 2, end)] for at in range(start, end)]
                is_pair = end - start > 1
            else:
                word = word_of(folded[start:end])
                own, is_pair = word.in_order(), False
                whole = [word.whole] if word.whole and not word.signed else own
            parts += own
            wholes += whole
        if parts and is_pair:
            del parts[-1], wholes[-1]
        elif parts and is_unspaced(parts[-1]) and len(parts[-1]) == 1:
            parts[-1] = wholes[-1] = parts[-1] + wording.HIDDEN[0]
        shown, glued = wording.shown_terms(parts), wording.shown_terms(wholes)
        has_pattern = any(sign in text for sign in wording.HIDDEN)
        ways = [shown] if shown == glued or has_pattern else [shown, glued]
        if gaps and not has_pattern:
            for start, end in reversed(gaps):
                folded = folded[:start] + folded[end:]
            ways += self._in_order(folded, str)
        return ways

    def _joined(self, text: str) -> str:
        """Return a text as the beginning of one term."""
        folded = self._fold(text)
        pieces: list[str] = []
        for start, end, unspaced in chains(folded):
            if unspaced:
                pieces.append(folded[start:end])
            else:
                parts, whole, signed = word_of(folded[start:end])
                is_signed = signed and signed[0].after - signed[0].first == len(parts)
                plain = whole or "".join([part.text for part in parts])
                pieces.append(signed[0].term if is_signed else plain)
        return "".join(pieces)

    def _pattern(self, text: str, field: str) -> ast.Query:
        """Return a pattern leaf, or a phrase if the pattern has several words (error:time*)."""
        folded = self._fold(wording.hide(text))
        found = chains(folded)
        if len(found) > 1 and not any(chain.unspaced for chain in found):
            return self._phrase(wording.hidden(text), field)
        *parts, last = text.split(".")
        if last == "*" and parts and all(map(str.isdigit, parts)):  # 192.168.*
            return _phrase([tuple(parts)], field)
        if text.endswith("*") and not ast.is_pattern(text[:-1]):
            joined = self._joined(text[:-1])[:KEPT]  # a long term keeps no more of its word
            return ast.Prefix(joined, field) if joined else _NOTHING
        shown = wording.shown_text(folded).lower()
        kept = "".join(c for c in shown if c.isalnum() or c in "*?" or ord(c) > 127)
        return ast.pattern(kept, field) if kept.strip("*?") else _NOTHING

    def _chain(
        self, spelled: str, chain: Chain, field: str, *, strict: bool, alone: bool
    ) -> ast.Query:
        piece = spelled[chain.start : chain.end]
        if chain.unspaced:
            if len(piece) == 1:
                return ast.Prefix(piece, field, capped=False)
            node = _pairs(piece, field, strict=strict)
            if not (other := in_other_kana(piece)):
                return node
            weaker = ast.Boost(_pairs(other, field, strict=strict), _OTHER_KANA)
            return ast.Synonym((node, weaker))
        word = word_of(piece)
        if alone or word.signed or len(word.parts) == 1:
            return self._compound(piece, field, self._spelling)
        texts = [part.text for part in word.parts]
        joiners = {part.joiner for part in word.parts[1:]}
        if joiners <= {"'", "`"} and STOP_WORDS.issuperset(texts):  # we're, you'd
            return ast.Or(tuple(self._spelling(text, field) for text in texts), implicit=True)
        # Parts with a single letter stay together (U.N., F-35), and so do the parts of Xi'an and v1.11.
        is_loose = joiners <= {"-", "_", ".", "/", ""} and word.whole == "".join(texts)
        is_loose &= not any(one[-1].isdigit() and two[0].isdigit() for one, two in pairwise(texts))
        if is_loose and min(map(len, texts)) > 1:
            terms = dict.fromkeys([word.whole, *map(term_of, texts)])
            return ast.Or(tuple(self._spelling(term, field) for term in terms), implicit=True)
        return self._compound(piece, field, self._spelling)

    def _compound(self, piece: str, field: str, leaf: Callable[[str, str], ast.Query]) -> ast.Query:
        """Return a word that must occur as written: with its signs; its whole, or its parts in order."""
        word = word_of(piece)
        signed = tuple(leaf(sign.term, field) for sign in word.signed)
        in_order = word.in_order()
        parts = [term_of(part.text) for part in word.parts]
        if signed and piece[0] == "@" and word.parts[-1].joiner == ".":  # the end of an address
            return ast.Or((*signed, self._folded(in_order, field)))
        if signed and piece[0] == "." and leaf is not ast.Exact:  # a name's end: song.mp3, ASP.NET
            several = len(parts) > 1
            name = self._folded(parts, field) if several else ast.Term(parts[0], field)
            inside = ast.And((name, ast.Written(piece, field, literal=True)))
            return ast.Synonym((signed[0], ast.Boost(inside, ast.OTHERWISE_SPELT)))
        if signed and (len(in_order) == 1 or not any(s.term in in_order for s in word.signed)):
            return ast.together(ast.And, signed)
        if len(in_order) == 1:
            one = leaf(in_order[0], field)
            if isinstance(one, ast.Term):
                one = self._or_apart(one)
            groups = tuple(piece.split("."))  # 192.168 is a number, or the beginning of an address
            return ast.Or((one, ast.Phrase(groups, field))) if len(groups) > 1 else one
        ways: list[ast.Query] = [self._folded(in_order, field)]
        if word.whole and not signed:
            ways.insert(0, leaf(word.whole, field))
        joiners = {part.joiner for part in word.parts[1:]}
        if leaf is not ast.Exact:
            ways += wording.other_version(in_order, field) if joiners == {"."} else ()
            ways += wording.with_unit(in_order, field) if joiners in ({"."}, {","}) else ()
            number = "" if signed else wording.long_number(in_order)
            if number not in ("", word.whole):
                ways.append(ast.Boost(ast.Term(number, field), wording.JOINED))
        return ast.together(ast.Or, ways)

    # ------------------------------------------------------------------------ combinations

    def _or(self, children: Sequence[ast.Query], *, implicit: bool, strict: bool) -> ast.Query:
        nodes: list[ast.Query] = []
        children = list(wording.with_numbers(children)) if implicit else children
        kept: list[ast.Query] = []
        stressed = wording.meant(children) if implicit else ()
        for at, child in enumerate(children):
            if implicit and isinstance(child, ast.Term):
                node = self._word(child, strict=False, alone=len(children) == 1)
            else:
                node = self.node(child, strict=strict and not implicit)
            if implicit and isinstance(node, ast.Or) and node.implicit:
                nodes.extend(node.children)
            elif not isinstance(node, ast.Nothing):
                nodes.append(node)
                if at in stressed:
                    kept.append(node)
        if implicit:
            stop = self._stop_words(nodes)
            nodes = [n for n in nodes if n in kept or not self._is_stop(n, stop)] or nodes
            nodes += [
                wording.joined(*pair) for pair in pairwise(children) if wording.may_join(*pair)
            ]
            nodes += wording.joined_numbers(children)
        return ast.together(ast.Or, nodes, implicit)

    def _and(self, children: Sequence[ast.Query], *, implicit: bool, strict: bool) -> ast.Query:
        children = list(wording.with_numbers(children)) if implicit else children
        asked = [child for child in children if not ast.is_narrowing(child)]
        # A word among several is required. Narrowing clauses do not count as words.
        strict = strict or len(asked) > 1
        found = [self.node(child, strict=strict) for child in asked]
        for at, pair in enumerate(pairwise(asked) if implicit else ()):
            if wording.may_join(*pair) and not isinstance(found[at], ast.Nothing):
                both = ast.And((found[at], found[at + 1]), implicit=True)
                found[at] = ast.Or((both, wording.joined(*pair)))
                found[at + 1] = _NOTHING
        words = [node for node in found if not isinstance(node, ast.Nothing)]
        if asked and not words:
            return _NOTHING
        stop = self._stop_words(words)
        stressed = [found[at] for at in wording.meant(asked)]
        unranked = [n for n in words if n not in stressed and self._is_stop(n, stop)]
        if len(unranked) < len(words):
            # Other words remain, so a required stop word matches but does not score.
            words = [ast.Boost(n, 0.0) if n in unranked else n for n in words]
        others = (self.node(child, strict=True) for child in children if ast.is_narrowing(child))
        nodes = [*words, *(node for node in others if not isinstance(node, ast.Nothing))]
        return ast.together(ast.And, nodes, implicit)

    def _stop_words(self, nodes: Sequence[ast.Query]) -> Collection[str]:
        if len(nodes) < WORDS_OF_A_LANGUAGE or not self._languages:
            return STOP_WORDS
        words = (word for word in map(ast.one_word, nodes) if isinstance(word, ast.Term))
        return stop_words([self._fold(word.text) for word in words], self._languages)

    def _is_stop(self, query: ast.Query, stop_words: Collection[str] = STOP_WORDS) -> bool:
        if isinstance(query, ast.Boost):
            return self._is_stop(query.child, stop_words)
        word = ast.one_word(query)
        return isinstance(word, ast.Term) and self._fold(word.text) in stop_words


def _stay_together(word: str, parts: Sequence[Chain]) -> bool:
    """Return whether the parts of a word have a meaning only together: M&A, I/O, km/h, AT&T, 5月.

    An apostrophe does not count. A sentence in an unspaced script is a single word here. Its numbers and letters
    become alternatives.
    """
    if any(part.unspaced for part in parts):
        return len(word) <= _SHORT
    texts = [word[part.start : part.end] for part in parts]
    letters = sum(len(text) == 1 for text in texts)
    are_stop_words = STOP_WORDS.issuperset(map(str.lower, texts))
    lengths = sorted(map(len, texts))
    are_abbreviations = lengths[0] <= _ABBREVIATED and lengths[-1] <= _SHORT
    if are_abbreviations and "/".join(texts) == word and not are_stop_words:
        return True
    if not letters or "'" in word or "’" in word:
        return False
    return letters > 1 or are_stop_words


def _pairs(run: str, field: str, *, strict: bool) -> ast.Query:
    """Return the pairs of characters of an unspaced run: all in order if strict, else any of them."""
    pairs = tuple(run[i : i + 2] for i in range(len(run) - 1))
    if strict and len(pairs) > 1:
        return ast.Phrase(pairs, field)
    return ast.together(ast.Or, [ast.Term(pair, field) for pair in dict.fromkeys(pairs)])


def _has_accents(text: str) -> bool:
    """Return whether a word in Latin letters has letters beyond ASCII."""
    return not text.isascii() and all(c < "\u0370" or "\u1e00" <= c < "\u1f00" for c in text)


def _phrase(alternatives: Sequence[tuple[str, ...]], field: str) -> ast.Query:
    """Return phrases of terms in order; any of the alternatives matches."""
    phrases = [ast.Phrase(terms, field) for terms in alternatives if terms]
    one = (phrase if len(phrase.terms) > 1 else ast.words_of(phrase)[0] for phrase in phrases)
    return ast.together(ast.Or, list(one))
