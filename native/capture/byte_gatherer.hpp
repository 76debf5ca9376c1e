#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "native/core/check.hpp"
#include "native/event/feed_message.hpp"

namespace hft::capture {

/// Gives contiguous views of a byte stream that arrives in chunks cut anywhere.
///
/// Bytes that lie whole in a chunk are a view of it; only what spans chunks is copied, into a
/// carry-over buffer of fixed size. Not thread-safe.
class ByteGatherer {
 public:
  /// `peek` never needs more than `bytesMax`.
  explicit ByteGatherer(std::size_t bytesMax)
      : bytesMax_(bytesMax), carry_(bytesMax + event::kFramePadding) {}

  /// Gives the next chunk; the one before must be used up. It must be readable for
  /// event::kFramePadding bytes after its end, and stay until it is used up.
  void push(std::string_view chunk) noexcept {
    HFT_DCHECK(chunk_.empty());
    chunk_ = chunk;
    taken_ = 0;
  }

  /// The next `bytes` bytes, not consumed; an empty view (and the chunk used up) when they are not
  /// there yet.
  [[nodiscard]] std::string_view peek(std::size_t bytes) noexcept {
    HFT_DCHECK(bytes > 0 && bytes <= bytesMax_);
    if (carryBytes_ == 0 && chunk_.size() >= bytes) return chunk_.substr(0, bytes);
    if (carryBytes_ < bytes) {
      if (carryBegin_ + bytes > bytesMax_) {
        std::memmove(carry_.data(), carry_.data() + carryBegin_, carryBytes_);
        carryBegin_ = 0;
      }
      take(std::min(bytes - carryBytes_, chunk_.size()));
      if (carryBytes_ < bytes) return {};
    }
    return {carry_.data() + carryBegin_, bytes};
  }

  /// Steps over bytes that `peek` has shown. Views of them stay until the next `peek` or `push`.
  void consume(std::size_t bytes) noexcept {
    offset_ += bytes;
    if (carryBytes_ == 0) {
      HFT_DCHECK(bytes <= chunk_.size());
      chunk_.remove_prefix(bytes);
      return;
    }
    HFT_DCHECK(bytes <= carryBytes_);
    carryBegin_ += bytes;
    carryBytes_ -= bytes;
    if (carryBytes_ > taken_) return;
    // Everything that is still carried lies in the chunk as well: go on there, without a copy.
    chunk_ = {chunk_.data() - carryBytes_, chunk_.size() + carryBytes_};
    forgetCarry();
  }

  /// Steps over everything that is there.
  void discard() noexcept {
    offset_ += pending();
    chunk_ = {};
    forgetCarry();
  }

  /// All that is there in one piece: what is carried over, or else the chunk.
  [[nodiscard]] std::string_view piece() const noexcept {
    return carryBytes_ > 0 ? std::string_view{carry_.data() + carryBegin_, carryBytes_} : chunk_;
  }
  /// What is left of the chunk, when nothing is carried over; else empty.
  [[nodiscard]] std::string_view chunk() const noexcept {
    return carryBytes_ == 0 ? chunk_ : std::string_view{};
  }
  /// Bytes that are there but not consumed.
  [[nodiscard]] std::size_t pending() const noexcept { return carryBytes_ + chunk_.size(); }
  /// The offset in the stream of the next byte.
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }

 private:
  void take(std::size_t bytes) noexcept {
    if (bytes == 0) return;
    std::memcpy(carry_.data() + carryBegin_ + carryBytes_, chunk_.data(), bytes);
    carryBytes_ += bytes;
    taken_ += bytes;
    chunk_.remove_prefix(bytes);
  }

  void forgetCarry() noexcept {
    carryBegin_ = 0;
    carryBytes_ = 0;
    taken_ = 0;
  }

  std::size_t bytesMax_;
  std::vector<char> carry_;
  std::size_t carryBegin_ = 0;
  std::size_t carryBytes_ = 0;
  std::size_t taken_ = 0;  ///< How many of the carried bytes came from the present chunk.
  std::string_view chunk_;
  std::uint64_t offset_ = 0;
};

}  // namespace hft::capture
