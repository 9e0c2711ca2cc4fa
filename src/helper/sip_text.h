/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/sip_text.h - what SIP's headers and session descriptions are made of: words, numbers,
 * hosts.
 *
 * A span says where in a message something stands. It is kept instead of a pointer, since what is
 * found is replaced later, when the message may lie elsewhere. Everything here reads inside the
 * span that it is given. Pure functions; cost: once over the span.
 */
#ifndef HELPER_SIP_TEXT_H
#define HELPER_SIP_TEXT_H

#include <stdbool.h>
#include <weir/types.h>

#define SIP_PORT 5060u

struct sip_span {
	uint32_t at, size;
};

static inline uint32_t sip_span_end(struct sip_span s)
{
	return s.at + s.size;
}

static inline struct sip_span sip_span_between(uint32_t from, uint32_t to)
{
	return (struct sip_span){from, to - from};
}

static inline uint8_t sip_lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

/* White space, with the line ends that stand in folded headers. */
static inline bool sip_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A byte of a method, a header's or a parameter's name. */
bool sip_token(uint8_t c);

/* Whether the span is this word, in whatever case. `word` is in lower case. */
bool sip_is(const uint8_t *data, struct sip_span s, const char *word);

/* Whether it begins with it. */
bool sip_begins(const uint8_t *data, struct sip_span s, const char *word);

/* Without the blanks at both ends. */
struct sip_span sip_trim(const uint8_t *data, struct sip_span s);

/* The word up to the next blank; *s is what follows that. Of no size at the end. */
struct sip_span sip_word(const uint8_t *data, struct sip_span *s);

/* The next line without its end, CRLF or LF; *s is what follows. => false: no more */
bool sip_line(const uint8_t *data, struct sip_span *s, struct sip_span *line);

/* The number that the span begins with. => digits read; 0: there is none, or it is above `most` */
uint32_t sip_number(const uint8_t *data, struct sip_span s, uint32_t most, uint32_t *value);

/* An address, or a name, and its port. */
struct sip_host {
	struct sip_span span; /* both of them */
	struct sip_span name; /* without port and brackets */
	bool numeric;	      /* `addr` is an address of the connection's family */
	bool bad;	      /* nothing there, or the port is not one */
	uint16_t port;	      /* 0: not said */
	union weir_addr addr;
};

/* Reads what the span begins with. */
struct sip_host sip_host_read(const uint8_t *data, struct sip_span s, uint8_t family);

/* Finds ";name=value" in the parameters. => false: not there; *value is of no size if it has none
 */
bool sip_param(const uint8_t *data, struct sip_span params, const char *name,
	       struct sip_span *value);

#endif
