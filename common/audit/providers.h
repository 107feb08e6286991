/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vendors of mail and DNS, known by the names that lead to them: the table of
   share/providers, compiled in. */
#ifndef AUDIT_PROVIDERS_H
#define AUDIT_PROVIDERS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/audit/audit.h"
#include "common/dns/name.h"
#include "common/dns/view.h"
#include "common/records/nearmiss.h"

/* Where a name was seen. */
enum provider_sign {
    PROVIDER_MX,    /* an MX host */
    PROVIDER_SPF,   /* target of include: or redirect= */
    PROVIDER_ALIAS, /* target of a CNAME at a selector */
    PROVIDER_NS,    /* a name server */
    PROVIDER_SIGNS
};

/* A row of the table; see share/providers/README. */
struct provider {
    const char *vendor;                   /* "Google Workspace" */
    const char *patterns[PROVIDER_SIGNS]; /* separated by blanks, or "" */
    const char *selectors;                /* likewise */
    const char *field;                    /* of its DNS form, or "" */
    const char *text;                     /* its value of a TXT record */
    const char *target;                   /* its target of a CNAME */
    const char *quirks;                   /* words separated by blanks */
};

size_t providers_count(void);
void providers_get(size_t i, struct provider *out);

/* Does a name without final dot fit a pattern, "*.vendor.example"?  A pattern
   stands for all that is below, too. */
bool providers_matches(const char *pattern, const char *text);
/* Whose name is it?  False when nobody's we know. */
bool providers_find(enum provider_sign sign, const struct name *name,
                    struct provider *out);
/* The vendor that the aliases of an answer lead to, the last one that is
   known; false when none is. */
bool providers_find_alias(const struct answer *answer, struct provider *out);
/* Has the vendor's DNS form that quirk: "appends", "strings", "proxies"? */
bool providers_has_quirk(const struct provider *provider, const char *quirk);

/*
 * What to type into the vendor's form for owner, a name in zone: "in the
 * field Host of Namecheap type k1._domainkey: the domain is added to it".
 * NULL when the form is not known, or owner is not in zone.
 */
const char *providers_hint(struct arena *arena,
                           const struct provider *provider,
                           const struct name *owner, const struct name *zone);

/* The record that advice is given for. */
struct providers_record {
    const struct name *owner; /* where it belongs */
    const struct name *zone;  /* that this is in */
    uint16_t type;            /* IANA number */
};

/* What to do in the vendor's form about a mistake in that part of it, in its
   own words; NULL when these are not known. */
const char *providers_advice(struct arena *arena,
                             const struct provider *provider,
                             enum nearmiss_part part,
                             const struct providers_record *of);
/* The vendor whose name servers these are (an answer about NS); false when
   nobody's we know. */
bool providers_of_servers(const struct answer *servers, struct provider *out);

/* Is there a selector to be guessed? */
bool providers_has_guesses(const struct audit_input *input);

/* Vendors of one domain whose selectors are tried. */
#define PROVIDERS_INFERRED_MAX 8

/*
 * The same input, in the view's run, with the selectors usual at the vendors
 * that the domain's MX and SPF records name put before the other guesses.
 * Asks for these two records, as every audit does; an input without guesses
 * is returned as it is.
 */
const struct audit_input *providers_input(const struct audit_input *input,
                                          struct view *view);

#endif
