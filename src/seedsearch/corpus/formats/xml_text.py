"""Read XML of any kind (SVG, DocBook, TEI, FictionBook, feeds, tracks): the text without tags, on the file's lines.

A title at the beginning of an element is the heading of a section. Entities are never expanded, and nothing is
fetched. After an error the rest is left out and named.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from seedsearch.corpus.formats import markup
from seedsearch.corpus.formats.charset import declared_in, decoded_as
from seedsearch.corpus.formats.document_builder import Lined
from seedsearch.corpus.formats.mediawiki import HEADING, in_mediawiki
from seedsearch.corpus.formats.superscripts import as_note, word_before
from seedsearch.corpus.found import Extracted
from seedsearch.corpus.skip import Problem, Skip
from seedsearch.model import SourceFile

MEDIA_TYPE = "application/xml"
_DECLARATION = re.compile(r"\ufeff?<\?xml\b[^>]*?\?>")
_HEADINGS = frozenset(("title", "head", "heading", "book-title", "article-title"))
_UNSEEN = frozenset(("script", "style", "binary", "path", "metadata", "defs"))
_WIKI, _WIKI_UNSEEN = (
    "mediawiki",
    frozenset(("siteinfo", "id", "parentid", "ns", "model", "format", "sha1")),
)
_PARAGRAPHS = re.compile(r"\n[ \t]*+\n")
_SEEN_ATTRIBUTES = frozenset(
    """
    alt title label aria-label description desc summary caption value v text name content key tooltip displayname
    default hint author creator keywords subject _note body contact_name
    """.split()  # noqa: SIM905 - reads better as text
)
_NOTES = frozenset(("note", "footnote", "endnote", "fn"))
_INLINE = frozenset(
    "a b bold em emphasis ext-link hi i italic link ref span strong u ulink xref".split()  # noqa: SIM905
)
_MARKED = frozenset(("b", "bold", "em", "emphasis", "hi", "i", "italic", "span", "strong", "u"))
"""The inline elements that no format uses for values. A word may go on after one."""
_LINE_ENDS = frozenset(("br", "lb", "line-break", "linebreak", "newline"))
_RAISED = frozenset(("sup", "superscript", "fn", "bibr"))
# Feeds and placemarks hold pages of HTML as text.
_HTML = re.compile(r"</(?:p|a|b|i|em|strong|div|span|li|td|h[1-6])>|<br ?/?>", re.IGNORECASE)
_FEEDS = frozenset(("rss", "feed", "rdf"))
_WORD = re.compile(r"[^\W\d_]{2}")
_FACTS = {"author": "author", "creator": "author", "date": "date", "pubdate": "date", "published": "date",
          "updated": "date", "lang": "language", "language": "language", "book-title": "title",
          "ownername": "author", "datecreated": "date"}  # fmt: skip
_PEOPLE = frozenset(("author", "creator"))
_NAMES = frozenset(
    """
    name personname first-name firstname forename given-names middle-name othername last-name lastname surname
    """.split()  # noqa: SIM905 - reads better as text
)
"""The elements of a person's name."""
_MOST_LEVELS = 1000
_FACT_PIECES = 50  # of text, as the parser gives it, between tags: more are no name and no date


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the one document of a file. Raise Skip if it is not text or is blank."""
    found = decoded_as(data, declared_in(data), file.encoding)
    reading = _Reading(Lined(file.path, MEDIA_TYPE, found))
    trouble = reading.read(found.text)
    if not reading.out.has_text:
        raise Skip(trouble or "no text in it")
    yield reading.out.document(reading.title, fields=tuple(reading.facts.items()))
    if trouble:
        yield Problem(f"line {reading.line}", f"{trouble} from here on")


class _Reading:
    """Builds a text from the parser's events.

    Elements mixed with text share its line; other elements have their own.
    """

    def __init__(self, out: Lined) -> None:
        self.out = out
        self.title = self._page = self._root = ""
        self.facts: dict[str, str] = {}
        self.line = 1
        self._names: list[str] = []
        self._has_text: list[bool] = [False]  # for each open element, whether it has words itself
        self._unseen = 0
        self._words: list[str] = []
        self._begun = 1  # the line at which the words begin
        self._break = False
        # Levels of open notes, and the words around them.
        self._outside: list[tuple[int, list[str], int]] = []
        self._notes: list[tuple[str, int]] = []  # these stand in a line, and follow it
        # The level of an open superscript, and where it begins among the words.
        self._raised = (0, 0)
        self._heading = 0  # the level of the open element whose text is a heading
        self._person: list[str] = []  # the parts of a name

    def read(self, text: str) -> str:
        """Read the whole text. Return why it stopped, or ""."""
        parser = self._parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.DefaultHandler = lambda data: None  # so that entities are not expanded
        try:
            # A declared encoding belongs to the bytes, but the text is already decoded.
            text = (
                _DECLARATION.sub(lambda m: " " * len(m[0]), text[:1000], count=1).lstrip("\ufeff")
                + text[1000:]
            )
            blank = len(text) - len(text.lstrip())
            self._offset = text.count("\n", 0, blank)
            parser.Parse(text[blank:].encode("utf-8", "replace"), True)
        except (expat.ExpatError, ValueError):
            self.line = self._here
            self._flush()
            return "broken XML"
        self._flush()
        return ""

    @property
    def _here(self) -> int:
        """The line that the parser has come to."""
        return self._parser.CurrentLineNumber + self._offset

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2].lower()
        if name == "style" and "face" in attributes:  # EndNote's words, not a style sheet
            name = "span"
        self._names.append(name)
        self._root = self._root or name
        if len(self._names) > _MOST_LEVELS:
            raise ValueError
        if not self._has_text[-1]:
            self._break = True
        self._has_text.append(self._has_text[-1] and name in _INLINE)
        is_wiki = name in _WIKI_UNSEEN and self._root == _WIKI
        if self._unseen or is_wiki or name in _UNSEEN or attributes.get("encoding") == "base64":
            self._unseen += 1
            return
        if name in _NOTES and self._words and not self._break:
            self._outside.append((len(self._names), self._words, self._begun))
            self._words = []
        elif (
            name in _RAISED
            or attributes.get("ref-type") in _RAISED
            or (name == "a" and attributes.get("type") in _NOTES)
        ):
            self._raised = (len(self._names), len(self._words))
        elif name in _LINE_ENDS and attributes.get("break") != "no":
            self._text(" ")
        if name in _HEADINGS and not (self._heading and self._words):
            self._flush()
            self._heading = len(self._names)  # of a head with a title inside, the title
        said = ""
        for key, value in attributes.items():
            name = key.rpartition(" ")[2].lower()
            if name not in _SEEN_ATTRIBUTES or value == said or not _WORD.search(value):
                continue
            said = value  # `text` and `title` of an outline are often the same
            self._break = True
            self._text(" ".join(value.split()))
            self._has_text[-1] = False
            self._break = True

    def _end(self, tag: str) -> None:
        level, name = len(self._names), self._names.pop()
        has_text = self._has_text.pop()
        if self._unseen:
            self._unseen -= 1
            return
        if self._raised[0] == level:
            linked = name == "a" or "xref" in (name, *self._names[-1:])
            self._end_raised(self._raised[1], linked=linked)
        if self._outside and self._outside[-1][0] == level:
            self._flush()
            _, self._words, self._begun = self._outside.pop()
            return
        if has_text and name in _MARKED:
            self._has_text[-1] = True
        if not self._has_text[-1]:
            self._break = True
        if has_text and name in _NAMES and not _PEOPLE.isdisjoint(self._names):
            self._person.append(self._fact())
        if self._heading == level:
            self._heading = 0
            heading = " ".join(self._shown("".join(self._words)).split())
            self._page = heading
            self.title = self.title or heading
            self.out.section(heading)
            self._flush()
        elif name in _FACTS and (has_text or (name in _PEOPLE and self._person)):
            said = self._fact() if has_text else " ".join(" ".join(self._person).split())
            self.facts.setdefault(_FACTS[name], said)
            self._person = []

    def _fact(self) -> str:
        """Return the words before the end of an element that states a fact."""
        return " ".join("".join(self._words[-_FACT_PIECES:]).split())

    def _end_raised(self, start: int, *, linked: bool) -> None:
        """Set the number of a note apart from the word before it."""
        before, raised = word_before(self._words, start), "".join(self._words[start:])
        if before and (note := as_note(before, raised, linked)):
            self._words[start:] = [note]
        self._raised = (0, 0)

    def _text(self, data: str) -> None:
        if self._unseen:
            return
        if data and not data.isspace():
            if self._break and self._heading:  # a heading of several elements is one line
                self._words += " " if self._words else ()
                self._break = False
            elif self._break:
                self._flush()
            self._has_text[-1] = True
            if not self._words:
                # The parser gives a text when it is at its end.
                self._begun = max(1, self._here - data.count("\n"))
        if self._words or not data.isspace():
            self._words.append(data)

    def _shown(self, text: str) -> str:
        """Return a text without tags of HTML or marks of a wiki. In a feed it may be HTML without a tag."""
        if self._root == _WIKI:
            return in_mediawiki(text)
        if self._root == "resources":  # of Android, where apostrophes are escaped
            return text.replace("\\'", "'").replace('\\"', '"').replace("\\n", " ")
        if _HTML.search(text):
            return markup.without_tags(text)
        is_feed = "&" in text and self._root in _FEEDS
        return markup.unescaped(text) if is_feed else text

    def _flush(self) -> None:
        """Add the collected words as a line of the text."""
        text = "".join(self._words)
        begun = self._begun + text[: len(text) - len(text.lstrip())].count("\n")
        shown = self._shown(text.strip()).rstrip()
        lines = shown.split("\n") if _PARAGRAPHS.search(shown) else [shown]
        if words := "\n".join([" ".join(line.split()) for line in lines]):
            self._notes.insert(0 if not self._outside else len(self._notes), (words, begun))
        self._words, self._break = [], False
        if not self._outside:
            for words, line in self._notes:
                self._add(words, line)
            self._notes.clear()

    def _add(self, words: str, line: int) -> None:
        """Add a text, with a section for each heading in the text of a wiki."""
        for number, said in enumerate(words.split("\n"), line):
            if "=" in said and self._root == _WIKI and (heading := HEADING.fullmatch(said)):
                self.out.section(f"{self._page} › {heading[2]}")
            self.out.add_lines(
                said, min(number, self._here)
            )  # not every line end in a text is one of the file
