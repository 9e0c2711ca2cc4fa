/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/parse_argument.c - the arguments of a command; see parser.h.
 *
 *	set 0,2 chain=forward !protocol disabled=no
 *	    numbers (positional)  '- unset
 *	print detail where chain=forward
 *	      flag
 *
 * Names, and names of flags, may be cut short. A word without `=` is a flag if it is exactly
 * one, else the next positional value if one is left, else a flag cut short.
 */
#include <string.h>

#include "console/hint.h"
#include "console/parser.h"
#include "console/scan.h"
#include "model/setting.h"

/* Looking names up */

struct name_found {
	const struct parameter *parameter;
	const struct property *property;
	unsigned count;
};

static bool begins(const char *name, const char *word, size_t len)
{
	return strncmp(name, word, len) == 0;
}

static const struct property *find_property(struct parser *p, const struct menu *menu,
                                            const char *name, size_t len)
{
	unsigned hash = (unsigned)len;
	struct parser_memo *memo;

	for (size_t i = 0; i < len; i++)
		hash = hash * 31 + (unsigned char)name[i];
	memo = &p->memo[hash % MEMO_SIZE];
	if (memo->menu == menu && memo->property && begins(memo->property->name, name, len) &&
	    memo->property->name[len] == '\0')
		return memo->property;
	memo->menu = menu;
	return memo->property = menu_find(menu, name, len);
}

static const struct menu *property_menu(const struct statement *statement)
{
	return statement->node && statement->command->properties ? statement->node->menu : NULL;
}

/* Whether it is written name=value: flags and conditions stand alone. */
static bool takes_value(const struct parameter *parameter)
{
	return parameter->shape != PARAMETER_FLAG && parameter->shape != PARAMETER_WHERE;
}

static void find_prefix(const struct statement *statement, const char *name, size_t len,
                        struct name_found *found)
{
	const struct parameter *parameter = statement->command->parameters;
	const struct menu *menu = property_menu(statement);

	for (; parameter && parameter->name; parameter++) {
		if (!takes_value(parameter) || !begins(parameter->name, name, len))
			continue;
		found->parameter = parameter;
		found->count++;
	}
	for (size_t i = 0; menu && i < menu->count; i++) {
		const struct property *property = &menu->properties[i];

		if ((property->show & PROP_READ_ONLY) || !begins(property->name, name, len))
			continue;
		found->property = property;
		found->count++;
	}
}

static struct name_found find_name(struct parser *p, const struct statement *statement,
                                   const char *name, size_t len)
{
	const struct parameter *parameter = statement->command->parameters;
	const struct menu *menu = property_menu(statement);
	struct name_found found = {NULL, NULL, 0};

	for (; parameter && parameter->name; parameter++)
		if (takes_value(parameter) && begins(parameter->name, name, len) &&
		    parameter->name[len] == '\0') {
			found.parameter = parameter;
			found.count = 1;
			return found;
		}
	found.property = menu ? find_property(p, menu, name, len) : NULL;
	if (found.property && !(found.property->show & PROP_READ_ONLY)) {
		found.count = 1;
		return found;
	}
	found.property = NULL;
	if (len)
		find_prefix(statement, name, len, &found);
	return found;
}

static const struct parameter *find_bare(const struct command *command, const char *word,
                                         size_t len, bool whole)
{
	const struct parameter *found = NULL;

	for (const struct parameter *q = command->parameters; q && q->name; q++) {
		if (takes_value(q))
			continue;
		if (!begins(q->name, word, len))
			continue;
		if (q->name[len] == '\0')
			return q;
		if (found && !whole)
			return NULL; /* ambiguous */
		found = q;
	}
	return whole ? NULL : found;
}

/* The positional parameter that comes next. */
static const struct parameter *next_positional(const struct statement *statement)
{
	const struct parameter *best = NULL;

	for (const struct parameter *q = statement->command->parameters; q && q->name; q++) {
		bool given = false;

		if (q->positional == 0)
			continue;
		for (const struct syntax_argument *a = statement->arguments; a; a = a->next)
			given |= a->parameter == q;
		if (given && !q->several)
			continue;
		if (best == NULL || q->positional < best->positional)
			best = q;
	}
	return best;
}

/* One argument */

