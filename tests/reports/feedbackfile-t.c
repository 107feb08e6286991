/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/reports/feedbackfile.c, unpack.c and mailparts.c: the files
   in tests/reports/samples, and those of the conformance suites. */
#include "common/reports/feedbackfile.h"

#include <stdlib.h>

#include "common/base/file.h"
#include "tests/tap/tap.h"

/* clang-format off */

/* One line a part: rows of a report and what is doubted, or why it is none. */
static const struct {
    const char *file;
    const char *seen;
} rows[] = {
    {"plain.xml", "plain.xml: 1\n"},
    {"one.xml.gz", "one.xml.gz: 1\n"},
    {"one.zip", "one.zip: a.xml: 1\n"},
    {"two.zip", "two.zip: a.xml: 1\ntwo.zip: b.xml: 1\n"},
    {"gz-in-zip.zip", "gz-in-zip.zip: a.xml.gz: 1\n"},
    {"stored.zip", "stored.zip: a.xml: 1\n"},
    {"half-bad.zip", "half-bad.zip: bad.xml: line 1: mismatched tag\n"
                     "half-bad.zip: good.xml: 1\n"},
    {"empty.zip", "empty.zip: there is nothing in it\n"},
    {"cut.xml.gz", "cut.xml.gz: it cannot be unpacked: truncated gzip input\n"},
    {"mail-gzip.eml", "mail-gzip.eml: r.xml.gz: 1\n"},
    {"mail-zip.eml", "mail-zip.eml: r.zip: a.xml: 1\n"},
    {"mail-qp.eml", "mail-qp.eml: r.xml: 1\n"},
    {"mail-single.eml", "mail-single.eml: r.xml.gz: 1\n"},
    {"mail-forwarded.eml", "mail-forwarded.eml: r.xml.gz: 1\n"},
    {"mail-none.eml", "mail-none.eml: no report is attached to this mail\n"},
    {"nothing.txt",
     "nothing.txt: it is neither XML nor gzip, zip or a mail\n"},
    {"void.xml", "void.xml: it is empty\n"},
    {"utf16.xml", "utf16.xml: 1\n"},
    {"latin.xml", "latin.xml: line 4: not well-formed (invalid token)\n"},
    {"gz-in-gz.xml.gz", "gz-in-gz.xml.gz: 1\n"},
    {"zip-in-gz.gz", "zip-in-gz.gz: a.xml: 1\n"},
    {"gz-six-times.gz",
     "gz-six-times.gz: it is packed too many times over\n"},
    {"bomb-in-gz.gz", "bomb-in-gz.gz: it has more than 1000000 octets\n"},
    {"bomb.xml.gz", "bomb.xml.gz: it has more than 1000000 octets\n"},
};

/* And of the suites: the right finding, or rows. */
static const struct {
    const char *file;
    const char *seen;
} suite[] = {
    {"protection.outlook.com+example.com+1711756800+1711843200.xml", ": 1\n"},
    {"rfc9990-sample.xml", ": 1, its date range lies before DMARC, in 2012\n"},
    {"invalid_xml.xml", ": line 5: not well-formed (invalid token)\n"},
    {"fastmail.com+example.com+1516060800+1516147199+102675056.xml.gz",
     ": 1\n"},
    {"estadocuenta1.infonacot.gob.mx+example.com+1536853302+1536939702+2940"
     ".xml.zip", ": estadocuenta1.infonacot.gob.mx!example.com!1536853302!"
     "1536939702!2940.xml: 1\n"},
    {"Report_domain-_borschow.com_Submitter-_google.com_Report-ID-"
     "_949348866075514174.eml",
     ": google.com!borschow.com!1549929600!1550015999.zip: google.com!"
     "borschow.com!1549929600!1550015999.xml: 1\n"},
};

/* clang-format on */

static void
show(const struct feedbackpart *part, size_t skip, struct strbuf *out)
{
    for (; part != NULL; part = part->next) {
        strbuf_addf(out, "%s: ", part->name + skip);
        if (part->report == NULL)
            strbuf_addf(out, "%s\n", part->why);
        else if (part->report->doubt == NULL)
            strbuf_addf(out, "%zu\n", part->report->row_count);
        else
            strbuf_addf(out, "%zu, %s\n", part->report->row_count,
                        part->report->doubt);
    }
}

/* All of it by its path, as text. */
static char *
seen_in(struct feedbackfile *file, const char *path, size_t skip)
{
    struct arena *arena = arena_new();
    struct strbuf text = STRBUF_INIT;
    struct error err = ERROR_INIT;
    const struct feedbackpart *parts = NULL;

    if (feedbackfile_read(file, path, arena, &parts, &err) == ST_OK)
        show(parts, skip, &text);
    else
        strbuf_add_text(&text, err.text);
    arena_free(arena);
    return strbuf_detach(&text);
}

static void
test_samples(struct feedbackfile *file)
{
    const char *folder = tap_path("tests/reports/samples/");
    size_t n = strlen(folder);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct strbuf path = STRBUF_INIT;
        char *seen;

        strbuf_addf(&path, "%s%s", tap_path("tests/reports/samples/"),
                    rows[i].file);
        seen = seen_in(file, path.p, n);
        is_string(rows[i].seen, seen, "%s", rows[i].file);
        free(seen);
        strbuf_clear(&path);
    }
}

