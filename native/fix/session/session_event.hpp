#pragma once

#include <cstdint>
#include <string_view>

#include "native/core/units.hpp"
#include "native/fix/codec/field_index.hpp"

namespace hft::fix {

/// What a session tells. The numbers are part of the binding: src/addon/fix-sessions.ts.
enum class SessionEventKind : std::uint8_t {
  Logon = 1,
  Logout = 2,
  Application = 3,  ///< The bytes are the message.
  Admin = 4,        ///< A Reject, Logout and the like; the bytes are the message.
  Refused = 5,  ///< A message to send was not sent; the bytes are `reason SOH msgType SOH body`.
  Note = 6,     ///< What the session's log says: gaps, time-outs, connection errors.
  /// Behind a Reject or BusinessMessageReject: the bytes are our message that it refuses.
  Rejected = 7,
};

/// One thing that happened to a session; the bytes live during the call.
struct SessionEvent {
  std::uint32_t session = 0;
  SessionEventKind kind = SessionEventKind::Note;
  Nanos time = 0;
  std::string_view bytes;
  /// The fields of an Application message that took the fast path, already scanned; else nullptr.
  const FieldIndex* fields = nullptr;
};

/// Who gets the events of a session group, on its I/O thread.
struct SessionSink {
  void* context = nullptr;
  /// False: no room now; the same event comes again, and nothing is read meanwhile.
  bool (*take)(void* context, const SessionEvent& event) noexcept = nullptr;
  /// A turn that gave events has ended.
  void (*turnEnded)(void* context) noexcept = nullptr;
};

}  // namespace hft::fix
