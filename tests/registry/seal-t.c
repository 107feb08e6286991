/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of sealing: keys, files, and what a sealed key is bound to. */
#include "common/registry/seal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "tests/registry/fixture.h"
#include "tests/tap/tap.h"

#define UUID_A "11111111-2222-4333-8444-555555555555"

static const struct seal_subject subject = {.registry = UUID_A,
                                            .key = 17,
                                            .domain =
                                                "snufkin.sausagemail.com",
                                            .selector = "k1",
                                            .algorithm = ALGORITHM_RSA};

static struct seal *
load(const char *uuid)
{
    struct seal *seal = NULL;
    struct error err = ERROR_INIT;

    if (seal_load(uuid, &seal, &err) != ST_OK)
        bail("%s", err.text);
    return seal;
}

static void
test_round_trip(const struct seal *seal)
{
    struct strbuf sealed = STRBUF_INIT;
    struct strbuf again = STRBUF_INIT;
    struct strbuf plain = STRBUF_INIT;
    static const char secret[] = "not\0to be seen";
    struct slice text = {secret, sizeof(secret)};

    is_int(ST_OK, seal_wrap(seal, &subject, text, &sealed, NULL), "seal");
    is_int(1 + 8 + 12 + (long long)text.n + 16, (long long)sealed.n,
           "size of what is sealed");
    ok(slice_search(strbuf_slice(&sealed), SLICE("to be seen")) == sealed.n,
       "the text is not in it");
    is_int(ST_OK,
           seal_unwrap(seal, &subject, strbuf_slice(&sealed), &plain, NULL),
           "unseal");
    is_octets(text.p, text.n, plain.p, plain.n, "what was sealed");
    seal_wrap(seal, &subject, text, &again, NULL);
    ok(!slice_equal(strbuf_slice(&sealed), strbuf_slice(&again)),
       "the same text is never sealed the same");
    strbuf_clear(&sealed);
    strbuf_clear(&again);
    strbuf_wipe(&plain);
}

/* Every part of the subject counts. */
static void
test_subjects(const struct seal *seal)
{
    struct seal_subject others[6] = {subject, subject, subject,
                                     subject, subject, subject};
    static const char *const names[] = {
        "registry", "key number", "domain",
        "selector", "algorithm",  "domain and selector shifted"};
    struct strbuf sealed = STRBUF_INIT;

    others[0].registry = "11111111-2222-4333-8444-555555555556";
    others[1].key = 18;
    others[2].domain = "toffle.sausagemail.com";
    others[3].selector = "k2";
    others[4].algorithm = ALGORITHM_ED25519;
    others[5].domain = "snufkin.sausagemail.comk";
    others[5].selector = "1";
    seal_wrap(seal, &subject, SLICE("secret"), &sealed, NULL);
    for (size_t i = 0; i < 6; i++) {
        struct strbuf plain = STRBUF_INIT;
        struct error err = ERROR_INIT;

        is_int(
            ST_DAMAGED,
            seal_unwrap(seal, &others[i], strbuf_slice(&sealed), &plain, &err),
            "another %s", names[i]);
        is_int(0, (long long)plain.n, "another %s: nothing comes out",
               names[i]);
    }
    strbuf_clear(&sealed);
}

/* Each octet spoilt in turn, and each shorter piece. */
static void
test_damage(const struct seal *seal)
{
    struct strbuf sealed = STRBUF_INIT;
    unsigned opened = 0;

    seal_wrap(seal, &subject, SLICE("secret"), &sealed, NULL);
    for (size_t i = 0; i < sealed.n; i++) {
        struct strbuf plain = STRBUF_INIT;

        sealed.p[i] ^= 1;
        opened +=
            seal_unwrap(seal, &subject, strbuf_slice(&sealed), &plain, NULL)
            == ST_OK;
        sealed.p[i] ^= 1;
        opened +=
            seal_unwrap(seal, &subject, slice_sub(strbuf_slice(&sealed), 0, i),
                        &plain, NULL)
            == ST_OK;
        strbuf_wipe(&plain);
    }
    is_int(0, opened, "nothing damaged is opened");
    sealed.p[0] = 9;
    is_int(ST_NEWER,
           seal_unwrap(seal, &subject, strbuf_slice(&sealed),
                       &(struct strbuf)STRBUF_INIT, NULL),
           "an unknown format");
    strbuf_clear(&sealed);
}

static void
test_other_key(const struct seal *seal)
{
    struct strbuf sealed = STRBUF_INIT;
    struct strbuf plain = STRBUF_INIT;
    struct error err = ERROR_INIT;
    struct seal *other = NULL;

    is_int(ST_OK,
           seal_from_text("a credential",
                          SLICE(" AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
                                "\n"),
                          &other, &err),
           "a sealing key from text");
    seal_wrap(seal, &subject, SLICE("secret"), &sealed, NULL);
    is_int(ST_DENIED,
           seal_unwrap(other, &subject, strbuf_slice(&sealed), &plain, &err),
           "another sealing key");
    ok(strstr(err.text, seal_id(other)) != NULL, "it is named: %s", err.text);
    ok(strcmp(seal_id(seal), seal_id(other)) != 0, "ids differ");
    seal_free(other);
    strbuf_clear(&sealed);
}

