/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/list_rows.c - see list_rows.h.
 */
#include "daemon/list_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "model/menus.h"

#define RETRY WEIR_SEC

struct list_row {
	struct list_row *next; /* of its slot */
	struct list_row *next_dirty;
	struct list_holder *holders;
	const struct menu *menu;
	uint64_t id; /* of the entry; 0: there is none */
	uint64_t hash;
	bool dirty, blocked;
	bool fresh; /* its entry was added by the change that is open */
	union weir_addr addr;
	char list[];
};

static uint8_t family_of(const struct menu *menu)
{
	return menu == &menu_address_list_v6 ? WEIR_IPV6 : WEIR_IPV4;
}

/* Finding. Names and lists are the administrator's; their addresses are others', but a name has
 * a message's worth of them at most. */

static uint64_t hash_bytes_plainly(uint64_t hash, const void *data, size_t size)
{
	for (const uint8_t *at = data; size--; at++)
		hash = (hash ^ *at) * UINT64_C(1099511628211);
	return hash;
}

static uint64_t hash_row(const struct menu *menu, const char *list, const union weir_addr *addr)
{
	uint64_t hash = UINT64_C(14695981039346656037) ^ family_of(menu);

	hash = hash_bytes_plainly(hash, addr, sizeof *addr);
	return hash_bytes_plainly(hash, list, strlen(list));
}

static struct list_row **slot_of(const struct list_rows *rows, uint64_t hash)
{
	return &rows->slot[(hash ^ hash >> 32) & (rows->slots - 1)];
}

static bool grow(struct list_rows *rows)
{
	struct list_rows grown = {.slots = rows->slots ? 2 * rows->slots : 64};

	grown.slot = calloc(grown.slots, sizeof *grown.slot);
	if (!grown.slot)
		return false;
	for (size_t i = 0; i < rows->slots; i++) {
		for (struct list_row *row = rows->slot[i], *next; row; row = next) {
			struct list_row **slot = slot_of(&grown, row->hash);

			next = row->next;
			row->next = *slot;
			*slot = row;
		}
	}
	free(rows->slot);
	rows->slot = grown.slot;
	rows->slots = grown.slots;
	return true;
}

/* => the row, without holders if it is new; NULL: no memory */
static struct list_row *find_or_add(struct list_rows *rows, const struct menu *menu,
                                    const char *list, const union weir_addr *addr)
{
	uint64_t hash = hash_row(menu, list, addr);
	size_t size = strlen(list) + 1;
	struct list_row *row;

	if (rows->count >= rows->slots && !grow(rows) && !rows->slots)
		return NULL;
	for (row = *slot_of(rows, hash); row; row = row->next) {
		if (row->hash == hash && row->menu == menu && strcmp(row->list, list) == 0 &&
		    memcmp(&row->addr, addr, sizeof *addr) == 0)
			return row;
	}
	row = calloc(1, sizeof *row + size);
	if (!row)
		return NULL;
	row->menu = menu;
	row->hash = hash;
	row->addr = *addr;
	memcpy(row->list, list, size);
	row->next = *slot_of(rows, hash);
	*slot_of(rows, hash) = row;
	rows->count++;
	return row;
}

static void set_blocked(struct list_rows *rows, struct list_row *row, bool blocked)
{
	rows->blocked += (size_t)blocked - (size_t)row->blocked;
	row->blocked = blocked;
}

static void remove_row(struct list_rows *rows, struct list_row *row)
{
	struct list_row **at = slot_of(rows, row->hash);

	while (*at != row)
		at = &(*at)->next;
	*at = row->next;
	rows->count--;
	set_blocked(rows, row, false);
	free(row);
}

void list_rows_free(struct list_rows *rows)
{
	for (size_t i = 0; i < rows->slots; i++) {
		for (struct list_row *row = rows->slot[i], *next; row; row = next) {
			next = row->next;
			free(row);
		}
	}
	free(rows->slot);
	*rows = (struct list_rows){.model = rows->model};
}

/* Holding */

static void make_dirty(struct list_rows *rows, struct list_row *row)
{
	if (row->dirty)
		return;
	row->dirty = true;
	row->next_dirty = NULL;
	if (rows->dirty)
		rows->last_dirty->next_dirty = row;
	else
		rows->dirty = row;
	rows->last_dirty = row;
}

static bool has_entry(const struct list_rows *rows, const struct list_row *row)
{
	return row->id && model_item(rows->model, row->menu, row->id);
}

bool list_rows_hold(struct list_rows *rows, struct list_holder **holders, const char *name,
                    const struct menu *menu, const char *list, const union weir_addr *addr,
                    weir_time until)
{
	struct list_row *row = find_or_add(rows, menu, list, addr);
	struct list_holder *holder;

	if (!row)
		return false;
	for (holder = row->holders; holder && holder->name != name; holder = holder->next_of_row)
		;
	if (!holder) {
		holder = calloc(1, sizeof *holder);
		if (!holder) {
			if (!row->holders && !row->dirty)
				remove_row(rows, row);
			return false;
		}
		*holder = (struct list_holder){*holders, row->holders, row, name, 0};
		*holders = holder;
		row->holders = holder;
	}
	if (until > holder->until)
		holder->until = until;
	make_dirty(rows, row);
	return true;
}

