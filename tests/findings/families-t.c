/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/findings/families.c and of the tables compiled into it. */
#include "common/findings/families.h"

#include "common/base/strbuf.h"
#include "tests/tap/tap.h"

static struct arena *arena;

/* clang-format off */

/* A finding with one field, and what must be, or must not be, in its note. */
static const struct {
    const char *name;
    enum finding_id id;
    const char *at;
    const char *field, *value;
    const char *wanted;   /* a part of the note; NULL: there is no note */
    const char *unwanted; /* no part of it, or NULL */
} rows[] = {
    {"an id with a row", FIND_DKIM_DUPLICATE_TAG, "s.example.", "tag", "p",
     "reject: dkimpy (2019-11), mox (2026-08), go-msgauth (2025-04)",
     "mailauth"},
    {"what the first family does is first", FIND_DKIM_G_TAG, "s.example.",
     "tag", "g", "as verifiers were seen; ignore: OpenDKIM (2022-12), dkimpy",
     NULL},
    {"an id without a row", FIND_DKIM_KEY_REVOKED, "s.example.", "tag", "p",
     NULL, NULL},
    {"a row of several ids", FIND_DKIM_HASH_UNKNOWN_ONLY, "s.example.",
     "value", "sha3", "ignore: rspamd (2026-08)", NULL},
    {"a condition that holds", FIND_DKIM_VERSION_INVALID, "s.example.",
     "value", "Dkim1", "accept: mailauth (version 5.0.2), Stalwart (2026-07)",
     NULL},
    {"the next row, when it does not hold", FIND_DKIM_VERSION_INVALID,
     "s.example.", "value", "DKIM10", "accept: rspamd (2026-08)",
     "accept: mailauth"},
    {"a condition that does not hold, and no next row", FIND_DKIM_TAG_CASE,
     "s.example.", "tag", "K", NULL, NULL},
    {"a field that is not there", FIND_DKIM_TAG_CASE, "s.example.", "x", "P",
     NULL, NULL},
    {"a beginning", FIND_SPF_UNKNOWN_MECHANISM, "example.", "term",
     "IPv4:192.0.2.1", "accept: rspamd (2026-08)", NULL},
    {"another beginning", FIND_SPF_UNKNOWN_MECHANISM, "example.", "term",
     "foo", NULL, NULL},
    {"the owner name", FIND_DNS_ESCAPED_SEMICOLON, "_dmarc.example.", "x", "",
     "repaired: Mail::DMARC (2026-06)", NULL},
    {"another owner name", FIND_DNS_ESCAPED_SEMICOLON, "s.example.", "x", "",
     NULL, NULL},
};

/* clang-format on */

static void
test_row(size_t r)
{
    struct report *report = report_new(arena);
    struct finding *finding = report_add(report, rows[r].id, rows[r].at);

    finding_word(finding, rows[r].field, rows[r].value);
    families_note(report);
    if (rows[r].wanted == NULL) {
        ok(finding->note == NULL, "%s: no note", rows[r].name);
        return;
    }
    if (!ok(finding->note != NULL
                && strstr(finding->note, rows[r].wanted) != NULL,
            "%s", rows[r].name))
        diag("%s", finding->note == NULL ? "(none)" : finding->note);
    if (rows[r].unwanted != NULL)
        ok(finding->note == NULL
               || strstr(finding->note, rows[r].unwanted) == NULL,
           "%s: no %s", rows[r].name, rows[r].unwanted);
}

static void
test_field(void)
{
    struct report *report = report_new(arena);
    struct finding *finding =
        report_add(report, FIND_DKIM_KEY_TYPE_CASE, "s.example.");
    const struct value *list;

    finding_note(finding, "a note of its own");
    families_note(report);
    list = value_at(finding_value(arena, finding), "fields.families");
    is_int(2, (long long)value_count(list), "an element for each behaviour");
    is_string("reject: Mail::DKIM (2024-11), dkimpy (2019-11), go-msgauth"
              " (2025-04)",
              value_as_text(value_element(list, 1)), "the second");
    ok(strncmp(finding->note, "a note of its own; as verifiers were seen;", 42)
           == 0,
       "a note is kept");
}

/* ---- the tables ---- */

/* Ids that are not declared yet: findings about messages. */
static bool
is_id(struct slice id)
{
    return finding_id_of(id) >= 0 || slice_starts(id, SLICE("message."));
}

static bool
is_condition(const char *when)
{
    size_t n = strcspn(when, "=^");

    return when[0] == '\0' || (n > 0 && when[n] != '\0');
}

static void
test_table(size_t t)
{
    const struct families_table *table = families_table(t);
    bool good_ids = true, good_whens = true, good_names = true;
    bool good_inputs = true;

    for (size_t i = 0; i < table->columns; i++)
        good_names &=
            families_cell(table, 0, i)[0] != '\0'
            && (i < FAMILIES_FIRST || families_cell(table, 1, i)[0] != '\0');
    for (size_t row = 2; row < table->rows; row++) {
        struct slice ids =
            slice_of(families_cell(table, row, FAMILIES_FINDING));
        struct slice id;

        while (ids.n > 0 && slice_next(&ids, ' ', &id)) {
            good_ids &= is_id(id);
            if (!is_id(id))
                diag("no finding '%.*s'", SLICE_ARGS(id));
        }
        good_whens &= is_condition(families_cell(table, row, FAMILIES_WHEN));
        good_inputs &= families_cell(table, row, FAMILIES_INPUT)[0] != '\0';
    }
    is_string("finding", families_cell(table, 0, 0), "table %zu: its first",
              t);
    ok(good_names, "table %zu: every column has a name, families a date", t);
    ok(good_ids, "table %zu: ids are those of findings", t);
    ok(good_whens, "table %zu: conditions are well formed", t);
    ok(good_inputs, "table %zu: every row says what it is about", t);
}

int
main(void)
{
    plan_lazy();
    arena = arena_new();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(i);
    test_field();
    for (size_t i = 0; i < FAMILIES_TABLES; i++)
        test_table(i);
    arena_free(arena);
    return tap_done();
}
