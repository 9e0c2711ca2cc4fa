/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/rule.h - reads what one rule says, and addresses.
 */
#ifndef SCENARIO_RULE_H
#define SCENARIO_RULE_H

#include "router.h"

/* Reads "TABLE CHAIN ACTION name=value ...". => 0, or -1 and error */
int rule_read(void **memory, const struct story_router *router, struct router_rule *rule,
              char **words, const struct build_line *names, char error[STORY_ERROR]);

/* An address, or the name of a host (names NULL: addresses only). => 0 or -1 */
int rule_address(const char *word, const struct build_line *names, uint8_t *family,
                 union weir_addr *addr);

/* "192.168.1.0/24"; without a length that of the whole address. => 0, or -1 and error */
int rule_prefix(const char *word, const struct build_line *names, uint8_t *family,
                union weir_addr *addr, uint8_t *length, char error[STORY_ERROR]);

#endif
