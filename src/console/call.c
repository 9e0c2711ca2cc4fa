/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/call.c - what commands ask of their call; see call.h.
 */
#include "console/call.h"

#include <stdlib.h>
#include <string.h>

#include "console/parser.h"
#include "console/run.h"

const struct argument *call_argument(const struct call *call, const char *name)
{
	for (size_t i = 0; i < call->count; i++) {
		const struct parameter *parameter = call->arguments[i].parameter;

		if (parameter && strcmp(parameter->name, name) == 0)
			return &call->arguments[i];
	}
	return NULL;
}

bool call_flag(const struct call *call, const char *name)
{
	return call_argument(call, name) != NULL;
}

const char *call_text(struct call *call, const struct argument *argument, size_t *len)
{
	struct frame *frame = (struct frame *)call;
	struct strbuf *texts;

	if (argument->value.type == CELL_STR)
		return cell_str_text(&argument->value, len);
	*len = 0;
	texts = realloc(frame->texts, (frame->text_count + 1) * sizeof *texts);
	if (texts == NULL)
		return "";
	frame->texts = texts;
	texts += frame->text_count++;
	*texts = (struct strbuf)STRBUF_INIT;
	cell_argument(&argument->value, texts);
	*len = texts->len;
	return strbuf_text(texts);
}

bool call_code(struct call *call, const struct argument *argument)
{
	struct frame *frame = (struct frame *)call;
	struct session *session = call->session;
	const struct syntax_argument *source = argument->source;
	struct cell value = CELL_NONE, result = CELL_NONE;
	bool good;

	if (source && source->code) {
		struct script *script = session->script;

		if (!run_enter(session))
			return false;
		session->script = frame->script;
		good = run_block(session, source->code, NULL);
		session->script = script;
		session->depth--;
		return good;
	}
	if (source == NULL || source->value == NULL)
		return true;
	if (!evaluate(session, source->value, &value))
		return false;
	if (value.type == CELL_CODE)
		good = code_run(session, &value, NULL, 0, &result);
	else
		good = session_fail(session, argument->place, "expected a block");
	cell_free(&value);
	cell_free(&result);
	return good;
}

/* Scripts within a call */

static struct script *read_script(struct call *call, const char *source, size_t len,
                                  struct block **block)
{
	struct session *session = call->session;
	struct script *script = script_create();
	struct parser parser;

	*block = NULL;
	if (script == NULL)
		return NULL;
	script->text = malloc(len + 1);
	if (script->text == NULL || !source_set(&script->source, memcpy(script->text, source, len),
	                                        len, 1)) {
		run_no_memory(session);
		return script;
	}
	parser_begin(&parser, session->model, script);
	*block = parse_script(&parser);
	if (*block == NULL)
		session_fail(session, source_place(&script->source, parser.error_at), "%s",
		             strbuf_text(&parser.error));
	parser_end(&parser);
	return script;
}

bool call_script(struct call *call, const char *name, const char *source, size_t len)
{
	struct session *session = call->session;
	struct script *outer_script = session->script, *script;
	struct scope *outer = session->scope, scope = {NULL, NULL};
	const struct menu_node *node = session->node;
	const char *job = session->job;
	struct block *block;
	bool good = false;

	if (!run_enter(session))
		return false;
	if (*name)
		session->job = name;
	script = read_script(call, source, len, &block);
	if (script == NULL)
		run_no_memory(session);
	if (block) {
		session->scripts++;
		session->script = script;
		session->scope = &scope;
		session->node = model_root(session->model);
		good = run_statements(session, block, NULL);
		if (!good && session->flow == FLOW_RETURN) {
			session->flow = FLOW_NONE;
			good = true;
		}
		scope_end(&scope);
		session->scripts--;
	}
	session->script = outer_script;
	session->scope = outer;
	session->node = node;
	session->job = job;
	session->depth--;
	script_release(script);
	return good;
}

/* Conditions */

struct condition {
	struct call *call;
	const struct syntax_where *where;
};

static const struct where_operand *operand_at(const struct condition *condition, size_t *at)
{
	const struct where_operand *operand = condition->where->operands;

	while (operand && operand->from != *at)
		operand = operand->next;
	if (operand)
		*at = operand->to;
	return operand;
}

/* The session has the error already; what where_read() says is not looked at. */
static bool evaluate_operand(void *ctx, const char *text, size_t len, size_t *at,
                             struct strbuf *out, struct where_error *error)
{
	struct condition *condition = ctx;
	size_t from = *at;
	const struct where_operand *operand = operand_at(condition, at);

	(void)text, (void)len;
	if (operand && evaluate_text(condition->call->session, operand->value, out))
		return true;
	return where_fail(error, from, "syntax error");
}

static bool evaluate_items(void *ctx, const char *text, size_t len, size_t *at, uint64_t **ids,
                           size_t *count, struct where_error *error)
{
	struct condition *condition = ctx;
	struct session *session = condition->call->session;
	size_t from = *at;
	const struct where_operand *operand = operand_at(condition, at);
	struct id_list list = {.place = condition->where->place};
	struct cell value;
	bool good;

	(void)text, (void)len;
	*ids = NULL;
	*count = 0;
	if (operand == NULL || !evaluate(session, operand->value, &value))
		return where_fail(error, from, "syntax error");
	good = items_of(session, condition->call->node->menu, &value, &list);
	cell_free(&value);
	if (!good) {
		free(list.ids);
		return where_fail(error, from, "no such item");
	}
	*ids = list.ids;
	*count = list.count;
	return true;
}

bool call_where(struct call *call, struct where **where)
{
	struct condition condition = {call, NULL};
	const struct where_reader reader = {.ctx = &condition,
	                                    .operand = evaluate_operand,
	                                    .items = evaluate_items,
	                                    .id = model_id};
	struct where_error error;
	const struct argument *argument = NULL;
	struct place place;

	*where = NULL;
	for (size_t i = 0; i < call->count && !argument; i++)
		if (call->arguments[i].parameter &&
		    call->arguments[i].parameter->shape == PARAMETER_WHERE)
			argument = &call->arguments[i];
	if (argument == NULL || argument->source == NULL || call->node == NULL ||
	    call->node->menu == NULL)
		return true;
	condition.where = ((const struct syntax_argument *)argument->source)->where;
	if (condition.where->len == 0)
		return true;
	*where = where_read(call->node->menu, model_scope(call->model), condition.where->text,
	                    condition.where->len, &reader, &error);
	if (*where)
		return true;
	place = condition.where->place;
	place.column += error.column - 1;
	if (call->session->flow == FLOW_NONE)
		session_fail(call->session, place, "%s", error.text);
	return false;
}
