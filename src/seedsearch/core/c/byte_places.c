/* Map characters to bytes of a file in any encoding without states, as corpus/decode.py specifies. */

#include "text.h"

/* Return the size of the UTF-8 sequence at `at`, up to the first byte that does not continue it. `is_whole` says
 * whether it is a character. If not, Python replaces it by one U+FFFD. */
static Py_ssize_t
sequence(const uint8_t *at, const uint8_t *end, int *is_whole)
{
    uint8_t lead = at[0];
    Py_ssize_t size = lead < 0xc2 || lead > 0xf4 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    *is_whole = size > 1 || lead < 0x80;
    for (Py_ssize_t i = 1; i < size; i++) {
        if (at + i == end || at[i] < low || at[i] > high) {
            *is_whole = 0;
            return i;
        }
        low = 0x80;
        high = 0xbf;
    }
    return size;
}

static uint64_t
eight_at(const uint8_t *at)
{
    uint64_t eight;
    memcpy(&eight, at, 8);
    return eight;
}

/* Return whether eight bytes are four characters of two bytes each. */
static int
are_pairs(uint64_t eight)
{
    static const uint8_t KINDS[] = {0xe0, 0xc0, 0xe0, 0xc0, 0xe0, 0xc0, 0xe0, 0xc0}, /* of a lead, and of its trail */
        PAIRS[] = {0xc0, 0x80, 0xc0, 0x80, 0xc0, 0x80, 0xc0, 0x80},
        LONG[] = {0x1e, 0, 0x1e, 0, 0x1e, 0, 0x1e, 0}, /* none of these bits: a shorter form would do */
        FILL[] = {0x7f, 0, 0x7f, 0, 0x7f, 0, 0x7f, 0}, CARRY[] = {0x80, 0, 0x80, 0, 0x80, 0, 0x80, 0};
    return (eight & eight_at(KINDS)) == eight_at(PAIRS)
           && (((eight & eight_at(LONG)) + eight_at(FILL)) & eight_at(CARRY)) == eight_at(CARRY);
}

int
is_utf_8(const uint8_t *at, const uint8_t *end)
{
    int is_whole = 1;
    while (at < end && is_whole) {
        if (end - at >= 8 && !(eight_at(at) & 0x8080808080808080u)) {
            at += 8;
        }
        else if (end - at >= 8 && are_pairs(eight_at(at))) {
            at += 8;
        }
        else if (*at < 0x80) {
            at++;
        }
        else if (*at >= 0xc2 && *at < 0xe0 && end - at >= 2 && (at[1] & 0xc0) == 0x80) {
            at += 2;
        }
        else if (*at > 0xe0 && *at < 0xf0 && *at != 0xed && end - at >= 3 && (at[1] & 0xc0) == 0x80
                 && (at[2] & 0xc0) == 0x80) {
            at += 3;
        }
        else {
            at += sequence(at, end, &is_whole);
        }
    }
    return is_whole;
}

static Py_ssize_t
width(const Source *source, const uint8_t *at)
{
    if (source->counting == REPLACED) {
        int is_whole;
        return sequence(at, source->end, &is_whole);
    }
    Py_ssize_t bytes = source->widths[*at];
    if (bytes == 0) {
        bytes = source->end - at > 1 && at[1] >= '0' && at[1] <= '9' ? 4 : 2;
    }
    return bytes;
}

int
has_characters(const Source *source, Py_ssize_t count)
{
    const uint8_t *at = source->at;
    Py_ssize_t found = 0;
    if (source->counting != REPLACED && source->counting != BY_LEAD) {
        return 1;
    }
    for (; at < source->end; found++) {
        at += width(source, at);
    }
    return at == source->end && found == count;
}

/* Count the characters that have two units in UTF-16. They have four bytes in UTF-8. */
static Py_ssize_t
pairs_in(const uint8_t *at, const uint8_t *end)
{
    Py_ssize_t count = 0;
    for (; at < end; at++) {
        count += *at >= 0xf0;
    }
    return count;
}

Py_ssize_t
byte_of(Source *source, const Place *place)
{
    Py_ssize_t characters = place->character - source->character;
    switch (source->counting) {
    case UTF_8:
        source->at += place->at - source->text;
        break;
    case ONE:
        source->at += characters;
        break;
    case TWO:
        source->at += 2 * (characters + pairs_in(source->text, place->at));
        break;
    case FOUR:
        source->at += 4 * characters;
        break;
    case REPLACED:
    case BY_LEAD:
        for (; characters > 0; characters--) {
            source->at += width(source, source->at);
        }
        break;
    default:
        return -1;
    }
    source->text = place->at;
    source->character = place->character;
    return source->at - source->begin;
}
