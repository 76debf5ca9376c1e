#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace hft::decode::itch {

/// Puts records that begin with a u16 length together from chunks that may end anywhere.
///
/// Whole records are read where they lie; only one that two chunks share is copied, into a buffer
/// of one record's greatest size. Not thread-safe.
class ChunkAssembler {
 public:
  ChunkAssembler() : held_(kRecordBytesMax) {}

  /// Calls `take(bytes)` for each record; it returns the bytes that the record takes, or zero to
  /// stop: for more bytes, or for good after an error. `recordBytes(bytes)` tells the size of a
  /// record from its first three bytes.
  template <typename RecordBytes, typename Take>
  void read(std::span<const std::uint8_t> chunk, RecordBytes&& recordBytes, Take&& take) noexcept {
    if (heldBytes_ > 0) {
      chunk = chunk.subspan(fillHeld(chunk, recordBytes));
      const std::size_t taken = take(std::span<const std::uint8_t>(held_.data(), heldBytes_));
      if (taken == 0) return;
      consumed_ += taken;
      heldBytes_ = 0;
    }
    while (!chunk.empty()) {
      const std::size_t taken = take(chunk);
      if (taken == 0) break;
      consumed_ += taken;
      chunk = chunk.subspan(taken);
    }
    hold(chunk.first(std::min(chunk.size(), kRecordBytesMax)));
  }

  /// Bytes of the records taken so far.
  [[nodiscard]] std::size_t consumed() const noexcept { return consumed_; }
  [[nodiscard]] bool isBetweenRecords() const noexcept { return heldBytes_ == 0; }

 private:
  static constexpr std::size_t kHeadBytes = 3;
  static constexpr std::size_t kRecordBytesMax = 2 + 0xffff;

  void hold(std::span<const std::uint8_t> bytes) noexcept {
    if (bytes.empty()) return;
    std::memcpy(held_.data() + heldBytes_, bytes.data(), bytes.size());
    heldBytes_ += bytes.size();
  }

  /// Completes the held record as far as `chunk` goes; returns the bytes taken from it.
  template <typename RecordBytes>
  std::size_t fillHeld(std::span<const std::uint8_t> chunk, RecordBytes&& recordBytes) noexcept {
    std::size_t used = 0;
    while (used < chunk.size()) {
      const std::size_t wanted =
          heldBytes_ < kHeadBytes ? kHeadBytes : std::size_t{recordBytes(held_.data())};
      if (wanted <= heldBytes_) break;
      const std::size_t part = std::min(wanted - heldBytes_, chunk.size() - used);
      hold(chunk.subspan(used, part));
      used += part;
    }
    return used;
  }

  std::vector<std::uint8_t> held_;
  std::size_t heldBytes_ = 0;
  std::size_t consumed_ = 0;
};

}  // namespace hft::decode::itch
