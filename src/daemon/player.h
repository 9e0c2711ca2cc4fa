/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/player.h - the thread that runs the engine's worker in `weir run`: it plays captures
 * into it, at their own pace or at once, and lets it do its other work when there is nothing.
 *
 * The engine's time is the machine's monotonic clock; a capture's first frame is now. With
 * several captures the time between their frames is kept.
 */
#ifndef DAEMON_PLAYER_H
#define DAEMON_PLAYER_H

#include "daemon/engine_access.h"
#include "port/merge.h"

struct player;

/* merge may be NULL (nothing to play); it belongs to the player from then on, on failure too.
 * access->wake is set. => NULL: no memory, or no thread */
struct player *player_start(struct engine_access *access, struct merge *merge, bool pace);

/* Ends the thread. NULL is fine. */
void player_stop(struct player *player);

#endif
