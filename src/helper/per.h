/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/per.h - a reader of aligned PER (ITU-T X.691), driven by tables of ASN.1 types.
 *
 * It reads a message only to find things in it: what a table marks is noted with its place,
 * everything else is measured and passed over. So a table holds what must be measured to get to
 * what is wanted: types behind the last wanted one are `per_end`, and additions behind an
 * extension mark, which PER wraps as open types, are left out if nothing in them is wanted.
 *
 * An open type, or an octet string that holds an encoding of its own, which cannot be read is
 * passed over, with what was noted in it. A message that itself cannot be read has no notes.
 * A message may be longer than what is present of it (TCP): what was noted before the cut counts.
 *
 * Threads: none of it is shared. Cost: PER_WORK steps, PER_DEPTH levels and PER_NOTES notes a
 * message at most, whatever it says; 800 bytes of stack and about 200 a level.
 */
#ifndef HELPER_PER_H
#define HELPER_PER_H

#include <stdbool.h>
#include <stdint.h>

#define PER_WORK 2048u /* types, additions and list elements; a long Setup takes some hundred */
#define PER_DEPTH 24u
#define PER_NOTES 64u

enum per_kind {
	PER_NULL,
	PER_BOOLEAN,  /* one or more */
	PER_INTEGER,
	PER_OCTETS,   /* OCTET STRING; OBJECT IDENTIFIER */
	PER_STRING,   /* of characters of some bits each */
	PER_SEQUENCE,
	PER_CHOICE,
	PER_LIST,     /* SEQUENCE OF, SET OF */
	PER_END,      /* nothing is wanted from here to the end of the open type */
};

struct per_type {
	uint8_t kind;
	bool extensible;    /* sequence, choice: "..." */
	uint8_t note;       /* octets, integer: what to note it as */
	uint8_t bits;       /* string: of a character; boolean: how many in a row */
	uint8_t count;      /* of fields[] */
	uint32_t low, high; /* integer: its values; octets, string, list: its size, high 0 is
			       any; choice: high alternatives before "..." */
	const struct per_field *fields;
	const struct per_type *of; /* list: its elements; octets: what they hold; choice: the
				      alternatives before "..." that are not in fields[], NULL:
				      as PER_END */
};

#define PER_OPTIONAL 0x1u
#define PER_ADDED 0x2u  /* stands behind "..." */
#define PER_MARK 0x4u   /* its presence is noted, as 0 */

struct per_field {
	const struct per_type *type;
	uint8_t flags;
	uint8_t place; /* choice, and what is added: which one, from 0 */
	uint8_t tag;   /* all that is noted in it has this tag, unless one further in has its
			  own; 0: as around it */
};

#define PER_FIELDS(...) (const struct per_field[]){__VA_ARGS__}
#define PER_FIELD_COUNT(...)                                                                       \
	(sizeof((const struct per_field[]){__VA_ARGS__}) / sizeof(struct per_field))
#define PER_SEQUENCE_OF_FIELDS(ext, ...)                                                           \
	{.kind = PER_SEQUENCE,                                                                     \
	 .extensible = (ext),                                                                      \
	 .count = PER_FIELD_COUNT(__VA_ARGS__),                                                    \
	 .fields = PER_FIELDS(__VA_ARGS__)}
#define PER_CHOICE_OF_FIELDS(ext, alternatives, others, ...)                                       \
	{.kind = PER_CHOICE,                                                                       \
	 .extensible = (ext),                                                                      \
	 .high = (alternatives),                                                                   \
	 .of = (others),                                                                           \
	 .count = PER_FIELD_COUNT(__VA_ARGS__),                                                    \
	 .fields = PER_FIELDS(__VA_ARGS__)}
#define PER_INTEGER_FROM(from, to)                                                                 \
	{.kind = PER_INTEGER, .low = (from), .high = (to)}
#define PER_OCTETS_FROM(from, to)                                                                  \
	{.kind = PER_OCTETS, .low = (from), .high = (to)}
#define PER_BOOLEANS(n)                                                                            \
	{.kind = PER_BOOLEAN, .bits = (n)}
#define PER_LIST_OF(type)                                                                          \
	{.kind = PER_LIST, .of = (type)}

extern const struct per_type per_null, per_boolean, per_any_octets, per_end;

struct per_note {
	uint8_t note, tag;
	uint16_t offset; /* octets: of the first byte */
	uint32_t value;  /* integer */
};

struct per_notes {
	struct per_note note[PER_NOTES];
	uint32_t count;
	uint32_t used; /* bytes of the message that were read, if `whole` */
	bool whole;    /* it was read to its end: no PER_END, no cut */
};

/* Reads a message of `size` bytes, of which `present` are here.
 * => false: it is none of this type, or takes too much work; there are no notes then */
bool per_read(const struct per_type *type, const uint8_t *data, uint32_t size, uint32_t present,
	      struct per_notes *notes);

#endif
