/* The type Inverter: takes texts and returns the columns of a segment. `_core.pyi` describes its methods. */

#include "inverter.h"
#include "stem.h"

static const char *const PASSAGE_NAMES[PASSAGE_COLUMNS] = {"document", "line", "lines", "byte", "bytes", "page", "heading"};

/* Count the occurrences of each term in a field. */
static void
count_terms(const Field *field, uint32_t *counts)
{
    for (size_t i = 0; i < field->count; i++) {
        counts[field->term[i]]++;
    }
}

/* Mark the terms that occur in either field, and their stems. */
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

/* Set the columns of lengths by passage, and their sums. */
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
        return wrong("a title without a passage");
    }
    return set(result, "lengths", as_column(body)) < 0 || set(result, "title_lengths", as_column(title)) < 0
                   || set(result, "positions", PyLong_FromUnsignedLongLong(sum_of(body))) < 0
                   || set(result, "title_positions", PyLong_FromUnsignedLongLong(sum_of(title))) < 0
               ? -1
               : 0;
}

/* The working memory of `finish`. */
typedef struct {
    uint8_t *used, *used_stems;
    uint32_t *counts[2];
    Key *terms, *stems;
    size_t term_count, stem_count;
    Columns columns;
} Finishing;

/* Do everything that needs no Python object. */
static int
finish_columns(Inverter *self, Finishing *own)
{
    own->used = zeroed(self->terms.count, 1);
    own->used_stems = zeroed(self->stems.count, 1);
    own->counts[0] = zeroed(self->terms.count, sizeof(uint32_t));
    own->counts[1] = zeroed(self->terms.count, sizeof(uint32_t));
    if (own->used == NULL || own->used_stems == NULL || own->counts[0] == NULL || own->counts[1] == NULL) {
        return -1;
    }
    count_terms(&self->body, own->counts[0]);
    count_terms(&self->title, own->counts[1]);
    find_used(self, own->counts, own->used, own->used_stems);
    own->terms = sorted_keys(&self->terms, own->used, &own->term_count);
    own->stems = sorted_keys(&self->stems, own->used_stems, &own->stem_count);
    return own->terms == NULL || own->stems == NULL
                   || make_columns(&own->columns, self, own->terms, own->term_count, own->stems, own->stem_count,
                                   own->counts)
                          < 0
               ? -1
               : 0;
}

static void
free_finishing(Finishing *own)
{
    void *all[] = {own->terms, own->stems, own->used, own->used_stems, own->counts[0], own->counts[1]};
    for (size_t i = 0; i < COUNT(all); i++) {
        free(all[i]);
    }
    free_columns(&own->columns);
}

static PyObject *
inverter_finish(Inverter *self, PyObject *Py_UNUSED(ignored))
{
    if (self->busy || self->texts.languages.used || self->stemmed != self->terms.count) {
        return PyErr_Format(PyExc_ValueError, "every term needs a stem first");
    }
    Finishing own = {0};
    PyObject *result = PyDict_New();
    int failed = result == NULL || set_lengths(result, self) < 0;
    if (!failed) {
        self->busy = 1;
        Py_BEGIN_ALLOW_THREADS
        failed = finish_columns(self, &own) < 0;
        Py_END_ALLOW_THREADS
        self->busy = 0;
        failed = failed || set_columns(result, &own.columns) < 0;
    }
    free_finishing(&own);
    for (int which = 0; which < 2; which++) {
        Field *field = which ? &self->title : &self->body;
        field->count = field->steps_used = field->texts = field->lengths.count = 0;
    }
    if (failed) {
        Py_CLEAR(result);
    }
    return result;
}

/* Begin a call, unless another one is running or has failed half way. */
static int
begin(Inverter *self)
{
    if (self->busy) {
        return wrong("a text is half added");
    }
    self->busy = 1;
    return 0;
}

static int
has_blocks(const Inverter *self)
{
    return self->texts.blocks != NULL && PyList_Size(self->texts.blocks) > 0;
}

