/* Texts to terms: folding, cutting, and noting where each term occurs. */

#include "inverter.h"

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
    char *data;
    Py_ssize_t length;
    uint32_t number = NONE;
    if (found != NULL && PyBytes_AsStringAndSize(found, &data, &length) == 0) {
        number = number_of(&self->terms, (const uint8_t *)data, (size_t)length);
    }
    Py_XDECREF(found);
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
ask(PyObject *callback, const Folds *folds, const uint8_t *bytes, size_t size, Bytes *forms)
{
    char *data;
    Py_ssize_t length;
    PyObject *found = PyObject_CallFunction(callback, "Ni", as_bytes(bytes, size), folds->accents);
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
letter_at(Inverter *self, Folds *folds, const uint8_t *at, size_t most, size_t *size)
{
    uint32_t code = code_at(at, most, size);
    Folded **page = &folds->pages[code / CODES_A_PAGE];
    if (*page == NULL && (*page = zeroed(CODES_A_PAGE, sizeof(Folded))) == NULL) {
        return NULL;
    }
    Folded *letter = &(*page)[code % CODES_A_PAGE];
    if (letter->folding == UNKNOWN) {
        size_t start = folds->letter_forms.used;
        Folding folding = ask(self->letter, folds, at, *size, &folds->letter_forms);
        if (folding == UNKNOWN) {
            return NULL;
        }
        *letter = (Folded){start, (uint32_t)(folds->letter_forms.used - start), folding};
    }
    return letter;
}

/* Put what Python says that a run folds to behind `forms`. */
static int
ask_run(Inverter *self, const Folds *folds, const uint8_t *run, size_t size, Bytes *forms)
{
    Folding folding = ask(self->folder, folds, run, size, forms);
    if (folding == JOINS) {
        PyErr_SetString(PyExc_TypeError, "a run folds to something");
    }
    return folding == FOLDS ? 0 : -1;
}

/* Put what a run with marks folds to behind `scratch`. */
static int
fold_run(Inverter *self, Folds *folds, const uint8_t *run, size_t size)
{
    if (size > LONGEST_RUN) {
        return ask_run(self, folds, run, size, &self->scratch);
    }
    if (folds->runs.count >= MOST_RUNS) {
        free_strings(&folds->runs);
        folds->runs = (Strings){.seed = self->terms.seed};
        folds->folded.used = 0;
    }
    uint32_t known = folds->runs.count, number;
    if (reserve(&folds->forms, &folds->forms_room, (size_t)known + 1, sizeof(Folded)) < 0
        || (number = number_of(&folds->runs, run, size)) == NONE) {
        return -1;
    }
    Folded *form = &folds->forms[number];
    if (number == known) {
        size_t start = folds->folded.used;
        *form = (Folded){start, 0, UNKNOWN};
        if (ask_run(self, folds, run, size, &folds->folded) < 0) {
            return -1;
        }
        *form = (Folded){start, (uint32_t)(folds->folded.used - start), FOLDS};
    }
    return put(&self->scratch, folds->folded.data + form->start, form->size);
}

/* Put what a run that is not ASCII folds to behind `scratch`. */
static int
fold(Inverter *self, Folds *folds, const uint8_t *run, size_t size)
{
    size_t before = self->scratch.used, bytes;
    for (const uint8_t *at = run; at < run + size; at += bytes) {
        const Folded *letter = letter_at(self, folds, at, (size_t)(run + size - at), &bytes);
        if (letter == NULL) {
            return -1;
        }
        if (letter->folding == JOINS) {
            self->scratch.used = before;
            return fold_run(self, folds, run, size);
        }
        if (put(&self->scratch, folds->letter_forms.data + letter->start, letter->size) < 0) {
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
        if (fold(self, &self->folds[language != 0], bytes + start, at - start) < 0) {
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
int
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
