/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet/frag.c - datagrams that wait for the rest of their fragments.
 *
 * A datagram is found by a keyed hash of addresses, identification and, for
 * IPv4, protocol. Its pieces stand in an array in the order of their offsets: a
 * binary search finds the neighbours of a new one, so that thousands of tiny
 * pieces in the worst order cost a short memmove() each and not a walk.
 *
 * Life: the first fragment to arrive makes it. It ends when the last hole is
 * filled, when its time is up (one list by age for each family, since their
 * times differ), when memory is short and it is the oldest, or when a fragment
 * shows that somebody plays games: an overlap, two ends, ECN marks that no router
 * makes. An exact duplicate is refused and harms nothing. Completed datagrams
 * are buffers in a list of their own until frag_table_release().
 *
 * Threads: one worker's. Memory: what waits, with its bookkeeping, is counted
 * and bounded; the bucket array and completed datagrams come on top.
 */
#include "packet/frag.h"

#include "packet/chain.h"
#include "packet/checksum.h"

#define BUCKETS_MIN 64u
#define BUCKETS_MAX 16384u
#define BYTES_A_BUCKET 512u /* memory that one bucket stands for */
#define PIECES_FIRST 4u
#define EXPIRE_A_CALL 4u /* datagrams that frag_add() forgets at most */
#define PACKET_MAX 65535u
#define IP4_DF 0x4000u

#define WAIT_IP4 (30 * WEIR_SEC)
#define WAIT_IP6 (60 * WEIR_SEC)

enum { AGE_IP4, AGE_IP6, AGE_LISTS };

struct frag_key {
	union weir_addr src, dst;
	uint32_t id;
	uint16_t proto; /* IPv6: 0; fragments of one datagram may differ in it */
	uint16_t family;
};

struct piece {
	uint8_t *data;    /* NULL if no byte is present */
	uint16_t off;     /* into the datagram's payload */
	uint16_t len;     /* by the headers */
	uint16_t present; /* of it, bytes at data */
};

struct datagram {
	struct datagram *chained;       /* next in the bucket */
	struct datagram *older, *newer; /* in the list of its family */
	struct frag_key key;
	weir_time born;
	struct piece *pieces;
	uint32_t count, room;
	uint32_t got;    /* payload bytes received */
	uint32_t total;  /* payload bytes in all, once `ended` */
	uint8_t *header; /* of the first fragment, up to the fragment header */
	uint16_t header_len;
	uint16_t nh_off;              /* IPv6: where frag_proto goes */
	uint8_t proto;                /* frag_proto of the first fragment */
	uint8_t ecn;                  /* set of ECN values seen, a bit each */
	bool ended;                   /* the last fragment is here */
	uint16_t largest, largest_df; /* fragment, and fragment with DF */
};

struct age_list {
	struct datagram *oldest, *newest;
};

struct whole_buffer {
	struct whole_buffer *next;
	size_t size; /* of the allocation */
	uint8_t data[];
};

struct frag_table {
	struct alloc *alloc;
	struct hash_key key;
	struct datagram **buckets;
	uint32_t bucket_count;
	uint32_t memory;
	weir_time now;
	struct age_list ages[AGE_LISTS];
	struct whole_buffer *wholes;
	struct frag_stats stats;
};

struct frag_table *frag_table_create(struct alloc *alloc, const struct hash_key *key,
                                     uint32_t memory)
{
	struct frag_table *t = alloc_get(alloc, sizeof *t, 8);
	uint32_t want = memory / BYTES_A_BUCKET;

	if (!t)
		return NULL;
	if (want > BUCKETS_MAX)
		want = BUCKETS_MAX;
	t->bucket_count = want < BUCKETS_MIN ? BUCKETS_MIN : pow2_ceil(want);
	t->buckets = alloc_get(alloc, t->bucket_count * sizeof *t->buckets, 8);
	if (!t->buckets) {
		alloc_put(alloc, t, sizeof *t);
		return NULL;
	}
	t->alloc = alloc;
	t->key = *key;
	t->memory = memory;
	return t;
}

