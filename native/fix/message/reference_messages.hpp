#pragma once

#include <optional>
#include <string_view>

#include "native/fix/message/message_fields.hpp"

namespace hft::fix {

/// SecurityListRequest(35=x).
struct SecurityListRequest {
  static constexpr std::string_view kMsgType = "x";

  std::string_view symbol;
  std::string_view securityReqID;
  std::optional<std::int64_t> securityListRequestType;
  char subscriptionRequestType = 0;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template text<55>(self.symbol);
    visitor.template text<320>(self.securityReqID);
    visitor.template number<559>(self.securityListRequestType);
    visitor.template character<263>(self.subscriptionRequestType);
  }
};

/// An entry of NoRelatedSym(146) of a SecurityList.
struct SecurityListEntry {
  std::string_view symbol;
  std::string_view securityID;
  std::string_view currency;
  std::string_view securityType;
  std::optional<Decimal> minTradeVol;
  std::optional<Decimal> minPriceIncrement;
  std::optional<Decimal> maxTradeVol;
  std::optional<Decimal> contractMultiplier;
  std::optional<Decimal> roundLot;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template text<55>(self.symbol);
    visitor.template text<48>(self.securityID);
    visitor.template text<15>(self.currency);
    visitor.template text<167>(self.securityType);
    visitor.template decimal<562>(self.minTradeVol);
    visitor.template decimal<969>(self.minPriceIncrement);
    visitor.template decimal<1140>(self.maxTradeVol);
    visitor.template decimal<231>(self.contractMultiplier);
    visitor.template decimal<561>(self.roundLot);
  }
};

/// SecurityList(35=y).
struct SecurityList {
  static constexpr std::string_view kMsgType = "y";

  std::string_view securityReqID;
  std::string_view securityResponseID;
  std::optional<std::int64_t> securityRequestResult;
  std::optional<std::int64_t> totNoRelatedSym;
  std::optional<bool> lastFragment;
  Group<SecurityListEntry> securities;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template text<320>(self.securityReqID);
    visitor.template text<322>(self.securityResponseID);
    visitor.template number<560>(self.securityRequestResult);
    visitor.template number<393>(self.totNoRelatedSym);
    visitor.template flag<893>(self.lastFragment);
    visitor.template group<146>(self.securities);
  }
};

/// SecurityStatusRequest(35=e).
struct SecurityStatusRequest {
  static constexpr std::string_view kMsgType = "e";

  std::string_view symbol;
  char subscriptionRequestType = 0;
  std::string_view securityStatusReqID;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template text<55>(self.symbol);
    visitor.template character<263>(self.subscriptionRequestType);
    visitor.template text<324>(self.securityStatusReqID);
  }
};

/// SecurityStatus(35=f).
struct SecurityStatus {
  static constexpr std::string_view kMsgType = "f";

  std::string_view symbol;
  std::string_view text;
  Nanos transactTime = 0;
  std::string_view securityStatusReqID;
  std::optional<std::int64_t> securityTradingStatus;
  std::string_view haltReason;
  std::optional<std::int64_t> securityTradingEvent;
  std::optional<std::int64_t> mdSecurityTradingStatus;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template text<55>(self.symbol);
    visitor.template text<58>(self.text);
    visitor.template timestamp<60>(self.transactTime);
    visitor.template text<324>(self.securityStatusReqID);
    visitor.template number<326>(self.securityTradingStatus);
    visitor.template text<327>(self.haltReason);
    visitor.template number<1174>(self.securityTradingEvent);
    visitor.template number<1682>(self.mdSecurityTradingStatus);
  }
};

}  // namespace hft::fix
