/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/resolver.h - asks servers of DNS for the addresses of names, without ever waiting.
 *
 * A question goes to the server that answered last, then to the next one, until one has told or
 * the time is over. Each try has a socket and thereby a port of its own, and a random number:
 * who cannot see the question cannot answer it. An answer that does not fit comes by TCP.
 * (libevent's own resolver has one port for all, takes 512 bytes at most, and asks for names of
 * its own choice to find out whether a server is there.)
 *
 * Life: resolver_create() to resolver_destroy(), which drops what is still asked; the loop ends
 * after it. Threads: that of the event loop. Cost: a question under way takes a socket and less
 * than 1 KB, and by TCP the length of its answer more.
 */
#ifndef DAEMON_RESOLVER_H
#define DAEMON_RESOLVER_H

#include <event2/event.h>
#include <weir/types.h>

#define RESOLVER_SERVERS 16
#define RESOLVER_QUESTIONS 100 /* at once */

struct resolver_server {
	uint8_t family; /* enum weir_family */
	union weir_addr addr;
	uint32_t scope; /* IPv6: the interface of a link-local address, 0: none */
};

struct resolver_settings {
	struct resolver_server server[RESOLVER_SERVERS];
	unsigned servers;
	weir_time server_timeout, total_timeout;
	uint16_t udp_size;        /* what an answer may have by UDP */
	unsigned questions, by_tcp; /* at once */
};

enum resolver_result {
	RESOLVER_ADDRESSES,
	RESOLVER_NO_ADDRESS, /* the name has none of this family */
	RESOLVER_NO_NAME,
	RESOLVER_FAILED,     /* no server could or would tell */
	RESOLVER_NO_ANSWER,  /* the time is over, or no server is reached */
	RESOLVER_NO_SERVER,  /* there is none to ask */
	RESOLVER_NO_MEMORY,  /* or no sockets */
};

struct resolver_answer {
	enum resolver_result result;
	const union weir_addr *addr; /* good until the call returns; with RESOLVER_ADDRESSES: */
	size_t count;                /* at least one */
	uint32_t ttl;                /* seconds */
};

typedef void resolver_told(void *ctx, const struct resolver_answer *answer);

struct resolver;
struct question;

/* => NULL: no memory */
struct resolver *resolver_create(struct event_base *base);
void resolver_destroy(struct resolver *resolver); /* NULL is fine */

/* For questions from now on. */
void resolver_set(struct resolver *resolver, const struct resolver_settings *settings);

/* The machine's own servers, as resolv.conf(5) lists them. => how many */
unsigned resolver_machine_servers(struct resolver_server server[RESOLVER_SERVERS]);

/* Asks; `told` is called once, from the loop, unless it is cancelled before.
 * => NULL: no memory, or there are as many under way as may be */
struct question *resolver_ask(struct resolver *resolver, const char *name, size_t len,
                              uint8_t family, resolver_told *told, void *ctx);
void resolver_cancel(struct question *question); /* NULL is fine */

/* Questions that could be asked now. */
unsigned resolver_room(const struct resolver *resolver);

#endif
