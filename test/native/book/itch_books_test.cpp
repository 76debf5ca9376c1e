#include "native/book/itch/itch_books.hpp"

#include <array>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <unordered_map>
#include <vector>

#include "native/decode/itch/itch_book_feed.hpp"
#include "native/generate/days/itch_day.hpp"
#include "test/native/book/l3_reference_book.hpp"

namespace hft::book {
namespace {

constexpr ItchCapacity kSmall{.refsMax = 4096, .pagesMax = 8, .ordersMax = 6, .levelsMax = 4096};

/// Folds every change of a best price or quantity, in order.
struct TouchDigest {
  std::uint64_t value = 0;
  std::uint64_t count = 0;

  void onTouch(std::uint16_t locate, const ItchTouch& touch) noexcept {
    for (const std::uint64_t word :
         {std::uint64_t{locate}, std::uint64_t{touch.bid}, std::uint64_t{touch.ask},
          static_cast<std::uint64_t>(touch.bidQty), static_cast<std::uint64_t>(touch.askQty)}) {
      value = (value ^ word) * 0x9E3779B97F4A7C15ULL;
      value ^= value >> 29;
    }
    ++count;
  }
};

struct ChangeLog {
  std::vector<ItchTouch> touches;
  std::size_t depthChanges = 0;

