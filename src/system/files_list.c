/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/files_list.c - what there is in the files' directory, and its beginning and end; see
 * files.h.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/files_state.h"
#include "system/replace.h"

#define DEPTH 16   /* directories below directories that are listed */
#define MOST 10000 /* files that are listed */

struct list {
	struct file_entry *entry;
	size_t count, size;
	bool failed, sweep; /* sweep: remove what writers left that were killed */
};

void files_free_entries(struct file_entry *entries, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(entries[i].name);
	free(entries);
}

static bool left_over(const char *name)
{
	return strncmp(name, REPLACE_PREFIX, strlen(REPLACE_PREFIX)) == 0;
}

static void add(struct list *list, const char *path, const struct stat *st)
{
	struct file_entry *grown;

	if (list->count == list->size) {
		list->size = list->size ? 2 * list->size : 64;
		grown = realloc(list->entry, list->size * sizeof *grown);
		if (grown == NULL) {
			list->failed = true;
			return;
		}
		list->entry = grown;
	}
	list->entry[list->count] = (struct file_entry){
		.name = strdup(path),
		.size = S_ISDIR(st->st_mode) ? 0 : (uint64_t)st->st_size,
		.modified = st->st_mtime,
		.directory = S_ISDIR(st->st_mode),
	};
	if (list->entry[list->count].name == NULL)
		list->failed = true;
	else
		list->count++;
}

static void walk(struct list *list, int fd, struct strbuf *path, unsigned depth)
{
	size_t base = path->len;
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;

	if (dir == NULL) {
		if (fd >= 0)
			close(fd);
		return; /* it went away, or is not ours to read */
	}
	while (!list->failed && list->count < MOST && (entry = readdir(dir)) != NULL) {
		struct stat st;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (left_over(entry->d_name)) {
			if (list->sweep)
				unlinkat(fd, entry->d_name, 0);
			continue;
		}
		if (fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)))
			continue;
		strbuf_cut(path, base);
		strbuf_str(path, entry->d_name);
		list->failed |= path->failed;
		if (!list->failed)
			add(list, strbuf_text(path), &st);
		if (list->failed || !S_ISDIR(st.st_mode) || depth == DEPTH)
			continue;
		strbuf_char(path, '/');
		walk(list,
		     openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
		     path, depth + 1);
	}
	closedir(dir);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct file_entry *)a)->name, ((const struct file_entry *)b)->name);
}

/* Gives each the id that its name has, and forgets the names that are gone. */
static bool give_ids(struct files *files, struct file_entry *entry, size_t count)
{
	struct file_id *ids = calloc(count + 1, sizeof *ids);
	size_t at = 0;

	if (ids == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		int order = -1;

		while (at < files->id_count &&
		       (order = strcmp(files->ids[at].name, entry[i].name)) < 0)
			free(files->ids[at++].name);
		if (at < files->id_count && order == 0) {
			ids[i] = files->ids[at++];
		} else {
			ids[i].name = strdup(entry[i].name);
			ids[i].id = ++files->last_id;
		}
		entry[i].id = ids[i].id;
	}
	while (at < files->id_count)
		free(files->ids[at++].name);
	free(files->ids);
	files->ids = ids;
	files->id_count = count;
	/* A name without memory would not compare: forget everything from there on. */
	for (size_t i = 0; i < count; i++)
		if (ids[i].name == NULL) {
			for (size_t j = i + 1; j < count; j++)
				free(ids[j].name);
			files->id_count = i;
			return false;
		}
	return true;
}

static bool collect(struct files *files, struct list *list)
{
	struct strbuf path = STRBUF_INIT;

	walk(list, openat(files->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), &path, 0);
	strbuf_free(&path);
	return !list->failed;
}

bool files_list(struct files *files, struct file_entry **entries, size_t *count)
{
	struct list list = {0};

	if (!collect(files, &list)) {
		files_free_entries(list.entry, list.count);
		return false;
	}
	if (list.count)
		qsort(list.entry, list.count, sizeof *list.entry, by_name);
	if (!give_ids(files, list.entry, list.count)) {
		files_free_entries(list.entry, list.count);
		return false;
	}
	*entries = list.entry;
	*count = list.count;
	return true;
}

struct files *files_create(const char *directory, struct clock *clock, struct strbuf *error)
{
	struct files *files = calloc(1, sizeof *files);
	struct list list = {.sweep = true};
	char text[128];

	if (files == NULL) {
		strbuf_str(error, "out of memory");
		return NULL;
	}
	files->clock = clock;
	files->directory = -1;
	if (mkdir(directory, 0700) == 0 || errno == EEXIST)
		files->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (files->directory < 0) {
		strbuf_printf(error, "%s: %s", directory, strerror_r(errno, text, sizeof text));
		free(files);
		return NULL;
	}
	collect(files, &list);
	files_free_entries(list.entry, list.count);
	return files;
}

void files_destroy(struct files *files)
{
	if (files == NULL)
		return;
	close(files->directory);
	for (size_t i = 0; i < files->id_count; i++)
		free(files->ids[i].name);
	free(files->ids);
	free(files);
}
