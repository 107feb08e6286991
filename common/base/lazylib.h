/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A library that few runs need, loaded when one does: loading it takes longer
   than most runs of selkie. */
#ifndef BASE_LAZYLIB_H
#define BASE_LAZYLIB_H

#include <stddef.h>

#include "common/base/status.h"

/*
 * Load the library of that name ("libx.so.1") for as long as the process
 * lives, and put pointers to the functions of these names into functions, a
 * struct of function pointers in the same order.  ST_IO: it is not installed,
 * or lacks one.
 */
enum status lazylib_load(const char *soname, const char *const names[],
                         size_t count, void *functions, struct error *err);

#endif
