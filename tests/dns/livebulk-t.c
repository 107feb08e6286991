/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The live source under many subjects: sharing, losses, dead resolvers. */
#include <stdio.h>

#include "tests/dns/liveask.h"

static const char script[] = "rr test. 60 SOA ns. host. 1 3600 600 86400 60\n"
                             "rr plain.test. 60 TXT \"one\"\n"
                             "when *.lossy.test. TXT drop 40\n"
                             "when *.hopeless.test. ANY drop\n";

/* How many messages the server has had. */
static long
message_count(uint16_t port)
{
    struct source *source = new_source(port, PATIENT_MS);
    struct view_settings settings = {.source = source};
    struct asking asking = {.runs = 0};
    struct view *view =
        look_up(&settings, &asking, "count.faulty.", TRANSPORT_AUTO);
    long count = strtol(text_of(view, asking.answer), NULL, 10);

    view_free(view);
    source_free(source);
    return count;
}

/* Subjects in bulk: all ask one name, and one of their own. */
struct crowd {
    const char *common;    /* asked by all */
    const char *under;     /* their own names stand below it */
    unsigned left;         /* subjects to come */
    unsigned begun;        /* subjects so far */
    unsigned finished;     /* subjects */
    unsigned found;        /* answers found by them */
    unsigned failed;       /* answers that are failures */
    char name[64];         /* of the present subject */
    struct name own[1000]; /* name of each subject */
};

static void *
crowd_next(void *context, const char **name)
{
    struct crowd *crowd = context;

    if (crowd->left == 0)
        return NULL;
    crowd->left--;
    snprintf(crowd->name, sizeof(crowd->name), "n%u.%s", crowd->begun,
             crowd->under);
    crowd->own[crowd->begun] = name_of(crowd->name);
    *name = crowd->name;
    return &crowd->own[crowd->begun++];
}

static void
crowd_analyse(void *context, void *subject, struct view *view)
{
    const struct crowd *crowd = context;
    struct name name;

    if (crowd->common != NULL) {
        name = name_of(crowd->common);
        view_lookup(view, &name, RR_TXT);
    }
    view_lookup(view, subject, RR_TXT);
}

static void
crowd_finish(void *context, void *subject, struct view *view)
{
    struct crowd *crowd = context;
    const struct question *question;
    const struct answer *answer;
    size_t position = 0;

    (void)subject;
    crowd->finished++;
    while (view_each(view, &position, &question, &answer)) {
        crowd->found += answer->outcome == OUTCOME_FOUND;
        crowd->failed += outcome_is_failure(answer->outcome);
    }
}

static const struct engine_ops crowd_ops = {crowd_next, crowd_analyse,
                                            crowd_finish, NULL};

static void
run_crowd(struct source *source, struct crowd *crowd, size_t in_flight)
{
    struct view_settings settings = {.source = source};

    crowd->begun = crowd->finished = crowd->found = crowd->failed = 0;
    engine_run(&settings, in_flight, &crowd_ops, crowd, NULL);
}

static void
test_sharing(uint16_t port)
{
    struct source *source = new_source(port, PATIENT_MS);
    static struct crowd crowd;
    struct live_counts counts;
    long before = message_count(port);

    crowd.common = "plain.test.";
    crowd.under = "absent.test.";
    crowd.left = 100;
    run_crowd(source, &crowd, 100);
    is_int(100, crowd.finished, "a hundred subjects end");
    is_int(100, crowd.found, "each gets the common answer");
    is_int(101, message_count(port) - before - 1,
           "which was asked once, their own each once");
    live_counts(source, &counts);
    is_int(99, (long long)counts.cached, "the others joined");
    crowd.left = 100;
    run_crowd(source, &crowd, 7);
    is_int(102, message_count(port) - before - 1,
           "a second time all come from the cache");
    source_free(source);
}

