/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench/listing.c - what listing a connection as text costs, layout by layout.
 *
 *	listing [--json FILE] [--quick] [--once LAYOUT]
 *
 * 65,536 connections as a router of homes has them: mostly TCP and UDP over IPv4
 * behind source NAT, some IPv6, some ICMP, counters of one to nine digits. They
 * lie in an array, so that the engine's own part (bench/engine, "list, binary")
 * is not in the figures; the text goes to a writer that only counts its bytes.
 *
 * `peer` is a loop of snprintf() that writes the terse line by hand, in the same
 * run; that its text is the same to the byte is checked first. --once prints one
 * layout eight times and nothing else, for a profiler.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <weir/conn.h>

#include "flows.h"
#include "model/conntrack_line.h"
#include "model/menu_connection.h"
#include "model/print.h"
#include "result.h"

#define CONNECTIONS 65536
#define LINE_MAX_LEN 2048
#define CHUNK 32768

struct listing {
	struct report report;
	struct weir_conn *conns;
	struct conn_source source;
	struct where *where;
	uint64_t random, bytes;
	unsigned reps;
};

/* Connections */

static uint64_t count_of(uint64_t *random, unsigned digits)
{
	uint64_t limit = 10;

	for (unsigned n = (unsigned)random_below(random, digits); n; n--)
		limit *= 10;
	return 1 + random_below(random, limit);
}

static void make_ends(struct weir_conn *c, uint64_t *random)
{
	union weir_addr client = {.u64 = {0, 0}}, server = client, outside = client;

	if (c->family == WEIR_IPV4) {
		client.v4 = htonl((uint32_t)(0xc0a80000u | random_below(random, 65536)));
		server.v4 = (uint32_t)random_next(random);
		outside.v4 = htonl(0xcb007101u);
		c->status |= WEIR_STATUS_SRCNAT;
	} else {
		server.u64[0] = client.u64[0] = htonl(0x20010db8u);
		server.u64[1] = random_next(random);
		client.v6[15] = (uint8_t)(1 + random_below(random, 255));
		outside = client;
	}
	c->tuple[0].src = client;
	c->tuple[0].dst = c->tuple[1].src = server;
	c->tuple[1].dst = outside;
	if (c->protocol == 6 || c->protocol == 17) {
		c->tuple[0].src_port = (uint16_t)(1024 + random_below(random, 64000));
		c->tuple[0].dst_port = random_below(random, 4) ? 443 : 53;
		c->tuple[1].src_port = c->tuple[0].dst_port;
		c->tuple[1].dst_port = c->tuple[0].src_port;
	}
}

static void make_conn(struct weir_conn *c, uint64_t id, uint64_t *random)
{
	uint64_t kind = random_below(random, 100);

	memset(c, 0, sizeof *c);
	c->id = id;
	c->family = random_below(random, 10) ? WEIR_IPV4 : WEIR_IPV6;
	c->protocol = kind < 65 ? 6 : kind < 97 ? 17 : c->family == WEIR_IPV4 ? 1 : 58;
	c->state = WEIR_STATE_ESTABLISHED;
	c->status = WEIR_STATUS_SEEN_REPLY | WEIR_STATUS_CONFIRMED;
	make_ends(c, random);
	c->timeout = random_below(random, 180) * WEIR_SEC + random_below(random, WEIR_SEC);
	if (c->protocol == 6) {
		c->tcp_state = WEIR_TCP_ESTABLISHED;
		c->status |= WEIR_STATUS_ASSURED;
		c->timeout += 86000 * WEIR_SEC;
		if (kind < 20) {
			c->tcp_state = WEIR_TCP_TIME_WAIT;
			c->timeout %= 10 * WEIR_SEC;
		}
	} else if (c->protocol != 17) {
		c->icmp_type = c->family == WEIR_IPV4 ? 8 : 128;
		c->icmp_id = (uint16_t)random_next(random);
	}
	for (unsigned dir = 0; dir < 2; dir++) {
		c->counters[dir].packets = count_of(random, 6);
		c->counters[dir].bytes =
		        c->counters[dir].packets * (40 + random_below(random, 1400));
		if (random_below(random, 8) == 0)
			c->counters[dir].rate = count_of(random, 8);
	}
}

/* The peer */

