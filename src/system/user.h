/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/user.h - who may log in, and with which rights: /user and /user group asked and kept
 * whole.
 *
 *	model_lock(model);
 *	found = user_find(model, name, &user);
 *	model_unlock(model);
 *	ok = user_password_matches(&user, password) && found && user_allows(...);
 *	...
 *	user_free(&user);
 *
 * The password is compared for a name that there is not as well, so that nobody learns from
 * the time which names there are; and without the model's lock, because it takes long on
 * purpose.
 *
 * Life: a struct user is a copy, filled in by user_find() and given back by user_free(). Users
 * (struct users) live from users_create() until after the model's end. Threads: user_find()
 * and struct users with the model's lock held, the rest any.
 */
#ifndef SYSTEM_USER_H
#define SYSTEM_USER_H

#include "model/model.h"
#include "system/clock.h"

struct user {
	uint64_t id;
	char *name, *group;
	char *hash;	 /* NULL: no password is needed */
	char *addresses; /* "10.0.0.0/8,2001:db8::/32"; "": any */
	uint32_t policies;
};

/* Fills in *user in any case; user_free() is always due.
 * => false: there is no such user, it is disabled, or no memory */
bool user_find(struct model *model, const char *name, struct user *user);
void user_free(struct user *user);

bool user_password_matches(const struct user *user, const char *password);

/* Whether it may log in from an address; family 0: from the machine itself, always. */
bool user_allows(const struct user *user, uint8_t family, const union weir_addr *addr);

/* The actor that a user is; it borrows the name and `via`. */
struct actor user_actor(const struct user *user, const char *via);

/* The rights in a text such as "read,write,!ftp": what is not said or has `!` is not there. */
uint32_t user_policies(const char *text);

/* /user as it is kept: when who logged in last, and that somebody with all rights can. */
struct users;

/* Binds and observes /user. => NULL: no memory */
struct users *users_create(struct model *model, struct clock *clock);
void users_destroy(struct users *users); /* NULL is fine */

/* A user has logged in. */
void users_logged_in(struct users *users, uint64_t id);

#endif
