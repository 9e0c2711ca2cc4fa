/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/replay_options.c - see replay_options.h.
 *
 * Each option has a function that reads its value; what options mean together
 * is checked once all of them are known.
 */
#include "daemon/replay_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "daemon/command.h"
#include "daemon/options.h"
#include "model/menu_connection.h"

static int no_memory(void)
{
	complain("out of memory");
	return STATUS_FAILED;
}

static int add_port(struct replay_options *options, const char *name, size_t len, const char *file)
{
	struct replay_port *port = &options->ports[options->port_count];

	if (options->port_count == MERGE_PORTS_MAX) {
		complain("--port: expected at most %d ports", MERGE_PORTS_MAX);
		return STATUS_BAD_INPUT;
	}
	for (unsigned i = 0; i < options->port_count; i++) {
		if (strlen(options->ports[i].name) == len &&
		    !memcmp(options->ports[i].name, name, len)) {
			complain("--port: \"%s\" is named twice; expected a name of its own for each",
				 options->ports[i].name);
			return STATUS_BAD_INPUT;
		}
	}
	memcpy(port->name, name, len);
	port->name[len] = '\0';
	port->file = file;
	options->port_count++;
	return STATUS_OK;
}

static int read_port(void *ctx, const char *value)
{
	struct replay_options *options = ctx;
	const char *equals = strchr(value, '=');

	if (!equals || equals == value || !equals[1])
		return option_wrong("port", value, "NAME=FILE");
	if (equals - value > MERGE_NAME_MAX) {
		complain("--port: \"%s\": expected a name of at most %d bytes", value,
			 MERGE_NAME_MAX);
		return STATUS_BAD_INPUT;
	}
	return add_port(options, value, (size_t)(equals - value), equals + 1);
}

static int read_write(void *ctx, const char *value)
{
	struct replay_options *options = ctx;
	struct replay_port *port = &options->writes[options->write_count];
	const char *equals = strchr(value, '=');

	if (!equals || equals == value || !equals[1] || equals - value > MERGE_NAME_MAX)
		return option_wrong("write", value, "NAME=FILE");
	if (options->write_count == MERGE_PORTS_MAX) {
		complain("--write: expected at most %d ports", MERGE_PORTS_MAX);
		return STATUS_BAD_INPUT;
	}
	memcpy(port->name, value, (size_t)(equals - value));
	port->name[equals - value] = '\0';
	port->file = equals + 1;
	options->write_count++;
	return STATUS_OK;
}

static int read_trace(void *ctx, const char *value)
{
	(void)value;
	((struct replay_options *)ctx)->trace = true;
	return STATUS_OK;
}

static int read_against(void *ctx, const char *value)
{
	((struct replay_options *)ctx)->against = value;
	return STATUS_OK;
}

static int read_packets(void *ctx, const char *value)
{
	struct replay_options *options = ctx;
	if (!strcmp(value, "text"))
		options->packets = PACKET_LINES_TEXT;
	else if (!strcmp(value, "json"))
		options->packets = PACKET_LINES_JSON;
	else
		return option_wrong("packets", value, "text or json");
	return STATUS_OK;
}

static int read_bytes(void *ctx, const char *value)
{
	struct replay_options *options = ctx;
	(void)value;
	options->bytes = true;
	return STATUS_OK;
}

static int read_help(void *ctx, const char *value)
{
	struct replay_options *options = ctx;
	(void)value;
	options->help = true;
	return STATUS_OK;
}

#define LAYOUT_NAME(name, text) text ", "
#define LAYOUTS_TEXT PRINT_LAYOUTS(LAYOUT_NAME) "conntrack"

static int read_print(void *ctx, const char *value)
{
	struct replay_options *options = ctx;
	enum print_layout layout;

	if (!strcmp(value, "conntrack"))
		options->layout = PRINT_CONNTRACK;
	else if (print_layout_find(value, &layout))
		options->layout = (int)layout;
	else
		return option_wrong("print", value, LAYOUTS_TEXT);
	options->print = value;
	return STATUS_OK;
}

