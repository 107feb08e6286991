/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Faults and bad habits of one SPF record. */
#include <stdlib.h>

#include "common/audit/spfchecker.h"
#include "common/base/table.h"
#include "common/spf/spfrange.h"

/* Shorter prefixes than these hold more hosts than any one sender has. */
#define BROAD_BITS4  16
#define BROAD_BITS6  32
/* RFC 7208 section 3.4. */
#define SIZE_MAX_UDP 512
/* Header, and type and class of the question: RFC 1035 section 4.1. */
#define MESSAGE_HEAD 16
/* Of each record: pointer to its owner, type, class, TTL, RDLENGTH. */
#define RECORD_HEAD  12

/* ---- which record ---- */

static const char *
lookalike_reason(enum spflookalike_kind kind)
{
    static const char *const reasons[] = {
        [SPFLOOKALIKE_VERSION] = "something is wrong at its version",
        [SPFLOOKALIKE_PREFIX] = "something stands before v=spf1",
        [SPFLOOKALIKE_NO_V] = "it does not begin with v=spf1",
        [SPFLOOKALIKE_JOINED] = "v=spf1 is joined to the next term",
        [SPFLOOKALIKE_SPF2] = "it is a Sender ID record",
    };

    return reasons[kind];
}

/* "v=spf1" "mx": what it should be. */
static void
raise_seam(struct spfchecker *checker, const struct spfnode *node,
           struct slice text, size_t at)
{
    size_t from = at, to = at;
    struct strbuf expected = STRBUF_INIT;
    struct finding *finding = spfchecker_raise(
        checker, FIND_SPF_STRING_JOIN_SPACE, &node->domain, &node->txt);

    if (finding == NULL)
        return;
    while (from > 0 && text.p[from - 1] != ' ')
        from--;
    while (to < text.n && text.p[to] != ' ')
        to++;
    strbuf_add_slice(&expected, slice_sub(text, from, at - from));
    strbuf_add_char(&expected, ' ');
    strbuf_add_slice(&expected, slice_sub(text, at, to - at));
    finding_text(finding, "term", slice_sub(text, from, to - from));
    finding_text(finding, "expected", strbuf_slice(&expected));
    finding_mark(finding, text, from, to - from);
    strbuf_clear(&expected);
}

static void
check_lookalike(struct spfchecker *checker, const struct spfnode *node,
                const struct spflookalike *like)
{
    enum finding_id id = like->kind == SPFLOOKALIKE_SPF2
                             ? FIND_SPF_SPF2_RECORD
                             : FIND_SPF_VERSION_LOOKALIKE;
    struct finding *finding;

    if (like->kind == SPFLOOKALIKE_JOINED) {
        raise_seam(checker, node, like->text, sizeof("v=spf1") - 1);
        return;
    }
    finding = spfchecker_raise(checker, id, &node->domain, &node->txt);
    if (finding == NULL)
        return;
    finding_word(finding, "reason", lookalike_reason(like->kind));
    finding_mark(finding, like->text, like->at, like->length);
}

static void
check_selection(struct spfchecker *checker, const struct spfnode *node)
{
    bool is_root = node == checker->spf->tree->root;
    const struct spfselect *select = node->select;
    struct finding *finding;

    if (node->state == SPFRESULT_NONE && is_root)
        spfchecker_raise(checker, FIND_SPF_MISSING, &node->domain, &node->txt);
    if (select == NULL)
        return;
    for (size_t i = 0; is_root && i < select->lookalike_count; i++)
        check_lookalike(checker, node, &select->lookalikes[i]);
    for (size_t i = 0; i < select->seam_count; i++)
        raise_seam(checker, node, select->texts[0], select->seams[i].at);
    if (select->count < 2)
        return;
    finding = spfchecker_raise(checker, FIND_SPF_MULTIPLE_RECORDS,
                               &node->domain, &node->txt);
    finding_number(finding, "count", (int64_t)select->count);
}

