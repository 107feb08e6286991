/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From fields, honest ones and those by which published attacks show one
   author to the reader and another to the verifier (espoofer a8 to a19). */
#include "common/message/fromfield.h"

#include "tests/tap/tap.h"

/* clang-format off */

/* The author domain, or "-"; then the tricks. */
static const struct {
    const char *name;   /* what is shown */
    struct slice text;  /* the header */
    const char *wanted; /* "domain trick trick" */
} rows[] = {
    {"an address", SLICE_INIT("From: a@example.com\n\n"), "example.com"},
    {"a name", SLICE_INIT("From: Ann B <a@example.com>\n\n"), "example.com"},
    {"a name in quotes", SLICE_INIT("From: \"B, A. (x) <y>\" <a@example.com>"
                                    "\n\n"), "example.com"},
    {"quoted pairs in quotes", SLICE_INIT("From: \"A \\\"x\\\"\" <a@b.example"
                                          ">\n\n"), "b.example"},
    {"an encoded name", SLICE_INIT("From: =?utf-8?Q?Ann_=C3=A9?= <a@b.example"
                                   ">\n\n"), "b.example"},
    {"folded", SLICE_INIT("From: Ann\r\n <a@b.example>\r\n\r\n"),
     "b.example"},
    {"a comment", SLICE_INIT("From: a@b.example (Ann (B))\n\n"),
     "b.example"},
    {"upper case", SLICE_INIT("FROM: a@B.Example\n\n"), "b.example"},
    {"the word in another field", SLICE_INIT("Subject: x\n from: yesterday\n"
                                             "From: a@b.example\n\n"),
     "b.example"},
    {"none", SLICE_INIT("To: a@b.example\n\n"), "- missing"},
    {"nothing in it", SLICE_INIT("From:\n\n"), "- malformed"},
    {"no domain", SLICE_INIT("From: ann\n\n"), "- malformed"},
    {"a domain literal", SLICE_INIT("From: a@[192.0.2.1]\n\n"),
     "- malformed"},
    {"two fields", SLICE_INIT("From: a@b.example\nFrom: c@d.example\n\n"),
     "- multiple-fields multiple-domains"},
    {"two fields alike", SLICE_INIT("From: a@b.example\nFrom: a@b.example\n\n"
                                    ), "- multiple-fields"},
    {"a blank before the colon", SLICE_INIT("From : a@b.example\n\n"),
     "- obfuscated"},
    {"and a plain one", SLICE_INIT("From : a@b.example\nFrom: c@d.example\n\n"
                                   ),
     "- multiple-fields obfuscated multiple-domains"},
    {"a blank before the name", SLICE_INIT("X: 1\n From: a@b.example\n"
                                           "From: c@d.example\n\n"),
     "- obfuscated"},
    {"a NUL in the name", SLICE_INIT("X: 1\nFrom\0: a@b.example\n"
                                     "From: c@d.example\n\n"),
     "- missing obfuscated"},
    {"a folded name", SLICE_INIT("X: 1\nFrom: c@d.example\nFrom\n"
                                 " : a@b.example\n\n"), "- obfuscated"},
    {"a TAB and CR in the name", SLICE_INIT("X: 1\nFrom\t\r: a@b.example\n\n"),
     "- missing obfuscated"},
    {"a plain one behind a line that is no field",
     SLICE_INIT("From: c@d.example\nX\0Y: 1\nFrom: a@b.example\n\n"),
     "- obfuscated"},
    {"and behind one in the first place",
     SLICE_INIT("X: 1\nno field\nFrom: a@b.example\n\n"),
     "- missing obfuscated"},
    {"one in the body is none",
     SLICE_INIT("From: c@d.example\n\nFrom: a@b.example\n\n"), "d.example"},
    {"behind a bare CR in another field",
     SLICE_INIT("Subject: x\rFrom: c@d.example\nFrom: a@b.example\n\n"),
     "- obfuscated"},
    {"behind a bare CR in itself",
     SLICE_INIT("From: a@b.example\rFrom: c@d.example\n\n"),
     "- malformed obfuscated multiple-domains"},
    {"a folded one, and a plain one behind a line that is no field",
     SLICE_INIT("From:\n a@b.example\nno colon here\n"
                "From: c@d.example\n\n"), "- obfuscated"},
    {"a blank before the name, folded",
     SLICE_INIT("X: 1\n From:\n c@d.example\nFrom: a@b.example\n\n"),
     "- obfuscated"},
    {"a control in the name, folded",
     SLICE_INIT("From: a@b.example\nFrom\1:\n c@d.example\n\n"),
     "- obfuscated"},
    {"behind a bare CR, folded",
     SLICE_INIT("From: a@b.example\nX: x\rFrom:\n c@d.example\n\n"),
     "- obfuscated"},
    {"the address belongs to the next field",
     SLICE_INIT("X: 1\n from:\n y\nFrom: a@b.example\n\n"), "b.example"},
    {"names in a signature",
     SLICE_INIT("DKIM-Signature: h=Date:\n From:\n To: Subject; i=@b.example"
                "\nFrom: a@b.example\n\n"), "b.example"},
    {"one in a signature that is none of them",
     SLICE_INIT("DKIM-Signature: h=Date;\n From: C\n <c@d.example>\n"
                "From: a@b.example\n\n"), "- obfuscated"},
    {"several domains", SLICE_INIT("From: a@b.example, c@d.example\n\n"),
     "- multiple-domains"},
    {"several addresses", SLICE_INIT("From: a@b.example, <c@b.example>\n\n"),
     "b.example multiple-addresses"},
    {"a route", SLICE_INIT("From: <@d.example:a@b.example>\n\n"),
     "- malformed multiple-domains"},
    {"a group", SLICE_INIT("From: us: a@b.example, c@d.example;\n\n"),
     "- malformed multiple-domains"},
    {"a quoted pair", SLICE_INIT("From: <a@b.example>\\,<c@d.example>\n\n"),
     "- malformed multiple-domains"},
    {"a bare @ in the name", SLICE_INIT("From: c@d.example <a@b.example>\n\n"
                                        ),
     "- malformed multiple-domains display-address"},
    {"the same domain twice", SLICE_INIT("From: a@b.example <a@b.example>\n\n"
                                         ), "b.example malformed"},
    {"text behind it", SLICE_INIT("From: <a@b.example>c@d.example\n\n"),
     "- malformed multiple-domains"},
    {"two angles", SLICE_INIT("From: <a@b.example><c@d.example>\n\n"),
     "- malformed multiple-domains"},
    {"an address in a comment", SLICE_INIT("From: a@b.example(c@d.example)"
                                           "\n\n"),
     "- malformed multiple-domains"},
    {"an encoded address", SLICE_INIT("From: =?utf-8?B?PGNAZC5leGFtcGxlPg==?="
                                      ",<a@b.example>\n\n"),
     "- malformed multiple-domains"},
    {"a NUL in the address", SLICE_INIT("From: a@b.example\0.d.example\n\n"),
     "- malformed"},
    {"a display address", SLICE_INIT("From: \"c@d.example\" <a@b.example>\n\n"
                                     ), "b.example display-address"},
    {"its own address shown", SLICE_INIT("From: \"a@b.example\" <a@b.example>"
                                         "\n\n"), "b.example"},
    {"an encoded display address", SLICE_INIT("From: =?utf-8?B?Y0BkLmV4YW1wbG"
                                              "U=?= <a@b.example>\n\n"),
     "b.example display-address"},
    {"a U-label", SLICE_INIT("From: a@b\303\274cher.example\n\n"),
     "xn--bcher-kva.example not-alabel"},
};

