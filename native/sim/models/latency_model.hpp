#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "native/core/random.hpp"
#include "native/core/result.hpp"
#include "native/core/units.hpp"

namespace hft::sim {

/// The longest latency of a model: a day. Longer draws are cut to it.
inline constexpr Nanos kLatencyMax = 86'400'000'000'000;

/// Always the same.
struct ConstantLatency {
  Nanos latency = 0;  ///< From 0 to kLatencyMax.

  [[nodiscard]] Nanos draw(Nanos /*now*/, Xoshiro256& /*random*/) const noexcept { return latency; }
};

/// Log-normal: `median` times exp(sigma * z) of a standard normal z.
struct LognormalLatency {
  Nanos median = 0;                   ///< From 0 to kLatencyMax.
  std::uint32_t sigmaMillionths = 0;  ///< Sigma of the logarithm in 10^-6, at most 4,000,000.
  Nanos latencyMin = 0;               ///< No draw is shorter: the way itself.

  [[nodiscard]] Nanos draw(Nanos now, Xoshiro256& random) const noexcept;
};

/// An empirical distribution: each row is as likely as the others.
struct TableLatency {
  std::vector<Nanos> rows;  ///< Not empty, each from 0 to kLatencyMax, in any order.

  [[nodiscard]] Nanos draw(Nanos /*now*/, Xoshiro256& random) const noexcept {
    return rows[random.below(rows.size())];
  }
};

/// Measured on the way: linear between the rows around `now`, the nearest row outside them.
struct MeasuredLatency {
  struct Row {
    Nanos time;
    Nanos latency;  ///< From 0 to kLatencyMax.
  };
  std::vector<Row> rows;  ///< Not empty, times ascending without repeats.

  [[nodiscard]] Nanos draw(Nanos now, Xoshiro256& random) const noexcept;
};

/// One leg of the way: from us to the exchange, or back.
using LatencyLeg = std::variant<ConstantLatency, LognormalLatency, TableLatency, MeasuredLatency>;

/// The way of a request and the way of its report: each leg has a model of its own.
struct LatencyModel {
  LatencyLeg order;
  LatencyLeg response;
};

enum class LatencyError : std::uint8_t {
  Ok,
  OutOfRange,  ///< A latency is negative or longer than kLatencyMax, or sigma too large.
  NoRows,
  TimesNotAscending,
};

/// One measured order: when it was sent, and how long each leg took.
struct LatencyRow {
  Nanos time;
  Nanos order;
  Nanos response;
};

/// Whether a leg is what its type asks for.
[[nodiscard]] LatencyError check(const LatencyLeg& leg) noexcept;

/// A model that interpolates `rows`, whose times ascend without repeats. A row's response latency
/// counts from when the order arrived: its time plus its order latency.
/// Errors: NoRows, TimesNotAscending, OutOfRange.
[[nodiscard]] Result<LatencyModel, LatencyError> measuredLatency(std::span<const LatencyRow> rows);

/// How long a leg takes that is entered at `now`.
[[nodiscard]] inline Nanos drawLatency(const LatencyLeg& leg, Nanos now,
                                       Xoshiro256& random) noexcept {
  return std::visit([&](const auto& model) { return model.draw(now, random); }, leg);
}

}  // namespace hft::sim
