/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/command_json.c - :serialize to=json and :deserialize from=json.
 *
 *	array without keys     list
 *	array with keys        object; elements without a key have their place as one
 *	num, bool, nil         number, true and false, null
 *	str                    string; one that is a decimal number is a number, both ways,
 *	                       unless options=json.no-string-conversion
 *	time, ip, id, ...      string, as :put shows it
 *
 * A number with a fraction becomes a str, as the language has none.
 *
 * Source: RouterOS manual, "Scripting": `:serialize`; RFC 8259. Threads: as console/call.h.
 * Cost: linear; a JSON tree of the value beside it.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/cell_store.h"
#include "console/global.h"

static const struct value_name forms[] = {{0, "json", NULL}, {0, NULL, NULL}};

struct options {
	bool pretty, no_conversion;
};

/* "json.pretty,json.no-string-conversion" */
static bool read_options(struct call *call, struct options *options)
{
	const struct argument *argument = call_argument(call, "options");
	const char *text, *comma;
	size_t len, all;

	*options = (struct options){false, false};
	if (argument == NULL)
		return true;
	text = call_text(call, argument, &all);
	if (text == NULL)
		return global_no_memory(call);
	for (;; text = comma + 1) {
		comma = strchr(text, ',');
		len = comma ? (size_t)(comma - text) : strlen(text);
		if (len == strlen("json.pretty") && memcmp(text, "json.pretty", len) == 0)
			options->pretty = true;
		else if (len == strlen("json.no-string-conversion") &&
		         memcmp(text, "json.no-string-conversion", len) == 0)
			options->no_conversion = true;
		else
			return session_fail(call->session, argument->place,
			                    "input does not match any value of options");
		if (comma == NULL)
			return true;
	}
}

/* Whether a text is a number as JSON writes one: 0 or -17, not 007 or 0x1F. */
static bool decimal(const char *text, size_t len, int64_t *number)
{
	char written[24];
	struct cell cell;

	if (!cell_literal_plain(text, len, &cell) || cell.type != CELL_NUM)
		return false;
	snprintf(written, sizeof written, "%jd", (intmax_t)cell.num);
	*number = cell.num;
	return strlen(written) == len && memcmp(written, text, len) == 0;
}

/* Writing. NULL: no memory, or bytes that are no UTF-8. */

static json_t *to_json(const struct cell *cell, const struct options *options);

static json_t *text_to_json(const char *text, size_t len, const struct options *options)
{
	int64_t number;

	if (!options->no_conversion && decimal(text, len, &number))
		return json_integer(number);
	return json_stringn(text, len);
}

/* Frees `object` if it fails. */
static json_t *fill_object(json_t *object, const struct cell *array, const struct options *options)
{
	size_t count = cell_array_count(array);

	for (size_t i = 0; object && i < count; i++) {
		char place[24];
		const char *key;
		size_t len;
		const struct cell *value = cell_array_at(array, i, &key, &len);

		if (key == NULL) {
			len = (size_t)snprintf(place, sizeof place, "%zu", i);
			key = place;
		}
		if (json_object_setn_new(object, key, len, to_json(value, options)) == 0)
			continue;
		json_decref(object);
		object = NULL;
	}
	return object;
}

static json_t *fill_list(json_t *list, const struct cell *array, const struct options *options)
{
	size_t count = cell_array_count(array);

	for (size_t i = 0; list && i < count; i++) {
		const struct cell *value = cell_array_at(array, i, NULL, NULL);

		if (json_array_append_new(list, to_json(value, options)) == 0)
			continue;
		json_decref(list);
		list = NULL;
	}
	return list;
}

static json_t *to_json(const struct cell *cell, const struct options *options)
{
	struct strbuf text = STRBUF_INIT;
	json_t *json;

	switch (cell->type) {
	case CELL_NOTHING:
	case CELL_NIL:
		return json_null();
	case CELL_NUM:
		return json_integer(cell->num);
	case CELL_BOOL:
		return json_boolean(cell->truth);
	case CELL_STR:
		return text_to_json(cell->text->data, cell->text->len, options);
	case CELL_ARRAY:
		if (cell->array->keyed.count)
			return fill_object(json_object(), cell, options);
		return fill_list(json_array(), cell, options);
	default:
		cell_print(cell, &text);
		json = text.failed ? NULL : json_stringn(strbuf_text(&text), text.len);
		strbuf_free(&text);
		return json;
	}
}

static int append(const char *data, size_t len, void *out)
{
	strbuf_add(out, data, len);
	return 0;
}

