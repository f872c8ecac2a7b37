/* The part of Node-API that the addon calls, declared here because its ABI does not change between
 * versions of Node and the package that holds the header cannot be had beside every Node.
 */
#ifndef WELLKEY_NODE_API_USED_H
#define WELLKEY_NODE_API_USED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct napi_env__* napi_env;
typedef struct napi_value__* napi_value;
typedef struct napi_callback_info__* napi_callback_info;
typedef napi_value (*napi_callback)(napi_env env, napi_callback_info info);
typedef void (*napi_finalize)(napi_env env, void* data, void* hint);
typedef int napi_status; /* 0: done */

napi_status napi_get_undefined(napi_env, napi_value* result);
napi_status napi_create_object(napi_env, napi_value* result);
napi_status napi_create_array(napi_env, napi_value* result);
napi_status napi_create_int64(napi_env, int64_t value, napi_value* result);
napi_status napi_create_string_utf8(napi_env, const char* text, size_t length, napi_value* result);
napi_status napi_create_buffer_copy(napi_env, size_t length, const void* data, void** copy,
                                    napi_value* result);
napi_status napi_create_external(napi_env, void* data, napi_finalize finalize, void* hint,
                                 napi_value* result);
napi_status napi_create_function(napi_env, const char* name, size_t length, napi_callback callback,
                                 void* data, napi_value* result);
napi_status napi_get_value_int64(napi_env, napi_value value, int64_t* result);
napi_status napi_get_value_bool(napi_env, napi_value value, bool* result);
napi_status napi_get_value_string_utf8(napi_env, napi_value value, char* text, size_t size,
                                       size_t* length);
napi_status napi_get_value_external(napi_env, napi_value value, void** result);
napi_status napi_get_buffer_info(napi_env, napi_value value, void** data, size_t* length);
napi_status napi_is_buffer(napi_env, napi_value value, bool* result);
napi_status napi_set_named_property(napi_env, napi_value object, const char* name,
                                    napi_value value);
napi_status napi_get_named_property(napi_env, napi_value object, const char* name,
                                    napi_value* result);
napi_status napi_has_named_property(napi_env, napi_value object, const char* name, bool* result);
napi_status napi_set_element(napi_env, napi_value array, uint32_t index, napi_value value);
napi_status napi_get_cb_info(napi_env, napi_callback_info info, size_t* count, napi_value* values,
                             napi_value* self, void** data);
napi_status napi_call_function(napi_env, napi_value self, napi_value function, size_t count,
                               const napi_value* values, napi_value* result);
napi_status napi_throw_type_error(napi_env, const char* code, const char* text);

#endif
