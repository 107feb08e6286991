/* SPDX-License-Identifier: GPL-3.0-or-later */
/* May anybody register the domain that a name is in? */
#ifndef AUDIT_REGISTRABLE_H
#define AUDIT_REGISTRABLE_H

#include <stdbool.h>

#include "common/dns/asked.h"
#include "common/findings/finding.h"

struct registrable {
    struct name name;        /* what one registers, by the public suffix list;
                                {0}: not looked at */
    struct asked suffix;     /* NS of the registry above it, and */
    struct asked registered; /* NS of that name */
};

/* To be called when name does not exist; in the view's run arena. */
void registrable_ask(struct view *view, const struct name *name,
                     struct registrable *out);
/* Nobody has registered it, and there is a registry that says so. */
bool registrable_is_free(const struct registrable *registrable);
/* Is that known, or was it not looked at? */
bool registrable_is_known(const struct registrable *registrable);
/* The field "registrable", and both answers.  Returns the finding. */
struct finding *registrable_tell(struct finding *finding, struct arena *arena,
                                 const struct registrable *registrable);

#endif