static const struct {
    const char *name;  /* of the row */
    struct slice text; /* of a sealing key file */
} bad_texts[] = {
    {"empty",     {"", 0}                                             },
    {"too short", {"AAAA", 4}                                         },
    {"31 octets", {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==", 44}},
    {"33 octets", {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 44}},
    {"no base64", {"?AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", 44}},
    {"two keys",
     {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
      90}                                                             },
};

static void
test_bad_texts(void)
{
    for (size_t i = 0; i < sizeof(bad_texts) / sizeof(bad_texts[0]); i++) {
        struct seal *seal = NULL;
        struct error err = ERROR_INIT;

        is_int(ST_DAMAGED, seal_from_text("x", bad_texts[i].text, &seal, &err),
               "%s: status", bad_texts[i].name);
        ok(seal == NULL && strstr(err.text, "AAAA") == NULL,
           "%s: the text is not in the sentence: %s", bad_texts[i].name,
           err.text);
    }
}

/* A file as its mode and text make it: can it be loaded? */
static void
test_files(void)
{
    static const char uuid[] = "99999999-2222-4333-8444-555555555555";
    struct error err = ERROR_INIT;
    struct seal *seal = NULL;
    struct strbuf path = STRBUF_INIT;
    struct stat info;

    is_int(ST_DENIED, seal_load(uuid, &seal, &err), "no file");
    ok(strstr(err.text, "cannot open sealing key") != NULL
           && strstr(err.text, uuid) != NULL,
       "no file: %s", err.text);
    is_int(ST_OK, seal_create(uuid, &err), "make one");
    seal_path(uuid, &path, NULL);
    ok(stat(path.p, &info) == 0 && (info.st_mode & 07777) == 0600,
       "its mode is 0600");
    ok(stat(getenv("SELKIE_SEAL_DIR"), &info) == 0
           && (info.st_mode & 07777) == 0700,
       "the folder's is 0700");
    is_int(ST_EXISTS, seal_create(uuid, &err), "it is not made twice");
    chmod(path.p, 0640);
    is_int(ST_DENIED, seal_load(uuid, &seal, &err), "its group may read it");
    ok(strstr(err.text, "0600") != NULL, "its group may read it: %s",
       err.text);
    chmod(path.p, 0604);
    is_int(ST_DENIED, seal_load(uuid, &seal, NULL), "others may read it");
    chmod(path.p, 0600);
    is_int(ST_OK, seal_load(uuid, &seal, NULL), "put right again");
    seal_free(seal);
    file_write(path.p, SLICE("what?\n"), 0600, NULL);
    is_int(ST_DAMAGED, seal_load(uuid, &seal, &err), "another text");
    unlink(path.p);
    mkdir(path.p, 0700);
    is_int(ST_DENIED, seal_load(uuid, &seal, &err), "a folder of that name");
    rmdir(path.p);
    strbuf_clear(&path);
}

static void
test_path(void)
{
    struct strbuf path = STRBUF_INIT;

    seal_path("U", &path, NULL);
    is_string(fixture_path("seal/U.seal"), path.p, "as SELKIE_SEAL_DIR says");
    strbuf_cut(&path, 0);
    unsetenv("SELKIE_SEAL_DIR");
    if (geteuid() == 0) {
        seal_path("U", &path, NULL);
        is_string("/etc/selkie/U.seal", path.p, "root's own");
    } else {
        setenv("XDG_CONFIG_HOME", "/home/x/c", 1);
        seal_path("U", &path, NULL);
        is_string("/home/x/c/selkie/U.seal", path.p, "a user's own");
    }
    setenv("SELKIE_SEAL_DIR", fixture_path("seal"), 1);
    strbuf_clear(&path);
}

int
main(void)
{
    struct rlimit limit;
    struct seal *seal;
    char uuid[UUID_SIZE];
    char other[UUID_SIZE];

    plan_lazy();
    fixture_folder();
    seal_uuid(uuid);
    seal_uuid(other);
    ok(strlen(uuid) == 36 && uuid[14] == '4' && strchr("89ab", uuid[19])
           && strcmp(uuid, other) != 0,
       "a version 4 UUID: %s", uuid);
    seal_create(UUID_A, NULL);
    seal = load(UUID_A);
    ok(getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 0,
       "with a sealing key in memory there are no cores");
    test_round_trip(seal);
    test_subjects(seal);
    test_damage(seal);
    test_other_key(seal);
    test_bad_texts();
    test_files();
    test_path();
    seal_free(seal);
    seal_free(NULL);
    return tap_done();
}
