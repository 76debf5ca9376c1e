#include "native/stream/event_ring.hpp"

#include <atomic>
#include <cstring>
#include <gtest/gtest.h>
#include <vector>

namespace hft::stream {
namespace {

constexpr std::size_t kSlots = 8;

/// A ring and the words that its consumer reads and writes.
struct Ring {
  std::vector<std::uint64_t> memory =
      std::vector<std::uint64_t>(EventRingLayout::bytes(kSlots, 0) / 8);
  EventRingWriter writer{std::as_writable_bytes(std::span(memory)), kSlots, 0};

  std::uint32_t& word(std::size_t offset) {
    return *reinterpret_cast<std::uint32_t*>(reinterpret_cast<std::byte*>(memory.data()) + offset);
  }
  void write(std::uint64_t sequence) {
    event::MarketEvent event;
    event.sequence = sequence;
    writer.write(event);
    writer.publish();
  }
  /// The sequence of the event in a slot.
  double at(std::size_t slot) const {
    double sequence = 0;
    const auto* bytes = reinterpret_cast<const std::byte*>(memory.data());
    std::memcpy(&sequence, bytes + EventRingLayout::kSlots + slot * 64 + 24, sizeof sequence);
    return sequence;
  }
};

TEST(EventRing, GoesOnAtItsFirstSlotOnceAllIsConsumed) {
  Ring ring;
  for (std::uint64_t i = 1; i <= 3; ++i) ring.write(i);
  ring.word(EventRingLayout::kTail) = 3;

  ring.writer.rewind();

  EXPECT_EQ(ring.word(EventRingLayout::kTail), kSlots);
  EXPECT_EQ(ring.word(EventRingLayout::kHead), kSlots) << "nothing waits";
  ring.write(4);
  EXPECT_EQ(ring.at(0), 4);
  EXPECT_EQ(ring.word(EventRingLayout::kHead), kSlots + 1);
  EXPECT_EQ(ring.writer.free(), kSlots - 1);
}

TEST(EventRing, StaysWhereItIsWhileAnEventWaits) {
  Ring ring;
  for (std::uint64_t i = 1; i <= 3; ++i) ring.write(i);
  ring.word(EventRingLayout::kTail) = 2;

  ring.writer.rewind();
  ring.write(4);

  EXPECT_EQ(ring.word(EventRingLayout::kTail), 2U);
  EXPECT_EQ(ring.at(2), 3) << "it is still to be consumed";
  EXPECT_EQ(ring.at(3), 4);
}

TEST(EventRing, TellsHowManyItHolds) {
  Ring ring;
  EXPECT_TRUE(ring.writer.holdsLess(1));
  for (std::uint64_t i = 1; i <= kSlots; ++i) ring.write(i);
  EXPECT_FALSE(ring.writer.holdsLess(kSlots));
  EXPECT_TRUE(ring.writer.holdsLess(kSlots + 1)) << "it never holds so many";
  ring.word(EventRingLayout::kTail) = 1;
  EXPECT_TRUE(ring.writer.holdsLess(kSlots));
  EXPECT_FALSE(ring.writer.holdsLess(kSlots - 1));
}

}  // namespace
}  // namespace hft::stream
