#include "native/fix/codec/fix_writer.hpp"

#include "native/fix/codec/field_scanner.hpp"
#include "native/fix/codec/framer.hpp"

namespace hft::fix {

void FixWriter::text(std::uint32_t tag, std::string_view value) noexcept {
  if (!hasRoom(kUnsignedTextBytesMax + value.size() + 2)) return;
  if (value.empty()) return fail(WriteError::EmptyText);
  open(tag);
  append(value);
}

void FixWriter::data(std::uint32_t lengthTag, std::uint32_t dataTag,
                     std::string_view value) noexcept {
  if (!hasRoom(3 * kUnsignedTextBytesMax + value.size() + 4)) return;
  open(lengthTag);
  cursor_ = writeUnsigned(cursor_, value.size());
  open(dataTag);
  append(value);
  fields_ += countBytes(value).fields;
}

Result<std::string_view, WriteError> FixWriter::finish(std::string_view beginString) noexcept {
  HFT_CHECK(!beginString.empty() && beginString.size() <= kBeginStringBytesMax);
  if (!hasRoom(kTrailerBytes + 1) || error_ != WriteError::Ok) return error_;
  *cursor_++ = kSoh;
  const char* body = buffer_ + kHeadBytes;
  const auto bodyBytes = static_cast<std::size_t>(cursor_ - body);
  const unsigned digits = detail::countDigits(bodyBytes);
  char* begin = buffer_ + kHeadBytes - (beginString.size() + digits + 6);
  char* head = begin;
  *head++ = '8';
  *head++ = '=';
  detail::copyText(head, beginString.data(), beginString.size());
  head += beginString.size();
  *head++ = kSoh;
  *head++ = '9';
  *head++ = '=';
  // Not a byte more than the digits: the body follows.
  writeDigitsBefore(head + digits, bodyBytes, digits);
  head[digits] = kSoh;
  const ByteCount count = countBytes({begin, static_cast<std::size_t>(cursor_ - begin)});
  if (count.fields != fields_ + 2) {
    fail(WriteError::SohInText);
    return error_;
  }
  std::memcpy(cursor_, "10=", 3);
  writeDigitsBefore(cursor_ + 6, count.sum, 3);
  cursor_[6] = kSoh;
  return std::string_view(begin, static_cast<std::size_t>(cursor_ - begin) + kTrailerBytes);
}

}  // namespace hft::fix
