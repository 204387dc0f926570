/* Text in, the columns of a segment out: what `array_inversion.py` does with NumPy, byte for byte, in C.
 *
 * An Inverter keeps the texts of passages for compression, cuts them into terms, numbers these, and keeps every occurrence
 * as its term and the step to its position, until `finish` brings them into the order group, passage, member, position and
 * writes the dictionaries' blocks and the postings' columns. Docs: `_inverter.pyi`, docs/index-format.md.
 *
 * What is not ASCII is folded in Python, character by character, or by runs where marks stand among them, and
 * remembered.
 *
 * Whatever is read stays inside its buffer: terms are cut from buffers that end with a NUL, which is no part of a word,
 * and all numbers that come from outside are checked before they are used. No other part of seedsearch needs this
 * module, and without it everything works, more slowly.
 */

#include "core.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef __linux__
#include <sys/mman.h>
#endif

#include "english.h"

/* Ask for memory that is needed soon: what follows would wait for it. */
#if defined(__GNUC__) || defined(__clang__)
#define PREFETCH(address) __builtin_prefetch(address)
#else
#define PREFETCH(address) ((void)(address))
#endif
#define AHEAD 16 /* steps to ask beforehand */

#define MAX_TERM 64  /* characters; analysis/tokenizer.py */
#define LANGUAGE ' ' /* stands in a term before the language that it is stemmed by; analysis/stemming.py */
#define NONE UINT32_MAX

#define TEXT_BLOCK 65536   /* bytes; tables.py */
#define CUT_AT (1 << 18)   /* bytes of text that are cut together: between two calls, the tables leave the caches */
#define GROUPS_A_BLOCK 128 /* dictionary.py */
#define TERMS_A_BLOCK 256

#define MANY_SLOTS (1 << 17) /* from so many on, a table doubles; before, it quadruples */

#define MOST_RUNS 200000 /* that are not ASCII, and are remembered */
#define LONGEST_RUN 128  /* bytes of one */
#define LAST_CODE 0x10ffff /* of the code points */
#define CODES_A_PAGE 256
#define CODE_PAGES (LAST_CODE / CODES_A_PAGE + 1)
#define MOST_RANGES 32   /* of scripts that put no space between words */

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

/* Make room for `need` items of `size` bytes each; `array` is where the pointer to them is kept. */
static int
reserve(void *array, size_t *room, size_t need, size_t size)
{
    void *data;
    if (need <= *room) {
        return 0;
    }
    memcpy(&data, array, sizeof data); /* a pointer of any type */
    size_t wanted = *room + *room / 2 + 64;
    wanted = wanted < need ? need : wanted;
    if (wanted > PY_SSIZE_T_MAX / size) {
        return no_memory();
    }
    data = realloc(data, wanted * size);
    if (data == NULL) {
        return no_memory();
    }
    memcpy(array, &data, sizeof data);
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

/* Memory for very many items that are written in no order, in large pages where the system has them: it is not zeroed. */
static void *
scattered(size_t count, size_t size)
{
    void *data = NULL;
#ifdef __linux__
    const size_t page = 1 << 21;
    if (count >= page / size) {
        if (posix_memalign(&data, page, count * size) != 0) {
            PyErr_NoMemory();
            return NULL;
        }
        (void)madvise(data, count * size, MADV_HUGEPAGE);
        return data;
    }
#endif
    data = malloc(count ? count * size : 1);
    if (data == NULL) {
        PyErr_NoMemory();
    }
    return data;
}

/* Like `reserve`, for what grows very long: in great steps, for large pages cannot be moved as others can, and what is
 * not written yet takes no memory. */
static int
reserve_long(void *array, size_t *room, size_t need, size_t size)
{
#ifdef __linux__
    const size_t few = 1 << 16, many = 1 << 22;
    if (need > few && need > *room) {
        void *before, *data;
        size_t wanted = *room < many ? many : 4 * *room;
        wanted = wanted < need ? need : wanted;
        if (wanted > PY_SSIZE_T_MAX / size) {
            return no_memory();
        }
        data = scattered(wanted, size);
        if (data == NULL) {
            return -1;
        }
        memcpy(&before, array, sizeof before);
        if (before != NULL) {
            memcpy(data, before, *room * size);
            free(before);
        }
        memcpy(array, &data, sizeof data);
        *room = wanted;
        return 0;
    }
#endif
    return reserve(array, room, need, size);
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

/* Not by "y#" in a format: a module that is compiled for a newer Python says that in a way that older ones refuse. */
static PyObject *
as_bytes(const uint8_t *bytes, size_t size)
{
    return PyBytes_FromStringAndSize((const char *)bytes, (Py_ssize_t)size);
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

/* ------------------------------------------------------------------ columns of numbers */

/* Numbers of 64 bits that are to be a column. */
typedef struct {
    uint64_t *values;
    size_t room, count;
} Numbers;

static int
add_number(Numbers *numbers, uint64_t value)
{
    if (reserve(&numbers->values, &numbers->room, numbers->count + 1, sizeof(uint64_t)) < 0) {
        return -1;
    }
    numbers->values[numbers->count++] = value;
    return 0;
}

/* A column in the narrowest type that holds its numbers: the type's code, and bytes. */
static PyObject *
as_column(const Numbers *numbers)
{
    uint64_t largest = 0;
    for (size_t i = 0; i < numbers->count; i++) {
        largest = numbers->values[i] > largest ? numbers->values[i] : largest;
    }
    size_t width = largest < 1u << 8 ? 1 : largest < 1u << 16 ? 2 : largest <= UINT32_MAX ? 4 : 8;
    PyObject *column = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(numbers->count * width));
    if (column == NULL) {
        return NULL;
    }
    char *at = PyBytes_AsString(column);
    for (size_t i = 0; i < numbers->count; i++, at += width) {
        memcpy(at, &numbers->values[i], width); /* the low bytes: numbers are little-endian */
    }
    return Py_BuildValue("(sN)", width == 1 ? "B" : width == 2 ? "H" : width == 4 ? "I" : "Q", column);
}

static uint64_t
sum_of(const Numbers *numbers)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < numbers->count; i++) {
        sum += numbers->values[i];
    }
    return sum;
}

/* ------------------------------------------------------------------ strings by number */

typedef struct {
    uint64_t beginning; /* its first eight bytes */
    uint32_t number;    /* of the string, and one; 0 where the slot is free */
    uint32_t size;      /* bytes */
} Slot;

