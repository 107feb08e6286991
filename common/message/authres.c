/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Authentication-Results field, read by RFC 8601 section 2.2. */
#include "common/message/authres.h"

#include "common/base/strbuf.h"

/* A field while it is read. */
struct scan {
    struct arena *arena;            /* where all goes */
    struct slice text;              /* the value */
    size_t at;                      /* the next octet */
    struct authres *out;            /* the result */
    struct authres_result *results; /* of it */
};

static bool
fail(struct scan *scan, const char *why, size_t from)
{
    if (scan->out->fault == NULL) {
        scan->out->fault = why;
        scan->out->fault_from = from;
    }
    return false;
}

static bool
is_end(const struct scan *scan)
{
    return scan->at >= scan->text.n;
}

/* The next octet; 0 at the end: check_octets saw that there is no NUL. */
static char
peek(const struct scan *scan)
{
    return is_end(scan) ? '\0' : scan->text.p[scan->at];
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Control characters stand nowhere, and CR only before LF: readers would
   differ in what they pass over. */
static bool
check_octets(struct scan *scan)
{
    struct slice text = scan->text;

    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        bool is_bare = c == '\r' && (i + 1 == text.n || text.p[i + 1] != '\n');

        if (is_bare || c == 127 || (c < ' ' && !is_blank((char)c)))
            return fail(scan, "it has a control character", i);
    }
    return true;
}

/* CFWS of RFC 5322 section 3.2.2. */
static bool
skip_cfws(struct scan *scan)
{
    size_t depth = 0, open = 0;

    for (; !is_end(scan); scan->at++) {
        char c = peek(scan);

        if (c == '(') {
            open = depth++ == 0 ? scan->at : open;
        } else if (depth > 0) {
            if (c == ')')
                depth--;
            else if (c == '\\')
                scan->at++;
        } else if (!is_blank(c)) {
            return true;
        }
    }
    return depth == 0 || fail(scan, "a comment has no end", open);
}

/* Past c, with CFWS on both sides. */
static bool
skip_mark(struct scan *scan, char c, const char *lacking)
{
    if (!skip_cfws(scan))
        return false;
    if (peek(scan) != c)
        return fail(scan, lacking, scan->at);
    scan->at++;
    return skip_cfws(scan);
}

/* Keyword: Ldh-str of RFC 5321 section 4.1.2, and the underscore that some
   writers have in theirs.  Empty when none begins here. */
static struct slice
take_keyword(struct scan *scan)
{
    size_t from = scan->at;

    while (!is_end(scan)
           && (ascii_is_alnum((unsigned char)peek(scan)) || peek(scan) == '-'
               || peek(scan) == '_'))
        scan->at++;
    return slice_sub(scan->text, from, scan->at - from);
}

static struct slice
take_digits(struct scan *scan)
{
    size_t from = scan->at;

    while (ascii_is_digit((unsigned char)peek(scan)))
        scan->at++;
    return slice_sub(scan->text, from, scan->at - from);
}

/* ---- values ---- */

/* The quoted string that begins here, without quotes and line ends. */
static bool
take_quoted(struct scan *scan, struct strbuf *out)
{
    size_t open = scan->at++;

    for (; !is_end(scan); scan->at++) {
        char c = peek(scan);

        if (c == '"') {
            scan->at++;
            return true;
        }
        if (c == '\\' && ++scan->at < scan->text.n)
            c = peek(scan);
        else if (c == '\r' || c == '\n')
            continue;
        strbuf_add_char(out, c);
    }
    return fail(scan, "a quoted string has no end", open);
}

/* Up to CFWS or ";".  RFC 2045 section 5.1 has tspecials quoted; readers cut
   in different places at those of them that open or close something. */
static bool
take_run(struct scan *scan, struct strbuf *out)
{
    for (; !is_end(scan); scan->at++) {
        char c = peek(scan);

        if (is_blank(c) || c == ';' || c == '(')
            return true;
        if (strchr("\"\\)", c) != NULL)
            return fail(scan, "a value has a quote, bracket or backslash",
                        scan->at);
        if (strchr("<>,:/[]?=", c) != NULL)
            scan->out->dialect |= AUTHRES_UNQUOTED;
        strbuf_add_char(out, c);
    }
    return true;
}

