#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "native/core/result.hpp"
#include "native/event/book_state.hpp"
#include "native/event/journal_records.hpp"
#include "native/order/order_table.hpp"
#include "native/position/position_book.hpp"
#include "native/risk/duplicate_window.hpp"
#include "native/risk/exposure_table.hpp"
#include "native/risk/kill_switch.hpp"
#include "native/risk/own_orders.hpp"
#include "native/risk/sliding_window.hpp"
#include "native/risk/violation.hpp"

namespace hft::risk {

/// Sizes and habits of a RiskEngine. All memory but that of rate limits is taken at once.
struct RiskOptions {
  std::uint32_t ordersMax = 1U << 20;  ///< Those of the order table.
  std::uint32_t instrumentsMax = 1U << 14;
  std::uint32_t accountsMax = 256;
  std::uint32_t strategiesMax = 256;
  std::uint32_t exposuresMax = 1U << 16;  ///< Rows of scope and instrument.
  std::uint32_t duplicatesMax = 1U << 12;
  /// How far from the touch an order without a price is valued, where no collar is set.
  std::int64_t collarBps = 500;
  /// Whether orders that add risk need a trusted book.
  bool needsTrust = true;
  /// Whether an order that is far from every limit passes in one sweep over their thresholds. The
  /// answer is the same without; tests compare.
  bool sweeps = true;
};

/// A limit to set.
struct LimitSpec {
  ViolationType type = ViolationType::None;
  RiskScope scope = RiskScope::Global;
  std::uint32_t scopeId = 0;
  std::int64_t value = 0;
  std::int64_t warningBps = 8'000;  ///< Of the value; warned at and above.
  LimitAction action = LimitAction::Reject;
  Nanos window = 1'000'000'000;  ///< Rates only.
};

enum class RiskError : std::uint8_t {
  Ok,
  BadScope,     ///< No such scope or id, or a limit that the scope can't have.
  BadLimit,     ///< Not a type of limit, or a value or threshold out of range.
  NoSuchLimit,  ///< Nothing to remove.
  BadSnapshot,
};

/// The session of an instrument.
enum class SessionPhase : std::uint8_t { Open = 0, Auction = 1, Closed = 2 };

/// What risk knows of an instrument's market.
struct MarketState {
  Price bid = kNoPrice;
  Price ask = kNoPrice;
  Price last = kNoPrice;
  Qty bidQty = 0;
  Qty askQty = 0;
  std::uint64_t sequence = 0;
  Nanos time = 0;  ///< When the book was last heard of.
  event::BookState state = event::BookState::Broken;
};

/// The most that a working order can still become: what its reservation stands for.
struct WorstCase {
  InstrumentId instrument = kNoInstrument;
  std::uint16_t account = 0;
  std::uint16_t strategy = 0;
  Side side = Side::None;
  Qty leaves = 0;          ///< 0: closed.
  Price price = kNoPrice;  ///< The dearest of its prices; kNoPrice for one without.
  /// The price at which it trades soonest while a replace is on its way: the highest of a purchase,
  /// the lowest of a sale; kNoPrice: `price`.
  Price nearest = kNoPrice;

  [[nodiscard]] Price nearestPrice() const noexcept {
    return nearest == kNoPrice ? price : nearest;
  }
};

/// A breach of a limit that the engine acts on by itself.
struct Breach {
  Decision decision;
  Nanos time = 0;
};

/// All pre-trade checks and the real-time limits of one process.
///
/// One thread owns it and asks it before anything leaves: a check is a plain call, no lock, no
/// allocation, no clock. Every accepted order is reserved at its worst: what could be executed of
/// it, at the worst price, beside all others; so that no sequence of accepted orders can break a
/// position or exposure limit, whatever fills. Reservations are levels, not entries: `sync` sets an
/// order's to what the order table says, so that none can be released twice or never.
///
/// Reductions (orders that can't but shrink the account's and the strategy's position, and replaces
/// that can't but shrink what works) pass the limits on exposure, market state, loss and halts;
/// nothing but a cancel passes the kill switch.
class RiskEngine {
 public:
  RiskEngine(const RiskOptions& options, const position::PositionBook& positions,
             const KillSwitch& killSwitch);

