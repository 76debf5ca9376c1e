#include "native/generate/days/itch_day.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "native/core/check.hpp"

namespace hft::generate {

namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kFeedStart = 4 * 3600 * kSecond;
constexpr std::uint64_t kMarketOpen = 34'200 * kSecond;
constexpr std::uint64_t kMarketClose = 57'600 * kSecond;
/// The session day is closed by M, E and C.
constexpr std::uint64_t kClosingCount = 3;
/// One cent in units of 1/10,000.
constexpr std::uint32_t kTick = 100;
constexpr std::uint32_t kTickMin = 1'100;
constexpr std::uint64_t kRankOffset = 10;

/// Parts of 10,000 body messages; the rest of them are of other kinds.
constexpr std::uint64_t kAdds = 4'680;
constexpr std::uint64_t kDeletes = kAdds + 4'040;
constexpr std::uint64_t kReplaces = kDeletes + 760;
constexpr std::uint64_t kExecutions = kReplaces + 200;
constexpr std::uint64_t kCancels = kExecutions + 120;
constexpr std::uint64_t kParts = 10'000;

std::size_t ringIndex(std::uint32_t tick) noexcept { return tick % 1024; }

}  // namespace

ItchDay::ItchDay(const ItchDayConfig& config)
    : config_(config), randomState_(config.seed), clock_(kFeedStart) {
  HFT_CHECK(config.symbols > 0 && config.symbols <= 0xffff);
  makeSymbols();
  // O, a directory and a trading state for each symbol, S, Q.
  openingCount_ = std::min<std::uint64_t>(config.messages, 3 + 2 * std::uint64_t{config.symbols});
  const std::uint64_t rest = config.messages - openingCount_;
  bodyCount_ = rest - std::min(rest, kClosingCount);
  meanGap_ = (kMarketClose - kMarketOpen) / std::max<std::uint64_t>(bodyCount_, 1);
}

/// SplitMix64. Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
std::uint64_t ItchDay::random() noexcept {
  randomState_ += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = randomState_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

std::uint64_t ItchDay::below(std::uint64_t bound) noexcept {
  return static_cast<std::uint64_t>((static_cast<unsigned __int128>(random()) * bound) >> 64);
}

void ItchDay::makeSymbols() {
  symbols_.resize(config_.symbols);
  cumulative_.resize(config_.symbols);
  std::uint64_t sum = 0;
  for (std::uint32_t rank = 0; rank < config_.symbols; ++rank) {
    Symbol& symbol = symbols_[rank];
    symbol.name.fill(' ');
    // Four letters a symbol, by rank.
    for (std::size_t at = 4, rest = rank; at-- > 0; rest /= 26) {
      symbol.name[at] = static_cast<char>('A' + rest % 26);
    }
    symbol.locate = static_cast<std::uint16_t>(rank + 1);
    symbol.middle = kTickMin + static_cast<std::uint32_t>(below(std::uint64_t{8} << below(12)));
    sum += (std::uint64_t{1} << 40) / (rank + kRankOffset);
    cumulative_[rank] = sum;
  }
  shuffleLocates();
}

void ItchDay::shuffleLocates() noexcept {
  for (std::size_t i = symbols_.size(); i > 1; --i) {
    std::swap(symbols_[i - 1].locate, symbols_[below(i)].locate);
  }
}

std::size_t ItchDay::write(std::span<std::uint8_t> out) {
  HFT_CHECK(out.size() >= ItchWriter::kBytesMax);
  std::size_t bytes = 0;
  while (written_ < config_.messages && out.size() - bytes >= ItchWriter::kBytesMax) {
    bytes += writeNext(out.data() + bytes);
    ++written_;
  }
  return bytes;
}

std::size_t ItchDay::writeNext(std::uint8_t* out) {
  if (written_ < openingCount_) return writeOpening(out, written_);
  const std::uint64_t body = written_ - openingCount_;
  if (body == 0) clock_ = kMarketOpen;
  if (body < bodyCount_) return writeBody(out);
  clock_ = std::max(clock_, kMarketClose);
  return writeSystemEvent(out, "MEC"[body - bodyCount_]);
}

std::size_t ItchDay::writeSystemEvent(std::uint8_t* out, char code) {
  return ItchWriter(out).prefix('S', 0, clock_).letter(code).finish();
}

std::size_t ItchDay::writeOpening(std::uint8_t* out, std::uint64_t index) {
  clock_ += 1'000 + below(1'000);
  if (index == 0) return writeSystemEvent(out, 'O');
  --index;
  if (index < config_.symbols) return writeDirectory(out, symbols_[index]);
  index -= config_.symbols;
  if (index < config_.symbols) {
    const Symbol& symbol = symbols_[index];
    ItchWriter writer(out);
    writer.prefix('H', symbol.locate, clock_).text({symbol.name.data(), 8}, 8);
    return writer.letter('T').letter(' ').text("", 4).finish();
  }
  return writeSystemEvent(out, index == config_.symbols ? 'S' : 'Q');
}

