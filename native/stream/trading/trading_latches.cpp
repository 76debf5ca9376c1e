#include "native/stream/trading/trading_core.hpp"

namespace hft::stream {

using event::JournalStamp;
using event::Latch;
using event::LatchKind;
using risk::RiskError;
using risk::RiskScope;

RiskError TradingCore::latch(const Latch& latch) noexcept {
  const auto scope = static_cast<RiskScope>(latch.scope);
  switch (latch.kind) {
    case LatchKind::Halt:
      return risk_.halt(scope, latch.scopeId, latch.value != 0);
    case LatchKind::ReduceOnly:
      return risk_.reduceOnly(scope, latch.scopeId, latch.value != 0);
    case LatchKind::Restricted:
      return risk_.setRestricted(latch.scopeId, latch.value != 0);
    case LatchKind::SessionPhase:
      return risk_.setSession(latch.scopeId, static_cast<risk::SessionPhase>(latch.value));
    case LatchKind::NewSession:
      risk_.beginSession();
      return RiskError::Ok;
  }
  return RiskError::BadLimit;
}

RiskError TradingCore::latchLive(const Latch& change, JournalStamp now) noexcept {
  const RiskError error = latch(change);
  if (error == RiskError::Ok) {
    (void)journal(event::RecordKind::Latch, change, now, event::Reserve::Use);
  }
  return error;
}

RiskError TradingCore::halt(RiskScope scope, std::uint32_t scopeId, bool isHalted,
                            JournalStamp now) noexcept {
  return latchLive({LatchKind::Halt, static_cast<std::uint8_t>(scope),
                    static_cast<std::uint8_t>(isHalted), 0, scopeId},
                   now);
}

RiskError TradingCore::reduceOnly(RiskScope scope, std::uint32_t scopeId, bool isReduceOnly,
                                  JournalStamp now) noexcept {
  return latchLive({LatchKind::ReduceOnly, static_cast<std::uint8_t>(scope),
                    static_cast<std::uint8_t>(isReduceOnly), 0, scopeId},
                   now);
}

RiskError TradingCore::setRestricted(InstrumentId instrument, bool isRestricted,
                                     JournalStamp now) noexcept {
  return latchLive({LatchKind::Restricted, static_cast<std::uint8_t>(RiskScope::Symbol),
                    static_cast<std::uint8_t>(isRestricted), 0, instrument},
                   now);
}

RiskError TradingCore::setSession(InstrumentId instrument, risk::SessionPhase phase,
                                  JournalStamp now) noexcept {
  return latchLive({LatchKind::SessionPhase, static_cast<std::uint8_t>(RiskScope::Symbol),
                    static_cast<std::uint8_t>(phase), 0, instrument},
                   now);
}

void TradingCore::beginSession(JournalStamp now) noexcept {
  (void)latchLive({LatchKind::NewSession, 0, 0, 0, 0}, now);
  // Recovery does not know what the market was worth at this moment.
  if (!isKept()) return;
  risk_.forEachEquity([&](const risk::RiskEngine::Equity& e) { journalEquity(e, now); });
}

}  // namespace hft::stream