/* Counted allocation. */
static void *held_get(struct frag_table *t, size_t size)
{
	void *ptr = alloc_get(t->alloc, size, 8);

	if (ptr)
		t->stats.held += size;
	return ptr;
}

static void held_put(struct frag_table *t, void *ptr, size_t size)
{
	if (!ptr)
		return;
	alloc_put(t->alloc, ptr, size);
	t->stats.held -= size;
}

static struct age_list *age_list(struct frag_table *t, const struct datagram *d)
{
	return &t->ages[d->key.family == WEIR_IPV4 ? AGE_IP4 : AGE_IP6];
}

static struct datagram **bucket(struct frag_table *t, const struct frag_key *key)
{
	return &t->buckets[hash_bytes(&t->key, key, sizeof *key) & (t->bucket_count - 1)];
}

static void datagram_free(struct frag_table *t, struct datagram *d)
{
	struct age_list *ages = age_list(t, d);
	struct datagram **at = bucket(t, &d->key);

	while (*at != d)
		at = &(*at)->chained;
	*at = d->chained;
	if (d->older)
		d->older->newer = d->newer;
	else
		ages->oldest = d->newer;
	if (d->newer)
		d->newer->older = d->older;
	else
		ages->newest = d->older;
	for (uint32_t i = 0; i < d->count; i++)
		held_put(t, d->pieces[i].data, d->pieces[i].present);
	held_put(t, d->pieces, d->room * sizeof *d->pieces);
	held_put(t, d->header, d->header_len);
	held_put(t, d, sizeof *d);
}

/* A datagram that will never be. */
static void datagram_abandon(struct frag_table *t, struct datagram *d)
{
	datagram_free(t, d);
	t->stats.expired++;
}

void frag_table_release(struct frag_table *t)
{
	while (t->wholes) {
		struct whole_buffer *w = t->wholes;

		t->wholes = w->next;
		alloc_put(t->alloc, w, w->size);
	}
}

void frag_table_destroy(struct frag_table *t)
{
	if (!t)
		return;
	frag_table_release(t);
	for (unsigned i = 0; i < AGE_LISTS; i++)
		while (t->ages[i].oldest)
			datagram_free(t, t->ages[i].oldest);
	alloc_put(t->alloc, t->buckets, t->bucket_count * sizeof *t->buckets);
	alloc_put(t->alloc, t, sizeof *t);
}

static bool is_over(const struct frag_table *t, const struct datagram *d)
{
	return t->now - d->born >= (d->key.family == WEIR_IPV4 ? WAIT_IP4 : WAIT_IP6);
}

static void expire(struct frag_table *t, weir_time now, uint32_t at_most)
{
	if (now > t->now)
		t->now = now;
	for (unsigned i = 0; i < AGE_LISTS; i++) {
		struct age_list *ages = &t->ages[i];

		for (uint32_t n = 0; n < at_most && ages->oldest && is_over(t, ages->oldest); n++)
			datagram_abandon(t, ages->oldest);
	}
}

void frag_expire(struct frag_table *t, weir_time now)
{
	expire(t, now, UINT32_MAX);
}

void frag_stats_get(const struct frag_table *t, struct frag_stats *stats)
{
	*stats = t->stats;
}

/* The oldest datagram but `keep`. */
static struct datagram *oldest_but(struct frag_table *t, const struct datagram *keep)
{
	struct datagram *oldest = NULL;

	for (unsigned i = 0; i < AGE_LISTS; i++) {
		struct datagram *d = t->ages[i].oldest;

		if (d && d == keep)
			d = d->newer;
		if (d && (!oldest || d->born < oldest->born))
			oldest = d;
	}
	return oldest;
}

/* Makes room for `size` bytes more. `keep` stays, whatever its age. => false if there is none */
static bool make_room(struct frag_table *t, const struct datagram *keep, size_t size)
{
	while (t->stats.held + size > t->memory) {
		struct datagram *d = oldest_but(t, keep);

		if (!d)
			return false;
		datagram_abandon(t, d);
	}
	return true;
}

