#pragma once

#include "native/core/fix_words.hpp"
#include "native/core/units.hpp"

// Between the bytes of FIX and the core's words. What has no word on the other side is None or 0.
namespace hft::fix {

/// Side(54): buy 1; sell 2, short 5 and short exempt 6.
[[nodiscard]] constexpr Side toSide(char text) noexcept {
  switch (text) {
    case '1':
      return Side::Buy;
    case '2':
    case '5':
    case '6':
      return Side::Sell;
    default:
      return Side::None;
  }
}

[[nodiscard]] constexpr char toText(Side side) noexcept {
  return side == Side::Buy ? '1' : side == Side::Sell ? '2' : '\0';
}

/// OrdType(40). Pegged orders (P) are trailing stops only by their further fields: None here.
[[nodiscard]] constexpr OrdType toOrdType(char text) noexcept {
  switch (text) {
    case '1':
      return OrdType::Market;
    case '2':
      return OrdType::Limit;
    case '3':
      return OrdType::Stop;
    case '4':
      return OrdType::StopLimit;
    case 'K':
      return OrdType::MarketToLimit;
    case 'J':
      return OrdType::MarketIfTouched;
    default:
      return OrdType::None;
  }
}

[[nodiscard]] constexpr char toText(OrdType ordType) noexcept {
  switch (ordType) {
    case OrdType::Market:
      return '1';
    case OrdType::Limit:
      return '2';
    case OrdType::Stop:
      return '3';
    case OrdType::StopLimit:
      return '4';
    case OrdType::MarketToLimit:
      return 'K';
    case OrdType::MarketIfTouched:
      return 'J';
    case OrdType::TrailingStop:
    case OrdType::TrailingStopLimit:
      return 'P';
    default:
      return '\0';
  }
}

/// TimeInForce(59); Day where the field is absent (0), as FIX says. `isKnown` says whether the
/// core has a word for `text`.
struct TimeInForceWord {
  TimeInForce word = TimeInForce::Day;
  bool isKnown = false;
};

[[nodiscard]] constexpr TimeInForceWord toTimeInForce(char text) noexcept {
  switch (text) {
    case '\0':
    case '0':
      return {TimeInForce::Day, true};
    case '1':
      return {TimeInForce::GoodTillCancel, true};
    case '2':
      return {TimeInForce::AtTheOpening, true};
    case '3':
      return {TimeInForce::ImmediateOrCancel, true};
    case '4':
      return {TimeInForce::FillOrKill, true};
    case '6':
      return {TimeInForce::GoodTillDate, true};
    case '7':
      return {TimeInForce::AtTheClose, true};
    default:
      return {};
  }
}

[[nodiscard]] constexpr char toText(TimeInForce timeInForce) noexcept {
  return static_cast<char>('0' + static_cast<char>(timeInForce));
}

/// OrdStatus(39).
[[nodiscard]] OrdStatus toOrdStatus(char text) noexcept;
[[nodiscard]] char toText(OrdStatus ordStatus) noexcept;

/// ExecType(150). Up to FIX 4.2 fills are 1 and 2 and ExecTransType(20) tells corrections and
/// status: give it there, and 0 in later versions.
[[nodiscard]] ExecType toExecType(char text, char execTransType) noexcept;
/// ExecType(150) from FIX 4.3 on.
[[nodiscard]] char toText(ExecType execType) noexcept;
/// ExecType(150) up to FIX 4.2: a fill says by `ordStatus` whether it is the last.
[[nodiscard]] char toText42(ExecType execType, OrdStatus ordStatus) noexcept;
/// ExecTransType(20), up to FIX 4.2: new, cancel, correct, status.
[[nodiscard]] char execTransTypeOf(ExecType execType) noexcept;

}  // namespace hft::fix
