/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/store.c - the configuration's file; see store.h.
 */
#include "system/store.h"

#include <stdlib.h>

#include "model/export.h"
#include "model/menus.h"
#include "system/saver.h"

#define GATHER UINT64_C(100000000)
#define RETRY UINT64_C(1000000000)
#define RETRY_MOST (300 * UINT64_C(1000000000))

struct store {
	struct store_options options;
	struct model *model;
	struct saver *saver;
	char *path;
	char *foreign; /* with the model's lock held */
	size_t foreign_len;
};

/* Puts the mark behind the first line, which tells date and version. */
static void add_marked(struct strbuf *out, const struct strbuf *text)
{
	const char *line = memchr(strbuf_text(text), '\n', text->len);
	size_t head = line ? (size_t)(line - text->data) + 1 : 0;

	if (text->len == 0 || text->data[0] != '#')
		head = 0;
	strbuf_add(out, strbuf_text(text), head);
	strbuf_str(out, STORE_MARK "\n");
	strbuf_add(out, strbuf_text(text) + head, text->len - head);
}

/* What is to be in the file. */
static bool compose(struct store *store, struct strbuf *out)
{
	struct strbuf text = STRBUF_INIT;
	struct print_out to = print_to_strbuf(&text);
	struct export_options options = {
		.mode = EXPORT_COMPACT, .sensitive = true, .whole = true, .header = true};
	int32_t offset = 0;
	bool ok;

	if (store->options.now) {
		options.now = store->options.now(store->options.ctx, &offset);
		options.now += (uint64_t)((int64_t)offset * 1000000000);
	}
	model_lock(store->model);
	ok = export_model(store->model, &options, &to) == PRINT_OK && !text.failed;
	add_marked(out, &text);
	if (store->foreign_len) {
		if (out->len && out->data[out->len - 1] != '\n')
			strbuf_char(out, '\n');
		strbuf_add(out, store->foreign, store->foreign_len);
		if (out->len && out->data[out->len - 1] != '\n')
			strbuf_char(out, '\n');
	}
	model_unlock(store->model);
	strbuf_free(&text);
	return ok && !out->failed;
}

static bool save(void *ctx, struct strbuf *error)
{
	struct store *store = ctx;
	struct strbuf text = STRBUF_INIT;
	bool ok = compose(store, &text);

	if (ok)
		ok = store_write(store->path, strbuf_text(&text), text.len, store->options.hook,
				 error);
	else
		strbuf_str(error, "out of memory");
	strbuf_free(&text);
	return ok;
}

static void tell(void *ctx, const char *reason)
{
	struct store *store = ctx;
	struct strbuf message = STRBUF_INIT;

	if (store->options.log == NULL)
		return;
	if (reason)
		strbuf_printf(&message, "configuration could not be stored in %s: %s", store->path,
			      reason);
	else
		strbuf_printf(&message, "configuration is stored in %s again", store->path);
	store->options.log(store->options.ctx, reason ? "system,error,critical" : "system,info",
			   message.failed ? "configuration could not be stored"
					  : strbuf_text(&message));
	strbuf_free(&message);
}

static void look_at_item(void *ctx, const struct item *before, const struct item *after)
{
	bool *stored = ctx;

	if ((before && !item_dynamic(before)) || (after && !item_dynamic(after)))
		*stored = true;
}

/* Rules and names put many addresses into lists, and renew them; none of that is in the file. */
static bool to_be_stored(const struct change *change)
{
	static const struct menu *const lists[] = {&menu_address_list, &menu_address_list_v6};
	bool dynamic = false, stored = false;

	for (const struct menu *const *menu = menu_list; *menu; menu++) {
		if (!change_touched(change, *menu))
			continue;
		if (*menu != lists[0] && *menu != lists[1])
			return true;
		dynamic = true;
		change_items(change, *menu, look_at_item, &stored);
	}
	return stored || !dynamic;
}

static void published(void *ctx, struct change *change)
{
	struct store *store = ctx;

	if (to_be_stored(change))
		saver_mark(store->saver);
}

static void release(struct store *store)
{
	free(store->foreign);
	free(store->path);
	free(store);
}

struct store *store_create(struct model *model, const struct store_options *options,
			   struct strbuf *error)
{
	struct store *store = calloc(1, sizeof *store);

	if (store == NULL || (store->path = strdup(options->path)) == NULL) {
		free(store);
		strbuf_str(error, "out of memory");
		return NULL;
	}
	store->options = *options;
	store->model = model;
	if (!store_check(store->path, error)) {
		release(store);
		return NULL;
	}
	store->saver = saver_create(&(struct saver_options){.ctx = store,
							    .store = save,
							    .failed = tell,
							    .gather = GATHER,
							    .retry = RETRY,
							    .retry_most = RETRY_MOST});
	if (store->saver == NULL ||
	    !model_observe(model, &(struct model_observer){.ctx = store, .publish = published})) {
		saver_destroy(store->saver);
		release(store);
		strbuf_str(error, "out of memory");
		return NULL;
	}
	return store;
}

bool store_destroy(struct store *store)
{
	bool ok;

	if (store == NULL)
		return true;
	ok = saver_destroy(store->saver);
	release(store);
	return ok;
}

bool store_set_foreign(struct store *store, const char *text, size_t len)
{
	char *copied = malloc(len + 1);

	if (copied == NULL)
		return false;
	if (len)
		memcpy(copied, text, len);
	free(store->foreign);
	store->foreign = copied;
	store->foreign_len = len;
	return true;
}

bool store_flush(struct store *store, struct strbuf *error)
{
	return saver_flush(store->saver, error);
}
