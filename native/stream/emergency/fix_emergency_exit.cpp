#include "native/stream/emergency/fix_emergency_exit.hpp"

#include <utility>

#include "native/core/clock.hpp"

namespace hft::stream {

void FixEmergencyExit::setInstrument(InstrumentId instrument, fix::CancelTemplate text) {
  const std::lock_guard lock(mutex_);
  instruments_.insert_or_assign(instrument, std::move(text));
}

void FixEmergencyExit::setAccount(std::uint16_t account, std::string text) {
  const std::lock_guard lock(mutex_);
  accounts_.insert_or_assign(account, std::move(text));
}

EmergencyVerdict FixEmergencyExit::send(const order::OrderRequest& cancel) noexcept {
  const std::lock_guard lock(mutex_);
  const auto text = instruments_.find(cancel.instrument);
  if (group_ == nullptr || text == instruments_.end()) return EmergencyVerdict::NoExit;
  fix::CancelFields fields;
  fields.clOrdID = cancel.clOrdID;
  fields.origClOrdID = cancel.origClOrdID;
  fields.side = cancel.side;
  fields.orderQty = cancel.orderQty;
  fields.time = realtimeNanos();
  if (const auto account = accounts_.find(cancel.account); account != accounts_.end())
    fields.account = account->second;
  return group_->postUrgent(session_, "F", text->second.write(fields)) ? EmergencyVerdict::Sent
                                                                       : EmergencyVerdict::Busy;
}

void FixEmergencyExit::close() {
  const std::lock_guard lock(mutex_);
  group_ = nullptr;
}

}  // namespace hft::stream
