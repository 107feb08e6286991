/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server of faults: its script, as records and rules. */
#ifndef TESTS_WORLD_FAULTYDATA_H
#define TESTS_WORLD_FAULTYDATA_H

#include <arpa/inet.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum faulty_fault {
    FAULTY_NONE,
    FAULTY_DROP,            /* no answer; N: only to the first N */
    FAULTY_DELAY,           /* the answer after N milliseconds */
    FAULTY_WRONG_ID,        /* the answer with another id */
    FAULTY_WRONG_ADDRESS,   /* the answer from another port */
    FAULTY_WRONG_QUESTION,  /* the answer to another name */
    FAULTY_GARBAGE,         /* octets that are no message */
    FAULTY_EMPTY,           /* an empty datagram */
    FAULTY_NO_QR,           /* the question comes back */
    FAULTY_LOOP,            /* a record's owner points to itself */
    FAULTY_REFUSED,         /* REFUSED */
    FAULTY_SERVFAIL,        /* SERVFAIL */
    FAULTY_SERVFAIL_BARE,   /* the same, header only */
    FAULTY_NOTIMP,          /* NOTIMP */
    FAULTY_BOGUS,           /* SERVFAIL unless CD is set */
    FAULTY_FORMERR,         /* FORMERR */
    FAULTY_FORMERR_EDNS,    /* FORMERR to EDNS, no OPT */
    FAULTY_FORMERR_BARE,    /* the same, header only */
    FAULTY_NXDOMAIN,        /* NXDOMAIN even for an empty non-terminal */
    FAULTY_NODATA,          /* no data */
    FAULTY_COMPACT,         /* compact denial: no data, NSEC with NXNAME */
    FAULTY_TRUNCATE,        /* TC by UDP, the answer by TCP */
    FAULTY_TRUNCATE_NO_TCP, /* TC by UDP, TCP is closed at once */
    FAULTY_TRUNCATE_DEAF,   /* TC by UDP, TCP says nothing */
    FAULTY_PART,            /* TC by UDP within a record */
    FAULTY_NO_AA,           /* the answer without AA */
    FAULTY_RECURSIVE,       /* the same, and RA: an interceptor */
    FAULTY_AD               /* the answer with AD */
};

static const char *const faulty_words[] = {
    "none",          "drop",           "delay",           "wrong-id",
    "wrong-address", "wrong-question", "garbage",         "empty",
    "no-qr",         "loop",           "refused",         "servfail",
    "servfail-bare", "notimp",         "bogus",           "formerr",
    "formerr-edns",  "formerr-bare",   "nxdomain",        "nodata",
    "compact",       "truncate",       "truncate-no-tcp", "truncate-deaf",
    "part",          "no-aa",          "recursive",       "ad"};

enum { FAULTY_MESSAGE_MAX = 65535, FAULTY_ITEMS_MAX = 512 };
enum { FAULTY_HELD_MAX = 64, FAULTY_PEERS_MAX = 32, FAULTY_CHAIN_MAX = 8 };

struct faulty_name {
    uint8_t n;         /* octets */
    uint8_t wire[255]; /* lower case */
};

struct faulty_record {
    struct faulty_name owner; /* of the record */
    uint16_t type;            /* of it */
    uint32_t ttl;             /* of it */
    uint8_t *data;            /* of it */
    size_t n;                 /* octets of data */
};

struct faulty_rule {
    struct faulty_name name; /* or what it ends in */
    bool below;              /* the names below it */
    bool every;              /* all names */
    uint16_t type;           /* 255: all */
    enum faulty_fault fault; /* what to do */
    unsigned long number;    /* see enum */
    unsigned long used;      /* times */
};

/* An answer that is sent later. */
struct faulty_held {
    uint64_t due_ms;       /* then */
    struct sockaddr_in to; /* whom; UDP only */
    uint8_t *message;      /* NULL: free place */
    size_t n;              /* octets */
};

struct faulty_server {
    struct faulty_record records[FAULTY_ITEMS_MAX];
    size_t record_count;
    struct faulty_rule rules[FAULTY_ITEMS_MAX];
    size_t rule_count;
    struct faulty_held held[FAULTY_HELD_MAX];
    int udp, tcp, other;         /* sockets; other has another port */
    int peers[FAULTY_PEERS_MAX]; /* TCP connections, -1: none */
    unsigned long messages;      /* that came */
};

struct faulty_reply {
    uint8_t p[FAULTY_MESSAGE_MAX + 64]; /* the message */
    size_t n;                           /* octets of it */
};

static inline void
faulty_die(const char *why, const char *what)
{
    fprintf(stderr, "faulty: %s: '%s'\n", why, what);
    exit(4);
}

static inline uint16_t
faulty_type(const char *word)
{
    static const struct {
        const char *word;
        uint16_t type;
    } types[] = {
        {"A",      1  },
        {"NS",     2  },
        {"CNAME",  5  },
        {"SOA",    6  },
        {"MX",     15 },
        {"TXT",    16 },
        {"AAAA",   28 },
        {"DNSKEY", 48 },
        {"ANY",    255}
    };

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (strcasecmp(types[i].word, word) == 0)
            return types[i].type;
    faulty_die("unknown type", word);
    return 0;
}

static inline struct faulty_name
faulty_name_of(const char *text)
{
    struct faulty_name name = {0};

    while (*text != '\0' && strcmp(text, ".") != 0) {
        size_t n = strcspn(text, ".");

        if (n == 0 || n > 63 || name.n + n + 2 > sizeof(name.wire))
            faulty_die("bad name", text);
        name.wire[name.n++] = (uint8_t)n;
        for (size_t i = 0; i < n; i++)
            name.wire[name.n++] = (uint8_t)tolower((unsigned char)text[i]);
        text += n;
        if (*text == '.')
            text++;
    }
    name.wire[name.n++] = 0;
    return name;
}

