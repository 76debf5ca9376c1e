#pragma once

#include <cstddef>
#include <cstdint>

#include "native/decode/itch/itch_fields.hpp"

namespace hft::decode::itch {

// Source: NASDAQ TotalView-ITCH 5.0, section 4, order, trade and imbalance messages. Prices have
// four implied decimals.

/// An order enters the book at the end of its level.
struct AddOrder {
  static constexpr char kType = 'A';
  static constexpr std::size_t kBytes = 36;

  Prefix prefix;
  std::uint64_t orderRef;
  char side;  ///< B or S.
  std::uint32_t shares;
  Text<8> stock;
  std::uint32_t price;

  [[nodiscard]] static AddOrder read(const std::uint8_t* at) noexcept {
    return {Prefix::read(at), readU64(at + 11),     readChar(at + 19),
            readU32(at + 20), readText<8>(at + 24), readU32(at + 32)};
  }
};

/// AddOrder with the participant that placed it.
struct AddOrderMpid {
  static constexpr char kType = 'F';
  static constexpr std::size_t kBytes = 40;

  Prefix prefix;
  std::uint64_t orderRef;
  char side;  ///< B or S.
  std::uint32_t shares;
  Text<8> stock;
  std::uint32_t price;
  Text<4> attribution;

  [[nodiscard]] static AddOrderMpid read(const std::uint8_t* at) noexcept {
    return {Prefix::read(at),     readU64(at + 11), readChar(at + 19),   readU32(at + 20),
            readText<8>(at + 24), readU32(at + 32), readText<4>(at + 36)};
  }
};

/// An order was executed at its own price.
struct OrderExecuted {
  static constexpr char kType = 'E';
  static constexpr std::size_t kBytes = 31;

  Prefix prefix;
  std::uint64_t orderRef;
  std::uint32_t executedShares;
  std::uint64_t matchNumber;

  [[nodiscard]] static OrderExecuted read(const std::uint8_t* at) noexcept {
    return {Prefix::read(at), readU64(at + 11), readU32(at + 19), readU64(at + 23)};
  }
};

/// An order was executed at another price than its own.
struct OrderExecutedWithPrice {
  static constexpr char kType = 'C';
  static constexpr std::size_t kBytes = 36;

  Prefix prefix;
  std::uint64_t orderRef;
  std::uint32_t executedShares;
  std::uint64_t matchNumber;
  char printable;  ///< N: not part of the tape, a cross trade reports it.
  std::uint32_t executionPrice;

  [[nodiscard]] static OrderExecutedWithPrice read(const std::uint8_t* at) noexcept {
    return {Prefix::read(at), readU64(at + 11),  readU32(at + 19),
            readU64(at + 23), readChar(at + 31), readU32(at + 32)};
  }
};

/// Part of an order was cancelled.
struct OrderCancel {
  static constexpr char kType = 'X';
  static constexpr std::size_t kBytes = 23;

  Prefix prefix;
  std::uint64_t orderRef;
  std::uint32_t cancelledShares;

  [[nodiscard]] static OrderCancel read(const std::uint8_t* at) noexcept {
    return {Prefix::read(at), readU64(at + 11), readU32(at + 19)};
  }
};

/// An order left the book.
struct OrderDelete {
  static constexpr char kType = 'D';
  static constexpr std::size_t kBytes = 19;

  Prefix prefix;
  std::uint64_t orderRef;

  [[nodiscard]] static OrderDelete read(const std::uint8_t* at) noexcept {
    return {Prefix::read(at), readU64(at + 11)};
  }
};

/// An order was replaced; the priority is lost.
struct OrderReplace {
  static constexpr char kType = 'U';
  static constexpr std::size_t kBytes = 35;

  Prefix prefix;
  std::uint64_t originalRef;
  std::uint64_t newRef;
  std::uint32_t shares;  ///< The whole new quantity.
  std::uint32_t price;

  [[nodiscard]] static OrderReplace read(const std::uint8_t* at) noexcept {
    return {Prefix::read(at), readU64(at + 11), readU64(at + 19), readU32(at + 27),
            readU32(at + 31)};
  }
};

/// An execution of a hidden order: it never was in the book.
struct Trade {
  static constexpr char kType = 'P';
  static constexpr std::size_t kBytes = 44;

  Prefix prefix;
  std::uint64_t orderRef;  ///< Zero since 2010.
  char side;               ///< B since 2014, whatever the side was.
  std::uint32_t shares;
  Text<8> stock;
  std::uint32_t price;
  std::uint64_t matchNumber;

  [[nodiscard]] static Trade read(const std::uint8_t* at) noexcept {
    return {Prefix::read(at),     readU64(at + 11), readChar(at + 19), readU32(at + 20),
            readText<8>(at + 24), readU32(at + 32), readU64(at + 36)};
  }
};

/// The volume of a cross.
struct CrossTrade {
  static constexpr char kType = 'Q';
  static constexpr std::size_t kBytes = 40;

  Prefix prefix;
  std::uint64_t shares;
  Text<8> stock;
  std::uint32_t crossPrice;
  std::uint64_t matchNumber;
  char crossType;  ///< O open, C close, H halt or IPO, A extended close, I intraday.

  [[nodiscard]] static CrossTrade read(const std::uint8_t* at) noexcept {
    return {Prefix::read(at), readU64(at + 11), readText<8>(at + 19),
            readU32(at + 27), readU64(at + 31), readChar(at + 39)};
  }
};

/// An execution was cancelled.
struct BrokenTrade {
  static constexpr char kType = 'B';
  static constexpr std::size_t kBytes = 19;

  Prefix prefix;
  std::uint64_t matchNumber;

  [[nodiscard]] static BrokenTrade read(const std::uint8_t* at) noexcept {
    return {Prefix::read(at), readU64(at + 11)};
  }
};

/// The net order imbalance before a cross.
struct Noii {
  static constexpr char kType = 'I';
  static constexpr std::size_t kBytes = 50;

  Prefix prefix;
  std::uint64_t pairedShares;
  std::uint64_t imbalanceShares;
  char imbalanceDirection;  ///< B, S, N none, O insufficient, P paused.
  Text<8> stock;
  std::uint32_t farPrice;
  std::uint32_t nearPrice;
  std::uint32_t referencePrice;
  char crossType;
  char priceVariation;

  [[nodiscard]] static Noii read(const std::uint8_t* at) noexcept {
    return {Prefix::read(at),     readU64(at + 11), readU64(at + 19), readChar(at + 27),
            readText<8>(at + 28), readU32(at + 36), readU32(at + 40), readU32(at + 44),
            readChar(at + 48),    readChar(at + 49)};
  }
};

/// Retail price improvement interest.
struct RetailInterest {
  static constexpr char kType = 'N';
  static constexpr std::size_t kBytes = 20;

  Prefix prefix;
  Text<8> stock;
  char interest;  ///< B, S, A both, N none.

  [[nodiscard]] static RetailInterest read(const std::uint8_t* at) noexcept {
    return {Prefix::read(at), readText<8>(at + 11), readChar(at + 19)};
  }
};
}  // namespace hft::decode::itch
