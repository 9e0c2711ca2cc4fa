/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/print_call.h - one `print` under way: what was asked for, and how to show it once.
 *
 * Life: on the stack of the command. Threads: the session's.
 */
#ifndef CONSOLE_PRINT_CALL_H
#define CONSOLE_PRINT_CALL_H

#include "console/call.h"
#include "model/print.h"

struct paging;

struct print_call {
	struct call *call;
	const struct menu *menu;
	struct where *where;
	struct print_options options;
	uint64_t *from; /* sorted ids: only these, where options.wanted is print_from() */
	size_t from_count;
	struct strbuf file; /* its name; empty: the session */
	weir_time interval; /* 0: once */
	uint64_t counted;
	uint64_t *numbers; /* by number: the id */
	size_t numbers_count, numbers_size;
};

bool print_from(void *ctx, struct menu_source *source, const void *item);

/* => false: it failed, or it is to stop */
bool print_once(struct print_call *print, struct paging *paging);

/* Counts what is asked for into print->counted. => false: as print_once() */
bool print_count(struct print_call *print);

/* Again and again: interval=, follow, follow-only. => false: it was stopped, or it failed */
bool print_repeat(struct print_call *print);

#endif
