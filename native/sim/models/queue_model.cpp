#include "native/sim/models/queue_model.hpp"

#include <algorithm>

#include "native/sim/models/fixed_point.hpp"

namespace hft::sim {
namespace {

using Wide = QueuePosition::Wide;

constexpr Wide kLot = Wide{1} << 32;

Qty bounded(Qty qty) noexcept { return std::clamp<Qty>(qty, 0, kQueueQtyMax); }

/// part / (part + other), for quantities that are not negative.
Share shareOf(Wide part, Wide other) noexcept {
  fixed::Wide whole = static_cast<fixed::Wide>(part) + static_cast<fixed::Wide>(other);
  if (whole == 0) return kCertain;
  auto numerator = static_cast<fixed::Wide>(part);
  // Both fit 2^95: shifted down, the quotient's 32 bits fit 128.
  while (whole >> 95 != 0) {
    whole >>= 1;
    numerator >>= 1;
  }
  return static_cast<Share>((numerator << 32) / whole);
}

/// log2(1 + qty / unit) in Q32, as the difference of two logarithms.
std::int64_t logOf(Wide qty, Qty unit) noexcept {
  const fixed::Wide one = static_cast<fixed::Wide>(unit) << 32;
  return fixed::log2(one + static_cast<fixed::Wide>(qty)) - fixed::log2(one);
}

}  // namespace

Qty QueuePosition::aheadLots() const noexcept {
  return ahead <= 0 ? 0 : static_cast<Qty>((ahead + kLot - 1) / kLot);
}

Qty QueuePosition::takeReached() noexcept {
  if (ahead > -kLot) return 0;
  const Wide lots = -ahead / kLot;
  ahead += lots * kLot;
  return static_cast<Qty>(lots);
}

Share IdentityQueue::behind(Wide front, Wide back) const noexcept { return shareOf(back, front); }

Share PowerQueue::behind(Wide front, Wide back) const noexcept {
  const Share atBack = shareOf(back, front);
  const Share atFront = kCertain - atBack;
  switch (form) {
    case QueueForm::Split: {
      const Share backPower = fixed::power(atBack, exponentThousandths);
      const Share frontPower = fixed::power(atFront, exponentThousandths);
      // A large exponent can leave nothing of either: the larger part then decides.
      if ((backPower | frontPower) == 0) return atBack >= atFront ? kCertain : 0;
      return shareOf(static_cast<Wide>(backPower), static_cast<Wide>(frontPower));
    }
    case QueueForm::Whole:
      return fixed::power(atBack, exponentThousandths);
    case QueueForm::Complement:
      return kCertain - fixed::power(atFront, exponentThousandths);
  }
  return kCertain;
}

Share LogQueue::behind(Wide front, Wide back) const noexcept {
  const std::int64_t backLog = logOf(back, unitQty);
  const std::int64_t other =
      form == QueueForm::Split ? logOf(front, unitQty) : logOf(front + back, unitQty) - backLog;
  return shareOf(backLog, std::max<std::int64_t>(other, 0));
}

bool isSound(const QueueModel& model) noexcept {
  if (const auto* power = std::get_if<PowerQueue>(&model)) {
    return power->form <= QueueForm::Complement && power->exponentThousandths >= 1 &&
           power->exponentThousandths <= 100'000;
  }
  if (const auto* log = std::get_if<LogQueue>(&model)) {
    return log->form <= QueueForm::Whole && log->unitQty >= LogQueue::kOneUnit &&
           log->unitQty <= kQueueQtyMax;
  }
  return true;
}

QueuePosition joinQueue(Qty qty) noexcept { return {.ahead = bounded(qty) * kLot, .traded = 0}; }

void queueTraded(QueuePosition& position, Qty qty) noexcept {
  position.ahead = std::max(position.ahead - bounded(qty) * kLot, -kQueueQtyMax * kLot);
  const Qty room = kQueueQtyMax - position.traded;
  position.traded += std::min(room, bounded(qty));
}

void queueResized(QueuePosition& position, const QueueModel& model, Qty before,
                  Qty after) noexcept {
  const Wide was = bounded(before) * kLot;
  const Wide is = bounded(after) * kLot;
  const Wide gone = was - is - position.traded * kLot;
  position.traded = 0;
  if (gone > 0 && position.ahead > 0) {
    const Wide front = position.ahead;
    const Wide back = std::max<Wide>(0, was - front);
    const Share behind =
        std::visit([&](const auto& each) { return each.behind(front, back); }, model);
    // gone < 2^94 and behind <= 2^32: split into lots and the rest, so that no product overflows.
    const Wide fromBack = (gone >> 32) * static_cast<Wide>(behind) +
                          ((gone & (kLot - 1)) * static_cast<Wide>(behind) >> 32);
    // What should have come from behind but was not there came from the front.
    position.ahead -= gone - fromBack;
    if (fromBack > back) position.ahead -= fromBack - back;
    if (position.ahead < 0) position.ahead = 0;
  }
  position.ahead = std::min(position.ahead, is);
}

}  // namespace hft::sim
