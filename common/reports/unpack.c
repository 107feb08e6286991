/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes gzip and zip files apart, with libarchive. */
#include "common/reports/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>

#include "common/base/memory.h"

/* Octets that are asked for at a time. */
#define PIECE 65536

struct unpack {
    struct archive *archive; /* the library's */
    struct octets from;      /* packed */
    struct error err;        /* of from, when it failed */
    bool is_gzip;            /* and no zip within: has no names */
    char piece[PIECE];       /* packed octets in the library's hands */
};

bool
unpack_is_packed(struct slice begin)
{
    return slice_starts(begin, SLICE("\x1f\x8b"))
           || slice_starts(begin, SLICE("PK\x03\x04"))
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
        archive_set_error(archive, EIO, "%s", unpack->err.text);
    return n;
}

static enum status
fault(struct unpack *unpack, struct error *err)
{
    const char *why = archive_error_string(unpack->archive);

    if (unpack->err.text[0] != '\0')
        return error_set(err, ST_IO, "%s", unpack->err.text);
    return error_set(err, ST_SYNTAX, "it cannot be unpacked: %s",
                     why == NULL ? "it is damaged" : why);
}

enum status
unpack_open(const struct octets *from, struct unpack **out, struct error *err)
{
    struct unpack *unpack = memory_zeroed(1, sizeof(*unpack));
    struct archive *archive = archive_read_new();
    enum status st = ST_OK;

    if (archive == NULL)
        memory_exhausted();
    unpack->archive = archive;
    unpack->from = *from;
    archive_read_support_filter_gzip(archive);
    archive_read_support_format_zip_streamable(archive);
    archive_read_support_format_raw(archive);
    if (archive_read_open(archive, unpack, NULL, read_packed, NULL)
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
    archive_read_free(unpack->archive);
    free(unpack);
}

enum status
unpack_next(struct unpack *unpack, const char **name, struct error *err)
{
    struct archive_entry *entry;
    int st;

    do {
        st = archive_read_next_header(unpack->archive, &entry);
        if (st == ARCHIVE_EOF)
            return ST_NOT_FOUND;
        if (st != ARCHIVE_OK && st != ARCHIVE_WARN)
            return fault(unpack, err);
    } while (archive_entry_filetype(entry) == AE_IFDIR);
    *name = archive_format(unpack->archive) == ARCHIVE_FORMAT_RAW
                ? NULL
                : archive_entry_pathname(entry);
    return ST_OK;
}

static ssize_t
read_member(void *context, void *p, size_t n, struct error *err)
{
    struct unpack *unpack = context;
    la_ssize_t got = archive_read_data(unpack->archive, p, n);

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
