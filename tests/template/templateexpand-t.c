/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/template/templateexpand.c: data out of patterns. */
#include <stdio.h>

#include "tests/template/world.h"

struct row {
    const char *owner;   /* pattern below esp.example */
    const char *data;    /* type and data of the record */
    const char *name;    /* asked, below esp.example */
    const char *outcome; /* data in presentation form, or a status */
};

/* Rows of any width: braces would be aligned. */
#define ROW(owner, data, name, outcome)                                       \
    {                                                                         \
        owner, data, name, outcome                                            \
    }
static const struct row rows[] = {
    ROW("a", "A 192.0.2.7", "a", "192.0.2.7"),
    ROW("a", "TXT \"x\" \"y\"", "a", "\"x\" \"y\""),
    ROW("a", "MX 10 B.c", "a", "10 B.c.esp.example."),
    ROW("{customer}", "TXT \"c={customer};\"", "snufkin", "\"c=snufkin;\""),
    ROW("{customer}", "TXT \"a\" \"b{customer}\" \"c\"", "snufkin",
        "\"absnufkinc\""),
    ROW("{customer}", "TXT \"%{i}.{customer} \\{customer}\"", "snufkin",
        "\"%{i}.snufkin {customer}\""),
    ROW("{customer}", "TXT \"\\\"{customer}\\\\\"", "snufkin",
        "\"\\\"snufkin\\\\\""),
    ROW("{customer}", "TXT \"{pool}\"", "snufkin", "\"one\""),
    ROW("{customer}", "TXT \"{pool}\"", "toffle", "not found"),
    ROW("{customer}", "TXT \"{nothing}\"", "snufkin", "not found"),
    ROW("{selector}.{customer}",
        "TXT \"k={algorithm}; p={key}; s={selector}; c={customer}\"",
        "k1.snufkin", "\"k=rsa; p=KEY-k1; s=k1; c=snufkin\""),
    ROW("{selector}.{customer}", "TXT \"{selector}\"", "a.b.snufkin",
        "\"a.b\""),
    ROW("{selector}.{customer}", "CNAME {selector}._dkim", "k1.snufkin",
        "k1._dkim.esp.example."),
    ROW("{selector}.{customer}", "CNAME {selector}._dkim", "a.b.snufkin",
        "a.b._dkim.esp.example."),
    ROW("{selector}.{customer}", "CNAME x-{selector}._dkim", "a.b.snufkin",
        "x-a.b._dkim.esp.example."),
    ROW("{customer}", "MX 10 {pool}.Mail.example.", "snufkin",
        "10 one.Mail.example."),
    ROW("{customer}", "MX 10 {pool}", "moomin", "10 two.mail.esp.example."),
    ROW("{customer}", "SRV 1 2 3 {customer}", "moomin",
        "1 2 3 moomin.esp.example."),
    ROW("{customer}", "NS {pool}", "toffle", "not found"),
    ROW("{token}", "TXT \"{token} {customer} {domain}\"", "tok7",
        "\"tok7 owner d.example\""),
    ROW("{any}", "TXT \"<{any}>\"", "\\000\\\"\\\\", "\"<\\000\\\"\\\\>\""),
    ROW("{any}", "CNAME {any}.x", "a\\.b", "a\\.b.x.esp.example."),
    ROW("{any}", "CNAME {any}{any}.x", "012345678901234567890123456789012",
        "range"),
    ROW("r-{any}", "CNAME {any}", "r-x", "x.esp.example."),
    ROW("{a}.{b}", "TXT \"{b}{a}{b}\"", "one.two", "\"twoonetwo\""),
    ROW("{any}", "CNAME a\\.b.{any}", "x", "a\\.b.x.esp.example."),
};

static const char *
status_word(enum status st)
{
    return st == ST_NOT_FOUND ? "not found"
           : st == ST_RANGE   ? "range"
           : st == ST_SYNTAX  ? "syntax"
                              : "?";
}

