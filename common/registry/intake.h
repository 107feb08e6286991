/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads requests from customers.csv or customers.jsonl. */
#ifndef REGISTRY_INTAKE_H
#define REGISTRY_INTAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/registry/provision.h"

/*
 * CSV (RFC 4180, a header line first; no cell goes over a line's end) or one
 * JSON object a line, told apart by the ending .csv or .jsonl, else by a
 * first octet '{'.  Columns and members, all but the first optional:
 *
 *   customer   name, see labels_customer()
 *   domain     the customer's own; none: CUSTOMER.ESP
 *   mode       esp, cname, txt, ns, ns-label, ns-subdomain; default esp
 *              without a domain, cname with one
 *   label      of ns-label
 *   selector   one or more with blanks or commas between; may repeat as a
 *              column, may be a list in JSON
 *   algorithm  rsa, ed25519, or several as for selector
 *   bits       of RSA
 *   shared     yes or no; true or false
 *   pool, rua  fields; any other field as field.NAME
 *
 * An empty cell, and null in JSON, is as if it were not there.
 */
#define INTAKE_LINE_MAX    65536   /* octets of a line */
#define INTAKE_LINES_MAX   5000000 /* more customers than any ESP has */
#define INTAKE_COLUMNS_MAX 64      /* of a CSV file */
#define INTAKE_FAULTS_MAX  100000  /* with more it is no customers file */

/* What is taken where a line says nothing: the command line's. */
struct intake_defaults {
    struct provision_wish wish; /* each of its parts by itself */
    bool has_mode;              /* mode counts, where there is a domain */
    enum domain_mode mode;      /* see has_mode */
};

struct intake_fault {
    size_t line;      /* from 1 */
    const char *text; /* what is wrong with it */
};

/* All in the arena that intake_read() was given. */
struct intake {
    struct provision_request *requests; /* of the good lines, in order */
    size_t count;                       /* of them */
    struct intake_fault *faults;        /* of the bad lines, in order */
    size_t fault_count;                 /* of them */
};

/*
 * Read path ("-": standard input).  A bad line is a fault and the rest is
 * read all the same; blank lines do not count.  ST_OK also with faults;
 * ST_SYNTAX when the header is missing or has an unknown column, or the
 * defaults do not go together; ST_RANGE for too many lines or faults;
 * ST_NOT_FOUND, ST_DENIED, ST_IO.
 */
enum status intake_read(const char *path, struct arena *arena,
                        const struct intake_defaults *defaults,
                        struct intake *out, struct error *err);

#endif
