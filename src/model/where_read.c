/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/where_read.c - reading where-expressions; see where.h. The grammar is a recursive descent
 * over the text:
 *
 *	or    := and { ("or" | "||") and }
 *	and   := not { ["and" | "&&"] not }
 *	not   := "!" not | "(" or ")" ["=" bool] | items | term
 *	term  := name [ ("=" | "!=" | "<" | ">" | "<=" | ">=" | "~" | "in") value ]
 *	value := operand | "quoted text" | everything up to a blank, ")", "&&" or "||"
 *
 * `items` and `operand` are the reader's: they begin with `[` or `$`, operands with `(` and `"`
 * as well.
 *
 * Threads: as where.h says. Cost: linear in the text.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "model/where_tree.h"

#define NESTING_MAX 64
#define NODES_MAX 4096

struct parser {
	struct where *where;
	const struct menu *menu;
	const struct setting_scope *scope;
	const struct where_reader *reader; /* or NULL */
	const char *text;
	size_t at, len;
	unsigned nesting, groups;
	struct where_error *error;
};

/* Errors */

bool where_fail(struct where_error *error, size_t at, const char *format, ...)
{
	va_list args;

	error->column = (unsigned)at + 1;
	va_start(args, format);
	vsnprintf(error->text, sizeof error->text, format, args);
	va_end(args);
	for (char *c = error->text; *c; c++) {
		if ((unsigned char)*c < 0x20)
			*c = '?';
	}
	return false;
}

#define fail(p, at, ...) where_fail((p)->error, at, __VA_ARGS__)

static bool fail_no_memory(struct parser *p)
{
	return fail(p, p->at, "out of memory");
}

/* Reading */

static bool at_line_end(const struct parser *p)
{
	return p->text[p->at] == '\n' || p->text[p->at] == '\r';
}

/* Between parentheses an expression goes on in the next line. */
static void skip_blanks(struct parser *p)
{
	while (p->at < p->len && (p->text[p->at] == ' ' || p->text[p->at] == '\t' ||
	                          (p->groups && p->reader && at_line_end(p))))
		p->at++;
}

/* Whether the text goes on with what is no longer the expression's. */
static bool at_end(const struct parser *p)
{
	if (p->at == p->len)
		return true;
	if (p->reader == NULL || p->reader->end == NULL)
		return false;
	return memchr("]};", p->text[p->at], 3) || at_line_end(p);
}

/* Whether the reader takes what stands here. */
static bool begins(const struct parser *p, const char *starts)
{
	return p->reader && p->at < p->len && p->text[p->at] && strchr(starts, p->text[p->at]);
}

static bool name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_';
}

static size_t name_len(const struct parser *p)
{
	size_t end = p->at;

	while (end < p->len && name_char(p->text[end]))
		end++;
	return end - p->at;
}

/* Takes a sign if it stands here. */
static bool take(struct parser *p, const char *sign)
{
	size_t len = strlen(sign);

	if (p->len - p->at < len || memcmp(p->text + p->at, sign, len) != 0)
		return false;
	p->at += len;
	return true;
}

/* Takes a keyword if it stands here as a whole word. */
static bool take_word(struct parser *p, const char *word)
{
	size_t len = strlen(word);

	return name_len(p) == len && take(p, word);
}

static bool new_node(struct parser *p, enum node_kind kind, uint16_t *index)
{
	struct where *w = p->where;

	if (w->count == NODES_MAX)
		return fail(p, p->at, "expected a shorter expression: it has more than %u terms",
		            NODES_MAX);
	if (w->count == w->size) {
		size_t size = w->size ? 2 * w->size : 8;
		struct node *nodes = realloc(w->nodes, size * sizeof *nodes);

		if (nodes == NULL)
			return fail_no_memory(p);
		w->nodes = nodes;
		w->size = size;
	}
	w->nodes[w->count] = (struct node){.kind = kind};
	*index = (uint16_t)w->count++;
	return true;
}

