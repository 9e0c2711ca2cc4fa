/* SPDX-License-Identifier: Apache-2.0 */
/* engine/policy.c - making and freeing a policy; see policy.h. */
#include "engine/policy.h"

#include <string.h>

static void destroy(struct policy *policy, struct alloc *alloc)
{
	if (policy->routes)
		routes_destroy(policy->routes, alloc);
	ruleset_destroy(policy->ruleset, alloc);
	listeners_destroy(policy->listeners, alloc);
	alloc_put(alloc, policy, sizeof *policy);
}

static void note_hooks(struct policy *policy)
{
	for (unsigned six = 0; six < 2; six++) {
		uint8_t family = six ? WEIR_IPV6 : WEIR_IPV4;

		for (int hook = 0; hook < WEIR_HOOK_COUNT; hook++)
			for (int table = 0; table < WEIR_TABLE_COUNT; table++)
				if (ruleset_asks(policy->ruleset, family, (enum weir_table)table,
						 (enum weir_hook)hook))
					policy->asks[six][hook] |= (uint8_t)(1u << table);
		for (int hook = 0; hook < WEIR_HOOK_COUNT; hook++)
			policy->nat[six] |= policy_asks(policy, six, WEIR_TABLE_NAT,
							(enum weir_hook)hook);
	}
}

/* What the table nat asks of who translates. */
static void note_nat(struct policy *policy, const struct weir_table_rules *table)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct weir_chain *chain = &table->chains[i];

		for (size_t j = 0; j < chain->count; j++) {
			const struct weir_rule *r = &chain->rules[j];

			if (r->action == WEIR_ACTION_ENDPOINT_INDEPENDENT)
				policy->udp_here = true;
			else if (r->action == WEIR_ACTION_SRC_NAT ||
				 r->action == WEIR_ACTION_MASQUERADE ||
				 r->action == WEIR_ACTION_SAME)
				policy->counting |= (r->nat.flags &
						     (WEIR_NAT_BLOCK | WEIR_NAT_SHARE)) != 0;
		}
	}
}

struct policy *policy_create(struct alloc *alloc, const struct policy *former,
			     const struct weir_ruleset *rules, struct weir_rules_error *error)
{
	struct policy *policy = alloc_get(alloc, sizeof *policy, 64);

	*error = (struct weir_rules_error){.counter = UINT32_MAX};
	if (!policy)
		return NULL;
	memcpy(policy->forward, rules->forward, sizeof policy->forward);
	memcpy(policy->off, rules->off, sizeof policy->off);
	memcpy(policy->hash_ports, rules->hash_ports, sizeof policy->hash_ports);
	policy->new_only = rules->new_only;
	memcpy(policy->fasttrack, rules->fasttrack, sizeof policy->fasttrack);
	policy->ruleset = ruleset_renew(alloc, former ? former->ruleset : NULL, rules, error);
	if (policy->ruleset)
		policy->routes = routes_create(alloc, rules, error);
	if (!policy->ruleset || !policy->routes ||
	    !listeners_create(&policy->listeners, alloc, rules)) {
		destroy(policy, alloc);
		return NULL;
	}
	note_hooks(policy);
	for (unsigned six = 0; six < 2; six++)
		note_nat(policy, &rules->tables[six][WEIR_TABLE_NAT]);
	return policy;
}

void policy_release(struct policy *policy, struct alloc *alloc)
{
	if (policy && --policy->holders == 0)
		destroy(policy, alloc);
}