static int text_of_time(char *to, size_t room, weir_time time)
{
	unsigned long long s = time / WEIR_SEC;
	int n = 0;

	if (s == 0)
		return snprintf(to, room, "0s");
	if (s >= 604800)
		n += snprintf(to + n, room - (size_t)n, "%lluw", s / 604800);
	if (s % 604800 >= 86400)
		n += snprintf(to + n, room - (size_t)n, "%llud", s % 604800 / 86400);
	if (s % 86400 >= 3600)
		n += snprintf(to + n, room - (size_t)n, "%lluh", s % 86400 / 3600);
	if (s % 3600 >= 60)
		n += snprintf(to + n, room - (size_t)n, "%llum", s % 3600 / 60);
	if (s % 60)
		n += snprintf(to + n, room - (size_t)n, "%llus", s % 60);
	return n;
}

static const char *text_of_count(char *to, size_t room, unsigned long long n)
{
	if (n < 1000)
		snprintf(to, room, "%llu", n);
	else if (n < 1000000)
		snprintf(to, room, "%llu %03llu", n / 1000, n % 1000);
	else if (n < 1000000000)
		snprintf(to, room, "%llu %03llu %03llu", n / 1000000, n / 1000 % 1000, n % 1000);
	else
		snprintf(to, room, "%llu %03llu %03llu %03llu", n / 1000000000, n / 1000000 % 1000,
		         n / 1000 % 1000, n % 1000);
	return to;
}

/* Rates below 10 kbps are exact to a tenth or stay bits; beyond, to a tenth, rounded. */
static const char *text_of_rate(char *to, size_t room, unsigned long long bps)
{
	unsigned long long unit = bps >= 1000000000 ? 1000000000
	                          : bps >= 1000000  ? 1000000
	                          : bps >= 1000     ? 1000
	                                            : 1;
	unsigned long long tenths;
	const char *name;

	if (bps < 10000 && unit > 1 && bps % (unit / 10))
		unit = 1;
	tenths = unit == 1 ? 0 : bps / (unit / 10) + (bps % (unit / 10) >= unit / 20);
	if (unit > 1 && bps % unit && tenths >= 10000) {
		unit *= 1000;
		tenths = 10;
	}
	name = unit == 1 ? "bps" : unit == 1000 ? "kbps" : unit == 1000000 ? "Mbps" : "Gbps";
	if (unit == 1 || (bps % unit == 0 && bps >= unit))
		snprintf(to, room, "%llu%s", bps / unit, name);
	else
		snprintf(to, room, "%llu.%llu%s", tenths / 10, tenths % 10, name);
	return to;
}

static int put_end(char *to, size_t room, const struct weir_conn *c, const char *name,
                   const union weir_addr *addr, unsigned port)
{
	bool ports = c->protocol == 6 || c->protocol == 17;
	char text[INET6_ADDRSTRLEN];

	inet_ntop(c->family == WEIR_IPV4 ? AF_INET : AF_INET6, addr, text, sizeof text);
	if (!ports)
		return snprintf(to, room, " %s-address=%s", name, text);
	if (c->family == WEIR_IPV4)
		return snprintf(to, room, " %s-address=%s:%u", name, text, port);
	return snprintf(to, room, " %s-address=%s %s-port=%u", name, text, name, port);
}

static int put_traffic(char *to, size_t room, const char *name, const struct weir_counters *k)
{
	char text[4][32];

	return snprintf(to, room,
	                " %s-packets=%s %s-bytes=%s %s-fasttrack-packets=%s "
	                "%s-fasttrack-bytes=%s",
	                name, text_of_count(text[0], 32, k->packets), name,
	                text_of_count(text[1], 32, k->bytes), name,
	                text_of_count(text[2], 32, k->fasttrack_packets), name,
	                text_of_count(text[3], 32, k->fasttrack_bytes));
}

