/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/run.c - plays stories through libweir's public interface.
 *
 *	scenario FILE|DIRECTORY...
 *
 * Each story has an engine of its own. Failures are printed as file:line with what
 * was expected and what came; at the end "N stories passed". Exit status 0 if all did,
 * 1 if one did not, 2 if a file cannot be read.
 */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "build.h"
#include "check.h"
#include "judge.h"
#include "router.h"

/* The stories begin here, so that no time in the engine is zero. */
#define BEGIN (UINT64_C(1700000000) * WEIR_SEC)

#define EVENT_RING 1024

struct totals {
	unsigned passed, failed;
	bool unreadable;
};

static void play_packet(struct play *play, size_t index)
{
	struct story_step late = play->story->steps[index], *step = &late;
	char error[STORY_ERROR];

	if (step->late &&
	    story_build_late(play->file, play->story, step, &play->values, play->room, error)) {
		judge_fail(play, step->line, "%s", error);
		return;
	}
	/* Its exact size, so that a sanitizer sees every byte read beyond it. */
	uint8_t *data = malloc(step->caplen ? step->caplen : 1);
	struct weir_packet packet = {
	        .data = data,
	        .caplen = step->caplen,
	        .len = step->len,
	        .port = step->port,
	        .flags = step->checksum_ok ? WEIR_PKT_CHECKSUM_OK : 0,
	};

	if (!data) {
		judge_fail(play, step->line, "out of memory");
		return;
	}
	memcpy(data, step->data, step->caplen);
	weir_process(play->worker, &packet, 1, play->now);
	play->ids[index] = packet.conn;
	judge_packet(play, step, &packet);
	free(data);
}

static void play_action(struct play *play, const struct story_step *step)
{
	struct weir_settings settings;
	uint64_t id = step->label ? judge_id(play, step->label) : 0;
	int error = WEIR_OK;

	switch (step->kind) {
	case STEP_SETTINGS:
		weir_settings_get(play->engine, &settings);
		for (size_t i = 0; i < step->setting_count; i++)
			story_setting_apply(&settings, &step->settings[i]);
		error = weir_settings_set(play->engine, &settings);
		break;
	case STEP_REMOVE:
		error = weir_conn_remove(play->worker, id, play->now);
		break;
	case STEP_MARK:
		error = weir_conn_mark(play->worker, id, (uint32_t)step->value);
		break;
	case STEP_FASTTRACK:
		error = weir_conn_fasttrack(play->worker, id);
		break;
	default:
		break;
	}
	if (error != step->error)
		judge_fail(play, step->line, "%s: expected \"%s\", got \"%s\"", step->text,
		           step->error ? weir_error_text(step->error) : "ok",
		           error ? weir_error_text(error) : "ok");
}

/* What must be true of the counters after any story. */
static void check_totals(struct play *play, uint64_t sent)
{
	struct weir_stats stats;
	uint64_t verdicts = 0, states = 0, ended = 0;

	weir_stats_get(play->engine, &stats);
	for (int i = 0; i < WEIR_VERDICT_COUNT; i++)
		verdicts += stats.verdict[i];
	for (int i = 0; i < WEIR_STATE_COUNT; i++)
		states += stats.state[i];
	for (int i = 0; i < WEIR_END_COUNT; i++)
		ended += stats.ended[i];
	if (stats.packets != sent || verdicts != sent || states != sent)
		judge_fail(play, play->story->line,
		           "%" PRIu64 " packets sent, %" PRIu64 " counted, %" PRIu64
		           " by verdict, %" PRIu64 " by state",
		           sent, stats.packets, verdicts, states);
	if (stats.created != stats.connections + ended)
		judge_fail(play, play->story->line,
		           "%" PRIu64 " connections created, %" PRIu64 " there, %" PRIu64 " ended",
		           stats.created, stats.connections, ended);
}

static void play_steps(struct play *play)
{
	uint64_t sent = 0;

	for (size_t i = 0; i < play->story->step_count; i++) {
		const struct story_step *step = &play->story->steps[i];

		play->now = BEGIN + step->time;
		switch (step->kind) {
		case STEP_PACKET:
			if (step->unsent)
				break;
			play_packet(play, i);
			sent++;
			break;
		case STEP_EXPECT:
			weir_expire(play->worker, play->now);
			judge_expect(play, step);
			break;
		default:
			play_action(play, step);
		}
	}
	check_totals(play, sent);
}

/* Gives the engine the story's rules. */
static bool set_rules(struct play *play)
{
	struct weir_rules_error error = {.text = ""};
	const struct story_router *router = play->story->router;

	if (!router || weir_rules_set(play->engine, &router->set, &error) == WEIR_OK)
		return true;
	judge_fail(play,
	           error.counter < router->rule_count ? router->rules[error.counter].line
	                                              : play->story->line,
	           "these rules are refused: %s", error.text);
	return false;
}

static unsigned play_story(struct story_file *file, const struct story *story)
{
	struct play play = {.file = file, .story = story};
	struct weir_config config;
	int error;

	weir_config_init(&config);
	story_settings_begin(&config.settings);
	config.event_ring = (uint32_t)story_setting_get(story, "event-ring", EVENT_RING);
	config.frag_memory = (uint32_t)story_setting_get(story, "frag-memory", config.frag_memory);
	for (size_t i = 0; i < story->setting_count; i++)
		story_setting_apply(&config.settings, &story->settings[i]);
	error = weir_engine_create(&play.engine, &config);
	if (error) {
		judge_fail(&play, story->line, "no engine with these settings: %s",
		           weir_error_text(error));
		return play.failures;
	}
	play.worker = weir_engine_worker(play.engine, 0);
	play.ids = calloc(story->step_count + 1, sizeof(*play.ids));
	play.room = malloc(BUILD_MAX);
	if (!play.ids || !play.room)
		judge_fail(&play, story->line, "out of memory");
	else if (set_rules(&play))
		play_steps(&play);
	free(play.ids);
	free(play.room);
	weir_engine_destroy(play.engine);
	return play.failures;
}

static void play_file(const char *name, struct totals *totals)
{
	char error[STORY_ERROR];
	struct story_file file;

	if (story_load(&file, name, error)) {
		printf("%s\n", error);
		totals->unreadable = true;
		return;
	}
	for (size_t i = 0; i < file.count; i++) {
		if (play_story(&file, &file.stories[i]))
			totals->failed++;
		else
			totals->passed++;
	}
	story_free(&file);
}

static int is_story(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 6 && !strcmp(entry->d_name + len - 6, ".story");
}

static void play_path(const char *path, struct totals *totals)
{
	struct dirent **entries;
	struct stat status;
	char name[4096];
	int count;

	if (stat(path, &status) || !S_ISDIR(status.st_mode)) {
		play_file(path, totals);
		return;
	}
	count = scandir(path, &entries, is_story, alphasort);
	if (count <= 0) {
		printf("%s: no stories\n", path);
		totals->unreadable = true;
		if (count == 0)
			free(entries);
		return;
	}
	for (int i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%s/%s", path, entries[i]->d_name);
		play_file(name, totals);
		free(entries[i]);
	}
	free(entries);
}

int main(int argc, char **argv)
{
	struct totals totals = {0};

	if (argc < 2) {
		fprintf(stderr, "usage: %s FILE|DIRECTORY...\n", argv[0]);
		return 2;
	}
	for (int i = 1; i < argc; i++)
		play_path(argv[i], &totals);
	if (totals.failed)
		printf("%u stories failed\n", totals.failed);
	printf("%u stories passed\n", totals.passed);
	return totals.unreadable ? 2 : totals.failed ? 1 : 0;
}
