/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/where.c - evaluating where-expressions and reading their terms; see
 * where.h. The grammar is a recursive descent over the text:
 *
 *	or    := and { ("or" | "||") and }
 *	and   := not { ["and" | "&&"] not }
 *	not   := "!" not | "(" or ")" ["=" bool] | term
 *	term  := name [ ("=" | "!=" | "<" | ">" | "<=" | ">=" | "~" | "in") value ]
 *	value := "quoted text" | everything up to a blank, ")", "&&" or "||"
 *
 * Nodes lie in one array and name each other by index, so a tree is freed at once
 * and its depth is bounded by the nesting that the parser allows.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "model/where.h"

#include <pcre2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

#define NESTING_MAX 64
#define NODES_MAX 4096

/* What a regular expression may cost for one value. */
#define MATCH_LIMIT 100000
#define MATCH_DEPTH 1000
#define MATCH_HEAP_KIB 256

enum node_kind { AND, OR, NOT, IS_SET, EQUAL, UNEQUAL, BELOW, ABOVE, AT_MOST, AT_LEAST, LIKE, IN };

struct node {
	enum node_kind kind;
	uint16_t left, right; /* AND, OR; NOT: left */
	const struct property *property;
	property_get *get;
	struct value value;   /* VALUE_NONE: compared with "" */
	char *text;           /* what value borrows from */
	struct prefix prefix; /* IN */
	pcre2_code *regex;    /* LIKE */
	pcre2_match_data *match;
};

struct where {
	struct node *nodes;
	size_t count, size;
	uint16_t root;
	pcre2_match_context *limits;
	struct strbuf text; /* of the value at hand, for LIKE */
	uint64_t gave_up;
	struct where *also; /* has to hold as well: where_and() */
};

struct parser {
	struct where *where;
	const struct menu *menu;
	const char *text;
	size_t at, len;
	unsigned nesting;
	struct where_error *error;
};

/* Errors */

/* => false, so that callers can return it */
static bool __attribute__((format(printf, 3, 4)))
fail(struct parser *p, size_t at, const char *format, ...)
{
	va_list args;

	p->error->column = (unsigned)at + 1;
	va_start(args, format);
	vsnprintf(p->error->text, sizeof p->error->text, format, args);
	va_end(args);
	return false;
}

static bool fail_expected(struct parser *p, size_t at, const struct property *property)
{
	struct strbuf text = STRBUF_INIT;

	value_expected(&property->kind, &text);
	fail(p, at, "expected %s for %s", strbuf_text(&text), property->name);
	strbuf_free(&text);
	return false;
}

static bool fail_no_memory(struct parser *p)
{
	return fail(p, p->at, "out of memory");
}

/* Reading */

