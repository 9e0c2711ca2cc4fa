/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/command_random.c - :rndnum and :rndstr. The numbers are the kernel's, good enough for
 * passwords, and no value is likelier than another.
 *
 * Source: RouterOS manual, "Scripting": global commands. Threads: as console/call.h.
 */
#include <string.h>
#include <sys/random.h>

#include "console/global.h"

#define LENGTH_MAX 65536
#define LENGTH_USUAL 16

static bool random_bytes(void *to, size_t len)
{
	return getrandom(to, len, 0) == (ssize_t)len;
}

/* A number from 0 to most. What lies above the last whole multiple is drawn again. */
static bool random_number(uint64_t most, uint64_t *number)
{
	uint64_t range = most + 1, drawn, limit;

	if (range == 0)
		return random_bytes(number, sizeof *number);
	limit = UINT64_MAX - (UINT64_MAX - most) % range;
	do {
		if (!random_bytes(&drawn, sizeof drawn))
			return false;
	} while (drawn > limit);
	*number = drawn % range;
	return true;
}

static bool run_rndnum(struct call *call)
{
	int64_t from = 0, to = INT64_MAX;
	uint64_t number;

	if (!global_number(call, "from", INT64_MIN, INT64_MAX, &from) ||
	    !global_number(call, "to", INT64_MIN, INT64_MAX, &to))
		return false;
	if (from > to)
		return global_fail(call, "from must not be more than to");
	if (!random_number((uint64_t)to - (uint64_t)from, &number))
		return global_fail(call, "no random numbers");
	*call->result = cell_num((int64_t)((uint64_t)from + number));
	return true;
}

static const struct parameter rndnum_parameters[] = {
        {.name = "from", .help = "the least", .positional = 1, .kind = {.type = VALUE_NUMBER}},
        {.name = "to", .help = "the most", .positional = 2, .kind = {.type = VALUE_NUMBER}},
        {0},
};

const struct command command_rndnum = {
        .name = "rndnum",
        .help = "a random number",
        .parameters = rndnum_parameters,
        .run = run_rndnum,
};

static bool random_text(const struct strbuf *letters, int64_t length, struct strbuf *text)
{
	for (int64_t i = 0; i < length; i++) {
		uint64_t at;

		if (!random_number(letters->len - 1, &at))
			return false;
		strbuf_char(text, letters->data[at]);
	}
	return true;
}

static bool run_rndstr(struct call *call)
{
	struct strbuf letters = STRBUF_INIT, text = STRBUF_INIT;
	int64_t length = LENGTH_USUAL;
	bool good;

	if (!global_number(call, "length", 0, LENGTH_MAX, &length) ||
	    !global_text(call, global_value(call, "from"), &letters))
		return false;
	if (call_argument(call, "from") == NULL)
		strbuf_str(&letters, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		                     "0123456789");
	if (letters.failed)
		good = global_no_memory(call);
	else if (letters.len == 0 && length)
		good = global_fail(call, "from is empty");
	else if (!random_text(&letters, length, &text))
		good = global_fail(call, "no random numbers");
	else
		good = global_result_text(call, &text);
	strbuf_free(&letters);
	strbuf_free(&text);
	return good;
}

static const struct parameter rndstr_parameters[] = {
        {.name = "length", .help = "how many, 16", .kind = {.type = VALUE_NUMBER}},
        {.name = "from", .help = "the characters to choose from"},
        {0},
};

const struct command command_rndstr = {
        .name = "rndstr",
        .help = "a random text",
        .parameters = rndstr_parameters,
        .run = run_rndstr,
};
