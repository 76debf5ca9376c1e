#include "bindings/matching_engine.hpp"

#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <optional>
#include <span>

#include "bindings/arguments.hpp"
#include "native/sim/command_script.hpp"
#include "native/sim/matching_engine.hpp"
#include "native/sim/order_directory.hpp"

namespace hft::bindings {
namespace {

constexpr napi_type_tag kTag = {0x6866745f6d617463ULL, 0x68696e67656e6769ULL};
constexpr std::int64_t kExactMax = 9007199254740991;
constexpr std::size_t kDepthMax = 1000;
/// Words of 8 bytes in the memory that JavaScript shares; src/addon/matching-engine.ts.
constexpr std::size_t kRequestNumbers = 15;  ///< float64; word 15 is expireTime or now as int64.
constexpr std::size_t kTimeWord = 15;
constexpr std::size_t kCountWord = 16;  ///< float64: events in the memory.
constexpr std::size_t kEventWord = 18;
constexpr std::size_t kEventNumbers = 12;
constexpr std::size_t kEventsMax = 64;
constexpr std::size_t kMemoryBytes = (kEventWord + kEventsMax * kEventNumbers) * 8;

using sim::MatchingEngine;
using sim::MatchKind;

/// An engine, the directory of the ids that JavaScript gives its orders, and the shared memory.
class Holder {
 public:
  Holder(napi_env env, napi_ref memory, std::byte* words, const sim::MatchingConfig& config)
      : engine(config), directory(config.ordersMax), env_(env), memory_(memory), words_(words) {}
  ~Holder() { napi_delete_reference(env_, memory_); }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;

  template <typename T>
  [[nodiscard]] T read(std::size_t word) const noexcept {
    T value;
    std::memcpy(&value, words_ + word * 8, sizeof value);
    return value;
  }
  /// Drops the references of orders that are gone.
  void fileEvents();
  /// Puts as many events into the shared memory as fit.
  void hand();

  MatchingEngine engine;
  sim::OrderDirectory directory;

