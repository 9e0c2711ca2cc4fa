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

#include "base/addr.h"

enum { ICMP = 1, TCP = 6, UDP = 17, DCCP = 33, GRE = 47, ICMPV6 = 58, SCTP = 132, UDP_LITE = 136 };

/* The tool knows the family's number of the socket interface, not that of IP. */
enum { PF_NUMBER_IPV4 = 2, PF_NUMBER_IPV6 = 10 };

static const char *protocol_name(uint8_t protocol)
{
	switch (protocol) {
	case ICMP:
		return "icmp";
	case TCP:
		return "tcp";
	case UDP:
		return "udp";
	case DCCP:
		return "dccp";
	case GRE:
		return "gre";
	case ICMPV6:
		return "icmpv6";
	case SCTP:
		return "sctp";
	case UDP_LITE:
		return "udplite";
	default:
		return "unknown";
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

static void put_address(const char *name, const struct weir_conn *conn, const union weir_addr *addr,
                        struct strbuf *out)
{
	char text[ADDR_TEXT];

	addr_print(text, conn->family, addr);
	strbuf_printf(out, "%s=%s ", name, text);
}

static void put_direction(const struct weir_conn *conn, enum weir_dir dir, struct strbuf *out)
{
	const struct weir_tuple *tuple = &conn->tuple[dir];
	const struct weir_counters *counters = &conn->counters[dir];
	unsigned type = dir == WEIR_ORIGINAL ? conn->icmp_type : answer_type(conn);

	put_address("src", conn, &tuple->src, out);
	put_address("dst", conn, &tuple->dst, out);
	switch (conn->protocol) {
	case TCP:
	case UDP:
	case DCCP:
	case SCTP:
	case UDP_LITE:
		strbuf_printf(out, "sport=%u dport=%u ", tuple->src_port, tuple->dst_port);
		break;
	case ICMP:
	case ICMPV6:
		strbuf_printf(out, "type=%u code=%u id=%u ", type, conn->icmp_code, conn->icmp_id);
		break;
	case GRE:
		strbuf_printf(out, "srckey=0x%x dstkey=0x%x ", tuple->src_port, tuple->dst_port);
		break;
	}
	strbuf_printf(out, "packets=%ju bytes=%ju ", (uintmax_t)counters->packets,
	              (uintmax_t)counters->bytes);
}

static void put_status(const struct weir_conn *conn, struct strbuf *out)
{
	if (conn->status & WEIR_STATUS_HW_OFFLOAD)
		strbuf_str(out, "[HW_OFFLOAD] ");
	else if (conn->status & WEIR_STATUS_FASTTRACK)
		strbuf_str(out, "[OFFLOAD] ");
	else if (conn->status & WEIR_STATUS_ASSURED)
		strbuf_str(out, "[ASSURED] ");
}

void conntrack_line(const struct weir_conn *conn, struct strbuf *out)
{
	bool v4 = conn->family == WEIR_IPV4;
	const char *state = state_name(conn);

	strbuf_printf(out, "%-8s %u %-8s %u %ju ", v4 ? "ipv4" : "ipv6",
	              v4 ? PF_NUMBER_IPV4 : PF_NUMBER_IPV6, protocol_name(conn->protocol),
	              conn->protocol, (uintmax_t)(conn->timeout / WEIR_SEC));
	if (state)
		strbuf_printf(out, "%s ", state);
	put_direction(conn, WEIR_ORIGINAL, out);
	if (!(conn->status & WEIR_STATUS_SEEN_REPLY))
		strbuf_str(out, "[UNREPLIED] ");
	put_direction(conn, WEIR_REPLY, out);
	put_status(conn, out);
	strbuf_printf(out, "mark=%ju use=1\n", (uintmax_t)conn->mark);
}
