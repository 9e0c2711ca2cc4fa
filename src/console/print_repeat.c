/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/print_repeat.c - `print` that goes on until it is stopped: the same list again and
 * again (interval=), or what comes new (follow, follow-only).
 *
 * On a terminal each pass of interval= takes the place of the one before. Following knows the
 * ids of what it has seen: 16 bytes an item while it runs.
 *
 * Threads: the session's; the model's lock is given up between passes.
 *
 * Source: RouterOS manual, "General commands": print.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "console/command.h"
#include "console/paging.h"
#include "console/print_call.h"

#define FOLLOW_EVERY (WEIR_SEC / 2)
#define STOP_EVERY 4096

/* interval= */

/* Goes back to where the pass before began. */
static bool go_back(struct session *session, unsigned lines)
{
	char text[32];
	int len;

	if (lines == 0 || session_height(session) == 0 || lines >= session_height(session))
		return true;
	len = snprintf(text, sizeof text, "\r\33[%uA\33[J", lines);
	return session_write(session, text, (size_t)len);
}

static bool one_pass(struct print_call *print, unsigned *lines)
{
	struct session *session = print->call->session;
	struct paging paging;
	bool good;

	paging_to_session(&paging, session, false);
	if (session_interactive(session))
		paging.height = UINT32_MAX; /* it counts lines and never pauses */
	if (print->options.layout == PRINT_COUNT_ONLY) {
		char text[24];

		snprintf(text, sizeof text, "%" PRIu64, print->counted);
		*lines = 1;
		return session_puts(session, text);
	}
	good = print_once(print, &paging);
	*lines = paging.lines;
	return good;
}

static bool print_again(struct print_call *print)
{
	unsigned lines = 0;

	for (;;) {
		if (print->options.layout == PRINT_COUNT_ONLY && !print_count(print))
			return false;
		if (!go_back(print->call->session, lines) || !one_pass(print, &lines))
			return false;
		if (!session_wait(print->call->session, print->interval))
			return false;
	}
}

/* follow */

/* A set of ids; a place holds the id and 1, 0 is empty. */
struct ids {
	uint64_t *places;
	size_t size, count; /* a power of two */
};

static uint64_t *place_of(const struct ids *ids, uint64_t id)
{
	size_t at = (size_t)((id + 1) * UINT64_C(0x9e3779b97f4a7c15)) & (ids->size - 1);

	while (ids->places[at] && ids->places[at] != id + 1)
		at = (at + 1) & (ids->size - 1);
	return &ids->places[at];
}

static bool ids_have(const struct ids *ids, uint64_t id)
{
	return ids->size && *place_of(ids, id);
}

static bool ids_grow(struct ids *ids)
{
	struct ids larger = {.size = ids->size ? 2 * ids->size : 256, .count = ids->count};

	larger.places = calloc(larger.size, sizeof *larger.places);
	if (larger.places == NULL)
		return false;
	for (size_t i = 0; i < ids->size; i++) {
		if (ids->places[i])
			*place_of(&larger, ids->places[i] - 1) = ids->places[i];
	}
	free(ids->places);
	*ids = larger;
	return true;
}

/* => false: no memory */
static bool ids_add(struct ids *ids, uint64_t id)
{
	uint64_t *place;

	if (2 * ids->count >= ids->size && !ids_grow(ids))
		return false;
	place = place_of(ids, id);
	ids->count += *place == 0;
	*place = id + 1;
	return true;
}

struct follow {
	struct print_call *print;
	struct ids seen, now;
	bool only_asked; /* from= was given */
	bool fresh;      /* something is in now that is not in seen */
};

/* Who is there now. => false: it failed, or stopped */
static bool look(struct follow *follow)
{
	struct print_call *print = follow->print;
	struct menu_source *source = model_open(print->call->model, print->menu);
	const void *item;
	bool good = true;

	follow->fresh = false;
	if (source == NULL)
		return command_no_memory(print->call);
	for (uint64_t n = 1; good && (item = source->next(source)) != NULL; n++) {
		uint64_t id = model_id(source, item);

		if (n % STOP_EVERY == 0 && session_stopped(print->call->session))
			good = false;
		if (!where_match(print->where, source, item) ||
		    (follow->only_asked && !print_from(print, source, item)))
			continue;
		follow->fresh |= !ids_have(&follow->seen, id);
		if (!ids_add(&follow->now, id)) {
			good = command_no_memory(print->call);
			break;
		}
	}
	model_close(source);
	return good;
}

static bool is_fresh(void *ctx, struct menu_source *source, const void *item)
{
	const struct follow *follow = ctx;
	uint64_t id = model_id(source, item);

	return ids_have(&follow->now, id) && !ids_have(&follow->seen, id);
}

static bool show_fresh(struct follow *follow)
{
	struct print_call print = *follow->print;
	struct paging paging;
	bool good;

	print.options.wanted = is_fresh;
	print.options.numbered = NULL;
	print.options.ctx = follow;
	paging_to_session(&paging, print.call->session, false);
	good = print_once(&print, &paging);
	follow->print->options.continued = true;
	return good;
}

static bool follow_on(struct follow *follow, bool only)
{
	struct print_call *print = follow->print;

	for (bool first = true;; first = false) {
		if (!look(follow))
			return false;
		if (follow->fresh && !(only && first) && !show_fresh(follow))
			return false;
		free(follow->seen.places);
		follow->seen = follow->now;
		follow->now = (struct ids){0};
		if (!session_wait(print->call->session,
		                  print->interval ? print->interval : FOLLOW_EVERY))
			return false;
	}
}

bool print_repeat(struct print_call *print)
{
	bool only = call_flag(print->call, "follow-only");
	struct follow follow = {.print = print, .only_asked = print->options.wanted != NULL};
	bool good;

	if (!only && !call_flag(print->call, "follow"))
		return print_again(print);
	good = follow_on(&follow, only);
	free(follow.seen.places);
	free(follow.now.places);
	return good;
}
