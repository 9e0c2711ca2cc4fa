/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/build_l4.c - transport headers from their words: TCP, UDP, UDP-Lite, GRE,
 * SCTP, DCCP, and bare payload for every other protocol.
 *
 * Each reader takes words as long as it knows them; what it leaves is for
 * build.c, which says so if nobody knows the word.
 */
#include "build_l4.h"

#include <string.h>

#include "word.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A word that gives one number. */
struct field {
	const char *name;
	uint64_t max;
	uint64_t *value;
	bool *given; /* or NULL */
};

/* Takes one of these words, or one that every packet may have. => 1, 0 or -1 */
static int field_word(struct maker *m, const struct field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!l4_word(m, fields[i].name))
			continue;
		if (l4_number(m, fields[i].max, fields[i].value))
			return -1;
		if (fields[i].given)
			*fields[i].given = true;
		return 1;
	}
	return l4_common(m);
}

static int need_ports(struct maker *m)
{
	if (m->src.has_port && m->dst.has_port)
		return 0;
	return word_fail(m->error, "this protocol has ports: write %s:1234 > %s:80",
	                 m->src.host->name, m->dst.host->name);
}

/* "syn,ack" */
static int tcp_flags(struct maker *m, uint64_t *flags)
{
	static const char *const names[] = {"fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr"};
	char *list = *m->word;

	if (!list)
		return word_fail(m->error, "tcp: flags expected, such as syn,ack");
	*flags = 0;
	m->word++;
	if (!strcmp(list, "none"))
		return 0;
	while (list) {
		char *rest = word_cut(list, ',');
		int bit = word_find(names, COUNT(names), list);

		if (bit < 0)
			return word_fail(m->error, "no TCP flag \"%s\"", list);
		*flags |= 1u << bit;
		list = rest;
	}
	return 0;
}

struct tcp_options {
	uint8_t bytes[40];
	size_t len;
};

static uint8_t *option(struct maker *m, struct tcp_options *o, uint8_t kind, size_t len)
{
	uint8_t *at = o->bytes + o->len;

	if (len > sizeof(o->bytes) - o->len) {
		word_fail(m->error, "TCP options take more than 40 bytes");
		return NULL;
	}
	at[0] = kind;
	if (len > 1)
		at[1] = (uint8_t)len;
	o->len += len;
	return at + (len > 1 ? 2 : 1);
}

/* "100-200,300-400" */
static int sack_option(struct maker *m, struct tcp_options *o)
{
	char *list = *m->word;
	size_t blocks = 1;
	uint8_t *at;

	if (!list)
		return word_fail(m->error, "sack: 100-200 expected");
	for (const char *c = list; *c; c++)
		blocks += *c == ',';
	if (!(at = option(m, o, 5, 2 + 8 * blocks)))
		return -1;
	m->word++;
	while (list) {
		char *rest = word_cut(list, ','), *right = word_cut(list, '-');
		uint64_t from, to;

		if (word_number(list, UINT32_MAX, &from, m->error) ||
		    word_number(right, UINT32_MAX, &to, m->error))
			return -1;
		put32(at, from);
		put32(at + 4, to);
		at += 8;
		list = rest;
	}
	return 0;
}

/* => 1 if it was an option, 0 if not, -1 and error */
static int tcp_option(struct maker *m, struct tcp_options *o)
{
	uint64_t value, echo = 0;
	uint8_t *at = NULL;

	if (l4_word(m, "mss")) {
		if (l4_number(m, UINT16_MAX, &value) || !(at = option(m, o, 2, 4)))
			return -1;
		put16(at, value);
	} else if (l4_word(m, "wscale")) {
		if (l4_number(m, UINT8_MAX, &value) || !(at = option(m, o, 3, 3)))
			return -1;
		*at = (uint8_t)value;
	} else if (l4_word(m, "sack-ok")) {
		if (!option(m, o, 4, 2))
			return -1;
	} else if (l4_word(m, "sack")) {
		return sack_option(m, o) ? -1 : 1;
	} else if (l4_word(m, "ts")) {
		char *rest = *m->word ? word_cut(*m->word, '/') : NULL;

		if (rest && word_number(rest, UINT32_MAX, &echo, m->error))
			return -1;
		if (l4_number(m, UINT32_MAX, &value) || !(at = option(m, o, 8, 10)))
			return -1;
		put32(at, value);
		put32(at + 4, echo);
	} else if (l4_word(m, "nop")) {
		if (!option(m, o, 1, 1))
			return -1;
	} else if (l4_word(m, "option")) {
		int got =
		        word_hex(*m->word, o->bytes + o->len, sizeof(o->bytes) - o->len, m->error);

		if (got < 0)
			return -1;
		o->len += (size_t)got;
		m->word++;
	} else {
		return 0;
	}
	return 1;
}

