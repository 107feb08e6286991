/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "What if I publish this": records laid over what answers say. */
#ifndef DNS_OVERLAY_H
#define DNS_OVERLAY_H

#include "common/base/status.h"
#include "common/dns/nametree.h"
#include "common/dns/question.h"
#include "common/dns/view.h"

/*
 * Zone-file text without need of an SOA.  An RRset replaces the one of that
 * name and type; a CNAME replaces all of the name, and other records a CNAME
 * that is there; a DNAME replaces all below the name; ";! NAME TYPE NODATA"
 * and ";! NAME ANY NXDOMAIN" remove (the latter all below the name, too), and
 * what the text gives after that line is there again.  Names given make the
 * names above exist, which ends wildcards over them (RFC 4592).  "*" gives a
 * wildcard, or replaces one.  NS records delegate nothing.  The files of
 * several calls add up.
 */
struct overlay;

struct overlay *overlay_new(void);
enum status overlay_read(struct overlay *overlay, const char *path,
                         struct error *err);
enum status overlay_parse(struct overlay *overlay, const char *file,
                          struct slice text, struct error *err);
void overlay_free(struct overlay *overlay);

/*
 * The answer to question with the overlay in force, in the view's pinned
 * arena; NULL when the overlay does not touch it (ask below).  A chain that
 * reaches an overlaid name goes on with the overlay's records; aliases of
 * the overlay are followed by asking below.  Pending where that is pending.
 *
 * Whether an answer from below comes from a wildcard that the overlay ends is
 * found out by asking for "*" itself: an answer with the same records is
 * taken to be the wildcard's.  The SOA of a negative answer is asked for,
 * too.  These questions are below: analyses do not see them.  ANY gives the
 * overlay's records of the name alone.
 */
const struct answer *overlay_ask(struct overlay *overlay, struct view *view,
                                 const struct question *question);

/* The files' zone: for commands that list what would be published. */
const struct nametree *overlay_tree(const struct overlay *overlay);

#endif
