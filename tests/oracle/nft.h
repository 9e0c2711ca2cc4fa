/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oracle/nft.h - a story's router in the words of ip and nft.
 */
#ifndef ORACLE_NFT_H
#define ORACLE_NFT_H

#include <stdio.h>

#include "router.h"

/* Writes the rules. => 0; or -1 and `why`: what nft cannot say likewise */
int nft_rules(FILE *out, const struct story_router *router, char why[STORY_ERROR]);

/* Writes which helper reads whose connections, in place of what stood there before. */
void nft_helpers(FILE *out, const struct weir_settings *settings);

/* Whether two settings have different helpers. */
bool nft_helpers_differ(const struct weir_settings *a, const struct weir_settings *b);

/* Writes devices, addresses and routes, as `ip -batch` takes them. The far end of the cable of
 * interface N is farN. */
void nft_devices(FILE *out, const struct story_router *router);

#endif
