// Recorded single orders as the books of the feeds tell them, in the simulated exchange.
#include <array>
#include <gtest/gtest.h>
#include <initializer_list>
#include <random>
#include <vector>

#include "native/book/l3/l3_sync.hpp"
#include "test/native/sim/exchange_fixture.hpp"

namespace hft::sim {
namespace {

using event::kAnonymousRef;
using event::Message;
using event::MessageKind;

ExchangeOptions exact() {
  ExchangeOptions options = smallOptions(ExchangeMode::Recorded);
  options.queue = ExactQueue{};
  options.foreignMax = 4096;
  return options;
}

/// A desk that is told single orders.
struct OrderDesk : ExchangeDesk {
  OrderDesk() : ExchangeDesk(exact()) {}

  std::string tell(const L3Change& change) {
    EXPECT_EQ(exchange.onL3(kOne, change, now += 10), ExchangeError::Ok);
    return later();
  }
};

TEST(RecordedOrders, KeepTheirPlacesOverASnapshotThatTellsThemAgain) {
  OrderDesk desk;
  (void)desk.tell({L3Kind::Add, Side::Buy, 1, 100, 10});
  (void)desk.ask(limitOrder(1, Side::Buy, 5, 100));
  (void)desk.tell({.kind = L3Kind::Doubt});
  std::array<event::Level, 2> levels;
  EXPECT_EQ(desk.exchange.depth(kOne, Side::Buy, levels), 0U) << "nothing to trade with";
  EXPECT_EQ(desk.exchange.onL3(kOne, {.kind = L3Kind::Execute, .ref = 1, .qty = 1}, desk.now),
            ExchangeError::UnknownOrder);
  // What was there has shrunk; what is new came while nobody looked: after ours.
  (void)desk.tell({L3Kind::Add, Side::Buy, 1, 100, 8});
  (void)desk.tell({L3Kind::Add, Side::Buy, 2, 100, 6});
  (void)desk.tell({.kind = L3Kind::Snapshot});
  EXPECT_EQ(desk.exchange.depth(kOne, Side::Buy, levels), 1U);
  EXPECT_EQ(levels[0].qty, 14);
  EXPECT_EQ(desk.tell({.kind = L3Kind::Execute, .ref = 1, .qty = 8}), "");
  EXPECT_EQ(desk.tell({.kind = L3Kind::Execute, .ref = 2, .qty = 4}),
            "Trade 1 4@100 maker cum 4 leaves 1\n");
}

TEST(RecordedOrders, AreGoneWhereASnapshotDoesNotTellThem) {
  OrderDesk desk;
  (void)desk.tell({L3Kind::Add, Side::Buy, 1, 100, 10});
  (void)desk.tell({.kind = L3Kind::Doubt});
  (void)desk.tell({.kind = L3Kind::Snapshot});
  EXPECT_EQ(desk.exchange.onL3(kOne, {.kind = L3Kind::Remove, .ref = 1}, desk.now),
            ExchangeError::UnknownOrder);
  EXPECT_EQ(desk.tell({L3Kind::Add, Side::Buy, 1, 101, 3}), "");
}

TEST(RecordedOrders, OfALevelThatWasNotToldStandBeforeOurs) {
  OrderDesk desk;
  (void)desk.tell({L3Kind::Add, Side::Buy, kAnonymousRef, 100, 10});
  (void)desk.ask(limitOrder(1, Side::Buy, 5, 100));
  (void)desk.tell({L3Kind::Add, Side::Buy, kAnonymousRef, 100, 2});
  (void)desk.tell({L3Kind::Add, Side::Buy, 7, 100, 4});
  EXPECT_EQ(desk.tell({L3Kind::Execute, Side::Buy, kAnonymousRef, 100, 12}), "");
  EXPECT_EQ(desk.tell({L3Kind::Execute, Side::None, 7, 0, 3}),
            "Trade 1 3@100 maker cum 3 leaves 2\n");
  EXPECT_EQ(desk.exchange.onL3(kOne, {L3Kind::Add, Side::None, kAnonymousRef, 100, 1}, desk.now),
            ExchangeError::BadInput);
  EXPECT_EQ(desk.exchange.onL3(kOne, {L3Kind::Add, Side::Buy, event::kL3RefMax, 100, 1}, desk.now),
            ExchangeError::BadInput);
}

TEST(RecordedLevels, KeepQueuesWhileTheBookIsLost) {
  ExchangeDesk desk(smallOptions(ExchangeMode::Recorded));
  (void)desk.book({{100, 10}}, {{101, 5}});
  (void)desk.ask(limitOrder(1, Side::Buy, 5, 100));
  EXPECT_EQ(desk.exchange.onLost(kOne, desk.now += 10), ExchangeError::Ok);
  order::OrderRequest take = limitOrder(2, Side::Buy, 1, 101);
  take.timeInForce = TimeInForce::ImmediateOrCancel;
  EXPECT_EQ(desk.ask(take), "New 2 cum 0 leaves 1\nCanceled 2 cum 0 leaves 0\n");
  // 10 were before it and 7 still are: it is not first only because nobody knew.
  (void)desk.book({{100, 7}}, {{101, 5}});
  EXPECT_EQ(desk.trade(Side::Sell, 100, 8), "Trade 1 1@100 maker cum 1 leaves 4\n");
}

/// Random messages of a Coinbase full feed, with gaps that snapshots mend.
class FullFeed {
 public:
  explicit FullFeed(std::uint32_t seed) : random_(seed) {}

