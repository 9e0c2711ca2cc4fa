/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_choose.c - which address and port a new connection gets: by cases, and by properties that
 * must hold of every choice (nobody else has it, it is allowed, it comes back to its worker).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/addr.h"
#include "nat/nat.h"
#include "unit/memory.h"

struct rig {
	struct memory memory;
	struct alloc alloc;
	struct spare spare;
	struct table table;
	struct nat nat;
};

static struct rig *rig_create(uint64_t seed, unsigned worker, unsigned workers)
{
	struct rig *r = calloc(1, sizeof *r);
	uint8_t bytes[32] = {(uint8_t)seed, (uint8_t)(seed >> 8)};
	struct weir_allocator hooks = {memory_alloc, memory_free, &r->memory};
	struct hash_key key;

	assert_non_null(r);
	alloc_init(&r->alloc, &hooks);
	spare_init(&r->spare, &r->alloc);
	hash_key_init(&key, bytes, 1);
	assert_true(table_init(&r->table, &r->alloc, &r->spare, &key));
	nat_init(&r->nat, &r->table, &r->alloc, bytes, worker, workers);
	return r;
}

static void rig_destroy(struct rig *r)
{
	nat_fini(&r->nat);
	table_fini(&r->table);
	spare_fini(&r->spare);
	assert_int_equal(r->memory.bytes, 0);
	free(r);
}

static uint8_t addr_of(const char *text, union weir_addr *addr)
{
	uint8_t family = 0;

	memset(addr, 0, sizeof *addr);
	if (!addr_parse(text, strlen(text), &family, addr))
		fail_msg("no address: %s", text);
	return family;
}

static struct tuple flow(uint8_t proto, const char *src, unsigned sport, const char *dst,
			 unsigned dport)
{
	struct tuple t;

	memset(&t, 0, sizeof t);
	t.family = addr_of(src, &t.src);
	addr_of(dst, &t.dst);
	t.proto = proto;
	t.src_port = (uint16_t)sport;
	t.dst_port = (uint16_t)dport;
	return t;
}

#define RUBBISH 0x5a

static struct nat_range range(uint8_t action, const char *first, const char *last)
{
	struct nat_range r;

	memset(&r, 0, sizeof r);
	r.action = action;
	if (!first)
		return r;
	r.flags = WEIR_NAT_ADDRESS;
	/* An embedder may leave anything beyond an IPv4 address. */
	if (addr_of(first, &r.first) == WEIR_IPV4)
		memset(r.first.v6 + 4, RUBBISH, 12);
	if (addr_of(last ? last : first, &r.last) == WEIR_IPV4)
		memset(r.last.v6 + 4, RUBBISH + 1, 12);
	return r;
}

static struct nat_range ports(struct nat_range r, unsigned first, unsigned last)
{
	r.flags |= WEIR_NAT_PORTS;
	r.first_port = (uint16_t)first;
	r.last_port = (uint16_t)last;
	return r;
}

/* A connection under way to its place in the table. */
struct born {
	struct tuple original, reply;
	uint16_t status;
	enum nat_result result;
};

static struct born begin(struct tuple original)
{
	struct born b = {.original = original};

	assert_true(tuple_invert(&original, &b.reply));
	return b;
}

static bool is_known(struct rig *r, const struct tuple *t)
{
	enum weir_dir dir;

	return table_find(&r->table, table_hash(&r->table, t), t, &dir) != 0;
}

/* Asks one side, and checks what must hold of every answer. */
static enum nat_result side(struct rig *r, struct born *b, enum nat_side which,
			    const struct nat_range *want)
{
	struct tuple before = b->reply;
	uint16_t status = b->status;
	uint16_t done = which == NAT_SRC ? WEIR_STATUS_SRCNAT_DONE : WEIR_STATUS_DSTNAT_DONE;
	uint16_t bit = which == NAT_SRC ? WEIR_STATUS_SRCNAT : WEIR_STATUS_DSTNAT;

	b->result = nat_choose(&r->nat, which, want, &b->original, &b->reply, &b->status);
	if (b->result != NAT_DONE) {
		assert_memory_equal(&before, &b->reply, sizeof before);
		assert_int_equal(status, b->status);
		return b->result;
	}
	assert_int_equal(b->status, status | done |
					    (tuple_equal(&before, &b->reply) ? 0 : bit));
	if (which == NAT_SRC)
		assert_false(is_known(r, &b->reply));
	if (b->reply.family == WEIR_IPV4) {
		assert_int_equal(b->reply.src.u64[1] | b->reply.dst.u64[1], 0);
		assert_int_equal((b->reply.src.u64[0] ^ b->reply.src.v4) |
					 (b->reply.dst.u64[0] ^ b->reply.dst.v4), 0);
	}
	return b->result;
}

static uint32_t confirm(struct rig *r, const struct born *b)
{
	struct conn6 fresh;
	uint32_t ref;

	conn_begin(&fresh, &b->original, &b->reply);
	fresh.conn.status = b->status;
	ref = table_take(&r->table, &fresh, b->original.family == WEIR_IPV6);
	assert_int_not_equal(ref, 0);
	assert_true(table_insert(&r->table, ref, table_hash(&r->table, &b->original)));
	table_at(&r->table, ref)->status |= WEIR_STATUS_CONFIRMED;
	return ref;
}

static struct born add(struct rig *r, struct tuple original, enum nat_side which,
		       const struct nat_range *want)
{
	struct born b = begin(original);

	if (which == NAT_DST) {
		assert_int_equal(side(r, &b, NAT_DST, want), NAT_DONE);
		side(r, &b, NAT_SRC, NULL);
	} else {
		side(r, &b, NAT_SRC, want);
	}
	if (b.result == NAT_DONE)
		confirm(r, &b);
	return b;
}

