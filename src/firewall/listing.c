/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/listing.c - what a worker does when a rule puts an address into a list, or somebody
 * takes it out: in its own lists (dynamic_list.h) first, and with other workers, in what all
 * share (shared_list.h).
 *
 * Cost: a renewal that the others need not know takes no lock.
 */
#include "firewall/worker_state.h"

#define GRACE (WEIR_SEC)     /* the others hear of renewals by so much, */
#define GRACE_PART 16u        /* or by this part of the timeout */

/* There is nobody else: what all know is what this one knows. */
static void tell_alone(struct dynamic_entry *e, bool fresh, enum shared_how how,
		       struct shared_added *added)
{
	added->fresh = fresh;
	added->tell = fresh || (how == SHARED_TOLD && !dynamic_near(e->told, e->expires, WEIR_SEC));
	if (added->tell)
		e->told = e->expires;
}

/* => whether all know of it now. Only those who have it can be told where that is not so. */
static bool share(struct firewall *f, struct dynamic_entry *e, bool fresh, weir_time now,
		  enum shared_how how, struct shared_added *added)
{
	struct dynamic_key key = dynamic_entry_key(e);

	if (shared_lists_add(f->shared, &f->follower, &key, e->expires, now, how, added)) {
		e->told = e->expires;
		return true;
	}
	if (e->told != DYNAMIC_ALONE)
		f->added.full++;
	e->told = DYNAMIC_ALONE;
	f->alone = f->added.top;
	*added = (struct shared_added){fresh, fresh};
	return false;
}

bool listing_add(struct firewall *firewall, const struct dynamic_key *key, weir_time timeout,
		 weir_time now, enum shared_how how, struct shared_added *added)
{
	weir_time grace = timeout / GRACE_PART < GRACE ? timeout / GRACE_PART : GRACE;
	bool there, fresh;
	uint32_t place = dynamic_lists_put(&firewall->added, key, &there);
	struct dynamic_entry *e;

	*added = (struct shared_added){false, false};
	if (!place) {
		firewall->added.full++;
		return false;
	}
	e = dynamic_entry_at(&firewall->added, place);
	fresh = !there || dynamic_entry_over(e, now);
	e->expires = timeout > 0 ? now + timeout : 0;
	if (!firewall->shared)
		tell_alone(e, fresh, how, added);
	else if (fresh || !dynamic_near(e->told, e->expires, grace))
		share(firewall, e, fresh, now, how, added);
	return true;
}

/* What this one has may have been taken out by another meanwhile: the answer is what all know. */
bool listing_remove(struct firewall *firewall, const struct dynamic_key *key, weir_time now)
{
	uint32_t place = dynamic_lists_find(&firewall->added, key);
	bool own = place && (!firewall->shared || dynamic_entry_at(&firewall->added, place)->told ==
							  DYNAMIC_ALONE);

	dynamic_lists_drop(&firewall->added, key);
	return (firewall->shared && shared_lists_remove(firewall->shared, key, now)) || own;
}

void listing_retry(struct firewall *firewall, weir_time now, uint32_t work)
{
	struct shared_added added;

	for (; work > 0 && firewall->alone > 1; work--) {
		struct dynamic_entry *e = dynamic_entry_at(&firewall->added, --firewall->alone);

		if (e->list != 0 && e->told == DYNAMIC_ALONE && !dynamic_entry_over(e, now) &&
		    !share(firewall, e, false, now, SHARED_LATER, &added))
			return;
	}
}
