/* English stems, by Snowball's rules.
 *
 * M. F. Porter, "The English (Porter2) stemming algorithm", in the version of Snowball 3.1:
 * https://snowballstem.org/algorithms/english/stemmer.html. It handles terms of small letters and digits in
 * ASCII. tests/unit/test_english.py compares it with PyStemmer. */

#include "memory.h"
#include "stem.h"

/* A word that is being stemmed. A consonant y is written Y. */
typedef struct {
    char letters[ENGLISH_MAX];
    uint64_t vowels; /* a bit for each letter, the lowest for the first; bits after the last letter are undefined */
    size_t size;
    size_t r1, r2; /* where the regions after the first and the second consonant that follows a vowel begin */
} EnglishWord;

/* Where a suffix may be replaced, besides in its region. */
typedef enum { ANYWHERE, AFTER_L, AFTER_VALID_LI, AFTER_S_OR_T, IN_R2 } EnglishWhere;

typedef struct {
    char suffix[8];
    const char *put; /* the replacement */
    size_t size, put_size;
    EnglishWhere where;
} EnglishRule;

#define BIT(letter) (1u << ((letter) - 'a'))
#define ENGLISH_VOWELS (BIT('a') | BIT('e') | BIT('i') | BIT('o') | BIT('u') | BIT('y'))

static int
is_one_of(char letter, uint32_t letters)
{
    return letter >= 'a' && letter <= 'z' && (letters >> (letter - 'a') & 1);
}

static int
is_vowel(const EnglishWord *word, size_t at)
{
    return word->vowels >> at & 1;
}

static int
has_vowel(const EnglishWord *word, size_t end)
{
    return (word->vowels & (((uint64_t)1 << end) - 1)) != 0; /* a suffix follows: end is less than 64 */
}

/* Return whether the letters before `end` are these. */
static int
stands_before(const EnglishWord *word, size_t end, const char *letters, size_t size)
{
    if (size > end) {
        return 0;
    }
    const char *own = word->letters + end - size;
    while (size && own[size - 1] == letters[size - 1]) {
        size--;
    }
    return size == 0;
}

#define ENDS_WITH(word, suffix) stands_before(word, (word)->size, suffix, sizeof(suffix) - 1)

/* Return whether the first `end` letters are one of these words. */
static int
is_among(const EnglishWord *word, size_t end, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (word->letters[0] == words[i][0] && strlen(words[i]) == end && memcmp(word->letters, words[i], end) == 0) {
            return 1;
        }
    }
    return 0;
}

static void
put_letter(EnglishWord *word, size_t at, char letter)
{
    word->letters[at] = letter;
    word->vowels &= ~((uint64_t)1 << at);
    word->vowels |= (uint64_t)is_one_of(letter, ENGLISH_VOWELS) << at;
}

static void
replace(EnglishWord *word, size_t from, const char *put, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        put_letter(word, from + i, put[i]);
    }
    word->size = from + size;
}

/* Return where the region after the first consonant that follows a vowel begins, from a place on. */
static size_t
region_after(const EnglishWord *word, size_t from)
{
    size_t at = from;
    while (at < word->size && !is_vowel(word, at)) {
        at++;
    }
    while (at < word->size && is_vowel(word, at)) {
        at++;
    }
    return at < word->size ? at + 1 : word->size;
}

static void
find_regions(EnglishWord *word)
{
    /* Beginnings after which the first region begins. They keep words of different meanings apart. */
    static const char *const BEGINNINGS[] = {"arsen", "commun", "emerg", "gener", "inter", "later", "organ", "past", "univers"};
    word->r1 = 0;
    for (size_t i = 0; i < COUNT(BEGINNINGS); i++) {
        if (word->letters[0] == BEGINNINGS[i][0] && word->letters[1] == BEGINNINGS[i][1]) {
            size_t size = strlen(BEGINNINGS[i]);
            if (size <= word->size && memcmp(word->letters, BEGINNINGS[i], size) == 0) {
                word->r1 = size;
            }
        }
    }
    if (word->r1 == 0) {
        word->r1 = region_after(word, 0);
    }
    word->r2 = region_after(word, word->r1);
}