static void is_addr(const union weir_addr *addr, const char *text)
{
	union weir_addr want;

	addr_of(text, &want);
	assert_memory_equal(addr, &want, sizeof want);
}

static void end(struct rig *r, const struct tuple *t)
{
	enum weir_dir dir;
	uint32_t ref = table_find(&r->table, table_hash(&r->table, t), t, &dir);

	assert_int_not_equal(ref, 0);
	table_end(&r->table, ref);
}

/* A client keeps its port; a second one with the same cannot have it toward the same server,
 * and gets one of the same class, which it keeps toward another. */
static void test_keeps(void **state)
{
	static const struct {
		uint8_t proto;
		unsigned port, first, last;
	} cases[] = {
		{PROTO_TCP, 40000, 1024, 65535}, {PROTO_UDP, 1024, 1024, 65535},
		{PROTO_UDP, 1023, 600, 1023},	 {PROTO_TCP, 512, 600, 1023},
		{PROTO_TCP, 511, 1, 511},	 {PROTO_UDP, 1, 1, 511},
		{PROTO_UDP, 0, 1, 511},		 {PROTO_SCTP, 5000, 1024, 65535},
		{PROTO_DCCP, 5000, 1024, 65535}, {PROTO_UDPLITE, 700, 600, 1023},
		{PROTO_UDP, 65535, 1024, 65535},
	};
	struct nat_range masquerade = range(WEIR_ACTION_MASQUERADE, "203.0.113.1", NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct rig *r = rig_create(i, 0, 1);
		uint8_t proto = cases[i].proto;
		unsigned port = cases[i].port;
		struct born a, b, c;

		a = add(r, flow(proto, "10.0.0.1", port, "8.8.8.8", 53), NAT_SRC, &masquerade);
		b = add(r, flow(proto, "10.0.0.2", port, "8.8.8.8", 53), NAT_SRC, &masquerade);
		c = add(r, flow(proto, "10.0.0.2", port, "8.8.4.4", 53), NAT_SRC, &masquerade);
		assert_int_equal(a.reply.dst_port, port);
		is_addr(&a.reply.dst, "203.0.113.1");
		is_addr(&a.reply.src, "8.8.8.8");
		assert_int_equal(a.reply.src_port, 53);
		assert_int_not_equal(b.reply.dst_port, port);
		assert_in_range(b.reply.dst_port, cases[i].first, cases[i].last);
		is_addr(&b.reply.dst, "203.0.113.1");
		assert_int_equal(c.reply.dst_port, b.reply.dst_port);
		assert_null(table_validate(&r->table));
		rig_destroy(r);
	}
}

/* A socket that was moved has one port toward everybody, as long as it has a connection; then
 * its own again. */
static void test_one_socket(void **state)
{
	struct nat_range masquerade = range(WEIR_ACTION_MASQUERADE, "203.0.113.1", NULL);
	struct nat_range other = range(WEIR_ACTION_SRC_NAT, "203.0.113.2", NULL);
	struct rig *r = rig_create(3, 0, 1);
	struct born moved[200], elsewhere;
	char server[32];

	(void)state;
	add(r, flow(PROTO_UDP, "10.0.0.1", 5060, "198.51.100.0", 53), NAT_SRC, &masquerade);
	for (unsigned i = 0; i < 200; i++) {
		snprintf(server, sizeof server, "198.51.100.%u", i);
		moved[i] = add(r, flow(PROTO_UDP, "10.0.0.2", 5060, server, 53), NAT_SRC,
			       &masquerade);
		assert_int_not_equal(moved[i].reply.dst_port, 5060);
		assert_int_equal(moved[i].reply.dst_port, moved[0].reply.dst_port);
	}
	/* By another rule it has another address; its other sockets keep their own ports. */
	elsewhere = begin(flow(PROTO_UDP, "10.0.0.2", 5060, "198.51.99.1", 53));
	assert_int_equal(side(r, &elsewhere, NAT_SRC, &other), NAT_DONE);
	is_addr(&elsewhere.reply.dst, "203.0.113.2");
	for (unsigned port = 1; port < 65536; port++) {
		struct born b = begin(flow(PROTO_UDP, "10.0.0.2", port, "198.51.99.1", 53));

		if (port == 5060)
			continue;
		assert_int_equal(side(r, &b, NAT_SRC, &masquerade), NAT_DONE);
		assert_int_equal(b.reply.dst_port, port);
	}
	for (unsigned i = 0; i < 200; i++)
		end(r, &moved[i].original);
	moved[0] = add(r, flow(PROTO_UDP, "10.0.0.2", 5060, "198.51.100.9", 53), NAT_SRC,
		       &masquerade);
	assert_int_equal(moved[0].reply.dst_port, 5060);
	rig_destroy(r);
}

/* Without the memory for that, everything goes on. */
static void test_no_memory(void **state)
{
	struct nat_range masquerade = range(WEIR_ACTION_MASQUERADE, "203.0.113.1", NULL);
	struct rig *r = rig_create(3, 0, 1);
	struct tuple t = flow(PROTO_UDP, "10.0.0.2", 5060, "198.51.100.1", 53);
	struct born b;

	(void)state;
	add(r, flow(PROTO_UDP, "10.0.0.1", 5060, "198.51.100.1", 53), NAT_SRC, &masquerade);
	r->memory.fail_from = r->memory.calls;
	r->memory.fail_to = r->memory.calls + 1;
	b = begin(t);
	assert_int_equal(side(r, &b, NAT_SRC, &masquerade), NAT_DONE);
	assert_int_equal(r->memory.calls, r->memory.fail_to);
	assert_int_not_equal(b.reply.dst_port, 5060);
	rig_destroy(r);
}

