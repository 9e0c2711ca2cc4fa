/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/load.h - loading within a session that runs already: what /import is made of.
 *
 * Threads: with the model's lock held.
 */
#ifndef CONSOLE_LOAD_H
#define CONSOLE_LOAD_H

#include "console/session.h"

enum session_status load_text(struct session *session, const char *text, size_t len,
                              const struct load_options *options, struct load_summary *summary);

#endif
