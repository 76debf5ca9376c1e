#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "native/core/units.hpp"

namespace hft::risk {

/// The prices of one account's working orders of one instrument: by side, the best first.
struct OwnPrices {
  static constexpr std::uint32_t kNone = 0xffffffffU;
  /// Roots of the heaps of buys and of sells; links into an OwnOrders.
  std::uint32_t root[2] = {kNone, kNone};
};

/// Working orders by price, one node an order index: for self-trade checks, which only ask for the
/// best price of a side.
///
/// Intrusive pairing heaps: adding is O(1), removing O(log n) amortised, whatever the prices and
/// however many orders. All memory is taken in the constructor. Not thread-safe.
class OwnOrders {
 public:
  explicit OwnOrders(std::uint32_t ordersMax) : nodes_(ordersMax) {}

  /// The best price on `side`; kNoPrice where there is none.
  [[nodiscard]] Price best(const OwnPrices& prices, Side side) const noexcept {
    const std::uint32_t root = prices.root[side == Side::Sell];
    return root == OwnPrices::kNone ? kNoPrice : nodes_[root].price;
  }

  void add(OwnPrices& prices, Side side, std::uint32_t order, Price price) noexcept {
    nodes_[order] = {price, kNone, kNone, kNone};
    std::uint32_t& root = prices.root[side == Side::Sell];
    root = meld(side, root, order);
  }

  void remove(OwnPrices& prices, Side side, std::uint32_t order) noexcept {
    std::uint32_t& root = prices.root[side == Side::Sell];
    if (order == root) {
      root = mergeChildren(side, order);
      return;
    }
    Node& node = nodes_[order];
    // `before` is the elder sibling, or the parent of an eldest child.
    Node& before = nodes_[node.before];
    (before.child == order ? before.child : before.sibling) = node.sibling;
    if (node.sibling != kNone) nodes_[node.sibling].before = node.before;
    root = meld(side, root, mergeChildren(side, order));
  }

 private:
  static constexpr std::uint32_t kNone = OwnPrices::kNone;

  struct Node {
    Price price = 0;
    std::uint32_t child = kNone;
    std::uint32_t sibling = kNone;
    std::uint32_t before = kNone;
  };

  [[nodiscard]] std::uint32_t meld(Side side, std::uint32_t a, std::uint32_t b) noexcept {
    if (a == kNone || b == kNone) return a == kNone ? b : a;
    const bool isBetter =
        side == Side::Buy ? nodes_[b].price > nodes_[a].price : nodes_[b].price < nodes_[a].price;
    const std::uint32_t top = isBetter ? b : a;
    const std::uint32_t under = isBetter ? a : b;
    Node& parent = nodes_[top];
    Node& child = nodes_[under];
    child.sibling = parent.child;
    if (parent.child != kNone) nodes_[parent.child].before = under;
    child.before = top;
    parent.child = under;
    return top;
  }

  /// Melds the children of a node that leaves: in pairs, then the pairs together.
  [[nodiscard]] std::uint32_t mergeChildren(Side side, std::uint32_t order) noexcept {
    std::uint32_t pairs = kNone;  // Linked through `sibling`, the newest first.
    for (std::uint32_t at = nodes_[order].child; at != kNone;) {
      const std::uint32_t first = at;
      const std::uint32_t second = nodes_[first].sibling;
      at = second == kNone ? kNone : nodes_[second].sibling;
      nodes_[first].sibling = kNone;
      if (second != kNone) nodes_[second].sibling = kNone;
      const std::uint32_t pair = meld(side, first, second);
      nodes_[pair].sibling = pairs;
      pairs = pair;
    }
    std::uint32_t root = kNone;
    while (pairs != kNone) {
      const std::uint32_t next = nodes_[pairs].sibling;
      nodes_[pairs].sibling = kNone;
      root = meld(side, root, pairs);
      pairs = next;
    }
    if (root != kNone) nodes_[root].before = kNone;
    return root;
  }

  std::vector<Node> nodes_;
};

}  // namespace hft::risk
