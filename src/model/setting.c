/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/setting.c - the text of a setting, read into its kept form and shown again; see
 * setting.h. A kind's forms are peeled off from the outside: `!` before the whole, the elements
 * of a list or set, `!` before an element, the two ends of a range; one value of the type is
 * left, which value_parse() reads but for names, which may be cut short, and references.
 *
 * Life: nothing is kept between calls. Threads: pure functions, but for what the scope does.
 * Cost: one pass over the text; a set takes one per name that it has.
 */
#include "model/setting.h"

#include <string.h>

#include "base/bytes.h"
#include "base/put.h"
#include "model/syntax.h"

struct reader {
	const struct value_kind *kind;
	const char *name;
	const struct setting_scope *scope;
	struct strbuf *kept, *error;
};

/* Errors. Each => false, so that callers can return it. */

static bool bad_value(struct reader *r)
{
	if (r->kind->type == VALUE_ADDRESS && r->kind->form & KIND_RANGE)
		strbuf_str(r->error, "value of range expects range of ip addresses");
	else
		strbuf_printf(r->error,
		              r->kind->type == VALUE_TIME ? "invalid time value for argument %s"
		                                          : "invalid value for argument %s",
		              r->name);
	return false;
}

static bool out_of_range(struct reader *r)
{
	uint64_t min = r->kind->min, max = r->kind->max ? r->kind->max : UINT64_MAX;

	strbuf_printf(r->error, "value of %s out of range (", r->name);
	if (r->kind->type == VALUE_TIME) {
		value_print_time(min, r->error);
		strbuf_str(r->error, "..");
		value_print_time(max, r->error);
	} else {
		strbuf_printf(r->error, "%ju..%ju", (uintmax_t)min, (uintmax_t)max);
	}
	strbuf_char(r->error, ')');
	return false;
}

/* The word that an error has for what is chosen from. */
static const char *chosen_name(const struct reader *r)
{
	const char *path = r->kind->refers, *slash, *blank;

	if (r->kind->type != VALUE_REFERENCE)
		return r->name;
	if (strcmp(path, "/interface list") == 0)
		return "interface-list";
	slash = strrchr(path, '/');
	blank = strrchr(path, ' ');
	return blank ? blank + 1 : slash ? slash + 1 : path;
}

static bool no_match(struct reader *r)
{
	strbuf_printf(r->error, "input does not match any value of %s", chosen_name(r));
	return false;
}

static bool several_match(struct reader *r)
{
	strbuf_printf(r->error,
	              "ambiguous value of %s, more than one possible value matches input",
	              chosen_name(r));
	return false;
}

/* Names */

static bool begins(const char *name, const char *text, size_t len)
{
	return name && strlen(name) >= len && memcmp(name, text, len) == 0;
}

static bool is(const char *name, const char *text, size_t len)
{
	return begins(name, text, len) && name[len] == '\0';
}

static const struct value_name *exact_name(const struct value_name *names, const char *text,
                                           size_t len)
{
	for (const struct value_name *n = names; n && n->name; n++) {
		if (is(n->name, text, len) || is(n->also, text, len))
			return n;
	}
	return NULL;
}

/* The one name that begins with the text. Spellings of one number are one. */
static enum setting_found begun_name(const struct value_name *names, const char *text, size_t len,
                                     const struct value_name **found)
{
	*found = NULL;
	for (const struct value_name *n = names; len && n && n->name; n++) {
		if (!begins(n->name, text, len) && !begins(n->also, text, len))
			continue;
		if (*found && (*found)->number != n->number)
			return SETTING_SEVERAL;
		if (*found == NULL)
			*found = n;
	}
	return *found ? SETTING_ONE : SETTING_NONE;
}

/* The name that a number is shown by. */
static const char *name_of(const struct value_name *names, uint64_t number)
{
	for (const struct value_name *n = names; n && n->name; n++) {
		if (n->number == number)
			return n->name;
	}
	return NULL;
}

/* One value of a type */

