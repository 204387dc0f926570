/* libFuzzer's entry: hands each input to a Python function of targets.py, in this process.
 *
 * The core is compiled in, with the fuzzer's counters and with the checks of memory; Python itself is not. SEEDSEARCH_FUZZ
 * names the target. An exception that the target does not expect ends the process, and the fuzzer keeps the input.
 */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdio.h>
#include <stdlib.h>

PyMODINIT_FUNC PyInit__core(void);

static PyObject *target;

static void
give_up(void)
{
    PyErr_Print();
    abort();
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *name = getenv("SEEDSEARCH_FUZZ");
    (void)argc;
    (void)argv;
    if (PyImport_AppendInittab("_core", PyInit__core) < 0) {
        return -1;
    }
    Py_InitializeEx(0);
    PyObject *module = PyImport_ImportModule("targets");
    target = module == NULL ? NULL : PyObject_GetAttrString(module, name == NULL ? "" : name);
    if (target == NULL) {
        give_up();
    }
    return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    PyObject *done = PyObject_CallFunction(target, "y#", (const char *)data, (Py_ssize_t)size);
    if (done == NULL) {
        give_up();
    }
    Py_DECREF(done);
    return 0;
}
