/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DKIM-Signature fields to be made. */
#include "common/dkim/dkimsign.h"

#include <string.h>

/* Columns of a folded line. */
#define COLUMNS 72

/* RFC 6376 section 5.4.1 and RFC 8058 section 4; and those that are named
   once more than the message has them. */
static const struct {
    const char *name; /* of the field */
    bool oversigned;  /* no other one may be added */
} signable[] = {
    {"From",                      true },
    {"To",                        true },
    {"Subject",                   true },
    {"Date",                      true },
    {"Message-ID",                false},
    {"Reply-To",                  false},
    {"Cc",                        false},
    {"In-Reply-To",               false},
    {"References",                false},
    {"MIME-Version",              false},
    {"Content-Type",              false},
    {"Content-Transfer-Encoding", false},
    {"List-Id",                   false},
    {"List-Unsubscribe",          false},
    {"List-Unsubscribe-Post",     false},
};

/* Behind "; " or a fold, whichever fits. */
static void
add_tag(struct strbuf *field, const char *text)
{
    size_t line = field->n;

    while (line > 0 && field->p[line - 1] != '\n')
        line--;
    strbuf_add_text(field, field->n - line + strlen(text) + 2 > COLUMNS
                               ? ";\r\n\t"
                               : "; ");
    strbuf_add_text(field, text);
}

static void
add_name(struct strbuf *field, const char *name, bool is_first)
{
    size_t line = field->n;

    while (line > 0 && field->p[line - 1] != '\n')
        line--;
    if (!is_first)
        strbuf_add_char(field, ':');
    if (field->n - line + strlen(name) + 2 > COLUMNS)
        strbuf_add_text(field, "\r\n\t ");
    for (const char *p = name; *p != '\0'; p++)
        strbuf_add_char(field, (char)ascii_lower((unsigned char)*p));
}

static void
add_signed(struct strbuf *field, const struct dkimmail *mail)
{
    bool is_first = true;

    add_tag(field, "h=");
    for (size_t i = 0; i < sizeof(signable) / sizeof(signable[0]); i++) {
        size_t times = signable[i].oversigned;

        for (size_t k = 0; k < mail->count; k++)
            times += slice_equal_case(mail->fields[k].name,
                                      slice_of(signable[i].name));
        for (; times > 0; times--) {
            add_name(field, signable[i].name, is_first);
            is_first = false;
        }
    }
}

static void
add_body_hash(struct arena *arena, struct strbuf *field,
              const struct dkimmail *mail, enum dkimcanon canon)
{
    struct dkimcanon_hash hash = {.canon = canon, .limit = DKIMCANON_NO_LIMIT};
    struct dkimcanon_body *body = dkimcanon_body_new(&hash, 1);
    struct strbuf text = STRBUF_INIT;

    dkimcanon_body_add(body, mail->body);
    dkimcanon_body_end(body);
    strbuf_add_text(&text, "bh=");
    digest_base64(
        (struct slice){(const char *)hash.digest, sizeof(hash.digest)}, &text);
    add_tag(field, arena_text(arena, strbuf_slice(&text)));
    strbuf_clear(&text);
}

/* As if the field stood above the others. */
static void
hash_header(struct arena *arena, const struct dkimmail *mail,
            const struct strbuf *field, uint8_t digest[DIGEST_SHA256_SIZE])
{
    struct dkimfield *fields =
        ARENA_ARRAY(arena, struct dkimfield, mail->count + 1);
    struct dkimmail whole = {fields, mail->count + 1, SLICE_EMPTY};
    struct dkimcheck check = {0};
    struct strbuf text = STRBUF_INIT;

    fields[0].raw = strbuf_slice(field);
    fields[0].name = SLICE("DKIM-Signature");
    for (size_t i = 0; i < mail->count; i++)
        fields[i + 1] = mail->fields[i];
    check.sig = dkimsig_parse(
        arena, slice_from(fields[0].raw, slice_find(fields[0].raw, ':') + 1));
    dkimcheck_header(arena, &whole, &check, &text);
    digest_sha256(strbuf_slice(&text), digest);
    strbuf_clear(&text);
}

void
dkimsign_begin(struct arena *arena, const struct dkimmail *mail,
               const struct dkimsign *settings, struct strbuf *field,
               uint8_t digest[DIGEST_SHA256_SIZE])
{
    strbuf_addf(
        field, "DKIM-Signature: v=1; a=%s; c=%s/%s",
        settings->algorithm == DKIMSIG_ED25519_SHA256 ? "ed25519-sha256"
                                                      : "rsa-sha256",
        dkimcanon_word(settings->header), dkimcanon_word(settings->body));
    add_tag(field, arena_printf(arena, "d=%s", settings->domain));
    add_tag(field, arena_printf(arena, "s=%s", settings->selector));
    if (settings->time != 0)
        add_tag(field,
                arena_printf(arena, "t=%lld", (long long)settings->time));
    if (settings->expiry != 0)
        add_tag(field,
                arena_printf(arena, "x=%lld", (long long)settings->expiry));
    add_signed(field, mail);
    add_body_hash(arena, field, mail, settings->body);
    strbuf_add_text(field, ";\r\n\tb=");
    hash_header(arena, mail, field, digest);
}

void
dkimsign_finish(struct strbuf *field, struct slice signature)
{
    struct strbuf text = STRBUF_INIT;
    struct slice rest;

    digest_base64(signature, &text);
    rest = strbuf_slice(&text);
    while (rest.n > 0) {
        strbuf_add_slice(field, slice_sub(rest, 0, COLUMNS));
        rest = slice_from(rest, COLUMNS);
        strbuf_add_text(field, rest.n > 0 ? "\r\n\t " : "");
    }
    strbuf_add_text(field, "\r\n");
    strbuf_clear(&text);
}
