/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/replay_against.h - `weir replay --config OLD --against NEW`: the same packets through two
 * routers, and what fares differently.
 */
#ifndef DAEMON_REPLAY_AGAINST_H
#define DAEMON_REPLAY_AGAINST_H

#include <signal.h>

#include "daemon/replay_rules.h"

/* Two of its kind, the one of --config first. */
struct replay_side {
	struct router *router;
	struct replay_rules *rules;
};

/* Prints a line for each connection with a packet that fares differently, and how many packets
 * there are by pair of rules. => STATUS_OK: none, STATUS_FAILED: some, or no memory */
int replay_against(const struct replay_side sides[2], struct merge *merge,
		   const volatile sig_atomic_t *stopped);

#endif
