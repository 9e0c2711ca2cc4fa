/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/paging.c - output in pages, or into a file; see paging.h. Lines are counted as a
 * terminal shows them: one that is longer than the screen is wide takes several, the bytes of
 * one UTF-8 character one column, and escape sequences none.
 *
 * Source: RouterOS manual, "Command Line Interface": the keys of a listing that pauses.
 */
#include "console/paging.h"

#include <string.h>

#include "console/service.h"

#define PAUSE "-- [Q quit|D dump|down]"

void paging_to_session(struct paging *paging, struct session *session, bool pauses)
{
	*paging = (struct paging){
	        .session = session,
	        .height = pauses && session_interactive(session) ? session_height(session) : 0,
	        .width = session_width(session),
	};
	if (paging->height < 3)
		paging->height = 0; /* no room for a page and the question below it */
}

bool paging_to_file(struct paging *paging, struct session *session, const char *name, bool append,
                    struct strbuf *error)
{
	const struct console_services *services = session_services(session);

	*paging = (struct paging){.session = session, .services = services};
	if (services == NULL || services->file_begin == NULL) {
		strbuf_str(error, "not available here");
		return false;
	}
	paging->file = services->file_begin(services->ctx, name, append, error);
	if (paging->file == NULL && error->len == 0)
		strbuf_str(error, "out of memory");
	return paging->file != NULL;
}

bool paging_end(struct paging *paging, bool keep, struct strbuf *error)
{
	struct service_file *file = paging->file;

	paging->file = NULL;
	return file == NULL || paging->services->file_end(file, keep, error);
}

/* Asks how to go on. => false: stop */
static bool pause_here(struct paging *paging)
{
	struct strbuf key = STRBUF_INIT;
	bool more = session_ask(paging->session, PAUSE, true, &key);
	char c = more && key.len ? key.data[0] : 'd';
	char erase[2 * sizeof PAUSE];

	strbuf_free(&key);
	if (session_stopped(paging->session))
		return false;
	erase[0] = '\r';
	memset(erase + 1, ' ', sizeof PAUSE - 1);
	erase[sizeof PAUSE] = '\r';
	if (!session_write(paging->session, erase, sizeof PAUSE + 1))
		return false;
	if (c == 'q' || c == 'Q' || c == 3 || c == 27) {
		paging->quit = true;
		return false;
	}
	if (c == 'd' || c == 'D')
		paging->height = 0;
	else if (c == '\r' || c == '\n')
		paging->lines--; /* one line more */
	else
		paging->lines = 0;
	return true;
}

/* Passes over one byte. => whether a line of the screen is full with it */
static bool line_ends(struct paging *paging, unsigned char c)
{
	if (paging->escape) {
		if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
			paging->escape = false;
		return false;
	}
	if (c == 27) {
		paging->escape = true;
		return false;
	}
	if (c == '\n') {
		paging->column = 0;
		return true;
	}
	if (c == '\r' || (c & 0xc0) == 0x80)
		return false;
	/* The terminal goes on below only when the character after the last column comes. */
	if (paging->width && paging->column == paging->width) {
		paging->column = 1;
		return true;
	}
	paging->column++;
	return false;
}

/* How many of the bytes fit on the page. */
static size_t fits(struct paging *paging, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (line_ends(paging, (unsigned char)data[i]) &&
		    ++paging->lines >= paging->height - 1)
			return i + 1;
	}
	return len;
}

static bool write_out(void *ctx, const char *data, size_t len)
{
	struct paging *paging = ctx;

	if (paging->quit)
		return false;
	paging->written += len;
	if (paging->file)
		return !session_stopped(paging->session) &&
		       paging->services->file_write(paging->file, data, len);
	while (len) {
		size_t now;

		/* Only when more is to come: a listing that fills the page exactly asks nothing. */
		if (paging->height && paging->lines >= paging->height - 1 && !pause_here(paging))
			return false;
		now = paging->height ? fits(paging, data, len) : len;
		if (!session_write(paging->session, data, now))
			return false;
		data += now;
		len -= now;
	}
	return true;
}

struct print_out paging_out(struct paging *paging)
{
	return (struct print_out){write_out, paging};
}
