/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/replay_ports.c - see replay_ports.h.
 */
#include "daemon/replay_ports.h"

#include <string.h>

#include "daemon/packet_ends.h"

void replay_ports_init(struct replay_ports *ports, const struct replay_options *options,
		       const struct rules *rules, struct weir_worker *worker)
{
	ports->rules = rules;
	ports->worker = worker;
	ports->count = options->port_count;
	for (unsigned i = 0; i < options->port_count; i++) {
		const char *name = options->ports[i].name;
		uint16_t number = rules_interface(rules, name);

		ports->interface[i] = strcmp(name, REPLAY_DEFAULT_PORT) == 0 ||
						      number == WEIR_INTERFACE_NONE
					      ? REPLAY_NOWHERE
					      : number;
	}
}

/* Where the route to its source leads. */
static uint16_t port_of_source(const struct replay_ports *ports, const struct packet_ends *ends)
{
	uint16_t port;

	if (!ends->family)
		return REPLAY_NOWHERE;
	if (rules_own_address(ports->rules, ends->family, &ends->src.addr))
		return WEIR_PORT_HOST;
	port = rules_interface_of(ports->rules, ends->family, &ends->src.addr);
	return port == WEIR_INTERFACE_NONE ? REPLAY_NOWHERE : port;
}

/* Whether a packet recorded at `port` leaves there. */
static bool leaves(const struct replay_ports *ports, uint16_t port, const struct link_packet *ip,
		   const struct packet_ends *ends)
{
	if (ip->outgoing)
		return true;
	if (!ends->family || port == REPLAY_NOWHERE)
		return false;
	if (rules_own_address(ports->rules, ends->family, &ends->src.addr))
		return true;
	return !rules_own_address(ports->rules, ends->family, &ends->dst.addr) &&
	       rules_leads(ports->rules, ends->family, &ends->dst.addr, port) &&
	       !rules_leads(ports->rules, ends->family, &ends->src.addr, port);
}

/* Whether what comes in by an interface, of a bridge by any of its ports, has been recorded. */
static bool is_recorded(const struct replay_ports *ports, uint16_t interface)
{
	for (unsigned i = 0; i < ports->count; i++) {
		if (ports->interface[i] != REPLAY_NOWHERE &&
		    rules_same_side(ports->rules, ports->interface[i], interface))
			return true;
	}
	return false;
}

/* A packet that may have left: as it came in. => false: another capture has that */
static bool find_entry(const struct replay_ports *ports, const struct link_packet *ip,
		       uint16_t recorded, weir_time now, struct weir_packet *packet)
{
	bool translated = weir_packet_restore(ports->worker, packet, now);
	struct packet_ends ends;

	packet_ends_read(packet->data, packet->caplen, &ends);
	packet->port = port_of_source(ports, &ends);
	if (recorded == REPLAY_NOWHERE)
		return !ip->outgoing || (packet->port == WEIR_PORT_HOST && !translated);
	return packet->port == WEIR_PORT_HOST || packet->port == REPLAY_NOWHERE ||
	       !is_recorded(ports, packet->port);
}

bool replay_ports_find(const struct replay_ports *ports, const struct capture_frame *frame,
		       const struct link_packet *ip, weir_time now, struct weir_packet *packet)
{
	uint16_t port = ports->interface[frame->port];
	struct packet_ends ends;

	if (port != REPLAY_NOWHERE)
		port = rules_tagged(ports->rules, port, ip->vlan, ip->tags);
	packet_ends_read(packet->data, packet->caplen, &ends);
	if (port == REPLAY_NOWHERE || leaves(ports, port, ip, &ends))
		return find_entry(ports, ip, port, now, packet);
	packet->port = port;
	if (frame->link == LINK_ETHERNET && frame->caplen >= 12)
		packet->src_mac = frame->data + 6;
	return true;
}
