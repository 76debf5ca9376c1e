#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <random>

#include "native/sim/models/fee_model.hpp"
#include "native/sim/models/fixed_point.hpp"
#include "native/sim/models/latency_model.hpp"
#include "native/sim/models/queue_model.hpp"

namespace hft::sim {
namespace {

double lotsAhead(const QueuePosition& position) {
  return static_cast<double>(position.ahead) / 4294967296.0;
}

TEST(FixedPoint, AgreesWithFloatingPoint) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t value = (random() >> (random() % 63)) | 1;
    EXPECT_NEAR(static_cast<double>(fixed::log2(value)) / 4294967296.0,
                std::log2(static_cast<double>(value)), 1e-8);
    const std::uint64_t share = random() >> 32;
    const auto exponent = static_cast<std::uint32_t>(random() % 5000 + 1);
    EXPECT_NEAR(static_cast<double>(fixed::power(share, exponent)) / 4294967296.0,
                std::pow(static_cast<double>(share) / 4294967296.0, exponent / 1000.0), 2e-7)
        << share << " ^ " << exponent;
  }
}

TEST(FixedPoint, SaturatesAndVanishesAtItsEnds) {
  EXPECT_EQ(fixed::timesExp2(3, std::int64_t{2} << 32, 100), 12U);
  EXPECT_EQ(fixed::timesExp2(3, std::int64_t{90} << 32, 100), 100U);
  EXPECT_EQ(fixed::timesExp2(3, -(std::int64_t{90} << 32), 100), 0U);
  EXPECT_EQ(fixed::squareRoot(~fixed::Wide{0}), ~std::uint64_t{0});
}

