/* Texts to terms: fold them, cut them (with tokenizer.c), and record the occurrences of each term. */

#include "inverter.h"

static int
room_for(Field *field, size_t more)
{
    return reserve_long(&field->term, &field->term_room, field->count + more, sizeof(uint32_t))
               || reserve_long(&field->steps, &field->steps_room, field->steps_used + more * STEP_BYTES, 1)
               ? -1
               : 0;
}

/* Return the number of a term in texts of a language, or NONE with an exception. */
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

#define SLACK 8      /* bytes behind a text and the letters of its words, which are read and copied eight at a time */
#define IS_SIGN(c) ((c) == '-' || (c) == '.' || (c) == '$' || (c) == '#' || (c) == '@' || (c) >= 0x80)

/* Record a word, for which there is room, by its offset in `letters`. */
static inline void
note(Inverter *self, size_t start, size_t size, uint32_t position)
{
    const uint8_t *letters = self->letters.data + start;
    const uint64_t eight = load(letters, 8), beginning = size < 8 ? eight & (((uint64_t)1 << 8 * size) - 1) : eight;
    size_t hash = hash_with(&self->terms, letters, size, beginning);
    if (self->terms.slots != NULL) {
        PREFETCH(&self->terms.slots[hash & self->terms.mask]);
    }
    self->words[self->word_count++] = (Word){hash, beginning, start, (uint32_t)size, position};
}

/* Record a term of a chain. Afterwards there is still room for the rest of the text. */
static int
note_term(void *context, const uint8_t *term, size_t size, uint32_t part, size_t Py_UNUSED(start), size_t Py_UNUSED(end))
{
    Inverter *self = context;
    size_t start = self->letters.used, left = self->scratch.used;
    if (reserve(&self->letters.data, &self->letters.room, start + size + left + SLACK, 1) < 0
        || reserve(&self->words, &self->words_room, self->word_count + 1 + left, sizeof(Word)) < 0) {
        return -1;
    }
    memcpy(self->letters.data + start, term, size);
    self->letters.used += size;
    note(self, start, size, self->position + part);
    return 0;
}

/* Add the occurrences of the recorded words. */
static int
add_noted(Inverter *self, Field *field, uint8_t language)
{
    for (size_t i = 0; i < self->word_count; i++) {
        const Word *word = &self->words[i];
        uint32_t term = number_by_hash(&self->terms, self->letters.data + word->start, word->size, word->hash,
                                       word->beginning);
        if (occurs(self, field, term, word->position, language) < 0) {
            return -1;
        }
    }
    self->word_count = self->letters.used = 0;
    return 0;
}

/* Record the words of a chain, and move `at` to its end. */
static int
take_words(Inverter *self, const uint8_t **at)
{
    uint32_t parts;
    const uint8_t *end = take_chain(&self->chains, *at, &parts);
    if (end == NULL) {
        return -1;
    }
    self->position += parts;
    *at = end;
    return 0;
}

/* Return whether a plain word has a measure, which is at its beginning. */
static inline int
has_measure(const Chains *chains, const uint8_t *at, const uint8_t *end)
{
    int may_have = IS_DIGIT(*at) || IS_X(*at);
    while (may_have && ++at < end) {
        if (IS_X(*at) && is_measure(chains, at)) {
            return 1;
        }
    }
    return 0;
}

#define EACH(byte) ((byte) * 0x0101010101010101u)
#define HIGH_BITS EACH(0x80u)

/* Return how many of eight bytes, from the lowest one, are small letters and digits before the first other one. */
static inline size_t
small_letters(uint64_t eight)
{
    const uint64_t low = eight & ~HIGH_BITS; /* adding to a byte sets its high bit if it is large enough */
    const uint64_t letters = (low + EACH(0x80u - 'a')) & ~(low + EACH(0x7fu - 'z'));
    const uint64_t digits = (low + EACH(0x80u - '0')) & ~(low + EACH(0x7fu - '9'));
    const uint64_t others = (~(letters | digits) | eight) & HIGH_BITS;
    const uint64_t before = ((others >> 7 & (0 - (others >> 7))) - 1) & EACH(1u); /* a bit for each byte before it */
    return (size_t)(before * EACH(1u) >> 56);
}

/* Record the words of a chain that begins with a letter or digit, and move `at` to its end. Most chains are one
 * plain word. */
static int
take_spaced(Inverter *self, const uint8_t **at)
{
    size_t start = self->letters.used;
    uint8_t *letters = self->letters.data + start;
    const uint8_t *here = *at;
    uint64_t eight = load(here, 8) | (IS_UPPER(*here) ? 0x20 : 0);
    for (;;) {
        size_t size = small_letters(eight); /* most words have no other letters */
        memcpy(letters, &eight, 8);
        letters += size;
        here += size;
        if (size < 8) {
            if (IS_UPPER(*here) && !is_hump(&self->chains, here)) {
                *letters++ = LOWER[*here++];
            }
            else if (*here >= 0x80 && kind_at(&self->chains, here, &size) == SPACED) {
                do {
                    memcpy(letters, here, SLACK);
                    letters += size;
                    here += size;
                } while (*here >= 0x80 && kind_at(&self->chains, here, &size) == SPACED);
            }
            else {
                break;
            }
        }
        eight = load(here, 8);
    }
    size_t size = (size_t)(here - *at);
    if (size > MAX_TERM || LOWER[*here] || has_measure(&self->chains, *at, here) || !ends_chain(&self->chains, here)) {
        return take_words(self, at);
    }
    self->letters.used += size;
    note(self, start, size, self->position++);
    *at = here + (*here == ' '); /* what nearly always follows has no words */
    return 0;
}