static int tcp_build(struct maker *m)
{
	uint64_t flags = 0, seq = 0, ack = 0, win = 65535, urgent = 0, offset = 0;
	bool has_ack = false, has_offset = false;
	struct tcp_options options = {.len = 0};
	uint8_t *payload = m->l4 + 60, *tcp = m->l4;
	size_t header, count;
	int got;

	const struct field fields[] = {
	        {"seq", UINT32_MAX, &seq, NULL},           {"ack", UINT32_MAX, &ack, &has_ack},
	        {"win", UINT16_MAX, &win, NULL},           {"urg", UINT16_MAX, &urgent, NULL},
	        {"data-offset", 15, &offset, &has_offset},
	};

	if (need_ports(m) || tcp_flags(m, &flags))
		return -1;
	/* The payload is gathered behind the longest header and moved up afterwards. */
	m->l4_len = 60;
	while (*m->word &&
	       ((got = tcp_option(m, &options)) || (got = field_word(m, fields, COUNT(fields)))))
		if (got < 0)
			return -1;
	if (!(flags & 0x10) != !has_ack)
		return word_fail(m->error, "the ack flag and \"ack NUMBER\" belong together");
	while (options.len % 4)
		options.bytes[options.len++] = 1;
	header = 20 + options.len;
	count = m->l4_len - 60;
	memmove(tcp + header, payload, count);
	m->l4_len = header + count;
	m->payload = header;
	memset(tcp, 0, 20);
	put16(tcp, m->src.port);
	put16(tcp + 2, m->dst.port);
	put32(tcp + 4, seq);
	put32(tcp + 8, ack);
	tcp[12] = (uint8_t)((has_offset ? offset : header / 4) << 4);
	tcp[13] = (uint8_t)flags;
	put16(tcp + 14, win);
	put16(tcp + 18, urgent);
	memcpy(tcp + 20, options.bytes, options.len);
	m->checksum_at = 16;
	m->pseudo = P_TCP;
	return 0;
}

static int udp_build(struct maker *m, bool lite)
{
	uint64_t length = 0, pseudo = m->protocol;
	bool has_length = false;
	uint8_t *udp;
	int got;

	const struct field fields[] = {
	        {lite ? "coverage" : "length", UINT16_MAX, &length, &has_length},
	        {"pseudo", UINT8_MAX, &pseudo, NULL},
	};

	if (need_ports(m) || !(udp = l4_more(m, 8)))
		return -1;
	m->payload = 8;
	while (*m->word && (got = field_word(m, fields, COUNT(fields))))
		if (got < 0)
			return -1;
	put16(udp, m->src.port);
	put16(udp + 2, m->dst.port);
	put16(udp + 4, has_length || lite ? length : m->l4_len);
	/* A UDP checksum ends where the length field says, if that makes sense. */
	if (has_length && length >= 8 && length <= m->l4_len)
		m->covered = length;
	m->checksum_at = 6;
	m->pseudo = (int)pseudo;
	return 0;
}

