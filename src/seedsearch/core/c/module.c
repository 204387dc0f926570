/* The module seedsearch.core._core: its functions and its types. `core.h` lists the other files. */

#include "core.h"

static PyType_Spec *const SPECS[TYPE_COUNT] = {
    [TYPE_LANGUAGES] = &core_languages_spec,
    [TYPE_FINDER] = &core_finder_spec,
    [TYPE_INVERTER] = &core_inverter_spec,
    [TYPE_TABLE] = &core_table_spec,
    [TYPE_POSTINGS] = &core_postings_spec,
    [TYPE_MATCHES] = &core_matches_spec,
    [TYPE_PAGE_READING] = &core_page_reading_spec,
    [TYPE_SEGMENT_READER] = &core_segment_reader_spec,
    [TYPE_WORD_LISTS] = &core_word_lists_spec,
    [TYPE_FOREIGN_MARKS] = &core_foreign_marks_spec,
    [TYPE_COMMON_WORDS] = &core_common_words_spec,
};

static const char *const NAMES[TYPE_COUNT] = {
    [TYPE_LANGUAGES] = "Languages",
    [TYPE_FINDER] = "Finder",
    [TYPE_INVERTER] = "Inverter",
    [TYPE_TABLE] = "PassageTable",
    [TYPE_POSTINGS] = "Postings",
    [TYPE_MATCHES] = "Matches",
    [TYPE_PAGE_READING] = "PageReading",
    [TYPE_SEGMENT_READER] = "SegmentReader",
    [TYPE_WORD_LISTS] = "WordLists",
    [TYPE_FOREIGN_MARKS] = "ForeignMarks",
    [TYPE_COMMON_WORDS] = "CommonWords",
};

typedef struct {
    PyTypeObject *types[TYPE_COUNT];
} State;

PyTypeObject *
core_type(PyObject *module, int type)
{
    return ((State *)PyModule_GetState(module))->types[type];
}

static int
module_execute(PyObject *module)
{
    State *state = PyModule_GetState(module);
    for (int i = 0; i < TYPE_COUNT; i++) {
        state->types[i] = (PyTypeObject *)PyType_FromModuleAndSpec(module, SPECS[i], NULL);
        if (state->types[i] == NULL || PyModule_AddObjectRef(module, NAMES[i], (PyObject *)state->types[i]) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
module_traverse(PyObject *module, visitproc visit, void *arg)
{
    State *state = PyModule_GetState(module);
    for (int i = 0; i < TYPE_COUNT; i++) {
        Py_VISIT(state->types[i]);
    }
    return 0;
}

static int
module_clear(PyObject *module)
{
    State *state = PyModule_GetState(module);
    for (int i = 0; i < TYPE_COUNT; i++) {
        Py_CLEAR(state->types[i]);
    }
    return 0;
}

static PyMethodDef METHODS[] = {
    {"all_of", core_all_of, METH_VARARGS, NULL},
    {"any_of", core_any_of, METH_VARARGS, NULL},
    {"around", core_around, METH_VARARGS, NULL},
    {"beside", core_beside, METH_VARARGS, NULL},
    {"best", core_best, METH_VARARGS, NULL},
    {"best_of_all", core_best_of_all, METH_VARARGS, NULL},
    {"best_of_any", core_best_of_any, METH_VARARGS, NULL},
    {"best_of_word", core_best_of_word, METH_VARARGS, NULL},
    {"boosted", core_boosted, METH_VARARGS, NULL},
    {"check_postings", core_check_postings, METH_VARARGS, NULL},
    {"copies", core_copies, METH_VARARGS, NULL},
    {"decode_postings", core_decode_postings, METH_VARARGS, NULL},
    {"everything", core_everything, METH_VARARGS, NULL},
    {"find_groups", core_find_groups, METH_VARARGS, NULL},
    {"find_word", core_find_word, METH_VARARGS, NULL},
    {"find_words", core_find_words, METH_VARARGS, NULL},
    {"fitting_lines", core_fitting_lines, METH_VARARGS, NULL},
    {"grouped", core_grouped, METH_VARARGS, NULL},
    {"highest_of", core_highest_of, METH_VARARGS, NULL},
    {"is_plain_utf_8", core_is_plain_utf_8, METH_O, NULL},
    {"may_hold_runs", core_may_hold_runs, METH_VARARGS, NULL},
    {"maybe", core_maybe, METH_VARARGS, NULL},
    {"merge", core_merge, METH_VARARGS, NULL},
    {"message_head", core_message_head, METH_VARARGS, NULL},
    {"narrowed", core_narrowed, METH_VARARGS, NULL},
    {"near", core_near, METH_VARARGS, NULL},
    {"phrase", core_phrase, METH_VARARGS, NULL},
    {"passages", core_passages, METH_VARARGS, NULL},
    {"postings", core_postings, METH_VARARGS, NULL},
    {"ranked", core_ranked, METH_VARARGS, NULL},
    {"rows", core_rows, METH_VARARGS, NULL},
    {"snippet", core_snippet, METH_VARARGS, NULL},
    {"spans_without", core_spans_without, METH_VARARGS, NULL},
    {"take_apart", core_take_apart, METH_VARARGS, NULL},
    {"words_with", core_words_with, METH_VARARGS, NULL},
#ifndef _WIN32
    {"list_files", core_list_files, METH_VARARGS, NULL},
    {"read_small", core_read_small, METH_VARARGS, NULL},
#endif
    {"scored", core_scored, METH_VARARGS, NULL},
    {"stem", core_stem, METH_O, NULL},
    {"passage_table", core_table, METH_VARARGS, NULL},
    {"unwrapped", core_unwrapped, METH_VARARGS, NULL},
    {"usual_message", core_usual_message, METH_VARARGS, NULL},
    {"untested", core_untested, METH_VARARGS, NULL},
    {"with_documents", core_with_documents, METH_VARARGS, NULL},
    {"within", core_within, METH_VARARGS, NULL},
    {"without", core_without, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot SLOTS[] = {
    {Py_mod_exec, module_execute},
    {0, NULL},
};

static PyModuleDef MODULE = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_core",
    .m_size = sizeof(State),
    .m_methods = METHODS,
    .m_slots = SLOTS,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
};

PyMODINIT_FUNC
PyInit__core(void)
{
    return PyModuleDef_Init(&MODULE);
}
