/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text that grows: how text is built. */
#include "common/base/strbuf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

/* Room of the first allocation: most record texts fit. */
#define ROOM_FIRST 128

/* Shared by all empty buffers, never written to: it is the NUL behind 0
   octets.  Not const because p of a filled buffer is not. */
char strbuf_nothing[1] = "";

char *
strbuf_reserve(struct strbuf *b, size_t n)
{
    size_t room = b->room;

    if (n > SIZE_MAX / 2 - 1 || b->n > SIZE_MAX / 2 - 1 - n)
        memory_exhausted();
    if (b->n + n + 1 > room) {
        if (room < ROOM_FIRST)
            room = ROOM_FIRST;
        else
            room *= 2;
        if (room < b->n + n + 1)
            room = b->n + n + 1;
        b->p = memory_resize(b->room == 0 ? NULL : b->p, room);
        b->room = room;
        b->p[b->n] = '\0';
    }
    return b->p + b->n;
}

void
strbuf_commit(struct strbuf *b, size_t n)
{
    if (b->room == 0)
        return;
    b->n += n;
    b->p[b->n] = '\0';
}

void
strbuf_add(struct strbuf *b, const void *p, size_t n)
{
    if (n == 0)
        return;
    memcpy(strbuf_reserve(b, n), p, n);
    strbuf_commit(b, n);
}

void
strbuf_add_char(struct strbuf *b, char c)
{
    *strbuf_reserve(b, 1) = c;
    strbuf_commit(b, 1);
}

void
strbuf_add_text(struct strbuf *b, const char *text)
{
    strbuf_add(b, text, strlen(text));
}

void
strbuf_add_slice(struct strbuf *b, struct slice s)
{
    strbuf_add(b, s.p, s.n);
}

void
strbuf_addf(struct strbuf *b, const char *form, ...)
{
    va_list args;

    va_start(args, form);
    strbuf_addv(b, form, args);
    va_end(args);
}

void
strbuf_addv(struct strbuf *b, const char *form, va_list args)
{
    size_t room = b->room == 0 ? 0 : b->room - b->n;
    va_list again;
    int n;

    va_copy(again, args);
    n = vsnprintf(room == 0 ? NULL : b->p + b->n, room, form, args);
    /* Only wide characters that the locale lacks make it negative. */
    if (n > 0 && (size_t)n >= room)
        vsnprintf(strbuf_reserve(b, (size_t)n), (size_t)n + 1, form, again);
    va_end(again);
    strbuf_commit(b, n > 0 ? (size_t)n : 0);
}

void
strbuf_fill(struct strbuf *b, char c, size_t n)
{
    if (n == 0)
        return;
    memset(strbuf_reserve(b, n), c, n);
    strbuf_commit(b, n);
}

/* Octets from the index on that stand for themselves. */
static size_t
plain_run(struct slice octets, size_t from)
{
    size_t at = from;

    while (at < octets.n && octets.p[at] >= 0x20 && octets.p[at] <= 0x7e
           && octets.p[at] != '\\')
        at++;
    return at - from;
}

void
strbuf_add_presented(struct strbuf *b, struct slice octets)
{
    for (size_t i = 0; i < octets.n; i++) {
        size_t plain = plain_run(octets, i);

        strbuf_add_slice(b, slice_sub(octets, i, plain));
        i += plain;
        if (i == octets.n)
            break;
        if (octets.p[i] == '\\')
            strbuf_add(b, "\\\\", 2);
        else
            strbuf_addf(b, "\\%03u", (unsigned char)octets.p[i]);
    }
}

void
strbuf_cut(struct strbuf *b, size_t n)
{
    if (n >= b->n)
        return;
    b->n = n;
    b->p[n] = '\0';
}

struct slice
strbuf_slice(const struct strbuf *b)
{
    return (struct slice){b->p, b->n};
}

char *
strbuf_detach(struct strbuf *b)
{
    char *text = b->room == 0 ? memory_text("") : b->p;

    *b = (struct strbuf)STRBUF_INIT;
    return text;
}

void
strbuf_clear(struct strbuf *b)
{
    if (b->room > 0)
        free(b->p);
    *b = (struct strbuf)STRBUF_INIT;
}

void
strbuf_wipe(struct strbuf *b)
{
    if (b->room > 0)
        explicit_bzero(b->p, b->room);
    strbuf_clear(b);
}
