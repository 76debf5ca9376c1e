// The recorded exchange on a real capture, beside a plain model of the published queue rule: maps
// and doubles, one order at a time.
#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <vector>

#include "test/native/book/capture_player.hpp"
#include "test/native/sim/exchange_fixture.hpp"

namespace hft::sim {
namespace {

struct Step {
  bool isTrade = false;
  Side aggressor = Side::None;
  Price price = 0;
  Qty qty = 0;
  std::vector<event::Level> bids;
  std::vector<event::Level> asks;
};

/// The decimal number after `at`, in 10^-decimals.
std::int64_t number(std::string_view text, std::size_t at, int decimals) {
  std::int64_t value = 0;
  int seen = -1;
  for (; at < text.size() && (text[at] == '.' || (text[at] >= '0' && text[at] <= '9')); ++at) {
    if (text[at] == '.') {
      seen = 0;
      continue;
    }
    value = value * 10 + (text[at] - '0');
    if (seen >= 0) ++seen;
  }
  for (int i = std::max(seen, 0); i < decimals; ++i) value *= 10;
  return value;
}

std::vector<event::Level> levels(std::string_view text, std::string_view key) {
  std::vector<event::Level> found;
  std::size_t at = text.find(key);
  if (at == std::string_view::npos) return found;
  const std::size_t end = text.find("]]", at);
  at += key.size();
  while ((at = text.find("[\"", at)) < end) {
    const Price price = number(text, at + 2, 2);
    at = text.find("\",\"", at);
    found.push_back({price, number(text, at + 3, 3)});
  }
  return found;
}

/// Depth updates and trades of the capture in the order of arrival, from its snapshot on.
std::vector<Step> steps(const std::string& file) {
  std::vector<Step> all;
  for (const std::string& frame : book::hftbacktestFrames(file)) {
    const std::string_view text = frame;
    Step step;
    if (text.find("\"lastUpdateId\"") != std::string_view::npos) {
      all.clear();
      step.bids = levels(text, "\"bids\":[");
      step.asks = levels(text, "\"asks\":[");
    } else if (text.find("@depth") != std::string_view::npos) {
      step.bids = levels(text, "\"b\":[");
      step.asks = levels(text, "\"a\":[");
    } else if (text.find("@trade") != std::string_view::npos) {
      step.isTrade = true;
      step.price = number(text, text.find("\"p\":\"") + 5, 2);
      step.qty = number(text, text.find("\"q\":\"") + 5, 3);
      step.aggressor = text.find("\"m\":true") != std::string_view::npos ? Side::Sell : Side::Buy;
      if (step.qty == 0) continue;
    } else {
      continue;
    }
    all.push_back(std::move(step));
  }
  return all;
}

/// One resting buy order by the published rule.
class NaiveOrder {
 public:
  NaiveOrder(Price price, Qty qty, double front) : price_(price), leaves_(qty), front_(front) {}

  void trade(Side aggressor, Price price, Qty qty) {
    if (aggressor != Side::Sell || price > price_) return;
    if (price < price_) {
      leaves_ -= std::min(leaves_, qty);
      return;
    }
    front_ -= static_cast<double>(qty);
    traded_ += static_cast<double>(qty);
    const Qty reached = front_ < 0 ? static_cast<Qty>(std::floor(-front_ + 1e-7)) : 0;
    const Qty filled = std::min({leaves_, reached, qty});
    front_ += static_cast<double>(std::min(reached, qty));
    leaves_ -= filled;
  }
  void depth(double before, double after, double exponent) {
    const double change = before - after - traded_;
    traded_ = 0;
    if (change > 0 && front_ > 0) {
      const double back = std::max(0.0, before - front_);
      const double share =
          std::pow(back, exponent) / (std::pow(back, exponent) + std::pow(front_, exponent));
      front_ = std::max(0.0, front_ - (1 - share) * change + std::min(back - share * change, 0.0));
    }
    front_ = std::min(front_, after);
  }
  void offered(Price price, Qty more) {
    if (price <= price_) leaves_ -= std::min(leaves_, more);
  }
  [[nodiscard]] Price price() const { return price_; }
  [[nodiscard]] Qty leaves() const { return leaves_; }

