#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "native/core/units.hpp"
#include "native/decode/decoder.hpp"
#include "native/decode/itch/itch.hpp"

namespace hft::decode {

/// Turns single ITCH 5.0 messages into frames for the pipeline.
///
/// A frame is one message without its length. Keeps the locate codes of the day: a symbol becomes
/// known by its directory message or its first order, with four price decimals and whole shares;
/// test symbols are skipped. What becomes of the types:
/// - A, F: OrderAdd. U: OrderReplace. D: OrderDelete. X: OrderReduce of cause Cancel.
/// - E, C: OrderReduce of cause Execution (HiddenExecution where not printable) with the match
///   number as lastId; its price is that of C, kNoPrice for E: the order's own. The book knows the
///   order, so whoever applies the message derives the trade.
/// - P, Q: Trade without a side. H, h: Status.
/// - The rest carries nothing for a book and is counted as skipped.
/// For many symbols at full rate use book::ItchBooks, which reads the messages directly.
/// Not thread-safe.
class ItchDecoder {
 public:
  /// `midnight` is added to every timestamp: the UTC time of the session day's midnight in New
  /// York; zero leaves nanoseconds since midnight.
  explicit ItchDecoder(Nanos midnight);

  [[nodiscard]] event::DecodeError decode(std::string_view frame, const DecodeContext& context,
                                          event::Frame& out) noexcept;

  /// The instrument of a locate code; kNoInstrument if unknown.
  [[nodiscard]] InstrumentId instrumentOf(std::uint16_t locate) const noexcept {
    return instruments_[locate];
  }

 private:
  struct Visitor;

  Nanos midnight_;
  std::vector<InstrumentId> instruments_;
  std::vector<bool> isTest_;
};

}  // namespace hft::decode
