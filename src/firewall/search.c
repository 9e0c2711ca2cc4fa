/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/search.c - see search.h. Nothing is kept; every read is within the bytes that are
 * present. Cost: content reads the whole packet.
 */
#include "firewall/search.h"

#include "firewall/tls_hello.h"

#define TCP_HEADER 20u
#define UDP_HEADER 8u

static uint32_t header_size(const struct packet *p, uint8_t proto)
{
	if (proto == PROTO_TCP)
		return p->l4_cap < TCP_HEADER ? TCP_HEADER : (p->l4[12] >> 4) * 4u;
	return proto == PROTO_UDP || proto == PROTO_UDPLITE ? UDP_HEADER : 0;
}

const uint8_t *packet_payload(const struct walk *walk, size_t *size)
{
	const struct packet *p = walk->packet;
	uint32_t header;

	if (!p->l4 || p->kind == PACKET_FRAGMENT)
		return NULL;
	header = header_size(p, walk->tuple.proto);
	if (header >= p->l4_cap)
		return NULL;
	*size = p->l4_cap - header;
	return p->l4 + header;
}

enum match_result search_content(const struct weir_match *match, const struct walk *walk)
{
	size_t size;
	const uint8_t *data = packet_payload(walk, &size);

	return data && memmem(data, size, match->text, match->count) ? MATCH_YES : MATCH_NO;
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

bool glob_matches(const char *pattern, size_t pattern_size, const uint8_t *text, size_t size)
{
	size_t p = 0, t = 0, star = SIZE_MAX, from = 0;

	while (t < size) {
		if (p < pattern_size && pattern[p] == '*') {
			star = p++;
			from = t;
		} else if (p < pattern_size &&
			   (pattern[p] == '?' || lower((uint8_t)pattern[p]) == lower(text[t]))) {
			p++;
			t++;
		} else if (star != SIZE_MAX) {
			/* The last star takes one more; those before it need not. */
			p = star + 1;
			t = ++from;
		} else {
			return false;
		}
	}
	while (p < pattern_size && pattern[p] == '*')
		p++;
	return p == pattern_size;
}

enum match_result search_tls_host(const struct weir_match *match, const struct walk *walk)
{
	const uint8_t *data, *host;
	size_t size, length;

	if (walk->tuple.proto != PROTO_TCP)
		return MATCH_NEVER;
	data = packet_payload(walk, &size);
	if (!data || !tls_hello_host(data, size, &host, &length))
		return MATCH_NEVER;
	return glob_matches(match->text, match->count, host, length) ? MATCH_YES : MATCH_NO;
}
