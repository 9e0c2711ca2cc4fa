/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/front_end.c - requests and their answers, and the console without a terminal; see
 * front_end.h.
 */
#include "daemon/front_end.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "console/session.h"
#include "daemon/command.h"

static volatile sig_atomic_t interrupted, resized;

static void on_interrupt(int number)
{
	(void)number;
	interrupted = 1;
}

void front_end_forget_interrupt(void)
{
	interrupted = 0;
}

bool front_end_wait_key(void)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};

	/* A signal between the look and the wait is seen a moment later. */
	while (!interrupted) {
		int ready = poll(&in, 1, 100);

		if (ready == 1)
			return true;
		if (ready < 0 && errno != EINTR)
			return false;
	}
	return false;
}

static void on_resize(int number)
{
	(void)number;
	resized = 1;
}

static void terminal_size(struct front_end *end)
{
	struct winsize size;

	end->width = end->options.width;
	end->height = end->options.height;
	if (!end->tty || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
		return;
	if (!end->width)
		end->width = size.ws_col;
	if (!end->height)
		end->height = size.ws_row;
}

/* Takes the suffixes off a user's name: c no colours, d and e a dumb terminal, t no detection of
 * its size, 80w its width, 25h its height. */
static void read_user(struct front_end *end)
{
	const char *plus = strchr(end->options.user, '+');
	size_t len = plus ? (size_t)(plus - end->options.user) : strlen(end->options.user);
	unsigned number = 0;

	if (len >= sizeof end->user)
		len = sizeof end->user - 1;
	memcpy(end->user, end->options.user, len);
	end->user[len] = '\0';
	for (const char *c = plus ? plus + 1 : ""; *c; c++) {
		if (isdigit((unsigned char)*c)) {
			number = number < 100000 ? number * 10 + (unsigned)(*c - '0') : number;
			continue;
		}
		if (*c == 'w' && number)
			end->options.width = number;
		else if (*c == 'h' && number)
			end->options.height = number;
		else if (strchr("cde", *c))
			end->colours = false;
		number = 0;
	}
}

static bool send_hello(struct front_end *end, bool interactive)
{
	struct strbuf bytes = STRBUF_INIT;
	bool sent;

	frame_put_text(&bytes, end->user, strlen(end->user));
	frame_put_number(&bytes, end->width);
	frame_put_number(&bytes, interactive ? end->height : 0);
	frame_put_number(&bytes, (end->colours ? HELLO_COLOURS : 0) |
					 (interactive ? HELLO_INTERACTIVE : 0));
	sent = !bytes.failed && frame_send(end->fd, FRAME_HELLO, strbuf_text(&bytes), bytes.len);
	strbuf_free(&bytes);
	return sent;
}

static bool send_answer(struct front_end *end, bool answered, const struct strbuf *text)
{
	struct strbuf bytes = STRBUF_INIT;
	bool sent;

	frame_put_number(&bytes, answered);
	frame_put_text(&bytes, strbuf_text(text), text->len);
	sent = !bytes.failed && frame_send(end->fd, FRAME_ANSWER, strbuf_text(&bytes), bytes.len);
	strbuf_free(&bytes);
	return sent;
}

/* Tells the process of Ctrl-C, if there was one; before the first request it waits for that. */
static bool send_interrupt(struct front_end *end)
{
	if (!interrupted || !end->requested)
		return true;
	interrupted = 0;
	return frame_send(end->fd, FRAME_INTERRUPT, NULL, 0);
}

static bool answer_question(struct front_end *end)
{
	bool key = frame_number(&end->frame), answered, sent;
	struct strbuf prompt = STRBUF_INIT, text = STRBUF_INIT;
	size_t len;
	const char *bytes = frame_text(&end->frame, &len);

	strbuf_add(&prompt, bytes, len);
	fflush(stdout);
	answered = end->answer && end->answer(end, strbuf_text(&prompt), key, &text);
	/* Ctrl-C before the answer that it is, or the command would go on without one. */
	sent = send_interrupt(end) && send_answer(end, answered, &text);
	strbuf_free(&prompt);
	strbuf_free(&text);
	return sent;
}

/* Tells the process of the terminal's size, if that has changed. */
static bool send_size(struct front_end *end)
{
	struct strbuf bytes = STRBUF_INIT;
	bool sent;

	if (!resized)
		return true;
	resized = 0;
	terminal_size(end);
	frame_put_number(&bytes, end->width);
	frame_put_number(&bytes, end->height);
	sent = !bytes.failed && frame_send(end->fd, FRAME_SIZE, strbuf_text(&bytes), bytes.len);
	strbuf_free(&bytes);
	return sent;
}

/* Waits for a frame, and tells the process of Ctrl-C and of a new size meanwhile. */
static bool wait_frame(struct front_end *end)
{
	struct pollfd in = {.fd = end->fd, .events = POLLIN};
	bool sent = true;

	while (sent) {
		int ready;

		sent = send_interrupt(end) && send_size(end);
		/* A signal between the look and the wait is seen a moment later. */
		ready = poll(&in, 1, 100);
		if (ready == 1)
			break;
		if (ready < 0 && errno != EINTR)
			sent = false;
	}
	return sent && frame_read(end->fd, &end->frame);
}

/* Writes at once; Ctrl-C is told even while the terminal takes nothing. */
static bool show(struct front_end *end, const char *text, size_t len)
{
	fflush(stdout);
	while (len) {
		ssize_t n = write(STDOUT_FILENO, text, len);

		if (n < 0 && errno != EINTR)
			return false;
		if (n < 0 && !send_interrupt(end))
			return false;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
	return true;
}

/* Takes frames until DONE or WORDS, which is left in end->frame. */
static bool finish(struct front_end *end)
{
	while (wait_frame(end)) {
		size_t len;
		const char *text;

		switch (end->frame.type) {
		case FRAME_OUTPUT:
			if (!show(end, strbuf_text(&end->frame.bytes), end->frame.bytes.len))
				return false;
			break;
		case FRAME_ASK:
			if (!answer_question(end))
				return false;
			break;
		case FRAME_WORDS:
			return true;
		case FRAME_DONE:
			end->status = frame_number(&end->frame);
			text = frame_text(&end->frame, &len);
			strbuf_reset(&end->prompt);
			strbuf_add(&end->prompt, text, len);
			text = frame_text(&end->frame, &len);
			if (len) {
				fwrite(text, 1, len, stdout);
				putchar('\n');
			}
			end->ended = end->status == SESSION_QUIT;
			return true;
		default:
			return false;
		}
	}
	return false;
}

bool front_end_request(struct front_end *end, enum frame_type type, const char *text, size_t len)
{
	struct strbuf bytes = STRBUF_INIT;
	bool done;

	frame_put_text(&bytes, text, len);
	end->requested = true;
	done = !bytes.failed && send_size(end) &&
	       frame_send(end->fd, type, strbuf_text(&bytes), bytes.len) && finish(end);
	strbuf_free(&bytes);
	if (!done)
		end->ended = true;
	return done;
}

/* https://no-color.org: any value but an empty one. */
static bool can_colour(void)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
}

bool front_end_begin(struct front_end *end, int fd, const struct front_end_options *options,
		     bool interactive)
{
	struct sigaction action = {.sa_handler = on_interrupt};
	bool sent;

	memset(end, 0, sizeof *end);
	end->fd = fd;
	end->options = *options;
	end->tty = isatty(STDOUT_FILENO);
	end->colours = end->tty && interactive && can_colour();
	read_user(end);
	terminal_size(end);
	sigaction(SIGINT, &action, NULL);
	action.sa_handler = on_resize;
	sigaction(SIGWINCH, &action, NULL);
	/* Who does not want to be greeted may have said why. */
	sent = send_hello(end, interactive);
	if (finish(end) && sent)
		return true;
	end->ended = true;
	return false;
}

void front_end_free(struct front_end *end)
{
	close(end->fd);
	frame_free(&end->frame);
	strbuf_free(&end->prompt);
	signal(SIGINT, SIG_DFL);
	signal(SIGWINCH, SIG_DFL);
}

static int exit_status(const struct front_end *end)
{
	switch (end->status) {
	case SESSION_FAILED:
		return STATUS_FAILED;
	case SESSION_INTERRUPTED:
		return STATUS_INTERRUPTED;
	default:
		return STATUS_OK;
	}
}

static int gone(void)
{
	complain("the router has gone away");
	return STATUS_FAILED;
}

/* Without a terminal */

static void echo(const struct front_end *end, const char *prompt, const char *line)
{
	if (end->options.echo)
		printf("%s%s\n", prompt, line);
}

/* Reads a line, and those that continue it. => false: the end */
static bool read_input(struct front_end *end, struct strbuf *text)
{
	struct strbuf open = STRBUF_INIT;
	char *line = NULL;
	size_t size = 0;
	bool more = true;

	strbuf_reset(text);
	while (more) {
		ssize_t len = getline(&line, &size, stdin);

		if (len < 0)
			break;
		if (len && line[len - 1] == '\n')
			line[--len] = '\0';
		if (open.len)
			strbuf_str(&open, "... ");
		echo(end, open.len ? strbuf_text(&open) : strbuf_text(&end->prompt), line);
		if (text->len)
			strbuf_char(text, '\n');
		strbuf_add(text, line, (size_t)len);
		strbuf_reset(&open);
		more = session_incomplete(strbuf_text(text), text->len, &open);
	}
	free(line);
	strbuf_free(&open);
	return text->len || !more;
}

static bool answer_line(struct front_end *end, const char *prompt, bool key, struct strbuf *text)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len = getline(&line, &size, stdin);

	if (len > 0 && line[len - 1] == '\n')
		line[--len] = '\0';
	if (len >= 0) {
		echo(end, prompt, line);
		strbuf_add(text, line, key && len > 1 ? 1 : (size_t)len);
	}
	free(line);
	return len >= 0;
}

