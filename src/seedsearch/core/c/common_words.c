/* Words of languages in texts: how many common ones a text has, and which passages of one may be in another language than
 * their document. language.py and passage_language.py explain this. */

#include "memory.h"
#include "plain_text.h"
#include "spans.h"
#include "text.h"

#define CODES 0x3000   /* common words have no characters from here on */
#define SPACE 0x3000   /* the only white space there */
#define BETWEEN 0      /* a character between words, */
#define IN_NO_WORD 1   /* and one that no common word has: in the table of lower case */
#define FOREIGN 0x8000 /* a letter of another language */
#define LONGEST 32     /* bytes of a common word */
#define MOST_LANGUAGES 64
#define MOST_COMMON 65536

/* The lower case of each character, by code point. */
typedef uint16_t LowerCase[CODES];

static int
read_lower_case(LowerCase lower, PyObject *table)
{
    char *data;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(table, &data, &size) < 0) {
        return -1;
    }
    if (size != CODES * (Py_ssize_t)sizeof(uint16_t)) {
        return wrong("each character has a lower case");
    }
    memcpy(lower, data, (size_t)size);
    return 0;
}

/* Append a letter to a word. A word that becomes too long stays so. */
static size_t
with_letter(uint8_t *word, size_t size, uint16_t letter)
{
    if (letter == IN_NO_WORD || size + 3 > LONGEST) {
        return LONGEST;
    }
    if (letter < 0x80) {
        word[size] = (uint8_t)letter;
        return size + 1;
    }
    if (letter < 0x800) {
        word[size] = (uint8_t)(0xc0 | letter >> 6);
        word[size + 1] = (uint8_t)(0x80 | (letter & 0x3f));
        return size + 2;
    }
    word[size] = (uint8_t)(0xe0 | letter >> 12);
    word[size + 1] = (uint8_t)(0x80 | (letter >> 6 & 0x3f));
    word[size + 2] = (uint8_t)(0x80 | (letter & 0x3f));
    return size + 3;
}

/* Number a common word, unless it is known. Return NONE with an error set on failure. */
static uint32_t
number_word(Strings *words, PyObject *word)
{
    char *data;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(word, &data, &size) < 0) {
        return NONE;
    }
    if (size >= LONGEST || words->count >= MOST_COMMON) {
        wrong("common words are short and few");
        return NONE;
    }
    return number_of(words, (const uint8_t *)data, (size_t)size);
}

/* Take a word of a text. Return whether that is enough. */
typedef int (*TakeWord)(void *context, const uint8_t *word, size_t size);

/* Take the words of a text in lower case, up to a letter of another language. Return whether there was enough. */
static int
take_words(const LowerCase lower, const uint8_t *at, const uint8_t *end, TakeWord take, void *context)
{
    uint8_t word[LONGEST];
    size_t size = 0;
    int bytes;
    for (; at < end; at += bytes) {
        uint32_t code = code_point(at, &bytes);
        uint16_t letter = code < CODES ? lower[code] : code == SPACE ? BETWEEN : IN_NO_WORD;
        if (letter & FOREIGN) {
            return 1;
        }
        if (letter != BETWEEN) {
            size = with_letter(word, size, letter);
        }
        else if (size) {
            if (take(context, word, size)) {
                return 1;
            }
            size = 0;
        }
    }
    return size && take(context, word, size);
}

/* ------------------------------------------------------------------ common words */

typedef struct {
    PyObject_HEAD
    Strings words;         /* common words of the languages of a script */
    uint64_t *languages;   /* of each word, a bit for each */
    size_t languages_room;
    Py_ssize_t language_count;
    LowerCase lower;
} CommonWords;

/* What is counted in a text. */
typedef struct {
    const CommonWords *self;
    Py_ssize_t words;                     /* all of them */
    Py_ssize_t common[MOST_LANGUAGES];    /* those of each language, */
    Py_ssize_t different[MOST_LANGUAGES]; /* and the different ones */
    uint8_t *is_counted;                  /* by number of the word */
} Counts;

static int
count_word(void *context, const uint8_t *word, size_t size)
{
    Counts *counts = context;
    uint32_t number = size < LONGEST ? known_number(&counts->self->words, word, size) : NONE;
    counts->words++;
    if (number == NONE) {
        return 0;
    }
    int is_first = !counts->is_counted[number];
    counts->is_counted[number] = 1;
    uint64_t languages = counts->self->languages[number];
    for (Py_ssize_t i = 0; languages; i++, languages >>= 1) {
        counts->common[i] += languages & 1;
        counts->different[i] += is_first && (languages & 1);
    }
    return 0;
}