/* RFC 7208 section 3.4: what the answer takes, without what servers add. */
static void
check_size(struct spfchecker *checker, const struct spfnode *node)
{
    const struct answer *answer = node->txt.answer;
    size_t size = MESSAGE_HEAD + node->domain.size;
    struct finding *finding;

    for (size_t i = 0; i < answer->chain_count; i++)
        size += RECORD_HEAD + answer->chain[i].target.size;
    for (size_t i = 0; i < answer->record_count; i++)
        size += RECORD_HEAD + answer->records[i].data.n;
    if (size <= SIZE_MAX_UDP || node->select == NULL
        || node->select->count == 0)
        return;
    finding = spfchecker_raise(checker, FIND_SPF_RESPONSE_OVER_512,
                               &node->domain, &node->txt);
    if (finding != NULL)
        finding_number(finding, "octets", (int64_t)size);
}

/* ---- faults ---- */

/* What an unknown mechanism was probably meant to be. */
static void
put_expected(struct finding *finding, const struct spfterm *term)
{
    const char *name = spfterm_suggest(term->name);
    size_t at = (size_t)(term->name.p - term->text.p);
    struct slice rest = slice_from(term->text, at + term->name.n);
    struct strbuf text = STRBUF_INIT;

    if (name == NULL) {
        finding_word(finding, "expected",
                     "all, include, a, mx, ip4, ip6 or exists");
        return;
    }
    if (name[strlen(name) - 1] != '=')
        strbuf_add_slice(&text, slice_sub(term->text, 0, at));
    else if (rest.n > 0)
        rest = slice_from(rest, 1);
    strbuf_add_text(&text, name);
    strbuf_add_slice(&text, rest);
    finding_text(finding, "expected", strbuf_slice(&text));
    strbuf_clear(&text);
}

static void
check_fault(struct spfchecker *checker, const struct spfnode *node,
            const struct spffault *fault)
{
    static const enum finding_id ids[] = {
        [SPFFAULT_SYNTAX] = FIND_SPF_SYNTAX_ERROR,
        [SPFFAULT_UNKNOWN_TERM] = FIND_SPF_UNKNOWN_MECHANISM,
        [SPFFAULT_DOMAIN] = FIND_SPF_DOMAIN_SPEC_INVALID,
        [SPFFAULT_CIDR] = FIND_SPF_CIDR_INVALID,
        [SPFFAULT_MACRO] = FIND_SPF_MACRO_SYNTAX,
        [SPFFAULT_EXP_LETTER] = FIND_SPF_MACRO_LETTER_EXP_ONLY,
        [SPFFAULT_DUPLICATE] = FIND_SPF_DUPLICATE_MODIFIER,
        [SPFFAULT_OCTET] = FIND_SPF_NON_ASCII,
        [SPFFAULT_TOO_LONG] = FIND_SPF_SYNTAX_ERROR,
    };
    static const struct spfterm nothing = {.kind = SPFTERM_INVALID};
    const struct spfrecord *record = node->record;
    const struct spfterm *term =
        record->term_count > 0 ? &record->terms[fault->term] : &nothing;
    struct slice part = slice_sub(record->text, fault->at, fault->length);
    struct finding *finding =
        spfchecker_raise(checker, ids[fault->kind], &node->domain, &node->txt);

    if (finding == NULL)
        return;
    finding_text(finding, "term", term->text);
    finding_word(finding, "reason", fault->reason);
    if (fault->kind == SPFFAULT_UNKNOWN_TERM)
        put_expected(finding, term);
    if (fault->kind == SPFFAULT_EXP_LETTER)
        finding_text(finding, "macro", part);
    if (fault->kind == SPFFAULT_DUPLICATE)
        finding_word(finding, "name", spfterm_word(term->kind));
    finding_mark(finding, record->text, fault->at, fault->length);
}

