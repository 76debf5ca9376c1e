#pragma once

#include "native/fix/session/session_group.hpp"

namespace hft::fix {

/// What the session brain calls: the functions of HftFixHost over a SessionGroup.
class HostBridge {
 public:
  [[nodiscard]] static HftFixHost hostOf(SessionGroup& owner) noexcept;

 private:
  static SessionGroup& groupOf(void* context) noexcept {
    return *static_cast<SessionGroup*>(context);
  }
  static SessionSlot& slotOf(void* context, std::uint32_t session) noexcept {
    return groupOf(context).slots_[session];
  }

  /// Tells, behind a reject of the peer's, which message it means.
  static void emitRejected(SessionGroup& group, std::uint32_t session, std::string_view reject);

  static int send(void* context, void* connection, const char* bytes, std::size_t size);
  static void disconnect(void* context, void* connection);
  static int storeOpen(void* context, const HftFixEngine* engine, std::uint32_t session,
                       char* error, std::size_t errorSize);
  static int storeSet(void* context, std::uint32_t session, int number, const char* bytes,
                      std::size_t size);
  static int storeGet(void* context, std::uint32_t session, int first, int last, HftFixSink sink,
                      void* sinkContext);
  static void log(void* context, std::uint32_t session, int kind, const char* bytes,
                  std::size_t size);
  static void toLogon(void* context, std::uint32_t session, const HftFixOutgoing* message,
                      HftFixFieldSink sink, void* sinkContext);
  static int mayResend(void* context, std::uint32_t session, const char* msgType, int msgSeqNum,
                       const char* sendingTime);
};

}  // namespace hft::fix
