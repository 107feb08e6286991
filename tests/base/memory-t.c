/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/base/memory.c: memory, and the end when there is none. */
#include "common/base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/tap/tap.h"

/* More than any machine has; not known to the compiler, which would warn. */
static volatile size_t too_much = SIZE_MAX / 2;

static void
fatal(void)
{
    memory_fatal("the moon is gone");
}

static void
alloc(void)
{
    free(memory_alloc(too_much));
}

static void
zeroed(void)
{
    free(memory_zeroed(too_much, 8));
}

static void
resize(void)
{
    free(memory_resize(NULL, too_much));
}

static const struct {
    const char *name;    /* of the row */
    void (*run)(void);   /* what must end the process */
    const char *message; /* on standard error */
    bool allocates;      /* a sanitizer has its own way to end it */
} rows[] = {
    {"memory_fatal",           fatal,  "selkie: the moon is gone\n", false},
    {"memory_alloc",           alloc,  "selkie: out of memory\n",    true },
    {"memory_zeroed overflow", zeroed, "selkie: out of memory\n",    true },
    {"memory_resize",          resize, "selkie: out of memory\n",    true },
};

#ifdef __SANITIZE_ADDRESS__
static const bool is_sanitized = true;
#else
static const bool is_sanitized = false;
#endif

static void
test_end(size_t i)
{
    char text[256] = "";
    int pipes[2];
    int status = 0;
    ssize_t n;
    pid_t child;

    if (pipe(pipes) != 0)
        bail("pipe");
    fflush(stdout);
    child = fork();
    if (child == 0) {
        dup2(pipes[1], STDERR_FILENO);
        rows[i].run();
        _exit(0);
    }
    close(pipes[1]);
    n = read(pipes[0], text, sizeof(text) - 1);
    text[n < 0 ? 0 : n] = '\0';
    close(pipes[0]);
    waitpid(child, &status, 0);
    ok(WIFEXITED(status), "%s: ends by itself", rows[i].name);
    is_int(4, WEXITSTATUS(status), "%s: exit status", rows[i].name);
    is_string(rows[i].message, text, "%s: message", rows[i].name);
}

int
main(void)
{
    static const char zeros[24];
    char *p;

    plan_lazy();
    p = memory_alloc(0);
    ok(p != NULL, "0 octets are an address");
    free(p);
    p = memory_zeroed(3, 8);
    is_octets(zeros, 24, p, 24, "memory_zeroed");
    free(p);
    p = memory_zeroed(0, 8);
    ok(p != NULL, "0 elements are an address");
    p = memory_resize(p, 6);
    memcpy(p, "seals", 6);
    p = memory_resize(p, 4096);
    is_string("seals", p, "memory_resize keeps what there was");
    p = memory_resize(p, 0);
    ok(p != NULL, "resized to 0 octets it is an address still");
    free(p);
    p = memory_text("skin");
    is_string("skin", p, "memory_text");
    free(p);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].allocates && is_sanitized)
            skip("%s: the sanitizer ends the process", rows[i].name);
        else
            test_end(i);
    }
    return tap_done();
}
