/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of reading customers from CSV and JSON lines. */
#include "common/registry/intake.h"

#include <stdio.h>
#include <string.h>

#include "common/base/file.h"
#include "tests/registry/fixture.h"
#include "tests/tap/tap.h"

/* What was read, in one text: a line a request, then a line a fault. */
static void
describe(const struct intake *intake, struct strbuf *out)
{
    for (size_t i = 0; i < intake->count; i++) {
        const struct provision_request *r = &intake->requests[i];

        strbuf_addf(out, "%zu %s %s %s", r->line, r->customer,
                    r->domain == NULL ? "-" : r->domain, states_mode(r->mode));
        for (size_t k = 0; k < r->key_count; k++)
            strbuf_addf(out, " %s:%s:%u",
                        r->keys[k].selector == NULL ? "*"
                                                    : r->keys[k].selector,
                        keymaker_word(r->keys[k].algorithm), r->keys[k].bits);
        for (size_t k = 0; k < r->field_count; k++)
            strbuf_addf(out, " %s=%s", r->fields[k].name, r->fields[k].value);
        strbuf_addf(out, "%s%s%s\n", r->is_shared ? " shared" : "",
                    r->label == NULL ? "" : " label=",
                    r->label == NULL ? "" : r->label);
    }
    for (size_t i = 0; i < intake->fault_count; i++)
        strbuf_addf(out, "%zu: %s\n", intake->faults[i].line,
                    intake->faults[i].text);
}

#define KEYS " *:rsa:0 *:ed25519:0"

/* clang-format off */
static const struct {
    const char *name;   /* of the row, and of the file */
    const char *text;   /* in it */
    const char *wanted; /* as describe() says */
} good[] = {
    {"plain.csv", "customer\nsnufkin\ntoffle\n",
     "2 snufkin - esp" KEYS "\n3 toffle - esp" KEYS "\n"},
    {"crlf.csv", "customer,pool\r\nsnufkin,b\r\n\r\ntoffle,\r\n",
     "2 snufkin - esp" KEYS " pool=b\n4 toffle - esp" KEYS "\n"},
    {"bom.csv", "\xef\xbb\xbf" "Customer , DOMAIN\nx,x.example\n",
     "2 x x.example cname" KEYS "\n"},
    {"noeol.csv", "customer\nx", "2 x - esp" KEYS "\n"},
    {"columns.csv",
     "rua,customer,selector,selector,algorithm,mode,domain,shared\n"
     "\"mailto:a@b.example,mailto:c@d.example\",x,k1,k2,rsa,txt,x.example,"
     "yes\n",
     "2 x x.example txt k1:rsa:0 k2:rsa:0"
     " rua=mailto:a@b.example,mailto:c@d.example shared\n"},
    {"cell.csv",
     "customer,selector,algorithm,bits\nx,k1 k2,\"rsa,ed25519\",4096\n",
     "2 x - esp k1:rsa:4096 k2:ed25519:0\n"},
    {"label.csv",
     "customer,domain,mode,label,field.ticket\n"
     "x,x.example,ns-label,esp,T 1\n",
     "2 x x.example ns-label" KEYS " ticket=T 1 label=esp\n"},
    {"faults.csv",
     "customer,domain,mode,bits,shared\n" "a,a.example,bogus,,\n"
     "b,b.example,txt\n" "c,c.example,txt,1024,\n" "d,\"d.example,txt,,\n"
     ",e.example,,,\n" "f,f.example,,,maybe\n" "g,g\"g\".example,,,\n"
     "h,,,,\n" "i,,,,,\n",
     "9 h - esp" KEYS "\n" "2: unknown mode 'bogus'\n"
     "3: 3 cells, where the header has 5\n"
     "4: an RSA key of 1024 bits is too weak: at least 2048 (RFC 8301"
     " section 3.2)\n" "5: quotes out of place\n" "6: no customer is named\n"
     "7: shared is yes or no, not 'maybe'\n" "8: quotes out of place\n"
     "10: 6 cells, where the header has 5\n"},
    {"keys.csv",
     "customer,selector,algorithm\n"
     "a,k1,rsa\nb,k1 k2 k3,rsa ed25519\nc,k1,dsa\nd,,ed25519\n",
     "2 a - esp k1:rsa:0\n5 d - esp *:ed25519:0\n"
     "3: 3 selectors for 2 algorithms: name one selector for each algorithm,"
     " or one algorithm for all\n" "4: unknown algorithm 'dsa'\n"},
    {"plain.jsonl",
     "{\"customer\": \"x\"}\n\n"
     "{\"customer\":\"y\",\"domain\":\"y.example\",\"selector\":[\"k1\","
     "\"k2\"],\"pool\":null,\"shared\":true,\"field.n\":7}\n",
     "1 x - esp" KEYS "\n"
     "3 y y.example cname k1:rsa:0 k2:ed25519:0 n=7 shared\n"},
    {"faults.jsonl",
     "[]\n" "{\"customer\": \"x\", \"colour\": \"red\"}\n"
     "{\"customer\": [\"x\"]}\n" "{\"customer\": {\"x\": 1}}\n"
     "{\"customer\": \"a\\u0000b\"}\n" "{\"customer\": \"ok\"}\n" "{}\n",
     NULL},
    {"sniffed", "{\"customer\": \"x\"}\n", "1 x - esp" KEYS "\n"},
    {"sniffed2", "customer\nx\n", "2 x - esp" KEYS "\n"},
};
/* clang-format on */

