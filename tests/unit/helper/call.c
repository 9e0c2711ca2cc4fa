/* SPDX-License-Identifier: Apache-2.0 */
/*
 * call.c - see call.h. Packets are made slowly and plainly, since the code under test must not
 * check itself.
 */
#include "call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../packet/assemble.h"
#include "base/addr.h"
#include "track/settings.h"

#define TCP_HEADER 20u
#define UDP_HEADER 8u
#define LINES 64
#define LINE 256

static uint8_t proto_of(enum helper_parser_id parser)
{
	static const uint8_t proto[] = {
#define X(id, helper, p) [HELPER_PARSER_##id] = PROTO_##p,
		HELPER_PARSERS(X)
#undef X
	};

	return proto[parser];
}

/* "10.0.0.1:80", "[2001:db8::1]:80" */
static void read_end(const char *text, size_t length, union weir_addr *addr, uint16_t *port,
		     uint8_t *family)
{
	const char *colon = NULL;
	unsigned bracket = text[0] == '[';

	for (size_t i = 0; i < length; i++)
		if (text[i] == ':')
			colon = text + i;
	if (!colon ||
	    !addr_parse(text + bracket, (size_t)(colon - text) - 2 * bracket, family, addr))
		fail_msg("no address and port: %s", text);
	*port = (uint16_t)atoi(colon + 1);
}

static void read_tuple(const char *text, uint8_t proto, struct tuple *t)
{
	const char *to = strchr(text, '>');

	assert_non_null(to);
	memset(t, 0, sizeof *t);
	read_end(text, (size_t)(to - text), &t->src, &t->src_port, &t->family);
	read_end(to + 1, strlen(to + 1), &t->dst, &t->dst_port, &t->family);
	t->proto = proto;
}

void call_settings(struct call *c)
{
	assert_int_equal(helper_settings_compile(&c->settings, &c->set), WEIR_OK);
	expect_set_most(&c->expectations, c->settings.max_expectations);
}

void call_begin(struct call *c, enum helper_parser_id parser, const char *original,
		const char *reply)
{
	static const uint8_t seed[32];
	uint8_t proto = proto_of(parser);

	memset(c, 0, sizeof *c);
	alloc_init(&c->alloc, NULL);
	assert_true(expect_init(&c->expectations, &c->alloc, seed));
	assert_true(gre_keys_init(&c->gre_keys, &c->alloc, 64));
	weir_settings_init(&c->settings);
	for (unsigned i = 0; i < WEIR_HELPER_COUNT; i++)
		c->settings.helper[i].on = true;
	call_settings(c);
	c->parser = parser;
	read_tuple(original, proto, &c->tuple[WEIR_ORIGINAL]);
	if (reply)
		read_tuple(reply, proto, &c->tuple[WEIR_REPLY]);
	else
		assert_true(tuple_invert(&c->tuple[WEIR_ORIGINAL], &c->tuple[WEIR_REPLY]));
	c->seq[0] = c->seq[1] = CALL_SEQ;
	c->now = 1000 * WEIR_SEC;
	c->room = CALL_ROOM;
	c->came = malloc(CALL_ROOM);
	c->left = malloc(CALL_ROOM);
	assert_non_null(c->came);
	assert_non_null(c->left);
}

static void put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* The transport header and payload, checksum included. => size */
static uint32_t make_transport(const struct tuple *t, uint32_t seq, const void *data, uint32_t size,
			       uint8_t *l4)
{
	uint32_t header = t->proto == PROTO_TCP ? TCP_HEADER : UDP_HEADER;
	uint32_t check = t->proto == PROTO_TCP ? 16 : 6, length = header + size;
	uint32_t addr = t->family == WEIR_IPV4 ? 4 : 16;
	uint8_t pseudo[40];

	memset(l4, 0, header);
	put16(l4, t->src_port);
	put16(l4 + 2, t->dst_port);
	if (t->proto == PROTO_TCP) {
		put_be32(l4 + 4, seq);
		put_be32(l4 + 8, 77);
		l4[12] = TCP_HEADER / 4 << 4;
		l4[13] = TCP_ACK | TCP_PSH;
		put16(l4 + 14, 8192);
	} else {
		put16(l4 + 4, length);
	}
	memcpy(l4 + header, data, size);
	memset(pseudo, 0, sizeof pseudo);
	memcpy(pseudo, &t->src, addr);
	memcpy(pseudo + addr, &t->dst, addr);
	if (t->family == WEIR_IPV4) {
		pseudo[9] = t->proto;
		put16(pseudo + 10, length);
		put16(l4 + check, slow_checksum(pseudo, 12, l4, length));
	} else {
		put_be32(pseudo + 32, length);
		pseudo[39] = t->proto;
		put16(l4 + check, slow_checksum(pseudo, 40, l4, length));
	}
	return length;
}

