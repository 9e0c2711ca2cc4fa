/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/cell_array.c - arrays: elements without a key in their order, then those with one,
 * sorted; see cell.h and cell_store.h.
 *
 * Life: an array with one owner changes in place, else the one who changes it gets a copy of
 * its own, whose elements are shared on. Threads: as cell.h. Cost: adding is amortised
 * constant; by key a binary search, and for a new key that is not the last a move of those
 * behind it; a copy costs its count.
 */
#include <stdlib.h>
#include <string.h>

#include "console/cell.h"
#include "console/cell_store.h"

#define ELEMENT_WEIGHT 32
#define FIRST_SIZE 4

struct cell cell_array_new(void)
{
	struct cell_array *array = calloc(1, sizeof *array);

	if (array == NULL)
		return (struct cell){.type = CELL_NIL};
	array->owners = 1;
	array->depth = 1;
	array->weight = ELEMENT_WEIGHT;
	return (struct cell){.type = CELL_ARRAY, .array = array};
}

static void free_elements(struct cell_elements *elements)
{
	for (size_t i = 0; i < elements->count; i++) {
		cell_free(&elements->at[i].value);
		cell_text_free(elements->at[i].key);
	}
	free(elements->at);
}

void cell_array_free(struct cell_array *array)
{
	if (--array->owners)
		return;
	free_elements(&array->plain);
	free_elements(&array->keyed);
	free(array);
}

/* Reading */

size_t cell_array_count(const struct cell *array)
{
	return array->type == CELL_ARRAY ? array->array->plain.count + array->array->keyed.count
	                                 : 0;
}

static struct cell_element *element_at(struct cell_array *array, size_t index)
{
	if (index < array->plain.count)
		return array->plain.at + index;
	return array->keyed.at + (index - array->plain.count);
}

const struct cell *cell_array_at(const struct cell *array, size_t index, const char **key,
                                 size_t *key_len)
{
	const struct cell_element *element;

	if (index >= cell_array_count(array))
		return NULL;
	element = element_at(array->array, index);
	if (key) {
		*key = element->key ? element->key->data : NULL;
		*key_len = element->key ? element->key->len : 0;
	}
	return &element->value;
}

static int compare_key(const struct cell_text *a, const char *key, size_t len)
{
	size_t shorter = a->len < len ? a->len : len;
	int order = shorter ? memcmp(a->data, key, shorter) : 0;

	return order ? order : (a->len > len) - (a->len < len);
}

