/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One question put to a template, and its answer as a document and as text:
   what test and explain have in common. */
#ifndef TOOLS_TEMPLATETEXT_H
#define TOOLS_TEMPLATETEXT_H

#include "common/stunt/stuntanswer.h"
#include "tools/templatedesk.h"

struct templatetext {
    struct arena *arena;         /* borrowed */
    struct templatedesk *desk;   /* borrowed */
    struct name name;            /* asked */
    uint16_t type;               /* asked */
    struct stunt_result *result; /* the answer */
};

/* How a command shows it. */
struct templatetext_form {
    struct value *(*describe)(const struct templatetext *text);
    void (*draw)(const struct value *document, struct strbuf *out);
    bool is_json; /* the document as it is, instead of what draw makes */
};

/* All of such a command: read the operands NAME TYPE, open the template, ask
   the engine of the DNS server, print.  EXIT_GOOD when there are records or a
   referral; EXIT_UNKNOWN for SERVFAIL; EXIT_FOUND for all else; what kept it
   from asking, told. */
enum exit_status templatetext_run(const struct context *context,
                                  const struct templatedesk_options *options,
                                  const struct templatetext_form *form);
/* The answer: rcode, aa, and three lists of records. */
struct value *templatetext_value(const struct templatetext *text,
                                 const char *command);
/* As zone text with comments. */
void templatetext_draw(const struct value *document, struct strbuf *out);

#endif