static struct syntax_argument *append(struct parser *p, struct statement *statement,
                                      const struct name_found *found, size_t at)
{
	struct syntax_argument *argument = parse_get(p, sizeof *argument);
	struct syntax_argument **tail = &statement->arguments;

	if (argument == NULL)
		return NULL;
	while (*tail)
		tail = &(*tail)->next;
	*tail = argument;
	statement->count++;
	argument->parameter = found->parameter;
	argument->property = found->property;
	argument->place = parse_place(p, at);
	return argument;
}

/* The words of an enumeration are the language's own: a wrong one is an error before anything
 * runs. */
static bool check_word(struct parser *p, const struct syntax_argument *argument, size_t at)
{
	const struct value_kind *kind =
	        argument->property ? &argument->property->kind : &argument->parameter->kind;
	const struct expression *value = argument->value;
	struct strbuf kept = STRBUF_INIT, error = STRBUF_INIT;
	bool good;

	if (kind->type != VALUE_ENUM || kind->syntax || value->kind != EXPRESSION_TEXT ||
	    value->len == 0)
		return true;
	good = setting_read(kind, "", value->text, value->len, NULL, &kept, &error);
	strbuf_free(&kept);
	strbuf_free(&error);
	return good || parse_fail(p, at, "syntax error");
}

/* A variable's name: bare or in quotes; several with commas. */
static bool variable_names(struct parser *p, const struct statement *statement,
                           struct syntax_argument *argument)
{
	enum declaring declares = command_declares(statement->command);
	size_t start = p->at;

	context_variable(p, start, declares == DECLARES_NOTHING);
	if (parse_peek(p) == '"') {
		const char *end = memchr(p->text + start + 1, '"', p->len - start - 1);

		if (end == NULL)
			return parse_fail(p, start, "expected closing quote");
		argument->name = p->text + start + 1;
		argument->name_len = (size_t)(end - argument->name);
		p->at = (size_t)(end - p->text) + 1;
	} else {
		for (;;) {
			char c = parse_peek(p);

			if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			      (c >= '0' && c <= '9') || c == '_' ||
			      (c == ',' && declares == DECLARES_INSIDE && p->at > start)))
				break;
			p->at++;
		}
		argument->name = p->text + start;
		argument->name_len = p->at - start;
	}
	if (argument->name_len == 0 || argument->name[argument->name_len - 1] == ',')
		return parse_fail(p, p->at, "syntax error");
	if (declares == DECLARES_NOTHING && !parse_known(p, argument->name, argument->name_len))
		return parse_fail(p, start, "syntax error");
	return true;
}

/* `:set ($a->"b"->0) 5`: an element of a variable. */
static bool element(struct parser *p, struct syntax_argument *argument)
{
	size_t start = p->at;
	const struct expression *e = argument->value = parse_parentheses(p);

	while (e && e->kind == EXPRESSION_BINARY && e->op == OP_ELEMENT)
		e = e->left;
	if (e == NULL)
		return false;
	if (e == argument->value || e->kind != EXPRESSION_VARIABLE)
		return parse_fail(p, start, "syntax error");
	argument->name = e->text;
	argument->name_len = e->len;
	return true;
}

/* Names of a loop's variables are known in its block. */
static bool code(struct parser *p, const struct statement *statement,
                 struct syntax_argument *argument)
{
	const struct declared *outer = p->declared;
	enum declaring declares =
	        statement->node ? DECLARES_NOTHING : command_declares(statement->command);

	for (const struct syntax_argument *a = statement->arguments; a; a = a->next) {
		const char *name = a->name, *end;

		if (declares != DECLARES_INSIDE || name == NULL)
			continue;
		end = name + a->name_len;
		while (name < end) {
			const char *comma = memchr(name, ',', (size_t)(end - name));

			if (!parse_declare(p, name, (size_t)((comma ? comma : end) - name)))
				return false;
			name = comma ? comma + 1 : end;
		}
	}
	argument->code = parse_code(p, command_function(statement));
	p->declared = outer;
	return argument->code != NULL;
}

/* `name=` with nothing behind it: the statement ends, or the next argument begins. */
static bool is_empty(const struct parser *p, size_t blanks)
{
	size_t end = p->at;

	if (parse_at_end(p))
		return true;
	if (blanks == 0)
		return false;
	if (p->text[end] == '!')
		return true;
	end += parse_word_len(p);
	return end > p->at && end < p->len && p->text[end] == '=';
}