/* Record a run of letters of a script without spaces, and move `at` to its end. Each letter begins a term of two;
 * the last one is a term alone. */
static void
take_unspaced(Inverter *self, const uint8_t **at)
{
    const uint8_t *here = *at, *next;
    size_t size, last = self->letters.used;
    for (int is_first = 1;; is_first = 0) {
        if (*here < 0x80 && (next = after_line_end(&self->chains, here)) != NULL) {
            here = next;
        }
        if (*here < 0x80 || kind_at(&self->chains, here, &size) != UNSPACED) {
            break;
        }
        size_t start = self->letters.used;
        memcpy(self->letters.data + start, here, SLACK);
        self->letters.used += size;
        here += size;
        if (!is_first) {
            note(self, last, self->letters.used - last, self->position++);
            last = start;
        }
    }
    note(self, last, self->letters.used - last, self->position++);
    *at = here;
}

/* Record the words that begin at `at`, if any do. Move `at` after them, or after the character. */
static int
take_next(Inverter *self, const uint8_t **at)
{
    size_t size = 1;
    if (LOWER[**at]) {
        return take_spaced(self, at);
    }
    if (**at >= 0x80) {
        Kind kind = kind_at(&self->chains, *at, &size);
        if (kind == SPACED) {
            return take_spaced(self, at);
        }
        if (kind == UNSPACED) {
            take_unspaced(self, at);
            return 0;
        }
    }
    if (IS_SIGN(**at) && ((*at)[1] > ' ' || **at == '$') && after_sign(&self->chains, *at) != NULL) {
        return take_words(self, at);
    }
    *at += size;
    return 0;
}

/* Note the words of an aside that has a sign here, if one has. Moves `at` behind it, or behind the sign. */
static int
take_aside(Inverter *self, const uint8_t **at)
{
    uint32_t before;
    const uint8_t *end = end_of_aside(&self->chains, *at, &before);
    uint32_t behind = self->position - before;
    (*at)++;
    if (end == NULL) {
        return 0;
    }
    while (*at < end) {
        if (take_next(self, at) < 0) {
            return -1;
        }
    }
    self->furthest = self->position > self->furthest ? self->position : self->furthest;
    self->position = behind;
    return 0;
}

/* Put spaces for the escape sequences of terminals in a text, behind which is a NUL. fold.py says what they are. */
static void
blank_escapes(uint8_t *at, const uint8_t *end)
{
    while ((at = memchr(at, 0x1b, (size_t)(end - at))) != NULL) {
        uint8_t *last = at + 1;
        if (*last == '[') {
            do {
                last++;
            } while (IS_DIGIT(*last) || *last == ';');
            if (LOWER[*last] && !IS_DIGIT(*last)) {
                memset(at, ' ', (size_t)(last + 1 - at));
            }
        }
        at++;
    }
}

/* Cut the text in `scratch`, behind which is a NUL; says how many positions it has, or -1. */
static int64_t
cut(Inverter *self, Field *field, uint8_t language)
{
    const uint8_t *at = self->scratch.data;
    size_t size = self->scratch.used;
    const uint8_t *end = at + size;
    if (size >= 1u << POSITION_BITS) {
        return too_large("positions");
    }
    /* No more plain words than bytes; `note_term` makes room for others. */
    self->word_count = self->letters.used = self->position = self->furthest = 0;
    if (reserve(&self->letters.data, &self->letters.room, size + SLACK, 1) < 0
        || reserve(&self->words, &self->words_room, size, sizeof(Word)) < 0) {
        return -1;
    }
    self->chains.begin = at;
    self->chains.unspaced = (const uint32_t(*)[2])self->unspaced;
    self->chains.unspaced_count = self->unspaced_count;
    self->chains.take = note_term;
    self->chains.context = self;
    while (at < end) {
        if ((IS_OF_ASIDE(*at) ? take_aside(self, &at) : take_next(self, &at)) < 0) {
            return -1;
        }
    }
    if (room_for(field, self->word_count) < 0 || add_noted(self, field, language) < 0) {
        return -1;
    }
    return self->position > self->furthest ? self->position : self->furthest;
}

/* Append the ASCII bytes before the first other byte to `scratch`, for which there is room. Return their number. */
static size_t
put_ascii(Bytes *scratch, const uint8_t *bytes, size_t size)
{
    size_t at = 0;
    uint8_t *to = scratch->data + scratch->used;
    uint64_t eight;
    for (; at + 8 <= size; at += 8) {
        memcpy(&eight, bytes + at, 8);
        if (eight & 0x8080808080808080u) {
            break;
        }
        memcpy(to + at, &eight, 8);
    }
    for (; at < size && bytes[at] < 0x80; at++) {
        to[at] = bytes[at];
    }
    scratch->used += at;
    return at;
}