/* Values */

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One escape of a quoted text, after the backslash. */
static void escape(struct parser *p, struct strbuf *out)
{
	static const char from[] = "nrtabfv_", to[] = "\n\r\t\a\b\f\v ";
	char c = p->text[p->at++];
	const char *known = memchr(from, c, sizeof from - 1);

	if (known) {
		strbuf_char(out, to[known - from]);
	} else if (hex(c) >= 0 && p->at < p->len && hex(p->text[p->at]) >= 0) {
		strbuf_char(out, (char)(hex(c) << 4 | hex(p->text[p->at])));
		p->at++;
	} else {
		/* Any other is itself; a regular expression keeps its own escapes. */
		if (!strchr("\"\\$?", c))
			strbuf_char(out, '\\');
		strbuf_char(out, c);
	}
}

static bool read_quoted(struct parser *p, struct strbuf *out)
{
	size_t start = p->at++;

	while (p->at < p->len && p->text[p->at] != '"') {
		char c = p->text[p->at++];

		if (c == '\\' && p->at < p->len)
			escape(p, out);
		else
			strbuf_char(out, c);
	}
	if (p->at == p->len)
		return fail(p, start, "expected a closing quote for the one here");
	p->at++;
	return true;
}

/* A bare word. */
static bool read_word(struct parser *p, const struct property *property, struct strbuf *out)
{
	size_t start = p->at;

	while (!at_end(p)) {
		const char *c = p->text + p->at;

		if (memchr(" \t\r\n)\"", *c, 6) ||
		    (p->len - p->at > 1 && (memcmp(c, "&&", 2) == 0 || memcmp(c, "||", 2) == 0)))
			break;
		/* Where brackets mean something, one in a word would open what nothing closes. */
		if (begins(p, "{[("))
			return fail(p, p->at,
			            "expected a value for %s; put quotes around one with a '%c'",
			            property->name, *c);
		p->at++;
	}
	if (p->at == start)
		return where_expected(property, start, p->error);
	strbuf_add(out, p->text + start, p->at - start);
	return true;
}

static bool read_value(struct parser *p, const struct property *property, struct strbuf *out,
                       struct right_side *operand)
{
	skip_blanks(p);
	operand->at = p->at;
	operand->quoted = p->at < p->len && p->text[p->at] == '"';
	operand->literal = false;
	if (begins(p, "$[(\""))
		return p->reader->operand(p->reader->ctx, p->text, p->len, &p->at, out, p->error);
	if (operand->quoted)
		return read_quoted(p, out);
	if (p->at < p->len && memchr("($=<>~", p->text[p->at], 6))
		return fail(p, p->at,
		            "expected a value for %s; put quotes around one that begins with '%c'",
		            property->name, p->text[p->at]);
	operand->literal = true;
	return read_word(p, property, out);
}

/* Terms */

static const struct {
	const char *sign;
	enum node_kind kind;
} operators[] = {{"!=", UNEQUAL}, {"<=", AT_MOST}, {">=", AT_LEAST}, {"=", EQUAL},
                 {"<", BELOW},    {">", ABOVE},    {"~", LIKE}};

static enum node_kind read_operator(struct parser *p)
{
	for (size_t i = 0; i < ARRAY_COUNT(operators); i++) {
		if (take(p, operators[i].sign))
			return operators[i].kind;
	}
	return take_word(p, "in") ? IN : IS_SET;
}

static bool unknown_name(struct parser *p, size_t len)
{
	const char *name = p->text + p->at;
	const char *closest = menu_suggest(p->menu, name, len);
	int shown = (int)(len < 60 ? len : 60);

	if (closest)
		return fail(p, p->at,
		            "expected a property, and there is no '%.*s'; did you mean %s?", shown,
		            name, closest);
	return fail(p, p->at, "expected a property such as %s, and there is no '%.*s'",
	            p->menu->properties[1 % p->menu->count].name, shown, name);
}

static bool abbreviates(const char *name, const char *text, size_t len)
{
	return name && strlen(name) > len && memcmp(name, text, len) == 0;
}

