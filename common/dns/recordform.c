/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RDATA in presentation form: each type is a row of fields. */
#include "common/dns/recordform.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/base/digest.h"
#include "common/base/strbuf.h"
#include "common/dns/answer.h"

/* Octets of one window of a type bitmap: RFC 4034 section 4.1.2. */
#define WINDOW_MAX 32

static const struct {
    uint16_t type;      /* IANA number */
    const char *fields; /* letters */
} forms[] = {
    {RR_A,      "a"        },
    {RR_NS,     "n"        },
    {RR_CNAME,  "n"        },
    {RR_SOA,    "nn44444"  },
    {RR_PTR,    "n"        },
    {13,        "ss"       }, /* HINFO */
    {RR_MX,     "2n"       },
    {RR_TXT,    "S"        },
    {RR_AAAA,   "6"        },
    {RR_SRV,    "222n"     },
    {35,        "22sssn"   }, /* NAPTR */
    {RR_DNAME,  "n"        },
    {RR_DS,     "211h"     },
    {44,        "11h"      }, /* SSHFP */
    {RR_RRSIG,  "T114dd2nb"},
    {RR_NSEC,   "nt"       },
    {RR_DNSKEY, "211b"     },
    {RR_NSEC3,  "112xyt"   },
    {51,        "112x"     }, /* NSEC3PARAM */
    {RR_TLSA,   "111h"     },
    {53,        "111h"     }, /* SMIMEA */
    {59,        "211h"     }, /* CDS */
    {60,        "211b"     }, /* CDNSKEY */
    {RR_SPF,    "S"        },
    {256,       "22q"      }, /* URI */
    {RR_CAA,    "1gq"      },
};

const char *
recordform_fields(uint16_t type)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (forms[i].type == type)
            return forms[i].fields;
    }
    return NULL;
}

/* The next n octets off data. */
static bool
take(struct slice *data, size_t n, struct slice *part)
{
    if (data->n < n)
        return false;
    *part = slice_sub(*data, 0, n);
    *data = slice_from(*data, n);
    return true;
}

/* A run of octets behind a length octet. */
static bool
take_counted(struct slice *data, struct slice *part)
{
    struct slice length;

    return take(data, 1, &length)
           && take(data, (unsigned char)length.p[0], part);
}

static bool
take_number(struct slice *data, size_t size, uint32_t *number)
{
    struct slice part;

    if (!take(data, size, &part))
        return false;
    *number = 0;
    for (size_t i = 0; i < size; i++)
        *number = *number << 8 | (unsigned char)part.p[i];
    return true;
}

static bool
present_number(char letter, struct slice *data, struct strbuf *out)
{
    uint32_t number;

    if (!take_number(data, (size_t)(letter - '0'), &number))
        return false;
    strbuf_addf(out, "%lu", (unsigned long)number);
    return true;
}

static bool
present_name(char letter, struct slice *data, struct strbuf *out)
{
    struct slice wire;

    (void)letter;
    if (!take(data, name_wire_size(*data), &wire) || wire.n == 0)
        return false;
    name_wire_present(wire, out);
    return true;
}

static bool
present_address(char letter, struct slice *data, struct strbuf *out)
{
    struct address address = {.family = letter == 'a' ? 4 : 6};
    struct slice octets;

    if (!take(data, letter == 'a' ? 4 : 16, &octets))
        return false;
    memcpy(address.octets, octets.p, octets.n);
    address_present(&address, out);
    return true;
}

static void
add_quoted(struct slice octets, struct strbuf *out)
{
    strbuf_add_char(out, '"');
    for (;;) {
        size_t quote = slice_find(octets, '"');

        strbuf_add_presented(out, slice_sub(octets, 0, quote));
        if (quote == octets.n)
            break;
        strbuf_add_text(out, "\\\"");
        octets = slice_from(octets, quote + 1);
    }
    strbuf_add_char(out, '"');
}

static bool
present_string(char letter, struct slice *data, struct strbuf *out)
{
    struct slice string;

    (void)letter;
    if (!take_counted(data, &string))
        return false;
    add_quoted(string, out);
    return true;
}

static bool
present_strings(char letter, struct slice *data, struct strbuf *out)
{
    if (!present_string(letter, data, out))
        return false;
    while (data->n > 0) {
        strbuf_add_char(out, ' ');
        if (!present_string(letter, data, out))
            return false;
    }
    return true;
}

static bool
present_tag(char letter, struct slice *data, struct strbuf *out)
{
    struct slice tag;

    (void)letter;
    if (!take_counted(data, &tag) || tag.n == 0)
        return false;
    /* RFC 8659 section 4.1: letters and digits. */
    for (size_t i = 0; i < tag.n; i++) {
        if (!ascii_is_alnum((unsigned char)tag.p[i]))
            return false;
    }
    strbuf_add_slice(out, tag);
    return true;
}

static bool
present_rest(char letter, struct slice *data, struct strbuf *out)
{
    (void)letter;
    add_quoted(*data, out);
    *data = SLICE_EMPTY;
    return true;
}

/* What cannot be read back when it is empty is no presentation form. */
static bool
present_hex(char letter, struct slice *data, struct strbuf *out)
{
    (void)letter;
    if (data->n == 0)
        return false;
    digest_hex(*data, out);
    *data = SLICE_EMPTY;
    return true;
}

