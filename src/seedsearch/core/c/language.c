/* Find the language of a text from its script, or if it is English: `language_of` of analysis/language.py. */

#include "spans.h"
#include "text.h"

#define MOST_SCRIPTS 64

/* Numbers of characters, except english_every, that decide the language; language.py names and explains them. */
typedef struct {
    Py_ssize_t sample, glance, least_english, english_every, a_character_says, least_letters, least_han;
} Rules;

typedef struct {
    uint32_t first, last; /* code points */
    uint32_t script;      /* its number */
} Range;

enum { ENGLISH, UNKNOWN, CHINESE, JAPANESE, KOREAN, LATIN, CODES };

typedef struct {
    PyObject_HEAD
    Rules rules;
    Range ranges[MOST_SCRIPTS]; /* ascending */
    Py_ssize_t range_count;
    PyObject *names;            /* a tuple: the names of the scripts, in alphabetical order */
    PyObject *codes[CODES];
    Py_ssize_t script_count, han, kana, hangul;
    uint8_t is_shared[MOST_SCRIPTS]; /* by script: whether several languages share it */
} Languages;

/* ------------------------------------------------------------------ English */

/* A word between spaces that is counted without overlaps, as `str.count` does. */
typedef struct {
    const char *word;
    Py_ssize_t size, count;
    const uint8_t *behind;
} Counted;

static void
look(Counted *word, const uint8_t *at, const uint8_t *end)
{
    if (at >= word->behind && end - at >= word->size && memcmp(at, word->word, (size_t)word->size) == 0) {
        word->count++;
        word->behind = at + word->size;
    }
}

/* A range of a text. */
typedef struct {
    const uint8_t *start, *end;
    Py_ssize_t characters;
} Sample;

/* Return the first `most` characters of a text. */
static Sample
first_of(Sample text, Py_ssize_t most)
{
    Place place = {0, 0, text.start};
    skip(&place, most, text.end);
    return (Sample){text.start, place.at, text.characters < most ? text.characters : most};
}

static int
is_english_sample(Sample sample, const Rules *rules)
{
    if (sample.characters < rules->least_english) {
        return 0;
    }
    Counted the = {" the ", 5, 0, sample.start}, of = {" of ", 4, 0, sample.start}, and = {" and ", 5, 0, sample.start};
    for (const uint8_t *at = sample.start; sample.end - at >= 4; at++) { /* four bytes are one comparison */
        Counted *word = memcmp(at, the.word, 4) == 0   ? &the
                        : memcmp(at, of.word, 4) == 0  ? &of
                        : memcmp(at, and.word, 4) == 0 ? &and
                                                       : NULL;
        if (word != NULL) {
            look(word, at, sample.end);
        }
    }
    Py_ssize_t others = of.count + and.count;
    return the.count > 1 && others > 1 && rules->english_every * (the.count + others) > sample.characters;
}

static int
is_english(Sample text, const Rules *rules)
{
    return is_english_sample(first_of(text, rules->glance), rules)
           || is_english_sample(first_of(text, rules->sample), rules);
}

/* ------------------------------------------------------------------ scripts */

/* The number of letters of each script, and the number of all characters and of those in ASCII. */
typedef struct {
    Py_ssize_t of[MOST_SCRIPTS], all, ascii;
} Letters;

static void
count_letters(const Languages *self, Sample sample, Letters *letters)
{
    const Range *ranges = self->ranges;
    Py_ssize_t last = 0; /* the range of the last letter, which the next one is likely in */
    int bytes;
    letters->all += sample.characters;
    for (const uint8_t *at = sample.start; at < sample.end; at += bytes) {
        uint32_t code = code_point(at, &bytes);
        if (code < 0x80) {
            letters->ascii++;
            if (code < 'A' || (code > 'Z' && code < 'a') || code > 'z') {
                continue;
            }
        }
        if (code < ranges[last].first || code > ranges[last].last) {
            Py_ssize_t i = 0;
            while (i < self->range_count && code > ranges[i].last) {
                i++;
            }
            if (i == self->range_count || code < ranges[i].first) {
                continue;
            }
            last = i;
        }
        letters->of[ranges[last].script]++;
    }
}

