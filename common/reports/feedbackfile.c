/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the reports in a file, however it is packed. */
#include "common/reports/feedbackfile.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/base/strbuf.h"
#include "common/reports/feedbackxml.h"
#include "common/reports/mailparts.h"
#include "common/reports/unpack.h"

/* Octets that are read at a time, and by which the form is told. */
#define PIECE   65536
/* How often a pipe that has nothing to give is left, to see whether to
   stop. */
#define LOOK_MS 100

struct feedbackfile {
    struct feedbackfile_limits limits;           /* of one file */
    struct feedbackxml *xml;                     /* used again */
    char *pieces[FEEDBACKFILE_DEPTH_MAX];        /* PIECE octets a depth */
    struct strbuf mails[FEEDBACKFILE_DEPTH_MAX]; /* likewise, grown */
    struct arena *arena;                         /* of the file's parts */
    struct feedbackpart *parts;                  /* in it */
    struct feedbackpart **tail;                  /* where the next one goes */
    uint64_t octets, rows;                       /* that came out so far */
    size_t members;                              /* likewise */
    bool is_spent;                               /* a limit was reached */
    enum status io;                              /* reading the file failed */
    struct error err;                            /* why */
};

/* What is being looked at: the file, or a member. */
struct level {
    struct octets from; /* all behind the piece */
    struct slice piece; /* what was read of it */
    const char *name;   /* for the part */
    unsigned depth;     /* 0: the file */
    bool is_ended;      /* nothing follows the piece */
};

/* ---- parts ---- */

static struct feedbackpart *
add_part(struct feedbackfile *file, const char *name)
{
    struct feedbackpart *part = ARENA_NEW(file->arena, struct feedbackpart);

    part->name = name;
    *file->tail = part;
    file->tail = &part->next;
    return part;
}

static void
add_fault(struct feedbackfile *file, const char *name, enum status status,
          const char *why)
{
    struct feedbackpart *part = add_part(file, name);

    part->status = status;
    part->why = arena_text(file->arena, slice_of(why));
    if (status == ST_RANGE)
        file->is_spent = true;
}

/* A library that is not there is no fault of the file's. */
static void
add_unread(struct feedbackfile *file, const char *name,
           const struct error *err)
{
    add_fault(file, name, ST_IO, err->text);
    file->io = error_set(&file->err, ST_IO, "%s", err->text);
    file->is_spent = true;
}

static void
add_too_large(struct feedbackfile *file, const char *name)
{
    add_fault(file, name, ST_RANGE,
              arena_printf(file->arena, "it has more than %llu octets",
                           (unsigned long long)file->limits.octets));
}

static const char *
member_name(struct feedbackfile *file, const char *name, const char *member)
{
    if (member == NULL)
        return name;
    return arena_printf(file->arena, "%s: %s", name, member);
}

/* ---- octets ---- */

/* Counted: what comes out of containers is what bombs are about. */
static ssize_t
read_counted(struct feedbackfile *file, const struct octets *from, void *p,
             size_t n, struct error *err)
{
    ssize_t got;

    if (file->octets > file->limits.octets)
        return error_set(err, ST_RANGE, "too large"), -1;
    got = from->read(from->context, p, n, err);
    if (got > 0)
        file->octets += (uint64_t)got;
    return got;
}

/* Read until a piece is full, or all is there.  False, and told, when it
   cannot be read. */
static bool
fill(struct feedbackfile *file, struct level *level)
{
    char *room = file->pieces[level->depth];
    struct error err = ERROR_INIT;
    size_t n = 0;

    while (n < PIECE && !level->is_ended) {
        ssize_t got =
            read_counted(file, &level->from, room + n, PIECE - n, &err);

        if (got < 0) {
            level->is_ended = true; /* told once */
            if (file->octets > file->limits.octets)
                add_too_large(file, level->name);
            else
                add_fault(file, level->name, ST_SYNTAX, err.text);
            return false;
        }
        level->is_ended = got == 0;
        n += (size_t)got;
    }
    level->piece = (struct slice){room, n};
    return true;
}

