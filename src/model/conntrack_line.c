/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/conntrack_line.c - a connection as `conntrack -L -o extended` writes it:
 *
 *	ipv4     2 tcp      6 86399 ESTABLISHED src=... dst=... sport=... dport=...
 *	packets=... bytes=... src=... (the reply) packets=... bytes=... [ASSURED] mark=0 use=1
 *
 * in one line, with [UNREPLIED] between the two directions as long as the second
 * is silent. The layout was taken from the output of conntrack 1.4.7.
 */
#include "model/conntrack_line.h"

#include <string.h>
#include <weir/helper.h>

#include "base/addr.h"
#include "base/put.h"

enum { ICMP = 1, TCP = 6, UDP = 17, DCCP = 33, GRE = 47, ICMPV6 = 58, SCTP = 132, UDP_LITE = 136 };

/* The longest line is some 460 bytes. */
#define LINE_ROOM 512

/* Name and number, as the line has them; the name is padded to eight. */
static char *put_protocol(uint8_t protocol, char *to)
{
	switch (protocol) {
	case ICMP:
		return PUT(to, "icmp     1 ");
	case TCP:
		return PUT(to, "tcp      6 ");
	case UDP:
		return PUT(to, "udp      17 ");
	case DCCP:
		return PUT(to, "dccp     33 ");
	case GRE:
		return PUT(to, "gre      47 ");
	case ICMPV6:
		return PUT(to, "icmpv6   58 ");
	case SCTP:
		return PUT(to, "sctp     132 ");
	case UDP_LITE:
		return PUT(to, "udplite  136 ");
	default:
		to = put_small(PUT(to, "unknown  "), protocol);
		*to = ' ';
		return to + 1;
	}
}

static const char *state_name(const struct weir_conn *conn)
{
	static const char *const tcp[] = {
#define X(name, text, linux_text) [WEIR_TCP_##name] = linux_text,
	        WEIR_TCP_STATES(X)
#undef X
	};
	static const char *const sctp[] = {
#define X(name, text, linux_text) [WEIR_SCTP_##name] = linux_text,
	        WEIR_SCTP_STATES(X)
#undef X
	};

	if (conn->protocol == TCP && conn->tcp_state < WEIR_TCP_STATE_COUNT)
		return tcp[conn->tcp_state];
	if (conn->protocol == SCTP && conn->sctp_state < WEIR_SCTP_STATE_COUNT)
		return sctp[conn->sctp_state];
	return NULL;
}

/* The type that answers an ICMP query, so that the reply's tuple reads as the
 * tool writes it; a type without an answer stays as it is. */
static unsigned answer_type(const struct weir_conn *conn)
{
	static const struct {
		uint8_t protocol, query, answer;
	} pairs[] = {
	        {ICMP, 8, 0},       {ICMP, 0, 8},       {ICMP, 13, 14},     {ICMP, 14, 13},
	        {ICMP, 15, 16},     {ICMP, 16, 15},     {ICMP, 17, 18},     {ICMP, 18, 17},
	        {ICMPV6, 128, 129}, {ICMPV6, 129, 128}, {ICMPV6, 139, 140}, {ICMPV6, 140, 139},
	};

	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		if (pairs[i].protocol == conn->protocol && pairs[i].query == conn->icmp_type)
			return pairs[i].answer;
	}
	return conn->icmp_type;
}

static char *put_address(const struct weir_conn *conn, const union weir_addr *addr, char *to)
{
	if (conn->family == WEIR_IPV4)
		return put_ipv4(to, addr->v4);
	return to + addr_print(to, conn->family, addr);
}

static char *put_transport(const struct weir_conn *conn, enum weir_dir dir, char *to)
{
	const struct weir_tuple *tuple = &conn->tuple[dir];

	switch (conn->protocol) {
	case TCP:
	case UDP:
	case DCCP:
	case SCTP:
	case UDP_LITE:
		to = put_u64(PUT(to, " sport="), tuple->src_port);
		return put_u64(PUT(to, " dport="), tuple->dst_port);
	case ICMP:
	case ICMPV6:
		to = put_small(PUT(to, " type="),
		               dir == WEIR_ORIGINAL ? conn->icmp_type : answer_type(conn));
		to = put_small(PUT(to, " code="), conn->icmp_code);
		return put_u64(PUT(to, " id="), conn->icmp_id);
	case GRE:
		to = put_hex16(PUT(to, " srckey=0x"), tuple->src_port);
		return put_hex16(PUT(to, " dstkey=0x"), tuple->dst_port);
	default:
		return to;
	}
}

static char *put_direction(const struct weir_conn *conn, enum weir_dir dir, char *to)
{
	to = put_address(conn, &conn->tuple[dir].src, PUT(to, "src="));
	to = put_address(conn, &conn->tuple[dir].dst, PUT(to, " dst="));
	to = put_transport(conn, dir, to);
	to = put_u64(PUT(to, " packets="), conn->counters[dir].packets);
	to = put_u64(PUT(to, " bytes="), conn->counters[dir].bytes);
	*to = ' ';
	return to + 1;
}

static char *put_status(const struct weir_conn *conn, char *to)
{
	if (conn->status & WEIR_STATUS_HW_OFFLOAD)
		return PUT(to, "[HW_OFFLOAD] ");
	if (conn->status & WEIR_STATUS_FASTTRACK)
		return PUT(to, "[OFFLOAD] ");
	if (conn->status & WEIR_STATUS_ASSURED)
		return PUT(to, "[ASSURED] ");
	return to;
}

static const char *helper_name(const struct weir_conn *conn)
{
	static const char *const names[] = {
	        "",
#define X(name, text, on, ...) text,
	        WEIR_HELPERS(X)
#undef X
	};

	return conn->helper < WEIR_HELPER_COUNT ? names[conn->helper] : "";
}

void conntrack_line(const struct weir_conn *conn, struct strbuf *out)
{
	const char *state = state_name(conn);
	char *to = strbuf_reserve(out, LINE_ROOM + PUT_SLACK);

	if (to == NULL)
		return;
	/* The tool knows the family's number of the socket interface, not that of IP. */
	to = conn->family == WEIR_IPV4 ? PUT(to, "ipv4     2 ") : PUT(to, "ipv6     10 ");
	to = put_u64(put_protocol(conn->protocol, to), conn->timeout / WEIR_SEC);
	*to++ = ' ';
	if (state) {
		to = stpcpy(to, state);
		*to++ = ' ';
	}
	to = put_direction(conn, WEIR_ORIGINAL, to);
	if (!(conn->status & WEIR_STATUS_SEEN_REPLY))
		to = PUT(to, "[UNREPLIED] ");
	to = put_direction(conn, WEIR_REPLY, to);
	to = put_u64(PUT(put_status(conn, to), "mark="), conn->mark);
	if (conn->status & WEIR_STATUS_HELPER)
		to = stpcpy(PUT(to, " helper="), helper_name(conn));
	strbuf_commit(out, PUT(to, " use=1\n"));
}
