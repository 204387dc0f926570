/* Growing memory, and columns of numbers. */

#include "memory.h"

#ifdef __linux__
#include <sys/mman.h>
#endif

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

int
wrong(const char *what)
{
    PyGILState_STATE state = PyGILState_Ensure();
    PyErr_SetString(PyExc_ValueError, what);
    PyGILState_Release(state);
    return -1;
}

void *
zeroed(size_t count, size_t size)
{
    void *data = calloc(count ? count : 1, size);
    if (data == NULL) {
        no_memory();
    }
    return data;
}

void *
array_of(size_t count, size_t size)
{
    void *data = malloc(count ? count * size : 1);
    if (data == NULL) {
        no_memory();
    }
    return data;
}

void *
scattered(size_t count, size_t size)
{
#ifdef __linux__
    void *data = NULL;
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
    return array_of(count, size);
}

int
resize(void *array, size_t count, size_t size)
{
    void *data;
    memcpy(&data, array, sizeof data);
    data = realloc(data, count ? count * size : 1);
    if (data == NULL) {
        return no_memory();
    }
    memcpy(array, &data, sizeof data);
    return 0;
}

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

size_t
width_of(const Numbers *numbers)
{
    uint64_t largest = 0;
    for (size_t i = 0; i < numbers->count; i++) {
        largest = numbers->values[i] > largest ? numbers->values[i] : largest;
    }
    return largest < 1u << 8 ? 1 : largest < 1u << 16 ? 2 : largest <= UINT32_MAX ? 4 : 8;
}

const char *
type_code(size_t width)
{
    return width == 1 ? "B" : width == 2 ? "H" : width == 4 ? "I" : "Q";
}

void
write_column(uint8_t *at, const Numbers *numbers, size_t width)
{
    for (size_t i = 0; i < numbers->count; i++, at += width) {
        memcpy(at, &numbers->values[i], width); /* the low bytes: numbers are little-endian */
    }
}

PyObject *
as_column(const Numbers *numbers)
{
    size_t width = width_of(numbers);
    PyObject *column = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(numbers->count * width));
    if (column == NULL) {
        return NULL;
    }
    write_column((uint8_t *)PyBytes_AsString(column), numbers, width);
    return Py_BuildValue("(sN)", type_code(width), column);
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
