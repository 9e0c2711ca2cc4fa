/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/strbuf.c - a byte string that grows; see strbuf.h.
 */
#include "base/strbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/put.h"

#define STRBUF_FIRST 64

void strbuf_free(struct strbuf *sb)
{
	free(sb->data);
	*sb = (struct strbuf)STRBUF_INIT;
}

void strbuf_reset(struct strbuf *sb)
{
	sb->failed = false;
	strbuf_cut(sb, 0);
}

void strbuf_cut(struct strbuf *sb, size_t len)
{
	if (sb->data == NULL || len > sb->len)
		return;
	sb->len = len;
	sb->data[len] = '\0';
}

const char *strbuf_text(const struct strbuf *sb)
{
	return sb->data ? sb->data : "";
}

char *strbuf_take(struct strbuf *sb)
{
	char *data = NULL;

	if (!sb->failed) {
		data = sb->data ? sb->data : calloc(1, 1);
		sb->data = NULL;
	}
	strbuf_free(sb);
	return data;
}

/* Room for len more bytes and the NUL.
 * => where they go, or NULL */
static char *room(struct strbuf *sb, size_t len)
{
	size_t size = sb->size ? sb->size : STRBUF_FIRST;
	char *data;

	if (sb->failed)
		return NULL;
	if (sb->data && len < sb->size - sb->len)
		return sb->data + sb->len;
	if (len >= SIZE_MAX / 2 - sb->len) {
		sb->failed = true;
		return NULL;
	}
	while (size <= sb->len + len)
		size *= 2;
	data = realloc(sb->data, size);
	if (data == NULL) {
		sb->failed = true;
		return NULL;
	}
	sb->data = data;
	sb->size = size;
	return data + sb->len;
}

static void grown(struct strbuf *sb, size_t len)
{
	sb->len += len;
	sb->data[sb->len] = '\0';
}

char *strbuf_reserve_growing(struct strbuf *sb, size_t len)
{
	return room(sb, len);
}

void strbuf_add_growing(struct strbuf *sb, const void *data, size_t len)
{
	char *to = room(sb, len);

	if (to == NULL)
		return;
	if (len)
		memcpy(to, data, len);
	grown(sb, len);
}

void strbuf_fill(struct strbuf *sb, char c, size_t count)
{
	char *to = room(sb, count);

	if (to == NULL)
		return;
	memset(to, c, count);
	grown(sb, count);
}

void strbuf_u64(struct strbuf *sb, uint64_t value)
{
	char *to = strbuf_reserve(sb, PUT_U64 + PUT_SLACK);

	if (to)
		strbuf_commit(sb, put_u64(to, value));
}

void strbuf_vprintf(struct strbuf *sb, const char *format, va_list args)
{
	va_list again;
	int len;
	char *to;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	if (len < 0)
		sb->failed = true;
	else if ((to = room(sb, (size_t)len)) != NULL) {
		vsnprintf(to, (size_t)len + 1, format, again);
		grown(sb, (size_t)len);
	}
	va_end(again);
}

void strbuf_printf(struct strbuf *sb, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	strbuf_vprintf(sb, format, args);
	va_end(args);
}