  /// Sets or changes a limit; it holds from the next check on. Returns the change for the journal.
  Result<event::LimitChange, RiskError> setLimit(const LimitSpec& spec);
  Result<event::LimitChange, RiskError> removeLimit(ViolationType type, RiskScope scope,
                                                    std::uint32_t scopeId);
  /// The value of a limit; -1 where there is none.
  [[nodiscard]] std::int64_t limit(ViolationType type, RiskScope scope,
                                   std::uint32_t scopeId) const noexcept;

  /// The capital of a scope in 10^-8 of the base currency: what concentration is measured by.
  RiskError setCapital(RiskScope scope, std::uint32_t scopeId, std::int64_t capital) noexcept;
  /// What one unit of a currency is worth, in 10^-8 of the base currency; 10^8 at first.
  RiskError setRate(std::uint16_t currency, std::int64_t rate) noexcept;
  /// How an instrument's quantity counts: decimals of a lot; needed before its first order.
  RiskError setInstrument(InstrumentId instrument, std::uint8_t qtyDecimals) noexcept;
  /// The correlation of two instruments in basis points, -10,000 to 10,000; signs are not netted.
  RiskError setCorrelation(InstrumentId a, InstrumentId b, std::int64_t bps);
  RiskError setRestricted(InstrumentId instrument, bool isRestricted) noexcept;
  RiskError setSession(InstrumentId instrument, SessionPhase phase) noexcept;
  [[nodiscard]] bool isRestricted(InstrumentId instrument) const noexcept {
    return instruments_[instrument].isRestricted;
  }
  [[nodiscard]] SessionPhase session(InstrumentId instrument) const noexcept {
    return instruments_[instrument].session;
  }
  /// Halts a scope, or ends a halt and what else a breach has latched there.
  RiskError halt(RiskScope scope, std::uint32_t scopeId, bool isHalted) noexcept;
  RiskError reduceOnly(RiskScope scope, std::uint32_t scopeId, bool isReduceOnly) noexcept;
  [[nodiscard]] bool isHalted(RiskScope scope, std::uint32_t scopeId) const noexcept;
  [[nodiscard]] bool isReduceOnly(RiskScope scope, std::uint32_t scopeId) const noexcept;

  /// What the market of an instrument is now. Values its exposures anew where the mark has moved.
  void onMarket(InstrumentId instrument, const MarketState& market) noexcept;
  [[nodiscard]] const MarketState& market(InstrumentId instrument) const noexcept {
    return instruments_[instrument].market;
  }

  /// Decides a new order. Accepted: it counts for rates and duplicates; its reservation follows
  /// with `sync`.
  Decision checkNew(const order::OrderRequest& request, Nanos now) noexcept;
  /// Decides again on what was entered before: a stop that fires or changes here, a leg whose turn
  /// has come. As `checkNew`, but it duplicates nothing, however many go at one moment.
  Decision checkReleased(const order::OrderRequest& request, Nanos now) noexcept;
  /// What `checkNew` would say, without counting anything: for a strategy that wants to know.
  Decision probe(const order::OrderRequest& request, Nanos now) noexcept;

  /// The figures of a warning.
  struct Warned {
    RiskScope scope = RiskScope::Global;
    std::uint32_t scopeId = 0;
    std::int64_t limit = 0;
    std::int64_t observed = 0;
    std::int64_t headroom = 0;  ///< As in Decision.
  };
  /// Of the newest decision that has the type in its `warnings`; of several scopes the one with the
  /// least left.
  [[nodiscard]] const Warned& warned(ViolationType type) const noexcept {
    return warned_[static_cast<std::size_t>(type)];
  }
  /// Decides a replace of `order`, whose present worst case is `present`; `revalue` it first.
  Decision checkReplace(const order::OrderRequest& request, const order::Order& order,
                        const WorstCase& present, Nanos now) noexcept;
  /// Holds a new order against every limit of its scopes, also behind one that refuses it, and
  /// counts nothing.
  void explain(const order::OrderRequest& request, Nanos now, std::vector<CheckedLimit>& checks);
  /// The same for a replace; see `checkReplace`.
  void explainReplace(const order::OrderRequest& request, const order::Order& order,
                      const WorstCase& present, Nanos now, std::vector<CheckedLimit>& checks);
  /// Counts an order that was accepted before a restart: for rates and duplicates.
  void noteAccepted(const order::OrderRequest& request, Nanos now) noexcept;
  /// Counts a cancel, which always passes.
  void noteCancel(const order::OrderRequest& request, Nanos now) noexcept;