TEST(Latency, IsConstantWhateverTheTime) {
  Xoshiro256 random(1);
  EXPECT_EQ(drawLatency(ConstantLatency{250}, 1, random), 250);
  EXPECT_EQ(drawLatency(ConstantLatency{250}, 1'000'000'000, random), 250);
}

TEST(Latency, InterpolatesBetweenMeasuredRowsAndHoldsOutside) {
  const std::array<LatencyRow, 3> rows = {LatencyRow{1000, 100, 50}, LatencyRow{2000, 300, 70},
                                          LatencyRow{4000, 200, 70}};
  const auto model = measuredLatency(rows);
  ASSERT_TRUE(model.ok());
  Xoshiro256 random(1);
  EXPECT_EQ(drawLatency(model.value().order, 0, random), 100);
  EXPECT_EQ(drawLatency(model.value().order, 1500, random), 200);
  EXPECT_EQ(drawLatency(model.value().order, 3000, random), 250);
  EXPECT_EQ(drawLatency(model.value().order, 9000, random), 200);
  // Rows of the response begin where the order arrived: 1100, 2300, 4200.
  EXPECT_EQ(drawLatency(model.value().response, 1700, random), 60);
}

TEST(Latency, RefusesRowsThatCannotBe) {
  const std::array<LatencyRow, 2> backwards = {LatencyRow{2, 1, 1}, LatencyRow{1, 1, 1}};
  const std::array<LatencyRow, 1> negative = {LatencyRow{2, -1, 1}};
  EXPECT_EQ(measuredLatency(backwards).error(), LatencyError::TimesNotAscending);
  EXPECT_EQ(measuredLatency(negative).error(), LatencyError::OutOfRange);
  EXPECT_EQ(measuredLatency({}).error(), LatencyError::NoRows);
  EXPECT_EQ(check(TableLatency{}), LatencyError::NoRows);
  EXPECT_EQ(check(TableLatency{{kLatencyMax + 1}}), LatencyError::OutOfRange);
  EXPECT_EQ(check(LognormalLatency{.median = 1, .sigmaMillionths = 4'000'001}),
            LatencyError::OutOfRange);
  EXPECT_EQ(check(ConstantLatency{kLatencyMax}), LatencyError::Ok);
}

TEST(Latency, DrawsEachRowOfATableEquallyOften) {
  Xoshiro256 random(7);
  const TableLatency table{{10, 20, 30, 40}};
  std::array<int, 5> counts{};
  for (int i = 0; i < 40'000; ++i) ++counts[static_cast<std::size_t>(table.draw(0, random) / 10)];
  for (std::size_t row = 1; row <= 4; ++row) EXPECT_NEAR(counts[row], 10'000, 500);
}

TEST(Latency, IsLognormalWithItsMedianAndSigma) {
  Xoshiro256 random(11);
  const LognormalLatency model{.median = 100'000, .sigmaMillionths = 500'000, .latencyMin = 30'000};
  double sum = 0;
  double squares = 0;
  int below = 0;
  constexpr int kDraws = 100'000;
  for (int i = 0; i < kDraws; ++i) {
    const Nanos drawn = LognormalLatency{100'000, 500'000, 0}.draw(0, random);
    const double log = std::log(static_cast<double>(drawn) / 100'000);
    sum += log;
    squares += log * log;
    if (drawn < 100'000) ++below;
    ASSERT_GE(model.draw(0, random), 30'000);
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.01);
  EXPECT_NEAR(std::sqrt(squares / kDraws), 0.5, 0.01);
  EXPECT_NEAR(below, kDraws / 2, 1000);
}

TEST(Latency, IsTheSameFromTheSameSeed) {
  Xoshiro256 first(3);
  Xoshiro256 second(3);
  const LognormalLatency model{.median = 50'000, .sigmaMillionths = 1'000'000};
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(model.draw(0, first), model.draw(0, second));
}

TEST(Queue, RiskAverseMovesByTradesAlone) {
  QueuePosition position = joinQueue(100);
  queueResized(position, RiskAverseQueue{}, 100, 80);
  EXPECT_EQ(position.aheadLots(), 80);  // No further back than the level is long.
  queueResized(position, RiskAverseQueue{}, 80, 120);
  queueResized(position, RiskAverseQueue{}, 120, 90);
  EXPECT_EQ(position.aheadLots(), 80);
  queueTraded(position, 30);
  queueResized(position, RiskAverseQueue{}, 90, 60);
  EXPECT_EQ(position.aheadLots(), 50);
  queueTraded(position, 55);
  EXPECT_EQ(position.takeReached(), 5);
  EXPECT_EQ(position.takeReached(), 0);
}

TEST(Queue, IdentitySplitsACancelByTheQuantities) {
  // 60 ahead, 40 behind: of 20 canceled lots 12 were ahead.
  QueuePosition position = joinQueue(60);
  queueResized(position, IdentityQueue{}, 60, 100);
  queueResized(position, IdentityQueue{}, 100, 80);
  EXPECT_NEAR(lotsAhead(position), 48, 1e-6);
}

TEST(Queue, PowerAndLogarithmSplitByTheirFunction) {
  const auto after = [](const QueueModel& model) {
    QueuePosition position = joinQueue(60);
    queueResized(position, model, 60, 100);
    queueResized(position, model, 100, 80);
    return lotsAhead(position);
  };
  const auto expected = [](double behind) { return 60 - (1 - behind) * 20; };
  EXPECT_NEAR(after(PowerQueue{QueueForm::Split, 2000}), expected(1600.0 / (1600.0 + 3600.0)),
              1e-5);
  EXPECT_NEAR(after(PowerQueue{QueueForm::Whole, 3000}), expected(std::pow(0.4, 3)), 1e-5);
  EXPECT_NEAR(after(PowerQueue{QueueForm::Complement, 3000}), expected(1 - std::pow(0.6, 3)), 1e-5);
  EXPECT_NEAR(after(LogQueue{QueueForm::Split, 1}),
              expected(std::log(41) / (std::log(41) + std::log(61))), 1e-5);
  EXPECT_NEAR(after(LogQueue{QueueForm::Whole, 10}), expected(std::log(5) / std::log(11)), 1e-5);
}

TEST(Queue, TakesFromTheFrontWhatWasNotBehind) {
  // 90 ahead, 10 behind, 80 gone; risk-averse would say all behind, where only 10 were.
  QueuePosition position = joinQueue(90);
  queueResized(position, RiskAverseQueue{}, 90, 100);
  queueResized(position, RiskAverseQueue{}, 100, 20);
  EXPECT_EQ(position.aheadLots(), 20);
}

TEST(Queue, DoesNotCountATradeTwice) {
  QueuePosition position = joinQueue(50);
  queueResized(position, IdentityQueue{}, 50, 100);
  queueTraded(position, 20);
  queueResized(position, IdentityQueue{}, 100, 80);
  EXPECT_NEAR(lotsAhead(position), 30, 1e-9);
}

/// The published rule in doubles.
struct NaiveQueue {
  double front;
  double traded = 0;
  void trade(double qty) {
    front -= qty;
    traded += qty;
  }
  void depth(double before, double after, double exponent) {
    double change = before - after - traded;
    traded = 0;
    if (change <= 0 || front <= 0) {
      front = std::min(front, after);
      return;
    }
    const double back = std::max(0.0, before - front);
    const double behind =
        std::pow(back, exponent) / (std::pow(back, exponent) + std::pow(front, exponent));
    double moved = front - (1 - behind) * change + std::min(back - behind * change, 0.0);
    front = std::min(std::max(moved, 0.0), after);
  }
};

TEST(Queue, AgreesWithTheNaiveRuleOnRandomLevels) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    std::mt19937_64 random(seed);
    const std::uint32_t exponent = static_cast<std::uint32_t>(random() % 4000 + 250);
    const PowerQueue model{QueueForm::Split, exponent};
    Qty level = static_cast<Qty>(random() % 100'000 + 1);
    QueuePosition position = joinQueue(level);
    NaiveQueue naive{static_cast<double>(level)};
    for (int step = 0; step < 40; ++step) {
      if (random() % 3 == 0) {
        const Qty qty = static_cast<Qty>(random() % 500 + 1);
        queueTraded(position, qty);
        naive.trade(static_cast<double>(qty));
      } else {
        const Qty next = static_cast<Qty>(random() % 100'000 + 1);
        queueResized(position, model, level, next);
        naive.depth(static_cast<double>(level), static_cast<double>(next), exponent / 1000.0);
        level = next;
      }
      ASSERT_NEAR(lotsAhead(position), naive.front, 0.1) << "seed " << seed << ", step " << step;
    }
  }
}

TEST(Queue, HoldsItsEndsAtTheLargestQuantities) {
  QueuePosition position = joinQueue(INT64_MAX);
  queueResized(position, PowerQueue{QueueForm::Split, 100'000}, INT64_MAX, 0);
  EXPECT_EQ(position.aheadLots(), 0);
  for (int i = 0; i < 10; ++i) queueTraded(position, INT64_MAX);
  EXPECT_GT(position.takeReached(), 0);
}

constexpr ContractTerms kSpot{.priceDecimals = 2, .qtyDecimals = 3};

TEST(Fees, ChargeRatesOfTheValueRoundedAgainstUs) {
  FeeMeter meter;
  const FeeModel model = TieredFees{{{0, -2500, 7500}}, 0};
  // 1.500 at 200.00 is 300.00: a taker pays 0.75 bp, a maker gets 0.25 bp.
  EXPECT_EQ(meter.charge(model, kSpot, 1500, 20000, false, 0), 2'250'000);
  EXPECT_EQ(meter.charge(model, kSpot, 1500, 20000, true, 0), -750'000);
  // 0.001 at 0.01 is 10^-5: 0.75 bp of it are 0.075 of 10^-8, so 1; the rebate rounds to nothing.
  EXPECT_EQ(meter.charge(model, kSpot, 1, 1, false, 0), 1);
  EXPECT_EQ(meter.charge(model, kSpot, 1, 1, true, 0), 0);
}

TEST(Fees, FallWithTheRollingVolumeAndRiseOnceItIsOld) {
  FeeMeter meter;
  const Nanos day = 86'400'000'000'000;
  const FeeModel model = TieredFees{{{0, 10'000, 20'000}, {100'000'000'000, 5'000, 10'000}}, day};
  const Money8 first = meter.charge(model, kSpot, 10'000, 10'000, false, 0);  // 10 at 100: 1,000.
  EXPECT_EQ(first, 20'000'000);
  EXPECT_EQ(meter.volume(), 100'000'000'000);
  EXPECT_EQ(meter.charge(model, kSpot, 10'000, 10'000, false, day / 2), 10'000'000);
  EXPECT_EQ(meter.charge(model, kSpot, 10'000, 10'000, false, 3 * day), 20'000'000);
}

TEST(Fees, AreFlatForEachLot) {
  FeeMeter meter;
  const FeeModel model = FlatFees{-100, 300};
  EXPECT_EQ(meter.charge(model, kSpot, 7, 12345, false, 0), 2100);
  EXPECT_EQ(meter.charge(model, kSpot, 7, 12345, true, 0), -700);
  EXPECT_EQ(meter.charge(NoFees{}, kSpot, 7, 12345, true, 0), 0);
}

TEST(Fees, AddWhatAUnitCosts) {
  FeeMeter meter;
  const FeeModel model = TieredFees{{{0, -2500, 7500}}, 0, 40'000};
  // 1.5 units at 200.00: 0.75 bp of 300.00, and 0.0004 a unit.
  EXPECT_EQ(meter.charge(model, kSpot, 1500, 20000, false, 0), 2'250'000 + 60'000);
  EXPECT_EQ(meter.charge(model, kSpot, 1500, 20000, true, 0), -750'000 + 60'000);
  EXPECT_FALSE(isSound(TieredFees{{{0, 0, 0}}, 0, -1}));
}

TEST(Fees, ValueInverseContractsByTheirPrice) {
  // 1,000 contracts of 100 dollars at 50,000.0: 2 coins.
  const ContractTerms inverse{
      .priceDecimals = 1, .qtyDecimals = 0, .isInverse = true, .multiplierNumerator = 100};
  EXPECT_EQ(notional(inverse, 1000, 500'000), 200'000'000);
  EXPECT_EQ(notional(inverse, 1000, 0), 0);
}

TEST(Fees, SaturateInsteadOfOverflowing) {
  FeeMeter meter;
  const ContractTerms large{.multiplierNumerator = INT64_MAX};
  const FeeModel model = TieredFees{{{0, -kFeeRateMax, kFeeRateMax}}, 1000};
  EXPECT_EQ(meter.charge(model, large, INT64_MAX, INT64_MAX, false, 1), INT64_MAX);
  EXPECT_EQ(meter.charge(model, large, INT64_MAX, INT64_MAX, true, 1), -INT64_MAX);
  EXPECT_EQ(meter.charge(model, large, INT64_MAX, INT64_MAX, false, 2), INT64_MAX);
}

TEST(Fees, RefuseTiersThatCannotBe) {
  EXPECT_FALSE(isSound(TieredFees{}));
  EXPECT_FALSE(isSound(TieredFees{{{5, 0, 0}}, 0}));
  EXPECT_FALSE(isSound(TieredFees{{{0, 0, 0}, {0, 0, 0}}, 0}));
  EXPECT_FALSE(isSound(TieredFees{{{0, kFeeRateMax + 1, 0}}, 0}));
  EXPECT_FALSE(isSound(FlatFees{kFlatFeeMax + 1, 0}));
  EXPECT_TRUE(isSound(TieredFees{{{0, 0, 0}, {9, -1, 1}}, 1}));
}

}  // namespace
}  // namespace hft::sim
