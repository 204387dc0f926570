/* Growing memory, and columns of numbers. */

#include "memory.h"

#ifdef __linux__
#include <sys/mman.h>
#endif

/* Errors are set where they occur, with or without the interpreter's lock. */

int
no_memory(void)
{
    PyGILState_STATE state = PyGILState_Ensure();
    PyErr_NoMemory();
    PyGILState_Release(state);
    return -1;
}

int
too_large(const char *what)
{
    PyGILState_STATE state = PyGILState_Ensure();
    PyErr_Format(PyExc_OverflowError, "too many %s for one segment", what);
    PyGILState_Release(state);
    return -1;
}

/* Return zeroed memory for `count` items, at least one, so that NULL always means failure. */
void *
zeroed(size_t count, size_t size)
{
    void *data = calloc(count ? count : 1, size);
    if (data == NULL) {
        no_memory();
    }
    return data;
}

/* Return memory for very many items written in random order, in large pages if the system has them. It is not
 * zeroed. */
void *
scattered(size_t count, size_t size)
{
    void *data = NULL;
#ifdef __linux__
    const size_t page = 1 << 21;
    if (count >= page / size) {
        if (posix_memalign(&data, page, count * size) != 0) {
            no_memory();
            return NULL;
        }
        (void)madvise(data, count * size, MADV_HUGEPAGE);
        return data;
    }
#endif
    data = malloc(count ? count * size : 1);
    if (data == NULL) {
        no_memory();
    }
    return data;
}

/* Like `reserve`, for very long arrays. They grow in large steps, because large pages cannot be moved like
 * others, and unwritten memory costs nothing. */
int
reserve_long(void *array, size_t *room, size_t need, size_t size)
{
#ifdef __linux__
    const size_t few = 1 << 16, many = 1 << 22;
    if (need > few && need >= *room) {
        void *before, *data;
        size_t wanted = *room < many ? many : 4 * *room;
        wanted = wanted < need ? need : wanted;
        if (wanted > PY_SSIZE_T_MAX / size) {
            return no_memory();
        }
        data = scattered(wanted, size);
        if (data == NULL) {
            return -1;
        }
        memcpy(&before, array, sizeof before);
        if (before != NULL) {
            memcpy(data, before, *room * size);
            free(before);
        }
        memcpy(array, &data, sizeof data);
        *room = wanted;
        return 0;
    }
#endif
    return reserve(array, room, need, size);
}

PyObject *
as_object(const Bytes *bytes)
{
    return PyBytes_FromStringAndSize(bytes->used ? (const char *)bytes->data : "", (Py_ssize_t)bytes->used);
}

/* Append an object to a list, and release it. */
int
append(PyObject *list, PyObject *object)
{
    if (object == NULL) {
        return -1;
    }
    int failed = PyList_Append(list, object);
    Py_DECREF(object);
    return failed;
}

/* Put an object into a dict, and release it. */
int
set(PyObject *dict, const char *key, PyObject *object)
{
    if (object == NULL) {
        return -1;
    }
    int failed = PyDict_SetItemString(dict, key, object);
    Py_DECREF(object);
    return failed;
}

/* Return a column in the narrowest type that holds its numbers: the code of the type, and bytes. */
PyObject *
as_column(const Numbers *numbers)
{
    uint64_t largest = 0;
    for (size_t i = 0; i < numbers->count; i++) {
        largest = numbers->values[i] > largest ? numbers->values[i] : largest;
    }
    size_t width = largest < 1u << 8 ? 1 : largest < 1u << 16 ? 2 : largest <= UINT32_MAX ? 4 : 8;
    PyObject *column = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(numbers->count * width));
    if (column == NULL) {
        return NULL;
    }
    char *at = PyBytes_AsString(column);
    for (size_t i = 0; i < numbers->count; i++, at += width) {
        memcpy(at, &numbers->values[i], width); /* the low bytes: numbers are little-endian */
    }
    return Py_BuildValue("(sN)", width == 1 ? "B" : width == 2 ? "H" : width == 4 ? "I" : "Q", column);
}

uint64_t
sum_of(const Numbers *numbers)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < numbers->count; i++) {
        sum += numbers->values[i];
    }
    return sum;
}
