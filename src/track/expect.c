/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/expect.c - see expect.h.
 *
 * Nodes stand in one array, which doubles when it is full, and are numbered from 1. Each is in two
 * chains: of those that wait for the same destination, and of those of the same master, newest
 * first. The heads of both kinds are one array too.
 *
 * The expired are taken for absent wherever they are met, and given back by the hand.
 */
#include "track/expect.h"

#include <pthread.h>

#define FIRST_ROOM 64u
#define MOST_ROOM 65536u
#define FEW 64u /* up to so many, a host may have them all */
#define KEY_PURPOSE UINT64_C(0x657870656374)

struct expect_lock {
	pthread_mutex_t mutex;
};

struct expect_node {
	struct expectation e;
	uint32_t next, next_own; /* in its chains; `next` also among the free ones */
	bool used;
};

static void lock(struct expectations *x)
{
	pthread_mutex_lock(&x->lock->mutex);
}

static void unlock(struct expectations *x)
{
	pthread_mutex_unlock(&x->lock->mutex);
}

static struct expect_node *node_at(const struct expectations *x, uint32_t number)
{
	return &x->nodes[number - 1];
}

static uint32_t *tuple_head(const struct expectations *x, const struct tuple *t)
{
	struct hash_in in = {.lo = t->dst.u64[0], .hi = t->dst.u64[1]};

	in.lo = t->family == WEIR_IPV4 ? t->dst.v4 : hash_one(&x->key, in);
	in.hi = (uint64_t)t->proto << 32 | (uint64_t)t->family << 16 | t->dst_port;
	return &x->buckets[hash_one(&x->key, in) & (x->room - 1)];
}

static uint32_t *master_head(const struct expectations *x, uint64_t master)
{
	struct hash_in in = {.lo = master, .hi = UINT64_MAX};

	return &x->buckets[x->room + (hash_one(&x->key, in) & (x->room - 1))];
}

bool expect_init(struct expectations *x, struct alloc *alloc, const uint8_t seed[32])
{
	*x = (struct expectations){.alloc = alloc};
	atomic_init(&x->count, 0);
	atomic_init(&x->most, FIRST_ROOM);
	hash_key_init(&x->key, seed, KEY_PURPOSE);
	x->lock = alloc_get(alloc, sizeof *x->lock, 64);
	if (!x->lock)
		return false;
	if (pthread_mutex_init(&x->lock->mutex, NULL)) {
		alloc_put(alloc, x->lock, sizeof *x->lock);
		x->lock = NULL;
		return false;
	}
	return true;
}

static void put_arrays(struct expectations *x)
{
	alloc_put(x->alloc, x->nodes, x->room * sizeof *x->nodes);
	alloc_put(x->alloc, x->buckets, 2 * x->room * sizeof *x->buckets);
}

void expect_fini(struct expectations *x)
{
	if (!x->lock)
		return;
	put_arrays(x);
	pthread_mutex_destroy(&x->lock->mutex);
	alloc_put(x->alloc, x->lock, sizeof *x->lock);
	*x = (struct expectations){.alloc = x->alloc};
}

void expect_set_most(struct expectations *x, uint32_t most)
{
	atomic_store_explicit(&x->most, most < MOST_ROOM ? most : MOST_ROOM, memory_order_relaxed);
}

static uint32_t count_of(const struct expectations *x)
{
	return atomic_load_explicit(&x->count, memory_order_relaxed);
}

static _Atomic uint32_t *ports_of(struct expectations *x, const struct tuple *t)
{
	return &x->ports[t->dst_port & (EXPECT_PORTS - 1)];
}

/* To whom the connection goes in the end. */
static uint32_t *host_of(struct expectations *x, const struct expectation *e)
{
	const union weir_addr *host = e->translate ? &e->new_dst : &e->tuple.dst;
	struct hash_in in = {.lo = e->tuple.family == WEIR_IPV4 ? host->v4 : host->u64[0],
			     .hi = e->tuple.family};

	return &x->hosts[hash_one(&x->key, in) & (EXPECT_HOSTS - 1)];
}

