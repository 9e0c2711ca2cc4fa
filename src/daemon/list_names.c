/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/list_names.c - see list_names.h; the entries that it makes are those of list_rows.h.
 *
 * The model's observer notes the ids of entries that were or are names of hosts, and nothing else:
 * it runs in the threads of sessions. All the rest belongs to the event loop's thread, most of it
 * in the tick, with the model's lock held.
 */
#include "daemon/list_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/addr.h"
#include "base/bytes.h"
#include "daemon/list_rows.h"
#include "daemon/resolver.h"
#include "model/menus.h"
#include "model/syntax.h"

/* How long answers are good: at least, at most. */
#define TTL_LEAST 2u
#define TTL_MOST (24u * 3600)
#define AHEAD 1u /* it is asked again so many seconds before */
#define BACKOFF_LEAST (2 * WEIR_SEC)
#define BACKOFF_MOST (300 * WEIR_SEC)
#define REST 5 /* the share of the time that is spent with writing rows: one in so many */
#define MACHINE_AGAIN (5 * WEIR_SEC) /* the machine's servers are looked up again */

/* Lines of the log about names, at most so many in that time. */
#define LINES_MAX 50
#define LINES_TIME (60 * WEIR_SEC)

struct list_name {
	const struct menu *menu;
	uint64_t id;
	struct list_name *next; /* of its slot */
	size_t place;           /* among all */
	struct list_names *names;
	struct question *question; /* under way, or NULL */
	struct list_name *next_told;
	struct list_holder *holders;
	weir_time due, backoff;
	enum resolver_result said; /* why there was no answer; RESOLVER_ADDRESSES: there was */
	/* An answer that the next tick will take. */
	enum resolver_result result;
	union weir_addr *addr;
	size_t count;
	uint32_t ttl;
	size_t len; /* of the name */
	const char *list; /* behind it */
	char text[];
};

struct touched {
	const struct menu *menu;
	uint64_t id;
};

struct list_names {
	struct model *model;
	struct list_names_world world;
	struct resolver *resolver; /* NULL: stopped */
	struct list_rows rows;
	struct list_name **name;
	size_t count, room;
	size_t next; /* who is asked first, for none to be passed over for ever */
	struct list_name **slot; /* by menu and id, chained; as many as there is room */
	weir_time due;    /* none is before */
	struct list_name *told; /* have an answer */

	/* What sessions leave. */
	struct touched *touched;
	size_t touched_count, touched_room;
	bool all;      /* there was no memory to note them one by one */
	bool settings; /* /ip dns was touched */
	bool gone;     /* entries have been removed or changed */

	weir_time extra; /* added to each TTL */
	bool machine;    /* its servers are asked */
	weir_time machine_due;
	weir_time write_due; /* rows are not written before */
	bool refused;        /* rows could not be written, and that was told */
	struct strbuf shown; /* the machine's servers as text */
	struct resolver_settings set;

	weir_time lines_end;
	unsigned lines, lines_left_out;
};

static const struct menu *const menus[] = {&menu_address_list, &menu_address_list_v6};

static weir_time now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (weir_time)t.tv_sec * WEIR_SEC + (weir_time)t.tv_nsec;
}

static uint8_t family_of(const struct menu *menu)
{
	return menu == &menu_address_list_v6 ? WEIR_IPV6 : WEIR_IPV4;
}

/* What sessions leave */

static bool kept(const struct list_names *n, const struct item *item, const char *property,
                 const char **text, size_t *len)
{
	const struct menu *menu = item_menu(item);

	return item_kept(n->model, item, menu_find(menu, property, strlen(property)), text, len);
}

/* Whether an entry is a name, and which. */
static bool is_name(const struct list_names *n, const struct item *item, const char **text,
                    size_t *len)
{
	struct address_range range;

	return kept(n, item, "address", text, len) &&
	       !address_range_parse(*text, *len, family_of(item_menu(item)), &range);
}

