#include <gtest/gtest.h>

#include "test/native/book/capture_player.hpp"
#include "test/native/book/sync_script.hpp"

namespace hft::book {
namespace {

using event::BookState;
using event::Message;

/// The ten best levels of both sides, as text.
std::string topOf(const L2Book& book) {
  std::string text;
  for (const Side side : {Side::Buy, Side::Sell}) {
    std::array<event::Level, 10> top{};
    const std::size_t count = book.depth(side, top);
    for (std::size_t at = 0; at < count; ++at) {
      text += std::to_string(top[at].price) + 'x' + std::to_string(top[at].qty) + ' ';
    }
    text += '|';
  }
  return text;
}

class KrakenCapture : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* file : {"KRAKEN.ws.48.0", "KRAKEN.ws.49.0", "KRAKEN.ws.50.0"}) {
      const auto path = decode::lab::fixtures() / "cryptofeed" / file;
      if (!std::filesystem::exists(path)) GTEST_SKIP() << "no capture: cryptofeed/" << file;
      const auto frames = decode::lab::cryptofeedFrames(path);
      frames_.insert(frames_.end(), frames.begin(), frames.end());
    }
  }

  std::vector<std::string> frames_;
};

TEST_F(KrakenCapture, VerifiesEveryChecksum) {
  CapturePlayer player(decode::decodeKrakenV1, SyncRule::Kraken);
  SyncCounts total;
  std::size_t untrusted = 0;
  for (const std::string& frame : frames_) {
    const auto error =
        player.play(frame, [&](const Message&, const SyncOutcome& outcome, const BookSync&) {
          total.checksumsOk += outcome.counts.checksumsOk;
          total.checksumsFailed += outcome.counts.checksumsFailed;
          total.snapshots += outcome.counts.snapshots;
          total.gaps += outcome.counts.gaps;
          if (outcome.counts.applied > 0 && !(outcome.after == kTrusted)) ++untrusted;
        });
    ASSERT_EQ(error, event::DecodeError::Ok) << frame;
  }
  EXPECT_EQ(total.checksumsOk, 1518U);
  EXPECT_EQ(total.checksumsFailed, 0U);
  EXPECT_EQ(total.snapshots, 4U);
  EXPECT_EQ(total.gaps, 0U);
  EXPECT_EQ(untrusted, 0U);
}

/// The books after each of their updates, from the undamaged capture.
struct Truth {
  std::string top;
  Levels bids;
  Levels asks;
};

Levels levelsOf(const L2Book& book, Side side) {
  Levels levels;
  book.forEachLevel(side, [&](Price price, Qty qty) {
    levels.push_back({price, qty});
    return true;
  });
  return levels;
}

TEST_F(KrakenCapture, IsNeverWrongInItsTopWhileTrustedWhateverFramesAreDamaged) {
  CapturePlayer player(decode::decodeKrakenV1, SyncRule::Kraken);
  player.learnScales(frames_);
  std::map<InstrumentId, std::map<Nanos, Truth>> truth;
  for (const std::string& frame : frames_) {
    (void)player.play(frame, [&](const Message& message, const SyncOutcome&, const BookSync& sync) {
      truth[message.instrument][sync.exchangeTime()] = {
          topOf(sync.book()), levelsOf(sync.book(), Side::Buy), levelsOf(sync.book(), Side::Sell)};
    });
  }
  std::size_t losses = 0;
  std::size_t trusted = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    player.learnScales({});
    const auto check = [&](const Message& message, const SyncOutcome& outcome,
                           const BookSync& sync) {
      if (outcome.before.state == BookState::Trusted && outcome.after.state == BookState::Broken) {
        ++losses;
      }
      if (sync.status().state == BookState::Trusted) {
        ++trusted;
        const auto& states = truth[message.instrument];
        const auto expected = states.find(sync.exchangeTime());
        ASSERT_NE(expected, states.end());
        ASSERT_EQ(topOf(sync.book()), expected->second.top) << player.symbol(message.instrument);
      }
      if (!sync.awaitsSnapshot() || message.exchangeTime == 0) return;
      // The venue's answer to a new subscription: its book as of now.
      const auto& states = truth[message.instrument];
      const auto state = std::prev(states.upper_bound(message.exchangeTime));
      OneMessage answer = snapshot(0, state->second.bids, state->second.asks).time(state->first);
      ASSERT_EQ(answer.applyTo(player.syncOf(message.instrument)).after, kTrusted);
    };
    for (const std::string& frame : Faults(seed).damage(frames_, 25)) {
      (void)player.play(frame, check);
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_GT(trusted, 20'000U);
  EXPECT_GT(losses, 500U) << "the test must see losses found";
}

}  // namespace
}  // namespace hft::book