/* The first forty messages are lost: all is asked again, nothing is lost. */
static void
test_loss(uint16_t port)
{
    struct source *source = new_source(port, 150);
    static struct crowd crowd;
    struct live_counts counts;

    crowd.under = "lossy.test.";
    crowd.left = 400;
    run_crowd(source, &crowd, 400);
    is_int(400, crowd.finished, "four hundred subjects end");
    is_int(0, crowd.failed, "no answer is lost");
    live_counts(source, &counts);
    ok(counts.retried >= 40, "what was lost was asked again");
    is_int(0, (long long)counts.lost, "nothing was given up");
    source_free(source);
}

static void
test_dead(void)
{
    struct source *source = new_source(dead_port(), PATIENT_MS);
    struct view_settings settings = {.source = source};
    struct asking asking = {.runs = 0};
    static struct crowd crowd;
    struct live_counts counts;
    struct view *view =
        look_up(&settings, &asking, "plain.test.", TRANSPORT_AUTO);

    is_string("timeout", outcome_word(asking.answer->outcome),
              "a dead port is a timeout");
    ok(strncmp(asking.answer->problem, "nothing listens at 127.0.0.1@", 29)
           == 0,
       "and says why");
    view_free(view);
    view = look_up(&settings, &asking, "plain.test.", TRANSPORT_TCP);
    ok(strstr(asking.answer->problem, "refuses TCP") != NULL,
       "so it is by TCP");
    view_free(view);
    crowd.under = "test.";
    crowd.left = 1000;
    run_crowd(source, &crowd, 50);
    is_int(1000, crowd.failed, "a thousand subjects fail");
    live_counts(source, &counts);
    ok(counts.sent < 400, "and most of them without a message");
    source_free(source);
}

/* Nobody answers, and no ICMP says so. */
static void
test_silent(void)
{
    uint16_t port;
    pid_t pid = faulty_start("when * ANY drop\n", &port);
    struct source *source = new_source(port, SHORT_MS);
    static struct crowd crowd;
    struct live_counts counts;

    crowd.under = "test.";
    crowd.left = 1000;
    run_crowd(source, &crowd, 500);
    is_int(1000, crowd.failed, "a thousand subjects of a silent resolver");
    live_counts(source, &counts);
    ok(counts.sent < 1000, "most of them without a message");
    source_free(source);
    stop_faulty(pid);
}

/* A resolver that waits in vain for the servers of a domain is not dead: while
   that is being asked, and after it, others are answered. */
static void
test_slow_domain(uint16_t port)
{
    struct source *source = new_source(port, PATIENT_MS);
    static struct crowd crowd;

    crowd.under = "hopeless.test.";
    crowd.left = 20;
    run_crowd(source, &crowd, 20);
    is_int(20, crowd.failed, "twenty questions without an answer");
    crowd.under = "absent.test.";
    crowd.left = 20;
    run_crowd(source, &crowd, 20);
    is_int(0, crowd.failed, "do not make the resolver dead");
    source_free(source);
}

/* One resolver is dead, one declines, the third answers. */
static void
test_several(uint16_t port)
{
    struct address addresses[3];
    struct live_settings live = {
        .resolvers = addresses, .resolver_count = 3, .timeout_ms = 100};
    struct source *source;
    static struct crowd crowd;
    uint16_t other;
    pid_t pid = faulty_start("when * ANY refused\n", &other);

    for (size_t i = 0; i < 3; i++)
        addresses[i] = (struct address){
            .family = 4, .octets = {127, 0, 0, 1}
        };
    addresses[0].port = dead_port();
    addresses[1].port = other;
    addresses[2].port = port;
    if (live_new(&live, &source, NULL) != ST_OK)
        bail("no source");
    crowd.under = "test.";
    crowd.left = 200;
    run_crowd(source, &crowd, 50);
    is_int(0, crowd.failed, "one good resolver of three suffices");
    source_free(source);
    stop_faulty(pid);
}

int
main(void)
{
    uint16_t port;
    pid_t pid = faulty_start(script, &port);

    if (pid < 0)
        skip_all("no server on loopback");
    plan_lazy();
    test_sharing(port);
    test_loss(port);
    test_dead();
    test_silent();
    test_slow_domain(port);
    test_several(port);
    stop_faulty(pid);
    return tap_done();
}
