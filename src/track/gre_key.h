/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/gre_key.h - which source key an enhanced GRE packet has, which it does not say itself.
 *
 * A packet of PPTP's tunnel carries the call id of its receiver alone (RFC 2637 section 4.1). The
 * control connection has named both, so its helper enters for each direction: from, to, the
 * receiver's call id, and the sender's. With that the tuples of both directions are each
 * other's inverse, and one connection has both.
 *
 * One list for all workers of an engine, guarded by a mutex, which GRE packets alone ask, and they
 * only while there are keys.
 *
 * Life: entered by the helper under the control connection's id, gone with that or with its call.
 * The connections that had the key end with it, and any worker may have them: tuples that were
 * taken back stand in a journal of GRE_ENDED, which each worker goes through. Who comes too late
 * for one misses it, and the connection ends by its time.
 */
#ifndef TRACK_GRE_KEY_H
#define TRACK_GRE_KEY_H

#include <stdatomic.h>

#include "base/journal.h"
#include "packet/packet.h"

#define GRE_ENDED 256u /* a power of two */

struct gre_key_entry;

struct gre_keys {
	_Atomic uint32_t count;
	struct journal ended;          /* tuples */
	struct gre_key_lock *lock;
	struct alloc *alloc;           /* the engine's */
	struct gre_key_entry *entries; /* in order */
	uint32_t room, most;
};

/* => false: no memory */
bool gre_keys_init(struct gre_keys *keys, struct alloc *alloc, uint32_t most);
void gre_keys_fini(struct gre_keys *keys);

/* tuple: src, dst, dst_port (the receiver's call id) and src_port (the sender's; 0: not known yet,
 * the receiver's is only taken). The same master may enter it again, with another src_port.
 * => false: no room, no memory, or another master has that tuple */
bool gre_key_add(struct gre_keys *keys, uint64_t master, const struct tuple *tuple);

/* Takes back one key of a master's, or all; what had them is to end. */
void gre_key_drop(struct gre_keys *keys, uint64_t master, const struct tuple *tuple);
void gre_key_forget(struct gre_keys *keys, uint64_t master);

/* Fills in tuple->src_port of an enhanced GRE packet if its key is known, and whose it is. Asks
 * nothing of the lock while there are no keys. => false: it is not known */
bool gre_key_find(struct gre_keys *keys, struct tuple *tuple, uint64_t *master);

/* The next tuple whose connection is to end, of those that a worker has not seen. Its cursor is 0
 * at first. => false: no more; that costs a load */
bool gre_key_ended(struct gre_keys *keys, uint64_t *cursor, struct tuple *tuple);

#endif