/* Finds the property whose name stands here, whole or cut short. => false: the error is set */
static bool read_property(struct parser *p, size_t len, const struct property **property)
{
	const char *text = p->text + p->at;
	const struct property *other = NULL;
	int shown = (int)(len < 60 ? len : 60);

	*property = menu_find(p->menu, text, len);
	for (size_t i = 0; *property == NULL && i < p->menu->count; i++) {
		const struct property *candidate = &p->menu->properties[i];

		if (!abbreviates(candidate->name, text, len) &&
		    !abbreviates(candidate->also, text, len))
			continue;
		if (other)
			return fail(p, p->at,
			            "expected a property, and '%.*s' may be %s or %s", shown, text,
			            other->name, candidate->name);
		other = candidate;
	}
	if (*property == NULL)
		*property = other;
	return *property ? true : unknown_name(p, len);
}

static bool new_term(struct parser *p, enum node_kind kind, const struct property *property,
                     uint16_t *index)
{
	if (!new_node(p, kind, index))
		return false;
	p->where->nodes[*index].property = property;
	p->where->nodes[*index].get = property ? menu_getter(p->menu, property) : NULL;
	return true;
}

/* What follows an operator. */
static bool parse_operand(struct parser *p, uint16_t index)
{
	struct right_side operand = {.scope = p->scope};
	struct node *node = &p->where->nodes[index];
	struct strbuf text = STRBUF_INIT;

	if (!read_value(p, node->property, &text, &operand)) {
		strbuf_free(&text);
		return false;
	}
	if (p->reader && p->reader->skips) {
		strbuf_free(&text);
		node->kind = IS_SET;
		return true;
	}
	node->len = text.len;
	node->text = strbuf_take(&text);
	return node->text ? where_compile(p->where, node, &operand, p->error) : fail_no_memory(p);
}

static bool parse_term(struct parser *p, uint16_t *index)
{
	size_t len = name_len(p), start, mark;
	const struct property *property;
	enum node_kind kind;

	if (len == 0 && at_end(p))
		return fail(p, p->at, "expected a property, but the expression ends here");
	if (len == 0)
		return fail(p, p->at, "expected a property, '!' or '(', not '%c'", p->text[p->at]);
	if (!read_property(p, len, &property))
		return false;
	p->at += len;
	mark = p->at;
	skip_blanks(p);
	start = p->at;
	if (take(p, "!~"))
		return fail(p, start, "expected another operator than '!~': write !(%s~...)",
		            property->name);
	kind = read_operator(p);
	if (!where_suits(kind, property, start, p->error) ||
	    !new_term(p, kind, property, index))
		return false;
	if (kind == IS_SET) {
		p->at = mark;
		return true;
	}
	return parse_operand(p, *index);
}

/* Items by their ids */

static const struct property *id_property(const struct menu *menu)
{
	for (size_t i = 0; i < menu->count; i++) {
		if (menu->properties[i].show & PROP_ID)
			return &menu->properties[i];
	}
	return NULL;
}

