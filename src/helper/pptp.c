/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/pptp.c - PPTP (RFC 2637): the control connection names the call ids of a tunnel.
 *
 * Both ends of a call choose an id, and a packet of its tunnel carries that of its receiver. The
 * message that establishes the call makes two expectations, since either end may speak first,
 * and the two keys by which packets of both directions find one connection (track/gre_key.h).
 *
 * Of a translated connection the client's id is replaced in what it sends, by its mapped TCP port
 * where that is free: so any number of clients behind one address, which often choose
 * the same id, have ids of their own at the server. It is put back in the answers. The id is taken
 * (as a key without source) when it is asked for, long before the call is.
 *
 * Life: a call begins with its request and ends when the server refuses or disconnects it, when the
 * session stops, or with the connection; its keys, expectations and tunnel end with it. CALLS
 * at a time of one connection; further ones pass as they are.
 *
 * Who opens the connection is the client (PNS). Messages may share a segment and
 * cross into the next one; one whose ids are cut off is dropped, to come again whole.
 *
 * Threads: the worker's. Cost: a look at 12 bytes a message, a lock for those that begin or end
 * a call.
 */
#include "helper/helper.h"
#include "helper/view.h"

#define COOKIE 0x1a2b3c4du
#define CONTROL 1u /* message type; 2 is for management and was never used */
#define HEADER 12u
#define SHORTEST 16u /* messages, by RFC 2637 */
#define LONGEST 220u
#define MESSAGES_MAX 32u /* that are read in one packet */
#define CALLS 4u
#define TRIES 16u /* ids that are tried for a client */
#define LIMIT (2 * CALLS)
#define SECONDS 300u
#define GOOD 1u /* of all result codes */

enum message_type {
	START_REQUEST = 1,
	START_REPLY,
	STOP_REQUEST,
	STOP_REPLY,
	ECHO_REQUEST,
	ECHO_REPLY,
	OUT_REQUEST,
	OUT_REPLY,
	IN_REQUEST,
	IN_REPLY,
	IN_CONNECTED,
	CLEAR_REQUEST,
	DISCONNECT_NOTIFY,
	WAN_ERROR,
	SET_LINK_INFO,
};

/* Where fields stand. */
#define START_RESULT 14u
#define STOP_RESULT 12u
#define ID 12u      /* the sender's, in requests and replies; else the only one */
#define PEER_ID 14u /* in replies to requests for a call */
#define CALL_RESULT 16u

enum session { SESSION_NONE, SESSION_REQUESTED, SESSION_OPEN };

enum call_state {
	CALL_NONE,
	CALL_OUT_REQUESTED, /* the client has asked for it */
	CALL_IN_REQUESTED,  /* the server has announced one */
	CALL_IN_ACCEPTED,
	CALL_UP,
};

struct call {
	uint8_t state; /* enum call_state */
	uint8_t incoming;
	uint16_t client; /* the client's id */
	uint16_t seen;   /* and what the server takes for it */
	uint16_t server; /* the server's id */
};

/* What is remembered. */
struct pptp {
	uint8_t session;         /* enum session */
	uint32_t from[2], to[2]; /* by direction: sequence numbers of a message that crossed from
				    one segment into the next */
	struct call calls[CALLS];
};

static_assert(sizeof(struct pptp) <= HELPER_MEMORY, "fits what a helper may remember");

struct message {
	uint32_t at; /* in the payload */
	uint32_t length;
	uint16_t type;
};

static struct pptp *memory_of(const struct helper_call *h)
{
	return h->memory;
}

static uint16_t field16(const struct helper_call *h, const struct message *m, uint32_t offset)
{
	return be16(h->data + m->at + offset);
}

static uint8_t field8(const struct helper_call *h, const struct message *m, uint32_t offset)
{
	return h->data[m->at + offset];
}

/* Bytes of a message that are looked at. */
static uint32_t needed(uint16_t type)
{
	switch (type) {
	case OUT_REPLY:
	case IN_REPLY:
		return CALL_RESULT + 1;
	case START_REPLY:
		return START_RESULT + 1;
	default:
		return ID + 2;
	}
}

