#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "native/capture/byte_gatherer.hpp"
#include "native/capture/captured_frame.hpp"
#include "native/capture/recording.hpp"

namespace hft::capture {

/// Reads a recording: same use as LineReader.
///
/// A block is given out only after its CRC was verified. A damaged or incomplete last block is a
/// torn tail: everything before it was given. A damaged block with another one after it is
/// corruption: reading ends there, and `faults` holds its position. No allocation after
/// construction. Not thread-safe.
class RecordingReader {
 public:
  /// A recording whose blocks are longer than `blockBytesMax` is refused as TooLong.
  explicit RecordingReader(std::size_t blockBytesMax);

  void push(std::string_view chunk) noexcept { gatherer_.push(chunk); }
  void finish() noexcept { isFinished_ = true; }
  [[nodiscard]] const CapturedFrame* next() noexcept;
  [[nodiscard]] const FaultLog& faults() const noexcept { return faults_; }

  /// Whether the header was read and is sound; `info` is empty before.
  [[nodiscard]] bool hasInfo() const noexcept { return hasInfo_; }
  [[nodiscard]] RecordingInfo info() const noexcept {
    RecordingInfo info = info_;
    info.venue = {venue_.data(), venueBytes_};
    return info;
  }
  /// Where the last sound block ends: a writer that goes on must cut the file here first.
  [[nodiscard]] std::uint64_t soundBytes() const noexcept { return soundBytes_; }
  /// The number of the block that follows the last sound one.
  [[nodiscard]] std::uint64_t nextBlockNumber() const noexcept { return nextBlockNumber_; }

 private:
  enum class Stage : std::uint8_t { Header, Block, Searching, Ended };

  enum class Outcome : std::uint8_t { Given, SteppedOver, Damaged };

  void readHeader(std::string_view bytes) noexcept;
  [[nodiscard]] bool readBlock() noexcept;
  [[nodiscard]] Outcome readRecord() noexcept;
  void searchAfterDamage() noexcept;
  void end(CaptureFault fault, std::uint64_t position) noexcept;

  ByteGatherer gatherer_;
  std::size_t blockBytesMax_;
  RecordingInfo info_;
  std::array<char, kVenueBytesMax> venue_{};
  std::uint8_t venueBytes_ = 0;
  CapturedFrame frame_;
  FaultLog faults_;
  std::string_view records_;  ///< What is left of the verified block.
  std::uint64_t recordsOffset_ = 0;
  Nanos baseTime_ = 0;
  std::size_t blockBytes_ = 0;
  std::uint64_t soundBytes_ = 0;
  std::uint64_t nextBlockNumber_ = 0;
  std::uint64_t damagedAt_ = 0;
  bool hasInfo_ = false;
  bool isFinished_ = false;
  Stage stage_ = Stage::Header;
};

}  // namespace hft::capture
