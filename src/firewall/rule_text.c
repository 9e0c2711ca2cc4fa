/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/rule_text.c - the names of tables, hooks, actions and matches, as RouterOS spells
 * them. String constants; any thread may ask.
 */
#include "base/bytes.h"
#include "firewall/ruleset.h"

static const char *text_at(const char *const *texts, size_t count, unsigned index)
{
	return index < count ? texts[index] : "unknown";
}

const char *weir_table_text(enum weir_table table)
{
	static const char *const texts[] = {
#define X(name, text) text,
		WEIR_TABLES(X)
#undef X
	};

	return text_at(texts, ARRAY_COUNT(texts), table);
}

const char *weir_hook_text(enum weir_table table, enum weir_hook hook)
{
	static const char *const texts[] = {
#define X(name, text) text,
		WEIR_HOOKS(X)
#undef X
	};

	if (table == WEIR_TABLE_NAT && hook == WEIR_HOOK_PREROUTING)
		return "dstnat";
	if (table == WEIR_TABLE_NAT && hook == WEIR_HOOK_POSTROUTING)
		return "srcnat";
	return text_at(texts, ARRAY_COUNT(texts), hook);
}

const char *weir_action_text(enum weir_action action)
{
	static const char *const texts[] = {
#define X(name, text) text,
		WEIR_ACTIONS(X)
#undef X
	};

	return text_at(texts, ARRAY_COUNT(texts), action);
}

const char *weir_match_text(enum weir_match_type type)
{
	static const char *const texts[] = {
#define X(name, text) text,
		WEIR_MATCHES(X)
#undef X
	};

	return text_at(texts, ARRAY_COUNT(texts), type);
}
