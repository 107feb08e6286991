/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options declared as data: parsing, ranges and help read the same row. */
#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/slice.h"
#include "common/base/status.h"
#include "common/base/strbuf.h"

enum opt_kind {
    OPT_KIND_END,
    OPT_KIND_GROUP,  /* a heading in the help */
    OPT_KIND_FLAG,   /* bool: set to true */
    OPT_KIND_TEXT,   /* const char *: the last one counts; borrowed argv */
    OPT_KIND_LIST,   /* struct opt_list: each occurrence is kept */
    OPT_KIND_NUMBER, /* unsigned long between minimum and maximum */
    OPT_KIND_CHOICE  /* int: index of the word in choices */
};

struct opt_list {
    const char **items; /* borrowed argv strings; the array is the list's */
    size_t count;
};

struct opt_def {
    enum opt_kind kind;
    char letter;                /* 0: long form only */
    const char *name;           /* "domains" for --domains; a heading's text */
    const char *value;          /* "FILE" in the help */
    const char *help;           /* lower case, no full stop */
    size_t offset;              /* of the field in the options struct */
    unsigned long minimum;      /* OPT_KIND_NUMBER */
    unsigned long maximum;      /* OPT_KIND_NUMBER */
    const char *const *choices; /* OPT_KIND_CHOICE: words, NULL at the end */
};

#define OPT_END                                                               \
    {                                                                         \
        .kind = OPT_KIND_END                                                  \
    }
#define OPT_GROUP(text)                                                       \
    {                                                                         \
        .kind = OPT_KIND_GROUP, .name = (text)                                \
    }
#define OPT_FLAG(let, nam, type, field, text)                                 \
    {                                                                         \
        .kind = OPT_KIND_FLAG, .letter = (let), .name = (nam),                \
        .help = (text), .offset = offsetof(type, field)                       \
    }
#define OPT_TEXT(let, nam, type, field, val, text)                            \
    {                                                                         \
        .kind = OPT_KIND_TEXT, .letter = (let), .name = (nam),                \
        .value = (val), .help = (text), .offset = offsetof(type, field)       \
    }
#define OPT_LIST(let, nam, type, field, val, text)                            \
    {                                                                         \
        .kind = OPT_KIND_LIST, .letter = (let), .name = (nam),                \
        .value = (val), .help = (text), .offset = offsetof(type, field)       \
    }
#define OPT_NUMBER(let, nam, type, field, min, max, val, text)                \
    {                                                                         \
        .kind = OPT_KIND_NUMBER, .letter = (let), .name = (nam),              \
        .value = (val), .help = (text), .offset = offsetof(type, field),      \
        .minimum = (min), .maximum = (max)                                    \
    }
#define OPT_CHOICE(let, nam, type, field, words, val, text)                   \
    {                                                                         \
        .kind = OPT_KIND_CHOICE, .letter = (let), .name = (nam),              \
        .value = (val), .help = (text), .offset = offsetof(type, field),      \
        .choices = (words)                                                    \
    }

/*
 * One table of options and the struct it fills.  A command has up to
 * OPT_SETS_MAX: its own and the common ones it takes.
 */
#define OPT_SETS_MAX 6
struct opt_set {
    const struct opt_def *defs;
    void *target; /* the struct that offsets count from */
};

/*
 * Parse argv[1..] by the sets (NULL defs at the end): --name VALUE,
 * --name=VALUE, -n VALUE, grouped flags, unambiguous long prefixes, options
 * and operands in any order, "--" ends them.  Operands are moved to the end
 * of argv; *first is the index of the first.  ST_SYNTAX fills err with what
 * is wrong and, for an unknown option, the nearest one there is.  *help is
 * set on --help or -h, and parsing stops there.
 */
enum status options_parse(const struct opt_set *sets, int argc, char **argv,
                          int *first, bool *help, struct error *err);

/*
 * The option part of --help, at most 79 columns wide, at the end of out.
 * Ranges and choices come from the rows, and -h, --help is added.
 */
void options_help(const struct opt_set *sets, struct strbuf *out);

/*
 * Was name meant by written, which is no name, and more probably than what
 * was found before?  Two slips of the keyboard at most (one in a short word);
 * *best is SIZE_MAX before the first name and holds the fewest slips so far.
 */
bool options_nearer(struct slice written, struct slice name, size_t *best);

/* The row of -h and --help, which every command has. */
extern const struct opt_def options_help_row;

/* A list starts zeroed; the items stay borrowed. */
void opt_list_add(struct opt_list *list, const char *item);
void opt_list_clear(struct opt_list *list);

#endif
