/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answering allocates nothing: malloc and its like are counted. */
#include <stdlib.h>

#include "common/dns/message.h"
#include "common/stunt/stuntmessage.h"
#include "common/template/regexdns.h"
#include "tests/template/world.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#    define HAS_OWN_MALLOC 1
#elif defined(__has_feature)
#    if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#        define HAS_OWN_MALLOC 1
#    endif
#endif

static unsigned long allocations;

#ifndef HAS_OWN_MALLOC
/* glibc's own, which these stand before. */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t count, size_t n);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t alignment, size_t n);

void *
malloc(size_t n)
{
    allocations++;
    return __libc_malloc(n);
}

void *
calloc(size_t count, size_t n)
{
    allocations++;
    return __libc_calloc(count, n);
}

void *
realloc(void *p, size_t n)
{
    allocations++;
    return __libc_realloc(p, n);
}

void *
aligned_alloc(size_t alignment, size_t n)
{
    allocations++;
    return __libc_memalign(alignment, n);
}
#endif

static const char template_text[] =
    "{customer} MX 10 mx\n"
    "{customer:pool} TXT \"pool {pool}\"\n"
    "{customer} TXT \"c={customer}\"\n"
    "{selector}._domainkey.{customer} TXT \"k={algorithm}; p={key}\"\n"
    "alias.{customer} CNAME k1._domainkey.{customer}\n"
    "{n:[0-9]+(x|y)*}.free TXT \"{n}\"\n"
    "{spf_ir:192.0.2.0/24}.ir A 127.0.0.2\n"
    "mx A 192.0.2.10\n"
    "*.wild TXT \"w\"\n"
    "cut NS ns.cut\n"
    "ns.cut A 192.0.2.11\n";

static const char regexdns_text[] =
    "esp.example 60 IN SOA ns1 h 1 2 3 4 5\n"
    "([a-z]+)-(\\d+)\\.esp\\.example 60 IN TXT \"$1 ${2}\"\n"
    "(.+)\\.all\\.esp\\.example 60 IN CNAME $1.esp.example\n"
    "(?:(.*)(.*)(.*)(.*)(.*)(.*)(.*))Z\\.esp\\.example 60 IN TXT \"x\"\n";

static const char *const names[] = {
    "esp.example",
    "snufkin.esp.example",
    "moomin.esp.example",
    "k1._domainkey.snufkin.esp.example",
    "nobody.esp.example",
    "_domainkey.snufkin.esp.example",
    "alias.snufkin.esp.example",
    "7xyxyxyxy.free.esp.example",
    "9.2.0.192.ir.esp.example",
    "0.192.ir.esp.example",
    "q.wild.esp.example",
    "a.cut.esp.example",
    "elsewhere.example",
    "ab-12.esp.example",
    "ab-12.all.esp.example",
    "some-longer-name-that-never-ends-in-z.esp.example",
};

static uint8_t out[STUNTMESSAGE_MAX];
static struct stunt_result result;

/* How often something was allocated for one question. */
static unsigned long
cost(const struct template *template, const char *text, uint16_t type)
{
    static const struct address server = {
        .family = 4, .octets = {127, 0, 0, 1}
    };
    struct question question;
    struct stunt_query query;
    uint8_t in[MESSAGE_QUERY_MAX];
    struct name name;
    unsigned long before;

    name_parse(&name, slice_of(text), NULL);
    question = question_direct(&server, &name, type);
    query = (struct stunt_query){in, message_query(&question, 7, in), true};
    before = allocations;
    stuntmessage_answer(template, &world_binder, &query, &result, out);
    return allocations - before;
}

static void
test_template(const struct template *template, const char *what)
{
    static const uint16_t types[] = {RR_TXT, RR_MX, RR_A, RR_NS, RR_ANY};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        unsigned long n = 0;

        for (size_t k = 0; k < sizeof(types) / sizeof(types[0]); k++)
            n += cost(template, names[i], types[k]);
        is_int(0, (long long)n, "%s: %s", what, names[i]);
    }
}

int
main(void)
{
    struct template *template, *rules = NULL;
    struct error err = ERROR_INIT;

#ifdef HAS_OWN_MALLOC
    skip_all("the sanitizer has a malloc of its own");
#endif
    plan_lazy();
    template = world_template(template_text);
    ok(allocations > 0, "allocations are counted");
    if (regexdns_parse("r", slice_of(regexdns_text), &rules, &err) != ST_OK)
        bail("%s", err.text);
    test_template(template, "template");
    test_template(rules, "regexdns");
    template_free(template);
    template_free(rules);
    return tap_done();
}
