/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/export_wrap.c - how an export writes one value, and how it breaks a statement into lines.
 *
 *	add chain=forward comment="a text that no line has room for is cut where the l\
 *	    ine is full, the rest stands on the next" connection-state=\
 *	    established,related
 *
 * What is moved to the next line as a whole is a word, a `name=`, or a value; only a value
 * that no line has room for is cut where the line is full. A blank that begins a line is
 * written \_, because a reader skips blanks there. A text of several lines is cut before each
 * line's \n. (RouterOS manual, "Configuration Management", and what routers export.)
 *
 * Threads: pure functions. Cost: one pass over the statement, no allocation but the strbuf's.
 */
#include <string.h>

#include "model/export.h"

#define WIDTH 77  /* the last column that what one can see ends in */
#define FULL 78   /* the last column before the backslash */
#define INDENT 4  /* of lines that go on */
#define NEW_LINE "\\\n    "

/* What needs no quotes. */
static bool plain(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c && strchr("!#%*+,-./:<>@_~", c));
}

static bool plain_text(const char *text, size_t len)
{
	if (len == 0 || len > WIDTH - INDENT)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!plain((unsigned char)text[i]))
			return false;
	}
	return true;
}

/* The letter that stands for a byte after a backslash; 0: the byte stands for itself; 'X': two
 * digits do. */
static char escape_letter(unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
	case '$':
	case '?':
		return (char)c;
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	case '\a':
		return 'a';
	case '\b':
		return 'b';
	case '\f':
		return 'f';
	case '\v':
		return 'v';
	default:
		return c < 0x20 || c >= 0x7f ? 'X' : 0;
	}
}

void export_value(const char *text, size_t len, struct strbuf *out)
{
	static const char digits[] = "0123456789ABCDEF";

	if (plain_text(text, len)) {
		strbuf_add(out, text, len);
		return;
	}
	strbuf_char(out, '"');
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		char letter = escape_letter(c);

		if (letter)
			strbuf_char(out, '\\');
		if (letter == 'X') {
			strbuf_char(out, digits[c >> 4]);
			strbuf_char(out, digits[c & 15]);
		} else {
			strbuf_char(out, letter ? letter : (char)c);
		}
	}
	strbuf_char(out, '"');
}

/* Wrapping */

struct wrap {
	struct strbuf *out;
	size_t column; /* of the line so far */
};

static bool hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
}

/* What may not be parted: a character, or a backslash and what it escapes. */
static size_t atom(const char *text, size_t len)
{
	if (text[0] != '\\' || len < 2)
		return 1;
	return len >= 3 && hex(text[1]) && hex(text[2]) ? 3 : 2;
}

static bool line_end(const char *text, size_t len)
{
	return len >= 2 && text[0] == '\\' && text[1] == 'n';
}

/* The visible part of the next token: a name with its `=`, a value, a word. */
static size_t token(const char *text, size_t len)
{
	size_t at = 0;

	if (text[0] == '"') {
		for (at = 1; at < len && text[at] != '"';)
			at += atom(text + at, len - at);
		return at < len ? at + 1 : len;
	}
	while (at < len && text[at] != ' ') {
		if (text[at++] == '=')
			break;
	}
	return at;
}

static void new_line(struct wrap *w)
{
	strbuf_str(w->out, NEW_LINE);
	w->column = INDENT;
}

static void add(struct wrap *w, const char *text, size_t len)
{
	strbuf_add(w->out, text, len);
	w->column += len;
}

/* As much as the line takes of a text in quotes, up to the end of one of its lines. */
static size_t fill(struct wrap *w, const char *text, size_t len)
{
	size_t used = 0;

	if (text[0] == ' ' && w->column == INDENT) {
		add(w, "\\_", 2);
		used = 1;
	}
	while (used < len) {
		size_t size = atom(text + used, len - used);

		if (used && line_end(text + used, len - used))
			break;
		/* The closing quote ends in the column in which every token does. */
		if (w->column + size > (used + size == len ? WIDTH : FULL))
			break;
		add(w, text + used, size);
		used += size;
	}
	return used;
}

/* A value that is cut: no line has room for it, or it has lines of its own. */
static void add_parts(struct wrap *w, const char *text, size_t len)
{
	for (;;) {
		size_t used = fill(w, text, len);

		text += used;
		len -= used;
		if (len == 0)
			return;
		new_line(w);
	}
}

static bool has_lines(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i += atom(text + i, len - i)) {
		if (line_end(text + i, len - i))
			return true;
	}
	return false;
}

void export_wrap(const char *statement, size_t len, struct strbuf *out)
{
	struct wrap w = {out, 0};

	for (size_t at = 0; at < len;) {
		const char *text = statement + at;
		size_t size = token(text, len - at);
		bool fresh = INDENT + size <= WIDTH;
		bool quoted = text[0] == '"';

		if (w.column > INDENT && w.column + size > WIDTH && (fresh || !quoted))
			new_line(&w);
		if (quoted && (!fresh || has_lines(text, size)))
			add_parts(&w, text, size);
		else
			add(&w, text, size);
		for (at += size; at < len && statement[at] == ' '; at++)
			add(&w, " ", 1);
	}
	strbuf_char(out, '\n');
}
