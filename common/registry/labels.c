/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What customers, domains, selectors and fields may be called, and why not. */
#include "common/registry/labels.h"

#include <string.h>

#include "common/base/arena.h"
#include "common/base/digest.h"
#include "common/dns/name.h"
#include "common/template/reserved.h"

static bool
is_label_octet(unsigned char c)
{
    return ascii_is_alnum(c) || c == '-';
}

/* LDH and not at the ends.  what: "customer name", "selector". */
static enum status
check_label(struct slice label, const char *what, const char *text,
            struct error *err)
{
    if (label.n == 0)
        return error_set(err, ST_SYNTAX, "%s '%s' has an empty label", what,
                         text);
    if (label.n > NAME_LABEL_MAX)
        return error_set(err, ST_RANGE,
                         "%s '%s' has a label of %zu octets; DNS allows %d"
                         " (RFC 1035 section 2.3.4)",
                         what, text, label.n, NAME_LABEL_MAX);
    for (size_t i = 0; i < label.n; i++)
        if (!is_label_octet((unsigned char)label.p[i]))
            return error_set(err, ST_SYNTAX,
                             "%s '%s' may hold only letters, digits and"
                             " hyphens",
                             what, text);
    if (label.p[0] == '-' || label.p[label.n - 1] == '-')
        return error_set(err, ST_SYNTAX,
                         "%s '%s' begins or ends a label with a hyphen", what,
                         text);
    return ST_OK;
}

static enum status
check_reserved(const char *label, const struct label_list *used,
               struct error *err)
{
    struct slice s = slice_of(label);
    const char *purpose = reserved_purpose(s);

    if (purpose != NULL)
        return error_set(err, ST_EXISTS,
                         "customer name '%s' is reserved for %s", label,
                         purpose);
    for (size_t i = 0; used != NULL && i < used->count; i++)
        if (slice_equal_case(s, slice_of(used->labels[i])))
            return error_set(err, ST_EXISTS,
                             "customer name '%s' is a name in the template",
                             label);
    return ST_OK;
}

static void
lower(struct slice s, char *out)
{
    for (size_t i = 0; i < s.n; i++)
        out[i] = (char)ascii_lower((unsigned char)s.p[i]);
    out[s.n] = '\0';
}

static bool
is_ascii(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text > 0x7e)
            return false;
    return true;
}

/* Letters beyond ASCII: one label of IDNA. */
static enum status
from_unicode(const char *text, char out[LABEL_SIZE], struct error *err)
{
    struct name name;
    enum status st = name_from_user(&name, text, err);

    if (st != ST_OK)
        return st;
    if (name.labels != 1)
        return error_set(err, ST_SYNTAX, "customer name '%s' is not one label",
                         text);
    lower(name_label(&name, 0), out);
    return ST_OK;
}

enum status
labels_customer(const char *text, const struct label_list *used,
                char out[LABEL_SIZE], struct error *err)
{
    struct slice s = slice_of(text);
    enum status st;

    if (s.n == 0)
        return error_set(err, ST_SYNTAX, "a customer needs a name");
    /* Before the letters are checked: "_dmarc" has a better reason. */
    if ((st = check_reserved(text, used, err)) != ST_OK)
        return st;
    if (!is_ascii(text)) {
        if ((st = from_unicode(text, out, err)) != ST_OK)
            return st;
    } else {
        if ((st = check_label(s, "customer name", text, err)) != ST_OK)
            return st;
        lower(s, out);
    }
    return check_reserved(out, used, err);
}

enum status
labels_selector(const char *text, struct strbuf *out, struct error *err)
{
    struct slice rest = slice_of(text);
    struct slice label;
    enum status st;

    strbuf_cut(out, 0);
    if (rest.n == 0)
        return error_set(err, ST_SYNTAX, "a selector may not be empty");
    if (rest.n >= DOMAIN_SIZE)
        return error_set(err, ST_RANGE,
                         "a selector of %zu octets is longer than a name may"
                         " be",
                         rest.n);
    while (slice_next(&rest, '.', &label)) {
        if ((st = check_label(label, "selector", text, err)) != ST_OK)
            return st;
        if (out->n > 0)
            strbuf_add_char(out, '.');
        for (size_t i = 0; i < label.n; i++)
            strbuf_add_char(out, (char)ascii_lower((unsigned char)label.p[i]));
    }
    return ST_OK;
}

/* The name as text without final dot; a name of host letters fits. */
static void
put_name(const struct name *name, char out[DOMAIN_SIZE])
{
    struct strbuf text = STRBUF_INIT;

    name_present(name, &text);
    strbuf_cut(&text, text.n - 1);
    memcpy(out, text.p, text.n + 1);
    strbuf_clear(&text);
}

/* Is there room for the longest selector label and "._domainkey." before
   it?  A name that has none cannot be signed for after a rotation. */
static enum status
check_room(const struct name *name, const char *text, struct error *err)
{
    size_t before = 1 + NAME_LABEL_MAX + sizeof("_domainkey");

    if (name->size + before > NAME_WIRE_MAX)
        return error_set(err, ST_RANGE,
                         "domain '%s' is too long: a selector and"
                         " '_domainkey' before it must fit in %d octets",
                         text, NAME_WIRE_MAX);
    return ST_OK;
}

