/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/paging.h - where the output of a listing goes: to the session's terminal, a page at
 * a time where somebody sits there, or to a file.
 *
 * Life: on the stack of a command. paging_to_session() needs no end; paging_to_file() is ended
 * by paging_end(), whatever happened between. Threads: the session's. Cost: a look at each byte
 * of what is paged; nothing is kept, so a listing of any length needs no memory here.
 */
#ifndef CONSOLE_PAGING_H
#define CONSOLE_PAGING_H

#include "console/call.h"
#include "model/print.h"

struct paging {
	struct session *session;
	const struct console_services *services; /* file: who writes it */
	struct service_file *file;               /* NULL: the session */
	unsigned height, width;                  /* height 0: no pauses */
	unsigned lines;                          /* on the screen since the last pause */
	unsigned column;
	bool escape; /* within a terminal's escape sequence, which takes no place */
	bool quit;   /* Q was pressed: nothing more is shown, and nothing is wrong */
	uint64_t written;
};

void paging_to_session(struct paging *paging, struct session *session, bool pauses);

/* Begins a file of the router. => false: *error says why */
bool paging_to_file(struct paging *paging, struct session *session, const char *name, bool append,
                    struct strbuf *error);

/* Ends it; with keep false there is no file. => false: it could not be written, *error says why */
bool paging_end(struct paging *paging, bool keep, struct strbuf *error);

/* What print and export write to. */
struct print_out paging_out(struct paging *paging);

#endif
