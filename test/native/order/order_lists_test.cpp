#include "native/order/order_lists.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "test/native/order/order_lab.hpp"

namespace hft::order {
namespace {

/// "new 2 x10, cancel 3, replace 3 x6": what a list asks for.
std::string told(const ListActions& actions) {
  std::string text;
  for (std::size_t i = 0; i < actions.count; ++i) {
    const OrderRequest& request = actions.requests[i];
    if (!text.empty()) text += ", ";
    const auto qty = " x" + std::to_string(request.orderQty);
    switch (request.kind) {
      case RequestKind::New:
        text += "new " + std::to_string(request.clOrdID) + qty;
        break;
      case RequestKind::Cancel:
        text += "cancel " + std::to_string(request.origClOrdID);
        break;
      default:
        text += "replace " + std::to_string(request.origClOrdID) + qty;
        break;
    }
  }
  return text;
}

class OrderListsTest : public testing::Test {
 protected:
  OrderLists lists{4};
  std::vector<OrderRequest> legs(std::initializer_list<event::ClOrdID> ids) {
    std::vector<OrderRequest> result;
    for (const event::ClOrdID id : ids) result.push_back(lab::newOrder(id, 10));
    return result;
  }
  std::string add(ListKind kind, std::initializer_list<event::ClOrdID> ids) {
    EXPECT_EQ(lists.add(kind, legs(ids)), OrderError::Ok);
    return told(lists.start(*ids.begin()));
  }
};

TEST_F(OrderListsTest, CancelsTheOtherWhenOneIsFilled) {
  EXPECT_EQ(add(ListKind::OneCancelsOther, {1, 2}), "new 1 x10, new 2 x10");
  EXPECT_EQ(told(lists.update(1, 0, false)), "");
  EXPECT_EQ(told(lists.update(1, 4, false)), "replace 2 x6");
  EXPECT_EQ(told(lists.update(1, 10, true)), "cancel 2");
  EXPECT_EQ(told(lists.update(1, 10, true)), "");
  EXPECT_EQ(told(lists.update(2, 0, true)), "");
  EXPECT_EQ(lists.size(), 0U);
}

TEST_F(OrderListsTest, TellsWhenBothWereFilledBeforeEitherCouldGo) {
  add(ListKind::OneCancelsOther, {1, 2});
  lists.update(1, 10, true);
  EXPECT_TRUE(lists.update(2, 10, true).isOverfilled);
}

TEST_F(OrderListsTest, LeavesTheOtherWhereOneIsRejected) {
  add(ListKind::OneCancelsOther, {1, 2});
  EXPECT_EQ(told(lists.update(1, 0, true)), "");
  EXPECT_EQ(lists.size(), 1U);
}

TEST_F(OrderListsTest, ReleasesOthersOnceTheFirstIsFilled) {
  EXPECT_EQ(add(ListKind::OneTriggersOther, {1, 2, 3}), "new 1 x10");
  EXPECT_EQ(told(lists.update(1, 9, false)), "");
  EXPECT_EQ(told(lists.update(1, 10, true)), "new 2 x10, new 3 x10");
  EXPECT_EQ(told(lists.update(1, 10, true)), "");
}

TEST_F(OrderListsTest, DropsOthersWhereTheFirstEndsUnfilled) {
  add(ListKind::OneTriggersOther, {1, 2});
  EXPECT_EQ(told(lists.update(1, 9, true)), "");
  EXPECT_EQ(lists.size(), 0U);
  add(ListKind::OneTriggersOco, {4, 5, 6});
  EXPECT_EQ(told(lists.update(4, 0, true)), "");
  EXPECT_EQ(lists.size(), 0U);
}

TEST_F(OrderListsTest, KeepsABracketsExitsAtWhatItsEntryHasExecuted) {
  EXPECT_EQ(add(ListKind::OneTriggersOco, {1, 2, 3}), "new 1 x10");
  EXPECT_EQ(told(lists.update(1, 4, false)), "new 2 x4, new 3 x4");
  EXPECT_EQ(told(lists.update(1, 7, false)), "replace 2 x7, replace 3 x7");
  EXPECT_EQ(told(lists.update(2, 3, false)), "replace 3 x4");
  EXPECT_EQ(told(lists.update(1, 7, true)), "");
  EXPECT_EQ(told(lists.update(2, 7, true)), "cancel 3");
  EXPECT_EQ(told(lists.retry(3)), "cancel 3");
  EXPECT_EQ(told(lists.update(3, 0, true)), "");
  EXPECT_EQ(lists.size(), 0U);
}

TEST_F(OrderListsTest, GoesOnAfterARestartWithoutSendingALegTwice) {
  add(ListKind::OneTriggersOco, {1, 2, 3});
  lists.update(1, 4, false);
  OrderLists restored(4);
  ASSERT_EQ(restored.restore(lists.save()), OrderError::Ok);
  EXPECT_EQ(told(restored.update(1, 4, false)), "");
  EXPECT_EQ(told(restored.update(1, 10, true)), "replace 2 x10, replace 3 x10");
  OrderLists small(0);
  EXPECT_EQ(small.restore(lists.save()), OrderError::CapacityExceeded);
  std::vector<OrderList> altered = lists.save();
  altered[0].legCount = 99;
  EXPECT_EQ(OrderLists(4).restore(altered), OrderError::BadSnapshot);
}

TEST_F(OrderListsTest, RefusesListsThatAreNone) {
  EXPECT_EQ(lists.add(ListKind::OneCancelsOther, legs({1})), OrderError::BadRequest);
  EXPECT_EQ(lists.add(ListKind::OneCancelsOther, legs({1, 1})), OrderError::BadRequest);
  EXPECT_EQ(lists.add(ListKind::OneCancelsOther, legs({1, 2, 3, 4, 5})), OrderError::BadRequest);
  std::vector<OrderRequest> uneven = legs({1, 2});
  uneven[1].orderQty = 9;
  EXPECT_EQ(lists.add(ListKind::OneCancelsOther, uneven), OrderError::BadRequest);
  EXPECT_EQ(lists.add(ListKind::OneTriggersOther, uneven), OrderError::Ok);
  EXPECT_EQ(lists.add(ListKind::OneCancelsOther, legs({2, 3})), OrderError::DuplicateClOrdID);
  for (event::ClOrdID id = 10; id < 16; id += 2) add(ListKind::OneCancelsOther, {id, id + 1});
  EXPECT_EQ(lists.add(ListKind::OneCancelsOther, legs({50, 51})), OrderError::CapacityExceeded);
}

}  // namespace
}  // namespace hft::order