enum status
labels_domain(const char *text, const char *esp, char out[DOMAIN_SIZE],
              struct error *err)
{
    struct name name;
    struct name top;
    enum status st;

    if ((st = name_from_user(&name, text, err)) != ST_OK)
        return st;
    if (name.labels < 2 || !name_is_host(&name))
        return error_set(err, ST_SYNTAX,
                         "'%s' is not a domain that mail can come from", text);
    if (name_from_text(&top, slice_of(esp)) == ST_OK
        && name_is_under(&name, &top))
        return error_set(err, ST_EXISTS,
                         "domain '%s' is the provider's own ('%s'), not a"
                         " customer's",
                         text, esp);
    if ((st = check_room(&name, text, err)) != ST_OK)
        return st;
    put_name(&name, out);
    return ST_OK;
}

enum status
labels_esp_domain(const char *customer, const char *esp, char out[DOMAIN_SIZE],
                  struct error *err)
{
    struct name name;
    struct name top;
    enum status st = name_from_text(&top, slice_of(esp));

    if (st == ST_OK)
        st = name_prepend(&name, slice_of(customer), &top);
    if (st != ST_OK)
        return error_set(err, ST_RANGE, "'%s.%s' is too long for a domain",
                         customer, esp);
    if ((st = check_room(&name, customer, err)) != ST_OK)
        return st;
    put_name(&name, out);
    return ST_OK;
}

/* The template's own words, which no field may take. */
static const char *const template_words[] = {
    "algorithm", "bits",   "customer", "domain",    "esp",   "key", "own_key",
    "p",         "record", "selector", "suspended", "token", "tag",
};

static enum status
check_field_name(const char *name, struct error *err)
{
    size_t n = strlen(name);
    bool good =
        n > 0 && n <= FIELD_NAME_MAX && name[0] >= 'a' && name[0] <= 'z';

    for (size_t i = 0; good && i < n; i++)
        good = (name[i] >= 'a' && name[i] <= 'z') || name[i] == '_'
               || ascii_is_digit((unsigned char)name[i]);
    if (!good)
        return error_set(err, ST_SYNTAX,
                         "field '%s' must be named by a lower-case letter and"
                         " at most %d letters, digits and '_'",
                         name, FIELD_NAME_MAX - 1);
    for (size_t i = 0; i < sizeof(template_words) / sizeof(char *); i++)
        if (strcmp(name, template_words[i]) == 0)
            return error_set(err, ST_EXISTS,
                             "field '%s' is a word of the template's own",
                             name);
    return ST_OK;
}

static enum status
check_pool(const char *value, struct error *err)
{
    for (const char *p = value; *p != '\0'; p++)
        if (!ascii_is_alnum((unsigned char)*p) && strchr("-_.", *p) == NULL)
            return error_set(err, ST_SYNTAX,
                             "pool '%s' may hold only letters, digits, '-',"
                             " '_' and '.'",
                             value);
    return ST_OK;
}

/* mailto:LOCAL@DOMAIN with an optional size "!10m"; RFC 9989 section 4.7 asks
   that ',' and '!' within an address be escaped, so here they only separate.
 */
static bool
is_mailto(struct slice uri)
{
    size_t at;

    if (!slice_starts_case(uri, SLICE("mailto:")))
        return false;
    uri = slice_from(uri, sizeof("mailto:") - 1);
    at = slice_find(uri, '@');
    return at > 0 && at + 1 < uri.n && slice_find(uri, ' ') == uri.n;
}

static enum status
check_rua(const char *value, struct error *err)
{
    struct slice rest = slice_of(value);
    struct slice uri;

    while (slice_next(&rest, ',', &uri))
        if (!is_mailto(slice_trim(uri)))
            return error_set(err, ST_SYNTAX,
                             "rua '%s' must be mailto: addresses with commas"
                             " between",
                             value);
    return ST_OK;
}

static enum status
check_value(const char *name, const char *value, struct error *err)
{
    size_t n = strlen(value);

    if (n == 0 || n > FIELD_VALUE_MAX)
        return error_set(err, ST_RANGE,
                         "field '%s' must have 1 to %d octets, not %zu", name,
                         FIELD_VALUE_MAX, n);
    for (size_t i = 0; i < n; i++)
        if (value[i] < 0x20 || value[i] > 0x7e
            || strchr("\"\\;", value[i]) != NULL)
            return error_set(err, ST_SYNTAX,
                             "field '%s' may hold printable ASCII only,"
                             " without '\"', '\\' and ';'",
                             name);
    return ST_OK;
}

enum status
labels_field(const char *name, const char *value, struct error *err)
{
    enum status st;

    if ((st = check_field_name(name, err)) != ST_OK
        || (st = check_value(name, value, err)) != ST_OK)
        return st;
    if (strcmp(name, "pool") == 0)
        return check_pool(value, err);
    if (strcmp(name, "rua") == 0)
        return check_rua(value, err);
    return ST_OK;
}

/* RFC 4648 section 6 in lower case: 5 bits a letter. */
static const char base32[] = "abcdefghijklmnopqrstuvwxyz234567";

void
labels_token(char out[TOKEN_SIZE])
{
    unsigned char random[TOKEN_LENGTH];

    digest_random(random, sizeof(random));
    for (size_t i = 0; i < TOKEN_LENGTH; i++)
        out[i] = base32[random[i] % 32];
    out[TOKEN_LENGTH] = '\0';
}