  /// A message, or what a snapshot is made of.
  std::vector<Message> next(const book::L3Book& book) {
    if (sequence_ == 0 || below(60) == 0) return snapshot(book);
    if (below(80) == 0) ++sequence_;
    Message message;
    message.firstId = message.lastId = ++sequence_;
    const bool isAdd = live_.empty() || below(2) == 0;
    if (isAdd) {
      message.kind = MessageKind::OrderAdd;
      message.side = below(2) == 0 ? Side::Buy : Side::Sell;
      const Price price = message.side == Side::Buy ? 100 - below(8) : 101 + below(8);
      message.order = {++refs_, 0, price, 1 + below(9)};
      live_.push_back(refs_);
      return {message};
    }
    constexpr MessageKind kKinds[] = {MessageKind::OrderReduce, MessageKind::OrderModify,
                                      MessageKind::OrderDelete, MessageKind::OrderReplace};
    message.kind = kKinds[below(4)];
    message.code = static_cast<std::uint8_t>(below(2));
    const auto at = static_cast<std::size_t>(below(static_cast<int>(live_.size())));
    message.order = {live_[at], 0, kNoPrice, 1 + below(9)};
    if (message.kind == MessageKind::OrderReplace) {
      message.order.newOrderRef = ++refs_;
      message.order.price = 99 + below(2);
      live_[at] = refs_;
    }
    return {message};
  }

 private:
  int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }

  /// The book as it is, but for some orders.
  std::vector<Message> snapshot(const book::L3Book& book) {
    std::vector<Message> messages(1);
    messages[0].kind = MessageKind::SnapshotBegin;
    live_.clear();
    for (const Side side : {Side::Buy, Side::Sell}) {
      book.forEachLevel(side, [&](const book::L3Level& level) {
        book.forEachOrder(side, level.price, [&](const book::L3Order& order) {
          if (below(5) == 0) return;
          Message& message = messages.emplace_back();
          message.kind = MessageKind::OrderAdd;
          message.side = side;
          message.order = {order.orderRef, 0, order.price, order.qty};
          live_.push_back(order.orderRef);
        });
        return true;
      });
    }
    Message& end = messages.emplace_back();
    end.kind = MessageKind::SnapshotEnd;
    end.lastId = ++sequence_;
    return messages;
  }

  std::mt19937 random_;
  std::uint64_t sequence_ = 0;
  std::uint64_t refs_ = 0;
  std::vector<std::uint64_t> live_;
};

TEST(RecordedOrders, FollowABookWhateverItsFeedDoes) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    OrderDesk desk;
    book::L3Sync sync({.rule = book::L3Rule::Sequenced,
                       .capacity = {.ordersMax = 4096, .levelsMax = 256},
                       .queueMax = 256});
    std::vector<L3Change> changes;
    sync.tellChanges(&changes);
    FullFeed feed(seed);
    for (int step = 0; step < 500; ++step) {
      for (const Message& message : feed.next(sync.book())) (void)sync.apply(message);
      for (const L3Change& change : changes) {
        ASSERT_EQ(desk.exchange.onL3(kOne, change, desk.now += 10), ExchangeError::Ok)
            << "seed " << seed << ", step " << step;
      }
      changes.clear();
      if (sync.status().state == event::BookState::Broken) continue;
      for (const Side side : {Side::Buy, Side::Sell}) {
        std::array<event::Level, 16> told;
        std::array<book::L3Level, 16> known;
        const std::size_t count = sync.book().depth(side, known);
        ASSERT_EQ(desk.exchange.depth(kOne, side, told), count);
        for (std::size_t i = 0; i < count; ++i) {
          ASSERT_EQ(told[i].price, known[i].price) << "seed " << seed << ", step " << step;
          ASSERT_EQ(told[i].qty, known[i].qty) << "seed " << seed << ", step " << step;
        }
      }
    }
  }
}

}  // namespace
}  // namespace hft::sim
