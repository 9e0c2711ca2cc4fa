/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/files_menu.c - /file: what there is, made, written, renamed and removed.
 */
#include <stdlib.h>

#include "system/civil.h"
#include "system/files_state.h"
#include "system/rows.h"

#define MENU "/file"

/* What a file is by its name's end, as a router calls it. */
static void print_type(const struct file_entry *entry, struct strbuf *out)
{
	const char *slash = strrchr(entry->name, '/');
	const char *name = slash ? slash + 1 : entry->name, *dot = strrchr(name, '.');

	if (entry->directory)
		strbuf_str(out, "directory");
	else if (dot == NULL || dot == name || dot[1] == '\0')
		strbuf_str(out, "file");
	else if (strcmp(dot, ".rsc") == 0)
		strbuf_str(out, "script");
	else if (strcmp(dot, ".backup") == 0)
		strbuf_str(out, "backup");
	else
		strbuf_printf(out, "%s file", dot);
}

static void print_moment(struct files *files, int64_t utc, struct strbuf *out)
{
	struct clock *clk = files->clock;
	struct civil civil;

	if (clk) {
		clock_print(clk, utc, out);
		return;
	}
	civil_from_seconds(utc, &civil);
	civil_print_date(&civil, false, out);
	strbuf_char(out, ' ');
	civil_print_time(&civil, out);
}

static bool text(void *ctx, const struct row *row, const struct property *property,
		 struct strbuf *out)
{
	struct files *files = ctx;
	const struct file_entry *entry = row->data;
	struct strbuf error = STRBUF_INIT;
	const char *name = property->name;
	bool ok = true;

	if (strcmp(name, "name") == 0)
		strbuf_str(out, entry->name);
	else if (strcmp(name, "type") == 0)
		print_type(entry, out);
	else if (strcmp(name, "size") == 0 && !entry->directory)
		strbuf_u64(out, entry->size);
	else if (strcmp(name, "last-modified") == 0 || strcmp(name, "creation-time") == 0)
		print_moment(files, entry->modified, out);
	else if (strcmp(name, "contents") == 0 && !entry->directory)
		ok = files_read(files, entry->name, FILES_CONTENTS, out, &error);
	else
		ok = false;
	strbuf_free(&error);
	return ok;
}

static void release(void *ctx, void *data)
{
	struct file_entry *entry = data;

	(void)ctx;
	free(entry->name);
	free(entry);
}

static const struct rows_kind kind = {.text = text, .release = release};

static struct menu_source *open_list(void *ctx, const struct menu *menu)
{
	struct file_entry *entries;
	struct row *rows = NULL;
	size_t count, made = 0;

	if (!files_list(ctx, &entries, &count))
		return NULL;
	rows = malloc((count + 1) * sizeof *rows);
	for (; rows && made < count; made++) {
		struct file_entry *own = malloc(sizeof *own);

		if (own == NULL)
			break;
		*own = entries[made];
		rows[made] = (struct row){.id = own->id, .data = own};
	}
	if (made == count && rows) {
		free(entries); /* the names are the rows' now */
		return rows_open(menu, &kind, ctx, rows, count);
	}
	for (size_t i = 0; i < made; i++)
		free(rows[i].data);
	free(rows);
	files_free_entries(entries, count);
	return NULL;
}

/* The name of an id. => NULL: there is none, or no memory. The caller frees it */
static char *name_of(struct files *files, uint64_t id)
{
	struct file_entry *entries;
	size_t count;
	char *name = NULL;

	if (!files_list(files, &entries, &count))
		return NULL;
	for (size_t i = 0; i < count && name == NULL; i++)
		if (entries[i].id == id)
			name = strdup(entries[i].name);
	files_free_entries(entries, count);
	return name;
}

static uint64_t id_of(struct files *files, const char *name)
{
	struct file_entry *entries;
	size_t count;
	uint64_t id = 0;

	name += strspn(name, "/");
	if (!files_list(files, &entries, &count))
		return 0;
	for (size_t i = 0; i < count && id == 0; i++)
		if (strcmp(entries[i].name, name) == 0)
			id = entries[i].id;
	files_free_entries(entries, count);
	return id;
}

