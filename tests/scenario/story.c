/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/story.c - reads a file of stories, line by line. See story.h and README.md.
 *
 * What stands before the first `story` of a file (hosts, settings) begins each of
 * its stories. The first word of a line tells what it is; a line that is nothing
 * else is a packet.
 */
#include "story.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "check.h"
#include "router.h"
#include "setting.h"
#include "text.h"
#include "word.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define HOSTS_MAX 32
#define REPEAT_MAX 100000

struct loader {
	struct story_file *file;
	struct story common; /* what stands before the first story */
	struct story *story; /* the one being read: &common at first */
	weir_time time;
	unsigned line;
	size_t last, last_count; /* steps of the latest packet line, repeats included; 0: none */
	size_t checked;          /* of these, the first whose checks are not complete */
	uint8_t *packet;         /* BUILD_MAX bytes */
	char *error;
};

static const struct {
	const char *name;
	int error;
} failures[] = {
        {"no-such-item", WEIR_ENOENT},
        {"invalid-argument", WEIR_EINVAL},
        {"out-of-range", WEIR_ERANGE},
};

static struct build_line names_of(const struct loader *l)
{
	return (struct build_line){
	        .hosts = l->story->hosts,
	        .host_count = l->story->host_count,
	        .router = l->story->router,
	        .names = &l->story->names,
	        .earlier = l->story->steps,
	        .earlier_count = l->story->step_count,
	};
}

static struct story_step *add_step(struct loader *l, enum story_step_kind kind, const char *text)
{
	struct story_step *step =
	        word_more(&l->file->memory, &l->story->steps, &l->story->step_count, sizeof(*step));

	step->kind = kind;
	step->line = l->line;
	step->time = l->time;
	step->text = text;
	return step;
}

int story_build_late(struct story_file *file, const struct story *story, struct story_step *step,
                     const struct story_values *values, uint8_t *data, char error[STORY_ERROR])
{
	struct story_names names = story->names;
	struct build_line line = {
	        .hosts = story->hosts,
	        .host_count = story->host_count,
	        .router = story->router,
	        .names = &names,
	        .earlier = story->steps,
	        .index = step->index,
	};
	bool late;

	while (story->steps[line.earlier_count].line < step->line)
		line.earlier_count++;
	line.words = text_fill(&file->memory, step->words, &names, values, &late, error);
	if (!line.words || build_packet(&line, step, data, error))
		return -1;
	step->data = data;
	return 0;
}

/* The checks of the latest packet are all there: adds what goes without saying. */
static int finish_packet(struct loader *l)
{
	for (; l->checked < l->last_count; l->checked++) {
		struct story_step *step = &l->story->steps[l->last + l->checked];

		if (!step->unsent && check_complete(&l->file->memory, step, l->error)) {
			l->line = step->line;
			return -1;
		}
	}
	l->last_count = l->checked = 0;
	return 0;
}

static int read_settings(struct loader *l, char **words, const char *text)
{
	struct story *story = l->story;
	struct story_step *step = story->step_count ? add_step(l, STEP_SETTINGS, text) : NULL;

	for (; *words; words++) {
		struct story_setting set = {0};

		if (!strcmp(*words, "fails") && step) {
			step->error = WEIR_ERANGE;
			if (!words[1] || strcmp(words[1], "out-of-range") || words[2])
				return word_fail(l->error, "fails: out-of-range expected");
			return 0;
		}
		if (setting_read(*words, &set, l->error))
			return -1;
		if (step)
			*(struct story_setting *)word_more(&l->file->memory, &step->settings,
			                                   &step->setting_count, sizeof(set)) = set;
		else
			*(struct story_setting *)word_more(&l->file->memory, &story->settings,
			                                   &story->setting_count, sizeof(set)) =
			        set;
	}
	return 0;
}

/* "host client 192.168.1.2  host server 10.0.0.2" */
static int read_hosts(struct loader *l, char **words)
{
	while (*words) {
		struct story_host *host = &l->story->hosts[l->story->host_count];

		if (strcmp(words[0], "host") || !words[1] || !words[2])
			return word_fail(l->error, "\"host NAME ADDRESS\" expected");
		if (l->story->host_count == HOSTS_MAX)
			return word_fail(l->error, "more than %d hosts", HOSTS_MAX);
		if (strlen(words[1]) >= STORY_NAME || strpbrk(words[1], ":+"))
			return word_fail(l->error, "\"%s\" cannot be a host's name", words[1]);
		if (word_address(words[2], &host->family, &host->addr))
			return word_fail(l->error, "\"%s\" is no address", words[2]);
		strcpy(host->name, words[1]);
		l->story->host_count++;
		words += 3;
	}
	return 0;
}

