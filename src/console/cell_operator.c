/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/cell_operator.c - what the operators of the console language do with values.
 *
 * A string that means a number, time or address is one to arithmetic and to comparing; no value
 * counts as zero in arithmetic and as "" in comparing, so that `:set n ($n + 1)` may begin with
 * nothing. Numbers are 64 bits and wrap, IPv4 addresses 32 bits. What makes no sense is an
 * error that names both types.
 *
 * Source: RouterOS manual, "Scripting": operators. Threads: as cell.h. Cost: `.` and `,` build
 * a new text or array; `in` and = on arrays look at every element; `~` see cell_match.c.
 */
#include <string.h>

#include "base/addr.h"
#include "base/bytes.h"
#include "console/cell.h"
#include "console/cell_store.h"

struct operation {
	enum cell_operator op;
	const struct cell *left, *right;
	struct cell *to;
	struct strbuf *error;
};

/* Errors */

static const struct {
	const char *format; /* of the types; `swapped`: the right one first */
	bool swapped;
} refusals[OP_COUNT] = {
        [OP_ADD] = {"cannot add %s to %s", false},
        [OP_SUBTRACT] = {"cannot subtract %s from %s", true},
        [OP_MULTIPLY] = {"cannot multiply %s by %s", false},
        [OP_DIVIDE] = {"cannot divide %s by %s", false},
        [OP_MODULO] = {"cannot compute remainder of %s by %s", false},
        [OP_NEGATE] = {"cannot negate %s", false},
        [OP_LESS] = {"cannot compare if %s is less than %s", false},
        [OP_GREATER] = {"cannot compare if %s is more than %s", false},
        [OP_AT_MOST] = {"cannot compare if %s is less than or equal to %s", false},
        [OP_AT_LEAST] = {"cannot compare if %s is more than or equal to %s", false},
        [OP_NOT] = {"cannot invert %s", false},
        [OP_AND] = {"cannot compute logical and of %s and %s", false},
        [OP_OR] = {"cannot compute logical or of %s and %s", false},
        [OP_IN] = {"cannot check if %s is in %s", false},
        [OP_BIT_AND] = {"cannot compute bitwise and of %s and %s", false},
        [OP_BIT_OR] = {"cannot compute bitwise or of %s and %s", false},
        [OP_BIT_XOR] = {"cannot compute bitwise xor of %s and %s", false},
        [OP_BIT_NOT] = {"cannot compute bitwise not of %s", false},
        [OP_SHIFT_LEFT] = {"cannot shift %s left by %s", false},
        [OP_SHIFT_RIGHT] = {"cannot shift %s right by %s", false},
        [OP_CONCATENATE] = {"cannot concatenate %s and %s", false},
};

/* => false */
static bool refuse(const struct operation *o)
{
	const char *text = refusals[o->op].format, *gap;
	const char *words[2] = {cell_type_words(o->left),
	                        o->right ? cell_type_words(o->right) : ""};
	unsigned next = refusals[o->op].swapped;

	for (; (gap = strstr(text, "%s")) != NULL; text = gap + 2, next ^= 1) {
		strbuf_add(o->error, text, (size_t)(gap - text));
		strbuf_str(o->error, words[next]);
	}
	strbuf_str(o->error, text);
	return false;
}

static bool no_memory(const struct operation *o)
{
	strbuf_str(o->error, "out of memory");
	return false;
}

static bool give(const struct operation *o, struct cell result)
{
	*o->to = result;
	return true;
}

/* Operands */

/* A value as arithmetic takes it: a string as what it means, nothing as zero of the other's
 * kind. Borrowed, not another owner. */
static struct cell operand(const struct cell *cell)
{
	struct cell to;

	if (cell_is_absent(cell))
		return cell_num(0);
	if (cell->type == CELL_STR && cell_literal_plain(cell->text->data, cell->text->len, &to))
		return to;
	return *cell;
}

static bool is_pair(const struct cell *a, const struct cell *b, enum cell_type left,
                    enum cell_type right)
{
	return a->type == left && b->type == right;
}

/* A number beside a time is seconds. */
static int64_t nanoseconds(const struct cell *cell)
{
	if (cell->type == CELL_TIME)
		return cell->num;
	return (int64_t)((uint64_t)cell->num * WEIR_SEC);
}

