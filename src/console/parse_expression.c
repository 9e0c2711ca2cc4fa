/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/parse_expression.c - ( ) and the operators in it; see parser.h. How tightly they bind,
 * the loosest first; those of one line bind from the left:
 *
 *	,                          append
 *	or ||
 *	and &&
 *	= != < > <= >= ~ in        (a . b = "ab" compares the whole of a . b)
 *	.                          concatenate
 *	|
 *	^
 *	&
 *	<< >>
 *	+ -
 *	* / %
 *	! - ~                      before a value
 *	->
 *
 * A bare word may have blanks in none of its places: 10/2 is a division because 10/2 is no
 * prefix, 10.0.0.0/8 is one. Source: RouterOS manual, "Scripting", operators; that bits bind
 * tighter than comparisons and `,` the loosest is ours.
 */
#include <string.h>

#include "console/parser.h"

struct operator {
	const char *text;
	uint8_t op, binds;
	bool word;
};

/* The longer ones first. */
static const struct operator operators[] = {
        {"and", OP_AND, 3, true},        {"or", OP_OR, 2, true},
        {"in", OP_IN, 4, true},          {"&&", OP_AND, 3, false},
        {"||", OP_OR, 2, false},         {"!=", OP_UNEQUAL, 4, false},
        {"!~", OP_MATCH, 4, false},      {"<=", OP_AT_MOST, 4, false},
        {">=", OP_AT_LEAST, 4, false},   {"<<", OP_SHIFT_LEFT, 9, false},
        {">>", OP_SHIFT_RIGHT, 9, false}, {"->", OP_ELEMENT, 13, false},
        {"=", OP_EQUAL, 4, false},       {"<", OP_LESS, 4, false},
        {">", OP_GREATER, 4, false},     {"~", OP_MATCH, 4, false},
        {".", OP_CONCATENATE, 5, false}, {",", OP_APPEND, 1, false},
        {"|", OP_BIT_OR, 6, false},      {"^", OP_BIT_XOR, 7, false},
        {"&", OP_BIT_AND, 8, false},     {"+", OP_ADD, 10, false},
        {"-", OP_SUBTRACT, 10, false},   {"*", OP_MULTIPLY, 11, false},
        {"/", OP_DIVIDE, 11, false},     {"%", OP_MODULO, 11, false},
};

#define BINDS_UNARY 12

struct expression *parse_operation(struct parser *p, enum cell_operator op, size_t at,
                                   struct expression *left, struct expression *right)
{
	struct expression *e = parse_new(p, right ? EXPRESSION_BINARY : EXPRESSION_UNARY, at);

	if (e) {
		e->op = (uint8_t)op;
		e->left = left;
		e->right = right;
	}
	return e;
}

static struct expression *fail(struct parser *p, size_t at)
{
	parse_fail(p, at, "syntax error");
	return NULL;
}

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static const struct operator *find_operator(const struct parser *p)
{
	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
		const struct operator *o = &operators[i];
		size_t len = strlen(o->text);

		if (p->len - p->at < len || memcmp(p->text + p->at, o->text, len) != 0)
			continue;
		if (o->word && parse_word_len(p) != len)
			continue;
		return o;
	}
	return NULL;
}

/* The length of the bare word here. */
static size_t bare_len(const struct parser *p)
{
	const char *text = p->text + p->at;
	size_t left = p->len - p->at, len = 0;
	bool letters = letter(*text);
	struct cell cell;
	const char *cut;

	if (*text == '*') /* *1F */
		len = 1;
	while (len < left && (letter(text[len]) || digit(text[len]) || strchr(".:/", text[len]) ||
	                      (letters && text[len] == '-')))
		len++;
	while (len && strchr("./-", text[len - 1]))
		len--;
	if (!digit(*text) || !(cut = memchr(text, '/', len)))
		return len;
	cell = cell_literal(text, len);
	if (cell.type != CELL_IP_PREFIX && cell.type != CELL_IP6_PREFIX)
		len = (size_t)(cut - text);
	cell_free(&cell);
	return len;
}

static struct expression *bare(struct parser *p)
{
	size_t start = p->at, len;
	char c = parse_peek(p);

	if (!letter(c) && !digit(c) && c != '*' && c != ':')
		return fail(p, start);
	len = bare_len(p);
	if (len == 0 || (c == '*' && len == 1))
		return fail(p, start);
	if ((len == 3 && memcmp(p->text + start, "and", 3) == 0) ||
	    (len == 2 && (memcmp(p->text + start, "or", 2) == 0 ||
	                  memcmp(p->text + start, "in", 2) == 0)))
		return fail(p, start);
	p->at += len;
	return parse_literal(p, start, len, false);
}

static struct expression *operation(struct parser *p, unsigned binds);

static struct expression *operand(struct parser *p)
{
	static const struct {
		char sign;
		uint8_t op;
	} unary[] = {{'!', OP_NOT}, {'-', OP_NEGATE}, {'~', OP_BIT_NOT}};
	size_t at;

	while (parse_peek(p) == ' ' || parse_peek(p) == '\t')
		p->at++;
	at = p->at;
	if (at >= p->len)
		return fail(p, at);
	for (size_t i = 0; i < sizeof unary / sizeof *unary; i++) {
		struct expression *e;

		if (p->text[at] != unary[i].sign)
			continue;
		p->at++;
		if (!parse_enter(p))
			return NULL;
		e = operation(p, BINDS_UNARY);
		parse_leave(p);
		return e ? parse_operation(p, unary[i].op, at, e, NULL) : NULL;
	}
	switch (p->text[at]) {
	case '"':
		return parse_quoted(p);
	case '$':
		return parse_variable(p);
	case '[':
		return parse_command(p);
	case '(':
		return parse_parentheses(p);
	case '{':
		return parse_array(p);
	}
	return bare(p);
}

/* "a !~ b" is understood as a ~ (!b), which then fails: a text cannot be inverted. */
static struct expression *apply(struct parser *p, const struct operator *o, size_t at,
                                struct expression *left, struct expression *right)
{
	if (right && o->text[0] == '!' && o->op == OP_MATCH)
		right = parse_operation(p, OP_NOT, at, right, NULL);
	return right ? parse_operation(p, o->op, at, left, right) : NULL;
}

/* Operands and the operators between them that bind at least so tightly. */
static struct expression *operation(struct parser *p, unsigned binds)
{
	struct expression *left = operand(p);

	while (left) {
		const struct operator *o;
		size_t at;

		while (parse_peek(p) == ' ' || parse_peek(p) == '\t')
			p->at++;
		o = find_operator(p);
		if (o == NULL || o->binds < binds)
			return left;
		at = p->at;
		p->at += strlen(o->text);
		left = apply(p, o, at, left, operation(p, o->binds + 1u));
	}
	return NULL;
}

struct expression *parse_parentheses(struct parser *p)
{
	struct expression *e;

	p->at++; /* ( */
	if (!parse_enter(p))
		return NULL;
	e = operation(p, 1);
	parse_leave(p);
	if (e == NULL)
		return NULL;
	if (parse_peek(p) != ')')
		return fail(p, p->at);
	p->at++;
	return e;
}
