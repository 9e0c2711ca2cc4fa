/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/address_list.c - what the embedder put into an address list, compiled.
 *
 * Ranges become disjoint and sorted; membership is a binary search. For IPv4 lists of some size
 * a table over the upper half of the address tells between which ranges to search, so that a
 * list of a million entries costs a handful of reads. Memory: 8 bytes an IPv4 range and 256 KiB
 * for a large list, 32 bytes an IPv6 range; ranges that touch become one.
 *
 * Immutable; any thread may ask.
 */
#include <stdlib.h>

#include "firewall/ruleset.h"

#define INDEX_FROM 512u /* ranges from which on a list has an index */
#define INDEX_SIZE 65536u

struct range4 {
	uint32_t first, last;
};

static int compare4(const void *a, const void *b)
{
	const struct range4 *x = a, *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

static int compare6(const void *a, const void *b)
{
	const struct range6 *x = a, *y = b;

	for (int i = 0; i < 2; i++) {
		if (x->first[i] != y->first[i])
			return x->first[i] < y->first[i] ? -1 : 1;
	}
	return 0;
}

/* Whether number a of two words lies before b. */
static inline bool before(const uint64_t a[2], const uint64_t b[2])
{
	return a[0] < b[0] || (a[0] == b[0] && a[1] < b[1]);
}

/* => how many are left of `count` sorted ranges when what overlaps or touches is one */
static uint32_t merge4(struct range4 *r, uint32_t count)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (n > 0 && (r[n - 1].last == UINT32_MAX || r[i].first <= r[n - 1].last + 1)) {
			if (r[i].last > r[n - 1].last)
				r[n - 1].last = r[i].last;
		} else {
			r[n++] = r[i];
		}
	}
	return n;
}

static uint32_t merge6(struct range6 *r, uint32_t count)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (n > 0 && !before(r[n - 1].last, r[i].first)) {
			if (before(r[n - 1].last, r[i].last))
				memcpy(r[n - 1].last, r[i].last, sizeof r[i].last);
		} else {
			r[n++] = r[i];
		}
	}
	return n;
}

/* index[h]: the first range that ends at or behind the first address with the upper half h. */
static bool make_index(struct ruleset *ruleset, struct alloc *alloc, struct ranges4 *v4)
{
	uint32_t at = 0;

	if (v4->count < INDEX_FROM)
		return true;
	v4->index = ruleset_get(ruleset, alloc, (INDEX_SIZE + 1) * sizeof *v4->index);
	if (!v4->index)
		return false;
	for (uint32_t h = 0; h < INDEX_SIZE; h++) {
		while (at < v4->count && v4->last[at] < h << 16)
			at++;
		v4->index[h] = at;
	}
	v4->index[INDEX_SIZE] = v4->count;
	return true;
}

static bool compile4(struct ruleset *ruleset, struct alloc *alloc, struct ranges4 *v4,
		     const struct weir_address_list *from, size_t count)
{
	struct range4 *sorted;
	size_t size = count * sizeof *sorted;
	uint32_t n = 0;

	if (count == 0)
		return true;
	sorted = alloc_get(alloc, size, 64);
	if (!sorted)
		return false;
	for (size_t i = 0; i < from->count; i++) {
		if (from->ranges[i].family == WEIR_IPV4)
			sorted[n++] = (struct range4){be32_swap(from->ranges[i].first.v4),
						      be32_swap(from->ranges[i].last.v4)};
	}
	qsort(sorted, n, sizeof *sorted, compare4);
	n = merge4(sorted, n);
	v4->first = ruleset_get(ruleset, alloc, n * sizeof *v4->first);
	v4->last = ruleset_get(ruleset, alloc, n * sizeof *v4->last);
	for (uint32_t i = 0; v4->first && v4->last && i < n; i++) {
		v4->first[i] = sorted[i].first;
		v4->last[i] = sorted[i].last;
	}
	alloc_put(alloc, sorted, size);
	v4->count = n;
	return v4->first && v4->last && make_index(ruleset, alloc, v4);
}

static bool compile6(struct ruleset *ruleset, struct alloc *alloc, struct address_list *list,
		     const struct weir_address_list *from, size_t count)
{
	uint32_t n = 0;

	list->v6 = ruleset_get(ruleset, alloc, count * sizeof *list->v6);
	if (!list->v6)
		return false;
	for (size_t i = 0; i < from->count; i++) {
		const struct weir_address_range *r = &from->ranges[i];
		union weir_addr first, last;

		if (r->family != WEIR_IPV6)
			continue;
		first = addr_number(WEIR_IPV6, &r->first);
		last = addr_number(WEIR_IPV6, &r->last);
		memcpy(list->v6[n].first, first.u64, sizeof first.u64);
		memcpy(list->v6[n].last, last.u64, sizeof last.u64);
		n++;
	}
	qsort(list->v6, n, sizeof *list->v6, compare6);
	list->v6_count = merge6(list->v6, n);
	return true;
}

bool address_list_compile(struct ruleset *ruleset, struct alloc *alloc, struct address_list *list,
			  const struct weir_address_list *from)
{
	size_t count4 = 0;

	if (from->count > UINT32_MAX / sizeof(struct range6))
		return false;
	for (size_t i = 0; i < from->count; i++)
		count4 += from->ranges[i].family == WEIR_IPV4;
	return compile4(ruleset, alloc, &list->v4, from, count4) &&
	       compile6(ruleset, alloc, list, from, from->count - count4);
}

/* The first range that ends at or behind the address is the only one that may hold it. */
static bool has4(const struct ranges4 *v4, uint32_t addr)
{
	uint32_t low = 0, high = v4->count;

	if (v4->index) {
		low = v4->index[addr >> 16];
		high = v4->index[(addr >> 16) + 1];
	}
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (v4->last[middle] < addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low < v4->count && v4->first[low] <= addr;
}

static bool has6(const struct address_list *list, const uint64_t addr[2])
{
	uint32_t low = 0, high = list->v6_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (before(list->v6[middle].last, addr))
			low = middle + 1;
		else
			high = middle;
	}
	return low < list->v6_count && !before(addr, list->v6[low].first);
}

bool address_list_has(const struct address_list *list, uint8_t family, const union weir_addr *addr)
{
	union weir_addr n;

	if (family == WEIR_IPV4)
		return has4(&list->v4, be32_swap(addr->v4));
	n = addr_number(family, addr);
	return has6(list, n.u64);
}
