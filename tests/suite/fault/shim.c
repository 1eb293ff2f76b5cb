/* Stands between a program and its disk: counts the calls that write below one folder and, at the one that is named,
   kills the process, fails the call, or cuts the power. Linux; preloaded by the tests, never part of the program.

   FAULT_UNDER  the folder whose files count             FAULT_AT   the call that it happens at, from 1; 0 never
   FAULT_DO     kill, half (a torn write), cut, or the number of an error
   FAULT_ON     set: every call from there on fails      FAULT_COUNT  a file: how many calls, and which decide
   FAULT_LIES   set: a sync says it is done and is not   FAULT_SLOW   milliseconds that a sync takes longer */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(type, name) ((type)dlsym(RTLD_NEXT, name))
typedef ssize_t (*pwrite_t)(int, const void *, size_t, off_t);
typedef ssize_t (*write_t)(int, const void *, size_t);

/* What a write that is not synced yet went over, newest first. */
struct past {
    struct past *older;
    dev_t dev;
    ino_t ino;
    char path[512];
    off_t at, size;
    size_t length;
    char bytes[];
};
static struct past *pasts;
static long calls;

static long number(const char *name)
{
    const char *value = getenv(name);
    return value == NULL ? 0 : atol(value);
}

static int below(const char *path)
{
    const char *folder = getenv("FAULT_UNDER");
    return folder != NULL && strncmp(path, folder, strlen(folder)) == 0;
}

static int counts(int fd, char *path, size_t room)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, room - 1);
    if (length <= 0)
        return 0;
    path[length] = 0;
    return below(path);
}

