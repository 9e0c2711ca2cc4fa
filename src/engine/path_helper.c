/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/path_helper.c - see path_helper.h.
 *
 * A packet that its parser changes leaves from the worker's own memory, PATH_EDITS bytes, which are
 * used anew with each weir_process(). When they are used up a packet that must be changed is
 * dropped (helper-room) and its sender sends it again.
 *
 * What the first packet of a connection makes expected is entered under an id that no connection
 * has, and renamed once the connection has its own.
 */
#include "engine/path_helper.h"

#include "track/seq.h"

/* Slot 0 is no connection's. */
static uint64_t private_id(const struct weir_worker *w)
{
	return (uint64_t)w->index << 56 | UINT64_C(0xffffff) << 32;
}

/* Expected connections. */

static bool same_addr(uint8_t family, const union weir_addr *a, const union weir_addr *b)
{
	return family == WEIR_IPV4 ? a->v4 == b->v4 : !memcmp(a, b, sizeof *a);
}

/* Gives a private connection both sides' translation, as its master has it. The destination is one
 * address and port; whether another connection has the tuple is asked with the source, here or
 * when the rules have been asked. */
static bool translate(struct weir_worker *w, struct packet *p, struct conn *c,
		      const struct expectation *e)
{
	struct nat_range range = {
		.flags = WEIR_NAT_ADDRESS | (e->new_src_port ? WEIR_NAT_PORTS : 0),
		.action = WEIR_ACTION_SRC_NAT,
		.first = e->new_src,
		.last = e->new_src,
		.first_port = e->new_src_port,
		.last_port = e->new_src_port,
	};
	const struct tuple *original = &p->tuple;
	struct tuple to = *original, reply;
	enum nat_result result;

	to.dst = e->new_dst;
	to.dst_port = e->new_dst_port;
	if (!tuple_invert(&to, &reply)) {
		packet_reason(p, WEIR_R_NAT_REFUSED, 0, 0);
		return false;
	}
	if (to.dst_port != original->dst_port ||
	    !same_addr(to.family, &to.dst, &original->dst))
		c->status |= WEIR_STATUS_DSTNAT;
	c->status |= WEIR_STATUS_DSTNAT_DONE;
	if (e->by_rules && !same_addr(to.family, &to.src, &e->tuple.src)) {
		conn_tuple_set(c, to.family == WEIR_IPV6, WEIR_REPLY, &reply);
		return true;
	}
	result = nat_choose(&w->nat, NAT_SRC, &range, original, &reply, &c->status);
	if (result != NAT_DONE && range.flags & WEIR_NAT_PORTS && to.proto != PROTO_GRE) {
		/* Taken, or another worker's: better by another port than not at all. */
		range.flags &= ~(uint32_t)WEIR_NAT_PORTS;
		result = nat_choose(&w->nat, NAT_SRC, &range, original, &reply, &c->status);
	}
	if (result != NAT_DONE) {
		packet_reason(p, WEIR_R_NAT_EXHAUSTED, 0, 0);
		return false;
	}
	conn_tuple_set(c, to.family == WEIR_IPV6, WEIR_REPLY, &reply);
	return true;
}

/* The record of a private connection. => NULL: no memory, and packet_reason() says so */
static struct ext_record *record_of(struct weir_worker *w, struct packet *p, struct conn *c)
{
	if (!c->ext)
		c->ext = ext_take(&w->ext);
	if (c->ext)
		return ext_at(&w->ext, c->ext);
	packet_reason(p, WEIR_R_NO_MEMORY, 0, 0);
	return NULL;
}

bool path_expected(struct weir_worker *w, struct packet *p, struct conn *c)
{
	struct ext_record *record;
	struct expectation e;

	if (!expect_take(&w->engine->expectations, &p->tuple, w->now, &e))
		return true;
	record = record_of(w, p, c);
	if (!record)
		return false;
	record->helper = e.helper;
	record->parser = e.parser;
	c->status |= WEIR_STATUS_EXPECTED;
	c->mark = e.mark;
	return !e.translate || !w->policy || translate(w, p, c, &e);
}

/* Reading. */

/* What the router listens on is the router's. */
static bool is_listener(const void *ctx, const struct tuple *tuple)
{
	const struct weir_worker *w = ctx;
	struct tuple answer;

	return w->nat.listeners && tuple_invert(tuple, &answer) &&
	       listeners_have(w->nat.listeners, &answer);
}

/* Where a changed packet may stand: of a connection that is not translated there is none. */
static void lend_room(struct weir_worker *w, const struct packet *p, struct helper_call *call)
{
	uint32_t want = p->len + EDIT_GROWTH, left;

	if (!call->translated)
		return;
	if (!w->edits)
		w->edits = alloc_get(&w->alloc, PATH_EDITS, 64);
	if (!w->edits)
		return;
	left = PATH_EDITS - w->edited;
	call->room = w->edits + w->edited;
	call->room_size = want < left ? want : left;
}

/* What a parser wants besides its verdict. */
static void take_results(struct weir_worker *w, struct conn *c, const struct helper_call *call)
{
	if (!call->edit.data)
		return;
	w->edited += (call->edit.size + 7) & ~7u;
	if (w->edited > PATH_EDITS)
		w->edited = PATH_EDITS;
	if (c->proto == PROTO_TCP)
		seq_note(&w->ext, c, call->dir, call->seq, call->delta);
}

/* Also of a packet that is dropped: its connection is in use. */
static void take_timeout(const struct weir_worker *w, struct conn *c,
			 const struct helper_call *call)
{
	if (call->timeout && !(c->status & WEIR_STATUS_FIXED_TIMEOUT))
		c->expires = w->track.now + call->timeout;
}

