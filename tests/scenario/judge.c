/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/judge.c - compares what the engine did with what a story expects, item
 * by item. See judge.h.
 */
#include "judge.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Two ticks of 4 ms: a timeout is rounded up, the time of a packet down. */
#define TIMEOUT_SLACK (8 * WEIR_MSEC)

/* What one item compares: the connection is there only if found. */
struct subject {
	const struct weir_packet *packet; /* NULL behind `expect` */
	struct weir_conn conn;
	bool found;
};

void judge_fail(struct play *play, unsigned line, const char *format, ...)
{
	va_list args;

	if (!play->failures)
		printf("FAILED: %s\n", play->story->title);
	play->failures++;
	printf("%s:%u: ", play->file->name, line);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

static size_t label_step(const struct play *play, const char *label)
{
	for (size_t i = 0; i < play->story->step_count; i++) {
		const struct story_step *step = &play->story->steps[i];

		if (step->kind == STEP_PACKET && step->label && !strcmp(step->label, label))
			return i;
	}
	return 0; /* the reader has checked every label */
}

uint64_t judge_id(const struct play *play, const char *label)
{
	return play->ids[label_step(play, label)];
}

static void texts(struct play *play, const struct story_check *check, const char *what,
                  const char *expected, const char *got)
{
	if (strcmp(expected, got))
		judge_fail(play, check->line, "%s: expected %s, got %s", what, expected, got);
}

static void numbers(struct play *play, const struct story_check *check, const char *what,
                    uint64_t got)
{
	if (check->value != got)
		judge_fail(play, check->line, "%s: expected %" PRIu64 ", got %" PRIu64, what,
		           check->value, got);
}

static void pairs(struct play *play, const struct story_check *check, const char *what,
                  uint64_t got, uint64_t other)
{
	if (check->value != got || check->other != other)
		judge_fail(play, check->line,
		           "%s: expected %" PRIu64 "/%" PRIu64 ", got %" PRIu64 "/%" PRIu64, what,
		           check->value, check->other, got, other);
}

uint16_t judge_port(struct play *play, const struct story_end *end, uint16_t got)
{
	if (end->name)
		return text_value(&play->values, end->name, got);
	return got >= end->port && got <= end->last_port ? got : end->port;
}

static void tuples(struct play *play, const struct story_check *check, const char *what,
                   const struct weir_conn *conn, const struct weir_tuple *tuple)
{
	const struct story_end *src = &check->from, *dst = &check->to;
	char expected[200], got[200], from[80], to[80];
	/* ICMP has no ports to write: its type and id are items of their own. */
	bool ports = src->has_port || dst->has_port;

	judge_end_text(&src->host->addr, src->host->family, ports,
	               judge_port(play, src, tuple->src_port), from, sizeof(from));
	judge_end_text(&dst->host->addr, dst->host->family, ports,
	               judge_port(play, dst, tuple->dst_port), to, sizeof(to));
	snprintf(expected, sizeof(expected), "%s > %s", from, to);
	judge_end_text(&tuple->src, conn->family, ports, tuple->src_port, from, sizeof(from));
	judge_end_text(&tuple->dst, conn->family, ports, tuple->dst_port, to, sizeof(to));
	snprintf(got, sizeof(got), "%s > %s", from, to);
	texts(play, check, what, expected, got);
}

static void timeout(struct play *play, const struct story_check *check, uint64_t got)
{
	if (got > check->value + TIMEOUT_SLACK || got + TIMEOUT_SLACK < check->value)
		judge_fail(play, check->line, "timeout: expected %.3fs, got %.3fs",
		           (double)check->value / 1e9, (double)got / 1e9);
}

static void status(struct play *play, const struct story_check *check, uint64_t got)
{
	char expected[256], have[256];
	const char *how = "status";
	bool good = got == check->value;

	if (check->kind == CHECK_STATUS_SET) {
		good = (got & check->value) == check->value;
		how = "status with";
	} else if (check->kind == CHECK_STATUS_CLEAR) {
		good = !(got & check->value);
		how = "status without";
	}
	if (good)
		return;
	check_status_names(check->value, expected, sizeof(expected));
	check_status_names(got, have, sizeof(have));
	judge_fail(play, check->line, "%s: expected %s, got %s", how, expected, have);
}

/* An item about a connection. */
static void connection(struct play *play, const struct story_check *check,
                       const struct subject *subject)
{
	const struct weir_conn *conn = &subject->conn;
	const struct weir_counters *original = &conn->counters[WEIR_ORIGINAL];
	const struct weir_counters *reply = &conn->counters[WEIR_REPLY];

	if (!subject->found) {
		judge_fail(play, check->line, "there is no connection to compare with");
		return;
	}
	switch (check->kind) {
	case CHECK_TCP_STATE:
		texts(play, check, "tcp-state", check_tcp_name(check->value),
		      check_tcp_name(conn->tcp_state));
		break;
	case CHECK_SCTP_STATE:
		texts(play, check, "sctp-state", check_sctp_name(check->value),
		      check_sctp_name(conn->sctp_state));
		break;
	case CHECK_NEXT_STATE:
		texts(play, check, "next-state", check_state_name(check->value),
		      check_state_name(conn->state));
		break;
	case CHECK_TIMEOUT:
		timeout(play, check, conn->timeout);
		break;
	case CHECK_STATUS:
	case CHECK_STATUS_SET:
	case CHECK_STATUS_CLEAR:
		status(play, check, conn->status);
		break;
	case CHECK_PACKETS:
		pairs(play, check, "packets", original->packets, reply->packets);
		break;
	case CHECK_BYTES:
		pairs(play, check, "bytes", original->bytes, reply->bytes);
		break;
	case CHECK_FAST_PACKETS:
		pairs(play, check, "fasttrack-packets", original->fasttrack_packets,
		      reply->fasttrack_packets);
		break;
	case CHECK_MARK:
		numbers(play, check, "mark", conn->mark);
		break;
	case CHECK_HELPER:
		texts(play, check, "helper", check_helper_name(check->value),
		      check_helper_name(conn->helper));
		break;
	case CHECK_TUPLE:
		tuples(play, check, "tuple", conn, &conn->tuple[WEIR_ORIGINAL]);
		break;
	case CHECK_REPLY:
		tuples(play, check, "reply", conn, &conn->tuple[WEIR_REPLY]);
		break;
	case CHECK_ICMP:
		pairs(play, check, "icmp-type", conn->icmp_type, conn->icmp_code);
		break;
	case CHECK_ICMP_ID:
		numbers(play, check, "icmp-id", conn->icmp_id);
		break;
	case CHECK_GRE_KEY:
		numbers(play, check, "gre-key", conn->gre_key);
		break;
	case CHECK_GRE_VERSION:
		numbers(play, check, "gre-version", conn->gre_version);
		break;
	case CHECK_GRE_PROTOCOL:
		numbers(play, check, "gre-protocol", conn->gre_protocol);
		break;
	case CHECK_PROTOCOL:
		numbers(play, check, "protocol", conn->protocol);
		break;
	default:
		judge_fail(play, check->line, "not an item of a connection");
	}
}

/* The bytes that left against those of a packet of the story. */
static void out_same(struct play *play, const struct story_check *check,
                     const struct story_step *step, const struct weir_packet *packet)
{
	const struct story_step *as =
	        check->text ? &play->story->steps[label_step(play, check->text)] : step;
	uint32_t i = 0;

	if (!packet->out || packet->out_len != as->caplen) {
		judge_fail(play, check->line, "out: expected %u bytes, got %u", as->caplen,
		           packet->out ? packet->out_len : 0);
		return;
	}
	while (i < as->caplen && packet->out[i] == as->data[i])
		i++;
	if (i < as->caplen)
		judge_fail(play, check->line, "out: byte %u: expected 0x%02x, got 0x%02x", i,
		           as->data[i], packet->out[i]);
}

static void packet_item(struct play *play, const struct story_check *check,
                        const struct story_step *step, const struct subject *subject)
{
	const struct weir_packet *packet = subject->packet;
	char sentence[256];

	switch (check->kind) {
	case CHECK_STATE:
		texts(play, check, "state", check_state_name(check->value),
		      check_state_name(packet->state));
		break;
	case CHECK_VERDICT:
		texts(play, check, "verdict", check_verdict_name(check->value),
		      check_verdict_name(packet->verdict));
		break;
	case CHECK_REASON:
		texts(play, check, "reason", check_reason_name(check->value),
		      check_reason_name(packet->reason));
		break;
	case CHECK_SAYS:
		weir_reason_text(packet, sentence, sizeof(sentence));
		texts(play, check, "says", check->text, sentence);
		break;
	case CHECK_DIR:
		texts(play, check, "dir", check->value ? "reply" : "original",
		      packet->dir ? "reply" : "original");
		break;
	case CHECK_CREATED:
		texts(play, check, "created", check->value ? "yes" : "no",
		      packet->created ? "yes" : "no");
		break;
	case CHECK_SAME:
		if (!packet->conn || packet->conn != judge_id(play, check->text))
			judge_fail(play, check->line, "not the connection of [%s]", check->text);
		break;
	case CHECK_DIFFERS:
		if (packet->conn == judge_id(play, check->text))
			judge_fail(play, check->line, "the same connection as [%s]", check->text);
		break;
	case CHECK_NO_CONN:
		if (packet->conn)
			judge_fail(play, check->line, "expected no connection");
		break;
	case CHECK_OUT:
		numbers(play, check, "out", packet->out ? packet->out_len : 0);
		break;
	case CHECK_OUT_SAME:
		out_same(play, check, step, packet);
		break;
	default:
		if (!judge_router(play, check, packet) && !judge_out(play, check, packet))
			connection(play, check, subject);
	}
}

static void find_connection(struct play *play, uint64_t id, struct subject *subject)
{
	subject->found =
	        id && weir_conn_get(play->worker, id, play->now, &subject->conn) == WEIR_OK;
}

void judge_packet(struct play *play, const struct story_step *step,
                  const struct weir_packet *packet)
{
	struct subject subject = {.packet = packet};

	find_connection(play, packet->conn, &subject);
	if ((packet->verdict == WEIR_ACCEPT) != (packet->out != NULL))
		judge_fail(play, step->line, "%s, but out is %s",
		           check_verdict_name(packet->verdict), packet->out ? "set" : "NULL");
	judge_sums(play, step, packet);
	for (size_t i = 0; i < step->check_count; i++)
		packet_item(play, &step->checks[i], step, &subject);
}

static bool is_end(struct play *play, const struct story_end *end, const struct weir_conn *conn,
                   const union weir_addr *addr, uint16_t port)
{
	return conn->family == end->host->family &&
	       !memcmp(addr, &end->host->addr, sizeof(*addr)) &&
	       (!end->has_port || port == judge_port(play, end, port));
}

/* Goes through the table for "entry tcp client:40000 > server:80". */
static void entry(struct play *play, const struct story_check *check, struct subject *subject)
{
	uint64_t cursor = 0;
	struct weir_conn conns[16];
	size_t count;

	if (check->text) {
		find_connection(play, judge_id(play, check->text), subject);
		if (!subject->found)
			judge_fail(play, check->line, "no connection of [%s]", check->text);
		return;
	}
	subject->found = false;
	while ((count = weir_conn_list(play->worker, &cursor, play->now, conns, COUNT(conns))))
		for (size_t i = 0; i < count; i++) {
			const struct weir_tuple *tuple = &conns[i].tuple[WEIR_ORIGINAL];

			if (conns[i].protocol != check->value ||
			    !is_end(play, &check->from, &conns[i], &tuple->src, tuple->src_port) ||
			    !is_end(play, &check->to, &conns[i], &tuple->dst, tuple->dst_port))
				continue;
			if (subject->found)
				judge_fail(play, check->line, "more than one such entry");
			subject->conn = conns[i];
			subject->found = true;
		}
	if (!subject->found)
		judge_fail(play, check->line, "no such entry");
}

static uint64_t stat_value(const struct weir_stats *stats, const struct story_check *check)
{
	const char *name = check->text;
	const struct {
		const char *name;
		uint64_t value;
	} values[] = {
	        {"packets", stats->packets},
	        {"bytes", stats->bytes},
	        {"created", stats->created},
	        {"connections", stats->connections},
	        {"connections-v6", stats->connections_v6},
	        {"half-open", stats->half_open},
	        {"peak", stats->peak},
	        {"held-bytes", stats->fragments_held},
	        {"reassembled", stats->reassembled},
	        {"events-lost", stats->events_lost},
	};

	for (size_t i = 0; i < COUNT(values); i++)
		if (!strcmp(values[i].name, name))
			return values[i].value;
	if (!strcmp(name, "state"))
		return stats->state[check->other];
	if (!strcmp(name, "verdict"))
		return stats->verdict[check->other];
	if (!strcmp(name, "ended"))
		return stats->ended[check->other];
	return stats->reason[check->other];
}

static void events(struct play *play, const struct story_step *step)
{
	struct weir_event event;
	bool asked = false;

	for (size_t i = 0; i < step->check_count; i++) {
		const struct story_check *check = &step->checks[i];

		if (check->kind == CHECK_NO_EVENT)
			asked = true;
		if (check->kind != CHECK_EVENT)
			continue;
		asked = true;
		if (!weir_event_read(play->worker, &event, 1)) {
			judge_fail(play, check->line, "expected event %s %s, there is none",
			           check_event_name(check->value), check->text);
			return;
		}
		texts(play, check, "event", check_event_name(check->value),
		      check_event_name(event.type));
		if (event.conn.id != judge_id(play, check->text))
			judge_fail(play, check->line, "event %s: not about [%s]",
			           check_event_name(event.type), check->text);
		if (event.type == WEIR_EVENT_DESTROYED)
			texts(play, check, "destroyed", check_end_name(check->other),
			      check_end_name(event.why));
	}
	while (asked && weir_event_read(play->worker, &event, 1))
		judge_fail(play, step->line, "unexpected event %s%s%s",
		           check_event_name(event.type), event.why ? ": " : "",
		           event.why ? check_end_name(event.why) : "");
}

static void table_item(struct play *play, const struct story_check *check, struct subject *subject)
{
	struct weir_stats stats;
	struct subject other;

	switch (check->kind) {
	case CHECK_ENTRY:
		entry(play, check, subject);
		break;
	case CHECK_GONE:
	case CHECK_ALIVE:
		find_connection(play, judge_id(play, check->text), &other);
		if (other.found != (check->kind == CHECK_ALIVE))
			judge_fail(play, check->line, "[%s] is %s", check->text,
			           other.found ? "still there" : "gone");
		break;
	case CHECK_STAT:
		weir_stats_get(play->engine, &stats);
		numbers(play, check, check->text, stat_value(&stats, check));
		break;
	case CHECK_PENDING:
		judge_pending(play, check);
		break;
	case CHECK_EXPECTATIONS:
		judge_expectations(play, check);
		break;
	case CHECK_COUNTED:
		judge_counted(play, check);
		break;
	case CHECK_EVENT:
	case CHECK_NO_EVENT:
		break; /* events() has seen to them */
	default:
		if (subject->found)
			connection(play, check, subject);
	}
}

void judge_expect(struct play *play, const struct story_step *step)
{
	struct subject subject = {.packet = NULL};

	events(play, step);
	for (size_t i = 0; i < step->check_count; i++)
		table_item(play, &step->checks[i], &subject);
}
