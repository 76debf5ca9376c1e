#pragma once

#include <cstdint>
#include <string_view>

#include "native/core/instrument.hpp"
#include "native/decode/decimal.hpp"
#include "native/event/feed_message.hpp"

namespace hft::decode {

/// Converts the numbers of one message into ticks and lots of its instrument.
///
/// The first error stays and later numbers read as 0. Numbers finer than the scale are noted and
/// told together at the end, so that one widening cures the whole message. The numbers of a book
/// also teach the decimals that the venue prints, which a checksum needs, where the instrument is
/// discovered; those of trades, quotes and bars don't, because a venue may print them otherwise.
class ScaleReader {
 public:
  explicit ScaleReader(const Instrument& instrument) noexcept : instrument_(instrument) {}

  /// The price or quantity that the JSON value `raw` is: a number (exponents included), or a string
  /// of digits with at most one dot. Not negative.
  Price price(std::string_view raw) noexcept {
    return read(raw, instrument_.scale.priceDecimals, price_);
  }
  Qty qty(std::string_view raw) noexcept { return read(raw, instrument_.scale.qtyDecimals, qty_); }
  Price bookPrice(std::string_view raw) noexcept { return learn(price(raw), price_); }
  Qty bookQty(std::string_view raw) noexcept { return learn(qty(raw), qty_); }

  /// The price or quantity of a number that was read elsewhere, at these decimals.
  Price priceOf(const DecimalReading& reading) noexcept { return accept(reading, price_); }
  Qty qtyOf(const DecimalReading& reading) noexcept { return accept(reading, qty_); }
  [[nodiscard]] unsigned priceDecimals() const noexcept { return instrument_.scale.priceDecimals; }
  [[nodiscard]] unsigned qtyDecimals() const noexcept { return instrument_.scale.qtyDecimals; }

  void fail(event::DecodeError error) noexcept {
    if (error_ == event::DecodeError::Ok) error_ = error;
  }
  [[nodiscard]] bool ok() const noexcept { return error_ == event::DecodeError::Ok; }

  /// The verdict on all numbers so far; fills `out.needed*` where it is TooManyDecimals.
  [[nodiscard]] event::DecodeError finish(event::Frame& out) const noexcept;

 private:
  /// The decimals that the numbers of one kind have.
  struct Needs {
    std::uint8_t decimals = 0;
    std::uint8_t digits = 0;
    std::uint8_t lastPrinted = 0;
  };

  std::int64_t read(std::string_view raw, unsigned decimals, Needs& needs) noexcept;
  std::int64_t accept(const DecimalReading& reading, Needs& needs) noexcept;

  static std::int64_t learn(std::int64_t value, Needs& needs) noexcept {
    if (needs.lastPrinted > needs.digits) needs.digits = needs.lastPrinted;
    return value;
  }

  const Instrument& instrument_;
  Needs price_;
  Needs qty_;
  event::DecodeError error_ = event::DecodeError::Ok;
};

}  // namespace hft::decode