/* A fault in a term that is two, joined without a blank, is no other one. */
static bool
is_in_seam(const struct spfnode *node, const struct spffault *fault)
{
    const struct spfterm *term = &node->record->terms[fault->term];

    for (size_t i = 0; i < node->select->seam_count; i++)
        if (node->select->seams[i].at > term->at
            && node->select->seams[i].at < term->at + term->text.n)
            return true;
    return false;
}

/* ---- terms ---- */

struct special {
    struct address network;
    uint8_t bits;
    const char *reason;
};

/* RFC 6890, RFC 5737, RFC 3849, RFC 6598 and RFC 1112: no host sends mail
   from there. */
static const struct special specials[] = {
    {{4, {0}, 0},                      8,  "this network"        },
    {{4, {10}, 0},                     8,  "private use"         },
    {{4, {100, 64}, 0},                10, "carrier-grade NAT"   },
    {{4, {127}, 0},                    8,  "loopback"            },
    {{4, {169, 254}, 0},               16, "link-local"          },
    {{4, {172, 16}, 0},                12, "private use"         },
    {{4, {192, 0, 2}, 0},              24, "documentation"       },
    {{4, {192, 168}, 0},               16, "private use"         },
    {{4, {198, 18}, 0},                15, "benchmarks"          },
    {{4, {198, 51, 100}, 0},           24, "documentation"       },
    {{4, {203, 0, 113}, 0},            24, "documentation"       },
    {{4, {224}, 0},                    4,  "multicast"           },
    {{4, {240}, 0},                    4,  "reserved"            },
    {{6, {0}, 0},                      8,  "loopback or reserved"},
    {{6, {0xfc}, 0},                   7,  "private use"         },
    {{6, {0xfe, 0x80}, 0},             10, "link-local"          },
    {{6, {0xff}, 0},                   8,  "multicast"           },
    {{6, {0x20, 0x01, 0x0d, 0xb8}, 0}, 32, "documentation"       },
    {{6, {0x3f, 0xff}, 0},             20, "documentation"       },
};

static unsigned
network_bits(const struct spfterm *term)
{
    return term->network.family == 6 ? term->bits6 : term->bits4;
}

static void
check_special(struct spfchecker *checker, const struct spfnode *node,
              const struct spfterm *term)
{
    struct finding *finding;

    for (size_t i = 0; i < sizeof(specials) / sizeof(specials[0]); i++) {
        if (network_bits(term) < specials[i].bits
            || !spfrange_within(&term->network, &specials[i].network,
                                specials[i].bits))
            continue;
        finding = spfchecker_raise_term(checker, FIND_SPF_PRIVATE_ADDRESS,
                                        node, term);
        if (finding != NULL)
            finding_word(finding, "reason", specials[i].reason);
        return;
    }
}

static bool
is_broad(unsigned bits, unsigned limit)
{
    return bits > 0 && bits < limit;
}

static void
check_broad(struct spfchecker *checker, const struct spfnode *node,
            const struct spfterm *term)
{
    bool v4 = is_broad(term->bits4, BROAD_BITS4);
    struct address any = {.family = v4 ? 4 : 6};
    struct strbuf count = STRBUF_INIT;
    struct spfset set = {0};
    struct finding *finding;

    if (!v4 && !is_broad(term->bits6, BROAD_BITS6))
        return;
    finding =
        spfchecker_raise_term(checker, FIND_SPF_RANGE_TOO_BROAD, node, term);
    if (finding == NULL)
        return;
    spfset_add(checker->arena, &set, &any, v4 ? term->bits4 : term->bits6);
    spfset_count(v4 ? &set.v4 : &set.v6, &count);
    finding_text(finding, "count", strbuf_slice(&count));
    strbuf_clear(&count);
}

/* Known by other documents: RFC 6652 section 3. */
static bool
is_report_modifier(struct slice name)
{
    return slice_equal_case(name, SLICE("ra"))
           || slice_equal_case(name, SLICE("rp"))
           || slice_equal_case(name, SLICE("rr"));
}

