/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SARIF 2.1.0: one run, a rule for each id, a result for each finding. */
#include "common/render/renderer.h"

#include <string.h>

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

/* A message string: brackets would make a link (section 3.11.6), braces a
   placeholder (3.11.5). */
static struct value *
message_value(struct arena *arena, const char *text)
{
    struct value *message = value_map(arena);
    struct strbuf plain = STRBUF_INIT;

    for (; *text != '\0'; text++) {
        if (strchr("[]\\", *text) != NULL)
            strbuf_add_char(&plain, '\\');
        else if (strchr("{}", *text) != NULL)
            strbuf_add_char(&plain, *text);
        strbuf_add_char(&plain, *text);
    }
    value_set(message, "text", value_slice(arena, strbuf_slice(&plain)));
    strbuf_clear(&plain);
    return message;
}

/* "info" is "note" there. */
static const char *
level_word(enum severity severity)
{
    return severity == SEVERITY_INFO ? "note" : severity_word(severity);
}

static struct value *
rule_value(struct arena *arena, const struct finding_def *def)
{
    struct value *rule = value_map(arena);
    struct value *configuration = value_map(arena);

    value_set(rule, "id", value_text(arena, def->name));
    value_set(rule, "shortDescription", message_value(arena, def->message));
    value_set(rule, "help", message_value(arena, def->remedy));
    value_set(configuration, "level",
              value_text(arena, level_word(def->severity)));
    value_set(rule, "defaultConfiguration", configuration);
    return rule;
}

static void
sarif_begin(struct render_state *state, struct strbuf *out)
{
    struct arena *arena = arena_new();

    (void)state;
    strbuf_add_text(out, "{\"$schema\":\"" SCHEMA "\",\"version\":\"2.1.0\","
                         "\"runs\":[{\"tool\":{\"driver\":{"
                         "\"name\":\"selkie\",\"rules\":[");
    for (size_t i = 0; i < FIND_COUNT; i++) {
        strbuf_add_text(out, i == 0 ? "\n" : ",\n");
        value_json(rule_value(arena, finding_def((enum finding_id)i)), 0, out);
    }
    strbuf_add_text(out, "\n]}},\"results\":[");
    arena_free(arena);
}

/* A "dns:" URI (RFC 4501): what is no URI's own octet is escaped. */
static const char *
dns_uri(struct arena *arena, const char *name)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRS"
                                "TUVWXYZ0123456789-._~";
    struct strbuf uri = STRBUF_INIT;
    const char *kept;
    size_t n = strlen(name);

    strbuf_add_text(&uri, "dns:");
    if (n > 1 && name[n - 1] == '.')
        n--;
    for (size_t i = 0; i < n; i++)
        if (strchr(plain, name[i]) != NULL)
            strbuf_add_char(&uri, name[i]);
        else
            strbuf_addf(&uri, "%%%02X", (unsigned char)name[i]);
    kept = arena_text(arena, strbuf_slice(&uri));
    strbuf_clear(&uri);
    return kept;
}

static struct value *
location_value(struct arena *arena, const char *at)
{
    struct value *artifact = value_map(arena);
    struct value *physical = value_map(arena);
    struct value *logical = value_map(arena);
    struct value *names = value_list(arena);
    struct value *location = value_map(arena);

    value_set(artifact, "uri", value_text(arena, dns_uri(arena, at)));
    value_set(physical, "artifactLocation", artifact);
    value_set(location, "physicalLocation", physical);
    value_set(logical, "fullyQualifiedName", value_text(arena, at));
    value_add(names, logical);
    value_set(location, "logicalLocations", names);
    return location;
}

static struct value *
properties_value(struct arena *arena, const struct subject *subject)
{
    struct value *properties = value_map(arena);

    value_set(properties, "domain", value_text(arena, subject->domain));
    if (subject->customer != NULL)
        value_set(properties, "customer",
                  value_text(arena, subject->customer));
    return properties;
}

/* The same finding in the next run: by it, viewers tell old from new. */
static struct value *
fingerprint_value(struct arena *arena, const struct subject *subject,
                  const struct finding *finding)
{
    struct value *fingerprints = value_map(arena);
    struct strbuf text = STRBUF_INIT;

    strbuf_addf(&text, "%s %s %s", subject->domain,
                finding_def(finding->id)->name, finding->at);
    value_set(fingerprints, "selkie/v1",
              value_slice(arena, strbuf_slice(&text)));
    strbuf_clear(&text);
    return fingerprints;
}

/* Of a kind other than "fail" the level is "none" (section 3.27.10); "open":
   there was not enough to decide (3.27.9). */
static struct value *
result_value(struct arena *arena, const struct subject *subject,
             const struct finding *finding)
{
    bool found = finding->state == FINDING_FOUND;
    const char *at = finding->at[0] != '\0' ? finding->at : subject->domain;
    struct value *result = value_map(arena);
    struct value *locations = value_list(arena);
    struct value *properties = properties_value(arena, subject);

    value_set(result, "ruleId",
              value_text(arena, finding_def(finding->id)->name));
    value_set(result, "kind", value_text(arena, found ? "fail" : "open"));
    value_set(
        result, "level",
        value_text(arena, found ? level_word(finding->severity) : "none"));
    value_set(result, "message",
              message_value(arena, finding_message(arena, finding)));
    value_add(locations, location_value(arena, at));
    value_set(result, "locations", locations);
    value_set(result, "partialFingerprints",
              fingerprint_value(arena, subject, finding));
    value_set(properties, "remedy",
              value_text(arena, finding_remedy(arena, finding)));
    value_set(result, "properties", properties);
    return result;
}

/* A line of input that was none: a result without a rule. */
static struct value *
error_value(struct arena *arena, const struct subject *subject)
{
    struct value *result = value_map(arena);

    value_set(result, "level", value_text(arena, "error"));
    value_set(result, "message", message_value(arena, subject->error));
    value_set(result, "properties", properties_value(arena, subject));
    return result;
}

/* One line a result. */
static void
sarif_subject(struct render_state *state, const struct subject *subject,
              struct strbuf *out)
{
    struct arena *arena = arena_new();
    size_t count = subject->error != NULL ? 0 : report_count(subject->report);

    (void)state;
    if (subject->error != NULL) {
        value_json(error_value(arena, subject), 0, out);
        strbuf_add_char(out, '\n');
    }
    for (size_t i = 0; i < count; i++) {
        value_json(
            result_value(arena, subject, report_finding(subject->report, i)),
            0, out);
        strbuf_add_char(out, '\n');
    }
    arena_free(arena);
}

/* Commas stand between results, whatever subject they are of. */
static void
sarif_place(struct render_state *state, struct slice subject,
            struct strbuf *out)
{
    struct slice line;

    while (slice_next(&subject, '\n', &line)) {
        if (line.n == 0)
            continue;
        strbuf_add_text(out, state->tests++ == 0 ? "\n" : ",\n");
        strbuf_add_slice(out, line);
    }
}

static void
sarif_end(struct render_state *state, struct strbuf *out)
{
    strbuf_add_text(out, state->tests > 0 ? "\n]}]}\n" : "]}]}\n");
}

const struct renderer render_sarif = {"sarif", sarif_begin, sarif_subject,
                                      sarif_place, sarif_end};
