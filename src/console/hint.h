/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/hint.h - what may have been meant by a word that the parser knows not: the nearest
 * of those that could stand there, or the right form of one that is often written wrong.
 *
 *	[admin@weir] > /ip service set api-ssl enabled=yes
 *	expected end of command (line 1 column 25)
 *	did you mean disabled=no?
 *
 * The error stays what RouterOS says, letter for letter; the hint is a line of its own, for who
 * types. Scripts, files and :onerror have none.
 *
 * Life: it lies in parser.hint until parser_end(). Threads: as the parser. Cost: an edit distance
 * for each word that could stand there, once a line that fails.
 */
#ifndef CONSOLE_HINT_H
#define CONSOLE_HINT_H

#include "console/parser.h"

/* For the word at `start`, of a path or a command. node NULL: it follows a `:`. */
void hint_command(struct parser *p, const struct menu_node *node, size_t start, size_t len,
                  bool globals);

/* For the word at `start`, among a command's arguments. */
void hint_argument(struct parser *p, const struct statement *statement, size_t start);

#endif
