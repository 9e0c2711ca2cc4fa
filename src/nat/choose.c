/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nat/choose.c - which address and port a new connection gets.
 *
 * The table itself says what is taken: a choice is good if no connection has the reply tuple that
 * it leads to. So one port serves any number of destinations (RFC 4787's address- and
 * port-dependent filtering), and there is no pool to keep in step.
 *
 * A client keeps its port where it can. Where it cannot, the ports to try come in an order that
 * a keyed hash of the client's own address and port gives (RFC 6056 section 3.3.3 without the
 * destination), so nobody outside can foretell it and the same socket still tends to the same
 * port toward everybody; what it got last is remembered besides, in a small table
 * that is only a hint: it holds reply tuples, and the connection that has one must live and
 * belong to that socket. randomise-ports draws afresh every time.
 *
 * Besides connections, ports may be taken by mappings for everybody (endpoint.c), by the router
 * itself (listeners.h), or kept from a source that has its share (fair.c, share.h).
 *
 * Threads: the worker's alone. Cost: a look-up a candidate, TRIES candidates at most for each
 * of ADDRESSES addresses.
 */
#include "nat/choice.h"

#include "base/alloc.h"

#define TRIES 512u     /* candidates that are looked up before an address counts as full */
#define HARD 16u       /* as many that are taken, and it is asked who has the pool */
#define ADDRESSES 4u   /* of a range, that are tried */
#define SOURCES 8192u
#define KEY_PURPOSE UINT64_C(0x6e6174)

/* What the hash is asked for; in the upper bits of its second word. */
enum purpose { FOR_ADDRESS = 1, FOR_PORT, FOR_STEP, FOR_SOURCE, FOR_DRAW };

void nat_init(struct nat *nat, struct table *table, struct alloc *alloc, const uint8_t seed[32],
	      unsigned worker, unsigned workers)
{
	*nat = (struct nat){
		.table = table, .alloc = alloc, .worker = worker, .workers = workers};
	hash_key_init(&nat->key, seed, KEY_PURPOSE);
	mappings_init(&nat->mappings, alloc, &nat->key);
	shares_init(&nat->shares, alloc, &nat->key);
}

void nat_fini(struct nat *nat)
{
	alloc_put(nat->alloc, nat->sources, SOURCES * sizeof *nat->sources);
	nat->sources = NULL;
	mappings_fini(&nat->mappings);
	shares_fini(&nat->shares);
}

static uint64_t hash_addr(const struct nat *nat, const union weir_addr *addr, uint64_t with,
			  enum purpose purpose)
{
	struct hash_in in = {.lo = addr->u64[0], .hi = addr->u64[1]};

	in.lo = hash_one(&nat->key, in);
	in.hi = with ^ (uint64_t)purpose << 56;
	return hash_one(&nat->key, in);
}

uint64_t choice_draw(struct nat *nat)
{
	struct hash_in in = {.lo = nat->drawn++,
			     .hi = (uint64_t)FOR_DRAW << 56 | (uint64_t)nat->worker << 32};

	return hash_one(&nat->key, in);
}

/* The client's own socket: what has one mapping. */
static uint64_t hash_socket(const struct choice *c, enum purpose purpose)
{
	const struct tuple *o = c->original;

	return hash_addr(c->nat, &o->src, (uint64_t)o->proto << 16 | o->src_port, purpose);
}

/* Whether the side has a port, identifier or key that may be changed. A GRE source key is one only
 * where a control connection has told it. */
static bool side_has_port(const struct tuple *t, enum nat_side side)
{
	switch (t->proto) {
	case PROTO_TCP:
	case PROTO_UDP:
	case PROTO_UDPLITE:
	case PROTO_SCTP:
	case PROTO_DCCP:
		return true;
	case PROTO_ICMP:
	case PROTO_ICMPV6:
		return side == NAT_SRC;
	case PROTO_GRE:
		return side == NAT_SRC && t->src_port != 0;
	default:
		return false;
	}
}

