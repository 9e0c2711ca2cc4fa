/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/where_value.c - the right-hand sides of terms: which operators a property takes, and what
 * is compared with it.
 *
 * A word is read as a setting of the property is (setting.h), so that it has the same canonical
 * form: compound kinds and references are compared as shown text, all others by value.
 *
 * Threads: pure functions, but for what the scope does. Cost: once an expression.
 */
#include <stdlib.h>

#include "model/syntax.h"
#include "model/where_tree.h"

/* What a regular expression may cost for one value. */
#define MATCH_LIMIT 100000
#define MATCH_DEPTH 1000
#define MATCH_HEAP_KIB 256

bool where_expected(const struct property *property, size_t at, struct where_error *error)
{
	struct strbuf text = STRBUF_INIT;

	if (property->kind.type == VALUE_BOOL) /* the text that RouterOS has for it everywhere */
		return where_fail(error, at, "expected yes or no");
	value_expected(&property->kind, &text);
	where_fail(error, at, "expected %s for %s", strbuf_text(&text), property->name);
	strbuf_free(&text);
	return false;
}

/* Whether its values are compared as texts. */
static bool as_text(const struct value_kind *kind)
{
	return value_compound(kind) || setting_refers(kind);
}

static bool has_addresses(const struct value_kind *kind)
{
	const struct value_syntax *syntax = kind->syntax;

	return kind->type == VALUE_ADDRESS || kind->type == VALUE_PREFIX ||
	       (syntax && (syntax == &syntax_address_range || syntax == &syntax_list_address ||
	                   syntax == &syntax_interface_address));
}

bool where_suits(enum node_kind kind, const struct property *property, size_t at,
                 struct where_error *error)
{
	const struct value_kind *k = &property->kind;

	if (kind == IN && !has_addresses(k))
		return where_fail(error, at,
		                  "expected = != or ~ after %s: only addresses can be 'in' a "
		                  "prefix",
		                  property->name);
	if (kind == LIKE && k->type == VALUE_BOOL)
		return where_fail(error, at, "expected = or != after %s: it is yes or no",
		                  property->name);
	if ((kind == BELOW || kind == ABOVE || kind == AT_MOST || kind == AT_LEAST) &&
	    (value_compound(k) || !value_ordered(k->type)))
		return where_fail(error, at, "expected = or != after %s: its values have no order",
		                  property->name);
	return true;
}

static bool compile_regex(struct where *w, struct node *node, const struct right_side *operand,
                          struct where_error *error)
{
	PCRE2_SIZE offset;
	PCRE2_UCHAR message[120];
	int code;

	node->regex = pcre2_compile((PCRE2_SPTR)node->text, node->len, PCRE2_NEVER_BACKSLASH_C,
	                            &code, &offset, NULL);
	if (node->regex == NULL) {
		pcre2_get_error_message(code, message, sizeof message);
		if (operand->quoted)
			offset++;
		else if (!operand->literal) /* it is not the text's own */
			offset = 0;
		return where_fail(error, operand->at + offset, "expected a regular expression: %s",
		                  (const char *)message);
	}
	node->match = pcre2_match_data_create_from_pattern(node->regex, NULL);
	if (w->limits == NULL) {
		w->limits = pcre2_match_context_create(NULL);
		if (w->limits == NULL)
			return where_fail(error, operand->at, "out of memory");
		pcre2_set_match_limit(w->limits, MATCH_LIMIT);
		pcre2_set_depth_limit(w->limits, MATCH_DEPTH);
		pcre2_set_heap_limit(w->limits, MATCH_HEAP_KIB);
	}
	return node->match ? true : where_fail(error, operand->at, "out of memory");
}

static bool compile_prefix(struct node *node, const struct right_side *operand,
                           struct where_error *error)
{
	static const struct value_kind kind = {.type = VALUE_PREFIX};
	struct value value;

	if (!value_parse(&kind, node->text, node->len, &value))
		return where_fail(
		        error, operand->at,
		        "expected a prefix such as 10.0.0.0/8 or 2001:db8::/32 after 'in'");
	node->prefix = (struct prefix){value.family, value.length, value.addr};
	return true;
}

static void compare_as_text(struct node *node)
{
	node->value =
	        (struct value){.type = VALUE_STRING, .text = node->text, .len = node->len};
}

/* Puts the shown form of what was read in the place of the text. => false: no memory */
static bool take_shown(struct node *node, const struct right_side *operand,
                       const struct strbuf *kept)
{
	struct strbuf shown = STRBUF_INIT;
	char *text;
	size_t len;

	setting_show(&node->property->kind, strbuf_text(kept), kept->len, operand->scope, &shown);
	len = shown.len;
	text = strbuf_take(&shown);
	if (text == NULL)
		return false;
	free(node->text);
	node->text = text;
	node->len = len;
	return true;
}

/* Reads the text as a setting. *read is whether it is one; => false: no memory */
static bool read_setting(struct node *node, const struct right_side *operand, bool *read,
                         struct strbuf *reason)
{
	const struct property *property = node->property;
	struct strbuf kept = STRBUF_INIT;
	bool ok = true;

	*read = setting_read(&property->kind, property->name, node->text, node->len,
	                     operand->scope, &kept, reason);
	if (*read)
		ok = take_shown(node, operand, &kept);
	ok = ok && !kept.failed && !reason->failed;
	strbuf_free(&kept);
	return ok;
}

/* What a bare word that is no value of the property is told. */
static bool refuse(const struct node *node, const struct right_side *operand,
                   const char *reason, struct where_error *error)
{
	const struct property *property = node->property;
	struct prefix prefix;

	if (as_text(&property->kind))
		return where_fail(error, operand->at, "%s", reason);
	if (property->kind.type == VALUE_ADDRESS && prefix_parse(node->text, node->len, &prefix))
		return where_fail(error, operand->at,
		                  "expected an address for %s; for a prefix write %s in %s",
		                  property->name, property->name, node->text);
	return where_expected(property, operand->at, error);
}

static bool compile_plain(struct node *node, const struct right_side *operand,
                          struct where_error *error)
{
	const struct value_kind *kind = &node->property->kind;
	bool equality = node->kind == EQUAL || node->kind == UNEQUAL;
	struct strbuf reason = STRBUF_INIT;
	bool read, ok;

	if (!as_text(kind) && value_parse(kind, node->text, node->len, &node->value))
		return true;
	ok = read_setting(node, operand, &read, &reason);
	if (!ok)
		where_fail(error, operand->at, "out of memory");
	else if (read && (as_text(kind) ||
	                  !value_parse(kind, node->text, node->len, &node->value)))
		compare_as_text(node);
	else if (!read && equality &&
	         (!operand->literal || (setting_refers(kind) && operand->scope == NULL)))
		compare_as_text(node);
	else if (!read)
		ok = refuse(node, operand, strbuf_text(&reason), error);
	strbuf_free(&reason);
	return ok;
}

bool where_compile(struct where *where, struct node *node, const struct right_side *operand,
                   struct where_error *error)
{
	if (node->kind == LIKE)
		return compile_regex(where, node, operand, error);
	if (node->kind == IN)
		return compile_prefix(node, operand, error);
	if (!operand->literal && node->len == 0 &&
	    (node->kind == EQUAL || node->kind == UNEQUAL))
		return true;
	return compile_plain(node, operand, error);
}