/* Written under the lock alone. */
static void count_by(struct expectations *x, const struct expectation *e, int32_t by)
{
	_Atomic uint32_t *ports = ports_of(x, &e->tuple);
	uint32_t at_port = atomic_load_explicit(ports, memory_order_relaxed);

	*host_of(x, e) += (uint32_t)by;
	atomic_store_explicit(ports, at_port + (uint32_t)by, memory_order_relaxed);
	atomic_store_explicit(&x->count, count_of(x) + (uint32_t)by, memory_order_relaxed);
}

static void link_node(struct expectations *x, uint32_t number)
{
	struct expect_node *n = node_at(x, number);
	uint32_t *head = tuple_head(x, &n->e.tuple), *own = master_head(x, n->e.master);

	n->next = *head;
	*head = number;
	n->next_own = *own;
	*own = number;
}

static void unlink_tuple(struct expectations *x, uint32_t number)
{
	uint32_t *at = tuple_head(x, &node_at(x, number)->e.tuple);

	while (*at != number)
		at = &node_at(x, *at)->next;
	*at = node_at(x, number)->next;
}

static void unlink_own(struct expectations *x, uint32_t number)
{
	uint32_t *at = master_head(x, node_at(x, number)->e.master);

	while (*at != number)
		at = &node_at(x, *at)->next_own;
	*at = node_at(x, number)->next_own;
}

static void drop_node(struct expectations *x, uint32_t number)
{
	struct expect_node *n = node_at(x, number);

	unlink_tuple(x, number);
	unlink_own(x, number);
	n->used = false;
	n->next = x->free;
	x->free = number;
	count_by(x, &n->e, -1);
}

/* Doubles the room. => false: no memory, nothing was changed */
static bool grow(struct expectations *x)
{
	uint32_t old = x->room, room = old ? 2 * old : FIRST_ROOM;
	struct expectations was = *x;

	if (room > MOST_ROOM)
		return false;
	x->nodes = alloc_get(x->alloc, room * sizeof *x->nodes, 64);
	x->buckets = alloc_get(x->alloc, 2 * room * sizeof *x->buckets, 64);
	if (!x->nodes || !x->buckets) {
		alloc_put(x->alloc, x->nodes, room * sizeof *x->nodes);
		alloc_put(x->alloc, x->buckets, 2 * room * sizeof *x->buckets);
		x->nodes = was.nodes;
		x->buckets = was.buckets;
		return false;
	}
	if (old)
		memcpy(x->nodes, was.nodes, old * sizeof *x->nodes);
	x->room = room;
	/* Chains are made anew from the oldest on, so that the newest come first again. */
	for (uint32_t i = 0; i < 2 * old; i++) {
		uint32_t number = i < old ? 0 : was.buckets[i], turned = 0;

		while (number) {
			struct expect_node *n = node_at(x, number);
			uint32_t next = n->next_own;

			n->next_own = turned;
			turned = number;
			number = next;
		}
		while (turned) {
			uint32_t next = node_at(x, turned)->next_own;

			link_node(x, turned);
			turned = next;
		}
	}
	for (uint32_t number = room; number > old; number--) {
		node_at(x, number)->next = x->free;
		x->free = number;
	}
	put_arrays(&was);
	return true;
}

static bool same_addr(uint8_t family, const union weir_addr *a, const union weir_addr *b)
{
	if (family == WEIR_IPV4)
		return a->v4 == b->v4;
	return a->u64[0] == b->u64[0] && a->u64[1] == b->u64[1];
}

static bool same_destination(const struct tuple *a, const struct tuple *b)
{
	return a->proto == b->proto && a->family == b->family && a->dst_port == b->dst_port &&
	       same_addr(a->family, &a->dst, &b->dst);
}

/* Whether some packet could be meant by both. */
static bool overlaps(const struct expectation *a, const struct expectation *b)
{
	return same_destination(&a->tuple, &b->tuple) &&
	       (a->any_src || b->any_src ||
		same_addr(a->tuple.family, &a->tuple.src, &b->tuple.src)) &&
	       (a->any_src_port || b->any_src_port || a->tuple.src_port == b->tuple.src_port);
}

static bool same_packets(const struct expectation *a, const struct expectation *b)
{
	return overlaps(a, b) && a->any_src == b->any_src && a->any_src_port == b->any_src_port;
}

