/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz/fuzz_h245.c - any bytes as an H.245 connection; fuzz/helper_harness.h says which.
 */
#include "helper_harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return helper_harness(HELPER_PARSER_H245, data, size);
}
