/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/engine.c - making and ending an engine, its settings and rules and its counters.
 *
 * Settings and rules change by publishing a new snapshot; what is not changed it has of
 * the one before. The old one may still be read by a worker in the middle of a batch, so it is
 * kept until every worker has begun a batch under a newer one; the next change or the end of the
 * engine frees it.
 */
#include <string.h>

#include "engine/path_helper.h"
#include "track/settings.h"

#define HASH_TABLE 1
#define HASH_FRAGMENTS 2
#define HASH_FIREWALL 3
#define HASH_LISTS 4
#define GRE_KEYS 8192u /* two for each call of PPTP */

void weir_config_init(struct weir_config *config)
{
	*config = (struct weir_config){.workers = 1, .frag_memory = 4u << 20};
	weir_settings_init(&config->settings);
}

static struct snapshot *snapshot_create(struct weir_engine *e, const struct weir_settings *settings,
					int *error)
{
	struct snapshot *s = alloc_get(&e->alloc, sizeof *s, 64);

	if (!s) {
		*error = WEIR_ENOMEM;
		return NULL;
	}
	s->settings = *settings;
	*error = track_settings_compile(settings, e->workers, &s->track);
	if (*error == WEIR_OK)
		*error = helper_settings_compile(settings, &s->helper);
	if (*error == WEIR_OK)
		return s;
	alloc_put(&e->alloc, s, sizeof *s);
	return NULL;
}

static void snapshot_destroy(struct weir_engine *e, struct snapshot *s)
{
	policy_release(s->policy, &e->alloc);
	alloc_put(&e->alloc, s, sizeof *s);
}

static void worker_destroy(struct weir_worker *w)
{
	struct weir_engine *e;

	if (!w)
		return;
	e = w->engine;
	table_fini(&w->table);
	nursery_fini(&w->nursery);
	ext_pool_destroy(&w->ext);
	firewall_destroy(w->firewall);
	nat_fini(&w->nat);
	ways_fini(&w->ways);
	bindings_fini(&w->bindings);
	alloc_put(&w->alloc, w->answers, ANSWERS_MAX * sizeof *w->answers);
	alloc_put(&w->alloc, w->edits, PATH_EDITS);
	if (w->frags)
		frag_table_destroy(w->frags);
	if (w->has_events)
		ring_fini(&w->events, &w->alloc);
	spare_fini(&w->spare);
	alloc_put(&e->alloc, w, sizeof *w);
}

static struct weir_worker *worker_create(struct weir_engine *e, unsigned index,
					 const struct weir_config *config)
{
	struct weir_worker *w = alloc_get(&e->alloc, sizeof *w, 64);
	struct hash_key key;

	if (!w)
		return NULL;
	w->engine = e;
	w->index = index;
	alloc_init(&w->alloc, &e->alloc.hooks);
	spare_init(&w->spare, &w->alloc);
	nursery_init(&w->nursery, &w->alloc);
	ext_pool_create(&w->ext, &w->alloc);
	w->track.ext = &w->ext;
	ways_init(&w->ways, &w->alloc);
	bindings_init(&w->bindings, &w->alloc);
	nat_init(&w->nat, &w->table, &w->alloc, config->seed, index, config->workers);
	w->nat.release = path_release;
	w->nat.release_ctx = w;
	mailbox_init(&w->requests);
	w->sweep.slot = 1;
	hash_key_init(&key, config->seed, HASH_TABLE);
	if (!table_init(&w->table, &w->alloc, &w->spare, &key))
		goto fail;
	hash_key_init(&key, config->seed, HASH_FIREWALL);
	w->firewall_seed = hash_one(&key, (struct hash_in){.lo = index});
	hash_key_init(&key, config->seed, HASH_FRAGMENTS);
	w->frags = frag_table_create(&w->alloc, &key, config->frag_memory);
	if (!w->frags)
		goto fail;
	if (config->event_ring > 0) {
		if (ring_init(&w->events, &w->alloc, config->event_ring,
			      sizeof(struct weir_event)) != WEIR_OK)
			goto fail;
		w->has_events = true;
	}
	return w;
fail:
	worker_destroy(w);
	return NULL;
}

