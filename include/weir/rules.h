/* SPDX-License-Identifier: Apache-2.0 */
/*
 * weir/rules.h - what decides about packets: interfaces, routes, address lists, and the rules of
 * the tables raw, mangle, nat and filter, as plain data.
 *
 * An embedder fills a struct weir_ruleset and hands it to weir_rules_set(), which checks it,
 * copies and compiles it into one immutable snapshot, and publishes that. Without rules the
 * engine tracks and lets everything by. What has the version that it has in the ruleset in force is
 * taken over from there: one rule of many that is changed costs little.
 *
 * Semantics are RouterOS' (manual, "Packet Flow", "Filter", "NAT", "Mangle", "RAW"): the first
 * rule whose matches all hold acts; the end of a chain of the user's is a return, that of a
 * built-in one accepts.
 */
#ifndef WEIR_RULES_H
#define WEIR_RULES_H

#include <stdbool.h>
#include <weir/packet.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Tables, and the places on the packet's path where their chains are asked. */
#define WEIR_TABLES(X)                                                                             \
	X(RAW, "raw")                                                                              \
	X(MANGLE, "mangle")                                                                        \
	X(NAT, "nat")                                                                              \
	X(FILTER, "filter")

enum weir_table {
#define X(name, text) WEIR_TABLE_##name,
	WEIR_TABLES(X)
#undef X
	WEIR_TABLE_COUNT
};

/* The table nat calls prerouting dstnat and postrouting srcnat. */
#define WEIR_HOOKS(X)                                                                              \
	X(PREROUTING, "prerouting")                                                                \
	X(INPUT, "input")                                                                          \
	X(FORWARD, "forward")                                                                      \
	X(OUTPUT, "output")                                                                        \
	X(POSTROUTING, "postrouting")

enum weir_hook {
#define X(name, text) WEIR_HOOK_##name,
	WEIR_HOOKS(X)
#undef X
	WEIR_HOOK_COUNT
};

/* Interfaces: numbers, which are those of weir_packet.port. */
#define WEIR_INTERFACES_MAX 1024
#define WEIR_INTERFACE_WORDS (WEIR_INTERFACES_MAX / 64)
#define WEIR_INTERFACE_NONE 0xffffu

struct weir_interface_address {
	uint8_t family;      /* enum weir_family */
	uint8_t length;      /* of the prefix, bits */
	union weir_addr addr; /* the interface's own, host bits included */
};

struct weir_interface {
	uint16_t bridge; /* the bridge that it is a port of, or WEIR_INTERFACE_NONE */
	uint16_t mtu;    /* for change-mss=clamp-to-pmtu; 0: not known, then it clamps nothing */
	const struct weir_interface_address *addresses;
	size_t address_count; /* the first of each family is the one that masquerade takes */
};

/* What a route leads to. */
enum weir_route_type {
	WEIR_ROUTE_UNICAST,
	WEIR_ROUTE_BLACKHOLE,
	WEIR_ROUTE_UNREACHABLE,
	WEIR_ROUTE_PROHIBIT,
};

struct weir_route {
	uint8_t family, length; /* of the destination */
	uint8_t type;           /* enum weir_route_type */
	uint8_t distance;       /* of routes to the same prefix the lowest wins; equal ones share */
	uint16_t table;         /* 0: main; others by mark-routing */
	uint16_t interface;     /* the way out */
	bool via;               /* through a gateway */
	union weir_addr prefix, gateway;
};

/* Matches, in the order in which a rule asks for them: cheap ones first, those that remember
 * something last, so that they see only what everything before let by. With several workers each
 * remembers what came to it: connection-limit, psd, nth, limit and dst-limit hold for every worker
 * by itself. What rules put into address lists is the same for all. */