static void
test_good(void)
{
    static const struct intake_defaults defaults = {0};

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct arena *arena = arena_new();
        struct strbuf seen = STRBUF_INIT;
        struct error err = ERROR_INIT;
        struct intake intake;
        const char *path = fixture_path(good[i].name);

        file_write(path, slice_of(good[i].text), 0600, NULL);
        is_int(ST_OK, intake_read(path, arena, &defaults, &intake, &err),
               "%s: status (%s)", good[i].name, err.text);
        describe(&intake, &seen);
        if (good[i].wanted != NULL)
            is_string(good[i].wanted, seen.p, "%s", good[i].name);
        else
            ok(intake.count == 1 && intake.fault_count == 6, "%s: %s",
               good[i].name, seen.p);
        strbuf_clear(&seen);
        arena_free(arena);
    }
}

static const struct {
    const char *name;   /* of the row, and of the file */
    const char *text;   /* in it */
    enum status status; /* wanted */
    const char *word;   /* in the sentence */
} bad[] = {
    {"empty.csv",   "",                     ST_SYNTAX, "is empty"     },
    {"blank.csv",   "\n \n",                ST_SYNTAX, "is empty"     },
    {"unknown.csv", "customer,colour\n",    ST_SYNTAX, "'colour'"     },
    {"none.csv",    "domain\n",             ST_SYNTAX, "'customer'"   },
    {"twice.csv",   "customer,pool,POOL\n", ST_SYNTAX, "twice"        },
    {"quote.csv",   "customer,\"pool\n",    ST_SYNTAX, "no CSV header"},
};

static void
test_bad(void)
{
    static const struct intake_defaults defaults = {0};
    struct arena *arena = arena_new();
    struct intake intake;
    struct error err = ERROR_INIT;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        const char *path = fixture_path(bad[i].name);

        file_write(path, slice_of(bad[i].text), 0600, NULL);
        is_int(bad[i].status,
               intake_read(path, arena, &defaults, &intake, &err),
               "%s: status", bad[i].name);
        ok(strstr(err.text, bad[i].word) != NULL, "%s: %s", bad[i].name,
           err.text);
    }
    is_int(ST_NOT_FOUND,
           intake_read(fixture_path("nothing.csv"), arena, &defaults, &intake,
                       &err),
           "no file: %s", err.text);
    is_int(ST_IO,
           intake_read(fixture_folder(), arena, &defaults, &intake, &err),
           "a folder: %s", err.text);
    arena_free(arena);
}

