// What a replace adds to what its order could become already.
#include <algorithm>

#include "native/risk/risk_engine.hpp"

namespace hft::risk {

bool RiskEngine::onlyShrinks(const Addition& add) const noexcept {
  if (!add.isReplace || add.qty != 0 || add.value != 0) return false;
  const Price before = add.present->nearestPrice();
  if (before == kNoPrice || add.worstPrice == kNoPrice) return false;
  return add.side == Side::Buy ? add.worstPrice <= before : add.worstPrice >= before;
}

std::int64_t RiskEngine::replacedValue(const Addition& add, Price valued) const noexcept {
  // As `sync` will reserve it: the larger quantity at the dearer price, while either may be in
  // force.
  const WorstCase& present = *add.present;
  const InstrumentId id = add.request.instrument;
  Price dearer = valued;
  std::int64_t held = 0;
  if (present.leaves > 0) {
    const Price before = valuedAt(id, present.price);
    held = valueOf(id, present.leaves, before);
    if (before != kNoPrice) {
      const bool isHigher = positions_.kindOf(id) == position::ContractKind::Linear;
      dearer = isHigher ? std::max(valued, before) : std::min(valued, before);
    }
  }
  const std::int64_t both = valueOf(id, present.leaves + add.qty, dearer);
  return both > held ? both - held : 0;
}

Decision RiskEngine::checkReplace(const order::OrderRequest& request, const order::Order& order,
                                  const WorstCase& present, Nanos now) noexcept {
  // Either version may be in force until the venue has answered: only what exceeds the present
  // worst case is new.
  const Qty open =
      request.orderQty > order.state.cumQty ? request.orderQty - order.state.cumQty : 0;
  Addition add{request, now, request.side, std::max<Qty>(0, open - present.leaves)};
  add.isReplace = true;
  add.present = &present;
  return decide(add);
}

}  // namespace hft::risk