 private:
  Price price_;
  Qty leaves_;
  double front_;
  double traded_ = 0;
};

/// Rests a buy at the best bid for `lifetime` steps, then compares what was filled, again and
/// again. Returns how many orders were filled at all.
int compare(const std::vector<Step>& all, std::uint32_t exponentThousandths, std::size_t lifetime) {
  ExchangeOptions options = smallOptions(ExchangeMode::Recorded);
  options.levelsMax = 16384;
  options.queue = PowerQueue{QueueForm::Split, exponentThousandths};
  options.latency = {ConstantLatency{0}, ConstantLatency{0}};
  SimulatedExchange exchange(options);
  EXPECT_EQ(exchange.addInstrument(kOne, {.priceDecimals = 2, .qtyDecimals = 3}),
            ExchangeError::Ok);
  std::map<Price, Qty> bids;
  std::map<Price, Qty> asks;
  std::vector<NaiveOrder> naive;
  constexpr Qty kOrderQty = 5000;
  event::ClOrdID id = 0;
  Nanos now = 1;
  int filledCount = 0;
  for (std::size_t at = 0; at < all.size(); ++at) {
    const Step& step = all[at];
    ++now;
    if (step.isTrade) {
      (void)exchange.onTrade(kOne, step.aggressor, step.price, step.qty, now);
      for (NaiveOrder& each : naive) each.trade(step.aggressor, step.price, step.qty);
    } else {
      (void)exchange.onLevels(kOne, step.bids, step.asks, now);
      for (const bool isRemoval : {true, false}) {
        for (const event::Level& level : step.bids) {
          if ((level.qty == 0) != isRemoval) continue;
          const Qty before = bids.contains(level.price) ? bids[level.price] : 0;
          for (NaiveOrder& each : naive) {
            if (each.price() == level.price) {
              each.depth(static_cast<double>(before), static_cast<double>(level.qty),
                         exponentThousandths / 1000.0);
            }
          }
          if (level.qty == 0)
            bids.erase(level.price);
          else
            bids[level.price] = level.qty;
        }
        for (const event::Level& level : step.asks) {
          if ((level.qty == 0) != isRemoval) continue;
          const Qty before = asks.contains(level.price) ? asks[level.price] : 0;
          for (NaiveOrder& each : naive) {
            if (level.qty > before) each.offered(level.price, level.qty - before);
          }
          if (level.qty == 0)
            asks.erase(level.price);
          else
            asks[level.price] = level.qty;
        }
      }
    }
    if (at % lifetime != 0 || bids.empty()) continue;
    if (!naive.empty()) {
      event::ExecutionReport report;
      EXPECT_TRUE(exchange.query(id, report));
      const Qty filled = kOrderQty - naive.front().leaves();
      // The two round at different places: one lot apart.
      EXPECT_NEAR(static_cast<double>(report.cumQty), static_cast<double>(filled), 1.0)
          << "order " << id << " at step " << at;
      if (filled > 0) ++filledCount;
      order::OrderRequest all2 = cancelOf(0, 0);
      all2.kind = order::RequestKind::CancelAll;
      EXPECT_TRUE(exchange.onRequest(all2, now));
      exchange.advance(now);
      while (exchange.poll(report, now)) {
      }
    }
    naive.clear();
    const Price best = bids.rbegin()->first;
    if (!asks.empty() && asks.begin()->first <= best) continue;
    EXPECT_TRUE(exchange.onRequest(limitOrder(++id, Side::Buy, kOrderQty, best), now));
    exchange.advance(now);
    naive.emplace_back(best, kOrderQty, static_cast<double>(bids[best]));
  }
  return filledCount;
}

TEST(RecordedExchange, FillsARealCaptureAsThePlainModelDoes) {
  const std::vector<Step> all = steps("usdm_btcusdt_20240808.first60s.gz");
  if (all.empty()) GTEST_SKIP() << "no capture: hftbacktest";
  EXPECT_GT(compare(all, 2000, 200), 5);
  EXPECT_GT(compare(all, 500, 77), 5);
  EXPECT_GT(compare(all, 3000, 500), 2);
}

TEST(RecordedExchange, TellsTheSameOnEveryRunOfACapture) {
  const std::vector<Step> all = steps("spot_btcusdt_20240808.first60s.gz");
  if (all.empty()) GTEST_SKIP() << "no capture: hftbacktest";
  const auto play = [&all] {
    ExchangeOptions options = smallOptions(ExchangeMode::Recorded);
    options.levelsMax = 16384;
    options.queue = LogQueue{QueueForm::Split, 1000};
    options.latency = {LognormalLatency{.median = 50, .sigmaMillionths = 900'000},
                       TableLatency{{1, 20, 300}}};
    ExchangeDesk desk(options);
    event::ClOrdID id = 0;
    std::string told;
    std::array<event::Level, 1> best;
    for (const Step& step : all) {
      desk.now += 100;
      if (step.isTrade) {
        (void)desk.exchange.onTrade(kOne, step.aggressor, step.price, step.qty, desk.now);
      } else {
        (void)desk.exchange.onLevels(kOne, step.bids, step.asks, desk.now);
      }
      const Side side = id % 2 == 0 ? Side::Buy : Side::Sell;
      if (desk.now % 1000 == 0 && desk.exchange.depth(kOne, side, best) == 1) {
        (void)desk.exchange.onRequest(limitOrder(++id, side, 20, best[0].price), desk.now);
        if (id > 5) (void)desk.exchange.onRequest(cancelOf(1'000'000 + id, id - 5), desk.now);
      }
      told += desk.drain();
    }
    return told;
  };
  const std::string first = play();
  EXPECT_NE(first.find("maker"), std::string::npos);
  EXPECT_EQ(first, play());
}

}  // namespace
}  // namespace hft::sim
