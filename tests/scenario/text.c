/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/text.c - what packets carry: reading, filling in, comparing. See text.h.
 */
#include "text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "word.h"

/* Any number, for a packet that is built before its values are known. */
#define ANY_VALUE 40000

#define LENGTH "{length}"

int text_name(struct story_names *names, const char *at, bool add, struct story_name *name,
              char error[STORY_ERROR])
{
	const char *begin = at + 1, *end = begin;
	char text[STORY_NAME];
	unsigned long by = 0;
	size_t i;

	if (*at != '{')
		return 0;
	while (isalnum((unsigned char)*end) || *end == '-')
		end++;
	if (end == begin || end - begin >= STORY_NAME)
		return word_fail(error, "{NAME} expected at \"%s\"", at);
	snprintf(text, sizeof(text), "%.*s", (int)(end - begin), begin);
	name->how = '+';
	if (*end && strchr("+/%", *end)) {
		name->how = *end;
		for (end++; isdigit((unsigned char)*end); end++)
			by = by * 10 + (unsigned long)(*end - '0');
	}
	if (*end != '}' || by > UINT16_MAX || (name->how != '+' && !by))
		return word_fail(error, "{%s}, {%s+1}, {%s/256} or {%s%%256} expected", text, text,
		                 text, text);
	name->by = (uint32_t)by;
	for (i = 0; i < names->count && strcmp(names->name[i], text);)
		i++;
	name->name = (unsigned)i;
	if (i < names->count)
		return (int)(end + 1 - at);
	if (!add)
		return word_fail(error, "no value {%s} before this line", text);
	if (i == STORY_VALUES)
		return word_fail(error, "more than %d values", STORY_VALUES);
	strcpy(names->name[names->count++], text);
	return (int)(end + 1 - at);
}

/* One character of a quoted word, or an escape. => where the next one begins; NULL and error */
static const char *one_byte(const char *at, uint8_t *byte, char error[STORY_ERROR])
{
	static const char escapes[] = "rnt0\\\"", values[] = "\r\n\t\0\\\"";
	char hex[3] = "";
	const char *known;

	*byte = (uint8_t)*at++;
	if (*byte != '\\')
		return at;
	if (*at == 'x' && isxdigit((unsigned char)at[1]) && isxdigit((unsigned char)at[2])) {
		memcpy(hex, at + 1, 2);
		*byte = (uint8_t)strtoul(hex, NULL, 16);
		return at + 3;
	}
	known = *at ? strchr(escapes, *at) : NULL;
	if (!known) {
		word_fail(error, "\\r, \\n, \\t, \\0, \\\\, \\\" or \\x00 expected at \"\\%s\"", at);
		return NULL;
	}
	*byte = (uint8_t)values[known - escapes];
	return at + 1;
}

int text_bytes(const char *word, uint8_t *bytes, size_t room, char error[STORY_ERROR])
{
	size_t count = 0;

	if (!word || *word != '"')
		return word_fail(error, "text: \"...\" expected");
	for (word++; *word;) {
		if (count == room)
			return word_fail(error, "more than %zu bytes of text", room);
		word = one_byte(word, &bytes[count++], error);
		if (!word)
			return -1;
	}
	return (int)count;
}

static uint32_t reckon(uint32_t value, const struct story_name *name)
{
	return name->how == '+' ? value + name->by
	       : name->how == '/' ? value / name->by
	                          : value % name->by;
}

/* A word with its names replaced: by two bytes in hex, or in decimal. */
static char *fill_word(void **memory, const char *word, struct story_names *names,
                       const struct story_values *values, bool binary, bool *late,
                       char error[STORY_ERROR])
{
	char *filled = word_alloc(memory, strlen(word) * 2 + 1), *to = filled;

	while (*word) {
		struct story_name name;
		int got = strncmp(word, LENGTH, strlen(LENGTH)) == 0
		                  ? 0
		                  : text_name(names, word, false, &name, error);
		uint32_t value;

		if (got < 0)
			return NULL;
		if (!got) {
			*to++ = *word++;
			continue;
		}
		*late = true;
		value = reckon(values ? values->value[name.name] : ANY_VALUE, &name);
		to += sprintf(to, binary ? "%04x" : "%u", value);
		word += got;
	}
	*to = '\0';
	return filled;
}

