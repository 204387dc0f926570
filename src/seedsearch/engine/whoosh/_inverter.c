/* Text in, the columns of a segment out: what `inverting.py` does with NumPy, byte for byte, in C.
 *
 * An Inverter cuts prepared texts (`analysis/prepare.py`: ASCII, with marks for what is not) into terms, numbers these,
 * and keeps every occurrence as two integers until `finish` brings them into the order group, passage, member, position
 * and writes the dictionaries' blocks and the postings' columns. Docs: `_inverter.pyi`, docs/index-format.md.
 *
 * Whatever is read stays inside its buffer: texts are bytes objects, which end with a NUL that is no part of a word,
 * and all other numbers that come from outside are checked before they are used. No other part of seedsearch needs
 * this module, and without it everything works, more slowly.
 */

#define Py_LIMITED_API 0x030b0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TERM 64  /* bytes; analysis/tokenizer.py */
#define MARK 1       /* stands in a text for a piece that is not ASCII; analysis/prepare.py */
#define LANGUAGE ' ' /* stands in a term before the language that it is stemmed by; analysis/stemming.py */
#define NONE UINT32_MAX

#define GROUPS_A_BLOCK 128 /* dictionary.py */
#define TERMS_A_BLOCK 256

/* How passage, member and position are packed into one number. */
#define POSITION_BITS 28
#define MEMBER_BITS 20
#define MAX_PASSAGES 65536
#define PACK(doc, member, position) \
    ((uint64_t)(doc) << (MEMBER_BITS + POSITION_BITS) | (uint64_t)(member) << POSITION_BITS | (position))
#define DOC_OF(key) ((uint32_t)((key) >> (MEMBER_BITS + POSITION_BITS)))
#define MEMBER_OF(key) ((uint32_t)((key) >> POSITION_BITS) & ((1u << MEMBER_BITS) - 1))
#define POSITION_OF(key) ((uint32_t)(key) & ((1u << POSITION_BITS) - 1))

/* ------------------------------------------------------------------ memory that grows */

static int
no_memory(void)
{
    PyErr_NoMemory();
    return -1;
}

static int
too_large(const char *what)
{
    PyErr_Format(PyExc_OverflowError, "too many %s for one segment", what);
    return -1;
}

/* Make room for `need` items of `size` bytes each. */
static int
reserve(void *array, size_t *room, size_t need, size_t size)
{
    void **data = array;
    if (need <= *room) {
        return 0;
    }
    size_t wanted = *room + *room / 2 + 64;
    wanted = wanted < need ? need : wanted;
    if (wanted > PY_SSIZE_T_MAX / size) {
        return no_memory();
    }
    void *moved = realloc(*data, wanted * size);
    if (moved == NULL) {
        return no_memory();
    }
    *data = moved;
    *room = wanted;
    return 0;
}

/* Zeroed memory for `count` items; at least one, so that NULL is always a failure. */
static void *
zeroed(size_t count, size_t size)
{
    void *data = calloc(count ? count : 1, size);
    if (data == NULL) {
        PyErr_NoMemory();
    }
    return data;
}

typedef struct {
    uint8_t *data;
    size_t used, room;
} Bytes;

static int
put(Bytes *bytes, const void *data, size_t size)
{
    if (reserve(&bytes->data, &bytes->room, bytes->used + size, 1) < 0) {
        return -1;
    }
    if (size) {
        memcpy(bytes->data + bytes->used, data, size);
    }
    bytes->used += size;
    return 0;
}

static int
put_byte(Bytes *bytes, uint8_t value)
{
    return put(bytes, &value, 1);
}

static int
put_int(Bytes *bytes, uint32_t value)
{
    return put(bytes, &value, sizeof value);
}

static PyObject *
as_object(const Bytes *bytes)
{
    return PyBytes_FromStringAndSize(bytes->used ? (const char *)bytes->data : "", (Py_ssize_t)bytes->used);
}

/* Append to a list, and let go of the object. */
static int
append(PyObject *list, PyObject *object)
{
    if (object == NULL) {
        return -1;
    }
    int failed = PyList_Append(list, object);
    Py_DECREF(object);
    return failed;
}

/* Put into a dict, and let go of the object. */
static int
set(PyObject *dict, const char *key, PyObject *object)
{
    if (object == NULL) {
        return -1;
    }
    int failed = PyDict_SetItemString(dict, key, object);
    Py_DECREF(object);
    return failed;
}

/* ------------------------------------------------------------------ strings by number */

typedef struct {
    uint64_t beginning; /* its first eight bytes */
    uint32_t number;    /* of the string, and one; 0 where the slot is free */
    uint32_t size;      /* bytes */
} Slot;

typedef struct {
    Slot *slots;
    size_t mask; /* number of slots, less one */
    Bytes text;  /* all strings, end to end */
    size_t *ends;
    size_t ends_room;
    uint32_t count;
} Strings;

/* Up to eight bytes as one integer; parts that overlap bring the same bits. No byte beyond `size` is read. */
static uint64_t
load(const uint8_t *bytes, size_t size)
{
    if (size >= 8) {
        uint64_t value;
        memcpy(&value, bytes, 8);
        return value;
    }
    if (size >= 4) {
        uint32_t low, high;
        memcpy(&low, bytes, 4);
        memcpy(&high, bytes + size - 4, 4);
        return low | (uint64_t)high << 8 * (size - 4);
    }
    if (size == 0) {
        return 0;
    }
    return bytes[0] | (uint64_t)bytes[size / 2] << 8 * (size / 2) | (uint64_t)bytes[size - 1] << 8 * (size - 1);
}

static size_t
hash_of(const uint8_t *bytes, size_t size)
{
    uint64_t hash = size * 0x9E3779B97F4A7C15u;
    while (size > 8) {
        hash = (hash ^ load(bytes, 8)) * 0xC2B2AE3D27D4EB4Fu;
        hash ^= hash >> 29;
        bytes += 8;
        size -= 8;
    }
    hash = (hash ^ load(bytes, size)) * 0xC2B2AE3D27D4EB4Fu;
    return (size_t)(hash ^ hash >> 32);
}

static const uint8_t *
string_at(const Strings *strings, uint32_t number, size_t *size)
{
    size_t start = number ? strings->ends[number - 1] : 0;
    *size = strings->ends[number] - start;
    return strings->text.data + start;
}

