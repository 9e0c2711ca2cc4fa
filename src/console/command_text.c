/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/command_text.c - :len, :pick, :find on texts and arrays, :typeof, :nothing.
 *
 * A value that is neither text nor array is taken as the text that :put shows.
 *
 * Source: RouterOS manual, "Scripting": global commands. Threads: as console/call.h.
 * Cost: linear in the value.
 */
#include <string.h>

#include "console/cell_store.h"
#include "console/global.h"

static bool run_len(struct call *call)
{
	const struct cell *value = global_value(call, "value");
	struct strbuf text = STRBUF_INIT;

	if (value->type == CELL_ARRAY)
		return global_result(call, cell_num((int64_t)cell_array_count(value)));
	if (!global_text(call, value, &text))
		return false;
	*call->result = cell_num((int64_t)text.len);
	strbuf_free(&text);
	return true;
}

static const struct parameter value_parameter[] = {
        {.name = "value", .help = "the value", .positional = 1, .required = true},
        {0},
};

const struct command command_len = {
        .name = "len",
        .help = "bytes of a text, elements of an array",
        .parameters = value_parameter,
        .run = run_len,
};

/* :pick */

/* The elements from begin up to end, keys and all. */
static bool pick_elements(struct call *call, const struct cell *array, size_t begin, size_t end)
{
	struct cell picked = cell_array_new();
	bool good = picked.type == CELL_ARRAY;

	for (size_t i = begin; good && i < end; i++) {
		const char *key;
		size_t len;
		struct cell element = cell_copy(cell_array_at(array, i, &key, &len));

		good = key ? cell_array_set(&picked, key, len, element)
		           : cell_array_add(&picked, element);
	}
	if (good)
		return global_result(call, picked);
	cell_free(&picked);
	return global_no_memory(call);
}

/* What lies from begin up to end; of an array without an end the one element. */
static bool pick(struct call *call, const struct cell *value, const struct strbuf *text,
                 int64_t from, int64_t to, bool one)
{
	bool array = value->type == CELL_ARRAY;
	int64_t count = (int64_t)(array ? cell_array_count(value) : text->len);
	int64_t begin = from > 0 ? from : 0, end = to < count ? to : count;

	if (one)
		end = begin < count ? begin + 1 : count;
	if (begin >= count) {
		*call->result = (struct cell){.type = CELL_NIL};
		return true;
	}
	if (end < begin)
		end = begin;
	if (array && one) {
		*call->result = cell_copy(cell_array_at(value, (size_t)begin, NULL, NULL));
		return true;
	}
	if (array)
		return pick_elements(call, value, (size_t)begin, (size_t)end);
	return global_result(call,
	                     cell_str(strbuf_text(text) + begin, (size_t)(end - begin)));
}

static bool run_pick(struct call *call)
{
	const struct cell *value = global_value(call, "value");
	struct strbuf text = STRBUF_INIT;
	int64_t begin = 0, end = INT64_MAX;
	bool good;

	if (!global_number(call, "begin", INT64_MIN, INT64_MAX, &begin) ||
	    !global_number(call, "end", INT64_MIN, INT64_MAX, &end))
		return false;
	good = (value->type == CELL_ARRAY || global_text(call, value, &text)) &&
	       pick(call, value, &text, begin, end, call_argument(call, "end") == NULL);
	strbuf_free(&text);
	return good;
}

static const struct parameter pick_parameters[] = {
        {.name = "value", .help = "a text or an array", .positional = 1, .required = true},
        {.name = "begin", .help = "the first, from 0", .positional = 2, .required = true},
        {.name = "end", .help = "the one after the last; alone one is picked", .positional = 3},
        {0},
};

const struct command command_pick = {
        .name = "pick",
        .help = "a part of a text or an array",
        .parameters = pick_parameters,
        .run = run_pick,
};

/* :find */

static void found_at(struct call *call, int64_t index)
{
	*call->result = index < 0 ? (struct cell){.type = CELL_NIL} : cell_num(index);
}

static int64_t find_element(const struct cell *array, const struct cell *key, size_t from)
{
	size_t count = cell_array_count(array);

	for (size_t i = from; i < count; i++) {
		bool ordered;
		int order;

		if (cell_relate(cell_array_at(array, i, NULL, NULL), key, &ordered, &order))
			return (int64_t)i;
	}
	return -1;
}

static int64_t find_bytes(const struct strbuf *text, const struct strbuf *key, size_t from)
{
	const char *data = strbuf_text(text), *found;

	if (from >= text->len || key->len == 0)
		return -1;
	found = memmem(data + from, text->len - from, strbuf_text(key), key->len);
	return found ? found - data : -1;
}

static bool run_find(struct call *call)
{
	const struct cell *in = global_value(call, "in"), *key = global_value(call, "key");
	struct strbuf text = STRBUF_INIT, part = STRBUF_INIT;
	int64_t after = -1;
	size_t from;
	bool good = true;

	if (!global_number(call, "from", INT64_MIN, INT64_MAX, &after))
		return false;
	/* It looks behind the place named: with -1 from the first. */
	from = after < 0 ? 0 : after == INT64_MAX ? SIZE_MAX : (size_t)after + 1;
	if (in->type == CELL_ARRAY) {
		found_at(call, find_element(in, key, from));
		return true;
	}
	good = global_text(call, in, &text) && global_text(call, key, &part);
	if (good)
		found_at(call, find_bytes(&text, &part, from));
	strbuf_free(&text);
	strbuf_free(&part);
	return good;
}

static const struct parameter find_parameters[] = {
        {.name = "in", .help = "a text or an array", .positional = 1, .required = true},
        {.name = "key", .help = "what is looked for", .positional = 2, .required = true},
        {.name = "from", .help = "the place behind which it looks", .positional = 3},
        {0},
};

const struct command command_find_text = {
        .name = "find",
        .help = "the place of a part in a text, or of an element in an array",
        .parameters = find_parameters,
        .run = run_find,
};

/* :typeof, :nothing */

static bool run_typeof(struct call *call)
{
	const char *name = cell_type_name(global_value(call, "value"));

	return global_result(call, cell_str(name, strlen(name)));
}

const struct command command_typeof = {
        .name = "typeof",
        .help = "the type of a value",
        .parameters = value_parameter,
        .run = run_typeof,
};

static bool run_nothing(struct call *call)
{
	*call->result = CELL_NONE;
	return true;
}

const struct command command_nothing = {
        .name = "nothing",
        .help = "gives no value",
        .run = run_nothing,
};
