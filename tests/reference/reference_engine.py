"""The reference engine: brute force in memory, exact, and the definition of a query's meaning.

Every other engine is compared with this one, so it is written for clarity: for every node it tests every passage and
computes the formula directly.

*Passages.* Each passage has the tokens of its text (the body); a document's first passage also has
the tokens of the document's title. Positions count from 0 in each. The length of a passage is the
number of its distinct body positions, plus TITLE_WEIGHT times the number of its distinct title positions. N
and the average length are taken over all passages, removed ones too until `vacuum`.

*Term sets.* In each passage, a Term matches the terms with its stem in the language of the passage
(`analysis.passage_language`, `analysis.stemming`), an Exact matches itself, a Prefix, Wildcard or Fuzzy matches all
fitting indexed terms (also of removed passages; with field "title", only terms of titles), and a Compounds matches a
stem and some terms.
More than MAX_EXPANSIONS are too many, unless a Prefix says that it is not capped. `engine.bm25f` has the formula; it
is repeated here, because the tests compare the two.

With field "title" only the title's occurrences count, for matching, tf and df; the length stays.

*Nodes.* They match among the passages that are not removed, and score:

- Phrase: its terms at consecutive positions, all in the body or all in the title (with field "title",
  the title). Scores the sum of its terms as Exact units, each as often as it is listed. A term with `*` or `?` is a
  Prefix or a Wildcard, here and in a Near.
- Near: one position for each listed term's stem group, all different, all in the body or all in the
  title, with max - min - (n - 1) <= slop. Scores the sum of its terms as Term units.
- And: all children match, the sum. Or: any child matches, the sum of those that do. Where they are implicit, each
  plain word adds what it scores in the document as a whole, and each pair of neighbouring words its nearness.
  Synonym: any child matches, the highest of those that do.
- Not: every passage that the child does not match, 0. Filter, Range: every passage of a document
  that fits (`query.match`), 0. Written: every passage whose text, or title if it is its document's first, has the words
  (`query.written`), 0; with field "title", the title. Nothing: none.
- Maybe: the matches of `required`, plus the score of `optional` if it matches too. Boost: times factor.

*Groups.* By document or file, the matching passages form groups. The best passage of a group, in the order below,
represents it, with its score.

*Order.* The returned score, rounded to 9 digits, descending; then the path's bytes; then the document's place in its
file; then the passage's place in its document.
"""

from __future__ import annotations

import math
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set

from seedsearch.analysis import Analyzer, Form
from seedsearch.analysis.compounds import COMPOUNDING, LEAST_SHARE, WITH_ACCENTS, Part
from seedsearch.analysis.passage_language import language_in, languages_in
from seedsearch.analysis.tokenizer import is_unspaced
from seedsearch.engine.base import (
    MAX_EXPANSIONS,
    WHOLE,
    Added,
    DocumentText,
    Frequency,
    Grouping,
    IndexStats,
    Place,
    Ranking,
    Reading,
    Size,
    Tally,
    TermCount,
    by_count,
    cut,
    with_text,
)
from seedsearch.engine.bm25f import (
    ALL_PAIRS,
    IDF_POWER,
    K1,
    MOST_FREQUENT,
    NEARNESS,
    PRIOR,
    REACH,
    TITLE_WEIGHT,
    B,
)
from seedsearch.engine.explain import PassageFigures, explain
from seedsearch.errors import IndexLockedError, QueryTooBroadError, UnsupportedError
from seedsearch.model import (
    Document,
    Explanation,
    FileState,
    Passage,
    PassageSpan,
    ScoredPassage,
    field_key,
)
from seedsearch.query.ast import (
    And,
    Boost,
    Compounds,
    Exact,
    Filter,
    Fuzzy,
    Leaf,
    Maybe,
    Near,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Spelt,
    Synonym,
    Term,
    Wildcard,
    Written,
    neighbours,
    side_by_side,
    words_of,
)
from seedsearch.query.match import fits_document, fits_row, fits_term, is_of_rows
from seedsearch.query.written import fits_text
from seedsearch.record import NamedTuple
from seedsearch.rows import Table, is_table, stated

