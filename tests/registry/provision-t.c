/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of provisioning: who is added, who is there, who is refused. */
#include "common/registry/provision.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/clock.h"
#include "common/registry/domains.h"
#include "common/registry/keys.h"
#include "tests/keys/testkeys.h"
#include "tests/registry/fixture.h"
#include "tests/tap/tap.h"

static struct registry *registry;
static struct seal *seal;
static struct strbuf seen = STRBUF_INIT; /* outcomes: "a+ b= c!" */
static struct error last;                /* of the last refusal */
static volatile sig_atomic_t stop;
static size_t stop_after; /* outcomes; 0: never */
static size_t outcomes;

static void
note(void *context, const struct provision_request *request,
     enum provision_outcome outcome, const struct error *why)
{
    (void)context;
    strbuf_addf(&seen, "%s%c ", request->customer, "+=!"[outcome]);
    if (outcome == PROVISION_REFUSED)
        last = *why;
    if (++outcomes == stop_after)
        __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
}

static enum status
run(const struct provision_settings *settings,
    const struct provision_request *requests, size_t count,
    struct provision_totals *totals)
{
    struct error err = ERROR_INIT;
    enum status st;

    strbuf_cut(&seen, 0);
    last.text[0] = '\0';
    st = provision_run(settings, requests, count, totals, &err);
    if (st != ST_OK)
        diag("%s", err.text);
    return st;
}

static struct provision_settings
settings_now(void)
{
    struct provision_settings settings = fixture_settings(registry, seal);

    settings.outcome = note;
    settings.threads = 2;
    settings.stop = &stop;
    return settings;
}

static const struct provision_key k1_k2[] = {
    {"k1", ALGORITHM_RSA,     0, NULL},
    {"k2", ALGORITHM_ED25519, 0, NULL}
};
static const struct provision_key k1_only[] = {
    {"k1", ALGORITHM_RSA, 0, NULL}
};
static const struct provision_key twice[] = {
    {"k1", ALGORITHM_RSA,     0, NULL},
    {"K1", ALGORITHM_ED25519, 0, NULL}
};
static const struct provision_key weak[] = {
    {"k1", ALGORITHM_RSA, 1024, NULL}
};
static const struct customer_field pool_a[] = {
    {"pool", "a"}
};
static const struct customer_field pool_b[] = {
    {"pool", "b"}
};

/* The seed's three, twice. */
static void
test_again(void)
{
    static const struct provision_request requests[] = {
        {.customer = "snufkin", .keys = k1_k2, .key_count = 2},
        {.customer = "Toffle",       .keys = k1_k2, .key_count = 2},
        {.customer = "moomin" },
    };
    struct provision_settings settings = settings_now();
    struct provision_totals totals;
    const char *path = fixture_path("a.db");

    is_int(ST_OK, run(&settings, requests, 3, &totals), "three customers");
    is_string("snufkin+ Toffle+ moomin+ ", seen.p, "are added");
    is_int(6, (long long)totals.keys, "with six keys");
    is_int(6,
           fixture_count(path, "SELECT count(*) FROM key WHERE sealed IS NOT"
                               " NULL AND public IS NOT NULL AND state ="
                               " 'pending'"),
           "all of them whole");
    is_int(2,
           fixture_count(path, "SELECT count(*) FROM key WHERE selector IN"
                               " ('s20261124r', 's20261124e')"),
           "dated selectors where none were named");
    is_int(ST_OK, run(&settings, requests, 3, &totals), "again");
    is_string("snufkin= Toffle= moomin= ", seen.p, "they are there");
    is_int(0, (long long)totals.keys, "no more keys");
    is_int(10,
           fixture_count(path, "SELECT count(*) FROM event WHERE customer IS"
                               " NOT NULL")
               - 2,
           "no more events");
}