static bool are_times(const struct cell *a, const struct cell *b)
{
	return is_pair(a, b, CELL_TIME, CELL_TIME) || is_pair(a, b, CELL_TIME, CELL_NUM) ||
	       is_pair(a, b, CELL_NUM, CELL_TIME);
}

static uint32_t ip_number(const struct cell *ip)
{
	return be32(&ip->addr.v4);
}

static struct cell ip_cell(uint32_t number)
{
	struct cell ip = {.type = CELL_IP};

	put_be32(&ip.addr.v4, number);
	return ip;
}

/* Arithmetic. Sums are made unsigned: they wrap. */

static bool add(const struct operation *o)
{
	struct cell a = operand(o->left), b = operand(o->right);

	if (is_pair(&a, &b, CELL_NUM, CELL_NUM))
		return give(o, cell_num((int64_t)((uint64_t)a.num + (uint64_t)b.num)));
	if (are_times(&a, &b))
		return give(o, cell_time((int64_t)((uint64_t)nanoseconds(&a) +
		                                   (uint64_t)nanoseconds(&b))));
	if (is_pair(&a, &b, CELL_IP, CELL_NUM))
		return give(o, ip_cell(ip_number(&a) + (uint32_t)b.num));
	if (is_pair(&a, &b, CELL_NUM, CELL_IP))
		return give(o, ip_cell(ip_number(&b) + (uint32_t)a.num));
	return refuse(o);
}

static bool subtract(const struct operation *o)
{
	struct cell a = operand(o->left), b = operand(o->right);

	if (is_pair(&a, &b, CELL_NUM, CELL_NUM))
		return give(o, cell_num((int64_t)((uint64_t)a.num - (uint64_t)b.num)));
	if (are_times(&a, &b))
		return give(o, cell_time((int64_t)((uint64_t)nanoseconds(&a) -
		                                   (uint64_t)nanoseconds(&b))));
	if (is_pair(&a, &b, CELL_IP, CELL_NUM))
		return give(o, ip_cell(ip_number(&a) - (uint32_t)b.num));
	if (is_pair(&a, &b, CELL_IP, CELL_IP))
		return give(o, cell_num((int64_t)ip_number(&a) - (int64_t)ip_number(&b)));
	return refuse(o);
}

static bool multiply(const struct operation *o)
{
	struct cell a = operand(o->left), b = operand(o->right);
	bool numbers = is_pair(&a, &b, CELL_NUM, CELL_NUM);
	int64_t product;

	if (!numbers && (!are_times(&a, &b) || a.type == b.type))
		return refuse(o);
	product = (int64_t)((uint64_t)a.num * (uint64_t)b.num);
	return give(o, numbers ? cell_num(product) : cell_time(product));
}

/* Both as C does, but the one quotient that does not fit wraps. */
static int64_t quotient(int64_t a, int64_t b)
{
	return b == -1 ? (int64_t)-(uint64_t)a : a / b;
}

static int64_t remainder_of(int64_t a, int64_t b)
{
	return b == -1 ? 0 : a % b;
}

static bool divide(const struct operation *o)
{
	struct cell a = operand(o->left), b = operand(o->right);
	bool numbers = is_pair(&a, &b, CELL_NUM, CELL_NUM);
	bool times = is_pair(&a, &b, CELL_TIME, CELL_TIME);
	bool part = is_pair(&a, &b, CELL_TIME, CELL_NUM);

	if (!numbers && !times && !(part && o->op == OP_DIVIDE))
		return refuse(o);
	if (b.num == 0) {
		strbuf_str(o->error, "cannot divide by zero");
		return false;
	}
	if (o->op == OP_DIVIDE)
		return give(o, part ? cell_time(quotient(a.num, b.num))
		                    : cell_num(quotient(a.num, b.num)));
	return give(o, times ? cell_time(remainder_of(a.num, b.num))
	                     : cell_num(remainder_of(a.num, b.num)));
}

static bool negate(const struct operation *o)
{
	struct cell a = operand(o->left);

	if (a.type == CELL_NUM)
		return give(o, cell_num((int64_t)-(uint64_t)a.num));
	if (a.type == CELL_TIME)
		return give(o, cell_time((int64_t)-(uint64_t)a.num));
	return refuse(o);
}