#define WEIR_MATCHES(X)                                                                            \
	X(PROTOCOL, "protocol")                    /* number */                                    \
	X(SRC_MAC, "src-mac-address")              /* mac */                                       \
	X(IN_INTERFACE, "in-interface")            /* interfaces */                                \
	X(OUT_INTERFACE, "out-interface")          /* interfaces */                                \
	X(IN_BRIDGE_PORT, "in-bridge-port")        /* interfaces */                                \
	X(OUT_BRIDGE_PORT, "out-bridge-port")      /* interfaces */                                \
	X(SRC_ADDRESS, "src-address")              /* range */                                     \
	X(DST_ADDRESS, "dst-address")              /* range */                                     \
	X(SRC_TYPE, "src-address-type")            /* bits: WEIR_ADDRESS_* */                      \
	X(DST_TYPE, "dst-address-type")            /* bits */                                      \
	X(SRC_LIST, "src-address-list")            /* number: of an address list */                \
	X(DST_LIST, "dst-address-list")            /* number */                                    \
	X(TTL, "ttl")                              /* span; hop limit of IPv6 */                   \
	X(DSCP, "dscp")                            /* number */                                    \
	X(TOS, "tos")                              /* number, mask */                              \
	X(PACKET_SIZE, "packet-size")              /* span */                                      \
	X(FRAGMENT, "fragment")                    /* -; never holds once datagrams are put together */\
	X(IPV4_OPTIONS, "ipv4-options")            /* number: WEIR_OPTIONS_* */                    \
	X(HEADERS, "headers")                      /* bits, number: 1 exact, 0 contains */         \
	X(DST_PORT, "dst-port")                    /* ports */                                     \
	X(SRC_PORT, "src-port")                    /* ports */                                     \
	X(ANY_PORT, "port")                        /* ports */                                     \
	X(TCP_FLAGS, "tcp-flags")                  /* flags */                                     \
	X(TCP_MSS, "tcp-mss")                      /* span */                                      \
	X(ICMP, "icmp-options")                    /* icmp */                                      \
	X(PRIORITY, "priority")                    /* number */                                    \
	X(INGRESS_PRIORITY, "ingress-priority")    /* number */                                    \
	X(PACKET_MARK, "packet-mark")              /* number; 0: no-mark */                        \
	X(ROUTING_MARK, "routing-mark")            /* number: of a routing table */                \
	X(CONNECTION_MARK, "connection-mark")      /* number; 0: no-mark */                        \
	X(CONNECTION_STATE, "connection-state")    /* bits: 1 << enum weir_state */                \
	X(CONNECTION_NAT_STATE, "connection-nat-state")/* bits: WEIR_STATUS_SRCNAT, WEIR_STATUS_DSTNAT,
							  WEIR_EIN_SNAT, WEIR_EIN_DNAT */          \
	X(CONNECTION_BYTES, "connection-bytes")    /* span; last 0: no end */                      \
	X(CONNECTION_RATE, "connection-rate")      /* span, bits per second */                     \
	X(CONNECTION_TYPE, "connection-type")      /* number: enum weir_helper */                  \
	X(IPSEC_POLICY, "ipsec-policy")            /* number: 0 in, 1 out; bits 1: ipsec, 0: none */\
	X(CONNECTION_LIMIT, "connection-limit")    /* number: connections, bits: prefix length */  \
	X(TLS_HOST, "tls-host")                    /* text: a glob */                              \
	X(CONTENT, "content")                      /* text: bytes */                               \
	X(LAYER7, "layer7-protocol")               /* text: a regular expression */                \
	X(TIME, "time")                            /* week */                                      \
	X(PSD, "psd")                              /* psd */                                       \
	X(RANDOM, "random")                        /* number: per cent */                          \
	X(NTH, "nth")                              /* nth */                                       \
	X(CLASSIFIER, "per-connection-classifier") /* classifier */                                \
	X(LIMIT, "limit")                          /* limit */                                     \
	X(DST_LIMIT, "dst-limit")                  /* limit, with fields and expire */

