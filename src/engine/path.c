/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/path.c - the packet's path.
 *
 * Without rules:
 *
 *	malformed         dropped, or invalid and let by
 *	untracked         tracking is off, or neighbour discovery
 *	ICMP error        related to the connection that it quotes, or invalid
 *	FastTracked       counted, refreshed, sent on
 *	known             its tracker says what the packet means
 *	unknown           a new connection, if its tracker agrees and there is room
 *
 * A new connection is private until its packet has come to the end of the path;
 * then it is confirmed: findable, counted, announced. What the packet meets in
 * between can still stop it, and then nothing remains.
 *
 * With rules, path_ruled() has the order of the steps; they stand in engine/path_rules.c.
 *
 * The order is Linux' (prerouting at -200 to the last of postrouting); the states
 * are those of RouterOS' connection-state.
 *
 * What tracks is compiled twice, for packets without rules and with them: the former pay
 * nothing for the latter. `t` is where the result goes, NULL without rules.
 */
#include "engine/path_helper.h"
#include "engine/path_rules.h"

#define FULL_SWEEP 64 /* slots that a packet passes over when it finds the table full */

/* How a packet leaves the path. The only ways. */

static void pass(struct packet *p, enum weir_state state)
{
	p->io->state = (uint8_t)state;
}

static void drop(struct packet *p)
{
	p->io->verdict = WEIR_DROP;
	p->io->out = NULL;
	p->io->out_len = 0;
}

static void drop_for(struct packet *p, enum weir_reason reason, uint32_t a)
{
	packet_reason(p, reason, a, 0);
	pass(p, WEIR_STATE_INVALID);
	drop(p);
}

#define CONN_TRANSLATED (WEIR_STATUS_SRCNAT | WEIR_STATUS_DSTNAT)

void path_end(struct weir_worker *w, uint32_t ref, enum weir_end why)
{
	struct conn *c = table_at(&w->table, ref);

	c->status |= WEIR_STATUS_DYING;
	if (UNLIKELY(w->has_events))
		event_emit(w, WEIR_EVENT_DESTROYED, ref, why);
	if (!(c->status & WEIR_STATUS_ASSURED))
		w->half_open--;
	if (UNLIKELY(w->policy))
		firewall_conn_end(w->firewall, w->policy->ruleset, c,
				  ref & REF_FAMILY6 ? WEIR_IPV6 : WEIR_IPV4);
	bindings_release(&w->bindings, c->binding);
	if (UNLIKELY(c->ext))
		path_helper_end(w, c, conn_id(c, ref, w->index));
	if (UNLIKELY(nat_watches(&w->nat)))
		nat_conn_end(&w->nat, c, ref & REF_FAMILY6);
	w->translated -= (c->status & CONN_TRANSLATED) != 0;
	w->stats.ended[why]++;
	table_end(&w->table, ref);
}

/* Whether a SYN may follow a connection that is all but over: it has sequence numbers behind
 * those of its last one, as in track/tcp.c. */
static bool may_follow(const struct conn *fresh, const struct conn *c)
{
	return fresh->proto == PROTO_TCP && c->proto == PROTO_TCP &&
	       fresh->tcp.state == WEIR_TCP_SYN_SENT &&
	       (c->tcp.state == WEIR_TCP_TIME_WAIT || c->tcp.state == WEIR_TCP_CLOSE) &&
	       (c->status & (WEIR_STATUS_SRCNAT | WEIR_STATUS_FASTTRACK |
			     WEIR_STATUS_FIXED_TIMEOUT)) == WEIR_STATUS_SRCNAT &&
	       tick_after(fresh->tcp.side[WEIR_ORIGINAL].end, c->tcp.side[WEIR_ORIGINAL].end);
}

bool path_release(void *ctx, uint32_t ref, bool pressed)
{
	struct weir_worker *w = ctx;
	const struct conn *c = table_at(&w->table, ref);

	ref &= ~REF_REPLY;
	if (conn_expired(w, c))
		path_end(w, ref, WEIR_END_TIMEOUT);
	else if (pressed && may_follow(&w->fresh.conn, c))
		path_end(w, ref, WEIR_END_REOPENED);
	else
		return false;
	return true;
}