/* Bits */

static uint64_t bits_of(enum cell_operator op, uint64_t a, uint64_t b)
{
	switch (op) {
	case OP_BIT_AND:
		return a & b;
	case OP_BIT_OR:
		return a | b;
	default:
		return a ^ b;
	}
}

static bool combine_bits(const struct operation *o)
{
	struct cell a = operand(o->left), b = operand(o->right), to = {.type = CELL_IP6};
	bool a_ip = a.type == CELL_IP, b_ip = b.type == CELL_IP;

	if (is_pair(&a, &b, CELL_NUM, CELL_NUM))
		return give(o, cell_num((int64_t)bits_of(o->op, (uint64_t)a.num, (uint64_t)b.num)));
	if ((a_ip || a.type == CELL_NUM) && (b_ip || b.type == CELL_NUM))
		return give(o, ip_cell((uint32_t)bits_of(
		                       o->op, a_ip ? ip_number(&a) : (uint64_t)a.num,
		                       b_ip ? ip_number(&b) : (uint64_t)b.num)));
	if (!is_pair(&a, &b, CELL_IP6, CELL_IP6))
		return refuse(o);
	for (unsigned i = 0; i < 2; i++)
		to.addr.u64[i] = bits_of(o->op, a.addr.u64[i], b.addr.u64[i]);
	return give(o, to);
}

static bool invert_bits(const struct operation *o)
{
	struct cell a = operand(o->left);

	if (a.type == CELL_NUM)
		return give(o, cell_num(~a.num));
	if (a.type == CELL_IP)
		return give(o, ip_cell(~ip_number(&a)));
	if (a.type != CELL_IP6)
		return refuse(o);
	a.addr.u64[0] = ~a.addr.u64[0];
	a.addr.u64[1] = ~a.addr.u64[1];
	return give(o, a);
}

/* A shift by the width or more leaves nothing, or the sign; one by less than nothing as well. */
static bool shift(const struct operation *o)
{
	struct cell a = operand(o->left), b = operand(o->right);
	bool left = o->op == OP_SHIFT_LEFT, far;
	unsigned count;

	if (b.type != CELL_NUM || (a.type != CELL_NUM && a.type != CELL_IP))
		return refuse(o);
	far = b.num < 0 || b.num > 63;
	count = far ? 63 : (unsigned)b.num;
	if (a.type == CELL_IP) {
		uint64_t number = ip_number(&a);

		return give(o, ip_cell((uint32_t)(left && !far ? number << count
		                                  : left       ? 0
		                                               : number >> count)));
	}
	if (left)
		return give(o, cell_num(far ? 0 : (int64_t)((uint64_t)a.num << count)));
	return give(o, cell_num(a.num >> count));
}

/* Comparing */

/* A number of seconds against a time, which may be more than a time can hold. */
static int compare_times(const struct cell *a, const struct cell *b)
{
	__int128 left = a->num, right = b->num;

	if (a->type == CELL_NUM)
		left *= (int64_t)WEIR_SEC;
	if (b->type == CELL_NUM)
		right *= (int64_t)WEIR_SEC;
	return (left > right) - (left < right);
}

static bool is_empty_text(const struct cell *cell)
{
	return cell_is_absent(cell) || (cell->type == CELL_STR && cell->text->len == 0);
}

/* An array against a string: as it would be written. */
static bool written_equal(const struct cell *array, const struct cell_text *text)
{
	struct strbuf written = STRBUF_INIT;
	bool equal;

	cell_print(array, &written);
	equal = !written.failed && written.len == text->len &&
	        memcmp(strbuf_text(&written), text->data, text->len) == 0;
	strbuf_free(&written);
	return equal;
}

bool cell_relate(const struct cell *a, const struct cell *b, bool *ordered, int *order)
{
	struct cell left = *a, right = *b;

	*ordered = false;
	if (cell_is_absent(a) || cell_is_absent(b))
		return is_empty_text(a) && is_empty_text(b);
	if (is_pair(a, b, CELL_ARRAY, CELL_STR))
		return written_equal(a, b->text);
	if (is_pair(a, b, CELL_STR, CELL_ARRAY))
		return written_equal(b, a->text);
	if ((a->type == CELL_STR) != (b->type == CELL_STR)) {
		left = operand(a);
		right = operand(b);
	}
	if (are_times(&left, &right)) {
		*order = compare_times(&left, &right);
	} else if (left.type == right.type) {
		*order = cell_compare(&left, &right);
	} else {
		return false;
	}
	*ordered = left.type != CELL_BOOL && left.type != CELL_ARRAY && left.type != CELL_CODE;
	return *order == 0;
}

