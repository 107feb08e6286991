/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Test Anything Protocol for C tests, run by prove. */
#include "tests/tap/tap.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned planned; /* 0: lazy */
static unsigned count;
static unsigned failed;

void
plan(unsigned n)
{
    planned = n;
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("1..%u\n", n);
}

void
plan_lazy(void)
{
    planned = 0;
    setvbuf(stdout, NULL, _IOLBF, 0);
}

int
tap_done(void)
{
    if (planned == 0)
        printf("1..%u\n", count);
    else if (planned != count)
        printf("# planned %u tests but ran %u\n", planned, count);
    if (failed > 0)
        printf("# %u of %u tests failed\n", failed, count);
    return failed == 0 && count > 0 && (planned == 0 || planned == count) ? 0
                                                                          : 1;
}

void
skip_all(const char *why, ...)
{
    va_list args;

    printf("1..0 # SKIP ");
    va_start(args, why);
    vprintf(why, args);
    va_end(args);
    printf("\n");
    exit(0);
}

void
bail(const char *why, ...)
{
    va_list args;

    printf("Bail out! ");
    va_start(args, why);
    vprintf(why, args);
    va_end(args);
    printf("\n");
    exit(255);
}

/* One line whatever the text holds: a newline in it would be read as a test
   of its own, a '#' in a name as a directive. */
static void __attribute__((format(printf, 2, 0)))
print_escaped(const char *start, const char *form, va_list args)
{
    char *text = NULL;

    if (vasprintf(&text, form, args) < 0)
        abort();
    fputs(start, stdout);
    for (const char *p = text; *p != '\0'; p++)
        if (*p == '\n')
            printf("\\n");
        else if (*p == '#' && start[0] != '#')
            printf("\\#");
        else
            putchar(*p);
    putchar('\n');
    free(text);
}

void
diag(const char *form, ...)
{
    va_list args;

    va_start(args, form);
    print_escaped("# ", form, args);
    va_end(args);
}

static bool __attribute__((format(printf, 2, 0)))
result(bool good, const char *name, va_list args)
{
    char start[32];

    count++;
    if (!good)
        failed++;
    snprintf(start, sizeof(start), "%sok %u - ", good ? "" : "not ", count);
    print_escaped(start, name, args);
    return good;
}

#define RESULT(good)                                                          \
    do {                                                                      \
        va_list args;                                                         \
        va_start(args, name);                                                 \
        result((good), name, args);                                           \
        va_end(args);                                                         \
    } while (0)

bool
ok(bool good, const char *name, ...)
{
    RESULT(good);
    return good;
}

bool
is_int(long long wanted, long long seen, const char *name, ...)
{
    RESULT(wanted == seen);
    if (wanted != seen)
        diag("wanted %lld, saw %lld", wanted, seen);
    return wanted == seen;
}

bool
is_string(const char *wanted, const char *seen, const char *name, ...)
{
    bool good = wanted == NULL || seen == NULL ? wanted == seen
                                               : strcmp(wanted, seen) == 0;

    RESULT(good);
    if (!good)
        diag("wanted %s, saw %s", wanted == NULL ? "(null)" : wanted,
             seen == NULL ? "(null)" : seen);
    return good;
}

static void
show_octets(const char *word, const void *octets, size_t n)
{
    const unsigned char *p = octets;

    printf("# %s %zu octets:", word, n);
    for (size_t i = 0; i < n && i < 64; i++)
        printf(" %02x", p[i]);
    printf(n > 64 ? " ...\n" : "\n");
}

bool
is_octets(const void *wanted, size_t wanted_n, const void *seen, size_t seen_n,
          const char *name, ...)
{
    bool good = wanted_n == seen_n
                && (wanted_n == 0 || memcmp(wanted, seen, wanted_n) == 0);

    RESULT(good);
    if (!good) {
        show_octets("wanted", wanted, wanted_n);
        show_octets("saw", seen, seen_n);
    }
    return good;
}

bool
skip(const char *why, ...)
{
    va_list args;

    count++;
    printf("ok %u # SKIP ", count);
    va_start(args, why);
    vprintf(why, args);
    va_end(args);
    printf("\n");
    return true;
}

const char *
tap_source(void)
{
    const char *folder = getenv("SELKIE_SOURCE");

    return folder == NULL ? "." : folder;
}

const char *
tap_path(const char *relative)
{
    enum { RING = 8, PATH_SIZE = 4096 };
    static char paths[RING][PATH_SIZE];
    static unsigned next;
    char *path = paths[next++ % RING];

    snprintf(path, PATH_SIZE, "%s/%s", tap_source(), relative);
    return path;
}
