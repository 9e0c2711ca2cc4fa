/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/rules_events.c - what rules have the engine tell: addresses that they put into lists
 * become entries of the menus, packets that they log become lines of the log; see rules_live.h.
 *
 * All that waits is taken as one change. The engine has its entries already, so nothing is set
 * anew for them; those that are to stay (none-static) are the menu's alone and go the way of
 * every change.
 */
#include <string.h>
#include <weir/event.h>

#include "base/addr.h"
#include "base/bytes.h"
#include "daemon/rules_live.h"
#include "daemon/rules_trace.h"
#include "model/menus.h"

#define BATCH 64

struct taking {
	struct rules *rules;
	struct change *change; /* begun with the first entry */
	bool stored;           /* one of them is the menu's alone */
	struct strbuf error;
};

/* Address lists */

static bool begin_change(struct taking *t)
{
	if (!t->change)
		t->change = change_begin(t->rules->model, NULL);
	return t->change != NULL;
}

static struct assignment assign(const struct menu *menu, const char *property, const char *text)
{
	return (struct assignment){menu_find(menu, property, strlen(property)), text, strlen(text)};
}

/* One that is there already gets its new time. => false: it is not there */
static bool refresh(struct taking *t, const struct menu *menu, uint64_t what,
                    const char *timeout)
{
	const struct assignment assignment = assign(menu, "timeout", timeout);
	uint64_t id;

	if (!made_find(&t->rules->made, what, &id) || !model_item(t->rules->model, menu, id))
		return false;
	if (*timeout)
		change_set(t->change, menu, id, &assignment, 1, &t->error);
	return true;
}

/* What is refused is there already by somebody's hand, or there is no memory: the engine has it
 * either way. */
static void take_entry(struct taking *t, const struct weir_listed *listed)
{
	const struct menu *menu = listed->family == WEIR_IPV4 ? &menu_address_list
	                                                      : &menu_address_list_v6;
	char address[ADDR_TEXT];
	struct strbuf timeout = STRBUF_INIT;
	struct assignment assignments[2];
	uint64_t what, id;

	if (!begin_change(t))
		return;
	addr_print(address, listed->family, &listed->addr);
	/* Whole seconds, as the menu shows them; a part of one counts as one. */
	if (listed->timeout)
		value_print_time((listed->timeout + WEIR_SEC - 1) / WEIR_SEC * WEIR_SEC, &timeout);
	what = made_what(menu, listed->list, address);
	assignments[0] = assign(menu, "list", listed->list);
	assignments[1] = assign(menu, "address", address);
	if (listed->stored) {
		if (change_add(t->change, menu, assignments, 2, MODEL_END, 0, &id, &t->error) ==
		    MODEL_OK)
			t->stored = true;
	} else if (!refresh(t, menu, what, strbuf_text(&timeout)) &&
	           change_add_dynamic(t->change, menu, assignments, 2, listed->timeout, &id,
	                              &t->error) == MODEL_OK) {
		made_add(&t->rules->made, menu, id, what);
	}
	strbuf_reset(&t->error);
	strbuf_free(&timeout);
}

void rules_entry_gone(struct rules *rules, const struct menu *menu, const struct item *entry)
{
	struct kept list, address;
	struct weir_listed listed = {.family = menu == &menu_address_list ? WEIR_IPV4 : WEIR_IPV6};
	uint8_t family;

	if (!build_kept(rules->current, entry, "list", &list) ||
	    !build_kept(rules->current, entry, "address", &address) ||
	    list.len >= sizeof listed.list ||
	    !addr_parse(address.text, address.len, &family, &listed.addr))
		return;
	memcpy(listed.list, list.text, list.len);
	access_unlist(rules->access, &listed);
}

/* The log */

static bool ported(uint8_t protocol)
{
	return protocol == 6 || protocol == 17 || protocol == 33 || protocol == 132 ||
	       protocol == 136;
}

