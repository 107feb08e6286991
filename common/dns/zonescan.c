/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Zone-file text as records, by libzscanner: its one user. */
#include "common/dns/zonescan.h"

#include <libzscanner/scanner.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/base/strbuf.h"
#include "common/dns/question.h"

#define CLASS_IN   1
/* Octets of the word at fault that a sentence shows. */
#define WORD_SHOWN 40

/*
 * Two scanners over one text.  libzscanner says what the records are, but
 * neither where they begin nor that it split a string; our own follows it,
 * always to the end of the record that libzscanner has read.
 */
struct scan {
    const struct zonescan_input *input; /* as given */
    const struct zonescan_sink *sink;   /* as given */
    struct slice text;                  /* what is scanned, without CR */
    struct zs_scanner *zs;              /* new: it is large */
    struct zonetext zonetext;           /* the other scanner */
    struct zonetext_line line;          /* what it read last */
    bool owned;                         /* a record with an owner was seen */
    bool has_ttl;                       /* a $TTL was: it counts */
};

/* What a person should read where libzscanner's own words are no help. */
static const struct {
    int code;         /* of libzscanner */
    const char *what; /* stands before "at 'WORD'" */
} faults[] = {
    {ZS_BAD_NUMBER,         "neither a number nor a known type"     },
    {ZS_UNSUPPORTED_TYPE,   "no type that is known"                 },
    {ZS_BAD_DNAME_CHAR,     "a bad domain name"                     },
    {ZS_BAD_OWNER,          "a bad owner name"                      },
    {ZS_BAD_PREVIOUS_OWNER, "no owner name"                         },
    {ZS_LABEL_OVERFLOW,     "a label of more than 63 octets"        },
    {ZS_DNAME_OVERFLOW,     "a name of more than 255 octets"        },
    {ZS_NUMBER64_OVERFLOW,  "too large a number"                    },
    {ZS_NUMBER32_OVERFLOW,  "too large a number"                    },
    {ZS_NUMBER16_OVERFLOW,  "too large a number"                    },
    {ZS_NUMBER8_OVERFLOW,   "too large a number"                    },
    {ZS_BAD_RDATA,          "bad or missing data"                   },
    {ZS_BAD_TEXT,           "bad or missing text"                   },
    {ZS_BAD_TEXT_CHAR,      "a character that must be escaped"      },
    {ZS_BAD_REST,           "more data than the record may have"    },
    {ZS_BAD_TTL,            "a bad TTL"                             },
    {ZS_BAD_TIME_UNIT,      "a bad TTL"                             },
    {ZS_BAD_ORIGIN,         "an origin that is no absolute name"    },
    {ZS_BAD_INCLUDE_ORIGIN, "an origin that is no absolute name"    },
    {ZS_BAD_DIRECTIVE,      "an unknown directive"                  },
    {ZS_CANNOT_TEXT_DATA,   "data that must be written as \\# N HEX"},
    {ZS_UNCOVERED_STATE,    "text that is no record"                },
};

static const char *
fault_text(int code)
{
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
        if (faults[i].code == code)
            return faults[i].what;
    return zs_strerror(code);
}

/* libzscanner reads no CRLF.  The copy has as many lines and columns. */
static void
drop_carriage_returns(struct slice text, struct strbuf *out)
{
    while (text.n > 0) {
        size_t n = slice_find(text, '\r');

        strbuf_add(out, text.p, n);
        if (n < text.n && (n + 1 == text.n || text.p[n + 1] != '\n'))
            strbuf_add_char(out, '\r');
        text = slice_from(text, n + 1);
    }
}

/* How far libzscanner has come: it supplies a final newline of its own. */
static size_t
scan_offset(const struct scan *scan)
{
    uintptr_t at = (uintptr_t)scan->zs->input.current;
    uintptr_t from = (uintptr_t)scan->text.p;

    return at < from || at - from > scan->text.n ? scan->text.n : at - from;
}

