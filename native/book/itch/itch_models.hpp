#pragma once

#include <cstddef>
#include <cstdint>

#include "native/book/itch/itch_levels.hpp"
#include "native/book/itch/itch_order_table.hpp"
#include "native/core/units.hpp"

namespace hft::book {

/// The sizes of ItchBooks, fixed at construction.
struct ItchCapacity {
  std::uint64_t refsMax;    ///< Order references lie below it.
  std::uint32_t pagesMax;   ///< Pages of 64 references of which at least one order lives.
  std::uint32_t ordersMax;  ///< Live orders (ItchQueues only).
  std::uint32_t levelsMax;  ///< Room for levels of all symbols; vectors double, so up to half idle.

  /// Enough for a file of `messages` messages of an ordinary day: about one new reference for every
  /// 1.3 messages, of which few pages die entirely.
  [[nodiscard]] static constexpr ItchCapacity forMessages(std::uint64_t messages) noexcept {
    const std::uint64_t refs = messages + 65'536;
    return {refs, static_cast<std::uint32_t>(refs / 64 + 1),
            static_cast<std::uint32_t>(messages / 8 + 65'536),
            static_cast<std::uint32_t>(messages / 8 + 1'048'576)};
  }
};

/// A live order as the models find it. `qty` zero: there is none.
struct ItchLiveOrder {
  std::uint32_t key = 0;
  std::uint32_t qty = 0;
  std::uint16_t locate = 0;
  Side side = Side::None;
};

/// Orders and levels without queues: 16 bytes a reference, 20 a level.
class ItchLean {
 public:
  static constexpr int kPrefetchStages = 2;

  struct Level {
    Qty qty;
    std::uint32_t orderCount;
  };

  explicit ItchLean(const ItchCapacity& capacity)
      : orders_(capacity.refsMax, capacity.pagesMax), levels_(capacity.levelsMax) {}

  [[nodiscard]] ItchLiveOrder find(std::uint64_t ref) const noexcept {
    const Record* record = orders_.find(ref);
    if (record == nullptr) return {};
    return {record->key, record->qty, record->locate, static_cast<Side>(record->side)};
  }

  /// Adds an order, which is absent; false when full (nothing is changed).
  [[nodiscard]] bool add(std::uint64_t ref, const ItchLiveOrder& order,
                         ItchLevelSpan& span) noexcept {
    const std::uint32_t index = levels_.lowerBound(span, order.key);
    const bool isNew = index == span.count || levels_.key(span, index) != order.key;
    if (isNew && !levels_.insert(span, index, order.key, Level{0, 0})) return false;
    Record* record = orders_.insert(ref);
    if (record == nullptr) [[unlikely]] {
      if (isNew) levels_.erase(span, index);
      return false;
    }
    *record = Record{order.key, order.qty, order.locate, static_cast<std::uint8_t>(order.side)};
    Level& level = levels_.value(span, index);
    level.qty += order.qty;
    ++level.orderCount;
    return true;
  }

  /// Takes `qty` off a live order; at nothing left it goes.
  void take(std::uint64_t ref, const ItchLiveOrder& order, std::uint32_t qty,
            ItchLevelSpan& span) noexcept {
    const std::uint32_t index = levels_.lowerBound(span, order.key);
    Level& level = levels_.value(span, index);
    level.qty -= qty;
    if (qty < order.qty) {
      orders_.find(ref)->qty -= qty;
      return;
    }
    orders_.erase(ref);
    if (--level.orderCount == 0) levels_.erase(span, index);
  }

  [[nodiscard]] std::uint32_t key(const ItchLevelSpan& span, std::uint32_t index) const noexcept {
    return levels_.key(span, index);
  }
  [[nodiscard]] Qty qty(const ItchLevelSpan& span, std::uint32_t index) const noexcept {
    return levels_.value(span, index).qty;
  }
  [[nodiscard]] std::uint32_t orderCount(const ItchLevelSpan& span,
                                         std::uint32_t index) const noexcept {
    return levels_.value(span, index).orderCount;
  }

