#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "native/book/itch/itch_models.hpp"
#include "native/book/l3/l3_book.hpp"
#include "native/book/l3/l3_state_hash.hpp"
#include "native/core/huge_pages.hpp"
#include "native/core/result.hpp"
#include "native/core/units.hpp"
#include "native/event/book_state.hpp"

namespace hft::book {

/// An order as ITCH adds it: price in ticks of 1/10,000.
struct ItchOrder {
  std::uint64_t ref;
  std::uint16_t locate;
  Side side;
  std::uint32_t price;
  std::uint32_t qty;
};

/// The best bid and offer of a symbol; a quantity of zero means an empty side.
struct ItchTouch {
  std::uint32_t bid = 0;
  std::uint32_t ask = 0;
  Qty bidQty = 0;
  Qty askQty = 0;

  friend bool operator==(const ItchTouch&, const ItchTouch&) = default;
};

/// What the look-ahead knows of an order message. `side` is that of an add, None elsewhere.
struct ItchLookAhead {
  std::uint64_t ref;
  std::uint16_t locate;
  Side side;
};

/// Operations that found something wrong, since construction.
struct ItchBookCounts {
  std::uint64_t unknownOrders = 0;  ///< Also an order of another symbol than the message says.
  std::uint64_t duplicateOrders = 0;
  std::uint64_t badQuantities = 0;
  std::uint64_t capacityExceeded = 0;
};

/// The books of all symbols of an ITCH feed, by locate code.
///
/// `Model` is ItchLean (levels only) or ItchQueues (true queues, queue positions). Operations tell
/// a sink what changed: `sink.onTouch(locate, ItchTouch)` for a new best price or quantity, and
/// `sink.onDepth(locate)`, if it has that member, for a change below. An operation that cannot be
/// right is counted, its book is suspect (unknown order, duplicate, more than what rests) or broken
/// (no capacity) from then on, and nothing of it is applied but that a replaced order leaves.
/// Fixed capacity, all memory touched at construction, no allocation after it. Not thread-safe.
template <typename Model>
class ItchBooks {
 public:
  explicit ItchBooks(const ItchCapacity& capacity)
      : model_(capacity), bookBlock_(kLocateCount * sizeof(Book)), books_(bookBlock_.as<Book>()) {}

  template <typename Sink>
  L3Error add(const ItchOrder& order, Sink& sink) noexcept {
    const std::uint32_t key = keyOf(order.side, order.price);
    const L3Error error = insert(order, key);
    if (error == L3Error::Ok) publish(order.locate, order.side, key, key, sink);
    return error;
  }

  /// Takes `qty` off an order (cancel or execution) and returns it with what is left.
  template <typename Sink>
  Result<L3Order, L3Error> reduce(std::uint64_t ref, std::uint16_t locate, std::uint32_t qty,
                                  Sink& sink) noexcept {
    const ItchLiveOrder order = model_.find(ref);
    if (order.qty == 0 || order.locate != locate) return refuse(locate, L3Error::UnknownOrder);
    if (qty == 0 || qty > order.qty) return refuse(locate, L3Error::NegativeQty);
    takeOff(ref, order, qty, sink);
    return viewOf(ref, order, order.qty - qty);
  }

  template <typename Sink>
  Result<L3Order, L3Error> remove(std::uint64_t ref, std::uint16_t locate, Sink& sink) noexcept {
    const ItchLiveOrder order = model_.find(ref);
    if (order.qty == 0 || order.locate != locate) return refuse(locate, L3Error::UnknownOrder);
    takeOff(ref, order, order.qty, sink);
    return viewOf(ref, order, order.qty);
  }

  /// `ref` leaves and `to.ref` enters with the same side, at the end of its queue; `to.side` is
  /// ignored. Returns the order that left.
  template <typename Sink>
  Result<L3Order, L3Error> replace(std::uint64_t ref, const ItchOrder& to, Sink& sink) noexcept {
    const ItchLiveOrder order = model_.find(ref);
    if (order.qty == 0 || order.locate != to.locate) {
      return refuse(to.locate, L3Error::UnknownOrder);
    }
    model_.take(ref, order, order.qty, spanOf(to.locate, order.side));
    const std::uint32_t key = keyOf(order.side, to.price);
    const L3Error error = insert({to.ref, to.locate, order.side, to.price, to.qty}, key);
    publish(to.locate, order.side, order.key, key, sink);
    if (error != L3Error::Ok) return error;
    return viewOf(ref, order, order.qty);
  }