/* The number of an enumeration's word. */
static bool enum_number(struct reader *r, const char *text, size_t len, uint64_t *number)
{
	const struct value_name *n = exact_name(r->kind->names, text, len);
	struct value_kind any = {.type = VALUE_NUMBER};
	struct value value;

	if (n == NULL && r->kind->max && value_parse(&any, text, len, &value)) {
		if (value.number > r->kind->max || value.number < r->kind->min)
			return out_of_range(r);
		*number = value.number;
		return true;
	}
	if (n == NULL) {
		enum setting_found found = begun_name(r->kind->names, text, len, &n);

		if (found != SETTING_ONE)
			return found == SETTING_NONE ? no_match(r) : several_match(r);
	}
	*number = n->number;
	return true;
}

static void keep_enum(struct reader *r, uint64_t number)
{
	const char *name = name_of(r->kind->names, number);

	if (name)
		strbuf_str(r->kept, name);
	else
		strbuf_u64(r->kept, number);
}

static bool read_enum(struct reader *r, const char *text, size_t len)
{
	uint64_t number = 0;

	if (!enum_number(r, text, len, &number))
		return false;
	keep_enum(r, number);
	return true;
}

static const struct value_name truths[] = {
        {0, "no", "false"}, {1, "yes", "true"}, {0, NULL, NULL}};

static bool read_bool(struct reader *r, const char *text, size_t len)
{
	const struct value_name *n;

	if (begun_name(truths, text, len, &n) != SETTING_ONE) {
		strbuf_str(r->error, "expected yes or no");
		return false;
	}
	strbuf_str(r->kept, n->name);
	return true;
}

static bool read_string(struct reader *r, const char *text, size_t len)
{
	if (r->kind->max && len > r->kind->max) {
		strbuf_printf(r->error, "value of %s is longer than %ju bytes", r->name,
		              (uintmax_t)r->kind->max);
		return false;
	}
	strbuf_add(r->kept, text, len);
	return true;
}

static void keep_id(struct strbuf *kept, uint64_t id)
{
	struct value_kind kind = {.type = VALUE_ID};
	struct value value = value_number(VALUE_ID, id);

	value_print(&kind, &value, VALUE_API, kept);
}

static bool parse_id(const char *text, size_t len, uint64_t *id)
{
	struct value_kind kind = {.type = VALUE_ID};
	struct value value;

	if (!value_parse(&kind, text, len, &value))
		return false;
	*id = value.number;
	return true;
}

static bool read_reference(struct reader *r, const char *text, size_t len)
{
	enum setting_found found = SETTING_NONE;
	uint64_t id;

	if (len == 0)
		return several_match(r);
	if (!parse_id(text, len, &id)) {
		const struct setting_scope *scope = r->scope;

		if (scope)
			found = scope->find(scope->ctx, r->kind, text, len, &id);
		if (found == SETTING_NONE) {
			const struct value_name *n;

			found = begun_name(r->kind->names, text, len, &n);
			if (found == SETTING_ONE) {
				strbuf_str(r->kept, n->name);
				return true;
			}
		}
		if (found != SETTING_ONE)
			return found == SETTING_NONE ? no_match(r) : several_match(r);
	} else if (id & SETTING_STRAY) {
		return no_match(r);
	} else if (r->scope && r->scope->strays) {
		id |= SETTING_STRAY;
	}
	keep_id(r->kept, id);
	return true;
}

/* The kept form of a value of one of the other types: exact, whatever print makes of it. */
static void keep_value(struct reader *r, const struct value *value)
{
	struct value_kind units = {.type = VALUE_NUMBER, .form = KIND_UNITS};
	bool plain = value->type == VALUE_COUNTER || r->kind->form & KIND_CONSOLE;

	if (value->type == VALUE_RATE) {
		struct value number = value_number(VALUE_NUMBER, value->number);

		value_print(&units, &number, VALUE_API, r->kept);
	} else {
		value_print(r->kind, value, plain ? VALUE_API : VALUE_CONSOLE, r->kept);
	}
}

static bool limited(enum value_type type)
{
	return type == VALUE_NUMBER || type == VALUE_COUNTER || type == VALUE_RATE ||
	       type == VALUE_TIME;
}

