/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/parse_path.c - the words that lead to a menu and a command; see parser.h.
 *
 *	/ip firewall filter print     absolute, blanks between words
 *	/ip/firewall/filter/print     the same
 *	filter print                  from the current menu
 *	.. scheduler, ../scheduler    one menu up
 *	:put, put                     a global command; without `:` where no menu's word hides it
 *
 * A word may be cut short as long as it means one thing. A word that is complete goes before
 * one that only begins so, a menu before a command, and both before a global command.
 */
#include <string.h>

#include "console/hint.h"
#include "console/parser.h"
#include "console/scan.h"

/* What a word may be. */
struct candidates {
	const struct menu_node *node;
	const struct command *command;
	bool global; /* the command is one */
	unsigned count;
};

static bool begins(const char *name, const char *word, size_t len)
{
	return strncmp(name, word, len) == 0;
}

static bool equals(const char *name, const char *word, size_t len)
{
	return begins(name, word, len) && name[len] == '\0';
}

static void search(const struct command *const *commands, const char *word, size_t len,
                   bool global, bool whole, struct candidates *found)
{
	for (; commands && *commands; commands++) {
		const char *name = (*commands)->name;

		if (!begins(name, word, len) || (whole && name[len] != '\0'))
			continue;
		found->command = *commands;
		found->global = global;
		found->count++;
		if (whole)
			return;
	}
}

static void search_globals(const char *word, size_t len, bool whole, struct candidates *found)
{
	search(control_commands, word, len, true, whole, found);
	if (!whole || found->count == 0)
		search(global_commands, word, len, true, whole, found);
}

static void search_children(const struct menu_node *node, const char *word, size_t len,
                            struct candidates *found)
{
	bool ambiguous = false;

	found->node = tree_child(node, word, len, &ambiguous);
	found->count += ambiguous ? 2 : found->node != NULL;
}

/* node NULL: only the global ones */
static struct candidates resolve(const struct menu_node *node, const char *word, size_t len,
                                 bool globals)
{
	struct candidates found = {NULL, NULL, false, 0};
	const struct command *const *commands = node ? menu_commands(node) : NULL;

	if (node) {
		search_children(node, word, len, &found);
		if (found.node && equals(found.node->word, word, len))
			return found;
	}
	{
		struct candidates whole = {NULL, NULL, false, 0};

		search(commands, word, len, false, true, &whole);
		if (whole.count == 0 && globals)
			search_globals(word, len, true, &whole);
		if (whole.count)
			return whole;
	}
	search(commands, word, len, false, false, &found);
	if (found.count == 0 && globals)
		search_globals(word, len, false, &found);
	return found;
}

static bool first_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool fail_word(struct parser *p, size_t start, size_t len, unsigned count)
{
	const char *word = p->text + start;

	if (start + len < p->len && word[len] == '/')
		return parse_fail(p, start + len, "syntax error");
	if (!(*word >= 'a' && *word <= 'z'))
		return parse_fail(p, start, "expected command name");
	return parse_fail(p, start, "%s command name %.*s", count ? "ambiguous" : "bad",
	                  (int)(len < 100 ? len : 100), word);
}

static bool read_word(struct parser *p, size_t *len)
{
	*len = parse_word_len(p);
	if (*len && first_char(parse_peek(p)))
		return true;
	return parse_fail(p, p->at, "expected command name");
}

static bool global_command(struct parser *p, struct statement *statement)
{
	struct candidates found;
	size_t len;

	p->at++; /* : */
	parse_blanks(p);
	context_command(p, p->at, p->node, CONTEXT_GLOBALS_ONLY);
	if (!read_word(p, &len))
		return false;
	found = resolve(NULL, p->text + p->at, len, true);
	if (found.count == 0)
		hint_command(p, NULL, p->at, len, true);
	if (found.count != 1)
		return fail_word(p, p->at, len, found.count);
	statement->place = parse_place(p, p->at);
	statement->command = found.command;
	p->at += len;
	return true;
}

/* Foreign menus: the text up to the end of the statement, whatever it says. */

