/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/word.c - memory, numbers, times and names of a story. See word.h.
 */
#include "word.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct block {
	struct block *next;
	_Alignas(max_align_t) unsigned char bytes[];
};

void *word_alloc(void **memory, size_t size)
{
	struct block *block = calloc(1, sizeof(*block) + size);

	if (!block) {
		fprintf(stderr, "out of memory\n");
		exit(2);
	}
	block->next = *memory;
	*memory = block;
	return block->bytes;
}

void word_free(void *memory)
{
	struct block *block = memory;

	while (block) {
		struct block *next = block->next;

		free(block);
		block = next;
	}
}

char *word_copy(void **memory, const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(word_alloc(memory, size), text, size);
}

void *word_more(void **memory, void *array_pointer, size_t *count, size_t size)
{
	unsigned char *array;

	memcpy(&array, array_pointer, sizeof(array));
	/* Full at 0 and at every power of two: the next size is twice that. */
	if (!(*count & (*count - 1))) {
		unsigned char *larger = word_alloc(memory, (*count ? *count * 2 : 1) * size);

		if (*count)
			memcpy(larger, array, *count * size);
		array = larger;
		memcpy(array_pointer, &array, sizeof(array));
	}
	return array + size * (*count)++;
}

char **word_split(void **memory, char *text, char error[STORY_ERROR])
{
	char **words = NULL;
	size_t count = 0;

	for (;;) {
		while (isspace((unsigned char)*text))
			text++;
		char **word = word_more(memory, &words, &count, sizeof(*words));

		if (!*text)
			return words;
		*word = text;
		if (*text == '"') {
			for (text++; *text && *text != '"'; text++)
				if (*text == '\\' && text[1])
					text++;
			if (!*text) {
				word_fail(error, "a quote is not closed");
				return NULL;
			}
		} else {
			while (*text && !isspace((unsigned char)*text))
				text++;
		}
		if (*text)
			*text++ = '\0';
	}
}

char *word_cut(char *text, char mark)
{
	bool quoted = false;

	for (; *text; text++) {
		if (quoted && *text == '\\' && text[1]) {
			text++;
			continue;
		}
		if (*text == '"')
			quoted = !quoted;
		if (*text == mark && !quoted) {
			*text = '\0';
			return text + 1;
		}
	}
	return NULL;
}

int word_fail(char error[STORY_ERROR], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error, STORY_ERROR, format, args);
	va_end(args);
	return -1;
}

int word_number(const char *word, uint64_t max, uint64_t *value, char error[STORY_ERROR])
{
	char *end;

	if (!word)
		return word_fail(error, "a number is missing at the end");
	errno = 0;
	*value = strtoull(word, &end, 0);
	if (!isdigit((unsigned char)*word) || *end || errno)
		return word_fail(error, "\"%s\" is no number", word);
	if (*value > max)
		return word_fail(error, "%s is above %llu", word, (unsigned long long)max);
	return 0;
}

static uint64_t unit_ns(const char *unit, size_t len)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = {
	        {"ns", 1},
	        {"us", 1000},
	        {"ms", WEIR_MSEC},
	        {"s", WEIR_SEC},
	        {"m", 60 * WEIR_SEC},
	        {"h", 3600 * WEIR_SEC},
	        {"d", 86400 * WEIR_SEC},
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strlen(units[i].name) == len && !strncmp(unit, units[i].name, len))
			return units[i].ns;
	return 0;
}

int word_time(const char *word, uint64_t *ns, char error[STORY_ERROR])
{
	const char *at = word;

	if (!word)
		return word_fail(error, "a time is missing at the end");
	*ns = 0;
	do {
		const char *digits = at;
		uint64_t whole = 0, part = 0, scale = 1, unit;
		size_t len = 0;

		while (isdigit((unsigned char)*at))
			whole = whole * 10 + (uint64_t)(*at++ - '0');
		if (*at == '.' && at > digits) {
			at++;
			while (isdigit((unsigned char)*at) && scale < WEIR_SEC) {
				part = part * 10 + (uint64_t)(*at++ - '0');
				scale *= 10;
			}
		}
		while (isalpha((unsigned char)at[len]))
			len++;
		unit = unit_ns(at, len);
		if (at == digits || !unit || whole > UINT32_MAX)
			return word_fail(error, "\"%s\" is no time (write 5s, 1h30m, 2.5s, 250ms)",
			                 word);
		*ns += whole * unit + part * unit / scale;
		at += len;
	} while (*at);
	return 0;
}

int word_address(const char *word, uint8_t *family, union weir_addr *addr)
{
	memset(addr, 0, sizeof(*addr));
	if (inet_pton(AF_INET, word, &addr->v4) == 1)
		*family = WEIR_IPV4;
	else if (inet_pton(AF_INET6, word, addr->v6) == 1)
		*family = WEIR_IPV6;
	else
		return -1;
	return 0;
}

static int nibble(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int word_hex(const char *word, uint8_t *out, size_t max, char error[STORY_ERROR])
{
	size_t count = 0;

	if (!word)
		return word_fail(error, "bytes in hex are missing at the end");
	for (; *word; word += 2) {
		int high = nibble(word[0]), low = high < 0 ? -1 : nibble(word[1]);

		if (low < 0)
			return word_fail(error, "\"%s\" is not pairs of hex digits", word);
		if (count == max)
			return word_fail(error, "more than %zu bytes", max);
		out[count++] = (uint8_t)(high << 4 | low);
	}
	return (int)count;
}

int word_find(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (names[i] && !strcmp(names[i], name))
			return (int)i;
	return -1;
}