/* Reads a value of a type that value_parse() knows all of. */
static bool read_typed(struct reader *r, const char *text, size_t len)
{
	struct value_kind any = *r->kind;
	const struct value_name *n;
	struct value value;

	any.min = any.max = 0;
	any.names = NULL;
	if (!value_parse(&any, text, len, &value)) {
		enum setting_found found = begun_name(r->kind->names, text, len, &n);

		if (found != SETTING_ONE)
			return found == SETTING_NONE ? bad_value(r) : several_match(r);
		strbuf_str(r->kept, n->name);
		return true;
	}
	if (value.type == VALUE_ADDRESS && value.with_port)
		return bad_value(r);
	if (limited(r->kind->type) && (value.number < r->kind->min ||
	                               (r->kind->max && value.number > r->kind->max)))
		return out_of_range(r);
	keep_value(r, &value);
	return true;
}

static bool read_one(struct reader *r, const char *text, size_t len)
{
	const struct value_name *n;

	if (r->kind->type == VALUE_ENUM)
		return read_enum(r, text, len);
	n = exact_name(r->kind->names, text, len);
	if (n) {
		strbuf_str(r->kept, n->name);
		return true;
	}
	switch (r->kind->type) {
	case VALUE_BOOL:
		return read_bool(r, text, len);
	case VALUE_STRING:
		return read_string(r, text, len);
	case VALUE_REFERENCE:
		return read_reference(r, text, len);
	default:
		return read_typed(r, text, len);
	}
}

/* Elements */

static bool in_order(struct reader *r, const char *first, size_t first_len, const char *last,
                     size_t last_len)
{
	struct value a, b;

	return value_parse(r->kind, first, first_len, &a) &&
	       value_parse(r->kind, last, last_len, &b) && a.type == r->kind->type &&
	       b.type == a.type && (a.type != VALUE_ADDRESS || a.family == b.family) &&
	       value_compare(&a, &b) <= 0;
}

/* a-b, for types with an order; equal ends are one value. */
static bool read_range(struct reader *r, const char *text, size_t len, const char *dash)
{
	size_t first_len = (size_t)(dash - text), from = r->kept->len, middle;
	const char *last = dash + 1;
	size_t last_len = len - first_len - 1;

	if (!read_one(r, text, first_len))
		return false;
	middle = r->kept->len;
	strbuf_char(r->kept, '-');
	if (!read_one(r, last, last_len))
		return false;
	if (!in_order(r, text, first_len, last, last_len))
		return bad_value(r);
	if (!r->kept->failed && r->kept->len - middle - 1 == middle - from &&
	    memcmp(r->kept->data + from, r->kept->data + middle + 1, middle - from) == 0)
		strbuf_cut(r->kept, middle);
	return true;
}

static bool read_element(struct reader *r, const char *text, size_t len)
{
	const char *dash;

	if (len && text[0] == '!' && r->kind->form & KIND_EACH_NOT) {
		strbuf_char(r->kept, '!');
		text++;
		len--;
	}
	if (len == 0 && r->kind->type != VALUE_REFERENCE && r->kind->type != VALUE_BOOL)
		return bad_value(r);
	dash = r->kind->form & KIND_RANGE && value_ordered(r->kind->type)
	               ? memchr(text, '-', len)
	               : NULL;
	if (dash && !exact_name(r->kind->names, text, len))
		return read_range(r, text, len, dash);
	return read_one(r, text, len);
}

/* The part of a list up to its next comma. => what follows it, NULL: it was the last */
static const char *next_element(const char *text, const char *end, size_t *len)
{
	const char *comma = memchr(text, ',', (size_t)(end - text));

	*len = (size_t)((comma ? comma : end) - text);
	return comma ? comma + 1 : NULL;
}

static bool read_list(struct reader *r, const char *text, size_t len)
{
	const char *end = text + len;

	while (text) {
		const char *element = text;
		size_t n;

		text = next_element(element, end, &n);
		if (!read_element(r, element, n))
			return false;
		if (text)
			strbuf_char(r->kept, ',');
	}
	return true;
}

