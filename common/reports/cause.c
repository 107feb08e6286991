/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why messages of a report fail DMARC. */
#include "common/reports/cause.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/strbuf.h"
#include "common/base/table.h"
#include "common/dmarc/suffix.h"

/* Pairs of names that are remembered: they repeat from row to row. */
#define PAIRS_MAX 4096

struct causes {
    struct table *pairs; /* "from\0domain": &yes or &no */
    struct strbuf key;   /* of the pair that is looked up */
};

static const char yes = 'y', no = 'n';

/* clang-format off */
static const struct cause_text texts[CAUSES] = {
    [CAUSE_NONE] = {"pass", "passes", "nothing to do"},
    [CAUSE_LIST] = {"list",
        "the receiver takes it for a mailing list",
        "nothing to mend: lists change what they pass on"},
    [CAUSE_FORWARDER] = {"forwarder",
        "forwarded: the signature did not survive, the return path is the"
        " forwarder's",
        "see that all mail is signed, over as few header fields as may"
        " change on the way"},
    [CAUSE_KEY] = {"key-not-found",
        "signed as us, but the receiver found no key it could use",
        "look at the selector: selkie audit DOMAIN --selector S"},
    [CAUSE_BROKEN] = {"signature-broken",
        "signed as us, but the signature does not verify",
        "compare the key that signs with the one published; if they agree,"
        " something changes the mail on its way"},
    [CAUSE_ESP] = {"esp-domains",
        "signed by the sender's own domain, with a return path of its own",
        "have this sender sign with d= of the From domain, or give it a"
        " return path below it"},
    [CAUSE_ESP_SIGNATURE] = {"esp-signature",
        "signed by another domain only",
        "have this sender sign with d= of the From domain"},
    [CAUSE_ESP_PATH] = {"esp-return-path",
        "not signed, and the return path is another domain's",
        "have this sender sign with d= of the From domain, or give it a"
        " return path below it"},
    [CAUSE_UNSIGNED] = {"no-dkim",
        "not signed, and not a source that SPF lists",
        "if it is yours, sign its mail and list it in SPF; else this is what"
        " a policy of reject is for"},
    [CAUSE_OTHER] = {"other",
        "fails for a reason the report does not show",
        "ask the receiver, or look at a message"},
};
/* clang-format on */

const struct cause_text *
cause_text(enum cause cause)
{
    return &texts[cause];
}

struct causes *
causes_new(void)
{
    struct causes *causes = memory_zeroed(1, sizeof(*causes));

    causes->pairs = table_new();
    causes->key = (struct strbuf)STRBUF_INIT;
    return causes;
}

void
causes_free(struct causes *causes)
{
    if (causes == NULL)
        return;
    table_free(causes->pairs);
    strbuf_clear(&causes->key);
    free(causes);
}

static bool
is_same_organisation(struct slice one, struct slice other)
{
    struct name a, b, org_a, org_b;

    if (name_parse(&a, one, NULL) != ST_OK
        || name_parse(&b, other, NULL) != ST_OK)
        return false;
    suffix_org(&org_a, &a);
    suffix_org(&org_b, &b);
    return name_equal(&org_a, &org_b);
}

bool
cause_is_aligned(struct causes *causes, struct slice from, struct slice domain,
                 bool strict)
{
    const char *known;

    if (domain.n == 0 || strict)
        return slice_equal(from, domain);
    if (slice_equal(from, domain))
        return true;
    strbuf_cut(&causes->key, 0);
    strbuf_add_slice(&causes->key, from);
    strbuf_add_char(&causes->key, '\0');
    strbuf_add_slice(&causes->key, domain);
    known = table_get(causes->pairs, strbuf_slice(&causes->key));
    if (known == NULL) {
        if (table_count(causes->pairs) >= PAIRS_MAX)
            table_reset(causes->pairs);
        known = is_same_organisation(from, domain) ? &yes : &no;
        table_put(causes->pairs, strbuf_slice(&causes->key), (void *)known);
    }
    return known == &yes;
}

/* What the signatures of a row come to. */
struct signatures {
    bool ours_broken;   /* aligned, and it does not verify */
    bool ours_keyless;  /* aligned, and its key is not there */
    bool ours_pass;     /* aligned, and it verifies */
    bool others_pass;   /* of another domain, and it verifies */
    bool others_broken; /* likewise, and it does not */
};

static struct signatures
look_at(struct causes *causes, const struct feedback *report,
        const struct feedback_row *row)
{
    struct signatures seen = {false};

    for (size_t i = 0; i < row->dkim_count; i++) {
        const struct feedback_dkim *dkim = &row->dkim[i];
        bool is_pass = dkim->result == FEEDBACK_PASS;

        if (dkim->result == FEEDBACK_NONE)
            continue;
        if (!cause_is_aligned(causes, row->header_from, dkim->domain,
                              report->adkim_strict)) {
            seen.others_pass |= is_pass;
            seen.others_broken |= !is_pass;
        } else if (is_pass) {
            seen.ours_pass = true;
        } else if (dkim->result == FEEDBACK_PERMERROR
                   || dkim->result == FEEDBACK_TEMPERROR) {
            seen.ours_keyless = true;
        } else {
            seen.ours_broken = true;
        }
    }
    return seen;
}

enum cause
cause_of(struct causes *causes, const struct feedback *report,
         const struct feedback_row *row)
{
    struct signatures seen;
    bool others_path = row->spf == FEEDBACK_PASS;

    if (row->dkim_aligned || row->spf_aligned)
        return CAUSE_NONE;
    if (row->overrides & FEEDBACK_LIST)
        return CAUSE_LIST;
    if (row->overrides & FEEDBACK_FORWARDER)
        return CAUSE_FORWARDER;
    seen = look_at(causes, report, row);
    if (seen.ours_pass)
        return CAUSE_OTHER;
    if (seen.ours_keyless)
        return CAUSE_KEY;
    if (seen.ours_broken)
        return others_path ? CAUSE_FORWARDER : CAUSE_BROKEN;
    if (seen.others_pass)
        return others_path ? CAUSE_ESP : CAUSE_ESP_SIGNATURE;
    if (others_path)
        return CAUSE_ESP_PATH;
    return seen.others_broken ? CAUSE_OTHER : CAUSE_UNSIGNED;
}