static void skip_blanks(struct parser *p)
{
	while (p->at < p->len && (p->text[p->at] == ' ' || p->text[p->at] == '\t'))
		p->at++;
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

static bool read_value(struct parser *p, const struct property *property, struct strbuf *out,
                       bool *quoted)
{
	size_t start;

	skip_blanks(p);
	start = p->at;
	*quoted = p->at < p->len && p->text[p->at] == '"';
	if (*quoted)
		return read_quoted(p, out);
	if (p->at < p->len && strchr("($=<>~", p->text[p->at]))
		return fail(p, p->at,
		            "expected a value for %s; put quotes around one that begins with '%c'",
		            property->name, p->text[p->at]);
	while (p->at < p->len) {
		const char *c = p->text + p->at;

		if (strchr(" \t)\"", *c) ||
		    (p->len - p->at > 1 && (memcmp(c, "&&", 2) == 0 || memcmp(c, "||", 2) == 0)))
			break;
		p->at++;
	}
	if (p->at == start)
		return fail_expected(p, start, property);
	strbuf_add(out, p->text + start, p->at - start);
	return true;
}

static bool compile_regex(struct parser *p, struct node *node, size_t start, bool quoted)
{
	PCRE2_SIZE offset;
	PCRE2_UCHAR message[120];
	int code;

	node->regex = pcre2_compile((PCRE2_SPTR)node->text, PCRE2_ZERO_TERMINATED,
	                            PCRE2_NEVER_BACKSLASH_C, &code, &offset, NULL);
	if (node->regex == NULL) {
		pcre2_get_error_message(code, message, sizeof message);
		return fail(p, start + quoted + offset, "expected a regular expression: %s",
		            (const char *)message);
	}
	node->match = pcre2_match_data_create_from_pattern(node->regex, NULL);
	if (p->where->limits == NULL) {
		p->where->limits = pcre2_match_context_create(NULL);
		if (p->where->limits == NULL)
			return fail_no_memory(p);
		pcre2_set_match_limit(p->where->limits, MATCH_LIMIT);
		pcre2_set_depth_limit(p->where->limits, MATCH_DEPTH);
		pcre2_set_heap_limit(p->where->limits, MATCH_HEAP_KIB);
	}
	return node->match ? true : fail_no_memory(p);
}

/* Makes the right-hand side out of its text. */
static bool compile_value(struct parser *p, struct node *node, size_t start, bool quoted)
{
	const struct property *property = node->property;
	size_t len = strlen(node->text);

	if (node->kind == LIKE)
		return compile_regex(p, node, start, quoted);
	if (node->kind == IN) {
		if (prefix_parse(node->text, len, &node->prefix))
			return true;
		return fail(p, start,
		            "expected a prefix such as 10.0.0.0/8 or 2001:db8::/32 after 'in'");
	}
	if (quoted && len == 0 && (node->kind == EQUAL || node->kind == UNEQUAL))
		return true;
	if (value_parse(&property->kind, node->text, len, &node->value))
		return true;
	if (property->kind.type == VALUE_ADDRESS && prefix_parse(node->text, len, &node->prefix))
		return fail(p, start, "expected an address for %s; for a prefix write %s in %s",
		            property->name, property->name, node->text);
	return fail_expected(p, start, property);
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

/* Whether the operator suits the property. */
static bool check_operator(struct parser *p, size_t at, enum node_kind kind,
                           const struct property *property)
{
	enum value_type type = property->kind.type;

	if (kind == IN && type != VALUE_ADDRESS)
		return fail(p, at,
		            "expected = != or ~ after %s: only addresses can be 'in' a prefix",
		            property->name);
	if (kind == LIKE && type == VALUE_BOOL)
		return fail(p, at, "expected = or != after %s: it is yes or no", property->name);
	if ((kind == BELOW || kind == ABOVE || kind == AT_MOST || kind == AT_LEAST) &&
	    !value_ordered(type))
		return fail(p, at, "expected = or != after %s: its values have no order",
		            property->name);
	return true;
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

static bool parse_term(struct parser *p, uint16_t *index)
{
	size_t len = name_len(p), start, mark;
	const struct property *property;
	struct strbuf text = STRBUF_INIT;
	enum node_kind kind;
	struct node *node;
	bool quoted;

	if (len == 0 && p->at == p->len)
		return fail(p, p->at, "expected a property, but the expression ends here");
	if (len == 0)
		return fail(p, p->at, "expected a property, '!' or '(', not '%c'", p->text[p->at]);
	property = menu_find(p->menu, p->text + p->at, len);
	if (property == NULL)
		return unknown_name(p, len);
	p->at += len;
	mark = p->at;
	skip_blanks(p);
	start = p->at;
	if (take(p, "!~"))
		return fail(p, start, "expected another operator than '!~': write !(%s~...)",
		            property->name);
	kind = read_operator(p);
	if (!check_operator(p, start, kind, property) || !new_node(p, kind, index))
		return false;
	p->where->nodes[*index].property = property;
	p->where->nodes[*index].get = menu_getter(p->menu, property);
	if (kind == IS_SET) {
		p->at = mark;
		return true;
	}
	skip_blanks(p);
	start = p->at;
	if (!read_value(p, property, &text, &quoted)) {
		strbuf_free(&text);
		return false;
	}
	node = &p->where->nodes[*index];
	node->text = strbuf_take(&text);
	return node->text ? compile_value(p, node, start, quoted) : fail_no_memory(p);
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
	if (!parse_or(p, index))
		return false;
	skip_blanks(p);
	if (!take(p, ")"))
		return fail(p, p->at,
		            p->at == p->len ? "expected ')' for the '(' in column %u"
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
	bool ends = p->at == p->len || p->text[p->at] == ')' || take(p, "||") || take_word(p, "or");

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
	if (p->at == p->len)
		return true;
	if (!parse_or(p, &p->where->root))
		return false;
	skip_blanks(p);
	if (p->at < p->len)
		return fail(p, p->at,
		            "expected the end of the expression, and there is a '%c' too many",
		            p->text[p->at]);
	return true;
}

struct where *where_parse(const struct menu *menu, const char *text, struct where_error *error)
{
	struct parser p = {.menu = menu, .text = text, .len = strlen(text), .error = error};

	p.where = calloc(1, sizeof *p.where);
	if (p.where == NULL) {
		fail_no_memory(&p);
		return NULL;
	}
	if (parse_all(&p))
		return p.where;
	where_free(p.where);
	return NULL;
}

void where_free(struct where *where)
{
	if (where == NULL)
		return;
	where_free(where->also);
	for (size_t i = 0; i < where->count; i++) {
		free(where->nodes[i].text);
		pcre2_match_data_free(where->nodes[i].match);
		pcre2_code_free(where->nodes[i].regex);
	}
	free(where->nodes);
	pcre2_match_context_free(where->limits);
	strbuf_free(&where->text);
	free(where);
}

/* Evaluation */

static bool matches(struct where *w, const struct node *node, const struct value *value)
{
	int found;

	strbuf_reset(&w->text);
	value_print(&node->property->kind, value, VALUE_API, &w->text);
	found = pcre2_match(node->regex, (PCRE2_SPTR)strbuf_text(&w->text), w->text.len, 0, 0,
	                    node->match, w->limits);
	if (found >= 0)
		return true;
	if (found != PCRE2_ERROR_NOMATCH)
		w->gave_up++;
	return false;
}

static bool test(struct where *w, const struct node *node, const struct value *value)
{
	bool set = value->type != VALUE_NONE;

	if (node->kind == IS_SET)
		return set && (value->type != VALUE_BOOL || value->number) &&
		       (value->type != VALUE_STRING || value->len);
	if (node->kind == EQUAL || node->kind == UNEQUAL) {
		bool equal = set && node->value.type != VALUE_NONE
		                     ? value_compare(value, &node->value) == 0
		                     : !set && node->value.type == VALUE_NONE;

		return equal == (node->kind == EQUAL);
	}
	if (!set)
		return false;
	switch (node->kind) {
	case BELOW:
		return value_compare(value, &node->value) < 0;
	case ABOVE:
		return value_compare(value, &node->value) > 0;
	case AT_MOST:
		return value_compare(value, &node->value) <= 0;
	case AT_LEAST:
		return value_compare(value, &node->value) >= 0;
	case IN:
		return prefix_contains(&node->prefix, value->family, &value->addr);
	default:
		return matches(w, node, value);
	}
}

/* Chains of `and` and `or` hang to the left, so recursion to the left is as deep as
 * a chain is long: NODES_MAX bounds it. */
static bool evaluate(struct where *w, uint16_t index, struct menu_source *source, const void *item)
{
	const struct node *node = &w->nodes[index];
	struct value value;

	switch (node->kind) {
	case AND:
		return evaluate(w, node->left, source, item) &&
		       evaluate(w, node->right, source, item);
	case OR:
		return evaluate(w, node->left, source, item) ||
		       evaluate(w, node->right, source, item);
	case NOT:
		return !evaluate(w, node->left, source, item);
	default:
		(source->get ? source->get : node->get)(source, item, node->property, &value);
		return test(w, node, &value);
	}
}

bool where_match(struct where *where, struct menu_source *source, const void *item)
{
	for (; where; where = where->also) {
		if (where->count && !evaluate(where, where->root, source, item))
			return false;
	}
	return true;
}

bool where_is_equal(const struct where *where, const struct property **property, const char **text)
{
	const struct node *node;

	if (where == NULL || where->also || where->count != 1)
		return false;
	node = &where->nodes[where->root];
	*property = node->property;
	*text = node->text;
	return node->kind == EQUAL && node->text;
}

struct where *where_and(struct where *a, struct where *b)
{
	struct where *last = a;

	if (a == NULL)
		return b;
	while (last->also)
		last = last->also;
	last->also = b;
	return a;
}

uint64_t where_gave_up(const struct where *where)
{
	uint64_t gave_up = 0;

	for (; where; where = where->also)
		gave_up += where->gave_up;
	return gave_up;
}
