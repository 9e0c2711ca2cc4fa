/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/helper.h - helpers: readers of protocols whose messages name further connections.
 *
 * The engine gives each packet of a connection that a helper reads to helper_read(), at the very
 * end of its path, behind translation. The helper's parser looks for addresses and ports in the
 * payload, expects connections to them (track/expect.h), and, of a translated connection, writes
 * what the other side must read in their place.
 *
 * Rules for all parsers:
 *	- the payload is read through helper/view.h or by bounds that are as plain; nothing it says
 *	  is believed before it is compared with what is present;
 *	- what is remembered fits HELPER_MEMORY bytes, and what one packet makes is bounded;
 *	- expected is a connection to the packet's own sender, never to a third host, and to no port
 *	  below HELPER_PORT_LOW: a page that a browser loads can make it send any bytes to port
 *	  5060, but it cannot make it begin a segment with a command, or open another host's ports;
 *	- a message that is not understood passes as it is, if it names nothing that must be
 *	  translated.
 *
 * Threads: the worker's, with the two tables that all workers share (they lock).
 */
#ifndef HELPER_HELPER_H
#define HELPER_HELPER_H

#include <weir/settings.h>

#include "packet/edit.h"
#include "track/expect.h"
#include "track/ext.h"
#include "track/gre_key.h"

/* X(ID, helper, protocol): Q931, H245 and RAS are H.323's three. */
#define HELPER_PARSERS(X)                                                                          \
	X(FTP, FTP, TCP)                                                                           \
	X(TFTP, TFTP, UDP)                                                                         \
	X(IRC, IRC, TCP)                                                                           \
	X(SIP_UDP, SIP, UDP)                                                                       \
	X(SIP_TCP, SIP, TCP)                                                                       \
	X(PPTP, PPTP, TCP)                                                                         \
	X(Q931, H323, TCP)                                                                         \
	X(H245, H323, TCP)                                                                         \
	X(RAS, H323, UDP)                                                                          \
	X(RTSP, RTSP, TCP)

enum helper_parser_id {
	HELPER_PARSER_NONE = 0,
#define X(id, helper, proto) HELPER_PARSER_##id,
	HELPER_PARSERS(X)
#undef X
	HELPER_PARSER_COUNT
};

#define HELPER_MEMORY 64u    /* what a parser may remember of a connection; zeros at first */
#define HELPER_PORT_LOW 1024u
#define HELPER_CHANGES 16u   /* expectations that one packet may make */
#define HELPER_MOVES (8u << 20) /* bytes that its changes may move: each moves what is behind it */

/* The settings, as the packet path reads them: part of the snapshot. */
struct helper_settings {
	uint64_t tcp_ports, udp_ports; /* helper_port_bit() is set: perhaps one of ours */
	struct {
		uint16_t port;
		uint8_t proto, parser;
	} port[(WEIR_HELPER_COUNT + 2) * WEIR_HELPER_PORTS];
	unsigned port_count;
	bool on[WEIR_HELPER_COUNT];
	bool sip_direct_media;
	uint32_t sip_timeout; /* ticks */
};

/* => WEIR_OK, WEIR_ERANGE */
int helper_settings_compile(const struct weir_settings *in, struct helper_settings *out);

/* Folded so that 443 and other busy ports do not fall together with those that helpers have: 64
 * divides the difference of 443 and 1723. */
static inline uint64_t helper_port_bit(uint16_t port)
{
	return UINT64_C(1) << ((port ^ port >> 5) & 63);
}

/* => false: nobody reads connections to this port */
static inline bool helper_may_read(const struct helper_settings *set, uint16_t port)
{
	return (set->tcp_ports | set->udp_ports) & helper_port_bit(port);
}

/* Who is to read a connection whose reply tuple is this. => HELPER_PARSER_NONE */
enum helper_parser_id helper_find(const struct helper_settings *set, const struct tuple *reply);

/* Whose parser it is. */
enum weir_helper helper_of(enum helper_parser_id parser);

/* Whether somebody has this destination for himself, so that no connection may be translated that
 * comes there. */
typedef bool helper_is_taken(const void *ctx, const struct tuple *tuple);

/* One packet, as a parser sees it. */
struct helper_call {
	/* Set by the engine. */
	const struct helper_settings *set;
	struct expectations *expectations;
	struct gre_keys *gre_keys;
	struct packet *packet;     /* translated; parsers have no use for it */
	uint64_t master;           /* the connection's id, or one that it has for this packet */
	struct tuple tuple[2];     /* by direction */
	enum weir_dir dir;
	bool translated;           /* SRCNAT or DSTNAT: what the payload names must be too */
	bool established;          /* its state, else new or related */
	uint16_t mark;
	uint8_t helper;            /* enum weir_helper */
	uint32_t seq;              /* TCP: of data[0], as its sender counts */
	void *memory;              /* HELPER_MEMORY bytes of the connection's, for any type */
	helper_is_taken *is_taken; /* NULL: nothing is */
	const void *taken_ctx;
	weir_time now;
	uint8_t *room;             /* where a copy of the packet may be changed; NULL: none left */
	uint32_t room_size;

