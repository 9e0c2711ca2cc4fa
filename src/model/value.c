/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/value.c - typed values; see value.h. One table at the end of the
 * operations has a row per type; the public functions only look there.
 */
#include "model/value.h"

#include <jansson.h>
#include <string.h>

#include "base/bytes.h"
#include "base/put.h"
#include "model/syntax.h"
#include "model/value_type.h"

struct type_ops {
	bool (*parse)(const struct value_kind *kind, const char *text, size_t len,
	              struct value *value);
	int (*compare)(const struct value *a, const struct value *b);
	void (*expected)(const struct value_kind *kind, struct strbuf *out);
	struct value_writer writer;
	bool ordered; /* < and > mean something */
};

/* Numbers */

bool value_digits(const char *text, size_t len, unsigned base, uint64_t *number)
{
	uint64_t sum = 0;

	if (len == 0)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = text[i] >= 'A' && text[i] <= 'F' ? (char)(text[i] | 0x20) : text[i];
		unsigned digit;

		if (c >= '0' && c <= '9')
			digit = (unsigned)(c - '0');
		else if (base == 16 && c >= 'a' && c <= 'f')
			digit = (unsigned)(c - 'a') + 10;
		else
			return false;
		if (__builtin_mul_overflow(sum, base, &sum) ||
		    __builtin_add_overflow(sum, digit, &sum))
			return false;
	}
	*number = sum;
	return true;
}

static bool within(const struct value_kind *kind, uint64_t number)
{
	return number >= kind->min && (kind->max == 0 || number <= kind->max);
}

static bool set_number(const struct value_kind *kind, uint64_t number, struct value *value)
{
	if (!within(kind, number))
		return false;
	*value = value_number(kind->type, number);
	return true;
}

/* The units of KIND_UNITS, KIND_BYTES and others, the largest first. */
struct unit {
	const char *name;
	uint64_t size;
};

static const struct unit thousands[] = {{"G", 1000000000}, {"M", 1000000}, {"k", 1000}};
static const struct unit kibis[] = {
        {"TiB", UINT64_C(1) << 40}, {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}};
static const struct unit percent[] = {{"%", 1}}, megahertz[] = {{"MHz", 1}};

/* Takes a unit off the end of a text. => its size, 1: none there */
static uint64_t take_unit(const struct unit *units, size_t count, const char *text, size_t *len)
{
	for (size_t i = 0; i < count; i++) {
		size_t n = strlen(units[i].name);

		if (*len > n && memcmp(text + *len - n, units[i].name, n) == 0) {
			*len -= n;
			return units[i].size;
		}
	}
	return 1;
}

/* Digits, and for a fraction of the unit up to nine more after a point. */
static bool scaled(const char *text, size_t len, uint64_t unit, uint64_t *number)
{
	const char *dot = memchr(text, '.', len);
	uint64_t part = 0, scale = 1;

	if (dot) {
		size_t places = len - (size_t)(dot - text) - 1;

		if (places > 9 || !value_digits(dot + 1, places, 10, &part))
			return false;
		while (places--)
			scale *= 10;
		len = (size_t)(dot - text);
	}
	/* Less than 2^30 times at most 2^40 */
	return value_digits(text, len, 10, number) &&
	       !__builtin_mul_overflow(*number, unit, number) &&
	       !__builtin_add_overflow(*number, (uint64_t)((__uint128_t)part * unit / scale),
	                               number);
}

static bool parse_number(const struct value_kind *kind, const char *text, size_t len,
                         struct value *value)
{
	uint64_t number, unit = 1;
	bool ok;

	if (len > 2 && text[0] == '0' && text[1] == 'x') {
		ok = value_digits(text + 2, len - 2, 16, &number);
	} else {
		if (kind->form & KIND_BYTES)
			unit = take_unit(kibis, ARRAY_COUNT(kibis), text, &len);
		if (unit == 1 && kind->form & KIND_UNITS)
			unit = take_unit(thousands, ARRAY_COUNT(thousands), text, &len);
		if (kind->form & KIND_PERCENT)
			take_unit(percent, ARRAY_COUNT(percent), text, &len);
		if (kind->form & KIND_MHZ)
			take_unit(megahertz, ARRAY_COUNT(megahertz), text, &len);
		ok = unit == 1 ? value_digits(text, len, 10, &number)
		               : scaled(text, len, unit, &number);
	}
	return ok && set_number(kind, number, value);
}

