/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/judge_router.c - compares what a router did with what a story expects: where a packet
 * left and what it said then, which rule stopped it, what was answered. See judge.h.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "build.h"
#include "judge.h"
#include "router.h"

enum { IP4 = 20, IP6 = 40 };

static uint16_t get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static bool has_ports(uint8_t protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_SCTP ||
	       protocol == IPPROTO_DCCP || protocol == IPPROTO_UDPLITE;
}

bool judge_read(const uint8_t *data, uint32_t len, struct judge_said *said)
{
	uint32_t header;

	memset(said, 0, sizeof(*said));
	if (len >= IP4 && data[0] >> 4 == 4) {
		header = (data[0] & 15u) * 4;
		said->family = WEIR_IPV4;
		said->protocol = data[9];
		said->fragment = get16(data + 6) & 0x3fff;
		memcpy(&said->src, data + 12, 4);
		memcpy(&said->dst, data + 16, 4);
		if (header < IP4 || get16(data + 2) > len || get16(data + 2) < header)
			return false;
		len = get16(data + 2);
	} else if (len >= IP6 && data[0] >> 4 == 6) {
		header = IP6;
		said->family = WEIR_IPV6;
		said->protocol = data[6];
		memcpy(&said->src, data + 8, 16);
		memcpy(&said->dst, data + 24, 16);
		if (get16(data + 4) + (uint32_t)IP6 > len)
			return false;
		len = get16(data + 4) + (uint32_t)IP6;
	} else {
		return false;
	}
	said->l4 = data + header;
	said->l4_len = len - header;
	said->ports = has_ports(said->protocol) && said->l4_len >= 4 && !said->fragment;
	if (said->ports) {
		said->src_port = get16(said->l4);
		said->dst_port = get16(said->l4 + 2);
	}
	return true;
}

/* Whether the transport checksum is right, or there is none to verify. */
static bool transport_right(const struct judge_said *s)
{
	uint32_t size = s->family == WEIR_IPV4 ? 4 : 16, sum;
	uint8_t copy[sizeof(uint32_t)];

	if (s->fragment)
		return true;
	if (s->protocol == IPPROTO_SCTP && s->l4_len >= 12 && s->l4_len < 2048) {
		uint8_t bytes[2048];
		uint32_t crc;

		memcpy(copy, s->l4 + 8, 4);
		memcpy(bytes, s->l4, s->l4_len);
		memset(bytes + 8, 0, 4);
		crc = build_crc32c(bytes, s->l4_len);
		return copy[0] == (uint8_t)crc && copy[1] == (uint8_t)(crc >> 8) &&
		       copy[2] == (uint8_t)(crc >> 16) && copy[3] == (uint8_t)(crc >> 24);
	}
	sum = s->protocol == IPPROTO_ICMP ? 0
	                                  : build_sum(s->src.v6, size,
	                                              build_sum(s->dst.v6, size,
	                                                        s->protocol + s->l4_len));
	if (s->protocol == IPPROTO_UDP && s->l4_len >= 8 && !get16(s->l4 + 6))
		return true;
	if (s->protocol != IPPROTO_UDP && s->protocol != IPPROTO_TCP &&
	    s->protocol != IPPROTO_ICMP && s->protocol != IPPROTO_ICMPV6)
		return true;
	return !build_fold(build_sum(s->l4, s->l4_len, sum));
}

/* Whether an ICMP error quotes an IPv4 header whose checksum is right. */
static bool quote_right(const struct judge_said *s)
{
	static const uint8_t errors[] = {3, 4, 5, 11, 12};

	if (s->protocol != IPPROTO_ICMP || s->l4_len < 8 + IP4 ||
	    !memchr(errors, s->l4[0], sizeof(errors)))
		return true;
	return !build_fold(build_sum(s->l4 + 8, IP4, 0));
}

/* Why the checksums of a packet are not right, or NULL. */
static const char *wrong_sum(const uint8_t *data, uint32_t len)
{
	struct judge_said said;

	if (!judge_read(data, len, &said))
		return NULL;
	if (said.family == WEIR_IPV4 &&
	    build_fold(build_sum(data, (uint32_t)(said.l4 - data), 0)))
		return "IPv4 header";
	if (!transport_right(&said))
		return "transport";
	return quote_right(&said) ? NULL : "quoted IPv4 header";
}

void judge_sums(struct play *play, const struct story_step *step,
                const struct weir_packet *packet)
{
	const char *before = wrong_sum(step->data, step->caplen), *after;
	struct judge_said came, left;

	if (packet->answer && (after = wrong_sum(packet->answer, packet->answer_len)))
		judge_fail(play, step->line, "answer: bad checksum: %s", after);
	if (!packet->out || step->len != step->caplen)
		return;
	after = wrong_sum(packet->out, packet->out_len);
	/* A fragment shows no checksum; that of a whole that is invalid is why. */
	if (!before && after && packet->state != WEIR_STATE_INVALID)
		judge_fail(play, step->line, "out: bad checksum: %s", after);
	if (before && !after)
		judge_fail(play, step->line, "out: a bad checksum was put right: %s", before);
	if (!judge_read(step->data, step->caplen, &came) || came.fragment ||
	    came.protocol != IPPROTO_UDP || came.l4_len < 8 ||
	    !judge_read(packet->out, packet->out_len, &left) || left.l4_len < 8)
		return;
	if (!get16(came.l4 + 6) != !get16(left.l4 + 6))
		judge_fail(play, step->line, "out: UDP checksum 0x%04x became 0x%04x",
		           get16(came.l4 + 6), get16(left.l4 + 6));
}

