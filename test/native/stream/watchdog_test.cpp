#include "native/stream/trading/watchdog.hpp"

#include <csignal>
#include <thread>

#include "native/ring/mpsc_ring.hpp"
#include "test/native/stream/trading_desk.hpp"
#include "test/native/stream/watch_lab.hpp"

namespace hft::stream {
namespace {

using risk::RiskScope;

TEST(KillFile, ReadsWhatItWrites) {
  const std::vector<KillEntry> entries = {{RiskScope::Global, 0, false},
                                          {RiskScope::Strategy, 12, false},
                                          {RiskScope::Symbol, 3, true}};
  const KillFile file = parseKillFile(formatKillFile(entries));
  EXPECT_TRUE(file.isThere);
  EXPECT_FALSE(file.isDamaged);
  EXPECT_EQ(file.entries, entries);
}

TEST(KillFile, StopsEverythingWhereItIsCutOrAltered) {
  const std::string text = formatKillFile({{RiskScope::Strategy, 12, false}});
  const auto expectStop = [](const std::string& bytes) {
    const KillFile file = parseKillFile(bytes);
    EXPECT_TRUE(file.isDamaged) << bytes;
    ASSERT_EQ(file.entries.size(), 1U);
    EXPECT_EQ(file.entries[0], (KillEntry{RiskScope::Global, 0, false}));
  };
  for (std::size_t length = 0; length < text.size(); ++length) expectStop(text.substr(0, length));
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string altered = text;
    altered[at] = static_cast<char>(altered[at] ^ 1);
    expectStop(altered);
  }
}

TEST(Watchdog, CancelsInTheOwnersPlaceWhenItDoesNotAnswer) {
  StateDirectory state;
  TradingDesk desk;
  desk.start();
  std::vector<event::ClOrdID> ids;
  for (std::uint16_t strategy = 0; strategy < 3; ++strategy) {
    order::OrderRequest request = TradingDesk::order(Side::Buy, 5, 9'900);
    request.strategy = strategy;
    ids.push_back(desk.core.submit(request, desk.stamp()).clOrdID);
  }
  desk.settle();
  struct Seen {
    std::mutex mutex;
    std::vector<order::OrderRequest> cancels;
  } seen;
  EmergencyPort port;
  port.context = &seen;
  port.send = [](void* context, const order::OrderRequest& cancel) noexcept {
    auto* all = static_cast<Seen*>(context);
    const std::lock_guard lock(all->mutex);
    all->cancels.push_back(cancel);
    return true;
  };
  Watchdog watchdog(watching(state), desk.core.killSwitch(), desk.core, port);
  // The owner's thread does nothing from here on: it is blocked.
  desk.core.killSwitch().set(RiskScope::Strategy, 1, true);
  ASSERT_TRUE(eventually([&] { return watchdog.emergencyCancels() == 1; }));
  desk.core.killSwitch().throwGlobal();
  ASSERT_TRUE(eventually([&] { return watchdog.emergencyCancels() == 3; }));
  const std::lock_guard lock(seen.mutex);
  EXPECT_EQ(seen.cancels[0].origClOrdID, ids[1]);
  for (const order::OrderRequest& cancel : seen.cancels) {
    EXPECT_EQ(desk.core.orders().find(cancel.clOrdID), order::kNoRecord);
    desk.exchange.onRequest(cancel, desk.now) ? void() : ADD_FAILURE();
  }
  // The owner wakes up and hears it from the venue.
  desk.settle();
  for (const event::ClOrdID id : ids) EXPECT_EQ(desk.at(id).ordStatus(), OrdStatus::Canceled);
  EXPECT_TRUE(readKillFile(state.path + "/KILL").isThere);
}

TEST(Watchdog, LeavesItToAnOwnerThatAnswers) {
  StateDirectory state;
  TradingDesk desk;
  desk.start();
  (void)desk.core.submit(TradingDesk::order(Side::Buy, 5, 9'900), desk.stamp());
  desk.settle();
  Watchdog watchdog(watching(state), desk.core.killSwitch(), desk.core, {});
  desk.core.killSwitch().throwGlobal();
  desk.core.onClock(desk.stamp());
  desk.settle();
  ASSERT_TRUE(eventually([&] { return readKillFile(state.path + "/KILL").isThere; }));
  EXPECT_EQ(watchdog.emergencyCancels(), 0U);
  EXPECT_EQ(desk.exchange.openOrderCount(), 0U);
}

TEST(Watchdog, ThrowsOnASignalAndHoldsThroughARestart) {
  StateDirectory state;
  {
    TradingDesk desk;
    desk.start();
    Watchdog watchdog(watching(state), desk.core.killSwitch(), desk.core, {});
    Watchdog::catchSignal();
    ASSERT_EQ(::raise(SIGUSR2), 0);
    ASSERT_TRUE(eventually([&] { return readKillFile(state.path + "/KILL").isThere; }));
  }
  TradingDesk desk;
  Watchdog watchdog(watching(state), desk.core.killSwitch(), desk.core, {});
  desk.start();
  EXPECT_EQ(
      desk.core.submit(TradingDesk::order(Side::Buy, 1, 9'900), desk.stamp()).decision.violation,
      risk::ViolationType::Killed);
}

/// Several threads ask, one owns: whatever comes first, no limit is passed.
TEST(TradingCore, HoldsLimitsForRequestsOfSeveralThreads) {
  TradingDesk desk;
  risk::LimitSpec limit;
  limit.type = risk::ViolationType::PositionQtyLimit;
  limit.value = 1'000 * std::int64_t{100'000'000};
  ASSERT_EQ(desk.core.setLimit(limit, desk.stamp()), risk::RiskError::Ok);
  desk.start();
  ring::MpscRing<order::OrderRequest> requests(256);
  constexpr int kThreads = 4;
  constexpr int kEach = 500;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&requests, t] {
      for (int i = 0; i < kEach; ++i) {
        order::OrderRequest request = TradingDesk::order(Side::Buy, 1 + i % 7, 9'900);
        request.strategy = static_cast<std::uint16_t>(t);
        while (requests.push(request) != ring::RingError::Ok) std::this_thread::yield();
      }
    });
  }
  Qty accepted = 0;
  int refused = 0;
  for (int taken = 0; taken < kThreads * kEach;) {
    const auto popped = requests.pop();
    if (!popped.ok()) {
      std::this_thread::yield();
      continue;
    }
    const order::OrderRequest& request = popped.value();
    ++taken;
    const Submission done = desk.core.submit(request, desk.stamp());
    if (done.verdict == SubmitVerdict::Accepted) {
      accepted += request.orderQty;
    } else {
      ++refused;
    }
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(accepted, 1'000) << "the smallest order fills the limit to the lot";
  EXPECT_GT(refused, 0);
  EXPECT_EQ(desk.core.risk().exposure(RiskScope::Symbol, 0, 0)->working[0], 1'000);
}

}  // namespace
}  // namespace hft::stream
