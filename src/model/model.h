/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/model.h - the router's configuration and everything else that menus show: one model,
 * which the console, the API, REST and the web page render.
 *
 * A menu's items come from the configuration kept here, or, for MENU_LIVE, from whoever is
 * bound to it (connections, log, files). Reading is the same for both: open a source, walk it,
 * ask for properties.
 *
 * The configuration changes by *changes*: begin, any number of operations, commit or abort.
 * An operation that is refused leaves nothing of itself; an aborted change leaves nothing at
 * all. A commit asks every observer to prepare (validate, compile, make room); if one refuses,
 * the change is taken back. Then all publish, which cannot fail. Changes nest: what is begun
 * inside another is a part of it, can be aborted alone, and is published with the outermost.
 * A change that was published is a step of the history: undo is a change as well.
 *
 * Items are immutable: an operation puts a new one in the old one's place, under the same id.
 * Ids begin at 1 in each menu (or space), grow, and are never used again.
 *
 * Threads: every call with the model's lock held (model_lock()); a session gives it up while
 * it sleeps or its output is stuck. A source stays good when the menu changes between calls:
 * items that stay are listed once, those that come or go may or may not be.
 * Cost: an address-list entry takes less than 200 bytes; adding at the end, finding by id and
 * by name take constant time; moving and removing are linear once a command.
 */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include "model/menu.h"
#include "model/setting.h"
#include "model/tree.h"

struct model;
struct change;
struct item;

/* Rights, as in /user group policy. */
#define POLICIES(X)                                                                                \
	X(LOCAL, "local")                                                                          \
	X(TELNET, "telnet")                                                                        \
	X(SSH, "ssh")                                                                              \
	X(FTP, "ftp")                                                                              \
	X(REBOOT, "reboot")                                                                        \
	X(READ, "read")                                                                            \
	X(WRITE, "write")                                                                          \
	X(POLICY, "policy")                                                                        \
	X(TEST, "test")                                                                            \
	X(WINBOX, "winbox")                                                                        \
	X(PASSWORD, "password")                                                                    \
	X(WEB, "web")                                                                              \
	X(SNIFF, "sniff")                                                                          \
	X(SENSITIVE, "sensitive")                                                                  \
	X(API, "api")                                                                              \
	X(ROMON, "romon")                                                                          \
	X(DUDE, "dude")                                                                            \
	X(TIKAPP, "tikapp")                                                                        \
	X(REST_API, "rest-api")

enum policy {
#define X(name, text) POLICY_##name,
	POLICIES(X)
#undef X
	        POLICY_COUNT
};

#define POLICY_BIT(name) (1u << POLICY_##name)
#define POLICY_ALL ((1u << POLICY_COUNT) - 1)

/* Who asks. */
struct actor {
	const char *user;  /* "admin" */
	const char *via;   /* "console", "api", "script", "load" */
	uint32_t policies; /* bits of enum policy */
};

/* What the model asks of the world. Every member may be NULL. */
struct model_world {
	void *ctx;
	/* Nanoseconds since 1970-01-01 UTC; NULL: 0 */
	uint64_t (*now)(void *ctx);
	/* A line for the log: topics "system,info", message "filter rule added by admin" */
	void (*log)(void *ctx, const char *topics, const char *message);
};

/* => NULL: no memory */
struct model *model_create(const struct model_world *world);
void model_destroy(struct model *model); /* NULL is fine; all sources must be closed */

void model_lock(struct model *model);
void model_unlock(struct model *model);

/* The menus. */
const struct menu_node *model_root(const struct model *model);
const struct menu *model_menu(const struct model *model, const char *path); /* or NULL */

/* The version of RouterOS that the configuration speaks: MENU_VERSION(7, 16), or that of the
 * export it was loaded from. It decides defaults that differ and what an export spells. */
unsigned model_version(const struct model *model);
void model_set_version(struct model *model, unsigned version);

/* The same with all that the release's name has, for the header of an export: "6.43.8", "7.2rc1".
 * => false: it begins with no version, or is too long; nothing was set */
#define MODEL_RELEASE_MAX 24
const char *model_release(const struct model *model);
bool model_set_release(struct model *model, const char *release, size_t len);

/* A property's default in the version at hand; NULL: not set. */
const char *model_initial(const struct model *model, const struct property *property);

/* Reading. */

/* Begins a listing of a menu's items, closed by model_close(). => NULL: no memory */
struct menu_source *model_open(struct model *model, const struct menu *menu);
void model_close(struct menu_source *source); /* NULL is fine */

