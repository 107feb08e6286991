/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole files in, whole files out: bounded, atomic, durable. */
#include "common/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/digest.h"
#include "common/base/memory.h"

/* Read in such pieces where the size is not known. */
#define PIECE ((size_t)65536)

/* What errno means to a caller that must tell outcomes apart. */
static enum status
status_of_errno(void)
{
    static const struct {
        int number;         /* of errno */
        enum status status; /* that it becomes */
    } rows[] = {
        {ENOENT,  ST_NOT_FOUND},
        {ENOTDIR, ST_NOT_FOUND},
        {EEXIST,  ST_EXISTS   },
        {EACCES,  ST_DENIED   },
        {EPERM,   ST_DENIED   },
        {EINTR,   ST_STOPPED  },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].number == errno)
            return rows[i].status;
    return ST_IO;
}

/* So many octets at first that a file of known size needs no second buffer:
   what is outgrown would leave key material behind in freed memory. */
static size_t
first_piece(int fd, size_t max)
{
    struct stat info;

    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size < 0)
        return PIECE;
    return (uintmax_t)info.st_size <= max ? (size_t)info.st_size + 1 : PIECE;
}

enum status
file_read_fd(int fd, const char *name, size_t max, struct strbuf *out,
             struct error *err)
{
    size_t before = out->n;
    size_t piece = first_piece(fd, max);

    for (;;) {
        char *to = strbuf_reserve(out, piece);
        ssize_t got = read(fd, to, piece);

        if (got < 0 && errno == EINTR)
            continue;
        if (got == 0)
            return ST_OK;
        if (got < 0) {
            strbuf_cut(out, before);
            return error_errno(err, ST_IO, "cannot read '%s'", name);
        }
        strbuf_commit(out, (size_t)got);
        if (out->n - before > max) {
            strbuf_cut(out, before);
            return error_set(err, ST_RANGE, "'%s' is larger than %zu octets",
                             name, max);
        }
        /* The end is still to be seen: an octet is enough for that. */
        piece = (size_t)got == piece ? PIECE : piece - (size_t)got;
    }
}

enum status
file_read(const char *path, size_t max, struct strbuf *out, struct error *err)
{
    enum status st;
    int fd;

    if (strcmp(path, "-") == 0)
        return file_read_fd(STDIN_FILENO, "standard input", max, out, err);
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return error_errno(err, status_of_errno(), "cannot read '%s'", path);
    st = file_read_fd(fd, path, max, out, err);
    close(fd);
    return st;
}

char *
file_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t n = slash == NULL ? 0 : (size_t)(slash - path);
    char *folder;

    if (slash == NULL)
        return memory_text(".");
    while (n > 0 && path[n - 1] == '/')
        n--;
    if (n == 0)
        return memory_text("/");
    folder = memory_alloc(n + 1);
    memcpy(folder, path, n);
    folder[n] = '\0';
    return folder;
}

/* Some file systems know no fsync of folders: nothing to be done there. */
static bool
sync_fd(int fd)
{
    return fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP;
}

