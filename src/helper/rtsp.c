/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/rtsp.c - the Real Time Streaming Protocol (RFC 2326, 7826): a client asks a server to
 * send a stream to ports of its own.
 *
 *	SETUP rtsp://example.com/film/video RTSP/1.0
 *	CSeq: 3
 *	Transport: RTP/AVP;unicast;client_port=4588-4589
 *
 * The ports are expected from the server, each transport that the client would take. The answer
 * names the one that was chosen, and the others are taken back; what the client sends from there to
 * the server's ports is expected too, so that it leaves by the port that the server knows. Of a
 * translated connection the request names the ports that the server must send to, and the answer is
 * given back the client's own; addresses of both ends are translated wherever the header has them.
 * What goes within the connection or to many hosts needs nothing, and a stream that is to go to a
 * third host gets nothing.
 *
 * A message is read where a segment begins, and behind other messages and interleaved frames.
 * Nothing is expected unless what the client says first is a request of RTSP: nobody can make a
 * browser say that.
 *
 * Threads: the worker's. Cost: a search for line ends over the headers.
 */
#include <stdio.h>

#include "helper/helper.h"
#include "helper/rtsp_transport.h"

#define LIMIT 8u /* in each direction */
#define SECONDS 300u
#define MESSAGES_MAX 8u /* and frames, that are read in one packet */
#define HEADERS_MAX 64u
#define TRANSPORTS_MAX 8u /* of one header line */
#define SETUPS 6u
#define EDIT_MAX 64u
#define FRAME_HEADER 4u
#define CLASS_TO_CLIENT EXPECT_AUDIO
#define CLASS_TO_SERVER EXPECT_VIDEO

enum kind { KIND_UNKNOWN, KIND_RTSP, KIND_OTHER };

/* What a request has asked for. */
struct setup {
	uint16_t own, seen; /* ports; 0: the place is free */
	uint16_t number;    /* of the request: the lower half of CSeq */
	uint8_t ports;
};

/* What is remembered. */
struct rtsp {
	uint8_t kind; /* enum kind */
	uint8_t next; /* place that is used next */
	bool held;    /* a header that was cut off was dropped once */
	uint32_t held_seq;
	struct setup setup[SETUPS];
};

static_assert(sizeof(struct rtsp) <= HELPER_MEMORY, "fits what a helper may remember");

enum message_kind { MESSAGE_OTHER, MESSAGE_SETUP, MESSAGE_TEARDOWN, MESSAGE_ANSWER };

struct message {
	enum message_kind kind;
	bool good;     /* an answer: 2xx */
	bool final;    /* and not 1xx */
	uint32_t at;   /* the first header, in the payload */
	uint32_t end;  /* behind the last one that is all there */
	uint32_t body; /* its bytes */
	uint16_t number;
	bool cut; /* the headers do not end in this packet */
};

/* Text. */

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

/* Whether `text` begins so, whatever the case; `word` has small letters. */
static bool begins(const uint8_t *text, uint32_t size, const char *word)
{
	uint32_t i = 0;

	for (; word[i]; i++)
		if (i == size || lower(text[i]) != (uint8_t)word[i])
			return false;
	return true;
}

/* => behind the line's end; 0: it has none */
static uint32_t line_end(const struct helper_call *call, uint32_t at)
{
	const uint8_t *end = memchr(call->data + at, '\n', call->size - at);

	return end ? (uint32_t)(end - call->data) + 1 : 0;
}

static bool is_empty(const struct helper_call *call, uint32_t at)
{
	return call->data[at] == '\n' || call->data[at] == '\r';
}

/* The number behind a header's name, which stands at the line's beginning. */
static uint32_t header_number(const struct helper_call *call, uint32_t at, uint32_t end)
{
	uint32_t number = 0;

	while (at < end && (call->data[at] == ' ' || call->data[at] == '\t'))
		at++;
	for (; at < end && call->data[at] >= '0' && call->data[at] <= '9'; at++)
		number = number * 10 + (call->data[at] - '0');
	return number;
}

