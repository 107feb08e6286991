/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options declared as data: parsing and ranges. */
#include "common/base/options.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/base/slice.h"

/* Longest name of a row, so that two can be compared on the stack. */
#define NAME_MAX_LENGTH 40
/* A mistyped name is at most so far from the right one: two slips, or one in
   a word so short that two would turn it into another. */
#define DISTANCE_MAX    2
#define DISTANCE_SHORT  1
#define SHORT_LENGTH    4

const struct opt_def options_help_row = {.kind = OPT_KIND_FLAG,
                                         .letter = 'h',
                                         .name = "help",
                                         .help = "show this help and end"};

/* One option where it stands on the command line. */
struct use {
    const struct opt_def *def; /* its row */
    void *target;              /* the struct of its set */
    const char *value;         /* what follows it at once, or NULL */
    bool is_long;              /* --name, else -n */
};

struct parse {
    const struct opt_set *sets; /* of the caller */
    char **argv;                /* of the caller */
    int argc;                   /* of the caller */
    int at;                     /* the argument looked at */
    bool *help;                 /* of the caller */
    char **operands;            /* in order, new */
    char **options;             /* the rest of argv, in order, new */
    int operand_count;          /* of operands */
    int option_count;           /* of options */
    struct error *err;          /* of the caller */
};

static bool
is_option(const struct opt_def *def)
{
    return def->kind != OPT_KIND_END && def->kind != OPT_KIND_GROUP;
}

/* All rows of all sets, then --help: start with *set and *row 0; NULL at the
   end. */
static const struct opt_def *
next_def(const struct opt_set *sets, size_t *set, size_t *row, void **target)
{
    while (*set < OPT_SETS_MAX && sets[*set].defs != NULL) {
        const struct opt_def *def = &sets[*set].defs[(*row)++];

        *target = sets[*set].target;
        if (is_option(def))
            return def;
        if (def->kind == OPT_KIND_END) {
            (*set)++;
            *row = 0;
        }
    }
    *target = NULL;
    *set = OPT_SETS_MAX;
    return (*row)++ == 0 ? &options_help_row : NULL;
}

static bool
find_letter(const struct parse *p, char letter, struct use *use)
{
    size_t set = 0;
    size_t row = 0;

    while ((use->def = next_def(p->sets, &set, &row, &use->target)) != NULL)
        if (use->def->letter == letter)
            return true;
    return false;
}

static size_t
least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edits that make one of the other: a letter more, less, another, or two
   exchanged.  Both at most NAME_MAX_LENGTH long. */
