#include "native/fix/message/cancel_template.hpp"

#include <array>

#include "native/fix/codec/number_text.hpp"
#include "native/fix/codec/timestamp_text.hpp"

namespace hft::fix {

namespace {

/// Without zeros behind the last digit that counts: FIX 4.0 has whole quantities only.
void appendDecimal(std::string& out, std::int64_t mantissa, std::uint32_t decimals) {
  for (; decimals > 0 && mantissa % 10 == 0; --decimals) mantissa /= 10;
  std::array<char, kDecimalBytesMax> text{};
  const char* const end = writeDecimalText(text.data(), mantissa, decimals);
  out.append(text.data(), static_cast<std::size_t>(end - text.data()));
}

/// A version 4 UUID but for its randomness: `id` is unique by itself.
void appendUuid(std::string& out, std::uint64_t id) {
  std::array<char, 16> hex{};
  for (std::size_t at = hex.size(); at-- > 0; id >>= 4) hex[at] = "0123456789abcdef"[id & 15];
  const std::string_view digits(hex.data(), hex.size());
  out.append(digits.substr(0, 8)).append("-").append(digits.substr(8, 4)).append("-4");
  out.append(digits.substr(12, 3)).append("-8").append(digits.substr(15)).append("00-000000000000");
}

void appendTime(std::string& out, Nanos time, TimePrecision precision) {
  std::array<char, kTimestampBytesMax + 8> text{};
  TimestampText times;
  const char* const end = times.write(text.data(), time, precision);
  out.append(text.data(), static_cast<std::size_t>(end - text.data()));
}

}  // namespace

std::string CancelTemplate::write(const CancelFields& fields) const {
  std::string out;
  out.reserve(text_.size() + 160);
  for (const char c : text_) {
    switch (c) {
      case kClOrdID:
        out += std::to_string(fields.clOrdID);
        break;
      case kOrigClOrdID:
        out += std::to_string(fields.origClOrdID);
        break;
      case kClOrdIDUuid:
        appendUuid(out, fields.clOrdID);
        break;
      case kOrigClOrdIDUuid:
        appendUuid(out, fields.origClOrdID);
        break;
      case kSide:
        out += fields.side == Side::Sell ? '2' : '1';
        break;
      case kOrderQty:
        appendDecimal(out, fields.orderQty, qtyDecimals_);
        break;
      case kTimeSeconds:
        appendTime(out, fields.time, TimePrecision::Seconds);
        break;
      case kTimeMillis:
        appendTime(out, fields.time, TimePrecision::Millis);
        break;
      case kAccount:
        out += fields.account;
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace hft::fix
