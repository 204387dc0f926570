/* The module seedsearch.core._core: its functions, its types, and nothing else. `core.h` lists the other files. */

#include "core.h"

static PyType_Spec *const SPECS[TYPE_COUNT] = {
    [TYPE_LANGUAGES] = &core_languages_spec,
    [TYPE_FINDER] = &core_finder_spec,
    [TYPE_INVERTER] = &core_inverter_spec,
    [TYPE_WORD] = &core_word_spec,
    [TYPE_KEYS] = &core_keys_spec,
};

static const char *const NAMES[TYPE_COUNT] = {
    [TYPE_LANGUAGES] = "Languages",
    [TYPE_FINDER] = "Finder",
    [TYPE_INVERTER] = "Inverter",
    [TYPE_WORD] = "Word",
    [TYPE_KEYS] = "Keys",
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
    {"keys", core_keys, METH_VARARGS, NULL},
    {"phrase", core_phrase, METH_VARARGS, NULL},
#ifndef _WIN32
    {"read_small", core_read_small, METH_VARARGS, NULL},
#endif
    {"stem", core_stem, METH_O, NULL},
    {"word", core_word, METH_VARARGS, NULL},
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
