/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/replay_rules.c - see replay_rules.h.
 */
#include "daemon/replay_rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/command.h"
#include "daemon/replay_ports.h"
#include "port/writer.h"

/* Rules that the summary names; the others are counted together. */
#define NAMED_MAX 8

struct output {
	struct capture_writer *writer;
	uint16_t port;
};

struct replay_rules {
	const struct replay_options *options;
	struct router *router;
	struct model *model;
	struct rules *rules;
	bool any;      /* there are rules */
	bool tracing;
	struct replay_ports ports;
	uint64_t passed_over; /* packets recorded where they leave */
	struct output output[MERGE_PORTS_MAX];
	struct strbuf text;
	uint64_t *dropped; /* by counter */
	uint32_t counters;
	struct rules_trace trace;
};

static int no_memory(void)
{
	complain("out of memory");
	return STATUS_FAILED;
}

static int open_outputs(struct replay_rules *r)
{
	for (unsigned i = 0; i < r->options->write_count; i++) {
		const struct replay_port *port = &r->options->writes[i];
		struct output *output = &r->output[i];
		struct capture_error error;

		output->port = strcmp(port->name, "host") == 0
				       ? WEIR_PORT_HOST
				       : rules_interface(r->rules, port->name);
		if (output->port == WEIR_INTERFACE_NONE && strcmp(port->name, "host") != 0) {
			complain("--write: \"%s\": expected the name of an interface, or host",
				 port->name);
			return STATUS_BAD_INPUT;
		}
		output->writer = capture_writer_open(port->file, &error);
		if (!output->writer) {
			complain("--write: %s", error.text);
			return STATUS_BAD_INPUT;
		}
	}
	return STATUS_OK;
}

struct replay_rules *replay_rules_open(const struct replay_options *options,
				       struct router *router, int *status)
{
	struct replay_rules *r = calloc(1, sizeof *r);

	if (!r) {
		*status = no_memory();
		return NULL;
	}
	r->options = options;
	r->router = router;
	r->model = router_model(router);
	r->rules = router_rules(router);
	model_lock(r->model);
	r->any = rules_any(r->rules);
	r->tracing = r->any && (options->trace || options->against ||
				options->packets == PACKET_LINES_JSON);
	r->counters = rules_current(r->rules)->places;
	r->dropped = calloc(r->counters + 1, sizeof *r->dropped);
	replay_ports_init(&r->ports, options, r->rules, router_engine(router)->worker);
	*status = r->dropped ? open_outputs(r) : no_memory();
	if (rules_unresolved(r->rules))
		fprintf(stderr, "weir: %zu address list entr%s by name: names are not resolved\n",
			rules_unresolved(r->rules), rules_unresolved(r->rules) == 1 ? "y is" : "ies are");
	model_unlock(r->model);
	if (*status == STATUS_OK)
		return r;
	replay_rules_close(r);
	return NULL;
}

int replay_rules_close(struct replay_rules *r)
{
	int status = STATUS_OK;

	if (!r)
		return status;
	for (unsigned i = 0; i < r->options->write_count; i++) {
		struct capture_error error;

		if (capture_writer_close(r->output[i].writer, &error))
			continue;
		complain("--write: %s", error.text);
		status = STATUS_FAILED;
	}
	free(r->dropped);
	strbuf_free(&r->text);
	free(r);
	return status;
}

bool replay_rules_before(struct replay_rules *r, const struct capture_frame *frame,
			 const struct link_packet *ip, weir_time now, struct weir_packet *packet)
{
	packet->port = frame->port;
	if (!r->any)
		return true;
	if (!replay_ports_find(&r->ports, frame, ip, now, packet)) {
		r->passed_over++;
		return false;
	}
	if (r->tracing)
		rules_trace_begin(&r->trace, packet, false);
	return true;
}

static void write_out(struct replay_rules *r, uint16_t port, weir_time now, const uint8_t *data,
		      uint32_t len, uint32_t wire_len)
{
	for (unsigned i = 0; i < r->options->write_count; i++) {
		if (r->output[i].port == port)
			capture_write(r->output[i].writer, now, data, len, wire_len);
	}
}

void replay_rules_after(struct replay_rules *r, weir_time now, struct weir_packet *packet)
{
	if (!r->any)
		return;
	if (packet->verdict == WEIR_ACCEPT && packet->out && packet->path != WEIR_PATH_NONE)
		write_out(r, packet->path == WEIR_PATH_INPUT ? WEIR_PORT_HOST : packet->out_port, now,
			  packet->out, packet->out_len, packet->len);
	if (packet->answer)
		write_out(r, packet->port, now, packet->answer, packet->answer_len,
			  packet->answer_len);
	if (packet->verdict == WEIR_DROP && packet->rule < r->counters)
		r->dropped[packet->rule]++;
	model_lock(r->model);
	router_set_time(r->router, now);
	rules_tick(r->rules);
	rules_expire(r->rules);
	model_unlock(r->model);
}

const char *replay_rules_out(const struct replay_rules *r, const struct weir_packet *packet)
{
	return r->any ? rules_trace_out(r->rules, packet) : NULL;
}

const struct strbuf *replay_rules_json(struct replay_rules *r, const struct weir_packet *packet)
{
	if (!r->tracing)
		return NULL;
	strbuf_reset(&r->text);
	rules_trace_json(r->rules, &r->trace, packet, &r->text);
	return &r->text;
}

const char *replay_rules_text(struct replay_rules *r, const struct weir_packet *packet)
{
	strbuf_reset(&r->text);
	if (r->tracing)
		rules_trace_text(r->rules, &r->trace, packet, &r->text);
	return strbuf_text(&r->text);
}

const struct rules_trace *replay_rules_trace(const struct replay_rules *r)
{
	return &r->trace;
}

/* The rule that dropped the most of those that are not named yet. */
static uint32_t next_named(const struct replay_rules *r, uint64_t below, uint32_t after)
{
	uint32_t best = UINT32_MAX;

	for (uint32_t i = 0; i < r->counters; i++) {
		if (!r->dropped[i] || r->dropped[i] > below || (r->dropped[i] == below && i <= after))
			continue;
		if (best == UINT32_MAX || r->dropped[i] > r->dropped[best])
			best = i;
	}
	return best;
}

void replay_rules_summary(const struct replay_rules *r)
{
	uint64_t all = 0, named = 0, below = UINT64_MAX;
	const char *separator = ": ";
	uint32_t at = UINT32_MAX;

	if (r->passed_over)
		fprintf(stderr, "%-12s%" PRIu64 " recorded where they leave, passed over\n", "copies",
			r->passed_over);
	for (uint32_t i = 0; i < r->counters; i++)
		all += r->dropped[i];
	if (!all)
		return;
	fprintf(stderr, "%-12s%" PRIu64, "by rules", all);
	for (unsigned i = 0; i < NAMED_MAX; i++) {
		struct strbuf name = STRBUF_INIT;

		at = next_named(r, below, at);
		if (at == UINT32_MAX)
			break;
		rules_put_place(r->rules, at, &name);
		fprintf(stderr, "%s%s %" PRIu64, separator, strbuf_text(&name), r->dropped[at]);
		strbuf_free(&name);
		separator = ", ";
		below = r->dropped[at];
		named += below;
	}
	if (named < all)
		fprintf(stderr, ", others %" PRIu64, all - named);
	fputc('\n', stderr);
}
