/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Zone cuts, servers and addresses; interception; over a table of answers. */
#include "common/dns/authority.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tap/tap.h"

#define ROW(...)                                                              \
    {                                                                         \
        __VA_ARGS__                                                           \
    }
#define ROWS(...)                                                             \
    {                                                                         \
        __VA_ARGS__                                                           \
    }

enum { DATA_MAX = 18 };

/* What a question is answered. */
struct row {
    const char *to;             /* server, or NULL: the resolvers */
    const char *name;           /* asked */
    uint16_t type;              /* asked */
    enum outcome outcome;       /* of the answer */
    const char *flags;          /* "a": AA, "r": RA, "-": no message came */
    const char *data[DATA_MAX]; /* records; of SOA: the owner */
};

#define SOA_DATA "ns.x. h.x. 1 2 3 4 5"

/* One world: rows that every test shares, then its own. */
static const struct row common_rows[] = {
    ROW(NULL, "example.com.", RR_SOA, OUTCOME_FOUND, "", {"example.com."}),
    ROW(NULL, "example.com.", RR_NS, OUTCOME_FOUND, "", {"ns2.x.", "ns1.x."}),
    ROW(NULL, "ns1.x.", RR_A, OUTCOME_FOUND, "", {"192.0.2.1"}),
    ROW(NULL, "ns1.x.", RR_AAAA, OUTCOME_FOUND, "", {"2001:db8::1"}),
    ROW(NULL, "ns2.x.", RR_A, OUTCOME_FOUND, "", {"192.0.2.3", "192.0.2.2"}),
    ROW(NULL, "ns2.x.", RR_AAAA, OUTCOME_NODATA, "", {NULL}),
    ROW(NULL, "a.example.com.", RR_SOA, OUTCOME_NODATA, "", {"example.com."}),
    ROW(NULL, "b.a.example.com.", RR_SOA, OUTCOME_NXDOMAIN, "",
        {"example.com."}),
    ROW(NULL, "alias.example.com.", RR_SOA, OUTCOME_FOUND, "c",
        {"other.net."}),
    ROW(NULL, "bare.example.com.", RR_SOA, OUTCOME_NODATA, "", {NULL}),
    ROW(NULL, "strange.example.com.", RR_SOA, OUTCOME_NODATA, "",
        {"example.org."}),
    ROW(NULL, "broken.example.com.", RR_SOA, OUTCOME_SERVFAIL, "", {NULL}),
    ROW(NULL, "nons.example.", RR_SOA, OUTCOME_FOUND, "", {"nons.example."}),
    ROW(NULL, "nons.example.", RR_NS, OUTCOME_SERVFAIL, "", {NULL}),
    ROW(NULL, "noaddress.example.", RR_SOA, OUTCOME_FOUND, "",
        {"noaddress.example."}),
    ROW(NULL, "noaddress.example.", RR_NS, OUTCOME_FOUND, "", {"nowhere.x."}),
    ROW(NULL, "nowhere.x.", RR_A, OUTCOME_NXDOMAIN, "", {NULL}),
    ROW(NULL, "nowhere.x.", RR_AAAA, OUTCOME_SERVFAIL, "", {NULL}),
};

struct fake {
    struct source source;   /* must stand first */
    const struct row *rows; /* of the test, first to be looked at */
    size_t count;           /* of them */
    struct arena *arena;    /* of the answer */
    unsigned direct;        /* questions to servers */
};

static struct name
name_of(const char *text)
{
    struct name name;

    if (name_parse(&name, slice_of(text), NULL) != ST_OK)
        bail("bad name %s", text);
    return name;
}

static bool
row_fits(const struct row *row, const struct question *question,
         const char *to)
{
    struct name name = name_of(row->name);

    return row->type == question->type && name_equal(&name, &question->name)
           && (row->to == NULL) == (*to == '\0')
           && (row->to == NULL || strcmp(row->to, to) == 0);
}

static const struct row *
find_row(const struct fake *fake, const struct question *question)
{
    struct strbuf to = STRBUF_INIT;
    const struct row *found = NULL;

    address_present(&question->server, &to);
    for (size_t i = 0; i < fake->count && found == NULL; i++)
        if (row_fits(&fake->rows[i], question, to.p))
            found = &fake->rows[i];
    for (size_t i = 0;
         i < sizeof(common_rows) / sizeof(common_rows[0]) && found == NULL;
         i++)
        if (row_fits(&common_rows[i], question, to.p))
            found = &common_rows[i];
    strbuf_clear(&to);
    return found;
}

