/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/log.c - the log; see log.h.
 *
 * A line in memory belongs to the buffer of one action and stands in two lists: that of its
 * buffer, whose oldest goes when the buffer is full, and that of all lines by their ids, which
 * a listing copies. Lines are counted, so a listing may outlast them.
 */
#include "system/log.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "system/log_output.h"

struct log {
	struct log_options options;
	pthread_mutex_t lock;
	struct log_setup *setup;
	struct log_line *first, *last; /* by id */
	size_t count;
	uint64_t last_id, lost;
	struct log_binding binding;
};

struct log *log_create(const struct log_options *options)
{
	struct log *log = calloc(1, sizeof *log);

	if (log == NULL)
		return NULL;
	log->options = *options;
	log->setup = log_setup_default();
	if (log->setup == NULL) {
		free(log);
		return NULL;
	}
	pthread_mutex_init(&log->lock, NULL);
	return log;
}

void log_line_release(struct log_line *line)
{
	if (atomic_fetch_sub_explicit(&line->owners, 1, memory_order_acq_rel) == 1)
		free(line);
}

/* Takes a line out of the list of all. */
static void take_out(struct log *log, struct log_line *line)
{
	if (line->before)
		line->before->next = line->next;
	else
		log->first = line->next;
	if (line->next)
		line->next->before = line->before;
	else
		log->last = line->before;
	log->count--;
	log_line_release(line);
}

static void drop_oldest(struct log *log, struct log_action *a)
{
	struct log_line *line = a->first;

	a->first = line->next_in_buffer;
	if (a->first == NULL)
		a->last = NULL;
	a->count--;
	take_out(log, line);
}

static void drop_all(struct log *log, struct log_action *a)
{
	while (a->first)
		drop_oldest(log, a);
}

void log_destroy(struct log *log)
{
	if (log == NULL)
		return;
	for (size_t i = 0; i < log->setup->actions; i++)
		drop_all(log, &log->setup->action[i]);
	log_setup_free(log->setup);
	log_setup_free(log->binding.pending);
	pthread_mutex_destroy(&log->lock);
	free(log);
}

/* Terminals obey control characters: nobody who makes us log may command them. */
static void make_printable(char *text)
{
	for (; *text; text++)
		if (((unsigned char)*text < ' ' && *text != '\n' && *text != '\t') || *text == 0x7f)
			*text = '?';
}

static struct log_line *make_line(const struct log_out *out)
{
	size_t topics = strlen(out->topics), prefix = strlen(out->prefix);
	size_t message = strlen(out->message);
	struct log_line *line = malloc(sizeof *line + topics + prefix + message + 4);
	char *to;

	if (line == NULL)
		return NULL;
	*line = (struct log_line){.owners = 1, .time = out->time};
	to = line->texts;
	line->topics = to;
	memcpy(to, out->topics, topics + 1);
	to += topics + 1;
	line->message = to;
	if (prefix) {
		memcpy(to, out->prefix, prefix);
		memcpy(to + prefix, ": ", 2);
		to += prefix + 2;
	}
	memcpy(to, out->message, message + 1);
	return line;
}

static bool keep(struct log *log, struct log_action *a, const struct log_out *out)
{
	struct log_line *line;

	if (a->count >= a->lines && a->stop)
		return true;
	line = make_line(out);
	if (line == NULL)
		return false;
	while (a->count >= a->lines)
		drop_oldest(log, a);
	line->id = ++log->last_id;
	line->buffer = a->id;
	line->before = log->last;
	if (log->last)
		log->last->next = line;
	else
		log->first = line;
	log->last = line;
	if (a->last)
		a->last->next_in_buffer = line;
	else
		a->first = line;
	a->last = line;
	a->count++;
	log->count++;
	return true;
}

static void act(struct log *log, struct log_action *a, const struct log_out *out)
{
	struct strbuf text = STRBUF_INIT;
	bool done = true;

	switch (a->target) {
	case LOG_MEMORY:
		done = keep(log, a, out);
		break;
	case LOG_DISK:
		done = log_output_disk(a, log->options.files, out);
		break;
	case LOG_REMOTE:
		done = log_output_remote(a, out);
		break;
	case LOG_ECHO:
		if (log->options.echo == NULL)
			break;
		strbuf_printf(&text, "%s%s%s", out->prefix, *out->prefix ? ": " : "", out->message);
		done = !text.failed;
		if (done)
			log->options.echo(log->options.ctx, out->topics, strbuf_text(&text));
		strbuf_free(&text);
		break;
	default: /* mail is not sent from here */
		break;
	}
	log->lost += !done;
}

/* Whether an earlier rule has sent the line to the same action. */
static bool done_already(const struct log_setup *setup, size_t rule, const char *topics,
			 const char *message)
{
	for (size_t i = 0; i < rule; i++)
		if (setup->rule[i].action == setup->rule[rule].action &&
		    log_rule_match(setup, &setup->rule[i], topics, message))
			return true;
	return false;
}

void log_write(struct log *log, const char *topics, const char *message)
{
	struct log_out out = {.topics = topics};
	struct strbuf text = STRBUF_INIT;

	if (log->options.clock)
		out.time = clock_now(log->options.clock, &out.offset);
	strbuf_str(&text, message);
	if (text.data)
		make_printable(text.data);
	out.message = strbuf_text(&text);
	pthread_mutex_lock(&log->lock);
	log->lost += text.failed;
	for (size_t i = 0; i < log->setup->rules && !text.failed; i++) {
		const struct log_rule *rule = &log->setup->rule[i];

		out.prefix = rule->prefix;
		if (log_rule_match(log->setup, rule, topics, out.message) &&
		    !done_already(log->setup, i, topics, out.message))
			act(log, &log->setup->action[rule->action], &out);
	}
	pthread_mutex_unlock(&log->lock);
	strbuf_free(&text);
}

uint64_t log_lost(struct log *log)
{
	uint64_t lost;

	pthread_mutex_lock(&log->lock);
	lost = log->lost;
	pthread_mutex_unlock(&log->lock);
	return lost;
}

static struct log_action *find_memory(struct log_setup *setup, uint64_t id)
{
	for (size_t i = 0; i < setup->actions; i++)
		if (setup->action[i].id == id && setup->action[i].target == LOG_MEMORY)
			return &setup->action[i];
	return NULL;
}

void log_configure(struct log *log, struct log_setup *setup)
{
	struct log_setup *old;

	pthread_mutex_lock(&log->lock);
	old = log->setup;
	for (size_t i = 0; i < old->actions; i++) {
		struct log_action *from = &old->action[i], *to = find_memory(setup, from->id);

		if (to == NULL) {
			drop_all(log, from);
			continue;
		}
		to->first = from->first;
		to->last = from->last;
		to->count = from->count;
		while (to->count > to->lines)
			drop_oldest(log, to);
	}
	log->setup = setup;
	pthread_mutex_unlock(&log->lock);
	log_setup_free(old);
}

struct log_line **log_lines(struct log *log, size_t *count, bool *failed)
{
	struct log_line **lines;
	size_t n = 0;

	pthread_mutex_lock(&log->lock);
	lines = malloc((log->count + 1) * sizeof(*lines));
	*failed = lines == NULL;
	for (struct log_line *line = log->first; lines && line; line = line->next) {
		atomic_fetch_add_explicit(&line->owners, 1, memory_order_relaxed);
		lines[n++] = line;
	}
	pthread_mutex_unlock(&log->lock);
	*count = n;
	return lines;
}

struct clock *log_clock(const struct log *log)
{
	return log->options.clock;
}

struct log_binding *log_binding(struct log *log)
{
	return &log->binding;
}