static bool compare(const struct operation *o)
{
	bool ordered, equal;
	int order = 0;

	equal = cell_relate(o->left, o->right, &ordered, &order);
	if (o->op == OP_EQUAL || o->op == OP_UNEQUAL)
		return give(o, cell_bool(equal == (o->op == OP_EQUAL)));
	if (!ordered)
		return refuse(o);
	if (o->op == OP_LESS)
		return give(o, cell_bool(order < 0));
	if (o->op == OP_GREATER)
		return give(o, cell_bool(order > 0));
	return give(o, cell_bool(o->op == OP_AT_MOST ? order <= 0 : order >= 0));
}

/* Logic */

static bool invert(const struct operation *o)
{
	return o->left->type == CELL_BOOL ? give(o, cell_bool(!o->left->truth)) : refuse(o);
}

static bool combine(const struct operation *o)
{
	if (!is_pair(o->left, o->right, CELL_BOOL, CELL_BOOL))
		return refuse(o);
	return give(o, cell_bool(o->op == OP_AND ? o->left->truth && o->right->truth
	                                         : o->left->truth || o->right->truth));
}

static bool as_prefix(const struct cell *cell, struct prefix *prefix)
{
	bool v4 = cell->type == CELL_IP || cell->type == CELL_IP_PREFIX;
	bool whole = cell->type == CELL_IP || cell->type == CELL_IP6;

	if (!v4 && cell->type != CELL_IP6 && cell->type != CELL_IP6_PREFIX)
		return false;
	prefix->family = v4 ? WEIR_IPV4 : WEIR_IPV6;
	prefix->bits = whole ? (uint8_t)addr_bits(prefix->family) : cell->length;
	prefix->addr = cell->addr;
	return true;
}