/* Takes out what is in the way of a new one, if it may. => false: something is in use */
static bool make_way(struct expectations *x, const struct expectation *e, weir_time now)
{
	uint32_t next, same = 0;

	for (uint32_t number = *tuple_head(x, &e->tuple); number; number = next) {
		const struct expectation *other = &node_at(x, number)->e;

		next = node_at(x, number)->next;
		if (other->expires > now && !overlaps(other, e)) {
			same += same_destination(&other->tuple, &e->tuple);
			continue;
		}
		if (other->expires > now &&
		    !(same_packets(other, e) && other->master == e->master &&
		      other->class == e->class))
			return false;
		drop_node(x, number);
	}
	return same < EXPECT_SAME;
}

/* Whether there may be one more, by number. */
static bool has_room(struct expectations *x, const struct expectation *e)
{
	uint32_t most = atomic_load_explicit(&x->most, memory_order_relaxed);

	return count_of(x) < most && *host_of(x, e) < (most > FEW ? most / 4 : most);
}

/* Sees to it that a master has less than `limit` of a class: the oldest goes. */
static void keep_limit(struct expectations *x, const struct expectation *e, uint32_t limit,
		       weir_time now)
{
	uint32_t next, oldest = 0, count = 0;

	for (uint32_t number = *master_head(x, e->master); number; number = next) {
		const struct expect_node *n = node_at(x, number);

		next = n->next_own;
		if (n->e.master != e->master || n->e.class != e->class)
			continue;
		if (n->e.expires <= now) {
			drop_node(x, number);
			continue;
		}
		oldest = number;
		count++;
	}
	if (count >= limit && oldest) {
		drop_node(x, oldest);
		x->evicted++;
	}
}

static enum expect_result add(struct expectations *x, const struct expectation *e, uint32_t limit,
			      weir_time now)
{
	struct expect_node *n;
	uint32_t number;

	if (x->room) {
		if (!make_way(x, e, now))
			return EXPECT_BUSY;
		keep_limit(x, e, limit, now);
	}
	if (!has_room(x, e) || (!x->free && !grow(x))) {
		x->refused++;
		return EXPECT_FULL;
	}
	number = x->free;
	n = node_at(x, number);
	x->free = n->next;
	n->e = *e;
	n->used = true;
	link_node(x, number);
	count_by(x, e, 1);
	x->added++;
	return EXPECT_OK;
}

enum expect_result expect_add(struct expectations *x, const struct expectation *e, uint32_t limit,
			      weir_time now)
{
	enum expect_result result;

	lock(x);
	result = add(x, e, limit, now);
	unlock(x);
	return result;
}

static bool is_met(const struct expectation *e, const struct tuple *t, weir_time now)
{
	return same_destination(&e->tuple, t) && e->expires > now &&
	       !(e->flags & WEIR_EXPECT_INACTIVE) &&
	       (e->any_src || same_addr(t->family, &e->tuple.src, &t->src)) &&
	       (e->any_src_port || e->tuple.src_port == t->src_port);
}

/* pair 0: whatever pair they belong to. */
static uint32_t forget(struct expectations *x, uint64_t master, enum expect_class class,
		       uint8_t pair)
{
	uint32_t next, count = 0;

	for (uint32_t number = *master_head(x, master); number; number = next) {
		const struct expect_node *n = node_at(x, number);

		next = n->next_own;
		if (n->e.master != master || (class != EXPECT_ALL && n->e.class != class) ||
		    (pair && n->e.pair != pair))
			continue;
		drop_node(x, number);
		count++;
	}
	return count;
}

bool expect_take(struct expectations *x, const struct tuple *tuple, weir_time now,
		 struct expectation *e)
{
	uint32_t number = 0;

	if (LIKELY(!atomic_load_explicit(ports_of(x, tuple), memory_order_relaxed)))
		return false;
	lock(x);
	if (x->room)
		number = *tuple_head(x, tuple);
	while (number && !is_met(&node_at(x, number)->e, tuple, now))
		number = node_at(x, number)->next;
	if (number) {
		*e = node_at(x, number)->e;
		x->met++;
		if (!(e->flags & WEIR_EXPECT_PERMANENT))
			drop_node(x, number);
		if (e->pair)
			forget(x, e->master, (enum expect_class)e->class, e->pair);
	}
	unlock(x);
	return number != 0;
}