/* clang-format off */
/* One request after another against the registry as it then is. */
static const struct {
    const char *name;                 /* of the row */
    struct provision_request request; /* to do */
    const char *wanted;               /* outcome */
    const char *word;                 /* in the reason */
} rows[] = {
    {"a selector in another case",
     {.customer = "snufkin", .keys = twice, .key_count = 1},
     "snufkin= ", ""},
    {"one key fewer is there too",
     {.customer = "snufkin", .keys = k1_only, .key_count = 1},
     "snufkin= ", ""},
    {"selectors that it has not",
     {.customer = "moomin", .keys = k1_only, .key_count = 1},
     "moomin! ", "rotation"},
    {"a field that it has not",
     {.customer = "moomin", .fields = pool_a, .field_count = 1},
     "moomin! ", "pool"},
    {"a second domain",
     {.customer = "moomin", .domain = "moomin.example", .mode = MODE_CNAME},
     "moomin+ ", ""},
    {"the second domain again",
     {.customer = "moomin", .domain = "Moomin.EXAMPLE.", .mode = MODE_CNAME},
     "moomin= ", ""},
    {"by another mode",
     {.customer = "moomin", .domain = "moomin.example", .mode = MODE_TXT},
     "moomin! ", "mode"},
    {"another's domain",
     {.customer = "alma", .domain = "moomin.example", .mode = MODE_CNAME},
     "alma! ", "moomin"},
    {"shared knowingly, with selectors of its own",
     {.customer = "alma", .domain = "moomin.example", .mode = MODE_CNAME,
      .is_shared = true},
     "alma+ ", ""},
    {"a label",
     {.customer = "ninny", .domain = "ninny.example", .mode = MODE_NS_LABEL,
      .label = "ESP", .keys = k1_k2, .key_count = 2},
     "ninny+ ", ""},
    {"the label again",
     {.customer = "ninny", .domain = "ninny.example", .mode = MODE_NS_LABEL,
      .label = "esp", .keys = k1_k2, .key_count = 2},
     "ninny= ", ""},
    {"another label",
     {.customer = "ninny", .domain = "ninny.example", .mode = MODE_NS_LABEL,
      .label = "esp2", .keys = k1_k2, .key_count = 2},
     "ninny! ", "label"},
    {"fields",
     {.customer = "too-ticky", .fields = pool_a, .field_count = 1},
     "too-ticky+ ", ""},
    {"the same fields",
     {.customer = "too-ticky", .fields = pool_a, .field_count = 1},
     "too-ticky= ", ""},
    {"other fields",
     {.customer = "too-ticky", .fields = pool_b, .field_count = 1},
     "too-ticky! ", "pool"},
    {"no fields",
     {.customer = "too-ticky"},
     "too-ticky= ", ""},
    {"a reserved name",
     {.customer = "www"},
     "www! ", "reserved"},
    {"a template's name",
     {.customer = "bounces"},
     "bounces! ", "template"},
    {"a bad name",
     {.customer = "a_b"},
     "a_b! ", "letters"},
    {"one selector twice",
     {.customer = "x", .keys = twice, .key_count = 2},
     "x! ", "twice"},
    {"a weak key",
     {.customer = "x", .keys = weak, .key_count = 1},
     "x! ", "1024"},
    {"mode esp with a domain",
     {.customer = "x", .domain = "x.example"},
     "x! ", "mode"},
    {"mode cname without one",
     {.customer = "x", .mode = MODE_CNAME},
     "x! ", "domain"},
    {"a label without its mode",
     {.customer = "x", .label = "esp"},
     "x! ", "ns-label"},
    {"the ESP's own domain",
     {.customer = "x", .domain = "y.sausagemail.com", .mode = MODE_CNAME},
     "x! ", "provider"},
};
/* clang-format on */

static void
test_rows(void)
{
    static const char *const labels[] = {"bounces"};
    struct provision_settings settings = settings_now();
    struct provision_totals totals;

    settings.reserved = (struct label_list){labels, 1};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        run(&settings, &rows[i].request, 1, &totals);
        is_string(rows[i].wanted, seen.p, "%s", rows[i].name);
        ok(strstr(last.text, rows[i].word) != NULL, "%s: %s", rows[i].name,
           last.text);
    }
    is_int(2,
           fixture_count(fixture_path("a.db"),
                         "SELECT count(*) FROM key WHERE selector IN"
                         " ('k1.esp', 'k2.esp')"),
           "a label stands behind the selectors");
}

