#include "native/net/frame_reader.hpp"

#include <algorithm>
#include <cstring>

#include "native/core/check.hpp"

namespace hft::net {

namespace {

/// Frames up to three reads long are taken in place: longer ones are rare, and copied once.
constexpr std::size_t kReadsInBuffer = 4;
/// The buffer also holds the answer to the upgrade request: its head and the start of its body.
constexpr std::size_t kBufferBytesMin = 32 * 1024;

}  // namespace

FrameReader::FrameReader(const FrameReaderOptions& options)
    : options_(options),
      capacity_(std::max(options.receiveBytesMax * kReadsInBuffer, kBufferBytesMin)),
      buffer_(capacity_ + kPayloadPadding),
      message_(options.messageBytesMax + kPayloadPadding),
      isPlainPathOpen_(!options.expectsMask) {
  HFT_CHECK(options.receiveBytesMax > 0 && options.messageBytesMax >= kControlBytesMax);
}

void FrameReader::enableDeflate(const DeflateParameters& agreed) {
  const bool isServer = options_.expectsMask;
  inflater_.emplace(isServer ? agreed.clientMaxWindowBits : agreed.serverMaxWindowBits,
                    isServer ? agreed.clientNoContextTakeover : agreed.serverNoContextTakeover);
}

std::span<char> FrameReader::writable() noexcept {
  if (begin_ == end_) {
    begin_ = end_ = 0;
  } else if (begin_ != 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  return {buffer_.get() + end_, std::min(options_.receiveBytesMax, capacity_ - end_)};
}

void FrameReader::reset() noexcept {
  begin_ = end_ = 0;
  isPlainPathOpen_ = !options_.expectsMask;
  isInFrame_ = isInMessage_ = isCompressed_ = false;
  error_ = FrameError::Ok;
  payloadRest_ = 0;
  messageBytes_ = 0;
  utf8_.reset();
  inflater_.reset();
}

FrameReader::Step FrameReader::fail(FrameError error) noexcept {
  error_ = error;
  isPlainPathOpen_ = false;
  return {.kind = StepKind::Failed, .payload = {}};
}

FrameReader::Step FrameReader::step() noexcept {
  return isInFrame_ ? streamPayload() : startFrame();
}

FrameError FrameReader::check(const FrameHeader& header) const noexcept {
  if (header.isMasked != options_.expectsMask) {
    return header.isMasked ? FrameError::UnexpectedMask : FrameError::MissingMask;
  }
  if (isControl(header.opcode)) return FrameError::Ok;
  const bool continues = header.opcode == Opcode::Continuation;
  if (continues && !isInMessage_) return FrameError::UnexpectedContinuation;
  if (!continues && isInMessage_) return FrameError::ExpectedContinuation;
  // Source: RFC 7692 section 6: RSV1 stands on the first frame of a compressed message only.
  if (header.isCompressed && (continues || !inflater_)) return FrameError::ReservedBits;
  const bool isTooBig = header.payloadBytes > options_.messageBytesMax - messageBytes_;
  const bool inflates = header.isCompressed || (continues && isCompressed_);
  // A compressed frame is smaller than what it becomes, but not by so little that this matters.
  if (isTooBig && !(inflates && header.payloadBytes <= options_.messageBytesMax)) {
    return FrameError::MessageTooBig;
  }
  return FrameError::Ok;
}

FrameReader::Step FrameReader::startFrame() noexcept {
  const ParsedHeader parsed = parseFrameHeader(unread());
  if (parsed.error != FrameError::Ok) return fail(parsed.error);
  if (!parsed.isComplete) return {};
  const FrameHeader& header = parsed.header;
  const FrameError error = check(header);
  if (error != FrameError::Ok) return fail(error);
  const std::uint64_t wholeBytes = header.headerBytes + header.payloadBytes;
  const bool isWholeMessage = header.isFinal && !isInMessage_ && !header.isCompressed;
  if (isControl(header.opcode) || (isWholeMessage && wholeBytes <= capacity_)) {
    return end_ - begin_ < wholeBytes ? Step{} : takeWhole(header);
  }
  if (header.opcode != Opcode::Continuation) {
    messageOpcode_ = header.opcode;
    isCompressed_ = header.isCompressed;
    isInMessage_ = true;
  }
  begin_ += header.headerBytes;
  header_ = header;
  payloadRest_ = header.payloadBytes;
  isInFrame_ = true;
  isPlainPathOpen_ = false;
  return {.kind = StepKind::Consumed, .payload = {}};
}

FrameReader::Step FrameReader::takeWhole(const FrameHeader& header) noexcept {
  char* const payload = buffer_.get() + begin_ + header.headerBytes;
  const auto size = static_cast<std::size_t>(header.payloadBytes);
  begin_ += header.headerBytes + size;
  if (header.isMasked) applyMask({payload, size}, header.mask, 0);
  const std::string_view text{payload, size};
  if (header.opcode == Opcode::Text && !options_.skipUtf8 && !isValidUtf8(text)) {
    return fail(FrameError::BadUtf8);
  }
  return {.kind = isControl(header.opcode) ? StepKind::Control : StepKind::Message,
          .opcode = header.opcode,
          .payload = text};
}

FrameReader::Step FrameReader::streamPayload() noexcept {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(end_ - begin_, payloadRest_));
  if (size == 0 && payloadRest_ != 0) return {};
  char* const payload = buffer_.get() + begin_;
  begin_ += size;
  if (header_.isMasked) {
    applyMask({payload, size}, header_.mask, header_.payloadBytes - payloadRest_);
  }
  const FrameError error = append({payload, size});
  if (error != FrameError::Ok) return fail(error);
  payloadRest_ -= size;
  if (payloadRest_ != 0) return {};
  isInFrame_ = false;
  return header_.isFinal ? finishMessage() : Step{.kind = StepKind::Consumed, .payload = {}};
}

FrameError FrameReader::grow(std::size_t bytes) noexcept {
  const std::string_view added{message_.get() + messageBytes_, bytes};
  messageBytes_ += bytes;
  const bool checks = messageOpcode_ == Opcode::Text && !options_.skipUtf8;
  return !checks || utf8_.feed(added) ? FrameError::Ok : FrameError::BadUtf8;
}

FrameError FrameReader::append(std::string_view payload) noexcept {
  if (!isCompressed_) {
    std::memcpy(message_.get() + messageBytes_, payload.data(), payload.size());
    return grow(payload.size());
  }
  // One byte more than allowed: an output that is full is a message that is too big.
  const std::span<char> space{message_.get() + messageBytes_,
                              options_.messageBytesMax + 1 - messageBytes_};
  HFT_CHECK(inflater_.has_value());
  const auto inflated = inflater_->feed(payload, space);
  if (inflated.ok()) return grow(inflated.value());
  return inflated.error() == DeflateError::OutputFull ? FrameError::MessageTooBig
                                                      : FrameError::BadCompression;
}

FrameReader::Step FrameReader::finishMessage() noexcept {
  if (isCompressed_) {
    HFT_CHECK(inflater_.has_value());
    const auto rest = inflater_->finish(
        {message_.get() + messageBytes_, options_.messageBytesMax + 1 - messageBytes_});
    if (!rest.ok()) {
      return fail(rest.error() == DeflateError::OutputFull ? FrameError::MessageTooBig
                                                           : FrameError::BadCompression);
    }
    if (grow(rest.value()) != FrameError::Ok) return fail(FrameError::BadUtf8);
  }
  const bool checks = messageOpcode_ == Opcode::Text && !options_.skipUtf8;
  if (checks && !utf8_.isComplete()) return fail(FrameError::BadUtf8);
  const std::string_view text{message_.get(), messageBytes_};
  isInMessage_ = false;
  isPlainPathOpen_ = !options_.expectsMask;
  messageBytes_ = 0;
  utf8_.reset();
  return {.kind = StepKind::Message, .opcode = messageOpcode_, .payload = text};
}

}  // namespace hft::net
