/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/message/authres.c. */
#include "common/message/authres.h"

#include "common/base/strbuf.h"
#include "tests/tap/tap.h"

/* clang-format off */

/*
 * What is read of a field: "id; method=result (reason) type.name=value", and
 * "~" with the letters of its dialect: I no id, W bare word, P bare property,
 * U unquoted, E empty result.  Or "!fault" at the first place of "at".
 */
static const struct {
    const char *name;
    const char *text;
    const char *seen;
    const char *at;
} rows[] = {
    /* RFC 8601 appendix B */
    {"nothing was done", "example.org 1; none", "example.org; none", NULL},
    {"B.2", " example.com;\r\n          spf=pass"
     " smtp.mailfrom=example.net",
     "example.com; spf=pass smtp.mailfrom=example.net", NULL},
    {"B.3", "example.com;\r\n auth=pass (cram-md5)"
     " smtp.auth=sender@example.net;\r\n spf=pass smtp.mailfrom=example.net",
     "example.com; auth=pass smtp.auth=sender@example.net;"
     " spf=pass smtp.mailfrom=example.net", NULL},
    {"B.6", "example.com;\r\n dkim=pass reason=\"good signature\"\r\n"
     "  header.i=@mail-router.example.net;\r\n"
     " dkim=fail reason=\"bad signature\"\r\n"
     "  header.i=@newyork.example.com",
     "example.com; dkim=pass (good signature)"
     " header.i=@mail-router.example.net; dkim=fail (bad signature)"
     " header.i=@newyork.example.com", NULL},
    {"B.7, comments everywhere", " foo.example.net (foobar) 1 (baz);\r\n"
     "    dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r\n"
     "      policy (A dot can go here) . (like that) expired\r\n"
     "      (this surprised me) = (as I wasn't expecting it) 1362471462",
     "foo.example.net; dkim=fail policy.expired=1362471462", NULL},
    /* section 2.2: values */
    {"a quoted value", "a.example; dkim=pass header.b=\"a=b;c\\\"d\\\\\"",
     "a.example; dkim=pass header.b=a=b;c\"d\\", NULL},
    {"an empty quoted value", "a.example; spf=none smtp.mailfrom=\"\"",
     "a.example; spf=none smtp.mailfrom=", NULL},
    {"a quoted local part",
     "a.example; spf=pass smtp.mailfrom=\"x;dkim=pass\"@b.example",
     "a.example; spf=pass smtp.mailfrom=x;dkim=pass@b.example", NULL},
    {"a quoted id", "\"a b\"; none", "a b; none", NULL},
    {"a folded quoted value", "a.example; dkim=fail reason=\"bad\r\n key\"",
     "a.example; dkim=fail (bad key)", NULL},
    {"U-labels", "b\303\274cher.example; none", "b\303\274cher.example; none",
     NULL},
    {"a result is in no comment",
     "a.example; dkim=fail (; dkim=pass header.d=a.example) header.d=b.example",
     "a.example; dkim=fail header.d=b.example", NULL},
    {"a quoted pair in a comment",
     "a.example; dkim=fail (\\); dkim=pass) header.d=b.example",
     "a.example; dkim=fail header.d=b.example", NULL},
    {"comments in comments",
     "a.example; spf=fail (a (b) ; spf=pass (c)) smtp.helo=b.example",
     "a.example; spf=fail smtp.helo=b.example", NULL},
    {"an empty reason", "a.example; dkim=fail reason=\"\"",
     "a.example; dkim=fail ()", NULL},
    {"case is kept", "A.example; DKIM=Pass Header.D=B.example",
     "A.example; DKIM=Pass Header.D=B.example", NULL},
    /* what is written all the same */
    {"Gmail", "mx.google.com;\r\n       dkim=pass header.i=@b.example"
     " header.s=s1 header.b=\"a/b+=c\";\r\n       spf=pass (google.com: domain"
     " of x@b.example designates 192.0.2.1 as permitted sender)"
     " smtp.mailfrom=x@b.example;\r\n       dmarc=pass (p=NONE sp=NONE"
     " dis=NONE) header.from=b.example",
     "mx.google.com; dkim=pass header.i=@b.example header.s=s1"
     " header.b=a/b+=c; spf=pass smtp.mailfrom=x@b.example;"
     " dmarc=pass header.from=b.example", NULL},
    {"Microsoft, an external sender",
     " spf=pass (sender IP is 208.75.123.167)\r\n"
     " smtp.mailfrom=in.constantcontact.com; austin.utexas.edu; dkim=pass"
     " (signature\r\n was verified) header.d=auth.ccsend.com;austin.utexas.edu;"
     " dmarc=none\r\n action=none header.from=connect-community.org;"
     "compauth=fail reason=001",
     "; spf=pass smtp.mailfrom=in.constantcontact.com;"
     " dkim=pass header.d=auth.ccsend.com;"
     " dmarc=none .action=none header.from=connect-community.org;"
     " compauth=fail (001) ~IWP", NULL},
    {"Microsoft, within the organization",
     "spf=pass (sender IP is 198.207.147.238)\r\n"
     " smtp.mailfrom=cvent-planner.com; mydept.utexas.edu; dkim=pass"
     " (signature\r\n was verified) header.d=cvent-planner.com;"
     "mydept.utexas.edu; dmarc=none\r\n action=none"
     " header.from=mydept.utexas.edu;compauth=fail reason=601",
     "; spf=pass smtp.mailfrom=cvent-planner.com;"
     " dkim=pass header.d=cvent-planner.com;"
     " dmarc=none .action=none header.from=mydept.utexas.edu;"
     " compauth=fail (601) ~IWP", NULL},
    {"an address without quotes", "a.example; iprev=pass"
     " policy.iprev=2001:db8::1",
     "a.example; iprev=pass policy.iprev=2001:db8::1 ~U", NULL},
    {"a final ;", "a.example; spf=pass;", "a.example; spf=pass ~E", NULL},
    /* two readers, two results */
    {"a comment without an end",
     "a.example; dkim=pass header.d=legitimate.com(.attacker.com",
     "!a comment has no end", "(.attacker"},
    {"a quote within a value",
     "a.example; dkim=pass header.d=legitimate.com\".attacker.com",
     "!a value has a quote, bracket or backslash", "\".att"},
    {"text behind a quoted string",
     "a.example; dkim=pass header.d=\"legitimate.com\"x",
     "!text stands behind a quoted string", "x"},
    {"a quoted string without an end", "a.example; dkim=pass header.d=\"a.b",
     "!a quoted string has no end", "\""},
    {"a backslash at the end of one", "a.example; dkim=pass reason=\"a\\",
     "!a quoted string has no end", "\""},
    {"a bracket closed", "a.example; dkim=pass header.d=a.b)",
     "!a value has a quote, bracket or backslash", ")"},
    {"DEL", "a.example; dkim=pass header.d=a\177b",
     "!it has a control character", "\177"},
    {"a bare CR", "a.example; dkim=pass\r header.d=a.b",
     "!it has a control character", "\r"},
    /* not the grammar */
    {"empty", "", "!it is empty", ""},
    {"blanks and a comment", " (x) ", "!it is empty", ""},
    {"an id alone", "a.example", "!it has no result", ""},
    {"an id and a ;", "a.example;", "!it has no result", ""},
    {"a version of tomorrow", "a.example 2; spf=pass",
     "!it is of a version that is not known", "2"},
    {"no ;", "a.example spf=pass", "!a ; is missing", "spf"},
    {"none and more", "a.example; none; spf=pass", "!a result is not "
     "method=result", "none"},
    {"more and none", "a.example; spf=pass; none",
     "!a result is not method=result", "none"},
    {"a word that is no result", "a.example; spf=pass; b.example",
     "!a result is not method=result", "b.ex"},
    {"no result", "a.example; spf=", "!a method has no result", ""},
    {"a result in quotes", "a.example; spf=\"pass\"",
     "!a method has no result", "\""},
    {"a result with a dot", "a.example; spf=pass.fail",
     "!a result is no word", ".fail"},
    {"a property without a value", "a.example; spf=pass smtp.helo=",
     "!a value is missing", ""},
    {"a property without a name", "a.example; spf=pass smtp.=x",
     "!a property has no name", "=x"},
    {"a property without a type", "a.example; spf=pass .helo=x",
     "!a property has no name", ".helo"},
    {"no property", "a.example; spf=pass smtp helo",
     "!a property is not type.name=value", "helo"},
    {"two reasons", "a.example; dkim=fail reason=a reason=b",
     "!a result has two reasons", "b"},
    {"a method's version", "a.example; spf/x=pass",
     "!the version of a method is no number", "x=pass"},
};