Positions = Mapping[Form, Sequence[int]]
"""The positions, ascending, at which each form of a text stands."""

Scores = dict[int, float]
"""The passages that match, by number, and their scores."""


class _Entry(NamedTuple):
    """An indexed passage, and its own language. `place` is its document's place in its file, from 0. All passages of a
    document, or of a part of a document that was read in parts, share `document_key`.
    """

    document: Document
    document_key: object
    place: int
    ordinal: int
    span: PassageSpan
    text: str
    language: str
    body: Positions
    title: Positions

    @property
    def length(self) -> int:
        return _distinct(self.body) + TITLE_WEIGHT * _distinct(self.title)


_Members = Callable[[_Entry], Set[Form]]
"""The forms that a unit stands for in a passage: those of a Term depend on the language of its document."""


class _State(NamedTuple):
    """One committed state of an index. A commit makes a new one."""

    entries: tuple[_Entry, ...] = ()
    removed: frozenset[int] = frozenset()
    files: Mapping[str, FileState] = {}
    roots: tuple[str, ...] = ()
    generation: int = 0
    settings: str = ""


class ReferenceStore:
    """The states of one index, as a folder holds them for an engine on disk."""

    def __init__(self) -> None:
        self.state = _State()
        self.lock = threading.Lock()


Receipt = tuple[tuple[FileState, int, tuple[DocumentText, ...]], ...]
"""(file, place of the first of these documents in it, documents)."""


class ReferenceBuilder:
    """Collects files; the receipt is the files themselves."""

    def __init__(self) -> None:
        self._files: list[tuple[FileState, int, tuple[DocumentText, ...]]] = []

    def add(self, state: FileState, documents: Sequence[Added], *, place: int = 0) -> None:
        """Add a file with all its documents, or with its next documents."""
        self._files.append((state, place, tuple(map(with_text, documents))))

    def add_files(self, files: Iterator[tuple[FileState, bytes]]) -> int:
        """Add nothing: every document is read by Python."""
        return 0

    @property
    def pending_bytes(self) -> int:
        """Return the approximate size of the texts in bytes."""
        return sum(len(item.text) for _, _, documents in self._files for item in documents)

    def finish(self) -> Receipt:
        """Return everything added so far."""
        return tuple(self._files)


class ReferenceWriter:
    """Collects changes and makes them the store's new state."""

    def __init__(self, store: ReferenceStore) -> None:
        self._store = store
        self._analyzer = Analyzer()
        self._open = True
        self._forget_pending()

    def _forget_pending(self) -> None:
        self._adopted: list[tuple[FileState, int, tuple[DocumentText, ...]]] = []
        self._gone: set[str] = set()
        self._roots: tuple[str, ...] | None = None
        self._settings: str | None = None

    def builder_factory(self) -> Callable[[], ReferenceBuilder]:
        """Return the class of builders."""
        return ReferenceBuilder

    def adopt(self, receipt: object) -> None:
        """Add a finished batch to the next commit."""
        if not isinstance(receipt, tuple):
            raise TypeError("a receipt comes from ReferenceBuilder.finish")
        self._adopted.extend(receipt)

    def remove(self, paths: Iterable[str]) -> None:
        """Remove files of earlier commits."""
        self._gone.update(paths)

    def set_roots(self, roots: Sequence[str]) -> None:
        """Replace the list of roots with the next commit."""
        self._roots = tuple(roots)

    def set_settings(self, text: str) -> None:
        """Replace the text beside the roots with the next commit."""
        self._settings = text

    def commit(self) -> None:
        """Replace the store's state by one with the changes."""
        old = self._store.state
        removed = {n for n, entry in enumerate(old.entries) if entry.document.path in self._gone}
        files = {path: state for path, state in old.files.items() if path not in self._gone}
        brought: dict[str, FileState] = {}
        for state, _, _ in self._adopted:
            if state.skipped or state.path not in brought:
                brought[state.path] = state
        files |= brought
        added = [
            entry
            for _, first, documents in self._adopted
            for place, item in enumerate(documents, first)
            for entry in _entries(item, place, self._analyzer)
        ]
        self._store.state = _State(
            entries=(*old.entries, *added),
            removed=old.removed | removed,
            files=files,
            roots=old.roots if self._roots is None else self._roots,
            generation=old.generation + 1,
            settings=old.settings if self._settings is None else self._settings,
        )
        self._forget_pending()

    def close(self) -> None:
        """Drop uncommitted changes, and release the lock."""
        if self._open:
            self._open = False
            self._forget_pending()
            self._store.lock.release()