enum weir_match_type {
#define X(name, text) WEIR_MATCH_##name,
	WEIR_MATCHES(X)
#undef X
	WEIR_MATCH_COUNT
};

/* SRC_TYPE, DST_TYPE */
#define WEIR_ADDRESS_UNICAST 0x01u
#define WEIR_ADDRESS_LOCAL 0x02u
#define WEIR_ADDRESS_BROADCAST 0x04u
#define WEIR_ADDRESS_MULTICAST 0x08u
#define WEIR_ADDRESS_BLACKHOLE 0x10u
#define WEIR_ADDRESS_ANYCAST 0x20u
#define WEIR_ADDRESS_UNREACHABLE 0x40u
#define WEIR_ADDRESS_PROHIBIT 0x80u

/* CONNECTION_NAT_STATE, besides the bits of a connection's status: which side it has from
 * ENDPOINT_INDEPENDENT. */
#define WEIR_EIN_SNAT 0x10000u
#define WEIR_EIN_DNAT 0x20000u

/* IPV4_OPTIONS */
enum weir_options {
	WEIR_OPTIONS_ANY, /* at least one, padding left aside */
	WEIR_OPTIONS_NONE,
	WEIR_OPTIONS_STRICT_ROUTE,
	WEIR_OPTIONS_LOOSE_ROUTE,
	WEIR_OPTIONS_NO_SOURCE_ROUTE, /* neither of the two */
	WEIR_OPTIONS_RECORD_ROUTE,
	WEIR_OPTIONS_NO_RECORD_ROUTE,
	WEIR_OPTIONS_ROUTER_ALERT,
	WEIR_OPTIONS_NO_ROUTER_ALERT,
	WEIR_OPTIONS_TIMESTAMP,
	WEIR_OPTIONS_NO_TIMESTAMP,
	WEIR_OPTIONS_COUNT
};

/* HEADERS: what follows the IPv6 header. */
#define WEIR_HEADER_HOP 0x01u
#define WEIR_HEADER_DST 0x02u
#define WEIR_HEADER_ROUTE 0x04u
#define WEIR_HEADER_FRAG 0x08u
#define WEIR_HEADER_AH 0x10u
#define WEIR_HEADER_ESP 0x20u
#define WEIR_HEADER_NONE 0x40u  /* next header 59 */
#define WEIR_HEADER_PROTO 0x80u /* an upper layer */

/* Fields of a packet that classifiers and dst-limit take together. */
#define WEIR_FIELD_SRC_ADDRESS 1u
#define WEIR_FIELD_DST_ADDRESS 2u
#define WEIR_FIELD_SRC_PORT 4u
#define WEIR_FIELD_DST_PORT 8u

struct weir_ports {
	uint16_t first, last;
};

struct weir_match {
	uint8_t type;   /* enum weir_match_type */
	bool negate;
	uint16_t count; /* of ports, of the text's bytes */
	union {
		struct {
			uint32_t number, bits, mask;
		};
		struct {
			union weir_addr first, last;
		} range;
		struct {
			uint64_t first, last;
		} span;
		const uint64_t *interfaces; /* WEIR_INTERFACE_WORDS words, a bit for each */
		const struct weir_ports *ports;
		const char *text;
		uint8_t mac[6];
		struct {
			uint8_t set, clear; /* bits as in the header */
		} flags;
		struct {
			uint8_t type, first_code, last_code;
		} icmp;
		struct {
			uint64_t rate, burst;
			weir_time time, expire;
			uint8_t fields; /* WEIR_FIELD_*; 0: all packets together */
			bool bits;      /* counts bits, not packets */
		} limit;
		struct {
			uint32_t every, packet;
		} nth;
		struct {
			uint32_t denominator, remainder;
			uint8_t fields;
		} classifier;
		struct {
			uint32_t weight, low_weight, high_weight;
			weir_time delay;
		} psd;
		struct {
			uint32_t start, end; /* seconds of the day, local time */
			uint8_t days;        /* bit 0: sunday */
		} week;
	};
};

