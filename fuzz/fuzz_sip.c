/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz/fuzz_sip.c - any bytes as a connection of the Session Initiation Protocol;
 * fuzz/helper_harness.h says which. With 64 in the first byte it is a stream.
 */
#include "helper_harness.h"

#define STREAM 64u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool stream = size && data[0] & STREAM;

	return helper_harness(stream ? HELPER_PARSER_SIP_TCP : HELPER_PARSER_SIP_UDP, data, size);
}
