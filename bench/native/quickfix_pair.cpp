#include "bench/native/quickfix_pair.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <sstream>
#include <thread>
#include <vector>

#define HAVE_STD_SHARED_PTR 1
#define HAVE_STD_UNIQUE_PTR 1
#pragma GCC diagnostic ignored "-Wdeprecated"
#include <quickfix/FileStore.h>
#include <quickfix/Message.h>
#include <quickfix/Session.h>
#include <quickfix/ThreadedSocketAcceptor.h>
#include <quickfix/ThreadedSocketInitiator.h>

#include "bench/native/cores.hpp"

namespace {

long long nanosNow() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// Answers each order with a report.
class Seller : public FIX::Application {
 public:
  void onCreate(const FIX::SessionID&) override {}
  void onLogon(const FIX::SessionID&) override {}
  void onLogout(const FIX::SessionID&) override {}
  void toAdmin(FIX::Message&, const FIX::SessionID&) override {}
  void toApp(FIX::Message&, const FIX::SessionID&) throw(FIX::DoNotSend) override {}
  void fromAdmin(const FIX::Message&,
                 const FIX::SessionID&) throw(FIX::FieldNotFound, FIX::IncorrectDataFormat,
                                              FIX::IncorrectTagValue, FIX::RejectLogon) override {}
  void fromApp(const FIX::Message& order,
               const FIX::SessionID& id) throw(FIX::FieldNotFound, FIX::IncorrectDataFormat,
                                               FIX::IncorrectTagValue,
                                               FIX::UnsupportedMessageType) override {
    FIX::Message report;
    report.getHeader().setField(35, "8");
    report.setField(37, "9001");
    report.setField(11, order.getField(11));
    report.setField(17, "E1");
    report.setField(150, "0");
    report.setField(39, "0");
    report.setField(55, order.getField(55));
    report.setField(54, order.getField(54));
    report.setField(38, order.getField(38));
    report.setField(151, order.getField(38));
    report.setField(14, "0");
    report.setField(6, "0");
    FIX::Session::sendToTarget(report, id);
  }
};

/// Sends the next order on each report.
class Buyer : public FIX::Application {
 public:
  void onCreate(const FIX::SessionID& id) override { session = id; }
  void onLogon(const FIX::SessionID&) override {
    std::lock_guard<std::mutex> lock(mutex);
    isLoggedOn = true;
    changed.notify_all();
  }
  void onLogout(const FIX::SessionID&) override {}
  void toAdmin(FIX::Message&, const FIX::SessionID&) override {}
  void toApp(FIX::Message&, const FIX::SessionID&) throw(FIX::DoNotSend) override {}
  void fromAdmin(const FIX::Message&,
                 const FIX::SessionID&) throw(FIX::FieldNotFound, FIX::IncorrectDataFormat,
                                              FIX::IncorrectTagValue, FIX::RejectLogon) override {}
  void fromApp(const FIX::Message& report,
               const FIX::SessionID&) throw(FIX::FieldNotFound, FIX::IncorrectDataFormat,
                                            FIX::IncorrectTagValue,
                                            FIX::UnsupportedMessageType) override {
    const int number = std::stoi(report.getField(11));
    nanos[number] = nanosNow() - begun[static_cast<std::size_t>(number)];
    sendNext();
    if (++received == count) {
      std::lock_guard<std::mutex> lock(mutex);
      isDone = true;
      changed.notify_all();
    }
  }
  void sendNext() {
    // Both the caller and the receiving thread send: each number goes to one of them.
    const int number = sent.fetch_add(1);
    if (number >= count) return;
    FIX::Message order;
    order.getHeader().setField(35, "D");
    order.setField(11, std::to_string(number));
    order.setField(55, "AAPL");
    order.setField(54, "1");
    order.setField(38, "100");
    order.setField(40, "2");
    order.setField(44, "185.25");
    order.setField(59, "0");
    order.setField(60, "20240115-10:20:31.000");
    begun[static_cast<std::size_t>(number)] = nanosNow();
    FIX::Session::sendToTarget(order, session);
  }

  FIX::SessionID session;
  std::mutex mutex;
  std::condition_variable changed;
  bool isLoggedOn = false;
  bool isDone = false;
  int count = 0;
  std::atomic<int> sent{0};
  int received = 0;
  long long* nanos = nullptr;
  std::vector<long long> begun;
};

FIX::SessionSettings settingsOf(const char* type, int port, const char* sender, const char* target,
                                const std::string& store) {
  std::ostringstream text;
  text << "[DEFAULT]\nConnectionType=" << type
       << "\nStartTime=00:00:00\nEndTime=00:00:00\nUseDataDictionary=N\nHeartBtInt=30\n"
          "ReconnectInterval=1\nSocketNodelay=Y\nResetOnLogon=Y\nSocketAcceptPort="
       << port << "\nSocketReuseAddress=Y\nSocketConnectHost=127.0.0.1\nSocketConnectPort=" << port
       << "\n";
  if (!store.empty()) text << "FileStorePath=" << store << "\n";
  text << "[SESSION]\nBeginString=FIX.4.4\nSenderCompID=" << sender << "\nTargetCompID=" << target
       << "\n";
  std::istringstream input(text.str());
  return FIX::SessionSettings(input);
}

std::unique_ptr<FIX::MessageStoreFactory> storesOf(const std::string& folder) {
  if (folder.empty()) return std::unique_ptr<FIX::MessageStoreFactory>(new FIX::MemoryStoreFactory);
  return std::unique_ptr<FIX::MessageStoreFactory>(new FIX::FileStoreFactory(folder));
}

}  // namespace

struct HftQuickfixPair {
  HftQuickfixPair(int port, const std::string& store)
      : stores(storesOf(store)),
        acceptor(seller, *stores, settingsOf("acceptor", port, "QS", "QC", store)),
        initiator(buyer, *stores, settingsOf("initiator", port, "QC", "QS", store)) {}
  std::unique_ptr<FIX::MessageStoreFactory> stores;
  Seller seller;
  Buyer buyer;
  FIX::ThreadedSocketAcceptor acceptor;
  FIX::ThreadedSocketInitiator initiator;
};

HftQuickfixPair* hftQuickfixOpen(HftQuickfixOptions options) try {
  auto* pair = new HftQuickfixPair(options.port, options.fileStore);
  {
    // Its threads inherit where the one that starts them may run.
    const Pinned pinned(options.sellerCore);
    pair->acceptor.start();
  }
  {
    const Pinned pinned(options.buyerCore);
    pair->initiator.start();
  }
  std::unique_lock<std::mutex> lock(pair->buyer.mutex);
  const bool isOn = pair->buyer.changed.wait_for(lock, std::chrono::seconds(10),
                                                 [&] { return pair->buyer.isLoggedOn; });
  return isOn ? pair : nullptr;
} catch (const std::exception&) {
  return nullptr;
}

void hftQuickfixRoundTrips(HftQuickfixPair* pair, int count, int window, long long* nanos) {
  Buyer& buyer = pair->buyer;
  buyer.count = count;
  buyer.sent = 0;
  buyer.received = 0;
  buyer.isDone = false;
  buyer.nanos = nanos;
  buyer.begun.assign(static_cast<std::size_t>(count), 0);
  for (int order = 0; order < window; ++order) buyer.sendNext();
  std::unique_lock<std::mutex> lock(buyer.mutex);
  buyer.changed.wait(lock, [&] { return buyer.isDone; });
}

void hftQuickfixClose(HftQuickfixPair* pair) {
  if (pair == nullptr) return;
  pair->initiator.stop(true);
  pair->acceptor.stop(true);
  delete pair;
}
