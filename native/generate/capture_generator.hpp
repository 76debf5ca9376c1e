#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "native/capture/capture_format.hpp"
#include "native/capture/captured_frame.hpp"
#include "native/core/result.hpp"
#include "native/generate/days/itch_day.hpp"
#include "native/generate/days/lobster_day.hpp"
#include "native/generate/market_generator.hpp"

namespace hft::generate {

/// Checks whether a capture of `format` can be generated from these options: hftbacktest holds
/// Binance frames only, and text formats no MessagePack.
[[nodiscard]] OptionsError checkCapture(capture::CaptureFormat format,
                                        const GeneratorOptions& options) noexcept;

/// Generates a capture file, piece by piece: what a recorder would have written of the generated
/// market, subscriptions and REST snapshots included.
///
/// hftbacktest files name no symbol in their snapshots, so that they have one instrument. ITCH and
/// LOBSTER have markets of their own: of `options` they use seed and rate. Equal arguments give
/// equal bytes, however the pieces are cut. No allocation after construction. Not thread-safe.
class CaptureGenerator {
 public:
  /// `messages` frames (lines of frames, ITCH messages); the arguments passed `checkCapture`.
  CaptureGenerator(capture::CaptureFormat format, const GeneratorOptions& options,
                   std::uint64_t messages);

  /// A buffer of this size always takes a piece.
  static constexpr std::size_t kPieceBytesMin = std::size_t{4} << 20;

  /// Writes the next piece of the file; 0 at its end. `out` has kPieceBytesMin bytes or more.
  std::size_t next(std::span<char> out) noexcept;

  /// Frames written so far (of the messages asked for).
  [[nodiscard]] std::uint64_t written() const noexcept { return written_; }
  [[nodiscard]] std::uint64_t messages() const noexcept { return messages_; }
  /// Simulated nanoseconds since the start; 0 for ITCH and LOBSTER.
  [[nodiscard]] Nanos elapsed() const noexcept;

 private:
  struct Entry;

  [[nodiscard]] bool hasNext() noexcept;
  [[nodiscard]] bool opening() noexcept;
  [[nodiscard]] bool restAnswer() noexcept;
  void useFrame(capture::FrameKind kind, std::string_view payload, std::string_view url) noexcept;
  std::size_t writeLines(std::span<char> out) noexcept;
  std::size_t writeBlock(std::span<char> out) noexcept;

  capture::CaptureFormat format_;
  std::uint64_t messages_;
  std::uint64_t written_ = 0;
  std::unique_ptr<MarketGenerator> market_;
  std::unique_ptr<ItchDay> itch_;
  std::unique_ptr<LobsterDay> lobster_;
  std::string url_;
  std::string subscription_;
  std::vector<std::string> restUrls_;
  std::vector<char> scratch_;
  capture::CapturedFrame frame_;
  bool hasFrame_ = false;
  std::size_t openingDone_ = 0;
  std::size_t restDone_ = 0;
  std::uint64_t blockNumber_ = 0;
  bool hasHeader_ = false;
  Nanos receiveTime_ = 0;
};

}  // namespace hft::generate
