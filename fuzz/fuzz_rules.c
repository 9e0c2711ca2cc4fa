/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz/fuzz_rules.c - rules from bytes, and packets that meet them.
 *
 * A step makes a new set of rules (any match, any action, chains that jump, NAT of all kinds), or
 * sends a packet: a fresh one, an answer to what left last, or an ICMP error about it. So
 * connections are translated, answered, judged anew by other rules, FastTracked. Packets are made
 * right, so what leaves must be right too: see look_at(). At the end the connections must add up,
 * no two may have the same tuple in the same direction, and no memory may be left.
 */
#include <stdbool.h>
#include <weir/weir.h>

#include "base/bytes.h"
#include "memory.h"

#define CHAINS 4
#define RULES 6
#define MATCHES 4
#define INTERFACES 3
#define ROOM 256
#define LIST_MAX 128

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct rules {
	struct weir_match match[CHAINS * RULES * MATCHES];
	struct weir_ports ports[CHAINS * RULES * MATCHES][2];
	uint64_t interfaces[4][WEIR_INTERFACE_WORDS];
	struct weir_rule rule[CHAINS][RULES];
	struct weir_chain chain[CHAINS];
	struct weir_ruleset set;
	size_t matches;
};

struct run {
	const uint8_t *data;
	size_t left;
	struct memory memory;
	struct weir_engine *engine;
	weir_time now;
	struct rules rules;
	uint64_t sent;
	uint8_t bytes[ROOM];
	uint8_t last[ROOM]; /* what left last */
	uint32_t last_len;
	uint16_t last_out;
};

static uint8_t take8(struct run *run)
{
	if (!run->left)
		return 0;
	run->left--;
	return *run->data++;
}

static uint32_t below(struct run *run, uint32_t count)
{
	return take8(run) % count;
}

/* The world: two networks, the router in both. */

static union weir_addr v4(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
	union weir_addr addr = {.u64 = {0, 0}};
	const uint8_t bytes[4] = {a, b, c, d};

	memcpy(&addr.v4, bytes, 4);
	return addr;
}

static union weir_addr v6(uint8_t net, uint8_t host)
{
	union weir_addr addr = {.v6 = {0x20, 0x01, 0x0d, 0xb8, 0, net}};

	addr.v6[15] = host;
	return addr;
}

static union weir_addr an_address(struct run *run, uint8_t family)
{
	uint8_t pick = take8(run), host = (uint8_t)(1 + (pick >> 4));

	if (family == WEIR_IPV6)
		return v6((uint8_t)(1 + pick % 3), host);
	switch (pick % 6) {
	case 0:
	case 1:
		return v4(192, 168, 88, host);
	case 2:
		return v4(203, 0, 113, host);
	case 3:
		return v4(198, 51, 100, host);
	case 4:
		return v4(pick >> 4 & 1 ? 255 : 224, 255, 255, 255);
	default:
		return v4(10, 0, 0, host);
	}
}

static uint16_t a_port(struct run *run)
{
	static const uint16_t some[] = {0, 1, 21, 53, 69, 80, 443, 1023, 1024, 4000, 5060, 65535};

	return some[below(run, ARRAY_COUNT(some))];
}

/* Rules */

