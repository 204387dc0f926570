/* Preloaded, it lets one call of the system fail that touches what lies below a folder.

   FAIL_BELOW is the folder, FAIL_AT which of its calls fails (counted from 1), FAIL_WITH the number of the error. With
   FAIL_CALL, only calls of that name count. At the end, the number of calls and the name of the one that failed are
   appended to the file FAIL_LOG. */

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static long calls;
static const char *failed = "-";

static int
is_below(const char *path)
{
    const char *folder = getenv("FAIL_BELOW");
    return folder != NULL && strncmp(path, folder, strlen(folder)) == 0;
}

static int
path_of(int descriptor, char *path)
{
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t size = readlink(link, path, PATH_MAX - 1);
    path[size < 0 ? 0 : size] = 0;
    return size > 0;
}

/* The whole path of a name that is relative to a folder. */
static void
whole(int folder, const char *name, char *path)
{
    if (name[0] == '/') {
        snprintf(path, PATH_MAX, "%s", name);
        return;
    }
    char base[PATH_MAX];
    if (folder == AT_FDCWD ? getcwd(base, sizeof base) == NULL : !path_of(folder, base)) {
        base[0] = 0;
    }
    snprintf(path, PATH_MAX, "%.2000s/%.2000s", base, name);
}

/* Whether this call is the one. */
static int
fails(const char *call, const char *path)
{
    const char *at = getenv("FAIL_AT");
    const char *only = getenv("FAIL_CALL");
    if ((only != NULL && strcmp(only, call) != 0) || !is_below(path) || ++calls != (at == NULL ? 0 : atol(at))) {
        return 0;
    }
    failed = call;
    errno = atoi(getenv("FAIL_WITH"));
    return 1;
}

static int
fails_on(const char *call, int descriptor)
{
    char path[PATH_MAX];
    int before = errno;
    int known = path_of(descriptor, path);
    errno = before;
    return known && fails(call, path);
}

static int
fails_at(const char *call, int folder, const char *name)
{
    char path[PATH_MAX];
    whole(folder, name, path);
    return fails(call, path);
}

__attribute__((destructor)) static void
tell(void)
{
    const char *log = getenv("FAIL_LOG");
    FILE *file = log == NULL ? NULL : fopen(log, "a");
    if (file != NULL) {
        fprintf(file, "%ld %s\n", calls, failed);
        fclose(file);
    }
}

void
_exit(int code)
{
    tell();
    ((void (*)(int))dlsym(RTLD_NEXT, "_exit"))(code);
    __builtin_unreachable();
}

#define REAL(type, name, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name))

#define ON_DESCRIPTOR(type, name, declared, given, types)                      \
    type name declared                                                         \
    {                                                                          \
        return fails_on(#name, fd) ? -1 : REAL(type, #name, types) given;      \
    }

#define TYPES(...) __VA_ARGS__

ON_DESCRIPTOR(ssize_t, write, (int fd, const void *data, size_t size), (fd, data, size), TYPES(int, const void *, size_t))
ON_DESCRIPTOR(ssize_t, read, (int fd, void *data, size_t size), (fd, data, size), TYPES(int, void *, size_t))
ON_DESCRIPTOR(ssize_t, pread64, (int fd, void *data, size_t size, off64_t at), (fd, data, size, at), TYPES(int, void *, size_t, off64_t))
ON_DESCRIPTOR(int, fsync, (int fd), (fd), TYPES(int))
ON_DESCRIPTOR(int, fdatasync, (int fd), (fd), TYPES(int))
ON_DESCRIPTOR(int, ftruncate64, (int fd, off64_t size), (fd, size), TYPES(int, off64_t))

#define OPENING(name)                                                          \
    int name(const char *path, int flags, ...)                                 \
    {                                                                          \
        va_list more;                                                          \
        va_start(more, flags);                                                 \
        mode_t mode = va_arg(more, mode_t);                                    \
        va_end(more);                                                          \
        return fails_at(#name, AT_FDCWD, path) ? -1 : REAL(int, #name, const char *, int, ...)(path, flags, mode); \
    }

#define OPENING_AT(name)                                                       \
    int name(int folder, const char *path, int flags, ...)                     \
    {                                                                          \
        va_list more;                                                          \
        va_start(more, flags);                                                 \
        mode_t mode = va_arg(more, mode_t);                                    \
        va_end(more);                                                          \
        return fails_at(#name, folder, path) ? -1 : REAL(int, #name, int, const char *, int, ...)(folder, path, flags, mode); \
    }

OPENING(open)
OPENING(open64)
OPENING_AT(openat)
OPENING_AT(openat64)

int
rename(const char *from, const char *to)
{
    return fails_at("rename", AT_FDCWD, to) ? -1 : REAL(int, "rename", const char *, const char *)(from, to);
}

int
unlink(const char *path)
{
    return fails_at("unlink", AT_FDCWD, path) ? -1 : REAL(int, "unlink", const char *)(path);
}

int
mkdir(const char *path, mode_t mode)
{
    return fails_at("mkdir", AT_FDCWD, path) ? -1 : REAL(int, "mkdir", const char *, mode_t)(path, mode);
}

struct dirent64 *
readdir64(DIR *folder)
{
    return fails_on("readdir64", dirfd(folder)) ? NULL : REAL(struct dirent64 *, "readdir64", DIR *)(folder);
}

struct dirent *
readdir(DIR *folder)
{
    return fails_on("readdir", dirfd(folder)) ? NULL : REAL(struct dirent *, "readdir", DIR *)(folder);
}
