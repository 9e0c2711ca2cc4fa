/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet/transport.h - the steps of packet_parse() behind the IP header.
 *
 * The IP step has set io, l3, len, l4, l4_len and l4_cap, and in the tuple
 * addresses and family. These set kind and what belongs to it: proto and ports
 * of the tuple, or the reason why there is none.
 */
#ifndef PACKET_TRANSPORT_H
#define PACKET_TRANSPORT_H

#include "packet/chain.h"
#include "packet/packet.h"

#define TCP_HEADER 20u

/* The event of each combination of FIN SYN RST PSH ACK URG, plus one; 0: there is no such
 * packet. */
extern const uint8_t tcp_events[64];

/* Reads the header that `proto` names. `chain` is NULL for IPv4. `verify`: look at
 * the transport checksum if all of its bytes are present. */
void transport_parse(struct packet *p, uint8_t proto, const struct ip6_chain *chain, bool verify);

/* The same for ICMP on IPv4 and ICMPv6 on IPv6. */
void icmp_parse(struct packet *p, uint8_t proto, const struct ip6_chain *chain, bool verify);

/* Reads proto and ports of a tuple from the first `size` bytes of a transport header, as
 * an ICMP error quotes them, and checks nothing. Not for ICMP.
 * => false if they do not suffice, or if it is enhanced GRE of something else than PPP */
bool transport_ports(struct tuple *t, uint8_t proto, const uint8_t *l4, uint32_t size);

/* Compares the checksum of the first `length` bytes of the transport header, `field`
 * bytes into it, with what it should be. `pseudo` is the pseudo header's sum.
 * => false and the packet marked if it differs */
bool transport_checksum(struct packet *p, uint64_t pseudo, uint32_t length, unsigned field);

/* The sum of the packet's pseudo header. */
uint64_t transport_pseudo(const struct packet *p, const struct ip6_chain *chain, uint8_t proto,
                          uint32_t length);

/* Marks a packet as malformed: invalid, but let by. */
static inline void packet_malformed(struct packet *p, enum weir_reason reason, uint32_t a,
                                    uint32_t b)
{
	p->kind = PACKET_MALFORMED;
	p->drop = 0;
	packet_reason(p, reason, a, b);
}

#endif
