/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/user.c - who may log in, and with which rights; see user.h.
 */
#include "system/user.h"

#include <crypt.h>
#include <stdlib.h>

#include "base/addr.h"
#include "system/field.h"

#define USERS "/user"
#define GROUPS "/user group"
#define SECOND INT64_C(1000000000)

/* What passwords of nobody are compared with: of the kind that new ones have. */
#define NOBODY "$y$j9T$k2XAnEHBqQ1Ct2aMXFKNa/$ezkTodJyPx38z5wrFE4iVHjATkAhqViwS.9J4SIqmP7"

uint32_t user_policies(const char *text)
{
	static const char *const names[] = {
#define X(name, text_) text_,
		POLICIES(X)
#undef X
	};
	uint32_t policies = 0;

	while (*text) {
		bool not = *text == '!';
		size_t len;

		text += not ;
		len = strcspn(text, ",");
		for (unsigned i = 0; i < POLICY_COUNT && !not ; i++)
			if (strlen(names[i]) == len && memcmp(names[i], text, len) == 0)
				policies |= 1u << i;
		text += len + (text[len] == ',');
	}
	return policies;
}

static uint32_t policies_of_group(struct model *model, uint64_t id)
{
	const struct menu *menu = model_menu(model, GROUPS);
	const struct item *item = menu && id ? model_item(model, menu, id) : NULL;
	struct strbuf text = STRBUF_INIT;
	uint32_t policies = 0;

	if (item && field_text(model, item, "policy", &text))
		policies = user_policies(strbuf_text(&text));
	strbuf_free(&text);
	return policies;
}

bool user_find(struct model *model, const char *name, struct user *user)
{
	const struct menu *menu = model_menu(model, USERS);
	const struct item *item = NULL;
	bool failed = false;
	uint64_t id;

	*user = (struct user){0};
	if (menu && *name && model_find_name(model, menu, name, strlen(name), &id) == SETTING_ONE)
		item = model_item(model, menu, id);
	if (item)
		user->name = field_copy(model, item, "name", "", &failed);
	/* Only the whole name is a user's. */
	if (item == NULL || user->name == NULL || strcmp(user->name, name) != 0 ||
	    item_disabled(item)) {
		user_free(user);
		user->hash = strdup(NOBODY);
		return false;
	}
	user->id = id;
	user->group = field_copy(model, item, "group", "", &failed);
	user->addresses = field_copy(model, item, "address", "", &failed);
	user->hash = field_copy(model, item, "password", NULL, &failed);
	user->policies = policies_of_group(model, field_reference(model, item, "group"));
	return !failed;
}

void user_free(struct user *user)
{
	free(user->name);
	free(user->group);
	free(user->addresses);
	if (user->hash)
		explicit_bzero(user->hash, strlen(user->hash));
	free(user->hash);
	*user = (struct user){0};
}

/* Takes as long wherever they differ. */
static bool same(const char *a, const char *b)
{
	size_t len = strlen(a);
	unsigned char differs = len != strlen(b) || *a == '*'; /* crypt_r() failed */

	for (size_t i = 0; len == strlen(b) && i < len; i++)
		differs |= (unsigned char)(a[i] ^ b[i]);
	return differs == 0;
}

bool user_password_matches(const struct user *user, const char *password)
{
	struct crypt_data *data;
	const char *made;
	bool matches;

	if (user->hash == NULL || *user->hash == '\0')
		return user->id && *password == '\0';
	data = calloc(1, sizeof *data);
	if (data == NULL)
		return false;
	made = crypt_r(password, user->hash, data);
	matches = made && same(made, user->hash);
	explicit_bzero(data, sizeof *data);
	free(data);
	return matches;
}

bool user_allows(const struct user *user, uint8_t family, const union weir_addr *addr)
{
	const char *at = user->addresses;

	if (family == 0 || at == NULL || *at == '\0')
		return family == 0 || at != NULL;
	while (*at) {
		size_t len = strcspn(at, ",");
		struct prefix prefix;

		if (prefix_parse(at, len, &prefix) && prefix_contains(&prefix, family, addr))
			return true;
		at += len + (at[len] == ',');
	}
	return false;
}

