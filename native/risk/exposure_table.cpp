#include "native/risk/exposure_table.hpp"

#include <bit>

#include "native/core/check.hpp"

namespace hft::risk {

ExposureTable::ExposureTable(std::uint32_t rowsMax, std::uint32_t instrumentsMax)
    : rows_(rowsMax),
      slots_(std::bit_ceil(std::size_t{rowsMax} * 2)),
      first_(instrumentsMax),
      shift_(64 - std::countr_zero(slots_.size())) {
  HFT_CHECK(rowsMax > 0 && instrumentsMax > 0);
}

std::size_t ExposureTable::slotOf(RiskScope scope, std::uint32_t scopeId,
                                  InstrumentId instrument) const noexcept {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = homeOf(scope, scopeId, instrument);
  for (; slots_[at] != 0; at = (at + 1) & mask) {
    const Exposure& row = rows_[slots_[at] - 1];
    if (row.instrument == instrument && row.scopeId == scopeId && row.scope == scope) break;
  }
  return at;
}

std::uint32_t ExposureTable::row(RiskScope scope, std::uint32_t scopeId,
                                 InstrumentId instrument) noexcept {
  const std::size_t slot = slotOf(scope, scopeId, instrument);
  if (slots_[slot] != 0) return slots_[slot] - 1;
  if (used_ == rows_.size()) return kNone;
  Exposure& row = rows_[used_];
  row = Exposure{};
  row.scope = scope;
  row.scopeId = scopeId;
  row.instrument = instrument;
  row.next = first_[instrument];
  slots_[slot] = ++used_;
  first_[instrument] = used_;
  return used_ - 1;
}

}  // namespace hft::risk
