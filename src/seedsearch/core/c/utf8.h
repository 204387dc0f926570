/* Characters in UTF-8: stepping, counting, white space. All bytes must be valid UTF-8, but may encode surrogates. */

#pragma once

#include "core.h"

#include <stdint.h>
#include <string.h>

/* A place in a text, with the numbers of characters and of line ends before it. */
typedef struct {
    Py_ssize_t character, line;
    const uint8_t *at;
} Place;

/* Return the code point at a place, and its size in bytes. */
static inline uint32_t
code_point(const uint8_t *at, int *bytes)
{
    uint8_t lead = at[0];
    if (lead < 0x80) {
        *bytes = 1;
        return lead;
    }
    if (lead < 0xe0) {
        *bytes = 2;
        return (uint32_t)(lead & 0x1f) << 6 | (at[1] & 0x3f);
    }
    if (lead < 0xf0) {
        *bytes = 3;
        return (uint32_t)(lead & 0x0f) << 12 | (uint32_t)(at[1] & 0x3f) << 6 | (at[2] & 0x3f);
    }
    *bytes = 4;
    return (uint32_t)(lead & 0x07) << 18 | (uint32_t)(at[1] & 0x3f) << 12 | (uint32_t)(at[2] & 0x3f) << 6
           | (at[3] & 0x3f);
}

/* Return where the character before a place begins. */
static inline const uint8_t *
before(const uint8_t *at)
{
    do {
        at--;
    } while ((*at & 0xc0) == 0x80);
    return at;
}

/* Count the bytes that equal `value` in the bits of `mask`. The count of 255 bytes fits into a byte: so compilers count
 * sixteen bytes at a time. */
static inline Py_ssize_t
count_bytes(const uint8_t *at, const uint8_t *end, uint8_t mask, uint8_t value)
{
    Py_ssize_t count = 0;
    while (at < end) {
        const uint8_t *stop = end - at < 255 ? end : at + 255;
        uint8_t some = 0;
        for (; at < stop; at++) {
            some = (uint8_t)(some + ((*at & mask) == value));
        }
        count += some;
    }
    return count;
}

static inline Py_ssize_t
characters_in(const uint8_t *at, const uint8_t *end)
{
    return end - at - count_bytes(at, end, 0xc0, 0x80);
}

/* Return where a byte stands first, or NULL. */
static inline const uint8_t *
find(const uint8_t *at, const uint8_t *end, uint8_t c)
{
    return at < end ? memchr(at, c, (size_t)(end - at)) : NULL;
}

/* Return how many lines end. */
static inline Py_ssize_t
line_ends_in(const uint8_t *at, const uint8_t *end)
{
    Py_ssize_t count = 0;
    for (; (at = find(at, end, '\n')) != NULL; at++) {
        count++;
    }
    return count;
}

static inline int
is_ascii(const uint8_t *at, const uint8_t *end)
{
    uint8_t all = 0;
    for (; at < end; at++) {
        all |= *at;
    }
    return all < 0x80;
}

/* Return a letter of ASCII in lower case, any other byte as it is. */
static inline uint8_t
in_small(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? c | 32 : c;
}

/* Return whether a character is white space, as `str.isspace` defines it. */
static inline int
is_space(uint32_t code)
{
    if (code < 0x80) {
        return code == ' ' || (code >= '\t' && code <= '\r') || (code >= 0x1c && code <= 0x1f);
    }
    return code == 0x85 || code == 0xa0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x2028
           || code == 0x2029 || code == 0x202f || code == 0x205f || code == 0x3000;
}

static inline int
is_blank(const uint8_t *at, const uint8_t *end)
{
    int bytes;
    while (at < end && is_space(code_point(at, &bytes))) {
        at += bytes;
    }
    return at == end;
}

/* Return the end of the current line. */
static inline const uint8_t *
line_end(const uint8_t *at, const uint8_t *end)
{
    const uint8_t *stop = find(at, end, '\n');
    return stop == NULL ? end : stop;
}

/* Move forward to a place. */
static inline void
skip_to(Place *place, const uint8_t *to)
{
    place->character += characters_in(place->at, to);
    place->line += line_ends_in(place->at, to);
    place->at = to;
}

/* Move forward by `count` characters, or to the end. */
static inline void
skip(Place *place, Py_ssize_t count, const uint8_t *end)
{
    const uint8_t *at = place->at;
    while (count > 0 && at < end) {
        const uint8_t *stop = end - at < count ? end : at + count; /* so many characters at most */
        count -= characters_in(at, stop);
        at = stop;
    }
    while (at < end && (*at & 0xc0) == 0x80) { /* the rest of a character that is already counted */
        at++;
    }
    skip_to(place, at);
}

/* Move to the end of the line. */
static inline void
skip_line(Place *place, const uint8_t *end)
{
    const uint8_t *stop = line_end(place->at, end);
    place->character += characters_in(place->at, stop);
    place->at = stop;
}

static inline void
skip_space(Place *place, const uint8_t *end)
{
    int bytes;
    while (place->at < end && is_space(code_point(place->at, &bytes))) {
        place->line += *place->at == '\n';
        place->at += bytes;
        place->character++;
    }
}

/* Move back over white space. There must be another character before it. */
static inline void
strip(Place *place)
{
    for (;;) {
        const uint8_t *last = before(place->at);
        int bytes;
        if (!is_space(code_point(last, &bytes))) {
            return;
        }
        place->line -= *last == '\n';
        place->at = last;
        place->character--;
    }
}
