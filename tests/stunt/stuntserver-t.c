/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/stunt/stuntserver.c, stuntudp.c, stunttcp.c and
   stuntsocket.c: questions over loopback. */
#include "common/stunt/stuntserver.h"

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/dns/message.h"
#include "common/stunt/publish.h"
#include "tests/registry/fixture.h"
#include "tests/tap/tap.h"

#define HEAD                                                                  \
    "$TTL 60\n@ SOA ns h 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\n"                \
    "{customer} TXT \"c={customer}\"\n"
/* Nothing here takes so long. */
#define PATIENCE_MS 10000
/* Alike answers a second: more than the other tests ask for. */
#define LIMIT       300

static struct stuntserver *server;
static struct stuntlive *live;
static struct stuntrate *rate;
static const char *template_path, *view_path;
static volatile int stop, reload;
static sem_t told;
static char told_text[512];
static bool told_fault;

static void
must(enum status st, const struct error *err)
{
    if (st != ST_OK)
        bail("%s", err->text);
}

static void
tell(void *context, const char *sentence, bool is_fault)
{
    (void)context;
    snprintf(told_text, sizeof(told_text), "%s", sentence);
    told_fault = is_fault;
    sem_post(&told);
}

static void
write_template(const char *text)
{
    struct error err = ERROR_INIT;

    must(file_write(template_path, slice_of(text), 0600, &err), &err);
}

/* ---- asking ---- */