static struct story_host *host_room(struct loader *l, const struct story *from)
{
	struct story_host *hosts = word_alloc(&l->file->memory, HOSTS_MAX * sizeof(*hosts));

	if (from)
		memcpy(hosts, from->hosts, from->host_count * sizeof(*hosts));
	return hosts;
}

/* The story being read is complete. */
static int end_story(struct loader *l)
{
	unsigned line = l->line;

	if (l->story == &l->common || !l->story->router ||
	    !router_finish(&l->file->memory, l->story->router, &line, l->error))
		return 0;
	l->line = line;
	return -1;
}

static int begin_story(struct loader *l, const char *title)
{
	struct story *story;

	if (end_story(l))
		return -1;
	story = word_more(&l->file->memory, &l->file->stories, &l->file->count, sizeof(*story));
	if (!*title)
		return word_fail(l->error, "a story needs a title");
	*story = l->common;
	story->title = title;
	story->line = l->line;
	story->hosts = host_room(l, &l->common);
	if (l->common.router)
		story->router = router_copy(&l->file->memory, l->common.router);
	story->settings = NULL;
	story->setting_count = 0;
	for (size_t i = 0; i < l->common.setting_count; i++)
		*(struct story_setting *)word_more(
		        &l->file->memory, &story->settings, &story->setting_count,
		        sizeof(*story->settings)) = l->common.settings[i];
	l->story = story;
	l->time = 0;
	return 0;
}

static int read_time(struct loader *l, char **words)
{
	uint64_t ns;

	if (word_time(words[1], &ns, l->error))
		return -1;
	if (words[2])
		return word_fail(l->error, "\"%s\" is too much", words[2]);
	if (!strcmp(words[0], "after"))
		ns += l->time;
	if (ns < l->time)
		return word_fail(l->error, "time runs backwards");
	l->time = ns;
	return 0;
}

static int known_label(struct loader *l, const char *name, const char **label)
{
	for (size_t i = l->story->step_count; i-- > 0;) {
		const struct story_step *step = &l->story->steps[i];

		if (step->kind == STEP_PACKET && step->label && name &&
		    !strcmp(step->label, name)) {
			*label = step->label;
			return 0;
		}
	}
	return word_fail(l->error, "no packet [%s] before this line", name ? name : "");
}

/* "remove LABEL", "mark LABEL 7", "fasttrack LABEL", each with "fails WHY" */
static int read_action(struct loader *l, char **words, const char *text, enum story_step_kind kind)
{
	const char *label = NULL;
	struct story_step *step;

	if (known_label(l, words[1], &label))
		return -1;
	step = add_step(l, kind, text);
	step->label = label;
	words += 2;
	if (kind == STEP_MARK && word_number(*words++, UINT32_MAX, &step->value, l->error))
		return -1;
	if (!*words)
		return 0;
	if (!strcmp(*words, "fails") && words[1] && !words[2])
		for (size_t i = 0; i < COUNT(failures); i++)
			if (!strcmp(failures[i].name, words[1])) {
				step->error = failures[i].error;
				return 0;
			}
	return word_fail(l->error, "\"fails no-such-item\" or the like expected, not \"%s\"",
	                 *words);
}

/* Takes "[label]" off. */
static int read_label(struct loader *l, char ***words, char **label)
{
	char *word = **words;
	size_t len;

	*label = NULL;
	if (!word || *word != '[')
		return 0;
	len = strlen(word);
	if (len < 3 || word[len - 1] != ']' || len >= STORY_NAME)
		return word_fail(l->error, "\"%s\" is no label", word);
	word[len - 1] = '\0';
	*label = word + 1;
	(*words)++;
	return 0;
}

/* "from wan" before a packet, or by its source. */
static int way_in(struct loader *l, const char *from, struct story_step *step)
{
	const struct story_router *router = l->story->router;
	int port;

	if (!router)
		return from ? word_fail(l->error, "from: this story has no interfaces") : 0;
	port = from ? router_port(router, from) : router_way_in(router, step->data, step->caplen);
	if (port < 0 && from)
		return word_fail(l->error, "no interface \"%s\"", from);
	if (port < 0 && !step->unsent)
		return word_fail(l->error, "which interface does it come in by? (from NAME)");
	step->port = (uint16_t)port;
	return 0;
}

