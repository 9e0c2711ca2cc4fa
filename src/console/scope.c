/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/scope.c - variables of blocks; see scope.h. A script has a handful of them, so they
 * are looked for one by one.
 */
#include "console/scope.h"

#include <stdlib.h>
#include <string.h>

void scope_end(struct scope *scope)
{
	while (scope->variables) {
		struct variable *variable = scope->variables;

		scope->variables = variable->next;
		cell_free(&variable->value);
		free(variable);
	}
}

static struct variable *find_here(const struct scope *scope, const char *name, size_t len)
{
	for (struct variable *v = scope->variables; v; v = v->next)
		if (v->len == len && memcmp(v->name, name, len) == 0)
			return v;
	return NULL;
}

struct variable *scope_declare(struct scope *scope, const char *name, size_t len, bool global)
{
	struct variable *variable = find_here(scope, name, len);

	if (variable == NULL) {
		variable = malloc(sizeof *variable + len);
		if (variable == NULL)
			return NULL;
		variable->len = len;
		memcpy(variable->name, name, len);
		variable->value = CELL_NONE;
		variable->next = scope->variables;
		scope->variables = variable;
	}
	cell_free(&variable->value);
	variable->global = global;
	return variable;
}

struct variable *scope_find(const struct scope *scope, const char *name, size_t len)
{
	for (; scope; scope = scope->outer) {
		struct variable *variable = find_here(scope, name, len);

		if (variable)
			return variable;
	}
	return NULL;
}

bool scope_knows(const struct scope *scope, const char *name, size_t len)
{
	return scope_find(scope, name, len) != NULL;
}