/* The data of the one record of what name matches. */
static const char *
expand(const char *line, const char *asked, struct strbuf *out)
{
    struct template *template = world_template(line);
    const struct template_record *record;
    struct template_match match;
    uint8_t data[TEMPLATE_RDATA_MAX];
    struct strbuf text = STRBUF_INIT;
    struct record view;
    struct name name;
    size_t size;
    enum status st;

    strbuf_addf(&text, "%s.esp.example", asked);
    name_parse(&name, strbuf_slice(&text), NULL);
    template_match(template, &name, &world_binder, &match);
    /* A record that is left out is met on no way by matching, so what it
       would be is asked of its pattern. */
    if (match.node == NULL)
        bail("'%s' matches nothing", asked);
    record = template_record_next(match.node, NULL);
    st = template_expand(record, &match, &world_binder, data, &size);
    strbuf_cut(out, 0);
    view = (struct record){
        .type = template_record_type(record), .data = {(char *)data, size}
    };
    if (st == ST_OK)
        record_present(&view, out);
    else
        strbuf_add_text(out, status_word(st));
    strbuf_clear(&text);
    template_free(template);
    return out->p;
}

static void
test_rows(void)
{
    struct strbuf line = STRBUF_INIT, out = STRBUF_INIT;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        strbuf_cut(&line, 0);
        strbuf_addf(&line, "%s %s\n", rows[i].owner, rows[i].data);
        is_string(rows[i].outcome, expand(line.p, rows[i].name, &out),
                  "%s for %s", line.p, rows[i].name);
    }
    strbuf_clear(&line);
    strbuf_clear(&out);
}

/* Texts around the lengths at which strings are split: RFC 1035 section 3.3.
   The record is 'x' as often as is left, and the capture. */
static void
test_lengths(void)
{
    static const size_t lengths[] = {2, 254, 255, 256, 509, 510, 511, 1000};
    struct strbuf line = STRBUF_INIT;

    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        struct template_match match;
        uint8_t data[TEMPLATE_RDATA_MAX];
        struct template *template;
        struct record view;
        struct slice string;
        struct name name;
        size_t size, left = lengths[i] - 1, position = 0, total = 0;
        bool full = true;
        enum status st;

        strbuf_cut(&line, 0);
        strbuf_add_text(&line, "{any}.l TXT");
        while (left > 0) {
            size_t n = left > 200 ? 200 : left;

            strbuf_add_text(&line, " \"");
            strbuf_fill(&line, 'x', n);
            strbuf_add_text(&line, "\"");
            left -= n;
        }
        strbuf_add_text(&line, " \"{any}\"\n");
        template = world_template(line.p);
        name_parse(&name, SLICE("z.l.esp.example"), NULL);
        template_match(template, &name, &world_binder, &match);
        st = template_expand(template_record_next(match.node, NULL), &match,
                             &world_binder, data, &size);
        is_int(ST_OK, st, "%zu octets", lengths[i]);
        view = (struct record){
            .type = RR_TXT, .data = {(char *)data, size}
        };
        while (record_string(&view, &position, &string)) {
            full = full && (string.n == 255 || position == size);
            total += string.n;
        }
        is_int((long long)lengths[i], (long long)total, "come whole");
        ok(full, "in strings that are full but for the last");
        template_free(template);
    }
    strbuf_clear(&line);
}

/* What only grows too long once it is filled. */
static void
test_too_long(void)
{
    struct strbuf line = STRBUF_INIT, out = STRBUF_INIT;
    static const char label[] =
        "012345678901234567890123456789012345678901234567890123456789012";

    strbuf_add_text(&line, "{any} TXT");
    for (unsigned i = 0; i < 70; i++)
        strbuf_add_text(&line, " \"{any}\"");
    strbuf_add_text(&line, "\n");
    is_string("range", expand(line.p, label, &out), "text");
    strbuf_cut(&line, 0);
    strbuf_add_text(&line, "{any} CNAME {any}.{any}.{any}.{any}.{any}\n");
    is_string("range", expand(line.p, label, &out), "a name");
    strbuf_clear(&line);
    strbuf_clear(&out);
}

int
main(void)
{
    plan_lazy();
    test_rows();
    test_lengths();
    test_too_long();
    return tap_done();
}