static int read_where(void *ctx, const char *value)
{
	struct replay_options *options = ctx;
	struct where_error error;
	struct where *where = where_parse(&menu_connection, value, &error);

	if (!where) {
		complain("--where: column %u: %s", error.column, error.text);
		return STATUS_BAD_INPUT;
	}
	where_free(options->where);
	options->where = where;
	return STATUS_OK;
}

static int read_proplist(void *ctx, const char *value)
{
	struct replay_options *options = ctx;
	struct strbuf error = STRBUF_INIT;
	bool good = print_proplist_parse(&menu_connection, value, &options->proplist, &error);

	if (!good)
		complain("--proplist: %s", strbuf_text(&error));
	strbuf_free(&error);
	return good ? STATUS_OK : STATUS_BAD_INPUT;
}

static int read_at(void *ctx, const char *value)
{
	struct replay_options *options = ctx;
	static const struct value_kind kind = { .type = VALUE_TIME };
	struct value time;
	weir_time *at;
	size_t i;

	if (!value_parse(&kind, value, strlen(value), &time)) {
		struct strbuf expected = STRBUF_INIT;

		value_expected(&kind, &expected);
		option_wrong("at", value, strbuf_text(&expected));
		strbuf_free(&expected);
		return STATUS_BAD_INPUT;
	}
	at = reallocarray(options->at, options->at_count + 1, sizeof *at);
	if (!at)
		return no_memory();
	options->at = at;
	for (i = options->at_count++; i > 0 && at[i - 1] > time.number; i--)
		at[i] = at[i - 1];
	at[i] = time.number;
	return STATUS_OK;
}

/* What the settings mean the model says, once the configuration is loaded. */
static int read_tracking(void *ctx, const char *value)
{
	struct replay_options *options = ctx;
	const char **grown = reallocarray(options->tracking, options->tracking_count + 1,
					  sizeof *grown);

	if (!grown)
		return no_memory();
	options->tracking = grown;
	grown[options->tracking_count++] = value;
	return STATUS_OK;
}

static int read_config(void *ctx, const char *value)
{
	((struct replay_options *)ctx)->config = value;
	return STATUS_OK;
}

static int read_files(void *ctx, const char *value)
{
	((struct replay_options *)ctx)->files = value;
	return STATUS_OK;
}

static int read_console(void *ctx, const char *value)
{
	(void)value;
	((struct replay_options *)ctx)->console = true;
	return STATUS_OK;
}

static int read_echo(void *ctx, const char *value)
{
	(void)value;
	((struct replay_options *)ctx)->front_end.echo = true;
	return STATUS_OK;
}

static int read_user(void *ctx, const char *value)
{
	((struct replay_options *)ctx)->front_end.user = value;
	return STATUS_OK;
}

static const struct command_option option_table[] = {
	{ "port", "NAME=FILE", "the capture taken at one port of the router; may repeat", read_port },
	{ "print", "LAYOUT", "how to print the connections: " LAYOUTS_TEXT, read_print },
	{ "where", "EXPR", "only connections that match: 'protocol=tcp timeout<30s'", read_where },
	{ "proplist", "NAME,...", "these properties, in this order", read_proplist },
	{ "at", "TIME", "the connections as they stood then, from the first packet on; may repeat",
	  read_at },
	{ "packets", "text|json", "a line for each packet", read_packets },
	{ "bytes", NULL, "with --packets: the packet that leaves, in hex", read_bytes },
	{ "trace", NULL, "with --packets text: the rules that each packet met", read_trace },
	{ "write", "NAME=FILE", "what leaves by a port, translated, as a capture; may repeat",
	  read_write },
	{ "against", "FILE", "another configuration: tell which packets fare differently",
	  read_against },
	{ "tracking", "NAME=VALUE", "a tracking setting: udp-timeout=1m; may repeat", read_tracking },
	{ "config", "FILE", "the router's configuration, as RouterOS exports it", read_config },
	{ "console", NULL, "a console on the router as it stands at the end", read_console },
	{ "user", "NAME", "with --console: whose name changes bear; +c: no colours", read_user },
	{ "echo", NULL, "with --console, without a terminal: write prompts and what is read",
	  read_echo },
	{ "files", "DIR", "with --console: where the files of /file lie", read_files },
	{ "help", NULL, "print this text", read_help },
};

