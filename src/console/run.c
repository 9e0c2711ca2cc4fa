/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/run.c - running blocks and statements; see run.h.
 */
#include "console/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/context.h"

static const struct place nowhere;

bool run_no_memory(struct session *session)
{
	return session_fail(session, nowhere, "out of memory");
}

bool run_enter(struct session *session)
{
	if (session->depth >= RUN_DEPTH_MAX)
		return session_fail(session, nowhere, "failure: nested more than %d deep",
		                    RUN_DEPTH_MAX);
	session->depth++;
	return true;
}

/* Evaluating arguments */

static void end_arguments(struct argument *arguments, size_t count)
{
	for (size_t i = 0; i < count; i++)
		cell_free(&arguments[i].value);
}

static bool text_cell(struct session *session, const char *text, size_t len, struct cell *to)
{
	*to = cell_str(text, len);
	return to->type != CELL_NIL || run_no_memory(session);
}

static bool value_of(struct session *session, const struct syntax_argument *from, bool lazy,
                     struct cell *to)
{
	uint8_t shape = from->parameter ? from->parameter->shape : PARAMETER_VALUE;

	if (shape == PARAMETER_FLAG) {
		*to = cell_bool(true);
		return true;
	}
	if (shape == PARAMETER_VARIABLE)
		return text_cell(session, from->name, from->name_len, to);
	if (from->value && !lazy)
		return evaluate(session, from->value, to);
	if (from->written_empty && !lazy)
		return text_cell(session, "", 0, to);
	return true;
}

/* More values of a parameter that takes several make an array of all. */
static bool add_value(struct session *session, struct argument *to, struct cell value)
{
	if (to->value.type != CELL_ARRAY) {
		struct cell array = cell_array_new();

		if (array.type == CELL_NIL || !cell_array_add(&array, to->value)) {
			cell_free(&array);
			cell_free(&value);
			to->value = CELL_NONE;
			return run_no_memory(session);
		}
		to->value = array;
	}
	return cell_array_add(&to->value, value) || run_no_memory(session);
}

/* => how many arguments there are in the end; on failure *good is false */
static size_t evaluate_arguments(struct session *session, const struct statement *statement,
                                 struct argument *arguments, bool *good)
{
	bool lazy = command_lazy(statement->command);
	size_t count = 0;

	*good = true;
	for (const struct syntax_argument *from = statement->arguments; from; from = from->next) {
		struct argument *to = &arguments[count];
		struct cell value = CELL_NONE;

		if (!value_of(session, from, lazy, &value)) {
			*good = false;
			return count;
		}
		if (count && from->parameter && from->parameter->several &&
		    to[-1].parameter == from->parameter) {
			*good = add_value(session, to - 1, value);
			if (!*good)
				return count;
			continue;
		}
		*to = (struct argument){.parameter = from->parameter,
		                        .property = from->property,
		                        .value = value,
		                        .unset = from->unset,
		                        .written_empty = from->written_empty,
		                        .place = from->place,
		                        .source = from};
		count++;
	}
	return count;
}

/* What is missing */

static bool is_given(const struct call *call, const struct parameter *parameter)
{
	for (size_t i = 0; i < call->count; i++)
		if (call->arguments[i].parameter == parameter)
			return true;
	return false;
}

static bool ask_for(struct call *call, const struct parameter *parameter, struct argument *to)
{
	struct strbuf prompt = STRBUF_INIT, answer = STRBUF_INIT;
	bool good;

	strbuf_printf(&prompt, "%s: ", parameter->name);
	good = session_ask(call->session, strbuf_text(&prompt), false, &answer);
	*to = (struct argument){.parameter = parameter, .value = CELL_NONE, .place = call->place};
	if (good)
		good = text_cell(call->session, strbuf_text(&answer), answer.len, &to->value);
	else if (session_stopped(call->session))
		call->session->flow = FLOW_STOP;
	strbuf_free(&prompt);
	strbuf_free(&answer);
	return good;
}

/* Asks for what is required, or fails with the names of all that is missing. There is room for
 * every parameter behind the arguments. */
static bool complete_arguments(struct call *call, struct argument *arguments)
{
	struct strbuf missing = STRBUF_INIT;
	const struct parameter *q = call->command->parameters;
	bool good = true;

	for (; good && q && q->name; q++) {
		if (!q->required || is_given(call, q))
			continue;
		if (session_interactive(call->session) &&
		    (q->shape == PARAMETER_ITEMS || q->shape == PARAMETER_VALUE)) {
			good = ask_for(call, q, &arguments[call->count]);
			if (good)
				call->count++;
			if (good || call->session->flow != FLOW_NONE)
				continue;
			good = true;
		}
		strbuf_printf(&missing, " %s", q->name);
	}
	if (missing.len)
		good = session_fail(call->session, nowhere, "missing value(s) of argument(s)%s",
		                    strbuf_text(&missing));
	strbuf_free(&missing);
	return good;
}

/* Commands */

static size_t parameter_count(const struct command *command)
{
	size_t count = 0;

	while (command->parameters && command->parameters[count].name)
		count++;
	return count;
}

static bool call_command(struct frame *frame, struct argument *arguments)
{
	struct call *call = &frame->call;

	if ((session_actor(call->session)->policies & call->command->needs) != call->command->needs)
		return session_fail(call->session, nowhere, "not enough permissions (9)");
	return complete_arguments(call, arguments) && call->command->run(call);
}

/* What the router has to say of a change that the command has made. It is taken at once, so that
 * nobody else's command finds it. */
