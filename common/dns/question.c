/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Types, server addresses, and what makes two questions the same. */
#include "common/dns/question.h"

#include <arpa/inet.h>
#include <string.h>

/* IANA "Resource Record (RR) TYPEs"; sorted by use, for the scan. */
static const struct {
    uint16_t type;    /* IANA number */
    const char *word; /* mnemonic */
} types[] = {
    {RR_TXT,    "TXT"       },
    {RR_A,      "A"         },
    {RR_AAAA,   "AAAA"      },
    {RR_CNAME,  "CNAME"     },
    {RR_NS,     "NS"        },
    {RR_MX,     "MX"        },
    {RR_SOA,    "SOA"       },
    {RR_PTR,    "PTR"       },
    {RR_DNAME,  "DNAME"     },
    {RR_DS,     "DS"        },
    {RR_RRSIG,  "RRSIG"     },
    {RR_NSEC,   "NSEC"      },
    {RR_NSEC3,  "NSEC3"     },
    {RR_DNSKEY, "DNSKEY"    },
    {RR_TLSA,   "TLSA"      },
    {RR_SRV,    "SRV"       },
    {RR_SPF,    "SPF"       },
    {RR_OPT,    "OPT"       },
    {RR_ANY,    "ANY"       },
    {RR_NXNAME, "NXNAME"    },
    {13,        "HINFO"     },
    {29,        "LOC"       },
    {35,        "NAPTR"     },
    {44,        "SSHFP"     },
    {51,        "NSEC3PARAM"},
    {53,        "SMIMEA"    },
    {59,        "CDS"       },
    {60,        "CDNSKEY"   },
    {61,        "OPENPGPKEY"},
    {62,        "CSYNC"     },
    {63,        "ZONEMD"    },
    {64,        "SVCB"      },
    {65,        "HTTPS"     },
    {256,       "URI"       },
    {RR_CAA,    "CAA"       },
};

#define TYPE_COUNT (sizeof(types) / sizeof(types[0]))

void
rrtype_present(uint16_t type, struct strbuf *out)
{
    for (size_t i = 0; i < TYPE_COUNT; i++) {
        if (types[i].type == type) {
            strbuf_add_text(out, types[i].word);
            return;
        }
    }
    strbuf_addf(out, "TYPE%u", (unsigned)type); /* RFC 3597 section 5 */
}

uint16_t
rrtype_parse(struct slice text)
{
    uint64_t number;

    for (size_t i = 0; i < TYPE_COUNT; i++) {
        if (slice_equal_case(slice_of(types[i].word), text))
            return types[i].type;
    }
    if (!slice_starts_case(text, SLICE("TYPE"))
        || !slice_number(slice_from(text, 4), UINT16_MAX, &number))
        return 0;
    return (uint16_t)number;
}

/* What text says: the part that is the address, and the port if any. */
struct address_parts {
    struct slice host; /* without brackets */
    struct slice port; /* p is NULL when there is none */
};

static void
split_address(struct slice text, struct address_parts *parts)
{
    size_t at = slice_find(text, '@');
    size_t colon = slice_find(text, ':');

    parts->host = text;
    parts->port = SLICE_EMPTY;
    if (text.n > 0 && text.p[0] == '[') {
        size_t close = slice_find(text, ']');

        parts->host = slice_sub(text, 1, close - 1);
        /* "@53" or ":53" behind it; a missing "]" leaves all to the host,
           which is no address then. */
        if (close + 1 < text.n
            && (text.p[close + 1] == ':' || text.p[close + 1] == '@'))
            parts->port = slice_from(text, close + 2);
        else if (close + 1 != text.n)
            parts->host = text;
    } else if (at < text.n) {
        parts->host = slice_sub(text, 0, at);
        parts->port = slice_from(text, at + 1);
    } else if (colon < text.n
               && slice_find(slice_from(text, colon + 1), ':')
                      == text.n - colon - 1) {
        /* One colon only: IPv6 has two at least. */
        parts->host = slice_sub(text, 0, colon);
        parts->port = slice_from(text, colon + 1);
    }
}

static uint8_t
parse_host(struct slice host, uint8_t octets[16])
{
    char text[INET6_ADDRSTRLEN];

    if (host.n >= sizeof(text) || memchr(host.p, '\0', host.n) != NULL)
        return 0;
    memcpy(text, host.p, host.n);
    text[host.n] = '\0';
    if (inet_pton(AF_INET, text, octets) == 1)
        return 4;
    return inet_pton(AF_INET6, text, octets) == 1 ? 6 : 0;
}

