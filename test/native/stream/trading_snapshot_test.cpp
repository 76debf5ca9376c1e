#include <fstream>
#include <random>

#include "test/native/stream/journaled_desk.hpp"

namespace hft::stream {
namespace {

using order::OrderRequest;
using risk::RiskScope;

/// Random trading: orders, held stops, cancels, replaces, lists, foreign flow, market prices.
class Course {
 public:
  explicit Course(std::uint64_t seed) : random_(seed) {}

  void step(TradingDesk& desk) {
    desk.now += draw(1, 200);
    desk.settle();
    const auto instrument = static_cast<InstrumentId>(draw(0, 3));
    const Side side = draw(0, 1) == 0 ? Side::Buy : Side::Sell;
    const Price price = 10'000 + draw(-8, 8);
    desk.isBusy = draw(0, 5) == 0;
    switch (draw(0, 8)) {
      case 0:
      case 1:
        desk.foreign(side, draw(1, 30), price, instrument);
        break;
      case 2:
      case 3: {
        OrderRequest request = TradingDesk::order(side, draw(1, 40), price, instrument);
        request.strategy = static_cast<std::uint16_t>(draw(0, 3));
        keep(desk.core.submit(request, desk.stamp()));
        break;
      }
      case 4: {
        OrderRequest stop = TradingDesk::order(side, draw(1, 9), 0, instrument);
        stop.ordType = draw(0, 1) == 0 ? OrdType::Stop : OrdType::TrailingStop;
        stop.stopPx = stop.ordType == OrdType::Stop ? price + (side == Side::Buy ? 9 : -9) : 0;
        stop.trailOffset = stop.ordType == OrdType::Stop ? 0 : draw(2, 9);
        keep(desk.core.submit(stop, desk.stamp()));
        break;
      }
      case 5: {
        const Qty qty = draw(2, 20);
        OrderRequest legs[2] = {TradingDesk::order(side, qty, price, instrument),
                                TradingDesk::order(side, qty, price + 3, instrument)};
        (void)desk.core.submitList(order::ListKind::OneCancelsOther, legs, desk.stamp());
        break;
      }
      case 6:
        desk.core.onMarket(tradeEvent(instrument, price), desk.stamp());
        break;
      default: {
        if (ids_.empty()) break;
        const auto at = draw(0, static_cast<std::int64_t>(ids_.size()) - 1);
        const event::ClOrdID id = ids_[static_cast<std::size_t>(at)];
        OrderRequest change = TradingDesk::order(side, draw(1, 60), price, instrument);
        change.origClOrdID = id;
        change.stopPx = price;
        if (draw(0, 1) == 0) {
          (void)desk.core.cancel(id, desk.stamp());
        } else {
          (void)desk.core.replace(change, desk.stamp());
        }
      }
    }
    desk.core.onClock(desk.stamp());
  }

  std::int64_t draw(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }

 private:
  void keep(const Submission& submission) {
    if (submission.verdict == SubmitVerdict::Accepted) ids_.push_back(submission.clOrdID);
  }

  std::mt19937_64 random_;
  std::vector<event::ClOrdID> ids_;
};

/// What is told of held orders, by id.
std::vector<std::pair<event::ClOrdID, Price>> heldOf(const TradingCore& core) {
  std::vector<std::pair<event::ClOrdID, Price>> held;
  for (const order::HeldOrder& one : core.held().save()) {
    held.emplace_back(one.request.clOrdID, one.request.stopPx);
  }
  return held;
}

TEST_F(JournaledDesk, RecoversTheSameFromASnapshotAsFromTheWholeJournal) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Course course(seed);
  (void)enter();
  desk->core.killSwitch().set(RiskScope::Strategy, 3, true);
  ASSERT_EQ(desk->core.setRestricted(3, true, desk->stamp()), risk::RiskError::Ok);
  for (int step = 0; step < 800; ++step) course.step(*desk);
  ASSERT_EQ(desk->core.snapshot(path, desk->stamp()), event::SnapshotError::Ok);
  for (int step = 0; step < 300; ++step) course.step(*desk);
  leave();
  std::string whole = path + "-whole";
  std::filesystem::remove_all(whole);
  std::filesystem::copy(path, whole, std::filesystem::copy_options::recursive);
  for (const event::SnapshotFile& file : event::listSnapshots(whole)) {
    std::filesystem::remove(file.path);
  }
  const RecoverySummary short_ = enter();
  EXPECT_EQ(short_.damaged, 0U);
  const std::uint64_t hash = hashRecovered;
  const auto held = heldOf(desk->core);
  const bool isKilled = desk->core.killSwitch().isThrown(RiskScope::Strategy, 3);
  const bool isRestricted = desk->core.risk().isRestricted(3);
  leave();
  std::swap(path, whole);
  const RecoverySummary long_ = enter();
  EXPECT_EQ(long_.damaged, 0U);
  EXPECT_LT(short_.records, long_.records);
  EXPECT_EQ(hashRecovered, hash);
  EXPECT_EQ(heldOf(desk->core), held);
  EXPECT_TRUE(isKilled);
  EXPECT_TRUE(isRestricted);
  leave();
  std::filesystem::remove_all(whole);
}

TEST_F(JournaledDesk, PassesOverADamagedSnapshot) {
  Course course(7);
  (void)enter();
  for (int step = 0; step < 300; ++step) course.step(*desk);
  ASSERT_EQ(desk->core.snapshot(path, desk->stamp()), event::SnapshotError::Ok);
  leave();
  const std::string file = event::listSnapshots(path).at(0).path;
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekp(200);
  bytes.put('x');
  bytes.seekp(300);
  bytes.put('y');
  bytes.close();
  const RecoverySummary summary = enter();
  EXPECT_EQ(summary.damaged, 0U);
  EXPECT_GT(summary.records, 300U) << "from the beginning";
}

}  // namespace
}  // namespace hft::stream
