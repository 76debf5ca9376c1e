// A single instrument's L3 book beside the standard containers that a user would pick.
//
// Inputs: the recorded LOBSTER messages (HFT_FIXTURES, default ../shared/data; left out where
// absent) 200 times with fresh references, and generated flow of one symbol (seed 1, a
// million messages). Both end with an empty book. The best bid and offer is read after each record;
// the chains of both books must be equal.
#include <benchmark/benchmark.h>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <list>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "native/book/l3/l3_book.hpp"
#include "native/core/check.hpp"
#include "native/decode/itch/itch_framing.hpp"
#include "native/decode/lobster/lobster.hpp"
#include "native/generate/days/itch_day.hpp"

namespace {

using namespace hft;

enum class Action : std::uint8_t { Add, Reduce, Remove, Replace };

struct Record {
  Action action;
  Side side;
  std::uint64_t ref;
  std::uint64_t newRef;
  Price price;
  Qty qty;
};

using Records = std::vector<Record>;

/// What the standard containers offer: a tree of levels, a list a level, a hash of places.
class StandardBook {
 public:
  void add(const book::L3Order& order) {
    auto& level = levels(order.side)[keyOf(order)];
    level.qty += order.qty;
    places_[order.orderRef] = level.queue.insert(level.queue.end(), order);
  }
  void reduce(std::uint64_t ref, Qty qty) {
    const auto place = places_.find(ref);
    book::L3Order& order = *place->second;
    order.qty -= qty;
    const auto level = levels(order.side).find(keyOf(order));
    level->second.qty -= qty;
    if (order.qty == 0) erase(place, level);
  }
  void remove(std::uint64_t ref) {
    const auto place = places_.find(ref);
    const book::L3Order& order = *place->second;
    const auto level = levels(order.side).find(keyOf(order));
    level->second.qty -= order.qty;
    erase(place, level);
  }
  void replace(std::uint64_t ref, std::uint64_t newRef, Price price, Qty qty) {
    const Side side = places_.find(ref)->second->side;
    remove(ref);
    add({newRef, side, price, qty});
  }
  [[nodiscard]] Price bestBid() const { return bids_.empty() ? kNoPrice : -bids_.begin()->first; }
  [[nodiscard]] Price bestAsk() const { return asks_.empty() ? kNoPrice : asks_.begin()->first; }
  [[nodiscard]] Qty bestBidQty() const { return bids_.empty() ? 0 : bids_.begin()->second.qty; }
  [[nodiscard]] Qty bestAskQty() const { return asks_.empty() ? 0 : asks_.begin()->second.qty; }

 private:
  struct Level {
    Qty qty = 0;
    std::list<book::L3Order> queue;
  };
  using Levels = std::map<Price, Level>;
  using Places = std::unordered_map<std::uint64_t, std::list<book::L3Order>::iterator>;

  [[nodiscard]] Levels& levels(Side side) { return side == Side::Buy ? bids_ : asks_; }
  [[nodiscard]] static Price keyOf(const book::L3Order& order) {
    return order.side == Side::Buy ? -order.price : order.price;
  }
  void erase(Places::iterator place, Levels::iterator level) {
    Levels& side = levels(place->second->side);
    level->second.queue.erase(place->second);
    if (level->second.queue.empty()) side.erase(level);
    places_.erase(place);
  }

  Levels bids_;
  Levels asks_;
  Places places_;
};

/// Ours, with the errors that sound input never gives checked away.
class OurBook {
 public:
  void add(const book::L3Order& order) { HFT_CHECK(book_.add(order) == book::L3Error::Ok); }
  void reduce(std::uint64_t ref, Qty qty) { HFT_CHECK(book_.reduce(ref, qty).ok()); }
  void remove(std::uint64_t ref) { HFT_CHECK(book_.remove(ref).ok()); }
  void replace(std::uint64_t ref, std::uint64_t newRef, Price price, Qty qty) {
    HFT_CHECK(book_.replace(ref, newRef, price, qty).ok());
  }
  [[nodiscard]] Price bestBid() const { return book_.bestBid(); }
  [[nodiscard]] Price bestAsk() const { return book_.bestAsk(); }
  [[nodiscard]] Qty bestBidQty() const { return book_.bestBidQty(); }
  [[nodiscard]] Qty bestAskQty() const { return book_.bestAskQty(); }

 private:
  book::L3Book book_{{.ordersMax = 262'144, .levelsMax = 16'384}};
};

/// Collects the order messages of one symbol.
struct Recorder {
  std::vector<Record>& records;

  void operator()(const decode::itch::AddOrder& m) { add(m); }
  void operator()(const decode::itch::AddOrderMpid& m) { add(m); }
  void operator()(const decode::itch::OrderExecuted& m) {
    records.push_back({Action::Reduce, Side::None, m.orderRef, 0, 0, m.executedShares});
  }
  void operator()(const decode::itch::OrderExecutedWithPrice& m) {
    records.push_back({Action::Reduce, Side::None, m.orderRef, 0, 0, m.executedShares});
  }
  void operator()(const decode::itch::OrderCancel& m) {
    records.push_back({Action::Reduce, Side::None, m.orderRef, 0, 0, m.cancelledShares});
  }
  void operator()(const decode::itch::OrderDelete& m) {
    records.push_back({Action::Remove, Side::None, m.orderRef, 0, 0, 0});
  }
  void operator()(const decode::itch::OrderReplace& m) {
    records.push_back({Action::Replace, Side::None, m.originalRef, m.newRef, m.price, m.shares});
  }
  template <typename Other>
  void operator()(const Other&) {}