/* The calls. */

static struct call *find_call(const struct helper_call *h, uint16_t id, size_t member)
{
	struct pptp *p = memory_of(h);

	for (unsigned i = 0; i < CALLS; i++)
		if (p->calls[i].state != CALL_NONE &&
		    raw16((const uint8_t *)&p->calls[i] + member) == id)
			return &p->calls[i];
	return NULL;
}

#define find_by(h, member, id) find_call(h, id, offsetof(struct call, member))

/* A place for a new one: a free one, or one that was asked for and never answered. */
static struct call *new_call(const struct helper_call *h)
{
	struct pptp *p = memory_of(h);

	for (unsigned state = CALL_NONE; state < CALL_UP; state++)
		for (unsigned i = 0; i < CALLS; i++)
			if (p->calls[i].state == state)
				return &p->calls[i];
	return NULL;
}

/* What the tunnel's packets have as they come in: from the client, from the server. */
static struct tuple tunnel_tuple(const struct helper_call *h, const struct call *c,
				 enum weir_dir dir)
{
	struct tuple t = h->tuple[dir];

	t.proto = PROTO_GRE;
	t.src_port = dir == WEIR_ORIGINAL ? c->client : c->server;
	t.dst_port = dir == WEIR_ORIGINAL ? c->server : c->seen;
	return t;
}

static struct expectation tunnel_expectation(const struct helper_call *h, const struct call *c,
					     enum weir_dir dir)
{
	const struct pptp *p = memory_of(h);
	struct tuple answer = h->tuple[!dir];

	return (struct expectation){
		.tuple = tunnel_tuple(h, c, dir),
		.pair = (uint8_t)(c - p->calls + 1),
		.translate = h->translated,
		.class = EXPECT_DATA,
		.helper = h->helper,
		.new_src = answer.dst,
		.new_dst = answer.src,
		.new_src_port = dir == WEIR_ORIGINAL ? c->seen : c->server,
		.new_dst_port = dir == WEIR_ORIGINAL ? c->server : c->client,
		.mark = h->mark,
		.master = h->master,
		.expires = h->now + SECONDS * WEIR_SEC,
	};
}

static void drop_keys(struct helper_call *h, const struct call *c)
{
	for (unsigned dir = 0; dir < 2; dir++) {
		struct expectation e = tunnel_expectation(h, c, (enum weir_dir)dir);

		expect_cancel(h->expectations, h->master, &e);
		gre_key_drop(h->gre_keys, h->master, &e.tuple);
	}
}

static void end_call(struct helper_call *h, struct call *c)
{
	if (c->seen)
		drop_keys(h, c);
	*c = (struct call){.state = CALL_NONE};
}

static void end_calls(struct helper_call *h)
{
	struct pptp *p = memory_of(h);

	for (unsigned i = 0; i < CALLS; i++)
		end_call(h, &p->calls[i]);
}

/* Takes an id for the client at the server. */
static bool take_id(struct helper_call *h, struct call *c)
{
	uint16_t id = h->tuple[WEIR_REPLY].dst_port;

	if (!h->translated) {
		c->seen = c->client;
		return true;
	}
	for (unsigned i = 0; i < TRIES; i++, id = (uint16_t)expect_draw(h->expectations)) {
		struct call wanted = {.seen = id};
		struct tuple key = tunnel_tuple(h, &wanted, WEIR_REPLY);

		if (!id || find_by(h, seen, id) || !gre_key_add(h->gre_keys, h->master, &key))
			continue;
		c->seen = id;
		h->expects = true;
		return true;
	}
	return false;
}

/* Both ids are known: the tunnel may begin, from either end. */
static void establish(struct helper_call *h, struct call *c, uint16_t server)
{
	struct expectation e[2];
	bool done = true;

	if (c->state == CALL_UP && c->server == server)
		return; /* said once more */
	if (c->server && c->server != server)
		drop_keys(h, c);
	c->server = server;
	for (unsigned dir = 0; dir < 2; dir++) {
		e[dir] = tunnel_expectation(h, c, (enum weir_dir)dir);
		done = done && gre_key_add(h->gre_keys, h->master, &e[dir].tuple);
	}
	for (unsigned dir = 0; dir < 2 && done; dir++)
		done = expect_add(h->expectations, &e[dir], LIMIT, h->now) == EXPECT_OK;
	h->expects = true;
	if (done)
		c->state = CALL_UP;
	else
		end_call(h, c);
}

