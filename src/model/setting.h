/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/setting.h - what a property of the configuration holds: the text that a user
 * wrote, read by the property's kind, kept in one canonical form, shown again.
 *
 *	written                  kept                     shown
 *	00:10:00                 10m                      10m
 *	192.168.0.5/24           192.168.0.0/24           192.168.0.0/24
 *	untracked,established    established,untracked    established,untracked
 *	tc                       tcp                      tcp       (a unique prefix of a name)
 *	!bridge                  !*5                      !bridge   (a reference: by id)
 *
 * The kept form of a reference is the id of what is meant, so a rename needs no change
 * elsewhere, and what is gone shows as `*5`. A stray is the id of what was gone where the text
 * was written: it shows as `*5` too, and means no item here, now or later. Of everything else
 * kept and shown form are the same, and reading what is shown gives the same kept form.
 *
 * Threads: pure functions, but for what the scope does. Cost: no allocation but the strbufs'.
 */
#ifndef MODEL_SETTING_H
#define MODEL_SETTING_H

#include "model/value.h"

enum setting_found { SETTING_NONE, SETTING_ONE, SETTING_SEVERAL };

/* A bit of the ids that strays are kept by. No item has it. */
#define SETTING_STRAY (UINT64_C(1) << 63)

/* Whom references are resolved by. */
struct setting_scope {
	void *ctx;
	/* The item of the menu kind->refers with that name, or the only one whose name begins
	 * so. */
	enum setting_found (*find)(void *ctx, const struct value_kind *kind, const char *name,
	                           size_t len, uint64_t *id);
	/* The name of an item. => false: there is none of that id */
	bool (*name)(void *ctx, const struct value_kind *kind, uint64_t id, const char **name,
	             size_t *len);
	/* The text was written elsewhere: ids in it are strays. */
	bool strays;
};

/* Reads what was written for a property and appends its kept form.
 * `name` is the property's or argument's, for the error. scope may be NULL for kinds without
 * references.
 * => false: *kept as before, and *error has the console's own words (without a place):
 *	invalid value for argument address
 *	invalid time value for argument interval
 *	expected yes or no
 *	value of port out of range (0..65535)
 *	value of range expects range of ip addresses
 *	input does not match any value of interface
 *	ambiguous value of interface, more than one possible value matches input
 * (of a reference the last word of the menu's path stands for the name: interface, table; for
 * /interface list it is interface-list) */
bool setting_read(const struct value_kind *kind, const char *name, const char *text, size_t len,
                  const struct setting_scope *scope, struct strbuf *kept, struct strbuf *error);

/* Appends the shown form of a kept one. */
void setting_show(const struct value_kind *kind, const char *kept, size_t len,
                  const struct setting_scope *scope, struct strbuf *out);

/* The value of a kept form, for comparing and printing: of the kind's type, or for compound
 * kinds, references and words beside the type's values a STRING. Nothing kept is VALUE_NONE but
 * where "" is a value. `room` takes what is shown otherwise than it is kept; it is reset first.
 * The value borrows from room or from kept. */
void setting_value(const struct value_kind *kind, const char *kept, size_t len,
                   const struct setting_scope *scope, struct strbuf *room, struct value *value);

/* Whether a kind's kept form can hold references, and the walk over them: calls `each` for
 * every id in it, strays with their bit. */
bool setting_refers(const struct value_kind *kind);
void setting_references(const struct value_kind *kind, const char *kept, size_t len,
                        void (*each)(void *ctx, uint64_t id), void *ctx);

/* The candidates that begin with `text`, for completion: names of an enumeration, words beside
 * other values, yes and no; of a list the part after its last comma, without a `!`, is completed.
 * `each` gets the whole name of each. References are the caller's.
 * => where in text that part begins */
size_t setting_complete(const struct value_kind *kind, const char *text, size_t len,
                        void (*each)(void *ctx, const char *word, const char *help), void *ctx);

#endif
