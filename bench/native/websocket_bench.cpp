// WebSocket frames of a server, unmasked, as venues send them: 129 bytes (a quote), 139 bytes (a
// trade), 1062 bytes (a depth update of 30 levels), and the mix of 20 % depth, 40 % trades, 40 %
// quotes. Each run checks the number of messages and the sum of their bytes. The baseline beside
// ours is the plain way: bytes appended to a string, a fresh string for each message, UTF-8 checked
// byte by byte.

#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <benchmark/benchmark.h>
#include <cstring>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "native/net/web_socket_client.hpp"

namespace {

using hft::Nanos;
using hft::net::Flow;
using hft::net::FrameReader;
using hft::net::FrameReaderOptions;
using hft::net::Opcode;

constexpr std::size_t kQuoteBytes = 129;
constexpr std::size_t kTradeBytes = 139;
constexpr std::size_t kDepthBytes = 1062;
/// Stands for the mix.
constexpr std::int64_t kMix = 0;

/// A payload that looks like a venue's JSON.
std::string payloadOf(std::size_t size, unsigned index) {
  std::string text = R"({"e":"depthUpdate","E":1767225600123,"s":"BTCUSDT","u":)";
  text += std::to_string(1'000'000 + index);
  while (text.size() < size) text += R"(,["64123.45000000","0.01234000"])";
  text.resize(size);
  return text;
}

/// A stream of frames, and what it holds.
struct FrameStream {
  std::string bytes;
  std::size_t messages = 0;
  std::size_t payloadBytes = 0;

  void add(std::string_view payload, bool isCompressed, std::size_t inflatedBytes) {
    std::array<char, hft::net::kServerHeaderBytesMax> header{};
    const std::size_t size =
        hft::net::encodeServerFrameHeader(header, Opcode::Text, payload.size());
    if (isCompressed) header[0] = static_cast<char>(header[0] | 0x40);
    bytes.append(header.data(), size).append(payload);
    ++messages;
    payloadBytes += inflatedBytes;
  }
};

std::size_t sizeOf(std::int64_t kind, unsigned index) {
  if (kind != kMix) return static_cast<std::size_t>(kind);
  return index % 5 == 0 ? kDepthBytes : index % 5 < 3 ? kTradeBytes : kQuoteBytes;
}

FrameStream makeStream(std::int64_t kind, bool deflates) {
  constexpr unsigned kMessages = 2000;
  FrameStream stream;
  hft::net::Deflater deflater(15, false);
  for (unsigned i = 0; i < kMessages; ++i) {
    const std::string payload = payloadOf(sizeOf(kind, i), i);
    if (!deflates) {
      stream.add(payload, false, payload.size());
      continue;
    }
    std::string wire(deflater.bound(payload.size()), '\0');
    wire.resize(deflater.deflate(payload, wire).value());
    stream.add(wire, true, payload.size());
  }
  return stream;
}

struct CountingSink {
  std::size_t messages = 0;
  std::size_t payloadBytes = 0;