void path_fasttrack(struct weir_worker *w, uint32_t ref)
{
	struct conn *c = table_at(&w->table, ref);

	if (c->proto == PROTO_TCP)
		tcp_fast_begin(c);
	conn_slow_begin(&w->ext, c);
	c->status |= WEIR_STATUS_FASTTRACK;
	conn_fast_path(c);
	if (w->has_events)
		event_emit(w, WEIR_EVENT_UPDATED, ref, WEIR_END_NONE);
}

/* The state that a packet of an existing connection has. */
static inline enum weir_state state_of(const struct conn *c, enum weir_dir dir)
{
	if (LIKELY(c->status & WEIR_STATUS_SEEN_REPLY || dir == WEIR_REPLY))
		return WEIR_STATE_ESTABLISHED;
	return c->status & WEIR_STATUS_EXPECTED ? WEIR_STATE_RELATED : WEIR_STATE_NEW;
}

static inline enum track_result ask_tracker(struct weir_worker *w, struct packet *p,
					    struct conn *c, enum weir_dir dir)
{
	if (LIKELY(p->tuple.proto == PROTO_TCP))
		return track_tcp(&w->track, p, c, dir);
	switch (p->tuple.proto) {
	case PROTO_UDP:
	case PROTO_UDPLITE:
		return track_udp(&w->track, p, c, dir);
	case PROTO_ICMP:
		if (p->tuple.family != WEIR_IPV4)
			break;
		return track_icmp(&w->track, p, c, dir);
	case PROTO_ICMPV6:
		if (p->tuple.family != WEIR_IPV6)
			break;
		return track_icmp(&w->track, p, c, dir);
	case PROTO_GRE:
		return track_gre(&w->track, p, c, dir);
	case PROTO_SCTP:
		return track_sctp(&w->track, p, c, dir);
	case PROTO_DCCP:
		return track_dccp(&w->track, p, c, dir);
	default:
		break;
	}
	return track_generic(&w->track, p, c, dir);
}

static inline void refresh(const struct weir_worker *w, struct conn *c, uint32_t ticks)
{
	if (LIKELY(!(c->status & WEIR_STATUS_FIXED_TIMEOUT)))
		c->expires = w->track.now + ticks;
}

static inline void count(struct weir_worker *w, const struct packet *p, struct conn *c,
			 enum weir_dir dir)
{
	if (UNLIKELY(c->status & WEIR_STATUS_FASTTRACK)) {
		conn_count_slow(&w->ext, c, dir, p->len);
		conn_fast_path(c);
	} else {
		conn_count(&w->ext, c, dir, p->len);
	}
}

/* Behind a packet that changed something, or while no reply was seen: the first
 * reply is noted, what became assured leaves the half-open, and both are announced. */
__attribute__((noinline)) static void note_changes(struct weir_worker *w, uint32_t ref,
						   struct conn *c, enum weir_dir dir)
{
	bool first_reply = dir == WEIR_REPLY && !(c->status & WEIR_STATUS_SEEN_REPLY);
	uint8_t changed = w->track.changed;

	w->track.changed = 0;
	if (first_reply)
		c->status |= WEIR_STATUS_SEEN_REPLY;
	if (UNLIKELY(w->nat.mappings.count > 0) && first_reply && c->proto == PROTO_UDP &&
	    nat_conn_answered(&w->nat, c))
		refresh(w, c, w->track.timeout);
	if (changed & TRACK_CHANGED_ASSURED) {
		w->half_open--;
		if (w->has_events)
			event_emit(w, WEIR_EVENT_ASSURED, ref, WEIR_END_NONE);
	}
	if (w->has_events && (first_reply || changed & TRACK_CHANGED_STATE))
		event_emit(w, WEIR_EVENT_UPDATED, ref, WEIR_END_NONE);
}

/* Helpers' part of a packet's path, of a connection with CONN_HELPED. */
static void help(struct weir_worker *w, struct packet *p, uint32_t ref, struct conn *c)
{
	if (!path_help(w, p, c, conn_id(c, ref, w->index)))
		drop(p);
}

/* Behind a packet of which there is more to do than to let it by. */
__attribute__((noinline)) static void end_known(struct weir_worker *w, struct packet *p,
						uint32_t ref, struct conn *c, enum weir_dir dir,
						struct tracked *t)
{
	note_changes(w, ref, c, dir);
	if (!(c->status & CONN_HELPED))
		return;
	if (t)
		t->helped = true;
	else
		help(w, p, ref, c);
}

/* Behind an accepted packet of a connection whose timeout is fixed, or which helpers have to do
 * with. */
