/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/scheduler.c - what is to be run when; see scheduler.h.
 *
 * An entry's runs are start, start + interval, and so on. Everything up to `since` has been
 * dealt with, so the next run is the first one after it. Intervals of whole days are counted
 * on the clock on the wall, others in time that passes.
 */
#include "system/scheduler.h"

#include <stdlib.h>

#include "system/civil.h"
#include "system/field.h"

#define MENU "/system scheduler"
#define SCRIPTS "/system script"
#define SECOND INT64_C(1000000000)
#define PUT_BACK 60   /* seconds that the clock may be put back by, unnoticed */
#define AFTER_START 3 /* seconds from the start to what runs at startup */

struct entry {
	uint64_t id;
	int64_t made;  /* when it was first seen */
	bool at_start; /* it was there when the router started */
	int64_t since; /* all runs up to then are over */
	uint64_t runs;

	bool disabled, startup, has_date, has_time;
	struct civil start; /* its date and its time, those of them that it has */
	int64_t interval;
};

struct scheduler {
	struct model *model;
	struct clock *clock;
	const struct menu *menu;
	int64_t started;
	bool seen;  /* the entries have been read once */
	bool stale; /* and are to be read again */
	struct entry *entry;
	size_t count;
	struct strbuf room; /* the last value's text */
};

static int64_t now_of(struct scheduler *s)
{
	return (int64_t)clock_now(s->clock, NULL) / SECOND;
}

/* The entries */

static struct entry *find(struct entry *entries, size_t count, uint64_t id)
{
	for (size_t i = 0; i < count; i++)
		if (entries[i].id == id)
			return &entries[i];
	return NULL;
}

static void read_item(struct scheduler *s, const struct item *item, struct entry *e)
{
	struct strbuf text = STRBUF_INIT;
	uint64_t interval = field_number(s->model, item, "interval", 0);

	e->disabled = item_disabled(item);
	e->interval = (int64_t)(interval / (uint64_t)SECOND);
	if (interval && e->interval == 0)
		e->interval = 1;
	e->has_date = field_text(s->model, item, "start-date", &text) &&
		      civil_parse_date(strbuf_text(&text), text.len, &e->start);
	strbuf_reset(&text);
	e->has_time = field_text(s->model, item, "start-time", &text) &&
		      civil_parse_time(strbuf_text(&text), text.len, &e->start);
	e->startup = strcmp(strbuf_text(&text), "startup") == 0;
	strbuf_free(&text);
}

/* Reads the menu again; what stays keeps what it has done. => false: no memory */
static bool refresh(struct scheduler *s)
{
	struct menu_source *source;
	struct entry *entries;
	const void *row;
	size_t count = 0, room;

	if (!s->stale)
		return true;
	room = model_count(s->model, s->menu);
	entries = calloc(room + 1, sizeof *entries);
	source = entries ? model_open(s->model, s->menu) : NULL;
	if (source == NULL) {
		free(entries);
		return false;
	}
	while (count < room && (row = source->next(source)) != NULL) {
		uint64_t id = model_id(source, row);
		const struct item *item = model_item(s->model, s->menu, id);
		const struct entry *old = find(s->entry, s->count, id);
		struct entry *e = &entries[count];

		if (item == NULL)
			continue;
		count++;
		if (old) {
			*e = *old;
		} else {
			e->made = now_of(s);
			e->since = e->made;
			e->at_start = !s->seen;
		}
		e->id = id;
		read_item(s, item, e);
	}
	model_close(source);
	free(s->entry);
	s->entry = entries;
	s->count = count;
	s->stale = false;
	s->seen = true;
	return true;
}

/* Times */

/* Where runs are counted from, in local time. */
static int64_t local_start(struct scheduler *s, const struct entry *e)
{
	int64_t made = e->made + clock_offset(s->clock, e->made), start;
	struct civil civil;

	if (!e->has_date && !e->has_time)
		return made;
	civil_from_seconds(made, &civil);
	if (e->has_date) {
		civil.year = e->start.year;
		civil.month = e->start.month;
		civil.day = e->start.day;
		civil.hour = civil.minute = civil.second = 0;
	}
	if (e->has_time) {
		civil.hour = e->start.hour;
		civil.minute = e->start.minute;
		civil.second = e->start.second;
	}
	start = civil_seconds(&civil);
	/* A time without a date is the next that comes, for what runs only once. */
	if (!e->has_date && e->interval == 0 && start <= made)
		start += CIVIL_DAY;
	return start;
}

/* The first run after a moment, of those at start + k * interval on the wall's clock. */
static int64_t next_on_wall(struct scheduler *s, int64_t start, int64_t interval, int64_t after)
{
	int64_t local = after + clock_offset(s->clock, after);
	int64_t k = local < start ? 0 : (local - start) / interval;

	/* Where clocks are put back or forward it may be the one before, or the one behind. */
	if (k > 0)
		k--;
	for (;; k++) {
		int64_t utc = clock_to_utc(s->clock, start + k * interval);

		if (utc > after)
			return utc;
	}
}

static int64_t next_run(struct scheduler *s, const struct entry *e)
{
	int64_t start;

	if (e->disabled || (e->startup && e->interval == 0 && !e->at_start))
		return SCHEDULER_NEVER;
	if (e->startup) {
		start = e->at_start ? s->started + AFTER_START : e->made;
	} else if (e->interval && e->interval % CIVIL_DAY == 0) {
		return next_on_wall(s, local_start(s, e), e->interval, e->since);
	} else {
		start = clock_to_utc(s->clock, local_start(s, e));
	}
	if (start > e->since)
		return start;
	return e->interval ? start + ((e->since - start) / e->interval + 1) * e->interval
			   : SCHEDULER_NEVER;
}

