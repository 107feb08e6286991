/* SPDX-License-Identifier: GPL-3.0-or-later */
/* INI files: "[section]" and "key = value" lines, selkie.conf(5). */
#include "common/base/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/arena.h"
#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/base/table.h"

struct setting {
    const char *key;   /* "section.key" */
    const char *value; /* without quotes and blanks around it */
    unsigned line;     /* where it stood, from 1 */
};

struct settings {
    struct arena *arena; /* holds every setting */
    struct table *table; /* "section.key" to struct setting */
};

struct reading {
    struct settings *settings; /* being filled */
    const char *name;          /* of the file, for sentences */
    struct slice section;      /* the present one; empty before the first */
    unsigned line;             /* the present one, from 1 */
    struct error *err;         /* of the caller */
};

static enum status
refuse(const struct reading *r, const char *why)
{
    return error_set(r->err, ST_SYNTAX, "'%s', line %u: %s", r->name, r->line,
                     why);
}

static bool
is_name(struct slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_is_alnum((unsigned char)s.p[i])
            && slice_find(SLICE("-_."), s.p[i]) == 3)
            return false;
    return s.n > 0;
}

static enum status
read_section(struct reading *r, struct slice line)
{
    if (line.p[line.n - 1] != ']')
        return refuse(r, "a section without its ']'");
    r->section = slice_trim(slice_sub(line, 1, line.n - 2));
    if (!is_name(r->section))
        return refuse(r, "not a section name: letters, digits, '-', '_' and"
                         " '.' make one");
    return ST_OK;
}

/* "..." keeps the blanks inside. */
static bool
unquote(struct slice *value)
{
    if (value->n == 0 || value->p[0] != '"')
        return true;
    if (value->n == 1 || value->p[value->n - 1] != '"')
        return false;
    *value = slice_sub(*value, 1, value->n - 2);
    return true;
}

static enum status
add(struct reading *r, struct slice key, struct slice value)
{
    struct settings *settings = r->settings;
    struct setting *setting = ARENA_NEW(settings->arena, struct setting);
    const struct setting *first;

    if (r->section.n > 0)
        setting->key = arena_printf(settings->arena, "%.*s.%.*s",
                                    SLICE_ARGS(r->section), SLICE_ARGS(key));
    else
        setting->key = arena_text(settings->arena, key);
    setting->value = arena_text(settings->arena, value);
    setting->line = r->line;
    first = table_get(settings->table, slice_of(setting->key));
    if (first != NULL)
        return error_set(r->err, ST_SYNTAX,
                         "'%s', line %u: '%s' is set already in line %u",
                         r->name, r->line, setting->key, first->line);
    table_put(settings->table, slice_of(setting->key), setting);
    return ST_OK;
}

static enum status
read_line(struct reading *r, struct slice line)
{
    struct slice key;
    struct slice value = line;

    line = slice_trim(line);
    if (line.n == 0 || line.p[0] == '#' || line.p[0] == ';')
        return ST_OK;
    if (slice_find(line, '\0') < line.n)
        return refuse(r, "a NUL octet is no text");
    if (line.p[0] == '[')
        return read_section(r, line);
    value = line;
    slice_next(&value, '=', &key);
    if (value.p == NULL)
        return refuse(r, "neither [section] nor key = value");
    key = slice_trim(key);
    if (!is_name(key))
        return refuse(r, "not a key: letters, digits, '-', '_' and '.' make"
                         " one");
    value = slice_trim(value);
    if (!unquote(&value))
        return refuse(r, "a value that begins with '\"' must end with it");
    return add(r, key, value);
}

static struct settings *
settings_new(void)
{
    struct settings *settings = memory_alloc(sizeof(*settings));

    settings->arena = arena_new();
    settings->table = table_new();
    return settings;
}

enum status
settings_parse(const char *name, struct slice text, struct settings **out,
               struct error *err)
{
    struct reading r = {.name = name, .err = err};
    struct slice line;
    enum status st = ST_OK;

    if (text.n > SETTINGS_SIZE_MAX)
        return error_set(err, ST_RANGE, "'%s' is larger than %u octets", name,
                         SETTINGS_SIZE_MAX);
    /* Some editors begin UTF-8 files with U+FEFF. */
    if (slice_starts(text, SLICE("\xef\xbb\xbf")))
        text = slice_from(text, 3);
    r.settings = settings_new();
    while (st == ST_OK && slice_next(&text, '\n', &line)) {
        r.line++;
        st = read_line(&r, line);
    }
    if (st == ST_OK)
        *out = r.settings;
    else
        settings_free(r.settings);
    return st;
}

static enum status
trust_folder(const char *path, struct error *err)
{
    char *folder = file_folder(path);
    int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    enum status st;

    if (fd < 0) {
        st = error_errno(err, ST_IO, "cannot examine '%s'", folder);
    } else {
        st = file_trusted(fd, folder, err);
        close(fd);
    }
    free(folder);
    return st;
}

/* Where path is a symbolic link, both its own folder and that of the file
   that is meant: whoever writes either could exchange the file. */
static enum status
trust_folders(const char *path, struct error *err)
{
    char *real = realpath(path, NULL);
    enum status st;

    if (real == NULL)
        return error_errno(err, errno == ENOENT ? ST_NOT_FOUND : ST_IO,
                           "cannot read '%s'", path);
    st = trust_folder(path, err);
    if (st == ST_OK)
        st = trust_folder(real, err);
    free(real);
    return st;
}

static enum status
read_trusted(const char *path, struct strbuf *text, struct error *err)
{
    enum status st = trust_folders(path, err);
    int fd;

    if (st != ST_OK)
        return st;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return error_errno(err, errno == EACCES ? ST_DENIED : ST_IO,
                           "cannot read '%s'", path);
    st = file_trusted(fd, path, err);
    if (st == ST_OK)
        st = file_read_fd(fd, path, SETTINGS_SIZE_MAX, text, err);
    close(fd);
    return st;
}

enum status
settings_read(const char *path, bool trusted_only, struct settings **out,
              struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    enum status st = trusted_only
                         ? read_trusted(path, &text, err)
                         : file_read(path, SETTINGS_SIZE_MAX, &text, err);

    if (st == ST_OK)
        st = settings_parse(path, strbuf_slice(&text), out, err);
    strbuf_clear(&text);
    return st;
}

void
settings_free(struct settings *settings)
{
    if (settings == NULL)
        return;
    table_free(settings->table);
    arena_free(settings->arena);
    free(settings);
}

static const struct setting *
find(const struct settings *settings, const char *key)
{
    return table_get(settings->table, slice_of(key));
}

const char *
settings_get(const struct settings *settings, const char *key)
{
    const struct setting *setting = find(settings, key);

    return setting == NULL ? NULL : setting->value;
}

unsigned
settings_line(const struct settings *settings, const char *key)
{
    const struct setting *setting = find(settings, key);

    return setting == NULL ? 0 : setting->line;
}

bool
settings_each(const struct settings *settings, size_t *position,
              const char **key, const char **value)
{
    void *found;
    const struct setting *setting;

    if (!table_each(settings->table, position, NULL, &found))
        return false;
    setting = found;
    *key = setting->key;
    *value = setting->value;
    return true;
}
