/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory for expat, and no more of it than a report needs. */
#include "common/reports/xmlmemory.h"

#include <stdlib.h>

#include "common/base/memory.h"

/* What expat holds, of all parsers of this thread: its functions are told of
   none, and a parser stays with the thread that made it. */
static _Thread_local size_t held;
/* It wanted more than it may have. */
static _Thread_local bool is_spent;

/* Before each piece of memory: its size. */
union header {
    size_t n;          /* octets behind it */
    max_align_t align; /* so that they are aligned for anything */
};

void *
xmlmemory_take(void *p, size_t n)
{
    union header *header = p == NULL ? NULL : (union header *)p - 1;
    size_t before = header == NULL ? 0 : header->n;

    if (n > XMLMEMORY_MAX || held - before > XMLMEMORY_MAX - n) {
        is_spent = true;
        return NULL;
    }
    header = memory_resize(header, sizeof(*header) + n);
    header->n = n;
    held += n - before;
    return header + 1;
}

void *
xmlmemory_get(size_t n)
{
    return xmlmemory_take(NULL, n);
}

void
xmlmemory_give(void *p)
{
    union header *header = p == NULL ? NULL : (union header *)p - 1;

    if (header != NULL)
        held -= header->n;
    free(header);
}

bool
xmlmemory_is_spent(void)
{
    return is_spent;
}

void
xmlmemory_begin(void)
{
    is_spent = false;
}
