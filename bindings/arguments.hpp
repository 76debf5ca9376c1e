#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <node_api.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hft::bindings {

/// Throws a TypeError with code HFT_ARGUMENT; the caller returns nullptr afterwards.
void throwArgument(napi_env env, std::string_view message);
/// Throws an Error with code HFT_CLOSED.
void throwClosed(napi_env env, std::string_view what);
/// Throws an Error with the given HFT_ code.
void throwError(napi_env env, const char* code, std::string_view message);

/// The arguments of one call, read with checks: a getter of the wrong type throws HFT_ARGUMENT that
/// names the argument, and returns nothing.
class Arguments {
 public:
  static constexpr std::size_t kMax = 8;

  Arguments(napi_env env, napi_callback_info info);

  [[nodiscard]] napi_env env() const { return env_; }
  [[nodiscard]] napi_value self() const { return self_; }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] napi_value at(std::size_t index) const { return values_[index]; }
  [[nodiscard]] bool isAbsent(std::size_t index) const;

  [[nodiscard]] std::optional<double> number(std::size_t index, const char* name) const;
  /// A whole number in [min, max].
  [[nodiscard]] std::optional<std::int64_t> integer(std::size_t index, const char* name,
                                                    std::int64_t min, std::int64_t max) const;
  [[nodiscard]] std::optional<bool> boolean(std::size_t index, const char* name) const;
  [[nodiscard]] std::optional<std::string> text(std::size_t index, const char* name) const;
  /// The bytes of a Buffer, Uint8Array or other byte view; a detached one throws.
  [[nodiscard]] std::optional<std::span<std::byte>> bytes(std::size_t index,
                                                          const char* name) const;
  [[nodiscard]] std::optional<napi_value> function(std::size_t index, const char* name) const;
  [[nodiscard]] std::optional<napi_value> object(std::size_t index, const char* name) const;

 private:
  napi_env env_;
  napi_value self_ = nullptr;
  std::size_t count_ = kMax;
  napi_value values_[kMax] = {};
};

/// Checked reads of an options object's members, with the same errors as Arguments.
[[nodiscard]] std::optional<std::int64_t> integerMember(napi_env env, napi_value object,
                                                        const char* name, std::int64_t fallback,
                                                        std::int64_t min, std::int64_t max);
[[nodiscard]] std::optional<bool> booleanMember(napi_env env, napi_value object, const char* name,
                                                bool fallback);
[[nodiscard]] std::optional<std::string> textMember(napi_env env, napi_value object,
                                                    const char* name, std::string_view fallback);

napi_value makeNumber(napi_env env, double value);
napi_value makeText(napi_env env, std::string_view value);
napi_value makeUndefined(napi_env env);
napi_value makeObject(napi_env env);
void setMember(napi_env env, napi_value object, const char* name, napi_value value);
void setMember(napi_env env, napi_value object, const char* name, double value);
void setMember(napi_env env, napi_value object, const char* name, std::string_view value);

/// One method of a native class.
struct Method {
  const char* name;
  napi_callback callback;
};

/// Defines a class on `exports`. Its constructor callback wraps the native object.
void defineClass(napi_env env, napi_value exports, const char* name, napi_callback constructor,
                 std::initializer_list<Method> methods);
/// Defines a function on `exports`.
void defineFunction(napi_env env, napi_value exports, const char* name, napi_callback callback);

/// Gives `self` the ownership of `object`: freed with it. Throws and frees at once on failure.
template <typename T>
bool wrap(napi_env env, napi_value self, std::unique_ptr<T> object, const napi_type_tag& tag) {
  const napi_status status = napi_wrap(
      env, self, object.get(), [](napi_env, void* data, void*) { delete static_cast<T*>(data); },
      nullptr, nullptr);
  if (status != napi_ok || napi_type_tag_object(env, self, &tag) != napi_ok) {
    throwError(env, "HFT_ARGUMENT", "the object could not be created");
    return false;
  }
  // JavaScript owns it from here on.
  static_cast<void>(object.release());
  return true;
}

/// The native object behind `self`; throws HFT_ARGUMENT when `self` is not of the class.
template <typename T>
[[nodiscard]] T* unwrap(napi_env env, napi_value self, const napi_type_tag& tag) {
  bool matches = false;
  void* data = nullptr;
  if (self == nullptr || napi_check_object_type_tag(env, self, &tag, &matches) != napi_ok ||
      !matches || napi_unwrap(env, self, &data) != napi_ok) {
    throwArgument(env, "the method was called on an object of another class");
    return nullptr;
  }
  return static_cast<T*>(data);
}

}  // namespace hft::bindings
