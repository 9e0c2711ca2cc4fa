/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/console.c - `weir console` and `weir exec`: a console on a running weir, and one
 * command on it.
 */
#include <stdio.h>

#include "base/bytes.h"
#include "daemon/command.h"
#include "daemon/front_end.h"
#include "daemon/local.h"
#include "daemon/options.h"

struct caller {
	const char *socket;
	struct front_end_options front_end;
	bool help;
};

static int read_socket(void *ctx, const char *value)
{
	((struct caller *)ctx)->socket = value;
	return STATUS_OK;
}

static int read_user(void *ctx, const char *value)
{
	if (!*value || *value == '+')
		return option_wrong("user", value, "a name");
	((struct caller *)ctx)->front_end.user = value;
	return STATUS_OK;
}

static int read_echo(void *ctx, const char *value)
{
	(void)value;
	((struct caller *)ctx)->front_end.echo = true;
	return STATUS_OK;
}

static int read_help(void *ctx, const char *value)
{
	(void)value;
	((struct caller *)ctx)->help = true;
	return STATUS_OK;
}

static const struct command_option console_options[] = {
        {"socket", "PATH", "where the running weir is reached", read_socket},
        {"user", "NAME", "whose name changes bear; +c: no colours, +120w: columns", read_user},
        {"echo", NULL, "without a terminal: write prompts and what is read as well", read_echo},
        {"help", NULL, "print this text", read_help},
};

static const struct command_option exec_options[] = {
        {"socket", "PATH", "where the running weir is reached", read_socket},
        {"user", "NAME", "whose name changes bear; +120w: columns", read_user},
        {"help", NULL, "print this text", read_help},
};

static int connect_caller(const struct caller *caller, int *fd)
{
	struct local_path path;
	int status = local_path(caller->socket, &path);

	if (status != STATUS_OK)
		return status;
	*fd = local_connect(&path);
	return *fd < 0 ? STATUS_FAILED : STATUS_OK;
}

int program_console(int argc, char **argv)
{
	struct caller caller = {.front_end.user = "admin"};
	int first, fd, status;

	status = options_read("console", console_options, ARRAY_COUNT(console_options), &caller,
	                      argc, argv, &first);
	if (status != STATUS_OK)
		return status;
	if (caller.help) {
		fputs("usage: weir console [OPTIONS]\n\n"
		      "The console of a running weir: the language of RouterOS, Tab completes, ? and F1\n"
		      "explain, Ctrl-X is safe mode. Without a terminal it runs the lines it reads.\n\n",
		      stdout);
		options_help(console_options, ARRAY_COUNT(console_options));
		fputs("\nExit status: 0; 1 if no weir is running, it went away or, without a terminal,\n"
		      "the last command failed; 2 for a wrong command line.\n",
		      stdout);
		return STATUS_OK;
	}
	if (first != argc) {
		complain("\"%s\": expected no more words; a command goes to \"weir exec\"",
		         argv[first]);
		return STATUS_BAD_INPUT;
	}
	status = connect_caller(&caller, &fd);
	return status == STATUS_OK ? front_end_run(fd, &caller.front_end) : status;
}

int program_exec(int argc, char **argv)
{
	struct caller caller = {.front_end.user = "admin"};
	int first, fd, status;

	status = options_read("exec", exec_options, ARRAY_COUNT(exec_options), &caller, argc, argv,
	                      &first);
	if (status != STATUS_OK)
		return status;
	if (caller.help) {
		fputs("usage: weir exec [OPTIONS] COMMAND\n\n"
		      "Runs one command, or several with \";\" between, on a running weir:\n"
		      "  weir exec '/ip firewall filter print stats'\n\n",
		      stdout);
		options_help(exec_options, ARRAY_COUNT(exec_options));
		fputs("\nExit status: 0; 1 if the command failed or no weir is running; 2 for a wrong\n"
		      "command line; 130 if interrupted.\n",
		      stdout);
		return STATUS_OK;
	}
	if (argc - first != 1) {
		complain("expected one command in quotes; \"weir exec --help\" tells more");
		return STATUS_BAD_INPUT;
	}
	status = connect_caller(&caller, &fd);
	return status == STATUS_OK ? front_end_execute(fd, argv[first], &caller.front_end) : status;
}
