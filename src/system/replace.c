/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/replace.c - a file's contents replaced as a whole; see replace.h.
 *
 * Written data may reach the disk in any order, so the rename must not come before the data's
 * sync: a file system may else keep the new name and lose the contents (rename(2), fsync(2)).
 */
#include "system/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct replacement {
	int directory, fd;
	int failed;		/* the first error; 0: none */
	enum replace_step step; /* where it was */
	const struct replace_hook *hook;
	char *name, *temporary;
};

static const char *const step_names[] = {
#define X(name, text) [REPLACE_##name] = text,
	REPLACE_STEPS(X)
#undef X
};

/* => whether the step may be done */
static bool step(struct replacement *r, enum replace_step which)
{
	if (r->failed)
		return false;
	r->step = which;
	if (r->hook && r->hook->before)
		r->failed = r->hook->before(r->hook->ctx, which);
	return r->failed == 0;
}

static void check(struct replacement *r, int result)
{
	if (result < 0 && r->failed == 0)
		r->failed = errno;
}

static void say(const struct replacement *r, struct strbuf *error)
{
	char text[128];

	strbuf_printf(error, "%s (%s)", strerror_r(r->failed, text, sizeof text),
		      step_names[r->step]);
}

static void release(struct replacement *r)
{
	if (r->fd >= 0)
		close(r->fd);
	free(r->name);
	free(r->temporary);
	free(r);
}

/* The temporary file: always a new one, so that nobody has it open or linked elsewhere. */
static void open_temporary(struct replacement *r, mode_t mode)
{
	if (!step(r, REPLACE_OPEN))
		return;
	if (unlinkat(r->directory, r->temporary, 0) < 0 && errno != ENOENT) {
		r->failed = errno;
		return;
	}
	r->fd = openat(r->directory, r->temporary,
		       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	check(r, r->fd);
	if (r->fd >= 0)
		check(r, fchmod(r->fd, mode)); /* the umask took bits */
}

/* Who may not give files away keeps the new one for himself. */
static void give_owner(struct replacement *r)
{
	struct stat old, new;

	if (!step(r, REPLACE_OWNER) ||
	    fstatat(r->directory, r->name, &old, AT_SYMLINK_NOFOLLOW) < 0)
		return;
	if (fstat(r->fd, &new) < 0) {
		r->failed = errno;
		return;
	}
	if (old.st_uid == new.st_uid && old.st_gid == new.st_gid)
		return;
	if (fchown(r->fd, old.st_uid, old.st_gid) < 0 && errno != EPERM)
		r->failed = errno;
}

struct replacement *replace_begin(int directory, const char *name, const char *temporary,
				  mode_t mode, const struct replace_hook *hook,
				  struct strbuf *error)
{
	struct replacement *r = calloc(1, sizeof *r);

	if (r == NULL)
		goto no_memory;
	r->fd = -1;
	r->directory = directory;
	r->hook = hook;
	r->name = strdup(name);
	if (r->name == NULL || asprintf(&r->temporary, REPLACE_PREFIX "%s", temporary) < 0) {
		r->temporary = NULL;
		release(r);
		goto no_memory;
	}
	open_temporary(r, mode);
	give_owner(r);
	if (r->failed) {
		replace_end(r, true, error);
		return NULL;
	}
	return r;
no_memory:
	strbuf_str(error, "out of memory");
	return NULL;
}

bool replace_write(struct replacement *r, const char *data, size_t len)
{
	while (len && step(r, REPLACE_WRITE)) {
		size_t piece =
			r->hook && r->hook->piece && r->hook->piece < len ? r->hook->piece : len;
		ssize_t done = write(r->fd, data, piece);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0) {
			r->failed = done < 0 ? errno : EIO;
			break;
		}
		data += done;
		len -= (size_t)done;
	}
	return r->failed == 0;
}

/* => whether the rename was done */
static bool finish(struct replacement *r)
{
	if (step(r, REPLACE_SYNC))
		check(r, fsync(r->fd));
	if (step(r, REPLACE_CLOSE)) {
		int fd = r->fd;

		r->fd = -1;
		check(r, close(fd));
	}
	if (step(r, REPLACE_RENAME))
		check(r, renameat(r->directory, r->temporary, r->directory, r->name));
	if (r->failed)
		return false;
	if (step(r, REPLACE_SYNC_DIRECTORY))
		check(r, fsync(r->directory));
	return true;
}

bool replace_end(struct replacement *r, bool keep, struct strbuf *error)
{
	bool renamed, ok;

	if (r == NULL)
		return false;
	renamed = keep && finish(r);
	ok = renamed && r->failed == 0;
	if (keep && !ok)
		say(r, error);
	if (!renamed)
		unlinkat(r->directory, r->temporary, 0);
	release(r);
	return ok;
}
