/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/worker.h - the engine and its workers from the inside.
 *
 * An engine is a list of workers and the snapshot of the settings they run
 * under. A worker has a table, its memory and its counters to itself; nobody
 * else reads or writes them. What other threads may touch is named below, with
 * the order that makes it safe.
 */
#ifndef ENGINE_WORKER_H
#define ENGINE_WORKER_H

#include <weir/weir.h>

#include "base/alloc.h"
#include "base/mailbox.h"
#include "base/ring.h"
#include "engine/binding.h"
#include "engine/policy.h"
#include "engine/way.h"
#include "firewall/shared_list.h"
#include "helper/helper.h"
#include "nat/nat.h"
#include "packet/frag.h"
#include "track/ext.h"
#include "track/nursery.h"
#include "track/table.h"
#include "track/track.h"

/* One compiled, immutable set of settings and rules. Published by a release store to
 * engine.snapshot, read once a batch by an acquire load. */
struct snapshot {
	struct weir_settings settings;
	struct track_settings track;
	struct helper_settings helper;
	struct policy *policy; /* NULL: no rules */
	uint32_t generation;
	struct snapshot *older; /* retired, waiting for the workers to have moved on */
};

struct sweep {
	bool family6;  /* which slab the hand is in */
	uint32_t slot; /* where it is */
	weir_time then; /* when it last moved */
	weir_time begun; /* when its turn began: all that was due then ends in it */
	uint32_t turns; /* ended so far */
};

#define ANSWERS_MAX 32
#define ANSWER_SIZE 1280

/* What was told of a rule's pool last (engine/event.c). */
struct pool_told {
	uint32_t rule;
	uint8_t what;
	weir_time again; /* when it may be told of again; 0: the place was never used */
};

#define POOLS_TOLD 16

struct weir_worker {
	struct weir_engine *engine;
	unsigned index;
	struct alloc alloc;  /* all the worker's memory; `used` may be read by anybody */
	struct spare spare;  /* filled by weir_prepare()'s thread */
	struct table table;
	struct nursery nursery;
	struct ext_pool ext;
	struct frag_table *frags;
	struct ring events; /* written here, read by weir_event_read()'s thread */
	bool has_events;
	bool events_lost;
	struct pool_told pools[POOLS_TOLD];
	struct mailbox requests;      /* posted to by anybody */
	struct weir_request *serving; /* taken out, not finished */
	const struct snapshot *snapshot;
	_Atomic uint32_t seen; /* generation of the last snapshot that was taken over as a whole;
				  release here, acquire in publish() of engine.c */
	const struct policy *policy; /* the snapshot's, or an older one's while there is no
					memory to take that over; NULL: no rules */
	uint16_t epoch;              /* its number (engine/policy.h); 0: there was none yet */
	uint32_t half_turns;         /* sweep.turns when the epoch's half was entered */
	struct firewall *firewall;   /* what rules remember; made with the first policy */
	struct nat nat;
	struct ways ways;            /* of this policy */
	struct bindings bindings;
	struct conn6 fresh;          /* the private connection of the packet under way */
	uint8_t (*answers)[ANSWER_SIZE]; /* ANSWERS_MAX; made with the first policy */
	unsigned answered;           /* of them, in this call */
	uint8_t *edits;              /* packets that helpers change; made with the first */
	uint32_t edited;             /* bytes of it used in this call */
	uint64_t keys_ended;         /* cursor of gre_key_ended() */
	uint64_t firewall_seed;
	struct track track;
	weir_time now;
	struct sweep sweep;
	uint32_t half_open;
	uint32_t translated; /* connections with SRCNAT or DSTNAT */
	struct weir_stats stats;
};

struct weir_engine {
	struct alloc alloc; /* the engine's own: itself, workers, snapshots */
	unsigned workers;
	struct weir_worker **worker;
	_Atomic(struct snapshot *) snapshot;
	struct expectations expectations; /* these lock: all workers share them */
	struct gre_keys gre_keys;
	struct shared_lists *lists; /* too; what rules put into lists */
};

