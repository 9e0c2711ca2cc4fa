/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/export.c - the statements of an export: which menus, items and properties, and how an
 * item is named; how a statement is broken into lines stands in export_wrap.c.
 *
 * A menu's properties are sorted, and their defaults brought into the form in which values
 * are kept, once; then its items are passed over once and written piece by piece, so a long
 * list costs no memory.
 *
 * Threads: with the model's lock held, all the way through.
 */
#include "model/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model/table.h"

#define FLUSH_AT 32768
#define ISO_DATES MENU_VERSION(7, 10)

/* A property, and the text that is not worth exporting. */
struct entry {
	const struct property *property;
	bool refers; /* its shown form differs from the kept one */
	const char *initial;
	size_t initial_at, initial_len; /* in the export's texts, once all are there */
	bool key;                       /* it is as the item is found by */
};

struct exporter {
	struct model *model;
	const struct export_options *options;
	const struct print_out *out;
	unsigned version;
	bool verbose, terse, refused;

	const struct menu *menu;
	struct menu_source *source;
	struct entry *entry;
	size_t entries;
	struct strbuf texts; /* the defaults */
	const struct property *find_by;
	bool begun; /* the menu's path is written */

	struct strbuf statement, shown;
	struct strbuf buf; /* printed, not yet written */
};

static bool spelled(unsigned since, unsigned until, unsigned version)
{
	return version >= since && (until == 0 || version < until);
}

/* Properties */

static bool exported(const struct exporter *e, const struct property *property)
{
	if (property->show & (PROP_READ_ONLY | PROP_ID))
		return false;
	return !(property->show & PROP_SENSITIVE) || e->options->sensitive;
}

static int by_name(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return strcmp(x->property->name, y->property->name);
}

/* Appends the form in which a text of the menus' tables would be kept; of what refers to other
 * items, that in which it is shown. */
static void add_kept(const struct property *property, const char *text, size_t len,
                     struct strbuf *out)
{
	struct strbuf error = STRBUF_INIT;

	if (setting_refers(&property->kind) ||
	    !setting_read(&property->kind, property->name, text, len, NULL, out, &error))
		strbuf_add(out, text, len);
	if (error.failed)
		out->failed = true;
	strbuf_free(&error);
}

/* The menu's properties in the order of their names. => false: no memory */
static bool plan(struct exporter *e)
{
	const struct menu *menu = e->menu;

	strbuf_reset(&e->texts);
	e->entries = 0;
	e->find_by = menu->find_by ? menu_find(menu, menu->find_by, strlen(menu->find_by)) : NULL;
	e->entry = calloc(menu->count + 1, sizeof *e->entry);
	if (e->entry == NULL)
		return false;
	for (size_t i = 0; i < menu->count; i++) {
		const struct property *p = &menu->properties[i];
		struct entry *entry = &e->entry[e->entries];

		if (!exported(e, p))
			continue;
		entry->property = p;
		entry->refers = setting_refers(&p->kind);
		entry->key = e->find_by && p != e->find_by && p->show & PROP_NAME;
		entry->initial = e->version < MENU_VERSION(7, 0) && p->initial_v6 ? p->initial_v6
		                                                                  : p->initial;
		entry->initial_at = e->texts.len;
		if (entry->initial)
			add_kept(p, entry->initial, strlen(entry->initial), &e->texts);
		entry->initial_len = e->texts.len - entry->initial_at;
		e->entries++;
	}
	qsort(e->entry, e->entries, sizeof *e->entry, by_name);
	return !e->texts.failed;
}

/* The text of a kept form. References are shown by name. */
static void show(struct exporter *e, const struct entry *entry, const char **text, size_t *len)
{
	if (!entry->refers)
		return;
	strbuf_reset(&e->shown);
	setting_show(&entry->property->kind, *text, *len, model_scope(e->model), &e->shown);
	if (e->shown.failed)
		e->buf.failed = true;
	*text = strbuf_text(&e->shown);
	*len = e->shown.len;
}

static bool same(const char *a, size_t a_len, const char *b, size_t b_len)
{
	return a_len == b_len && memcmp(a, b, a_len) == 0;
}

/* What an item has for a property, in the form in which it is kept. => false: it is not set */
static bool kept_of(const struct exporter *e, const struct item *item, const struct entry *entry,
                    const char **text, size_t *len)
{
	if (item_written(item, entry->property) || entry->property->show & PROP_DERIVED)
		return item_kept(e->model, item, entry->property, text, len);
	*text = strbuf_text(&e->texts) + entry->initial_at;
	*len = entry->initial_len;
	return entry->initial != NULL;
}

/* Whether what is kept is what the property has anyhow: as the item began, by the name that it
 * was found by, or by its default. */