static bool value(struct parser *p, const struct statement *statement,
                  struct syntax_argument *argument, bool named)
{
	struct value_place place = {statement->command, argument->parameter, argument->property,
	                            false};
	size_t start = p->at;

	place.text = argument->property != NULL ||
	             argument->parameter->shape == PARAMETER_ITEMS ||
	             argument->parameter->kind.type == VALUE_STRING;
	if (named) {
		context_value(p, p->at, &place, false);
		parse_blanks(p);
		if (is_empty(p, p->at - start)) {
			argument->written_empty = true;
			return true;
		}
	}
	start = p->at;
	argument->place = parse_place(p, start);
	if (!argument->property && argument->parameter->shape == PARAMETER_VARIABLE) {
		if (parse_peek(p) == '(' &&
		    command_declares(statement->command) == DECLARES_NOTHING)
			return element(p, argument);
		return variable_names(p, statement, argument);
	}
	if (!argument->property && argument->parameter->shape == PARAMETER_CODE &&
	    parse_peek(p) == '{')
		return code(p, statement, argument);
	argument->value = parse_value(p, &place);
	if (argument->value == NULL)
		return false;
	argument->written_empty =
	        argument->value->kind == EXPRESSION_TEXT && argument->value->len == 0;
	return check_word(p, argument, start);
}

/* Behind an argument: a blank or the end. */
static bool separated(struct parser *p)
{
	char c = parse_peek(p);

	if (parse_at_end(p) || c == ' ' || c == '\t')
		return true;
	return parse_fail(p, p->at, c == '=' ? "expected end of command" : "syntax error");
}

static bool unset(struct parser *p, struct statement *statement)
{
	size_t start = p->at, len;
	struct name_found found;
	struct syntax_argument *argument;

	p->at++; /* ! */
	context_argument(p, p->at, statement, NULL, true);
	len = parse_word_len(p);
	found = find_name(p, statement, p->text + p->at, len);
	if (found.count == 0)
		hint_argument(p, statement, p->at);
	if (found.count != 1 || !found.property)
		return parse_fail(p, start, "expected end of command");
	p->at += len;
	argument = append(p, statement, &found, start);
	if (argument == NULL)
		return false;
	argument->unset = true;
	return separated(p);
}

static size_t name_len(const struct parser *p)
{
	size_t end = p->at + parse_word_len(p);

	/* basic-rates-a/g= */
	while (end > p->at && end < p->len && p->text[end] == '/') {
		struct parser rest = *p;

		rest.at = end + 1;
		end = rest.at + parse_word_len(&rest);
	}
	return end - p->at;
}

static bool named(struct parser *p, struct statement *statement, const struct name_found *found,
                  size_t len)
{
	struct syntax_argument *argument = append(p, statement, found, p->at);

	if (argument == NULL)
		return false;
	p->at += len + 1;
	return value(p, statement, argument, true) && separated(p);
}

static bool condition(struct parser *p, struct statement *statement,
                      const struct parameter *parameter, size_t skip)
{
	struct name_found found = {parameter, NULL, 1};
	struct syntax_argument *argument = append(p, statement, &found, p->at);

	if (argument == NULL)
		return false;
	p->at += skip;
	return parse_where(p, statement->node, argument);
}

/* A property whose name alone means yes: `add fib name=wan2`. */
static const struct property *find_bare_property(const struct statement *statement,
                                                 const char *word, size_t len)
{
	const struct menu *menu = property_menu(statement);
	const struct property *property = menu ? menu_find(menu, word, len) : NULL;

	return property && property->show & PROP_BARE ? property : NULL;
}

static bool bare_property(struct parser *p, struct statement *statement,
                          const struct property *property, size_t len)
{
	struct name_found found = {NULL, property, 1};
	struct syntax_argument *argument = append(p, statement, &found, p->at);
	struct expression *yes = parse_get(p, sizeof *yes);

	if (argument == NULL || yes == NULL)
		return false;
	yes->kind = EXPRESSION_TEXT;
	yes->text = "yes";
	yes->len = 3;
	yes->place = argument->place;
	argument->value = yes;
	p->at += len;
	return separated(p);
}