static void key_of(struct frag_key *key, const struct packet *p)
{
	const uint8_t *l3 = p->l3;

	memset(key, 0, sizeof *key);
	key->id = p->frag_id;
	if (l3[0] >> 4 == 4) {
		key->family = WEIR_IPV4;
		key->proto = p->frag_proto;
		key->src.v4 = raw32(l3 + 12);
		key->dst.v4 = raw32(l3 + 16);
	} else {
		key->family = WEIR_IPV6;
		memcpy(&key->src, l3 + 8, 16);
		memcpy(&key->dst, l3 + 24, 16);
	}
}

/* => the datagram that waits under this key, NULL if there is none whose time is not up */
static struct datagram *find(struct frag_table *t, const struct frag_key *key)
{
	for (struct datagram *d = *bucket(t, key); d; d = d->chained) {
		if (memcmp(&d->key, key, sizeof *key))
			continue;
		if (!is_over(t, d))
			return d;
		datagram_abandon(t, d);
		return NULL;
	}
	return NULL;
}

static struct datagram *datagram_new(struct frag_table *t, const struct frag_key *key)
{
	struct datagram **head, *d;
	struct age_list *ages;

	if (!make_room(t, NULL, sizeof *d))
		return NULL;
	d = held_get(t, sizeof *d);
	if (!d)
		return NULL;
	d->key = *key;
	d->born = t->now;
	head = bucket(t, key);
	d->chained = *head;
	*head = d;
	ages = age_list(t, d);
	d->older = ages->newest;
	if (d->older)
		d->older->newer = d;
	else
		ages->oldest = d;
	ages->newest = d;
	return d;
}

/* Bytes of a transport header that the first fragment of an IPv6 datagram must hold. */
static uint32_t upper_length(uint8_t proto)
{
	switch (proto) {
	case PROTO_TCP:
		return 20;
	case PROTO_UDP:
	case PROTO_UDPLITE:
	case PROTO_ICMPV6:
		return 8;
	case PROTO_SCTP:
	case PROTO_DCCP:
		return 12;
	default:
		return 0;
	}
}

/* The first fragment of an IPv6 datagram holds all headers (RFC 7112), and no Fragment
 * header among those behind its own: the datagram must not turn out to be another fragment.
 * What a capture has cut away cannot be blamed. `atomic`: it is the whole datagram.
 * => false and the reason set */
static bool first_is_sound(struct packet *p, bool atomic)
{
	uint32_t cap = p->io->caplen, size = cap < p->len ? cap : p->len;
	bool whole = size == p->len, tiny;
	struct ip6_chain chain;
	enum chain_end end;

	chain_begin(&chain, p->l3);
	chain_walk(&chain, p->l3, size);
	chain_pass_fragment(&chain, p->l3);
	end = chain_walk(&chain, p->l3, size);
	if (end == CHAIN_LONG) {
		packet_reason(p, WEIR_R_IP6_CHAIN_LONG, CHAIN_HEADERS, 0);
		return false;
	}
	if ((end == CHAIN_FRAGMENT || end == CHAIN_TRUNCATED) && chain.proto == PROTO_FRAGMENT) {
		packet_reason(p, WEIR_R_FRAG_NESTED, 0, 0);
		return false;
	}
	tiny = end == CHAIN_TRUNCATED ||
	       (end == CHAIN_UPPER && size - chain.off < upper_length(chain.proto));
	if (tiny && whole && !atomic) {
		packet_reason(p, WEIR_R_FRAG_TINY, 0, 0);
		return false;
	}
	return true;
}

