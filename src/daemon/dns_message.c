/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/dns_message.c - see dns_message.h.
 *
 * What comes from the net is read through a struct reader alone, which knows where the message
 * ends. A compressed name points only towards the front, so that reading it comes to an end.
 */
#include "daemon/dns_message.h"

#include <string.h>

#include "base/bytes.h"

#define HEADER 12
#define NAME_MAX_BYTES 255
#define LABEL_MAX 63
#define POINTER 0xc0u
#define JUMPS_MAX 127 /* a name has no more labels */

#define TYPE_A 1
#define TYPE_CNAME 5
#define TYPE_AAAA 28
#define TYPE_OPT 41
#define CLASS_IN 1

#define FLAG_ANSWER 0x8000u
#define FLAG_CUT 0x0200u
#define FLAG_RECURSE 0x0100u
#define OPCODES 0x7800u
#define CODES 0x000fu

enum { CODE_NONE, CODE_FORMAT, CODE_FAILURE, CODE_NO_NAME, CODE_NOT_IMPLEMENTED, CODE_REFUSED };

/* Writing */

/* => the bytes of a name; 0: it is none */
static size_t put_name(uint8_t *to, const char *name, size_t len)
{
	uint8_t *label = to, *at = to + 1;

	if (len && name[len - 1] == '.')
		len--;
	if (len == 0 || len > NAME_MAX_BYTES - 2)
		return 0;
	for (size_t i = 0; i <= len; i++) {
		if (i < len && name[i] != '.') {
			*at++ = (uint8_t)name[i];
			continue;
		}
		if (at == label + 1 || at - label - 1 > LABEL_MAX)
			return 0;
		*label = (uint8_t)(at - label - 1);
		label = at++;
	}
	*label = 0;
	return (size_t)(at - to);
}

size_t dns_write_question(uint8_t *to, uint16_t id, const char *name, size_t len, uint8_t family,
                          uint16_t udp_size)
{
	size_t size = put_name(to + HEADER, name, len);
	uint8_t *at = to + HEADER + size;

	if (size == 0)
		return 0;
	memset(to, 0, HEADER);
	put_be16(to, id);
	put_be16(to + 2, FLAG_RECURSE);
	put_be16(to + 4, 1);
	put_be16(at, family == WEIR_IPV4 ? TYPE_A : TYPE_AAAA);
	put_be16(at + 2, CLASS_IN);
	at += 4;
	if (udp_size) {
		put_be16(to + 10, 1);
		memset(at, 0, 11);
		put_be16(at + 1, TYPE_OPT);
		put_be16(at + 3, udp_size);
		at += 11;
	}
	return (size_t)(at - to);
}

/* Reading */

struct reader {
	const uint8_t *data;
	size_t len, at;
};

struct name {
	uint8_t bytes[NAME_MAX_BYTES]; /* as on the wire, in lower case */
	size_t len;
};

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 'a' - 'A') : c;
}

/* => false: it is broken */
static bool add_label(struct name *name, const uint8_t *label, size_t size)
{
	if (name->len + size > sizeof name->bytes)
		return false;
	for (size_t i = 0; i < size; i++)
		name->bytes[name->len + i] = i ? lower(label[i]) : label[i];
	name->len += size;
	return true;
}

/* Reads a name; the reader goes behind where it began. => false: it is broken */
static bool read_name(struct reader *r, struct name *name)
{
	size_t at = r->at, floor = at;
	unsigned jumps = 0;

	name->len = 0;
	while (at < r->len) {
		uint8_t size = r->data[at];

		if ((size & POINTER) == POINTER) {
			size_t to;

			if (at + 2 > r->len)
				return false;
			to = be16(r->data + at) & 0x3fffu;
			if (jumps == 0)
				r->at = at + 2;
			if (to >= floor || ++jumps > JUMPS_MAX)
				return false;
			at = floor = to;
			continue;
		}
		if (size > LABEL_MAX || at + 1u + size > r->len ||
		    !add_label(name, r->data + at, 1u + size))
			return false;
		at += 1u + size;
		if (size == 0) {
			if (jumps == 0)
				r->at = at;
			return true;
		}
	}
	return false;
}

