/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text that grows: how text is built. */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include <stdarg.h>
#include <stddef.h>

#include "common/base/slice.h"

/*
 * A value with a life cycle: struct strbuf b = STRBUF_INIT; ...
 * strbuf_clear(&b).  p always ends in a NUL that n does not count.  Running
 * out of memory ends the program.
 */
struct strbuf {
    char *p;     /* the text; "" when nothing was added */
    size_t n;    /* octets in use */
    size_t room; /* octets allocated, 0 when p is static */
};

extern char strbuf_nothing[1];
#define STRBUF_INIT                                                           \
    {                                                                         \
        strbuf_nothing, 0, 0                                                  \
    }

void strbuf_add(struct strbuf *b, const void *p, size_t n);
void strbuf_add_char(struct strbuf *b, char c);
void strbuf_add_text(struct strbuf *b, const char *text);
void strbuf_add_slice(struct strbuf *b, struct slice s);
void strbuf_addf(struct strbuf *b, const char *form, ...)
    __attribute__((format(printf, 2, 3)));
void strbuf_addv(struct strbuf *b, const char *form, va_list args)
    __attribute__((format(printf, 2, 0)));
/* n times c. */
void strbuf_fill(struct strbuf *b, char c, size_t n);

/*
 * Octets from outside in RFC 1035 presentation form without quotes: a
 * backslash becomes "\\", an octet outside 0x20..0x7e becomes "\DDD".
 */
void strbuf_add_presented(struct strbuf *b, struct slice octets);

/* Make room for n more octets and return where they go; then _commit as many
   as were put there, or 0, which puts the NUL back. */
char *strbuf_reserve(struct strbuf *b, size_t n);
void strbuf_commit(struct strbuf *b, size_t n);

/* Shorten to n octets, keeping the memory; n larger than b->n is ignored. */
void strbuf_cut(struct strbuf *b, size_t n);
struct slice strbuf_slice(const struct strbuf *b);
/* The text, new, to be freed with free(); b is empty afterwards. */
char *strbuf_detach(struct strbuf *b);
/* Give the memory back; _wipe cleanses it first (private keys).  Memory that
   was outgrown is not cleansed: reserve enough at the start. */
void strbuf_clear(struct strbuf *b);
void strbuf_wipe(struct strbuf *b);

#endif
