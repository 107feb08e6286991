/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Canonical forms: the examples of RFC 6376 section 3.4, and octets that
   libraries take for white space. */
#include "common/dkim/dkimcanon.h"

#include <string.h>

#include "tests/tap/tap.h"

/* clang-format off */

static const struct {
    const char *name;   /* what is shown */
    struct slice raw;   /* the field */
    const char *simple; /* its forms; NULL: as it is, with CR LF */
    struct slice relaxed;
} fields[] = {
    {"3.4.5, A", SLICE_INIT("A: X"), NULL, SLICE_INIT("a:X\r\n")},
    {"3.4.5, B", SLICE_INIT("B : Y\t\r\n\tZ  "), NULL,
     SLICE_INIT("b:Y Z\r\n")},
    {"3.4.2, lower case and unfolded",
     SLICE_INIT("SUBJect: AbC\r\n def"), NULL,
     SLICE_INIT("subject:AbC def\r\n")},
    {"lines of a file that end in LF", SLICE_INIT("A: x\n y"),
     "A: x\r\n y\r\n", SLICE_INIT("a:x y\r\n")},
    {"nothing in it", SLICE_INIT("A:"), NULL, SLICE_INIT("a:\r\n")},
    {"only blanks in it", SLICE_INIT("A: \t "), NULL, SLICE_INIT("a:\r\n")},
    {"VT and FF are no white space", SLICE_INIT("A:x\v\fy"), NULL,
     SLICE_INIT("a:x\v\fy\r\n")},
    {"a bare CR stays", SLICE_INIT("A: x\ry"), NULL,
     SLICE_INIT("a:x\ry\r\n")},
    {"text behind a NUL counts", SLICE_INIT("A: x\0  y"), "",
     SLICE_INIT("a:x\0 y\r\n")},
    {"a TAB before the colon", SLICE_INIT("A\t: x"), NULL,
     SLICE_INIT("a:x\r\n")},
    {"a colon in the value", SLICE_INIT("A: b : c"), NULL,
     SLICE_INIT("a:b : c\r\n")},
};

static const struct {
    const char *name;      /* what is shown */
    struct slice octets;   /* the body */
    struct slice simple, relaxed;
} bodies[] = {
    {"3.4.5", SLICE_INIT(" C \r\nD \t E\r\n\r\n\r\n"),
     SLICE_INIT(" C \r\nD \t E\r\n"), SLICE_INIT(" C\r\nD E\r\n")},
    {"empty: 3.4.3 and 3.4.4", SLICE_INIT(""), SLICE_INIT("\r\n"),
     SLICE_INIT("")},
    {"empty lines alone", SLICE_INIT("\r\n\r\n"), SLICE_INIT("\r\n"),
     SLICE_INIT("")},
    {"blanks alone", SLICE_INIT(" \t\r\n"), SLICE_INIT(" \t\r\n"),
     SLICE_INIT("")},
    {"the last line has no end", SLICE_INIT("a\r\nb"),
     SLICE_INIT("a\r\nb\r\n"), SLICE_INIT("a\r\nb\r\n")},
    {"empty lines inside", SLICE_INIT("a\r\n\r\n \r\nb\r\n"),
     SLICE_INIT("a\r\n\r\n \r\nb\r\n"), SLICE_INIT("a\r\n\r\n\r\nb\r\n")},
    {"LF is CR LF", SLICE_INIT("a\n\nb \n"), SLICE_INIT("a\r\n\r\nb \r\n"),
     SLICE_INIT("a\r\n\r\nb\r\n")},
    {"a bare CR is text", SLICE_INIT("a \rb\r\r\n"),
     SLICE_INIT("a \rb\r\r\n"), SLICE_INIT("a \rb\r\r\n")},
    {"a CR at the very end", SLICE_INIT("a\r"), SLICE_INIT("a\r\r\n"),
     SLICE_INIT("a\r\r\n")},
    {"VT, FF and NUL are text", SLICE_INIT("a\v\f\0 \r\n"),
     SLICE_INIT("a\v\f\0 \r\n"), SLICE_INIT("a\v\f\0\r\n")},
};

/* SHA-256 of the empty bodies, from sections 3.4.3 and 3.4.4, and of the body
   of RFC 6376 appendix A.2 and RFC 8463 appendix A.3. */
static const struct {
    const char *octets;
    enum dkimcanon canon;
    uint64_t limit;
    const char *hash;
    uint64_t length;
} hashes[] = {
    {"", DKIMCANON_SIMPLE, DKIMCANON_NO_LIMIT,
     "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=", 2},
    {"", DKIMCANON_RELAXED, DKIMCANON_NO_LIMIT,
     "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", 0},
    {"Hi.\r\n\r\nWe lost the game. Are you hungry yet?\r\n\r\nJoe.\r\n",
     DKIMCANON_SIMPLE, DKIMCANON_NO_LIMIT,
     "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=", 54},
    {"Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n",
     DKIMCANON_RELAXED, DKIMCANON_NO_LIMIT,
     "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=", 54},
    {"Hi.\r\n\r\nWe lost the game. Are you hungry yet?\r\n\r\nJoe.\r\n"
     "-- \r\na footer\r\n", DKIMCANON_SIMPLE, 54,
     "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=", 69},
};