static void let_go(struct list_rows *rows, struct list_holder *holder)
{
	struct list_row *row = holder->row;
	struct list_holder **at = &row->holders;

	while (*at != holder)
		at = &(*at)->next_of_row;
	*at = holder->next_of_row;
	free(holder);
	if (row->holders || has_entry(rows, row))
		make_dirty(rows, row);
	else if (!row->dirty)
		remove_row(rows, row);
}

void list_rows_drop(struct list_rows *rows, struct list_holder **holders, weir_time now)
{
	while (*holders) {
		struct list_holder *holder = *holders;

		if (holder->until > now) {
			holders = &holder->next;
			continue;
		}
		*holders = holder->next;
		let_go(rows, holder);
	}
}

void list_rows_unblock(struct list_rows *rows)
{
	for (size_t i = 0; rows->blocked && i < rows->slots; i++) {
		for (struct list_row *row = rows->slot[i]; row; row = row->next) {
			if (row->blocked)
				make_dirty(rows, row);
		}
	}
}

/* Writing */

static struct assignment assign(const struct menu *menu, const char *property, const char *text)
{
	return (struct assignment){menu_find(menu, property, strlen(property)), text, strlen(text)};
}

/* The one who wants it longest. */
static const struct list_holder *last_holder(const struct list_row *row)
{
	const struct list_holder *last = row->holders;

	for (const struct list_holder *h = last; h; h = h->next_of_row) {
		if (h->until > last->until)
			last = h;
	}
	return last;
}

/* => false: no memory */
static bool write_row(struct list_rows *rows, struct change *change, struct list_row *row,
                      weir_time now)
{
	const struct list_holder *holder = last_holder(row);
	struct strbuf error = STRBUF_INIT, timeout = STRBUF_INIT;
	enum model_refusal refusal = MODEL_OK;
	weir_time left;
	char address[ADDR_TEXT];
	struct assignment assignments[4];

	if (holder->until <= now)
		return true;
	/* Whole seconds, as the menu shows them; a part of one counts as one. */
	left = (holder->until - now + WEIR_SEC - 1) / WEIR_SEC * WEIR_SEC;
	value_print_time(left, &timeout);
	addr_print(address, family_of(row->menu), &row->addr);
	assignments[0] = assign(row->menu, "list", row->list);
	assignments[1] = assign(row->menu, "address", address);
	assignments[2] = assign(row->menu, "comment", holder->name);
	assignments[3] = assign(row->menu, "timeout", strbuf_text(&timeout));
	if (timeout.failed) {
		refusal = MODEL_NO_MEMORY;
	} else if (has_entry(rows, row)) {
		refusal = change_set(change, row->menu, row->id, assignments, 4, &error);
	} else {
		row->id = 0;
		refusal = change_add_dynamic(change, row->menu, assignments, 3, left, &row->id,
		                             &error);
		row->fresh = refusal == MODEL_OK;
		if (refusal != MODEL_OK)
			row->id = 0;
	}
	set_blocked(rows, row, refusal == MODEL_FAILURE);
	strbuf_free(&timeout);
	strbuf_free(&error);
	return refusal != MODEL_NO_MEMORY;
}

/* Entries that nobody wants any more, of one menu. => false: no memory */
static bool remove_entries(struct list_rows *rows, struct change *change, const struct menu *menu)
{
	struct strbuf error = STRBUF_INIT;
	size_t count = 0, n = 0;
	uint64_t *ids;
	bool good;

	for (const struct list_row *row = rows->dirty; row; row = row->next_dirty)
		count += row->menu == menu && !row->holders && has_entry(rows, row);
	if (count == 0)
		return true;
	ids = calloc(count, sizeof *ids);
	for (const struct list_row *row = ids ? rows->dirty : NULL; row; row = row->next_dirty) {
		if (row->menu == menu && !row->holders && has_entry(rows, row))
			ids[n++] = row->id;
	}
	good = ids && change_remove(change, menu, ids, n, &error) == MODEL_OK;
	free(ids);
	strbuf_free(&error);
	return good;
}

static bool write_all(struct list_rows *rows, weir_time now, struct strbuf *error)
{
	struct change *change = change_begin(rows->model, NULL);
	bool good = change && remove_entries(rows, change, &menu_address_list) &&
	            remove_entries(rows, change, &menu_address_list_v6);

	for (struct list_row *row = rows->dirty; good && row; row = row->next_dirty)
		good = !row->holders || write_row(rows, change, row, now);
	if (good)
		return change_commit(change, error) == MODEL_OK;
	if (change)
		change_abort(change);
	strbuf_str(error, "out of memory");
	return false;
}

bool list_rows_write(struct list_rows *rows, weir_time now, struct strbuf *error)
{
	if (!rows->dirty || now < rows->retry)
		return true;
	if (!write_all(rows, now, error)) {
		for (struct list_row *row = rows->dirty; row; row = row->next_dirty) {
			row->id = row->fresh ? 0 : row->id;
			row->fresh = false;
		}
		rows->retry = now + RETRY;
		return false;
	}
	while (rows->dirty) {
		struct list_row *row = rows->dirty;

		rows->dirty = row->next_dirty;
		row->dirty = row->fresh = false;
		if (!row->holders)
			remove_row(rows, row);
	}
	return true;
}
