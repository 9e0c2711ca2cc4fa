/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nat/listeners.h - the ports that the router itself listens on. A connection that is translated to
 * such an address and port would take packets that are the router's: whoever knows the other end
 * can send them (the port shadow class of faults, CVE-2021-3773).
 *
 * Life: made with a policy, immutable, gone with it. Threads: any may read it.
 * Cost: a bit is looked at for most ports; a binary search or two where somebody listens.
 */
#ifndef NAT_LISTENERS_H
#define NAT_LISTENERS_H

#include <weir/rules.h>

#include "base/alloc.h"
#include "packet/packet.h"

struct listeners;

/* => false: no memory. *listeners is NULL where there are none */
bool listeners_create(struct listeners **listeners, struct alloc *alloc,
		      const struct weir_ruleset *rules);
void listeners_destroy(struct listeners *listeners, struct alloc *alloc); /* NULL is fine */

/* Whether the router listens on the tuple's source. */
bool listeners_have(const struct listeners *listeners, const struct tuple *tuple);

#endif
