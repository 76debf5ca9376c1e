#pragma once

#include <algorithm>
#include <cstdint>

#include "native/core/units.hpp"
#include "native/generate/market/random.hpp"

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

  /// The time to the next arrival; `frames` frames were sent at the last one, and stretch it, so
  /// that the mean holds for frames.
  Nanos next(Random& random, std::uint32_t frames) noexcept {
    // Arrivals come from the constant part of the intensity or from the decaying one, whichever is
    // first; all in mean intervals, 1/65536.
    const std::uint64_t bits = random.next();
    const std::uint64_t constant = std::uint64_t{draw(bits)} * 65536 / kBase;
    const std::uint64_t waited = std::min(constant, excited(draw(bits >> 32)));
    const std::uint64_t whole = waited >> 16;
    const std::uint64_t part = waited & 0xffff;
    if (whole >= fixed::kExp.size()) {
      excitation_ = 0;
    } else {
      // exp(-part / 16) to the second order.
      const std::uint64_t decay = 65536 - part / 16 + (part * part >> 25);
      excitation_ = (excitation_ * fixed::kExp[whole] >> 16) * decay >> 16;
    }
    excitation_ += kJump;
    return static_cast<Nanos>((meanInterval_ * frames * (waited >> 4)) >> 12);
  }

  /// The present intensity over its mean, in 1/65536.
  [[nodiscard]] std::uint64_t intensity() const noexcept { return kBase + excitation_; }

 private:
  static std::uint32_t draw(std::uint64_t bits) noexcept {
    return fixed::exponential(static_cast<std::uint32_t>(bits));
  }

  /// When the decaying part has an arrival: where its integral reaches `sample`; far away if never.
  [[nodiscard]] std::uint64_t excited(std::uint64_t sample) const noexcept {
    const std::uint64_t mass = excitation_ * kMemory;
    if (sample >= mass) return ~std::uint64_t{0};
    const std::uint64_t share = (sample << 16) / mass;
    // -ln(1 - share): by its series where the table is too coarse.
    if (share < 1024) return kMemory * (share + (share * share >> 17));
    return kMemory * fixed::exponential(static_cast<std::uint32_t>((65536 - share) << 16));
  }

  static constexpr std::uint64_t kMemory = 16;
  static constexpr std::uint64_t kBase = 65536 / 4;
  static constexpr std::uint64_t kJump = 65536 * 3 / 4 / kMemory;

  std::uint64_t meanInterval_;
  std::uint64_t excitation_ = 65536 * 3 / 4;
};

}  // namespace hft::generate