static int gre_build(struct maker *m)
{
	uint64_t version = 0, key = 0, seq = 0, ack = 0, call = 0, protocol = UINT64_MAX;
	bool has_key = false, has_seq = false, has_ack = false, has_call = false;
	uint8_t *gre = m->l4;
	size_t header = 4, count;
	int got;

	const struct field fields[] = {
	        {"version", 7, &version, NULL},         {"key", UINT32_MAX, &key, &has_key},
	        {"call", UINT16_MAX, &call, &has_call}, {"seq", UINT32_MAX, &seq, &has_seq},
	        {"ack", UINT32_MAX, &ack, &has_ack},    {"protocol", UINT16_MAX, &protocol, NULL},
	};

	m->l4_len = 16;
	while (*m->word && (got = field_word(m, fields, COUNT(fields))))
		if (got < 0)
			return -1;
	count = m->l4_len - 16;
	if (has_call)
		version = 1;
	if (protocol == UINT64_MAX)
		protocol = version == 1 ? 0x880b : 0x0800;
	header += 4u * (has_key || version == 1) + 4u * has_seq + 4u * has_ack;
	memmove(gre + header, gre + 16, count);
	memset(gre, 0, header);
	gre[0] = (uint8_t)((has_key || version == 1 ? 0x20 : 0) | (has_seq ? 0x10 : 0));
	gre[1] = (uint8_t)((has_ack ? 0x80 : 0) | version);
	put16(gre + 2, protocol);
	header = 4;
	if (version == 1) {
		put16(gre + 4, count);
		put16(gre + 6, call);
		header += 4;
	} else if (has_key) {
		put32(gre + 4, key);
		header += 4;
	}
	if (has_seq) {
		put32(gre + header, seq);
		header += 4;
	}
	if (has_ack) {
		put32(gre + header, ack);
		header += 4;
	}
	m->l4_len = header + count;
	m->payload = header;
	return 0;
}

static const struct {
	const char *name;
	uint8_t type;
	uint8_t body;  /* bytes behind the chunk's own header */
	bool argument; /* the first four bytes of the body are the argument */
} chunks[] = {
        {"data", 0, 12, false},
        {"init", 1, 16, true},
        {"init-ack", 2, 16, true},
        {"sack", 3, 12, true},
        {"heartbeat", 4, 8, false},
        {"heartbeat-ack", 5, 8, false},
        {"abort", 6, 0, false},
        {"shutdown", 7, 4, true},
        {"shutdown-ack", 8, 0, false},
        {"error", 9, 4, false},
        {"cookie-echo", 10, 8, false},
        {"cookie-ack", 11, 0, false},
        {"ecne", 12, 4, true},
        {"cwr", 13, 4, true},
        {"shutdown-complete", 14, 0, false},
        {"auth", 15, 4, false},
        {"forward-tsn", 192, 4, true},
        {"asconf", 193, 4, true},
        {"asconf-ack", 128, 4, true},
};

/* One chunk: "init:7" (tag), "data:100" (bytes), "abort:t" (T bit), "raw:0e000000", "type-63" */
static int sctp_chunk(struct maker *m, char *name)
{
	char *argument = word_cut(name, ':');
	uint64_t value = 0, type = 0, body = 0;
	bool first = false, t_bit = false;
	uint8_t raw[256], *at;
	int got;

	if (!strcmp(name, "raw")) {
		got = word_hex(argument, raw, sizeof(raw), m->error);
		if (got < 0 || !(at = l4_more(m, (size_t)got)))
			return -1;
		memcpy(at, raw, (size_t)got);
		return 0;
	}
	if (!strncmp(name, "type-", 5)) {
		if (word_number(name + 5, UINT8_MAX, &type, m->error))
			return -1;
	} else {
		size_t i = 0;

		while (i < COUNT(chunks) && strcmp(chunks[i].name, name))
			i++;
		if (i == COUNT(chunks))
			return word_fail(m->error, "no SCTP chunk \"%s\"", name);
		type = chunks[i].type;
		body = chunks[i].body;
		first = chunks[i].argument;
	}
	t_bit = argument && !strcmp(argument, "t");
	if (argument && !t_bit && word_number(argument, UINT32_MAX, &value, m->error))
		return -1;
	if (!first && value > 60000)
		return word_fail(m->error, "a chunk of %s bytes", argument);
	if (!first)
		body += value;
	if (!(at = l4_more(m, 4 + ((body + 3) & ~(uint64_t)3))))
		return -1;
	memset(at, 0, 4 + ((body + 3) & ~(uint64_t)3));
	at[0] = (uint8_t)type;
	at[1] = type ? t_bit : 3; /* DATA: begin and end of a message */
	put16(at + 2, 4 + body);
	if (first)
		put32(at + 4, value);
	if (type == 1 || type == 2) {
		put32(at + 8, 65536); /* receiver window */
		put16(at + 12, 1);    /* streams out and in */
		put16(at + 14, 1);
		put32(at + 16, 1); /* first TSN */
	}
	if (type == 4 || type == 5)
		put32(at + 4, 0x00010008); /* heartbeat information */
	return 0;
}

