/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/replay.c - `weir replay`: captures go through the engine by their own time, and
 * the connections come out.
 *
 * The engine has one worker and the default seed, and the time is the captures', so what
 * is printed on stdout depends on the input and the options alone. One thread.
 * A signal only sets `stopped`, which ends the reading; all that was read is then
 * reported as at the end of a capture.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/command.h"
#include "daemon/packet_line.h"
#include "daemon/progress.h"
#include "daemon/replay_against.h"
#include "daemon/replay_options.h"
#include "daemon/replay_rules.h"
#include "daemon/router.h"
#include "daemon/summary.h"
#include "model/conntrack_line.h"
#include "model/menu_connection.h"
#include "port/merge.h"

/* No larger frame is read by libpcap, but from D-Bus. */
#define FRAME_MAX 262144

struct replay {
	struct replay_options options;
	struct merge *merge;
	struct router *router;
	struct weir_engine *engine; /* the router's */
	struct weir_worker *worker;
	struct replay_rules *rules;
	struct replay_side other; /* of --against */
	struct summary summary;
	struct progress progress;
	struct strbuf line;
	weir_time now; /* the latest time stamp so far */
	size_t at_done; /* of options.at */
	int status;
	uint8_t packet[FRAME_MAX];
};

static volatile sig_atomic_t stopped;

static void stop(int signal_number)
{
	(void)signal_number;
	stopped = 1;
}

/* The first signal asks, the second kills. Without SA_RESTART, so that waiting for a
 * pipe ends. */
static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = stop, .sa_flags = (int)SA_RESETHAND };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static void fail(struct replay *r, int status)
{
	if (r->status == STATUS_OK)
		r->status = status;
}

/* Opens every port's capture. What is no capture at all ends the replay before it begins. */
static int open_captures(struct replay *r)
{
	r->merge = merge_create();
	if (!r->merge) {
		complain("out of memory");
		return STATUS_FAILED;
	}
	for (unsigned i = 0; i < r->options.port_count; i++) {
		const struct replay_port *port = &r->options.ports[i];
		struct capture_error error;
		struct capture *capture = capture_open(port->file, &stopped, &error);

		if (!capture && stopped)
			return STATUS_INTERRUPTED;
		if (!capture) {
			complain("%s", error.text);
			return STATUS_BAD_INPUT;
		}
		/* The options have made sure that the names are good. */
		if (merge_add(r->merge, port->name, capture) != 0)
			return STATUS_FAILED;
	}
	return STATUS_OK;
}

/* A router, as its configuration and the command line want it. */
static int make_router(struct replay *r, const char *config, struct router **router,
		       struct replay_rules **rules)
{
	const struct router_options options = {
		.config = config,
		.files = r->options.files,
		.replay = true,
	};
	int status = router_create(router, &options);

	for (unsigned i = 0; status == STATUS_OK && i < r->options.port_count; i++) {
		if (strcmp(r->options.ports[i].name, REPLAY_DEFAULT_PORT) != 0)
			status = router_add_port(*router, r->options.ports[i].name);
	}
	if (status == STATUS_OK)
		status = router_load(*router);
	for (size_t i = 0; status == STATUS_OK && i < r->options.tracking_count; i++)
		status = router_set_tracking(*router, r->options.tracking[i]);
	if (status == STATUS_OK)
		status = router_make(*router);
	if (status == STATUS_OK)
		*rules = replay_rules_open(&r->options, *router, &status);
	return status;
}

static int create_routers(struct replay *r)
{
	int status = make_router(r, r->options.config, &r->router, &r->rules);

	if (status == STATUS_OK && r->options.against)
		status = make_router(r, r->options.against, &r->other.router, &r->other.rules);
	if (status != STATUS_OK)
		return status;
	r->engine = router_engine(r->router)->engine;
	r->worker = router_engine(r->router)->worker;
	return STATUS_OK;
}

static size_t fetch(void *ctx, uint64_t *cursor, struct weir_conn *conns, size_t count)
{
	struct replay *r = ctx;

	return weir_conn_list(r->worker, cursor, r->now, conns, count);
}

static const char *mark_name(void *ctx, uint32_t mark)
{
	return rules_mark_name(router_rules(((struct replay *)ctx)->router), mark);
}

static unsigned terminal_width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
		return 0;
	return size.ws_col;
}