static PyObject *
inverter_add(Inverter *self, PyObject *args)
{
    PyObject *object, *spans, *owner;
    unsigned int document;
    unsigned char language;
    Text text;
    if (!PyArg_ParseTuple(args, "IOO!b", &document, &object, &PyList_Type, &spans, &language) || begin(self) < 0
        || read_text(object, &text, &owner) < 0) {
        return NULL;
    }
    int failed = take_passages(self, document, &text, spans, language);
    Py_XDECREF(owner);
    if (failed) {
        return NULL;
    }
    self->busy = 0;
    return PyBool_FromLong(has_blocks(self));
}

/* Set the number of a text's language. Return whether some passages may be in another one, or -1 with an error set. */
static int
read_language(const FoundPassages *found, PyObject *languages, unsigned char *number)
{
    PyObject *given, *known = PyObject_GetItem(languages, found->language);
    OwnWords words;
    int may_be = -1;
    if (known != NULL && PyArg_Parse(known, "(bO!)", number, &PyTuple_Type, &given)
        && read_own_words(given, &words) == 0) {
        may_be = PyUnicode_GetLength(found->language) == 0
                 || may_be_in_others(found->text, found->passages, found->count, &words);
    }
    Py_XDECREF(known);
    return may_be;
}

/* Return whether Python finds passages in another language than the text's, or -1 with an error set. Take over the text
 * and its spans. */
static int
are_in_others(PyObject *in_others, PyObject *language, PyObject *text, PyObject *spans)
{
    PyObject *answer = NULL;
    if (text != NULL && spans != NULL) {
        answer = PyObject_CallFunctionObjArgs(in_others, language, text, spans, NULL);
    }
    int are = answer == NULL ? -1 : PyObject_IsTrue(answer);
    Py_XDECREF(text);
    Py_XDECREF(spans);
    Py_XDECREF(answer);
    return are;
}

/* Take the passages of a document in one language. */
static int
add_passages(Inverter *self, unsigned int document, const FoundPassages *found, unsigned char language)
{
    if (begin(self) < 0 || take_found(self, document, found, language) < 0) {
        return -1;
    }
    self->busy = 0;
    return 0;
}

/* What finds the passages of plain texts, and is asked about them. */
typedef struct {
    PyObject *finder, *languages, *in_others, *title_in;
} Finding;

/* Take the passages of a plain text, of which `data` are the bytes. Return what was found in it, and what came with it;
 * None if it is not taken. */
static PyObject *
add_file(Inverter *self, const Finding *with, PyObject *came, PyObject *data, unsigned int document, size_t *room)
{
    PyObject *title, *result = NULL;
    unsigned char language;
    PlainText text;
    const int is_found = find_in_plain_text(with->finder, data, &text);
    if (is_found <= 0) {
        return is_found < 0 ? NULL : Py_NewRef(Py_None);
    }
    const FoundPassages found = {text.file, text.passages, NULL, text.count, text.language};
    int others = read_language(&found, with->languages, &language);
    if (others > 0) {
        others = are_in_others(with->in_others, text.language, Py_NewRef(data), spans_of(with->finder, &text));
    }
    if (others > 0 || (others == 0 && text.count > *room)) {
        result = Py_NewRef(Py_None);
    }
    else if (others == 0) {
        title = text.title == Py_None ? PyObject_CallFunctionObjArgs(with->title_in, data, NULL) : Py_NewRef(text.title);
        if (title != NULL && add_passages(self, document, &found, language) == 0) {
            *room -= text.count;
            result = Py_BuildValue("(OOOn)", came, title, text.language, (Py_ssize_t)text.count);
        }
        Py_XDECREF(title);
    }
    free_plain_text(&text);
    return result;
}