static int
more_slots(Strings *strings)
{
    size_t count = strings->slots == NULL ? 1 << 15 : 4 * (strings->mask + 1);
    Slot *slots = zeroed(count, sizeof(Slot));
    if (slots == NULL) {
        return -1;
    }
    for (uint32_t number = 0; number < strings->count; number++) {
        size_t size;
        const uint8_t *bytes = string_at(strings, number, &size);
        size_t at = hash_of(bytes, size) & (count - 1);
        while (slots[at].number) {
            at = (at + 1) & (count - 1);
        }
        slots[at] = (Slot){load(bytes, size), number + 1, (uint32_t)size};
    }
    free(strings->slots);
    strings->slots = slots;
    strings->mask = count - 1;
    return 0;
}

/* The number of a string, which it gets when it is new; NONE, and an exception, when that fails. */
static uint32_t
number_of(Strings *strings, const uint8_t *bytes, size_t size)
{
    if (strings->slots == NULL || strings->count >= strings->mask / 2) {
        if (more_slots(strings) < 0) {
            return NONE;
        }
    }
    uint64_t beginning = load(bytes, size);
    size_t at = hash_of(bytes, size) & strings->mask;
    for (const Slot *slot; (slot = &strings->slots[at])->number; at = (at + 1) & strings->mask) {
        if (slot->beginning == beginning && slot->size == size) {
            size_t same;
            if (size <= 8 || memcmp(string_at(strings, slot->number - 1, &same) + 8, bytes + 8, size - 8) == 0) {
                return slot->number - 1;
            }
        }
    }
    if (strings->count == NONE - 1 || size > UINT32_MAX) {
        too_large("terms");
        return NONE;
    }
    if (put(&strings->text, bytes, size) < 0
        || reserve(&strings->ends, &strings->ends_room, (size_t)strings->count + 1, sizeof(size_t)) < 0) {
        return NONE;
    }
    strings->ends[strings->count] = strings->text.used;
    strings->slots[at] = (Slot){beginning, ++strings->count, (uint32_t)size};
    return strings->count - 1;
}

static void
free_strings(Strings *strings)
{
    free(strings->slots);
    free(strings->text.data);
    free(strings->ends);
}

/* ------------------------------------------------------------------ occurrences */

/* Every occurrence of a term in the bodies, or in the titles, in the order of the passages. */
typedef struct {
    uint32_t *term;
    uint32_t *position;
    size_t term_room, position_room, count;
    uint32_t *doc;  /* the passage of each text */
    size_t *end;    /* where its occurrences end */
    size_t doc_room, end_room, texts;
} Field;

typedef struct {
    PyObject_HEAD
    PyObject *marker; /* called with a term and a language's number: the term as that language has it, or None */
    Strings terms, stems;
    uint32_t *stem; /* of each term: the number of its stem */
    size_t stem_room;
    uint32_t stemmed; /* terms that have one */
    uint32_t *marked[256]; /* by language: the number of each term there, NONE where that is not known yet */
    size_t marked_room[256];
    Field body, title;
    int busy; /* a call is at work, or has failed half way */
} Inverter;

static int
room_for(Field *field, size_t more)
{
    return reserve(&field->term, &field->term_room, field->count + more, sizeof(uint32_t))
               || reserve(&field->position, &field->position_room, field->count + more, sizeof(uint32_t))
               ? -1
               : 0;
}

/* The number of a term in texts of a language; NONE, and an exception, where that fails. */
static uint32_t
in_language(Inverter *self, uint32_t term, uint8_t language)
{
    size_t known = self->marked_room[language];
    if (term >= known) {
        if (reserve(&self->marked[language], &self->marked_room[language], (size_t)self->terms.count + 1,
                    sizeof(uint32_t)) < 0) {
            return NONE;
        }
        size_t added = self->marked_room[language] - known;
        memset(self->marked[language] + known, 0xff, added * sizeof(uint32_t));
    }
    if (self->marked[language][term] != NONE) {
        return self->marked[language][term];
    }
    size_t size;
    const uint8_t *bytes = string_at(&self->terms, term, &size);
    PyObject *found = PyObject_CallFunction(self->marker, "y#i", (const char *)bytes, (Py_ssize_t)size, (int)language);
    uint32_t number = term;
    if (found == NULL) {
        return NONE;
    }
    if (found != Py_None) {
        char *data;
        Py_ssize_t length;
        if (PyBytes_AsStringAndSize(found, &data, &length) < 0) {
            Py_DECREF(found);
            return NONE;
        }
        number = number_of(&self->terms, (const uint8_t *)data, (size_t)length);
    }
    Py_DECREF(found);
    if (number != NONE) {
        self->marked[language][term] = number;
    }
    return number;
}

/* Add an occurrence, for which there is room. */
static int
occurs(Inverter *self, Field *field, uint32_t term, uint32_t position, uint8_t language)
{
    if (language && term != NONE) {
        term = in_language(self, term, language);
    }
    if (term == NONE) {
        return -1;
    }
    field->term[field->count] = term;
    field->position[field->count++] = position;
    return 0;
}

/* ------------------------------------------------------------------ texts to terms */