/* The item of an id; NULL: none. Good until the source's next call. */
const void *model_find(struct menu_source *source, uint64_t id);

/* The number of items, without walking where that can be. */
uint64_t model_count(struct model *model, const struct menu *menu);

/* The id of an item of any menu; 0: the menu has none, its items are told apart by their place. */
uint64_t model_id(struct menu_source *source, const void *item);

/* The item of a name, or the only one whose name begins so. */
enum setting_found model_find_name(struct model *model, const struct menu *menu, const char *name,
                                   size_t len, uint64_t *id);

/* Items of the configuration (any store but MENU_LIVE). */
const struct item *model_item(struct model *model, const struct menu *menu, uint64_t id);
const struct item *model_settings(struct model *model, const struct menu *menu);
const struct menu *item_menu(const struct item *item); /* its own, below a MENU_UNION */
uint64_t item_id(const struct item *item);
bool item_disabled(const struct item *item);
bool item_dynamic(const struct item *item); /* not exported, gone with the process */
bool item_builtin(const struct item *item); /* one of menu.rows: cannot be removed */
/* The kept form of a property. => false: not set, not even by default */
bool item_kept(const struct model *model, const struct item *item, const struct property *property,
               const char **kept, size_t *len);
/* The items of a menu that is no union, in their order; good until something is changed. */
const struct item *const *model_items(const struct model *model, const struct menu *menu,
                                      size_t *count);
/* What an item says never changes: who holds it knows that one of the same address says the same.
 * Held ones may outlive the model. */
const struct item *item_hold(const struct item *item);
void item_drop(const struct item *item); /* NULL is fine */
/* Whether it names items of other menus: what these say, and whether it is invalid, may change
 * without it. */
bool item_refers(const struct item *item);
/* Whether it was written, rather than left at its default. */
bool item_written(const struct item *item, const struct property *property);
/* Whether a reference in it leads nowhere, or whoever is bound to its menu has a reason. */
bool item_invalid(struct model *model, const struct item *item);

/* A set of properties being put together, for menu.check(). */
const char *view_text(const struct item_view *view, const char *property); /* NULL: not set */
bool view_written(const struct item_view *view, const char *property);

const struct setting_scope *model_scope(struct model *model);

/* Changing. */

struct assignment {
	const struct property *property;
	const char *text; /* as the user wrote it; NULL: unset it */
	size_t len;
};

#define MODEL_END UINT64_MAX /* a place after the last item */

/* How a refused operation is told apart. The texts are in *error. */
enum model_refusal {
	MODEL_OK,
	MODEL_NO_ITEM,    /* no such item */
	MODEL_BAD_VALUE,  /* what setting_read() says */
	MODEL_MISSING,    /* missing value(s) of argument(s) chain */
	MODEL_FAILURE,    /* failure: already have such entry */
	MODEL_FORBIDDEN,  /* not enough permissions (9) */
	MODEL_NO_MEMORY,
};

/* actor NULL: the model's or the system's own doing, which is not logged and is no step of the
 * history. => NULL: no memory */
struct change *change_begin(struct model *model, const struct actor *actor);

/* Adds an item before that of `before`, or at the end. copy_from: an id whose properties it
 * begins with, or 0. => its id in *id */
enum model_refusal change_add(struct change *change, const struct menu *menu,
                              const struct assignment *assignments, size_t count, uint64_t before,
                              uint64_t copy_from, uint64_t *id, struct strbuf *error);
/* Adds one that is dynamic; timeout as nanoseconds from now, 0: until the process ends. */
enum model_refusal change_add_dynamic(struct change *change, const struct menu *menu,
                                      const struct assignment *assignments, size_t count,
                                      weir_time timeout, uint64_t *id, struct strbuf *error);
/* id 0: the one item of a MENU_SETTINGS */
enum model_refusal change_set(struct change *change, const struct menu *menu, uint64_t id,
                              const struct assignment *assignments, size_t count,
                              struct strbuf *error);
enum model_refusal change_remove(struct change *change, const struct menu *menu,
                                 const uint64_t *ids, size_t count, struct strbuf *error);
/* In the order given, before that of `before`. */
enum model_refusal change_move(struct change *change, const struct menu *menu, const uint64_t *ids,
                               size_t count, uint64_t before, struct strbuf *error);
/* Everything back to how a new model is. */
enum model_refusal change_reset(struct change *change, struct strbuf *error);

/* The property whose value the last of these was refused for (MODEL_BAD_VALUE); it is one of the
 * assignments'. NULL: it was not about one. */
const struct property *model_culprit(const struct model *model);

