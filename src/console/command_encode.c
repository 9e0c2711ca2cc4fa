/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/command_encode.c - :convert: bytes from one form of text to another, and what can be
 * done to them between.
 *
 *	none, raw   the bytes themselves
 *	base64      RFC 4648, 4; read with or without the `=` at its end
 *	base32      RFC 4648, 6
 *	hex         68656c6c6f; read in either case
 *	url         RFC 3986, 2.1: all but letters, digits and -._~ as %20
 *	byte-array  an array of numbers
 *
 * Source: RouterOS manual, "Scripting": `:convert`. Threads: as console/call.h. Cost: linear.
 */
#include <stdlib.h>
#include <string.h>

#include "console/global.h"

enum form { NONE, BASE64, BASE32, HEX, URL, BYTE_ARRAY };
enum transform { AS_IS, LOWER, UPPER, LOWER_FIRST, UPPER_FIRST, REVERSE, ROT13 };

static const struct value_name forms[] = {
        {NONE, "none", NULL}, {NONE, "raw", NULL}, {BASE64, "base64", NULL},
        {BASE32, "base32", NULL}, {HEX, "hex", NULL}, {URL, "url", NULL},
        {BYTE_ARRAY, "byte-array", NULL}, {0, NULL, NULL},
};

static const struct value_name transforms[] = {
        {AS_IS, "none", NULL}, {LOWER, "lc", NULL}, {UPPER, "uc", NULL},
        {LOWER_FIRST, "lcfirst", NULL}, {UPPER_FIRST, "ucfirst", NULL},
        {REVERSE, "reverse", NULL}, {ROT13, "rot13", NULL}, {0, NULL, NULL},
};

static const char letters64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char letters32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
static const char letters16[] = "0123456789abcdef";

/* Forms of letters that stand for 4, 5 or 6 bits; a group of letters is a whole number of bytes
 * and filled up with `=`. */
static const struct base {
	const char *letters;
	unsigned bits, group;
} bases[] = {
        [BASE64] = {letters64, 6, 4},
        [BASE32] = {letters32, 5, 8},
        [HEX] = {letters16, 4, 2},
};

static void write_base(const struct base *base, const struct strbuf *bytes, struct strbuf *out)
{
	size_t letters = (8 * bytes->len + base->bits - 1) / base->bits;
	unsigned window = 0, have = 0;
	size_t at = 0;

	for (size_t i = 0; i < letters; i++) {
		while (have < base->bits) {
			window = window << 8 | (at < bytes->len ? (uint8_t)bytes->data[at] : 0u);
			at++;
			have += 8;
		}
		have -= base->bits;
		strbuf_char(out, base->letters[window >> have & ((1u << base->bits) - 1)]);
	}
	if (letters % base->group)
		strbuf_fill(out, '=', base->group - letters % base->group);
}

static int letter_value(const struct base *base, char c)
{
	const char *found;

	if (base->bits == 4 && c >= 'A' && c <= 'F')
		c = (char)(c | 0x20);
	if (c == '\0')
		return -1;
	found = strchr(base->letters, c);
	return found ? (int)(found - base->letters) : -1;
}

/* => false: it is no such text. Bits of the last letter beyond the last byte are dropped. */
static bool read_base(const struct base *base, const struct strbuf *text, struct strbuf *bytes)
{
	const char *data = strbuf_text(text);
	size_t len = text->len;
	unsigned window = 0, have = 0;

	while (base->bits != 4 && len && text->len - len < base->group && data[len - 1] == '=')
		len--;
	for (size_t i = 0; i < len; i++) {
		int value = letter_value(base, data[i]);

		if (value < 0)
			return false;
		window = window << base->bits | (unsigned)value;
		have += base->bits;
		if (have >= 8) {
			have -= 8;
			strbuf_char(bytes, (char)(window >> have));
		}
	}
	return have < base->bits; /* a letter more than any number of bytes has */
}

static bool unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("-._~", c));
}

static void write_url(const struct strbuf *bytes, struct strbuf *out)
{
	for (size_t i = 0; i < bytes->len; i++) {
		if (unreserved(bytes->data[i]))
			strbuf_char(out, bytes->data[i]);
		else
			strbuf_printf(out, "%%%02X", (unsigned)(uint8_t)bytes->data[i]);
	}
}

static bool read_url(const struct strbuf *text, struct strbuf *bytes)
{
	const char *data = strbuf_text(text);

	for (size_t i = 0; i < text->len; i++) {
		int high, low;

		if (data[i] != '%') {
			strbuf_char(bytes, data[i]);
			continue;
		}
		if (text->len - i < 3)
			return false;
		high = letter_value(&bases[HEX], data[i + 1]);
		low = letter_value(&bases[HEX], data[i + 2]);
		if (high < 0 || low < 0)
			return false;
		strbuf_char(bytes, (char)(high << 4 | low));
		i += 2;
	}
	return true;
}

