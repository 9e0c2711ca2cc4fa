/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/field.h - properties of the configuration's items read by name: what the parts of the
 * system need of their menus.
 *
 * A property that a menu has not, or that is not set, gives the fallback. Threads: with the
 * model's lock held. Cost: a scan of the menu's names, and what showing the value takes.
 */
#ifndef SYSTEM_FIELD_H
#define SYSTEM_FIELD_H

#include "model/model.h"

/* Appends a property as it is shown. => false: not set, nothing appended */
bool field_text(struct model *model, const struct item *item, const char *name, struct strbuf *out);

/* The same as a string of its own, freed by free(); fallback NULL: NULL if it is not set.
 * => NULL: not set, or no memory, then *failed is set */
char *field_copy(struct model *model, const struct item *item, const char *name,
		 const char *fallback, bool *failed);

/* NUMBER, ENUM, BOOL, TIME (nanoseconds). */
uint64_t field_number(struct model *model, const struct item *item, const char *name,
		      uint64_t fallback);
bool field_yes(struct model *model, const struct item *item, const char *name, bool fallback);

/* The value that a text is for a property: of the property's type, or a STRING that borrows the
 * text; what the type does not take is VALUE_NONE. */
void field_answer(const struct property *property, const char *text, size_t len,
		  struct value *value);

/* The id that a reference leads to; 0: none. */
uint64_t field_reference(struct model *model, const struct item *item, const char *name);

#endif
