#pragma once

#include <cstring>
#include <memory>
#include <node_api.h>
#include <vector>

#include "bindings/arguments.hpp"
#include "native/stream/emergency/emergency_exits.hpp"
#include "native/stream/event_ring.hpp"
#include "native/stream/replay/replay_feed.hpp"
#include "native/stream/trading/trading_engine.hpp"
#include "native/stream/trading/watchdog.hpp"

namespace hft::bindings {

inline constexpr napi_type_tag kTradingTag = {0x6866745f74726164ULL, 0x696e675f76303031ULL};

/// The struct that JavaScript fills for a request, and in which it finds the answer: 192 bytes.
/// Numbers are doubles that hold whole numbers exactly; prices in ticks, quantities in lots.
/// `src/orders/request-struct.ts` writes it.
struct RequestStruct {
  std::uint32_t instrument = kNoInstrument;
  std::uint8_t kind = 0;  ///< order::RequestKind New, Cancel or Replace; or kProbe.
  std::uint8_t side = 0;
  std::uint8_t ordType = 0;
  std::uint8_t timeInForce = 0;
  std::uint16_t account = 0;
  std::uint16_t strategy = 0;
  std::uint16_t venue = 0;
  std::uint16_t flags = 0;
  std::uint8_t selfTrade = 0;
  std::uint8_t priority = 0;
  std::uint16_t spare = 0;
  std::uint32_t owner = 0;
  double orderQty = 0;
  double price = 0;
  double stopPx = 0;
  double trailOffset = 0;
  double limitOffset = 0;
  double displayQty = 0;
  double minQty = 0;
  double expireTimeMs = 0;
  double bookSequence = 0;
  double origClOrdID = 0;
  // The answer.
  double clOrdID = 0;
  double limit = 0;
  double observed = 0;
  double headroom = 0;
  std::uint32_t verdict = 0;    ///< stream::SubmitVerdict.
  std::uint32_t violation = 0;  ///< risk::ViolationType.
  std::uint32_t scope = 0;
  std::uint32_t scopeId = 0;
  double warnings = 0;
  double spare2[4] = {};
};
static_assert(sizeof(RequestStruct) == 192);

/// RequestStruct::kind of a question: what would risk say? Nothing is sent or counted.
inline constexpr std::uint8_t kProbe = 255;

/// What a JavaScript NativeTradingCore owns.
class TradingHolder {
 public:
  TradingHolder(napi_env env, std::byte* request) : env_(env), request_(request) {}
  ~TradingHolder() {
    close();
    for (napi_ref reference : references_) napi_delete_reference(env_, reference);
  }
  TradingHolder(const TradingHolder&) = delete;
  TradingHolder& operator=(const TradingHolder&) = delete;

  void open(const stream::EngineOptions& options, std::span<std::byte> ring, std::size_t slots) {
    engine_ = std::make_unique<stream::TradingEngine>(options, stream::OrderEventRing(ring, slots));
  }
  void keep(napi_value value) {
    napi_ref reference = nullptr;
    napi_create_reference(env_, value, 1, &reference);
    references_.push_back(reference);
  }
  /// The watchdog reads what the engine owns: it ends first.
  void close() {
    watchdog_.reset();
    replay.reset();
    engine_.reset();
  }

  /// The ways out of emergency cancels, by venue.
  [[nodiscard]] stream::EmergencyExits& exits() noexcept { return exits_; }

  /// The ring of emergency cancels, written by the watchdog's thread.
  struct Emergency {
    stream::TradingEngine* engine = nullptr;
    stream::EmergencyExits* exits = nullptr;
    std::byte* base = nullptr;
    std::uint32_t mask = 0;
    std::uint32_t next = 0;
  };
  void watch(const stream::WatchdogOptions& options, std::span<std::byte> ring, std::uint32_t mask,
             bool (*send)(void*, const order::OrderRequest&) noexcept) {
    if (watchdog_ != nullptr) cancelsBefore_ += watchdog_->emergencyCancels();
    watchdog_.reset();
    std::uint32_t head = 0;
    std::memcpy(&head, ring.data() + stream::EventRingLayout::kHead, sizeof head);
    emergency_ = {engine_.get(), &exits_, ring.data(), mask, head};
    stream::WatchdogOptions counted = options;
    counted.cancelsBefore = cancelsBefore_;
    watchdog_ =
        std::make_unique<stream::Watchdog>(counted, engine_->core().killSwitch(), engine_->core(),
                                           stream::EmergencyPort{&emergency_, send});
  }
  [[nodiscard]] const stream::Watchdog* watchdog() const { return watchdog_.get(); }

  [[nodiscard]] stream::TradingEngine* engine() const { return engine_.get(); }

  /// The hot call: the struct holds the question and the answer.
  void call() noexcept;