/* ARC-Authentication-Results, RFC 8617 section 4.1.1: the instance first. */
static const struct {
    const char *text;
    const char *seen;
} arc_rows[] = {
    {"i=1; lists.example.org; spf=pass smtp.mfrom=jqd@d1.example",
     "1 lists.example.org; spf=pass smtp.mfrom=jqd@d1.example"},
    {" i (c) = 50 ; a.example; none", "50 a.example; none"},
    {"i=51; a.example; none", "0 !it does not begin with i= of 1 to 50"},
    {"i=0; a.example; none", "0 !it does not begin with i= of 1 to 50"},
    {"I=1; a.example; none", "0 !it does not begin with i= of 1 to 50"},
    {"a.example; none", "0 !it does not begin with i= of 1 to 50"},
    {"i=1 a.example; none", "1 !a ; is missing"},
    {"i=1;", "1 !it is empty"},
};

/* clang-format on */

static void
put_result(const struct authres_result *result, struct strbuf *out)
{
    strbuf_addf(out, "; %.*s=%.*s", SLICE_ARGS(result->method),
                SLICE_ARGS(result->result));
    if (result->has_reason)
        strbuf_addf(out, " (%.*s)", SLICE_ARGS(result->reason));
    for (size_t i = 0; i < result->count; i++)
        strbuf_addf(out, " %.*s.%.*s=%.*s",
                    SLICE_ARGS(result->properties[i].type),
                    SLICE_ARGS(result->properties[i].name),
                    SLICE_ARGS(result->properties[i].value));
}