/* clang-format on */

static void
is_text(struct slice wanted, const struct strbuf *seen, const char *name,
        const char *form)
{
    is_octets(wanted.p, wanted.n, seen->p, seen->n, "%s, %s", name, form);
}

static void
test_field(size_t i)
{
    struct strbuf seen = STRBUF_INIT, simple = STRBUF_INIT;

    if (fields[i].simple != NULL && fields[i].simple[0] != '\0')
        strbuf_add_text(&simple, fields[i].simple);
    else
        strbuf_add_slice(&simple, fields[i].raw);
    if (fields[i].simple == NULL || fields[i].simple[0] == '\0')
        strbuf_add_text(&simple, "\r\n");
    dkimcanon_field(DKIMCANON_SIMPLE, fields[i].raw, &seen);
    is_text(strbuf_slice(&simple), &seen, fields[i].name, "simple");
    strbuf_cut(&seen, 0);
    dkimcanon_field(DKIMCANON_RELAXED, fields[i].raw, &seen);
    is_text(fields[i].relaxed, &seen, fields[i].name, "relaxed");
    strbuf_clear(&seen);
    strbuf_clear(&simple);
}

static void
test_body(size_t i)
{
    struct strbuf seen = STRBUF_INIT;

    dkimcanon_body_text(DKIMCANON_SIMPLE, bodies[i].octets, &seen);
    is_text(bodies[i].simple, &seen, bodies[i].name, "simple");
    strbuf_cut(&seen, 0);
    dkimcanon_body_text(DKIMCANON_RELAXED, bodies[i].octets, &seen);
    is_text(bodies[i].relaxed, &seen, bodies[i].name, "relaxed");
    strbuf_clear(&seen);
}

/* In pieces of 1 and of 3 octets it is the same. */
static void
test_pieces(size_t i)
{
    uint8_t digests[2][2][DIGEST_SHA256_SIZE];
    struct slice wanted[2] = {bodies[i].simple, bodies[i].relaxed};

    for (size_t size = 1; size <= 3; size += 2) {
        struct dkimcanon_hash two[2] = {
            {.canon = DKIMCANON_SIMPLE,  .limit = DKIMCANON_NO_LIMIT},
            {.canon = DKIMCANON_RELAXED, .limit = DKIMCANON_NO_LIMIT},
        };
        struct dkimcanon_body *body = dkimcanon_body_new(two, 2);

        for (size_t at = 0; at < bodies[i].octets.n; at += size)
            dkimcanon_body_add(body, slice_sub(bodies[i].octets, at, size));
        dkimcanon_body_end(body);
        for (int k = 0; k < 2; k++) {
            digest_sha256(wanted[k], digests[0][k]);
            is_octets(digests[0][k], DIGEST_SHA256_SIZE, two[k].digest,
                      DIGEST_SHA256_SIZE, "%s, pieces of %zu, %s",
                      bodies[i].name, size, dkimcanon_word((enum dkimcanon)k));
        }
    }
}

static void
test_hash(size_t i)
{
    struct dkimcanon_hash hash = {.canon = hashes[i].canon,
                                  .limit = hashes[i].limit};
    struct dkimcanon_body *body = dkimcanon_body_new(&hash, 1);
    struct strbuf seen = STRBUF_INIT;

    dkimcanon_body_add(body, slice_of(hashes[i].octets));
    dkimcanon_body_end(body);
    digest_base64((struct slice){(char *)hash.digest, sizeof(hash.digest)},
                  &seen);
    is_string(hashes[i].hash, seen.p, "hash %zu", i);
    is_int((long long)hashes[i].length, (long long)hash.octets, "octets %zu",
           i);
    strbuf_clear(&seen);
}

/* More than is hashed at once, with many empty lines inside. */
static void
test_long(void)
{
    struct strbuf text = STRBUF_INIT, seen = STRBUF_INIT;

    for (int i = 0; i < 10000; i++)
        strbuf_add_text(&text, "\r\n");
    strbuf_add_text(&text, "x\r\n");
    dkimcanon_body_text(DKIMCANON_RELAXED, strbuf_slice(&text), &seen);
    is_text(strbuf_slice(&text), &seen, "10,000 empty lines", "relaxed");
    strbuf_clear(&text);
    strbuf_clear(&seen);
}

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < LENGTH(fields); i++)
        test_field(i);
    for (size_t i = 0; i < LENGTH(bodies); i++)
        test_body(i);
    for (size_t i = 0; i < LENGTH(bodies); i++)
        test_pieces(i);
    for (size_t i = 0; i < LENGTH(hashes); i++)
        test_hash(i);
    test_long();
    return tap_done();
}
