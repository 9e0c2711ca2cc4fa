/* SPDX-License-Identifier: Apache-2.0 */
/* model/syntax_plain.c - syntaxes whose text is kept as it is written. */
#include "model/syntax.h"

static bool as_written(const struct value_kind *kind, const char *text, size_t len,
                       struct strbuf *canonical, struct strbuf *error)
{
	(void)kind, (void)error;
	strbuf_add(canonical, text, len);
	return len != 0;
}

const struct value_syntax syntax_address_range = {"a value", as_written};
const struct value_syntax syntax_list_address = {"a value", as_written};
const struct value_syntax syntax_interface_address = {"a value", as_written};
const struct value_syntax syntax_icmp_options = {"a value", as_written};
const struct value_syntax syntax_tcp_flags = {"a value", as_written};
const struct value_syntax syntax_connection_bytes = {"a value", as_written};
const struct value_syntax syntax_connection_rate = {"a value", as_written};
const struct value_syntax syntax_connection_limit = {"a value", as_written};
const struct value_syntax syntax_limit = {"a value", as_written};
const struct value_syntax syntax_dst_limit = {"a value", as_written};
const struct value_syntax syntax_nth = {"a value", as_written};
const struct value_syntax syntax_per_connection_classifier = {"a value", as_written};
const struct value_syntax syntax_psd = {"a value", as_written};
const struct value_syntax syntax_time_of_week = {"a value", as_written};
const struct value_syntax syntax_ttl = {"a value", as_written};
const struct value_syntax syntax_new_ttl = {"a value", as_written};
const struct value_syntax syntax_hotspot = {"a value", as_written};
const struct value_syntax syntax_ipsec_policy = {"a value", as_written};
const struct value_syntax syntax_headers = {"a value", as_written};
const struct value_syntax syntax_tos = {"a value", as_written};
const struct value_syntax syntax_bandwidth = {"a value", as_written};
const struct value_syntax syntax_date = {"a value", as_written};
const struct value_syntax syntax_date_time = {"a value", as_written};
const struct value_syntax syntax_time_of_day = {"a value", as_written};
const struct value_syntax syntax_time_zone = {"a value", as_written};
