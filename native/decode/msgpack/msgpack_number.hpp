#pragma once

#include "native/decode/decimal.hpp"
#include "native/decode/msgpack/msgpack_reader.hpp"

namespace hft::decode {

/// Reads a number of a MessagePack frame as a multiple of 10^-decimals (<= kDecimalsMax).
///
/// A binary floating point number stands for its *shortest decimal text*: the fewest digits that
/// read back as the same float32 or float64 (what JavaScript, Python and Go print, and what the
/// venue's JSON form of the same message says). So 126.55 is 12655 hundredths exactly, although no
/// float64 is 126.55; a text with more decimals than the scale is TooManyDecimals.
/// A string is plain decimal text. NaN, infinities, negative numbers and values of another type are
/// Garbage.
[[nodiscard]] DecimalReading readMsgpackNumber(const MsgpackToken& token,
                                               unsigned decimals) noexcept;

}  // namespace hft::decode