/* Letters and digits in lower case, everything else zero. */
static const uint8_t LOWER[256] = {
    ['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4', ['5'] = '5', ['6'] = '6', ['7'] = '7',
    ['8'] = '8', ['9'] = '9', ['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd', ['e'] = 'e', ['f'] = 'f',
    ['g'] = 'g', ['h'] = 'h', ['i'] = 'i', ['j'] = 'j', ['k'] = 'k', ['l'] = 'l', ['m'] = 'm', ['n'] = 'n',
    ['o'] = 'o', ['p'] = 'p', ['q'] = 'q', ['r'] = 'r', ['s'] = 's', ['t'] = 't', ['u'] = 'u', ['v'] = 'v',
    ['w'] = 'w', ['x'] = 'x', ['y'] = 'y', ['z'] = 'z', ['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd',
    ['E'] = 'e', ['F'] = 'f', ['G'] = 'g', ['H'] = 'h', ['I'] = 'i', ['J'] = 'j', ['K'] = 'k', ['L'] = 'l',
    ['M'] = 'm', ['N'] = 'n', ['O'] = 'o', ['P'] = 'p', ['Q'] = 'q', ['R'] = 'r', ['S'] = 's', ['T'] = 't',
    ['U'] = 'u', ['V'] = 'v', ['W'] = 'w', ['X'] = 'x', ['Y'] = 'y', ['Z'] = 'z',
};

#define IS_LOWER(c) ((c) >= 'a' && (c) <= 'z')
#define IS_UPPER(c) ((c) >= 'A' && (c) <= 'Z')
#define IS_JOINER(c) ((c) == '-' || (c) == '_' || (c) == '.')

/* Whether a hump of camelCase begins at `at`, inside a word. Reads on only behind what is no NUL. */
static int
is_hump(const uint8_t *at)
{
    if (!IS_UPPER(at[0])) {
        return 0;
    }
    return IS_LOWER(at[-1]) || (IS_UPPER(at[-1]) && IS_LOWER(at[1]) && IS_LOWER(at[2]));
}

/* Add the occurrences of a chain: one word, or words that are joined. Moves `at` behind it and counts positions. */
static int
take_chain(Inverter *self, Field *field, const uint8_t **at, uint32_t *position, uint8_t language)
{
    uint8_t whole[MAX_TERM];
    size_t length = 0; /* of the whole; what is beyond MAX_TERM is counted, not kept */
    int words = 0, has_letters = 0;
    uint32_t first = *position;
    const uint8_t *here = *at;
    for (;;) {
        size_t start = length, kept;
        const uint8_t *begin = here;
        do {
            uint8_t letter = LOWER[*here++];
            has_letters |= letter > '9';
            if (length < MAX_TERM) {
                whole[length] = letter;
            }
            length++;
        } while (LOWER[*here] && !is_hump(here));
        kept = length - start;
        if (words == 0 && kept <= MAX_TERM) { /* nearly always */
            words = occurs(self, field, number_of(&self->terms, whole, kept), *position, language) < 0 ? -1 : 1;
        }
        else {
            uint8_t word[MAX_TERM];
            kept = kept < MAX_TERM ? kept : MAX_TERM;
            for (size_t i = 0; i < kept; i++) {
                word[i] = LOWER[begin[i]];
            }
            int failed = occurs(self, field, number_of(&self->terms, word, kept), *position, language);
            words = failed < 0 ? -1 : words + 1;
        }
        if (words < 0) {
            return -1;
        }
        ++*position;
        if (LOWER[*here]) {
            continue; /* a hump */
        }
        if (!IS_JOINER(*here) || !LOWER[here[1]]) {
            break;
        }
        here++;
    }
    *at = here;
    if (words > 1 && has_letters && length <= MAX_TERM) {
        return occurs(self, field, number_of(&self->terms, whole, length), first, language);
    }
    return 0;
}

/* A buffer of integers that an item of a tuple holds. */
static int
integers(PyObject *tuple, Py_ssize_t at, const uint8_t **data, size_t *count)
{
    char *bytes;
    Py_ssize_t size;
    PyObject *item = PyTuple_GetItem(tuple, at);
    if (item == NULL || PyBytes_AsStringAndSize(item, &bytes, &size) < 0) {
        return -1;
    }
    *data = (const uint8_t *)bytes;
    *count = (size_t)size / sizeof(uint32_t);
    return 0;
}

static uint32_t
integer_at(const uint8_t *data, size_t at)
{
    uint32_t value;
    memcpy(&value, data + at * sizeof value, sizeof value);
    return value;
}

/* Add the occurrences of a piece that is not ASCII: (positions it takes, its terms, their positions in it). */
static int
take_piece(Inverter *self, Field *field, PyObject *piece, uint32_t *position, uint8_t language)
{
    const uint8_t *terms, *places;
    size_t count, others;
    if (piece == NULL || !PyTuple_Check(piece) || PyTuple_Size(piece) != 3) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_TypeError, "a piece is a tuple of three");
        }
        return -1;
    }
    unsigned long width = PyLong_AsUnsignedLong(PyTuple_GetItem(piece, 0));
    if (PyErr_Occurred() || integers(piece, 1, &terms, &count) < 0 || integers(piece, 2, &places, &others) < 0) {
        return -1;
    }
    if (count != others || width > UINT32_MAX / 2) {
        PyErr_SetString(PyExc_ValueError, "a piece whose parts do not fit together");
        return -1;
    }
    if (room_for(field, count) < 0) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t term = integer_at(terms, i), place = integer_at(places, i);
        if (term >= self->terms.count || place >= width) {
            PyErr_SetString(PyExc_ValueError, "a piece with a number that nothing has");
            return -1;
        }
        if (occurs(self, field, term, *position + place, language) < 0) {
            return -1;
        }
    }
    *position += (uint32_t)width;
    return 0;
}

/* Add a text; says how many positions it has, or -1. */
static int64_t
take_text(Inverter *self, Field *field, PyObject *text, PyObject *pieces, Py_ssize_t *piece, uint8_t language)
{
    char *data;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(text, &data, &size) < 0) {
        return -1;
    }
    const uint8_t *at = (const uint8_t *)data, *end = at + size;
    uint32_t position = 0;
    if ((uint64_t)size >= 1u << POSITION_BITS) {
        return too_large("positions");
    }
    /* A word and what joins it to the next have two bytes, and a compound of two words has three terms. */
    if (room_for(field, (size_t)size + (size_t)size / 2 + 2) < 0) {
        return -1;
    }
    while (at < end) {
        if (LOWER[*at]) {
            if (take_chain(self, field, &at, &position, language) < 0) {
                return -1;
            }
        }
        else if (*at++ == MARK) {
            if (take_piece(self, field, PyList_GetItem(pieces, (*piece)++), &position, language) < 0
                || room_for(field, (size_t)(end - at) + (size_t)(end - at) / 2 + 2) < 0) {
                return -1;
            }
        }
        if (position >= 1u << POSITION_BITS) {
            return too_large("positions");
        }
    }
    return position;
}

