/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie sign: a test message, signed with the keys of a customer. */
#include <string.h>

#include "common/audit/mailfacts.h"
#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/dkim/dkimsign.h"
#include "common/registry/customers.h"
#include "common/registry/domains.h"
#include "common/registry/keys.h"
#include "tools/auditsource.h"
#include "tools/desk.h"

struct sign_options {
    const char *domain;   /* --domain */
    const char *selector; /* --selector */
    const char *expiry;   /* --expire */
    bool simple;          /* --simple */
};

/* How long a test message's signature lives unless it is said. */
static const struct sign_options sign_defaults = {.expiry = "7d"};

static const struct opt_def sign_options[] = {
    OPT_TEXT('d', "domain", struct sign_options, domain, "DOMAIN",
             "sign as this domain of the customer's; else as the first"),
    OPT_TEXT('s', "selector", struct sign_options, selector, "S",
             "with this key alone; else one of each algorithm"),
    OPT_TEXT(0, "expire", struct sign_options, expiry, "DURATION",
             "how long the signature is valid; default 7d"),
    OPT_FLAG(0, "simple", struct sign_options, simple,
             "c=simple/simple in place of relaxed/relaxed"),
    OPT_END,
};

/* One message to be signed. */
struct signing {
    const struct sign_options *options;              /* as given */
    struct desk desk;                                /* the workspace */
    struct dkimmail mail;                            /* the message */
    struct slice text;                               /* all of it */
    const struct customer_key *keys[KEY_ALGORITHMS]; /* to sign with */
    int64_t lifetime_s;                              /* of the signatures */
    struct strbuf fields;                            /* made so far */
};

/* ---- the keys ---- */

/* The signer's key first, then one that is published, then a pending one. */
static int
rank(const struct customer_key *key)
{
    switch (key->state) {
    case KEY_ACTIVE:
        return 3;
    case KEY_PUBLISHED:
        return 2;
    case KEY_PENDING:
        return 1;
    default:
        return 0;
    }
}

static enum status
choose_keys(struct signing *signing, const struct customer_domain *domain,
            struct error *err)
{
    const char *selector = signing->options->selector;
    struct desk *desk = &signing->desk;
    struct customer_key *keys;
    size_t count, chosen = 0;
    enum status st =
        keys_of(desk->registry, desk->arena, domain->id, &keys, &count, err);

    for (size_t i = 0; st == ST_OK && i < count; i++) {
        const struct customer_key **best = &signing->keys[keys[i].algorithm];

        if (!keys[i].has_private || rank(&keys[i]) == 0
            || (selector != NULL && strcmp(keys[i].selector, selector) != 0))
            continue;
        chosen++;
        if (*best == NULL || rank(*best) < rank(&keys[i]))
            *best = &keys[i];
    }
    if (st == ST_OK && chosen == 0)
        return error_set(
            err, ST_NOT_FOUND, "'%s' has no private key here to sign with%s%s",
            domain->name, selector == NULL ? "" : ", of selector ",
            selector == NULL ? "" : selector);
    return st;
}

static enum status
find_domain(struct signing *signing, const char *name,
            struct customer_domain *out, struct error *err)
{
    const char *wanted = signing->options->domain;
    struct desk *desk = &signing->desk;
    struct customer_domain *domains;
    struct customer customer;
    size_t count = 0;
    enum status st =
        customers_find(desk->registry, desk->arena, name, &customer, err);

    if (st == ST_OK)
        st = domains_of(desk->registry, desk->arena, customer.id, &domains,
                        &count, err);
    for (size_t i = 0; st == ST_OK && i < count; i++) {
        if (domains[i].state == DOMAIN_REMOVED
            || (wanted != NULL && strcmp(domains[i].name, wanted) != 0))
            continue;
        *out = domains[i];
        return ST_OK;
    }
    if (st != ST_OK)
        return st;
    return error_set(err, ST_NOT_FOUND, "customer '%s' has no domain%s%s",
                     name, wanted == NULL ? "" : " ",
                     wanted == NULL ? "" : wanted);
}

/* ---- the message ---- */

static enum status
take_apart(struct signing *signing, const char *path, struct error *err)
{
    struct arena *arena = signing->desk.arena;
    struct error why = ERROR_INIT;
    struct mailhead head;
    enum status st = mailhead_read(arena, signing->text, &head, &why);

    if (st == ST_OK && head.is_cut)
        st = error_set(&why, ST_SYNTAX,
                       "a line in its header is no header field");
    if (st == ST_OK && mailhead_find(&head, SLICE("From"), NULL) == NULL)
        st = error_set(&why, ST_SYNTAX, "it has no From field");
    if (st != ST_OK)
        return error_set(err, st, "'%s' is no mail message: %s", path,
                         why.text);
    signing->mail = maildoc_mail(arena, &head);
    return ST_OK;
}

