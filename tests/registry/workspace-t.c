/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of finding, trusting and making a workspace. */
#include "common/registry/workspace.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "tests/registry/fixture.h"
#include "tests/tap/tap.h"

#define SETTINGS "# ours\nfail-on = warning\n"
#define TEMPLATE "; nothing yet\n"

static struct workspace_plan
plan_for(const char *name)
{
    return (struct workspace_plan){.folder = fixture_path(name),
                                   .esp = FIXTURE_ESP,
                                   .settings = SLICE(SETTINGS),
                                   .template = SLICE(TEMPLATE)};
}

/* Entries of a folder in our folder, but for "." and ".."; -1: none. */
static int
entries(const char *name)
{
    DIR *dir = opendir(fixture_path(name));
    int n = -2;

    if (dir == NULL)
        return -1;
    while (readdir(dir) != NULL)
        n++;
    closedir(dir);
    return n;
}

static long
mode_of(const char *name)
{
    struct stat info;

    return stat(fixture_path(name), &info) == 0 ? (long)(info.st_mode & 07777)
                                                : -1;
}

static void
test_new(void)
{
    struct workspace_plan made = plan_for("new");
    struct workspace *workspace = NULL;
    struct registry *registry = NULL;
    struct seal *seal = NULL;
    struct error err = ERROR_INIT;
    int before = entries("seal");

    is_int(ST_OK, workspace_create(&made, &err), "a new one (%s)", err.text);
    is_int(4, entries("new"), "it holds four things");
    is_int(0700, mode_of("new"), "its mode");
    is_int(0600, mode_of("new/registry.db"), "the registry's mode");
    is_int(0600, mode_of("new/selkie.conf"), "the settings' mode");
    is_int(0700, mode_of("new/view"), "the view's mode");
    is_int((before < 0 ? 0 : before) + 1, entries("seal"), "a sealing key");
    is_int(ST_OK, workspace_open(made.folder, &workspace, &err), "open (%s)",
           err.text);
    is_string("warning",
              settings_get(workspace_settings(workspace), "fail-on"),
              "its settings");
    is_string(fixture_path("new/template.zone"),
              workspace_path(workspace, WORKSPACE_TEMPLATE), "its template");
    is_int(ST_OK,
           registry_open(workspace_path(workspace, WORKSPACE_REGISTRY),
                         &registry, &err),
           "its registry");
    is_string(FIXTURE_ESP, registry_esp(registry), "knows its ESP");
    is_int(ST_OK, registry_seal(registry, &seal, &err),
           "and has its sealing key");
    seal_free(seal);
    registry_free(registry);
    workspace_free(workspace);
    workspace_free(NULL);
    is_int(ST_EXISTS, workspace_create(&made, &err), "not twice: %s",
           err.text);
    is_int(4, entries("new"), "and nothing is left of the second");
    is_int((before < 0 ? 0 : before) + 1, entries("seal"),
           "nor a second sealing key");
}

static void
test_existing(void)
{
    struct workspace_plan made = plan_for("here");
    struct error err = ERROR_INIT;

    mkdir(made.folder, 0755);
    file_create(fixture_path("here/mine.txt"), SLICE("x"), 0644, NULL);
    is_int(ST_OK, workspace_create(&made, &err),
           "in a folder that is there (%s)", err.text);
    is_int(5, entries("here"), "beside what is in it");

    made = plan_for("again");
    mkdir(made.folder, 0700);
    file_create(fixture_path("again/selkie.conf"), SLICE(SETTINGS), 0600,
                NULL);
    is_int(ST_OK, workspace_create(&made, &err),
           "after a killed run: the same settings are there (%s)", err.text);

    made = plan_for("other");
    mkdir(made.folder, 0700);
    file_create(fixture_path("other/template.zone"), SLICE("; mine\n"), 0600,
                NULL);
    is_int(ST_EXISTS, workspace_create(&made, &err),
           "another template is there: %s", err.text);
    is_int(1, entries("other"), "it stays alone");
}

static void
test_finding(void)
{
    struct workspace *workspace = NULL;
    struct error err = ERROR_INIT;

    is_int(ST_NOT_FOUND,
           workspace_open(fixture_path("none"), &workspace, &err),
           "no folder: %s", err.text);
    mkdir(fixture_path("empty"), 0700);
    is_int(ST_NOT_FOUND,
           workspace_open(fixture_path("empty"), &workspace, &err),
           "no registry: %s", err.text);
    setenv("SELKIE_WORKSPACE", fixture_path("new"), 1);
    is_int(ST_OK, workspace_open(NULL, &workspace, &err),
           "as SELKIE_WORKSPACE says");
    is_string(fixture_path("new"), workspace_folder(workspace), "that one");
    workspace_free(workspace);
    is_int(ST_NOT_FOUND,
           workspace_open(fixture_path("empty"), &workspace, &err),
           "what is said on the command line outranks it");
    unsetenv("SELKIE_WORKSPACE");
    if (chdir(fixture_path("new")) != 0)
        bail("cannot change folder");
    is_int(ST_OK, workspace_open(NULL, &workspace, &err),
           "else the current one");
    is_string(fixture_path("new"), workspace_folder(workspace), "absolute");
    workspace_free(workspace);
}