static int
connect_to(bool tcp, bool v6, uint16_t port)
{
    struct sockaddr_in a4 = {.sin_family = AF_INET,
                             .sin_port = htons(port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 a6 = {.sin6_family = AF_INET6,
                              .sin6_port = htons(port),
                              .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd =
        socket(v6 ? AF_INET6 : AF_INET, tcp ? SOCK_STREAM : SOCK_DGRAM, 0);
    const struct sockaddr *to =
        v6 ? (const struct sockaddr *)&a6 : (const struct sockaddr *)&a4;

    if (fd < 0 || connect(fd, to, v6 ? sizeof(a6) : sizeof(a4)) != 0)
        bail("cannot connect to port %u", port);
    return fd;
}

static bool
is_readable(int fd, int timeout_ms)
{
    struct pollfd polled = {.fd = fd, .events = POLLIN};

    return poll(&polled, 1, timeout_ms) == 1;
}

static size_t
make_query(const char *name, uint16_t id, uint8_t out[MESSAGE_QUERY_MAX])
{
    struct question question = {.type = RR_TXT, .edns_size = 1232};

    name_parse(&question.name, slice_of(name), NULL);
    return message_query(&question, id, out);
}

/* Exactly n octets, or false. */
static bool
read_exactly(int fd, uint8_t *out, size_t n)
{
    while (n > 0) {
        ssize_t got = is_readable(fd, PATIENCE_MS) ? recv(fd, out, n, 0) : 0;

        if (got <= 0)
            return false;
        out += got;
        n -= (size_t)got;
    }
    return true;
}

static const char *
show(const char *name, const uint8_t *message, size_t n)
{
    static char text[128];
    struct question question = {.type = RR_TXT, .edns_size = 1232};
    struct arena *arena = arena_new();
    const struct answer *answer;

    name_parse(&question.name, slice_of(name), NULL);
    answer = message_answer(arena, &question,
                            (struct slice){(const char *)message, n});
    snprintf(text, sizeof(text), "%s", outcome_word(answer->outcome));
    if (answer->record_count > 0) {
        struct slice data = record_text(arena, &answer->records[0]);

        snprintf(text, sizeof(text), "%.*s", SLICE_ARGS(data));
    }
    arena_free(arena);
    return text;
}

static const char *
ask_udp(bool v6, uint16_t port, const char *name)
{
    uint8_t query[MESSAGE_QUERY_MAX], message[4096];
    int fd = connect_to(false, v6, port);
    size_t size = make_query(name, 7, query);
    ssize_t n = -1;

    if (send(fd, query, size, 0) == (ssize_t)size
        && is_readable(fd, PATIENCE_MS))
        n = recv(fd, message, sizeof(message), 0);
    close(fd);
    return n < 0 ? "nothing" : show(name, message, (size_t)n);
}

/* A question with its length before it. */
static size_t
frame(const char *name, uint16_t id, uint8_t *out)
{
    size_t n = make_query(name, id, out + 2);

    out[0] = (uint8_t)(n >> 8);
    out[1] = (uint8_t)n;
    return n + 2;
}

static const char *
read_tcp(int fd, const char *name, unsigned *id)
{
    uint8_t length[2], message[65535];
    size_t n;

    if (!read_exactly(fd, length, 2))
        return "nothing";
    n = (size_t)length[0] << 8 | length[1];
    if (!read_exactly(fd, message, n))
        return "half";
    *id = (unsigned)message[0] << 8 | message[1];
    return show(name, message, n);
}

static const char *
ask_tcp(bool v6, uint16_t port, const char *name)
{
    uint8_t query[2 + MESSAGE_QUERY_MAX];
    int fd = connect_to(true, v6, port);
    size_t size = frame(name, 7, query);
    const char *seen = "unsent";
    unsigned id;

    if (send(fd, query, size, 0) == (ssize_t)size)
        seen = read_tcp(fd, name, &id);
    close(fd);
    return seen;
}

#define SNUFKIN "snufkin.sausagemail.com"

static void
test_ways(void)
{
    for (size_t i = 0; i < 3; i++) {
        uint16_t port = stuntserver_port(server, i);

        ok(port > 0, "address %zu has a port", i);
        is_string("c=snufkin", ask_udp(i == 1, port, SNUFKIN), "by UDP");
        is_string("c=snufkin", ask_tcp(i == 1, port, SNUFKIN), "by TCP");
        is_string("nxdomain", ask_udp(i == 1, port, "nobody.sausagemail.com"),
                  "absence");
        is_string("refused", ask_tcp(i == 1, port, "elsewhere.example"),
                  "another zone");
    }
}

/* More than one batch at once, from one socket. */
static void
test_batch(void)
{
    int fd = connect_to(false, false, stuntserver_port(server, 0));
    uint8_t query[MESSAGE_QUERY_MAX], message[4096];
    bool seen[200] = {false};
    unsigned count = 0;

    for (uint16_t id = 0; id < 200; id++) {
        size_t size = make_query(SNUFKIN, id, query);

        if (send(fd, query, size, 0) != (ssize_t)size)
            bail("cannot send");
    }
    while (count < 200 && is_readable(fd, PATIENCE_MS)) {
        ssize_t n = recv(fd, message, sizeof(message), 0);
        unsigned id = (unsigned)message[0] << 8 | message[1];

        if (n < 12 || id >= 200 || seen[id])
            break;
        seen[id] = true;
        count++;
    }
    is_int(200, count, "two hundred questions, as many answers");
    close(fd);
}

/* What deserves no answer, then what does: nothing is stuck. */
static void
test_rubbish(void)
{
    static const struct slice rubbish[] = {
        SLICE_INIT(""), SLICE_INIT("x"),
        SLICE_INIT("\0\0\x80\0\0\0\0\0\0\0\0\0"),
        SLICE_INIT("\0\0\0\0\0\1\0\0\0\0\0\0\xff")};
    int fd = connect_to(false, false, stuntserver_port(server, 0));
    uint8_t big[6000] = {0}, message[512];
    ssize_t n;

    for (size_t i = 0; i < sizeof(rubbish) / sizeof(rubbish[0]); i++)
        if (send(fd, rubbish[i].p, rubbish[i].n, 0) != (ssize_t)rubbish[i].n)
            bail("cannot send");
    if (send(fd, big, sizeof(big), 0) != sizeof(big))
        bail("cannot send");
    ok(is_readable(fd, PATIENCE_MS), "one is answered");
    n = recv(fd, message, sizeof(message), 0);
    ok(n == 12 && (message[3] & 0xf) == 1, "with FORMERR");
    is_string("c=snufkin",
              ask_udp(false, stuntserver_port(server, 0), SNUFKIN),
              "the next is answered");
    ok(!is_readable(fd, 0), "and no other");
    close(fd);
}

/* ---- TCP ---- */

/* Many questions in one write, answered in order: RFC 7766 section 6.2.1.1;
   more of them than answers are kept for, while nobody reads. */
static void
test_pipeline(void)
{
    enum { COUNT = 2000 };
    int fd = connect_to(true, false, stuntserver_port(server, 0));
    uint8_t *all = malloc(COUNT * (2 + MESSAGE_QUERY_MAX));
    size_t n = 0, sent = 0;
    unsigned id, in_order = 0;

    for (uint16_t i = 0; i < COUNT; i++)
        n += frame(SNUFKIN, i, all + n);
    while (sent < n) {
        ssize_t put = send(fd, all + sent, n - sent, 0);

        if (put <= 0)
            bail("cannot send");
        sent += (size_t)put;
    }
    for (unsigned i = 0; i < COUNT; i++)
        in_order +=
            strcmp(read_tcp(fd, SNUFKIN, &id), "c=snufkin") == 0 && id == i;
    is_int(COUNT, in_order, "pipelined questions are answered in order");
    free(all);
    close(fd);
}

/* Octet by octet; then the end of what is asked before the answer is read. */
static void
test_pieces(void)
{
    int fd = connect_to(true, false, stuntserver_port(server, 0));
    uint8_t query[2 + MESSAGE_QUERY_MAX];
    size_t size = frame(SNUFKIN, 9, query);
    unsigned id = 0;

    for (size_t i = 0; i < size; i++)
        if (send(fd, query + i, 1, 0) != 1)
            bail("cannot send");
    is_string("c=snufkin", read_tcp(fd, SNUFKIN, &id), "octet by octet");
    is_int(9, id, "its id");
    if (send(fd, query, size, 0) != (ssize_t)size
        || shutdown(fd, SHUT_WR) != 0)
        bail("cannot send");
    is_string("c=snufkin", read_tcp(fd, SNUFKIN, &id),
              "answered though no more is asked");
    is_string("nothing", read_tcp(fd, SNUFKIN, &id), "then closed");
    close(fd);
}

static void
test_tcp_rubbish(void)
{
    static const struct slice rubbish[] = {SLICE_INIT("\xff\xff"),
                                           SLICE_INIT("\x10\x01 too long")};
    uint8_t octet;

    for (size_t i = 0; i < sizeof(rubbish) / sizeof(rubbish[0]); i++) {
        int fd = connect_to(true, false, stuntserver_port(server, 0));

        if (send(fd, rubbish[i].p, rubbish[i].n, 0) < 0)
            bail("cannot send");
        ok(is_readable(fd, PATIENCE_MS) && recv(fd, &octet, 1, 0) <= 0,
           "too long a question ends the connection");
        close(fd);
    }
}

/* One connection more than there are places waits, and is served once one
   ends. */
static void
test_full(void)
{
    int fds[STUNTSERVER_TCP_MAX + 1];
    uint8_t query[2 + MESSAGE_QUERY_MAX];
    size_t size = frame(SNUFKIN, 1, query);
    unsigned id, served = 0;

    for (size_t i = 0; i <= STUNTSERVER_TCP_MAX; i++) {
        fds[i] = connect_to(true, false, stuntserver_port(server, 0));
        if (send(fds[i], query, size, 0) != (ssize_t)size)
            bail("cannot send");
        /* In turn, so that the last is the one too many. */
        if (i < STUNTSERVER_TCP_MAX)
            served += strcmp(read_tcp(fds[i], SNUFKIN, &id), "c=snufkin") == 0;
    }
    is_int(STUNTSERVER_TCP_MAX, served, "as many as there are places");
    is_string("c=snufkin",
              ask_udp(false, stuntserver_port(server, 0), SNUFKIN),
              "UDP goes on");
    ok(!is_readable(fds[STUNTSERVER_TCP_MAX], 0), "one waits");
    close(fds[0]);
    is_string("c=snufkin", read_tcp(fds[STUNTSERVER_TCP_MAX], SNUFKIN, &id),
              "until there is a place");
    for (size_t i = 1; i <= STUNTSERVER_TCP_MAX; i++)
        close(fds[i]);
}

/* ---- changes ---- */

static void
test_reload(void)
{
    uint16_t port = stuntserver_port(server, 0);

    write_template(HEAD "new TXT \"new\"\n");
    is_string("nxdomain", ask_udp(false, port, "new.sausagemail.com"),
              "not before it is wanted");
    __atomic_store_n(&reload, 1, __ATOMIC_SEQ_CST);
    sem_wait(&told);
    ok(!told_fault, "the template is read again");
    is_string("new", ask_udp(false, port, "new.sausagemail.com"),
              "and served by UDP");
    is_string("new", ask_tcp(false, port, "new.sausagemail.com"),
              "and by TCP");
    write_template(HEAD "new TXT \"{customer}\"\n");
    __atomic_store_n(&reload, 1, __ATOMIC_SEQ_CST);
    sem_wait(&told);
    ok(told_fault && strstr(told_text, "line 6") != NULL,
       "a broken one is told: %s", told_text);
    is_string("new", ask_udp(false, port, "new.sausagemail.com"),
              "and the old one stays");
}

/* Answers that have come, or come soon: whole ones, and truncated ones. */
static void
count_answers(int fd, int timeout_ms, size_t size, unsigned counts[2])
{
    uint8_t message[4096];

    while (is_readable(fd, timeout_ms)) {
        ssize_t n = recv(fd, message, sizeof(message), 0);

        counts[(message[2] & 2) != 0] += n > 12 && (size_t)n >= size - 11;
    }
}

/* More than is allowed, of one kind, as fast as it can be asked for. */
static void
test_limit(void)
{
    int fd = connect_to(false, false, stuntserver_port(server, 0));
    uint8_t query[MESSAGE_QUERY_MAX];
    size_t size = make_query("limited.sausagemail.com", 1, query);
    unsigned counts[2] = {0, 0};

    for (unsigned i = 0; i < 10 * LIMIT; i++) {
        if (send(fd, query, size, 0) != (ssize_t)size)
            bail("cannot send");
        if (i % 50 == 0)
            count_answers(fd, 0, size, counts);
    }
    is_string("c=snufkin",
              ask_udp(false, stuntserver_port(server, 0), SNUFKIN),
              "another name is not limited");
    count_answers(fd, 500, size, counts);
    ok(counts[0] > 0 && counts[0] < 10 * LIMIT, "%u of %d are answered",
       counts[0], 10 * LIMIT);
    ok(counts[1] > 0 && counts[1] <= 10 * LIMIT - counts[0],
       "%u of the others are truncated", counts[1]);
    is_string(
        "nxdomain",
        ask_tcp(false, stuntserver_port(server, 0), "limited.sausagemail.com"),
        "by TCP there is no limit");
    close(fd);
}

static void *
run(void *context)
{
    struct stuntserver_data data = {.live = live, .rate = rate};
    struct stuntserver_orders orders = {.stop = &stop, .reload = &reload};

    return stuntserver_run(server, &data, &orders, context) == ST_OK ? context
                                                                     : NULL;
}

static void
start(void)
{
    struct address listen[] = {
        {.family = 4,           .octets = {127, 0, 0, 1}},
        {.family = 6,                     .octets = {[15] = 1}},
        {.family = 4}, /* any */
    };
    struct stuntlive_source source = {
        .template_path = template_path, .view_path = view_path, .tell = tell};
    struct error err = ERROR_INIT;

    must(stuntserver_new(listen, 3, 2, &server, &err), &err);
    must(stuntlive_open(&source, &live, &err), &err);
}

static void
test_in_use(void)
{
    struct address address = {
        .family = 4, .octets = {127, 0, 0, 1}
    };
    struct stuntserver *second = NULL;
    struct error err = ERROR_INIT;
    char wanted[128];

    address.port = stuntserver_port(server, 0);
    snprintf(wanted, sizeof(wanted),
             "cannot listen on '127.0.0.1' port %u: another program does",
             address.port);
    is_int(ST_EXISTS, stuntserver_new(&address, 1, 1, &second, &err),
           "an address is served once");
    is_string(wanted, err.text, "as is told");
    address = (struct address){
        .family = 4, .octets = {192, 0, 2, 1}
    };
    is_int(ST_IO, stuntserver_new(&address, 1, 1, &second, &err),
           "an address that is not here");
    ok(strstr(err.text, "'192.0.2.1'") != NULL, "is named");
    is_int(ST_RANGE, stuntserver_new(&address, 0, 1, &second, &err), "none");
    stuntserver_free(NULL);
}

int
main(void)
{
    struct registry *registry;
    struct seal *seal;
    struct error err = ERROR_INIT, ended = ERROR_INIT;
    pthread_t thread;
    void *good = NULL;

    plan_lazy();
    sem_init(&told, 0, 0);
    fixture_create("registry.db", &registry, &seal);
    fixture_domain(registry, "snufkin", NULL);
    view_path = strdup(fixture_path("view"));
    must(publish_view(registry, view_path, NULL, &err), &err);
    template_path = strdup(fixture_path("template.zone"));
    write_template(HEAD);
    rate = stuntrate_new(LIMIT, true);
    start();
    test_in_use();
    if (pthread_create(&thread, NULL, run, &ended) != 0)
        bail("no thread");
    test_ways();
    test_batch();
    test_rubbish();
    test_pipeline();
    test_pieces();
    test_tcp_rubbish();
    test_full();
    test_reload();
    test_limit();
    __atomic_store_n(&stop, 1, __ATOMIC_SEQ_CST);
    pthread_join(thread, &good);
    ok(good != NULL, "it ends when it is told to");
    stuntserver_free(server);
    stuntlive_close(live);
    stuntrate_free(rate);
    seal_free(seal);
    registry_free(registry);
    return tap_done();
}
