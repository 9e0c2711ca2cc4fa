/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/front_end_terminal.c - the console on a terminal; see front_end.h. libedit edits the
 * lines; what is typed is completed and explained by the process, which knows the menus.
 *
 *	Tab         completes; a second one lists what may follow
 *	? and F1    list it with a word about each (`?` only outside of quotes)
 *	Ctrl-X      safe mode on and off
 *	Ctrl-C      gives the line up; stops a command that runs
 *	Ctrl-D      on an empty line: leaves
 *
 * History is kept in ~/.weir_history, readable by its owner alone, without lines that hold a
 * password. A line is written there as soon as it is typed, so consoles side by side keep theirs
 * both, and one that is killed keeps what it had.
 */
#include <ctype.h>
#include <fcntl.h>
#include <histedit.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "console/session.h"
#include "daemon/front_end.h"

#define HISTORY_LINES 1000

struct editor {
	struct front_end *end;
	EditLine *edit;
	History *history;
	HistEvent event;
	struct strbuf text;   /* the lines before this one that it continues */
	struct strbuf prompt; /* as shown */
	size_t prompt_columns;
	bool listed; /* Tab was the last key, and there was nothing to add */
	bool cancelled, left;
	struct strbuf history_file;
};

static struct editor *editor_of(EditLine *edit)
{
	struct editor *e = NULL;

	el_get(edit, EL_CLIENTDATA, &e);
	return e;
}

static char *show_prompt(EditLine *edit)
{
	return editor_of(edit)->prompt.data;
}

/* How wide the terminal is, whatever width was asked for. */
static size_t screen_width(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}

/* How many rows further a text ends on the screen than it begins; *column is where. */
static size_t rows_of(const char *text, size_t len, size_t *column)
{
	size_t width = screen_width(), rows = 0;
	mbstate_t state = {0};

	for (size_t at = 0; at < len;) {
		wchar_t c;
		size_t bytes = mbrtowc(&c, text + at, len - at, &state);
		int columns = 1;

		if (bytes == 0 || bytes > len - at) {
			memset(&state, 0, sizeof state);
			bytes = 1;
		} else if (c == L'\n') {
			columns = (int)(width - *column % width);
		} else if (wcwidth(c) >= 0) {
			columns = wcwidth(c);
		}
		at += bytes;
		*column += (size_t)columns;
		rows += *column / width;
		*column %= width;
	}
	return rows;
}

/* Goes from the cursor to the end of what is typed. => the column there */
static size_t skip_line(struct editor *e)
{
	const LineInfo *line = el_line(e->edit);
	size_t column = e->prompt_columns, rows;

	rows_of(line->buffer, (size_t)(line->cursor - line->buffer), &column);
	rows = rows_of(line->cursor, (size_t)(line->lastchar - line->cursor), &column);
	for (size_t i = 0; i < rows; i++)
		putchar('\n');
	return column;
}

/* Goes below what is typed, to write something there. */
static void leave_line(struct editor *e)
{
	skip_line(e);
	putchar('\n');
}

/* Shows prompt and line anew, below what was written. */
static unsigned char show_line(struct editor *e)
{
	fflush(stdout);
	el_set(e->edit, EL_REFRESH);
	return CC_NORM;
}

/* \1 stands around what takes no column; libedit wants something behind it, so the blank at the
 * prompt's end comes last. */
static void make_prompt(struct editor *e, const char *text)
{
	size_t len = strlen(text), bold = len && e->end->colours ? len - 1 : 0;

	e->prompt_columns = 0;
	rows_of(text, len, &e->prompt_columns);
	strbuf_reset(&e->prompt);
	if (bold) {
		strbuf_str(&e->prompt, "\1\033[1m\1");
		strbuf_add(&e->prompt, text, bold);
		strbuf_str(&e->prompt, "\1\033[0m\1");
	}
	strbuf_str(&e->prompt, text + bold);
}

/* What there is to complete: all lines up to the cursor. => false: the router has gone */
static bool ask_words(struct editor *e, size_t *start, size_t *before)
{
	const LineInfo *line = el_line(e->edit);
	struct strbuf text = STRBUF_INIT;
	bool got;

	strbuf_add(&text, strbuf_text(&e->text), e->text.len);
	if (text.len)
		strbuf_char(&text, '\n');
	*before = text.len;
	strbuf_add(&text, line->buffer, (size_t)(line->cursor - line->buffer));
	got = front_end_request(e->end, FRAME_COMPLETE, strbuf_text(&text), text.len) &&
	      e->end->frame.type == FRAME_WORDS;
	*start = got ? frame_number(&e->end->frame) : 0;
	strbuf_free(&text);
	return got;
}

static const char *style_colour(uint32_t style)
{
	switch (style) {
	case COMPLETION_MENU:
		return "\033[36m";
	case COMPLETION_COMMAND:
		return "\033[35m";
	case COMPLETION_ARGUMENT:
		return "\033[32m";
	default:
		return "";
	}
}