  [[nodiscard]] const ItchTouch& touch(std::uint16_t locate) const noexcept {
    return books_[locate].touch;
  }
  /// Fills `out` with the best levels of a side and returns how many there were.
  [[nodiscard]] std::size_t depth(std::uint16_t locate, Side side,
                                  std::span<L3Level> out) const noexcept {
    const ItchLevelSpan& span = spanOf(locate, side);
    std::size_t count = 0;
    for (std::uint32_t i = span.count; i-- > 0 && count < out.size();) {
      out[count++] = {Price{keyOf(side, model_.key(span, i))}, model_.qty(span, i),
                      model_.orderCount(span, i)};
    }
    return count;
  }
  [[nodiscard]] std::size_t levelCount(std::uint16_t locate, Side side) const noexcept {
    return spanOf(locate, side).count;
  }

  /// The live order with this reference. Errors: UnknownOrder.
  [[nodiscard]] Result<L3Order, L3Error> find(std::uint64_t ref) const noexcept {
    const ItchLiveOrder order = model_.find(ref);
    if (order.qty == 0) return L3Error::UnknownOrder;
    return viewOf(ref, order, order.qty);
  }

  /// What stands before an order; ItchQueues only. O(orders ahead). Errors: UnknownOrder.
  [[nodiscard]] Result<QueuePosition, L3Error> queuePosition(std::uint64_t ref) const noexcept {
    if (model_.find(ref).qty == 0) return L3Error::UnknownOrder;
    QueuePosition position;
    model_.forEachAhead(ref, [&](std::uint64_t, Qty qty) {
      position.qtyAhead += qty;
      ++position.ordersAhead;
    });
    return position;
  }

  /// A trusted book has seen nothing that cannot be; a crossed one is suspect while it is (before
  /// the opening cross that is no fault of the feed).
  [[nodiscard]] event::BookStatus status(std::uint16_t locate) const noexcept {
    const Book& book = books_[locate];
    using enum event::BookReason;
    switch (book.doubt) {
      case None:
        break;
      case UnknownOrder:
        return {event::BookState::Suspect, UnknownOrder};
      default:
        return {event::BookState::Broken, book.doubt};
    }
    const ItchTouch& t = book.touch;
    if (t.bidQty > 0 && t.askQty > 0 && t.bid >= t.ask) return {event::BookState::Suspect, Crossed};
    return {event::BookState::Trusted, None};
  }

  /// Messages were lost: every book may be wrong from here on.
  void onGap() noexcept {
    for (std::size_t i = 0; i < kLocateCount; ++i) books_[i].doubt = event::BookReason::SequenceGap;
  }

  [[nodiscard]] const ItchBookCounts& counts() const noexcept { return counts_; }
  [[nodiscard]] const Model& model() const noexcept { return model_; }

  /// A hash of the levels of all books: price, quantity and count, from the best on.
  [[nodiscard]] std::uint64_t stateHash() const noexcept;

  /// Stages of `prefetch`: each loads what the stage before has fetched.
  static constexpr int kPrefetchStages = Model::kPrefetchStages;

  /// Fetches what `message` will need. A block of messages goes through all stages, one after the
  /// other, before the first is applied, so that their cache misses overlap.
  template <int Stage>
  [[gnu::always_inline]] void prefetch(const ItchLookAhead& message) const noexcept {
    if constexpr (Stage == 0) __builtin_prefetch(&books_[message.locate], 1);
    if (message.side != Side::None) {
      // An add: its own record lies next to the last one's.
      if constexpr (Stage > 0) {
        model_.template prefetchAdd<Stage>(spanOf(message.locate, message.side));
      }
    } else {
      model_.template prefetchOrder<Stage>(
          message.ref, [&](Side side) -> const auto& { return spanOf(message.locate, side); });
    }
  }

 private:
  static constexpr std::size_t kLocateCount = 0x10000;

  struct alignas(64) Book {
    ItchLevelSpan spans[2];
    ItchTouch touch;
    event::BookReason doubt;
  };
  static_assert(sizeof(Book) == 64);