static PyObject *
as_tuple(const Py_ssize_t *numbers, Py_ssize_t count)
{
    PyObject *tuple = PyTuple_New(count);
    for (Py_ssize_t i = 0; tuple != NULL && i < count; i++) {
        PyObject *number = PyLong_FromSsize_t(numbers[i]);
        if (number == NULL || PyTuple_SetItem(tuple, i, number) < 0) {
            Py_CLEAR(tuple);
        }
    }
    return tuple;
}

static PyObject *
count(CommonWords *self, PyObject *text)
{
    Py_ssize_t size;
    const uint8_t *bytes = plain_utf8_of(text, &size);
    if (bytes == NULL) {
        return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
    }
    Counts counts = {.self = self, .is_counted = zeroed((size_t)self->words.count + 1, 1)};
    if (counts.is_counted == NULL) {
        return NULL;
    }
    take_words(self->lower, bytes, bytes + size, count_word, &counts);
    free(counts.is_counted);
    return Py_BuildValue("(nNN)", counts.words, as_tuple(counts.common, self->language_count),
                         as_tuple(counts.different, self->language_count));
}

/* Read the common words of a language, a tuple of bytes. */
static int
read_language(CommonWords *self, PyObject *words, Py_ssize_t language)
{
    for (Py_ssize_t i = 0; i < PyTuple_Size(words); i++) {
        uint32_t known = self->words.count, number = number_word(&self->words, PyTuple_GetItem(words, i));
        if (number == NONE
            || reserve(&self->languages, &self->languages_room, (size_t)number + 1, sizeof(uint64_t)) < 0) {
            return -1;
        }
        self->languages[number] = (number == known ? 0 : self->languages[number]) | (uint64_t)1 << language;
    }
    return PyErr_Occurred() ? -1 : 0; /* it is no tuple */
}

static int
read_languages(CommonWords *self, PyObject *languages)
{
    self->language_count = PyTuple_Size(languages);
    int failed = self->language_count > MOST_LANGUAGES && wrong("too many languages") < 0;
    for (Py_ssize_t i = 0; i < self->language_count && !failed; i++) {
        failed = read_language(self, PyTuple_GetItem(languages, i), i) < 0;
    }
    return failed ? -1 : 0;
}

static PyObject *
common_words_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *languages, *lower;
    if (!PyArg_ParseTuple(args, "O!O!", &PyTuple_Type, &languages, &PyBytes_Type, &lower)) {
        return NULL;
    }
    CommonWords *self = core_new(type);
    if (self == NULL) {
        return NULL;
    }
    if (read_lower_case(self->lower, lower) < 0 || read_languages(self, languages) < 0) {
        Py_CLEAR(self);
    }
    return (PyObject *)self;
}

static void
common_words_dealloc(CommonWords *self)
{
    free_strings(&self->words);
    free(self->languages);
    core_free(self);
}

CORE_MADE_TYPE(core_common_words_spec, "CommonWords", CommonWords, common_words_new, common_words_dealloc,
               CORE_METHOD("count", count, METH_O))

/* ------------------------------------------------------------------ tests of passages */

/* A test of a passage. It returns 1 if the passage passes, 0 if not, -1 with an error set. */
typedef int (*Test)(const void *what, const uint8_t *at, const uint8_t *end);

/* Return the numbers of the passages that pass a test, of all `spans`, or of those with the given numbers. */
static PyObject *
passages_that(Test test, const void *what, PyObject *object, PyObject *spans, PyObject *numbers)
{
    PyObject *owner;
    Text text;
    if (read_text(object, &text, &owner) < 0) {
        return NULL;
    }
    PyObject *found = PyList_New(0);
    Py_ssize_t count = PyList_Size(numbers == NULL ? spans : numbers);
    Offset start = {0, 0}, end = {0, 0};
    for (Py_ssize_t i = 0; found != NULL && i < count; i++) {
        Py_ssize_t number = numbers == NULL ? i : PyLong_AsSsize_t(PyList_GetItem(numbers, i));
        PyObject *span = PyErr_Occurred() ? NULL : PyList_GetItem(spans, number);
        int passes = span == NULL || find_passage(&text, span, &start, &end) < 0
                         ? -1
                         : test(what, text.bytes + start.byte, text.bytes + end.byte);
        if (passes < 0 || (passes && append(found, PyLong_FromSsize_t(number)) < 0)) {
            Py_CLEAR(found);
        }
        start = end;
    }
    Py_XDECREF(owner);
    return found;
}

