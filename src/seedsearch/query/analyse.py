"""From the user's words to index terms: one query tree in, another out.

A word that is one term stays a Term. A compound (boundary-layer) becomes its whole or its parts in order; beside other
words that are optional like itself, its whole and its parts, any of them. A run of an unspaced script becomes its pairs
of characters: any of them where the word was optional, all in order where it was asked for, beside other words. Filters
never change what becomes of words. A word that matches in any form keeps its accents, for the stemmers.

Stop words go from optional words that merely stand side by side, and score nothing where they are asked for, as long as
other words remain. `_meant` says which words are none, as they are written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from unicodedata import normalize

from seedsearch.analysis import STOP_WORDS, Analyzer, Token
from seedsearch.analysis.stopwords import stop_words
from seedsearch.analysis.tokenizer import MAX_TERM, Chain, chains, is_plain_word, tokenize
from seedsearch.query.ast import (
    And,
    Boost,
    Exact,
    Filter,
    Fuzzy,
    Maybe,
    Near,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Synonym,
    Term,
    Wildcard,
    Written,
    is_filter,
    is_pattern,
    pattern,
    words_of,
)
from seedsearch.query.lexer import OPERATORS

_NOTHING = Nothing()
_CAPITALS = 3  # in longer queries that have capitals alone, they mean nothing
_NO_WORDS = "dmst"  # letters that are stop words for what they are after an apostrophe
_PUNCTUATION = ".,;:!?)]}'\"’”»"
_JOINERS = "-_."
_LINEAR_A = "\U00010600\U00010601"  # letters that nobody can read, and that folding leaves alone
_HIDE, _SHOW = str.maketrans("*?", _LINEAR_A), str.maketrans(_LINEAR_A, "*?")
_WORDS_OF_A_LANGUAGE = 3  # fewer words do not show which language a query is in


def analyse(query: Query, analyzer: Analyzer, languages: Collection[str] = ()) -> Query:
    """The same query in index terms. Nothing() where no word holds a letter or a digit.

    `languages` are those of the index: their stop words go too, where the query is clearly in one of them.
    """
    if isinstance(query, And | Or) and _are_terms(query.children, languages):
        return And(query.children) if isinstance(query, And) and query.implicit else query
    if type(query) is Term and _are_terms((query,), ()):
        return query
    if isinstance(query, Phrase) and (terms := _plain_terms(" ".join(query.terms))):
        return _phrase(terms, query.field)
    return _Analysis(analyzer, languages).node(query, strict=False)


def _are_terms(nodes: Sequence[Query], languages: Collection[str]) -> bool:
    """Whether these are index terms already, and no stop words in any language: most queries are such words."""
    if languages and len(nodes) >= _WORDS_OF_A_LANGUAGE:
        return False
    for node in nodes:
        if type(node) is not Term:
            return False
        text = node.text
        if not (text.isascii() and text.isalnum() and text.islower() and len(text) <= MAX_TERM):
            return False
        if text in STOP_WORDS:
            return False
    return True


def _plain_terms(text: str) -> tuple[str, ...]:
    """The terms of a text, one a position, if all its words are plain; else none."""
    words = text.split()
    if not all(map(is_plain_word, words)):
        return ()
    return tuple([word.lower()[:MAX_TERM] for word in words])


class _Analysis:
    """`strict` is whether the node at hand must match for the whole to match."""

    def __init__(self, analyzer: Analyzer, languages: Collection[str]) -> None:
        self._fold = analyzer.fold
        self._spell = analyzer.spell
        self._languages = languages

    def node(self, query: Query, *, strict: bool) -> Query:
        match query:
            case Term():
                return self._word(query, strict=strict)
            case Exact(text, field):
                return self._exact(text, field)
            case Written(text, field):
                is_one = is_pattern(text) and len(text.split()) == 1
                words = self._pattern(text, field) if is_one else self._exact(text, field)
                return words if words == _NOTHING else And((words, query))
            case Phrase(terms, field):
                return _phrase(self._parts(" ".join(terms)), field)
            case Near(terms, slop, field):
                return _near(self._spelled_parts(" ".join(terms)), slop, field)
            case Prefix(text, field):
                return self._pattern(f"{text}*", field)
            case Wildcard(text, field):
                return self._pattern(text, field)
            case Fuzzy(text, distance, field):
                joined = self._joined(text)
                return Fuzzy(joined, distance, field) if joined else _NOTHING
            case Or(children, implicit):
                return self._or(children, implicit=implicit, strict=strict)
            case And(children):
                return self._and(children, strict=strict)
            case Synonym(children):
                return self._either(children, strict=strict)
            case Not(child):
                inner = self.node(child, strict=True)
                return inner if isinstance(inner, Nothing) else Not(inner)
            case Maybe(required, optional):
                return self._maybe(required, optional)
            case Boost(child, factor):
                inner = self.node(child, strict=strict)
                return inner if isinstance(inner, Nothing) else Boost(inner, factor)
            case Range() | Filter() | Nothing():
                return query

    # ------------------------------------------------------------------------ words

    def _word(self, word: Term, *, strict: bool, alone: bool = True) -> Query:
        text, field = word.text, word.field
        if is_plain_word(text):
            term = text.lower()[:MAX_TERM]
            return word if term == text else Term(term, field)
        spelled = self._spell(text)
        found = chains(spelled)
        if len(found) > 1 and (strict or _stay_together(spelled, found)):
            return _phrase(self._parts(text), field)
        nodes = [self._chain(spelled, chain, field, strict=strict, alone=alone) for chain in found]
        return Or(tuple(nodes), implicit=True) if len(nodes) > 1 else (nodes or [_NOTHING])[0]

    def _exact(self, text: str, field: str) -> Query:
        if is_pattern(text):
            return _phrase(self._parts(text), field)
        folded = self._fold(text)
        found = chains(folded)
        if len(found) == 1 and not found[0].unspaced:
            tokens = tokenize(folded)
            if _has_whole(tokens):
                whole = Exact(tokens[0].term, field)
                return Or((whole, Phrase(_part_terms(tokens), field)))
        return _phrase(self._parts(text), field)

    def _parts(self, text: str) -> tuple[str, ...]:
        """The terms of a phrase, one a position; the last run's lone last character is left out."""
        if terms := _plain_terms(text):
            return terms
        folded = self._fold(_hidden(text))
        terms = _shown_terms(_part_terms(tokenize(folded)))
        found = chains(folded.rstrip(_LINEAR_A))
        if found and found[-1].unspaced and found[-1].end - found[-1].start > 1:
            terms = terms[:-1]
        return terms

    def _spelled_parts(self, text: str) -> tuple[str, ...]:
        """The same as spellings."""
        folded = self._parts(text)
        spelled = _shown_terms(_part_terms(tokenize(self._spell(_hidden(text)))))
        if len(folded) != len(spelled):  # a run without spaces, or accents cut a word otherwise
            return folded
        return tuple(
            [
                term if is_pattern(term) else normalize("NFC", spelling)
                for term, spelling in zip(folded, spelled, strict=True)
            ]
        )

    def _joined(self, text: str) -> str:
        return "".join(_part_terms_kept_whole(self._fold(text)))

    def _pattern(self, text: str, field: str) -> Query:
        """A pattern in one word; or of several (error:time*), a phrase."""
        folded = self._fold(text.translate(_HIDE))
        found = chains(folded)
        if len(found) > 1 and not any(chain.unspaced for chain in found):
            return _phrase(self._parts(text), field)
        kept = "".join(
            c for c in _shown(folded).lower() if c.isalnum() or c in "*?" or ord(c) > 127
        )
        return pattern(kept, field) if kept.strip("*?") else _NOTHING

    def _chain(self, spelled: str, chain: Chain, field: str, *, strict: bool, alone: bool) -> Query:
        piece = spelled[chain.start : chain.end]
        if chain.unspaced:
            if len(piece) == 1:
                return Prefix(piece, field, capped=False)
            pairs = tuple(piece[i : i + 2] for i in range(len(piece) - 1))
            if strict and len(pairs) > 1:
                return Phrase(pairs, field)
            any_pair = tuple(Term(pair, field) for pair in dict.fromkeys(pairs))
            return Or(any_pair) if len(any_pair) > 1 else any_pair[0]
        tokens = tokenize(piece)
        if len(tokens) == 1:
            return _term(tokens[0], field)
        terms = dict.fromkeys(_term(token, field) for token in tokens)
        # A letter by itself is no word: the parts of U.N. and F-35 stay together.
        if not alone and _has_whole(tokens) and min(len(term.text) for term in terms) > 1:
            return Or(tuple(terms), implicit=True)
        parts = Phrase(tuple(map(self._fold, _part_terms(tokens))), field)
        return Or((_term(tokens[0], field), parts)) if _has_whole(tokens) else parts

    # ------------------------------------------------------------------------ combinations

    def _or(self, children: Sequence[Query], *, implicit: bool, strict: bool) -> Query:
        nodes: list[Query] = []
        kept: list[Query] = []
        meant = _meant(children) if implicit else ()
        for at, child in enumerate(children):
            if implicit and isinstance(child, Term):
                node = self._word(child, strict=False, alone=len(children) == 1)
            else:
                node = self.node(child, strict=strict and not implicit)
            if implicit and isinstance(node, Or) and node.implicit:
                nodes.extend(node.children)
            elif not isinstance(node, Nothing):
                nodes.append(node)
                if at in meant:
                    kept.append(node)
        if implicit:
            stop = self._stop_words(nodes)
            nodes = [n for n in nodes if n in kept or not self._is_stop(n, stop)] or nodes
        if len(nodes) > 1:
            return Or(tuple(nodes), implicit)
        return nodes[0] if nodes else _NOTHING

    def _and(self, children: Sequence[Query], *, strict: bool) -> Query:
        asked = [child for child in children if not _is_narrowing(child)]
        # A word is asked for where others are as well. What merely takes away hits changes nothing about the rest.
        strict = strict or len(asked) > 1
        found = [self.node(child, strict=strict) for child in asked]
        words = [node for node in found if not isinstance(node, Nothing)]
        if asked and not words:
            return _NOTHING
        stop = self._stop_words(words)
        meant = [found[at] for at in _meant(asked)]
        unranked = [n for n in words if n not in meant and self._is_stop(n, stop)]
        if len(unranked) < len(words):
            # Other words remain: a stop word that was asked for matches but does not rank.
            words = [Boost(n, 0.0) if n in unranked else n for n in words]
        narrowing = (self.node(child, strict=True) for child in children if _is_narrowing(child))
        nodes = [*words, *(node for node in narrowing if not isinstance(node, Nothing))]
        if len(nodes) > 1:
            return And(tuple(nodes))
        return nodes[0] if nodes else _NOTHING

    def _stop_words(self, nodes: Sequence[Query]) -> Collection[str]:
        """The stop words for words that stand side by side."""
        if len(nodes) < _WORDS_OF_A_LANGUAGE or not self._languages:
            return STOP_WORDS
        return stop_words(
            [self._fold(n.text) for n in nodes if isinstance(n, Term)], self._languages
        )

    def _is_stop(self, query: Query, stop_words: Collection[str] = STOP_WORDS) -> bool:
        if isinstance(query, Boost):
            return self._is_stop(query.child, stop_words)
        return isinstance(query, Term) and self._fold(query.text) in stop_words

    def _either(self, children: Iterable[Query], *, strict: bool) -> Query:
        nodes = [n for c in children if (n := self.node(c, strict=strict)) != _NOTHING]
        if len(nodes) > 1:
            return Synonym(tuple(dict.fromkeys(nodes)))
        return nodes[0] if nodes else _NOTHING

    def _maybe(self, required: Query, optional: Query) -> Query:
        must = self.node(required, strict=True)
        wish = self.node(optional, strict=False)
        if isinstance(must, Nothing):
            return wish
        if isinstance(wish, Nothing) or (self._is_stop(wish) and not _meant((required, optional))):
            return must
        return Maybe(must, wish)


