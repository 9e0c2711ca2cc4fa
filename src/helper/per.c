/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/per.c - see per.h.
 *
 * All bytes are read by take() and skip_bytes(), which compare with the end of the innermost open
 * type first. Whoever reads goes on with zeros when something is wrong and looks at `state` before
 * it repeats anything. References are to X.691 (07/2002).
 */
#include "helper/per.h"

#include <stddef.h>

const struct per_type per_null = {.kind = PER_NULL};
const struct per_type per_boolean = PER_BOOLEANS(1);
const struct per_type per_any_octets = {.kind = PER_OCTETS};
const struct per_type per_end = {.kind = PER_END};

enum state {
	GOING,
	ENDED,     /* PER_END */
	MALFORMED,
	CUT,       /* the bytes present are at their end */
	TOO_MUCH,
};

struct reader {
	const uint8_t *data;
	uint32_t present;    /* bytes */
	uint32_t end;        /* of the innermost open type, in bits */
	uint32_t at;         /* in bits */
	uint32_t work, depth;
	enum state state;
	struct per_notes *notes;
};

static void read_type(struct reader *r, const struct per_type *type, uint8_t tag);

static void fail(struct reader *r, enum state state)
{
	if (r->state == GOING)
		r->state = state;
}

/* Whether the next `bits` are there. */
static bool have(struct reader *r, uint64_t bits)
{
	if (r->state != GOING)
		return false;
	if (bits > r->end - r->at)
		fail(r, MALFORMED);
	else if (r->at + bits > (uint64_t)r->present * 8)
		fail(r, CUT);
	return r->state == GOING;
}

/* A number of up to 32 bits. */
static uint32_t take(struct reader *r, unsigned bits)
{
	uint32_t value = 0;

	if (!have(r, bits))
		return 0;
	for (; bits; bits--, r->at++)
		value = value << 1 | (r->data[r->at / 8] >> (7 - r->at % 8) & 1);
	return value;
}

/* Up to the next whole byte, which is never beyond the end. */
static void align(struct reader *r)
{
	r->at = (r->at + 7) & ~7u;
}

/* The next bytes. => the offset of the first */
static uint32_t skip_bytes(struct reader *r, uint32_t count)
{
	uint32_t at;

	align(r);
	at = r->at / 8;
	if (have(r, (uint64_t)count * 8))
		r->at += count * 8;
	return at;
}

/* 10.5.6, 10.5.7: a number between two bounds. */
static uint32_t take_between(struct reader *r, uint32_t low, uint32_t high)
{
	uint64_t range = (uint64_t)high - low;
	unsigned bits = range ? 64 - (unsigned)__builtin_clzll(range) : 0;
	uint32_t value;

	if (range >= 65536) { /* in as many bytes as it needs, whose count comes first */
		unsigned most = (bits + 7) / 8, count = take(r, 2) + 1;

		if (count > most)
			fail(r, MALFORMED);
		align(r);
		value = take(r, count > 4 ? 0 : count * 8);
	} else if (range >= 255) { /* in one or two whole bytes */
		align(r);
		value = take(r, range > 255 ? 16 : 8);
	} else {
		value = take(r, bits);
	}
	if (value > range)
		fail(r, MALFORMED);
	return low + value;
}

/* 10.9.3: a length without bounds. Those above 16383 come in fragments, which no message of
 * these protocols needs. */
static uint32_t take_length(struct reader *r)
{
	uint32_t length;

	align(r);
	length = take(r, 8);
	if (length < 128)
		return length;
	if (length >= 192)
		fail(r, MALFORMED);
	return (length & 63) << 8 | take(r, 8);
}

static uint32_t take_size(struct reader *r, const struct per_type *type)
{
	return type->high ? take_between(r, type->low, type->high) : take_length(r);
}

/* 10.6: a number that is small as a rule: it is wanted below 64. */
static uint32_t take_small(struct reader *r)
{
	if (!take(r, 1))
		return take(r, 6);
	if (take_length(r) != 1)
		fail(r, MALFORMED);
	return take(r, 8);
}

static void make_note(struct reader *r, uint8_t note, uint8_t tag, uint32_t offset, uint32_t value)
{
	struct per_notes *notes = r->notes;

	if (r->state != GOING)
		return;
	if (notes->count == PER_NOTES)
		fail(r, TOO_MUCH);
	else
		notes->note[notes->count++] = (struct per_note){
			.note = note, .tag = tag, .offset = (uint16_t)offset, .value = value};
}

/* Something of `size` bytes that is encoded for itself. */
static void read_inner(struct reader *r, const struct per_type *type, uint8_t tag, uint32_t size)
{
	uint32_t end = r->end, notes = r->notes->count, behind;

	align(r);
	if (r->state != GOING)
		return;
	if ((uint64_t)size * 8 > end - r->at) {
		fail(r, MALFORMED);
		return;
	}
	behind = r->at + size * 8;
	r->end = behind;
	read_type(r, type, tag);
	r->end = end;
	if (r->state == MALFORMED)
		r->notes->count = notes;
	if (r->state == MALFORMED || r->state == ENDED)
		r->state = GOING;
	if (r->state == GOING)
		r->at = behind;
	if (r->at > (uint64_t)r->present * 8)
		fail(r, CUT);
}