static int add_packet(struct loader *l, char **words, const char *text, char *label, unsigned index,
                      unsigned repeat, bool define)
{
	const char *from = NULL;
	struct build_line line = names_of(l);
	struct story_step *step = add_step(l, STEP_PACKET, text);
	char numbered[STORY_NAME + 16];
	uint8_t *data;

	line.earlier = l->story->steps;
	line.index = index;
	if (words[0] && words[1] && !strcmp(words[0], "from")) {
		from = words[1];
		words += 2;
	}
	line.words = text_fill(&l->file->memory, words, line.names, NULL, &step->late, l->error);
	if (!line.words)
		return -1;
	if (step->late) {
		step->words = words;
		step->index = index;
	}
	if (label && repeat > 1) {
		snprintf(numbered, sizeof(numbered), "%s%u", label, index + 1);
		label = word_copy(&l->file->memory, numbered);
	}
	step->label = label;
	step->unsent = define;
	if (build_packet(&line, step, l->packet, l->error))
		return -1;
	data = word_alloc(&l->file->memory, step->caplen + 1);
	memcpy(data, l->packet, step->caplen);
	step->data = data;
	return way_in(l, from, step);
}

/* "16x [flow] client:1000+ > server:53 udp data 1": everything but the rest is optional. */
static int read_packet(struct loader *l, char **words, const char *text)
{
	bool define = !strcmp(*words, "define");
	uint64_t repeat = 1;
	char *label, *end;
	char **copy;
	size_t count = 0;

	if (define) {
		words++;
	} else if (isdigit((unsigned char)**words)) {
		repeat = strtoull(*words, &end, 10);
		if (strcmp(end, "x") || !repeat || repeat > REPEAT_MAX)
			return word_fail(l->error, "\"%s\" begins no line", *words);
		words++;
	}
	if (read_label(l, &words, &label))
		return -1;
	if (!*words || (define && !label))
		return word_fail(l->error,
		                 define ? "define: a label expected" : "a packet expected");
	while (words[count])
		count++;
	l->last = l->story->step_count;
	for (unsigned i = 0; i < repeat; i++) {
		/* The builder may cut words into pieces. */
		copy = word_alloc(&l->file->memory, (count + 1) * sizeof(*copy));
		for (size_t w = 0; w < count; w++)
			copy[w] = word_copy(&l->file->memory, words[w]);
		if (add_packet(l, copy, text, label, i, (unsigned)repeat, define))
			return -1;
		l->last_count++;
	}
	return 0;
}

/* "-> new, created" behind a packet; several such lines add up. */
static int read_checks(struct loader *l, const char *text)
{
	struct build_line names = names_of(l);

	if (!l->last_count || l->story->steps[l->last].unsent)
		return word_fail(l->error, "no packet stands before \"->\"");
	for (size_t i = 0; i < l->last_count; i++)
		if (check_packet(&l->file->memory, &l->story->steps[l->last + i], l->line,
		                 word_copy(&l->file->memory, text), &names, l->error))
			return -1;
	return 0;
}

static int read_expect(struct loader *l, char *items, const char *text)
{
	struct build_line names = names_of(l);
	struct story_step *step = add_step(l, STEP_EXPECT, text);

	names.earlier = l->story->steps;
	return check_expect(&l->file->memory, step, l->line, items, &names, l->error);
}

/* "interface", "route", "rule" and "rule6": before the first packet */
static int read_router(struct loader *l, char **words)
{
	struct build_line names = names_of(l);
	struct story *story = l->story;

	if (story->step_count)
		return word_fail(l->error, "%s: packets have been sent already", words[0]);
	if (!story->router)
		story->router = router_copy(&l->file->memory, NULL);
	if (!strcmp(words[0], "interface"))
		return router_interface(&l->file->memory, story->router, words, l->error);
	if (!strcmp(words[0], "listen"))
		return router_listen(&l->file->memory, story->router, words, &names, l->error);
	if (!strcmp(words[0], "route"))
		return router_route(&l->file->memory, story->router, words, &names, l->error);
	return router_rule(&l->file->memory, story->router, l->line, words, &names, l->error);
}

