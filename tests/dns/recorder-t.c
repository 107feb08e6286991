/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/recorder.c: what is written reads back the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/dns/recording.h"
#include "common/dns/recordline.h"
#include "tests/tap/tap.h"

static struct arena *arena;
static char folder[] = "/tmp/recorder-t.XXXXXX";

static const char *
path_of(const char *file)
{
    return arena_printf(arena, "%s/%s", folder, file);
}

static const char *
content_of(const char *path)
{
    struct strbuf text = STRBUF_INIT;
    const char *copy;

    if (file_read(path, 1 << 20, &text, NULL) != ST_OK)
        return NULL;
    copy = arena_text(arena, strbuf_slice(&text));
    strbuf_clear(&text);
    return copy;
}

static const struct record *
records_of(const char *lines, size_t *count)
{
    struct slice rest = slice_of(lines);
    struct slice line;
    struct record *records = NULL;

    *count = 0;
    while (slice_next(&rest, '\n', &line)) {
        struct error err = ERROR_INIT;

        records = arena_grow(arena, records, *count, sizeof(*records));
        if (recordline_parse(arena, line, &records[(*count)++], &err) != ST_OK)
            bail("%s", err.text);
    }
    return records;
}

static struct question
question_of(const char *text, uint16_t type)
{
    struct name name;

    if (name_parse(&name, slice_of(text), NULL) != ST_OK)
        bail("%s", text);
    return question_recursive(&name, type);
}

static void
set_hop(struct hop *hop, uint16_t type, const char *owner, const char *target)
{
    name_parse(&hop->owner, slice_of(owner), NULL);
    name_parse(&hop->target, slice_of(target), NULL);
    hop->type = type;
    hop->ttl = 9;
}

/* An answer with everything in it. */
static void
add_full(struct recorder *recorder)
{
    struct question question = question_of("k1.example", RR_TXT);
    struct answer *answer =
        answer_make(arena, OUTCOME_FOUND, "192.0.2.1@53", "odd");
    struct hop *chain = ARENA_ARRAY(arena, struct hop, 2);

    set_hop(&chain[0], RR_DNAME, "example", "k1.t.test");
    set_hop(&chain[1], RR_CNAME, "k1.t.test", "k.test");
    answer->chain = chain;
    answer->chain_count = 2;
    answer->records = records_of("k.test. 8 TXT \"a\\000\\\"\\\\\\255;\" b",
                                 &answer->record_count);
    answer->authority =
        records_of("test. 7 NS ns.test.", &answer->authority_count);
    answer->additional =
        records_of("ns.test. 6 A 192.0.2.9", &answer->additional_count);
    answer->aa = answer->ad = true;
    answer->ede = 6;
    answer->size = 120;
    answer->elapsed_us = 900;
    question.transport = TRANSPORT_TCP;
    question.edns_size = 512;
    question.dnssec_ok = question.checking_disabled = true;
    question.ordinal = 3;
    address_parse(&question.server, SLICE("192.0.2.1@5300"), NULL);
    recorder_add(recorder, &question, answer);
}

/* An outcome alone. */
static void
add_bare(struct recorder *recorder, const char *name, enum outcome outcome)
{
    struct question question = question_of(name, RR_A);

    recorder_add(recorder, &question, answer_make(arena, outcome, NULL, NULL));
}

static void
add_negative(struct recorder *recorder)
{
    struct question question = question_of("no.example", RR_TXT);
    struct answer *answer = answer_make(arena, OUTCOME_NXDOMAIN, "s", NULL);

    answer->zone = name_root;
    answer->negative_ttl = 60;
    answer->compact_denial = true;
    answer->rcode = 0;
    recorder_add(recorder, &question, answer);
}

static void
add_malformed(struct recorder *recorder)
{
    struct question question = question_of("bad.example", RR_TXT);
    struct answer *answer =
        answer_make(arena, OUTCOME_MALFORMED, "s", "cut short");

    answer->wire = SLICE("\0\377\1");
    answer->rcode = 5;
    question.rd = false;
    recorder_add(recorder, &question, answer);
}

