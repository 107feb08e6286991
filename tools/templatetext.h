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

/* The operands NAME TYPE.  EXIT_GOOD, or EXIT_USAGE, told. */
enum exit_status templatetext_read(struct templatetext *text,
                                   const struct context *context);
/* Ask the engine of the DNS server. */
void templatetext_ask(struct templatetext *text);
/* The answer: rcode, aa, and three lists of records. */
struct value *templatetext_value(const struct templatetext *text,
                                 const char *command);
/* As zone text with comments. */
void templatetext_draw(const struct value *document, struct strbuf *out);
/* EXIT_GOOD when there are records or a referral; EXIT_UNKNOWN for SERVFAIL;
   EXIT_FOUND for all else. */
enum exit_status templatetext_exit(const struct templatetext *text);

#endif