struct watch {
	struct rig *rig;
	unsigned asked, pressed;
	bool over; /* everything is */
	bool waits; /* everything may go under pressure */
};

static bool release(void *ctx, uint32_t ref, bool pressed)
{
	struct watch *w = ctx;

	w->asked++;
	w->pressed += pressed;
	if (!w->over && !(w->waits && pressed))
		return false;
	table_end(&w->rig->table, ref);
	return true;
}

/* A pool of ten ports is ten connections to each server, not one less; then nothing is left, and
 * to find that out each is looked at once. */
static void test_exhaustion(void **state)
{
	struct nat_range pool =
		ports(range(WEIR_ACTION_SRC_NAT, "203.0.113.1", NULL), 2000, 2009);
	struct rig *r = rig_create(5, 0, 1);
	struct watch watch = {.rig = r};
	struct born b[11];
	unsigned seen = 0;
	char client[32];

	(void)state;
	r->nat.release = release;
	r->nat.release_ctx = &watch;
	for (unsigned server = 1; server < 4; server++) {
		char to[32];

		snprintf(to, sizeof to, "198.51.100.%u", server);
		seen = 0;
		for (unsigned i = 0; i < 11; i++) {
			snprintf(client, sizeof client, "10.0.0.%u", i + 1);
			watch.asked = watch.pressed = 0;
			b[i] = add(r, flow(PROTO_TCP, client, 40000, to, 443), NAT_SRC, &pool);
			assert_int_equal(b[i].result, i < 10 ? NAT_DONE : NAT_EXHAUSTED);
			if (i < 10)
				seen |= 1u << (b[i].reply.dst_port - 2000);
		}
		assert_int_equal(seen, 0x3ff);
		assert_int_equal(watch.asked, 10);
		assert_int_equal(watch.pressed, 3);
	}
	end(r, &b[4].original);
	b[10] = add(r, b[10].original, NAT_SRC, &pool);
	assert_int_equal(b[10].result, NAT_DONE);
	assert_int_equal(b[10].reply.dst_port, b[4].reply.dst_port);
	/* Ports that wait for the end make way when nothing else does, and what is over, always. */
	watch.waits = true;
	b[4] = add(r, flow(PROTO_TCP, "10.0.0.99", 40000, "198.51.100.2", 443), NAT_SRC, &pool);
	assert_int_equal(b[4].result, NAT_DONE);
	watch = (struct watch){.rig = r, .over = true};
	b[4] = add(r, flow(PROTO_TCP, "10.0.0.98", 2000, "198.51.100.2", 443), NAT_SRC, &pool);
	assert_int_equal(b[4].reply.dst_port, 2000);
	assert_int_equal(watch.asked, 1);
	assert_null(table_validate(&r->table));
	rig_destroy(r);
}

/* A class can be used up to the last port; of a great pool only so much is looked at. */
static void test_full_class(void **state)
{
	struct nat_range masquerade = range(WEIR_ACTION_MASQUERADE, "203.0.113.1", NULL);
	struct nat_range pool =
		ports(range(WEIR_ACTION_SRC_NAT, "203.0.113.1", NULL), 10000, 19999);
	struct rig *r = rig_create(6, 0, 1);
	struct watch watch = {.rig = r};
	unsigned good = 0;
	char client[32];

	(void)state;
	r->nat.release = release;
	r->nat.release_ctx = &watch;
	for (unsigned i = 0; i < 520; i++) {
		snprintf(client, sizeof client, "10.0.%u.%u", i / 256, i % 256);
		good += add(r, flow(PROTO_UDP, client, 123, "198.51.100.1", 123), NAT_SRC,
			    &masquerade).result == NAT_DONE;
	}
	assert_int_equal(good, 511);
	for (unsigned i = good = 0; i < 11000; i++) {
		snprintf(client, sizeof client, "10.%u.%u.1", i / 256, i % 256);
		watch.asked = 0;
		good += add(r, flow(PROTO_UDP, client, 5000, "198.51.100.2", 53), NAT_SRC,
			    &pool).result == NAT_DONE;
		assert_in_range(watch.asked, 0, 514);
	}
	assert_in_range(good, 9900, 10000);
	rig_destroy(r);
}

/* Nobody who has seen some ports knows the next: the choices of clients that differ in as little
 * as they can are spread evenly, and neighbours have nothing in common. */
static void must_be_spread(uint32_t flags)
{
	enum { CLIENTS = 4096, CELLS = 64 };
	struct nat_range masquerade = range(WEIR_ACTION_MASQUERADE, "203.0.113.1", NULL);
	unsigned cell[CELLS] = {0}, step[CELLS] = {0}, same = 0, equal = 0;
	struct rig *r = rig_create(7, 0, 1), *other = rig_create(8, 0, 1);
	uint16_t last = 0;
	char client[32];

	masquerade.flags |= flags;
	for (unsigned i = 0; i < 65536 / 16; i++) {
		struct born b, c;

		snprintf(client, sizeof client, "10.1.%u.%u", i / 256, i % 256);
		b = add(r, flow(PROTO_UDP, client, 40000, "8.8.8.8", 53), NAT_SRC, &masquerade);
		c = add(other, b.original, NAT_SRC, &masquerade);
		if (i == 0 && !flags)
			continue; /* the one that keeps its port */
		equal += b.reply.dst_port == c.reply.dst_port;
		cell[(b.reply.dst_port - 1024) * CELLS / 64512]++;
		step[(uint16_t)(b.reply.dst_port - last) * CELLS / 65536]++;
		same += (uint16_t)(b.reply.dst_port - last + 1) < 3;
		last = b.reply.dst_port;
	}
	/* 64 on average, with a deviation of 8. */
	for (unsigned i = 0; i < CELLS; i++) {
		assert_in_range(cell[i], 32, 96);
		assert_in_range(step[i], 24, 104);
	}
	assert_in_range(same, 0, 4);
	assert_in_range(equal, 0, 4); /* another secret: other ports */
	rig_destroy(r);
	rig_destroy(other);
}