static const char wanted[] =
    "{\"recording\":1,\"clock\":5,\"seed\":-1,\"settings\":{\"a\":1}}\n"
    "{\"name\":\"k1.example.\",\"type\":\"TXT\",\"to\":\"192.0.2.1@5300\","
    "\"transport\":\"tcp\",\"edns\":512,\"rd\":true,\"do\":true,"
    "\"cd\":true,\"ordinal\":3,\"outcome\":\"found\","
    "\"server\":\"192.0.2.1@53\",\"chain\":[\"example. 9 DNAME t.test.\","
    "\"k1.t.test. 9 CNAME k.test.\"],\"answer\":[\"k.test. 8 TXT "
    "\\\"a\\\\000\\\\\\\"\\\\\\\\\\\\255;\\\" \\\"b\\\"\"],"
    "\"authority\":[\"test. 7 NS ns.test.\"],"
    "\"additional\":[\"ns.test. 6 A 192.0.2.9\"],\"flags\":[\"aa\",\"ad\"],"
    "\"ede\":6,\"size\":120,\"elapsed_us\":900,\"problem\":\"odd\"}\n"
    "{\"name\":\"a.\",\"type\":\"A\",\"outcome\":\"timeout\"}\n"
    "{\"name\":\"b.\",\"type\":\"A\",\"outcome\":\"servfail\","
    "\"rcode\":\"NONE\"}\n"
    "{\"name\":\"no.example.\",\"type\":\"TXT\",\"outcome\":\"nxdomain\","
    "\"server\":\"s\",\"flags\":[\"compact\"],\"rcode\":\"NOERROR\","
    "\"zone\":\".\",\"negative_ttl\":60}\n"
    "{\"name\":\"bad.example.\",\"type\":\"TXT\",\"rd\":false,"
    "\"outcome\":\"malformed\",\"server\":\"s\",\"rcode\":\"REFUSED\","
    "\"wire\":\"00ff01\",\"problem\":\"cut short\"}\n";

static struct recorder *
start(const char *path)
{
    struct recording_head head = {.clock = 5, .seed = UINT64_MAX};
    struct recorder *recorder = NULL;
    struct error err = ERROR_INIT;

    head.settings = value_map(arena);
    value_set(head.settings, "a", value_number(arena, 1));
    if (recorder_new(path, &head, &recorder, &err) != ST_OK)
        bail("%s", err.text);
    return recorder;
}

static void
test_written(void)
{
    const char *path = path_of("written");
    struct recorder *recorder = start(path);
    struct error err = ERROR_INIT;
    struct stat info;

    add_full(recorder);
    add_full(recorder); /* not again */
    add_bare(recorder, "a", OUTCOME_TIMEOUT);
    add_bare(recorder, "a", OUTCOME_NODATA); /* the first stays */
    add_bare(recorder, "pending", OUTCOME_PENDING);
    add_bare(recorder, "b", OUTCOME_SERVFAIL);
    add_negative(recorder);
    add_malformed(recorder);
    ok(access(path, F_OK) != 0, "nothing is there before the end");
    is_int(ST_OK, recorder_finish(recorder, &err), "finish");
    is_string(wanted, content_of(path), "the text");
    is_int(0640, stat(path, &info) == 0 ? info.st_mode & 0777 : 0, "mode");
}

/* Read, asked again, and written again: the same text. */
static void
test_again(void)
{
    static const char *const names[] = {"a", "b"};
    struct recording *recording = NULL;
    struct recorder *recorder = start(path_of("again"));
    struct error err = ERROR_INIT;
    struct source *source;
    struct question question;

    if (recording_read(path_of("written"), &recording, &err) != ST_OK)
        bail("%s", err.text);
    source = recording_source(recording);
    question = question_of("k1.example", RR_TXT);
    question.transport = TRANSPORT_TCP;
    question.edns_size = 512;
    question.dnssec_ok = question.checking_disabled = true;
    question.ordinal = 3;
    address_parse(&question.server, SLICE("192.0.2.1@5300"), NULL);
    recorder_add(recorder, &question,
                 source->ops->ask(source, NULL, &question));
    for (size_t i = 0; i < 2; i++) {
        struct answer answer;

        question = question_of(names[i], RR_A);
        answer = *source->ops->ask(source, NULL, &question);
        answer.server = NULL; /* "recording 'FILE'" */
        recorder_add(recorder, &question, &answer);
    }
    question = question_of("no.example", RR_TXT);
    recorder_add(recorder, &question,
                 source->ops->ask(source, NULL, &question));
    question = question_of("bad.example", RR_TXT);
    question.rd = false;
    recorder_add(recorder, &question,
                 source->ops->ask(source, NULL, &question));
    is_int(ST_OK, recorder_finish(recorder, &err), "finish");
    is_string(wanted, content_of(path_of("again")), "the text");
    source_free(source);
    recording_free(recording);
}

