#include "native/decode/alpaca/alpaca.hpp"
#include "native/decode/msgpack/msgpack_number.hpp"
#include "native/decode/msgpack/msgpack_reader.hpp"
#include "native/decode/time.hpp"

namespace hft::decode {

namespace {

using event::DecodeError;

/// MessagePack: a value is its bytes, read when they are asked for.
struct MsgpackForm {
  using Value = std::string_view;

  static MsgpackToken token(Value raw) noexcept {
    return raw.empty() ? MsgpackToken{} : MsgpackReader(raw).next().valueOr(MsgpackToken{});
  }
  static bool isPresent(Value raw) noexcept { return !raw.empty() && raw != "\xc0"; }
  static Price price(Value raw, ScaleReader& scale) noexcept {
    if (!isPresent(raw)) scale.fail(DecodeError::Malformed);
    return scale.priceOf(readMsgpackNumber(token(raw), scale.priceDecimals()));
  }
  static Qty qty(Value raw, ScaleReader& scale) noexcept {
    if (!isPresent(raw)) scale.fail(DecodeError::Malformed);
    return scale.qtyOf(readMsgpackNumber(token(raw), scale.qtyDecimals()));
  }
  static Result<std::uint64_t, DecodeError> integer(Value raw) noexcept {
    const MsgpackToken value = token(raw);
    if (value.type == MsgpackType::Unsigned) return value.bits;
    if (value.type != MsgpackType::String) return DecodeError::Malformed;
    const auto number = parseUnsigned(value.bytes);
    if (!number.ok()) return toDecodeError(number.error());
    return number.value();
  }
  /// A timestamp extension, or RFC 3339 text; another form is counted and given as 0.
  static Nanos time(Value raw, event::Frame& out) noexcept {
    if (!isPresent(raw)) return 0;
    const MsgpackToken value = token(raw);
    if (value.type == MsgpackType::String) {
      const auto time = parseIsoTime(value.bytes);
      if (!time.ok()) ++out.unknownFieldCount;
      return time.valueOr(0);
    }
    const auto time = msgpackTime(value);
    if (!time.ok()) ++out.unknownFieldCount;
    return time.valueOr(0);
  }
  /// Printable ASCII, as all of the venue's symbols and codes are; anything else is no text.
  static std::string_view text(Value raw, TextBuffer&) noexcept {
    const MsgpackToken value = token(raw);
    if (value.type != MsgpackType::String) return {};
    for (const char byte : value.bytes) {
      if (byte < ' ' || byte > '~') return {};
    }
    return value.bytes;
  }
  static bool isTrue(Value raw) noexcept { return raw == "\xc3"; }
  static event::LevelRange levels(Value raw, ScaleReader& scale, event::Frame& out) noexcept;
};

/// Calls `visit(keyWord, value)` for the members of the map whose head was just read.
template <typename Visit>
DecodeError readMap(MsgpackReader& reader, std::uint64_t count, Visit visit) noexcept {
  for (; count > 0; --count) {
    const auto key = reader.takeKey();
    if (!key.ok()) return key.error();
    const char* begin = reader.rest().data();
    if (const DecodeError error = reader.skip(); error != DecodeError::Ok) return error;
    visit(key.value(),
          std::string_view(begin, static_cast<std::size_t>(reader.rest().data() - begin)));
  }
  return DecodeError::Ok;
}

/// `[{"p":27000.5,"s":1.2},...]`.
event::LevelRange MsgpackForm::levels(Value raw, ScaleReader& scale, event::Frame& out) noexcept {
  event::LevelRange range{out.levelCount(), 0};
  if (!isPresent(raw)) return range;
  MsgpackReader reader(raw);
  const MsgpackToken head = reader.next().valueOr(MsgpackToken{});
  if (head.type != MsgpackType::Array) {
    scale.fail(DecodeError::Malformed);
    return range;
  }
  while (scale.ok() && !reader.atEnd()) {
    const MsgpackToken level = reader.next().valueOr(MsgpackToken{});
    if (level.type != MsgpackType::Map) {
      scale.fail(DecodeError::Malformed);
      break;
    }
    Value price;
    Value size;
    const DecodeError error = readMap(reader, level.bits, [&](std::uint64_t word, Value value) {
      if (word == keyWord("p")) {
        price = value;
      } else if (word == keyWord("s")) {
        size = value;
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
      readMap(reader, memberCount, [&](std::uint64_t word, std::string_view value) {
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