/* What is at fault, its mode, and what is wanted then. */
static const struct {
    const char *name;   /* below the workspace; "" is itself */
    mode_t mode;        /* set for the test */
    enum status status; /* wanted */
} trusts[] = {
    {"",            0755, ST_OK    },
    {"",            0775, ST_DENIED},
    {"",            0707, ST_DENIED},
    {"",            0700, ST_OK    },
    {"selkie.conf", 0644, ST_OK    },
    {"selkie.conf", 0664, ST_DENIED},
    {"selkie.conf", 0602, ST_DENIED},
    {"selkie.conf", 0600, ST_OK    },
    {"registry.db", 0620, ST_DENIED},
    {"registry.db", 0600, ST_OK    },
};

static void
test_trust(void)
{
    char path[4400];

    for (size_t i = 0; i < sizeof(trusts) / sizeof(trusts[0]); i++) {
        struct workspace *workspace = NULL;
        struct error err = ERROR_INIT;

        snprintf(path, sizeof(path), "%s/%s", fixture_path("new"),
                 trusts[i].name);
        if (chmod(path, trusts[i].mode) != 0)
            bail("cannot chmod %s", path);
        is_int(trusts[i].status,
               workspace_open(fixture_path("new"), &workspace, &err),
               "'%s' with mode %04o %s", trusts[i].name,
               (unsigned)trusts[i].mode, err.text);
        workspace_free(workspace);
    }
    if (geteuid() != 0) {
        skip("only root can give files away");
        return;
    }
    for (int i = 0; i < 3; i++) {
        static const char *const names[] = {"", "selkie.conf", "registry.db"};
        struct workspace *workspace = NULL;
        struct error err = ERROR_INIT;

        snprintf(path, sizeof(path), "%s/%s", fixture_path("new"), names[i]);
        if (chown(path, 12345, 12345) != 0)
            bail("cannot chown %s", path);
        is_int(ST_DENIED,
               workspace_open(fixture_path("new"), &workspace, &err),
               "'%s' of another user: %s", names[i], err.text);
        if (chown(path, 0, 0) != 0)
            bail("cannot chown %s", path);
    }
}

static void
test_settings(void)
{
    struct workspace *workspace = NULL;
    struct error err = ERROR_INIT;
    const char *path = fixture_path("new/selkie.conf");

    file_write(path, SLICE("view = /var/lib/x\ntemplate = zones/t.zone\n"),
               0600, NULL);
    is_int(ST_OK, workspace_open(fixture_path("new"), &workspace, &err),
           "settings that move things");
    is_string("/var/lib/x", workspace_path(workspace, WORKSPACE_VIEW),
              "an absolute path");
    is_string(fixture_path("new/zones/t.zone"),
              workspace_path(workspace, WORKSPACE_TEMPLATE),
              "a relative one counts from the workspace");
    workspace_free(workspace);
    file_write(path, SLICE("what is this\n"), 0600, NULL);
    is_int(ST_SYNTAX, workspace_open(fixture_path("new"), &workspace, &err),
           "settings that do not parse: %s", err.text);
    unlink(path);
    is_int(ST_OK, workspace_open(fixture_path("new"), &workspace, &err),
           "no settings");
    ok(settings_get(workspace_settings(workspace), "view") == NULL,
       "are no settings");
    workspace_free(workspace);
}

/* A sealing key that cannot be made, and a folder that cannot be written:
   nothing of a workspace stays. */
static void
test_failures(void)
{
    struct workspace_plan made = plan_for("failed");
    struct error err = ERROR_INIT;
    int before = entries(".");

    setenv("SELKIE_SEAL_DIR", fixture_path("new/registry.db/x"), 1);
    ok(workspace_create(&made, &err) != ST_OK, "no sealing key: %s", err.text);
    is_int(before, entries("."), "nothing is left");
    is_int(-1, entries("failed"), "nor is the folder");
    setenv("SELKIE_SEAL_DIR", fixture_path("seal"), 1);
    made.folder = fixture_path("a/b/c");
    is_int(ST_IO, workspace_create(&made, &err), "no folder for it: %s",
           err.text);
    is_int(before, entries("."), "nothing is left then either");
}

int
main(void)
{
    plan_lazy();
    fixture_folder();
    test_new();
    test_existing();
    test_finding();
    test_trust();
    test_settings();
    test_failures();
    if (chdir("/") != 0)
        bail("cannot change folder");
    return tap_done();
}
