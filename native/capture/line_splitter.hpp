#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include "native/core/check.hpp"
#include "native/event/feed_message.hpp"

namespace hft::capture {

/// Cuts a stream of chunks into lines, wherever the chunks were cut.
///
/// A line that lies whole in a chunk is a view of it; only a line that spans chunks is copied, into
/// a carry-over buffer of fixed size. `\n` and `\r\n` both end a line. Not thread-safe.
class LineSplitter {
 public:
  /// A line longer than `lineBytesMax` is skipped and reported by `takeTooLong`.
  explicit LineSplitter(std::size_t lineBytesMax)
      : lineBytesMax_(lineBytesMax), carry_(lineBytesMax + event::kFramePadding) {}

  /// Gives the next chunk; the one before must be used up (`next` returned nothing).
  ///
  /// It must be readable for event::kFramePadding bytes after its end, and stay until it is used
  /// up.
  void push(std::string_view chunk) noexcept {
    HFT_DCHECK(chunk_.empty());
    chunk_ = chunk;
  }

  /// Says that no chunk follows: what is left becomes the last line.
  void finish() noexcept { isFinished_ = true; }

  /// The next line without its end; nothing when another chunk is needed.
  [[nodiscard]] std::optional<std::string_view> next() noexcept {
    if (isCarryGiven_) {
      carryBytes_ = 0;
      isCarryGiven_ = false;
    }
    while (!chunk_.empty()) {
      const void* end = std::memchr(chunk_.data(), '\n', chunk_.size());
      if (end == nullptr) {
        keep(chunk_);
        chunk_ = {};
        break;
      }
      const auto bytes = static_cast<std::size_t>(static_cast<const char*>(end) - chunk_.data());
      const std::string_view part = chunk_.substr(0, bytes);
      chunk_.remove_prefix(bytes + 1);
      ++lineNumber_;
      if (carryBytes_ == 0 && !isSkipping_) {
        if (part.size() > lineBytesMax_) {
          ++tooLong_;
          return std::string_view{};
        }
        return withoutReturn(part);
      }
      keep(part);
      return giveCarry();
    }
    if (isFinished_ && (carryBytes_ > 0 || isSkipping_)) {
      ++lineNumber_;
      isLastUnterminated_ = true;
      return giveCarry();
    }
    return std::nullopt;
  }

  /// The number of the line that `next` returned last, from 1.
  [[nodiscard]] std::uint64_t lineNumber() const noexcept { return lineNumber_; }

  /// Whether the line returned last was too long (it was given as an empty one).
  [[nodiscard]] bool takeTooLong() noexcept {
    const bool any = tooLong_ > 0;
    tooLong_ = 0;
    return any;
  }

  /// Whether the line returned last ended with the capture instead of a line end.
  [[nodiscard]] bool isLastUnterminated() const noexcept { return isLastUnterminated_; }

 private:
  void keep(std::string_view part) noexcept {
    if (isSkipping_) return;
    if (carryBytes_ + part.size() > lineBytesMax_) {
      isSkipping_ = true;
      carryBytes_ = 0;
      return;
    }
    std::memcpy(carry_.data() + carryBytes_, part.data(), part.size());
    carryBytes_ += part.size();
  }

  [[nodiscard]] std::string_view giveCarry() noexcept {
    isCarryGiven_ = true;
    if (isSkipping_) {
      isSkipping_ = false;
      ++tooLong_;
      return {};
    }
    return withoutReturn({carry_.data(), carryBytes_});
  }

  [[nodiscard]] static std::string_view withoutReturn(std::string_view line) noexcept {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
  }

  std::size_t lineBytesMax_;
  std::vector<char> carry_;
  std::size_t carryBytes_ = 0;
  std::string_view chunk_;
  std::uint64_t lineNumber_ = 0;
  std::uint32_t tooLong_ = 0;
  bool isCarryGiven_ = false;
  bool isSkipping_ = false;
  bool isFinished_ = false;
  bool isLastUnterminated_ = false;
};

}  // namespace hft::capture
