/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fixtures of findings for C tests: their zones, overlays and arguments. */
#ifndef TESTS_FINDINGS_FIXTURE_H
#define TESTS_FINDINGS_FIXTURE_H

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "common/audit/expect.h"
#include "common/audit/keyage.h"
#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/dns/overlay.h"
#include "common/dns/recording.h"
#include "common/dns/source.h"
#include "common/message/mailsigner.h"
#include "tests/tap/tap.h"

#define FIXTURE_SELECTORS_MAX 8
#define FIXTURE_WORDS_MAX     64

/* What a folder's cmd says, loaded. */
struct fixture {
    const char *folder;          /* its path */
    struct arena *arena;         /* holds the words */
    struct zonefile *zone;       /* NULL: no --zone */
    struct overlay *overlay;     /* NULL: no --overlay */
    struct recording *recording; /* NULL: no --replay */
    struct expect *expect;       /* NULL: no --expect */
    struct source *source;       /* of one of them */
    struct recording *earlier;   /* NULL: no --baseline */
    struct audit_selector selectors[FIXTURE_SELECTORS_MAX];
    struct audit_input input; /* for audit_collect */
    const char *problem;      /* why it cannot be loaded, or NULL */
    bool resolvers_only;      /* --resolvers-only */
};

static inline const char *
fixture_path(struct fixture *f, const char *name)
{
    return arena_printf(f->arena, "%s/%s", f->folder, name);
}

/* Words of a command line: blanks between them, '...' and "..." keep blanks
   and may be empty. */
static inline size_t
fixture_words(struct fixture *f, struct slice line,
              const char *words[FIXTURE_WORDS_MAX])
{
    size_t count = 0;
    size_t i = 0;

    while (count < FIXTURE_WORDS_MAX) {
        struct strbuf word = STRBUF_INIT;
        char quote = '\0';

        while (i < line.n && (line.p[i] == ' ' || line.p[i] == '\n'))
            i++;
        if (i == line.n)
            break;
        for (; i < line.n; i++) {
            char c = line.p[i];

            if (quote == '\0' && (c == ' ' || c == '\n'))
                break;
            if (c == quote)
                quote = '\0';
            else if (quote == '\0' && (c == '\'' || c == '"'))
                quote = c;
            else
                strbuf_add_char(&word, c);
        }
        words[count++] = arena_text(f->arena, strbuf_slice(&word));
        strbuf_clear(&word);
    }
    return count;
}

static inline enum status
fixture_zone(struct fixture *f, const char *path, struct error *err)
{
    struct zonefile_settings settings = {.faults = true};

    if (f->zone == NULL)
        f->zone = zonefile_new();
    return zonefile_read(f->zone, path, &settings, err);
}

static inline enum status
fixture_overlay(struct fixture *f, const char *path, struct error *err)
{
    if (f->overlay == NULL)
        f->overlay = overlay_new();
    return overlay_read(f->overlay, path, err);
}

static inline enum status
fixture_at(const char *text, struct error *err)
{
    int64_t seconds;
    enum status st = clock_parse(slice_of(text), &seconds, err);

    if (st == ST_OK)
        clock_set(seconds);
    return st;
}

static inline enum status
fixture_baseline(struct fixture *f, const char *path, struct error *err)
{
    enum status st = recording_read(path, &f->earlier, err);

    if (st == ST_OK)
        f->input.baseline = keyage_baseline_new(f->earlier);
    return st;
}

/* The domain is that of the first signature. */
static inline enum status
fixture_message(struct fixture *f, const char *path, struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    const struct mailsigner *signers;
    struct mailhead head;
    size_t count = 0;
    enum status st = file_read(path, 1u << 20, &text, err);

    if (st == ST_OK)
        st = mailhead_read(f->arena, strbuf_slice(&text), &head, err);
    if (st == ST_OK) {
        signers = mailsigner_list(f->arena, &head, &count);
        for (size_t i = 0;
             i < count && f->input.selector_count < FIXTURE_SELECTORS_MAX; i++)
            f->selectors[f->input.selector_count++] = (struct audit_selector){
                .selector = signers[i].selector, .origin = SELECTOR_MESSAGE};
        st = count == 0
                 ? error_set(err, ST_SYNTAX, "it is not signed")
                 : name_from_user(&f->input.domain, signers[0].domain, err);
    }
    strbuf_clear(&text);
    return st;
}

/* One option with its value, or the domain: false when it is not known. */
static inline bool
fixture_option(struct fixture *f, const char *word, const char *value,
               struct error *err, enum status *st)
{
    const char *path = value == NULL ? "" : fixture_path(f, value);

