/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/global.c - the table of global commands, and what their functions have in common; see
 * global.h.
 */
#include "console/global.h"

#include <stdio.h>
#include <string.h>

#include "console/cell_store.h"

static const struct place nowhere;

const struct command *const global_commands[] = {
        &command_beep, &command_encode, &command_delay,
        &command_deserialize, &command_environment, &command_find_text,
        &command_jobname, &command_len, &command_log, &command_nothing,
        &command_pick, &command_put, &command_rndnum,
        &command_rndstr, &command_serialize, &command_time_code,
        &command_timestamp, &command_toarray, &command_tobool,
        &command_toid, &command_toip, &command_toip6,
        &command_tonsec, &command_tonum, &command_tostr,
        &command_totime, &command_typeof, NULL,
};

const struct cell *global_value(const struct call *call, const char *name)
{
	static const struct cell nothing = {.type = CELL_NOTHING};
	const struct argument *argument = call_argument(call, name);

	return argument ? &argument->value : &nothing;
}

bool global_no_memory(struct call *call)
{
	return session_fail(call->session, nowhere, "failure: out of memory");
}

bool global_fail(struct call *call, const char *format, ...)
{
	char text[200];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	return session_fail(call->session, nowhere, "failure: %s", text);
}

bool global_text(struct call *call, const struct cell *value, struct strbuf *text)
{
	cell_print(value, text);
	return !text->failed || global_no_memory(call);
}

bool global_number(struct call *call, const char *name, int64_t least, int64_t most,
                   int64_t *number)
{
	const struct argument *argument = call_argument(call, name);
	struct cell num;

	if (argument == NULL || cell_is_absent(&argument->value))
		return true;
	num = cell_to_num(&argument->value);
	if (num.type != CELL_NUM)
		return session_fail(call->session, argument->place,
		                    "invalid value for argument %s", name);
	if (num.num < least || num.num > most)
		return session_fail(call->session, argument->place,
		                    "value of %s out of range (%jd..%jd)", name, (intmax_t)least,
		                    (intmax_t)most);
	*number = num.num;
	return true;
}

bool global_word(struct call *call, const char *name, unsigned *word)
{
	const struct argument *argument = call_argument(call, name);
	const struct value_name *found = NULL, *each;
	bool several = false;
	size_t len;
	const char *text;

	if (argument == NULL)
		return true;
	text = call_text(call, argument, &len);
	if (text == NULL)
		return global_no_memory(call);
	for (each = argument->parameter->kind.names; each->name; each++) {
		if (len == 0 || strncmp(each->name, text, len) != 0)
			continue;
		several = found != NULL;
		found = each;
		if (each->name[len] == '\0') {
			several = false;
			break;
		}
	}
	if (several)
		return session_fail(call->session, argument->place,
		                    "ambiguous value of %s, more than one possible value matches "
		                    "input",
		                    name);
	if (found == NULL)
		return session_fail(call->session, argument->place,
		                    "input does not match any value of %s", name);
	*word = (unsigned)found->number;
	return true;
}

bool global_result(struct call *call, struct cell value)
{
	if (value.type == CELL_NIL)
		return global_no_memory(call);
	*call->result = value;
	return true;
}

bool global_result_text(struct call *call, struct strbuf *text)
{
	struct cell value = {.type = CELL_NIL};

	if (!text->failed)
		value = cell_str(strbuf_text(text), text->len);
	strbuf_free(text);
	return global_result(call, value);
}