/* What a container reads: the piece, and what follows it. */
struct replay {
    struct feedbackfile *file; /* that counts */
    struct level *level;       /* whose octets they are */
};

static ssize_t
read_replayed(void *context, void *p, size_t n, struct error *err)
{
    struct replay *replay = context;
    struct level *level = replay->level;
    size_t taken = n < level->piece.n ? n : level->piece.n;

    if (taken == 0)
        return level->is_ended
                   ? 0
                   : read_counted(replay->file, &level->from, p, n, err);
    memcpy(p, level->piece.p, taken);
    level->piece = slice_from(level->piece, taken);
    return (ssize_t)taken;
}

/* ---- forms ---- */

static void
read_xml(struct feedbackfile *file, struct level *level)
{
    const struct feedback *report = NULL;
    struct error err = ERROR_INIT;
    enum status st;

    feedbackxml_begin(file->xml, file->arena, file->limits.rows - file->rows);
    st = feedbackxml_push(file->xml, level->piece, &err);
    while (st == ST_OK && !level->is_ended) {
        if (!fill(file, level))
            return;
        st = feedbackxml_push(file->xml, level->piece, &err);
    }
    if (st == ST_OK)
        st = feedbackxml_finish(file->xml, &report, &err);
    if (st != ST_OK) {
        add_fault(file, level->name, st, err.text);
        return;
    }
    file->rows += report->row_count;
    add_part(file, level->name)->report = report;
}

static void read_level(struct feedbackfile *file, struct level *level);

/* One member or attachment more: false when there were too many. */
static bool
count_member(struct feedbackfile *file, const struct level *level)
{
    if (++file->members <= FEEDBACKFILE_MEMBERS_MAX
        && level->depth + 1 < FEEDBACKFILE_DEPTH_MAX)
        return true;
    add_fault(file, level->name, ST_RANGE,
              file->members > FEEDBACKFILE_MEMBERS_MAX
                  ? "it holds more files than reports come in"
                  : "it is packed too many times over");
    return false;
}

/* To the end of a member, so that what it takes is counted before the next
   one is looked for. */
static void
drain(struct feedbackfile *file, struct level *level)
{
    while (!file->is_spent && !level->is_ended && fill(file, level))
        ;
}

static void
read_packed(struct feedbackfile *file, struct level *level)
{
    struct replay replay = {file, level};
    struct octets packed = {read_replayed, &replay};
    struct unpack *unpack = NULL;
    struct error err = ERROR_INIT;
    const char *member = NULL;
    size_t before = file->members;
    enum status st = unpack_open(&packed, level->piece, &unpack, &err);

    if (st == ST_IO) {
        add_unread(file, level->name, &err);
        return;
    }
    while (st == ST_OK && !file->is_spent
           && (st = unpack_next(unpack, &member, &err)) == ST_OK
           && count_member(file, level)) {
        struct level inner = {.from = unpack_octets(unpack),
                              .name = member_name(file, level->name, member),
                              .depth = level->depth + 1};

        read_level(file, &inner);
        drain(file, &inner);
    }
    if (st != ST_OK && st != ST_NOT_FOUND
        && file->octets > file->limits.octets)
        add_too_large(file, level->name);
    else if (st != ST_OK && st != ST_NOT_FOUND)
        add_fault(file, level->name, ST_SYNTAX, err.text);
    else if (file->members == before)
        add_fault(file, level->name, ST_SYNTAX, "there is nothing in it");
    unpack_close(unpack);
}

/* RFC 5322 section 2.2: a field's name, and a colon. */
static bool
is_mail(struct slice text)
{
    size_t colon = slice_find(text, ':');

    if (slice_starts(text, SLICE("From ")))
        return true;
    if (colon == 0 || colon == text.n)
        return false;
    for (size_t i = 0; i < colon; i++)
        if (text.p[i] < 33 || text.p[i] > 126)
            return false;
    return true;
}

