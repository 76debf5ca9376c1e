#include <optional>

#include "native/decode/coinbase/coinbase.hpp"

namespace hft::decode::coinbase {

namespace {

using event::DecodeError;
using event::TradingStatus;

enum Field : std::size_t {
  kId,
  kProductId,
  kStatus,
  kDisabled,
  kAuction,
  kCancelOnly,
  kPostOnly,
  kFields
};

/// The state of a product; nothing for a word that is not known. `limit_only` forbids market
/// orders; the market itself goes on.
std::optional<TradingStatus> tradingStatus(const JsonMembers<kFields>& fields) noexcept {
  const std::string_view word = fields[kStatus];
  if (isText(word, "delisted")) return TradingStatus::Closed;
  if (isText(word, "offline") || isText(word, "internal")) return TradingStatus::Halted;
  if (!word.empty() && !isText(word, "online") && !isText(word, "")) return std::nullopt;
  if (fields[kDisabled] == "true") return TradingStatus::Halted;
  if (fields[kCancelOnly] == "true") return TradingStatus::CancelOnly;
  if (fields[kAuction] == "true") return TradingStatus::Auction;
  return fields[kPostOnly] == "true" ? TradingStatus::PostOnly : TradingStatus::Trading;
}

}  // namespace

DecodeError readProducts(std::string_view raw, const DecodeContext& context,
                         event::Frame& out) noexcept {
  // Exchange calls a product `id`, Advanced Trade `id` or `product_id`.
  static constexpr std::array<std::string_view, kFields> kNames = {
      "id", "product_id", "status", "trading_disabled", "auction_mode", "cancel_only", "post_only"};
  if (raw.empty()) return DecodeError::Malformed;
  JsonCursor cursor(raw);
  for (cursor.beginArray(); cursor.nextElement();) {
    const auto fields = readMembers(cursor, kNames);
    if (!cursor.ok()) break;
    TextBuffer buffer;
    const InstrumentId id = context.instruments.find(
        plainText(fields[kId].empty() ? fields[kProductId] : fields[kId], buffer));
    const auto status = tradingStatus(fields);
    if (id == kNoInstrument) {
      ++out.skippedCount;
    } else if (!status) {
      ++out.unknownCount;
    } else {
      event::Message* message = addMessage(out, event::MessageKind::Status, id);
      if (message == nullptr) return DecodeError::CapacityExceeded;
      message->code = static_cast<std::uint8_t>(*status);
    }
  }
  return cursor.error();
}

}  // namespace hft::decode::coinbase
