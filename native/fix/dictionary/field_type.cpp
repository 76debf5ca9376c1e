#include "native/fix/dictionary/field_type.hpp"

#include <array>

#include "native/fix/codec/field_values.hpp"

namespace hft::fix {
namespace {

struct TypeName {
  std::string_view name;
  FieldType type;
};

constexpr std::array<TypeName, 26> kTypeNames{{{"CHAR", FieldType::Character},
                                               {"BOOLEAN", FieldType::Boolean},
                                               {"INT", FieldType::Int},
                                               {"LENGTH", FieldType::Int},
                                               {"SEQNUM", FieldType::Int},
                                               {"TAGNUM", FieldType::Int},
                                               {"DAYOFMONTH", FieldType::Int},
                                               {"DAY-OF-MONTH", FieldType::Int},
                                               {"NUMINGROUP", FieldType::NumInGroup},
                                               {"FLOAT", FieldType::Float},
                                               {"QTY", FieldType::Float},
                                               {"QUANTITY", FieldType::Float},
                                               {"PRICE", FieldType::Float},
                                               {"PRICEOFFSET", FieldType::Float},
                                               {"AMT", FieldType::Float},
                                               {"PERCENTAGE", FieldType::Float},
                                               {"MULTIPLEVALUESTRING", FieldType::MultipleValue},
                                               {"MULTIPLESTRINGVALUE", FieldType::MultipleValue},
                                               {"MULTIPLECHARVALUE", FieldType::MultipleValue},
                                               {"UTCTIMESTAMP", FieldType::UtcTimestamp},
                                               {"UTCTIMEONLY", FieldType::UtcTimeOnly},
                                               {"UTCDATE", FieldType::UtcDate},
                                               {"UTCDATEONLY", FieldType::UtcDate},
                                               {"DATA", FieldType::Data},
                                               {"XMLDATA", FieldType::Data},
                                               {"STRING", FieldType::Text}}};

bool isWellFormed(ValueError error) noexcept {
  return error == ValueError::Ok || error == ValueError::TooManyDigits ||
         error == ValueError::OutOfRange;
}

/// `HH:MM:SS` with up to twelve decimals of the second.
bool isUtcTime(std::string_view text) noexcept {
  constexpr std::string_view kAnyDate = "20000101-";
  constexpr std::size_t kTimeBytesMax = 21;
  if (text.size() > kTimeBytesMax) return false;
  std::array<char, kAnyDate.size() + kTimeBytesMax> stamp;
  kAnyDate.copy(stamp.data(), kAnyDate.size());
  text.copy(stamp.data() + kAnyDate.size(), text.size());
  return readUtcTimestamp({stamp.data(), kAnyDate.size() + text.size()}).ok();
}

}  // namespace

FieldType toFieldType(std::string_view name, bool isOld) noexcept {
  for (const TypeName& entry : kTypeNames) {
    if (entry.name != name) continue;
    return isOld && entry.type == FieldType::Character ? FieldType::Text : entry.type;
  }
  return FieldType::Text;
}

bool isValueOf(FieldType type, std::string_view text) noexcept {
  switch (type) {
    case FieldType::Character:
      return text.size() == 1;
    case FieldType::Boolean:
      return readBool(text).ok();
    case FieldType::Int:
    case FieldType::NumInGroup:
      return readInt(text).ok();
    // What ticks and nanoseconds cannot hold is still a number or a time: who maps it refuses it.
    case FieldType::Float:
      return isWellFormed(readDecimal(text).error());
    case FieldType::UtcTimestamp:
      return isWellFormed(readUtcTimestamp(text).error());
    case FieldType::UtcTimeOnly:
      return isUtcTime(text);
    case FieldType::UtcDate:
      return isWellFormed(readUtcDate(text).error());
    default:
      return true;
  }
}

}  // namespace hft::fix
