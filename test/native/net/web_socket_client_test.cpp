#include "native/net/web_socket_client.hpp"

#include <gtest/gtest.h>
#include <set>
#include <string>

#include "test/native/net/loopback.hpp"

namespace hft::net {
namespace {

using namespace std::string_literals;
using test::binary;
using test::frame;
using test::LoopbackPair;
using test::Script;
using test::text;
using State = WebSocketClient::State;

constexpr Nanos kSecond = 1'000'000'000;

WebSocketOptions options() {
  WebSocketOptions made;
  made.request.host = "example.test";
  return made;
}

TEST(WebSocketClient, OpensReceivesAndSends) {
  LoopbackPair pair(options());
  ASSERT_TRUE(pair.open(""));
  EXPECT_TRUE(pair.sink.isOpen);
  pair.server.send(text("hello") + binary("bytes"));
  ASSERT_TRUE(pair.run([&] { return pair.sink.messages.size() == 2; }));
  EXPECT_EQ(pair.sink.messages, (Script{"T:hello", "B:bytes"}));
  EXPECT_EQ(pair.client.sendText("one"), SocketError::Ok);
  EXPECT_EQ(pair.client.sendBinary("two"), SocketError::Ok);
  EXPECT_EQ(pair.client.ping("three"), SocketError::Ok);
  ASSERT_TRUE(pair.run([&] { return pair.server.frames().size() == 3; }));
  EXPECT_EQ(pair.server.frames(), (Script{"T:one", "B:two", "9:three"}));
  EXPECT_EQ(pair.client.counters().messages, 2U);
}

TEST(WebSocketClient, GivesEachMessageTheTimeOfItsRead) {
  LoopbackPair pair(options());
  ASSERT_TRUE(pair.open(""));
  pair.server.send(text("a") + text("b"));
  ASSERT_TRUE(pair.run([&] { return pair.sink.messages.size() == 2; }));
  EXPECT_EQ(pair.sink.times[0], pair.sink.times[1]) << "one read";
  EXPECT_EQ(pair.client.lastByteTime(), pair.sink.times[1]);
  pair.server.send(text("c"));
  ASSERT_TRUE(pair.run([&] { return pair.sink.messages.size() == 3; }));
  EXPECT_GT(pair.sink.times[2], pair.sink.times[1]);
}

TEST(WebSocketClient, MasksEveryFrameWithAKeyOfItsOwn) {
  LoopbackPair pair(options());
  ASSERT_TRUE(pair.open(""));
  constexpr int kFrames = 200;
  for (int i = 0; i < kFrames; ++i) ASSERT_EQ(pair.client.sendText("same"), SocketError::Ok);
  ASSERT_TRUE(pair.run([&] { return pair.server.received.size() == kFrames * 10U; }));
  std::set<std::string> keys;
  for (std::size_t i = 0; i < kFrames; ++i) keys.insert(pair.server.received.substr(i * 10 + 2, 4));
  EXPECT_GT(keys.size(), kFrames - 3U);
}

TEST(WebSocketClient, AnswersPingsBetweenFragments) {
  LoopbackPair pair(options());
  ASSERT_TRUE(pair.open(""));
  pair.server.send(frame({.isFinal = false}, "a") + frame({.opcode = 9}, "now") +
                   frame({.opcode = 0}, "b"));
  ASSERT_TRUE(pair.run([&] { return pair.server.frames().size() == 1; }));
  EXPECT_EQ(pair.server.frames(), Script{"10:now"});
  EXPECT_EQ(pair.sink.messages, Script{"T:ab"});
}

TEST(WebSocketClient, EchoesTheServersCloseAndWaitsForItToEnd) {
  LoopbackPair pair(options());
  ASSERT_TRUE(pair.open(""));
  pair.server.send(text("last") + frame({.opcode = 8}, "\x03\xf5later"s) + text("ignored"));
  ASSERT_TRUE(pair.run([&] { return pair.server.frames().size() == 1; }));
  EXPECT_EQ(pair.server.frames(), Script{"8:\x03\xf5"s});
  EXPECT_EQ(pair.client.state(), State::Closing);
  pair.server.endOurs();
  ASSERT_TRUE(pair.runToClosed());
  EXPECT_EQ(pair.client.report().code, 1013);
  EXPECT_EQ(pair.client.report().reason.view(), "later");
  EXPECT_EQ(pair.client.report().error, SocketError::Ok);
  EXPECT_EQ(pair.sink.messages, Script{"T:last"});
}

TEST(WebSocketClient, ClosesWithAHandshakeOfItsOwn) {
  LoopbackPair pair(options());
  ASSERT_TRUE(pair.open(""));
  EXPECT_EQ(pair.client.close(4000, "done", pair.now), SocketError::Ok);
  EXPECT_EQ(pair.client.close(4000, "done", pair.now), SocketError::NotOpen);
  EXPECT_EQ(pair.client.sendText("late"), SocketError::NotOpen);
  ASSERT_TRUE(pair.run([&] { return pair.server.frames().size() == 1; }));
  EXPECT_EQ(pair.server.frames(), Script{"8:\x0f\xa0"
                                         "done"s});
  pair.server.send(text("still") + frame({.opcode = 8}, "\x0f\xa0"s));
  pair.server.endOurs();
  ASSERT_TRUE(pair.runToClosed());
  EXPECT_EQ(pair.client.report().code, 4000);
  EXPECT_EQ(pair.client.report().error, SocketError::Ok);
  EXPECT_EQ(pair.sink.messages, Script{"T:still"});
}

TEST(WebSocketClient, RefusesClosesThatMayNotBeSent) {
  LoopbackPair pair(options());
  ASSERT_TRUE(pair.open(""));
  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 2000, 5000}) {
    EXPECT_EQ(pair.client.close(static_cast<std::uint16_t>(code), "", 0), SocketError::BadArgument);
  }
  EXPECT_EQ(pair.client.close(1000, std::string(124, 'x'), 0), SocketError::BadArgument);
  EXPECT_EQ(pair.client.close(1000, "\xff", 0), SocketError::BadArgument);
  EXPECT_EQ(pair.client.ping(std::string(126, 'x')), SocketError::BadArgument);
  EXPECT_EQ(pair.client.state(), State::Open);
}

