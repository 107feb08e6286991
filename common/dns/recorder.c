/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes questions and answers as NDJSON. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/digest.h"
#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/base/table.h"
#include "common/dns/recording.h"
#include "common/dns/recordingform.h"
#include "common/dns/recordingvalue.h"

/* Names tried for the file beside path until it is in place. */
#define NAME_TRIES 16
/* Answers are no secrets; the caller's umask may say otherwise. */
#define FILE_MODE  0644

struct recorder {
    char *path;          /* where it goes in the end */
    char *temporary;     /* where it is until then */
    FILE *stream;        /* open on temporary */
    struct table *seen;  /* keys of the questions written */
    struct arena *arena; /* of the line in work */
    struct strbuf text;  /* scratch */
};

static void
write_line(struct recorder *recorder, const struct value *line)
{
    strbuf_cut(&recorder->text, 0);
    value_json(line, 0, &recorder->text);
    strbuf_add_char(&recorder->text, '\n');
    /* A failure stays with the stream until recorder_finish asks. */
    fwrite(recorder->text.p, 1, recorder->text.n, recorder->stream);
    arena_reset(recorder->arena);
}

static void
write_head(struct recorder *recorder, const struct recording_head *head)
{
    struct arena *arena = recorder->arena;
    struct value *line = value_map(arena);

    value_set(line, "recording", value_number(arena, RECORDING_VERSION));
    value_set(line, "clock", value_number(arena, head->clock));
    /* JSON readers hold 63 bits and a sign: the octets are the same. */
    value_set(line, "seed", value_number(arena, (int64_t)head->seed));
    if (head->settings != NULL)
        value_set(line, "settings", head->settings);
    write_line(recorder, line);
}

void
recorder_add(struct recorder *recorder, const struct question *question,
             const struct answer *answer)
{
    if (answer->outcome == OUTCOME_PENDING)
        return;
    recordingform_key(question, &recorder->text);
    if (table_put(recorder->seen, strbuf_slice(&recorder->text), recorder)
        == NULL)
        write_line(recorder,
                   recordingvalue_make(recorder->arena, question, answer));
}

static void
recorder_end(struct recorder *recorder)
{
    if (recorder->stream != NULL)
        fclose(recorder->stream);
    if (recorder->temporary != NULL)
        unlink(recorder->temporary);
    free(recorder->temporary);
    free(recorder->path);
    table_free(recorder->seen);
    arena_free(recorder->arena);
    strbuf_clear(&recorder->text);
    free(recorder);
}

/* A new file beside path, so that rename stays within one file system. */
static int
open_beside(struct recorder *recorder)
{
    for (int i = 0; i < NAME_TRIES; i++) {
        struct strbuf name = STRBUF_INIT;
        char octets[4];
        int fd, failure;

        digest_random(octets, sizeof(octets));
        strbuf_addf(&name, "%s.", recorder->path);
        digest_hex((struct slice){octets, sizeof(octets)}, &name);
        fd = open(name.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
        if (fd >= 0) {
            recorder->temporary = strbuf_detach(&name);
            return fd;
        }
        failure = errno;
        strbuf_clear(&name);
        errno = failure;
        if (failure != EEXIST)
            break;
    }
    return -1;
}

static enum status
open_stream(struct recorder *recorder, struct error *err)
{
    struct stat existing;
    int fd;

    if (stat(recorder->path, &existing) == 0 && !S_ISREG(existing.st_mode))
        return error_set(err, ST_EXISTS,
                         "cannot write '%s': it is no regular file",
                         recorder->path);
    fd = open_beside(recorder);
    if (fd >= 0)
        recorder->stream = fdopen(fd, "w");
    if (recorder->stream == NULL)
        return error_errno(err, ST_IO, "cannot write '%s'", recorder->path);
    return ST_OK;
}

enum status
recorder_new(const char *path, const struct recording_head *head,
             struct recorder **out, struct error *err)
{
    struct recorder *recorder = memory_zeroed(1, sizeof(*recorder));
    enum status st;

    recorder->text = (struct strbuf)STRBUF_INIT;
    recorder->path = memory_text(path);
    recorder->seen = table_new();
    recorder->arena = arena_new();
    st = open_stream(recorder, err);
    if (st != ST_OK) {
        recorder_end(recorder);
        return st;
    }
    write_head(recorder, head);
    *out = recorder;
    return ST_OK;
}

static enum status
put_in_place(struct recorder *recorder, struct error *err)
{
    enum status st = file_finish(recorder->stream, recorder->path, err);
    int failed;

    if (st != ST_OK)
        return st;
    failed = fclose(recorder->stream);
    recorder->stream = NULL;
    if (failed != 0 || rename(recorder->temporary, recorder->path) != 0)
        return error_errno(err, ST_IO, "cannot write '%s'", recorder->path);
    free(recorder->temporary);
    recorder->temporary = NULL;
    return file_sync_folder(recorder->path, err);
}

enum status
recorder_finish(struct recorder *recorder, struct error *err)
{
    enum status st = put_in_place(recorder, err);

    recorder_end(recorder);
    return st;
}

void
recorder_abandon(struct recorder *recorder)
{
    if (recorder != NULL)
        recorder_end(recorder);
}