static void die(void)
{
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

/* The power goes: what was not synced was never there. */
static void cut(void)
{
    for (struct past *one = pasts; one != NULL; one = one->older) {
        struct stat now;
        int fd = open(one->path, O_WRONLY | O_CLOEXEC);
        if (fd < 0)
            continue;
        if (fstat(fd, &now) == 0 && now.st_ino == one->ino && now.st_dev == one->dev) {
            if (one->length > 0)
                REAL(pwrite_t, "pwrite64")(fd, one->bytes, one->length, one->at);
            if (REAL(int (*)(int, off_t), "ftruncate64")(fd, one->size) != 0)
                continue;
        }
        close(fd);
    }
    die();
}

static void remember(int fd, const char *path, off_t at, size_t length)
{
    const char *what = getenv("FAULT_DO");
    struct stat now;
    size_t name = strlen(path);
    if (what == NULL || strcmp(what, "cut") != 0 || (name > 4 && strcmp(path + name - 4, "-shm") == 0))
        return;
    if (fstat(fd, &now) != 0 || name >= sizeof pasts->path)
        return;
    size_t there = at >= now.st_size ? 0 : (size_t)(now.st_size - at);
    if (there > length)
        there = length;
    struct past *one = malloc(sizeof *one + there);
    if (one == NULL)
        return;
    *one = (struct past){ .older = pasts, .dev = now.st_dev, .ino = now.st_ino, .at = at, .size = now.st_size };
    strcpy(one->path, path);
    /* Through the program's own descriptor: closing another one would drop SQLite's locks. */
    ssize_t read = pread(fd, one->bytes, there, at);
    one->length = read < 0 ? 0 : (size_t)read;
    pasts = one;
}

static void forget(int fd)
{
    struct stat now;
    if (getenv("FAULT_LIES") != NULL || fstat(fd, &now) != 0)
        return;
    for (struct past **one = &pasts; *one != NULL;) {
        if ((*one)->ino == now.st_ino && (*one)->dev == now.st_dev) {
            struct past *gone = *one;
            *one = gone->older;
            free(gone);
        } else
            one = &(*one)->older;
    }
}

/* Which calls decide, syncs and renames: the first of them. */
static long deciding[64];
static int decided;

/* The call that comes next decides. */
static void decides(void)
{
    int nth = __atomic_fetch_add(&decided, 1, __ATOMIC_SEQ_CST);
    if (nth < (int)(sizeof deciding / sizeof *deciding))
        deciding[nth] = calls + 1;
}

/* Counts a call; gives the error that it is to fail with, or 0. `half` is told whether the write is to be torn. */
static int step(int *half)
{
    long at = number("FAULT_AT"), now = __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
    const char *what = getenv("FAULT_DO");
    if (at == 0 || what == NULL || now < at || (now > at && getenv("FAULT_ON") == NULL))
        return 0;
    if (strcmp(what, "kill") == 0)
        die();
    if (strcmp(what, "cut") == 0)
        cut();
    if (strcmp(what, "half") == 0) {
        if (half == NULL)
            die();
        *half = 1;
        return 0;
    }
    return atoi(what);
}

#define FAIL(half) { int error = step(half); if (error != 0) { errno = error; return -1; } }

static ssize_t put(int fd, const void *from, size_t length, off_t at)
{
    char path[512];
    int half = 0;
    if (counts(fd, path, sizeof path)) {
        FAIL(&half)
        if (half) {
            REAL(pwrite_t, "pwrite64")(fd, from, length / 2, at);
            die();
        }
        remember(fd, path, at, length);
    }
    return REAL(pwrite_t, "pwrite64")(fd, from, length, at);
}

ssize_t pwrite(int fd, const void *from, size_t length, off_t at) { return put(fd, from, length, at); }
ssize_t pwrite64(int fd, const void *from, size_t length, off64_t at) { return put(fd, from, length, at); }

ssize_t write(int fd, const void *from, size_t length)
{
    char path[512];
    int half = 0;
    if (counts(fd, path, sizeof path)) {
        FAIL(&half)
        if (half) {
            REAL(write_t, "write")(fd, from, length / 2);
            die();
        }
        remember(fd, path, lseek(fd, 0, SEEK_CUR), length);
    }
    return REAL(write_t, "write")(fd, from, length);
}

static int shorten(int fd, off_t size)
{
    char path[512];
    if (counts(fd, path, sizeof path)) {
        struct stat now;
        FAIL(NULL)
        if (fstat(fd, &now) == 0)
            remember(fd, path, size, now.st_size > size ? (size_t)(now.st_size - size) : 0);
    }
    return REAL(int (*)(int, off_t), "ftruncate64")(fd, size);
}

int ftruncate(int fd, off_t size) { return shorten(fd, size); }
int ftruncate64(int fd, off64_t size) { return shorten(fd, size); }

static int synced(int fd, const char *name)
{
    char path[512];
    int ours = counts(fd, path, sizeof path);
    if (ours) {
        decides();
        FAIL(NULL)
        usleep((useconds_t)number("FAULT_SLOW") * 1000);
    }
    int done = REAL(int (*)(int), name)(fd);
    if (ours && done == 0)
        forget(fd);
    return done;
}

int fsync(int fd) { return synced(fd, "fsync"); }
int fdatasync(int fd) { return synced(fd, "fdatasync"); }

int unlink(const char *path)
{
    if (below(path))
        FAIL(NULL)
    return REAL(int (*)(const char *), "unlink")(path);
}

int rename(const char *from, const char *to)
{
    if (below(to)) {
        decides();
        FAIL(NULL)
    }
    return REAL(int (*)(const char *, const char *), "rename")(from, to);
}

__attribute__((destructor)) static void tell(void)
{
    const char *path = getenv("FAULT_COUNT");
    FILE *file = path == NULL ? NULL : fopen(path, "w");
    if (file != NULL) {
        fprintf(file, "%ld", calls);
        for (int nth = 0; nth < (int)(sizeof deciding / sizeof *deciding) && deciding[nth] > 0; nth++)
            fprintf(file, " %ld", deciding[nth]);
        fclose(file);
    }
}
