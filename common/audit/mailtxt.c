/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The TXT records beside SPF, DKIM and DMARC that mail servers read. */
#include "common/audit/mailtxt.h"

/* RFC 8461 section 3.1: sts-id is 1*32(ALPHA / DIGIT). */
#define STS_ID_MAX     32
/* RFC 8461 section 3.1, RFC 8460 section 3: names of fields. */
#define FIELD_NAME_MAX 32

/* What is known of one field, by name. */
struct field {
    const char *name;                         /* "id" */
    bool is_required;                         /* it must be there */
    const char *(*fault)(struct slice value); /* or NULL */
};

struct form {
    struct slice version; /* octet by octet */
    struct slice about;   /* in whatever case: it was meant to be one */
    bool values_may_be_empty;
    const struct field *fields; /* name NULL at the end */
};

static const char *
id_fault(struct slice value)
{
    if (value.n > STS_ID_MAX)
        return "id= has more than 32 characters";
    for (size_t i = 0; i < value.n; i++)
        if (!ascii_is_alnum((unsigned char)value.p[i]))
            return "id= may hold letters and digits only";
    return NULL;
}

static const char *
rua_fault(struct slice value)
{
    struct slice part;

    while (slice_next(&value, ',', &part)) {
        struct slice uri = slice_trim(part);

        if (!(slice_starts_case(uri, SLICE("mailto:"))
              && slice_find(uri, '@') < uri.n)
            && !(slice_starts_case(uri, SLICE("https://"))
                 && uri.n > sizeof("https://") - 1))
            return "rua= has an address that is neither mailto: nor https:";
    }
    return NULL;
}

/* Empty: the domain declines, which is as good as a logo. */
static const char *
https_fault(struct slice value)
{
    return value.n == 0 || slice_starts_case(value, SLICE("https://"))
               ? NULL
               : "l= and a= must be https: addresses";
}

static const struct field sts_fields[] = {
    {"id", true,  id_fault},
    {NULL, false, NULL    },
};
static const struct field tlsrpt_fields[] = {
    {"rua", true,  rua_fault},
    {NULL,  false, NULL     },
};
static const struct field bimi_fields[] = {
    {"l",  true,  https_fault},
    {"a",  false, https_fault},
    {NULL, false, NULL       },
};

static const struct form forms[MAILTXT_KINDS] = {
    [MAILTXT_MTA_STS] = {SLICE_INIT("v=STSv1"),    SLICE_INIT("v=sts"),  false,
                         sts_fields   },
    [MAILTXT_TLSRPT] = {SLICE_INIT("v=TLSRPTv1"), SLICE_INIT("v=tls"),  false,
                         tlsrpt_fields},
    [MAILTXT_BIMI] = {SLICE_INIT("v=BIMI1"),    SLICE_INIT("v=bimi"), true,
                         bimi_fields  },
};

const char *
mailtxt_version(enum mailtxt_kind kind)
{
    return forms[kind].version.p;
}

enum mailtxt_standing
mailtxt_standing(enum mailtxt_kind kind, struct slice text)
{
    const struct form *form = &forms[kind];
    struct slice rest, plain = slice_trim(text);

    if (slice_starts(text, form->version)) {
        rest = slice_trim(slice_from(text, form->version.n));
        if (rest.n == 0 || rest.p[0] == ';')
            return MAILTXT_RECORD;
    }
    return slice_starts_case(plain, form->about) ? MAILTXT_NEAR
                                                 : MAILTXT_OTHER;
}

/* A name and "=" and what may stand behind it. */
static const char *
field_fault(struct arena *arena, const struct form *form, struct slice name,
            struct slice value)
{
    if (name.n == 0 || name.n > FIELD_NAME_MAX)
        return "a field has no name, or one that is too long";
    for (size_t i = 0; i < name.n; i++)
        if (!ascii_is_alnum((unsigned char)name.p[i])
            && slice_find(SLICE("_-."), name.p[i]) == 3)
            return "the name of a field has an octet that none may have";
    if (value.n == 0 && !form->values_may_be_empty)
        return arena_printf(arena, "%.*s= is empty", SLICE_ARGS(name));
    for (size_t i = 0; i < value.n; i++)
        if (value.p[i] < 0x20 || value.p[i] > 0x7e)
            return arena_printf(arena, "%.*s= has an octet that is not ASCII",
                                SLICE_ARGS(name));
    return NULL;
}

/* Fields seen so far, by their place in the form. */
struct reading {
    struct arena *arena;     /* of sentences */
    const struct form *form; /* whose fields */
    unsigned seen;           /* one bit each */
};

static const char *
read_field(struct reading *reading, struct slice text)
{
    const struct field *fields = reading->form->fields;
    struct slice name, value = text;
    const char *fault;

    slice_next(&value, '=', &name);
    if (value.p == NULL)
        return "a field has no '='";
    name = slice_trim(name);
    value = slice_trim(value);
    fault = field_fault(reading->arena, reading->form, name, value);
    for (unsigned i = 0; fault == NULL && fields[i].name != NULL; i++) {
        if (!slice_equal(name, slice_of(fields[i].name)))
            continue;
        if (reading->seen & (1u << i))
            return arena_printf(reading->arena, "%s= is there twice",
                                fields[i].name);
        reading->seen |= 1u << i;
        fault = fields[i].fault(value);
    }
    return fault;
}

const char *
mailtxt_fault(struct arena *arena, enum mailtxt_kind kind, struct slice text)
{
    struct reading reading = {.arena = arena, .form = &forms[kind]};
    const struct field *fields = reading.form->fields;
    struct slice part, rest = text;
    const char *fault = NULL;

    if (text.n > MAILTXT_SIZE_MAX)
        return "it is far too long";
    slice_next(&rest, ';', &part);
    while (fault == NULL && slice_next(&rest, ';', &part)) {
        /* the last ";" is optional */
        if (rest.p == NULL && slice_trim(part).n == 0)
            break;
        fault = read_field(&reading, part);
    }
    for (unsigned i = 0; fault == NULL && fields[i].name != NULL; i++)
        if (fields[i].is_required && !(reading.seen & (1u << i)))
            return arena_printf(arena, "%s= is missing", fields[i].name);
    return fault;
}

bool
mailtxt_is_null_spf(struct slice text)
{
    return slice_equal_case(slice_trim(text), SLICE("v=spf1 -all"));
}

bool
mailtxt_sends_nothing(struct arena *arena, const struct asked *txt)
{
    for (size_t i = 0;
         asked_outcome(txt) == OUTCOME_FOUND && i < txt->answer->record_count;
         i++)
        if (mailtxt_is_null_spf(record_text(arena, &txt->answer->records[i])))
            return true;
    return false;
}
