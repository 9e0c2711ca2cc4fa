/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/path_answer.c - packets that go no further, and what the engine answers to them.
 *
 * A dropped packet's bytes are as far changed as it came; an answer to it quotes it with the
 * destination that it had when it came. Answers lie in the worker's memory until its next call, and
 * there is room for ANSWERS_MAX of them: what a flood would want beyond is counted as lost.
 *
 * Which packets get no answer: packet/build.h, and those whose source or destination is a
 * broadcast or multicast address of the router's networks.
 */
#include "engine/path_rules.h"

#include "packet/build.h"

/* The packet goes no further. Why it is invalid says more than that a rule dropped it: that
 * stays, and `rule` tells of the rule. => false */
bool passage_stop(struct passage *s, enum weir_reason reason, uint32_t detail)
{
	struct weir_packet *io = s->io;

	io->verdict = WEIR_DROP;
	io->out = NULL;
	io->out_len = 0;
	if (io->state == WEIR_STATE_INVALID && io->reason && reason == WEIR_R_RULE_DROP)
		return false;
	packet_reason(s->p, reason, detail, 0);
	return false;
}

/* Room for an answer. => NULL: there is none left in this call */
static uint8_t *answer_room(struct weir_worker *w)
{
	return w->answered < ANSWERS_MAX ? w->answers[w->answered] : NULL;
}

static void answer(struct passage *s, uint8_t *bytes, uint32_t length)
{
	if (length == 0)
		return;
	s->io->answer = bytes;
	s->io->answer_len = length;
	s->w->answered++;
	s->w->stats.answers++;
}

/* Gives a packet that is to be quoted the destination back that its sender knows. */
static void restore_destination(struct passage *s)
{
	if (s->dst_rewritten && nat_rewrite(s->p, NAT_DST, &s->came))
		s->dst_rewritten = false;
}

uint32_t passage_type(const struct passage *s, const union weir_addr *addr)
{
	return route_address_type(s->policy->routes, s->walk.family, addr);
}

/* The address that answers come from: the one that was asked if that is ours, else that
 * of the interface that the packet came in by. */
static bool answer_source(const struct passage *s, union weir_addr *from)
{
	const struct tuple *t = &s->p->tuple;

	if (s->io->port == WEIR_PORT_HOST)
		*from = t->src;
	else if (passage_type(s, &t->dst) & WEIR_ADDRESS_LOCAL)
		*from = t->dst;
	else
		return ruleset_address(s->policy->ruleset, s->walk.in, s->walk.family, from);
	return true;
}

/* Answers with an ICMP error where that is allowed. */
void passage_error(struct passage *s, uint8_t type, uint8_t code)
{
	union weir_addr from;
	uint8_t *room = answer_room(s->w);

	restore_destination(s);
	if (s->p->kind != PACKET_PLAIN || (passage_type(s, &s->p->tuple.src) & PASSAGE_NO_HOST) ||
	    (passage_type(s, &s->p->tuple.dst) & PASSAGE_NO_HOST) || !answer_source(s, &from))
		return;
	if (room)
		answer(s, room, build_icmp_error(room, s->p, type, code, &from));
	else
		s->w->stats.answers_lost++;
}

static void answer_segment(struct passage *s,
			   uint32_t (*build)(uint8_t *to, const struct packet *about))
{
	uint8_t *room = answer_room(s->w);

	restore_destination(s);
	if (passage_type(s, &s->p->tuple.dst) & PASSAGE_NO_HOST)
		return;
	if (room)
		answer(s, room, build(room, s->p));
	else
		s->w->stats.answers_lost++;
}

static const struct {
	uint8_t type4, code4, type6, code6;
} rejects[] = {
#define X(name, t4, c4, t6, c6) [WEIR_REJECT_##name] = {t4, c4, t6, c6},
	WEIR_REJECTS(X)
#undef X
};

void passage_reject(struct passage *s, uint32_t how)
{
	if (how == WEIR_REJECT_TCP_RESET)
		answer_segment(s, build_tcp_reset);
	else if (how < ARRAY_COUNT(rejects) && s->six)
		passage_error(s, rejects[how].type6, rejects[how].code6);
	else if (how < ARRAY_COUNT(rejects))
		passage_error(s, rejects[how].type4, rejects[how].code4);
}

void passage_tarpit(struct passage *s)
{
	answer_segment(s, build_tcp_tarpit);
}