  /// Sets what is reserved for the order at `index` to `worst`.
  void sync(std::uint32_t index, const WorstCase& worst) noexcept;
  /// Values the reservation of an order without a price at the mark of now: what a replace adds is
  /// then measured from the same mark as what it replaces.
  void revalue(std::uint32_t index) noexcept;
  /// A fill was booked: `qty` signed lots (negative: sold, or a purchase taken back).
  void onFill(InstrumentId instrument, std::uint16_t account, std::uint16_t strategy,
              Qty qty) noexcept;

  /// Looks at loss and drawdown of every scope that limits them, and at concentration and
  /// correlation where their limits act; acts once a breach, and again where its latch was released
  /// while it lasts. Returns the breaches, of checks too, since the last call; valid until the
  /// next.
  std::span<const Breach> evaluate(Nanos now) noexcept;

  /// Profit and loss of a scope in 10^-8 of the base currency, fees off, since its start.
  [[nodiscard]] MoneySum pnl(RiskScope scope, std::uint32_t scopeId) const noexcept;
  /// Begins a session: loss and drawdown count from here.
  void beginSession() noexcept;
  /// What the loss and the drawdown of a scope are counted from, for the journal.
  struct Equity {
    RiskScope scope = RiskScope::Global;
    std::uint32_t scopeId = 0;
    position::Money baseline = 0;
    position::Money peak = 0;
  };
  /// Calls `visit(Equity)` for every scope that has ever traded.
  template <typename Visit>
  void forEachEquity(Visit&& visit) const {
    const auto look = [&](RiskScope scope, std::uint32_t id) {
      const ScopeState& state = *scopeState(scope, id);
      if (hasTraded(scope, id)) visit(Equity{scope, id, state.baseline, state.peak});
    };
    look(RiskScope::Global, 0);
    for (std::uint32_t id = 0; id < accounts_.size(); ++id) look(RiskScope::Account, id);
    for (std::uint32_t id = 0; id < strategies_.size(); ++id) look(RiskScope::Strategy, id);
  }
  /// Calls `visit(Equity)` for every scope with a limit of drawdown whose peak has risen since the
  /// last time.
  template <typename Visit>
  void takeRisenPeaks(Visit&& visit) {
    for (const Watched& watched : watched_) {
      ScopeState& state = *scopeState(watched.scope, watched.id);
      if (state.peak == state.toldPeak || !hasDrawdownLimit(state)) continue;
      state.toldPeak = state.peak;
      visit(Equity{watched.scope, watched.id, state.baseline, state.peak});
    }
  }
  /// Takes up what the journal has of it.
  RiskError setEquity(const Equity& equity) noexcept;
  [[nodiscard]] const Exposure* exposure(RiskScope scope, std::uint32_t scopeId,
                                         InstrumentId instrument) const noexcept;
  [[nodiscard]] MoneySum grossExposure(RiskScope scope, std::uint32_t scopeId) const noexcept;
  /// The value of `qty` lots at `price` in 10^-8 of the base currency, rounded up and saturated.
  [[nodiscard]] std::int64_t valueOf(InstrumentId instrument, Qty qty, Price price) const noexcept {
    const std::int64_t factor = positions_.wholeFactor(instrument);
    std::int64_t units = 0;
    const bool isPlain = factor != 0 && price != kNoPrice &&
                         rates_[positions_.currencyOf(instrument)] == kRateUnit &&
                         !__builtin_mul_overflow(qty, price, &units) &&
                         !__builtin_mul_overflow(units, factor, &units) && units != INT64_MIN;
    if (isPlain) [[likely]]
      return units < 0 ? -units : units;
    return valueInFull(instrument, qty, price);
  }
  [[nodiscard]] const RiskOptions& options() const noexcept { return options_; }