#define WEIR_ACTIONS(X)                                                                            \
	X(ACCEPT, "accept")                                                                        \
	X(DROP, "drop")                                                                            \
	X(REJECT, "reject")                                                                        \
	X(TARPIT, "tarpit")                                                                        \
	X(FASTTRACK, "fasttrack-connection")                                                       \
	X(JUMP, "jump")                                                                            \
	X(RETURN, "return")                                                                        \
	X(LOG, "log")                                                                              \
	X(PASSTHROUGH, "passthrough")                                                              \
	X(ADD_SRC_TO_LIST, "add-src-to-address-list")                                              \
	X(ADD_DST_TO_LIST, "add-dst-to-address-list")                                              \
	X(NOTRACK, "notrack")                                                                      \
	X(MARK_CONNECTION, "mark-connection")                                                      \
	X(MARK_PACKET, "mark-packet")                                                              \
	X(MARK_ROUTING, "mark-routing")                                                            \
	X(CHANGE_MSS, "change-mss")                                                                \
	X(CHANGE_TTL, "change-ttl")                                                                \
	X(CHANGE_DSCP, "change-dscp")                                                              \
	X(SET_PRIORITY, "set-priority")                                                            \
	X(CLEAR_DF, "clear-df")                                                                    \
	X(STRIP_OPTIONS, "strip-ipv4-options")                                                     \
	X(SRC_NAT, "src-nat")                                                                      \
	X(MASQUERADE, "masquerade")                                                                \
	X(DST_NAT, "dst-nat")                                                                      \
	X(REDIRECT, "redirect")                                                                    \
	X(NETMAP, "netmap")                                                                        \
	X(SAME, "same")                                                                            \
	X(ENDPOINT_INDEPENDENT, "endpoint-independent-nat")                                        \
	X(SNPT, "snpt")                                                                            \
	X(DNPT, "dnpt")                                                                            \
	X(INERT, "inert") /* of RouterOS, and does nothing here; it is not even counted */

enum weir_action {
#define X(name, text) WEIR_ACTION_##name,
	WEIR_ACTIONS(X)
#undef X
	WEIR_ACTION_COUNT
};

/* REJECT: what is answered. */
#define WEIR_REJECTS(X)                                                                            \
	X(NETWORK_UNREACHABLE, 3, 0, 1, 0)                                                         \
	X(HOST_UNREACHABLE, 3, 1, 1, 3)                                                            \
	X(PROTOCOL_UNREACHABLE, 3, 2, 1, 4)                                                        \
	X(PORT_UNREACHABLE, 3, 3, 1, 4)                                                            \
	X(NET_PROHIBITED, 3, 9, 1, 1)                                                              \
	X(HOST_PROHIBITED, 3, 10, 1, 1)                                                            \
	X(ADMIN_PROHIBITED, 3, 13, 1, 1)                                                           \
	X(NOT_NEIGHBOUR, 3, 0, 1, 2)                                                               \
	X(SOURCE_ROUTING, 3, 5, 1, 7)                                                              \
	X(HEADERS_TOO_LONG, 3, 13, 1, 8)                                                           \
	X(TCP_RESET, 0, 0, 0, 0)

enum weir_reject {
#define X(name, type4, code4, type6, code6) WEIR_REJECT_##name,
	WEIR_REJECTS(X)
#undef X
	WEIR_REJECT_COUNT
};

/* CHANGE_TTL, CHANGE_DSCP, SET_PRIORITY, CHANGE_MSS: how the number is meant. */
enum weir_change {
	WEIR_CHANGE_SET,
	WEIR_CHANGE_INCREMENT,
	WEIR_CHANGE_DECREMENT,
	WEIR_CHANGE_CLAMP,      /* mss: to the path's MTU */
	WEIR_CHANGE_FROM_OTHER, /* dscp from priority, priority from dscp */
	WEIR_CHANGE_FROM_HIGH,  /* by the high three bits */
	WEIR_CHANGE_FROM_INGRESS,
};

