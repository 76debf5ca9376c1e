#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "native/event/feed_message.hpp"
#include "native/event/journal_format.hpp"
#include "native/event/market_event.hpp"

namespace hft::event {

/// Levels an event carries at most, both sides together; the best ones are kept.
inline constexpr std::size_t kRecordedLevelsMax = 700;

/// What a record of kind Market begins with: a block of events, each written as what has changed
/// since the one before. An event costs some 15 bytes where its book of 40 levels takes 700.
///
/// An event is: a byte of kind and flags; the instrument unless it is that of the event before; the
/// receive time since it; unless a tick, side, state and reason where they changed, exchange time,
/// sequence and four values since the instrument's last of that kind, and edits of its levels.
/// Numbers are LEB128, signed ones zigzag.
struct BlockHeader {
  std::uint64_t firstSequence = 0;  ///< Number of the first event.
  Nanos baseTime = 0;               ///< What its time counts from.
  std::uint32_t count = 0;
  std::uint32_t isKey = 0;  ///< 1: nothing before the block is needed to read it.
  std::uint64_t spare = 0;
};
static_assert(sizeof(BlockHeader) == 32);

/// What events are written as a change of.
class EventTracks {
 public:
  struct Track {
    std::uint64_t epoch = 0;
    Nanos exchangeTime = 0;
    std::uint64_t sequence[2] = {};      ///< Of trades, of all else.
    std::int64_t values[3][4] = {};      ///< Of books and quotes, of trades, of all else.
    std::array<std::uint8_t, 3> tags{};  ///< Side, state, reason.
    std::vector<Level> levels[2];
  };

  /// The track of an instrument, empty at its first event since `forget`.
  [[nodiscard]] Track& of(InstrumentId instrument);
  void forget() noexcept { ++epoch_; }

 private:
  std::vector<Track> tracks_;
  Track other_;  ///< Of what has no instrument.
  std::uint64_t epoch_ = 1;
};

/// Instruments beyond it share one track: what is written stays right, and gets longer.
inline constexpr std::size_t kTracksMax = 1U << 18;

/// Writes events into a block. Allocates at an instrument's first event alone. Not thread-safe.
class EventEncoder {
 public:
  EventEncoder();

  /// Begins a block of events from number `firstSequence` on.
  void begin(std::uint64_t firstSequence, bool isKey) noexcept;
  /// Adds an event. `bids` and `asks` together at most kRecordedLevelsMax.
  void add(const MarketEvent& event, std::span<const Level> bids,
           std::span<const Level> asks) noexcept;
  [[nodiscard]] std::uint32_t count() const noexcept { return header_.count; }
  [[nodiscard]] std::size_t sizeBytes() const noexcept { return at_; }
  /// When the newest event was received.
  [[nodiscard]] Nanos time() const noexcept { return time_; }
  /// The block as one payload; valid until the next `begin`.
  [[nodiscard]] std::span<const std::byte> finish() noexcept;
  /// What the last `add` wrote makes the block too long for a record: takes it out and returns the
  /// block without it. The next `begin` begins with it.
  [[nodiscard]] bool isTooLong() const noexcept { return at_ > kPayloadMax; }
  [[nodiscard]] std::span<const std::byte> finishWithoutLast() noexcept;
  /// Forgets the event that was taken out.
  void dropLast() noexcept { carried_ = 0; }

 private:
  void putByte(std::uint8_t byte) noexcept { bytes_[at_++] = static_cast<std::byte>(byte); }
  void put(std::uint64_t value) noexcept;
  void putSigned(std::int64_t value) noexcept;
  void putDifference(std::uint64_t value, std::uint64_t before) noexcept;
  void putLevels(std::span<const Level> levels, std::vector<Level>& known) noexcept;

  EventTracks tracks_;
  BlockHeader header_;
  std::vector<std::byte> bytes_;
  std::size_t at_ = sizeof(BlockHeader);
  std::size_t lastAt_ = sizeof(BlockHeader);
  std::size_t carried_ = 0;  ///< Bytes behind `at_` that the next block begins with.
  Nanos time_ = 0;
  Nanos timeBefore_ = 0;
  InstrumentId instrument_ = kNoInstrument;
};

/// Reads blocks in their order, from a key block on.
class EventDecoder {
 public:
  /// Takes up a block. False where it isn't one, or continues what was not read.
  [[nodiscard]] bool open(std::span<const std::byte> payload) noexcept;
  /// The header of a payload; a count of 0 where it is none.
  [[nodiscard]] static BlockHeader headerOf(std::span<const std::byte> payload) noexcept;

  /// The next event of the block, with levels that are valid until the next call. False at its end,
  /// and where the block is damaged.
  [[nodiscard]] bool next(MarketEvent& event, std::span<const Level>& bids,
                          std::span<const Level>& asks) noexcept;
  /// Every event of the block was read, and nothing but them.
  [[nodiscard]] bool isWhole() const noexcept { return left_ == 0 && at_ == bytes_.size(); }
  [[nodiscard]] std::uint32_t left() const noexcept { return left_; }

 private:
  [[nodiscard]] std::uint64_t take() noexcept;
  [[nodiscard]] std::int64_t takeSigned() noexcept;
  [[nodiscard]] bool takeLevels(std::vector<Level>& known) noexcept;
  [[nodiscard]] bool takeEdits(std::vector<Level>& known, std::size_t count) noexcept;

  EventTracks tracks_;
  std::span<const std::byte> bytes_;
  std::vector<Level> scratch_;
  std::size_t at_ = 0;
  std::uint32_t left_ = 0;
  std::uint64_t nextSequence_ = 0;
  Nanos time_ = 0;
  InstrumentId instrument_ = kNoInstrument;
  bool isSound_ = false;
};

}  // namespace hft::event
