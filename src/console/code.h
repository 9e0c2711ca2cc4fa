/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/code.h - what a cell of type CODE is: a block that can be called, and the script that
 * it is a part of. do={...} of :local and :global makes one, and so does :parse.
 *
 * Life: counted as all that cells share (struct cell_code); the last owner's end gives the
 * block's hold on its script back. Threads: with the model's lock held.
 */
#ifndef CONSOLE_CODE_H
#define CONSOLE_CODE_H

#include "console/call.h"

struct block;
struct script;

/* Appends what :put shows: "(evl /ip/address/print)", or "(<% bad command name ...)" of a text
 * that could not be parsed. */
void code_print(const struct cell_code *code, struct strbuf *out);

/* Makes a cell of a block. It holds on to the script. => CELL_NIL: no memory */
struct cell code_cell(struct script *script, const struct block *block);

/* Reads a text as :parse does: it always gives a code, and one that is wrong fails when called.
 * => CELL_NIL: no memory */
struct cell code_parse(struct session *session, const char *text, size_t len);

/* Runs a code as a function: without the caller's variables, with those of the names given.
 * *result is what it returned. => false: it failed, or the session ends */
struct code_parameter {
	const char *name; /* "1" for the first positional one */
	size_t len;
	struct cell value; /* the caller's */
};
bool code_run(struct session *session, const struct cell *code,
              const struct code_parameter *parameters, size_t count, struct cell *result);

#endif
