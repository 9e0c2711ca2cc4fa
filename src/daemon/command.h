/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/command.h - what a command of the program is, and how it ends.
 */
#ifndef DAEMON_COMMAND_H
#define DAEMON_COMMAND_H

/* Exit statuses. */
enum {
	STATUS_OK = 0,
	STATUS_FAILED = 1,	  /* no memory, output that cannot be written */
	STATUS_BAD_INPUT = 2,	  /* the command line or a file: one line on stderr says what */
	STATUS_INTERRUPTED = 130, /* as shells show it */
};

/* Runs a command; argv[0] is its name. => the exit status */
typedef int program_main(int argc, char **argv);

program_main program_replay, program_run, program_console, program_exec, program_check,
        program_export, program_explain;

/* One line on stderr: "weir: ...". */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
