// What the kill switch is on disk and in the journal, over restarts.
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <unistd.h>

#include "native/stream/trading/watchdog.hpp"
#include "test/native/stream/trading_desk.hpp"

namespace hft::stream {
namespace {

using risk::RiskScope;

template <typename Condition>
bool eventually(Condition&& condition) {
  for (int i = 0; i < 5'000 && !condition(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return condition();
}

/// A trader with a journal and a state directory, which can leave and come back.
class KillLatch : public testing::Test {
 protected:
  void SetUp() override {
    path_ = (std::filesystem::temp_directory_path() / ("hft-latch-" + std::to_string(::getpid())))
                .string();
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  void TearDown() override {
    leave();
    std::filesystem::remove_all(path_);
  }

  /// The state directory is watched first, as a process that starts does.
  void enter() {
    desk = std::make_unique<TradingDesk>();
    watch();
    auto directory =
        event::JournalDirectory::open(path_ + "/journal", event::JournalDirectory::Mode::Write);
    ASSERT_TRUE(directory.ok());
    event::AuditReport report;
    if (!directory.value().isEmpty()) {
      EXPECT_EQ(desk->core.recover(directory.value(), report).damaged, 0U);
    }
    event::JournalOptions journal;
    journal.journalId = 5;
    journal.segmentBytes = 1 << 20;
    journal.reserveBytes = 64 << 10;
    journal.flushesToDisk = false;
    auto started = event::Journal::start(directory.take(), report, journal);
    ASSERT_TRUE(started.ok());
    journal_ = started.take();
    desk->core.start(journal_.get(), static_cast<std::uint32_t>(journal_->run()), desk->stamp());
  }
  void watch() {
    WatchdogOptions options;
    options.stateDirectory = path_;
    options.period = 1'000'000;
    options.grace = 5'000'000;
    options.cancelsBefore = watchdog == nullptr ? 0 : watchdog->emergencyCancels();
    watchdog.reset();
    EmergencyPort port;
    port.context = &cancels;
    port.send = [](void* context, const order::OrderRequest& cancel) noexcept {
      static_cast<std::vector<event::ClOrdID>*>(context)->push_back(cancel.clOrdID);
      return true;
    };
    watchdog = std::make_unique<Watchdog>(options, desk->core.killSwitch(), desk->core, port);
  }
  void leave() {
    watchdog.reset();
    if (journal_ != nullptr) (void)journal_->close();
    journal_.reset();
    desk.reset();
  }

  /// Kill records of the journal, the newest last: of a trader that has left.
  [[nodiscard]] std::vector<event::KillSwitch> records() const {
    std::vector<event::KillSwitch> found;
    auto directory =
        event::JournalDirectory::open(path_ + "/journal", event::JournalDirectory::Mode::Read);
    EXPECT_TRUE(directory.ok());
    (void)directory.value().audit([&](const event::JournalRecord& record) {
      if (record.kind != event::RecordKind::KillSwitch) return;
      event::KillSwitch kill;
      std::memcpy(&kill, record.payload.data(), sizeof kill);
      found.push_back(kill);
    });
    return found;
  }
  [[nodiscard]] std::string file() const { return path_ + "/KILL"; }
  [[nodiscard]] std::string acknowledgement() const {
    const std::string path = file() + ".ack";
    std::string text(64, '\0');
    std::FILE* opened = std::fopen(path.c_str(), "re");
    if (opened == nullptr) return {};
    text.resize(std::fread(text.data(), 1, text.size(), opened));
    (void)std::fclose(opened);
    return text;
  }
  risk::ViolationType submit() {
    return desk->core.submit(TradingDesk::order(Side::Buy, 1, 9'900), desk->stamp())
        .decision.violation;
  }

  std::vector<event::ClOrdID> cancels;
  std::unique_ptr<TradingDesk> desk;
  std::unique_ptr<Watchdog> watchdog;

 private:
  std::string path_;
  std::unique_ptr<event::Journal> journal_;
};

TEST_F(KillLatch, IsJournaledOnceHoweverLongAVenueIsBusy) {
  enter();
  ASSERT_EQ(submit(), risk::ViolationType::None);
  desk->settle();
  desk->isBusy = true;
  desk->core.killSwitch().throwGlobal();
  for (int i = 0; i < 100; ++i) desk->core.onClock(desk->stamp());
  EXPECT_NE(desk->core.killsHandled(), desk->core.killSwitch().generation());
  desk->isBusy = false;
  desk->core.onClock(desk->stamp());
  desk->settle();
  EXPECT_EQ(desk->exchange.openOrderCount(), 0U);
  leave();
  ASSERT_EQ(records().size(), 1U);
  EXPECT_EQ(records()[0].isThrown, 1);
}

TEST_F(KillLatch, HoldsThroughARestartWithTheJournalAlone) {
  enter();
  ASSERT_TRUE(desk->core.kill(RiskScope::Strategy, 0, true, 1, desk->stamp()));
  leave();
  std::filesystem::remove(file());
  enter();
  EXPECT_EQ(submit(), risk::ViolationType::Killed);
  EXPECT_TRUE(eventually([&] { return readKillFile(file()).isThere; })) << "written again";
}

TEST_F(KillLatch, IsReleasedByAFileThatWasWrittenWhileNobodyRan) {
  enter();
  ASSERT_TRUE(desk->core.kill(RiskScope::Global, 0, true, 1, desk->stamp()));
  leave();
  ASSERT_TRUE(writeFlushed(file(), formatKillFile({{RiskScope::Global, 0, true}})));
  enter();
  EXPECT_EQ(submit(), risk::ViolationType::None);
  desk->core.onClock(desk->stamp());
  ASSERT_TRUE(eventually([&] { return readKillFile(file()).entries.empty(); }));
  leave();
  ASSERT_EQ(records().size(), 2U);
  EXPECT_EQ(records()[1].isThrown, 0) << "a release is recorded";
  enter();
  EXPECT_EQ(submit(), risk::ViolationType::None);
}

TEST_F(KillLatch, KeepsAReleaseInTheFileUntilTheJournalHasIt) {
  enter();
  ASSERT_TRUE(desk->core.kill(RiskScope::Global, 0, true, 1, desk->stamp()));
  ASSERT_TRUE(eventually([&] { return readKillFile(file()).isThere; }));
  // The owner is blocked from here on: it hears nothing of the release.
  const std::string released = formatKillFile({{RiskScope::Global, 0, true}});
  ASSERT_TRUE(writeFlushed(file(), released));
  const std::string expected = "ack " + std::to_string(parseKillFile(released).crc) + '\n';
  ASSERT_TRUE(eventually([&] { return acknowledgement() == expected; }));
  EXPECT_FALSE(desk->core.killSwitch().isThrown(RiskScope::Global, 0));
  leave();
  EXPECT_EQ(readKillFile(file()).entries, (std::vector<KillEntry>{{RiskScope::Global, 0, true}}));
  enter();
  EXPECT_EQ(submit(), risk::ViolationType::None) << "what the operator has released stays so";
}

TEST_F(KillLatch, ComesBackWhereItsFileIsRemoved) {
  enter();
  desk->core.killSwitch().throwGlobal();
  ASSERT_TRUE(eventually([&] { return readKillFile(file()).isThere; }));
  std::filesystem::remove(file());
  ASSERT_TRUE(eventually([&] { return readKillFile(file()).isThere; }));
  EXPECT_EQ(readKillFile(file()).entries, (std::vector<KillEntry>{{RiskScope::Global, 0, false}}));
}

TEST_F(KillLatch, AnswersThatItDoesNotHaveWhatItShouldStop) {
  enter();
  const std::string text =
      formatKillFile({{RiskScope::Strategy, 5'000, false}, {RiskScope::Venue, 2, false}});
  ASSERT_TRUE(writeFlushed(file(), text));
  ASSERT_TRUE(eventually([&] { return acknowledgement().ends_with("refused strategy 5000\n"); }));
  EXPECT_TRUE(desk->core.killSwitch().isThrown(RiskScope::Venue, 2));
}

TEST_F(KillLatch, CancelsAgainWhatAVenueDidNotWantToCancel) {
  enter();
  ASSERT_EQ(submit(), risk::ViolationType::None);
  desk->settle();
  desk->isDeaf = true;  // The cancel is lost, and the venue says that it refused it.
  desk->core.killSwitch().throwGlobal();
  desk->core.onClock(desk->stamp());
  event::ExecutionReport refused;
  desk->core.orders().forEachWorking([&](order::OrderIndex index) {
    const order::Order& order = desk->core.orders()[index];
    refused.origClOrdID = order.clOrdID();
    refused.clOrdID = desk->core.orders().firstRequest(index)->clOrdID;
  });
  refused.isCancelReject = true;
  refused.execType = ExecType::Rejected;
  refused.ordStatus = OrdStatus::New;
  refused.reason = event::OrdRejReason::UnknownOrder;
  desk->core.onReport(refused, desk->stamp());
  desk->isDeaf = false;
  desk->now += 2'000'000'000;
  desk->core.onClock(desk->stamp());
  desk->settle();
  EXPECT_EQ(desk->exchange.openOrderCount(), 0U);
}

TEST_F(KillLatch, GivesNoEmergencyIdTwiceHoweverOftenItIsWatched) {
  enter();
  ASSERT_EQ(submit(), risk::ViolationType::None);
  desk->settle();
  desk->core.killSwitch().throwGlobal();
  ASSERT_TRUE(eventually([&] { return watchdog->emergencyCancels() == 1; }));
  watch();
  desk->core.killSwitch().throwGlobal();
  ASSERT_TRUE(eventually([&] { return watchdog->emergencyCancels() == 1; }));
  watchdog.reset();
  ASSERT_EQ(cancels.size(), 2U);
  EXPECT_NE(cancels[0], cancels[1]);
}

}  // namespace
}  // namespace hft::stream