TEST(WebSocketClient, TellsTheServerWhatItDidWrongAndReadsNoFurther) {
  LoopbackPair pair(options());
  ASSERT_TRUE(pair.open(""));
  pair.server.send(text("good") + frame({.isMasked = true}, "bad") + text("never"));
  ASSERT_TRUE(pair.run([&] { return pair.server.frames().size() == 1; }));
  EXPECT_EQ(pair.server.frames(), Script{"8:\x03\xea"s});
  pair.server.send(std::string(100000, 'x'));
  pair.server.endOurs();
  ASSERT_TRUE(pair.runToClosed());
  EXPECT_EQ(pair.client.report().error, SocketError::ProtocolViolation);
  EXPECT_EQ(pair.client.report().code, 1006);
  EXPECT_EQ(pair.client.report().detail.view(), "the server masked a frame");
  EXPECT_EQ(pair.sink.messages, Script{"T:good"});
}

TEST(WebSocketClient, ReportsEndsWithoutACloseFrame) {
  LoopbackPair ended(options());
  ASSERT_TRUE(ended.open(""));
  ended.server.endOurs();
  ASSERT_TRUE(ended.runToClosed());
  EXPECT_EQ(ended.client.report().error, SocketError::ConnectionLost);
  LoopbackPair reset(options());
  ASSERT_TRUE(reset.open(""));
  reset.server.reset();
  ASSERT_TRUE(reset.runToClosed());
  EXPECT_EQ(reset.client.report().error, SocketError::ConnectionLost);
  EXPECT_NE(reset.client.report().detail.view().find("reset"), std::string_view::npos);
}

TEST(WebSocketClient, KeepsTheRestWhileTheSinkStops) {
  LoopbackPair pair(options());
  ASSERT_TRUE(pair.open(""));
  pair.sink.stops = true;
  pair.server.send(text("a") + text("b") + text("c"));
  // The pair does not poll a stopped client: it is called once it has bytes.
  pollfd readable{.fd = pair.client.fd(), .events = POLLIN, .revents = 0};
  ASSERT_EQ(::poll(&readable, 1, 5000), 1);
  const auto clock = [&] { return ++pair.now; };
  pair.client.onReadable(pair.sink, clock, 4);
  EXPECT_EQ(pair.sink.messages, Script{"T:a"});
  EXPECT_TRUE(pair.client.hasPending());
  const Nanos read = pair.sink.times[0];
  pair.client.onReadable(pair.sink, clock, 4);
  EXPECT_EQ(pair.sink.messages, (Script{"T:a", "T:b"}));
  EXPECT_EQ(pair.sink.times[1], read) << "the time of the bytes, not of the call";
  pair.sink.stops = false;
  pair.client.onReadable(pair.sink, clock, 4);
  EXPECT_EQ(pair.sink.messages, (Script{"T:a", "T:b", "T:c"}));
  EXPECT_FALSE(pair.client.hasPending());
}

