// QuickFIX as a counterparty that shares nothing with ours: an initiator of one session, with its
// own sockets and MemoryStore. Lines of standard input (`35=D|11=id|...`) are sent as messages;
// what comes is printed as `app ...` and `admin ...`, logons and logouts as `logon` and `logout`.
//   quickfix_client SETTINGS_FILE
#if defined(__has_include)
#if __has_include(<quickfix/config.h>)
#include <quickfix/config.h>
#else
#define HAVE_STD_SHARED_PTR 1
#define HAVE_STD_UNIQUE_PTR 1
#endif
#if __has_include(<quickfix/Except.h>)
#define CLIENT_THROWS(...)
#else
#define CLIENT_THROWS(...) throw(__VA_ARGS__)
#endif
#endif
#pragma GCC diagnostic ignored "-Wdeprecated"
#include <iostream>
#include <mutex>
#include <quickfix/MessageStore.h>
#include <quickfix/Session.h>
#include <quickfix/SessionSettings.h>
#include <quickfix/SocketInitiator.h>
#include <string>

namespace {

constexpr char kSoh = '\001';

std::string readable(const FIX::Message& message) {
  std::string text = message.toString();
  for (char& c : text) {
    if (c == kSoh) c = '|';
  }
  return text;
}

class LineClient : public FIX::Application {
 public:
  void onCreate(const FIX::SessionID& id) override { id_ = id; }
  void onLogon(const FIX::SessionID&) override { print("logon"); }
  void onLogout(const FIX::SessionID&) override { print("logout"); }
  void toAdmin(FIX::Message&, const FIX::SessionID&) override {}
  void toApp(FIX::Message&, const FIX::SessionID&) CLIENT_THROWS(FIX::DoNotSend) override {}
  void fromAdmin(const FIX::Message& message, const FIX::SessionID&)
      CLIENT_THROWS(FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue,
                    FIX::RejectLogon) override {
    print("admin " + readable(message));
  }
  void fromApp(const FIX::Message& message, const FIX::SessionID&)
      CLIENT_THROWS(FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue,
                    FIX::UnsupportedMessageType) override {
    print("app " + readable(message));
  }

  /// Sends `35=D|11=id|...`; fields that come twice are entries of groups, in their order.
  void send(const std::string& line) {
    FIX::Message message;
    int groupTag = 0;
    std::size_t at = 0;
    while (at < line.size()) {
      const std::size_t end = std::min(line.find('|', at), line.size());
      const std::size_t equals = line.find('=', at);
      const int tag = std::stoi(line.substr(at, equals - at));
      const std::string value = line.substr(equals + 1, end - equals - 1);
      at = end + 1;
      if (tag == 35) {
        message.getHeader().setField(35, value);
      } else if (tag == 267 || tag == 146) {
        groupTag = tag;
      } else if (groupTag != 0) {
        FIX::Group group(groupTag, tag);
        group.setField(tag, value);
        message.addGroup(group);
      } else {
        message.setField(tag, value);
      }
    }
    FIX::Session::sendToTarget(message, id_);
  }

 private:
  void print(const std::string& text) {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::cout << text << "\n" << std::flush;
  }
  std::mutex mutex_;
  FIX::SessionID id_;
};

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2) return 2;
  const FIX::SessionSettings settings{std::string(argv[1])};
  LineClient client;
  FIX::MemoryStoreFactory stores;
  FIX::SocketInitiator initiator(client, stores, settings);
  initiator.start();
  std::string line;
  while (std::getline(std::cin, line)) client.send(line);
  initiator.stop();
  return 0;
} catch (const std::exception& error) {
  std::cerr << error.what() << "\n" << std::flush;
  return 1;
}
