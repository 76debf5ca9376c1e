#include "native/risk/own_orders.hpp"

#include <gtest/gtest.h>
#include <map>
#include <random>
#include <vector>

namespace hft::risk {
namespace {

TEST(OwnOrders, KnowsTheBestPriceAsASortedListWould) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  constexpr std::uint32_t kOrders = 512;
  OwnOrders orders(kOrders);
  OwnPrices prices[2];
  struct Entry {
    std::size_t list;
    Side side;
    Price price;
  };
  std::map<std::uint32_t, Entry> live;
  for (int step = 0; step < 4000; ++step) {
    const auto order = static_cast<std::uint32_t>(random() % kOrders);
    const auto found = live.find(order);
    if (found == live.end()) {
      const Entry entry{random() % 2, random() % 2 == 0 ? Side::Buy : Side::Sell,
                        static_cast<Price>(random() % 50) - 25};
      orders.add(prices[entry.list], entry.side, order, entry.price);
      live.emplace(order, entry);
    } else {
      orders.remove(prices[found->second.list], found->second.side, order);
      live.erase(found);
    }
    for (std::size_t list = 0; list < 2; ++list) {
      for (const Side side : {Side::Buy, Side::Sell}) {
        Price best = kNoPrice;
        for (const auto& [id, entry] : live) {
          if (entry.list != list || entry.side != side) continue;
          const bool isBetter =
              best == kNoPrice || (side == Side::Buy ? entry.price > best : entry.price < best);
          if (isBetter) best = entry.price;
        }
        ASSERT_EQ(orders.best(prices[list], side), best) << step;
      }
    }
  }
}

}  // namespace
}  // namespace hft::risk
