/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/where.c - whether an item is meant by a where-expression; see where.h.
 *
 * Life: a tree of where_read.c, freed here. Threads: one at a time: texts and regular expressions
 * have scratch space in the tree. Cost: per term and item, one value and one comparison; a set of
 * ids is searched by halves.
 */
#include "model/where.h"

#include <stdlib.h>
#include <string.h>

#include "model/syntax.h"
#include "model/where_tree.h"

void where_free(struct where *where)
{
	if (where == NULL)
		return;
	where_free(where->also);
	for (size_t i = 0; i < where->count; i++) {
		free(where->nodes[i].text);
		free(where->nodes[i].ids);
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
		w->gave_up = true;
	return false;
}

/* Whether addresses from first to last lie in a prefix. */
static bool holds(const struct prefix *prefix, uint8_t family, const union weir_addr *first,
                  const union weir_addr *last)
{
	return prefix_contains(prefix, family, first) && prefix_contains(prefix, family, last);
}

/* Addresses as text: a range, or an interface's address with its network's length. */
static bool text_within(const struct node *node, const char *text, size_t len)
{
	const char *slash = memchr(text, '/', len);
	struct address_range range;

	if (slash && node->property->kind.syntax == &syntax_interface_address)
		len = (size_t)(slash - text);
	return address_range_parse(text, len, 0, &range) &&
	       holds(&node->prefix, range.family, &range.first, &range.last);
}

static bool within(const struct node *node, const struct value *value)
{
	switch (value->type) {
	case VALUE_ADDRESS:
		return prefix_contains(&node->prefix, value->family, &value->addr);
	case VALUE_PREFIX:
		return value->length >= node->prefix.bits &&
		       prefix_contains(&node->prefix, value->family, &value->addr);
	default:
		return value->type == VALUE_STRING && text_within(node, value->text, value->len);
	}
}

/* A value and a text that is none of its kind: they are the same if it is written so. */
static bool same_text(struct where *w, const struct node *node, const struct value *value)
{
	strbuf_reset(&w->text);
	value_print(&node->property->kind, value, VALUE_CONSOLE, &w->text);
	return w->text.len == node->value.len &&
	       (w->text.len == 0 || memcmp(w->text.data, node->value.text, w->text.len) == 0);
}

static bool equal(struct where *w, const struct node *node, const struct value *value)
{
	bool empty = value->type == VALUE_NONE || (value->type == VALUE_STRING && value->len == 0);

	if (node->value.type == VALUE_NONE)
		return empty;
	if (value->type == VALUE_NONE) /* a flag that an item does not even have is off */
		return node->value.type == VALUE_BOOL && !node->value.number;
	if (node->value.type == VALUE_STRING && value->type != VALUE_STRING)
		return same_text(w, node, value);
	if (node->value.type == VALUE_ADDRESS && node->value.with_port && !value->with_port)
		return false;
	return value_compare(value, &node->value) == 0;
}

static bool test(struct where *w, const struct node *node, const struct value *value)
{
	if (node->kind == EQUAL || node->kind == UNEQUAL)
		return equal(w, node, value) == (node->kind == EQUAL);
	if (value->type == VALUE_NONE)
		return false;
	if (node->kind == IS_SET)
		return (value->type != VALUE_BOOL || value->number) &&
		       (value->type != VALUE_STRING || value->len);
	if (node->kind == IN)
		return within(node, value);
	if (node->kind == LIKE)
		return matches(w, node, value);
	if (value->type != node->value.type) /* a word beside numbers is above or below none */
		return false;
	switch (node->kind) {
	case BELOW:
		return value_compare(value, &node->value) < 0;
	case ABOVE:
		return value_compare(value, &node->value) > 0;
	case AT_MOST:
		return value_compare(value, &node->value) <= 0;
	default:
		return value_compare(value, &node->value) >= 0;
	}
}

static int compare_ids(const void *key, const void *id)
{
	uint64_t x = *(const uint64_t *)key, y = *(const uint64_t *)id;

	return (x > y) - (x < y);
}

static property_get *getter(const struct node *node, const struct menu_source *source)
{
	return source->get ? source->get : node->get;
}

static bool is_one_of(const struct where *w, const struct node *node, struct menu_source *source,
                      const void *item)
{
	uint64_t id;

	if (node->id_count == 0)
		return false;
	if (w->id) {
		id = w->id(source, item);
	} else {
		struct value value;

		getter(node, source)(source, item, node->property, &value);
		if (value.type != VALUE_ID)
			return false;
		id = value.number;
	}
	return bsearch(&id, node->ids, node->id_count, sizeof id, compare_ids) != NULL;
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
	case IS_ONE_OF:
		return is_one_of(w, node, source, item);
	default:
		getter(node, source)(source, item, node->property, &value);
		return test(w, node, &value);
	}
}

bool where_match(struct where *where, struct menu_source *source, const void *item)
{
	struct where *first = where;
	bool gave_up = false, meant = true;

	for (; where && meant; where = where->also) {
		where->gave_up = false;
		meant = where->count == 0 || evaluate(where, where->root, source, item);
		gave_up |= where->gave_up;
	}
	if (gave_up)
		first->missed++;
	return meant;
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
	return where ? where->missed : 0;
}

void where_restart(struct where *where)
{
	if (where)
		where->missed = 0;
}