static void note(void *ctx, const struct item *before, const struct item *after)
{
	struct list_names *n = ctx;
	const struct item *item = after ? after : before;
	const char *text;
	size_t len;

	n->gone |= before && (!after || !item_dynamic(after));
	if (!(before && is_name(n, before, &text, &len)) &&
	    !(after && is_name(n, after, &text, &len)))
		return;
	if (n->touched_count == n->touched_room) {
		size_t room = n->touched_room ? 2 * n->touched_room : 64;
		struct touched *grown = reallocarray(n->touched, room, sizeof *grown);

		if (!grown) {
			n->all = true;
			return;
		}
		n->touched = grown;
		n->touched_room = room;
	}
	n->touched[n->touched_count++] = (struct touched){item_menu(item), item_id(item)};
}

static void published(void *ctx, struct change *change)
{
	struct list_names *n = ctx;

	for (size_t i = 0; i < ARRAY_COUNT(menus); i++) {
		if (change_touched(change, menus[i]))
			change_items(change, menus[i], note, n);
	}
	n->settings |= change_touched(change, &menu_dns);
}

/* The log */

static const char *const reasons[] = {
        [RESOLVER_NO_ADDRESS] = "it has no address here",
        [RESOLVER_NO_NAME] = "there is no such name",
        [RESOLVER_FAILED] = "no server could tell",
        [RESOLVER_NO_ANSWER] = "no server answers",
        [RESOLVER_NO_SERVER] = "there is no server to ask",
        [RESOLVER_NO_MEMORY] = "out of memory",
};

static void write_line(struct list_names *n, struct strbuf *line)
{
	if (!line->failed)
		n->world.log(n->world.ctx, "dns,warning", strbuf_text(line));
	strbuf_free(line);
}

static void end_lines(struct list_names *n, weir_time at)
{
	struct strbuf line = STRBUF_INIT;

	if (n->lines == 0 || at < n->lines_end)
		return;
	if (n->lines_left_out) {
		strbuf_printf(&line, "%u more names of address lists were not resolved",
		              n->lines_left_out);
		write_line(n, &line);
	}
	n->lines = n->lines_left_out = 0;
}

/* When a server is out of reach all names are: the log is for other things too. */
static void log_failure(struct list_names *n, const struct list_name *name)
{
	struct strbuf line = STRBUF_INIT;

	if (n->lines == 0)
		n->lines_end = now() + LINES_TIME;
	if (n->lines == LINES_MAX) {
		n->lines_left_out++;
		return;
	}
	n->lines++;
	strbuf_printf(&line, "%s in %s %s was not resolved: %s", name->text, name->menu->path,
	              name->list, reasons[name->said]);
	write_line(n, &line);
}

/* Answers */

static void told(void *ctx, const struct resolver_answer *answer)
{
	struct list_name *name = ctx;
	size_t size = answer->count * sizeof *answer->addr;

	name->question = NULL;
	name->result = answer->result;
	if (answer->result == RESOLVER_ADDRESSES) {
		name->addr = malloc(size);
		if (name->addr) {
			memcpy(name->addr, answer->addr, size);
			name->count = answer->count;
			name->ttl = answer->ttl;
		} else {
			name->result = RESOLVER_NO_MEMORY;
		}
	}
	name->next_told = name->names->told;
	name->names->told = name;
}

static void set_due(struct list_name *name, weir_time at)
{
	name->due = at;
	if (at < name->names->due)
		name->names->due = at;
}

static void take_failure(struct list_names *n, struct list_name *name, weir_time at)
{
	bool again = name->said == name->result;

	name->backoff = name->backoff ? 2 * name->backoff : BACKOFF_LEAST;
	if (name->backoff > BACKOFF_MOST)
		name->backoff = BACKOFF_MOST;
	set_due(name, at + name->backoff);
	name->said = name->result;
	if (!again)
		log_failure(n, name);
}

