/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/recording.c: files, heads, and replay. */
#include "common/dns/recording.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/memory.h"
#include "tests/tap/tap.h"

#define HEAD "{\"recording\":1,\"clock\":1790000000,\"seed\":7}\n"
#define LINE(name)                                                            \
    "{\"name\":\"" name "\",\"type\":\"A\",\"outcome\":\"nodata\"}"

/* clang-format off */
static const struct {
    const char *what;
    const char *text;
    enum status status;
    const char *sentence; /* "" when all is well */
} rows[] = {
    {"a head alone", "{\"recording\":1}\n", ST_OK, ""},
    {"a head without newline", "{\"recording\":1}", ST_OK, ""},
    {"a line", HEAD LINE("a.") "\n", ST_OK, ""},
    {"CRLF, blanks, empty lines, comments",
     "# a comment\r\n\r\n " HEAD "\r\n \t\r\n  # more\n" LINE("a.") " \r\n\n",
     ST_OK, ""},
    {"nothing", "", ST_SYNTAX, "'f' is no recording: it is empty"},
    {"comments alone", "# a\n\n", ST_SYNTAX,
     "'f' is no recording: it is empty"},
    {"no head", LINE("a."), ST_SYNTAX,
     "'f', line 1: a recording begins with {\"recording\":1}"},
    {"a head of another kind", "# c\n[]", ST_SYNTAX,
     "'f', line 2: a recording begins with {\"recording\":1}"},
    {"a head with a word for a number", "{\"recording\":\"1\"}", ST_SYNTAX,
     "'f', line 1: a recording begins with {\"recording\":1}"},
    {"a clock that is a word", "{\"recording\":1,\"clock\":\"x\"}", ST_SYNTAX,
     "'f', line 1: \"clock\" is no whole number"},
    {"a seed that is a list", "{\"recording\":1,\"seed\":[]}", ST_SYNTAX,
     "'f', line 1: \"seed\" is no whole number"},
    {"settings that are a word", "{\"recording\":1,\"settings\":\"x\"}",
     ST_SYNTAX, "'f', line 1: \"settings\" is no JSON object"},
    {"a newer version", "{\"recording\":2}", ST_NEWER,
     "'f', line 1: version 2 of a recording is not known"},
    {"a list", HEAD "[]", ST_SYNTAX, "'f', line 2: it is no JSON object"},
    {"a fault in a line", HEAD "\n" LINE("a.") "\n" LINE("a..b"), ST_SYNTAX,
     "'f', line 4: \"name\": 'a..b' is no domain name: an empty label"},
    {"a question twice", HEAD LINE("a.") "\n" LINE("A"), ST_SYNTAX,
     "'f', line 3: a question that an earlier line has"},
    {"two questions", HEAD LINE("a.") "\n" LINE("b."), ST_OK, ""},
};
/* clang-format on */

static void
test_rows(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct recording *recording = NULL;
        struct error err = ERROR_INIT;
        enum status st =
            recording_parse("f", slice_of(rows[i].text), &recording, &err);

        is_int(rows[i].status, st, "%s", rows[i].what);
        is_string(rows[i].sentence, err.text, "... the sentence");
        ok((recording != NULL) == (st == ST_OK), "... the recording");
        recording_free(recording);
    }
}

/* What is no JSON: the sentence has file and line, and then jansson's. */
static void
test_no_json(void)
{
    static const char start[] = "'f', line 2: ";
    struct recording *recording = NULL;
    struct error err = ERROR_INIT;

    is_int(ST_SYNTAX,
           recording_parse("f", SLICE(HEAD "{\"name\":"), &recording, &err),
           "no JSON");
    ok(strncmp(err.text, start, sizeof(start) - 1) == 0
           && strlen(err.text) > sizeof(start),
       "... the sentence: %s", err.text);
    is_int(ST_SYNTAX,
           recording_parse("f", SLICE(HEAD "{\"\xff\":1}"), &recording, NULL),
           "no UTF-8");
}

static void
test_long_line(void)
{
    struct strbuf text = STRBUF_INIT;
    struct recording *recording = NULL;
    struct error err = ERROR_INIT;

    strbuf_add_text(&text, HEAD);
    strbuf_fill(&text, ' ', RECORDING_LINE_MAX);
    strbuf_add_text(&text, "\n");
    is_int(ST_OK, recording_parse("f", strbuf_slice(&text), &recording, NULL),
           "blanks do not count");
    recording_free(recording);
    strbuf_add_text(&text, "{\"name\":\"");
    strbuf_fill(&text, 'a', RECORDING_LINE_MAX);
    strbuf_add_text(&text, "\"}\n");
    is_int(ST_RANGE,
           recording_parse("f", strbuf_slice(&text), &recording, &err),
           "a line too long");
    is_string("'f', line 3: it has more than 16777216 octets", err.text,
              "... the sentence");
    strbuf_clear(&text);
}

