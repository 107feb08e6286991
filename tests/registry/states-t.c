/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of the registry's words and of the steps between states. */
#include "common/registry/states.h"

#include "tests/tap/tap.h"

/* Each word read back is the state it stands for. */
static void
test_words(void)
{
    bool good = true;

    for (int i = 0; i < CUSTOMER_STATES; i++) {
        enum customer_state state;

        good &= states_customer_parse(
                    slice_of(states_customer((enum customer_state)i)), &state)
                && (int)state == i;
    }
    ok(good, "customer states");
    good = true;
    for (int i = 0; i < DOMAIN_MODES; i++) {
        enum domain_mode mode;

        good &= states_mode_parse(slice_of(states_mode((enum domain_mode)i)),
                                  &mode)
                && (int)mode == i;
    }
    ok(good, "modes");
    good = true;
    for (int i = 0; i < DOMAIN_STATES; i++) {
        enum domain_state state;

        good &= states_domain_parse(
                    slice_of(states_domain((enum domain_state)i)), &state)
                && (int)state == i;
    }
    ok(good, "domain states");
    good = true;
    for (int i = 0; i < KEY_STATES; i++) {
        enum key_state state;

        good &=
            states_key_parse(slice_of(states_key((enum key_state)i)), &state)
            && (int)state == i;
    }
    ok(good, "key states");
    good = true;
    for (int i = 0; i < KEY_ORIGINS; i++) {
        enum key_origin origin;

        good &= states_origin_parse(
                    slice_of(states_origin((enum key_origin)i)), &origin)
                && (int)origin == i;
    }
    ok(good, "origins");
}

static void
test_unknown(void)
{
    enum key_state key = KEY_ACTIVE;
    enum domain_mode mode = MODE_TXT;

    ok(!states_key_parse(SLICE("Active"), &key), "words are of one case");
    ok(!states_key_parse(SLICE(""), &key), "no word is no state");
    ok(key == KEY_ACTIVE, "an unknown word touches nothing");
    ok(!states_mode_parse(SLICE("ns-"), &mode), "a part is no word");
}

static const struct {
    const char *name;
    enum key_state from;
    enum key_state to;
    bool may;
} key_rows[] = {
    {"made to seen",              KEY_PENDING,   KEY_PUBLISHED, true },
    {"seen to signing",           KEY_PUBLISHED, KEY_ACTIVE,    true },
    {"seen, then gone",           KEY_PUBLISHED, KEY_PENDING,   true },
    {"signing to drain",          KEY_ACTIVE,    KEY_RETIRING,  true },
    {"a switch taken back",       KEY_RETIRING,  KEY_ACTIVE,    true },
    {"drained",                   KEY_RETIRING,  KEY_RETIRED,   true },
    {"revoked in use",            KEY_ACTIVE,    KEY_REVOKED,   true },
    {"revoked, then gone",        KEY_REVOKED,   KEY_RETIRED,   true },
    {"no way back from retired",  KEY_RETIRED,   KEY_ACTIVE,    false},
    {"no way back from revoked",  KEY_REVOKED,   KEY_ACTIVE,    false},
    {"signing is not unsigned",   KEY_ACTIVE,    KEY_PENDING,   false},
    {"drain starts from signing", KEY_PUBLISHED, KEY_RETIRING,  false},
    {"reserved has no key yet",   KEY_RESERVED,  KEY_ACTIVE,    false},
    {"to itself is no step",      KEY_ACTIVE,    KEY_ACTIVE,    false},
};

static void
test_steps(void)
{
    for (size_t i = 0; i < sizeof(key_rows) / sizeof(key_rows[0]); i++)
        is_int(key_rows[i].may,
               states_key_may(key_rows[i].from, key_rows[i].to), "%s",
               key_rows[i].name);
    ok(states_customer_may(CUSTOMER_SUSPENDED, CUSTOMER_ACTIVE), "resume");
    ok(states_customer_may(CUSTOMER_LEAVING, CUSTOMER_ACTIVE), "stay");
    for (int i = 0; i < CUSTOMER_STATES; i++)
        ok(!states_customer_may(CUSTOMER_REMOVED, (enum customer_state)i),
           "removed to %s: never", states_customer((enum customer_state)i));
}

int
main(void)
{
    plan_lazy();
    test_words();
    test_unknown();
    test_steps();
    ok(states_key_is_served(KEY_REVOKED) && !states_key_is_live(KEY_REVOKED),
       "a revoked key is served, as an empty p=, and has no private half");
    ok(!states_key_is_served(KEY_RETIRED)
           && !states_key_is_served(KEY_RESERVED),
       "what is retired or only reserved is not served");
    return tap_done();
}
