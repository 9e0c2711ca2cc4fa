/* SPDX-License-Identifier: Apache-2.0 */
/*
 * weir/weir.h - the engine: packets in batches and the time go in; states,
 * verdicts and events come out.
 *
 *	struct weir_config config;
 *	struct weir_engine *engine;
 *
 *	weir_config_init(&config);
 *	if (weir_engine_create(&engine, &config) != WEIR_OK)
 *		...
 *	weir_process(weir_engine_worker(engine, 0), packets, count, now);
 *	weir_engine_destroy(engine);
 *
 * Threads: an engine has workers; a worker owns connections, and one thread at
 * a time may call it. Different workers may run at once. Nothing is shared
 * between two engines: there is no global state.
 *
 * The library makes no system call on the packet path, reads no clock, starts no
 * thread, prints nothing and never aborts.
 */
#ifndef WEIR_WEIR_H
#define WEIR_WEIR_H

#include <weir/conn.h>
#include <weir/event.h>
#include <weir/helper.h>
#include <weir/packet.h>
#include <weir/reason.h>
#include <weir/request.h>
#include <weir/rules.h>
#include <weir/settings.h>
#include <weir/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_VERSION "0.1.0"

/* Workers an engine may have. */
#define WEIR_WORKERS_MAX 64

struct weir_engine;

/* Where the engine's memory comes from. Large blocks (2 MiB) and small ones. Workers
 * and weir_prepare() call it from their own threads, so it must be safe for that. */
struct weir_allocator {
	/* size bytes aligned to align (a power of two), zeroed; NULL if there are none */
	void *(*alloc)(void *ctx, size_t size, size_t align);
	/* gives back what alloc returned, with the same size; ptr is never NULL */
	void (*free)(void *ctx, void *ptr, size_t size);
	void *ctx;
};

struct weir_config {
	unsigned workers;    /* 1 to WEIR_WORKERS_MAX; default 1 */
	uint8_t seed[32];    /* keys the hashes. Secret and random for live traffic; all zero, the
				default, for results that are the same every time */
	uint32_t event_ring; /* events a worker's ring holds, rounded up to a power of two; 0, the
				default: none are made */
	uint32_t frag_memory; /* bytes that waiting fragments may hold, per worker; default 4 MiB */
	struct weir_allocator allocator; /* default: alloc NULL, the library's own */
	struct weir_settings settings;   /* copied */
};

/* Fills in every default. */
WEIR_API void weir_config_init(struct weir_config *config);

/* Makes an engine. Everything in config is copied.
 * => WEIR_OK and *engine set; WEIR_ENOMEM, WEIR_ERANGE or WEIR_EINVAL, *engine untouched */
WEIR_API WEIR_MUST_CHECK int weir_engine_create(struct weir_engine **engine,
						const struct weir_config *config);

/* Frees an engine and all its connections, without events. No thread may be in
 * a call on it. NULL is fine. */
WEIR_API void weir_engine_destroy(struct weir_engine *engine);

/* The workers of an engine, 0 to weir_engine_workers() - 1. They live as long as it.
 * => NULL if there is no such worker */
WEIR_API struct weir_worker *weir_engine_worker(struct weir_engine *engine, unsigned index);
WEIR_API unsigned weir_engine_workers(const struct weir_engine *engine);

/* Runs packets through the engine, in order. Fills in the second half of each.
 * `now` is the time of the whole batch. Batches of about 32 are the fastest.
 * => nothing can fail: what is wrong with a packet stands in the packet */
WEIR_API void weir_process(struct weir_worker *worker, struct weir_packet *packets, size_t count,
			   weir_time now);

/* For replays: gives a packet that was recorded where it had left the router the addresses, ports
 * and time to live with which it must have come in, if a translated connection has such packets or
 * one like that is expected. Its bytes at data are changed, checksums follow. It has not been
 * processed by that. From the worker's thread.
 * => 1: it was such a packet; 0: it is as it was */
