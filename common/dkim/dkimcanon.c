/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Canonical forms of header fields and bodies. */
#include "common/dkim/dkimcanon.h"

#include <stdbool.h>
#include <stdlib.h>

#include "common/base/memory.h"

/* Canonical octets are hashed in pieces of this size: a call for each line
   costs as much as hashing it. */
#define PIECE 8192

const char *
dkimcanon_word(enum dkimcanon canon)
{
    return canon == DKIMCANON_RELAXED ? "relaxed" : "simple";
}

static inline bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* ---- header fields ---- */

/* Section 3.4.1, but for a file whose lines end in LF. */
static void
simple_field(struct slice raw, struct strbuf *out)
{
    size_t n;

    while ((n = slice_find(raw, '\n')) < raw.n) {
        struct slice line = slice_sub(raw, 0, n);

        if (line.n > 0 && line.p[line.n - 1] == '\r')
            line.n--;
        strbuf_add_slice(out, line);
        strbuf_add(out, "\r\n", 2);
        raw = slice_from(raw, n + 1);
    }
    strbuf_add_slice(out, raw);
}

/* Section 3.4.2 of the part behind the colon. */
static void
relaxed_value(struct slice value, struct strbuf *out)
{
    char *begin = strbuf_reserve(out, value.n), *to = begin;
    bool blank = false;

    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];

        if (is_blank(c)) {
            blank = true;
            continue;
        }
        if (c == '\n'
            || (c == '\r' && i + 1 < value.n && value.p[i + 1] == '\n'))
            continue;
        if (blank && to > begin)
            *to++ = ' ';
        blank = false;
        *to++ = c;
    }
    strbuf_commit(out, (size_t)(to - begin));
}

static void
relaxed_field(struct slice raw, struct strbuf *out)
{
    size_t colon = slice_find(raw, ':'), n = colon;

    while (n > 0 && is_blank(raw.p[n - 1]))
        n--;
    for (size_t i = 0; i < n; i++)
        strbuf_add_char(out, (char)ascii_lower((unsigned char)raw.p[i]));
    strbuf_add_char(out, ':');
    relaxed_value(slice_from(raw, colon + 1), out);
}

void
dkimcanon_field(enum dkimcanon canon, struct slice raw, struct strbuf *out)
{
    if (canon == DKIMCANON_RELAXED)
        relaxed_field(raw, out);
    else
        simple_field(raw, out);
    strbuf_add(out, "\r\n", 2);
}

/* ---- bodies ---- */

/* One hash that is under way. */
struct hashing {
    struct dkimcanon_hash *wanted; /* borrowed */
    struct digest *digest;         /* of what came so far */
    uint64_t left;                 /* octets still taken */
};

/* One canonical form of the body. */
struct form {
    bool is_wanted;       /* some signature uses it */
    char *piece;          /* octets not yet hashed */
    size_t n;             /* of them */
    uint64_t octets;      /* canonical ones so far */
    uint64_t empty_lines; /* held back: they count only before more text */
    bool in_line;         /* the present line has text */
    bool blank;           /* relaxed: white space held back */
};

struct dkimcanon_body {
    struct form forms[DKIMCANON_COUNT]; /* those wanted */
    struct hashing *hashes;             /* one for each wanted */
    size_t count;                       /* of them */
    struct strbuf *text;                /* to be shown instead, or NULL */
    bool cr;                            /* the last octet was a CR */
    bool ended;                         /* the last one was a LF, or none */
};

static void
flush(struct dkimcanon_body *body, enum dkimcanon canon)
{
    struct form *form = &body->forms[canon];

    for (size_t i = 0; i < body->count; i++) {
        struct hashing *one = &body->hashes[i];
        size_t n = one->left < form->n ? (size_t)one->left : form->n;

        if (one->wanted->canon != canon || n == 0)
            continue;
        digest_add(one->digest, (struct slice){form->piece, n});
        one->left -= n;
    }
    if (body->text != NULL)
        strbuf_add(body->text, form->piece, form->n);
    form->octets += form->n;
    form->n = 0;
}

static void
emit(struct dkimcanon_body *body, enum dkimcanon canon, const char *p,
     size_t n)
{
    struct form *form = &body->forms[canon];

    while (n > 0) {
        size_t most = PIECE - form->n, take = n < most ? n : most;

        memcpy(form->piece + form->n, p, take);
        form->n += take;
        p += take;
        n -= take;
        if (form->n == PIECE)
            flush(body, canon);
    }
}

/* Text stands in this line: the empty ones before it count after all. */
static void
open_line(struct dkimcanon_body *body, enum dkimcanon canon)
{
    struct form *form = &body->forms[canon];

    for (; form->empty_lines > 0; form->empty_lines--)
        emit(body, canon, "\r\n", 2);
    form->in_line = true;
    if (form->blank)
        emit(body, canon, " ", 1);
    form->blank = false;
}