int weir_engine_create(struct weir_engine **engine, const struct weir_config *config)
{
	struct alloc alloc;
	struct weir_engine *e;
	struct snapshot *snapshot;
	struct hash_key key;
	int error;

	if (config->workers < 1 || config->workers > WEIR_WORKERS_MAX ||
	    config->event_ring > 1u << 30)
		return WEIR_ERANGE;
	if (!config->allocator.alloc != !config->allocator.free)
		return WEIR_EINVAL;
	alloc_init(&alloc, &config->allocator);
	e = alloc_get(&alloc, sizeof *e, 64);
	if (!e)
		return WEIR_ENOMEM;
	e->alloc.hooks = alloc.hooks;
	atomic_init(&e->alloc.used, sizeof *e);
	e->workers = config->workers;
	snapshot = snapshot_create(e, &config->settings, &error);
	if (!snapshot)
		goto fail;
	atomic_init(&e->snapshot, snapshot);
	error = WEIR_ENOMEM;
	hash_key_init(&key, config->seed, HASH_LISTS);
	e->lists = shared_lists_create(&e->alloc, &key, e->workers);
	if (!e->lists)
		goto fail;
	if (!expect_init(&e->expectations, &e->alloc, config->seed) ||
	    !gre_keys_init(&e->gre_keys, &e->alloc, GRE_KEYS))
		goto fail;
	expect_set_most(&e->expectations, config->settings.max_expectations);
	e->worker = alloc_get(&e->alloc, e->workers * sizeof(struct weir_worker *), 64);
	if (!e->worker)
		goto fail;
	for (unsigned i = 0; i < e->workers; i++) {
		e->worker[i] = worker_create(e, i, config);
		if (!e->worker[i])
			goto fail;
		worker_begin(e->worker[i], 0);
	}
	*engine = e;
	return WEIR_OK;
fail:
	weir_engine_destroy(e);
	return error;
}

static void free_older(struct weir_engine *e, struct snapshot *s)
{
	while (s->older) {
		struct snapshot *older = s->older;

		s->older = older->older;
		snapshot_destroy(e, older);
	}
}

void weir_engine_destroy(struct weir_engine *engine)
{
	struct weir_engine *e = engine;
	struct snapshot *snapshot;

	if (!e)
		return;
	for (unsigned i = 0; e->worker && i < e->workers; i++)
		worker_destroy(e->worker[i]);
	alloc_put(&e->alloc, e->worker, e->workers * sizeof(struct weir_worker *));
	expect_fini(&e->expectations);
	gre_keys_fini(&e->gre_keys);
	shared_lists_destroy(e->lists);
	snapshot = atomic_load_explicit(&e->snapshot, memory_order_relaxed);
	if (snapshot) {
		free_older(e, snapshot);
		snapshot_destroy(e, snapshot);
	}
	struct alloc alloc = e->alloc;
	alloc_put(&alloc, e, sizeof *e);
}

struct weir_worker *weir_engine_worker(struct weir_engine *engine, unsigned index)
{
	return index < engine->workers ? engine->worker[index] : NULL;
}

unsigned weir_engine_workers(const struct weir_engine *engine)
{
	return engine->workers;
}

/* Whether every worker has begun a batch under this generation or a later one. */
static bool all_moved_on(const struct weir_engine *e, uint32_t generation)
{
	for (unsigned i = 0; i < e->workers; i++) {
		uint32_t seen = atomic_load_explicit(&e->worker[i]->seen, memory_order_acquire);

		if ((int32_t)(seen - generation) < 0)
			return false;
	}
	return true;
}

static void publish(struct weir_engine *e, struct snapshot *fresh, struct policy *policy)
{
	struct snapshot *old = atomic_load_explicit(&e->snapshot, memory_order_relaxed);

	fresh->policy = policy;
	if (policy)
		policy->holders++;
	fresh->generation = old->generation + 1;
	fresh->older = old;
	/* Pairs with the acquire in worker_begin(). */
	atomic_store_explicit(&e->snapshot, fresh, memory_order_release);
	if (all_moved_on(e, old->generation))
		free_older(e, old);
}

int weir_settings_set(struct weir_engine *engine, const struct weir_settings *settings)
{
	struct snapshot *old = atomic_load_explicit(&engine->snapshot, memory_order_relaxed);
	struct snapshot *fresh;
	int error;

	fresh = snapshot_create(engine, settings, &error);
	if (!fresh)
		return error;
	expect_set_most(&engine->expectations, settings->max_expectations);
	publish(engine, fresh, old->policy);
	return WEIR_OK;
}