static void take_addresses(struct list_names *n, struct list_name *name, weir_time at)
{
	uint32_t ttl = name->ttl < TTL_LEAST ? TTL_LEAST
	                                     : name->ttl > TTL_MOST ? TTL_MOST : name->ttl;
	weir_time until = at + ttl * WEIR_SEC + n->extra;

	for (size_t i = 0; i < name->count; i++) {
		if (!list_rows_hold(&n->rows, &name->holders, name->text, name->menu, name->list,
		                    &name->addr[i], until)) {
			name->result = RESOLVER_NO_MEMORY;
			take_failure(n, name, at);
			return;
		}
	}
	name->said = RESOLVER_ADDRESSES;
	name->backoff = 0;
	set_due(name, at + (ttl - AHEAD) * WEIR_SEC);
}

static void take_answers(struct list_names *n, weir_time at)
{
	while (n->told) {
		struct list_name *name = n->told;

		n->told = name->next_told;
		if (name->result == RESOLVER_ADDRESSES)
			take_addresses(n, name, at);
		else
			take_failure(n, name, at);
		list_rows_drop(&n->rows, &name->holders, at);
		free(name->addr);
		name->addr = NULL;
		name->count = 0;
	}
}

/* Names */

static struct list_name **slot_of(const struct list_names *n, const struct menu *menu, uint64_t id)
{
	uint64_t key = id << 1 | (menu == &menu_address_list_v6);

	return &n->slot[(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (n->room - 1)];
}

static void put_in_slot(struct list_names *n, struct list_name *name)
{
	struct list_name **slot = slot_of(n, name->menu, name->id);

	name->next = *slot;
	*slot = name;
}

static bool grow(struct list_names *n)
{
	size_t room = n->room ? 2 * n->room : 16;
	struct list_name **name = reallocarray(n->name, room, sizeof(*name)), **slot;

	if (!name)
		return false;
	n->name = name;
	slot = calloc(room, sizeof(*slot));
	if (!slot)
		return false;
	free(n->slot);
	n->slot = slot;
	n->room = room;
	for (size_t i = 0; i < n->count; i++)
		put_in_slot(n, n->name[i]);
	return true;
}

static struct list_name *find(const struct list_names *n, const struct menu *menu, uint64_t id)
{
	struct list_name *name = n->room ? *slot_of(n, menu, id) : NULL;