/* Requests of one list that know nothing of each other. */
static void
test_twins(void)
{
    /* clang-format off */
    static const struct provision_request requests[] = {
        {.customer = "t1", .fields = pool_a, .field_count = 1, .line = 2},
        {.customer = "T1", .fields = pool_a, .field_count = 1, .line = 3},
        {.customer = "t1", .keys = k1_k2, .key_count = 2, .line = 4},
        {.customer = "t1", .domain = "t1.example", .mode = MODE_TXT,
         .line = 5},
        {.customer = "t1", .domain = "t1b.example", .mode = MODE_TXT,
         .fields = pool_b, .field_count = 1, .line = 6},
        {.customer = "t2", .domain = "t1.example", .mode = MODE_TXT,
         .line = 7},
        {.customer = "t2", .domain = "t1.example", .mode = MODE_TXT,
         .line = 8},
        {.customer = "t3", .domain = "t1.example", .mode = MODE_TXT,
         .is_shared = true, .line = 9},
    };
    /* clang-format on */
    struct provision_settings settings = settings_now();
    struct provision_totals totals;

    settings.all_or_none = true;
    is_int(ST_SYNTAX, run(&settings, requests, 8, &totals), "all or none");
    is_string("T1= t1! t1! t2! t2! ", seen.p, "what is wrong is said");
    is_int(0,
           fixture_count(fixture_path("a.db"),
                         "SELECT count(*) FROM customer WHERE name LIKE 't_'"),
           "none is added");
    ok(strstr(last.text, "line 5") != NULL, "with the other line: %s",
       last.text);
    settings.all_or_none = false;
    settings.dry_run = true;
    is_int(ST_OK, run(&settings, requests, 8, &totals), "a dry run");
    is_string("T1= t1! t1! t2! t2! t1+ t1+ t3+ ", seen.p, "says the same");
    is_int(0,
           fixture_count(fixture_path("a.db"),
                         "SELECT count(*) FROM customer WHERE name LIKE 't_'"),
           "and adds nothing");
    settings.dry_run = false;
    is_int(ST_OK, run(&settings, requests, 8, &totals), "the good ones");
    is_string("T1= t1! t1! t2! t2! t1+ t1+ t3+ ", seen.p, "are added");
    is_int(3, (long long)totals.added, "three");
    is_int(4, (long long)totals.refused, "four are not");
}

#define MANY      2000
#define NAME_ROOM 32

static struct provision_request *
many(const char *prefix, size_t count)
{
    struct provision_request *requests = calloc(count, sizeof(*requests));
    char *names = calloc(count, NAME_ROOM);

    for (size_t i = 0; i < count; i++) {
        snprintf(names + NAME_ROOM * i, NAME_ROOM, "%s%zu", prefix, i);
        requests[i].customer = names + NAME_ROOM * i;
    }
    return requests;
}

/* Stopped in the middle, and gone on with. */
static void
test_stop(void)
{
    struct provision_request *requests = many("s", MANY);
    struct provision_settings settings = settings_now();
    struct provision_totals first;
    struct provision_totals second;

    stop_after = outcomes + 100;
    is_int(ST_STOPPED, run(&settings, requests, MANY, &first), "stopped");
    ok(first.added >= 100 && first.added < MANY, "after %zu", first.added);
    is_int((long long)first.added,
           fixture_count(fixture_path("a.db"),
                         "SELECT count(*) FROM customer WHERE name GLOB"
                         " 's[0-9]*'"),
           "what was reported is there");
    stop = 0;
    stop_after = 0;
    is_int(ST_OK, run(&settings, requests, MANY, &second), "gone on");
    is_int(MANY, (long long)(first.added + second.added),
           "each was added once");
    is_int((long long)first.added, (long long)second.present,
           "and left alone where it was there");
    free((void *)requests[0].customer);
    free(requests);
}

static enum status
fail_late(void *context, enum key_algorithm algorithm, unsigned bits,
          struct key_pair *out, struct error *err)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    int *left = context;
    bool fails;

    pthread_mutex_lock(&lock);
    fails = (*left)-- <= 0;
    pthread_mutex_unlock(&lock);
    return fails ? error_set(err, ST_IO, "no more entropy")
                 : testkeys_source()->make(NULL, algorithm, bits, out, err);
}