static void
check_modifier(struct spfchecker *checker, const struct spfnode *node,
               const struct spfterm *term)
{
    struct strbuf expected = STRBUF_INIT;
    struct finding *finding;

    if (!spfterm_is_disguised(term)) {
        spfchecker_raise_term(checker,
                              is_report_modifier(term->name)
                                  ? FIND_SPF_FAILURE_REPORT_MODIFIER
                                  : FIND_SPF_UNKNOWN_MODIFIER,
                              node, term);
        return;
    }
    finding = spfchecker_raise_term(
        checker, FIND_SPF_MECHANISM_TYPED_AS_MODIFIER, node, term);
    if (finding == NULL)
        return;
    strbuf_add_slice(&expected, term->name);
    if (term->value.n > 0)
        strbuf_add_char(&expected, ':');
    strbuf_add_slice(&expected, term->value);
    finding_text(finding, "expected", strbuf_slice(&expected));
    strbuf_clear(&expected);
}

static void
check_term(struct spfchecker *checker, const struct spfnode *node,
           const struct spfterm *term)
{
    uint32_t letters = term->macro == NULL ? 0 : term->macro->letters;

    if (term->kind == SPFTERM_MODIFIER)
        check_modifier(checker, node, term);
    if (term->kind == SPFTERM_PTR)
        spfchecker_raise_term(checker, FIND_SPF_PTR_USED, node, term);
    if ((letters & SPFMACRO_BIT('p')) != 0)
        spfchecker_raise_term(checker, FIND_SPF_MACRO_P, node, term);
    if ((letters & SPFMACRO_LOCAL) != 0)
        spfchecker_raise_term(checker, FIND_SPF_MACRO_LOCAL_PART, node, term);
    if (term->qualifier != '+')
        return;
    check_special(checker, node, term);
    check_broad(checker, node, term);
}

/* ---- terms beside each other ---- */

/* Terms behind all, as one finding that lists them. */
static void
check_after_all(struct spfchecker *checker, const struct spfnode *node)
{
    const struct spfrecord *record = node->record;
    struct finding *finding = NULL;

    for (const struct spfterm *term = record->all + 1;
         term < record->terms + record->term_count; term++) {
        if (!spfterm_is_mechanism(term))
            continue;
        if (finding == NULL) {
            finding = spfchecker_raise_term(checker, FIND_SPF_TERM_AFTER_ALL,
                                            node, term);
            if (finding == NULL)
                return;
        }
        finding_item(finding, "terms", term->text);
    }
}

/* Lower case, without the "+" that need not be written. */
static void
normalize(const struct spfterm *term, struct strbuf *out)
{
    struct slice text = term->text;

    strbuf_cut(out, 0);
    if (text.p[0] == '+')
        text = slice_from(text, 1);
    for (size_t i = 0; i < text.n; i++)
        strbuf_add_char(out, (char)ascii_lower((unsigned char)text.p[i]));
}

static void
check_duplicates(struct spfchecker *checker, const struct spfnode *node)
{
    struct table *seen = table_new();
    struct strbuf key = STRBUF_INIT;

    for (size_t i = 0; i < node->record->term_count; i++) {
        struct spfterm *term = &node->record->terms[i];

        if (!spfterm_is_mechanism(term) || term->is_broken)
            continue;
        if (term->kind == SPFTERM_ALL)
            break;
        normalize(term, &key);
        if (table_get(seen, strbuf_slice(&key)) != NULL)
            spfchecker_raise_term(checker, FIND_SPF_DUPLICATE_TERM, node,
                                  term);
        else
            table_put(seen, strbuf_slice(&key), term);
    }
    strbuf_clear(&key);
    table_free(seen);
}

