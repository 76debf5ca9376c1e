#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "native/core/fix_words.hpp"
#include "native/core/units.hpp"

namespace hft::fix {

/// What differs from cancel to cancel.
struct CancelFields {
  std::uint64_t clOrdID = 0;
  std::uint64_t origClOrdID = 0;
  Side side = Side::None;
  Qty orderQty = 0;
  std::string_view account;  ///< Whole fields, or nothing.
  Nanos time = 0;
};

/// The text of a cancel with holes: how a venue has cancels of one instrument written.
///
/// A hole is one control character, which no field of FIX text holds. Each says what stands in its
/// place; everything else stands as it is. `src/addon/fix-sessions.ts` has the same characters.
class CancelTemplate {
 public:
  enum Hole : char {
    kClOrdID = '\x0e',          ///< Decimal.
    kOrigClOrdID = '\x0f',      ///< Decimal.
    kClOrdIDUuid = '\x10',      ///< As the last digits of a version 4 UUID.
    kOrigClOrdIDUuid = '\x11',  ///< The same.
    kSide = '\x12',             ///< Side(54).
    kOrderQty = '\x13',         ///< Decimal, with the decimals of the instrument.
    kTimeSeconds = '\x14',      ///< UTCTimestamp without a fraction.
    kTimeMillis = '\x15',       ///< UTCTimestamp with three decimals.
    kAccount = '\x16',          ///< CancelFields::account.
  };

  CancelTemplate() = default;
  CancelTemplate(std::string text, std::uint32_t qtyDecimals)
      : text_(std::move(text)), qtyDecimals_(qtyDecimals) {}

  [[nodiscard]] bool isEmpty() const noexcept { return text_.empty(); }

  /// The text of one cancel. It allocates: for moments in which trading has stopped.
  [[nodiscard]] std::string write(const CancelFields& fields) const;

 private:
  std::string text_;
  std::uint32_t qtyDecimals_ = 0;
};

}  // namespace hft::fix
