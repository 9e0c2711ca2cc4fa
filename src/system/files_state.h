/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/files_state.h - what struct files is made of, for the files that implement it.
 *
 * A file has an id as long as its name is there: names are remembered, sorted, with the id
 * that they got when they were first seen. Threads: as files.h.
 */
#ifndef SYSTEM_FILES_STATE_H
#define SYSTEM_FILES_STATE_H

#include "system/files.h"

struct file_id {
	char *name;
	uint64_t id;
};

struct files {
	int directory;
	struct clock *clock;
	unsigned long temporaries; /* the last number of a temporary file */
	struct file_id *ids;
	size_t id_count;
	uint64_t last_id;
};

#endif