	while (name && (name->menu != menu || name->id != id))
		name = name->next;
	return name;
}

static void drop(struct list_names *n, struct list_name *name)
{
	struct list_name *last = n->name[--n->count], **at = slot_of(n, name->menu, name->id);

	while (*at != name)
		at = &(*at)->next;
	*at = name->next;
	n->name[name->place] = last;
	last->place = name->place;
	resolver_cancel(name->question);
	list_rows_drop(&n->rows, &name->holders, UINT64_MAX);
	free(name);
}

/* => false: no memory */
static bool add(struct list_names *n, const struct item *item, const char *text, size_t len)
{
	const char *list;
	size_t list_len;
	struct list_name *name;

	if (!kept(n, item, "list", &list, &list_len))
		return true;
	if (n->count == n->room && !grow(n))
		return false;
	name = calloc(1, sizeof *name + len + 1 + list_len + 1);
	if (!name)
		return false;
	name->menu = item_menu(item);
	name->id = item_id(item);
	name->names = n;
	name->place = n->count;
	name->len = len;
	name->list = name->text + len + 1;
	memcpy(name->text, text, len);
	memcpy(name->text + len + 1, list, list_len);
	n->name[n->count++] = name;
	put_in_slot(n, name);
	set_due(name, 0);
	return true;
}

static bool same(const struct list_names *n, const struct list_name *name,
                 const struct item *item, const char *text, size_t len)
{
	const char *list;
	size_t list_len;

	return name->len == len && memcmp(name->text, text, len) == 0 &&
	       kept(n, item, "list", &list, &list_len) && strlen(name->list) == list_len &&
	       memcmp(name->list, list, list_len) == 0;
}

/* Brings what is known of an entry up to date. => false: no memory */
static bool look(struct list_names *n, const struct menu *menu, uint64_t id)
{
	const struct item *item = model_item(n->model, menu, id);
	struct list_name *name = find(n, menu, id);
	const char *text = NULL;
	size_t len = 0;
	bool wanted = item && !item_disabled(item) && is_name(n, item, &text, &len);

	if (name && wanted && same(n, name, item, text, len))
		return true;
	if (name)
		drop(n, name);
	return !wanted || add(n, item, text, len);
}

/* => false: no memory */
static bool look_at_all(struct list_names *n)
{
	bool good = true;

	for (size_t i = n->count; i--;)
		good &= look(n, n->name[i]->menu, n->name[i]->id);
	for (size_t m = 0; good && m < ARRAY_COUNT(menus); m++) {
		struct menu_source *source = model_open(n->model, menus[m]);
		const struct item *item;

		good = source != NULL;
		while (good && (item = source->next(source)) != NULL)
			good = look(n, menus[m], item_id(item));
		model_close(source);
	}
	return good;
}

static void take_touched(struct list_names *n)
{
	bool good = true;

	for (size_t i = 0; good && !n->all && i < n->touched_count; i++)
		good = look(n, n->touched[i].menu, n->touched[i].id);
	if (n->all)
		good = look_at_all(n);
	n->all = !good;
	n->touched_count = 0;
	if (n->gone)
		list_rows_unblock(&n->rows);
	n->gone = false;
}

/* Settings */

static weir_time read_time(const char *text, size_t len)
{
	weir_time time = 0;

	value_parse_time(text, len, &time);
	return time;
}

static void read_servers(const char *text, size_t len, struct resolver_settings *set)
{
	const char *end = text + len;

	while (text < end && set->servers < RESOLVER_SERVERS) {
		const char *comma = memchr(text, ',', (size_t)(end - text));
		const char *stop = comma ? comma : end;
		struct resolver_server *server = &set->server[set->servers];

		set->servers += addr_parse(text, (size_t)(stop - text), &server->family,
		                           &server->addr);
		text = stop + 1;
	}
}

static void read_settings(struct list_names *n, struct resolver_settings *set)
{
	const struct item *item = model_settings(n->model, &menu_dns);
	const char *text;
	size_t len;

	if (kept(n, item, "servers", &text, &len))
		read_servers(text, len, set);
	if (kept(n, item, "query-server-timeout", &text, &len))
		set->server_timeout = read_time(text, len);
	if (kept(n, item, "query-total-timeout", &text, &len))
		set->total_timeout = read_time(text, len);
	if (kept(n, item, "max-udp-packet-size", &text, &len))
		set->udp_size = (uint16_t)strtoul(text, NULL, 10);
	if (kept(n, item, "max-concurrent-queries", &text, &len))
		set->questions = (unsigned)strtoul(text, NULL, 10);
	if (kept(n, item, "max-concurrent-tcp-sessions", &text, &len))
		set->by_tcp = (unsigned)strtoul(text, NULL, 10);
	if (kept(n, item, "address-list-extra-time", &text, &len))
		n->extra = read_time(text, len);
}

/* Other servers may know what those before did not. */
static void ask_failed_again(struct list_names *n)
{
	for (size_t i = 0; i < n->count; i++) {
		if (!n->name[i]->backoff)
			continue;
		n->name[i]->backoff = 0;
		set_due(n->name[i], 0);
	}
}

static void take_settings(struct list_names *n, weir_time at)
{
	struct resolver_settings set;

	if (!n->settings && !(n->machine && n->count && at >= n->machine_due))
		return;
	/* Compared byte by byte. */
	memset(&set, 0, sizeof set);
	read_settings(n, &set);
	n->machine = set.servers == 0;
	n->machine_due = at + MACHINE_AGAIN;
	if (n->machine)
		set.servers = resolver_machine_servers(set.server);
	if (memcmp(&set, &n->set, sizeof set) != 0) {
		memcpy(&n->set, &set, sizeof set);
		resolver_set(n->resolver, &set);
		ask_failed_again(n);
	}
	n->settings = false;
}

/* The machine's servers, while they are asked. */
static void value(void *ctx, const struct menu *menu, const struct item *item,
                  const struct property *property, struct value *out)
{
	struct list_names *n = ctx;
	struct resolver_server server[RESOLVER_SERVERS];
	char address[ADDR_TEXT];
	const char *text;
	unsigned count = 0;
	size_t len;

	(void)menu;
	if (strcmp(property->name, "dynamic-servers") != 0)
		return;
	if (!kept(n, item, "servers", &text, &len) || len == 0)
		count = resolver_machine_servers(server);
	strbuf_reset(&n->shown);
	for (unsigned i = 0; i < count; i++) {
		addr_print(address, server[i].family, &server[i].addr);
		strbuf_printf(&n->shown, i ? ",%s" : "%s", address);
	}
	out->type = VALUE_STRING;
	out->text = strbuf_text(&n->shown);
	out->len = n->shown.len;
}

/* The whole */

static void ask(struct list_names *n, weir_time at)
{
	weir_time due = UINT64_MAX;

	if (at < n->due)
		return;
	for (size_t i = 0; i < n->count; i++) {
		struct list_name *name = n->name[(n->next + i) % n->count];

		if (name->question)
			continue;
		if (name->due <= at) {
			if (resolver_room(n->resolver))
				name->question = resolver_ask(n->resolver, name->text, name->len,
				                              family_of(name->menu), told, name);
			if (!name->question) {
				n->next = name->place;
				return;
			}
		} else if (name->due < due) {
			due = name->due;
		}
	}
	n->due = due;
}

/* What could not be written is tried again; it is told once. Lists of many thousands take their
 * time to come into force: consoles shall have most of it. */
static void write_rows(struct list_names *n, weir_time at)
{
	struct strbuf error = STRBUF_INIT, line = STRBUF_INIT;
	bool refused;

	if (at < n->write_due)
		return;
	refused = !list_rows_write(&n->rows, at, &error);
	n->write_due = at + (now() - at) * REST;
	if (refused && !n->refused) {
		strbuf_printf(&line, "addresses of names do not come into their lists: %s",
		              strbuf_text(&error));
		write_line(n, &line);
	}
	n->refused = refused || (n->refused && n->rows.dirty);
	strbuf_free(&error);
}

void list_names_tick(struct list_names *n)
{
	weir_time at = now();

	if (!n->resolver)
		return;
	take_answers(n, at);
	if (n->touched_count || n->all || n->gone)
		take_touched(n);
	write_rows(n, at);
	take_settings(n, at);
	ask(n, at);
	end_lines(n, at);
}

static const struct menu_live live = {.value = value};

struct list_names *list_names_create(struct model *model, struct event_base *base,
                                     const struct list_names_world *world)
{
	struct list_names *n = calloc(1, sizeof *n);
	const struct model_observer observer = {.ctx = n, .publish = published};

	if (!n)
		return NULL;
	n->model = n->rows.model = model;
	n->world = *world;
	n->all = n->settings = true;
	n->resolver = resolver_create(base);
	if (!n->resolver || !model_observe(model, &observer)) {
		resolver_destroy(n->resolver);
		free(n);
		return NULL;
	}
	model_bind(model, &menu_dns, &live, n);
	return n;
}

void list_names_stop(struct list_names *n)
{
	if (!n)
		return;
	resolver_destroy(n->resolver);
	n->resolver = NULL;
}

static void free_name(struct list_name *name)
{
	while (name->holders) {
		struct list_holder *holder = name->holders;

		name->holders = holder->next;
		free(holder);
	}
	free(name->addr);
	free(name);
}

void list_names_destroy(struct list_names *n)
{
	if (!n)
		return;
	list_names_stop(n);
	for (size_t i = 0; i < n->count; i++)
		free_name(n->name[i]);
	list_rows_free(&n->rows);
	free(n->name);
	free(n->slot);
	free(n->touched);
	strbuf_free(&n->shown);
	free(n);
}
