/* The module seedsearch.core._core: its functions and its types. `core.h` lists the other files. */

#include "core.h"

#define CORE_TYPE(name) &core_##name##_spec,
static PyType_Spec *const SPECS[TYPE_COUNT] = {CORE_TYPES(CORE_TYPE)};

typedef struct {
    PyTypeObject *types[TYPE_COUNT];
} State;

PyTypeObject *
core_type(PyObject *module, int type)
{
    return ((State *)PyModule_GetState(module))->types[type];
}

void *
core_new(PyTypeObject *type)
{
    return ((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);
}

void
core_free(void *self)
{
    PyTypeObject *type = Py_TYPE((PyObject *)self);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
    Py_DECREF(type);
}

PyObject *
core_made_of(PyTypeObject *kind, PyObject *names, PyObject *const *values)
{
    PyObject *fields = PyDict_New();
    for (Py_ssize_t i = 0; i < PyTuple_Size(names); i++) {
        if (values[i] == NULL || (fields != NULL && PyDict_SetItem(fields, PyTuple_GetItem(names, i), values[i]) < 0)) {
            Py_CLEAR(fields);
        }
        Py_XDECREF(values[i]);
    }
    PyObject *made = fields == NULL ? NULL : core_new(kind);
    if (made != NULL && PyObject_GenericSetDict(made, fields, NULL) < 0) {
        Py_CLEAR(made);
    }
    Py_XDECREF(fields);
    return made;
}

static int
module_execute(PyObject *module)
{
    State *state = PyModule_GetState(module);
    for (int i = 0; i < TYPE_COUNT; i++) {
        state->types[i] = (PyTypeObject *)PyType_FromModuleAndSpec(module, SPECS[i], NULL);
        if (state->types[i] == NULL || PyModule_AddType(module, state->types[i]) < 0) {
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

#define TAKES_ARGUMENTS(name) {#name, core_##name, METH_VARARGS, NULL},
#define TAKES_ONE(name) {#name, core_##name, METH_O, NULL},

static PyMethodDef METHODS[] = {
    CORE_FUNCTIONS(TAKES_ARGUMENTS) CORE_FUNCTIONS_OF_POSIX(TAKES_ARGUMENTS) CORE_FUNCTIONS_OF_ONE(TAKES_ONE)
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
