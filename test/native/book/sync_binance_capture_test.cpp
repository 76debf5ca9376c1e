#include <gtest/gtest.h>
#include <optional>

#include "test/native/book/capture_player.hpp"
#include "test/native/book/sync_script.hpp"

namespace hft::book {
namespace {

using event::BookReason;
using event::BookState;
using event::Message;
using event::MessageKind;

struct Capture {
  const char* file;
  const char* symbol;  ///< Of its REST snapshot, which names none.
  SyncRule rule;
  decode::DecodeFunction decoder;
};

const Capture kCaptures[] = {
    {"spot_btcusdt_20240808.first60s.gz", "BTCUSDT", SyncRule::BinanceSpot,
     decode::decodeBinanceSpot},
    {"usdm_btcusdt_20240808.first60s.gz", "BTCUSDT", SyncRule::BinanceFutures,
     decode::decodeBinanceFutures},
    {"cm_btcusd_perp_20240808.first20s.gz", "BTCUSD_PERP", SyncRule::BinanceFutures,
     decode::decodeBinanceFutures},
};

class BinanceCapture : public testing::TestWithParam<Capture> {
 protected:
  void SetUp() override {
    frames_ = hftbacktestFrames(GetParam().file);
    if (frames_.empty()) GTEST_SKIP() << "no capture: " << GetParam().file;
  }

  CapturePlayer player() const {
    CapturePlayer made(GetParam().decoder, GetParam().rule);
    made.setFrameSymbol(GetParam().symbol);
    made.learnScales(frames_);
    return made;
  }

