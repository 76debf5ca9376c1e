#pragma once

#include <optional>
#include <string_view>

#include "native/fix/message/message_fields.hpp"

namespace hft::fix {

/// An entry of NoMDEntryTypes(267).
struct MdEntryTypeEntry {
  char mdEntryType = 0;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template character<269>(self.mdEntryType);
  }
};

/// An entry of NoRelatedSym(146).
struct SymbolEntry {
  std::string_view symbol;
  std::string_view securityID;
  std::string_view securityIDSource;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template text<55>(self.symbol);
    visitor.template text<48>(self.securityID);
    visitor.template text<22>(self.securityIDSource);
  }
};

/// MarketDataRequest(35=V).
struct MarketDataRequest {
  static constexpr std::string_view kMsgType = "V";

  std::string_view mdReqID;
  char subscriptionRequestType = 0;
  std::optional<std::int64_t> marketDepth;
  std::optional<std::int64_t> mdUpdateType;
  std::optional<bool> aggregatedBook;
  Group<MdEntryTypeEntry> mdEntryTypes;
  Group<SymbolEntry> relatedSym;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template text<262>(self.mdReqID);
    visitor.template character<263>(self.subscriptionRequestType);
    visitor.template number<264>(self.marketDepth);
    visitor.template number<265>(self.mdUpdateType);
    visitor.template flag<266>(self.aggregatedBook);
    visitor.template group<267>(self.mdEntryTypes);
    visitor.template group<146>(self.relatedSym);
  }
};

/// An entry of NoMDEntries(268) of a snapshot.
struct MdSnapshotEntry {
  char mdEntryType = 0;
  std::string_view mdEntryID;
  std::optional<Decimal> mdEntryPx;
  std::optional<Decimal> mdEntrySize;
  std::string_view mdEntryDate;
  std::string_view mdEntryTime;
  std::string_view orderID;
  std::optional<std::int64_t> mdEntryPositionNo;
  std::optional<std::int64_t> numberOfOrders;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template character<269>(self.mdEntryType);
    visitor.template text<278>(self.mdEntryID);
    visitor.template decimal<270>(self.mdEntryPx);
    visitor.template decimal<271>(self.mdEntrySize);
    visitor.template text<272>(self.mdEntryDate);
    visitor.template text<273>(self.mdEntryTime);
    visitor.template text<37>(self.orderID);
    visitor.template number<290>(self.mdEntryPositionNo);
    visitor.template number<346>(self.numberOfOrders);
  }
};

/// MarketDataSnapshotFullRefresh(35=W): replaces the whole book of its symbol.
struct MarketDataSnapshot {
  static constexpr std::string_view kMsgType = "W";

  std::string_view mdReqID;
  std::string_view symbol;
  std::string_view securityID;
  std::optional<std::int64_t> rptSeq;
  std::optional<bool> lastFragment;
  Group<MdSnapshotEntry> entries;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template text<262>(self.mdReqID);
    visitor.template text<55>(self.symbol);
    visitor.template text<48>(self.securityID);
    visitor.template number<83>(self.rptSeq);
    visitor.template flag<893>(self.lastFragment);
    visitor.template group<268>(self.entries);
  }
};

/// An entry of NoMDEntries(268) of an incremental refresh. Symbol is inherited from the entry
/// before where it is empty.
struct MdIncrementalEntry {
  char mdUpdateAction = 0;
  char mdEntryType = 0;
  std::string_view mdEntryID;
  std::string_view mdEntryRefID;
  std::string_view symbol;
  std::string_view securityID;
  std::optional<Decimal> mdEntryPx;
  std::optional<Decimal> mdEntrySize;
  std::string_view mdEntryDate;
  std::string_view mdEntryTime;
  Nanos transactTime = 0;
  std::string_view orderID;
  std::optional<std::int64_t> mdEntryPositionNo;
  std::optional<std::int64_t> numberOfOrders;
  std::optional<std::int64_t> rptSeq;
  std::optional<std::int64_t> mdPriceLevel;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template character<279>(self.mdUpdateAction);
    visitor.template character<269>(self.mdEntryType);
    visitor.template text<278>(self.mdEntryID);
    visitor.template text<280>(self.mdEntryRefID);
    visitor.template text<55>(self.symbol);
    visitor.template text<48>(self.securityID);
    visitor.template decimal<270>(self.mdEntryPx);
    visitor.template decimal<271>(self.mdEntrySize);
    visitor.template text<272>(self.mdEntryDate);
    visitor.template text<273>(self.mdEntryTime);
    visitor.template timestamp<60>(self.transactTime);
    visitor.template text<37>(self.orderID);
    visitor.template number<290>(self.mdEntryPositionNo);
    visitor.template number<346>(self.numberOfOrders);
    visitor.template number<83>(self.rptSeq);
    visitor.template number<1023>(self.mdPriceLevel);
  }
};

/// MarketDataIncrementalRefresh(35=X).
struct MarketDataIncremental {
  static constexpr std::string_view kMsgType = "X";

  std::string_view mdReqID;
  Group<MdIncrementalEntry> entries;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template text<262>(self.mdReqID);
    visitor.template group<268>(self.entries);
  }
};

/// MarketDataRequestReject(35=Y).
struct MarketDataRequestReject {
  static constexpr std::string_view kMsgType = "Y";

  std::string_view mdReqID;
  char mdReqRejReason = 0;
  std::string_view text;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template text<262>(self.mdReqID);
    visitor.template character<281>(self.mdReqRejReason);
    visitor.template text<58>(self.text);
  }
};

}  // namespace hft::fix
