#pragma once

#include <cerrno>
#include <cstdint>
#include <span>
#include <sys/random.h>

#include "native/core/check.hpp"

namespace hft::net {

/// Where random bytes come from: the caller decides, so that a test is repeatable.
struct RandomSource {
  void (*fill)(void* context, std::span<std::uint8_t> out) noexcept;
  void* context;
};

/// Unpredictable bytes from the kernel. Source: RFC 6455 section 10.3: who can guess a mask can
/// write what he likes on the wire.
[[nodiscard]] inline RandomSource systemRandom() noexcept {
  constexpr auto fill = [](void* /*context*/, std::span<std::uint8_t> out) noexcept {
    while (!out.empty()) {
      const ssize_t count = ::getrandom(out.data(), out.size(), 0);
      HFT_CHECK(count > 0 || errno == EINTR);
      if (count > 0) out = out.subspan(static_cast<std::size_t>(count));
    }
  };
  return {.fill = fill, .context = nullptr};
}

}  // namespace hft::net
