/* Read a small file in one call: open it, check it, read it and close it. `read_file` of read.py takes nine calls.
 * Also list the plain files of a folder in one call.
 *
 * If anything about a file is odd, the result is None, and Python reports what is wrong. Without this module
 * everything works, but more slowly. Without POSIX the module is empty. */

#include "core.h"

#ifndef _WIN32
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#ifdef __APPLE__
#define MODIFIED st_mtimespec
#define CHANGED st_ctimespec
#else
#define MODIFIED st_mtim
#define CHANGED st_ctim
#endif

#define NS 1000000000
#define ENTRIES_A_CHECK 1024 /* of signals: Ctrl-C is heard in a folder of a million files */

/* Return whether a time fits into 64 bits of nanoseconds since the epoch, and set it. */
static int
nanoseconds(const struct timespec *time, int64_t *ns)
{
    if (time->tv_sec < -(INT64_MAX / NS) || time->tv_sec >= INT64_MAX / NS || time->tv_nsec < 0 || time->tv_nsec >= NS) {
        return 0;
    }
    *ns = (int64_t)time->tv_sec * NS + time->tv_nsec;
    return 1;
}

/* Return the `SourceFile` of a path; `kind` is that type. */
static PyObject *
source_of(PyObject *path, PyTypeObject *kind, Py_ssize_t size, int64_t modified, int64_t changed)
{
    allocfunc allocate = (allocfunc)PyType_GetSlot(kind, Py_tp_alloc);
    PyObject *source = allocate(kind, 7);
    if (source == NULL) {
        return NULL;
    }
    PyObject *items[] = {
        Py_NewRef(path), PyLong_FromSsize_t(size), PyLong_FromLongLong(modified), PyLong_FromLongLong(changed),
        PyUnicode_FromStringAndSize("", 0), Py_NewRef(Py_None), PyTuple_New(0),
    };
    int failed = 0;
    for (Py_ssize_t i = 0; i < 7; i++) { /* SetItem takes each reference, even if it fails */
        failed |= items[i] == NULL || PyTuple_SetItem(source, i, items[i]) < 0;
    }
    if (failed) {
        Py_CLEAR(source);
    }
    return source;
}

/* Return (source, bytes) of an open file with the size in `status`, or None if its size differs. */
static PyObject *
read_open(int descriptor, PyObject *path, PyTypeObject *kind, const struct stat *status)
{
    int64_t modified, changed;
    if (!nanoseconds(&status->MODIFIED, &modified) || !nanoseconds(&status->CHANGED, &changed)) {
        Py_RETURN_NONE;
    }
    Py_ssize_t size = (Py_ssize_t)status->st_size, got;
    PyObject *data = PyBytes_FromStringAndSize(NULL, size);
    if (data == NULL) {
        return NULL;
    }
    char more; /* a growing file fills this */
    struct iovec parts[] = {{PyBytes_AsString(data), (size_t)size}, {&more, 1}};
    Py_BEGIN_ALLOW_THREADS
    got = readv(descriptor, parts, 2);
    Py_END_ALLOW_THREADS
    if (got != size) {
        Py_DECREF(data);
        Py_RETURN_NONE;
    }
    return Py_BuildValue("(NN)", source_of(path, kind, size, modified, changed), data);
}

/* Open a regular file that is not too large, by its name in the open folder if there is one, else by its path.
 * Return its descriptor, or -1. */
