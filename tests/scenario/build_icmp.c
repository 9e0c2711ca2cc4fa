/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/build_icmp.c - ICMP and ICMPv6 messages from their words: queries,
 * errors that quote an earlier packet, neighbour discovery, multicast listeners.
 */
#include <string.h>

#include "build_l4.h"
#include "word.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct message {
	const char *name;
	uint8_t type, code;
	uint8_t size;      /* bytes in all, before what is quoted */
	uint8_t hop_limit; /* that the protocol asks for; 0: any */
};

static const struct message messages4[] = {
        {"echo", 8, 0, 8, 0},
        {"echo-reply", 0, 0, 8, 0},
        {"timestamp", 13, 0, 20, 0},
        {"timestamp-reply", 14, 0, 20, 0},
        {"info", 15, 0, 8, 0},
        {"info-reply", 16, 0, 8, 0},
        {"mask", 17, 0, 12, 0},
        {"mask-reply", 18, 0, 12, 0},
        {"net-unreachable", 3, 0, 8, 0},
        {"host-unreachable", 3, 1, 8, 0},
        {"port-unreachable", 3, 3, 8, 0},
        {"fragmentation-needed", 3, 4, 8, 0},
        {"source-quench", 4, 0, 8, 0},
        {"redirect", 5, 1, 8, 0},
        {"router-advert", 9, 0, 8, 0},
        {"router-solicit", 10, 0, 8, 0},
        {"time-exceeded", 11, 0, 8, 0},
        {"parameter-problem", 12, 0, 8, 0},
};

static const struct message messages6[] = {
        {"echo", 128, 0, 8, 0},
        {"echo-reply", 129, 0, 8, 0},
        {"no-route", 1, 0, 8, 0},
        {"port-unreachable", 1, 4, 8, 0},
        {"too-big", 2, 0, 8, 0},
        {"time-exceeded", 3, 0, 8, 0},
        {"parameter-problem", 4, 0, 8, 0},
        {"mld-query", 130, 0, 24, 1},
        {"mld-report", 131, 0, 24, 1},
        {"mld-done", 132, 0, 24, 1},
        {"router-solicit", 133, 0, 8, 255},
        {"router-advert", 134, 0, 16, 255},
        {"neighbor-solicit", 135, 0, 24, 255},
        {"neighbor-advert", 136, 0, 24, 255},
        {"redirect", 137, 0, 40, 255},
        {"node-query", 139, 0, 16, 0},
        {"node-reply", 140, 0, 16, 0},
        {"mld2-report", 143, 0, 8, 1},
};

/* The name of a message, or "type 42". */
static int message_word(struct maker *m, struct message *message)
{
	bool v4 = m->protocol == P_ICMP;
	const struct message *list = v4 ? messages4 : messages6;
	size_t count = v4 ? COUNT(messages4) : COUNT(messages6);
	uint64_t type;

	for (size_t i = 0; i < count; i++)
		if (l4_word(m, list[i].name)) {
			*message = list[i];
			return 0;
		}
	if (!l4_word(m, "type"))
		return word_fail(m->error, "no ICMP message \"%s\"", *m->word ? *m->word : "");
	if (l4_number(m, UINT8_MAX, &type))
		return -1;
	*message = (struct message){"", (uint8_t)type, 0, 8, 0};
	return 0;
}

/* "quote LABEL [bytes 28]": the beginning of an earlier packet; "bytes" counts from its IP
 * header on. By itself as much as RFC 1812 and RFC 4443 ask for. */
static int quote(struct maker *m, bool redirect6)
{
	const struct story_step *step = l4_label(m);
	uint64_t count = m->protocol == P_ICMP ? 548 : 1232;
	size_t option = redirect6 ? 8 : 0, whole;
	uint8_t *at;

	if (!step)
		return -1;
	if (l4_word(m, "bytes") && l4_number(m, step->caplen, &count))
		return -1;
	if (count > step->caplen)
		count = step->caplen;
	whole = option ? (option + count + 7) & ~(size_t)7 : count;
	if (!(at = l4_more(m, whole)))
		return -1;
	memset(at, 0, whole);
	if (option) { /* the redirected header option of RFC 4861, 4.6.3 */
		at[0] = 4;
		at[1] = (uint8_t)(whole / 8);
	}
	memcpy(at + option, step->data, count);
	return 0;
}

static int address(struct maker *m, size_t at)
{
	struct story_end end;

	if (!*m->word)
		return word_fail(m->error, "a host is missing at the end");
	if (build_end(m->line, *m->word, &end, m->error))
		return -1;
	if (at + 16 > m->l4_len && m->protocol == P_ICMPV6)
		return word_fail(m->error, "this message has no such address");
	if (m->protocol == P_ICMP)
		memcpy(m->l4 + 4, &end.host->addr.v4, 4);
	else
		memcpy(m->l4 + at, end.host->addr.v6, 16);
	m->word++;
	return 0;
}

/* => 1 if the next words were understood, 0 if not, -1 and error */
static int icmp_word(struct maker *m, const struct message *message)
{
	static const struct {
		const char *name;
		uint64_t max;
		size_t at, bytes;
	} fields[] = {
	        {"code", UINT8_MAX, 1, 1}, {"id", UINT16_MAX, 4, 2},      {"seq", UINT16_MAX, 6, 2},
	        {"mtu", UINT32_MAX, 4, 4}, {"pointer", UINT32_MAX, 4, 4},
	};

	for (size_t i = 0; i < COUNT(fields); i++) {
		uint64_t value;

		if (!l4_word(m, fields[i].name))
			continue;
		if (l4_number(m, fields[i].max, &value))
			return -1;
		if (m->protocol == P_ICMP && !strcmp(fields[i].name, "pointer"))
			m->l4[4] = (uint8_t)value;
		else if (fields[i].bytes == 4)
			put32(m->l4 + fields[i].at, value);
		else if (fields[i].bytes == 2)
			put16(m->l4 + fields[i].at, value);
		else
			m->l4[fields[i].at] = (uint8_t)value;
		return 1;
	}
	if (l4_word(m, "quote"))
		return quote(m, m->protocol == P_ICMPV6 && message->type == 137) ? -1 : 1;
	if (l4_word(m, "target") || l4_word(m, "gateway"))
		return address(m, 8) ? -1 : 1;
	return l4_common(m);
}

int icmp_build(struct maker *m)
{
	struct message message = {0};
	uint8_t *at;
	int got;

	if (message_word(m, &message) || !(at = l4_more(m, message.size)))
		return -1;
	memset(at, 0, message.size);
	at[0] = message.type;
	at[1] = message.code;
	if (message.hop_limit)
		m->ttl = message.hop_limit;
	m->payload = message.size;
	while (*m->word && (got = icmp_word(m, &message)))
		if (got < 0)
			return -1;
	m->checksum_at = 2;
	if (m->protocol == P_ICMPV6)
		m->pseudo = P_ICMPV6;
	return 0;
}
