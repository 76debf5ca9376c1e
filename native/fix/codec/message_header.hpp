#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "native/core/result.hpp"
#include "native/fix/codec/fix_writer.hpp"

namespace hft::fix {

/// What a session puts into the header of every message. Empty fields are left out.
struct HeaderFields {
  std::string_view beginString;
  std::string_view senderCompID;
  std::string_view senderSubID;
  std::string_view targetCompID;
  std::string_view targetSubID;
  std::string_view senderLocationID;
  std::string_view targetLocationID;
};

/// What differs from message to message.
struct HeaderState {
  std::uint64_t msgSeqNum = 0;
  Nanos sendingTime = 0;
  /// PossDupFlag(43) with OrigSendingTime(122), where it is not 0.
  Nanos origSendingTime = 0;
  bool possResend = false;
};

/// The header of a session's messages, encoded once: 8, 9, 35 and then the tags ascending, as
/// QuickFIX writes them. No allocation.
class MessageHeader {
 public:
  /// The most bytes of the fields that do not change.
  static constexpr std::size_t kBytesMax = 256;

  /// Encodes `fields`. Errors: NoRoom, EmptyText (no BeginString or CompID), SohInText.
  [[nodiscard]] static Result<MessageHeader, WriteError> make(const HeaderFields& fields,
                                                              TimePrecision precision) noexcept;

  /// Begins a message `msgType` in `writer`; the body follows.
  void begin(FixWriter& writer, std::string_view msgType, const HeaderState& state) const noexcept {
    writer.restart();
    writer.headerFields([&](FieldSink& sink) __attribute__((always_inline)) {
      sink.text<35>(msgType);
      sink.unsignedNumber<34>(state.msgSeqNum);
      if (state.origSendingTime != 0) sink.flag<43>(true);
      sink.encoded(part(0), counts_[0]);
      sink.timestamp<52>(state.sendingTime, precision_);
      sink.encoded(part(1), counts_[1]);
      if (state.possResend) sink.flag<97>(true);
      if (state.origSendingTime != 0) sink.timestamp<122>(state.origSendingTime, precision_);
      if (counts_[2] != 0) sink.encoded(part(2), counts_[2]);
    });
  }

  /// Ends the message that `begin` began.
  [[nodiscard]] Result<std::string_view, WriteError> finish(FixWriter& writer) const noexcept {
    return writer.finish({beginString_.data(), beginStringSize_});
  }

  [[nodiscard]] TimePrecision precision() const noexcept { return precision_; }

 private:
  [[nodiscard]] std::string_view part(std::size_t number) const noexcept {
    return {text_.data() + ends_[number],
            static_cast<std::size_t>(ends_[number + 1] - ends_[number])};
  }

  WriteError append(std::size_t number, std::uint32_t tag, std::string_view value) noexcept;

  std::array<char, kBytesMax> text_{};
  /// Part 0 stands before SendingTime(52), 1 behind it, 2 behind OrigSendingTime(122).
  std::array<std::uint16_t, 4> ends_{};
  std::array<std::uint8_t, 3> counts_{};
  std::array<char, FixWriter::kBeginStringBytesMax> beginString_{};
  std::uint8_t beginStringSize_ = 0;
  TimePrecision precision_ = TimePrecision::Millis;
};

}  // namespace hft::fix
