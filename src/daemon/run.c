/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/run.c - `weir run`: the process that holds model and engine, until it is told to end.
 *
 * Three kinds of threads: this one waits for callers at the local socket, for signals, for
 * answers of DNS and for the router's own clockwork (scheduler, entries that expire); one plays
 * captures into the engine (player.h); each console has two (console_server.h). Configuration is
 * behind the model's lock, the engine belongs to the player.
 */
#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "daemon/command.h"
#include "daemon/console_server.h"
#include "daemon/local.h"
#include "daemon/options.h"
#include "daemon/player.h"
#include "daemon/router.h"

#define PORTS_MAX 256

static const int end_signals[] = {SIGTERM, SIGINT, SIGHUP};

struct run_port {
	char name[MERGE_NAME_MAX + 1];
	char *file; /* NULL: nothing comes in there */
};

struct run {
	const char *socket;
	struct router_options router_options;
	struct run_port ports[PORTS_MAX];
	unsigned port_count;
	bool pace, help;
	struct router *router;
	struct merge *merge;
	struct player *player;
	struct console_server *consoles;
	struct local_path path;
	int listening;
	struct event_base *base;
	struct event *signals[ARRAY_COUNT(end_signals)], *caller, *tick;
};

/* Options */

static int read_config(void *ctx, const char *value)
{
	((struct run *)ctx)->router_options.config = value;
	return STATUS_OK;
}

static int read_files(void *ctx, const char *value)
{
	((struct run *)ctx)->router_options.files = value;
	return STATUS_OK;
}

static int read_socket(void *ctx, const char *value)
{
	((struct run *)ctx)->socket = value;
	return STATUS_OK;
}

static int read_frozen(void *ctx, const char *value)
{
	(void)value;
	((struct run *)ctx)->router_options.frozen = true;
	return STATUS_OK;
}

static int read_help(void *ctx, const char *value)
{
	(void)value;
	((struct run *)ctx)->help = true;
	return STATUS_OK;
}

static const char PORT_EXPECTED[] = "NAME=FILE, NAME=FILE,pace or NAME=none";

static int read_port(void *ctx, const char *value)
{
	struct run *run = ctx;
	struct run_port *port = &run->ports[run->port_count];
	const char *equals = strchr(value, '='), *comma;
	size_t len = equals ? (size_t)(equals - value) : 0;

	if (!len || !equals[1] || len > MERGE_NAME_MAX)
		return option_wrong("port", value, PORT_EXPECTED);
	if (run->port_count == PORTS_MAX) {
		complain("--port: expected at most %d ports", PORTS_MAX);
		return STATUS_BAD_INPUT;
	}
	for (unsigned i = 0; i < run->port_count; i++) {
		if (strncmp(run->ports[i].name, value, len) == 0 && !run->ports[i].name[len])
			return option_wrong("port", value, "a name of its own for each");
	}
	memcpy(port->name, value, len);
	port->name[len] = '\0';
	run->port_count++;
	value = equals + 1;
	if (strcmp(value, "none") == 0)
		return STATUS_OK;
	comma = strrchr(value, ',');
	if (comma && strcmp(comma, ",pace") == 0)
		run->pace = true;
	else
		comma = value + strlen(value);
	port->file = strndup(value, (size_t)(comma - value));
	return port->file ? STATUS_OK : STATUS_FAILED;
}

static const struct command_option run_options[] = {
        {"config", "FILE", "the configuration; changes are stored there. It need not be there yet",
         read_config},
        {"frozen", NULL, "do not store changes", read_frozen},
        {"port", "NAME=FILE[,pace]|none",
         "a port of the router, and the capture that comes in there, at its own pace; may repeat",
         read_port},
        {"files", "DIR", "where the files of /file lie; made if it is not there", read_files},
        {"socket", "PATH", "where consoles reach this process", read_socket},
        {"help", NULL, "print this text", read_help},
};

static void print_help(void)
{
	fputs("usage: weir run [OPTIONS]\n\n"
	      "Runs the router: it holds the configuration and the connections, and answers\n"
	      "\"weir console\" and \"weir exec\". It ends with SIGTERM, SIGINT or SIGHUP.\n\n",
	      stdout);
	options_help(run_options, ARRAY_COUNT(run_options));
	fputs("\nExit status: 0 once it was told to end; 2 for a wrong command line or\n"
	      "configuration; 1 if something else failed.\n",
	      stdout);
}

/* Ports */