static bool read_array(const struct cell *array, struct strbuf *bytes)
{
	for (size_t i = 0; i < cell_array_count(array); i++) {
		struct cell num = cell_to_num(cell_array_at(array, i, NULL, NULL));

		if (num.type != CELL_NUM || num.num < 0 || num.num > 255)
			return false;
		strbuf_char(bytes, (char)num.num);
	}
	return array->type == CELL_ARRAY;
}

/* The bytes that a value stands for. => false: it has not the form; or bytes->failed */
static bool decode(const struct cell *value, enum form form, struct strbuf *bytes)
{
	struct strbuf text = STRBUF_INIT;
	bool good = true;

	if (form == BYTE_ARRAY)
		return read_array(value, bytes);
	if (form == NONE) {
		cell_print(value, bytes);
		return true;
	}
	cell_print(value, &text);
	if (text.failed)
		bytes->failed = true;
	else
		good = form == URL ? read_url(&text, bytes) : read_base(&bases[form], &text, bytes);
	strbuf_free(&text);
	return good;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c & ~0x20) : c;
}

static char rot13(char c)
{
	char small = lower(c);

	if (small < 'a' || small > 'z')
		return c;
	return (char)(small < 'n' ? c + 13 : c - 13);
}

static void reverse(char *data, size_t len)
{
	for (size_t i = 0; i < len / 2; i++) {
		char c = data[i];

		data[i] = data[len - 1 - i];
		data[len - 1 - i] = c;
	}
}

static void transform_bytes(enum transform transform, struct strbuf *bytes)
{
	bool first = transform == LOWER_FIRST || transform == UPPER_FIRST;
	size_t count = first && bytes->len ? 1 : bytes->len;

	if (transform == REVERSE)
		reverse(bytes->data, bytes->len);
	for (size_t i = 0; i < count; i++) {
		char *c = bytes->data + i;

		if (transform == LOWER || transform == LOWER_FIRST)
			*c = lower(*c);
		else if (transform == UPPER || transform == UPPER_FIRST)
			*c = upper(*c);
		else if (transform == ROT13)
			*c = rot13(*c);
	}
}

static bool give_array(struct call *call, const struct strbuf *bytes)
{
	struct cell array = cell_array_new();

	if (array.type != CELL_ARRAY)
		return global_no_memory(call);
	for (size_t i = 0; i < bytes->len; i++) {
		if (cell_array_add(&array, cell_num((uint8_t)bytes->data[i])))
			continue;
		cell_free(&array);
		return global_no_memory(call);
	}
	return global_result(call, array);
}

static bool give(struct call *call, enum form form, const struct strbuf *bytes)
{
	struct strbuf out = STRBUF_INIT;

	if (form == BYTE_ARRAY)
		return give_array(call, bytes);
	if (form == NONE)
		strbuf_add(&out, bytes->data, bytes->len);
	else if (form == URL)
		write_url(bytes, &out);
	else
		write_base(&bases[form], bytes, &out);
	return global_result_text(call, &out);
}

static bool run_convert(struct call *call)
{
	unsigned from = NONE, to = NONE, transform = AS_IS;
	struct strbuf bytes = STRBUF_INIT;
	bool good;

	if (!global_word(call, "from", &from) || !global_word(call, "to", &to) ||
	    !global_word(call, "transform", &transform))
		return false;
	if (!decode(global_value(call, "value"), (enum form)from, &bytes)) {
		const char *text = call_text(call, call_argument(call, "from"), &(size_t){0});

		good = global_fail(call, "value is not %s", text ? text : "what from says");
	} else if (bytes.failed) {
		good = global_no_memory(call);
	} else {
		transform_bytes((enum transform)transform, &bytes);
		good = give(call, (enum form)to, &bytes);
	}
	strbuf_free(&bytes);
	return good;
}

static const struct parameter parameters[] = {
        {.name = "value", .help = "a text or an array", .positional = 1, .required = true},
        {.name = "from", .help = "its form", .kind = {.type = VALUE_ENUM, .names = forms}},
        {.name = "to", .help = "the form wanted", .kind = {.type = VALUE_ENUM, .names = forms}},
        {.name = "transform",
         .help = "what is done to the bytes between",
         .kind = {.type = VALUE_ENUM, .names = transforms}},
        {0},
};

const struct command command_encode = {
        .name = "convert",
        .help = "text from one form to another: base64, hex, url",
        .parameters = parameters,
        .run = run_convert,
};
