#pragma once

#include <cstddef>
#include <cstdint>

#include "native/decode/itch/itch_admin_messages.hpp"
#include "native/decode/itch/itch_order_messages.hpp"

namespace hft::decode::itch {

/// A type without a fixed length: one that this decoder does not know.
inline constexpr std::size_t kUnknownBytes = 0;

/// Calls `visit` with the type of the message `type` as `template operator()<Message>()`, or
/// returns `unknown()`. The one place that lists the types.
template <typename Visit, typename Unknown>
[[gnu::always_inline]] constexpr auto dispatchType(char type, Visit&& visit, Unknown&& unknown) {
  switch (type) {
    case AddOrder::kType:
      return visit.template operator()<AddOrder>();
    case OrderDelete::kType:
      return visit.template operator()<OrderDelete>();
    case OrderReplace::kType:
      return visit.template operator()<OrderReplace>();
    case OrderExecuted::kType:
      return visit.template operator()<OrderExecuted>();
    case OrderCancel::kType:
      return visit.template operator()<OrderCancel>();
    case AddOrderMpid::kType:
      return visit.template operator()<AddOrderMpid>();
    case OrderExecutedWithPrice::kType:
      return visit.template operator()<OrderExecutedWithPrice>();
    case Trade::kType:
      return visit.template operator()<Trade>();
    case CrossTrade::kType:
      return visit.template operator()<CrossTrade>();
    case BrokenTrade::kType:
      return visit.template operator()<BrokenTrade>();
    case Noii::kType:
      return visit.template operator()<Noii>();
    case RetailInterest::kType:
      return visit.template operator()<RetailInterest>();
    case SystemEvent::kType:
      return visit.template operator()<SystemEvent>();
    case StockDirectory::kType:
      return visit.template operator()<StockDirectory>();
    case TradingAction::kType:
      return visit.template operator()<TradingAction>();
    case RegSho::kType:
      return visit.template operator()<RegSho>();
    case MarketParticipantPosition::kType:
      return visit.template operator()<MarketParticipantPosition>();
    case MwcbDeclineLevels::kType:
      return visit.template operator()<MwcbDeclineLevels>();
    case MwcbStatus::kType:
      return visit.template operator()<MwcbStatus>();
    case IpoQuoting::kType:
      return visit.template operator()<IpoQuoting>();
    case LuldAuctionCollar::kType:
      return visit.template operator()<LuldAuctionCollar>();
    case OperationalHalt::kType:
      return visit.template operator()<OperationalHalt>();
    case DirectListing::kType:
      return visit.template operator()<DirectListing>();
    default:
      return unknown();
  }
}

/// The fixed length of a type; kUnknownBytes for an unknown one.
[[nodiscard]] constexpr std::size_t messageBytes(char type) noexcept {
  return dispatchType(
      type, []<typename Message>() { return Message::kBytes; }, [] { return kUnknownBytes; });
}

/// What became of one message.
enum class Decoded : std::uint8_t { Known, Unknown, TooShort };

/// Decodes the message of `length` bytes at `at` and hands it to `visitor`, an object that takes
/// every message type (a generic `operator()` may catch those it does not want).
///
/// Reads nothing beyond `length`; bytes beyond the fixed length are a later version's and ignored.
/// Everything is inlined: fields that the visitor does not use cost nothing.
template <typename Visitor>
[[gnu::always_inline]] inline Decoded decodeMessage(const std::uint8_t* at, std::size_t length,
                                                    Visitor& visitor) noexcept {
  if (length == 0) return Decoded::TooShort;
  return dispatchType(
      readChar(at),
      [&]<typename Message>() {
        if (length < Message::kBytes) [[unlikely]]
          return Decoded::TooShort;
        visitor(Message::read(at));
        return Decoded::Known;
      },
      [] { return Decoded::Unknown; });
}

}  // namespace hft::decode::itch
