/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests of one list that ask for the same customer or domain. */
#ifndef REGISTRY_TWINS_H
#define REGISTRY_TWINS_H

#include <stdbool.h>

#include "common/base/status.h"
#include "common/registry/enrol.h"

struct twins;

struct twins *twins_new(void);
void twins_free(struct twins *twins); /* NULL is allowed */

/*
 * Remember enrolment, whose request outlives twins.  *present when one
 * before it asks for the very same; ST_EXISTS with the sentence when one
 * before it asks for something that leaves no room for it.
 */
enum status twins_check(struct twins *twins, const struct enrolment *enrolment,
                        bool *present, struct error *err);

#endif
