/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The states, modes and origins that the registry knows, and their words. */
#ifndef REGISTRY_STATES_H
#define REGISTRY_STATES_H

#include <stdbool.h>

#include "common/base/slice.h"

enum customer_state {
    CUSTOMER_ACTIVE,
    CUSTOMER_SUSPENDED, /* served, but not exported to signers */
    CUSTOMER_LEAVING,   /* signers stopped, keys still served until due */
    CUSTOMER_REMOVED    /* a tombstone: its name is never used again */
};
#define CUSTOMER_STATES 4

/* How a customer's signatures get their domain and their key records. */
enum domain_mode {
    MODE_ESP,         /* CUSTOMER.ESP, in the ESP's own zone */
    MODE_CNAME,       /* the customer's domain, one CNAME a selector */
    MODE_TXT,         /* the customer's domain, a TXT pasted by hand */
    MODE_NS,          /* _domainkey of it delegated to the ESP */
    MODE_NS_LABEL,    /* one label below _domainkey delegated */
    MODE_NS_SUBDOMAIN /* a whole subdomain, news.example.com, delegated */
};
#define DOMAIN_MODES 6

enum domain_state {
    DOMAIN_PENDING,  /* claimed; its token not yet seen in DNS */
    DOMAIN_VERIFIED, /* ours beyond doubt: may be exported to signers */
    DOMAIN_REMOVED   /* a tombstone: a new claim is a new row and token */
};
#define DOMAIN_STATES 3

enum key_state {
    KEY_RESERVED,  /* a selector published ahead; no key yet */
    KEY_PENDING,   /* made; its record not yet seen everywhere */
    KEY_PUBLISHED, /* seen at every authoritative server, not signing */
    KEY_ACTIVE,    /* signers use it */
    KEY_RETIRING,  /* signers stopped; served until due */
    KEY_RETIRED,   /* a tombstone; private half erased */
    KEY_REVOKED    /* an emergency: empty p=; private half erased */
};
#define KEY_STATES 7

enum key_origin {
    ORIGIN_MADE,    /* by us */
    ORIGIN_PRIVATE, /* brought by the customer, both halves */
    ORIGIN_PUBLIC,  /* brought by the customer, public half only */
    ORIGIN_SHARED   /* no key of its own: leads to a shared key */
};
#define KEY_ORIGINS 4

/* The word that the registry stores and the contract prints. */
const char *states_customer(enum customer_state state);
const char *states_mode(enum domain_mode mode);
const char *states_domain(enum domain_state state);
const char *states_key(enum key_state state);
const char *states_origin(enum key_origin origin);

/* The other way; false, touching nothing, for an unknown word. */
bool states_customer_parse(struct slice word, enum customer_state *state);
bool states_mode_parse(struct slice word, enum domain_mode *mode);
bool states_domain_parse(struct slice word, enum domain_state *state);
bool states_key_parse(struct slice word, enum key_state *state);
bool states_origin_parse(struct slice word, enum key_origin *origin);

/* May a customer or key go from one state to the other?  A tombstone is
   final, and no key ever becomes active again once it was retiring, except
   that a switch may be taken back (retiring to active). */
bool states_customer_may(enum customer_state from, enum customer_state to);
bool states_key_may(enum key_state from, enum key_state to);

/* Is a key in this state served in DNS?  Is its private half kept? */
bool states_key_is_served(enum key_state state);
bool states_key_is_live(enum key_state state);

#endif