/* Add texts to a field, and say how many positions each has: bytes of uint32. `docs` has their passages. */
static PyObject *
take_texts(Inverter *self, Field *field, PyObject *texts, PyObject *pieces, const uint8_t *languages,
           Py_ssize_t language_count, const uint32_t *docs)
{
    Py_ssize_t count = PyList_Size(texts), piece = 0;
    Bytes lengths = {0};
    PyObject *result = NULL;
    if (count < 0) {
        return NULL;
    }
    if (self->busy || count != language_count) {
        PyErr_SetString(PyExc_ValueError, self->busy ? "texts are half added" : "each text needs a language");
        return NULL;
    }
    self->busy = 1;
    for (Py_ssize_t i = 0; i < count; i++) {
        uint32_t doc = docs ? docs[i] : (uint32_t)field->texts;
        if (doc >= MAX_PASSAGES || (field->texts && doc <= field->doc[field->texts - 1])) {
            PyErr_SetString(PyExc_ValueError, "passages must ascend, and be few enough");
            goto done;
        }
        int64_t positions = take_text(self, field, PyList_GetItem(texts, i), pieces, &piece, languages[i]);
        if (positions < 0 || put_int(&lengths, (uint32_t)positions) < 0
            || reserve(&field->doc, &field->doc_room, field->texts + 1, sizeof(uint32_t)) < 0
            || reserve(&field->end, &field->end_room, field->texts + 1, sizeof(size_t)) < 0) {
            goto done;
        }
        field->doc[field->texts] = doc;
        field->end[field->texts++] = field->count;
    }
    if (piece != PyList_Size(pieces)) {
        PyErr_SetString(PyExc_ValueError, "as many pieces as marks");
        goto done;
    }
    self->busy = 0;
    result = as_object(&lengths);
done:
    free(lengths.data);
    return result;
}

/* ------------------------------------------------------------------ terms and groups in order */

typedef struct {
    uint64_t beginning; /* first eight bytes, the first one highest */
    const uint8_t *bytes;
    uint32_t size;
    uint32_t number;
} Key;

static int
by_bytes(const void *a, const void *b)
{
    const Key *one = a, *other = b;
    if (one->beginning != other->beginning) {
        return one->beginning < other->beginning ? -1 : 1;
    }
    uint32_t least = one->size < other->size ? one->size : other->size;
    int order = least > 8 ? memcmp(one->bytes + 8, other->bytes + 8, least - 8) : 0;
    if (order) {
        return order;
    }
    return one->size < other->size ? -1 : one->size > other->size;
}

/* The strings that are wanted, in the order of their bytes. */
static Key *
sorted_keys(const Strings *strings, const uint8_t *wanted, size_t *count)
{
    size_t total = 0;
    for (uint32_t i = 0; i < strings->count; i++) {
        total += wanted[i] != 0;
    }
    Key *keys = zeroed(total, sizeof(Key));
    if (keys == NULL) {
        return NULL;
    }
    *count = 0;
    for (uint32_t i = 0; i < strings->count; i++) {
        if (wanted[i]) {
            size_t size;
            const uint8_t *bytes = string_at(strings, i, &size);
            uint64_t beginning = 0;
            for (size_t j = 0; j < 8; j++) {
                beginning = beginning << 8 | (j < size ? bytes[j] : 0);
            }
            keys[(*count)++] = (Key){beginning, bytes, (uint32_t)size, i};
        }
    }
    qsort(keys, total, sizeof(Key), by_bytes);
    return keys;
}

/* A field's terms and groups. Groups are numbered in the order of their stems, members in that of their bytes. */
typedef struct {
    uint32_t groups, terms;
    uint32_t *group;      /* by term's number: its group, NONE where it does not occur here */
    uint32_t *member;     /* by term's number: which member of its group it is */
    uint32_t *group_of;   /* by stem's number: its group */
    uint32_t *stem;       /* of each group */
    uint32_t *ordered;    /* the terms' numbers, by their bytes */
    uint32_t *by_group;   /* the terms' numbers, by group and member */
    uint32_t *first;      /* of each group, its first in by_group; and the number of terms */
    size_t *start;        /* of each group, its first occurrence; and the number of these */
    uint32_t *df, *extra; /* by group */
    uint32_t *term_df, *term_cf, *term_extra; /* as by_group */
    uint64_t *keys;       /* passage, member and position of each occurrence, in order */
} Inverted;

static void
free_inverted(Inverted *own)
{
    void *all[] = {own->group, own->member, own->group_of, own->stem, own->ordered, own->by_group, own->first,
                   own->start, own->df, own->extra, own->term_df, own->term_cf, own->term_extra, own->keys};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        free(all[i]);
    }
}

/* Number the groups and members of a field, of all terms and stems in order. `used` says which terms occur. */
static int
arrange(const Inverter *self, Inverted *own, const Key *terms, size_t term_count, const Key *stems, size_t stem_count,
        const uint8_t *used, uint8_t bit)
{
    uint32_t terms_here = 0, groups = 0;
    own->group = zeroed(self->terms.count, sizeof(uint32_t));
    own->member = zeroed(self->terms.count, sizeof(uint32_t));
    own->group_of = zeroed(self->stems.count, sizeof(uint32_t));
    own->stem = zeroed(stem_count, sizeof(uint32_t));
    own->ordered = zeroed(term_count, sizeof(uint32_t));
    own->by_group = zeroed(term_count, sizeof(uint32_t));
    if (!own->group || !own->member || !own->group_of || !own->stem || !own->ordered || !own->by_group) {
        return -1;
    }
    for (size_t i = 0; i < term_count; i++) {
        if (used[terms[i].number] & bit) {
            own->ordered[terms_here++] = terms[i].number;
            own->group_of[self->stem[terms[i].number]]++; /* its size, for now */
        }
    }
    for (size_t i = 0; i < stem_count; i++) {
        groups += own->group_of[stems[i].number] != 0;
    }
    own->first = zeroed((size_t)groups + 1, sizeof(uint32_t));
    uint32_t *next = zeroed(groups, sizeof(uint32_t));
    if (own->first == NULL || next == NULL) {
        free(next);
        return -1;
    }
    for (size_t i = 0; i < stem_count; i++) {
        uint32_t stem = stems[i].number, size = own->group_of[stem];
        own->group_of[stem] = NONE;
        if (size) {
            own->first[own->groups + 1] = own->first[own->groups] + size;
            own->stem[own->groups] = stem;
            own->group_of[stem] = own->groups++;
        }
    }
    memset(own->group, 0xff, (size_t)self->terms.count * sizeof(uint32_t));
    for (uint32_t i = 0; i < terms_here; i++) {
        uint32_t term = own->ordered[i], group = own->group_of[self->stem[term]];
        own->group[term] = group;
        own->member[term] = next[group]++;
        own->by_group[own->first[group] + own->member[term]] = term;
    }
    own->terms = terms_here;
    free(next);
    for (uint32_t group = 0; group < groups; group++) {
        if (own->first[group + 1] - own->first[group] >= 1u << MEMBER_BITS) {
            return too_large("forms of a word");
        }
    }
    return 0;
}

static int
by_value(const void *a, const void *b)
{
    uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
    return one < other ? -1 : one > other;
}

