/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/packet_line.h - a line for each packet that went through the engine, as text
 * in columns or as JSON.
 *
 * JSON has the same keys in the same order on every line: n time port protocol src dst id dir
 * state tcp-state timeout assured seen-reply verdict reason out, and with `bytes` that
 * as well, and with rules in, rules and nat; what a packet does not have is null. The text has
 * the same things, without `out`, "-" for what is not there, and the reason last.
 */
#ifndef DAEMON_PACKET_LINE_H
#define DAEMON_PACKET_LINE_H

#include <stdbool.h>
#include <weir/weir.h>

#include "base/strbuf.h"
#include "daemon/packet_ends.h"

enum packet_format {
	PACKET_LINES_NONE,
	PACKET_LINES_TEXT,
	PACKET_LINES_JSON,
};

struct packet_line {
	uint64_t number; /* from 1 */
	int64_t time;    /* nanoseconds since the first packet; below 0 if stamped earlier */
	const char *port;
	const struct packet_ends *ends;   /* of the packet as it came; family 0: no IP packet */
	const struct weir_packet *packet; /* processed; NULL: it was not */
	const char *not_ip;               /* what it is instead of IP; NULL: a copy, recorded where
					     it leaves */
	const struct weir_conn *conn;     /* its connection after it, NULL if there is none */
	bool bytes;                       /* with the packet that leaves, in hex */
	const char *out;                  /* the port that it leaves by, or NULL */
	const struct strbuf *more;        /* JSON members that rules add, or NULL */
};

/* Appends the line and its end. */
void packet_line_text(const struct packet_line *line, struct strbuf *out);
void packet_line_json(const struct packet_line *line, struct strbuf *out);

#endif