static bool skip_text(struct parser *p)
{
	struct scan scan = SCAN_INIT;

	scan.fresh = p->at == 0 || strchr(" \t", p->text[p->at - 1]);
	while (p->at < p->len) {
		char c = p->text[p->at];

		if (scan.depth == 0 && parse_at_end(p))
			break;
		scan_byte(&scan, c);
		p->at++;
	}
	if (scan.depth == 0)
		return true;
	return parse_fail(p, p->at, "expected closing %s",
	                  scan_quoted(&scan) ? "quote" : "bracket");
}

/* A word that the foreign menu's children do not have: a menu of its own if nothing but words
 * follows and none of them is a command; then the lines after it belong to it as well. */
static bool foreign_menu(struct parser *p, const struct menu_node *node)
{
	size_t start = p->at;

	for (;;) {
		size_t len = parse_word_len(p);

		if (len == 0 || resolve(node, p->text + p->at, len, false).command)
			break;
		p->at += len;
		if (parse_peek(p) == '/')
			p->at++;
		parse_blanks(p);
		if (parse_at_end(p))
			break;
	}
	if (p->at > start && parse_at_end(p)) {
		strbuf_reset(&p->tail);
		strbuf_add(&p->tail, p->text + start, p->at - start);
		p->tail_node = node;
		return true;
	}
	p->at = start;
	return false;
}

static bool pass_over(struct parser *p, struct statement *statement, const struct menu_node *node)
{
	statement->node = node;
	if (foreign_menu(p, node)) {
		statement->kind = STATEMENT_MENU;
		return true;
	}
	p->foreign = node;
	p->foreign_at = p->at;
	return skip_text(p);
}

/* One step of the path, `..` or a word. => false: failed, or *done: that was the command */
static bool step(struct parser *p, struct statement *statement, const struct menu_node **node,
                 bool globals, bool *done)
{
	struct candidates found;
	size_t len;

	context_command(p, p->at, *node, globals ? CONTEXT_GLOBALS_TOO : CONTEXT_GLOBALS_NONE);
	if (parse_peek(p) == '.' && p->len - p->at > 1 && p->text[p->at + 1] == '.') {
		if ((*node)->parent)
			*node = (*node)->parent;
		p->at += 2;
		return true;
	}
	if (!p->lenient || !(*node)->foreign) {
		if (!read_word(p, &len))
			return false;
	} else {
		len = parse_word_len(p);
	}
	found = resolve(*node, p->text + p->at, len, globals && !(*node)->foreign);
	if (p->lenient && (*node)->foreign && (found.count != 1 || !found.node || len == 0)) {
		*done = true;
		return pass_over(p, statement, *node);
	}
	if (found.count == 0)
		hint_command(p, *node, p->at, len, globals);
	if (found.count != 1)
		return fail_word(p, p->at, len, found.count);
	if (found.node) {
		*node = found.node;
	} else {
		statement->place = parse_place(p, p->at);
		statement->command = found.command;
		statement->node = found.global ? NULL : *node;
		*done = true;
	}
	p->at += len;
	return true;
}

bool parse_path(struct parser *p, struct statement *statement)
{
	const struct menu_node *node = p->node;
	bool globals = true, done = false;

	if (parse_peek(p) == ':')
		return global_command(p, statement);
	if (parse_peek(p) == '/') {
		node = model_root(p->model);
		p->at++;
		parse_blanks(p);
	}
	while (!parse_at_end(p) && parse_peek(p) != '{') {
		if (!step(p, statement, &node, globals, &done))
			return false;
		if (done)
			return true;
		globals = false;
		if (parse_peek(p) == '/')
			p->at++;
		else
			parse_blanks(p);
	}
	if (p->at == p->len && (p->at == 0 || strchr(" \t/", p->text[p->at - 1])))
		context_command(p, p->at, node,
		                globals ? CONTEXT_GLOBALS_TOO : CONTEXT_GLOBALS_NONE);
	statement->kind = parse_peek(p) == '{' ? STATEMENT_BLOCK : STATEMENT_MENU;
	statement->node = node;
	p->tail_node = NULL;
	return true;
}
