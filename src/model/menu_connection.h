/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_connection.h - /ip firewall connection and /ipv6 firewall connection
 * over copies of connections (struct weir_conn) that the caller supplies.
 */
#ifndef MODEL_MENU_CONNECTION_H
#define MODEL_MENU_CONNECTION_H

#include <weir/conn.h>

#include "model/menu.h"

/* One table of properties under two paths. */
extern const struct menu menu_connection;    /* /ip firewall connection */
extern const struct menu menu_connection_v6; /* /ipv6 firewall connection */

/* IP protocols, as firewall rules name them too. */
extern const struct value_name protocol_names[];

/* Copies connections out, as weir_conn_list() does: *cursor is 0 at the start.
 * => how many; 0 means the end */
typedef size_t conn_fetch(void *ctx, uint64_t *cursor, struct weir_conn *conns, size_t count);

#define CONN_SOURCE_BATCH 32

/* Connections as a source of items; an item is a const struct weir_conn. The
 * members up to `nat_rule` may be set after the init. */
struct conn_source {
	struct menu_source source; /* hand &conns.source to print_menu() and where_match() */
	uint8_t family;            /* enum weir_family: only these; 0, the default: both */
	void *ctx;                 /* for the two callbacks */
	/* The name of a connection mark; NULL, also as an answer: the number. */
	const char *(*mark_name)(void *ctx, uint32_t mark);
	/* The id of the rule of nat with that counter; 0: none. */
	uint64_t (*nat_rule)(void *ctx, uint32_t counter);

	/* The source's own. */
	conn_fetch *fetch;
	const struct weir_conn *conns; /* the array, or the batch fetched last */
	size_t at, count;
	uint64_t cursor;
	char mark_text[64]; /* ten digits, and room to write them */
	struct weir_conn batch[CONN_SOURCE_BATCH];
};

/* Over an array, which must stay as long as the source. */
void conn_source_array(struct conn_source *source, const struct weir_conn *conns, size_t count);

/* Over a callback. */
void conn_source_list(struct conn_source *source, conn_fetch *fetch, void *ctx);

#endif