static void print_conntrack(struct replay *r)
{
	struct conn_source source;
	const struct weir_conn *conn;

	conn_source_list(&source, fetch, r);
	source.mark_name = mark_name;
	while ((conn = source.source.next(&source.source))) {
		if (!where_match(r->options.where, &source.source, conn))
			continue;
		strbuf_reset(&r->line);
		conntrack_line(conn, &r->line);
		fwrite(strbuf_text(&r->line), 1, r->line.len, stdout);
	}
}

static void print_layout(struct replay *r)
{
	struct print_options options = {
		.layout = (enum print_layout)r->options.layout,
		.where = r->options.where,
		.proplist = r->options.proplist,
		.width = terminal_width(),
	};
	struct print_out out = print_to_file(stdout);
	struct conn_source source;

	conn_source_list(&source, fetch, r);
	source.mark_name = mark_name;
	if (print_menu(&source.source, &options, &out) == PRINT_NO_MEMORY) {
		complain("out of memory");
		fail(r, STATUS_FAILED);
	}
}

/* The connections as they stand at r->now. */
static void print_table(struct replay *r)
{
	progress_wipe(&r->progress);
	weir_expire(r->worker, r->now);
	if (r->options.layout == PRINT_CONNTRACK)
		print_conntrack(r);
	else
		print_layout(r);
}

/* Several tables need telling apart, where a program does not count lines or arrays. */
static void print_heading(struct replay *r, weir_time at)
{
	if (r->options.at_count < 2 || r->options.layout == PRINT_JSON ||
	    r->options.layout == PRINT_COUNT_ONLY)
		return;
	strbuf_reset(&r->line);
	value_print_time(at, &r->line);
	printf("# at %s\n", strbuf_text(&r->line));
}

/* Prints what --at asks for before `end`, nanoseconds after the first packet. A time
 * stamp that went back does not take the clock back. */
static void print_tables_before(struct replay *r, weir_time end)
{
	while (r->at_done < r->options.at_count && r->options.at[r->at_done] < end) {
		weir_time at = r->options.at[r->at_done++];

		if (at <= UINT64_MAX - r->summary.first && r->summary.first + at > r->now)
			r->now = r->summary.first + at;
		print_heading(r, at);
		print_table(r);
	}
}

/* Writes the line of a frame; packet is NULL if it was not processed. */
static void print_packet(struct replay *r, const struct capture_frame *frame,
			 const struct link_packet *ip, const struct weir_packet *packet)
{
	struct weir_conn conn;
	struct packet_ends ends;
	struct packet_line line = {
		.number = r->summary.frames,
		.time = (int64_t)(frame->time - r->summary.first),
		.port = merge_port_name(r->merge, frame->port),
		.ends = &ends,
		.packet = packet,
		.not_ip = ip->ip ? NULL : ip->name,
		.bytes = r->options.bytes,
		.out = packet ? replay_rules_out(r->rules, packet) : NULL,
		.more = packet && r->options.packets == PACKET_LINES_JSON ?
				replay_rules_json(r->rules, packet) :
				NULL,
	};

	memset(&ends, 0, sizeof ends);
	if (ip->ip)
		packet_ends_read(frame->data + ip->offset, ip->caplen, &ends);
	if (packet && packet->conn &&
	    weir_conn_get(r->worker, packet->conn, r->now, &conn) == WEIR_OK)
		line.conn = &conn;
	strbuf_reset(&r->line);
	if (r->options.packets == PACKET_LINES_JSON)
		packet_line_json(&line, &r->line);
	else
		packet_line_text(&line, &r->line);
	fwrite(strbuf_text(&r->line), 1, r->line.len, stdout);
	if (packet && r->options.trace)
		fputs(replay_rules_text(r->rules, packet), stdout);
}

/* Runs an IP packet through the engine. It gets a copy, as it may write to it, which
 * ends where the buffer ends: a sanitizer then sees each read beyond it.
 * => false: it is a copy, recorded where it leaves, and another capture has it come in */
static bool process(struct replay *r, const struct capture_frame *frame,
		    const struct link_packet *ip, struct weir_packet *packet)
{
	uint32_t caplen = ip->caplen < FRAME_MAX ? ip->caplen : FRAME_MAX;

	memset(packet, 0, sizeof *packet);
	packet->data = r->packet + FRAME_MAX - caplen;
	packet->caplen = caplen;
	packet->len = ip->len;
	memcpy(packet->data, frame->data + ip->offset, caplen);
	if (!replay_rules_before(r->rules, frame, ip, r->now, packet))
		return false;
	weir_process(r->worker, packet, 1, r->now);
	replay_rules_after(r->rules, r->now, packet);
	return true;
}

