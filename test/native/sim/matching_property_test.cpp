#include <gtest/gtest.h>
#include <random>
#include <string>

#include "native/sim/order_directory.hpp"
#include "test/native/sim/reference_engine.hpp"

namespace hft::sim {
namespace {

std::string describe(const MatchEvent& event) {
  std::string text = "kind " + std::to_string(static_cast<int>(event.kind)) + " reason " +
                     std::to_string(static_cast<int>(event.reason));
  for (const std::int64_t value :
       {static_cast<std::int64_t>(event.order), static_cast<std::int64_t>(event.other), event.qty,
        event.price, event.leaves, event.otherLeaves}) {
    text += ' ' + std::to_string(value);
  }
  return text;
}

class Flow {
 public:
  explicit Flow(std::uint64_t seed) : random_(seed) {}

  std::int64_t draw(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool chance(std::int64_t percent) { return draw(1, 100) <= percent; }

  order::OrderRequest next(std::uint64_t id) {
    order::OrderRequest r;
    r.clOrdID = id;
    r.side = chance(50) ? Side::Buy : Side::Sell;
    r.ordType = chance(60) ? OrdType::Limit : static_cast<OrdType>(draw(1, 9));
    r.timeInForce = chance(80)   ? TimeInForce::GoodTillCancel
                    : chance(50) ? TimeInForce::ImmediateOrCancel
                                 : TimeInForce::FillOrKill;
    r.orderQty = draw(1, 20);
    r.price = draw(995, 1005);
    r.stopPx = draw(995, 1005);
    r.trailOffset = draw(1, 4);
    r.limitOffset = draw(-2, 2);
    const bool isTrailing =
        r.ordType == OrdType::TrailingStop || r.ordType == OrdType::TrailingStopLimit;
    if (isTrailing && chance(50)) r.stopPx = 0;
    r.owner = chance(40) ? static_cast<std::uint32_t>(draw(1, 3)) : 0;
    r.selfTrade = static_cast<order::SelfTradePrevention>(draw(0, 4));
    const bool isLimit = r.ordType == OrdType::Limit || r.ordType == OrdType::StopLimit ||
                         r.ordType == OrdType::LimitIfTouched ||
                         r.ordType == OrdType::TrailingStopLimit;
    const std::int64_t extra = draw(0, 9);
    if (extra == 0) r.flags = order::kHidden;
    if (extra == 1) r.flags = order::kAllOrNone;
    if (extra == 2) r.minQty = draw(1, r.orderQty);
    if (extra == 3 && r.owner != 0) r.flags = order::kReduceOnly;
    if (extra == 4 && isLimit && r.timeInForce == TimeInForce::GoodTillCancel) {
      r.flags = order::kPostOnly;
    }
    if (extra == 5 || extra == 6) {
      r.displayQty = draw(1, 5);
      // What a decremented iceberg of one's own leaves is counted cautiously by orders with a need.
      r.owner = 0;
    }
    return r;
  }

 private:
  std::mt19937_64 random_;
};

void compare(std::uint64_t seed) {
  Flow flow(seed);
  MatchingEngine engine({.ordersMax = 4096,
                         .pagesMax = 16,
                         .eventsMax = 64,
                         .ownersMax = 8,
                         .triggerBy = TriggerBy::LastTrade});
  ReferenceEngine reference;
  OrderDirectory directory(8192);
  for (std::uint64_t id = 1; id <= 600; ++id) {
    const std::uint64_t target = static_cast<std::uint64_t>(flow.draw(1, static_cast<int>(id)));
    if (flow.chance(20)) {
      engine.cancel(directory.find(target), target);
      reference.cancel(target);
    } else if (flow.chance(15) && reference.isInBook(target)) {
      order::OrderRequest request;
      request.clOrdID = 100000 + id;
      request.origClOrdID = target;
      request.price = flow.draw(995, 1005);
      request.orderQty = flow.draw(1, 25);
      const OrderSlot slot = engine.replace(directory.find(target), request);
      directory.add(request.clOrdID, slot);
      reference.replace(target, request.clOrdID, request.price, request.orderQty);
    } else {
      const order::OrderRequest request = flow.next(id);
      directory.add(id, engine.submit(request));
      reference.submit(request);
    }
    const auto events = engine.events();
    const std::size_t count = std::min(events.size(), reference.events.size());
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_EQ(describe(events[i]), describe(reference.events[i]))
          << "seed " << seed << ", command " << id << ", event " << i;
    }
    ASSERT_EQ(events.size(), reference.events.size())
        << "seed " << seed << ", command " << id << ", last "
        << describe(events.size() > count ? events[count] : reference.events.back());
    ASSERT_EQ(engine.orderCount(), reference.size()) << "seed " << seed << ", command " << id;
    engine.clearEvents();
    reference.events.clear();
  }
}

TEST(MatchingEngine, AgreesWithTheNaiveModelOnEveryTypeAndInstruction) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    compare(seed);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace hft::sim
