#include "native/book/sync/sync_buffer.hpp"

#include <deque>
#include <gtest/gtest.h>
#include <random>
#include <string>

#include "test/native/book/sync_script.hpp"

namespace hft::book {
namespace {

Levels copyOf(std::span<const event::Level> levels) { return {levels.begin(), levels.end()}; }

bool areEqual(const Levels& a, const Levels& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const event::Level& x, const event::Level& y) {
                      return x.price == y.price && x.qty == y.qty;
                    });
}

TEST(SyncBuffer, EqualsAPlainQueueOnRandomInput) {
  struct Entry {
    std::uint64_t id;
    Levels bids;
    Levels asks;
    std::size_t levelCount() const { return bids.size() + asks.size(); }
  };
  constexpr std::size_t kMessagesMax = 7;
  constexpr std::size_t kLevelsMax = 40;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    SyncBuffer buffer(kMessagesMax, kLevelsMax);
    std::deque<Entry> model;
    for (std::uint64_t id = 1; id < 3'000; ++id) {
      if (random() % 3 == 0 && !model.empty()) {
        buffer.popFront();
        model.pop_front();
      } else {
        Entry entry{id, {}, {}};
        for (std::size_t n = random() % 12; n > 0; --n) {
          entry.bids.push_back({static_cast<Price>(random()), 1});
        }
        for (std::size_t n = random() % (id % 50 == 0 ? 60 : 12); n > 0; --n) {
          entry.asks.push_back({static_cast<Price>(random()), 2});
        }
        OneMessage one = delta(id, id, entry.bids, entry.asks);
        buffer.push(one.message(), one.frame());
        std::size_t used = entry.levelCount();
        for (const Entry& held : model) used += held.levelCount();
        if (entry.levelCount() > kLevelsMax) {
          model.clear();
        } else {
          for (; used > kLevelsMax || model.size() == kMessagesMax; model.pop_front()) {
            used -= model.front().levelCount();
          }
          model.push_back(entry);
        }
      }
      ASSERT_EQ(buffer.size(), model.size());
      ASSERT_EQ(buffer.isEmpty(), model.empty());
      if (model.empty()) continue;
      ASSERT_EQ(buffer.front().lastId, model.front().id);
      ASSERT_TRUE(areEqual(copyOf(buffer.levels(buffer.front().book.bids)), model.front().bids));
      ASSERT_TRUE(areEqual(copyOf(buffer.levels(buffer.front().book.asks)), model.front().asks));
    }
  }
}

TEST(SyncBuffer, IsEmptiedByARescaleThatOverflows) {
  SyncBuffer buffer(4, 4);
  OneMessage one = delta(1, 1, {{10, 1}}, {});
  buffer.push(one.message(), one.frame());
  buffer.rescale(10, 10);
  EXPECT_EQ(buffer.levels(buffer.front().book.bids)[0].price, 100);
  buffer.rescale(std::int64_t{1} << 60, 1);
  EXPECT_TRUE(buffer.isEmpty());
}

TEST(SyncBuffer, HoldsNothingWithoutCapacity) {
  SyncBuffer buffer(0, 0);
  OneMessage one = delta(1, 1, {}, {});
  buffer.push(one.message(), one.frame());
  EXPECT_TRUE(buffer.isEmpty());
}

}  // namespace
}  // namespace hft::book