uint32_t expect_forget(struct expectations *x, uint64_t master, enum expect_class class)
{
	uint32_t count = 0;

	if (!count_of(x))
		return 0;
	lock(x);
	if (x->room)
		count = forget(x, master, class, 0);
	unlock(x);
	return count;
}

void expect_cancel(struct expectations *x, uint64_t master, const struct expectation *e)
{
	uint32_t next;

	if (!count_of(x))
		return;
	lock(x);
	for (uint32_t number = *master_head(x, master); number; number = next) {
		const struct expect_node *n = node_at(x, number);

		next = n->next_own;
		if (n->e.master == master && same_packets(&n->e, e))
			drop_node(x, number);
	}
	unlock(x);
}

void expect_rename(struct expectations *x, uint64_t from, uint64_t to)
{
	uint32_t next, turned = 0;

	if (!count_of(x))
		return;
	lock(x);
	for (uint32_t number = *master_head(x, from); number; number = next) {
		struct expect_node *n = node_at(x, number);

		next = n->next_own;
		if (n->e.master != from)
			continue;
		unlink_own(x, number);
		n->next_own = turned;
		turned = number;
	}
	for (uint32_t *head = master_head(x, to); turned; turned = next) {
		struct expect_node *n = node_at(x, turned);

		next = n->next_own;
		n->e.master = to;
		n->next_own = *head;
		*head = turned;
	}
	unlock(x);
}

void expect_each(struct expectations *x, uint64_t master, expect_visit *visit, void *ctx)
{
	if (!count_of(x))
		return;
	lock(x);
	for (uint32_t number = *master_head(x, master); number;
	     number = node_at(x, number)->next_own)
		if (node_at(x, number)->e.master == master &&
		    !visit(ctx, &node_at(x, number)->e))
			break;
	unlock(x);
}

void expect_expire(struct expectations *x, weir_time now, unsigned work)
{
	if (LIKELY(!count_of(x)) || pthread_mutex_trylock(&x->lock->mutex))
		return;
	for (; work && count_of(x); work--) {
		x->hand = x->hand % x->room + 1;
		if (node_at(x, x->hand)->used && node_at(x, x->hand)->e.expires <= now)
			drop_node(x, x->hand);
	}
	unlock(x);
}

static void copy_out(const struct expectation *e, weir_time now, struct weir_expectation *out)
{
	*out = (struct weir_expectation){
		.family = e->tuple.family,
		.protocol = e->tuple.proto,
		.helper = e->helper,
		.flags = e->flags,
		.any_src = e->any_src,
		.any_src_port = e->any_src_port,
		.tuple = {.dst = e->tuple.dst, .dst_port = e->tuple.dst_port},
		.to = e->translate ? e->new_dst : e->tuple.dst,
		.to_port = e->translate ? e->new_dst_port : e->tuple.dst_port,
		.master = e->master,
		.timeout = e->expires - now,
	};
	if (!e->any_src)
		out->tuple.src = e->tuple.src;
	if (!e->any_src_port)
		out->tuple.src_port = e->tuple.src_port;
}

size_t expect_list(struct expectations *x, uint32_t *cursor, weir_time now,
		   struct weir_expectation *list, size_t count)
{
	size_t done = 0;

	lock(x);
	while (done < count && *cursor < x->room) {
		const struct expect_node *n = node_at(x, ++*cursor);

		if (n->used && n->e.expires > now)
			copy_out(&n->e, now, &list[done++]);
	}
	unlock(x);
	return done;
}

uint64_t expect_draw(struct expectations *x)
{
	uint64_t drawn;

	lock(x);
	drawn = hash_one(&x->key, (struct hash_in){.lo = x->drawn++, .hi = KEY_PURPOSE << 16});
	unlock(x);
	return drawn;
}

void expect_count(struct expectations *x, struct expect_counters *counters)
{
	lock(x);
	*counters = (struct expect_counters){
		.now = count_of(x),
		.added = x->added,
		.met = x->met,
		.refused = x->refused,
		.evicted = x->evicted,
	};
	unlock(x);
}
