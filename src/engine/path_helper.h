/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/path_helper.h - the steps of the packet's path that helpers add: a connection that is
 * expected, one that is to be read, a packet that is read.
 *
 * A connection of which something is to be known has an extension record (conn.ext), taken here
 * while it is private or later by a counter; one that a helper reads has HELPER set and a second
 * record, which is its parser's memory. All that connections without them pay is the test of a bit
 * among others that are tested anyway.
 */
#ifndef ENGINE_PATH_HELPER_H
#define ENGINE_PATH_HELPER_H

#include "engine/worker.h"
#include "helper/helper.h"

/* The packets of such connections go through path_help() at the end of their path. */
#define CONN_HELPED (WEIR_STATUS_HELPER | WEIR_STATUS_SEQ_ADJUST)

#define PATH_EDITS (128u << 10) /* bytes of worker.edits */

/* Whether something is expected, so that a new connection had better ask. */
static inline bool path_expects(const struct weir_worker *w)
{
	return atomic_load_explicit(&w->engine->expectations.count, memory_order_relaxed) != 0;
}

/* A private connection, accepted by its tracker: if it is expected it becomes EXPECTED, with mark
 * and record, and with rules it is translated as its master was.
 * => false: it cannot be, packet_reason() says why */
bool path_expected(struct weir_worker *w, struct packet *p, struct conn *c);

/* Whether a private connection, translated, is perhaps to be read. */
static inline bool path_reads(const struct weir_worker *w, const struct conn *c)
{
	return c->ext || helper_may_read(&w->snapshot->helper, c->tuple[WEIR_REPLY].src_port);
}

/* Attaches a helper to it, if one reads such, and reads its first packet.
 * => false: the packet is to be dropped, packet_reason() says why */
bool path_helper_begin(struct weir_worker *w, struct packet *p, struct conn *c);

/* It has an id now; or it comes to nothing. */
void path_helper_confirmed(struct weir_worker *w, uint64_t id);
void path_helper_abandon(struct weir_worker *w);

/* The last steps of a packet of a connection with CONN_HELPED: it is read, perhaps changed, and
 * its sequence numbers are moved. => false: it is to be dropped, packet_reason() says why */
bool path_help(struct weir_worker *w, struct packet *p, struct conn *c, uint64_t id);

/* A connection with an extension record ends: what it expects is forgotten, its records go. */
void path_helper_end(struct weir_worker *w, struct conn *c, uint64_t id);

/* Fills in the source key of an enhanced GRE packet, or of one that is quoted, before it is
 * hashed; for all packets while there are keys. => true: it may have one now */
bool path_gre_key(struct weir_worker *w, struct packet *p);

/* Between batches: what is expected no longer, connections whose keys were taken back. */
void path_helper_tidy(struct weir_worker *w, unsigned work);

/* Whether there is anything to tidy. */
static inline bool path_helper_due(const struct weir_worker *w)
{
	return path_expects(w) ||
	       journal_news(&w->engine->gre_keys.ended, w->keys_ended);
}

#endif
