#pragma once

#include <set>
#include <string>
#include <utility>

#include "native/fix/quickfix/host_adapters.hpp"

namespace hft::fix::shim {

/// The bytes that a session is being fed, so that the application gets what was on the wire.
struct ReceivedBytes {
  const char* bytes = nullptr;
  std::size_t size = 0;
};

/// The host's application as QuickFIX wants one. With `echo` it is the application that
/// QuickFIX's acceptance scripts expect behind an acceptor instead.
class HostApplication : public FIX::Application {
 public:
  HostApplication(const HftFixHost& host, const SessionNumbers& numbers, bool echo)
      : host_(host), numbers_(numbers), echo_(echo) {}

  /// What the next `fromApp` and `fromAdmin` were parsed from.
  void receiving(ReceivedBytes received) { received_ = received; }

  void onCreate(const FIX::SessionID&) override {}
  void onLogon(const FIX::SessionID& id) override;
  void onLogout(const FIX::SessionID& id) override;
  void toAdmin(FIX::Message& message, const FIX::SessionID& id) override;
  void toApp(FIX::Message& message, const FIX::SessionID& id)
      HFT_FIX_THROWS(FIX::DoNotSend) override;
  void fromAdmin(const FIX::Message& message, const FIX::SessionID& id)
      HFT_FIX_THROWS(FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue,
                     FIX::RejectLogon) override;
  void fromApp(const FIX::Message& message, const FIX::SessionID& id)
      HFT_FIX_THROWS(FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue,
                     FIX::UnsupportedMessageType) override;

 private:
  using Deliver = void (*)(void*, std::uint32_t, const char*, const char*, std::size_t);

  void deliver(Deliver to, const FIX::Message& message, const FIX::SessionID& id);
  void echo(const FIX::Message& message, const FIX::SessionID& id);

  const HftFixHost& host_;
  const SessionNumbers& numbers_;
  const bool echo_;
  ReceivedBytes received_;
  std::set<std::pair<std::string, FIX::SessionID>> seen_;
};

}  // namespace hft::fix::shim
