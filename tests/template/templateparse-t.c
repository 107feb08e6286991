/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/template/templateparse.c and templatecheck.c: what a
   template may not be, said with its line. */
#include <stdio.h>
#include <unistd.h>

#include "tests/template/world.h"

#define HEAD "$TTL 60\n@ SOA ns h 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\n"
/* The line that follows it. */
#define L5   "line 5"

struct row {
    const char *text;     /* behind HEAD */
    const char *sentence; /* that it must hold; NULL: it compiles */
};

/* Rows of any width: braces would be aligned. */
#define ROW(text, sentence)                                                   \
    {                                                                         \
        text, sentence                                                        \
    }
static const struct row rows[] = {
    ROW("", NULL),
    ROW("{customer} TXT \"a\"\n", NULL),
    ROW("a TXT {\n", NULL),
    ROW("a TXT \"{}\" \"{A}\" \"{1}\" \"{ x}\" \"{x\"\n", NULL),
    ROW("; {customer} {a} {b}\n", NULL),
    ROW("{x} TXT \"%{i} %{customer} \\\\{x}\"\n", NULL),
    ROW("a TXT \"\\{customer}\"\n", NULL),
    ROW("a TXT \"{customer}\"\n",
        "nothing in the owner 'a.esp.example.' binds "
        "{customer}"),
    ROW("a TXT \"{x:y}\"\n", NULL),
    ROW("{x:a{2}}.b TXT \"{x}\"\n", NULL),
    ROW("{spf_ir:192.0.2.1}.b TXT \"a\"\n", NULL),
    ROW("{spf_ir}.b TXT \"a\"\n", "needs ':' and a list"),
    ROW("{spf_ir: , }.b TXT \"a\"\n", "an empty list"),
    ROW("{spf_ir:192.0.2}.b TXT \"a\"\n", "'192.0.2' is no address"),
    ROW("{spf_ir:192.0.2.0/33}.b TXT \"a\"\n", "no address or network"),
    ROW("{spf_h:a_b!}.b TXT \"a\"\n", "'a_b!' is no name"),
    ROW("{spf_h:$x}.b TXT \"a\"\n", "without {customer}"),
    ROW("x{spf_h:a}.b TXT \"a\"\n", "a label by itself"),
    ROW("a.{spf_h:a}.b TXT \"a\"\n", "the leftmost label"),
    ROW("{x:}.b TXT \"{x}\"\n", "nothing behind ':'"),
    ROW("{x:(}.b TXT \"{x}\"\n", "not a regular expression"),
    ROW("{selector:x}.b TXT \"a\"\n", "{selector} takes no ':'"),
    ROW("{customer:a b}.b TXT \"a\"\n", "the name of a field"),
    ROW("{customer:pool}.b TXT \"a\"\n", "only by customers"),
    ROW("{customer:pool}.b TXT \"a\"\n{customer}.b TXT \"{pool}\"\n",
        "only by customers"),
    ROW("{customer:pool}.b TXT \"{pool}\"\n{customer}.b TXT \"a\"\n", NULL),
    ROW("{a:x}.b TXT \"a\"\n{c:x}.b TXT \"a\"\n", "two placeholders"),
    ROW("{a:x}.b TXT \"a\"\n{c:y}.b TXT \"a\"\n{d}.b TXT \"a\"\n", NULL),
    ROW("a TXT \"{key}\"\n", "binds {key}"),
    ROW("{customer} TXT \"{selector}\"\n", "binds {selector}"),
    ROW("{customer} TXT \"{key}\"\n", "binds {key}"),
    ROW("{customer} TXT \"{algorithm}\"\n", "binds {algorithm}"),
    ROW("{customer} TXT \"{domain}\"\n", "binds {domain}"),
    ROW("{customer} TXT \"{token}\"\n", "binds {token}"),
    ROW("{selector} TXT \"{pool}\"\n", "binds {pool}"),
    ROW("{any} TXT \"{pool}\"\n", "binds {pool}"),
    ROW("{customer} TXT \"{pool}\"\n", NULL),
    ROW("{token}.t TXT \"{customer} {domain} {token}\"\n", NULL),
    ROW("{selector}.t TXT \"{key} {algorithm} {selector}\"\n", NULL),
    ROW("{selector}.{a} TXT \"{a} {key}\"\n", NULL),
    ROW("a.{selector} TXT \"a\"\n", "leftmost"),
    ROW("{a}.{selector} TXT \"a\"\n", "leftmost"),
    ROW("k{selector} TXT \"a\"\n", "label by itself"),
    ROW("{a}{b} TXT \"a\"\n", "two placeholders in one label"),
    ROW("{a}-{b} TXT \"a\"\n", "two placeholders in one label"),
    ROW("{customer}.{customer} TXT \"a\"\n", "the same placeholder twice"),
    ROW("{customer}.{token} TXT \"a\"\n", "do not go together"),
    ROW("{token}.{customer} TXT \"a\"\n", "do not go together"),
    ROW("{a}.x TXT \"a\"\n{b}.x TXT \"b\"\n", "stand for the same names"),
    ROW("{a}.x TXT \"a\"\n{a}.x TXT \"b\"\n", NULL),
    ROW("{a}.{b}.{c}.{d}.{e}.{f}.{g}.{h} TXT \"a\"\n", NULL),
    ROW("{a}.{b}.{c}.{d}.{e}.{f}.{g}.{h}.{i} TXT \"a\"\n", "too many"),
    ROW("a.elsewhere. TXT \"a\"\n", "outside the zone"),
    ROW("a CNAME b\na TXT \"a\"\n", "line 6"),
    ROW("a TXT \"a\"\na CNAME b\n", "a CNAME beside other data"),
    ROW("a CNAME b\na CNAME c\n", "a CNAME beside other data"),
    ROW("@ CNAME b\n", "a CNAME beside other data"),
    ROW("{customer} CNAME b\n{customer} MX 1 b\n",
        "a CNAME beside other data"),
    ROW("a SOA ns h 1 2 3 4 5\n", "an SOA below the apex"),
    ROW("@ SOA ns h 1 2 3 4 6\n", "a second SOA"),
    ROW("*.a NS b\n", "RFC 4592"),
    ROW("*.a DNAME b\n", "RFC 4592"),
    ROW("a NS b\n", NULL),
    ROW("a 60 TXT \"a\"\na 61 TXT \"b\"\n", "RFC 2181 section 5.2"),
    ROW("a 60 TXT \"a\"\na 61 A 192.0.2.1\n", NULL),
    ROW("a TYPE41 \\# 0\n", "a type that is no data"),
    ROW("a TYPE255 \\# 0\n", "a type that is no data"),
    ROW("a TYPE65280 \\# 1 00\n", NULL),
    ROW("{customer} A {pool}\n", L5),
    ROW("{customer} CAA 0 issue \"{pool}\"\n", "names of NS, CNAME"),
    ROW("{customer} MX 10 {pool}.mx\n", NULL),
    ROW("{customer} MX 10 {nowhere}.mx\n", NULL),
    ROW("$INCLUDE /etc/passwd\n", "$INCLUDE is refused in a template"),
    ROW("$GENERATE 1-2 a A 192.0.2.$\n", "$GENERATE is refused"),
    ROW("a TXT \"unfinished\n", L5),
    ROW("a CH TXT \"a\"\n", "only IN"),
    ROW("a NOTYPE b\n", L5),
    /* A name above a placeholder must exist for all or for none. */
    ROW("{customer}.p TXT \"{pool}\"\n", "add a record that needs none"),
    ROW("{customer}.p TXT \"{pool}\"\np TXT \"x\"\n", NULL),
    ROW("{customer}.p TXT \"{pool}\"\na.p TXT \"x\"\n", NULL),
    ROW("{customer}.p TXT \"{pool}\"\na.{customer}.p TXT \"x\"\n", NULL),
    ROW("{customer}.p TXT \"x{customer}\"\n", NULL),
    ROW("{customer} TXT \"{pool}\"\n", NULL),
    ROW("{selector}.{customer}.p TXT \"{key}\"\n", "add a record that needs"),
    ROW("{selector}.{token}.p TXT \"{key}\"\n", NULL),
    ROW("{selector}.p TXT \"{key}\"\n", NULL),
    ROW("{selector}._d.{customer} TXT \"{pool}\"\n",
        "add a record that needs"),
    ROW("{selector}._d.{customer} TXT \"{pool}\"\nx._d.{customer} TXT \"x\"\n",
        NULL),
};