class ReferenceEngine:
    """An index in memory. Engines over one ReferenceStore are readers of one index."""

    name = "reference"

    def __init__(self, store: ReferenceStore | None = None) -> None:
        self._store = store or ReferenceStore()
        self._state = self._store.state
        self._analyzer = Analyzer()

    def search(
        self,
        query: Query,
        *,
        limit: int | None = 10,
        per_file: int | None = None,
        text: bool = True,
        explain: bool = False,
        by: Grouping = "passage",
    ) -> Ranking:
        """Return the best passages for an analysed query. Raises QueryTooBroadError."""
        entries = self._state.entries
        evaluation = _Evaluation(self._state, self._analyzer)
        scores = {n: round(score, 9) for n, score in evaluation.scores(query).items()}

        def in_order(numbers: Iterable[int]) -> list[int]:
            return sorted(numbers, key=lambda n: (-scores[n], *_place(entries[n]), n))

        matching = dict.fromkeys(scores, 1)
        if by != "passage":
            groups = _groups(in_order(scores), entries, by)
            matching = {members[0]: len(members) for members in groups}
        best = _at_most_per_file(in_order(matching), entries, per_file)[:limit]
        found = tuple(
            ScoredPassage(
                _passage(entries[n], text),
                scores[n],
                evaluation.explanation(query, n) if explain else None,
                matching[n],
            )
            for n in best
        )
        return Ranking(total=len(matching), passages=found)

    def tallies(self, query: Query, wanted: Callable[[str], bool]) -> list[Tally]:
        """How many passages match, by document, or by row of a table with a column that is asked for."""
        entries = self._state.entries
        found: Counter[tuple[object, ...]] = Counter()
        for n in _Evaluation(self._state, self._analyzer).scores(query):
            document = entries[n].document
            row: object = None
            fields = stated(document.fields)
            if any(not value and wanted(field_key(name)) for name, value in document.fields):
                row = n
                fields += tuple(Table(document.fields).fields(_row(entries, n)))
            fields = tuple(own for own in fields if wanted(field_key(own[0])))
            about = document.path, document.media_type, document.language, fields
            found[entries[n].place, row, about] += 1
        return [Tally(*about, count) for (_, _, about), count in found.items()]

    def files(self) -> Mapping[str, FileState]:
        """Return every file in the index, by path, including skipped ones."""
        return self._state.files

    def state(self, path: str) -> FileState | None:
        """Return the state of one file, or None."""
        return self._state.files.get(path)

    def places(self, path: str) -> list[Place]:
        """Return the place of each passage of a file, in order."""
        return [
            Place(
                entry.place,
                entry.ordinal,
                entry.document.member,
                entry.document.id,
                entry.span.line_start,
                entry.span.line_end,
                entry.span.byte_start if entry.span.byte_start >= 0 else None,
                entry.span.page or None,
            )
            for entry in self._of_file(path)
        ]

    def passage(self, path: str, document: int, ordinal: int) -> Passage | None:
        """Return one passage of a file, by its place, or None."""
        for entry in self._of_file(path):
            if (entry.place, entry.ordinal) == (document, ordinal):
                return _passage(entry, with_text=True)
        return None

    def _of_file(self, path: str) -> list[_Entry]:
        state = self._state
        live = (entry for n, entry in enumerate(state.entries) if n not in state.removed)
        return sorted((entry for entry in live if entry.document.path == path), key=_place)

    def frequency(self, leaf: Term | Exact) -> Frequency:
        """Return the number of passages with a word, and of all passages."""
        evaluation = _Evaluation(self._state, self._analyzer)
        return Frequency(evaluation.df(leaf), len(self._state.entries))

    def compounding(self) -> list[str]:
        """The languages whose compounds are looked for."""
        return _Evaluation(self._state, self._analyzer).compounding()

    def compounds(self, words: Sequence[str]) -> dict[str, list[str]]:
        """The compounds of words: those that have some."""
        evaluation = _Evaluation(self._state, self._analyzer)
        return {word: found for word in words if (found := evaluation.compounds(word))}

    def terms(self, leaf: Prefix | Wildcard | Fuzzy) -> list[TermCount]:
        """Return the terms that a leaf matches, in the order of their characters."""
        passages: Counter[str] = Counter()
        occurrences: Counter[str] = Counter()
        fits = fits_term(leaf)
        for entry in self._state.entries:
            fields = (entry.title,) if leaf.field == "title" else (entry.body, entry.title)
            found = [form.term for field in fields for form in field if fits(form.term)]
            passages.update(set(found))
            for field in fields:
                for form, at in field.items():
                    occurrences[form.term] += len(at) if fits(form.term) else 0
        return [TermCount(term, passages[term], occurrences[term]) for term in sorted(passages)]

    def most_frequent(
        self, leaf: Prefix | Wildcard | Fuzzy, limit: int
    ) -> tuple[list[TermCount], int]:
        """Return the terms that a leaf matches and that are in most passages, and the number of all it matches."""
        found = sorted(self.terms(leaf), key=lambda term: (-term.passages, term.term))
        return found[:limit], len(found)

    def readings(self) -> list[Reading]:
        """Return how each document was read."""
        state = self._state
        live = [entry for n, entry in enumerate(state.entries) if n not in state.removed]
        known = {(entry.document.path, entry.place): entry.document for entry in live}
        return [
            Reading(d.path, d.encoding, d.errors, d.confidence, d.language) for d in known.values()
        ]

    def fields(self) -> frozenset[str]:
        """Return the names of all documents' fields, removed documents included."""
        documents = (entry.document for entry in self._state.entries)
        return frozenset(field_key(name) for d in documents for name, _ in d.fields)

    def document_fields(self) -> list[tuple[tuple[str, str], ...]]:
        """Return the fields of each document and of each row of a table."""
        entries = self._state.entries
        live = [n for n in range(len(entries)) if n not in self._state.removed]
        known = {(entries[n].document.path, entries[n].place): entries[n].document for n in live}
        rows = {
            (entry.document.path, entry.place, _row(entries, n)): entry.document.fields
            for n, entry in ((n, entries[n]) for n in live)
            if is_table(entry.document.fields)
        }
        of_rows = [tuple(Table(own).fields(row)) for (_, _, row), own in rows.items()]
        return [stated(document.fields) for document in known.values()] + of_rows

    def languages(self) -> frozenset[str]:
        """The languages of its documents, of removed ones too."""
        entries = self._state.entries
        return frozenset(
            language for entry in entries for language in (entry.document.language, entry.language)
        )

    def roots(self) -> tuple[str, ...]:
        """Return the files and folders that the index covers."""
        return self._state.roots

    def settings(self) -> str:
        """Return the text beside the roots."""
        return self._state.settings

    def size(self) -> Size:
        """Return the number of documents and passages."""
        stats = self.stats()
        return Size(stats.documents, stats.passages)

    def stats(self) -> IndexStats:
        """Return the counts of the index. The times and sizes of an index on disk are 0."""
        state = self._state
        live = [entry for n, entry in enumerate(state.entries) if n not in state.removed]
        documents = {(entry.document.path, entry.place): entry.document for entry in live}
        encodings = Counter(document.encoding for document in documents.values())
        languages = Counter(document.language for document in documents.values())
        return IndexStats(
            files=len(state.files),
            skipped=sum(not file.is_read() for file in state.files.values()),
            documents=len(documents),
            passages=len(live),
            deleted=len(state.removed),
            terms=len({f.term for entry in state.entries for f in (*entry.body, *entry.title)}),
            text_bytes=sum(len(entry.text.encode(errors="surrogatepass")) for entry in live),
            index_bytes=0,
            segments=1 if state.entries else 0,
            created_ns=0,
            committed_ns=0,
            generation=state.generation,
            encodings=by_count(encodings),
            languages=by_count(languages),
            media_types=by_count(Counter(document.media_type for document in documents.values())),
        )

    def contents(self) -> Iterator[tuple[int, Passage]]:
        """Yield every passage: see engine.base."""
        state = self._state
        live = [entry for n, entry in enumerate(state.entries) if n not in state.removed]
        for entry in sorted(live, key=_place):
            yield entry.place, _passage(entry, with_text=True)

    def writer(self, *, wait: bool = False, part: str = WHOLE) -> ReferenceWriter:
        """Return the writer. Raises IndexLockedError if another one is open, unless `wait`."""
        if part != WHOLE:
            raise UnsupportedError("the reference engine has one writer")
        if not self._store.lock.acquire(blocking=wait):
            raise IndexLockedError("another writer is open", "close it first")
        return ReferenceWriter(self._store)

    def refresh(self) -> bool:
        """Move to the newest commit. Return whether the state changed."""
        changed = self._state is not self._store.state
        self._state = self._store.state
        return changed

    def vacuum(self) -> None:
        """Commit a state without the removed passages, and move to it."""
        old = self._store.state
        live = tuple(entry for n, entry in enumerate(old.entries) if n not in old.removed)
        self._store.state = old._replace(
            entries=live, removed=frozenset(), generation=old.generation + 1
        )
        self.refresh()

    def close(self) -> None:
        """Do nothing: there is nothing to release."""


