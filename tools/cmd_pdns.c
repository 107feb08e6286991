/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie pdns: the same answers as a back-end of PowerDNS. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/diag.h"
#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/stunt/pdns.h"
#include "tools/cmd.h"
#include "tools/sdnotify.h"
#include "tools/stuntfiles.h"

/* Connections at once: PowerDNS opens some for each of its threads, and LMDB
   has room for 126 readers. */
#define CONNECTIONS_MAX 64
/* Of the socket: its owner and group. */
#define SOCKET_MODE     0660
/* How often it is looked whether to end. */
#define PAUSE_MS        100

struct pdns_options {
    struct stuntfiles_options files; /* --view, --template, --regexdns */
    const char *socket;              /* --socket */
};

static const struct pdns_options pdns_defaults;

static const struct opt_def pdns_options[] = {
    OPT_TEXT(0, "socket", struct pdns_options, socket, "PATH",
             "be a remote back-end on that Unix socket; default a pipe "
             "back-end on standard input and output"),
    STUNTFILES_OPTIONS(struct pdns_options),
    OPT_END,
};

static volatile sig_atomic_t stop_wanted, reload_wanted;

static void
on_signal(int number)
{
    if (number == SIGHUP)
        reload_wanted = 1;
    else
        stop_wanted = 1;
}

/* A read that waits is not begun again: it is looked what was wanted. */
static void
catch_signals(void)
{
    static const int numbers[] = {SIGHUP, SIGINT, SIGTERM};
    struct sigaction action = {.sa_handler = on_signal};

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        sigaction(numbers[i], &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* ---- pipe ---- */

static enum status
write_all(int fd, struct slice octets)
{
    while (octets.n > 0) {
        ssize_t n = write(fd, octets.p, octets.n);

        if (n < 0 && errno != EINTR)
            return ST_IO;
        if (n > 0)
            octets = slice_from(octets, (size_t)n);
    }
    return ST_OK;
}

static enum status
run_pipe(struct stuntlive *live, struct error *err)
{
    struct line_reader reader = {
        .stream = stdin, .max = PDNS_REQUEST_MAX, .text = STRBUF_INIT};
    struct strbuf out = STRBUF_INIT;
    struct pdns *pdns = NULL;
    struct slice line;
    enum status st = pdns_new(live, &pdns, err);
    bool goes_on = st == ST_OK;

    while (goes_on && !stop_wanted) {
        enum status read;

        /* A snapshot that is held keeps pages from being used again. */
        pdns_rest(pdns);
        read = file_line(&reader, &line);
        if (reload_wanted) {
            reload_wanted = 0;
            stuntlive_reload(live);
        }
        clearerr(stdin);
        if (read == ST_STOPPED)
            continue;
        if (read != ST_OK && read != ST_RANGE)
            break;
        strbuf_cut(&out, 0);
        if (read == ST_RANGE)
            strbuf_add_text(&out, "LOG\ttoo long a line\nFAIL\n");
        else
            goes_on = pdns_pipe(pdns, line, &out);
        if (write_all(STDOUT_FILENO, strbuf_slice(&out)) != ST_OK)
            break;
    }
    if (st == ST_OK && !goes_on)
        st = error_set(err, ST_UNSUPPORTED,
                       "the first line is no HELO of a version from 1 to %d",
                       PDNS_ABI_MAX);
    pdns_free(pdns);
    strbuf_clear(&out);
    strbuf_clear(&reader.text);
    return st;
}

/* ---- remote ---- */

struct remote {
    struct stuntlive *live; /* what is served */
    int listener;           /* socket */
    atomic_uint count;      /* of connections */
};

struct connection {
    struct remote *remote; /* of which it is one */
    int fd;                /* its socket */
};

/* All whole lines of in, answered; false when it is to be closed. */
static bool
answer_lines(struct pdns *pdns, struct connection *c, struct strbuf *in,
             struct strbuf *out)
{
    size_t done = 0;
    bool goes_on = true;

    strbuf_cut(out, 0);
    while (goes_on) {
        struct slice rest = slice_from(strbuf_slice(in), done);
        size_t end = slice_find(rest, '\n');

        if (end == rest.n) {
            goes_on = end <= PDNS_REQUEST_MAX;
            break;
        }
        goes_on = pdns_remote(pdns, slice_sub(rest, 0, end), out);
        done += end + 1;
    }
    memmove(in->p, in->p + done, in->n - done);
    strbuf_cut(in, in->n - done);
    return write_all(c->fd, strbuf_slice(out)) == ST_OK && goes_on;
}

static void *
serve_connection(void *context)
{
    struct connection *c = context;
    struct strbuf in = STRBUF_INIT, out = STRBUF_INIT;
    struct pdns *pdns = NULL;
    char octets[4096];
    struct pollfd polled = {.fd = c->fd, .events = POLLIN};
    bool goes_on = pdns_new(c->remote->live, &pdns, NULL) == ST_OK;

    while (goes_on && !stop_wanted) {
        ssize_t n;

        if (poll(&polled, 1, PAUSE_MS) <= 0) {
            pdns_rest(pdns);
            continue;
        }
        n = read(c->fd, octets, sizeof(octets));
        if (n <= 0)
            break;
        strbuf_add(&in, octets, (size_t)n);
        goes_on = answer_lines(pdns, c, &in, &out);
    }
    pdns_free(pdns);
    strbuf_clear(&in);
    strbuf_clear(&out);
    close(c->fd);
    atomic_fetch_sub(&c->remote->count, 1);
    free(c);
    return NULL;
}

static void
accept_one(struct remote *remote)
{
    int fd = accept4(remote->listener, NULL, NULL, SOCK_CLOEXEC);
    struct connection *c;
    pthread_t thread;

    if (fd < 0)
        return;
    c = memory_zeroed(1, sizeof(*c));
    *c = (struct connection){remote, fd};
    atomic_fetch_add(&remote->count, 1);
    if (pthread_create(&thread, NULL, serve_connection, c) == 0) {
        pthread_detach(thread);
        return;
    }
    atomic_fetch_sub(&remote->count, 1);
    close(fd);
    free(c);
}

/* What a process left there that has ended is in the way. */
static void
remove_stale(const char *path, const struct sockaddr_un *address)
{
    struct stat st;
    int fd;

    if (lstat(path, &st) != 0 || !S_ISSOCK(st.st_mode))
        return;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0
        && connect(fd, (const struct sockaddr *)address, sizeof(*address)) != 0
        && errno == ECONNREFUSED)
        unlink(path);
    if (fd >= 0)
        close(fd);
}

static enum status
listen_on(const char *path, int *out, struct error *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd;

    if (strlen(path) >= sizeof(address.sun_path))
        return error_set(err, ST_RANGE, "'%s' is too long for a Unix socket",
                         path);
    memcpy(address.sun_path, path, strlen(path));
    remove_stale(path, &address);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0
        || bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0
        || chmod(path, SOCKET_MODE) != 0 || listen(fd, CONNECTIONS_MAX) != 0) {
        error_errno(err, ST_IO, "cannot listen on '%s'", path);
        if (fd >= 0)
            close(fd);
        return ST_IO;
    }
    *out = fd;
    return ST_OK;
}

