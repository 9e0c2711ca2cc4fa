/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/worker.c - a batch of packets, in three stages, so that the memory of
 * many is under way while one is worked on:
 *
 *	read     parse, put fragments together, hash the tuple, fetch the bucket
 *	match    compare tags, fetch the connection that is probably the one
 *	walk     the packet's path (engine/path.c), in the packets' order
 *
 * A processor has ten to twenty lines under way at most and waits when asked for
 * more. So packets are read in groups of twelve, and a packet is matched twelve
 * places before it is walked.
 *
 * A packet may make or end a connection that a later one of the same batch has
 * matched, so the walk compares the whole tuple; it looks again only if something was
 * added since. No memory of the table is given back within a batch.
 *
 * Between batches: one slice of expiry and of requests, and memory that is no
 * longer needed goes back.
 */
#include "engine/path_helper.h"

#define BATCH 32
#define AHEAD 12
#define SWEEP_SLOTS 128       /* a slice behind each call with packets */
#define SWEEP_SLOTS_IDLE 4096 /* and without */
#define NURSERY_LOOKS 2
#define NURSERY_LOOKS_IDLE 1024
#define MOVES_IDLE 32
#define REQUEST_WORK 64
#define REQUEST_WORK_IDLE 1024
#define EXPIRE_WORK 16 /* of what rules remember */
#define EXPIRE_WORK_IDLE 256
#define EXPIRE_WORK_ALL 65536 /* expectations there are at most */

struct batch {
	unsigned count;
	uint64_t version; /* of the index when the first was matched */
	struct packet packet[BATCH];
	uint64_t hash[BATCH];
	const struct bucket *bucket[BATCH];
	struct candidate found[BATCH];
};

/* Gives the policy that was taken over its number; engine/policy.h has the proof. */
static void next_epoch(struct weir_worker *w)
{
	uint16_t next = policy_epoch(w->epoch);

	if (policy_half(next) != policy_half(w->epoch)) {
		if (w->sweep.turns - w->half_turns < 2)
			sweep_all(w);
		w->half_turns = w->sweep.turns;
	}
	w->epoch = next;
}

/* Takes another policy over. => false: no memory; the former one goes on */
__attribute__((cold, noinline)) static bool adopt(struct weir_worker *w,
						  const struct policy *policy)
{
	struct firewall_sink sink = event_sink;

	sink.ctx = w;
	if (policy && !w->firewall) {
		w->firewall = firewall_create(&w->alloc, w->firewall_seed, &sink);
		if (w->firewall && w->engine->workers > 1)
			firewall_join(w->firewall, w->engine->lists, w->index);
	}
	if (policy && !w->answers)
		w->answers = alloc_get(&w->alloc, ANSWERS_MAX * sizeof *w->answers, 64);
	if (policy && (!w->firewall || !w->answers ||
		       !firewall_adopt(w->firewall, policy->ruleset))) {
		w->stats.rules_late++;
		return false;
	}
	/* Nobody will tell it of connections that end. */
	if (!policy && w->firewall)
		firewall_conns_forget(w->firewall);
	ways_clear(&w->ways);
	w->policy = policy;
	w->nat.udp_here = policy && policy->udp_here;
	w->nat.moved_family = 0;
	if (nat_count(&w->nat, policy && policy->counting))
		sweep_count(w);
	w->nat.listeners = policy ? policy->listeners : NULL;
	if (policy)
		next_epoch(w);
	return true;
}

void worker_begin(struct weir_worker *w, weir_time now)
{
	/* Pairs with the release in publish(). */
	w->snapshot = atomic_load_explicit(&w->engine->snapshot, memory_order_acquire);
	if (LIKELY(w->snapshot->policy == w->policy) || adopt(w, w->snapshot->policy))
		atomic_store_explicit(&w->seen, w->snapshot->generation, memory_order_release);
	if (now > w->now) {
		if (UNLIKELY(now - w->sweep.begun > SWEEP_TURN_MAX))
			sweep_overdue(w, now);
		w->now = now;
		w->track.now = tick_from_ns(now);
		w->nat.now = now;
	}
	if (w->firewall)
		firewall_follow(w->firewall, w->now);
	w->track.set = &w->snapshot->track;
	w->track.changed = 0;
}

static bool has_keys(const struct weir_worker *w)
{
	return atomic_load_explicit(&w->engine->gre_keys.count, memory_order_relaxed) != 0;
}

