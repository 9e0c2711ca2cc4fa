/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/sip_register.c - who registers wants to be called: connections from the registrar to the
 * contact are expected, from the registrar's answer on and as long as that says.
 *
 * A request expects the contact, inactive. The answer with the request's number makes it active if
 * it names the contact, and takes it back otherwise. A connection has one contact at most.
 */
#include "helper/sip.h"

#define REGISTER_SECONDS 180u /* for which the answer is waited for */

/* => 0: not a transport that is read here */
static uint8_t transport_of(const struct sip *s, const struct sip_value *value)
{
	const uint8_t *data = s->message.data;
	struct sip_span text;

	if (!sip_value_param(data, value, "transport", &text))
		return s->call->tuple[0].proto;
	return sip_is(data, text, "udp") ? PROTO_UDP : sip_is(data, text, "tcp") ? PROTO_TCP : 0;
}

/* Seconds, by the header or, of a contact, by its parameter. => false: not a number */
static bool header_expires(const struct sip *s, uint32_t *seconds)
{
	const struct sip_header *h = sip_message_header(&s->message, SIP_HEADER_EXPIRES);

	return !h || sip_number(s->message.data, h->value, UINT32_MAX, seconds);
}

static bool contact_expires(const struct sip *s, const struct sip_value *value, uint32_t *seconds)
{
	struct sip_span text;

	return !sip_value_param(s->message.data, value, "expires", &text) ||
	       sip_number(s->message.data, text, UINT32_MAX, seconds);
}

static uint16_t port_of(const struct sip_value *value)
{
	return value->host.port ? value->host.port : SIP_PORT;
}

/* Whether it names this address, which is one end of the connection. */
static bool names(const struct sip *s, const struct sip_value *value, const union weir_addr *addr)
{
	return value->sip && value->host.numeric && sip_same(s, &value->host.addr, addr);
}

/* At the connection's own port, if it is that. */
static uint16_t first_port(const struct sip *s, uint16_t port)
{
	const struct helper_call *call = s->call;

	if (port == call->tuple[call->dir].src_port || port == s->memory->via_port[call->dir])
		return call->tuple[!call->dir].dst_port;
	return s->memory->contact.own == port ? s->memory->contact.seen : 0;
}

static enum helper_result expect(struct sip *s, uint16_t port, uint8_t proto)
{
	struct helper_want want = {
		.proto = proto,
		.class = EXPECT_SIGNALLING,
		.parser = proto == PROTO_TCP ? HELPER_PARSER_SIP_TCP : HELPER_PARSER_SIP_UDP,
		.flags = WEIR_EXPECT_PERMANENT | WEIR_EXPECT_INACTIVE,
		.port = port,
		.first = first_port(s, port),
		.ports = 1,
		.limit = 1,
		.seconds = REGISTER_SECONDS,
	};

	if (!helper_expect(s->call, &want))
		return s->call->translated ? helper_drop(s->call, WEIR_R_HELPER_FULL, 0)
					   : HELPER_PASS;
	s->memory->contact = (struct sip_port){port, want.seen};
	s->memory->contacted = (uint8_t)(s->call->dir + 1);
	return HELPER_PASS;
}

static enum helper_result request_contact(struct sip *s, const struct sip_value *value,
					  uint32_t expires)
{
	uint8_t proto = transport_of(s, value);
	uint16_t port = port_of(value);

	if (value->sip && value->host.bad)
		return sip_malformed(s, value->uri.at);
	if (!names(s, value, helper_own(s->call)) || !proto)
		return HELPER_PASS;
	if (port < HELPER_PORT_LOW)
		return sip_malformed(s, value->host.span.at);
	if (!contact_expires(s, value, &expires))
		return sip_malformed(s, value->params.at);
	return expires ? expect(s, port, proto) : HELPER_PASS;
}

enum helper_result sip_register_request(struct sip *s)
{
	const struct sip_header *contact = sip_message_header(&s->message, SIP_HEADER_CONTACT);
	uint32_t expires = REGISTER_SECONDS;
	enum helper_result result = HELPER_PASS;
	struct sip_value value;
	struct sip_span rest;

	if (!header_expires(s, &expires))
		return sip_malformed(s, 0);
	if (contact) {
		rest = contact->value;
		if (sip_value_next(s->message.data, &rest, sip_family(s), &value))
			result = request_contact(s, &value, expires);
	}
	if (result == HELPER_PASS) {
		s->memory->register_cseq = s->message.cseq;
		s->memory->registered = (uint8_t)(s->call->dir + 1);
	}
	return result;
}

/* The contact that an answer names, among those that the connection expects. */
struct search {
	const struct sip *sip;
	const union weir_addr *addr;
	weir_time expires;
	uint16_t port;
	uint8_t proto;
	bool found;
};

static bool activate(void *ctx, struct expectation *e)
{
	struct search *x = ctx;

	if (e->class != EXPECT_SIGNALLING || e->tuple.proto != x->proto ||
	    e->tuple.dst_port != x->port || !sip_same(x->sip, &e->tuple.dst, x->addr))
		return true;
	e->flags &= (uint8_t)~WEIR_EXPECT_INACTIVE;
	e->expires = x->expires;
	x->found = true;
	return false;
}

/* *found: it is one that is expected, and still wanted. */
static enum helper_result answer_contact(struct sip *s, const struct sip_value *value,
					 uint32_t expires, bool *found)
{
	struct search x = {
		.sip = s,
		.addr = helper_peer(s->call),
		.proto = transport_of(s, value),
		.port = port_of(value),
	};

	if (!names(s, value, x.addr) || !x.proto)
		return HELPER_PASS;
	if (value->host.bad || !contact_expires(s, value, &expires))
		return sip_malformed(s, value->uri.at);
	if (!expires)
		return HELPER_PASS;
	x.expires = s->call->now + expires * WEIR_SEC;
	expect_each(s->call->expectations, s->call->master, activate, &x);
	*found = x.found;
	return HELPER_PASS;
}

static enum helper_result answer_contacts(struct sip *s, uint32_t expires, bool *found)
{
	const struct sip_message *m = &s->message;
	enum helper_result result = HELPER_PASS;
	struct sip_value value;
	struct sip_span rest;

	for (unsigned i = 0; i < m->count && !*found; i++) {
		if (m->headers[i].id != SIP_HEADER_CONTACT)
			continue;
		rest = m->headers[i].value;
		while (result == HELPER_PASS && !*found &&
		       sip_value_next(m->data, &rest, sip_family(s), &value))
			result = answer_contact(s, &value, expires, found);
	}
	return result;
}

enum helper_result sip_register_answer(struct sip *s)
{
	struct sip_memory *memory = s->memory;
	enum helper_result result;
	uint32_t expires = 0;
	bool found = false;

	if (memory->registered != !s->call->dir + 1 || memory->register_cseq != s->message.cseq ||
	    s->message.code < 200)
		return HELPER_PASS;
	if (s->message.code < 300) {
		if (!header_expires(s, &expires))
			return sip_malformed(s, 0);
		result = answer_contacts(s, expires, &found);
		if (found || result == HELPER_DROP)
			return result;
	}
	helper_forget(s->call, EXPECT_SIGNALLING);
	return HELPER_PASS;
}