std::size_t ItchDay::writeDirectory(std::uint8_t* out, const Symbol& symbol) {
  ItchWriter writer(out);
  writer.prefix('R', symbol.locate, clock_).text({symbol.name.data(), 8}, 8);
  writer.letter('Q').letter('N').u32(100).letter('N').letter('C').text("Z", 2).letter('P');
  return writer.letter('N').letter('N').letter('1').letter('N').u32(0).letter('N').finish();
}

std::size_t ItchDay::writeBody(std::uint8_t* out) {
  advanceClock();
  const std::uint64_t part = below(kParts);
  if (part < kAdds) return writeAdd(out, pickSymbol());
  if (part >= kCancels) return writeOther(out, pickSymbol());
  Symbol& symbol = pickSymbolWithOrders();
  if (symbol.orders.empty()) return writeAdd(out, symbol);
  if (part < kDeletes) return writeDelete(out, symbol);
  if (part < kReplaces) return writeReplace(out, symbol);
  if (part < kExecutions) return writeExecution(out, symbol);
  return writeCancel(out, symbol);
}

/// Bursts: seven of eight gaps are an eighth of the mean, the last makes up for them.
void ItchDay::advanceClock() noexcept {
  const bool isBurst = below(8) != 0;
  clock_ += isBurst ? below(meanGap_ / 4 + 1) : below(meanGap_ * 57 / 4 + 1);
  clock_ = std::min(clock_, kMarketClose);
}

ItchDay::Symbol& ItchDay::pickSymbol() noexcept {
  const std::uint64_t at = below(cumulative_.back());
  const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), at);
  return symbols_[static_cast<std::size_t>(found - cumulative_.begin())];
}

ItchDay::Symbol& ItchDay::pickSymbolWithOrders() noexcept {
  Symbol* symbol = &pickSymbol();
  for (int tries = 0; tries < 8 && symbol->orders.empty(); ++tries) symbol = &pickSymbol();
  return *symbol;
}

/// Three of four times one of the newest eighth: young orders are cancelled most.
std::size_t ItchDay::pickOrder(const Symbol& symbol) noexcept {
  const std::size_t count = symbol.orders.size();
  const std::size_t window = below(4) != 0 ? count / 8 + 1 : count;
  return count - 1 - below(window);
}

/// The one of four orders that is nearest to the touch.
std::size_t ItchDay::pickNearTouch(const Symbol& symbol) noexcept {
  std::size_t best = pickOrder(symbol);
  const auto distance = [&](std::size_t index) {
    const Live& order = symbol.orders[index];
    return order.side == Side::Buy ? symbol.middle - order.tick : order.tick - symbol.middle - 1;
  };
  for (int i = 0; i < 3; ++i) {
    const std::size_t other = pickOrder(symbol);
    if (distance(other) < distance(best)) best = other;
  }
  return best;
}

/// Half of the orders are a few ticks from the middle; the others as often within two ticks as
/// between 256 and 512, which makes deep books.
std::uint32_t ItchDay::pickTick(const Symbol& symbol, Side side) noexcept {
  const std::uint64_t bits = random();
  const int scale = (bits >> 63) != 0 ? std::countr_zero(bits | 0x100) : static_cast<int>(below(9));
  const std::uint32_t distance = static_cast<std::uint32_t>(below(std::uint64_t{2} << scale));
  return side == Side::Buy ? symbol.middle - distance : symbol.middle + 1 + distance;
}

/// The middle moves by a tick where nothing rests in its way.
void ItchDay::moveMiddle(Symbol& symbol) noexcept {
  const bool isUp = below(2) != 0;
  if (isUp && symbol.counts[1][ringIndex(symbol.middle + 1)] == 0) ++symbol.middle;
  if (!isUp && symbol.middle > kTickMin && symbol.counts[0][ringIndex(symbol.middle)] == 0) {
    --symbol.middle;
  }
}

void ItchDay::place(Symbol& symbol, const Live& order) {
  symbol.orders.push_back(order);
  ++symbol.counts[order.side == Side::Sell][ringIndex(order.tick)];
  ++liveOrders_;
}

