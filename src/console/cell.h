/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/cell.h - a value of the console language, and what its operators do.
 *
 * Life: a cell is plain; texts, arrays and codes in it are shared and counted. cell_copy()
 * makes another owner, cell_free() ends one; a function that takes a `struct cell *to` fills in
 * a new one that the caller frees. Memory that runs out gives CELL_NIL and sets *failed where
 * there is one. Threads: cells of a session belong to its thread.
 *
 * Source: RouterOS manual, "Scripting": data types, operators, `:typeof`.
 */
#ifndef CONSOLE_CELL_H
#define CONSOLE_CELL_H

#include <weir/types.h>

#include "base/strbuf.h"

enum cell_type {
	CELL_NOTHING, /* what a command without a result gives */
	CELL_NIL,     /* no value: an undefined variable, a conversion that failed */
	CELL_NUM,
	CELL_BOOL,
	CELL_STR,
	CELL_IP,
	CELL_IP_PREFIX,
	CELL_IP6,
	CELL_IP6_PREFIX,
	CELL_ID,
	CELL_TIME,
	CELL_ARRAY,
	CELL_CODE, /* do={...}: a block that can be called; console/code.h knows what is in it */
	CELL_TYPE_COUNT
};

struct cell_text;  /* counted bytes */
struct cell_array; /* counted elements, each with a key or none */
struct cell_code;

struct cell {
	uint8_t type;   /* enum cell_type */
	uint8_t length; /* prefixes: bits */
	union {
		int64_t num; /* NUM; TIME: nanoseconds */
		bool truth;
		uint64_t id;
		union weir_addr addr;
		struct cell_text *text;
		struct cell_array *array;
		struct cell_code *code;
	};
};

#define CELL_NONE ((struct cell){.type = CELL_NOTHING})

void cell_free(struct cell *cell); /* it is CELL_NOTHING afterwards */
struct cell cell_copy(const struct cell *cell);

struct cell cell_num(int64_t num);
struct cell cell_bool(bool truth);
struct cell cell_time(int64_t nanoseconds);
struct cell cell_id(uint64_t id);
struct cell cell_str(const char *text, size_t len); /* CELL_NIL: no memory */
struct cell cell_array_new(void);                   /* empty; CELL_NIL: no memory */

/* CELL_STR's bytes. */
const char *cell_str_text(const struct cell *cell, size_t *len);

/* Arrays. Elements without a key come first, in their order; those with one follow, sorted.
 * An array that somebody else shares is copied before it changes. add and set take over
 * `element`, and free it if they fail. => false: no memory, or more than a value may hold:
 * arrays nest a hundred deep, and weigh 256 MiB written out */
size_t cell_array_count(const struct cell *array);
const struct cell *cell_array_at(const struct cell *array, size_t index, const char **key,
                                 size_t *key_len); /* key NULL: none */
const struct cell *cell_array_get(const struct cell *array, const char *key, size_t len);
bool cell_array_add(struct cell *array, struct cell element);
bool cell_array_set(struct cell *array, const char *key, size_t len, struct cell element);
/* The value at an index that is there; its key stays. */
bool cell_array_replace(struct cell *array, size_t index, struct cell element);
bool cell_array_remove(struct cell *array, size_t index);

/* `:set ($array->"a"->0) value`: each key but the last leads into the array within, which is
 * made where there is none. A number is a place, the one after the last without a key adds;
 * anything else is a key. The value CELL_NOTHING takes the element away. Takes over `value`.
 * => false: *error says why, and *cell is as before */
bool cell_assign(struct cell *cell, const struct cell *keys, size_t count, struct cell value,
                 struct strbuf *error);

/* Appends the text of a value as :put shows it: 1;2;a=1, true, 1d01:01:01, *1A. */
void cell_print(const struct cell *cell, struct strbuf *out);

/* Appends the text that stands for the value in an argument: a time as 1d1h1m1s, a bool as
 * yes or no, the elements of an array with commas. */
void cell_argument(const struct cell *cell, struct strbuf *out);

/* What a bare or quoted word means as a literal: 42, 0x2A, 10.0.0.1, 2001:db8::/32, 1h30m,
 * yes, *1F; a CELL_STR if nothing else. */
struct cell cell_literal(const char *text, size_t len);

const char *cell_type_name(const struct cell *cell); /* as :typeof: "num", "ip-prefix" */

/* Conversions, as :tonum and so on: CELL_NIL where it cannot be. */
struct cell cell_to_num(const struct cell *cell);
struct cell cell_to_str(const struct cell *cell);
struct cell cell_to_ip(const struct cell *cell);
struct cell cell_to_ip6(const struct cell *cell);
struct cell cell_to_time(const struct cell *cell);
struct cell cell_to_bool(const struct cell *cell);
struct cell cell_to_array(const struct cell *cell);
struct cell cell_to_id(const struct cell *cell);

/* Whether a condition holds. => false with *error set: it is no bool */
bool cell_truth(const struct cell *cell, bool *truth, struct strbuf *error);

enum cell_operator {
	OP_ADD, OP_SUBTRACT, OP_MULTIPLY, OP_DIVIDE, OP_MODULO, OP_NEGATE,
	OP_LESS, OP_GREATER, OP_EQUAL, OP_AT_MOST, OP_AT_LEAST, OP_UNEQUAL,
	OP_NOT, OP_AND, OP_OR, OP_IN,
	OP_BIT_AND, OP_BIT_OR, OP_BIT_XOR, OP_BIT_NOT, OP_SHIFT_LEFT, OP_SHIFT_RIGHT,
	OP_CONCATENATE, OP_APPEND, OP_MATCH, OP_ELEMENT,
	OP_COUNT
};

/* Applies an operator; `right` is NULL for the unary ones.
 * => false: *error says why ("cannot divide by zero", "cannot add string to array") */
bool cell_apply(enum cell_operator op, const struct cell *left, const struct cell *right,
                struct cell *to, struct strbuf *error);

/* Order of two values of any types: for sorting and comparing. */
int cell_compare(const struct cell *a, const struct cell *b);

/* Codes are made by the interpreter; `destroy` is called with the last owner's end. */
struct cell_code {
	unsigned owners;
	void (*destroy)(struct cell_code *code);
	void (*print)(const struct cell_code *code, struct strbuf *out); /* as :put shows it */
	size_t weight; /* the bytes of that, about: what arrays of it weigh */
};

#endif
