#include "native/stream/trading/stall_watch.hpp"

#include <array>
#include <cstring>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <thread>

#include "native/core/clock.hpp"
#include "test/native/stream/trading_desk.hpp"
#include "test/native/stream/watch_lab.hpp"

namespace hft::stream {
namespace {

using Layout = StallBoardLayout;

constexpr Nanos kMs = 1'000'000;

/// A board as the thread of the strategies writes it.
struct Board {
  static constexpr std::size_t kStrategies = 3;
  alignas(8) std::array<std::byte, Layout::kSlots + kStrategies * Layout::kSlotBytes> memory{};
  std::uint32_t entries = 0;

  void setLimit(std::size_t strategy, Nanos limit, const std::string& name) {
    std::byte* slot = memory.data() + Layout::kSlots + strategy * Layout::kSlotBytes;
    const auto nanos = static_cast<double>(limit);
    std::memcpy(slot, &nanos, sizeof nanos);
    std::memcpy(slot + sizeof nanos, name.data(), name.size());
  }
  void put(std::size_t place, std::uint32_t value) {
    std::atomic_ref<std::uint32_t>(*reinterpret_cast<std::uint32_t*>(memory.data() + place))
        .store(value);
  }
  void enter(std::uint32_t strategy) {
    put(Layout::kEntries, ++entries);
    put(Layout::kRunning, strategy + 1);
  }
  void leave() {
    put(Layout::kEntries, ++entries);
    put(Layout::kRunning, 0);
  }
  [[nodiscard]] std::uint32_t stalled() {
    return std::atomic_ref<std::uint32_t>(
               *reinterpret_cast<std::uint32_t*>(memory.data() + Layout::kStalled))
        .load();
  }
};

TEST(StallWatch, NamesTheOneThatRunsBeyondItsLimitOnce) {
  Board board;
  board.setLimit(1, 10 * kMs, "maker");
  StallWatch watch(board.memory, 5 * kMs);
  board.enter(1);
  EXPECT_FALSE(watch.look(0));
  EXPECT_FALSE(watch.look(5 * kMs));
  EXPECT_EQ(board.stalled(), 0U);
  const auto stall = watch.look(10 * kMs);
  ASSERT_TRUE(stall);
  EXPECT_EQ(stall->strategy, 1);
  EXPECT_EQ(stall->name, "maker");
  EXPECT_EQ(stall->limit, 10 * kMs);
  EXPECT_EQ(board.stalled(), 2U);
  EXPECT_EQ(watch.stalled(), 1);
  EXPECT_FALSE(watch.look(15 * kMs));
  board.leave();
  EXPECT_FALSE(watch.look(20 * kMs));
  EXPECT_FALSE(watch.stalled());
}

TEST(StallWatch, LetsManyShortCallsPass) {
  Board board;
  board.setLimit(0, 10 * kMs, "quick");
  StallWatch watch(board.memory, 5 * kMs);
  for (Nanos now = 0; now < 1'000 * kMs; now += 5 * kMs) {
    board.enter(0);
    EXPECT_FALSE(watch.look(now));
    board.leave();
  }
  EXPECT_EQ(board.stalled(), 0U);
}

TEST(StallWatch, BlamesNobodyForATimeInWhichItDidNotLookItself) {
  Board board;
  board.setLimit(0, 10 * kMs, "asleep");
  StallWatch watch(board.memory, 5 * kMs);
  board.enter(0);
  EXPECT_FALSE(watch.look(0));
  // The process was stopped for an hour.
  EXPECT_FALSE(watch.look(3'600'000 * kMs));
  EXPECT_TRUE(watch.look(3'600'005 * kMs));
}

TEST(StallWatch, WatchesNobodyWithoutALimitOrBeyondTheBoard) {
  Board board;
  StallWatch watch(board.memory, 5 * kMs);
  for (const std::uint32_t strategy : {0U, 7U, 0xfffffffeU}) {
    board.enter(strategy);
    for (Nanos now = 0; now < 1'000 * kMs; now += 5 * kMs) EXPECT_FALSE(watch.look(now));
  }
  EXPECT_EQ(board.stalled(), 0U);
}

TEST(StallWatch, NameMayFillItsPlace) {
  Board board;
  const std::string name(Layout::kNameBytes, 'n');
  board.setLimit(2, kMs, name);
  StallWatch watch(board.memory, 5 * kMs);
  board.enter(2);
  EXPECT_FALSE(watch.look(0));
  const auto stall = watch.look(5 * kMs);
  ASSERT_TRUE(stall);
  EXPECT_EQ(stall->name, name);
}

TEST(Watchdog, CancelsAndLogsForAStrategyThatDoesNotReturn) {
  StateDirectory state;
  TradingDesk desk;
  Board board;
  board.setLimit(1, 20 * kMs, "stuck");
  struct Sent {
    std::atomic<std::uint64_t> order{0};
    std::atomic<int> count{0};
  } sent;
  WatchdogOptions options = watching(state);
  options.stallBoard = board.memory;
  desk.start();
  event::ClOrdID first = event::kNoOrder;
  for (const std::uint16_t strategy : {std::uint16_t{1}, std::uint16_t{2}}) {
    order::OrderRequest request = TradingDesk::order(Side::Buy, 5, 9'900);
    request.strategy = strategy;
    const event::ClOrdID id = desk.core.submit(request, desk.stamp()).clOrdID;
    if (strategy == 1) first = id;
  }
  desk.settle();
  Watchdog watchdog(options, desk.core.killSwitch(), desk.core,
                    {&sent, [](void* context, const order::OrderRequest& cancel) noexcept {
                       auto* to = static_cast<Sent*>(context);
                       to->order.store(cancel.origClOrdID);
                       to->count.fetch_add(1);
                       return true;
                     }});
  board.enter(1);
  ASSERT_TRUE(eventually([&] { return sent.count.load() > 0; }));
  EXPECT_EQ(sent.order.load(), first);
  EXPECT_EQ(watchdog.emergencyCancels(), 1U);
  EXPECT_EQ(desk.core.killSwitch().thrownCount(), 0U);
  std::ifstream log(state.path + "/STALL.log");
  std::string line;
  std::getline(log, line);
  EXPECT_NE(line.find("strategy stuck has not returned for 20 ms"), std::string::npos) << line;
}

}  // namespace
}  // namespace hft::stream
