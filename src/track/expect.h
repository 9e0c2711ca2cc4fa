/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/expect.h - expectations: connections that a message of another one has named.
 *
 * One table for all workers of an engine, since nobody can tell which worker a connection will
 * belong to whose source port is not known. A mutex guards it; `count` says without it whether
 * there is anything to look for, so packets pay for one load unless they open a connection while
 * something is expected, and `ports` whether that may be to their port: of the others nearly none
 * take the lock.
 *
 * Bounds: `most` in all, so that memory is bounded; of these a quarter for the host (of IPv6 the
 * network of 64 bits) that the connections lead to, so that nobody takes them all; and EXPECT_SAME
 * for one destination address and port, since a packet to it looks at each.
 *
 * Life: a helper adds one (expect_add) under its connection's id; it goes when a connection comes
 * of it (unless permanent), when its time is over, when its master ends or takes it back, or
 * when a newer one of the same master and class needs its place.
 *
 * Sources: Linux' nf_conntrack_expect semantics.
 */
#ifndef TRACK_EXPECT_H
#define TRACK_EXPECT_H

#include <stdatomic.h>
#include <weir/helper.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "track/table.h"

/* What messages name: each class of a master has its own bound. */
enum expect_class {
	EXPECT_SIGNALLING, /* SIP; H.245, Q.931 */
	EXPECT_DATA,       /* FTP, TFTP, DCC, GRE, T.120 */
	EXPECT_AUDIO,
	EXPECT_VIDEO,
	EXPECT_IMAGE,
	EXPECT_ALL, /* with expect_forget() */
};

struct expectation {
	struct tuple tuple; /* of the first packet as it comes in */
	bool any_src, any_src_port;
	bool translate;     /* the connection is translated as follows, and no rule asked */
	bool by_rules;      /* but for the source of one that does not come from tuple.src */
	uint8_t class;      /* enum expect_class */
	uint8_t pair;       /* not 0: when it is met, those of its master and class with the same
			       number go */
	uint8_t helper;     /* enum weir_helper */
	uint8_t parser;     /* enum helper_parser_id that is to read it; 0: nobody */
	uint8_t flags;      /* WEIR_EXPECT_* */
	union weir_addr new_src;            /* what it looks like where it goes */
	union weir_addr new_dst;            /* and to whom it goes */
	uint16_t new_src_port, new_dst_port; /* new_src_port 0: its own, if that is free */
	uint16_t mark;      /* connection mark of the master */
	uint64_t master;    /* its id */
	weir_time expires;
};

struct expect_node;

#define EXPECT_PORTS 1024u /* a power of two */
#define EXPECT_HOSTS 1024u /* as well */
#define EXPECT_SAME 64u

struct expectations {
	_Atomic uint32_t count; /* what is in it, expired or not */
	_Atomic uint32_t most;
	_Atomic uint32_t ports[EXPECT_PORTS]; /* of `count`, by destination port, modulo */
	struct expect_lock *lock;
	struct alloc *alloc; /* the engine's */
	struct hash_key key;
	uint32_t hosts[EXPECT_HOSTS]; /* of `count`, by a hash of the host that they lead to */
	struct expect_node *nodes;
	uint32_t *buckets;
	uint32_t room, free;
	uint32_t hand; /* of expiry */
	uint64_t drawn; /* random numbers so far */
	uint64_t added, met, refused, evicted;
};

/* What a table has counted; `now` is what is in it, expired or not. */
struct expect_counters {
	uint64_t now, added, met, refused, evicted;
};

/* => false: no memory. Tables and lock are made here; nodes as they are needed. */
bool expect_init(struct expectations *x, struct alloc *alloc, const uint8_t seed[32]);
void expect_fini(struct expectations *x);
void expect_set_most(struct expectations *x, uint32_t most);

enum expect_result {
	EXPECT_OK,
	EXPECT_BUSY, /* another, of the same master or not, covers some of the same packets, or
			many have this port: try another one */
	EXPECT_FULL, /* no room, for this host or at all, or no memory */
};

/* Adds one. One of the same master and class with the same tuple is replaced. `limit`: of this
 * master's class at most; the oldest goes. */
enum expect_result expect_add(struct expectations *x, const struct expectation *e, uint32_t limit,
			      weir_time now);

/* Whether a connection with this first packet is expected; takes it out unless it is permanent.
 * Asks nothing of the lock while there is none. */
bool expect_take(struct expectations *x, const struct tuple *tuple, weir_time now,
		 struct expectation *e);

/* Takes back what a master expects, of one class or EXPECT_ALL. => how many */
uint32_t expect_forget(struct expectations *x, uint64_t master, enum expect_class class);

/* Takes back one, by its tuple. */
void expect_cancel(struct expectations *x, uint64_t master, const struct expectation *e);

/* Gives all that `from` expects to `to`, for a master that has its id only now. */
void expect_rename(struct expectations *x, uint64_t from, uint64_t to);

/* Calls back for each of a master's, which may be changed but for its tuple; => false ends it.
 * Under the lock: the callback asks nothing of the table. */
typedef bool expect_visit(void *ctx, struct expectation *e);
void expect_each(struct expectations *x, uint64_t master, expect_visit *visit, void *ctx);

/* Forgets what is over, looking at `work` places at most. */
void expect_expire(struct expectations *x, weir_time now, unsigned work);

/* Copies out, as weir_expectation_list(). */
size_t expect_list(struct expectations *x, uint32_t *cursor, weir_time now,
		   struct weir_expectation *list, size_t count);

/* A number that nobody outside can foretell from those before. */
uint64_t expect_draw(struct expectations *x);

void expect_count(struct expectations *x, struct expect_counters *counters);

#endif
