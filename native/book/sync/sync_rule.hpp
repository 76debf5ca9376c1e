#pragma once

#include <cstddef>
#include <cstdint>

#include "native/book/l2/l2_book.hpp"
#include "native/core/instrument.hpp"
#include "native/core/units.hpp"
#include "native/event/book_state.hpp"

namespace hft::book {

/// How a venue's messages join into a book.
enum class SyncRule : std::uint8_t {
  BinanceSpot,       ///< REST snapshot + deltas with ids U..u, each beginning at the last u + 1.
  BinanceFutures,    ///< REST snapshot + deltas that name the last u in `pu`.
  CoinbaseExchange,  ///< Snapshot on the channel, then deltas in order of time, without ids.
  CoinbaseAdvanced,  ///< The same; the connection's sequence shows a loss (onConnectionGap).
  Kraken,            ///< Snapshot on the channel, deltas, a fixed depth, a checksum.
  AlpacaBook,        ///< Snapshot on the channel, then deltas, without ids.
  Fix,               ///< Snapshot on the channel, perhaps in parts; deltas, numbered or not.
  Quotes,            ///< One level a side, from quotes.
  PartialDepth,      ///< Every message is the whole visible book (Binance depth5/10/20).
};

struct SyncConfig {
  SyncRule rule = SyncRule::BinanceSpot;
  L2Limits limits;
  Scale scale;  ///< Of the instrument at first; see BookSync::setScale.
  /// Kraken: the depth subscribed to. 0 if unknown: a snapshot of 10, 25, 100, 500 or 1,000 levels
  /// tells it, any other means the largest.
  std::size_t depthMax = 0;
  /// Deltas held while a snapshot is awaited, and their levels.
  std::size_t bufferMessagesMax = 1024;
  std::size_t bufferLevelsMax = 65536;
  /// Kraken, and Coinbase Exchange unless it batches: whether the removal of a level that the book
  /// does not have means that an update was lost.
  bool distrustsUnknownRemovals = true;
  /// Coinbase Exchange: whether the channel is level2_batch. Learned from a batch if false.
  bool isBatched = false;
  /// Whether the venue's quotes, where they can be compared, are compared.
  bool auditsQuotes = true;
  /// Silence after which the book is stale; 0: never. The silence is the connection's: `onAlive`.
  Nanos staleAfter = 0;
  /// Distance of the venue's clock from ours that four deltas in a row must pass; 0: any.
  Nanos skewMax = 0;
};

/// What the caller must do for the book to become trusted.
enum class SyncRequest : std::uint8_t {
  None,
  Snapshot,     ///< Fetch a snapshot over REST and apply it.
  Resubscribe,  ///< Unsubscribe and subscribe: the snapshot comes on the channel.
};

/// What one message added to the counters.
struct SyncCounts {
  std::uint32_t applied = 0;          ///< Deltas, snapshots and quotes that changed the book.
  std::uint32_t buffered = 0;         ///< Deltas held for a snapshot.
  std::uint32_t ignoredOld = 0;       ///< Duplicates, and what a snapshot already holds.
  std::uint32_t gaps = 0;             ///< Losses found.
  std::uint32_t snapshots = 0;        ///< Snapshots that the book was built from.
  std::uint32_t snapshotsTooOld = 0;  ///< Snapshots that do not reach the buffered deltas.
  std::uint32_t checksumsOk = 0;
  std::uint32_t checksumsFailed = 0;
  std::uint32_t quotesAgreed = 0;
  std::uint32_t quotesMismatched = 0;
};

/// What a message or an event did to the book.
struct SyncOutcome {
  event::BookStatus before;
  event::BookStatus after;
  bool levelsChanged = false;
  /// Set when the need arises, not while it lasts: see BookSync::awaitsSnapshot.
  SyncRequest request = SyncRequest::None;
  SyncCounts counts;

  [[nodiscard]] bool statusChanged() const noexcept { return !(before == after); }
};

}  // namespace hft::book