/* Return whether the first `end` letters end in a short syllable. */
static int
ends_short(const EnglishWord *word, size_t end)
{
    if (end < 2 || is_vowel(word, end - 1) || !is_vowel(word, end - 2)) {
        return stands_before(word, end, "past", 4);
    }
    char last = word->letters[end - 1];
    return end == 2 || (!is_vowel(word, end - 3) && last != 'w' && last != 'x' && last != 'Y')
           || stands_before(word, end, "past", 4);
}

static int
may_stand_after(const EnglishWord *word, size_t from, EnglishWhere where)
{
    char before = from ? word->letters[from - 1] : 0;
    switch (where) {
    case AFTER_L:
        return before == 'l';
    case AFTER_S_OR_T:
        return before == 's' || before == 't';
    case AFTER_VALID_LI:
        return is_one_of(before, BIT('c') | BIT('d') | BIT('e') | BIT('g') | BIT('h') | BIT('k') | BIT('m') | BIT('n')
                                     | BIT('r') | BIT('t'));
    case IN_R2:
        return from >= word->r2;
    case ANYWHERE:
        break;
    }
    return 1;
}

/* Replace the longest suffix that has a rule, if it lies in the region and its condition holds. */
static void
apply(EnglishWord *word, const EnglishRule *rules, size_t count, size_t region)
{
    const uint8_t *letters = (const uint8_t *)word->letters;
    const size_t size = word->size;
    const uint64_t last = size < 8 ? load(letters, 8) << 8 * (8 - size) : load(letters + size - 8, 8);
    for (size_t i = 0; i < count; i++) {
        const EnglishRule *rule = &rules[i];
        if (last >> 8 * (8 - rule->size) == load((const uint8_t *)rule->suffix, 8)) {
            size_t from = word->size - rule->size;
            if (from >= region && may_stand_after(word, from, rule->where)) {
                replace(word, from, rule->put, rule->put_size);
            }
            return;
        }
    }
}

/* Step 1a: plurals. */
static void
without_plural(EnglishWord *word)
{
    size_t size = word->size;
    char last = word->letters[size - 1], before = word->letters[size - 2];
    if (last == 'd') {
        if (ENDS_WITH(word, "ied")) {
            word->size -= size >= 5 ? 2 : 1;
        }
    }
    else if (last == 's') {
        if (ENDS_WITH(word, "sses")) {
            word->size -= 2;
        }
        else if (ENDS_WITH(word, "ies")) {
            word->size -= size >= 5 ? 2 : 1;
        }
        else if (before != 's' && before != 'u' && has_vowel(word, size - 2)) {
            word->size -= 1;
        }
    }
}

/* After -ed or -ing is removed, restore the final e, or undouble the final letter. */
static void
mend_end(EnglishWord *word)
{
    char last = word->letters[word->size - 1];
    int is_double = word->size >= 2 && word->letters[word->size - 2] == last
                    && is_one_of(last, BIT('b') | BIT('d') | BIT('f') | BIT('g') | BIT('m') | BIT('n') | BIT('p') | BIT('r')
                                           | BIT('t'));
    if (ENDS_WITH(word, "at") || ENDS_WITH(word, "bl") || ENDS_WITH(word, "iz")) {
        replace(word, word->size, "e", 1);
    }
    else if (is_double) {
        if (word->size != 3 || !is_one_of(word->letters[0], BIT('a') | BIT('e') | BIT('o'))) {
            word->size -= 1;
        }
    }
    else if (word->size == word->r1 && ends_short(word, word->size)) {
        replace(word, word->size, "e", 1);
    }
}

/* Step 1b: -ed and -ing. */
static void
without_ending(EnglishWord *word)
{
    static const char *const WITH_EED[] = {"succ", "proc", "exc"};
    static const char *const WITH_ING[] = {"even", "cann", "inn", "earr", "herr", "out"};
    size_t size = ENDS_WITH(word, "ly") ? word->size - 2 : word->size; /* without -ly */
    size_t from = size;
    if (stands_before(word, size, "eed", 3)) {
        from = size - 3;
        if (from >= word->r1 && !is_among(word, from, WITH_EED, COUNT(WITH_EED))) {
            replace(word, from, "ee", 2);
        }
        return;
    }
    if (stands_before(word, size, "ed", 2)) {
        from = size - 2;
    }
    else if (stands_before(word, size, "ing", 3)) {
        from = size - 3;
        if (size == word->size) {
            if (from == 2 && word->letters[1] == 'y' && !is_vowel(word, 0)) { /* dying */
                replace(word, 1, "ie", 2);
                return;
            }
            if (is_among(word, from, WITH_ING, COUNT(WITH_ING))) {
                return;
            }
        }
    }
    if (from < size && has_vowel(word, from)) {
        word->size = from;
        mend_end(word);
    }
}

