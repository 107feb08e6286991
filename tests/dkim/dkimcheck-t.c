/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DKIM verification: RFC 8463 appendix A, and messages signed here that are
   then changed. */
#include "common/dkim/dkimcheck.h"

#include <string.h>

#include "tests/dkim/sample.h"

/* RFC 8463 appendix A.2 and A.3. */
#define RFC8463_KEYS                                                          \
    "brisbane._domainkey.football.example.com TXT \"v=DKIM1; k=ed25519; "     \
    "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"\n"                      \
    "test._domainkey.football.example.com TXT \"v=DKIM1; k=rsa; "             \
    "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08"  \
    "a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR\" " \
    "\"+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/" \
    "K4w3QIDAQAB\"\n"
#define RFC8463_MESSAGE                                                       \
    "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\n"             \
    " d=football.example.com; i=@football.example.com;\n"                     \
    " q=dns/txt; s=brisbane; t=1528637909; h=from : to :\n"                   \
    " subject : date : message-id : from : subject : date;\n"                 \
    " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\n"                     \
    " b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\n"           \
    " Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\n"                                     \
    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\n"                 \
    " d=football.example.com; i=@football.example.com;\n"                     \
    " q=dns/txt; s=test; t=1528637909; h=from : to : subject :\n"             \
    " date : message-id : from : subject : date;\n"                           \
    " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\n"                     \
    " b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3\n"           \
    " DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz\n"           \
    " dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=\n"           \
    "From: Joe SixPack <joe@football.example.com>\n"                          \
    "To: Suzie Q <suzie@shopping.example.net>\n"                              \
    "Subject: Is dinner ready?\n"                                             \
    "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\n"                           \
    "Message-ID: <20030712040037.46341.5F8J@football.example.com>\n"          \
    "\n"                                                                      \
    "Hi.\n\nWe lost the game.  Are you hungry yet?\n\nJoe.\n"

#define NOW      1000000
#define FROM     "From: a@example.com\n"
#define REST     FROM "To: b@example.net\nSubject: Hello  you\n\nBody  text\n\n"
#define TAGS     "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=k1; "
#define HASHES   "; bh=<bh>; b=<b>\n"

/* Places in key records: %R the RSA key, %E the Ed25519 one. */
#define KEY      "v=DKIM1; p=%R"
#define EDS      "v=DKIM1; k=ed25519; p=%E"

/* Beside the reason: nothing but the key is missing. */
#define MAY_PASS 0x100u

/* clang-format off */

/* A message signed as its field says, "from" in it then replaced by "to",
   against one key record (NULL: none; "!word": that outcome). */
