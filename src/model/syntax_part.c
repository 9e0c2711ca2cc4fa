/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/syntax_part.c - the parts of syntaxes; see syntax_part.h. Numbers and times are those of
 * value.c.
 */
#include "model/syntax_part.h"

#include <string.h>

bool part_cut(struct part *rest, char separator, struct part *piece)
{
	const char *at = memchr(rest->text, separator, rest->len);

	*piece = *rest;
	if (at == NULL) {
		rest->text += rest->len;
		rest->len = 0;
		return false;
	}
	piece->len = (size_t)(at - rest->text);
	rest->text = at + 1;
	rest->len -= piece->len + 1;
	return true;
}

bool part_take(struct part *part, char c)
{
	if (part->len == 0 || part->text[0] != c)
		return false;
	part->text++;
	part->len--;
	return true;
}

static bool number_of(const struct value_kind *kind, struct part part, uint64_t max,
                      uint64_t *number)
{
	struct value value;

	if (!value_parse(kind, part.text, part.len, &value) || value.number > max)
		return false;
	*number = value.number;
	return true;
}

bool part_number(struct part part, uint64_t max, uint64_t *number)
{
	static const struct value_kind kind = {.type = VALUE_NUMBER};

	return number_of(&kind, part, max, number);
}

bool part_units(struct part part, uint64_t max, uint64_t *number)
{
	static const struct value_kind kind = {.type = VALUE_NUMBER, .form = KIND_UNITS};

	return number_of(&kind, part, max, number);
}

bool part_time(struct part part, weir_time max, weir_time *time)
{
	static const struct value_kind kind = {.type = VALUE_TIME};

	return number_of(&kind, part, max, time);
}

bool part_word(struct part part, const struct value_name *names, uint64_t *number)
{
	const struct value_name *found = NULL;
	unsigned begun = 0;

	for (const struct value_name *n = names; part.len && n->name; n++) {
		if (n->also && strlen(n->also) == part.len &&
		    memcmp(n->also, part.text, part.len) == 0) {
			*number = n->number;
			return true;
		}
		if (strlen(n->name) < part.len || memcmp(n->name, part.text, part.len) != 0)
			continue;
		found = n;
		begun++;
		if (n->name[part.len] == '\0') {
			begun = 1;
			break;
		}
	}
	if (begun != 1)
		return false;
	*number = found->number;
	return true;
}

void part_put_units(struct strbuf *out, uint64_t number)
{
	static const struct value_kind kind = {.type = VALUE_NUMBER, .form = KIND_UNITS};
	struct value value = value_number(VALUE_NUMBER, number);

	value_print(&kind, &value, VALUE_API, out);
}

void part_put_word(struct strbuf *out, const struct value_name *names, uint64_t number)
{
	for (const struct value_name *n = names; n->name; n++) {
		if (n->number == number) {
			strbuf_str(out, n->name);
			return;
		}
	}
}