/* value, or pvalue: [[local-part] "@"] domain-name. */
static bool
take_value(struct scan *scan, struct slice *value)
{
    struct strbuf text = STRBUF_INIT;
    size_t from = scan->at;
    bool good = true;

    if (peek(scan) == '"') {
        good = take_quoted(scan, &text);
        if (good && !is_end(scan) && !is_blank(peek(scan))
            && strchr("@;(", peek(scan)) == NULL)
            good = fail(scan, "text stands behind a quoted string", scan->at);
    }
    if (good)
        good = take_run(scan, &text);
    if (good && scan->at == from)
        good = fail(scan, "a value is missing", from);
    *value = arena_slice(scan->arena, strbuf_slice(&text));
    strbuf_clear(&text);
    return good && skip_cfws(scan);
}

/* ---- results ---- */

static bool
add_property(struct scan *scan, struct authres_result *result,
             struct authres_property property)
{
    struct authres_property *list =
        (struct authres_property *)result->properties;

    if (result->count == AUTHRES_PROPERTIES_MAX)
        return fail(scan, "a result has too many properties", scan->at);
    list = arena_grow(scan->arena, list, result->count,
                      sizeof(struct authres_property));
    list[result->count++] = property;
    result->properties = list;
    return true;
}

/* Behind "=": of a reason, or of a property without a type. */
static bool
read_bare(struct scan *scan, struct authres_result *result, struct slice name)
{
    struct authres_property property = {.name = name};

    if (slice_equal_case(name, SLICE("reason"))) {
        if (result->has_reason)
            return fail(scan, "a result has two reasons", scan->at);
        result->has_reason = true;
        return take_value(scan, &result->reason);
    }
    scan->out->dialect |= AUTHRES_BARE_PROPERTY;
    return take_value(scan, &property.value)
           && add_property(scan, result, property);
}

/* reasonspec and propspec, up to the next ";". */
static bool
read_tail(struct scan *scan, struct authres_result *result)
{
    while (!is_end(scan) && peek(scan) != ';') {
        struct authres_property property = {.type = take_keyword(scan)};

        if (property.type.n == 0)
            return fail(scan, "a property has no name", scan->at);
        if (!skip_cfws(scan))
            return false;
        if (peek(scan) == '=') {
            scan->at++;
            if (!skip_cfws(scan) || !read_bare(scan, result, property.type))
                return false;
            continue;
        }
        if (!skip_mark(scan, '.', "a property is not type.name=value"))
            return false;
        property.name = take_keyword(scan);
        if (property.name.n == 0)
            return fail(scan, "a property has no name", scan->at);
        if (!skip_mark(scan, '=', "a property has no value")
            || !take_value(scan, &property.value)
            || !add_property(scan, result, property))
            return false;
    }
    return true;
}

/* Behind the method: its version, "=", the result and what follows. */
static bool
read_result(struct scan *scan, struct slice method, size_t from)
{
    struct authres_result result = {.method = method, .from = from};

    if (peek(scan) == '/'
        && (!skip_mark(scan, '/', "") || take_digits(scan).n == 0))
        return fail(scan, "the version of a method is no number", scan->at);
    if (!skip_mark(scan, '=', "a result is not method=result"))
        return false;
    result.result = take_keyword(scan);
    if (result.result.n == 0)
        return fail(scan, "a method has no result", scan->at);
    if (!is_end(scan) && !is_blank(peek(scan)) && peek(scan) != ';'
        && peek(scan) != '(')
        return fail(scan, "a result is no word", scan->at);
    if (!skip_cfws(scan) || !read_tail(scan, &result))
        return false;
    if (scan->out->count == AUTHRES_RESULTS_MAX)
        return fail(scan, "it has too many results", from);
    result.length = scan->at - from;
    scan->results = arena_grow(scan->arena, scan->results, scan->out->count,
                               sizeof(result));
    scan->results[scan->out->count++] = result;
    return true;
}