static void read_octets(struct reader *r, const struct per_type *type, uint8_t tag)
{
	uint32_t size = type->high, at;

	if (type->low != type->high || !size) {
		size = take_size(r, type);
	} else if (size <= 2) { /* 16.6: is not aligned */
		take(r, size * 8);
		return;
	}
	if (!size)
		return;
	if (type->of) {
		read_inner(r, type->of, tag, size);
		return;
	}
	at = skip_bytes(r, size);
	if (type->note)
		make_note(r, type->note, tag, at, 0);
}

/* 27.5: characters of up to 8 bits or of 16. */
static void read_string(struct reader *r, const struct per_type *type)
{
	uint64_t bits = (uint64_t)take_size(r, type) * type->bits;

	if (!type->high || type->high * type->bits >= 16)
		align(r);
	if (have(r, bits))
		r->at += (uint32_t)bits;
}

static void read_list(struct reader *r, const struct per_type *type, uint8_t tag)
{
	uint32_t left = take_size(r, type);

	for (; left && r->state == GOING; left--)
		read_type(r, type->of, tag);
}

static const struct per_field *find_field(const struct per_type *type, bool added, uint32_t place)
{
	for (unsigned i = 0; i < type->count; i++) {
		const struct per_field *f = &type->fields[i];

		if (f->place == place && added == !!(f->flags & PER_ADDED))
			return f;
	}
	return NULL;
}

static uint8_t enter_field(struct reader *r, const struct per_field *f, uint8_t tag)
{
	if (f->tag)
		tag = f->tag;
	if (f->flags & PER_MARK)
		make_note(r, 0, tag, r->at / 8, 0);
	return tag;
}

/* 10.2: an open type; of a field that the table has, or of none. */
static void read_open(struct reader *r, const struct per_field *f, uint8_t tag)
{
	uint32_t size = take_length(r);

	if (f)
		tag = enter_field(r, f, tag);
	read_inner(r, f ? f->type : &per_null, tag, size);
}

/* 18.7 to 18.9: how many additions the sender knows, which of them are there, and they. */
static void read_additions(struct reader *r, const struct per_type *type, uint8_t tag)
{
	uint32_t count = take(r, 1) ? take_length(r) : take(r, 6) + 1;
	uint64_t there = 0;

	if (count > 64)
		fail(r, MALFORMED);
	for (uint32_t i = 0; i < count && r->state == GOING; i++)
		there |= (uint64_t)take(r, 1) << i;
	for (uint32_t i = 0; i < count && r->state == GOING; i++)
		if (there >> i & 1)
			read_open(r, find_field(type, true, i), tag);
}

static void read_sequence(struct reader *r, const struct per_type *type, uint8_t tag)
{
	bool more = type->extensible && take(r, 1);
	const struct per_field *fields = type->fields;
	uint64_t absent = 0;

	for (unsigned i = 0; i < type->count; i++)
		if ((fields[i].flags & (PER_OPTIONAL | PER_ADDED)) == PER_OPTIONAL)
			absent |= (uint64_t)!take(r, 1) << i;
	for (unsigned i = 0; i < type->count && r->state == GOING; i++)
		if (!(fields[i].flags & PER_ADDED) && !(absent >> i & 1))
			read_type(r, fields[i].type, enter_field(r, &fields[i], tag));
	if (more && r->state == GOING)
		read_additions(r, type, tag);
}

static void read_choice(struct reader *r, const struct per_type *type, uint8_t tag)
{
	const struct per_field *f;
	uint32_t which;

	if (type->extensible && take(r, 1)) {
		which = take_small(r);
		read_open(r, find_field(type, true, which), tag);
		return;
	}
	which = take_between(r, 0, type->high - 1);
	if (r->state != GOING)
		return;
	f = find_field(type, false, which);
	if (f)
		read_type(r, f->type, enter_field(r, f, tag));
	else
		read_type(r, type->of ? type->of : &per_end, tag);
}

static void read_integer(struct reader *r, const struct per_type *type, uint8_t tag)
{
	uint32_t value = take_between(r, type->low, type->high);

	if (type->note)
		make_note(r, type->note, tag, 0, value);
}

static void read_type(struct reader *r, const struct per_type *type, uint8_t tag)
{
	if (r->state != GOING)
		return;
	if (!r->work || r->depth == PER_DEPTH) {
		fail(r, TOO_MUCH);
		return;
	}
	r->work--;
	r->depth++;
	switch ((enum per_kind)type->kind) {
	case PER_NULL:
		break;
	case PER_BOOLEAN:
		take(r, type->bits);
		break;
	case PER_INTEGER:
		read_integer(r, type, tag);
		break;
	case PER_OCTETS:
		read_octets(r, type, tag);
		break;
	case PER_STRING:
		read_string(r, type);
		break;
	case PER_SEQUENCE:
		read_sequence(r, type, tag);
		break;
	case PER_CHOICE:
		read_choice(r, type, tag);
		break;
	case PER_LIST:
		read_list(r, type, tag);
		break;
	case PER_END:
		fail(r, ENDED);
		break;
	}
	r->depth--;
}

bool per_read(const struct per_type *type, const uint8_t *data, uint32_t size, uint32_t present,
	      struct per_notes *notes)
{
	struct reader r = {
		.data = data,
		.present = present < size ? present : size,
		.end = size * 8,
		.work = PER_WORK,
		.notes = notes,
	};

	notes->count = 0;
	notes->whole = false;
	if (size > UINT16_MAX)
		return false;
	read_type(&r, type, 0);
	if (r.state == MALFORMED || r.state == TOO_MUCH) {
		notes->count = 0;
		return false;
	}
	align(&r);
	notes->whole = r.state == GOING;
	notes->used = r.at / 8;
	return true;
}