static inline bool
faulty_same(const struct faulty_name *a, const struct faulty_name *b)
{
    return a->n == b->n && memcmp(a->wire, b->wire, a->n) == 0;
}

/* Strictly below, at a label's border. */
static inline bool
faulty_below(const struct faulty_name *name, const struct faulty_name *top)
{
    size_t at = 0;

    while (name->n - at > top->n)
        at += (size_t)name->wire[at] + 1;
    return at > 0 && name->n - at == top->n
           && memcmp(name->wire + at, top->wire, top->n) == 0;
}

static inline void
faulty_put(struct faulty_record *record, const void *p, size_t n)
{
    record->data = realloc(record->data, record->n + n + 1);
    if (record->data == NULL)
        faulty_die("no memory", "");
    memcpy(record->data + record->n, p, n);
    record->n += n;
}

static inline void
faulty_put_number(struct faulty_record *record, unsigned long number,
                  unsigned octets)
{
    for (unsigned i = octets; i > 0; i--) {
        uint8_t octet = (uint8_t)(number >> (8 * (i - 1)));

        faulty_put(record, &octet, 1);
    }
}

static inline void
faulty_put_name(struct faulty_record *record, const char *text)
{
    struct faulty_name name = faulty_name_of(text);

    faulty_put(record, name.wire, name.n);
}

static inline void
faulty_put_text(struct faulty_record *record, const char *text)
{
    if (*text == '@') {
        for (unsigned long left = strtoul(text + 1, NULL, 10); left > 0;) {
            unsigned long n = left < 255 ? left : 255;

            faulty_put_number(record, n, 1);
            for (unsigned long i = 0; i < n; i++)
                faulty_put(record, "x", 1);
            left -= n;
        }
        return;
    }
    while ((text = strchr(text, '"')) != NULL) {
        size_t n = strcspn(text + 1, "\"");

        faulty_put_number(record, n, 1);
        faulty_put(record, text + 1, n);
        text += n + 2;
    }
}

static inline void
faulty_put_data(struct faulty_record *record, char *text)
{
    uint8_t address[16];
    char *word;

    switch (record->type) {
    case 1:
    case 28:
        if (inet_pton(record->type == 1 ? AF_INET : AF_INET6, text, address)
            != 1)
            faulty_die("bad address", text);
        faulty_put(record, address, record->type == 1 ? 4 : 16);
        return;
    case 16:
        faulty_put_text(record, text);
        return;
    case 6:
        faulty_put_name(record, strtok(text, " "));
        faulty_put_name(record, strtok(NULL, " "));
        while ((word = strtok(NULL, " ")) != NULL)
            faulty_put_number(record, strtoul(word, NULL, 10), 4);
        return;
    case 15:
        faulty_put_number(record, strtoul(strtok(text, " "), NULL, 10), 2);
        faulty_put_name(record, strtok(NULL, " "));
        return;
    default:
        faulty_put_name(record, text);
        return;
    }
}

static inline enum faulty_fault
faulty_fault_of(const char *word)
{
    for (size_t i = 0; i < sizeof(faulty_words) / sizeof(char *); i++)
        if (strcmp(faulty_words[i], word) == 0)
            return (enum faulty_fault)i;
    faulty_die("unknown fault", word);
    return FAULTY_NONE;
}

static inline void
faulty_read_rule(struct faulty_server *server, char *name, char *type,
                 char *rest)
{
    struct faulty_rule *rule = &server->rules[server->rule_count++];
    char *number = strchr(rest, ' ');

    rule->every = strcmp(name, "*") == 0;
    rule->below = !rule->every && strncmp(name, "*.", 2) == 0;
    rule->name = faulty_name_of(rule->every ? "." : name + 2 * rule->below);
    rule->type = faulty_type(type);
    if (number != NULL) {
        *number = '\0';
        rule->number = strtoul(number + 1, NULL, 10);
    }
    rule->fault = faulty_fault_of(rest);
}

static inline void
faulty_read_line(struct faulty_server *server, char *line)
{
    char kind[8], name[256], third[16], fourth[16];
    int at = 0;
    struct faulty_record *record = &server->records[server->record_count];

    if (*line == '#' || strspn(line, " ") == strlen(line))
        return;
    if (server->record_count == FAULTY_ITEMS_MAX
        || server->rule_count == FAULTY_ITEMS_MAX)
        faulty_die("too long a script", line);
    if (sscanf(line, "%7s %255s %15s %n", kind, name, third, &at) != 3
        || at == 0)
        faulty_die("bad line", line);
    if (strcmp(kind, "when") == 0) {
        faulty_read_rule(server, name, third, line + at);
        return;
    }
    line += at;
    at = 0;
    if (strcmp(kind, "rr") != 0 || sscanf(line, "%15s %n", fourth, &at) != 1)
        faulty_die("bad line", line);
    record->owner = faulty_name_of(name);
    record->ttl = (uint32_t)strtoul(third, NULL, 10);
    record->type = faulty_type(fourth);
    faulty_put_data(record, line + at);
    server->record_count++;
}

static inline void
faulty_read(struct faulty_server *server, const char *script)
{
    char *text = strdup(script);
    char *line = text;

    while (line != NULL && *line != '\0') {
        char *end = strchr(line, '\n');

        if (end != NULL)
            *end = '\0';
        faulty_read_line(server, line);
        line = end == NULL ? NULL : end + 1;
    }
    free(text);
}

#endif
