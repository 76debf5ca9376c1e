// The part of SimulatedExchange that takes market input.
#include <algorithm>

#include "native/sim/exchange/exchange_state.hpp"
#include "native/sim/price_ladder.hpp"

namespace hft::sim {

using order::kNoRecord;
using order::OrderRequest;
using order::RequestKind;

namespace {

bool areLevels(std::span<const event::Level> levels) noexcept {
  return std::ranges::all_of(levels, [](const event::Level& level) {
    return isPrice(level.price) && level.qty >= 0 && level.qty <= kQtyMax;
  });
}

}  // namespace

ExchangeError SimulatedExchange::State::market(InstrumentId instrument, ExchangeMode mode,
                                               Nanos time, Market*& found) {
  if (options.mode != mode) return ExchangeError::WrongMode;
  if (instrument >= markets.size() || !markets[instrument].isListed()) {
    return ExchangeError::UnknownInstrument;
  }
  found = &markets[instrument];
  advanceTo(time);
  if (found->engine) found->engine->advance(now);
  if (found->recorded) found->recorded->advance(now);
  return ExchangeError::Ok;
}

ExchangeError SimulatedExchange::onLevels(InstrumentId instrument,
                                          std::span<const event::Level> bids,
                                          std::span<const event::Level> asks, Nanos time) noexcept {
  if (!areLevels(bids) || !areLevels(asks)) return ExchangeError::BadInput;
  State::Market* found = nullptr;
  if (const auto error = state_->market(instrument, ExchangeMode::Recorded, time, found);
      error != ExchangeError::Ok) {
    return error;
  }
  bool hasRoom = true;
  // Removals first, on both sides: a book that moves does not cross on the way.
  for (const bool isRemoval : {true, false}) {
    for (const event::Level& level : bids) {
      if ((level.qty == 0) != isRemoval) continue;
      hasRoom = found->recorded->setLevel(Side::Buy, level.price, level.qty) && hasRoom;
    }
    for (const event::Level& level : asks) {
      if ((level.qty == 0) != isRemoval) continue;
      hasRoom = found->recorded->setLevel(Side::Sell, level.price, level.qty) && hasRoom;
    }
  }
  found->recorded->levelsDone();
  state_->finishCommand(instrument);
  return hasRoom ? ExchangeError::Ok : ExchangeError::Capacity;
}

ExchangeError SimulatedExchange::onSnapshot(InstrumentId instrument,
                                            std::span<const event::Level> bids,
                                            std::span<const event::Level> asks,
                                            Nanos time) noexcept {
  if (!areLevels(bids) || !areLevels(asks)) return ExchangeError::BadInput;
  State::Market* found = nullptr;
  if (const auto error = state_->market(instrument, ExchangeMode::Recorded, time, found);
      error != ExchangeError::Ok) {
    return error;
  }
  bool hasRoom = found->recorded->setLevels(Side::Buy, bids);
  hasRoom = found->recorded->setLevels(Side::Sell, asks) && hasRoom;
  found->recorded->levelsDone();
  state_->finishCommand(instrument);
  return hasRoom ? ExchangeError::Ok : ExchangeError::Capacity;
}

ExchangeError SimulatedExchange::onLost(InstrumentId instrument, Nanos time) noexcept {
  State::Market* found = nullptr;
  if (const auto error = state_->market(instrument, ExchangeMode::Recorded, time, found);
      error != ExchangeError::Ok) {
    return error;
  }
  found->recorded->lose();
  state_->finishCommand(instrument);
  return ExchangeError::Ok;
}

ExchangeError SimulatedExchange::onTrade(InstrumentId instrument, Side aggressor, Price price,
                                         Qty qty, Nanos time) noexcept {
  if (!isPrice(price) || qty <= 0 || qty > kQtyMax || aggressor > Side::Sell) {
    return ExchangeError::BadInput;
  }
  State::Market* found = nullptr;
  if (const auto error = state_->market(instrument, ExchangeMode::Recorded, time, found);
      error != ExchangeError::Ok) {
    return error;
  }
  found->recorded->trade(aggressor, price, qty);
  state_->finishCommand(instrument);
  return ExchangeError::Ok;
}

ExchangeError SimulatedExchange::onForeign(const OrderRequest& request, Nanos time) noexcept {
  State& state = *state_;
  const bool isNew = request.kind == RequestKind::New;
  const bool isChange = request.kind == RequestKind::Cancel || request.kind == RequestKind::Replace;
  const std::uint64_t id = isNew ? request.clOrdID : request.origClOrdID;
  if ((!isNew && !isChange) || id == 0 || id >= State::kForeign ||
      request.clOrdID >= State::kForeign) {
    return ExchangeError::BadInput;
  }
  State::Market* found = nullptr;
  if (const auto error = state.market(request.instrument, ExchangeMode::Synthetic, time, found);
      error != ExchangeError::Ok) {
    return error;
  }
  const InstrumentId instrument = request.instrument;
  const std::uint32_t known = state.foreign.find(instrument, id);
  if (isNew == (known != order::IdIndex::kNone)) {
    return isNew ? ExchangeError::BadInput : ExchangeError::UnknownOrder;
  }
  OrderRequest theirs = request;
  theirs.clOrdID = (request.clOrdID != 0 ? request.clOrdID : id) | State::kForeign;
  theirs.origClOrdID = id | State::kForeign;
  const std::uint64_t owner = std::uint64_t{request.owner} + state.options.matching.ownersMax;
  theirs.owner = request.owner == 0
                     ? 0
                     : static_cast<std::uint32_t>(std::min<std::uint64_t>(owner, 0xffffffffU));
  OrderSlot slot = kNoSlot;
  if (isNew) {
    if (state.foreign.size() >= state.options.foreignMax) return ExchangeError::Capacity;
    slot = found->engine->submit(theirs);
  } else if (request.kind == RequestKind::Replace) {
    const std::uint64_t renamed = theirs.clOrdID & ~State::kForeign;
    if (renamed != id && state.foreign.find(instrument, renamed) != order::IdIndex::kNone) {
      return ExchangeError::BadInput;
    }
    slot = found->engine->replace(known, theirs);
    if (found->engine->events().front().kind == MatchKind::ReplaceRejected) {
      theirs.clOrdID = theirs.origClOrdID;
    } else {
      state.foreign.erase(instrument, id);
    }
  } else {
    (void)found->engine->cancel(known, theirs.origClOrdID);
  }
  state.finishCommand(instrument);
  if (slot != kNoSlot) {
    state.foreign.put(instrument, theirs.clOrdID & ~State::kForeign, slot);
    if (request.timeInForce == TimeInForce::GoodTillDate) {
      state.rememberExpiry(request.expireTime, instrument);
    }
  }
  return ExchangeError::Ok;
}

ExchangeError SimulatedExchange::setPhase(InstrumentId instrument, TradingPhase phase,
                                          Nanos time) noexcept {
  if (phase > TradingPhase::Halted) return ExchangeError::BadInput;
  State::Market* found = nullptr;
  const ExchangeError error = state_->market(instrument, state_->options.mode, time, found);
  if (error != ExchangeError::Ok) return error;
  if (found->engine) found->engine->setPhase(phase);
  if (found->recorded) found->recorded->setPhase(phase);
  state_->finishCommand(instrument);
  return ExchangeError::Ok;
}

ExchangeError SimulatedExchange::setPriceBand(InstrumentId instrument, Price low, Price high,
                                              Nanos time) noexcept {
  const bool isLifted = low == kNoPrice && high == kNoPrice;
  if (!isLifted && (!isPrice(low) || !isPrice(high) || low > high)) return ExchangeError::BadInput;
  State::Market* found = nullptr;
  const ExchangeError error = state_->market(instrument, state_->options.mode, time, found);
  if (error != ExchangeError::Ok) return error;
  if (found->engine) found->engine->setPriceBand(low, high);
  if (found->recorded) found->recorded->setPriceBand(low, high);
  state_->finishCommand(instrument);
  return ExchangeError::Ok;
}

}  // namespace hft::sim
