#pragma once

#include <cstdint>
#include <ostream>
#include <vector>

#include "native/book/sync/book_sync.hpp"

namespace hft::book {

using Levels = std::vector<event::Level>;

/// A frame with one message, as a decoder would make it.
class OneMessage {
 public:
  OneMessage(event::MessageKind kind, const Levels& bids, const Levels& asks)
      : frame_(1, bids.size() + asks.size()) {
    event::Message* message = frame_.addMessage();
    message->kind = kind;
    message->instrument = 0;
    const std::uint32_t bidBegin = frame_.levelCount();
    for (const event::Level& level : bids) (void)frame_.addLevel(level.price, level.qty);
    const std::uint32_t askBegin = frame_.levelCount();
    for (const event::Level& level : asks) (void)frame_.addLevel(level.price, level.qty);
    message->book.bids = {bidBegin, static_cast<std::uint32_t>(bids.size())};
    message->book.asks = {askBegin, static_cast<std::uint32_t>(asks.size())};
  }

  OneMessage& ids(std::uint64_t first, std::uint64_t last, std::uint64_t prev) {
    message().firstId = first;
    message().lastId = last;
    message().prevId = prev;
    return *this;
  }
  OneMessage& time(Nanos exchangeTime) {
    message().exchangeTime = exchangeTime;
    return *this;
  }
  OneMessage& checksum(std::uint32_t value) {
    message().hasChecksum = true;
    message().checksum = value;
    return *this;
  }

  event::Message& message() { return frame_.messages()[0]; }
  const event::Frame& frame() const { return frame_; }
  SyncOutcome applyTo(BookSync& sync) { return sync.apply(message(), frame_, 0); }
  SyncOutcome applyTo(BookSync& sync, Nanos receiveTime) {
    return sync.apply(message(), frame_, receiveTime);
  }

 private:
  event::Frame frame_;
};

inline OneMessage snapshot(std::uint64_t id, const Levels& bids, const Levels& asks) {
  return OneMessage(event::MessageKind::BookSnapshot, bids, asks).ids(id, id, 0);
}

inline OneMessage delta(std::uint64_t first, std::uint64_t last, const Levels& bids,
                        const Levels& asks) {
  return OneMessage(event::MessageKind::BookDelta, bids, asks).ids(first, last, 0);
}

inline OneMessage chained(std::uint64_t prev, std::uint64_t first, std::uint64_t last,
                          const Levels& bids, const Levels& asks) {
  return OneMessage(event::MessageKind::BookDelta, bids, asks).ids(first, last, prev);
}

/// A delta of a venue without ids.
inline OneMessage timed(Nanos time, const Levels& bids, const Levels& asks) {
  return OneMessage(event::MessageKind::BookDelta, bids, asks).time(time);
}

inline OneMessage quoted(std::uint64_t id, const Bbo& bbo) {
  OneMessage one(event::MessageKind::Quote, {}, {});
  one.ids(id, id, 0);
  one.message().quote = {bbo.bid, bbo.bidQty, bbo.ask, bbo.askQty};
  return one;
}

inline SyncConfig configOf(SyncRule rule) {
  SyncConfig config;
  config.rule = rule;
  config.limits = {256, 256};
  config.bufferMessagesMax = 8;
  config.bufferLevelsMax = 64;
  return config;
}

inline constexpr event::BookStatus kTrusted{event::BookState::Trusted, event::BookReason::None};

inline event::BookStatus broken(event::BookReason reason) {
  return {event::BookState::Broken, reason};
}
inline event::BookStatus suspect(event::BookReason reason) {
  return {event::BookState::Suspect, reason};
}

}  // namespace hft::book

namespace hft::event {

inline void PrintTo(const BookStatus& status, std::ostream* out) {
  *out << "state " << static_cast<int>(status.state) << " reason "
       << static_cast<int>(status.reason);
}

}  // namespace hft::event
