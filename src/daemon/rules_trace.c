/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/rules_trace.c - see rules_trace.h.
 */
#include "daemon/rules_trace.h"

#include <string.h>

#include "model/syntax.h"
#include "model/value.h"

void rules_trace_begin(struct rules_trace *t, struct weir_packet *packet, bool all)
{
	t->trace = (struct weir_trace){.steps = t->steps, .room = TRACE_STEPS, .all = all};
	packet_ends_read(packet->data, packet->caplen, &t->before);
	packet->trace = &t->trace;
}

static uint32_t steps_of(const struct rules_trace *t)
{
	return t->trace.count < TRACE_STEPS ? t->trace.count : TRACE_STEPS;
}

/* The rule of a counter in the model. => NULL: it is there no more */
static const struct item *item_of(const struct rules *rules, uint32_t counter)
{
	const struct rule_place *place = rules_place(rules, counter);

	return place ? model_item(rules_model(rules), place->menu, place->id) : NULL;
}

const char *rules_port_name(const struct rules *rules, uint16_t port)
{
	return port == WEIR_PORT_HOST ? "the router" : rules_interface_name(rules, port);
}

void rules_put_place(const struct rules *rules, uint32_t counter, struct strbuf *out)
{
	const struct rule_place *place = rules_place(rules, counter);
	const struct item *item = item_of(rules, counter);
	struct kept chain, action;

	if (!item || !build_kept(rules_current(rules), item, "chain", &chain) ||
	    !build_kept(rules_current(rules), item, "action", &action))
		return;
	strbuf_printf(out, "%s/%s/%u/%s", strrchr(place->menu->path, ' ') + 1, chain.text,
	              place->number, action.text);
}

/* The properties that a match comes from, as they are shown. */
static void put_match(const struct rules *rules, const struct item *item, uint8_t type,
                      struct strbuf *out)
{
	const struct menu *menu = item_menu(item);
	const char *blank = "";
	struct kept kept;

	for (size_t i = 0; i < menu->count; i++) {
		const struct property *property = &menu->properties[i];

		bool inside = type == WEIR_MATCH_SRC_ADDRESS &&
		              strcmp(property->name, "port-block-inside") == 0;

		if ((!inside && !rule_matches_by(property->name, (enum weir_match_type)type)) ||
		    !build_kept(rules_current(rules), item, property->name, &kept))
			continue;
		strbuf_printf(out, "%s%s=", blank, property->name);
		setting_show(&property->kind, kept.text, kept.len,
		             model_scope(rules_model(rules)), out);
		blank = " ";
	}
}

static void put_line(const struct rules *rules, const struct weir_trace_step *step,
                     struct strbuf *out)
{
	const struct item *item = item_of(rules, step->counter);
	size_t start = out->len;
	struct kept comment;

	if (!item)
		return;
	strbuf_str(out, "        ");
	rules_put_place(rules, step->counter, out);
	if (!step->matched) {
		strbuf_str(out, "  no: ");
		if (step->failed == WEIR_MATCH_COUNT)
			strbuf_str(out, "not UDP, or nobody's mapping");
		else
			put_match(rules, item, step->failed, out);
	}
	if (build_kept(rules_current(rules), item, "comment", &comment)) {
		size_t used = out->len - start;

		strbuf_fill(out, ' ', used < 56 ? 56 - used : 2);
		strbuf_printf(out, ";;; %s", comment.text);
	}
	strbuf_char(out, '\n');
}

static const char *const paths[] = {
#define X(name, text) [WEIR_PATH_##name] = text,
        WEIR_PATHS(X)
#undef X
};

static void put_path(const struct rules *rules, const struct rules_trace *t,
                     const struct weir_packet *packet, struct strbuf *out)
{
	strbuf_printf(out, "        in %s", rules_port_name(rules, packet->port));
	if (packet->path != WEIR_PATH_NONE)
		strbuf_printf(out, ", %s", paths[packet->path]);
	if (packet->fasttracked)
		strbuf_str(out, ", fasttracked");
	if (packet->verdict == WEIR_ACCEPT && packet->path != WEIR_PATH_INPUT) {
		struct packet_ends hop = {.family = t->before.family};

		hop.src.addr = packet->next_hop;
		strbuf_printf(out, ", out %s", rules_port_name(rules, packet->out_port));
		strbuf_str(out, " to ");
		packet_end_print(&hop, &hop.src, out);
	}
	strbuf_char(out, '\n');
}

/* => whether the packet leaves with other addresses or ports */
static bool became(const struct rules_trace *t, const struct weir_packet *packet,
                   struct packet_ends *after)
{
	if (!packet->out)
		return false;
	packet_ends_read(packet->out, packet->out_len, after);
	return after->family == t->before.family &&
	       (!packet_end_same(&after->src, &t->before.src) ||
	        !packet_end_same(&after->dst, &t->before.dst));
}

