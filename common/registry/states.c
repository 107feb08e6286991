/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The states, modes and origins that the registry knows, and their words. */
#include "common/registry/states.h"

#include <stddef.h>

/* The words stand in the registry's file: they are permanent. */
static const char *const customer_words[CUSTOMER_STATES] = {
    [CUSTOMER_ACTIVE] = "active",
    [CUSTOMER_SUSPENDED] = "suspended",
    [CUSTOMER_LEAVING] = "leaving",
    [CUSTOMER_REMOVED] = "removed",
};

static const char *const mode_words[DOMAIN_MODES] = {
    [MODE_ESP] = "esp",           [MODE_CNAME] = "cname",
    [MODE_TXT] = "txt",           [MODE_NS] = "ns",
    [MODE_NS_LABEL] = "ns-label", [MODE_NS_SUBDOMAIN] = "ns-subdomain",
};

static const char *const domain_words[DOMAIN_STATES] = {
    [DOMAIN_PENDING] = "pending",
    [DOMAIN_VERIFIED] = "verified",
    [DOMAIN_REMOVED] = "removed",
};

static const char *const key_words[KEY_STATES] = {
    [KEY_RESERVED] = "reserved",   [KEY_PENDING] = "pending",
    [KEY_PUBLISHED] = "published", [KEY_ACTIVE] = "active",
    [KEY_RETIRING] = "retiring",   [KEY_RETIRED] = "retired",
    [KEY_REVOKED] = "revoked",
};

static const char *const origin_words[KEY_ORIGINS] = {
    [ORIGIN_MADE] = "made",
    [ORIGIN_PRIVATE] = "private",
    [ORIGIN_PUBLIC] = "public",
    [ORIGIN_SHARED] = "shared",
};

/* Index of word among count of words, or -1. */
static int
find(const char *const *words, int count, struct slice word)
{
    for (int i = 0; i < count; i++)
        if (slice_equal(word, slice_of(words[i])))
            return i;
    return -1;
}

const char *
states_customer(enum customer_state state)
{
    return customer_words[state];
}

const char *
states_mode(enum domain_mode mode)
{
    return mode_words[mode];
}

const char *
states_domain(enum domain_state state)
{
    return domain_words[state];
}

const char *
states_key(enum key_state state)
{
    return key_words[state];
}

const char *
states_origin(enum key_origin origin)
{
    return origin_words[origin];
}

bool
states_customer_parse(struct slice word, enum customer_state *state)
{
    int i = find(customer_words, CUSTOMER_STATES, word);

    if (i >= 0)
        *state = (enum customer_state)i;
    return i >= 0;
}

bool
states_mode_parse(struct slice word, enum domain_mode *mode)
{
    int i = find(mode_words, DOMAIN_MODES, word);

    if (i >= 0)
        *mode = (enum domain_mode)i;
    return i >= 0;
}

bool
states_domain_parse(struct slice word, enum domain_state *state)
{
    int i = find(domain_words, DOMAIN_STATES, word);

    if (i >= 0)
        *state = (enum domain_state)i;
    return i >= 0;
}

bool
states_key_parse(struct slice word, enum key_state *state)
{
    int i = find(key_words, KEY_STATES, word);

    if (i >= 0)
        *state = (enum key_state)i;
    return i >= 0;
}

bool
states_origin_parse(struct slice word, enum key_origin *origin)
{
    int i = find(origin_words, KEY_ORIGINS, word);

    if (i >= 0)
        *origin = (enum key_origin)i;
    return i >= 0;
}

#define BIT(state) (1u << (state))

bool
states_customer_may(enum customer_state from, enum customer_state to)
{
    static const unsigned steps[CUSTOMER_STATES] = {
        [CUSTOMER_ACTIVE] = BIT(CUSTOMER_SUSPENDED) | BIT(CUSTOMER_LEAVING)
                            | BIT(CUSTOMER_REMOVED),
        [CUSTOMER_SUSPENDED] = BIT(CUSTOMER_ACTIVE) | BIT(CUSTOMER_LEAVING)
                               | BIT(CUSTOMER_REMOVED),
        [CUSTOMER_LEAVING] = BIT(CUSTOMER_ACTIVE) | BIT(CUSTOMER_SUSPENDED)
                             | BIT(CUSTOMER_REMOVED),
    };

    return (steps[from] & BIT(to)) != 0;
}

/* Pending may become active at once: a first key has no predecessor whose
   signatures could be lost.  Published may fall back when its record went. */
bool
states_key_may(enum key_state from, enum key_state to)
{
    static const unsigned steps[KEY_STATES] = {
        [KEY_RESERVED] = BIT(KEY_PENDING) | BIT(KEY_RETIRED),
        [KEY_PENDING] = BIT(KEY_PUBLISHED) | BIT(KEY_ACTIVE) | BIT(KEY_RETIRED)
                        | BIT(KEY_REVOKED),
        [KEY_PUBLISHED] = BIT(KEY_PENDING) | BIT(KEY_ACTIVE) | BIT(KEY_RETIRED)
                          | BIT(KEY_REVOKED),
        [KEY_ACTIVE] = BIT(KEY_RETIRING) | BIT(KEY_RETIRED) | BIT(KEY_REVOKED),
        [KEY_RETIRING] = BIT(KEY_ACTIVE) | BIT(KEY_RETIRED) | BIT(KEY_REVOKED),
        [KEY_REVOKED] = BIT(KEY_RETIRED),
    };

    return (steps[from] & BIT(to)) != 0;
}

bool
states_key_is_served(enum key_state state)
{
    return states_key_is_live(state) || state == KEY_REVOKED;
}

bool
states_key_is_live(enum key_state state)
{
    return state == KEY_PENDING || state == KEY_PUBLISHED
           || state == KEY_ACTIVE || state == KEY_RETIRING;
}