/* The terse line of one of the connections that make_conn() makes. */
static size_t peer_line(char *to, const struct weir_conn *c, unsigned long long number)
{
	static const struct {
		uint32_t bit;
		char letter;
	} flags[] = {{WEIR_STATUS_EXPECTED, 'E'},   {WEIR_STATUS_SEEN_REPLY, 'S'},
	             {WEIR_STATUS_ASSURED, 'A'},    {WEIR_STATUS_CONFIRMED, 'C'},
	             {WEIR_STATUS_DYING, 'D'},      {WEIR_STATUS_FASTTRACK, 'F'},
	             {WEIR_STATUS_HW_OFFLOAD, 'H'}, {WEIR_STATUS_SRCNAT, 's'},
	             {WEIR_STATUS_DSTNAT, 'd'},     {WEIR_STATUS_HELPER, 'h'}};
	const char *protocol = c->protocol == 6    ? "tcp"
	                       : c->protocol == 17 ? "udp"
	                       : c->protocol == 1  ? "icmp"
	                                           : "icmpv6";
	char letters[16] = "          ", time[64], rate[2][32];
	size_t room = LINE_MAX_LEN;
	int n;

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
		if (c->status & flags[i].bit)
			letters[i] = flags[i].letter;
	}
	n = snprintf(to, room, " %5llu %s protocol=%s", number, letters, protocol);
	n += put_end(to + n, room - (size_t)n, c, "src", &c->tuple[0].src, c->tuple[0].src_port);
	n += put_end(to + n, room - (size_t)n, c, "dst", &c->tuple[0].dst, c->tuple[0].dst_port);
	n += put_end(to + n, room - (size_t)n, c, "reply-src", &c->tuple[1].src,
	             c->tuple[1].src_port);
	n += put_end(to + n, room - (size_t)n, c, "reply-dst", &c->tuple[1].dst,
	             c->tuple[1].dst_port);
	if (c->protocol == 6)
		n += snprintf(to + n, room - (size_t)n, " tcp-state=%s",
		              c->tcp_state == WEIR_TCP_TIME_WAIT ? "time-wait" : "established");
	else if (c->protocol != 17)
		n += snprintf(to + n, room - (size_t)n, " icmp-type=%u icmp-code=%u icmp-id=%u",
		              c->icmp_type, c->icmp_code, c->icmp_id);
	text_of_time(time, sizeof time, c->timeout);
	n += snprintf(to + n, room - (size_t)n, " timeout=%s", time);
	n += put_traffic(to + n, room - (size_t)n, "orig", &c->counters[0]);
	n += put_traffic(to + n, room - (size_t)n, "repl", &c->counters[1]);
	n += snprintf(to + n, room - (size_t)n, " orig-rate=%s repl-rate=%s\n",
	              text_of_rate(rate[0], 32, c->counters[0].rate),
	              text_of_rate(rate[1], 32, c->counters[1].rate));
	return (size_t)n;
}

static void list_peer(struct listing *l)
{
	static char buf[CHUNK + LINE_MAX_LEN];
	size_t used = 0;

	for (uint64_t i = 0; i < CONNECTIONS; i++) {
		used += peer_line(buf + used, &l->conns[i], i);
		if (used >= CHUNK) {
			l->bytes += used;
			used = 0;
		}
	}
	l->bytes += used;
}

/* Ours */

static bool count_bytes(void *ctx, const char *data, size_t len)
{
	(void)data;
	*(uint64_t *)ctx += len;
	return true;
}

static void list_menu(struct listing *l, enum print_layout layout, bool where)
{
	struct print_options options = {.layout = layout,
	                                .width = layout == PRINT_DETAIL ? 120 : 0,
	                                .where = where ? l->where : NULL};
	struct print_out out = {count_bytes, &l->bytes};

	conn_source_array(&l->source, l->conns, CONNECTIONS);
	if (print_menu(&l->source.source, &options, &out) != PRINT_OK)
		exit(1);
}

static void list_brief(struct listing *l)
{
	list_menu(l, PRINT_BRIEF, false);
}

static void list_terse(struct listing *l)
{
	list_menu(l, PRINT_TERSE, false);
}

static void list_detail(struct listing *l)
{
	list_menu(l, PRINT_DETAIL, false);
}

static void list_json(struct listing *l)
{
	list_menu(l, PRINT_JSON, false);
}

static void list_count(struct listing *l)
{
	list_menu(l, PRINT_COUNT_ONLY, false);
}

static void list_where(struct listing *l)
{
	list_menu(l, PRINT_COUNT_ONLY, true);
}

static void list_conntrack(struct listing *l)
{
	struct strbuf line = STRBUF_INIT;

	for (uint64_t i = 0; i < CONNECTIONS; i++) {
		conntrack_line(&l->conns[i], &line);
		if (line.len >= CHUNK) {
			l->bytes += line.len;
			strbuf_reset(&line);
		}
	}
	l->bytes += line.len;
	if (line.failed)
		exit(1);
	strbuf_free(&line);
}

