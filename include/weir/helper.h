/* SPDX-License-Identifier: Apache-2.0 */
/*
 * weir/helper.h - helpers: readers of protocols whose messages name further connections, such
 * as FTP (RouterOS: /ip firewall service-port), and the expectations that they leave behind.
 *
 * A connection that a helper expected is `related` with its first packet, and translated as the
 * connection that named it. A helper opens nothing to a host that is not an end of its own
 * connection, and no port below 1024.
 */
#ifndef WEIR_HELPER_H
#define WEIR_HELPER_H

#include <stdbool.h>
#include <weir/conn.h>

#ifdef __cplusplus
extern "C" {
#endif

/* X(NAME, "name", on by default, ports by default...). The names are RouterOS'. */
#define WEIR_HELPERS(X)                                                                            \
	X(FTP, "ftp", 1, 21)                                                                       \
	X(TFTP, "tftp", 1, 69)                                                                     \
	X(IRC, "irc", 1, 6667)                                                                     \
	X(H323, "h323", 1, 1720) /* and 1719 for RAS: its ports cannot be set */                   \
	X(SIP, "sip", 1, 5060, 5061)                                                               \
	X(PPTP, "pptp", 1, 1723) /* cannot be set either */                                        \
	X(RTSP, "rtsp", 0, 554)

enum weir_helper {
	WEIR_HELPER_NONE = 0,
#define X(name, text, on, ...) WEIR_HELPER_##name,
	WEIR_HELPERS(X)
#undef X
	WEIR_HELPER_COUNT
};

#define WEIR_HELPER_PORTS 8

/* One helper's settings. It reads the connections whose destination port, behind dst-nat, is
 * one of these when their first packet comes. */
struct weir_helper_settings {
	bool on;
	uint8_t port_count;
	uint16_t ports[WEIR_HELPER_PORTS]; /* of H323 and PPTP not looked at */
};

/* "ftp"; "" for NONE. Never NULL. */
WEIR_API const char *weir_helper_text(enum weir_helper helper);

/* weir_expectation.flags; the values are Linux' (CTA_EXPECT_FLAGS) */
#define WEIR_EXPECT_PERMANENT 0x1u /* stays when a connection has come of it */
#define WEIR_EXPECT_INACTIVE 0x2u  /* no connection comes of it yet */

/* A connection that is expected: a copy. */
struct weir_expectation {
	uint8_t family, protocol;
	uint8_t helper; /* enum weir_helper */
	uint8_t flags;  /* WEIR_EXPECT_* */
	bool any_src, any_src_port; /* where it may come from: tuple.src and src_port say
				       nothing */
	struct weir_tuple tuple;    /* of its first packet as that comes in */
	union weir_addr to;         /* where that goes: as tuple.dst without translation */
	uint16_t to_port;
	uint64_t master;            /* id of the connection that named it */
	weir_time timeout;          /* nanoseconds until it is forgotten */
};

struct weir_engine;

/* Copies expectations out, `count` at most, of all workers. Any thread may ask. *cursor is 0 at
 * the start; what comes and goes between two calls may be missed or seen twice.
 * => how many were written; 0: the end */
WEIR_API size_t weir_expectation_list(struct weir_engine *engine, uint32_t *cursor, weir_time now,
				      struct weir_expectation *list, size_t count);

#ifdef __cplusplus
}
#endif
#endif