__attribute__((noinline)) static void end_odd(struct weir_worker *w, struct packet *p, uint32_t ref,
					      struct conn *c, enum weir_dir dir, struct tracked *t)
{
	refresh(w, c, w->track.timeout);
	pass(p, state_of(c, dir));
	end_known(w, p, ref, c, dir, t);
}

static void open_connection(struct weir_worker *w, struct packet *p, uint64_t hash,
			    struct tracked *t);

/* What is not simply accepted. */
__attribute__((noinline)) static void walk_other(struct weir_worker *w, struct packet *p,
						 uint64_t hash, uint32_t ref, struct conn *c,
						 enum weir_dir dir, enum track_result result,
						 struct tracked *t)
{
	enum weir_state state = state_of(c, dir);

	switch (result) {
	case TRACK_ACCEPT:
	case TRACK_PASS:
		break;
	case TRACK_INVALID:
		w->track.changed = 0;
		pass(p, WEIR_STATE_INVALID);
		if (t)
			*t = (struct tracked){.conn = NULL};
		return;
	case TRACK_REOPEN:
		w->track.changed = 0;
		p->io->conn = 0;
		p->io->dir = WEIR_ORIGINAL;
		path_end(w, ref, WEIR_END_REOPENED);
		if (t)
			*t = (struct tracked){.conn = NULL};
		open_connection(w, p, hash, t);
		return;
	case TRACK_END:
		w->track.changed = 0;
		count(w, p, c, dir);
		pass(p, state);
		if (t)
			t->end = WEIR_END_RESET;
		else
			path_end(w, ref, WEIR_END_RESET);
		return;
	}
	pass(p, state);
	end_known(w, p, ref, c, dir, t);
}

/* A packet of a connection in the table. */
static inline void walk_known(struct weir_worker *w, struct packet *p, uint64_t hash, uint32_t ref,
			      struct conn *c, enum weir_dir dir, struct tracked *t)
{
	enum track_result result;

	p->io->conn = conn_id(c, ref, w->index);
	p->io->dir = (uint8_t)dir;
	if (t)
		*t = (struct tracked){.conn = c, .ref = ref};
	result = ask_tracker(w, p, c, dir);
	if (UNLIKELY(result != TRACK_ACCEPT)) {
		walk_other(w, p, hash, ref, c, dir, result, t);
		return;
	}
	count(w, p, c, dir);
	if (UNLIKELY(c->status & (WEIR_STATUS_FIXED_TIMEOUT | CONN_HELPED))) {
		end_odd(w, p, ref, c, dir, t);
		return;
	}
	c->expires = w->track.now + w->track.timeout;
	pass(p, state_of(c, dir));
	if (UNLIKELY(w->track.changed || !(c->status & WEIR_STATUS_SEEN_REPLY)))
		note_changes(w, ref, c, dir);
}

/* Whether a packet of a connection takes the fast path, if it is no SYN, FIN or RST. */
static inline bool is_fast(const struct packet *p, struct conn *c, enum weir_dir dir)
{
	if (LIKELY(!(c->status & WEIR_STATUS_FASTTRACK)))
		return false;
	return LIKELY(c->status & CONN_FAST_PATH) || tcp_fast_again(c, p, dir);
}

/* A FastTracked packet that needs no tracker: no SYN, FIN or RST. */
static inline bool walk_fasttrack(struct weir_worker *w, struct packet *p, uint32_t ref,
				  struct conn *c, enum weir_dir dir)
{
	uint32_t timeout = w->track.set->timeout[WEIR_T_UDP_STREAM];

	if (p->tuple.proto == PROTO_TCP) {
		if (UNLIKELY(p->tcp_event != TCP_EV_ACK))
			return false;
		timeout = w->track.set->timeout[WEIR_T_TCP_ESTABLISHED];
	}
	p->io->conn = conn_id(c, ref, w->index);
	p->io->dir = (uint8_t)dir;
	conn_count(&w->ext, c, dir, p->len);
	refresh(w, c, timeout);
	p->io->fasttracked = 1;
	w->stats.fasttracked[p->tuple.family == WEIR_IPV6]++;
	w->stats.fasttracked_bytes[p->tuple.family == WEIR_IPV6] += p->len;
	pass(p, WEIR_STATE_ESTABLISHED);
	return true;
}

/* Sees to it that there is room for one more connection, by early drop of one that
 * is not assured. => false if there is none */
