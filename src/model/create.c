/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/create.c - the model and the tree of the menus that weir has (menu_list[]). Apart from
 * model.c, so that a test can have a model of a few menus.
 */
#include "model/state.h"

struct model *model_create(const struct model_world *world)
{
	return model_create_of(menu_list, menu_steps, menu_foreign, world);
}

const struct menu_node *tree_create(void)
{
	return tree_create_of(menu_list, menu_steps, menu_foreign);
}
