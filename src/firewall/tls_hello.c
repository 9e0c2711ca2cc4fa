/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/tls_hello.c - see tls_hello.h.
 *
 * The hello is read front to back through a window that no length in it can leave: each part
 * is cut off what is left, and what is not there ends the reading. Nothing is kept. Cost: a few
 * reads and one for each extension before the name.
 */
#include "firewall/tls_hello.h"

#include "base/bytes.h"

#define RECORD_HANDSHAKE 22
#define HANDSHAKE_CLIENT_HELLO 1
#define EXTENSION_SERVER_NAME 0
#define NAME_HOST 0
#define RANDOM_SIZE 32

/* What is left to read. */
struct window {
	const uint8_t *at;
	size_t left;
};

static bool skip(struct window *w, size_t count)
{
	if (w->left < count)
		return false;
	w->at += count;
	w->left -= count;
	return true;
}

/* A big-endian number of one to three bytes. */
static bool number(struct window *w, unsigned bytes, size_t *value)
{
	const uint8_t *at = w->at;

	if (!skip(w, bytes))
		return false;
	*value = 0;
	while (bytes-- > 0)
		*value = *value << 8 | *at++;
	return true;
}

/* What begins with its length, of one or two bytes. */
static bool skip_vector(struct window *w, unsigned bytes)
{
	size_t size;

	return number(w, bytes, &size) && skip(w, size);
}

/* Ends a window behind `size` more bytes, where it does not end before. */
static void end_behind(struct window *w, size_t size)
{
	if (size < w->left)
		w->left = size;
}

/* Up to the extensions. */
static bool read_head(struct window *w)
{
	size_t value, size;

	if (!number(w, 1, &value) || value != RECORD_HANDSHAKE || !number(w, 1, &value) ||
	    value != 3 || !skip(w, 1) || !number(w, 2, &size))
		return false;
	end_behind(w, size);
	if (!number(w, 1, &value) || value != HANDSHAKE_CLIENT_HELLO || !number(w, 3, &size))
		return false;
	end_behind(w, size);
	return number(w, 1, &value) && value == 3 && skip(w, 1) && skip(w, RANDOM_SIZE) &&
	       skip_vector(w, 1) && /* session id */
	       skip_vector(w, 2) && /* cipher suites */
	       skip_vector(w, 1);   /* compression methods */
}

static bool read_names(struct window w, const uint8_t **host, size_t *length)
{
	size_t size, type;

	if (!number(&w, 2, &size))
		return false;
	end_behind(&w, size);
	while (number(&w, 1, &type) && number(&w, 2, &size)) {
		const uint8_t *name = w.at;

		if (!skip(&w, size))
			return false;
		if (type != NAME_HOST)
			continue;
		*host = name;
		*length = size;
		return size > 0 && size <= TLS_HOST_MAX;
	}
	return false;
}

bool tls_hello_host(const uint8_t *data, size_t size, const uint8_t **host, size_t *length)
{
	struct window w = {data, size}, names;
	size_t type, extensions;

	if (!read_head(&w) || !number(&w, 2, &extensions))
		return false;
	end_behind(&w, extensions);
	while (number(&w, 2, &type) && number(&w, 2, &size)) {
		names = w;
		if (!skip(&w, size))
			return false;
		end_behind(&names, size);
		if (type == EXTENSION_SERVER_NAME)
			return read_names(names, host, length);
	}
	return false;
}
