/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/icmp.c - ICMP and ICMPv6 queries: a request opens a connection, its
 * answers carry the same identifier.
 *
 * What is a request the parser knows (packet.opens); type, code and identifier
 * are part of the tuple, so an answer that differs in one of them never gets
 * here. Errors do not get here either: they concern the connection they quote.
 * Such a connection is never assured. Nothing is remembered in the entry.
 *
 * Threads: the owning worker.
 */
#include "track/track.h"

enum track_result track_icmp(struct track *t, struct packet *p, struct conn *c, enum weir_dir dir)
{
	(void)dir;

	if (!(c->status & WEIR_STATUS_CONFIRMED) && !p->opens) {
		packet_reason(p, WEIR_R_ICMP_TYPE, p->tuple.dst_port >> 8,
			      p->tuple.dst_port & 0xff);
		return TRACK_INVALID;
	}
	t->timeout = t->set->timeout[WEIR_T_ICMP];
	return TRACK_ACCEPT;
}