/* Step 1c: a final y. */
static void
with_i(EnglishWord *word)
{
    size_t size = word->size;
    char last = word->letters[size - 1];
    if (size > 2 && (last == 'y' || last == 'Y') && !is_vowel(word, size - 2)) {
        put_letter(word, size - 1, 'i');
    }
}

/* Step 5: a final e, or the second of two final l. */
static void
without_last(EnglishWord *word)
{
    size_t from = word->size - 1;
    if (word->letters[from] == 'e') {
        if (from >= word->r2 || (from >= word->r1 && !ends_short(word, from))) {
            word->size = from;
        }
    }
    else if (word->letters[from] == 'l' && from >= word->r2 && from && word->letters[from - 1] == 'l') {
        word->size = from;
    }
}

#define RULE(suffix, put, where) {suffix, put, sizeof(suffix) - 1, sizeof(put) - 1, where}

/* The rules of each step, those of longer suffixes first. */
static const EnglishRule STEP_2[] = {
    RULE("ational", "ate", ANYWHERE), RULE("fulness", "ful", ANYWHERE), RULE("iveness", "ive", ANYWHERE),
    RULE("ization", "ize", ANYWHERE), RULE("ousness", "ous", ANYWHERE), RULE("biliti", "ble", ANYWHERE),
    RULE("lessli", "less", ANYWHERE), RULE("tional", "tion", ANYWHERE), RULE("alism", "al", ANYWHERE),
    RULE("aliti", "al", ANYWHERE), RULE("ation", "ate", ANYWHERE), RULE("entli", "ent", ANYWHERE),
    RULE("fulli", "ful", ANYWHERE), RULE("iviti", "ive", ANYWHERE), RULE("ogist", "og", ANYWHERE),
    RULE("ousli", "ous", ANYWHERE), RULE("abli", "able", ANYWHERE), RULE("alli", "al", ANYWHERE),
    RULE("anci", "ance", ANYWHERE), RULE("ator", "ate", ANYWHERE), RULE("enci", "ence", ANYWHERE),
    RULE("izer", "ize", ANYWHERE), RULE("bli", "ble", ANYWHERE), RULE("ogi", "og", AFTER_L),
    RULE("li", "", AFTER_VALID_LI),
};
static const EnglishRule STEP_3[] = {
    RULE("ational", "ate", ANYWHERE), RULE("tional", "tion", ANYWHERE), RULE("alize", "al", ANYWHERE),
    RULE("ative", "", IN_R2), RULE("icate", "ic", ANYWHERE), RULE("iciti", "ic", ANYWHERE),
    RULE("ical", "ic", ANYWHERE), RULE("ness", "", ANYWHERE), RULE("ful", "", ANYWHERE),
};
static const EnglishRule STEP_4[] = {
    RULE("ement", "", ANYWHERE), RULE("able", "", ANYWHERE), RULE("ance", "", ANYWHERE), RULE("ence", "", ANYWHERE),
    RULE("ible", "", ANYWHERE), RULE("ment", "", ANYWHERE), RULE("ant", "", ANYWHERE), RULE("ate", "", ANYWHERE),
    RULE("ent", "", ANYWHERE), RULE("ion", "", AFTER_S_OR_T), RULE("ism", "", ANYWHERE), RULE("iti", "", ANYWHERE),
    RULE("ive", "", ANYWHERE), RULE("ize", "", ANYWHERE), RULE("ous", "", ANYWHERE), RULE("al", "", ANYWHERE),
    RULE("er", "", ANYWHERE), RULE("ic", "", ANYWHERE),
};

/* Return the stem of a word that is an exception to the rules, else NULL. */
static const char *
irregular_stem(const EnglishWord *word)
{
    static const char *const STEMS[][2] = {
        {"andes", "andes"}, {"atlas", "atlas"}, {"bias", "bias"}, {"cosmos", "cosmos"}, {"early", "earli"},
        {"gently", "gentl"}, {"howe", "howe"}, {"idly", "idl"}, {"news", "news"}, {"only", "onli"},
        {"singly", "singl"}, {"skies", "sky"}, {"skis", "ski"}, {"sky", "sky"}, {"ugly", "ugli"},
    };
    if (word->size <= 6) {
        for (size_t i = 0; i < COUNT(STEMS); i++) {
            if (is_among(word, word->size, STEMS[i], 1)) {
                return STEMS[i][1];
            }
        }
    }
    return NULL;
}