/* clang-format on */

static const char *const tricks[FROMFIELD_TRICKS] = {
    "missing",          "multiple-fields",    "malformed",  "obfuscated",
    "multiple-domains", "multiple-addresses", "not-alabel", "display-address"};

static void
test_row(size_t i)
{
    struct arena *arena = arena_new();
    struct strbuf seen = STRBUF_INIT;
    struct error err = ERROR_INIT;
    struct fromfield from;
    struct mailhead head;

    if (mailhead_read(arena, rows[i].text, &head, &err) != ST_OK)
        bail("%s: %s", rows[i].name, err.text);
    from = fromfield_read(arena, &head);
    strbuf_add_text(
        &seen, from.domain.size == 0 ? "-" : name_bare(arena, &from.domain));
    for (int k = 0; k < FROMFIELD_TRICKS; k++)
        if (fromfield_has(&from, (enum fromfield_trick)k))
            strbuf_addf(&seen, " %s", tricks[k]);
    is_string(rows[i].wanted, seen.p, "%s", rows[i].name);
    strbuf_clear(&seen);
    arena_free(arena);
}

/* The last of many is not forgotten: it is an author, too. */
static void
test_many(void)
{
    struct arena *arena = arena_new();
    struct strbuf text = STRBUF_INIT;
    struct fromfield from;
    struct mailhead head;

    strbuf_add_text(&text, "From: ");
    for (int i = 0; i < FROMFIELD_ADDRESSES_MAX; i++)
        strbuf_add_text(&text, "a@b.example, ");
    strbuf_add_text(&text, "c@d.example\n\n");
    if (mailhead_read(arena, strbuf_slice(&text), &head, NULL) != ST_OK)
        bail("no header");
    from = fromfield_read(arena, &head);
    is_int(0, from.domain.size, "one address more: no author domain");
    ok(fromfield_has(&from, FROMFIELD_MULTIPLE_DOMAINS), "but two domains");
    strbuf_clear(&text);
    arena_free(arena);
}

int
main(void)
{
    plan_lazy();
    test_many();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(i);
    return tap_done();
}
