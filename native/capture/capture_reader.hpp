#pragma once

#include <cstddef>
#include <string_view>
#include <variant>

#include "native/capture/capture_format.hpp"
#include "native/capture/captured_frame.hpp"
#include "native/capture/itch_file_reader.hpp"
#include "native/capture/line_readers.hpp"
#include "native/capture/recording_reader.hpp"

namespace hft::capture {

/// The limits of a reader, which are also its memory.
struct CaptureLimits {
  std::size_t lineBytesMax = std::size_t{8} << 20;  ///< A longer line is skipped and counted.
  std::size_t itchRunBytesMax = std::size_t{64} << 10;
  std::size_t blockBytesMax = std::size_t{16} << 20;  ///< Recordings with longer blocks: refused.
  /// LOBSTER: nanoseconds UTC of the session day's midnight in New York; see `lobsterMidnight`.
  Nanos midnight = 0;
};

/// Reads a capture of any format: `push` a chunk, `next` until nullptr, push the next; after the
/// last chunk `finish`, and `next` until nullptr once more.
///
/// Chunks may be cut at any byte; each must be readable for event::kFramePadding bytes after its
/// end and stay until it is used up. No allocation after construction. Not thread-safe.
class CaptureReader {
  using Reader = std::variant<HftbacktestReader, CryptofeedReader, LobsterReader, ItchFileReader,
                              RecordingReader>;

  static Reader make(CaptureFormat format, const CaptureLimits& limits) {
    switch (format) {
      case CaptureFormat::Hftbacktest:
        return HftbacktestReader(limits.lineBytesMax);
      case CaptureFormat::Cryptofeed:
        return CryptofeedReader(limits.lineBytesMax);
      case CaptureFormat::Lobster:
        return LobsterReader(4096, LobsterLine(limits.midnight));
      case CaptureFormat::Itch:
        return ItchFileReader(limits.itchRunBytesMax);
      case CaptureFormat::Recording:
        break;
    }
    return RecordingReader(limits.blockBytesMax);
  }

  /// std::visit without its throwing path.
  template <typename Call>
  auto visit(Call call) noexcept {
    switch (format_) {
      case CaptureFormat::Hftbacktest:
        return call(*std::get_if<HftbacktestReader>(&reader_));
      case CaptureFormat::Cryptofeed:
        return call(*std::get_if<CryptofeedReader>(&reader_));
      case CaptureFormat::Lobster:
        return call(*std::get_if<LobsterReader>(&reader_));
      case CaptureFormat::Itch:
        return call(*std::get_if<ItchFileReader>(&reader_));
      case CaptureFormat::Recording:
        break;
    }
    return call(*std::get_if<RecordingReader>(&reader_));
  }

 public:
  CaptureReader(CaptureFormat format, const CaptureLimits& limits)
      : format_(format), reader_(make(format, limits)) {}

  [[nodiscard]] CaptureFormat format() const noexcept { return format_; }

  void push(std::string_view chunk) noexcept {
    visit([&](auto& reader) {
      reader.push(chunk);
      return 0;
    });
  }
  void finish() noexcept {
    visit([](auto& reader) {
      reader.finish();
      return 0;
    });
  }
  /// The next frame, valid until the next call; nullptr when another chunk is needed.
  [[nodiscard]] const CapturedFrame* next() noexcept {
    return visit([](auto& reader) { return reader.next(); });
  }
  [[nodiscard]] const FaultLog& faults() noexcept {
    return *visit([](auto& reader) { return &reader.faults(); });
  }
  /// The reader of a recording; nullptr for other formats.
  [[nodiscard]] const RecordingReader* recording() const noexcept {
    return std::get_if<RecordingReader>(&reader_);
  }

 private:
  CaptureFormat format_;
  Reader reader_;
};

}  // namespace hft::capture
