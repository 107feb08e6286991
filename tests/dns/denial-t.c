/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/denial.c.  The NSEC3 rows are of RFC 5155 appendix A
   (salt aabbccdd, 12 iterations) and its hashes. */
#include "common/dns/denial.h"

#include "common/dns/recordline.h"
#include "tests/tap/tap.h"

/* clang-format off */
static const struct {
    const char *what;
    const char *records; /* of the authority section, a record a line */
    const char *name;
    enum denial wanted;
} rows[] = {
    {"no record", "", "b.example", DENIAL_SILENT},
    {"an SOA alone", "example. 9 SOA ns. host. 1 2 3 4 5\n", "b.example",
     DENIAL_SILENT},
    {"4034 4: between owner and next", "a.example. 9 NSEC c.example. TXT\n",
     "b.example", DENIAL_NO_NAME},
    {"before the owner", "c.example. 9 NSEC d.example. TXT\n", "b.example",
     DENIAL_SILENT},
    {"behind the next", "a.example. 9 NSEC b.example. TXT\n", "c.example",
     DENIAL_SILENT},
    {"the last one leads back to the apex",
     "y.example. 9 NSEC example. TXT\n", "z.example", DENIAL_NO_NAME},
    {"4592 2.2.2: the next name is below it",
     "example. 9 NSEC k1._domainkey.example. TXT\n", "_domainkey.example",
     DENIAL_EMPTY},
    {"the next name only begins like it",
     "example. 9 NSEC x_domainkey.example. TXT\n", "_domainkey.example",
     DENIAL_NO_NAME},
    {"its own record, of no data",
     "_domainkey.example. 9 NSEC x.example. RRSIG NSEC\n",
     "_domainkey.example", DENIAL_EMPTY},
    {"its own record", "b.example. 9 NSEC x.example. TXT RRSIG NSEC\n",
     "b.example", DENIAL_NAME},
    {"9824 3.1: NXNAME",
     "b.example. 9 NSEC \\000.b.example. RRSIG NSEC TYPE128\n", "b.example",
     DENIAL_NO_NAME},
    {"a record in other letters", "B.Example. 9 NSEC x.example. TXT\n",
     "b.example", DENIAL_NAME},
    /* H(example) = 0p9mhaveqvm6t7vbl5lop2u3t2rp3tom */
    {"5155 A: the apex's own hash",
     "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example. 9 NSEC3 1 1 12 aabbccdd"
     " 2t7b4g4vsa5smi47k61mv5bv1a22bojr MX DNSKEY NS SOA NSEC3PARAM RRSIG\n",
     "example", DENIAL_NAME},
    /* H(y.w.example) = ji6neoaepv8b5o6k4ev33abha8ht9fgc, an empty
       non-terminal */
    {"5155 A: an empty non-terminal",
     "ji6neoaepv8b5o6k4ev33abha8ht9fgc.example. 9 NSEC3 1 1 12 aabbccdd"
     " k8udemvp1j2f7eg6jebps17vp3n8i58h\n", "y.w.example", DENIAL_EMPTY},
    /* H(w.example) = k8udemvp1j2f7eg6jebps17vp3n8i58h */
    {"another name's hash",
     "ji6neoaepv8b5o6k4ev33abha8ht9fgc.example. 9 NSEC3 1 1 12 aabbccdd"
     " k8udemvp1j2f7eg6jebps17vp3n8i58h\n", "w.example", DENIAL_SILENT},
    /* H(a.example) = 35mthgpgcu1qg68fab165klnsnk3dpvl lies in between */
    {"covered, and no opt-out",
     "2vptu5timamqttgl4luu9kg21e0aor3s.example. 9 NSEC3 1 0 12 aabbccdd"
     " b4um86eghhds6nea196smvmlo4ors995 MX RRSIG\n", "a.example",
     DENIAL_NO_NAME},
    {"covered, by opt-out",
     "2vptu5timamqttgl4luu9kg21e0aor3s.example. 9 NSEC3 1 1 12 aabbccdd"
     " b4um86eghhds6nea196smvmlo4ors995 MX RRSIG\n", "a.example",
     DENIAL_SILENT},
    {"9276 3.2: too many iterations",
     "2vptu5timamqttgl4luu9kg21e0aor3s.example. 9 NSEC3 1 0 151 aabbccdd"
     " b4um86eghhds6nea196smvmlo4ors995 MX RRSIG\n", "a.example",
     DENIAL_SILENT},
    {"NSEC3 without data", "x.example. 9 NSEC3 \\# 4 01000001\n", "a.example",
     DENIAL_SILENT},
    {"NSEC without data", "x.example. 9 NSEC \\# 0\n", "y.example",
     DENIAL_SILENT},
    {"a bitmap that says more than it has",
     "b.example. 9 NSEC \\# 5 0178000840\n", "b.example", DENIAL_EMPTY},
};
/* clang-format on */

static enum denial
judge(struct arena *arena, const char *lines, const char *text)
{
    struct answer *answer = answer_make(arena, OUTCOME_NODATA, NULL, NULL);
    struct slice rest = slice_of(lines), line;
    struct record *records = NULL;
    struct error err = ERROR_INIT;
    struct name name;

    while (slice_next(&rest, '\n', &line)) {
        if (line.n == 0)
            continue;
        records = arena_grow(arena, records, answer->authority_count,
                             sizeof(*records));
        if (recordline_parse(arena, line, &records[answer->authority_count++],
                             &err)
            != ST_OK)
            bail("%s", err.text);
    }
    answer->authority = records;
    if (name_parse(&name, slice_of(text), &err) != ST_OK)
        bail("%s", err.text);
    return denial_of(answer, &name);
}

int
main(void)
{
    struct arena *arena = arena_new();

    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        is_int(rows[i].wanted, judge(arena, rows[i].records, rows[i].name),
               "%s", rows[i].what);
    is_string("empty non-terminal", denial_words(DENIAL_EMPTY), "its words");
    arena_free(arena);
    return tap_done();
}
