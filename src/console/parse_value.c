/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/parse_value.c - values: bare words, quotes, variables, arrays; see parser.h.
 *
 * A value of an argument is one of them, or several with commas or nothing between:
 * 0,[find name=x],*5 and 10.0.0.$i. Escapes in quotes: \" \\ \n \r \t \$ \? \_ (a blank)
 * \a \b \f \v and \XX, two hexadecimal digits.
 */
#include <stdlib.h>
#include <string.h>

#include "console/parser.h"
#include "console/scan.h"
#include "console/scope.h"

struct expression *parse_new(struct parser *p, enum expression_kind kind, size_t at)
{
	struct expression *e = parse_get(p, sizeof *e);

	if (e) {
		e->kind = (uint8_t)kind;
		e->place = parse_place(p, at);
	}
	return e;
}

static struct expression *text_at(struct parser *p, const char *text, size_t len, size_t at)
{
	struct expression *e = parse_new(p, EXPRESSION_TEXT, at);

	if (e) {
		e->text = text;
		e->len = len;
	}
	return e;
}

struct expression *parse_literal(struct parser *p, size_t at, size_t len, bool text)
{
	struct expression *e = text_at(p, p->text + at, len, at);
	struct cell cell;

	if (e == NULL || text)
		return e;
	cell = cell_literal(p->text + at, len);
	switch (cell.type) {
	case CELL_NUM:
	case CELL_BOOL:
	case CELL_IP:
	case CELL_IP_PREFIX:
	case CELL_IP6:
	case CELL_IP6_PREFIX:
	case CELL_ID:
	case CELL_TIME:
		e->kind = EXPRESSION_CONSTANT;
		e->constant = cell;
		return e;
	default: /* a text, which the script holds already */
		cell_free(&cell);
		return e;
	}
}

/* Variables */

bool parse_known(const struct parser *p, const char *name, size_t len)
{
	if (p->any_variable)
		return true;
	for (const struct declared *d = p->declared; d; d = d->outer)
		if (d->len == len && memcmp(d->name, name, len) == 0)
			return true;
	return scope_knows(p->scope, name, len);
}

static bool variable_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static size_t variable_len(const struct parser *p)
{
	size_t end = p->at;

	while (end < p->len && variable_char(p->text[end]))
		end++;
	return end - p->at;
}

/* loose: in quotes, where a variable that is not declared is an empty text. */
static struct expression *variable(struct parser *p, bool loose)
{
	size_t start = p->at++, len;
	struct expression *e;

	if (parse_peek(p) == '[')
		return parse_command(p);
	if (parse_peek(p) == '(')
		return parse_parentheses(p);
	context_variable(p, p->at, true);
	e = parse_new(p, EXPRESSION_VARIABLE, start);
	if (e == NULL)
		return NULL;
	if (parse_peek(p) == '"') {
		const char *end = memchr(p->text + p->at + 1, '"', p->len - p->at - 1);

		if (end == NULL) {
			parse_fail(p, p->at, "expected closing quote");
			return NULL;
		}
		start = p->at + 1;
		len = (size_t)(end - p->text) - start;
		p->at = start + len + 1;
	} else {
		start = p->at;
		len = variable_len(p);
		p->at += len;
	}
	e->text = p->text + start;
	e->len = len;
	if (len == 0 || (!loose && !parse_known(p, e->text, len))) {
		parse_fail(p, start, "syntax error");
		return NULL;
	}
	return e;
}

struct expression *parse_variable(struct parser *p)
{
	return variable(p, false);
}

/* Quotes */

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One escape, of which the backslash is at p->at. */
static bool escape(struct parser *p, char **to)
{
	static const char from[] = "nrtabfv_\"\\$?", mean[] = "\n\r\t\a\b\f\v \"\\$?";
	const char *c = p->text + p->at + 1;
	const char *known;

	if (p->len - p->at < 2)
		return parse_fail(p, p->at, "syntax error");
	if (p->len - p->at > 2 && hex(c[0]) >= 0 && hex(c[1]) >= 0) {
		*(*to)++ = (char)(hex(c[0]) << 4 | hex(c[1]));
		p->at += 3;
		return true;
	}
	known = memchr(from, *c, sizeof from - 1);
	if (known == NULL)
		return parse_fail(p, p->at + 1, "syntax error");
	*(*to)++ = mean[known - from];
	p->at += 2;
	return true;
}