  /// Whose market events `step` reads: the memory of an event ring.
  struct Feed {
    std::byte* ring = nullptr;
    std::size_t stride = 0;
    std::size_t depth = 0;
    std::uint32_t mask = 0;
    /// By the number in the ring; those beyond it are refused.
    std::vector<InstrumentId> instruments;
    InstrumentId firstInstrument = 0;  ///< Added to the number in the ring where there are none.
    TradingHolder* holder = nullptr;
  };
  /// Lives as long as the holder.
  Feed& addFeed() {
    feeds_.push_back(std::make_unique<Feed>());
    feeds_.back()->holder = this;
    return *feeds_.back();
  }
  void step(Feed& feed) noexcept;

  /// The bytes of the struct that a request fills.
  [[nodiscard]] std::span<std::byte> requestBytes() noexcept {
    return {request_, sizeof(RequestStruct)};
  }
  /// Whose recording is handed over again; nullptr before `openReplay`.
  std::unique_ptr<stream::ReplayFeed> replay;

 private:
  napi_env env_;
  std::byte* request_;
  std::vector<napi_ref> references_;
  std::unique_ptr<stream::TradingEngine> engine_;
  std::vector<std::unique_ptr<Feed>> feeds_;
  stream::EmergencyExits exits_;
  Emergency emergency_;
  std::uint64_t cancelsBefore_ = 0;
  std::unique_ptr<stream::Watchdog> watchdog_;
};

/// The holder behind `self` while it is open; throws HFT_CLOSED or HFT_ARGUMENT.
[[nodiscard]] inline TradingHolder* openTrading(const Arguments& arguments) {
  auto* holder = unwrap<TradingHolder>(arguments.env(), arguments.self(), kTradingTag);
  if (holder == nullptr) return nullptr;
  if (holder->engine() == nullptr) {
    throwClosed(arguments.env(), "the trading core");
    return nullptr;
  }
  return holder;
}

// Methods, by file.
napi_value tradingSetInstrument(napi_env env, napi_callback_info info);
napi_value tradingSetLimit(napi_env env, napi_callback_info info);
napi_value tradingRemoveLimit(napi_env env, napi_callback_info info);
napi_value tradingSetCapital(napi_env env, napi_callback_info info);
napi_value tradingSetRate(napi_env env, napi_callback_info info);
napi_value tradingSetCorrelation(napi_env env, napi_callback_info info);
napi_value tradingSetRestricted(napi_env env, napi_callback_info info);
napi_value tradingSetSession(napi_env env, napi_callback_info info);
napi_value tradingHalt(napi_env env, napi_callback_info info);
napi_value tradingReduceOnly(napi_env env, napi_callback_info info);
napi_value tradingBeginSession(napi_env env, napi_callback_info info);
napi_value tradingSubmitList(napi_env env, napi_callback_info info);
napi_value tradingKill(napi_env env, napi_callback_info info);
napi_value tradingScope(napi_env env, napi_callback_info info);
napi_value tradingWarned(napi_env env, napi_callback_info info);
napi_value tradingOrder(napi_env env, napi_callback_info info);
napi_value tradingWorking(napi_env env, napi_callback_info info);
napi_value tradingPositions(napi_env env, napi_callback_info info);
napi_value tradingTotals(napi_env env, napi_callback_info info);
napi_value tradingWatch(napi_env env, napi_callback_info info);
napi_value tradingSetEmergencyExit(napi_env env, napi_callback_info info);
napi_value tradingTakeRequest(napi_env env, napi_callback_info info);
napi_value tradingReport(napi_env env, napi_callback_info info);
napi_value tradingAmbiguous(napi_env env, napi_callback_info info);
napi_value tradingSnapshot(napi_env env, napi_callback_info info);
napi_value tradingAbsent(napi_env env, napi_callback_info info);
napi_value tradingInputCall(napi_env env, napi_callback_info info);
napi_value tradingInputRequest(napi_env env, napi_callback_info info);
napi_value tradingNote(napi_env env, napi_callback_info info);
napi_value tradingSetSignals(napi_env env, napi_callback_info info);
napi_value tradingOpenReplay(napi_env env, napi_callback_info info);
napi_value tradingReplayNext(napi_env env, napi_callback_info info);
napi_value tradingReplayReport(napi_env env, napi_callback_info info);
napi_value tradingExplain(napi_env env, napi_callback_info info);
napi_value tradingChecks(napi_env env, napi_callback_info info);
napi_value tradingReplayEnd(napi_env env, napi_callback_info info);
napi_value tradingReplayState(napi_env env, napi_callback_info info);
napi_value tradingStatistics(napi_env env, napi_callback_info info);
napi_value tradingStateHash(napi_env env, napi_callback_info info);

}  // namespace hft::bindings
