/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/print.c - choosing what to print and handing it to a layout; see
 * print.h. What layouts share stands here, the layouts themselves in
 * print_brief.c, print_detail.c and print_list.c.
 */
#include "model/print.h"

#include <string.h>

#include "base/bytes.h"
#include "base/put.h"
#include "model/print_job.h"

#define FLUSH_AT 32768

static const char *const layout_names[] = {
#define X(name, text) text,
        PRINT_LAYOUTS(X)
#undef X
};

bool print_layout_find(const char *name, enum print_layout *layout)
{
	for (size_t i = 0; i < ARRAY_COUNT(layout_names); i++) {
		if (strcmp(layout_names[i], name) == 0) {
			*layout = (enum print_layout)i;
			return true;
		}
	}
	return false;
}

bool print_proplist_parse(const struct menu *menu, const char *text, struct print_proplist *list,
                          struct strbuf *error)
{
	list->count = 0;
	for (;;) {
		size_t len = strcspn(text, ",");
		const struct property *property = menu_find(menu, text, len);

		if (property == NULL) {
			const char *closest = menu_suggest(menu, text, len);

			strbuf_printf(error, "no property '%.*s' in %s", (int)(len < 80 ? len : 80),
			              text, menu->path);
			if (closest)
				strbuf_printf(error, "; did you mean %s?", closest);
			return false;
		}
		if (list->count == PRINT_COLUMNS_MAX) {
			strbuf_printf(error, "more than %d properties", PRINT_COLUMNS_MAX);
			return false;
		}
		list->property[list->count++] = property;
		if (text[len] == '\0')
			return true;
		text += len + 1;
	}
}

/* Writers */

static bool file_write(void *ctx, const char *data, size_t len)
{
	return fwrite(data, 1, len, ctx) == len;
}

struct print_out print_to_file(FILE *file)
{
	return (struct print_out){file_write, file};
}

static bool strbuf_write(void *ctx, const char *data, size_t len)
{
	struct strbuf *sb = ctx;

	strbuf_add(sb, data, len);
	return !sb->failed;
}

struct print_out print_to_strbuf(struct strbuf *sb)
{
	return (struct print_out){strbuf_write, sb};
}

void job_flush(struct print_job *job)
{
	if (job->buf.len && !job->refused &&
	    !job->out->write(job->out->ctx, strbuf_text(&job->buf), job->buf.len))
		job->refused = true;
	strbuf_cut(&job->buf, 0);
}

/* Items */

void job_rewind(struct print_job *job)
{
	job->source->rewind(job->source);
	job->next_number = 0;
	where_restart(job->options->where);
}

const void *job_next(struct print_job *job, uint64_t *number)
{
	const void *item;

	if (job->buf.len >= FLUSH_AT)
		job_flush(job);
	while (!job->refused && !job->buf.failed &&
	       (item = job->source->next(job->source)) != NULL) {
		const struct print_options *options = job->options;

		*number = job->next_number++;
		if (options->numbered)
			options->numbered(options->ctx, *number, job->source, item);
		if (where_match(options->where, job->source, item) &&
		    (options->wanted == NULL || options->wanted(options->ctx, job->source, item)))
			return item;
	}
	return NULL;
}

static const struct property *id_property(const struct print_job *job)
{
	for (size_t i = 0; i < job->menu->count; i++) {
		if (job->menu->properties[i].show & PROP_ID)
			return &job->menu->properties[i];
	}
	return NULL;
}

static uint64_t id_of(struct print_job *job, const void *item)
{
	struct value value;

	source_getter(job->source, job->id)(job->source, item, job->id, &value);
	return value.number;
}

/* The text of a number, or of an id, whose kind is VALUE_ID. */
static char *put_number(const struct print_job *job, uint64_t number, char *to)
{
	struct value value = value_number(VALUE_ID, number);

	if (job->id == NULL)
		return put_u64(to, number);
	return value_writer(VALUE_ID)->put(to, &job->id->kind, &value, VALUE_CONSOLE);
}

char *job_number(struct print_job *job, const void *item, uint64_t number, size_t width, char *to)
{
	size_t len;

	if (job->id) {
		char text[PUT_U64 + PUT_SLACK];

		number = id_of(job, item);
		len = (size_t)(put_number(job, number, text) - text);
	} else {
		len = put_u64_width(number);
	}
	return put_number(job, number, put_blanks(to, len < width ? width - len : 0));
}

static uint32_t job_bits(struct print_job *job, const void *item)
{
	uint32_t bits = 0;
	struct value value;

	if (job->menu->flags && job->source->get == NULL)
		return job->menu->flags(job->source, item);
	for (size_t i = 0; i < job->flags; i++) {
		source_getter(job->source, job->flag[i])(job->source, item, job->flag[i], &value);
		if (value.type != VALUE_NONE && value.number)
			bits |= job->flag_bit[i];
	}
	return bits;
}

