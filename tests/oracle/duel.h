/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oracle/duel.h - one story through libweir and through the kernel, side by side.
 *
 * After each packet its state is compared, and then both whole tables: that the
 * same entries are there, and of each its reply tuple, tcp-state or SCTP state, assured,
 * seen-reply, lifetime and counters.
 *
 * The report is text, a line a finding, fields divided by tabs:
 *
 *	skip	why the story cannot be played
 *	fail	what broke
 *	differs	line of the story	what	weir	kernel	the step as written
 *	done	packets	comparisons
 */
#ifndef ORACLE_DUEL_H
#define ORACLE_DUEL_H

#include <stdbool.h>
#include <stdio.h>

#include "../scenario/story.h"

/* Plays a story and writes the report. The process ends up in a namespace of the
 * kernel's side: call it in a child. `slow`: wait for every second of the story.
 * => 0, or 1: namespaces are not to be had here */
int duel(const struct story *story, bool slow, FILE *report);

#endif
