#pragma once

#include <cstddef>
#include <string_view>

#include "native/capture/byte_gatherer.hpp"
#include "native/capture/captured_frame.hpp"

namespace hft::capture {

/// Reads a daily ITCH file: messages framed by a 16-bit big-endian length.
///
/// Each frame is a run of whole messages with their length prefixes, as they lie in the chunk (one
/// message where it spans chunks), so that a decoder can look ahead over many. The content of
/// messages is not judged here. Lengths of zero stay in the run: some files write no lengths, and
/// the type tells them; before no known type a zero ends a session.
/// Same use as LineReader. Not thread-safe.
class ItchFileReader {
 public:
  /// A run is at most `runBytesMax` bytes, or one message if that is longer.
  explicit ItchFileReader(std::size_t runBytesMax)
      : gatherer_(kMessageBytesMax), runBytesMax_(runBytesMax) {}

  void push(std::string_view chunk) noexcept { gatherer_.push(chunk); }
  void finish() noexcept { isFinished_ = true; }
  [[nodiscard]] const CapturedFrame* next() noexcept;
  [[nodiscard]] const FaultLog& faults() const noexcept { return faults_; }

 private:
  static constexpr std::size_t kMessageBytesMax = 2 + 65535;

  ByteGatherer gatherer_;
  std::size_t runBytesMax_;
  CapturedFrame frame_;
  FaultLog faults_;
  bool isFinished_ = false;
};

}  // namespace hft::capture
