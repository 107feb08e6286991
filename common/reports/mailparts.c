/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of a mail that may hold a report, decoded, with GMime. */
#include "common/reports/mailparts.h"

#include <gmime/gmime.h>
#include <pthread.h>
#include <stdlib.h>

#include "common/base/lazylib.h"
#include "common/base/memory.h"

struct mailparts {
    GMimeMessage *message; /* the whole mail */
    GMimePartIter *iter;   /* over its parts */
    bool is_begun;         /* iter is at a part that was given */
    GMimeStream *decoded;  /* of that part, or NULL */
};

/* What is used of it; the headers give the types. */
#define GMIME_SONAME "libgmime-3.0.so.0"
#define FUNCTIONS(X)                                                          \
    X(g_mime_init)                                                            \
    X(g_object_unref)                                                         \
    X(g_type_check_instance_is_a)                                             \
    X(g_mime_part_get_type)                                                   \
    X(g_mime_stream_mem_new_with_buffer)                                      \
    X(g_mime_parser_new_with_stream)                                          \
    X(g_mime_parser_set_format)                                               \
    X(g_mime_parser_construct_message)                                        \
    X(g_mime_part_iter_new)                                                   \
    X(g_mime_part_iter_free)                                                  \
    X(g_mime_part_iter_next)                                                  \
    X(g_mime_part_iter_get_current)                                           \
    X(g_mime_part_get_content)                                                \
    X(g_mime_part_get_filename)                                               \
    X(g_mime_data_wrapper_get_stream)                                         \
    X(g_mime_data_wrapper_get_encoding)                                       \
    X(g_mime_stream_reset)                                                    \
    X(g_mime_stream_read)                                                     \
    X(g_mime_stream_filter_new)                                               \
    X(g_mime_stream_filter_add)                                               \
    X(g_mime_filter_basic_new)                                                \
    X(g_mime_object_get_content_type)                                         \
    X(g_mime_content_type_is_type)

static struct {
#define MEMBER(name) __typeof__(name) *name;
    FUNCTIONS(MEMBER)
#undef MEMBER
} gmime;

