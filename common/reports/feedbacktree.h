/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which elements of a DMARC aggregate report stand where: RFC 7489 appendix C
   and RFC 9990 section 3.1. */
#ifndef REPORTS_FEEDBACKTREE_H
#define REPORTS_FEEDBACKTREE_H

/* Where we are in the document. */
enum feedback_element {
    IN_NOWHERE, /* around the root */
    IN_IGNORED, /* of no interest, with all in it */
    IN_FEEDBACK,
    IN_METADATA,
    IN_RANGE,
    IN_POLICY,
    IN_RECORD,
    IN_ROW,
    IN_EVALUATED,
    IN_REASON,
    IN_IDENTIFIERS,
    IN_RESULTS,
    IN_DKIM,
    IN_SPF,
    IN_LEAF /* and above: has text */
};

/* Elements with text that is of interest. */
enum feedback_leaf {
    LEAF_ORG = IN_LEAF,
    LEAF_EMAIL,
    LEAF_ID,
    LEAF_BEGIN,
    LEAF_END,
    LEAF_DOMAIN,
    LEAF_P,
    LEAF_ADKIM,
    LEAF_SOURCE,
    LEAF_COUNT,
    LEAF_DISPOSITION,
    LEAF_DKIM,
    LEAF_SPF,
    LEAF_TYPE,
    LEAF_HEADER_FROM,
    LEAF_ENVELOPE_FROM,
    LEAF_DKIM_DOMAIN,
    LEAF_DKIM_SELECTOR,
    LEAF_DKIM_RESULT,
    LEAF_SPF_DOMAIN,
    LEAF_SPF_SCOPE,
    LEAF_SPF_RESULT
};

/*
 * The element of that name in parent: a feedback_element, a feedback_leaf, or
 * IN_IGNORED for what is of no interest.  A prefix says nothing: receivers
 * choose it.
 */
unsigned feedbacktree_child(unsigned parent, const char *name);

#endif