/* Puts another id into the message. */
static enum helper_result put_id(struct helper_call *h, const struct message *m, uint32_t offset,
				 uint16_t id)
{
	uint8_t bytes[2];

	if (field16(h, m, offset) == id)
		return HELPER_PASS;
	put_be16(bytes, id);
	if (!helper_replace(h, m->at + offset, sizeof bytes, bytes, sizeof bytes))
		return helper_drop(h, WEIR_R_HELPER_ROOM, 0);
	return HELPER_PASS;
}

/* What the client says. */

static enum helper_result out_request(struct helper_call *h, const struct message *m)
{
	uint16_t id = field16(h, m, ID);
	struct call *c = find_by(h, client, id);

	if (!id || memory_of(h)->session != SESSION_OPEN)
		return HELPER_PASS;
	if (!c || c->incoming) {
		c = new_call(h);
		if (!c)
			return HELPER_PASS;
		end_call(h, c);
		c->client = id;
		if (!take_id(h, c)) {
			*c = (struct call){.state = CALL_NONE};
			return HELPER_PASS;
		}
	}
	c->state = CALL_OUT_REQUESTED;
	return put_id(h, m, ID, c->seen);
}

static enum helper_result in_reply(struct helper_call *h, const struct message *m)
{
	uint16_t id = field16(h, m, ID);
	struct call *c = find_by(h, server, field16(h, m, PEER_ID));

	if (!c || !c->incoming)
		return HELPER_PASS;
	if (field8(h, m, CALL_RESULT) != GOOD) {
		end_call(h, c);
		return HELPER_PASS;
	}
	if (c->state == CALL_IN_REQUESTED) {
		c->client = id;
		if (!id || !take_id(h, c))
			return HELPER_PASS;
		c->state = CALL_IN_ACCEPTED;
	}
	return c->client == id ? put_id(h, m, ID, c->seen) : HELPER_PASS;
}

/* The server answers with a notification, which ends the call. */
static enum helper_result clear_request(struct helper_call *h, const struct message *m)
{
	const struct call *c = find_by(h, client, field16(h, m, ID));

	return c && c->seen ? put_id(h, m, ID, c->seen) : HELPER_PASS;
}

static enum helper_result client_says(struct helper_call *h, const struct message *m)
{
	struct pptp *p = memory_of(h);

	switch (m->type) {
	case START_REQUEST:
		if (p->session == SESSION_NONE)
			p->session = SESSION_REQUESTED;
		return HELPER_PASS;
	case OUT_REQUEST:
		return out_request(h, m);
	case IN_REPLY:
		return in_reply(h, m);
	case CLEAR_REQUEST:
		return clear_request(h, m);
	default:
		return HELPER_PASS;
	}
}

/* What the server says. */

static void start_reply(struct helper_call *h, const struct message *m)
{
	struct pptp *p = memory_of(h);

	if (p->session == SESSION_REQUESTED)
		p->session = field8(h, m, START_RESULT) == GOOD ? SESSION_OPEN : SESSION_NONE;
}

static enum helper_result out_reply(struct helper_call *h, const struct message *m)
{
	uint16_t id = field16(h, m, ID);
	struct call *c = find_by(h, seen, field16(h, m, PEER_ID));
	enum helper_result result;

	if (!c || c->incoming)
		return HELPER_PASS;
	result = put_id(h, m, PEER_ID, c->client);
	if (result != HELPER_PASS)
		return result;
	if (field8(h, m, CALL_RESULT) == GOOD && id)
		establish(h, c, id);
	else
		end_call(h, c);
	return HELPER_PASS;
}

