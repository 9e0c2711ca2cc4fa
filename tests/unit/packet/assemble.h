/* SPDX-License-Identifier: Apache-2.0 */
/*
 * assemble.h - packets for tests, written as a line of words.
 *
 *	ip4:PP   IPv4 header, 10.0.0.1 to 10.0.0.2, protocol PP; length and checksum come out right
 *	ip6:PP   IPv6 header, 2001:db8::1 to 2001:db8::2, next header PP
 *	q4:PP    the same two as an ICMP error quotes them: from ...2 to ...9, nothing made right
 *	q6:PP
 *	tcp:FF   20 bytes, ports 1000 to 2000, flags FF
 *	udp  udplite  sctp  dccp:TT   headers with the same ports; dccp of type TT, X=1
 *	icmp:TTCC  icmp6:TTCC         type and code, identifier 0x1234
 *	0a0b...  those bytes
 *	*N       N zero bytes
 *	pad:N    N zero bytes behind the packet, not counted by its headers
 *	@N=0a0b  those bytes at offset N, after all lengths and checksums were made right
 *	!N=0a0b  the same before the checksums, so that they come out right for it
 *	cut:N    only the first N bytes were captured
 *	short:N  only the first N bytes ever came
 *
 * All numbers but those of *, pad, cut, short and offsets are in hexadecimal.
 */
#ifndef TESTS_ASSEMBLE_H
#define TESTS_ASSEMBLE_H

#include <stdint.h>

struct assembled {
	uint8_t *
	        data; /* exactly caplen bytes from malloc(), so that a sanitizer sees a step over */
	uint32_t caplen;
	uint32_t len;
};

/* Fails the running test on a word that it does not know. */
struct assembled assemble(const char *line);

/* A slow and obvious internet checksum over a pseudo header (NULL: none) and some bytes. */
uint16_t slow_checksum(const uint8_t *pseudo, uint32_t pseudo_size, const uint8_t *data,
                       uint32_t size);

#endif
