/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz/fuzz_dns.c - any bytes as the answer to a question of DNS; the first says of which family.
 *
 * Nothing outside the bytes is read; no more addresses are told than the bytes can hold, and only
 * where the answer is that there are some; a second reading tells the same; and to another number
 * it is no answer.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/dns_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct told {
	size_t count;
	uint64_t sum;
};

static void must(bool good)
{
	if (!good)
		abort();
}

static void tell(void *ctx, const union weir_addr *addr)
{
	struct told *told = ctx;

	told->count++;
	told->sum = told->sum * 31 + (addr->u64[0] ^ addr->u64[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t question[DNS_QUESTION_MAX];
	struct told first = {0}, second = {0};
	uint32_t ttl = 0, again = 0;
	enum dns_result result;
	uint8_t family;
	size_t len;

	if (size == 0)
		return 0;
	family = *data++ & 1 ? WEIR_IPV6 : WEIR_IPV4;
	size--;
	len = dns_write_question(question, 0x1234, "a.bc", 4, family, 1232);
	result = dns_read_answer(data, size, question, len, tell, &first, &ttl);
	must((result == DNS_ADDRESSES) == (first.count > 0));
	must(first.count <= size / 15);
	must(ttl <= INT32_MAX);
	must(dns_read_answer(data, size, question, len, tell, &second, &again) == result);
	must(first.count == second.count && first.sum == second.sum && ttl == again);
	question[0] ^= 1;
	must(result == DNS_NOT_OURS ||
	     dns_read_answer(data, size, question, len, tell, &first, &ttl) ==
	             DNS_NOT_OURS);
	return 0;
}
