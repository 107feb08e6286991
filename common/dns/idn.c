/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Domains as people type them: U-labels become A-labels (libidn2). */
#include <idn2.h>

#include "common/dns/name.h"

/* A domain in UTF-8: 253 characters of four octets at most, and what UTS 46
   drops or folds besides.  What is longer is no domain. */
#define TYPED_MAX 2048

static bool
is_ascii(struct slice text)
{
    for (size_t i = 0; i < text.n; i++) {
        if ((unsigned char)text.p[i] >= 0x80)
            return false;
    }
    return true;
}

/* Names of hosts, and the underscored ones of RFC 8552: no "@", "/", "*" or
   blank, which say that something else was meant. */
static enum status
check_octets(struct slice text, const char *typed, struct error *err)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (!ascii_is_alnum(c) && c != '-' && c != '_' && c != '.')
            return error_set(err, ST_SYNTAX,
                             "'%s' is no domain name: '%c' cannot be in one",
                             typed, c);
    }
    return ST_OK;
}

static enum status
parse_ascii(struct name *name, struct slice text, const char *typed,
            struct error *err)
{
    enum status st;

    if (text.n == 0 || slice_equal(text, SLICE(".")))
        return error_set(err, ST_SYNTAX,
                         "'%s' is no domain name: it has no label", typed);
    st = check_octets(text, typed, err);
    if (st != ST_OK)
        return st;
    return name_parse(name, text, err);
}

static bool
is_too_long(int rc)
{
    return rc == IDN2_TOO_BIG_DOMAIN || rc == IDN2_TOO_BIG_LABEL
           || rc == IDN2_PUNYCODE_BIG_OUTPUT;
}

/* ASCII does not pass through libidn2, whose rules for A-labels refuse names
   that are in DNS ("r3---sn-4g5e.example"). */
enum status
name_from_user(struct name *name, const char *text, struct error *err)
{
    struct slice typed = slice_of(text);
    uint8_t *ascii = NULL;
    enum status st;
    int rc;

    if (typed.n > TYPED_MAX)
        return error_set(err, ST_RANGE,
                         "a domain name of %zu octets is too long", typed.n);
    if (is_ascii(typed))
        return parse_ascii(name, typed, text, err);
    rc = idn2_lookup_u8((const uint8_t *)text, &ascii,
                        IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (rc != IDN2_OK)
        return error_set(err, is_too_long(rc) ? ST_RANGE : ST_SYNTAX,
                         "'%s' is no domain name: %s", text,
                         idn2_strerror(rc));
    st = parse_ascii(name, slice_of((const char *)ascii), text, err);
    idn2_free(ascii);
    return st;
}
