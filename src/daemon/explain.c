/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/explain.c - `weir explain`: a packet that is described in the words of rules goes
 * through a configuration, and each rule that is asked says whether it matches, and if not, why.
 *
 * With connection-state=established its connection is opened first: the opening exchange goes
 * through the same rules, its answers as they would come back from the other end.
 * One thread.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/addr.h"
#include "base/bytes.h"
#include "daemon/command.h"
#include "daemon/options.h"
#include "daemon/packet_build.h"
#include "daemon/router.h"
#include "daemon/rules_trace.h"
#include "model/menu_connection.h"
#include "model/syntax.h"

enum { PROTOCOL_ICMP = 1, PROTOCOL_TCP = 6, PROTOCOL_ICMPV6 = 58 };
enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 };

/* Somewhere within a connection's data. */
#define SEQ_CLIENT 1000
#define SEQ_SERVER 5000

struct explain {
	const char *config;
	bool help;
	const char *in_interface; /* NULL: by the route to the source */
	bool established, flags_given, icmp_given;
	struct packet_plan plan;
	uint8_t src_mac[6];
	bool has_mac;
	struct router *router;
	struct rules *rules;
	weir_time now;
	struct strbuf line;
	struct rules_trace trace;
	uint8_t bytes[PACKET_BUILD_MAX], copy[PACKET_BUILD_MAX];
};

/* What is said of the packet. Each => false: no such value */

static bool read_end(struct explain *e, const char *text, struct packet_end *end)
{
	static const struct value_kind kind = {.type = VALUE_ADDRESS};
	struct value value;

	if (!value_parse(&kind, text, strlen(text), &value))
		return false;
	if (e->plan.ends.family && e->plan.ends.family != value.family)
		return false;
	e->plan.ends.family = value.family;
	end->addr = value.addr;
	if (value.with_port)
		end->port = value.port;
	return true;
}

static bool read_src(struct explain *e, const char *text)
{
	return read_end(e, text, &e->plan.ends.src);
}

static bool read_dst(struct explain *e, const char *text)
{
	return read_end(e, text, &e->plan.ends.dst);
}

static bool read_number(const char *text, uint64_t max, uint64_t *number)
{
	struct number_range range;

	if (!number_range_parse(text, strlen(text), max, &range) || range.first != range.last)
		return false;
	*number = range.first;
	return true;
}

static bool read_src_port(struct explain *e, const char *text)
{
	uint64_t port;

	if (!read_number(text, UINT16_MAX, &port))
		return false;
	e->plan.ends.src.port = (uint16_t)port;
	return true;
}

static bool read_dst_port(struct explain *e, const char *text)
{
	uint64_t port;

	if (!read_number(text, UINT16_MAX, &port))
		return false;
	e->plan.ends.dst.port = (uint16_t)port;
	return true;
}

static bool read_protocol(struct explain *e, const char *text)
{
	uint64_t number;

	for (const struct value_name *n = protocol_names; n->name; n++) {
		if (strcmp(n->name, text) == 0) {
			e->plan.ends.protocol = (uint8_t)n->number;
			return true;
		}
	}
	if (!read_number(text, UINT8_MAX, &number))
		return false;
	e->plan.ends.protocol = (uint8_t)number;
	return true;
}

static bool read_tcp_flags(struct explain *e, const char *text)
{
	struct tcp_flags flags;

	if (!tcp_flags_parse(text, strlen(text), &flags) || flags.negated)
		return false;
	e->plan.tcp_flags = flags.set;
	e->flags_given = true;
	return true;
}

static bool read_icmp_options(struct explain *e, const char *text)
{
	struct icmp_options icmp;

	if (!icmp_options_parse(text, strlen(text), &icmp))
		return false;
	e->plan.icmp_type = icmp.type;
	e->plan.icmp_code = icmp.first_code;
	e->icmp_given = true;
	return true;
}

static bool read_ttl(struct explain *e, const char *text)
{
	uint64_t number;

	if (!read_number(text, UINT8_MAX, &number))
		return false;
	e->plan.ttl = (uint8_t)number;
	return true;
}