static void in_request(struct helper_call *h, const struct message *m)
{
	uint16_t id = field16(h, m, ID);
	struct call *c;

	if (!id || memory_of(h)->session != SESSION_OPEN || find_by(h, server, id))
		return;
	c = new_call(h);
	if (!c)
		return;
	end_call(h, c);
	*c = (struct call){.state = CALL_IN_REQUESTED, .incoming = 1, .server = id};
}

/* Messages that name the call by the client's id. */
static enum helper_result to_client(struct helper_call *h, const struct message *m)
{
	struct call *c = find_by(h, seen, field16(h, m, ID));
	enum helper_result result;

	if (!c || !c->seen)
		return HELPER_PASS;
	result = put_id(h, m, ID, c->client);
	if (result == HELPER_PASS && m->type == IN_CONNECTED && c->state == CALL_IN_ACCEPTED)
		establish(h, c, c->server);
	return result;
}

/* By RFC 2637 it names the call by the server's id; there are servers that give the client's. */
static enum helper_result disconnect_notify(struct helper_call *h, const struct message *m)
{
	uint16_t id = field16(h, m, ID);
	struct call *c = find_by(h, server, id);
	enum helper_result result = HELPER_PASS;

	if (!id)
		return HELPER_PASS;
	if (!c) {
		c = find_by(h, seen, id);
		if (!c)
			return HELPER_PASS;
		result = put_id(h, m, ID, c->client);
	}
	if (result == HELPER_PASS)
		end_call(h, c);
	return result;
}

static enum helper_result server_says(struct helper_call *h, const struct message *m)
{
	switch (m->type) {
	case START_REPLY:
		start_reply(h, m);
		return HELPER_PASS;
	case OUT_REPLY:
		return out_reply(h, m);
	case IN_REQUEST:
		in_request(h, m);
		return HELPER_PASS;
	case DISCONNECT_NOTIFY:
		return disconnect_notify(h, m);
	case IN_CONNECTED:
	case WAN_ERROR:
	case SET_LINK_INFO:
		return to_client(h, m);
	default:
		return HELPER_PASS;
	}
}

/* Either may stop the session; with the answer all calls are over. */
static enum helper_result one_message(struct helper_call *h, const struct message *m)
{
	if (m->type == STOP_REPLY) {
		if (field8(h, m, STOP_RESULT) == GOOD) {
			end_calls(h);
			memory_of(h)->session = SESSION_NONE;
		}
		return HELPER_PASS;
	}
	return h->dir == WEIR_ORIGINAL ? client_says(h, m) : server_says(h, m);
}

/* Reads the header of the message at m->at. => false: there is none */
static bool read_header(const struct helper_call *h, struct message *m)
{
	struct view v = view_of(h->data + m->at, h->size - m->at);
	uint16_t kind;
	uint32_t cookie;

	m->length = view_16(&v);
	kind = view_16(&v);
	cookie = view_32(&v);
	m->type = view_16(&v);
	return !v.short_ && kind == CONTROL && cookie == COOKIE && m->length >= SHORTEST &&
	       m->length <= LONGEST;
}

/* Where the first message of a segment begins: behind the rest of one that began before. */
static uint32_t first_message(const struct helper_call *h)
{
	const struct pptp *p = memory_of(h);
	uint32_t from = p->from[h->dir], length = p->to[h->dir] - from, at = h->seq - from;

	return at > 0 && at < length ? length - at : 0;
}

enum helper_result helper_pptp(struct helper_call *h)
{
	struct pptp *p = memory_of(h);
	struct message m = {.at = first_message(h)};

	for (unsigned i = 0; i < MESSAGES_MAX && m.at < h->size; i++, m.at += m.length) {
		uint32_t left = h->size - m.at;
		enum helper_result result;

		if (!read_header(h, &m))
			break;
		if (left < needed(m.type))
			return helper_drop(h, WEIR_R_HELPER_PARTIAL, h->size);
		if (left < m.length) {
			p->from[h->dir] = h->seq + m.at;
			p->to[h->dir] = h->seq + m.at + m.length;
		}
		result = one_message(h, &m);
		if (result != HELPER_PASS)
			return result;
	}
	return HELPER_PASS;
}
