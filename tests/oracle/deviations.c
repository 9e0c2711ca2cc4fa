/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oracle/deviations.c - reads the tables of docs/deviations.md; see deviations.h.
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deviations.h"

/* Cuts spaces and backticks off both ends, in place. */
static char *trim(char *text)
{
	size_t len;

	text += strspn(text, " `");
	len = strlen(text);
	while (len && strchr(" `\n", text[len - 1]))
		len--;
	text[len] = '\0';
	return text;
}

/* Cuts one row into its cells. => the number of cells */
static size_t cut(char *line, char *cells[], size_t room)
{
	size_t count = 0;
	char *cell = line + 1, *bar;

	while ((bar = strchr(cell, '|'))) {
		*bar = '\0';
		if (count < room)
			cells[count] = trim(cell);
		count++;
		cell = bar + 1;
	}
	return count;
}

/* => 0, or -1: out of memory */
static int add(struct deviations *list, char *cells[], unsigned line)
{
	struct deviation *row, *rows = reallocarray(list->rows, list->count + 1, sizeof(*rows));
	size_t i;

	if (!rows)
		return -1;
	list->rows = rows;
	row = &rows[list->count++];
	memset(row, 0, sizeof(*row));
	row->line = line;
	row->reason = strdup(cells[DEVIATION_CELLS]);
	for (i = 0; i < DEVIATION_CELLS; i++) {
		row->cell[i] = strdup(cells[i]);
		if (!row->cell[i])
			return -1;
	}
	return row->reason ? 0 : -1;
}

int deviations_load(struct deviations *list, const char *name, char *error, size_t size)
{
	char *line = NULL, *cells[DEVIATION_CELLS + 1];
	size_t room = 0, count;
	unsigned number = 0;
	FILE *file = fopen(name, "re");
	bool ours = false; /* below the heading */
	int result = 0;

	memset(list, 0, sizeof(*list));
	if (!file) {
		snprintf(error, size, "%s: %s", name, strerror(errno));
		return -1;
	}
	while (!result && getline(&line, &room, file) >= 0) {
		number++;
		if (!strncmp(line, "## ", 3))
			ours = !strcmp(line, DEVIATIONS_HEADING "\n");
		if (!ours || strncmp(line, "| `", 3) != 0)
			continue;
		count = cut(line, cells, DEVIATION_CELLS + 1);
		if (count != DEVIATION_CELLS + 1) {
			snprintf(error, size, "%s:%u: %zu cells where %d are expected", name,
			         number, count, DEVIATION_CELLS + 1);
			result = -1;
		} else if (!*cells[DEVIATION_CELLS]) {
			snprintf(error, size, "%s:%u: a deviation without a reason", name, number);
			result = -1;
		} else if (add(list, cells, number)) {
			snprintf(error, size, "out of memory");
			result = -1;
		}
	}
	free(line);
	fclose(file);
	if (result)
		deviations_free(list);
	return result;
}

void deviations_free(struct deviations *list)
{
	size_t i, cell;

	for (i = 0; i < list->count; i++) {
		for (cell = 0; cell < DEVIATION_CELLS; cell++)
			free(list->rows[i].cell[cell]);
		free(list->rows[i].reason);
	}
	free(list->rows);
	memset(list, 0, sizeof(*list));
}

const struct deviation *deviations_find(struct deviations *list,
                                        const char *const difference[DEVIATION_CELLS])
{
	size_t i, cell;

	for (i = 0; i < list->count; i++) {
		struct deviation *row = &list->rows[i];

		for (cell = 0; cell < DEVIATION_CELLS; cell++) {
			if (fnmatch(row->cell[cell], difference[cell], 0))
				break;
		}
		if (cell == DEVIATION_CELLS) {
			row->used = true;
			return row;
		}
	}
	return NULL;
}

void deviations_excuse(struct deviations *list, const char *story)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (!fnmatch(list->rows[i].cell[DEVIATION_STORY], story, 0))
			list->rows[i].used = true;
	}
}