static void
test_head(void)
{
    struct recording *recording = NULL;

    recording_parse("f",
                    SLICE("{\"recording\":1,\"clock\":5,\"seed\":-1,"
                          "\"settings\":{\"a\":[1]}}"),
                    &recording, NULL);
    is_int(5, recording_head(recording)->clock, "clock");
    ok(recording_head(recording)->seed == UINT64_MAX, "a seed of 64 bits");
    is_int(1,
           value_as_number(value_element(
               value_at(recording_head(recording)->settings, "a"), 0)),
           "settings");
    recording_free(recording);
    clock_set(1234);
    recording_parse("f", SLICE("{\"recording\":1}"), &recording, NULL);
    is_int(1234, recording_head(recording)->clock, "no clock: now");
    is_int(0, (long long)recording_head(recording)->seed, "no seed");
    ok(recording_head(recording)->settings == NULL, "no settings");
    recording_free(recording);
    recording_free(NULL);
}

#define TO(address, rest)                                                     \
    "{\"name\":\"a.example\",\"type\":\"TXT\",\"to\":\"" address "\","        \
    "\"outcome\":\"timeout\"" rest "}\n"

static const char replayed[] =
    HEAD "{\"name\":\"a.example\",\"type\":\"TXT\",\"outcome\":\"found\","
         "\"answer\":[\"a.example. 300 TXT x\"]}\n"
         "{\"name\":\"a.example\",\"type\":\"TXT\",\"outcome\":\"servfail\","
         "\"cd\":true,\"ordinal\":2}\n" TO("192.0.2.1", "")
             TO("2001:db8::1@5300", ",\"transport\":\"tcp\",\"edns\":0");

static const struct answer *
ask(struct source *source, const struct question *question)
{
    return source->ops->ask(source, NULL, question);
}

static void
is_outcome(const char *word, struct source *source,
           const struct question *question, const char *name)
{
    is_string(word, outcome_word(ask(source, question)->outcome), "%s", name);
}

static void
test_replay(void)
{
    struct recording *recording = NULL;
    struct source *source;
    struct name name;
    struct question question;
    struct address server;
    struct error err = ERROR_INIT;

    if (recording_parse("f", slice_of(replayed), &recording, &err) != ST_OK)
        bail("%s", err.text);
    source = recording_source(recording);
    is_string("recording", source->ops->kind, "kind of source");
    name_parse(&name, SLICE("A.example"), NULL);
    question = question_recursive(&name, RR_TXT);
    is_outcome("found", source, &question, "to a resolver");
    is_string("recording 'f'", ask(source, &question)->server, "... server");
    question.dnssec_ok = true;
    is_outcome("refused", source, &question, "with DO: no line");
    is_string("not in the recording", ask(source, &question)->problem,
              "... said so");
    is_int(ANSWER_NO_RCODE, ask(source, &question)->rcode, "... no rcode");
    question.dnssec_ok = false;
    question.checking_disabled = true;
    question.ordinal = 2;
    is_outcome("servfail", source, &question, "with CD, the third time");
    address_parse(&server, SLICE("192.0.2.1@53"), NULL);
    question = question_direct(&server, &name, RR_TXT);
    is_outcome("timeout", source, &question, "to a server");
    server.port = 54;
    question = question_direct(&server, &name, RR_TXT);
    is_outcome("refused", source, &question, "to another port");
    address_parse(&server, SLICE("2001:db8::1@5300"), NULL);
    question = question_direct(&server, &name, RR_TXT);
    is_outcome("refused", source, &question, "not asked this way");
    question.transport = TRANSPORT_TCP;
    question.edns_size = 0;
    is_outcome("timeout", source, &question, "asked over TCP without EDNS");
    question.type = RR_A;
    is_outcome("refused", source, &question, "another type");
    source_free(source);
    recording_free(recording);
}

static void
test_read(void)
{
    struct recording *recording = NULL;
    struct error err = ERROR_INIT;
    char path[] = "/tmp/recording-t.XXXXXX";
    int fd = mkstemp(path);

    if (fd < 0 || write(fd, HEAD "{}", sizeof(HEAD) + 1) < 0)
        bail("cannot write %s", path);
    close(fd);
    is_int(ST_SYNTAX, recording_read(path, &recording, &err), "from a file");
    ok(strstr(err.text, "line 2: \"name\" is missing") != NULL,
       "... with its line: %s", err.text);
    unlink(path);
    is_int(ST_NOT_FOUND, recording_read(path, &recording, &err),
           "from a file that is not there");
}

int
main(void)
{
    plan_lazy();
    test_rows();
    test_no_json();
    test_long_line();
    test_head();
    test_replay();
    test_read();
    return tap_done();
}
