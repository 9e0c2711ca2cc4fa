/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/main.c - the program: finds the command and runs it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <weir/weir.h>

#include "base/bytes.h"
#include "daemon/command.h"

struct command {
	const char *name;
	const char *help;
	program_main *run;
};

static program_main command_help, command_version;

static const struct command commands[] = {
	{ "run", "run the router", program_run },
	{ "console", "the console of a running router", program_console },
	{ "exec", "run one command on a running router", program_exec },
	{ "check", "tell what is wrong with a configuration", program_check },
	{ "export", "write what weir holds of a configuration", program_export },
	{ "replay", "run captures through the tracker and print the connections", program_replay },
	{ "explain", "tell which rules a packet meets", program_explain },
	{ "help", "print this text, or a command's own", command_help },
	{ "version", "print the version", command_version },
};

static const struct command *find_command(const char *name)
{
	/* The options that every program has. */
	if (!strcmp(name, "--help") || !strcmp(name, "-h"))
		name = "help";
	else if (!strcmp(name, "--version") || !strcmp(name, "-V"))
		name = "version";
	for (size_t i = 0; i < ARRAY_COUNT(commands); i++) {
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	}
	return NULL;
}

static void print_help(FILE *out)
{
	fputs("usage: weir COMMAND ...\n\n", out);
	for (size_t i = 0; i < ARRAY_COUNT(commands); i++)
		fprintf(out, "  %-10s%s\n", commands[i].name, commands[i].help);
	fputs("\n\"weir COMMAND --help\" tells more.\n", out);
}

static int command_help(int argc, char **argv)
{
	if (argc > 1) {
		const struct command *command = find_command(argv[1]);
		char help[] = "--help";
		char *arguments[] = { argv[1], help, NULL };

		if (!command) {
			complain("no command \"%s\"; \"weir help\" lists them", argv[1]);
			return STATUS_BAD_INPUT;
		}
		if (command->run != command_help && command->run != command_version)
			return command->run(2, arguments);
	}
	print_help(stdout);
	return STATUS_OK;
}

static int command_version(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	printf("weir %s\n", WEIR_VERSION);
	return STATUS_OK;
}

void complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("weir: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
}

int main(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2) {
		print_help(stderr);
		return STATUS_BAD_INPUT;
	}
	command = find_command(argv[1]);
	if (!command) {
		complain("no command \"%s\"; \"weir help\" lists them", argv[1]);
		return STATUS_BAD_INPUT;
	}
	return command->run(argc - 1, argv + 1);
}
