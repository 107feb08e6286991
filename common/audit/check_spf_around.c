/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is published around a domain's SPF record: the findings. */
#include "common/audit/spfchecker.h"
#include "common/audit/spfunneeded.h"
#include "common/dmarc/suffix.h"

/* Senders of many customers from the same addresses, by the domain (or a
   domain above it) that these include. */
static const struct {
    const char *domain, *provider;
} shared[] = {
    {"_spf.google.com",            "Google Workspace"},
    {"amazonses.com",              "Amazon SES"      },
    {"mail.zendesk.com",           "Zendesk"         },
    {"mailgun.org",                "Mailgun"         },
    {"_spf.salesforce.com",        "Salesforce"      },
    {"sendgrid.net",               "SendGrid"        },
    {"servers.mcsv.net",           "Mailchimp"       },
    {"spf.brevo.com",              "Brevo"           },
    {"spf.mandrillapp.com",        "Mandrill"        },
    {"spf.mtasv.net",              "Postmark"        },
    {"spf.protection.outlook.com", "Microsoft 365"   },
    {"spf.sendinblue.com",         "Brevo"           },
    {"sparkpostmail.com",          "SparkPost"       },
    {"spf.mailjet.com",            "Mailjet"         },
    {"zoho.com",                   "Zoho"            },
};

static void
check_shared_branch(struct spfchecker *checker, const struct spfnode *node,
                    const struct spfbranch *branch)
{
    struct finding *finding;
    struct name above;

    for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
        if (name_from_text(&above, slice_of(shared[i].domain)) != ST_OK
            || !name_is_under(&branch->nested->domain, &above))
            continue;
        finding = spfchecker_raise_term(checker, FIND_SPF_SHARED_SOURCE, node,
                                        branch->term);
        if (finding != NULL)
            finding_word(finding, "provider", shared[i].provider);
        return;
    }
}

static void
check_shared(struct spfchecker *checker)
{
    const struct spfnode *last = checker->spf->tree->last;

    for (size_t i = 0; i < last->branch_count; i++)
        if (last->branches[i].term->kind == SPFTERM_INCLUDE
            && last->branches[i].term->qualifier == '+'
            && last->branches[i].nested != NULL)
            check_shared_branch(checker, last, &last->branches[i]);
}

static void
check_type99(struct spfchecker *checker)
{
    const struct spf_facts *spf = checker->spf;
    const struct answer *answer = spf->type99.answer;
    const struct spfrecord *record = spf->tree->root->record;
    bool differs = false;

    if (answer->outcome != OUTCOME_FOUND)
        return;
    spfchecker_raise(checker, FIND_SPF_TYPE99_RECORD, &spf->tree->root->domain,
                     &spf->type99);
    for (size_t i = 0; record != NULL && i < answer->record_count; i++)
        differs =
            differs
            || !slice_equal(record_text(checker->arena, &answer->records[i]),
                            record->text);
    if (differs)
        spfchecker_raise(checker, FIND_SPF_TYPE99_MISMATCH,
                         &spf->tree->root->domain, &spf->type99);
}

/* RFC 7505: the null MX says that the domain takes no mail. */
static bool
has_null_mx(const struct answer *answer)
{
    struct name target;

    return answer->outcome == OUTCOME_FOUND && answer->record_count == 1
           && record_target(&answer->records[0], &target)
           && target.labels == 0;
}

static void
check_parked(struct spfchecker *checker)
{
    const struct spf_facts *spf = checker->spf;
    const struct spfnode *root = spf->tree->root;
    struct finding *finding;

    if (!has_null_mx(spf->mx.answer) || root->state != SPFRESULT_NEUTRAL
        || (spfnode_all(root) == '-' && root->is_granted_exact
            && spfset_is_empty(&root->granted)))
        return;
    finding = spfchecker_raise(checker, FIND_SPF_PARKED_NOT_NULL,
                               &root->domain, &root->txt);
    spfchecker_evidence(checker, finding, &spf->mx);
    finding_mark(finding, root->record->text, 0, 0);
}

/* A text that is the same at any name comes from a wildcard. */
static bool
is_same_text(const struct spfselect *select, const struct spflookup *random,
             struct arena *arena)
{
    if (random->answer == NULL || random->answer->outcome != OUTCOME_FOUND)
        return false;
    for (size_t i = 0; i < random->answer->record_count; i++)
        if (slice_equal(record_text(arena, &random->answer->records[i]),
                        select->texts[0]))
            return true;
    return false;
}

static void
check_strays(struct spfchecker *checker)
{
    const struct spf_facts *spf = checker->spf;
    struct finding *finding;

    for (size_t i = 0; i < spf->stray_count; i++) {
        const struct spf_stray *stray = &spf->strays[i];

        if (stray->select->count == 0
            || is_same_text(stray->select, &spf->child, checker->arena))
            continue;
        finding = spfchecker_raise(checker, FIND_SPF_WRONG_OWNER, &stray->at,
                                   &stray->lookup);
        finding_word(finding, "expected", checker->domain);
        finding_mark(finding, stray->select->texts[0], 0,
                     stray->select->texts[0].n);
        /* a wildcard may be behind it */
        if (spf->child.answer == NULL
            || !outcome_is_definite(spf->child.answer->outcome))
            finding_set_unknown(finding);
    }
}

