/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/active.c - who is logged in now; see active.h.
 */
#include "system/active.h"

#include <stdlib.h>

#include "system/rows.h"

#define MENU "/user active"
#define SECOND INT64_C(1000000000)

struct login {
	uint64_t id;
	int64_t since;
	struct login *next; /* later ones */
	unsigned owners;    /* the list, and listings */
	const char *name, *address, *via, *group;
	char texts[];
};

struct active {
	struct clock *clock;
	struct login *first;
	size_t count;
	uint64_t last_id;
};

static void release(void *ctx, void *data)
{
	struct login *login = data;

	(void)ctx;
	if (--login->owners == 0)
		free(login);
}

static bool text(void *ctx, const struct row *row, const struct property *property,
		 struct strbuf *out)
{
	const struct active *active = ctx;
	const struct login *login = row->data;

	if (strcmp(property->name, "when") == 0)
		clock_print(active->clock, login->since, out);
	else if (strcmp(property->name, "name") == 0)
		strbuf_str(out, login->name);
	else if (strcmp(property->name, "address") == 0 && *login->address)
		strbuf_str(out, login->address);
	else if (strcmp(property->name, "via") == 0)
		strbuf_str(out, login->via);
	else if (strcmp(property->name, "group") == 0)
		strbuf_str(out, login->group);
	else if (strcmp(property->name, "radius") == 0)
		strbuf_str(out, "no");
	else
		return false;
	return true;
}

static struct menu_source *open_list(void *ctx, const struct menu *menu)
{
	static const struct rows_kind kind = {.text = text, .release = release};
	struct active *active = ctx;
	struct row *rows = malloc((active->count + 1) * sizeof *rows);
	size_t count = 0;

	if (rows == NULL)
		return NULL;
	for (struct login *login = active->first; login; login = login->next) {
		login->owners++;
		rows[count++] = (struct row){.id = login->id, .data = login};
	}
	return rows_open(menu, &kind, active, rows, count);
}

struct active *active_create(struct model *model, struct clock *clk)
{
	static const struct menu_live live = {.open = open_list};
	struct active *active = calloc(1, sizeof *active);
	const struct menu *menu = model_menu(model, MENU);

	if (active == NULL)
		return NULL;
	active->clock = clk;
	if (menu)
		model_bind(model, menu, &live, active);
	return active;
}

void active_destroy(struct active *active)
{
	if (active == NULL)
		return;
	while (active->first)
		active_remove(active, active->first->id);
	free(active);
}

static char *copy(char **to, const char *from)
{
	char *copied = *to;
	size_t size = strlen(from) + 1;

	memcpy(copied, from, size);
	*to += size;
	return copied;
}

uint64_t active_add(struct active *active, const char *name, const char *address, const char *via,
		    const char *group)
{
	size_t size = strlen(name) + strlen(address) + strlen(via) + strlen(group) + 4;
	struct login *login = calloc(1, sizeof *login + size), **at = &active->first;
	char *to;

	if (login == NULL)
		return 0;
	to = login->texts;
	login->name = copy(&to, name);
	login->address = copy(&to, address);
	login->via = copy(&to, via);
	login->group = copy(&to, group);
	login->id = ++active->last_id;
	login->since = (int64_t)clock_now(active->clock, NULL) / SECOND;
	login->owners = 1;
	while (*at)
		at = &(*at)->next;
	*at = login;
	active->count++;
	return login->id;
}

void active_remove(struct active *active, uint64_t id)
{
	for (struct login **at = &active->first; *at; at = &(*at)->next) {
		struct login *login = *at;

		if (login->id != id)
			continue;
		*at = login->next;
		active->count--;
		release(active, login);
		return;
	}
}
