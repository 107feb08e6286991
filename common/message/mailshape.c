/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a message has the form of RFC 5322. */
#include "common/message/mailshape.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* RFC 5322 section 3.6; From has findings of its own. */
static const char *const once[] = {
    "Date",        "Sender",  "Reply-To",     "To",
    "Cc",          "Bcc",     "Message-ID",   "In-Reply-To",
    "References",  "Subject", "Content-Type", "Content-Transfer-Encoding",
    "MIME-Version"};

/* What mailing software puts into what it sends to many. */
static const char *const bulk[] = {"Precedence", "Feedback-ID", "List-Id",
                                   "List-Unsubscribe", "X-CSA-Complaints"};

/* RFC 7960: what lists and forwarders leave behind. */
static const char *const indirect[] = {
    "ARC-Seal",        "List-Post",   "X-BeenThere",    "X-Mailman-Version",
    "X-Forwarded-For", "Resent-From", "X-Original-From"};

static size_t
count_of(const struct mailhead *head, const char *name)
{
    const struct mailhead_field *field = NULL;
    size_t n = 0;

    while ((field = mailhead_find(head, slice_of(name), field)) != NULL)
        n++;
    return n;
}

static void
look_at_lines(struct slice text, struct mailshape *shape)
{
    size_t number = 0, crlf = 0, lf = 0;

    while (text.n > 0) {
        size_t n = slice_find(text, '\n'), length = n;
        bool has_cr = n > 0 && n < text.n && text.p[n - 1] == '\r';

        number++;
        if (n < text.n) {
            crlf += has_cr;
            lf += !has_cr;
            length -= has_cr;
        }
        for (size_t i = 0; i < length; i++)
            shape->bare_cr += text.p[i] == '\r';
        if (length > shape->longest) {
            shape->longest = length;
            shape->longest_line = number;
        }
        text = slice_from(text, n + 1);
    }
    /* A file whose lines all end in LF is how Unix keeps mail. */
    shape->bare_lf = crlf > 0 ? lf : 0;
}

static void
look_at_body(const struct mailhead *head, struct mailshape *shape)
{
    for (size_t i = 0; i < head->body.n && !shape->has_eight_bit; i++)
        shape->has_eight_bit = (unsigned char)head->body.p[i] >= 128;
}

static const char *
first_of(const struct mailhead *head, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (count_of(head, names[i]) > 0)
            return names[i];
    return NULL;
}

static void
look_at_fields(const struct mailhead *head, struct mailshape *shape)
{
    bool date = count_of(head, "Date") > 0;
    bool id = count_of(head, "Message-ID") > 0;

    for (size_t i = 0; i < LENGTH(once) && shape->repeated == NULL; i++) {
        shape->repeated_count = count_of(head, once[i]);
        if (shape->repeated_count > 1)
            shape->repeated = once[i];
    }
    if (!date)
        shape->missing = id ? "Date" : "Date and Message-ID";
    else if (!id)
        shape->missing = "Message-ID";
    shape->bulk = first_of(head, bulk, LENGTH(bulk));
    shape->indirect = first_of(head, indirect, LENGTH(indirect));
    shape->has_unsubscribe = count_of(head, "List-Unsubscribe") > 0;
    shape->has_one_click = count_of(head, "List-Unsubscribe-Post") > 0;
    shape->has_dkim2 = count_of(head, "DKIM2-Signature") > 0
                       || count_of(head, "Message-Instance") > 0;
}

struct mailshape
mailshape_read(struct slice text, const struct mailhead *head)
{
    struct mailshape shape = {0};

    look_at_lines(text, &shape);
    look_at_body(head, &shape);
    look_at_fields(head, &shape);
    return shape;
}
