#pragma once

#include <utility>

#include "native/core/check.hpp"

namespace hft {

/// A value, or the error that stands in its place.
///
/// `E` is an `enum class` whose zero is `Ok`; `T` is default-constructible and cheap to move.
template <typename T, typename E>
class [[nodiscard]] Result {
 public:
  constexpr Result(T value) noexcept : value_(std::move(value)) {}
  constexpr Result(E error) noexcept : error_(error) { HFT_DCHECK(error != E::Ok); }

  [[nodiscard]] constexpr bool ok() const noexcept { return error_ == E::Ok; }
  [[nodiscard]] constexpr E error() const noexcept { return error_; }

  /// The value; only where `ok()`.
  [[nodiscard]] constexpr const T& value() const noexcept {
    HFT_DCHECK(ok());
    return value_;
  }

  /// Moves the value out; only where `ok()`.
  [[nodiscard]] constexpr T take() noexcept {
    HFT_DCHECK(ok());
    return std::move(value_);
  }

  [[nodiscard]] constexpr T valueOr(T other) const noexcept {
    return ok() ? value_ : std::move(other);
  }

 private:
  T value_{};
  E error_ = E::Ok;
};

}  // namespace hft