static bool make_room(struct weir_worker *w)
{
	const struct track_settings *set = w->track.set;
	bool full = table_count(&w->table) >= set->max_entries;
	uint32_t victim;

	if (LIKELY(!full && w->half_open < set->max_half_open))
		return true;
	victim = nursery_pop(&w->nursery, &w->table);
	if (victim) {
		bool due = conn_expired(w, table_at(&w->table, victim));

		path_end(w, victim, due ? WEIR_END_TIMEOUT : WEIR_END_EARLY_DROP);
		return true;
	}
	/* All assured: perhaps some are due that the hand has not come to. Each packet
	 * pays for a few, so that a full table cannot be made to work for nothing. */
	if (full)
		sweep_slots(w, FULL_SWEEP);
	return table_count(&w->table) < set->max_entries;
}

/* Whether a translated connection has the tuple that the answers to a new one would have. Where nat
 * has rules, or had when the other one began, the choice of its source has seen to that. */
static bool clashes(const struct weir_worker *w, const struct conn *c, bool six)
{
	struct tuple reply;
	enum weir_dir dir;

	if (LIKELY(!w->translated) || c->status & WEIR_STATUS_SRCNAT_DONE)
		return false;
	conn_tuple_get(c, six, WEIR_REPLY, &reply);
	return table_find(&w->table, table_hash(&w->table, &reply), &reply, &dir) != 0;
}

/* The end of the path: the private entry becomes part of the table. */
static bool confirm(struct weir_worker *w, struct packet *p, uint64_t hash)
{
	uint32_t ref = table_take(&w->table, &w->fresh, p->tuple.family == WEIR_IPV6);
	struct conn *c;
	uint64_t id;

	if (!ref)
		return false;
	c = table_at(&w->table, ref);
	id = conn_id(c, ref, w->index);
	if (!nursery_push(&w->nursery, &w->table, id, w->half_open) ||
	    !table_insert(&w->table, ref, hash)) {
		table_drop(&w->table, ref);
		return false;
	}
	c->status |= WEIR_STATUS_CONFIRMED;
	bindings_hold(&w->bindings, c->binding);
	w->half_open++;
	w->translated += (c->status & CONN_TRANSLATED) != 0;
	if (UNLIKELY(w->policy))
		firewall_conn_begin(w->firewall, w->policy->ruleset, c, p->tuple.family);
	if (UNLIKELY(nat_watches(&w->nat)))
		nat_conn_begin(&w->nat, c, p->tuple.family == WEIR_IPV6);
	if (UNLIKELY(c->status & WEIR_STATUS_HELPER))
		path_helper_confirmed(w, id);
	p->io->conn = id;
	p->io->created = 1;
	w->stats.created++;
	if (table_count(&w->table) > w->stats.peak)
		w->stats.peak = table_count(&w->table);
	if (UNLIKELY(w->has_events))
		event_emit(w, WEIR_EVENT_NEW, ref, WEIR_END_NONE);
	return true;
}

/* A private connection comes to nothing. */
static void abandon(struct weir_worker *w)
{
	if (UNLIKELY(w->fresh.conn.ext))
		path_helper_abandon(w);
}

static void confirm_or_drop(struct weir_worker *w, struct packet *p, uint64_t hash)
{
	struct conn *c = &w->fresh.conn;

	if (UNLIKELY(clashes(w, c, p->tuple.family == WEIR_IPV6))) {
		drop_for(p, WEIR_R_NAT_CLASH, 0);
		abandon(w);
	} else if (UNLIKELY(path_reads(w, c)) && !path_helper_begin(w, p, c)) {
		drop(p);
		abandon(w);
	} else if (!confirm(w, p, hash)) {
		drop_for(p, WEIR_R_NO_MEMORY, 0);
		abandon(w);
	}
}

/* A packet that finds nothing. Its entry is built here, privately: what is
 * refused costs the table nothing. */
static void open_connection(struct weir_worker *w, struct packet *p, uint64_t hash,
			    struct tracked *t)
{
	struct conn *c = &w->fresh.conn;
	struct tuple reply;
	enum track_result result;

