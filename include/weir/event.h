/* SPDX-License-Identifier: Apache-2.0 */
/*
 * weir/event.h - what happened to connections, from a bounded ring that never
 * blocks the packets.
 */
#ifndef WEIR_EVENT_H
#define WEIR_EVENT_H

#include <weir/conn.h>
#include <weir/rules.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_EVENTS(X)                                                                             \
	X(NEW, "new")           /* confirmed: it is in the table */                                    \
	X(UPDATED, "updated")   /* tcp-state, seen-reply, mark or fasttrack changed */                 \
	X(ASSURED, "assured")   /* early drop will not take it any more */                             \
	X(DESTROYED, "destroyed") /* gone; `why` and the totals in `conn` are final */             \
	X(LOG, "log")             /* a rule wants a line written: `log` */                         \
	X(LIST_ADDED, "list-added") /* a rule put an address into a list: `listed` */           \
	X(POOL, "pool")           /* a rule of nat has given a block, or nothing: `pool` */

enum weir_event_type {
#define X(name, text) WEIR_EVENT_##name,
	WEIR_EVENTS(X)
#undef X
	WEIR_EVENT_COUNT
};

/* Why a connection ended. */
#define WEIR_ENDS(X)                                                                               \
	X(NONE, "none")                                                                                \
	X(TIMEOUT, "timeout")                                                                          \
	X(RESET, "reset")           /* an unanswered opener was refused by RST */                      \
	X(REOPENED, "reopened")     /* a SYN began it anew */                                          \
	X(REMOVED, "removed")       /* somebody asked for it */                                        \
	X(EARLY_DROP, "early-drop") /* half-open, and its place was needed */                          \
	X(READDRESSED, "readdressed") /* the address that it was masqueraded to is gone */

enum weir_end {
#define X(name, text) WEIR_END_##name,
	WEIR_ENDS(X)
#undef X
	WEIR_END_COUNT
};

/* What a rule with `log` saw. */
struct weir_log {
	uint32_t rule;    /* its counter, by which the embedder finds the prefix */
	uint8_t table;    /* enum weir_table */
	uint8_t hook;     /* enum weir_hook */
	uint8_t family;   /* enum weir_family */
	uint8_t protocol;
	uint8_t state;    /* enum weir_state */
	uint8_t dir;      /* enum weir_dir */
	uint8_t flags;    /* TCP: as in the header */
	uint8_t icmp_type, icmp_code;
	uint8_t has_mac;  /* 1: src_mac is known */
	uint8_t src_mac[6];
	uint16_t in, out; /* interfaces, or WEIR_INTERFACE_NONE */
	uint16_t ingress_priority, priority;
	uint32_t len;
	uint32_t status;  /* of its connection, enum weir_status bits; 0: it has none */
	struct weir_tuple tuple; /* the packet as it came to the rule; ports 0: it has none */
	struct weir_tuple conn[2]; /* its connection's, by direction: what it is translated from
				      and to; zeros without a connection */
};

/* What a rule put into a list. One that was there already is told of again only if its timeout
 * was changed by more than a second. All workers know it from their next batch on; the one whose
 * packet it was tells of it. */
struct weir_listed {
	uint32_t rule; /* counter */
	uint8_t family;
	uint8_t stored; /* 1: the embedder is to keep it (none-static); the engine does not */
	uint8_t fresh;  /* 1: it was not there before */
	char list[WEIR_LIST_NAME];
	union weir_addr addr;
	weir_time timeout; /* 0: no end */
};

/* What a pool of ports was asked for. Of what was refused each worker tells once a minute for
 * each rule, of sixteen rules at a time. */
enum weir_pool_what {
	WEIR_POOL_EMPTY, /* no port is left toward that destination */
	WEIR_POOL_SHARE, /* the source has its share: `ports` of them */
	WEIR_POOL_BLOCK, /* the source's first connection in its block of ports, after ten minutes
			    or more without any */
};

struct weir_pool {
	uint32_t rule; /* counter */
	uint8_t what;  /* enum weir_pool_what */
	uint8_t family, protocol;
	uint16_t first_port, last_port; /* BLOCK */
	uint16_t src_port, dst_port;    /* ports 0: it has none */
	uint32_t ports;                 /* SHARE */
	union weir_addr source, destination;
	union weir_addr address; /* BLOCK: where it has them */
};

struct weir_event {
	weir_time time;
	uint8_t type;  /* enum weir_event_type */
	uint8_t why;   /* enum weir_end, with DESTROYED */
	uint8_t lost;  /* 1: events were lost just before this one (the ring was full): what the
			  reader knows of the table is out of date, list it again */
	union {
		struct weir_conn conn;
		struct weir_log log;
		struct weir_listed listed;
		struct weir_pool pool;
	};
};

/* Takes up to `count` events from a worker's ring. One thread at a time may
 * read; it may be another than the worker's.
 * => how many were written; 0 also if the engine was created without a ring */
WEIR_API size_t weir_event_read(struct weir_worker *worker, struct weir_event *events, size_t count);

WEIR_API const char *weir_event_text(enum weir_event_type type);
WEIR_API const char *weir_end_text(enum weir_end why);

#ifdef __cplusplus
}
#endif
#endif
