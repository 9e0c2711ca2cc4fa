/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/cell_assign.c - an element of an array, or of arrays within arrays, gets a value, as
 * `:set ($a->"b"->0) 5` does.
 *
 * Life: an array that only the variable has is changed in place; arrays within it are changed
 * as copies that then take their place, so that an error on the way changes nothing.
 * Threads: as cell.h. Cost: of the outer array as setting one element, of each array within its
 * count.
 */
#include "console/cell.h"
#include "console/cell_store.h"

static bool no_memory(struct strbuf *error)
{
	strbuf_str(error, "out of memory");
	return false;
}

/* Where a key leads. */
struct target {
	bool by_place; /* or by its name */
	bool there;
	size_t place; /* if it is there */
	struct strbuf name;
};

/* => false: *error says why; target->name is to be freed always */
static bool find(const struct cell *array, const struct cell *key, struct target *target,
                 struct strbuf *error)
{
	const struct cell_array *in = array->array;
	const struct cell *found;

	*target = (struct target){.by_place = key->type == CELL_NUM, .name = STRBUF_INIT};
	if (target->by_place) {
		target->place = (size_t)key->num;
		target->there = key->num >= 0 && target->place < cell_array_count(array);
		if (target->there || target->place == in->plain.count)
			return true;
		strbuf_str(error, "no such element");
		return false;
	}
	cell_print(key, &target->name);
	if (target->name.failed)
		return no_memory(error);
	found = cell_array_get(array, strbuf_text(&target->name), target->name.len);
	target->there = found != NULL;
	if (found) /* an element begins with its value */
		target->place = in->plain.count +
		                (size_t)((const struct cell_element *)found - in->keyed.at);
	return true;
}

static bool store(struct cell *array, const struct target *target, struct cell value,
                  struct strbuf *error)
{
	bool good;

	if (value.type == CELL_NOTHING)
		good = !target->there || cell_array_remove(array, target->place);
	else if (target->there)
		good = cell_array_replace(array, target->place, value);
	else if (target->by_place)
		good = cell_array_add(array, value);
	else
		good = cell_array_set(array, strbuf_text(&target->name), target->name.len, value);
	return good || no_memory(error);
}

static bool assign_in(struct cell *array, const struct cell *keys, size_t count,
                      struct cell value, struct strbuf *error)
{
	struct target target;
	bool good = find(array, &keys[0], &target, error);

	if (good && count > 1) {
		struct cell inner = CELL_NONE;

		if (target.there)
			inner = cell_copy(cell_array_at(array, target.place, NULL, NULL));
		good = cell_assign(&inner, keys + 1, count - 1, value, error);
		value = inner;
	}
	if (good)
		good = store(array, &target, value, error);
	else
		cell_free(&value);
	strbuf_free(&target.name);
	return good;
}

bool cell_assign(struct cell *cell, const struct cell *keys, size_t count, struct cell value,
                 struct strbuf *error)
{
	struct cell made;

	if (cell->type == CELL_ARRAY)
		return assign_in(cell, keys, count, value, error);
	if (!cell_is_absent(cell) || count > CELL_DEPTH_MAX) {
		strbuf_printf(error, "cannot set element of %s", cell_type_words(cell));
		cell_free(&value);
		return false;
	}
	made = cell_array_new();
	if (made.type != CELL_ARRAY) {
		cell_free(&value);
		return no_memory(error);
	}
	if (assign_in(&made, keys, count, value, error)) {
		*cell = made;
		return true;
	}
	cell_free(&made);
	return false;
}
