#include "native/book/l3/l3_lobster.hpp"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "native/decode/lobster/lobster.hpp"

namespace hft::book {
namespace {

using decode::LobsterRow;
using event::BookReason;
using event::BookState;

constexpr L3Capacity kCapacity{.ordersMax = 4'096, .levelsMax = 512};
constexpr Scale kScale{.priceDecimals = 4, .qtyDecimals = 0, .priceDigits = 4, .qtyDigits = 0};

L3Witness witnessOf(const LobsterRow& row) { return {row.bids(), row.asks(), row.depth}; }

/// Lines of messages and rows, applied one after the other.
class Replay {
 public:
  L3Outcome line(const std::string& text, const std::string* rowText) {
    decode::DecodeContext context{.instruments = instruments_, .frameInstrument = instrument_};
    LobsterRow row;
    if (rowText != nullptr) {
      EXPECT_EQ(readLobsterRow(*rowText, kScale, row), event::DecodeError::Ok);
    }
    const L3Witness witness = witnessOf(row);
    const L3Witness* given = rowText == nullptr ? nullptr : &witness;
    if (decodeLobster(text, context, frame_) != event::DecodeError::Ok) {
      return sync.onDecodeError(given);
    }
    return sync.apply(frame_.messages()[0], given);
  }
  L3Outcome line(const std::string& text, const std::string& row) { return line(text, &row); }

  L3LobsterSync sync{kCapacity};

 private:
  InstrumentTable instruments_{2};
  InstrumentId instrument_ = instruments_.add("AAPL", kScale).value();
  event::Frame frame_{4, 4};
};

std::string rowText(const L3Book& book, std::size_t depth) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) {
    for (const Side side : {Side::Sell, Side::Buy}) {
      std::array<L3Level, 200> levels;
      const std::size_t count = book.depth(side, levels);
      const std::string none = side == Side::Sell ? "9999999999,0," : "-9999999999,0,";
      text += i < count
                  ? std::to_string(levels[i].price) + "," + std::to_string(levels[i].qty) + ","
                  : none;
    }
  }
  text.pop_back();
  return text;
}

const std::string kFirst = "1,1,50,5,99,1";
const std::string kFirstRow = "101,7,99,25,102,8,98,30";

TEST(L3LobsterSync, SeedsFromTheFirstRowWithItsOwnOrderKnown) {
  Replay replay;
  EXPECT_EQ(replay.sync.status().reason, BookReason::UnknownOrder);
  replay.line(kFirst, kFirstRow);
  EXPECT_EQ(replay.sync.status().state, BookState::Trusted);
  EXPECT_EQ(replay.sync.book().bestBidQty(), 25);
  EXPECT_EQ(replay.sync.book().queuePosition(50).value().qtyAhead, 20);
}

TEST(L3LobsterSync, TakesUnknownOrdersFromTheAnonymousQuantity) {
  Replay replay;
  replay.line(kFirst, kFirstRow);
  replay.line("2,3,40,12,99,1", nullptr);
  EXPECT_EQ(replay.sync.book().bestBidQty(), 13);
  EXPECT_EQ(replay.sync.status().state, BookState::Trusted);
  const auto outcome = replay.line("3,4,41,7,101,-1", "102,8,99,13,103,1,98,30");
  EXPECT_TRUE(outcome.hasTrade);
  EXPECT_EQ(outcome.aggressor, Side::Buy);
  EXPECT_EQ(replay.sync.book().bestAsk(), 102);
}

TEST(L3LobsterSync, AddsTheLevelThatARowReveals) {
  Replay replay;
  replay.line(kFirst, kFirstRow);
  replay.line("2,3,40,7,101,-1", "102,8,99,25,104,6,98,30");
  EXPECT_EQ(replay.sync.revealedLevels(), 1U);
  EXPECT_EQ(replay.sync.book().level(Side::Sell, 104).qty, 6);
  EXPECT_EQ(replay.sync.status().state, BookState::Trusted);
}

TEST(L3LobsterSync, DropsTheLevelThatIsPushedOut) {
  Replay replay;
  replay.line(kFirst, kFirstRow);
  replay.line("2,1,51,3,100,1", "101,7,100,3,102,8,99,25");
  EXPECT_EQ(replay.sync.book().level(Side::Buy, 98).qty, 0);
  EXPECT_EQ(replay.sync.status().state, BookState::Trusted);
}

TEST(L3LobsterSync, SuspectsALevelThatMayBeMissing) {
  Replay replay;
  replay.line(kFirst, kFirstRow);
  replay.line("2,3,40,7,101,-1", nullptr);
  EXPECT_EQ(replay.sync.status().reason, BookReason::UnknownOrder);
}

TEST(L3LobsterSync, TrustsAnEmptyLevelWhereTheRowSaysThatThereIsNone) {
  Replay replay;
  replay.line(kFirst, "101,7,99,25,9999999999,0,98,30");
  replay.line("2,1,51,3,105,-1", nullptr);
  EXPECT_EQ(replay.sync.book().level(Side::Sell, 105).qty, 3);
  EXPECT_EQ(replay.sync.status().state, BookState::Trusted);
}

TEST(L3LobsterSync, SuspectsAnOrderThatWasNeverAdded) {
  Replay replay;
  replay.line(kFirst, kFirstRow);
  replay.line("2,3,51,5,99,1", nullptr);
  EXPECT_EQ(replay.sync.status().state, BookState::Suspect);
}

TEST(L3LobsterSync, IsSuspectUntilEnoughRowsAgreedAfterOneThatDidNot) {
  Replay replay;
  replay.line(kFirst, kFirstRow);
  EXPECT_EQ(replay.line("2,3,40,1,99,1", "101,7,99,20,102,8,98,30").after.reason,
            BookReason::QuoteMismatch);
  EXPECT_EQ(replay.sync.mismatches(), 1U);
  for (unsigned i = 0; i < L3LobsterSync::kProofRows; ++i) {
    EXPECT_EQ(replay.sync.status().state, BookState::Suspect);
    replay.line("3,5,0,1,100,1", "101,7,99,20,102,8,98,30");
  }
  EXPECT_EQ(replay.sync.status().state, BookState::Trusted);
}

TEST(L3LobsterSync, IsSuspectToTheEndWithoutRows) {
  Replay replay;
  replay.line(kFirst, nullptr);
  replay.line("2,3,40,12,99,1", nullptr);
  EXPECT_EQ(replay.sync.book().bestBidQty(), 5);
  EXPECT_EQ(replay.sync.status().reason, BookReason::UnknownOrder);
}

TEST(L3LobsterSync, SuspectsALineThatGoesBackInTime) {
  Replay replay;
  replay.line("5,1,50,5,99,1", kFirstRow);
  replay.line("4.999999999,5,0,1,100,1", nullptr);
  EXPECT_EQ(replay.sync.status().state, BookState::Suspect);
}

TEST(L3LobsterSync, FollowsARescale) {
  Replay replay;
  replay.line(kFirst, kFirstRow);
  replay.sync.rescale(10, 1);
  EXPECT_EQ(replay.sync.book().bestBid(), 990);
  EXPECT_EQ(replay.sync.book().bestBidQty(), 25);
}

/// The capture of the fixtures; empty where they are absent.
struct Capture {
  std::vector<std::string> messages;
  std::vector<std::string> rows;
};

std::vector<std::string> readLines(const std::filesystem::path& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

Capture readCapture() {
  const char* given = std::getenv("HFT_FIXTURES");
  const std::filesystem::path root =
      given != nullptr ? given
                       : std::filesystem::path(__FILE__).parent_path() / "../../../../shared/data";
  const std::string stem = "AAPL_2012-06-21_34200000_57600000_";
  return {readLines(root / "lobster" / (stem + "message_10.csv")),
          readLines(root / "lobster" / (stem + "orderbook_10.csv"))};
}

TEST(L3LobsterCapture, RebuildsEveryRowMessageByMessage) {
  const Capture capture = readCapture();
  if (capture.messages.empty()) GTEST_SKIP() << "fixture lobster is absent";
  ASSERT_EQ(capture.messages.size(), capture.rows.size());
  Replay replay;
  for (std::size_t i = 0; i < capture.messages.size(); ++i) {
    replay.line(capture.messages[i], capture.rows[i]);
    ASSERT_EQ(replay.sync.status().state, BookState::Trusted) << "message " << i;
    ASSERT_EQ(rowText(replay.sync.book(), 10), capture.rows[i]) << "message " << i;
  }
  EXPECT_EQ(replay.sync.mismatches(), 0U);
  EXPECT_EQ(replay.sync.revealedLevels(), 318U);
}

/// What the messages alone make of the row before: equal but for a level that comes into the depth.
TEST(L3LobsterCapture, PredictsEachRowFromTheOneBefore) {
  const Capture capture = readCapture();
  if (capture.messages.empty()) GTEST_SKIP() << "fixture lobster is absent";
  std::size_t exact = 0;
  for (std::size_t i = 1; i < capture.messages.size(); ++i) {
    Replay ahead;
    ahead.line("0,5,0,1,1,1", capture.rows[i - 1]);
    ahead.line(capture.messages[i], nullptr);
    const std::string predicted = rowText(ahead.sync.book(), 10);
    LobsterRow row;
    ASSERT_EQ(readLobsterRow(capture.rows[i], kScale, row), event::DecodeError::Ok);
    for (const Side side : {Side::Buy, Side::Sell}) {
      std::array<L3Level, 10> levels;
      const std::size_t count = ahead.sync.book().depth(side, levels);
      const auto expected = side == Side::Buy ? row.bids() : row.asks();
      ASSERT_GE(count + 1, expected.size()) << "message " << i;
      for (std::size_t k = 0; k < count; ++k) {
        ASSERT_EQ(levels[k].price, expected[k].price) << "message " << i;
        ASSERT_EQ(levels[k].qty, expected[k].qty) << "message " << i;
      }
    }
    exact += predicted == capture.rows[i] ? 1 : 0;
  }
  EXPECT_EQ(exact, 680U);
}

/// With lines lost, repeated or exchanged, the book is the row's of its line or not trusted.
TEST(L3LobsterCapture, IsNeverWrongWhileTrusted) {
  const Capture capture = readCapture();
  if (capture.messages.empty()) GTEST_SKIP() << "fixture lobster is absent";
  std::size_t trusted = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < capture.messages.size(); ++i) {
      const std::uint64_t fault = i == 0 ? 99 : random() % 200;
      if (fault == 0) continue;
      order.push_back(i);
      if (fault == 1) order.push_back(i);
      if (fault == 2) std::swap(order[order.size() - 1], order[order.size() - 2]);
    }
    Replay replay;
    for (std::size_t at = 0; at + 1 < order.size() && at < capture.rows.size(); ++at) {
      replay.line(capture.messages[order[at]], capture.rows[at]);
      if (replay.sync.status().state != BookState::Trusted) continue;
      ++trusted;
      // The first of two exchanged lines may do what the other would have done.
      const std::string levels = rowText(replay.sync.book(), 10);
      if (order[at] == at + 1 && order[at + 1] == at && levels == capture.rows[at]) continue;
      ASSERT_EQ(levels, capture.rows[order[at]]) << "line " << at;
    }
  }
  EXPECT_GT(trusted, 1'000U);
}

}  // namespace
}  // namespace hft::book