enum status
file_sync_folder(const char *path, struct error *err)
{
    char *folder = file_folder(path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum status st = ST_OK;

    if (fd < 0 || !sync_fd(fd))
        st = error_errno(err, ST_IO, "cannot sync folder '%s'", folder);
    if (fd >= 0)
        close(fd);
    free(folder);
    return st;
}

/* A file on its way to its name.  Everything is done within the one folder
   descriptor, so that a folder exchanged meanwhile cannot split it. */
struct writing {
    const char *path;   /* as the caller says it */
    const char *name;   /* its last part */
    int folder;         /* descriptor of what holds it, or -1 */
    char temporary[32]; /* name of the new file; "" when there is none */
};

#define TEMPORARY_PREFIX  ".selkie-"
#define TEMPORARY_LETTERS 12

static void
pick_name(struct writing *w)
{
    unsigned char random[TEMPORARY_LETTERS];
    char *p = stpcpy(w->temporary, TEMPORARY_PREFIX);

    digest_random(random, sizeof(random));
    for (size_t i = 0; i < sizeof(random); i++)
        *p++ = (char)('a' + random[i] % 26);
    *p = '\0';
}

static bool
write_all(int fd, struct slice octets)
{
    while (octets.n > 0) {
        ssize_t done = write(fd, octets.p, octets.n);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return false;
        octets = slice_from(octets, (size_t)done);
    }
    return true;
}

static bool
write_temporary(struct writing *w, struct slice octets, mode_t mode)
{
    bool good;
    int saved;
    int fd;

    pick_name(w);
    fd = openat(w->folder, w->temporary,
                O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0) {
        w->temporary[0] = '\0';
        return false;
    }
    good = write_all(fd, octets) && fsync(fd) == 0;
    saved = errno;
    if (close(fd) != 0 && good)
        return false;
    errno = saved;
    return good;
}

/* Give the file its name unless that is taken. */
static bool
name_new(struct writing *w)
{
    if (renameat2(w->folder, w->temporary, w->folder, w->name,
                  RENAME_NOREPLACE)
        == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    /* A file system without that flag: a link never replaces either. */
    if (linkat(w->folder, w->temporary, w->folder, w->name, 0) != 0)
        return false;
    unlinkat(w->folder, w->temporary, 0);
    return true;
}

static bool
put_in_place(struct writing *w, bool replace)
{
    bool good =
        replace ? renameat(w->folder, w->temporary, w->folder, w->name) == 0
                : name_new(w);

    if (good)
        w->temporary[0] = '\0';
    return good;
}

static bool
do_writing(struct writing *w, struct slice octets, mode_t mode, bool replace)
{
    char *folder = file_folder(w->path);

    w->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    return w->folder >= 0 && write_temporary(w, octets, mode)
           && put_in_place(w, replace) && sync_fd(w->folder);
}

static enum status
write_file(const char *path, struct slice octets, mode_t mode, bool replace,
           struct error *err)
{
    const char *slash = strrchr(path, '/');
    struct writing w = {
        .path = path, .name = slash == NULL ? path : slash + 1, .folder = -1};
    enum status st = ST_OK;

    if (*w.name == '\0')
        return error_set(err, ST_IO, "cannot write '%s': no file name", path);
    if (!do_writing(&w, octets, mode, replace))
        st = error_errno(err, status_of_errno(), "cannot write '%s'", path);
    if (w.temporary[0] != '\0')
        unlinkat(w.folder, w.temporary, 0);
    if (w.folder >= 0)
        close(w.folder);
    return st;
}

enum status
file_write(const char *path, struct slice octets, mode_t mode,
           struct error *err)
{
    return write_file(path, octets, mode, true, err);
}

enum status
file_create(const char *path, struct slice octets, mode_t mode,
            struct error *err)
{
    return write_file(path, octets, mode, false, err);
}

enum status
file_trusted(int fd, const char *path, struct error *err)
{
    struct stat info;

    if (fstat(fd, &info) != 0)
        return error_errno(err, ST_IO, "cannot examine '%s'", path);
    if (info.st_uid != geteuid() && info.st_uid != 0)
        return error_set(err, ST_DENIED,
                         "'%s' is not trusted: it belongs to another user",
                         path);
    if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return error_set(err, ST_DENIED,
                         "'%s' is not trusted: its group or others may write"
                         " it (mode %04o)",
                         path, (unsigned)(info.st_mode & 07777));
    return ST_OK;
}

/* Up to the newline or the end; false when there was neither octet nor
   newline left. */
static bool
take_line(struct line_reader *reader, bool *too_long)
{
    int c;

    *too_long = false;
    while ((c = getc_unlocked(reader->stream)) != EOF && c != '\n') {
        if (reader->text.n < reader->max)
            strbuf_add_char(&reader->text, (char)c);
        else
            *too_long = true;
    }
    return c == '\n' || reader->text.n > 0 || *too_long;
}

enum status
file_line(struct line_reader *reader, struct slice *line)
{
    bool too_long;
    bool found;

    strbuf_cut(&reader->text, 0);
    errno = 0;
    flockfile(reader->stream);
    found = take_line(reader, &too_long);
    funlockfile(reader->stream);
    /* What came before a failed read is no whole line. */
    if (ferror(reader->stream))
        return errno == EINTR ? ST_STOPPED : ST_IO;
    if (!found)
        return ST_NOT_FOUND;
    reader->number++;
    strbuf_reserve(&reader->text, 0);
    *line = strbuf_slice(&reader->text);
    return too_long ? ST_RANGE : ST_OK;
}

enum status
file_finish(FILE *stream, const char *name, struct error *err)
{
    struct stat info;
    int fd = fileno(stream);

    if (fflush(stream) != 0)
        return error_errno(err, ST_IO, "cannot write '%s'", name);
    if (ferror(stream))
        return error_set(err, ST_IO, "cannot write '%s' whole", name);
    if (fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode)
        && !sync_fd(fd))
        return error_errno(err, ST_IO, "cannot write '%s'", name);
    return ST_OK;
}