static const struct {
    const char *name;            /* what is shown */
    const char *message;         /* <bh> and <b> to be filled in */
    enum key_algorithm signer;   /* with which key */
    const char *from, *to;       /* changed on its way, or NULL */
    const char *record;          /* TXT of k1._domainkey.example.com */
    unsigned reason;             /* what must come of it: enum dkimreason */
} rows[] = {
    {"simple/simple", TAGS "h=from:subject" HASHES REST, ALGORITHM_RSA, NULL,
     NULL, KEY, DKIMREASON_VERIFIED},
    {"relaxed/relaxed", TAGS "c=relaxed/relaxed; h=from:subject" HASHES REST,
     ALGORITHM_RSA, NULL, NULL, KEY, DKIMREASON_VERIFIED},
    {"Ed25519", "DKIM-Signature: v=1; a=ed25519-sha256; d=example.com; s=k1;"
     " h=from" HASHES REST, ALGORITHM_ED25519, NULL, NULL, EDS,
     DKIMREASON_VERIFIED},
    {"relaxed bears refolding", TAGS "c=relaxed; h=from:subject" HASHES REST,
     ALGORITHM_RSA, "Hello  you", "Hello\n\tyou", KEY, DKIMREASON_VERIFIED},
    {"simple does not", TAGS "h=from:subject" HASHES REST, ALGORITHM_RSA,
     "Hello  you", "Hello you", KEY, DKIMREASON_SIGNATURE},
    {"relaxed bears blanks in the body",
     TAGS "c=relaxed/relaxed; h=from" HASHES REST, ALGORITHM_RSA,
     "Body  text", "Body\ttext ", KEY, DKIMREASON_VERIFIED},
    {"simple does not bear them", TAGS "c=relaxed; h=from" HASHES REST,
     ALGORITHM_RSA, "Body  text", "Body text", KEY, DKIMREASON_BODY_HASH},
    {"neither bears a bare CR", TAGS "c=relaxed/relaxed; h=from" HASHES REST,
     ALGORITHM_RSA, "Body  text", "Body  \rtext", KEY, DKIMREASON_BODY_HASH},
    {"VT is no blank", TAGS "c=relaxed/relaxed; h=from:subject" HASHES REST,
     ALGORITHM_RSA, "Hello  you", "Hello \vyou", KEY, DKIMREASON_SIGNATURE},
    {"both accept CR LF for LF", TAGS "h=from" HASHES REST, ALGORITHM_RSA,
     "Body  text\n", "Body  text\r\n", KEY, DKIMREASON_VERIFIED},
    {"empty lines at the end", TAGS "h=from" HASHES REST, ALGORITHM_RSA,
     "Body  text\n", "Body  text\n\n\n", KEY, DKIMREASON_VERIFIED},
    {"an unsigned field may change", TAGS "h=from" HASHES REST, ALGORITHM_RSA,
     "Hello  you", "Buy now", KEY, DKIMREASON_VERIFIED},
    {"a field added that is oversigned",
     TAGS "h=from:subject:subject" HASHES REST, ALGORITHM_RSA, "To: b",
     "Subject: Buy now\nTo: b", KEY, DKIMREASON_SIGNATURE},
    {"a field added below that is not",
     TAGS "h=from:subject" HASHES REST, ALGORITHM_RSA, "\n\nBody",
     "\nSubject: Buy now\n\nBody", KEY, DKIMREASON_SIGNATURE},
    {"a field added above that is not",
     TAGS "h=from:subject" HASHES REST, ALGORITHM_RSA, "To: b",
     "Subject: Buy now\nTo: b", KEY, DKIMREASON_VERIFIED},
    {"two fields, signed from the bottom up",
     TAGS "c=relaxed; h=from:x:x" HASHES "X: 1\nX: 2\n" REST, ALGORITHM_RSA,
     "X: 1\nX: 2\n", "X: 2\nX: 1\n", KEY, DKIMREASON_SIGNATURE},
    {"h= names DKIM-Signature: its own does not count",
     TAGS "h=from:dkim-signature" HASHES REST, ALGORITHM_RSA, NULL, NULL, KEY,
     DKIMREASON_VERIFIED},
    {"From changed", TAGS "h=from" HASHES REST, ALGORITHM_RSA,
     "a@example.com", "b@example.com", KEY, DKIMREASON_SIGNATURE},
    {"a tag added to the field", TAGS "h=from" HASHES REST, ALGORITHM_RSA,
     "v=1;", "v=1; y=2;", KEY, DKIMREASON_SIGNATURE},
    {"l= leaves the rest unsigned", TAGS "l=5; h=from" HASHES REST,
     ALGORITHM_RSA, "Body  text\n", "Body  and what you like\n", KEY,
     DKIMREASON_VERIFIED},
    {"l=0", TAGS "l=0; h=from" HASHES REST, ALGORITHM_RSA, "Body", "No body",
     KEY, DKIMREASON_VERIFIED},
    {"l= is all of it", TAGS "l=12; h=from" HASHES REST, ALGORITHM_RSA, NULL,
     NULL, KEY, DKIMREASON_VERIFIED},
    {"l= is more than there is", TAGS "l=13; h=from" HASHES REST,
     ALGORITHM_RSA, NULL, NULL, KEY, DKIMREASON_LENGTH},
    {"x= is over", TAGS "x=999999; h=from" HASHES REST, ALGORITHM_RSA, NULL,
     NULL, KEY, DKIMREASON_EXPIRED},
    {"x= is now", TAGS "x=1000000; h=from" HASHES REST, ALGORITHM_RSA, NULL,
     NULL, KEY, DKIMREASON_VERIFIED},
    {"t= in the future still verifies", TAGS "t=2000000; h=from" HASHES REST,
     ALGORITHM_RSA, NULL, NULL, KEY, DKIMREASON_VERIFIED},
    {"rsa-sha1", "DKIM-Signature: v=1; a=rsa-sha1; d=example.com; s=k1;"
     " h=from" HASHES REST, ALGORITHM_RSA, NULL, NULL, KEY,
     DKIMREASON_SYNTAX},
    {"From is not signed", TAGS "h=subject" HASHES REST, ALGORITHM_RSA, NULL,
     NULL, KEY, DKIMREASON_SYNTAX},
    {"a tag twice", TAGS "s=k1; h=from" HASHES REST, ALGORITHM_RSA, NULL,
     NULL, KEY, DKIMREASON_SYNTAX},
    {"no key", TAGS "h=from" HASHES REST, ALGORITHM_RSA, NULL, NULL, NULL,
     DKIMREASON_KEY_ABSENT},
    {"no answer", TAGS "h=from" HASHES REST, ALGORITHM_RSA, NULL, NULL,
     "!timeout",
     DKIMREASON_KEY_UNKNOWN | MAY_PASS},
    {"no answer, and x= is over", TAGS "x=999999; h=from" HASHES REST,
     ALGORITHM_RSA, NULL, NULL, "!timeout", DKIMREASON_KEY_UNKNOWN},
    {"no answer, and l= is too long", TAGS "l=999; h=from" HASHES REST,
     ALGORITHM_RSA, NULL, NULL, "!timeout", DKIMREASON_KEY_UNKNOWN},
    {"SERVFAIL, and the body is changed", TAGS "h=from" HASHES REST,
     ALGORITHM_RSA, "Body", "Nobody", "!servfail", DKIMREASON_KEY_UNKNOWN},
    {"revoked", TAGS "h=from" HASHES REST, ALGORITHM_RSA, NULL, NULL,
     "v=DKIM1; p=", DKIMREASON_KEY_REVOKED},
    {"another key", TAGS "h=from" HASHES REST, ALGORITHM_RSA, NULL, NULL,
     "v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3"
     "idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8u"
     "BsCR\" \"+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOT"
     "IKT+l/K4w3QIDAQAB", DKIMREASON_SIGNATURE},
    {"RFC 8301: a key of 1000 bits", TAGS "h=from" HASHES REST, ALGORITHM_RSA,
     NULL, NULL, "v=DKIM1; p=MIGbMA0GCSqGSIb3DQEBAQUAA4GJADCBhQJ+AOMuWWwVgABdKe"
     "U/89M47MRPZMJUgIIPjGzEmvIpbg8kGFnEM/hJpCLcYMf72qq14ToZ4OAEYOJl/lv"
     "17H6jUYsqN37vrF68c2AtHsm4FzPSe7Q/+OqYE6qVz1cBfNQYQkRtKVlD1EcE4ld7\" \"F+vOdER6jP+Eeb6CJxHmgMmjAgMBAAE=", DKIMREASON_KEY_WEAK},
    {"an RSA signature, an Ed25519 key", TAGS "h=from" HASHES REST,
     ALGORITHM_RSA, NULL, NULL, EDS, DKIMREASON_KEY_TYPE},
    {"the key allows sha1 alone", TAGS "h=from" HASHES REST, ALGORITHM_RSA,
     NULL, NULL, "v=DKIM1; h=sha1; p=%R", DKIMREASON_KEY_HASH},
    {"the key is not for mail", TAGS "h=from" HASHES REST, ALGORITHM_RSA,
     NULL, NULL, "v=DKIM1; s=tlsrpt; p=%R", DKIMREASON_KEY_SERVICE},
    {"a key for all services", TAGS "h=from" HASHES REST, ALGORITHM_RSA, NULL,
     NULL, "v=DKIM1; s=*; p=%R", DKIMREASON_VERIFIED},
    {"t=s and i= below d=", TAGS "i=@a.example.com; h=from" HASHES REST,
     ALGORITHM_RSA, NULL, NULL, "v=DKIM1; t=s; p=%R", DKIMREASON_KEY_STRICT},
    {"t=s and i= at d=", TAGS "i=@example.com; h=from" HASHES REST,
     ALGORITHM_RSA, NULL, NULL, "v=DKIM1; t=s; p=%R", DKIMREASON_VERIFIED},
    {"i= below d= without t=s", TAGS "i=@a.example.com; h=from" HASHES REST,
     ALGORITHM_RSA, NULL, NULL, KEY, DKIMREASON_VERIFIED},
    {"t=y does not matter", TAGS "h=from" HASHES REST, ALGORITHM_RSA, NULL,
     NULL, "v=DKIM1; t=y; p=%R", DKIMREASON_VERIFIED},
    {"g= is passed over", TAGS "h=from" HASHES REST, ALGORITHM_RSA, NULL,
     NULL, "v=DKIM1; g=nobody; p=%R", DKIMREASON_VERIFIED},
    {"v= not first in the key", TAGS "h=from" HASHES REST, ALGORITHM_RSA,
     NULL, NULL, "p=%R; v=DKIM1", DKIMREASON_KEY_INVALID},
    {"a tag twice in the key", TAGS "h=from" HASHES REST, ALGORITHM_RSA, NULL,
     NULL, "v=DKIM1; n=a; n=b; p=%R", DKIMREASON_KEY_INVALID},
    {"another TXT record beside it", TAGS "h=from" HASHES REST, ALGORITHM_RSA,
     NULL, NULL, "hello\"\nk1._domainkey.example.com TXT \"v=DKIM1; p=%R",
     DKIMREASON_VERIFIED},
    {"of two keys one fits", TAGS "h=from" HASHES REST, ALGORITHM_RSA, NULL,
     NULL, EDS "\"\nk1._domainkey.example.com TXT \"" KEY,
     DKIMREASON_VERIFIED},
};

