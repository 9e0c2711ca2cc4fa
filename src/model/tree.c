/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/tree.c - the tree of menus, made from their paths; see tree.h.
 *
 * Life: a node is one block with its path and word. Threads: made by one, then constant.
 * Cost: a search among the children for each word of a path.
 */
#include "model/tree.h"

#include <stdlib.h>
#include <string.h>

#include "model/state.h"

/* A menu_node that is being built: what is constant for others is not yet for us. */
struct node {
	struct menu_node node;
	struct node *child, *next;
	char text[]; /* the path, then the word */
};

static struct node *make_node(const struct node *parent, const char *path, size_t path_len,
                              const char *word, size_t word_len)
{
	struct node *node = calloc(1, sizeof(*node) + path_len + 1 + word_len + 1);
	char *text;

	if (node == NULL)
		return NULL;
	text = node->text;
	memcpy(text, path, path_len);
	memcpy(text + path_len + 1, word, word_len);
	node->node.path = text;
	node->node.word = text + path_len + 1;
	node->node.parent = parent ? &parent->node : NULL;
	return node;
}

static int compare(const char *word, size_t len, const struct node *node)
{
	int order = strncmp(word, node->node.word, len);

	return order ? order : -(node->node.word[len] != '\0');
}

/* The child of that word, made if there is none. */
static struct node *step_into(struct node *parent, const char *path, const char *word, size_t len)
{
	struct node **at = &parent->child, *node;

	while (*at && compare(word, len, *at) > 0)
		at = &(*at)->next;
	if (*at && compare(word, len, *at) == 0)
		return *at;
	node = make_node(parent, path, (size_t)(word - path) + len, word, len);
	if (node == NULL)
		return NULL;
	node->next = *at;
	node->node.next = *at ? &(*at)->node : NULL;
	*at = node;
	/* The neighbour before it, or the parent, points to it now. */
	if (at == &parent->child) {
		parent->node.child = &node->node;
	} else {
		struct node *before = parent->child;

		while (before->next != node)
			before = before->next;
		before->node.next = &node->node;
	}
	return node;
}

static struct node *add_path(struct node *root, const char *path)
{
	struct node *node = root;
	const char *word = path + 1;

	while (node && *word) {
		size_t len = strcspn(word, " ");

		node = step_into(node, path, word, len);
		word += len;
		word += strspn(word, " ");
	}
	return node;
}

static void free_nodes(struct node *node)
{
	while (node) {
		struct node *next = node->next;

		free_nodes(node->child);
		free(node);
		node = next;
	}
}

static bool fill(struct node *root, const struct menu *const *menus, const struct menu_step *steps,
                 const char *const *foreign)
{
	struct node *node;

	for (; *menus; menus++) {
		node = add_path(root, (*menus)->path);
		if (node == NULL)
			return false;
		node->node.menu = *menus;
		node->node.help = (*menus)->help;
	}
	for (; steps && steps->path; steps++) {
		node = add_path(root, steps->path);
		if (node == NULL)
			return false;
		node->node.help = steps->help;
	}
	for (; foreign && *foreign; foreign++) {
		node = add_path(root, *foreign);
		if (node == NULL)
			return false;
		node->node.foreign = node->node.menu == NULL;
	}
	return true;
}

/* What has no menu of ours below it and is foreign, or has only foreign ones, is foreign: a
 * configuration's lines there are passed over. */
static bool mark_foreign(struct node *node)
{
	bool all = node->node.menu == NULL && (node->child || node->node.foreign);

	for (struct node *child = node->child; child; child = child->next)
		all = mark_foreign(child) && all;
	if (node->node.menu == NULL && node->child && !node->node.foreign)
		node->node.foreign = all && node->node.help == NULL;
	return all;
}

const struct menu_node *tree_create_of(const struct menu *const *menus,
                                       const struct menu_step *steps, const char *const *foreign)
{
	struct node *root = make_node(NULL, "/", 1, "", 0);

	if (root == NULL)
		return NULL;
	if (!fill(root, menus, steps, foreign)) {
		free_nodes(root);
		return NULL;
	}
	mark_foreign(root);
	root->node.foreign = false;
	return &root->node;
}

void tree_destroy(const struct menu_node *root)
{
	/* The root is the first member of what it was made as, and nobody else's. */
	free_nodes((struct node *)(uintptr_t)root);
}

const struct menu_node *tree_child(const struct menu_node *node, const char *word, size_t len,
                                   bool *ambiguous)
{
	const struct menu_node *found = NULL;

	*ambiguous = false;
	for (const struct menu_node *child = node->child; child; child = child->next) {
		if (strncmp(child->word, word, len) != 0)
			continue;
		if (child->word[len] == '\0') {
			*ambiguous = false;
			return child;
		}
		*ambiguous |= found != NULL;
		found = child;
	}
	return *ambiguous || len == 0 ? NULL : found;
}

const struct menu_node *tree_find(const struct menu_node *root, const char *path)
{
	const struct menu_node *node = root;

	path += strspn(path, "/ ");
	while (node && *path) {
		size_t len = strcspn(path, "/ ");
		const struct menu_node *child = node->child;

		while (child && (strlen(child->word) != len || memcmp(child->word, path, len) != 0))
			child = child->next;
		node = child;
		path += len;
		path += strspn(path, "/ ");
	}
	return node;
}
