/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/parser.c - blocks and statements; see parser.h.
 *
 *	statement := "{" block "}" | ("$" name | "[" block "]") arguments |
 *	             path [command arguments | "{" block "}"]
 *
 * A path alone changes the current menu for the statements that follow in the same block. A
 * block sees the variables declared before it in those around it; a function sees its own only.
 */
#include "console/parser.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "console/scan.h"

/* Scripts */

struct script *script_create(void)
{
	struct script *script = calloc(1, sizeof *script);

	if (script) {
		script->owners = 1;
		script->source = (struct source)SOURCE_INIT;
	}
	return script;
}

struct script *script_hold(struct script *script)
{
	script->owners++;
	return script;
}

void script_release(struct script *script)
{
	if (script == NULL || --script->owners)
		return;
	source_free(&script->source);
	arena_free(&script->arena);
	free(script->text);
	free(script);
}

/* The parser */

void parser_begin(struct parser *p, struct model *model, struct script *script)
{
	memset(p, 0, sizeof *p);
	p->model = model;
	p->script = script;
	p->node = model_root(model);
	parser_text(p);
}

void parser_end(struct parser *p)
{
	strbuf_free(&p->error);
	strbuf_free(&p->hint);
	strbuf_free(&p->tail);
}

void parser_text(struct parser *p)
{
	p->text = p->script->source.text;
	p->len = p->script->source.len;
	p->at = 0;
	p->declared = NULL;
	p->foreign = NULL;
	p->depth = 0;
	p->failed = false;
	strbuf_reset(&p->error);
}

bool parse_fail(struct parser *p, size_t at, const char *format, ...)
{
	va_list args;

	if (p->failed)
		return false;
	p->failed = true;
	p->error_at = at;
	va_start(args, format);
	strbuf_vprintf(&p->error, format, args);
	va_end(args);
	return false;
}

bool parse_no_memory(struct parser *p)
{
	return parse_fail(p, p->at, "out of memory");
}

void *parse_get(struct parser *p, size_t size)
{
	void *piece = arena_get(&p->script->arena, size);

	if (piece == NULL)
		parse_no_memory(p);
	return piece;
}

struct place parse_place(struct parser *p, size_t at)
{
	return source_place(&p->script->source, at);
}

bool parse_enter(struct parser *p)
{
	if (p->depth == NESTING_MAX)
		return parse_fail(p, p->at, "syntax error, nested more than %d deep", NESTING_MAX);
	p->depth++;
	return true;
}

void parse_leave(struct parser *p)
{
	p->depth--;
}

/* Bytes */

void parse_blanks(struct parser *p)
{
	while (p->at < p->len && (p->text[p->at] == ' ' || p->text[p->at] == '\t'))
		p->at++;
	if (parse_peek(p) == '#')
		while (p->at < p->len && p->text[p->at] != '\n' && p->text[p->at] != '\r')
			p->at++;
}

bool parse_at_end(const struct parser *p)
{
	switch (parse_peek(p)) {
	case ';':
	case '\n':
	case '\r':
	case ']':
	case '}':
	case ')':
	case '\0': /* behind the text; there is none in it */
		return true;
	}
	return false;
}

static bool word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_';
}

size_t parse_word_len(const struct parser *p)
{
	size_t end = p->at;

	while (end < p->len && word_char(p->text[end]))
		end++;
	return end - p->at;
}

/* Variables that are declared */

bool parse_declare(struct parser *p, const char *name, size_t len)
{
	struct declared *declared = parse_get(p, sizeof *declared);

	if (declared == NULL)
		return false;
	*declared = (struct declared){p->declared, name, len};
	p->declared = declared;
	return true;
}

/* Names separated by commas: :foreach k,v */
static bool declare_names(struct parser *p, const char *names, size_t len)
{
	const char *end = names + len;

	for (;;) {
		const char *comma = memchr(names, ',', (size_t)(end - names));

		if (!parse_declare(p, names, (size_t)((comma ? comma : end) - names)))
			return false;
		if (comma == NULL)
			return true;
		names = comma + 1;
	}
}

/* Blocks */

struct block *parse_code(struct parser *p, bool function)
{
	const struct declared *declared = p->declared;
	const struct scope *scope = p->scope;
	bool any = p->any_variable;
	const struct menu_node *node = p->node;
	struct block *block;

	p->at++; /* { */
	if (function) {
		p->declared = NULL;
		p->scope = NULL;
		p->any_variable = true;
	}
	block = parse_block(p, '}');
	p->declared = declared;
	p->scope = scope;
	p->any_variable = any;
	p->node = node;
	if (block)
		block->function = function;
	return block;
}

struct expression *parse_command(struct parser *p)
{
	struct expression *e = parse_new(p, EXPRESSION_COMMAND, p->at);
	const struct declared *declared = p->declared;
	const struct menu_node *node = p->node;

	if (e == NULL)
		return NULL;
	p->at++; /* [ */
	e->block = parse_block(p, ']');
	p->declared = declared;
	p->node = node;
	return e->block ? e : NULL;
}

static bool parse_call(struct parser *p, struct statement *statement)
{
	statement->kind = STATEMENT_CALL;
	statement->callee = parse_peek(p) == '[' ? parse_command(p) : parse_variable(p);
	return statement->callee && parse_call_arguments(p, statement);
}