/* Bring the members of each passage into order: all else is in order already. */
static void
settle(uint64_t *keys, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (keys[i] >= keys[i - 1]) {
            continue;
        }
        /* Out of order only inside its passage. */
        size_t low = i, high = i + 1;
        while (low > 0 && DOC_OF(keys[low - 1]) == DOC_OF(keys[i])) {
            low--;
        }
        while (high < count && DOC_OF(keys[high]) == DOC_OF(keys[i])) {
            high++;
        }
        qsort(keys + low, high - low, sizeof(uint64_t), by_value);
        i = high - 1;
    }
}

/* Put a field's occurrences into the order group, passage, member, position, and count. */
static int
invert(const Field *field, Inverted *own)
{
    own->start = zeroed((size_t)own->groups + 2, sizeof(size_t));
    own->keys = zeroed(field->count, sizeof(uint64_t));
    own->df = zeroed(own->groups, sizeof(uint32_t));
    own->extra = zeroed(own->groups, sizeof(uint32_t));
    own->term_df = zeroed(own->terms, sizeof(uint32_t));
    own->term_cf = zeroed(own->terms, sizeof(uint32_t));
    own->term_extra = zeroed(own->terms, sizeof(uint32_t));
    if (!own->start || !own->keys || !own->df || !own->extra || !own->term_df || !own->term_cf || !own->term_extra) {
        return -1;
    }
    for (size_t i = 0; i < field->count; i++) {
        own->start[own->group[field->term[i]] + 2]++;
    }
    for (uint32_t group = 1; group < own->groups + 1; group++) {
        own->start[group + 1] += own->start[group];
    }
    size_t at = 0;
    for (size_t text = 0; text < field->texts; text++) {
        uint32_t doc = field->doc[text];
        for (; at < field->end[text]; at++) {
            uint32_t term = field->term[at];
            own->keys[own->start[own->group[term] + 1]++] = PACK(doc, own->member[term], field->position[at]);
        }
    }
    /* `start` has moved on by one group each: it is now where the group begins. */
    for (uint32_t group = 0; group < own->groups; group++) {
        uint64_t *keys = own->keys + own->start[group];
        size_t count = own->start[group + 1] - own->start[group];
        uint32_t first = own->first[group];
        if (own->first[group + 1] - first > 1) {
            settle(keys, count);
        }
        uint64_t doc = UINT64_MAX, unit = UINT64_MAX;
        for (size_t i = 0; i < count; i++) {
            uint64_t new_doc = keys[i] >> (MEMBER_BITS + POSITION_BITS), new_unit = keys[i] >> POSITION_BITS;
            uint32_t member = first + MEMBER_OF(keys[i]);
            own->df[group] += new_doc != doc;
            own->term_df[member] += new_unit != unit;
            own->term_cf[member]++;
            doc = new_doc;
            unit = new_unit;
        }
    }
    return 0;
}

/* Whether a sorted array has a number that begins with that of `wanted`, the lowest `bits` bits apart. */
static int
has(const uint64_t *keys, size_t count, uint64_t wanted, int bits)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (keys[middle] < wanted) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    return low < count && keys[low] >> bits == wanted >> bits;
}

/* Count, for the groups and terms of titles, the passages that have them in the title and not in the body. */
static void
count_extras(const Inverted *body, Inverted *title)
{
    for (uint32_t group = 0; group < title->groups; group++) {
        uint32_t first = title->first[group], there = body->group_of[title->stem[group]];
        const uint64_t *keys = there == NONE ? NULL : body->keys + body->start[there];
        size_t count = there == NONE ? 0 : body->start[there + 1] - body->start[there];
        uint64_t doc = UINT64_MAX, unit = UINT64_MAX;
        for (size_t i = title->start[group]; i < title->start[group + 1]; i++) {
            uint64_t key = title->keys[i];
            if (key >> (MEMBER_BITS + POSITION_BITS) != doc) {
                doc = key >> (MEMBER_BITS + POSITION_BITS);
                title->extra[group] += !has(keys, count, PACK(doc, 0, 0), MEMBER_BITS + POSITION_BITS);
            }
            if (key >> POSITION_BITS != unit) {
                uint32_t place = first + MEMBER_OF(key), term = title->by_group[place];
                unit = key >> POSITION_BITS;
                title->term_extra[place] +=
                    body->group[term] == NONE || !has(keys, count, PACK(doc, body->member[term], 0), POSITION_BITS);
            }
        }
    }
}

/* ------------------------------------------------------------------ columns */

/* A column of bytes; the few numbers above 255 stand in `over` and `high` too (docs/index-format.md). */
typedef struct {
    Bytes low, over, high;
} Small;

/* Add a number, for which `low` has room. */
static int
put_small(Small *column, uint32_t value)
{
    if (value > 255 && (put_int(&column->over, (uint32_t)column->low.used) < 0 || put_int(&column->high, value >> 8) < 0)) {
        return -1;
    }
    column->low.data[column->low.used++] = (uint8_t)value;
    return 0;
}

static PyObject *
small_as_object(const Small *column)
{
    PyObject *low = as_object(&column->low), *over = as_object(&column->over), *high = as_object(&column->high);
    if (low == NULL || over == NULL || high == NULL) {
        Py_XDECREF(low);
        Py_XDECREF(over);
        Py_XDECREF(high);
        return NULL;
    }
    return Py_BuildValue("(NNN)", low, over, high);
}

static void
free_small(Small *column)
{
    free(column->low.data);
    free(column->over.data);
    free(column->high.data);
}

typedef struct {
    Bytes doc;
    Small tf, position, member;
} Columns;

static int
put_postings(const Inverted *own, Columns *columns)
{
    Bytes *lows[] = {&columns->tf.low, &columns->position.low, &columns->member.low};
    for (int i = 0; i < 3; i++) {
        if (reserve(&lows[i]->data, &lows[i]->room, lows[i]->used + own->start[own->groups], 1) < 0) {
            return -1;
        }
    }
    for (uint32_t group = 0; group < own->groups; group++) {
        int several = own->first[group + 1] - own->first[group] > 1;
        size_t i = own->start[group], end = own->start[group + 1];
        while (i < end) {
            uint16_t doc = (uint16_t)DOC_OF(own->keys[i]);
            size_t begin = i;
            for (; i < end && DOC_OF(own->keys[i]) == doc; i++) {
                if (put_small(&columns->position, POSITION_OF(own->keys[i])) < 0
                    || (several && put_small(&columns->member, MEMBER_OF(own->keys[i])) < 0)) {
                    return -1;
                }
            }
            if (put(&columns->doc, &doc, sizeof doc) < 0 || put_small(&columns->tf, (uint32_t)(i - begin)) < 0) {
                return -1;
            }
        }
    }
    return 0;
}

