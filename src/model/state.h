/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/state.h - what a model is made of, for the files that implement model/model.h.
 *
 * Threads: everything with the model's lock held.
 */
#ifndef MODEL_STATE_H
#define MODEL_STATE_H

#include <pthread.h>

#include "model/edit.h"

#define VERSION_OURS MENU_VERSION(7, 16)
#define RELEASE_OURS "7.16.2"
#define HISTORY_STEPS 100

struct release {
	unsigned version;
	char name[MODEL_RELEASE_MAX];
};

struct change {
	struct model *model;
	struct change *outer; /* NULL: the outermost */
	struct actor actor;
	bool nobody;      /* the model's own doing: not in the history, not logged */
	bool over;        /* an outer one ended before it */
	size_t mark;      /* where its part of the journal begins */
	struct release release; /* the model's when it began */
	uint32_t *net;    /* records by table and id, as they were done; see change_items() */
	size_t net_count; /* of the journal's records; it has grown since if they are more */
	bool net_made;
	char texts[]; /* the actor's */
};

/* A published change. */
struct step {
	struct step *next; /* the one before it: newest first */
	uint64_t number;
	uint64_t time; /* nanoseconds since 1970 */
	struct journal journal;
	char action[64];
	char by[];
};

struct history {
	struct step *done, *undone; /* undone: the next to be done again first */
	size_t count;               /* of done */
	uint64_t last;
	const void *holder; /* of safe mode; NULL: it is off */
	uint64_t mark;      /* the last step before safe mode */
};

struct model {
	pthread_mutex_t lock;
	struct model_world world;
	const struct menu_node *root;
	struct table *table; /* by their menus' addresses */
	uint16_t *by_path;   /* the tables by their menus' paths */
	size_t tables;
	struct space *space;
	size_t spaces;
	struct hash_key key;
	struct setting_scope scope;
	struct release release;
	bool lenient;
	const struct property *culprit; /* see model_culprit() */
	bool starved; /* a reference was not resolved for want of memory */
	uint64_t generation;
	struct change *change; /* the innermost that is open */
	struct journal journal;
	struct item_view draft[2]; /* [1]: for an interface that is made while [0] is filled */
	struct model_observer *observer;
	size_t observers;
	struct history history;
};

/* A model of these menus, for tests and for model_create(). */
struct model *model_create_of(const struct menu *const *menus, const struct menu_step *steps,
                              const char *const *foreign, const struct model_world *world);
const struct menu_node *tree_create_of(const struct menu *const *menus,
                                       const struct menu_step *steps, const char *const *foreign);

uint64_t model_now(const struct model *model);
struct table *model_table(const struct model *model, const struct menu *menu); /* or NULL */
struct table *model_table_at(const struct model *model, const char *path);     /* or NULL */

/* Fills in a draft (draft.c). */
enum model_refusal draft_assign(struct item_view *draft, const struct assignment *assignment,
                                bool adding, struct strbuf *error);
enum model_refusal draft_complete(struct item_view *draft, const struct item *replaced,
                                  struct strbuf *error);
enum model_refusal out_of_memory(struct strbuf *error);

/* An interface or a list of them that only a reference names; `table` is that of /interface or
 * /interface list. => its id, 0: no memory, or the name is taken */
uint64_t make_named(struct model *model, struct table *table, const char *name, size_t len);

/* Whether a name is one that hardware has: ether1, sfp-sfpplus2. */
bool hardware_name(const char *name, size_t len);

/* Sorts a change's records by item, for its observers. => false: no memory */
bool net_make(struct change *change);

struct source {
	struct menu_source source;
	struct table *table;
	struct source *next_of_table;
	size_t at;          /* the next: in the table's order, or in ids */
	uint64_t *ids;      /* what is left to list, once the order changed; NULL: the table's */
	size_t count;       /* of ids */
	struct item *held;  /* what was returned last */
	struct strbuf room; /* the last value's text */
};

/* Sources that walk a table keep the order that it has now. => false: no memory */
bool source_freeze(struct table *table);

/* A time as the version at hand writes it: 2026-11-21 12:00:00, nov/21/2026 12:00:00. */
void put_date_time(const struct model *model, uint64_t seconds, struct strbuf *out);

/* History (history.c). => NULL: no memory */
struct step *step_make(struct change *change);
void step_free(struct step *step);
void history_add(struct model *model, struct step *step);
void history_free(struct model *model);
void history_bind(struct model *model);

/* Adds a line to the log: "... by admin". */
void change_log(const struct change *change, const char *action);

/* Does the contrary of a journal, newest first, as a part of the open change. Refused: nothing
 * was done (undo.c). */
enum model_refusal journal_invert(struct model *model, const struct journal *journal,
                                  struct strbuf *error);
void change_end(struct change *change);

/* What was done, as the log and the history say it: "filter rule added". */
void change_describe(const struct change *change, char *to, size_t size);

/* Ends an outermost change; with `step` the journal becomes its, which is then the caller's. */
enum model_refusal change_publish(struct change *change, struct step *step, struct strbuf *error);

#endif
