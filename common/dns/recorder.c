/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes questions and answers as NDJSON. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/digest.h"
#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/base/table.h"
#include "common/dns/rcode.h"
#include "common/dns/recording.h"
#include "common/dns/recordingform.h"
#include "common/dns/recordline.h"

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

static void
set_presented(struct recorder *recorder, struct value *line, const char *name)
{
    value_set(line, name,
              value_slice(recorder->arena, strbuf_slice(&recorder->text)));
    strbuf_cut(&recorder->text, 0);
}

static void
set_true(struct recorder *recorder, struct value *line, const char *name,
         bool truth)
{
    if (truth)
        value_set(line, name, value_bool(recorder->arena, true));
}

static void
set_number(struct recorder *recorder, struct value *line, const char *name,
           int64_t number)
{
    value_set(line, name, value_number(recorder->arena, number));
}

static void
set_question(struct recorder *recorder, struct value *line,
             const struct question *question)
{
    bool direct = question->server.family != 0;
    const char *transport = recordingform_transports[question->transport];

    strbuf_cut(&recorder->text, 0);
    name_present(&question->name, &recorder->text);
    set_presented(recorder, line, "name");
    rrtype_present(question->type, &recorder->text);
    set_presented(recorder, line, "type");
    address_present_port(&question->server, &recorder->text);
    if (direct)
        set_presented(recorder, line, "to");
    if (transport != NULL)
        value_set(line, "transport", value_text(recorder->arena, transport));
    if (question->edns_size != QUESTION_EDNS_SIZE)
        set_number(recorder, line, "edns", question->edns_size);
    if (question->rd == direct)
        value_set(line, "rd", value_bool(recorder->arena, question->rd));
    set_true(recorder, line, "do", question->dnssec_ok);
    set_true(recorder, line, "cd", question->checking_disabled);
    if (question->ordinal != 0)
        set_number(recorder, line, "ordinal", question->ordinal);
}

static void
add_record(struct recorder *recorder, struct value *list,
           const struct record *record)
{
    strbuf_cut(&recorder->text, 0);
    recordline_present(record, &recorder->text);
    value_add(list,
              value_slice(recorder->arena, strbuf_slice(&recorder->text)));
}

static void
set_records(struct recorder *recorder, struct value *line, const char *name,
            const struct record *records, size_t count)
{
    struct value *list;

    if (count == 0)
        return;
    list = value_set(line, name, value_list(recorder->arena));
    for (size_t i = 0; i < count; i++)
        add_record(recorder, list, &records[i]);
}

/* A hop as the record that it comes from.  A DNAME's own target is what is
   left of the next name when the labels it kept are taken off. */
static void
set_chain(struct recorder *recorder, struct value *line,
          const struct question *question, const struct answer *answer)
{
    const struct name *at = &question->name;
    struct value *list;

    if (answer->chain_count == 0)
        return;
    list = value_set(line, "chain", value_list(recorder->arena));
    for (size_t i = 0; i < answer->chain_count; i++) {
        const struct hop *hop = &answer->chain[i];
        struct name target = hop->target;
        struct record record = {
            .owner = hop->owner, .type = hop->type, .ttl = hop->ttl};

        if (hop->type == RR_DNAME && at->labels >= hop->owner.labels
            && target.labels >= at->labels - hop->owner.labels)
            name_suffix(
                &target, &hop->target,
                (unsigned)(target.labels - (at->labels - hop->owner.labels)));
        record.data = name_key(&target);
        add_record(recorder, list, &record);
        at = &hop->target;
    }
}

static void
set_flags(struct recorder *recorder, struct value *line,
          const struct answer *answer)
{
    struct value *list = value_list(recorder->arena);

    for (size_t i = 0; recordingform_flags[i].word != NULL; i++) {
        const struct recordingform_flag *flag = &recordingform_flags[i];

        if (*(const bool *)((const char *)answer + flag->offset))
            value_add(list, value_text(recorder->arena, flag->word));
    }
    if (value_count(list) > 0)
        value_set(line, "flags", list);
}

static void
set_numbers(struct recorder *recorder, struct value *line,
            const struct answer *answer)
{
    strbuf_cut(&recorder->text, 0);
    rcode_present(answer->rcode, &recorder->text);
    if (answer->rcode != recordingform_rcode(answer->outcome))
        set_presented(recorder, line, "rcode");
    strbuf_cut(&recorder->text, 0);
    if (answer->ede >= 0)
        set_number(recorder, line, "ede", answer->ede);
    if (answer->zone.size > 0) {
        name_present(&answer->zone, &recorder->text);
        set_presented(recorder, line, "zone");
        set_number(recorder, line, "negative_ttl", answer->negative_ttl);
    }
    if (answer->size > 0)
        set_number(recorder, line, "size", answer->size);
    if (answer->elapsed_us > 0)
        set_number(recorder, line, "elapsed_us", answer->elapsed_us);
}

static void
set_answer(struct recorder *recorder, struct value *line,
           const struct question *question, const struct answer *answer)
{
    struct arena *arena = recorder->arena;

    value_set(line, "outcome",
              value_text(arena, outcome_word(answer->outcome)));
    if (answer->server != NULL)
        value_set(line, "server", value_text(arena, answer->server));
    set_chain(recorder, line, question, answer);
    if (answer->outcome == OUTCOME_FOUND)
        set_records(recorder, line, "answer", answer->records,
                    answer->record_count);
    set_records(recorder, line, "authority", answer->authority,
                answer->authority_count);
    set_records(recorder, line, "additional", answer->additional,
                answer->additional_count);
    set_flags(recorder, line, answer);
    set_numbers(recorder, line, answer);
    if (answer->wire.n > 0) {
        strbuf_cut(&recorder->text, 0);
        digest_hex(answer->wire, &recorder->text);
        set_presented(recorder, line, "wire");
    }
    if (answer->problem != NULL)
        value_set(line, "problem", value_text(arena, answer->problem));
}

void
recorder_add(struct recorder *recorder, const struct question *question,
             const struct answer *answer)
{
    struct value *line;

    if (answer->outcome == OUTCOME_PENDING)
        return;
    recordingform_key(question, &recorder->text);
    if (table_put(recorder->seen, strbuf_slice(&recorder->text), recorder)
        != NULL)
        return;
    line = value_map(recorder->arena);
    set_question(recorder, line, question);
    set_answer(recorder, line, question, answer);
    write_line(recorder, line);
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