static char *put_hex(char *to, uint64_t number)
{
	unsigned shift = (63 - (unsigned)__builtin_clzll(number | 1)) & ~3u;

	to = PUT(to, "0x");
	for (;; shift -= 4) {
		*to++ = "0123456789ABCDEF"[number >> shift & 15];
		if (shift == 0)
			return to;
	}
}

static char *put_units(char *to, uint64_t number)
{
	for (size_t i = 0; number && i < ARRAY_COUNT(thousands); i++) {
		if (number % thousands[i].size == 0)
			return stpcpy(put_u64(to, number / thousands[i].size), thousands[i].name);
	}
	return put_u64(to, number);
}

/* One decimal, cut rather than rounded up: what is said to be free is. */
static char *put_bytes(char *to, uint64_t bytes)
{
	for (size_t i = 0; i < ARRAY_COUNT(kibis); i++) {
		uint64_t size = kibis[i].size;

		if (bytes < size)
			continue;
		to = put_u64(to, bytes / size);
		*to++ = '.';
		*to++ = (char)('0' + bytes % size * 10 / size);
		return stpcpy(to, kibis[i].name);
	}
	return put_u64(to, bytes);
}

static char *put_number(char *to, const struct value_kind *kind, const struct value *value,
                        enum value_form form)
{
	if (kind->form & KIND_HEX)
		return put_hex(to, value->number);
	if (kind->form & KIND_UNITS)
		return put_units(to, value->number);
	if (kind->form & KIND_BYTES && form == VALUE_CONSOLE)
		return put_bytes(to, value->number);
	to = put_u64(to, value->number);
	if (kind->form & KIND_PERCENT && form == VALUE_CONSOLE)
		return PUT(to, "%");
	if (kind->form & KIND_MHZ && form == VALUE_CONSOLE)
		return PUT(to, "MHz");
	return to;
}

static int compare_number(const struct value *a, const struct value *b)
{
	return (a->number > b->number) - (a->number < b->number);
}

static void expected_limits(const struct value_kind *kind, struct strbuf *out)
{
	if (kind->max)
		strbuf_printf(out, " from %ju to %ju", (uintmax_t)kind->min, (uintmax_t)kind->max);
	else if (kind->min)
		strbuf_printf(out, " of at least %ju", (uintmax_t)kind->min);
}

static void expected_number(const struct value_kind *kind, struct strbuf *out)
{
	strbuf_str(out, "a number");
	expected_limits(kind, out);
}

/* Booleans */

static bool parse_bool(const struct value_kind *kind, const char *text, size_t len,
                       struct value *value)
{
	static const char *const words[] = {"no", "yes", "false", "true"};

	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		if (strlen(words[i]) == len && memcmp(words[i], text, len) == 0) {
			*value = value_number(kind->type, i & 1);
			return true;
		}
	}
	return false;
}

static char *put_bool(char *to, const struct value_kind *kind, const struct value *value,
                      enum value_form form)
{
	(void)kind;
	if (form == VALUE_CONSOLE)
		return value->number ? PUT(to, "yes") : PUT(to, "no");
	return value->number ? PUT(to, "true") : PUT(to, "false");
}

static void expected_bool(const struct value_kind *kind, struct strbuf *out)
{
	(void)kind;
	strbuf_str(out, "yes or no");
}

/* Times */

static bool parse_time(const struct value_kind *kind, const char *text, size_t len,
                       struct value *value)
{
	weir_time time;

	return value_parse_time(text, len, &time) && set_number(kind, time, value);
}

static char *put_time(char *to, const struct value_kind *kind, const struct value *value,
                      enum value_form form)
{
	(void)kind, (void)form;
	return value_put_time(to, value->number);
}

static void expected_time(const struct value_kind *kind, struct strbuf *out)
{
	strbuf_str(out, "a time such as 30s, 1h30m or 00:05:00");
	if (kind->max) {
		strbuf_str(out, ", from ");
		value_print_time(kind->min, out);
		strbuf_str(out, " to ");
		value_print_time(kind->max, out);
	}
}

/* References: their names are text. */

static void expected_reference(const struct value_kind *kind, struct strbuf *out)
{
	strbuf_printf(out, "a name of %s", kind->refers);
}

/* Enums */

static bool is_name(const struct value_name *n, const char *text, size_t len)
{
	return (strlen(n->name) == len && memcmp(n->name, text, len) == 0) ||
	       (n->also && strlen(n->also) == len && memcmp(n->also, text, len) == 0);
}

