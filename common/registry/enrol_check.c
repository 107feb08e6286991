/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One request for a customer: is it well formed? */
#include <string.h>

#include "common/registry/enrol.h"

static const struct provision_key default_keys[] = {
    {.algorithm = ALGORITHM_RSA},
    {.algorithm = ALGORITHM_ED25519},
};

const struct provision_key *
enrol_keys(const struct provision_request *request, size_t *count)
{
    if (request->key_count > 0) {
        *count = request->key_count;
        return request->keys;
    }
    *count = sizeof(default_keys) / sizeof(default_keys[0]);
    return default_keys;
}

static enum status
check_domain(const struct provision_settings *settings,
             const struct provision_request *request, struct arena *arena,
             struct enrolment *out, struct error *err)
{
    const char *esp = registry_esp(settings->registry);
    char domain[DOMAIN_SIZE];
    enum status st;

    if (request->mode == MODE_ESP && request->domain != NULL)
        return error_set(err, ST_SYNTAX,
                         "mode esp is for names of our own: domain '%s' needs"
                         " another mode",
                         request->domain);
    if (request->mode != MODE_ESP && request->domain == NULL)
        return error_set(err, ST_SYNTAX, "mode %s needs the customer's domain",
                         states_mode(request->mode));
    st = request->mode == MODE_ESP
             ? labels_esp_domain(out->customer, esp, domain, err)
             : labels_domain(request->domain, esp, domain, err);
    if (st == ST_OK)
        out->domain = arena_text(arena, slice_of(domain));
    return st;
}

static enum status
check_label(const struct provision_request *request, struct arena *arena,
            struct enrolment *out, struct error *err)
{
    struct strbuf label = STRBUF_INIT;
    enum status st;

    out->label = NULL;
    if (request->mode != MODE_NS_LABEL)
        return request->label == NULL
                   ? ST_OK
                   : error_set(err, ST_SYNTAX, "a label needs mode ns-label");
    if (request->label == NULL)
        return error_set(err, ST_SYNTAX, "mode ns-label needs the label");
    st = labels_selector(request->label, &label, err);
    if (st == ST_OK && slice_find(strbuf_slice(&label), '.') < label.n)
        st = error_set(err, ST_SYNTAX, "'%s' is more than one label",
                       request->label);
    if (st == ST_OK)
        out->label = arena_text(arena, strbuf_slice(&label));
    strbuf_clear(&label);
    return st;
}

/* SELECTOR._domainkey.DOMAIN, and where customers' CNAMEs lead,
   SELECTOR.TOKEN._dkim.ESP, must be names: 253 octets of text. */
static enum status
check_length(const struct enrolment *e, const char *esp, const char *selector,
             struct error *err)
{
    size_t own = strlen(selector) + sizeof("._domainkey.") + strlen(e->domain);
    size_t target = e->request->mode == MODE_ESP
                        ? 0
                        : strlen(selector) + TOKEN_LENGTH + sizeof("._dkim.")
                              + strlen(esp) + 1;

    if (own > DOMAIN_SIZE || target > DOMAIN_SIZE)
        return error_set(err, ST_RANGE,
                         "selector '%s' is too long for domain '%s'", selector,
                         e->domain);
    return ST_OK;
}

/* In lower case, with the label of MODE_NS_LABEL behind it. */
static enum status
check_selector(const struct enrolment *e, const char *esp, const char *text,
               struct strbuf *out, struct error *err)
{
    enum status st = labels_selector(text, out, err);

    if (st != ST_OK)
        return st;
    if (e->label != NULL) {
        struct strbuf ending = STRBUF_INIT;

        strbuf_addf(&ending, ".%s", e->label);
        if (!slice_ends(strbuf_slice(out), strbuf_slice(&ending)))
            strbuf_add_slice(out, strbuf_slice(&ending));
        strbuf_clear(&ending);
    }
    return check_length(e, esp, out->p, err);
}

static enum status
check_twice(const struct provision_key *keys, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = i + 1; k < count; k++)
            if (keys[i].selector != NULL && keys[k].selector != NULL
                && strcmp(keys[i].selector, keys[k].selector) == 0)
                return error_set(err, ST_SYNTAX,
                                 "selector '%s' is asked for twice: a"
                                 " selector has one key",
                                 keys[i].selector);
    return ST_OK;
}

/* What others made may be of other sizes than what we make. */
static enum status
check_key(struct provision_key *key, struct error *err)
{
    if (key->brought == NULL) {
        if (key->bits == 0)
            key->bits = keymaker_default_bits(key->algorithm);
        return keymaker_check(key->algorithm, key->bits, NULL, err);
    }
    key->algorithm = key->brought->algorithm;
    key->bits = key->brought->bits;
    if (key->algorithm == ALGORITHM_RSA
        && (key->bits < KEY_RSA_DEFAULT || key->bits > KEY_RSA_MAX))
        return error_set(err, ST_RANGE,
                         "the RSA key brought along has %u bits: %d to %d are "
                         "taken (RFC 8301 section 3.2)",
                         key->bits, KEY_RSA_DEFAULT, KEY_RSA_MAX);
    return ST_OK;
}

static enum status
check_keys(const struct provision_settings *settings,
           const struct provision_request *request, struct arena *arena,
           struct enrolment *out, struct error *err)
{
    const struct provision_key *wanted = enrol_keys(request, &out->key_count);
    const char *esp = registry_esp(settings->registry);
    struct provision_key *keys;
    struct strbuf selector = STRBUF_INIT;
    enum status st = ST_OK;

    if (out->key_count > PROVISION_KEYS_MAX)
        return error_set(err, ST_RANGE, "at most %d keys at once",
                         PROVISION_KEYS_MAX);
    keys = ARENA_ARRAY(arena, struct provision_key, out->key_count);
    for (size_t i = 0; st == ST_OK && i < out->key_count; i++) {
        keys[i] = wanted[i];
        st = check_key(&keys[i], err);
        if (st == ST_OK && wanted[i].selector != NULL) {
            st = check_selector(out, esp, wanted[i].selector, &selector, err);
            keys[i].selector = arena_text(arena, strbuf_slice(&selector));
        }
    }
    strbuf_clear(&selector);
    out->keys = keys;
    return st == ST_OK ? check_twice(keys, out->key_count, err) : st;
}

static enum status
check_fields(const struct provision_request *request, struct error *err)
{
    enum status st = ST_OK;

    if (request->field_count > PROVISION_FIELDS_MAX)
        return error_set(err, ST_RANGE, "at most %d fields",
                         PROVISION_FIELDS_MAX);
    for (size_t i = 0; st == ST_OK && i < request->field_count; i++)
        st = labels_field(request->fields[i].name, request->fields[i].value,
                          err);
    return st;
}

enum status
enrol_check(const struct provision_settings *settings,
            const struct provision_request *request, struct arena *arena,
            struct enrolment *out, struct error *err)
{
    char customer[LABEL_SIZE];
    enum status st;

    *out = (struct enrolment){.request = request, .arena = arena};
    st =
        labels_customer(request->customer, &settings->reserved, customer, err);
    if (st != ST_OK)
        return st;
    out->customer = arena_text(arena, slice_of(customer));
    if ((st = check_domain(settings, request, arena, out, err)) != ST_OK
        || (st = check_label(request, arena, out, err)) != ST_OK
        || (st = check_keys(settings, request, arena, out, err)) != ST_OK)
        return st;
    return check_fields(request, err);
}