	if (p->tuple.proto == PROTO_TCP && !track_tcp_may_open(&w->track, p)) {
		pass(p, WEIR_STATE_INVALID);
		return;
	}
	if (!tuple_invert(&p->tuple, &reply)) {
		packet_reason(p, WEIR_R_ICMP_TYPE, p->tuple.dst_port >> 8,
			      p->tuple.dst_port & 0xff);
		pass(p, WEIR_STATE_INVALID);
		return;
	}
	conn_begin(&w->fresh, &p->tuple, &reply);
	result = ask_tracker(w, p, c, WEIR_ORIGINAL);
	w->track.changed = 0;
	if (result != TRACK_ACCEPT) {
		pass(p, WEIR_STATE_INVALID);
		return;
	}
	if (UNLIKELY(!make_room(w))) {
		drop_for(p, WEIR_R_TABLE_FULL, table_count(&w->table));
		return;
	}
	c->expires = w->track.now + w->track.timeout;
	conn_count(&w->ext, c, WEIR_ORIGINAL, p->len);
	if (UNLIKELY(path_expects(w)) && !path_expected(w, p, c)) {
		drop(p);
		abandon(w);
		return;
	}
	pass(p, state_of(c, WEIR_ORIGINAL));
	if (t)
		t->conn = c;
	else
		confirm_or_drop(w, p, hash);
}

/* An error about a connection: it changes nothing there (RFC 5508 section 7, RFC
 * 5927), and its direction is that of the tuple that the quoted packet's answers have. One about a
 * TCP segment that was never sent, or was acknowledged long ago, is somebody's guess. */
static void walk_icmp_error(struct weir_worker *w, struct packet *p, uint64_t hash,
			    struct tracked *t)
{
	enum weir_dir dir;
	uint32_t ref = table_find(&w->table, hash, &p->tuple, &dir);
	struct conn *c;

	if (!ref || conn_expired(w, table_at(&w->table, ref))) {
		packet_reason(p, WEIR_R_ICMP_NO_CONNECTION, p->l4[0], 0);
		pass(p, WEIR_STATE_INVALID);
		return;
	}
	c = table_at(&w->table, ref);
	if (p->quotes_seq && !track_tcp_sent(&w->track, c, dir ^ 1, p->quoted_seq)) {
		packet_reason(p, WEIR_R_ICMP_SEQ, p->l4[0], p->quoted_seq);
		pass(p, WEIR_STATE_INVALID);
		return;
	}
	p->io->conn = conn_id(c, ref, w->index);
	p->io->dir = (uint8_t)dir;
	if (t)
		*t = (struct tracked){.conn = c, .ref = ref & ~REF_REPLY};
	pass(p, WEIR_STATE_RELATED);
}

/* Whether the candidate is in use and has the packet's tuple. */
static inline bool is_it(const struct candidate *found, const struct tuple *tuple,
			 enum weir_dir *dir)
{
	if (!found->conn || !conn_in_use(found->conn))
		return false;
	if (LIKELY(tuple->family == WEIR_IPV4))
		return !(found->ref & REF_FAMILY6) && conn_matches4(found->conn, tuple, dir);
	return found->ref & REF_FAMILY6 && conn_matches6(conn6(found->conn), tuple, dir);
}

/* Looks the packet's connection up, for those that the tag did not find. */
__attribute__((noinline)) static void look(struct weir_worker *w, const struct packet *p,
					   uint64_t hash, struct candidate *found,
					   enum weir_dir *dir)
{
	if (found->ref != 0)
		found->ref = table_find(&w->table, hash, &p->tuple, dir);
	found->conn = found->ref ? table_at(&w->table, found->ref) : NULL;
}

/* The packet's connection and direction. => NULL: it has none */
static inline struct conn *find(struct weir_worker *w, struct packet *p, uint64_t hash,
				struct candidate *found, enum weir_dir *dir)
{
	*dir = WEIR_ORIGINAL;
	if (UNLIKELY(!is_it(found, &p->tuple, dir)))
		look(w, p, hash, found, dir);
	found->ref &= ~REF_REPLY;
	if (UNLIKELY(found->conn && conn_expired(w, found->conn))) {
		path_end(w, found->ref, WEIR_END_TIMEOUT);
		return NULL;
	}
	return found->conn;
}

static inline void walk_plain(struct weir_worker *w, struct packet *p, uint64_t hash,
			      struct candidate found)
{
	enum weir_dir dir;
	struct conn *c = find(w, p, hash, &found, &dir);

