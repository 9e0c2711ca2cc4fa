/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/word.h - what all readers of a story share: memory, numbers, times,
 * names. Functions that can fail return -1 and write what is wrong into `error`.
 */
#ifndef SCENARIO_WORD_H
#define SCENARIO_WORD_H

#include "story.h"

/* Memory that lives as long as a story_file; zeroed. Ends the program if there is none. */
void *word_alloc(void **memory, size_t size);
void word_free(void *memory);
char *word_copy(void **memory, const char *text);

/* One more item at the end of an array that word_alloc() made. => the item, zeroed */
void *word_more(void **memory, void *array_pointer, size_t *count, size_t size);

/* Cuts text in place at blanks; "quoted text" is one word that keeps its first quote.
 * => the words, NULL at the end; or NULL and error */
char **word_split(void **memory, char *text, char error[STORY_ERROR]);

/* Cuts text in place at `mark` outside quotes. => the rest, NULL if there is none */
char *word_cut(char *text, char mark);

__attribute__((format(printf, 2, 3))) int word_fail(char error[STORY_ERROR], const char *format,
                                                    ...);

/* A number, decimal or 0x.., at most max. */
int word_number(const char *word, uint64_t max, uint64_t *value, char error[STORY_ERROR]);

/* A duration: "5s", "1h30m", "2.5s", "250ms". */
int word_time(const char *word, uint64_t *ns, char error[STORY_ERROR]);

/* An address of either family. => 0 or -1 */
int word_address(const char *word, uint8_t *family, union weir_addr *addr);

/* Bytes in hex, at most max of them. => how many, or -1 */
int word_hex(const char *word, uint8_t *out, size_t max, char error[STORY_ERROR]);

/* Where name stands in a list of count names, or -1. */
int word_find(const char *const *names, size_t count, const char *name);

#endif
