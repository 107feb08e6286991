/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields made here verify here; what they sign; how they are folded. */
#include "common/dkim/dkimsign.h"

#include <string.h>

#include "tests/dkim/sample.h"

static const char message[] =
    "From: a@example.com\r\nTo: b@example.net\r\nSubject: one\r\n"
    "X-Other: not signed\r\nList-Unsubscribe: <mailto:u@example.com>\r\n"
    "\r\nBody\r\n";

/* The field in front of the message, by a key. */
static void
make(struct strbuf *out, enum key_algorithm algorithm,
     const struct dkimsign *settings)
{
    struct arena *arena = arena_new();
    struct dkimmail mail = sample_mail(arena, slice_of(message));
    struct strbuf signature = STRBUF_INIT;
    uint8_t digest[DIGEST_SHA256_SIZE];

    dkimsign_begin(arena, &mail, settings, out, digest);
    if (keymaker_sign(strbuf_slice(&sample_key(algorithm)->private_der),
                      (struct slice){(char *)digest, sizeof(digest)},
                      &signature, NULL)
        != ST_OK)
        bail("cannot sign");
    dkimsign_finish(out, strbuf_slice(&signature));
    strbuf_add_text(out, message);
    strbuf_clear(&signature);
    arena_free(arena);
}

static const struct dkimcheck *given;
static struct keyverify *keys;
static struct dkimverdict verdict;

static void
analyse(void *context, struct view *view)
{
    (void)context;
    verdict = dkimcheck_run(view, keys, given, 1000);
}

static void
test_one(const char *name, enum key_algorithm algorithm, enum dkimcanon canon)
{
    bool rsa = algorithm == ALGORITHM_RSA;
    struct dkimsign settings = {.domain = "example.com",
                                .selector = "k1",
                                .algorithm = rsa ? DKIMSIG_RSA_SHA256
                                                 : DKIMSIG_ED25519_SHA256,
                                .header = canon,
                                .body = canon,
                                .time = 500,
                                .expiry = 2000};
    struct arena *arena = arena_new();
    struct strbuf text = STRBUF_INIT;
    struct fakezone *zone;
    struct dkimcheck_list list;
    struct dkimmail mail;
    struct slice rest, line, public;
    size_t widest = 0;

    make(&text, algorithm, &settings);
    mail = sample_mail(arena, strbuf_slice(&text));
    list = dkimcheck_prepare(arena, &mail);
    given = &list.checks[0];
    public = strbuf_slice(&sample_key(algorithm)->public_text);
    zone = fakezone_new(arena_printf(
        arena,
        "k1._domainkey.example.com TXT \"v=DKIM1; k=%s; p=%.*s\" \"%.*s\"\n",
        rsa ? "rsa" : "ed25519", SLICE_ARGS(slice_sub(public, 0, 200)),
        SLICE_ARGS(slice_from(public, 200))));
    keys = keyverify_new();
    view_free(fakezone_run(zone, analyse, NULL));
    is_string("pass", dkimresult_word(verdict.result), "%s: passes", name);
    is_int(2, (long long)dkimsig_signs(given->sig, SLICE("from")),
           "%s: From is oversigned", name);
    is_int(1, (long long)dkimsig_signs(given->sig, SLICE("list-unsubscribe")),
           "%s: List-Unsubscribe is signed", name);
    is_int(0, (long long)dkimsig_signs(given->sig, SLICE("x-other")),
           "%s: X-Other is not", name);
    is_int(1, (long long)dkimsig_signs(given->sig, SLICE("date")),
           "%s: a Date cannot be added", name);
    rest = slice_sub(strbuf_slice(&text), 0, text.n - strlen(message));
    while (slice_next(&rest, '\n', &line))
        widest = line.n > widest ? line.n : widest;
    ok(widest <= 78, "%s: lines of at most 78 columns", name);
    keyverify_free(keys);
    source_free(&zone->source);
    strbuf_clear(&text);
    arena_free(arena);
}

int
main(void)
{
    plan_lazy();
    test_one("RSA, relaxed", ALGORITHM_RSA, DKIMCANON_RELAXED);
    test_one("RSA, simple", ALGORITHM_RSA, DKIMCANON_SIMPLE);
    test_one("Ed25519, relaxed", ALGORITHM_ED25519, DKIMCANON_RELAXED);
    test_one("Ed25519, simple", ALGORITHM_ED25519, DKIMCANON_SIMPLE);
    return tap_done();
}