 private:
  template <typename Add>
  void add(const Add& m) {
    const Side side = m.side == 'B' ? Side::Buy : Side::Sell;
    records.push_back({Action::Add, side, m.orderRef, 0, m.price, m.shares});
  }
};

/// Appends what empties the book that `records` make.
void appendRemovals(Records& records) {
  std::map<std::uint64_t, Qty> live;
  for (const Record& r : records) {
    if (r.action == Action::Replace) live.erase(r.ref);
    if (r.action == Action::Add) live[r.ref] = r.qty;
    if (r.action == Action::Replace) live[r.newRef] = r.qty;
    if (r.action == Action::Remove) live.erase(r.ref);
    if (r.action == Action::Reduce && (live[r.ref] -= r.qty) == 0) live.erase(r.ref);
  }
  for (const auto& [ref, qty] : live) {
    records.push_back({Action::Remove, Side::None, ref, 0, 0, 0});
  }
}

Records generatedFlow() {
  constexpr std::uint64_t kMessages = 1'000'000;
  generate::ItchDay day({.seed = 1, .messages = kMessages, .symbols = 1});
  std::vector<std::uint8_t> bytes(generate::ItchDay::bytesMax(kMessages));
  bytes.resize(day.write(bytes));
  Records records;
  Recorder recorder{records};
  HFT_CHECK(decode::itch::readFile(bytes, recorder).messages == kMessages);
  appendRemovals(records);
  return records;
}

/// The recorded messages whose orders were added in the file; empty where it is absent.
Records recordedOnce() {
  const char* given = std::getenv("HFT_FIXTURES");
  const std::string root = given != nullptr ? given : "../shared/data";
  std::ifstream file(root + "/lobster/AAPL_2012-06-21_34200000_57600000_message_10.csv");
  InstrumentTable instruments(1);
  const decode::DecodeContext context{
      .instruments = instruments,
      .frameInstrument = instruments.add("AAPL", Scale{4, 0, 4, 0}).value()};
  event::Frame frame(2, 2);
  Records records;
  book::L3Book known({.ordersMax = 4'096, .levelsMax = 1'024});
  for (std::string line; std::getline(file, line);) {
    HFT_CHECK(decodeLobster(line, context, frame) == event::DecodeError::Ok);
    if (frame.messages().empty()) continue;
    const event::Message& m = frame.messages()[0];
    const auto& o = m.order;
    if (m.kind == event::MessageKind::OrderAdd) {
      HFT_CHECK(known.add({o.orderRef, m.side, o.price, o.qty}) == book::L3Error::Ok);
      records.push_back({Action::Add, m.side, o.orderRef, 0, o.price, o.qty});
    } else if (m.kind == event::MessageKind::OrderReduce && known.reduce(o.orderRef, o.qty).ok()) {
      records.push_back({Action::Reduce, m.side, o.orderRef, 0, 0, o.qty});
    } else if (m.kind == event::MessageKind::OrderDelete && known.remove(o.orderRef).ok()) {
      records.push_back({Action::Remove, m.side, o.orderRef, 0, 0, 0});
    }
  }
  appendRemovals(records);
  return records;
}

Records recordedFlow() {
  constexpr std::uint64_t kPasses = 200;
  Records records;
  const Records once = recordedOnce();
  for (std::uint64_t pass = 0; pass < kPasses; ++pass) {
    for (Record record : once) {
      record.ref += pass * 20'000'000;
      records.push_back(record);
    }
  }
  return records;
}

template <typename Book>
std::uint64_t play(Book& book, const std::vector<Record>& records) {
  std::uint64_t chain = 0;
  for (const Record& r : records) {
    switch (r.action) {
      case Action::Add:
        book.add({r.ref, r.side, r.price, r.qty});
        break;
      case Action::Reduce:
        book.reduce(r.ref, r.qty);
        break;
      case Action::Remove:
        book.remove(r.ref);
        break;
      case Action::Replace:
        book.replace(r.ref, r.newRef, r.price, r.qty);
        break;
    }
    chain = (chain ^ static_cast<std::uint64_t>(book.bestBid() ^ book.bestAsk() << 20 ^
                                                book.bestBidQty() << 7 ^ book.bestAskQty() << 33)) *
            0x9E3779B97F4A7C15ULL;
  }
  return chain;
}

template <typename Book>
void playRecords(benchmark::State& state, const Records& records) {
  StandardBook reference;
  const std::uint64_t expected = play(reference, records);
  Book book;
  for (auto _ : state) HFT_CHECK(play(book, records) == expected);
  HFT_CHECK(book.bestBid() == kNoPrice && book.bestAsk() == kNoPrice);
  state.SetItemsProcessed(
      static_cast<std::int64_t>(static_cast<std::size_t>(state.iterations()) * records.size()));
  state.counters["perRecord"] = benchmark::Counter(
      static_cast<double>(records.size()) * static_cast<double>(state.iterations()),
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

}  // namespace

int main(int argc, char** argv) {
  const Records generated = generatedFlow();
  const Records recorded = recordedFlow();
  const auto add = [](const char* name, auto run) {
    benchmark::RegisterBenchmark(name, run)->Unit(benchmark::kMillisecond)->MinTime(0.5);
  };
  if (!recorded.empty()) {
    add("l3Recorded", [&](auto& state) { playRecords<OurBook>(state, recorded); });
    add("l3RecordedStandard", [&](auto& state) { playRecords<StandardBook>(state, recorded); });
  }
  add("l3Generated", [&](auto& state) { playRecords<OurBook>(state, generated); });
  add("l3GeneratedStandard", [&](auto& state) { playRecords<StandardBook>(state, generated); });
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
