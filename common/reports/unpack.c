/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes gzip and zip files apart, with libarchive. */
#include "common/reports/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "common/base/lazylib.h"
#include "common/base/memory.h"

/* What is used of it; the headers give the types. */
#define ARCHIVE_SONAME "libarchive.so.13"
#define FUNCTIONS(X)                                                          \
    X(archive_read_new)                                                       \
    X(archive_read_free)                                                      \
    X(archive_read_append_filter)                                             \
    X(archive_read_support_format_zip_streamable)                             \
    X(archive_read_set_format)                                                \
    X(archive_read_open)                                                      \
    X(archive_read_next_header)                                               \
    X(archive_read_data)                                                      \
    X(archive_set_error)                                                      \
    X(archive_error_string)                                                   \
    X(archive_entry_filetype)                                                 \
    X(archive_entry_pathname)

static struct {
#define MEMBER(name) __typeof__(name) *name;
    FUNCTIONS(MEMBER)
#undef MEMBER
} packed;

static const char *const function_names[] = {
#define NAME(name) #name,
    FUNCTIONS(NAME)
#undef NAME
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static enum status loaded;
static struct error load_error;

static void
load(void)
{
    loaded = lazylib_load(ARCHIVE_SONAME, function_names,
                          sizeof(function_names) / sizeof(function_names[0]),
                          &packed, &load_error);
}

/* Octets that are asked for at a time. */
#define PIECE 65536

struct unpack {
    struct archive *archive; /* the library's */
    struct octets from;      /* packed */
    struct error err;        /* of from, when it failed */
    bool is_gzip;            /* has one member, without a name */
    bool is_begun;           /* a member was given */
    char piece[PIECE];       /* packed octets in the library's hands */
};

/* RFC 1952 section 2.3.1 */
static bool
begins_gzip(struct slice begin)
{
    return slice_starts(begin, SLICE("\x1f\x8b"));
}

bool
unpack_is_packed(struct slice begin)
{
    return begins_gzip(begin) || slice_starts(begin, SLICE("PK\x03\x04"))
           || slice_starts(begin, SLICE("PK\x05\x06"))
           || slice_starts(begin, SLICE("PK00PK\x03\x04"));
}

static la_ssize_t
read_packed(struct archive *archive, void *context, const void **p)
{
    struct unpack *unpack = context;
    ssize_t n = unpack->from.read(unpack->from.context, unpack->piece, PIECE,
                                  &unpack->err);

    *p = unpack->piece;
    if (n < 0)
        packed.archive_set_error(archive, EIO, "%s", unpack->err.text);
    return n;
}

static enum status
fault(struct unpack *unpack, struct error *err)
{
    const char *why = packed.archive_error_string(unpack->archive);

    if (unpack->err.text[0] != '\0')
        return error_set(err, ST_SYNTAX, "%s", unpack->err.text);
    return error_set(err, ST_SYNTAX, "it cannot be unpacked: %s",
                     why == NULL ? "it is damaged" : why);
}

/* One layer and no more: what is packed in what is packed comes out packed, so
   that the octets of each layer are counted. */
static int
choose_form(struct archive *archive, bool is_gzip)
{
    if (!is_gzip)
        return packed.archive_read_support_format_zip_streamable(archive);
    packed.archive_read_set_format(archive, ARCHIVE_FORMAT_RAW);
    return packed.archive_read_append_filter(archive, ARCHIVE_FILTER_GZIP);
}

enum status
unpack_open(const struct octets *from, struct slice begin, struct unpack **out,
            struct error *err)
{
    struct unpack *unpack = memory_zeroed(1, sizeof(*unpack));
    struct archive *archive;
    enum status st;

    pthread_once(&once, load);
    st = loaded;
    if (st != ST_OK) {
        free(unpack);
        return error_set(err, st, "%s", load_error.text);
    }
    archive = packed.archive_read_new();
    if (archive == NULL)
        memory_exhausted();
    unpack->archive = archive;
    unpack->from = *from;
    unpack->is_gzip = begins_gzip(begin);
    if (choose_form(archive, unpack->is_gzip) != ARCHIVE_OK
        || packed.archive_read_open(archive, unpack, NULL, read_packed, NULL)
               != ARCHIVE_OK)
        st = fault(unpack, err);
    if (st == ST_OK)
        *out = unpack;
    else
        unpack_close(unpack);
    return st;
}

void
unpack_close(struct unpack *unpack)
{
    if (unpack == NULL)
        return;
    packed.archive_read_free(unpack->archive);
    free(unpack);
}

enum status
unpack_next(struct unpack *unpack, const char **name, struct error *err)
{
    struct archive_entry *entry;
    int st;

    if (unpack->is_gzip && unpack->is_begun)
        return ST_NOT_FOUND;
    unpack->is_begun = true;
    do {
        st = packed.archive_read_next_header(unpack->archive, &entry);
        if (st == ARCHIVE_EOF)
            return ST_NOT_FOUND;
        if (st != ARCHIVE_OK && st != ARCHIVE_WARN)
            return fault(unpack, err);
    } while (packed.archive_entry_filetype(entry) == AE_IFDIR);
    *name = unpack->is_gzip ? NULL : packed.archive_entry_pathname(entry);
    return ST_OK;
}

static ssize_t
read_member(void *context, void *p, size_t n, struct error *err)
{
    struct unpack *unpack = context;
    la_ssize_t got = packed.archive_read_data(unpack->archive, p, n);

    if (got >= 0)
        return (ssize_t)got;
    fault(unpack, err);
    return -1;
}

struct octets
unpack_octets(struct unpack *unpack)
{
    return (struct octets){read_member, unpack};
}
