#include "native/decode/json/json_members.hpp"

#include "native/decode/decimal.hpp"
#include "native/decode/time.hpp"

namespace hft::decode {

using event::DecodeError;

std::string_view plainText(std::string_view raw, TextBuffer& buffer) noexcept {
  if (raw.empty()) return {};
  if (raw.front() == '-' || (raw.front() >= '0' && raw.front() <= '9')) return raw;
  if (!isJsonString(raw)) return {};
  const std::string_view inner = raw.substr(1, raw.size() - 2);
  const bool hasEscapes = inner.find('\\') != std::string_view::npos;
  return unescape(JsonText{inner, hasEscapes}, buffer).valueOr(std::string_view());
}

bool isText(std::string_view raw, std::string_view text) noexcept {
  if (!isJsonString(raw)) return false;
  TextBuffer buffer;
  return plainText(raw, buffer) == text;
}

Result<std::uint64_t, DecodeError> readUnsigned(std::string_view raw) noexcept {
  TextBuffer buffer;
  const std::string_view text = plainText(raw, buffer);
  if (text.empty()) return DecodeError::Malformed;
  const auto value = parseUnsigned(text);
  if (!value.ok()) return toDecodeError(value.error());
  return value.value();
}

Nanos readIsoTime(std::string_view raw, event::Frame& out) noexcept {
  if (raw.empty()) return 0;
  TextBuffer buffer;
  const auto time = parseIsoTime(isJsonString(raw) ? plainText(raw, buffer) : std::string_view());
  if (!time.ok()) ++out.unknownFieldCount;
  return time.valueOr(0);
}

InstrumentId resolveInstrument(std::string_view symbol, const DecodeContext& context,
                               event::Frame& out) noexcept {
  InstrumentId instrument = context.instruments.find(symbol);
  if (instrument == kNoInstrument && context.discoversInstruments) {
    instrument = context.instruments.discover(symbol).valueOr(kNoInstrument);
  }
  if (instrument == kNoInstrument) ++out.skippedCount;
  return instrument;
}

Result<InstrumentId, DecodeError> readInstrument(std::string_view raw, const DecodeContext& context,
                                                 event::Frame& out) noexcept {
  TextBuffer buffer;
  const std::string_view symbol = isJsonString(raw) ? plainText(raw, buffer) : std::string_view();
  if (symbol.empty()) return DecodeError::Malformed;
  return resolveInstrument(symbol, context, out);
}

}  // namespace hft::decode
