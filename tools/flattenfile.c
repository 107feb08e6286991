/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file that selkie spf flatten prints, read back. */
#include "tools/flattenfile.h"

#include "common/base/file.h"
#include "common/spf/spfrecord.h"

/* Presentation form back to octets: "\\" and "\DDD". */
static void
add_octets(struct strbuf *out, struct slice text)
{
    for (size_t i = 0; i < text.n; i++) {
        uint64_t octet;

        if (text.p[i] != '\\') {
            strbuf_add_char(out, text.p[i]);
        } else if (slice_number(slice_sub(text, i + 1, 3), UINT8_MAX, &octet)
                   && i + 3 < text.n) {
            strbuf_add_char(out, (char)(unsigned char)octet);
            i += 3;
        } else if (i + 1 < text.n) {
            strbuf_add_char(out, text.p[++i]);
        }
    }
}

/* The owner in the first line that is a record. */
static void
read_owner(struct flattenfile *file)
{
    struct slice rest = strbuf_slice(&file->text), line, owner;

    while (slice_next(&rest, '\n', &line))
        if (line.n > 0 && line.p[0] != ';' && slice_next(&line, ' ', &owner)) {
            name_parse(&file->at, owner, NULL);
            return;
        }
}

enum status
flattenfile_read(struct flattenfile *file, const char *path,
                 const struct name *domain, struct error *err)
{
    struct slice rest, line;
    enum status st;

    *file = (struct flattenfile){STRBUF_INIT, STRBUF_INIT, *domain};
    st = file_read(path, FLATTENFILE_SIZE_MAX, &file->text, err);
    if (st != ST_OK)
        goto fail;
    rest = strbuf_slice(&file->text);
    while (slice_next(&rest, '\n', &line))
        if (slice_starts(line, SLICE(FLATTENFILE_SOURCE)))
            add_octets(&file->source,
                       slice_from(line, sizeof(FLATTENFILE_SOURCE) - 1));
    if (spfrecord_is_record(strbuf_slice(&file->source))) {
        read_owner(file);
        return ST_OK;
    }
    st = error_set(err, ST_SYNTAX,
                   "'%s' has no line '" FLATTENFILE_SOURCE
                   "v=spf1 ...', so it is not from selkie spf flatten",
                   path);
fail:
    flattenfile_clear(file);
    return st;
}

void
flattenfile_clear(struct flattenfile *file)
{
    strbuf_clear(&file->text);
    strbuf_clear(&file->source);
}
