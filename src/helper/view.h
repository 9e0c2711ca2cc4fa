/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/view.h - bytes of a message, read in order and never beyond their end.
 *
 * A view that was asked for more than it has is `short_`: it gives zeros from then on, and its user
 * looks once at the end. Copies nothing. Cost: a comparison a read.
 */
#ifndef HELPER_VIEW_H
#define HELPER_VIEW_H

#include <stdbool.h>
#include <string.h>

#include "base/bytes.h"

struct view {
	const uint8_t *data;
	uint32_t size, at; /* at <= size */
	bool short_;       /* more was wanted than there is */
};

static inline struct view view_of(const uint8_t *data, uint32_t size)
{
	return (struct view){.data = data, .size = size};
}

static inline uint32_t view_left(const struct view *v)
{
	return v->size - v->at;
}

/* The next `count` bytes. => NULL: not there */
static inline const uint8_t *view_take(struct view *v, uint32_t count)
{
	const uint8_t *bytes = v->data + v->at;

	if (v->short_ || count > view_left(v)) {
		v->short_ = true;
		return NULL;
	}
	v->at += count;
	return bytes;
}

static inline uint8_t view_8(struct view *v)
{
	const uint8_t *b = view_take(v, 1);

	return b ? *b : 0;
}

static inline uint16_t view_16(struct view *v)
{
	const uint8_t *b = view_take(v, 2);

	return b ? be16(b) : 0;
}

static inline uint32_t view_32(struct view *v)
{
	const uint8_t *b = view_take(v, 4);

	return b ? be32(b) : 0;
}

/* The next `count` bytes as a view of their own; of none if they are not there. */
static inline struct view view_part(struct view *v, uint32_t count)
{
	const uint8_t *b = view_take(v, count);

	return view_of(b ? b : v->data, b ? count : 0);
}

#endif