TEST(WebSocketClient, ReadsNoMoreThanItsBudget) {
  WebSocketOptions made = options();
  made.reader.receiveBytesMax = 1000;
  LoopbackPair pair(made);
  ASSERT_TRUE(pair.open(""));
  std::string bytes;
  for (int i = 0; i < 100; ++i) bytes += binary(std::string(98, 'x'));
  pair.server.send(bytes);
  pollfd readable{.fd = pair.client.fd(), .events = POLLIN, .revents = 0};
  ASSERT_EQ(::poll(&readable, 1, 5000), 1);
  const auto clock = [&] { return ++pair.now; };
  pair.client.onReadable(pair.sink, clock, 3);
  EXPECT_EQ(pair.sink.messages.size(), 30U);
  pair.client.onReadable(pair.sink, clock, 2);
  EXPECT_EQ(pair.sink.messages.size(), 50U);
}

TEST(WebSocketClient, LetsTheSinkEndTheConnection) {
  LoopbackPair pair(options());
  ASSERT_TRUE(pair.open(""));
  pair.sink.onEach = [&] { pair.client.terminate(); };
  pair.server.send(text("a") + text("b"));
  ASSERT_TRUE(pair.runToClosed());
  EXPECT_EQ(pair.sink.messages, Script{"T:a"});
  EXPECT_FALSE(pair.client.hasPending());
  EXPECT_GE(pair.client.fd(), 0) << "the descriptor stays until release";
  pair.client.release();
  EXPECT_EQ(pair.client.fd(), -1);
}

