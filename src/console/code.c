/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/code.c - blocks as values; see code.h.
 */
#include "console/code.h"

#include <stdlib.h>
#include <string.h>

#include "console/parser.h"
#include "console/run.h"

struct code {
	struct cell_code head;
	struct script *script;
	const struct block *block; /* NULL: script->error */
};

static void destroy(struct cell_code *head)
{
	struct code *code = (struct code *)head;

	script_release(code->script);
	free(code);
}

/* Of what code_print() writes, about. */
static size_t weight(const struct block *block)
{
	size_t sum = 0;

	for (const struct statement *s = block ? block->first : NULL; s; s = s->next)
		sum += s->len;
	return sum;
}

struct cell code_cell(struct script *script, const struct block *block)
{
	struct code *code = malloc(sizeof *code);

	if (code == NULL)
		return (struct cell){.type = CELL_NIL};
	code->head = (struct cell_code){1, destroy, code_print, weight(block)};
	code->script = script_hold(script);
	code->block = block;
	return (struct cell){.type = CELL_CODE, .code = &code->head};
}

/* Printing: a path is shown with slashes, the arguments as they were written. */

static void print_path(const struct statement *s, struct strbuf *out)
{
	const char *path = s->node && s->node->parent ? s->node->path : "";

	for (; *path; path++)
		strbuf_char(out, *path == ' ' ? '/' : *path);
	if (s->kind == STATEMENT_COMMAND)
		strbuf_printf(out, "%c%s", s->node ? '/' : ':', s->command->name);
}

static void print_block(const struct block *block, struct strbuf *out)
{
	for (const struct statement *s = block->first; s; s = s->next) {
		const char *text = s->text;

		strbuf_str(out, s == block->first ? "(evl " : ";(evl ");
		if (s->kind == STATEMENT_COMMAND || s->kind == STATEMENT_MENU) {
			print_path(s, out);
			text = s->rest;
			if (text < s->text + s->len)
				strbuf_char(out, ' ');
		}
		strbuf_add(out, text, (size_t)(s->text + s->len - text));
		strbuf_char(out, ')');
	}
}

void code_print(const struct cell_code *head, struct strbuf *out)
{
	const struct code *code = (const struct code *)head;

	if (code->block)
		print_block(code->block, out);
	else
		strbuf_printf(out, "(<%% %s)", code->script->error);
}

/* :parse */

static bool keep_error(struct parser *p, struct script *script)
{
	struct place place = source_place(&script->source, p->error_at);

	strbuf_printf(&p->error, " (line %u column %u)", place.line, place.column);
	script->error = arena_copy(&script->arena, strbuf_text(&p->error), p->error.len);
	return script->error != NULL;
}

struct cell code_parse(struct session *session, const char *text, size_t len)
{
	struct cell code = {.type = CELL_NIL};
	struct script *script = script_create();
	struct parser parser;
	struct block *block;

	if (script == NULL)
		return code;
	script->text = malloc(len + 1);
	if (script->text) {
		memcpy(script->text, text, len);
		script->text[len] = '\0';
	}
	if (script->text && source_set(&script->source, script->text, len, 1)) {
		parser_begin(&parser, session->model, script);
		parser.node = session->node;
		parser.any_variable = true;
		block = parse_script(&parser);
		if (block)
			block->function = true;
		if (block || keep_error(&parser, script))
			code = code_cell(script, block);
		parser_end(&parser);
	}
	script_release(script);
	return code;
}

/* Calling */

static bool declare_all(struct session *session, struct scope *scope,
                        const struct code_parameter *parameters, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct variable *v =
		        scope_declare(scope, parameters[i].name, parameters[i].len, false);

		if (v == NULL)
			return run_no_memory(session);
		v->value = cell_copy(&parameters[i].value);
	}
	return true;
}

/* What :return left becomes the result. */
static bool returned(struct session *session, struct cell *result)
{
	if (session->flow != FLOW_RETURN)
		return false;
	session->flow = FLOW_NONE;
	cell_free(result);
	*result = session->returned;
	session->returned = CELL_NONE;
	return true;
}

bool code_run(struct session *session, const struct cell *cell,
              const struct code_parameter *parameters, size_t count, struct cell *result)
{
	static const struct place nowhere;
	struct cell held = cell_copy(cell); /* the function may redefine itself */
	const struct code *code = (const struct code *)held.code;
	struct script *script = session->script;
	struct scope *outer = session->scope, scope = {NULL, NULL};
	bool good;

	if (code->block == NULL) {
		session_fail(session, nowhere, "%s", code->script->error);
		cell_free(&held);
		return false;
	}
	if (!run_enter(session)) {
		cell_free(&held);
		return false;
	}
	session->script = code->script;
	session->scope = &scope;
	good = declare_all(session, &scope, parameters, count) &&
	       run_statements(session, code->block, result);
	session->scope = outer;
	session->script = script;
	session->depth--;
	scope_end(&scope);
	if (!good)
		good = returned(session, result);
	cell_free(&held);
	return good;
}
