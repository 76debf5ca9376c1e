#pragma once

#include <cstdint>
#include <variant>

#include "native/core/units.hpp"

namespace hft::sim {

/// Where an order stands in the queue of its price level, in 2^-32 lots: what is ahead of it.
///
/// Integers, not floating point: the same recording gives the same fills on every machine.
struct QueuePosition {
  __extension__ using Wide = __int128;

  Wide ahead = 0;  ///< Below zero: that much of trades has reached the order.
  Qty traded = 0;  ///< Lots traded at the level since its quantity was last told.

  /// The lots ahead, rounded up; 0 at the front.
  [[nodiscard]] Qty aheadLots() const noexcept;
  /// Takes the whole lots of trades that have reached the order.
  [[nodiscard]] Qty takeReached() noexcept;
};

/// Quantities beyond 2^62 lots are taken as 2^62.
inline constexpr Qty kQueueQtyMax = Qty{1} << 62;

/// A probability in 2^-32: 2^32 is certain.
using Share = std::uint64_t;
inline constexpr Share kCertain = Share{1} << 32;

/// Only trades move the order forward: what is canceled was behind it, as far as it can have been.
struct RiskAverseQueue {
  [[nodiscard]] Share behind(QueuePosition::Wide /*front*/, QueuePosition::Wide /*back*/) const {
    return kCertain;
  }
};

/// Cancels come evenly from all that rests: behind with probability back / (front + back).
struct IdentityQueue {
  [[nodiscard]] Share behind(QueuePosition::Wide front, QueuePosition::Wide back) const noexcept;
};

/// How a function f of the quantities before and behind an order becomes the probability that a
/// cancel was behind it.
enum class QueueForm : std::uint8_t {
  Split,       ///< f(back) / (f(back) + f(front)).
  Whole,       ///< f(back) / f(back + front).
  Complement,  ///< 1 - f(front / (front + back)); power only.
};

/// f(x) = x^exponent.
struct PowerQueue {
  QueueForm form = QueueForm::Split;
  std::uint32_t exponentThousandths = 2000;  ///< In 10^-3, from 1 to 100,000.

  [[nodiscard]] Share behind(QueuePosition::Wide front, QueuePosition::Wide back) const noexcept;
};

/// f(x) = log(1 + x / unitQty).
struct LogQueue {
  QueueForm form = QueueForm::Split;  ///< Split or Whole.
  /// The exchange takes one unit of each instrument for it.
  static constexpr Qty kOneUnit = 0;
  /// The lots that count as one; 10^qtyDecimals for one unit of the instrument.
  Qty unitQty = 1;

  [[nodiscard]] Share behind(QueuePosition::Wide front, QueuePosition::Wide back) const noexcept;
};

/// The place in the queue is known: recorded single orders (L3), first in, first out.
struct ExactQueue {
  [[nodiscard]] Share behind(QueuePosition::Wide /*front*/, QueuePosition::Wide /*back*/) const {
    return kCertain;
  }
};

/// Where our order is in a queue of which only the sum is known.
///
/// Source: hftbacktest documentation, "Order Fill" (risk-averse, ProbQueueModel with the power and
/// logarithm functions): a trade takes from the front; any other decrease is split by the
/// probability that it was behind; trades are taken off a decrease, so that they do not count
/// twice; an order is never further back than the level is long.
using QueueModel = std::variant<RiskAverseQueue, IdentityQueue, PowerQueue, LogQueue, ExactQueue>;

/// Whether the parameters of `model` are in their range.
[[nodiscard]] bool isSound(const QueueModel& model) noexcept;

/// The place of an order that joins a level of `qty` lots.
[[nodiscard]] QueuePosition joinQueue(Qty qty) noexcept;
/// `qty` lots were traded at the level.
void queueTraded(QueuePosition& position, Qty qty) noexcept;
/// The level's quantity was told: `before` became `after`.
void queueResized(QueuePosition& position, const QueueModel& model, Qty before, Qty after) noexcept;

}  // namespace hft::sim
