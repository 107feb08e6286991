/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the XML of a DMARC aggregate report as it comes in, with expat. */
#ifndef REPORTS_FEEDBACKXML_H
#define REPORTS_FEEDBACKXML_H

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/reports/feedback.h"

/* The schema nests 6 deep; extensions (RFC 9990 section 3.1.1.12) may more. */
#define FEEDBACKXML_DEPTH_MAX      32
/* Text of one element: names have 253 characters, and no id that was seen has
   200.  What is longer is no such thing. */
#define FEEDBACKXML_TEXT_MAX       1024
/* One tag or comment: expat keeps it whole. */
#define FEEDBACKXML_TOKEN_MAX      (1u << 20)
/* RFC 9990 section 3.1.1.11: no more signatures of a row are reported. */
#define FEEDBACKXML_SIGNED_MAX     100
/* Of all rows together: four each, where there are as many as may be. */
#define FEEDBACKXML_SIGNATURES_MAX 1000000
/* Nobody sent DMARC reports before 2012: RFC 7489 section 1 names the draft
   of January 2012. */
#define FEEDBACKXML_YEAR_2012      1325376000

/* A parser, used again for one report after the other, in the thread that made
   it. */
struct feedbackxml;

struct feedbackxml *feedbackxml_new(void);
void feedbackxml_free(struct feedbackxml *xml); /* NULL is allowed */

/*
 * Begin a report, all of which will be in arena.  No more rows than rows_max
 * are taken.
 */
void feedbackxml_begin(struct feedbackxml *xml, struct arena *arena,
                       uint64_t rows_max);

/*
 * The next octets of it, in pieces of any size.  Returns ST_OK, or, with a
 * sentence and for good,
 *   ST_SYNTAX  no well-formed XML; a document type declaration, which a report
 *              does not need and attacks do; another root than feedback;
 *              nested too deep
 *   ST_RANGE   more rows or signatures than allowed, a tag without end, or
 *              names of tags without end
 */
enum status feedbackxml_push(struct feedbackxml *xml, struct slice octets,
                             struct error *err);

/*
 * The end of it.  *out is the report; rows that make no sense are left out of
 * it and counted as doubts.  ST_SYNTAX also for what lacks an id, a domain or
 * a date range.
 */
enum status feedbackxml_finish(struct feedbackxml *xml,
                               const struct feedback **out, struct error *err);

#endif
