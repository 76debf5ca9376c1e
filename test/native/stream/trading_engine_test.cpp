// The trading engine with its simulated exchange while the thread that owns it does not answer.
#include "native/stream/trading/trading_engine.hpp"

#include "native/core/clock.hpp"
#include "test/native/stream/trading_desk.hpp"
#include "test/native/stream/watch_lab.hpp"

namespace hft::stream {
namespace {

using event::Level;
using risk::RiskScope;

/// An engine in front of a recorded market of 99.90 to 100.10, by the clock.
class EngineDesk : public testing::Test {
 protected:
  static EngineOptions options() {
    EngineOptions made;
    made.core = smallCore();
    made.simulated = TradingDesk::exchangeOptions();
    made.simulated->mode = sim::ExchangeMode::Recorded;
    return made;
  }

  EngineDesk() {
    for (InstrumentId id = 0; id < 2; ++id) {
      EXPECT_TRUE(engine.setInstrument(id, {2, 0, 0, position::ContractKind::Linear, 1, 1}));
    }
    EXPECT_EQ(engine.start(), EngineError::Ok);
    for (InstrumentId id = 0; id < 2; ++id) market(bookEvent(id, 9'990, 10'010));
  }

  void market(event::MarketEvent event) {
    event.receiveTime = realtimeNanos();
    const Level bids[] = {{event.quote.bid, 1'000}};
    const Level asks[] = {{event.quote.ask, 1'000}};
    const bool isBook = event.kind == event::EventKind::Book;
    engine.onMarket(event, isBook ? std::span<const Level>(bids) : std::span<const Level>(),
                    isBook ? std::span<const Level>(asks) : std::span<const Level>());
  }
  event::ClOrdID buy(Qty qty, InstrumentId instrument) {
    const Submission done = engine.submit(TradingDesk::order(Side::Buy, qty, 9'985, instrument));
    EXPECT_EQ(done.verdict, SubmitVerdict::Accepted);
    return done.clOrdID;
  }
  [[nodiscard]] OrdStatus statusOf(event::ClOrdID id) {
    order::OrderTable& orders = engine.core().orders();
    return orders[orders.find(id)].ordStatus();
  }
  /// The watchdog's way to the exchange.
  EmergencyPort port() {
    return {&engine, [](void* self, const order::OrderRequest& cancel) noexcept {
              return static_cast<TradingEngine*>(self)->cancelInPlace(cancel);
            }};
  }

  std::vector<std::byte> memory = std::vector<std::byte>(OrderEventRing::bytes(1 << 10));
  TradingEngine engine{options(), OrderEventRing(memory, 1 << 10)};
  StateDirectory state;
};

TEST_F(EngineDesk, CancelsAtItsExchangeWhileItsThreadIsBlocked) {
  const event::ClOrdID first = buy(5, 0);
  const event::ClOrdID other = buy(5, 1);
  engine.pump();
  ASSERT_EQ(statusOf(first), OrdStatus::New);
  Watchdog watchdog(watching(state), engine.core().killSwitch(), engine.core(), port());
  // The owner's thread does nothing from here on, and the kill switch is thrown.
  engine.core().killSwitch().set(RiskScope::Symbol, 0, true);
  ASSERT_TRUE(eventually([&] { return watchdog.emergencyCancels() == 1; }));
  // It wakes up in a market that trades through both orders: the cancel came before.
  market(tradeEvent(0, 9'900));
  market(tradeEvent(1, 9'900));
  engine.pump();
  EXPECT_EQ(statusOf(first), OrdStatus::Canceled);
  EXPECT_EQ(engine.core().positions().netQty(0), 0);
  EXPECT_EQ(statusOf(other), OrdStatus::PartiallyFilled) << "of a scope that goes on";
  EXPECT_EQ(engine.core().positions().netQty(1), 1);
  EXPECT_EQ(engine.submit(TradingDesk::order(Side::Buy, 1, 9'985, 0)).decision.violation,
            risk::ViolationType::Killed);
  EXPECT_EQ(engine.core().troubles().unknownReports, 0U);
}

TEST_F(EngineDesk, LeavesOrdersOfOtherVenuesToTheirConnectors) {
  order::OrderRequest cancel;
  cancel.kind = order::RequestKind::Cancel;
  cancel.venue = 1;
  EXPECT_FALSE(engine.cancelInPlace(cancel));
}

TEST_F(EngineDesk, TakesNoMoreEmergenciesThanItHasRoomForAndForgetsNone) {
  const event::ClOrdID order = buy(5, 0);
  engine.pump();
  order::OrderRequest cancel;
  cancel.kind = order::RequestKind::Cancel;
  cancel.origClOrdID = order;
  std::uint64_t taken = 0;
  for (cancel.clOrdID = 1'000; engine.cancelInPlace(cancel); ++cancel.clOrdID) ++taken;
  EXPECT_GT(taken, 100U);
  engine.pump();
  EXPECT_EQ(statusOf(order), OrdStatus::Canceled);
  EXPECT_TRUE(engine.cancelInPlace(cancel)) << "there is room again";
}

}  // namespace
}  // namespace hft::stream
