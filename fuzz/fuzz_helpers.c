/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz/fuzz_helpers.c - helpers in an engine: connections that they read, translated or not, what
 * they expect, and everything that may happen to either meanwhile.
 *
 *	10.0.0.1, 10.0.0.5   at interface 0; the router is 10.0.0.133 there and outside, which makes
 *	                     messages longer
 *	10.0.0.2, 10.0.0.4   at interface 1; dst-nat makes the latter of the former
 *
 * and 2001:db8::1 likewise: the addresses that the seeds of the parsers name.
 *
 * A step opens a connection to a helper's port, says something in one (any bytes, or a message that
 * is known), sends it again, meets what is expected, lets time pass, takes memory away, changes
 * settings or rules, removes a connection. Both ends count their bytes as TCP does, so what leaves
 * must continue what left before, whatever a helper has made of it: see check_numbers(). Nothing
 * may be expected but to an end of a connection, at a port that is nobody's else; and at the end
 * nothing may be left.
 */
#include <stdbool.h>
#include <weir/weir.h>

#include "base/bytes.h"
#include "memory.h"

#define FLOWS 4
#define SIDES 2
#define LIST_MAX 128
#define SAY_MAX 1400
#define ROOM (SAY_MAX + 100)
#define LISTENS 2000 /* TCP and UDP, at the router */
#define FIN 1
#define SYN 2
#define RST 4
#define ACK 16
#define HOST_LAN 1
#define HOST_WAN 2
#define HOST_ROUTER 133
#define HOST_DMZ 4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What one side writes into its packets. */
struct end {
	union weir_addr src, dst;
	uint16_t src_port, dst_port, port; /* the last: the interface it comes in by */
};

struct segment {
	uint32_t seq, left_as, size;
	bool sent;
	uint8_t data[SAY_MAX];
};

struct flow {
	bool open, six;
	uint8_t proto;
	uint64_t id;
	struct end end[SIDES];
	uint32_t seq[SIDES]; /* that side's next byte */
	uint32_t got[SIDES]; /* and what the other side waits for */
	struct segment last[SIDES];
};

struct run {
	const uint8_t *data;
	size_t left;
	struct memory memory;
	struct weir_engine *engine;
	unsigned workers;
	weir_time now;
	uint64_t sent;
	struct flow flow[FLOWS];
	struct weir_packet io; /* the last packet */
	uint8_t bytes[ROOM];
};

static uint8_t take8(struct run *run)
{
	if (!run->left)
		return 0;
	run->left--;
	return *run->data++;
}

static union weir_addr host(bool six, uint8_t number)
{
	union weir_addr addr = {.u64 = {0, 0}};

	if (six) {
		put_be32(addr.v6, 0x20010db8);
		addr.v6[15] = number;
	} else {
		put_be32(addr.v6, 0x0a000000u | number);
	}
	return addr;
}

static uint8_t number_of(bool six, const union weir_addr *addr)
{
	return addr->v6[six ? 15 : 3];
}

static uint16_t place_of(bool six, const union weir_addr *addr)
{
	uint8_t number = number_of(six, addr);

	return number == HOST_WAN || number == HOST_DMZ;
}

/* Rules and settings. */

enum { NO_RULES = 1, MASQUERADE = 2, DSTNAT = 4, FASTTRACK = 8, LISTENERS = 16 };

struct rules {
	struct weir_match match[4];
	struct weir_rule rule[4];
	struct weir_chain chain[3];
	struct weir_ruleset set;
};

static uint64_t outside[WEIR_INTERFACE_WORDS] = {2}, inside[WEIR_INTERFACE_WORDS] = {1};

