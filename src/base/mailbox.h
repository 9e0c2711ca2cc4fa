/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/mailbox.h - anybody posts, the owner empties: a list of the posters' own
 * nodes, without bound, lock or allocation.
 *
 * A node belongs to the mailbox from mailbox_post() until mailbox_take() has given it out;
 * then to the owner, who reads `next` before letting go of it. The same node must not
 * be posted twice meanwhile.
 *
 * Threads: any may post, at any time; one at a time, the owner, takes. Cost: a post is
 * one compare-and-swap, repeated when another poster came between; an empty box costs the owner
 * one plain load, a full one an exchange and a walk over what it held.
 *
 * Posts are pushed onto a stack. The owner always takes the whole of it, so a
 * node can never be popped and pushed again under a poster's hands (no ABA), and
 * turns it round to have the oldest first.
 */
#ifndef BASE_MAILBOX_H
#define BASE_MAILBOX_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct mail {
	struct mail *next;
};

struct mailbox {
	_Alignas(64) _Atomic(struct mail *) newest;
};

static inline void mailbox_init(struct mailbox *box)
{
	atomic_init(&box->newest, NULL);
}

/* Posts a node. => true if the box was empty: whoever wants to wake the owner need
 * do so only then */
static inline bool mailbox_post(struct mailbox *box, struct mail *mail)
{
	struct mail *before = atomic_load_explicit(&box->newest, memory_order_relaxed);

	do {
		mail->next = before;
		/* The release pairs with the acquire in mailbox_take(): the owner sees the
		 * node and what the poster wrote before. */
	} while (!atomic_compare_exchange_weak_explicit(&box->newest, &before, mail,
							memory_order_release,
							memory_order_relaxed));
	return before == NULL;
}

/* Owner. => everything posted so far, linked by `next`, oldest first; NULL if nothing */
static inline struct mail *mailbox_take(struct mailbox *box)
{
	struct mail *mail, *oldest = NULL;

	if (!atomic_load_explicit(&box->newest, memory_order_relaxed))
		return NULL;
	/* Pairs with the releases in mailbox_post(): later posts continue the release
	 * sequence of earlier ones, so one acquire covers the whole list. */
	mail = atomic_exchange_explicit(&box->newest, NULL, memory_order_acquire);
	while (mail) {
		struct mail *next = mail->next;

		mail->next = oldest;
		oldest = mail;
		mail = next;
	}
	return oldest;
}

#endif