/* A source that fails after some keys: whole customers before it stay. */
static void
test_failing_source(void)
{
    struct provision_request *requests = many("f", 100);
    struct provision_settings settings = settings_now();
    struct provision_totals totals;
    struct error err = ERROR_INIT;
    int left = 41;
    struct key_source source = {fail_late, &left};

    settings.source = &source;
    is_int(ST_IO, provision_run(&settings, requests, 100, &totals, &err),
           "a source that fails");
    is_string("no more entropy", err.text, "says why");
    is_int((long long)totals.added * 2,
           fixture_count(fixture_path("a.db"),
                         "SELECT count(*) FROM key WHERE signing_domain GLOB"
                         " 'f[0-9]*'"),
           "no customer is half there (%zu are)", totals.added);
    free((void *)requests[0].customer);
    free(requests);
}

struct racer {
    const char *path;                         /* of the registry */
    const struct provision_request *requests; /* the same for both */
    struct provision_totals totals;           /* what came of it */
    enum status status;                       /* likewise */
};

static void *
race(void *context)
{
    struct racer *racer = context;
    struct registry *own = NULL;
    struct provision_settings settings;
    struct error err = ERROR_INIT;

    racer->status = registry_open(racer->path, &own, &err);
    settings = fixture_settings(own, seal);
    settings.threads = 1;
    if (racer->status == ST_OK)
        racer->status = provision_run(&settings, racer->requests, 500,
                                      &racer->totals, &err);
    registry_free(own);
    return NULL;
}

/* Makers that were seen at work; each waits at its first key until as many
   as are wanted are, so that none does the work of all. */
static pthread_mutex_t crew_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t crew_grew = PTHREAD_COND_INITIALIZER;
static int crew_seen, crew_wanted;
static _Thread_local bool was_seen;

static enum status
make_in_crew(void *context, enum key_algorithm algorithm, unsigned bits,
             struct key_pair *out, struct error *err)
{
    const struct key_source *source = testkeys_source();
    struct timespec end;

    (void)context;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += 20; /* then they do not come at all */
    pthread_mutex_lock(&crew_lock);
    if (!was_seen) {
        was_seen = true;
        crew_seen++;
        pthread_cond_broadcast(&crew_grew);
    }
    while (crew_seen < crew_wanted
           && pthread_cond_timedwait(&crew_grew, &crew_lock, &end) == 0)
        continue;
    pthread_mutex_unlock(&crew_lock);
    return source->make(source->context, algorithm, bits, out, err);
}

static void
run_many(const char *prefix, const struct provision_settings *settings)
{
    struct provision_request *requests = many(prefix, 500);
    struct provision_totals totals;

    run(settings, requests, 500, &totals);
    free((void *)requests[0].customer);
    free(requests);
}

/* Where nobody says how many threads: one for each core we may use. */
static void
test_all_cores(void)
{
    struct provision_settings settings = settings_now();
    struct key_source source = {make_in_crew, NULL};
    cpu_set_t all, one;

    settings.source = &source;
    settings.threads = 0;
    if (sched_getaffinity(0, sizeof(all), &all) != 0)
        bail("no cores are known");
    crew_wanted = CPU_COUNT(&all) < 256 ? CPU_COUNT(&all) : 256;
    run_many("all", &settings);
    is_int(crew_wanted, crew_seen, "as many make keys as there are cores");
    CPU_ZERO(&one);
    for (size_t i = 0; i < CPU_SETSIZE && CPU_COUNT(&one) == 0; i++)
        if (CPU_ISSET(i, &all))
            CPU_SET(i, &one);
    crew_seen = 0;
    crew_wanted = 1;
    sched_setaffinity(0, sizeof(one), &one);
    run_many("one", &settings);
    sched_setaffinity(0, sizeof(all), &all);
    is_int(1, crew_seen, "one where we may use one core");
}

