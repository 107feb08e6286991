/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RDATA out of presentation form, one line of it: RFC 1035 section 5.1. */
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/digest.h"
#include "common/base/strbuf.h"
#include "common/dns/answer.h"
#include "common/dns/recordform.h"

/* RDLENGTH has 16 bits: RFC 1035 section 3.2.1. */
#define DATA_MAX   65535
/* A character-string has a length octet: RFC 1035 section 3.3. */
#define STRING_MAX 255
/* A type bitmap has a window of 32 octets for each 256 types. */
#define WINDOW_MAX 32
#define WINDOWS    256

/* Words of presentation form, taken one by one. */
struct words {
    struct slice rest;  /* not yet taken */
    struct slice word;  /* the present one, escapes and all, no quotes */
    bool quoted;        /* it was in quotes */
    const char *fault;  /* what is wrong, or NULL */
    enum status status; /* of the fault */
};

static bool
fault(struct words *words, enum status status, const char *what)
{
    words->status = status;
    words->fault = what;
    return false;
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool
at_end(struct words *words)
{
    size_t i = 0;

    while (i < words->rest.n && is_blank(words->rest.p[i]))
        i++;
    words->rest = slice_from(words->rest, i);
    return words->rest.n == 0;
}

/* Where the word that begins at rest.p[i] ends. */
static size_t
word_end(struct slice rest, size_t i, bool quoted)
{
    while (i < rest.n) {
        if (quoted ? rest.p[i] == '"' : is_blank(rest.p[i]))
            break;
        i += rest.p[i] == '\\' ? 2 : 1;
    }
    return i < rest.n ? i : rest.n;
}

static bool
next_word(struct words *words)
{
    size_t quotes, end;

    if (at_end(words))
        return fault(words, ST_SYNTAX, "too few fields");
    words->quoted = words->rest.p[0] == '"';
    quotes = words->quoted ? 1 : 0;
    end = word_end(words->rest, quotes, words->quoted);
    if (words->quoted && end == words->rest.n)
        return fault(words, ST_SYNTAX, "a quote is not closed");
    words->word = slice_sub(words->rest, quotes, end - quotes);
    words->rest = slice_from(words->rest, end + quotes);
    if (words->rest.n > 0 && !is_blank(words->rest.p[0]))
        return fault(words, ST_SYNTAX, "no blank behind a quote");
    return true;
}

/* In a zone file these begin a comment or group lines: one who wrote them
   here without quotes meant something else than their octets. */
static bool
is_plain(struct slice word)
{
    for (size_t i = 0; i < word.n; i++) {
        if (word.p[i] == '\\')
            i++;
        else if (memchr("\";()", word.p[i], 4) != NULL)
            return false;
    }
    return true;
}

static bool
next_plain(struct words *words)
{
    if (!next_word(words))
        return false;
    if (words->quoted)
        return fault(words, ST_SYNTAX, "quotes where none belong");
    return is_plain(words->word)
           || fault(words, ST_SYNTAX,
                    "';', '(', ')' or a quote outside of quotes");
}

/* The octet at word.p[*i], which "\DDD" or "\X" may stand for. */
static bool
next_octet(struct slice word, size_t *i, char *octet)
{
    uint64_t value;

    if (word.p[*i] != '\\') {
        *octet = word.p[(*i)++];
        return true;
    }
    if (*i + 1 >= word.n)
        return false;
    if (!ascii_is_digit((unsigned char)word.p[*i + 1])) {
        *octet = word.p[*i + 1];
        *i += 2;
        return true;
    }
    if (*i + 4 > word.n
        || !slice_number(slice_sub(word, *i + 1, 3), 255, &value))
        return false;
    *octet = (char)value;
    *i += 4;
    return true;
}

/* The octets that the next word stands for, quoted or not. */
static bool
next_octets(struct words *words, struct strbuf *out)
{
    size_t i = 0;

    if (!next_word(words))
        return false;
    if (!words->quoted && !is_plain(words->word))
        return fault(words, ST_SYNTAX,
                     "';', '(', ')' or a quote outside of quotes");
    while (i < words->word.n) {
        char octet;

        if (!next_octet(words->word, &i, &octet))
            return fault(words, ST_SYNTAX, "a bad escape");
        strbuf_add_char(out, octet);
    }
    return true;
}

static void
add_number(struct strbuf *out, size_t size, uint64_t number)
{
    while (size-- > 0)
        strbuf_add_char(out, (char)(number >> 8 * size & 0xff));
}

static bool
parse_number(char letter, struct words *words, struct strbuf *out)
{
    size_t size = (size_t)(letter - '0');
    uint64_t number;

    if (!next_plain(words))
        return false;
    if (!slice_number(words->word, UINT32_MAX >> (32 - 8 * size), &number))
        return fault(words, ST_SYNTAX, "no number, or one too large");
    add_number(out, size, number);
    return true;
}

static bool
parse_name(char letter, struct words *words, struct strbuf *out)
{
    uint8_t wire[NAME_WIRE_MAX];
    size_t size;
    enum status st;

    (void)letter;
    if (!next_plain(words))
        return false;
    st = name_wire_parse(words->word, wire, &size, NULL);
    if (st != ST_OK)
        return fault(words, st,
                     st == ST_RANGE ? "a name too long" : "no domain name");
    strbuf_add(out, wire, size);
    return true;
}

static bool
parse_address(char letter, struct words *words, struct strbuf *out)
{
    struct address address;

    if (!next_plain(words))
        return false;
    if (words->word.p[0] == '['
        || address_parse(&address, words->word, NULL) != ST_OK
        || address.port != 0 || address.family != (letter == 'a' ? 4 : 6))
        return fault(words, ST_SYNTAX,
                     letter == 'a' ? "no IPv4 address" : "no IPv6 address");
    strbuf_add(out, address.octets, letter == 'a' ? 4 : 16);
    return true;
}

/* What parse adds gets its length in an octet before it. */
static bool
counted(struct words *words, struct strbuf *out,
        bool (*parse)(struct words *words, struct strbuf *out))
{
    size_t at = out->n;

    strbuf_add_char(out, 0);
    if (!parse(words, out))
        return false;
    if (out->n - at - 1 > STRING_MAX)
        return fault(words, ST_RANGE, "a string of more than 255 octets");
    out->p[at] = (char)(out->n - at - 1);
    return true;
}

static bool
parse_string(char letter, struct words *words, struct strbuf *out)
{
    (void)letter;
    return counted(words, out, next_octets);
}

static bool
parse_strings(char letter, struct words *words, struct strbuf *out)
{
    do {
        if (!parse_string(letter, words, out))
            return false;
    } while (!at_end(words));
    return true;
}

static bool
parse_rest(char letter, struct words *words, struct strbuf *out)
{
    (void)letter;
    return next_octets(words, out);
}

static int
hex_digit(char c)
{
    unsigned char lower = ascii_lower((unsigned char)c);

    if (ascii_is_digit(lower))
        return lower - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* All words to the end are one run of digits, which blanks may part between
   octets only. */
static bool
add_hex(struct words *words, struct strbuf *out)
{
    struct slice word = words->word;

    if (word.n % 2 != 0)
        return fault(words, ST_SYNTAX, "an odd number of hexadecimal digits");
    for (size_t i = 0; i < word.n; i += 2) {
        int high = hex_digit(word.p[i]);
        int low = hex_digit(word.p[i + 1]);

        if (high < 0 || low < 0)
            return fault(words, ST_SYNTAX, "no hexadecimal digits");
        strbuf_add_char(out, (char)(high << 4 | low));
    }
    return true;
}

static bool
parse_hex(char letter, struct words *words, struct strbuf *out)
{
    (void)letter;
    do {
        if (!next_plain(words) || !add_hex(words, out))
            return false;
    } while (!at_end(words));
    return true;
}

static bool
parse_base64(char letter, struct words *words, struct strbuf *out)
{
    (void)letter;
    if (at_end(words))
        return fault(words, ST_SYNTAX, "too few fields");
    if (digest_base64_decode(words->rest, out, NULL) != ST_OK)
        return fault(words, ST_SYNTAX, "no base64");
    words->rest = SLICE_EMPTY;
    return true;
}

static bool
add_salt(struct words *words, struct strbuf *out)
{
    return next_plain(words)
           && (slice_equal(words->word, SLICE("-")) || add_hex(words, out));
}

static bool
parse_salt(char letter, struct words *words, struct strbuf *out)
{
    (void)letter;
    return counted(words, out, add_salt);
}

static int
base32hex_digit(char c)
{
    unsigned char lower = ascii_lower((unsigned char)c);

    if (ascii_is_digit(lower))
        return lower - '0';
    return lower >= 'a' && lower <= 'v' ? lower - 'a' + 10 : -1;
}

/* RFC 4648 section 7 without padding; the bits left over are zero. */
static bool
add_hash(struct words *words, struct strbuf *out)
{
    unsigned held = 0; /* bits not written yet, and how many */
    unsigned bits = 0;

    if (!next_plain(words))
        return false;
    for (size_t i = 0; i < words->word.n; i++) {
        int digit = base32hex_digit(words->word.p[i]);

        if (digit < 0)
            return fault(words, ST_SYNTAX, "no base32hex");
        held = (held << 5 | (unsigned)digit) & 0xfff;
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            strbuf_add_char(out, (char)(held >> bits & 0xff));
        }
    }
    if (bits >= 5 || (held & ((1u << bits) - 1)) != 0)
        return fault(words, ST_SYNTAX, "no base32hex");
    return true;
}

static bool
parse_hash(char letter, struct words *words, struct strbuf *out)
{
    (void)letter;
    return counted(words, out, add_hash);
}

static bool
next_tag(struct words *words, struct strbuf *out)
{
    if (!next_plain(words))
        return false;
    for (size_t i = 0; i < words->word.n; i++) {
        if (!ascii_is_alnum((unsigned char)words->word.p[i]))
            return fault(words, ST_SYNTAX, "no tag");
    }
    strbuf_add_slice(out, words->word);
    return true;
}

static bool
parse_tag(char letter, struct words *words, struct strbuf *out)
{
    (void)letter;
    return counted(words, out, next_tag);
}

static bool
next_type(struct words *words, uint16_t *type)
{
    if (!next_plain(words))
        return false;
    *type = rrtype_parse(words->word);
    return *type != 0 || fault(words, ST_SYNTAX, "no record type");
}

static bool
parse_type(char letter, struct words *words, struct strbuf *out)
{
    uint16_t type;

    (void)letter;
    if (!next_type(words, &type))
        return false;
    add_number(out, 2, type);
    return true;
}

/* Windows in order, none empty, no zero octet at an end: RFC 4034 section
   4.1.2. */
static bool
parse_types(char letter, struct words *words, struct strbuf *out)
{
    uint8_t bits[WINDOWS][WINDOW_MAX] = {{0}};

    (void)letter;
    while (!at_end(words)) {
        uint16_t type;

        if (!next_type(words, &type))
            return false;
        bits[type >> 8][type % 256 / 8] |= (uint8_t)(0x80 >> type % 8);
    }
    for (size_t i = 0; i < WINDOWS; i++) {
        size_t n = WINDOW_MAX;

        while (n > 0 && bits[i][n - 1] == 0)
            n--;
        if (n == 0)
            continue;
        strbuf_add_char(out, (char)i);
        strbuf_add_char(out, (char)n);
        strbuf_add(out, bits[i], n);
    }
    return true;
}

/* "20260131235959", or seconds since 1970: RFC 4034 section 3.2. */
static bool
parse_time(char letter, struct words *words, struct strbuf *out)
{
    const char *p;
    char text[CLOCK_TEXT_SIZE];
    int64_t seconds;
    uint64_t number;

    (void)letter;
    if (!next_plain(words))
        return false;
    p = words->word.p;
    if (words->word.n == 14) {
        snprintf(text, sizeof(text), "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", p,
                 p + 4, p + 6, p + 8, p + 10, p + 12);
        if (clock_parse(slice_of(text), &seconds, NULL) != ST_OK || seconds < 0
            || seconds > UINT32_MAX)
            return fault(words, ST_SYNTAX, "no time");
        number = (uint64_t)seconds;
    } else if (!slice_number(words->word, UINT32_MAX, &number)) {
        return fault(words, ST_SYNTAX, "no time");
    }
    add_number(out, 4, number);
    return true;
}

static const struct {
    char letter; /* of recordform_fields */
    /* Take the field off words; false with a fault when it is wrong. */
    bool (*parse)(char letter, struct words *words, struct strbuf *out);
} parsers[] = {
    {'1', parse_number },
    {'2', parse_number },
    {'4', parse_number },
    {'n', parse_name   },
    {'a', parse_address},
    {'6', parse_address},
    {'s', parse_string },
    {'S', parse_strings},
    {'g', parse_tag    },
    {'q', parse_rest   },
    {'h', parse_hex    },
    {'b', parse_base64 },
    {'x', parse_salt   },
    {'y', parse_hash   },
    {'t', parse_types  },
    {'T', parse_type   },
    {'d', parse_time   },
};

static bool
parse_field(char letter, struct words *words, struct strbuf *out)
{
    size_t i = 0;

    while (parsers[i].letter != letter)
        i++;
    return parsers[i].parse(letter, words, out);
}

/* "\# 3 abcdef", which any type may have: RFC 3597 section 5.  The octets
   need not be those that the type should have: that is how a broken record
   is written down. */
static bool
parse_generic(struct words *words, struct strbuf *out)
{
    uint64_t n;

    if (!next_word(words) || !next_plain(words))
        return false;
    if (!slice_number(words->word, DATA_MAX, &n))
        return fault(words, ST_SYNTAX, "no length behind '\\#'");
    if (!at_end(words) && !parse_hex('h', words, out))
        return false;
    return out->n == n
           || fault(words, ST_SYNTAX, "not as many octets as it says");
}

static bool
parse_data(uint16_t type, struct words *words, struct strbuf *out)
{
    const char *fields = recordform_fields(type);

    if (slice_starts(words->rest, SLICE("\\# ")))
        return parse_generic(words, out);
    if (fields == NULL)
        return fault(words, ST_UNSUPPORTED,
                     "this type is written as '\\# LENGTH HEX'");
    for (; *fields != '\0'; fields++) {
        if (!parse_field(*fields, words, out))
            return false;
    }
    if (!at_end(words))
        return fault(words, ST_SYNTAX, "something behind the last field");
    return out->n <= DATA_MAX
           || fault(words, ST_RANGE, "more than 65535 octets");
}

enum status
record_parse(struct arena *arena, uint16_t type, struct slice text,
             struct slice *data, struct error *err)
{
    struct words words = {.rest = slice_trim(text)};
    struct strbuf out = STRBUF_INIT;
    struct strbuf word = STRBUF_INIT;
    enum status st = ST_OK;

    if (parse_data(type, &words, &out)) {
        *data = arena_slice(arena, strbuf_slice(&out));
    } else {
        rrtype_present(type, &word);
        st = error_set(err, words.status, "'%.*s' is no data of %s: %s",
                       SLICE_ARGS(text), word.p, words.fault);
    }
    strbuf_clear(&word);
    strbuf_clear(&out);
    return st;
}