void judge_end_text(const union weir_addr *addr, uint8_t family, bool ports, uint16_t port,
                    char *text, size_t size)
{
	char name[INET6_ADDRSTRLEN] = "?";

	inet_ntop(family == WEIR_IPV4 ? AF_INET : AF_INET6, addr, name, sizeof(name));
	if (ports)
		snprintf(text, size, family == WEIR_IPV4 ? "%s:%u" : "[%s]:%u", name, port);
	else
		snprintf(text, size, "%s", name);
}

/* Compares the addresses and ports of some bytes with what a check says. */
static void ends(struct play *play, const struct story_check *check, const char *what,
                 const uint8_t *data, uint32_t len)
{
	char from[80], to[80], expected[200], got[200];
	const struct story_end *src = &check->from, *dst = &check->to;
	bool ports = src->has_port || dst->has_port;
	struct judge_said said;

	if (!src->host)
		return;
	if (!data || !judge_read(data, len, &said)) {
		judge_fail(play, check->line, "%s: expected a packet, got none", what);
		return;
	}
	judge_end_text(&src->host->addr, src->host->family, ports,
	               judge_port(play, src, said.src_port), from, sizeof(from));
	judge_end_text(&dst->host->addr, dst->host->family, ports,
	               judge_port(play, dst, said.dst_port), to, sizeof(to));
	snprintf(expected, sizeof(expected), "%s > %s", from, to);
	judge_end_text(&said.src, said.family, ports, said.src_port, from, sizeof(from));
	judge_end_text(&said.dst, said.family, ports, said.dst_port, to, sizeof(to));
	snprintf(got, sizeof(got), "%s > %s", from, to);
	if (strcmp(expected, got))
		judge_fail(play, check->line, "%s: expected %s, got %s", what, expected, got);
}

static void leaves(struct play *play, const struct story_check *check,
                   const struct weir_packet *packet)
{
	const struct story_router *router = play->story->router;
	const char *expected = router_port_name(router, (uint16_t)check->value);
	const char *got = packet->out ? router_port_name(router, packet->out_port) : "nowhere";

	if (strcmp(expected, got))
		judge_fail(play, check->line, "out: expected %s, got %s", expected, got);
	ends(play, check, "out", packet->out, packet->out_len);
}

static void via(struct play *play, const struct story_check *check,
                const struct weir_packet *packet)
{
	const struct story_host *host = check->from.host;
	char expected[80], got[80];

	judge_end_text(&host->addr, host->family, false, 0, expected, sizeof(expected));
	judge_end_text(&packet->next_hop, host->family, false, 0, got, sizeof(got));
	if (strcmp(expected, got))
		judge_fail(play, check->line, "via: expected %s, got %s", expected, got);
}

static void answer_text(uint64_t answer, uint64_t code, char *text, size_t size)
{
	if (answer == ANSWER_ICMP)
		snprintf(text, size, "icmp %u/%u", (unsigned)(code >> 8), (unsigned)(code & 255));
	else
		snprintf(text, size, "%s", answer == ANSWER_RESET ? "reset" : "none");
}

static void answer(struct play *play, const struct story_check *check,
                   const struct weir_packet *packet)
{
	char expected[40], got[40] = "none";
	struct judge_said said;

	answer_text(check->value, check->other, expected, sizeof(expected));
	if (packet->answer && judge_read(packet->answer, packet->answer_len, &said)) {
		snprintf(got, sizeof(got), "protocol %u", said.protocol);
		if ((said.protocol == IPPROTO_ICMP || said.protocol == IPPROTO_ICMPV6) &&
		    said.l4_len >= 8)
			answer_text(ANSWER_ICMP, get16(said.l4), got, sizeof(got));
		else if (said.protocol == IPPROTO_TCP && said.l4_len >= 20 && said.l4[13] & 4)
			answer_text(ANSWER_RESET, 0, got, sizeof(got));
	}
	if (strcmp(expected, got))
		judge_fail(play, check->line, "answer: expected %s, got %s", expected, got);
	ends(play, check, "answer", packet->answer, packet->answer_len);
}

static void rule(struct play *play, const struct story_check *check,
                 const struct weir_packet *packet)
{
	const struct story_router *router = play->story->router;

	if (packet->rule != check->value)
		judge_fail(play, check->line, "rule: expected %s, got %s", check->text,
		           packet->rule < router->rule_count ? router->rules[packet->rule].comment
		                                             : "none");
}

bool judge_router(struct play *play, const struct story_check *check,
                  const struct weir_packet *packet)
{
	switch (check->kind) {
	case CHECK_LEAVES:
		leaves(play, check, packet);
		return true;
	case CHECK_VIA:
		via(play, check, packet);
		return true;
	case CHECK_RULE:
		rule(play, check, packet);
		return true;
	case CHECK_FAST:
		if (!packet->fasttracked)
			judge_fail(play, check->line, "it did not take the fast path");
		return true;
	case CHECK_ANSWER:
		answer(play, check, packet);
		return true;
	default:
		return false;
	}
}

void judge_counted(struct play *play, const struct story_check *check)
{
	struct weir_rule_counters counters = {0, 0};
	struct weir_request request = {
	        .op = WEIR_REQUEST_COUNTERS,
	        .first = (uint32_t)check->other,
	        .counters = &counters,
	        .capacity = 1,
	};

	weir_request_post(play->worker, &request);
	weir_poll(play->worker, play->now);
	if (!weir_request_done(&request))
		judge_fail(play, check->line, "the counters cannot be had");
	else if (counters.packets != check->value)
		judge_fail(play, check->line, "counted %s: expected %" PRIu64 ", got %" PRIu64,
		           check->text, check->value, counters.packets);
}