static int sctp_build(struct maker *m)
{
	uint64_t tag = 0;
	uint8_t *sctp;
	int got;

	const struct field fields[] = {{"tag", UINT32_MAX, &tag, NULL}};

	if (need_ports(m) || !(sctp = l4_more(m, 12)))
		return -1;
	m->payload = 12;
	while (*m->word) {
		if (l4_word(m, "chunks")) {
			char *list = *m->word;

			if (!list)
				return word_fail(m->error, "chunks: names of chunks expected");
			m->word++;
			while (list) {
				char *rest = word_cut(list, ',');

				if (sctp_chunk(m, list))
					return -1;
				list = rest;
			}
			continue;
		}
		got = field_word(m, fields, COUNT(fields));
		if (got < 0)
			return -1;
		if (!got)
			break;
	}
	put16(sctp, m->src.port);
	put16(sctp + 2, m->dst.port);
	put32(sctp + 4, tag);
	m->checksum_at = 8;
	m->crc32c = true;
	return 0;
}

static int dccp_build(struct maker *m)
{
	static const char *const types[] = {"request",  "response", "data",  "ack",  "dataack",
	                                    "closereq", "close",    "reset", "sync", "syncack"};
	uint64_t type = 0, seq = 0, ack = 0, service = 0, offset = 0;
	bool has_offset = false;
	size_t header = 16, count;
	uint8_t *dccp = m->l4;
	int got;

	const struct field fields[] = {
	        {"seq", UINT64_C(0xffffffffffff), &seq, NULL},
	        {"ack", UINT64_C(0xffffffffffff), &ack, NULL},
	        {"service", UINT32_MAX, &service, NULL},
	        {"data-offset", UINT8_MAX, &offset, &has_offset},
	};

	if (need_ports(m))
		return -1;
	got = *m->word ? word_find(types, COUNT(types), *m->word) : -1;
	if (got >= 0) {
		type = (uint64_t)got;
		m->word++;
	} else if (!l4_word(m, "type") || l4_number(m, 15, &type)) {
		return word_fail(m->error, "dccp: a packet type such as request expected");
	}
	m->l4_len = 32;
	while (*m->word && (got = field_word(m, fields, COUNT(fields))))
		if (got < 0)
			return -1;
	count = m->l4_len - 32;
	if (type != 0 && type != 2)
		header += 8; /* acknowledgement */
	if (type <= 1 || type == 7)
		header += 4; /* service code, or reset code */
	memmove(dccp + header, dccp + 32, count);
	memset(dccp, 0, header);
	m->l4_len = header + count;
	m->payload = header;
	put16(dccp, m->src.port);
	put16(dccp + 2, m->dst.port);
	dccp[4] = (uint8_t)(has_offset ? offset : header / 4);
	dccp[8] = (uint8_t)(type << 1 | 1); /* long sequence numbers */
	put16(dccp + 10, seq >> 32);
	put32(dccp + 12, seq);
	if (type != 0 && type != 2) {
		put16(dccp + 18, ack >> 32);
		put32(dccp + 20, ack);
	}
	if (type <= 1)
		put32(dccp + header - 4, service);
	m->checksum_at = 6;
	m->pseudo = P_DCCP;
	return 0;
}

/* Every other protocol: its payload is all that is known. */
static int other_build(struct maker *m)
{
	int got;

	while (*m->word && (got = l4_common(m)))
		if (got < 0)
			return -1;
	return 0;
}

int l4_build(struct maker *m)
{
	switch (m->protocol) {
	case P_TCP:
		return tcp_build(m);
	case P_UDP:
	case P_UDPLITE:
		return udp_build(m, m->protocol == P_UDPLITE);
	case P_ICMP:
	case P_ICMPV6:
		return icmp_build(m);
	case P_GRE:
		return gre_build(m);
	case P_SCTP:
		return sctp_build(m);
	case P_DCCP:
		return dccp_build(m);
	default:
		return other_build(m);
	}
}