static void
check_wildcard(struct spfchecker *checker)
{
    const struct spf_facts *spf = checker->spf;
    const struct spfnode *root = spf->tree->root;
    struct finding *finding;

    if (root->select == NULL || root->select->count == 0
        || !is_same_text(root->select, &spf->sibling, checker->arena))
        return;
    finding = spfchecker_raise(checker, FIND_SPF_WILDCARD, &root->domain,
                               &root->txt);
    spfchecker_evidence(checker, finding, &spf->sibling);
}

/* RFC 7208 section 6.2: why exp= is of no use. */
static const char *
exp_problem(struct spfchecker *checker, const struct answer *answer)
{
    struct spfmacro_fault fault;
    struct spfmacro macro;

    if (outcome_is_absent(answer->outcome))
        return "there is no TXT record";
    if (answer->outcome != OUTCOME_FOUND)
        return NULL;
    if (answer->record_count > 1)
        return "there are several TXT records";
    if (spfmacro_parse(checker->arena,
                       record_text(checker->arena, &answer->records[0]),
                       SPFMACRO_EXPLANATION, &macro, &fault)
        == ST_OK)
        return NULL;
    return fault.kind == SPFMACRO_BAD_OCTET ? "it is not ASCII"
                                            : "it has a malformed macro";
}

static void
check_explanation(struct spfchecker *checker)
{
    const struct spftree *tree = checker->spf->tree;
    struct finding *finding;
    const char *problem;

    if (tree->exp_target.p == NULL)
        return;
    problem = tree->exp.answer == NULL
                  ? "it is no domain name"
                  : exp_problem(checker, tree->exp.answer);
    if (problem == NULL)
        return;
    finding = spfchecker_raise_term(checker, FIND_SPF_EXP_UNUSABLE, tree->last,
                                    tree->last->record->exp);
    finding_text(finding, "target", tree->exp_target);
    finding_word(finding, "reason", problem);
    if (tree->exp.answer != NULL)
        spfchecker_evidence(checker, finding, &tree->exp);
}

static bool
lacks_record(const struct spf_identity *identity)
{
    return identity->is_given
           && outcome_is_definite(identity->lookup.answer->outcome)
           && identity->select->count == 0;
}

/* What the domain's record includes for mail of which nobody evaluates that
   record. */
static void
list_unneeded(struct spfchecker *checker, struct finding *finding)
{
    const struct spfnode *last = checker->spf->tree->last;
    bool any = false;

    for (size_t i = 0; i < last->branch_count; i++) {
        if (!spfunneeded_is(checker->spf, &last->branches[i]))
            continue;
        finding_item(finding, "unneeded", last->branches[i].term->text);
        any = true;
    }
    if (any)
        finding_note(finding,
                     "receivers evaluate the return path's record for this"
                     " mail: the domain's own needs no include of its sender"
                     " for it");
}

static void
check_identities(struct spfchecker *checker)
{
    const struct spf_facts *spf = checker->spf;
    const struct spf_identity *from = &spf->mail_from;
    const struct name *domain = &spf->tree->root->domain;
    struct name ours, theirs;
    struct finding *finding;

    if (lacks_record(&spf->helo))
        spfchecker_raise(checker, FIND_SPF_HELO_MISSING, &spf->helo.domain,
                         &spf->helo.lookup);
    if (!from->is_given || name_equal(&from->domain, domain))
        return;
    if (from->lookup.answer->outcome == OUTCOME_NXDOMAIN)
        spfchecker_raise(checker, FIND_SPF_MAILFROM_NXDOMAIN, &from->domain,
                         &from->lookup);
    else if (lacks_record(from))
        spfchecker_raise(checker, FIND_SPF_MAILFROM_MISSING, &from->domain,
                         &from->lookup);
    suffix_org(&ours, domain);
    suffix_org(&theirs, &from->domain);
    if (name_equal(&ours, &theirs)
        || !outcome_is_definite(from->lookup.answer->outcome))
        return;
    finding = spfchecker_raise(checker, FIND_SPF_MAILFROM_UNALIGNED,
                               &from->domain, NULL);
    finding_word(finding, "org", name_bare(checker->arena, &theirs));
    list_unneeded(checker, finding);
}

static void
check_ip(struct spfchecker *checker)
{
    const struct spfcheck *check = checker->spf->check;
    struct strbuf ip = STRBUF_INIT;
    struct finding *finding;

    if (check == NULL || check->result == SPFRESULT_PENDING)
        return;
    if (check->ptr_names > SPFCHECK_PTR_MAX) {
        finding = spfchecker_raise(checker, FIND_SPF_PTR_TOO_MANY_NAMES,
                                   &checker->facts->input->domain, NULL);
        finding_number(finding, "limit", SPFCHECK_PTR_MAX);
    }
    if (check->result == SPFRESULT_PASS)
        return;
    address_present(&checker->facts->input->ip, &ip);
    finding =
        spfchecker_raise(checker, FIND_SPF_IP_NOT_AUTHORISED,
                         &checker->facts->input->domain, check->visit->txt);
    finding_text(finding, "ip", strbuf_slice(&ip));
    finding_word(finding, "result", spfresult_word(check->result));
    finding_word(finding, "identity", check->domain);
    if (check->result == SPFRESULT_TEMPERROR || check->ptr_failed)
        finding_set_unknown(finding);
    strbuf_clear(&ip);
}

void
check_spf_around(struct spfchecker *checker)
{
    check_shared(checker);
    check_type99(checker);
    check_parked(checker);
    check_strays(checker);
    check_wildcard(checker);
    check_explanation(checker);
    check_identities(checker);
    check_ip(checker);
}