/* Reads a datagram that was put together, in place of the fragment that completed
 * it. What a port says of a fragment's checksum says nothing of the whole. */
static void read_whole(struct weir_worker *w, struct packet *p, const struct frag_whole *whole)
{
	struct weir_packet *io = p->io;
	struct weir_packet inner = {.data = whole->data, .caplen = whole->caplen, .len = whole->len};

	p->io = &inner;
	packet_parse(p, &w->track.set->checks);
	p->io = io;
	io->reason = inner.reason;
	io->detail[0] = inner.detail[0];
	io->detail[1] = inner.detail[1];
	io->out = whole->data;
	io->out_len = whole->caplen;
}

/* A fragment: it waits, completes a datagram that takes its place, or is refused. */
static void read_fragment(struct weir_worker *w, struct packet *p)
{
	struct frag_whole whole;

	switch (frag_add(w->frags, p, w->now, &whole)) {
	case FRAG_HELD:
		p->io->verdict = WEIR_HELD;
		break;
	case FRAG_REFUSED:
		p->kind = PACKET_MALFORMED;
		p->drop = 1;
		break;
	case FRAG_COMPLETE:
		read_whole(w, p, &whole);
		break;
	}
}

static void read_packet(struct weir_worker *w, struct packet *p, struct weir_packet *io)
{
	p->io = io;
	p->len = io->caplen;
	io->verdict = WEIR_ACCEPT;
	io->state = WEIR_STATE_NONE;
	io->dir = WEIR_ORIGINAL;
	io->created = 0;
	io->path = WEIR_PATH_NONE;
	io->fasttracked = 0;
	io->reason = WEIR_R_NONE;
	io->worker = (uint16_t)w->index;
	io->conn = 0;
	io->detail[0] = io->detail[1] = 0;
	io->out = io->data;
	io->out_len = io->caplen;
	io->answer = NULL;
	packet_parse(p, &w->track.set->checks);
	if (UNLIKELY(p->kind == PACKET_FRAGMENT))
		read_fragment(w, p);
	else if (p->len < io->caplen)
		io->out_len = p->len; /* the rest is padding of the link */
}

/* Packets of enhanced GRE whose source key is known; they are hashed anew. */
__attribute__((cold, noinline)) static void find_keys(struct weir_worker *w, struct packet *packets,
						      struct hash_in *in, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (path_gre_key(w, &packets[i]))
			in[i] = tuple_hash_in(&w->table.key, &packets[i].tuple);
}

static void read_group(struct weir_worker *w, struct batch *b, struct weir_packet *packets,
		       unsigned from, unsigned to)
{
	struct hash_in in[AHEAD];

	for (unsigned i = from; i < to; i++) {
		struct packet *p = &b->packet[i];

		read_packet(w, p, &packets[i]);
		if (LIKELY(p->kind == PACKET_PLAIN || p->kind == PACKET_ICMP_ERROR))
			in[i - from] = tuple_hash_in(&w->table.key, &p->tuple);
		else
			in[i - from] = (struct hash_in){0, 0};
	}
	if (UNLIKELY(has_keys(w)))
		find_keys(w, &b->packet[from], in, to - from);
	hash_many(&w->table.key, in, &b->hash[from], to - from);
	for (unsigned i = from; i < to; i++) {
		b->bucket[i] = index_home(&w->table.index, b->hash[i]);
		__builtin_prefetch(b->bucket[i]);
	}
}

static inline void match_packet(struct weir_worker *w, struct batch *b, unsigned i)
{
	const struct bucket *bucket = b->bucket[i];
	uint16_t tag = index_tag(b->hash[i]);
	struct candidate *found = &b->found[i];
	unsigned mask;

	if (UNLIKELY(w->table.index.version != b->version))
		bucket = index_home(&w->table.index, b->hash[i]);
	mask = bucket_match(bucket, tag);
	if (!mask) {
		found->conn = NULL;
		found->ref = bucket_next(&w->table.index, bucket, tag) ? CANDIDATE_LOOK : 0;
		if (b->packet[i].kind == PACKET_PLAIN)
			nat_prefetch(&w->nat, &b->packet[i].tuple);
		return;
	}
	found->ref = bucket->ref[__builtin_ctz(mask)];
	found->conn = table_at(&w->table, found->ref);
	__builtin_prefetch(found->conn, 1);
	__builtin_prefetch(&found->conn->tcp, 1);
	if (found->ref & REF_FAMILY6)
		__builtin_prefetch(conn6(found->conn)->addr);
}

