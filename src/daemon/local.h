/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/local.h - the socket that a running weir is reached by on its own machine. Only its
 * owner and root get in: by the file's mode, and by the kernel's word on who calls.
 */
#ifndef DAEMON_LOCAL_H
#define DAEMON_LOCAL_H

#include <stdbool.h>
#include <sys/un.h>

struct local_path {
	char text[sizeof((struct sockaddr_un *)0)->sun_path];
};

/* The path asked for, or where it is if none was: /run/weir.sock for root, else weir.sock in
 * the user's runtime directory. => STATUS_OK, or another exit status after a line on stderr */
int local_path(const char *asked, struct local_path *path);

/* Makes the socket; one that a dead process left behind is replaced.
 * => the socket, or -1 after a line on stderr */
int local_listen(const struct local_path *path);

/* => the socket of a caller who may come in; -1: nobody, or a stranger */
int local_accept(int listening);

/* => the socket, or -1 after a line on stderr */
int local_connect(const struct local_path *path);

#endif