void replay_options_help(void)
{
	fputs("usage: weir replay [OPTIONS] CAPTURE\n"
	      "       weir replay [OPTIONS] --port NAME=CAPTURE ...\n\n"
	      "Runs a capture (pcap or pcapng, also compressed by gzip or zstd; \"-\" is the\n"
	      "standard input) through the connection tracker, by the time of the capture,\n"
	      "and prints the connections at its end.\n\n",
	      stdout);
	options_help(option_table, ARRAY_COUNT(option_table));
	fputs("\nExit status: 0; 2 for a wrong command line or a damaged capture (what came before\n"
	      "the damage is printed); 130 if interrupted; 1 if something else failed.\n",
	      stdout);
}

/* What the options mean together. */
static int check(struct replay_options *options, int count, char **captures)
{
	const char *lone = options->where	     ? "where" :
			   options->proplist.count ? "proplist" :
			   options->at_count	     ? "at" :
						       NULL;

	if (count > 1 || (count == 1 && options->port_count)) {
		complain("\"%s\": expected one capture, or only --port NAME=FILE",
			 captures[options->port_count ? 0 : 1]);
		return STATUS_BAD_INPUT;
	}
	if (count == 1)
		add_port(options, REPLAY_DEFAULT_PORT, strlen(REPLAY_DEFAULT_PORT), captures[0]);
	if (!options->port_count) {
		complain("expected a capture; \"weir replay --help\" tells more");
		return STATUS_BAD_INPUT;
	}
	if (options->bytes && options->packets == PACKET_LINES_NONE) {
		complain("--bytes: expected --packets with it");
		return STATUS_BAD_INPUT;
	}
	if (options->trace && options->packets != PACKET_LINES_TEXT) {
		complain("--trace: expected --packets text with it");
		return STATUS_BAD_INPUT;
	}
	if (!options->config && (options->trace || options->write_count || options->against)) {
		complain("--%s: expected --config with it",
			 options->trace ? "trace" : options->against ? "against" : "write");
		return STATUS_BAD_INPUT;
	}
	if (options->against && (options->print || options->packets != PACKET_LINES_NONE ||
				 options->console || options->write_count)) {
		complain("--against: expected neither --print, --packets, --console nor --write");
		return STATUS_BAD_INPUT;
	}
	options->table = options->print ||
			 (options->packets == PACKET_LINES_NONE && !options->console);
	if (!options->table && lone) {
		complain("--%s: expected --print with it, as --%s alone prints no connections", lone,
			 options->console ? "console" : "packets");
		return STATUS_BAD_INPUT;
	}
	if (options->proplist.count &&
	    (options->layout == PRINT_CONNTRACK || options->layout == PRINT_COUNT_ONLY)) {
		complain("--proplist: expected a layout with properties, not %s", options->print);
		return STATUS_BAD_INPUT;
	}
	return STATUS_OK;
}

int replay_options_read(struct replay_options *options, int argc, char **argv)
{
	int first, status;

	memset(options, 0, sizeof *options);
	options->front_end.user = "admin";
	status = options_read("replay", option_table, ARRAY_COUNT(option_table), options, argc, argv,
	                      &first);
	if (status != STATUS_OK || options->help)
		return status;
	return check(options, argc - first, argv + first);
}

void replay_options_free(struct replay_options *options)
{
	where_free(options->where);
	free(options->at);
	free(options->tracking);
}