static bool addr_allowed(const struct choice *c, const union weir_addr *addr)
{
	unsigned __int128 number = choice_number(c, addr);

	return number >= choice_number(c, &c->first) && number <= choice_number(c, &c->last);
}

/* Whether packets with this tuple come to this worker. */
static bool is_ours(const struct nat *nat, const struct tuple *tuple, uint64_t hash)
{
	return nat->workers <= 1 || nat_has_keys(tuple) ||
	       nat_owner(nat->udp_here, tuple, hash, nat->workers) == nat->worker;
}

/* What the router listens on is nobody else's; the router itself may send from there. */
static bool is_listener(const struct choice *c)
{
	return memcmp(&c->next.src, &c->original->src, sizeof c->next.src) != 0 &&
	       listeners_have(c->nat->listeners, &c->next);
}

enum taken choice_look(struct choice *c, bool pressed)
{
	struct nat *nat = c->nat;
	enum weir_dir dir;
	uint64_t hash;
	uint32_t ref;

	c->holder = 0;
	if (!tuple_invert(&c->next, &c->reply))
		return TAKEN;
	hash = table_hash(nat->table, &c->reply);
	if (c->side == NAT_SRC && c->has_port && !is_ours(nat, &c->reply, hash))
		return FOREIGN;
	if (c->side == NAT_SRC && UNLIKELY(nat->mappings.count > 0) && choice_is_mapped(c))
		return TAKEN;
	if (c->side == NAT_SRC && c->has_port && nat->listeners && is_listener(c))
		return TAKEN;
	while ((ref = table_find(nat->table, hash, &c->reply, &dir)) != 0) {
		if (nat->release && nat->release(nat->release_ctx, ref & ~REF_REPLY, pressed))
			continue;
		c->holder = ref & ~REF_REPLY;
		return TAKEN;
	}
	return FREE;
}

static struct tuple *source_place(const struct choice *c)
{
	return &c->nat->sources[hash_socket(c, FOR_SOURCE) % SOURCES];
}

/* What the client's socket got last, if that connection lives and the range allows it. */
static bool try_source(struct choice *c)
{
	const struct nat *nat = c->nat;
	struct tuple own, reply;
	enum weir_dir dir;
	uint32_t ref;

	if (!nat->sources)
		return false;
	reply = *source_place(c);
	if (reply.proto != c->original->proto || reply.family != c->original->family)
		return false;
	ref = table_find(nat->table, table_hash(nat->table, &reply), &reply, &dir);
	if (!ref || dir != WEIR_REPLY)
		return false;
	conn_tuple_get(table_at(nat->table, ref & ~REF_REPLY), reply.family == WEIR_IPV6,
		       WEIR_ORIGINAL, &own);
	if (own.src_port != c->original->src_port ||
	    memcmp(&own.src, &c->original->src, sizeof own.src) != 0 ||
	    !tuple_invert(&reply, &own) || !addr_allowed(c, &own.src) ||
	    !choice_port_allowed(c, own.src_port))
		return false;
	c->next.src = own.src;
	if (c->has_port)
		c->next.src_port = own.src_port;
	return choice_look(c, false) == FREE;
}

static void remember_source(const struct choice *c)
{
	struct nat *nat = c->nat;

	if (c->side != NAT_SRC || c->random || !c->range || c->nat->mapped ||
	    (c->next.src_port == c->now.src_port &&
	     choice_number(c, &c->first) == choice_number(c, &c->last)))
		return;
	if (!nat->sources)
		nat->sources = alloc_get(nat->alloc, SOURCES * sizeof *nat->sources, 64);
	if (nat->sources)
		*source_place(c) = c->reply;
}

