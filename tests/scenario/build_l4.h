/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/build_l4.h - what build.c (IP) and build_l4.c (transport) share while
 * one packet is made.
 */
#ifndef SCENARIO_BUILD_L4_H
#define SCENARIO_BUILD_L4_H

#include "build.h"

/* The protocol numbers that stories know by name. */
enum {
	P_ICMP = 1,
	P_IGMP = 2,
	P_IPIP = 4,
	P_TCP = 6,
	P_UDP = 17,
	P_DCCP = 33,
	P_GRE = 47,
	P_ESP = 50,
	P_AH = 51,
	P_ICMPV6 = 58,
	P_NONE = 59,
	P_OSPF = 89,
	P_SCTP = 132,
	P_UDPLITE = 136,
};

struct maker {
	const struct build_line *line;
	struct story_step *step;
	char *error;
	char **word; /* the next one */
	struct story_end src, dst;
	uint8_t family;
	uint8_t protocol;

	/* Transport header and payload; the checksum field is zero. */
	uint8_t l4[BUILD_MAX];
	size_t l4_len;
	size_t payload;  /* where the payload begins in l4 */
	int checksum_at; /* offset of the checksum, -1: the protocol has none */
	size_t covered;  /* bytes it covers; 0: all */
	int pseudo;      /* protocol number in the pseudo header, -1: no pseudo header */
	bool crc32c;
	bool bad_checksum;   /* off by one bit */
	bool checksum_given; /* `checksum` is put in as it stands */
	uint64_t checksum;

	/* IP header; -1: what is right. */
	uint64_t ttl, tos, id, flow;
	bool df, mf, bad_ip_checksum;
	uint64_t frag_offset; /* in bytes */
	int64_t version, ihl, total_length, next_header;
	uint8_t options[40];
	size_t options_len;
	uint8_t ext[1024]; /* IPv6 extension headers; their next-header fields are filled in later
	                    */
	size_t ext_len;
	uint8_t ext_type[64];
	size_t ext_size[64];
	size_t ext_count;

	/* What happens to the finished packet. */
	uint64_t pad; /* bytes behind it, on the wire */
};

/* Appends to the transport part. => where the bytes stand, NULL (and error) if there is no room */
uint8_t *l4_more(struct maker *m, size_t count);
void put16(uint8_t *at, uint64_t value);
void put32(uint8_t *at, uint64_t value);

/* The next word as a number up to max. */
int l4_number(struct maker *m, uint64_t max, uint64_t *value);

/* Whether the next word is `name`; if so, it is taken. */
bool l4_word(struct maker *m, const char *name);

/* The step behind a label, or NULL and error. */
const struct story_step *l4_label(struct maker *m);

/* Words that every packet may have (IP header, payload, what happens to it).
 * => 1 if the next words were such, 0 if not, -1 and error */
int l4_common(struct maker *m);

/* Reads the words of m->protocol and makes header and payload. => 0, or -1 and error */
int l4_build(struct maker *m);

/* The same for ICMP and ICMPv6 (build_icmp.c). */
int icmp_build(struct maker *m);

#endif