static bool parse_enum(const struct value_kind *kind, const char *text, size_t len,
                       struct value *value)
{
	uint64_t number;

	for (const struct value_name *n = kind->names; n->name; n++) {
		if (is_name(n, text, len)) {
			*value = value_number(VALUE_ENUM, n->number);
			return true;
		}
	}
	if (kind->max == 0 || !value_digits(text, len, 10, &number))
		return false;
	return set_number(kind, number, value);
}

static char *put_enum(char *to, const struct value_kind *kind, const struct value *value,
                      enum value_form form)
{
	(void)form;
	for (const struct value_name *n = kind->names; n->name; n++) {
		if (n->number == value->number)
			return stpcpy(to, n->name);
	}
	return put_u64(to, value->number);
}

static void expected_enum(const struct value_kind *kind, struct strbuf *out)
{
	enum { SHOWN = 12 };
	size_t shown = 0;

	strbuf_str(out, kind->max ? "a name such as " : "one of ");
	for (const struct value_name *n = kind->names; n->name && shown < SHOWN; n++, shown++) {
		if (kind->max && shown == 4)
			break;
		if (shown)
			strbuf_str(out, ", ");
		strbuf_str(out, n->name);
	}
	if (kind->max) {
		strbuf_str(out, ", or a number");
		expected_limits(kind, out);
	}
}

/* Strings */

static bool parse_string(const struct value_kind *kind, const char *text, size_t len,
                         struct value *value)
{
	(void)kind;
	*value = (struct value){.type = VALUE_STRING, .text = text, .len = len};
	return true;
}

static int compare_string(const struct value *a, const struct value *b)
{
	size_t len = a->len < b->len ? a->len : b->len;
	int order = len ? memcmp(a->text, b->text, len) : 0;

	return order ? order : (a->len > b->len) - (a->len < b->len);
}

static void expected_string(const struct value_kind *kind, struct strbuf *out)
{
	(void)kind;
	strbuf_str(out, "a text");
}

static int to_strbuf(const char *data, size_t len, void *ctx)
{
	struct strbuf *out = (struct strbuf *)ctx;

	strbuf_add(out, data, len);
	return out->failed ? -1 : 0;
}

static bool needs_no_escape(const struct value *value)
{
	for (size_t i = 0; i < value->len; i++) {
		unsigned char c = (unsigned char)value->text[i];

		if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
			return false;
	}
	return true;
}

/* A string as a JSON token. Bytes that are no UTF-8 become "?". */
static void json_text(const struct value *value, struct strbuf *out)
{
	json_t *json;

	if (needs_no_escape(value)) {
		strbuf_char(out, '"');
		strbuf_add(out, value->text, value->len);
		strbuf_char(out, '"');
		return;
	}
	json = json_stringn(value->text, value->len);
	if (json == NULL) {
		struct strbuf ascii = STRBUF_INIT;

		for (size_t i = 0; i < value->len; i++)
			strbuf_char(&ascii,
			            (unsigned char)value->text[i] < 0x80 ? value->text[i] : '?');
		json = json_stringn(strbuf_text(&ascii), ascii.len);
		strbuf_free(&ascii);
	}
	if (json == NULL || json_dump_callback(json, to_strbuf, out, JSON_ENCODE_ANY) != 0)
		out->failed = true;
	json_decref(json);
}

/* Rates */

static const struct {
	const char *name;
	char suffix;
	uint64_t bps;
} rate_units[] = {
        {"Gbps", 'G', 1000000000}, {"Mbps", 'M', 1000000}, {"kbps", 'k', 1000}, {"bps", 0, 1}};

/* A number with one of the suffixes, and for a fraction up to nine digits. */
static bool parse_rate(const struct value_kind *kind, const char *text, size_t len,
                       struct value *value)
{
	uint64_t unit = 1, number;

	for (size_t i = 0; i < ARRAY_COUNT(rate_units); i++) {
		size_t n = strlen(rate_units[i].name);

		if (len > n && memcmp(text + len - n, rate_units[i].name, n) == 0) {
			len -= n;
			unit = rate_units[i].bps;
			break;
		}
		if (len > 1 && rate_units[i].suffix && text[len - 1] == rate_units[i].suffix) {
			len--;
			unit = rate_units[i].bps;
			break;
		}
	}
	return scaled(text, len, unit, &number) && set_number(kind, number, value);
}

