#pragma once

#include <cstdint>

#include "native/core/units.hpp"
#include "native/generate/random.hpp"

namespace hft::generate {

/// Draws the times between arrivals of a self-exciting process (Hawkes, exponential kernel), in
/// integers: each arrival raises the intensity, which decays back, so that arrivals cluster.
///
/// Three quarters of all arrivals are caused by earlier ones (branching ratio 3/4); the memory is
/// sixteen mean intervals. Counts over long windows have an index of dispersion of about 16.
class ArrivalClock {
 public:
  explicit ArrivalClock(Nanos meanInterval) noexcept
      : meanInterval_(static_cast<std::uint64_t>(meanInterval)) {}

  /// The time to the next arrival, after `frames` frames were sent at the last one.
  Nanos next(Random& random, std::uint32_t frames) noexcept {
    const std::uint32_t sample =
        fixed::exponential(static_cast<std::uint32_t>(random.next() >> 32));
    // In mean intervals, 1/65536.
    const std::uint64_t ratio = (static_cast<std::uint64_t>(sample) << 16) / intensity() * frames;
    const std::uint64_t whole = ratio >> 16;
    const std::uint64_t part = ratio & 0xffff;
    if (whole >= fixed::kExp.size()) {
      excitation_ = 0;
    } else {
      // exp(-part / 16) to the second order.
      const std::uint64_t decay = 65536 - part / 16 + (part * part >> 25);
      excitation_ = (excitation_ * fixed::kExp[whole] >> 16) * decay >> 16;
    }
    excitation_ += kJump * frames;
    return static_cast<Nanos>((meanInterval_ * (ratio >> 8)) >> 8);
  }

  /// The present intensity over its mean, in 1/65536.
  [[nodiscard]] std::uint64_t intensity() const noexcept { return kBase + excitation_; }

 private:
  static constexpr std::uint64_t kBase = 65536 / 4;
  static constexpr std::uint64_t kJump = 65536 * 3 / 4 / 16;

  std::uint64_t meanInterval_;
  std::uint64_t excitation_ = 65536 * 3 / 4;
};

}  // namespace hft::generate
