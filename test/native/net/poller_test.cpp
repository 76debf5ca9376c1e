#include "native/net/poller.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace hft::net {
namespace {

/// Two connected sockets.
struct SocketPair {
  SocketPair() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0); }
  ~SocketPair() {
    ::close(ends[0]);
    if (ends[1] >= 0) ::close(ends[1]);
  }
  SocketPair(const SocketPair&) = delete;
  SocketPair& operator=(const SocketPair&) = delete;

  int ends[2] = {-1, -1};
};

TEST(Poller, SaysWhatIsReadyAndKeepsSayingSo) {
  Poller poller;
  ASSERT_EQ(poller.open(), PollError::Ok);
  const SocketPair first;
  const SocketPair second;
  ASSERT_EQ(poller.add(first.ends[0], 7, false), PollError::Ok);
  ASSERT_EQ(poller.add(second.ends[0], 8, false), PollError::Ok);
  EXPECT_TRUE(poller.wait(0).empty());
  ASSERT_EQ(::write(second.ends[1], "x", 1), 1);
  for (int i = 0; i < 2; ++i) {
    const auto ready = poller.wait(-1);
    ASSERT_EQ(ready.size(), 1U);
    EXPECT_EQ(ready[0].key, 8U);
    EXPECT_TRUE(ready[0].isReadable);
    EXPECT_FALSE(ready[0].isWritable);
  }
}

TEST(Poller, WatchesForWritingOnlyWhenAsked) {
  Poller poller;
  ASSERT_EQ(poller.open(), PollError::Ok);
  const SocketPair pair;
  ASSERT_EQ(poller.add(pair.ends[0], 1, true), PollError::Ok);
  const auto ready = poller.wait(-1);
  ASSERT_EQ(ready.size(), 1U);
  EXPECT_TRUE(ready[0].isWritable);
  EXPECT_FALSE(ready[0].isReadable);
  poller.modify(pair.ends[0], 1, false);
  EXPECT_TRUE(poller.wait(0).empty());
  poller.modify(pair.ends[0], 1, true);
  EXPECT_EQ(poller.wait(0).size(), 1U);
  poller.remove(pair.ends[0]);
  EXPECT_TRUE(poller.wait(0).empty());
}

TEST(Poller, ReportsAPeerThatIsGoneAsReadable) {
  Poller poller;
  ASSERT_EQ(poller.open(), PollError::Ok);
  SocketPair pair;
  ASSERT_EQ(poller.add(pair.ends[0], 1, false), PollError::Ok);
  ::close(pair.ends[1]);
  pair.ends[1] = -1;
  const auto ready = poller.wait(-1);
  ASSERT_EQ(ready.size(), 1U);
  EXPECT_TRUE(ready[0].isReadable);
}

TEST(Poller, IsWokenByAnotherThreadAndOnceForManyWakes) {
  Poller poller;
  ASSERT_EQ(poller.open(), PollError::Ok);
  std::thread waker([&] {
    for (int i = 0; i < 100; ++i) poller.wake();
  });
  EXPECT_TRUE(poller.wait(-1).empty());
  waker.join();
  poller.wake();
  poller.wake();
  EXPECT_TRUE(poller.wait(-1).empty()) << "returns at once, with nothing";
  EXPECT_TRUE(poller.wait(1'000'000).empty()) << "both wakes are used up";
}

}  // namespace
}  // namespace hft::net
