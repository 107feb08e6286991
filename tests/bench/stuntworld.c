/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stuntworld CUSTOMERS KEYS DIR: customers with real keys, as a published view
 * (DIR/view), as a static zone (DIR/static.zone), and questions about them
 * (DIR/questions): 92 of 100 for what is there, six types alike, 4 for types
 * that are not, 4 for names that are not.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/stunt/stuntview.h"

#define ZONE      "sausagemail.com"
#define KEYS_MAX  64
#define QUESTIONS 1000000
/* Customers put between two flushes. */
#define BATCH     100000

static char keys[KEYS_MAX][1024];
static unsigned key_count;

static void
die(const char *what)
{
    fprintf(stderr, "stuntworld: %s\n", what);
    exit(1);
}

/* A line is a private key, a blank, a public key. */
static void
read_keys(const char *path)
{
    FILE *in = fopen(path, "r");
    char line[8192];

    if (in == NULL)
        die(strerror(errno));
    while (key_count < KEYS_MAX && fgets(line, sizeof(line), in) != NULL) {
        char *public = strchr(line, ' ');

        if (public == NULL)
            continue;
        public[strcspn(public, "\n")] = '\0';
        snprintf(keys[key_count++], sizeof(keys[0]), "%s", public + 1);
    }
    fclose(in);
    if (key_count == 0)
        die("no keys");
}

static void
must(enum status st, const struct error *err)
{
    if (st != ST_OK)
        die(err->text);
}

static void
write_view(const char *folder, unsigned customers)
{
    struct stunt_field origin[] = {
        {SLICE_INIT("uuid"),  SLICE_INIT("bench")},
        {SLICE_INIT("esp"),   SLICE_INIT(ZONE)   },
        {SLICE_INIT("event"), SLICE_INIT("")     }
    };
    struct stunt_entry entry = {.fields = origin, .field_count = 3};
    struct stuntwriter *writer;
    struct error err = ERROR_INIT;
    uint64_t applied;
    char label[32];

    must(stuntwriter_begin(folder, &writer, &applied, &err), &err);
    must(stuntwriter_put(writer, SLICE(STUNTVIEW_ORIGIN), &entry, &err), &err);
    for (unsigned i = 0; i < customers; i++) {
        struct stunt_key key = {SLICE("k1"), SLICE("rsa"),
                                slice_of(keys[i % key_count])};

        entry = (struct stunt_entry){.keys = &key, .key_count = 1};
        snprintf(label, sizeof(label), "cc%u", i);
        must(stuntwriter_put(writer, slice_of(label), &entry, &err), &err);
        if (i % BATCH == BATCH - 1)
            must(stuntwriter_flush(writer, &err), &err);
    }
    must(stuntwriter_commit(writer, 1, &err), &err);
}

/* What the template of scripts/bench says, for everybody. */
static void
write_zone(FILE *out, unsigned customers)
{
    fputs("$ORIGIN " ZONE ".\n$TTL 3600\n"
          "@ SOA ns1 hostmaster 1 3600 600 1209600 300\n@ NS ns1\n"
          "ns1 A 127.0.0.1\nmx A 192.0.2.10\n"
          "_spf TXT \"v=spf1 ip4:192.0.2.0/24 -all\"\n",
          out);
    for (unsigned i = 0; i < customers; i++) {
        const char *key = keys[i % key_count];
        size_t first = 255 - strlen("v=DKIM1; k=rsa; p=");

        fprintf(out,
                "c%u MX 10 mx\nc%u TXT \"v=spf1 include:_spf." ZONE
                " -all\"\nbounces.c%u MX 10 mx\n"
                "bounces.c%u TXT \"v=spf1 include:_spf." ZONE " -all\"\n"
                "k1._domainkey.c%u TXT \"v=DKIM1; k=rsa; p=%.*s\" \"%s\"\n"
                "_dmarc.c%u TXT \"v=DMARC1; p=reject; "
                "rua=mailto:c%u@reports." ZONE "\"\n",
                i, i, i, i, i, (int)first, key, key + first, i, i);
    }
}

static unsigned long long
next(unsigned below)
{
    static unsigned long long seed = 20261124;

    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (seed >> 33) % below;
}

static void
write_questions(FILE *out, unsigned customers)
{
    static const char *const hits[][2] = {
        {"",               "MX" },
        {"",               "TXT"},
        {"bounces.",       "MX" },
        {"bounces.",       "TXT"},
        {"k1._domainkey.", "TXT"},
        {"_dmarc.",        "TXT"}
    };

    for (unsigned i = 0; i < QUESTIONS; i++) {
        unsigned customer = (unsigned)next(customers), kind = i % 100;

        if (kind < 92)
            fprintf(out, "%sc%u." ZONE " %s\n", hits[i % 6][0], customer,
                    hits[i % 6][1]);
        else if (kind < 96)
            fprintf(out, "c%u." ZONE " A\n", customer);
        else
            fprintf(out, "k1._domainkey.n%u." ZONE " TXT\n", customer);
    }
}

static FILE *
create(const char *folder, const char *name)
{
    char path[4096];
    FILE *out;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    out = fopen(path, "w");
    if (out == NULL)
        die(path);
    return out;
}

int
main(int argc, char **argv)
{
    unsigned customers = argc == 4 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
    char view[4096];
    FILE *out;

    if (customers == 0)
        die("usage: stuntworld CUSTOMERS KEYS DIR");
    read_keys(argv[2]);
    snprintf(view, sizeof(view), "%s/view", argv[3]);
    write_view(view, customers);
    out = create(argv[3], "static.zone");
    write_zone(out, customers);
    if (fclose(out) != 0)
        die("static.zone");
    out = create(argv[3], "questions");
    write_questions(out, customers);
    return fclose(out) == 0 ? 0 : 1;
}