/* How a set has a number: not, as it is, with `!`, or both ways. */
enum { ABSENT = 0, PLAIN = 1, INVERTED = 2 };

/* => false: an element is none of the names, and the error says so */
static bool in_set(struct reader *r, const char *text, size_t len, uint64_t number, unsigned *how)
{
	const char *end = text + len;

	*how = ABSENT;
	while (text) {
		const char *element = text;
		bool inverted;
		uint64_t n = 0;
		size_t size;

		text = next_element(element, end, &size);
		inverted = size && *element == '!' && r->kind->form & KIND_EACH_NOT;
		if (size == inverted)
			return bad_value(r);
		if (!enum_number(r, element + inverted, size - inverted, &n))
			return false;
		if (n == number)
			*how |= inverted ? INVERTED : PLAIN;
	}
	return true;
}

/* A list of names, kept in the order of the names. */
static bool read_set(struct reader *r, const char *text, size_t len)
{
	size_t from = r->kept->len;

	for (const struct value_name *n = r->kind->names; n->name; n++) {
		unsigned how;

		if (!in_set(r, text, len, n->number, &how))
			return false;
		if (how == (PLAIN | INVERTED))
			return bad_value(r);
		if (how == ABSENT || name_of(r->kind->names, n->number) != n->name)
			continue;
		if (r->kept->len > from)
			strbuf_char(r->kept, ',');
		if (how == INVERTED)
			strbuf_char(r->kept, '!');
		strbuf_str(r->kept, n->name);
	}
	return true;
}

/* The whole */

static bool read_syntax(struct reader *r, const char *text, size_t len)
{
	const struct value_name *n = exact_name(r->kind->names, text, len);
	size_t before = r->error->len;

	if (n) {
		strbuf_str(r->kept, n->name);
		return true;
	}
	if (r->kind->syntax->read(r->kind, text, len, r->kept, r->error))
		return true;
	if (begun_name(r->kind->names, text, len, &n) == SETTING_ONE) {
		strbuf_cut(r->error, before);
		strbuf_str(r->kept, n->name);
		return true;
	}
	if (r->error->len == before)
		bad_value(r);
	return false;
}

static bool read_whole(struct reader *r, const char *text, size_t len)
{
	unsigned form = r->kind->form;

	if (len == 0 && form & KIND_EMPTY)
		return true;
	if (len && text[0] == '!' && form & KIND_NOT) {
		strbuf_char(r->kept, '!');
		text++;
		len--;
		if (len == 0)
			return r->kind->type == VALUE_REFERENCE ? several_match(r) : bad_value(r);
	}
	if (r->kind->syntax)
		return read_syntax(r, text, len);
	if (len == 0 && r->kind->type == VALUE_STRING && !(form & KIND_COMPOUND))
		return true;
	if (form & KIND_SET && r->kind->type == VALUE_ENUM)
		return read_set(r, text, len);
	return form & (KIND_LIST | KIND_SET) ? read_list(r, text, len) : read_element(r, text, len);
}

bool setting_read(const struct value_kind *kind, const char *name, const char *text, size_t len,
                  const struct setting_scope *scope, struct strbuf *kept, struct strbuf *error)
{
	struct reader r = {kind, name, scope, kept, error};
	size_t before = kept->len, error_before = error->len;

	if (!read_whole(&r, text, len)) {
		strbuf_cut(kept, before);
		return false;
	}
	if (kept->failed) {
		strbuf_cut(kept, before);
		strbuf_cut(error, error_before);
		strbuf_str(error, "out of memory");
		return false;
	}
	return true;
}

bool setting_refers(const struct value_kind *kind)
{
	return kind->type == VALUE_REFERENCE && kind->syntax == NULL;
}

/* Walks over the elements of a kept reference: plain() gets what is between the ids, one() the
 * ids. */