/* The connection that a packet probably belongs to, found by the tag alone. */
struct candidate {
	struct conn *conn; /* NULL if there is none */
	uint32_t ref;      /* its ref; without conn: 0 if the packet's tuple is not in the table,
			      CANDIDATE_LOOK if that is not known */
};

#define CANDIDATE_LOOK UINT32_MAX

/* engine/path.c: what one packet meets, once its bytes are read. */
void path_packet(struct weir_worker *w, struct packet *p, uint64_t hash, struct candidate found);

/* Ends a connection: event, index, memory, counters. */
void path_end(struct weir_worker *w, uint32_t ref, enum weir_end why);

/* Ends a connection for a new one that wants its tuple, as nat_release says; ctx is the worker. */
bool path_release(void *ctx, uint32_t ref, bool pressed);

/* FastTracks a connection of TCP or UDP that has seen a reply. */
void path_fasttrack(struct weir_worker *w, uint32_t ref);

/* engine/sweep.c */

/* Moves the hand as far as the time since the last call asks for, at most `slots`. */
void sweep_some(struct weir_worker *w, uint32_t slots);

/* Moves the hand by `slots` slots, through both slabs in turn. */
void sweep_slots(struct weir_worker *w, uint32_t slots);

/* One whole turn. */
void sweep_all(struct weir_worker *w);

/* Tells the worker's translation of all the connections that there are; once, when a rule comes
 * that has to know what each source has. */
void sweep_count(struct weir_worker *w);

/* The longest that a turn may take, before sweep_overdue() is called for. */
#define SWEEP_TURN_MAX (UINT64_C(86400) * WEIR_SEC)

/* Moves the time to `now`, so far ahead that an entry's tick could come round again, and
 * ends whatever is due on the way. */
void sweep_overdue(struct weir_worker *w, weir_time now);

/* engine/view.c */
void conn_view(const struct weir_worker *w, uint32_t ref, struct weir_conn *conn);

/* As weir_conn_list(), looking at `slots` places at most; *end: there are no more. */
size_t conn_list_some(struct weir_worker *w, uint64_t *cursor, uint64_t slots,
		      struct weir_conn *conns, size_t count, bool *end);

/* Removes the connections that a rule of nat translates, looking at `slots` places at most; the
 * cursor as above. => how many */
size_t conn_remove_some(struct weir_worker *w, uint64_t *cursor, uint64_t slots, uint32_t rule,
			bool *end);

/* engine/event.c */
void event_emit(struct weir_worker *w, enum weir_event_type type, uint32_t ref, enum weir_end why);

/* What was asked of a pool. What was refused is told once a minute for each rule. */
void event_pool(struct weir_worker *w, const struct weir_pool *pool);

/* Rules' own events; ctx is the worker. */
extern const struct firewall_sink event_sink;

/* engine/mailbox.c: serves requests, about `work` connections' worth. */
void requests_serve(struct weir_worker *w, size_t work);

/* engine/engine.c: the counters of one worker, from its thread. */
void worker_stats(const struct weir_worker *w, struct weir_stats *stats);

/* engine/worker.c */
void worker_begin(struct weir_worker *w, weir_time now);

/* Sets or clears CONN_FAST_PATH of a FastTracked connection after its tracker has spoken. */
static inline void conn_fast_path(struct conn *c)
{
	if (c->proto == PROTO_UDP || c->tcp.state == WEIR_TCP_ESTABLISHED)
		c->status |= CONN_FAST_PATH;
	else
		c->status &= (uint16_t)~CONN_FAST_PATH;
}

/* Lets the next packets of both directions meet the rules again; those that are not to meet them
 * stay so. */
static inline void conn_forget_ways(struct conn *c)
{
	for (int d = 0; d < 2; d++)
		if (c->next_hop[d] != WAY_FREE)
			c->next_hop[d] = WAY_NONE;
}

static inline bool conn_expired(const struct weir_worker *w, const struct conn *c)
{
	return !tick_after(c->expires, w->track.now);
}

#endif
