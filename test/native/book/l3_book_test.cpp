#include "native/book/l3/l3_book.hpp"

#include <array>
#include <gtest/gtest.h>
#include <limits>
#include <random>

#include "test/native/book/l3_reference_book.hpp"

namespace hft::book {
namespace {

using test::L3ReferenceBook;

constexpr L3Capacity kSmall{.ordersMax = 4, .levelsMax = 3};

L3Book bookWith(std::initializer_list<L3Order> orders) {
  L3Book book(L3Capacity{.ordersMax = 64, .levelsMax = 64});
  for (const L3Order& order : orders) EXPECT_EQ(book.add(order), L3Error::Ok);
  return book;
}

TEST(L3Book, IsEmptyAtFirst) {
  const L3Book book(kSmall);
  EXPECT_EQ(book.bestBid(), kNoPrice);
  EXPECT_EQ(book.bestAsk(), kNoPrice);
  EXPECT_EQ(book.orderCount(), 0U);
  EXPECT_FALSE(book.isCrossed());
}

TEST(L3Book, SumsTheOrdersOfALevel) {
  const L3Book book =
      bookWith({{1, Side::Buy, 100, 5}, {2, Side::Buy, 100, 7}, {3, Side::Buy, 99, 1}});
  EXPECT_EQ(book.bestBid(), 100);
  EXPECT_EQ(book.bestBidQty(), 12);
  EXPECT_EQ(book.level(Side::Buy, 100).orderCount, 2U);
  EXPECT_EQ(book.level(Side::Sell, 100).qty, 0);
}

TEST(L3Book, KeepsTheSidesApartAtOnePrice) {
  const L3Book book = bookWith({{1, Side::Buy, 100, 5}, {2, Side::Sell, 100, 7}});
  EXPECT_EQ(book.bestBidQty(), 5);
  EXPECT_EQ(book.bestAskQty(), 7);
  EXPECT_TRUE(book.isCrossed());
}

TEST(L3Book, FindsTheNextBestWhenTheTouchEmpties) {
  L3Book book = bookWith({{1, Side::Sell, 100, 5}, {2, Side::Sell, 100'000, 7}});
  EXPECT_TRUE(book.remove(1).ok());
  EXPECT_EQ(book.bestAsk(), 100'000);
  EXPECT_TRUE(book.reduce(2, 7).ok());
  EXPECT_EQ(book.bestAsk(), kNoPrice);
  EXPECT_EQ(book.levelCount(Side::Sell), 0U);
}

TEST(L3Book, HoldsPricesOfAnySignAndSize) {
  const Price far = std::numeric_limits<Price>::max();
  const L3Book book = bookWith({{1, Side::Buy, -5, 1},
                                {2, Side::Buy, kNoPrice + 1, 2},
                                {3, Side::Sell, far, 3},
                                {4, Side::Sell, -4, 4}});
  std::array<L3Level, 4> levels;
  ASSERT_EQ(book.depth(Side::Buy, levels), 2U);
  EXPECT_EQ(levels[0].price, -5);
  EXPECT_EQ(levels[1].price, kNoPrice + 1);
  ASSERT_EQ(book.depth(Side::Sell, levels), 2U);
  EXPECT_EQ(levels[0].price, -4);
  EXPECT_EQ(levels[1].price, far);
}

TEST(L3Book, KnowsWhatStandsAheadInTheQueue) {
  L3Book book = bookWith({{1, Side::Buy, 100, 5}, {2, Side::Buy, 100, 7}, {3, Side::Buy, 100, 9}});
  EXPECT_EQ(book.queuePosition(3).value().qtyAhead, 12);
  EXPECT_EQ(book.queuePosition(3).value().ordersAhead, 2U);
  EXPECT_TRUE(book.reduce(1, 2).ok());
  EXPECT_TRUE(book.remove(2).ok());
  EXPECT_EQ(book.queuePosition(3).value().qtyAhead, 3);
  EXPECT_EQ(book.queuePosition(3).value().ordersAhead, 1U);
}

TEST(L3Book, KeepsThePlaceOfAnOrderThatShrinks) {
  L3Book book = bookWith({{1, Side::Buy, 100, 5}, {2, Side::Buy, 100, 7}});
  EXPECT_TRUE(book.modify(1, 100, 4).ok());
  EXPECT_EQ(book.queuePosition(1).value().ordersAhead, 0U);
  EXPECT_EQ(book.queuePosition(2).value().qtyAhead, 4);
}

TEST(L3Book, MovesAnOrderThatGrowsToTheEnd) {
  L3Book book = bookWith({{1, Side::Buy, 100, 5}, {2, Side::Buy, 100, 7}});
  EXPECT_TRUE(book.modify(1, 100, 6).ok());
  EXPECT_EQ(book.queuePosition(1).value().qtyAhead, 7);
}

TEST(L3Book, LosesPriorityOnReplace) {
  L3Book book = bookWith({{1, Side::Sell, 100, 5}, {2, Side::Sell, 100, 7}});
  const auto before = book.replace(1, 9, 100, 5);
  ASSERT_TRUE(before.ok());
  EXPECT_EQ(before.value().orderRef, 1U);
  EXPECT_EQ(book.find(1).error(), L3Error::UnknownOrder);
  EXPECT_EQ(book.find(9).value().side, Side::Sell);
  EXPECT_EQ(book.queuePosition(9).value().qtyAhead, 7);
}

TEST(L3Book, ReturnsTheOrderWithWhatIsLeft) {
  L3Book book = bookWith({{1, Side::Sell, 100, 5}});
  const auto left = book.reduce(1, 2);
  ASSERT_TRUE(left.ok());
  EXPECT_EQ(left.value().price, 100);
  EXPECT_EQ(left.value().side, Side::Sell);
  EXPECT_EQ(left.value().qty, 3);
}

TEST(L3Book, RefusesUnknownOrders) {
  L3Book book = bookWith({{1, Side::Buy, 100, 5}});
  const std::uint64_t before = book.stateHash();
  EXPECT_EQ(book.reduce(7, 1).error(), L3Error::UnknownOrder);
  EXPECT_EQ(book.remove(7).error(), L3Error::UnknownOrder);
  EXPECT_EQ(book.replace(7, 8, 100, 1).error(), L3Error::UnknownOrder);
  EXPECT_EQ(book.modify(7, 100, 1).error(), L3Error::UnknownOrder);
  EXPECT_EQ(book.queuePosition(7).error(), L3Error::UnknownOrder);
  EXPECT_EQ(book.stateHash(), before);
}

TEST(L3Book, RefusesDuplicateOrders) {
  L3Book book = bookWith({{1, Side::Buy, 100, 5}, {2, Side::Buy, 99, 5}});
  const std::uint64_t before = book.stateHash();
  EXPECT_EQ(book.add({1, Side::Sell, 200, 1}), L3Error::DuplicateOrder);
  EXPECT_EQ(book.replace(1, 2, 100, 1).error(), L3Error::DuplicateOrder);
  EXPECT_EQ(book.stateHash(), before);
}

TEST(L3Book, RefusesQuantitiesThatCannotBe) {
  L3Book book = bookWith({{1, Side::Buy, 100, 5}});
  const std::uint64_t before = book.stateHash();
  EXPECT_EQ(book.add({2, Side::Buy, 100, 0}), L3Error::NegativeQty);
  EXPECT_EQ(book.add({2, Side::Buy, 100, -1}), L3Error::NegativeQty);
  EXPECT_EQ(book.reduce(1, 6).error(), L3Error::NegativeQty);
  EXPECT_EQ(book.reduce(1, 0).error(), L3Error::NegativeQty);
  EXPECT_EQ(book.replace(1, 2, 100, 0).error(), L3Error::NegativeQty);
  EXPECT_EQ(book.modify(1, 100, -1).error(), L3Error::NegativeQty);
  EXPECT_EQ(book.stateHash(), before);
}

TEST(L3Book, RefusesOrdersWithoutSideOrPrice) {
  L3Book book(kSmall);
  EXPECT_EQ(book.add({1, Side::None, 100, 1}), L3Error::InvalidOrder);
  EXPECT_EQ(book.add({1, Side::Buy, kNoPrice, 1}), L3Error::InvalidOrder);
  EXPECT_EQ(book.orderCount(), 0U);
}

TEST(L3Book, RefusesAnOrderBeyondCapacity) {
  L3Book book(kSmall);
  for (std::uint64_t ref = 1; ref <= 4; ++ref) {
    ASSERT_EQ(book.add({ref, Side::Buy, 100, 1}), L3Error::Ok);
  }
  EXPECT_EQ(book.add({5, Side::Buy, 100, 1}), L3Error::CapacityExceeded);
  EXPECT_TRUE(book.remove(2).ok());
  EXPECT_EQ(book.add({5, Side::Buy, 100, 1}), L3Error::Ok);
}

TEST(L3Book, RefusesALevelBeyondCapacity) {
  L3Book book(kSmall);
  for (std::uint64_t ref = 1; ref <= 3; ++ref) {
    ASSERT_EQ(book.add({ref, Side::Buy, static_cast<Price>(ref), 1}), L3Error::Ok);
  }
  EXPECT_EQ(book.add({4, Side::Sell, 9, 1}), L3Error::CapacityExceeded);
  EXPECT_TRUE(book.modify(3, 50, 1).ok()) << "the order's own level becomes free";
  EXPECT_EQ(book.add({4, Side::Buy, 50, 1}), L3Error::Ok);
  EXPECT_EQ(book.modify(4, 51, 1).error(), L3Error::CapacityExceeded);
}

TEST(L3Book, RefusesALevelQuantityBeyondInt64) {
  L3Book book = bookWith({{1, Side::Buy, 100, std::numeric_limits<Qty>::max()}});
  EXPECT_EQ(book.add({2, Side::Buy, 100, 1}), L3Error::CapacityExceeded);
  EXPECT_TRUE(book.modify(1, 100, std::numeric_limits<Qty>::max() - 1).ok());
  EXPECT_EQ(book.add({2, Side::Buy, 100, 1}), L3Error::Ok);
}

TEST(L3Book, RescalesEveryPriceAndQuantity) {
  L3Book book = bookWith({{1, Side::Buy, 100, 5}, {2, Side::Buy, 99, 2}, {3, Side::Sell, 101, 7}});
  ASSERT_EQ(book.rescale(100, 10), L3Error::Ok);
  EXPECT_EQ(
      book.stateHash(),
      bookWith({{1, Side::Buy, 10'000, 50}, {2, Side::Buy, 9'900, 20}, {3, Side::Sell, 10'100, 70}})
          .stateHash());
  EXPECT_EQ(book.bestBidQty(), 50);
  EXPECT_TRUE(book.remove(1).ok());
  EXPECT_EQ(book.bestBid(), 9'900);
}

TEST(L3Book, RefusesARescaleBeyondInt64) {
  L3Book book = bookWith({{1, Side::Buy, std::numeric_limits<Price>::max() / 10, 5}});
  const std::uint64_t before = book.stateHash();
  EXPECT_EQ(book.rescale(11, 1), L3Error::CapacityExceeded);
  EXPECT_EQ(book.stateHash(), before);
}

TEST(L3Book, HoldsAnonymousQuantityAheadOfItsLevel) {
  L3Book book = bookWith({{1, Side::Buy, 100, 5}});
  ASSERT_EQ(book.addAnonymous(Side::Buy, 100, 20), L3Error::Ok);
  ASSERT_EQ(book.addAnonymous(Side::Buy, 100, 10), L3Error::Ok);
  EXPECT_EQ(book.bestBidQty(), 35);
  EXPECT_EQ(book.queuePosition(1).value().qtyAhead, 30);
  EXPECT_EQ(book.reduceAnonymous(Side::Buy, 100, 31), L3Error::NegativeQty);
  EXPECT_EQ(book.reduceAnonymous(Side::Buy, 100, 30), L3Error::Ok);
  EXPECT_EQ(book.reduceAnonymous(Side::Buy, 100, 1), L3Error::UnknownOrder);
  EXPECT_EQ(book.reduceAnonymous(Side::Buy, 99, 1), L3Error::UnknownOrder);
  EXPECT_EQ(book.stateHash(), bookWith({{1, Side::Buy, 100, 5}}).stateHash());
}

TEST(L3Book, RemovesAWholeLevel) {
  L3Book book =
      bookWith({{1, Side::Sell, 100, 5}, {2, Side::Sell, 103, 5}, {3, Side::Sell, 103, 6}});
  ASSERT_EQ(book.addAnonymous(Side::Sell, 103, 9), L3Error::Ok);
  EXPECT_EQ(book.worst(Side::Sell), 103);
  EXPECT_EQ(book.removeLevel(Side::Sell, 103), 3U);
  EXPECT_EQ(book.removeLevel(Side::Sell, 103), 0U);
  EXPECT_EQ(book.worst(Side::Sell), 100);
  EXPECT_EQ(book.stateHash(), bookWith({{1, Side::Sell, 100, 5}}).stateHash());
  EXPECT_EQ(book.find(3).error(), L3Error::UnknownOrder);
}

TEST(L3Book, StartsAfreshWhenCleared) {
  L3Book book(kSmall);
  for (std::uint64_t ref = 1; ref <= 4; ++ref) {
    ASSERT_EQ(book.add({ref, Side::Sell, 7, 1}), L3Error::Ok);
  }
  book.clear();
  EXPECT_EQ(book.stateHash(), L3Book(kSmall).stateHash());
  for (std::uint64_t ref = 1; ref <= 4; ++ref) {
    EXPECT_EQ(book.add({ref, Side::Sell, 7, 1}), L3Error::Ok);
  }
}

/// One random operation on both books; what the model cannot do must be refused.
class RandomFlow {
 public:
  RandomFlow(std::uint64_t seed, Price spread) : random_(seed), spread_(spread) {}

  void step(L3Book& book, L3ReferenceBook& model) {
    const std::uint64_t ref = pick(400);
    const Qty qty = static_cast<Qty>(pick(50)) + 1;
    const Side side = pick(2) == 0 ? Side::Buy : Side::Sell;
    const Price price = static_cast<Price>(pick(static_cast<std::uint64_t>(spread_))) - spread_ / 2;
    switch (pick(10)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return add(book, model, {ref, side, price, qty});
      case 4:
        return reduce(book, model, ref, qty);
      case 5:
        return remove(book, model, ref);
      case 6:
      case 7:
        return replace(book, model, ref, {pick(400), side, price, qty});
      default:
        return modify(book, model, ref, pick(2) == 0 ? price : kNoPrice, qty);
    }
  }

 private:
  std::uint64_t pick(std::uint64_t bound) { return random_() % bound; }

  void add(L3Book& book, L3ReferenceBook& model, const L3Order& order) {
    const bool isKnown = model.has(order.orderRef);
    ASSERT_EQ(book.add(order), isKnown ? L3Error::DuplicateOrder : L3Error::Ok);
    if (!isKnown) model.add(order);
  }

  void reduce(L3Book& book, L3ReferenceBook& model, std::uint64_t ref, Qty qty) {
    const auto result = book.reduce(ref, qty);
    if (!model.has(ref)) {
      ASSERT_EQ(result.error(), L3Error::UnknownOrder);
    } else if (model.at(ref).qty < qty) {
      ASSERT_EQ(result.error(), L3Error::NegativeQty);
    } else {
      ASSERT_EQ(result.value().qty, model.at(ref).qty - qty);
      model.reduce(ref, qty);
    }
  }

  void remove(L3Book& book, L3ReferenceBook& model, std::uint64_t ref) {
    ASSERT_EQ(book.remove(ref).ok(), model.has(ref));
    if (model.has(ref)) model.remove(ref);
  }

  void replace(L3Book& book, L3ReferenceBook& model, std::uint64_t ref, const L3Order& to) {
    const auto result = book.replace(ref, to.orderRef, to.price, to.qty);
    if (!model.has(ref)) {
      ASSERT_EQ(result.error(), L3Error::UnknownOrder);
    } else if (to.orderRef != ref && model.has(to.orderRef)) {
      ASSERT_EQ(result.error(), L3Error::DuplicateOrder);
    } else {
      ASSERT_TRUE(result.ok());
      model.replace(ref, to.orderRef, to.price, to.qty);
    }
  }

  /// kNoPrice stands for the order's own price, which random prices would seldom hit.
  void modify(L3Book& book, L3ReferenceBook& model, std::uint64_t ref, Price price, Qty qty) {
    if (!model.has(ref)) {
      ASSERT_EQ(book.modify(ref, 0, qty).error(), L3Error::UnknownOrder);
      return;
    }
    const Price to = price == kNoPrice ? model.at(ref).price : price;
    ASSERT_TRUE(book.modify(ref, to, qty).ok());
    model.modify(ref, to, qty);
  }

  std::mt19937_64 random_;
  Price spread_;
};

void expectSameDepth(const L3Book& book, const L3ReferenceBook& model, Side side) {
  std::array<L3Level, 10> levels;
  const std::size_t count = book.depth(side, levels);
  const auto expected = model.depth(side, levels.size());
  ASSERT_EQ(count, expected.size());
  for (std::size_t i = 0; i < count; ++i) {
    ASSERT_EQ(levels[i].price, expected[i].price);
    ASSERT_EQ(levels[i].qty, expected[i].qty);
    ASSERT_EQ(levels[i].orderCount, expected[i].orderCount);
  }
  const auto all = model.depth(side, 1'000);
  ASSERT_EQ(book.worst(side), all.empty() ? kNoPrice : all.back().price);
  const L3Level best = book.best(side);
  ASSERT_EQ(best.price, count == 0 ? kNoPrice : levels[0].price);
  ASSERT_EQ(best.qty, count == 0 ? 0 : levels[0].qty);
}

class L3BookProperty : public testing::TestWithParam<Price> {};

TEST_P(L3BookProperty, EqualsTheReferenceModelOnRandomFlow) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << ", spread " << GetParam());
    L3Book book(L3Capacity{.ordersMax = 400, .levelsMax = 400});
    L3ReferenceBook model;
    RandomFlow flow(seed, GetParam());
    for (int step = 0; step < 4'000; ++step) {
      flow.step(book, model);
      if (testing::Test::HasFatalFailure()) return;
      ASSERT_EQ(book.orderCount(), model.orderCount());
      if (step % 16 != 0) continue;
      ASSERT_EQ(book.stateHash(), model.stateHash()) << "step " << step;
      expectSameDepth(book, model, Side::Buy);
      expectSameDepth(book, model, Side::Sell);
    }
    for (const std::uint64_t ref : model.refs()) {
      const auto position = book.queuePosition(ref);
      ASSERT_EQ(position.value().qtyAhead, model.queuePosition(ref).qtyAhead);
      ASSERT_EQ(position.value().ordersAhead, model.queuePosition(ref).ordersAhead);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Spreads, L3BookProperty, testing::Values(3, 40, 1'000, 10'000'000));

TEST(OrderIndex, SurvivesCollidingKeysAndDeletionsAcrossTheEnd) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    OrderIndex index(64);
    std::map<std::uint64_t, std::uint32_t> model;
    // Keys that differ only in their low bits by multiples of 2^57 share few home slots.
    for (std::uint32_t step = 0; step < 5'000; ++step) {
      const std::uint64_t key = (random() % 96) << 57 | (random() % 3);
      if (model.contains(key)) {
        index.erase(key);
        model.erase(key);
      } else if (model.size() < 64) {
        index.insert(key, step);
        model[key] = step;
      }
      for (const auto& [known, value] : model) ASSERT_EQ(index.find(known), value);
      ASSERT_EQ(index.find(~key), OrderIndex::kNone);
    }
  }
}

}  // namespace
}  // namespace hft::book