/* Read a term. Return whether `stem_english` handles it: small letters and digits in ASCII, and not too many. */
static int
read_word(EnglishWord *word, const uint8_t *term, size_t size)
{
    if (size > ENGLISH_MAX) {
        return 0;
    }
    word->size = size;
    word->vowels = 0;
    for (size_t i = 0; i < size; i++) {
        char letter = (char)term[i];
        if (letter >= 'a' && letter <= 'z') {
            word->vowels |= (uint64_t)(ENGLISH_VOWELS >> (letter - 'a') & 1) << i;
        }
        else if (letter < '0' || letter > '9') {
            return 0;
        }
        word->letters[i] = letter;
    }
    return 1;
}

/* In alphabetical order. */
static const char *const IRREGULAR[][2] = {
#include "irregular.table"
};

#define LONGEST_IRREGULAR 14 /* bytes */

static int
compare_form(const void *word, const void *row)
{
    const EnglishWord *own = word;
    const char *form = *(const char *const *)row;
    int order = own->letters[0] - form[0]; /* most forms begin with another letter */
    order = order ? order : strncmp(own->letters, form, own->size);
    return order == 0 && form[own->size] ? -1 : order;
}

/* Return the base of an irregular form, or NULL: children is a form of child. */
static const char *
base_of(const EnglishWord *word)
{
    const char *const(*row)[2] = bsearch(word, IRREGULAR, COUNT(IRREGULAR), sizeof *IRREGULAR, compare_form);
    return row == NULL ? NULL : (*row)[1];
}

int
stem_english(const uint8_t *term, size_t size, uint8_t stem[ENGLISH_MAX])
{
    EnglishWord word;
    if (!read_word(&word, term, size)) {
        return -1;
    }
    const char *base = size < 3 || size > LONGEST_IRREGULAR ? NULL : base_of(&word);
    if (base != NULL) {
        return stem_english((const uint8_t *)base, strlen(base), stem);
    }
    const char *irregular = size < 3 ? NULL : irregular_stem(&word);
    if (size < 3 || irregular != NULL) {
        size = irregular == NULL ? size : strlen(irregular);
        memcpy(stem, irregular == NULL ? (const char *)term : irregular, size);
        return (int)size;
    }
    int has_y = memchr(word.letters, 'y', size) != NULL;
    for (size_t i = 0; has_y && i < size; i++) {
        if (word.letters[i] == 'y' && (i == 0 || is_vowel(&word, i - 1))) {
            put_letter(&word, i, 'Y');
        }
    }
    find_regions(&word);
    without_plural(&word);
    without_ending(&word);
    with_i(&word);
    apply(&word, STEP_2, COUNT(STEP_2), word.r1);
    apply(&word, STEP_3, COUNT(STEP_3), word.r1);
    apply(&word, STEP_4, COUNT(STEP_4), word.r2);
    without_last(&word);
    memcpy(stem, word.letters, word.size);
    for (size_t i = 0; has_y && i < word.size; i++) {
        stem[i] = stem[i] == 'Y' ? 'y' : stem[i];
    }
    return (int)word.size;
}

static PyObject *
stem_of(PyObject *term)
{
    char *data;
    Py_ssize_t size;
    uint8_t stem[ENGLISH_MAX];
    if (PyBytes_AsStringAndSize(term, &data, &size) < 0) {
        return NULL;
    }
    int stem_size = stem_english((const uint8_t *)data, (size_t)size, stem);
    return stem_size < 0 ? Py_NewRef(Py_None) : PyBytes_FromStringAndSize((const char *)stem, stem_size);
}

PyObject *
core_stem(PyObject *Py_UNUSED(module), PyObject *terms)
{
    if (!PyList_Check(terms)) {
        return PyErr_Format(PyExc_TypeError, "terms come in a list");
    }
    PyObject *stems = PyList_New(0);
    for (Py_ssize_t i = 0; stems != NULL && i < PyList_Size(terms); i++) {
        if (append(stems, stem_of(PyList_GetItem(terms, i))) < 0) {
            Py_CLEAR(stems);
        }
    }
    return stems;
}