static const struct assignment *find(const struct assignment *assignments, size_t count,
				     const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(assignments[i].property->name, name) == 0 && assignments[i].text)
			return &assignments[i];
	return NULL;
}

/* A text of an assignment with a NUL. => NULL: there is none, or it has a NUL within */
static char *copy_text(const struct assignment *a)
{
	if (a == NULL || memchr(a->text, '\0', a->len))
		return NULL;
	return strndup(a->text, a->len);
}

static enum model_refusal refuse(struct strbuf *error, const struct strbuf *why)
{
	strbuf_printf(error, "failure: %s", strbuf_text(why));
	return MODEL_FAILURE;
}

static bool write_contents(struct files *files, const char *name, const struct assignment *a,
			   struct strbuf *why)
{
	struct file_writer *w;

	if (a->len > FILES_CONTENTS) {
		strbuf_str(why, "contents are too long");
		return false;
	}
	w = files_begin(files, name, false, why);
	if (w == NULL)
		return false;
	files_write(w, a->text, a->len);
	return files_end(w, true, why);
}

static bool is_directory(const struct assignment *type)
{
	return type && type->len == strlen("directory") &&
	       memcmp(type->text, "directory", type->len) == 0;
}

static enum model_refusal add(void *ctx, const struct menu *menu, const struct actor *actor,
			      const struct assignment *assignments, size_t count, uint64_t *id,
			      struct strbuf *error)
{
	const struct assignment *contents = find(assignments, count, "contents");
	const struct assignment nothing = {.text = "", .len = 0};
	bool directory = is_directory(find(assignments, count, "type"));
	char *name = copy_text(find(assignments, count, "name"));
	struct strbuf why = STRBUF_INIT;
	enum model_refusal refusal = MODEL_OK;
	bool ok;

	(void)menu;
	(void)actor;
	if (name == NULL) {
		strbuf_str(error, "missing value(s) of argument(s) name");
		return MODEL_MISSING;
	}
	if (directory) {
		ok = files_make_directory(ctx, name, &why);
	} else if (id_of(ctx, name)) {
		strbuf_str(&why, "already have file with such name");
		ok = false;
	} else {
		ok = write_contents(ctx, name, contents ? contents : &nothing, &why);
	}
	if (ok)
		*id = id_of(ctx, name);
	else
		refusal = refuse(error, &why);
	strbuf_free(&why);
	free(name);
	return refusal;
}

static enum model_refusal set(void *ctx, const struct menu *menu, const struct actor *actor,
			      uint64_t id, const struct assignment *assignments, size_t count,
			      struct strbuf *error)
{
	const struct assignment *contents = find(assignments, count, "contents");
	char *to = copy_text(find(assignments, count, "name"));
	char *name = name_of(ctx, id);
	enum model_refusal refusal = MODEL_OK;
	struct strbuf why = STRBUF_INIT;

	(void)menu;
	(void)actor;
	if (name == NULL) {
		strbuf_str(error, "no such item");
		refusal = MODEL_NO_ITEM;
	} else if ((contents && !write_contents(ctx, name, contents, &why)) ||
		   (to && strcmp(to + strspn(to, "/"), name) != 0 &&
		    !files_rename(ctx, name, to, &why))) {
		refusal = refuse(error, &why);
	}
	strbuf_free(&why);
	free(name);
	free(to);
	return refusal;
}

static enum model_refusal remove_file(void *ctx, const struct menu *menu, const struct actor *actor,
				      uint64_t id, struct strbuf *error)
{
	char *name = name_of(ctx, id);
	enum model_refusal refusal = MODEL_OK;
	struct strbuf why = STRBUF_INIT;

	(void)menu;
	(void)actor;
	if (name == NULL) {
		strbuf_str(error, "no such item");
		return MODEL_NO_ITEM;
	}
	if (!files_remove(ctx, name, &why))
		refusal = refuse(error, &why);
	strbuf_free(&why);
	free(name);
	return refusal;
}

void files_bind(struct files *files, struct model *model)
{
	static const struct menu_live live = {
		.open = open_list, .add = add, .set = set, .remove = remove_file};
	const struct menu *menu = model_menu(model, MENU);

	if (menu)
		model_bind(model, menu, &live, files);
}