/* clang-format on */

/* The analysis under test. */
struct checking {
    struct dkimcheck_list list;     /* prepared */
    struct keyverify *keys;         /* the cache */
    struct dkimverdict verdicts[2]; /* of the first two */
    int64_t now;                    /* the time */
};

static void
analyse(void *context, struct view *view)
{
    struct checking *checking = context;

    for (size_t i = 0; i < checking->list.count && i < 2; i++)
        checking->verdicts[i] = dkimcheck_run(
            view, checking->keys, &checking->list.checks[i], checking->now);
}

static void
verify(struct checking *checking, struct arena *arena, struct slice message,
       const char *zone_text)
{
    struct dkimmail mail = sample_mail(arena, message);
    struct fakezone *zone = fakezone_new(zone_text);
    struct view *view;

    zone->is_late = true;
    checking->keys = keyverify_new();
    checking->list = dkimcheck_prepare(arena, &mail);
    view = fakezone_run(zone, analyse, checking);
    view_free(view);
    source_free(&zone->source);
    keyverify_free(checking->keys);
}

/* In strings of 255 octets and less. */
static void
add_record(struct strbuf *zone, const char *record)
{
    size_t line = 0;

    strbuf_add_text(zone, "k1._domainkey.example.com TXT ");
    if (record[0] == '!') {
        strbuf_addf(zone, "%s\n", record);
        return;
    }
    strbuf_add_char(zone, '"');
    for (const char *p = record; *p != '\0'; p++, line++) {
        if (*p == '%') {
            const struct key_pair *pair =
                sample_key(*++p == 'R' ? ALGORITHM_RSA : ALGORITHM_ED25519);

            strbuf_add_text(zone, "\" \"");
            strbuf_add_slice(
                zone, slice_sub(strbuf_slice(&pair->public_text), 0, 200));
            strbuf_add_text(zone, "\" \"");
            strbuf_add_slice(
                zone, slice_from(strbuf_slice(&pair->public_text), 200));
            strbuf_add_text(zone, "\" \"");
        } else {
            strbuf_add_char(zone, *p);
        }
    }
    strbuf_add_text(zone, "\"\n");
}

