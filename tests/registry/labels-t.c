/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of what customers, domains, selectors and fields may be called. */
#include "common/registry/labels.h"

#include <string.h>

#include "tests/tap/tap.h"

#define L63 "a23456789b123456789c123456789d123456789e123456789f123456789g123"
#define ESP "sausagemail.com"

static const char *const template_labels[] = {"bounces", "replies"};
static const struct label_list used = {template_labels, 2};

static const struct {
    const char *text;   /* typed */
    enum status status; /* wanted */
    const char *out;    /* wanted; or words of the reason */
} customers[] = {
    {"snufkin",       ST_OK,     "snufkin"        },
    {"SnufKin",       ST_OK,     "snufkin"        },
    {"9to5",          ST_OK,     "9to5"           },
    {"a",             ST_OK,     "a"              },
    {"a--b",          ST_OK,     "a--b"           },
    {L63,             ST_OK,     L63              },
    {"m\xc3\xbcller", ST_OK,     "xn--mller-kva"  },
    {"nsx",           ST_OK,     "nsx"            },
    {"",              ST_SYNTAX, "needs a name"   },
    {L63 "x",         ST_RANGE,  "64 octets"      },
    {"-a",            ST_SYNTAX, "hyphen"         },
    {"a-",            ST_SYNTAX, "hyphen"         },
    {"a.b",           ST_SYNTAX, "only letters"   },
    {"a b",           ST_SYNTAX, "only letters"   },
    {"a_b",           ST_SYNTAX, "only letters"   },
    {"a*",            ST_SYNTAX, "only letters"   },
    {"a\nb",          ST_SYNTAX, "only letters"   },
    {"../x",          ST_SYNTAX, "only letters"   },
    {"_dmarc",        ST_EXISTS, "DMARC"          },
    {"_DMARC",        ST_EXISTS, "DMARC"          },
    {"_domainkey",    ST_EXISTS, "DKIM keys"      },
    {"www",           ST_EXISTS, "web server"     },
    {"WWW",           ST_EXISTS, "web server"     },
    {"ns",            ST_EXISTS, "name servers"   },
    {"ns1",           ST_EXISTS, "name servers"   },
    {"ns17",          ST_EXISTS, "name servers"   },
    {"wpad",          ST_EXISTS, "proxy"          },
    {"bounces",       ST_EXISTS, "in the template"},
    {"Replies",       ST_EXISTS, "in the template"},
};

static void
test_customers(void)
{
    for (size_t i = 0; i < sizeof(customers) / sizeof(customers[0]); i++) {
        char out[LABEL_SIZE] = "";
        struct error err = ERROR_INIT;
        enum status st = labels_customer(customers[i].text, &used, out, &err);

        is_int(customers[i].status, st, "customer '%s': status",
               customers[i].text);
        if (st == ST_OK)
            is_string(customers[i].out, out, "customer '%s'",
                      customers[i].text);
        else
            ok(strstr(err.text, customers[i].out) != NULL, "customer '%s': %s",
               customers[i].text, err.text);
    }
}

static const struct {
    const char *text;   /* typed */
    enum status status; /* wanted */
    const char *out;    /* wanted */
} selectors[] = {
    {"k1",                        ST_OK,     "k1"     },
    {"S2026Q4",                   ST_OK,     "s2026q4"},
    {"k1.esp",                    ST_OK,     "k1.esp" },
    {L63,                         ST_OK,     L63      },
    {"",                          ST_SYNTAX, NULL     },
    {".k1",                       ST_SYNTAX, NULL     },
    {"k1.",                       ST_SYNTAX, NULL     },
    {"k1..esp",                   ST_SYNTAX, NULL     },
    {"k_1",                       ST_SYNTAX, NULL     },
    {"-k1",                       ST_SYNTAX, NULL     },
    {"k1;p=",                     ST_SYNTAX, NULL     },
    {L63 "x",                     ST_RANGE,  NULL     },
    {L63 "." L63 "." L63 "." L63, ST_RANGE,  NULL     },
};

static void
test_selectors(void)
{
    struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; i < sizeof(selectors) / sizeof(selectors[0]); i++) {
        enum status st = labels_selector(selectors[i].text, &out, NULL);

        is_int(selectors[i].status, st, "selector '%s': status",
               selectors[i].text);
        if (st == ST_OK)
            is_string(selectors[i].out, out.p, "selector '%s'",
                      selectors[i].text);
    }
    strbuf_clear(&out);
}

