/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/search.h - looking into what a packet carries: content, tls-host.
 */
#ifndef FIREWALL_SEARCH_H
#define FIREWALL_SEARCH_H

#include "firewall/ruleset.h"
#include "firewall/worker_state.h"

/* Bytes behind the transport header (of TCP, UDP and UDP-Lite; of others all behind the IP
 * header) that are present. => NULL: there are none */
const uint8_t *packet_payload(const struct walk *walk, size_t *size);

enum match_result search_content(const struct weir_match *match, const struct walk *walk);
enum match_result search_tls_host(const struct weir_match *match, const struct walk *walk);

/* Whether all of a text is as a pattern with * and ? says; case does not count. Cost: at most
 * the product of both lengths. */
bool glob_matches(const char *pattern, size_t pattern_size, const uint8_t *text, size_t size);

#endif