static PyObject *
inverter_add_files(Inverter *self, PyObject *args)
{
    PyObject *files, *file, *came, *data, *module = PyType_GetModule(Py_TYPE((PyObject *)self));
    Finding with;
    unsigned int document, most;
    if (module == NULL
        || !PyArg_ParseTuple(args, "IO!OIOOO", &document, core_type(module, TYPE_finder), &with.finder, &files, &most,
                             &with.languages, &with.in_others, &with.title_in)) {
        return NULL;
    }
    if (!PyIter_Check(files)) {
        return PyErr_Format(PyExc_TypeError, "files come one after the other");
    }
    PyObject *all = PyList_New(0);
    size_t room = most;
    for (int is_taken = all != NULL; is_taken && (file = PyIter_Next(files)) != NULL; document++) {
        PyObject *found = PyArg_Parse(file, "(OO)", &came, &data) ? add_file(self, &with, came, data, document, &room)
                                                                  : NULL;
        is_taken = found != NULL && found != Py_None && PyList_Append(all, found) == 0;
        Py_XDECREF(found);
        Py_DECREF(file);
    }
    if (PyErr_Occurred()) {
        Py_CLEAR(all);
    }
    return all;
}

static PyObject *
inverter_add_found(Inverter *self, PyObject *args)
{
    PyObject *given, *languages, *in_others, *module = PyType_GetModule(Py_TYPE((PyObject *)self));
    unsigned int document, room;
    unsigned char language;
    if (module == NULL
        || !PyArg_ParseTuple(args, "IO!IOO", &document, core_type(module, TYPE_found_text), &given, &room, &languages,
                             &in_others)) {
        return NULL;
    }
    const FoundText *text = (const FoundText *)given;
    const FoundPassages found = {text->text.data, text->passages, text->headings, text->count, text->language};
    int others = read_language(&found, languages, &language);
    if (others > 0) {
        others = are_in_others(in_others, text->language, text_of_found(text), spans_of_found(text));
    }
    if (others > 0 || (others == 0 && text->count > room)) {
        Py_RETURN_NONE;
    }
    if (others < 0 || add_passages(self, document, &found, language) < 0) {
        return NULL;
    }
    PyObject *steps = text->has_steps ? steps_of_found(text) : Py_NewRef(Py_None);
    return Py_BuildValue("(OnNi)", text->language, (Py_ssize_t)text->count, steps, has_blocks(self));
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
        return PyErr_Format(PyExc_ValueError, "some texts are not cut yet");
    }
    if (texts->ends.count > texts->texts_in_blocks && end_block(texts, texts->ends.count - 1) < 0) {
        return NULL;
    }
    PyObject *found = Py_BuildValue("(NN)", as_column(&texts->ends), as_column(&texts->block_ends));
    texts->ends.count = texts->texts_in_blocks = texts->block_ends.count = 0;
    texts->in_blocks = 0;
    return found;
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
    if (failed) {
        Py_CLEAR(columns);
    }
    PyObject *found = Py_BuildValue("(NN)", columns,
                                    passages->headings == NULL ? PyList_New(0) : PyDict_Keys(passages->headings));
    for (int i = 0; i < PASSAGE_COLUMNS; i++) {
        passages->columns[i].count = 0;
    }
    Py_CLEAR(passages->headings);
    return found;
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

/* Return the number of the script whose stems Python finds, by a term's first letter; `script_count` if there is none. */
static size_t
script_of(const Inverter *self, const uint8_t *term, size_t size)
{
    size_t bytes, script = 0;
    const uint32_t code = code_at(term, size, &bytes);
    while (script < self->script_count
           && (code < self->stemmed_scripts[script][0] || code > self->stemmed_scripts[script][1])) {
        script++;
    }
    return script;
}

/* Return the stem of a term: the term itself, or one written to `stem`. Return NULL if Python must find it: then `list`
 * is the number of its script, or `script_count`. */
static const uint8_t *
stem_of(const Inverter *self, const uint8_t *term, size_t *size, uint8_t stem[ENGLISH_MAX], size_t *list)
{
    *list = self->script_count;
    if (*size && IS_LOWER(term[0])) {
        int stem_size = stem_english(term, *size, stem);
        *size = stem_size < 0 ? *size : (size_t)stem_size;
        return stem_size < 0 ? NULL : stem;
    }
    if (!*size || memchr(term, LANGUAGE, *size) != NULL) {
        return NULL;
    }
    *list = script_of(self, term, *size);
    return *list == self->script_count ? term : NULL; /* a number, or of another script */
}

