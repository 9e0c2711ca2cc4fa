/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/conn_limit.c - the match connection-limit: how many connections of the packet's source,
 * or of its block of addresses, have come by this rule.
 *
 * Counted are connections of which a packet has asked the match, so one that only packets to port
 * 25 ask counts connections to port 25. Each is remembered, so that it is counted once and taken
 * off when it ends, and so that rules that come and go need no count of all connections: one
 * that was there before is counted when its next packet asks.
 *
 * A connection's first packet asks before it is sure that there will be a connection: it is
 * noted (struct pending), and counted when the connection is confirmed.
 *
 * Life: in the match's table, the connections themselves and a number for each block. As many
 * as there are connections, COUNTED_MOST at most: what cannot be counted does not match.
 */
#include "firewall/memory_state.h"

/* recall_key.kind */
#define KIND_CONNECTION 0
#define KIND_BLOCK 1

/* The block of a source address. */
static void block_key(struct recall_key *key, uint8_t family, const union weir_addr *addr,
		      uint32_t length)
{
	unsigned size = family == WEIR_IPV4 ? 4 : 16;

	memset(key, 0, sizeof *key);
	key->family = family;
	key->kind = KIND_BLOCK;
	for (unsigned i = 0; i < size && length > 0; i++) {
		unsigned bits = length < 8 ? length : 8;

		key->a.v6[i] = addr->v6[i] & (uint8_t)(0xff00u >> bits);
		length -= bits;
	}
}

static uint32_t block_count(const struct kept *kept, uint8_t family, const union weir_addr *addr)
{
	struct recall_key key;
	const uint32_t *count;

	block_key(&key, family, addr, kept->match.bits);
	count = recall_find(kept->table, &key);
	return count ? *count : 0;
}

/* => false: no memory, it is not counted */
static bool count_in(struct kept *kept, const struct recall_key *conn)
{
	struct recall_key key;
	uint32_t *count;
	bool fresh;

	if (!recall_take(kept->table, conn, 0, &fresh))
		return false;
	if (!fresh)
		return true;
	block_key(&key, conn->family, &conn->a, kept->match.bits);
	count = recall_take(kept->table, &key, 0, &fresh);
	if (!count) {
		recall_drop(kept->table, conn);
		return false;
	}
	++*count;
	return true;
}

void conn_limit_end(struct kept *kept, const struct recall_key *conn)
{
	struct recall_key key;
	uint32_t *count;

	if (!recall_drop(kept->table, conn))
		return;
	block_key(&key, conn->family, &conn->a, kept->match.bits);
	count = recall_find(kept->table, &key);
	if (count && --*count == 0)
		recall_drop(kept->table, &key);
}

static void note(struct pending *pending, const struct recall_key *conn, uint32_t slot)
{
	if (pending->count > 0 && memcmp(&pending->key, conn, sizeof *conn) != 0)
		pending->count = 0;
	pending->key = *conn;
	for (uint32_t i = 0; i < pending->count; i++) {
		if (pending->slot[i] == slot)
			return;
	}
	/* With more than there is room for, its next packets have it counted. */
	if (pending->count < PENDING_MOST)
		pending->slot[pending->count++] = slot;
}

enum match_result conn_limit_match(struct memory *memory, uint32_t slot,
				   const struct weir_match *match, const struct walk *walk)
{
	struct kept *kept = &memory->kept[slot];
	const union weir_addr *source = &walk->tuple.src;
	struct recall_key key;
	uint32_t more = 0;

	if (walk->conn) {
		conn_key(&key, walk->conn, walk->family);
		if (walk->dir == WEIR_ORIGINAL)
			source = &key.a; /* as it was before it was translated */
		if (!(walk->conn->status & WEIR_STATUS_CONFIRMED)) {
			note(&memory->pending, &key, slot);
			more = 1;
		} else if (!count_in(kept, &key)) {
			return memory_failed(memory);
		}
	}
	return (uint64_t)block_count(kept, walk->family, source) + more > match->number
		       ? MATCH_YES
		       : MATCH_NO;
}

void conn_limit_begin(struct memory *memory, const struct conn *conn, uint8_t family)
{
	struct pending *pending = &memory->pending;
	struct recall_key key;

	if (pending->count == 0)
		return;
	conn_key(&key, conn, family);
	if (memcmp(&key, &pending->key, sizeof key) == 0) {
		for (uint32_t i = 0; i < pending->count; i++) {
			if (!count_in(&memory->kept[pending->slot[i]], &key))
				memory->failures++;
		}
	}
	pending->count = 0;
}