 private:
  napi_env env_;
  napi_ref memory_;
  std::byte* words_;
  std::size_t taken_ = 0;
  std::size_t filed_ = 0;
};

void Holder::fileEvents() {
  const auto events = engine.events();
  for (; filed_ < events.size(); ++filed_) {
    const sim::MatchEvent& event = events[filed_];
    if (event.kind == MatchKind::Trade && event.otherLeaves == 0) directory.drop(event.other);
    const bool isGone = event.kind == MatchKind::Canceled || event.kind == MatchKind::Expired ||
                        ((event.kind == MatchKind::Trade || event.kind == MatchKind::Decremented) &&
                         event.leaves == 0);
    if (isGone) directory.drop(event.order);
  }
}

void Holder::hand() {
  fileEvents();
  const auto events = engine.events();
  std::size_t count = 0;
  for (; count < kEventsMax && taken_ < events.size(); ++count, ++taken_) {
    const sim::MatchEvent& event = events[taken_];
    const std::array<double, kEventNumbers> numbers = {
        static_cast<double>(event.kind),   static_cast<double>(event.reason),
        static_cast<double>(event.side),   static_cast<double>(event.liquidity),
        static_cast<double>(event.order),  static_cast<double>(event.other),
        static_cast<double>(event.qty),    static_cast<double>(event.price),
        static_cast<double>(event.leaves), static_cast<double>(event.otherLeaves),
        static_cast<double>(event.owner),  static_cast<double>(event.otherOwner)};
    std::memcpy(words_ + (kEventWord + count * kEventNumbers) * 8, numbers.data(), sizeof numbers);
  }
  const std::array<double, 2> counts = {static_cast<double>(count),
                                        static_cast<double>(events.size() - taken_)};
  std::memcpy(words_ + kCountWord * 8, counts.data(), sizeof counts);
  if (taken_ < events.size()) return;
  engine.clearEvents();
  taken_ = filed_ = 0;
}

napi_value construct(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const auto options = arguments.object(0, "options");
  if (!options) return nullptr;
  const auto orders = integerMember(env, *options, "ordersMax", 65536, 1, 1 << 24);
  if (!orders) return nullptr;
  const auto pages = integerMember(env, *options, "pagesMax", 1024, 1, 1 << 20);
  if (!pages) return nullptr;
  const auto owners = integerMember(env, *options, "ownersMax", 1024, 1, 1 << 20);
  if (!owners) return nullptr;
  const auto trigger = integerMember(env, *options, "triggerBy", 0, 0, 3);
  if (!trigger) return nullptr;
  const sim::MatchingConfig config{.ordersMax = static_cast<std::size_t>(*orders),
                                   .pagesMax = static_cast<std::size_t>(*pages),
                                   .eventsMax = 1024,
                                   .ownersMax = static_cast<std::size_t>(*owners),
                                   .triggerBy = static_cast<sim::TriggerBy>(*trigger)};
  const auto memory = arguments.bytes(1, "memory");
  if (!memory) return nullptr;
  if (memory->size() < kMemoryBytes || reinterpret_cast<std::uintptr_t>(memory->data()) % 8 != 0) {
    throwArgument(env, "memory must hold a request and 64 events, aligned to 8");
    return nullptr;
  }
  napi_ref reference = nullptr;
  napi_create_reference(env, arguments.at(1), 1, &reference);
  auto holder = std::make_unique<Holder>(env, reference, memory->data(), config);
  if (!wrap(env, arguments.self(), std::move(holder), kTag)) return nullptr;
  return arguments.self();
}

bool areWhole(const std::array<double, kRequestNumbers>& numbers) {
  for (const double number : numbers) {
    if (!(std::abs(number) <= static_cast<double>(kExactMax)) || number != std::floor(number)) {
      return false;
    }
  }
  return true;
}

/// The request in the shared memory; throws HFT_ARGUMENT where it is none.
std::optional<order::OrderRequest> readRequest(napi_env env, const Holder& holder) {
  const auto n = holder.read<std::array<double, kRequestNumbers>>(0);
  constexpr std::array<double, 6> kMax = {0xffffffff, 255, 255, 255, 255, 65535};
  bool isSound = areWhole(n) && n[0] > 0 && n[1] >= 0;
  for (std::size_t i = 0; i < kMax.size(); ++i) {
    isSound = isSound && n[i + 2] >= 0 && n[i + 2] <= kMax[i];
  }
  if (!isSound) {
    throwArgument(env, "the members of an order must be whole numbers in their range");
    return std::nullopt;
  }
  const auto whole = [&n](std::size_t index) { return static_cast<std::int64_t>(n[index]); };
  order::OrderRequest request;
  request.clOrdID = static_cast<std::uint64_t>(n[0]);
  request.origClOrdID = static_cast<std::uint64_t>(n[1]);
  request.owner = static_cast<std::uint32_t>(n[2]);
  request.side = static_cast<Side>(whole(3));
  request.ordType = static_cast<OrdType>(whole(4));
  request.timeInForce = static_cast<TimeInForce>(whole(5));
  request.selfTrade = static_cast<order::SelfTradePrevention>(whole(6));
  request.flags = static_cast<std::uint16_t>(whole(7));
  request.orderQty = whole(8);
  request.price = whole(9);
  request.stopPx = whole(10);
  request.trailOffset = whole(11);
  request.limitOffset = whole(12);
  request.displayQty = whole(13);
  request.minQty = whole(14);
  request.expireTime = holder.read<std::int64_t>(kTimeWord);
  if (request.selfTrade > order::SelfTradePrevention::Decrement) {
    throwArgument(env, "selfTrade must be a SelfTradePrevention");
    return std::nullopt;
  }
  return request;
}

/// The holder of a bound call, which has no arguments.
Holder& bound(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  return *static_cast<Holder*>(data);
}

napi_value submit(napi_env env, napi_callback_info info) {
  Holder& holder = bound(env, info);
  const auto request = readRequest(env, holder);
  if (!request) return nullptr;
  if (holder.directory.find(request->clOrdID) != sim::kNoSlot) {
    throwArgument(env, "id must not be that of a live order");
    return nullptr;
  }
  const sim::OrderSlot slot = holder.engine.submit(*request);
  holder.fileEvents();
  if (slot != sim::kNoSlot) holder.directory.add(request->clOrdID, slot);
  holder.hand();
  return nullptr;
}

napi_value replace(napi_env env, napi_callback_info info) {
  Holder& holder = bound(env, info);
  const auto request = readRequest(env, holder);
  if (!request) return nullptr;
  const bool isRenamed = request->clOrdID != request->origClOrdID;
  if (isRenamed && holder.directory.find(request->clOrdID) != sim::kNoSlot) {
    throwArgument(env, "newId must not be that of a live order");
    return nullptr;
  }
  const sim::OrderSlot old = holder.directory.find(request->origClOrdID);
  const std::size_t before = holder.engine.events().size();
  const sim::OrderSlot slot = holder.engine.replace(old, *request);
  const bool isReplaced = holder.engine.events()[before].kind == MatchKind::Replaced;
  if (isReplaced) holder.directory.drop(request->origClOrdID);
  holder.fileEvents();
  if (isReplaced && slot != sim::kNoSlot) holder.directory.add(request->clOrdID, slot);
  holder.hand();
  return nullptr;
}

napi_value cancel(napi_env env, napi_callback_info info) {
  Holder& holder = bound(env, info);
  const auto id = holder.read<double>(1);
  if (!(id >= 1 && id <= static_cast<double>(kExactMax)) || id != std::floor(id)) {
    throwArgument(env, "id must be a whole number from 1 to 9007199254740991");
    return nullptr;
  }
  const auto reference = static_cast<std::uint64_t>(id);
  holder.engine.cancel(holder.directory.find(reference), reference);
  holder.hand();
  return nullptr;
}

napi_value advance(napi_env env, napi_callback_info info) {
  Holder& holder = bound(env, info);
  holder.engine.advance(holder.read<std::int64_t>(kTimeWord));
  holder.hand();
  return nullptr;
}

napi_value drain(napi_env env, napi_callback_info info) {
  bound(env, info).hand();
  return nullptr;
}

/// The hot calls as functions bound to their engine: no look-up of `this`, no arguments.
napi_value calls(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* holder = unwrap<Holder>(env, arguments.self(), kTag);
  if (holder == nullptr) return nullptr;
  const napi_value result = makeObject(env);
  constexpr std::array<Method, 5> kCalls = {{{"submit", submit},
                                             {"replace", replace},
                                             {"cancel", cancel},
                                             {"advance", advance},
                                             {"drain", drain}}};
  for (const Method& call : kCalls) {
    napi_value function = nullptr;
    napi_create_function(env, call.name, NAPI_AUTO_LENGTH, call.callback, holder, &function);
    // A function keeps its engine alive: a property that nobody can take away.
    const napi_property_descriptor owner = {"engine", nullptr,          nullptr,      nullptr,
                                            nullptr,  arguments.self(), napi_default, nullptr};
    napi_define_properties(env, function, 1, &owner);
    setMember(env, result, call.name, function);
  }
  return result;
}

napi_value setPhase(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* holder = unwrap<Holder>(env, arguments.self(), kTag);
  if (holder == nullptr) return nullptr;
  const auto phase = arguments.integer(0, "phase", 0, 4);
  if (!phase) return nullptr;
  holder->engine.setPhase(static_cast<sim::TradingPhase>(*phase));
  holder->hand();
  return nullptr;
}

napi_value setPriceBand(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* holder = unwrap<Holder>(env, arguments.self(), kTag);
  if (holder == nullptr) return nullptr;
  if (arguments.isAbsent(0)) {
    holder->engine.setPriceBand(kNoPrice, kNoPrice);
    holder->hand();
    return nullptr;
  }
  const auto low = arguments.integer(0, "low", -kExactMax, kExactMax);
  if (!low) return nullptr;
  const auto high = arguments.integer(1, "high", *low, kExactMax);
  if (!high) return nullptr;
  holder->engine.setPriceBand(*low, *high);
  holder->hand();
  return nullptr;
}

napi_value setPosition(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* holder = unwrap<Holder>(env, arguments.self(), kTag);
  if (holder == nullptr) return nullptr;
  const auto owner = arguments.integer(0, "owner", 0, 0xffffffff);
  if (!owner) return nullptr;
  const auto position = arguments.integer(1, "position", -kExactMax, kExactMax);
  if (!position) return nullptr;
  if (!holder->engine.setPosition(static_cast<std::uint32_t>(*owner), *position)) {
    throwArgument(env, "owner must be below ownersMax");
  }
  return nullptr;
}

napi_value depth(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const auto* holder = unwrap<Holder>(env, arguments.self(), kTag);
  if (holder == nullptr) return nullptr;
  const auto side = arguments.integer(0, "side", 1, 2);
  if (!side) return nullptr;
  const auto count = arguments.integer(1, "levels", 0, kDepthMax);
  if (!count) return nullptr;
  std::array<event::Level, kDepthMax> levels{};
  const std::size_t found = holder->engine.depth(
      static_cast<Side>(*side), std::span(levels).first(static_cast<std::size_t>(*count)));
  napi_value result = nullptr;
  napi_create_array_with_length(env, found, &result);
  for (std::size_t i = 0; i < found; ++i) {
    napi_value pair = nullptr;
    napi_create_array_with_length(env, 2, &pair);
    napi_set_element(env, pair, 0, makeNumber(env, static_cast<double>(levels[i].price)));
    napi_set_element(env, pair, 1, makeNumber(env, static_cast<double>(levels[i].qty)));
    napi_set_element(env, result, static_cast<std::uint32_t>(i), pair);
  }
  return result;
}

napi_value orderCount(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const auto* holder = unwrap<Holder>(env, arguments.self(), kTag);
  if (holder == nullptr) return nullptr;
  return makeNumber(env, static_cast<double>(holder->engine.orderCount()));
}

napi_value playMatchCommands(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const auto bytes = arguments.bytes(0, "commands");
  if (!bytes) return nullptr;
  sim::CommandScript script;
  const auto played =
      script.play(std::string_view(reinterpret_cast<const char*>(bytes->data()), bytes->size()));
  if (!played.ok()) {
    throwError(env, "HFT_DATA_FORMAT",
               "line " + std::to_string(script.failedLine()) +
                   " is no command: expected STEP NEW ID B|S LIMIT|MARKET PRICE QTY "
                   "GTC|DAY|IOC|FOK, or STEP CANCEL ID");
    return nullptr;
  }
  return makeText(env, played.value());
}

}  // namespace

void registerMatchingEngine(napi_env env, napi_value exports) {
  defineClass(env, exports, "NativeMatchingEngine", construct,
              {{"calls", calls},
               {"setPhase", setPhase},
               {"setPriceBand", setPriceBand},
               {"setPosition", setPosition},
               {"depth", depth},
               {"orderCount", orderCount}});
  defineFunction(env, exports, "playMatchCommands", playMatchCommands);
}

}  // namespace hft::bindings
