// When a session begins anew: daily and weekly schedules, in UTC and in local time. The store says
// when the session of its numbers began; the rules are QuickFIX's.
#include <array>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <gtest/gtest.h>
#include <string>

#include "native/core/clock.hpp"
#include "native/fix/session/session_group.hpp"
#include "native/fix/store/message_store.hpp"

namespace hft::fix {
namespace {

constexpr Nanos kSecond = 1'000'000'000;
constexpr Nanos kHour = 3600 * kSecond;
constexpr Nanos kDay = 24 * kHour;
constexpr std::uint32_t kNumber = 7;

std::tm utcOf(Nanos time) {
  const auto seconds = static_cast<std::time_t>(time / kSecond);
  std::tm parts{};
  (void)gmtime_r(&seconds, &parts);
  return parts;
}

std::string clockText(Nanos time) {
  std::array<char, 16> text{};
  const std::tm parts = utcOf(time);
  (void)std::strftime(text.data(), text.size(), "%H:%M:%S", &parts);
  return text.data();
}

std::string dayOf(Nanos time) {
  constexpr std::array<const char*, 7> kDays = {"sunday",   "monday", "tuesday", "wednesday",
                                                "thursday", "friday", "saturday"};
  return kDays.at(static_cast<std::size_t>(utcOf(time).tm_wday));
}

/// The time zone of the process while it lives. No other thread runs meanwhile.
class TimeZone {
 public:
  // NOLINTBEGIN(concurrency-mt-unsafe)
  explicit TimeZone(const char* name) {
    const char* const before = std::getenv("TZ");
    if (before != nullptr) before_ = before;
    hadOne_ = before != nullptr;
    ::setenv("TZ", name, 1);
    ::tzset();
  }
  ~TimeZone() {
    if (hadOne_) {
      ::setenv("TZ", before_.c_str(), 1);
    } else {
      ::unsetenv("TZ");
    }
    ::tzset();
  }
  // NOLINTEND(concurrency-mt-unsafe)
  TimeZone(const TimeZone&) = delete;
  TimeZone& operator=(const TimeZone&) = delete;

 private:
  std::string before_;
  bool hadOne_ = false;
};

class Schedules : public ::testing::Test {
 protected:
  void SetUp() override {
    if (sessionBrain().calls == nullptr) GTEST_SKIP() << sessionBrain().error;
    std::string pattern = std::filesystem::temp_directory_path() / "hft-fix-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }

  /// The next number to send of a session whose numbers are of `age` ago, after it was opened with
  /// these settings.
  std::uint32_t numberAfter(Nanos age, const std::string& schedule) {
    const std::string path = folder_ + "/" + fileNameOf("FIX.4.4:S->C") + ".fixstore";
    std::filesystem::remove(path);
    {
      MessageStore store;
      EXPECT_EQ(store.open({.path = path}, realtimeNanos() - age), StoreError::Ok);
      store.setNextSender(kNumber);
      store.setNextTarget(kNumber);
    }
    SessionGroupOptions options;
    options.settings =
        "[DEFAULT]\nConnectionType=acceptor\nSocketAcceptPort=0\nHeartBtInt=30\n"
        "UseDataDictionary=N\nFileStorePath=" +
        folder_ + "\n" + schedule +
        "[SESSION]\nBeginString=FIX.4.4\nSenderCompID=S\nTargetCompID=C\n";
    const auto opened = SessionGroup::open(options, {});
    EXPECT_EQ(opened.error, "");
    if (opened.group == nullptr) return 0;
    opened.group->turn(0);
    return opened.group->counters(0).nextSender;
  }

  const Nanos now_ = realtimeNanos();
  std::string folder_;
};

TEST_F(Schedules, BeginADailySessionAnewEachDay) {
  const std::string daily = "StartTime=" + clockText(now_ - 2 * kHour) +
                            "\nEndTime=" + clockText(now_ + 2 * kHour) + "\n";
  EXPECT_EQ(numberAfter(kHour, daily), kNumber);
  EXPECT_EQ(numberAfter(kDay, daily), 1U);
}

TEST_F(Schedules, BeginAWeeklySessionAnewEachWeek) {
  const std::string weekly = "StartDay=" + dayOf(now_ - 2 * kDay) +
                             "\nStartTime=00:00:00\nEndDay=" + dayOf(now_ + 2 * kDay) +
                             "\nEndTime=23:59:59\n";
  EXPECT_EQ(numberAfter(kDay, weekly), kNumber);
  EXPECT_EQ(numberAfter(7 * kDay, weekly), 1U);
}

TEST_F(Schedules, ReadLocalTimesInTheTimeZoneOfTheProcess) {
  const TimeZone fiveHoursAhead("FIVE-5");
  const std::string local = "UseLocalTime=Y\nStartTime=" + clockText(now_ + 3 * kHour) +
                            "\nEndTime=" + clockText(now_ + 7 * kHour) + "\n";
  EXPECT_EQ(numberAfter(kHour, local), kNumber);
  EXPECT_EQ(numberAfter(kDay, local), 1U);
}

TEST_F(Schedules, NeverBeginASessionAnewThatDoesNotPause) {
  const std::string always = "NonStopSession=Y\nStartTime=00:00:00\nEndTime=00:00:00\n";
  EXPECT_EQ(numberAfter(400 * kDay, always), kNumber);
}

}  // namespace
}  // namespace hft::fix
