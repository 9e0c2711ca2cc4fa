/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/options.h - the options of a command line, as a table: what each is called, what it
 * takes, what it is for, and the function that reads its value.
 */
#ifndef DAEMON_OPTIONS_H
#define DAEMON_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

struct command_option {
	const char *name;
	const char *value; /* what it takes, for people; NULL: nothing */
	const char *help;
	/* => STATUS_OK, or another exit status after one line on stderr. value: of argv */
	int (*read)(void *ctx, const char *value);
};

#define OPTIONS_MAX 32

/* Reads the options, which may stand anywhere; *first is the index of the first other word of
 * argv, which they are moved behind. `command` is what errors point at: "replay".
 * => STATUS_OK, or another exit status after one line on stderr */
int options_read(const char *command, const struct command_option *options, size_t count,
                 void *ctx, int argc, char **argv, int *first);

/* Prints each with its help. */
void options_help(const struct command_option *options, size_t count);

/* Tells of a wrong value: the option, the value, what was expected. => STATUS_BAD_INPUT */
int option_wrong(const char *option, const char *value, const char *expected);

#endif
