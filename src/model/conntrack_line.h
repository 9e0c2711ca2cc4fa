/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/conntrack_line.h - a connection as `conntrack -L -o extended` writes it.
 */
#ifndef MODEL_CONNTRACK_LINE_H
#define MODEL_CONNTRACK_LINE_H

#include <weir/conn.h>

#include "base/strbuf.h"

/* Appends the line with its end. `use` is always 1: weir counts no users. */
void conntrack_line(const struct weir_conn *conn, struct strbuf *out);

#endif