/* The ports that a source has to itself, where the rule that translated gives such. */
static void put_block(const struct rules *rules, const struct rules_trace *t,
                      const struct packet_ends *after, struct strbuf *out)
{
	struct number_range ports = {1024, UINT16_MAX}, block;
	struct kept kept;

	for (uint32_t i = 0; i < steps_of(t); i++) {
		const struct item *item = item_of(rules, t->steps[i].counter);
		uint64_t first;

		if (!item || !t->steps[i].matched || t->steps[i].table != WEIR_TABLE_NAT ||
		    !build_kept(rules_current(rules), item, "port-block", &kept) ||
		    !number_range_parse(kept.text, kept.len, UINT16_MAX, &block))
			continue;
		if (build_kept(rules_current(rules), item, "to-ports", &kept) &&
		    !number_range_parse(kept.text, kept.len, UINT16_MAX, &ports))
			continue;
		if (after->src.port < ports.first || block.first == 0)
			continue;
		first = ports.first + (after->src.port - ports.first) / block.first * block.first;
		strbuf_printf(out, ", of its ports %u-%u", (unsigned)first,
		              (unsigned)(first + block.first - 1));
	}
}

void rules_trace_text(const struct rules *rules, const struct rules_trace *t,
                      const struct weir_packet *packet, struct strbuf *out)
{
	struct packet_ends after;

	put_path(rules, t, packet, out);
	for (uint32_t i = 0; i < steps_of(t); i++)
		put_line(rules, &t->steps[i], out);
	if (t->trace.count > TRACE_STEPS)
		strbuf_printf(out, "        and %u more\n", t->trace.count - TRACE_STEPS);
	if (became(t, packet, &after)) {
		strbuf_str(out, "        ");
		packet_ends_print(&t->before, out);
		strbuf_str(out, " became ");
		packet_ends_print(&after, out);
		put_block(rules, t, &after, out);
		strbuf_char(out, '\n');
	}
	if (packet->answer) {
		packet_ends_read(packet->answer, packet->answer_len, &after);
		strbuf_printf(out, "        answered with %u bytes, ", packet->answer_len);
		packet_ends_print(&after, out);
		strbuf_char(out, '\n');
	}
}

static void json_text(const char *text, size_t len, struct strbuf *out)
{
	static const struct value_kind kind = {.type = VALUE_STRING};
	const struct value value = {.type = VALUE_STRING, .text = text, .len = len};

	value_print(&kind, &value, VALUE_JSON, out);
}

const char *rules_trace_out(const struct rules *rules, const struct weir_packet *packet)
{
	if (packet->verdict != WEIR_ACCEPT || packet->path == WEIR_PATH_NONE)
		return NULL;
	if (packet->path == WEIR_PATH_INPUT || packet->out_port == WEIR_PORT_HOST)
		return "host";
	return rules_interface_name(rules, packet->out_port);
}

static void json_nat(const struct rules_trace *t, const struct weir_packet *packet,
                     struct strbuf *out)
{
	struct packet_ends after;
	const char *comma = "";

	if (!became(t, packet, &after)) {
		strbuf_str(out, ",\"nat\":null");
		return;
	}
	strbuf_str(out, ",\"nat\":{");
	if (!packet_end_same(&after.src, &t->before.src)) {
		strbuf_str(out, "\"src\":\"");
		packet_end_print(&after, &after.src, out);
		strbuf_char(out, '"');
		comma = ",";
	}
	if (!packet_end_same(&after.dst, &t->before.dst)) {
		strbuf_printf(out, "%s\"dst\":\"", comma);
		packet_end_print(&after, &after.dst, out);
		strbuf_char(out, '"');
	}
	strbuf_char(out, '}');
}

void rules_trace_json(const struct rules *rules, const struct rules_trace *t,
                      const struct weir_packet *packet, struct strbuf *out)
{
	struct strbuf step = STRBUF_INIT;
	const char *comma = "";
	const char *in = packet->port == WEIR_PORT_HOST ? "host"
	                                                : rules_interface_name(rules, packet->port);

	strbuf_str(out, ",\"in\":");
	json_text(in, strlen(in), out);
	strbuf_str(out, ",\"rules\":[");
	for (uint32_t i = 0; i < steps_of(t); i++) {
		if (!t->steps[i].matched)
			continue;
		strbuf_reset(&step);
		rules_put_place(rules, t->steps[i].counter, &step);
		strbuf_str(out, comma);
		json_text(strbuf_text(&step), step.len, out);
		comma = ",";
	}
	strbuf_char(out, ']');
	strbuf_free(&step);
	json_nat(t, packet, out);
}

static bool decides(const struct weir_trace_step *step)
{
	switch ((enum weir_action)step->action) {
	case WEIR_ACTION_ACCEPT:
	case WEIR_ACTION_DROP:
	case WEIR_ACTION_REJECT:
	case WEIR_ACTION_TARPIT:
		return step->matched && step->table != WEIR_TABLE_NAT;
	default:
		return false;
	}
}

void rules_trace_decided(const struct rules *rules, const struct rules_trace *t,
                         struct strbuf *out)
{
	const struct weir_trace_step *last = NULL, *nat = NULL;

	for (uint32_t i = 0; i < steps_of(t); i++) {
		const struct weir_trace_step *step = &t->steps[i];

		if (decides(step))
			last = step;
		else if (step->matched && step->table == WEIR_TABLE_NAT)
			nat = step;
	}
	if (!last)
		last = nat;
	if (last)
		rules_put_place(rules, last->counter, out);
}