enum status
address_parse(struct address *address, struct slice text, struct error *err)
{
    struct address_parts parts;
    struct address a = {0};
    uint64_t port = 0;

    split_address(text, &parts);
    if (parts.host.n > 0)
        a.family = parse_host(parts.host, a.octets);
    if (a.family == 0)
        return error_set(err, ST_SYNTAX, "'%.*s' is no IP address",
                         SLICE_ARGS(text));
    if (parts.port.p != NULL
        && (!slice_number(parts.port, UINT16_MAX, &port) || port == 0))
        return error_set(err, ST_SYNTAX,
                         "'%.*s' has no port between 1 and 65535",
                         SLICE_ARGS(text));
    a.port = (uint16_t)port;
    *address = a;
    return ST_OK;
}

void
address_present(const struct address *address, struct strbuf *out)
{
    char text[INET6_ADDRSTRLEN];

    if (address->family != 0
        && inet_ntop(address->family == 4 ? AF_INET : AF_INET6,
                     address->octets, text, sizeof(text))
               != NULL)
        strbuf_add_text(out, text);
}

void
address_present_port(const struct address *address, struct strbuf *out)
{
    address_present(address, out);
    if (address->port != 0)
        strbuf_addf(out, "@%u", (unsigned)address->port);
}

static size_t
address_octets(const struct address *address)
{
    return address->family == 4 ? 4 : address->family == 6 ? 16 : 0;
}

bool
address_equal(const struct address *a, const struct address *b)
{
    return a->family == b->family && a->port == b->port
           && memcmp(a->octets, b->octets, address_octets(a)) == 0;
}

void
address_reverse(const struct address *address, struct name *name)
{
    struct strbuf text = STRBUF_INIT;

    if (address->family == 6) {
        static const char hex[] = "0123456789abcdef";

        for (int i = 15; i >= 0; i--) {
            const char pair[] = {hex[address->octets[i] & 15], '.',
                                 hex[address->octets[i] >> 4], '.'};

            strbuf_add(&text, pair, sizeof(pair));
        }
        strbuf_add_text(&text, "ip6.arpa");
    } else {
        strbuf_addf(&text, "%u.%u.%u.%u.in-addr.arpa", address->octets[3],
                    address->octets[2], address->octets[1],
                    address->octets[0]);
    }
    name_from_text(name, strbuf_slice(&text));
    strbuf_clear(&text);
}

/* Member by member: an initialiser would fill the name with zeros first. */
void
question_set_recursive(struct question *question, const struct name *name,
                       uint16_t type)
{
    name_copy(&question->name, name);
    question->type = type;
    question->server = (struct address){0};
    question->transport = TRANSPORT_AUTO;
    question->edns_size = QUESTION_EDNS_SIZE;
    question->rd = true;
    question->dnssec_ok = false;
    question->checking_disabled = false;
    question->mixed_case = false;
    question->ordinal = 0;
}

struct question
question_recursive(const struct name *name, uint16_t type)
{
    struct question question;

    question_set_recursive(&question, name, type);
    return question;
}

struct question
question_direct(const struct address *server, const struct name *name,
                uint16_t type)
{
    return (struct question){.name = *name,
                             .type = type,
                             .server = *server,
                             .edns_size = QUESTION_EDNS_SIZE};
}

/* Octets of a key besides name and server: types, flags and the rest. */
#define KEY_FIXED      7
/* Of a server: port and the longer kind of address. */
#define KEY_SERVER_MAX (2 + 16)

static uint8_t *
put_u16(uint8_t *to, uint16_t number)
{
    *to++ = (uint8_t)(number >> 8);
    *to++ = (uint8_t)(number & 0xff);
    return to;
}

static uint8_t *
put_octets(uint8_t *to, const uint8_t *octets, size_t n)
{
    memcpy(to, octets, n);
    return to + n;
}

void
question_key(const struct question *q, struct strbuf *out)
{
    uint8_t *start, *to;

    strbuf_cut(out, 0);
    start = (uint8_t *)strbuf_reserve(out, q->name.size + KEY_FIXED
                                               + KEY_SERVER_MAX);
    to = put_octets(start, q->name.wire, q->name.size);
    to = put_u16(to, q->type);
    to = put_u16(to, q->edns_size);
    *to++ = (uint8_t)(q->rd | q->dnssec_ok << 1 | q->checking_disabled << 2
                      | (int)q->transport << 3 | q->mixed_case << 5);
    *to++ = q->ordinal;
    *to++ = q->server.family;
    if (q->server.family != 0) {
        to = put_u16(to, q->server.port);
        to = put_octets(to, q->server.octets, address_octets(&q->server));
    }
    strbuf_commit(out, (size_t)(to - start));
}

bool
question_equal(const struct question *a, const struct question *b)
{
    return name_equal(&a->name, &b->name) && a->type == b->type
           && a->server.family == b->server.family
           && (a->server.family == 0 || address_equal(&a->server, &b->server))
           && a->transport == b->transport && a->edns_size == b->edns_size
           && a->rd == b->rd && a->dnssec_ok == b->dnssec_ok
           && a->checking_disabled == b->checking_disabled
           && a->mixed_case == b->mixed_case && a->ordinal == b->ordinal;
}