static void
put_field(const struct authres *field, struct strbuf *out)
{
    static const char letters[] = "IWPUE";

    if (field->fault != NULL) {
        strbuf_addf(out, "!%s", field->fault);
        return;
    }
    strbuf_add_slice(out, field->id);
    for (size_t i = 0; i < field->count; i++)
        put_result(&field->results[i], out);
    if (field->is_none)
        strbuf_add_text(out, "; none");
    if (field->dialect != 0)
        strbuf_add_text(out, " ~");
    for (size_t i = 0; letters[i] != '\0'; i++)
        if ((field->dialect & (1u << i)) != 0)
            strbuf_add_char(out, letters[i]);
}

static void
test_row(size_t i)
{
    struct arena *arena = arena_new();
    struct strbuf seen = STRBUF_INIT;
    struct slice text = slice_of(rows[i].text);
    const struct authres *field = authres_read(arena, text);

    put_field(field, &seen);
    is_string(rows[i].seen, seen.p, "%s", rows[i].name);
    if (field->fault != NULL) {
        ok(slice_starts(slice_from(text, field->fault_from),
                        slice_of(rows[i].at)),
           "%s: at octet %zu", rows[i].name, field->fault_from);
        is_int(0, (long long)field->count, "%s: no results", rows[i].name);
    }
    strbuf_clear(&seen);
    arena_free(arena);
}

static void
test_arc(size_t i)
{
    struct arena *arena = arena_new();
    struct strbuf seen = STRBUF_INIT;
    const struct authres *field =
        authres_read_arc(arena, slice_of(arc_rows[i].text));

    strbuf_addf(&seen, "%u ", field->instance);
    put_field(field, &seen);
    is_string(arc_rows[i].seen, seen.p, "ARC: %s", arc_rows[i].text);
    strbuf_clear(&seen);
    arena_free(arena);
}

static void
test_nul(void)
{
    struct arena *arena = arena_new();
    const struct authres *field = authres_read(
        arena,
        SLICE("a.example; dkim=pass header.d=legitimate.com\0.b.example"));

    is_string("it has a control character", field->fault, "NUL");
    is_int(44, (long long)field->fault_from, "and where");
    arena_free(arena);
}

/* Found whatever the case; the first one counts. */
static void
test_property(void)
{
    struct arena *arena = arena_new();
    const struct authres *field = authres_read(
        arena, SLICE("a.example; dkim=pass Header.D=b.example header.d=c"
                     " header.s=k1"));
    struct slice domain = authres_property(&field->results[0], "header", "d");

    ok(slice_equal(domain, SLICE("b.example")), "header.d");
    is_int(0, (long long)authres_property(&field->results[0], "smtp", "d").n,
           "no smtp.d");
    arena_free(arena);
}

/* Bounds, and a comment of a megabyte: all are read once. */
static void
test_many(void)
{
    struct arena *arena = arena_new();
    struct strbuf text = STRBUF_INIT;
    const struct authres *field;

    strbuf_add_text(&text, "a.example");
    for (int i = 0; i < AUTHRES_RESULTS_MAX; i++)
        strbuf_add_text(&text, "; spf=pass");
    field = authres_read(arena, strbuf_slice(&text));
    is_int(AUTHRES_RESULTS_MAX, (long long)field->count, "as many as may be");
    strbuf_add_text(&text, "; spf=pass");
    field = authres_read(arena, strbuf_slice(&text));
    is_string("it has too many results", field->fault, "one more");
    strbuf_cut(&text, 0);
    strbuf_add_text(&text, "a.example; spf=pass ");
    strbuf_fill(&text, '(', 1 << 20);
    field = authres_read(arena, strbuf_slice(&text));
    is_string("a comment has no end", field->fault, "a million brackets");
    strbuf_cut(&text, sizeof("a.example; spf=pass ") - 1);
    for (int i = 0; i <= AUTHRES_PROPERTIES_MAX; i++)
        strbuf_add_text(&text, "smtp.helo=a ");
    field = authres_read(arena, strbuf_slice(&text));
    is_string("a result has too many properties", field->fault,
              "too many properties");
    strbuf_clear(&text);
    arena_free(arena);
}

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(i);
    for (size_t i = 0; i < sizeof(arc_rows) / sizeof(arc_rows[0]); i++)
        test_arc(i);
    test_nul();
    test_property();
    test_many();
    return tap_done();
}