/* Append the folded form of a run or a character, as Python returns it, to `forms`. Return FOLDS, JOINS if Python
 * returns None, or UNKNOWN on failure. */
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

/* Return the folded form of a character, of which `most` bytes are there, or NULL on failure. */
static const Letter *
letter_at(Inverter *self, Folds *folds, const uint8_t *at, size_t most, size_t *size)
{
    uint32_t code = code_at(at, most, size);
    Letter **page = &folds->pages[code / CODES_A_PAGE];
    if (*page == NULL && (*page = zeroed(CODES_A_PAGE, sizeof(Letter))) == NULL) {
        return NULL;
    }
    Letter *letter = &(*page)[code % CODES_A_PAGE];
    if (letter->folding == UNKNOWN) {
        size_t start = folds->folded.used;
        Folding folding = ask(self->letter, folds, at, *size, &folds->folded);
        size_t length = folds->folded.used - start;
        folds->folded.used = start;
        if (folding == UNKNOWN) {
            return NULL;
        }
        letter->folding = length > LETTER_BYTES ? JOINS : folding;
        if (letter->folding == FOLDS && length) {
            letter->size = (uint8_t)length;
            memcpy(letter->form, folds->folded.data + start, length);
        }
    }
    return letter;
}

/* Append the folded form of a run, as Python returns it, to `forms`. */
static int
ask_run(Inverter *self, const Folds *folds, const uint8_t *run, size_t size, Bytes *forms)
{
    Folding folding = ask(self->folder, folds, run, size, forms);
    if (folding == JOINS) {
        PyErr_SetString(PyExc_TypeError, "a run folds to something");
    }
    return folding == FOLDS ? 0 : -1;
}

/* Append the folded form of a run with marks to `scratch`. */
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
        *form = (Folded){start, 0};
        if (ask_run(self, folds, run, size, &folds->folded) < 0) {
            return -1;
        }
        form->size = (uint32_t)(folds->folded.used - start);
    }
    return form->size ? put(&self->scratch, folds->folded.data + form->start, form->size) : 0;
}

/* Append the folded form of a run beyond ASCII to `scratch`. */
static int
fold(Inverter *self, Folds *folds, const uint8_t *run, size_t size)
{
    size_t before = self->scratch.used, bytes;
    for (const uint8_t *at = run; at < run + size; at += bytes) {
        const Letter *letter = letter_at(self, folds, at, (size_t)(run + size - at), &bytes);
        if (letter == NULL
            || reserve(&self->scratch.data, &self->scratch.room, self->scratch.used + LETTER_BYTES, 1) < 0) {
            return -1;
        }
        if (letter->folding == JOINS) {
            self->scratch.used = before;
            return fold_run(self, folds, run, size);
        }
        memcpy(self->scratch.data + self->scratch.used, letter->form, LETTER_BYTES);
        self->scratch.used += letter->size;
    }
    return 0;
}

/* Cut the UTF-8 text of a passage or of its title. Return the number of its positions, or -1. */
static int64_t
analyse(Inverter *self, Field *field, const uint8_t *bytes, size_t size, uint8_t language)
{
    size_t at = 0;
    self->scratch.used = 0;
    for (;;) {
        if (reserve(&self->scratch.data, &self->scratch.room, self->scratch.used + size - at, 1) < 0) {
            return -1;
        }
        at += put_ascii(&self->scratch, bytes + at, size - at);
        if (at == size) {
            break;
        }
        size_t start = at;
        for (; at < size && bytes[at] >= 0x80;) {
            at++;
        }
        int is_cut = at < size && at - start >= 2 && (bytes[at] == '\r' || bytes[at] == '\n')
                     && bytes[at - 2] == 0xc2
                     && (bytes[at - 1] == 0xad || bytes[at - 1] == 0xac); /* a soft hyphen, or ¬, ends the line */
        if (fold(self, &self->folds[language != 0], bytes + start, at - start - (is_cut ? 2 : 0)) < 0
            || (is_cut && put_byte(&self->scratch, '-') < 0)) {
            return -1;
        }
    }
    if (put(&self->scratch, "\0\0\0\0\0\0\0", SLACK) < 0) {
        return -1;
    }
    self->scratch.used -= SLACK;
    blank_escapes(self->scratch.data, self->scratch.data + self->scratch.used);
    return cut(self, field, language);
}

int
take_text(Inverter *self, Field *field, uint32_t doc, const uint8_t *bytes, size_t size, uint8_t language)
{
    if (doc >= MAX_PASSAGES || (field->texts && doc <= field->doc[field->texts - 1])) {
        return wrong("passages must ascend, and be few enough");
    }
    field->last = 0;
    int64_t positions = analyse(self, field, bytes, size, language);
    while (positions >= 0 && field->lengths.count < doc) { /* the passages between are empty */
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
