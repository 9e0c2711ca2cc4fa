/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/console_server.h - sessions of the console for front ends that speak frames.
 *
 * Each has two threads: one runs what is asked for, the other reads the socket, so that Ctrl-C
 * arrives while a command runs. They end when the front end goes away or quits.
 */
#ifndef DAEMON_CONSOLE_SERVER_H
#define DAEMON_CONSOLE_SERVER_H

#include "console/session.h"

struct console_server;

/* => NULL: no memory. model, services and environment are borrowed. */
struct console_server *console_server_create(struct model *model,
                                             const struct console_services *services,
                                             struct environment *environment);

/* Ends all sessions and waits for them. NULL is fine. Not with the model's lock held. */
void console_server_destroy(struct console_server *server);

/* Attends to a front end, or tells it that there are too many; the socket belongs to the server
 * from then on. By one thread, as is the end. => false: no memory */
bool console_server_attend(struct console_server *server, int fd);

#endif