/* Part of a line, without its end, in the relaxed form. */
static void
relaxed_part(struct dkimcanon_body *body, struct slice part)
{
    struct form *form = &body->forms[DKIMCANON_RELAXED];
    const char *p = part.p, *end = part.p + part.n;

    while (p < end) {
        const char *from = p;

        while (p < end && !is_blank(*p))
            p++;
        if (p > from) {
            open_line(body, DKIMCANON_RELAXED);
            emit(body, DKIMCANON_RELAXED, from, (size_t)(p - from));
        }
        for (; p < end && is_blank(*p); p++)
            form->blank = true;
    }
}

static void
add_part(struct dkimcanon_body *body, struct slice part)
{
    if (part.n == 0)
        return;
    body->ended = false;
    if (body->forms[DKIMCANON_SIMPLE].is_wanted) {
        open_line(body, DKIMCANON_SIMPLE);
        emit(body, DKIMCANON_SIMPLE, part.p, part.n);
    }
    if (body->forms[DKIMCANON_RELAXED].is_wanted)
        relaxed_part(body, part);
}

static void
end_line(struct dkimcanon_body *body)
{
    for (int i = 0; i < DKIMCANON_COUNT; i++) {
        struct form *form = &body->forms[i];

        form->blank = false;
        if (!form->in_line)
            form->empty_lines++;
        else if (form->is_wanted)
            emit(body, (enum dkimcanon)i, "\r\n", 2);
        form->in_line = false;
    }
    body->ended = true;
}

static struct dkimcanon_body *
body_new(void)
{
    struct dkimcanon_body *body = memory_zeroed(1, sizeof(*body));

    body->ended = true;
    return body;
}

static void
want(struct dkimcanon_body *body, enum dkimcanon canon)
{
    struct form *form = &body->forms[canon];

    if (!form->is_wanted)
        form->piece = memory_alloc(PIECE);
    form->is_wanted = true;
}

struct dkimcanon_body *
dkimcanon_body_new(struct dkimcanon_hash *hashes, size_t count)
{
    struct dkimcanon_body *body = body_new();

    body->hashes = memory_zeroed(count, sizeof(*body->hashes));
    body->count = count;
    for (size_t i = 0; i < count; i++) {
        want(body, hashes[i].canon);
        body->hashes[i] =
            (struct hashing){&hashes[i], digest_new(), hashes[i].limit};
    }
    return body;
}

void
dkimcanon_body_add(struct dkimcanon_body *body, struct slice octets)
{
    while (octets.n > 0) {
        size_t n = slice_find(octets, '\n');
        bool is_end = n < octets.n;
        struct slice part = slice_sub(octets, 0, n);

        octets = slice_from(octets, is_end ? n + 1 : n);
        /* A CR is held back until it is seen whether a LF follows. */
        if (body->cr && !(is_end && part.n == 0))
            add_part(body, SLICE("\r"));
        body->cr = part.n > 0 && part.p[part.n - 1] == '\r';
        if (body->cr)
            part.n--;
        add_part(body, part);
        if (is_end) {
            body->cr = false;
            end_line(body);
        }
    }
}

/* Sections 3.4.3 and 3.4.4: a body whose last line has no end gets one, and
   the empty body is CR LF in the simple form, nothing in the relaxed one. */
static void
finish(struct dkimcanon_body *body)
{
    struct form *simple = &body->forms[DKIMCANON_SIMPLE];

    if (body->cr)
        add_part(body, SLICE("\r"));
    if (!body->ended)
        end_line(body);
    if (simple->is_wanted && simple->octets + simple->n == 0)
        emit(body, DKIMCANON_SIMPLE, "\r\n", 2);
    for (int i = 0; i < DKIMCANON_COUNT; i++) {
        if (body->forms[i].is_wanted)
            flush(body, (enum dkimcanon)i);
        free(body->forms[i].piece);
    }
}

void
dkimcanon_body_end(struct dkimcanon_body *body)
{
    finish(body);
    for (size_t i = 0; i < body->count; i++) {
        struct hashing *one = &body->hashes[i];

        digest_end(one->digest, one->wanted->digest);
        one->wanted->octets = body->forms[one->wanted->canon].octets;
    }
    free(body->hashes);
    free(body);
}

void
dkimcanon_body_text(enum dkimcanon canon, struct slice octets,
                    struct strbuf *out)
{
    struct dkimcanon_body *body = body_new();

    want(body, canon);
    body->text = out;
    dkimcanon_body_add(body, octets);
    finish(body);
    free(body);
}
