/* SPDX-License-Identifier: GPL-3.0-or-later */
/* malloc that ends the program with one clear line when there is no more. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

/* New, to be freed with free(); n or count may be 0. */
void *memory_alloc(size_t n) __attribute__((malloc, returns_nonnull));
void *memory_zeroed(size_t count, size_t size)
    __attribute__((malloc, returns_nonnull));
void *memory_resize(void *p, size_t n) __attribute__((returns_nonnull));
char *memory_text(const char *text) __attribute__((returns_nonnull));

/* End the program with "selkie: WHY" and exit status 4, flushing nothing:
   for what leaves no way to go on.  _exhausted says that memory ran out. */
void memory_fatal(const char *why) __attribute__((noreturn));
void memory_exhausted(void) __attribute__((noreturn));

#endif