static void walk(const struct value_kind *kind, const char *kept, size_t len,
                 void (*plain)(void *ctx, const char *text, size_t len),
                 void (*one)(void *ctx, uint64_t id), void *ctx)
{
	const char *at = kept, *end = kept + len;

	while (at < end) {
		size_t n = 0;
		uint64_t id;

		while (at + n < end && (at[n] == '!' || at[n] == ','))
			n++;
		plain(ctx, at, n);
		at += n;
		n = (size_t)(end - at);
		if (kind->form & (KIND_LIST | KIND_SET))
			next_element(at, end, &n);
		if (parse_id(at, n, &id))
			one(ctx, id);
		else
			plain(ctx, at, n);
		at += n;
	}
}

struct shower {
	const struct value_kind *kind;
	const struct setting_scope *scope;
	struct strbuf *out;
};

static void show_plain(void *ctx, const char *text, size_t len)
{
	struct shower *s = (struct shower *)ctx;

	strbuf_add(s->out, text, len);
}

static void show_id(void *ctx, uint64_t id)
{
	struct shower *s = (struct shower *)ctx;
	const char *name;
	size_t len;

	if (id & SETTING_STRAY)
		keep_id(s->out, id & ~SETTING_STRAY);
	else if (s->scope && s->scope->name(s->scope->ctx, s->kind, id, &name, &len))
		strbuf_add(s->out, name, len);
	else
		keep_id(s->out, id);
}

void setting_show(const struct value_kind *kind, const char *kept, size_t len,
                  const struct setting_scope *scope, struct strbuf *out)
{
	struct shower s = {kind, scope, out};

	if (setting_refers(kind))
		walk(kind, kept, len, show_plain, show_id, &s);
	else
		strbuf_add(out, kept, len);
}

void setting_value(const struct value_kind *kind, const char *kept, size_t len,
                   const struct setting_scope *scope, struct strbuf *room, struct value *value)
{
	struct value_kind any = *kind;

	strbuf_reset(room);
	if (len == 0 && kind->type != VALUE_STRING && !(kind->form & KIND_EMPTY)) {
		value_set_none(value);
		return;
	}
	if (setting_refers(kind)) {
		setting_show(kind, kept, len, scope, room);
		*value = (struct value){
		        .type = VALUE_STRING, .text = strbuf_text(room), .len = room->len};
		return;
	}
	/* What was kept under other limits is shown all the same. */
	if (any.type != VALUE_ENUM || any.max)
		any.min = 0, any.max = UINT64_MAX;
	if (value_compound(kind) || len == 0 || !value_parse(&any, kept, len, value))
		*value = (struct value){.type = VALUE_STRING, .text = kept, .len = len};
}

struct id_walk {
	void (*each)(void *ctx, uint64_t id);
	void *ctx;
};

static void pass_over(void *ctx, const char *text, size_t len)
{
	(void)ctx, (void)text, (void)len;
}

static void hand_on(void *ctx, uint64_t id)
{
	struct id_walk *w = (struct id_walk *)ctx;

	w->each(w->ctx, id);
}

void setting_references(const struct value_kind *kind, const char *kept, size_t len,
                        void (*each)(void *ctx, uint64_t id), void *ctx)
{
	struct id_walk w = {each, ctx};

	if (setting_refers(kind))
		walk(kind, kept, len, pass_over, hand_on, &w);
}

size_t setting_complete(const struct value_kind *kind, const char *text, size_t len,
                        void (*each)(void *ctx, const char *word, const char *help), void *ctx)
{
	static const char *const words[] = {"no", "yes"};
	size_t start = 0;

	for (size_t i = 0; kind->form & (KIND_LIST | KIND_SET) && i < len; i++) {
		if (text[i] == ',')
			start = i + 1;
	}
	if (start < len && text[start] == '!' &&
	    (kind->form & KIND_EACH_NOT || (kind->form & KIND_NOT && start == 0)))
		start++;
	for (const struct value_name *n = kind->names; n && n->name; n++) {
		if (begins(n->name, text + start, len - start) &&
		    (kind->type != VALUE_ENUM || name_of(kind->names, n->number) == n->name))
			each(ctx, n->name, NULL);
	}
	for (size_t i = 0; kind->type == VALUE_BOOL && i < ARRAY_COUNT(words); i++) {
		if (begins(words[i], text + start, len - start))
			each(ctx, words[i], NULL);
	}
	return start;
}
