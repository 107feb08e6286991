/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads questions and answers from NDJSON, and answers from them. */
#include "common/dns/recording.h"

#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/base/table.h"
#include "common/dns/recordingform.h"
#include "common/dns/recordingline.h"

struct recording {
    struct arena *arena;        /* of all answers */
    struct table *answers;      /* by recordingform_key */
    struct recording_head head; /* the first line */
    bool has_head;              /* it was read */
    const char *server;         /* who answers where a line does not say */
};

/* A member may be missing; when it is there, it is of that kind. */
static enum status
check_member(const struct value *map, const char *key, enum value_kind kind,
             struct error *err)
{
    const struct value *member = value_get(map, key);

    if (member == NULL || value_kind(member) == kind)
        return ST_OK;
    return error_set(err, ST_SYNTAX, "\"%s\" is no %s", key,
                     kind == VALUE_NUMBER ? "whole number" : "JSON object");
}

static enum status
read_head(struct recording *recording, const struct value *map,
          struct error *err)
{
    const struct value *version = value_get(map, "recording");
    const struct value *at = value_get(map, "clock");
    enum status st;

    if (value_kind(map) != VALUE_MAP || version == NULL
        || value_kind(version) != VALUE_NUMBER)
        return error_set(err, ST_SYNTAX,
                         "a recording begins with {\"recording\":%d}",
                         RECORDING_VERSION);
    if (value_as_number(version) != RECORDING_VERSION)
        return error_set(err, ST_NEWER,
                         "version %lld of a recording is not known",
                         (long long)value_as_number(version));
    if ((st = check_member(map, "clock", VALUE_NUMBER, err)) != ST_OK
        || (st = check_member(map, "seed", VALUE_NUMBER, err)) != ST_OK
        || (st = check_member(map, "settings", VALUE_MAP, err)) != ST_OK)
        return st;
    recording->head.clock = at == NULL ? clock_now() : value_as_number(at);
    recording->head.seed = (uint64_t)value_as_number(value_get(map, "seed"));
    recording->has_head = true;
    return ST_OK;
}

/* The head's settings are a tree, which lives as long as the recording. */
static enum status
parse_head(struct recording *recording, struct slice text, struct error *err)
{
    struct value *map;
    enum status st = value_parse(recording->arena, text, &map, err);

    if (st == ST_OK)
        st = read_head(recording, map, err);
    if (st == ST_OK)
        recording->head.settings =
            (struct value *)(uintptr_t)value_get(map, "settings");
    return st;
}

static enum status
keep(struct recording *recording, const struct recordingline *line,
     struct error *err)
{
    struct strbuf key = STRBUF_INIT;
    enum status st = ST_OK;

    if (line->answer->server == NULL)
        line->answer->server = recording->server;
    recordingform_key(&line->question, &key);
    if (table_get(recording->answers, strbuf_slice(&key)) != NULL)
        st = error_set(err, ST_SYNTAX, "a question that an earlier line has");
    else
        table_put(recording->answers, strbuf_slice(&key), line->answer);
    strbuf_clear(&key);
    return st;
}

static enum status
parse_line(struct recording *recording, struct arena *scratch,
           struct slice text, struct error *err)
{
    struct recordingline line = {
        .kept = recording->arena, .scratch = scratch, .err = err};
    struct value *map;
    enum status st;

    if (text.n > RECORDING_LINE_MAX)
        return error_set(err, ST_RANGE, "it has more than %u octets",
                         RECORDING_LINE_MAX);
    if (!recording->has_head)
        return parse_head(recording, text, err);
    st = value_parse(scratch, text, &map, err);
    if (st != ST_OK)
        return st;
    if (value_kind(map) != VALUE_MAP)
        return error_set(err, ST_SYNTAX, "it is no JSON object");
    st = recordingline_read(&line, map);
    return st == ST_OK ? keep(recording, &line, err) : st;
}

static enum status
parse_lines(struct recording *recording, const char *file, struct slice text,
            struct error *err)
{
    struct arena *scratch = arena_new();
    enum status st = ST_OK;
    struct slice line;

    for (size_t n = 1; st == ST_OK && slice_next(&text, '\n', &line); n++) {
        struct error inner = ERROR_INIT;

        line = slice_trim(line);
        if (line.n == 0 || line.p[0] == '#')
            continue;
        arena_reset(scratch);
        st = parse_line(recording, scratch, line, &inner);
        if (st != ST_OK)
            error_set(err, st, "'%s', line %zu: %s", file, n, inner.text);
    }
    arena_free(scratch);
    if (st == ST_OK && !recording->has_head)
        st = error_set(err, ST_SYNTAX, "'%s' is no recording: it is empty",
                       file);
    return st;
}

enum status
recording_parse(const char *file, struct slice text, struct recording **out,
                struct error *err)
{
    struct recording *recording = memory_zeroed(1, sizeof(*recording));
    enum status st;

    recording->arena = arena_new();
    recording->answers = table_new();
    recording->server = arena_printf(recording->arena, "recording '%s'", file);
    st = parse_lines(recording, file, text, err);
    if (st == ST_OK)
        *out = recording;
    else
        recording_free(recording);
    return st;
}

enum status
recording_read(const char *path, struct recording **out, struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    enum status st = file_read(path, RECORDING_SIZE_MAX, &text, err);

    if (st == ST_OK)
        st = recording_parse(path, strbuf_slice(&text), out, err);
    strbuf_clear(&text);
    return st;
}

const struct recording_head *
recording_head(const struct recording *recording)
{
    return &recording->head;
}

void
recording_free(struct recording *recording)
{
    if (recording == NULL)
        return;
    table_free(recording->answers);
    arena_free(recording->arena);
    free(recording);
}

/* A recording as a source. */
struct replay {
    struct source source;        /* what it is to others */
    struct recording *recording; /* borrowed */
    struct answer *missing;      /* to what has no line */
    struct arena *arena;         /* of missing */
    struct strbuf key;           /* scratch */
};

static const struct answer *
replay_ask(struct source *source, struct view *view,
           const struct question *question)
{
    struct replay *replay = (struct replay *)source;
    const struct answer *answer;

    (void)view;
    recordingform_key(question, &replay->key);
    answer = table_get(replay->recording->answers, strbuf_slice(&replay->key));
    return answer != NULL ? answer : replay->missing;
}

static void
replay_free(struct source *source)
{
    struct replay *replay = (struct replay *)source;

    strbuf_clear(&replay->key);
    arena_free(replay->arena);
    free(replay);
}

static const struct source_ops replay_ops = {
    .kind = "recording", .ask = replay_ask, .free = replay_free};

struct source *
recording_source(struct recording *recording)
{
    struct replay *replay = memory_zeroed(1, sizeof(*replay));

    replay->source.ops = &replay_ops;
    replay->recording = recording;
    replay->arena = arena_new();
    replay->key = (struct strbuf)STRBUF_INIT;
    replay->missing = answer_make(replay->arena, OUTCOME_REFUSED,
                                  recording->server, "not in the recording");
    return &replay->source;
}
