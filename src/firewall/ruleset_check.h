/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/ruleset_check.h - whether a ruleset of an embedder's makes sense.
 */
#ifndef FIREWALL_RULESET_CHECK_H
#define FIREWALL_RULESET_CHECK_H

#include "firewall/ruleset_plan.h"

#define CHECK_CHAINS_MAX (1u << 20) /* a table's */

/* What is the former ruleset's is not looked at again. depth: scratch space, a byte for each chain
 * of the table that has most. => false: *error says what is wrong */
bool ruleset_check(const struct weir_ruleset *rules, const struct plan *plan, uint8_t *depth,
		   struct weir_rules_error *error);

#endif