static int open_ports(struct run *run)
{
	static volatile sig_atomic_t never;

	run->merge = merge_create();
	if (!run->merge) {
		complain("out of memory");
		return STATUS_FAILED;
	}
	for (unsigned i = 0; i < run->port_count; i++) {
		struct capture_error error;
		struct capture *capture;

		if (!run->ports[i].file)
			continue;
		capture = capture_open(run->ports[i].file, &never, &error);
		if (!capture) {
			complain("%s", error.text);
			return STATUS_BAD_INPUT;
		}
		if (merge_add(run->merge, run->ports[i].name, capture) != 0)
			return STATUS_FAILED;
	}
	return STATUS_OK;
}

/* Events */

static void on_caller(evutil_socket_t listening, short what, void *ctx)
{
	struct run *run = ctx;
	int fd = local_accept(listening);

	(void)what;
	if (fd >= 0)
		console_server_attend(run->consoles, fd);
}

static void on_signal(evutil_socket_t number, short what, void *ctx)
{
	(void)number;
	(void)what;
	event_base_loopbreak(((struct run *)ctx)->base);
}

/* What the router does by the clock, and when it wants to be asked again. */
static void on_tick(evutil_socket_t fd, short what, void *ctx)
{
	struct run *run = ctx;
	uint64_t wait = router_tick(run->router);
	struct timeval next = {.tv_sec = (time_t)(wait / 1000000000u),
	                       .tv_usec = (suseconds_t)(wait % 1000000000u / 1000u) + 1};

	(void)fd;
	(void)what;
	event_add(run->tick, &next);
}

static bool add_events(struct run *run)
{
	for (size_t i = 0; i < ARRAY_COUNT(end_signals); i++) {
		run->signals[i] = evsignal_new(run->base, end_signals[i], on_signal, run);
		if (!run->signals[i] || event_add(run->signals[i], NULL) != 0)
			return false;
	}
	run->caller = event_new(run->base, run->listening, EV_READ | EV_PERSIST, on_caller, run);
	run->tick = evtimer_new(run->base, on_tick, run);
	if (!run->caller || !run->tick || event_add(run->caller, NULL) != 0)
		return false;
	on_tick(-1, 0, run);
	return true;
}

/* The whole */

static int start(struct run *run)
{
	int status = local_path(run->socket, &run->path);

	if (status == STATUS_OK)
		status = open_ports(run);
	if (status == STATUS_OK)
		status = router_create(&run->router, &run->router_options);
	for (unsigned i = 0; status == STATUS_OK && i < run->port_count; i++)
		status = router_add_port(run->router, run->ports[i].name);
	if (status == STATUS_OK)
		status = router_load(run->router);
	if (status == STATUS_OK)
		status = router_make(run->router);
	if (status == STATUS_OK)
		run->listening = local_listen(&run->path);
	if (status != STATUS_OK || run->listening < 0)
		return status == STATUS_OK ? STATUS_FAILED : status;
	run->player = player_start(router_engine(run->router), run->merge, run->pace);
	run->merge = NULL;
	run->consoles = router_consoles(run->router);
	signal(SIGPIPE, SIG_IGN);
	run->base = event_base_new();
	if (run->base && run->player && run->consoles)
		status = router_resolve(run->router, run->base);
	if (status != STATUS_OK)
		return status;
	if (run->base && run->player && run->consoles && add_events(run))
		return STATUS_OK;
	complain("out of memory");
	return STATUS_FAILED;
}

static void end_event(struct event *event)
{
	if (event)
		event_free(event);
}

static void finish(struct run *run)
{
	console_server_destroy(run->consoles);
	player_stop(run->player);
	router_destroy(run->router);
	merge_destroy(run->merge);
	if (run->listening >= 0) {
		close(run->listening);
		unlink(run->path.text);
	}
	for (size_t i = 0; i < ARRAY_COUNT(run->signals); i++)
		end_event(run->signals[i]);
	end_event(run->caller);
	end_event(run->tick);
	if (run->base)
		event_base_free(run->base);
	for (unsigned i = 0; i < run->port_count; i++)
		free(run->ports[i].file);
	free(run);
}

int program_run(int argc, char **argv)
{
	struct run *run = calloc(1, sizeof *run);
	int first, status;

	if (!run) {
		complain("out of memory");
		return STATUS_FAILED;
	}
	run->listening = -1;
	status = options_read("run", run_options, ARRAY_COUNT(run_options), run, argc, argv, &first);
	if (status == STATUS_OK && run->help) {
		print_help();
		finish(run);
		return STATUS_OK;
	}
	if (status == STATUS_OK && first != argc) {
		complain("\"%s\": expected options only; \"weir run --help\" lists them",
		         argv[first]);
		status = STATUS_BAD_INPUT;
	}
	if (status == STATUS_OK)
		status = start(run);
	if (status == STATUS_OK) {
		fprintf(stderr, "weir: running; \"weir console\" reaches it at %s\n",
		        run->path.text);
		event_base_dispatch(run->base);
	}
	finish(run);
	return status;
}
