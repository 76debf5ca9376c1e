#include "native/stream/replay/replay_feed.hpp"

#include <utility>

namespace hft::stream {

using event::EventKind;
using Cursor = event::MarketRecording::Cursor;

ReplayFeed::ReplayFeed(TradingEngine& engine, event::MarketRecording recording,
                       std::span<std::byte> memory, std::size_t slots, std::size_t depth)
    : engine_(engine),
      recording_(std::move(recording)),
      cursor_(recording_, 1),
      writer_(memory, slots, depth) {}

ReplayStep ReplayFeed::next() noexcept {
  RunLog& log = *engine_.log();
  if (log.differs()) return ReplayStep::Differs;
  if (log.isBeyond()) return ReplayStep::Beyond;
  const std::uint64_t limit = log.nextInputEvent();
  if (limit > given_) return nextRecorded(limit);
  if (!log.isAtInput()) {
    // What should have come before the input did not.
    log.noteLeft(engine_.ledger().events(), engine_.now().realtime);
    return ReplayStep::Differs;
  }
  input_ = *log.next();
  return ReplayStep::Input;
}

ReplayStep ReplayFeed::nextRecorded(std::uint64_t limit) noexcept {
  writer_.rewind();
  std::uint32_t written = 0;
  const auto publish = [&] {
    given_ += written;
    writer_.publish();
    return ReplayStep::Events;
  };
  while (given_ + written < limit) {
    if (!isPending_) {
      const Cursor::Step step = cursor_.next(pending_);
      if (step != Cursor::Step::Event) {
        if (written > 0) return publish();
        return step == Cursor::Step::End ? ReplayStep::End : ReplayStep::Fault;
      }
      isPending_ = true;
    }
    const EventKind kind = pending_.event.kind;
    const bool isLoss = pending_.sequence != given_ + written + 1;
    if (kind == EventKind::None || isLoss || written == kBatchMax || !writer_.hasSpace(1)) {
      if (written > 0) return publish();
      isPending_ = false;
      if (isLoss) return ReplayStep::Lost;
      ++given_;
      return ReplayStep::Tick;
    }
    writer_.write(pending_.event, pending_.bids, pending_.asks);
    isPending_ = false;
    ++written;
  }
  return written > 0 ? publish() : ReplayStep::End;
}

}  // namespace hft::stream