static uint32_t make_packet(const struct tuple *t, uint32_t seq, const void *data, uint32_t size,
			    uint8_t *to)
{
	uint32_t header = t->family == WEIR_IPV4 ? 20 : 40;
	uint32_t length = make_transport(t, seq, data, size, to + header);

	memset(to, 0, header);
	if (t->family == WEIR_IPV4) {
		to[0] = 0x45;
		put16(to + 2, header + length);
		to[8] = 63;
		to[9] = t->proto;
		memcpy(to + 12, &t->src, 4);
		memcpy(to + 16, &t->dst, 4);
		put16(to + 10, slow_checksum(NULL, 0, to, 20));
	} else {
		to[0] = 0x60;
		put16(to + 4, length);
		to[6] = t->proto;
		to[7] = 63;
		memcpy(to + 8, &t->src, 16);
		memcpy(to + 24, &t->dst, 16);
	}
	return header + length;
}

/* Reads the packet that leaves: as whole as the one that came, to the same ends. */
static void read_again(struct call *c)
{
	struct tuple leaves = c->packet.tuple;
	struct packet_checks checks = {.checksum = true};
	struct weir_packet io = {.data = c->io.out, .caplen = c->io.out_len, .len = c->io.out_len};
	struct packet p = {.io = &io};

	if (c->dst_port)
		leaves.dst_port = c->dst_port;
	packet_parse(&p, &checks);
	assert_int_equal(io.reason, WEIR_R_NONE);
	assert_int_equal(p.kind, PACKET_PLAIN);
	assert_true(tuple_equal(&p.tuple, &leaves));
	assert_int_equal(p.len, io.caplen);
	assert_int_equal(p.len, c->packet.len);
	assert_int_equal(p.l4_len, c->packet.l4_len);
	assert_ptr_equal(p.l4, c->packet.l4);
	assert_true(edit_payload(&p, &c->data, &c->size));
}

enum helper_result call_read_bytes(struct call *c, enum weir_dir dir, const void *data,
				   uint32_t size)
{
	struct packet_checks checks = {.checksum = true};
	struct tuple leaves;

	assert_true(tuple_invert(&c->tuple[!dir], &leaves));
	memset(&c->io, 0, sizeof c->io);
	memset(&c->packet, 0, sizeof c->packet);
	c->io.data = c->io.out = c->came;
	c->io.caplen = c->io.out_len = make_packet(&leaves, c->seq[dir], data, size, c->came);
	c->packet.io = &c->io;
	packet_parse(&c->packet, &checks);
	assert_int_equal(c->io.reason, WEIR_R_NONE);
	c->seq[dir] += size;
	memset(&c->call, 0xee, sizeof c->call);
	c->call.set = &c->set;
	c->call.expectations = &c->expectations;
	c->call.gre_keys = &c->gre_keys;
	c->call.packet = &c->packet;
	c->call.master = CALL_MASTER;
	memcpy(c->call.tuple, c->tuple, sizeof c->tuple);
	c->call.dir = dir;
	assert_true(tuple_invert(&c->tuple[0], &leaves));
	c->call.translated = !tuple_equal(&leaves, &c->tuple[1]);
	c->call.established = true;
	c->call.mark = c->mark;
	c->call.helper = (uint8_t)helper_of(c->parser);
	c->call.memory = c->memory;
	c->call.is_taken = NULL;
	c->call.now = c->now;
	c->call.room = c->room ? c->left : NULL;
	c->call.room_size = c->room;
	c->result = helper_read(c->parser, &c->call);
	c->data = NULL;
	c->size = 0;
	if (c->result == HELPER_PASS) {
		read_again(c);
		assert_int_equal(c->size, size + (uint32_t)c->call.delta);
	}
	return c->result;
}

enum helper_result call_read(struct call *c, enum weir_dir dir, const char *text)
{
	return call_read_bytes(c, dir, text, (uint32_t)strlen(text));
}