/* The text up to a `$` or the closing quote. Plain stretches are not copied. */
static struct expression *quoted_text(struct parser *p)
{
	size_t start = p->at, end = start;
	char *copy, *to;

	while (end < p->len && !strchr("\"$\\", p->text[end]))
		end++;
	if (end >= p->len || p->text[end] != '\\') {
		p->at = end;
		return text_at(p, p->text + start, end - start, start);
	}
	while (end < p->len && p->text[end] != '"' && p->text[end] != '$')
		end += p->text[end] == '\\' ? 2 : 1;
	copy = to = parse_get(p, (end < p->len ? end : p->len) - start + 1);
	if (copy == NULL)
		return NULL;
	while (p->at < p->len && p->text[p->at] != '"' && p->text[p->at] != '$') {
		if (p->text[p->at] != '\\')
			*to++ = p->text[p->at++];
		else if (!escape(p, &to))
			return NULL;
	}
	return text_at(p, copy, (size_t)(to - copy), start);
}

static bool add_element(struct parser *p, struct element ***tail, struct expression *e)
{
	struct element *element = e ? parse_get(p, sizeof *element) : NULL;

	if (element == NULL)
		return false;
	element->value = e;
	**tail = element;
	*tail = &element->next;
	return true;
}

struct expression *parse_quoted(struct parser *p)
{
	size_t start = p->at++;
	struct expression *joined = NULL;
	struct element **tail = NULL;

	for (;;) {
		struct expression *part = quoted_text(p);

		if (part == NULL)
			return NULL;
		if (p->at >= p->len) {
			parse_fail(p, start, "expected closing quote");
			return NULL;
		}
		if (joined == NULL && p->text[p->at] == '"') {
			p->at++;
			part->place = parse_place(p, start);
			return part;
		}
		if (joined == NULL) {
			joined = parse_new(p, EXPRESSION_JOINED, start);
			if (joined == NULL)
				return NULL;
			tail = &joined->elements;
		}
		if (part->len && !add_element(p, &tail, part))
			return NULL;
		if (p->text[p->at] == '"') {
			p->at++;
			return joined;
		}
		if (p->at + 1 < p->len && p->text[p->at + 1] == '"' &&
		    (p->at + 2 >= p->len || !variable_char(p->text[p->at + 2]))) {
			parse_fail(p, p->at + 1, "syntax error"); /* "a$" */
			return NULL;
		}
		if (!add_element(p, &tail, variable(p, true)))
			return NULL;
	}
}

/* Arrays: {1;2;a=3;"b c"=4} */

static bool skip_lines(struct parser *p)
{
	for (;;) {
		parse_blanks(p);
		if (p->at >= p->len)
			return parse_fail(p, p->at, "expected closing brace");
		if (p->text[p->at] != '\n' && p->text[p->at] != '\r')
			return true;
		p->at++;
	}
}

/* key= */
static bool element_key(struct parser *p, struct element *element)
{
	size_t start = p->at, end = start;

	if (parse_peek(p) == '"') {
		for (end++; end < p->len && p->text[end] != '"'; end++)
			if (p->text[end] == '\\' || p->text[end] == '$')
				return false;
		start++;
		if (end + 1 >= p->len || p->text[end + 1] != '=')
			return false;
		p->at = end + 2;
	} else {
		end += parse_word_len(p);
		if (end == start || end >= p->len || p->text[end] != '=')
			return false;
		p->at = end + 1;
	}
	element->key = p->text + start;
	element->key_len = end - start;
	return true;
}

static bool array_elements(struct parser *p, struct element **tail)
{
	static const struct value_place anything;

	for (;;) {
		struct element *element = parse_get(p, sizeof *element);

		if (element == NULL || !skip_lines(p))
			return false;
		if (element_key(p, element))
			parse_blanks(p);
		element->value = parse_value(p, &anything);
		if (element->value == NULL || !skip_lines(p))
			return false;
		*tail = element;
		tail = &element->next;
		if (parse_peek(p) == '}') {
			p->at++;
			return true;
		}
		if (parse_peek(p) != ';')
			return parse_fail(p, p->at, "syntax error");
		p->at++;
	}
}

struct expression *parse_array(struct parser *p)
{
	struct expression *e = parse_new(p, EXPRESSION_ARRAY, p->at);
	bool good;

	if (e == NULL || !parse_enter(p))
		return NULL;
	p->at++; /* { */
	good = array_elements(p, &e->elements);
	parse_leave(p);
	return good ? e : NULL;
}

