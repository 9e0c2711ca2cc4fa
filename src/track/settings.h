/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/settings.h - from the settings that an embedder gives to those that the
 * packet path reads.
 */
#ifndef TRACK_SETTINGS_H
#define TRACK_SETTINGS_H

#include "track/track.h"

/* Checks `in` and compiles it for one of `workers` workers (at least 1), each of
 * which gets an equal share of the table, rounded down, but one place at least.
 * => WEIR_OK, or WEIR_ERANGE with *out untouched */
int track_settings_compile(const struct weir_settings *in, unsigned workers,
			   struct track_settings *out);

#endif