struct actor user_actor(const struct user *user, const char *via)
{
	return (struct actor){.user = user->name, .via = via, .policies = user->policies};
}

/* /user as it is kept */

struct login {
	uint64_t id;
	int64_t time;
};

struct users {
	struct model *model;
	struct clock *clock;
	struct login *login;
	size_t logins;
	struct strbuf room; /* the last value's text */
};

/* The rights without which nobody can give them back. */
#define MASTER (POLICY_BIT(READ) | POLICY_BIT(WRITE) | POLICY_BIT(POLICY) | POLICY_BIT(PASSWORD))

/* Whether each user has a group, and somebody can log in who may do everything. */
static bool check(struct users *u, const struct menu *menu, bool *groups, bool *master)
{
	const struct menu *group_menu = model_menu(u->model, GROUPS);
	struct menu_source *source = model_open(u->model, menu);
	const void *row;

	*groups = true;
	*master = false;
	if (source == NULL)
		return false;
	while ((row = source->next(source)) != NULL) {
		const struct item *item = model_item(u->model, menu, model_id(source, row));
		uint64_t group = item ? field_reference(u->model, item, "group") : 0;

		if (item == NULL)
			continue;
		if (group == 0 || model_item(u->model, group_menu, group) == NULL)
			*groups = false;
		else if (!item_disabled(item) &&
			 (policies_of_group(u->model, group) & MASTER) == MASTER)
			*master = true;
	}
	model_close(source);
	return true;
}

static bool prepare(void *ctx, struct change *change, struct strbuf *error)
{
	struct users *u = ctx;
	const struct menu *menu = model_menu(u->model, USERS),
			  *group = model_menu(u->model, GROUPS);
	bool groups, master;

	if (menu == NULL || group == NULL ||
	    (!change_touched(change, menu) && !change_touched(change, group)))
		return true;
	if (!check(u, menu, &groups, &master)) {
		strbuf_str(error, "failure: out of memory");
		return false;
	}
	if (!groups)
		strbuf_str(error, "failure: group has some users");
	else if (!master)
		strbuf_str(error, "failure: at least one user with full rights must remain");
	return groups && master;
}

static void show(void *ctx, const struct menu *menu, const struct item *item,
		 const struct property *property, struct value *value)
{
	struct users *u = ctx;

	(void)menu;
	*value = value_none();
	if (strcmp(property->name, "last-logged-in") != 0)
		return;
	for (size_t i = 0; i < u->logins; i++) {
		if (u->login[i].id != item_id(item))
			continue;
		strbuf_reset(&u->room);
		clock_print(u->clock, u->login[i].time, &u->room);
		if (!u->room.failed)
			field_answer(property, strbuf_text(&u->room), u->room.len, value);
		return;
	}
}

struct users *users_create(struct model *model, struct clock *clk)
{
	static const struct menu_live live = {.value = show};
	struct users *u = calloc(1, sizeof(*u));
	const struct menu *menu = model_menu(model, USERS);

	if (u == NULL)
		return NULL;
	u->model = model;
	u->clock = clk;
	if (!model_observe(model, &(struct model_observer){.ctx = u, .prepare = prepare})) {
		free(u);
		return NULL;
	}
	if (menu)
		model_bind(model, menu, &live, u);
	return u;
}

void users_destroy(struct users *u)
{
	if (u == NULL)
		return;
	free(u->login);
	strbuf_free(&u->room);
	free(u);
}

void users_logged_in(struct users *u, uint64_t id)
{
	int64_t now = (int64_t)clock_now(u->clock, NULL) / SECOND;
	struct login *grown;

	for (size_t i = 0; i < u->logins; i++) {
		if (u->login[i].id == id) {
			u->login[i].time = now;
			return;
		}
	}
	grown = realloc(u->login, (u->logins + 1) * sizeof(*grown));
	if (grown == NULL)
		return; /* it is not shown, nothing else */
	u->login = grown;
	u->login[u->logins++] = (struct login){id, now};
}
