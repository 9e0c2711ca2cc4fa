/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/replay_against.c - see replay_against.h.
 *
 * A packet fares the same if both routers come to the same verdict, and where they let it by, send
 * it out of the same port with the same addresses. Which rule brought that about does not matter.
 * One thread; a connection takes 16 bytes of memory, a pair of rules its two texts.
 */
#include "daemon/replay_against.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/command.h"

#define ROOM 262144

/* How a packet fared at one side. */
struct fate {
	struct weir_packet packet;
	struct packet_ends left;
	const char *out; /* NULL: nowhere */
	struct strbuf rule;
};

struct comparison {
	const struct replay_side *sides;
	struct map connections; /* by a hash of their ends */
	struct names pairs;     /* "rule -> rule" */
	uint64_t *pair_count;
	size_t pair_room;
	uint64_t packets, different, number;
	weir_time first, now;
	bool no_memory;
	struct fate fate[2];
	struct strbuf text;
	uint8_t room[2][ROOM];
};

/* => false: for this configuration it is a copy, recorded where it leaves */
static bool process(struct comparison *c, unsigned i, const struct capture_frame *frame,
		    const struct link_packet *ip)
{
	const struct replay_side *side = &c->sides[i];
	struct fate *fate = &c->fate[i];
	uint32_t caplen = ip->caplen < ROOM ? ip->caplen : ROOM;

	memset(&fate->packet, 0, sizeof fate->packet);
	fate->packet.data = c->room[i] + ROOM - caplen;
	fate->packet.caplen = caplen;
	fate->packet.len = ip->len;
	memcpy(fate->packet.data, frame->data + ip->offset, caplen);
	if (!replay_rules_before(side->rules, frame, ip, c->now, &fate->packet))
		return false;
	weir_process(router_engine(side->router)->worker, &fate->packet, 1, c->now);
	fate->out = replay_rules_out(side->rules, &fate->packet);
	memset(&fate->left, 0, sizeof fate->left);
	if (fate->packet.out)
		packet_ends_read(fate->packet.out, fate->packet.out_len, &fate->left);
	strbuf_reset(&fate->rule);
	if (fate->packet.trace)
		rules_trace_decided(router_rules(side->router), replay_rules_trace(side->rules),
				    &fate->rule);
	if (!fate->rule.len)
		strbuf_str(&fate->rule, fate->packet.reason != WEIR_R_NONE
						? weir_reason_name((enum weir_reason)fate->packet.reason)
						: "no rule");
	replay_rules_after(side->rules, c->now, &fate->packet);
	return true;
}

static bool same_fate(const struct fate *a, const struct fate *b)
{
	if (a->packet.verdict != b->packet.verdict)
		return false;
	if (a->packet.verdict != WEIR_ACCEPT)
		return true;
	if (!a->out != !b->out || (a->out && strcmp(a->out, b->out) != 0))
		return false;
	return packet_end_same(&a->left.src, &b->left.src) &&
	       packet_end_same(&a->left.dst, &b->left.dst);
}

/* The same for both directions. */
static uint64_t connection_key(const struct packet_ends *ends)
{
	uint64_t side[2];

	for (unsigned i = 0; i < 2; i++) {
		const struct packet_end *end = i ? &ends->dst : &ends->src;

		side[i] = end->addr.u64[0] ^ end->addr.u64[1] * UINT64_C(0x9e3779b97f4a7c15) ^ end->port;
		side[i] *= UINT64_C(0xff51afd7ed558ccd);
		side[i] ^= side[i] >> 32;
	}
	return ((side[0] + side[1]) * UINT64_C(0xc4ceb9fe1a85ec53) ^ ends->protocol) | 1;
}

static void put_fate(const struct fate *fate, const struct packet_ends *before, struct strbuf *out)
{
	strbuf_str(out, weir_verdict_text((enum weir_verdict)fate->packet.verdict));
	if (fate->out)
		strbuf_printf(out, " to %s", fate->out);
	if (fate->left.family && (!packet_end_same(&fate->left.src, &before->src) ||
				  !packet_end_same(&fate->left.dst, &before->dst))) {
		strbuf_str(out, " as ");
		packet_ends_print(&fate->left, out);
	}
	strbuf_printf(out, " by %s", strbuf_text(&fate->rule));
}