/* What the command line says counts where a line says nothing. */
static void
test_defaults(void)
{
    static const char *const selectors[] = {"k1", "k2"};
    static const enum key_algorithm ed25519[] = {ALGORITHM_ED25519};
    struct intake_defaults defaults = {
        .wish = {.selectors = selectors,
                 .selector_count = 2,
                 .algorithms = ed25519,
                 .algorithm_count = 1},
        .has_mode = true,
        .mode = MODE_NS
    };
    struct arena *arena = arena_new();
    struct strbuf seen = STRBUF_INIT;
    struct error err = ERROR_INIT;
    struct intake intake;

    file_write(fixture_path("d.csv"),
               SLICE("customer,domain,selector,mode\na,a.example,,\n"
                     "b,,s1,\nc,c.example,,txt\n"),
               0600, NULL);
    is_int(ST_OK,
           intake_read(fixture_path("d.csv"), arena, &defaults, &intake, &err),
           "defaults (%s)", err.text);
    describe(&intake, &seen);
    is_string("2 a a.example ns k1:ed25519:0 k2:ed25519:0\n"
              "3 b - esp s1:ed25519:0\n"
              "4 c c.example txt k1:ed25519:0 k2:ed25519:0\n",
              seen.p, "each by itself");
    defaults.wish.algorithm_count = 0;
    defaults.wish.selector_count = 1;
    is_int(ST_SYNTAX,
           intake_read(fixture_path("d.csv"), arena, &defaults, &intake, &err),
           "defaults that do not go together: %s", err.text);
    strbuf_clear(&seen);
    arena_free(arena);
}

/* Bounds: a line too long, a NUL, and too many bad lines. */
static void
test_bounds(void)
{
    static const struct intake_defaults defaults = {0};
    struct arena *arena = arena_new();
    struct strbuf text = STRBUF_INIT;
    struct error err = ERROR_INIT;
    struct intake intake;
    const char *path = fixture_path("bounds.csv");

    strbuf_add_text(&text, "customer\n");
    strbuf_fill(&text, 'x', INTAKE_LINE_MAX + 1);
    strbuf_add_text(&text, "\nab");
    strbuf_add_char(&text, '\0');
    strbuf_add_text(&text, "c\nlast\n");
    file_write(path, strbuf_slice(&text), 0600, NULL);
    is_int(ST_OK, intake_read(path, arena, &defaults, &intake, &err),
           "a line too long and a NUL");
    is_int(1, (long long)intake.count, "the rest is read");
    is_int(2, (long long)intake.fault_count, "both are faults");
    is_int(2, (long long)intake.faults[0].line, "the long one's number");
    strbuf_cut(&text, 0);
    strbuf_add_text(&text, "customer,pool\n");
    for (int i = 0; i < INTAKE_FAULTS_MAX + 1; i++)
        strbuf_add_text(&text, "x\n");
    file_write(path, strbuf_slice(&text), 0600, NULL);
    is_int(ST_RANGE, intake_read(path, arena, &defaults, &intake, &err),
           "too many bad lines: %s", err.text);
    strbuf_cut(&text, 0);
    strbuf_add_text(&text, "customer");
    for (int i = 0; i < INTAKE_COLUMNS_MAX; i++)
        strbuf_addf(&text, ",field.f%d", i);
    file_write(path, strbuf_slice(&text), 0600, NULL);
    is_int(ST_SYNTAX, intake_read(path, arena, &defaults, &intake, &err),
           "too many columns: %s", err.text);
    strbuf_clear(&text);
    arena_free(arena);
}

int
main(void)
{
    plan_lazy();
    fixture_folder();
    test_good();
    test_bad();
    test_defaults();
    test_bounds();
    return tap_done();
}