/* The words of the frame at hand, in columns. */
static void list_words(struct editor *e, uint32_t count)
{
	size_t at = e->end->frame.at, widest = 1, len, columns;
	uint32_t style;

	for (uint32_t i = 0; i < count; i++) {
		frame_number(&e->end->frame);
		frame_text(&e->end->frame, &len);
		widest = len > widest ? len : widest;
		frame_text(&e->end->frame, &len);
	}
	e->end->frame.at = at;
	columns = (e->end->width ? e->end->width : 80) / (widest + 2);
	columns = columns ? columns : 1;
	for (uint32_t i = 0; i < count; i++) {
		const char *word;
		bool last = (i + 1) % columns == 0 || i + 1 == count;

		style = frame_number(&e->end->frame);
		word = frame_text(&e->end->frame, &len);
		printf("%s%.*s%s%*s", e->end->colours ? style_colour(style) : "", (int)len, word,
		       e->end->colours ? "\033[0m" : "", last ? 0 : (int)(widest + 2 - len), "");
		if (last)
			putchar('\n');
		frame_text(&e->end->frame, &len);
	}
}

/* The same, each on a line with what it is. */
static void explain_words(struct editor *e, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t style = frame_number(&e->end->frame);
		size_t len, help_len;
		const char *word = frame_text(&e->end->frame, &len);
		const char *help = frame_text(&e->end->frame, &help_len);

		printf("%s%.*s%s", e->end->colours ? style_colour(style) : "", (int)len, word,
		       e->end->colours ? "\033[0m" : "");
		if (help_len)
			printf(" -- %.*s", (int)help_len, help);
		putchar('\n');
	}
}

static unsigned char complete_word(EditLine *edit, int key)
{
	struct editor *e = editor_of(edit);
	size_t start, before, len;
	const LineInfo *line = el_line(edit);
	size_t typed = (size_t)(line->cursor - line->buffer);
	const char *common;
	uint32_t count;
	bool again = e->listed;
	char *add;

	(void)key;
	e->listed = false;
	if (!ask_words(e, &start, &before))
		return e->end->ended ? CC_EOF : CC_REFRESH_BEEP;
	common = frame_text(&e->end->frame, &len);
	/* The word begins in this line, and what is common begins with it. */
	if (start >= before && start - before <= typed && len > before + typed - start) {
		add = strndup(common + (before + typed - start), len - (before + typed - start));
		if (add)
			el_insertstr(edit, add);
		free(add);
		return CC_REFRESH;
	}
	count = frame_number(&e->end->frame);
	if (count == 0)
		return CC_REFRESH_BEEP;
	if (!again) {
		e->listed = true;
		return CC_REFRESH_BEEP;
	}
	leave_line(e);
	list_words(e, count);
	return show_line(e);
}

/* Whether the cursor stands in a quoted text. */
static bool in_quotes(struct editor *e)
{
	const LineInfo *line = el_line(e->edit);
	bool quoted = false;

	for (size_t i = 0; i < e->text.len; i++) {
		if (e->text.data[i] == '\\' && quoted)
			i++;
		else if (e->text.data[i] == '"')
			quoted = !quoted;
	}
	for (const char *c = line->buffer; c < line->cursor; c++) {
		if (*c == '\\' && quoted)
			c++;
		else if (*c == '"')
			quoted = !quoted;
	}
	return quoted;
}

static unsigned char explain(EditLine *edit, int key)
{
	struct editor *e = editor_of(edit);
	size_t start, before, len;
	uint32_t count;

	if (key == '?' && in_quotes(e)) {
		el_insertstr(edit, "?");
		return CC_REFRESH;
	}
	if (!ask_words(e, &start, &before))
		return e->end->ended ? CC_EOF : CC_REFRESH_BEEP;
	frame_text(&e->end->frame, &len);
	count = frame_number(&e->end->frame);
	if (count == 0)
		return CC_REFRESH_BEEP;
	leave_line(e);
	explain_words(e, count);
	return show_line(e);
}

static unsigned char toggle_safe(EditLine *edit, int key)
{
	struct editor *e = editor_of(edit);

	(void)key;
	leave_line(e);
	if (!front_end_request(e->end, FRAME_SAFE, "", 0))
		return CC_EOF;
	if (!e->text.len)
		make_prompt(e, strbuf_text(&e->end->prompt));
	return show_line(e);
}

static unsigned char give_up(EditLine *edit, int key)
{
	struct editor *e = editor_of(edit);
	const LineInfo *line = el_line(edit);

	(void)key;
	e->cancelled = true;
	if (line->cursor != line->lastchar) {
		size_t column = skip_line(e);

		putchar('\r');
		if (column)
			printf("\033[%zuC", column);
	}
	fputs("^C", stdout);
	fflush(stdout);
	return CC_NEWLINE;
}