  /// Limits, latches, peaks and baselines; reservations and exposures follow from orders and fills.
  [[nodiscard]] std::vector<std::byte> save() const;
  RiskError restore(std::span<const std::byte> snapshot);
  /// A hash of everything that decides: equal states, equal hashes.
  [[nodiscard]] std::uint64_t stateHash() const noexcept;

 private:
  static constexpr std::int64_t kRateUnit = 100'000'000;  ///< The base currency's own rate.

  struct Limit {
    std::int64_t value = -1;  ///< -1: none.
    std::int64_t warnAt = 0;
    LimitAction action = LimitAction::Reject;
  };
  /// Limits that one sweep compares, all of a scope in two cache lines.
  enum Swept : std::size_t {
    kSize,
    kValue,
    kAge,
    kMoved,
    kVolatility,
    kCollar,
    kLiquidity,
    kPositionQty,
    kPosition,  ///< The tighter of position and concentration.
    kGross,
    kNet,
    kLoss,
    kDrawdown,
    kCorrelated,
    kSweptCount,
  };
  struct alignas(64) ScopeState {
    /// The largest figure that neither breaks the limit nor warns; INT64_MAX without a limit.
    std::array<std::int64_t, kSweptCount> calm;
    /// Orders and messages of which one more does not warn; INT64_MAX without a limit.
    std::int64_t grossNow = 0;      ///< `gross`, saturated, as what follows.
    std::int64_t reach[2] = {};     ///< The net value on each side if all that works there fills.
    std::int64_t netSize = 0;       ///< `net` without sign.
    position::Money lossFloor = 0;  ///< P&L below it could warn of loss or drawdown.
    std::int64_t calmOrders = INT64_MAX;
    std::int64_t calmMessages = INT64_MAX;
    std::int64_t duplicateSpan = -1;
    bool hasSelfTrade = false;
    bool hasCorrelation = false;
    bool hasLosses = false;
    std::array<Limit, kViolationTypes> limits;

    ScopeState() noexcept { calm.fill(INT64_MAX); }
    /// Sums up anew what the sweep looks at.
    void sum() noexcept {
      grossNow = saturate(gross);
      reach[0] = saturate(net + working[0]);
      reach[1] = saturate(working[1] - net);
      netSize = saturate(net < 0 ? -net : net);
    }
    void setFloor() noexcept;
    void raisePeak(position::Money profit) noexcept {
      if (profit <= peak) return;
      peak = profit;
      setFloor();
    }

    std::uint32_t limitMask = 0;  ///< A bit a type that has a limit.
    bool isHalted = false;
    bool isReduceOnly = false;
    bool isWatched = false;  ///< In `watched_`.
    std::uint32_t told = 0;  ///< A bit a type whose breach was acted on and lasts.
    std::int64_t capital = 0;
    MoneySum gross = 0;        ///< Sum of the worst values of its rows.
    MoneySum net = 0;          ///< Signed value of its positions.
    MoneySum working[2] = {};  ///< What its rows reserve: buys, sells.
    /// P&L at the session's start, and the highest since: in 10^-18 of the base currency.
    position::Money baseline = 0;
    position::Money peak = 0;
    position::Money toldPeak = 0;  ///< See `takeRisenPeaks`.
    SlidingWindow orders;
    SlidingWindow messages;
  };
  struct Peer {
    InstrumentId instrument;
    std::int64_t bps;
  };
  struct InstrumentState {
    MarketState market;
    Price mark = kNoPrice;
    std::uint32_t symbolRow = ExposureTable::kNone;
    std::int64_t qtyFactor = 0;  ///< Quantity units of 10^-8 a lot; 0: not set.
    std::int64_t qtyDivisor = 1;
    SessionPhase session = SessionPhase::Open;
    bool isRestricted = false;
    Price sampleMid = 0;  ///< Twice the middle, at the last second.
    Nanos sampleTime = 0;
    std::int64_t variance = 0;    ///< Of one-second returns, in (10^-2 basis points)^2.
    std::int64_t volatility = 0;  ///< Its root in basis points, rounded up.
    std::vector<Peer> peers;
  };
  struct Reservation {
    InstrumentId instrument = kNoInstrument;
    std::uint16_t account = 0;
    std::uint16_t strategy = 0;
    Side side = Side::None;
    Qty qty = 0;
    std::int64_t value = 0;
    Price price = kNoPrice;
    Price nearest = kNoPrice;  ///< Under which it is in the account's own prices.
  };
  /// What an order would add, and to which rows.
  struct Addition {
    const order::OrderRequest& request;
    Nanos now;
    Side side;
    Qty qty = 0;              ///< Lots beyond what is reserved for it.
    std::int64_t value = 0;   ///< Of them at the order's own worst price.
    std::int64_t atMark = 0;  ///< Of them at the mark; 0 while there is none.
    Price worstPrice = kNoPrice;
    std::array<std::uint32_t, 3> rows{};  ///< Symbol, account, strategy.
    bool isReducing = false;
    bool isReplace = false;
    bool isReleased = false;
    bool isProbe = false;
    std::int64_t orderValue = 0;
    const WorstCase* present = nullptr;  ///< Of a replace.
  };
  static constexpr std::size_t kPlaces = 4;

