/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/store_file.c - the configuration's file replaced, and what was there before weir kept
 * beside it; see store.h (store_write()).
 */
#include "system/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK_WITHIN 4096 /* bytes from the beginning that the mark is looked for in */
#define ORIGINALS 100	 /* of them are kept at most */

/* Where a file is: its directory, open, and its name there. */
struct place_of_file {
	int directory;
	const char *name;
};

static void say_errno(struct strbuf *error, const char *what)
{
	int number = errno;
	char text[128];

	strbuf_printf(error, "%s (%s)", strerror_r(number, text, sizeof text), what);
}

static bool open_place(const char *path, struct place_of_file *place, struct strbuf *error)
{
	const char *slash = strrchr(path, '/');
	char *directory = slash ? strndup(path, (size_t)(slash - path + 1)) : strdup(".");

	if (directory == NULL) {
		strbuf_str(error, "out of memory");
		return false;
	}
	place->name = slash ? slash + 1 : path;
	place->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (place->directory < 0)
		say_errno(error, "open the directory");
	free(directory);
	return place->directory >= 0;
}

/* Whether a line of a text, one of its comments, is the mark. */
static bool has_mark(const char *text)
{
	while (*text == '#') {
		const char *end = strchrnul(text, '\n');
		size_t len = (size_t)(end - text);

		if (len == strlen(STORE_MARK) && memcmp(text, STORE_MARK, len) == 0)
			return true;
		text = *end ? end + 1 : end;
	}
	return false;
}

/* => 1: somebody else's, 0: ours, or there is none; -1: *error says why nobody knows */
static int not_ours(const struct place_of_file *place, struct strbuf *error)
{
	int fd = openat(place->directory, place->name, O_RDONLY | O_CLOEXEC);
	char text[MARK_WITHIN + 1];
	ssize_t len;

	if (fd < 0) {
		if (errno == ENOENT)
			return 0;
		say_errno(error, "read what is there");
		return -1;
	}
	len = read(fd, text, MARK_WITHIN);
	if (len < 0)
		say_errno(error, "read what is there");
	close(fd);
	if (len <= 0)
		return (int)len; /* an empty one is nothing to keep */
	text[len] = '\0';
	return !has_mark(text);
}

/* Copies it, where a file can have one name only. */
static bool copy(const struct place_of_file *place, const char *to, struct strbuf *error)
{
	int fd = openat(place->directory, place->name, O_RDONLY | O_CLOEXEC);
	struct replacement *r;
	char piece[4096];
	ssize_t len = -1;

	if (fd < 0) {
		say_errno(error, "read what is there");
		return false;
	}
	r = replace_begin(place->directory, to, to, 0600, NULL, error);
	while (r && (len = read(fd, piece, sizeof piece)) > 0)
		replace_write(r, piece, (size_t)len);
	if (r && len < 0)
		say_errno(error, "read what is there");
	close(fd);
	return replace_end(r, len == 0, error);
}

/* Gives a file a second name: FILE.orig, FILE.orig.1 and so on. */
static bool keep_original(const struct place_of_file *place, struct strbuf *error)
{
	char name[NAME_MAX + 1];
	struct stat file, kept;

	if (fstatat(place->directory, place->name, &file, 0) < 0) {
		say_errno(error, "read what is there");
		return false;
	}
	for (unsigned i = 0; i < ORIGINALS; i++) {
		int len = i ? snprintf(name, sizeof name, "%s.orig.%u", place->name, i)
			    : snprintf(name, sizeof name, "%s.orig", place->name);

		if (len >= (int)sizeof name) {
			errno = ENAMETOOLONG;
			break;
		}
		if (linkat(place->directory, place->name, place->directory, name, 0) == 0)
			return true;
		if (errno == EPERM || errno == EOPNOTSUPP || errno == EMLINK) {
			if (faccessat(place->directory, name, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
				return copy(place, name, error);
		} else if (errno != EEXIST) {
			break;
		} else if (fstatat(place->directory, name, &kept, AT_SYMLINK_NOFOLLOW) == 0 &&
			   kept.st_dev == file.st_dev && kept.st_ino == file.st_ino) {
			return true; /* we were stopped between the link and the rename */
		}
	}
	say_errno(error, "keep what was there");
	return false;
}

static bool write_in(const struct place_of_file *place, const char *text, size_t len,
		     const struct replace_hook *hook, struct strbuf *error)
{
	struct replacement *r;
	int other = not_ours(place, error);

	if (other < 0 || (other && !keep_original(place, error)))
		return false;
	r = replace_begin(place->directory, place->name, place->name, 0600, hook, error);
	if (r == NULL)
		return false;
	replace_write(r, text, len);
	return replace_end(r, true, error);
}

bool store_write(const char *path, const char *text, size_t len, const struct replace_hook *hook,
		 struct strbuf *error)
{
	/* A symbolic link stays one: what it leads to is replaced. */
	char *real = realpath(path, NULL);
	struct place_of_file place = {0};
	bool ok = false;

	if (real == NULL && errno != ENOENT) {
		say_errno(error, "find the file");
		return false;
	}
	if (open_place(real ? real : path, &place, error)) {
		ok = write_in(&place, text, len, hook, error);
		close(place.directory);
	}
	free(real);
	return ok;
}

bool store_check(const char *path, struct strbuf *error)
{
	struct place_of_file place = {0};

	if (!open_place(path, &place, error))
		return false;
	close(place.directory);
	return true;
}