  /// The greater the better on both sides; its own inverse.
  [[nodiscard]] static std::uint32_t keyOf(Side side, std::uint32_t price) noexcept {
    return side == Side::Buy ? price : ~price;
  }
  [[nodiscard]] ItchLevelSpan& spanOf(std::uint16_t locate, Side side) const noexcept {
    return books_[locate].spans[side == Side::Sell];
  }
  [[nodiscard]] static L3Order viewOf(std::uint64_t ref, const ItchLiveOrder& order,
                                      std::uint32_t qty) noexcept {
    return {ref, order.side, Price{keyOf(order.side, order.key)}, Qty{qty}};
  }

  L3Error refuse(std::uint16_t locate, L3Error error) noexcept {
    event::BookReason& doubt = books_[locate].doubt;
    switch (error) {
      case L3Error::CapacityExceeded:
        ++counts_.capacityExceeded;
        break;
      case L3Error::DuplicateOrder:
        ++counts_.duplicateOrders;
        break;
      case L3Error::NegativeQty:
        ++counts_.badQuantities;
        break;
      default:
        ++counts_.unknownOrders;
        break;
    }
    if (error == L3Error::CapacityExceeded) {
      doubt = event::BookReason::CapacityExceeded;
    } else if (doubt == event::BookReason::None) {
      doubt = event::BookReason::UnknownOrder;
    }
    return error;
  }

  [[nodiscard]] L3Error insert(const ItchOrder& order, std::uint32_t key) noexcept {
    if (order.side == Side::None) return refuse(order.locate, L3Error::InvalidOrder);
    if (order.qty == 0) return refuse(order.locate, L3Error::NegativeQty);
    if (model_.find(order.ref).qty != 0) return refuse(order.locate, L3Error::DuplicateOrder);
    const ItchLiveOrder live{key, order.qty, order.locate, order.side};
    if (model_.add(order.ref, live, spanOf(order.locate, order.side))) return L3Error::Ok;
    return refuse(order.locate, L3Error::CapacityExceeded);
  }

  template <typename Sink>
  void takeOff(std::uint64_t ref, const ItchLiveOrder& order, std::uint32_t qty,
               Sink& sink) noexcept {
    model_.take(ref, order, qty, spanOf(order.locate, order.side));
    publish(order.locate, order.side, order.key, order.key, sink);
  }

  /// Tells the sink what a change at two levels of a side (or one twice) did to the book.
  template <typename Sink>
  [[gnu::always_inline]] void publish(std::uint16_t locate, Side side, std::uint32_t key,
                                      std::uint32_t otherKey, Sink& sink) noexcept {
    Book& book = books_[locate];
    const ItchLevelSpan& span = book.spans[side == Side::Sell];
    std::uint32_t& price = side == Side::Buy ? book.touch.bid : book.touch.ask;
    Qty& qty = side == Side::Buy ? book.touch.bidQty : book.touch.askQty;
    std::uint32_t bestPrice = 0;
    Qty bestQty = 0;
    if (span.count > 0) {
      const std::uint32_t bestKey = model_.key(span, span.count - 1U);
      bestPrice = keyOf(side, bestKey);
      // The quantity of a level that was not touched need not be loaded.
      const bool isUntouched = bestKey != key && bestKey != otherKey;
      bestQty =
          isUntouched && bestPrice == price && qty > 0 ? qty : model_.qty(span, span.count - 1U);
    }
    if (bestPrice != price || bestQty != qty) {
      price = bestPrice;
      qty = bestQty;
      sink.onTouch(locate, book.touch);
    } else if constexpr (requires { sink.onDepth(locate); }) {
      sink.onDepth(locate);
    }
  }

  Model model_;
  HugeBlock bookBlock_;
  Book* books_;
  ItchBookCounts counts_;
};

template <typename Model>
std::uint64_t ItchBooks<Model>::stateHash() const noexcept {
  L3StateHash hash;
  for (std::size_t locate = 0; locate < kLocateCount; ++locate) {
    for (const Side side : {Side::Buy, Side::Sell}) {
      const ItchLevelSpan& span = spanOf(static_cast<std::uint16_t>(locate), side);
      for (std::uint32_t i = span.count; i-- > 0;) {
        hash.addOrder(side, Price{keyOf(side, model_.key(span, i))},
                      std::uint64_t{locate} << 32 | model_.orderCount(span, i),
                      model_.qty(span, i));
      }
    }
  }
  return hash.value();
}

using LeanItchBooks = ItchBooks<ItchLean>;
using QueuedItchBooks = ItchBooks<ItchQueues>;

}  // namespace hft::book
