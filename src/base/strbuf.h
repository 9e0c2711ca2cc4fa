/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/strbuf.h - a byte string that grows.
 *
 * Life: `struct strbuf sb = STRBUF_INIT;` ... strbuf_free(). Appending never
 * fails visibly: once memory runs out `failed` is set, stays set, and every later
 * append does nothing, so a writer checks once, at the end. What was appended
 * before stays whole.
 *
 * Threads: one at a time. Cost: amortised constant per byte; the space doubles.
 */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct strbuf {
	char *data; /* len bytes and a NUL, or NULL while nothing was appended */
	size_t len;
	size_t size;
	bool failed; /* memory ran out: the string is not complete */
};

/* clang-format off */
#define STRBUF_INIT { NULL, 0, 0, false }
/* clang-format on */

/* Gives the memory back and makes it empty again, `failed` too. */
void strbuf_free(struct strbuf *sb);

/* Empties it but keeps the space; clears `failed`. */
void strbuf_reset(struct strbuf *sb);

/* Cuts it to its first len bytes; longer than it is: no change. */
void strbuf_cut(struct strbuf *sb, size_t len);

/* The string with its NUL. Never NULL. Good until the next append. */
const char *strbuf_text(const struct strbuf *sb);

/* Hands the string over: the caller frees it with free(); sb is empty then.
 * => NULL if memory ran out */
char *strbuf_take(struct strbuf *sb);

/* Room for len bytes more, to be written there (base/put.h) and then taken in by
 * strbuf_commit() with the end of what was written.
 * => where it is, or NULL: memory ran out */
char *strbuf_reserve_growing(struct strbuf *sb, size_t len);

static inline char *strbuf_reserve(struct strbuf *sb, size_t len)
{
	if (len < sb->size - sb->len && !sb->failed)
		return sb->data + sb->len;
	return strbuf_reserve_growing(sb, len);
}

static inline void strbuf_commit(struct strbuf *sb, char *end)
{
	*end = '\0';
	sb->len = (size_t)(end - sb->data);
}

/* strbuf_add() when there is no room yet. */
void strbuf_add_growing(struct strbuf *sb, const void *data, size_t len);

static inline void strbuf_add(struct strbuf *sb, const void *data, size_t len)
{
	if (len < sb->size - sb->len && !sb->failed) {
		memcpy(sb->data + sb->len, data, len);
		sb->len += len;
		sb->data[sb->len] = '\0';
	} else {
		strbuf_add_growing(sb, data, len);
	}
}

static inline void strbuf_str(struct strbuf *sb, const char *text)
{
	strbuf_add(sb, text, strlen(text));
}

static inline void strbuf_char(struct strbuf *sb, char c)
{
	strbuf_add(sb, &c, 1);
}

void strbuf_fill(struct strbuf *sb, char c, size_t count);
void strbuf_u64(struct strbuf *sb, uint64_t value); /* decimal; faster than strbuf_printf() */

void strbuf_printf(struct strbuf *sb, const char *format, ...)
        __attribute__((format(printf, 2, 3)));
void strbuf_vprintf(struct strbuf *sb, const char *format, va_list args)
        __attribute__((format(printf, 2, 0)));

#endif