	/* The payload. helper_replace() moves it: read it again from here afterwards. */
	const uint8_t *data;
	uint32_t size;

	/* What comes of it. */
	struct edit edit;
	int32_t delta;             /* by how much the payload grew */
	uint32_t moved;            /* bytes, by changes */
	uint32_t timeout;          /* ticks that the connection lives from now on; 0: as it would */
	bool expects;              /* something was expected or entered under `master` */
	uint16_t reason;           /* with HELPER_DROP: enum weir_reason */
	uint32_t detail;
};

enum helper_result { HELPER_PASS, HELPER_DROP };

/* Reads a packet. On HELPER_PASS with edit.data set the packet has been changed. */
enum helper_result helper_read(enum helper_parser_id parser, struct helper_call *call);

/* Behind the last packet: takes back what a connection expects, and its keys. Cheap where
 * there is nothing. `memory` as its parser left it. */
void helper_end(enum helper_parser_id parser, void *memory, uint64_t master,
		struct expectations *expectations, struct gre_keys *gre_keys);

/* For parsers. */

/* The sender's address as its own messages have it, and as the other side sees it. */
static inline const union weir_addr *helper_own(const struct helper_call *call)
{
	return &call->tuple[call->dir].src;
}

static inline const union weir_addr *helper_seen(const struct helper_call *call)
{
	return &call->tuple[!call->dir].dst;
}

/* The other end as the sender's messages name it, and that end's own address. */
static inline const union weir_addr *helper_peer(const struct helper_call *call)
{
	return &call->tuple[call->dir].dst;
}

static inline const union weir_addr *helper_peer_own(const struct helper_call *call)
{
	return &call->tuple[!call->dir].src;
}

/* A connection that the packet's sender waits for. */
struct helper_want {
	uint8_t proto;
	uint8_t class;       /* enum expect_class */
	uint8_t parser;      /* enum helper_parser_id that is to read it, or NONE */
	uint8_t flags;       /* WEIR_EXPECT_* */
	bool from_any;       /* from anyone; else from the other end alone */
	bool by_rules;       /* from_any: only the other end itself is translated as that end, of
				others the rules say what they look like */
	uint16_t port;       /* that the sender named */
	uint16_t told;       /* the other side knows it by this one already; 0: it is to be told
				`seen` */
	uint16_t from_port;  /* that it comes from; 0: any */
	uint16_t first;      /* of a translated connection: the port to try first; 0: `port` */
	uint8_t ports;       /* 1, or 2: this one and the next (RTP and RTCP), which are moved
				together to an even one */
	uint8_t limit;       /* expectations of this class at most */
	uint32_t seconds;    /* for which it waits */
	uint16_t seen;       /* out: the port that the other side must be told */
};

/* Expects it. Of a translated connection the port that this message's connection has already, or
 * `first`, or the named one is taken if it is free, else a random one is found. => false: not
 * expected (a low port, no room, nothing free); either the message stays as it is, or it is dropped
 * with HELPER_FULL, so that its sender tries again */
bool helper_expect(struct helper_call *call, struct helper_want *want);

/* Takes back what this connection expects of a class. */
void helper_forget(struct helper_call *call, enum expect_class class);

/* Puts `length` bytes in place of `old` ones at `offset` of the payload. => false: no room, or it
 * was done too often; then the parser gives HELPER_DROP with HELPER_ROOM */
bool helper_replace(struct helper_call *call, uint32_t offset, uint32_t old, const void *bytes,
		    uint32_t length);

/* => HELPER_DROP, with reason */
enum helper_result helper_drop(struct helper_call *call, enum weir_reason reason, uint32_t detail);

/* Writes an address as text ("192.0.2.1", "2001:db8::1"). buf: 46 bytes. => length */
uint32_t helper_addr_text(uint8_t family, const union weir_addr *addr, char *buf);

/* Reads one. => bytes read, 0: there is none */
uint32_t helper_addr_read(uint8_t family, const uint8_t *text, uint32_t size,
			  union weir_addr *addr);

bool helper_addr_equal(uint8_t family, const union weir_addr *a, const union weir_addr *b);

/* The parsers; helper/helper.c has the table of them. */
enum helper_result helper_ftp(struct helper_call *call);
enum helper_result helper_tftp(struct helper_call *call);
enum helper_result helper_irc(struct helper_call *call);
enum helper_result helper_sip_udp(struct helper_call *call);
enum helper_result helper_sip_tcp(struct helper_call *call);
enum helper_result helper_pptp(struct helper_call *call);
enum helper_result helper_q931(struct helper_call *call);
enum helper_result helper_h245(struct helper_call *call);
enum helper_result helper_ras(struct helper_call *call);
enum helper_result helper_rtsp(struct helper_call *call);

#endif
