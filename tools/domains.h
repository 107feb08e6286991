/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Domains to work on: operands, then the lines of a file. */
#ifndef TOOLS_DOMAINS_H
#define TOOLS_DOMAINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/status.h"
#include "common/dns/name.h"

/* A line longer than this is no domain: 253 characters as A-labels may have
   been four octets each as U-labels. */
#define DOMAINS_LINE_MAX 1024

struct domain_reader; /* the input; one line in memory at a time */

struct domain_line {
    char *text;       /* as written, without blanks around; new */
    char *error;      /* why it is no domain, else NULL; new */
    struct name name; /* when error is NULL */
};

/* file may be NULL; "-" is standard input. */
enum status domains_open(char **operands, size_t operand_count,
                         const char *file, struct domain_reader **out,
                         struct error *err);
/* False at the end.  Empty lines and lines that begin with '#' are passed
   over. */
bool domains_next(struct domain_reader *reader, struct domain_line *line);
/* Would domains_next have to wait for somebody to write? */
bool domains_waits(const struct domain_reader *reader);
void domains_release(struct domain_line *line);
/* How many there are, 0 when that is not known beforehand. */
uint64_t domains_total(const struct domain_reader *reader);
/* Did reading end for another reason than the end of the file, or a
   signal? */
bool domains_failed(const struct domain_reader *reader, struct error *err);
void domains_close(struct domain_reader *reader);

#endif