/* What is wrong with a fragment by itself, its datagram aside. => false and the reason set */
static bool fragment_is_sound(struct packet *p)
{
	bool ip4 = p->l3[0] >> 4 == 4;
	uint32_t end = p->frag_offset + p->l4_len;
	uint32_t before = ip4 ? p->frag_l4_off : p->frag_hdr_off - IP6_HEADER;

	if (p->io->caplen < p->frag_l4_off) {
		packet_reason(p, WEIR_R_IP_TRUNCATED, p->io->caplen, p->frag_l4_off);
		return false;
	}
	if (p->l4_len == 0 || (p->frag_more && p->l4_len % 8)) {
		packet_reason(p, WEIR_R_FRAG_LENGTH, p->l4_len, 0);
		return false;
	}
	if (before + end > PACKET_MAX) {
		packet_reason(p, WEIR_R_FRAG_TOO_LONG, before + end, 0);
		return false;
	}
	return ip4 || p->frag_offset || first_is_sound(p, false);
}

/* => how many pieces begin at or before `off` */
static uint32_t pieces_upto(const struct datagram *d, uint32_t off)
{
	uint32_t low = 0, high = d->count;

	if (high && d->pieces[high - 1].off <= off)
		return high; /* in order, as they mostly come */
	while (low < high) {
		uint32_t mid = (low + high) / 2;

		if (d->pieces[mid].off <= off)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static uint32_t furthest(const struct datagram *d)
{
	const struct piece *last = d->count ? &d->pieces[d->count - 1] : NULL;

	return last ? (uint32_t)last->off + last->len : 0;
}

enum fit { FITS, FIT_DUPLICATE, FIT_NEVER };

/* Whether a fragment fits those that are here, and where it goes. The reason is set if not. */
static enum fit fit(const struct datagram *d, struct packet *p, uint32_t *at)
{
	uint32_t end = p->frag_offset + p->l4_len;
	const struct piece *prev, *next;

	*at = pieces_upto(d, p->frag_offset);
	prev = *at ? &d->pieces[*at - 1] : NULL;
	next = *at < d->count ? &d->pieces[*at] : NULL;
	if (prev && prev->off == p->frag_offset && prev->len == p->l4_len &&
	    p->frag_more == !(d->ended && end == d->total)) {
		packet_reason(p, WEIR_R_FRAG_DUPLICATE, p->frag_offset, 0);
		return FIT_DUPLICATE;
	}
	if (d->ended && (end > d->total || (!p->frag_more && end != d->total))) {
		packet_reason(p, WEIR_R_FRAG_BOUNDS, end, d->total);
		return FIT_NEVER;
	}
	if (!p->frag_more && end < furthest(d)) {
		packet_reason(p, WEIR_R_FRAG_BOUNDS, end, furthest(d));
		return FIT_NEVER;
	}
	if ((prev && (uint32_t)prev->off + prev->len > p->frag_offset) ||
	    (next && next->off < end)) {
		packet_reason(p, WEIR_R_FRAG_OVERLAP, p->frag_offset, 0);
		return FIT_NEVER;
	}
	return FITS;
}

/* Makes place for one piece more. */
static bool grow(struct frag_table *t, struct datagram *d)
{
	uint32_t room = d->room ? d->room * 2 : PIECES_FIRST;
	struct piece *pieces;

	if (d->count < d->room)
		return true;
	if (!make_room(t, d, room * sizeof *pieces))
		return false;
	pieces = held_get(t, room * sizeof *pieces);
	if (!pieces)
		return false;
	if (d->count)
		memcpy(pieces, d->pieces, d->count * sizeof *pieces);
	held_put(t, d->pieces, d->room * sizeof *pieces);
	d->pieces = pieces;
	d->room = room;
	return true;
}

/* A counted copy of some bytes of the packet. => NULL if there is no memory, or nothing to copy */
static uint8_t *copy(struct frag_table *t, struct datagram *d, const uint8_t *from, uint32_t size)
{
	uint8_t *data = NULL;

	if (size && make_room(t, d, size))
		data = held_get(t, size);
	if (data)
		memcpy(data, from, size);
	return data;
}

/* Notes the headers of the first fragment: they become those of the whole. */
static bool take_header(struct frag_table *t, struct datagram *d, const struct packet *p)
{
	uint16_t length = d->key.family == WEIR_IPV4 ? p->frag_l4_off : p->frag_hdr_off;

	d->header = copy(t, d, p->l3, length);
	if (!d->header)
		return false;
	d->header_len = length;
	d->nh_off = p->frag_nh_off;
	d->proto = p->frag_proto;
	return true;
}

static void note_marks(struct datagram *d, const struct packet *p)
{
	const uint8_t *l3 = p->l3;
	uint16_t size = (uint16_t)p->len;

	if (d->key.family == WEIR_IPV6) {
		d->ecn |= (uint8_t)(1 << (l3[1] >> 4 & 3));
		return;
	}
	d->ecn |= (uint8_t)(1 << (l3[1] & 3));
	if (size > d->largest)
		d->largest = size;
	if ((be16(l3 + 6) & IP4_DF) && size > d->largest_df)
		d->largest_df = size;
}

/* Puts a fragment that fits into its place. => false if there is no memory */
static bool insert(struct frag_table *t, struct datagram *d, const struct packet *p, uint32_t at)
{
	struct piece piece = {
	        .off = p->frag_offset, .len = (uint16_t)p->l4_len, .present = (uint16_t)p->l4_cap};

	if (!grow(t, d))
		return false;
	piece.data = copy(t, d, p->l4, p->l4_cap);
	if (!piece.data && p->l4_cap)
		return false;
	memmove(d->pieces + at + 1, d->pieces + at, (d->count - at) * sizeof piece);
	d->pieces[at] = piece;
	d->count++;
	d->got += piece.len;
	if (!p->frag_more) {
		d->ended = true;
		d->total = p->frag_offset + p->l4_len;
	}
	note_marks(d, p);
	return piece.off != 0 || take_header(t, d, p);
}

static struct whole_buffer *whole_new(struct frag_table *t, uint32_t length)
{
	size_t size = sizeof(struct whole_buffer) + length;
	struct whole_buffer *w = alloc_get(t->alloc, size, 8);

	if (!w)
		return NULL;
	w->size = size;
	w->next = t->wholes;
	t->wholes = w;
	return w;
}

/* Turns the first fragment's IPv4 header into the datagram's. */
static void finish_ip4(uint8_t *l3, uint32_t header_len, uint32_t length, bool df)
{
	uint16_t check;

	put_be16(l3 + 2, (uint16_t)length);
	put_be16(l3 + 6, df ? IP4_DF : 0);
	put_be16(l3 + 10, 0);
	check = (uint16_t)~checksum_fold(checksum_sum(l3, header_len, 0));
	memcpy(l3 + 10, &check, sizeof check);
}

static void finish_ip6(uint8_t *l3, uint32_t length, uint32_t nh_off, uint8_t proto)
{
	put_be16(l3 + 4, (uint16_t)(length - IP6_HEADER));
	l3[nh_off] = proto;
}

/* What the whole is marked with (RFC 3168 section 5.3, as Linux has it): congestion that
 * any fragment met counts for all; a mixture of capable and incapable ones is forged.
 * => the bits to set, -1 if the datagram must not be */
static int ecn_of(uint8_t seen)
{
	const uint8_t incapable = 1 << 0, congested = 1 << 3;

	if ((seen & incapable) && seen != incapable)
		return -1;
	return (seen & congested) ? 3 : 0;
}

/* Copies headers and pieces to where they belong. => bytes up to the first hole */
static uint32_t fill(uint8_t *to, const struct datagram *d)
{
	uint32_t caplen = 0;

	memcpy(to, d->header, d->header_len);
	to += d->header_len;
	for (uint32_t i = 0; i < d->count; i++) {
		const struct piece *piece = &d->pieces[i];

		if (piece->data)
			memcpy(to + piece->off, piece->data, piece->present);
		if (!caplen && piece->present < piece->len)
			caplen = d->header_len + piece->off + piece->present;
	}
	return caplen ? caplen : d->header_len + d->total;
}

/* => false and the reason set; the datagram is gone in any case */
static bool complete(struct frag_table *t, struct datagram *d, struct packet *p,
                     struct frag_whole *whole)
{
	uint32_t length = d->header_len + d->total;
	bool ip4 = d->key.family == WEIR_IPV4;
	int ecn = ecn_of(d->ecn);
	struct whole_buffer *w = NULL;
	uint32_t most = ip4 ? PACKET_MAX : PACKET_MAX + IP6_HEADER, caplen;

	if (ecn < 0)
		packet_reason(p, WEIR_R_FRAG_ECN, 0, 0);
	else if (length > most)
		packet_reason(p, WEIR_R_FRAG_TOO_LONG, length, 0);
	else if (!(w = whole_new(t, length)))
		packet_reason(p, WEIR_R_FRAG_MEMORY, (uint32_t)t->stats.held, 0);
	if (!w) {
		datagram_abandon(t, d);
		return false;
	}
	caplen = fill(w->data, d);
	w->data[1] |= (uint8_t)(ip4 ? ecn : ecn << 4);
	if (ip4)
		finish_ip4(w->data, d->header_len, length, d->largest_df == d->largest);
	else
		finish_ip6(w->data, length, d->nh_off, d->proto);
	*whole = (struct frag_whole){
	        .data = w->data, .len = length, .caplen = caplen};
	datagram_free(t, d);
	t->stats.reassembled++;
	return true;
}

/* An IPv6 packet whose Fragment header says that it is no fragment: it loses the header and
 * has nothing to do with a datagram that waits under the same identification (RFC 6946). */
static enum frag_result atomic(struct frag_table *t, struct packet *p, struct frag_whole *whole)
{
	uint32_t header = p->frag_hdr_off, length = header + p->l4_len;
	struct whole_buffer *w;

	if (!first_is_sound(p, true))
		return FRAG_REFUSED;
	w = whole_new(t, length);
	if (!w) {
		packet_reason(p, WEIR_R_FRAG_MEMORY, (uint32_t)t->stats.held, 0);
		return FRAG_REFUSED;
	}
	memcpy(w->data, p->l3, header);
	memcpy(w->data + header, p->l4, p->l4_cap);
	finish_ip6(w->data, length, p->frag_nh_off, p->frag_proto);
	*whole = (struct frag_whole){.data = w->data,
	                             .len = length,
	                             .caplen = header + p->l4_cap};
	t->stats.reassembled++;
	return FRAG_COMPLETE;
}

enum frag_result frag_add(struct frag_table *t, struct packet *p, weir_time now,
                          struct frag_whole *whole)
{
	struct frag_key key;
	struct datagram *d;
	enum fit result;
	uint32_t at;

	expire(t, now, EXPIRE_A_CALL);
	if (p->l3[0] >> 4 == 6 && !p->frag_offset && !p->frag_more)
		return atomic(t, p, whole);
	if (!fragment_is_sound(p))
		return FRAG_REFUSED;
	key_of(&key, p);
	d = find(t, &key);
	if (!d)
		d = datagram_new(t, &key);
	if (!d) {
		packet_reason(p, WEIR_R_FRAG_MEMORY, (uint32_t)t->stats.held, 0);
		return FRAG_REFUSED;
	}
	result = fit(d, p, &at);
	if (result == FIT_NEVER)
		datagram_abandon(t, d);
	if (result != FITS)
		return FRAG_REFUSED;
	if (!insert(t, d, p, at)) {
		packet_reason(p, WEIR_R_FRAG_MEMORY, (uint32_t)t->stats.held, 0);
		datagram_abandon(t, d);
		return FRAG_REFUSED;
	}
	if (!d->ended || d->got != d->total)
		return FRAG_HELD;
	return complete(t, d, p, whole) ? FRAG_COMPLETE : FRAG_REFUSED;
}
