#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "native/capture/captured_frame.hpp"
#include "native/capture/line_splitter.hpp"
#include "native/core/units.hpp"

namespace hft::capture {

/// One line of hftbacktest's collector: `LOCAL_NS {json}`.
class HftbacktestLine {
 public:
  [[nodiscard]] CaptureFault parse(std::string_view line, CapturedFrame& frame) noexcept;
};

/// One line of cryptofeed's raw data collection: `TS: JSON`, `URL <- TS: JSON`, `URL <-> TS` or
/// `URL -> TS: BODY`.
class CryptofeedLine {
 public:
  /// The longest address that is remembered for the frames received after it; the rest is cut.
  static constexpr std::size_t kUrlBytesMax = 32768;

  CryptofeedLine() { openedUrl_.reserve(kUrlBytesMax); }

  [[nodiscard]] CaptureFault parse(std::string_view line, CapturedFrame& frame) noexcept;

 private:
  [[nodiscard]] CaptureFault parseTimed(std::string_view rest, CapturedFrame& frame) noexcept;

  std::string openedUrl_;
};

/// One line of a LOBSTER message file: `time,type,orderId,size,price,direction`. The payload is the
/// whole line; receiveTime is its time after midnight, added to `midnight`.
class LobsterLine {
 public:
  LobsterLine() = default;
  explicit LobsterLine(Nanos midnight) noexcept : midnight_(midnight) {}

  [[nodiscard]] CaptureFault parse(std::string_view line, CapturedFrame& frame) noexcept;

 private:
  Nanos midnight_ = 0;
};

/// Reads a capture of lines: `push` a chunk, call `next` until it returns nullptr, push the next;
/// after the last chunk `finish`, and `next` once more until nullptr.
///
/// Empty lines and a byte order mark are skipped. A line that is not the format is counted in
/// `faults` and left out; nothing else is lost. No allocation after construction. Not thread-safe.
template <typename Line>
class LineReader {
 public:
  explicit LineReader(std::size_t lineBytesMax) : splitter_(lineBytesMax) {}
  LineReader(std::size_t lineBytesMax, Line line)
      : splitter_(lineBytesMax), line_(std::move(line)) {}

  /// See LineSplitter::push: the chunk stays readable with event::kFramePadding bytes after it.
  void push(std::string_view chunk) noexcept { splitter_.push(chunk); }
  void finish() noexcept { splitter_.finish(); }

  /// The next frame, valid until the next call; nullptr when another chunk is needed.
  [[nodiscard]] const CapturedFrame* next() noexcept {
    while (auto line = splitter_.next()) {
      if (splitter_.takeTooLong()) {
        faults_.add(CaptureFault::TooLong, splitter_.lineNumber());
        continue;
      }
      if (splitter_.lineNumber() == 1 && line->starts_with(kByteOrderMark)) {
        line->remove_prefix(kByteOrderMark.size());
      }
      if (line->empty()) continue;
      frame_ = CapturedFrame{};
      frame_.position = splitter_.lineNumber();
      const CaptureFault fault = line_.parse(*line, frame_);
      if (fault == CaptureFault::Ok) return &frame_;
      faults_.add(fault, splitter_.lineNumber());
    }
    return nullptr;
  }

  [[nodiscard]] const FaultLog& faults() const noexcept { return faults_; }

 private:
  static constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

  LineSplitter splitter_;
  Line line_{};
  CapturedFrame frame_;
  FaultLog faults_;
};

using HftbacktestReader = LineReader<HftbacktestLine>;
using CryptofeedReader = LineReader<CryptofeedLine>;
using LobsterReader = LineReader<LobsterLine>;

}  // namespace hft::capture