static struct name origin;

static enum status
parse(const char *head, const char *text, struct error *err)
{
    struct strbuf all = STRBUF_INIT;
    struct template *template = NULL;
    enum status st;

    strbuf_add_text(&all, head);
    strbuf_add_text(&all, text);
    st = template_parse("t.zone", strbuf_slice(&all), &origin, &template, err);
    if (st == ST_OK)
        template_free(template);
    strbuf_clear(&all);
    return st;
}

static void
test_row(const struct row *row)
{
    struct error err = ERROR_INIT;
    enum status st = parse(HEAD, row->text, &err);

    if (row->sentence == NULL) {
        is_int(ST_OK, st, "compiles: %s", row->text);
        if (st != ST_OK)
            diag("%s", err.text);
        return;
    }
    is_int(ST_SYNTAX, st, "is refused: %s", row->text);
    if (!ok(strstr(err.text, row->sentence) != NULL, "... because %s",
            row->sentence))
        diag("%s", err.text);
    ok(strstr(err.text, "'t.zone', line ") == err.text,
       "... and the line is told");
}

/* Sentences whole, with line and column of the text as it was written. */
static void
test_places(void)
{
    static const struct row places[] = {
        {"{customer} {pool} MX 10 x x {nowhere}\n",
         "'t.zone', line 5, column 12: no type that is known at "
         "'{pool}'"                                         },
        {"{customer} MX 10 {x}y z\n",
         "'t.zone', line 5, column 23: more data than the record may have at "
         "'z'"                                              },
        {"\n\na TXT \"{customer}\"\n",
         "'t.zone', line 7: nothing in the owner 'a.esp.example.' binds "
         "{customer}"                                       },
        {"a\\.b\\032c.{customer} TXT \"{key}\"\n",
         "'t.zone', line 5: nothing in the owner "
         "'a\\.b\\032c.{customer}.esp.example.' binds {key}"},
    };

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        struct error err = ERROR_INIT;

        parse(HEAD, places[i].text, &err);
        is_string(places[i].sentence, err.text, "place %zu", i);
    }
}