/* A word alone: "none" for all, or the domain that Microsoft names. */
static bool
read_word(struct scan *scan, size_t from)
{
    struct slice word;

    scan->at = from;
    if (!take_value(scan, &word))
        return false;
    if (slice_equal_case(word, SLICE("none")) && scan->out->count == 0
        && is_end(scan)) {
        scan->out->is_none = true;
        return true;
    }
    if ((scan->out->dialect & AUTHRES_NO_ID) == 0
        || (!is_end(scan) && peek(scan) != ';'))
        return fail(scan, "a result is not method=result", from);
    scan->out->dialect |= AUTHRES_BARE_WORD;
    return true;
}

/* What stands between two ";". */
static bool
read_part(struct scan *scan)
{
    size_t from;
    struct slice method;

    if (!skip_cfws(scan))
        return false;
    from = scan->at;
    if (is_end(scan) || peek(scan) == ';') {
        scan->out->dialect |= AUTHRES_EMPTY_RESULT;
        return true;
    }
    method = take_keyword(scan);
    if (!skip_cfws(scan))
        return false;
    return method.n > 0 && (peek(scan) == '=' || peek(scan) == '/')
               ? read_result(scan, method, from)
               : read_word(scan, from);
}

/* ---- the field ---- */

/* authserv-id and version, up to the first ";".  Microsoft leaves both out,
   and the ";". */
static bool
read_id(struct scan *scan)
{
    size_t from = scan->at;
    struct slice version;

    if (is_end(scan))
        return fail(scan, "it is empty", from);
    if (take_keyword(scan).n > 0) {
        if (!skip_cfws(scan))
            return false;
        if (peek(scan) == '=') {
            scan->out->dialect |= AUTHRES_NO_ID;
            scan->at = from;
            return read_part(scan);
        }
        scan->at = from;
    }
    if (!take_value(scan, &scan->out->id))
        return false;
    from = scan->at;
    version = take_digits(scan);
    if (version.n > 0 && !slice_equal(version, SLICE("1")))
        return fail(scan, "it is of a version that is not known", from);
    return skip_cfws(scan);
}

static bool
read_payload(struct scan *scan)
{
    if (!skip_cfws(scan) || !read_id(scan))
        return false;
    while (!is_end(scan)) {
        if (scan->out->is_none || peek(scan) != ';')
            return fail(scan, "a ; is missing", scan->at);
        scan->at++;
        if (!read_part(scan))
            return false;
    }
    return scan->out->is_none || scan->out->count > 0
           || fail(scan, "it has no result", scan->at);
}

/* instance = [CFWS] "i" [CFWS] "=" [CFWS] 1*2DIGIT [CFWS] ";" */
static bool
read_instance(struct scan *scan)
{
    uint64_t instance;

    if (!skip_cfws(scan))
        return false;
    if (!slice_equal(take_keyword(scan), SLICE("i"))
        || !skip_mark(scan, '=', "it does not begin with i=")
        || !slice_number(take_digits(scan), AUTHRES_INSTANCE_MAX, &instance)
        || instance == 0)
        return fail(scan, "it does not begin with i= of 1 to 50", scan->at);
    scan->out->instance = (unsigned)instance;
    return skip_mark(scan, ';', "a ; is missing");
}

static const struct authres *
read_field(struct arena *arena, struct slice value, bool is_arc)
{
    struct authres *out = ARENA_NEW(arena, struct authres);
    struct scan scan = {.arena = arena, .text = value, .out = out};

    out->text = value;
    if (!check_octets(&scan) || (is_arc && !read_instance(&scan))
        || !read_payload(&scan)) {
        out->count = 0;
        out->is_none = false;
    }
    out->results = scan.results;
    return out;
}

const struct authres *
authres_read(struct arena *arena, struct slice value)
{
    return read_field(arena, value, false);
}

const struct authres *
authres_read_arc(struct arena *arena, struct slice value)
{
    return read_field(arena, value, true);
}

struct slice
authres_property(const struct authres_result *result, const char *type,
                 const char *name)
{
    for (size_t i = 0; i < result->count; i++)
        if (slice_equal_case(result->properties[i].type, slice_of(type))
            && slice_equal_case(result->properties[i].name, slice_of(name)))
            return result->properties[i].value;
    return SLICE_EMPTY;
}