void job_survey(struct print_job *job, struct print_survey *survey, const void *item,
                uint64_t number)
{
	if (job->id)
		number = id_of(job, item);
	survey->items++;
	if (number > survey->largest)
		survey->largest = number;
	if (job->options->layout != PRINT_TERSE) /* it has no legend */
		survey->flags_used |= job_bits(job, item);
}

void job_survey_end(struct print_job *job, struct print_survey *survey)
{
	char text[PUT_U64 + PUT_SLACK];

	survey->number_width = (size_t)(put_number(job, survey->largest, text) - text);
}

/* Flags */

static bool same_group(const struct property *a, const struct property *b)
{
	return a && a->flag_group && a->flag_group == b->flag_group;
}

/* Whether the legend has a comma between them: flags that take turns at a place and, where all
 * flags are listed, those that have a place each. */
static bool listed_together(const struct property *a, const struct property *b, bool all)
{
	return same_group(a, b) || (all && !a->flag_group && !b->flag_group);
}

void job_legend(struct print_job *job, uint32_t flags_used, bool upper)
{
	const struct property *last = NULL;

	for (size_t i = 0; i < job->flags; i++) {
		const struct property *flag = job->flag[i];

		if (!(flags_used & job->flag_bit[i]) || job->options->continued)
			continue;
		strbuf_str(&job->buf, last == NULL                           ? "Flags: "
		                      : listed_together(last, flag, !upper) ? ", "
		                                                             : "; ");
		job_colour(job, COLOUR_FLAG, &job->buf);
		strbuf_char(&job->buf, flag->flag);
		job_colour(job, COLOUR_END, &job->buf);
		strbuf_str(&job->buf, " - ");
		for (const char *c = flag->name; *c; c++)
			strbuf_char(&job->buf,
			            upper && *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c);
		last = flag;
	}
	if (last)
		strbuf_char(&job->buf, '\n');
}

size_t job_flags_begin(struct print_job *job, uint32_t flags)
{
	const struct property *last = NULL;

	job->flag_places = job->flag_width = 0;
	for (size_t i = 0; i < job->flags; i++) {
		if (!(flags & job->flag_bit[i]))
			continue;
		job->flag_places |= job->flag_bit[i];
		job->flag_width += !same_group(last, job->flag[i]);
		last = job->flag[i];
	}
	memset(job->known_letters, 0, sizeof job->known_letters);
	return job->flag_width;
}

static void make_letters(const struct print_job *job, uint32_t bits, char *letters)
{
	const struct property *last = NULL;
	size_t used = 0;

	for (size_t i = 0; i < job->flags; i++) {
		if (!(job->flag_places & job->flag_bit[i]))
			continue;
		if (!same_group(last, job->flag[i]))
			letters[used++] = ' ';
		last = job->flag[i];
		if (bits & job->flag_bit[i])
			letters[used - 1] = last->flag;
	}
}

/* Connections differ in many ways, but in few in their flags: the letters are kept. */
char *job_flags(struct print_job *job, const void *item, char *to)
{
	uint32_t bits = job_bits(job, item) & job->flag_places;
	struct flag_letters *known =
	        &job->known_letters[(bits * UINT32_C(2654435769)) >> 28 & (JOB_LETTERS - 1)];

	if (known->key != (bits | JOB_FLAGS_KNOWN)) {
		known->key = bits | JOB_FLAGS_KNOWN;
		make_letters(job, bits, known->letters);
	}
	memcpy(to, known->letters, JOB_FLAGS_MAX);
	return to + job->flag_width;
}

void job_colour(const struct print_job *job, const char *colour, struct strbuf *out)
{
	if (job->options->colours)
		strbuf_str(out, colour);
}

bool job_comment(struct print_job *job, const void *item)
{
	struct strbuf *out = &job->buf;
	struct value value;

	if (job->comment.property == NULL)
		return false;
	job_value(job, item, &job->comment, &value);
	if (value.type != VALUE_STRING || value.len == 0)
		return false;
	job_colour(job, COLOUR_COMMENT, out);
	strbuf_str(out, ";;; ");
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.text[i];

		if (c == '\n')
			strbuf_str(out, "\\n");
		else if (c < 0x20 || c == 0x7f)
			strbuf_printf(out, "\\%02X", c);
		else
			strbuf_char(out, (char)c);
	}
	job_colour(job, COLOUR_END, out);
	strbuf_char(out, '\n');
	return true;
}

size_t text_width(const char *text, size_t len)
{
	size_t width = 0, i = 0;

	while (i < len) {
		/* Eight bytes of ASCII at once: nearly all text is. */
		if (len - i >= 8 && (raw64(text + i) & UINT64_C(0x8080808080808080)) == 0) {
			width += 8;
			i += 8;
		} else {
			width += ((unsigned char)text[i++] & 0xc0) != 0x80;
		}
	}
	return width;
}

/* Setting up */