static bool
is_xml(struct slice text)
{
    /* UTF-16, by its first character. */
    if (slice_starts(text, SLICE("\xff\xfe"))
        || slice_starts(text, SLICE("\xfe\xff")))
        return true;
    if (slice_starts(text, SLICE("\xef\xbb\xbf")))
        text = slice_from(text, 3);
    text = slice_trim(text);
    return text.n > 0 && text.p[0] == '<';
}

/* In a mail there is text for people, too, and what else people attach. */
static bool
is_attached_report(struct slice piece, bool is_text)
{
    if (unpack_is_packed(piece))
        return true;
    if (is_text)
        return slice_search(piece, SLICE("<feedback")) < piece.n;
    return is_xml(piece);
}

static void
read_parts(struct feedbackfile *file, struct level *level, struct slice mail)
{
    struct mailparts *parts = NULL;
    struct error err = ERROR_INIT;
    struct mailpart part;
    size_t found = 0;
    enum status st = mailparts_open(mail, &parts, &err);

    if (st == ST_IO)
        add_unread(file, level->name, &err);
    else if (st != ST_OK)
        add_fault(file, level->name, st, err.text);
    if (st != ST_OK)
        return;
    while (!file->is_spent && mailparts_next(parts, &part)
           && count_member(file, level)) {
        struct level inner = {.from = mailparts_octets(parts),
                              .name =
                                  member_name(file, level->name, part.name),
                              .depth = level->depth + 1};

        if (!fill(file, &inner))
            continue;
        if (!is_attached_report(inner.piece, part.is_text))
            continue;
        found++;
        read_level(file, &inner);
    }
    if (found == 0 && !file->is_spent)
        add_fault(file, level->name, ST_SYNTAX,
                  "no report is attached to this mail");
    mailparts_close(parts);
}

/* All of it: false, and told, when it cannot be. */
static bool
fill_mail(struct feedbackfile *file, struct level *level, struct strbuf *mail)
{
    strbuf_cut(mail, 0);
    strbuf_add_slice(mail, level->piece);
    while (!level->is_ended) {
        if (!fill(file, level))
            return false;
        strbuf_add_slice(mail, level->piece);
        if (mail->n > FEEDBACKFILE_MAIL_MAX) {
            add_fault(file, level->name, ST_RANGE,
                      "it is larger than any mail");
            return false;
        }
    }
    return true;
}

static void
read_mail(struct feedbackfile *file, struct level *level)
{
    struct strbuf *mail = &file->mails[level->depth];

    if (fill_mail(file, level, mail))
        read_parts(file, level, strbuf_slice(mail));
    /* Few mails are large: what one took is not kept for the rest. */
    if (mail->room > 16 * PIECE)
        strbuf_clear(mail);
}

static void
read_level(struct feedbackfile *file, struct level *level)
{
    if (level->piece.p == NULL && !fill(file, level))
        return;
    if (level->piece.n == 0)
        add_fault(file, level->name, ST_SYNTAX, "it is empty");
    else if (is_xml(level->piece))
        read_xml(file, level);
    else if (unpack_is_packed(level->piece))
        read_packed(file, level);
    else if (is_mail(level->piece))
        read_mail(file, level);
    else
        add_fault(file, level->name, ST_SYNTAX,
                  "it is neither XML nor gzip, zip or a mail");
}

/* ---- a file ---- */

struct feedbackfile *
feedbackfile_new(const struct feedbackfile_limits *limits)
{
    struct feedbackfile *file = memory_zeroed(1, sizeof(*file));

    file->limits = *limits;
    file->xml = feedbackxml_new();
    for (size_t i = 0; i < FEEDBACKFILE_DEPTH_MAX; i++) {
        file->pieces[i] = memory_alloc(PIECE);
        file->mails[i] = (struct strbuf)STRBUF_INIT;
    }
    return file;
}

