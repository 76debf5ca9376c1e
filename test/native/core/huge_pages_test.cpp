#include "native/core/huge_pages.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <utility>

namespace hft {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;

TEST(HugeBlock, IsZeroedAndWritable) {
  const HugeBlock block(10'000);
  ASSERT_GE(block.sizeBytes(), 10'000U);
  for (std::size_t i = 0; i < block.sizeBytes(); ++i) {
    ASSERT_EQ(block.data()[i], std::byte{0});
    block.data()[i] = std::byte{1};
  }
}

TEST(HugeBlock, StartsOnAHugePageFromTwoMegabytesOn) {
  const HugeBlock block(kHugePage + 1);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block.data()) % kHugePage, 0U);
  EXPECT_EQ(block.sizeBytes(), 2 * kHugePage);
  block.as<std::uint64_t>()[block.sizeBytes() / 8 - 1] = 1;
}

TEST(HugeBlock, MovesItsMemory) {
  HugeBlock block(100);
  std::byte* data = block.data();
  HugeBlock other = std::move(block);
  EXPECT_EQ(other.data(), data);
  EXPECT_EQ(block.data(), nullptr);  // NOLINT(bugprone-use-after-move): the point of the test.
  HugeBlock third(200);
  third = std::move(other);
  EXPECT_EQ(third.data(), data);
}

TEST(HugeBlock, OfNoBytesHasNoMemory) {
  const HugeBlock block(0);
  EXPECT_EQ(block.data(), nullptr);
  EXPECT_EQ(block.sizeBytes(), 0U);
}

}  // namespace
}  // namespace hft
