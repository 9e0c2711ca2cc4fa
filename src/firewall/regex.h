/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/regex.h - the regular expressions of layer7-protocol: compiled with a ruleset, run by
 * each worker with its own memory. regex_pcre.c runs them; a build without PCRE2 has
 * regex_none.c, which compiles none.
 */
#ifndef FIREWALL_REGEX_H
#define FIREWALL_REGEX_H

#include <stdbool.h>

#include "base/alloc.h"

#define REGEX_FAULT 120 /* bytes of what is wrong with an expression */

struct regex_runner;

/* => NULL, and fault says why (empty: no memory) */
void *regex_compile(struct alloc *alloc, const char *text, size_t size, char fault[REGEX_FAULT]);
void regex_release(void *regex, struct alloc *alloc); /* alloc: as it was compiled with */

struct regex_runner *regex_runner_create(struct alloc *alloc); /* => NULL: no memory */
void regex_runner_destroy(struct regex_runner *runner);        /* NULL is fine */

/* => 1 it matches somewhere, 0 it does not, -1 that would take too long or too much memory */
int regex_run(struct regex_runner *runner, const void *regex, const uint8_t *data, size_t size);

#endif
