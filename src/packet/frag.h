/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet/frag.h - putting IPv4 and IPv6 datagrams together again.
 *
 * One per worker, never shared. It holds copies of the fragments' bytes, at
 * most `memory` of them; the oldest datagrams go first when that is not enough.
 * A datagram waits 30 s (IPv4, as Linux) or 60 s (IPv6, RFC 8200 section 4.5)
 * from its first fragment.
 */
#ifndef PACKET_FRAG_H
#define PACKET_FRAG_H

#include "base/alloc.h"
#include "base/hash.h"
#include "packet/packet.h"

struct frag_table;

struct frag_stats {
	uint64_t held;        /* bytes that wait */
	uint64_t reassembled; /* datagrams completed */
	uint64_t expired;     /* datagrams that never were */
};

/* => NULL if out of memory */
struct frag_table *frag_table_create(struct alloc *alloc, const struct hash_key *key,
				     uint32_t memory);
void frag_table_destroy(struct frag_table *table);

enum frag_result {
	FRAG_HELD,     /* copied; waits */
	FRAG_COMPLETE, /* *whole is the datagram */
	FRAG_REFUSED,  /* io->reason says why; the whole datagram may be gone with it */
};

/* The datagram that a fragment completed: an IP packet of its own, without fragment
 * header or fields, its header checksum right. A fragment that the capture cut short leaves a
 * hole of zeros in it: parse it with caplen as the bytes present, and len as its length, so
 * that nothing is read out of the hole and the transport checksum not looked at. */
struct frag_whole {
	uint8_t *data; /* borrowed until frag_table_release() */
	uint32_t len;
	uint32_t caplen; /* bytes up to the first hole; len if there is none */
};

/* Takes a packet of kind PACKET_FRAGMENT. An IPv6 atomic fragment (offset 0, no
 * more) completes at once and alone (RFC 6946). */
enum frag_result frag_add(struct frag_table *table, struct packet *p, weir_time now,
			  struct frag_whole *whole);

/* Gives back the buffers of all datagrams completed since the last call. */
void frag_table_release(struct frag_table *table);

/* Forgets datagrams whose time is up. */
void frag_expire(struct frag_table *table, weir_time now);

void frag_stats_get(const struct frag_table *table, struct frag_stats *stats);

#endif
