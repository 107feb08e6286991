/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The allocator of common/base/memory.h as the module has it: out of memory
   goes back to the guard instead of ending the program. */
#include "knot/guard.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

static _Thread_local sigjmp_buf *way_back;

enum status
guard(enum status (*work)(void *context, struct error *err), void *context,
      struct error *err)
{
    sigjmp_buf place;
    enum status st;

    if (sigsetjmp(place, 0) != 0) {
        way_back = NULL;
        return error_set(err, ST_MEMORY, "out of memory");
    }
    way_back = &place;
    st = work(context, err);
    way_back = NULL;
    return st;
}

/* Without a guard nothing allocates: that would be a fault of ours. */
void
memory_fatal(const char *why)
{
    (void)why;
    if (way_back == NULL)
        abort();
    siglongjmp(*way_back, 1);
}

void
memory_exhausted(void)
{
    memory_fatal("out of memory");
}

void *
memory_alloc(size_t n)
{
    void *p = malloc(n == 0 ? 1 : n);

    if (p == NULL)
        memory_exhausted();
    return p;
}

void *
memory_zeroed(size_t count, size_t size)
{
    void *p = count == 0 || size == 0 ? calloc(1, 1) : calloc(count, size);

    if (p == NULL)
        memory_exhausted();
    return p;
}

void *
memory_resize(void *p, size_t n)
{
    void *moved = realloc(p, n == 0 ? 1 : n);

    if (moved == NULL)
        memory_exhausted();
    return moved;
}

char *
memory_text(const char *text)
{
    size_t n = strlen(text) + 1;

    return memcpy(memory_alloc(n), text, n);
}
