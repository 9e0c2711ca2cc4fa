/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper_harness.c - see helper_harness.h. Packets, room and memory are blocks of exactly their
 * size, so that a sanitizer sees a step over.
 */
#include "helper_harness.h"

#include <stdlib.h>
#include <string.h>

#include "packet/checksum.h"

#define CONN_SIX 1u
#define CONN_SOURCE 2u
#define CONN_DESTINATION 4u
#define CONN_LITTLE_ROOM 8u
#define CONN_FEW 16u
#define CONN_FAILS 32u

#define PACKET_REPLY 1u
#define PACKET_AGAIN 2u
#define PACKET_LATER 4u
#define PACKET_NEW 8u
#define PACKET_MET 16u

#define MASTER UINT64_C(0x100000007)
#define MOST 4096u
#define TCP_HEADER 20u
#define UDP_HEADER 8u
#define PAYLOAD_MAX 65400u
#define LITTLE 40u /* bytes of room besides the packet */

struct run {
	enum helper_parser_id parser;
	uint8_t kind, proto;
	struct alloc alloc;
	struct expectations expectations;
	struct gre_keys gre_keys;
	struct helper_settings set;
	struct tuple tuple[2];
	uint32_t seq[2], last[2];
	uint8_t *memory;
	weir_time now;
	uint32_t allocated;
};

static void must(bool good)
{
	if (!good)
		abort();
}

static void *fail_alloc(void *ctx, size_t size, size_t align)
{
	struct run *r = ctx;
	void *memory;

	if (r->kind & CONN_FAILS && ++r->allocated % 3 == 0)
		return NULL;
	if (posix_memalign(&memory, align, size))
		return NULL;
	return memset(memory, 0, size);
}

static void fail_free(void *ctx, void *memory, size_t size)
{
	(void)ctx;
	(void)size;
	free(memory);
}

static void set_addr(union weir_addr *addr, bool six, uint8_t host)
{
	*addr = (union weir_addr){.u64 = {0, 0}};
	if (six) {
		put_be32(addr->v6, 0x20010db8);
		addr->v6[15] = host;
	} else {
		put_be32(addr->v6, 0x0a000000u | host);
	}
}

static uint16_t server_port(enum helper_parser_id parser)
{
	switch (parser) {
	case HELPER_PARSER_FTP:
		return 21;
	case HELPER_PARSER_TFTP:
		return 69;
	case HELPER_PARSER_SIP_TCP:
	case HELPER_PARSER_SIP_UDP:
		return 5060;
	default:
		return 2000;
	}
}

/* 10.0.0.1 asks 10.0.0.2, which may be 10.0.0.4; it may be 10.0.0.3 to that one. */
static void make_connection(struct run *r)
{
	bool six = r->kind & CONN_SIX;
	struct tuple *o = &r->tuple[WEIR_ORIGINAL];

	memset(r->tuple, 0, sizeof r->tuple);
	o->proto = r->proto;
	o->family = six ? WEIR_IPV6 : WEIR_IPV4;
	set_addr(&o->src, six, 1);
	set_addr(&o->dst, six, 2);
	o->src_port = 1500;
	o->dst_port = server_port(r->parser);
	must(tuple_invert(o, &r->tuple[WEIR_REPLY]));
	if (r->kind & CONN_SOURCE) {
		set_addr(&r->tuple[WEIR_REPLY].dst, six, 3);
		r->tuple[WEIR_REPLY].dst_port = 1600;
	}
	if (r->kind & CONN_DESTINATION)
		set_addr(&r->tuple[WEIR_REPLY].src, six, 4);
}

static void begin(struct run *r, enum helper_parser_id parser, uint8_t kind)
{
	static const uint8_t seed[32] = {1};
	static const uint8_t proto[] = {
#define X(id, helper, p) [HELPER_PARSER_##id] = PROTO_##p,
		HELPER_PARSERS(X)
#undef X
	};
	struct weir_allocator hooks = {.alloc = fail_alloc, .free = fail_free, .ctx = r};
	struct weir_settings settings;

	memset(r, 0, sizeof *r);
	r->parser = parser;
	r->proto = proto[parser];
	alloc_init(&r->alloc, &hooks);
	must(expect_init(&r->expectations, &r->alloc, seed));
	must(gre_keys_init(&r->gre_keys, &r->alloc, MOST));
	r->kind = kind; /* from here on memory may fail */
	expect_set_most(&r->expectations, kind & CONN_FEW ? 3 : MOST);
	weir_settings_init(&settings);
	must(helper_settings_compile(&settings, &r->set) == WEIR_OK);
	make_connection(r);
	r->memory = calloc(1, HELPER_MEMORY);
	must(r->memory != NULL);
	r->now = 1000 * WEIR_SEC;
	r->seq[0] = r->last[0] = 1000;
	r->seq[1] = r->last[1] = 0xfffffff0u;
}

