/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/context.c - what is expected at the end of a text; see context.h. The parser tells
 * about each place where something begins; the last one before the end is what the text ends in.
 */
#include "console/context.h"

#include <stdlib.h>
#include <string.h>

#include "console/parser.h"
#include "console/run.h"
#include "console/scan.h"

static struct context *note(struct parser *p, enum context_kind kind, size_t start)
{
	struct context *context = p->context;

	if (context == NULL)
		return NULL;
	free(context->given);
	free(context->variables);
	*context = (struct context){.kind = kind, .start = start, .node = p->node};
	return context;
}

void context_command(struct parser *p, size_t start, const struct menu_node *node,
                     enum context_globals globals)
{
	struct context *context = note(p, CONTEXT_COMMAND, start);

	if (context) {
		context->node = node;
		context->globals = globals;
	}
}

static void add_name(struct parser *p, struct context_name **names, size_t *count,
                     const char *name, size_t len)
{
	struct context_name *more = realloc(*names, (*count + 1) * sizeof *more);

	if (more == NULL) {
		parse_no_memory(p);
		return;
	}
	more[*count] = (struct context_name){name, len};
	*names = more;
	++*count;
}

void context_argument(struct parser *p, size_t start, const struct statement *statement,
                      const struct parameter *positional, bool unset)
{
	struct context *context = p->context;

	/* A condition that may go on is not over. */
	if (context && context->kind == CONTEXT_WHERE && context->start == start)
		return;
	context = note(p, CONTEXT_ARGUMENT, start);
	if (context == NULL)
		return;
	context->command = statement->command;
	context->parameter = positional;
	context->unset = unset;
	if (statement->node)
		context->node = statement->node;
	for (const struct syntax_argument *a = statement->arguments; a; a = a->next) {
		const char *name = a->property ? a->property->name : a->parameter->name;

		add_name(p, &context->given, &context->given_count, name, strlen(name));
	}
}

void context_value(struct parser *p, size_t start, const struct value_place *place, bool quoted)
{
	struct context *context = note(p, CONTEXT_VALUE, start + quoted);

	if (context == NULL)
		return;
	context->quoted = quoted;
	context->command = place->command;
	context->parameter = place->parameter;
	context->property = place->property;
}

void context_variable(struct parser *p, size_t start, bool existing)
{
	struct context *context = note(p, CONTEXT_VARIABLE, start);

	if (context == NULL || !existing)
		return;
	for (const struct declared *d = p->declared; d; d = d->outer)
		add_name(p, &context->variables, &context->variable_count, d->name, d->len);
	for (const struct scope *scope = p->scope; scope; scope = scope->outer)
		for (const struct variable *v = scope->variables; v; v = v->next)
			add_name(p, &context->variables, &context->variable_count, v->name, v->len);
}

void context_where(struct parser *p, size_t start, const struct menu_node *node)
{
	struct context *context = note(p, CONTEXT_WHERE, start);

	if (context)
		context->node = node;
}

/* What the last note tells counts only if nothing else follows its word. */
static bool ends_in_word(const struct context *context, const char *text, size_t len)
{
	if (context->start > len)
		return false;
	for (size_t i = context->start; i < len; i++) {
		if (context->quoted ? text[i] == '"' : strchr(" \t\n\r;()[]{}\"", text[i]) != NULL)
			return context->quoted && i > 0 && text[i - 1] == '\\';
	}
	return true;
}

/* Whether the text ends within a comment. */
static bool in_comment(const char *text, size_t len)
{
	struct scan scan = SCAN_INIT;

	for (size_t i = 0; i < len; i++)
		scan_byte(&scan, text[i]);
	return scan.comment;
}

bool context_read(struct session *session, const char *text, size_t len, struct context *context)
{
	struct script *script = script_create();
	struct parser parser;
	bool good = script && source_set(&script->source, text, len, 1);

	*context = (struct context){.kind = CONTEXT_NOTHING, .node = session->node, .start = len};
	if (!good) {
		script_release(script);
		return false;
	}
	parser_begin(&parser, session->model, script);
	parser.node = session->node;
	parser.scope = &session->shared;
	/* A text with joined lines is another than the caller's: nothing is completed in it. */
	if (script->source.text == text && !in_comment(text, len)) {
		parser.context = context;
		parse_script(&parser);
		good = !parser.failed || strcmp(strbuf_text(&parser.error), "out of memory") != 0;
	}
	if (!ends_in_word(context, text, len)) {
		context->kind = CONTEXT_NOTHING;
		context->start = len;
	}
	context->word = text + context->start;
	context->len = len - context->start;
	parser_end(&parser);
	script_release(script);
	return good;
}

void context_free(struct context *context)
{
	free(context->given);
	free(context->variables);
	context->given = context->variables = NULL;
	context->given_count = context->variable_count = 0;
}