static enum status
run_remote(struct stuntlive *live, const char *path, struct error *err)
{
    struct remote remote = {.live = live, .listener = -1};
    struct pollfd polled = {.events = POLLIN};
    enum status st = listen_on(path, &remote.listener, err);

    if (st != ST_OK)
        return st;
    polled.fd = remote.listener;
    printf("ready\n");
    st = output_flush(err);
    sdnotify("READY=1");
    while (st == ST_OK && !stop_wanted) {
        bool has_room = atomic_load(&remote.count) < CONNECTIONS_MAX;

        if (poll(&polled, has_room ? 1 : 0, PAUSE_MS) > 0)
            accept_one(&remote);
        if (reload_wanted) {
            reload_wanted = 0;
            stuntlive_reload(live);
        }
        stuntlive_look(live);
    }
    sdnotify("STOPPING=1");
    close(remote.listener);
    unlink(path);
    while (atomic_load(&remote.count) > 0)
        poll(NULL, 0, 1);
    return st;
}

static enum exit_status
pdns_run(struct context *context)
{
    const struct pdns_options *options = context->options;
    struct stuntfiles files = {0};
    struct error err = ERROR_INIT;
    enum status st;

    if (stuntfiles_clash(&options->files))
        return cmd_usage(context, STUNTFILES_CLASH);
    st = stuntfiles_find(context, &options->files, &files, &err);
    if (st == ST_OK)
        st = stuntfiles_open(&files, &err);
    if (st == ST_OK) {
        catch_signals();
        st = options->socket == NULL
                 ? run_pipe(files.live, &err)
                 : run_remote(files.live, options->socket, &err);
    }
    stuntfiles_close(&files);
    return st == ST_OK ? EXIT_GOOD : cmd_failed(&err);
}

const struct command cmd_pdns = {
    .name = "pdns",
    .synopsis = "[options]",
    .summary = "answer PowerDNS for the customers' records",
    .about = "A back-end of PowerDNS, of the pipe (versions 1 to 5 of its "
             "lines) or, with --socket, of the remote kind, which is the "
             "better one: it can say that a name exists only through names "
             "below it.  What is published meanwhile is seen by itself.",
    .examples = "selkie pdns --socket /run/selkie/pdns.sock\n"
                "selkie pdns --view /var/lib/selkie/view --template "
                "/etc/selkie/template.zone",
    .options = pdns_options,
    .defaults = &pdns_defaults,
    .options_size = sizeof(pdns_defaults),
    .needs = NEED_WORKSPACE,
    .run = pdns_run,
};
