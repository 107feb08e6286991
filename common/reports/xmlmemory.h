/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory for expat, and no more of it than a report needs: it keeps each name
   that a tag or attribute has, and a stranger's file may have millions. */
#ifndef REPORTS_XMLMEMORY_H
#define REPORTS_XMLMEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Octets that all parsers of a thread hold together: a report takes 100,000,
   and the longest tag that is allowed some 4,000,000. */
#define XMLMEMORY_MAX (32u << 20)

/* As malloc, realloc and free, by the thread that made the parser.  NULL: that
   would be more than XMLMEMORY_MAX. */
void *xmlmemory_get(size_t n);
void *xmlmemory_take(void *p, size_t n);
void xmlmemory_give(void *p);

/* Was more wanted, in this thread, since the last xmlmemory_begin? */
bool xmlmemory_is_spent(void);
void xmlmemory_begin(void);

#endif
