/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/tree.h - the tree of menus: what stands below what, under which word.
 *
 * It has the menus of weir and, as foreign, those that RouterOS has besides (wireless,
 * hotspot, routing protocols): a configuration's lines for them are passed over, and they are
 * listed as empty.
 *
 * Life: made with the model, constant from then on. Threads: any.
 */
#ifndef MODEL_TREE_H
#define MODEL_TREE_H

#include "model/menu.h"

struct menu_node {
	const char *word;        /* "filter"; "" at the root */
	const char *help;        /* one line */
	const char *path;        /* "/ip firewall filter"; "/" at the root */
	const struct menu *menu; /* NULL: only a step, or foreign */
	bool foreign;            /* RouterOS has it, weir has not */
	const struct menu_node *parent, *child, *next; /* children in the order of their words */
};

/* All menus that weir has, in no order; ends with NULL. */
extern const struct menu *const menu_list[];

/* Paths of the menus that RouterOS has besides; ends with NULL. */
extern const char *const menu_foreign[];

/* Steps of the tree that are no menus themselves, and their help. */
struct menu_step {
	const char *path, *help;
};
extern const struct menu_step menu_steps[]; /* ends with a NULL path */

/* => the root, or NULL: no memory */
const struct menu_node *tree_create(void);
void tree_destroy(const struct menu_node *root);

/* The child of that word, or the only one whose word begins so.
 * => NULL: none, or *ambiguous: several */
const struct menu_node *tree_child(const struct menu_node *node, const char *word, size_t len,
                                   bool *ambiguous);

/* The node of "/ip firewall filter" or "/ip/firewall/filter", whole words; NULL: none. */
const struct menu_node *tree_find(const struct menu_node *root, const char *path);

#endif
