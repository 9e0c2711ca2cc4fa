/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz/fuzz_tls.c - any bytes as a TLS ClientHello.
 *
 * Nothing outside the bytes is read; a name that is found lies within them and is not longer than
 * a host's may be; it is the same when more bytes follow; and it matches itself as a pattern and
 * any pattern of stars, as which it is taken as well.
 */
#include <stdlib.h>
#include <string.h>

#include "firewall/search.h"
#include "firewall/tls_hello.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

static void check_more(const uint8_t *data, size_t size, const uint8_t *host, size_t length)
{
	uint8_t *more = malloc(size + 16);
	const uint8_t *again;
	size_t again_length;

	if (!more)
		return;
	memcpy(more, data, size);
	memset(more + size, 0xff, 16);
	must(tls_hello_host(more, size + 16, &again, &again_length));
	must(again - more == host - data && again_length == length);
	free(more);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *host;
	size_t length;

	if (!tls_hello_host(data, size, &host, &length))
		return 0;
	must(length > 0 && length <= TLS_HOST_MAX);
	must(host >= data && host + length <= data + size);
	must(glob_matches((const char *)host, length, host, length));
	must(glob_matches("*", 1, host, length) && glob_matches("**?*", 4, host, length));
	must(!glob_matches("", 0, host, length));
	check_more(data, size, host, length);
	return 0;
}
