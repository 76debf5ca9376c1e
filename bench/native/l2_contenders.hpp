#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <tuple>
#include <unordered_map>

#include "bench/native/l2_courses.hpp"
#include "native/book/l2/l2_book.hpp"

/// The books that an L2Book is measured against.
namespace hft::bench {

using book::Bbo;
using book::L2Book;

/// Each contender has set(side, price, qty), bbo() and clear().
class OurBook {
 public:
  void set(Side side, Price price, Qty qty) { (void)book_.setLevel(side, price, qty); }
  [[nodiscard]] Bbo bbo() const { return book_.bbo(); }
  void clear() { book_.clear(); }

 private:
  L2Book book_{kLimits};
};

class MapBook {
 public:
  void set(Side side, Price price, Qty qty) {
    if (side == Side::Buy) {
      change(bids_, price, qty);
    } else {
      change(asks_, price, qty);
    }
  }
  [[nodiscard]] Bbo bbo() const {
    Bbo best;
    if (!bids_.empty()) std::tie(best.bid, best.bidQty) = *bids_.begin();
    if (!asks_.empty()) std::tie(best.ask, best.askQty) = *asks_.begin();
    return best;
  }
  void clear() {
    bids_.clear();
    asks_.clear();
  }

 private:
  template <typename Levels>
  static void change(Levels& levels, Price price, Qty qty) {
    if (qty == 0) {
      levels.erase(price);
    } else {
      levels[price] = qty;
    }
  }
  std::map<Price, Qty, std::greater<>> bids_;
  std::map<Price, Qty> asks_;
};

/// Quantities by price in a hash map; the best price is found by walking ticks when it goes.
class HashBook {
 public:
  HashBook() {
    bids_.reserve(32768);
    asks_.reserve(32768);
  }
  void set(Side side, Price price, Qty qty) {
    if (side == Side::Buy) {
      change(bids_, bestBid_, lowBid_, price, qty, -1);
    } else {
      change(asks_, bestAsk_, highAsk_, price, qty, 1);
    }
  }
  [[nodiscard]] Bbo bbo() const {
    Bbo best;
    if (!bids_.empty()) best.bid = bestBid_, best.bidQty = bids_.find(bestBid_)->second;
    if (!asks_.empty()) best.ask = bestAsk_, best.askQty = asks_.find(bestAsk_)->second;
    return best;
  }
  void clear() {
    bids_.clear();
    asks_.clear();
  }

 private:
  using Levels = std::unordered_map<Price, Qty>;

  static void change(Levels& levels, Price& best, Price& worst, Price price, Qty qty, Price away) {
    if (qty != 0) {
      if (levels.empty()) best = worst = price;
      levels[price] = qty;
      if ((price - best) * away < 0) best = price;
      if ((price - worst) * away > 0) worst = price;
      return;
    }
    if (levels.erase(price) == 0 || price != best || levels.empty()) return;
    do best += away;
    while (!levels.contains(best));
  }
  Levels bids_;
  Levels asks_;
  Price bestBid_ = 0;
  Price bestAsk_ = 0;
  Price lowBid_ = 0;
  Price highAsk_ = 0;
};

}  // namespace hft::bench
