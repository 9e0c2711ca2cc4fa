/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/tftp.c - the Trivial File Transfer Protocol (RFC 1350).
 *
 * A client's request goes to port 69 of the server; the server answers it from another port of
 * its own, to the port that the request came from. The payload names neither.
 */
#include "helper/helper.h"
#include "helper/view.h"

#define READ_REQUEST 1u
#define WRITE_REQUEST 2u

enum helper_result helper_tftp(struct helper_call *call)
{
	struct view v = view_of(call->data, call->size);
	struct helper_want want = {
		.proto = PROTO_UDP,
		.class = EXPECT_DATA,
		.port = call->tuple[WEIR_ORIGINAL].src_port,
		.told = call->tuple[WEIR_REPLY].dst_port,
		.ports = 1,
		.limit = 1,
		.seconds = 300,
	};
	uint16_t opcode = view_16(&v);

	if (v.short_ || (opcode != READ_REQUEST && opcode != WRITE_REQUEST) ||
	    call->dir != WEIR_ORIGINAL || want.port < HELPER_PORT_LOW ||
	    want.told < HELPER_PORT_LOW || helper_expect(call, &want))
		return HELPER_PASS;
	return helper_drop(call, WEIR_R_HELPER_FULL, want.told);
}