	if (UNLIKELY(!c)) {
		open_connection(w, p, hash, NULL);
		return;
	}
	if (UNLIKELY(is_fast(p, c, dir)) &&
	    walk_fasttrack(w, p, found.ref, c, dir))
		return;
	walk_known(w, p, hash, found.ref, c, dir, NULL);
}

/* What has no tuple of its own. => false: it goes no further */
static bool walk_odd(struct weir_worker *w, struct packet *p, uint64_t hash, struct tracked *t)
{
	if (p->io->verdict == WEIR_HELD) {
		p->io->out = NULL;
		p->io->out_len = 0;
		return false;
	}
	if (p->kind == PACKET_MALFORMED) {
		pass(p, WEIR_STATE_INVALID);
		if (p->drop)
			drop(p);
		return !p->drop;
	}
	if (p->kind == PACKET_UNTRACKED || !w->track.set->active)
		pass(p, WEIR_STATE_UNTRACKED);
	else
		walk_icmp_error(w, p, hash, t);
	return true;
}

/* As find(), but a connection that has lost its address is over too. */
static struct conn *find_ruled(struct weir_worker *w, struct packet *p, uint64_t hash,
			       struct candidate *found, enum weir_dir *dir)
{
	struct conn *c = find(w, p, hash, found, dir);

	if (LIKELY(!c || c->epoch == w->epoch ||
		   !path_readdressed(w, c, found->ref & REF_FAMILY6)))
		return c;
	path_end(w, found->ref, WEIR_END_READDRESSED);
	return NULL;
}

/* Tracking with rules: the table raw may have excepted the packet. */
static bool track_ruled(struct passage *s, uint64_t hash, const struct candidate *found,
			struct conn *c, enum weir_dir dir)
{
	struct weir_worker *w = s->w;
	struct packet *p = s->p;

	if (s->notrack) {
		p->io->reason = WEIR_R_NONE;
		pass(p, WEIR_STATE_UNTRACKED);
	} else if (p->kind != PACKET_PLAIN || !w->track.set->active) {
		return walk_odd(w, p, hash, &s->t);
	} else if (c) {
		walk_known(w, p, hash, found->ref, c, dir, &s->t);
	} else {
		open_connection(w, p, hash, &s->t);
	}
	return p->io->verdict == WEIR_ACCEPT;
}

/* The path with rules. A connection that a packet opens becomes known at the end, if the packet
 * comes there; one that it ends is there until then. */
static void path_ruled(struct weir_worker *w, struct packet *p, uint64_t hash,
		       struct candidate found)
{
	enum weir_dir dir = WEIR_ORIGINAL;
	struct conn *c = NULL;
	struct passage s;
	bool on;

	p->io->rule = UINT32_MAX;
	if (p->io->verdict == WEIR_HELD || (p->kind == PACKET_MALFORMED && p->drop)) {
		walk_odd(w, p, hash, NULL);
		return;
	}
	passage_begin(&s, w, p);
	if (UNLIKELY(w->policy->off[s.six])) {
		drop_for(p, WEIR_R_FAMILY_OFF, 0);
		return;
	}
	if (p->kind == PACKET_PLAIN && w->track.set->active)
		c = find_ruled(w, p, hash, &found, &dir);
	if (c && w->policy->fasttrack[s.six] && is_fast(p, c, dir) &&
	    walk_fasttrack(w, p, found.ref, c, dir)) {
		passage_fasttrack(&s, c, found.ref, dir);
		return;
	}
	if (c)
		passage_known(&s, c, dir);
	if (!s.way && !passage_raw(&s))
		return;
	if (!track_ruled(&s, hash, &found, c, dir))
		return;
	on = passage_walk(&s);
	if (s.t.conn && !s.t.ref)
		on ? confirm_or_drop(w, p, hash) : abandon(w);
	if (LIKELY(!(s.t.end | s.t.helped)))
		return;
	if (on && s.t.helped)
		help(w, p, s.t.ref, s.t.conn);
	if (s.t.end)
		path_end(w, s.t.ref, (enum weir_end)s.t.end);
}

void path_packet(struct weir_worker *w, struct packet *p, uint64_t hash, struct candidate found)
{
	if (UNLIKELY(w->policy))
		path_ruled(w, p, hash, found);
	else if (LIKELY(p->kind == PACKET_PLAIN && p->io->verdict == WEIR_ACCEPT &&
			w->track.set->active))
		walk_plain(w, p, hash, found);
	else
		walk_odd(w, p, hash, NULL);
}