static void test_unpredictable(void **state)
{
	(void)state;
	must_be_spread(0);
	must_be_spread(WEIR_NAT_RANDOM);
}

/* randomise-ports: a fresh port for each connection, though the client's own is free. */
static void test_random(void **state)
{
	struct nat_range masquerade = range(WEIR_ACTION_MASQUERADE, "203.0.113.1", NULL);
	struct rig *r = rig_create(9, 0, 1);
	unsigned kept = 0, same = 0;
	uint16_t last = 0;

	(void)state;
	masquerade.flags |= WEIR_NAT_RANDOM;
	for (unsigned i = 1; i < 200; i++) {
		char server[32];
		struct born b;

		snprintf(server, sizeof server, "198.51.100.%u", i);
		b = add(r, flow(PROTO_TCP, "10.0.0.1", 40000, server, 443), NAT_SRC, &masquerade);
		kept += b.reply.dst_port == 40000;
		same += b.reply.dst_port == last;
		last = b.reply.dst_port;
		assert_in_range(last, 1024, 65535);
	}
	assert_in_range(kept, 0, 1);
	assert_in_range(same, 0, 1);
	rig_destroy(r);
}

/* What addresses of a range a client gets toward many servers: a bit for each. */
static unsigned addresses_of(struct rig *r, const char *client, const struct nat_range *want)
{
	unsigned seen = 0;

	for (unsigned i = 1; i < 100; i++) {
		char server[32];
		struct born b;

		snprintf(server, sizeof server, "198.51.100.%u", i);
		b = begin(flow(PROTO_TCP, client, 30000 + i, server, 443));
		assert_int_equal(side(r, &b, NAT_SRC, want), NAT_DONE);
		assert_int_equal(b.reply.dst_port, 30000 + i);
		seen |= 1u << (be32(&b.reply.dst) - 0xcb007108);
	}
	return seen;
}

static void test_addresses(void **state)
{
	struct nat_range pool = range(WEIR_ACTION_SRC_NAT, "203.0.113.8", "203.0.113.15");
	struct nat_range same = range(WEIR_ACTION_SAME, "203.0.113.8", "203.0.113.15");
	struct rig *r = rig_create(10, 0, 1);
	unsigned all = 0;

	(void)state;
	assert_int_equal(addresses_of(r, "10.0.0.1", &pool), 0xff);
	assert_int_equal(addresses_of(r, "10.0.0.1", &same), 0xff);
	same.flags |= WEIR_NAT_NOT_BY_DST;
	for (unsigned i = 1; i < 100; i++) {
		char client[32];
		unsigned seen;

		snprintf(client, sizeof client, "10.0.0.%u", i);
		seen = addresses_of(r, client, &same);
		assert_int_equal(__builtin_popcount(seen), 1);
		assert_int_equal(seen, addresses_of(r, client, &same));
		all |= seen;
	}
	assert_int_equal(all, 0xff);
	rig_destroy(r);
}

/* The range of a whole /32 of IPv6 and more. */
static void test_addresses6(void **state)
{
	static const char *const ranges[][2] = {
		{"2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"},
		{"::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
		{"2001:db8::ffff:ffff:ffff:fffe", "2001:db8:0:1::1"},
	};
	struct rig *r = rig_create(11, 0, 1);

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(ranges); i++) {
		struct nat_range pool = range(WEIR_ACTION_SRC_NAT, ranges[i][0], ranges[i][1]);

		for (unsigned port = 2000; port < 2100; port++) {
			struct born b = begin(
				flow(PROTO_UDP, "fd00::1", port, "2001:db8:9::1", port));

			assert_int_equal(side(r, &b, NAT_SRC, &pool), NAT_DONE);
			assert_true(memcmp(&b.reply.dst, &pool.first, 16) >= 0 &&
				    memcmp(&b.reply.dst, &pool.last, 16) <= 0);
		}
	}
	rig_destroy(r);
}

/* Where the addresses of a range are all that there is to choose, the next ones are tried;
 * `same` rather gives up. */
