/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/ras.c - H.323 registration, admission and status (RAS, ITU-T H.225.0): an endpoint and
 * its gatekeeper, over UDP.
 *
 * An endpoint that registers names the addresses at which it takes calls. They are expected from
 * the gatekeeper alone, through which calls then come, and from nobody else: an endpoint that is
 * to be called by anyone needs a rule that says so. They are inactive until the gatekeeper has
 * confirmed this registration, then stay as long as it lasts, and are taken back when it ends.
 * The connection itself lives as long. A registration that is renewed leaves active ones as
 * they are.
 *
 * Addresses of the sender, and of the other end as the sender knows it, are rewritten under
 * translation. A gatekeeper's answer may name another RAS port of its own (GCF, LCF), or take
 * calls upon itself (ACF, LCF): they are expected if the other end has asked something, for a
 * browser's STUN is sent by anyone's order, and its first bytes can be read as a request. Other
 * hosts are left alone. A message that cannot be read passes as it is.
 *
 * Cost of a packet: one message of PER_WORK, and a walk over what its connection expects.
 */
#include "helper/h225.h"
#include "helper/h323.h"

#define SIGNALLING_MOST 32u
#define PORTS 4u                    /* that an endpoint takes calls at */
#define LIFE_DEFAULT 300u           /* seconds that a registration lasts if nobody says */
#define LIFE_MOST (24u * 60 * 60)
#define LIFE_ENDED 30u              /* seconds for the answer to the last request */

struct ras_memory {
	bool pending;     /* a registration waits for its answer */
	uint8_t dir;      /* of the endpoint that sent it */
	uint8_t asked;    /* bits by direction: requests came */
	uint16_t request; /* its number */
	uint32_t life;    /* that it asked for */
	struct {
		uint16_t own, seen;
	} port[PORTS];    /* what the gatekeeper was told */
};

_Static_assert(sizeof(struct ras_memory) <= HELPER_MEMORY, "fits a connection's memory");

struct ras {
	struct helper_call *call;
	struct ras_memory *memory;
	uint8_t message; /* H323_GRQ... */
	uint16_t request;
	uint32_t life;
	unsigned left; /* expectations that it may yet make */
};

/* Ports. */

static unsigned find_port(const struct ras *r, uint16_t own)
{
	unsigned unused = own % PORTS;

	for (unsigned i = 0; i < PORTS; i++) {
		if (r->memory->port[i].own == own)
			return i;
		if (!r->memory->port[i].own)
			unused = i;
	}
	return unused;
}

static uint16_t seen_port(const struct ras *r, uint16_t own)
{
	unsigned i = find_port(r, own);

	return r->call->dir == r->memory->dir && r->memory->port[i].own == own
		       ? r->memory->port[i].seen
		       : own;
}

static uint16_t own_port(const struct ras *r, uint16_t seen)
{
	for (unsigned i = 0; i < PORTS && r->call->dir != r->memory->dir; i++)
		if (r->memory->port[i].own && r->memory->port[i].seen == seen)
			return r->memory->port[i].own;
	return seen;
}

/* Registration. */

/* Whether calls to an endpoint are expected by this, the endpoint as it is seen. */
static bool is_calls_to(const struct expectation *e, const union weir_addr *seen)
{
	return e->parser == HELPER_PARSER_Q931 && (e->flags & WEIR_EXPECT_PERMANENT) &&
	       helper_addr_equal(e->tuple.family, &e->tuple.dst, seen);
}

struct active {
	const union weir_addr *seen;
	uint16_t port;
	bool found;
};

static bool is_active(void *ctx, struct expectation *e)
{
	struct active *a = ctx;

	a->found = is_calls_to(e, a->seen) && !(e->flags & WEIR_EXPECT_INACTIVE) &&
		   e->tuple.dst_port == a->port;
	return !a->found;
}

static bool register_address(struct ras *r, const struct h323_address *a)
{
	struct helper_call *call = r->call;
	struct active active = {.seen = helper_seen(call), .port = seen_port(r, a->port)};
	struct helper_want want = {
		.proto = PROTO_TCP,
		.class = EXPECT_SIGNALLING,
		.parser = HELPER_PARSER_Q931,
		.flags = WEIR_EXPECT_PERMANENT | WEIR_EXPECT_INACTIVE,
		.first = active.port,
		.limit = SIGNALLING_MOST,
	};
	unsigned i = find_port(r, a->port);

	expect_each(call->expectations, call->master, is_active, &active);
	if (active.found)
		return h323_put(call, a, helper_seen(call), active.port);
	if (!h323_listen(call, a, &want, &r->left))
		return false;
	if (want.seen) {
		r->memory->port[i].own = a->port;
		r->memory->port[i].seen = want.seen;
	}
	return true;
}

struct confirm {
	const union weir_addr *seen;
	weir_time expires;
};

static bool confirm_one(void *ctx, struct expectation *e)
{
	const struct confirm *c = ctx;

	if (is_calls_to(e, c->seen)) {
		e->flags &= (uint8_t)~WEIR_EXPECT_INACTIVE;
		e->expires = c->expires;
	}
	return true;
}