static bool same_name(const struct name *a, const struct name *b)
{
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

struct record {
	struct name owner;
	uint16_t type, class;
	uint32_t ttl;
	size_t data, size; /* where in the message */
};

/* => false: there is no whole one */
static bool read_record(struct reader *r, struct record *record)
{
	const uint8_t *fixed;

	if (!read_name(r, &record->owner) || r->len - r->at < 10)
		return false;
	fixed = r->data + r->at;
	record->type = be16(fixed);
	record->class = be16(fixed + 2);
	record->ttl = be32(fixed + 4);
	record->size = be16(fixed + 8);
	record->data = r->at + 10;
	if (r->len - record->data < record->size)
		return false;
	r->at = record->data + record->size;
	/* RFC 2181 8: with its highest bit it means nothing. */
	if (record->ttl > INT32_MAX)
		record->ttl = 0;
	return true;
}

/* What an answer tells is read by these. */
struct answer {
	struct reader records; /* at the first */
	unsigned count;
	uint16_t type;
	struct name name; /* that is looked for */
	uint32_t ttl;
};

static void limit_ttl(struct answer *answer, uint32_t ttl)
{
	if (ttl < answer->ttl)
		answer->ttl = ttl;
}

/* Goes from the name to what it is an alias of. => false: it is none */
static bool follow_alias(struct answer *answer)
{
	struct reader r = answer->records;
	struct record record;

	for (unsigned i = 0; i < answer->count && read_record(&r, &record); i++) {
		struct reader target = {r.data, r.len, record.data};
		struct name name;

		if (record.type != TYPE_CNAME || record.class != CLASS_IN ||
		    !same_name(&record.owner, &answer->name))
			continue;
		if (!read_name(&target, &name))
			return false;
		answer->name = name;
		limit_ttl(answer, record.ttl);
		return true;
	}
	return false;
}

/* => how many there are */
static unsigned tell_addresses(struct answer *answer,
                               void (*each)(void *ctx, const union weir_addr *addr), void *ctx)
{
	struct reader r = answer->records;
	size_t size = answer->type == TYPE_A ? 4 : 16;
	struct record record;
	unsigned found = 0;

	for (unsigned i = 0; i < answer->count && read_record(&r, &record); i++) {
		union weir_addr addr = {0};

		if (record.type != answer->type || record.class != CLASS_IN || record.size != size ||
		    !same_name(&record.owner, &answer->name))
			continue;
		memcpy(&addr, r.data + record.data, size);
		limit_ttl(answer, record.ttl);
		each(ctx, &addr);
		found++;
	}
	return found;
}

static enum dns_result by_code(unsigned flags)
{
	switch (flags & CODES) {
	case CODE_NONE:
		return DNS_ADDRESSES;
	case CODE_FORMAT:
	case CODE_NOT_IMPLEMENTED:
		return DNS_MISUNDERSTOOD;
	case CODE_NO_NAME:
		return DNS_NO_NAME;
	case CODE_REFUSED:
		return DNS_REFUSED;
	default:
		return DNS_FAILED;
	}
}

/* Whether it repeats the question, at which the reader stands. */
static bool same_question(struct reader *r, struct reader *asked, struct answer *answer)
{
	struct name theirs;

	if (!read_name(asked, &answer->name) || asked->len - asked->at < 4 ||
	    !read_name(r, &theirs) || r->len - r->at < 4 || !same_name(&theirs, &answer->name) ||
	    memcmp(r->data + r->at, asked->data + asked->at, 4) != 0)
		return false;
	answer->type = be16(asked->data + asked->at);
	r->at += 4;
	return true;
}

enum dns_result dns_read_answer(const uint8_t *data, size_t len, const uint8_t *question,
                                size_t question_len,
                                void (*each)(void *ctx, const union weir_addr *addr), void *ctx,
                                uint32_t *ttl)
{
	struct reader r = {data, len, HEADER}, asked = {question, question_len, HEADER};
	struct answer answer = {.ttl = UINT32_MAX};
	enum dns_result result;
	unsigned flags;

	if (len < HEADER || memcmp(data, question, 2) != 0)
		return DNS_NOT_OURS;
	flags = be16(data + 2);
	result = by_code(flags);
	if (!(flags & FLAG_ANSWER) || flags & OPCODES)
		return DNS_NOT_OURS;
	/* Who cannot read a question need not repeat it. */
	if (be16(data + 4) == 0 && result != DNS_ADDRESSES && result != DNS_NO_NAME)
		return result;
	if (be16(data + 4) != 1 || !same_question(&r, &asked, &answer))
		return DNS_NOT_OURS;
	if (flags & FLAG_CUT)
		return DNS_CUT;
	if (result != DNS_ADDRESSES)
		return result;
	answer.records = r;
	answer.count = be16(data + 6);
	for (unsigned i = 0; i < DNS_ALIASES && follow_alias(&answer); i++)
		;
	if (tell_addresses(&answer, each, ctx) == 0)
		return DNS_NO_ADDRESS;
	*ttl = answer.ttl;
	return DNS_ADDRESSES;
}