static void read_lines(struct front_end *end)
{
	struct strbuf text = STRBUF_INIT;

	if (end->options.echo)
		end->answer = answer_line;
	while (!end->ended && read_input(end, &text)) {
		if (!front_end_request(end, FRAME_RUN, strbuf_text(&text), text.len) ||
		    end->status == SESSION_INTERRUPTED)
			break;
	}
	if (interrupted)
		end->status = SESSION_INTERRUPTED;
	strbuf_free(&text);
}

int front_end_run(int fd, const struct front_end_options *options)
{
	bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	struct front_end end;
	int status;

	if (!front_end_begin(&end, fd, options, terminal || options->echo)) {
		front_end_free(&end);
		return gone();
	}
	if (terminal)
		front_end_edit(&end);
	else
		read_lines(&end);
	status = terminal ? STATUS_OK : exit_status(&end);
	if (end.ended && end.status != SESSION_QUIT)
		status = gone();
	front_end_free(&end);
	return status;
}

int front_end_execute(int fd, const char *command, const struct front_end_options *options)
{
	struct front_end end;
	int status;

	if (front_end_begin(&end, fd, options, false) &&
	    front_end_request(&end, FRAME_RUN, command, strlen(command)))
		status = exit_status(&end);
	else
		status = gone();
	front_end_free(&end);
	return status;
}