static bool
present_base64(char letter, struct slice *data, struct strbuf *out)
{
    (void)letter;
    if (data->n == 0)
        return false;
    digest_base64(*data, out);
    *data = SLICE_EMPTY;
    return true;
}

/* RFC 5155 section 3.3: a salt, "-" when there is none. */
static bool
present_salt(char letter, struct slice *data, struct strbuf *out)
{
    struct slice salt;

    (void)letter;
    if (!take_counted(data, &salt))
        return false;
    if (salt.n == 0)
        strbuf_add_char(out, '-');
    digest_hex(salt, out);
    return true;
}

/* RFC 4648 section 7, lower case, without padding. */
static void
add_base32hex(struct slice octets, struct strbuf *out)
{
    unsigned held = 0; /* bits not written yet, and how many */
    unsigned bits = 0;

    for (size_t i = 0; i < octets.n; i++) {
        held = (held << 8 | (unsigned char)octets.p[i]) & 0xfff;
        for (bits += 8; bits >= 5; bits -= 5)
            strbuf_add_char(
                out,
                "0123456789abcdefghijklmnopqrstuv"[held >> (bits - 5) & 31]);
    }
    if (bits > 0)
        strbuf_add_char(
            out, "0123456789abcdefghijklmnopqrstuv"[held << (5 - bits) & 31]);
}

static bool
present_hash(char letter, struct slice *data, struct strbuf *out)
{
    struct slice hash;

    (void)letter;
    if (!take_counted(data, &hash) || hash.n == 0)
        return false;
    add_base32hex(hash, out);
    return true;
}

static bool
present_type(char letter, struct slice *data, struct strbuf *out)
{
    uint32_t type;

    (void)letter;
    if (!take_number(data, 2, &type) || type == 0)
        return false;
    rrtype_present((uint16_t)type, out);
    return true;
}

static void
add_window(unsigned window, struct slice bits, struct strbuf *out)
{
    for (unsigned i = 0; i < 8 * bits.n; i++) {
        if (((unsigned char)bits.p[i / 8] & 0x80 >> i % 8) == 0)
            continue;
        strbuf_add_char(out, ' ');
        rrtype_present((uint16_t)(window << 8 | i), out);
    }
}

/* Only what recordparse.c would write again octet for octet: windows in
   order, none empty, no zero octet at an end, no type 0. */
static bool
present_types(char letter, struct slice *data, struct strbuf *out)
{
    int last = -1;

    (void)letter;
    if (out->n > 0 && out->p[out->n - 1] == ' ')
        strbuf_cut(out, out->n - 1); /* each type brings its own */
    while (data->n > 0) {
        struct slice bits;
        uint32_t window;

        if (!take_number(data, 1, &window) || (int)window <= last
            || !take_counted(data, &bits) || bits.n == 0 || bits.n > WINDOW_MAX
            || bits.p[bits.n - 1] == 0
            || (window == 0 && ((unsigned char)bits.p[0] & 0x80) != 0))
            return false;
        add_window(window, bits, out);
        last = (int)window;
    }
    return true;
}

/* "20260131235959": RFC 4034 section 3.2. */
static bool
present_time(char letter, struct slice *data, struct strbuf *out)
{
    char text[CLOCK_TEXT_SIZE];
    uint32_t seconds;

    (void)letter;
    if (!take_number(data, 4, &seconds))
        return false;
    clock_text(seconds, text);
    for (const char *p = text; *p != '\0'; p++) {
        if (ascii_is_digit((unsigned char)*p))
            strbuf_add_char(out, *p);
    }
    return true;
}

static const struct {
    char letter; /* of recordform_fields */
    /* Take the field off data; false when it is not there or broken. */
    bool (*present)(char letter, struct slice *data, struct strbuf *out);
} presenters[] = {
    {'1', present_number },
    {'2', present_number },
    {'4', present_number },
    {'n', present_name   },
    {'a', present_address},
    {'6', present_address},
    {'s', present_string },
    {'S', present_strings},
    {'g', present_tag    },
    {'q', present_rest   },
    {'h', present_hex    },
    {'b', present_base64 },
    {'x', present_salt   },
    {'y', present_hash   },
    {'t', present_types  },
    {'T', present_type   },
    {'d', present_time   },
};

static bool
present_field(char letter, struct slice *data, struct strbuf *out)
{
    size_t i = 0;

    while (presenters[i].letter != letter)
        i++;
    return presenters[i].present(letter, data, out);
}

static bool
present_fields(const char *fields, struct slice data, struct strbuf *out)
{
    for (const char *field = fields; *field != '\0'; field++) {
        if (field != fields)
            strbuf_add_char(out, ' ');
        if (!present_field(*field, &data, out))
            return false;
    }
    return data.n == 0;
}

void
record_present(const struct record *record, struct strbuf *out)
{
    const char *fields = recordform_fields(record->type);
    size_t before = out->n;

    if (fields != NULL && present_fields(fields, record->data, out))
        return;
    /* Of no known form, or broken: RFC 3597 section 5. */
    strbuf_cut(out, before);
    strbuf_addf(out, "\\# %zu", record->data.n);
    if (record->data.n > 0)
        strbuf_add_char(out, ' ');
    digest_hex(record->data, out);
}
