/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oracle/oracle.c - plays the stories through libweir and through this machine's own
 * kernel, several at once, and holds the differences against docs/deviations.md.
 *
 *	oracle [--slow] [--verbose] [--part] [--jobs N] [--only PATTERN] DEVIATIONS STORIES...
 *
 * STORIES are files or folders of them; --part says that these are not all there are. Each
 * story is a child process, because its kernel side is a network namespace of its own. Exit status:
 * 0 all agree, 1 a difference that is not listed or a row that nothing needs, 2 bad usage or
 * input, 77 no namespaces here.
 */
#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deviations.h"
#include "duel.h"

#define JOBS_MAX 64
#define SHOWN_MAX 8
#define SKIPPED 77

struct options {
	bool slow, verbose, part;
	unsigned jobs;
	const char *only;
};

struct job {
	pid_t pid;
	const struct story *story;
	const char *file;
	char *name; /* topic/file: title */
	FILE *report;
};

/* Why stories were not played, and how many for each. */
struct skip {
	char *why;
	unsigned count;
};

struct totals {
	unsigned stories, agree, listed, differ, failed, skipped, packets, comparisons;
	struct skip *skips;
	size_t skip_count;
};

struct run {
	struct options options;
	struct deviations deviations;
	struct totals totals;
	struct story_file *files;
	size_t file_count;
	glob_t names; /* of a folder's files */
	struct job jobs[JOBS_MAX];
	unsigned running;
	bool forbidden; /* no namespaces */
};

static void count_skip(struct totals *totals, const char *why)
{
	struct skip *skips;
	size_t i;

	totals->skipped++;
	for (i = 0; i < totals->skip_count; i++) {
		if (!strcmp(totals->skips[i].why, why)) {
			totals->skips[i].count++;
			return;
		}
	}
	skips = reallocarray(totals->skips, totals->skip_count + 1, sizeof(*skips));
	if (!skips)
		return;
	totals->skips = skips;
	skips[totals->skip_count].why = strdup(why);
	skips[totals->skip_count].count = 1;
	if (skips[totals->skip_count].why)
		totals->skip_count++;
}

/* What one story's report came to. */
struct outcome {
	unsigned listed, differ;
	bool failed, skipped, done;
};

static void show_difference(const struct job *job, char *fields[], const char *mark)
{
	printf("%s:%s: %s: %s: weir %s, kernel %s%s\n\t%s\n", job->file, fields[1], job->name,
	       fields[2], fields[3], fields[4], mark, fields[5]);
}

static void take_difference(struct run *run, const struct job *job, char *fields[],
                            struct outcome *outcome)
{
	const char *difference[DEVIATION_CELLS] = {job->name, fields[2], fields[3], fields[4]};

	if (deviations_find(&run->deviations, difference)) {
		outcome->listed++;
		if (run->options.verbose)
			show_difference(job, fields, " (listed)");
		return;
	}
	if (outcome->differ++ < SHOWN_MAX)
		show_difference(job, fields, "");
}

/* One line of a report, cut into `count` fields. */
static void take_line(struct run *run, const struct job *job, char *fields[], size_t count,
                      struct outcome *outcome)
{
	if (!strcmp(fields[0], "differs") && count == 6) {
		take_difference(run, job, fields, outcome);
	} else if (!strcmp(fields[0], "skip") && count == 2) {
		outcome->skipped = true;
		count_skip(&run->totals, fields[1]);
		if (run->options.verbose)
			printf("%s:%u: %s: skipped: %s\n", job->file, job->story->line, job->name,
			       fields[1]);
	} else if (!strcmp(fields[0], "done") && count == 3) {
		outcome->done = true;
		run->totals.packets += (unsigned)strtoul(fields[1], NULL, 10);
		run->totals.comparisons += (unsigned)strtoul(fields[2], NULL, 10);
	} else {
		outcome->failed = true;
		printf("%s:%u: %s: %s\n", job->file, job->story->line, job->name,
		       count > 1 ? fields[1] : fields[0]);
	}
}

/* "tcp/open: a title" from the file's last two parts and the title. NULL if out of memory */
static char *name_of(const char *file, const char *title)
{
	const char *from = strrchr(file, '/');
	char *name;
	size_t len;

	while (from && from > file && from[-1] != '/')
		from--;
	if (!from)
		from = file;
	len = strlen(from);
	if (len > 6 && !strcmp(from + len - 6, ".story"))
		len -= 6;
	return asprintf(&name, "%.*s: %s", (int)len, from, title) < 0 ? NULL : name;
}

