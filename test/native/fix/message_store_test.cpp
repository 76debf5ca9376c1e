#include "native/fix/store/message_store.hpp"

#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace hft::fix {
namespace {

/// A folder of its own, gone with the test.
class Folder {
 public:
  Folder() {
    std::string pattern = std::filesystem::temp_directory_path() / "hft-store-XXXXXX";
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string file(const char* name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

StoreOptions small(const std::string& path) {
  return {.path = path, .dataBytes = 64 * 1024, .messagesMax = 64};
}

TEST(MessageStore, BeginsWithBothNumbersAtOne) {
  MessageStore store;
  ASSERT_EQ(store.open(small({}), 77), StoreError::Ok);
  EXPECT_EQ(store.nextSender(), 1U);
  EXPECT_EQ(store.nextTarget(), 1U);
  EXPECT_EQ(store.creationTime(), 77);
  EXPECT_TRUE(store.find(1).empty());
}

TEST(MessageStore, FindsWhatWasKeptAfterItIsOpenedAgain) {
  const Folder folder;
  {
    MessageStore store;
    ASSERT_EQ(store.open(small(folder.file("a")), 5), StoreError::Ok);
    ASSERT_EQ(store.append(1, "first"), StoreError::Ok);
    store.setNextSender(2);
    store.setNextTarget(9);
  }
  MessageStore store;
  ASSERT_EQ(store.open(small(folder.file("a")), 99), StoreError::Ok);
  EXPECT_EQ(store.find(1), "first");
  EXPECT_EQ(store.nextSender(), 2U);
  EXPECT_EQ(store.nextTarget(), 9U);
  EXPECT_EQ(store.creationTime(), 5);
}

TEST(MessageStore, ForgetsEverythingOnReset) {
  MessageStore store;
  ASSERT_EQ(store.open(small({}), 5), StoreError::Ok);
  ASSERT_EQ(store.append(1, "first"), StoreError::Ok);
  store.setNextSender(2);
  store.reset(6);
  EXPECT_TRUE(store.find(1).empty());
  EXPECT_EQ(store.nextSender(), 1U);
  EXPECT_EQ(store.creationTime(), 6);
}

TEST(MessageStore, RefusesTheFileOfAnotherOwner) {
  const Folder folder;
  MessageStore first;
  ASSERT_EQ(first.open(small(folder.file("a")), 0), StoreError::Ok);
  MessageStore second;
  EXPECT_EQ(second.open(small(folder.file("a")), 0), StoreError::Locked);
}

TEST(MessageStore, RefusesAFileThatIsNoStore) {
  const Folder folder;
  std::FILE* const file = std::fopen(folder.file("a").c_str(), "w");
  std::fputs(std::string(10'000, 'x').c_str(), file);
  std::fclose(file);
  MessageStore store;
  EXPECT_EQ(store.open(small(folder.file("a")), 0), StoreError::Damaged);
  EXPECT_NE(store.errorText().find(folder.file("a")), std::string_view::npos);
}

TEST(MessageStore, SaysWhereTheFolderIsMissing) {
  MessageStore store;
  EXPECT_EQ(store.open(small("/nowhere/at/all"), 0), StoreError::CannotOpen);
}

TEST(MessageStore, SaysThatTheDiskIsFullWhenItIsOpened) {
  MessageStore store;
  StoreOptions options = small("/dev/shm/hft-store-that-is-too-large");
  options.dataBytes = std::size_t{1} << 46;
  const StoreError error = store.open(options, 0);
  EXPECT_TRUE(error == StoreError::DiskFull || error == StoreError::CannotOpen);
  EXPECT_FALSE(store.isOpen());
  ::unlink(options.path.c_str());
}

TEST(MessageStore, RefusesAMessageOfMoreThanHalfTheStore) {
  MessageStore store;
  ASSERT_EQ(store.open(small({}), 0), StoreError::Ok);
  EXPECT_EQ(store.append(1, std::string(32 * 1024 + 1, 'x')), StoreError::TooLong);
}

TEST(MessageStore, KeepsTheNewestAndNeverAWrongOneAgainstAMap) {
  const std::uint32_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  MessageStore store;
  ASSERT_EQ(store.open(small({}), 0), StoreError::Ok);
  std::map<std::uint32_t, std::string> reference;
  for (std::uint32_t number = 1; number <= 3'000; ++number) {
    const std::string message(1 + random() % 4'000, static_cast<char>('a' + number % 26));
    ASSERT_EQ(store.append(number, message), StoreError::Ok);
    store.setNextSender(number + 1);
    reference[number] = message;
    const std::uint32_t other = 1 + random() % number;
    const std::string_view found = store.find(other);
    if (!found.empty()) {
      ASSERT_EQ(found, reference[other]) << other;
    }
    // Sixteen messages of 4 KB are 64 KB: half of them are always there.
    const std::uint32_t recent = number > 7 ? number - 7 : 1;
    ASSERT_EQ(store.find(recent), reference[recent]) << recent;
  }
}

TEST(MessageStore, LosesNothingThatWasNumberedWhenItsProcessIsKilled) {
  const Folder folder;
  std::uint32_t last = 0;
  for (int round = 0; round < 30; ++round) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      MessageStore store;
      if (store.open(small(folder.file("a")), 0) != StoreError::Ok) ::_exit(1);
      for (;;) {
        const std::uint32_t number = store.nextSender();
        if (store.append(number, "message " + std::to_string(number)) != StoreError::Ok) ::_exit(2);
        store.setNextSender(number + 1);
        store.setNextTarget(number + 1);
      }
    }
    ::usleep(static_cast<useconds_t>(500 + round * 137));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    MessageStore store;
    ASSERT_EQ(store.open(small(folder.file("a")), 0), StoreError::Ok);
    const std::uint32_t next = store.nextSender();
    ASSERT_GE(next, last);
    ASSERT_LE(next - store.nextTarget(), 1U);
    for (std::uint32_t number = next > 60 ? next - 60 : 1; number < next; ++number) {
      ASSERT_EQ(store.find(number), "message " + std::to_string(number));
    }
    last = next;
  }
  EXPECT_GT(last, 1U);
}

TEST(FileNameOf, KeepsNamesApartAndOutOfOtherFolders) {
  EXPECT_EQ(fileNameOf("FIX.4.4:A->B"), "FIX.4.4%3AA-%3EB");
  EXPECT_EQ(fileNameOf("../x"), "..%2Fx");
  EXPECT_NE(fileNameOf("a b"), fileNameOf("a_b"));
}

}  // namespace
}  // namespace hft::fix
