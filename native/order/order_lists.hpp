#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "native/order/id_index.hpp"
#include "native/order/order_table.hpp"

namespace hft::order {

/// How the orders of a list hang together: FIX ContingencyType(1385), and what is built of it.
enum class ListKind : std::uint8_t {
  OneCancelsOther = 1,   ///< Legs share one quantity: what one executes the others lose.
  OneTriggersOther = 2,  ///< The first leg, once filled, releases the others as they are.
  /// The first leg releases the others, which share its executed quantity from its first fill on:
  /// a bracket where they leave the position that the first enters.
  OneTriggersOco = 3,
};

inline constexpr std::size_t kLegsMax = 4;

/// One leg of a list.
struct ListLeg {
  OrderRequest request;  ///< With the ClOrdID that it will be, or is, sent under.
  Qty wantedQty = 0;     ///< The whole quantity last asked for.
  Qty cumQty = 0;
  bool isSent = false;
  bool isClosed = false;
  bool isCancelAsked = false;
};

/// A list of orders.
struct OrderList {
  std::array<ListLeg, kLegsMax> legs;
  std::uint32_t next = kNoRecord;
  ListKind kind = ListKind::OneCancelsOther;
  std::uint8_t legCount = 0;
};
static_assert(std::is_trivially_copyable_v<OrderList>);

/// What a list wants done: a New has its ClOrdID; a Cancel or Replace names the leg's first ClOrdID
/// in origClOrdID, and whoever sends it gives it its own.
struct ListActions {
  std::array<OrderRequest, kLegsMax> requests;
  std::size_t count = 0;
  /// Legs that share a quantity have executed more than it: both filled before either could go.
  bool isOverfilled = false;
};

/// Bracket, OCO, OTO and OTOCO lists.
///
/// Told of every change of a leg (`update`), it answers with the requests that keep the list's
/// promise. It asks for a thing once; a request that is refused or lost is to be asked for again
/// through `retry`. A leg's ClOrdID is fixed when the list is made, so a restored list can't send a
/// leg twice. Fixed capacity; when full, `add` refuses. Not thread-safe.
class OrderLists {
 public:
  explicit OrderLists(std::uint32_t listsMax);

  /// Enters a list of 2 to kLegsMax legs, all of positive quantity; legs that share a quantity must
  /// have the same. Errors: BadRequest, DuplicateClOrdID, CapacityExceeded.
  OrderError add(ListKind kind, std::span<const OrderRequest> legs) noexcept;

  /// The legs to send first, of the list that has `leg`. Nothing more once they are sent.
  ListActions start(event::ClOrdID leg) noexcept;

  /// A leg, by its first ClOrdID, has executed `cumQty` in all and is closed or not. Nothing
  /// follows for an order of no list. The list is forgotten once all its legs are closed.
  ListActions update(event::ClOrdID leg, Qty cumQty, bool isClosed) noexcept;

  /// The last request for `leg` (a cancel or replace) came to nothing: asks again where it is still
  /// needed.
  ListActions retry(event::ClOrdID leg) noexcept;

  [[nodiscard]] bool contains(event::ClOrdID leg) const noexcept {
    return ids_.find(0, leg) != IdIndex::kNone;
  }
  [[nodiscard]] std::uint32_t size() const noexcept { return lists_.size(); }

  [[nodiscard]] std::vector<OrderList> save() const;
  /// Takes up saved lists; there must be none. BadSnapshot where they can't be such.
  OrderError restore(std::span<const OrderList> saved) noexcept;

 private:
  [[nodiscard]] static bool isSound(const OrderList& list) noexcept;
  OrderError insert(const OrderList& list) noexcept;
  [[nodiscard]] static ListActions settle(OrderList& list) noexcept;
  void forgetIfDone(std::uint32_t at) noexcept;

  RecordPool<OrderList, &OrderList::next> lists_;
  IdIndex ids_;
};

}  // namespace hft::order
