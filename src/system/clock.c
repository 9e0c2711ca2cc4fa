/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/clock.c - the router's clock; see clock.h.
 */
#include "system/clock.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "system/civil.h"
#include "system/field.h"

#define SECOND INT64_C(1000000000)
#define MENU "/system clock"
#define MENU_MANUAL "/system clock manual"

struct clock {
	pthread_mutex_t lock;
	struct zone *zone; /* NULL: UTC */
	bool fixed;
	uint64_t now; /* of a fixed one */

	/* With the model's lock held. */
	struct model *model;
	struct zone *pending; /* of a change that is being prepared */
	struct strbuf room;   /* the last value's text */
};

struct clock *clock_create(bool fixed)
{
	struct clock *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	pthread_mutex_init(&c->lock, NULL);
	c->fixed = fixed;
	return c;
}

void clock_destroy(struct clock *c)
{
	if (c == NULL)
		return;
	zone_free(c->zone);
	zone_free(c->pending);
	strbuf_free(&c->room);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

void clock_set(struct clock *c, uint64_t now)
{
	pthread_mutex_lock(&c->lock);
	c->now = now;
	pthread_mutex_unlock(&c->lock);
}

uint64_t clock_now(struct clock *c, int32_t *offset)
{
	struct timespec t;
	uint64_t now;

	pthread_mutex_lock(&c->lock);
	now = c->now;
	if (!c->fixed) {
		clock_gettime(CLOCK_REALTIME, &t);
		now = (uint64_t)t.tv_sec * (uint64_t)SECOND + (uint64_t)t.tv_nsec;
	}
	if (offset)
		*offset = zone_offset(c->zone, (int64_t)now / SECOND, NULL);
	pthread_mutex_unlock(&c->lock);
	return now;
}

int32_t clock_offset(struct clock *c, int64_t utc)
{
	int32_t offset;

	pthread_mutex_lock(&c->lock);
	offset = zone_offset(c->zone, utc, NULL);
	pthread_mutex_unlock(&c->lock);
	return offset;
}

int64_t clock_to_utc(struct clock *c, int64_t local)
{
	int64_t utc;

	pthread_mutex_lock(&c->lock);
	utc = zone_to_utc(c->zone, local);
	pthread_mutex_unlock(&c->lock);
	return utc;
}

/* A machine without any zones takes every name, and shows UTC: a configuration that says where
 * its router stands is no worse for it. */
static struct zone *make_zone(const char *name, int32_t manual)
{
	if (strcmp(name, "manual") == 0)
		return zone_fixed(manual);
	return access(ZONE_DIRECTORY, F_OK) == 0 ? zone_load(NULL, name) : zone_fixed(0);
}

static void use_zone(struct clock *c, struct zone *zone)
{
	struct zone *old;

	pthread_mutex_lock(&c->lock);
	old = c->zone;
	c->zone = zone;
	pthread_mutex_unlock(&c->lock);
	zone_free(old);
}

bool clock_set_zone(struct clock *c, const char *name, int32_t manual)
{
	struct zone *zone = make_zone(name, manual);

	if (zone)
		use_zone(c, zone);
	return zone != NULL;
}

/* Text */

static void local_at(struct clock *c, int64_t utc, struct civil *civil)
{
	civil_from_seconds(utc + clock_offset(c, utc), civil);
}

void clock_print(struct clock *c, int64_t utc, struct strbuf *out)
{
	struct civil civil;

	local_at(c, utc, &civil);
	civil_print_date(&civil, false, out);
	strbuf_char(out, ' ');
	civil_print_time(&civil, out);
}

void clock_print_short(struct clock *c, int64_t utc, struct strbuf *out)
{
	struct civil then, now;

	local_at(c, utc, &then);
	local_at(c, (int64_t)clock_now(c, NULL) / SECOND, &now);
	if (then.day != now.day || then.month != now.month || then.year != now.year) {
		civil_print_date(&then, false, out);
		strbuf_char(out, ' ');
	}
	civil_print_time(&then, out);
}

static void print_offset(int32_t offset, struct strbuf *out)
{
	unsigned minutes = (unsigned)(offset < 0 ? -offset : offset) / 60;

	strbuf_printf(out, "%c%02u:%02u", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

/* "+01:00" as seconds; 0 for what is none */
static int32_t read_offset(const char *text)
{
	bool negative = *text == '-';
	struct civil civil;

	text += *text == '-' || *text == '+';
	if (!civil_parse_time(text, strlen(text), &civil))
		return 0;
	return (negative ? -1 : 1) * (int32_t)(3600 * civil.hour + 60 * civil.minute);
}

/* The menu */

static void show(void *ctx, const struct menu *menu, const struct item *item,
		 const struct property *property, struct value *value)
{
	struct clock *c = ctx;
	int64_t now = (int64_t)clock_now(c, NULL) / SECOND;
	struct civil civil;
	bool summer;
	int32_t offset;

	(void)menu;
	(void)item;
	pthread_mutex_lock(&c->lock);
	offset = zone_offset(c->zone, now, &summer);
	pthread_mutex_unlock(&c->lock);
	civil_from_seconds(now + offset, &civil);
	strbuf_reset(&c->room);
	*value = value_none();
	if (strcmp(property->name, "time") == 0)
		civil_print_time(&civil, &c->room);
	else if (strcmp(property->name, "date") == 0)
		civil_print_date(&civil, false, &c->room);
	else if (strcmp(property->name, "gmt-offset") == 0)
		print_offset(offset, &c->room);
	else if (strcmp(property->name, "dst-active") == 0)
		strbuf_str(&c->room, summer ? "yes" : "no");
	else
		return;
	if (!c->room.failed)
		field_answer(property, strbuf_text(&c->room), c->room.len, value);
}

static struct zone *zone_of_model(struct clock *c, struct strbuf *error)
{
	const struct menu *menu = model_menu(c->model, MENU);
	const struct menu *manual_menu = model_menu(c->model, MENU_MANUAL);
	const struct item *item = menu ? model_settings(c->model, menu) : NULL;
	const struct item *manual = manual_menu ? model_settings(c->model, manual_menu) : NULL;
	struct strbuf text = STRBUF_INIT, name = STRBUF_INIT;
	struct zone *zone;

	if (manual)
		field_text(c->model, manual, "time-zone", &text);
	if (item == NULL || !field_text(c->model, item, "time-zone-name", &name) || name.len == 0)
		strbuf_str(&name, "manual");
	zone = make_zone(strbuf_text(&name), read_offset(strbuf_text(&text)));
	if (zone == NULL)
		strbuf_str(error, "input does not match any value of time-zone-name");
	strbuf_free(&text);
	strbuf_free(&name);
	return zone;
}

static bool prepare(void *ctx, struct change *change, struct strbuf *error)
{
	struct clock *c = ctx;
	const struct menu *menu = model_menu(c->model, MENU);
	const struct menu *manual = model_menu(c->model, MENU_MANUAL);

	if (!(menu && change_touched(change, menu)) && !(manual && change_touched(change, manual)))
		return true;
	c->pending = zone_of_model(c, error);
	return c->pending != NULL;
}

static void publish(void *ctx, struct change *change)
{
	struct clock *c = ctx;

	(void)change;
	if (c->pending)
		use_zone(c, c->pending);
	c->pending = NULL;
}

static void discard(void *ctx, struct change *change)
{
	struct clock *c = ctx;

	(void)change;
	zone_free(c->pending);
	c->pending = NULL;
}

bool clock_bind(struct clock *c, struct model *model)
{
	static const struct menu_live live = {.value = show};
	const struct menu *menu = model_menu(model, MENU);
	struct strbuf error = STRBUF_INIT;
	struct zone *zone;

	c->model = model;
	if (menu)
		model_bind(model, menu, &live, c);
	zone = zone_of_model(c, &error);
	strbuf_free(&error);
	if (zone)
		use_zone(c, zone);
	return model_observe(model, &(struct model_observer){.ctx = c,
							     .prepare = prepare,
							     .publish = publish,
							     .discard = discard});
}
