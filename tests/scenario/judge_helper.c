/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/judge_helper.c - compares what helpers did with what a story expects: the message that
 * left, its sequence numbers, and the connections that are expected. See judge.h.
 */
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "build.h"
#include "check.h"
#include "judge.h"
#include "text.h"

enum { TCP_SACK = 5 };

static uint32_t get32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint32_t header_of(const struct judge_said *said)
{
	uint32_t header = 0;

	if (said->protocol == IPPROTO_TCP && said->l4_len >= 20)
		header = (said->l4[12] >> 4) * 4u;
	else if (said->protocol == IPPROTO_UDP)
		header = 8;
	return header <= said->l4_len ? header : said->l4_len;
}

static void text(struct play *play, const struct story_check *check,
                 const struct judge_said *said)
{
	uint32_t header = header_of(said);
	char expected[80], got[80] = "the end";
	int at = text_match(&play->values, check, said->l4 + header, said->l4_len - header,
	                    expected, sizeof(expected));

	if (at < 0)
		return;
	header += (uint32_t)at;
	if (header < said->l4_len)
		text_show(said->l4 + header, said->l4_len - header, got, sizeof(got));
	judge_fail(play, check->line, "out: byte %d of the message: expected \"%s\", got \"%s\"", at,
	           expected, got);
}

static void number(struct play *play, const struct story_check *check, const char *what,
                   const struct judge_said *said, unsigned at)
{
	if (said->protocol != IPPROTO_TCP || said->l4_len < 20)
		judge_fail(play, check->line, "out: no TCP header");
	else if (get32(said->l4 + at) != check->value)
		judge_fail(play, check->line, "out %s: expected %" PRIu64 ", got %u", what,
		           check->value, get32(said->l4 + at));
}

static void edges_text(const uint8_t *edges, size_t len, char *out, size_t size)
{
	size_t used = 0;

	snprintf(out, size, "none");
	for (size_t i = 0; i + 8 <= len && used < size; i += 8)
		used += (size_t)snprintf(out + used, size - used, "%s%u-%u", used ? " " : "",
		                         get32(edges + i), get32(edges + i + 4));
}

static void sack(struct play *play, const struct story_check *check,
                 const struct judge_said *said)
{
	const struct story_piece *piece = check->pieces;
	char expected[120], got[120] = "none";
	uint32_t end = header_of(said), at = 20;

	while (said->protocol == IPPROTO_TCP && at + 1 < end && said->l4[at]) {
		uint32_t len = said->l4[at] == 1 ? 1 : said->l4[at + 1];

		if (!len || at + len > end)
			break;
		if (said->l4[at] == TCP_SACK && len > 2)
			edges_text(said->l4 + at + 2, len - 2, got, sizeof(got));
		at += len;
	}
	edges_text(piece->bytes, piece->len, expected, sizeof(expected));
	if (strcmp(expected, got) != 0)
		judge_fail(play, check->line, "out sack: expected %s, got %s", expected, got);
}

bool judge_out(struct play *play, const struct story_check *check,
               const struct weir_packet *packet)
{
	struct judge_said said;

	if (check->kind != CHECK_OUT_TEXT && check->kind != CHECK_OUT_SEQ &&
	    check->kind != CHECK_OUT_ACK && check->kind != CHECK_OUT_SACK)
		return false;
	if (!packet->out || !judge_read(packet->out, packet->out_len, &said))
		judge_fail(play, check->line, "out: expected a packet, got none");
	else if (check->kind == CHECK_OUT_TEXT)
		text(play, check, &said);
	else if (check->kind == CHECK_OUT_SEQ)
		number(play, check, "seq", &said, 4);
	else if (check->kind == CHECK_OUT_ACK)
		number(play, check, "ack", &said, 8);
	else
		sack(play, check, &said);
	return true;
}