static void
replace(struct strbuf *text, const char *from, const char *to)
{
    struct strbuf out = STRBUF_INIT;
    size_t at = slice_search(strbuf_slice(text), slice_of(from));

    if (at == text->n)
        bail("no '%s' in the message", from);
    strbuf_add(&out, text->p, at);
    strbuf_add_text(&out, to);
    strbuf_add_slice(&out, slice_from(strbuf_slice(text), at + strlen(from)));
    strbuf_clear(text);
    *text = out;
}

static void
test_row(size_t i)
{
    struct arena *arena = arena_new();
    struct strbuf message = STRBUF_INIT, zone = STRBUF_INIT;
    struct checking checking = {.now = NOW};

    strbuf_add_text(&message, rows[i].message);
    sample_sign(&message, rows[i].signer);
    if (rows[i].from != NULL)
        replace(&message, rows[i].from, rows[i].to);
    if (rows[i].record != NULL)
        add_record(&zone, rows[i].record);
    verify(&checking, arena, strbuf_slice(&message), zone.p);
    is_string(dkimreason_text((enum dkimreason)(rows[i].reason & ~MAY_PASS)),
              dkimreason_text(checking.verdicts[0].reason), "%s",
              rows[i].name);
    is_int((rows[i].reason & MAY_PASS) != 0, checking.verdicts[0].may_pass,
           "%s: whether the key alone is missing", rows[i].name);
    strbuf_clear(&message);
    strbuf_clear(&zone);
    arena_free(arena);
}

