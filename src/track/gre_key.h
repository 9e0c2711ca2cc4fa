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
 */
#ifndef TRACK_GRE_KEY_H
#define TRACK_GRE_KEY_H

#include <stdatomic.h>

#include "base/alloc.h"
#include "packet/packet.h"

struct gre_key_entry;

struct gre_keys {
	_Atomic uint32_t count;
	struct gre_key_lock *lock;
	struct alloc *alloc; /* the engine's */
	struct gre_key_entry *entries;
	uint32_t room, most;
};

/* => false: no memory */
bool gre_keys_init(struct gre_keys *keys, struct alloc *alloc, uint32_t most);
void gre_keys_fini(struct gre_keys *keys);

/* tuple: src, dst, dst_port (the receiver's call id) and src_port (the sender's).
 * => false: no room, no memory, or another master has that tuple */
bool gre_key_add(struct gre_keys *keys, uint64_t master, const struct tuple *tuple);
void gre_key_forget(struct gre_keys *keys, uint64_t master);
void gre_key_rename(struct gre_keys *keys, uint64_t from, uint64_t to);

/* Fills in tuple->src_port of an enhanced GRE packet if its key is known. */
void gre_key_find(struct gre_keys *keys, struct tuple *tuple);

#endif