typedef struct {
    uint64_t seed; /* of hashes: no document can be written so that all its words have one */
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
hash_of(const Strings *strings, const uint8_t *bytes, size_t size)
{
    uint64_t hash = size * 0x9E3779B97F4A7C15u ^ strings->seed;
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
    size_t before = strings->mask + 1; /* 1 where there are none */
    size_t count = strings->slots == NULL ? 1 << 15 : before < MANY_SLOTS ? 4 * before : 2 * before;
    Slot *slots = scattered(count, sizeof(Slot));
    if (slots == NULL) {
        return -1;
    }
    memset(slots, 0, count * sizeof(Slot)); /* of zeroed memory the system hands out each page twice: to read, and to write */
    for (uint32_t number = 0; number < strings->count; number++) {
        size_t size;
        const uint8_t *bytes = string_at(strings, number, &size);
        size_t at = hash_of(strings, bytes, size) & (count - 1);
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

/* Whether two strings of more than eight bytes, the first of which are the same, are the same. */
static int
is_same(const uint8_t *one, const uint8_t *other, size_t size)
{
    if (size <= 16) {
        return load(one + size - 8, 8) == load(other + size - 8, 8);
    }
    return memcmp(one + 8, other + 8, size - 8) == 0;
}

/* The number of a string with that hash, which it gets when it is new; NONE, and an exception, when that fails. */
static uint32_t
number_by_hash(Strings *strings, const uint8_t *bytes, size_t size, size_t hash)
{
    if (strings->slots == NULL || strings->count >= strings->mask / 2) {
        if (more_slots(strings) < 0) {
            return NONE;
        }
    }
    uint64_t beginning = load(bytes, size);
    size_t at = hash & strings->mask;
    for (const Slot *slot; (slot = &strings->slots[at])->number; at = (at + 1) & strings->mask) {
        if (slot->beginning == beginning && slot->size == size) {
            size_t same;
            if (size <= 8 || is_same(string_at(strings, slot->number - 1, &same), bytes, size)) {
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

static uint32_t
number_of(Strings *strings, const uint8_t *bytes, size_t size)
{
    return number_by_hash(strings, bytes, size, hash_of(strings, bytes, size));
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
    uint8_t *steps; /* from the position of the one before it in its text, or 0: nearly always 1; see `put_step` */
    size_t term_room, steps_room, steps_used, count;
    uint32_t last;   /* position of the last one in the text that is being cut */
    uint32_t *doc;   /* the passage of each text */
    size_t *end;     /* where its occurrences end */
    size_t doc_room, end_room, texts;
    Numbers lengths; /* positions, by passage */
} Field;

/* What is known of each passage: docs/index-format.md. */
#define PASSAGE_COLUMNS 7
static const char *const PASSAGE_NAMES[PASSAGE_COLUMNS] = {"document", "line", "lines", "byte", "bytes", "page", "heading"};

typedef struct {
    Numbers columns[PASSAGE_COLUMNS];
    PyObject *headings; /* the number of each heading but "", which is 0: a dict */
} Passages;

/* The texts of passages, in blocks of TEXT_BLOCK bytes or a little more that end with a text. */
typedef struct {
    Bytes pending;          /* what is in no block yet */
    Bytes languages;        /* a byte for each text that is not cut yet; they are the last ones */
    Numbers ends;           /* where each text ends, among all bytes of all */
    uint64_t in_blocks;     /* bytes that are in blocks, */
    size_t texts_in_blocks; /* and texts */
    Numbers block_ends;
    PyObject *blocks;       /* a list: those that are full, and nobody has taken */
} Texts;

/* What a run or a character that is not ASCII folds to: a stretch of `folded`, or of `letter_forms`. */
typedef enum { UNKNOWN, FOLDS, JOINS } Folding; /* one that joins the character before it is folded with its run */

typedef struct {
    size_t start;
    uint32_t size;
    Folding folding;
} Folded;

/* A word of the text that is being cut: a stretch of `letters`. */
typedef struct {
    size_t hash;
    size_t start;
    uint32_t size, position;
} Word;

typedef struct {
    PyObject_HEAD
    PyObject *marker;   /* called with a term and a language's number: the term as that language has it, or None */
    PyObject *folder;   /* called with a run that is not ASCII: what it folds to */
    PyObject *letter;   /* called with a character that is not ASCII: what it folds to, or None where it joins another */
    uint32_t unspaced[MOST_RANGES][2]; /* code points of scripts that put no space between words, first and last */
    size_t unspaced_count;
    Strings terms, stems;
    uint32_t *stem; /* of each term: the number of its stem */
    size_t stem_room;
    uint32_t stemmed; /* terms that have one, */
    uint32_t listed;  /* and those that have one or were asked for */
    uint32_t *marked[256]; /* by language: the number of each term there, NONE where that is not known yet */
    size_t marked_room[256];
    int has_marked; /* whether any term is marked with a language */
    Strings runs;  /* that are not ASCII */
    Folded *forms; /* what each of them folds to */
    size_t forms_room;
    Bytes folded;
    Folded *pages[CODE_PAGES]; /* what characters fold to, by their code points; NULL where none is known */
    Bytes letter_forms;
    Bytes scratch; /* a text that is being cut, folded */
    Bytes letters; /* its words in lower case, end to end */
    Word *words;
    size_t words_room, word_count;
    Texts texts;
    Passages passages;
    Field body, title;
    int busy; /* a call is at work, or has failed half way */
} Inverter;

#define STEP_BYTES 5 /* at most */

/* Note where an occurrence stands, for which there is room: seven bits a byte, low ones first, the lowest of all says
 * whether it is a step back, and all bytes but the last have their highest bit set. */
static void
put_step(Field *field, uint32_t position)
{
    uint32_t step = position - field->last, bits = step >> 31 ? ~(step << 1) : step << 1;
    for (; bits > 0x7f; bits >>= 7) {
        field->steps[field->steps_used++] = (uint8_t)(bits | 0x80);
    }
    field->steps[field->steps_used++] = (uint8_t)bits;
    field->last = position;
}

/* The position of the next occurrence, after that of the one before it. */
static uint32_t
take_step(const uint8_t **steps, uint32_t before)
{
    uint32_t bits = *(*steps)++;
    if (bits > 0x7f) {
        bits &= 0x7f;
        for (int shift = 7;; shift += 7) {
            uint32_t more = *(*steps)++;
            bits |= (more & 0x7f) << shift;
            if (more < 0x80) {
                break;
            }
        }
    }
    return before + (bits & 1 ? ~(bits >> 1) : bits >> 1);
}

static int
room_for(Field *field, size_t more)
{
    return reserve_long(&field->term, &field->term_room, field->count + more, sizeof(uint32_t))
               || reserve_long(&field->steps, &field->steps_room, field->steps_used + more * STEP_BYTES, 1)
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
    PyObject *found = PyObject_CallFunction(self->marker, "Ni", as_bytes(bytes, size), (int)language);
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
        self->has_marked = 1;
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
    field->term[field->count++] = term;
    put_step(field, position);
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

/* Note a word, for which there is room, by its place in `letters`. */
static void
note(Inverter *self, size_t start, size_t size, uint32_t position)
{
    size_t hash = hash_of(&self->terms, self->letters.data + start, size);
    if (self->terms.slots != NULL) {
        PREFETCH(&self->terms.slots[hash & self->terms.mask]);
    }
    self->words[self->word_count++] = (Word){hash, start, (uint32_t)size, position};
}

/* Note a word of ASCII, of which a term may hold the beginning. */
static void
note_ascii(Inverter *self, size_t start, uint32_t position)
{
    size_t size = self->letters.used - start;
    note(self, start, size < MAX_TERM ? size : MAX_TERM, position);
}

/* Add the occurrences of the words that are noted. */
static int
add_noted(Inverter *self, Field *field, uint8_t language)
{
    for (size_t i = 0; i < self->word_count; i++) {
        const Word *word = &self->words[i];
        uint32_t term = number_by_hash(&self->terms, self->letters.data + word->start, word->size, word->hash);
        if (occurs(self, field, term, word->position, language) < 0) {
            return -1;
        }
    }
    self->word_count = self->letters.used = 0;
    return 0;
}

/* Whether what stands in `letters` from `start` on is more than a number. */
static int
has_letters(const Inverter *self, size_t start)
{
    const uint8_t *at = self->letters.data + start, *end = self->letters.data + self->letters.used;
    while (at < end && *at <= '9') {
        at++;
    }
    return at < end;
}

/* The code point that begins at a place in UTF-8, and how many bytes it has, `most` at most; what is no UTF-8 is taken byte
 * by byte. */
static uint32_t
code_at(const uint8_t *at, size_t most, size_t *size)
{
    uint8_t lead = at[0];
    size_t more = lead < 0xc0 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf8 ? 3 : 0;
    uint32_t code = more == 1 ? lead & 0x1f : more == 2 ? lead & 0x0f : more == 3 ? lead & 0x07 : lead;
    *size = 1;
    if (more >= most) {
        return lead;
    }
    for (size_t i = 1; i <= more; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            return lead;
        }
        code = code << 6 | (at[i] & 0x3f);
    }
    if (code > LAST_CODE) {
        return lead;
    }
    *size = more + 1;
    return code;
}

/* The same in a text that ends with a NUL, which goes on with no character. */
#define CODE_AT(at, size) code_at(at, 4, size)

/* Whether a character that is not ASCII is of a script that puts no space between words, and how many bytes it has. */
static int
is_unspaced(const Inverter *self, const uint8_t *at, size_t *size)
{
    uint32_t code = CODE_AT(at, size);
    for (size_t i = 0; i < self->unspaced_count && code >= self->unspaced[i][0]; i++) {
        if (code <= self->unspaced[i][1]) {
            return 1;
        }
    }
    return 0;
}

/* Whether a word of letters that are set apart by spaces goes on here. */
static int
is_spaced_letter(const Inverter *self, const uint8_t *at)
{
    size_t size;
    return *at < 0x80 ? LOWER[*at] != 0 : !is_unspaced(self, at, &size);
}

/* How many bytes the first MAX_TERM characters have, all of them if they are no more; `are_all` says whether. */
static size_t
term_bytes(const uint8_t *bytes, size_t size, int *are_all)
{
    size_t characters = 0, at = 0;
    for (; at < size; at++) {
        if ((bytes[at] & 0xc0) != 0x80 && characters++ == MAX_TERM) {
            break;
        }
    }
    *are_all = at == size;
    return at;
}

/* Note the words of a chain of spaced letters: one, or several that are joined, and the whole of these. Moves `at` behind
 * it. */
static void
take_spaced(Inverter *self, const uint8_t **at, uint32_t *position)
{
    size_t begin = self->letters.used;
    uint32_t first = *position;
    uint8_t *letters = self->letters.data;
    const uint8_t *here = *at;
    int are_all;
    for (;;) {
        size_t start = self->letters.used;
        do {
            size_t size = 1;
            if (*here < 0x80) {
                letters[self->letters.used] = LOWER[*here];
            }
            else {
                (void)CODE_AT(here, &size);
                memcpy(letters + self->letters.used, here, size);
            }
            self->letters.used += size;
            here += size;
        } while (is_spaced_letter(self, here) && !is_hump(here));
        note(self, start, term_bytes(letters + start, self->letters.used - start, &are_all), (*position)++);
        if (is_spaced_letter(self, here)) {
            continue; /* a hump */
        }
        if (!IS_JOINER(*here) || !is_spaced_letter(self, here + 1)) {
            break;
        }
        here++;
    }
    *at = here;
    size_t size = term_bytes(letters + begin, self->letters.used - begin, &are_all);
    if (*position - first > 1 && are_all && has_letters(self, begin)) {
        note(self, begin, size, first);
    }
}

/* Note a run of letters of a script that puts no space between words: each begins a term of two, the last is one alone.
 * Moves `at` behind it. */
static void
take_unspaced(Inverter *self, const uint8_t **at, uint32_t *position)
{
    const uint8_t *here = *at;
    size_t size, last = self->letters.used;
    for (int is_first = 1; *here >= 0x80 && is_unspaced(self, here, &size); is_first = 0) {
        size_t start = self->letters.used;
        memcpy(self->letters.data + start, here, size);
        self->letters.used += size;
        here += size;
        if (!is_first) {
            note(self, last, self->letters.used - last, (*position)++);
            last = start;
        }
    }
    note(self, last, self->letters.used - last, (*position)++);
    *at = here;
}

/* `take_spaced` for what is mostly ASCII. */
static void
take_chain(Inverter *self, const uint8_t **at, uint32_t *position)
{
    size_t begin = self->letters.used, words = self->word_count;
    uint32_t first = *position;
    uint8_t *letters = self->letters.data + begin;
    const uint8_t *here = *at;
    for (;;) {
        size_t start = (size_t)(letters - self->letters.data);
        do {
            *letters++ = LOWER[*here++];
            for (; *here && LOWER[*here] == *here; here++) { /* no capital: what most words go on with */
                *letters++ = *here;
            }
        } while (LOWER[*here] && !is_hump(here));
        self->letters.used = (size_t)(letters - self->letters.data);
        note_ascii(self, start, (*position)++);
        if (LOWER[*here]) {
            continue; /* a hump */
        }
        if (!IS_JOINER(*here) || !LOWER[here[1]]) {
            break;
        }
        here++;
    }
    const uint8_t *after = here + IS_JOINER(*here);
    if (*after >= 0x80 && is_spaced_letter(self, after)) { /* it goes on with what is not ASCII */
        self->letters.used = begin;
        self->word_count = words;
        *position = first;
        take_spaced(self, at, position);
        return;
    }
    *at = here;
    if (*position - first > 1 && self->letters.used - begin <= MAX_TERM && has_letters(self, begin)) {
        note_ascii(self, begin, first);
    }
}

/* Cut the text in `scratch`, behind which is a NUL; says how many positions it has, or -1. */
static int64_t
cut(Inverter *self, Field *field, uint8_t language)
{
    const uint8_t *at = self->scratch.data;
    size_t size = self->scratch.used, bytes;
    const uint8_t *end = at + size;
    uint32_t position = 0;
    if (size >= 1u << POSITION_BITS) {
        return too_large("positions");
    }
    /* No more words than bytes, and half as many wholes. */
    self->word_count = self->letters.used = 0;
    if (reserve(&self->letters.data, &self->letters.room, size, 1) < 0
        || reserve(&self->words, &self->words_room, size + size / 2, sizeof(Word)) < 0) {
        return -1;
    }
    while (at < end) {
        if (LOWER[*at]) {
            take_chain(self, &at, &position);
        }
        else if (*at < 0x80) {
            at++;
        }
        else if (is_unspaced(self, at, &bytes)) {
            take_unspaced(self, &at, &position);
        }
        else {
            take_spaced(self, &at, &position);
        }
    }
    if (room_for(field, self->word_count) < 0 || add_noted(self, field, language) < 0) {
        return -1;
    }
    return position;
}

/* How many of the bytes are ASCII before the first that is not. */
static size_t
ascii_before(const uint8_t *bytes, size_t size)
{
    size_t at = 0;
    uint64_t eight;
    for (; at + 8 <= size; at += 8) {
        memcpy(&eight, bytes + at, 8);
        if (eight & 0x8080808080808080u) {
            break;
        }
    }
    while (at < size && bytes[at] < 0x80) {
        at++;
    }
    return at;
}

/* Put what Python says that a run or a character folds to behind `forms`: FOLDS, or JOINS where it says None; UNKNOWN where
 * it fails. */
static Folding
ask(PyObject *callback, const uint8_t *bytes, size_t size, Bytes *forms)
{
    char *data;
    Py_ssize_t length;
    PyObject *found = PyObject_CallFunction(callback, "N", as_bytes(bytes, size));
    Folding folding = UNKNOWN;
    if (found == Py_None) {
        folding = JOINS;
    }
    else if (found != NULL && PyBytes_AsStringAndSize(found, &data, &length) == 0
             && put(forms, data, (size_t)length) == 0) {
        folding = FOLDS;
    }
    Py_XDECREF(found);
    return folding;
}

/* What a character folds to, of which no more than `most` bytes are there; NULL where it fails. */
static const Folded *
letter_at(Inverter *self, const uint8_t *at, size_t most, size_t *size)
{
    uint32_t code = code_at(at, most, size);
    Folded **page = &self->pages[code / CODES_A_PAGE];
    if (*page == NULL && (*page = zeroed(CODES_A_PAGE, sizeof(Folded))) == NULL) {
        return NULL;
    }
    Folded *letter = &(*page)[code % CODES_A_PAGE];
    if (letter->folding == UNKNOWN) {
        size_t start = self->letter_forms.used;
        Folding folding = ask(self->letter, at, *size, &self->letter_forms);
        if (folding == UNKNOWN) {
            return NULL;
        }
        *letter = (Folded){start, (uint32_t)(self->letter_forms.used - start), folding};
    }
    return letter;
}

/* Put what Python says that a run folds to behind `forms`. */
static int
ask_run(Inverter *self, const uint8_t *run, size_t size, Bytes *forms)
{
    Folding folding = ask(self->folder, run, size, forms);
    if (folding == JOINS) {
        PyErr_SetString(PyExc_TypeError, "a run folds to something");
    }
    return folding == FOLDS ? 0 : -1;
}

/* Put what a run with marks folds to behind `scratch`. */
static int
fold_run(Inverter *self, const uint8_t *run, size_t size)
{
    if (size > LONGEST_RUN) {
        return ask_run(self, run, size, &self->scratch);
    }
    if (self->runs.count >= MOST_RUNS) {
        free_strings(&self->runs);
        self->runs = (Strings){.seed = self->terms.seed};
        self->folded.used = 0;
    }
    uint32_t known = self->runs.count, number;
    if (reserve(&self->forms, &self->forms_room, (size_t)known + 1, sizeof(Folded)) < 0
        || (number = number_of(&self->runs, run, size)) == NONE) {
        return -1;
    }
    Folded *form = &self->forms[number];
    if (number == known) {
        size_t start = self->folded.used;
        *form = (Folded){start, 0, UNKNOWN};
        if (ask_run(self, run, size, &self->folded) < 0) {
            return -1;
        }
        *form = (Folded){start, (uint32_t)(self->folded.used - start), FOLDS};
    }
    return put(&self->scratch, self->folded.data + form->start, form->size);
}

/* Put what a run that is not ASCII folds to behind `scratch`. */
static int
fold(Inverter *self, const uint8_t *run, size_t size)
{
    size_t before = self->scratch.used, bytes;
    for (const uint8_t *at = run; at < run + size; at += bytes) {
        const Folded *letter = letter_at(self, at, (size_t)(run + size - at), &bytes);
        if (letter == NULL) {
            return -1;
        }
        if (letter->folding == JOINS) {
            self->scratch.used = before;
            return fold_run(self, run, size);
        }
        if (put(&self->scratch, self->letter_forms.data + letter->start, letter->size) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Cut a text in UTF-8, of a passage or its title; says how many positions it has, or -1. */
static int64_t
analyse(Inverter *self, Field *field, const uint8_t *bytes, size_t size, uint8_t language)
{
    size_t at = 0;
    self->scratch.used = 0;
    for (;;) {
        size_t start = at, plain = ascii_before(bytes + at, size - at);
        if (put(&self->scratch, bytes + at, plain) < 0) {
            return -1;
        }
        at = start + plain;
        if (at == size) {
            break;
        }
        for (start = at; at < size && bytes[at] >= 0x80;) {
            at++;
        }
        if (fold(self, bytes + start, at - start) < 0) {
            return -1;
        }
    }
    if (put_byte(&self->scratch, 0) < 0) {
        return -1;
    }
    self->scratch.used--;
    return cut(self, field, language);
}

/* Cut the text of a passage, or of its title, and note where its occurrences end. */
static int
take_text(Inverter *self, Field *field, uint32_t doc, const uint8_t *bytes, size_t size, uint8_t language)
{
    if (doc >= MAX_PASSAGES || (field->texts && doc <= field->doc[field->texts - 1])) {
        PyErr_SetString(PyExc_ValueError, "passages must ascend, and be few enough");
        return -1;
    }
    field->last = 0;
    int64_t positions = analyse(self, field, bytes, size, language);
    while (positions >= 0 && field->lengths.count < doc) { /* nothing in the passages between */
        if (add_number(&field->lengths, 0) < 0) {
            return -1;
        }
    }
    if (positions < 0 || add_number(&field->lengths, (uint64_t)positions) < 0
        || reserve(&field->doc, &field->doc_room, field->texts + 1, sizeof(uint32_t)) < 0
        || reserve(&field->end, &field->end_room, field->texts + 1, sizeof(size_t)) < 0) {
        return -1;
    }
    field->doc[field->texts] = doc;
    field->end[field->texts++] = field->count;
    return 0;
}

/* ------------------------------------------------------------------ texts */

/* End a block with that text. */
static int
end_block(Texts *texts, size_t last)
{
    uint64_t end = texts->ends.values[last];
    size_t size = (size_t)(end - texts->in_blocks);
    const Bytes block = {texts->pending.data, size, 0};
    if (texts->blocks == NULL && (texts->blocks = PyList_New(0)) == NULL) {
        return -1;
    }
    if (append(texts->blocks, as_object(&block)) < 0 || add_number(&texts->block_ends, end) < 0) {
        return -1;
    }
    texts->pending.used -= size;
    if (size) {
        memmove(texts->pending.data, texts->pending.data + size, texts->pending.used);
    }
    texts->in_blocks = end;
    texts->texts_in_blocks = last + 1;
    return 0;
}

/* Cut the texts that wait for it, and end the blocks that are full. */
static int
cut_waiting(Inverter *self)
{
    Texts *texts = &self->texts;
    const Numbers *ends = &texts->ends;
    size_t first = ends->count - texts->languages.used;
    for (size_t i = first; i < ends->count; i++) {
        uint64_t start = (i ? ends->values[i - 1] : 0) - texts->in_blocks, end = ends->values[i] - texts->in_blocks;
        if (take_text(self, &self->body, (uint32_t)self->body.texts, texts->pending.data + start,
                      (size_t)(end - start), texts->languages.data[i - first]) < 0) {
            return -1;
        }
        if (end >= TEXT_BLOCK && end_block(texts, i) < 0) {
            return -1;
        }
    }
    texts->languages.used = 0;
    return 0;
}

/* Keep a text until there are enough to be cut together. */
static int
keep_text(Inverter *self, const uint8_t *bytes, size_t size, uint8_t language)
{
    Texts *texts = &self->texts;
    if (put(&texts->pending, bytes, size) < 0 || put_byte(&texts->languages, language) < 0
        || add_number(&texts->ends, texts->in_blocks + texts->pending.used) < 0) {
        return -1;
    }
    return texts->pending.used >= CUT_AT ? cut_waiting(self) : 0;
}

/* The UTF-8 of a text, lone surrogates and all; `owner` keeps it. */
static const uint8_t *
utf8_of(PyObject *text, Py_ssize_t *size, PyObject **owner)
{
    const char *bytes = PyUnicode_AsUTF8AndSize(text, size);
    *owner = NULL;
    if (bytes != NULL || !PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
        return (const uint8_t *)bytes;
    }
    PyErr_Clear();
    char *data;
    *owner = PyUnicode_AsEncodedString(text, "utf-8", "surrogatepass");
    if (*owner == NULL || PyBytes_AsStringAndSize(*owner, &data, size) < 0) {
        Py_CLEAR(*owner);
        return NULL;
    }
    return (const uint8_t *)data;
}

/* A place in a text: characters and bytes before it. */
typedef struct {
    size_t character, byte;
} Place;

/* Move a place on to a character; -1 where the text does not reach so far. */
static int
move_to(Place *place, size_t character, const uint8_t *bytes, size_t size)
{
    uint64_t eight;
    while (place->character < character) {
        if (place->character + 8 <= character && place->byte + 8 <= size) {
            memcpy(&eight, bytes + place->byte, 8);
            if (!(eight & 0x8080808080808080u)) {
                place->character += 8;
                place->byte += 8;
                continue;
            }
        }
        if (place->byte >= size) {
            break;
        }
        uint8_t lead = bytes[place->byte];
        place->byte += lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        place->character++;
    }
    if (place->character != character || place->byte > size) {
        PyErr_SetString(PyExc_ValueError, "a passage beyond its text");
        return -1;
    }
    return 0;
}

/* A number that is an item of a tuple; (size_t)-1, and an exception, where it is none. */
static size_t
item_of(PyObject *tuple, Py_ssize_t at)
{
    PyObject *item = PyTuple_GetItem(tuple, at);
    return item == NULL ? (size_t)-1 : PyLong_AsSize_t(item);
}

/* The number of a heading. */
static int
number_heading(Passages *passages, PyObject *heading, uint64_t *number)
{
    *number = 0;
    if (heading == NULL || !PyUnicode_Check(heading)) {
        PyErr_SetString(PyExc_TypeError, "a heading is a text");
        return -1;
    }
    if (PyUnicode_GetLength(heading) == 0) {
        return 0;
    }
    if (passages->headings == NULL && (passages->headings = PyDict_New()) == NULL) {
        return -1;
    }
    PyObject *known = PyDict_GetItemWithError(passages->headings, heading);
    if (known != NULL) {
        *number = PyLong_AsUnsignedLongLong(known);
        return 0;
    }
    if (PyErr_Occurred()) {
        return -1;
    }
    *number = (uint64_t)PyDict_Size(passages->headings) + 1;
    PyObject *added = PyLong_FromUnsignedLongLong(*number);
    int failed = added == NULL || PyDict_SetItem(passages->headings, heading, added) < 0;
    Py_XDECREF(added);
    return failed ? -1 : 0;
}

/* Note what a span says of its passage: (start, end, first line, last line, first byte, end of bytes, page, heading). */
static int
note_passage(Passages *passages, uint64_t document, PyObject *span)
{
    long long items[8] = {0};
    uint64_t heading;
    for (Py_ssize_t i = 2; i < 7; i++) {
        PyObject *item = PyTuple_GetItem(span, i);
        items[i] = item == NULL ? 0 : PyLong_AsLongLong(item);
    }
    if (PyErr_Occurred() || number_heading(passages, PyTuple_GetItem(span, 7), &heading) < 0) {
        return -1;
    }
    if (items[2] < 0 || items[3] < items[2] || items[4] < -1 || items[5] < items[4] || items[6] < 0) {
        PyErr_SetString(PyExc_ValueError, "a span that cannot be");
        return -1;
    }
    const uint64_t values[PASSAGE_COLUMNS] = {
        document,
        (uint64_t)items[2],
        (uint64_t)(items[3] - items[2]),
        (uint64_t)(items[4] + 1), /* 0: has no bytes */
        (uint64_t)(items[5] - items[4]),
        (uint64_t)items[6],
        heading,
    };
    for (int i = 0; i < PASSAGE_COLUMNS; i++) {
        if (add_number(&passages->columns[i], values[i]) < 0) {
            return -1;
        }
    }
    return 0;
}

/* A text with its size in bytes and in characters; these are not counted where the spans' bytes are places in it. */
typedef struct {
    const uint8_t *bytes;
    size_t size, characters;
    int by_bytes;
} Text;

/* Where a passage begins and ends in a text. `start` may have been moved on by the passage before it. */
static int
find_passage(const Text *text, PyObject *span, Place *start, Place *end)
{
    if (span == NULL || !PyTuple_Check(span) || PyTuple_Size(span) != 8) {
        PyErr_SetString(PyExc_TypeError, "a span is a tuple of eight");
        return -1;
    }
    size_t first = item_of(span, text->by_bytes ? 4 : 0), last = item_of(span, text->by_bytes ? 5 : 1);
    if (PyErr_Occurred()) {
        return -1;
    }
    if (first > last || last > (text->by_bytes ? text->size : text->characters)) {
        PyErr_SetString(PyExc_ValueError, "a passage beyond its text");
        return -1;
    }
    if (text->by_bytes || text->size == text->characters) { /* or all ASCII */
        *start = (Place){first, first};
        *end = (Place){last, last};
        return 0;
    }
    if (first < start->character) {
        *start = (Place){0, 0};
    }
    if (move_to(start, first, text->bytes, text->size) < 0) {
        return -1;
    }
    *end = *start;
    return move_to(end, last, text->bytes, text->size);
}

static int
take_passages(Inverter *self, uint64_t document, const Text *text, PyObject *spans, uint8_t language)
{
    Place start = {0, 0}, end = {0, 0};
    Py_ssize_t count = PyList_Size(spans);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *span = PyList_GetItem(spans, i);
        if (find_passage(text, span, &start, &end) < 0 || note_passage(&self->passages, document, span) < 0
            || keep_text(self, text->bytes + start.byte, end.byte - start.byte, language) < 0) {
            return -1;
        }
        start = end;
    }
    return 0;
}

/* ------------------------------------------------------------------ terms and groups in order */

typedef struct {
    uint64_t beginning; /* first eight bytes, the first one highest */
    const uint8_t *bytes;
    uint32_t size;
    uint32_t number;
} Key;

static int
is_before(const Key *one, const Key *other)
{
    if (one->beginning != other->beginning) {
        return one->beginning < other->beginning;
    }
    uint32_t least = one->size < other->size ? one->size : other->size;
    int order = least > 8 ? memcmp(one->bytes + 8, other->bytes + 8, least - 8) : 0;
    return order ? order < 0 : one->size < other->size;
}

/* Sort keys that are few, by merging; there is room for half of them. */
static void
merge_sort(Key *keys, size_t count, Key *room)
{
    if (count < 12) {
        for (size_t i = 1; i < count; i++) {
            const Key key = keys[i];
            size_t at = i;
            for (; at && is_before(&key, &keys[at - 1]); at--) {
                keys[at] = keys[at - 1];
            }
            keys[at] = key;
        }
        return;
    }
    size_t half = count / 2, left = 0, right = half, at = 0;
    merge_sort(keys, half, room);
    merge_sort(keys + half, count - half, room);
    memcpy(room, keys, half * sizeof(Key));
    while (left < half) {
        keys[at++] = right < count && is_before(&keys[right], &room[left]) ? keys[right++] : room[left++];
    }
}

#define FIRST_BYTES(key) ((key)->beginning >> 48)

/* Bring keys into the order of their bytes: first by the first two, then those that share them. */
static int
sort_keys(Key *keys, size_t count)
{
    Key *room = scattered(count, sizeof(Key));
    size_t *starts = zeroed((1 << 16) + 1, sizeof(size_t));
    if (room == NULL || starts == NULL) {
        free(room);
        free(starts);
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        starts[FIRST_BYTES(&keys[i]) + 1]++;
    }
    for (size_t first = 0; first < 1 << 16; first++) {
        starts[first + 1] += starts[first];
    }
    memcpy(room, keys, count * sizeof(Key));
    for (size_t i = 0; i < count; i++) {
        keys[starts[FIRST_BYTES(&room[i])]++] = room[i];
    }
    for (size_t first = 0, start = 0; first < 1 << 16; start = starts[first++]) { /* which are the ends now */
        merge_sort(keys + start, starts[first] - start, room);
    }
    free(room);
    free(starts);
    return 0;
}

/* The strings that are wanted, in the order of their bytes. */
static Key *
sorted_keys(const Strings *strings, const uint8_t *wanted, size_t *count)
{
    size_t total = 0;
    for (uint32_t i = 0; i < strings->count; i++) {
        total += wanted[i];
    }
    Key *keys = scattered(total, sizeof(Key));
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
    if (sort_keys(keys, total) < 0) {
        free(keys);
        return NULL;
    }
    return keys;
}

/* Where a term is: its group, NONE where it does not occur, and which member of that it is. */
typedef struct {
    uint32_t group, member;
} Home;

/* A field's terms and groups. Groups are numbered in the order of their stems, members in that of their bytes. */
typedef struct {
    uint32_t groups, terms;
    Home *home;           /* by term's number */
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
    void *all[] = {own->home, own->group_of, own->stem, own->ordered, own->by_group, own->first,
                   own->start, own->df, own->extra, own->term_df, own->term_cf, own->term_extra, own->keys};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        free(all[i]);
    }
}

/* Number the groups and members of a field, of all terms and stems in order. `counts` says how often each term occurs. */
static int
arrange(const Inverter *self, Inverted *own, const Key *terms, size_t term_count, const Key *stems, size_t stem_count,
        const uint32_t *counts)
{
    uint32_t terms_here = 0, groups = 0;
    own->home = zeroed(self->terms.count, sizeof(Home));
    own->group_of = zeroed(self->stems.count, sizeof(uint32_t));
    own->stem = zeroed(stem_count, sizeof(uint32_t));
    own->ordered = zeroed(term_count, sizeof(uint32_t));
    own->by_group = zeroed(term_count, sizeof(uint32_t));
    if (!own->home || !own->group_of || !own->stem || !own->ordered || !own->by_group) {
        return -1;
    }
    for (size_t i = 0; i < term_count; i++) {
        if (counts[terms[i].number]) {
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
    memset(own->home, 0xff, (size_t)self->terms.count * sizeof(Home));
    for (uint32_t i = 0; i < terms_here; i++) {
        uint32_t term = own->ordered[i], group = own->group_of[self->stem[term]];
        own->home[term] = (Home){group, next[group]++};
        own->by_group[own->first[group] + own->home[term].member] = term;
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

/* Put a field's occurrences into the order group, passage, member, position; `counts` says how many each term has. */
static int
invert(Field *field, const uint32_t *counts, Inverted *own)
{
    own->start = zeroed((size_t)own->groups + 2, sizeof(size_t));
    own->keys = scattered(field->count, sizeof(uint64_t));
    own->df = zeroed(own->groups, sizeof(uint32_t));
    own->extra = zeroed(own->groups, sizeof(uint32_t));
    own->term_df = zeroed(own->terms, sizeof(uint32_t));
    own->term_cf = zeroed(own->terms, sizeof(uint32_t));
    own->term_extra = zeroed(own->terms, sizeof(uint32_t));
    if (!own->start || !own->keys || !own->df || !own->extra || !own->term_df || !own->term_cf || !own->term_extra) {
        return -1;
    }
    for (uint32_t i = 0; i < own->terms; i++) {
        uint32_t term = own->by_group[i];
        own->start[own->home[term].group + 2] += counts[term];
    }
    for (uint32_t group = 1; group < own->groups + 1; group++) {
        own->start[group + 1] += own->start[group];
    }
    size_t at = 0;
    const uint8_t *steps = field->steps;
    for (size_t text = 0; text < field->texts; text++) {
        uint32_t doc = field->doc[text], position = 0;
        for (; at < field->end[text]; at++) {
            if (at + 2 * AHEAD < field->count) {
                PREFETCH(&own->home[field->term[at + 2 * AHEAD]]);
                PREFETCH(&own->start[own->home[field->term[at + AHEAD]].group + 1]);
            }
            Home home = own->home[field->term[at]];
            position = take_step(&steps, position);
            own->keys[own->start[home.group + 1]++] = PACK(doc, home.member, position);
        }
    }
    /* What stood there stands in the keys now. */
    free(field->term);
    free(field->steps);
    field->term = NULL;
    field->steps = NULL;
    field->term_room = field->steps_room = 0;
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
                    body->home[term].group == NONE
                    || !has(keys, count, PACK(doc, body->home[term].member, 0), POSITION_BITS);
            }
        }
    }
}

/* ------------------------------------------------------------------ columns */

/* A column of bytes, which are written into an object as large as it will be; the few numbers above 255 stand in `over`
 * and `high` too (docs/index-format.md). */
typedef struct {
    PyObject *low;
    uint8_t *begin, *next;
    Bytes over, high;
} Small;

static int
begin_small(Small *column, size_t size)
{
    column->low = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);
    if (column->low == NULL) {
        return -1;
    }
    column->begin = column->next = (uint8_t *)PyBytes_AsString(column->low);
    return 0;
}

/* Note a number above 255, whose low byte comes next. */
static int
put_over(Small *column, const uint8_t *next, uint32_t value)
{
    return put_int(&column->over, (uint32_t)(next - column->begin)) < 0 || put_int(&column->high, value >> 8) < 0 ? -1 : 0;
}

static int
set_small(PyObject *dict, const char *key, Small *column)
{
    PyObject *over = as_object(&column->over), *high = as_object(&column->high), *low = column->low;
    column->low = NULL;
    if (over == NULL || high == NULL) {
        Py_XDECREF(over);
        Py_XDECREF(high);
        Py_DECREF(low);
        return -1;
    }
    return set(dict, key, Py_BuildValue("(NNN)", low, over, high));
}

static void
free_small(Small *column)
{
    Py_XDECREF(column->low);
    free(column->over.data);
    free(column->high.data);
}

typedef struct {
    PyObject *doc_object;
    uint8_t *doc;
    Small tf, position, member;
} Columns;

/* Make room for the columns of both fields. */
static int
begin_columns(Columns *columns, const Inverted *fields)
{
    size_t postings = 0, occurrences = 0, of_members = 0;
    for (int which = 0; which < 2; which++) {
        const Inverted *own = &fields[which];
        occurrences += own->start[own->groups];
        for (uint32_t group = 0; group < own->groups; group++) {
            postings += own->df[group];
            if (own->first[group + 1] - own->first[group] > 1) {
                of_members += own->start[group + 1] - own->start[group];
            }
        }
    }
    columns->doc_object = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(postings * sizeof(uint16_t)));
    if (columns->doc_object == NULL) {
        return -1;
    }
    columns->doc = (uint8_t *)PyBytes_AsString(columns->doc_object);
    return begin_small(&columns->tf, postings) < 0 || begin_small(&columns->position, occurrences) < 0
                   || begin_small(&columns->member, of_members) < 0
               ? -1
               : 0;
}

static int
put_postings(const Inverted *own, Columns *columns)
{
    /* Local, or each byte that is stored might have changed them. */
    uint8_t *doc_at = columns->doc, *tf = columns->tf.next;
    uint8_t *position = columns->position.next, *member = columns->member.next;
    const uint64_t *keys = own->keys;
    for (uint32_t group = 0; group < own->groups; group++) {
        int several = own->first[group + 1] - own->first[group] > 1;
        size_t i = own->start[group], end = own->start[group + 1];
        while (i < end) {
            uint32_t doc = DOC_OF(keys[i]);
            size_t begin = i;
            for (; i < end && DOC_OF(keys[i]) == doc; i++) {
                uint32_t at = POSITION_OF(keys[i]);
                if (at > 255 && put_over(&columns->position, position, at) < 0) {
                    return -1;
                }
                *position++ = (uint8_t)at;
                if (several) {
                    uint32_t which = MEMBER_OF(keys[i]);
                    if (which > 255 && put_over(&columns->member, member, which) < 0) {
                        return -1;
                    }
                    *member++ = (uint8_t)which;
                }
            }
            uint16_t narrow = (uint16_t)doc;
            memcpy(doc_at, &narrow, sizeof narrow);
            doc_at += sizeof narrow;
            if (i - begin > 255 && put_over(&columns->tf, tf, (uint32_t)(i - begin)) < 0) {
                return -1;
            }
            *tf++ = (uint8_t)(i - begin);
        }
    }
    columns->doc = doc_at;
    columns->tf.next = tf;
    columns->position.next = position;
    columns->member.next = member;
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

enum { GROUP_DF, GROUP_CF, GROUP_EXTRA, GROUP_SIZE, TERM_DF, TERM_CF, TERM_EXTRA, NUMBERS };

/* A block of groups being made: keys, members, and the seven columns of numbers. */
typedef struct {
    Bytes keys, members, whole;
    Gathered numbers[NUMBERS];
    uint64_t bases[3];
    Numbers all_bases;
    PyObject *blocks, *firsts;
} GroupBlocks;

static int
put_group(GroupBlocks *blocks, const Inverter *self, const Inverted *own, uint32_t group, char field)
{
    uint32_t first = own->first[group], last = own->first[group + 1];
    uint32_t cf = (uint32_t)(own->start[group + 1] - own->start[group]);
    const uint32_t values[] = {own->df[group], cf, own->extra[group], last - first};
    int is_first = blocks->numbers[GROUP_DF].count == 0;
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
        if (put_line(&blocks->members, &self->terms, own->by_group[i], 0, self->has_marked, blocks->numbers[TERM_DF].count == 0) < 0
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
add_bases(GroupBlocks *blocks)
{
    for (int i = 0; i < 3; i++) {
        if (add_number(&blocks->all_bases, blocks->bases[i]) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
end_group_block(GroupBlocks *blocks)
{
    if (blocks->numbers[GROUP_DF].count == 0) {
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
             || add_bases(blocks) < 0;
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
                 || add_bases(&blocks) < 0;
    for (int which = 0; which < 2; which++) {
        for (uint32_t group = 0; group < fields[which].groups && !failed; group++) {
            failed = put_group(&blocks, self, &fields[which], group, which ? 't' : 'b') < 0;
            if (blocks.numbers[GROUP_DF].count == GROUPS_A_BLOCK && !failed) {
                failed = end_group_block(&blocks) < 0;
            }
        }
    }
    failed = failed || end_group_block(&blocks) < 0 || PyDict_SetItemString(result, "groups", blocks.blocks) < 0
             || PyDict_SetItemString(result, "group_firsts", blocks.firsts) < 0
             || set(result, "group_bases", as_column(&blocks.all_bases)) < 0;
    Py_XDECREF(blocks.blocks);
    Py_XDECREF(blocks.firsts);
    free(blocks.keys.data);
    free(blocks.members.data);
    free(blocks.whole.data);
    free(blocks.all_bases.values);
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
        uint32_t group = fields[which].home[term].group + (which ? fields[0].groups : 0);
        int is_first = groups.count == 0;
        failed = put_line(&keys, &self->terms, term, which ? 't' : 'b', self->has_marked, is_first) < 0
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
    int failed = begin_columns(&columns, fields) < 0 || put_postings(&fields[0], &columns) < 0
                 || put_postings(&fields[1], &columns) < 0
                 || PyDict_SetItemString(result, "doc", columns.doc_object) < 0
                 || set_small(result, "tf", &columns.tf) < 0 || set_small(result, "position", &columns.position) < 0
                 || set_small(result, "member", &columns.member) < 0;
    Py_XDECREF(columns.doc_object);
    free_small(&columns.tf);
    free_small(&columns.position);
    free_small(&columns.member);
    return failed ? -1 : 0;
}

static int
set_all(PyObject *result, Inverter *self, const Key *terms, size_t term_count, const Key *stems,
        size_t stem_count, uint32_t *const counts[2])
{
    Inverted fields[2] = {{0}, {0}};
    Field *found[2] = {&self->body, &self->title};
    int failed = 0;
    for (int which = 0; which < 2 && !failed; which++) {
        failed = arrange(self, &fields[which], terms, term_count, stems, stem_count, counts[which]) < 0
                 || invert(found[which], counts[which], &fields[which]) < 0;
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

/* How often each term occurs in a field. */
static void
count_terms(const Field *field, uint32_t *counts)
{
    for (size_t i = 0; i < field->count; i++) {
        counts[field->term[i]]++;
    }
}

/* Which terms occur in either field, and which stems they have. */
static void
find_used(const Inverter *self, uint32_t *const counts[2], uint8_t *terms, uint8_t *stems)
{
    for (uint32_t term = 0; term < self->terms.count; term++) {
        if (counts[0][term] || counts[1][term]) {
            terms[term] = 1;
            stems[self->stem[term]] = 1;
        }
    }
}

/* The columns of lengths, by passage, and their sums. */
static int
set_lengths(PyObject *result, Inverter *self)
{
    Numbers *body = &self->body.lengths, *title = &self->title.lengths;
    while (title->count < body->count) {
        if (add_number(title, 0) < 0) {
            return -1;
        }
    }
    if (title->count > body->count) {
        PyErr_SetString(PyExc_ValueError, "a title without a passage");
        return -1;
    }
    return set(result, "lengths", as_column(body)) < 0 || set(result, "title_lengths", as_column(title)) < 0
                   || set(result, "positions", PyLong_FromUnsignedLongLong(sum_of(body))) < 0
                   || set(result, "title_positions", PyLong_FromUnsignedLongLong(sum_of(title))) < 0
               ? -1
               : 0;
}

static PyObject *
inverter_finish(Inverter *self, PyObject *Py_UNUSED(ignored))
{
    if (self->busy || self->texts.languages.used || self->stemmed != self->terms.count) {
        PyErr_SetString(PyExc_ValueError, "every term needs a stem first");
        return NULL;
    }
    size_t term_count = 0, stem_count = 0;
    PyObject *result = PyDict_New();
    uint8_t *used = zeroed(self->terms.count, 1), *used_stems = zeroed(self->stems.count, 1);
    uint32_t *counts[2] = {zeroed(self->terms.count, sizeof(uint32_t)), zeroed(self->terms.count, sizeof(uint32_t))};
    Key *terms = NULL, *stems = NULL;
    int failed = result == NULL || used == NULL || used_stems == NULL || counts[0] == NULL || counts[1] == NULL
                 || set_lengths(result, self) < 0;
    if (!failed) {
        count_terms(&self->body, counts[0]);
        count_terms(&self->title, counts[1]);
        find_used(self, counts, used, used_stems);
        terms = sorted_keys(&self->terms, used, &term_count);
        stems = sorted_keys(&self->stems, used_stems, &stem_count);
        failed = terms == NULL || stems == NULL
                 || set_all(result, self, terms, term_count, stems, stem_count, counts) < 0;
    }
    free(terms);
    free(stems);
    free(used);
    free(used_stems);
    free(counts[0]);
    free(counts[1]);
    for (int which = 0; which < 2; which++) {
        Field *field = which ? &self->title : &self->body;
        field->count = field->steps_used = field->texts = field->lengths.count = 0;
    }
    if (failed) {
        Py_CLEAR(result);
    }
    return result;
}

/* ------------------------------------------------------------------ the type */

/* Whether a call may begin; none may while another is at work, or has failed half way. */
static int
begin(Inverter *self)
{
    if (self->busy) {
        PyErr_SetString(PyExc_ValueError, "a text is half added");
        return -1;
    }
    self->busy = 1;
    return 0;
}

static PyObject *
inverter_add(Inverter *self, PyObject *args)
{
    PyObject *text, *spans, *owner = NULL;
    unsigned int document;
    unsigned char language;
    Py_ssize_t size;
    char *data = NULL;
    if (!PyArg_ParseTuple(args, "IOO!b", &document, &text, &PyList_Type, &spans, &language) || begin(self) < 0) {
        return NULL;
    }
    int by_bytes = PyBytes_Check(text);
    if (by_bytes) {
        PyBytes_AsStringAndSize(text, &data, &size);
    }
    else if (!PyUnicode_Check(text)) {
        PyErr_SetString(PyExc_TypeError, "a text is str or bytes");
        return NULL;
    }
    const uint8_t *bytes = by_bytes ? (const uint8_t *)data : utf8_of(text, &size, &owner);
    if (bytes == NULL) {
        return NULL;
    }
    const Text whole = {bytes, (size_t)size, by_bytes ? 0 : (size_t)PyUnicode_GetLength(text), by_bytes};
    int failed = take_passages(self, document, &whole, spans, language);
    Py_XDECREF(owner);
    if (failed) {
        return NULL;
    }
    self->busy = 0;
    return PyBool_FromLong(self->texts.blocks != NULL && PyList_Size(self->texts.blocks) > 0);
}

static PyObject *
inverter_add_title(Inverter *self, PyObject *args)
{
    PyObject *text, *owner;
    unsigned char language;
    unsigned int passage;
    Py_ssize_t size;
    if (!PyArg_ParseTuple(args, "UbI", &text, &language, &passage) || begin(self) < 0) {
        return NULL;
    }
    const uint8_t *bytes = utf8_of(text, &size, &owner);
    if (bytes == NULL) {
        return NULL;
    }
    int failed = take_text(self, &self->title, passage, bytes, (size_t)size, language);
    Py_XDECREF(owner);
    if (failed) {
        return NULL;
    }
    self->busy = 0;
    Py_RETURN_NONE;
}

static PyObject *
inverter_take_blocks(Inverter *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *blocks = self->texts.blocks;
    self->texts.blocks = NULL;
    return blocks == NULL ? PyList_New(0) : blocks;
}

static PyObject *
inverter_end_texts(Inverter *self, PyObject *Py_UNUSED(ignored))
{
    Texts *texts = &self->texts;
    if (texts->languages.used) {
        PyErr_SetString(PyExc_ValueError, "some texts are not cut yet");
        return NULL;
    }
    if (texts->ends.count > texts->texts_in_blocks && end_block(texts, texts->ends.count - 1) < 0) {
        return NULL;
    }
    PyObject *ends = as_column(&texts->ends), *block_ends = as_column(&texts->block_ends);
    if (ends == NULL || block_ends == NULL) {
        Py_XDECREF(ends);
        Py_XDECREF(block_ends);
        return NULL;
    }
    texts->ends.count = texts->texts_in_blocks = texts->block_ends.count = 0;
    texts->in_blocks = 0;
    return Py_BuildValue("(NN)", ends, block_ends);
}

static PyObject *
inverter_take_passages(Inverter *self, PyObject *Py_UNUSED(ignored))
{
    Passages *passages = &self->passages;
    PyObject *columns = PyDict_New();
    int failed = columns == NULL;
    for (int i = 0; i < PASSAGE_COLUMNS && !failed; i++) {
        failed = set(columns, PASSAGE_NAMES[i], as_column(&passages->columns[i])) < 0;
    }
    PyObject *headings = passages->headings == NULL ? PyList_New(0) : PyDict_Keys(passages->headings);
    if (failed || headings == NULL) {
        Py_XDECREF(columns);
        Py_XDECREF(headings);
        return NULL;
    }
    for (int i = 0; i < PASSAGE_COLUMNS; i++) {
        passages->columns[i].count = 0;
    }
    Py_CLEAR(passages->headings);
    return Py_BuildValue("(NN)", columns, headings);
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

/* The stem of a term: itself, or one that is written to `stem`; NULL where Python must say it. */
static const uint8_t *
stem_of(const uint8_t *term, size_t *size, uint8_t stem[ENGLISH_MAX])
{
    if (*size && term[0] < 0x80 && !IS_LOWER(term[0]) && memchr(term, LANGUAGE, *size) == NULL) {
        return term; /* a number */
    }
    int stem_size = *size && IS_LOWER(term[0]) ? stem_english(term, *size, stem) : -1;
    if (stem_size < 0) {
        return NULL;
    }
    *size = (size_t)stem_size;
    return stem;
}

/* Give a term its stem. */
static int
set_stem(Inverter *self, uint32_t term, const uint8_t *stem, size_t size)
{
    self->stem[term] = number_of(&self->stems, stem, size);
    return self->stem[term] == NONE ? -1 : 0;
}

/* Give every new term its stem, NONE where Python must say it; and list these. */
static int
stem_new(Inverter *self, PyObject *others)
{
    uint8_t stem[ENGLISH_MAX];
    if (reserve(&self->stem, &self->stem_room, self->terms.count, sizeof(uint32_t)) < 0) {
        return -1;
    }
    for (uint32_t number = self->stemmed; number < self->terms.count; number++) {
        size_t size, stem_size;
        const uint8_t *term = string_at(&self->terms, number, &size);
        stem_size = size;
        const uint8_t *found = stem_of(term, &stem_size, stem);
        self->stem[number] = NONE;
        if (found == NULL ? append(others, PyBytes_FromStringAndSize((const char *)term, (Py_ssize_t)size)) < 0
                          : set_stem(self, number, found, stem_size) < 0) {
            return -1;
        }
    }
    self->listed = self->terms.count;
    return 0;
}

static PyObject *
inverter_without_stems(Inverter *self, PyObject *Py_UNUSED(ignored))
{
    if (begin(self) < 0 || cut_waiting(self) < 0) {
        return NULL;
    }
    self->busy = 0;
    PyObject *others = PyList_New(0);
    if (others != NULL && stem_new(self, others) < 0) {
        Py_CLEAR(others);
    }
    return others;
}

static PyObject *
inverter_add_stems(Inverter *self, PyObject *stems)
{
    Py_ssize_t next = 0;
    if (!PyList_Check(stems)) {
        PyErr_SetString(PyExc_TypeError, "stems come in a list");
        return NULL;
    }
    for (; self->stemmed < self->listed; self->stemmed++) {
        if (self->stem[self->stemmed] == NONE) {
            char *data;
            Py_ssize_t size;
            PyObject *stem = PyList_GetItem(stems, next++);
            if (stem == NULL || PyBytes_AsStringAndSize(stem, &data, &size) < 0
                || set_stem(self, self->stemmed, (const uint8_t *)data, (size_t)size) < 0) {
                return NULL;
            }
        }
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
inverter_passages(Inverter *self, void *Py_UNUSED(closure))
{
    return PyLong_FromSize_t(self->texts.ends.count);
}

static PyObject *
inverter_text_bytes(Inverter *self, void *Py_UNUSED(closure))
{
    const Numbers *ends = &self->texts.ends;
    return PyLong_FromUnsignedLongLong(ends->count ? ends->values[ends->count - 1] : 0);
}

/* The ranges of scripts without spaces, from pairs of code points; -1 where they cannot be. */
static int
read_unspaced(Inverter *self, PyObject *ranges)
{
    Py_ssize_t count = PyTuple_Size(ranges);
    uint32_t after = 0x80;
    if (count > MOST_RANGES) {
        PyErr_SetString(PyExc_ValueError, "too many scripts");
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *range = PyTuple_GetItem(ranges, i);
        unsigned int first, last;
        if (range == NULL || !PyArg_Parse(range, "(II)", &first, &last)) {
            return -1;
        }
        if (first < after || last < first || last > LAST_CODE) {
            PyErr_SetString(PyExc_ValueError, "scripts ascend, and are not ASCII");
            return -1;
        }
        self->unspaced[i][0] = first;
        self->unspaced[i][1] = last;
        after = last + 1;
    }
    self->unspaced_count = (size_t)count;
    return 0;
}

static PyObject *
inverter_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *marker, *folder, *letter, *unspaced;
    if (!PyArg_ParseTuple(args, "OOOO!", &marker, &folder, &letter, &PyTuple_Type, &unspaced)) {
        return NULL;
    }
    PyObject *name = PyUnicode_FromString("seedsearch"); /* whose hash is another one in each process */
    Py_hash_t seed = name == NULL ? -1 : PyObject_Hash(name);
    Py_XDECREF(name);
    if (seed == -1) {
        return NULL;
    }
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    Inverter *self = (Inverter *)allocate(type, 0); /* everything in it is zero */
    if (self != NULL) {
        self->terms.seed = self->stems.seed = self->runs.seed = (uint64_t)seed;
        self->marker = Py_NewRef(marker);
        self->folder = Py_NewRef(folder);
        self->letter = Py_NewRef(letter);
        if (read_unspaced(self, unspaced) < 0) {
            Py_CLEAR(self);
        }
    }
    return (PyObject *)self;
}

static void
free_field(Field *field)
{
    free(field->term);
    free(field->steps);
    free(field->doc);
    free(field->lengths.values);
    free(field->end);
}

static int
inverter_traverse(Inverter *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE((PyObject *)self));
    Py_VISIT(self->marker);
    Py_VISIT(self->folder);
    Py_VISIT(self->letter);
    Py_VISIT(self->texts.blocks);
    Py_VISIT(self->passages.headings);
    return 0;
}

static int
inverter_clear(Inverter *self)
{
    Py_CLEAR(self->marker);
    Py_CLEAR(self->folder);
    Py_CLEAR(self->letter);
    Py_CLEAR(self->texts.blocks);
    Py_CLEAR(self->passages.headings);
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
    free_strings(&self->runs);
    free(self->folded.data);
    free(self->forms);
    free(self->scratch.data);
    free(self->letter_forms.data);
    for (size_t i = 0; i < CODE_PAGES; i++) {
        free(self->pages[i]);
    }
    free(self->letters.data);
    free(self->words);
    free(self->texts.pending.data);
    free(self->texts.languages.data);
    free(self->texts.ends.values);
    free(self->texts.block_ends.values);
    for (size_t i = 0; i < PASSAGE_COLUMNS; i++) {
        free(self->passages.columns[i].values);
    }
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
    {"add_title", (PyCFunction)inverter_add_title, METH_VARARGS, NULL},
    {"take_blocks", (PyCFunction)inverter_take_blocks, METH_NOARGS, NULL},
    {"end_texts", (PyCFunction)inverter_end_texts, METH_NOARGS, NULL},
    {"take_passages", (PyCFunction)inverter_take_passages, METH_NOARGS, NULL},
    {"number", (PyCFunction)inverter_number, METH_O, NULL},
    {"without_stems", (PyCFunction)inverter_without_stems, METH_NOARGS, NULL},
    {"add_stems", (PyCFunction)inverter_add_stems, METH_O, NULL},
    {"finish", (PyCFunction)inverter_finish, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef GETTERS[] = {
    {"terms", (getter)inverter_terms, NULL, NULL, NULL},
    {"occurrences", (getter)inverter_occurrences, NULL, NULL, NULL},
    {"passages", (getter)inverter_passages, NULL, NULL, NULL},
    {"text_bytes", (getter)inverter_text_bytes, NULL, NULL, NULL},
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

PyType_Spec core_inverter_spec = {
    .name = "seedsearch.core._core.Inverter",
    .basicsize = sizeof(Inverter),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = SLOTS,
};
