/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oracle/expecting.c - what the kernel's helpers expect. See expecting.h.
 */
#include "expecting.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libnetfilter_conntrack/libnetfilter_conntrack.h>

#define EXPECTED_MAX 256

/* One that was listed, and when it ends as reckoned here. */
struct expected {
	struct nf_expect *exp;
	struct weir_expectation copy;
	uint64_t at;
};

struct expecting {
	struct nfct_handle *handle;
	struct expected list[EXPECTED_MAX], before[EXPECTED_MAX];
	int count, before_count;
};

static int fail(char error[KERNEL_ERROR], const char *what)
{
	snprintf(error, KERNEL_ERROR, "%s: %s", what, strerror(errno));
	return -1;
}

static void forget(struct expected *list, int *count)
{
	for (int i = 0; i < *count; i++)
		nfexp_destroy(list[i].exp);
	*count = 0;
}

int expecting_open(struct expecting **expecting, char error[KERNEL_ERROR])
{
	struct expecting *x = calloc(1, sizeof(*x));

	if (!x)
		return fail(error, "expectations");
	x->handle = nfct_open(EXPECT, 0);
	if (!x->handle) {
		free(x);
		return fail(error, "expectations over netlink");
	}
	*expecting = x;
	return 0;
}

void expecting_close(struct expecting *expecting)
{
	if (!expecting)
		return;
	forget(expecting->list, &expecting->count);
	nfct_close(expecting->handle);
	free(expecting);
}

static void read_addr(const struct nf_conntrack *ct, bool six, bool dst, union weir_addr *addr)
{
	if (six)
		memcpy(addr, nfct_get_attr(ct, dst ? ATTR_ORIG_IPV6_DST : ATTR_ORIG_IPV6_SRC), 16);
	else
		addr->v4 = nfct_get_attr_u32(ct, dst ? ATTR_ORIG_IPV4_DST : ATTR_ORIG_IPV4_SRC);
}

static uint16_t read_port(const struct nf_conntrack *ct, bool dst)
{
	return ntohs(nfct_get_attr_u16(ct, dst ? ATTR_ORIG_PORT_DST : ATTR_ORIG_PORT_SRC));
}

static void read_expected(const struct nf_expect *exp, struct weir_expectation *copy)
{
	static const union weir_addr none;
	const struct nf_conntrack *tuple = nfexp_get_attr(exp, ATTR_EXP_EXPECTED);
	const struct nf_conntrack *mask = nfexp_get_attr(exp, ATTR_EXP_MASK);
	const struct nf_conntrack *nat = nfexp_get_attr(exp, ATTR_EXP_NAT_TUPLE);
	bool six = nfct_get_attr_u8(tuple, ATTR_ORIG_L3PROTO) == AF_INET6;
	union weir_addr addr = none;

	memset(copy, 0, sizeof(*copy));
	copy->family = six ? WEIR_IPV6 : WEIR_IPV4;
	copy->protocol = nfct_get_attr_u8(tuple, ATTR_ORIG_L4PROTO);
	copy->flags = (uint8_t)nfexp_get_attr_u32(exp, ATTR_EXP_FLAGS);
	copy->timeout = nfexp_get_attr_u32(exp, ATTR_EXP_TIMEOUT) * WEIR_SEC;
	read_addr(tuple, six, false, &copy->tuple.src);
	read_addr(tuple, six, true, &copy->tuple.dst);
	copy->tuple.src_port = read_port(tuple, false);
	copy->tuple.dst_port = read_port(tuple, true);
	read_addr(mask, six, false, &addr);
	copy->any_src = !memcmp(&addr, &none, sizeof(none));
	copy->any_src_port = !read_port(mask, false);
	copy->to = copy->tuple.dst;
	copy->to_port = copy->tuple.dst_port;
	if (nat && nfexp_attr_is_set(exp, ATTR_EXP_NAT_TUPLE)) {
		copy->to = none;
		read_addr(nat, six, false, &copy->to);
		copy->to_port = read_port(nat, false);
	}
}

static int take(enum nf_conntrack_msg_type type, struct nf_expect *exp, void *data)
{
	struct expecting *x = data;
	struct expected *e = &x->list[x->count];

	(void)type;
	if (x->count == EXPECTED_MAX)
		return NFCT_CB_CONTINUE;
	e->exp = exp;
	read_expected(exp, &e->copy);
	x->count++;
	return NFCT_CB_STOLEN;
}

/* As reckoned before, if what is listed agrees; else the whole second above it, since lifetimes
 * are whole when they begin. */
static uint64_t reckon(const struct expecting *x, const struct weir_expectation *copy,
		       uint64_t clock)
{
	uint64_t listed = copy->timeout + WEIR_SEC;

	for (int i = 0; i < x->before_count; i++) {
		const struct expected *e = &x->before[i];
		uint64_t left = e->at > clock ? e->at - clock : 0;

		if (e->copy.protocol == copy->protocol && e->copy.family == copy->family &&
		    !memcmp(&e->copy.tuple, &copy->tuple, sizeof(copy->tuple)) &&
		    left + 2 * WEIR_SEC >= listed && left <= listed + WEIR_SEC / 10)
			return e->at;
	}
	return clock + listed;
}

int expecting_list(struct expecting *expecting, uint64_t clock, struct weir_expectation *list,
		   int count, char error[KERNEL_ERROR])
{
	struct expecting *x = expecting;
	uint32_t family = AF_UNSPEC;

	memcpy(x->before, x->list, sizeof(x->before));
	x->before_count = x->count;
	x->count = 0;
	nfexp_callback_register(x->handle, NFCT_T_ALL, take, x);
	if (nfexp_query(x->handle, NFCT_Q_DUMP, &family) < 0)
		return fail(error, "listing expectations");
	nfexp_callback_unregister(x->handle);
	for (int i = 0; i < x->count; i++) {
		x->list[i].at = reckon(x, &x->list[i].copy, clock);
		if (i < count)
			list[i] = x->list[i].copy;
	}
	forget(x->before, &x->before_count);
	return x->count < count ? x->count : count;
}

int expecting_age(struct expecting *expecting, uint64_t clock, char error[KERNEL_ERROR])
{
	for (int i = 0; i < expecting->count; i++) {
		struct expected *e = &expecting->list[i];
		uint64_t left = e->at > clock ? e->at - clock : 0;
		int result;

		nfexp_set_attr_u32(e->exp, ATTR_EXP_TIMEOUT,
				   (uint32_t)((left + WEIR_SEC - 1) / WEIR_SEC));
		result = nfexp_query(expecting->handle,
				     left ? NFCT_Q_CREATE_UPDATE : NFCT_Q_DESTROY, e->exp);
		if (result < 0 && errno != ENOENT)
			return fail(error, "ageing an expectation");
	}
	return 0;
}
