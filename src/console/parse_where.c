/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/parse_where.c - the condition of a `where` or a `find`; see parser.h. The model reads
 * it (model/where.h) once here, to find its end and its errors, and again each time that the
 * command runs; what stands in the place of a value is parsed here and evaluated then.
 */
#include <stdlib.h>
#include <string.h>

#include "console/parser.h"
#include "console/scan.h"
#include "model/where.h"

struct reading {
	struct parser *p;
	size_t start; /* of the condition */
	struct where_operand **tail;
};

static bool read_operand(struct reading *r, size_t *at, struct where_error *error)
{
	struct parser *p = r->p;
	struct where_operand *operand = parse_get(p, sizeof *operand);
	size_t from = *at;

	if (operand == NULL)
		return where_fail(error, from, "out of memory");
	p->at = r->start + from;
	switch (p->text[p->at]) {
	case '"':
		operand->value = parse_quoted(p);
		break;
	case '$':
		operand->value = parse_variable(p);
		break;
	case '[':
		operand->value = parse_command(p);
		break;
	default:
		operand->value = parse_parentheses(p);
	}
	if (operand->value == NULL)
		return where_fail(error, from, "syntax error");
	*at = p->at - r->start;
	operand->from = from;
	operand->to = *at;
	*r->tail = operand;
	r->tail = &operand->next;
	return true;
}

static bool skip_operand(void *ctx, const char *text, size_t len, size_t *at, struct strbuf *out,
                         struct where_error *error)
{
	(void)text, (void)len, (void)out;
	return read_operand(ctx, at, error);
}

static bool skip_items(void *ctx, const char *text, size_t len, size_t *at, uint64_t **ids,
                       size_t *count, struct where_error *error)
{
	(void)text, (void)len;
	*ids = NULL;
	*count = 0;
	return read_operand(ctx, at, error);
}

/* A menu without items has no properties to look at. */
static bool skip_condition(struct parser *p)
{
	struct scan scan = SCAN_INIT;

	for (; p->at < p->len && !(scan.depth == 0 && parse_at_end(p)); p->at++)
		scan_byte(&scan, p->text[p->at]);
	return scan.depth == 0 || parse_fail(p, p->at, "syntax error");
}

/* Where the text ends within a condition, the last word may be completed. */
static void note_context(struct parser *p, const struct menu_node *node)
{
	size_t start = p->len, name;
	const char *text = p->text;

	if (p->context == NULL)
		return;
	while (start > p->at && !strchr(" \t(!&|=<>~", text[start - 1]))
		start--;
	name = start;
	while (name > p->at && strchr("=<>~!", text[name - 1]))
		name--;
	if (name < start && text[start - 1] != '!') {
		size_t end = name;
		struct value_place place = {NULL, NULL, NULL, true};

		while (name > p->at && !strchr(" \t(!&|", text[name - 1]))
			name--;
		place.property = menu_find(node->menu, text + name, end - name);
		context_value(p, start, &place, start < p->len && text[start] == '"');
		return;
	}
	context_where(p, start, node);
}

bool parse_where(struct parser *p, const struct menu_node *node, struct syntax_argument *argument)
{
	struct reading r = {.p = p};
	struct where_error error;
	size_t end = 0;
	struct where_reader reader = {.ctx = &r, .operand = skip_operand, .items = skip_items,
	                              .skips = true, .end = &end};
	struct where *where;

	parse_blanks(p);
	argument->where = parse_get(p, sizeof *argument->where);
	if (argument->where == NULL)
		return false;
	if (node == NULL || node->menu == NULL)
		return skip_condition(p);
	note_context(p, node);
	r.start = p->at;
	r.tail = &argument->where->operands;
	where = where_read(node->menu, NULL, p->text + p->at, p->len - p->at, &reader, &error);
	if (where == NULL)
		return parse_fail(p, r.start + error.column - 1, "%s", error.text);
	where_free(where);
	argument->where->text = p->text + r.start;
	argument->where->len = end;
	argument->where->place = parse_place(p, r.start);
	p->at = r.start + end;
	return true;
}
