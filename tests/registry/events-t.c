/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of the log. */
#include "common/registry/events.h"

#include <unistd.h>

#include "common/base/clock.h"
#include "tests/registry/fixture.h"
#include "tests/tap/tap.h"

static struct registry *registry;
static struct seal *seal;

static enum status
move(int64_t key, enum key_state from, enum key_state to, int64_t due,
     struct error *err)
{
    struct key_step step = {from, to, due};

    return keys_move(registry, key, &step, err);
}

static unsigned
read_all(int64_t above, int64_t customer, struct strbuf *out)
{
    struct events *events = NULL;
    const struct event *event;
    unsigned n = 0;

    events_open(registry, above, customer, &events, NULL);
    while (events_next(events, &event, NULL) == ST_OK) {
        strbuf_addf(out, "%s %s %s %s %s\n", event->what,
                    event->customer == NULL ? "-" : event->customer,
                    event->domain == NULL ? "-" : event->domain,
                    event->selector == NULL ? "-" : event->selector,
                    event->detail);
        n++;
    }
    events_free(events);
    return n;
}

static void
test_history(void)
{
    struct strbuf text = STRBUF_INIT;

    is_int(4, read_all(0, 1, &text), "one customer's history");
    is_string("customer.added snufkin - - \n"
              "domain.added snufkin snufkin.example - cname\n"
              "key.added snufkin snufkin.example k1 ed25519 256, pending\n"
              "key.state snufkin snufkin.example k1 pending -> published\n",
              text.p, "in order, with names");
    strbuf_clear(&text);
}

static void
test_above(void)
{
    struct strbuf text = STRBUF_INIT;
    struct events *events = NULL;
    const struct event *event = NULL;
    int64_t last = 0;

    events_last(registry, &last, NULL);
    is_int(last, read_all(0, 0, &text), "all from the first on");
    is_int(1, read_all(last - 1, 0, &text), "those above a number");
    is_int(0, read_all(last, 0, &text), "none above the last");
    events_open(registry, last - 1, 0, &events, NULL);
    events_next(events, &event, NULL);
    is_int(last, event->number, "its number");
    is_int(1234, event->at, "when");
    is_int((long long)getuid(), event->uid, "who");
    is_int(2, event->customer_id, "whose");
    is_int(ST_NOT_FOUND, events_next(events, &event, NULL), "ends");
    is_int(ST_NOT_FOUND, events_next(events, &event, NULL), "stays so");
    events_free(events);
    events_free(NULL);
    strbuf_clear(&text);
}

static void
test_note(void)
{
    struct event_claim claim = {
        .what = EVENT_NOTE, .key = 1, .detail = "preflight: safe"};
    struct strbuf text = STRBUF_INIT;
    int64_t last = 0;

    events_last(registry, &last, NULL);
    is_int(ST_OK, events_add(registry, &claim, NULL), "a note on a key");
    read_all(last, 1, &text);
    is_string("note snufkin snufkin.example k1 preflight: safe\n", text.p,
              "is of its customer too");
    claim.key = 77;
    is_int(ST_OK, events_add(registry, &claim, NULL),
           "a key that is not there is not named");
    strbuf_clear(&text);
}

int
main(void)
{
    int64_t domain;
    int64_t key;

    plan_lazy();
    fixture_create("a.db", &registry, &seal);
    domain = fixture_domain(registry, "snufkin", "snufkin.example");
    key = fixture_key(registry, seal, domain, "snufkin.example", "k1");
    move(key, KEY_PENDING, KEY_PUBLISHED, 0, NULL);
    clock_set(1234);
    fixture_domain(registry, "toffle", NULL);
    test_history();
    test_above();
    test_note();
    seal_free(seal);
    registry_free(registry);
    return tap_done();
}
