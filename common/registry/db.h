/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQLite behind a few functions: no other file knows of it. */
#ifndef REGISTRY_DB_H
#define REGISTRY_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/slice.h"
#include "common/base/status.h"

/*
 * A database file and its prepared statements, for one thread.  Whatever
 * fails fills err with "registry 'PATH' ..." and returns ST_BUSY, ST_IO
 * (disk full too), ST_DENIED, ST_DAMAGED, or ST_EXISTS for a broken
 * uniqueness rule.
 */
struct db;

/* Open path, which must be there; an empty file is an empty database.  Write
   ahead log, every commit synced, what is deleted overwritten, foreign keys
   kept; another process is waited for so long. */
enum status db_open(const char *path, unsigned wait_ms, struct db **out,
                    struct error *err);
void db_close(struct db *db); /* NULL is allowed */

const char *db_path(const struct db *db);

/* Run SQL of any number of statements that take and give nothing. */
enum status db_script(struct db *db, const char *sql, struct error *err);

/* Is a transaction open?  SQLite ends one by itself when the disk is full. */
bool db_in_transaction(const struct db *db);

/* Fold the write-ahead log into the file and empty it, as far as other
   readers allow: what was erased is then in neither. */
void db_checkpoint(struct db *db);

/* One statement with its values. */
struct query;

/*
 * Prepare sql, a literal (the statement is kept for the next time by its
 * address).  form has a letter for each ?1, ?2, ...: 't' const char * (NULL
 * is null), 'i' int64_t, 'I' int64_t of which 0 is null, 'o' struct slice *
 * (NULL is null).  All are borrowed until the statement ends.  Never NULL:
 * what goes wrong comes out at the first step.
 */
struct query *db_query(struct db *db, const char *sql, const char *form, ...);

/* ST_OK with a row, ST_NOT_FOUND when there are no more: it ends then, as it
   does on failure. */
enum status query_step(struct query *query, struct error *err);
/* Run to the end, expecting no row, or not looking at it. */
enum status query_run(struct query *query, struct error *err);
/* The first column of the first row, as a number; ends it.  ST_NOT_FOUND
   without touching *number when there is no row. */
enum status query_single(struct query *query, int64_t *number,
                         struct error *err);
/* End before the last row; NULL is allowed. */
void query_end(struct query *query);

/* Columns of the present row from 0; borrowed until the next step. */
const char *query_text(const struct query *query, int column); /* or NULL */
int64_t query_number(const struct query *query, int column);   /* null: 0 */
struct slice query_octets(const struct query *query, int column);

/* A sentence about the file: "registry 'PATH' WHY". */
enum status db_fault(const struct db *db, enum status status, const char *why,
                     struct error *err);

#endif
