#include "native/decode/alpaca.hpp"
#include "native/decode/msgpack_number.hpp"
#include "native/decode/msgpack_reader.hpp"
#include "native/decode/time.hpp"

namespace hft::decode {

namespace {

using event::DecodeError;

/// A value of a map: a scalar, or the head of an array or map and the bytes that it holds.
struct MsgpackValue {
  MsgpackToken token;
  std::string_view contents;
};

struct MsgpackForm {
  using Value = MsgpackValue;

  static bool isPresent(const Value& value) noexcept {
    return value.token.type != MsgpackType::Nil;
  }
  static Price price(const Value& value, ScaleReader& scale) noexcept {
    if (!isPresent(value)) scale.fail(DecodeError::Malformed);
    return scale.priceOf(readMsgpackNumber(value.token, scale.priceDecimals()));
  }
  static Qty qty(const Value& value, ScaleReader& scale) noexcept {
    if (!isPresent(value)) scale.fail(DecodeError::Malformed);
    return scale.qtyOf(readMsgpackNumber(value.token, scale.qtyDecimals()));
  }
  static Result<std::uint64_t, DecodeError> integer(const Value& value) noexcept {
    if (value.token.type == MsgpackType::Unsigned) return value.token.bits;
    if (value.token.type != MsgpackType::String) return DecodeError::Malformed;
    const auto number = parseUnsigned(value.token.bytes);
    if (!number.ok()) return toDecodeError(number.error());
    return number.value();
  }
  /// A timestamp extension, or RFC 3339 text; another form is counted and given as 0.
  static Nanos time(const Value& value, event::Frame& out) noexcept {
    if (!isPresent(value)) return 0;
    if (value.token.type == MsgpackType::String) {
      const auto time = parseIsoTime(value.token.bytes);
      if (!time.ok()) ++out.unknownFieldCount;
      return time.valueOr(0);
    }
    const auto time = msgpackTime(value.token);
    if (!time.ok()) ++out.unknownFieldCount;
    return time.valueOr(0);
  }
  /// Printable ASCII, as all of the venue's symbols and codes are; anything else is no text.
  static std::string_view text(const Value& value, TextBuffer&) noexcept {
    if (value.token.type != MsgpackType::String) return {};
    for (const char byte : value.token.bytes) {
      if (byte < ' ' || byte > '~') return {};
    }
    return value.token.bytes;
  }
  static bool isTrue(const Value& value) noexcept {
    return value.token.type == MsgpackType::Bool && value.token.bits != 0;
  }
  static event::LevelRange levels(const Value& value, ScaleReader& scale,
                                  event::Frame& out) noexcept;
};

/// The value that comes next, whole.
Result<MsgpackValue, DecodeError> readValue(MsgpackReader& reader) noexcept {
  const auto token = reader.next();
  if (!token.ok()) return token.error();
  const char* begin = reader.rest().data();
  if (const DecodeError error = reader.skipContents(token.value()); error != DecodeError::Ok) {
    return error;
  }
  return MsgpackValue{token.value(),
                      {begin, static_cast<std::size_t>(reader.rest().data() - begin)}};
}

/// Calls `visit(keyWord, value)` for the members of the map whose head was just read. Keys that
/// aren't strings have the word 0.
template <typename Visit>
DecodeError readMap(MsgpackReader& reader, std::uint64_t count, Visit visit) noexcept {
  for (; count > 0; --count) {
    const auto key = readValue(reader);
    if (!key.ok()) return key.error();
    const auto value = readValue(reader);
    if (!value.ok()) return value.error();
    const MsgpackToken& name = key.value().token;
    visit(name.type == MsgpackType::String ? keyWord(name.bytes) : 0, value.value());
  }
  return DecodeError::Ok;
}

/// `[{"p":27000.5,"s":1.2},...]`.
event::LevelRange MsgpackForm::levels(const Value& value, ScaleReader& scale,
                                      event::Frame& out) noexcept {
  event::LevelRange range{out.levelCount(), 0};
  if (!isPresent(value)) return range;
  if (value.token.type != MsgpackType::Array) {
    scale.fail(DecodeError::Malformed);
    return range;
  }
  MsgpackReader reader(value.contents);
  while (scale.ok() && !reader.atEnd()) {
    const auto head = reader.next();
    if (!head.ok() || head.value().type != MsgpackType::Map) {
      scale.fail(DecodeError::Malformed);
      break;
    }
    MsgpackValue price;
    MsgpackValue size;
    const DecodeError error =
        readMap(reader, head.value().bits, [&](std::uint64_t word, const MsgpackValue& item) {
          if (word == keyWord("p")) {
            price = item;
          } else if (word == keyWord("s")) {
            size = item;
          } else {
            ++out.unknownFieldCount;
          }
        });
    if (error != DecodeError::Ok) scale.fail(error);
    const Price ticks = MsgpackForm::price(price, scale);
    if (!out.addLevel(ticks, qty(size, scale))) scale.fail(DecodeError::CapacityExceeded);
  }
  range.count = out.levelCount() - range.begin;
  return range;
}

DecodeError readMessage(MsgpackReader& reader, std::uint64_t memberCount,
                        const DecodeContext& context, event::Frame& out) noexcept {
  alpaca::Fields<MsgpackForm> fields;
  const DecodeError error =
      readMap(reader, memberCount, [&](std::uint64_t word, const MsgpackValue& value) {
        const alpaca::KeyMeaning meaning = alpaca::meaningOf(word);
        if (meaning.field) fields[*meaning.field] = value;
        if (!meaning.isKnown) ++fields.unknownCount;
      });
  if (error != DecodeError::Ok) return error;
  return alpaca::MessageWriter<MsgpackForm>(fields, context, out).write();
}

}  // namespace

DecodeError decodeAlpacaMsgpack(std::string_view frame, const DecodeContext& context,
                                event::Frame& out) noexcept {
  out.clear();
  MsgpackReader reader(frame);
  const auto head = reader.next();
  if (!head.ok()) return head.error();
  if (head.value().type != MsgpackType::Array) {
    ++out.unknownCount;
    if (const DecodeError error = reader.skipContents(head.value()); error != DecodeError::Ok) {
      return error;
    }
    return reader.atEnd() ? DecodeError::Ok : DecodeError::Malformed;
  }
  for (std::uint64_t count = head.value().bits; count > 0; --count) {
    const auto item = reader.next();
    if (!item.ok()) return item.error();
    DecodeError error = DecodeError::Ok;
    if (item.value().type == MsgpackType::Map) {
      error = readMessage(reader, item.value().bits, context, out);
    } else {
      ++out.unknownCount;
      error = reader.skipContents(item.value());
    }
    if (error != DecodeError::Ok) return error;
  }
  return reader.atEnd() ? DecodeError::Ok : DecodeError::Malformed;
}

}  // namespace hft::decode
