/* libwellkey-reader as a module of Node: the fifteen functions with objects for structures.
 *
 *   cc -shared -fPIC -o wellkey.node wellkey_node.c fields.c -I<source folder> -L<build folder>/lib -lwellkey-reader
 *
 * Every function returns an object with `result` (a wellkey_result) and `text` (empty when it is 0)
 * besides the fields of its structure. Wrong types throw TypeError.
 */
#include <stdlib.h>
#include <string.h>

#include "fields.h"

enum { MOST_ARGUMENTS = 4 };

static size_t arguments(napi_env env, napi_callback_info info, napi_value* values) {
  size_t count = MOST_ARGUMENTS;
  napi_get_cb_info(env, info, &count, values, NULL, NULL);
  return count;
}

static void put_integer(napi_env env, napi_value object, const char* name, int64_t number) {
  napi_value value = NULL;
  napi_create_int64(env, number, &value);
  napi_set_named_property(env, object, name, value);
}

static napi_value answer(napi_env env, int result) {
  napi_value object = NULL;
  napi_value text = NULL;
  napi_create_object(env, &object);
  put_integer(env, object, "result", result);
  const char* why = result == WELLKEY_OK ? "" : wellkey_error_text();
  napi_create_string_utf8(env, why, strlen(why), &text);
  napi_set_named_property(env, object, "text", text);
  return object;
}

static napi_value answer_with(napi_env env, int result, const struct fields* fields,
                              const void* from) {
  napi_value object = answer(env, result);
  put_fields(env, object, fields, from);
  return object;
}

/* NULL, with a TypeError pending, for anything but an open port. */
static wellkey_port* port_of(napi_env env, napi_value value) {
  void* box = NULL;
  wellkey_port* port = NULL;
  if (napi_get_value_external(env, value, &box) == 0) memcpy(&port, box, sizeof port);
  if (port == NULL) napi_throw_type_error(env, NULL, "an open port expected");
  return port;
}

static bool bytes_of(napi_env env, napi_value value, const uint8_t** bytes, size_t* length) {
  void* data = NULL;
  bool is_buffer = false;
  if (napi_is_buffer(env, value, &is_buffer) != 0 || !is_buffer ||
      napi_get_buffer_info(env, value, &data, length) != 0) {
    napi_throw_type_error(env, NULL, "a buffer expected");
    return false;
  }
  *bytes = data;
  return true;
}

/* Where an external keeps its port: taken out when it is closed, so that it is closed once. */
static void close_box(napi_env env, void* data, void* hint) {
  (void)env;
  (void)hint;
  wellkey_port** box = data;
  wellkey_close_port(*box);
  *box = NULL;
}

static void free_box(napi_env env, void* data, void* hint) {
  close_box(env, data, hint);
  free(data);
}

static napi_value open_port(napi_env env, napi_callback_info info) {
  (void)info;
  wellkey_port** box = calloc(1, sizeof *box);
  napi_value port = NULL;
  const int result = box == NULL ? WELLKEY_INTERNAL : wellkey_open_port(box);
  napi_value object = answer(env, result);
  if (result != WELLKEY_OK) {
    free(box);
    return object;
  }
  napi_create_external(env, box, free_box, NULL, &port);
  napi_set_named_property(env, object, "port", port);
  return object;
}

static napi_value close_port(napi_env env, napi_callback_info info) {
  napi_value values[MOST_ARGUMENTS] = {0};
  void* box = NULL;
  arguments(env, info, values);
  if (port_of(env, values[0]) == NULL) return NULL;
  napi_get_value_external(env, values[0], &box);
  close_box(env, box, NULL);
  return answer(env, WELLKEY_OK);
}

struct proving {
  napi_env env;
  napi_value function;
};

/* prove(suite, challenge) answers a buffer of the challenge's length. */
static int on_prove(uint8_t suite, const uint8_t* challenge, size_t length, uint8_t* cryptogram,
                    void* context) {
  const struct proving* proving = context;
  napi_value self = NULL;
  napi_value values[2] = {0};
  napi_value made = NULL;
  const uint8_t* bytes = NULL;
  size_t count = 0;
  napi_get_undefined(proving->env, &self);
  napi_create_int64(proving->env, suite, &values[0]);
  napi_create_buffer_copy(proving->env, length, challenge, NULL, &values[1]);
  if (napi_call_function(proving->env, self, proving->function, 2, values, &made) != 0) return 1;
  if (!bytes_of(proving->env, made, &bytes, &count) || count != length) return 1;
  memcpy(cryptogram, bytes, length);
  return 0;
}

