// The JSON cursor on any bytes: it ends, it never looks at the padding, and no proper prefix of an
// object that it accepts is accepted.
#include <array>
#include <cstddef>
#include <cstdint>

#include "native/core/check.hpp"
#include "native/decode/json/json_cursor.hpp"
#include "test/native/decode/padded_text.hpp"

using namespace hft::decode;
using hft::event::DecodeError;
using hft::test::PaddedText;

namespace {

/// Reads everything through the calls that a decoder makes.
void walk(JsonCursor& cursor) {
  std::array<char, 32> buffer;
  switch (cursor.peek()) {
    case JsonType::Object:
      for (cursor.beginObject(); cursor.nextMember();) {
        static_cast<void>(cursor.keyWord());
        static_cast<void>(cursor.keyIs("data"));
        walk(cursor);
      }
      break;
    case JsonType::Array:
      for (cursor.beginArray(); cursor.nextElement();) walk(cursor);
      break;
    case JsonType::String:
      static_cast<void>(unescape(cursor.string(), buffer));
      break;
    case JsonType::Number:
      static_cast<void>(cursor.number());
      break;
    case JsonType::True:
    case JsonType::False:
      cursor.boolean();
      break;
    case JsonType::Null:
      cursor.null();
      break;
    case JsonType::None:
      cursor.fail(DecodeError::Malformed);
  }
}

DecodeError skip(const PaddedText& text) {
  JsonCursor cursor(text.text());
  cursor.skipValue();
  return cursor.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const PaddedText text(bytes);
  const DecodeError error = skip(text);
  HFT_CHECK(error == skip(PaddedText(bytes, '"')) && error == skip(PaddedText(bytes, '}')));
  JsonCursor cursor(text.text());
  walk(cursor);
  HFT_CHECK((cursor.finish() == DecodeError::Ok) == (error == DecodeError::Ok));
  if (error != DecodeError::Ok || !bytes.starts_with('{')) return 0;
  const std::size_t closing = bytes.rfind('}');
  for (std::size_t cut = 0; cut <= closing && cut < 64; ++cut) {
    HFT_CHECK(skip(PaddedText(bytes, closing - cut)) == DecodeError::Truncated);
  }
  return 0;
}
