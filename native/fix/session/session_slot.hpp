#pragma once

#include <atomic>
#include <memory>

#include "native/fix/codec/message_header.hpp"
#include "native/fix/session/fast_path.hpp"
#include "native/fix/session/session_config.hpp"
#include "native/fix/store/message_store.hpp"
#include "native/fix/store/session_log.hpp"
#include "native/fix/transport/tls_endpoint.hpp"

namespace hft::fix {

struct Peer;

/// Counts of one session; any thread may read them.
struct SessionCounters {
  std::atomic<std::uint64_t> received{0};
  std::atomic<std::uint64_t> receivedFast{0};  ///< Of these: without the session brain.
  std::atomic<std::uint64_t> sent{0};
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> logons{0};
  std::atomic<std::uint64_t> disconnects{0};
  std::atomic<std::uint32_t> nextSender{0};
  std::atomic<std::uint32_t> nextTarget{0};
  std::atomic<bool> isLoggedOn{false};
};

/// Everything that a group keeps of one session.
struct SessionSlot {
  SessionConfig config;
  MessageStore store;
  std::unique_ptr<SessionLog> log;
  std::unique_ptr<TlsEndpoint> tls;  ///< Of an initiator.
  std::unique_ptr<FastPath> fastPath;
  MessageHeader header;
  SessionCounters counters;

  Peer* peer = nullptr;
  HftFixState state{};
  bool hasReceived = false;  ///< Fast messages since the brain was last told.
  bool hasSent = false;
  bool losesLog = false;           ///< As was told: lines of the log are being lost.
  std::uint32_t firstOfLogon = 0;  ///< The first number sent since the logon.
  Nanos nextConnect = 0;
};

inline void count(std::atomic<std::uint64_t>& counter) noexcept {
  // One writer: no locked instruction needed.
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

}  // namespace hft::fix
