/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/h323.h - what H.323's three parsers share: addresses and ports in messages, media
 * channels, and messages in a TCP stream.
 *
 * A transport address is of fixed size in PER, so a rewritten message is as long as before and
 * offsets into it hold.
 *
 * Threads: the worker's. What is remembered lies in the connection's helper memory and dies with
 * it.
 */
#ifndef HELPER_H323_H
#define HELPER_H323_H

#include "helper/helper.h"
#include "helper/per.h"

#define H323_SECONDS 240u /* for which anything is expected */

/* per_note.note */
enum h323_note {
	H323_MARK, /* a message of this kind: per_note.tag */
	H323_IPV4, /* 4 bytes of address, 2 of port */
	H323_IPV6, /* 16 and 2 */
	H323_REQUEST,
	H323_TIME_TO_LIVE,
};

/* per_note.tag: what an address is */
enum h323_tag {
	H323_TAG_NONE,
	H323_H245,        /* h245Address */
	H323_SOURCE,      /* sourceCallSignalAddress, srcCallSignalAddress */
	H323_DESTINATION, /* destCallSignalAddress */
	H323_ALTERNATIVE, /* alternativeAddress */
	H323_CALLS,       /* callSignalAddress */
	H323_RAS,         /* rasAddress, replyAddress */
	H323_MEDIA,       /* mediaChannel, mediaControlChannel */
	H323_T120,        /* separateStack */
	/* Messages. */
	H323_GRQ,
	H323_GCF,
	H323_RRQ,
	H323_RCF,
	H323_RRJ,
	H323_URQ,
	H323_ARQ,
	H323_ACF,
	H323_LRQ,
	H323_LCF,
	H323_IRQ,
	H323_IRR,
};

struct h323_address {
	uint8_t family;
	uint32_t offset; /* into the payload */
	union weir_addr addr;
	uint16_t port;
};

/* The address of a note. `base`: offset of the message in the payload. => false: the note is of
 * something else, or of another family than the connection's */
bool h323_address(const struct helper_call *call, const struct per_note *note, uint32_t base,
		  struct h323_address *a);

/* Whether it is the sender's, or the other end's as the sender knows it. */
bool h323_is_own(const struct helper_call *call, const struct h323_address *a);
bool h323_is_peer(const struct helper_call *call, const struct h323_address *a);

/* Puts another in its place. => false: no room */
bool h323_put(struct helper_call *call, const struct h323_address *a, const union weir_addr *addr,
	      uint16_t port);

/* The sender's signalling address, or the other end's: rewritten under translation, with the
 * connection's port if it is that one. => false: no room */
bool h323_put_own(struct helper_call *call, const struct h323_address *a);
bool h323_put_peer(struct helper_call *call, const struct h323_address *a);

/* A connection to the sender is expected as `want` says but for port and time, and the address
 * rewritten. *left: expectations that this packet may yet make. want->seen 0: it is not expected,
 * and the address stays. => false: no room */
bool h323_listen(struct helper_call *call, const struct h323_address *a, struct helper_want *want,
		 unsigned *left);

#define H323_PAIRS 7u

/* Pairs of ports for RTP and RTCP that the other side has been told. */
struct h323_pairs {
	uint16_t own[H323_PAIRS]; /* even; of the reply direction's sender: 1 more; 0: unused */
	uint16_t seen[H323_PAIRS];
};

/* Where in a stream a message goes on. */
struct h323_place {
	uint32_t seq;
	uint16_t body;  /* with have 4: its bytes */
	uint8_t have;   /* bytes of the TPKT header that came before */
	uint8_t length; /* with have 3: the third */
};

struct h323_stream {
	struct h323_place next;
	struct h323_place split; /* have 4: a body that the last split header was followed by */
};

/* The memory of a Q.931 or H.245 connection. */
struct h323_memory {
	struct h323_stream stream[2]; /* by direction */
	struct h323_pairs pairs;
	uint8_t known, off;           /* bits by direction */
};

_Static_assert(sizeof(struct h323_memory) <= HELPER_MEMORY, "fits a connection's memory");

/* A packet of a stream while it is read. */
struct h323_packet {
	struct helper_call *call;
	struct h323_memory *memory;
	uint16_t expected[H323_PAIRS]; /* pairs of this packet, as in h323_pairs.own */
	uint8_t audio, data;           /* limits of those classes */
	unsigned left;                 /* expectations that it may yet make */
	bool no_room;
};

/* Reads one message behind its TPKT header: `size` bytes at `offset` of the payload, of which
 * `present` are there. */
typedef void h323_reader(struct h323_packet *p, uint32_t offset, uint32_t size, uint32_t present);

/* Calls back for each message of a segment. */
enum helper_result h323_read_stream(struct helper_call *call, struct h323_packet *p,
				    h323_reader *reader);

/* What an OpenLogicalChannel or its Ack names, by H323_MEDIA and H323_T120; other notes are passed
 * over. */
void h323_channel(struct h323_packet *p, const struct per_note *note, uint32_t base);

#endif
