/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/local.c - a Unix socket for the machine's own users; see local.h.
 */
#include "daemon/local.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/command.h"

int local_path(const char *asked, struct local_path *path)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	int len;

	if (asked)
		len = snprintf(path->text, sizeof path->text, "%s", asked);
	else if (geteuid() == 0)
		len = snprintf(path->text, sizeof path->text, "/run/weir.sock");
	else if (runtime && *runtime)
		len = snprintf(path->text, sizeof path->text, "%s/weir.sock", runtime);
	else
		len = snprintf(path->text, sizeof path->text, "/tmp/weir-%u.sock",
		               (unsigned)geteuid());
	if (len > 0 && (size_t)len < sizeof path->text)
		return STATUS_OK;
	complain("--socket: \"%s\": expected a path of 1 to %zu bytes", asked ? asked : "",
	         sizeof path->text - 1);
	return STATUS_BAD_INPUT;
}

static struct sockaddr_un address_of(const struct local_path *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	memcpy(address.sun_path, path->text, sizeof address.sun_path);
	return address;
}

static int connect_to(const struct local_path *path)
{
	struct sockaddr_un address = address_of(path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
		int error = errno;

		close(fd);
		errno = error;
		fd = -1;
	}
	return fd;
}

/* Whether something is at the path that keeps us from listening there. */
static bool taken(const struct local_path *path)
{
	struct stat status;
	int fd;

	if (lstat(path->text, &status) != 0)
		return false;
	if (!S_ISSOCK(status.st_mode)) {
		complain("%s: expected a place for a socket, and there is something else",
		         path->text);
		return true;
	}
	fd = connect_to(path);
	if (fd >= 0) {
		close(fd);
		complain("%s: a weir is running there already; another needs another --socket",
		         path->text);
		return true;
	}
	/* Only a socket that nobody listens at is a dead process' own. */
	if (errno == ECONNREFUSED && unlink(path->text) == 0)
		return false;
	if (errno == ENOENT)
		return false;
	complain("%s: %s", path->text, strerror(errno));
	return true;
}

int local_listen(const struct local_path *path)
{
	struct sockaddr_un address = address_of(path);
	mode_t mask;
	int fd, failed;

	if (taken(path))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0) {
		mask = umask(0177);
		failed = bind(fd, (struct sockaddr *)&address, sizeof address);
		umask(mask);
		if (!failed && listen(fd, 16) == 0)
			return fd;
	}
	complain("%s: %s", path->text, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Whether the other side is this user or root. */
static bool trusted(int fd)
{
	struct ucred other;
	socklen_t len = sizeof other;

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &other, &len) == 0 &&
	       (other.uid == geteuid() || other.uid == 0);
}

int local_accept(int listening)
{
	int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);

	if (fd >= 0 && !trusted(fd)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

int local_connect(const struct local_path *path)
{
	int fd = connect_to(path);

	if (fd < 0)
		complain("%s: %s; is \"weir run\" running, with the same --socket?", path->text,
		         strerror(errno));
	if (fd >= 0 && geteuid() != 0 && !trusted(fd)) {
		complain("%s: it is another user's, so it is not trusted", path->text);
		close(fd);
		fd = -1;
	}
	return fd;
}