/* ------------------------------------------------------------------ dictionaries */

/* Add numbers in the narrowest type that holds them: its code, then the numbers. */
static int
put_narrow(Bytes *bytes, const uint32_t *values, size_t count)
{
    uint32_t largest = 0;
    for (size_t i = 0; i < count; i++) {
        largest = values[i] > largest ? values[i] : largest;
    }
    size_t width = largest < 1u << 8 ? 1 : largest < 1u << 16 ? 2 : 4;
    if (put_byte(bytes, width == 1 ? 'B' : width == 2 ? 'H' : 'I') < 0
        || reserve(&bytes->data, &bytes->room, bytes->used + count * width, 1) < 0) {
        return -1;
    }
    for (size_t i = 0; i < count; i++, bytes->used += width) {
        memcpy(bytes->data + bytes->used, &values[i], width);
    }
    return 0;
}

/* Add a string behind the ones before it, on a line of its own; a term without its language. */
static int
put_line(Bytes *bytes, const Strings *strings, uint32_t number, char field, int bare, int first)
{
    size_t size;
    const uint8_t *text = string_at(strings, number, &size);
    const uint8_t *end = bare ? memchr(text, LANGUAGE, size) : NULL;
    return (!first && put_byte(bytes, '\n') < 0) || (field && put_byte(bytes, (uint8_t)field) < 0)
                   || put(bytes, text, end ? (size_t)(end - text) : size) < 0
               ? -1
               : 0;
}

static size_t
bare_size(const Key *key)
{
    const uint8_t *end = memchr(key->bytes, LANGUAGE, key->size);
    return end ? (size_t)(end - key->bytes) : key->size;
}

/* Numbers of a part of a block, gathered from both fields. */
typedef struct {
    uint32_t *values;
    size_t count, room;
} Gathered;

static int
gather(Gathered *gathered, uint32_t value)
{
    if (reserve(&gathered->values, &gathered->room, gathered->count + 1, sizeof(uint32_t)) < 0) {
        return -1;
    }
    gathered->values[gathered->count++] = value;
    return 0;
}

enum { DF, CF, EXTRA, SIZE, TERM_DF, TERM_CF, TERM_EXTRA, NUMBERS };

/* A block of groups being made: keys, members, and the seven columns of numbers. */
typedef struct {
    Bytes keys, members, whole;
    Gathered numbers[NUMBERS];
    uint64_t bases[3];
    Bytes all_bases;
    PyObject *blocks, *firsts;
} GroupBlocks;

static int
put_group(GroupBlocks *blocks, const Inverter *self, const Inverted *own, uint32_t group, char field)
{
    uint32_t first = own->first[group], last = own->first[group + 1];
    uint32_t cf = (uint32_t)(own->start[group + 1] - own->start[group]);
    const uint32_t values[] = {own->df[group], cf, own->extra[group], last - first};
    int is_first = blocks->numbers[DF].count == 0;
    if (put_line(&blocks->keys, &self->stems, own->stem[group], field, 0, is_first) < 0) {
        return -1;
    }
    if (is_first && append(blocks->firsts, as_object(&blocks->keys)) < 0) {
        return -1;
    }
    for (int i = 0; i < 4; i++) {
        if (gather(&blocks->numbers[i], values[i]) < 0) {
            return -1;
        }
    }
    for (uint32_t i = first; i < last; i++) {
        if (put_line(&blocks->members, &self->terms, own->by_group[i], 0, 1, blocks->numbers[TERM_DF].count == 0) < 0
            || gather(&blocks->numbers[TERM_DF], own->term_df[i]) < 0
            || gather(&blocks->numbers[TERM_CF], own->term_cf[i]) < 0
            || gather(&blocks->numbers[TERM_EXTRA], own->term_extra[i]) < 0) {
            return -1;
        }
    }
    blocks->bases[0] += own->df[group];
    blocks->bases[1] += cf;
    blocks->bases[2] += last - first > 1 ? cf : 0;
    return 0;
}

static int
end_group_block(GroupBlocks *blocks)
{
    if (blocks->numbers[DF].count == 0) {
        return 0;
    }
    Bytes packed = {0};
    uint32_t lengths[2 + NUMBERS] = {(uint32_t)blocks->keys.used, (uint32_t)blocks->members.used};
    int failed = 0;
    for (int i = 0; i < NUMBERS && !failed; i++) {
        size_t before = packed.used;
        failed = put_narrow(&packed, blocks->numbers[i].values, blocks->numbers[i].count);
        lengths[2 + i] = (uint32_t)(packed.used - before);
        blocks->numbers[i].count = 0;
    }
    blocks->whole.used = 0;
    failed = failed || put(&blocks->whole, lengths, sizeof lengths) < 0
             || put(&blocks->whole, blocks->keys.data, blocks->keys.used) < 0
             || put(&blocks->whole, blocks->members.data, blocks->members.used) < 0
             || put(&blocks->whole, packed.data, packed.used) < 0
             || append(blocks->blocks, as_object(&blocks->whole)) < 0
             || put(&blocks->all_bases, blocks->bases, sizeof blocks->bases) < 0;
    free(packed.data);
    blocks->keys.used = blocks->members.used = 0;
    return failed ? -1 : 0;
}

/* The blocks of groups, the first key of each, and where its postings and occurrences begin. */
static int
set_groups(PyObject *result, const Inverter *self, const Inverted *fields)
{
    GroupBlocks blocks = {.blocks = PyList_New(0), .firsts = PyList_New(0)};
    int failed = blocks.blocks == NULL || blocks.firsts == NULL
                 || put(&blocks.all_bases, blocks.bases, sizeof blocks.bases) < 0;
    for (int which = 0; which < 2; which++) {
        for (uint32_t group = 0; group < fields[which].groups && !failed; group++) {
            failed = put_group(&blocks, self, &fields[which], group, which ? 't' : 'b') < 0;
            if (blocks.numbers[DF].count == GROUPS_A_BLOCK && !failed) {
                failed = end_group_block(&blocks) < 0;
            }
        }
    }
    failed = failed || end_group_block(&blocks) < 0 || PyDict_SetItemString(result, "groups", blocks.blocks) < 0
             || PyDict_SetItemString(result, "group_firsts", blocks.firsts) < 0
             || set(result, "group_bases", as_object(&blocks.all_bases)) < 0;
    Py_XDECREF(blocks.blocks);
    Py_XDECREF(blocks.firsts);
    free(blocks.keys.data);
    free(blocks.members.data);
    free(blocks.whole.data);
    free(blocks.all_bases.data);
    for (int i = 0; i < NUMBERS; i++) {
        free(blocks.numbers[i].values);
    }
    return failed ? -1 : 0;
}