/* With one key; the private half is cleansed whatever happens. */
static enum status
sign_with(struct signing *signing, const struct customer_key *key,
          struct error *err)
{
    bool simple = signing->options->simple;
    struct dkimsign settings = {
        .domain = key->signing_domain,
        .selector = key->selector,
        .algorithm = key->algorithm == ALGORITHM_ED25519
                         ? DKIMSIG_ED25519_SHA256
                         : DKIMSIG_RSA_SHA256,
        .header = simple ? DKIMCANON_SIMPLE : DKIMCANON_RELAXED,
        .body = simple ? DKIMCANON_SIMPLE : DKIMCANON_RELAXED,
        .time = clock_now(),
        .expiry = clock_now() + signing->lifetime_s};
    struct strbuf private_der = STRBUF_INIT, signature = STRBUF_INIT;
    struct strbuf field = STRBUF_INIT;
    uint8_t digest[DIGEST_SHA256_SIZE];
    enum status st = keys_private(signing->desk.registry, signing->desk.seal,
                                  key->id, &private_der, err);

    dkimsign_begin(signing->desk.arena, &signing->mail, &settings, &field,
                   digest);
    if (st == ST_OK)
        st =
            keymaker_sign(strbuf_slice(&private_der),
                          (struct slice){(const char *)digest, sizeof(digest)},
                          &signature, err);
    strbuf_wipe(&private_der);
    if (st == ST_OK) {
        dkimsign_finish(&field, strbuf_slice(&signature));
        strbuf_add_slice(&signing->fields, strbuf_slice(&field));
    }
    strbuf_clear(&signature);
    strbuf_clear(&field);
    return st;
}

/* In front of the first field, behind a "From " line of a mailbox file; lines
   end as those of the message do. */
static void
print_signed(struct signing *signing)
{
    size_t n = slice_find(signing->text, '\n');
    bool crlf = n > 0 && n < signing->text.n && signing->text.p[n - 1] == '\r';
    size_t before = (size_t)(signing->mail.fields[0].raw.p - signing->text.p);
    struct strbuf out = STRBUF_INIT;

    strbuf_add_slice(&out, slice_sub(signing->text, 0, before));
    for (size_t i = 0; i < signing->fields.n; i++)
        if (crlf || signing->fields.p[i] != '\r')
            strbuf_add_char(&out, signing->fields.p[i]);
    strbuf_add_slice(&out, slice_from(signing->text, before));
    output_write(strbuf_slice(&out));
    strbuf_clear(&out);
}

static enum status
sign_all(struct signing *signing, char **operands, struct strbuf *text,
         struct error *err)
{
    struct customer_domain domain = {0};
    enum status st = find_domain(signing, operands[0], &domain, err);

    if (st == ST_OK)
        st = choose_keys(signing, &domain, err);
    if (st == ST_OK)
        st = file_read(operands[1], AUDITSOURCE_MESSAGE_MAX, text, err);
    signing->text = strbuf_slice(text);
    if (st == ST_OK)
        st = take_apart(signing, operands[1], err);
    for (int i = 0; st == ST_OK && i < KEY_ALGORITHMS; i++)
        if (signing->keys[i] != NULL)
            st = sign_with(signing, signing->keys[i], err);
    return st;
}

static enum exit_status
sign_run(struct context *context)
{
    struct signing signing = {.options = context->options,
                              .fields = STRBUF_INIT};
    struct strbuf text = STRBUF_INIT;
    struct error err = ERROR_INIT;
    enum status st;

    if (clock_duration(slice_of(signing.options->expiry), &signing.lifetime_s,
                       &err)
            != ST_OK
        || signing.lifetime_s < 1)
        return cmd_usage(context, "--expire: %s",
                         err.text[0] == '\0' ? "too short" : err.text);
    st = desk_open(context, DESK_SEAL, &signing.desk, &err);
    if (st != ST_OK)
        return cmd_failed(&err);
    st = sign_all(&signing, context->operands, &text, &err);
    if (st == ST_OK) {
        print_signed(&signing);
        st = output_flush(&err);
    }
    desk_close(&signing.desk);
    strbuf_clear(&signing.fields);
    strbuf_clear(&text);
    return st == ST_OK ? EXIT_GOOD : cmd_failed(&err);
}

const struct command cmd_sign = {
    .name = "sign",
    .synopsis = "[options] CUSTOMER FILE|-",
    .summary = "sign a test message with a customer's keys",
    .about = "Prints the message with a DKIM-Signature in front, one for "
             "each algorithm that the customer's domain has a private key "
             "of.",
    .examples = "selkie sign acme sample.eml >signed.eml\n"
                "selkie sign acme - <sample.eml | selkie message -",
    .options = sign_options,
    .defaults = &sign_defaults,
    .options_size = sizeof(sign_defaults),
    .needs = NEED_WORKSPACE,
    .operands_least = 2,
    .operands_most = 2,
    .run = sign_run,
};