/* Bits beyond the prefix become zero, as prefix_contains() wants them. */
static void mask(struct prefix *prefix)
{
	uint8_t *bytes = (uint8_t *)&prefix->addr;

	for (unsigned bit = prefix->bits; bit < addr_bits(prefix->family); bit++) {
		if (bit % 8 == 0) {
			bytes[bit / 8] = 0;
			bit += 7;
		} else {
			bytes[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
		}
	}
}

static bool element_of(const struct cell *value, const struct cell *array)
{
	for (size_t i = 0; i < cell_array_count(array); i++) {
		bool ordered;
		int order;

		if (cell_relate(value, cell_array_at(array, i, NULL, NULL), &ordered, &order))
			return true;
	}
	return false;
}

static bool is_in(const struct operation *o)
{
	struct cell a = operand(o->left), b = operand(o->right);
	struct prefix inner, outer;

	if (b.type == CELL_ARRAY)
		return give(o, cell_bool(element_of(o->left, &b)));
	if (!as_prefix(&a, &inner) || !as_prefix(&b, &outer))
		return refuse(o);
	mask(&outer);
	return give(o, cell_bool(inner.bits >= outer.bits &&
	                         prefix_contains(&outer, inner.family, &inner.addr)));
}

static bool match(const struct operation *o)
{
	bool found;

	return cell_match(o->left, o->right, &found, o->error) && give(o, cell_bool(found));
}

/* Building */

static bool concatenate(const struct operation *o, const struct cell *left,
                        const struct cell *right, struct cell *to);

/* "." with each element of an array, keys kept. */
static bool concatenate_each(const struct operation *o, const struct cell *left,
                             const struct cell *right, struct cell *to)
{
	const struct cell *array = left->type == CELL_ARRAY ? left : right;
	struct cell all = cell_array_new();

	if (all.type != CELL_ARRAY)
		return no_memory(o);
	for (size_t i = 0; i < cell_array_count(array); i++) {
		const char *key;
		size_t len;
		const struct cell *element = cell_array_at(array, i, &key, &len);
		struct cell joined;

		if (!concatenate(o, array == left ? element : left,
		                 array == left ? right : element, &joined)) {
			cell_free(&all);
			return false;
		}
		if (key ? cell_array_set(&all, key, len, joined) : cell_array_add(&all, joined))
			continue;
		cell_free(&all);
		return no_memory(o);
	}
	*to = all;
	return true;
}

static bool concatenate(const struct operation *o, const struct cell *left,
                        const struct cell *right, struct cell *to)
{
	struct strbuf text = STRBUF_INIT;

	if (left->type == CELL_ARRAY || right->type == CELL_ARRAY)
		return concatenate_each(o, left, right, to);
	if (left->type == CELL_CODE || right->type == CELL_CODE)
		return refuse(o);
	cell_print(left, &text);
	cell_print(right, &text);
	*to = text.failed ? CELL_NONE : cell_str(strbuf_text(&text), text.len);
	strbuf_free(&text);
	return to->type == CELL_STR || no_memory(o);
}

static bool join_texts(const struct operation *o)
{
	return concatenate(o, o->left, o->right, o->to);
}

/* Adds a value to an array; of another array all its elements, keys and all. */
static bool append_to(struct cell *array, const struct cell *value)
{
	size_t count = cell_array_count(value);

	if (value->type != CELL_ARRAY)
		return cell_array_add(array, cell_copy(value));
	for (size_t i = 0; i < count; i++) {
		const char *key;
		size_t len;
		struct cell element = cell_copy(cell_array_at(value, i, &key, &len));

		if (!(key ? cell_array_set(array, key, len, element)
		          : cell_array_add(array, element)))
			return false;
	}
	return true;
}

static bool append(const struct operation *o)
{
	struct cell all;

	all = o->left->type == CELL_ARRAY ? cell_copy(o->left) : cell_array_new();
	if (all.type != CELL_ARRAY)
		return no_memory(o);
	if ((o->left->type == CELL_ARRAY || cell_is_absent(o->left) ||
	     append_to(&all, o->left)) &&
	    append_to(&all, o->right))
		return give(o, all);
	cell_free(&all);
	return no_memory(o);
}

/* An element that is not there is nothing, and so is any element of what is no array. */
static bool element(const struct operation *o)
{
	const struct cell *found = NULL;
	struct strbuf key = STRBUF_INIT;

	if (o->left->type != CELL_ARRAY)
		return give(o, CELL_NONE);
	if (o->right->type == CELL_NUM) {
		if (o->right->num >= 0)
			found = cell_array_at(o->left, (size_t)o->right->num, NULL, NULL);
	} else {
		cell_print(o->right, &key);
		if (key.failed) {
			strbuf_free(&key);
			return no_memory(o);
		}
		found = cell_array_get(o->left, strbuf_text(&key), key.len);
		strbuf_free(&key);
	}
	return give(o, found ? cell_copy(found) : CELL_NONE);
}

static bool (*const operators[OP_COUNT])(const struct operation *o) = {
        [OP_ADD] = add,
        [OP_SUBTRACT] = subtract,
        [OP_MULTIPLY] = multiply,
        [OP_DIVIDE] = divide,
        [OP_MODULO] = divide,
        [OP_NEGATE] = negate,
        [OP_LESS] = compare,
        [OP_GREATER] = compare,
        [OP_EQUAL] = compare,
        [OP_AT_MOST] = compare,
        [OP_AT_LEAST] = compare,
        [OP_UNEQUAL] = compare,
        [OP_NOT] = invert,
        [OP_AND] = combine,
        [OP_OR] = combine,
        [OP_IN] = is_in,
        [OP_BIT_AND] = combine_bits,
        [OP_BIT_OR] = combine_bits,
        [OP_BIT_XOR] = combine_bits,
        [OP_BIT_NOT] = invert_bits,
        [OP_SHIFT_LEFT] = shift,
        [OP_SHIFT_RIGHT] = shift,
        [OP_CONCATENATE] = join_texts,
        [OP_APPEND] = append,
        [OP_MATCH] = match,
        [OP_ELEMENT] = element,
};

bool cell_apply(enum cell_operator op, const struct cell *left, const struct cell *right,
                struct cell *to, struct strbuf *error)
{
	struct operation o = {op, left, right, to, error};

	*to = CELL_NONE;
	return operators[op](&o);
}
