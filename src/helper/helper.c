/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/helper.c - who reads which connection, and what all parsers share; see helper.h.
 *
 * Cost: helper_find() is a shift and a mask for nearly every new connection, and a walk over at
 * most 80 ports for the others. helper_read() costs what its parser does.
 */
#include "helper/helper.h"

#include "base/addr.h"

#define ATTEMPTS 128 /* ports that are tried before none counts as free */

typedef enum helper_result read_function(struct helper_call *call);

static read_function *const readers[HELPER_PARSER_COUNT] = {
	[HELPER_PARSER_FTP] = helper_ftp,
	[HELPER_PARSER_TFTP] = helper_tftp,
	[HELPER_PARSER_SIP_UDP] = helper_sip_udp,
	[HELPER_PARSER_SIP_TCP] = helper_sip_tcp,
	[HELPER_PARSER_IRC] = helper_irc,
	[HELPER_PARSER_PPTP] = helper_pptp,
	[HELPER_PARSER_Q931] = helper_q931,
	[HELPER_PARSER_H245] = helper_h245,
	[HELPER_PARSER_RAS] = helper_ras,
	[HELPER_PARSER_RTSP] = helper_rtsp,
};

/* Settings. */

struct parser {
	uint8_t id, helper, proto;
	uint16_t port; /* that it has whatever the settings say; 0: as they say */
};