static unsigned char leave(EditLine *edit, int key)
{
	struct editor *e = editor_of(edit);
	const LineInfo *line = el_line(edit);

	(void)key;
	if (line->cursor != line->lastchar) {
		el_cursor(edit, 1);
		el_deletestr(edit, 1);
		return CC_REFRESH;
	}
	if (line->buffer != line->lastchar || e->text.len)
		return CC_REFRESH_BEEP;
	e->left = true;
	return CC_EOF;
}

/* Reads one key; those that send several bytes mean what they do in a listing. => 0: none */
static char read_key(void)
{
	struct termios before, timed;
	char keys[16];
	ssize_t len = front_end_wait_key() ? read(STDIN_FILENO, keys, 1) : 0;

	if (len == 1 && keys[0] == '\033' && tcgetattr(STDIN_FILENO, &before) == 0) {
		/* What follows at once is part of the same key. */
		timed = before;
		timed.c_cc[VMIN] = 0;
		timed.c_cc[VTIME] = 1;
		tcsetattr(STDIN_FILENO, TCSADRAIN, &timed);
		len += read(STDIN_FILENO, keys + 1, sizeof keys - 1) > 1;
		tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
	}
	if (len == 2)
		return keys[2] == 'B' ? '\n' : ' ';
	return len == 1 ? keys[0] : '\0';
}

/* Reads a line as the terminal's own editing has it. => false: Ctrl-C or Ctrl-D */
static bool read_answer(const char *prompt, struct strbuf *text)
{
	struct termios before = {0}, lines;
	bool known = tcgetattr(STDIN_FILENO, &before) == 0, got = false;
	char c;

	lines = before;
	lines.c_lflag |= ICANON | ECHO;
	if (known)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &lines);
	fputs(prompt, stdout);
	fflush(stdout);
	/* Byte by byte: what follows the line is for who reads next. */
	while (!got && front_end_wait_key() && read(STDIN_FILENO, &c, 1) == 1) {
		got = c == '\n';
		if (!got)
			strbuf_char(text, c);
	}
	if (known)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
	return got;
}

/* Shows a question and reads a key without Enter, or a line. */
static bool answer_on_terminal(struct front_end *end, const char *prompt, bool key,
			       struct strbuf *text)
{
	char c;

	(void)end;
	if (!key)
		return read_answer(prompt, text);
	fputs(prompt, stdout);
	fflush(stdout);
	c = read_key();
	if (c)
		strbuf_char(text, c);
	printf("\r%*s\r", (int)strlen(prompt), "");
	fflush(stdout);
	return c != 0;
}

/* History */

static void history_begin(struct editor *e)
{
	const char *home = getenv("HOME");
	int lines;

	e->history = history_init();
	if (!e->history)
		return;
	history(e->history, &e->event, H_SETSIZE, HISTORY_LINES);
	history(e->history, &e->event, H_SETUNIQUE, 1);
	el_set(e->edit, EL_HIST, history, e->history);
	if (!home)
		return;
	strbuf_printf(&e->history_file, "%s/.weir_history", home);
	lines = history(e->history, &e->event, H_LOAD, strbuf_text(&e->history_file));
	if (lines > 2 * HISTORY_LINES) {
		mode_t mask = umask(077);

		history(e->history, &e->event, H_SAVE, strbuf_text(&e->history_file));
		umask(mask);
	}
}

/* Whether an argument's name, perhaps only its beginning, is one of a secret. */
static bool names_secret(const char *name, size_t len)
{
	static const char *const secrets[] = {"password", "secret", "passphrase", "key"};

	for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
		if (strncmp(secrets[i], name, len) == 0 ||
		    memmem(name, len, secrets[i], strlen(secrets[i])))
			return true;
	}
	return false;
}

static bool holds_secret(const char *text)
{
	for (const char *equals = strchr(text, '='); equals; equals = strchr(equals + 1, '=')) {
		const char *name = equals;

		while (name > text && (isalnum((unsigned char)name[-1]) || name[-1] == '-'))
			name--;
		if (name != equals && names_secret(name, (size_t)(equals - name)))
			return true;
	}
	return false;
}

/* Writes a line behind the others in the file, as H_LOAD reads it: what is not plain in octal. */
static void history_store(struct editor *e, const char *text)
{
	struct strbuf line = STRBUF_INIT;
	int fd = open(strbuf_text(&e->history_file), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
		      0600);

	if (fd < 0)
		return;
	if (lseek(fd, 0, SEEK_END) == 0)
		strbuf_str(&line, "_HiStOrY_V2_\n");
	for (; *text; text++) {
		if (*text > ' ' && *text < 127 && *text != '\\')
			strbuf_char(&line, *text);
		else
			strbuf_printf(&line, "\\%03o", (unsigned char)*text);
	}
	strbuf_char(&line, '\n');
	/* The file is a convenience: a full disk must not keep anybody from working. */
	if (!line.failed && fchmod(fd, 0600) == 0 && write(fd, line.data, line.len) < 0)
		e->history_file.len = 0;
	close(fd);
	strbuf_free(&line);
}