# ------------------------------------------------------------------------------ evaluation


def _row(entries: Sequence[_Entry], number: int) -> str:
    """Return the text of a table's row: a passage, joined with the passages on the same lines if it was cut."""
    entry = entries[number]
    if not Table(entry.document.fields).is_cut(entry.text):
        return entry.text
    own = [other for other in entries if other.document_key == entry.document_key]
    own.sort(key=lambda other: other.ordinal)
    at = own.index(entry)
    first = last = at
    while first and own[first - 1].span.line_end == own[first].span.line_start:
        first -= 1
    while last + 1 < len(own) and own[last].span.line_end == own[last + 1].span.line_start:
        last += 1
    return " ".join(other.text for other in own[first : last + 1])


class _Evaluation:
    """The answers of one state: the passages that each node matches, and their scores."""

    def __init__(self, state: _State, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._entries = state.entries
        self._live = [n for n in range(len(state.entries)) if n not in state.removed]

    def scores(self, query: Query) -> Scores:
        match query:
            case Term() | Exact() | Prefix() | Wildcard() | Fuzzy() | Compounds():
                return self._unit_scores(query)
            case Phrase():
                return self._together(words_of(query), query.field, _consecutive)
            case Near(_, slop, field):
                return self._together(words_of(query), field, lambda texts: _within(texts, slop))
            case And(children):
                return self._in_context(query, _all([self.scores(child) for child in children]))
            case Or(children):
                return self._in_context(query, _any([self.scores(child) for child in children]))
            case Synonym(children):
                return _highest([self.scores(child) for child in children])
            case Not(child):
                matched = self.scores(child)
                return {n: 0.0 for n in self._live if n not in matched}
            case Maybe(required, optional):
                extra = self.scores(optional)
                return {n: s + extra.get(n, 0.0) for n, s in self.scores(required).items()}
            case Boost(child, factor):
                return {n: s * factor for n, s in self.scores(child).items()}
            case Filter() | Range():
                return {n: 0.0 for n in self._live if self._fits(query, n)}
            case Written(_, field):
                fits = fits_text(query)
                return {
                    n: 0.0 for n in self._live if any(map(fits, _texts(self._entries[n], field)))
                }
            case Nothing():
                return {}

    def _fits(self, leaf: Filter | Range, number: int) -> bool:
        entry = self._entries[number]
        if not is_of_rows(leaf, entry.document.fields):
            return fits_document(leaf)(entry.document)
        return fits_row(leaf, entry.document.fields)(_row(self._entries, number))

    # ---------------------------------------------------------------------------- units

    def _members(self, leaf: Leaf) -> _Members:
        match leaf:
            case Exact(text):
                members = {form for form in self._vocabulary("") if form.term == text}
                return lambda entry: members
            case Term(text):
                by_language = {
                    language: self._forms(text, language, isinstance(leaf, Spelt))
                    for language in {entry.language for entry in self._entries}
                }
                return lambda entry: by_language[entry.language]
            case Compounds(text, terms):
                word = self._members(Term(text))
                members = {
                    form
                    for form in self._vocabulary("")
                    if form.term in terms and _language(form) in COMPOUNDING
                }
                return lambda entry: word(entry) | members
            case Prefix() | Wildcard() | Fuzzy():
                fits = fits_term(leaf)
                members = {form for form in self._vocabulary(leaf.field) if fits(form.term)}
                if len({form.term for form in members}) > MAX_EXPANSIONS and not (
                    isinstance(leaf, Prefix) and not leaf.capped
                ):
                    raise QueryTooBroadError(
                        f"{_written(leaf)} stands for more than {MAX_EXPANSIONS:,} words, "
                        "which is the cap",
                        "give more letters",
                    )
                return lambda entry: members

    def _forms(self, text: str, language: str, as_spelt: bool) -> Set[Form]:
        """Return the indexed forms that a word matches in documents of a language."""
        meant = self._analyzer.meant(text, language, as_spelt=as_spelt)
        return set(filter(meant, self._vocabulary("")))

    def compounding(self) -> list[str]:
        """The languages that one document in a hundred is in, if they have compounds."""
        documents = {e.document_key: {e.document.language, *e.document.also} for e in self._entries}
        counts = Counter(code for codes in documents.values() for code in codes)
        least = LEAST_SHARE * len(documents)
        return [code for code in COMPOUNDING if counts[code] and counts[code] >= least]

    def compounds(self, word: str) -> list[str]:
        """The terms that are compounds of a word in their language, in the order of their characters."""
        forms = self._vocabulary("")
        stems = {form.stem for entry in self._entries for form in entry.body}
        stems |= {s.partition("=")[0] for s in stems if s.partition("=")[0][-2:] in WITH_ACCENTS}
        parts = {code: Part(self._analyzer, word, code) for code in self.compounding()}
        return sorted(
            {
                form.term
                for form in forms
                if (code := _language(form)) in parts
                and parts[code].is_in(form.term, stems.__contains__)
            }
        )

    def _vocabulary(self, field: str) -> Set[Form]:
        titles = {term for entry in self._entries for term in entry.title}
        if field == "title":
            return titles
        return titles | {term for entry in self._entries for term in entry.body}

    def df(self, leaf: Leaf) -> int:
        """Return the number of passages with the unit, removed ones included."""
        return sum(tf > 0 for tf in self._frequencies(leaf))

    def explanation(self, query: Query, n: int) -> Explanation:
        """Return why passage `n` has its score."""
        grounds = PassageFigures(
            score=lambda node: self.scores(node).get(n),
            df=self.df,
            around=lambda leaf: self._document_scores(leaf)[self._entries[n].document_key],
            length=self._entries[n].length,
            passages=len(self._entries),
            mean_length=sum(entry.length for entry in self._entries) / len(self._entries),
        )
        return explain(query, _passage(self._entries[n], with_text=True), grounds, self._analyzer)

    def _frequencies(self, leaf: Leaf) -> list[int]:
        members = self._members(leaf)
        return [_frequency(entry, members(entry), leaf.field) for entry in self._entries]

    def _weight(self, leaf: Leaf) -> float:
        frequencies = self._frequencies(leaf)
        count = len(self._entries)
        df = sum(tf > 0 for tf in frequencies)
        idf = math.log(1 + (count - df + 0.5) / (df + 0.5))
        text = leaf.pattern if isinstance(leaf, Wildcard) else leaf.text
        mean = 1.0 if is_unspaced(text) else (sum(frequencies) + PRIOR) / (df + PRIOR)
        return idf**IDF_POWER * math.sqrt(min(mean, MOST_FREQUENT))

    def _unit_scores(self, leaf: Leaf) -> Scores:
        """Return the score of a unit in each passage that is not removed and has any of its members."""
        frequencies = self._frequencies(leaf)
        weight = self._weight(leaf)
        average = sum(entry.length for entry in self._entries) / max(len(self._entries), 1)
        found = {}
        for n in self._live:
            tf = frequencies[n]
            if tf > 0:
                norm = K1 * (1 - B + B * self._entries[n].length / average)
                found[n] = weight * tf * (K1 + 1) / (tf + norm)
        return found

    def _in_context(self, query: And | Or, found: Scores) -> Scores:
        """Return the same passages, with the additions for plain words: the whole document, and nearness."""
        for word in side_by_side(query):
            of_documents = self._document_scores(word)
            found = {n: s + of_documents[self._entries[n].document_key] for n, s in found.items()}
        pairs = neighbours(query)
        for one, other in pairs:
            first, second = self._unit_scores(one), self._unit_scores(other)
            in_title = one.field == "title" or other.field == "title"
            for n in found.keys() & first.keys() & second.keys():
                entry = self._entries[n]
                of_one, of_other = self._members(one)(entry), self._members(other)(entry)
                close = [
                    1 / (q - p) if q > p else 0.5 / (p - q)
                    for field in ([entry.title] if in_title else [entry.body, entry.title])
                    for p in _places(field, of_one)
                    for q in _places(field, of_other)
                    if 0 < abs(q - p) <= REACH
                ]
                if close:
                    lower = min(first[n], second[n])
                    found[n] += (
                        max(NEARNESS, ALL_PAIRS / len(pairs)) * lower * math.sqrt(max(close))
                    )
        return found

    def _document_scores(self, leaf: Leaf) -> dict[object, float]:
        """Return the score of a unit in each document as a whole."""
        members = self._members(leaf)
        frequencies: Counter[object] = Counter()
        lengths: Counter[object] = Counter()
        for entry in self._entries:
            key = entry.document_key
            frequencies[key] += _frequency(entry, members(entry), leaf.field)
            lengths[key] += entry.length
        weight = self._weight(leaf)
        mean = sum(lengths.values()) / max(len(lengths), 1)
        return {
            key: weight * tf * (K1 + 1) / (tf + K1 * (1 - B + B * lengths[key] / mean))
            for key, tf in frequencies.items()
        }

    def _together(
        self,
        leaves: Sequence[Leaf],
        field: str,
        stand: Callable[[list[list[int]]], bool],
    ) -> Scores:
        """Return the passages with the units at the right positions, and the sums of the units' scores."""
        parts = [self._unit_scores(leaf) for leaf in leaves]
        units = [self._members(leaf) for leaf in leaves]
        found = {}
        for n in self._live:
            entry = self._entries[n]
            for positions in (entry.title,) if field == "title" else (entry.body, entry.title):
                if stand([_places(positions, members(entry)) for members in units]):
                    found[n] = sum(part[n] for part in parts)
        return found


def _language(form: Form) -> str:
    """The language that a form is stemmed by, if that has a stemmer of its own."""
    return form.stem.partition(" ")[2].partition("=")[0]


def _texts(entry: _Entry, field: str) -> list[str]:
    title = [entry.document.title] if entry.ordinal == 0 else []
    return title if field == "title" else [entry.text, *title]


def _all(parts: list[Scores]) -> Scores:
    first, *rest = parts
    return {
        n: score + sum(part[n] for part in rest)
        for n, score in first.items()
        if all(n in part for part in rest)
    }


def _any(parts: list[Scores]) -> Scores:
    found: Scores = {}
    for part in parts:
        for n, score in part.items():
            found[n] = found.get(n, 0.0) + score
    return found


def _highest(parts: list[Scores]) -> Scores:
    found: Scores = {}
    for part in parts:
        for n, score in part.items():
            found[n] = max(found.get(n, score), score)
    return found


def _frequency(entry: _Entry, members: Set[Form], field: str) -> int:
    in_title = sum(len(entry.title.get(term, ())) for term in members)
    if field == "title":
        return TITLE_WEIGHT * in_title
    return sum(len(entry.body.get(term, ())) for term in members) + TITLE_WEIGHT * in_title


def _places(positions: Positions, members: Set[Form]) -> list[int]:
    return sorted({place for term in members for place in positions.get(term, ())})


def _consecutive(places: list[list[int]]) -> bool:
    return any(
        all(start + offset in later for offset, later in enumerate(places)) for start in places[0]
    )


def _within(places: list[list[int]], slop: int, chosen: tuple[int, ...] = ()) -> bool:
    """Return whether one place of each list can be chosen, all different and close enough together."""
    if len(chosen) == len(places):
        return max(chosen) - min(chosen) - (len(chosen) - 1) <= slop
    return any(
        place not in chosen and _within(places, slop, (*chosen, place))
        for place in places[len(chosen)]
        if all(abs(place - other) <= slop + len(places) - 1 for other in chosen)
    )


def _written(leaf: Prefix | Wildcard | Fuzzy) -> str:
    match leaf:
        case Prefix(text):
            return f"{text}*"
        case Wildcard(pattern):
            return pattern
        case Fuzzy(text, distance):
            return f"{text}~{distance}"


# -------------------------------------------------------------------------------- passages


def _entries(item: DocumentText, place: int, analyzer: Analyzer) -> list[_Entry]:
    texts = cut(item.text, item.spans)
    others = languages_in(item.document.language, item.text, item.spans)
    document = item.document.replace(also=tuple(sorted(set(others.values()))))
    key = object()
    return [
        _Entry(
            language=(of := language_in(document, text)),
            document=document,
            document_key=key,
            place=place,
            ordinal=ordinal,
            span=span,
            text=text,
            body=_positions(text, of, analyzer),
            title=_positions(item.document.title, of, analyzer) if ordinal == 0 else {},
        )
        for ordinal, (span, text) in enumerate(zip(item.spans, texts, strict=True), item.ordinal)
    ]


def _positions(text: str, language: str, analyzer: Analyzer) -> Positions:
    positions: dict[Form, list[int]] = {}
    for form, token in analyzer.forms(text, language):
        positions.setdefault(form, []).append(token.position)
    return positions


def _distinct(positions: Positions) -> int:
    return len({place for places in positions.values() for place in places})


def _place(entry: _Entry) -> tuple[bytes, int, int]:
    return os.fsencode(entry.document.path), entry.place, entry.ordinal


def _groups(ranked: list[int], entries: Sequence[_Entry], by: Grouping) -> list[list[int]]:
    """Return the passages of each document or file, best first."""
    groups: dict[tuple[str, int], list[int]] = {}
    for n in ranked:
        place = entries[n].place if by == "document" else 0
        groups.setdefault((entries[n].document.path, place), []).append(n)
    return list(groups.values())


def _at_most_per_file(
    ranked: list[int], entries: Sequence[_Entry], per_file: int | None
) -> list[int]:
    if per_file is None:
        return ranked
    taken: Counter[str] = Counter()
    kept = []
    for n in ranked:
        path = entries[n].document.path
        taken[path] += 1
        if taken[path] <= per_file:
            kept.append(n)
    return kept


def _passage(entry: _Entry, with_text: bool) -> Passage:
    span = entry.span
    return Passage(
        document=entry.document,
        ordinal=entry.ordinal,
        text=entry.text if with_text else "",
        line_start=span.line_start,
        line_end=span.line_end,
        byte_start=span.byte_start if span.byte_start >= 0 else None,
        byte_end=span.byte_end if span.byte_end >= 0 else None,
        page=span.page or None,
        heading=span.heading,
        steps=span.steps,
    )