/* Two at once with the same list. */
static void
test_race(void)
{
    struct provision_request *requests = many("r", 500);
    const char *path = fixture_path("a.db");
    struct racer racers[2] = {
        {.path = path, .requests = requests},
        {.path = path, .requests = requests}
    };
    pthread_t threads[2];

    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, race, &racers[i]);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    ok(racers[0].status == ST_OK && racers[1].status == ST_OK,
       "two at once both end well");
    is_int(500, (long long)(racers[0].totals.added + racers[1].totals.added),
           "each customer was added once (%zu and %zu)",
           racers[0].totals.added, racers[1].totals.added);
    is_int(500,
           (long long)(racers[0].totals.present + racers[1].totals.present),
           "and found there once");
    is_int(1000,
           fixture_count(fixture_path("a.db"),
                         "SELECT count(*) FROM key WHERE signing_domain GLOB"
                         " 'r[0-9]*'"),
           "with its keys");
    free((void *)requests[0].customer);
    free(requests);
}

static void
test_states(void)
{
    static const struct provision_request old = {
        .customer = "snufkin", .keys = k1_k2, .key_count = 2};
    static const struct provision_request more = {
        .customer = "snufkin", .domain = "s.example", .mode = MODE_CNAME};
    struct provision_settings settings = settings_now();
    struct provision_totals totals;

    customers_set_state(registry, "snufkin", CUSTOMER_SUSPENDED, 0, NULL);
    run(&settings, &old, 1, &totals);
    is_string("snufkin= ", seen.p, "a suspended customer is there");
    run(&settings, &more, 1, &totals);
    is_string("snufkin! ", seen.p, "but gets no more: %s", last.text);
    customers_remove(registry, "snufkin", NULL);
    run(&settings, &old, 1, &totals);
    is_string("snufkin! ", seen.p, "a removed one is not: %s", last.text);
}

static const struct {
    const char *name;   /* of the row */
    size_t selectors;   /* given */
    size_t algorithms;  /* given */
    enum status status; /* wanted */
    const char *wanted; /* selector:algorithm ... */
} wishes[] = {
    {"nothing said",         0, 0, ST_OK,     "*:rsa *:ed25519 "     },
    {"two selectors",        2, 0, ST_OK,     "k1:rsa k2:ed25519 "   },
    {"one of two",           1, 0, ST_SYNTAX, ""                     },
    {"three, one algorithm", 3, 1, ST_OK,     "k1:rsa k2:rsa k3:rsa "},
    {"one each",             2, 2, ST_OK,     "k1:rsa k2:rsa "       },
    {"three of two",         3, 2, ST_SYNTAX, ""                     },
};

static void
test_wishes(void)
{
    static const char *const selectors[] = {"k1", "k2", "k3"};
    static const enum key_algorithm rsa[] = {ALGORITHM_RSA, ALGORITHM_RSA};

    for (size_t i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++) {
        struct provision_wish wish = {.selectors = selectors,
                                      .selector_count = wishes[i].selectors,
                                      .algorithms = rsa,
                                      .algorithm_count = wishes[i].algorithms};
        struct provision_key keys[PROVISION_KEYS_MAX];
        struct strbuf text = STRBUF_INIT;
        size_t count = 0;

        is_int(wishes[i].status, provision_keys(&wish, keys, &count, NULL),
               "%s: status", wishes[i].name);
        for (size_t k = 0; k < count; k++)
            strbuf_addf(&text, "%s:%s ",
                        keys[k].selector == NULL ? "*" : keys[k].selector,
                        keymaker_word(keys[k].algorithm));
        is_string(wishes[i].wanted, text.p, "%s", wishes[i].name);
        strbuf_clear(&text);
    }
}

int
main(void)
{
    int64_t now = 0;

    plan_lazy();
    clock_parse(SLICE("2026-11-24T08:00:00Z"), &now, NULL);
    clock_set(now);
    fixture_create("a.db", &registry, &seal);
    test_wishes();
    test_again();
    test_rows();
    test_twins();
    test_stop();
    test_failing_source();
    test_race();
    test_all_cores();
    test_states();
    is_int(ST_OK, registry_check(registry, NULL), "all is sound");
    strbuf_clear(&seen);
    seal_free(seal);
    registry_free(registry);
    return tap_done();
}
