/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie template convert: a regexdns file as a template. */
#include "common/template/regexdnsconvert.h"
#include "tools/templatedesk.h"

static enum status
convert(const char *path, struct strbuf *out, struct error *err)
{
    struct template *from = NULL, *to = NULL;
    unsigned left = 0, unordered = 0;
    enum status st = regexdns_read(path, &from, err);

    if (st != ST_OK)
        return st;
    regexdnsconvert(from, out, &left, &unordered);
    /* What was written must be a template indeed. */
    st = template_parse("the template", strbuf_slice(out),
                        template_origin(from), &to, err);
    if (st == ST_OK && left > 0)
        st = error_set(err, ST_UNSUPPORTED,
                       "'%s': %u rules or records are left out: see the "
                       "comments",
                       path, left);
    if (st == ST_OK && unordered > 0)
        st = error_set(err, ST_UNSUPPORTED,
                       "'%s': %u rules may answer otherwise than by their "
                       "order: see the comments",
                       path, unordered);
    template_free(to);
    template_free(from);
    return st;
}

static enum exit_status
convert_run(struct context *context)
{
    struct strbuf out = STRBUF_INIT;
    struct error err = ERROR_INIT;
    enum status st = convert(context->operands[0], &out, &err);

    output_write(strbuf_slice(&out));
    strbuf_clear(&out);
    return st == ST_OK ? EXIT_GOOD : cmd_failed(&err);
}

const struct command cmd_template_convert = {
    .name = "template convert",
    .synopsis = "[options] FILE",
    .summary = "a regexdns file as a template",
    .about =
        "Prints a template that answers as the regexdns file does, but "
        "for customers of the registry only: a label captured as "
        "'customer' becomes {customer}.  What no template can say is left "
        "out, with a comment, and the command ends with 4; so it does "
        "where rules overlap and a template chooses otherwise.",
    .examples = "selkie template convert sausagemail.zone >template.zone",
    .operands_least = 1,
    .operands_most = 1,
    .run = convert_run,
};