static uint32_t common_divisor(uint32_t a, uint32_t b)
{
	while (b) {
		uint32_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* Whether ports are taken from a pool that others have too. */
static bool is_shared(const struct choice *c)
{
	return c->side == NAT_SRC && c->range && c->has_port &&
	       !(c->range->flags & WEIR_NAT_BLOCK) && c->range->action != WEIR_ACTION_NETMAP &&
	       c->range->action != WEIR_ACTION_ENDPOINT_INDEPENDENT;
}

/* Looks through the ports that are allowed, each at most once. */
static bool search_ports(struct choice *c)
{
	uint32_t size = (uint32_t)c->last_port - c->first_port + 1, at = 0, step = 1, looked = 0;
	uint32_t most = size, late = (size < TRIES ? size : TRIES) * 3 / 4;
	uint16_t *port = choice_port(&c->next, c->side);

	/* Candidates of other workers cost no look-up, only a hash. */
	if (most > TRIES * c->nat->workers)
		most = TRIES * c->nat->workers;
	if (c->side == NAT_SRC || c->random) {
		at = (uint32_t)((c->random ? choice_draw(c->nat) : hash_socket(c, FOR_PORT)) % size);
		step = (uint32_t)((c->random ? choice_draw(c->nat) : hash_socket(c, FOR_STEP)) % size);
		while (common_divisor(step, size) != 1)
			step = step + 1 < size ? step + 1 : 1;
	}
	for (uint32_t i = 0; i < most && looked < TRIES; i++, at = (at + step) % size) {
		enum taken taken;

		if (looked == HARD && is_shared(c) && !c->judged && !choice_is_fair(c))
			return false;
		*port = (uint16_t)(c->first_port + at);
		taken = choice_look(c, looked >= late);
		if (taken == FREE)
			return true;
		looked += taken == TAKEN;
	}
	return false;
}

/* The steps of one address. */
static enum nat_result try_address(struct choice *c)
{
	uint16_t old = *choice_port(&c->now, c->side);

	*choice_port(&c->next, c->side) = old;
	if (!c->has_port || (c->any_port && c->side == NAT_DST)) {
		/* A destination is made unique by the source side, which comes later. */
		if (!tuple_invert(&c->next, &c->reply))
			return NAT_REFUSED;
		return c->side == NAT_DST || choice_look(c, true) == FREE ? NAT_DONE : NAT_EXHAUSTED;
	}
	if (c->side == NAT_DST && c->first_port == c->last_port) {
		*choice_port(&c->next, c->side) = c->first_port;
		return tuple_invert(&c->next, &c->reply) ? NAT_DONE : NAT_REFUSED;
	}
	if (!c->random && choice_port_allowed(c, old) && choice_look(c, false) == FREE)
		return NAT_DONE;
	return search_ports(c) ? NAT_DONE : NAT_EXHAUSTED;
}

/* Which of the addresses the connection gets first, as a distance from the first. */
static unsigned __int128 choose_offset(const struct choice *c, unsigned __int128 count)
{
	const struct nat *nat = c->nat;
	uint64_t with = 0, high, low;

	if (!(c->range->flags & WEIR_NAT_NOT_BY_DST) &&
	    c->range->action != WEIR_ACTION_ENDPOINT_INDEPENDENT)
		with = hash_addr(nat, &c->now.dst, 0, FOR_ADDRESS) >> 8;
	low = hash_addr(nat, &c->original->src, with, FOR_ADDRESS);
	high = count >> 64 || !count ? hash_addr(nat, &c->original->src, ~with, FOR_ADDRESS) : 0;
	if (!count)
		return (unsigned __int128)high << 64 | low;
	return ((unsigned __int128)high << 64 | low) % count;
}

static enum nat_result try_addresses(struct choice *c)
{
	unsigned __int128 first = choice_number(c, &c->first);
	unsigned __int128 count = choice_number(c, &c->last) - first + 1, offset; /* 0: all of IPv6 */
	enum nat_result result = NAT_EXHAUSTED;
	unsigned most = ADDRESSES;

	if (count == 1) {
		*choice_addr(&c->next, c->side) = c->first;
		return try_address(c);
	}
	offset = choose_offset(c, count);
	if (c->range->action == WEIR_ACTION_SAME)
		most = 1; /* rather none than another */
	else if (count && count < most)
		most = (unsigned)count;
	for (unsigned i = 0; i < most && result == NAT_EXHAUSTED; i++) {
		choice_put_number(c, choice_addr(&c->next, c->side), first + offset);
		result = try_address(c);
		offset = count ? (offset + 1) % count : offset + 1;
	}
	return result;
}

/* What is there already may do. */
static bool try_as_is(struct choice *c)
{
	c->next = c->now;
	if (c->random || c->side == NAT_DST || !addr_allowed(c, &c->now.src) ||
	    !choice_port_allowed(c, c->now.src_port))
		return false;
	return choice_look(c, false) == FREE;
}

/* Ports to search where the range gives none (Linux' classes). */
static void set_ports(struct choice *c)
{
	uint16_t old = *choice_port(&c->now, c->side);

	c->has_port = side_has_port(&c->now, c->side);
	c->any_port = true;
	if (c->range && c->range->flags & WEIR_NAT_PORTS) {
		c->any_port = false;
		c->first_port = c->range->first_port;
		c->last_port = c->range->last_port;
		return;
	}
	c->first_port = 1024;
	c->last_port = 65535;
	if (choice_is_icmp(&c->now)) {
		c->first_port = 0;
	} else if (c->now.proto == PROTO_GRE) {
		c->first_port = 1;
	} else if (old < 512) {
		c->first_port = 1;
		c->last_port = 511;
	} else if (old < 1024) {
		c->first_port = 600;
		c->last_port = 1023;
	}
}

/* The source's own block of ports. => false: it has none */
static bool set_block(struct choice *c)
{
	const struct nat_range *r = c->range;
	uint32_t low = c->any_port ? 1024 : c->first_port, high = c->any_port ? 65535 : c->last_port;
	uint32_t blocks = r->block ? (high - low + 1) / r->block : 0;
	unsigned __int128 first = choice_number(c, &c->first);
	unsigned __int128 source = choice_number(c, &c->original->src);

	if (!blocks || c->side != NAT_SRC || source < choice_number(c, &r->inside))
		return false;
	source -= choice_number(c, &r->inside);
	if (source / blocks > choice_number(c, &c->last) - first)
		return false;
	choice_put_number(c, &c->first, first + source / blocks);
	c->last = c->first;
	c->any_port = false;
	c->first_port = (uint16_t)(low + (uint32_t)(source % blocks) * r->block);
	c->last_port = (uint16_t)(c->first_port + r->block - 1);
	return true;
}

/* => false: there is no address, or there are no ports between those given */
static bool set_range(struct choice *c)
{
	const union weir_addr *own = choice_addr(&c->now, c->side);
	const struct nat_range *r = c->range;
	unsigned __int128 first, last;

	c->first = c->last = *own;
	set_ports(c);
	if (!r)
		return true;
	c->random = r->flags & WEIR_NAT_RANDOM;
	if (c->first_port > c->last_port)
		return false;
	if (!(r->flags & WEIR_NAT_ADDRESS))
		return r->action == WEIR_ACTION_SRC_NAT || r->action == WEIR_ACTION_DST_NAT;
	first = choice_number(c, &r->first);
	last = choice_number(c, &r->last);
	if (r->action == WEIR_ACTION_NETMAP) {
		unsigned __int128 host = first ^ last;

		first = last = (first & ~host) | (choice_number(c, own) & host);
	}
	/* By their numbers, since beyond IPv4 addresses there may be anything. */
	choice_put_number(c, &c->first, first);
	choice_put_number(c, &c->last, last);
	return first <= last && (!(r->flags & WEIR_NAT_BLOCK) || set_block(c));
}

/* As a search that nothing holds back. */
static enum nat_result search(struct choice *c)
{
	enum nat_result result;

	if (try_as_is(c))
		return NAT_DONE;
	if (c->side == NAT_SRC && c->range && !c->random && c->has_port &&
	    c->range->action != WEIR_ACTION_NETMAP &&
	    c->range->action != WEIR_ACTION_ENDPOINT_INDEPENDENT && try_source(c))
		return NAT_DONE;
	c->next = c->now;
	result = try_addresses(c);
	return result == NAT_EXHAUSTED && c->unfair ? NAT_SHARE : result;
}

enum nat_result choice_search(struct choice *c)
{
	if (UNLIKELY(c->nat->now < c->nat->pressed) && is_shared(c) && !choice_is_fair(c))
		return NAT_SHARE;
	return search(c);
}

/* Whether the source has all the connections that a rule allows it; each worker counts its own. */
static bool has_share(const struct choice *c)
{
	struct nat *nat = c->nat;
	unsigned parts = nat->udp_here && nat_is_udp4(&c->now) ? 1 : nat->workers;
	const struct share *share;

	if (!c->range || !(c->range->flags & WEIR_NAT_SHARE) || c->side != NAT_SRC)
		return false;
	share = share_find(&nat->shares, c->original->family, &c->original->src);
	if (!share)
		return false;
	nat->held = share->conns[share_kind(c->original->proto)];
	return nat->held >= (c->range->share + parts - 1) / parts;
}

/* The first connection of a source in its block. */
static void note_block(const struct choice *c)
{
	struct nat *nat = c->nat;
	struct share *share;

	if (!c->range || !(c->range->flags & WEIR_NAT_BLOCK) || !nat->counting)
		return;
	share = share_take(&nat->shares, c->original->family, &c->original->src, nat->now);
	if (share && share->told)
		return;
	if (share)
		share->told = true;
	nat->block_taken = true;
	nat->block_first = c->first_port;
	nat->block_last = c->last_port;
}

static bool is_endpoint(const struct choice *c)
{
	return c->range && c->range->action == WEIR_ACTION_ENDPOINT_INDEPENDENT;
}

enum nat_result nat_choose(struct nat *nat, enum nat_side side, const struct nat_range *range,
			   const struct tuple *original, struct tuple *reply, uint16_t *status)
{
	struct choice c = {.nat = nat, .side = side, .range = range, .original = original};
	enum nat_result result;

	nat->mapped = 0;
	nat->block_taken = false;
	if (!tuple_invert(reply, &c.now))
		return NAT_REFUSED;
	/* A host that asks for its address has none to be translated. */
	if (range &&
	    (range->action == WEIR_ACTION_MASQUERADE ||
	     (range->action == WEIR_ACTION_ENDPOINT_INDEPENDENT && side == NAT_SRC)) &&
	    !original->src.u64[0] && !original->src.u64[1])
		c.range = NULL;
	if (is_endpoint(&c) && !nat_is_udp4(&c.now))
		c.range = NULL;
	if (is_endpoint(&c) && side == NAT_DST)
		result = choice_enter_mapped(&c);
	else if (!set_range(&c))
		result = NAT_REFUSED;
	else if (has_share(&c))
		result = NAT_SHARE;
	else
		result = is_endpoint(&c) ? choice_leave_mapped(&c) : choice_search(&c);
	if (result != NAT_DONE)
		return result;
	remember_source(&c);
	note_block(&c);
	if (!tuple_equal(&c.reply, reply))
		*status |= side == NAT_SRC ? WEIR_STATUS_SRCNAT : WEIR_STATUS_DSTNAT;
	if (side == NAT_SRC && *status & WEIR_STATUS_SRCNAT) {
		nat->moved_to = c.next.src;
		nat->moved_family = c.next.family;
	}
	*status |= side == NAT_SRC ? WEIR_STATUS_SRCNAT_DONE : WEIR_STATUS_DSTNAT_DONE;
	*reply = c.reply;
	return NAT_DONE;
}
