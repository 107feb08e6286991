/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of labels, marks and colours. */
#include "common/render/page.h"

#include "tests/tap/tap.h"

int
main(void)
{
    struct render_settings settings = {.width = 40};
    struct strbuf out = STRBUF_INIT;
    struct page page = {&settings, &out, NULL};

    plan_lazy();
    page_label(&page, COLOUR_RED, "error");
    is_string("  error     ", out.p, "a label");
    strbuf_cut(&out, 0);
    page_label(&page, COLOUR_NONE, "longerthanthat");
    is_string("  longerthanthat ", out.p, "a label that is too long");
    strbuf_cut(&out, 0);
    page_arrow(&page, "-> ", "one two three four five six seven");
    is_string("            -> one two three four five\n"
              "               six seven\n",
              out.p, "a paragraph behind a mark");
    settings.colour = true;
    strbuf_cut(&out, 0);
    page_label(&page, COLOUR_RED, "error");
    is_string("  \x1b[1;31merror\x1b[0m     ", out.p, "a label in colour");
    strbuf_cut(&out, 0);
    page_label(&page, COLOUR_NONE, "SPF");
    is_string("  SPF       ", out.p, "and one without");
    strbuf_clear(&out);
    return tap_done();
}
