#include "native/sim/models/latency_model.hpp"

#include <algorithm>

#include "native/sim/models/fixed_point.hpp"

namespace hft::sim {
namespace {

constexpr std::uint32_t kSigmaMax = 4'000'000;

bool isLatency(Nanos latency) noexcept { return latency >= 0 && latency <= kLatencyMax; }

/// A standard normal number in Q32 by Marsaglia's polar method.
std::int64_t drawNormal(Xoshiro256& random) noexcept {
  constexpr std::int64_t kHalf = std::int64_t{1} << 32;
  // ln 2 in Q32.
  constexpr std::int64_t kLn2 = 2'977'044'472;
  for (;;) {
    const std::int64_t u = static_cast<std::int64_t>(random.next() >> 31) - kHalf;
    const std::int64_t v = static_cast<std::int64_t>(random.next() >> 31) - kHalf;
    __extension__ using Signed = __int128;
    const auto square =
        static_cast<std::uint64_t>((static_cast<Signed>(u) * u + static_cast<Signed>(v) * v) >> 32);
    if (square == 0 || square >= fixed::kOne) continue;
    // -2 ln(s) / s in Q32; the root of a number in 2^-64 is in Q32.
    const std::int64_t log = (std::int64_t{32} << 32) - fixed::log2(square);
    const auto twice = static_cast<std::uint64_t>(static_cast<Signed>(log) * kLn2 >> 31);
    const auto ratio = (static_cast<fixed::Wide>(twice) << 32) / square;
    const std::uint64_t root = fixed::squareRoot(ratio << 32);
    return static_cast<std::int64_t>(static_cast<Signed>(u) * static_cast<std::int64_t>(root) >>
                                     32);
  }
}

}  // namespace

Nanos LognormalLatency::draw(Nanos /*now*/, Xoshiro256& random) const noexcept {
  // log2(e) in Q32.
  constexpr std::int64_t kLog2E = 6'196'328'019;
  __extension__ using Signed = __int128;
  const std::int64_t normal = drawNormal(random);
  const auto exponent = static_cast<std::int64_t>(
      static_cast<Signed>(normal) * sigmaMillionths / 1'000'000 * kLog2E >> 32);
  const std::uint64_t drawn = fixed::timesExp2(static_cast<std::uint64_t>(median), exponent,
                                               static_cast<std::uint64_t>(kLatencyMax));
  return std::max(latencyMin, static_cast<Nanos>(drawn));
}

Nanos MeasuredLatency::draw(Nanos now, Xoshiro256& /*random*/) const noexcept {
  const auto after = std::ranges::upper_bound(rows, now, {}, &Row::time);
  if (after == rows.begin()) return rows.front().latency;
  if (after == rows.end()) return rows.back().latency;
  const Row& from = *(after - 1);
  __extension__ using Signed = __int128;
  const Signed part =
      static_cast<Signed>(after->latency - from.latency) * (static_cast<Signed>(now) - from.time);
  return from.latency + static_cast<Nanos>(part / (static_cast<Signed>(after->time) - from.time));
}

LatencyError check(const LatencyLeg& leg) noexcept {
  if (const auto* constant = std::get_if<ConstantLatency>(&leg)) {
    return isLatency(constant->latency) ? LatencyError::Ok : LatencyError::OutOfRange;
  }
  if (const auto* lognormal = std::get_if<LognormalLatency>(&leg)) {
    const bool isInRange = isLatency(lognormal->median) && isLatency(lognormal->latencyMin) &&
                           lognormal->sigmaMillionths <= kSigmaMax;
    return isInRange ? LatencyError::Ok : LatencyError::OutOfRange;
  }
  if (const auto* table = std::get_if<TableLatency>(&leg)) {
    if (table->rows.empty()) return LatencyError::NoRows;
    return std::ranges::all_of(table->rows, isLatency) ? LatencyError::Ok
                                                       : LatencyError::OutOfRange;
  }
  const auto& rows = std::get<MeasuredLatency>(leg).rows;
  if (rows.empty()) return LatencyError::NoRows;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!isLatency(rows[i].latency)) return LatencyError::OutOfRange;
    if (i > 0 && rows[i - 1].time >= rows[i].time) return LatencyError::TimesNotAscending;
  }
  return LatencyError::Ok;
}

Result<LatencyModel, LatencyError> measuredLatency(std::span<const LatencyRow> rows) {
  MeasuredLatency order;
  MeasuredLatency response;
  for (const LatencyRow& row : rows) {
    if (!isLatency(row.order) || !isLatency(row.response)) return LatencyError::OutOfRange;
    order.rows.push_back({row.time, row.order});
    const Nanos arrival = row.time + row.order;
    // A way with a queue of its own can deliver two orders at once: the later response counts.
    if (!response.rows.empty() && response.rows.back().time == arrival) {
      response.rows.back().latency = row.response;
    } else {
      response.rows.push_back({arrival, row.response});
    }
  }
  LatencyModel model{std::move(order), std::move(response)};
  if (const LatencyError error = check(model.order); error != LatencyError::Ok) return error;
  if (const LatencyError error = check(model.response); error != LatencyError::Ok) return error;
  return model;
}

}  // namespace hft::sim