/* By family, then by first address, the wider network first. */
static int
compare_networks(const void *a, const void *b)
{
    const struct spfterm *x = *(const struct spfterm *const *)a;
    const struct spfterm *y = *(const struct spfterm *const *)b;
    unsigned bits =
        network_bits(x) < network_bits(y) ? network_bits(x) : network_bits(y);
    int order;

    if (x->network.family != y->network.family)
        return x->network.family < y->network.family ? -1 : 1;
    if (spfrange_within(&x->network, &y->network, bits)
        && network_bits(x) != network_bits(y))
        return network_bits(x) < network_bits(y) ? -1 : 1;
    order = memcmp(x->network.octets, y->network.octets, 16);
    return order != 0 ? order : x->at < y->at ? -1 : 1;
}

/* Networks are nested or apart, so one that is covered follows, in this
   order, the one that covers it or others that are covered too. */
static void
check_redundant(struct spfchecker *checker, const struct spfnode *node)
{
    const struct spfrecord *record = node->record;
    const struct spfterm **list = ARENA_ARRAY(
        checker->arena, const struct spfterm *, record->term_count);
    const struct spfterm *cover = NULL;
    size_t count = 0;

    for (size_t i = 0; i < record->term_count; i++)
        if (record->terms[i].network.family != 0
            && record->terms[i].qualifier == '+'
            && !record->terms[i].is_broken)
            list[count++] = &record->terms[i];
    qsort(list, count, sizeof(*list), compare_networks);
    for (size_t i = 0; i < count; i++) {
        struct finding *finding;

        if (cover == NULL
            || !spfrange_within(&list[i]->network, &cover->network,
                                network_bits(cover))) {
            cover = list[i];
            continue;
        }
        if (slice_equal_case(list[i]->value, cover->value))
            continue;
        finding = spfchecker_raise_term(checker, FIND_SPF_REDUNDANT_RANGE,
                                        node, list[i]);
        if (finding != NULL)
            finding_text(finding, "other", cover->text);
    }
}

/* ---- the end of the record ---- */

static void
check_end(struct spfchecker *checker, const struct spfnode *node)
{
    static const struct {
        char qualifier;
        enum finding_id id;
    } ends[] = {
        {'-', FIND_SPF_ALL_FAIL_PRE_DMARC},
        {'~', FIND_SPF_ALL_SOFTFAIL      },
        {'?', FIND_SPF_ALL_NEUTRAL       },
        {'+', FIND_SPF_ALL_PASS          },
    };
    const struct spfrecord *record = node->record;

    if (record->all == NULL && record->redirect == NULL)
        spfchecker_raise(checker, FIND_SPF_NO_TERMINATOR, &node->domain,
                         &node->txt);
    /* "v=spf1 -all" is as it should be for a domain that sends nothing */
    if (record->all == NULL
        || (record->term_count == 1 && record->all->qualifier == '-'))
        return;
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        if (ends[i].qualifier == record->all->qualifier)
            spfchecker_raise_term(checker, ends[i].id, node, record->all);
}

void
check_spf_record(struct spfchecker *checker, const struct spfnode *node)
{
    const struct spfrecord *record = node->record;

    check_selection(checker, node);
    check_size(checker, node);
    if (record == NULL)
        return;
    for (size_t i = 0; i < record->fault_count; i++)
        if (record->term_count == 0 || !is_in_seam(node, &record->faults[i]))
            check_fault(checker, node, &record->faults[i]);
    for (size_t i = 0; i < record->term_count; i++)
        if (!record->terms[i].is_broken)
            check_term(checker, node, &record->terms[i]);
    if (record->all != NULL)
        check_after_all(checker, node);
    if (record->all != NULL && record->redirect != NULL)
        spfchecker_raise_term(checker, FIND_SPF_REDIRECT_IGNORED, node,
                              record->redirect);
    check_duplicates(checker, node);
    check_redundant(checker, node);
    if (node->state == SPFRESULT_NEUTRAL)
        check_end(checker, node);
}
