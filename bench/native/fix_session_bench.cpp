// FIX sessions over loopback: NewOrderSingle answered by an ExecutionReport, both ends ours with
// the durable store and data dictionaries on, beside a raw TCP ping-pong of as many bytes and
// QuickFIX (without dictionaries) at both ends, in the same run. Input: orders of 8 body fields,
// reports of 11; 5,000 round trips a sample, 50,000 with 64 in flight.
//
// Every end is pinned. `fix/oneCore`: both to one core, where nothing but the work itself counts;
// `fix/twoCores`: one each, where a wake-up of an idle core does. `asleep` waits in the kernel at
// once, as QuickFIX does; without it an end looks 16 times before it sleeps, the default of a
// session. `cpu` is what both ends spent on a round trip, in nanoseconds of processor time: it is
// the one figure that other programs on the machine do not change.
#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <benchmark/benchmark.h>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <span>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "bench/native/cores.hpp"
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

/// Processor time of the whole process: both ends.
double processNanos() noexcept {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

/// Runs `roundTrips(nanos)`, `count` at a time, as often as the benchmark wants.
template <typename RoundTrips>
void measure(benchmark::State& state, int count, RoundTrips&& roundTrips) {
  std::vector<long long> nanos(static_cast<std::size_t>(count));
  const double begin = processNanos();
  for (auto _ : state) roundTrips(nanos);
  const auto trips = static_cast<double>(state.iterations() * count);
  state.counters["cpu"] = (processNanos() - begin) / trips;
  state.SetItemsProcessed(state.iterations() * count);
  std::sort(nanos.begin(), nanos.end());
  const auto at = [&](double share) {
    return static_cast<double>(
        nanos[static_cast<std::size_t>(share * static_cast<double>(nanos.size() - 1))]);
  };
  state.counters["p50"] = at(0.5);
  state.counters["p99"] = at(0.99);
  state.counters["max"] = at(1.0);
}

enum class Waiting : std::uint8_t {
  Looking,  ///< Sixteen looks, the processor given away between them; then the kernel.
  Asleep,   ///< In the kernel at once.
};

/// What one benchmark runs; the cores are those of the caller and of the other end.
struct Course {
  bool areTwoCores = false;
  Waiting waiting = Waiting::Looking;
  int count = kPings;
  int window = 1;
  bool usesFastPath = true;
};

std::string settings(const char* type, std::uint16_t port, const char* sender, const char* target,
                     const std::string& folder, const Course& course) {
  const char* const dictionary = "dist/dictionaries/FIX44.xml";
  const bool hasDictionary = std::filesystem::exists(dictionary);
  return std::string("[DEFAULT]\nStartTime=00:00:00\nEndTime=00:00:00\nNonStopSession=Y\n") +
         "HeartBtInt=30\nReconnectInterval=1\nResetOnLogon=Y\nConnectionType=" + type +
         "\nSocketAcceptPort=" + std::to_string(port) +
         "\nSocketConnectHost=127.0.0.1\nSocketConnectPort=" + std::to_string(port) +
         "\nFileStorePath=" + folder +
         (course.waiting == Waiting::Asleep ? "\nLooksBeforeSleep=0" : "") +
         // An end that takes the peer's core gains nothing by answering a burst in parts.
         (course.areTwoCores ? "" : "\nFlushBytes=0") +
         (hasDictionary ? std::string("\nDataDictionary=") + dictionary : "\nUseDataDictionary=N") +
         "\n[SESSION]\nBeginString=FIX.4.4\nSenderCompID=" + sender + "\nTargetCompID=" + target +
         "\n";
}

/// Our sessions: the seller on a thread of its own, the buyer on the caller's.
class Pair {
 public:
  Pair(const Course& course, Cores cores) {
    seller_ = open("acceptor", 0, "S", "C", course, takeOrder);
    const std::uint16_t port = seller_ == nullptr ? 1 : seller_->listeningPort(0);
    buyer_ = open("initiator", port, "C", "S", course, takeReport);
    if (!isUsable()) return;
    thread_ = std::thread([this, cores] {
      const Pinned pinned(cores.far);
      seller_->run();
    });
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
                                     const char* target, const Course& course, Take take) {
    SessionGroupOptions options;
    options.settings = settings(type, port, sender, target, folder_.path, course);
    options.usesFastPath = course.usesFastPath;
    auto opened =
        SessionGroup::open(options, {.context = this, .take = take, .turnEnded = nullptr});
    return std::move(opened.group);
  }
  static std::string_view clOrdID(const SessionEvent& event) noexcept {
    if (event.fields != nullptr) return event.fields->text(11);
    const std::size_t at = event.bytes.find("\00111=") + 4;
    return event.bytes.substr(at, event.bytes.find('\001', at) - at);
  }
  static bool takeOrder(void* context, const SessionEvent& event) noexcept {
    if (event.kind != SessionEventKind::Application) return true;
    auto& self = *static_cast<Pair*>(context);
    const std::string_view id = clOrdID(event);
    // A report as an order gateway writes it; only the id differs.
    std::array<char, 256> body{};
    constexpr std::string_view kHead = "37=9001\00111=";
    constexpr std::string_view kTail =
        "\00117=E1\001150=0\00139=0\00155=AAPL\00154=1\00138=100\001151=100\00114=0\0016=0\001";
    char* end = std::copy(kHead.begin(), kHead.end(), body.data());
    end = std::copy(id.begin(), id.end(), end);
    end = std::copy(kTail.begin(), kTail.end(), end);
    (void)self.seller_->send(0, "8", {body.data(), static_cast<std::size_t>(end - body.data())});
    return true;
  }
  static bool takeReport(void* context, const SessionEvent& event) noexcept {
    if (event.kind != SessionEventKind::Application) return true;
    auto& self = *static_cast<Pair*>(context);
    const std::string_view id = clOrdID(event);
    std::size_t number = 0;
    (void)std::from_chars(id.data(), id.data() + id.size(), number);
    self.nanos_[number] = monotonicNanos() - self.begun_[number];
    ++self.received_;
    self.sendNext();
    return true;
  }
  void sendNext() noexcept {
    if (sent_ >= count_) return;
    std::array<char, 256> body{'1', '1', '='};
    constexpr std::string_view kTail =
        "\00155=AAPL\00154=1\00138=100\00140=2\00144=185.25\00159=0\001"
        "60=20240115-10:20:31.000\001";
    char* end = std::to_chars(body.data() + 3, body.data() + 16, sent_).ptr;
    end = std::copy(kTail.begin(), kTail.end(), end);
    begun_[static_cast<std::size_t>(sent_++)] = monotonicNanos();
    (void)buyer_->send(0, "D", {body.data(), static_cast<std::size_t>(end - body.data())});
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

/// False, and the benchmark is skipped, where the machine has not the cores.
bool hasCores(benchmark::State& state, Cores cores) {
  if (cores.far < 0) state.SkipWithError("one core only");
  return cores.far >= 0;
}

void runOurs(benchmark::State& state, const Course& course) {
  const Cores cores = benchCores(course.areTwoCores);
  if (!hasCores(state, cores)) return;
  const Pinned pinned(cores.near);
  Pair pair(course, cores);
  if (!pair.isUsable()) return state.SkipWithError("no session library");
  std::vector<long long> warm;
  pair.roundTrips(1'000, course.window, warm);
  measure(state, course.count, [&](std::vector<long long>& nanos) {
    pair.roundTrips(course.count, course.window, nanos);
  });
}

/// Receives all of `bytes`, waiting as a session does; false at the end.
bool receiveAll(int fd, std::span<char> bytes, Waiting waiting) {
  int looks = waiting == Waiting::Looking ? 16 : 0;
  while (!bytes.empty()) {
    if (looks > 0) std::this_thread::yield();
    const ssize_t size = ::recv(fd, bytes.data(), bytes.size(), looks > 0 ? MSG_DONTWAIT : 0);
    if (size > 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(size));
    } else if (looks > 0 && size < 0 && errno == EAGAIN) {
      --looks;
    } else {
      return false;
    }
  }
  return true;
}

/// A connected pair of sockets on loopback that wait in the kernel.
struct Sockets {
  Sockets() {
    Listener listener;
    if (!listener.open("127.0.0.1", 0)) return;
    near = ::socket(AF_INET, SOCK_STREAM, 0);
    const int on = 1;
    ::setsockopt(near, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(listener.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(near, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return;
    while (far < 0) far = listener.accept();
    ::fcntl(far, F_SETFL, 0);
  }
  ~Sockets() {
    ::close(near);
    ::close(far);
  }
  Sockets(const Sockets&) = delete;
  Sockets& operator=(const Sockets&) = delete;
  int near = -1;
  int far = -1;
};

/// 200 bytes there, 190 back, nothing else.
void runRawTcp(benchmark::State& state, const Course& course) {
  const Cores cores = benchCores(course.areTwoCores);
  if (!hasCores(state, cores)) return;
  const Pinned pinned(cores.near);
  const Sockets sockets;
  if (sockets.far < 0) return state.SkipWithError("no connection");
  std::thread echo([&] {
    const Pinned echoPinned(cores.far);
    std::array<char, 200> bytes{};
    while (receiveAll(sockets.far, bytes, course.waiting)) {
      if (::send(sockets.far, bytes.data(), 190, MSG_NOSIGNAL) != 190) break;
    }
  });
  std::array<char, 200> bytes{};
  measure(state, course.count, [&](std::vector<long long>& nanos) {
    for (long long& sample : nanos) {
      const Nanos begin = monotonicNanos();
      if (::send(sockets.near, bytes.data(), 200, MSG_NOSIGNAL) != 200 ||
          !receiveAll(sockets.near, std::span(bytes).first(190), course.waiting)) {
        state.SkipWithError("the connection ended");
      }
      sample = monotonicNanos() - begin;
    }
  });
  ::shutdown(sockets.near, SHUT_RDWR);
  echo.join();
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
/// QuickFIX must be told a port: one that was free a moment ago.
int freePort() {
  Listener listener;
  return listener.open("127.0.0.1", 0) ? listener.port() : 0;
}

void runQuickfix(benchmark::State& state, const Course& course, bool usesFiles) {
  const Cores cores = benchCores(course.areTwoCores);
  if (!hasCores(state, cores)) return;
  const Folder folder;
  HftQuickfixPair* pair =
      hftQuickfixOpen({freePort(), usesFiles ? folder.path.c_str() : "", cores.near, cores.far});
  if (pair == nullptr) return state.SkipWithError("QuickFIX did not log on");
  std::vector<long long> warm(1'000);
  hftQuickfixRoundTrips(pair, 1'000, course.window, warm.data());
  const Pinned pinned(cores.near);
  measure(state, course.count, [&](std::vector<long long>& nanos) {
    hftQuickfixRoundTrips(pair, course.count, course.window, nanos.data());
  });
  hftQuickfixClose(pair);
}
#endif

void add(const std::string& name, void (*run)(benchmark::State&, const Course&),
         const Course& course) {
  benchmark::RegisterBenchmark(name.c_str(), [run, course](benchmark::State& state) {
    run(state, course);
  })->UseRealTime();
}

void addAll(bool areTwoCores) {
  const std::string place = areTwoCores ? "fix/twoCores/" : "fix/oneCore/";
  const Course ping{.areTwoCores = areTwoCores};
  Course asleep = ping;
  asleep.waiting = Waiting::Asleep;
  Course brain = ping;
  brain.usesFastPath = false;
  Course stream = ping;
  stream.count = kStreamed;
  stream.window = 64;
  Course streamAsleep = stream;
  streamAsleep.waiting = Waiting::Asleep;
#if defined(HFT_HAVE_QUICKFIX)
  Course slowStream = stream;
  slowStream.count = kStreamed / 5;
  const auto memory = [](auto& state, const Course& course) { runQuickfix(state, course, false); };
  const auto files = [](auto& state, const Course& course) { runQuickfix(state, course, true); };
  add(place + "roundTrip/quickfixMemoryStore", memory, ping);
  add(place + "roundTrip/quickfixFileStore", files, ping);
  add(place + "window64/quickfixMemoryStore", memory, slowStream);
  add(place + "window64/quickfixFileStore", files, slowStream);
#endif
  add(place + "roundTrip/rawTcp", runRawTcp, ping);
  add(place + "roundTrip/rawTcp/asleep", runRawTcp, asleep);
  add(place + "roundTrip/ours", runOurs, ping);
  add(place + "roundTrip/ours/asleep", runOurs, asleep);
  add(place + "roundTrip/oursWithoutFastPath", runOurs, brain);
  add(place + "window64/ours", runOurs, stream);
  add(place + "window64/ours/asleep", runOurs, streamAsleep);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  (void)benchCores(false);
  addAll(false);
  addAll(true);
  benchmark::RegisterBenchmark("fix/store/append200Bytes", appendToStore);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
