#include "native/stream/frame_queue.hpp"

#include <gtest/gtest.h>
#include <random>
#include <string>
#include <thread>

namespace hft::stream {
namespace {

std::string payloadOf(std::uint64_t number, std::size_t length) {
  std::string text(length, '\0');
  for (std::size_t i = 0; i < length; ++i) text[i] = static_cast<char>((number * 31 + i) & 0x7f);
  return text;
}

QueuedFrame frameOf(std::uint64_t number, const std::string& payload) {
  QueuedFrame frame;
  frame.connection = static_cast<std::uint32_t>(number % 7);
  frame.receiveTime = static_cast<Nanos>(number);
  frame.payload = payload;
  return frame;
}

TEST(FrameQueue, RefusesAFrameThatDoesNotFitAndLosesNothing) {
  FrameQueue queue(1024);
  const std::string payload(200, 'x');
  int accepted = 0;
  while (queue.push(frameOf(static_cast<std::uint64_t>(accepted), payload))) ++accepted;
  ASSERT_GT(accepted, 1);
  QueuedFrame frame;
  for (int i = 0; i < accepted; ++i) {
    ASSERT_TRUE(queue.front(frame));
    EXPECT_EQ(frame.receiveTime, i);
    EXPECT_EQ(frame.payload, payload);
    queue.pop();
  }
  EXPECT_FALSE(queue.front(frame));
  EXPECT_TRUE(queue.isDrained());
}

TEST(FrameQueue, CarriesTheLongestPayloadFromAnyOffset) {
  FrameQueue queue(4096);
  const std::string longest(queue.payloadBytesMax(), 'L');
  for (std::uint64_t round = 0; round < 200; ++round) {
    const std::string shorter(round % 97, 's');
    ASSERT_TRUE(queue.push(frameOf(1, shorter)));
    QueuedFrame frame;
    ASSERT_TRUE(queue.front(frame));
    ASSERT_EQ(frame.payload, shorter);
    queue.pop();
    ASSERT_TRUE(queue.push(frameOf(2, longest)));
    ASSERT_TRUE(queue.front(frame));
    ASSERT_EQ(frame.payload, longest);
    queue.pop();
  }
}

TEST(FrameQueue, HandsEveryFrameToTheOtherThreadInOrder) {
  constexpr std::uint64_t kFrames = 50'000;
  FrameQueue queue(1 << 14);
  std::thread producer([&queue] {
    std::mt19937_64 random(7);
    for (std::uint64_t i = 0; i < kFrames; ++i) {
      const std::string payload = payloadOf(i, random() % 700);
      while (!queue.push(frameOf(i, payload))) std::this_thread::yield();
    }
  });
  std::mt19937_64 random(7);
  QueuedFrame frame;
  for (std::uint64_t i = 0; i < kFrames; ++i) {
    while (!queue.front(frame)) std::this_thread::yield();
    ASSERT_EQ(frame.receiveTime, static_cast<Nanos>(i));
    ASSERT_EQ(frame.connection, i % 7);
    ASSERT_EQ(frame.payload, payloadOf(i, random() % 700));
    queue.pop();
  }
  producer.join();
  EXPECT_TRUE(queue.isDrained());
}

}  // namespace
}  // namespace hft::stream