/* The blocks of terms, and the first key of each. */
static int
set_terms(PyObject *result, const Inverter *self, const Inverted *fields)
{
    PyObject *blocks = PyList_New(0), *firsts = PyList_New(0);
    Bytes keys = {0}, whole = {0};
    Gathered groups = {0};
    uint32_t total = fields[0].terms + fields[1].terms;
    int failed = blocks == NULL || firsts == NULL;
    for (uint32_t i = 0; i < total && !failed; i++) {
        int which = i >= fields[0].terms;
        uint32_t term = fields[which].ordered[i - (which ? fields[0].terms : 0)];
        uint32_t group = fields[which].group[term] + (which ? fields[0].groups : 0);
        int is_first = groups.count == 0;
        failed = put_line(&keys, &self->terms, term, which ? 't' : 'b', 1, is_first) < 0
                 || (is_first && append(firsts, as_object(&keys)) < 0) || gather(&groups, group) < 0;
        if (!failed && (groups.count == TERMS_A_BLOCK || i + 1 == total)) {
            whole.used = 0;
            failed = put_int(&whole, (uint32_t)keys.used) < 0 || put(&whole, keys.data, keys.used) < 0
                     || put_narrow(&whole, groups.values, groups.count) < 0 || append(blocks, as_object(&whole)) < 0;
            keys.used = groups.count = 0;
        }
    }
    failed = failed || PyDict_SetItemString(result, "terms", blocks) < 0
             || PyDict_SetItemString(result, "term_firsts", firsts) < 0;
    Py_XDECREF(blocks);
    Py_XDECREF(firsts);
    free(keys.data);
    free(whole.data);
    free(groups.values);
    return failed ? -1 : 0;
}

/* How many terms there are that differ by more than a language: neighbours, in the order of bytes. */
static uint32_t
distinct(const Key *terms, size_t count)
{
    uint32_t found = 0;
    for (size_t i = 0; i < count; i++) {
        size_t size = bare_size(&terms[i]);
        found += i == 0 || size != bare_size(&terms[i - 1]) || memcmp(terms[i].bytes, terms[i - 1].bytes, size) != 0;
    }
    return found;
}

/* ------------------------------------------------------------------ finishing a segment */

static int
set_columns(PyObject *result, const Inverted *fields)
{
    Columns columns = {0};
    int failed = put_postings(&fields[0], &columns) < 0 || put_postings(&fields[1], &columns) < 0
                 || set(result, "doc", as_object(&columns.doc)) < 0
                 || set(result, "tf", small_as_object(&columns.tf)) < 0
                 || set(result, "position", small_as_object(&columns.position)) < 0
                 || set(result, "member", small_as_object(&columns.member)) < 0;
    free(columns.doc.data);
    free_small(&columns.tf);
    free_small(&columns.position);
    free_small(&columns.member);
    return failed ? -1 : 0;
}

static int
set_all(PyObject *result, const Inverter *self, const Key *terms, size_t term_count, const Key *stems,
        size_t stem_count, const uint8_t *used)
{
    Inverted fields[2] = {{0}, {0}};
    const Field *found[2] = {&self->body, &self->title};
    int failed = 0;
    for (int which = 0; which < 2 && !failed; which++) {
        failed = arrange(self, &fields[which], terms, term_count, stems, stem_count, used, (uint8_t)(1 << which)) < 0
                 || invert(found[which], &fields[which]) < 0;
    }
    if (!failed) {
        count_extras(&fields[0], &fields[1]);
        failed = set_groups(result, self, fields) < 0 || set_terms(result, self, fields) < 0
                 || set_columns(result, fields) < 0
                 || set(result, "distinct", PyLong_FromUnsignedLong(distinct(terms, term_count))) < 0;
    }
    free_inverted(&fields[0]);
    free_inverted(&fields[1]);
    return failed ? -1 : 0;
}

/* Which terms occur in bodies (bit 0) and in titles (bit 1), and which stems they have. */
static void
find_used(const Inverter *self, uint8_t *terms, uint8_t *stems)
{
    for (size_t i = 0; i < self->body.count; i++) {
        terms[self->body.term[i]] |= 1;
    }
    for (size_t i = 0; i < self->title.count; i++) {
        terms[self->title.term[i]] |= 2;
    }
    for (uint32_t term = 0; term < self->terms.count; term++) {
        if (terms[term]) {
            stems[self->stem[term]] = 1;
        }
    }
}

static PyObject *
inverter_finish(Inverter *self, PyObject *Py_UNUSED(ignored))
{
    if (self->busy || self->stemmed != self->terms.count) {
        PyErr_SetString(PyExc_ValueError, "every term needs a stem first");
        return NULL;
    }
    size_t term_count = 0, stem_count = 0;
    PyObject *result = PyDict_New();
    uint8_t *used = zeroed(self->terms.count, 1), *used_stems = zeroed(self->stems.count, 1);
    Key *terms = NULL, *stems = NULL;
    int failed = result == NULL || used == NULL || used_stems == NULL;
    if (!failed) {
        find_used(self, used, used_stems);
        terms = sorted_keys(&self->terms, used, &term_count);
        stems = sorted_keys(&self->stems, used_stems, &stem_count);
        failed = terms == NULL || stems == NULL
                 || set_all(result, self, terms, term_count, stems, stem_count, used) < 0;
    }
    free(terms);
    free(stems);
    free(used);
    free(used_stems);
    self->body.count = self->body.texts = self->title.count = self->title.texts = 0;
    if (failed) {
        Py_CLEAR(result);
    }
    return result;
}

/* ------------------------------------------------------------------ the type */

static PyObject *
inverter_add(Inverter *self, PyObject *args)
{
    PyObject *texts, *pieces;
    const char *languages;
    Py_ssize_t count;
    if (!PyArg_ParseTuple(args, "O!O!y#", &PyList_Type, &texts, &PyList_Type, &pieces, &languages, &count)) {
        return NULL;
    }
    return take_texts(self, &self->body, texts, pieces, (const uint8_t *)languages, count, NULL);
}