static void a_match(struct run *run, struct rules *r, uint8_t family)
{
	static const char *const texts[] = {"GET", "*.example", "^.{0,4}a+b", "x"};
	size_t at = r->matches++;
	struct weir_match *m = &r->match[at];
	uint32_t a = take8(run), b = take8(run);

	memset(m, 0, sizeof *m);
	m->type = (uint8_t)below(run, WEIR_MATCH_COUNT);
	m->negate = a & 1;
	switch (m->type) {
	case WEIR_MATCH_PROTOCOL:
		m->number = (const uint8_t[]){6, 17, 1, 58, 47}[a % 5];
		break;
	case WEIR_MATCH_IN_INTERFACE:
	case WEIR_MATCH_OUT_INTERFACE:
	case WEIR_MATCH_IN_BRIDGE_PORT:
	case WEIR_MATCH_OUT_BRIDGE_PORT:
		m->interfaces = r->interfaces[b % 4];
		break;
	case WEIR_MATCH_SRC_ADDRESS:
	case WEIR_MATCH_DST_ADDRESS:
		m->range.first = an_address(run, family);
		m->range.last = an_address(run, family);
		break;
	case WEIR_MATCH_DST_PORT:
	case WEIR_MATCH_SRC_PORT:
	case WEIR_MATCH_ANY_PORT:
		m->ports = r->ports[at];
		m->count = (uint16_t)(1 + b % 2);
		r->ports[at][0] = (struct weir_ports){a_port(run), a_port(run)};
		r->ports[at][1] = (struct weir_ports){a_port(run), 65535};
		break;
	case WEIR_MATCH_TLS_HOST:
	case WEIR_MATCH_CONTENT:
	case WEIR_MATCH_LAYER7:
		m->text = texts[b % 4];
		m->count = (uint16_t)strlen(m->text);
		break;
	case WEIR_MATCH_LIMIT:
	case WEIR_MATCH_DST_LIMIT:
		m->limit.rate = b;
		m->limit.burst = a % 5;
		m->limit.time = WEIR_SEC * (a >> 3);
		m->limit.expire = WEIR_SEC * (b >> 3);
		m->limit.fields = (uint8_t)(a & 15);
		m->limit.bits = b & 1;
		break;
	case WEIR_MATCH_TTL:
	case WEIR_MATCH_PACKET_SIZE:
	case WEIR_MATCH_TCP_MSS:
	case WEIR_MATCH_CONNECTION_BYTES:
	case WEIR_MATCH_CONNECTION_RATE:
		m->span.first = a;
		m->span.last = b;
		break;
	default: /* small numbers in every place, whatever they mean there */
		m->number = a >> 1;
		m->bits = b;
		m->mask = a ^ b;
		break;
	}
}

static void an_action(struct run *run, struct weir_rule *rule, uint8_t family)
{
	uint32_t a = take8(run), b = take8(run);

	rule->action = (uint8_t)below(run, WEIR_ACTION_COUNT);
	rule->passthrough = a & 1;
	rule->log = (a & 6) == 6;
	switch (rule->action) {
	case WEIR_ACTION_JUMP:
		rule->chain = b % CHAINS;
		break;
	case WEIR_ACTION_REJECT:
	case WEIR_ACTION_MARK_CONNECTION:
	case WEIR_ACTION_MARK_PACKET:
	case WEIR_ACTION_MARK_ROUTING:
		rule->mark = b % 12;
		break;
	case WEIR_ACTION_ADD_SRC_TO_LIST:
	case WEIR_ACTION_ADD_DST_TO_LIST:
		rule->list.number = b % 3;
		rule->list.timeout = a * WEIR_SEC;
		break;
	case WEIR_ACTION_CHANGE_MSS:
	case WEIR_ACTION_CHANGE_TTL:
	case WEIR_ACTION_CHANGE_DSCP:
	case WEIR_ACTION_SET_PRIORITY:
		rule->change.how = (uint8_t)(a >> 1 & 7);
		rule->change.number = b;
		break;
	default:
		rule->nat.flags = b & 0x1f;
		rule->nat.first = an_address(run, family);
		rule->nat.last = b & 0x80 ? an_address(run, family) : rule->nat.first;
		rule->nat.first_port = a_port(run);
		rule->nat.last_port = b & 0x40 ? a_port(run) : rule->nat.first_port;
		rule->nat.block = (uint16_t)(a * 16);
		rule->nat.inside = an_address(run, family);
		break;
	}
}

static const struct weir_interface_address lan[] = {
	{.family = WEIR_IPV4, .length = 24}, {.family = WEIR_IPV6, .length = 64}};