static void set_world(struct weir_ruleset *set, uint8_t what)
{
	static struct weir_interface_address own[2][2];
	static struct weir_interface interfaces[2];
	static struct weir_route routes[10];
	static struct weir_listener listeners[4];

	set->route_count = 0;
	for (unsigned six = 0; six < 2; six++) {
		uint8_t family = six ? WEIR_IPV6 : WEIR_IPV4, length = six ? 128 : 32;

		for (uint8_t n = 1; n <= 5; n++) {
			union weir_addr prefix = host(six, n);

			routes[set->route_count++] =
				(struct weir_route){.family = family, .length = length,
						    .interface = place_of(six, &prefix),
						    .prefix = prefix};
		}
		for (uint16_t i = 0; i < 2; i++) {
			own[i][six] = (struct weir_interface_address){
				.family = family, .length = length, .addr = host(six, HOST_ROUTER)};
			listeners[2 * six + i] = (struct weir_listener){
				.family = family, .protocol = i ? 6 : 17, .port = LISTENS};
		}
	}
	for (uint16_t i = 0; i < 2; i++)
		interfaces[i] = (struct weir_interface){.bridge = WEIR_INTERFACE_NONE,
							.addresses = own[i],
							.address_count = 2};
	set->interfaces = interfaces;
	set->interface_count = 2;
	set->routes = routes;
	set->listeners = listeners;
	set->listener_count = what & LISTENERS ? 4 : 0;
}

static void add_nat(struct rules *r, uint8_t what)
{
	struct weir_table_rules *t = &r->set.tables[0][WEIR_TABLE_NAT];

	r->match[0] = (struct weir_match){.type = WEIR_MATCH_OUT_INTERFACE, .interfaces = outside};
	r->rule[0] = (struct weir_rule){.counter = 1, .action = WEIR_ACTION_MASQUERADE,
					.matches = &r->match[0], .match_count = 1};
	r->match[1] = (struct weir_match){.type = WEIR_MATCH_IN_INTERFACE, .interfaces = inside};
	r->rule[1] = (struct weir_rule){.counter = 2, .action = WEIR_ACTION_DST_NAT,
					.matches = &r->match[1], .match_count = 1};
	r->rule[1].nat.flags = WEIR_NAT_ADDRESS;
	r->rule[1].nat.first = r->rule[1].nat.last = host(false, HOST_DMZ);
	r->chain[0] = (struct weir_chain){"srcnat", &r->rule[0], 1};
	r->chain[1] = (struct weir_chain){"dstnat", &r->rule[1], 1};
	t->chains = r->chain;
	t->count = 2;
	if (what & MASQUERADE)
		t->builtin[WEIR_HOOK_POSTROUTING] = 0;
	if (what & DSTNAT)
		t->builtin[WEIR_HOOK_PREROUTING] = 1;
}

static void set_rules(struct run *run, uint8_t what)
{
	struct weir_rules_error error = {.text = ""};
	struct weir_table_rules *filter;
	struct rules r;
	int result;

	if (what & NO_RULES) {
		MUST(weir_rules_set(run->engine, NULL, &error) != WEIR_EINVAL);
		return;
	}
	memset(&r, 0, sizeof r);
	set_world(&r.set, what);
	for (unsigned f = 0; f < 2; f++) {
		r.set.forward[f] = r.set.fasttrack[f] = true;
		for (unsigned i = 0; i < WEIR_TABLE_COUNT; i++)
			memset(r.set.tables[f][i].builtin, 0xff, sizeof r.set.tables[f][i].builtin);
	}
	add_nat(&r, what);
	/* The same for IPv6: masquerade alone. */
	if (what & MASQUERADE) {
		r.set.tables[1][WEIR_TABLE_NAT] = r.set.tables[0][WEIR_TABLE_NAT];
		r.set.tables[1][WEIR_TABLE_NAT].count = 1;
		r.set.tables[1][WEIR_TABLE_NAT].builtin[WEIR_HOOK_PREROUTING] = WEIR_NO_CHAIN;
	}
	filter = &r.set.tables[0][WEIR_TABLE_FILTER];
	r.rule[2] = (struct weir_rule){.counter = 3, .action = WEIR_ACTION_FASTTRACK};
	r.chain[2] = (struct weir_chain){"forward", &r.rule[2], 1};
	if (what & FASTTRACK) {
		filter->chains = &r.chain[2];
		filter->count = 1;
		filter->builtin[WEIR_HOOK_FORWARD] = 0;
	}
	result = weir_rules_set(run->engine, &r.set, &error);
	MUST(result == WEIR_OK || result == WEIR_ENOMEM);
}

