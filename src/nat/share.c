/* SPDX-License-Identifier: Apache-2.0 */
/* nat/share.c - the table of sources; see share.h. Chains of entries that lie in pages. */
#include "nat/share.h"

#include <string.h>

#include "packet/packet.h"

#define CHAINS (1u << 16)
#define HEADS_SIZE (CHAINS * sizeof(uint32_t))

void shares_init(struct shares *s, struct alloc *alloc, const struct hash_key *key)
{
	*s = (struct shares){.alloc = alloc, .key = *key, .top = 1};
}

void shares_fini(struct shares *s)
{
	const struct hash_key key = s->key;

	for (unsigned i = 0; i < SHARE_PAGES; i++)
		alloc_put(s->alloc, s->pages[i], SHARE_PAGE * sizeof **s->pages);
	alloc_put(s->alloc, s->heads, HEADS_SIZE);
	shares_init(s, s->alloc, &key);
}

enum share_kind share_kind(uint8_t proto)
{
	switch (proto) {
	case PROTO_TCP:
		return SHARE_TCP;
	case PROTO_UDP:
		return SHARE_UDP;
	case PROTO_ICMP:
	case PROTO_ICMPV6:
		return SHARE_ICMP;
	default:
		return SHARE_OTHER;
	}
}

static struct share *at(const struct shares *s, uint32_t index)
{
	return &s->pages[index / SHARE_PAGE][index % SHARE_PAGE];
}

static uint32_t *head(const struct shares *s, uint8_t family, const union weir_addr *source)
{
	struct hash_in in = {.lo = source->u64[0] ^ family, .hi = source->u64[1]};

	return &s->heads[hash_one(&s->key, in) % CHAINS];
}

static bool is_of(const struct share *share, uint8_t family, const union weir_addr *source)
{
	return share->family == family && !memcmp(&share->source, source, sizeof *source);
}

struct share *share_find(const struct shares *s, uint8_t family, const union weir_addr *source)
{
	if (s->count == 0)
		return NULL;
	for (uint32_t i = *head(s, family, source); i != 0; i = at(s, i)->next)
		if (is_of(at(s, i), family, source))
			return at(s, i);
	return NULL;
}

/* => 0: no room or no memory */
static uint32_t take_place(struct shares *s)
{
	uint32_t index = s->free;

	if (!s->heads)
		s->heads = alloc_get(s->alloc, HEADS_SIZE, 64);
	if (!s->heads)
		return 0;
	if (index) {
		s->free = at(s, index)->next;
		return index;
	}
	index = s->top;
	if (index > SHARES_MAX)
		return 0;
	if (!s->pages[index / SHARE_PAGE])
		s->pages[index / SHARE_PAGE] =
			alloc_get(s->alloc, SHARE_PAGE * sizeof **s->pages, 64);
	if (!s->pages[index / SHARE_PAGE])
		return 0;
	s->top++;
	return index;
}

struct share *share_take(struct shares *s, uint8_t family, const union weir_addr *source,
			 weir_time now)
{
	struct share *share = share_find(s, family, source);
	uint32_t index, *first;

	if (!share) {
		index = take_place(s);
		if (!index)
			return NULL;
		share = at(s, index);
		first = head(s, family, source);
		*share = (struct share){.source = *source, .family = family, .next = *first};
		*first = index;
		s->count++;
	}
	share->since = now;
	return share;
}

static bool over(const struct share *share, weir_time now)
{
	for (unsigned i = 0; i < SHARE_KINDS; i++)
		if (share->conns[i] > 0)
			return false;
	return now - share->since >= SHARE_IDLE;
}

static void drop(struct shares *s, struct share *share, uint32_t index)
{
	uint32_t *link = head(s, share->family, &share->source);

	while (*link != index)
		link = &at(s, *link)->next;
	*link = share->next;
	share->family = 0;
	share->next = s->free;
	s->free = index;
	s->count--;
}

void shares_expire(struct shares *s, weir_time now, uint32_t work)
{
	for (uint32_t i = 0; i < work && s->count > 0; i++) {
		struct share *share;

		if (++s->hand >= s->top)
			s->hand = 1;
		share = at(s, s->hand);
		if (share->family && over(share, now))
			drop(s, share, s->hand);
	}
}
