#include <gtest/gtest.h>
#include <vector>

#include "native/order/cl_ord_ids.hpp"
#include "test/native/order/order_lab.hpp"

namespace hft::order {
namespace {

using event::ExecutionReport;
using event::OrdRejReason;
using lab::cancelOf;
using lab::newOrder;
using lab::replaceOf;
using lab::report;
using lab::smallTable;
using lab::trade;

class OrderTableTest : public testing::Test {
 protected:
  OrderTable table{smallTable()};
  OrdStatus status(event::ClOrdID id) const { return table.ordStatusOf(id); }
  Qty cumQty(event::ClOrdID id) const { return table[table.find(id)].state.cumQty; }
  void ack(event::ClOrdID id) { table.apply(report(id, ExecType::New, OrdStatus::New, 1)); }
  ExecutionReport refusal(event::ClOrdID id, event::ClOrdID orig, OrdRejReason reason, Nanos time) {
    ExecutionReport result = report(id, ExecType::None, OrdStatus::None, time);
    result.origClOrdID = orig;
    result.isCancelReject = true;
    result.reason = reason;
    return result;
  }
};

TEST(ClOrdIDs, GrowWithinARunAndNeverMeetAnotherRun) {
  ClOrdIDs first(7);
  ClOrdIDs second(8);
  const auto one = first.next();
  EXPECT_LT(one, first.next());
  EXPECT_GT(second.next(), first.next());
  EXPECT_EQ(ClOrdIDs::runOf(one), 7U);
  ClOrdIDs resumed(7);
  resumed.skipTo(first.next());
  EXPECT_EQ(resumed.next(), first.next());
}

TEST(ClOrdIDs, EndRatherThanComeBack) {
  ClOrdIDs ids(1);
  ids.skipTo((std::uint64_t{1} << 40) | ClOrdIDs::kCounterMax);
  EXPECT_EQ(ids.next(), event::kNoOrder);
}

TEST_F(OrderTableTest, RefusesAnIdThatWasUsed) {
  ASSERT_TRUE(table.add(newOrder(5, 10), 0).ok());
  EXPECT_EQ(table.add(newOrder(5, 10), 0).error(), OrderError::DuplicateClOrdID);
  ASSERT_TRUE(table.addCancel(cancelOf(6, 5)).ok());
  EXPECT_EQ(table.add(newOrder(6, 10), 0).error(), OrderError::DuplicateClOrdID);
  EXPECT_EQ(table.add(newOrder(0, 10), 0).error(), OrderError::BadRequest);
  EXPECT_EQ(table.add(newOrder(7, 0), 0).error(), OrderError::BadRequest);
}

TEST_F(OrderTableTest, CountsAFillThatComesBeforeTheAcknowledgement) {
  ASSERT_TRUE(table.add(newOrder(5, 10), 0).ok());
  table.apply(trade(5, 1, 4, 4, 6, 2));
  ack(5);
  EXPECT_EQ(status(5), OrdStatus::PartiallyFilled);
  EXPECT_EQ(cumQty(5), 4);
}

TEST_F(OrderTableTest, CountsAnExecutionOnce) {
  ASSERT_TRUE(table.add(newOrder(5, 10), 0).ok());
  EXPECT_EQ(table.apply(trade(5, 1, 4, 4, 6, 2)).deltaCount, 1);
  const ReportOutcome again = table.apply(trade(5, 1, 4, 4, 6, 2));
  EXPECT_EQ(again.verdict, ReportVerdict::Duplicate);
  EXPECT_TRUE(again.fills().empty());
  EXPECT_EQ(cumQty(5), 4);
}

TEST_F(OrderTableTest, CountsAFillThatComesAfterTheCancel) {
  ASSERT_TRUE(table.add(newOrder(5, 10), 0).ok());
  ASSERT_TRUE(table.addCancel(cancelOf(6, 5)).ok());
  table.apply(report(6, ExecType::Canceled, OrdStatus::Canceled, 9));
  EXPECT_EQ(status(5), OrdStatus::Canceled);
  const ReportOutcome late = table.apply(trade(5, 1, 4, 4, 6, 8));
  EXPECT_EQ(late.newAnomalies & kFillAfterCancel, kFillAfterCancel);
  EXPECT_EQ(cumQty(5), 4);
  EXPECT_EQ(status(5), OrdStatus::Canceled);
}

TEST_F(OrderTableTest, KeepsWorkingWhatAFillProvesAliveAfterAReject) {
  ASSERT_TRUE(table.add(newOrder(5, 10), 0).ok());
  table.apply(report(5, ExecType::Rejected, OrdStatus::Rejected, 3));
  EXPECT_EQ(table.workingCount(), 0U);
  const ReportOutcome late = table.apply(trade(5, 1, 4, 4, 6, 8));
  EXPECT_EQ(late.newAnomalies & kFillAfterReject, kFillAfterReject);
  EXPECT_EQ(status(5), OrdStatus::PartiallyFilled);
  EXPECT_EQ(table.workingCount(Scope::Venue, 1), 1U);
}

TEST_F(OrderTableTest, ShowsFilledAndWaitsForTheFillsThatTheVenueTellsOf) {
  ASSERT_TRUE(table.add(newOrder(5, 10), 0).ok());
  ExecutionReport query = report(5, ExecType::OrderStatus, OrdStatus::Filled, 4);
  query.cumQty = 10;
  table.apply(query);
  EXPECT_EQ(status(5), OrdStatus::Filled);
  EXPECT_EQ(missingQty(table[0].state), 10);
  const ReportOutcome fill = table.apply(trade(5, 1, 10, 10, 0, 3));
  EXPECT_EQ(fill.fills().size(), 1U);
  EXPECT_EQ(cumQty(5), 10);
  EXPECT_EQ(missingQty(table[0].state), 0);
}

TEST_F(OrderTableTest, StaysUnknownUntilTheVenueProvesSomething) {
  ASSERT_TRUE(table.add(newOrder(5, 10), 0).ok());
  ASSERT_EQ(table.markUnknown(5), OrderError::Ok);
  EXPECT_EQ(status(5), OrdStatus::Unknown);
  EXPECT_EQ(table.workingCount(), 1U);
  ack(5);
  EXPECT_EQ(status(5), OrdStatus::New);
  table.markUnknown(5);
  EXPECT_EQ(status(5), OrdStatus::New) << "an answer that is known can't become unknown";
}

TEST_F(OrderTableTest, TakesARejectAsDuplicateForNoProofOfTheOrdersEnd) {
  ASSERT_TRUE(table.add(newOrder(5, 10), 0).ok());
  ExecutionReport reject = report(5, ExecType::Rejected, OrdStatus::Rejected, 3);
  reject.reason = OrdRejReason::DuplicateOrder;
  table.apply(reject);
  EXPECT_EQ(status(5), OrdStatus::Unknown);
  ack(5);
  EXPECT_EQ(status(5), OrdStatus::New);
  table.apply(reject);
  EXPECT_EQ(status(5), OrdStatus::New);
}

TEST_F(OrderTableTest, EndsAnUnknownOrderByProofOfAbsenceAndStillTakesItsFill) {
  ASSERT_TRUE(table.add(newOrder(5, 10), 0).ok());
  table.markUnknown(5);
  ASSERT_EQ(table.resolveAbsent(5, OrdRejReason::UnknownOrder), OrderError::Ok);
  EXPECT_EQ(status(5), OrdStatus::Rejected);
  table.apply(trade(5, 1, 10, 10, 0, 8));
  EXPECT_EQ(status(5), OrdStatus::Filled);
  EXPECT_EQ(table.resolveAbsent(5, OrdRejReason::UnknownOrder), OrderError::NotUnknown);
}

TEST_F(OrderTableTest, ResolvesAnUnknownCancelByAQuery) {
  ASSERT_TRUE(table.add(newOrder(5, 10), 0).ok());
  ack(5);
  ASSERT_TRUE(table.addCancel(cancelOf(6, 5)).ok());
  EXPECT_EQ(table.addCancel(cancelOf(7, 5)).error(), OrderError::AlreadyPending);
  table.markUnknown(6);
  EXPECT_EQ(status(5), OrdStatus::Unknown);
  table.apply(report(5, ExecType::OrderStatus, OrdStatus::New, 2));
  EXPECT_EQ(status(5), OrdStatus::New);
  EXPECT_TRUE(table.addCancel(cancelOf(8, 5)).ok());
}

TEST_F(OrderTableTest, IsInDoubtAfterACancelOfAnOrderThatTheVenueDoesNotKnow) {
  ASSERT_TRUE(table.add(newOrder(5, 10), 0).ok());
  ack(5);
  ASSERT_TRUE(table.addCancel(cancelOf(6, 5)).ok());
  table.apply(refusal(6, 5, OrdRejReason::UnknownOrder, 7));
  EXPECT_EQ(status(5), OrdStatus::Unknown);
  table.apply(trade(5, 1, 10, 10, 0, 6));
  EXPECT_EQ(status(5), OrdStatus::Filled);
}

TEST_F(OrderTableTest, CarriesFillsOverAReplaceAndNeverExceedsItsIntent) {
  ASSERT_TRUE(table.add(newOrder(5, 10), 0).ok());
  ack(5);
  ASSERT_TRUE(table.addReplace(replaceOf(6, 5, 8, 101)).ok());
  EXPECT_EQ(status(5), OrdStatus::PendingReplace);
  table.apply(trade(5, 1, 3, 3, 7, 2));
  EXPECT_EQ(status(5), OrdStatus::PendingReplace);
  ExecutionReport replaced = report(6, ExecType::Replaced, OrdStatus::PartiallyFilled, 3);
  replaced.origClOrdID = 5;
  replaced.cumQty = 3;
  replaced.leavesQty = 5;
  table.apply(replaced);
  EXPECT_EQ(status(5), OrdStatus::Replaced);
  EXPECT_EQ(status(6), OrdStatus::PartiallyFilled);
  const Order& order = table[table.find(5)];
  EXPECT_EQ(order.leavesQty(), 5);
  EXPECT_EQ(order.request.price, 101);
  EXPECT_EQ(order.clOrdID(), 6U);
  EXPECT_EQ(order.state.anomalies & kLeavesExceedIntent, 0);
}

TEST_F(OrderTableTest, TellsOfAVenueThatLeavesMoreOpenThanAskedFor) {
  ASSERT_TRUE(table.add(newOrder(5, 10), 0).ok());
  ASSERT_TRUE(table.addReplace(replaceOf(6, 5, 8, 101)).ok());
  ExecutionReport replaced = report(6, ExecType::Replaced, OrdStatus::PartiallyFilled, 3);
  replaced.cumQty = 3;
  replaced.leavesQty = 8;
  EXPECT_EQ(table.apply(replaced).newAnomalies & kLeavesExceedIntent, kLeavesExceedIntent);
}

TEST_F(OrderTableTest, IsReplacedAllDayInTheRoomOfAFewRequests) {
  ASSERT_TRUE(table.add(newOrder(5, 10), 0).ok());
  ack(5);
  const auto confirm = [&](event::ClOrdID id, Qty qty) {
    ExecutionReport replaced = report(id, ExecType::Replaced, OrdStatus::New, Nanos(id));
    replaced.leavesQty = qty;
    return table.apply(replaced);
  };
  event::ClOrdID id = 5;
  for (int i = 0; i < 10'000; ++i, ++id) {
    ASSERT_TRUE(table.addReplace(replaceOf(id + 1, id, 10 + i % 7, 100 + i % 5)).ok()) << i;
    ASSERT_EQ(confirm(id + 1, 10 + i % 7).verdict, ReportVerdict::Applied);
  }
  const Order& order = table[table.find(5)];
  EXPECT_EQ(order.clOrdID(), id);
  EXPECT_EQ(status(id), OrdStatus::New);
  EXPECT_EQ(status(id - 20), OrdStatus::Replaced);
  EXPECT_EQ(table.find(id - 500), kNoRecord) << "let go";
  // Told of once more, long after: the order stays as it was replaced since.
  const Qty qty = order.state.orderQty;
  (void)confirm(id - 500, 99);
  EXPECT_EQ(order.state.orderQty, qty);
  EXPECT_EQ(order.clOrdID(), id);
  ASSERT_TRUE(table.addCancel(cancelOf(id + 1, 5)).ok());
}

TEST_F(OrderTableTest, KeepsTheIdByWhichTheVenueKnowsIt) {
  ASSERT_TRUE(table.add(newOrder(5, 10), 0).ok());
  ack(5);
  ASSERT_TRUE(table.addReplace(replaceOf(6, 5, 8, 101)).ok());
  table.apply(report(6, ExecType::Replaced, OrdStatus::New, 2));
  for (event::ClOrdID id = 7; id < 300; ++id) {
    ASSERT_TRUE(table.addReplace(replaceOf(id, 6, 9, 102)).ok()) << id;
    table.apply(refusal(id, 6, OrdRejReason::BrokerOption, Nanos(id)));
  }
  EXPECT_EQ(status(6), OrdStatus::New);
  EXPECT_EQ(table.find(6), table.find(5));
  table.apply(trade(6, 1, 8, 8, 0, 400));
  EXPECT_EQ(status(6), OrdStatus::Filled);
}

TEST_F(OrderTableTest, AmendsAReplaceBelowWhatIsExecuted) {
  ASSERT_TRUE(table.add(newOrder(5, 10), 0).ok());
  ASSERT_TRUE(table.addReplace(replaceOf(6, 5, 5, 100)).ok());
  table.apply(trade(5, 1, 7, 7, 3, 2));
  ExecutionReport replaced = report(6, ExecType::Replaced, OrdStatus::Filled, 3);
  replaced.cumQty = 7;
  table.apply(replaced);
  EXPECT_EQ(status(6), OrdStatus::Filled);
  EXPECT_EQ(table[0].state.anomalies & kOverfill, 0);
}

TEST_F(OrderTableTest, TellsOfAnOverfillAndCountsIt) {
  ASSERT_TRUE(table.add(newOrder(5, 10), 0).ok());
  const ReportOutcome outcome = table.apply(trade(5, 1, 11, 11, 0, 2));
  EXPECT_EQ(outcome.newAnomalies & kOverfill, kOverfill);
  EXPECT_EQ(cumQty(5), 11);
}

TEST_F(OrderTableTest, TellsOfTwoOrdersUnderOneIdAndFindsBoth) {
  ASSERT_TRUE(table.add(newOrder(5, 10), 0).ok());
  ack(5);
  ExecutionReport second = report(5, ExecType::New, OrdStatus::New, 2);
  second.orderID = 901;
  EXPECT_EQ(table.apply(second).newAnomalies & kSecondVenueOrder, kSecondVenueOrder);
  EXPECT_EQ(table.findByOrderID(1, 900), table.find(5));
  EXPECT_EQ(table.findByOrderID(1, 901), table.find(5));
}

TEST_F(OrderTableTest, TouchesOnlyItsOwnOrders) {
  ASSERT_TRUE(table.add(newOrder(5, 10), 0).ok());
  ExecutionReport foreign = trade(77, 1, 4, 4, 6, 2);
  EXPECT_EQ(table.apply(foreign).verdict, ReportVerdict::UnknownOrder);
  ExecutionReport crossed = trade(5, 1, 4, 4, 6, 2);
  crossed.side = Side::Sell;
  EXPECT_EQ(table.apply(crossed).verdict, ReportVerdict::Mismatch);
  crossed.side = Side::Buy;
  crossed.instrument = 2;
  EXPECT_EQ(table.apply(crossed).verdict, ReportVerdict::Mismatch);
  ExecutionReport nameless = trade(5, 0, 4, 4, 6, 2);
  EXPECT_EQ(table.apply(nameless).verdict, ReportVerdict::BadReport);
  EXPECT_EQ(cumQty(5), 0);
}

TEST_F(OrderTableTest, ListsWorkingOrdersByEveryScope) {
  for (event::ClOrdID id = 1; id <= 6; ++id) {
    OrderRequest request = newOrder(id, 10);
    request.instrument = static_cast<InstrumentId>(id % 2);
    ASSERT_TRUE(table.add(request, 0).ok());
  }
  EXPECT_EQ(table.workingCount(Scope::Instrument, 0), 3U);
  EXPECT_EQ(table.workingCount(Scope::Strategy, 2), 6U);
  ExecutionReport canceled = report(4, ExecType::Canceled, OrdStatus::Canceled, 2);
  canceled.instrument = kNoInstrument;
  EXPECT_EQ(table.apply(canceled).newAnomalies & kUnsolicited, kUnsolicited);
  std::vector<event::ClOrdID> left;
  for (OrderIndex at = table.firstWorking(Scope::Instrument, 0); at != kNoRecord;
       at = table.nextWorking(Scope::Instrument, at)) {
    left.push_back(table[at].clOrdID());
  }
  EXPECT_EQ(left, (std::vector<event::ClOrdID>{6, 2}));
  EXPECT_EQ(table.firstWorking(Scope::Venue, 999), kNoRecord);
}

TEST_F(OrderTableTest, ForgetsTheOldestClosedOrderWhenFullAndKnowsItsFillsAgain) {
  ASSERT_TRUE(table.add(newOrder(1, 10), 0).ok());
  table.apply(trade(1, 77, 10, 10, 0, 2));
  for (event::ClOrdID id = 2; id <= 64; ++id) ASSERT_TRUE(table.add(newOrder(id, 10), 0).ok());
  ASSERT_TRUE(table.add(newOrder(65, 10), 0).ok());
  EXPECT_EQ(table.find(1), kNoRecord);
  EXPECT_EQ(table.forgottenCount(), 1U);
  EXPECT_EQ(table.apply(trade(1, 77, 10, 10, 0, 2)).verdict, ReportVerdict::Duplicate);
  EXPECT_EQ(table.add(newOrder(66, 10), 0).error(), OrderError::CapacityExceeded);
}

TEST_F(OrderTableTest, RefusesAnExecutionThatHasNoRoomWithoutTouchingTheOrder) {
  ASSERT_TRUE(table.add(newOrder(1, 1000), 0).ok());
  for (std::uint64_t id = 1; id <= 256; ++id) {
    ASSERT_EQ(table.apply(trade(1, id, 1, static_cast<Qty>(id), 1, 2)).verdict,
              ReportVerdict::Applied);
  }
  EXPECT_EQ(table.apply(trade(1, 999, 1, 257, 1, 3)).verdict, ReportVerdict::CapacityExceeded);
  EXPECT_EQ(cumQty(1), 256);
  EXPECT_EQ(table.add(newOrder(2, 1), 0).error(), OrderError::CapacityExceeded);
}

TEST_F(OrderTableTest, RefusesASnapshotThatIsCutOrAltered) {
  ASSERT_TRUE(table.add(newOrder(5, 10), 0).ok());
  table.apply(trade(5, 1, 4, 4, 6, 2));
  std::vector<std::byte> bytes = lab::snapshotOf(table);
  for (std::size_t size = 0; size < bytes.size(); size += 7) {
    OrderTable fresh(smallTable());
    EXPECT_NE(fresh.restore(std::span(bytes).first(size)), OrderError::Ok);
  }
  bytes[0] = std::byte{0};
  OrderTable fresh(smallTable());
  EXPECT_EQ(fresh.restore(bytes), OrderError::BadSnapshot);
}

}  // namespace
}  // namespace hft::order