static void step_settings(struct run *run)
{
	static const uint32_t most[] = {4096, 1, 3, 100};
	uint8_t what = take8(run), off = take8(run);
	struct weir_settings settings;
	int result;

	weir_settings_get(run->engine, &settings);
	for (unsigned i = 1; i < WEIR_HELPER_COUNT; i++)
		settings.helper[i].on = !(off >> i & 1);
	settings.sip_direct_media = !(what & 1);
	settings.max_expectations = most[what >> 1 & 3];
	result = weir_settings_set(run->engine, &settings);
	MUST(result == WEIR_OK || result == WEIR_ENOMEM);
}

/* Packets. */

static uint32_t sum(const uint8_t *p, size_t size, uint32_t start)
{
	for (size_t i = 0; i < size; i++)
		start += i & 1 ? p[i] : (uint32_t)p[i] << 8;
	while (start >> 16)
		start = (start & 0xffff) + (start >> 16);
	return start;
}

static bool is_six(const uint8_t *p)
{
	return p[0] >> 4 == 6;
}

static size_t header_of(const uint8_t *p)
{
	return is_six(p) ? 40 : 20;
}

static uint8_t protocol_of(const uint8_t *p)
{
	return is_six(p) ? p[6] : p[9];
}

static uint32_t pseudo(const uint8_t *p, size_t len)
{
	return sum(is_six(p) ? p + 8 : p + 12, is_six(p) ? 32 : 8,
		   (uint32_t)(protocol_of(p) + len - header_of(p)));
}

/* Writes the IP header before `size` bytes that are there. */
static uint32_t write_ip(uint8_t *p, bool six, uint8_t proto, const struct end *e, uint32_t size)
{
	if (six) {
		memset(p, 0, 40);
		p[0] = 0x60;
		put_be16(p + 4, (uint16_t)size);
		p[6] = proto;
		p[7] = 64;
		memcpy(p + 8, &e->src, 16);
		memcpy(p + 24, &e->dst, 16);
		return 40 + size;
	}
	memset(p, 0, 20);
	p[0] = 0x45;
	put_be16(p + 2, (uint16_t)(20 + size));
	p[8] = 64;
	p[9] = proto;
	memcpy(p + 12, &e->src, 4);
	memcpy(p + 16, &e->dst, 4);
	put_be16(p + 10, (uint16_t)~sum(p, 20, 0));
	return 20 + size;
}

static uint32_t write_packet(uint8_t *p, bool six, uint8_t proto, const struct end *e,
			     uint8_t flags, uint32_t seq, uint32_t ack, const uint8_t *data,
			     uint32_t size)
{
	uint32_t header = proto == 6 ? 20 : 8, length;
	uint8_t *l4 = p + (six ? 40 : 20), *check = l4 + (proto == 6 ? 16 : 6);

	memset(l4, 0, header);
	put_be16(l4, e->src_port);
	put_be16(l4 + 2, e->dst_port);
	if (proto == 6) {
		put_be32(l4 + 4, seq);
		put_be32(l4 + 8, ack);
		l4[12] = 0x50;
		l4[13] = flags;
		put_be16(l4 + 14, 60000);
	} else {
		put_be16(l4 + 4, (uint16_t)(8 + size));
	}
	if (size)
		memcpy(l4 + header, data, size);
	length = write_ip(p, six, proto, e, header + size);
	put_be16(check, (uint16_t)~sum(l4, header + size, pseudo(p, length)));
	if (proto == 17 && !be16(check))
		put_be16(check, 0xffff);
	return length;
}

