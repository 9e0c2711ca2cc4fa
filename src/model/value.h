/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/value.h - typed values: what a property of a menu holds, read from text,
 * written as text, compared.
 *
 * A kind says what a property may hold (type, names, limits); a value is one
 * thing it holds, or nothing at all (type VALUE_NONE). All that differs between
 * types stands in one table of operations in value.c.
 *
 * Life: a value is plain and copied freely; only text is borrowed, from whoever
 * made the value. Threads: pure functions. Cost: no allocation but the strbuf's.
 */
#ifndef MODEL_VALUE_H
#define MODEL_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <weir/types.h>

#include "base/addr.h"
#include "base/strbuf.h"

enum value_type {
	VALUE_NONE,    /* not set: printed nowhere, equal to "" */
	VALUE_NUMBER,  /* 42, 0x2a */
	VALUE_BOOL,    /* yes, no; also true, false */
	VALUE_TIME,    /* nanoseconds: 600, 10m, 1h30m, 00:10:00, 1d02:03:04, 1d 00:00:00, 500ms */
	VALUE_ADDRESS, /* either family; with a port: 192.0.2.1:80, [2001:db8::1]:80 */
	VALUE_ENUM,    /* one of the kind's names; a number too if the kind has a max */
	VALUE_STRING,
	VALUE_RATE,    /* bits per second: 1344bps, 6.4kbps */
	VALUE_COUNTER, /* a number that the console groups by three: 50 507 */
	VALUE_ID,      /* an item's id: *1F */
	VALUE_PREFIX,  /* 10.0.0.0/8, 2001:db8::/32; a whole address is written without its length */
	VALUE_MAC,     /* 02:00:5E:10:00:01 */
	VALUE_REFERENCE, /* an item of another menu, by its name (struct value_kind.refers) */
	VALUE_TYPE_COUNT
};

/* A name of an enum, and another spelling that is read as well, or NULL. A list
 * of them ends with a NULL name. */
struct value_name {
	uint64_t number;
	const char *name;
	const char *also;
};

struct value_syntax;

/* value_kind.form: how a configuration may write it, beyond one value of the type. A kind
 * with any of the bits up to KIND_SET, or with a syntax, is compound: its value is a STRING,
 * the canonical text (model/setting.h). */
#define KIND_NOT 0x01u      /* `!` before the whole: !192.0.2.0/24 */
#define KIND_LIST 0x02u     /* several, separated by commas */
#define KIND_RANGE 0x04u    /* an element may be a-b */
#define KIND_EACH_NOT 0x08u /* `!` before an element: info,!firewall */
#define KIND_SET 0x10u      /* a list of names, each at most once, kept in the names' order */
#define KIND_EMPTY 0x20u    /* "" is a value too */
#define KIND_HEX 0x40u      /* NUMBER: written 0x8000 */
#define KIND_UNITS 0x80u    /* NUMBER: k, M and G are thousands; 64k is 64000, and written so */
#define KIND_BYTES 0x100u   /* NUMBER: bytes, written 94.2MiB on the console */
#define KIND_WORD 0x200u    /* STRING: a name of something that is there by being named, a chain or
                               a mark: print does not quote it */
#define KIND_PERCENT 0x400u /* NUMBER: written 2% on the console */
#define KIND_MHZ 0x800u     /* NUMBER: written 800MHz on the console */
#define KIND_CONSOLE (KIND_BYTES | KIND_PERCENT | KIND_MHZ) /* elsewhere it is the number alone */
#define KIND_COMPOUND (KIND_NOT | KIND_LIST | KIND_RANGE | KIND_EACH_NOT | KIND_SET)

struct value_kind {
	enum value_type type;
	/* ENUM: its names. Other types: words that stand beside its values (auto, none); a value
	 * that is such a word is a STRING, the word. */
	const struct value_name *names;
	/* NUMBER, COUNTER, RATE, TIME: limits; max 0 means none. ENUM: max other than 0
	 * lets numbers up to it stand for values without a name. STRING: bytes at most. */
	uint64_t min, max;
	uint16_t form;                     /* KIND_* */
	uint8_t family;                    /* ADDRESS, PREFIX: enum weir_family, 0: either */
	const char *refers;                /* REFERENCE: the menu's path: "/interface" */
	const struct value_syntax *syntax; /* what no type and form describe (model/syntax.h) */
};

