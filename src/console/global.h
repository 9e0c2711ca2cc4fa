/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/global.h - the global commands (:put, :len) by name, for the one table that has them
 * all (global.c), and how their functions read their arguments.
 *
 * Life: constant. Threads: as console/call.h.
 */
#ifndef CONSOLE_GLOBAL_H
#define CONSOLE_GLOBAL_H

#include "console/call.h"

/* command_text.c */
extern const struct command command_len, command_pick, command_find_text, command_typeof;
extern const struct command command_nothing;

/* command_convert.c */
extern const struct command command_tostr, command_tonum, command_toip, command_toip6;
extern const struct command command_totime, command_tobool, command_toarray, command_toid;
extern const struct command command_tonsec;

/* command_encode.c */
extern const struct command command_encode; /* :convert */

/* command_json.c */
extern const struct command command_serialize, command_deserialize;

/* command_output.c */
extern const struct command command_put, command_log, command_beep, command_environment;
extern const struct command command_jobname;

/* command_time.c */
extern const struct command command_time_code, command_delay, command_timestamp;

/* command_random.c */
extern const struct command command_rndnum, command_rndstr;

/* The value of an argument; nothing where it was not given. */
const struct cell *global_value(const struct call *call, const char *name);

/* Its text as :put shows it, in *text, that the caller frees. => false: session_fail() told */
bool global_text(struct call *call, const struct cell *value, struct strbuf *text);

/* Reads a number from `least` to `most`; *number stays where none was given.
 * => false: session_fail() told */
bool global_number(struct call *call, const char *name, int64_t least, int64_t most,
                   int64_t *number);

/* Reads a word of a kind's names, or the only one that begins so; *word stays where none was
 * given. => false: session_fail() told */
bool global_word(struct call *call, const char *name, unsigned *word);

/* Makes a text the result. The buffer is freed. => false: session_fail() told */
bool global_result_text(struct call *call, struct strbuf *text);

/* Makes a value the result; CELL_NIL means that memory ran out. => false: session_fail() told */
bool global_result(struct call *call, struct cell value);

/* "failure: ..." => false */
bool global_fail(struct call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));

bool global_no_memory(struct call *call); /* => false */

#endif