static bool at_default(struct exporter *e, const struct item *item, const struct item *began,
                       const struct entry *entry, const char *kept, size_t len)
{
	const char *other;
	size_t other_len;

	if (!item_written(item, entry->property) && began == NULL)
		return true;
	if (entry->key && item_builtin(item))
		return item_kept(e->model, item, e->find_by, &other, &other_len) &&
		       same(kept, len, other, other_len);
	if (began)
		return kept_of(e, began, entry, &other, &other_len) &&
		       same(kept, len, other, other_len);
	if (entry->initial == NULL)
		return false;
	show(e, entry, &kept, &len);
	return same(kept, len, strbuf_text(&e->texts) + entry->initial_at, entry->initial_len);
}

/* Statements */

static void add_name(struct exporter *e, const char *name, bool unset)
{
	strbuf_str(&e->statement, unset ? " !" : " ");
	strbuf_str(&e->statement, name);
}

/* Appends ` name=value` if it is worth it. What the version at hand does not spell it does
 * where it was set to something: the router's own configuration is stored so. */
static void add_property(struct exporter *e, const struct item *item, const struct item *began,
                         const struct entry *entry, bool set)
{
	const struct property *p = entry->property;
	bool known = spelled(p->since, p->until, e->version);
	bool always = known && p->show & PROP_ALWAYS && !set;
	bool verbose = known && e->verbose &&
	               !(p->show & (PROP_SPARSE | PROP_EXTRA | PROP_BARE));
	const char *text;
	size_t len;

	if (set && p->show & PROP_FIXED)
		return; /* a `set` of it would be refused */
	if (!kept_of(e, item, entry, &text, &len)) {
		if (known && e->verbose && p->show & PROP_UNSET_MARK)
			add_name(e, p->name, true);
		return;
	}
	/* A verbose export leaves out only what all items have. */
	if (!verbose && !always &&
	    at_default(e, item, e->verbose && known ? NULL : began, entry, text, len))
		return;
	show(e, entry, &text, &len);
	add_name(e, p->name, false);
	if (p->show & PROP_BARE && same(text, len, "yes", 3))
		return;
	strbuf_char(&e->statement, '=');
	export_value(text, len, &e->statement);
}

static void flush(struct exporter *e)
{
	if (e->buf.len && !e->refused && !e->buf.failed &&
	    !e->out->write(e->out->ctx, strbuf_text(&e->buf), e->buf.len))
		e->refused = true;
	strbuf_cut(&e->buf, 0);
}

static void end_statement(struct exporter *e)
{
	if (e->terse) {
		strbuf_str(&e->buf, e->menu->path);
		strbuf_char(&e->buf, ' ');
		strbuf_add(&e->buf, strbuf_text(&e->statement), e->statement.len);
		strbuf_char(&e->buf, '\n');
	} else {
		if (!e->begun) {
			strbuf_str(&e->buf, e->menu->path);
			strbuf_char(&e->buf, '\n');
		}
		export_wrap(strbuf_text(&e->statement), e->statement.len, &e->buf);
	}
	e->begun = true;
	if (e->buf.len >= FLUSH_AT)
		flush(e);
}

/* ` telnet`, ` 0`, ` [ find default-name=ether1 ]` */
static void add_key(struct exporter *e, const struct item *item, uint64_t index)
{
	const struct property *by = NULL;
	const char *text;
	size_t len;

	if (e->menu->export_key == EXPORT_BY_FIND)
		by = e->find_by;
	for (size_t i = 0; e->menu->export_key == EXPORT_BY_NAME && i < e->menu->count; i++) {
		if (e->menu->properties[i].show & PROP_NAME)
			by = &e->menu->properties[i];
	}
	if (by == NULL || !item_kept(e->model, item, by, &text, &len)) {
		strbuf_printf(&e->statement, " %llu", (unsigned long long)index);
		return;
	}
	if (e->menu->export_key == EXPORT_BY_FIND)
		strbuf_printf(&e->statement, " [ find %s=", by->name);
	else
		strbuf_char(&e->statement, ' ');
	export_value(text, len, &e->statement);
	if (e->menu->export_key == EXPORT_BY_FIND)
		strbuf_str(&e->statement, " ]");
}

/* What an item was when the model began, NULL: it was not there. *place: among those. */
static const struct item *began_as(const struct item *item, size_t *place)
{
	const struct table *table = item->table;

	for (size_t i = 0; item_builtin(item) && i < table->initial_count; i++) {
		if (table->initial[i]->id == item->id) {
			*place = i;
			return table->initial[i];
		}
	}
	return NULL;
}