/* The entry that is due first. */
static struct entry *first_due(struct scheduler *s, int64_t now, int64_t *due)
{
	struct entry *first = NULL;

	*due = SCHEDULER_NEVER;
	for (size_t i = 0; i < s->count; i++) {
		struct entry *e = &s->entry[i];
		int64_t next;

		/* A clock that is put right by seconds must not run things twice. */
		if (e->since > now + PUT_BACK)
			e->since = now;
		next = next_run(s, e);
		if (next < *due) {
			*due = next;
			first = e;
		}
	}
	return first;
}

int64_t scheduler_due(struct scheduler *s)
{
	int64_t due;

	if (s->menu == NULL || !refresh(s))
		return s->menu ? now_of(s) + 1 : SCHEDULER_NEVER;
	first_due(s, now_of(s), &due);
	return due;
}

/* Events */

static uint32_t policies_of(struct model *model, const struct item *item)
{
	static const char *const names[] = {
#define X(name, text) text,
		POLICIES(X)
#undef X
	};
	struct strbuf text = STRBUF_INIT;
	uint32_t policies = 0;

	if (field_text(model, item, "policy", &text)) {
		for (const char *at = strbuf_text(&text); *at;) {
			size_t len = strcspn(at, ",");

			for (unsigned i = 0; i < POLICY_COUNT; i++)
				if (strlen(names[i]) == len && memcmp(names[i], at, len) == 0)
					policies |= 1u << i;
			at += len + (at[len] == ',');
		}
	}
	strbuf_free(&text);
	return policies;
}

/* The script of exactly that name. */
static const struct item *find_script(struct model *model, const char *name)
{
	const struct menu *menu = model_menu(model, SCRIPTS);
	struct strbuf text = STRBUF_INIT;
	const struct item *item = NULL;
	uint64_t id;

	if (menu && *name && model_find_name(model, menu, name, strlen(name), &id) == SETTING_ONE)
		item = model_item(model, menu, id);
	if (item &&
	    (!field_text(model, item, "name", &text) || strcmp(strbuf_text(&text), name) != 0))
		item = NULL;
	strbuf_free(&text);
	return item;
}

static bool fill_event(struct scheduler *s, const struct item *item, struct scheduler_event *event)
{
	const struct item *script;
	bool failed = false;

	event->id = item_id(item);
	event->policies = policies_of(s->model, item);
	event->name = field_copy(s->model, item, "name", "", &failed);
	event->owner = field_copy(s->model, item, "owner", "", &failed);
	event->source = field_copy(s->model, item, "on-event", "", &failed);
	script = event->source ? find_script(s->model, event->source) : NULL;
	if (script) {
		event->script = item_id(script);
		event->forbidden = policies_of(s->model, script) & ~event->policies &&
				   !field_yes(s->model, script, "dont-require-permissions", false);
		free(event->source);
		event->source = field_copy(s->model, script, "source", "", &failed);
	}
	if (failed)
		scheduler_event_free(event);
	return !failed;
}

void scheduler_event_free(struct scheduler_event *event)
{
	free(event->name);
	free(event->owner);
	free(event->source);
	*event = (struct scheduler_event){0};
}

bool scheduler_take(struct scheduler *s, struct scheduler_event *event)
{
	int64_t now = now_of(s), due;
	const struct item *item;
	struct entry *e;

	*event = (struct scheduler_event){0};
	if (s->menu == NULL || !refresh(s))
		return false;
	e = first_due(s, now, &due);
	if (e == NULL || due > now)
		return false;
	item = model_item(s->model, s->menu, e->id);
	if (item == NULL || !fill_event(s, item, event))
		return false;
	e->since = now;
	e->runs++;
	return true;
}

/* The menu */

static void show(void *ctx, const struct menu *menu, const struct item *item,
		 const struct property *property, struct value *value)
{
	struct scheduler *s = ctx;
	struct entry *e;
	int64_t next;

	(void)menu;
	*value = value_none();
	if (!refresh(s) || (e = find(s->entry, s->count, item_id(item))) == NULL)
		return;
	strbuf_reset(&s->room);
	if (strcmp(property->name, "run-count") == 0) {
		strbuf_u64(&s->room, e->runs);
	} else if (strcmp(property->name, "next-run") == 0) {
		next = next_run(s, e);
		if (next == SCHEDULER_NEVER)
			return;
		clock_print(s->clock, next, &s->room);
	} else {
		return;
	}
	if (!s->room.failed)
		field_answer(property, strbuf_text(&s->room), s->room.len, value);
}

static void published(void *ctx, struct change *change)
{
	struct scheduler *s = ctx;

	s->stale |= s->menu && change_touched(change, s->menu);
}

struct scheduler *scheduler_create(struct model *model, struct clock *clk)
{
	static const struct menu_live live = {.value = show};
	struct scheduler *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	s->model = model;
	s->clock = clk;
	s->menu = model_menu(model, MENU);
	s->started = now_of(s);
	s->stale = true;
	if (!model_observe(model, &(struct model_observer){.ctx = s, .publish = published})) {
		free(s);
		return NULL;
	}
	if (s->menu) {
		model_bind(model, s->menu, &live, s);
		refresh(s);
	}
	return s;
}

void scheduler_destroy(struct scheduler *s)
{
	if (s == NULL)
		return;
	free(s->entry);
	strbuf_free(&s->room);
	free(s);
}
