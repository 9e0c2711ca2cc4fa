/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/options.c - reading options by getopt_long(); see options.h.
 */
#include "daemon/options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "daemon/command.h"

int option_wrong(const char *option, const char *value, const char *expected)
{
	complain("--%s: \"%s\": expected %s", option, value, expected);
	return STATUS_BAD_INPUT;
}

int options_read(const char *command, const struct command_option *options, size_t count,
                 void *ctx, int argc, char **argv, int *first)
{
	struct option table[OPTIONS_MAX + 1] = {{0}};
	int found, index = 0;

	for (size_t i = 0; i < count && i < OPTIONS_MAX; i++) {
		table[i].name = options[i].name;
		table[i].has_arg = options[i].value ? required_argument : no_argument;
		table[i].val = 1;
	}
	opterr = 0;
	optind = 1;
	while ((found = getopt_long(argc, argv, ":", table, &index)) != -1) {
		int status;

		if (found == 1) {
			status = options[index].read(ctx, optarg);
			if (status != STATUS_OK)
				return status;
			continue;
		}
		if (found == ':')
			complain("%s: expected a value", argv[optind - 1]);
		else
			complain("%s: no such option, or not in this form; "
			         "\"weir %s --help\" lists them",
			         argv[optind - 1], command);
		return STATUS_BAD_INPUT;
	}
	*first = optind;
	return STATUS_OK;
}

void options_help(const struct command_option *options, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		printf("  --%s%s%s\n        %s\n", options[i].name, options[i].value ? " " : "",
		       options[i].value ? options[i].value : "", options[i].help);
	}
}