/* Counters, which `print` leaves to `print stats`. */
static bool counts(const struct property *property)
{
	return (property->show & PROP_STATS) && (property->show & PROP_READ_ONLY);
}

/* Whether `print stats` shows a property: what counts, and what it counts for. */
static bool in_stats(const struct property *property)
{
	return property->show & (PROP_STATS | PROP_NAME | PROP_COMMENT) ||
	       strcmp(property->name, "chain") == 0 || strcmp(property->name, "action") == 0;
}

/* Whether a layout shows a property without being asked. */
static bool shown(const struct property *property, enum print_layout layout)
{
	if (property->show & PROP_ON_REQUEST)
		return false;
	if ((property->show & PROP_COMMENT) && (layout == PRINT_BRIEF || layout == PRINT_DETAIL))
		return false;
	switch (layout) {
	case PRINT_BRIEF:
		return property->brief != 0;
	case PRINT_JSON:
		return true;
	case PRINT_VALUE_LIST:
		return !(property->show & PROP_ID) && !counts(property);
	default:
		return !(property->show & PROP_ID) && !property->flag && !counts(property);
	}
}

/* Layouts in which a comment is a line of its own. */
static bool comment_lines(const struct print_job *job)
{
	enum print_layout layout = job->options->layout;

	return !job->menu->settings && (layout == PRINT_BRIEF || layout == PRINT_DETAIL);
}

/* Puts a column at the end; of brief's own columns, at its place. */
static void add_column(struct print_job *job, const struct property *property)
{
	bool brief = job->options->layout == PRINT_BRIEF && !job->options->stats && !job->named &&
	             !job->menu->settings;
	bool first = job->options->layout == PRINT_TERSE && !job->named &&
	             (property->show & PROP_COMMENT);
	size_t at = job->columns++;

	for (; at && (first || (brief && job->column[at - 1].property->brief > property->brief));
	     at--)
		job->column[at] = job->column[at - 1];
	job->column[at].property = property;
}

static void choose_columns(struct print_job *job)
{
	const struct print_options *o = job->options;
	const struct menu *menu = job->menu;
	size_t count = o->proplist.count ? o->proplist.count : menu->count;

	job->named = o->proplist.count != 0 || o->layout == PRINT_JSON;
	for (size_t i = 0; i < count && job->columns < PRINT_COLUMNS_MAX; i++) {
		const struct property *property =
		        o->proplist.count ? o->proplist.property[i] : &menu->properties[i];

		if ((property->show & PROP_SENSITIVE) && !o->sensitive)
			continue;
		if ((property->show & PROP_COMMENT) && comment_lines(job))
			job->comment.property = property;
		else if (o->proplist.count || (menu->settings && !(property->show & PROP_ID)) ||
		         (o->stats && o->layout != PRINT_JSON ? in_stats(property)
		                                              : shown(property, o->layout)))
			add_column(job, property);
	}
}

static void count_only(struct print_job *job)
{
	uint64_t number, count = 0;

	while (job_next(job, &number))
		count++;
	strbuf_u64(&job->buf, count);
	strbuf_char(&job->buf, '\n');
}

static void run(struct print_job *job)
{
	if (job->options->layout == PRINT_JSON) {
		print_json(job);
		return;
	}
	if (job->menu->settings) {
		print_settings(job);
		return;
	}
	switch (job->options->layout) {
	case PRINT_DETAIL:
		print_detail(job);
		break;
	case PRINT_TERSE:
		print_terse(job);
		break;
	case PRINT_VALUE_LIST:
		print_value_list(job);
		break;
	case PRINT_COUNT_ONLY:
		count_only(job);
		break;
	default:
		if (job->menu->lines && !job->named && job->id == NULL)
			print_lines(job);
		else
			print_brief(job);
		break;
	}
}

static void find_flags(struct print_job *job)
{
	bool own = job->menu->flags && job->source->get == NULL;

	for (size_t i = 0; i < job->menu->count && job->flags < JOB_FLAGS_MAX; i++) {
		const struct property *property = &job->menu->properties[i];

		if (property->flag == 0)
			continue;
		job->flag[job->flags] = property;
		job->flag_bit[job->flags] =
		        own ? property->flag_bit : UINT32_C(1) << job->flags;
		job->flags++;
	}
}

enum print_result print_menu(struct menu_source *source, const struct print_options *options,
                             const struct print_out *out)
{
	struct print_job job = {
	        .source = source, .menu = source->menu, .options = options, .out = out};
	enum print_result result = PRINT_OK;

	find_flags(&job);
	if (options->show_ids)
		job.id = id_property(&job);
	choose_columns(&job);
	if (job_prepare(&job)) {
		job_rewind(&job);
		run(&job);
	} else {
		job.buf.failed = true;
	}
	strbuf_free(&job.leads);
	if (job.buf.failed)
		result = PRINT_NO_MEMORY;
	job_flush(&job);
	if (job.refused)
		result = PRINT_NOT_WRITTEN;
	strbuf_free(&job.buf);
	return result;
}
