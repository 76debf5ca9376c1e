#include "native/position/position_book.hpp"

#include <cstring>
#include <deque>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <vector>

namespace hft::position {
namespace {

constexpr InstrumentId kSpot = 0;     // 2 and 3 decimals: a tick and a lot are 10^-5.
constexpr InstrumentId kInverse = 1;  // Contracts of 100 units of quote currency.

PositionOptions options(CostMethod method) {
  PositionOptions sizes;
  sizes.positionsMax = 64;
  sizes.instrumentsMax = 8;
  sizes.accountsMax = 4;
  sizes.strategiesMax = 4;
  sizes.currenciesMax = 4;
  sizes.lotsMax = 4096;
  sizes.method = method;
  return sizes;
}

PositionBook bookWithTerms(CostMethod method) {
  PositionBook book(options(method));
  EXPECT_EQ(book.setTerms(kSpot, {2, 3, 0, ContractKind::Linear, 1, 1}), PositionError::Ok);
  EXPECT_EQ(book.setTerms(kInverse, {1, 0, 1, ContractKind::Inverse, 100, 1}), PositionError::Ok);
  return book;
}

PositionFill fill(InstrumentId instrument, Side side, Qty qty, Price price, std::int64_t fee = 0) {
  PositionFill made;
  made.instrument = instrument;
  made.side = side;
  made.qty = qty;
  made.price = price;
  made.fee = fee;
  return made;
}

/// 10^-5 of a currency, what one tick of one lot of kSpot is.
constexpr Money kSmall = kMoneyUnit / 100'000;

TEST(PositionBook, AveragesTheCostOfWhatIsHeld) {
  PositionBook book = bookWithTerms(CostMethod::Average);
  ASSERT_EQ(book.apply(fill(kSpot, Side::Buy, 10, 100)), PositionError::Ok);
  ASSERT_EQ(book.apply(fill(kSpot, Side::Buy, 30, 120)), PositionError::Ok);
  const Position* position = book.find(0, 0, kSpot);
  ASSERT_NE(position, nullptr);
  EXPECT_EQ(position->qty, 40);
  EXPECT_EQ(position->cost / kSmall, 4600) << "115 ticks on average";
  ASSERT_EQ(book.apply(fill(kSpot, Side::Sell, 20, 130)), PositionError::Ok);
  position = book.find(0, 0, kSpot);
  EXPECT_EQ(position->qty, 20);
  EXPECT_EQ(position->cost / kSmall, 2300);
  EXPECT_EQ(position->realised / kSmall, 300) << "20 lots, 15 ticks each";
}

TEST(PositionBook, ClosesTheOldestLotsFirstWithFifo) {
  PositionBook book = bookWithTerms(CostMethod::Fifo);
  ASSERT_EQ(book.apply(fill(kSpot, Side::Buy, 10, 100)), PositionError::Ok);
  ASSERT_EQ(book.apply(fill(kSpot, Side::Buy, 30, 120)), PositionError::Ok);
  ASSERT_EQ(book.apply(fill(kSpot, Side::Sell, 20, 130)), PositionError::Ok);
  const Position* position = book.find(0, 0, kSpot);
  EXPECT_EQ(position->qty, 20);
  EXPECT_EQ(position->cost / kSmall, 2400);
  EXPECT_EQ(position->realised / kSmall, 400) << "10 * 30 + 10 * 10";
}

TEST(PositionBook, TurnsALongPositionShortInOneFill) {
  PositionBook book = bookWithTerms(CostMethod::Average);
  ASSERT_EQ(book.apply(fill(kSpot, Side::Buy, 10, 100)), PositionError::Ok);
  ASSERT_EQ(book.apply(fill(kSpot, Side::Sell, 25, 90)), PositionError::Ok);
  const Position* position = book.find(0, 0, kSpot);
  EXPECT_EQ(position->qty, -15);
  EXPECT_EQ(position->realised / kSmall, -100);
  EXPECT_EQ(position->cost / kSmall, -1350);
  ASSERT_EQ(book.mark(kSpot, 80), PositionError::Ok);
  EXPECT_EQ(book.find(0, 0, kSpot)->unrealised / kSmall, 150) << "short 15 lots, 10 ticks lower";
}

TEST(PositionBook, PaysAnInverseContractInCoins) {
  PositionBook book = bookWithTerms(CostMethod::Average);
  // 50 contracts of 100 USD bought at 20,000.0 and sold at 25,000.0:
  // 50 * 100 * (1/20000 - 1/25000) = 0.05 coins.
  ASSERT_EQ(book.apply(fill(kInverse, Side::Buy, 50, 200'000)), PositionError::Ok);
  ASSERT_EQ(book.apply(fill(kInverse, Side::Sell, 50, 250'000)), PositionError::Ok);
  EXPECT_EQ(book.find(0, 0, kInverse)->realised, kMoneyUnit / 20);
  EXPECT_EQ(book.totals(TotalScope::All, 0, 1).realised, kMoneyUnit / 20);
  EXPECT_EQ(book.totals(TotalScope::All, 0, 0).realised, 0);
}

TEST(PositionBook, BooksFeesInTheirOwnCurrency) {
  PositionBook book = bookWithTerms(CostMethod::Average);
  PositionFill paid = fill(kSpot, Side::Buy, 10, 100, 250);
  paid.feeCurrency = 2;
  ASSERT_EQ(book.apply(paid), PositionError::Ok);
  EXPECT_EQ(book.totals(TotalScope::All, 0, 2).fees, 250 * kMoneyPerFee);
  EXPECT_EQ(book.totals(TotalScope::All, 0, 2).cash, -250 * kMoneyPerFee);
  EXPECT_EQ(book.totals(TotalScope::All, 0, 0).cash, -1000 * kSmall);
  EXPECT_EQ(book.totals(TotalScope::All, 0, 0).fees, 0);
}

TEST(PositionBook, LeavesEverythingAsItWasWhereAFillCannotBeBooked) {
  PositionBook book = bookWithTerms(CostMethod::Fifo);
  ASSERT_EQ(book.apply(fill(kSpot, Side::Buy, 10, 100)), PositionError::Ok);
  const std::uint64_t before = book.stateHash();
  constexpr std::int64_t kHuge = std::int64_t{1} << 61;
  EXPECT_EQ(book.apply(fill(kSpot, Side::Buy, kHuge, kHuge)), PositionError::Overflow);
  EXPECT_EQ(book.apply(fill(kSpot, Side::Buy, INT64_MIN, 100)), PositionError::BadFill);
  EXPECT_EQ(book.apply(fill(kSpot, Side::Buy, 0, 100)), PositionError::BadFill);
  EXPECT_EQ(book.apply(fill(kInverse, Side::Buy, 1, 0)), PositionError::BadFill);
  EXPECT_EQ(book.apply(fill(5, Side::Buy, 1, 100)), PositionError::UnknownInstrument);
  PositionFill stray = fill(kSpot, Side::Buy, 1, 100);
  stray.account = 4;
  EXPECT_EQ(book.apply(stray), PositionError::BadScope);
  EXPECT_EQ(book.mark(kSpot, kNoPrice), PositionError::BadFill);
  EXPECT_EQ(book.stateHash(), before);
}

TEST(PositionBook, RefusesTermsThatMoneyCannotHoldExactly) {
  PositionBook book(options(CostMethod::Average));
  EXPECT_EQ(book.setTerms(0, {12, 12, 0, ContractKind::Linear, 1, 1}), PositionError::BadFill);
  EXPECT_EQ(book.setTerms(0, {2, 3, 0, ContractKind::Linear, 1, 3}), PositionError::BadFill);
  EXPECT_EQ(book.setTerms(0, {2, 3, 0, ContractKind::Linear, 0, 1}), PositionError::BadFill);
  EXPECT_EQ(book.setTerms(0, {2, 3, 9, ContractKind::Linear, 1, 1}), PositionError::BadScope);
  EXPECT_EQ(book.setTerms(8, {2, 3, 0, ContractKind::Linear, 1, 1}),
            PositionError::UnknownInstrument);
  EXPECT_EQ(book.setTerms(0, {2, 3, 0, ContractKind::Linear, 1, 100}), PositionError::Ok);
}

TEST(PositionBook, RefusesAPositionBeyondItsCapacity) {
  PositionOptions sizes = options(CostMethod::Average);
  sizes.positionsMax = 1;
  PositionBook book(sizes);
  ASSERT_EQ(book.setTerms(0, {2, 3, 0, ContractKind::Linear, 1, 1}), PositionError::Ok);
  ASSERT_EQ(book.apply(fill(0, Side::Buy, 1, 1)), PositionError::Ok);
  PositionFill other = fill(0, Side::Buy, 1, 1);
  other.strategy = 1;
  EXPECT_EQ(book.apply(other), PositionError::CapacityExceeded);
  EXPECT_EQ(book.find(0, 1, 0), nullptr);
}

TEST(PositionBook, KeepsTheSumsWhereTheLotsOfFifoAreUsedUp) {
  PositionOptions sizes = options(CostMethod::Fifo);
  sizes.lotsMax = 2;
  PositionBook book(sizes);
  ASSERT_EQ(book.setTerms(0, {2, 3, 0, ContractKind::Linear, 1, 1}), PositionError::Ok);
  for (const Price price : {100, 110, 120, 130}) {
    ASSERT_EQ(book.apply(fill(0, Side::Buy, 10, price)), PositionError::Ok);
  }
  EXPECT_EQ(book.find(0, 0, 0)->qty, 40);
  EXPECT_EQ(book.find(0, 0, 0)->cost / kSmall, 4600);
  ASSERT_EQ(book.apply(fill(0, Side::Sell, 40, 150)), PositionError::Ok);
  EXPECT_EQ(book.find(0, 0, 0)->realised / kSmall, 1400);
}

TEST(PositionBook, OpensAPositionWhereTheLotsOfFifoAreUsedUpByOthers) {
  PositionOptions sizes = options(CostMethod::Fifo);
  sizes.lotsMax = 2;
  sizes.positionsMax = 2;
  PositionBook book(sizes);
  ASSERT_EQ(book.setTerms(0, {2, 3, 0, ContractKind::Linear, 1, 1}), PositionError::Ok);
  for (int i = 0; i < 8; ++i) {
    ASSERT_EQ(book.apply(fill(0, Side::Buy, 10, 100)), PositionError::Ok);
  }
  PositionFill other = fill(0, Side::Sell, 7, 200);
  other.strategy = 1;
  ASSERT_EQ(book.apply(other), PositionError::Ok);
  other.side = Side::Buy;
  other.price = 150;
  ASSERT_EQ(book.apply(other), PositionError::Ok);
  EXPECT_EQ(book.find(0, 1, 0)->qty, 0);
  EXPECT_EQ(book.find(0, 1, 0)->realised / kSmall, 350);
}

TEST(PositionBook, RefusesASnapshotWhoseLotsAreNotWhatAPositionHolds) {
  PositionBook book = bookWithTerms(CostMethod::Fifo);
  ASSERT_EQ(book.apply(fill(kSpot, Side::Buy, 0x5151, 100)), PositionError::Ok);
  std::vector<std::byte> bytes(book.snapshotBytes());
  book.save(bytes);
  int altered = 0;
  for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
    Qty found = 0;
    std::memcpy(&found, bytes.data() + at, sizeof found);
    if (found != 0x5151) continue;
    // Its quantity, what it has bought, and its lot: in this order.
    if (++altered == 2) continue;
    std::vector<std::byte> wrong = bytes;
    wrong[at] = std::byte{0x52};
    PositionBook restored = bookWithTerms(CostMethod::Fifo);
    EXPECT_EQ(restored.restore(wrong), PositionError::BadSnapshot) << at;
  }
  EXPECT_EQ(altered, 3);
}

TEST(PositionBook, HashesWhoseMoneyItIs) {
  PositionBook one = bookWithTerms(CostMethod::Average);
  PositionBook two = bookWithTerms(CostMethod::Average);
  PositionFill made = fill(kSpot, Side::Buy, 1, 100, 7);
  ASSERT_EQ(one.apply(made), PositionError::Ok);
  made.feeCurrency = 2;
  ASSERT_EQ(two.apply(made), PositionError::Ok);
  EXPECT_NE(one.stateHash(), two.stateHash());
  const std::uint64_t before = one.stateHash();
  ASSERT_EQ(one.mark(kInverse, 5), PositionError::Ok);
  EXPECT_NE(one.stateHash(), before) << "the next fill is valued at it";
}

/// What anybody would do on paper: every fill in a list, summed from the start each time.
class PaperBook {
 public:
  void add(const PositionFill& fill) { fills_.push_back(fill); }

  [[nodiscard]] Qty qty(InstrumentId instrument, std::uint16_t account,
                        std::uint16_t strategy) const {
    Qty sum = 0;
    for (const PositionFill& f : fills_) {
      if (f.instrument != instrument || f.account != account || f.strategy != strategy) continue;
      sum += f.side == Side::Buy ? f.qty : -f.qty;
    }
    return sum;
  }
  /// Cash of a currency before fees.
  [[nodiscard]] Money cash(const PositionBook& terms, std::uint16_t currency) const {
    Money sum = 0;
    for (const PositionFill& f : fills_) {
      if (terms.currencyOf(f.instrument) != currency) continue;
      Money value = 0;
      EXPECT_TRUE(terms.value(f.instrument, f.side == Side::Buy ? f.qty : -f.qty, f.price, value));
      sum -= value;
    }
    return sum;
  }
  [[nodiscard]] Money fees(std::uint16_t currency) const {
    Money sum = 0;
    for (const PositionFill& f : fills_) {
      if (f.feeCurrency == currency) sum += static_cast<Money>(f.fee) * kMoneyPerFee;
    }
    return sum;
  }
  /// Lots still open, oldest first, as a queue of single fills.
  [[nodiscard]] Money fifoCost(const PositionBook& terms, InstrumentId instrument) const {
    std::deque<std::pair<Qty, Price>> open;
    for (const PositionFill& f : fills_) {
      if (f.instrument != instrument) continue;
      Qty left = f.side == Side::Buy ? f.qty : -f.qty;
      while (left != 0 && !open.empty() && (open.front().first > 0) != (left > 0)) {
        const Qty closed = std::min(std::abs(left), std::abs(open.front().first));
        const Qty sign = left > 0 ? 1 : -1;
        left -= sign * closed;
        open.front().first += sign * closed;
        if (open.front().first == 0) open.pop_front();
      }
      if (left != 0) open.emplace_back(left, f.price);
    }
    Money cost = 0;
    for (const auto& [qty, price] : open) {
      Money value = 0;
      EXPECT_TRUE(terms.value(instrument, qty, price, value));
      cost += value;
    }
    return cost;
  }

 private:
  std::vector<PositionFill> fills_;
};

class PositionProperties : public testing::TestWithParam<CostMethod> {};

TEST_P(PositionProperties, CashAndValueAlwaysEqualTheProfit) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto draw = [&](std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random);
  };
  PositionBook book = bookWithTerms(GetParam());
  PaperBook paper;
  std::vector<PositionFill> past;
  for (int step = 0; step < 4000; ++step) {
    PositionFill next =
        fill(static_cast<InstrumentId>(draw(0, 1)), draw(0, 1) == 0 ? Side::Buy : Side::Sell,
             draw(1, 500), draw(90'000, 110'000), draw(-50, 200));
    next.account = static_cast<std::uint16_t>(draw(0, 1));
    next.strategy = static_cast<std::uint16_t>(draw(0, 2));
    next.feeCurrency = static_cast<std::uint16_t>(draw(0, 2));
    if (!past.empty() && draw(0, 9) == 0) {
      // A bust: an earlier fill is taken back.
      const auto at = static_cast<std::size_t>(draw(0, static_cast<std::int64_t>(past.size()) - 1));
      next = past[at];
      next.qty = -next.qty;
      next.fee = -next.fee;
      past.erase(past.begin() + static_cast<std::ptrdiff_t>(at));
    } else {
      past.push_back(next);
    }
    ASSERT_EQ(book.apply(next), PositionError::Ok);
    paper.add(next);
    if (draw(0, 3) == 0) {
      ASSERT_EQ(book.mark(static_cast<InstrumentId>(draw(0, 1)), draw(90'000, 110'000)),
                PositionError::Ok);
    }
    std::map<std::uint16_t, Money> value;
    for (const Position& p : book.positions()) {
      ASSERT_EQ(p.qty, paper.qty(p.instrument, p.account, p.strategy));
      Money worth = 0;
      ASSERT_TRUE(book.value(p.instrument, p.qty, book.markOf(p.instrument), worth));
      ASSERT_TRUE(p.cash + worth == p.realised + p.unrealised);
      ASSERT_TRUE(p.unrealised == worth - p.cost);
      ASSERT_TRUE(p.qty != 0 || (p.cost == 0 && p.unrealised == 0));
      value[book.currencyOf(p.instrument)] += worth;
    }
    for (std::uint16_t currency = 0; currency < 3; ++currency) {
      const Totals& all = book.totals(TotalScope::All, 0, currency);
      ASSERT_TRUE(all.fees == paper.fees(currency));
      ASSERT_TRUE(all.cash == paper.cash(book, currency) - paper.fees(currency));
      ASSERT_TRUE(all.cash + value[currency] == all.pnl());
      Totals sum;
      for (std::uint16_t account = 0; account < 2; ++account) {
        const Totals& part = book.totals(TotalScope::Account, account, currency);
        sum.realised += part.realised;
        sum.unrealised += part.unrealised;
        sum.fees += part.fees;
        sum.cash += part.cash;
      }
      ASSERT_TRUE(sum.realised == all.realised && sum.unrealised == all.unrealised);
      ASSERT_TRUE(sum.fees == all.fees && sum.cash == all.cash);
    }
  }
}

TEST_P(PositionProperties, IsTheSameAfterASnapshot) {
  std::mt19937_64 random(11);
  PositionBook book = bookWithTerms(GetParam());
  for (int step = 0; step < 500; ++step) {
    PositionFill next =
        fill(static_cast<InstrumentId>(random() % 2), random() % 2 == 0 ? Side::Buy : Side::Sell,
             static_cast<Qty>(random() % 90 + 1), static_cast<Price>(random() % 1000 + 90'000), 3);
    next.strategy = static_cast<std::uint16_t>(random() % 4);
    ASSERT_EQ(book.apply(next), PositionError::Ok);
  }
  std::vector<std::byte> bytes(book.snapshotBytes());
  book.save(bytes);
  PositionBook restored = bookWithTerms(GetParam());
  ASSERT_EQ(restored.restore(bytes), PositionError::Ok);
  EXPECT_EQ(restored.stateHash(), book.stateHash());
  EXPECT_EQ(restored.netQty(kSpot), book.netQty(kSpot));
  const PositionFill more = fill(kSpot, Side::Sell, 333, 95'000);
  ASSERT_EQ(book.apply(more), PositionError::Ok);
  ASSERT_EQ(restored.apply(more), PositionError::Ok);
  EXPECT_EQ(restored.stateHash(), book.stateHash());
}

TEST_P(PositionProperties, RefusesASnapshotCutAnywhere) {
  PositionBook book = bookWithTerms(GetParam());
  ASSERT_EQ(book.apply(fill(kSpot, Side::Buy, 5, 100)), PositionError::Ok);
  ASSERT_EQ(book.apply(fill(kInverse, Side::Sell, 5, 100)), PositionError::Ok);
  std::vector<std::byte> bytes(book.snapshotBytes());
  book.save(bytes);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    PositionBook restored = bookWithTerms(GetParam());
    ASSERT_NE(restored.restore(std::span(bytes).first(length)), PositionError::Ok) << length;
  }
}

INSTANTIATE_TEST_SUITE_P(Methods, PositionProperties,
                         testing::Values(CostMethod::Average, CostMethod::Fifo));

TEST(PositionBook, KeepsTheLotsThatAQueueOfFillsWouldKeep) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  PositionBook book = bookWithTerms(CostMethod::Fifo);
  PaperBook paper;
  for (int step = 0; step < 2000; ++step) {
    const PositionFill next =
        fill(kSpot, random() % 2 == 0 ? Side::Buy : Side::Sell, static_cast<Qty>(random() % 90 + 1),
             static_cast<Price>(random() % 1000 + 90'000));
    ASSERT_EQ(book.apply(next), PositionError::Ok);
    paper.add(next);
    ASSERT_TRUE(book.find(0, 0, kSpot)->cost == paper.fifoCost(book, kSpot));
  }
}

}  // namespace
}  // namespace hft::position