/* `_east_asian` of language.py. */
static PyObject *
east_asian(const Languages *self, const Letters *letters)
{
    Py_ssize_t han = letters->of[self->han], kana = letters->of[self->kana], hangul = letters->of[self->hangul];
    Py_ssize_t together = han + kana + hangul;
    if (together < self->rules.least_letters) {
        return self->codes[UNKNOWN];
    }
    if (hangul > kana && 5 * hangul > together) {
        return self->codes[KOREAN];
    }
    if (20 * kana > together) {
        return self->codes[JAPANESE];
    }
    return han >= self->rules.least_han ? self->codes[CHINESE] : self->codes[UNKNOWN];
}

/* Return the script with the most letters if several languages share it, else its language. */
static Found
by_script(const Languages *self, const Letters *letters)
{
    if ((double)letters->ascii > 0.8 * (double)letters->all || letters->ascii == letters->all) {
        return (Found){NULL, self->codes[LATIN]};
    }
    Py_ssize_t best = -1;
    for (Py_ssize_t i = 0; i < self->script_count; i++) {
        int is_alphabet = i != self->han && i != self->kana && i != self->hangul;
        if (is_alphabet && letters->of[i] > 0 && (best < 0 || letters->of[i] >= letters->of[best])) {
            best = i;
        }
    }
    Py_ssize_t together = letters->of[self->han] + letters->of[self->kana] + letters->of[self->hangul];
    if (best < 0 || self->rules.a_character_says * together > letters->of[best]) {
        return (Found){east_asian(self, letters), NULL};
    }
    if (letters->of[best] < self->rules.least_letters) {
        return (Found){self->codes[UNKNOWN], NULL};
    }
    PyObject *name = PyTuple_GetItem(self->names, best);
    return self->is_shared[best] ? (Found){NULL, name} : (Found){name, NULL};
}

Found
language_in(PyObject *languages, const uint8_t *start, const uint8_t *end, Py_ssize_t characters)
{
    const Languages *self = (Languages *)languages;
    const Rules *rules = &self->rules;
    const Sample text = {start, end, characters};
    Letters letters = {0};
    int has_english = is_english(text, rules);
    if (!has_english) {
        count_letters(self, first_of(text, rules->sample), &letters);
    }
    if (characters >= 4 * rules->sample) {
        Place place = {0, 0, start};
        skip(&place, characters / 2, end);
        const Sample rest = {place.at, end, characters - characters / 2};
        has_english = has_english && is_english(rest, rules);
        if (!has_english) {
            count_letters(self, first_of(rest, rules->sample), &letters);
        }
    }
    return has_english ? (Found){self->codes[ENGLISH], NULL} : by_script(self, &letters);
}

/* Return the parts of a text that `language_of` of language.py looks at. */
static PyObject *
looked_at(Sample text, Py_ssize_t half)
{
    const int is_long = text.characters > 2 * half;
    const Sample first = is_long ? first_of(text, half) : text;
    PyObject *begin = PyUnicode_DecodeUTF8((const char *)first.start, first.end - first.start, "strict");
    if (begin == NULL || !is_long) {
        return begin;
    }
    Place place = {0, 0, text.start};
    skip(&place, text.characters / 2, text.end);
    const Sample more = first_of((Sample){place.at, text.end, text.characters - place.character}, half);
    PyObject *rest = PyUnicode_DecodeUTF8((const char *)more.start, more.end - more.start, "strict");
    PyObject *both = rest == NULL ? NULL : PyUnicode_Concat(begin, rest);
    Py_DECREF(begin);
    Py_XDECREF(rest);
    return both;
}

PyObject *
language_of(PyObject *languages, PyObject *ask, const uint8_t *start, const uint8_t *end, Py_ssize_t characters)
{
    const Rules *rules = &((Languages *)languages)->rules;
    const Found found = language_in(languages, start, end, characters);
    if (found.script == NULL && (characters >= rules->least_english || is_ascii(start, end))) {
        return Py_NewRef(found.language);
    }
    PyObject *text = looked_at((Sample){start, end, characters}, 2 * rules->sample);
    PyObject *language = text == NULL ? NULL : PyObject_CallFunctionObjArgs(ask, text, NULL);
    Py_XDECREF(text);
    if (language != NULL && !PyUnicode_Check(language)) {
        Py_CLEAR(language);
        PyErr_SetString(PyExc_TypeError, "a language is a text");
    }
    return language;
}

