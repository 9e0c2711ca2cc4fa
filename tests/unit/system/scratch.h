/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scratch.h - for tests: a directory of its own, and files in it read as a whole.
 */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/strbuf.h"

struct scratch {
	char path[64];
	int fd;
};

static inline void scratch_make(struct scratch *s)
{
	strcpy(s->path, "/tmp/weir-test-XXXXXX");
	if (mkdtemp(s->path) == NULL)
		abort();
	s->fd = open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->fd < 0)
		abort();
}

/* Empties a directory, as deep as it is. */
static inline void scratch_empty(int directory)
{
	DIR *dir = fdopendir(openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	struct dirent *entry;

	if (dir == NULL)
		abort();
	while ((entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlinkat(directory, entry->d_name, 0) == 0)
			continue;
		int below = openat(directory, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		if (below < 0)
			abort();
		scratch_empty(below);
		close(below);
		if (unlinkat(directory, entry->d_name, AT_REMOVEDIR) < 0)
			abort();
	}
	closedir(dir);
}

static inline void scratch_end(struct scratch *s)
{
	scratch_empty(s->fd);
	close(s->fd);
	rmdir(s->path);
}

static inline const char *scratch_path(const struct scratch *s, const char *name)
{
	static char path[512];

	snprintf(path, sizeof path, "%s/%s", s->path, name);
	return path;
}

/* => false: there is no such file */
static inline bool scratch_read(const struct scratch *s, const char *name, struct strbuf *text)
{
	int fd = openat(s->fd, name, O_RDONLY | O_CLOEXEC);
	char piece[4096];
	ssize_t len;

	strbuf_reset(text);
	if (fd < 0)
		return false;
	while ((len = read(fd, piece, sizeof piece)) > 0)
		strbuf_add(text, piece, (size_t)len);
	close(fd);
	return true;
}

static inline void scratch_write(const struct scratch *s, const char *name, const char *text)
{
	int fd = openat(s->fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		abort();
	close(fd);
}

/* How many files there are, hidden ones too. */
static inline unsigned scratch_count(const struct scratch *s)
{
	DIR *dir = fdopendir(openat(s->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	unsigned count = 0;

	if (dir == NULL)
		abort();
	while (readdir(dir))
		count++;
	closedir(dir);
	return count - 2;
}

#endif