#define WEIR_NAT_ADDRESS 0x01u    /* first and last are given */
#define WEIR_NAT_PORTS 0x02u      /* first_port and last_port are given */
#define WEIR_NAT_RANDOM 0x04u     /* randomise-ports */
#define WEIR_NAT_NOT_BY_DST 0x08u /* same-not-by-dst */
/* SRC_NAT, MASQUERADE: each source address has `block` ports of its own, which follow from the
 * address alone (RFC 7422), so that nobody need log who had which. The n-th address from `inside` on
 * has the n-th block of the ports (first_port to last_port, 1024 to 65535 if not given) of the
 * first address, then of the next; what is left behind the last block of an address is unused. A
 * source below `inside` or beyond the last block is refused. ICMP identifiers come from the block
 * too; a protocol without ports has the address alone. */
#define WEIR_NAT_BLOCK 0x10u

/* SRC_NAT, MASQUERADE, SAME: a source address has `share` translated connections of a protocol (TCP,
 * UDP, ICMP, the others) at most; the rule refuses more. All count whose source is translated, by
 * whichever rule; each worker counts its own and allows an equal part. */
#define WEIR_NAT_SHARE 0x20u

/* ENDPOINT_INDEPENDENT (RFC 4787: endpoint-independent mapping and filtering) is for IPv4 and does
 * something for UDP alone: other packets pass such a rule by, without counting. As a source, at
 * POSTROUTING or INPUT, it gives an inside address and port one public address and port toward
 * everybody: of `first` to `last`, without WEIR_NAT_ADDRESS the address of the interface that the
 * packet leaves by. As a destination, at PREROUTING or OUTPUT, it sends what comes to such a public
 * port, from anyone, to the inside; what comes to another passes it by.
 *
 * Such a mapping outlives its connections by two minutes. A worker has 131071 at most: for a
 * socket beyond them there is no port. With several workers the packets of one port would come to
 * all of them, so with such a rule in force all UDP of IPv4 is the first worker's; connections of it that
 * other workers have begin anew when the first such rule comes or the last one goes. */

struct weir_rule {
	uint32_t counter; /* where it counts: a number of the embedder's, below 2^20, that the rule
			     keeps when others come and go */
	uint8_t action;   /* enum weir_action */
	bool log;
	bool passthrough; /* after a mark or a change the next rule is asked */
	uint64_t version; /* a number that the embedder gives to what the rule says, all but a
			     jump's chain: a rule of the ruleset in force, in the chain of that
			     name, with the same version says the same, and is neither read nor
			     checked again. 0: it has none */
	const struct weir_match *matches;
	size_t match_count;
	union {
		uint32_t chain;  /* JUMP: index of a chain of the same table */
		uint32_t reject; /* enum weir_reject */
		uint32_t mark;   /* MARK_*: 0 is no-mark; of routing: a table */
		struct {
			uint32_t number; /* of an address list */
			bool stored;     /* none-static: the embedder is to keep it */
			weir_time timeout; /* 0: until the process ends */
		} list;
		struct {
			uint8_t how; /* enum weir_change */
			uint32_t number;
		} change;
		struct {
			uint32_t flags; /* WEIR_NAT_* */
			uint16_t first_port, last_port;
			uint16_t block;              /* WEIR_NAT_BLOCK: ports for each address */
			uint32_t share;              /* WEIR_NAT_SHARE: connections of a source */
			union weir_addr first, last; /* NETMAP, SNPT, DNPT: a prefix's ends */
			union weir_addr inside;      /* WEIR_NAT_BLOCK: who has the first block */
		} nat;
	};
};

struct weir_chain {
	const char *name;
	const struct weir_rule *rules;
	size_t count;
};

#define WEIR_NO_CHAIN UINT32_MAX

