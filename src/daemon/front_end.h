/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/front_end.h - the user's side of a console: what is typed goes out as frames, what
 * comes back is shown.
 *
 * On a terminal lines are edited (front_end_terminal.c): history, Tab, `?` and F1, Ctrl-X for safe
 * mode, Ctrl-C, Ctrl-D, lines that go on while brackets are open. Elsewhere lines are read as
 * they come (front_end.c).
 *
 * Threads: one, the process' main thread: it catches SIGINT and SIGWINCH while it runs.
 */
#ifndef DAEMON_FRONT_END_H
#define DAEMON_FRONT_END_H

#include "daemon/frame.h"

struct front_end_options {
	const char *user;       /* "admin", with suffixes: "admin+c120w" (RouterOS: console login) */
	bool echo;              /* write prompts and what is read, as a terminal would show them */
	unsigned width, height; /* 0: the terminal's */
};

struct front_end {
	int fd;
	struct front_end_options options;
	bool colours, tty;
	unsigned width, height;
	char user[64];        /* without its suffixes */
	struct strbuf prompt; /* that DONE brought */
	uint32_t status;      /* of the last command: enum session_status */
	bool requested;       /* something, ever */
	bool ended;           /* the process has gone, or /quit */
	struct frame frame;
	/* Shows a question and reads the answer; `key`: one key. => false: none */
	bool (*answer)(struct front_end *end, const char *prompt, bool key, struct strbuf *text);
};

/* Says hello and waits for the first prompt. => false: the process has gone */
bool front_end_begin(struct front_end *end, int fd, const struct front_end_options *options,
                     bool interactive);
void front_end_free(struct front_end *end);

/* Sends a request and shows what comes until it is done. Ctrl-C interrupts it.
 * => false: the process has gone */
bool front_end_request(struct front_end *end, enum frame_type type, const char *text, size_t len);

/* Ctrl-C so far is not meant for what is requested next. */
void front_end_forget_interrupt(void);

/* Waits until something is typed. => false: Ctrl-C */
bool front_end_wait_key(void);

/* A console on stdin and stdout. => the exit status: that of the last command when stdin is no
 * terminal. The socket is closed. */
int front_end_run(int fd, const struct front_end_options *options);

/* One command. => its exit status */
int front_end_execute(int fd, const char *command, const struct front_end_options *options);

/* The loop of an interactive console, in front_end_terminal.c. */
void front_end_edit(struct front_end *end);

#endif