static bool is_right(const uint8_t *p, size_t len)
{
	size_t header = header_of(p);

	if (!is_six(p) && sum(p, 20, 0) != 0xffff)
		return false;
	if (len != (is_six(p) ? 40u + be16(p + 4) : be16(p + 2)))
		return false;
	if (protocol_of(p) != 6 && protocol_of(p) != 17)
		return true;
	return sum(p + header, len - header, pseudo(p, len)) == 0xffff;
}

static const struct weir_packet *send(struct run *run, uint32_t len, uint16_t port)
{
	struct weir_packet *io = &run->io;
	unsigned at = 0, turn = 0;

	do {
		MUST(turn++ < 2);
		*io = (struct weir_packet){.data = run->bytes, .caplen = len, .port = port};
		weir_process(weir_engine_worker(run->engine, at), io, 1, run->now);
		run->sent++;
		at = io->worker;
		MUST(at < run->workers);
	} while (io->verdict == WEIR_HANDOVER);
	MUST(io->verdict < WEIR_VERDICT_COUNT && io->state < WEIR_STATE_COUNT);
	MUST(!io->answer || is_right(io->answer, io->answer_len));
	if (io->verdict == WEIR_ACCEPT)
		MUST(io->out && io->out_len && is_right(io->out, io->out_len));
	return io;
}

/* Connections. */

/* Who answers what left, and how. */
static void learn_end(struct flow *f, const struct weir_packet *io)
{
	const uint8_t *p = io->out, *l4 = p + header_of(p);
	uint32_t at = f->six ? 8 : 12, size = f->six ? 16 : 4;
	struct end *e = &f->end[1];

	memset(e, 0, sizeof *e);
	memcpy(&e->dst, p + at, size);
	memcpy(&e->src, p + at + size, size);
	e->dst_port = be16(l4);
	e->src_port = be16(l4 + 2);
	e->port = place_of(f->six, &e->src);
}

/* TCP: an accepted segment that is new goes on where the one before ended, and acknowledges what
 * its sender has got, for the other side to read. */
static void check_numbers(struct flow *f, unsigned side, const struct weir_packet *io,
			  uint32_t want, uint32_t *left)
{
	const uint8_t *l4 = io->out + header_of(io->out);

	MUST(be32(l4 + 4) == want);
	if (l4[13] & ACK)
		MUST(be32(l4 + 8) == f->seq[!side]);
	*left = (uint32_t)(io->out + io->out_len - l4) - (l4[12] >> 4) * 4u;
}

static bool goes_on(const struct flow *f, const struct weir_packet *io)
{
	return io->verdict == WEIR_ACCEPT && io->conn == f->id &&
	       io->state == WEIR_STATE_ESTABLISHED;
}

static void say(struct run *run, struct flow *f, unsigned side, uint8_t flags, const uint8_t *data,
		uint32_t size)
{
	struct segment *last = &f->last[side];
	const struct weir_packet *io;
	uint32_t left;

	io = send(run,
		  write_packet(run->bytes, f->six, f->proto, &f->end[side], flags, f->seq[side],
			       f->got[!side], data, size),
		  f->end[side].port);
	if (io->conn && io->conn != f->id)
		f->open = false;
	if (f->proto != 6)
		return;
	if (flags & RST)
		f->open = false;
	if (!goes_on(f, io))
		return;
	check_numbers(f, side, io, f->got[side], &left);
	if (size) {
		*last = (struct segment){
			.seq = f->seq[side], .left_as = f->got[side], .size = size, .sent = true};
		memcpy(last->data, data, size);
	}
	f->seq[side] += size + !!(flags & (FIN | SYN));
	f->got[side] += left + !!(flags & (FIN | SYN));
}