static void
add_records(struct fake *fake, const struct row *row, struct answer *answer)
{
    struct record *records = ARENA_ARRAY(fake->arena, struct record, DATA_MAX);
    size_t count = 0;

    if (row->type == RR_SOA && row->outcome != OUTCOME_FOUND) {
        if (row->data[0] != NULL)
            answer->zone = name_of(row->data[0]);
        return;
    }
    for (; count < DATA_MAX && row->data[count] != NULL; count++) {
        const char *text = row->type == RR_SOA ? SOA_DATA : row->data[count];

        records[count].type = row->type;
        records[count].owner =
            name_of(row->type == RR_SOA ? row->data[count] : row->name);
        if (record_parse(fake->arena, row->type, slice_of(text),
                         &records[count].data, NULL)
            != ST_OK)
            bail("bad data %s", text);
    }
    answer->records = records;
    answer->record_count = count;
}

static const struct answer *
fake_ask(struct source *source, struct view *view,
         const struct question *question)
{
    static const struct hop hop = {.type = RR_CNAME};
    struct fake *fake = (struct fake *)(void *)source;
    const struct row *row = find_row(fake, question);
    struct answer *answer;

    (void)view;
    if (question->server.family != 0)
        fake->direct++;
    if (row == NULL)
        return answer_make(fake->arena, OUTCOME_NODATA, "x", NULL);
    if (row->outcome == OUTCOME_PENDING)
        return NULL;
    answer = answer_make(fake->arena, row->outcome, "x", NULL);
    answer->rcode = strchr(row->flags, '-') != NULL ? ANSWER_NO_RCODE : 0;
    answer->aa = strchr(row->flags, 'a') != NULL;
    answer->ra = strchr(row->flags, 'r') != NULL;
    answer->chain = &hop;
    answer->chain_count = strchr(row->flags, 'c') != NULL;
    add_records(fake, row, answer);
    return answer;
}

static const struct source_ops fake_ops = {.kind = "fake", .ask = fake_ask};

/* "example.com: ns1.x 192.0.2.1 ...; ns2.x ..." */
static void
present(const struct authority *authority, struct strbuf *out)
{
    name_present(&authority->zone, out);
    for (size_t i = 0; i < authority->server_count; i++) {
        const struct authority_server *server = &authority->servers[i];

        strbuf_add_char(out, ' ');
        name_present(&server->name, out);
        for (size_t j = 0; j < server->address_count; j++) {
            strbuf_add_char(out, '/');
            address_present(&server->addresses[j], out);
        }
    }
}

static struct fake *
fake_new(const struct row *rows, size_t count)
{
    struct fake *fake = calloc(1, sizeof(*fake));

    if (fake == NULL)
        bail("no memory");
    fake->source.ops = &fake_ops;
    fake->rows = rows;
    fake->count = count;
    fake->arena = arena_new();
    return fake;
}

static void
fake_free(struct fake *fake)
{
    arena_free(fake->arena);
    free(fake);
}

#define ALL                                                                   \
    "example.com. ns1.x./192.0.2.1/2001:db8::1 ns2.x./192.0.2.2/192.0.2.3"
#define SOA_AT(address, outcome, flags)                                       \
    {                                                                         \
        address, "example.com.", RR_SOA, outcome, flags,                      \
        {                                                                     \
            "example.com."                                                    \
        }                                                                     \
    }

