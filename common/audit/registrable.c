/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names that do not exist, and whether their domain is free. */
#include "common/audit/registrable.h"

#include "common/dmarc/suffix.h"

void
registrable_ask(struct view *view, const struct name *name,
                struct registrable *out)
{
    struct name suffix;

    suffix_org(&out->name, name);
    if (suffix_is_public(&out->name) || !name_parent(&suffix, &out->name)) {
        out->name = (struct name){0};
        return;
    }
    out->suffix = asked_lookup(view, &suffix, RR_NS);
    out->registered = asked_lookup(view, &out->name, RR_NS);
}

bool
registrable_is_free(const struct registrable *registrable)
{
    return asked_outcome(&registrable->suffix) == OUTCOME_FOUND
           && asked_outcome(&registrable->registered) == OUTCOME_NXDOMAIN
           && registrable->registered.answer->chain_count == 0;
}

bool
registrable_is_known(const struct registrable *registrable)
{
    return !asked_is(&registrable->suffix)
           || (outcome_is_definite(asked_outcome(&registrable->suffix))
               && outcome_is_definite(
                   asked_outcome(&registrable->registered)));
}

struct finding *
registrable_tell(struct finding *finding, struct arena *arena,
                 const struct registrable *registrable)
{
    finding_word(finding, "registrable", name_bare(arena, &registrable->name));
    finding_evidence(finding, asked_evidence(arena, &registrable->suffix));
    return finding_evidence(finding,
                            asked_evidence(arena, &registrable->registered));
}