static bool read_packet(struct weir_worker *w, struct packet *p, struct conn *c, uint64_t id)
{
	const struct ext_record *record = ext_at(&w->ext, c->ext);
	bool six = p->tuple.family == WEIR_IPV6;
	struct helper_call call = {
		.set = &w->snapshot->helper,
		.expectations = &w->engine->expectations,
		.gre_keys = &w->engine->gre_keys,
		.packet = p,
		.master = id,
		.dir = (enum weir_dir)p->io->dir,
		.translated = c->status & (WEIR_STATUS_SRCNAT | WEIR_STATUS_DSTNAT),
		.established = p->io->state == WEIR_STATE_ESTABLISHED,
		.mark = c->mark,
		.helper = record->helper,
		.memory = ext_at(&w->ext, record->memory)->line,
		.is_taken = is_listener,
		.taken_ctx = w,
		.now = w->now,
	};
	enum helper_result result;

	if (c->proto == PROTO_TCP && !call.established)
		return true;
	conn_tuple_get(c, six, WEIR_ORIGINAL, &call.tuple[WEIR_ORIGINAL]);
	conn_tuple_get(c, six, WEIR_REPLY, &call.tuple[WEIR_REPLY]);
	lend_room(w, p, &call);
	result = helper_read((enum helper_parser_id)record->parser, &call);
	take_timeout(w, c, &call);
	if (result == HELPER_DROP) {
		packet_reason(p, (enum weir_reason)call.reason, call.detail, 0);
		return false;
	}
	take_results(w, c, &call);
	return true;
}

bool path_help(struct weir_worker *w, struct packet *p, struct conn *c, uint64_t id)
{
	if (p->kind != PACKET_PLAIN)
		return true;
	if (c->status & WEIR_STATUS_HELPER && !read_packet(w, p, c, id))
		return false;
	if (c->status & WEIR_STATUS_SEQ_ADJUST)
		seq_adjust_packet(&w->ext, c, (enum weir_dir)p->io->dir, p);
	return true;
}

/* A connection's life. */

bool path_helper_begin(struct weir_worker *w, struct packet *p, struct conn *c)
{
	enum helper_parser_id parser = HELPER_PARSER_NONE;
	struct ext_record *record;
	struct tuple reply;

	/* What was expected is what a message said, whatever its port. */
	if (c->status & WEIR_STATUS_EXPECTED) {
		parser = (enum helper_parser_id)ext_at(&w->ext, c->ext)->parser;
	} else {
		conn_tuple_get(c, p->tuple.family == WEIR_IPV6, WEIR_REPLY, &reply);
		parser = helper_find(&w->snapshot->helper, &reply);
	}
	if (!parser)
		return true;
	record = record_of(w, p, c);
	if (!record)
		return false;
	record->memory = ext_take(&w->ext);
	if (!record->memory) {
		packet_reason(p, WEIR_R_NO_MEMORY, 0, 0);
		return false;
	}
	record->parser = (uint8_t)parser;
	record->helper = (uint8_t)helper_of(parser);
	c->status |= WEIR_STATUS_HELPER;
	return path_help(w, p, c, private_id(w));
}

void path_helper_confirmed(struct weir_worker *w, uint64_t id)
{
	/* Keys are entered for TCP alone, which says nothing with its first packet. */
	expect_rename(&w->engine->expectations, private_id(w), id);
}

void path_helper_end(struct weir_worker *w, struct conn *c, uint64_t id)
{
	struct ext_record *record = ext_at(&w->ext, c->ext);

	if (c->status & WEIR_STATUS_HELPER) {
		helper_end((enum helper_parser_id)record->parser,
			   ext_at(&w->ext, record->memory)->line, id, &w->engine->expectations,
			   &w->engine->gre_keys);
		c->status &= (uint16_t)~WEIR_STATUS_HELPER;
	}
	ext_put(&w->ext, record->memory);
	ext_put(&w->ext, c->ext);
	c->ext = 0;
}

void path_helper_abandon(struct weir_worker *w)
{
	path_helper_end(w, &w->fresh.conn, private_id(w));
}

/* Keys of GRE. */

bool path_gre_key(struct weir_worker *w, struct packet *p)
{
	bool quoted = p->kind == PACKET_ICMP_ERROR;
	struct tuple tuple;
	uint64_t master;

	if ((!quoted && p->kind != PACKET_PLAIN) || p->tuple.proto != PROTO_GRE ||
	    (!quoted && p->gre_version != 1))
		return false;
	tuple = p->tuple;
	if ((quoted && !tuple_invert(&p->tuple, &tuple)) ||
	    !gre_key_find(&w->engine->gre_keys, &tuple, &master))
		return false;
	if (quoted)
		tuple_invert(&tuple, &p->tuple);
	else
		p->tuple = tuple;
	p->gre_worker = (uint8_t)(master >> 56);
	return true;
}

static void end_of_key(struct weir_worker *w, const struct tuple *tuple)
{
	enum weir_dir dir;
	uint32_t ref = table_find(&w->table, table_hash(&w->table, tuple), tuple, &dir);

	if (ref)
		path_end(w, ref & ~REF_REPLY, WEIR_END_REMOVED);
}

void path_helper_tidy(struct weir_worker *w, unsigned work)
{
	struct tuple tuple;

	expect_expire(&w->engine->expectations, w->now, work);
	while (gre_key_ended(&w->engine->gre_keys, &w->keys_ended, &tuple))
		end_of_key(w, &tuple);
}
