/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions and answers as NDJSON: bug reports, fixtures, replay. */
#ifndef DNS_RECORDING_H
#define DNS_RECORDING_H

#include <stdint.h>

#include "common/base/status.h"
#include "common/base/value.h"
#include "common/dns/answer.h"
#include "common/dns/question.h"
#include "common/dns/source.h"

/* A recording larger than this is refused when read whole. */
#define RECORDING_SIZE_MAX (512u * 1024u * 1024u)
/* Longest line: a 64 KB message in presentation form is four times that. */
#define RECORDING_LINE_MAX (1024u * 1024u)
#define RECORDING_VERSION  1

/* The first line. */
struct recording_head {
    int64_t clock;         /* seconds: what clock_now() said */
    uint64_t seed;         /* of random labels */
    struct value *settings; /* what else decided the questions; may be NULL */
};

/*
 * Writing: head first, then one line a (question, answer), flushed and
 * renamed into place by recorder_finish; nothing is at path before that.
 */
struct recorder;
enum status recorder_new(const char *path, const struct recording_head *head,
                         struct recorder **out, struct error *err);
void recorder_add(struct recorder *recorder, const struct question *question,
                  const struct answer *answer);
/* Ends the recorder in any case. */
enum status recorder_finish(struct recorder *recorder, struct error *err);
/* Ends it without leaving a file. */
void recorder_abandon(struct recorder *recorder);

/*
 * Reading.  The format, one JSON object a line; all but name, type and
 * outcome may be left out, so that it can be written by hand:
 *
 *   {"recording":1,"clock":1790000000,"seed":7,"settings":{}}
 *   {"name":"k1._domainkey.example.com.","type":"TXT","outcome":"found",
 *    "server":"192.0.2.1@53","chain":["k1._domainkey.example.com. 300 CNAME
 *    k1.esp.example."],"answer":["k1.esp.example. 300 TXT \"v=DKIM1; ...\""],
 *    "authority":[...],"additional":[...],"flags":["aa","ad","tc","ra"],
 *    "rcode":"NOERROR","ede":6,"size":120,"elapsed_us":900,"wire":"hex",
 *    "problem":"..."}
 *
 * A question to one server has "to":"192.0.2.1@53"; "transport" ("udp",
 * "tcp"), "edns", "do", "cd", "rd" and "ordinal" are there where they are
 * not the usual.  A question that has no line is answered REFUSED, "not in
 * the recording"; a direct question without a line of its own likewise.
 */
struct recording;
enum status recording_read(const char *path, struct recording **out,
                           struct error *err);
enum status recording_parse(const char *file, struct slice text,
                            struct recording **out, struct error *err);
const struct recording_head *
recording_head(const struct recording *recording);
void recording_free(struct recording *recording);
/* Borrows recording. */
struct source *recording_source(struct recording *recording);

#endif
