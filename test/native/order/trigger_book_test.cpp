#include "native/order/trigger_book.hpp"

#include <gtest/gtest.h>
#include <random>
#include <vector>

#include "test/native/order/order_lab.hpp"

namespace hft::order {
namespace {

using event::BookState;

OrderRequest held(event::ClOrdID id, Side side, OrdType type, Price stopPx) {
  OrderRequest request = lab::newOrder(id, 10);
  request.side = side;
  request.ordType = type;
  request.stopPx = stopPx;
  request.price = 55;
  return request;
}

OrderRequest trailing(event::ClOrdID id, Side side, Price offset) {
  OrderRequest request = held(id, side, OrdType::TrailingStop, 0);
  request.trailOffset = offset;
  return request;
}

class TriggerBookTest : public testing::Test {
 protected:
  TriggerBook book{8, 4};
  std::vector<OrderRequest> children;

  std::vector<event::ClOrdID> trade(Price price) {
    children.clear();
    book.onTrade(1, price, [this](const OrderRequest& child) { children.push_back(child); });
    return ids();
  }
  std::vector<event::ClOrdID> quote(Price bid, Price ask, BookState state) {
    children.clear();
    book.onBook(1, bid, ask, state,
                [this](const OrderRequest& child) { children.push_back(child); });
    return ids();
  }
  std::vector<event::ClOrdID> ids() const {
    std::vector<event::ClOrdID> result;
    for (const OrderRequest& child : children) result.push_back(child.clOrdID);
    return result;
  }
  using Ids = std::vector<event::ClOrdID>;
};

TEST_F(TriggerBookTest, FiresStopsAndTouchesOnTheirOwnSideOfThePrice) {
  const auto last = TriggerSource::LastTrade;
  ASSERT_EQ(book.hold(held(1, Side::Buy, OrdType::Stop, 110), last, 100), OrderError::Ok);
  ASSERT_EQ(book.hold(held(2, Side::Sell, OrdType::StopLimit, 90), last, 100), OrderError::Ok);
  ASSERT_EQ(book.hold(held(3, Side::Buy, OrdType::MarketIfTouched, 95), last, 100), OrderError::Ok);
  ASSERT_EQ(book.hold(held(4, Side::Sell, OrdType::LimitIfTouched, 105), last, 100),
            OrderError::Ok);
  EXPECT_EQ(trade(104), Ids{});
  EXPECT_EQ(trade(105), Ids{4});
  EXPECT_EQ(children[0].ordType, OrdType::Limit);
  EXPECT_EQ(children[0].price, 55);
  EXPECT_EQ(trade(110), Ids{1});
  EXPECT_EQ(children[0].ordType, OrdType::Market);
  EXPECT_EQ(trade(90), (Ids{2, 3}));
  EXPECT_EQ(book.size(), 0U);
}

TEST_F(TriggerBookTest, FiresOnQuotesThatTheOrderWouldTradeAt) {
  ASSERT_EQ(book.hold(held(1, Side::Buy, OrdType::Stop, 110), TriggerSource::Quote, 0),
            OrderError::Ok);
  EXPECT_EQ(trade(200), Ids{});
  EXPECT_EQ(quote(120, 109, BookState::Trusted), Ids{});
  EXPECT_EQ(quote(109, 110, BookState::Suspect), Ids{});
  EXPECT_EQ(quote(109, kNoPrice, BookState::Trusted), Ids{});
  EXPECT_EQ(quote(109, 110, BookState::Trusted), Ids{1});
}

TEST_F(TriggerBookTest, RatchetsTrailingStopsOneWay) {
  ASSERT_EQ(book.hold(trailing(1, Side::Sell, 10), TriggerSource::LastTrade, 100), OrderError::Ok);
  EXPECT_EQ(trade(120), Ids{});
  EXPECT_EQ(book.find(1)->request.stopPx, 110);
  EXPECT_EQ(trade(111), Ids{});
  EXPECT_EQ(book.find(1)->request.stopPx, 110);
  EXPECT_EQ(trade(110), Ids{1});
  OrderRequest limit = trailing(2, Side::Buy, 10);
  limit.ordType = OrdType::TrailingStopLimit;
  limit.limitOffset = 3;
  ASSERT_EQ(book.hold(limit, TriggerSource::LastTrade, kNoPrice), OrderError::Ok);
  EXPECT_EQ(trade(100), Ids{});
  EXPECT_EQ(trade(80), Ids{});
  EXPECT_EQ(trade(90), Ids{2});
  EXPECT_EQ(children[0].price, 93);
}

TEST_F(TriggerBookTest, RefusesWhatItCannotHold) {
  const auto last = TriggerSource::LastTrade;
  EXPECT_EQ(book.hold(held(1, Side::Buy, OrdType::Limit, 5), last, 0), OrderError::BadRequest);
  EXPECT_EQ(book.hold(held(1, Side::Buy, OrdType::Stop, 0), last, 0), OrderError::BadRequest);
  EXPECT_EQ(book.hold(trailing(1, Side::Buy, 0), last, 0), OrderError::BadRequest);
  for (event::ClOrdID id = 1; id <= 8; ++id) {
    ASSERT_EQ(book.hold(held(id, Side::Buy, OrdType::Stop, 50), last, 0), OrderError::Ok);
  }
  EXPECT_EQ(book.hold(held(3, Side::Buy, OrdType::Stop, 50), last, 0),
            OrderError::DuplicateClOrdID);
  EXPECT_EQ(book.hold(held(9, Side::Buy, OrdType::Stop, 50), last, 0),
            OrderError::CapacityExceeded);
  EXPECT_EQ(book.cancel(4), OrderError::Ok);
  EXPECT_EQ(book.cancel(4), OrderError::UnknownOrder);
  EXPECT_EQ(trade(50), (Ids{1, 2, 3, 5, 6, 7, 8}));
}

TEST_F(TriggerBookTest, GivesOneChildATriggerOverARestartAtAnyMoment) {
  for (const bool isJournaled : {false, true}) {
    TriggerBook before(8, 4);
    OrderTable table(lab::smallTable());
    ASSERT_EQ(before.hold(trailing(1, Side::Sell, 10), TriggerSource::LastTrade, 100),
              OrderError::Ok);
    const auto nothing = [](const OrderRequest&) {};
    before.onTrade(1, 130, nothing);
    const std::vector<HeldOrder> saved = before.save();
    int childCount = 0;
    const auto send = [&](const OrderRequest& child) { childCount += table.add(child, 0).ok(); };
    // The snapshot is older than the trigger; the journal has the child's intent or it doesn't.
    if (isJournaled) before.onTrade(1, 120, send);
    TriggerBook after(8, 4);
    ASSERT_EQ(after.restore(saved), OrderError::Ok);
    after.dropKnown(table);
    after.onTrade(1, 119, send);
    after.onTrade(1, 50, send);
    EXPECT_EQ(childCount, 1) << isJournaled;
    EXPECT_EQ(after.size(), 0U);
  }
}

TEST_F(TriggerBookTest, LetsTheSinkHoldAndCancel) {
  ASSERT_EQ(book.hold(held(1, Side::Buy, OrdType::Stop, 50), TriggerSource::LastTrade, 0),
            OrderError::Ok);
  ASSERT_EQ(book.hold(held(2, Side::Buy, OrdType::Stop, 60), TriggerSource::LastTrade, 0),
            OrderError::Ok);
  book.onTrade(1, 55, [this](const OrderRequest& child) {
    EXPECT_EQ(child.clOrdID, 1U);
    EXPECT_EQ(book.cancel(2), OrderError::Ok);
    EXPECT_EQ(book.hold(held(3, Side::Sell, OrdType::Stop, 40), TriggerSource::LastTrade, 0),
              OrderError::Ok);
  });
  EXPECT_EQ(trade(70), Ids{});
  EXPECT_EQ(trade(40), Ids{3});
}

/// The guard prices must never hide a trigger: against a walk of all orders at each price.
TEST(TriggerBookProperty, FiresAsAWalkOfAllOrdersWould) {
  constexpr std::uint64_t kSeed = 4711;
  std::mt19937_64 random(kSeed);
  TriggerBook book(64, 4);
  struct Plain {
    OrderRequest request;
    Price anchor;
  };
  std::vector<Plain> plain;
  constexpr OrdType kTypes[] = {OrdType::Stop, OrdType::MarketIfTouched, OrdType::TrailingStop};
  Price price = 1000;
  event::ClOrdID last = 0;
  for (int step = 0; step < 50'000; ++step) {
    if (plain.size() < 40 && random() % 2 == 0) {
      const OrdType type = kTypes[random() % 3];
      OrderRequest request = held(++last, random() % 2 == 0 ? Side::Buy : Side::Sell, type,
                                  price - 40 + static_cast<Price>(random() % 80));
      if (type == OrdType::TrailingStop)
        request.trailOffset = 1 + static_cast<Price>(random() % 40);
      ASSERT_EQ(book.hold(request, TriggerSource::LastTrade, price), OrderError::Ok);
      plain.push_back({request, price});
    }
    price += static_cast<Price>(random() % 11) - 5;
    if (price < 200) price = 1000;
    std::vector<event::ClOrdID> expected;
    std::erase_if(plain, [&](Plain& order) {
      const bool isBuy = order.request.side == Side::Buy;
      Price stop = order.request.stopPx;
      bool isUp = isBuy;
      if (order.request.ordType == OrdType::MarketIfTouched) isUp = !isBuy;
      if (order.request.ordType == OrdType::TrailingStop) {
        order.anchor = isBuy ? std::min(order.anchor, price) : std::max(order.anchor, price);
        stop = isBuy ? order.anchor + order.request.trailOffset
                     : order.anchor - order.request.trailOffset;
      }
      const bool isHit = isUp ? price >= stop : price <= stop;
      if (isHit) expected.push_back(order.request.clOrdID);
      return isHit;
    });
    std::vector<event::ClOrdID> actual;
    book.onTrade(1, price, [&](const OrderRequest& child) { actual.push_back(child.clOrdID); });
    ASSERT_EQ(actual, expected) << "seed " << kSeed << ", step " << step;
  }
  EXPECT_GT(last, 1000U);
}

}  // namespace
}  // namespace hft::order
