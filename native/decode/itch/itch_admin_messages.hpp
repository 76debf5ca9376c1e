#pragma once

#include <cstddef>
#include <cstdint>

#include "native/decode/itch/itch_fields.hpp"

namespace hft::decode::itch {

// Source: NASDAQ TotalView-ITCH 5.0, section 4, system and stock messages. Prices have four
// implied decimals where nothing else is said.

/// Start and end of the feed, the system hours and the market hours.
struct SystemEvent {
  static constexpr char kType = 'S';
  static constexpr std::size_t kBytes = 12;

  Prefix prefix;
  char eventCode;  ///< O, S, Q, M, E, C in the order of a day.

  [[nodiscard]] static SystemEvent read(const std::uint8_t* at) noexcept {
    return {Prefix::read(at), readChar(at + 11)};
  }
};

/// A symbol and its locate code of the day.
struct StockDirectory {
  static constexpr char kType = 'R';
  static constexpr std::size_t kBytes = 39;

  Prefix prefix;
  Text<8> stock;
  char marketCategory;
  char financialStatus;
  std::uint32_t roundLotSize;
  char roundLotsOnly;
  char issueClassification;
  Text<2> issueSubType;
  char authenticity;  ///< P live, T test.
  char shortSaleThreshold;
  char ipoFlag;
  char luldTier;
  char etpFlag;
  std::uint32_t etpLeverage;
  char inverse;

  [[nodiscard]] static StockDirectory read(const std::uint8_t* at) noexcept {
    return {Prefix::read(at),  readText<8>(at + 11), readChar(at + 19), readChar(at + 20),
            readU32(at + 21),  readChar(at + 25),    readChar(at + 26), readText<2>(at + 27),
            readChar(at + 29), readChar(at + 30),    readChar(at + 31), readChar(at + 32),
            readChar(at + 33), readU32(at + 34),     readChar(at + 38)};
  }
};

/// The trading state of a symbol.
struct TradingAction {
  static constexpr char kType = 'H';
  static constexpr std::size_t kBytes = 25;

  Prefix prefix;
  Text<8> stock;
  char state;  ///< H halted, P paused, Q quotation only, T trading.
  char reserved;
  Text<4> reason;

  [[nodiscard]] static TradingAction read(const std::uint8_t* at) noexcept {
    return {Prefix::read(at), readText<8>(at + 11), readChar(at + 19), readChar(at + 20),
            readText<4>(at + 21)};
  }
};

/// The short sale price test of a symbol.
struct RegSho {
  static constexpr char kType = 'Y';
  static constexpr std::size_t kBytes = 20;

  Prefix prefix;
  Text<8> stock;
  char action;  ///< 0 none, 1 in effect today, 2 still in effect.

  [[nodiscard]] static RegSho read(const std::uint8_t* at) noexcept {
    return {Prefix::read(at), readText<8>(at + 11), readChar(at + 19)};
  }
};

/// A market participant in a symbol.
struct MarketParticipantPosition {
  static constexpr char kType = 'L';
  static constexpr std::size_t kBytes = 26;

  Prefix prefix;
  Text<4> mpid;
  Text<8> stock;
  char primaryMarketMaker;
  char marketMakerMode;
  char participantState;

  [[nodiscard]] static MarketParticipantPosition read(const std::uint8_t* at) noexcept {
    return {Prefix::read(at),  readText<4>(at + 11), readText<8>(at + 15),
            readChar(at + 23), readChar(at + 24),    readChar(at + 25)};
  }
};

/// The levels of the market-wide circuit breaker, with 8 decimals.
struct MwcbDeclineLevels {
  static constexpr char kType = 'V';
  static constexpr std::size_t kBytes = 35;

  Prefix prefix;
  std::uint64_t level1;
  std::uint64_t level2;
  std::uint64_t level3;

  [[nodiscard]] static MwcbDeclineLevels read(const std::uint8_t* at) noexcept {
    return {Prefix::read(at), readU64(at + 11), readU64(at + 19), readU64(at + 27)};
  }
};

/// A level of the market-wide circuit breaker was breached.
struct MwcbStatus {
  static constexpr char kType = 'W';
  static constexpr std::size_t kBytes = 12;

  Prefix prefix;
  char breachedLevel;  ///< '1' to '3'.

  [[nodiscard]] static MwcbStatus read(const std::uint8_t* at) noexcept {
    return {Prefix::read(at), readChar(at + 11)};
  }
};

/// When quoting of a new issue begins.
struct IpoQuoting {
  static constexpr char kType = 'K';
  static constexpr std::size_t kBytes = 28;

  Prefix prefix;
  Text<8> stock;
  std::uint32_t releaseTime;  ///< Seconds since midnight.
  char releaseQualifier;      ///< A anticipated, C cancelled.
  std::uint32_t ipoPrice;

  [[nodiscard]] static IpoQuoting read(const std::uint8_t* at) noexcept {
    return {Prefix::read(at), readText<8>(at + 11), readU32(at + 19), readChar(at + 23),
            readU32(at + 24)};
  }
};

/// The price collar of an auction after a volatility pause.
struct LuldAuctionCollar {
  static constexpr char kType = 'J';
  static constexpr std::size_t kBytes = 35;

  Prefix prefix;
  Text<8> stock;
  std::uint32_t referencePrice;
  std::uint32_t upperPrice;
  std::uint32_t lowerPrice;
  std::uint32_t extension;

  [[nodiscard]] static LuldAuctionCollar read(const std::uint8_t* at) noexcept {
    return {Prefix::read(at), readText<8>(at + 11), readU32(at + 19),
            readU32(at + 23), readU32(at + 27),     readU32(at + 31)};
  }
};

/// An operational halt of a symbol in one market.
struct OperationalHalt {
  static constexpr char kType = 'h';
  static constexpr std::size_t kBytes = 21;

  Prefix prefix;
  Text<8> stock;
  char marketCode;  ///< Q, B or X.
  char action;      ///< H halted, T resumed.

  [[nodiscard]] static OperationalHalt read(const std::uint8_t* at) noexcept {
    return {Prefix::read(at), readText<8>(at + 11), readChar(at + 19), readChar(at + 20)};
  }
};

/// The price range of a direct listing with capital raise.
struct DirectListing {
  static constexpr char kType = 'O';
  static constexpr std::size_t kBytes = 48;

  Prefix prefix;
  Text<8> stock;
  char openEligible;
  std::uint32_t minPrice;
  std::uint32_t maxPrice;
  std::uint32_t nearExecutionPrice;
  std::uint64_t nearExecutionTime;
  std::uint32_t lowerCollar;
  std::uint32_t upperCollar;

  [[nodiscard]] static DirectListing read(const std::uint8_t* at) noexcept {
    return {Prefix::read(at), readText<8>(at + 11), readChar(at + 19),
            readU32(at + 20), readU32(at + 24),     readU32(at + 28),
            readU64(at + 32), readU32(at + 40),     readU32(at + 44)};
  }
};
}  // namespace hft::decode::itch
