#include "native/book/l2/l2_book.hpp"

#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace hft::book {
namespace {

using event::Level;

constexpr Price kLowest = kNoPrice + 1;
constexpr Price kHighest = std::numeric_limits<Price>::max();

/// The plain model: two ordered maps.
class ReferenceBook {
 public:
  explicit ReferenceBook(std::size_t levelsMax) : levelsMax_(levelsMax) {}

  BookError setLevel(Side side, Price price, Qty qty) {
    if (qty < 0) return BookError::NegativeQty;
    if (price == kNoPrice) return BookError::InvalidPrice;
    auto& levels = side == Side::Buy ? bids_ : asks_;
    if (qty == 0) {
      levels.erase(price);
    } else if (!levels.contains(price) && levels.size() == levelsMax_) {
      return BookError::CapacityExceeded;
    } else {
      levels[price] = qty;
    }
    return BookError::Ok;
  }

  std::vector<std::pair<Price, Qty>> levels(Side side) const {
    if (side == Side::Sell) return {asks_.begin(), asks_.end()};
    return {bids_.rbegin(), bids_.rend()};
  }

  void truncate(Side side, std::size_t depthMax) {
    while (side != Side::Sell && bids_.size() > depthMax) bids_.erase(bids_.begin());
    while (side != Side::Buy && asks_.size() > depthMax) asks_.erase(std::prev(asks_.end()));
  }

  void clear() {
    bids_.clear();
    asks_.clear();
  }

