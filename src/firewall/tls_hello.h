/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/tls_hello.h - the host that a TLS client asks for (RFC 8446, RFC 6066 section 3).
 */
#ifndef FIREWALL_TLS_HELLO_H
#define FIREWALL_TLS_HELLO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TLS_HOST_MAX 255 /* longer names are none */

/* Reads a TCP segment that begins with a ClientHello. The hello may go on in other segments as
 * long as the name lies in this one.
 * => false: it is none, or it names no host here; else *host points into data */
bool tls_hello_host(const uint8_t *data, size_t size, const uint8_t **host, size_t *length);

#endif
