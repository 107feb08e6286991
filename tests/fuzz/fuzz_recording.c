/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any octets as a recording. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "common/dns/recording.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = {(const char *)data, size};
    struct recording *recording = NULL;
    struct error err = ERROR_INIT;
    struct source *source;
    struct question question;

    if (recording_parse("fuzz", text, &recording, &err) != ST_OK) {
        assert(err.text[0] != '\0' && recording == NULL);
        return 0;
    }
    source = recording_source(recording);
    question = question_recursive(&name_root, RR_TXT);
    assert(source->ops->ask(source, NULL, &question) != NULL);
    source_free(source);
    recording_free(recording);
    return 0;
}