static const struct {
    const char *what;           /* is tested */
    const char *name;           /* whose zone is looked for */
    enum authority_state state; /* wanted */
    const char *found;          /* zone, servers and addresses, or NULL */
    const char *problem;        /* part of it, or NULL: none */
    bool intercepted;           /* wanted */
    struct row rows[4];         /* how servers answer */
} tests[] = {
    ROW("all answer", "example.com.", AUTHORITY_KNOWN, ALL, NULL, false,
        ROWS(SOA_AT("192.0.2.1", OUTCOME_FOUND, "a"),
             SOA_AT("192.0.2.2", OUTCOME_FOUND, "a"),
             SOA_AT("192.0.2.3", OUTCOME_FOUND, "ar"),
             SOA_AT("2001:db8::1", OUTCOME_FOUND, "a"))),
    ROW("from a name within", "a.example.com.", AUTHORITY_KNOWN, ALL, NULL,
        false, ROWS(SOA_AT("192.0.2.1", OUTCOME_FOUND, "a"))),
    ROW("from a name that is not there", "b.a.example.com.", AUTHORITY_KNOWN,
        ALL, NULL, false, ROWS(SOA_AT("192.0.2.1", OUTCOME_FOUND, "a"))),
    ROW("from an alias", "alias.example.com.", AUTHORITY_KNOWN, ALL, NULL,
        false, ROWS(SOA_AT("192.0.2.1", OUTCOME_FOUND, "a"))),
    ROW("from a denial without SOA", "bare.example.com.", AUTHORITY_KNOWN, ALL,
        NULL, false, ROWS(SOA_AT("192.0.2.1", OUTCOME_FOUND, "a"))),
    ROW("a denial of another zone", "strange.example.com.", AUTHORITY_KNOWN,
        ALL, NULL, false, ROWS(SOA_AT("192.0.2.1", OUTCOME_FOUND, "a"))),
    ROW("an SOA lookup that fails", "broken.example.com.", AUTHORITY_UNKNOWN,
        NULL, "the zone of 'broken.example.com' is not found", false,
        ROWS({0})),
    ROW("an NS lookup that fails", "nons.example.", AUTHORITY_UNKNOWN,
        "nons.example.", "are not known", false, ROWS({0})),
    ROW("servers without address", "noaddress.example.", AUTHORITY_UNKNOWN,
        "noaddress.example. nowhere.x.",
        "no server of 'noaddress.example' has a known address", false,
        ROWS({0})),
    ROW("no route by one family", "example.com.", AUTHORITY_KNOWN,
        "example.com. ns1.x./192.0.2.1 ns2.x./192.0.2.2/192.0.2.3", NULL,
        false,
        ROWS(SOA_AT("192.0.2.1", OUTCOME_FOUND, "a"),
             SOA_AT("2001:db8::1", OUTCOME_REFUSED, "-"))),
    ROW("a server that refuses", "example.com.", AUTHORITY_KNOWN, ALL, NULL,
        false,
        ROWS(SOA_AT("192.0.2.1", OUTCOME_FOUND, "a"),
             SOA_AT("2001:db8::1", OUTCOME_REFUSED, ""))),
    ROW("one with AA suffices while others are out", "example.com.",
        AUTHORITY_KNOWN, ALL, NULL, false,
        ROWS(SOA_AT("192.0.2.3", OUTCOME_FOUND, "a"),
             SOA_AT("192.0.2.1", OUTCOME_PENDING, ""),
             SOA_AT("192.0.2.2", OUTCOME_FOUND, "r"))),
    ROW("none with AA and one is out", "example.com.", AUTHORITY_PENDING, ALL,
        NULL, false,
        ROWS(SOA_AT("192.0.2.1", OUTCOME_PENDING, ""),
             SOA_AT("192.0.2.2", OUTCOME_FOUND, "r"),
             SOA_AT("192.0.2.3", OUTCOME_FOUND, "r"),
             SOA_AT("2001:db8::1", OUTCOME_FOUND, "r"))),
    ROW("interception", "example.com.", AUTHORITY_UNKNOWN, ALL,
        "is a resolver", true,
        ROWS(SOA_AT("192.0.2.1", OUTCOME_FOUND, "r"),
             SOA_AT("192.0.2.2", OUTCOME_FOUND, "r"),
             SOA_AT("192.0.2.3", OUTCOME_FOUND, "r"),
             SOA_AT("2001:db8::1", OUTCOME_TIMEOUT, "-"))),
    ROW("lame servers are no interception", "example.com.", AUTHORITY_KNOWN,
        ALL, NULL, false,
        ROWS(SOA_AT("192.0.2.1", OUTCOME_FOUND, "r"),
             SOA_AT("192.0.2.2", OUTCOME_REFUSED, ""),
             SOA_AT("192.0.2.3", OUTCOME_FOUND, "r"),
             SOA_AT("2001:db8::1", OUTCOME_SERVFAIL, ""))),
    ROW("silence everywhere", "example.com.", AUTHORITY_UNKNOWN, ALL,
        "none of the servers of 'example.com' answers here", false,
        ROWS(SOA_AT("192.0.2.1", OUTCOME_TIMEOUT, "-"),
             SOA_AT("192.0.2.2", OUTCOME_TIMEOUT, "-"),
             SOA_AT("192.0.2.3", OUTCOME_TIMEOUT, "-"),
             SOA_AT("2001:db8::1", OUTCOME_TIMEOUT, "-"))),
    ROW("no route to any", "example.com.", AUTHORITY_UNKNOWN,
        "example.com. ns1.x. ns2.x.", "may be asked", false,
        ROWS(SOA_AT("192.0.2.1", OUTCOME_REFUSED, "-"),
             SOA_AT("192.0.2.2", OUTCOME_REFUSED, "-"),
             SOA_AT("192.0.2.3", OUTCOME_REFUSED, "-"),
             SOA_AT("2001:db8::1", OUTCOME_REFUSED, "-"))),
    ROW("a pending NS lookup", "example.com.", AUTHORITY_PENDING,
        "example.com.", NULL, false,
        ROWS(ROW(NULL, "example.com.", RR_NS, OUTCOME_PENDING, "", {NULL}))),
    ROW("a pending address", "example.com.", AUTHORITY_PENDING,
        "example.com. ns1.x. ns2.x./192.0.2.2/192.0.2.3", NULL, false,
        ROWS(ROW(NULL, "ns1.x.", RR_AAAA, OUTCOME_PENDING, "", {NULL}))),
};

