/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/packet_line.c - see packet_line.h.
 *
 * No allocation but the strbuf's growth, which ends after the first lines.
 */
#include "daemon/packet_line.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "model/menu_connection.h"
#include "model/value.h"

#define PROTOCOL_TCP 6

#define REASON_SIZE 256

static const struct value_kind string_kind = { .type = VALUE_STRING };
static const struct value_kind id_kind = { .type = VALUE_ID };

/* The reason in words; "" if there is none. */
static void reason_text(const struct packet_line *line, char text[REASON_SIZE])
{
	text[0] = '\0';
	if (line->packet && line->packet->reason != WEIR_R_NONE)
		weir_reason_text(line->packet, text, REASON_SIZE);
}

/* Why it was not processed. */
static void why_not(const struct packet_line *line, char text[REASON_SIZE])
{
	if (line->not_ip)
		snprintf(text, REASON_SIZE, "not IP: %s", line->not_ip);
	else
		snprintf(text, REASON_SIZE, "recorded where it leaves");
}

/* Seconds since the first packet, always with nine decimals. */
static void add_time(int64_t time, struct strbuf *out)
{
	uint64_t magnitude = time < 0 ? -(uint64_t)time : (uint64_t)time;
	uint64_t fraction = magnitude % WEIR_SEC;

	if (time < 0)
		strbuf_char(out, '-');
	strbuf_u64(out, magnitude / WEIR_SEC);
	strbuf_char(out, '.');
	for (uint64_t digit = WEIR_SEC / 10; digit > 1 && fraction < digit; digit /= 10)
		strbuf_char(out, '0');
	strbuf_u64(out, fraction);
}

static void add_hex(const struct weir_packet *packet, struct strbuf *out)
{
	static const char digits[] = "0123456789abcdef";
	uint32_t len = packet->out_len;

	for (uint32_t i = 0; i < len; i++) {
		strbuf_char(out, digits[packet->out[i] >> 4]);
		strbuf_char(out, digits[packet->out[i] & 15]);
	}
}

static const char *dir_text(const struct weir_packet *packet)
{
	return packet->dir == WEIR_REPLY ? "reply" : "original";
}

static bool has_out(const struct packet_line *line)
{
	return line->bytes && line->packet && line->packet->out;
}

/* Fills up to a column, or one blank if it is passed already. */
static void column(struct strbuf *out, size_t start, size_t width)
{
	size_t used = out->len - start;

	strbuf_fill(out, ' ', used < width ? width - used : 1);
}

/* "tcp", or a number. */
static void add_protocol(const struct packet_ends *ends, struct strbuf *out)
{
	for (const struct value_name *n = protocol_names; n->name; n++) {
		if (n->number == ends->protocol) {
			strbuf_str(out, n->name);
			return;
		}
	}
	strbuf_u64(out, ends->protocol);
}

static void text_of_ends(const struct packet_ends *ends, struct strbuf *out)
{
	size_t start = out->len;

	if (!ends->family) {
		strbuf_str(out, "-      -");
	} else {
		add_protocol(ends, out);
		column(out, start, 7);
		packet_ends_print(ends, out);
	}
	column(out, start, 50);
}

static void text_of_conn(const struct packet_line *line, struct strbuf *out)
{
	const struct weir_conn *conn = line->conn;
	size_t start = out->len;
	bool seen_reply, assured;

	strbuf_str(out, conn && conn->protocol == PROTOCOL_TCP ?
				weir_tcp_state_text((enum weir_tcp_state)conn->tcp_state) :
				"-");
	column(out, start, 12);
	start = out->len;
	if (conn)
		value_print_time(conn->timeout, out);
	else
		strbuf_char(out, '-');
	column(out, start, 13);
	seen_reply = conn && conn->status & WEIR_STATUS_SEEN_REPLY;
	assured = conn && conn->status & WEIR_STATUS_ASSURED;
	strbuf_char(out, seen_reply ? 'S' : '-');
	strbuf_char(out, assured ? 'A' : '-');
	strbuf_char(out, ' ');
}

void packet_line_text(const struct packet_line *line, struct strbuf *out)
{
	const struct weir_packet *packet = line->packet;
	char reason[REASON_SIZE];
	size_t start = out->len;

	strbuf_printf(out, "%6llu ", (unsigned long long)line->number);
	add_time(line->time, out);
	column(out, start, 24);
	start = out->len;
	strbuf_str(out, line->port);
	column(out, start, 8);
	if (line->ends->family || packet)
		text_of_ends(line->ends, out);
	if (!packet) {
		why_not(line, reason);
		strbuf_printf(out, "%s\n", reason);
		return;
	}
	start = out->len;
	if (packet->conn) {
		struct value id = value_number(VALUE_ID, packet->conn);

		value_print(&id_kind, &id, VALUE_CONSOLE, out);
		strbuf_str(out, packet->created ? "+" : "");
	} else {
		strbuf_char(out, '-');
	}
	column(out, start, 11);
	strbuf_printf(out, "%-9s", packet->conn ? dir_text(packet) : "-");
	strbuf_printf(out, "%-12s", packet->state != WEIR_STATE_NONE ?
					    weir_state_text((enum weir_state)packet->state) :
					    "-");
	text_of_conn(line, out);
	strbuf_str(out, weir_verdict_text((enum weir_verdict)packet->verdict));
	reason_text(line, reason);
	if (reason[0])
		strbuf_printf(out, ": %s", reason);
	if (has_out(line)) {
		strbuf_char(out, ' ');
		add_hex(packet, out);
	}
	strbuf_char(out, '\n');
}

