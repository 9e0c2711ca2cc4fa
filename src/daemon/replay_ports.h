/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/replay_ports.h - by which port of the router a recorded packet came in.
 *
 * A capture taken at a port has what came in there, and what went out there. What went out came in
 * somewhere else, and was another packet then: without the translation, one hop younger. So a
 * packet that leaves is passed over if the port that it came in by has a capture of its own; else it
 * gets back what it came in with, and comes in there.
 *
 * A packet leaves by a port if the capture says so (Linux cooked), if its source is the router's own
 * address, or if its destination lies behind that port and its source does not.
 *
 * A capture without a port's name may have been taken anywhere: each packet comes in where the
 * route to its source leads, and one whose source is the router's own address is the router's.
 *
 * Threads: the replay's one. Cost: some walks through the list of routes a packet.
 */
#ifndef DAEMON_REPLAY_PORTS_H
#define DAEMON_REPLAY_PORTS_H

#include "daemon/replay_options.h"
#include "daemon/rules.h"
#include "port/capture.h"
#include "port/merge.h"

/* A port that is no interface; WEIR_PORT_HOST is the router. */
#define REPLAY_NOWHERE (WEIR_INTERFACES_MAX)

struct replay_ports {
	const struct rules *rules;
	struct weir_worker *worker;
	unsigned count;
	uint16_t interface[MERGE_PORTS_MAX]; /* by option, which is the order of the captures;
						REPLAY_NOWHERE: by the packet's source */
};

/* With the model's lock held. Everything is borrowed. */
void replay_ports_init(struct replay_ports *ports, const struct replay_options *options,
		       const struct rules *rules, struct weir_worker *worker);

/* Sets packet->port and what else tells where it came from, and gives a packet that leaves its
 * former bytes back.
 * => false: another capture has it come in */
bool replay_ports_find(const struct replay_ports *ports, const struct capture_frame *frame,
		       const struct link_packet *ip, weir_time now, struct weir_packet *packet);

#endif
