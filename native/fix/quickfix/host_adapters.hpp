#pragma once

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "native/fix/quickfix/quickfix.hpp"
#include "native/fix/quickfix/shim.h"

namespace hft::fix::shim {

/// Numbers the sessions in the order in which QuickFIX creates them.
class SessionNumbers {
 public:
  std::uint32_t add(const FIX::SessionID& id) {
    const auto known = numbers_.find(id);
    if (known != numbers_.end()) return known->second;
    const auto number = static_cast<std::uint32_t>(ids_.size());
    numbers_[id] = number;
    ids_.push_back(id);
    return number;
  }
  std::uint32_t of(const FIX::SessionID& id) const { return numbers_.at(id); }
  const FIX::SessionID& idOf(std::uint32_t number) const { return ids_.at(number); }
  std::size_t size() const { return ids_.size(); }

 private:
  std::map<FIX::SessionID, std::uint32_t> numbers_;
  std::vector<FIX::SessionID> ids_;
};

/// The host's store as QuickFIX wants one.
class HostStore : public FIX::MessageStore {
 public:
  HostStore(const HftFixHost& host, std::uint32_t session) : host_(host), session_(session) {}

  bool set(int number, const std::string& message) HFT_FIX_THROWS(FIX::IOException) override;
  void get(int first, int last, std::vector<std::string>& into) const
      HFT_FIX_THROWS(FIX::IOException) override;
  int getNextSenderMsgSeqNum() const HFT_FIX_THROWS(FIX::IOException) override {
    return host_.nextSender(host_.context, session_);
  }
  int getNextTargetMsgSeqNum() const HFT_FIX_THROWS(FIX::IOException) override {
    return host_.nextTarget(host_.context, session_);
  }
  void setNextSenderMsgSeqNum(int number) HFT_FIX_THROWS(FIX::IOException) override {
    host_.setNextSender(host_.context, session_, number);
  }
  void setNextTargetMsgSeqNum(int number) HFT_FIX_THROWS(FIX::IOException) override {
    host_.setNextTarget(host_.context, session_, number);
  }
  void incrNextSenderMsgSeqNum() HFT_FIX_THROWS(FIX::IOException) override {
    setNextSenderMsgSeqNum(getNextSenderMsgSeqNum() + 1);
  }
  void incrNextTargetMsgSeqNum() HFT_FIX_THROWS(FIX::IOException) override {
    setNextTargetMsgSeqNum(getNextTargetMsgSeqNum() + 1);
  }
  FIX::UtcTimeStamp getCreationTime() const HFT_FIX_THROWS(FIX::IOException) override;
  void reset() HFT_FIX_THROWS(FIX::IOException) override;
  void refresh() HFT_FIX_THROWS(FIX::IOException) override {}

 private:
  const HftFixHost& host_;
  std::uint32_t session_;
};

class HostStoreFactory : public FIX::MessageStoreFactory {
 public:
  HostStoreFactory(const HftFixHost& host, const HftFixEngine* engine, SessionNumbers& numbers)
      : host_(host), engine_(engine), numbers_(numbers) {}
  FIX::MessageStore* create(const FIX::SessionID& id) override;
  void destroy(FIX::MessageStore* store) override { delete store; }

 private:
  const HftFixHost& host_;
  const HftFixEngine* engine_;
  SessionNumbers& numbers_;
};

/// The host's log as QuickFIX wants one.
class HostLog : public FIX::Log {
 public:
  HostLog(const HftFixHost& host, std::uint32_t session) : host_(host), session_(session) {}
  void clear() override {}
  void backup() override {}
  void onIncoming(const std::string& text) override { write(kHftFixIncoming, text); }
  void onOutgoing(const std::string& text) override { write(kHftFixOutgoing, text); }
  void onEvent(const std::string& text) override { write(kHftFixEvent, text); }

 private:
  void write(int kind, const std::string& text) {
    host_.log(host_.context, session_, kind, text.data(), text.size());
  }
  const HftFixHost& host_;
  std::uint32_t session_;
};

/// The session of log lines that belong to none.
constexpr std::uint32_t kNoSession = 0xffffffffU;

class HostLogFactory : public FIX::LogFactory {
 public:
  HostLogFactory(const HftFixHost& host, SessionNumbers& numbers)
      : host_(host), numbers_(numbers), ofNoSession_(host, kNoSession) {}
  /// QuickFIX forgets this one where its settings turn out wrong: it is not made for it each time.
  FIX::Log* create() override { return &ofNoSession_; }
  FIX::Log* create(const FIX::SessionID& id) override {
    return new HostLog(host_, numbers_.add(id));
  }
  void destroy(FIX::Log* log) override {
    if (log != &ofNoSession_) delete log;
  }

 private:
  const HftFixHost& host_;
  SessionNumbers& numbers_;
  HostLog ofNoSession_;
};

/// One connection as QuickFIX sends on it.
class HostResponder : public FIX::Responder {
 public:
  HostResponder(const HftFixHost& host, void* connection) : host_(host), connection_(connection) {}
  bool send(const std::string& bytes) override {
    return host_.send(host_.context, connection_, bytes.data(), bytes.size()) == 0;
  }
  void disconnect() override { host_.disconnect(host_.context, connection_); }

 private:
  const HftFixHost& host_;
  void* connection_;
};

}  // namespace hft::fix::shim