static int
open_regular(int folder, const char *path, int flags, Py_ssize_t most, struct stat *status)
{
    const char *slash = folder < 0 ? NULL : strrchr(path, '/');
    int descriptor = slash == NULL ? open(path, flags) : openat(folder, slash + 1, flags);
    if (descriptor < 0) {
        return -1;
    }
    if (fstat(descriptor, status) < 0 || !S_ISREG(status->st_mode) || status->st_size < 0 || status->st_size > most) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

PyObject *
core_read_small(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *path, *kind, *encoded;
    int folder, flags, descriptor;
    Py_ssize_t most;
    struct stat status;
    if (!PyArg_ParseTuple(args, "iUinO!", &folder, &path, &flags, &most, &PyType_Type, &kind)) {
        return NULL;
    }
    if (!PyType_IsSubtype((PyTypeObject *)kind, &PyTuple_Type) || (flags & O_ACCMODE) != O_RDONLY || most < 0
        || most >= PY_SSIZE_T_MAX) {
        return PyErr_Format(PyExc_ValueError, "a file is read up to some bytes, and what stat says of it is a tuple");
    }
    if (!PyUnicode_FSConverter(path, &encoded)) {
        if (!PyErr_ExceptionMatches(PyExc_ValueError)) {
            return NULL;
        }
        PyErr_Clear(); /* no file has such a path */
        Py_RETURN_NONE;
    }
    const char *name = PyBytes_AsString(encoded);
    Py_BEGIN_ALLOW_THREADS
    descriptor = open_regular(folder, name, flags, most, &status);
    Py_END_ALLOW_THREADS
    Py_DECREF(encoded);
    if (descriptor < 0) {
        Py_RETURN_NONE;
    }
    PyObject *found = read_open(descriptor, path, (PyTypeObject *)kind, &status);
    close(descriptor);
    return found;
}
/* Put a regular file that is not hidden and not too large into `found`. Return 1, 0 if it is another entry, or -1
 * with an error set. */
static int
take_entry(DIR *folder, const struct dirent *entry, PyObject *prefix, Py_ssize_t most, PyTypeObject *kind,
           PyObject *found)
{
    struct stat status;
    int64_t modified, changed;
    if (entry->d_name[0] == '.' || fstatat(dirfd(folder), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0
        || !S_ISREG(status.st_mode) || status.st_size > most || !nanoseconds(&status.MODIFIED, &modified)
        || !nanoseconds(&status.CHANGED, &changed)) {
        return 0;
    }
    PyObject *name = PyUnicode_DecodeFSDefault(entry->d_name);
    PyObject *path = name == NULL ? NULL : PyUnicode_Concat(prefix, name);
    PyObject *source = path == NULL ? NULL : source_of(path, kind, (Py_ssize_t)status.st_size, modified, changed);
    int failed = source == NULL || PyDict_SetItem(found, name, source) < 0;
    Py_XDECREF(name);
    Py_XDECREF(path);
    Py_XDECREF(source);
    return failed ? -1 : 1;
}

static PyObject *
list_open(DIR *folder, PyObject *prefix, Py_ssize_t most, PyTypeObject *kind)
{
    PyObject *found = PyDict_New();
    const struct dirent *entry;
    int taken = found == NULL ? -1 : 0, is_all = 1;
    size_t entries = 0;
    for (errno = 0; taken >= 0 && (entry = readdir(folder)) != NULL; errno = 0) {
        if (++entries % ENTRIES_A_CHECK == 0 && PyErr_CheckSignals() < 0) {
            taken = -1;
        }
        else if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            taken = take_entry(folder, entry, prefix, most, kind, found);
            is_all = is_all && taken > 0;
        }
    }
    if (taken < 0) {
        Py_XDECREF(found);
        return NULL;
    }
    return Py_BuildValue("(Ni)", found, is_all && errno == 0);
}

PyObject *
core_list_files(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *prefix, *kind;
    int descriptor;
    Py_ssize_t most;
    if (!PyArg_ParseTuple(args, "iUnO!", &descriptor, &prefix, &most, &PyType_Type, &kind)) {
        return NULL;
    }
    if (!PyType_IsSubtype((PyTypeObject *)kind, &PyTuple_Type)) {
        return PyErr_Format(PyExc_ValueError, "a type of tuples is wanted");
    }
    descriptor = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC); /* the caller's stays open */
    DIR *folder = descriptor < 0 ? NULL : fdopendir(descriptor);
    if (folder == NULL) {
        if (descriptor >= 0) {
            close(descriptor);
        }
        return Py_BuildValue("({}i)", 0);
    }
    PyObject *found = list_open(folder, prefix, most, (PyTypeObject *)kind);
    closedir(folder);
    return found;
}
#endif
