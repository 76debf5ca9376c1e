#include "native/metrics/counters.hpp"

#include <array>
#include <atomic>
#include <gtest/gtest.h>
#include <thread>

namespace hft::metrics {
namespace {

enum class Id : std::uint8_t { In, Out, Depth, Count };
using Block = std::array<double, Counters<Id>::kWords>;

TEST(Counters, CountApartFromEachOther) {
  Block block{};
  Counters<Id> counters(block);
  counters.increment(Id::In);
  counters.add(Id::In, 4);
  counters.increment(Id::Out);
  EXPECT_EQ(counters.value(Id::In), 5U);
  EXPECT_EQ(counters.value(Id::Out), 1U);
  EXPECT_EQ(block[0], 5);
}

TEST(Counters, RaiseKeepsTheHighestAndSetReplaces) {
  Block block{};
  Counters<Id> counters(block);
  counters.raise(Id::Depth, 7);
  counters.raise(Id::Depth, 3);
  EXPECT_EQ(counters.value(Id::Depth), 7U);
  counters.set(Id::Depth, 3);
  EXPECT_EQ(counters.value(Id::Depth), 3U);
}

TEST(Counters, StayExactUpToTwoToTheFiftyThird) {
  Block block{};
  Counters<Id> counters(block);
  const std::uint64_t last = std::uint64_t{1} << 53;
  counters.add(Id::In, last - 1);
  counters.increment(Id::In);
  EXPECT_EQ(counters.value(Id::In), last);
}

TEST(Counters, NeverRunBackwardsForAReaderBesideTheWriter) {
  Block block{};
  Counters<Id> counters(block);
  std::atomic<bool> isDone{false};
  std::thread reader([&] {
    std::uint64_t last = 0;
    while (!isDone.load(std::memory_order_acquire)) {
      const std::uint64_t value = counters.value(Id::In);
      EXPECT_GE(value, last);
      last = value;
    }
  });
  for (int i = 0; i < 500'000; ++i) counters.increment(Id::In);
  isDone.store(true, std::memory_order_release);
  reader.join();
  EXPECT_EQ(counters.value(Id::In), 500'000U);
}

}  // namespace
}  // namespace hft::metrics