/* "SETUP rtsp://... RTSP/1.0": whether the line ends so. */
static bool is_request(const struct helper_call *call, uint32_t at, uint32_t end)
{
	static const char version[] = "rtsp/1.0";
	uint32_t length = sizeof version - 1;

	while (end > at && (call->data[end - 1] == '\n' || call->data[end - 1] == '\r'))
		end--;
	return end - at > length + 1 && call->data[end - length - 1] == ' ' &&
	       begins(call->data + end - length, 5, "rtsp/");
}

/* Reads the first line and passes over the headers. => false: there is no message */
static bool read_message(const struct helper_call *call, uint32_t at, struct message *m)
{
	uint32_t end = line_end(call, at), size = call->size;
	const uint8_t *line = call->data + at;

	*m = (struct message){.kind = MESSAGE_OTHER, .at = end, .end = end, .cut = true};
	if (!end)
		return false;
	if (begins(line, end - at, "rtsp/1.0 ") || begins(line, end - at, "rtsp/2.0 ")) {
		m->kind = MESSAGE_ANSWER;
		m->good = line[9] == '2';
		m->final = line[9] != '1';
	} else if (!is_request(call, at, end)) {
		return false;
	} else if (begins(line, end - at, "setup ")) {
		m->kind = MESSAGE_SETUP;
	} else if (begins(line, end - at, "teardown ")) {
		m->kind = MESSAGE_TEARDOWN;
	}
	for (unsigned i = 0; i < HEADERS_MAX && m->end < size; i++) {
		uint32_t from = m->end, to = line_end(call, from);

		if (!to)
			break;
		m->end = to;
		if (is_empty(call, from)) {
			m->cut = false;
			break;
		}
		if (begins(call->data + from, to - from, "cseq:"))
			m->number = (uint16_t)header_number(call, from + 5, to);
		else if (begins(call->data + from, to - from, "content-length:"))
			m->body = header_number(call, from + 15, to);
	}
	return true;
}

/* What was asked for. */

static struct rtsp *memory_of(const struct helper_call *call)
{
	return call->memory;
}

static struct setup *find_setup(const struct helper_call *call, uint16_t own, uint16_t seen)
{
	struct rtsp *r = memory_of(call);

	for (unsigned i = 0; i < SETUPS; i++)
		if (r->setup[i].own && (!own || r->setup[i].own == own) &&
		    (!seen || r->setup[i].seen == seen))
			return &r->setup[i];
	return NULL;
}

static void note_setup(const struct helper_call *call, const struct helper_want *want,
		       uint16_t number)
{
	struct rtsp *r = memory_of(call);
	struct setup *s = find_setup(call, want->port, 0);

	if (!s) {
		s = &r->setup[r->next];
		r->next = (uint8_t)((r->next + 1) % SETUPS);
	}
	*s = (struct setup){
		.own = want->port, .seen = want->seen, .number = number, .ports = want->ports};
}

static void take_back(struct helper_call *call, struct setup *s)
{
	struct expectation e = {.tuple = call->tuple[WEIR_REPLY], .any_src_port = true};

	e.tuple.proto = PROTO_UDP;
	for (unsigned i = 0; i < s->ports; i++) {
		e.tuple.dst_port = (uint16_t)(s->seen + i);
		expect_cancel(call->expectations, call->master, &e);
	}
	*s = (struct setup){.own = 0};
}

/* What an answer says of the streams that a request asked for. */
struct choice {
	bool told;     /* it names a transport */
	bool any;      /* by UDP, but not to which port */
	uint16_t port; /* the client's own; 0: none of those that were asked for */
};

/* Changes to the text of one transport, in its order. */

struct change {
	uint32_t at, old, length;
	char text[EDIT_MAX];
};

struct changes {
	unsigned count;
	struct change change[RTSP_FIELDS];
};

/* Whom an address of the header means, as the other side must read it. => false: neither end */
static bool translated_address(const struct helper_call *call, const struct rtsp_field *f,
			       union weir_addr *addr)
{
	uint8_t family = call->tuple[0].family;

	if (!f->host_size ||
	    helper_addr_read(family, call->data + f->host, f->host_size, addr) != f->host_size)
		return false;
	if (helper_addr_equal(family, addr, helper_own(call)))
		*addr = *helper_seen(call);
	else if (helper_addr_equal(family, addr, helper_peer(call)))
		*addr = *helper_peer_own(call);
	else
		return false;
	return true;
}

