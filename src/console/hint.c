/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/hint.c - what may have been meant; see hint.h.
 */
#include "console/hint.h"

#include <string.h>

/* Forms that are written where RouterOS has another, by the menu that they begin in. */
static const struct form {
	const char *path, *words, *meant;
} forms[] = {
        {"/", "system date", "/system clock get date"},
        {"/", "system time", "/system clock get time"},
        {"/system", "date", "/system clock get date"},
        {"/system", "time", "/system clock get time"},
        {"/file", "directory", "/file add name=... type=directory"},
        {"/file", "mkdir", "/file add name=... type=directory"},
};

/* Words are separated by blanks, or slashes as in a path. */
static bool has_words(const struct parser *p, size_t at, const char *words)
{
	for (; *words; words++) {
		if (*words != ' ') {
			if (at == p->len || p->text[at++] != *words)
				return false;
			continue;
		}
		if (at == p->len || !strchr(" \t/", p->text[at]))
			return false;
		while (at < p->len && strchr(" \t/", p->text[at]))
			at++;
	}
	return at == p->len || strchr(" \t/;]})\n\r", p->text[at]) != NULL;
}

static bool known_form(struct parser *p, const char *path, size_t start)
{
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		if (strcmp(forms[i].path, path) != 0 || !has_words(p, start, forms[i].words))
			continue;
		strbuf_str(&p->hint, forms[i].meant);
		return true;
	}
	return false;
}

/* The nearest word so far. */
struct nearest {
	const char *word; /* that is wrong */
	size_t len;
	const char *name;
	unsigned edits; /* fewer than these are near */
};

/* Words of three letters are near to too many. */
static struct nearest nearest_begin(const struct parser *p, size_t start, size_t len)
{
	unsigned near = len < 4 ? 0 : len < 5 ? 2 : len < 9 ? 3 : 4;

	return (struct nearest){.word = p->text + start, .len = len, .edits = near};
}

static void consider(struct nearest *nearest, const char *name)
{
	unsigned edits = name_distance(nearest->word, nearest->len, name);

	if (edits < nearest->edits) {
		nearest->edits = edits;
		nearest->name = name;
	}
}

static void consider_commands(struct nearest *nearest, const struct command *const *commands)
{
	for (; commands && *commands; commands++)
		consider(nearest, (*commands)->name);
}

static void say(struct parser *p, const struct nearest *nearest, const char *before)
{
	if (nearest->name)
		strbuf_printf(&p->hint, "%s%s", before, nearest->name);
}

static void hint_global(struct parser *p, size_t start, size_t len)
{
	const struct menu_node *root = model_root(p->model);
	struct nearest nearest = nearest_begin(p, start, len);
	bool ambiguous;

	if (tree_child(root, p->text + start, len, &ambiguous)) {
		strbuf_char(&p->hint, '/');
		strbuf_add(&p->hint, p->text + start, len);
		return;
	}
	consider_commands(&nearest, control_commands);
	consider_commands(&nearest, global_commands);
	say(p, &nearest, ":");
}

void hint_command(struct parser *p, const struct menu_node *node, size_t start, size_t len,
                  bool globals)
{
	struct nearest nearest;

	if (!p->hints || p->hint.len || known_form(p, node ? node->path : "/", start))
		return;
	if (node == NULL) {
		hint_global(p, start, len);
		return;
	}
	nearest = nearest_begin(p, start, len);
	for (const struct menu_node *child = node->child; child; child = child->next)
		consider(&nearest, child->word);
	consider_commands(&nearest, menu_commands(node));
	if (globals) {
		consider_commands(&nearest, control_commands);
		consider_commands(&nearest, global_commands);
	}
	say(p, &nearest, "");
}

/* enabled=yes is disabled=no in RouterOS. */
static bool contrary(struct parser *p, const struct menu *menu, size_t start, size_t len)
{
	const char *value = p->text + start + len;
	size_t left = p->len - start - len;

	if (menu == NULL || len != 7 || memcmp(p->text + start, "enabled", 7) != 0 ||
	    menu_find(menu, "disabled", 8) == NULL)
		return false;
	if (left > 3 && memcmp(value, "=yes", 4) == 0)
		strbuf_str(&p->hint, "disabled=no");
	else if (left > 2 && memcmp(value, "=no", 3) == 0)
		strbuf_str(&p->hint, "disabled=yes");
	else
		strbuf_str(&p->hint, "disabled");
	return true;
}

void hint_argument(struct parser *p, const struct statement *statement, size_t start)
{
	const struct command *command = statement->command;
	const struct menu *menu =
	        statement->node && command->properties ? statement->node->menu : NULL;
	struct parser word = *p;
	struct nearest nearest;

	word.at = start;
	nearest = nearest_begin(p, start, parse_word_len(&word));
	if (!p->hints || p->hint.len || contrary(p, menu, start, nearest.len))
		return;
	for (const struct parameter *q = command->parameters; q && q->name; q++)
		consider(&nearest, q->name);
	for (size_t i = 0; menu && i < menu->count; i++) {
		if (!(menu->properties[i].show & (PROP_READ_ONLY | PROP_ID)))
			consider(&nearest, menu->properties[i].name);
	}
	say(p, &nearest, "");
	if (nearest.name && nearest.edits == 0) /* chain = forward, without a value of its own */
		strbuf_str(&p->hint, "=...");
}
