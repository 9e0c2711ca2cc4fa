/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/files.c - the files of one directory by their names; see files.h.
 */
#include "system/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "system/files_state.h"
#include "system/replace.h"

struct file_writer {
	struct replacement *replacement;
	int directory;
};

/* Where a name leads: a directory, open, and the last step. */
struct spot {
	int directory;
	char leaf[NAME_MAX + 1];
};

static bool say(struct strbuf *error, int number)
{
	char text[128];

	switch (number) {
	case ENOENT:
		strbuf_str(error, "no such file or directory");
		break;
	case ELOOP:
	case ENOTDIR:
		strbuf_str(error, "not a directory");
		break;
	case EISDIR:
		strbuf_str(error, "is a directory");
		break;
	case EEXIST:
		strbuf_str(error, "already have file with such name");
		break;
	case ENOTEMPTY:
		strbuf_str(error, "directory is not empty");
		break;
	case ENOSPC:
		strbuf_str(error, "not enough space");
		break;
	case ENOMEM:
		strbuf_str(error, "out of memory");
		break;
	default:
		strbuf_str(error, strerror_r(number, text, sizeof text));
	}
	return false;
}

/* Takes the next step of a name. => its length; 0: there is none */
static size_t take_step(const char **at, const char **step)
{
	size_t len;

	*at += strspn(*at, "/");
	*step = *at;
	len = strcspn(*at, "/");
	*at += len;
	return len;
}

static bool step_fits(const char *step, size_t len)
{
	size_t prefix = strlen(REPLACE_PREFIX);

	if (len > NAME_MAX || (len == 1 && step[0] == '.') ||
	    (len == 2 && step[0] == '.' && step[1] == '.'))
		return false;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)step[i] < ' ' || step[i] == 0x7f)
			return false;
	return len < prefix || memcmp(step, REPLACE_PREFIX, prefix) != 0;
}

/* Walks to the directory that a name's last step is in. */
static bool find_spot(struct files *files, const char *name, struct spot *spot,
		      struct strbuf *error)
{
	const char *at = name, *step, *following;
	size_t len = take_step(&at, &step), next;

