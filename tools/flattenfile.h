/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file that selkie spf flatten prints, read back: a zone file with the
   record that it was made of in a comment. */
#ifndef TOOLS_FLATTENFILE_H
#define TOOLS_FLATTENFILE_H

#include "common/base/status.h"
#include "common/base/strbuf.h"
#include "common/dns/name.h"

/* What the comment begins with; the record behind it is in presentation
   form. */
#define FLATTENFILE_SOURCE   "; source: "
/* A file of ten records has some 5,000 octets. */
#define FLATTENFILE_SIZE_MAX (1024u * 1024)

struct flattenfile {
    struct strbuf text;   /* the whole file */
    struct strbuf source; /* the record it was made of, octets */
    struct name at;       /* where that record was */
};

/* at: the domain, unless the file's first record is elsewhere, which a domain
   that redirects has.  ST_SYNTAX when there is no source line. */
enum status flattenfile_read(struct flattenfile *file, const char *path,
                             const struct name *domain, struct error *err);
void flattenfile_clear(struct flattenfile *file);

#endif