struct weir_table_rules {
	const struct weir_chain *chains;
	size_t count;
	uint32_t builtin[WEIR_HOOK_COUNT]; /* index of a chain, WEIR_NO_CHAIN: none */
};

#define WEIR_LIST_NAME 64 /* bytes of a list's name and its NUL */

struct weir_address_range {
	uint8_t family;
	union weir_addr first, last;
};

/* The entries that the embedder holds; what rules add is the engine's (weir/event.h tells). */
struct weir_address_list {
	const char *name; /* shorter than WEIR_LIST_NAME */
	const struct weir_address_range *ranges;
	size_t count;
};

/* A port that the router itself listens on: never what a connection's source is translated to. */
struct weir_listener {
	uint8_t family, protocol;
	uint16_t port;
	union weir_addr addr; /* zeros: all addresses of the interfaces */
};

struct weir_ruleset {
	const struct weir_interface *interfaces;
	size_t interface_count;
	const struct weir_route *routes; /* connected ones included */
	size_t route_count;
	const struct weir_address_list *lists;
	size_t list_count;
	const uint64_t *list_versions; /* as a rule's, of each list; NULL: they have none */
	const struct weir_listener *listeners;
	size_t listener_count;
	struct weir_table_rules tables[2][WEIR_TABLE_COUNT]; /* [0] IPv4, [1] IPv6 */
	bool forward[2];   /* by family, IPv4 first; no: what is not for the router is dropped */
	bool off[2];       /* disable-ipv6: all packets of that family are dropped */
	bool new_only;     /* RouterOS' way: connections that are under way do not meet rules that
			      were changed until they end; otherwise they are judged anew */
	bool hash_ports[2]; /* multipath-hash-policy=l4: of several next hops one is chosen by addresses
			       and ports, else by addresses */
	bool fasttrack[2]; /* allow-fast-path */
	int32_t utc_offset; /* seconds, for the match TIME */
	weir_time wall;    /* wall-clock time minus the engine's time, for the match TIME */
};

struct weir_engine;

/* What is wrong with a ruleset. */
struct weir_rules_error {
	uint32_t counter; /* the rule's, UINT32_MAX: no rule */
	char text[160];
};

/* Checks, copies, compiles and publishes a ruleset; NULL: none. Workers see it from their next
 * batch on. One thread at a time, as weir_settings_set().
 * => WEIR_OK, WEIR_ENOMEM, WEIR_EINVAL with *error filled in; then nothing was changed */
WEIR_API WEIR_MUST_CHECK int weir_rules_set(struct weir_engine *engine,
					    const struct weir_ruleset *rules,
					    struct weir_rules_error *error);

struct weir_rule_counters {
	uint64_t packets, bytes;
};

/* What a packet met, for who asks (weir_packet.trace). */
struct weir_trace_step {
	uint8_t table;  /* enum weir_table */
	uint8_t hook;   /* enum weir_hook */
	uint8_t action; /* enum weir_action */
	bool matched;
	uint8_t failed; /* not matched: enum weir_match_type that did not hold; WEIR_MATCH_COUNT:
			   all hold, but there is no mapping for ENDPOINT_INDEPENDENT */
	uint32_t chain; /* index in its table */
	uint32_t index; /* of the rule in its chain */
	uint32_t counter;
};

struct weir_trace {
	struct weir_trace_step *steps; /* the embedder's room */
	uint32_t room;
	uint32_t count; /* written; more than room: the rest was left out */
	bool all;       /* also rules that did not match */
};

WEIR_API const char *weir_table_text(enum weir_table table);
WEIR_API const char *weir_hook_text(enum weir_table table, enum weir_hook hook); /* "srcnat" */
WEIR_API const char *weir_action_text(enum weir_action action);
WEIR_API const char *weir_match_text(enum weir_match_type type); /* "src-address-list" */

#ifdef __cplusplus
}
#endif
#endif
