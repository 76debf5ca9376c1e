#include <atomic>
#include <cstring>

#include "bindings/fix_emergency_exit.hpp"
#include "bindings/trading/trading_holder.hpp"
#include "native/core/clock.hpp"

namespace hft::bindings {

namespace {

/// One emergency cancel in the shared ring: 64 bytes, behind the control words of EventRingLayout.
/// `src/orders/emergency-ring.ts` reads it.
struct EmergencySlot {
  double clOrdID = 0;
  double origClOrdID = 0;
  std::uint32_t instrument = kNoInstrument;
  std::uint16_t venue = 0;
  std::uint16_t account = 0;
  std::uint16_t strategy = 0;
  std::uint8_t side = 0;
  std::uint8_t spare[37] = {};
};
static_assert(sizeof(EmergencySlot) == 64);

/// Tells the ring's reader; false where it has no room.
bool tellEmergency(TradingHolder::Emergency& ring, const order::OrderRequest& cancel) noexcept {
  const auto word = [&](std::size_t at) {
    return std::atomic_ref<std::uint32_t>(*reinterpret_cast<std::uint32_t*>(ring.base + at));
  };
  if (ring.next - word(stream::EventRingLayout::kTail).load(std::memory_order_acquire) >
      ring.mask) {
    return false;
  }
  EmergencySlot slot;
  slot.clOrdID = static_cast<double>(cancel.clOrdID);
  slot.origClOrdID = static_cast<double>(cancel.origClOrdID);
  slot.instrument = cancel.instrument;
  slot.venue = cancel.venue;
  slot.account = cancel.account;
  slot.strategy = cancel.strategy;
  slot.side = static_cast<std::uint8_t>(cancel.side);
  std::memcpy(ring.base + stream::EventRingLayout::kSlots + std::size_t{ring.next & ring.mask} * 64,
              &slot, sizeof slot);
  word(stream::EventRingLayout::kHead).store(++ring.next, std::memory_order_seq_cst);
  return true;
}

bool sendEmergency(void* context, const order::OrderRequest& cancel) noexcept {
  auto& ring = *static_cast<TradingHolder::Emergency*>(context);
  if (cancel.venue != 0 || ring.engine->exchange() == nullptr) {
    const stream::EmergencyVerdict verdict = ring.exits->send(cancel);
    if (verdict != stream::EmergencyVerdict::NoExit)
      return verdict == stream::EmergencyVerdict::Sent;
    return tellEmergency(ring, cancel);
  }
  // The simulated exchange is in this process. Who reads the ring is told, and need not act.
  if (!ring.engine->cancelInPlace(cancel)) return false;
  (void)tellEmergency(ring, cancel);
  return true;
}

}  // namespace

/// `(stateDirectory, ring, slots, graceMs, stalls?)`: starts the watchdog.
napi_value tradingWatch(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const auto directory = arguments.text(0, "stateDirectory");
  if (!directory) return nullptr;
  const auto ring = arguments.bytes(1, "ring");
  if (!ring) return nullptr;
  const auto slots = arguments.integer(2, "slots", 2, 1 << 20);
  if (!slots) return nullptr;
  const auto grace = arguments.integer(3, "graceMs", 0, 60'000);
  if (!grace) return nullptr;
  const auto count = static_cast<std::size_t>(*slots);
  if ((count & (count - 1)) != 0 || ring->size() < stream::EventRingLayout::kSlots + count * 64 ||
      reinterpret_cast<std::uintptr_t>(ring->data()) % 8 != 0) {
    throwArgument(env, "ring must hold a power of two of slots of 64 bytes behind 256");
    return nullptr;
  }
  stream::WatchdogOptions options;
  if (!arguments.isAbsent(4)) {
    const auto stalls = arguments.bytes(4, "stalls");
    if (!stalls) return nullptr;
    using Board = stream::StallBoardLayout;
    if (stalls->size() < Board::kSlots + Board::kSlotBytes ||
        reinterpret_cast<std::uintptr_t>(stalls->data()) % 8 != 0) {
      throwArgument(env, "stalls must hold at least one slot of 64 bytes behind 128");
      return nullptr;
    }
    options.stallBoard = *stalls;
    holder->keep(arguments.at(4));
  }
  holder->keep(arguments.at(1));
  options.isSimulated = holder->engine()->exchange() != nullptr;
  options.stateDirectory = *directory;
  options.grace = *grace * 1'000'000;
  holder->watch(options, *ring, static_cast<std::uint32_t>(count - 1), sendEmergency);
  stream::Watchdog::catchSignal();
  return nullptr;
}

/// `(venue, exit?)`: where emergency cancels of a venue go; to the ring without one.
napi_value tradingSetEmergencyExit(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const auto venue =
      arguments.integer(0, "venue", 0, stream::EmergencyExits::kVenuesMax - std::int64_t{1});
  if (!venue) return nullptr;
  stream::EmergencyExit exit;
  if (!arguments.isAbsent(1)) {
    exit = emergencyExitOf(env, arguments.at(1));
    if (exit.send == nullptr) return nullptr;
  }
  holder->exits().set(static_cast<std::uint16_t>(*venue), std::move(exit));
  return nullptr;
}

/// The next request for a connector as an object; undefined where none waits.
napi_value tradingTakeRequest(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  order::OrderRequest request;
  if (!holder->engine()->takeRequest(request)) return nullptr;
  napi_value object = makeObject(env);
  setMember(env, object, "kind", static_cast<double>(request.kind));
  setMember(env, object, "clOrdID", static_cast<double>(request.clOrdID));
  setMember(env, object, "origClOrdID", static_cast<double>(request.origClOrdID));
  setMember(env, object, "instrument", static_cast<double>(request.instrument));
  setMember(env, object, "account", static_cast<double>(request.account));
  setMember(env, object, "strategy", static_cast<double>(request.strategy));
  setMember(env, object, "venue", static_cast<double>(request.venue));
  setMember(env, object, "side", static_cast<double>(request.side));
  setMember(env, object, "ordType", static_cast<double>(request.ordType));
  setMember(env, object, "timeInForce", static_cast<double>(request.timeInForce));
  setMember(env, object, "flags", static_cast<double>(request.flags));
  setMember(env, object, "orderQty", static_cast<double>(request.orderQty));
  setMember(env, object, "price", static_cast<double>(request.price));
  setMember(env, object, "stopPx", static_cast<double>(request.stopPx));
  setMember(env, object, "displayQty", static_cast<double>(request.displayQty));
  setMember(env, object, "expireTimeMs", static_cast<double>(request.expireTime) / 1e6);
  return object;
}

/// A report of a connector, as an object of whole numbers.
napi_value tradingReport(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const auto object = arguments.object(0, "report");
  if (!object) return nullptr;
  event::ExecutionReport report;
  constexpr std::int64_t kExact = (std::int64_t{1} << 53) - 1;
  bool isRead = true;
  const auto read = [&](const char* name, std::int64_t min, std::int64_t max) -> std::int64_t {
    if (!isRead) return 0;
    const auto value = integerMember(env, *object, name, 0, min, max);
    isRead = value.has_value();
    return value.value_or(0);
  };
  report.clOrdID = static_cast<event::ClOrdID>(read("clOrdID", 0, kExact));
  report.origClOrdID = static_cast<event::ClOrdID>(read("origClOrdID", 0, kExact));
  report.orderID = static_cast<std::uint64_t>(read("orderID", 0, kExact));
  report.execID = static_cast<std::uint64_t>(read("execID", 0, kExact));
  report.execRefID = static_cast<std::uint64_t>(read("execRefID", 0, kExact));
  report.instrument = static_cast<InstrumentId>(read("instrument", 0, 1 << 20));
  report.venue = static_cast<std::uint16_t>(read("venue", 0, 63));
  report.feeCurrency = static_cast<std::uint16_t>(read("feeCurrency", 0, 255));
  report.execType = static_cast<ExecType>(read("execType", 1, 16));
  report.ordStatus = static_cast<OrdStatus>(read("ordStatus", 0, 14));
  report.side = static_cast<Side>(read("side", 0, 2));
  report.liquidity = static_cast<event::LiquidityInd>(read("liquidity", 0, 4));
  report.reason = static_cast<event::OrdRejReason>(read("reason", 0, 19));
  report.isCancelReject = read("isCancelReject", 0, 1) != 0;
  report.isUnsolicited = read("isUnsolicited", 0, 1) != 0;
  report.lastQty = read("lastQty", -kExact, kExact);
  report.lastPx = read("lastPx", -kExact, kExact);
  report.cumQty = read("cumQty", 0, kExact);
  report.leavesQty = read("leavesQty", 0, kExact);
  report.fee = read("fee", -kExact, kExact);
  report.transactTime = read("transactTimeMs", 0, 9'000'000'000'000) * 1'000'000;
  if (!isRead) return nullptr;
  report.receiveTime = realtimeNanos();
  if (report.transactTime == 0) report.transactTime = report.receiveTime;
  holder->engine()->onReport(report);
  return nullptr;
}

/// The answer to a request was ambiguous: it is Unknown until the venue proves otherwise.
napi_value tradingAmbiguous(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const auto id = arguments.integer(0, "clOrdID", 1, (std::int64_t{1} << 53) - 1);
  if (!id) return nullptr;
  stream::TradingEngine& engine = *holder->engine();
  engine.core().onAmbiguous(static_cast<event::ClOrdID>(*id), engine.now());
  return nullptr;
}

/// Proof that a request never had an effect.
napi_value tradingAbsent(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  TradingHolder* holder = openTrading(arguments);
  if (holder == nullptr) return nullptr;
  const auto id = arguments.integer(0, "clOrdID", 1, (std::int64_t{1} << 53) - 1);
  if (!id) return nullptr;
  stream::TradingEngine& engine = *holder->engine();
  engine.core().onAbsent(static_cast<event::ClOrdID>(*id), event::OrdRejReason::UnknownOrder,
                         engine.now());
  return nullptr;
}

}  // namespace hft::bindings