static void history_add(struct editor *e, const char *text)
{
	if (!e->history || !*text || holds_secret(text))
		return;
	history(e->history, &e->event, H_ENTER, text);
	if (e->history_file.len)
		history_store(e, text);
}

static void history_close(struct editor *e)
{
	if (e->history)
		history_end(e->history);
	strbuf_free(&e->history_file);
}

/* The loop */

static void bind_keys(struct editor *e)
{
	EditLine *edit = e->edit;

	el_set(edit, EL_EDITOR, "emacs");
	/* A new size redraws the line; what ends the program leaves the terminal as it was. */
	el_set(edit, EL_SIGNAL, 1);
	/* Ctrl-C and Ctrl-X are keys while a line is edited. */
	el_set(edit, EL_SETTY, "-d", "-isig", NULL);
	el_set(edit, EL_SETTY, "-d", "intr=", NULL);
	/* What is typed while a command runs is for the next line, keys and all. */
	el_set(edit, EL_SETTY, "-x", "-icanon", "-echo", NULL);
	/* Not el_set(), which keeps copies of these texts that nobody frees. */
	el_wset(edit, EL_ADDFN, L"weir-complete", L"completes the word", complete_word);
	el_wset(edit, EL_ADDFN, L"weir-explain", L"tells what may follow", explain);
	el_wset(edit, EL_ADDFN, L"weir-safe", L"toggles safe mode", toggle_safe);
	el_wset(edit, EL_ADDFN, L"weir-give-up", L"gives the line up", give_up);
	el_wset(edit, EL_ADDFN, L"weir-leave", L"leaves", leave);
	el_set(edit, EL_BIND, "^I", "weir-complete", NULL);
	el_set(edit, EL_BIND, "?", "weir-explain", NULL);
	el_set(edit, EL_BIND, "\033OP", "weir-explain", NULL);
	el_set(edit, EL_BIND, "\033[11~", "weir-explain", NULL);
	el_set(edit, EL_BIND, "^X", "weir-safe", NULL);
	el_set(edit, EL_BIND, "^C", "weir-give-up", NULL);
	el_set(edit, EL_BIND, "^D", "weir-leave", NULL);
	el_set(edit, EL_BIND, "^R", "em-inc-search-prev", NULL);
}

/* Takes a line. => whether the text is complete */
static bool take_line(struct editor *e, const char *line, int len)
{
	struct strbuf open = STRBUF_INIT;
	bool complete;

	if (e->text.len)
		strbuf_char(&e->text, '\n');
	strbuf_add(&e->text, line, (size_t)len - (len && line[len - 1] == '\n'));
	complete = !session_incomplete(strbuf_text(&e->text), e->text.len, &open);
	if (!complete) {
		strbuf_str(&open, "... ");
		make_prompt(e, strbuf_text(&open));
	}
	strbuf_free(&open);
	return complete;
}

static void edit_lines(struct editor *e)
{
	while (!e->end->ended && !e->left) {
		const char *line;
		int len;

		/* Before the prompt stands there, or the first keys would miss it. */
		el_set(e->edit, EL_PREP_TERM, 1);
		line = el_gets(e->edit, &len);
		if (e->cancelled) {
			e->cancelled = false;
			putchar('\n');
		} else if (line == NULL || len <= 0) {
			break;
		} else if (!take_line(e, line, len)) {
			continue;
		} else if (e->text.len) {
			history_add(e, strbuf_text(&e->text));
			front_end_forget_interrupt();
			front_end_request(e->end, FRAME_RUN, strbuf_text(&e->text), e->text.len);
		}
		strbuf_reset(&e->text);
		make_prompt(e, strbuf_text(&e->end->prompt));
	}
	if (e->end->status != SESSION_QUIT)
		putchar('\n');
}

void front_end_edit(struct front_end *end)
{
	struct editor e = {.end = end};

	setlocale(LC_CTYPE, "");
	end->answer = answer_on_terminal;
	e.edit = el_init("weir", stdin, stdout, stderr);
	if (!e.edit)
		return;
	el_set(e.edit, EL_CLIENTDATA, &e);
	el_set(e.edit, EL_PROMPT_ESC, show_prompt, '\1');
	bind_keys(&e);
	history_begin(&e);
	make_prompt(&e, strbuf_text(&end->prompt));
	edit_lines(&e);
	history_close(&e);
	el_end(e.edit);
	strbuf_free(&e.text);
	strbuf_free(&e.prompt);
}
