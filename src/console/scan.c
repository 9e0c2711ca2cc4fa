/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/scan.c - open brackets and quotes; see scan.h. Quotes know \ escapes, and $[ and $(
 * in them open brackets in which quotes may stand again.
 */
#include "console/scan.h"

#include <string.h>

static void push(struct scan *scan, char c)
{
	if (scan->depth <= NESTING_MAX)
		scan->open[scan->depth] = c;
	scan->depth++;
}

/* A bracket that closes nothing is left to the parser. */
static void pop(struct scan *scan, char opened)
{
	if (scan->depth && (scan->depth > NESTING_MAX || scan->open[scan->depth - 1] == opened))
		scan->depth--;
}

static void in_quotes(struct scan *scan, char c)
{
	char before = scan->before;

	scan->before = 0;
	if (before == '\\')
		return;
	if (c == '"')
		pop(scan, '"');
	else if (c == '\\' || c == '$')
		scan->before = c;
	else if (before == '$' && (c == '[' || c == '('))
		push(scan, c);
}

/* Behind these a token may begin. */
static bool separates(char c)
{
	switch (c) {
	case ' ':
	case '\t':
	case '\n':
	case '\r':
	case ';':
	case '{':
	case '[':
	case '(':
	case '}':
	case ']':
	case ')':
	case '\0':
		return true;
	}
	return false;
}

void scan_byte(struct scan *scan, char c)
{
	bool fresh = scan->fresh;

	if (scan->comment) {
		scan->comment = c != '\n' && c != '\r';
		return;
	}
	if (scan_quoted(scan)) {
		in_quotes(scan, c);
		return;
	}
	scan->fresh = separates(c);
	switch (c) {
	case '#':
		scan->comment = fresh;
		break;
	case '"':
	case '{':
	case '[':
	case '(':
		push(scan, c);
		scan->before = 0;
		break;
	case '}':
		pop(scan, '{');
		break;
	case ']':
		pop(scan, '[');
		break;
	case ')':
		pop(scan, '(');
		break;
	}
}

size_t scan_statement(const char *text, size_t len)
{
	struct scan scan = SCAN_INIT;
	size_t at = 0;

	while (at < len) {
		size_t eol = scan_eol(text + at, len - at);
		size_t next = at + (eol ? eol : 1);

		if (!scan.comment && text[at] == '\\' && scan.before != '\\' && at + 1 < len) {
			eol = scan_eol(text + at + 1, len - at - 1);
			if (eol) {
				at += 1 + eol;
				continue;
			}
		}
		if (eol && (scan.depth == 0 || scan.open[0] == '('))
			return next;
		scan_byte(&scan, text[at]);
		at = next;
	}
	return len;
}