static size_t cut(char *line, char *fields[], size_t room)
{
	size_t count = 0;

	line[strcspn(line, "\n")] = '\0';
	while (count < room) {
		fields[count++] = line;
		if (count == room || !(line = strchr(line, '\t')))
			break;
		*line++ = '\0';
	}
	return count;
}

static void add_up(struct run *run, const struct job *job, const struct outcome *outcome)
{
	struct totals *totals = &run->totals;

	totals->stories++;
	if (outcome->skipped) {
		deviations_excuse(&run->deviations, job->name);
		return;
	}
	if (outcome->differ > SHOWN_MAX)
		printf("%s:%u: %s: and %u more differences\n", job->file, job->story->line,
		       job->name, outcome->differ - SHOWN_MAX);
	if (outcome->failed)
		totals->failed++;
	else if (outcome->differ)
		totals->differ++;
	else if (outcome->listed)
		totals->listed++;
	else
		totals->agree++;
}

/* Waits for one child and takes its report. */
static void reap(struct run *run)
{
	struct outcome outcome = {0};
	char *line = NULL, *fields[6];
	size_t room = 0, i = 0;
	int status;
	pid_t pid = waitpid(-1, &status, 0);
	struct job job;

	while (i < run->running && run->jobs[i].pid != pid)
		i++;
	if (i == run->running)
		return;
	job = run->jobs[i];
	run->jobs[i] = run->jobs[--run->running];
	if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED)
		run->forbidden = true;
	rewind(job.report);
	while (getline(&line, &room, job.report) >= 0)
		take_line(run, &job, fields, cut(line, fields, 6), &outcome);
	free(line);
	fclose(job.report);
	if (!WIFEXITED(status) || !(outcome.done || outcome.skipped || outcome.failed)) {
		printf("%s:%u: %s: died, status %d\n", job.file, job.story->line, job.name, status);
		outcome.failed = true;
	}
	add_up(run, &job, &outcome);
	free(job.name);
}

/* Begins to play a story under a name that becomes the job's. => 0, or -1 */
static int start(struct run *run, const struct story *story, const char *file, char *name)
{
	struct job *job;

	while (run->running >= run->options.jobs)
		reap(run);
	fflush(stdout);
	job = &run->jobs[run->running];
	job->story = story;
	job->file = file;
	job->name = name;
	job->report = tmpfile();
	if (!job->report)
		return -1;
	job->pid = fork();
	if (job->pid < 0) {
		fclose(job->report);
		return -1;
	}
	if (!job->pid) {
		int forbidden = duel(story, run->options.slow, job->report);

		fflush(job->report);
		_exit(forbidden ? SKIPPED : 0);
	}
	run->running++;
	return 0;
}

/* => 0, or an exit status */
static int load_file(struct run *run, const char *name)
{
	char error[STORY_ERROR];
	struct story_file *files = reallocarray(run->files, run->file_count + 1, sizeof(*files));

	if (!files) {
		perror("oracle");
		return 2;
	}
	run->files = files;
	if (story_load(&files[run->file_count], name, error)) {
		fprintf(stderr, "%s\n", error);
		return 2;
	}
	run->file_count++;
	return 0;
}

/* A file, or every story of a folder. => 0, or an exit status */
static int load_path(struct run *run, const char *path)
{
	struct stat stat_buf;
	char pattern[4096];
	size_t i;
	int result = 0, len;

	if (stat(path, &stat_buf)) {
		perror(path);
		return 2;
	}
	if (!S_ISDIR(stat_buf.st_mode))
		return load_file(run, path);
	i = run->names.gl_pathc;
	len = (int)strlen(path);
	while (len > 1 && path[len - 1] == '/')
		len--;
	snprintf(pattern, sizeof(pattern), "%.*s/*.story", len, path);
	glob(pattern, i ? GLOB_APPEND : 0, NULL, &run->names);
	snprintf(pattern, sizeof(pattern), "%.*s/*/*.story", len, path);
	glob(pattern, run->names.gl_pathc ? GLOB_APPEND : 0, NULL, &run->names);
	if (run->names.gl_pathc == i) {
		fprintf(stderr, "%s: no stories\n", path);
		return 2;
	}
	for (; i < run->names.gl_pathc && !result; i++)
		result = load_file(run, run->names.gl_pathv[i]);
	return result;
}

