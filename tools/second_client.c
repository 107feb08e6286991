/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Talking to selkie-second, the program in which other libraries run. */
#include "tools/second_client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "tools/ownfolder.h"

#define PROGRAM "selkie-second"
/* Where make install puts it; the build says. */
#ifndef PKGLIBEXECDIR
#    define PKGLIBEXECDIR "/usr/local/libexec/selkie"
#endif

struct second_client {
    char *path;           /* of the program */
    pid_t pid;            /* of it, 0: not running */
    int to, from;         /* its standard input and output */
    unsigned failures;    /* in a row */
    struct strbuf answer; /* as far as it has come */
};

static bool
is_program(struct strbuf *path, struct slice folder)
{
    strbuf_cut(path, 0);
    strbuf_add_slice(path, folder);
    strbuf_add_text(path, "/" PROGRAM);
    return folder.n > 0 && access(path->p, X_OK) == 0;
}

struct second_client *
second_client_new(void)
{
    struct second_client *client = NULL;
    struct strbuf path = STRBUF_INIT, own = STRBUF_INIT;
    const char *chosen = getenv("SELKIE_LIBEXEC");

    ownfolder_add(&own);
    /* a folder that was named is the only one looked into */
    if (chosen != NULL ? is_program(&path, slice_of(chosen))
                       : is_program(&path, slice_of(PKGLIBEXECDIR))
                             || is_program(&path, strbuf_slice(&own))) {
        client = memory_zeroed(1, sizeof(*client));
        client->path = strbuf_detach(&path);
        client->answer = (struct strbuf)STRBUF_INIT;
    }
    strbuf_clear(&path);
    strbuf_clear(&own);
    return client;
}

static void
stop(struct second_client *client)
{
    if (client->pid == 0)
        return;
    close(client->to);
    close(client->from);
    kill(client->pid, SIGKILL);
    while (waitpid(client->pid, NULL, 0) == -1 && errno == EINTR)
        continue;
    client->pid = 0;
}

void
second_client_free(struct second_client *client)
{
    if (client == NULL)
        return;
    stop(client);
    strbuf_clear(&client->answer);
    free(client->path);
    free(client);
}

static int
spawn(struct second_client *client, const int in[2], const int out[2])
{
    char *argv[] = {client->path, NULL}, *environment[] = {NULL};
    posix_spawn_file_actions_t actions;
    int fault;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
                                     O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    fault = posix_spawn(&client->pid, client->path, &actions, NULL, argv,
                        environment);
    posix_spawn_file_actions_destroy(&actions);
    return fault;
}

static bool
start(struct second_client *client)
{
    int in[2], out[2];

    if (client->pid != 0)
        return true;
    if (pipe2(in, O_CLOEXEC) != 0)
        return false;
    if (pipe2(out, O_CLOEXEC) != 0) {
        close(in[0]);
        close(in[1]);
        return false;
    }
    if (spawn(client, in, out) != 0)
        client->pid = 0;
    close(in[0]);
    close(out[1]);
    client->to = in[1];
    client->from = out[0];
    if (client->pid != 0)
        return fcntl(client->to, F_SETFL, O_NONBLOCK) == 0;
    close(in[1]);
    close(out[0]);
    return false;
}

static int64_t
now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Wait until the descriptor is ready, or the time is over. */
static bool
is_ready(int fd, short events, int64_t deadline)
{
    struct pollfd wait = {fd, events, 0};
    int64_t left;
    int n;

    do {
        left = deadline - now_ms();
        n = left <= 0 ? 0 : poll(&wait, 1, (int)left);
    } while (n == -1 && errno == EINTR);
    return n > 0 && (wait.revents & (events | POLLHUP)) != 0;
}

/* SIGPIPE is ignored by the whole program. */
static bool
send_request(struct second_client *client, struct slice request,
             int64_t deadline)
{
    while (request.n > 0) {
        ssize_t n;

        if (!is_ready(client->to, POLLOUT, deadline))
            return false;
        n = write(client->to, request.p, request.n);
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return false;
        request = slice_from(request, n > 0 ? (size_t)n : 0);
    }
    return true;
}

static bool
read_answer(struct second_client *client, int64_t deadline)
{
    struct strbuf *answer = &client->answer;
    size_t room = 4096;

    strbuf_cut(answer, 0);
    while (answer->n == 0 || answer->p[answer->n - 1] != '\n') {
        ssize_t n;

        if (answer->n > SECOND_ANSWER_MAX
            || !is_ready(client->from, POLLIN, deadline))
            return false;
        n = read(client->from, strbuf_reserve(answer, room), room);
        strbuf_commit(answer, n > 0 ? (size_t)n : 0);
        if (n == 0 || (n < 0 && errno != EINTR))
            return false;
    }
    return true;
}

const struct value *
second_client_ask(struct second_client *client, struct slice request,
                  struct arena *arena)
{
    int64_t deadline = now_ms() + SECOND_TIMEOUT_MS;
    struct error err = ERROR_INIT;
    struct value *value = NULL;

    if (client->failures >= SECOND_FAILURES_MAX)
        return NULL;
    client->failures++;
    if (!start(client))
        return NULL;
    if (!send_request(client, request, deadline)
        || !read_answer(client, deadline)
        || value_parse(arena, strbuf_slice(&client->answer), &value, &err)
               != ST_OK) {
        stop(client);
        return NULL;
    }
    client->failures = 0;
    return value;
}