/* ------------------------------------------------------------------ the type */

static int
read_range(Languages *self, PyObject *item)
{
    PyObject *name;
    unsigned long first, last;
    if (!PyArg_Parse(item, "(kkU)", &first, &last, &name)) {
        return -1;
    }
    Py_ssize_t script = PySequence_Index(self->names, name);
    if (script < 0) {
        return -1;
    }
    self->ranges[self->range_count++] = (Range){(uint32_t)first, (uint32_t)last, (uint32_t)script};
    return 0;
}

static int
read_scripts(Languages *self, PyObject *ranges, PyObject *shared, PyObject *east_asian_names)
{
    PyObject *han, *kana, *hangul;
    if (!PyArg_ParseTuple(east_asian_names, "UUU", &han, &kana, &hangul)
        || (self->han = PySequence_Index(self->names, han)) < 0 || (self->kana = PySequence_Index(self->names, kana)) < 0
        || (self->hangul = PySequence_Index(self->names, hangul)) < 0) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < PyTuple_Size(ranges); i++) {
        if (read_range(self, PyTuple_GetItem(ranges, i)) < 0) {
            return -1;
        }
    }
    for (Py_ssize_t i = 0; i < self->script_count; i++) {
        int is_shared = PySequence_Contains(shared, PyTuple_GetItem(self->names, i));
        if (is_shared < 0) {
            return -1;
        }
        self->is_shared[i] = (uint8_t)is_shared;
    }
    return 0;
}

static PyObject *
languages_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *names, *ranges, *shared, *east_asian_names;
    Rules rules;
    if (!PyArg_ParseTuple(args, "(nnnnnnn)O!O!OO!", &rules.sample, &rules.glance, &rules.least_english,
                          &rules.english_every, &rules.a_character_says, &rules.least_letters, &rules.least_han,
                          &PyTuple_Type, &names, &PyTuple_Type, &ranges, &shared, &PyTuple_Type, &east_asian_names)) {
        return NULL;
    }
    if (rules.sample < 0 || rules.sample > PY_SSIZE_T_MAX / 4 || PyTuple_Size(names) > MOST_SCRIPTS
        || PyTuple_Size(ranges) < 1 || PyTuple_Size(ranges) > MOST_SCRIPTS) {
        return PyErr_Format(PyExc_ValueError, "a language needs characters and scripts");
    }
    Languages *self = core_new(type);
    if (self == NULL) {
        return NULL;
    }
    self->rules = rules;
    self->names = Py_NewRef(names);
    self->script_count = PyTuple_Size(names);
    static const char *const SAID[CODES] = {"en", "", "zh", "ja", "ko", "latin"};
    int failed = read_scripts(self, ranges, shared, east_asian_names) < 0;
    for (int i = 0; i < CODES && !failed; i++) {
        failed = (self->codes[i] = PyUnicode_InternFromString(SAID[i])) == NULL;
    }
    if (failed) {
        Py_CLEAR(self);
    }
    return (PyObject *)self;
}

static void
languages_dealloc(Languages *self)
{
    Py_XDECREF(self->names);
    for (int i = 0; i < CODES; i++) {
        Py_XDECREF(self->codes[i]);
    }
    core_free(self);
}

static PyObject *
languages_find(PyObject *self, PyObject *text)
{
    Py_ssize_t size;
    const uint8_t *start = plain_utf8_of(text, &size);
    if (start == NULL) {
        return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
    }
    const Found found = language_in(self, start, start + size, PyUnicode_GetLength(text));
    PyObject *unknown = ((Languages *)self)->codes[UNKNOWN];
    return PyTuple_Pack(2, found.script ? unknown : found.language, found.script ? found.script : unknown);
}

CORE_MADE_TYPE(core_languages_spec, "Languages", Languages, languages_new, languages_dealloc,
               CORE_METHOD("find", languages_find, METH_O))