static void print_packet(struct comparison *c, const struct packet_ends *before)
{
	weir_time since = c->now - c->first;

	strbuf_reset(&c->text);
	strbuf_printf(&c->text, "%6" PRIu64 " %" PRIu64 ".%09" PRIu64 " ", c->number,
		      (uint64_t)(since / WEIR_SEC), (uint64_t)(since % WEIR_SEC));
	packet_ends_print(before, &c->text);
	strbuf_str(&c->text, ": ");
	put_fate(&c->fate[0], before, &c->text);
	strbuf_str(&c->text, "; against: ");
	put_fate(&c->fate[1], before, &c->text);
	strbuf_char(&c->text, '\n');
	fwrite(strbuf_text(&c->text), 1, c->text.len, stdout);
}

static void count_pair(struct comparison *c)
{
	uint32_t place;

	strbuf_reset(&c->text);
	strbuf_printf(&c->text, "%s %s; against: %s %s",
		      weir_verdict_text((enum weir_verdict)c->fate[0].packet.verdict),
		      strbuf_text(&c->fate[0].rule),
		      weir_verdict_text((enum weir_verdict)c->fate[1].packet.verdict),
		      strbuf_text(&c->fate[1].rule));
	place = names_add(&c->pairs, strbuf_text(&c->text), c->text.len);
	if (place != NO_NAME && place >= c->pair_room) {
		size_t room = 2 * (size_t)place + 16;
		uint64_t *grown = reallocarray(c->pair_count, room, sizeof *grown);

		if (grown) {
			memset(grown + c->pair_room, 0, (room - c->pair_room) * sizeof *grown);
			c->pair_count = grown;
			c->pair_room = room;
		}
	}
	if (place < c->pair_room)
		c->pair_count[place]++;
	else
		c->no_memory = true;
}

static void compare(struct comparison *c, const struct packet_ends *before)
{
	uint64_t key = connection_key(before), known;

	c->packets++;
	if (same_fate(&c->fate[0], &c->fate[1]))
		return;
	c->different++;
	if (!map_find(&c->connections, key, &known)) {
		print_packet(c, before);
		if (!map_put(&c->connections, key, c->number))
			c->no_memory = true;
	}
	count_pair(c);
}

static void one_frame(struct comparison *c, const struct capture_frame *frame)
{
	struct link_packet ip;
	struct packet_ends before;
	bool both;

	if (c->number++ == 0)
		c->first = c->now = frame->time;
	if (frame->time > c->now)
		c->now = frame->time;
	link_decode(frame->link, frame->data, frame->caplen, frame->len, &ip);
	if (!ip.ip)
		return;
	packet_ends_read(frame->data + ip.offset, ip.caplen, &before);
	both = process(c, 0, frame, &ip);
	both &= process(c, 1, frame, &ip);
	if (both)
		compare(c, &before);
}

static void print_pairs(const struct comparison *c)
{
	printf("%" PRIu64 " of %" PRIu64 " packets fare differently, of %" PRIu32 " connection%s\n",
	       c->different, c->packets, c->connections.count, c->connections.count == 1 ? "" : "s");
	for (uint32_t i = 0; i < c->pairs.count && i < c->pair_room; i++)
		printf("%6" PRIu64 " %s\n", c->pair_count[i], c->pairs.name[i]);
}

int replay_against(const struct replay_side sides[2], struct merge *merge,
		   const volatile sig_atomic_t *stopped)
{
	struct comparison *c = calloc(1, sizeof *c);
	struct capture_frame frame;
	int status;

	if (!c) {
		complain("out of memory");
		return STATUS_FAILED;
	}
	c->sides = sides;
	while (!*stopped && !ferror(stdout) && merge_next(merge, &frame))
		one_frame(c, &frame);
	print_pairs(c);
	if (c->no_memory)
		complain("out of memory");
	status = c->different || c->no_memory ? STATUS_FAILED : STATUS_OK;
	map_free(&c->connections);
	names_free(&c->pairs);
	free(c->pair_count);
	strbuf_free(&c->text);
	strbuf_free(&c->fate[0].rule);
	strbuf_free(&c->fate[1].rule);
	free(c);
	return status;
}
