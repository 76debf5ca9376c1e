#include "native/generate/capture_generator.hpp"

#include <algorithm>
#include <cstring>

#include "native/capture/recording_writer.hpp"
#include "native/core/check.hpp"
#include "native/event/feed_message.hpp"
#include "native/generate/frames/text_writer.hpp"
#include "native/generate/frames/venue_address.hpp"

namespace hft::generate {
namespace {

using capture::CaptureFormat;
using capture::FrameKind;

/// A recorder's snapshots arrive after it has seen some of the stream.
constexpr std::uint64_t kFramesBeforeRest = 30;
constexpr std::size_t kFrameBytesMax = CaptureGenerator::kPieceBytesMin / 2;
constexpr std::size_t kSnapshotLevels = 5'000;

bool isBinance(decode::WireFormat format) noexcept {
  return format == decode::WireFormat::BinanceSpot || format == decode::WireFormat::BinanceFutures;
}

/// What surrounds the payload of an entry, with room to spare.
constexpr std::size_t kLineExtra = 64;

}  // namespace

OptionsError checkCapture(CaptureFormat format, const GeneratorOptions& options) noexcept {
  if (format == CaptureFormat::Itch || format == CaptureFormat::Lobster) return OptionsError::Ok;
  if (format == CaptureFormat::Hftbacktest && !isBinance(options.format)) {
    return OptionsError::BadFormat;
  }
  if (format == CaptureFormat::Cryptofeed && options.format == decode::WireFormat::AlpacaMsgpack) {
    return OptionsError::BadFormat;
  }
  // A REST snapshot of every order has to fit a piece.
  if (options.ordersPerInstrument > 8'000) return OptionsError::BadDepth;
  return checkOptions(options);
}

CaptureGenerator::CaptureGenerator(CaptureFormat format, const GeneratorOptions& options,
                                   std::uint64_t messages)
    : format_(format), messages_(messages) {
  HFT_CHECK(checkCapture(format, options) == OptionsError::Ok);
  if (format == CaptureFormat::Itch) {
    ItchDayConfig config;
    config.seed = options.seed;
    config.messages = messages;
    itch_ = std::make_unique<ItchDay>(config);
    return;
  }
  if (format == CaptureFormat::Lobster) {
    lobster_ = std::make_unique<LobsterDay>(options.seed, messages, options.framesPerSecond,
                                            options.ordersPerInstrument);
    return;
  }
  GeneratorOptions used = options;
  if (format == CaptureFormat::Hftbacktest) used.instrumentCount = 1;
  market_ = std::make_unique<MarketGenerator>(used);
  scratch_.resize(kFrameBytesMax + event::kFramePadding);
  url_ = streamAddress(*market_);
  subscription_ = subscriptionText(*market_);
  for (std::size_t at = 0; at < market_->instrumentCount(); ++at) {
    const std::string url = snapshotAddress(*market_, at);
    if (!url.empty()) restUrls_.push_back(url);
  }
  receiveTime_ = used.startTime;
}

Nanos CaptureGenerator::elapsed() const noexcept {
  return market_ ? market_->now() - market_->options().startTime : 0;
}

void CaptureGenerator::useFrame(FrameKind kind, std::string_view payload,
                                std::string_view url) noexcept {
  frame_ = capture::CapturedFrame{};
  frame_.kind = kind;
  frame_.payload = payload;
  frame_.url = url;
  frame_.receiveTime = receiveTime_;
}

bool CaptureGenerator::opening() noexcept {
  // Recordings name their instruments first; then the connection opens and subscribes.
  const std::size_t instruments =
      format_ == CaptureFormat::Recording ? market_->instrumentCount() : 0;
  const std::size_t at = openingDone_;
  if (format_ == CaptureFormat::Hftbacktest || at >= instruments + 2) return false;
  ++openingDone_;
  if (at < instruments) {
    useFrame(FrameKind::Instrument, market_->symbol(at), {});
    frame_.scale = market_->scale(at);
    return true;
  }
  if (at == instruments) {
    useFrame(FrameKind::Opened, {}, url_);
    return true;
  }
  if (subscription_.empty()) return false;
  receiveTime_ += 500'000;
  useFrame(FrameKind::Sent, subscription_, url_);
  return true;
}

bool CaptureGenerator::restAnswer() noexcept {
  if (restDone_ >= restUrls_.size() || written_ < kFramesBeforeRest) return false;
  const std::size_t at = restDone_++;
  const std::size_t bytes =
      market_->snapshot(at, kSnapshotLevels, std::span(scratch_).first(kFrameBytesMax));
  HFT_CHECK(bytes > 0);
  useFrame(FrameKind::RestAnswer, {scratch_.data(), bytes}, restUrls_[at]);
  return true;
}

bool CaptureGenerator::hasNext() noexcept {
  if (hasFrame_) return true;
  if (opening()) return hasFrame_ = true;
  if (written_ == messages_) return false;
  ++written_;
  if (restAnswer()) return hasFrame_ = true;
  FrameInfo info;
  const std::size_t bytes = market_->next(std::span(scratch_).first(kFrameBytesMax), info);
  HFT_CHECK(bytes > 0);
  receiveTime_ = info.receiveTime;
  useFrame(FrameKind::Received, {scratch_.data(), bytes}, {});
  return hasFrame_ = true;
}

std::size_t CaptureGenerator::writeLines(std::span<char> out) noexcept {
  TextWriter text(out.data());
  const auto seconds = [&text](Nanos time) { text.decimal(time / 1'000, 6, 6); };
  while (hasNext()) {
    const std::size_t bytes = frame_.url.size() + frame_.payload.size() + kLineExtra;
    if (text.size() + bytes + TextWriter::kSlack > out.size()) break;
    hasFrame_ = false;
    if (format_ == CaptureFormat::Hftbacktest) {
      text.number(static_cast<std::uint64_t>(frame_.receiveTime));
      text.put(' ');
    } else {
      if (frame_.kind != FrameKind::Received) text.put(frame_.url);
      if (frame_.kind == FrameKind::Opened) text.put(" <-> ");
      if (frame_.kind == FrameKind::Sent) text.put(" <- ");
      if (frame_.kind == FrameKind::RestAnswer) text.put(" -> ");
      seconds(frame_.receiveTime);
      if (frame_.kind != FrameKind::Opened) text.put(": ");
    }
    text.put(frame_.payload);
    text.put('\n');
  }
  return text.size();
}

std::size_t CaptureGenerator::writeBlock(std::span<char> out) noexcept {
  if (!hasHeader_) {
    hasHeader_ = true;
    capture::RecordingInfo info;
    info.wireFormat = market_->options().format;
    info.venue = venueName(info.wireFormat);
    info.creationTime = market_->options().startTime;
    info.blockBytesMax = kPieceBytesMin;
    const auto header = capture::recordingHeader(info);
    std::memcpy(out.data(), header.value().data(), header.value().size());
    return header.value().size();
  }
  // Blocks of the usual size, so that a reader needs little memory; a large frame has its own.
  const std::size_t largest = std::min(out.size(), kPieceBytesMin);
  const bool isLarge = hasNext() && frame_.payload.size() > capture::kBlockBytesDefault / 2;
  capture::RecordingWriter writer(out.first(isLarge ? largest : capture::kBlockBytesDefault),
                                  blockNumber_);
  while (hasNext()) {
    const auto appended = writer.append(frame_);
    if (!appended.ok()) {
      HFT_CHECK(writer.recordCount() > 0);
      break;
    }
    hasFrame_ = false;
  }
  const std::string_view block = writer.seal();
  blockNumber_ = writer.blockNumber();
  return block.size();
}

std::size_t CaptureGenerator::next(std::span<char> out) noexcept {
  HFT_CHECK(out.size() >= kPieceBytesMin);
  if (itch_) {
    const std::size_t bytes =
        itch_->write({reinterpret_cast<std::uint8_t*>(out.data()), out.size()});
    written_ = itch_->messagesWritten();
    return bytes;
  }
  if (lobster_) {
    const std::size_t bytes = lobster_->write(out);
    written_ += static_cast<std::uint64_t>(
        std::count(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(bytes), '\n'));
    return bytes;
  }
  return format_ == CaptureFormat::Recording ? writeBlock(out) : writeLines(out);
}

}  // namespace hft::generate
