#include "native/sim/simulated_exchange.hpp"

#include <algorithm>
#include <utility>

#include "native/sim/exchange/exchange_state.hpp"

namespace hft::sim {

using event::ExecutionReport;
using order::kNoRecord;
using order::OrderRequest;

namespace {

/// The queue model of an instrument: a logarithm that counts units counts its units.
QueueModel inUnits(const QueueModel& model, const ContractTerms& terms) noexcept {
  QueueModel own = model;
  if (auto* log = std::get_if<LogQueue>(&own);
      log != nullptr && log->unitQty == LogQueue::kOneUnit) {
    log->unitQty = 1;
    for (unsigned i = 0; i < terms.qtyDecimals; ++i) log->unitQty *= 10;
  }
  return own;
}

}  // namespace

SimulatedExchange::State::State(const ExchangeOptions& given)
    : options(given),
      random(given.seed),
      markets(given.instrumentsMax),
      ledger(given.ordersMax, given.executionsMax),
      foreign(given.foreignMax),
      recordedOrders(given.mode == ExchangeMode::Recorded ? given.foreignMax : 1),
      positions(given.accountsMax * given.instrumentsMax),
      meters(given.accountsMax),
      requests(given.requestsMax),
      reports(given.reportsMax) {
  options.matching.ownersMax = std::max(options.matching.ownersMax, given.accountsMax + 1);
}

SimulatedExchange::SimulatedExchange(const ExchangeOptions& options) {
  HFT_CHECK(check(options) == nullptr);
  state_ = std::make_unique<State>(options);
}
SimulatedExchange::~SimulatedExchange() = default;
SimulatedExchange::SimulatedExchange(SimulatedExchange&&) noexcept = default;
SimulatedExchange& SimulatedExchange::operator=(SimulatedExchange&&) noexcept = default;

const char* SimulatedExchange::check(const ExchangeOptions& options) noexcept {
  constexpr std::size_t kCountMax = std::size_t{1} << 24;
  const auto isCount = [](std::size_t count) { return count >= 1 && count <= kCountMax; };
  if (options.mode > ExchangeMode::Recorded) return "mode";
  if (!isCount(options.instrumentsMax)) return "instrumentsMax";
  if (options.accountsMax < 1 || options.accountsMax > 65536) return "accountsMax";
  if (!isCount(options.ordersMax)) return "ordersMax";
  if (!isCount(options.executionsMax)) return "executionsMax";
  if (!isCount(options.requestsMax)) return "requestsMax";
  if (!isCount(options.reportsMax)) return "reportsMax";
  if (!isCount(options.foreignMax)) return "foreignMax";
  if (!isCount(options.levelsMax)) return "levelsMax";
  if (!isCount(options.matching.ordersMax)) return "matching.ordersMax";
  if (!isCount(options.matching.pagesMax)) return "matching.pagesMax";
  if (!isCount(options.matching.ownersMax)) return "matching.ownersMax";
  if (options.matching.triggerBy > TriggerBy::Quote) return "matching.triggerBy";
  if (sim::check(options.latency.order) != LatencyError::Ok) return "latency.order";
  if (sim::check(options.latency.response) != LatencyError::Ok) return "latency.response";
  if (!isSound(options.queue)) return "queue";
  if (!isSound(options.fees)) return "fees";
  if (options.fills > FillModel::WholeAtTouch) return "fills";
  if (options.impact > ImpactModel::ConsumesDisplayed) return "impact";
  return nullptr;
}

ExchangeError SimulatedExchange::addInstrument(InstrumentId instrument,
                                               const ContractTerms& terms) {
  State& state = *state_;
  if (instrument >= state.markets.size()) return ExchangeError::TooManyInstruments;
  const bool isSound = terms.priceDecimals <= 12 && terms.qtyDecimals <= 12 &&
                       terms.multiplierNumerator > 0 && terms.multiplierDenominator > 0 &&
                       terms.multiplierDenominator <= 1'000'000'000'000;
  if (!isSound) return ExchangeError::BadTerms;
  State::Market& place = state.markets[instrument];
  place.terms = terms;
  if (place.isListed()) return ExchangeError::Ok;
  if (state.options.mode == ExchangeMode::Synthetic) {
    place.engine = std::make_unique<MatchingEngine>(state.options.matching);
  } else {
    place.recorded = std::make_unique<RecordedMarket>(
        RecordedConfig{.queue = inUnits(state.options.queue, terms),
                       .fills = state.options.fills,
                       .impact = state.options.impact,
                       .triggerBy = state.options.matching.triggerBy,
                       .levelsMax = state.options.levelsMax,
                       .ownersMax = state.options.matching.ownersMax});
  }
  return ExchangeError::Ok;
}

bool SimulatedExchange::canSend() const noexcept {
  return state_->requests.size() < state_->options.requestsMax &&
         state_->reports.size() < state_->options.reportsMax;
}

bool SimulatedExchange::onRequest(const OrderRequest& request, Nanos now) noexcept {
  if (!canSend()) return false;
  State& state = *state_;
  const Nanos latency = drawLatency(state.options.latency.order, now, state.random);
  state.requests.push(request, now + latency);
  return true;
}

Nanos SimulatedExchange::nextDue() const noexcept {
  const State& state = *state_;
  Nanos next = kNever;
  if (!state.requests.isEmpty()) next = std::min(next, state.requests.due());
  if (!state.reports.isEmpty()) next = std::min(next, state.reports.due());
  if (!state.expiries.empty()) next = std::min(next, state.expiries.front().time);
  return next;
}

void SimulatedExchange::advance(Nanos now) noexcept { state_->advanceTo(now); }

bool SimulatedExchange::poll(ExecutionReport& report, Nanos now) noexcept {
  auto& reports = state_->reports;
  if (reports.isEmpty() || reports.due() > now) return false;
  report = reports.front();
  reports.pop();
  return true;
}

bool SimulatedExchange::query(event::ClOrdID clOrdID, ExecutionReport& report) const noexcept {
  const std::uint32_t index = state_->ledger.find(clOrdID);
  if (index == kNoRecord) return false;
  report = state_->describe(state_->ledger[index]);
  report.execType = ExecType::OrderStatus;
  report.origClOrdID = clOrdID;
  report.transactTime = state_->now;
  return true;
}

std::size_t SimulatedExchange::openOrders(std::span<ExecutionReport> out,
                                          std::size_t skip) const noexcept {
  const OrderLedger& ledger = state_->ledger;
  std::size_t count = 0;
  for (std::uint32_t at = ledger.firstLive(); at != kNoRecord && count < out.size();
       at = ledger[at].next) {
    if (skip > 0) {
      --skip;
      continue;
    }
    out[count] = state_->describe(ledger[at]);
    out[count].execType = ExecType::OrderStatus;
    out[count++].transactTime = state_->now;
  }
  return count;
}

std::size_t SimulatedExchange::openOrderCount() const noexcept {
  return state_->ledger.liveCount();
}

std::size_t SimulatedExchange::executions(event::ClOrdID clOrdID, std::span<ExecutionReport> out,
                                          std::size_t skip) const noexcept {
  const OrderLedger& ledger = state_->ledger;
  const std::uint32_t index = ledger.find(clOrdID);
  if (index == kNoRecord) return 0;
  std::size_t count = 0;
  for (std::uint32_t at = ledger[index].firstExecution; at != kNoRecord && count < out.size();
       at = ledger.execution(at).next) {
    if (skip > 0) {
      --skip;
      continue;
    }
    out[count++] = state_->retell(ledger[index], ledger.execution(at));
  }
  return count;
}

Qty SimulatedExchange::position(std::uint16_t account, InstrumentId instrument) const noexcept {
  const State& state = *state_;
  if (account >= state.meters.size() || instrument >= state.markets.size()) return 0;
  return state.positions[account * state.markets.size() + instrument];
}

bool SimulatedExchange::setPosition(std::uint16_t account, InstrumentId instrument,
                                    Qty position) noexcept {
  State& state = *state_;
  if (account >= state.meters.size() || instrument >= state.markets.size()) return false;
  State::Market& place = state.markets[instrument];
  if (!place.isListed()) return false;
  state.positions[account * state.markets.size() + instrument] = position;
  const std::uint32_t owner = std::uint32_t{account} + 1;
  return place.engine ? place.engine->setPosition(owner, position)
                      : place.recorded->setPosition(owner, position);
}

std::size_t SimulatedExchange::depth(InstrumentId instrument, Side side,
                                     std::span<event::Level> levels) const noexcept {
  const State& state = *state_;
  if (instrument >= state.markets.size() || side == Side::None) return 0;
  const State::Market& place = state.markets[instrument];
  if (place.engine) return place.engine->depth(side, levels);
  return place.recorded ? place.recorded->levels().depth(side, levels) : 0;
}

TradingPhase SimulatedExchange::phase(InstrumentId instrument) const noexcept {
  const State& state = *state_;
  if (instrument >= state.markets.size()) return TradingPhase::Closed;
  const State::Market& place = state.markets[instrument];
  if (place.engine) return place.engine->phase();
  return place.recorded ? place.recorded->phase() : TradingPhase::Closed;
}

Nanos SimulatedExchange::now() const noexcept { return state_->now; }

}  // namespace hft::sim
