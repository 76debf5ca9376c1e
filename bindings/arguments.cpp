#include "bindings/arguments.hpp"

#include <cmath>
#include <vector>

namespace hft::bindings {
namespace {

napi_value makeError(napi_env env, const char* code, std::string_view message, bool isTypeError) {
  napi_value codeValue = makeText(env, code);
  napi_value text = makeText(env, message);
  napi_value error = nullptr;
  if (isTypeError) {
    napi_create_type_error(env, codeValue, text, &error);
  } else {
    napi_create_error(env, codeValue, text, &error);
  }
  return error;
}

bool isPending(napi_env env) {
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  return pending;
}

napi_valuetype typeOf(napi_env env, napi_value value) {
  napi_valuetype type = napi_undefined;
  if (value != nullptr) napi_typeof(env, value, &type);
  return type;
}

std::string expected(const char* name, std::string_view what) {
  std::string message = name;
  message += " must be ";
  message += what;
  return message;
}

std::optional<std::int64_t> toInteger(napi_env env, napi_value value, const char* name,
                                      std::int64_t min, std::int64_t max) {
  double number = 0;
  const bool isNumber =
      typeOf(env, value) == napi_number && napi_get_value_double(env, value, &number) == napi_ok;
  if (!isNumber || !(number >= static_cast<double>(min)) || !(number <= static_cast<double>(max)) ||
      number != std::floor(number)) {
    std::string what = "a whole number from " + std::to_string(min) + " to " + std::to_string(max);
    if (isNumber) what += ", found " + std::to_string(number);
    throwArgument(env, expected(name, what));
    return std::nullopt;
  }
  return static_cast<std::int64_t>(number);
}

std::optional<std::string> toText(napi_env env, napi_value value, const char* name) {
  std::size_t bytes = 0;
  if (typeOf(env, value) != napi_string ||
      napi_get_value_string_utf8(env, value, nullptr, 0, &bytes) != napi_ok) {
    throwArgument(env, expected(name, "a string"));
    return std::nullopt;
  }
  std::string text(bytes, '\0');
  napi_get_value_string_utf8(env, value, text.data(), bytes + 1, &bytes);
  return text;
}

std::optional<bool> toBoolean(napi_env env, napi_value value, const char* name) {
  bool flag = false;
  if (typeOf(env, value) != napi_boolean || napi_get_value_bool(env, value, &flag) != napi_ok) {
    throwArgument(env, expected(name, "a boolean"));
    return std::nullopt;
  }
  return flag;
}

/// The member of an options object; nothing when absent, with `failed` set on a thrown getter.
std::optional<napi_value> member(napi_env env, napi_value object, const char* name, bool& failed) {
  napi_value value = nullptr;
  failed = napi_get_named_property(env, object, name, &value) != napi_ok || isPending(env);
  if (failed || typeOf(env, value) == napi_undefined) return std::nullopt;
  return value;
}

}  // namespace

void throwArgument(napi_env env, std::string_view message) {
  if (!isPending(env)) napi_throw(env, makeError(env, "HFT_ARGUMENT", message, true));
}

void throwClosed(napi_env env, std::string_view what) {
  throwError(env, "HFT_CLOSED", std::string(what) + " is closed");
}

void throwError(napi_env env, const char* code, std::string_view message) {
  if (!isPending(env)) napi_throw(env, makeError(env, code, message, false));
}

Arguments::Arguments(napi_env env, napi_callback_info info) : env_(env) {
  napi_get_cb_info(env, info, &count_, values_, &self_, nullptr);
}

bool Arguments::isAbsent(std::size_t index) const {
  return index >= count_ || typeOf(env_, values_[index]) == napi_undefined;
}

std::optional<double> Arguments::number(std::size_t index, const char* name) const {
  double value = 0;
  if (typeOf(env_, values_[index]) != napi_number ||
      napi_get_value_double(env_, values_[index], &value) != napi_ok) {
    throwArgument(env_, expected(name, "a number"));
    return std::nullopt;
  }
  return value;
}

std::optional<std::int64_t> Arguments::integer(std::size_t index, const char* name,
                                               std::int64_t min, std::int64_t max) const {
  return toInteger(env_, values_[index], name, min, max);
}

std::optional<bool> Arguments::boolean(std::size_t index, const char* name) const {
  return toBoolean(env_, values_[index], name);
}

std::optional<std::string> Arguments::text(std::size_t index, const char* name) const {
  return toText(env_, values_[index], name);
}

std::optional<std::span<std::byte>> Arguments::bytes(std::size_t index, const char* name) const {
  void* data = nullptr;
  std::size_t length = 0;
  bool isTypedArray = false;
  if (typeOf(env_, values_[index]) == napi_object) {
    napi_is_typedarray(env_, values_[index], &isTypedArray);
  }
  if (isTypedArray) {
    napi_typedarray_type type = napi_int8_array;
    std::size_t elements = 0;
    napi_value buffer = nullptr;
    std::size_t offset = 0;
    if (napi_get_typedarray_info(env_, values_[index], &type, &elements, &data, &buffer, &offset) ==
            napi_ok &&
        (type == napi_uint8_array || type == napi_uint8_clamped_array || type == napi_int8_array)) {
      length = elements;
      bool isDetached = false;
      // A SharedArrayBuffer is no ArrayBuffer to this call and can't be detached.
      if (napi_is_detached_arraybuffer(env_, buffer, &isDetached) == napi_ok && isDetached) {
        throwArgument(env_, expected(name, "a byte view whose buffer is not detached"));
        return std::nullopt;
      }
      return std::span(static_cast<std::byte*>(data), length);
    }
  }
  throwArgument(env_, expected(name, "a Buffer or Uint8Array"));
  return std::nullopt;
}

std::optional<napi_value> Arguments::function(std::size_t index, const char* name) const {
  if (typeOf(env_, values_[index]) != napi_function) {
    throwArgument(env_, expected(name, "a function"));
    return std::nullopt;
  }
  return values_[index];
}

std::optional<napi_value> Arguments::object(std::size_t index, const char* name) const {
  if (typeOf(env_, values_[index]) != napi_object) {
    throwArgument(env_, expected(name, "an object"));
    return std::nullopt;
  }
  return values_[index];
}

std::optional<std::int64_t> integerMember(napi_env env, napi_value object, const char* name,
                                          std::int64_t fallback, std::int64_t min,
                                          std::int64_t max) {
  bool failed = false;
  const auto value = member(env, object, name, failed);
  if (failed) return std::nullopt;
  return value ? toInteger(env, *value, name, min, max) : fallback;
}

std::optional<bool> booleanMember(napi_env env, napi_value object, const char* name,
                                  bool fallback) {
  bool failed = false;
  const auto value = member(env, object, name, failed);
  if (failed) return std::nullopt;
  return value ? toBoolean(env, *value, name) : fallback;
}

std::optional<std::string> textMember(napi_env env, napi_value object, const char* name,
                                      std::string_view fallback) {
  bool failed = false;
  const auto value = member(env, object, name, failed);
  if (failed) return std::nullopt;
  return value ? toText(env, *value, name) : std::string(fallback);
}

napi_value makeNumber(napi_env env, double value) {
  napi_value result = nullptr;
  napi_create_double(env, value, &result);
  return result;
}

napi_value makeText(napi_env env, std::string_view value) {
  napi_value result = nullptr;
  napi_create_string_utf8(env, value.data(), value.size(), &result);
  return result;
}

napi_value makeUndefined(napi_env env) {
  napi_value result = nullptr;
  napi_get_undefined(env, &result);
  return result;
}

napi_value makeObject(napi_env env) {
  napi_value result = nullptr;
  napi_create_object(env, &result);
  return result;
}

void setMember(napi_env env, napi_value object, const char* name, napi_value value) {
  napi_set_named_property(env, object, name, value);
}

void setMember(napi_env env, napi_value object, const char* name, double value) {
  setMember(env, object, name, makeNumber(env, value));
}

void setMember(napi_env env, napi_value object, const char* name, std::string_view value) {
  setMember(env, object, name, makeText(env, value));
}

void defineClass(napi_env env, napi_value exports, const char* name, napi_callback constructor,
                 std::initializer_list<Method> methods) {
  std::vector<napi_property_descriptor> properties;
  properties.reserve(methods.size());
  for (const Method& method : methods) {
    properties.push_back({method.name, nullptr, method.callback, nullptr, nullptr, nullptr,
                          napi_default_method, nullptr});
  }
  napi_value result = nullptr;
  napi_define_class(env, name, NAPI_AUTO_LENGTH, constructor, nullptr, properties.size(),
                    properties.data(), &result);
  setMember(env, exports, name, result);
}

void defineFunction(napi_env env, napi_value exports, const char* name, napi_callback callback) {
  napi_value result = nullptr;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &result);
  setMember(env, exports, name, result);
}

}  // namespace hft::bindings
