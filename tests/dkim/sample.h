/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages for tests: taken apart, signed with test keys, verified. */
#ifndef TESTS_DKIM_SAMPLE_H
#define TESTS_DKIM_SAMPLE_H

#include "common/dkim/dkimcheck.h"
#include "common/dkim/dkimsign.h"
#include "common/registry/keymaker.h"
#include "tests/keys/testkeys.h"
#include "tests/spf/fakezone.h"
#include "tests/tap/tap.h"

/* A message by itself: fields end in LF or CR LF, an empty line ends them. */
static inline struct dkimmail
sample_mail(struct arena *arena, struct slice text)
{
    struct dkimfield *fields = NULL;
    struct dkimmail mail = {0};
    struct slice rest = text;

    while (rest.n > 0) {
        size_t n = slice_find(rest, '\n');
        struct slice line = slice_sub(rest, 0, n);

        rest = slice_from(rest, n + 1);
        if (line.n > 0 && line.p[line.n - 1] == '\r')
            line.n--;
        if (line.n == 0)
            break;
        if (mail.count > 0 && (line.p[0] == ' ' || line.p[0] == '\t')) {
            struct slice *raw = &fields[mail.count - 1].raw;

            raw->n = (size_t)(line.p + line.n - raw->p);
            continue;
        }
        fields = arena_grow(arena, fields, mail.count, sizeof(*fields));
        fields[mail.count].raw = line;
        n = slice_find(line, ':');
        while (n > 0 && (line.p[n - 1] == ' ' || line.p[n - 1] == '\t'))
            n--;
        fields[mail.count++].name = slice_sub(line, 0, n);
    }
    mail.fields = fields;
    mail.body = rest;
    return mail;
}

/* The nth test key of its kind; *pair keeps its first of each. */
static inline const struct key_pair *
sample_key(enum key_algorithm algorithm)
{
    static struct key_pair pairs[KEY_ALGORITHMS] = {KEY_PAIR_INIT,
                                                    KEY_PAIR_INIT};
    const struct key_source *source = testkeys_source();
    struct error err = ERROR_INIT;

    if (pairs[algorithm].private_der.n == 0
        && source->make(source->context, algorithm,
                        keymaker_default_bits(algorithm), &pairs[algorithm],
                        &err)
               != ST_OK)
        bail("%s", err.text);
    return &pairs[algorithm];
}

/* Put the base64 of octets in the place of the first "@" in text. */
static inline void
sample_fill(struct strbuf *text, const char *mark, struct slice octets)
{
    struct strbuf out = STRBUF_INIT;
    size_t at = slice_search(strbuf_slice(text), slice_of(mark));

    if (at == text->n)
        bail("no %s in '%s'", mark, text->p);
    strbuf_add(&out, text->p, at);
    digest_base64(octets, &out);
    strbuf_add_slice(&out, slice_from(strbuf_slice(text), at + strlen(mark)));
    strbuf_clear(text);
    *text = out;
}

/*
 * Sign text, which begins with its DKIM-Signature field: "<bh>" in it becomes
 * the body hash by c= and l=, "<b>" the signature by a=.  What the field says
 * is not looked at any further, so that void ones can be signed, too.
 */
static inline void
sample_sign(struct strbuf *text, enum key_algorithm algorithm)
{
    struct arena *arena = arena_new();
    struct dkimmail mail = sample_mail(arena, strbuf_slice(text));
    struct slice raw = mail.fields[0].raw;
    const struct dkimsig *sig =
        dkimsig_parse(arena, slice_from(raw, slice_find(raw, ':') + 1));
    struct dkimcanon_hash hash = {
        .canon = sig->body,
        .limit = sig->has_length ? sig->length : DKIMCANON_NO_LIMIT};
    struct dkimcanon_body *body = dkimcanon_body_new(&hash, 1);
    struct strbuf header = STRBUF_INIT, signature = STRBUF_INIT;
    struct dkimcheck check = {0};
    uint8_t digest[DIGEST_SHA256_SIZE];

    dkimcanon_body_add(body, mail.body);
    dkimcanon_body_end(body);
    sample_fill(text, "<bh>",
                (struct slice){(char *)hash.digest, sizeof(hash.digest)});
    mail = sample_mail(arena, strbuf_slice(text));
    raw = mail.fields[0].raw;
    check.sig =
        dkimsig_parse(arena, slice_from(raw, slice_find(raw, ':') + 1));
    dkimcheck_header(arena, &mail, &check, &header);
    digest_sha256(strbuf_slice(&header), digest);
    if (keymaker_sign(strbuf_slice(&sample_key(algorithm)->private_der),
                      (struct slice){(char *)digest, sizeof(digest)},
                      &signature, NULL)
        != ST_OK)
        bail("cannot sign");
    sample_fill(text, "<b>", strbuf_slice(&signature));
    strbuf_clear(&header);
    strbuf_clear(&signature);
    arena_free(arena);
}

#endif