  void onOpen() {}
  Flow onMessage(std::string_view payload, bool /*isText*/, Nanos /*time*/) {
    ++messages;
    payloadBytes += payload.size();
    return Flow::Continue;
  }
  Flow onControl(Opcode /*opcode*/, std::string_view /*payload*/, Nanos /*time*/) {
    return Flow::Continue;
  }
};

/// Sets the figures of a run that took `messages` per iteration.
void setRates(benchmark::State& state, std::size_t messages) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(messages));
  state.counters["ns/message"] = benchmark::Counter(
      static_cast<double>(state.iterations()) * static_cast<double>(messages) / 1e9,
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

/// Frames through the reader in reads of 16 KB, without a socket: the copy stands for recv.
void runReader(benchmark::State& state, bool skipUtf8, bool deflates) {
  const FrameStream stream = makeStream(state.range(0), deflates);
  FrameReader reader({.skipUtf8 = skipUtf8});
  if (deflates) reader.enableDeflate({.serverNoContextTakeover = false});
  for (auto _ : state) {
    // The inflater's window goes on from pass to pass, and each pass starts with an empty one.
    if (deflates) {
      reader.reset();
      reader.enableDeflate({});
    }
    CountingSink sink;
    std::string_view rest = stream.bytes;
    while (!rest.empty()) {
      const std::span<char> into = reader.writable();
      const std::size_t size = std::min(into.size(), rest.size());
      std::memcpy(into.data(), rest.data(), size);
      reader.commit(size);
      rest.remove_prefix(size);
      benchmark::DoNotOptimize(reader.drain(sink, 1));
    }
    if (sink.messages != stream.messages || sink.payloadBytes != stream.payloadBytes) {
      state.SkipWithError("the reader lost messages");
      return;
    }
  }
  setRates(state, stream.messages);
}

void readFrames(benchmark::State& state) { runReader(state, false, false); }
void readFramesTrusted(benchmark::State& state) { runReader(state, true, false); }
void readDeflatedFrames(benchmark::State& state) { runReader(state, false, true); }

bool isUtf8ByteByByte(std::string_view text) {
  unsigned rest = 0;
  for (const char letter : text) {
    const auto byte = static_cast<std::uint8_t>(letter);
    if (rest > 0) {
      if ((byte & 0xc0U) != 0x80) return false;
      --rest;
    } else if (byte >= 0x80) {
      rest = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
    }
  }
  return rest == 0;
}

/// The baseline: see the head of the file.
void readFramesPlainly(benchmark::State& state) {
  const FrameStream stream = makeStream(state.range(0), false);
  for (auto _ : state) {
    std::string buffer;
    std::size_t messages = 0;
    std::size_t payloadBytes = 0;
    std::string_view rest = stream.bytes;
    while (!rest.empty()) {
      const std::size_t size = std::min<std::size_t>(rest.size(), 16 * 1024);
      buffer.append(rest.substr(0, size));
      rest.remove_prefix(size);
      std::size_t at = 0;
      while (true) {
        const auto parsed = hft::net::parseFrameHeader(std::string_view{buffer}.substr(at));
        if (!parsed.isComplete) break;
        const std::size_t end = at + parsed.header.headerBytes + parsed.header.payloadBytes;
        if (end > buffer.size()) break;
        const std::string message =
            buffer.substr(at + parsed.header.headerBytes, parsed.header.payloadBytes);
        if (!isUtf8ByteByByte(message)) break;
        ++messages;
        payloadBytes += message.size();
        benchmark::DoNotOptimize(message.data());
        at = end;
      }
      buffer.erase(0, at);
    }
    if (messages != stream.messages || payloadBytes != stream.payloadBytes) {
      state.SkipWithError("the baseline lost messages");
      return;
    }
  }
  setRates(state, stream.messages);
}

#define HFT_SIZES Arg(kQuoteBytes)->Arg(kTradeBytes)->Arg(kDepthBytes)->Arg(kMix)
BENCHMARK(readFrames)->HFT_SIZES;
BENCHMARK(readFramesTrusted)->HFT_SIZES;
BENCHMARK(readFramesPlainly)->HFT_SIZES;
BENCHMARK(readDeflatedFrames)->HFT_SIZES;

void validateUtf8(benchmark::State& state) {
  const std::string text = payloadOf(static_cast<std::size_t>(state.range(0)), 1);
  for (auto _ : state) benchmark::DoNotOptimize(hft::net::isValidUtf8(text));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(validateUtf8)->Arg(kQuoteBytes)->Arg(kDepthBytes);

/// A server on loopback that upgrades one client and then writes frames as fast as it can.
class Blaster {
 public:
  explicit Blaster(const FrameStream& stream) : stream_(stream) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    HFT_CHECK(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    HFT_CHECK(::listen(listener_, 1) == 0);
    HFT_CHECK(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Blaster() {
    thread_.join();
    ::close(listener_);
  }
  Blaster(const Blaster&) = delete;
  Blaster& operator=(const Blaster&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void serve() {
    const int peer = ::accept(listener_, nullptr, nullptr);
    std::string request;
    while (request.find("\r\n\r\n") == std::string::npos) {
      std::array<char, 2048> bytes{};
      const ssize_t count = ::recv(peer, bytes.data(), bytes.size(), 0);
      if (count <= 0) break;
      request.append(bytes.data(), static_cast<std::size_t>(count));
    }
    hft::net::UpgradeKey key;
    constexpr std::string_view kField = "Sec-WebSocket-Key: ";
    std::memcpy(key.data(), request.data() + request.find(kField) + kField.size(), key.size());
    const auto accept = hft::net::acceptOf(key);
    std::string answer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: ";
    answer.append(accept.data(), accept.size()).append("\r\n\r\n");
    bool isAlive = sendAll(peer, answer);
    while (isAlive) isAlive = sendAll(peer, stream_.bytes);
    ::close(peer);
  }
  static bool sendAll(int peer, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(peer, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  const FrameStream& stream_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

Nanos threadCpuTime() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return Nanos{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// One turn of an event loop.
void turn(hft::net::WebSocketClient& client, CountingSink& sink) {
  pollfd ready{.fd = client.fd(), .events = POLLIN, .revents = 0};
  if (client.wantsWrite()) ready.events |= POLLOUT;
  (void)::poll(&ready, 1, 1000);
  if (client.wantsWrite()) client.onWritable(1);
  client.onReadable(sink, [] { return Nanos{1}; }, 4);
}

/// The whole client over loopback TCP at the greatest rate: kernel, frames and sink. One iteration
/// is one turn of a loop; `CPU ns/message` is the client thread's own time.
void receiveOverLoopback(benchmark::State& state) {
  using State = hft::net::WebSocketClient::State;
  const FrameStream stream = makeStream(state.range(0), false);
  const Blaster blaster(stream);
  hft::net::WebSocketOptions options;
  options.request.host = "localhost";
  hft::net::WebSocketClient client(options, hft::net::systemRandom());
  (void)client.connect("127.0.0.1", blaster.port(), 0);
  CountingSink sink;
  while (client.state() != State::Open && client.state() != State::Closed) turn(client, sink);
  sink = {};
  const Nanos startedAt = threadCpuTime();
  for (auto _ : state) turn(client, sink);
  const auto messages = static_cast<double>(sink.messages);
  state.counters["CPU ns/message"] = static_cast<double>(threadCpuTime() - startedAt) / messages;
  state.counters["messages/read"] = messages / static_cast<double>(client.counters().reads);
  state.SetItemsProcessed(static_cast<std::int64_t>(sink.messages));
  const bool isWrongSize =
      state.range(0) != kMix &&
      sink.payloadBytes != sink.messages * static_cast<std::size_t>(state.range(0));
  if (client.state() != State::Open || isWrongSize) state.SkipWithError("messages were lost");
  client.release();
}
BENCHMARK(receiveOverLoopback)->HFT_SIZES->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
