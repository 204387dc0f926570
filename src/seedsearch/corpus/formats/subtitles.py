"""Read subtitles (SubRip, WebVTT, SubStation Alpha) and lyrics (LRC): the words, without numbers and times.

The time is a passage's heading.
"""

from __future__ import annotations

import re

from seedsearch.corpus.decode import decode
from seedsearch.corpus.formats import text as plain_text
from seedsearch.corpus.formats.document_builder import Lined
from seedsearch.corpus.formats.markup import unescaped
from seedsearch.corpus.found import Extracted
from seedsearch.model import SourceFile

MEDIA_TYPE = "text/x-subtitles"
# YouTube has a comma between the times.
_TIME = re.compile(
    r"[ \t]*+((?:\d{1,3}:)?\d{1,2}:\d{2})[.,]\d{1,3}(?:[ \t]*+-->[ \t]*+|,)[\d:.,]++"
)
# A line of dialogue says itself when it is shown; its text is the tenth field, and the fifth is who speaks.
_DIALOGUE = re.compile(r"Dialogue:[^,]*+,[ \t]*+(\d{1,3}:\d{2}:\d{2})[.\d]*+,(?:[^,]*+,){7}(.*+)")
# So does a line of a song (LRC), which may be sung again.
_LYRIC = re.compile(r"(?:\[(\d{1,3}:\d{2})(?:[.:]\d{1,3})?\][ \t]*+)++(.*+)")
_ABOUT = re.compile(r"\[(?:ti|ar|al):[ \t]*+([^\[\]]++)\][ \t]*+\Z")
_NUMBER = re.compile(r"[ \t\ufeff]*+\d{1,7}[ \t]*+\Z")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*+)?[ \t]+([^<>]*+)>")
_MARKS = re.compile(r"<[^<>]*+>|\{[^{}]*+\}")
_ENDS = re.compile(r"[.!?…。！？\"”»)]\Z")
_LEAST_CHARS = 300  # after these a passage ends with the next sentence,
_MOST_CHARS = 1200  # after these it ends at once


def extract(file: SourceFile, data: bytes) -> Extracted:
    """Yield the one document of a file, as plain text if it has no times. Raise Skip if it is blank or not text."""
    out = Lined(file.path, MEDIA_TYPE, decode(data, file.encoding))
    size, times, in_cue, title = 0, 0, False, ""
    lines = [line for _, line in out.source()]
    for number, line in enumerate(lines, 1):
        if time := _TIME.match(line):
            if not size:
                out.section(time[1])
            times += 1
            in_cue = True
            continue
        is_song = line.startswith("[")
        dialogue = _LYRIC.match(line) if is_song else _DIALOGUE.match(line)
        if is_song and (about := _ABOUT.match(line)):
            title = title or about[1]
            out.add_lines(about[1], number)
        if dialogue:
            times += 1
            if not size:
                out.section(dialogue[1])
            line = re.sub(r"\\[nNh]", " ", dialogue[2])
        if not line.strip():
            in_cue = False
        following = lines[number] if number < len(lines) else ""
        if not (in_cue or dialogue) or (_NUMBER.match(line) and _TIME.match(following)):
            continue
        said = unescaped(_MARKS.sub("", _VOICE.sub(r"\1: ", line))).strip()
        if said:
            out.add_lines(said, number)
            size += len(said)
        if size > _MOST_CHARS or (size > _LEAST_CHARS and _ENDS.search(said)):
            size = 0
    if not times:
        yield from plain_text.extract(file, data)
    else:
        yield out.document(title)