/* The last segment comes once more. */
static void say_again(struct run *run, struct flow *f, unsigned side)
{
	const struct segment *last = &f->last[side];
	const struct weir_packet *io;
	uint32_t left;

	if (f->proto != 6 || !last->sent)
		return;
	io = send(run,
		  write_packet(run->bytes, f->six, 6, &f->end[side], ACK, last->seq, f->got[!side],
			       last->data, last->size),
		  f->end[side].port);
	if (io->conn && io->conn != f->id)
		f->open = false;
	if (goes_on(f, io))
		check_numbers(f, side, io, last->left_as, &left);
}

/* Opens a connection by its first packet's end. `data`: what that says, if it is UDP. */
static void open_flow(struct run *run, struct flow *f, bool six, uint8_t proto,
		      const struct end *first, const uint8_t *data, uint32_t size)
{
	static const uint32_t begins[SIDES] = {0xffffff80u, 1000};
	const struct weir_packet *io;
	uint32_t left;

	memset(f, 0, offsetof(struct flow, last));
	f->last[0].sent = f->last[1].sent = false;
	f->six = six;
	f->proto = proto;
	f->end[0] = *first;
	memcpy(f->seq, begins, sizeof begins);
	io = send(run, write_packet(run->bytes, six, proto, first, SYN, f->seq[0], 0, data, size),
		  first->port);
	if (io->verdict != WEIR_ACCEPT || !io->created)
		return;
	f->id = io->conn;
	f->open = true;
	learn_end(f, io);
	if (proto != 6)
		return;
	check_numbers(f, 0, io, f->seq[0]++, &left);
	f->got[0] = f->seq[0];
	f->got[1] = f->seq[1];
	say(run, f, 1, SYN | ACK, NULL, 0);
	if (f->open)
		say(run, f, 0, ACK, NULL, 0);
}

/* What is said. */

#define TEXT(text) {text, sizeof text - 1}

