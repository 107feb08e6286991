/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/base/file.c: files read, replaced, created and trusted. */
#include "common/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/tap/tap.h"

#define NOBODY ((uid_t)65534)

static char folder[] = "/tmp/selkie-file-XXXXXX";

/* Entries of the folder that the tests work in. */
static int
entries(void)
{
    DIR *dir = opendir(".");
    int n = 0;

    while (readdir(dir) != NULL)
        n++;
    closedir(dir);
    return n - 2;
}

static mode_t
mode_of(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 ? info.st_mode & 07777 : 0;
}

static void
is_content(const char *wanted, const char *path, const char *name)
{
    struct strbuf text = STRBUF_INIT;

    file_read(path, 1000000, &text, NULL);
    is_string(wanted, text.p, "%s", name);
    strbuf_clear(&text);
}

static void
test_write(void)
{
    struct error err = ERROR_INIT;
    struct strbuf large = STRBUF_INIT;
    struct strbuf back = STRBUF_INIT;

    is_int(ST_OK, file_write("a", SLICE("one"), 0600, &err), "write: new");
    is_content("one", "a", "write: content");
    is_int(0600, mode_of("a"), "write: mode");
    is_int(ST_OK, file_write("./a", SLICE("two"), 0644, &err),
           "write: replaces");
    is_content("two", "a", "write: new content");
    is_int(0644, mode_of("a"), "write: new mode");
    is_int(ST_OK, file_write("empty", SLICE_EMPTY, 0600, &err),
           "write: nothing");
    is_content("", "empty", "write: an empty file");
    strbuf_fill(&large, 'x', 300000);
    is_int(ST_OK, file_write("b", strbuf_slice(&large), 0600, &err),
           "write: large");
    is_int(ST_OK, file_read("b", 300000, &back, &err), "read: large");
    ok(slice_equal(strbuf_slice(&large), strbuf_slice(&back)),
       "read: the same");
    is_int(3, entries(), "write: nothing beside them");
    strbuf_clear(&large);
    strbuf_clear(&back);
}

/* What cannot be written leaves what was there, and nothing else. */
static void
test_write_failures(void)
{
    struct rlimit limit;
    struct rlimit before;
    struct error err = ERROR_INIT;
    int n = entries();
    char text[200] = "";

    is_int(ST_NOT_FOUND, file_write("no/a", SLICE("x"), 0600, &err),
           "write: no folder");
    is_string("cannot write 'no/a': No such file or directory", err.text,
              "write: no folder: sentence");
    mkdir("dir", 0700);
    n++;
    is_int(ST_IO, file_write("dir", SLICE("x"), 0600, &err),
           "write: a folder is in the way");
    is_int(ST_IO, file_write("dir/", SLICE("x"), 0600, &err),
           "write: no name");
    is_int(n, entries(), "write: nothing left beside it");
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    limit = before;
    limit.rlim_cur = 100;
    memset(text, 'y', sizeof(text));
    setrlimit(RLIMIT_FSIZE, &limit);
    is_int(ST_IO,
           file_write("a", (struct slice){text, sizeof(text)}, 0600, &err),
           "write: half way the disk is full");
    setrlimit(RLIMIT_FSIZE, &before);
    is_string("cannot write 'a': File too large", err.text,
              "write: half way: sentence");
    is_content("two", "a", "write: half way: the old content stays");
    is_int(n, entries(), "write: half way: nothing left beside it");
}

static void
test_create(void)
{
    struct error err = ERROR_INIT;
    int n = entries();

    is_int(ST_OK, file_create("new", SLICE("one"), 0600, &err), "create");
    is_content("one", "new", "create: content");
    is_int(ST_EXISTS, file_create("new", SLICE("two"), 0600, &err),
           "create: there already");
    is_string("cannot write 'new': File exists", err.text,
              "create: there already: sentence");
    is_content("one", "new", "create: content stays");
    if (symlink("nowhere", "link") != 0)
        bail("symlink");
    is_int(ST_EXISTS, file_create("link", SLICE("x"), 0600, &err),
           "create: a dangling link is there too");
    is_int(ST_OK, file_write("link", SLICE("x"), 0600, &err),
           "write: replaces a link");
    ok(access("nowhere", F_OK) != 0, "write: does not follow it");
    is_int(n + 2, entries(), "create: nothing beside them");
}