static const struct {
	const char *name, *work;
	void (*list)(struct listing *l);
	bool text;
	double budget; /* ns */
} layouts[] = {
        {"terse", "text, terse", list_terse, true, 250},
        {"brief", "text, brief", list_brief, true, 250},
        {"conntrack", "text, conntrack", list_conntrack, true, 250},
        {"detail", "text, detail", list_detail, true, 0},
        {"json", "text, json", list_json, true, 0},
        {"count-only", "count-only", list_count, false, 0},
        {"where", "count-only, src-address in a prefix", list_where, false, 0},
};

#define LAYOUTS (sizeof layouts / sizeof *layouts)

/* Whether the peer writes what the table of properties does. */
static void compare_peer(struct listing *l)
{
	struct print_options options = {.layout = PRINT_TERSE};
	struct strbuf text = STRBUF_INIT;
	struct print_out out = print_to_strbuf(&text);
	char line[LINE_MAX_LEN];
	size_t at = 0;

	conn_source_array(&l->source, l->conns, CONNECTIONS);
	if (print_menu(&l->source.source, &options, &out) != PRINT_OK)
		exit(1);
	for (uint64_t i = 0; i < CONNECTIONS; i++) {
		size_t len = peer_line(line, &l->conns[i], i);

		if (text.len - at < len || memcmp(text.data + at, line, len) != 0) {
			fprintf(stderr, "listing: line %llu differs from the peer's:\n%.*s%s",
			        (unsigned long long)i, (int)strcspn(text.data + at, "\n") + 1,
			        text.data + at, line);
			exit(1);
		}
		at += len;
	}
	if (at != text.len)
		exit(1);
	strbuf_free(&text);
}

/* => nanoseconds a connection; *bytes a connection */
static struct result *measure(struct listing *l, const char *work, void (*list)(struct listing *l),
                              double *bytes)
{
	struct result *res = report_add(&l->report, work, CONNECTIONS, "ns");

	for (unsigned tries = 0; res->count < l->reps && tries < l->reps * 4; tries++) {
		bool steady = speed_steady();
		uint64_t start = clock_ns(), took;

		l->bytes = 0;
		list(l);
		took = clock_ns() - start;
		if ((speed_steady() && steady) || tries > l->reps * 3)
			result_value(res, (double)took / CONNECTIONS);
	}
	*bytes = (double)l->bytes / CONNECTIONS;
	return res;
}

static void measure_all(struct listing *l)
{
	double bytes, peer = result_median(measure(l, "snprintf, terse", list_peer, &bytes));

	for (size_t i = 0; i < LAYOUTS; i++) {
		struct result *res = measure(l, layouts[i].work, layouts[i].list, &bytes);
		double ns = result_median(res);

		if (layouts[i].text)
			res->peer = peer;
		res->budget = layouts[i].budget;
		printf("%-36s %8.1f ns %8.2f M/s %7.0f bytes\n", layouts[i].work, ns, 1000 / ns,
		       bytes);
	}
	putchar('\n');
	report_print(&l->report, stdout);
}

static int once(struct listing *l, const char *name)
{
	for (size_t i = 0; i < LAYOUTS; i++) {
		if (strcmp(layouts[i].name, name))
			continue;
		for (unsigned n = 0; n < 8; n++)
			layouts[i].list(l);
		return 0;
	}
	fprintf(stderr, "listing: no layout '%s'\n", name);
	return 2;
}

int main(int argc, char **argv)
{
	static struct listing l = {.random = 88172645463325252u, .reps = 15};
	const char *json = "bench-listing.json", *layout = NULL;
	struct where_error error;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--quick") == 0)
			l.reps = 3;
		else if (strcmp(argv[i], "--json") == 0 && i + 1 < argc)
			json = argv[++i];
		else if (strcmp(argv[i], "--once") == 0 && i + 1 < argc)
			layout = argv[++i];
	}
	l.conns = calloc(CONNECTIONS, sizeof *l.conns);
	l.where = where_parse(&menu_connection, "src-address in 192.168.64.0/18", &error);
	if (l.conns == NULL || l.where == NULL)
		return 1;
	for (uint64_t i = 0; i < CONNECTIONS; i++)
		make_conn(&l.conns[i], i + 1, &l.random);
	if (layout)
		return once(&l, layout);
	compare_peer(&l);
	measure_all(&l);
	if (!report_json(&l.report, json)) {
		perror(json);
		return 1;
	}
	return 0;
}
