/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/sip.h - one message of a SIP conversation, and what a connection remembers between them.
 *
 * Life: struct sip is on the stack while a packet is read. struct sip_memory is the connection's,
 * zeros at first. Changes are noted while the message is read, with places of the message as it
 * came, and made at its end, from the last to the first.
 */
#ifndef HELPER_SIP_H
#define HELPER_SIP_H

#include "helper/helper.h"
#include "helper/sip_message.h"

#define SIP_CHANGES 96u
#define SIP_CHANGE_TEXT 56u /* "[" address "]:65535" and more */
#define SIP_PORTS 6u

/* A port that a side has named, and as which the other side knows it. */
struct sip_port {
	uint16_t own, seen;
};

struct sip_memory {
	uint32_t invite_cseq, register_cseq;
	/* TCP, by direction: bytes from `unread` up to `next` are the rest of a message that went
	 * through as it was. */
	uint32_t unread[2], next[2];
	/* UDP, by direction: the port at which this side wants answers, if it is not the one
	 * that it sends from. */
	uint16_t via_port[2];
	struct sip_port contact;	  /* that was registered */
	struct sip_port media[SIP_PORTS]; /* the last ones */
	uint8_t media_next;
	uint8_t media_dir; /* a bit each: whose they are */
	uint8_t spoken;	   /* TCP, a bit a direction: its first bytes were a message */
	bool foreign;	   /* TCP: they were none; nothing is read any more */
	uint8_t invited, registered, contacted; /* direction + 1 of the request; 0: none */
};

static_assert(sizeof(struct sip_memory) <= HELPER_MEMORY, "what a parser may remember");

/* `old` bytes that give way to `length` others. */
struct sip_change {
	uint32_t at, old;
	uint32_t length;
	char text[SIP_CHANGE_TEXT];
};

struct sip {
	struct helper_call *call;
	struct sip_memory *memory;
	uint32_t at; /* of the message in the payload */
	struct sip_message message;
	unsigned change_count;
	bool crowded; /* there were more changes than there is room for */
	struct sip_change changes[SIP_CHANGES];
};

static inline uint8_t sip_family(const struct sip *s)
{
	return s->call->tuple[0].family;
}

static inline bool sip_same(const struct sip *s, const union weir_addr *a, const union weir_addr *b)
{
	return helper_addr_equal(sip_family(s), a, b);
}

/* => HELPER_DROP; the message makes no sense at this place of it */
enum helper_result sip_malformed(struct sip *s, uint32_t at);

/* sip_change.c */

/* Notes that a place is to be replaced: by text, by a number, by an address and, if it is not 0, a
 * port. `brackets`: around IPv6 without a port, too. */
void sip_change_text(struct sip *s, struct sip_span place, const char *text, uint32_t length);
void sip_change_number(struct sip *s, struct sip_span place, uint32_t number);
void sip_change_addr(struct sip *s, struct sip_span place, const union weir_addr *addr,
		     uint16_t port, bool brackets);

/* Makes the changes, and with them the Content-Length. */
enum helper_result sip_change_make(struct sip *s);

/* sip_media.c */

/* Expects what the session description asks for, and translates it. */
enum helper_result sip_media(struct sip *s);

/* Takes back what is expected of media. */
void sip_media_forget(struct sip *s);

/* sip_register.c */
enum helper_result sip_register_request(struct sip *s);
enum helper_result sip_register_answer(struct sip *s);

/* sip_translate.c */

/* Translates the headers. */
void sip_translate(struct sip *s);

/* Moves a datagram to the port at which its receiver wants to be answered. => false: no room */
bool sip_translate_port(struct sip *s);

#endif
