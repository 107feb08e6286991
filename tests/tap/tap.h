/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Test Anything Protocol for C tests, run by prove. */
#ifndef TESTS_TAP_H
#define TESTS_TAP_H

#include <stdbool.h>
#include <stddef.h>

/* n tests will follow; _lazy: their number is printed by tap_done(). */
void plan(unsigned n);
void plan_lazy(void);
/* The exit status for main: 0 when all planned tests ran and passed. */
int tap_done(void);
/* Nothing can be tested here: "1..0 # SKIP why", and exit. */
void skip_all(const char *why, ...)
    __attribute__((noreturn, format(printf, 1, 2)));
void bail(const char *why, ...)
    __attribute__((noreturn, format(printf, 1, 2)));

bool ok(bool good, const char *name, ...)
    __attribute__((format(printf, 2, 3)));
bool is_int(long long wanted, long long seen, const char *name, ...)
    __attribute__((format(printf, 3, 4)));
/* NULL is a value of its own. */
bool is_string(const char *wanted, const char *seen, const char *name, ...)
    __attribute__((format(printf, 3, 4)));
bool is_octets(const void *wanted, size_t wanted_n, const void *seen,
               size_t seen_n, const char *name, ...)
    __attribute__((format(printf, 5, 6)));
bool skip(const char *why, ...) __attribute__((format(printf, 1, 2)));
void diag(const char *form, ...) __attribute__((format(printf, 1, 2)));

/* Folder of the project's sources ("." unless the runner says otherwise). */
const char *tap_source(void);
/* A file below it; a static ring of paths, for the length of a test. */
const char *tap_path(const char *relative);

#endif