/* A policy that was not published. */
static void discard(struct weir_engine *e, struct policy *policy)
{
	if (policy)
		policy->holders = 1;
	policy_release(policy, &e->alloc);
}

int weir_rules_set(struct weir_engine *engine, const struct weir_ruleset *rules,
		   struct weir_rules_error *error)
{
	struct snapshot *old = atomic_load_explicit(&engine->snapshot, memory_order_relaxed);
	struct snapshot *fresh;
	struct policy *policy = NULL;
	struct dynamic_name *names = NULL;
	int failed;

	*error = (struct weir_rules_error){.counter = UINT32_MAX};
	if (rules) {
		policy = policy_create(&engine->alloc, old->policy, rules, error);
		if (!policy)
			return error->text[0] ? WEIR_EINVAL : WEIR_ENOMEM;
		names = shared_lists_name(engine->lists, policy->ruleset);
		if (!names) {
			discard(engine, policy);
			return WEIR_ENOMEM;
		}
	}
	fresh = snapshot_create(engine, &old->settings, &failed);
	if (!fresh) {
		if (policy)
			shared_names_free(engine->lists, names, policy->ruleset);
		discard(engine, policy);
		return failed;
	}
	if (policy)
		shared_names_take(engine->lists, names, policy->ruleset);
	publish(engine, fresh, policy);
	return WEIR_OK;
}

void weir_settings_get(const struct weir_engine *engine, struct weir_settings *settings)
{
	*settings = atomic_load_explicit(&engine->snapshot, memory_order_acquire)->settings;
}

int weir_prepare(struct weir_engine *engine)
{
	bool did = false;

	for (unsigned i = 0; i < engine->workers; i++)
		did |= spare_fill(&engine->worker[i]->spare);
	return did;
}

/* All of struct weir_stats are uint64_t counters: they add up member by member. */
static void add_stats(struct weir_stats *sum, const struct weir_stats *part)
{
	uint64_t to[sizeof *sum / sizeof(uint64_t)], from[sizeof *sum / sizeof(uint64_t)];

	memcpy(to, sum, sizeof to);
	memcpy(from, part, sizeof from);
	for (size_t i = 0; i < ARRAY_COUNT(to); i++)
		to[i] += from[i];
	memcpy(sum, to, sizeof to);
}

/* What all workers share is counted with the first one's. */
static void expectation_stats(struct weir_engine *e, struct weir_stats *stats)
{
	struct expect_counters counters;

	expect_count(&e->expectations, &counters);
	stats->expectations = counters.now;
	stats->expectations_added = counters.added;
	stats->expectations_met = counters.met;
	stats->expectations_refused = counters.refused;
}

void worker_stats(const struct weir_worker *w, struct weir_stats *stats)
{
	struct firewall_stats rules = {0};
	struct frag_stats frags;

	frag_stats_get(w->frags, &frags);
	if (w->firewall)
		firewall_stats_get(w->firewall, &rules);
	*stats = w->stats;
	stats->connections = table_count(&w->table);
	stats->connections_v6 = w->table.slab6.live;
	stats->half_open = w->half_open;
	stats->fragments_held = frags.held;
	stats->reassembled = frags.reassembled;
	stats->unfinished = frags.expired;
	/* All have the same: they are counted with the first one's, too. */
	stats->list_entries = w->index == 0 ? rules.list_entries : 0;
	stats->list_full = rules.list_full;
	stats->match_failed = rules.match_failed;
	stats->memory = atomic_load_explicit(&w->alloc.used, memory_order_relaxed);
	if (w->index == 0)
		expectation_stats(w->engine, stats);
}

void weir_stats_get(struct weir_engine *engine, struct weir_stats *stats)
{
	memset(stats, 0, sizeof *stats);
	for (unsigned i = 0; i < engine->workers; i++) {
		struct weir_stats own;

		worker_stats(engine->worker[i], &own);
		add_stats(stats, &own);
	}
	stats->memory += atomic_load_explicit(&engine->alloc.used, memory_order_relaxed);
}
