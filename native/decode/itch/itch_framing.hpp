#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "native/decode/itch/itch.hpp"
#include "native/decode/itch/itch_chunks.hpp"

namespace hft::decode::itch {

/// Why a container of ITCH messages could not be read further.
enum class FramingError : std::uint8_t {
  Ok,
  Truncated,      ///< The bytes end inside a message.
  TooShort,       ///< A message is shorter than its type's fixed length.
  UnknownLength,  ///< A length of zero before a type whose length is not known.
  Malformed,      ///< A packet that contradicts itself.
};

/// What was read, and where it stopped.
struct FramingResult {
  FramingError error = FramingError::Ok;
  /// Bytes taken; after an error, the position of the message (or packet) that is wrong.
  std::size_t position = 0;
  std::uint64_t messages = 0;      ///< Messages of a known type, handed to the visitor.
  std::uint64_t unknownCount = 0;  ///< Messages of an unknown type, skipped by their length.
};

/// The bytes of the length before each message.
inline constexpr std::size_t kLengthBytes = 2;

/// The bytes of the message that begins at `bytes`, of which three are there, with its length;
/// only those of the length where that is zero and the type is unknown.
[[nodiscard]] inline std::size_t framedBytes(const std::uint8_t* bytes) noexcept {
  const std::size_t length = readU16(bytes);
  // Some sample files carry no lengths: the type has one.
  return kLengthBytes + (length != 0 ? length : messageBytes(readChar(bytes + kLengthBytes)));
}

/// Reads one message with its length in front. Returns the bytes that it takes, or zero with
/// `result.error` set: Truncated says only that more bytes are needed.
template <typename Visitor>
[[gnu::always_inline]] inline std::size_t readFramedMessage(std::span<const std::uint8_t> bytes,
                                                            FramingResult& result,
                                                            Visitor& visitor) noexcept {
  if (bytes.size() <= kLengthBytes) [[unlikely]] {
    result.error = FramingError::Truncated;
    return 0;
  }
  const std::size_t framed = framedBytes(bytes.data());
  if (framed == kLengthBytes) [[unlikely]] {
    result.error = FramingError::UnknownLength;
    return 0;
  }
  if (bytes.size() < framed) [[unlikely]] {
    result.error = FramingError::Truncated;
    return 0;
  }
  switch (decodeMessage(bytes.data() + kLengthBytes, framed - kLengthBytes, visitor)) {
    case Decoded::Known:
      ++result.messages;
      break;
    case Decoded::Unknown:
      ++result.unknownCount;
      break;
    case Decoded::TooShort:
      result.error = FramingError::TooShort;
      return 0;
  }
  return framed;
}

/// Reads the messages of a daily file (or a whole part of one) from memory.
///
/// Stops at the first error; Truncated with `position` at the last whole message's end where the
/// bytes end inside a message. Source: NASDAQ historical TotalView-ITCH files, u16be length before
/// each message.
template <typename Visitor>
FramingResult readFile(std::span<const std::uint8_t> bytes, Visitor& visitor) noexcept {
  FramingResult result;
  while (result.position < bytes.size()) {
    const std::size_t taken = readFramedMessage(bytes.subspan(result.position), result, visitor);
    if (taken == 0) break;
    result.position += taken;
  }
  return result;
}

/// Reads a daily file in chunks of any size, which may end anywhere. Not thread-safe.
class FileReader {
 public:
  /// Reads what is whole in `chunk` and keeps the rest. `position` counts from the file's start.
  template <typename Visitor>
  FramingResult read(std::span<const std::uint8_t> chunk, Visitor& visitor) noexcept {
    FramingResult result;
    chunks_.read(
        chunk, [](const std::uint8_t* bytes) { return framedBytes(bytes); },
        [&](std::span<const std::uint8_t> bytes) {
          return readFramedMessage(bytes, result, visitor);
        });
    if (result.error == FramingError::Truncated) result.error = FramingError::Ok;
    result.position = chunks_.consumed();
    return result;
  }

  /// Whether the file may end here: Truncated if a message is not complete.
  [[nodiscard]] FramingError finish() const noexcept {
    return chunks_.isBetweenRecords() ? FramingError::Ok : FramingError::Truncated;
  }

 private:
  ChunkAssembler chunks_;
};

}  // namespace hft::decode::itch