	spot->directory = fcntl(files->directory, F_DUPFD_CLOEXEC, 0);
	if (spot->directory < 0)
		return say(error, errno);
	for (;; step = following, len = next) {
		int below;

		if (len == 0 || !step_fits(step, len)) {
			close(spot->directory);
			strbuf_str(error, "bad file name");
			return false;
		}
		memcpy(spot->leaf, step, len);
		spot->leaf[len] = '\0';
		next = take_step(&at, &following);
		if (next == 0)
			return true;
		below = openat(spot->directory, spot->leaf,
			       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (below < 0)
			say(error, errno);
		close(spot->directory);
		spot->directory = below;
		if (below < 0)
			return false;
	}
}

/* Opens a regular file. O_NONBLOCK: a pipe that lies there must not stop us. */
static int open_regular(const struct spot *spot, int flags, struct strbuf *error)
{
	int fd = openat(spot->directory, spot->leaf,
			flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
	struct stat st;

	if (fd < 0) {
		say(error, errno == ELOOP ? ENOENT : errno);
		return -1;
	}
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	say(error, S_ISDIR(st.st_mode) ? EISDIR : ENOENT);
	return -1;
}

static bool read_all(int fd, size_t most, struct strbuf *contents, struct strbuf *error)
{
	size_t before = contents->len;
	char piece[16384];
	ssize_t len;

	while ((len = read(fd, piece, sizeof piece)) > 0) {
		if (contents->len - before + (size_t)len > most) {
			strbuf_cut(contents, before);
			strbuf_str(error, "file is too large");
			return false;
		}
		strbuf_add(contents, piece, (size_t)len);
	}
	if (len < 0 || contents->failed) {
		say(error, len < 0 ? errno : ENOMEM);
		strbuf_cut(contents, before);
		return false;
	}
	return true;
}

bool files_read(struct files *files, const char *name, size_t most, struct strbuf *contents,
		struct strbuf *error)
{
	struct spot spot;
	bool ok = false;
	int fd;

	if (!find_spot(files, name, &spot, error))
		return false;
	fd = open_regular(&spot, O_RDONLY, error);
	if (fd >= 0) {
		ok = read_all(fd, most, contents, error);
		close(fd);
	}
	close(spot.directory);
	return ok;
}

/* A new file may take the place of a regular one only. */
static bool may_replace(const struct spot *spot, struct strbuf *error)
{
	struct stat st;

	if (fstatat(spot->directory, spot->leaf, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT || say(error, errno);
	if (S_ISREG(st.st_mode))
		return true;
	return say(error, S_ISDIR(st.st_mode) ? EISDIR : EEXIST);
}

/* Begins with what the file has. */
static bool copy_old(const struct spot *spot, struct replacement *replacement, struct strbuf *error)
{
	char piece[16384];
	ssize_t len;
	int fd = openat(spot->directory, spot->leaf, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT || say(error, errno);
	while ((len = read(fd, piece, sizeof piece)) > 0)
		replace_write(replacement, piece, (size_t)len);
	if (len < 0)
		say(error, errno);
	close(fd);
	return len == 0;
}

struct file_writer *files_begin(struct files *files, const char *name, bool append,
				struct strbuf *error)
{
	struct file_writer *w = calloc(1, sizeof(*w));
	char temporary[48];
	struct spot spot;

	if (w == NULL) {
		say(error, ENOMEM);
		return NULL;
	}
	if (!find_spot(files, name, &spot, error)) {
		free(w);
		return NULL;
	}
	snprintf(temporary, sizeof temporary, "%lu", ++files->temporaries);
	w->directory = spot.directory;
	if (may_replace(&spot, error))
		w->replacement =
			replace_begin(spot.directory, spot.leaf, temporary, 0600, NULL, error);
	if (w->replacement && (!append || copy_old(&spot, w->replacement, error)))
		return w;
	files_end(w, false, error);
	return NULL;
}

bool files_write(struct file_writer *w, const char *data, size_t len)
{
	return replace_write(w->replacement, data, len);
}

bool files_end(struct file_writer *w, bool keep, struct strbuf *error)
{
	bool ok;

	if (w == NULL)
		return false;
	ok = replace_end(w->replacement, keep, error);
	close(w->directory);
	free(w);
	return ok;
}

bool files_make_directory(struct files *files, const char *name, struct strbuf *error)
{
	struct spot spot;
	int result;

	if (!find_spot(files, name, &spot, error))
		return false;
	result = mkdirat(spot.directory, spot.leaf, 0700) < 0 ? errno : 0;
	close(spot.directory);
	return result == 0 || say(error, result);
}

bool files_remove(struct files *files, const char *name, struct strbuf *error)
{
	struct spot spot;
	int result;

	if (!find_spot(files, name, &spot, error))
		return false;
	result = unlinkat(spot.directory, spot.leaf, 0) < 0 ? errno : 0;
	if (result == EISDIR || result == EPERM)
		result = unlinkat(spot.directory, spot.leaf, AT_REMOVEDIR) < 0 ? errno : 0;
	close(spot.directory);
	return result == 0 || say(error, result);
}

bool files_rename(struct files *files, const char *from, const char *to, struct strbuf *error)
{
	struct spot old, new;
	int result;

	if (!find_spot(files, from, &old, error))
		return false;
	if (!find_spot(files, to, &new, error)) {
		close(old.directory);
		return false;
	}
	result = renameat2(old.directory, old.leaf, new.directory, new.leaf, RENAME_NOREPLACE) < 0
			 ? errno
			 : 0;
	close(old.directory);
	close(new.directory);
	return result == 0 || say(error, result);
}

int files_open_append(struct files *files, const char *name, struct strbuf *error)
{
	struct spot spot;
	int fd;

	if (!find_spot(files, name, &spot, error))
		return -1;
	fd = open_regular(&spot, O_WRONLY | O_CREAT | O_APPEND, error);
	close(spot.directory);
	return fd;
}

bool files_space(struct files *files, uint64_t *available, uint64_t *total)
{
	struct statvfs st;

	if (fstatvfs(files->directory, &st) < 0)
		return false;
	*available = (uint64_t)st.f_bavail * st.f_frsize;
	*total = (uint64_t)st.f_blocks * st.f_frsize;
	return true;
}
