/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/cell.c - values: how they begin, are shared and end, what their types are called, and
 * the order that they have; see cell.h.
 *
 * Threads: as cell.h. Cost: a copy counts an owner, and only a new text or array allocates.
 */
#include "console/cell.h"

#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "console/cell_store.h"

static const struct {
	const char *name, *words;
} types[CELL_TYPE_COUNT] = {
        [CELL_NOTHING] = {"nothing", "nothing"},
        [CELL_NIL] = {"nil", "nil"},
        [CELL_NUM] = {"num", "integer number"},
        [CELL_BOOL] = {"bool", "boolean"},
        [CELL_STR] = {"str", "string"},
        [CELL_IP] = {"ip", "ip address"},
        [CELL_IP_PREFIX] = {"ip-prefix", "ip prefix"},
        [CELL_IP6] = {"ip6", "ipv6 address"},
        [CELL_IP6_PREFIX] = {"ip6-prefix", "ipv6 prefix"},
        [CELL_ID] = {"id", "internal number"},
        [CELL_TIME] = {"time", "time interval"},
        [CELL_ARRAY] = {"array", "array"},
        [CELL_CODE] = {"code", "code"},
};

struct cell_text *cell_text_new(const char *text, size_t len)
{
	struct cell_text *new;

	if (len > CELL_TEXT_MAX)
		return NULL;
	new = malloc(sizeof *new + len + 1);
	if (new == NULL)
		return NULL;
	new->owners = 1;
	new->len = len;
	if (len)
		memcpy(new->data, text, len);
	new->data[len] = '\0';
	return new;
}

void cell_text_free(struct cell_text *text)
{
	if (text && --text->owners == 0)
		free(text);
}

void cell_free(struct cell *cell)
{
	switch (cell->type) {
	case CELL_STR:
		cell_text_free(cell->text);
		break;
	case CELL_ARRAY:
		cell_array_free(cell->array);
		break;
	case CELL_CODE:
		if (--cell->code->owners == 0)
			cell->code->destroy(cell->code);
		break;
	default:
		break;
	}
	*cell = CELL_NONE;
}

struct cell cell_copy(const struct cell *cell)
{
	switch (cell->type) {
	case CELL_STR:
		cell->text->owners++;
		break;
	case CELL_ARRAY:
		cell->array->owners++;
		break;
	case CELL_CODE:
		cell->code->owners++;
		break;
	default:
		break;
	}
	return *cell;
}

struct cell cell_num(int64_t num)
{
	return (struct cell){.type = CELL_NUM, .num = num};
}

struct cell cell_bool(bool truth)
{
	return (struct cell){.type = CELL_BOOL, .truth = truth};
}

struct cell cell_time(int64_t nanoseconds)
{
	return (struct cell){.type = CELL_TIME, .num = nanoseconds};
}

struct cell cell_id(uint64_t id)
{
	return (struct cell){.type = CELL_ID, .id = id};
}

struct cell cell_str(const char *text, size_t len)
{
	struct cell_text *new = cell_text_new(text, len);

	if (new == NULL)
		return (struct cell){.type = CELL_NIL};
	return (struct cell){.type = CELL_STR, .text = new};
}

const char *cell_str_text(const struct cell *cell, size_t *len)
{
	if (cell->type != CELL_STR) {
		*len = 0;
		return "";
	}
	*len = cell->text->len;
	return cell->text->data;
}

const char *cell_type_name(const struct cell *cell)
{
	return types[cell->type].name;
}

const char *cell_type_words(const struct cell *cell)
{
	return types[cell->type].words;
}

bool cell_truth(const struct cell *cell, bool *truth, struct strbuf *error)
{
	if (cell->type != CELL_BOOL) {
		strbuf_str(error, "conditional not boolean");
		return false;
	}
	*truth = cell->truth;
	return true;
}

/* Order */

static int compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare_texts(const struct cell_text *a, const struct cell_text *b)
{
	size_t shorter = a->len < b->len ? a->len : b->len;
	int order = memcmp(a->data, b->data, shorter);

	return order ? order : (a->len > b->len) - (a->len < b->len);
}

static int compare_elements(const struct cell_elements *a, const struct cell_elements *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++) {
		int order = a->at[i].key ? compare_texts(a->at[i].key, b->at[i].key) : 0;

		if (order == 0)
			order = cell_compare(&a->at[i].value, &b->at[i].value);
		if (order)
			return order;
	}
	return (a->count > b->count) - (a->count < b->count);
}

static int compare_arrays(const struct cell_array *a, const struct cell_array *b)
{
	int order;

	if (a == b)
		return 0;
	order = compare_elements(&a->plain, &b->plain);
	return order ? order : compare_elements(&a->keyed, &b->keyed);
}

static int compare_addresses(const struct cell *a, const struct cell *b)
{
	uint8_t family = a->type == CELL_IP || a->type == CELL_IP_PREFIX ? WEIR_IPV4 : WEIR_IPV6;
	int order = addr_compare(family, &a->addr, family, &b->addr);

	return order ? order : (a->length > b->length) - (a->length < b->length);
}

int cell_compare(const struct cell *a, const struct cell *b)
{
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	switch (a->type) {
	case CELL_NUM:
	case CELL_TIME:
		return compare_numbers(a->num, b->num);
	case CELL_BOOL:
		return (int)a->truth - (int)b->truth;
	case CELL_STR:
		return compare_texts(a->text, b->text);
	case CELL_IP:
	case CELL_IP_PREFIX:
	case CELL_IP6:
	case CELL_IP6_PREFIX:
		return compare_addresses(a, b);
	case CELL_ID:
		return (a->id > b->id) - (a->id < b->id);
	case CELL_ARRAY:
		return compare_arrays(a->array, b->array);
	case CELL_CODE: /* no order of their own, but the same one is equal to itself */
		return ((uintptr_t)a->code > (uintptr_t)b->code) -
		       ((uintptr_t)a->code < (uintptr_t)b->code);
	default:
		return 0;
	}
}