static napi_value psam_verify_pin(napi_env env, napi_callback_info info) {
  napi_value values[MOST_ARGUMENTS] = {0};
  wellkey_login login = {.tries_left = -1};
  size_t length = 0;
  const size_t given = arguments(env, info, values);
  wellkey_port* port = port_of(env, values[0]);
  if (port == NULL) return NULL;
  if (napi_get_value_string_utf8(env, values[1], login.pin, sizeof login.pin, &length) != 0) {
    napi_throw_type_error(env, NULL, "a PIN expected");
    return NULL;
  }
  struct proving proving = {env, values[2]};
  login.prove = given > 2 ? on_prove : NULL;
  login.context = &proving;
  napi_value object = answer(env, wellkey_psam_verify_pin(port, &login));
  if (login.tries_left >= 0) put_integer(env, object, "tries_left", login.tries_left);
  return object;
}

typedef int (*package_function)(wellkey_port* port, const uint8_t* package, size_t length);

static napi_value with_package(napi_env env, napi_callback_info info, package_function function) {
  napi_value values[MOST_ARGUMENTS] = {0};
  const uint8_t* package = NULL;
  size_t length = 0;
  arguments(env, info, values);
  wellkey_port* port = port_of(env, values[0]);
  if (port == NULL || !bytes_of(env, values[1], &package, &length)) return NULL;
  return answer(env, function(port, package, length));
}

static napi_value psam_modify_key(napi_env env, napi_callback_info info) {
  return with_package(env, info, wellkey_psam_modify_key);
}

static napi_value issue_tool_card(napi_env env, napi_callback_info info) {
  return with_package(env, info, wellkey_issue_tool_card);
}

struct arming {
  napi_env env;
  napi_value function;
};

/* An exception of the caller stops the top-up and comes out of purchase(). */
static int on_armed(const wellkey_topup* topup, void* context) {
  const struct arming* arming = context;
  napi_value self = NULL;
  napi_value known = NULL;
  napi_value said = NULL;
  bool go = false;
  napi_get_undefined(arming->env, &self);
  napi_create_object(arming->env, &known);
  put_fields(arming->env, known, &topup_fields, topup);
  if (napi_call_function(arming->env, self, arming->function, 1, &known, &said) != 0) return 1;
  return napi_get_value_bool(arming->env, said, &go) == 0 && go ? 0 : 1;
}

static napi_value purchase(napi_env env, napi_callback_info info) {
  napi_value values[MOST_ARGUMENTS] = {0};
  wellkey_topup topup = {0};
  const size_t count = arguments(env, info, values);
  wellkey_port* port = port_of(env, values[0]);
  if (port == NULL || !take_fields(env, values[1], &topup_fields, &topup)) return NULL;
  struct arming arming = {env, values[2]};
  topup.armed = count > 2 ? on_armed : NULL;
  topup.context = &arming;
  return answer_with(env, wellkey_purchase(port, &topup), &topup_fields, &topup);
}

static napi_value deduct(napi_env env, napi_callback_info info) {
  napi_value values[MOST_ARGUMENTS] = {0};
  wellkey_deduction deduction = {0};
  arguments(env, info, values);
  wellkey_port* port = port_of(env, values[0]);
  if (port == NULL || !take_fields(env, values[1], &deduction_fields, &deduction)) return NULL;
  return answer_with(env, wellkey_deduct(port, &deduction), &deduction_fields, &deduction);
}

static napi_value settle_lock(napi_env env, napi_callback_info info) {
  napi_value values[MOST_ARGUMENTS] = {0};
  wellkey_settlement settlement = {0};
  arguments(env, info, values);
  wellkey_port* port = port_of(env, values[0]);
  if (port == NULL || !take_fields(env, values[1], &settlement_fields, &settlement)) return NULL;
  return answer_with(env, wellkey_settle_lock(port, &settlement), &settlement_fields, &settlement);
}

static napi_value release_lock(napi_env env, napi_callback_info info) {
  napi_value values[MOST_ARGUMENTS] = {0};
  wellkey_release release = {0};
  const uint8_t* package = NULL;
  size_t length = 0;
  const size_t count = arguments(env, info, values);
  wellkey_port* port = port_of(env, values[0]);
  if (port == NULL || !bytes_of(env, values[1], &package, &length)) return NULL;
  if (count > 2 && !take_fields(env, values[2], &release_fields, &release)) return NULL;
  const int result = wellkey_release_lock(port, package, length, &release);
  return answer_with(env, result, &release_fields, &release);
}