void ItchDay::removeAt(Symbol& symbol, std::size_t index) noexcept {
  const Live& order = symbol.orders[index];
  --symbol.counts[order.side == Side::Sell][ringIndex(order.tick)];
  symbol.orders[index] = symbol.orders.back();
  symbol.orders.pop_back();
  --liveOrders_;
}

std::uint64_t ItchDay::nextRef() noexcept {
  lastRef_ += 1 + (below(4) == 0 ? 1 + below(2) : 0);
  return lastRef_;
}

std::size_t ItchDay::writeAdd(std::uint8_t* out, Symbol& symbol) {
  if (below(8) == 0) moveMiddle(symbol);
  const Side side = below(2) == 0 ? Side::Buy : Side::Sell;
  const std::uint32_t qty = below(3) != 0 ? 100 : static_cast<std::uint32_t>(1 + below(1'000));
  const Live order{nextRef(), pickTick(symbol, side), qty, side};
  place(symbol, order);
  // 28 of 468 adds name their participant.
  const bool hasMpid = below(468) < 28;
  ItchWriter writer(out);
  writer.prefix(hasMpid ? 'F' : 'A', symbol.locate, clock_).u64(order.ref);
  writer.letter(side == Side::Buy ? 'B' : 'S').u32(qty).text({symbol.name.data(), 8}, 8);
  writer.u32(order.tick * kTick);
  if (hasMpid) writer.text("HFTS", 4);
  return writer.finish();
}

std::size_t ItchDay::writeDelete(std::uint8_t* out, Symbol& symbol) {
  const std::size_t index = pickOrder(symbol);
  const std::uint64_t ref = symbol.orders[index].ref;
  removeAt(symbol, index);
  return ItchWriter(out).prefix('D', symbol.locate, clock_).u64(ref).finish();
}

std::size_t ItchDay::writeReplace(std::uint8_t* out, Symbol& symbol) {
  const std::size_t index = pickOrder(symbol);
  const Live before = symbol.orders[index];
  removeAt(symbol, index);
  const Live after{nextRef(), pickTick(symbol, before.side), before.qty, before.side};
  place(symbol, after);
  ItchWriter writer(out);
  writer.prefix('U', symbol.locate, clock_).u64(before.ref).u64(after.ref);
  return writer.u32(after.qty).u32(after.tick * kTick).finish();
}

std::size_t ItchDay::writeExecution(std::uint8_t* out, Symbol& symbol) {
  const std::size_t index = pickNearTouch(symbol);
  Live& order = symbol.orders[index];
  const Live before = order;
  // Two of three executions take the whole order.
  const bool isPart = before.qty > 1 && below(3) == 0;
  const std::uint32_t qty =
      isPart ? static_cast<std::uint32_t>(1 + below(before.qty - 1)) : before.qty;
  order.qty -= qty;
  if (order.qty == 0) removeAt(symbol, index);
  const bool hasPrice = below(20) == 0;
  ItchWriter writer(out);
  writer.prefix(hasPrice ? 'C' : 'E', symbol.locate, clock_).u64(before.ref).u32(qty);
  writer.u64(++lastMatch_);
  if (hasPrice) writer.letter('Y').u32(before.tick * kTick);
  return writer.finish();
}

std::size_t ItchDay::writeCancel(std::uint8_t* out, Symbol& symbol) {
  Live& order = symbol.orders[pickOrder(symbol)];
  if (order.qty == 1) return writeDelete(out, symbol);
  const std::uint32_t qty = static_cast<std::uint32_t>(1 + below(order.qty - 1));
  order.qty -= qty;
  return ItchWriter(out).prefix('X', symbol.locate, clock_).u64(order.ref).u32(qty).finish();
}

/// Hidden executions and imbalances: they leave the book as it is.
std::size_t ItchDay::writeOther(std::uint8_t* out, const Symbol& symbol) {
  ItchWriter writer(out);
  const std::string_view name(symbol.name.data(), 8);
  const std::uint32_t price = symbol.middle * kTick;
  if (below(3) != 0) {
    writer.prefix('P', symbol.locate, clock_).u64(0).letter('B').u32(100).text(name, 8);
    return writer.u32(price).u64(++lastMatch_).finish();
  }
  writer.prefix('I', symbol.locate, clock_).u64(below(100'000)).u64(below(10'000)).letter('B');
  writer.text(name, 8).u32(price).u32(price).u32(price);
  return writer.letter('C').letter('L').finish();
}

}  // namespace hft::generate