static const struct known {
	const char *text;
	size_t size;
} known[] = {
	TEXT("USER me\r\n"),
	TEXT("220 hello\r\n"),
	TEXT("PORT 10,0,0,1,7,208\r\n"),
	TEXT("PORT 10,0,0,1,200,1\r\n"),
	TEXT("EPRT |2|2001:db8::1|2001|\r\n"),
	TEXT("227 Entering Passive Mode (10,0,0,4,8,1).\r\n"),
	TEXT("227 (10,0,0,2,7,208)\r\n"),
	TEXT("229 Extended (|||2050|)\r\n"),
	TEXT("\0\1file\0octet\0"),
	TEXT("NICK me\r\n"),
	TEXT("PRIVMSG you :\1DCC SEND a 167772161 2000 5\1\r\n"),
	TEXT("PRIVMSG you :\1DCC CHAT chat 167772161 4000\1\r\nPRIVMSG you :\1DCC SEND \"a b\" "
	     "167772161 4001 5\1\r\n"),
	TEXT("INVITE sip:b@10.0.0.2 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1:1500;branch=1\r\n"
	     "Contact: <sip:a@10.0.0.1:1500>\r\nCSeq: 1 INVITE\r\nContent-Type: application/sdp\r\n"
	     "Content-Length: 66\r\n\r\nv=0\r\no=- 1 1 IN IP4 10.0.0.1\r\nc=IN IP4 10.0.0.1\r\n"
	     "m=audio 2000 RTP/AVP 0\r\n"),
	TEXT("SIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\nContact: <sip:b@10.0.0.2>\r\nContent-Length: 46"
	     "\r\n\r\nv=0\r\nc=IN IP4 10.0.0.4\r\nm=video 5000 RTP/AVP 0\r\n"),
	TEXT("REGISTER sip:10.0.0.2 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1:1500;branch=1\r\n"
	     "Contact: <sip:a@10.0.0.1:1500>\r\nCSeq: 2 REGISTER\r\nExpires: 60\r\n"
	     "Content-Length: 0\r\n\r\n"),
	TEXT("SIP/2.0 200 OK\r\nCSeq: 2 REGISTER\r\nContact: <sip:a@10.0.0.133:1500>;expires=60\r\n"
	     "Content-Length: 0\r\n\r\n"),
	TEXT("BYE sip:b@10.0.0.2 SIP/2.0\r\nCSeq: 3 BYE\r\nContent-Length: 0\r\n\r\n"),
	TEXT("SETUP rtsp://10.0.0.2/v RTSP/1.0\r\nCSeq: 1\r\n"
	     "Transport: RTP/AVP;unicast;client_port=4588-4589\r\n\r\n"),
	TEXT("RTSP/1.0 200 OK\r\nCSeq: 1\r\nTransport: RTP/AVP;unicast;client_port=4588-4589;"
	     "server_port=6256-6257\r\n\r\n"),
	TEXT("TEARDOWN rtsp://10.0.0.2/v RTSP/1.0\r\nCSeq: 2\r\n\r\n"),
	TEXT("\0\024\0\1\x1a\x2b\x3c\x4d\0\1\0\0\0\0\0\0\0\0\0\0"),
	TEXT("\0\024\0\1\x1a\x2b\x3c\x4d\0\2\0\0\1\0\1\0\0\0\0\0"),
	TEXT("\0\024\0\1\x1a\x2b\x3c\x4d\0\7\0\0\0\7\0\1\0\0\0\0"),
	TEXT("\0\024\0\1\x1a\x2b\x3c\x4d\0\x8\0\0\0\x9\5\xdc\1\0\0\0"),
	TEXT("\0\024\0\1\x1a\x2b\x3c\x4d\0\x9\0\0\0\x9\0\1\0\0\0\0"),
	TEXT("\0\024\0\1\x1a\x2b\x3c\x4d\0\xc\0\0\0\7\0\0\0\0\0\0"),
	TEXT("\0\024\0\1\x1a\x2b\x3c\x4d\0\xd\0\0\0\x9\1\0\0\0\0\0"),
};

/* A message that is known, with a byte of it changed perhaps, or any bytes. => its size */
static uint32_t a_message(struct run *run, uint8_t *to)
{
	uint8_t pick = take8(run);
	uint32_t size;

	if (pick < 128) {
		const struct known *k = &known[pick % ARRAY_COUNT(known)];
		uint8_t at = take8(run);

		memcpy(to, k->text, k->size);
		if (at < k->size)
			to[at] ^= take8(run);
		return (uint32_t)k->size;
	}
	size = (uint32_t)(pick & 7) << 8 | take8(run);
	if (size > SAY_MAX)
		size = SAY_MAX;
	if (size > run->left)
		size = (uint32_t)run->left;
	if (size)
		memcpy(to, run->data, size);
	run->data += size;
	run->left -= size;
	return size;
}

static void step_open(struct run *run)
{
	static const struct {
		uint16_t port;
		uint8_t proto;
	} kind[] = {{21, 6},    {69, 17},    {6667, 6}, {5060, 17}, {5060, 6},
		    {1723, 6},  {1720, 6},   {1719, 17}, {554, 6},  {80, 6}};
	uint8_t what = take8(run), how = take8(run), text[SAY_MAX];
	struct flow *f = &run->flow[how % FLOWS];
	bool six = how & 0x40, back = how & 0x80;
	struct end first = {
		.src = host(six, back ? HOST_WAN : how & 0x20 ? 5 : HOST_LAN),
		.dst = host(six, back ? how & 0x20 ? HOST_LAN : HOST_ROUTER : HOST_WAN),
		.src_port = how & 0x10 ? 1600 : 1500,
		.dst_port = kind[what % ARRAY_COUNT(kind)].port,
		.port = back,
	};
	uint8_t proto = kind[what % ARRAY_COUNT(kind)].proto;
	uint32_t size = proto == 17 ? a_message(run, text) : 0;

	open_flow(run, f, six, proto, &first, text, size);
}

