/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/value_type.h - what value.c and value_address.c share: the operations of types as
 * struct value_kind describes them; see value.h for what each does.
 *
 * Threads: pure functions. Cost: no allocation but the strbuf's.
 */
#ifndef MODEL_VALUE_TYPE_H
#define MODEL_VALUE_TYPE_H

#include "model/value.h"

/* Reads digits of base 10 or 16, all of the text. */
bool value_digits(const char *text, size_t len, unsigned base, uint64_t *number);

bool value_parse_address(const struct value_kind *kind, const char *text, size_t len,
                         struct value *value);
char *value_put_address(char *to, const struct value_kind *kind, const struct value *value,
                        enum value_form form);
int value_compare_address(const struct value *a, const struct value *b);
void value_expected_address(const struct value_kind *kind, struct strbuf *out);

bool value_parse_prefix(const struct value_kind *kind, const char *text, size_t len,
                        struct value *value);
char *value_put_prefix(char *to, const struct value_kind *kind, const struct value *value,
                       enum value_form form);
int value_compare_prefix(const struct value *a, const struct value *b);
void value_expected_prefix(const struct value_kind *kind, struct strbuf *out);

bool value_parse_mac(const struct value_kind *kind, const char *text, size_t len,
                     struct value *value);
char *value_put_mac(char *to, const struct value_kind *kind, const struct value *value,
                    enum value_form form);
int value_compare_mac(const struct value *a, const struct value *b);
void value_expected_mac(const struct value_kind *kind, struct strbuf *out);

#endif