static void set_world(struct weir_ruleset *set)
{
	static struct weir_interface_address own[INTERFACES][2];
	static struct weir_interface interfaces[INTERFACES];
	static struct weir_route routes[8];
	static struct weir_address_range ranges[3];
	static struct weir_address_list lists[3];
	static const char *const names[] = {"one", "two", "none"};

	for (uint8_t i = 0; i < INTERFACES; i++) {
		memcpy(own[i], lan, sizeof lan);
		own[i][0].addr = i == 0 ? v4(192, 168, 88, 1) : v4(203, 0, (uint8_t)(112 + i), 2);
		own[i][1].addr = v6((uint8_t)(1 + i), 1);
		interfaces[i] = (struct weir_interface){.bridge = WEIR_INTERFACE_NONE,
							.mtu = 1400,
							.addresses = own[i],
							.address_count = 2};
		routes[2 * i] = (struct weir_route){.family = WEIR_IPV4, .length = 24,
						    .interface = i, .prefix = own[i][0].addr};
		routes[2 * i + 1] = (struct weir_route){.family = WEIR_IPV6, .length = 64,
							.interface = i, .prefix = own[i][1].addr};
		ranges[i] = (struct weir_address_range){WEIR_IPV4, own[i][0].addr, own[i][0].addr};
		lists[i] = (struct weir_address_list){names[i], &ranges[i], i < 2};
	}
	for (uint8_t i = 0; i < 2; i++)
		routes[6 + i] = (struct weir_route){.family = WEIR_IPV4, .interface = (uint16_t)(1 + i),
						    .via = true, .table = 0,
						    .gateway = v4(203, 0, (uint8_t)(113 + i), 9)};
	set->interfaces = interfaces;
	set->interface_count = INTERFACES;
	set->routes = routes;
	set->route_count = 8;
	set->lists = lists;
	set->list_count = 3;
}

/* Rules that are refused say nothing, so that the others get their turn. */
static void set_rules(struct run *run)
{
	struct rules *r = &run->rules;
	struct weir_rules_error error = {.text = ""};
	int result;

	for (unsigned i = 0; i <= CHAINS * RULES; i++) {
		result = weir_rules_set(run->engine, &r->set, &error);
		MUST(result == WEIR_OK || result == WEIR_ENOMEM ||
		     (result == WEIR_EINVAL && error.text[0]));
		if (result != WEIR_EINVAL || error.counter >= CHAINS * RULES)
			return;
		r->rule[error.counter / RULES][error.counter % RULES] =
			(struct weir_rule){.counter = error.counter,
					   .action = WEIR_ACTION_PASSTHROUGH};
	}
	MUST(!"a rule that says nothing is refused");
}

/* What leaves by the second interface is masqueraded, unless the rules are nat's. */
static void masquerade(struct weir_table_rules *t)
{
	static const uint64_t out[WEIR_INTERFACE_WORDS] = {2};
	static const struct weir_match match = {.type = WEIR_MATCH_OUT_INTERFACE, .interfaces = out};
	static const struct weir_rule rule = {.counter = CHAINS * RULES,
					      .action = WEIR_ACTION_MASQUERADE,
					      .matches = &match,
					      .match_count = 1};
	static const struct weir_chain chain = {"srcnat", &rule, 1};

	t->chains = &chain;
	t->count = 1;
	t->builtin[WEIR_HOOK_POSTROUTING] = 0;
}

