#include <gtest/gtest.h>

#include "test/native/book/capture_player.hpp"
#include "test/native/book/sync_script.hpp"

namespace hft::book {
namespace {

using event::Message;

constexpr const char* kFile = "COINBASE.ws.28.0";

class CoinbaseCapture : public testing::Test {
 protected:
  void SetUp() override {
    const auto path = decode::lab::fixtures() / "cryptofeed" / kFile;
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "no capture: cryptofeed/" << kFile;
    frames_ = decode::lab::cryptofeedFrames(path);
  }

  std::vector<std::string> frames_;
};

SyncCounts& operator+=(SyncCounts& total, const SyncCounts& counts) {
  total.applied += counts.applied;
  total.gaps += counts.gaps;
  total.snapshots += counts.snapshots;
  total.ignoredOld += counts.ignoredOld;
  total.quotesAgreed += counts.quotesAgreed;
  total.quotesMismatched += counts.quotesMismatched;
  return total;
}

TEST_F(CoinbaseCapture, IsTrustedThroughoutAndAgreesWithTheTicker) {
  CapturePlayer player(decode::decodeCoinbaseExchange, SyncRule::CoinbaseExchange);
  SyncCounts total;
  std::size_t untrusted = 0;
  for (const std::string& frame : frames_) {
    const auto error =
        player.play(frame, [&](const Message&, const SyncOutcome& outcome, const BookSync&) {
          total += outcome.counts;
          if (outcome.counts.applied > 0 && !(outcome.after == kTrusted)) ++untrusted;
        });
    ASSERT_EQ(error, event::DecodeError::Ok) << frame;
  }
  EXPECT_EQ(total.snapshots, 3U);
  EXPECT_EQ(total.applied, 3U + 3139U);
  EXPECT_EQ(total.gaps, 0U);
  EXPECT_EQ(untrusted, 0U);
  EXPECT_EQ(total.quotesMismatched, 0U);
  EXPECT_GT(total.quotesAgreed, 40U);
}

TEST_F(CoinbaseCapture, IgnoresRepeatedFramesWithoutHarm) {
  CapturePlayer once(decode::decodeCoinbaseExchange, SyncRule::CoinbaseExchange);
  CapturePlayer twice(decode::decodeCoinbaseExchange, SyncRule::CoinbaseExchange);
  const auto ignore = [](const Message&, const SyncOutcome&, const BookSync&) {};
  SyncCounts total;
  for (const std::string& frame : frames_) {
    (void)once.play(frame, ignore);
    for (int n = 0; n < 2; ++n) {
      (void)twice.play(frame, [&](const Message&, const SyncOutcome& outcome, const BookSync&) {
        total += outcome.counts;
      });
    }
  }
  EXPECT_EQ(total.gaps, 0U);
  EXPECT_GE(total.ignoredOld, 3139U);
  for (InstrumentId id = 0; id < once.lab().instruments.size(); ++id) {
    EXPECT_EQ(twice.syncOf(id).status(), once.syncOf(id).status());
    EXPECT_EQ(twice.syncOf(id).book().stateHash(), once.syncOf(id).book().stateHash());
  }
}

TEST_F(CoinbaseCapture, FindsASwapOfTwoUpdatesOfDifferentTimes) {
  Lab lab(decode::decodeCoinbaseExchange);
  // The snapshot and the updates of one instrument, and the times of the latter.
  std::vector<std::string> course;
  std::vector<Nanos> times;
  for (const std::string& frame : frames_) {
    if (frame.find("\"SKL-USD\"") == std::string::npos) continue;
    if (lab.run(frame) != event::DecodeError::Ok || lab.out.messages().empty()) continue;
    const Message& message = lab.out.messages()[0];
    if (message.kind > event::MessageKind::BookDelta) continue;
    course.push_back(frame);
    times.push_back(message.exchangeTime);
  }
  ASSERT_GT(course.size(), 500U);
  const auto ignore = [](const Message&, const SyncOutcome&, const BookSync&) {};
  std::size_t swaps = 0;
  for (std::size_t at = 20; at + 1 < course.size(); at += 40) {
    if (times[at] == times[at + 1]) continue;
    CapturePlayer player(decode::decodeCoinbaseExchange, SyncRule::CoinbaseExchange);
    for (std::size_t before = 0; before < at; ++before) (void)player.play(course[before], ignore);
    ASSERT_EQ(player.syncOf(0).status(), kTrusted);
    (void)player.play(course[at + 1], ignore);
    (void)player.play(course[at], ignore);
    EXPECT_EQ(player.syncOf(0).status(), broken(event::BookReason::SequenceGap)) << at;
    ++swaps;
  }
  EXPECT_GT(swaps, 10U);
}

}  // namespace
}  // namespace hft::book