/* Whether JSON takes it as it is; so do all our own words. */
static bool is_plain(const char *text)
{
	for (; *text; text++) {
		if (*text < ' ' || *text > '~' || *text == '"' || *text == '\\')
			return false;
	}
	return true;
}

static void json_string(const char *key, const char *text, struct strbuf *out)
{
	strbuf_str(out, ",\"");
	strbuf_str(out, key);
	if (!text) {
		strbuf_str(out, "\":null");
	} else if (is_plain(text)) {
		strbuf_str(out, "\":\"");
		strbuf_str(out, text);
		strbuf_char(out, '"');
	} else {
		struct value value = { .type = VALUE_STRING, .text = text, .len = strlen(text) };

		strbuf_str(out, "\":");
		value_print(&string_kind, &value, VALUE_JSON, out);
	}
}

/* Seconds, to the millisecond, without trailing zeros: a JSON number. */
static void json_seconds(weir_time time, struct strbuf *out)
{
	uint64_t ms = time / WEIR_MSEC;
	unsigned rest = (unsigned)(ms % 1000);

	strbuf_u64(out, ms / 1000);
	if (rest) {
		int digits = 3;

		for (; rest % 10 == 0; rest /= 10)
			digits--;
		strbuf_printf(out, ".%0*u", digits, rest);
	}
}

static void json_conn(const struct weir_conn *conn, struct strbuf *out)
{
	if (!conn) {
		strbuf_str(out, ",\"tcp-state\":null,\"timeout\":null,\"assured\":null,"
				"\"seen-reply\":null");
		return;
	}
	json_string("tcp-state",
		    conn->protocol == PROTOCOL_TCP ?
			    weir_tcp_state_text((enum weir_tcp_state)conn->tcp_state) :
			    NULL,
		    out);
	strbuf_str(out, ",\"timeout\":");
	json_seconds(conn->timeout, out);
	strbuf_str(out, conn->status & WEIR_STATUS_ASSURED ? ",\"assured\":true" :
							     ",\"assured\":false");
	strbuf_str(out, conn->status & WEIR_STATUS_SEEN_REPLY ? ",\"seen-reply\":true" :
								",\"seen-reply\":false");
	if (conn->helper != WEIR_HELPER_NONE)
		json_string("connection-type", weir_helper_text(conn->helper), out);
}

static void json_ends(const struct packet_ends *ends, struct strbuf *out)
{
	if (!ends->family) {
		strbuf_str(out, ",\"protocol\":null,\"src\":null,\"dst\":null");
		return;
	}
	strbuf_str(out, ",\"protocol\":\"");
	add_protocol(ends, out);
	strbuf_str(out, "\",\"src\":\"");
	packet_end_print(ends, &ends->src, out);
	strbuf_str(out, "\",\"dst\":\"");
	packet_end_print(ends, &ends->dst, out);
	strbuf_char(out, '"');
}

static void json_id(const struct weir_packet *packet, struct strbuf *out)
{
	strbuf_str(out, ",\"id\":");
	if (packet && packet->conn) {
		struct value id = value_number(VALUE_ID, packet->conn);

		strbuf_char(out, '"');
		value_print(&id_kind, &id, VALUE_CONSOLE, out);
		strbuf_char(out, '"');
	} else {
		strbuf_str(out, "null");
	}
}

static const char *json_state(const struct weir_packet *packet)
{
	if (!packet || packet->state == WEIR_STATE_NONE)
		return NULL;
	return weir_state_text((enum weir_state)packet->state);
}

void packet_line_json(const struct packet_line *line, struct strbuf *out)
{
	const struct weir_packet *packet = line->packet;
	char reason[REASON_SIZE];

	strbuf_str(out, "{\"n\":");
	strbuf_u64(out, line->number);
	strbuf_str(out, ",\"time\":");
	add_time(line->time, out);
	json_string("port", line->port, out);
	json_ends(line->ends, out);
	json_id(packet, out);
	json_string("dir", packet && packet->conn ? dir_text(packet) : NULL, out);
	json_string("state", json_state(packet), out);
	json_conn(line->conn, out);
	if (packet) {
		json_string("verdict", weir_verdict_text((enum weir_verdict)packet->verdict), out);
		reason_text(line, reason);
		json_string("reason", reason[0] ? reason : NULL, out);
	} else {
		json_string("verdict", NULL, out);
		why_not(line, reason);
		json_string("reason", reason, out);
	}
	json_string("out", line->out, out);
	if (line->more)
		strbuf_add(out, strbuf_text(line->more), line->more->len);
	if (has_out(line)) {
		strbuf_str(out, ",\"bytes\":\"");
		add_hex(packet, out);
		strbuf_char(out, '"');
	} else if (line->bytes) {
		strbuf_str(out, ",\"bytes\":null");
	}
	strbuf_str(out, "}\n");
}