static const char *const function_names[] = {
#define NAME(name) #name,
    FUNCTIONS(NAME)
#undef NAME
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static enum status loaded;
static struct error load_error;

static void
load(void)
{
    loaded = lazylib_load(GMIME_SONAME, function_names,
                          sizeof(function_names) / sizeof(function_names[0]),
                          &gmime, &load_error);
    if (loaded == ST_OK)
        gmime.g_mime_init();
}

/* Where a line stands. */
enum place {
    IN_HEAD, /* fields, and lines that go on with one */
    BEHIND,  /* the blank lines behind them: a mail's head may follow */
    IN_BODY  /* anything else */
};

/* What of a mail GMime makes objects of. */
struct extent {
    enum place place; /* of the next line */
    size_t head;      /* octets of all heads */
    size_t dividers;  /* lines that begin a part, or may */
};

/* RFC 5322 section 2.2: a field's name, and a colon. */
static bool
is_field(struct slice line)
{
    size_t colon = slice_find(line, ':');

    if (colon == 0 || colon == line.n)
        return false;
    for (size_t i = 0; i < colon; i++)
        if (line.p[i] < 33 || line.p[i] > 126)
            return false;
    return true;
}

static void
take_line(struct extent *extent, struct slice line)
{
    bool is_blank = line.n == 0 || (line.n == 1 && line.p[0] == '\r');

    /* RFC 2046 section 5.1.1 */
    if (slice_starts(line, SLICE("--"))) {
        extent->dividers++;
        extent->place = IN_HEAD;
    } else if (is_blank) {
        if (extent->place == IN_HEAD)
            extent->place = BEHIND;
    } else if (extent->place == BEHIND) {
        extent->place = is_field(line) ? IN_HEAD : IN_BODY;
    }
    if (extent->place == IN_HEAD)
        extent->head += line.n + 1;
}

/* GMime builds the whole mail before any of it is asked for, in memory that is
   many times what a short field or part takes. */
static enum status
check_extent(struct slice mail, struct error *err)
{
    struct extent extent = {.place = IN_HEAD};
    struct slice line;

    while (slice_next(&mail, '\n', &line)) {
        take_line(&extent, line);
        if (extent.dividers > MAILPARTS_DIVIDERS_MAX)
            return error_set(err, ST_RANGE, "it has more than %d parts",
                             MAILPARTS_DIVIDERS_MAX);
        if (extent.head > MAILPARTS_HEAD_MAX)
            return error_set(err, ST_RANGE,
                             "its header fields have more than %u octets",
                             MAILPARTS_HEAD_MAX);
    }
    return ST_OK;
}

static GMimeMessage *
parse(struct slice mail)
{
    GMimeStream *stream =
        gmime.g_mime_stream_mem_new_with_buffer(mail.p, mail.n);
    GMimeParser *parser = gmime.g_mime_parser_new_with_stream(stream);
    GMimeMessage *message;

    gmime.g_mime_parser_set_format(parser, slice_starts(mail, SLICE("From "))
                                               ? GMIME_FORMAT_MBOX
                                               : GMIME_FORMAT_MESSAGE);
    message = gmime.g_mime_parser_construct_message(parser, NULL);
    gmime.g_object_unref(parser);
    gmime.g_object_unref(stream);
    return message;
}

enum status
mailparts_open(struct slice mail, struct mailparts **out, struct error *err)
{
    struct mailparts *parts;
    GMimeMessage *message;

    pthread_once(&once, load);
    if (loaded != ST_OK)
        return error_set(err, loaded, "%s", load_error.text);
    if (check_extent(mail, err) != ST_OK)
        return ST_RANGE;
    message = parse(mail);
    if (message == NULL)
        return error_set(err, ST_SYNTAX, "it is no mail that can be read");
    parts = memory_zeroed(1, sizeof(*parts));
    parts->message = message;
    parts->iter = gmime.g_mime_part_iter_new((GMimeObject *)message);
    *out = parts;
    return ST_OK;
}

static void
end_part(struct mailparts *parts)
{
    if (parts->decoded != NULL)
        gmime.g_object_unref(parts->decoded);
    parts->decoded = NULL;
}

void
mailparts_close(struct mailparts *parts)
{
    if (parts == NULL)
        return;
    end_part(parts);
    gmime.g_mime_part_iter_free(parts->iter);
    gmime.g_object_unref(parts->message);
    free(parts);
}

/* The octets as they stand, behind what decodes them. */
static GMimeStream *
decode(GMimePart *part)
{
    GMimeDataWrapper *content = gmime.g_mime_part_get_content(part);
    GMimeStream *stream =
        content == NULL ? NULL : gmime.g_mime_data_wrapper_get_stream(content);
    GMimeStream *decoded;
    GMimeFilter *filter;

    if (stream == NULL)
        return NULL;
    gmime.g_mime_stream_reset(stream);
    decoded = gmime.g_mime_stream_filter_new(stream);
    filter = gmime.g_mime_filter_basic_new(
        gmime.g_mime_data_wrapper_get_encoding(content), FALSE);
    gmime.g_mime_stream_filter_add((GMimeStreamFilter *)decoded, filter);
    gmime.g_object_unref(filter);
    return decoded;
}

static bool
is_for_people(GMimeObject *object)
{
    GMimeContentType *type = gmime.g_mime_object_get_content_type(object);

    return type != NULL
           && (gmime.g_mime_content_type_is_type(type, "text", "html")
               || gmime.g_mime_content_type_is_type(type, "text", "plain"));
}

/* What GMIME_IS_PART does, by the functions that were loaded. */
static bool
is_part(GMimeObject *object)
{
    return gmime.g_type_check_instance_is_a((GTypeInstance *)object,
                                            gmime.g_mime_part_get_type());
}

bool
mailparts_next(struct mailparts *parts, struct mailpart *part)
{
    end_part(parts);
    while (!parts->is_begun || gmime.g_mime_part_iter_next(parts->iter)) {
        GMimeObject *object = gmime.g_mime_part_iter_get_current(parts->iter);

        parts->is_begun = true;
        if (object == NULL)
            return false;
        if (!is_part(object))
            continue;
        parts->decoded = decode((GMimePart *)object);
        if (parts->decoded == NULL)
            continue;
        part->name = gmime.g_mime_part_get_filename((GMimePart *)object);
        part->is_text = is_for_people(object);
        return true;
    }
    return false;
}

static ssize_t
read_part(void *context, void *p, size_t n, struct error *err)
{
    struct mailparts *parts = context;
    ssize_t got = gmime.g_mime_stream_read(parts->decoded, p, n);

    if (got < 0)
        error_set(err, ST_SYNTAX, "an attachment cannot be decoded");
    return got;
}

struct octets
mailparts_octets(struct mailparts *parts)
{
    return (struct octets){read_part, parts};
}
