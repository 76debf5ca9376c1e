#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

#include "native/fix/message/cancel_template.hpp"
#include "native/fix/session/session_group.hpp"
#include "native/stream/emergency/emergency_exits.hpp"

namespace hft::stream {

/// Cancels over a FIX session, written and sent by native threads alone: OrderCancelRequests go to
/// the thread of the session, which sends them at once or at the next logon.
///
/// Any thread may call it.
class FixEmergencyExit {
 public:
  /// `group` must be open until `close`.
  FixEmergencyExit(fix::SessionGroup& group, std::uint32_t session)
      : group_(&group), session_(session) {}

  /// How cancels of an instrument are written. Those of others find no exit here.
  void setInstrument(InstrumentId instrument, fix::CancelTemplate text);
  /// What stands for the account in them; nothing without.
  void setAccount(std::uint16_t account, std::string text);
  [[nodiscard]] EmergencyVerdict send(const order::OrderRequest& cancel) noexcept;
  /// As EmergencyExit::send; `self` is one of these.
  static EmergencyVerdict sendBy(void* self, const order::OrderRequest& cancel) noexcept {
    return static_cast<FixEmergencyExit*>(self)->send(cancel);
  }
  /// The session ends: no exit is here any more.
  void close();

 private:
  std::mutex mutex_;
  fix::SessionGroup* group_;
  std::uint32_t session_;
  std::unordered_map<InstrumentId, fix::CancelTemplate> instruments_;
  std::unordered_map<std::uint16_t, std::string> accounts_;
};

}  // namespace hft::stream
