#include "native/net/frame_reader.hpp"

#include <cstring>
#include <gtest/gtest.h>
#include <random>
#include <string>

#include "test/native/net/frame_script.hpp"

namespace hft::net {
namespace {

using namespace std::string_literals;
using test::binary;
using test::feed;
using test::frame;
using test::RecordingSink;
using test::Script;
using test::text;

/// The error of a fresh reader on `bytes`, whatever the size of the pieces.
FrameError errorOn(const std::string& bytes, const FrameReaderOptions& options) {
  FrameError error = FrameError::Ok;
  for (const std::size_t pieceBytes : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
    FrameReader reader(options);
    RecordingSink sink;
    (void)feed(reader, sink, bytes, pieceBytes);
    error = reader.error();
    if (pieceBytes == bytes.size()) continue;
    FrameReader whole(options);
    (void)feed(whole, sink, bytes, bytes.size());
    EXPECT_EQ(error, whole.error()) << "in pieces of " << pieceBytes;
  }
  return error;
}

FrameError errorOn(const std::string& bytes) { return errorOn(bytes, {}); }

TEST(FrameReader, HandsOutAWholeMessageWhereItLies) {
  FrameReader reader({});
  const std::string bytes = text("hello");
  const std::span<char> into = reader.writable();
  std::memcpy(into.data(), bytes.data(), bytes.size());
  reader.commit(bytes.size());
  struct Sink {
    const char* payload = nullptr;
    Nanos time = 0;
    Flow onMessage(std::string_view view, bool, Nanos receiveTime) {
      payload = view.data();
      time = receiveTime;
      return Flow::Continue;
    }
    Flow onControl(Opcode, std::string_view, Nanos) { return Flow::Continue; }
  } sink;
  EXPECT_EQ(reader.drain(sink, 42), FrameReader::Status::NeedMore);
  EXPECT_EQ(sink.payload, into.data() + 2);
  EXPECT_EQ(sink.time, 42);
}

TEST(FrameReader, ReadsEverySizeOfMessageInPiecesOfAnySize) {
  for (const std::size_t size : {0U, 1U, 125U, 126U, 127U, 16384U, 65535U, 65536U, 200000U}) {
    for (const std::size_t pieceBytes : {1U, 3U, 1000U, 16384U}) {
      if (size > 20000 && pieceBytes == 1) continue;
      const std::string payload(size, 'x');
      FrameReader reader({});
      RecordingSink sink;
      EXPECT_EQ(feed(reader, sink, text(payload) + binary(payload), pieceBytes),
                FrameReader::Status::NeedMore);
      ASSERT_EQ(sink.script, (Script{"T:" + payload, "B:" + payload})) << size;
    }
  }
}

TEST(FrameReader, JoinsFragmentsWithControlFramesBetweenThem) {
  const std::string bytes =
      frame({.opcode = 1, .isFinal = false}, "one ") + frame({.opcode = 9}, "ping") +
      frame({.opcode = 0, .isFinal = false}, "") + frame({.opcode = 10}, "pong") +
      frame({.opcode = 0}, "two") + text("next");
  for (std::size_t pieceBytes = 1; pieceBytes <= bytes.size(); ++pieceBytes) {
    FrameReader reader({});
    RecordingSink sink;
    (void)feed(reader, sink, bytes, pieceBytes);
    ASSERT_EQ(sink.script, (Script{"9:ping", "10:pong", "T:one two", "T:next"})) << pieceBytes;
  }
}

TEST(FrameReader, UnmasksWhatAClientSends) {
  FrameReader reader({.expectsMask = true});
  RecordingSink sink;
  const std::string large(100000, 'y');
  const std::string bytes = frame({.opcode = 1, .isMasked = true}, "hello") +
                            frame({.opcode = 2, .isFinal = false, .isMasked = true}, "abcde") +
                            frame({.opcode = 9, .isMasked = true}, "p") +
                            frame({.opcode = 0, .isMasked = true}, "fgh") +
                            frame({.opcode = 2, .isMasked = true}, large);
  (void)feed(reader, sink, bytes, 5);
  EXPECT_EQ(sink.script, (Script{"T:hello", "9:p", "B:abcdefgh", "B:" + large}));
}

TEST(FrameReader, FailsOnEachViolationOfTheFraming) {
  EXPECT_EQ(errorOn(frame({.isMasked = true}, "x")), FrameError::UnexpectedMask);
  EXPECT_EQ(errorOn(text("x"), {.expectsMask = true}), FrameError::MissingMask);
  EXPECT_EQ(errorOn(frame({.opcode = 0}, "x")), FrameError::UnexpectedContinuation);
  EXPECT_EQ(errorOn(text("a") + frame({.opcode = 0}, "x")), FrameError::UnexpectedContinuation);
  EXPECT_EQ(errorOn(frame({.isFinal = false}, "a") + text("b")), FrameError::ExpectedContinuation);
  EXPECT_EQ(errorOn(frame({.isCompressed = true}, "a")), FrameError::ReservedBits);
  EXPECT_EQ(errorOn("\x83\x00"s), FrameError::BadOpcode);
  EXPECT_EQ(errorOn("\x09\x00"s), FrameError::FragmentedControl);
  EXPECT_EQ(errorOn("\x81\x7e\x00\x05hello"s), FrameError::BadLength);
}

TEST(FrameReader, HandsOutWhatPrecedesAViolation) {
  FrameReader reader({});
  RecordingSink sink;
  EXPECT_EQ(feed(reader, sink, text("good") + "\xf1\x00"s + text("never"), 1000),
            FrameReader::Status::Failed);
  EXPECT_EQ(sink.script, Script{"T:good"});
  EXPECT_EQ(reader.drain(sink, 0), FrameReader::Status::Failed);
  EXPECT_EQ(sink.script.size(), 1U);
}

TEST(FrameReader, ChecksTextAlsoWhenACharacterIsCutByAFrame) {
  const auto split = [](std::string_view first, std::string_view second) {
    return frame({.isFinal = false}, first) + frame({.opcode = 0}, second);
  };
  EXPECT_EQ(errorOn(split("\xe2\x82", "\xac")), FrameError::Ok);
  EXPECT_EQ(errorOn(split("\xe2\x82", "a")), FrameError::BadUtf8);
  EXPECT_EQ(errorOn(split("\xe2\x82", "")), FrameError::BadUtf8);
  EXPECT_EQ(errorOn(text("\xe2\x82")), FrameError::BadUtf8);
  EXPECT_EQ(errorOn(text(std::string(70000, 'a') + "\xff")), FrameError::BadUtf8);
  EXPECT_EQ(errorOn(binary("\xff")), FrameError::Ok);
  EXPECT_EQ(errorOn(text("\xff\xff\xff\xff"), {.skipUtf8 = true}), FrameError::Ok);
}

TEST(FrameReader, StartsTheTextCheckAnewWithEachMessage) {
  FrameReader reader({});
  RecordingSink sink;
  const std::string bytes = frame({.isFinal = false}, "a") + frame({.opcode = 0}, "b") +
                            frame({.opcode = 2, .isFinal = false}, "\xe2") +
                            frame({.opcode = 0}, "\x82") + frame({.isFinal = false}, "c") +
                            frame({.opcode = 0}, "d");
  EXPECT_EQ(feed(reader, sink, bytes, 100), FrameReader::Status::NeedMore);
  EXPECT_EQ(sink.script.size(), 3U);
}

TEST(FrameReader, RefusesAMessageBeyondTheLimitHoweverItComes) {
  const FrameReaderOptions options{.messageBytesMax = 1000};
  EXPECT_EQ(errorOn(binary(std::string(1000, 'x')), options), FrameError::Ok);
  EXPECT_EQ(errorOn(binary(std::string(1001, 'x')), options), FrameError::MessageTooBig);
  EXPECT_EQ(errorOn(frame({.isFinal = false}, std::string(600, 'x')) +
                        frame({.opcode = 0}, std::string(400, 'x')),
                    options),
            FrameError::Ok);
  EXPECT_EQ(errorOn(frame({.isFinal = false}, std::string(600, 'x')) +
                        frame({.opcode = 0}, std::string(401, 'x')),
                    options),
            FrameError::MessageTooBig);
  // The header alone is enough: the bytes need not come.
  EXPECT_EQ(errorOn("\x82\x7f\x00\x00\x7f\xff\xff\xff\xff\xff"s, options),
            FrameError::MessageTooBig);
}

TEST(FrameReader, KeepsTheRestWhileTheSinkSaysStop) {
  FrameReader reader({});
  RecordingSink sink;
  sink.stopEvery = 1;
  const std::string bytes = text("a") + text("b") + frame({.opcode = 9}, "") + text("c");
  const std::span<char> into = reader.writable();
  std::memcpy(into.data(), bytes.data(), bytes.size());
  reader.commit(bytes.size());
  for (std::size_t count = 1; count <= 4; ++count) {
    EXPECT_EQ(reader.drain(sink, 0), FrameReader::Status::Stopped);
    EXPECT_EQ(sink.script.size(), count);
  }
  EXPECT_EQ(reader.drain(sink, 0), FrameReader::Status::NeedMore);
  EXPECT_EQ(sink.script, (Script{"T:a", "T:b", "9:", "T:c"}));
}

TEST(FrameReader, CanBeUsedAgainAfterAReset) {
  FrameReader reader({});
  RecordingSink sink;
  EXPECT_EQ(feed(reader, sink, frame({.isFinal = false}, "left") + "\xff"s, 100),
            FrameReader::Status::NeedMore);
  EXPECT_EQ(feed(reader, sink, "\xff"s, 100), FrameReader::Status::Failed);
  reader.reset();
  EXPECT_EQ(feed(reader, sink, text("new"), 100), FrameReader::Status::NeedMore);
  EXPECT_EQ(sink.script, Script{"T:new"});
}

/// A random legal stream and what must come out of it.
struct Scenario {
  std::string bytes;
  Script expected;
};

Scenario makeScenario(std::mt19937_64& random, bool isMasked, Deflater* deflater) {
  Scenario scenario;
  const auto addControl = [&] {
    if (random() % 3 != 0) return;
    const std::string payload(random() % 126, 'c');
    scenario.bytes += frame({.opcode = 9, .isMasked = isMasked}, payload);
    scenario.expected.push_back("9:" + payload);
  };
  for (std::size_t count = 1 + random() % 20; count > 0; --count) {
    const bool isText = random() % 2 == 0;
    const std::size_t sizes[] = {random() % 4, random() % 200, random() % 2000, random() % 90000};
    std::string payload(sizes[random() % 100 < 97 ? random() % 3 : 3], 'm');
    for (char& letter : payload) letter = static_cast<char>('a' + random() % 26);
    const bool isCompressed = deflater != nullptr && random() % 2 == 0;
    std::string wire = payload;
    if (isCompressed) {
      wire.resize(deflater->bound(payload.size()));
      wire.resize(deflater->deflate(payload, wire).value());
    }
    std::size_t at = 0;
    bool isFirst = true;
    do {
      const bool isWhole = random() % 2 == 0;
      const std::size_t size = isWhole ? wire.size() - at : random() % (wire.size() - at + 1);
      const bool isFinal = at + size == wire.size();
      scenario.bytes += frame({.opcode = isFirst ? (isText ? 1 : 2) : 0,
                               .isFinal = isFinal,
                               .isCompressed = isFirst && isCompressed,
                               .isMasked = isMasked},
                              std::string_view{wire}.substr(at, size));
      at += size;
      isFirst = false;
      if (isFinal) break;
      addControl();
    } while (true);
    scenario.expected.push_back((isText ? "T:" : "B:") + payload);
    addControl();
  }
  return scenario;
}

TEST(FrameReader, EqualsTheScriptOnRandomStreamsInRandomPieces) {
  const std::uint64_t seed = 20260302;
  std::mt19937_64 random(seed);
  for (int round = 0; round < 1500; ++round) {
    const bool isMasked = random() % 2 == 0;
    const bool forgets = random() % 2 == 0;
    Deflater deflater(15, forgets);
    const bool deflates = random() % 2 == 0;
    const Scenario scenario = makeScenario(random, isMasked, deflates ? &deflater : nullptr);
    FrameReader reader({.receiveBytesMax = 256 + random() % 20000, .expectsMask = isMasked});
    if (deflates) {
      reader.enableDeflate(
          {.serverNoContextTakeover = forgets, .clientNoContextTakeover = forgets});
    }
    RecordingSink sink;
    sink.stopEvery = random() % 4;
    std::string_view rest = scenario.bytes;
    while (!rest.empty()) {
      const std::size_t size = std::min<std::size_t>(rest.size(), 1 + random() % 5000);
      ASSERT_NE(feed(reader, sink, rest.substr(0, size), size), FrameReader::Status::Failed)
          << "seed " << seed << " round " << round << ": " << describe(reader.error());
      rest.remove_prefix(size);
    }
    ASSERT_EQ(sink.script, scenario.expected) << "seed " << seed << " round " << round;
  }
}

TEST(FrameReader, FailsOnCompressedMessagesThatAreCutOrTooBig) {
  Deflater deflater(15, true);
  const std::string payload(100000, 'z');
  std::string wire(deflater.bound(payload.size()), '\0');
  wire.resize(deflater.deflate(payload, wire).value());
  const auto errorOf = [](std::string_view bytes, std::size_t messageBytesMax) {
    FrameReader reader({.messageBytesMax = messageBytesMax});
    reader.enableDeflate({.serverNoContextTakeover = true});
    RecordingSink sink;
    (void)feed(reader, sink, frame({.isCompressed = true}, bytes), 1 << 20);
    return reader.error();
  };
  EXPECT_EQ(errorOf(wire, 100000), FrameError::Ok);
  EXPECT_EQ(errorOf(wire, 99999), FrameError::MessageTooBig);
  EXPECT_EQ(errorOf(wire.substr(0, wire.size() - 5), 100000), FrameError::BadCompression);
  EXPECT_EQ(errorOf("\xff\xff\xff", 100000), FrameError::BadCompression);
}

TEST(FrameReader, RefusesRsv1OnAContinuation) {
  FrameReader reader({});
  reader.enableDeflate({});
  RecordingSink sink;
  (void)feed(reader, sink,
             frame({.isFinal = false}, "a") + frame({.opcode = 0, .isCompressed = true}, "b"), 64);
  EXPECT_EQ(reader.error(), FrameError::ReservedBits);
}

}  // namespace
}  // namespace hft::net