static bool read_dscp(struct explain *e, const char *text)
{
	uint64_t number;

	if (!read_number(text, 63, &number))
		return false;
	e->plan.tos = (uint8_t)(number << 2);
	return true;
}

static bool read_size(struct explain *e, const char *text)
{
	uint64_t number;

	if (!read_number(text, UINT16_MAX, &number))
		return false;
	e->plan.size = (uint16_t)number;
	return true;
}

static bool read_mac(struct explain *e, const char *text)
{
	static const struct value_kind kind = {.type = VALUE_MAC};
	struct value value;

	if (!value_parse(&kind, text, strlen(text), &value))
		return false;
	memcpy(e->src_mac, value.mac, sizeof e->src_mac);
	return e->has_mac = true;
}

static bool read_interface(struct explain *e, const char *text)
{
	e->in_interface = text;
	return true;
}

static bool read_state(struct explain *e, const char *text)
{
	e->established = strcmp(text, "established") == 0;
	return e->established || strcmp(text, "new") == 0;
}

static const struct {
	const char *name, *expected;
	bool (*read)(struct explain *e, const char *text);
} words[] = {
        {"in-interface", "an interface", read_interface},
        {"protocol", "a protocol such as tcp, or its number", read_protocol},
        {"src-address", "an address, with :PORT where there is one, of dst-address' family",
         read_src},
        {"dst-address", "an address, with :PORT where there is one, of src-address' family",
         read_dst},
        {"src-port", "a port", read_src_port},
        {"dst-port", "a port", read_dst_port},
        {"tcp-flags", "flags such as syn,ack", read_tcp_flags},
        {"icmp-options", "type or type:code", read_icmp_options},
        {"connection-state", "new or established", read_state},
        {"ttl", "a number from 0 to 255", read_ttl},
        {"hop-limit", "a number from 0 to 255", read_ttl},
        {"dscp", "a number from 0 to 63", read_dscp},
        {"packet-size", "a number from 0 to 65535", read_size},
        {"src-mac-address", "an address such as 02:00:5E:10:00:01", read_mac},
};

static int read_word(struct explain *e, const char *word)
{
	const char *equals = strchr(word, '=');
	size_t len = equals ? (size_t)(equals - word) : strlen(word);

	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		if (strlen(words[i].name) != len || strncmp(words[i].name, word, len) != 0)
			continue;
		if (equals && words[i].read(e, equals + 1))
			return STATUS_OK;
		complain("%s: \"%s\": expected %s", words[i].name, equals ? equals + 1 : "",
		         words[i].expected);
		return STATUS_BAD_INPUT;
	}
	complain("\"%s\": expected a property of a packet; \"weir explain --help\" lists them", word);
	return STATUS_BAD_INPUT;
}

/* Words of one argument or of several. */
static int read_packet(struct explain *e, int count, char **arguments)
{
	int status = STATUS_OK;

	for (int i = 0; i < count && status == STATUS_OK; i++) {
		char *rest = NULL;

		for (char *word = strtok_r(arguments[i], " \t", &rest); word && status == STATUS_OK;
		     word = strtok_r(NULL, " \t", &rest))
			status = read_word(e, word);
	}
	return status;
}

/* What was not said. */
static int complete(struct explain *e)
{
	static const union weir_addr none;
	struct packet_plan *plan = &e->plan;

	if (!plan->ends.family || !memcmp(&plan->ends.src.addr, &none, sizeof none) ||
	    !memcmp(&plan->ends.dst.addr, &none, sizeof none)) {
		complain("expected src-address and dst-address");
		return STATUS_BAD_INPUT;
	}
	if (!plan->ends.protocol)
		plan->ends.protocol = plan->ends.src.port || plan->ends.dst.port ? PROTOCOL_TCP
		                      : plan->ends.family == WEIR_IPV4           ? PROTOCOL_ICMP
		                                                                 : PROTOCOL_ICMPV6;
	if (!e->icmp_given)
		plan->icmp_type = plan->ends.protocol == PROTOCOL_ICMPV6 ? 128 : 8;
	if (!e->flags_given)
		plan->tcp_flags = e->established ? ACK : SYN;
	if (e->established && e->icmp_given) {
		complain("connection-state: established goes with ports or an echo, not with icmp-options");
		return STATUS_BAD_INPUT;
	}
	return STATUS_OK;
}