/* => 0, or an exit status */
static int play_file(struct run *run, const struct story_file *file)
{
	size_t i;

	for (i = 0; i < file->count && !run->forbidden; i++) {
		char *name = name_of(file->name, file->stories[i].title);

		if (name && run->options.only && fnmatch(run->options.only, name, 0)) {
			free(name);
			continue;
		}
		if (!name || start(run, &file->stories[i], file->name, name)) {
			perror("oracle");
			free(name);
			return 2;
		}
	}
	return 0;
}

/* => 0, or an exit status */
static int play_all(struct run *run)
{
	size_t i;
	int result = 0;

	for (i = 0; i < run->file_count && !result; i++)
		result = play_file(run, &run->files[i]);
	while (run->running)
		reap(run);
	return result;
}

/* Rows that nothing needed; meaningful when every story was played. */
static unsigned show_unused(const struct deviations *list, const char *name)
{
	unsigned count = 0;
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (list->rows[i].used)
			continue;
		count++;
		printf("%s:%u: no story differs so: %s, %s\n", name, list->rows[i].line,
		       list->rows[i].cell[DEVIATION_STORY], list->rows[i].cell[DEVIATION_WHAT]);
	}
	return count;
}

static void show_totals(const struct totals *totals)
{
	size_t i;

	for (i = 0; i < totals->skip_count; i++)
		printf("%5u skipped: %s\n", totals->skips[i].count, totals->skips[i].why);
	printf("%u stories, %u packets, %u comparisons: %u agree, %u differ as listed, %u differ, "
	       "%u failed, %u skipped\n",
	       totals->stories, totals->packets, totals->comparisons, totals->agree, totals->listed,
	       totals->differ, totals->failed, totals->skipped);
}

static int usage(void)
{
	fputs("usage: oracle [--slow] [--verbose] [--part] [--jobs N] [--only PATTERN] DEVIATIONS "
	      "STORIES...\n",
	      stderr);
	return 2;
}

/* => the index of the first operand, or -1 */
static int read_options(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
	        {"slow", no_argument, NULL, 's'},       {"verbose", no_argument, NULL, 'v'},
	        {"part", no_argument, NULL, 'p'},       {"jobs", required_argument, NULL, 'j'},
	        {"only", required_argument, NULL, 'o'}, {NULL, 0, NULL, 0}};
	int c;

	options->jobs = 8;
	while ((c = getopt_long(argc, argv, "svpj:o:", known, NULL)) != -1) {
		switch (c) {
		case 's':
			options->slow = true;
			break;
		case 'v':
			options->verbose = true;
			break;
		case 'p':
			options->part = true;
			break;
		case 'j':
			options->jobs = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 'o':
			options->only = optarg;
			break;
		default:
			return -1;
		}
	}
	if (options->jobs < 1 || options->jobs > JOBS_MAX || argc - optind < 2)
		return -1;
	return optind;
}

static void free_run(struct run *run)
{
	size_t i;

	for (i = 0; i < run->totals.skip_count; i++)
		free(run->totals.skips[i].why);
	free(run->totals.skips);
	for (i = 0; i < run->file_count; i++)
		story_free(&run->files[i]);
	free(run->files);
	globfree(&run->names);
	deviations_free(&run->deviations);
}

int main(int argc, char **argv)
{
	static struct run run;
	char error[512];
	int first = read_options(argc, argv, &run.options), i, result = 0;
	unsigned unused = 0;

	if (first < 0)
		return usage();
	if (deviations_load(&run.deviations, argv[first], error, sizeof(error))) {
		fprintf(stderr, "%s\n", error);
		return 2;
	}
	for (i = first + 1; i < argc && !result; i++)
		result = load_path(&run, argv[i]);
	if (!result)
		result = play_all(&run);
	if (run.forbidden) {
		puts("skipped: a network namespace with conntrack, ip and nft is not to be had "
		     "here");
		result = SKIPPED;
	} else if (!result) {
		if (!run.options.only && !run.options.part)
			unused = show_unused(&run.deviations, argv[first]);
		show_totals(&run.totals);
		result = run.totals.differ || run.totals.failed || unused;
	}
	free_run(&run);
	return result;
}