/* Exact as long as one decimal or four digits do; beyond, one decimal, rounded. */
static char *put_scaled_rate(char *to, uint64_t bps)
{
	uint64_t unit, tenths;
	size_t u = 0;

	while (rate_units[u].bps > bps)
		u++;
	unit = rate_units[u].bps;
	if (bps < 10000 && bps % (unit / 10))
		return PUT(put_u64(to, bps), "bps");
	if (bps % unit == 0) {
		to = put_u64(to, bps / unit);
	} else {
		tenths = bps / (unit / 10) + (bps % (unit / 10) >= unit / 20);
		if (tenths >= 10000 && u > 0) {
			u--;
			tenths = 10;
		}
		to = put_u64(to, tenths / 10);
		*to++ = '.';
		*to++ = (char)('0' + tenths % 10);
	}
	return stpcpy(to, rate_units[u].name);
}

static char *put_rate(char *to, const struct value_kind *kind, const struct value *value,
                      enum value_form form)
{
	(void)kind;
	if (form == VALUE_API)
		return put_u64(to, value->number);
	if (value->number < 1000)
		return PUT(put_small(to, (unsigned)value->number), "bps");
	return put_scaled_rate(to, value->number);
}

static void expected_rate(const struct value_kind *kind, struct strbuf *out)
{
	(void)kind;
	strbuf_str(out, "a rate such as 64k, 1.5M or 1500bps");
}

/* Counters */

/* Digits, also in groups of three with blanks between. */
static bool parse_counter(const struct value_kind *kind, const char *text, size_t len,
                          struct value *value)
{
	char plain[24];
	size_t used = 0;
	uint64_t number;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == ' ') {
			if (i == 0 || (len - i) % 4)
				return false;
			continue;
		}
		if (used == sizeof plain)
			return false;
		plain[used++] = text[i];
	}
	if (memchr(text, ' ', len) && len - used != (used - 1) / 3)
		return false;
	return value_digits(plain, used, 10, &number) && set_number(kind, number, value);
}

static char *put_counter(char *to, const struct value_kind *kind, const struct value *value,
                         enum value_form form)
{
	(void)kind;
	return put_grouped(to, value->number, form == VALUE_CONSOLE);
}

static unsigned counter_width(uint64_t number)
{
	unsigned digits = put_u64_width(number);

	return digits + (digits - 1) / 3;
}

/* Ids */

static bool parse_id(const struct value_kind *kind, const char *text, size_t len,
                     struct value *value)
{
	uint64_t number;

	return len > 1 && text[0] == '*' && value_digits(text + 1, len - 1, 16, &number) &&
	       set_number(kind, number, value);
}

static char *put_id(char *to, const struct value_kind *kind, const struct value *value,
                    enum value_form form)
{
	unsigned shift = (63 - (unsigned)__builtin_clzll(value->number | 1)) & ~3u;

	(void)kind, (void)form;
	*to++ = '*';
	for (;; shift -= 4) {
		*to++ = "0123456789ABCDEF"[value->number >> shift & 15];
		if (shift == 0)
			return to;
	}
}

static void expected_id(const struct value_kind *kind, struct strbuf *out)
{
	(void)kind;
	strbuf_str(out, "an item's id such as *1F");
}

/* clang-format off */
static const struct type_ops types[VALUE_TYPE_COUNT] = {
	[VALUE_NUMBER]  = {parse_number,  compare_number,  expected_number,
			   {put_number, put_u64_width, false}, .ordered = true},
	[VALUE_BOOL]    = {parse_bool,    compare_number,  expected_bool,
			   {put_bool, NULL, false}, .ordered = false},
	[VALUE_TIME]    = {parse_time,    compare_number,  expected_time,
			   {put_time, NULL, true}, .ordered = true},
	[VALUE_ADDRESS] = {value_parse_address, value_compare_address, value_expected_address,
			   {value_put_address, NULL, true}, .ordered = true},
	[VALUE_ENUM]    = {parse_enum,    compare_number,  expected_enum,
			   {put_enum, NULL, true}, .ordered = false},
	[VALUE_STRING]  = {parse_string,  compare_string,  expected_string,
			   {NULL, NULL, false}, .ordered = true},
	[VALUE_RATE]    = {parse_rate,    compare_number,  expected_rate,
			   {put_rate, NULL, false}, .ordered = true},
	[VALUE_COUNTER] = {parse_counter, compare_number,  expected_number,
			   {put_counter, counter_width, false}, .ordered = true},
	[VALUE_ID]      = {parse_id,      compare_number,  expected_id,
			   {put_id, NULL, true}, .ordered = false},
	[VALUE_PREFIX]  = {value_parse_prefix,  value_compare_prefix,  value_expected_prefix,
			   {value_put_prefix, NULL, true}, .ordered = true},
	[VALUE_MAC]     = {value_parse_mac,     value_compare_mac,     value_expected_mac,
			   {value_put_mac, NULL, true}, .ordered = true},
	[VALUE_REFERENCE] = {parse_string, compare_string, expected_reference,
			   {NULL, NULL, false}, .ordered = true},
};
/* clang-format on */