/* A line of a story, or of what all stories of a file have in common. */
static int read_line(struct loader *l, char **words, char *rest, const char *text)
{
	const char *first = words[0];

	if (!strcmp(first, "host"))
		return read_hosts(l, words);
	if (!strcmp(first, "settings"))
		return read_settings(l, words + 1, text);
	if (!strcmp(first, "weir-only")) {
		l->story->weir_only = rest;
		return *rest ? 0 : word_fail(l->error, "weir-only: why?");
	}
	if (!strcmp(first, "interface") || !strcmp(first, "listen") || !strcmp(first, "route") || !strcmp(first, "rule") ||
	    !strcmp(first, "rule6"))
		return read_router(l, words);
	if (l->story == &l->common)
		return word_fail(l->error, "\"%s\" before the first story", first);
	if (!strcmp(first, "at") || !strcmp(first, "after"))
		return read_time(l, words);
	if (!strcmp(first, "expect"))
		return read_expect(l, rest, text);
	if (!strcmp(first, "remove"))
		return read_action(l, words, text, STEP_REMOVE);
	if (!strcmp(first, "mark"))
		return read_action(l, words, text, STEP_MARK);
	if (!strcmp(first, "fasttrack"))
		return read_action(l, words, text, STEP_FASTTRACK);
	return read_packet(l, words, text);
}

/* Ends the line at a # that stands at its beginning or behind a blank. */
static void strip(char *line)
{
	bool quoted = false;

	for (char *at = line; *at; at++) {
		if (quoted && *at == '\\' && at[1])
			at++;
		else if (*at == '"')
			quoted = !quoted;
		else if (*at == '#' && !quoted && (at == line || isspace((unsigned char)at[-1])))
			*at = '\0';
	}
	for (size_t len = strlen(line); len && isspace((unsigned char)line[len - 1]);)
		line[--len] = '\0';
}

static int one_line(struct loader *l, char *line)
{
	char *text, *rest, **words;

	while (isspace((unsigned char)*line))
		line++;
	if (!*line)
		return 0;
	text = word_copy(&l->file->memory, line);
	if (!strncmp(line, "->", 2))
		return read_checks(l, text + 2);
	rest = word_copy(&l->file->memory, line);
	while (*rest && !isspace((unsigned char)*rest))
		rest++;
	while (isspace((unsigned char)*rest))
		rest++;
	words = word_split(&l->file->memory, word_copy(&l->file->memory, line), l->error);
	if (!words)
		return -1;
	if (finish_packet(l))
		return -1;
	if (!strcmp(words[0], "story"))
		return begin_story(l, rest);
	return read_line(l, words, rest, text);
}

/* Adds a line of a message, "| INVITE ...", to the one that it belongs to: as a word of text
 * with CRLF. => whether it was such a line */
static bool add_message(struct loader *l, char **line, char *more)
{
	char *joined;

	while (isspace((unsigned char)*more))
		more++;
	if (*more != '|' || !*line)
		return false;
	more += more[1] == ' ' ? 2 : 1;
	more[strcspn(more, "\r\n")] = '\0';
	joined = word_alloc(&l->file->memory, strlen(*line) + 2 * strlen(more) + 16);
	strcpy(joined, *line);
	*line = joined;
	joined += strlen(joined);
	joined += sprintf(joined, " text \"");
	for (; *more; more++) {
		if (*more == '"')
			*joined++ = '\\';
		*joined++ = *more;
	}
	strcpy(joined, "\\r\\n\"");
	return true;
}

static int load(struct loader *l, FILE *in)
{
	char *line = NULL, *held = NULL;
	unsigned next = 0;
	size_t size = 0;
	int failed = 0;

	while (!failed && getline(&line, &size, in) >= 0) {
		next++;
		if (add_message(l, &held, line))
			continue;
		if (held)
			failed = one_line(l, held);
		if (failed)
			break;
		l->line = next;
		strip(line);
		held = word_copy(&l->file->memory, line);
	}
	free(line);
	if (!failed && held)
		failed = one_line(l, held);
	if (!failed)
		failed = finish_packet(l) || end_story(l);
	if (!failed && !l->file->count)
		failed = word_fail(l->error, "there is no story in this file");
	return failed;
}

int story_load(struct story_file *file, const char *name, char error[STORY_ERROR])
{
	char what[STORY_ERROR];
	struct loader l = {.file = file, .error = what};
	FILE *in = fopen(name, "r");
	int failed;

	memset(file, 0, sizeof(*file));
	if (!in)
		return word_fail(error, "%s: cannot be opened", name);
	file->name = word_copy(&file->memory, name);
	l.packet = word_alloc(&file->memory, BUILD_MAX);
	l.common.hosts = host_room(&l, NULL);
	l.story = &l.common;
	failed = load(&l, in);
	fclose(in);
	if (failed) {
		snprintf(error, STORY_ERROR, "%.120s:%u: %.250s", name, l.line, what);
		story_free(file);
		return -1;
	}
	return 0;
}

void story_free(struct story_file *file)
{
	word_free(file->memory);
	memset(file, 0, sizeof(*file));
}
