/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/sip_message.h - one SIP message: its start line, the headers that matter, its body, and
 * the URIs in headers.
 *
 * A message is read once, front to back, into a struct of spans (helper/sip_text.h) that lives on
 * the stack of the packet. Header names may be compact, values folded; lines may end in LF alone.
 *
 * Bounds: SIP_LINES lines of headers, SIP_HEADERS of those that are kept; a message with more of
 * either is bad. Cost: once over start line and headers; the body is not looked at.
 *
 * Sources: RFC 3261, sections 7, 18.3, 20 and 25.
 */
#ifndef HELPER_SIP_MESSAGE_H
#define HELPER_SIP_MESSAGE_H

#include "helper/sip_text.h"

#define SIP_LINES 128u
#define SIP_HEADERS 64u

/* X(ID, "name", compact form or 0): the headers that are kept. */
#define SIP_HEADER_NAMES(X)                                                                        \
	X(VIA, "via", 'v')                                                                         \
	X(FROM, "from", 'f')                                                                       \
	X(TO, "to", 't')                                                                           \
	X(CONTACT, "contact", 'm')                                                                 \
	X(ROUTE, "route", 0)                                                                       \
	X(RECORD_ROUTE, "record-route", 0)                                                         \
	X(CSEQ, "cseq", 0)                                                                         \
	X(EXPIRES, "expires", 0)                                                                   \
	X(CONTENT_TYPE, "content-type", 'c')                                                       \
	X(CONTENT_LENGTH, "content-length", 'l')

enum sip_header_id {
	SIP_HEADER_OTHER,
#define X(id, name, compact) SIP_HEADER_##id,
	SIP_HEADER_NAMES(X)
#undef X
};

/* X(ID, "name"): the methods that have a meaning here. */
#define SIP_METHODS(X)                                                                             \
	X(INVITE, "invite")                                                                        \
	X(UPDATE, "update")                                                                        \
	X(ACK, "ack")                                                                              \
	X(PRACK, "prack")                                                                          \
	X(BYE, "bye")                                                                              \
	X(CANCEL, "cancel")                                                                        \
	X(REGISTER, "register")

enum sip_method {
	SIP_OTHER,
#define X(id, name) SIP_##id,
	SIP_METHODS(X)
#undef X
};

struct sip_header {
	uint8_t id; /* enum sip_header_id */
	struct sip_span value;
};

enum sip_status {
	SIP_READ,
	SIP_FOREIGN, /* no SIP message begins here */
	SIP_CUT,     /* one begins, but not all of it is here */
	SIP_BAD,     /* and it cannot be understood, at `bad_at` */
};

struct sip_message {
	const uint8_t *data;
	uint32_t size;	/* from start line to the end of the body */
	uint16_t code;	/* of an answer; 0: a request */
	uint8_t method; /* enum sip_method; of an answer the one in CSeq */
	bool has_cseq, has_length;
	uint32_t cseq;
	struct sip_span uri; /* of a request */
	struct sip_span body;
	uint32_t bad_at;
	unsigned count;
	struct sip_header headers[SIP_HEADERS];
};

/* Reads a message. A datagram is one message, and what lies behind its Content-Length does not
 * belong to it. In a stream the message is READ only if it has a Content-Length and is here as a
 * whole; m->size of a CUT one is 0 if nobody can tell where it will end. */
enum sip_status sip_message_read(const uint8_t *data, uint32_t size, bool stream,
				 struct sip_message *m);

/* The first header of a kind. => NULL: there is none */
const struct sip_header *sip_message_header(const struct sip_message *m, enum sip_header_id id);

/* One value of a header of addresses: "Bob" <sip:bob@192.0.2.4:5060;lr>;expires=60 */
struct sip_value {
	struct sip_span uri;	    /* without brackets */
	struct sip_span uri_params; /* from the first ';' inside it on */
	struct sip_span params;	    /* behind it */
	struct sip_host host;	    /* bad: not a URI of SIP, or none that can be read */
	bool sip;		    /* the scheme is sip or sips */
	bool star;		    /* "*": all of them */
};

/* The next value of a header; *rest is what follows it. => false: no more */
bool sip_value_next(const uint8_t *data, struct sip_span *rest, uint8_t family,
		    struct sip_value *value);

/* A URI without anything around it; params are those of the URI. */
void sip_uri_read(const uint8_t *data, struct sip_span uri, uint8_t family,
		  struct sip_value *value);

/* A parameter of the value or of its URI. */
bool sip_value_param(const uint8_t *data, const struct sip_value *value, const char *name,
		     struct sip_span *text);

/* The first value of a Via header. */
struct sip_via {
	struct sip_span transport; /* UDP */
	struct sip_host host;
	struct sip_span params;
};

/* => false: not a Via as SIP/2.0 has it */
bool sip_via_read(const uint8_t *data, struct sip_span header, uint8_t family, struct sip_via *via);

#endif
