#include "native/order/order_state.hpp"

#include <array>
#include <gtest/gtest.h>
#include <string>

namespace hft::order {
namespace {

constexpr Nanos kBefore = 10;
constexpr Nanos kAfter = 20;

/// A state that has the given OrdStatus, of an order of 10.
OrderState stateOf(OrdStatus status) {
  OrderState state;
  state.orderQty = 10;
  if (status == OrdStatus::PendingNew) return state;
  state.claimTime = kBefore;
  state.facts = kAcknowledged;
  state.claimedStatus = OrdStatus::New;
  switch (status) {
    case OrdStatus::PartiallyFilled:
      state.cumQty = state.claimedCumQty = 4;
      state.claimedStatus = status;
      break;
    case OrdStatus::Filled:
      state.cumQty = state.claimedCumQty = 10;
      state.claimedStatus = status;
      break;
    case OrdStatus::PendingCancel:
      state.pendingCancels = 1;
      break;
    case OrdStatus::PendingReplace:
      state.pendingReplaces = 1;
      break;
    case OrdStatus::Canceled:
      state.facts |= kCanceled;
      state.claimedStatus = status;
      break;
    case OrdStatus::Expired:
      state.facts |= kExpired;
      state.claimedStatus = status;
      break;
    case OrdStatus::Rejected:
      state.facts = kRejected;
      state.claimedStatus = status;
      break;
    case OrdStatus::Unknown:
      state.facts = kNewUnknown;
      state.claimedStatus = OrdStatus::None;
      state.claimTime = OrderState::kNever;
      break;
    default:
      state.claimedStatus = status;
      break;
  }
  return state;
}

/// The report that a venue would send about an order of 10 in that state: what the execution type
/// alone changes. Trades are of 6.
event::ExecutionReport reportOf(ExecType type, const OrderState& state) {
  event::ExecutionReport report;
  report.execType = type;
  report.transactTime = kAfter;
  report.cumQty = state.cumQty;
  report.leavesQty = 10 - state.cumQty;
  if (type == ExecType::Trade) {
    report.execID = 1;
    report.lastQty = 6;
    report.cumQty = state.cumQty + 6;
  }
  if (type == ExecType::TradeCancel) report.cumQty = 0;
  return report;
}

OrdStatus after(OrdStatus status, ExecType type) {
  const OrderState state = stateOf(status);
  ReportContext context;
  if (type == ExecType::Trade) context.qtyDelta = 6;
  if (type == ExecType::TradeCancel) context.qtyDelta = -state.cumQty;
  if (type == ExecType::PendingCancel && status == OrdStatus::PendingCancel) {
    context = {RequestKind::Cancel, true, false, 0, 0};
  }
  if (type == ExecType::PendingReplace && status == OrdStatus::PendingReplace) {
    context = {RequestKind::Replace, true, false, 0, 0};
  }
  if (type == ExecType::Replaced) {
    context = {RequestKind::Replace, status == OrdStatus::PendingReplace, false, 0, 12};
  }
  return ordStatus(transition(state, reportOf(type, state), context));
}

/// One letter a status, as in FIX where it has one.
constexpr std::array<std::pair<char, OrdStatus>, 13> kLetters = {{{'A', OrdStatus::PendingNew},
                                                                  {'0', OrdStatus::New},
                                                                  {'1', OrdStatus::PartiallyFilled},
                                                                  {'2', OrdStatus::Filled},
                                                                  {'3', OrdStatus::DoneForDay},
                                                                  {'6', OrdStatus::PendingCancel},
                                                                  {'E', OrdStatus::PendingReplace},
                                                                  {'4', OrdStatus::Canceled},
                                                                  {'7', OrdStatus::Stopped},
                                                                  {'9', OrdStatus::Suspended},
                                                                  {'8', OrdStatus::Rejected},
                                                                  {'C', OrdStatus::Expired},
                                                                  {'U', OrdStatus::Unknown}}};

char letterOf(OrdStatus status) {
  for (const auto& [letter, value] : kLetters) {
    if (value == status) return letter;
  }
  return '?';
}

// Rows: the status before. Columns: what a report of each kind makes of it, in this order.
constexpr std::array<ExecType, 15> kColumns = {
    ExecType::PendingNew,     ExecType::New,        ExecType::Trade,         ExecType::TradeCancel,
    ExecType::TradeCorrect,   ExecType::DoneForDay, ExecType::PendingCancel, ExecType::Canceled,
    ExecType::PendingReplace, ExecType::Replaced,   ExecType::Rejected,      ExecType::Expired,
    ExecType::Suspended,      ExecType::Restated,   ExecType::Triggered};

struct Row {
  OrdStatus before;
  const char* after;
};

// A Restated, Triggered or TradeCorrect without OrdStatus lifts what was held (Suspended,
// DoneForDay, Stopped); what is final or pending stands. Precedence as in appendix D: Pending
// Cancel 12, Pending Replace 11, Done for Day 10, Filled 8, Stopped 7, Canceled 5, Partially
// Filled 4. A Rejected order that the venue speaks of later as alive is alive.
constexpr Row kMatrix[] = {
    //                           A0FHG364E58C9DL
    {OrdStatus::PendingNew, "A0100364E08C900"},      {OrdStatus::New, "00100364E08C900"},
    {OrdStatus::PartiallyFilled, "11201364E11C911"}, {OrdStatus::Filled, "22202362E122222"},
    {OrdStatus::DoneForDay, "00100364E08C900"},      {OrdStatus::PendingCancel, "66666664668C666"},
    {OrdStatus::PendingReplace, "EEEEEE64E08CEEE"},  {OrdStatus::Canceled, "444444444444444"},
    {OrdStatus::Stopped, "00100364E08C900"},         {OrdStatus::Suspended, "00100364E08C900"},
    {OrdStatus::Rejected, "80188364E88C988"},        {OrdStatus::Expired, "CCCCCCC4CCCCCCC"},
    {OrdStatus::Unknown, "A0100364E08C900"},
};

TEST(OrderState, FollowsTheMatrixForEveryStatusAndReport) {
  std::string actual;
  std::string expected;
  for (const Row& row : kMatrix) {
    actual += letterOf(row.before);
    expected += letterOf(row.before);
    actual += ": ";
    expected += ": ";
    for (const ExecType type : kColumns) actual += letterOf(after(row.before, type));
    expected += row.after;
    actual += '\n';
    expected += '\n';
  }
  EXPECT_EQ(actual, expected);
}

TEST(OrderState, BuildsEveryStatusThatTheMatrixStartsFrom) {
  for (const Row& row : kMatrix) EXPECT_EQ(ordStatus(stateOf(row.before)), row.before);
}

}  // namespace
}  // namespace hft::order