WEIR_API int weir_packet_restore(struct weir_worker *worker, struct weir_packet *packet,
				 weir_time now);

/* Lets a worker without packets do its other work: expire connections and
 * fragments, serve requests. Call it every 10 ms or so while no packets come. */
WEIR_API void weir_poll(struct weir_worker *worker, weir_time now);

/* Expires everything that is due at `now`, however long that takes. */
WEIR_API void weir_expire(struct weir_worker *worker, weir_time now);

/* Gets memory ready before workers need it. Any one thread other than the
 * workers' may call it, every millisecond or so while connections come fast. Without it the
 * workers do this themselves, and a batch that needs a fresh 2 MiB block waits
 * for it.
 * => 1 if there was something to do */
WEIR_API int weir_prepare(struct weir_engine *engine);

/* Changes the tracking settings while running; each worker sees them from its
 * next batch on. Connections keep the timeout they have until their next packet. A table
 * above a lowered max_entries does not shrink at once: newcomers replace what is not assured.
 * The former settings stay in memory (under 1 KiB) until all workers have begun a batch.
 * One thread at a time.
 * => WEIR_OK, WEIR_ERANGE (nothing was changed), WEIR_ENOMEM (nothing was changed) */
WEIR_API WEIR_MUST_CHECK int weir_settings_set(struct weir_engine *engine,
					       const struct weir_settings *settings);

/* The settings in force. Not while another thread is in weir_settings_set(). */
WEIR_API void weir_settings_get(const struct weir_engine *engine, struct weir_settings *settings);

/* What a worker has counted since it was made. */
struct weir_stats {
	uint64_t packets, bytes;
	uint64_t state[WEIR_STATE_COUNT];     /* packets by connection-state */
	uint64_t verdict[WEIR_VERDICT_COUNT]; /* packets by verdict */
	uint64_t reason[WEIR_REASON_COUNT];   /* packets dropped or invalid, by reason */
	uint64_t created;                     /* connections */
	uint64_t ended[WEIR_END_COUNT];       /* connections, by why */
	uint64_t connections;                 /* in the table now */
	uint64_t connections_v6;              /* of them IPv6 */
	uint64_t half_open;                   /* of them not assured */
	uint64_t peak;                        /* the most there ever were at once */
	uint64_t fragments_held;              /* bytes that waiting fragments hold now */
	uint64_t reassembled;                 /* datagrams put together */
	uint64_t unfinished;                  /* datagrams of which a part never came in time */
	uint64_t events_lost;                 /* for want of room in the ring */
	uint64_t memory;                      /* bytes the worker has taken from the allocator */
	uint64_t answers;                     /* packets that the engine answered with */
	uint64_t answers_lost;                /* for want of room: more than 32 in one call */
	uint64_t fasttracked[2];              /* packets on the fast path: [0] IPv4, [1] IPv6 */
	uint64_t fasttracked_bytes[2];
	uint64_t rules_late;                  /* calls under former rules, for want of memory */
	uint64_t list_entries;                /* that rules have put into address lists, now; all
						 workers have the same, the first counts them */
	uint64_t list_full;                   /* such entries refused, for want of room or memory */
	uint64_t rule_unknown;                /* sides of new connections that were translated by
						 a rule that they do not know: no memory, or
						 more than 65535 pairs of rules in use */
	uint64_t match_failed;                /* matches that did not hold because they could not
						 remember or search: no room, memory or time */
	uint64_t expectations;                /* of all workers, told with the first one's: now,
						 forgotten soon or not */
	uint64_t expectations_added, expectations_met;
	uint64_t expectations_refused;        /* for want of room or memory */
};

/* Adds up what the workers counted. Only from the thread that calls all of them, or while they
 * are at rest; of a running worker ask by WEIR_REQUEST_STATS. */
WEIR_API void weir_stats_get(struct weir_engine *engine, struct weir_stats *stats);

#ifdef __cplusplus
}
#endif
#endif
