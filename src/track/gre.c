/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/gre.c - GRE: a tunnel lives gre-timeout until both ends have spoken,
 * and gre-stream-timeout, ASSURED, from the next packet on.
 *
 * The key, the payload's protocol and the version of the first packet are kept to
 * be shown; of version 0 none of them tells connections apart, of version 1
 * the tuple holds the call id.
 *
 * Threads: the owning worker.
 */
#include "track/track.h"

enum track_result track_gre(struct track *t, struct packet *p, struct conn *c, enum weir_dir dir)
{
	(void)dir;

	if (!(c->status & WEIR_STATUS_CONFIRMED)) {
		c->gre.key = p->gre_key;
		c->gre.protocol = p->gre_protocol;
		c->gre.version = p->gre_version;
	}
	if (c->status & WEIR_STATUS_SEEN_REPLY) {
		track_assure(t, c);
		t->timeout = t->set->timeout[WEIR_T_GRE_STREAM];
	} else {
		t->timeout = t->set->timeout[WEIR_T_GRE];
	}
	return TRACK_ACCEPT;
}