/* The other scanner to the end of the line that offset is in. */
static enum status
catch_up(struct scan *scan, size_t offset, struct error *err)
{
    enum status status = ST_OK;

    while (status == ST_OK && scan->zonetext.at <= offset) {
        status = zonetext_next(&scan->zonetext, &scan->line, err);
        if (status == ST_OK && scan->line.kind == ZONETEXT_MARK) {
            struct zonescan_mark mark = {.text = scan->line.word,
                                         .origin = scan->zonetext.origin,
                                         .line = scan->line.number};

            status = scan->sink->mark(scan->sink->context, &mark, err);
        }
        if (status == ST_OK && scan->line.kind == ZONETEXT_DIRECTIVE)
            scan->has_ttl |= slice_equal_case(scan->line.word, SLICE("$TTL"));
    }
    return status == ST_NOT_FOUND ? ST_OK : status;
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '(' || c == ')'
           || c == '"';
}

/* The word at or right before an offset of the text. */
static struct slice
word_at(struct slice text, size_t offset)
{
    size_t from = offset;
    size_t to = offset;

    while (from > 0 && !is_blank(text.p[from - 1]))
        from--;
    while (to < text.n && to - from < WORD_SHOWN && !is_blank(text.p[to]))
        to++;
    if (to - from > WORD_SHOWN)
        to = from + WORD_SHOWN;
    return slice_sub(text, from, to - from);
}

static bool
is_class(struct slice word)
{
    return slice_equal_case(word, SLICE("CH"))
           || slice_equal_case(word, SLICE("HS"))
           || slice_equal_case(word, SLICE("CS"))
           || slice_starts_case(word, SLICE("CLASS"));
}

/* Where in the text libzscanner stumbled: it keeps the rest of the line, as
   much of it as its buffer holds. */
static size_t
fault_offset(const struct scan *scan)
{
    size_t end = scan_offset(scan);
    size_t rest = scan->zs->buffer_length;

    if (rest > 0)
        rest--; /* the final NUL */
    return rest > end || rest + 2 >= sizeof(scan->zs->buffer)
               ? scan->line.start
               : end - rest;
}

/* The sentence about the octet at offset, which is in the present line. */
static enum status
explain_at(const struct scan *scan, size_t offset, struct error *err)
{
    size_t number = scan->line.number;
    size_t begin = scan->line.start;
    struct slice word;
    size_t column;

    for (size_t i = begin; i < offset; i++) {
        if (scan->text.p[i] == '\n') {
            number++;
            begin = i + 1;
        }
    }
    word = word_at(slice_from(scan->text, begin), offset - begin);
    column = (size_t)(word.p - scan->text.p) - begin + 1;
    if (is_class(word))
        return zonetext_error(err, scan->input->file, number, column,
                              "class '%.*s': only IN is known",
                              SLICE_ARGS(word));
    if (word.n == 0)
        return zonetext_error(err, scan->input->file, number, column, "%s",
                              fault_text(scan->zs->error.code));
    return zonetext_error(err, scan->input->file, number, column,
                          "%s at '%.*s'", fault_text(scan->zs->error.code),
                          SLICE_ARGS(word));
}

/* What the other scanner has to say of the line is clearer. */
static enum status
explain(struct scan *scan, struct error *err)
{
    enum status status = catch_up(scan, scan_offset(scan), err);
    size_t offset = fault_offset(scan);

    if (status != ST_OK)
        return status;
    if (scan->line.kind == ZONETEXT_DIRECTIVE
        && slice_equal_case(scan->line.word, SLICE("$GENERATE")))
        return zonetext_error(err, scan->input->file, scan->line.number, 0,
                              "$GENERATE is refused: write the records out");
    return explain_at(
        scan, offset < scan->line.start ? scan->line.start : offset, err);
}