  /// Stage 1 knows the record, and with it the side.
  template <int Stage, typename SpanOf>
  void prefetchOrder(std::uint64_t ref, SpanOf&& spanOf) const noexcept {
    if constexpr (Stage == 0) orders_.prefetch(ref);
    if constexpr (Stage == 1) levels_.prefetchBest(spanOf(find(ref).side));
  }
  template <int Stage>
  void prefetchAdd(const ItchLevelSpan& span) const noexcept {
    if constexpr (Stage == 1) levels_.prefetchBest(span);
  }

 private:
  /// Padded so that no record lies on two cache lines.
  struct alignas(16) Record {
    std::uint32_t key = 0;
    std::uint32_t qty = 0;
    std::uint16_t locate = 0;
    std::uint8_t side = 0;
  };

  ItchOrderTable<Record> orders_;
  ItchLevels<Level> levels_;
};

/// Orders in queues of their level: 4 bytes a reference, 32 an order, 40 a level.
class ItchQueues {
 public:
  static constexpr int kPrefetchStages = 3;
  static constexpr std::uint32_t kNone = 0;

  struct Node {
    std::uint64_t ref;
    std::uint32_t key;
    std::uint32_t qty;
    std::uint32_t level;
    std::uint32_t previous;
    std::uint32_t next;  ///< Of a free node: the next free one.
    std::uint16_t locate;
    std::uint8_t side;
  };
  static_assert(sizeof(Node) == 32);

  explicit ItchQueues(const ItchCapacity& capacity);

  [[nodiscard]] ItchLiveOrder find(std::uint64_t ref) const noexcept {
    const std::uint32_t at = nodeOf(ref);
    if (at == kNone) return {};
    const Node& node = nodes_[at];
    return {node.key, node.qty, node.locate, static_cast<Side>(node.side)};
  }

  [[nodiscard]] bool add(std::uint64_t ref, const ItchLiveOrder& order,
                         ItchLevelSpan& span) noexcept {
    const std::uint32_t index = index_.lowerBound(span, order.key);
    const bool isNew = index == span.count || index_.key(span, index) != order.key;
    if (isNew && !openLevel(span, index, order.key)) return false;
    const std::uint32_t level = index_.value(span, index);
    Record* record = freeNode_ == kNone ? nullptr : orders_.insert(ref);
    if (record == nullptr) [[unlikely]] {
      if (isNew) closeLevel(span, level);
      return false;
    }
    record->node = takeNode();
    append(record->node, level, ref, order);
    return true;
  }

  void take(std::uint64_t ref, const ItchLiveOrder& order, std::uint32_t qty,
            ItchLevelSpan& span) noexcept {
    const std::uint32_t at = nodeOf(ref);
    Node& node = nodes_[at];
    Level& level = levels_[node.level];
    level.qty -= qty;
    if (qty < order.qty) {
      node.qty -= qty;
      return;
    }
    (node.previous == kNone ? level.head : nodes_[node.previous].next) = node.next;
    (node.next == kNone ? level.tail : nodes_[node.next].previous) = node.previous;
    if (--level.orderCount == 0) closeLevel(span, node.level);
    orders_.erase(ref);
    node.next = freeNode_;
    freeNode_ = at;
  }

  [[nodiscard]] std::uint32_t key(const ItchLevelSpan& span, std::uint32_t index) const noexcept {
    return index_.key(span, index);
  }
  [[nodiscard]] Qty qty(const ItchLevelSpan& span, std::uint32_t index) const noexcept {
    return levels_[index_.value(span, index)].qty;
  }
  [[nodiscard]] std::uint32_t orderCount(const ItchLevelSpan& span,
                                         std::uint32_t index) const noexcept {
    return levels_[index_.value(span, index)].orderCount;
  }

  /// Calls `visit(ref, qty)` for the orders of a level in queue order.
  template <typename Visit>
  void forEachOrder(const ItchLevelSpan& span, std::uint32_t index, Visit&& visit) const {
    for (std::uint32_t at = levels_[index_.value(span, index)].head; at != kNone;
         at = nodes_[at].next) {
      visit(nodes_[at].ref, Qty{nodes_[at].qty});
    }
  }

