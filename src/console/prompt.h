/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/prompt.h - the prompt: who is where.
 *
 * Threads: with the model's lock held. Cost: one look at /system identity.
 */
#ifndef CONSOLE_PROMPT_H
#define CONSOLE_PROMPT_H

#include "model/model.h"

/* Appends "[admin@weir] /ip/firewall> ", at the root "[admin@weir] > ", with <SAFE> where safe
 * mode is on. */
void prompt_print(struct model *model, const char *user, const struct menu_node *node, bool safe,
                  struct strbuf *out);

#endif