/* What is expected, in words: "17 anyone > 192.0.2.1:5000". */
static void pending_text(const struct weir_expectation *e, char *out, size_t size)
{
	char from[80], dst[80], to[80];

	judge_end_text(&e->tuple.src, e->family, !e->any_src_port, e->tuple.src_port, from,
	               sizeof(from));
	judge_end_text(&e->tuple.dst, e->family, true, e->tuple.dst_port, dst, sizeof(dst));
	judge_end_text(&e->to, e->family, true, e->to_port, to, sizeof(to));
	snprintf(out, size, "%u %s > %s to %s", e->protocol, e->any_src ? "anyone" : from, dst, to);
}

static bool is_end(struct play *play, const struct story_end *end, uint8_t family,
                   const union weir_addr *addr, uint16_t port)
{
	return family == end->host->family && !memcmp(addr, &end->host->addr, sizeof(*addr)) &&
	       (!end->has_port || port == judge_port(play, end, port));
}

/* Whether this is whom a story expects from whom. */
static bool is_pending(struct play *play, const struct story_pending *p,
                       const struct weir_expectation *e)
{
	if (p->protocol != e->protocol || p->anyone != e->any_src)
		return false;
	if (!p->anyone && (p->from.has_port == e->any_src_port ||
	                   !is_end(play, &p->from, e->family, &e->tuple.src, e->tuple.src_port)))
		return false;
	return is_end(play, &p->dst, e->family, &e->tuple.dst, e->tuple.dst_port);
}

/* The rest of it. */
static void compare(struct play *play, const struct story_check *check,
                    const struct weir_expectation *e)
{
	const struct story_pending *p = check->pending;
	char got[280];

	pending_text(e, got, sizeof(got));
	if (p->to.host ? !is_end(play, &p->to, e->family, &e->to, e->to_port)
	               : memcmp(&e->to, &e->tuple.dst, sizeof(e->to)) != 0 ||
	                         e->to_port != e->tuple.dst_port)
		judge_fail(play, check->line, "pending: it does not go there: %s", got);
	if (p->flags != e->flags)
		judge_fail(play, check->line, "pending: flags: expected %u, got %u", p->flags,
		           e->flags);
	if (p->helper && p->helper != e->helper)
		judge_fail(play, check->line, "pending: helper: expected %s, got %s",
		           check_helper_name(p->helper), check_helper_name(e->helper));
	if (p->master && e->master != judge_id(play, p->master))
		judge_fail(play, check->line, "pending: [%s] did not name it", p->master);
	if (p->timeout && (e->timeout > p->timeout + 8 * WEIR_MSEC ||
	                   e->timeout + 8 * WEIR_MSEC < p->timeout))
		judge_fail(play, check->line, "pending: timeout: expected %.3fs, got %.3fs",
		           (double)p->timeout / 1e9, (double)e->timeout / 1e9);
}

/* Calls of weir_expectation_list() until the end, 16 at a time. => how many are in `list`;
 * 0: the end */
static size_t more(struct play *play, uint32_t *cursor, struct weir_expectation list[16])
{
	return weir_expectation_list(play->engine, cursor, play->now, list, 16);
}

void judge_pending(struct play *play, const struct story_check *check)
{
	struct weir_expectation list[16];
	char others[600] = "", text[280];
	uint32_t cursor = 0;
	size_t count;

	while ((count = more(play, &cursor, list)))
		for (size_t i = 0; i < count; i++) {
			if (is_pending(play, check->pending, &list[i])) {
				compare(play, check, &list[i]);
				return;
			}
			pending_text(&list[i], text, sizeof(text));
			snprintf(others + strlen(others), sizeof(others) - strlen(others), "; %s",
			         text);
		}
	judge_fail(play, check->line, "pending: this is not expected%s", others);
}

void judge_expectations(struct play *play, const struct story_check *check)
{
	struct weir_expectation list[16];
	uint32_t cursor = 0;
	size_t count;
	uint64_t all = 0;

	while ((count = more(play, &cursor, list)))
		all += count;
	if (all != check->value)
		judge_fail(play, check->line, "expectations: expected %" PRIu64 ", got %" PRIu64,
		           check->value, all);
}
