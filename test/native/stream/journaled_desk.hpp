#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <unistd.h>

#include "test/native/stream/trading_desk.hpp"

namespace hft::stream {

inline CoreOptions emulating() {
  CoreOptions options = smallCore();
  options.emulatingVenues = 1;
  return options;
}

/// A core on a journal, which can be left and taken up again.
class JournaledDesk : public testing::Test {
 protected:
  void SetUp() override {
    const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
    path = (std::filesystem::temp_directory_path() /
            ("hft-held-" + std::to_string(::getpid()) + "-" + test->name()))
               .string();
    std::filesystem::remove_all(path);
  }
  void TearDown() override {
    leave();
    std::filesystem::remove_all(path);
  }

  /// Begins, or takes up what the journal has.
  RecoverySummary enter(const CoreOptions& options = emulating()) {
    desk = std::make_unique<TradingDesk>(options);
    auto directory = event::JournalDirectory::open(path, event::JournalDirectory::Mode::Write);
    EXPECT_TRUE(directory.ok());
    event::AuditReport report;
    RecoverySummary summary;
    if (!directory.value().isEmpty()) summary = desk->core.recover(directory.value(), report);
    hashRecovered = desk->core.stateHash();
    event::JournalOptions journal;
    journal.journalId = 5;
    journal.segmentBytes = 1 << 20;
    journal.reserveBytes = 64 << 10;
    journal.flushesToDisk = false;
    auto started = event::Journal::start(directory.take(), report, journal);
    EXPECT_TRUE(started.ok());
    journal_ = started.take();
    desk->core.start(journal_.get(), static_cast<std::uint32_t>(journal_->run()), desk->stamp());
    return summary;
  }
  void leave() {
    if (journal_ != nullptr) (void)journal_->close();
    journal_.reset();
    desk.reset();
  }

  std::unique_ptr<TradingDesk> desk;
  std::uint64_t hashRecovered = 0;  ///< Of the state before it went live.
  std::string path;

 private:
  std::unique_ptr<event::Journal> journal_;
};

}  // namespace hft::stream
