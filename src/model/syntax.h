/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/syntax.h - the values of RouterOS that are made of several parts: a limit, a
 * classifier, a time of the week. Each is read into a plain struct, and written from it in
 * the form that an export has; the firewall compiles the struct.
 *
 * Source: the grammar of each stands at its struct (RouterOS manual, "Common Firewall
 * Matchers", "CLI reference"). Threads: pure functions. Cost: no allocation.
 */
#ifndef MODEL_SYNTAX_H
#define MODEL_SYNTAX_H

#include "model/value.h"

struct value_syntax {
	const char *expected; /* for people: "rate[/time],burst[:packet|:bit]" */
	/* Reads all of text, without a leading `!` if the kind has KIND_NOT (which flags and
	 * hotspot must not have: their `!` belongs to an element), and appends the
	 * canonical form. => false: *error may have a reason in RouterOS' words, else it is an
	 * "invalid value for argument NAME" */
	bool (*read)(const struct value_kind *kind, const char *text, size_t len,
	             struct strbuf *canonical, struct strbuf *error);
};

extern const struct value_syntax syntax_address_range; /* 10.0.0.1, 10.0.0.0/8, 10.0.0.1-10.0.0.9 */
extern const struct value_syntax syntax_list_address;  /* those, of kind.family, or a DNS name */
extern const struct value_syntax syntax_interface_address; /* 192.168.88.1/24: host bits are kept */
extern const struct value_syntax syntax_icmp_options;      /* 8:0-255, 3:1, 135 */
extern const struct value_syntax syntax_tcp_flags;         /* syn,!ack; !,syn,ack negates all */
extern const struct value_syntax syntax_connection_bytes;  /* 500000-0 */
extern const struct value_syntax syntax_connection_rate;   /* 200k-100M */
extern const struct value_syntax syntax_connection_limit;  /* 100,32 */
extern const struct value_syntax syntax_limit;             /* 5,10:packet, 1/1m,9:packet */
extern const struct value_syntax syntax_dst_limit; /* 32,32,src-and-dst-addresses/10s */
extern const struct value_syntax syntax_nth;       /* 2,1 */
extern const struct value_syntax syntax_per_connection_classifier; /* both-addresses:2/0 */
extern const struct value_syntax syntax_psd;                       /* 21,3s,3,1 */
extern const struct value_syntax syntax_time_of_week;              /* 8h-17h,mon,tue */
extern const struct value_syntax syntax_ttl;                       /* equal:1, less-than:5 */
extern const struct value_syntax syntax_new_ttl;                   /* set:64, increment:1 */
extern const struct value_syntax syntax_hotspot;                   /* from-client,!auth */
extern const struct value_syntax syntax_ipsec_policy;              /* in,ipsec */
extern const struct value_syntax syntax_headers;                   /* hop,frag:exact */
extern const struct value_syntax syntax_tos;                       /* 16/255 */
extern const struct value_syntax syntax_bandwidth;  /* unlimited/unlimited, 10M/10M */
extern const struct value_syntax syntax_date;       /* 2026-11-21, jan/02/1970 */
extern const struct value_syntax syntax_date_time;  /* "jan/01/1970 00:00:00" */
extern const struct value_syntax syntax_time_of_day; /* 03:00:00, startup */
extern const struct value_syntax syntax_time_zone;   /* +00:00 */
extern const struct value_syntax syntax_password;    /* anything; its hash is kept */

/* What they read, for who acts on them. Each => false: no such value. */
struct address_range {
	uint8_t family; /* enum weir_family */
	union weir_addr first, last;
};
bool address_range_parse(const char *text, size_t len, uint8_t family, struct address_range *range);

struct number_range {
	uint64_t first, last;
};
/* N or N-N; k, M and G are thousands. */
bool number_range_parse(const char *text, size_t len, uint64_t max, struct number_range *range);

struct tcp_flags {
	uint8_t set, clear; /* bits as in the header: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32,
	                       ECE 64, CWR 128 */
	bool negated;       /* the whole test */
};
bool tcp_flags_parse(const char *text, size_t len, struct tcp_flags *flags);

struct icmp_options {
	uint8_t type, first_code, last_code;
};
bool icmp_options_parse(const char *text, size_t len, struct icmp_options *options);

/* Bytes N-N; 0 as the upper end has no end: UINT64_MAX. */
bool connection_bytes_parse(const char *text, size_t len, struct number_range *range);

struct connection_limit {
	uint32_t count;
	uint8_t bits; /* of the addresses that are counted together */
};
bool connection_limit_parse(const char *text, size_t len, struct connection_limit *limit);

struct rate_limit {
	uint64_t rate;  /* per `time` */
	weir_time time; /* 1 s where it is not given */
	uint64_t burst;
	bool bits;      /* counts bits, not packets */
};
bool rate_limit_parse(const char *text, size_t len, struct rate_limit *limit);

/* dst-limit's and the classifier's fields, as bits. */
#define FIELD_SRC_ADDRESS 1u
#define FIELD_DST_ADDRESS 2u
#define FIELD_SRC_PORT 4u
#define FIELD_DST_PORT 8u

struct dst_limit {
	struct rate_limit limit;
	uint8_t fields;   /* FIELD_* */
	weir_time expire; /* 0: not given */
};
bool dst_limit_parse(const char *text, size_t len, struct dst_limit *limit);

struct nth {
	uint32_t every, packet; /* packet from 1, which it is where it is not given */
};
bool nth_parse(const char *text, size_t len, struct nth *nth);

struct classifier {
	uint8_t fields; /* FIELD_* */
	uint32_t denominator, remainder;
};
bool classifier_parse(const char *text, size_t len, struct classifier *classifier);

struct port_scan {
	uint32_t weight;
	weir_time delay;
	uint32_t low_weight, high_weight;
};
bool port_scan_parse(const char *text, size_t len, struct port_scan *psd);

/* ttl and hop-limit */
enum ttl_test { TTL_EQUAL, TTL_NOT_EQUAL, TTL_LESS_THAN, TTL_GREATER_THAN };

struct ttl_match {
	enum ttl_test test;
	uint8_t value;
};
bool ttl_match_parse(const char *text, size_t len, struct ttl_match *match);

/* new-ttl and new-hop-limit */
enum ttl_how { TTL_SET, TTL_INCREMENT, TTL_DECREMENT };

struct ttl_change {
	enum ttl_how how;
	uint8_t value;
};
bool ttl_change_parse(const char *text, size_t len, struct ttl_change *change);

struct tos_match {
	uint8_t value, mask; /* mask 255 where it is not given */
};
bool tos_match_parse(const char *text, size_t len, struct tos_match *match);

struct ipsec_match {
	bool out;   /* else in */
	bool ipsec; /* else none */
};
bool ipsec_match_parse(const char *text, size_t len, struct ipsec_match *match);

/* headers; bits in the order hop, dst, route, frag, ah, esp, none, proto */
struct header_match {
	uint8_t headers;
	bool exact; /* these and no others; else these among others */
};
bool header_match_parse(const char *text, size_t len, struct header_match *match);

struct time_of_week {
	uint32_t start, end; /* seconds of the day */
	uint8_t days;        /* bit 0: sunday; all where none is given */
};
bool time_of_week_parse(const char *text, size_t len, struct time_of_week *time);

#endif
