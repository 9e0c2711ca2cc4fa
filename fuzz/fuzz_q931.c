/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz/fuzz_q931.c - any bytes as H.323 call signalling (Q.931, H.225.0); fuzz/helper_harness.h says which.
 */
#include "helper_harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return helper_harness(HELPER_PARSER_Q931, data, size);
}