/* An array of `count` objects as property `name`. */
static void put_rows(napi_env env, napi_value object, const char* name, const struct fields* fields,
                     const void* rows, size_t count, size_t size) {
  napi_value array = NULL;
  napi_create_array(env, &array);
  for (size_t i = 0; i < count; ++i) {
    napi_value row = NULL;
    napi_create_object(env, &row);
    put_fields(env, row, fields, (const char*)rows + i * size);
    napi_set_element(env, array, (uint32_t)i, row);
  }
  napi_set_named_property(env, object, name, array);
}

static napi_value read_tool_card(napi_env env, napi_callback_info info) {
  napi_value values[MOST_ARGUMENTS] = {0};
  wellkey_tool_card card = {0};
  arguments(env, info, values);
  wellkey_port* port = port_of(env, values[0]);
  if (port == NULL) return NULL;
  const int result = wellkey_read_tool_card(port, &card);
  napi_value object = answer_with(env, result, &tool_card_fields, &card);
  put_rows(env, object, "readings", &reading_fields, card.readings, card.readings_count,
           sizeof card.readings[0]);
  return object;
}

static napi_value get_records(napi_env env, napi_callback_info info) {
  napi_value values[MOST_ARGUMENTS] = {0};
  wellkey_record records[WELLKEY_MOST_RECORDS];
  size_t count = WELLKEY_MOST_RECORDS;
  wellkey_topup torn = {0};
  const bool asks = arguments(env, info, values) > 1;
  wellkey_port* port = port_of(env, values[0]);
  if (port == NULL || (asks && !take_fields(env, values[1], &topup_fields, &torn))) return NULL;
  const int result = wellkey_get_records(port, records, &count, asks ? &torn : NULL);
  napi_value object = answer(env, result);
  if (asks) put_fields(env, object, &topup_fields, &torn);
  put_rows(env, object, "records", &record_fields, records, result == WELLKEY_OK ? count : 0,
           sizeof records[0]);
  return object;
}

static napi_value get_card_state(napi_env env, napi_callback_info info) {
  napi_value values[MOST_ARGUMENTS] = {0};
  wellkey_card_state state = {0};
  arguments(env, info, values);
  wellkey_port* port = port_of(env, values[0]);
  if (port == NULL) return NULL;
  return answer_with(env, wellkey_get_card_state(port, &state), &card_state_fields, &state);
}

static napi_value get_lock_state(napi_env env, napi_callback_info info) {
  napi_value values[MOST_ARGUMENTS] = {0};
  wellkey_lock_state state = {0};
  arguments(env, info, values);
  wellkey_port* port = port_of(env, values[0]);
  if (port == NULL) return NULL;
  return answer_with(env, wellkey_get_lock_state(port, &state), &lock_state_fields, &state);
}

static napi_value read_card_number(napi_env env, napi_callback_info info) {
  static const struct field row = {"card_number", 0, 21, FIELD_TEXT};
  static const struct fields fields = {&row, 1};
  napi_value values[MOST_ARGUMENTS] = {0};
  char number[21] = {0};
  arguments(env, info, values);
  wellkey_port* port = port_of(env, values[0]);
  if (port == NULL) return NULL;
  return answer_with(env, wellkey_read_card_number(port, number), &fields, number);
}

static napi_value read_card_information(napi_env env, napi_callback_info info) {
  napi_value values[MOST_ARGUMENTS] = {0};
  wellkey_card_information card = {0};
  arguments(env, info, values);
  wellkey_port* port = port_of(env, values[0]);
  if (port == NULL) return NULL;
  const int result = wellkey_read_card_information(port, &card);
  return answer_with(env, result, &card_information_fields, &card);
}

static const struct {
  const char* name;
  napi_callback function;
} functions[] = {
    {"openPort", open_port},
    {"closePort", close_port},
    {"psamVerifyPin", psam_verify_pin},
    {"psamModifyKey", psam_modify_key},
    {"purchase", purchase},
    {"deduct", deduct},
    {"settleLock", settle_lock},
    {"issueToolCard", issue_tool_card},
    {"readToolCard", read_tool_card},
    {"getCardState", get_card_state},
    {"getRecords", get_records},
    {"getLockState", get_lock_state},
    {"releaseLock", release_lock},
    {"readCardNumber", read_card_number},
    {"readCardInformation", read_card_information},
};

/* The name by which Node finds a module. */
__attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env env,
                                                                          napi_value exports);

napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  napi_value version = NULL;
  for (size_t i = 0; i < sizeof functions / sizeof functions[0]; ++i) {
    napi_value function = NULL;
    napi_create_function(env, functions[i].name, strlen(functions[i].name), functions[i].function,
                         NULL, &function);
    napi_set_named_property(env, exports, functions[i].name, function);
  }
  napi_create_string_utf8(env, wellkey_version(), strlen(wellkey_version()), &version);
  napi_set_named_property(env, exports, "version", version);
  return exports;
}