static void put_end(const struct weir_log *log, const union weir_addr *addr, uint16_t port,
                    struct strbuf *out)
{
	char text[ADDR_TEXT];
	bool brackets = log->family == WEIR_IPV6 && ported(log->protocol);

	addr_print(text, log->family, addr);
	strbuf_printf(out, brackets ? "[%s]" : "%s", text);
	if (ported(log->protocol))
		strbuf_printf(out, ":%u", port);
}

struct end {
	union weir_addr addr;
	uint16_t port;
};

/* One side: as it is, or what it was and what it becomes. */
static void put_side(const struct weir_log *log, const struct end *before, const struct end *after,
                     struct strbuf *out)
{
	bool same = before->port == after->port &&
	            memcmp(&before->addr, &after->addr, sizeof before->addr) == 0;

	if (!same)
		strbuf_char(out, '(');
	put_end(log, &before->addr, before->port, out);
	if (same)
		return;
	strbuf_str(out, "->");
	put_end(log, &after->addr, after->port, out);
	strbuf_char(out, ')');
}

static void put_nat(const struct weir_log *log, struct strbuf *out)
{
	const struct weir_tuple *now = &log->conn[log->dir], *other = &log->conn[!log->dir];
	const struct end src = {now->src, now->src_port}, dst = {now->dst, now->dst_port};
	const struct end new_src = {other->dst, other->dst_port};
	const struct end new_dst = {other->src, other->src_port};

	if (!(log->status & (WEIR_STATUS_SRCNAT | WEIR_STATUS_DSTNAT)))
		return;
	strbuf_str(out, "NAT ");
	put_side(log, &src, &new_src, out);
	strbuf_str(out, "->");
	put_side(log, &dst, &new_dst, out);
	strbuf_str(out, ", ");
}

static void put_tcp_flags(uint8_t flags, struct strbuf *out)
{
	static const struct {
		uint8_t bit;
		const char *name;
	} names[] = {{2, "SYN"}, {16, "ACK"}, {1, "FIN"},  {4, "RST"},
	             {8, "PSH"}, {32, "URG"}, {64, "ECE"}, {128, "CWR"}};
	const char *separator = " (";

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		if (!(flags & names[i].bit))
			continue;
		strbuf_str(out, separator);
		strbuf_str(out, names[i].name);
		separator = ",";
	}
	strbuf_str(out, *separator == ',' ? ")" : "");
}

static void put_pool_protocol(uint8_t protocol, struct strbuf *out)
{
	if (protocol == 6 || protocol == 17)
		strbuf_str(out, protocol == 6 ? "TCP" : "UDP");
	else if (protocol == 1 || protocol == 58)
		strbuf_str(out, protocol == 1 ? "ICMP" : "ICMPv6");
	else
		strbuf_u64(out, protocol);
}

static void put_protocol(const struct weir_log *log, struct strbuf *out)
{
	switch (log->protocol) {
	case 6:
		strbuf_str(out, "TCP");
		put_tcp_flags(log->flags, out);
		break;
	case 17:
		strbuf_str(out, "UDP");
		break;
	case 1:
	case 58:
		strbuf_printf(out, "%s (type %u, code %u)", log->protocol == 1 ? "ICMP" : "ICMPv6",
		              log->icmp_type, log->icmp_code);
		break;
	default:
		strbuf_u64(out, log->protocol);
	}
}