static void step_say(struct run *run)
{
	uint8_t how = take8(run), text[SAY_MAX];
	struct flow *f = &run->flow[(how >> 1 & 7) % FLOWS];
	unsigned side = how & 1;
	uint32_t size;

	if (how & 0x10) {
		if (f->open)
			say_again(run, f, side);
		return;
	}
	size = a_message(run, text);
	if (f->open)
		say(run, f, side, ACK | ((how & 0xe0) == 0xe0 ? FIN : (how & 0xe0) == 0xc0 ? RST : 0),
		    text, size);
}

/* What is expected. */

static const struct weir_expectation *an_expectation(struct run *run, uint8_t pick)
{
	static struct weir_expectation list[LIST_MAX];
	uint32_t cursor = 0;
	size_t count = weir_expectation_list(run->engine, &cursor, run->now, list, LIST_MAX);

	for (size_t i = 0; i < count; i++) {
		const struct weir_expectation *e = &list[i];
		bool six = e->family == WEIR_IPV6;
		uint8_t to = number_of(six, &e->to);
		union weir_addr real = host(six, to);

		MUST(!memcmp(&real, &e->to, sizeof real));
		MUST((to >= 1 && to <= 5) || to == HOST_ROUTER);
		MUST(e->helper > WEIR_HELPER_NONE && e->helper < WEIR_HELPER_COUNT && e->master);
		MUST(e->timeout > 0);
		if (e->protocol != 47)
			MUST(e->tuple.dst_port >= 1024 && e->to_port >= 1024);
		MUST(!(e->any_src && e->helper != WEIR_HELPER_IRC && e->helper != WEIR_HELPER_SIP));
	}
	return count ? &list[pick % count] : NULL;
}

static void tunnel(struct run *run, const struct end *e, uint16_t key)
{
	static const uint8_t header[] = {0x20, 0x01, 0x88, 0x0b, 0, 4, 0, 0, 0x5a, 0x5a, 0x5a, 0x5a};
	uint8_t *l4 = run->bytes + 20;

	memcpy(l4, header, sizeof header);
	put_be16(l4 + 6, key);
	send(run, write_ip(run->bytes, false, 47, e, sizeof header), e->port);
}

static void step_meet(struct run *run)
{
	uint8_t how = take8(run);
	const struct weir_expectation *e = an_expectation(run, how >> 3);
	bool six;
	struct end first;

	if (!e)
		return;
	six = e->family == WEIR_IPV6;
	first = (struct end){
		.src = e->any_src ? host(six, HOST_WAN) : e->tuple.src,
		.dst = e->tuple.dst,
		.src_port = e->any_src_port ? (uint16_t)(3000 + take8(run)) : e->tuple.src_port,
		.dst_port = e->tuple.dst_port,
	};
	first.port = place_of(six, &first.src);
	if (e->protocol == 47)
		tunnel(run, &first, first.dst_port);
	else
		open_flow(run, &run->flow[(how & 7) % FLOWS], six, e->protocol, &first,
			  (const uint8_t *)"data", e->protocol == 17 ? 4 : 0);
}

static void step_remove(struct run *run)
{
	const struct flow *f = &run->flow[take8(run) % FLOWS];

	if (f->id)
		weir_conn_remove(weir_engine_worker(run->engine, (unsigned)(f->id >> 56)), f->id,
				 run->now);
}

static void step_time(struct run *run, uint8_t op)
{
	static const weir_time unit[] = {WEIR_MSEC, WEIR_SEC, 60 * WEIR_SEC, 86400 * WEIR_SEC};
	struct weir_worker *worker = weir_engine_worker(run->engine, (op >> 7) % run->workers);

	run->now += take8(run) * unit[op >> 4 & 3];
	if (op & 0x40)
		weir_poll(worker, run->now);
	if ((op & 0xc0) == 0xc0)
		weir_expire(weir_engine_worker(run->engine, 0), run->now);
}

