#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "native/event/journal.hpp"
#include "native/event/market_event.hpp"
#include "native/event/recording/market_recorder.hpp"
#include "native/order/order_request.hpp"
#include "native/stream/replay/run_log.hpp"

namespace hft::stream {

/// What a session writes down so that it can be repeated: its decisions in the journal, its market
/// events and ticks in a recording, and where each input from outside belongs between them.
///
/// Of a run that is repeated the decisions are held against those of a RunLog instead. One thread;
/// no allocation.
class Ledger {
 public:
  /// Between two checkpoints (MarketReference) lie so many events.
  static constexpr std::uint64_t kCheckpointEvents = 4'096;

  /// When the decision that is being made came about, by the clock; 0: nobody looked.
  struct Hops {
    Nanos handled = 0;
    Nanos decided = 0;
    Nanos decidedMonotonic = 0;
  };

  /// Keeps a run. `recorder` may be nullptr: the run can't be repeated then.
  /// `stampClock`: what stamps records; nullptr: the time that comes in.
  void keep(event::Journal* journal, event::MarketRecorder* recorder,
            Nanos (*stampClock)() noexcept) noexcept {
    journal_ = journal;
    recorder_ = recorder;
    stampClock_ = stampClock;
  }
  /// Repeats a run.
  void follow(RunLog* log) noexcept { log_ = log; }

  [[nodiscard]] bool isOn() const noexcept { return journal_ != nullptr || log_ != nullptr; }
  /// Whether inputs from outside are written down.
  [[nodiscard]] bool isRepeatable() const noexcept {
    return recorder_ != nullptr || log_ != nullptr;
  }
  [[nodiscard]] RunLog* log() const noexcept { return log_; }
  [[nodiscard]] event::MarketRecorder* recorder() const noexcept { return recorder_; }

  /// Appends a record. False where there is no room for it.
  bool append(event::RecordKind kind, std::span<const std::byte> payload, event::JournalStamp now,
              event::Reserve reserve) noexcept;
  [[nodiscard]] std::uint64_t lastSequence() const noexcept;

  [[nodiscard]] const Hops& hops() const noexcept { return hops_; }
  [[nodiscard]] Hops& hops() noexcept { return hops_; }

  /// Events and ticks so far.
  [[nodiscard]] std::uint64_t events() const noexcept { return events_; }
  void onEvent(const event::MarketEvent& event, std::span<const event::Level> bids,
               std::span<const event::Level> asks) noexcept {
    ++events_;
    if (recorder_ != nullptr) (void)recorder_->record(event, bids, asks);
  }
  void onTick(Nanos time) noexcept;
  [[nodiscard]] bool isCheckpointDue() const noexcept {
    return isRepeatable() && events_ - referred_ >= kCheckpointEvents;
  }
  /// Refers to the events since the last checkpoint, with the state that they led to.
  void checkpoint(std::uint64_t stateHash, event::JournalStamp now) noexcept;

  /// Something from outside follows. Nothing where the run can't be repeated anyway.
  void input(event::InputKind kind, std::span<const std::byte> bytes,
             event::JournalStamp now) noexcept;
  /// Changes of the kill switch follow, which were seen at look number `point`.
  void killsInput(std::uint64_t point, event::JournalStamp now) noexcept;
  /// A cancel follows that another thread sent, found at look number `point`.
  void emergencyInput(std::uint64_t point, const order::OrderRequest& cancel,
                      event::JournalStamp now) noexcept;
  /// The run ends in order.
  void close(event::JournalStamp now) noexcept { input(event::InputKind::Close, {}, now); }

 private:
  static constexpr std::uint32_t kFullMarksMax = 256;

  void mark(const event::InputMark& mark, std::span<const std::byte> bytes,
            event::JournalStamp now) noexcept;

  event::Journal* journal_ = nullptr;
  event::MarketRecorder* recorder_ = nullptr;
  RunLog* log_ = nullptr;
  Nanos (*stampClock_)() noexcept = nullptr;
  Hops hops_;
  std::uint64_t events_ = 0;
  std::uint64_t referred_ = 0;
  std::uint32_t fullMarks_ = 0;
};

}  // namespace hft::stream
