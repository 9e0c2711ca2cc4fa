/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/regex_none.c - a build without regular expressions: rulesets that have them are
 * refused, so nothing here is ever run.
 */
#include <stdio.h>

#include "firewall/regex.h"

struct regex_runner {
	struct alloc *alloc;
};

void *regex_compile(struct alloc *alloc, const char *text, size_t size, char fault[REGEX_FAULT])
{
	(void)alloc, (void)text, (void)size;
	snprintf(fault, REGEX_FAULT, "this build has no regular expressions");
	return NULL;
}

void regex_release(void *regex, struct alloc *alloc)
{
	(void)regex, (void)alloc;
}

struct regex_runner *regex_runner_create(struct alloc *alloc)
{
	struct regex_runner *runner = alloc_get(alloc, sizeof *runner, 64);

	if (runner)
		runner->alloc = alloc;
	return runner;
}

void regex_runner_destroy(struct regex_runner *runner)
{
	if (runner)
		alloc_put(runner->alloc, runner, sizeof *runner);
}

int regex_run(struct regex_runner *runner, const void *regex, const uint8_t *data, size_t size)
{
	(void)runner, (void)regex, (void)data, (void)size;
	return -1;
}