static void
test_suite(struct feedbackfile *file)
{
    const char *suites = getenv("SELKIE_SUITES");

    for (size_t i = 0; i < sizeof(suite) / sizeof(suite[0]); i++) {
        struct strbuf path = STRBUF_INIT;
        char *seen;

        strbuf_addf(&path, "%s/dmarc-reports/%s",
                    suites == NULL ? tap_path("../shared/suites") : suites,
                    suite[i].file);
        seen = seen_in(file, path.p, path.n);
        if (strncmp(seen, "cannot open", 11) == 0)
            skip("%s: not here", suite[i].file);
        else
            is_string(suite[i].seen, seen, "%s", suite[i].file);
        free(seen);
        strbuf_clear(&path);
    }
}

/* Cut anywhere and with any octet changed it is told what is wrong, or read:
   and always one part at least. */
static void
test_damaged(struct feedbackfile *file, const char *name)
{
    struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;
    struct arena *arena = arena_new();
    size_t parts = 0;

    strbuf_addf(&path, "%s%s", tap_path("tests/reports/samples/"), name);
    file_read(path.p, 1u << 20, &text, NULL);
    for (size_t n = 0; n < text.n; n++) {
        struct slice cut = {text.p, n};

        parts += feedbackfile_scan(file, "cut", cut, arena) != NULL;
        text.p[n] ^= 0x55;
        parts += feedbackfile_scan(file, "changed", strbuf_slice(&text), arena)
                 != NULL;
        text.p[n] ^= 0x55;
        arena_reset(arena);
    }
    ok(text.n > 0, "%s is there", name);
    is_int((long long)(2 * text.n), (long long)parts, "%s, damaged", name);
    arena_free(arena);
    strbuf_clear(&text);
    strbuf_clear(&path);
}

static void
test_deep(struct feedbackfile *file)
{
    char *seen = seen_in(file, tap_path("tests/reports/samples/deep.zip"), 0);

    ok(strstr(seen, "it is packed too many times over") != NULL,
       "zip in zip in zip: %s", seen);
    free(seen);
}

/* clang-format off */

/* A mail that is head, and piece so many times: what is told of it, or NULL
   when its parts were looked at. */
static const struct {
    const char *name, *head, *piece;
    size_t times;
    const char *seen;
} bombs[] = {
    {"10,000 lines as between parts", "A: b\n\n", "--b\n\n", 10000,
     "x: no report is attached to this mail\n"},
    {"and one more", "A: b\n\n", "--b\n\n", 10001,
     "x: it has more than 10000 parts\n"},
    {"a mebioctet of fields", "", "A: 345\r\n", 131072 - 1,
     "x: no report is attached to this mail\n"},
    {"and more", "", "A: 345\r\n", 131072 + 1,
     "x: its header fields have more than 1048576 octets\n"},
    {"of one field", "A: b", "\r\n 34567", 131072,
     "x: its header fields have more than 1048576 octets\n"},
    {"of a part", "A: b\n\n--b\n", "A: 345\r\n", 131072,
     "x: its header fields have more than 1048576 octets\n"},
    {"of a mail in it", "Content-Type: message/rfc822\n\n", "A: 345\r\n",
     131072, "x: its header fields have more than 1048576 octets\n"},
    {"text is no head", "A: b\n\nDear all\n", "A: 34\n\n", 140000,
     "x: no report is attached to this mail\n"},
    {"mails in mails in mails", "",
     "Content-Type: message/rfc822\n\n", 30000,
     "x: no report is attached to this mail\n"},
    {"parts in parts in parts", "Content-Type: multipart/mixed; boundary=b\n\n",
     "--b\nContent-Type: multipart/mixed; boundary=b\n\n", 9999,
     "x: no report is attached to this mail\n"},
};

/* clang-format on */

static void
test_bombs(struct feedbackfile *file)
{
    for (size_t i = 0; i < sizeof(bombs) / sizeof(bombs[0]); i++) {
        struct arena *arena = arena_new();
        struct strbuf mail = STRBUF_INIT, seen = STRBUF_INIT;

        strbuf_add_text(&mail, bombs[i].head);
        for (size_t n = 0; n < bombs[i].times; n++)
            strbuf_add_text(&mail, bombs[i].piece);
        show(feedbackfile_scan(file, "x", strbuf_slice(&mail), arena), 0,
             &seen);
        is_string(bombs[i].seen, seen.p, "%s", bombs[i].name);
        strbuf_clear(&seen);
        strbuf_clear(&mail);
        arena_free(arena);
    }
}

static void
test_unreadable(struct feedbackfile *file)
{
    char *seen = seen_in(file, "/nonexistent/x", 0);

    is_string("cannot open '/nonexistent/x': No such file or directory", seen,
              "no such file");
    free(seen);
    seen = seen_in(file, "/", 0);
    is_string("cannot read '/': Is a directory", seen, "a folder");
    free(seen);
}

int
main(void)
{
    static const struct feedbackfile_limits limits = {1000000, 100, NULL};
    struct feedbackfile *file = feedbackfile_new(&limits);

    plan_lazy();
    test_samples(file);
    test_suite(file);
    test_deep(file);
    test_bombs(file);
    test_damaged(file, "one.xml.gz");
    test_damaged(file, "two.zip");
    test_damaged(file, "mail-zip.eml");
    test_unreadable(file);
    feedbackfile_free(file);
    return tap_done();
}