  std::map<Price, Qty> bids_;
  std::map<Price, Qty> asks_;
  std::size_t levelsMax_;
};

std::vector<std::pair<Price, Qty>> levelsOf(const L2Book& book, Side side) {
  std::vector<std::pair<Price, Qty>> all;
  book.forEachLevel(side, [&](Price price, Qty qty) {
    all.emplace_back(price, qty);
    return true;
  });
  return all;
}

/// A book filled from the model alone, for the hash: equal levels, another history.
std::uint64_t hashOfFresh(const ReferenceBook& model) {
  L2Book fresh({model.levelsMax_, model.levelsMax_});
  for (const Side side : {Side::Sell, Side::Buy}) {
    for (const auto& [price, qty] : model.levels(side)) {
      EXPECT_TRUE(fresh.setLevel(side, price, qty).ok());
    }
  }
  return fresh.stateHash();
}

void expectTop(const L2Book& book, const ReferenceBook& model, Side side) {
  const auto expected = model.levels(side);
  ASSERT_EQ(book.levelCount(side), expected.size());
  const Level best = side == Side::Buy ? book.bestBid() : book.bestAsk();
  EXPECT_EQ(best.price, expected.empty() ? kNoPrice : expected.front().first);
  EXPECT_EQ(best.qty, expected.empty() ? 0 : expected.front().second);
  std::array<Level, 5> top{};
  const std::size_t count = book.depth(side, top);
  ASSERT_EQ(count, std::min<std::size_t>(5, expected.size()));
  for (std::size_t at = 0; at < count; ++at) {
    EXPECT_EQ(top[at].price, expected[at].first);
    EXPECT_EQ(top[at].qty, expected[at].second);
  }
}

struct Market {
  const char* name;
  /// A random price about the touch, from a random generator.
  Price (*price)(std::mt19937_64&);
};

Price uniform(std::mt19937_64& random, Price low, Price high) {
  return std::uniform_int_distribution<Price>(low, high)(random);
}

const Market kMarkets[] = {
    {"near the touch", [](std::mt19937_64& r) { return uniform(r, 9'950, 10'050); }},
    {"far from the touch", [](std::mt19937_64& r) { return uniform(r, 1, 12'000'000); }},
    {"clustered",
     [](std::mt19937_64& r) {
       return uniform(r, -3, 3) * 600'000 + uniform(r, 0, 3) * 4'096 + uniform(r, -2, 2);
     }},
    {"wide ticks", [](std::mt19937_64& r) { return uniform(r, 1, 90) * 10'000'000'000; }},
    {"anywhere in int64", [](std::mt19937_64& r) { return uniform(r, kLowest, kHighest); }},
    {"at the ends of int64",
     [](std::mt19937_64& r) {
       const Price offset = uniform(r, 0, 70);
       return uniform(r, 0, 1) == 0 ? kLowest + offset : kHighest - offset;
     }},
};

class L2BookOnRandomInput : public testing::TestWithParam<Market> {};

TEST_P(L2BookOnRandomInput, EqualsTheReferenceAfterEveryStep) {
  for (const std::size_t levelsMax : {std::size_t{12}, std::size_t{60}, std::size_t{2'000}}) {
    const std::uint64_t seed = 20261124 + levelsMax;
    SCOPED_TRACE(std::string(GetParam().name) + ", seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    L2Book book({levelsMax, levelsMax});
    ReferenceBook model(levelsMax);
    std::vector<std::pair<Side, Price>> known;
    for (int step = 0; step < 6'000; ++step) {
      const std::uint64_t dice = random() % 100;
      Side side = random() % 2 == 0 ? Side::Buy : Side::Sell;
      Price price = GetParam().price(random);
      if (dice < 45 && !known.empty()) std::tie(side, price) = known[random() % known.size()];
      if (dice == 98) {
        const std::size_t depthMax = random() % 30;
        const Side which = random() % 3 == 0 ? Side::None : side;
        (void)book.truncate(which, depthMax);
        model.truncate(which, depthMax);
      } else if (dice == 99 && random() % 20 == 0) {
        book.clear();
        model.clear();
      } else {
        const Qty qty = random() % 5 < 2 ? 0 : static_cast<Qty>(random() % 1'000'000) - 1;
        const auto result = book.setLevel(side, price, qty);
        ASSERT_EQ(result.error(), model.setLevel(side, price, qty)) << "step " << step;
        if (result.ok()) known.emplace_back(side, price);
        ASSERT_EQ(book.qtyAt(side, price), [&] {
          const auto& levels = side == Side::Buy ? model.bids_ : model.asks_;
          const auto found = levels.find(price);
          return found == levels.end() ? 0 : found->second;
        }());
      }
      expectTop(book, model, Side::Buy);
      expectTop(book, model, Side::Sell);
      if (step % 97 == 0) {
        ASSERT_EQ(levelsOf(book, Side::Buy), model.levels(Side::Buy)) << "step " << step;
        ASSERT_EQ(levelsOf(book, Side::Sell), model.levels(Side::Sell)) << "step " << step;
        ASSERT_EQ(book.stateHash(), hashOfFresh(model)) << "step " << step;
      }
      ASSERT_FALSE(HasFailure()) << "step " << step;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Markets, L2BookOnRandomInput, testing::ValuesIn(kMarkets));

TEST(L2Book, IsEmptyAtFirst) {
  const L2Book book({8, 8});
  EXPECT_TRUE(book.isEmpty());
  EXPECT_EQ(book.bbo(), Bbo{});
  EXPECT_FALSE(book.isCrossed());
  EXPECT_TRUE(std::isnan(book.mid()));
  EXPECT_EQ(book.imbalance(5), 0);
}

TEST(L2Book, RefusesANegativeQuantity) {
  L2Book book({8, 8});
  EXPECT_EQ(book.setLevel(Side::Buy, 10, -1).error(), BookError::NegativeQty);
  EXPECT_TRUE(book.isEmpty());
}

TEST(L2Book, RefusesThePriceThatStandsForNone) {
  L2Book book({8, 8});
  EXPECT_EQ(book.setLevel(Side::Sell, kNoPrice, 1).error(), BookError::InvalidPrice);
}

TEST(L2Book, ReturnsTheLevelsLeftOnTheSide) {
  L2Book book({8, 8});
  EXPECT_EQ(book.setLevel(Side::Buy, 10, 1).value(), 1U);
  EXPECT_EQ(book.setLevel(Side::Buy, 11, 1).value(), 2U);
  EXPECT_EQ(book.setLevel(Side::Buy, 99, 0).value(), 2U);
  EXPECT_EQ(book.setLevel(Side::Buy, 10, 0).value(), 1U);
}

TEST(L2Book, HoldsExactlyItsCapacityOfLevels) {
  L2Book book({3, 3});
  EXPECT_TRUE(book.setLevel(Side::Buy, 10, 1).ok());
  EXPECT_TRUE(book.setLevel(Side::Buy, 20, 1).ok());
  EXPECT_TRUE(book.setLevel(Side::Buy, 3'000'000, 1).ok());
  const std::uint64_t before = book.stateHash();
  EXPECT_EQ(book.setLevel(Side::Buy, 21, 1).error(), BookError::CapacityExceeded);
  EXPECT_EQ(book.setLevel(Side::Buy, 9'000'000, 1).error(), BookError::CapacityExceeded);
  EXPECT_EQ(book.stateHash(), before);
  EXPECT_TRUE(book.setLevel(Side::Buy, 20, 7).ok()) << "an existing level may change when full";
  EXPECT_TRUE(book.setLevel(Side::Buy, 10, 0).ok());
  EXPECT_TRUE(book.setLevel(Side::Buy, 21, 1).ok());
}

TEST(L2Book, HoldsExactlyItsCapacityOfPages) {
  L2Book book({100, 2});
  EXPECT_TRUE(book.setLevel(Side::Sell, 0, 1).ok());
  EXPECT_TRUE(book.setLevel(Side::Sell, 64, 1).ok());
  const std::uint64_t before = book.stateHash();
  EXPECT_EQ(book.setLevel(Side::Sell, 128, 1).error(), BookError::CapacityExceeded);
  EXPECT_EQ(book.setLevel(Side::Sell, 1 << 20, 1).error(), BookError::CapacityExceeded);
  EXPECT_EQ(book.stateHash(), before);
  EXPECT_TRUE(book.setLevel(Side::Sell, 127, 1).ok()) << "a page in use takes more levels";
  EXPECT_TRUE(book.setLevel(Side::Sell, 0, 0).ok());
  EXPECT_TRUE(book.setLevel(Side::Sell, 1 << 20, 1).ok()) << "an emptied page is used again";
}

TEST(L2Book, CountsALockedBookAsCrossed) {
  L2Book book({8, 8});
  (void)book.setLevel(Side::Buy, 10, 1);
  (void)book.setLevel(Side::Sell, 11, 1);
  EXPECT_FALSE(book.isCrossed());
  (void)book.setLevel(Side::Buy, 11, 1);
  EXPECT_TRUE(book.isCrossed());
}

TEST(L2Book, TellsTheStatisticsOfItsTop) {
  L2Book book({8, 8});
  (void)book.setLevel(Side::Buy, 100, 30);
  (void)book.setLevel(Side::Buy, 99, 10);
  (void)book.setLevel(Side::Sell, 102, 10);
  (void)book.setLevel(Side::Sell, 104, 10);
  EXPECT_DOUBLE_EQ(book.mid(), 101);
  EXPECT_DOUBLE_EQ(book.microprice(), (100.0 * 10 + 102.0 * 30) / 40);
  EXPECT_DOUBLE_EQ(book.imbalance(1), 0.5);
  EXPECT_DOUBLE_EQ(book.imbalance(2), (40.0 - 20.0) / 60.0);
  EXPECT_DOUBLE_EQ(book.vwapToSize(Side::Buy, 15), (102.0 * 10 + 104.0 * 5) / 15);
  EXPECT_DOUBLE_EQ(book.vwapToSize(Side::Sell, 30), 100);
  EXPECT_TRUE(std::isnan(book.vwapToSize(Side::Buy, 21)));
  EXPECT_TRUE(std::isnan(book.vwapToSize(Side::Buy, 0)));
}

TEST(L2Book, WritesNoMoreDepthThanAskedFor) {
  L2Book book({8, 8});
  (void)book.setLevel(Side::Buy, 100, 1);
  (void)book.setLevel(Side::Buy, 101, 2);
  std::array<Level, 3> top{};
  EXPECT_EQ(book.depth(Side::Buy, std::span(top).first(0)), 0U);
  EXPECT_EQ(book.depth(Side::Buy, std::span(top).first(1)), 1U);
  EXPECT_EQ(top[0].price, 101);
  EXPECT_EQ(book.depth(Side::Buy, top), 2U);
}

TEST(L2Book, RescalesAllLevels) {
  L2Book book({8, 8});
  (void)book.setLevel(Side::Buy, 100, 3);
  (void)book.setLevel(Side::Buy, -7, 4);
  (void)book.setLevel(Side::Sell, 101, 5);
  EXPECT_EQ(book.rescale(1'000, 10).value(), 3U);
  const std::vector<std::pair<Price, Qty>> bids{{100'000, 30}, {-7'000, 40}};
  EXPECT_EQ(levelsOf(book, Side::Buy), bids);
  EXPECT_EQ(book.bbo(), (Bbo{100'000, 30, 101'000, 50}));
}

TEST(L2Book, StaysAsItWasWhenRescalingOverflows) {
  L2Book book({8, 8});
  (void)book.setLevel(Side::Buy, kHighest / 10, 3);
  (void)book.setLevel(Side::Sell, 1, kHighest / 10);
  EXPECT_TRUE(book.rescale(10, 10).ok()) << "the largest factors that fit";
  const std::uint64_t before = book.stateHash();
  EXPECT_EQ(book.rescale(10, 1).error(), BookError::Overflow);
  EXPECT_EQ(book.rescale(1, 10).error(), BookError::Overflow);
  EXPECT_EQ(book.stateHash(), before);
}

TEST(L2Book, StaysAsItWasWhenRescaledLevelsNeedTooManyPages) {
  L2Book book({8, 2});
  for (Price price = 0; price < 8; ++price) (void)book.setLevel(Side::Sell, price, price + 1);
  const std::uint64_t before = book.stateHash();
  EXPECT_EQ(book.rescale(100, 1).error(), BookError::CapacityExceeded);
  EXPECT_EQ(book.stateHash(), before);
}

TEST(L2Book, TellsBooksApartByTheirHash) {
  L2Book one({8, 8});
  L2Book other({8, 8});
  (void)one.setLevel(Side::Buy, 100, 1);
  (void)other.setLevel(Side::Sell, 100, 1);
  EXPECT_NE(one.stateHash(), other.stateHash()) << "the side counts";
  (void)other.setLevel(Side::Sell, 100, 0);
  (void)other.setLevel(Side::Buy, 100, 2);
  EXPECT_NE(one.stateHash(), other.stateHash()) << "the quantity counts";
  (void)other.setLevel(Side::Buy, 100, 1);
  EXPECT_EQ(one.stateHash(), other.stateHash());
}

}  // namespace
}  // namespace hft::book
