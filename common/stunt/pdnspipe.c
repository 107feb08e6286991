/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pipe back-end of PowerDNS: lines of fields between tabs. */
#include <stdlib.h>

#include "common/dns/answer.h"
#include "common/stunt/pdns.h"

/* A question has six fields in version 1, one more in 2 and in 3. */
#define FIELDS_MAX 8

struct line {
    struct slice fields[FIELDS_MAX + 1]; /* one more: too many */
    unsigned count;                      /* of them */
};

/* Where answers go. */
struct reply {
    struct strbuf *out;      /* lines */
    const struct line *line; /* the question */
    unsigned abi;            /* version */
};

static void
split(struct slice text, struct line *line)
{
    line->count = 0;
    while (line->count <= FIELDS_MAX) {
        size_t end = slice_find(text, '\t');

        line->fields[line->count++] = slice_sub(text, 0, end);
        if (end == text.n)
            return;
        text = slice_from(text, end + 1);
    }
}

/* MX and SRV come with a tab between the priority and the rest. */
static void
add_content(struct strbuf *out, const struct pdns_record *given)
{
    struct record record = {.type = given->type, .data = given->data};
    size_t start = out->n;

    record_present(&record, out);
    if (given->type == RR_MX || given->type == RR_SRV)
        for (size_t i = start; i < out->n; i++)
            if (out->p[i] == ' ') {
                out->p[i] = '\t';
                break;
            }
}

static void
give(void *context, const struct pdns_record *record)
{
    struct reply *reply = context;
    const struct line *line = reply->line;
    struct strbuf *out = reply->out;

    strbuf_add_text(out, "DATA\t");
    /* Bits of a client subnet that it depends on, and: we are the authority
       for it. */
    if (reply->abi >= 3)
        strbuf_add_text(out, "0\t1\t");
    strbuf_add_slice(out, line->fields[1]);
    strbuf_add_text(out, "\tIN\t");
    rrtype_present(record->type, out);
    strbuf_addf(out, "\t%u\t%.*s\t", record->ttl, SLICE_ARGS(line->fields[4]));
    add_content(out, record);
    strbuf_add_text(out, "\n");
}

static bool
fail(struct strbuf *out, const char *why)
{
    strbuf_addf(out, "LOG\t%s\nFAIL\n", why);
    return true;
}

/* Q, name, class, type, id, address of who asks, ... */
static bool
question(struct pdns *pdns, const struct line *line, struct strbuf *out)
{
    unsigned abi = *pdns_abi(pdns);
    unsigned wanted = abi >= 3 ? 8 : abi == 2 ? 7 : 6;
    struct reply reply = {out, line, abi};
    struct pdns_record empty = {.type = PDNS_EMPTY_TYPE};
    size_t start = out->n;
    struct name name;
    uint16_t type;

    if (line->count != wanted || !slice_equal(line->fields[2], SLICE("IN")))
        return fail(out, "no question of this version");
    type = rrtype_parse(line->fields[3]);
    if (type == 0 || name_parse(&name, line->fields[1], NULL) != ST_OK)
        return fail(out, "no name, or no type");
    switch (pdns_lookup(pdns, &name, type, give, &reply)) {
    case PDNS_FAILED:
        strbuf_cut(out, start);
        return fail(out, "the view cannot be read");
    case PDNS_EMPTY:
        empty.name = &name;
        if (type == RR_ANY)
            give(&reply, &empty);
        break;
    case PDNS_NONE:
    case PDNS_RECORDS:
        break;
    }
    strbuf_add_text(out, "END\n");
    return true;
}

static bool
handshake(struct pdns *pdns, const struct line *line, struct strbuf *out)
{
    struct slice version = line->count == 2 ? line->fields[1] : SLICE_EMPTY;

    if (!slice_equal(line->fields[0], SLICE("HELO")) || version.n != 1
        || version.p[0] < '1' || version.p[0] > '0' + PDNS_ABI_MAX) {
        strbuf_add_text(out, "FAIL\n");
        return false;
    }
    *pdns_abi(pdns) = (unsigned)(version.p[0] - '0');
    strbuf_add_text(out, "OK\tselkie\n");
    return true;
}

/* pdns_control's words, since version 5. */
static bool
command(struct pdns *pdns, const struct line *line, struct strbuf *out)
{
    bool is_reload =
        line->count == 2 && slice_equal(line->fields[1], SLICE("reload"));

    if (is_reload)
        stuntlive_reload(pdns_live(pdns));
    strbuf_add_text(out, is_reload ? "the template is read again\n"
                                   : "unknown: say reload\n");
    strbuf_add_text(out, "END\n");
    return true;
}

bool
pdns_pipe(struct pdns *pdns, struct slice text, struct strbuf *out)
{
    struct line line;

    if (text.n > 0 && text.p[text.n - 1] == '\r')
        text.n--;
    split(text, &line);
    if (*pdns_abi(pdns) == 0)
        return handshake(pdns, &line, out);
    pdns_look(pdns);
    if (slice_equal(line.fields[0], SLICE("Q")))
        return question(pdns, &line, out);
    if (slice_equal(line.fields[0], SLICE("CMD")) && *pdns_abi(pdns) >= 5)
        return command(pdns, &line, out);
    if (slice_equal(line.fields[0], SLICE("PING"))) {
        strbuf_add_text(out, "END\n");
        return true;
    }
    if (slice_equal(line.fields[0], SLICE("AXFR")))
        return fail(out, "no transfers");
    return fail(out, "no request");
}
