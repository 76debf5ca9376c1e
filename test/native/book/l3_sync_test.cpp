#include "native/book/l3/l3_sync.hpp"

#include <gtest/gtest.h>
#include <initializer_list>
#include <random>
#include <utility>
#include <vector>

#include "test/native/book/l3_reference_book.hpp"

namespace hft::book {
namespace {

using event::BookReason;
using event::BookState;
using event::Message;
using event::MessageKind;
using event::ReduceCause;

Message orderMessage(MessageKind kind, std::uint64_t sequence, const L3Order& order) {
  Message message;
  message.kind = kind;
  message.firstId = sequence;
  message.lastId = sequence;
  message.side = order.side;
  message.order = {order.orderRef, 0, order.price, order.qty};
  return message;
}

Message control(MessageKind kind, std::uint64_t firstId, std::uint64_t lastId) {
  Message message;
  message.kind = kind;
  message.firstId = firstId;
  message.lastId = lastId;
  return message;
}

void applySnapshot(L3Sync& sync, std::uint64_t sequence, std::initializer_list<L3Order> orders) {
  sync.apply(control(MessageKind::SnapshotBegin, 0, 0));
  for (const L3Order& order : orders) sync.apply(orderMessage(MessageKind::OrderAdd, 0, order));
  sync.apply(control(MessageKind::SnapshotEnd, 0, sequence));
}

constexpr L3Capacity kCapacity{.ordersMax = 64, .levelsMax = 64};

L3Sync coinbase() { return L3Sync({.rule = L3Rule::Sequenced, .capacity = kCapacity}); }

TEST(L3SyncSequenced, IsBrokenBeforeTheSnapshot) {
  L3Sync sync = coinbase();
  EXPECT_EQ(sync.status().state, BookState::Broken);
  EXPECT_EQ(sync.status().reason, BookReason::AwaitingSnapshot);
}

TEST(L3SyncSequenced, JoinsHeldMessagesToTheSnapshot) {
  L3Sync sync = coinbase();
  for (std::uint64_t sequence = 5; sequence <= 9; ++sequence) {
    const auto outcome =
        sync.apply(orderMessage(MessageKind::OrderAdd, sequence, {sequence, Side::Buy, 100, 1}));
    EXPECT_EQ(outcome.counts.buffered, 1U);
  }
  applySnapshot(sync, 7, {{5, Side::Buy, 100, 1}, {6, Side::Buy, 100, 1}});
  EXPECT_EQ(sync.status().state, BookState::Trusted);
  EXPECT_EQ(sync.bookId(), 9U);
  EXPECT_EQ(sync.book().bestBidQty(), 4);
}

TEST(L3SyncSequenced, AsksForANewerSnapshotWhereOneIsTooOld) {
  L3Sync sync = coinbase();
  sync.apply(orderMessage(MessageKind::OrderAdd, 9, {9, Side::Buy, 100, 1}));
  sync.apply(control(MessageKind::SnapshotBegin, 0, 0));
  const auto outcome = sync.apply(control(MessageKind::SnapshotEnd, 0, 7));
  EXPECT_EQ(outcome.request, SyncRequest::Snapshot);
  EXPECT_EQ(outcome.counts.snapshotsTooOld, 1U);
  EXPECT_EQ(sync.status().state, BookState::Broken);
  applySnapshot(sync, 8, {});
  EXPECT_EQ(sync.status().state, BookState::Trusted);
  EXPECT_EQ(sync.book().bestBid(), 100);
}

TEST(L3SyncSequenced, BreaksOnAGapAndHealsWithASnapshot) {
  L3Sync sync = coinbase();
  applySnapshot(sync, 10, {{1, Side::Buy, 100, 1}});
  const auto outcome = sync.apply(orderMessage(MessageKind::OrderAdd, 12, {2, Side::Buy, 101, 1}));
  EXPECT_EQ(outcome.request, SyncRequest::Snapshot);
  EXPECT_EQ(sync.status().reason, BookReason::SequenceGap);
  EXPECT_EQ(sync.book().bestBid(), 100) << "nothing is applied after a gap";
  applySnapshot(sync, 11, {{1, Side::Buy, 100, 1}});
  EXPECT_EQ(sync.status().state, BookState::Trusted);
  EXPECT_EQ(sync.book().bestBid(), 101);
}

TEST(L3SyncSequenced, IgnoresDuplicates) {
  L3Sync sync = coinbase();
  applySnapshot(sync, 10, {{1, Side::Buy, 100, 5}});
  const Message reduce = orderMessage(MessageKind::OrderReduce, 11, {1, Side::Buy, 100, 1});
  sync.apply(reduce);
  EXPECT_EQ(sync.apply(reduce).counts.ignoredOld, 1U);
  EXPECT_EQ(sync.book().bestBidQty(), 4);
  EXPECT_EQ(sync.status().state, BookState::Trusted);
}

TEST(L3SyncSequenced, CountsMessagesThatLeaveTheBookAlone) {
  L3Sync sync = coinbase();
  applySnapshot(sync, 10, {});
  sync.apply(control(MessageKind::Heartbeat, 11, 11));
  sync.apply(orderMessage(MessageKind::OrderAdd, 12, {1, Side::Buy, 100, 5}));
  EXPECT_EQ(sync.status().state, BookState::Trusted);
  EXPECT_EQ(sync.bookId(), 12U);
}

TEST(L3SyncSequenced, IsSuspectWhileAHeartbeatKnowsMore) {
  L3Sync sync = coinbase();
  applySnapshot(sync, 10, {});
  sync.apply(control(MessageKind::Heartbeat, 0, 10));
  EXPECT_EQ(sync.status().state, BookState::Trusted);
  sync.apply(control(MessageKind::Heartbeat, 0, 11));
  EXPECT_EQ(sync.status().reason, BookReason::SequenceGap);
  sync.apply(orderMessage(MessageKind::OrderAdd, 11, {1, Side::Buy, 100, 5}));
  EXPECT_EQ(sync.status().state, BookState::Trusted);
}

TEST(L3SyncSequenced, SuspectsABookThatLacksAnOrder) {
  L3Sync sync = coinbase();
  applySnapshot(sync, 10, {});
  const auto outcome =
      sync.apply(orderMessage(MessageKind::OrderReduce, 11, {1, Side::Buy, 100, 1}));
  EXPECT_EQ(outcome.after.reason, BookReason::UnknownOrder);
  EXPECT_EQ(outcome.request, SyncRequest::Snapshot);
  EXPECT_EQ(sync.unknownOrders(), 1U);
}

TEST(L3SyncSequenced, PassesOverTheEndAndTheChangeOfAnOrderThatDoesNotRest) {
  L3Sync sync = coinbase();
  applySnapshot(sync, 10, {{1, Side::Buy, 100, 5}});
  const auto ended = sync.apply(orderMessage(MessageKind::OrderDelete, 11, {7, Side::Buy, 0, 0}));
  sync.apply(orderMessage(MessageKind::OrderModify, 12, {7, Side::Buy, 0, 3}));
  EXPECT_FALSE(ended.levelsChanged);
  EXPECT_EQ(sync.status().state, BookState::Trusted);
  EXPECT_EQ(sync.bookId(), 12U);
}

TEST(L3SyncSequenced, ShowsASnapshotAsOneChangeFromWhatTheBookWas) {
  L3Sync sync = coinbase();
  applySnapshot(sync, 10, {{1, Side::Buy, 100, 5}});
  sync.apply(control(MessageKind::SnapshotBegin, 0, 0));
  sync.apply(orderMessage(MessageKind::OrderAdd, 0, {2, Side::Buy, 101, 5}));
  EXPECT_TRUE(sync.isInSnapshot());
  const auto outcome = sync.apply(control(MessageKind::SnapshotEnd, 0, 20));
  EXPECT_FALSE(sync.isInSnapshot());
  EXPECT_TRUE(outcome.levelsChanged);
  EXPECT_FALSE(outcome.statusChanged());
}

TEST(L3SyncSequenced, ResizesAndMovesOrders) {
  L3Sync sync = coinbase();
  applySnapshot(sync, 10, {{1, Side::Buy, 100, 5}, {2, Side::Buy, 100, 5}});
  sync.apply(orderMessage(MessageKind::OrderModify, 11, {1, Side::Buy, 0, 3}));
  EXPECT_EQ(sync.book().find(1).value().price, 100);
  EXPECT_EQ(sync.book().queuePosition(1).value().ordersAhead, 0U);
  sync.apply(orderMessage(MessageKind::OrderModify, 12, {2, Side::Buy, 99, 5}));
  EXPECT_EQ(sync.book().find(2).value().price, 99);
  sync.apply(orderMessage(MessageKind::OrderModify, 13, {2, Side::Buy, 99, 0}));
  EXPECT_EQ(sync.book().orderCount(), 1U);
  EXPECT_EQ(sync.status().state, BookState::Trusted);
}

TEST(L3SyncSequenced, BreaksWhenItIsFull) {
  L3Sync sync({.rule = L3Rule::Sequenced, .capacity = {.ordersMax = 1, .levelsMax = 4}});
  applySnapshot(sync, 10, {{1, Side::Buy, 100, 5}, {2, Side::Buy, 100, 5}});
  EXPECT_EQ(sync.status().state, BookState::Broken);
  EXPECT_EQ(sync.status().reason, BookReason::CapacityExceeded);
}

TEST(L3SyncSequenced, SurvivesALostConnection) {
  L3Sync sync = coinbase();
  applySnapshot(sync, 10, {{1, Side::Buy, 100, 5}});
  sync.onDisconnect();
  EXPECT_EQ(sync.status().reason, BookReason::Disconnected);
  sync.apply(orderMessage(MessageKind::OrderAdd, 51, {7, Side::Buy, 101, 1}));
  applySnapshot(sync, 50, {});
  EXPECT_EQ(sync.book().bestBid(), 101);
  EXPECT_EQ(sync.status().state, BookState::Trusted);
}

TEST(L3SyncSequenced, IsSuspectAfterAFrameThatCouldNotBeRead) {
  L3Sync sync = coinbase();
  applySnapshot(sync, 10, {});
  sync.onDecodeError();
  EXPECT_EQ(sync.status().reason, BookReason::DecodeError);
  sync.apply(orderMessage(MessageKind::OrderAdd, 11, {1, Side::Buy, 100, 5}));
  EXPECT_EQ(sync.status().state, BookState::Trusted) << "the next number proves that none is lost";
}

TEST(L3SyncSequenced, RescalesTheBookAndWhatIsHeld) {
  L3Sync sync = coinbase();
  sync.apply(orderMessage(MessageKind::OrderAdd, 9, {9, Side::Buy, 100, 1}));
  sync.setScale({.priceDecimals = 2, .qtyDecimals = 1, .priceDigits = 2, .qtyDigits = 1});
  applySnapshot(sync, 8, {{1, Side::Buy, 9'900, 10}});
  EXPECT_EQ(sync.book().bestBid(), 10'000);
  EXPECT_EQ(sync.book().bestBidQty(), 10);
  sync.setScale({.priceDecimals = 3, .qtyDecimals = 1, .priceDigits = 3, .qtyDigits = 1});
  EXPECT_EQ(sync.book().bestBid(), 100'000);
}

/// No fault in a sequenced stream leaves a wrong book trusted.
TEST(L3SyncSequenced, IsNeverWrongWhileTrusted) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    test::L3ReferenceBook model;
    std::vector<std::pair<Message, std::uint64_t>> stream;
    for (std::uint64_t sequence = 1; sequence <= 600; ++sequence) {
      const std::uint64_t ref = random() % 40;
      const bool isBuy = ref % 2 == 0;
      L3Order order{ref, isBuy ? Side::Buy : Side::Sell,
                    static_cast<Price>(isBuy ? random() % 20 : 20 + random() % 20), 5};
      const MessageKind kind = model.has(ref) ? MessageKind::OrderDelete : MessageKind::OrderAdd;
      model.has(ref) ? model.remove(ref) : model.add(order);
      stream.emplace_back(orderMessage(kind, sequence, order), model.stateHash());
    }
    L3Sync sync = coinbase();
    applySnapshot(sync, 0, {});
    std::size_t trusted = 0;
    for (std::size_t i = 0; i < stream.size(); ++i) {
      const std::uint64_t fault = random() % 100;
      if (fault == 0) continue;                                                  // Dropped.
      if (fault == 1) sync.apply(stream[i].first);                               // Duplicated.
      if (fault == 2 && i + 1 < stream.size()) sync.apply(stream[i + 1].first);  // Reordered.
      sync.apply(stream[i].first);
      if (sync.status().state != BookState::Trusted) continue;
      ASSERT_EQ(sync.book().stateHash(), stream[sync.bookId() - 1].second) << "message " << i;
      ++trusted;
    }
    EXPECT_GT(trusted, 0U);
  }
}

constexpr Scale kKrakenScale{
    .priceDecimals = 1, .qtyDecimals = 8, .priceDigits = 1, .qtyDigits = 8};

L3Sync kraken() {
  return L3Sync({.rule = L3Rule::Checksummed, .capacity = kCapacity, .scale = kKrakenScale});
}

/// The book of the venue's guide, one order a level.
constexpr std::pair<Price, Qty> kAsks[] = {
    {452852, 100000},   {452864, 154571953}, {452866, 154571109}, {452896, 154560911},
    {452902, 15890660}, {452918, 154553491}, {452947, 4454749},   {452961, 35380000},
    {452975, 9945542},  {452995, 18772827}};
constexpr std::pair<Price, Qty> kBids[] = {
    {452835, 10000000},  {452834, 154582015}, {452821, 10000000}, {452810, 10000000},
    {452803, 154592586}, {452790, 7990000},   {452776, 3310103},  {452775, 30000000},
    {452773, 154602737}, {452766, 15445238}};
constexpr std::uint32_t kGuideChecksum = 3310070434U;

void applyGuideSnapshot(L3Sync& sync, std::uint32_t checksum) {
  sync.apply(control(MessageKind::SnapshotBegin, 0, 0));
  std::uint64_t ref = 1;
  for (const auto& [price, qty] : kAsks) {
    sync.apply(orderMessage(MessageKind::OrderAdd, 0, {ref++, Side::Sell, price, qty}));
  }
  for (const auto& [price, qty] : kBids) {
    sync.apply(orderMessage(MessageKind::OrderAdd, 0, {ref++, Side::Buy, price, qty}));
  }
  Message end = control(MessageKind::SnapshotEnd, 0, 0);
  end.hasChecksum = true;
  end.checksum = checksum;
  sync.apply(end);
}

TEST(L3SyncChecksummed, AgreesWithTheVenuesGuide) {
  L3Sync sync = kraken();
  applyGuideSnapshot(sync, kGuideChecksum);
  EXPECT_EQ(sync.status().state, BookState::Trusted);
}

TEST(L3SyncChecksummed, BreaksWhereTheChecksumDiffers) {
  L3Sync sync = kraken();
  applyGuideSnapshot(sync, kGuideChecksum + 1);
  EXPECT_EQ(sync.status().reason, BookReason::ChecksumMismatch);
  EXPECT_TRUE(sync.awaitsSnapshot());
  applyGuideSnapshot(sync, kGuideChecksum);
  EXPECT_EQ(sync.status().state, BookState::Trusted);
}

TEST(L3SyncChecksummed, TruncatesToTheDepthBeforeItVerifies) {
  L3Sync sync = kraken();
  applyGuideSnapshot(sync, kGuideChecksum);
  // A better ask pushes the tenth out; when it goes, the venue announces the tenth anew.
  L3Book expected(kCapacity);
  static_cast<void>(expected.add({50, Side::Sell, 452851, 7}));
  for (std::size_t i = 0; i < 9; ++i) {
    static_cast<void>(expected.add({i + 1, Side::Sell, kAsks[i].first, kAsks[i].second}));
  }
  for (std::size_t i = 0; i < 10; ++i) {
    static_cast<void>(expected.add({i + 11, Side::Buy, kBids[i].first, kBids[i].second}));
  }
  Message add = orderMessage(MessageKind::OrderAdd, 0, {50, Side::Sell, 452851, 7});
  add.hasChecksum = true;
  add.checksum = L3Checksum(64).compute(expected, kKrakenScale);
  const auto outcome = sync.apply(add);
  EXPECT_EQ(outcome.counts.checksumsOk, 1U);
  EXPECT_EQ(sync.book().levelCount(Side::Sell), 10U);
  sync.apply(orderMessage(MessageKind::OrderDelete, 0, {10, Side::Sell, 0, 0}));
  EXPECT_EQ(sync.status().state, BookState::Trusted) << "an order below the depth is not known";
  sync.apply(orderMessage(MessageKind::OrderDelete, 0, {50, Side::Sell, 0, 0}));
  Message back =
      orderMessage(MessageKind::OrderAdd, 0, {10, Side::Sell, kAsks[9].first, kAsks[9].second});
  back.hasChecksum = true;
  back.checksum = kGuideChecksum;
  EXPECT_EQ(sync.apply(back).counts.checksumsOk, 1U);
}

TEST(L3Checksum, PrintsEachOrderOfALevelInQueueOrder) {
  L3Book book(kCapacity);
  static_cast<void>(book.add({1, Side::Sell, 5, 2}));
  static_cast<void>(book.add({2, Side::Sell, 5, 3}));
  L3Checksum checksum(4);
  const Scale scale{.priceDecimals = 0, .qtyDecimals = 0, .priceDigits = 1, .qtyDigits = 0};
  // zlib's crc32 of "502503".
  EXPECT_EQ(checksum.compute(book, scale), 1547751311U);
}

L3Sync itch() { return L3Sync({.rule = L3Rule::FromEmpty, .capacity = kCapacity}); }

TEST(L3SyncFromEmpty, DerivesTheTradeOfAnExecution) {
  L3Sync sync = itch();
  EXPECT_EQ(sync.status().state, BookState::Trusted);
  sync.apply(orderMessage(MessageKind::OrderAdd, 0, {1, Side::Sell, 100, 5}));
  Message execution = orderMessage(MessageKind::OrderReduce, 0, {1, Side::None, kNoPrice, 2});
  execution.code = static_cast<std::uint8_t>(ReduceCause::Execution);
  execution.lastId = 77;
  const auto outcome = sync.apply(execution);
  EXPECT_TRUE(outcome.hasTrade);
  EXPECT_EQ(outcome.aggressor, Side::Buy);
  EXPECT_EQ(outcome.tradePrice, 100);
  EXPECT_EQ(outcome.tradeQty, 2);
  EXPECT_EQ(outcome.tradeId, 77U);
}

TEST(L3SyncFromEmpty, ReportsNoTradeForCancelsAndHiddenExecutions) {
  L3Sync sync = itch();
  sync.apply(orderMessage(MessageKind::OrderAdd, 0, {1, Side::Sell, 100, 5}));
  Message reduce = orderMessage(MessageKind::OrderReduce, 0, {1, Side::None, kNoPrice, 2});
  EXPECT_FALSE(sync.apply(reduce).hasTrade);
  reduce.code = static_cast<std::uint8_t>(ReduceCause::HiddenExecution);
  EXPECT_FALSE(sync.apply(reduce).hasTrade);
}

TEST(L3SyncFromEmpty, SuspectsWhatCannotBeForGood) {
  L3Sync sync = itch();
  sync.apply(orderMessage(MessageKind::OrderAdd, 0, {1, Side::Buy, 100, 5}));
  sync.apply(orderMessage(MessageKind::OrderAdd, 0, {1, Side::Buy, 100, 5}));
  EXPECT_EQ(sync.status().reason, BookReason::UnknownOrder);
  EXPECT_EQ(sync.contradictions(), 1U);
  sync.apply(orderMessage(MessageKind::OrderAdd, 0, {2, Side::Buy, 100, 5}));
  EXPECT_EQ(sync.status().state, BookState::Suspect);
}

TEST(L3SyncFromEmpty, IsSuspectWhileCrossed) {
  L3Sync sync = itch();
  sync.apply(orderMessage(MessageKind::OrderAdd, 0, {1, Side::Buy, 100, 5}));
  sync.apply(orderMessage(MessageKind::OrderAdd, 0, {2, Side::Sell, 99, 5}));
  EXPECT_EQ(sync.status().reason, BookReason::Crossed);
  sync.apply(orderMessage(MessageKind::OrderDelete, 0, {2, Side::Sell, 0, 0}));
  EXPECT_EQ(sync.status().state, BookState::Trusted);
}

}  // namespace
}  // namespace hft::book