static void show_notice(struct session *session)
{
	const struct console_services *services = session_services(session);
	struct strbuf text = STRBUF_INIT;

	if (!services || !services->notice)
		return;
	if (!session_interactive(session) || session->capture != NULL)
		services->notice(services->ctx, NULL);
	else if (services->notice(services->ctx, &text))
		session_write(session, strbuf_text(&text), text.len);
	strbuf_free(&text);
}

static void end_frame(struct frame *frame)
{
	for (size_t i = 0; i < frame->text_count; i++)
		strbuf_free(&frame->texts[i]);
	free(frame->texts);
}

#define ARGUMENTS_INLINE 12

static bool run_command(struct session *session, const struct statement *statement,
                        bool bracketed, struct cell *result)
{
	struct argument few[ARGUMENTS_INLINE], *arguments = few;
	size_t room = statement->count + parameter_count(statement->command);
	struct frame frame = {.call = {.session = session,
	                               .model = session->model,
	                               .node = statement->node,
	                               .command = statement->command,
	                               .place = statement->place,
	                               .bracketed = bracketed,
	                               .result = result},
	                      .script = session->script,
	                      .scope = session->scope};
	uint64_t generation = model_generation(session->model);
	bool good;

	if (room > ARGUMENTS_INLINE) {
		arguments = malloc(room * sizeof *arguments);
		if (arguments == NULL)
			return run_no_memory(session);
	}
	frame.call.arguments = arguments;
	frame.call.count = evaluate_arguments(session, statement, arguments, &good);
	session->place = statement->place;
	good = good && call_command(&frame, arguments);
	end_arguments(arguments, frame.call.count);
	end_frame(&frame);
	if (model_generation(session->model) != generation)
		show_notice(session);
	if (arguments != few)
		free(arguments);
	/* A command that fails without a word has been stopped. */
	if (!good && session->flow == FLOW_NONE)
		session->flow = FLOW_STOP;
	return good && session->flow == FLOW_NONE;
}

/* Calls of functions */

static bool parameter_of(struct session *session, const struct syntax_argument *from,
                         unsigned *position, struct code_parameter *to, char digits[12])
{
	if (from->name) {
		to->name = from->name;
		to->len = from->name_len;
	} else {
		to->len = (size_t)snprintf(digits, 12, "%u", ++*position);
		to->name = digits;
	}
	to->value = CELL_NONE;
	if (from->code) {
		to->value = code_cell(session->script, from->code);
		return to->value.type != CELL_NIL || run_no_memory(session);
	}
	return from->value == NULL || evaluate(session, from->value, &to->value);
}


static bool call_function(struct session *session, const struct statement *statement,
                          const struct cell *code, struct cell *result)
{
	size_t count = statement->count, made = 0;
	struct code_parameter *parameters = calloc(count + 1, sizeof *parameters);
	char(*digits)[12] = calloc(count + 1, sizeof *digits);
	unsigned position = 0;
	bool good = parameters && digits;

	if (!good)
		run_no_memory(session);
	for (const struct syntax_argument *a = statement->arguments; good && a; a = a->next) {
		good = parameter_of(session, a, &position, &parameters[made], digits[made]);
		made++;
	}
	good = good && code_run(session, code, parameters, made, result);
	for (size_t i = 0; i < made; i++)
		cell_free(&parameters[i].value);
	free(parameters);
	free(digits);
	return good;
}

static bool run_call(struct session *session, const struct statement *statement,
                     struct cell *result)
{
	struct cell callee;
	bool good = true;

	if (!evaluate(session, statement->callee, &callee))
		return false;
	session->place = statement->place;
	if (callee.type == CELL_CODE) {
		good = call_function(session, statement, &callee, result);
	} else if (statement->count) {
		good = session_fail(session, nowhere, "failure: this variable is no function");
	} else {
		/* [$x] is the value of x. */
		cell_free(result);
		*result = cell_copy(&callee);
	}
	cell_free(&callee);
	return good;
}

/* Statements */

static bool run_statement(struct session *session, const struct statement *statement,
                          bool bracketed, struct cell *result)
{
	bool good = false;

	switch ((enum statement_kind)statement->kind) {
	case STATEMENT_COMMAND:
		return run_command(session, statement, bracketed, result);
	case STATEMENT_CALL:
		return run_call(session, statement, result);
	case STATEMENT_BLOCK:
		if (run_enter(session)) {
			good = run_block(session, statement->block, NULL);
			session->depth--;
		}
		return good;
	case STATEMENT_MENU:
		/* While it was parsed it had its effect on what follows; the session's own
		 * menu changes with the outermost block only. */
		if (session->depth == 0 && session->scope->outer == &session->shared)
			session->node = statement->node;
		return true;
	}
	return true;
}

bool run_statements(struct session *session, const struct block *block, struct cell *result)
{
	for (const struct statement *s = block->first; s; s = s->next) {
		struct cell unused = CELL_NONE;
		bool good;

		if (result)
			cell_free(result);
		good = run_step(session) &&
		       run_statement(session, s, result != NULL, result ? result : &unused);
		cell_free(&unused);
		if (!good)
			return false;
	}
	return true;
}

bool run_block(struct session *session, const struct block *block, struct cell *result)
{
	struct scope scope = {.outer = session->scope};
	struct scope *outer = session->scope;
	bool good;

	session->scope = &scope;
	good = run_statements(session, block, result);
	session->scope = outer;
	scope_end(&scope);
	return good;
}