static int compare_ids(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static bool parse_items(struct parser *p, uint16_t *index)
{
	const struct where_reader *reader = p->reader;
	const struct property *id = id_property(p->menu);
	uint64_t *ids = NULL;
	size_t start = p->at, count = 0;
	struct node *node;

	if (reader->items == NULL || (id == NULL && reader->id == NULL))
		return fail(p, start, "expected a property, '!' or '(', not '%c'", p->text[start]);
	if (!reader->items(reader->ctx, p->text, p->len, &p->at, &ids, &count, p->error))
		return false;
	if (!new_term(p, IS_ONE_OF, id, index)) {
		free(ids);
		return false;
	}
	node = &p->where->nodes[*index];
	node->ids = ids;
	node->id_count = count;
	if (count)
		qsort(ids, count, sizeof *ids, compare_ids);
	return true;
}

/* The grammar */

static bool parse_or(struct parser *p, uint16_t *index);

static bool negate(struct parser *p, uint16_t *index)
{
	uint16_t inner = *index;

	if (!new_node(p, NOT, index))
		return false;
	p->where->nodes[*index].left = inner;
	return true;
}

/* What stands between parentheses, and "=yes" or "=no" after them. */
static bool parse_group(struct parser *p, size_t open, uint16_t *index)
{
	bool ok;

	p->groups++;
	ok = parse_or(p, index);
	if (ok)
		skip_blanks(p);
	p->groups--;
	if (!ok)
		return false;
	if (!take(p, ")"))
		return fail(p, p->at,
		            at_end(p) ? "expected ')' for the '(' in column %u"
		                            : "expected 'and', 'or' or ')' for the '(' in "
		                              "column %u",
		            (unsigned)open + 1);
	if (!take(p, "="))
		return true;
	if (take_word(p, "yes") || take_word(p, "true"))
		return true;
	if (take_word(p, "no") || take_word(p, "false"))
		return negate(p, index);
	return fail(p, p->at, "expected yes or no");
}

static bool parse_not(struct parser *p, uint16_t *index)
{
	size_t open;
	bool ok;

	skip_blanks(p);
	if (p->nesting == NESTING_MAX)
		return fail(p, p->at, "expected at most %u parentheses and '!' inside each other",
		            NESTING_MAX);
	p->nesting++;
	open = p->at;
	if (take(p, "!"))
		ok = parse_not(p, index) && negate(p, index);
	else if (take(p, "("))
		ok = parse_group(p, open, index);
	else if (begins(p, "[$"))
		ok = parse_items(p, index);
	else
		ok = parse_term(p, index);
	p->nesting--;
	return ok;
}

static bool join(struct parser *p, enum node_kind kind, uint16_t *left, uint16_t right)
{
	uint16_t index;

	if (!new_node(p, kind, &index))
		return false;
	p->where->nodes[index].left = *left;
	p->where->nodes[index].right = right;
	*left = index;
	return true;
}

/* Whether the text ends here, a group does, or an "or" comes. */
static bool ends_and(struct parser *p)
{
	size_t at = p->at;
	bool ends = at_end(p) || p->text[p->at] == ')' || take(p, "||") || take_word(p, "or");

	p->at = at;
	return ends;
}

static bool parse_and(struct parser *p, uint16_t *index)
{
	if (!parse_not(p, index))
		return false;
	for (;;) {
		size_t before = p->at;
		uint16_t right;

		skip_blanks(p);
		if (ends_and(p))
			return true;
		if (!take(p, "&&") && !take_word(p, "and") && p->at == before &&
		    p->text[p->at - 1] != ')' && p->text[p->at] != '(')
			return fail(p, p->at, "expected a blank, 'and', 'or' or the end, not '%c'",
			            p->text[p->at]);
		if (!parse_not(p, &right) || !join(p, AND, index, right))
			return false;
	}
}

static bool parse_or(struct parser *p, uint16_t *index)
{
	if (!parse_and(p, index))
		return false;
	for (;;) {
		uint16_t right;

		skip_blanks(p);
		if (!take(p, "||") && !take_word(p, "or"))
			return true;
		if (!parse_and(p, &right) || !join(p, OR, index, right))
			return false;
	}
}

static bool parse_all(struct parser *p)
{
	skip_blanks(p);
	if (!at_end(p) && !parse_or(p, &p->where->root))
		return false;
	skip_blanks(p);
	if (!at_end(p))
		return fail(p, p->at,
		            "expected the end of the expression, and there is a '%c' too many",
		            p->text[p->at]);
	if (p->reader && p->reader->end)
		*p->reader->end = p->at;
	return true;
}

struct where *where_read(const struct menu *menu, const struct setting_scope *scope,
                         const char *text, size_t len, const struct where_reader *reader,
                         struct where_error *error)
{
	struct parser p = {.menu = menu,
	                   .scope = scope,
	                   .reader = reader,
	                   .text = text,
	                   .len = len,
	                   .error = error};

	p.where = calloc(1, sizeof *p.where);
	if (p.where == NULL) {
		fail_no_memory(&p);
		return NULL;
	}
	p.where->id = reader ? reader->id : NULL;
	if (parse_all(&p))
		return p.where;
	where_free(p.where);
	return NULL;
}

struct where *where_parse(const struct menu *menu, const char *text, struct where_error *error)
{
	return where_read(menu, NULL, text, strlen(text), NULL, error);
}
