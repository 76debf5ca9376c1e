#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "native/core/units.hpp"

namespace hft::risk {

/// The prices of one account's working orders of one instrument: by side, best first.
struct OwnPrices {
  static constexpr std::uint32_t kNone = 0xffffffffU;
  /// Buys, then sells; links into an OwnOrders.
  std::uint32_t head[2] = {kNone, kNone};
  std::uint32_t tail[2] = {kNone, kNone};
};

/// Working orders in sorted lists by price, one node an order index: for self-trade checks.
///
/// Adding walks from the nearer end, which for orders near the touch, or placed in price order, is
/// a step or two. All memory is taken in the constructor. Not thread-safe.
class OwnOrders {
 public:
  explicit OwnOrders(std::uint32_t ordersMax) : nodes_(ordersMax) {}

  /// The best price on `side`; kNoPrice where there is none.
  [[nodiscard]] Price best(const OwnPrices& prices, Side side) const noexcept {
    const std::uint32_t head = prices.head[side == Side::Sell];
    return head == OwnPrices::kNone ? kNoPrice : nodes_[head].price;
  }

  void add(OwnPrices& prices, Side side, std::uint32_t order, Price price) noexcept {
    const std::size_t at = side == Side::Sell;
    const auto isBetter = [side](Price a, Price b) { return side == Side::Buy ? a > b : a < b; };
    std::uint32_t before = prices.tail[at];
    while (before != OwnPrices::kNone && isBetter(price, nodes_[before].price)) {
      // Better than the best: no need to walk there.
      if (isBetter(price, nodes_[prices.head[at]].price)) {
        before = OwnPrices::kNone;
        break;
      }
      before = nodes_[before].previous;
    }
    Node& node = nodes_[order];
    node.price = price;
    node.previous = before;
    node.next = before == OwnPrices::kNone ? prices.head[at] : nodes_[before].next;
    (before == OwnPrices::kNone ? prices.head[at] : nodes_[before].next) = order;
    (node.next == OwnPrices::kNone ? prices.tail[at] : nodes_[node.next].previous) = order;
  }

  void remove(OwnPrices& prices, Side side, std::uint32_t order) noexcept {
    const std::size_t at = side == Side::Sell;
    const Node node = nodes_[order];
    (node.previous == OwnPrices::kNone ? prices.head[at] : nodes_[node.previous].next) = node.next;
    (node.next == OwnPrices::kNone ? prices.tail[at] : nodes_[node.next].previous) = node.previous;
  }

 private:
  struct Node {
    Price price = 0;
    std::uint32_t previous = OwnPrices::kNone;
    std::uint32_t next = OwnPrices::kNone;
  };

  std::vector<Node> nodes_;
};

}  // namespace hft::risk
