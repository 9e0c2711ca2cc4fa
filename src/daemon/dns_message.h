/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/dns_message.h - a question for the addresses of a name as DNS has it on the wire, and
 * the reading of its answer (RFC 1035, RFC 3596, RFC 6891).
 *
 * Threads: pure functions. Cost: no allocation; an answer is passed over once for each alias in
 * it, of which DNS_ALIASES are followed.
 */
#ifndef DAEMON_DNS_MESSAGE_H
#define DAEMON_DNS_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <weir/types.h>

#define DNS_QUESTION_MAX (12 + 255 + 4 + 11)
#define DNS_ALIASES 16

enum dns_result {
	DNS_NOT_OURS,    /* another question's answer, or no message of DNS */
	DNS_ADDRESSES,   /* there are some */
	DNS_NO_ADDRESS,  /* the name has none of this family */
	DNS_NO_NAME,     /* there is no such name */
	DNS_CUT,         /* it did not fit; by TCP it will */
	DNS_MISUNDERSTOOD, /* the server cannot read the question */
	DNS_FAILED,      /* the server could not find out */
	DNS_REFUSED,     /* the server does not want to tell */
};

/* Writes the question for a name's addresses of a family. udp_size: what an answer may have by
 * UDP; 0 leaves the extension out that says so. `to` has DNS_QUESTION_MAX bytes.
 * => its length; 0: it is no name */
size_t dns_write_question(uint8_t *to, uint16_t id, const char *name, size_t len, uint8_t family,
                          uint16_t udp_size);

/* Reads an answer to a question that dns_write_question() wrote, and calls `each` for every
 * address, aliases followed. *ttl, in seconds: the smallest of what led to them. */
enum dns_result dns_read_answer(const uint8_t *data, size_t len, const uint8_t *question,
                                size_t question_len,
                                void (*each)(void *ctx, const union weir_addr *addr), void *ctx,
                                uint32_t *ttl);

#endif
