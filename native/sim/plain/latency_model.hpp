#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "native/core/units.hpp"

namespace hft::simulation {

/// How long a request takes to the exchange, and its answer back.
enum class LatencyKind : std::uint8_t {
  Constant,      ///< `order` and `response`.
  Distribution,  ///< Drawn from `samples`, each leg by itself, with `seed`.
  Measured,  ///< Interpolated between `rows` by time; constant before the first and after the last.
};

/// One measurement: what an order that left at `time` took, one leg each.
struct LatencyRow {
  Nanos time = 0;
  Nanos order = 0;
  Nanos response = 0;
};

struct LatencyOptions {
  LatencyKind kind = LatencyKind::Constant;
  Nanos order = 0;
  Nanos response = 0;
  std::vector<LatencyRow> samples;  ///< Distribution: their times don't matter.
  std::vector<LatencyRow> rows;     ///< Measured: by time.
  std::uint64_t seed = 1;
};

/// Gives the latency of each leg. Deterministic. Not thread-safe.
class LatencyModel {
 public:
  explicit LatencyModel(LatencyOptions options) : options_(std::move(options)) {
    state_ = options_.seed;
  }

  [[nodiscard]] Nanos order(Nanos now) noexcept {
    return leg(now, options_.order, &LatencyRow::order);
  }
  [[nodiscard]] Nanos response(Nanos now) noexcept {
    return leg(now, options_.response, &LatencyRow::response);
  }

 private:
  [[nodiscard]] Nanos leg(Nanos now, Nanos constant, Nanos LatencyRow::* part) noexcept {
    if (options_.kind == LatencyKind::Distribution && !options_.samples.empty()) {
      return options_.samples[draw() % options_.samples.size()].*part;
    }
    if (options_.kind == LatencyKind::Measured && !options_.rows.empty()) {
      return interpolate(now, part);
    }
    return constant;
  }

  [[nodiscard]] Nanos interpolate(Nanos now, Nanos LatencyRow::* part) noexcept {
    const std::vector<LatencyRow>& rows = options_.rows;
    // Time only moves on: the search goes on from where it was.
    if (now < rows[at_].time) at_ = 0;
    while (at_ + 1 < rows.size() && rows[at_ + 1].time <= now) ++at_;
    const LatencyRow& from = rows[at_];
    if (now <= from.time || at_ + 1 == rows.size()) return from.*part;
    const LatencyRow& to = rows[at_ + 1];
    const auto change = static_cast<__int128>(to.*part - from.*part) * (now - from.time);
    return from.*part + static_cast<Nanos>(change / (to.time - from.time));
  }

  /// SplitMix64.
  [[nodiscard]] std::uint64_t draw() noexcept {
    std::uint64_t value = state_ += 0x9e3779b97f4a7c15ULL;
    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ value >> 27) * 0x94d049bb133111ebULL;
    return value ^ value >> 31;
  }

  LatencyOptions options_;
  std::size_t at_ = 0;
  std::uint64_t state_ = 1;
};

}  // namespace hft::simulation