static void
test_whole(void)
{
    struct strbuf text = STRBUF_INIT;
    struct error err = ERROR_INIT;

    is_int(ST_SYNTAX, parse("", "", &err), "an empty template is refused");
    is_string("'t.zone' has no SOA at 'esp.example.'", err.text, "why");
    is_int(ST_SYNTAX, parse("", "@ 1 SOA a b 1 2 3 4 5\n", &err), "no NS");
    is_string("'t.zone' has no NS at 'esp.example.'", err.text, "why");
    is_int(ST_SYNTAX, parse("", "a TXT \"{customer}\"\n", NULL),
           "no sentence is wanted");

    for (unsigned i = 0; i < TEMPLATE_RRSET_MAX; i++)
        strbuf_addf(&text, "a A 192.0.2.%u\n", i);
    is_int(ST_OK, parse(HEAD, text.p, &err), "the largest RRset");
    strbuf_add_text(&text, "a A 192.0.3.1\n");
    is_int(ST_SYNTAX, parse(HEAD, text.p, &err), "and one record more");

    strbuf_cut(&text, 0);
    for (unsigned i = 0; i + 3 < TEMPLATE_RECORDS_MAX; i++)
        strbuf_addf(&text, "a%u A 192.0.2.1\n", i);
    is_int(ST_OK, parse(HEAD, text.p, &err), "the most records");
    strbuf_add_text(&text, "a A 192.0.3.1\n");
    is_int(ST_SYNTAX, parse(HEAD, text.p, &err), "and one more");

    strbuf_cut(&text, 0);
    for (unsigned i = 0; i <= 100; i++)
        strbuf_addf(&text, "; {a%u}\n", i);
    is_int(ST_SYNTAX, parse(HEAD, text.p, &err), "too many placeholders");
    is_string("'t.zone' has more than 100 different placeholders", err.text,
              "why");

    strbuf_cut(&text, 0);
    strbuf_fill(&text, '\n', TEMPLATE_SIZE_MAX);
    is_int(ST_RANGE, parse(HEAD, text.p, &err), "too much text");

    strbuf_cut(&text, 0);
    strbuf_add_text(&text, "a TXT");
    for (unsigned i = 0; i < 20; i++) {
        strbuf_add_text(&text, " \"");
        strbuf_fill(&text, 'x', 250);
        strbuf_add_text(&text, "\"");
    }
    is_int(ST_SYNTAX, parse(HEAD, text.p, &err), "too long data");
    strbuf_add_text(&text, " \"{a}\"\n");
    is_int(ST_SYNTAX, parse(HEAD, text.p, &err), "and with a placeholder");
    strbuf_clear(&text);
}

static void
test_read(void)
{
    char path[] = "/tmp/template-t.XXXXXX";
    struct template *template = NULL;
    struct error err = ERROR_INIT;
    int fd = mkstemp(path);

    if (fd < 0 || write(fd, HEAD, strlen(HEAD)) != (ssize_t)strlen(HEAD))
        bail("cannot write '%s'", path);
    close(fd);
    is_int(ST_OK, template_read(path, &origin, &template, &err),
           "from a file");
    ok(name_equal(&origin, template_origin(template)), "its origin");
    template_free(template);
    unlink(path);
    is_int(ST_NOT_FOUND, template_read(path, &origin, &template, &err),
           "from none");
}

int
main(void)
{
    name_parse(&origin, SLICE("esp.example"), NULL);
    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(&rows[i]);
    test_places();
    test_whole();
    test_read();
    return tap_done();
}
