/* SPDX-License-Identifier: Apache-2.0 */
/* unit/nat/rig.c - see rig.h. */
#include "unit/nat/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/addr.h"

struct rig *rig_create(uint64_t seed, unsigned worker, unsigned workers)
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

void rig_destroy(struct rig *r)
{
	nat_fini(&r->nat);
	table_fini(&r->table);
	spare_fini(&r->spare);
	assert_int_equal(r->memory.bytes, 0);
	free(r);
}

uint8_t addr_of(const char *text, union weir_addr *addr)
{
	uint8_t family = 0;

	memset(addr, 0, sizeof *addr);
	if (!addr_parse(text, strlen(text), &family, addr))
		fail_msg("no address: %s", text);
	return family;
}

struct tuple flow(uint8_t proto, const char *src, unsigned sport, const char *dst,
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

struct nat_range range(uint8_t action, const char *first, const char *last)
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

struct nat_range ports(struct nat_range r, unsigned first, unsigned last)
{
	r.flags |= WEIR_NAT_PORTS;
	r.first_port = (uint16_t)first;
	r.last_port = (uint16_t)last;
	return r;
}

struct born begin(struct tuple original)
{
	struct born b = {.original = original};

	assert_true(tuple_invert(&original, &b.reply));
	return b;
}

bool is_known(struct rig *r, const struct tuple *t)
{
	enum weir_dir dir;

	return table_find(&r->table, table_hash(&r->table, t), t, &dir) != 0;
}

/* Asks one side, and checks what must hold of every answer. */
enum nat_result side(struct rig *r, struct born *b, enum nat_side which,
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

uint32_t confirm(struct rig *r, const struct born *b)
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

struct born add(struct rig *r, struct tuple original, enum nat_side which,
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

void is_addr(const union weir_addr *addr, const char *text)
{
	union weir_addr want;

	addr_of(text, &want);
	assert_memory_equal(addr, &want, sizeof want);
}

void end(struct rig *r, const struct tuple *t)
{
	enum weir_dir dir;
	uint32_t ref = table_find(&r->table, table_hash(&r->table, t), t, &dir);

	assert_int_not_equal(ref, 0);
	table_end(&r->table, ref);
}