/* Set the stem of a term. */
static int
set_stem(Inverter *self, uint32_t term, const uint8_t *stem, size_t size)
{
    self->stem[term] = number_of(&self->stems, stem, size);
    return self->stem[term] == NONE ? -1 : 0;
}

/* Set the stem of every new term, or NONE if Python must find it, and list those terms by script. */
static int
stem_new(Inverter *self, PyObject *others)
{
    uint8_t stem[ENGLISH_MAX];
    size_t list;
    if (reserve(&self->stem, &self->stem_room, self->terms.count, sizeof(uint32_t)) < 0) {
        return -1;
    }
    for (uint32_t number = self->stemmed; number < self->terms.count; number++) {
        size_t size, stem_size;
        const uint8_t *term = string_at(&self->terms, number, &size);
        stem_size = size;
        const uint8_t *found = stem_of(self, term, &stem_size, stem, &list);
        self->stem[number] = NONE;
        if (found == NULL ? append(PyList_GetItem(others, (Py_ssize_t)list), as_bytes(term, size)) < 0
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
    int failed = others == NULL;
    for (size_t i = 0; i <= self->script_count && !failed; i++) {
        failed = append(others, PyList_New(0)) < 0;
    }
    if (failed || stem_new(self, others) < 0) {
        Py_CLEAR(others);
    }
    return others;
}

static PyObject *
inverter_add_stems(Inverter *self, PyObject *stems)
{
    Py_ssize_t next[MOST_RANGES + 1] = {0};
    uint8_t ignored[ENGLISH_MAX];
    if (begin(self) < 0) {
        return NULL;
    }
    self->busy = 0;
    if (!PyList_Check(stems)) {
        return PyErr_Format(PyExc_TypeError, "stems come in lists");
    }
    for (; self->stemmed < self->listed; self->stemmed++) {
        if (self->stem[self->stemmed] == NONE) {
            char *data;
            Py_ssize_t size;
            size_t length, list;
            const uint8_t *term = string_at(&self->terms, self->stemmed, &length);
            stem_of(self, term, &length, ignored, &list);
            PyObject *of_script = PyList_GetItem(stems, (Py_ssize_t)list);
            if (of_script != NULL && !PyList_Check(of_script)) {
                return PyErr_Format(PyExc_TypeError, "stems come in lists");
            }
            PyObject *stem = of_script == NULL ? NULL : PyList_GetItem(of_script, next[list]++);
            if (stem == NULL || PyBytes_AsStringAndSize(stem, &data, &size) < 0
                || set_stem(self, self->stemmed, (const uint8_t *)data, (size_t)size) < 0) {
                return NULL;
            }
        }
    }
    Py_RETURN_NONE;
}

static PyObject *
inverter_sizes(Inverter *self, PyObject *Py_UNUSED(ignored))
{
    const Numbers *ends = &self->texts.ends;
    return Py_BuildValue("(nInK)", (Py_ssize_t)self->body.count, self->terms.count, (Py_ssize_t)ends->count,
                         (unsigned long long)(ends->count ? ends->values[ends->count - 1] : 0));
}

/* Read the ranges of scripts from pairs of code points. Return -1 if they are invalid. */
static int
read_scripts(PyObject *ranges, uint32_t scripts[MOST_RANGES][2], size_t *script_count)
{
    Py_ssize_t count = PyTuple_Size(ranges);
    uint32_t after = 0x80;
    if (count > MOST_RANGES) {
        return wrong("too many scripts");
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *range = PyTuple_GetItem(ranges, i);
        unsigned int first, last;
        if (range == NULL || !PyArg_Parse(range, "(II)", &first, &last)) {
            return -1;
        }
        if (first < after || last < first || last > LAST_CODE) {
            return wrong("scripts ascend, and are not ASCII");
        }
        scripts[i][0] = first;
        scripts[i][1] = last;
        after = last + 1;
    }
    *script_count = (size_t)count;
    return 0;
}

static PyObject *
inverter_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *marker, *folder, *letter, *unspaced, *stemmed;
    if (!PyArg_ParseTuple(args, "OOOO!O!", &marker, &folder, &letter, &PyTuple_Type, &unspaced, &PyTuple_Type,
                          &stemmed)) {
        return NULL;
    }
    PyObject *name = PyUnicode_FromString("seedsearch"); /* its hash differs between processes */
    Py_hash_t seed = name == NULL ? -1 : PyObject_Hash(name);
    Py_XDECREF(name);
    if (seed == -1) {
        return NULL;
    }
    Inverter *self = core_new(type);
    if (self != NULL) {
        self->terms.seed = self->stems.seed = (uint64_t)seed;
        for (int i = 0; i < 2; i++) {
            self->folds[i].runs.seed = (uint64_t)seed;
            self->folds[i].accents = i;
        }
        self->marker = Py_NewRef(marker);
        self->folder = Py_NewRef(folder);
        self->letter = Py_NewRef(letter);
        if (read_scripts(unspaced, self->unspaced, &self->unspaced_count) < 0
            || read_scripts(stemmed, self->stemmed_scripts, &self->script_count) < 0) {
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

static void
free_folds(Folds *folds)
{
    free_strings(&folds->runs);
    free(folds->forms);
    free(folds->folded.data);
    for (size_t i = 0; i < CODE_PAGES; i++) {
        free(folds->pages[i]);
    }
}

static void
inverter_dealloc(Inverter *self)
{
    Py_XDECREF(self->marker);
    Py_XDECREF(self->folder);
    Py_XDECREF(self->letter);
    Py_XDECREF(self->texts.blocks);
    Py_XDECREF(self->passages.headings);
    free_strings(&self->terms);
    free_strings(&self->stems);
    free_folds(&self->folds[0]);
    free_folds(&self->folds[1]);
    void *all[] = {self->scratch.data, self->letters.data, self->chains.glued.data, self->words,
                   self->texts.pending.data, self->texts.languages.data, self->texts.ends.values,
                   self->texts.block_ends.values, self->stem, self->word_numbers.values, self->word_counts};
    for (size_t i = 0; i < COUNT(all); i++) {
        free(all[i]);
    }
    for (size_t i = 0; i < PASSAGE_COLUMNS; i++) {
        free(self->passages.columns[i].values);
    }
    for (int i = 0; i < 2; i++) {
        free(self->names[i].text.data);
        free(self->names[i].ends.values);
    }
    for (size_t i = 0; i < 256; i++) {
        free(self->marked[i]);
    }
    free_field(&self->body);
    free_field(&self->title);
    core_free(self);
}

CORE_MADE_TYPE(core_inverter_spec, "Inverter", Inverter, inverter_new, inverter_dealloc,
               CORE_METHOD("add", inverter_add, METH_VARARGS),
               CORE_METHOD("add_files", inverter_add_files, METH_VARARGS),
               CORE_METHOD("add_found", inverter_add_found, METH_VARARGS),
               CORE_METHOD("add_title", inverter_add_title, METH_VARARGS),
               CORE_METHOD("take_blocks", inverter_take_blocks, METH_NOARGS),
               CORE_METHOD("end_texts", inverter_end_texts, METH_NOARGS),
               CORE_METHOD("take_passages", inverter_take_passages, METH_NOARGS),
               CORE_METHOD("number", inverter_number, METH_O),
               CORE_METHOD("without_stems", inverter_without_stems, METH_NOARGS),
               CORE_METHOD("add_stems", inverter_add_stems, METH_O),
               CORE_METHOD("new_terms", inverter_new_terms, METH_NOARGS),
               CORE_METHOD("streams", inverter_streams, METH_VARARGS),
               CORE_METHOD("word_counts", inverter_word_counts, METH_NOARGS),
               CORE_METHOD("finish", inverter_finish, METH_NOARGS),
               CORE_METHOD("sizes", inverter_sizes, METH_NOARGS))
