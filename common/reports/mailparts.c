/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of a mail that may hold a report, decoded, with GMime. */
#include "common/reports/mailparts.h"

#include <gmime/gmime.h>
#include <pthread.h>
#include <stdlib.h>

#include "common/base/memory.h"

struct mailparts {
    GMimeMessage *message; /* the whole mail */
    GMimePartIter *iter;   /* over its parts */
    bool is_begun;         /* iter is at a part that was given */
    GMimeStream *decoded;  /* of that part, or NULL */
};

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
begin_library(void)
{
    g_mime_init();
}

static GMimeMessage *
parse(struct slice mail)
{
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(mail.p, mail.n);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message;

    g_mime_parser_set_format(parser, slice_starts(mail, SLICE("From "))
                                         ? GMIME_FORMAT_MBOX
                                         : GMIME_FORMAT_MESSAGE);
    message = g_mime_parser_construct_message(parser, NULL);
    g_object_unref(parser);
    g_object_unref(stream);
    return message;
}

enum status
mailparts_open(struct slice mail, struct mailparts **out, struct error *err)
{
    struct mailparts *parts;
    GMimeMessage *message;

    pthread_once(&once, begin_library);
    message = parse(mail);
    if (message == NULL)
        return error_set(err, ST_SYNTAX, "it is no mail that can be read");
    parts = memory_zeroed(1, sizeof(*parts));
    parts->message = message;
    parts->iter = g_mime_part_iter_new(GMIME_OBJECT(message));
    *out = parts;
    return ST_OK;
}

static void
end_part(struct mailparts *parts)
{
    if (parts->decoded != NULL)
        g_object_unref(parts->decoded);
    parts->decoded = NULL;
}

void
mailparts_close(struct mailparts *parts)
{
    if (parts == NULL)
        return;
    end_part(parts);
    g_mime_part_iter_free(parts->iter);
    g_object_unref(parts->message);
    free(parts);
}

/* The octets as they stand, behind what decodes them. */
static GMimeStream *
decode(GMimePart *part)
{
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    GMimeStream *stream =
        content == NULL ? NULL : g_mime_data_wrapper_get_stream(content);
    GMimeStream *decoded;
    GMimeFilter *filter;

    if (stream == NULL)
        return NULL;
    g_mime_stream_reset(stream);
    decoded = g_mime_stream_filter_new(stream);
    filter = g_mime_filter_basic_new(g_mime_data_wrapper_get_encoding(content),
                                     FALSE);
    g_mime_stream_filter_add(GMIME_STREAM_FILTER(decoded), filter);
    g_object_unref(filter);
    return decoded;
}

static bool
is_for_people(GMimeObject *object)
{
    GMimeContentType *type = g_mime_object_get_content_type(object);

    return type != NULL
           && (g_mime_content_type_is_type(type, "text", "html")
               || g_mime_content_type_is_type(type, "text", "plain"));
}

bool
mailparts_next(struct mailparts *parts, struct mailpart *part)
{
    end_part(parts);
    while (!parts->is_begun || g_mime_part_iter_next(parts->iter)) {
        GMimeObject *object = g_mime_part_iter_get_current(parts->iter);

        parts->is_begun = true;
        if (object == NULL)
            return false;
        if (!GMIME_IS_PART(object))
            continue;
        parts->decoded = decode(GMIME_PART(object));
        if (parts->decoded == NULL)
            continue;
        part->name = g_mime_part_get_filename(GMIME_PART(object));
        part->is_text = is_for_people(object);
        return true;
    }
    return false;
}

static ssize_t
read_part(void *context, void *p, size_t n, struct error *err)
{
    struct mailparts *parts = context;
    ssize_t got = g_mime_stream_read(parts->decoded, p, n);

    if (got < 0)
        error_set(err, ST_SYNTAX, "an attachment cannot be decoded");
    return got;
}

struct octets
mailparts_octets(struct mailparts *parts)
{
    return (struct octets){read_part, parts};
}
