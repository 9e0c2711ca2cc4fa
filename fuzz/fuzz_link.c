/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz/fuzz_link.c - the link layers: the first byte chooses the type, the second how much
 * longer the frame was on the wire, the rest is the frame.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "port/link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct link_packet packet;
	uint32_t caplen, len;

	if (size < 2)
		return 0;
	caplen = (uint32_t)size - 2;
	len = caplen + data[1];
	memset(&packet, 0xff, sizeof packet);
	link_decode((enum link_type)(data[0] % (LINK_PPPOE + 1)), data + 2, caplen, len, &packet);
	if (packet.ip) {
		if (packet.offset > caplen || packet.caplen > caplen - packet.offset ||
		    packet.len < packet.caplen || packet.len > len - packet.offset)
			abort();
	} else if (!packet.name[0] || !memchr(packet.name, '\0', sizeof packet.name)) {
		abort();
	}
	return 0;
}