  using States = std::array<ScopeState*, 4>;

  [[nodiscard]] States statesOf(const order::OrderRequest& request) noexcept;
  void setCalm(ScopeState& state) noexcept;
  /// Whether the order is so far from every limit of its scopes that none of them could even warn.
  [[nodiscard]] bool passesSweep(const Addition& add, const States& states) noexcept;
  [[nodiscard]] bool sweepsRows(const Addition& add, const States& states) const noexcept;
  /// What the correlated instruments of a row count beside it.
  [[nodiscard]] MoneySum peersOf(const Exposure& row,
                                 const InstrumentState& instrument) const noexcept;
  [[nodiscard]] static bool hasDrawdownLimit(const ScopeState& state) noexcept {
    return state.limits[static_cast<std::size_t>(ViolationType::DrawdownLimit)].value >= 0;
  }
  [[nodiscard]] bool hasTraded(RiskScope scope, std::uint32_t id) const noexcept;
  [[nodiscard]] position::Money pnlOf(RiskScope scope, std::uint32_t scopeId) const noexcept;
  [[nodiscard]] ScopeState* scopeState(RiskScope scope, std::uint32_t id) noexcept;
  [[nodiscard]] const ScopeState* scopeState(RiskScope scope, std::uint32_t id) const noexcept;
  [[nodiscard]] Price worstPriceOf(const order::OrderRequest& request,
                                   const InstrumentState& instrument) const noexcept;
  Decision decide(Addition& add) noexcept;
  void explainAll(Addition& add, const Decision& decision) noexcept;
  /// Tells a figure to who asks why; whether somebody does.
  bool isTold(ViolationType type, std::size_t place, std::uint32_t id, std::int64_t limit,
              MoneySum observed, MoneySum before) const noexcept;
  [[nodiscard]] bool checkShape(const Addition& add, Decision& decision) const noexcept;
  [[nodiscard]] bool checkLatches(const Addition& add, Decision& decision) const noexcept;
  [[nodiscard]] bool checkMarket(Addition& add, Decision& decision) noexcept;
  [[nodiscard]] bool checkOrder(const Addition& add, Decision& decision) noexcept;
  [[nodiscard]] bool checkRates(const Addition& add, Decision& decision) noexcept;
  [[nodiscard]] bool checkExposure(const Addition& add, Decision& decision) noexcept;
  [[nodiscard]] bool checkScope(const Addition& add, std::size_t place,
                                Decision& decision) noexcept;
  [[nodiscard]] bool checkLosses(const Addition& add, Decision& decision) noexcept;
  [[nodiscard]] bool checkSelfTrade(const Addition& add, Decision& decision) noexcept;
  /// A figure at or above its warning threshold.
  struct Near {
    RiskScope scope;
    std::uint32_t scopeId;
    std::int64_t limit;
    MoneySum observed;
    MoneySum before;
  };
  void noteWarning(Decision& decision, ViolationType type, const Near& near) noexcept;
  /// Holds `observed` against a limit of one scope. `before` is what it was without the order.
  [[nodiscard]] bool holds(Decision& decision, ViolationType type, std::size_t place,
                           std::uint32_t id, MoneySum observed, MoneySum before) noexcept;
  /// The same against the limit of every scope of the order.
  [[nodiscard]] bool holdsAll(const Addition& add, Decision& decision, ViolationType type,
                              MoneySum observed, MoneySum before) noexcept;
  /// Tells of a breach that lets the order pass.
  void warn(const Decision& breach, Nanos now) noexcept;
  void act(const Decision& decision, Nanos now) noexcept;
  /// Holds a figure against a limit between orders; `mark` in `told` remembers a breach.
  void watch(RiskScope scope, std::uint32_t id, ViolationType type, MoneySum figure, Nanos now,
             std::uint32_t& told, std::uint32_t mark) noexcept;
  void watchLosses(RiskScope scope, std::uint32_t id, Nanos now) noexcept;
  void watchRows(Nanos now) noexcept;
  void watchRow(Exposure& row, RiskScope scope, std::uint32_t id, Nanos now) noexcept;
  /// The share of a scope's capital in basis points, rounded up.
  [[nodiscard]] static MoneySum shareOf(const ScopeState& state, MoneySum value) noexcept;
  /// Whether a replace can't but shrink what its order could become.
  [[nodiscard]] bool onlyShrinks(const Addition& add) const noexcept;
  /// Whether sums stay in range with the order.
  [[nodiscard]] bool fitsSums(const Addition& add) const noexcept;
  void latch(const Decision& decision) noexcept;
  [[nodiscard]] std::uint32_t idAt(const order::OrderRequest& request,
                                   std::size_t place) const noexcept;
  /// The price at which an order of this worst price is reserved: where it has none, the mark.
  [[nodiscard]] Price valuedAt(InstrumentId instrument, Price price) const noexcept {
    return price == kNoPrice ? positions_.markOf(instrument) : price;
  }
  /// The value at the mark; 0 while there is none.
  [[nodiscard]] std::int64_t atMark(InstrumentId instrument, Qty qty) const noexcept {
    const Price mark = positions_.markOf(instrument);
    return mark == kNoPrice || qty == 0 ? 0 : valueOf(instrument, qty, mark);
  }
  [[nodiscard]] std::int64_t valueInFull(InstrumentId instrument, Qty qty,
                                         Price price) const noexcept;
  /// What `orderQty` is worth, and what of it is new.
  void value(Addition& add) const noexcept;
  [[nodiscard]] std::int64_t replacedValue(const Addition& add, Price valued) const noexcept;
  void changeRow(std::uint32_t row, Side side, Qty qty, MoneySum value, Qty net) noexcept;
  /// Takes a row out of its scope's sums, and puts it back as it has become.
  template <typename Change>
  void recount(Exposure& row, Change&& change) noexcept;
  void revalue(Exposure& row) noexcept;
  void sampleVolatility(InstrumentState& instrument, Nanos now) noexcept;
  [[nodiscard]] bool finds(std::uint32_t (&rows)[3], InstrumentId instrument, std::uint16_t account,
                           std::uint16_t strategy) noexcept;

  RiskOptions options_;
  const position::PositionBook& positions_;
  const KillSwitch& killSwitch_;
  std::vector<InstrumentState> instruments_;
  ScopeState global_;
  std::vector<ScopeState> accounts_;
  std::vector<ScopeState> strategies_;
  std::vector<ScopeState> symbols_;
  std::vector<std::int64_t> rates_;
  std::array<Warned, kViolationTypes> warned_{};
  ExposureTable exposures_;
  OwnOrders own_;
  DuplicateWindow duplicates_;
  std::vector<Reservation> reservations_;
  std::uint32_t reservationsUsed_ = 0;
  std::vector<CheckedLimit>* explanation_ = nullptr;  ///< Of who asks why.
  std::vector<Breach> breaches_;
  std::vector<Breach> told_;
  struct Watched {
    RiskScope scope;
    std::uint32_t id;
  };
  std::vector<Watched> watched_;  ///< Scopes that have had a limit of loss or drawdown.
  bool watchesRows_ = false;      ///< A limit of concentration or correlation acts.
  bool haveRowsMoved_ = false;    ///< Since they were last looked at.
  std::uint16_t currenciesUsed_ = 1;
};

}  // namespace hft::risk