static const struct {
    const char *text;   /* typed */
    enum status status; /* wanted */
    const char *out;    /* wanted */
} domains[] = {
    {"example.com",              ST_OK,     "example.com"          },
    {"News.Example.COM.",        ST_OK,     "news.example.com"     },
    {"b\xc3\xbc"
     "cher.example",        ST_OK,     "xn--bcher-kva.example"},
    {"othersausagemail.com",     ST_OK,     "othersausagemail.com" },
    {"com",                      ST_SYNTAX, NULL                   },
    {"",                         ST_SYNTAX, NULL                   },
    {".",                        ST_SYNTAX, NULL                   },
    {"_x.example.com",           ST_SYNTAX, NULL                   },
    {"a..example.com",           ST_SYNTAX, NULL                   },
    {"ex ample.com",             ST_SYNTAX, NULL                   },
    {"sausagemail.com",          ST_EXISTS, NULL                   },
    {"x.SausageMail.com",        ST_EXISTS, NULL                   },
    {L63 "." L63 "." L63 ".com", ST_RANGE,  NULL                   },
};

static void
test_domains(void)
{
    for (size_t i = 0; i < sizeof(domains) / sizeof(domains[0]); i++) {
        char out[DOMAIN_SIZE] = "";
        struct error err = ERROR_INIT;
        enum status st = labels_domain(domains[i].text, ESP, out, &err);

        is_int(domains[i].status, st, "domain '%s': status", domains[i].text);
        if (st == ST_OK)
            is_string(domains[i].out, out, "domain '%s'", domains[i].text);
        else
            ok(err.text[0] != '\0', "domain '%s': %s", domains[i].text,
               err.text);
    }
}

/* clang-format off */
static const struct {
    const char *name;   /* of the field */
    const char *value;  /* of the field */
    enum status status; /* wanted */
} fields[] = {
    {"pool", "b-1", ST_OK},
    {"pool", "two words", ST_SYNTAX},
    {"rua", "mailto:d@example.com", ST_OK},
    {"rua", "mailto:a@b.example!10m,mailto:c@d.example", ST_OK},
    {"rua", "d@example.com", ST_SYNTAX},
    {"rua", "mailto:nobody", ST_SYNTAX},
    {"rua", "mailto:a@b.example; p=none", ST_SYNTAX},
    {"ticket_9", "X 17", ST_OK},
    {"ticket", "", ST_RANGE},
    {"ticket", "a\"b", ST_SYNTAX},
    {"ticket", "a\\b", ST_SYNTAX},
    {"ticket", "a\nb", ST_SYNTAX},
    {"ticket", "\xc3\xa9", ST_SYNTAX},
    {"Ticket", "x", ST_SYNTAX},
    {"9x", "x", ST_SYNTAX},
    {"", "x", ST_SYNTAX},
    {"selector", "x", ST_EXISTS},
    {"a23456789b123456789c123456789d123", "x", ST_SYNTAX},
};
/* clang-format on */

static void
test_fields(void)
{
    char longest[FIELD_VALUE_MAX + 2];

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        is_int(fields[i].status,
               labels_field(fields[i].name, fields[i].value, NULL),
               "field %s = '%s'", fields[i].name, fields[i].value);
    memset(longest, 'x', sizeof(longest));
    longest[FIELD_VALUE_MAX + 1] = '\0';
    is_int(ST_RANGE, labels_field("note", longest, NULL), "256 octets");
    longest[FIELD_VALUE_MAX] = '\0';
    is_int(ST_OK, labels_field("note", longest, NULL), "255 octets");
}

static void
test_esp_domain(void)
{
    char out[DOMAIN_SIZE];

    is_int(ST_OK, labels_esp_domain("snufkin", ESP, out, NULL), "own domain");
    is_string("snufkin." ESP, out, "own domain: text");
    is_int(ST_RANGE, labels_esp_domain(L63, L63 "." L63 ".example", out, NULL),
           "an own domain without room for selectors");
}

static void
test_tokens(void)
{
    char a[TOKEN_SIZE];
    char b[TOKEN_SIZE];
    char out[LABEL_SIZE];

    labels_token(a);
    labels_token(b);
    is_int(TOKEN_LENGTH, (long long)strlen(a), "a token's length");
    ok(strcmp(a, b) != 0, "tokens differ");
    ok(labels_customer(a, NULL, out, NULL) == ST_OK && strcmp(a, out) == 0,
       "a token is a label: %s", a);
}

int
main(void)
{
    plan_lazy();
    test_customers();
    test_selectors();
    test_domains();
    test_fields();
    test_esp_domain();
    test_tokens();
    return tap_done();
}
