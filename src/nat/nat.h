/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nat/nat.h - address translation: choosing what a new connection looks like from the other
 * side, and rewriting its packets.
 *
 * The choice is made once, on the connection's first packet, by changing its reply tuple; from
 * then on both tuples say all there is to know. Sources: RFC 4787, 5382, 5508, 6056, 1624;
 * conntrack semantics of Linux.
 */
#ifndef NAT_NAT_H
#define NAT_NAT_H

#include <weir/rules.h>

#include "nat/listeners.h"
#include "nat/mapping.h"
#include "nat/share.h"
#include "packet/packet.h"
#include "track/table.h"

enum nat_side { NAT_SRC, NAT_DST };

/* What a side may become. */
struct nat_range {
	uint32_t flags; /* WEIR_NAT_* */
	uint8_t action; /* enum weir_action: SRC_NAT, NETMAP, SAME, ... */
	union weir_addr first, last;
	uint16_t first_port, last_port;
	uint16_t block;         /* WEIR_NAT_BLOCK: how many ports each source has */
	union weir_addr inside; /* and the source whose block is the first */
	uint32_t share;         /* WEIR_NAT_SHARE: connections that a source may have */
};

enum nat_result {
	NAT_DONE,     /* the reply tuple is chosen (it may be as before) */
	NAT_EXHAUSTED, /* every port that is allowed is taken for that destination */
	NAT_SHARE,    /* there are ports, but the source has its share of them: nat.held */
	NAT_REFUSED,  /* nothing fits: no address, no block of ports */
};

/* A connection has the tuple that a new one wants. Ends it if it is over (expired; with
 * `pressed` also TCP in TIME_WAIT or CLOSE that the new one's SYN may follow: conntrack
 * reuses such ports when it finds no other). => true: it is gone from the table */
typedef bool nat_release(void *ctx, uint32_t ref, bool pressed);

/* A source that has its share of a pool, and is refused until then. */
struct nat_heavy {
	uint64_t key;
	weir_time until;
	uint32_t held;
};

/* A worker's part of translation. */
struct nat {
	struct table *table;
	struct alloc *alloc;
	struct hash_key key; /* secret; the same for all workers of an engine */
	uint64_t drawn;      /* random numbers so far */
	unsigned worker, workers;
	nat_release *release; /* NULL: what is in the table is in use */
	void *release_ctx;
	union weir_addr moved_to; /* what the last source that was translated became: the next one */
	uint8_t moved_family;     /* may too. 0: none was */
	struct tuple *sources; /* reply tuples of the last connections whose source was moved,
				  by their own source; NULL before the first */
	struct mappings mappings; /* of endpoint-independent-nat */
	uint32_t mapped;          /* the id of the mapping that the last choice uses; 0: none */
	struct shares shares;     /* of sources; kept while `counting` */
	bool counting;
	bool block_taken;         /* the last choice is the first of its source in its block: */
	uint16_t block_first, block_last;
	uint32_t held;            /* with NAT_SHARE: ports that the source has, or about so many */
	weir_time pressed;        /* until then pools are taken for all but used up */
	struct nat_heavy heavy[64];
	const struct listeners *listeners; /* whose ports nobody gets; NULL: none */
	bool udp_here; /* all UDP of IPv4 is the first worker's, as endpoint-independent-nat asks */
	weir_time now; /* the caller keeps it */
};

/* seed: the engine's, for all workers alike. Nothing is allocated yet. */
void nat_init(struct nat *nat, struct table *table, struct alloc *alloc, const uint8_t seed[32],
	      unsigned worker, unsigned workers);
void nat_fini(struct nat *nat);

static inline bool nat_is_udp4(const struct tuple *tuple)
{
	return tuple->proto == PROTO_UDP && tuple->family == WEIR_IPV4;
}

/* Whether a tuple is that of a tunnel whose two keys a control connection has told. Both of its
 * directions, translated or not, belong to the worker that has that one (packet.gre_worker):
 * the keys cannot be chosen so that hashes agree. */