/* Going through */

static uint16_t port_of(const struct explain *e, const struct packet_ends *ends)
{
	uint16_t port;

	if (e->in_interface)
		return rules_interface(e->rules, e->in_interface);
	if (rules_own_address(e->rules, ends->family, &ends->src.addr))
		return WEIR_PORT_HOST;
	port = rules_interface_of(e->rules, ends->family, &ends->src.addr);
	return port == WEIR_INTERFACE_NONE ? WEIR_INTERFACES_MAX : port;
}

static void send_packet(struct explain *e, const struct packet_plan *plan, uint16_t port,
                        struct weir_packet *packet)
{
	uint32_t len = packet_build(plan, e->bytes);

	memcpy(e->copy, e->bytes, len);
	*packet = (struct weir_packet){.data = e->copy, .caplen = len, .len = len, .port = port};
	if (e->has_mac)
		packet->src_mac = e->src_mac;
	rules_trace_begin(&e->trace, packet, true);
	e->now += WEIR_MSEC;
	weir_process(router_engine(e->router)->worker, packet, 1, e->now);
}

/* What the other end would answer to a packet as it left. */
static void answer_to(const struct weir_packet *packet, const struct packet_plan *sent,
                      struct packet_plan *answer)
{
	struct packet_ends left;

	packet_ends_read(packet->out, packet->out_len, &left);
	*answer = *sent;
	answer->ends.src = left.dst;
	answer->ends.dst = left.src;
	answer->ttl = 64;
	answer->seq = sent->ack;
	answer->ack = sent->seq + 1;
	if (sent->ends.protocol == PROTOCOL_ICMP)
		answer->icmp_type = 0;
	else if (sent->ends.protocol == PROTOCOL_ICMPV6)
		answer->icmp_type = 129;
	/* Of an echo the identifier may have been translated. */
	if (!left.ports && packet->out_len >= 28 && left.family == WEIR_IPV4)
		answer->icmp_id = be16(packet->out + 24);
	else if (!left.ports && packet->out_len >= 48)
		answer->icmp_id = be16(packet->out + 44);
}

/* Opens the connection that the packet is to belong to. => false: it does not open; *packet is
 * the one that did not come through */
static bool open_connection(struct explain *e, uint16_t port, struct weir_packet *packet)
{
	struct packet_plan opener = e->plan, answer;

	opener.tcp_flags = SYN;
	opener.seq = SEQ_CLIENT;
	opener.size = 0;
	send_packet(e, &opener, port, packet);
	if (packet->verdict != WEIR_ACCEPT)
		return false;
	answer_to(packet, &opener, &answer);
	answer.tcp_flags = SYN | ACK;
	answer.seq = SEQ_SERVER;
	send_packet(e, &answer,
	            packet->path == WEIR_PATH_INPUT ? WEIR_PORT_HOST : packet->out_port, packet);
	if (packet->verdict != WEIR_ACCEPT)
		return false;
	if (opener.ends.protocol == PROTOCOL_TCP) {
		opener.tcp_flags = ACK;
		opener.seq = SEQ_CLIENT + 1;
		opener.ack = SEQ_SERVER + 1;
		send_packet(e, &opener, port, packet);
		if (packet->verdict != WEIR_ACCEPT)
			return false;
	}
	e->plan.seq = SEQ_CLIENT + 1;
	e->plan.ack = SEQ_SERVER + 1;
	return true;
}

/* => whether the packet came through */
static bool tell(struct explain *e, const struct weir_packet *packet)
{
	char reason[256];
	struct strbuf *out = &e->line;

	strbuf_reset(out);
	packet_ends_print(&e->trace.before, out);
	strbuf_printf(out, ", connection-state=%s\n",
	              packet->state == WEIR_STATE_NONE
	                      ? "none"
	                      : weir_state_text((enum weir_state)packet->state));
	rules_trace_text(e->rules, &e->trace, packet, out);
	strbuf_str(out, weir_verdict_text((enum weir_verdict)packet->verdict));
	if (packet->reason != WEIR_R_NONE) {
		weir_reason_text(packet, reason, sizeof reason);
		strbuf_printf(out, ": %s", reason);
	}
	strbuf_char(out, '\n');
	fwrite(strbuf_text(out), 1, out->len, stdout);
	return packet->verdict == WEIR_ACCEPT;
}

