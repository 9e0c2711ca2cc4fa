/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/prompt.c - the prompt; see prompt.h.
 *
 * Source: RouterOS manual, "Command Line Interface": the prompt, safe mode.
 */
#include "console/prompt.h"

#include <string.h>

#include "model/menus.h"

static void print_identity(struct model *model, struct strbuf *out)
{
	const struct property *name = menu_find(&menu_identity, "name", 4);
	const struct item *item = model_settings(model, &menu_identity);
	const char *text;
	size_t len;

	if (name && item && item_kept(model, item, name, &text, &len))
		strbuf_add(out, text, len);
}

/* "/ip firewall filter" is shown as /ip/firewall/filter. */
static void print_path(const char *path, struct strbuf *out)
{
	for (; *path; path++)
		strbuf_char(out, *path == ' ' ? '/' : *path);
}

void prompt_print(struct model *model, const char *user, const struct menu_node *node, bool safe,
                  struct strbuf *out)
{
	strbuf_char(out, '[');
	strbuf_str(out, user);
	strbuf_char(out, '@');
	print_identity(model, out);
	strbuf_str(out, "] ");
	if (node->parent)
		print_path(node->path, out);
	strbuf_str(out, safe ? "<SAFE> " : "> ");
}
