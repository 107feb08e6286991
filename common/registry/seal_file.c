/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where sealing keys live: one file a registry, outside its workspace. */
#include "common/registry/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/digest.h"
#include "common/base/file.h"

/* Base64 of 32 octets is 44; more than a line of that is no such file. */
#define SEAL_FILE_MAX 256

void
seal_uuid(char out[UUID_SIZE])
{
    uint8_t random[16];
    struct strbuf hex = STRBUF_INIT;

    digest_random(random, sizeof(random));
    random[6] = (uint8_t)((random[6] & 0x0f) | 0x40); /* version 4 */
    random[8] = (uint8_t)((random[8] & 0x3f) | 0x80); /* RFC variant */
    digest_hex((struct slice){(const char *)random, sizeof(random)}, &hex);
    snprintf(out, UUID_SIZE, "%.8s-%.4s-%.4s-%.4s-%.12s", hex.p, hex.p + 8,
             hex.p + 12, hex.p + 16, hex.p + 20);
    strbuf_clear(&hex);
}

static const char *
variable(const char *name)
{
    const char *value = getenv(name);

    return value != NULL && *value != '\0' ? value : NULL;
}

enum status
seal_path(const char *uuid, struct strbuf *out, struct error *err)
{
    const char *folder = variable("SELKIE_SEAL_DIR");

    if (folder != NULL) {
        strbuf_add_text(out, folder);
    } else if (geteuid() == 0) {
        strbuf_add_text(out, "/etc/selkie");
    } else if ((folder = variable("XDG_CONFIG_HOME")) != NULL) {
        strbuf_addf(out, "%s/selkie", folder);
    } else if ((folder = variable("HOME")) != NULL) {
        strbuf_addf(out, "%s/.config/selkie", folder);
    } else {
        return error_set(err, ST_NOT_FOUND,
                         "no folder for the sealing key: set HOME or"
                         " XDG_CONFIG_HOME");
    }
    strbuf_addf(out, "/%s.seal", uuid);
    return ST_OK;
}

/* The folder and, if need be, the one above it (~/.config). */
static enum status
make_folder(const char *folder, struct error *err)
{
    char *above;
    int made;

    if (mkdir(folder, 0700) == 0 || errno == EEXIST)
        return ST_OK;
    if (errno == ENOENT) {
        above = file_folder(folder);
        made = mkdir(above, 0700);
        free(above);
        if ((made == 0 || errno == EEXIST) && mkdir(folder, 0700) == 0)
            return ST_OK;
    }
    return error_errno(err, errno == EACCES ? ST_DENIED : ST_IO,
                       "cannot make folder '%s' for the sealing key", folder);
}

static enum status
check_folder(const char *folder, struct error *err)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum status st;

    if (fd < 0)
        return error_errno(err, ST_DENIED,
                           "cannot open folder '%s' of the sealing key",
                           folder);
    st = file_trusted(fd, folder, err);
    close(fd);
    return st;
}

static enum status
write_key(const char *path, struct error *err)
{
    uint8_t key[32]; /* AES-256 */
    struct strbuf text = STRBUF_INIT;
    enum status st;

    /* Room at once: growing would leave pieces behind. */
    strbuf_reserve(&text, 2 * sizeof(key));
    digest_random(key, sizeof(key));
    digest_base64((struct slice){(const char *)key, sizeof(key)}, &text);
    strbuf_add_char(&text, '\n');
    explicit_bzero(key, sizeof(key));
    st = file_create(path, strbuf_slice(&text), 0600, err);
    strbuf_wipe(&text);
    return st;
}

enum status
seal_create(const char *uuid, struct error *err)
{
    struct strbuf path = STRBUF_INIT;
    char *folder = NULL;
    enum status st = seal_path(uuid, &path, err);

    if (st != ST_OK)
        goto out;
    folder = file_folder(path.p);
    if ((st = make_folder(folder, err)) != ST_OK
        || (st = check_folder(folder, err)) != ST_OK)
        goto out;
    st = write_key(path.p, err);
out:
    free(folder);
    strbuf_clear(&path);
    return st;
}

/* Whoever can read the sealing key can sign as every customer. */
static enum status
check_private(int fd, const char *path, struct error *err)
{
    struct stat info;
    enum status st = file_trusted(fd, path, err);

    if (st != ST_OK)
        return st;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
        return error_set(err, ST_DENIED, "sealing key '%s' is no plain file",
                         path);
    if ((info.st_mode & 077) != 0)
        return error_set(err, ST_DENIED,
                         "sealing key '%s' can be read by others (mode %04o):"
                         " make it 0600",
                         path, (unsigned)(info.st_mode & 07777));
    return ST_OK;
}

static enum status
read_key(const char *path, struct strbuf *text, struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    enum status st;

    if (fd < 0)
        return error_errno(err, ST_DENIED, "cannot open sealing key '%s'",
                           path);
    st = check_private(fd, path, err);
    if (st == ST_OK)
        st = file_read_fd(fd, path, SEAL_FILE_MAX, text, err);
    close(fd);
    return st == ST_RANGE ? error_set(err, ST_DAMAGED,
                                      "'%s' does not hold a sealing key", path)
                          : st;
}

enum status
seal_load(const char *uuid, struct seal **out, struct error *err)
{
    struct strbuf path = STRBUF_INIT;
    struct strbuf text = STRBUF_INIT;
    enum status st;

    strbuf_reserve(&text, SEAL_FILE_MAX + 1);
    if ((st = seal_path(uuid, &path, err)) == ST_OK
        && (st = read_key(path.p, &text, err)) == ST_OK)
        st = seal_from_text(path.p, strbuf_slice(&text), out, err);
    strbuf_wipe(&text);
    strbuf_clear(&path);
    return st;
}