void
feedbackfile_free(struct feedbackfile *file)
{
    if (file == NULL)
        return;
    feedbackxml_free(file->xml);
    for (size_t i = 0; i < FEEDBACKFILE_DEPTH_MAX; i++) {
        free(file->pieces[i]);
        strbuf_clear(&file->mails[i]);
    }
    free(file);
}

static void
begin(struct feedbackfile *file, struct arena *arena, struct level *level)
{
    file->arena = arena;
    file->parts = NULL;
    file->tail = &file->parts;
    file->octets = file->rows = 0;
    file->members = 0;
    file->is_spent = false;
    file->io = ST_OK;
    level->name = arena_text(arena, slice_of(level->name));
}

struct descriptor {
    struct feedbackfile *file; /* to tell what failed */
    const char *path;          /* for the sentence */
    int fd;                    /* open */
    bool is_regular;           /* reading it never waits for anybody */
};

/* A signal may go to any thread: only one that looks now and then sees what
   it has done.  False, with errno set, when it is time to stop. */
static bool
is_ready(const struct descriptor *from)
{
    const volatile sig_atomic_t *stop = from->file->limits.stop;
    struct pollfd poll_fd = {.fd = from->fd, .events = POLLIN};

    if (from->is_regular || stop == NULL)
        return true;
    while (*stop == 0) {
        int n = poll(&poll_fd, 1, LOOK_MS);

        if (n > 0 || (n < 0 && errno != EINTR))
            return true;
    }
    errno = EINTR;
    return false;
}

static ssize_t
read_descriptor(void *context, void *p, size_t n, struct error *err)
{
    struct descriptor *from = context;
    ssize_t got = is_ready(from) ? read(from->fd, p, n) : -1;

    if (got < 0) {
        from->file->io = error_errno(&from->file->err, ST_IO,
                                     "cannot read '%s'", from->path);
        error_set(err, ST_IO, "%s", from->file->err.text);
    }
    return got;
}

static enum status
open_file(struct descriptor *from, off_t *size, struct error *err)
{
    struct stat about;
    enum status st = ST_IO;

    from->fd = strcmp(from->path, "-") == 0
                   ? dup(STDIN_FILENO)
                   : open(from->path, O_RDONLY | O_CLOEXEC);
    if (from->fd < 0) {
        if (errno == ENOENT)
            st = ST_NOT_FOUND;
        if (errno == EACCES)
            st = ST_DENIED;
        return error_errno(err, st, "cannot open '%s'", from->path);
    }
    from->is_regular = fstat(from->fd, &about) == 0 && S_ISREG(about.st_mode);
    *size = from->is_regular ? about.st_size : 0;
    return ST_OK;
}

enum status
feedbackfile_read(struct feedbackfile *file, const char *path,
                  struct arena *arena, const struct feedbackpart **out,
                  struct error *err)
{
    struct descriptor from = {.file = file, .path = path, .fd = -1};
    struct level level = {
        .from = {read_descriptor, &from},
          .name = path
    };
    off_t size = 0;
    enum status st = open_file(&from, &size, err);

    if (st != ST_OK)
        return st;
    begin(file, arena, &level);
    if (size > 0 && (uint64_t)size > file->limits.octets)
        add_too_large(file, level.name);
    else
        read_level(file, &level);
    *out = file->parts;
    close(from.fd);
    if (file->io != ST_OK)
        return error_set(err, file->io, "%s", file->err.text);
    return ST_OK;
}

static ssize_t
read_nothing(void *context, void *p, size_t n, struct error *err)
{
    (void)context;
    (void)p;
    (void)n;
    (void)err;
    return 0;
}

const struct feedbackpart *
feedbackfile_scan(struct feedbackfile *file, const char *name,
                  struct slice octets, struct arena *arena)
{
    struct level level = {
        .from = {read_nothing, NULL},
        .piece = octets,
        .name = name,
        .is_ended = true
    };

    begin(file, arena, &level);
    read_level(file, &level);
    return file->parts;
}
