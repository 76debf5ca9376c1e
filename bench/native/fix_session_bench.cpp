// FIX sessions over loopback: NewOrderSingle answered by an ExecutionReport, both ends ours with
// the durable store on, beside a raw TCP ping-pong of the same bytes and QuickFIX at both ends, in
// the same run. Input: orders of 8 body fields, reports of 11; 5,000 round trips a sample, 50,000
// with 64 in flight. Pin it (`taskset -c 1`): a wake-up between cores costs more than all of this.
#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "native/core/clock.hpp"
#include "native/fix/session/session_group.hpp"
#if defined(HFT_HAVE_QUICKFIX)
#include "bench/native/quickfix_pair.h"
#endif

namespace {

using namespace hft;
using namespace hft::fix;

constexpr int kPings = 5'000;
constexpr int kStreamed = 50'000;

class Folder {
 public:
  Folder() {
    std::string pattern = std::filesystem::temp_directory_path() / "hft-fixbench-XXXXXX";
    path = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

void report(benchmark::State& state, std::vector<long long>& nanos) {
  std::sort(nanos.begin(), nanos.end());
  const auto at = [&](double share) {
    return static_cast<double>(
        nanos[static_cast<std::size_t>(share * static_cast<double>(nanos.size() - 1))]);
  };
  state.counters["p50"] = at(0.5);
  state.counters["p99"] = at(0.99);
  state.counters["max"] = at(1.0);
}

std::string settings(const char* type, std::uint16_t port, const char* sender, const char* target,
                     const std::string& folder) {
  const char* const dictionary = "dist/dictionaries/FIX44.xml";
  const bool hasDictionary = std::filesystem::exists(dictionary);
  return std::string("[DEFAULT]\nStartTime=00:00:00\nEndTime=00:00:00\nNonStopSession=Y\n") +
         "HeartBtInt=30\nReconnectInterval=1\nResetOnLogon=Y\nConnectionType=" + type +
         "\nSocketAcceptPort=" + std::to_string(port) +
         "\nSocketConnectHost=127.0.0.1\nSocketConnectPort=" + std::to_string(port) +
         "\nFileStorePath=" + folder +
         (hasDictionary ? std::string("\nDataDictionary=") + dictionary : "\nUseDataDictionary=N") +
         "\n[SESSION]\nBeginString=FIX.4.4\nSenderCompID=" + sender + "\nTargetCompID=" + target +
         "\n";
}

/// Our sessions: the seller on a thread of its own, the buyer on the caller's.
class Pair {
 public:
  explicit Pair(bool usesFastPath) {
    seller_ = open("acceptor", 0, "S", "C", usesFastPath, takeOrder);
    const std::uint16_t port = seller_ == nullptr ? 1 : seller_->listeningPort(0);
    buyer_ = open("initiator", port, "C", "S", usesFastPath, takeReport);
    if (!isUsable()) return;
    thread_ = std::thread([this] { seller_->run(); });
    while (!buyer_->counters(0).isLoggedOn) buyer_->turn(1'000'000);
  }
  ~Pair() {
    if (seller_ != nullptr) seller_->stop();
    buyer_.reset();
    if (thread_.joinable()) thread_.join();
  }
  [[nodiscard]] bool isUsable() const { return seller_ != nullptr && buyer_ != nullptr; }

  void roundTrips(int count, int window, std::vector<long long>& nanos) {
    nanos.assign(static_cast<std::size_t>(count), 0);
    nanos_ = nanos.data();
    begun_.assign(static_cast<std::size_t>(count), 0);
    count_ = count;
    sent_ = received_ = 0;
    for (int order = 0; order < window; ++order) sendNext();
    while (received_ < count) buyer_->turn(1'000'000'000);
  }

 private:
  using Take = bool (*)(void*, const SessionEvent&) noexcept;

  std::unique_ptr<SessionGroup> open(const char* type, std::uint16_t port, const char* sender,
                                     const char* target, bool usesFastPath, Take take) {
    SessionGroupOptions options;
    options.settings = settings(type, port, sender, target, folder_.path);
    options.usesFastPath = usesFastPath;
    auto opened =
        SessionGroup::open(options, {.context = this, .take = take, .turnEnded = nullptr});
    return std::move(opened.group);
  }
  static bool takeOrder(void* context, const SessionEvent& event) noexcept {
    if (event.kind != SessionEventKind::Application) return true;
    auto& self = *static_cast<Pair*>(context);
    const std::size_t at = event.bytes.find("\00111=") + 1;
    const std::string_view id = event.bytes.substr(at, event.bytes.find('\001', at) + 1 - at);
    // A report as an order gateway writes it; only the id differs.
    std::array<char, 256> body{};
    constexpr std::string_view kHead = "37=9001\001";
    constexpr std::string_view kTail =
        "17=E1\001150=0\00139=0\00155=AAPL\00154=1\00138=100\001151=100\00114=0\0016=0\001";
    char* end = std::copy(kHead.begin(), kHead.end(), body.data());
    end = std::copy(id.begin(), id.end(), end);
    end = std::copy(kTail.begin(), kTail.end(), end);
    (void)self.seller_->send(0, "8", {body.data(), static_cast<std::size_t>(end - body.data())});
    return true;
  }
  static bool takeReport(void* context, const SessionEvent& event) noexcept {
    if (event.kind != SessionEventKind::Application) return true;
    auto& self = *static_cast<Pair*>(context);
    const std::size_t at = event.bytes.find("\00111=") + 4;
    std::size_t number = 0;
    for (std::size_t digit = at; event.bytes[digit] != '\001'; ++digit) {
      number = number * 10 + static_cast<std::size_t>(event.bytes[digit] - '0');
    }
    self.nanos_[number] = monotonicNanos() - self.begun_[number];
    ++self.received_;
    self.sendNext();
    return true;
  }
  void sendNext() noexcept {
    if (sent_ >= count_) return;
    std::array<char, 256> body{};
    const int size = std::snprintf(body.data(), body.size(),
                                   "11=%d\00155=AAPL\00154=1\00138=100\00140=2\00144=185.25\001"
                                   "59=0\00160=20240115-10:20:31.000\001",
                                   sent_);
    begun_[static_cast<std::size_t>(sent_++)] = monotonicNanos();
    (void)buyer_->send(0, "D", {body.data(), static_cast<std::size_t>(size)});
  }

  Folder folder_;
  std::unique_ptr<SessionGroup> seller_;
  std::unique_ptr<SessionGroup> buyer_;
  std::thread thread_;
  long long* nanos_ = nullptr;
  std::vector<long long> begun_;
  int count_ = 0;
  int sent_ = 0;
  int received_ = 0;
};

void runOurs(benchmark::State& state, bool usesFastPath, int count, int window) {
  Pair pair(usesFastPath);
  if (!pair.isUsable()) return state.SkipWithError("no session library");
  std::vector<long long> nanos;
  pair.roundTrips(1'000, window, nanos);
  for (auto _ : state) pair.roundTrips(count, window, nanos);
  state.SetItemsProcessed(state.iterations() * count);
  report(state, nanos);
}

void roundTripOurs(benchmark::State& state) { runOurs(state, true, kPings, 1); }
void roundTripBrainOnly(benchmark::State& state) { runOurs(state, false, kPings, 1); }
void streamOurs(benchmark::State& state) { runOurs(state, true, kStreamed, 64); }

/// 200 bytes there, 190 back, nothing else.
void roundTripRawTcp(benchmark::State& state) {
  Listener listener;
  if (!listener.open("127.0.0.1", 0)) return state.SkipWithError("no port");
  const int client = ::socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(listener.port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    return state.SkipWithError("no connection");
  }
  int server = -1;
  while (server < 0) server = listener.accept();
  ::fcntl(server, F_SETFL, 0);
  std::thread echo([server] {
    std::array<char, 256> bytes{};
    while (::recv(server, bytes.data(), 200, MSG_WAITALL) == 200) {
      if (::send(server, bytes.data(), 190, MSG_NOSIGNAL) != 190) break;
    }
  });
  std::vector<long long> nanos(kPings);
  std::array<char, 256> bytes{};
  for (auto _ : state) {
    for (long long& sample : nanos) {
      const Nanos begin = monotonicNanos();
      if (::send(client, bytes.data(), 200, MSG_NOSIGNAL) != 200 ||
          ::recv(client, bytes.data(), 190, MSG_WAITALL) != 190) {
        state.SkipWithError("the connection ended");
      }
      sample = monotonicNanos() - begin;
    }
  }
  state.SetItemsProcessed(state.iterations() * kPings);
  report(state, nanos);
  ::shutdown(client, SHUT_RDWR);
  echo.join();
  ::close(client);
  ::close(server);
}

void appendToStore(benchmark::State& state) {
  const Folder folder;
  MessageStore store;
  if (store.open({.path = folder.path + "/store"}, 0) != StoreError::Ok) {
    return state.SkipWithError("no store");
  }
  const std::string message(200, 'x');
  std::uint32_t number = 1;
  for (auto _ : state) {
    (void)store.append(number, message);
    store.setNextSender(++number);
  }
  if (store.find(number - 1) != message) state.SkipWithError("the message is not there");
}

#if defined(HFT_HAVE_QUICKFIX)
void runQuickfix(benchmark::State& state, int count, int window, bool usesFiles) {
  const Folder folder;
  static int port = 24'500 + static_cast<int>(::getpid() % 1'000) * 10;
  HftQuickfixPair* pair = hftQuickfixOpen(port++, usesFiles ? folder.path.c_str() : "");
  if (pair == nullptr) return state.SkipWithError("QuickFIX did not log on");
  std::vector<long long> nanos(static_cast<std::size_t>(count));
  hftQuickfixRoundTrips(pair, 1'000, window, nanos.data());
  for (auto _ : state) hftQuickfixRoundTrips(pair, count, window, nanos.data());
  state.SetItemsProcessed(state.iterations() * count);
  report(state, nanos);
  hftQuickfixClose(pair);
}

void roundTripQuickfix(benchmark::State& state) { runQuickfix(state, kPings, 1, false); }
void roundTripQuickfixFiles(benchmark::State& state) { runQuickfix(state, kPings, 1, true); }
void streamQuickfix(benchmark::State& state) { runQuickfix(state, kStreamed / 5, 64, false); }
void streamQuickfixFiles(benchmark::State& state) { runQuickfix(state, kStreamed / 5, 64, true); }
BENCHMARK(roundTripQuickfix)->Name("fix/roundTrip/quickfixMemoryStore")->UseRealTime();
BENCHMARK(roundTripQuickfixFiles)->Name("fix/roundTrip/quickfixFileStore")->UseRealTime();
BENCHMARK(streamQuickfix)->Name("fix/window64/quickfixMemoryStore")->UseRealTime();
BENCHMARK(streamQuickfixFiles)->Name("fix/window64/quickfixFileStore")->UseRealTime();
#endif

BENCHMARK(roundTripRawTcp)->Name("fix/roundTrip/rawTcp")->UseRealTime();
BENCHMARK(roundTripOurs)->Name("fix/roundTrip/ours")->UseRealTime();
BENCHMARK(roundTripBrainOnly)->Name("fix/roundTrip/oursWithoutFastPath")->UseRealTime();
BENCHMARK(streamOurs)->Name("fix/window64/ours")->UseRealTime();
BENCHMARK(appendToStore)->Name("fix/store/append200Bytes");

}  // namespace

BENCHMARK_MAIN();
