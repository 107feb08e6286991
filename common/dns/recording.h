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
/* Longest line: in a message of 64 KB some 5,000 records of 13 octets have two
   compressed names each, which are 255 octets of "\\DDD" in the worst case. */
#define RECORDING_LINE_MAX (16u * 1024u * 1024u)
#define RECORDING_VERSION  1

/* The first line. */
struct recording_head {
    int64_t clock;          /* seconds: what clock_now() said */
    uint64_t seed;          /* of random labels */
    struct value *settings; /* what else decided the questions; may be NULL */
};

/*
 * Writing (recorder.c): head first, then one line a question with its answer,
 * flushed and renamed into place by recorder_finish; nothing is at path
 * before that.  The same question again is not written again.  _new fails
 * when the folder cannot be written, or path is there and no regular file.
 * head and what it holds are borrowed until _new returns.
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
 * Reading.  One JSON object a line; empty lines and lines that begin with
 * "#" are skipped.  All but name, type and outcome (and "recording" in the
 * first one) may be left out, so that it can be written by hand:
 *
 *   {"recording":1,"clock":1790000000,"seed":7,"settings":{}}
 *   {"name":"k1._domainkey.example.com.","type":"TXT","outcome":"found",
 *    "server":"192.0.2.1@53","chain":["k1._domainkey.example.com. 300 CNAME
 *    k1.esp.example."],"answer":["k1.esp.example. 300 TXT \"v=DKIM1; ...\""],
 *    "authority":[...],"additional":[...],"flags":["aa","ad","tc","ra"],
 *    "rcode":"NOERROR","ede":6,"size":120,"elapsed_us":900,"wire":"hex",
 *    "problem":"..."}
 *
 * Without "clock" it is the present time.  Without "to" the question goes to
 * the resolvers, RD set; with "to":"192.0.2.1@53" to that server, RD not set
 * (no port is port 53).  "transport" ("udp", "tcp"), "edns", "do", "cd", "rd"
 * and "ordinal" are there where they are not the usual.  Flags are also
 * "validated", "loops", "open", "referral" and "compact", the truths of
 * struct answer.  A DNAME in a chain is written as it stands in its zone.
 * rcode is by default what goes with the outcome, "NONE" where no message
 * came; "zone" and "negative_ttl" are by default those of the SOA in
 * authority.
 *
 * A question that has no line is answered REFUSED, "not in the recording"; a
 * direct question without a line of its own likewise.  A line that is wrong
 * ends the reading: ST_SYNTAX or ST_RANGE, with file and line; ST_NEWER for a
 * version not known here.
 */
struct recording;
enum status recording_read(const char *path, struct recording **out,
                           struct error *err);
enum status recording_parse(const char *file, struct slice text,
                            struct recording **out, struct error *err);
const struct recording_head *recording_head(const struct recording *recording);
void recording_free(struct recording *recording);
/* Borrows recording. */
struct source *recording_source(struct recording *recording);

#endif