/* Whether a packet belongs to another worker: by the hash's bits that neither
 * bucket nor tag is cut from. */
static bool hand_over(const struct weir_worker *w, struct packet *p, uint64_t hash)
{
	unsigned owner;

	if (UNLIKELY(p->kind != PACKET_PLAIN && p->kind != PACKET_ICMP_ERROR))
		return false;
	owner = nat_has_keys(&p->tuple)
			? p->gre_worker
			: nat_owner(w->nat.udp_here, &p->tuple, hash, w->engine->workers);
	if (owner == w->index)
		return false;
	p->io->verdict = WEIR_HANDOVER;
	p->io->worker = (uint16_t)owner;
	return true;
}

static void count_packet(struct weir_worker *w, const struct weir_packet *io)
{
	w->stats.packets++;
	w->stats.bytes += io->len ? io->len : io->caplen;
	w->stats.state[io->state]++;
	w->stats.verdict[io->verdict]++;
	if (UNLIKELY(io->reason))
		w->stats.reason[io->reason]++;
}

static inline void walk_packet(struct weir_worker *w, struct batch *b, unsigned i)
{
	struct packet *p = &b->packet[i];
	struct candidate found = b->found[i];

	if (LIKELY(w->engine->workers == 1) || !hand_over(w, p, b->hash[i])) {
		if (found.ref == 0 && w->table.index.version != b->version)
			found.ref = CANDIDATE_LOOK;
		path_packet(w, p, b->hash[i], found);
	}
	count_packet(w, p->io);
}

static void process_batch(struct weir_worker *w, struct batch *b, struct weir_packet *packets)
{
	unsigned matched = 0;

	for (unsigned i = 0; i < b->count; i += AHEAD)
		read_group(w, b, packets, i, b->count - i < AHEAD ? b->count : i + AHEAD);
	b->version = w->table.index.version;
	for (unsigned i = 0; i < b->count; i++) {
		for (; matched < b->count && matched < i + AHEAD; matched++)
			match_packet(w, b, matched);
		walk_packet(w, b, i);
	}
}

void weir_process(struct weir_worker *worker, struct weir_packet *packets, size_t count,
		  weir_time now)
{
	struct weir_worker *w = worker;
	struct batch b;

	worker_begin(w, now);
	w->answered = 0;
	w->edited = 0;
	frag_table_release(w->frags);
	for (size_t done = 0; done < count; done += b.count) {
		b.count = count - done < BATCH ? (unsigned)(count - done) : BATCH;
		process_batch(w, &b, packets + done);
	}
	sweep_some(w, SWEEP_SLOTS);
	nursery_tidy(&w->nursery, &w->table, NURSERY_LOOKS);
	table_trim(&w->table);
	frag_expire(w->frags, w->now);
	if (w->policy)
		firewall_expire(w->firewall, w->now, EXPIRE_WORK);
	mappings_expire(&w->nat.mappings, w->now, EXPIRE_WORK);
	shares_expire(&w->nat.shares, w->now, EXPIRE_WORK);
	if (UNLIKELY(path_helper_due(w)))
		path_helper_tidy(w, EXPIRE_WORK);
	requests_serve(w, REQUEST_WORK);
}

void weir_poll(struct weir_worker *worker, weir_time now)
{
	worker_begin(worker, now);
	sweep_some(worker, SWEEP_SLOTS_IDLE);
	frag_expire(worker->frags, worker->now);
	for (int moves = 0; moves < MOVES_IDLE; moves++)
		index_step(&worker->table.index);
	nursery_tidy(&worker->nursery, &worker->table, NURSERY_LOOKS_IDLE);
	table_trim(&worker->table);
	if (worker->policy)
		firewall_expire(worker->firewall, worker->now, EXPIRE_WORK_IDLE);
	mappings_expire(&worker->nat.mappings, worker->now, EXPIRE_WORK_IDLE);
	shares_expire(&worker->nat.shares, worker->now, EXPIRE_WORK_IDLE);
	path_helper_tidy(worker, EXPIRE_WORK_IDLE);
	requests_serve(worker, REQUEST_WORK_IDLE);
}

void weir_expire(struct weir_worker *worker, weir_time now)
{
	worker_begin(worker, now);
	sweep_all(worker);
	path_helper_tidy(worker, EXPIRE_WORK_ALL);
	frag_expire(worker->frags, worker->now);
}
