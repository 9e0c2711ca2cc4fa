/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nat/endpoint.c - connections and the mappings of endpoint-independent-nat that they hold
 * (nat/mapping.h): conn.udp.mapping says which, by side.
 *
 * Threads: the worker's. Cost: the caller asks about connections of UDP alone, and only if there is
 * a mapping at all.
 */
#include "nat/nat.h"

#include "track/conn.h"

bool nat_has_endpoint(struct nat *nat, enum nat_side side, const struct tuple *tuple)
{
	const struct mapping_end public = {tuple->dst.v4, tuple->dst_port};
	const struct mapping *mapping;

	if (!nat_is_udp4(tuple))
		return false;
	if (side == NAT_SRC)
		return true;
	mapping = mapping_public(&nat->mappings, public, nat->now);
	return mapping && mapping_open(mapping, nat->now);
}

static struct mapping *mapping_of(const struct nat *nat, const struct conn *conn,
				  enum nat_side side)
{
	return mapping_at(&nat->mappings, conn->udp.mapping[side]);
}

/* From outside: as long as nobody answers, its packets do not prolong it. */
void nat_conn_begin(struct nat *nat, struct conn *conn)
{
	struct mapping *src = mapping_of(nat, conn, NAT_SRC), *dst = mapping_of(nat, conn, NAT_DST);

	if (src)
		mapping_use(src, true);
	if (!dst)
		return;
	mapping_use(dst, false);
	conn->status |= WEIR_STATUS_FIXED_TIMEOUT;
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

void nat_conn_end(struct nat *nat, const struct conn *conn)
{
	struct mapping *src = mapping_of(nat, conn, NAT_SRC), *dst = mapping_of(nat, conn, NAT_DST);

	if (src)
		mapping_release(src, true, nat->now);
	if (dst)
		mapping_release(dst, conn->udp.answered, nat->now);
}
