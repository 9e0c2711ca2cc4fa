/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/configuration.h - loading a configuration from a file into a model, and telling what
 * was wrong with it, or passed over.
 */
#ifndef DAEMON_CONFIGURATION_H
#define DAEMON_CONFIGURATION_H

#include <stdio.h>

#include "console/session.h"

/* A menu that RouterOS has and weir has not, in the order of the file. */
struct passed_menu {
	char *path;
	unsigned statements;
};

struct configuration {
	const char *name; /* of the file; borrowed */
	struct load_summary summary;
	struct passed_menu *passed;
	size_t passed_count;
	struct strbuf foreign; /* the statements that were passed over, a line each */
	FILE *errors;          /* where errors are written, each "FILE:LINE:COLUMN: text" */
};

/* Reads a file ("-" is the standard input) and runs it as one change: it is in force as a
 * whole or not at all. Errors are written to `errors`, as many as there are.
 * => STATUS_OK; STATUS_BAD_INPUT if there were errors; STATUS_FAILED */
int configuration_load(struct configuration *configuration, struct model *model,
                       const char *path, FILE *errors);

/* A line for each menu that was passed over. */
void configuration_passed(const struct configuration *configuration, FILE *out);

void configuration_free(struct configuration *configuration);

#endif