static void
test_read_failures(void)
{
    struct error err = ERROR_INIT;
    struct strbuf text = STRBUF_INIT;

    strbuf_add_text(&text, "before ");
    is_int(ST_NOT_FOUND, file_read("none", 10, &text, &err), "read: none");
    is_string("cannot read 'none': No such file or directory", err.text,
              "read: none: sentence");
    is_int(ST_NOT_FOUND, file_read("a/b", 10, &text, &err),
           "read: a file as folder");
    is_int(ST_IO, file_read("dir", 10, &text, &err), "read: a folder");
    is_int(ST_RANGE, file_read("a", 2, &text, &err), "read: too large");
    is_string("'a' is larger than 2 octets", err.text,
              "read: too large: sentence");
    is_int(ST_RANGE, file_read("a", 0, &text, &err), "read: max 0");
    is_int(ST_RANGE, file_read("/dev/zero", 100000, &text, &err),
           "read: without an end");
    is_string("before ", text.p, "read: a failure adds nothing");
    is_int(ST_OK, file_read("a", 3, &text, &err), "read: as large as max");
    is_string("before two", text.p, "read: added at the end");
    is_int(ST_OK, file_read("empty", 0, &text, &err), "read: empty, max 0");
    is_string("before two", text.p, "read: empty adds nothing");
    strbuf_clear(&text);
}

/* Through a pipe, whose size is not known. */
static void
test_read_pipe(void)
{
    struct strbuf text = STRBUF_INIT;
    int saved = dup(STDIN_FILENO);
    int fds[2];

    if (pipe(fds) != 0 || write(fds[1], "piped", 5) != 5)
        bail("pipe");
    close(fds[1]);
    dup2(fds[0], STDIN_FILENO);
    close(fds[0]);
    is_int(ST_OK, file_read("-", 5, &text, NULL), "read: standard input");
    is_string("piped", text.p, "read: standard input: text");
    dup2(saved, STDIN_FILENO);
    close(saved);
    strbuf_clear(&text);
}

static const struct {
    const char *path;   /* of a file */
    const char *wanted; /* folder that holds it */
} folders[] = {
    {"a",     "."  },
    {"./a",   "."  },
    {"x/a",   "x"  },
    {"x//a",  "x"  },
    {"/a",    "/"  },
    {"//a",   "/"  },
    {"/x/a",  "/x" },
    {"x/y/a", "x/y"},
    {"x/",    "x"  },
    {"",      "."  },
};

static void
test_folder(void)
{
    struct error err = ERROR_INIT;

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        char *seen = file_folder(folders[i].path);

        is_string(folders[i].wanted, seen, "folder of '%s'", folders[i].path);
        free(seen);
    }
    is_int(ST_OK, file_sync_folder("a", &err), "sync: this folder");
    is_int(ST_IO, file_sync_folder("no/a", &err), "sync: no folder");
    is_string("cannot sync folder 'no': No such file or directory", err.text,
              "sync: sentence");
}

static void
is_trusted(enum status wanted, mode_t mode, const char *name)
{
    int fd = open("a", O_RDONLY);
    struct error err = ERROR_INIT;

    fchmod(fd, mode);
    is_int(wanted, file_trusted(fd, "a", &err), "trusted: %s", name);
    if (wanted != ST_OK)
        ok(err.text[0] != '\0', "trusted: %s: %s", name, err.text);
    close(fd);
}

static void
test_trusted(void)
{
    int fd;

    is_trusted(ST_OK, 0600, "owner alone");
    is_trusted(ST_OK, 0644, "all may read");
    is_trusted(ST_DENIED, 0664, "group may write");
    is_trusted(ST_DENIED, 0646, "others may write");
    is_trusted(ST_DENIED, 01777, "all may write, sticky");
    is_int(ST_IO, file_trusted(-1, "a", NULL), "trusted: no descriptor");
    fd = open("/", O_RDONLY);
    is_int(ST_OK, file_trusted(fd, "/", NULL), "trusted: root's");
    close(fd);
    if (geteuid() != 0) {
        skip("only root can give files away");
        return;
    }
    if (chown("a", NOBODY, (gid_t)-1) != 0)
        bail("chown");
    fd = open("a", O_RDONLY);
    fchmod(fd, 0600);
    is_int(ST_DENIED, file_trusted(fd, "a", NULL), "trusted: another's");
    close(fd);
}