static void step_rules(struct run *run)
{
	static const uint8_t families[] = {WEIR_IPV4, WEIR_IPV6};
	struct rules *r = &run->rules;
	uint8_t shape = take8(run), table = take8(run) % WEIR_TABLE_COUNT;
	unsigned six = shape & 1;
	static const uint8_t hooks[WEIR_TABLE_COUNT] = {
		[WEIR_TABLE_RAW] = 1 << WEIR_HOOK_PREROUTING | 1 << WEIR_HOOK_OUTPUT,
		[WEIR_TABLE_MANGLE] = (1 << WEIR_HOOK_COUNT) - 1,
		[WEIR_TABLE_NAT] = ((1 << WEIR_HOOK_COUNT) - 1) & ~(1 << WEIR_HOOK_FORWARD),
		[WEIR_TABLE_FILTER] =
			1 << WEIR_HOOK_INPUT | 1 << WEIR_HOOK_FORWARD | 1 << WEIR_HOOK_OUTPUT,
	};
	struct weir_table_rules *t;

	memset(r, 0, sizeof *r);
	set_world(&r->set);
	r->interfaces[1][0] = 1;
	r->interfaces[2][0] = 6;
	r->interfaces[3][0] = UINT64_MAX;
	for (unsigned f = 0; f < 2; f++) {
		r->set.forward[f] = (shape & 0x0e) != 0x0e;
		r->set.fasttrack[f] = true;
		for (unsigned i = 0; i < WEIR_TABLE_COUNT; i++)
			memset(r->set.tables[f][i].builtin, 0xff,
			       sizeof r->set.tables[f][i].builtin);
	}
	r->set.new_only = shape & 0x10;
	r->set.hash_ports[0] = shape & 0x20;
	masquerade(&r->set.tables[0][WEIR_TABLE_NAT]);
	t = &r->set.tables[six][table];
	t->chains = r->chain;
	t->count = CHAINS;
	for (uint32_t hook = 0; hook < WEIR_HOOK_COUNT; hook++)
		t->builtin[hook] = hooks[table] >> hook & 1 ? hook % CHAINS : WEIR_NO_CHAIN;
	for (unsigned c = 0; c < CHAINS; c++) {
		r->chain[c] = (struct weir_chain){"chain", r->rule[c], below(run, RULES + 1)};
		for (unsigned i = 0; i < r->chain[c].count; i++) {
			struct weir_rule *rule = &r->rule[c][i];

			rule->counter = c * RULES + i;
			rule->match_count = below(run, MATCHES);
			rule->matches = &r->match[r->matches];
			an_action(run, rule, families[six]);
			for (size_t m = rule->match_count; m--;)
				a_match(run, r, families[six]);
		}
	}
	set_rules(run);
}

/* Packets */

static uint32_t sum(const uint8_t *p, size_t size, uint32_t start)
{
	for (size_t i = 0; i < size; i++)
		start += i & 1 ? p[i] : (uint32_t)p[i] << 8;
	while (start >> 16)
		start = (start & 0xffff) + (start >> 16);
	return start;
}

static size_t header_of(const uint8_t *p)
{
	return p[0] >> 4 == 4 ? (p[0] & 15u) * 4u : 40;
}

static uint8_t protocol_of(const uint8_t *p)
{
	return p[0] >> 4 == 4 ? p[9] : p[6];
}

static uint32_t pseudo(const uint8_t *p, size_t len)
{
	size_t header = header_of(p);

	if (protocol_of(p) == 1)
		return 0;
	return sum(p[0] >> 4 == 4 ? p + 12 : p + 8, p[0] >> 4 == 4 ? 8 : 32,
		   (uint32_t)(protocol_of(p) + len - header));
}

static size_t checksum_at(uint8_t protocol)
{
	return protocol == 6 ? 16 : protocol == 17 ? 6 : 2;
}

/* Fills in lengths and checksums. */
static void finish(uint8_t *p, size_t len)
{
	size_t header = header_of(p);
	uint8_t *check = p + header + checksum_at(protocol_of(p));

	if (p[0] >> 4 == 4) {
		put_be16(p + 2, (uint16_t)len);
		put_be16(p + 10, 0);
		put_be16(p + 10, (uint16_t)~sum(p, header, 0));
	} else {
		put_be16(p + 4, (uint16_t)(len - 40));
	}
	if (protocol_of(p) == 17)
		put_be16(p + header + 4, (uint16_t)(len - header));
	put_be16(check, 0);
	put_be16(check, (uint16_t)~sum(p + header, len - header, pseudo(p, len)));
	if (protocol_of(p) == 17 && !be16(check))
		put_be16(check, 0xffff);
}

static bool is_right(const uint8_t *p, size_t len)
{
	size_t header = header_of(p);
	uint8_t protocol = protocol_of(p);

	if (p[0] >> 4 == 4 && sum(p, header, 0) != 0xffff)
		return false;
	if (protocol != 6 && protocol != 17 && protocol != 1 && protocol != 58)
		return true;
	return sum(p + header, len - header, pseudo(p, len)) == 0xffff;
}