static void step_tunnel(struct run *run)
{
	uint8_t how = take8(run);
	struct end e = {.src = host(false, how & 1 ? HOST_WAN : HOST_LAN),
			.dst = host(false, how & 1 ? HOST_ROUTER : HOST_WAN),
			.port = how & 1};

	tunnel(run, &e, (const uint16_t[]){7, 9, 1500, 1600}[how >> 1 & 3]);
}

static void run_step(struct run *run)
{
	uint8_t op = take8(run);

	switch (op & 15) {
	case 0:
	case 1:
		step_open(run);
		break;
	case 2:
	case 3:
		step_meet(run);
		break;
	case 4:
		step_time(run, op);
		break;
	case 5:
		step_settings(run);
		break;
	case 6:
		set_rules(run, take8(run));
		break;
	case 7:
		run->memory.refuse = op >> 4;
		break;
	case 8:
		step_remove(run);
		break;
	case 9:
		step_tunnel(run);
		break;
	default:
		step_say(run);
		break;
	}
}

/* The end. */

static bool same_tuple(const struct weir_conn *a, const struct weir_conn *b, int dir)
{
	return a->family == b->family && a->protocol == b->protocol && a->gre_key == b->gre_key &&
	       !memcmp(&a->tuple[dir], &b->tuple[dir], sizeof a->tuple[0]);
}

static void end_all(struct run *run, struct weir_worker *worker)
{
	static struct weir_conn conns[LIST_MAX];
	uint64_t cursor = 0;
	size_t count;

	weir_poll(worker, run->now);
	count = weir_conn_list(worker, &cursor, run->now, conns, LIST_MAX);
	for (size_t i = 0; i < count; i++)
		for (size_t k = i + 1; k < count; k++)
			for (int dir = 0; dir < 2; dir++)
				MUST(!same_tuple(&conns[i], &conns[k], dir));
	for (size_t i = 0; i < count; i++)
		MUST(weir_conn_remove(worker, conns[i].id, run->now) == WEIR_OK);
}

static void check(struct run *run)
{
	struct weir_stats stats;
	uint64_t verdicts = 0;

	run->memory.refuse = 0;
	(void)an_expectation(run, 0);
	for (unsigned i = 0; i < run->workers; i++)
		end_all(run, weir_engine_worker(run->engine, i));
	/* What one's end has ended at another's. */
	for (unsigned i = 0; i < run->workers; i++)
		weir_expire(weir_engine_worker(run->engine, i), run->now);
	weir_stats_get(run->engine, &stats);
	for (int i = 0; i < WEIR_VERDICT_COUNT; i++)
		verdicts += stats.verdict[i];
	MUST(stats.packets == run->sent && verdicts == run->sent);
	MUST(stats.connections == 0 && stats.expectations == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct run run;
	struct weir_config config;
	uint8_t begin;

	memset(&run, 0, sizeof run);
	run.data = data;
	run.left = size;
	run.now = 1000 * WEIR_SEC;
	weir_config_init(&config);
	begin = take8(&run);
	config.workers = run.workers = 1 + (begin & 1);
	config.event_ring = 16;
	config.settings.max_entries = LIST_MAX / 2;
	for (unsigned i = 1; i < WEIR_HELPER_COUNT; i++)
		config.settings.helper[i].on = true;
	config.allocator.alloc = memory_alloc;
	config.allocator.free = memory_free;
	config.allocator.ctx = &run.memory;
	MUST(weir_engine_create(&run.engine, &config) == WEIR_OK);
	set_rules(&run, begin & 0xfe);
	while (run.left)
		run_step(&run);
	check(&run);
	weir_engine_destroy(run.engine);
	MUST(run.memory.bytes == 0);
	return 0;
}
