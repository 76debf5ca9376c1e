#include "native/fix/codec/message_header.hpp"

#include <algorithm>

namespace hft::fix {

WriteError MessageHeader::append(std::size_t number, std::uint32_t tag,
                                 std::string_view value) noexcept {
  if (value.find(kSoh) != std::string_view::npos) return WriteError::SohInText;
  const std::size_t at = ends_[number + 1];
  if (text_.size() - at < value.size() + kUnsignedTextBytesMax + 2) return WriteError::NoRoom;
  char* out = text_.data() + at;
  *out++ = kSoh;
  out = writeUnsigned(out, tag);
  *out++ = '=';
  out = std::copy(value.begin(), value.end(), out);
  const auto end = static_cast<std::uint16_t>(out - text_.data());
  for (std::size_t later = number + 1; later < ends_.size(); ++later) ends_[later] = end;
  ++counts_[number];
  return WriteError::Ok;
}

Result<MessageHeader, WriteError> MessageHeader::make(const HeaderFields& fields,
                                                      TimePrecision precision) noexcept {
  MessageHeader header;
  header.precision_ = precision;
  if (fields.beginString.empty()) return WriteError::EmptyText;
  if (fields.beginString.size() > header.beginString_.size()) return WriteError::NoRoom;
  if (fields.beginString.find(kSoh) != std::string_view::npos) return WriteError::SohInText;
  std::copy(fields.beginString.begin(), fields.beginString.end(), header.beginString_.begin());
  header.beginStringSize_ = static_cast<std::uint8_t>(fields.beginString.size());
  if (fields.senderCompID.empty() || fields.targetCompID.empty()) return WriteError::EmptyText;
  struct Part {
    std::size_t number;
    std::uint32_t tag;
    std::string_view value;
  };
  const std::array<Part, 6> parts{{{0, 49, fields.senderCompID},
                                   {0, 50, fields.senderSubID},
                                   {1, 56, fields.targetCompID},
                                   {1, 57, fields.targetSubID},
                                   {2, 142, fields.senderLocationID},
                                   {2, 143, fields.targetLocationID}}};
  for (const Part& part : parts) {
    if (part.value.empty()) continue;
    const WriteError error = header.append(part.number, part.tag, part.value);
    if (error != WriteError::Ok) return error;
  }
  return header;
}

}  // namespace hft::fix