static int run(struct explain *e)
{
	struct model *model = router_model(e->router);
	struct weir_packet packet;
	uint16_t port;
	int status;

	model_lock(model);
	port = port_of(e, &e->plan.ends);
	if (e->in_interface && port == WEIR_INTERFACE_NONE) {
		complain("in-interface: \"%s\": expected the name of an interface", e->in_interface);
		model_unlock(model);
		return STATUS_BAD_INPUT;
	}
	if (e->established && !open_connection(e, port, &packet)) {
		puts("the connection does not open:");
		status = tell(e, &packet) ? STATUS_OK : STATUS_FAILED;
	} else {
		if (!e->established) {
			e->plan.seq = SEQ_CLIENT;
			e->plan.ack = e->plan.tcp_flags & ACK ? SEQ_SERVER : 0;
		}
		send_packet(e, &e->plan, port, &packet);
		status = tell(e, &packet) ? STATUS_OK : STATUS_FAILED;
	}
	model_unlock(model);
	return status;
}

static int read_config(void *ctx, const char *value)
{
	((struct explain *)ctx)->config = value;
	return STATUS_OK;
}

static int read_help(void *ctx, const char *value)
{
	(void)value;
	((struct explain *)ctx)->help = true;
	return STATUS_OK;
}

static const struct command_option options[] = {
        {"config", "FILE", "the router's configuration, as RouterOS exports it", read_config},
        {"help", NULL, "print this text", read_help},
};

static void print_help(void)
{
	fputs("usage: weir explain --config FILE 'PROPERTY=VALUE ...'\n\n"
	      "Sends a packet through a configuration and tells which rules it meets: which match,\n"
	      "which do not and why, and what becomes of it.\n\n",
	      stdout);
	options_help(options, ARRAY_COUNT(options));
	fputs("\nThe packet:\n\n", stdout);
	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		printf("  %-18s%s\n", words[i].name, words[i].expected);
	fputs("\nExit status: 0 if the packet comes through, 1 if it does not; 2 for a wrong command\n"
	      "line or configuration.\n",
	      stdout);
}

static int start(struct explain *e)
{
	const struct router_options router = {.config = e->config, .replay = true};
	struct timespec now;
	int status = router_create(&e->router, &router);

	if (status == STATUS_OK)
		status = router_load(e->router);
	if (status == STATUS_OK)
		status = router_make(e->router);
	if (status != STATUS_OK)
		return status;
	clock_gettime(CLOCK_REALTIME, &now);
	e->now = (weir_time)now.tv_sec * WEIR_SEC;
	router_set_time(e->router, e->now);
	e->rules = router_rules(e->router);
	return STATUS_OK;
}

int program_explain(int argc, char **argv)
{
	struct explain *e = calloc(1, sizeof *e);
	int first, status;

	if (!e) {
		complain("out of memory");
		return STATUS_FAILED;
	}
	e->plan.ttl = 64;
	e->plan.icmp_id = 1;
	status = options_read("explain", options, ARRAY_COUNT(options), e, argc, argv, &first);
	if (status == STATUS_OK && e->help) {
		print_help();
		free(e);
		return STATUS_OK;
	}
	if (status == STATUS_OK && !e->config) {
		complain("expected --config FILE; \"weir explain --help\" tells more");
		status = STATUS_BAD_INPUT;
	}
	if (status == STATUS_OK)
		status = read_packet(e, argc - first, argv + first);
	if (status == STATUS_OK)
		status = complete(e);
	if (status == STATUS_OK)
		status = start(e);
	if (status == STATUS_OK)
		status = run(e);
	router_destroy(e->router);
	strbuf_free(&e->line);
	free(e);
	return status;
}
