/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/evaluate.c - values of expressions; see run.h. `and` and `or` look at their right side
 * only if it matters.
 */
#include <string.h>

#include "console/cell_store.h"
#include "console/run.h"

static bool fail_text(struct session *session, struct strbuf *error)
{
	static const struct place nowhere;

	session_fail(session, nowhere, "%s", error->failed ? "out of memory" : strbuf_text(error));
	strbuf_free(error);
	return false;
}

static bool given(struct session *session, const struct cell *cell)
{
	return cell->type != CELL_NIL || run_no_memory(session);
}

static bool variable(struct session *session, const struct expression *e, struct cell *to)
{
	const struct variable *v = scope_find(session->scope, e->text, e->len);
	const struct cell *value = v ? &v->value : NULL;

	if (v && v->global)
		value = environment_get(session->environment, e->text, e->len);
	if (value == NULL || value->type == CELL_NOTHING)
		*to = (struct cell){.type = value ? CELL_NOTHING : CELL_NIL};
	else
		*to = cell_copy(value);
	return true;
}

static bool joined(struct session *session, const struct expression *e, struct cell *to)
{
	struct strbuf text = STRBUF_INIT;

	for (const struct element *part = e->elements; part; part = part->next) {
		struct cell value;

		if (part->value->kind == EXPRESSION_TEXT) {
			strbuf_add(&text, part->value->text, part->value->len);
			continue;
		}
		if (!evaluate(session, part->value, &value)) {
			strbuf_free(&text);
			return false;
		}
		if (text.len <= CELL_TEXT_MAX)
			cell_print(&value, &text);
		cell_free(&value);
	}
	to->type = CELL_NIL;
	if (!text.failed)
		*to = cell_str(strbuf_text(&text), text.len);
	strbuf_free(&text);
	return given(session, to);
}

static bool array(struct session *session, const struct expression *e, struct cell *to)
{
	*to = cell_array_new();
	if (!given(session, to))
		return false;
	for (const struct element *element = e->elements; element; element = element->next) {
		struct cell value;
		bool good;

		if (!evaluate(session, element->value, &value)) {
			cell_free(to);
			return false;
		}
		good = element->key ? cell_array_set(to, element->key, element->key_len, value)
		                    : cell_array_add(to, value);
		if (!good) {
			cell_free(to);
			return run_no_memory(session);
		}
	}
	return true;
}

static bool command(struct session *session, const struct expression *e, struct cell *to)
{
	bool good;

	*to = CELL_NONE;
	if (!run_enter(session))
		return false;
	good = run_block(session, e->block, to);
	session->depth--;
	if (!good)
		cell_free(to);
	return good;
}

static bool truth(struct session *session, const struct cell *cell, bool *is)
{
	struct strbuf error = STRBUF_INIT;

	if (cell_truth(cell, is, &error))
		return true;
	return fail_text(session, &error);
}

/* and, or: => false with *decided: the left side alone says it */
static bool decides(struct session *session, uint8_t op, const struct cell *left, bool *decided)
{
	bool is;

	*decided = false;
	if (!truth(session, left, &is))
		return false;
	*decided = is == (op == OP_OR);
	return true;
}

static bool apply(struct session *session, const struct expression *e, const struct cell *left,
                  const struct cell *right, struct cell *to)
{
	struct strbuf error = STRBUF_INIT;

	*to = CELL_NONE;
	if (!cell_apply((enum cell_operator)e->op, left, right, to, &error)) {
		*to = CELL_NONE;
		return fail_text(session, &error);
	}
	strbuf_free(&error);
	return true;
}

static bool binary(struct session *session, const struct expression *e, struct cell *to)
{
	struct cell left, right;
	bool good, decided = false;

	if (!evaluate(session, e->left, &left))
		return false;
	if ((e->op == OP_AND || e->op == OP_OR) && !decides(session, e->op, &left, &decided)) {
		cell_free(&left);
		return false;
	}
	if (decided) {
		cell_free(&left);
		*to = cell_bool(e->op == OP_OR);
		return true;
	}
	if (!evaluate(session, e->right, &right)) {
		cell_free(&left);
		return false;
	}
	good = apply(session, e, &left, &right, to);
	cell_free(&left);
	cell_free(&right);
	return good;
}

static bool unary(struct session *session, const struct expression *e, struct cell *to)
{
	struct cell left;
	bool good;

	if (!evaluate(session, e->left, &left))
		return false;
	good = apply(session, e, &left, NULL, to);
	cell_free(&left);
	return good;
}

bool evaluate(struct session *session, const struct expression *e, struct cell *to)
{
	*to = CELL_NONE;
	switch ((enum expression_kind)e->kind) {
	case EXPRESSION_CONSTANT:
		*to = e->constant;
		return true;
	case EXPRESSION_TEXT:
		*to = cell_str(e->text, e->len);
		return given(session, to);
	case EXPRESSION_VARIABLE:
		return variable(session, e, to);
	case EXPRESSION_JOINED:
		return joined(session, e, to);
	case EXPRESSION_ARRAY:
		return array(session, e, to);
	case EXPRESSION_COMMAND:
		return command(session, e, to);
	case EXPRESSION_UNARY:
		return unary(session, e, to);
	case EXPRESSION_BINARY:
		return binary(session, e, to);
	}
	return true;
}

bool evaluate_text(struct session *session, const struct expression *e, struct strbuf *out)
{
	struct cell value;

	if (e->kind == EXPRESSION_TEXT) {
		strbuf_add(out, e->text, e->len);
		return !out->failed || run_no_memory(session);
	}
	if (!evaluate(session, e, &value))
		return false;
	cell_argument(&value, out);
	cell_free(&value);
	return !out->failed || run_no_memory(session);
}