/* One line after another, as "number:text", with "!" where it is cut. */
static void
test_lines(struct slice text, size_t max, const char *wanted, const char *name)
{
    FILE *stream = fmemopen((void *)(uintptr_t)text.p, text.n, "r");
    struct line_reader reader = {
        .stream = stream, .max = max, .text = STRBUF_INIT};
    struct strbuf seen = STRBUF_INIT;
    struct slice line;
    enum status st;

    while ((st = file_line(&reader, &line)) == ST_OK || st == ST_RANGE) {
        strbuf_addf(&seen, "%zu:", reader.number);
        strbuf_add_presented(&seen, line);
        strbuf_add_text(&seen, st == ST_RANGE ? "! " : " ");
    }
    is_int(ST_NOT_FOUND, st, "lines: %s: end", name);
    is_string(wanted, seen.p, "lines: %s", name);
    is_int(ST_NOT_FOUND, file_line(&reader, &line), "lines: %s: stays so",
           name);
    strbuf_clear(&seen);
    strbuf_clear(&reader.text);
    fclose(stream);
}

static void
test_line_reader(void)
{
    struct line_reader reader = {.max = 10};
    struct slice line;

    test_lines(SLICE("a\nbb\n\nccc\n"), 3, "1:a 2:bb 3: 4:ccc ", "plain");
    test_lines(SLICE("a\nb"), 3, "1:a 2:b ", "no newline at the end");
    test_lines(SLICE("\n"), 3, "1: ", "one empty line");
    test_lines(SLICE("abcd\nxyz\nabcdefgh"), 3, "1:abc! 2:xyz 3:abc! ",
               "too long ones");
    test_lines(SLICE("a\0b\r\n"), 9, "1:a\\000b\\013 ", "NUL and CR");
    test_lines(SLICE("ab\n"), 0, "1:! ", "max 0");
    reader.stream = fopen("empty", "r");
    is_int(ST_NOT_FOUND, file_line(&reader, &line), "lines: none");
    fclose(reader.stream);
    reader.stream = fopen("dir", "r");
    is_int(ST_IO, file_line(&reader, &line), "lines: of a folder");
    fclose(reader.stream);
    reader.stream = fopen("empty", "w+");
    fputs("\n", reader.stream);
    rewind(reader.stream);
    is_int(ST_OK, file_line(&reader, &line), "lines: zeroed reader");
    ok(line.p != NULL && line.n == 0, "lines: an empty one is no NULL");
    fclose(reader.stream);
    strbuf_clear(&reader.text);
}

static void
test_finish(void)
{
    struct error err = ERROR_INIT;
    FILE *stream = fopen("out", "w");
    int fds[2];

    fputs("text", stream);
    is_int(ST_OK, file_finish(stream, "out", &err), "finish: a file");
    is_content("text", "out", "finish: is written");
    fclose(stream);
    stream = fopen("/dev/full", "w");
    fputs("text", stream);
    is_int(ST_IO, file_finish(stream, "standard output", &err),
           "finish: no space");
    is_string("cannot write 'standard output': No space left on device",
              err.text, "finish: no space: sentence");
    is_int(ST_IO, file_finish(stream, "standard output", &err),
           "finish: an earlier failure is not forgotten");
    fclose(stream);
    if (pipe(fds) != 0)
        bail("pipe");
    stream = fdopen(fds[1], "w");
    fputs("text", stream);
    is_int(ST_OK, file_finish(stream, "pipe", &err), "finish: a pipe");
    close(fds[0]);
    signal(SIGPIPE, SIG_IGN);
    fputs("text", stream);
    is_int(ST_IO, file_finish(stream, "pipe", &err),
           "finish: nobody reads any more");
    fclose(stream);
}

int
main(void)
{
    static const char *const left[] = {"a",   "b",    "empty",
                                       "new", "link", "out"};

    plan_lazy();
    if (mkdtemp(folder) == NULL || chdir(folder) != 0)
        bail("cannot make a folder: %s", strerror(errno));
    umask(022);
    test_write();
    test_write_failures();
    test_create();
    test_read_failures();
    test_read_pipe();
    test_folder();
    test_line_reader();
    test_finish();
    test_trusted();
    for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
        unlink(left[i]);
    rmdir("dir");
    if (chdir("/") != 0 || rmdir(folder) != 0)
        diag("%s stays", folder);
    return tap_done();
}