void rules_log_line(const struct rules *rules, const struct weir_log *log, const char *chain,
                    struct strbuf *out)
{
	strbuf_printf(out, "%s: in:%s", chain, rules_interface_name(rules, log->in));
	strbuf_printf(out, " out:%s, ", rules_interface_name(rules, log->out));
	if (log->state != WEIR_STATE_NONE) {
		strbuf_printf(out, "connection-state:%s%s%s ",
		              weir_state_text((enum weir_state)log->state),
		              log->status & WEIR_STATUS_SRCNAT ? ",snat" : "",
		              log->status & WEIR_STATUS_DSTNAT ? ",dnat" : "");
	}
	if (log->has_mac) {
		const uint8_t *m = log->src_mac;

		strbuf_printf(out, "src-mac %02x:%02x:%02x:%02x:%02x:%02x, ", m[0], m[1], m[2], m[3],
		              m[4], m[5]);
	}
	strbuf_str(out, "proto ");
	put_protocol(log, out);
	strbuf_str(out, ", ");
	put_end(log, &log->tuple.src, log->tuple.src_port, out);
	strbuf_str(out, "->");
	put_end(log, &log->tuple.dst, log->tuple.dst_port, out);
	strbuf_str(out, ", ");
	put_nat(log, out);
	if (log->priority != log->ingress_priority)
		strbuf_printf(out, "prio %u->%u, ", log->ingress_priority, log->priority);
	strbuf_printf(out, "len %u", log->len);
}

static void take_log(struct rules *rules, const struct weir_log *log)
{
	const struct rule_place *place = rules_place(rules, log->rule);
	const struct item *item =
	        place ? model_item(rules->model, place->menu, place->id) : NULL;
	struct kept prefix, chain;

	if (!item || !build_kept(rules->current, item, "chain", &chain))
		return;
	strbuf_reset(&rules->line);
	if (build_kept(rules->current, item, "log-prefix", &prefix)) {
		strbuf_add(&rules->line, prefix.text, prefix.len);
		strbuf_char(&rules->line, ' ');
	}
	rules_log_line(rules, log, chain.text, &rules->line);
	if (!rules->line.failed)
		rules->world.log(rules->world.ctx, "firewall,info", strbuf_text(&rules->line));
}

/* Pools of ports: what was refused is a warning, a block that was taken is for the records. */
static void take_pool(struct rules *rules, const struct weir_pool *pool)
{
	struct weir_log ends = {.family = pool->family, .protocol = pool->protocol};
	char source[ADDR_TEXT], address[ADDR_TEXT];
	struct strbuf *line = &rules->line;

	strbuf_reset(line);
	rules_put_place(rules, pool->rule, line);
	addr_print(source, pool->family, &pool->source);
	addr_print(address, pool->family, &pool->address);
	switch ((enum weir_pool_what)pool->what) {
	case WEIR_POOL_BLOCK:
		strbuf_printf(line, ": %s has ports %u-%u of %s", source, pool->first_port,
		              pool->last_port, address);
		break;
	case WEIR_POOL_SHARE:
		strbuf_printf(line, ": refused, %s has %u ports, its share of the pool: proto ", source,
		              pool->ports);
		break;
	case WEIR_POOL_EMPTY:
		strbuf_str(line, ": refused, no port of the pool is left: proto ");
		break;
	}
	if (pool->what != WEIR_POOL_BLOCK) {
		put_pool_protocol(pool->protocol, line);
		strbuf_str(line, ", ");
		put_end(&ends, &pool->source, pool->src_port, line);
		strbuf_str(line, "->");
		put_end(&ends, &pool->destination, pool->dst_port, line);
	}
	if (!line->failed)
		rules->world.log(rules->world.ctx,
		                 pool->what == WEIR_POOL_BLOCK ? "firewall,info" : "firewall,warning",
		                 strbuf_text(line));
}

void rules_take_events(struct rules *rules)
{
	struct weir_event events[BATCH];
	struct taking t = {.rules = rules};
	size_t n;

	while ((n = weir_event_read(rules->access->worker, events, BATCH)) != 0) {
		for (size_t i = 0; i < n; i++) {
			if (events[i].type == WEIR_EVENT_LOG)
				take_log(rules, &events[i].log);
			else if (events[i].type == WEIR_EVENT_LIST_ADDED)
				take_entry(&t, &events[i].listed);
			else if (events[i].type == WEIR_EVENT_POOL)
				take_pool(rules, &events[i].pool);
		}
	}
	if (t.change) {
		rules->own = !t.stored;
		change_commit(t.change, &t.error);
		rules->own = false;
	}
	strbuf_free(&t.error);
}