static bool parse_path_statement(struct parser *p, struct statement *statement)
{
	const struct menu_node *outer = p->node;

	if (!parse_path(p, statement))
		return false;
	if (p->foreign)
		return true;
	if (statement->command && !parse_at_end(p) && !strchr(" \t#\"$([{", parse_peek(p)))
		return parse_fail(p, p->at, "syntax error");
	parse_blanks(p);
	statement->rest = p->text + p->at;
	switch (statement->kind) {
	case STATEMENT_MENU:
		p->node = statement->node;
		return true;
	case STATEMENT_BLOCK:
		p->node = statement->node;
		statement->block = parse_code(p, false);
		p->node = outer;
		return statement->block != NULL;
	}
	if (statement->node)
		p->node = statement->node; /* [find] in its arguments means this menu */
	if (!parse_arguments(p, statement))
		return false;
	p->node = outer;
	if (statement->node == NULL && command_declares(statement->command) == DECLARES_HERE)
		for (const struct syntax_argument *a = statement->arguments; a; a = a->next)
			if (a->parameter->shape == PARAMETER_VARIABLE)
				return declare_names(p, a->name, a->name_len);
	return true;
}

static struct statement *parse_statement(struct parser *p)
{
	struct statement *statement = parse_get(p, sizeof *statement);
	size_t start = p->at;
	bool good;

	if (statement == NULL)
		return NULL;
	if (parse_at_end(p)) { /* a bracket that closes nothing */
		parse_fail(p, p->at, "expected command name");
		return NULL;
	}
	statement->place = parse_place(p, start);
	if (parse_peek(p) == '{') {
		statement->kind = STATEMENT_BLOCK;
		statement->block = parse_code(p, false);
		good = statement->block != NULL;
	} else if (parse_peek(p) == '$' || parse_peek(p) == '[') {
		good = parse_call(p, statement);
	} else {
		good = parse_path_statement(p, statement);
	}
	if (!good)
		return NULL;
	statement->text = p->text + start;
	statement->len = p->at - start;
	while (statement->len && strchr(" \t", statement->text[statement->len - 1]))
		statement->len--;
	return statement;
}

/* Blanks, comments, ends of lines and `;` between statements. */
static void skip_separators(struct parser *p)
{
	for (;;) {
		parse_blanks(p);
		if (p->at == p->len || !strchr(";\n\r", p->text[p->at]))
			return;
		p->at++;
	}
}

/* Whether the end of the text is where a statement would begin. */
static bool begins_statement(const struct parser *p)
{
	size_t at = p->at;

	while (at && strchr(" \t", p->text[at - 1]))
		at--;
	return at == 0 || strchr(";\n\r{[", p->text[at - 1]);
}

static bool fail_closer(struct parser *p, char closer)
{
	return parse_fail(p, p->at, "expected closing %s", closer == '}' ? "brace" : "bracket");
}

/* The statement is not to run; whoever wants to know is told of it. */
static void pass_over(struct parser *p, struct statement **statement)
{
	*statement = NULL;
	if (p->passed_over)
		p->passed_over(p->ctx, p, p->text + p->foreign_at, p->at - p->foreign_at);
	p->foreign = NULL;
}

static bool parse_statements(struct parser *p, struct block *block, char closer)
{
	struct statement **tail = &block->first;

	for (;;) {
		skip_separators(p);
		if (p->at == p->len) {
			if (begins_statement(p))
				context_command(p, p->at, p->node, CONTEXT_GLOBALS_TOO);
			return closer == '\0' || fail_closer(p, closer);
		}
		if (closer && p->text[p->at] == closer) {
			p->at++;
			return true;
		}
		*tail = parse_statement(p);
		if (*tail == NULL)
			return false;
		if (p->foreign)
			pass_over(p, tail);
		else
			tail = &(*tail)->next;
		parse_blanks(p);
		if (!parse_at_end(p))
			return parse_fail(p, p->at, "expected end of command");
		if (strchr("]})", parse_peek(p)) && p->at < p->len && parse_peek(p) != closer)
			return closer == '}' && parse_peek(p) == ']' ? fail_closer(p, closer)
			                                              : parse_fail(p, p->at,
			                                                           "syntax error");
	}
}

struct block *parse_block(struct parser *p, char closer)
{
	struct block *block = parse_get(p, sizeof *block);
	bool good;

	if (block == NULL || !parse_enter(p))
		return NULL;
	good = parse_statements(p, block, closer);
	parse_leave(p);
	return good ? block : NULL;
}

/* A NUL stands for nothing in the language, and would end a text for those who look for one. */
static bool check_bytes(struct parser *p)
{
	const char *nul = p->len ? memchr(p->text, '\0', p->len) : NULL;

	return nul == NULL || parse_fail(p, (size_t)(nul - p->text), "syntax error");
}

struct block *parse_script(struct parser *p)
{
	if (!check_bytes(p))
		return NULL;
	return parse_block(p, '\0');
}

struct expression *parse_whole_value(struct parser *p)
{
	static const struct value_place anything;
	struct expression *value;

	if (!check_bytes(p))
		return NULL;
	parse_blanks(p);
	value = parse_value(p, &anything);
	parse_blanks(p);
	if (value && p->at < p->len) {
		parse_fail(p, p->at, "syntax error");
		return NULL;
	}
	return value;
}
