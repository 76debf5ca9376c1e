#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "native/core/units.hpp"
#include "native/decode/decoder.hpp"

/// The recording format, version 1: docs/recording-format.md has the offset tables.
namespace hft::capture {

/// The first bytes of every recording. CR LF and the null show a transfer that altered bytes.
inline constexpr std::string_view kRecordingMagic{"HFTREC\r\n", 8};
/// The first bytes of every block: improbable inside market data.
inline constexpr std::string_view kBlockMagic{"\xabHFTBLK\x1a", 8};
inline constexpr std::uint16_t kRecordingVersion = 1;

inline constexpr std::size_t kRecordingHeaderBytes = 64;
inline constexpr std::size_t kBlockHeaderBytes = 40;
inline constexpr std::size_t kRecordHeaderBytes = 20;
/// The largest block that the format allows, header included.
inline constexpr std::size_t kBlockBytesLimit = std::size_t{64} << 20;
/// The block size that suits live recording: a REST snapshot of 5,000 levels fits.
inline constexpr std::size_t kBlockBytesDefault = std::size_t{1} << 20;
inline constexpr std::size_t kVenueBytesMax = 23;

/// What a record is. A reader steps over a type that it does not know.
enum class RecordType : std::uint8_t { Frame = 1, Instrument = 2, Marker = 3 };

/// What the header of a recording says.
struct RecordingInfo {
  decode::WireFormat wireFormat = decode::WireFormat::BinanceSpot;
  std::string_view venue;  ///< At most kVenueBytesMax bytes.
  Nanos creationTime = 0;
  /// No block is longer, header included; a reader needs this much memory.
  std::uint32_t blockBytesMax = kBlockBytesDefault;
};

enum class RecordingError : std::uint8_t {
  Ok,
  BlockFull,     ///< The record does not fit in what is left of the block: seal it, append again.
  TooLarge,      ///< The record would not fit in an empty block either.
  BadVenue,      ///< The venue's name is longer than kVenueBytesMax.
  BadBlockSize,  ///< blockBytesMax is beyond kBlockBytesLimit, or too small for a record.
};

}  // namespace hft::capture