/* index: its number in the list. */
static void export_item(struct exporter *e, const struct item *item, uint64_t index)
{
	bool settings = e->menu->store == MENU_SETTINGS;
	bool set = settings || item_builtin(item) || e->menu->store == MENU_FIXED;
	size_t place = 0, bare;
	const struct item *began = settings ? NULL : began_as(item, &place);

	if (began == item && e->version < MENU_VERSION(7, 0) && e->menu->rows_v6 &&
	    place >= e->menu->rows_v6)
		return; /* RouterOS 6 has no such row */
	strbuf_reset(&e->statement);
	strbuf_str(&e->statement, set ? "set" : "add");
	if (set && !settings)
		add_key(e, item, index);
	bare = e->statement.len;
	for (size_t i = 0; i < e->entries; i++)
		add_property(e, item, began, &e->entry[i], set);
	if (e->statement.failed)
		e->buf.failed = true;
	if (set && e->statement.len == bare)
		return; /* nothing to be said of it */
	end_statement(e);
}

static void export_items(struct exporter *e)
{
	struct where *where = e->options->where;
	uint64_t index = 0;
	const struct item *item;

	if (e->menu->store == MENU_SETTINGS) {
		item = model_settings(e->model, e->menu);
		if (item)
			export_item(e, item, 0);
		return;
	}
	while (!e->refused && !e->buf.failed && (item = e->source->next(e->source)) != NULL) {
		if (!item_dynamic(item) && where_match(where, e->source, item))
			export_item(e, item, index);
		index++;
	}
}

static void export_menu(struct exporter *e, const struct menu *menu)
{
	e->menu = menu;
	e->begun = false;
	/* Of a menu that the version has not, only what was made there is told. */
	e->verbose = e->options->mode == EXPORT_VERBOSE &&
	             spelled(menu->since, menu->until, e->version);
	e->source = model_open(e->model, menu);
	if (e->source && plan(e))
		export_items(e);
	else
		e->buf.failed = true;
	free(e->entry);
	e->entry = NULL;
	model_close(e->source);
}

/* Menus */

/* Whether a path is that of a menu, or leads to it. */
static bool below(const char *path, const char *top)
{
	size_t len = strlen(top);

	if (strcmp(top, "/") == 0)
		return true;
	return strncmp(path, top, len) == 0 && (path[len] == '\0' || path[len] == ' ');
}

static bool wanted(const struct exporter *e, const struct menu *menu)
{
	const struct export_options *o = e->options;

	if (menu->store == MENU_LIVE || menu->store == MENU_UNION ||
	    (menu->not_exported && !o->whole))
		return false;
	if (o->where)
		return o->path && strcmp(menu->path, o->path) == 0;
	return o->path == NULL || below(menu->path, o->path);
}

static void add_header(struct exporter *e)
{
	static const char months[] = "jan\0feb\0mar\0apr\0may\0jun\0jul\0aug\0sep\0oct\0nov\0dec";
	time_t seconds = (time_t)(e->options->now / WEIR_SEC);
	unsigned version = e->version;
	struct tm tm;

	if (gmtime_r(&seconds, &tm) == NULL)
		memset(&tm, 0, sizeof tm);
	if (version >= ISO_DATES)
		strbuf_printf(&e->buf, "# %04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1,
		              tm.tm_mday);
	else
		strbuf_printf(&e->buf, "# %s/%02d/%04d", months + (size_t)4 * (size_t)tm.tm_mon,
		              tm.tm_mday, tm.tm_year + 1900);
	strbuf_printf(&e->buf, " %02d:%02d:%02d by RouterOS ", tm.tm_hour, tm.tm_min, tm.tm_sec);
	if (version == model_version(e->model))
		strbuf_str(&e->buf, model_release(e->model));
	else
		strbuf_printf(&e->buf, "%u.%u", version / 100, version % 100);
	strbuf_str(&e->buf, "\n#\n");
}

enum print_result export_model(struct model *model, const struct export_options *options,
                               const struct print_out *out)
{
	struct exporter e = {.model = model, .options = options, .out = out};
	enum print_result result = PRINT_OK;

	e.version = options->version ? options->version : model_version(model);
	e.terse = options->mode == EXPORT_TERSE;
	if (options->header)
		add_header(&e);
	for (size_t i = 0; export_order[i] && !e.refused && !e.buf.failed; i++) {
		const struct menu *menu = model_menu(model, export_order[i]);

		if (menu && wanted(&e, menu))
			export_menu(&e, menu);
	}
	if (e.buf.failed)
		result = PRINT_NO_MEMORY;
	flush(&e);
	if (e.refused)
		result = PRINT_NOT_WRITTEN;
	strbuf_free(&e.texts);
	strbuf_free(&e.statement);
	strbuf_free(&e.shown);
	strbuf_free(&e.buf);
	return result;
}
