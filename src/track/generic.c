/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/generic.c - every protocol that has no tracker of its own: the two
 * addresses are the connection, each packet gives it generic-timeout again, and
 * it is never assured.
 *
 * Threads: the owning worker. Nothing is remembered in the entry.
 */
#include "track/track.h"

enum track_result track_generic(struct track *t, struct packet *p, struct conn *c,
				enum weir_dir dir)
{
	(void)p;
	(void)c;
	(void)dir;

	t->timeout = t->set->timeout[WEIR_T_GENERIC];
	return TRACK_ACCEPT;
}