static uint16_t transport_sum(const struct tuple *t, const uint8_t *l4, uint32_t length)
{
	uint64_t sum = t->family == WEIR_IPV4
			       ? checksum_pseudo4(t->src.v6, t->dst.v6, t->proto, length)
			       : checksum_pseudo6(t->src.v6, t->dst.v6, t->proto, length);

	return (uint16_t)~checksum_fold(checksum_sum(l4, length, sum));
}

/* A packet as it is behind translation. => its length; *bytes is to be freed */
static uint32_t make_packet(const struct tuple *t, uint32_t seq, const uint8_t *data, uint32_t size,
			    uint8_t **bytes)
{
	uint32_t ip = t->family == WEIR_IPV4 ? 20 : 40;
	uint32_t header = t->proto == PROTO_TCP ? TCP_HEADER : UDP_HEADER, length = header + size;
	uint8_t *l3 = calloc(1, ip + length), *l4;
	uint16_t sum;

	must(l3 != NULL);
	l4 = l3 + ip;
	put_be16(l4, t->src_port);
	put_be16(l4 + 2, t->dst_port);
	if (t->proto == PROTO_TCP) {
		put_be32(l4 + 4, seq);
		l4[12] = TCP_HEADER / 4 << 4;
		l4[13] = TCP_ACK;
	} else {
		put_be16(l4 + 4, (uint16_t)length);
	}
	if (size)
		memcpy(l4 + header, data, size);
	sum = transport_sum(t, l4, length);
	if (!sum && t->proto == PROTO_UDP)
		sum = UINT16_MAX;
	memcpy(l4 + (t->proto == PROTO_TCP ? 16 : 6), &sum, sizeof sum);
	if (t->family == WEIR_IPV4) {
		l3[0] = 0x45;
		put_be16(l3 + 2, (uint16_t)(ip + length));
		l3[8] = 64;
		l3[9] = t->proto;
		memcpy(l3 + 12, &t->src, 4);
		memcpy(l3 + 16, &t->dst, 4);
		sum = (uint16_t)~checksum_fold(checksum_ip4_header(l3));
		memcpy(l3 + 10, &sum, sizeof sum);
	} else {
		l3[0] = 0x60;
		put_be16(l3 + 4, (uint16_t)length);
		l3[6] = t->proto;
		l3[7] = 64;
		memcpy(l3 + 8, &t->src, 16);
		memcpy(l3 + 24, &t->dst, 16);
	}
	*bytes = l3;
	return ip + length;
}

static bool same(const struct run *r, const union weir_addr *a, const union weir_addr *b)
{
	return helper_addr_equal(r->tuple[0].family, a, b);
}

/* Nothing is expected but by an end of the connection, at a port of its own. */
static bool check_one(void *ctx, struct expectation *e)
{
	const struct run *r = ctx;
	bool found = false;

	must(e->tuple.family == r->tuple[0].family);
	must(e->master == MASTER && e->helper == helper_of(r->parser));
	must(e->class < EXPECT_ALL && e->parser < HELPER_PARSER_COUNT);
	if (e->tuple.proto != PROTO_GRE)
		must(e->tuple.dst_port >= HELPER_PORT_LOW &&
		     (!e->translate || e->new_dst_port >= HELPER_PORT_LOW));
	for (int dir = 0; dir < 2; dir++)
		found |= same(r, &e->tuple.dst, &r->tuple[!dir].dst) &&
			 (!e->translate || same(r, &e->new_dst, &r->tuple[dir].src));
	must(found);
	must(e->translate == ((r->kind & (CONN_SOURCE | CONN_DESTINATION)) != 0));
	return true;
}

static bool take_first(void *ctx, struct expectation *e)
{
	struct expectation *first = ctx;

	if (e->flags & WEIR_EXPECT_INACTIVE)
		return true;
	*first = *e;
	return false;
}

static void meet(struct run *r)
{
	struct expectation e = {.tuple = {.proto = 0}};

	expect_each(&r->expectations, MASTER, take_first, &e);
	if (!e.tuple.proto)
		return;
	if (e.any_src_port)
		e.tuple.src_port = 3000;
	if (e.expires > r->now)
		must(expect_take(&r->expectations, &e.tuple, r->now, &e));
}

/* To whom it leaves: as before, but SIP may move a datagram to the port that its receiver has
 * named. */
static bool same_ends(const struct run *r, const struct packet *before, const struct packet *after)
{
	struct tuple t = before->tuple;

	if (r->parser == HELPER_PARSER_SIP_UDP && after->tuple.dst_port >= HELPER_PORT_LOW)
		t.dst_port = after->tuple.dst_port;
	return tuple_equal(&t, &after->tuple);
}

