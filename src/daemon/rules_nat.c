/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/rules_nat.c - rules of nat and the connections that they translate; see rules_live.h.
 *
 * A translation lasts as long as its connection. Who removes or disables a rule is told how many
 * connections keep it, and how to end them: at the console that the command was typed at, else in
 * the log. The counter of a rule that is gone stays its own until the last of them has
 * ended, so that they can be found by its id.
 *
 * Cost: a request to the worker for each such rule when rules of nat change.
 */
#include "daemon/rules_live.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "model/menus.h"

#define NOTICES_MAX 10

struct going {
	struct rules *rules;
	const struct menu *menu;
	unsigned told, untold;
};

static const struct menu *const menus[] = {&menu_nat, &menu_nat_v6};

static bool is_nat(const struct menu *menu)
{
	return menu == &menu_nat || menu == &menu_nat_v6;
}

uint64_t rules_nat_rule(const struct rules *rules, uint32_t counter)
{
	const struct counted *c;

	if (!rules || counter >= rules->numbers.counters)
		return 0;
	c = &rules->numbers.counter[counter];
	return c->menu && is_nat(c->menu) ? c->id : 0;
}

bool rules_nat_kept(struct rules *rules, const struct menu *menu, uint64_t id)
{
	uint32_t counter = is_nat(menu) ? numbers_counter(&rules->numbers, menu, id) : NO_COUNTER;
	struct weir_rule_uses uses;
	uint64_t count;

	if (counter == NO_COUNTER)
		return false;
	return !rules->nat_changed ||
	       !access_rule_uses(rules->access, counter, &count, &uses) || count > 0;
}

static void tell(struct going *going, uint64_t id, uint64_t count,
                 const struct weir_rule_uses *uses)
{
	struct strbuf *notice = &going->rules->notice;

	if (going->told++ >= NOTICES_MAX) {
		going->untold++;
		return;
	}
	if (count == 1)
		strbuf_str(notice, "1 connection keeps this translation; to end it: ");
	else
		strbuf_printf(notice,
		              "%" PRIu64 " connections keep this translation; to end them: ",
		              count);
	strbuf_printf(notice, "%s firewall connection remove [find ",
	              going->menu == &menu_nat ? "/ip" : "/ipv6");
	if (uses->srcnat)
		strbuf_printf(notice, "src-nat-rule=*%" PRIX64, id);
	if (uses->srcnat && uses->dstnat)
		strbuf_str(notice, " or ");
	if (uses->dstnat)
		strbuf_printf(notice, "dst-nat-rule=*%" PRIX64, id);
	strbuf_str(notice, "]\n");
}

static void look_at_rule(void *ctx, const struct item *before, const struct item *after)
{
	struct going *going = ctx;
	struct weir_rule_uses uses;
	uint32_t counter;
	uint64_t count;

	if (!before || item_disabled(before) || (after && !item_disabled(after)))
		return;
	counter = numbers_counter(&going->rules->numbers, going->menu, item_id(before));
	if (counter == NO_COUNTER)
		return;
	/* Where that is not the last word there is no memory, and nothing better to tell. */
	(void)access_rule_uses(going->rules->access, counter, &count, &uses);
	if (count > 0)
		tell(going, item_id(before), count, &uses);
}

void rules_nat_publish(struct rules *rules, struct change *change)
{
	rules_log_notice(rules); /* nobody has taken the last one's */
	rules->nat_changed = false;
	for (size_t i = 0; i < ARRAY_COUNT(menus); i++) {
		struct going going = {.rules = rules, .menu = menus[i]};

		if (!change_touched(change, menus[i]))
			continue;
		rules->nat_changed = true;
		change_items(change, menus[i], look_at_rule, &going);
		if (going.untold)
			strbuf_printf(&rules->notice,
			              "%u more rules have connections that keep their "
			              "translation\n",
			              going.untold);
	}
	if (rules->notice.failed)
		strbuf_free(&rules->notice);
}

bool rules_take_notice(struct rules *rules, struct strbuf *out)
{
	bool any = rules->notice.len > 0;

	if (any)
		strbuf_add(out, strbuf_text(&rules->notice), rules->notice.len);
	strbuf_free(&rules->notice);
	return any;
}

void rules_log_notice(struct rules *rules)
{
	struct strbuf lines = STRBUF_INIT;
	char *line, *rest;

	if (!rules_take_notice(rules, &lines))
		return;
	rest = strbuf_take(&lines);
	for (char *at = rest; at && (line = strsep(&at, "\n")) != NULL;) {
		if (*line)
			rules->world.log(rules->world.ctx, "firewall,info", line);
	}
	free(rest);
}