struct value {
	uint8_t type;    /* enum value_type */
	uint8_t family;  /* ADDRESS, PREFIX: enum weir_family */
	uint8_t length;  /* PREFIX: bits */
	bool with_port;  /* ADDRESS: port belongs to it */
	bool port_apart; /* ADDRESS: the port counts but is printed as a property of its own */
	bool implied;    /* another property of the item shows it already: the console's default
	                    layouts leave it out */
	uint16_t port;
	union {
		uint64_t number; /* NUMBER, BOOL, TIME, ENUM, RATE, COUNTER, ID */
		union weir_addr addr;
		uint8_t mac[6];
		struct {
			const char *text; /* borrowed, not NUL-terminated */
			size_t len;
		};
	};
};

#define VALUE_ROOM 96 /* any value takes less, but texts and the longest names of enums */

enum value_form {
	VALUE_CONSOLE, /* yes/no, 50 507, 6.4kbps */
	VALUE_API,     /* true/false, 50507, 6400 */
	VALUE_JSON,    /* a JSON token: true, 50507, "1h30m" */
};

/* Reads all of text. => whether it is such a value and within the limits; *value is untouched
 * if not */
bool value_parse(const struct value_kind *kind, const char *text, size_t len, struct value *value);

/* Appends what value_parse() takes, for an error: "a time such as 30s or 1h30m, at least 1ms". */
void value_expected(const struct value_kind *kind, struct strbuf *out);

/* Appends the value's text; nothing for VALUE_NONE, in JSON null. */
void value_print(const struct value_kind *kind, const struct value *value, enum value_form form,
                 struct strbuf *out);

/* Writes the text of a value of one type, any but NONE and STRING, at `to`, in the form CONSOLE
 * or API. value_room() bytes are free there.
 * => its end */
typedef char *value_put(char *to, const struct value_kind *kind, const struct value *value,
                        enum value_form form);

/* How a type is written; for who writes many values. */
struct value_writer {
	value_put *put; /* NULL: STRING, its text is the value's own */
	/* The width of a number in the form CONSOLE, the larger the wider; for the types
	 * that are aligned on the right, NULL for others. */
	unsigned (*width)(uint64_t number);
	bool json_text; /* a JSON string whose characters need no escape */
};

const struct value_writer *value_writer(enum value_type type);

/* The same for all values of a kind: without `put` if some of them are texts or need
 * value_print() (compound kinds, words beside numbers, units). */
const struct value_writer *value_kind_writer(const struct value_kind *kind);

/* Whether its values are texts in the canonical form of model/setting.h. */
bool value_compound(const struct value_kind *kind);

/* What any value of the kind may take while it is written. */
size_t value_room(const struct value_kind *kind);

/* A width that the value's text does not exceed, found without writing it: exact
 * enough to pass over most values of a long list while its widest is looked for. */
static inline size_t value_width_limit(const struct value *value)
{
	if (value->type == VALUE_ADDRESS && value->family == WEIR_IPV4)
		return sizeof "255.255.255.255:65535" - 1;
	if (value->type == VALUE_TIME && value->number < 86400 * WEIR_SEC &&
	    value->number % WEIR_SEC == 0)
		return sizeof "23h59m59s" - 1;
	if (value->type == VALUE_RATE && value->number < UINT64_C(999000000000))
		return value->number < 1000 ? sizeof "999bps" - 1 : sizeof "999.9Gbps" - 1;
	return VALUE_ROOM;
}

/* Appends text in double quotes as the console writes and reads it. */
void value_quote(const char *text, size_t len, struct strbuf *out);

/* Compares two values of one kind. An address without a port equals the same
 * address with any port. => below, at or above 0 */
int value_compare(const struct value *a, const struct value *b);

/* Whether < and > mean something for the type. */
bool value_ordered(enum value_type type);

/* Reads a time in any form; what has no unit is seconds. => false: it is none, *time untouched */
bool value_parse_time(const char *text, size_t len, weir_time *time);

/* Writes a time at `to`, as value_print_time() does; VALUE_ROOM bytes are free there. => its end */
char *value_put_time(char *to, weir_time time);

/* Appends a time as RouterOS writes it: 1w3d, 4m59s, 0s. */
void value_print_time(weir_time time, struct strbuf *out);

/* The same as assigning value_none() or value_number(), by members: a struct that is put
 * together and then copied stalls the processor, which counts where it happens by the million. */
static inline void value_set_none(struct value *value)
{
	value->type = VALUE_NONE;
	value->implied = false;
}

static inline void value_set_number(struct value *value, uint8_t type, uint64_t number)
{
	value->type = type;
	value->implied = false;
	value->number = number;
}

static inline struct value value_none(void)
{
	return (struct value){.type = VALUE_NONE};
}

static inline struct value value_number(enum value_type type, uint64_t number)
{
	return (struct value){.type = (uint8_t)type, .number = number};
}

#endif
