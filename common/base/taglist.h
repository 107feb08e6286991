/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tag=value lists of DKIM (RFC 6376 section 3.2) and DMARC (RFC 9989
   section 4.8), scanned with offsets so that a fault can be underlined. */
#ifndef BASE_TAGLIST_H
#define BASE_TAGLIST_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/arena.h"
#include "common/base/slice.h"

/*
 * Tags kept of one list; the rest is not looked at (see overflow).  RFC 6376
 * and RFC 9989 define some 20 tags in all; a record of 65,535 octets could
 * hold 20,000.
 */
#define TAGLIST_TAGS_MAX 100

enum taglist_rules {
    TAGLIST_DKIM, /* names ALPHA *(ALPHA / DIGIT / "_"), values may be
                     empty, FWS (with CR LF) around names and values */
    TAGLIST_DMARC /* names ALPHA only, values not empty, WSP only, none
                     before the first tag */
};

enum taglist_fault {
    TAGLIST_GOOD,
    TAGLIST_EMPTY,     /* nothing between two separators */
    TAGLIST_NO_EQUALS, /* text without "=" */
    TAGLIST_BAD_NAME,  /* no name, or an octet that no name may have */
    TAGLIST_BAD_VALUE, /* an octet that no value may have */
    TAGLIST_NO_VALUE,  /* DMARC: nothing after "=" */
    TAGLIST_LEADING,   /* DMARC: white space before the first tag */
    TAGLIST_GLUED      /* no separator before it: by taglist_unglue only */
};

struct taglist_tag {
    struct slice name;        /* as written, white space around it cut */
    struct slice value;       /* likewise; empty when there is no "=" */
    size_t from, length;      /* the tag in the text, without white space */
    enum taglist_fault fault; /* the first thing wrong with it */
    size_t fault_from;        /* where in the text */
    size_t fault_length;      /* at least 1 where the text is not at its end */
    bool repeated;            /* an earlier tag has this name */
    bool is_spaced;           /* white space beside "=" */
};

struct taglist {
    struct slice text;              /* what was scanned, borrowed */
    const struct taglist_tag *tags; /* in order */
    size_t count;                   /* of them */
    bool ends_in_separator;         /* the optional final ";" is there */
    bool overflow;                  /* more than TAGLIST_TAGS_MAX tags */
};

/* The names that a tag list of some kind defines. */
struct taglist_names {
    const char *const *names; /* NULL at the end */
    const char *skip;         /* tag with free text, or NULL */
    enum taglist_rules rules; /* whose grammar */
};

/* Scan text (borrowed: the list keeps slices of it) into arena.  Always
   gives a list; faults are in it. */
const struct taglist *taglist_scan(struct arena *arena, struct slice text,
                                   enum taglist_rules rules);

/* The first tag of that name, exactly as written or (_case) whatever its
   case; NULL when there is none. */
const struct taglist_tag *taglist_find(const struct taglist *list,
                                       struct slice name);
const struct taglist_tag *taglist_find_case(const struct taglist *list,
                                            struct slice name);

/*
 * For diagnosis: the same list as its writer meant it.  A value that holds
 * white space or one of ",:" and then one of names and "=" and more is cut
 * there; what was cut off becomes a tag of its own with TAGLIST_GLUED, its
 * fault being what stands where the ";" should.
 */
const struct taglist *taglist_unglue(struct arena *arena,
                                     const struct taglist *list,
                                     const struct taglist_names *names);

/* Offset of a slice of the text in the text. */
size_t taglist_offset(const struct taglist *list, struct slice part);

/* White space by the rules: SP and TAB, with CR and LF for DKIM. */
bool taglist_is_space(enum taglist_rules rules, char c);

#endif
