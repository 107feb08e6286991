/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of text for a person. */
#include "common/base/escape.h"
#include "tests/render/sample.h"

/* Lines wider than the terminal, and octets that no terminal should see. */
static void
test_widths(void)
{
    for (unsigned width = 40; width <= 100; width += 3) {
        struct render_settings settings = {
            .command = "audit", .verbose = 2, .width = width};
        struct strbuf out = STRBUF_INIT;
        struct slice rest;
        struct slice line;
        size_t widest = 0;
        size_t harmful = 0;

        sample_render(&render_text, &settings, false, &out);
        rest = strbuf_slice(&out);
        while (slice_next(&rest, '\n', &line)) {
            if (escape_columns(line) > widest)
                widest = escape_columns(line);
            for (size_t i = 0; i < line.n; i++)
                if ((unsigned char)line.p[i] < 0x20
                    || (unsigned char)line.p[i] > 0x7e)
                    harmful++;
        }
        ok(widest <= width, "fits %u columns: %zu", width, widest);
        is_int(0, (long long)harmful, "harmless at %u columns", width);
        strbuf_clear(&out);
    }
}

/* Without its colours it is the same text. */
static void
test_colour(void)
{
    struct render_settings settings = {.command = "audit", .width = 80};
    struct strbuf plain = STRBUF_INIT;
    struct strbuf coloured = STRBUF_INIT;
    struct strbuf bare = STRBUF_INIT;

    sample_render(&render_text, &settings, false, &plain);
    settings.colour = true;
    sample_render(&render_text, &settings, false, &coloured);
    for (size_t i = 0; i < coloured.n; i++) {
        if (coloured.p[i] == '\x1b')
            while (coloured.p[i] != 'm')
                i++;
        else
            strbuf_add_char(&bare, coloured.p[i]);
    }
    ok(coloured.n > plain.n, "there is colour when it is asked for");
    is_string(plain.p, bare.p, "and the text is the same");
    strbuf_clear(&plain);
    strbuf_clear(&coloured);
    strbuf_clear(&bare);
}

int
main(void)
{
    struct render_settings settings = {.command = "audit", .width = 80};
    struct render_settings verbose = {
        .command = "audit", .verbose = 1, .width = 80};

    plan_lazy();
    sample_compare("text.txt", &render_text, &settings, false);
    sample_compare("text-verbose.txt", &render_text, &verbose, false);
    sample_compare("text-empty.txt", &render_text, &settings, true);
    test_widths();
    test_colour();
    return tap_done();
}