TEST(WebSocketClient, RefusesToSendBeyondItsBufferAndGoesOnWhenThePeerReads) {
  WebSocketOptions made = options();
  made.sendBufferBytes = 100'000;
  LoopbackPair pair(made);
  ASSERT_TRUE(pair.open(""));
  const std::string payload(10'000, 'p');
  std::size_t sent = 0;
  while (pair.client.sendBinary(payload) == SocketError::Ok) ++sent;
  EXPECT_EQ(pair.client.sendBinary(payload), SocketError::SendBufferFull);
  EXPECT_GT(pair.client.sendBacklogBytes(), 80'000U);
  EXPECT_TRUE(pair.client.wantsWrite());
  EXPECT_EQ(pair.client.ping("room for control frames"), SocketError::Ok);
  ASSERT_TRUE(pair.run([&] { return pair.client.sendBacklogBytes() == 0; }));
  ASSERT_TRUE(pair.run([&] { return pair.server.frames().size() == sent + 1; }));
  EXPECT_EQ(pair.server.frames().back(), "9:room for control frames");
}

TEST(WebSocketClient, AgreesOnDeflateBothWays) {
  WebSocketOptions made = options();
  made.offersDeflate = true;
  made.deflateBytesMin = 10;
  LoopbackPair pair(made);
  ASSERT_TRUE(pair.open("Sec-WebSocket-Extensions: permessage-deflate\r\n"));
  EXPECT_TRUE(pair.client.isDeflateAgreed());
  pair.server.send(frame({.isCompressed = true}, "\xf2\x48\xcd\xc9\xc9\x07\x00"s));
  ASSERT_TRUE(pair.run([&] { return pair.sink.messages.size() == 1; }));
  EXPECT_EQ(pair.sink.messages, Script{"T:Hello"});
  const std::string large(5000, 'z');
  EXPECT_EQ(pair.client.sendText("short"), SocketError::Ok);
  EXPECT_EQ(pair.client.sendText(large), SocketError::Ok);
  ASSERT_TRUE(pair.run([&] { return pair.server.received.size() > 20; }));
  FrameReader reader({.expectsMask = true});
  reader.enableDeflate({});
  test::RecordingSink sink;
  (void)test::feed(reader, sink, pair.server.received, 4096);
  EXPECT_EQ(sink.script, (Script{"T:short", "T:" + large}));
  EXPECT_LT(pair.server.received.size(), 100U);
}

TEST(WebSocketClient, KeepsAnUpgradeThatWasRefused) {
  LoopbackPair pair(options());
  ASSERT_EQ(pair.client.connect("127.0.0.1", pair.server.port(), 0), SocketError::Ok);
  ASSERT_TRUE(pair.run([&] { return !pair.server.received.empty(); }));
  pair.server.send("HTTP/1.1 429 Slow\r\nRetry-After: 3\r\nContent-Length: 4\r\n\r\nwait");
  ASSERT_TRUE(pair.runToClosed());
  EXPECT_EQ(pair.client.report().error, SocketError::UpgradeRejected);
  EXPECT_EQ(pair.client.refusal().status, 429);
  EXPECT_EQ(pair.client.refusal().retryAfter, "3");
  EXPECT_EQ(pair.client.refusal().bodyStart, "wait");
}

TEST(WebSocketClient, GivesUpWhatMakesNoProgress) {
  WebSocketOptions made = options();
  made.handshakeTimeout = 5 * kSecond;
  made.closeTimeout = 2 * kSecond;
  LoopbackPair pair(made);
  ASSERT_EQ(pair.client.connect("127.0.0.1", pair.server.port(), 0), SocketError::Ok);
  ASSERT_TRUE(pair.run([&] { return !pair.server.received.empty(); }));
  EXPECT_EQ(pair.client.nextDeadline(), 5 * kSecond);
  pair.client.onTimer(5 * kSecond - 1);
  EXPECT_EQ(pair.client.state(), State::Upgrading);
  pair.client.onTimer(5 * kSecond);
  EXPECT_EQ(pair.client.report().error, SocketError::TimedOut);
  EXPECT_EQ(pair.client.nextDeadline(), kNever);

  LoopbackPair closing(made);
  ASSERT_TRUE(closing.open(""));
  EXPECT_EQ(closing.client.nextDeadline(), kNever);
  EXPECT_EQ(closing.client.close(1000, "", closing.now), SocketError::Ok);
  EXPECT_EQ(closing.client.nextDeadline(), closing.now + 2 * kSecond);
  closing.client.onTimer(closing.now + 2 * kSecond);
  EXPECT_EQ(closing.client.state(), State::Closed);
  EXPECT_EQ(closing.client.report().error, SocketError::TimedOut);
  EXPECT_EQ(closing.client.report().code, 1006);
}

TEST(WebSocketClient, PingsASilentPeerAndThenGivesItUp) {
  WebSocketOptions made = options();
  made.pingInterval = 10 * kSecond;
  made.silenceMax = 25 * kSecond;
  LoopbackPair pair(made);
  ASSERT_TRUE(pair.open(""));
  const Nanos last = pair.client.lastByteTime();
  EXPECT_EQ(pair.client.nextDeadline(), last + 10 * kSecond);
  pair.client.onTimer(last + 10 * kSecond);
  EXPECT_EQ(pair.client.nextDeadline(), last + 20 * kSecond);
  pair.client.onTimer(last + 20 * kSecond);
  EXPECT_EQ(pair.client.nextDeadline(), last + 25 * kSecond);
  ASSERT_TRUE(pair.run([&] { return pair.server.frames().size() == 2; }));
  EXPECT_EQ(pair.server.frames(), (Script{"9:", "9:"}));
  pair.client.onTimer(last + 25 * kSecond);
  EXPECT_EQ(pair.client.report().error, SocketError::TimedOut);
}

TEST(WebSocketClient, CanConnectAgain) {
  LoopbackPair pair(options());
  ASSERT_TRUE(pair.open(""));
  pair.server.send(frame({.isFinal = false}, "left over"));
  pair.server.endOurs();
  ASSERT_TRUE(pair.runToClosed());
  pair.server.drop();
  pair.server.received.clear();
  pair.server.isEnded = false;
  ASSERT_TRUE(pair.open(""));
  pair.server.send(text("again"));
  ASSERT_TRUE(pair.run([&] { return !pair.sink.messages.empty(); }));
  EXPECT_EQ(pair.sink.messages, Script{"T:again"});
  EXPECT_EQ(pair.client.report().error, SocketError::Ok);
}

TEST(WebSocketClient, ReportsWhatCannotBeConnected) {
  WebSocketClient bad(options(), systemRandom());
  EXPECT_EQ(bad.connect("not an address", 80, 0), SocketError::ConnectFailed);
  EXPECT_EQ(bad.state(), State::Closed);
  EXPECT_EQ(bad.report().detail.view(), "not an IP address: not an address");

  WebSocketOptions split = options();
  split.request.headers.push_back({"X", "a\r\nY: b"});
  WebSocketClient injected(split, systemRandom());
  EXPECT_EQ(injected.connect("127.0.0.1", 80, 0), SocketError::BadArgument);

  LoopbackPair refused(options());
  std::uint16_t freePort = 0;
  {
    const test::LoopbackServer gone;
    freePort = gone.port();
  }
  ASSERT_EQ(refused.client.connect("127.0.0.1", freePort, 0), SocketError::Ok);
  ASSERT_TRUE(refused.runToClosed());
  EXPECT_EQ(refused.client.report().error, SocketError::ConnectFailed);
}

TEST(SocketError, HasANameForEachValue) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kSocketErrorCount; ++i) {
    names.insert(nameOf(static_cast<SocketError>(i)));
  }
  EXPECT_EQ(names.size(), kSocketErrorCount);
}

}  // namespace
}  // namespace hft::net
