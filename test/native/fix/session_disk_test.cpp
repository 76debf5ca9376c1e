// A disk that becomes full while a session trades. On a small file system of its own, in a mount
// namespace of the test's thread: where that is not allowed the test is skipped, and says so.
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "native/core/clock.hpp"
#include "native/fix/session/session_group.hpp"

namespace hft::fix {
namespace {

constexpr Nanos kPatience = 10'000'000'000;

struct Side {
  std::vector<std::string> orders;
  std::vector<std::string> notes;
  std::unique_ptr<SessionGroup> group;  ///< Last: it tells of its end.

  explicit Side(const std::string& settings) {
    SessionGroupOptions options;
    options.settings = settings;
    auto opened =
        SessionGroup::open(options, {.context = this,
                                     .take =
                                         [](void* self, const SessionEvent& event) noexcept {
                                           auto& side = *static_cast<Side*>(self);
                                           const std::string text(event.bytes);
                                           if (event.kind == SessionEventKind::Application) {
                                             side.orders.push_back(text);
                                           } else if (event.kind == SessionEventKind::Note) {
                                             side.notes.push_back(text);
                                           }
                                           return true;
                                         },
                                     .turnEnded = nullptr});
    group = std::move(opened.group);
    EXPECT_EQ(opened.error, "");
  }
  [[nodiscard]] bool says(const std::string& text) const {
    for (const std::string& note : notes) {
      if (note.find(text) != std::string::npos) return true;
    }
    return false;
  }
};

std::string settings(const std::string& folder, const char* type, std::uint16_t port) {
  const bool sells = std::strcmp(type, "acceptor") == 0;
  return "[DEFAULT]\nStartTime=00:00:00\nEndTime=00:00:00\nNonStopSession=Y\nHeartBtInt=30\n"
         "ReconnectInterval=0\nUseDataDictionary=N\nStoreBytes=65536\nStoreMessages=1024\n"
         "ConnectionType=" +
         std::string(type) + "\nSocketAcceptPort=" + std::to_string(port) +
         "\nSocketConnectHost=127.0.0.1\nSocketConnectPort=" + std::to_string(port) +
         // Only the buyer's disk becomes full.
         (sells ? "" : "\nFileStorePath=" + folder + "\nFileLogPath=" + folder) +
         "\n[SESSION]\nBeginString=FIX.4.4\nSenderCompID=" + (sells ? "S" : "C") +
         "\nTargetCompID=" + (sells ? "C" : "S") + "\n";
}

/// Trades on the file system at `folder` before it is full, while it is, and afterwards.
void tradeOnAFullDisk(const std::string& folder) {
  Side seller(settings(folder, "acceptor", 0));
  const std::uint16_t port = seller.group->listeningPort(0);
  auto buyer = std::make_unique<Side>(settings(folder, "initiator", port));
  const auto turnUntil = [&](const auto& isDone) {
    const Nanos deadline = monotonicNanos() + kPatience;
    while (!isDone() && monotonicNanos() < deadline) {
      seller.group->turn(1'000'000);
      buyer->group->turn(1'000'000);
    }
    return isDone();
  };
  const auto isLoggedOn = [&] {
    return seller.group->counters(0).isLoggedOn && buyer->group->counters(0).isLoggedOn;
  };
  std::size_t sent = 0;
  const auto trade = [&](std::size_t count) {
    for (std::size_t order = 0; order < count; ++order) {
      const std::string body = "11=" + std::to_string(sent++) + "\00155=A\001";
      ASSERT_TRUE(buyer->group->send(0, "D", body));
    }
    ASSERT_TRUE(turnUntil([&] { return seller.orders.size() == sent; }));
  };
  ASSERT_TRUE(turnUntil(isLoggedOn));
  trade(10);

  const std::string filler = folder + "/filler";
  const int fd = ::open(filler.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const std::string block(4096, 'x');
  while (::write(fd, block.data(), block.size()) > 0) {
  }
  ASSERT_EQ(errno, ENOSPC);
  ::close(fd);
  // Longer than what may be left of the log's last page.
  trade(100);
  ASSERT_TRUE(turnUntil([&] { return buyer->says("lost: No space left on device"); }));
  EXPECT_TRUE(isLoggedOn());
  // A session that has no store yet cannot begin, and nothing of it is there.
  SessionGroupOptions second;
  second.settings = settings(folder, "initiator", port);
  second.settings.replace(second.settings.find("SenderCompID=C"), 14, "SenderCompID=X");
  EXPECT_NE(SessionGroup::open(second, {}).error.find("no room on the disk"), std::string::npos);

  std::filesystem::remove(filler);
  trade(10);
  ASSERT_TRUE(turnUntil([&] { return buyer->says("written again"); }));

  // Everything that left was stored, under its number; the next process goes on from there.
  const std::uint32_t next = buyer->group->counters(0).nextSender;
  buyer.reset();
  MessageStore store;
  std::string path;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (std::filesystem::file_size(entry) > 65536 && !path.empty()) ADD_FAILURE() << entry.path();
    if (std::filesystem::file_size(entry) > 65536) path = entry.path();
  }
  ASSERT_EQ(store.open({.path = path}, 0), StoreError::Ok) << store.errorText();
  EXPECT_EQ(store.nextSender(), next);
  for (const std::string& order : seller.orders) {
    const std::size_t at = order.find("\00134=") + 4;
    EXPECT_EQ(store.find(static_cast<std::uint32_t>(std::stoul(order.substr(at)))), order);
  }
}

TEST(SessionDisk, BecomesFullWhileASessionTrades) {
  if (sessionBrain().calls == nullptr) GTEST_SKIP() << sessionBrain().error;
  std::string pattern = std::filesystem::temp_directory_path() / "hft-fix-disk-XXXXXX";
  const std::string folder = ::mkdtemp(pattern.data());
  std::string refusal;
  // The namespace is the thread's: it ends with it, and the mount with the namespace.
  std::thread([&] {
    const bool isOwn = ::unshare(CLONE_NEWNS) == 0 &&
                       ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                       ::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=512k") == 0;
    if (!isOwn) {
      refusal = std::strerror(errno);
      return;
    }
    tradeOnAFullDisk(folder);
  }).join();
  std::filesystem::remove_all(folder);
  if (!refusal.empty()) GTEST_SKIP() << "no file system of its own: " << refusal;
}

}  // namespace
}  // namespace hft::fix