static void one_frame(struct replay *r, const struct capture_frame *frame)
{
	struct link_packet ip;
	struct weir_packet packet;
	bool done;

	if (r->summary.frames == 0)
		r->summary.first = r->now = frame->time;
	else if (frame->time > r->summary.first)
		print_tables_before(r, frame->time - r->summary.first);
	if (frame->time > r->now)
		r->now = frame->time;
	if (r->now > r->summary.last)
		r->summary.last = r->now;
	link_decode(frame->link, frame->data, frame->caplen, frame->len, &ip);
	done = ip.ip && process(r, frame, &ip, &packet);
	summary_count(&r->summary, ip.ip, done ? &packet : NULL);
	if (r->options.packets != PACKET_LINES_NONE)
		print_packet(r, frame, &ip, done ? &packet : NULL);
}

static void draw_progress(struct replay *r)
{
	struct weir_stats stats;
	struct progress_state state = {
		.position = merge_position(r->merge),
		.size = merge_size(r->merge),
		.packets = r->summary.frames,
	};

	weir_stats_get(r->engine, &stats);
	state.connections = stats.connections;
	progress_draw(&r->progress, &state);
}

/* Reads all frames and prints what was asked for on the way and at the end. */
static void run(struct replay *r)
{
	struct capture_frame frame;

	/* Packet lines on the same terminal would run into it. */
	progress_init(&r->progress,
		      r->options.packets == PACKET_LINES_NONE || !isatty(STDOUT_FILENO));
	while (!stopped && !ferror(stdout) && merge_next(r->merge, &frame)) {
		one_frame(r, &frame);
		if (progress_due(&r->progress))
			draw_progress(r);
	}
	progress_wipe(&r->progress);
	if (!r->options.table)
		return;
	if (stopped || !r->options.at_count)
		print_table(r);
	else
		print_tables_before(r, UINT64_MAX);
}

/* What is to be said on stderr, once stdout has everything. */
static void report(struct replay *r)
{
	uint64_t elapsed = progress_elapsed(&r->progress);
	struct weir_stats stats;

	if (fflush(stdout) != 0 || ferror(stdout)) {
		complain("standard output: %s", strerror(errno));
		fail(r, STATUS_FAILED);
	}
	weir_stats_get(r->engine, &stats);
	summary_print(&r->summary, &stats, elapsed, stopped);
	replay_rules_summary(r->rules);
	for (unsigned i = 0; i < merge_ports(r->merge); i++) {
		const struct capture_error *error = merge_error(r->merge, i);

		if (error) {
			complain("%s", error->text);
			fail(r, STATUS_BAD_INPUT);
		}
	}
	if (stopped)
		fail(r, STATUS_INTERRUPTED);
}

/* A console on the router as it is now. Front end and session talk as through a socket. */
static int run_console(struct replay *r)
{
	struct console_server *consoles = router_consoles(r->router);
	int ends[2], status;

	if (!consoles || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
		complain("no console: %s", consoles ? strerror(errno) : "out of memory");
		console_server_destroy(consoles);
		return STATUS_FAILED;
	}
	weir_expire(r->worker, r->now);
	router_set_time(r->router, r->now);
	if (console_server_attend(consoles, ends[1])) {
		status = front_end_run(ends[0], &r->options.front_end);
	} else {
		complain("out of memory");
		close(ends[0]);
		status = STATUS_FAILED;
	}
	console_server_destroy(consoles);
	return status;
}

int program_replay(int argc, char **argv)
{
	struct replay *r = calloc(1, sizeof *r);
	int status;

	if (!r) {
		complain("out of memory");
		return STATUS_FAILED;
	}
	status = replay_options_read(&r->options, argc, argv);
	if (status == STATUS_OK && r->options.help) {
		replay_options_help();
	} else if (status == STATUS_OK) {
		catch_signals();
		status = create_routers(r);
		if (status == STATUS_OK)
			status = open_captures(r);
		if (status == STATUS_OK && r->options.against) {
			const struct replay_side sides[2] = { { r->router, r->rules }, r->other };

			status = replay_against(sides, r->merge, &stopped);
		} else if (status == STATUS_OK) {
			run(r);
			report(r);
			status = r->status;
			if (r->options.console && status == STATUS_OK)
				status = run_console(r);
		}
	}
	if (replay_rules_close(r->rules) != STATUS_OK && status == STATUS_OK)
		status = STATUS_FAILED;
	replay_rules_close(r->other.rules);
	router_destroy(r->other.router);
	router_destroy(r->router);
	merge_destroy(r->merge);
	strbuf_free(&r->line);
	replay_options_free(&r->options);
	free(r);
	return status;
}
