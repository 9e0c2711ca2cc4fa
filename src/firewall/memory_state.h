/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/memory_state.h - what a worker's matches remember, from the inside.
 */
#ifndef FIREWALL_MEMORY_STATE_H
#define FIREWALL_MEMORY_STATE_H

#include "firewall/tokens.h"
#include "firewall/memory.h"
#include "firewall/recall.h"
#include "firewall/regex.h"
#include "track/table.h"

#define HOSTS_MOST 65536u       /* of a dst-limit or psd, connections of a layer7-protocol */
#define COUNTED_MOST (1u << 20) /* of a connection-limit: connections and their blocks */
#define PENDING_MOST 16         /* connection-limits that a connection's first packet meets */
#define FLOWS_MOST 1024u        /* connections that layer7-protocol collects from at once */

/* What one match remembers. */
struct kept {
	struct weir_match match; /* as it is in the ruleset; its pointers are not followed */
	uint64_t text;           /* a hash of its text */
	uint32_t counter;
	uint8_t nth;
	struct recall *table; /* DST_LIMIT, PSD, CONNECTION_LIMIT, LAYER7 */
	struct tokens tokens; /* LIMIT */
	uint32_t asked;       /* NTH: how often, modulo `every` */
};

/* A connection that is not confirmed yet, and the connection-limits that are to count it. */
struct pending {
	struct recall_key key;
	uint32_t count;
	uint32_t slot[PENDING_MOST];
};

struct memory {
	struct alloc *alloc;
	struct hash_key hash;
	uint64_t random;
	uint64_t failures; /* matches that could not remember what they had to */
	struct kept *kept; /* by slot */
	uint32_t count, hand;
	uint32_t *watchers; /* slots that want to know of connections' ends: connection-limits and
			       layer7-protocols */
	uint32_t watcher_count;
	struct pending pending;
	struct recall *flows; /* by connection: struct flow; this and the next NULL: no
				 layer7-protocol was there yet */
	struct regex_runner *runner;
};

/* The key of a connection. */
static inline void conn_key(struct recall_key *key, const struct conn *conn, uint8_t family)
{
	struct tuple tuple;

	conn_tuple_get(conn, family == WEIR_IPV6, WEIR_ORIGINAL, &tuple);
	recall_key_tuple(key, &tuple);
}

/* => MATCH_NEVER, as there is no memory; counted */
static inline enum match_result memory_failed(struct memory *memory)
{
	memory->failures++;
	return MATCH_NEVER;
}

/* port_scan.c */
#define PORT_SCAN_SIZE 72 /* bytes that are kept of a host */

enum match_result port_scan_match(struct memory *memory, struct kept *kept,
				  const struct weir_match *match, const struct walk *walk);

/* conn_limit.c */
enum match_result conn_limit_match(struct memory *memory, uint32_t slot,
				   const struct weir_match *match, const struct walk *walk);
void conn_limit_begin(struct memory *memory, const struct conn *conn, uint8_t family);
void conn_limit_end(struct kept *kept, const struct recall_key *conn);

/* layer7.c */
#define FLOW_BYTES 2048u

struct flow {
	uint32_t size;
	uint8_t bytes[FLOW_BYTES];
};

enum match_result layer7_match(struct memory *memory, struct kept *kept, const struct match *match,
			       struct walk *walk);
void layer7_expire(struct memory *memory, weir_time now, unsigned work);

#endif
