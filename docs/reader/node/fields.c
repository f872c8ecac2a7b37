#include "fields.h"

#include <string.h>

#define FIELD(type, member, kind) \
  { #member, offsetof(type, member), sizeof(((type*)0)->member), kind }
#define TEXT(type, member) FIELD(type, member, FIELD_TEXT)
#define NUMBER(type, member) FIELD(type, member, FIELD_NUMBER)
#define BYTES(type, member) FIELD(type, member, FIELD_BYTES)
#define TABLE(name) const struct fields name##_fields = {name, sizeof name / sizeof name[0]}

static const struct field topup[] = {
    TEXT(wellkey_topup, card_number),
    NUMBER(wellkey_topup, amount_fen),
    TEXT(wellkey_topup, date),
    TEXT(wellkey_topup, time),
    TEXT(wellkey_topup, user_pin),
    NUMBER(wellkey_topup, balance_before_fen),
    NUMBER(wellkey_topup, online_counter),
    NUMBER(wellkey_topup, offline_counter),
    TEXT(wellkey_topup, terminal),
    NUMBER(wellkey_topup, key_version),
    NUMBER(wellkey_topup, algorithm),
    NUMBER(wellkey_topup, balance_after_fen),
    BYTES(wellkey_topup, tac),
    NUMBER(wellkey_topup, outcome),
};
TABLE(topup);

static const struct field deduction[] = {
    TEXT(wellkey_deduction, card_number),
    NUMBER(wellkey_deduction, amount_fen),
    TEXT(wellkey_deduction, date),
    TEXT(wellkey_deduction, time),
    NUMBER(wellkey_deduction, balance_before_fen),
    NUMBER(wellkey_deduction, offline_counter),
    TEXT(wellkey_deduction, terminal),
    NUMBER(wellkey_deduction, terminal_counter),
    NUMBER(wellkey_deduction, balance_after_fen),
    BYTES(wellkey_deduction, tac),
};
TABLE(deduction);

static const struct field settlement[] = {
    TEXT(wellkey_settlement, card_number),
    NUMBER(wellkey_settlement, amount_fen),
    NUMBER(wellkey_settlement, offline_counter),
    TEXT(wellkey_settlement, terminal),
    NUMBER(wellkey_settlement, terminal_counter),
    TEXT(wellkey_settlement, date),
    TEXT(wellkey_settlement, time),
    BYTES(wellkey_settlement, gmac),
    NUMBER(wellkey_settlement, balance_after_fen),
    BYTES(wellkey_settlement, tac),
};
TABLE(settlement);

static const struct field release[] = {
    TEXT(wellkey_release, date),         TEXT(wellkey_release, time),
    TEXT(wellkey_release, user_pin),     TEXT(wellkey_release, card_number),
    NUMBER(wellkey_release, amount_fen), NUMBER(wellkey_release, balance_after_fen),
    NUMBER(wellkey_release, by_order),   BYTES(wellkey_release, proof),
};
TABLE(release);

static const struct field lock_state[] = {
    NUMBER(wellkey_lock_state, state),       NUMBER(wellkey_lock_state, transaction_type),
    NUMBER(wellkey_lock_state, balance_fen), NUMBER(wellkey_lock_state, offline_counter),
    TEXT(wellkey_lock_state, terminal),      TEXT(wellkey_lock_state, date),
    TEXT(wellkey_lock_state, time),          NUMBER(wellkey_lock_state, amount_fen),
    BYTES(wellkey_lock_state, proof),
};
TABLE(lock_state);

static const struct field card_state[] = {
    NUMBER(wellkey_card_state, kind),        TEXT(wellkey_card_state, serial),
    NUMBER(wellkey_card_state, suite),       NUMBER(wellkey_card_state, life_cycle),
    TEXT(wellkey_card_state, county),        NUMBER(wellkey_card_state, key_version),
    NUMBER(wellkey_card_state, pin_tries),   NUMBER(wellkey_card_state, lock),
    NUMBER(wellkey_card_state, balance_fen), TEXT(wellkey_card_state, card_number),
};
TABLE(card_state);

static const struct field card_information[] = {
    TEXT(wellkey_card_information, card_number),
    TEXT(wellkey_card_information, county),
    NUMBER(wellkey_card_information, application_version),
    TEXT(wellkey_card_information, valid_from),
    TEXT(wellkey_card_information, valid_until),
    NUMBER(wellkey_card_information, card_type),
    TEXT(wellkey_card_information, holder),
    TEXT(wellkey_card_information, identity_no),
    NUMBER(wellkey_card_information, identity_type),
};
TABLE(card_information);

static const struct field record[] = {
    NUMBER(wellkey_record, counter), NUMBER(wellkey_record, amount_fen),
    NUMBER(wellkey_record, type),    TEXT(wellkey_record, terminal),
    TEXT(wellkey_record, date),      TEXT(wellkey_record, time),
};
TABLE(record);

static const struct field reading[] = {
    TEXT(wellkey_reading, terminal),    TEXT(wellkey_reading, date),
    TEXT(wellkey_reading, time),        NUMBER(wellkey_reading, energy),
    NUMBER(wellkey_reading, money_fen), NUMBER(wellkey_reading, sessions),
    NUMBER(wellkey_reading, suspended),
};
TABLE(reading);

static const struct field tool_card[] = {
    TEXT(wellkey_tool_card, serial),      NUMBER(wellkey_tool_card, life_cycle),
    NUMBER(wellkey_tool_card, subtype),   NUMBER(wellkey_tool_card, key_version),
    TEXT(wellkey_tool_card, county),      TEXT(wellkey_tool_card, valid_from),
    TEXT(wellkey_tool_card, valid_until), NUMBER(wellkey_tool_card, well_group),
    NUMBER(wellkey_tool_card, uses),      NUMBER(wellkey_tool_card, uses_left),
    BYTES(wellkey_tool_card, data),
};
TABLE(tool_card);

static int64_t number_in(const struct field* field, const char* at) {
  if (field->size == sizeof(uint8_t)) return (uint8_t)*at;
  if (field->size == sizeof(uint32_t)) {
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
  }
  int64_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

static bool number_fits(const struct field* field, int64_t value) {
  if (field->size == sizeof(int64_t)) return true;
  return value >= 0 && value < (int64_t)1 << (8 * field->size);
}

static void put_number(const struct field* field, char* at, int64_t value) {
  const uint8_t one = (uint8_t)value;
  const uint32_t four = (uint32_t)value;
  if (field->size == sizeof one) memcpy(at, &one, sizeof one);
  if (field->size == sizeof four) memcpy(at, &four, sizeof four);
  if (field->size == sizeof value) memcpy(at, &value, sizeof value);
}

void put_fields(napi_env env, napi_value object, const struct fields* fields, const void* from) {
  for (size_t i = 0; i < fields->count; ++i) {
    const struct field* field = &fields->rows[i];
    const char* at = (const char*)from + field->offset;
    napi_value value = NULL;
    switch (field->kind) {
      case FIELD_TEXT:
        napi_create_string_utf8(env, at, strnlen(at, field->size), &value);
        break;
      case FIELD_NUMBER:
        napi_create_int64(env, number_in(field, at), &value);
        break;
      case FIELD_BYTES:
        napi_create_buffer_copy(env, field->size, at, NULL, &value);
        break;
    }
    napi_set_named_property(env, object, field->name, value);
  }
}

static bool take_field(napi_env env, napi_value value, const struct field* field, char* at) {
  size_t length = 0;
  int64_t number = 0;
  void* data = NULL;
  bool is_buffer = false;
  switch (field->kind) {
    case FIELD_TEXT:
      if (napi_get_value_string_utf8(env, value, NULL, 0, &length) != 0) return false;
      return length < field->size &&
             napi_get_value_string_utf8(env, value, at, field->size, &length) == 0;
    case FIELD_NUMBER:
      if (napi_get_value_int64(env, value, &number) != 0 || !number_fits(field, number)) {
        return false;
      }
      put_number(field, at, number);
      return true;
    case FIELD_BYTES:
      if (napi_is_buffer(env, value, &is_buffer) != 0 || !is_buffer) return false;
      if (napi_get_buffer_info(env, value, &data, &length) != 0 || length != field->size) {
        return false;
      }
      memcpy(at, data, length);
      return true;
  }
  return false;
}

bool take_fields(napi_env env, napi_value object, const struct fields* fields, void* into) {
  for (size_t i = 0; i < fields->count; ++i) {
    const struct field* field = &fields->rows[i];
    bool has = false;
    napi_value value = NULL;
    if (napi_has_named_property(env, object, field->name, &has) != 0) {
      napi_throw_type_error(env, NULL, "an object expected");
      return false;
    }
    if (!has) continue;
    napi_get_named_property(env, object, field->name, &value);
    if (!take_field(env, value, field, (char*)into + field->offset)) {
      napi_throw_type_error(env, NULL, field->name);
      return false;
    }
  }
  return true;
}