/* What leaves is whole, and what it was but for its payload. */
static void check_packet(const struct run *r, const struct helper_call *call, uint32_t size,
			 const uint8_t *came)
{
	const struct packet *p = call->packet;
	struct packet_checks checks = {.checksum = true};
	struct weir_packet io = {
		.data = p->io->out, .caplen = p->io->out_len, .len = p->io->out_len};
	struct packet again = {.io = &io};
	const uint8_t *payload;
	uint32_t now;

	if (!call->edit.data) {
		must(p->io->out == came && call->delta == 0);
		return;
	}
	must(r->kind & (CONN_SOURCE | CONN_DESTINATION));
	must(p->io->out == call->room && p->io->out_len <= call->room_size);
	packet_parse(&again, &checks);
	must(again.kind == PACKET_PLAIN && io.reason == WEIR_R_NONE && again.len == io.caplen);
	must(same_ends(r, p, &again));
	must(edit_payload(&again, &payload, &now) && now == size + (uint32_t)call->delta);
	must(again.l4 == p->l4 && again.l4_len == p->l4_len && again.l4_cap == p->l4_cap);
}

static void read_packet(struct run *r, uint8_t what, const uint8_t *data, uint32_t size)
{
	enum weir_dir dir = what & PACKET_REPLY ? WEIR_REPLY : WEIR_ORIGINAL;
	uint32_t before = atomic_load(&r->expectations.count), length;
	struct packet_checks checks = {.checksum = true};
	struct helper_call call;
	struct weir_packet io = {.verdict = WEIR_ACCEPT};
	struct packet p = {.io = &io};
	struct tuple leaves;
	uint8_t *bytes;

	if (what & PACKET_AGAIN)
		r->seq[dir] = r->last[dir];
	r->last[dir] = r->seq[dir];
	r->seq[dir] += size;
	must(tuple_invert(&r->tuple[!dir], &leaves));
	length = make_packet(&leaves, r->last[dir], data, size, &bytes);
	io.data = io.out = bytes;
	io.caplen = io.len = io.out_len = length;
	packet_parse(&p, &checks);
	must(p.kind == PACKET_PLAIN && io.reason == WEIR_R_NONE);
	memset(&call, 0xee, sizeof call);
	call.set = &r->set;
	call.expectations = &r->expectations;
	call.gre_keys = &r->gre_keys;
	call.packet = &p;
	call.master = MASTER;
	memcpy(call.tuple, r->tuple, sizeof r->tuple);
	call.dir = dir;
	call.translated = r->kind & (CONN_SOURCE | CONN_DESTINATION);
	call.established = !(what & PACKET_NEW);
	call.mark = 0;
	call.helper = (uint8_t)helper_of(r->parser);
	call.memory = r->memory;
	call.is_taken = NULL;
	call.now = r->now;
	call.room_size = length + (r->kind & CONN_LITTLE_ROOM ? LITTLE : EDIT_GROWTH);
	call.room = malloc(call.room_size);
	must(call.room != NULL);
	if (helper_read(r->parser, &call) == HELPER_PASS)
		check_packet(r, &call, size, bytes);
	else
		must(call.reason == WEIR_R_HELPER_PARTIAL ||
		     call.reason == WEIR_R_HELPER_MALFORMED ||
		     call.reason == WEIR_R_HELPER_ROOM || call.reason == WEIR_R_HELPER_FULL);
	expect_each(&r->expectations, MASTER, check_one, r);
	must(atomic_load(&r->expectations.count) <= before + HELPER_CHANGES);
	must(!(r->kind & CONN_FEW) || atomic_load(&r->expectations.count) <= 3);
	free(call.room);
	free(bytes);
}

static void end(struct run *r)
{
	helper_end(r->parser, r->memory, MASTER, &r->expectations, &r->gre_keys);
	must(atomic_load(&r->expectations.count) == 0);
	must(atomic_load(&r->gre_keys.count) == 0);
	expect_fini(&r->expectations);
	gre_keys_fini(&r->gre_keys);
	must(atomic_load(&r->alloc.used) == 0);
	free(r->memory);
}

int helper_harness(enum helper_parser_id parser, const uint8_t *data, size_t size)
{
	struct run r;
	size_t at = 1;

	if (size < 1)
		return 0;
	begin(&r, parser, data[0]);
	while (size - at > 3) {
		uint8_t what = data[at];
		uint32_t length = be16(data + at + 1);

		at += 3;
		if (length > size - at)
			length = (uint32_t)(size - at);
		if (length > PAYLOAD_MAX)
			length = PAYLOAD_MAX;
		if (what & PACKET_LATER)
			r.now += 100 * WEIR_SEC;
		if (what & PACKET_MET)
			meet(&r);
		read_packet(&r, what, data + at, length);
		expect_expire(&r.expectations, r.now, 4);
		at += length;
	}
	end(&r);
	return 0;
}