/* Every octet value in TXT data, in a line of its own, comes back. */
static void
test_octets(void)
{
    const char *path = path_of("octets");
    struct recorder *recorder = start(path);
    struct recording *recording = NULL;
    struct answer *answer = answer_make(arena, OUTCOME_FOUND, "s", NULL);
    struct question question = question_of("a", RR_TXT);
    struct record record = {.owner = question.name, .type = RR_TXT};
    struct source *source;
    char data[3 + 256 + 1] = {(char)255};
    const struct answer *back;

    for (int i = 0; i < 255; i++)
        data[i + 1] = (char)i;
    data[256] = 2;
    data[257] = (char)255;
    data[258] = '"';
    data[259] = 0;
    record.data = (struct slice){data, sizeof(data)};
    answer->records = &record;
    answer->record_count = 1;
    recorder_add(recorder, &question, answer);
    recorder_finish(recorder, NULL);
    if (recording_read(path, &recording, NULL) != ST_OK)
        bail("cannot read %s", path);
    source = recording_source(recording);
    back = source->ops->ask(source, NULL, &question);
    is_int(OUTCOME_FOUND, back->outcome, "all octets");
    is_octets(data, sizeof(data), back->records[0].data.p,
              back->records[0].data.n, "... are the same");
    source_free(source);
    recording_free(recording);
}

static void
test_refused(void)
{
    struct recording_head head = {.clock = 5};
    struct recorder *recorder = NULL;
    struct error err = ERROR_INIT;
    const char *path = path_of("no/such/folder");

    is_int(ST_IO, recorder_new(path, &head, &recorder, &err), "no folder");
    is_string(arena_printf(
                  arena, "cannot write '%s': No such file or directory", path),
              err.text, "... the sentence");
    path = path_of("written/below");
    is_int(ST_IO, recorder_new(path, &head, &recorder, NULL), "no folder it");
    is_int(ST_EXISTS, recorder_new(folder, &head, &recorder, &err),
           "a folder");
    is_string(arena_printf(arena, "cannot write '%s': it is no regular file",
                           folder),
              err.text, "... the sentence");
    is_int(ST_EXISTS, recorder_new("/dev/null", &head, &recorder, NULL),
           "a device");
    ok(recorder == NULL, "no recorder");
}

/* Entries of the folder besides "." and "..". */
static int
count_files(void)
{
    const char *command = arena_printf(arena, "ls -A %s | wc -l", folder);
    FILE *pipe = popen(command, "r");
    int count = -1;

    if (pipe == NULL || fscanf(pipe, "%d", &count) != 1)
        bail("%s", command);
    pclose(pipe);
    return count;
}

static void
test_abandoned(void)
{
    int before = count_files();
    struct recorder *recorder = start(path_of("written"));

    add_negative(recorder);
    is_int(before + 1, count_files(), "a file beside it");
    recorder_abandon(recorder);
    is_int(before, count_files(), "... is gone");
    is_string(wanted, content_of(path_of("written")), "... the old one stays");
    recorder_abandon(NULL);
}

static void
test_replaced(void)
{
    struct recorder *recorder = start(path_of("written"));

    is_int(ST_OK, recorder_finish(recorder, NULL), "written again");
    is_string("{\"recording\":1,\"clock\":5,\"seed\":-1,"
              "\"settings\":{\"a\":1}}\n",
              content_of(path_of("written")), "... replaces the old one");
}

int
main(void)
{
    plan_lazy();
    arena = arena_new();
    umask(027);
    if (mkdtemp(folder) == NULL)
        bail("cannot make %s", folder);
    test_written();
    test_again();
    test_octets();
    test_refused();
    test_abandoned();
    test_replaced();
    for (size_t i = 0; i < 3; i++)
        unlink(path_of(i == 0 ? "written" : i == 1 ? "again" : "octets"));
    ok(rmdir(folder) == 0, "nothing is left behind");
    arena_free(arena);
    return tap_done();
}