static void test_portless(void **state)
{
	struct nat_range pool = range(WEIR_ACTION_SRC_NAT, "203.0.113.8", "203.0.113.10");
	struct nat_range same = range(WEIR_ACTION_SAME, "203.0.113.8", "203.0.113.10");
	static const uint8_t protos[] = {PROTO_GRE, 50, 99};

	(void)state;
	same.flags |= WEIR_NAT_NOT_BY_DST;
	for (size_t p = 0; p < ARRAY_COUNT(protos); p++) {
		struct rig *r = rig_create(12, 0, 1);
		unsigned good = 0, seen = 0;
		char client[32];

		for (unsigned i = 1; i < 9; i++) {
			struct born b;

			snprintf(client, sizeof client, "10.0.0.%u", i);
			b = add(r, flow(protos[p], client, 0, "198.51.100.1", 0), NAT_SRC, &pool);
			good += b.result == NAT_DONE;
			if (b.result == NAT_DONE)
				seen |= 1u << (be32(&b.reply.dst) - 0xcb007108);
			assert_int_equal(b.reply.dst_port | b.reply.src_port, 0);
		}
		assert_int_equal(good, 3);
		assert_int_equal(seen, 7);
		good = 0;
		for (unsigned i = 1; i < 9; i++) {
			struct born b, tcp;

			snprintf(client, sizeof client, "10.0.0.%u", i);
			b = add(r, flow(protos[p], client, 0, "198.51.100.2", 0), NAT_SRC, &same);
			tcp = begin(flow(PROTO_TCP, client, 9, "198.51.100.3", 9));
			assert_int_equal(side(r, &tcp, NAT_SRC, &same), NAT_DONE);
			if (b.result == NAT_DONE)
				assert_memory_equal(&b.reply.dst, &tcp.reply.dst, 16);
			good += b.result == NAT_DONE;
		}
		assert_in_range(good, 1, 3);
		rig_destroy(r);
	}
}

/* A GRE key that a control connection has told is like a port. */
static void test_gre(void **state)
{
	struct nat_range masquerade = range(WEIR_ACTION_MASQUERADE, "203.0.113.1", NULL);
	struct rig *r = rig_create(13, 0, 1);
	struct born a, b;

	(void)state;
	a = add(r, flow(PROTO_GRE, "10.0.0.1", 7, "198.51.100.1", 9), NAT_SRC, &masquerade);
	b = add(r, flow(PROTO_GRE, "10.0.0.2", 7, "198.51.100.1", 9), NAT_SRC, &masquerade);
	assert_int_equal(a.reply.dst_port, 7);
	assert_int_equal(b.result, NAT_DONE);
	assert_int_not_equal(b.reply.dst_port, 7);
	assert_int_not_equal(b.reply.dst_port, 0);
	assert_int_equal(b.reply.src_port, 9);
	rig_destroy(r);
}

static void test_icmp(void **state)
{
	struct nat_range masquerade = range(WEIR_ACTION_MASQUERADE, "203.0.113.1", NULL);
	struct nat_range ids = ports(range(WEIR_ACTION_SRC_NAT, "203.0.113.1", NULL), 10, 11);
	struct nat_range to = ports(range(WEIR_ACTION_DST_NAT, "10.0.0.9", NULL), 80, 90);
	struct rig *r = rig_create(14, 0, 1);
	unsigned echo = 8 << 8;
	struct born a, b, c;

	(void)state;
	a = add(r, flow(PROTO_ICMP, "10.0.0.1", 77, "8.8.8.8", echo), NAT_SRC, &masquerade);
	b = add(r, flow(PROTO_ICMP, "10.0.0.2", 77, "8.8.8.8", echo), NAT_SRC, &masquerade);
	c = add(r, flow(PROTO_ICMP, "10.0.0.2", 77, "8.8.4.4", echo), NAT_SRC, &masquerade);
	assert_int_equal(a.reply.src_port, 77);
	assert_int_equal(a.reply.dst_port, 0);
	assert_int_not_equal(b.reply.src_port, 77);
	assert_int_equal(c.reply.src_port, b.reply.src_port);
	for (unsigned i = 1; i < 4; i++) {
		char client[32];

		snprintf(client, sizeof client, "10.0.0.%u", i);
		a = add(r, flow(PROTO_ICMP, client, 77, "9.9.9.9", echo), NAT_SRC, &ids);
		assert_int_equal(a.result, i < 3 ? NAT_DONE : NAT_EXHAUSTED);
		if (i < 3)
			assert_in_range(a.reply.src_port, 10, 11);
	}
	/* A destination has no identifier of its own. */
	a = add(r, flow(PROTO_ICMP, "198.51.100.1", 77, "203.0.113.1", echo), NAT_DST, &to);
	is_addr(&a.reply.src, "10.0.0.9");
	assert_int_equal(a.reply.src_port, 77);
	rig_destroy(r);
}