static void
run_test(size_t i)
{
    struct fake *fake = fake_new(tests[i].rows, 4);
    struct view_settings settings = {.source = &fake->source};
    struct view *view;
    struct name name = name_of(tests[i].name);
    const struct authority *authority;
    struct strbuf found = STRBUF_INIT;
    size_t count = 0;

    while (count < 4 && tests[i].rows[count].name != NULL)
        count++;
    fake->count = count;
    view = view_new(&settings, "s");
    authority = authority_find(view, &name);
    present(authority, &found);
    is_int(tests[i].state, authority->state, "%s: state", tests[i].what);
    if (tests[i].found != NULL)
        is_string(tests[i].found, found.p, "%s: servers", tests[i].what);
    is_int(tests[i].intercepted, authority->intercepted, "%s: intercepted",
           tests[i].what);
    ok(tests[i].problem == NULL
           ? authority->problem == NULL
           : authority->problem != NULL
                 && strstr(authority->problem, tests[i].problem) != NULL,
       "%s: problem (%s)", tests[i].what,
       authority->problem == NULL ? "none" : authority->problem);
    ok(authority->evidence != NULL, "%s: evidence", tests[i].what);
    strbuf_clear(&found);
    view_free(view);
    fake_free(fake);
}

static void
test_ask_all(void)
{
    static const struct row rows[] = {
        SOA_AT("192.0.2.1", OUTCOME_FOUND, "a"),
        ROW("192.0.2.2", "k.example.com.", RR_TXT, OUTCOME_FOUND, "a",
            {"\"x\""}),
        ROW("2001:db8::1", "k.example.com.", RR_TXT, OUTCOME_NXDOMAIN, "a",
            {NULL}),
    };
    struct fake *fake = fake_new(rows, sizeof(rows) / sizeof(rows[0]));
    struct view_settings settings = {.source = &fake->source};
    struct view *view = view_new(&settings, "s");
    struct name name = name_of("k.example.com.");
    struct name apex = name_of("example.com.");
    size_t count;
    const struct authority_answer *answers = authority_ask_all(
        view, authority_find(view, &apex), &name, RR_TXT, &count);
    static const enum outcome wanted[] = {OUTCOME_NODATA, OUTCOME_NXDOMAIN,
                                          OUTCOME_FOUND, OUTCOME_NODATA};

    is_int(4, (long long)count, "every address of every server");
    for (size_t i = 0; i < count; i++)
        is_int(wanted[i], answers[i].answer->outcome, "address %zu", i);
    ok(!answers[0].question.rd, "without recursion");
    is_string("ns1.x", name_bare(fake->arena, &answers[1].server->name),
              "the server is named");
    view_free(view);
    settings.resolvers_only = true;
    view = view_new(&settings, "s");
    fake->direct = 0;
    answers = authority_ask_all(view, authority_find(view, &apex), &name,
                                RR_TXT, &count);
    ok(answers == NULL && count == 0, "none when only resolvers are asked");
    is_int(0, fake->direct, "no server was asked");
    view_free(view);
    fake_free(fake);
}

/* What is over the limit is said, not asked. */
static void
test_many(void)
{
    static struct row rows[DATA_MAX + 2];
    static char names[DATA_MAX][16];
    struct fake *fake = fake_new(rows, DATA_MAX + 2);
    struct view_settings settings = {.source = &fake->source};
    struct view *view = view_new(&settings, "s");
    struct name apex = name_of("example.com.");
    const struct authority *authority;

    rows[0] =
        (struct row){NULL, "example.com.", RR_NS, OUTCOME_FOUND, "", {NULL}};
    rows[1] = (struct row)SOA_AT("192.0.2.1", OUTCOME_FOUND, "a");
    for (size_t i = 0; i < DATA_MAX; i++) {
        snprintf(names[i], sizeof(names[i]), "n%02zu.x.", i);
        rows[0].data[i] = names[i];
        rows[2 + i] = (struct row){NULL,          names[i], RR_A,
                                   OUTCOME_FOUND, "",       {"192.0.2.1"}};
    }
    authority = authority_find(view, &apex);
    is_int(AUTHORITY_SERVERS_MAX, (long long)authority->server_count,
           "as many servers as are asked");
    is_string("2 more servers of 'example.com' are not asked",
              authority->problem, "and the others are mentioned");
    is_int(1, fake->direct, "an address that they share is asked once");
    view_free(view);
    fake_free(fake);
}

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
        run_test(i);
    test_ask_all();
    test_many();
    return tap_done();
}
