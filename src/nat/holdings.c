/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nat/holdings.c - what connections hold while they live: mappings of endpoint-independent-nat
 * (nat/mapping.h), of which conn.udp.mapping says which, by side; and a part of their source's
 * share (nat/share.h).
 *
 * Threads: the worker's. Cost: nothing while there is neither a mapping nor a rule that counts
 * sources; else a look at a mapping or a source with each connection that comes or goes.
 */
#include "nat/nat.h"

#include "track/conn.h"

static struct mapping *mapping_of(const struct nat *nat, const struct conn *conn,
				  enum nat_side side)
{
	return mapping_at(&nat->mappings, conn->udp.mapping[side]);
}

/* From outside: as long as nobody answers, its packets do not prolong it. */
static void begin_mapped(struct nat *nat, struct conn *conn)
{
	struct mapping *src = mapping_of(nat, conn, NAT_SRC), *dst = mapping_of(nat, conn, NAT_DST);

	if (src)
		mapping_use(src, true);
	if (!dst)
		return;
	mapping_use(dst, false);
	conn->status |= WEIR_STATUS_FIXED_TIMEOUT;
}

void nat_conn_begin(struct nat *nat, struct conn *conn, bool six)
{
	if (conn->proto == PROTO_UDP)
		begin_mapped(nat, conn);
	nat_conn_count(nat, conn, six);
}

bool nat_conn_answered(struct nat *nat, struct conn *conn)
{
	struct mapping *mapping = mapping_of(nat, conn, NAT_DST);

	if (!mapping || conn->udp.answered)
		return false;
	conn->udp.answered = true;
	mapping->holders++;
	conn->status &= (uint16_t)~WEIR_STATUS_FIXED_TIMEOUT;
	return true;
}

static void end_mapped(struct nat *nat, const struct conn *conn)
{
	struct mapping *src = mapping_of(nat, conn, NAT_SRC), *dst = mapping_of(nat, conn, NAT_DST);

	if (src)
		mapping_release(src, true, nat->now);
	if (dst)
		mapping_release(dst, conn->udp.answered, nat->now);
}

/* Whether it has a port of a pool to itself. */
static bool has_own_port(const struct conn *conn)
{
	return conn->status & WEIR_STATUS_SRCNAT &&
	       !(conn->proto == PROTO_UDP && conn->udp.mapping[NAT_SRC]);
}

void nat_conn_end(struct nat *nat, const struct conn *conn, bool six)
{
	enum share_kind kind = share_kind((uint8_t)conn->proto);
	struct share *share;
	struct tuple own;

	if (conn->proto == PROTO_UDP)
		end_mapped(nat, conn);
	if (!nat->counting || !has_own_port(conn))
		return;
	conn_tuple_get(conn, six, WEIR_ORIGINAL, &own);
	share = share_find(&nat->shares, own.family, &own.src);
	if (!share || share->conns[kind] == 0)
		return; /* it found no room when it began */
	share->conns[kind]--;
	share->since = nat->now;
}

bool nat_count(struct nat *nat, bool on)
{
	bool was = nat->counting;

	if (was && !on)
		shares_fini(&nat->shares);
	nat->counting = on;
	return on && !was;
}

void nat_conn_count(struct nat *nat, const struct conn *conn, bool six)
{
	struct share *share;
	struct tuple own;

	if (!nat->counting || !has_own_port(conn))
		return;
	conn_tuple_get(conn, six, WEIR_ORIGINAL, &own);
	share = share_take(&nat->shares, own.family, &own.src, nat->now);
	if (share)
		share->conns[share_kind((uint8_t)conn->proto)]++;
}