/* An address and port between quotes. */
static int print_end(const struct helper_call *call, const struct rtsp_field *f, bool known,
		     const char *addr, uint16_t port, char *text)
{
	bool six = known && call->tuple[0].family == WEIR_IPV6;

	if (known)
		return snprintf(text, EDIT_MAX, six ? "[%s]:%u" : "%s:%u", addr, port);
	/* No address, or one of somebody else: the brackets stay where they are. */
	if (f->length > EDIT_MAX - 8)
		return -1;
	memcpy(text, call->data + f->at, f->length);
	for (uint32_t n = f->length; n > 0; n--)
		if (text[n - 1] == ':')
			return (int)n + snprintf(text + n, 8, "%u", port);
	return -1;
}

/* What a field must read for the other side; `from` and `to` are the stream's first port as it is
 * and as it must be, 0 if that is not changed. */
static void add_change(struct changes *all, const struct helper_call *call,
		       const struct rtsp_field *f, uint16_t from, uint16_t to, unsigned ports)
{
	struct change *c = &all->change[all->count];
	uint8_t family = call->tuple[0].family;
	uint16_t port = f->port;
	union weir_addr addr;
	char text[46] = "";
	bool known = false;
	int length = 0;

	if (f->kind != RTSP_CLIENT_PORT)
		known = translated_address(call, f, &addr);
	if (known)
		text[helper_addr_text(family, &addr, text)] = '\0';
	switch (f->kind) {
	case RTSP_CLIENT_PORT:
		if (from && f->last > f->port)
			length = snprintf(c->text, EDIT_MAX, "%u-%u", to, to + ports - 1);
		else if (from)
			length = snprintf(c->text, EDIT_MAX, "%u", to);
		break;
	case RTSP_DESTINATION:
	case RTSP_SOURCE:
		if (known)
			length = snprintf(c->text, EDIT_MAX, "%s", text);
		break;
	case RTSP_DEST_ADDR:
		if (from && port >= from && port - from < (int)ports)
			port = (uint16_t)(to + (port - from));
		length = print_end(call, f, known, text, port, c->text);
		break;
	case RTSP_SRC_ADDR:
		length = print_end(call, f, known, text, port, c->text);
		break;
	default: /* the server's ports stay */
		break;
	}
	if (length <= 0)
		return;
	c->at = f->at;
	c->old = f->length;
	c->length = (uint32_t)length;
	all->count++;
}

/* Makes them, the last one first, so that the others stay where they are. */
static bool make_changes(struct helper_call *call, const struct changes *all)
{
	for (unsigned i = all->count; i > 0; i--) {
		const struct change *c = &all->change[i - 1];

		if (!helper_replace(call, c->at, c->old, c->text, c->length))
			return false;
	}
	return true;
}

static bool change_transport(struct helper_call *call, const struct rtsp_transport *t,
			     uint16_t from, uint16_t to, unsigned ports)
{
	struct changes all = {.count = 0};

	if (!call->translated)
		return true;
	for (unsigned i = 0; i < t->count; i++)
		add_change(&all, call, &t->field[i], from, to, ports);
	return make_changes(call, &all);
}

/* Which ports one side has for a stream, by the fields that say it. => how many; 0: it is not
 * known, or they are no pair */
static uint8_t stream_ports(const struct rtsp_transport *t, enum rtsp_field_kind ports,
			    enum rtsp_field_kind ends, uint16_t *first)
{
	uint16_t last = 0;

	*first = 0;
	for (unsigned i = 0; i < t->count; i++) {
		const struct rtsp_field *f = &t->field[i];

		if (f->kind == ports && !*first) {
			*first = f->port;
			last = f->last;
		} else if (f->kind == ends) {
			if (!*first)
				*first = f->port;
			last = f->port;
		}
	}
	if (!*first || (last != *first && last != *first + 1))
		return 0;
	return last == *first ? 1 : 2;
}