def _meant(words: Sequence[Query]) -> set[int]:
    """Which of some words, by their place, are meant although they may be stop words: by how they are written.

    They are words in capitals (IT, WHO), unless all of more than three words are; and letters: those that are no words
    (vitamin d), and others that come after a word, in capitals (World War I) or as the last (hepatitis a).
    """
    texts = [_written(word) for word in words]
    capitals = len(texts) <= _CAPITALS or not all(text.isupper() for text in texts)
    found = set()
    for at, text in enumerate(texts):
        if len(text) == 1:
            after_word = at > 0 and texts[at - 1].lower() not in STOP_WORDS
            is_set_off = (capitals and text.isupper()) or at == len(texts) - 1
            if text.lower() in _NO_WORDS or (after_word and is_set_off):
                found.add(at)
        elif capitals and text.isupper() and text not in OPERATORS:
            found.add(at)
    return found


def _written(word: Query) -> str:
    """A word as it is written; "" for anything else."""
    if isinstance(word, Boost):
        return _written(word.child)
    return word.text.strip(_PUNCTUATION) if isinstance(word, Term) else ""


def _stay_together(word: str, parts: Sequence[Chain]) -> bool:
    """Whether the parts of a word say something together only: M&A, I/O, AT&T. An apostrophe is no such sign."""
    texts = [word[part.start : part.end] for part in parts if not part.unspaced]
    letters = sum(len(text) == 1 for text in texts)
    if not letters or "'" in word or "’" in word:
        return False
    return letters > 1 or STOP_WORDS.issuperset(map(str.lower, texts))