/* How many bytes of text follow the next empty line, from a place in a word on. */
static int length_behind(char **words, const char *at, size_t *length, char error[STORY_ERROR])
{
	static const char empty[] = "\r\n\r\n";
	size_t met = 0;
	uint8_t byte;

	*length = 0;
	for (;;) {
		while (*at) {
			at = one_byte(at, &byte, error);
			if (!at)
				return -1;
			if (met == 4)
				++*length;
			else
				met = byte == (uint8_t)empty[met] ? met + 1 : byte == '\r';
		}
		if (!words[1] || strcmp(words[1], "text") != 0 || !words[2])
			return 0;
		words += 2;
		at = *words + 1;
	}
}

static int fill_length(void **memory, char **words, char error[STORY_ERROR])
{
	char *at, *filled;
	size_t length;

	while ((at = strstr(*words, LENGTH))) {
		if (length_behind(words, at, &length, error))
			return -1;
		filled = word_alloc(memory, strlen(*words) + 24);
		sprintf(filled, "%.*s%zu%s", (int)(at - *words), *words, length,
		        at + strlen(LENGTH));
		*words = filled;
	}
	return 0;
}

char **text_fill(void **memory, char **words, struct story_names *names,
                 const struct story_values *values, bool *late, char error[STORY_ERROR])
{
	char **filled;
	size_t count = 0;

	while (words[count])
		count++;
	filled = word_alloc(memory, (count + 1) * sizeof(*filled));
	*late = false;
	for (size_t i = 0; i < count; i++) {
		bool binary = i && (!strcmp(words[i - 1], "payload") || !strcmp(words[i - 1], "hex"));

		filled[i] = fill_word(memory, words[i], names, values, binary, late, error);
		if (!filled[i])
			return NULL;
	}
	for (size_t i = 1; i < count; i++)
		if (!strcmp(filled[i - 1], "text") && fill_length(memory, filled + i, error))
			return NULL;
	return filled;
}

static struct story_piece *more(void **memory, struct story_check *check,
                                enum story_piece_kind kind)
{
	struct story_piece *piece =
	        word_more(memory, &check->pieces, &check->piece_count, sizeof(*piece));

	piece->kind = kind;
	return piece;
}

/* Bytes of one word up to the next name. => where that stands; NULL and error */
static const char *plain_piece(void **memory, struct story_check *check, const char *at, bool hex,
                               char error[STORY_ERROR])
{
	size_t len = strcspn(at, "{");
	char *part = word_alloc(memory, len + 2);
	uint8_t *bytes = word_alloc(memory, len + 1);
	struct story_piece *piece = more(memory, check, PIECE_BYTES);
	int got;

	snprintf(part, len + 2, "%s%.*s", hex ? "" : "\"", (int)len, at);
	got = hex ? word_hex(part, bytes, len, error) : text_bytes(part, bytes, len, error);
	piece->bytes = bytes;
	piece->len = got < 0 ? 0 : (size_t)got;
	return got < 0 ? NULL : at + len;
}

static int word_pieces(void **memory, struct story_names *names, const char *at, bool hex,
                       struct story_check *check, char error[STORY_ERROR])
{
	while (*at) {
		if (!strncmp(at, LENGTH, strlen(LENGTH)) && !hex) {
			more(memory, check, PIECE_LENGTH);
			at += strlen(LENGTH);
		} else if (*at == '{') {
			struct story_piece *piece =
			        more(memory, check, hex ? PIECE_BINARY : PIECE_VALUE);
			int got = text_name(names, at, true, &piece->name, error);

			if (got < 0)
				return -1;
			at += got;
		} else if (!(at = plain_piece(memory, check, at, hex, error))) {
			return -1;
		}
	}
	return 0;
}

int text_pieces(void **memory, struct story_names *names, char ***word, struct story_check *check,
                char error[STORY_ERROR])
{
	while (**word) {
		bool hex = !strcmp(**word, "payload");
		const char *value = (*word)[1];

		if (!hex && strcmp(**word, "text") != 0)
			return word_fail(error, "text \"...\" or payload HEX expected, not \"%s\"",
			                 **word);
		if (!value || (!hex && *value != '"'))
			return word_fail(error, hex ? "bytes in hex are missing at the end"
			                            : "text: \"...\" expected");
		if (word_pieces(memory, names, hex ? value : value + 1, hex, check, error))
			return -1;
		*word += 2;
	}
	return 0;
}