  /// Calls `visit(ref, qty)` for the orders before `ref`, which lives, from the nearest on.
  template <typename Visit>
  void forEachAhead(std::uint64_t ref, Visit&& visit) const {
    for (std::uint32_t at = nodes_[nodeOf(ref)].previous; at != kNone; at = nodes_[at].previous) {
      visit(nodes_[at].ref, Qty{nodes_[at].qty});
    }
  }

  /// Stage 1 knows the record, stage 2 the node.
  template <int Stage, typename SpanOf>
  void prefetchOrder(std::uint64_t ref, SpanOf&& spanOf) const noexcept {
    if constexpr (Stage == 0) orders_.prefetch(ref);
    if constexpr (Stage == 1) __builtin_prefetch(&nodes_[nodeOf(ref)], 1);
    if constexpr (Stage == 2) {
      const Node& node = nodes_[nodeOf(ref)];
      __builtin_prefetch(&levels_[node.level], 1);
      __builtin_prefetch(&nodes_[node.previous], 1);
      __builtin_prefetch(&nodes_[node.next], 1);
      index_.prefetchBest(spanOf(static_cast<Side>(node.side)));
    }
  }
  template <int Stage>
  void prefetchAdd(const ItchLevelSpan& span) const noexcept {
    if constexpr (Stage == 1) index_.prefetchBest(span);
    if constexpr (Stage == 2) {
      if (span.count > 0) __builtin_prefetch(&levels_[index_.value(span, span.count - 1U)], 1);
    }
  }

 private:
  struct Record {
    std::uint32_t node = kNone;
  };

  struct alignas(32) Level {
    Qty qty;
    std::uint32_t head;  ///< Of a free level: the next free one.
    std::uint32_t tail;
    std::uint32_t orderCount;
    std::uint32_t key;
  };

  [[nodiscard]] std::uint32_t nodeOf(std::uint64_t ref) const noexcept {
    const Record* record = orders_.find(ref);
    return record == nullptr ? kNone : record->node;
  }

  [[nodiscard]] std::uint32_t takeNode() noexcept {
    const std::uint32_t at = freeNode_;
    freeNode_ = nodes_[at].next;
    return at;
  }

  void append(std::uint32_t at, std::uint32_t levelAt, std::uint64_t ref,
              const ItchLiveOrder& order) noexcept {
    Level& level = levels_[levelAt];
    nodes_[at] = Node{ref,        order.key, order.qty,    levelAt,
                      level.tail, kNone,     order.locate, static_cast<std::uint8_t>(order.side)};
    (level.tail == kNone ? level.head : nodes_[level.tail].next) = at;
    level.tail = at;
    level.qty += order.qty;
    ++level.orderCount;
  }

  /// Puts a level without orders before `index`; false when full.
  [[nodiscard]] bool openLevel(ItchLevelSpan& span, std::uint32_t index,
                               std::uint32_t key) noexcept {
    const std::uint32_t level = freeLevel_;
    if (level == kNone || !index_.insert(span, index, key, level)) return false;
    freeLevel_ = levels_[level].head;
    levels_[level] = Level{0, kNone, kNone, 0, key};
    return true;
  }

  void closeLevel(ItchLevelSpan& span, std::uint32_t level) noexcept {
    index_.erase(span, index_.lowerBound(span, levels_[level].key));
    levels_[level].head = freeLevel_;
    freeLevel_ = level;
  }

  ItchOrderTable<Record> orders_;
  ItchLevels<std::uint32_t> index_;
  HugeBlock nodeBlock_;
  HugeBlock levelBlock_;
  Node* nodes_;    ///< Number 0 is none.
  Level* levels_;  ///< Number 0 is none.
  std::uint32_t freeNode_ = kNone;
  std::uint32_t freeLevel_ = kNone;
};

}  // namespace hft::book