/* Whether the addresses of one side are those of the message's sender, if it names any. */
static bool is_sender(const struct helper_call *call, const struct rtsp_transport *t,
		      enum rtsp_field_kind address, enum rtsp_field_kind ends)
{
	uint8_t family = call->tuple[0].family;

	for (unsigned i = 0; i < t->count; i++) {
		const struct rtsp_field *f = &t->field[i];
		union weir_addr addr;

		if ((f->kind != address && f->kind != ends) || (f->kind == ends && !f->host_size))
			continue;
		if (!f->host_size || helper_addr_read(family, call->data + f->host, f->host_size,
						      &addr) != f->host_size)
			return false;
		if (!helper_addr_equal(family, &addr, helper_own(call)) &&
		    !helper_addr_equal(family, &addr, helper_seen(call)))
			return false;
	}
	return true;
}

/* A transport that the client would take. => false: no room */
static bool offered(struct helper_call *call, const struct message *m,
		    const struct rtsp_transport *t)
{
	struct helper_want want = {
		.proto = PROTO_UDP,
		.class = CLASS_TO_CLIENT,
		.limit = LIMIT,
		.seconds = SECONDS,
	};
	const struct setup *before;

	if (t->udp && is_sender(call, t, RTSP_DESTINATION, RTSP_DEST_ADDR))
		want.ports = stream_ports(t, RTSP_CLIENT_PORT, RTSP_DEST_ADDR, &want.port);
	if (!want.ports)
		return true;
	before = find_setup(call, want.port, 0);
	want.first = before ? before->seen : 0;
	if (!helper_expect(call, &want))
		return true;
	note_setup(call, &want, m->number);
	return change_transport(call, t, want.port, want.seen, want.ports);
}

/* What the client sends to the server's ports, when it does so before the server sends. */
static void expect_answers(struct helper_call *call, const struct rtsp_transport *t,
			   const struct setup *s)
{
	uint16_t first;
	uint8_t ports = stream_ports(t, RTSP_SERVER_PORT, RTSP_SRC_ADDR, &first);
	struct expectation e = {
		.tuple = call->tuple[WEIR_ORIGINAL],
		.translate = call->translated,
		.class = CLASS_TO_SERVER,
		.helper = call->helper,
		.new_src = call->tuple[WEIR_REPLY].dst,
		.new_dst = call->tuple[WEIR_REPLY].src,
		.mark = call->mark,
		.master = call->master,
		.expires = call->now + SECONDS * WEIR_SEC,
	};

	if (!is_sender(call, t, RTSP_SOURCE, RTSP_SRC_ADDR) || first < HELPER_PORT_LOW)
		return;
	e.tuple.proto = PROTO_UDP;
	for (unsigned i = 0; i < ports && i < s->ports; i++) {
		e.tuple.src_port = (uint16_t)(s->own + i);
		e.new_src_port = (uint16_t)(s->seen + i);
		e.tuple.dst_port = e.new_dst_port = (uint16_t)(first + i);
		if (expect_add(call->expectations, &e, LIMIT, call->now) == EXPECT_OK)
			call->expects = true;
	}
}

/* The transport that the server has taken. => false: no room */
static bool chosen(struct helper_call *call, const struct message *m,
		   const struct rtsp_transport *t, struct choice *choice)
{
	const struct setup *s = NULL;
	uint16_t first;

	choice->told = true;
	if (t->udp && stream_ports(t, RTSP_CLIENT_PORT, RTSP_DEST_ADDR, &first))
		s = find_setup(call, 0, first);
	else if (t->udp)
		choice->any = true;
	if (!s || s->number != m->number)
		return change_transport(call, t, 0, 0, 0);
	choice->port = s->own;
	if (m->good)
		expect_answers(call, t, s);
	return change_transport(call, t, s->seen, s->own, s->ports);
}

/* The transports of a header line, from `at` to `end`. */
static bool read_transports(struct helper_call *call, const struct message *m, uint32_t at,
			    uint32_t end, struct choice *choice)
{
	for (unsigned i = 0; i < TRANSPORTS_MAX && at < end; i++) {
		uint32_t before = call->size;
		struct rtsp_transport t;
		bool good = rtsp_transport_read(call->data, end, at, &t);

		if (good && m->kind == MESSAGE_SETUP)
			good = offered(call, m, &t);
		else if (good)
			good = chosen(call, m, &t, choice);
		else
			good = true;
		if (!good)
			return false;
		end += call->size - before;
		at = t.end + (call->size - before) + 1;
	}
	return true;
}

