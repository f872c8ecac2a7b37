/* The structures of wellkey_reader.h as tables of fields, and their way to and from objects. */
#ifndef WELLKEY_NODE_FIELDS_H
#define WELLKEY_NODE_FIELDS_H

#include "cos-apdu/reader/wellkey_reader.h"
#include "node_api_used.h"

enum field_kind { FIELD_TEXT, FIELD_NUMBER, FIELD_BYTES };

struct field {
  const char* name;
  size_t offset;
  size_t size; /* of a number 1, 4 or 8 bytes */
  enum field_kind kind;
};

struct fields {
  const struct field* rows;
  size_t count;
};

extern const struct fields topup_fields;
extern const struct fields deduction_fields;
extern const struct fields settlement_fields;
extern const struct fields release_fields;
extern const struct fields lock_state_fields;
extern const struct fields card_state_fields;
extern const struct fields card_information_fields;
extern const struct fields record_fields;
extern const struct fields reading_fields;
extern const struct fields tool_card_fields; /* without its readings */

/* Sets every field as a property: texts as strings, numbers as numbers, bytes as buffers. */
void put_fields(napi_env env, napi_value object, const struct fields* fields, const void* from);

/* Fills the fields that the object has. False, with a TypeError pending, for a wrong type or a text
 * that does not fit. */
bool take_fields(napi_env env, napi_value object, const struct fields* fields, void* into);

#endif