static enum status
give_record(struct scan *scan, struct error *err)
{
    struct zs_scanner *zs = scan->zs;
    struct slice owner = {(const char *)zs->r_owner, zs->r_owner_length};
    struct zonescan_record record = {
        .type = zs->r_type,
        .ttl = zs->r_ttl,
        .data = {(const char *)zs->r_data, zs->r_data_length}
    };
    enum status status = catch_up(scan, scan_offset(scan), err);

    if (status != ST_OK)
        return status;
    /* RFC 1035 section 5.1: without $TTL (RFC 2308 section 4) the last TTL
       that was stated goes on, which libzscanner does not do. */
    if (!scan->has_ttl)
        zs->default_ttl = zs->r_ttl;
    record.line = scan->line.number;
    record.generic = scan->line.generic;
    if (scan->line.indented && !scan->owned)
        return zonetext_error(err, scan->input->file, record.line, 1,
                              "no owner name, nor a record before");
    scan->owned = true;
    if (name_from_wire(&record.owner, owner, NULL) != ST_OK)
        return zonetext_error(err, scan->input->file, record.line, 0,
                              "a bad owner name");
    if (!record.generic) {
        record.strings = scan->line.strings;
        record.string_count = scan->line.string_count;
    }
    return scan->sink->record(scan->sink->context, &record, err);
}

static enum status
give_include(struct scan *scan, struct error *err)
{
    const struct zs_scanner *zs = scan->zs;
    const char *origin = (const char *)zs->buffer;
    struct zonescan_include include = {.path = zs->include_filename,
                                       .ttl = zs->default_ttl};
    enum status status = catch_up(scan, scan_offset(scan), err);

    if (status != ST_OK)
        return status;
    include.line = scan->line.number;
    include.has_ttl = scan->has_ttl;
    if (name_parse(&include.origin, slice_of(origin), err) != ST_OK)
        return ST_SYNTAX;
    return scan->sink->include(scan->sink->context, &include, err);
}

static enum status
scan_all(struct scan *scan, struct error *err)
{
    enum status status = ST_OK;

    while (status == ST_OK) {
        if (zs_parse_record(scan->zs) != 0)
            return explain(scan, err);
        switch (scan->zs->state) {
        case ZS_STATE_DATA:
            status = give_record(scan, err);
            break;
        case ZS_STATE_INCLUDE:
            status = give_include(scan, err);
            break;
        case ZS_STATE_ERROR:
            return explain(scan, err);
        default:
            return catch_up(scan, scan->text.n, err);
        }
    }
    return status;
}

static enum status
scan_init(struct scan *scan, struct error *err)
{
    struct strbuf origin = STRBUF_INIT;
    const char *slash = strrchr(scan->input->file, '/');
    int result;

    name_present(scan->input->origin, &origin);
    result = zs_init(scan->zs, origin.p, CLASS_IN, scan->input->ttl);
    strbuf_clear(&origin);
    if (result != 0
        || zs_set_input_string(scan->zs, scan->text.p, scan->text.n) != 0)
        return error_set(err, ST_SYNTAX, "cannot read '%s': %s",
                         scan->input->file, zs_strerror(scan->zs->error.code));
    if (slash != NULL) {
        free(scan->zs->path);
        scan->zs->path = memory_text(scan->input->file);
        scan->zs->path[slash - scan->input->file] = '\0';
    }
    /* A blank line must not be told that it lacks an owner. */
    scan->zs->r_owner[0] = 0;
    scan->zs->r_owner_length = 1;
    return ST_OK;
}

enum status
zonescan_run(const struct zonescan_input *input,
             const struct zonescan_sink *sink, struct error *err)
{
    struct scan scan = {.input = input,
                        .sink = sink,
                        .text = input->text,
                        .has_ttl = input->has_ttl};
    struct strbuf copy = STRBUF_INIT;
    enum status status;

    if (slice_find(input->text, '\r') < input->text.n) {
        drop_carriage_returns(input->text, &copy);
        scan.text = strbuf_slice(&copy);
    }
    if (scan.text.p == NULL)
        scan.text = SLICE("");
    scan.zs = memory_zeroed(1, sizeof(*scan.zs));
    zonetext_init(&scan.zonetext, input->file, scan.text, input->origin);
    status = scan_init(&scan, err);
    if (status == ST_OK)
        status = scan_all(&scan, err);
    zonetext_clear(&scan.zonetext);
    zs_deinit(scan.zs);
    free(scan.zs);
    strbuf_clear(&copy);
    return status;
}