def _is_narrowing(query: Query) -> bool:
    """Whether this takes away from what the other children of an And match, and adds nothing."""
    return isinstance(query, Not) or is_filter(query)


def _term(token: Token, field: str) -> Term:
    return Term(normalize("NFC", token.term), field)


def _has_whole(tokens: list[Token]) -> bool:
    return len(tokens) > 1 and tokens[0].position == tokens[1].position


def _part_terms(tokens: list[Token]) -> tuple[str, ...]:
    """The terms, one a position: without the wholes of compounds, which come before their parts."""
    return tuple(
        token.term
        for token, after in zip(tokens, [*tokens[1:], None], strict=False)  # there may be none
        if after is None or after.position != token.position
    )


def _part_terms_kept_whole(folded: str) -> Iterable[str]:
    for chain in chains(folded):
        piece = folded[chain.start : chain.end]
        yield "".join(c for c in piece.lower() if c not in _JOINERS)


def _phrase(terms: tuple[str, ...], field: str) -> Query:
    phrase = Phrase(terms, field)
    return phrase if len(terms) > 1 else next(iter(words_of(phrase)), _NOTHING)


def _near(terms: tuple[str, ...], slop: int, field: str) -> Query:
    near = Near(terms, slop, field)
    return near if len(terms) > 1 else next(iter(words_of(near)), _NOTHING)


def _hidden(text: str) -> str:
    """A text whose `*` and `?` look like letters to the tokenizer, where they are patterns and not punctuation."""
    if not is_pattern(text):
        return text
    for joiner in _JOINERS:  # *.txt has no part before the full stop
        text = text.replace(f"*{joiner}", "*").replace(f"{joiner}*", "*")
    words = [word.rstrip(_PUNCTUATION) for word in text.split()]
    return " ".join([word.translate(_HIDE) for word in words if word.strip("*?")])


def _shown(text: str) -> str:
    return text.translate(_SHOW)


def _shown_terms(terms: Iterable[str]) -> tuple[str, ...]:
    """The terms with their `*` and `?`; a pattern that fits everything says nothing."""
    return tuple([term for term in map(_shown, terms) if term.strip("*?")])
