/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What customers, domains, selectors and fields may be called, and why not. */
#ifndef REGISTRY_LABELS_H
#define REGISTRY_LABELS_H

#include <stddef.h>

#include "common/base/status.h"
#include "common/base/strbuf.h"
#include "common/dns/name.h"
#include "common/registry/states.h"

/* Labels that the template uses beside {customer}: no customer may have one
   for a name.  Borrowed; {NULL, 0} when there is no template at hand. */
struct label_list {
    const char *const *labels; /* lower case */
    size_t count;              /* of them */
};

/* A label in lower case and its NUL. */
#define LABEL_SIZE  (NAME_LABEL_MAX + 1)
/* The longest name in text and its NUL (RFC 1035 section 2.3.4: 255 octets
   of wire form leave 253 of text). */
#define DOMAIN_SIZE 254

/*
 * A customer's name is one label of letters, digits and hyphens, none at the
 * ends (RFC 1123 section 2.1), at most 63 long, folded to lower case; letters
 * beyond ASCII become an A-label.  ST_SYNTAX or ST_RANGE with the reason;
 * ST_EXISTS for a reserved label, with what it is reserved for.
 */
enum status labels_customer(const char *text, const struct label_list *used,
                            char out[LABEL_SIZE], struct error *err);

/*
 * A selector: labels as above with dots between them (RFC 6376 section 3.1).
 * In lower case in out, which is cleared first.
 */
enum status labels_selector(const char *text, struct strbuf *out,
                            struct error *err);

/*
 * A customer's own domain: A-labels without final dot, a host name of two
 * labels at least, neither the ESP's domain nor below it, and short enough
 * for a selector of 63 octets and "._domainkey." before it.
 */
enum status labels_domain(const char *text, const char *esp,
                          char out[DOMAIN_SIZE], struct error *err);

/* CUSTOMER.ESP: the domain of MODE_ESP.  ST_RANGE when it is too long. */
enum status labels_esp_domain(const char *customer, const char *esp,
                              char out[DOMAIN_SIZE], struct error *err);

/*
 * A field is a value that the template may use: its name is a letter and up
 * to 31 letters, digits and '_' in lower case, none of the template's own
 * words (customer, selector, ...); its value is 1 to 255 printable ASCII
 * octets without '"', '\' and ';', which would end a record early.  "rua"
 * must be mailto: addresses (RFC 9990), "pool" one word.
 */
#define FIELD_NAME_MAX  32
#define FIELD_VALUE_MAX 255
enum status labels_field(const char *name, const char *value,
                         struct error *err);

/* The token of a claim: so many random letters and digits a-z2-7 (100 bits),
   so that nobody can guess or inherit another's target names. */
#define TOKEN_LENGTH 20
#define TOKEN_SIZE   (TOKEN_LENGTH + 1)
void labels_token(char out[TOKEN_SIZE]);

#endif
