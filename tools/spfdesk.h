/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the spf commands share: one analysis run, one document printed. */
#ifndef TOOLS_SPFDESK_H
#define TOOLS_SPFDESK_H

#include "common/render/page.h"
#include "common/spf/spfset.h"
#include "tools/cmd.h"

/* Analyses of one command: before and after a change. */
#define SPFDESK_RUNS_MAX 2

/* A command's work, from spfdesk_open to spfdesk_close. */
struct spfdesk {
    struct context *context;                    /* of the command */
    struct dns_setup setup;                     /* whom to ask */
    struct render_settings settings;            /* of text */
    struct strbuf text;                         /* not yet written */
    struct page page;                           /* text goes into the above */
    struct arena *arena;                        /* of documents and findings */
    struct profile *profile;                    /* severities */
    struct report *report;                      /* what is found */
    struct view *view;                          /* of the latest analysis */
    struct view *views[SPFDESK_RUNS_MAX];       /* all of them */
    struct overlay *overlays[SPFDESK_RUNS_MAX]; /* made for them, or NULL */
    size_t runs;                                /* analyses so far */
    bool is_json;                               /* --format json or ndjson */
    bool is_line;                               /* ndjson: one line */
    bool is_ascii; /* draw without line characters */
};

/* EXIT_GOOD, or what is wrong, told already; close it only when it is good. */
enum exit_status spfdesk_open(struct spfdesk *desk, struct context *context);

/* The address in text, --ip: EXIT_GOOD, or EXIT_USAGE, told. */
enum exit_status spfdesk_address(struct spfdesk *desk, const char *text,
                                 struct address *ip);
/* The domain in the command's operand number i: likewise. */
enum exit_status spfdesk_domain(struct spfdesk *desk, int i,
                                struct name *domain);

/* An analysis to its end: see engine_run_one.  What it leaves in the view's
   memory stays until spfdesk_close. */
void spfdesk_run(struct spfdesk *desk, const char *subject,
                 void (*analyse)(void *context, struct view *view),
                 void *context);

/* One line of a zone file: a TXT record, in strings of 255 octets. */
void spfdesk_txt_line(struct strbuf *out, const struct name *owner,
                      struct slice text);
/* Lay zone text over DNS, besides --overlay, for the next analysis: ST_OK, or
   what is wrong with the text. */
enum status spfdesk_overlay(struct spfdesk *desk, const char *file,
                            struct slice text, struct error *err);
/* The same for an SPF record at a name, beside the other TXT records that
   answer, which may be NULL, gives there. */
enum status spfdesk_overlay_record(struct spfdesk *desk,
                                   const struct name *owner,
                                   const struct answer *answer,
                                   struct slice text, struct error *err);

/* A document that begins with version and command. */
struct value *spfdesk_document(struct spfdesk *desk);
/* Put "findings" into the document, sorted and with the profile's
   severities. */
void spfdesk_findings(struct spfdesk *desk, struct value *document);

/* Put the document and its findings at the end of desk->text: as JSON, or by
   draw. */
void spfdesk_render(struct spfdesk *desk, const struct value *document,
                    void (*draw)(struct spfdesk *desk,
                                 const struct value *document));
/* Begin with another subject: documents, findings and analyses so far are
   forgotten, text is kept. */
void spfdesk_next(struct spfdesk *desk);

/* Print the document: as JSON, or by draw, and the findings below it. */
void spfdesk_print(struct spfdesk *desk, const struct value *document,
                   void (*draw)(struct spfdesk *desk,
                                const struct value *document));

/* Networks as a list of "192.0.2.0/24". */
struct value *spfdesk_networks(struct spfdesk *desk, const struct spfset *set);

/* Text in lines of the width there is, behind prefix, the first one behind
   first. */
void spfdesk_lines(struct spfdesk *desk, const char *first, const char *prefix,
                   const char *text);
/* "asked NAME TYPE: found ..." of evidence, behind a prefix. */
void spfdesk_evidence(struct spfdesk *desk, const char *prefix,
                      const struct value *evidence);

/* Frees all.  What was wrong with the output outranks exit_status, and
   --fail-on never makes 0 of 1 and 3. */
enum exit_status spfdesk_close(struct spfdesk *desk,
                               enum exit_status exit_status);

#endif
