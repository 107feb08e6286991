/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server of faults as a program: faulty ADDRESS PORT SCRIPT.  Port 0 is
   one that is free; a line says which, when questions may come. */
#include "tests/world/faulty.h"

static char *
read_script(const char *path)
{
    char *text = calloc(1, 1 << 20);
    FILE *file = fopen(path, "r");

    if (text == NULL || file == NULL)
        faulty_die("cannot read", path);
    if (fread(text, 1, (1 << 20) - 1, file) == 0)
        faulty_die("empty script", path);
    fclose(file);
    return text;
}

int
main(int argc, char **argv)
{
    static struct faulty_server server;
    char *script;

    if (argc != 4) {
        fprintf(stderr, "usage: faulty ADDRESS PORT SCRIPT\n");
        return 2;
    }
    script = read_script(argv[3]);
    faulty_read(&server, script);
    free(script);
    if (!faulty_bind(&server, argv[1], (uint16_t)atoi(argv[2])))
        faulty_die("cannot bind", argv[1]);
    printf("ready %s@%u\n", argv[1], (unsigned)faulty_port(&server));
    fflush(stdout);
    for (;;)
        faulty_round(&server);
}
