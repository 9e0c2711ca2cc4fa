/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/setting.h - reads one assignment of a `settings` line.
 */
#ifndef SCENARIO_SETTING_H
#define SCENARIO_SETTING_H

#include "story.h"

/* Reads "name=value", which is cut. => 0, or -1 and error */
int setting_read(char *word, struct story_setting *set, char error[STORY_ERROR]);

#endif
