#pragma once

#include <algorithm>
#include <cstdint>
#include <list>
#include <map>
#include <unordered_map>
#include <vector>

#include "native/book/l3/l3_book.hpp"
#include "native/book/l3/l3_state_hash.hpp"

namespace hft::test {

/// The plain model of an L3 book: a std::map of std::list queues. It assumes sound input; the
/// property test decides what is sound by asking it.
class L3ReferenceBook {
 public:
  using Queue = std::list<book::L3Order>;

  [[nodiscard]] bool has(std::uint64_t ref) const { return places_.contains(ref); }
  [[nodiscard]] const book::L3Order& at(std::uint64_t ref) const { return *places_.at(ref); }
  [[nodiscard]] std::size_t orderCount() const { return places_.size(); }

  void add(const book::L3Order& order) {
    Queue& queue = sideOf(order.side)[rank(order.side, order.price)];
    places_[order.orderRef] = queue.insert(queue.end(), order);
  }

  void remove(std::uint64_t ref) {
    const auto place = places_.at(ref);
    auto& levels = sideOf(place->side);
    const auto level = levels.find(rank(place->side, place->price));
    level->second.erase(place);
    if (level->second.empty()) levels.erase(level);
    places_.erase(ref);
  }

  void reduce(std::uint64_t ref, Qty qty) {
    const auto place = places_.at(ref);
    if (place->qty == qty) {
      remove(ref);
    } else {
      place->qty -= qty;
    }
  }

  void replace(std::uint64_t ref, std::uint64_t newRef, Price price, Qty qty) {
    const Side side = at(ref).side;
    remove(ref);
    add({newRef, side, price, qty});
  }

  void modify(std::uint64_t ref, Price price, Qty qty) {
    const auto place = places_.at(ref);
    if (price == place->price && qty <= place->qty) {
      place->qty = qty;
    } else {
      replace(ref, ref, price, qty);
    }
  }

  void clear() {
    bids_.clear();
    asks_.clear();
    places_.clear();
  }

  [[nodiscard]] book::QueuePosition queuePosition(std::uint64_t ref) const {
    const book::L3Order& order = at(ref);
    book::QueuePosition position;
    for (const book::L3Order& other : sideOf(order.side).at(rank(order.side, order.price))) {
      if (other.orderRef == ref) break;
      position.qtyAhead += other.qty;
      ++position.ordersAhead;
    }
    return position;
  }

  [[nodiscard]] std::vector<book::L3Level> depth(Side side, std::size_t count) const {
    std::vector<book::L3Level> levels;
    for (const auto& [key, queue] : sideOf(side)) {
      if (levels.size() == count) break;
      book::L3Level level{queue.front().price, 0, 0};
      for (const book::L3Order& order : queue) {
        level.qty += order.qty;
        ++level.orderCount;
      }
      levels.push_back(level);
    }
    return levels;
  }

  [[nodiscard]] std::uint64_t stateHash() const {
    book::L3StateHash hash;
    for (const auto* side : {&bids_, &asks_}) {
      for (const auto& [key, queue] : *side) {
        for (const book::L3Order& order : queue) {
          hash.addOrder(order.side, order.price, order.orderRef, order.qty);
        }
      }
    }
    return hash.value();
  }

  [[nodiscard]] std::vector<std::uint64_t> refs() const {
    std::vector<std::uint64_t> all;
    all.reserve(places_.size());
    for (const auto& [ref, place] : places_) all.push_back(ref);
    std::sort(all.begin(), all.end());
    return all;
  }

 private:
  using Levels = std::map<Price, Queue>;

  /// Best first in the order of the map.
  static Price rank(Side side, Price price) { return side == Side::Buy ? -price : price; }
  Levels& sideOf(Side side) { return side == Side::Buy ? bids_ : asks_; }
  [[nodiscard]] const Levels& sideOf(Side side) const { return side == Side::Buy ? bids_ : asks_; }

  Levels bids_;
  Levels asks_;
  std::unordered_map<std::uint64_t, Queue::iterator> places_;
};

}  // namespace hft::test