/* => where the key is or would be; *found says which */
static size_t find_key(const struct cell_elements *keyed, const char *key, size_t len, bool *found)
{
	size_t low = 0, high = keyed->count;

	*found = false;
	if (high && compare_key(keyed->at[high - 1].key, key, len) < 0)
		return high;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare_key(keyed->at[middle].key, key, len);

		if (order == 0) {
			*found = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct cell *cell_array_get(const struct cell *array, const char *key, size_t len)
{
	bool found;
	size_t at;

	if (array->type != CELL_ARRAY)
		return NULL;
	at = find_key(&array->array->keyed, key, len, &found);
	return found ? &array->array->keyed.at[at].value : NULL;
}

/* Changing */

static size_t weight(const struct cell *value)
{
	switch (value->type) {
	case CELL_ARRAY:
		return value->array->weight;
	case CELL_STR:
		return ELEMENT_WEIGHT + value->text->len;
	case CELL_CODE:
		return ELEMENT_WEIGHT + value->code->weight;
	default:
		return ELEMENT_WEIGHT;
	}
}

/* Whether an array may take in a value, `key_len` bytes of key with it. */
static bool fits(const struct cell_array *array, const struct cell *value, size_t key_len)
{
	if (value->type == CELL_ARRAY && value->array->depth >= CELL_DEPTH_MAX)
		return false;
	return weight(value) + key_len <= CELL_WEIGHT_MAX &&
	       array->weight + weight(value) + key_len <= CELL_WEIGHT_MAX;
}

static void take_in(struct cell_array *array, const struct cell *value)
{
	array->weight += weight(value);
	if (value->type == CELL_ARRAY && value->array->depth >= array->depth)
		array->depth = value->array->depth + 1;
}

static bool copy_elements(const struct cell_elements *from, struct cell_elements *to)
{
	if (from->count == 0)
		return true;
	to->at = calloc(from->count, sizeof *to->at);
	if (to->at == NULL)
		return false;
	to->count = to->size = from->count;
	for (size_t i = 0; i < from->count; i++) {
		to->at[i].value = cell_copy(&from->at[i].value);
		to->at[i].key = from->at[i].key;
		if (to->at[i].key)
			to->at[i].key->owners++;
	}
	return true;
}

/* Makes sure that nobody else has the array. => false: no memory, it is as before */
static bool own(struct cell *cell)
{
	struct cell_array *from = cell->array;
	struct cell copy;

	if (cell->type != CELL_ARRAY)
		return false;
	if (from->owners == 1)
		return true;
	copy = cell_array_new();
	if (copy.type != CELL_ARRAY)
		return false;
	if (!copy_elements(&from->plain, &copy.array->plain) ||
	    !copy_elements(&from->keyed, &copy.array->keyed)) {
		cell_free(&copy);
		return false;
	}
	copy.array->depth = from->depth;
	copy.array->weight = from->weight;
	from->owners--;
	*cell = copy;
	return true;
}

static bool grow(struct cell_elements *elements)
{
	size_t size = elements->size ? 2 * elements->size : FIRST_SIZE;
	struct cell_element *at;

	if (elements->count < elements->size)
		return true;
	at = realloc(elements->at, size * sizeof *at);
	if (at == NULL)
		return false;
	elements->at = at;
	elements->size = size;
	return true;
}

/* The value given to an array that does not take it. */
static bool refuse(struct cell *element)
{
	cell_free(element);
	return false;
}

bool cell_array_add(struct cell *array, struct cell element)
{
	struct cell_elements *plain;

	if (!own(array) || !fits(array->array, &element, 0))
		return refuse(&element);
	plain = &array->array->plain;
	if (!grow(plain))
		return refuse(&element);
	take_in(array->array, &element);
	plain->at[plain->count++] = (struct cell_element){element, NULL};
	return true;
}

/* In place of another; `array` is the caller's alone. */
static bool replace(struct cell_array *array, struct cell_element *old, struct cell element)
{
	array->weight -= weight(&old->value);
	if (!fits(array, &element, 0)) {
		array->weight += weight(&old->value);
		return refuse(&element);
	}
	take_in(array, &element);
	cell_free(&old->value);
	old->value = element;
	return true;
}

static bool insert_key(struct cell_array *array, size_t at, const char *key, size_t len,
                       struct cell element)
{
	struct cell_elements *keyed = &array->keyed;
	struct cell_text *text;

	if (!fits(array, &element, len) || !grow(keyed))
		return refuse(&element);
	text = cell_text_new(key, len);
	if (text == NULL)
		return refuse(&element);
	memmove(keyed->at + at + 1, keyed->at + at, (keyed->count - at) * sizeof *keyed->at);
	keyed->count++;
	keyed->at[at] = (struct cell_element){element, text};
	take_in(array, &element);
	array->weight += len;
	return true;
}

bool cell_array_set(struct cell *array, const char *key, size_t len, struct cell element)
{
	bool found;
	size_t at;

	if (!own(array))
		return refuse(&element);
	at = find_key(&array->array->keyed, key, len, &found);
	if (found)
		return replace(array->array, array->array->keyed.at + at, element);
	return insert_key(array->array, at, key, len, element);
}

bool cell_array_replace(struct cell *array, size_t index, struct cell element)
{
	if (index >= cell_array_count(array) || !own(array))
		return refuse(&element);
	return replace(array->array, element_at(array->array, index), element);
}

bool cell_array_remove(struct cell *array, size_t index)
{
	struct cell_elements *elements;
	struct cell_element gone;

	if (index >= cell_array_count(array) || !own(array))
		return false;
	elements = &array->array->plain;
	if (index >= elements->count) {
		index -= elements->count;
		elements = &array->array->keyed;
	}
	gone = elements->at[index];
	elements->count--;
	memmove(elements->at + index, elements->at + index + 1,
	        (elements->count - index) * sizeof *elements->at);
	array->array->weight -= weight(&gone.value) + (gone.key ? gone.key->len : 0);
	cell_free(&gone.value);
	cell_text_free(gone.key);
	return true;
}