/* What has no `=`. */
static bool unnamed(struct parser *p, struct statement *statement)
{
	const struct parameter *positional = next_positional(statement);
	size_t len = parse_word_len(p);
	const struct parameter *bare = len ? find_bare(statement->command, p->text + p->at, len,
	                                               true) : NULL;
	struct name_found found = {bare, NULL, 1};
	struct syntax_argument *argument;

	if (bare == NULL && positional && positional->shape == PARAMETER_WHERE)
		return condition(p, statement, positional, 0);
	if (bare == NULL && positional == NULL && len)
		bare = find_bare(statement->command, p->text + p->at, len, false);
	if (bare == NULL && positional == NULL) {
		const struct property *property =
		        len ? find_bare_property(statement, p->text + p->at, len) : NULL;

		if (property)
			return bare_property(p, statement, property, len);
		hint_argument(p, statement, p->at);
		return parse_fail(p, p->at,
		                  parse_peek(p) == '\\' ? "syntax error"
		                                        : "expected end of command");
	}
	if (bare && bare->shape == PARAMETER_WHERE)
		return condition(p, statement, bare, len);
	found.parameter = bare ? bare : positional;
	argument = append(p, statement, &found, p->at);
	if (argument == NULL)
		return false;
	if (bare == NULL) {
		size_t start = p->at;

		if (!value(p, statement, argument, false))
			return false;
		if (parse_peek(p) == '=')
			hint_argument(p, statement, start);
		return separated(p);
	}
	p->at += len;
	return separated(p);
}

/* What a foreign menu's `add` says cannot be looked at: the command will refuse it as a whole. */
static bool skip_arguments(struct parser *p)
{
	struct scan scan = SCAN_INIT;

	for (; p->at < p->len && !(scan.depth == 0 && parse_at_end(p)); p->at++)
		scan_byte(&scan, p->text[p->at]);
	return scan.depth == 0 || parse_fail(p, p->at, "syntax error");
}

bool parse_arguments(struct parser *p, struct statement *statement)
{
	const struct command *command = statement->command;

	if (statement->node && statement->node->foreign && command->properties)
		return skip_arguments(p);
	for (;;) {
		struct name_found found = {NULL, NULL, 0};
		size_t len;

		parse_blanks(p);
		if (p->at == p->len && strchr(" \t", p->text[p->at - 1]))
			context_argument(p, p->at, statement, next_positional(statement), false);
		if (parse_at_end(p))
			return true;
		context_argument(p, p->at, statement, next_positional(statement), false);
		if (parse_peek(p) == '!' && command->unsets) {
			if (!unset(p, statement))
				return false;
			continue;
		}
		len = name_len(p);
		if (len && p->at + len < p->len && p->text[p->at + len] == '=')
			found = find_name(p, statement, p->text + p->at, len);
		if (found.count > 1)
			return parse_fail(p, p->at, "ambiguous argument name %.*s",
			                  (int)(len < 100 ? len : 100), p->text + p->at);
		if (found.count ? !named(p, statement, &found, len) : !unnamed(p, statement))
			return false;
	}
}

/* Calls of functions: $f 1 "two" three=3 */
bool parse_call_arguments(struct parser *p, struct statement *statement)
{
	static const struct name_found nothing;
	static const struct value_place anything;

	for (;;) {
		struct syntax_argument *argument;
		size_t len, start;

		parse_blanks(p);
		if (parse_at_end(p))
			return true;
		argument = append(p, statement, &nothing, p->at);
		if (argument == NULL)
			return false;
		len = parse_word_len(p);
		if (len && p->at + len < p->len && p->text[p->at + len] == '=') {
			argument->name = p->text + p->at;
			argument->name_len = len;
			p->at += len + 1;
			start = p->at;
			parse_blanks(p);
			if (is_empty(p, p->at - start))
				continue;
		}
		if (argument->name && parse_peek(p) == '{') {
			argument->code = parse_code(p, true);
			if (argument->code == NULL)
				return false;
		} else {
			argument->value = parse_value(p, &anything);
			if (argument->value == NULL)
				return false;
		}
		if (!separated(p))
			return false;
	}
}