static void test_netmap(void **state)
{
	static const struct {
		const char *first, *last, *src, *dst;
		enum nat_side side;
		const char *becomes;
	} cases[] = {
		{"203.0.113.0", "203.0.113.255", "10.0.7.9", "8.8.8.8", NAT_SRC, "203.0.113.9"},
		{"203.0.113.16", "203.0.113.31", "10.0.7.255", "8.8.8.8", NAT_SRC, "203.0.113.31"},
		{"203.0.113.7", "203.0.113.7", "10.0.7.255", "8.8.8.8", NAT_SRC, "203.0.113.7"},
		{"10.1.0.0", "10.1.255.255", "8.8.8.8", "203.0.113.9", NAT_DST, "10.1.113.9"},
		{"0.0.0.0", "255.255.255.255", "8.8.8.8", "203.0.113.9", NAT_DST, "203.0.113.9"},
		{"2001:db8:5::", "2001:db8:5:ffff:ffff:ffff:ffff:ffff", "fd00:1:2:3::4", "fd01::1",
		 NAT_SRC, "2001:db8:5:3::4"},
		{"fd00::", "fd00::ffff", "fd05::1", "2001:db8::1:2", NAT_DST, "fd00::2"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct nat_range map =
			range(WEIR_ACTION_NETMAP, cases[i].first, cases[i].last);
		struct rig *r = rig_create(15, 0, 1);
		struct born b = add(r, flow(PROTO_TCP, cases[i].src, 3000, cases[i].dst, 80),
				    cases[i].side, &map);

		assert_int_equal(b.result, NAT_DONE);
		is_addr(cases[i].side == NAT_SRC ? &b.reply.dst : &b.reply.src, cases[i].becomes);
		assert_int_equal(b.reply.dst_port, 3000);
		assert_int_equal(b.reply.src_port, 80);
		rig_destroy(r);
	}
}

/* Destinations. One port is taken as it is and the source side makes it unique; of several
 * the first that is free, from the lowest. */
static void test_dst(void **state)
{
	struct nat_range plain = range(WEIR_ACTION_DST_NAT, "10.0.0.9", NULL);
	struct nat_range one = ports(plain, 8080, 8080), some = ports(plain, 8000, 8003);
	struct nat_range bare = ports(range(WEIR_ACTION_DST_NAT, NULL, NULL), 81, 81);
	struct nat_range redirect = ports(range(WEIR_ACTION_REDIRECT, "203.0.113.1", NULL), 3128,
					  3128);
	struct rig *r = rig_create(16, 0, 1);
	struct born b, c;

	(void)state;
	b = add(r, flow(PROTO_TCP, "8.8.8.8", 5000, "203.0.113.1", 80), NAT_DST, &plain);
	is_addr(&b.reply.src, "10.0.0.9");
	assert_int_equal(b.reply.src_port, 80);
	assert_int_equal(b.status, WEIR_STATUS_DSTNAT | WEIR_STATUS_DSTNAT_DONE |
					   WEIR_STATUS_SRCNAT_DONE);
	/* Two public addresses that lead to one server: the second client's port must move. */
	c = add(r, flow(PROTO_TCP, "8.8.8.8", 5000, "203.0.113.2", 80), NAT_DST, &plain);
	assert_int_not_equal(c.reply.dst_port, 5000);
	assert_true(c.status & WEIR_STATUS_SRCNAT);
	/* And so must one that comes straight there. */
	c = begin(flow(PROTO_TCP, "8.8.8.8", 5000, "10.0.0.9", 80));
	assert_int_equal(side(r, &c, NAT_SRC, NULL), NAT_DONE);
	assert_int_not_equal(c.reply.dst_port, 5000);
	is_addr(&c.reply.dst, "8.8.8.8");
	b = add(r, flow(PROTO_TCP, "8.8.8.8", 5000, "203.0.113.1", 443), NAT_DST, &one);
	assert_int_equal(b.reply.src_port, 8080);
	assert_int_equal(b.reply.dst_port, 5000);
	for (unsigned i = 0; i < 4; i++) {
		b = add(r, flow(PROTO_TCP, "8.8.4.4", 6000, "203.0.113.1", 100 + i), NAT_DST, &some);
		assert_int_equal(b.reply.src_port, 8000 + i);
		assert_int_equal(b.reply.dst_port, 6000);
	}
	b = begin(flow(PROTO_TCP, "8.8.4.4", 6000, "203.0.113.1", 104));
	assert_int_equal(side(r, &b, NAT_DST, &some), NAT_EXHAUSTED);
	b = add(r, flow(PROTO_TCP, "8.8.4.5", 6000, "203.0.113.1", 8002), NAT_DST, &some);
	assert_int_equal(b.reply.src_port, 8002);
	b = add(r, flow(PROTO_UDP, "8.8.4.4", 6000, "203.0.113.1", 80), NAT_DST, &bare);
	is_addr(&b.reply.src, "203.0.113.1");
	assert_int_equal(b.reply.src_port, 81);
	b = add(r, flow(PROTO_TCP, "10.0.0.1", 6000, "8.8.8.8", 80), NAT_DST, &redirect);
	is_addr(&b.reply.src, "203.0.113.1");
	assert_int_equal(b.reply.src_port, 3128);
	is_addr(&b.reply.dst, "10.0.0.1");
	b = add(r, flow(99, "10.0.0.1", 0, "8.8.8.8", 0), NAT_DST, &one);
	is_addr(&b.reply.src, "10.0.0.9");
	assert_int_equal(b.reply.src_port, 0);
	rig_destroy(r);
}

/* Both sides of one connection: a client that reaches its neighbour by the public address. */
static void test_hairpin(void **state)
{
	struct nat_range to = ports(range(WEIR_ACTION_DST_NAT, "10.0.0.9", NULL), 8080, 8080);
	struct nat_range masquerade = range(WEIR_ACTION_MASQUERADE, "10.0.0.254", NULL);
	struct rig *r = rig_create(17, 0, 1);
	struct born b = begin(flow(PROTO_TCP, "10.0.0.1", 5000, "203.0.113.1", 80));

	(void)state;
	assert_int_equal(side(r, &b, NAT_DST, &to), NAT_DONE);
	assert_int_equal(side(r, &b, NAT_SRC, &masquerade), NAT_DONE);
	is_addr(&b.reply.src, "10.0.0.9");
	is_addr(&b.reply.dst, "10.0.0.254");
	assert_int_equal(b.reply.src_port, 8080);
	assert_int_equal(b.reply.dst_port, 5000);
	assert_int_equal(b.status, WEIR_STATUS_SRCNAT | WEIR_STATUS_DSTNAT |
					   WEIR_STATUS_SRCNAT_DONE | WEIR_STATUS_DSTNAT_DONE);
	rig_destroy(r);
}

static void test_refused(void **state)
{
	struct nat_range cases[] = {
		range(WEIR_ACTION_MASQUERADE, NULL, NULL), range(WEIR_ACTION_SAME, NULL, NULL),
		range(WEIR_ACTION_NETMAP, NULL, NULL),
		range(WEIR_ACTION_SRC_NAT, "203.0.113.2", "203.0.113.1"),
		ports(range(WEIR_ACTION_SRC_NAT, NULL, NULL), 2, 1),
	};
	struct nat_range masquerade = range(WEIR_ACTION_MASQUERADE, "203.0.113.1", NULL);
	struct nat_range redirect = range(WEIR_ACTION_REDIRECT, NULL, NULL);
	struct rig *r = rig_create(18, 0, 1);
	struct born b;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		b = begin(flow(PROTO_TCP, "10.0.0.1", 5000, "8.8.8.8", 80));
		assert_int_equal(side(r, &b, NAT_SRC, &cases[i]), NAT_REFUSED);
	}
	b = begin(flow(PROTO_TCP, "10.0.0.1", 5000, "8.8.8.8", 80));
	assert_int_equal(side(r, &b, NAT_DST, &redirect), NAT_REFUSED);
	/* Who has no address yet keeps it. */
	b = begin(flow(PROTO_UDP, "0.0.0.0", 68, "8.8.8.8", 67));
	assert_int_equal(side(r, &b, NAT_SRC, &masquerade), NAT_DONE);
	is_addr(&b.reply.dst, "0.0.0.0");
	assert_int_equal(b.status, WEIR_STATUS_SRCNAT_DONE);
	rig_destroy(r);
}