uint16_t text_value(struct story_values *values, const struct story_name *name, uint16_t got)
{
	unsigned i = name->name;

	if (!values->known[i]) {
		/* The higher part comes first, {p/256},{p%256}. */
		if (name->how == '/')
			values->value[i] = got * name->by;
		else if (name->how == '%')
			values->value[i] += got;
		else
			values->value[i] = got - name->by;
		values->known[i] = name->how != '/';
		return got;
	}
	return (uint16_t)reckon(values->value[i], name);
}

/* How long the body is that follows the next empty line. */
static size_t body_length(const uint8_t *data, size_t len)
{
	for (size_t i = 0; i + 4 <= len; i++)
		if (!memcmp(data + i, "\r\n\r\n", 4))
			return len - i - 4;
	return 0;
}

/* Compares a number in digits. => how many bytes it takes; 0: it is another */
static size_t match_digits(struct story_values *values, const struct story_piece *piece,
                           const uint8_t *data, size_t len, char *expected, size_t size)
{
	size_t count = 0;
	uint32_t got = 0, want;

	while (count < len && count < 6 && isdigit(data[count]))
		got = got * 10 + (uint32_t)(data[count++] - '0');
	if (piece->kind == PIECE_LENGTH)
		want = (uint32_t)body_length(data + count, len - count);
	else
		want = count && got <= UINT16_MAX
		               ? text_value(values, &piece->name, (uint16_t)got)
		               : UINT32_MAX;
	snprintf(expected, size, want == UINT32_MAX ? "a number" : "%u", want);
	return count && got == want && (count == 1 || data[0] != '0') ? count : 0;
}

/* => how many bytes are alike */
static size_t match_bytes(const struct story_piece *piece, const uint8_t *data, size_t len,
                          char *expected, size_t size)
{
	size_t same = 0;

	while (same < len && same < piece->len && data[same] == piece->bytes[same])
		same++;
	text_show(piece->bytes + same, piece->len - same, expected, size);
	return same;
}

/* => how many bytes it takes, -1: it is another */
static int match_piece(struct story_values *values, const struct story_piece *piece,
                       const uint8_t *data, size_t len, char *expected, size_t size)
{
	uint16_t got, want;
	size_t count = 0;

	if (piece->kind != PIECE_BINARY) {
		count = match_digits(values, piece, data, len, expected, size);
		return count ? (int)count : -1;
	}
	got = len < 2 ? 0 : (uint16_t)(data[0] << 8 | data[1]);
	want = text_value(values, &piece->name, got);
	snprintf(expected, size, "%04x", want);
	return len >= 2 && got == want ? 2 : -1;
}

int text_match(struct story_values *values, const struct story_check *check, const uint8_t *data,
               size_t len, char *expected, size_t size)
{
	struct story_values fresh = *values;
	size_t at = 0;

	for (size_t i = 0; i < check->piece_count; i++) {
		const struct story_piece *piece = &check->pieces[i];
		int got;

		if (piece->kind == PIECE_BYTES) {
			size_t same = match_bytes(piece, data + at, len - at, expected, size);

			at += same;
			if (same < piece->len)
				return (int)at;
			continue;
		}
		got = match_piece(&fresh, piece, data + at, len - at, expected, size);
		if (got < 0)
			return (int)at;
		at += (size_t)got;
	}
	snprintf(expected, size, "the end");
	if (at < len)
		return (int)at;
	*values = fresh;
	return -1;
}

void text_show(const uint8_t *data, size_t len, char *text, size_t size)
{
	size_t at = 0;

	if (size)
		*text = '\0';
	for (size_t i = 0; i < len && at + 5 < size; i++) {
		if (data[i] == '\r' || data[i] == '\n')
			at += (size_t)sprintf(text + at, data[i] == '\r' ? "\\r" : "\\n");
		else if (data[i] == '"' || data[i] == '\\')
			at += (size_t)sprintf(text + at, "\\%c", data[i]);
		else
			at += (size_t)sprintf(text + at, isprint(data[i]) ? "%c" : "\\x%02x",
			                      data[i]);
	}
}