/* Both signatures, in LF and in CR LF; and neither when a word changes. */
static void
test_rfc8463(const char *name, bool crlf, bool changed)
{
    struct arena *arena = arena_new();
    struct strbuf message = STRBUF_INIT;
    struct checking checking = {.now = NOW};

    for (const char *p = RFC8463_MESSAGE; *p != '\0'; p++) {
        if (*p == '\n' && crlf)
            strbuf_add_char(&message, '\r');
        strbuf_add_char(&message, *p);
    }
    if (changed)
        replace(&message, "dinner", "supper");
    verify(&checking, arena, strbuf_slice(&message), RFC8463_KEYS);
    is_int(2, (long long)checking.list.count, "%s: two signatures", name);
    for (int i = 0; i < 2; i++)
        is_string(changed ? "fail" : "pass",
                  dkimresult_word(checking.verdicts[i].result), "%s: %s", name,
                  i == 0 ? "Ed25519" : "RSA");
    strbuf_clear(&message);
    arena_free(arena);
}

/* Beyond the limit none is verified, and the limit is no error. */
static void
test_many(void)
{
    struct arena *arena = arena_new();
    struct strbuf message = STRBUF_INIT;
    struct checking checking = {.now = NOW};
    struct dkimmail mail;

    for (int i = 0; i < DKIMCHECK_SIGNATURES_MAX + 3; i++)
        strbuf_add_text(&message, TAGS "h=from; bh=AA==; b=AA==\n");
    strbuf_add_text(&message, REST);
    mail = sample_mail(arena, strbuf_slice(&message));
    checking.list = dkimcheck_prepare(arena, &mail);
    is_int(DKIMCHECK_SIGNATURES_MAX + 3, (long long)checking.list.count,
           "all are listed");
    ok(!checking.list.checks[DKIMCHECK_SIGNATURES_MAX - 1].is_beyond
           && checking.list.checks[DKIMCHECK_SIGNATURES_MAX].is_beyond,
       "the last ones are not looked at");
    strbuf_clear(&message);
    arena_free(arena);
}

int
main(void)
{
    plan_lazy();
    test_rfc8463("RFC 8463 A.3", true, false);
    test_rfc8463("with LF", false, false);
    test_rfc8463("changed", true, true);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(i);
    test_many();
    return tap_done();
}