static PyObject *
inverter_add_titles(Inverter *self, PyObject *args)
{
    PyObject *texts, *pieces, *passages;
    const char *languages;
    Py_ssize_t count;
    if (!PyArg_ParseTuple(args, "O!O!y#O!", &PyList_Type, &texts, &PyList_Type, &pieces, &languages, &count,
                          &PyList_Type, &passages)) {
        return NULL;
    }
    Py_ssize_t size = PyList_Size(passages);
    if (size != PyList_Size(texts)) {
        PyErr_SetString(PyExc_ValueError, "each title needs a passage");
        return NULL;
    }
    uint32_t *docs = zeroed((size_t)size, sizeof(uint32_t));
    PyObject *result = NULL;
    if (docs == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < size; i++) {
        unsigned long doc = PyLong_AsUnsignedLong(PyList_GetItem(passages, i));
        if (PyErr_Occurred()) {
            goto done;
        }
        docs[i] = doc < MAX_PASSAGES ? (uint32_t)doc : MAX_PASSAGES;
    }
    result = take_texts(self, &self->title, texts, pieces, (const uint8_t *)languages, count, docs);
done:
    free(docs);
    return result;
}

static PyObject *
inverter_number(Inverter *self, PyObject *term)
{
    char *data;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(term, &data, &size) < 0) {
        return NULL;
    }
    uint32_t number = number_of(&self->terms, (const uint8_t *)data, (size_t)size);
    return number == NONE ? NULL : PyLong_FromUnsignedLong(number);
}

static PyObject *
inverter_without_stems(Inverter *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *terms = PyList_New(0);
    for (uint32_t number = self->stemmed; terms != NULL && number < self->terms.count; number++) {
        size_t size;
        const uint8_t *bytes = string_at(&self->terms, number, &size);
        if (append(terms, PyBytes_FromStringAndSize((const char *)bytes, (Py_ssize_t)size)) < 0) {
            Py_CLEAR(terms);
        }
    }
    return terms;
}

static PyObject *
inverter_add_stems(Inverter *self, PyObject *stems)
{
    Py_ssize_t count = PyList_Size(stems);
    if (count < 0) {
        return NULL;
    }
    if ((size_t)count != self->terms.count - self->stemmed) {
        PyErr_SetString(PyExc_ValueError, "as many stems as terms without");
        return NULL;
    }
    if (reserve(&self->stem, &self->stem_room, self->terms.count, sizeof(uint32_t)) < 0) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        char *data;
        Py_ssize_t size;
        PyObject *stem = PyList_GetItem(stems, i);
        if (stem == NULL || PyBytes_AsStringAndSize(stem, &data, &size) < 0) {
            return NULL;
        }
        uint32_t number = number_of(&self->stems, (const uint8_t *)data, (size_t)size);
        if (number == NONE) {
            return NULL;
        }
        self->stem[self->stemmed++] = number;
    }
    Py_RETURN_NONE;
}

static PyObject *
inverter_terms(Inverter *self, void *Py_UNUSED(closure))
{
    return PyLong_FromUnsignedLong(self->terms.count);
}

static PyObject *
inverter_occurrences(Inverter *self, void *Py_UNUSED(closure))
{
    return PyLong_FromSize_t(self->body.count);
}

static PyObject *
inverter_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *marker;
    if (!PyArg_ParseTuple(args, "O", &marker)) {
        return NULL;
    }
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    Inverter *self = (Inverter *)allocate(type, 0); /* everything in it is zero */
    if (self != NULL) {
        Py_INCREF(marker);
        self->marker = marker;
    }
    return (PyObject *)self;
}

static void
free_field(Field *field)
{
    free(field->term);
    free(field->position);
    free(field->doc);
    free(field->end);
}

static int
inverter_traverse(Inverter *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE((PyObject *)self));
    Py_VISIT(self->marker);
    return 0;
}

static int
inverter_clear(Inverter *self)
{
    Py_CLEAR(self->marker);
    return 0;
}

static void
inverter_dealloc(Inverter *self)
{
    PyTypeObject *type = Py_TYPE((PyObject *)self);
    PyObject_GC_UnTrack(self);
    inverter_clear(self);
    free_strings(&self->terms);
    free_strings(&self->stems);
    free(self->stem);
    for (size_t i = 0; i < 256; i++) {
        free(self->marked[i]);
    }
    free_field(&self->body);
    free_field(&self->title);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

static PyMethodDef METHODS[] = {
    {"add", (PyCFunction)inverter_add, METH_VARARGS, NULL},
    {"add_titles", (PyCFunction)inverter_add_titles, METH_VARARGS, NULL},
    {"number", (PyCFunction)inverter_number, METH_O, NULL},
    {"without_stems", (PyCFunction)inverter_without_stems, METH_NOARGS, NULL},
    {"add_stems", (PyCFunction)inverter_add_stems, METH_O, NULL},
    {"finish", (PyCFunction)inverter_finish, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef GETTERS[] = {
    {"terms", (getter)inverter_terms, NULL, NULL, NULL},
    {"occurrences", (getter)inverter_occurrences, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot SLOTS[] = {
    {Py_tp_new, inverter_new},
    {Py_tp_dealloc, inverter_dealloc},
    {Py_tp_traverse, inverter_traverse},
    {Py_tp_clear, inverter_clear},
    {Py_tp_methods, METHODS},
    {Py_tp_getset, GETTERS},
    {0, NULL},
};

static PyType_Spec SPEC = {
    .name = "seedsearch.engine.whoosh._inverter.Inverter",
    .basicsize = sizeof(Inverter),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = SLOTS,
};

static int
execute(PyObject *module)
{
    PyObject *type = PyType_FromSpec(&SPEC);
    if (type == NULL) {
        return -1;
    }
    int failed = PyModule_AddObjectRef(module, "Inverter", type);
    Py_DECREF(type);
    return failed;
}

static PyModuleDef_Slot MODULE_SLOTS[] = {
    {Py_mod_exec, execute},
    {0, NULL},
};

static PyModuleDef MODULE = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_inverter",
    .m_slots = MODULE_SLOTS,
};

PyMODINIT_FUNC
PyInit__inverter(void)
{
    return PyModuleDef_Init(&MODULE);
}
