/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/sip_translate.c - the headers of a translated connection's messages name the addresses
 * that their reader knows.
 *
 * An address is one of this connection's only together with its port: that from which the
 * connection comes, that at which answers are wanted, or the registered contact. Others, and names,
 * stay as they are. Call ids are no addresses, whatever they look like.
 *
 * Sources: RFC 3261, section 18.2; RFC 3581.
 */
#include "helper/sip.h"

struct end {
	const union weir_addr *addr;
	uint16_t port;
};

/* The sender, as the other side sees it; and the other end, as that sees itself. */
static struct end seen(const struct sip *s)
{
	return (struct end){helper_seen(s->call), s->call->tuple[!s->call->dir].dst_port};
}

static struct end peer_own(const struct sip *s)
{
	uint16_t via = s->memory->via_port[!s->call->dir];

	return (struct end){helper_peer_own(s->call),
			    via ? via : s->call->tuple[!s->call->dir].src_port};
}

static uint16_t port_of(const struct sip_host *host)
{
	return host->port ? host->port : SIP_PORT;
}

static bool is_own_port(const struct sip *s, uint16_t port)
{
	enum weir_dir dir = s->call->dir;

	return port == s->call->tuple[dir].src_port || port == s->memory->via_port[dir];
}

/* What stands for a host and port. => false: it is not of this connection */
static bool map(const struct sip *s, const struct sip_host *host, struct end *to)
{
	const struct helper_call *call = s->call;
	const struct sip_port *contact = &s->memory->contact;
	unsigned contacted = s->memory->contacted, sender = (unsigned)call->dir + 1;
	uint16_t port = port_of(host);

	if (host->bad || !host->numeric)
		return false;
	if (sip_same(s, &host->addr, helper_own(call))) {
		*to = seen(s);
		if (contacted == sender && port == contact->own)
			to->port = contact->seen;
		else if (!is_own_port(s, port))
			return false;
	} else if (sip_same(s, &host->addr, helper_peer(call))) {
		*to = peer_own(s);
		if (contacted == 3 - sender && port == contact->seen)
			to->port = contact->own;
		else if (port != call->tuple[call->dir].dst_port)
			return false;
	} else {
		return false;
	}
	return true;
}

static void change_host(struct sip *s, const struct sip_host *host, struct end to)
{
	if (!sip_same(s, &host->addr, to.addr) || port_of(host) != to.port)
		sip_change_addr(s, host->span, to.addr, to.port, true);
}

/* Changes an address parameter that is `from`. */
static void change_param(struct sip *s, struct sip_span params, const char *name,
			 const union weir_addr *from, const union weir_addr *to)
{
	struct sip_host host;
	struct sip_span text;

	if (!sip_param(s->message.data, params, name, &text))
		return;
	host = sip_host_read(s->message.data, text, sip_family(s));
	/* IPv6 stands in `received` without brackets, too. */
	if (!host.numeric && text.size) {
		host.span = text;
		host.numeric = helper_addr_read(sip_family(s), s->message.data + text.at, text.size,
						&host.addr) == text.size;
	}
	if (host.numeric && sip_same(s, &host.addr, from) && !sip_same(s, from, to))
		sip_change_addr(s, host.span, to, 0, s->message.data[text.at] == '[');
}

static void change_rport(struct sip *s, struct sip_span params)
{
	const struct helper_call *call = s->call;
	uint16_t from = call->tuple[call->dir].dst_port, to = call->tuple[!call->dir].src_port;
	struct sip_span text;
	uint32_t port;

	if (from != to && sip_param(s->message.data, params, "rport", &text) &&
	    sip_number(s->message.data, text, 65535, &port) && port == from)
		sip_change_number(s, text, to);
}

/* A datagram's sender may want its answers at another port than the one that it sends from, and say
 * so without "rport". */
static void learn_port(struct sip *s, const struct sip_via *via)
{
	uint16_t port = port_of(&via->host);
	struct sip_span text;

	if (s->call->tuple[0].proto != PROTO_UDP || !via->host.numeric ||
	    !sip_same(s, &via->host.addr, helper_own(s->call)))
		return;
	if (port == s->call->tuple[s->call->dir].src_port || port < HELPER_PORT_LOW ||
	    sip_param(s->message.data, via->params, "rport", &text))
		port = 0;
	s->memory->via_port[s->call->dir] = port;
}

/* The topmost one: that of a request's sender, and of an answer's receiver. */
static void translate_via(struct sip *s)
{
	const struct sip_header *h = sip_message_header(&s->message, SIP_HEADER_VIA);
	const struct helper_call *call = s->call;
	const uint8_t *data = s->message.data;
	struct sip_via via;

	if (!h || !sip_via_read(data, h->value, sip_family(s), &via) ||
	    !sip_is(data, via.transport, call->tuple[0].proto == PROTO_TCP ? "tcp" : "udp"))
		return;
	if (!s->message.code) {
		learn_port(s, &via);
		if (via.host.numeric && sip_same(s, &via.host.addr, helper_own(call)) &&
		    is_own_port(s, port_of(&via.host)))
			change_host(s, &via.host, seen(s));
		change_param(s, via.params, "maddr", helper_own(call), helper_seen(call));
		return;
	}
	if (via.host.numeric && sip_same(s, &via.host.addr, helper_peer(call)) &&
	    port_of(&via.host) == call->tuple[call->dir].dst_port)
		change_host(s, &via.host, peer_own(s));
	change_param(s, via.params, "maddr", helper_peer(call), helper_peer_own(call));
	change_param(s, via.params, "received", helper_peer(call), helper_peer_own(call));
	change_rport(s, via.params);
}

static void translate_value(struct sip *s, const struct sip_value *value)
{
	struct end to;

	if (value->sip && map(s, &value->host, &to))
		change_host(s, &value->host, to);
}

static bool has_addresses(uint8_t id)
{
	return id == SIP_HEADER_CONTACT || id == SIP_HEADER_FROM || id == SIP_HEADER_TO ||
	       id == SIP_HEADER_ROUTE || id == SIP_HEADER_RECORD_ROUTE;
}

void sip_translate(struct sip *s)
{
	const struct sip_message *m = &s->message;
	struct sip_value value;
	struct sip_span rest;

	translate_via(s);
	if (!m->code) {
		sip_uri_read(m->data, m->uri, sip_family(s), &value);
		translate_value(s, &value);
	}
	for (unsigned i = 0; i < m->count; i++) {
		if (!has_addresses(m->headers[i].id))
			continue;
		rest = m->headers[i].value;
		while (sip_value_next(m->data, &rest, sip_family(s), &value))
			translate_value(s, &value);
	}
}

bool sip_translate_port(struct sip *s)
{
	struct helper_call *call = s->call;
	uint16_t port = s->memory->via_port[!call->dir];
	struct edit *e = &call->edit;

	if (!port || port == call->tuple[!call->dir].src_port)
		return true;
	if (!e->data && (!call->room || !edit_begin(e, call->packet, call->room, call->room_size)))
		return false;
	call->data = e->data + e->payload;
	put_be16(e->data + e->payload - 6, port);
	return true;
}