static int
has_none(const void *sought, const uint8_t *at, const uint8_t *end)
{
    const OwnWords *words = sought;
    for (; (at = find(at, end, ' ')) != NULL; at++) {
        for (Py_ssize_t i = 0; i < words->count; i++) {
            const OwnWord *word = &words->words[i];
            if ((size_t)(end - at) >= word->size && at[1] == (uint8_t)word->data[1] && at[2] == (uint8_t)word->data[2]
                && memcmp(at, word->data, word->size) == 0) {
                return 0;
            }
        }
    }
    return 1;
}

int
read_own_words(PyObject *given, OwnWords *words)
{
    words->count = PyTuple_Size(given);
    if (words->count < 0 || words->count > MOST_OWN_WORDS) {
        return words->count < 0 ? -1 : wrong("too many words");
    }
    for (Py_ssize_t i = 0; i < words->count; i++) {
        char *data;
        Py_ssize_t size;
        if (PyBytes_AsStringAndSize(PyTuple_GetItem(given, i), &data, &size) < 0) {
            return -1;
        }
        if (size < 3 || data[0] != ' ') {
            return wrong("a common word is between spaces");
        }
        words->words[i] = (OwnWord){data, (size_t)size};
    }
    return 0;
}

PyObject *
core_spans_without(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *text, *spans, *given;
    OwnWords words;
    if (!PyArg_ParseTuple(args, "OO!O!", &text, &PyList_Type, &spans, &PyTuple_Type, &given)
        || read_own_words(given, &words) < 0) {
        return NULL;
    }
    return passages_that(has_none, &words, text, spans, NULL);
}

/* The constants of passage_language.py. */
#define LEAST_SHARE 0.1
#define FEW 3

int
may_be_in_others(const uint8_t *text, const Range *passages, size_t count, const OwnWords *words)
{
    size_t least = count > FEW ? 2 : 1, found = 0;
    for (size_t i = 0; words->count && i < count; i++) {
        found += (size_t)has_none(words, text + passages[i].first_byte, text + passages[i].end_byte);
    }
    return found >= least && (double)found >= LEAST_SHARE * (double)count;
}

/* ------------------------------------------------------------------ marks of other languages */

typedef struct {
    PyObject_HEAD
    PyObject *languages, *language;
    Strings words;         /* of other languages */
    LowerCase lower;
} ForeignMarks;

static int
is_foreign(void *words, const uint8_t *word, size_t size)
{
    return size < LONGEST && has_string(words, word, size);
}

/* `may_be_in_another` of language.py. Return -1 with an error set on failure. */
static int
may_be_in_another(const void *marks, const uint8_t *at, const uint8_t *end)
{
    const ForeignMarks *self = marks;
    if (take_words(self->lower, at, end, is_foreign, (void *)&self->words)) {
        return 1;
    }
    if (is_ascii(at, end)) {
        return 0;
    }
    const Found found = language_in(self->languages, at, end, characters_in(at, end));
    return found.script == NULL && PyUnicode_Compare(found.language, self->language) != 0;
}

static PyObject *
find_marks(ForeignMarks *self, PyObject *args)
{
    PyObject *text, *spans, *numbers;
    if (!PyArg_ParseTuple(args, "OO!O!", &text, &PyList_Type, &spans, &PyList_Type, &numbers)) {
        return NULL;
    }
    return passages_that(may_be_in_another, self, text, spans, numbers);
}

static PyObject *
marks_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *languages, *language, *words, *lower, *module = PyType_GetModule(type);
    if (module == NULL
        || !PyArg_ParseTuple(args, "O!UO!O!", core_type(module, TYPE_languages), &languages, &language, &PyTuple_Type,
                             &words, &PyBytes_Type, &lower)) {
        return NULL;
    }
    ForeignMarks *self = core_new(type);
    if (self == NULL) {
        return NULL;
    }
    self->languages = Py_NewRef(languages);
    self->language = Py_NewRef(language);
    int failed = read_lower_case(self->lower, lower) < 0;
    for (Py_ssize_t i = 0; i < PyTuple_Size(words) && !failed; i++) {
        failed = number_word(&self->words, PyTuple_GetItem(words, i)) == NONE;
    }
    if (failed) {
        Py_CLEAR(self);
    }
    return (PyObject *)self;
}

static void
marks_dealloc(ForeignMarks *self)
{
    Py_DECREF(self->languages);
    Py_DECREF(self->language);
    free_strings(&self->words);
    core_free(self);
}

CORE_MADE_TYPE(core_foreign_marks_spec, "ForeignMarks", ForeignMarks, marks_new, marks_dealloc,
               CORE_METHOD("find", find_marks, METH_VARARGS))
