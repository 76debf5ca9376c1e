#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "native/core/units.hpp"

namespace hft::simulation {

/// How the place of our order in its level's queue is guessed from quantities alone.
///
/// Source: the queue models of hftbacktest's documentation ("Order Fill", probability queue
/// position models).
enum class QueueKind : std::uint8_t {
  RiskAverse,  ///< Only trades move an order ahead: whatever cancels stood behind it.
  Power,       ///< A cancel stood behind with probability back^n / (back^n + front^n).
  Logarithm,   ///< The same with ln(1 + x).
  Identity,    ///< The same with x: cancels are spread evenly over the queue.
  Fifo,        ///< Exact, where single orders are known (L3).
};

struct QueueOptions {
  QueueKind kind = QueueKind::RiskAverse;
  double power = 3;  ///< n of Power.
};

/// The place of one of our resting orders.
struct QueuePlace {
  double ahead = 0;     ///< Lots before us.
  Qty tradedSince = 0;  ///< Lots that traded at the price since the level last changed.
};

class QueueModel {
 public:
  explicit QueueModel(QueueOptions options) noexcept : options_(options) {}

  [[nodiscard]] QueueKind kind() const noexcept { return options_.kind; }

  /// An order joins behind `shown` lots.
  [[nodiscard]] QueuePlace join(Qty shown) const noexcept {
    return {static_cast<double>(shown), 0};
  }

  /// `qty` lots traded at the price. Returns the lots that reach our order.
  [[nodiscard]] Qty trade(QueuePlace& place, Qty qty) const noexcept {
    place.ahead -= static_cast<double>(qty);
    place.tradedSince += qty;
    if (place.ahead >= 0) return 0;
    const auto reached = static_cast<Qty>(std::floor(-place.ahead));
    place.ahead = std::min(place.ahead + static_cast<double>(reached), 0.0);
    return std::min(reached, qty);
  }

  /// The level shows `after` lots where it showed `before`.
  void change(QueuePlace& place, Qty before, Qty after) const noexcept {
    if (options_.kind == QueueKind::Fifo) return;
    const auto shown = static_cast<double>(after);
    const double gone = static_cast<double>(before - after - place.tradedSince);
    // What traded is off already; what is left went by cancels.
    place.tradedSince = 0;
    if (gone > 0 && options_.kind != QueueKind::RiskAverse) {
      const double front = std::max(place.ahead, 0.0);
      const double back = std::max(static_cast<double>(before) - front, 0.0);
      const double weight = behind(front, back);
      const double fromFront = (1 - weight) * gone;
      // Cancels that don't find room behind must have stood in front.
      const double excess = std::max(weight * gone - back, 0.0);
      place.ahead = front - fromFront - excess;
    }
    place.ahead = std::min(place.ahead, shown);
    if (place.ahead < 0) place.ahead = 0;
  }

  /// Exact: `qty` lots of an order before ours left (not by a trade).
  void leave(QueuePlace& place, Qty qty) const noexcept {
    place.ahead = std::max(place.ahead - static_cast<double>(qty), 0.0);
  }

 private:
  /// The chance that a cancel stood behind us.
  [[nodiscard]] double behind(double front, double back) const noexcept {
    const double b = weigh(back);
    const double f = weigh(front);
    return b + f <= 0 ? 1 : b / (b + f);
  }
  [[nodiscard]] double weigh(double lots) const noexcept {
    switch (options_.kind) {
      case QueueKind::Power:
        return std::pow(lots, options_.power);
      case QueueKind::Logarithm:
        return std::log1p(lots);
      default:
        return lots;
    }
  }

  QueueOptions options_;
};

}  // namespace hft::simulation
