#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "native/core/instrument.hpp"
#include "native/event/feed_message.hpp"
#include "native/event/market_event.hpp"

namespace hft::stream {

/// Writes book changes as NDJSON, one line a change, into a growing buffer that the owner takes:
/// `{"symbol","seq","exchangeTime","bids":[["price","qty"],...],"asks":[...],"state","reason"}`
/// with decimal strings; `seq` and `exchangeTime` (nanoseconds, a string) are null where the venue
/// gives none. For files, not for the hot path: the buffer allocates.
class BookEmitter {
 public:
  explicit BookEmitter(std::size_t depth) : depth_(depth) {}

  [[nodiscard]] std::size_t depth() const noexcept { return depth_; }

  void emit(const Instrument& instrument, const event::MarketEvent& event,
            std::span<const event::Level> bids, std::span<const event::Level> asks);

  /// The text so far; `clear` when it has been written.
  [[nodiscard]] std::string_view text() const noexcept { return {text_.data(), text_.size()}; }
  void clear() noexcept { text_.clear(); }

 private:
  void append(std::string_view text) { text_.insert(text_.end(), text.begin(), text.end()); }
  void appendSymbol(std::string_view symbol);
  void appendNumber(std::uint64_t number);
  void appendLevels(const Scale& scale, std::span<const event::Level> levels);

  std::size_t depth_;
  std::vector<char> text_;
};

/// The name of a book state in NDJSON, JSON and TypeScript.
[[nodiscard]] std::string_view stateName(event::BookState state) noexcept;
/// The name of a reason in NDJSON, JSON and TypeScript.
[[nodiscard]] std::string_view reasonName(event::BookReason reason) noexcept;

}  // namespace hft::stream
