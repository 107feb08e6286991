/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One request for a customer: checked, looked up, entered. */
#ifndef REGISTRY_ENROL_H
#define REGISTRY_ENROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/registry/provision.h"

/* A request as the registry would store it; texts in an arena. */
struct enrolment {
    const struct provision_request *request; /* borrowed */
    struct arena *arena; /* borrowed: of the texts, and to look things up in */
    const char *customer;             /* in lower case */
    const char *domain;               /* in A-labels */
    const char *label;                /* MODE_NS_LABEL, or NULL */
    const struct provision_key *keys; /* at least one; selectors in lower
                                         case with the label, bits set */
    size_t key_count;                 /* of them */
    int64_t customer_id;              /* set by enrol_look(); 0: none yet */
};

/* The keys a request asks for, the default ones if it names none. */
const struct provision_key *enrol_keys(const struct provision_request *request,
                                       size_t *count);

/* Is that status the request's fault, and not the registry's? */
bool enrol_is_refusal(enum status status);

/* Check all that can be checked without the registry's rows.  A refusal, or
   ST_OK. */
enum status enrol_check(const struct provision_settings *settings,
                        const struct provision_request *request,
                        struct arena *arena, struct enrolment *out,
                        struct error *err);

/* Look it up: *present when it is there already just so; a refusal when it
   is there otherwise. */
enum status enrol_look(struct registry *registry, struct enrolment *enrolment,
                       bool *present, struct error *err);

/* Enter it, within a transaction and after enrol_look() within the same.
   pairs has one for each key. */
enum status enrol_enter(const struct provision_settings *settings,
                        const struct enrolment *enrolment,
                        const struct key_pair *pairs, struct error *err);

#endif
