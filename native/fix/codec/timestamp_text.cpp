#include "native/fix/codec/timestamp_text.hpp"

namespace hft::fix {

void TimestampText::keep(std::int64_t second) noexcept {
  HFT_CHECK(second >= 0);
  second_ = second;
  // Source: H. Hinnant, chrono-compatible low-level date algorithms, civil_from_days.
  const auto days = static_cast<std::uint64_t>(second / 86400) + 719468;
  const std::uint64_t era = days / 146097;
  const std::uint64_t dayOfEra = days - era * 146097;
  const std::uint64_t yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
  const std::uint64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const std::uint64_t shiftedMonth = (5 * dayOfYear + 2) / 153;
  const std::uint64_t month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const std::uint64_t year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const auto ofDay = static_cast<std::uint64_t>(second % 86400);
  writeDigitsBefore(text_ + 4, year, 4);
  writeDigitsBefore(text_ + 6, month, 2);
  writeDigitsBefore(text_ + 8, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, 2);
  text_[8] = '-';
  writeDigitsBefore(text_ + 11, ofDay / 3600, 2);
  text_[11] = ':';
  writeDigitsBefore(text_ + 14, ofDay / 60 % 60, 2);
  text_[14] = ':';
  writeDigitsBefore(text_ + 17, ofDay % 60, 2);
}

}  // namespace hft::fix