static void look_at(struct run *run, const struct weir_packet *io)
{
	MUST(io->verdict < WEIR_VERDICT_COUNT && io->state < WEIR_STATE_COUNT);
	if (io->answer)
		MUST(is_right(io->answer, io->answer_len));
	if (io->verdict != WEIR_ACCEPT)
		return;
	MUST(io->out && io->out_len);
	MUST(is_right(io->out, io->out_len));
	if (io->path == WEIR_PATH_FORWARD || io->path == WEIR_PATH_OUTPUT)
		MUST(io->out_port < INTERFACES || io->out_port == WEIR_PORT_HOST);
	if (io->out_len <= sizeof run->last) {
		memcpy(run->last, io->out, io->out_len);
		run->last_len = io->out_len;
		run->last_out = io->out_port < INTERFACES ? io->out_port : 0;
	}
}

static void send(struct run *run, size_t len, uint16_t port)
{
	struct weir_packet io = {.data = run->bytes, .caplen = (uint32_t)len, .port = port};

	weir_process(weir_engine_worker(run->engine, 0), &io, 1, run->now);
	run->sent++;
	look_at(run, &io);
}

static uint16_t a_place(struct run *run)
{
	uint32_t pick = below(run, INTERFACES + 1);

	return pick < INTERFACES ? (uint16_t)pick : WEIR_PORT_HOST;
}

static void step_packet(struct run *run)
{
	static const uint8_t flags[] = {0x02, 0x12, 0x10, 0x18, 0x11, 0x04, 0x14, 0x10};
	uint8_t shape = take8(run), *p = run->bytes, *l4;
	uint8_t family = shape & 1 ? WEIR_IPV6 : WEIR_IPV4;
	uint8_t protocol = (const uint8_t[]){6, 17, family == WEIR_IPV4 ? 1 : 58, 6}[shape >> 1 & 3];
	union weir_addr src = an_address(run, family), dst = an_address(run, family);
	size_t header = family == WEIR_IPV4 ? 20 : 40, size = protocol == 6 ? 20 : 8;

	memset(p, 0, ROOM);
	l4 = p + header;
	if (family == WEIR_IPV4) {
		p[0] = 0x45;
		p[8] = (uint8_t)(1 + (shape >> 5));
		p[9] = protocol;
		memcpy(p + 12, &src, 4);
		memcpy(p + 16, &dst, 4);
	} else {
		p[0] = 0x60;
		p[6] = protocol;
		p[7] = (uint8_t)(1 + (shape >> 5));
		memcpy(p + 8, &src, 16);
		memcpy(p + 24, &dst, 16);
	}
	put_be16(l4, a_port(run));
	put_be16(l4 + 2, a_port(run));
	if (protocol == 6) {
		put_be32(l4 + 4, 1000 + below(run, 4));
		put_be32(l4 + 8, 1000 + below(run, 4));
		l4[12] = 0x50;
		l4[13] = flags[below(run, 8)];
		put_be16(l4 + 14, 8192);
	} else if (protocol != 17) {
		l4[0] = (uint8_t)(family == WEIR_IPV4 ? 8 * (shape >> 4 & 1) : 128 + (shape >> 4 & 1));
		l4[1] = 0;
		l4[5] = (uint8_t)below(run, 3);
	}
	for (size_t more = below(run, 8); more; more--)
		l4[size++] = take8(run);
	finish(p, header + size);
	send(run, header + size, a_place(run));
}

/* What left last comes back: ends and numbers exchanged. */
static void step_answer(struct run *run)
{
	uint8_t *p = run->bytes, *l4, how = take8(run);
	size_t header, addresses;

	if (!run->last_len)
		return;
	memcpy(p, run->last, run->last_len);
	header = header_of(p);
	addresses = p[0] >> 4 == 4 ? 4 : 16;
	l4 = p + header;
	memcpy(p + header - 2 * addresses, run->last + header - addresses, addresses);
	memcpy(p + header - addresses, run->last + header - 2 * addresses, addresses);
	p[p[0] >> 4 == 4 ? 8 : 7] = 64;
	if (run->last_len < header + 8)
		return;
	if (protocol_of(p) == 6 && run->last_len >= header + 20) {
		uint32_t seq = be32(l4 + 4), ack = be32(l4 + 8);

		memcpy(l4, run->last + header + 2, 2);
		memcpy(l4 + 2, run->last + header, 2);
		put_be32(l4 + 4, ack);
		put_be32(l4 + 8, seq + 1);
		l4[13] = l4[13] == 0x02 ? 0x12 : how & 1 ? 0x11 : 0x10;
	} else if (protocol_of(p) == 17) {
		memcpy(l4, run->last + header + 2, 2);
		memcpy(l4 + 2, run->last + header, 2);
	} else if (protocol_of(p) == 1) {
		l4[0] = 0;
	} else if (protocol_of(p) == 58) {
		l4[0] = 129;
	}
	finish(p, run->last_len);
	send(run, run->last_len, run->last_out);
}

