#include "native/generate/market/market_instrument.hpp"

namespace hft::generate {

MarketInstrument::MarketInstrument(const InstrumentSpec& instrumentSpec, std::size_t ordersTarget,
                                   Random& random)
    : spec(instrumentSpec), flow(spec, ordersTarget, random) {
  for (std::size_t at = 0; at < spec.symbolBytes; ++at) {
    const char c = spec.symbolText[at];
    lowerText[at] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  }
  // Ids of a venue that has run for years: different for every instrument and seed.
  updateId = 50'000'000'000 + random.below(1'000'000'000);
  flushedId = updateId;
  firstUpdateId = updateId + 1;
  seenChanges = flow.changeCount();
  tradeId = 3'700'000'000 + random.below(100'000'000);
  aggregateId = tradeId / 2;
  sequence = 30'000'000'000 + random.below(1'000'000'000);
  quoted = flow.book().touch();
  day.start(spec.firstPrice);
  minute.start(spec.firstPrice);
}

}  // namespace hft::generate