static const struct parser parsers[] = {
#define X(id_, helper_, proto_)                                                                    \
	{.id = HELPER_PARSER_##id_, .helper = WEIR_HELPER_##helper_, .proto = PROTO_##proto_},
	HELPER_PARSERS(X)
#undef X
};

enum weir_helper helper_of(enum helper_parser_id parser)
{
	for (unsigned i = 0; i < ARRAY_COUNT(parsers); i++)
		if (parsers[i].id == parser)
			return (enum weir_helper)parsers[i].helper;
	return WEIR_HELPER_NONE;
}

static void add_port(struct helper_settings *out, const struct parser *parser, uint16_t port)
{
	uint64_t bit = helper_port_bit(port);

	if (out->port_count == ARRAY_COUNT(out->port))
		return; /* the list has room for all that settings can name */
	out->port[out->port_count].port = port;
	out->port[out->port_count].proto = parser->proto;
	out->port[out->port_count].parser = parser->id;
	out->port_count++;
	if (parser->proto == PROTO_TCP)
		out->tcp_ports |= bit;
	else
		out->udp_ports |= bit;
}

static void add_parser(struct helper_settings *out, const struct parser *parser,
		       const struct weir_helper_settings *set)
{
	switch (parser->id) {
	case HELPER_PARSER_PPTP:
		add_port(out, parser, 1723);
		break;
	case HELPER_PARSER_Q931:
		add_port(out, parser, 1720);
		break;
	case HELPER_PARSER_RAS:
		add_port(out, parser, 1719);
		break;
	case HELPER_PARSER_H245: /* Q.931 tells which */
		break;
	default:
		for (unsigned i = 0; i < set->port_count; i++)
			add_port(out, parser, set->ports[i]);
		break;
	}
}

int helper_settings_compile(const struct weir_settings *in, struct helper_settings *out)
{
	*out = (struct helper_settings){
		.sip_direct_media = in->sip_direct_media,
		.sip_timeout = ticks_from_ns(in->sip_timeout),
	};
	for (unsigned i = 0; i < WEIR_HELPER_COUNT; i++) {
		if (in->helper[i].port_count > WEIR_HELPER_PORTS)
			return WEIR_ERANGE;
		out->on[i] = i != WEIR_HELPER_NONE && in->helper[i].on;
	}
	for (unsigned i = 0; i < ARRAY_COUNT(parsers); i++)
		if (out->on[parsers[i].helper] && readers[parsers[i].id])
			add_parser(out, &parsers[i], &in->helper[parsers[i].helper]);
	return WEIR_OK;
}

static enum helper_parser_id find_port(const struct helper_settings *set, uint8_t proto,
				       uint16_t port)
{
	for (unsigned i = 0; i < set->port_count; i++)
		if (set->port[i].port == port && set->port[i].proto == proto)
			return (enum helper_parser_id)set->port[i].parser;
	return HELPER_PARSER_NONE;
}

enum helper_parser_id helper_find(const struct helper_settings *set, const struct tuple *reply)
{
	if (LIKELY(!helper_may_read(set, reply->src_port)))
		return HELPER_PARSER_NONE;
	return find_port(set, reply->proto, reply->src_port);
}

/* Reading. */

enum helper_result helper_read(enum helper_parser_id parser, struct helper_call *call)
{
	const struct packet *p = call->packet;
	enum helper_result result;

	call->edit = (struct edit){.data = NULL};
	call->delta = 0;
	call->moved = 0;
	call->timeout = 0;
	call->expects = false;
	call->reason = WEIR_R_NONE;
	call->detail = 0;
	if (parser >= HELPER_PARSER_COUNT || !readers[parser] ||
	    !edit_payload(p, &call->data, &call->size) || !call->size)
		return HELPER_PASS;
	call->seq = p->tuple.proto == PROTO_TCP ? be32(p->l4 + 4) : 0;
	result = readers[parser](call);
	if (result == HELPER_PASS && call->edit.data)
		edit_end(&call->edit, call->packet);
	return result;
}

void helper_end(enum helper_parser_id parser, void *memory, uint64_t master,
		struct expectations *expectations, struct gre_keys *gre_keys)
{
	(void)memory;
	expect_forget(expectations, master, EXPECT_ALL);
	if (parser == HELPER_PARSER_PPTP)
		gre_key_forget(gre_keys, master);
}

/* For parsers. */

enum helper_result helper_drop(struct helper_call *call, enum weir_reason reason, uint32_t detail)
{
	call->reason = (uint16_t)reason;
	call->detail = detail;
	return HELPER_DROP;
}

static void fill(const struct helper_call *call, const struct helper_want *want, uint16_t port,
		 struct expectation *e)
{
	*e = (struct expectation){
		.tuple = {.src = *helper_peer_own(call),
			  .dst = *helper_seen(call),
			  .src_port = want->from_port,
			  .dst_port = port,
			  .proto = want->proto,
			  .family = call->tuple[0].family},
		.any_src = want->from_any,
		.any_src_port = want->from_port == 0,
		.translate = call->translated,
		.by_rules = want->by_rules,
		.class = want->class,
		.helper = call->helper,
		.parser = want->parser,
		.flags = want->flags,
		.new_src = *helper_peer(call),
		.new_dst = *helper_own(call),
		.new_dst_port = want->port,
		.mark = call->mark,
		.master = call->master,
		.expires = call->now + want->seconds * WEIR_SEC,
	};
}

/* Whether the port is somebody else's where the other side sees it, or the next one. One that a
 * connection has already is its own. */
static bool is_taken(const struct helper_call *call, const struct helper_want *want, uint16_t port)
{
	struct tuple t = {.src = *helper_peer_own(call),
			  .dst = *helper_seen(call),
			  .proto = want->proto,
			  .family = call->tuple[0].family};

	if (!call->is_taken || !call->translated || want->told ||
	    helper_addr_equal(t.family, helper_seen(call), helper_own(call)))
		return false;
	for (unsigned i = 0; i < want->ports; i++) {
		t.dst_port = (uint16_t)(port + i);
		if (call->is_taken(call->taken_ctx, &t))
			return true;
	}
	return false;
}

/* Expects it at one port, and a pair at the next one too. */
static enum expect_result expect_at(struct helper_call *call, const struct helper_want *want,
				    uint16_t port)
{
	struct expectation e, second;
	enum expect_result result;

	if (is_taken(call, want, port))
		return EXPECT_BUSY;
	fill(call, want, port, &e);
	result = expect_add(call->expectations, &e, want->limit, call->now);
	if (result != EXPECT_OK)
		return result;
	call->expects = true;
	if (want->ports < 2)
		return EXPECT_OK;
	second = e;
	second.tuple.dst_port++;
	second.new_dst_port++;
	result = expect_add(call->expectations, &second, want->limit, call->now);
	if (result != EXPECT_OK)
		expect_cancel(call->expectations, call->master, &e);
	return result;
}

struct lookup {
	const struct helper_call *call;
	const struct helper_want *want;
	uint16_t port;
};

/* The same message may come again: the other side has been told a port then. */
static bool is_told(void *ctx, struct expectation *e)
{
	struct lookup *l = ctx;

	if (e->class != l->want->class || e->tuple.proto != l->want->proto ||
	    e->new_dst_port != l->want->port ||
	    !helper_addr_equal(e->tuple.family, &e->new_dst, helper_own(l->call)) ||
	    !helper_addr_equal(e->tuple.family, &e->tuple.dst, helper_seen(l->call)))
		return true;
	l->port = e->tuple.dst_port;
	return false;
}

static uint16_t first_port(const struct helper_call *call, const struct helper_want *want)
{
	struct lookup l = {.call = call, .want = want, .port = want->port};

	if (want->told)
		return want->told;
	if (want->first && call->translated)
		return want->first;
	if (call->translated)
		expect_each(call->expectations, call->master, is_told, &l);
	return l.port;
}

static uint16_t random_port(const struct helper_call *call, const struct helper_want *want)
{
	uint32_t count = 65536 - HELPER_PORT_LOW;
	uint32_t port = HELPER_PORT_LOW + (uint32_t)(expect_draw(call->expectations) % count);

	return (uint16_t)(want->ports > 1 ? port & ~1u : port);
}

/* One host's address: answers to what went to a group come from its members, and only who forges
 * them has the group's. */
static bool is_host(uint8_t family, const union weir_addr *addr)
{
	if (family == WEIR_IPV4)
		return addr->v4 && addr->v6[0] < 224;
	return (addr->u64[0] || addr->u64[1]) && addr->v6[0] != 0xff;
}

bool helper_expect(struct helper_call *call, struct helper_want *want)
{
	uint16_t port = first_port(call, want), last = want->ports > 1 ? 65534 : 65535;
	enum expect_result result = EXPECT_FULL;

	if (want->port < HELPER_PORT_LOW || port < HELPER_PORT_LOW || want->port > last ||
	    port > last || !is_host(call->tuple[0].family, helper_own(call)))
		return false;
	for (unsigned i = 0; i < ATTEMPTS; i++) {
		result = expect_at(call, want, port);
		if (result != EXPECT_BUSY || !call->translated || want->told)
			break;
		port = random_port(call, want);
	}
	want->seen = port;
	return result == EXPECT_OK;
}

void helper_forget(struct helper_call *call, enum expect_class class)
{
	expect_forget(call->expectations, call->master, class);
}

bool helper_replace(struct helper_call *call, uint32_t offset, uint32_t old, const void *bytes,
		    uint32_t length)
{
	struct edit *e = &call->edit;

	if (offset > call->size || old > call->size - offset)
		return false;
	if (old == length && !memcmp(call->data + offset, bytes, length))
		return true;
	if (!e->data && (!call->room || !edit_begin(e, call->packet, call->room, call->room_size)))
		return false;
	if (old != length)
		call->moved += call->size - offset;
	if (call->moved > HELPER_MOVES || !edit_splice(e, offset, old, bytes, length))
		return false;
	call->data = e->data + e->payload;
	call->size = e->size - e->payload;
	call->delta += (int32_t)length - (int32_t)old;
	return true;
}

/* Addresses. */

uint32_t helper_addr_text(uint8_t family, const union weir_addr *addr, char *buf)
{
	return (uint32_t)addr_print(buf, family, addr);
}

static bool may_be_address(uint8_t family, uint8_t c)
{
	if ((c >= '0' && c <= '9') || c == '.')
		return true;
	return family == WEIR_IPV6 &&
	       ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':');
}

uint32_t helper_addr_read(uint8_t family, const uint8_t *text, uint32_t size,
			  union weir_addr *addr)
{
	union weir_addr read = {.u64 = {0, 0}};
	uint32_t length = 0;
	bool good;

	while (length < size && length < ADDR_TEXT && may_be_address(family, text[length]))
		length++;
	/* The end of a sentence is not the address'. */
	if (length && text[length - 1] == '.')
		length--;
	if (family == WEIR_IPV4)
		good = addr_parse_v4((const char *)text, length, &read);
	else
		good = addr_parse_v6((const char *)text, length, &read);
	if (!good)
		return 0;
	*addr = read;
	return length;
}

bool helper_addr_equal(uint8_t family, const union weir_addr *a, const union weir_addr *b)
{
	if (family == WEIR_IPV4)
		return a->v4 == b->v4;
	return a->u64[0] == b->u64[0] && a->u64[1] == b->u64[1];
}