  std::vector<std::string> frames_;
};

TEST_P(BinanceCapture, ShowsTheVenuesOwnBestPricesAfterEveryUpdate) {
  // The oracle: of all quotes of the capture, the latest with an id up to the book's.
  std::map<std::uint64_t, Bbo> quotes;
  std::vector<std::pair<std::uint64_t, Bbo>> books;
  SyncCounts total;
  std::size_t deltas = 0;
  std::size_t trusted = 0;
  CapturePlayer player = this->player();
  for (const std::string& frame : frames_) {
    const auto error = player.play(
        frame, [&](const Message& message, const SyncOutcome& outcome, const BookSync& sync) {
          if (message.kind == MessageKind::Quote) {
            quotes[message.lastId] = {message.quote.bid, message.quote.bidQty, message.quote.ask,
                                      message.quote.askQty};
          }
          total.gaps += outcome.counts.gaps;
          total.snapshots += outcome.counts.snapshots;
          total.quotesAgreed += outcome.counts.quotesAgreed;
          total.quotesMismatched += outcome.counts.quotesMismatched;
          if (outcome.counts.applied == 0) return;
          ++deltas;
          if (outcome.after == kTrusted) ++trusted;
          books.emplace_back(sync.bookId(), sync.book().bbo());
        });
    ASSERT_EQ(error, event::DecodeError::Ok) << frame.substr(0, 200);
  }
  EXPECT_EQ(total.snapshots, 1U);
  EXPECT_EQ(total.gaps, 0U);
  EXPECT_EQ(total.quotesMismatched, 0U);
  EXPECT_GT(deltas, 500U);
  EXPECT_EQ(trusted, deltas) << "trusted from the snapshot on";
  EXPECT_GT(total.quotesAgreed, deltas * 9 / 10) << "nearly every update was compared";
  std::size_t compared = 0;
  for (const auto& [id, bbo] : books) {
    auto quote = quotes.upper_bound(id);
    if (quote == quotes.begin()) continue;
    ASSERT_EQ(bbo, std::prev(quote)->second) << "update " << id;
    ++compared;
  }
  EXPECT_GT(compared, deltas * 9 / 10);
}

TEST_P(BinanceCapture, StaysTrustedDespiteTheSkewOfItsClockWithinTheBound) {
  SyncConfig config;
  config.rule = GetParam().rule;
  config.skewMax = 2'000'000'000;
  BookSync sync(config);
  Lab lab(GetParam().decoder);
  lab.context.frameInstrument = lab.instruments.discover(GetParam().symbol).value();
  std::size_t trusted = 0;
  for (const std::string& frame : frames_) {
    ASSERT_EQ(lab.run(frame), event::DecodeError::Ok);
    (void)sync.setScale(lab.instruments[0].scale);
    for (const Message& message : lab.out.messages()) {
      // The recorder's clock ran 1.25 s behind the venue's.
      (void)sync.apply(message, lab.out, message.exchangeTime - 1'250'000'000);
      if (sync.status() == kTrusted) ++trusted;
      ASSERT_NE(sync.status(), suspect(BookReason::ClockSkew));
    }
  }
  EXPECT_GT(trusted, frames_.size() / 2);
}

/// The true book after each update id, from the undamaged capture.
struct Truth {
  std::map<std::uint64_t, std::uint64_t> hashes;
  std::map<std::uint64_t, std::pair<Levels, Levels>> levels;  ///< For snapshots over REST.
};

Levels levelsOf(const L2Book& book, Side side) {
  Levels levels;
  book.forEachLevel(side, [&](Price price, Qty qty) {
    levels.push_back({price, qty});
    return true;
  });
  return levels;
}

TEST_P(BinanceCapture, IsNeverWrongWhileTrustedWhateverFramesAreDamaged) {
  Truth truth;
  {
    CapturePlayer player = this->player();
    std::size_t updates = 0;
    const auto note = [&](const Message&, const SyncOutcome& outcome, const BookSync& sync) {
      if (outcome.counts.applied == 0) return;
      truth.hashes[sync.bookId()] = sync.book().stateHash();
      if (++updates % 8 != 0) return;
      truth.levels[sync.bookId()] = {levelsOf(sync.book(), Side::Buy),
                                     levelsOf(sync.book(), Side::Sell)};
    };
    for (const std::string& frame : frames_) (void)player.play(frame, note);
  }
  std::size_t resyncs = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    CapturePlayer player = this->player();
    int snapshotIn = -1;
    std::size_t trusted = 0;
    for (const std::string& frame : Faults(seed).damage(frames_, 12)) {
      (void)player.play(frame, [&](const Message&, const SyncOutcome& outcome, const BookSync&) {
        if (outcome.request == SyncRequest::Snapshot && snapshotIn < 0) {
          snapshotIn = 5 + static_cast<int>(random() % 60);
        }
      });
      BookSync& sync = player.syncOf(0);
      if (snapshotIn >= 0 && snapshotIn-- == 0) {
        // The venue's answer: its book at some update, not necessarily a late enough one.
        auto state = truth.levels.lower_bound(sync.bookId() + random() % 4'000);
        if (state == truth.levels.end()) state = std::prev(truth.levels.end());
        const SyncOutcome outcome =
            snapshot(state->first, state->second.first, state->second.second).applyTo(sync);
        if (outcome.after == kTrusted) ++resyncs;
        if (outcome.request == SyncRequest::Snapshot) snapshotIn = 20;
      }
      if (sync.status().state != BookState::Trusted) continue;
      ++trusted;
      const auto expected = truth.hashes.find(sync.bookId());
      ASSERT_NE(expected, truth.hashes.end()) << "trusted at an id where the venue had no state";
      ASSERT_EQ(sync.book().stateHash(), expected->second) << "update " << sync.bookId();
    }
    EXPECT_GT(trusted, 100U);
  }
  EXPECT_GT(resyncs, 20U) << "the test must see books recover";
}

INSTANTIATE_TEST_SUITE_P(Hftbacktest, BinanceCapture, testing::ValuesIn(kCaptures));

TEST(BinanceRestCapture, JoinsARestSnapshotWithItsStream) {
  const auto folder = decode::lab::fixtures() / "cryptofeed";
  if (!std::filesystem::exists(folder / "BINANCE.ws.1.0")) {
    GTEST_SKIP() << "no capture: cryptofeed/BINANCE.ws.1.0";
  }
  CapturePlayer player(decode::decodeBinanceSpot, SyncRule::BinanceSpot);
  player.setFrameSymbol("NKNUSDT");
  SyncCounts total;
  const auto add = [&](const Message&, const SyncOutcome& outcome, const BookSync&) {
    total.gaps += outcome.counts.gaps;
    total.applied += outcome.counts.applied;
    total.quotesAgreed += outcome.counts.quotesAgreed;
    total.quotesMismatched += outcome.counts.quotesMismatched;
  };
  const std::vector<std::string> frames = decode::lab::cryptofeedFrames(folder / "BINANCE.ws.1.0");
  for (std::size_t at = 0; at < 3; ++at) (void)player.play(frames[at], add);
  const std::string rest = decode::lab::readFile(folder / "BINANCE.http.0.0");
  std::string_view body(rest);
  body.remove_prefix(body.find(": {") + 2);
  while (body.ends_with('\n')) body.remove_suffix(1);
  ASSERT_EQ(player.play(body, add), event::DecodeError::Ok);
  for (std::size_t at = 3; at < frames.size(); ++at) (void)player.play(frames[at], add);
  EXPECT_EQ(player.syncOf(0).status(), kTrusted);
  EXPECT_EQ(total.gaps, 0U);
  EXPECT_EQ(total.quotesMismatched, 0U);
  EXPECT_GT(total.quotesAgreed, 50U);
  EXPECT_GT(total.applied, 100U);
}

}  // namespace
}  // namespace hft::book
