#include "native/decode/alpaca/alpaca.hpp"

namespace hft::decode {

namespace {

using event::DecodeError;

/// JSON: a value is its text.
struct JsonForm {
  using Value = std::string_view;

  static bool isPresent(Value raw) noexcept { return !raw.empty(); }
  static Price price(Value raw, ScaleReader& scale) noexcept { return scale.price(raw); }
  static Qty qty(Value raw, ScaleReader& scale) noexcept { return scale.qty(raw); }
  static Result<std::uint64_t, DecodeError> integer(Value raw) noexcept {
    return readUnsigned(raw);
  }
  static Nanos time(Value raw, event::Frame& out) noexcept { return readIsoTime(raw, out); }
  static std::string_view text(Value raw, TextBuffer& buffer) noexcept {
    return isJsonString(raw) ? plainText(raw, buffer) : std::string_view();
  }
  static bool isTrue(Value raw) noexcept { return raw == "true"; }

  /// `[{"p":27000,"s":1.2},...]`.
  static event::LevelRange levels(Value raw, ScaleReader& scale, event::Frame& out) noexcept {
    static constexpr std::array<std::string_view, 2> kNames = {"p", "s"};
    event::LevelRange range{out.levelCount(), 0};
    if (raw.empty()) return range;
    JsonCursor cursor(raw);
    for (cursor.beginArray(); scale.ok() && cursor.nextElement();) {
      const auto level = readMembers(cursor, kNames);
      if (!cursor.ok()) break;
      out.unknownFieldCount += level.unknownCount;
      const Price price = scale.bookPrice(level[0]);
      const Qty qty = scale.bookQty(level[1]);
      if (!out.addLevel(price, qty)) scale.fail(DecodeError::CapacityExceeded);
    }
    if (!cursor.ok()) scale.fail(cursor.error());
    range.count = out.levelCount() - range.begin;
    return range;
  }
};

/// Reads the object that comes next.
alpaca::Fields<JsonForm> readFields(JsonCursor& cursor) noexcept {
  alpaca::Fields<JsonForm> fields;
  for (cursor.beginObject(); cursor.nextMember();) {
    const alpaca::KeyMeaning meaning = alpaca::meaningOf(cursor.keyWord());
    const std::string_view raw = cursor.skipValue();
    if (meaning.field) fields[*meaning.field] = raw == "null" ? std::string_view() : raw;
    if (!meaning.isKnown) ++fields.unknownCount;
  }
  return fields;
}

DecodeError readFrame(std::string_view frame, const DecodeContext& context,
                      event::Frame& out) noexcept {
  JsonCursor cursor(frame);
  if (cursor.peek() != JsonType::Array) {
    cursor.skipValue();
    ++out.unknownCount;
    return cursor.finish();
  }
  for (cursor.beginArray(); cursor.nextElement();) {
    if (cursor.peek() != JsonType::Object) {
      cursor.skipValue();
      ++out.unknownCount;
      continue;
    }
    const auto fields = readFields(cursor);
    if (!cursor.ok()) break;
    const DecodeError error = alpaca::MessageWriter<JsonForm>(fields, context, out).write();
    if (error != DecodeError::Ok) return error;
  }
  return cursor.finish();
}

}  // namespace

DecodeError decodeAlpacaJson(std::string_view frame, const DecodeContext& context,
                             event::Frame& out) noexcept {
  out.clear();
  if (alpaca::scanFrame(frame, context, out)) return DecodeError::Ok;
  out.clear();
  return readFrame(frame, context, out);
}

}  // namespace hft::decode