static inline bool nat_has_keys(const struct tuple *tuple)
{
	return tuple->proto == PROTO_GRE && tuple->src_port && tuple->dst_port;
}

/* The worker that packets with a tuple of this hash belong to. Mappings of
 * endpoint-independent-nat lead one public port to and from everybody, and the hash of a tuple
 * depends on who that is: so with such rules (`udp_here`) all UDP of IPv4 is the first worker's. */
static inline unsigned nat_owner(bool udp_here, const struct tuple *tuple, uint64_t hash,
				 unsigned workers)
{
	if (udp_here && nat_is_udp4(tuple))
		return 0;
	return (unsigned)((hash >> 16 & 0xffff) * workers >> 16);
}

/* Whether endpoint-independent-nat can do something for a side of a packet that opens a
 * connection: of UDP and IPv4, and for the destination if a mapping takes it in. */
bool nat_has_endpoint(struct nat *nat, enum nat_side side, const struct tuple *tuple);

/* Whether somebody has to know of connections that come and go. */
static inline bool nat_watches(const struct nat *nat)
{
	return nat->counting || nat->mappings.count > 0;
}

/* A connection is confirmed, has its first reply (=> whether it counts as alive from now on, and
 * no earlier), ends. */
void nat_conn_begin(struct nat *nat, struct conn *conn, bool six);
bool nat_conn_answered(struct nat *nat, struct conn *conn);
void nat_conn_end(struct nat *nat, const struct conn *conn, bool six);

/* Sources are counted from now on, or no longer. => true: the connections that there are
 * have to be told of, by nat_conn_count() */
bool nat_count(struct nat *nat, bool on);
void nat_conn_count(struct nat *nat, const struct conn *conn, bool six);

/* Chooses for one side of a private connection: changes `reply` (the inverse of `original` so
 * far translated) so that no other connection has it and, on the source side, its packets come
 * to this worker. Sets the status bits SRCNAT or DSTNAT if it changed, and *_DONE. range NULL:
 * only makes it unique (null binding). Without NAT_DONE nothing was changed. */
enum nat_result nat_choose(struct nat *nat, enum nat_side side, const struct nat_range *range,
			   const struct tuple *original, struct tuple *reply, uint16_t *status);

/* Fetches the memory that choosing a source will read: of a connection that this packet perhaps
 * opens, which perhaps gets the address that the last one got and keeps its port. */
static inline void nat_prefetch(const struct nat *nat, const struct tuple *original)
{
	struct tuple guess;

	if (nat->moved_family != original->family)
		return;
	guess = *original;
	guess.src = nat->moved_to;
	__builtin_prefetch(index_home(&nat->table->index, table_hash(nat->table, &guess)), 1);
}

/* Gives a packet's side the address and port of `to`, in its bytes (checksums by RFC 1624, UDP
 * zero stays zero, SCTP's CRC likewise by what changed) and in packet->tuple. `to` is the
 * inverse of the other direction's tuple. => false: the packet is too short, nothing was changed */
bool nat_rewrite(struct packet *packet, enum nat_side side, const struct tuple *to);

/* Packets that need no more than nat_rewrite4(). */
static inline bool nat_is_simple(const struct tuple *t)
{
	return t->family == WEIR_IPV4 && (t->proto == PROTO_TCP || t->proto == PROTO_UDP);
}

/* The same for TCP and UDP over IPv4: an address as it lies in a packet, a port. */
bool nat_rewrite4(struct packet *packet, enum nat_side side, uint32_t addr, uint16_t port);

/* The same for an ICMP error: its quoted packet the other way round, then its own address.
 * => false also for ICMPv6 redirects, which are not for translated connections */
bool nat_rewrite_error(struct packet *packet, enum nat_side side, const struct tuple *to);

/* Prefix translation (RFC 6296) of one address whose prefix is `from`; checksum-neutral.
 * => false: it cannot be (RFC 6296 section 3.5: an interface identifier of all ones or zeros) */
bool nat_prefix(union weir_addr *addr, const union weir_addr *from, const union weir_addr *to,
		uint8_t length);

#endif