static bool has_words(const struct value_kind *kind)
{
	return kind->type != VALUE_ENUM && kind->names != NULL;
}

/* One of the words that stand beside the values of the type: it stays a text. */
static bool parse_word(const struct value_kind *kind, const char *text, size_t len,
                       struct value *value)
{
	if (!has_words(kind))
		return false;
	for (const struct value_name *n = kind->names; n->name; n++) {
		if (is_name(n, text, len)) {
			*value = (struct value){
			        .type = VALUE_STRING, .text = n->name, .len = strlen(n->name)};
			return true;
		}
	}
	return false;
}

bool value_parse(const struct value_kind *kind, const char *text, size_t len, struct value *value)
{
	return parse_word(kind, text, len, value) ||
	       types[kind->type].parse(kind, text, len, value);
}

void value_expected(const struct value_kind *kind, struct strbuf *out)
{
	if (kind->syntax) {
		strbuf_str(out, kind->syntax->expected);
		return;
	}
	types[kind->type].expected(kind, out);
	for (const struct value_name *n = kind->names; has_words(kind) && n->name; n++)
		strbuf_printf(out, " or %s", n->name);
}

bool value_compound(const struct value_kind *kind)
{
	return kind->form & KIND_COMPOUND || kind->syntax;
}

const struct value_writer *value_kind_writer(const struct value_kind *kind)
{
	bool plain = !value_compound(kind) && !has_words(kind) &&
	             !(kind->form & (KIND_HEX | KIND_UNITS | KIND_CONSOLE));

	return &types[plain ? kind->type : VALUE_STRING].writer;
}

const struct value_writer *value_writer(enum value_type type)
{
	return &types[type].writer;
}

size_t value_room(const struct value_kind *kind)
{
	size_t room = VALUE_ROOM;

	if (kind->type != VALUE_ENUM)
		return room;
	for (const struct value_name *n = kind->names; n->name; n++) {
		size_t len = strlen(n->name) + 1;

		if (len > room)
			room = len;
	}
	return room;
}

void value_print(const struct value_kind *kind, const struct value *value, enum value_form form,
                 struct strbuf *out)
{
	const struct value_writer *writer = &types[value->type].writer;
	bool quotes = form == VALUE_JSON &&
	              (writer->json_text || kind->form & (KIND_HEX | KIND_UNITS));
	char *to;

	if (value->type == VALUE_NONE) {
		strbuf_str(out, form == VALUE_JSON ? "null" : "");
		return;
	}
	if (writer->put == NULL) {
		if (form == VALUE_JSON)
			json_text(value, out);
		else
			strbuf_add(out, value->text, value->len);
		return;
	}
	to = strbuf_reserve(out, 2 + value_room(kind));
	if (to == NULL)
		return;
	if (quotes)
		*to++ = '"';
	to = writer->put(to, kind, value, form == VALUE_JSON ? VALUE_API : form);
	if (quotes)
		*to++ = '"';
	strbuf_commit(out, to);
}

void value_quote(const char *text, size_t len, struct strbuf *out)
{
	strbuf_char(out, '"');
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '"' || c == '\\' || c == '$')
			strbuf_printf(out, "\\%c", c);
		else if (c == '\n')
			strbuf_str(out, "\\n");
		else if (c == '\r')
			strbuf_str(out, "\\r");
		else if (c == '\t')
			strbuf_str(out, "\\t");
		else if (c < 0x20 || c == 0x7f)
			strbuf_printf(out, "\\%02X", c);
		else
			strbuf_char(out, (char)c);
	}
	strbuf_char(out, '"');
}

int value_compare(const struct value *a, const struct value *b)
{
	if (a->type != b->type) /* a number and a word beside it */
		return a->type < b->type ? -1 : 1;
	return types[a->type].compare(a, b);
}

bool value_ordered(enum value_type type)
{
	return types[type].ordered;
}