/* Blocks of ports: whose a port is can be told from it and the address alone. */
static void test_blocks(void **state)
{
	static const struct {
		const char *client, *address; /* NULL: refused */
		unsigned first;
	} cases[] = {
		{"100.64.0.0", "203.0.113.1", 10000}, {"100.64.0.1", "203.0.113.1", 10100},
		{"100.64.0.8", "203.0.113.1", 10800}, {"100.64.0.9", "203.0.113.2", 10000},
		{"100.64.0.26", "203.0.113.3", 10800}, {"100.64.0.27", NULL, 0},
		{"100.63.255.255", NULL, 0},	      {"255.255.255.255", NULL, 0},
	};
	struct nat_range blocks =
		ports(range(WEIR_ACTION_SRC_NAT, "203.0.113.1", "203.0.113.3"), 10000, 10950);
	struct rig *r = rig_create(22, 0, 1);
	struct born b;

	(void)state;
	blocks.flags |= WEIR_NAT_BLOCK;
	blocks.block = 100;
	addr_of("100.64.0.0", &blocks.inside);
	memset(blocks.inside.v6 + 4, RUBBISH, 12);
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
		for (unsigned n = 0; n < 101; n++) {
			b = begin(flow(n % 2 ? PROTO_TCP : PROTO_UDP, cases[i].client, 10050 + n,
				       "8.8.8.8", 80 + n % 2));
			if (n % 10 == 0)
				b = begin(flow(PROTO_ICMP, cases[i].client, n, "8.8.8.8", 8 << 8));
			side(r, &b, NAT_SRC, &blocks);
			assert_int_equal(b.result,
					 cases[i].address ? NAT_DONE : NAT_REFUSED);
			if (!cases[i].address)
				continue;
			is_addr(&b.reply.dst, cases[i].address);
			assert_in_range(n % 10 ? b.reply.dst_port : b.reply.src_port,
					cases[i].first, cases[i].first + 99);
			confirm(r, &b);
		}
	/* One who uses all of his up takes nothing from the others. */
	for (unsigned n = 0; n < 101; n++) {
		b = add(r, flow(PROTO_TCP, "100.64.0.3", 20000 + n, "9.9.9.9", 443), NAT_SRC,
			&blocks);
		assert_int_equal(b.result, n < 100 ? NAT_DONE : NAT_EXHAUSTED);
	}
	b = add(r, flow(PROTO_TCP, "100.64.0.4", 20000, "9.9.9.9", 443), NAT_SRC, &blocks);
	assert_int_equal(b.result, NAT_DONE);
	/* A protocol without ports; all the ports there are; too many; none. */
	b = add(r, flow(99, "100.64.0.9", 0, "9.9.9.9", 0), NAT_SRC, &blocks);
	is_addr(&b.reply.dst, "203.0.113.2");
	blocks.flags &= ~WEIR_NAT_PORTS;
	blocks.block = 64512;
	b = add(r, flow(PROTO_UDP, "100.64.0.2", 1024, "9.9.9.9", 1), NAT_SRC, &blocks);
	is_addr(&b.reply.dst, "203.0.113.3");
	for (unsigned n = 0; n < 2; n++) {
		blocks.block = n ? 64513 : 0;
		b = add(r, flow(PROTO_UDP, "100.64.0.0", 1024, "9.9.9.9", 1), NAT_SRC, &blocks);
		assert_int_equal(b.result, NAT_REFUSED);
	}
	rig_destroy(r);
}

/* Of several workers each gives ports whose answers come back to it, and no two the same. */
static void test_workers(void **state)
{
	enum { WORKERS = 3 };
	struct nat_range pool =
		ports(range(WEIR_ACTION_SRC_NAT, "203.0.113.1", NULL), 3000, 3299);
	struct rig *r[WORKERS];
	uint8_t owner[300];
	unsigned given = 0;

	(void)state;
	memset(owner, 0xff, sizeof owner);
	for (unsigned w = 0; w < WORKERS; w++)
		r[w] = rig_create(19, w, WORKERS);
	for (unsigned i = 0; i < 400 * WORKERS; i++) {
		unsigned w = i % WORKERS, at;
		char client[32];
		uint64_t hash;
		struct born b;

		snprintf(client, sizeof client, "10.0.%u.%u", i / 256, i % 256);
		b = add(r[w], flow(PROTO_TCP, client, 3000 + i % 300, "8.8.8.8", 80), NAT_SRC,
			&pool);
		if (b.result != NAT_DONE)
			continue;
		hash = table_hash(&r[w]->table, &b.reply);
		assert_int_equal((hash >> 16 & 0xffff) * WORKERS >> 16, w);
		at = b.reply.dst_port - 3000u;
		assert_int_equal(owner[at], 0xff);
		owner[at] = (uint8_t)w;
		given++;
	}
	assert_int_equal(given, 300);
	for (unsigned w = 0; w < WORKERS; w++)
		rig_destroy(r[w]);
}