/* Both end it. commit => MODEL_OK, or the change was taken back and *error says why */
enum model_refusal change_commit(struct change *change, struct strbuf *error);
void change_abort(struct change *change);

/* While it is on, a reference to an interface or an interface list that is nowhere defined makes
 * one (dynamic, not running), and so does `find default-name=`, a port's name or its number in
 * /interface ethernet: an export names hardware that this machine need not have. Ids in
 * references are strays (setting.h) meanwhile. */
void model_set_lenient(struct model *model, bool lenient);
bool model_lenient(const struct model *model);

/* An interface that the machine has: a port of the router, which cannot be removed.
 * => its id; 0: no memory, or something else has that name */
uint64_t model_add_hardware(struct model *model, const char *name);

/* The port of that default-name. While it is lenient and a change is open it is made if there
 * is none, and goes if the change is taken back. => its id; 0: there is none, or no memory */
uint64_t model_find_hardware(struct model *model, const char *default_name);

/* Live menus: functions for everything that is not the configuration's. Those of MENU_LIVE
 * need open; others may have values for their read-only properties and stop there. */
struct menu_live {
	struct menu_source *(*open)(void *ctx, const struct menu *menu);
	/* => false: it has to be counted */
	bool (*count)(void *ctx, const struct menu *menu, uint64_t *count);
	enum model_refusal (*add)(void *ctx, const struct menu *menu, const struct actor *actor,
	                          const struct assignment *assignments, size_t count, uint64_t *id,
	                          struct strbuf *error);
	enum model_refusal (*set)(void *ctx, const struct menu *menu, const struct actor *actor,
	                          uint64_t id, const struct assignment *assignments, size_t count,
	                          struct strbuf *error);
	/* MODEL_NO_ITEM: it has ended meanwhile */
	enum model_refusal (*remove)(void *ctx, const struct menu *menu, const struct actor *actor,
	                             uint64_t id, struct strbuf *error);
	/* The value of a read-only property of an item of the configuration (counters, totals,
	 * running). */
	void (*value)(void *ctx, const struct menu *menu, const struct item *item,
	              const struct property *property, struct value *value);
	/* Whether an item of the configuration does nothing now, for a reason of its owner's
	 * (item_invalid()). */
	bool (*invalid)(void *ctx, const struct menu *menu, const struct item *item);
	/* reset-counters; id 0: all */
	void (*reset_counters)(void *ctx, const struct menu *menu, uint64_t id);
};

/* Binds a menu to its owner, who must outlive the model or bind NULL. */
void model_bind(struct model *model, const struct menu *menu, const struct menu_live *live,
                void *ctx);
const struct menu_live *model_live(struct model *model, const struct menu *menu, void **ctx);

/* Who wants to know of changes. Called in the order they were added, with the lock held.
 * touched() tells whether the change has to do with a menu. */
struct model_observer {
	void *ctx;
	/* => false: refused, *error says why; discard() is called of those that had prepared */
	bool (*prepare)(void *ctx, struct change *change, struct strbuf *error);
	void (*publish)(void *ctx, struct change *change);
	void (*discard)(void *ctx, struct change *change);
};

bool model_observe(struct model *model, const struct model_observer *observer);
bool change_touched(const struct change *change, const struct menu *menu);
/* The items of a menu that a change added, replaced or removed. `before` is NULL for added,
 * `after` for removed ones. */
void change_items(const struct change *change, const struct menu *menu,
                  void (*each)(void *ctx, const struct item *before, const struct item *after),
                  void *ctx);

/* Removes the dynamic items whose time has come (menu.expires). => when the next one's comes,
 * as nanoseconds of model_world.now(), UINT64_MAX: never */
uint64_t model_expire(struct model *model);

/* Grows with each published change: what has not changed need not be looked at again. */
uint64_t model_generation(const struct model *model);

/* History: the published changes, the newest last, at most 100. */

/* => MODEL_FAILURE and "failure: nothing to undo" */
enum model_refusal model_undo(struct model *model, const struct actor *actor, struct strbuf *error);
enum model_refusal model_redo(struct model *model, const struct actor *actor, struct strbuf *error);

/* Safe mode: from take on, changes are undone by unroll unless release comes first. One at a
 * time. `holder` is whoever took it (a session). => false: another holds it */
bool model_safe_take(struct model *model, const void *holder);
void model_safe_release(struct model *model, const void *holder);
/* => how many changes were undone */
unsigned model_safe_unroll(struct model *model, const void *holder, const struct actor *actor);
bool model_safe_held(const struct model *model, const void *holder);

#endif