static size_t
distance(struct slice a, struct slice b)
{
    size_t rows[3][NAME_MAX_LENGTH + 1];

    for (size_t j = 0; j <= b.n; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];
        const size_t *before = rows[(i + 1) % 3];

        row[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            row[j] = above[j - 1] + (a.p[i - 1] != b.p[j - 1]);
            row[j] = least(row[j], least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2]
                && a.p[i - 2] == b.p[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
    }
    return rows[a.n % 3][b.n];
}

bool
options_nearer(struct slice written, struct slice name, size_t *best)
{
    size_t most = written.n <= SHORT_LENGTH ? DISTANCE_SHORT : DISTANCE_MAX;
    size_t far;

    if (written.n > NAME_MAX_LENGTH || name.n > NAME_MAX_LENGTH)
        return false;
    far = distance(written, name);
    if (far > most || far >= *best || far >= name.n)
        return false;
    *best = far;
    return true;
}

/* The row whose name was most probably meant, or NULL. */
static const struct opt_def *
nearest(const struct opt_set *sets, struct slice name)
{
    const struct opt_def *found = NULL;
    const struct opt_def *def;
    size_t best = SIZE_MAX;
    size_t set = 0;
    size_t row = 0;
    void *target;

    while ((def = next_def(sets, &set, &row, &target)) != NULL)
        if (def->name != NULL
            && options_nearer(name, slice_of(def->name), &best))
            found = def;
    return found;
}

static enum status
refuse_unknown(const struct parse *p, const char *dashes, struct slice name,
               struct slice meant)
{
    const struct opt_def *near = nearest(p->sets, meant);

    if (near != NULL)
        return error_set(p->err, ST_SYNTAX,
                         "unknown option '%s%.*s' (did you mean '--%s'?)",
                         dashes, SLICE_ARGS(name), near->name);
    return error_set(p->err, ST_SYNTAX, "unknown option '%s%.*s'", dashes,
                     SLICE_ARGS(name));
}

static enum status
refuse_ambiguous(const struct parse *p, struct slice name)
{
    struct strbuf names = STRBUF_INIT;
    const struct opt_def *def;
    size_t set = 0;
    size_t row = 0;
    void *target;

    while ((def = next_def(p->sets, &set, &row, &target)) != NULL)
        if (def->name != NULL && slice_starts(slice_of(def->name), name))
            strbuf_addf(&names, "%s--%s", names.n == 0 ? "" : ", ", def->name);
    error_set(p->err, ST_SYNTAX, "ambiguous option '--%.*s' (could be: %s)",
              SLICE_ARGS(name), names.p);
    strbuf_clear(&names);
    return ST_SYNTAX;
}

/* The row of that name, or the only one whose name begins so. */
static enum status
find_name(const struct parse *p, struct slice name, struct use *use)
{
    const struct opt_def *def;
    unsigned candidates = 0;
    size_t set = 0;
    size_t row = 0;
    void *target;

    while ((def = next_def(p->sets, &set, &row, &target)) != NULL) {
        if (def->name == NULL || !slice_starts(slice_of(def->name), name))
            continue;
        use->def = def;
        use->target = target;
        if (strlen(def->name) == name.n)
            return ST_OK;
        candidates++;
    }
    if (candidates == 0 || name.n == 0)
        return refuse_unknown(p, "--", name, name);
    return candidates == 1 ? ST_OK : refuse_ambiguous(p, name);
}

/* "option '--jobs'" or "option '-j'": as it was written, but in full. */
__attribute__((format(printf, 3, 4))) static enum status
refuse_use(const struct parse *p, const struct use *use, const char *form, ...)
{
    struct strbuf why = STRBUF_INIT;
    va_list args;

    va_start(args, form);
    strbuf_addv(&why, form, args);
    va_end(args);
    if (use->is_long)
        error_set(p->err, ST_SYNTAX, "option '--%s'%s", use->def->name, why.p);
    else
        error_set(p->err, ST_SYNTAX, "option '-%c'%s", use->def->letter,
                  why.p);
    strbuf_clear(&why);
    return ST_SYNTAX;
}

static enum status
store_number(const struct parse *p, const struct use *use, void *field)
{
    const struct opt_def *def = use->def;
    uint64_t value;

    if (!slice_number(slice_of(use->value), def->maximum, &value)
        || value < def->minimum)
        return refuse_use(p, use, ": '%s' is not a number from %lu to %lu",
                          use->value, def->minimum, def->maximum);
    *(unsigned long *)field = (unsigned long)value;
    return ST_OK;
}

static enum status
store_choice(const struct parse *p, const struct use *use, void *field)
{
    const char *const *choices = use->def->choices;
    struct strbuf words = STRBUF_INIT;

    for (int i = 0; choices[i] != NULL; i++) {
        if (strcmp(choices[i], use->value) == 0) {
            strbuf_clear(&words);
            *(int *)field = i;
            return ST_OK;
        }
        strbuf_addf(&words, "%s%s", i == 0 ? "" : ", ", choices[i]);
    }
    refuse_use(p, use, ": '%s' is none of %s", use->value, words.p);
    strbuf_clear(&words);
    return ST_SYNTAX;
}

static enum status
store(const struct parse *p, const struct use *use)
{
    void *field =
        use->target == NULL ? NULL : (char *)use->target + use->def->offset;

    switch (use->def->kind) {
    case OPT_KIND_FLAG:
        if (use->def == &options_help_row)
            *p->help = true;
        else
            *(bool *)field = true;
        return ST_OK;
    case OPT_KIND_TEXT:
        *(const char **)field = use->value;
        return ST_OK;
    case OPT_KIND_LIST:
        opt_list_add(field, use->value);
        return ST_OK;
    case OPT_KIND_NUMBER:
        return store_number(p, use, field);
    case OPT_KIND_CHOICE:
        return store_choice(p, use, field);
    case OPT_KIND_END:
    case OPT_KIND_GROUP:
        break;
    }
    return ST_OK;
}

/* An option without the value it needs takes the next argument, whatever
   that looks like: "--sender ''", "--mode -". */
static enum status
apply(struct parse *p, struct use *use)
{
    if (use->def->kind != OPT_KIND_FLAG && use->value == NULL) {
        if (p->at + 1 >= p->argc)
            return refuse_use(p, use, " needs a value");
        use->value = p->argv[++p->at];
        p->options[p->option_count++] = p->argv[p->at];
    }
    return store(p, use);
}

static enum status
parse_long(struct parse *p, const char *text)
{
    const char *equals = strchr(text, '=');
    struct slice name = slice_of(text);
    struct use use = {.is_long = true};
    enum status st;

    if (equals != NULL) {
        name.n = (size_t)(equals - text);
        use.value = equals + 1;
    }
    st = find_name(p, name, &use);
    if (st != ST_OK)
        return st;
    if (use.def->kind == OPT_KIND_FLAG && equals != NULL)
        return refuse_use(p, &use, " takes no value");
    return apply(p, &use);
}

/* "-vj8" is -v -j 8. */
static enum status
parse_letters(struct parse *p, const char *letters)
{
    for (const char *at = letters; *at != '\0' && !*p->help; at++) {
        struct use use = {0};

        if (!find_letter(p, *at, &use)) {
            /* "-domains" was meant to be "--domains". */
            bool is_word = letters[1] != '\0' && at == letters;

            return refuse_unknown(p, "-", (struct slice){at, 1},
                                  is_word ? slice_of(letters) : SLICE_EMPTY);
        }
        if (use.def->kind != OPT_KIND_FLAG) {
            use.value = at[1] == '\0' ? NULL : at + 1;
            return apply(p, &use);
        }
        store(p, &use);
    }
    return ST_OK;
}

static enum status
parse_all(struct parse *p)
{
    enum status st = ST_OK;
    bool only_operands = false;

    for (p->at = 1; p->at < p->argc && st == ST_OK && !*p->help; p->at++) {
        char *arg = p->argv[p->at];

        if (only_operands || arg[0] != '-' || arg[1] == '\0') {
            p->operands[p->operand_count++] = arg;
            continue;
        }
        p->options[p->option_count++] = arg;
        if (strcmp(arg, "--") == 0)
            only_operands = true;
        else if (arg[1] == '-')
            st = parse_long(p, arg + 2);
        else
            st = parse_letters(p, arg + 1);
    }
    return st;
}

static void
reorder(const struct parse *p)
{
    int n = 1;

    for (int i = 0; i < p->option_count; i++)
        p->argv[n++] = p->options[i];
    for (int i = 0; i < p->operand_count; i++)
        p->argv[n++] = p->operands[i];
}

enum status
options_parse(const struct opt_set *sets, int argc, char **argv, int *first,
              bool *help, struct error *err)
{
    size_t room = argc > 0 ? (size_t)argc : 0;
    struct parse p = {.sets = sets,
                      .argv = argv,
                      .argc = argc,
                      .help = help,
                      .operands = memory_zeroed(room, sizeof(char *)),
                      .options = memory_zeroed(room, sizeof(char *)),
                      .err = err};
    enum status st;

    *help = false;
    st = parse_all(&p);
    *first = argc;
    if (st == ST_OK && !*help) {
        reorder(&p);
        *first = 1 + p.option_count;
    }
    free(p.operands);
    free(p.options);
    return st;
}

/* The array grows whenever the count is a power of two. */
void
opt_list_add(struct opt_list *list, const char *item)
{
    size_t n = list->count;

    if ((n & (n - 1)) == 0)
        list->items = memory_resize(list->items, (n == 0 ? 1 : 2 * n)
                                                     * sizeof(*list->items));
    list->items[list->count++] = item;
}

void
opt_list_clear(struct opt_list *list)
{
    free(list->items);
    *list = (struct opt_list){0};
}
