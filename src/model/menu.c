/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu.c - finding properties by name; see menu.h.
 *
 * Cost: a scan of the table's names; menus have a few dozen.
 */
#include "model/menu.h"

#include <limits.h>
#include <string.h>

static bool same(const char *name, const char *text, size_t len)
{
	/* Most names differ in their first letter. */
	return name && (len == 0 || *name == *text) && strncmp(name, text, len) == 0 &&
	       name[len] == 0;
}

bool property_is_initial(const struct property *property, const struct value *value)
{
	const char *initial = property->initial;
	struct value parsed;

	if (initial == NULL)
		return value->type == VALUE_NONE;
	if (value->type == VALUE_STRING)
		return same(initial, value->text, value->len);
	return value_parse(&property->kind, initial, strlen(initial), &parsed) &&
	       parsed.type == value->type && value_compare(&parsed, value) == 0;
}

const struct property *menu_find(const struct menu *menu, const char *name, size_t len)
{
	for (size_t i = 0; i < menu->count; i++) {
		const struct property *p = &menu->properties[i];

		if (same(p->name, name, len) || same(p->also, name, len))
			return p;
	}
	return NULL;
}

#define NAME_MAX_LEN 40

unsigned name_distance(const char *word, size_t len, const char *name)
{
	unsigned rows[3][NAME_MAX_LEN + 1], *before = rows[0], *last = rows[1], *row = rows[2];
	size_t n = strlen(name);

	if (len > NAME_MAX_LEN || n > NAME_MAX_LEN)
		return UINT_MAX;
	for (unsigned j = 0; j <= n; j++)
		row[j] = j;
	for (unsigned i = 1; i <= len; i++) {
		unsigned *oldest = before;

		before = last;
		last = row;
		row = oldest;
		row[0] = i;
		for (unsigned j = 1; j <= n; j++) {
			unsigned best = last[j - 1] + (word[i - 1] != name[j - 1]);

			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && word[i - 1] == name[j - 2] &&
			    word[i - 2] == name[j - 1] && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			row[j] = best;
		}
	}
	return row[n];
}

const char *menu_suggest(const struct menu *menu, const char *name, size_t len)
{
	const char *closest = NULL;
	unsigned best = (unsigned)len / 3 + 1;

	if (len == 0 || len > NAME_MAX_LEN)
		return NULL;
	for (size_t i = 0; i < menu->count; i++) {
		const char *candidate = menu->properties[i].name;
		size_t n = strlen(candidate);
		unsigned edits;

		/* A name cut short is close, however much is missing. */
		edits = n > len && len >= 3 && memcmp(candidate, name, len) == 0
		                ? 1
		                : name_distance(name, len, candidate);
		if (edits < best) {
			best = edits;
			closest = candidate;
		}
	}
	return closest;
}