static bool run_serialize(struct call *call)
{
	struct strbuf out = STRBUF_INIT;
	struct options options;
	unsigned form = 0;
	json_t *json;

	if (!global_word(call, "to", &form) || !read_options(call, &options))
		return false;
	json = to_json(global_value(call, "value"), &options);
	if (json == NULL)
		return global_fail(call, "value cannot be written as json: it is no UTF-8 text");
	if (json_dump_callback(json, append, &out,
	                       JSON_ENCODE_ANY | (options.pretty ? JSON_INDENT(4) : JSON_COMPACT)))
		out.failed = true;
	json_decref(json);
	return global_result_text(call, &out);
}

static const struct parameter serialize_parameters[] = {
        {.name = "value", .help = "the value", .positional = 1, .required = true},
        {.name = "to",
         .help = "the form",
         .required = true,
         .kind = {.type = VALUE_ENUM, .names = forms}},
        {.name = "options", .help = "json.pretty, json.no-string-conversion"},
        {0},
};

const struct command command_serialize = {
        .name = "serialize",
        .help = "a value as the text of a format",
        .parameters = serialize_parameters,
        .run = run_serialize,
};

/* Reading. => false: no memory, or nested too deep; *to is nothing to free then */

static bool from_json(const json_t *json, const struct options *options, struct cell *to);

static bool text_from_json(const char *text, size_t len, const struct options *options,
                           struct cell *to)
{
	int64_t number;

	if (!options->no_conversion && decimal(text, len, &number))
		*to = cell_num(number);
	else
		*to = cell_str(text, len);
	return to->type != CELL_NIL;
}

static bool list_from_json(const json_t *json, const struct options *options, struct cell *to)
{
	size_t count = json_array_size(json);

	*to = cell_array_new();
	for (size_t i = 0; to->type == CELL_ARRAY && i < count; i++) {
		struct cell element;

		if (!from_json(json_array_get(json, i), options, &element) ||
		    !cell_array_add(to, element))
			cell_free(to);
	}
	return to->type == CELL_ARRAY;
}

static bool object_from_json(json_t *json, const struct options *options, struct cell *to)
{
	void *at = json_object_iter(json);

	*to = cell_array_new();
	for (; to->type == CELL_ARRAY && at; at = json_object_iter_next(json, at)) {
		struct cell element;

		if (!from_json(json_object_iter_value(at), options, &element) ||
		    !cell_array_set(to, json_object_iter_key(at), json_object_iter_key_len(at),
		                    element))
			cell_free(to);
	}
	return to->type == CELL_ARRAY;
}

static bool real_from_json(double real, struct cell *to)
{
	char text[40];
	int len = snprintf(text, sizeof text, "%.15g", real);

	if (strtod(text, NULL) != real)
		len = snprintf(text, sizeof text, "%.17g", real);
	*to = cell_str(text, (size_t)len);
	return to->type != CELL_NIL;
}

static bool from_json(const json_t *json, const struct options *options, struct cell *to)
{
	switch (json_typeof(json)) {
	case JSON_OBJECT:
		return object_from_json((json_t *)(uintptr_t)json, options, to);
	case JSON_ARRAY:
		return list_from_json(json, options, to);
	case JSON_STRING:
		return text_from_json(json_string_value(json), json_string_length(json), options,
		                      to);
	case JSON_INTEGER:
		*to = cell_num(json_integer_value(json));
		return true;
	case JSON_REAL:
		return real_from_json(json_real_value(json), to);
	case JSON_TRUE:
	case JSON_FALSE:
		*to = cell_bool(json_is_true(json));
		return true;
	case JSON_NULL:
		break;
	}
	*to = (struct cell){.type = CELL_NIL};
	return true;
}

static bool run_deserialize(struct call *call)
{
	struct strbuf text = STRBUF_INIT;
	struct options options;
	json_error_t error;
	unsigned form = 0;
	json_t *json;
	bool good;

	if (!global_word(call, "from", &form) || !read_options(call, &options) ||
	    !global_text(call, global_value(call, "value"), &text)) {
		strbuf_free(&text);
		return false;
	}
	json = json_loadb(strbuf_text(&text), text.len, JSON_DECODE_ANY, &error);
	strbuf_free(&text);
	if (json == NULL)
		return global_fail(call, "value is no json: %s (line %d column %d)", error.text,
		                   error.line, error.column);
	good = from_json(json, &options, call->result);
	json_decref(json);
	return good || global_fail(call, "value is too large, or nests too deep");
}

static const struct parameter deserialize_parameters[] = {
        {.name = "value", .help = "the text", .positional = 1, .required = true},
        {.name = "from",
         .help = "its form",
         .required = true,
         .kind = {.type = VALUE_ENUM, .names = forms}},
        {.name = "options", .help = "json.pretty, json.no-string-conversion"},
        {0},
};

const struct command command_deserialize = {
        .name = "deserialize",
        .help = "the value that the text of a format stands for",
        .parameters = deserialize_parameters,
        .run = run_deserialize,
};