/* Anything at random. */

static struct tuple random_flow(uint64_t *random)
{
	static const uint8_t protos[] = {PROTO_TCP, PROTO_UDP, PROTO_UDPLITE, PROTO_SCTP,
					 PROTO_DCCP, PROTO_ICMP, PROTO_GRE, 99};
	uint64_t x = next_random(random);
	bool six = x >> 60 < 5;
	struct tuple t;

	t = six ? flow(0, "fd00::", 0, "2001:db8::", 0) : flow(0, "10.0.0.0", 0, "198.51.100.0", 0);
	t.src.v6[six ? 15 : 3] = (uint8_t)(x & 7);
	t.dst.v6[six ? 15 : 3] = (uint8_t)(x >> 3 & 1);
	t.proto = protos[x >> 4 & 7];
	t.src_port = (uint16_t)(x >> 8 & (x >> 40 & 1 ? 3 : 0x7ff));
	t.dst_port = (uint16_t)(x >> 24 & 1);
	if (t.proto == PROTO_ICMP) {
		t.proto = six ? PROTO_ICMPV6 : PROTO_ICMP;
		t.dst_port = (uint16_t)((six ? 128 : 8) << 8);
	} else if (t.proto == PROTO_GRE) {
		t.src_port = 0;
	} else if (t.proto == 99) {
		t.src_port = t.dst_port = 0;
	}
	return t;
}

static struct nat_range random_range(uint64_t *random, bool six)
{
	static const uint8_t actions[] = {WEIR_ACTION_SRC_NAT, WEIR_ACTION_MASQUERADE,
					  WEIR_ACTION_NETMAP, WEIR_ACTION_SAME};
	uint64_t x = next_random(random);
	struct nat_range r;

	if (six)
		r = range(actions[x & 3], "2001:db8:5::", x & 4 ? "2001:db8:5::3" : NULL);
	else
		r = range(actions[x & 3], "203.0.113.0", x & 4 ? "203.0.113.3" : NULL);
	if (x >> 8 & 1)
		r = ports(r, 100, 100 + (x >> 9 & 15));
	if (x >> 16 & 1)
		r.flags |= WEIR_NAT_RANDOM;
	if (x >> 17 & 1)
		r.flags |= WEIR_NAT_NOT_BY_DST;
	return r;
}

static bool has_ports(uint8_t proto)
{
	return proto != PROTO_GRE && proto != 99;
}

/* side() checks what is unique; here, that it is allowed, and that the table stays sound. */
static void test_properties(void **state)
{
	uint64_t random = 4711, done = 0, refused = 0;
	struct rig *r = rig_create(20, 0, 1);

	(void)state;
	for (unsigned i = 0; i < 60000; i++) {
		struct born b = begin(random_flow(&random));
		bool six = b.original.family == WEIR_IPV6;
		struct nat_range want = random_range(&random, six);
		uint16_t port;
		unsigned low;

		if (is_known(r, &b.original)) {
			end(r, &b.original);
			continue;
		}
		if (side(r, &b, NAT_SRC, &want) != NAT_DONE) {
			refused++;
			continue;
		}
		low = b.reply.dst.v6[six ? 15 : 3];
		assert_memory_equal(&b.reply.dst, &want.first, six ? 15 : 3);
		assert_in_range(low, 0, want.last.v6[six ? 15 : 3]);
		if (want.action == WEIR_ACTION_NETMAP)
			assert_int_equal(low, b.original.src.v6[six ? 15 : 3] &
						      want.last.v6[six ? 15 : 3]);
		port = b.original.proto == PROTO_ICMP || b.original.proto == PROTO_ICMPV6
			       ? b.reply.src_port
			       : b.reply.dst_port;
		if (!has_ports(b.original.proto))
			assert_int_equal(port, 0);
		else if (want.flags & WEIR_NAT_PORTS)
			assert_in_range(port, want.first_port, want.last_port);
		confirm(r, &b);
		done++;
		if (i % 10000 == 0)
			assert_null(table_validate(&r->table));
	}
	assert_null(table_validate(&r->table));
	assert_true(done > 10000 && refused > 1000);
	rig_destroy(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keeps),	      cmocka_unit_test(test_one_socket),
		cmocka_unit_test(test_no_memory),     cmocka_unit_test(test_exhaustion),
		cmocka_unit_test(test_full_class),    cmocka_unit_test(test_unpredictable),
		cmocka_unit_test(test_random),	      cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_addresses6),    cmocka_unit_test(test_portless),
		cmocka_unit_test(test_gre),	      cmocka_unit_test(test_icmp),
		cmocka_unit_test(test_netmap),	      cmocka_unit_test(test_dst),
		cmocka_unit_test(test_hairpin),	      cmocka_unit_test(test_refused),
		cmocka_unit_test(test_blocks),	      cmocka_unit_test(test_workers),
		cmocka_unit_test(test_properties),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