static void step_error(struct run *run)
{
	uint8_t *p = run->bytes;
	union weir_addr from = an_address(run, WEIR_IPV4);
	size_t quoted = run->last_len < 60 ? run->last_len : 60;

	if (!quoted || run->last[0] >> 4 != 4)
		return;
	memset(p, 0, 28);
	p[0] = 0x45;
	p[8] = 64;
	p[9] = 1;
	memcpy(p + 12, &from, 4);
	memcpy(p + 16, run->last + 12, 4);
	p[20] = (const uint8_t[]){3, 11, 12, 5}[take8(run) & 3];
	p[21] = (uint8_t)below(run, 6);
	memcpy(p + 28, run->last, quoted);
	finish(p, 28 + quoted);
	send(run, 28 + quoted, run->last_out);
}

static void run_step(struct run *run)
{
	uint8_t op = take8(run);
	struct weir_rules_error error;

	switch (op & 7) {
	case 0:
		step_rules(run);
		break;
	case 1:
		run->now += (uint64_t)take8(run) * (op & 8 ? WEIR_SEC : WEIR_MSEC);
		break;
	case 2:
		if (op & 0x80)
			run->memory.refuse = op >> 3 & 15;
		else if (op & 0x40)
			MUST(weir_rules_set(run->engine, NULL, &error) != WEIR_EINVAL);
		else
			weir_poll(weir_engine_worker(run->engine, 0), run->now);
		break;
	case 3:
		step_error(run);
		break;
	case 4:
	case 5:
		step_answer(run);
		break;
	default:
		step_packet(run);
		break;
	}
}

static bool same_tuple(const struct weir_conn *a, const struct weir_conn *b, int dir)
{
	return a->family == b->family && a->protocol == b->protocol && a->icmp_id == b->icmp_id &&
	       a->gre_key == b->gre_key && !memcmp(&a->tuple[dir], &b->tuple[dir], sizeof a->tuple[0]);
}

static void check(struct run *run)
{
	static struct weir_conn conns[LIST_MAX];
	struct weir_worker *worker = weir_engine_worker(run->engine, 0);
	struct weir_stats stats;
	uint64_t cursor = 0, verdicts = 0;
	size_t count;

	run->memory.refuse = 0;
	weir_expire(worker, run->now);
	count = weir_conn_list(worker, &cursor, run->now, conns, LIST_MAX);
	for (size_t i = 0; i < count; i++)
		for (size_t k = i + 1; k < count; k++)
			for (int dir = 0; dir < 2; dir++)
				MUST(conns[i].protocol == 1 || conns[i].protocol == 58 ||
				     !same_tuple(&conns[i], &conns[k], dir));
	weir_stats_get(run->engine, &stats);
	for (int i = 0; i < WEIR_VERDICT_COUNT; i++)
		verdicts += stats.verdict[i];
	MUST(stats.packets == run->sent && verdicts == run->sent);
	MUST(stats.connections == count || count == LIST_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct run run;
	struct weir_config config;

	memset(&run, 0, sizeof(run));
	run.data = data;
	run.left = size;
	run.now = 1000 * WEIR_SEC;
	weir_config_init(&config);
	config.event_ring = 16;
	config.settings.max_entries = LIST_MAX / 2;
	config.allocator.alloc = memory_alloc;
	config.allocator.free = memory_free;
	config.allocator.ctx = &run.memory;
	MUST(weir_engine_create(&run.engine, &config) == WEIR_OK);
	step_rules(&run);
	while (run.left)
		run_step(&run);
	check(&run);
	weir_engine_destroy(run.engine);
	MUST(run.memory.bytes == 0);
	return 0;
}