void call_out_bytes(const struct call *c, const void *data, uint32_t size)
{
	if (c->result == HELPER_DROP)
		fail_msg("dropped: %s at %u", weir_reason_name(c->call.reason), c->call.detail);
	if (c->size != size || memcmp(c->data, data, size) != 0)
		fail_msg("the payload is\n%.*s\nnot\n%.*s", (int)c->size, (const char *)c->data,
			 (int)size, (const char *)data);
}

void call_out(const struct call *c, const char *text)
{
	call_out_bytes(c, text, (uint32_t)strlen(text));
}

void call_dropped(const struct call *c, enum weir_reason reason)
{
	assert_int_equal(c->result, HELPER_DROP);
	assert_string_equal(weir_reason_name(c->call.reason), weir_reason_name(reason));
}

/* What is expected, as text. */

struct lines {
	const struct call *c;
	unsigned count;
	char line[LINES][LINE];
};

static void print_end(char *to, const struct tuple *t, const union weir_addr *addr, bool any,
		      uint16_t port, bool any_port)
{
	char text[ADDR_TEXT] = "*", number[8] = "*";

	if (!any)
		addr_print(text, t->family, addr);
	if (!any_port)
		snprintf(number, sizeof number, "%u", port);
	snprintf(to, 80, t->family == WEIR_IPV6 && !any ? "[%s]:%s" : "%s:%s", text, number);
}

static const char *proto_text(uint8_t proto)
{
	switch (proto) {
	case PROTO_TCP:
		return "tcp";
	case PROTO_UDP:
		return "udp";
	case PROTO_GRE:
		return "gre";
	default:
		return "?";
	}
}

static bool print_line(void *ctx, struct expectation *e)
{
	static const char *const classes[] = {"signalling", "data", "audio", "video", "image"};
	struct lines *l = ctx;
	const struct tuple *t = &e->tuple;
	char src[80], dst[80], new[80], from[ADDR_TEXT], *to;

	assert_true(l->count < LINES);
	assert_int_equal(e->helper, l->c->call.helper);
	to = l->line[l->count++];
	print_end(src, t, &t->src, e->any_src, t->src_port, e->any_src_port);
	print_end(dst, t, &t->dst, false, t->dst_port, false);
	to += sprintf(to, "%s %s>%s", proto_text(t->proto), src, dst);
	if (e->translate) {
		print_end(new, t, &e->new_dst, false, e->new_dst_port, false);
		addr_print(from, t->family, &e->new_src);
		to += sprintf(to, " to %s from %s", new, from);
		if (e->new_src_port)
			to += sprintf(to, ":%u", e->new_src_port);
	}
	to += sprintf(to, " %s %us", classes[e->class],
		      (unsigned)((e->expires - l->c->now) / WEIR_SEC));
	to += sprintf(to, "%s%s%s", e->flags & WEIR_EXPECT_PERMANENT ? " permanent" : "",
		      e->flags & WEIR_EXPECT_INACTIVE ? " inactive" : "", e->pair ? " pair" : "");
	if (e->parser)
		to += sprintf(to, " parser %u", e->parser);
	if (e->mark)
		to += sprintf(to, " mark %u", e->mark);
	sprintf(to, "\n");
	return true;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

void call_expected(struct call *c, const char *lines)
{
	static struct lines l;
	static char all[LINES * LINE];

	memset(&l, 0, sizeof l);
	l.c = c;
	expect_each(&c->expectations, CALL_MASTER, print_line, &l);
	assert_int_equal(l.count, atomic_load(&c->expectations.count));
	qsort(l.line, l.count, LINE, by_text);
	all[0] = '\0';
	for (unsigned i = 0; i < l.count; i++)
		strcat(all, l.line[i]);
	assert_string_equal(all, lines);
}

void call_end(struct call *c)
{
	helper_end(c->parser, c->memory, CALL_MASTER, &c->expectations, &c->gre_keys);
	assert_int_equal(atomic_load(&c->expectations.count), 0);
	assert_int_equal(atomic_load(&c->gre_keys.count), 0);
	gre_keys_fini(&c->gre_keys);
	expect_fini(&c->expectations);
	assert_int_equal(atomic_load(&c->alloc.used), 0);
	free(c->came);
	free(c->left);
}
