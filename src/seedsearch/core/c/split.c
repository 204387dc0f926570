/* Split a text into blocks of paragraphs, which are the passages, as corpus/split.py specifies. */

#include "memory.h"
#include "text.h"

int
add_block(Splitting *splitting, const Block *block)
{
    if (reserve(&splitting->blocks, &splitting->room, splitting->count + 1, sizeof(Block)) < 0) {
        return -1;
    }
    splitting->blocks[splitting->count++] = *block;
    return 0;
}

/* Append a block that no other block can join any more. */
static int
end_passage(Splitting *splitting, const Block *block)
{
    return block->words > splitting->measure->most_words ? divide(splitting, block) : add_block(splitting, block);
}

/* A block that the next one may join. */
typedef struct {
    Block block;
    int is_there;
} Last;

/* Append the last block and keep this one instead, or join the two. */
static int
follow(Splitting *splitting, Last *last, const Block *block, int is_short)
{
    if (last->is_there && is_short && last->block.words + block->words <= splitting->measure->most_words) {
        last->block.words += block->words;
        last->block.end = block->end;
        return 0;
    }
    if (last->is_there && end_passage(splitting, &last->block) < 0) {
        return -1;
    }
    *last = (Last){*block, 1};
    return 0;
}

static int
end_section(Splitting *splitting, const Last *last)
{
    return last->is_there ? end_passage(splitting, &last->block) : 0;
}

/* `_words_in` of split.py. */
static Py_ssize_t
words_in(const uint8_t *at, const uint8_t *end, Py_ssize_t characters)
{
    Py_ssize_t words = count_bytes(at, end, 0xff, ' ') + line_ends_in(at, end) + 1;
    if (characters <= 14 * words) {
        return words;
    }
    Py_ssize_t least = characters / (end - at == characters ? 8 : 2);
    return words > least ? words : least;
}

/* ------------------------------------------------------------------ every line a paragraph */

/* Return whether spaces separate the words. */
static int
is_spaced(const Splitting *splitting, const uint8_t *at, const uint8_t *end, Py_ssize_t characters)
{
    return splitting->is_ascii || count_bytes(at, end, 0xff, ' ') * 14 > characters;
}

/* `_merge_lines` of split.py. */
static int
merge_lines(Splitting *splitting, Place place, const uint8_t *end, int spaced)
{
    const Measure *measure = splitting->measure;
    Py_ssize_t least = spaced ? measure->least_chars : measure->least_chars / 2, sure = spaced ? measure->sure_chars : 0;
    Last last = {0};
    for (;;) {
        skip_space(&place, end);
        if (place.at == end) {
            return end_section(splitting, &last);
        }
        Block block = {.start = place};
        skip(&place, least, end);
        skip_line(&place, end);
        strip(&place);
        block.end = place;
        Py_ssize_t size = place.character - block.start.character;
        block.words = size <= sure ? size / measure->word_chars + 1 : words_in(block.start.at, place.at, size);
        if (follow(splitting, &last, &block, size < least && block.words < measure->least_words) < 0) {
            return -1;
        }
    }
}

/* ------------------------------------------------------------------ wrapped lines */

/* The number of lines of each length in characters, except 0. */
typedef struct {
    Py_ssize_t of[2 * MOST_WRAPPED + 1], filled, all, longest;
} Lines;

/* Count the lines. Return 0 if one has more than `most` characters, as in most texts. */
static int
count_lines(Lines *lines, const uint8_t *at, const uint8_t *end, Py_ssize_t most)
{
    for (;; at++) {
        const uint8_t *stop = line_end(at, end);
        const Py_ssize_t size = characters_in(at, stop);
        if (size > most) {
            return 0;
        }
        lines->longest = size > lines->longest ? size : lines->longest;
        lines->of[size]++;
        lines->filled += size > 0;
        lines->all++;
        if (stop == end) {
            lines->of[0] = 0;
            return 1;
        }
        at = stop;
    }
}

/* Return whether a line has a tab or three spaces in a row. One of three is every third byte. */
static int
has_gap(const uint8_t *line, const uint8_t *end)
{
    for (const uint8_t *at = line + 2; at < end; at += 3) {
        const uint8_t *first = at, *last = at;
        while (*at == ' ' && first > line && first[-1] == ' ') {
            first--;
        }
        while (*at == ' ' && last + 1 < end && last[1] == ' ') {
            last++;
        }
        if (last - first >= 2) {
            return 1;
        }
    }
    return memchr(line, '\t', (size_t)(end - line)) != NULL;
}

/* Return whether a line begins in the middle of a sentence: `_is_read_on` of split.py. */
static int
is_read_on(const uint8_t *at, const uint8_t *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '>')) {
        at++;
    }
    while (end > at && (end[-1] == ' ' || end[-1] == '\t')) {
        end--;
    }
    if (at == end || !(*at >= 0x80 || (*at >= 'a' && *at <= 'z')) || memchr(";{}/", end[-1], 4) != NULL) {
        return 0;
    }
    return !has_gap(at, end);
}

/* Return whether a third of the lines begin in the middle of a sentence: `_reads_on` of split.py. */
static int
reads_on(const uint8_t *at, const uint8_t *end, Py_ssize_t filled)
{
    Py_ssize_t found = 0;
    int has_small = 0;
    for (const uint8_t *line = at;; line++) {
        const uint8_t *stop = line_end(line, end);
        found += is_read_on(line, stop);
        if (3 * found >= filled) {
            return 1;
        }
        for (; line < stop && !has_small; line++) {
            has_small = *line >= 'a' && *line <= 'z';
        }
        line = stop;
        if (stop == end) {
            return !has_small;
        }
    }
}