/* The headers that have transports. => false: no room */
static bool read_headers(struct helper_call *call, struct message *m, struct choice *choice)
{
	static const char name[] = "transport:";
	uint32_t at = m->at;

	while (at < m->end) {
		uint32_t end = line_end(call, at), before = call->size;

		if (begins(call->data + at, end - at, name) &&
		    !read_transports(call, m, at + sizeof name - 1, end - 1, choice))
			return false;
		m->end += call->size - before;
		at = end + (call->size - before);
	}
	return true;
}

/* Takes back what a request has asked for and the answer does not grant. */
static void settle(struct helper_call *call, uint16_t number, uint16_t port)
{
	struct rtsp *r = memory_of(call);

	for (unsigned i = 0; i < SETUPS; i++)
		if (r->setup[i].own && r->setup[i].number == number && r->setup[i].own != port)
			take_back(call, &r->setup[i]);
}

static void forget_setups(struct helper_call *call)
{
	struct rtsp *r = memory_of(call);

	helper_forget(call, CLASS_TO_CLIENT);
	helper_forget(call, CLASS_TO_SERVER);
	memset(r->setup, 0, sizeof r->setup);
}

/* A message that is cut off is dropped if it must be translated: its sender sends it again, with
 * the rest if that is there by then. Once, since it may not be. */
static bool hold(struct helper_call *call, const struct message *m)
{
	struct rtsp *r = memory_of(call);

	if (!m->cut || !call->translated || (r->held && r->held_seq == call->seq))
		return false;
	r->held = true;
	r->held_seq = call->seq;
	return true;
}

static enum helper_result judge(struct helper_call *call, struct message *m)
{
	bool client = call->dir == WEIR_ORIGINAL;
	struct choice choice = {.told = false};

	if (client && m->kind == MESSAGE_TEARDOWN)
		forget_setups(call);
	if (m->kind != (client ? MESSAGE_SETUP : MESSAGE_ANSWER))
		return HELPER_PASS;
	if (hold(call, m))
		return helper_drop(call, WEIR_R_HELPER_PARTIAL, call->size);
	if (!read_headers(call, m, &choice))
		return helper_drop(call, WEIR_R_HELPER_ROOM, 0);
	if (m->final && !m->cut && (!m->good || (choice.told && !choice.any)))
		settle(call, m->number, m->good ? choice.port : 0);
	return HELPER_PASS;
}

/* Passes over a frame of a stream that shares the connection. => false: it is none, or not all
 * there */
static bool pass_frame(const struct helper_call *call, uint32_t *at)
{
	uint32_t left = call->size - *at, length;

	if (left < FRAME_HEADER || call->data[*at] != '$')
		return false;
	length = FRAME_HEADER + be16(call->data + *at + 2);
	if (length > left)
		return false;
	*at += length;
	return true;
}

/* What the client says first decides what the connection is. */
static bool is_ours(struct helper_call *call)
{
	struct rtsp *r = memory_of(call);
	struct message m;

	if (r->kind == KIND_UNKNOWN) {
		if (call->dir != WEIR_ORIGINAL)
			return false;
		r->kind = read_message(call, 0, &m) && m.kind != MESSAGE_ANSWER ? KIND_RTSP
										: KIND_OTHER;
	}
	return r->kind == KIND_RTSP;
}

enum helper_result helper_rtsp(struct helper_call *call)
{
	uint32_t at = 0;

	if (!is_ours(call))
		return HELPER_PASS;
	for (unsigned i = 0; i < MESSAGES_MAX && at < call->size; i++) {
		enum helper_result result;
		struct message m;

		if (pass_frame(call, &at))
			continue;
		if (!read_message(call, at, &m))
			break;
		result = judge(call, &m);
		if (result != HELPER_PASS || m.cut || m.body >= call->size - m.end)
			return result;
		at = m.end + m.body;
	}
	return HELPER_PASS;
}