/* source={ :log info "x" }: the text between the braces. */
static struct expression *braced_text(struct parser *p)
{
	struct scan scan = SCAN_INIT;
	size_t start = p->at;

	do {
		if (p->at >= p->len) {
			parse_fail(p, p->at, "expected closing brace");
			return NULL;
		}
		scan_byte(&scan, p->text[p->at++]);
	} while (scan.depth);
	return text_at(p, p->text + start + 1, p->at - start - 2, start);
}

/* Values */

/* What is in no bare word: the language's own. Asked for every byte, hence no search. */
static bool ends_word(unsigned char c)
{
	static const bool ends[256] = {
	        ['\0'] = true, [' '] = true, ['\t'] = true, ['\n'] = true, ['\r'] = true,
	        [';'] = true,  ['"'] = true, ['$'] = true,  ['('] = true,  [')'] = true,
	        ['['] = true,  [']'] = true, ['{'] = true,  ['}'] = true,  ['='] = true,
	        ['\\'] = true, ['\''] = true, ['?'] = true, ['&'] = true,  ['|'] = true,
	        ['^'] = true,
	};

	return ends[c];
}

static struct expression *bare_word(struct parser *p, bool text)
{
	size_t start = p->at;

	while (p->at < p->len && !ends_word((unsigned char)p->text[p->at]))
		p->at++;
	if (p->at == start) {
		parse_fail(p, start, "syntax error");
		return NULL;
	}
	return parse_literal(p, start, p->at - start, text);
}

/* What follows `->` */
static struct expression *element_name(struct parser *p)
{
	size_t start = p->at, len = parse_word_len(p);

	if (parse_peek(p) == '"')
		return parse_quoted(p);
	if (parse_peek(p) == '$')
		return parse_variable(p);
	if (len == 0) {
		parse_fail(p, start, "syntax error");
		return NULL;
	}
	p->at += len;
	return parse_literal(p, start, len, false);
}

static struct expression *primary(struct parser *p, const struct value_place *place)
{
	struct expression *e;

	switch (parse_peek(p)) {
	case '"':
		context_value(p, p->at, place, true);
		return parse_quoted(p);
	case '$':
		e = parse_variable(p);
		break;
	case '[':
		e = parse_command(p);
		break;
	case '(':
		e = parse_parentheses(p);
		break;
	case '{':
		return place->text ? braced_text(p) : parse_array(p);
	default:
		return bare_word(p, place->text);
	}
	while (e && p->len - p->at > 2 && memcmp(p->text + p->at, "->", 2) == 0) {
		size_t at = p->at;
		struct expression *key;

		p->at += 2;
		key = element_name(p);
		e = key ? parse_operation(p, OP_ELEMENT, at, e, key) : NULL;
	}
	return e;
}

/* Texts and variables that follow each other without a blank. */
static struct expression *join(struct parser *p, struct expression *left, struct expression *right)
{
	struct expression *joined = parse_new(p, EXPRESSION_JOINED, p->at);
	struct element **tail;

	if (joined == NULL || right == NULL)
		return NULL;
	joined->place = left->place;
	tail = &joined->elements;
	return add_element(p, &tail, left) && add_element(p, &tail, right) ? joined : NULL;
}

struct expression *parse_value(struct parser *p, const struct value_place *place)
{
	size_t start = p->at, word = start;
	struct expression *e;

	context_value(p, start, place, false);
	if (p->at >= p->len) {
		parse_fail(p, p->at, "syntax error");
		return NULL;
	}
	if (!parse_enter(p))
		return NULL;
	e = primary(p, place);
	while (e && p->at < p->len) {
		bool bare = !strchr("\"$[({", p->text[word]);
		char c = p->text[p->at];
		struct expression *right;
		size_t at = p->at;

		if (bare && strchr("$[(", c)) {
			word = p->at;
			if (p->text[at - 1] == ',' && e->kind == EXPRESSION_TEXT && e->len > 1) {
				e->len--; /* 0,[find]: a list */
				right = primary(p, place);
				e = right ? parse_operation(p, OP_APPEND, at, e, right) : NULL;
			} else {
				e = join(p, e, primary(p, place));
			}
		} else if (!bare && c == ',') {
			word = ++p->at;
			if (p->at >= p->len) {
				parse_fail(p, p->at, "syntax error");
				e = NULL;
				break;
			}
			right = primary(p, place);
			e = right ? parse_operation(p, OP_APPEND, at, e, right) : NULL;
		} else {
			break;
		}
	}
	parse_leave(p);
	return e;
}