  void onTouch(std::uint16_t, const ItchTouch& touch) { touches.push_back(touch); }
  void onDepth(std::uint16_t) { ++depthChanges; }
};

template <typename Books>
class ItchBooksTest : public testing::Test {
 protected:
  Books books_{kSmall};
  ChangeLog log_;
};

using Models = testing::Types<LeanItchBooks, QueuedItchBooks>;
TYPED_TEST_SUITE(ItchBooksTest, Models);

TYPED_TEST(ItchBooksTest, TellsWhatChangesAtAndBelowTheTouch) {
  auto& books = this->books_;
  auto& log = this->log_;
  EXPECT_EQ(books.add({1, 7, Side::Buy, 100, 5}, log), L3Error::Ok);
  EXPECT_EQ(books.add({2, 7, Side::Buy, 99, 5}, log), L3Error::Ok);
  EXPECT_EQ(books.add({3, 7, Side::Sell, 101, 8}, log), L3Error::Ok);
  EXPECT_TRUE(books.reduce(1, 7, 2, log).ok());
  ASSERT_EQ(log.touches.size(), 3U);
  EXPECT_EQ(log.depthChanges, 1U);
  EXPECT_EQ(log.touches.back(), (ItchTouch{100, 101, 3, 8}));
  EXPECT_TRUE(books.remove(1, 7, log).ok());
  EXPECT_EQ(books.touch(7), (ItchTouch{99, 101, 5, 8}));
  EXPECT_TRUE(books.remove(2, 7, log).ok());
  EXPECT_EQ(books.touch(7).bidQty, 0);
}

TYPED_TEST(ItchBooksTest, ReplacesWithOneEvent) {
  auto& books = this->books_;
  auto& log = this->log_;
  EXPECT_EQ(books.add({1, 7, Side::Sell, 100, 5}, log), L3Error::Ok);
  log.touches.clear();
  const auto left = books.replace(1, {2, 7, Side::None, 98, 6}, log);
  ASSERT_TRUE(left.ok());
  EXPECT_EQ(left.value().price, 100);
  ASSERT_EQ(log.touches.size(), 1U);
  EXPECT_EQ(log.touches[0], (ItchTouch{0, 98, 0, 6}));
  EXPECT_EQ(books.find(1).error(), L3Error::UnknownOrder);
  EXPECT_EQ(books.find(2).value().side, Side::Sell);
}

TYPED_TEST(ItchBooksTest, SuspectsABookThatAnUnknownOrderContradicts) {
  auto& books = this->books_;
  auto& log = this->log_;
  EXPECT_EQ(books.status(7).state, event::BookState::Trusted);
  EXPECT_EQ(books.remove(1, 7, log).error(), L3Error::UnknownOrder);
  EXPECT_EQ(books.status(7).state, event::BookState::Suspect);
  EXPECT_EQ(books.status(7).reason, event::BookReason::UnknownOrder);
  EXPECT_EQ(books.status(8).state, event::BookState::Trusted);
  EXPECT_EQ(books.counts().unknownOrders, 1U);
}

TYPED_TEST(ItchBooksTest, RefusesAnOrderOfAnotherSymbol) {
  auto& books = this->books_;
  auto& log = this->log_;
  EXPECT_EQ(books.add({1, 7, Side::Buy, 100, 5}, log), L3Error::Ok);
  EXPECT_EQ(books.remove(1, 8, log).error(), L3Error::UnknownOrder);
  EXPECT_EQ(books.replace(1, {2, 8, Side::None, 1, 1}, log).error(), L3Error::UnknownOrder);
  EXPECT_EQ(books.touch(7).bidQty, 5);
  EXPECT_EQ(books.status(7).state, event::BookState::Trusted);
  EXPECT_EQ(books.status(8).state, event::BookState::Suspect);
}

TYPED_TEST(ItchBooksTest, RefusesDuplicatesAndQuantitiesThatCannotBe) {
  auto& books = this->books_;
  auto& log = this->log_;
  EXPECT_EQ(books.add({1, 7, Side::Buy, 100, 5}, log), L3Error::Ok);
  EXPECT_EQ(books.add({1, 7, Side::Buy, 101, 5}, log), L3Error::DuplicateOrder);
  EXPECT_EQ(books.add({2, 7, Side::Buy, 101, 0}, log), L3Error::NegativeQty);
  EXPECT_EQ(books.add({2, 7, Side::None, 101, 1}, log), L3Error::InvalidOrder);
  EXPECT_EQ(books.reduce(1, 7, 6, log).error(), L3Error::NegativeQty);
  EXPECT_EQ(books.reduce(1, 7, 0, log).error(), L3Error::NegativeQty);
  EXPECT_EQ(books.touch(7), (ItchTouch{100, 0, 5, 0}));
  EXPECT_EQ(books.status(7).state, event::BookState::Suspect);
}

TYPED_TEST(ItchBooksTest, IsSuspectWhileCrossed) {
  auto& books = this->books_;
  auto& log = this->log_;
  EXPECT_EQ(books.add({1, 7, Side::Buy, 100, 5}, log), L3Error::Ok);
  EXPECT_EQ(books.add({2, 7, Side::Sell, 100, 5}, log), L3Error::Ok);
  EXPECT_EQ(books.status(7).reason, event::BookReason::Crossed);
  EXPECT_TRUE(books.remove(2, 7, log).ok());
  EXPECT_EQ(books.status(7).state, event::BookState::Trusted);
}

TYPED_TEST(ItchBooksTest, RefusesReferencesBeyondCapacity) {
  auto& books = this->books_;
  auto& log = this->log_;
  EXPECT_EQ(books.add({4096, 7, Side::Buy, 100, 5}, log), L3Error::CapacityExceeded);
  EXPECT_EQ(books.add({~0ULL, 7, Side::Buy, 100, 5}, log), L3Error::CapacityExceeded);
  EXPECT_EQ(books.levelCount(7, Side::Buy), 0U);
  EXPECT_EQ(books.status(7).state, event::BookState::Broken);
  EXPECT_EQ(books.status(7).reason, event::BookReason::CapacityExceeded);
}

TYPED_TEST(ItchBooksTest, UsesThePagesOfDeadReferencesAgain) {
  auto& books = this->books_;
  auto& log = this->log_;
  for (std::uint64_t ref = 0; ref < 4096; ++ref) {
    ASSERT_EQ(books.add({ref, 7, Side::Buy, 100, 5}, log), L3Error::Ok) << ref;
    ASSERT_TRUE(books.remove(ref, 7, log).ok());
  }
  for (std::uint64_t page = 0; page < 8; ++page) {
    const auto error = books.add({page * 64, 7, Side::Buy, 100, 5}, log);
    if (error == L3Error::CapacityExceeded) continue;  // ItchQueues holds six orders.
    ASSERT_EQ(error, L3Error::Ok);
  }
  EXPECT_EQ(books.add({8 * 64, 7, Side::Buy, 100, 5}, log), L3Error::CapacityExceeded);
}

TYPED_TEST(ItchBooksTest, HoldsDeepBooksInOrder) {
  TypeParam books(ItchCapacity::forMessages(100'000));
  auto& log = this->log_;
  std::mt19937_64 random(5);
  std::map<std::uint32_t, Qty> model;
  for (std::uint64_t ref = 0; ref < 20'000; ++ref) {
    const auto price = static_cast<std::uint32_t>(random() % 9'000);
    ASSERT_EQ(books.add({ref, 7, Side::Sell, price, 1}, log), L3Error::Ok);
    ++model[price];
  }
  std::vector<L3Level> levels(10'000);
  levels.resize(books.depth(7, Side::Sell, levels));
  ASSERT_EQ(levels.size(), model.size());
  std::size_t at = 0;
  for (const auto& [price, qty] : model) {
    ASSERT_EQ(levels[at].price, price);
    ASSERT_EQ(levels[at].qty, qty);
    ASSERT_EQ(levels[at++].orderCount, qty);
  }
}

TYPED_TEST(ItchBooksTest, BreaksEveryBookOnAGap) {
  this->books_.onGap();
  EXPECT_EQ(this->books_.status(0).reason, event::BookReason::SequenceGap);
  EXPECT_EQ(this->books_.status(0xffff).state, event::BookState::Broken);
}

TEST(QueuedItchBooks, KnowsTheQueue) {
  QueuedItchBooks books(kSmall);
  ChangeLog log;
  for (std::uint64_t ref = 1; ref <= 3; ++ref) {
    ASSERT_EQ(books.add({ref, 7, Side::Buy, 100, static_cast<std::uint32_t>(ref)}, log),
              L3Error::Ok);
  }
  EXPECT_EQ(books.queuePosition(3).value().qtyAhead, 3);
  EXPECT_EQ(books.queuePosition(3).value().ordersAhead, 2U);
  EXPECT_TRUE(books.replace(1, {4, 7, Side::None, 100, 1}, log).ok());
  EXPECT_EQ(books.queuePosition(3).value().qtyAhead, 2);
  EXPECT_EQ(books.queuePosition(4).value().ordersAhead, 2U);
  EXPECT_EQ(books.queuePosition(1).error(), L3Error::UnknownOrder);
}

TEST(QueuedItchBooks, RefusesAnOrderBeyondCapacity) {
  QueuedItchBooks books(kSmall);
  ChangeLog log;
  for (std::uint64_t ref = 0; ref < 6; ++ref) {
    ASSERT_EQ(books.add({ref, 7, Side::Buy, 100, 1}, log), L3Error::Ok);
  }
  EXPECT_EQ(books.add({6, 7, Side::Buy, 50, 1}, log), L3Error::CapacityExceeded);
  EXPECT_EQ(books.levelCount(7, Side::Buy), 1U);
}

/// The plain model: a reference book for each symbol.
class ReferenceBooks {
 public:
  template <typename Message>
  void operator()(const Message& m) {
    apply(m);
  }

  TouchDigest digest;
  std::map<std::uint16_t, test::L3ReferenceBook> books;

 private:
  template <typename Add>
    requires requires(const Add& m) {
      m.stock;
      m.orderRef;
      m.shares;
    } && (Add::kType == 'A' || Add::kType == 'F')
  void apply(const Add& m) {
    books[m.prefix.stockLocate].add(
        {m.orderRef, m.side == 'B' ? Side::Buy : Side::Sell, m.price, m.shares});
    publish(m.prefix.stockLocate);
  }
  void apply(const decode::itch::OrderExecuted& m) {
    reduce(m.prefix, m.orderRef, m.executedShares);
  }
  void apply(const decode::itch::OrderExecutedWithPrice& m) {
    reduce(m.prefix, m.orderRef, m.executedShares);
  }
  void apply(const decode::itch::OrderCancel& m) {
    reduce(m.prefix, m.orderRef, m.cancelledShares);
  }
  void apply(const decode::itch::OrderDelete& m) {
    books[m.prefix.stockLocate].remove(m.orderRef);
    publish(m.prefix.stockLocate);
  }
  void apply(const decode::itch::OrderReplace& m) {
    books[m.prefix.stockLocate].replace(m.originalRef, m.newRef, m.price, m.shares);
    publish(m.prefix.stockLocate);
  }
  template <typename Other>
  void apply(const Other&) {}

  void reduce(const decode::itch::Prefix& prefix, std::uint64_t ref, std::uint32_t qty) {
    books[prefix.stockLocate].reduce(ref, qty);
    publish(prefix.stockLocate);
  }

  void publish(std::uint16_t locate) {
    const auto bids = books[locate].depth(Side::Buy, 1);
    const auto asks = books[locate].depth(Side::Sell, 1);
    ItchTouch touch;
    if (!bids.empty()) touch.bid = static_cast<std::uint32_t>(bids[0].price);
    if (!bids.empty()) touch.bidQty = bids[0].qty;
    if (!asks.empty()) touch.ask = static_cast<std::uint32_t>(asks[0].price);
    if (!asks.empty()) touch.askQty = asks[0].qty;
    if (touch == touches_[locate]) return;
    touches_[locate] = touch;
    digest.onTouch(locate, touch);
  }

  std::unordered_map<std::uint16_t, ItchTouch> touches_;
};

std::vector<std::uint8_t> generatedDay(std::uint64_t seed, std::uint64_t messages,
                                       std::uint32_t symbols) {
  generate::ItchDay day({.seed = seed, .messages = messages, .symbols = symbols});
  std::vector<std::uint8_t> bytes(generate::ItchDay::bytesMax(messages));
  bytes.resize(day.write(bytes));
  return bytes;
}

template <typename Books>
void expectEqualToReference(std::span<const std::uint8_t> file, const ReferenceBooks& reference,
                            std::uint64_t messages) {
  Books books(ItchCapacity::forMessages(messages));
  TouchDigest digest;
  decode::itch::BookFeed<Books, ItchOrder, ItchLookAhead, TouchDigest> feed(books, digest);
  const auto result = feed.readFile(file);
  ASSERT_EQ(result.error, decode::itch::FramingError::Ok);
  ASSERT_EQ(result.messages, messages);
  EXPECT_EQ(digest.count, reference.digest.count);
  EXPECT_EQ(digest.value, reference.digest.value);
  EXPECT_EQ(books.counts().unknownOrders, 0U);
  for (const auto& [locate, model] : reference.books) {
    for (const Side side : {Side::Buy, Side::Sell}) {
      std::vector<L3Level> levels(1'024);
      levels.resize(books.depth(locate, side, levels));
      const auto expected = model.depth(side, levels.size() + 1);
      ASSERT_EQ(levels.size(), expected.size());
      for (std::size_t i = 0; i < levels.size(); ++i) {
        ASSERT_EQ(levels[i].price, expected[i].price);
        ASSERT_EQ(levels[i].qty, expected[i].qty);
        ASSERT_EQ(levels[i].orderCount, expected[i].orderCount);
      }
    }
    if constexpr (std::is_same_v<Books, QueuedItchBooks>) {
      for (const std::uint64_t ref : model.refs()) {
        ASSERT_EQ(books.queuePosition(ref).value().qtyAhead, model.queuePosition(ref).qtyAhead);
      }
    }
    ASSERT_EQ(books.status(locate).state, event::BookState::Trusted);
  }
}

TEST(ItchBooks, EqualTheReferenceModelOnGeneratedDays) {
  for (const std::uint32_t symbols : {1U, 40U, 3'000U}) {
    for (const std::uint64_t seed : {1U, 2U}) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << ", symbols " << symbols);
      constexpr std::uint64_t kMessages = 60'000;
      const auto file = generatedDay(seed, kMessages, symbols);
      ReferenceBooks reference;
      ASSERT_EQ(decode::itch::readFile(file, reference).error, decode::itch::FramingError::Ok);
      expectEqualToReference<LeanItchBooks>(file, reference, kMessages);
      expectEqualToReference<QueuedItchBooks>(file, reference, kMessages);
    }
  }
}

TEST(ItchBooks, ApplyWhatIsWholeBeforeATruncatedEnd) {
  const auto file = generatedDay(1, 2'000, 20);
  for (std::size_t length = file.size() - 200; length < file.size(); ++length) {
    const std::vector<std::uint8_t> part(file.begin(),
                                         file.begin() + static_cast<std::ptrdiff_t>(length));
    ReferenceBooks reference;
    const auto expected = decode::itch::readFile(part, reference);
    LeanItchBooks books({.refsMax = 4096, .pagesMax = 64, .ordersMax = 1, .levelsMax = 4096});
    TouchDigest digest;
    decode::itch::BookFeed<LeanItchBooks, ItchOrder, ItchLookAhead, TouchDigest> feed(books,
                                                                                      digest);
    const auto result = feed.readFile(part);
    ASSERT_EQ(result.error, expected.error);
    ASSERT_EQ(result.position, expected.position);
    ASSERT_EQ(result.messages, expected.messages);
    ASSERT_EQ(digest.value, reference.digest.value);
  }
}

/// What a sink that takes everything gets.
struct FullSink {
  std::size_t messages = 0;
  std::vector<std::pair<Price, Qty>> trades;
  std::size_t directories = 0;

  void onTouch(std::uint16_t, const ItchTouch&) {}
  void onMessage(const decode::itch::Prefix&) { ++messages; }
  void onTrade(std::uint16_t, Price price, Qty qty, Side, std::uint64_t) {
    trades.emplace_back(price, qty);
  }
  void on(const decode::itch::StockDirectory&) { ++directories; }
};

TEST(ItchBookFeed, HandsTradesAndDirectoriesToASinkThatTakesThem) {
  LeanItchBooks books(kSmall);
  FullSink sink;
  decode::itch::BookFeed<LeanItchBooks, ItchOrder, ItchLookAhead, FullSink> feed(books, sink);
  const decode::itch::Prefix prefix{7, 0, 1};
  feed(decode::itch::StockDirectory{});
  feed(decode::itch::AddOrder{prefix, 1, 'B', 10, {}, 500});
  feed(decode::itch::OrderExecuted{prefix, 1, 4, 77});
  feed(decode::itch::OrderExecutedWithPrice{prefix, 1, 1, 78, 'Y', 490});
  feed(decode::itch::OrderExecutedWithPrice{prefix, 1, 1, 79, 'N', 480});
  feed(decode::itch::Trade{prefix, 0, 'B', 3, {}, 505, 80});
  feed(decode::itch::CrossTrade{prefix, 0, {}, 505, 81, 'O'});
  EXPECT_EQ(sink.messages, 7U);
  EXPECT_EQ(sink.directories, 1U);
  EXPECT_EQ(sink.trades, (std::vector<std::pair<Price, Qty>>{{500, 4}, {490, 1}, {505, 3}}));
  EXPECT_EQ(books.touch(7).bidQty, 4);
}

}  // namespace
}  // namespace hft::book
