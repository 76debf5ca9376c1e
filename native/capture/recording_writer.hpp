#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "native/capture/captured_frame.hpp"
#include "native/capture/recording.hpp"
#include "native/core/result.hpp"

namespace hft::capture {

/// The 64 bytes at the start of a recording. Errors: BadVenue, BadBlockSize.
[[nodiscard]] Result<std::array<char, kRecordingHeaderBytes>, RecordingError> recordingHeader(
    const RecordingInfo& info) noexcept;

/// Forms the blocks of a recording in a caller's buffer: append until BlockFull, `seal`, write the
/// sealed bytes out, append again.
///
/// The whole memory is the buffer. What was appended since the last `seal` is lost if the process
/// dies; what was written out is safe. Not thread-safe.
class RecordingWriter {
 public:
  /// `block` holds one block, header included: RecordingInfo::blockBytesMax bytes. A later session
  /// that appends to a file goes on with the number of the block after its last.
  RecordingWriter(std::span<char> block, std::uint64_t firstBlockNumber) noexcept;

  /// Adds one entry; `kind` says which record it becomes. Returns the bytes used in the block.
  /// Errors: BlockFull (nothing is added), TooLarge.
  Result<std::size_t, RecordingError> append(const CapturedFrame& frame) noexcept;

  /// Completes the block and returns its bytes (empty if nothing was appended), valid until the
  /// next `append`.
  [[nodiscard]] std::string_view seal() noexcept;

  [[nodiscard]] std::uint64_t blockNumber() const noexcept { return blockNumber_; }
  [[nodiscard]] std::uint32_t recordCount() const noexcept { return recordCount_; }

 private:
  std::span<char> block_;
  std::uint64_t blockNumber_;
  std::size_t used_ = kBlockHeaderBytes;
  std::uint32_t recordCount_ = 0;
  Nanos baseTime_ = 0;
};

}  // namespace hft::capture
