#include <atomic>
#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>
#include <new>
#include <string>

#include "native/net/frame_reader.hpp"
#include "native/net/frame_writer.hpp"
#include "test/native/net/frame_script.hpp"

namespace {

/// Allocations of the whole test program so far.
std::atomic<std::size_t> allocations{0};

}  // namespace

void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  void* const memory = std::malloc(size == 0 ? 1 : size);
  HFT_CHECK(memory != nullptr);
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

namespace hft::net {
namespace {

struct NullSink {
  std::size_t count = 0;
  Flow onMessage(std::string_view, bool, Nanos) {
    ++count;
    return Flow::Continue;
  }
  Flow onControl(Opcode, std::string_view, Nanos) {
    ++count;
    return Flow::Continue;
  }
};

void readAll(FrameReader& reader, NullSink& sink, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::span<char> into = reader.writable();
    const std::size_t size = std::min(into.size(), bytes.size());
    std::memcpy(into.data(), bytes.data(), size);
    reader.commit(size);
    bytes.remove_prefix(size);
    ASSERT_EQ(reader.drain(sink, 1), FrameReader::Status::NeedMore);
  }
}

TEST(FrameReader, AllocatesNothingForMessagesOfAnyKind) {
  Deflater deflater(15, true);
  const std::string payload(2000, 'z');
  std::string wire(deflater.bound(payload.size()), '\0');
  wire.resize(deflater.deflate(payload, wire).value());
  const std::string bytes =
      test::text("small") + test::binary(payload) + test::frame({.isFinal = false}, "part") +
      test::frame({.opcode = 9}, "ping") + test::frame({.opcode = 0}, "s") +
      test::frame({.isCompressed = true}, wire) + test::binary(std::string(200'000, 'l'));
  FrameReader reader({});
  reader.enableDeflate({.serverNoContextTakeover = true});
  NullSink sink;
  readAll(reader, sink, bytes);  // zlib takes its window with the first message.
  const std::size_t before = allocations.load();
  for (int i = 0; i < 50; ++i) readAll(reader, sink, bytes);
  EXPECT_EQ(allocations.load(), before);
  EXPECT_EQ(sink.count, 51U * 6U);
}

TEST(FrameWriter, AllocatesNothingForFrames) {
  FrameWriter writer(64 * 1024, systemRandom());
  writer.enableDeflate({}, 100);
  const std::string payload(1000, 'p');
  const std::size_t before = allocations.load();
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(writer.append(Opcode::Text, "subscribe"));
    ASSERT_TRUE(writer.append(Opcode::Text, payload));
    ASSERT_TRUE(writer.append(Opcode::Ping, ""));
    writer.consume(writer.pending().size());
  }
  EXPECT_EQ(allocations.load(), before);
}

}  // namespace
}  // namespace hft::net
