/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/print.c - choosing what to print and handing it to a layout; see
 * print.h. What layouts share stands here, the layouts themselves in
 * print_brief.c, print_detail.c and print_list.c.
 */
#include "model/print.h"

#include <string.h>

#include "base/bytes.h"
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
}

const void *job_next(struct print_job *job, uint64_t *number)
{
	const void *item;

	if (job->buf.len >= FLUSH_AT)
		job_flush(job);
	while (!job->refused && !job->buf.failed &&
	       (item = job->source->next(job->source)) != NULL) {
		*number = job->next_number++;
		if (where_match(job->options->where, job->source, item))
			return item;
	}
	return NULL;
}

void job_value(struct print_job *job, const void *item, const struct property *property,
               struct value *value)
{
	job->menu->get(job->source, item, property, value);
	if (value->implied && !job->named)
		*value = value_none();
}

static const struct property *id_property(const struct print_job *job)
{
	for (size_t i = 0; i < job->menu->count; i++) {
		if (job->menu->properties[i].show & PROP_ID)
			return &job->menu->properties[i];
	}
	return NULL;
}

static size_t decimal_width(uint64_t number)
{
	size_t width = 1;

	for (; number >= 10; number /= 10)
		width++;
	return width;
}

void job_number(struct print_job *job, const void *item, uint64_t number, size_t width,
                struct strbuf *out)
{
	struct strbuf text = STRBUF_INIT;
	struct value value;

	if (job->id == NULL) {
		size_t own = decimal_width(number);

		strbuf_fill(out, ' ', own < width ? width - own : 0);
		strbuf_u64(out, number);
		return;
	}
	job->menu->get(job->source, item, job->id, &value);
	value_print(&job->id->kind, &value, VALUE_CONSOLE, &text);
	strbuf_fill(out, ' ', text.len < width ? width - text.len : 0);
	strbuf_add(out, strbuf_text(&text), text.len);
	out->failed |= text.failed;
	strbuf_free(&text);
}

void job_survey(struct print_job *job, struct print_survey *survey, const void *item,
                uint64_t number)
{
	size_t width = decimal_width(number);
	struct value value;

	survey->items++;
	if (job->id) {
		struct strbuf id = STRBUF_INIT;

		job_number(job, item, number, 0, &id);
		width = id.len;
		strbuf_free(&id);
	}
	if (width > survey->number_width)
		survey->number_width = width;
	if (job->options->layout == PRINT_TERSE)
		return; /* it has no legend */
	for (size_t i = 0; i < job->flags; i++) {
		if (survey->flags_used & 1u << i)
			continue;
		job->menu->get(job->source, item, job->flag[i], &value);
		if (value.type != VALUE_NONE && value.number)
			survey->flags_used |= 1u << i;
	}
}

/* Flags */

static bool same_group(const struct property *a, const struct property *b)
{
	return a && a->flag_group && a->flag_group == b->flag_group;
}

void job_legend(struct print_job *job, uint32_t flags_used, bool upper)
{
	const struct property *last = NULL;

	for (size_t i = 0; i < job->flags; i++) {
		const struct property *flag = job->flag[i];

		if (!(flags_used & 1u << i))
			continue;
		strbuf_str(&job->buf, last == NULL             ? "Flags: "
		                      : same_group(last, flag) ? ", "
		                                               : "; ");
		strbuf_printf(&job->buf, "%c - ", flag->flag);
		for (const char *c = flag->name; *c; c++)
			strbuf_char(&job->buf,
			            upper && *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c);
		last = flag;
	}
	if (last)
		strbuf_char(&job->buf, '\n');
}

size_t job_flags(struct print_job *job, const void *item, uint32_t places, struct strbuf *out)
{
	char letters[JOB_FLAGS_MAX];
	const struct property *last = NULL;
	size_t used = 0;
	struct value value;

	for (size_t i = 0; i < job->flags; i++) {
		if (!(places & 1u << i))
			continue;
		if (!same_group(last, job->flag[i]))
			letters[used++] = ' ';
		last = job->flag[i];
		if (item == NULL)
			continue;
		job->menu->get(job->source, item, last, &value);
		if (value.type != VALUE_NONE && value.number)
			letters[used - 1] = last->flag;
	}
	strbuf_add(out, letters, used);
	return used;
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

/* Whether a layout shows a property without being asked. */
static bool shown(const struct property *property, enum print_layout layout)
{
	if (property->show & PROP_ON_REQUEST)
		return false;
	switch (layout) {
	case PRINT_BRIEF:
		return property->brief != 0;
	case PRINT_JSON:
		return true;
	case PRINT_VALUE_LIST:
		return !(property->show & PROP_ID);
	default:
		return !(property->show & PROP_ID) && !property->flag;
	}
}

static void choose_columns(struct print_job *job)
{
	const struct print_options *o = job->options;
	const struct menu *menu = job->menu;

	job->named = o->proplist.count != 0 || o->layout == PRINT_JSON;
	if (o->proplist.count) {
		job->columns = o->proplist.count;
		memcpy(job->column, o->proplist.property, sizeof job->column);
		return;
	}
	for (size_t i = 0; i < menu->count && job->columns < PRINT_COLUMNS_MAX; i++) {
		const struct property *property = &menu->properties[i];
		size_t at;

		if (!menu->settings && !shown(property, o->layout))
			continue;
		at = job->columns++;
		if (o->layout == PRINT_BRIEF && !menu->settings) {
			for (; at && job->column[at - 1]->brief > property->brief; at--)
				job->column[at] = job->column[at - 1];
		}
		job->column[at] = property;
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
		print_brief(job);
		break;
	}
}

enum print_result print_menu(struct menu_source *source, const struct print_options *options,
                             const struct print_out *out)
{
	struct print_job job = {
	        .source = source, .menu = source->menu, .options = options, .out = out};
	enum print_result result = PRINT_OK;

	for (size_t i = 0; i < job.menu->count && job.flags < JOB_FLAGS_MAX; i++) {
		if (job.menu->properties[i].flag)
			job.flag[job.flags++] = &job.menu->properties[i];
	}
	if (options->show_ids)
		job.id = id_property(&job);
	choose_columns(&job);
	job_rewind(&job);
	run(&job);
	if (job.buf.failed)
		result = PRINT_NO_MEMORY;
	job_flush(&job);
	if (job.refused)
		result = PRINT_NOT_WRITTEN;
	strbuf_free(&job.buf);
	return result;
}