    *st = ST_OK;
    if (strcmp(word, "--zone") == 0)
        *st = fixture_zone(f, path, err);
    else if (strcmp(word, "--overlay") == 0)
        *st = fixture_overlay(f, path, err);
    else if (strcmp(word, "--replay") == 0)
        *st = recording_read(path, &f->recording, err);
    else if (strcmp(word, "--ip") == 0)
        *st = address_parse(&f->input.ip, slice_of(value), err);
    else if (strcmp(word, "--at") == 0)
        *st = fixture_at(value, err);
    else if (strcmp(word, "--baseline") == 0)
        *st = fixture_baseline(f, path, err);
    else if (strcmp(word, "--message") == 0)
        *st = fixture_message(f, path, err);
    else if (strcmp(word, "--expect") == 0)
        *st = expect_read(path, &f->expect, err);
    else if (strcmp(word, "--sender") == 0)
        f->input.mail_from = value;
    else if (strcmp(word, "--helo") == 0)
        f->input.helo = value;
    else if (strcmp(word, "--ip") == 0)
        *st = address_parse(&f->input.ip, slice_of(value), err);
    else if (strcmp(word, "--selector") == 0
             && f->input.selector_count < FIXTURE_SELECTORS_MAX)
        f->selectors[f->input.selector_count++] = (struct audit_selector){
            .selector = value, .origin = SELECTOR_COMMAND_LINE};
    else if (strcmp(word, "--format") != 0 && strcmp(word, "--fail-on") != 0
             && strcmp(word, "--profile") != 0)
        return false;
    return true;
}

static inline bool
fixture_flag(struct fixture *f, const char *word)
{
    if (strcmp(word, "--ask-all") == 0)
        f->input.ask_all = true;
    else if (strcmp(word, "--resolvers-only") == 0)
        f->resolvers_only = true;
    else
        return strcmp(word, "--no-guess") == 0;
    return true;
}

static inline enum status
fixture_arguments(struct fixture *f, const char *const *words, size_t count,
                  struct error *err)
{
    enum status st = ST_OK;

    for (size_t i = 1; st == ST_OK && i < count; i++) {
        const char *value = i + 1 < count ? words[i + 1] : NULL;

        if (words[i][0] != '-')
            st = name_from_user(&f->input.domain, words[i], err);
        else if (fixture_flag(f, words[i]))
            continue;
        else if (value != NULL && fixture_option(f, words[i], value, err, &st))
            i++;
        else
            return error_set(err, ST_UNSUPPORTED,
                             "'%s' is an option that this test does not know",
                             words[i]);
    }
    return st;
}

/* The words of cmd, its comments left out. */
static inline size_t
fixture_command(struct fixture *f, const char *words[FIXTURE_WORDS_MAX],
                struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    struct slice rest;
    struct slice line;
    size_t count = 0;

    if (file_read(fixture_path(f, "cmd"), 1u << 16, &text, err) == ST_OK) {
        rest = strbuf_slice(&text);
        while (count == 0 && slice_next(&rest, '\n', &line))
            if (line.n > 0 && line.p[0] != '#')
                count = fixture_words(f, line, words);
    }
    strbuf_clear(&text);
    return count;
}

static inline bool
fixture_has(struct fixture *f, const char *name)
{
    FILE *file = fopen(fixture_path(f, name), "r");

    if (file != NULL)
        fclose(file);
    return file != NULL;
}

/*
 * Load the fixture in folder.  False when it is no audit of files that stand
 * there (another command, or files that its setup makes); where it is one
 * and cannot be loaded, problem says why.  fixture_unload in any case.
 */
static inline bool
fixture_load(struct fixture *f, const char *folder)
{
    const char *words[FIXTURE_WORDS_MAX];
    struct error err = ERROR_INIT;
    enum status st;
    size_t count;

    *f = (struct fixture){.folder = folder, .arena = arena_new()};
    f->input.selectors = f->selectors;
    count = fixture_command(f, words, &err);
    if (count > 0
        && (strcmp(words[0], "audit") != 0 || fixture_has(f, "setup")))
        return false;
    st = count == 0 ? ST_IO : fixture_arguments(f, words, count, &err);
    f->input.zone = f->zone;
    f->input.expect = f->expect;
    if (f->zone != NULL)
        f->source = zonefile_source(f->zone);
    else if (f->recording != NULL)
        f->source = recording_source(f->recording);
    if (st != ST_OK)
        f->problem = arena_text(f->arena, slice_of(err.text));
    return f->source != NULL || st != ST_OK;
}

static inline void
fixture_unload(struct fixture *f)
{
    source_free(f->source);
    keyage_baseline_free(f->input.baseline);
    recording_free(f->earlier);
    overlay_free(f->overlay);
    expect_free(f->expect);
    recording_free(f->recording);
    zonefile_free(f->zone);
    arena_free(f->arena);
}

static inline int
fixture_compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of all fixtures' folders, in order; in arena. */
static inline const char *const *
fixture_names(struct arena *arena, size_t *count)
{
    DIR *folder = opendir(tap_path("tests/findings"));
    const char **names = NULL;
    struct dirent *entry;

    *count = 0;
    if (folder == NULL)
        bail("cannot read tests/findings");
    while ((entry = readdir(folder)) != NULL) {
        const char *dot = strchr(entry->d_name, '.');

        if (dot == NULL || dot == entry->d_name || entry->d_type != DT_DIR)
            continue;
        names = arena_grow(arena, names, *count, sizeof(*names));
        names[(*count)++] = arena_text(arena, slice_of(entry->d_name));
    }
    closedir(folder);
    if (*count > 0)
        qsort(names, *count, sizeof(*names), fixture_compare);
    return names;
}

#endif