static uint32_t seconds_to_ticks(uint32_t seconds)
{
	return ticks_from_ns(seconds * (uint64_t)WEIR_SEC);
}

/* Whether the message answers the registration that is under way. */
static bool is_answer(const struct ras *r)
{
	return r->memory->pending && r->call->dir != r->memory->dir &&
	       r->request == r->memory->request;
}

static void confirm(struct ras *r)
{
	uint32_t life = r->life ? r->life : r->memory->life;
	struct confirm c;

	if (!life)
		life = LIFE_DEFAULT;
	if (life > LIFE_MOST)
		life = LIFE_MOST;
	c.seen = helper_peer(r->call);
	c.expires = r->call->now + life * (weir_time)WEIR_SEC;
	expect_each(r->call->expectations, r->call->master, confirm_one, &c);
	r->call->timeout = seconds_to_ticks(life);
	r->memory->pending = false;
}

/* Messages. */

static bool expect_calls(struct ras *r, const struct h323_address *a)
{
	struct helper_want want = {
		.proto = PROTO_TCP,
		.class = EXPECT_SIGNALLING,
		.parser = HELPER_PARSER_Q931,
		.limit = SIGNALLING_MOST,
	};

	return h323_listen(r->call, a, &want, &r->left);
}

/* Whether the message answers anything. */
static bool was_asked(const struct ras *r)
{
	return r->memory->asked >> !r->call->dir & 1;
}

static bool expect_ras(struct ras *r, const struct h323_address *a)
{
	struct helper_want want = {
		.proto = PROTO_UDP,
		.class = EXPECT_SIGNALLING,
		.parser = HELPER_PARSER_RAS,
		.limit = SIGNALLING_MOST,
	};

	return h323_listen(r->call, a, &want, &r->left);
}

static bool read_own(struct ras *r, uint8_t tag, const struct h323_address *a)
{
	struct helper_call *call = r->call;
	bool answer = r->message == H323_GCF || r->message == H323_ACF || r->message == H323_LCF;

	if (tag == H323_RAS && a->port == call->tuple[call->dir].src_port)
		return h323_put_own(call, a);
	if (answer)
		return !was_asked(r) || (tag == H323_RAS ? expect_ras(r, a) : expect_calls(r, a));
	if (tag == H323_RAS)
		return true; /* what is sent there is none of this connection */
	if (r->message == H323_RRQ)
		return register_address(r, a);
	return h323_put(call, a, helper_seen(call), seen_port(r, a->port));
}

/* => false: no room */
static bool read_address(struct ras *r, const struct per_note *note)
{
	struct h323_address a;

	if (!h323_address(r->call, note, 0, &a))
		return true;
	if (h323_is_own(r->call, &a))
		return read_own(r, note->tag, &a);
	/* The endpoint as the gatekeeper knows it, or the other way round. */
	if (note->tag == H323_DESTINATION && h323_is_peer(r->call, &a))
		return h323_put(r->call, &a, helper_peer_own(r->call), own_port(r, a.port));
	return true;
}

static void begin(struct ras *r)
{
	struct ras_memory *m = r->memory;

	if (r->message == H323_GRQ || r->message == H323_RRQ || r->message == H323_ARQ ||
	    r->message == H323_LRQ)
		m->asked |= (uint8_t)(1u << r->call->dir);
	if (r->message != H323_RRQ)
		return;
	if (m->dir != r->call->dir)
		*m = (struct ras_memory){.dir = (uint8_t)r->call->dir, .asked = m->asked};
	m->pending = true;
	m->request = r->request;
	m->life = r->life;
}

static void end(struct ras *r)
{
	if (r->message == H323_RCF && is_answer(r)) {
		confirm(r);
	} else if (r->message == H323_RRJ && is_answer(r)) {
		helper_forget(r->call, EXPECT_SIGNALLING);
		r->memory->pending = false;
	} else if (r->message == H323_URQ) {
		helper_forget(r->call, EXPECT_SIGNALLING);
		r->memory->pending = false;
		r->call->timeout = seconds_to_ticks(LIFE_ENDED);
	}
}

enum helper_result helper_ras(struct helper_call *call)
{
	struct ras r = {.call = call, .memory = call->memory, .left = HELPER_CHANGES};
	struct per_notes notes;

	if (!per_read(&h225_ras_message, call->data, call->size, call->size, &notes) ||
	    !notes.count)
		return HELPER_PASS;
	r.message = notes.note[0].tag;
	for (uint32_t i = 0; i < notes.count; i++) {
		if (notes.note[i].note == H323_REQUEST)
			r.request = (uint16_t)notes.note[i].value;
		else if (notes.note[i].note == H323_TIME_TO_LIVE)
			r.life = notes.note[i].value;
	}
	begin(&r);
	for (uint32_t i = 0; i < notes.count; i++)
		if (!read_address(&r, &notes.note[i]))
			return helper_drop(call, WEIR_R_HELPER_ROOM, 0);
	end(&r);
	return HELPER_PASS;
}