/* Return the width at which lines are wrapped, or 0 if they are not: `_wrapped_at` of split.py. */
static Py_ssize_t
wrapped_at(const uint8_t *at, const uint8_t *end, Py_ssize_t characters, const Measure *measure)
{
    Lines lines = {0};
    if (!count_lines(&lines, at, end, 2 * measure->line_chars) || characters > measure->line_chars * lines.all
        || lines.filled < measure->least_lines) {
        return 0;
    }
    Py_ssize_t width = 0, seen = 0, near = 0;
    for (; seen <= lines.filled * 9 / 10; width++) { /* the width of the line at nine tenths */
        seen += lines.of[width + 1];
    }
    for (Py_ssize_t size = 1; size <= lines.longest; size++) {
        near += (double)size >= (double)width * 0.7 ? lines.of[size] : 0;
    }
    int wrapped = width >= 24 && width <= measure->line_chars && lines.longest <= 2 * width && 2 * near >= lines.filled;
    return wrapped && reads_on(at, end, lines.filled) ? width : 0;
}

/* Return whether a line ends like a sentence. */
static int
ends_sentence(const uint8_t *line, const uint8_t *end)
{
    while (end > line) {
        int bytes;
        const uint8_t *last = before(end);
        uint32_t code = code_point(last, &bytes);
        if (is_stop(code) || is_wide_stop(code) || code == ':') {
            return 1;
        }
        if (!is_closer(code)) {
            return 0;
        }
        end = last;
    }
    return 0;
}

static int
begins_with_space(const uint8_t *line, const uint8_t *end)
{
    int bytes;
    return line < end && is_space(code_point(line, &bytes));
}

/* Return whether a paragraph ends with a line: `_ends_paragraph` of split.py. The next line ends at `next_end`, NULL if
 * there is none. */
static int
ends_paragraph(const uint8_t *line, const uint8_t *stop, const uint8_t *next_end, Py_ssize_t width)
{
    const uint8_t *next = stop + 1;
    if (next_end == NULL) {
        return 1;
    }
    if (begins_with_space(next, next_end)) {
        if (!begins_with_space(line, stop) || is_blank(next, next_end)) {
            return 1;
        }
    }
    else if (next == next_end) {
        return 1;
    }
    if ((double)characters_in(line, stop) >= (double)width * 0.75) {
        return 0;
    }
    while (stop > line && is_blank(before(stop), stop)) {
        stop = before(stop);
    }
    return ends_sentence(line, stop);
}

/* Paragraphs that become one block: where they begin, and their number of words. */
typedef struct {
    const uint8_t *start; /* NULL if there are none yet */
    Py_ssize_t words;
} Gathered;

/* Make a block of the gathered paragraphs, which end at `end`; `place` is before them, and moves into them. */
static int
end_block_at(Splitting *splitting, Last *last, Gathered *gathered, const uint8_t *end, Place *place)
{
    Block block = {.words = gathered->words};
    skip_to(place, gathered->start);
    *gathered = (Gathered){NULL, 0};
    skip_space(place, end);
    if (place->at == end) {
        return 0;
    }
    block.start = *place;
    skip_to(place, end);
    block.end = *place;
    strip(&block.end);
    return follow(splitting, last, &block, block.words < splitting->measure->least_words);
}

/* `_merge_flow` of split.py for paragraphs of wrapped lines. */
static int
merge_wrapped(Splitting *splitting, Place place, const uint8_t *end, Py_ssize_t width)
{
    Last last = {0};
    Gathered gathered = {NULL, 0};
    const uint8_t *paragraph = place.at, *line = place.at, *stop = line_end(line, end);
    while (stop != NULL) {
        const uint8_t *next_end = stop < end ? line_end(stop + 1, end) : NULL;
        if (ends_paragraph(line, stop, next_end, width)) {
            gathered.start = gathered.start == NULL ? paragraph : gathered.start;
            gathered.words += words_in(paragraph, stop, characters_in(paragraph, stop));
            if ((gathered.words >= splitting->measure->least_words || next_end == NULL)
                && end_block_at(splitting, &last, &gathered, stop, &place) < 0) {
                return -1;
            }
            paragraph = stop + 1;
        }
        line = stop + 1;
        stop = next_end;
    }
    return end_section(splitting, &last);
}

/* `_merge_flow` of split.py for one paragraph. */
static int
take_whole(Splitting *splitting, Place place, const uint8_t *end)
{
    Last last = {0};
    Gathered gathered = {place.at, words_in(place.at, end, characters_in(place.at, end))};
    return end_block_at(splitting, &last, &gathered, end, &place) < 0 ? -1 : end_section(splitting, &last);
}

int
split_section(Splitting *splitting, Place *place, const Stretch *section)
{
    skip(place, section->start - place->character, splitting->end);
    const Place start = *place;
    skip(place, section->end - section->start, splitting->end);
    Py_ssize_t characters = place->character - start.character;
    Py_ssize_t width = wrapped_at(start.at, place->at, characters, splitting->measure);
    splitting->wrapped = width > 0 && !section->whole;
    if (section->whole) {
        return take_whole(splitting, start, place->at);
    }
    if (width) {
        return merge_wrapped(splitting, start, place->at, width);
    }
    return merge_lines(splitting, start, place->at, is_spaced(splitting, start.at, place->at, characters));
}
