// Every limit on every path that an order can come by: one below, at and one above the figure that
// the order brings it to, at each scope, with the warning at its threshold.
#include <functional>
#include <optional>
#include <set>
#include <utility>

#include "test/native/stream/journaled_desk.hpp"

namespace hft::stream {
namespace {

using order::OrderRequest;
using risk::RiskScope;
using risk::ViolationType;

constexpr std::int64_t kUnit = 100'000'000;
constexpr std::int64_t kTick = kUnit / 100;  ///< Of money: prices have two decimals.
constexpr Nanos kSecond = 1'000'000'000;
constexpr Qty kQty = 10;
constexpr Price kLimit = 10'100;   ///< Of the order on most paths; the touch is 99.90 to 100.10.
constexpr Price kMarket = 10'511;  ///< What a market order is valued at: the touch and 5 %.
constexpr Price kStop = 10'050;
constexpr std::uint16_t kOwner = 1;  ///< Account and strategy.
constexpr Nanos kAge = 7'000'000;    ///< Of the book when the order comes.
constexpr std::uint64_t kDecidedOn = 493;
constexpr std::uint64_t kSequence = 500;

enum class Path : std::uint8_t {
  New,
  NewMarket,
  ReplaceUp,
  BracketEntry,
  OcoLeg,
  OtoChild,       ///< Released by the fill of the first leg.
  WaitingChild,   ///< Released while the venue was busy, sent by the clock.
  HeldEntry,      ///< A stop that is emulated, as it is entered.
  HeldReplace,    ///< Such a stop, made larger.
  StopFires,      ///< It becomes a limit order.
  MarketFires,    ///< It becomes a market order.
  TrailingFires,  ///< A trailing one.
};
constexpr Path kPaths[] = {Path::New,          Path::NewMarket,   Path::ReplaceUp,
                           Path::BracketEntry, Path::OcoLeg,      Path::OtoChild,
                           Path::WaitingChild, Path::HeldEntry,   Path::HeldReplace,
                           Path::StopFires,    Path::MarketFires, Path::TrailingFires};
constexpr RiskScope kScopes[] = {RiskScope::Global, RiskScope::Account, RiskScope::Strategy,
                                 RiskScope::Symbol};

const char* nameOfPath(Path path) {
  constexpr const char* kNames[] = {"new",          "new market", "replace up",    "bracket entry",
                                    "OCO leg",      "OTO child",  "waiting child", "held entry",
                                    "held replace", "stop fires", "market fires",  "trailing"};
  return kNames[static_cast<std::size_t>(path)];
}

bool isHeldPath(Path path) { return path == Path::HeldEntry || path == Path::HeldReplace; }
bool isFiring(Path path) {
  return path == Path::StopFires || path == Path::MarketFires || path == Path::TrailingFires;
}
bool isMarketPath(Path path) { return path == Path::NewMarket || path == Path::MarketFires; }
bool isListPath(Path path) { return path == Path::OtoChild || path == Path::WaitingChild; }

std::uint32_t idOf(RiskScope scope) {
  return scope == RiskScope::Account || scope == RiskScope::Strategy ? kOwner : 0;
}

OrderRequest ofOwner(Side side, Qty qty, Price price, InstrumentId instrument = 0) {
  OrderRequest request = TradingDesk::order(side, qty, price, instrument);
  request.account = kOwner;
  request.strategy = kOwner;
  return request;
}

event::MarketEvent bookAt(Nanos time, Price bid, Price ask, event::BookState state) {
  event::MarketEvent event = bookEvent(0, bid, ask, state);
  event.receiveTime = time;
  event.sequence = kSequence;
  return event;
}

/// Small: each cell has a desk of its own.
CoreOptions tinyCore() {
  CoreOptions options = emulating();
  options.orders.ordersMax = options.orders.requestsMax = 64;
  options.orders.executionsMax = 256;
  options.orders.windowMax = 64;
  options.risk.duplicatesMax = 64;
  options.triggersMax = 16;
  options.listsMax = 16;
  return options;
}
sim::ExchangeOptions tinyVenue() {
  sim::ExchangeOptions options = TradingDesk::exchangeOptions();
  options.instrumentsMax = 4;
  options.ordersMax = options.foreignMax = 64;
  options.executionsMax = options.reportsMax = 256;
  options.requestsMax = 64;
  options.matching.ordersMax = 64;
  options.matching.pagesMax = 64;
  options.matching.eventsMax = 256;
  options.matching.ownersMax = 8;
  return options;
}

/// A desk with 12.00 lost, 2 lots of a correlated instrument on their way, a volatility, and 3 lots
/// that work or are held beside the order that comes; and one path for it.
struct Course {
  Path path;
  TradingDesk desk{tinyCore(), tinyVenue()};
  std::vector<OrderRequest> legs;
  event::ClOrdID first = event::kNoOrder;
  Nanos heardAt = 0;

  explicit Course(Path chosen) : path(chosen) {
    desk.start();
    risk::RiskEngine& risk = desk.core.risk();
    for (const RiskScope scope : kScopes) {
      EXPECT_EQ(risk.setCapital(scope, idOf(scope), 13'100 * kUnit), risk::RiskError::Ok);
    }
    EXPECT_EQ(risk.setCorrelation(0, 1, 5'000), risk::RiskError::Ok);
    lose();
    EXPECT_EQ(desk.core.submit(ofOwner(Side::Buy, 2, 10'000, 1), desk.stamp()).verdict,
              SubmitVerdict::Accepted);
    desk.settle();
    // One return of 1 % in a second.
    desk.now = kMorning + kSecond;
    book(10'090, 10'110);
    desk.now += 1;
    book(9'990, 10'010);
    EXPECT_EQ(risk.market(0).sequence, kSequence);
  }

  void book(Price bid, Price ask, event::BookState state = event::BookState::Trusted) {
    heardAt = desk.now;
    desk.core.onMarket(bookAt(desk.now, bid, ask, state), desk.stamp());
  }

  /// Buys 60 at 100.10 and sells them at 99.90: 12.00 are gone.
  void lose() {
    desk.foreign(Side::Sell, 60, 10'010, 2);
    (void)desk.core.submit(ofOwner(Side::Buy, 60, 10'010, 2), desk.stamp());
    desk.settle();
    desk.foreign(Side::Buy, 60, 9'990, 2);
    (void)desk.core.submit(ofOwner(Side::Sell, 60, 9'990, 2), desk.stamp());
    desk.settle();
    ASSERT_EQ(desk.core.positions().netQty(2), 0);
  }

  /// The order that comes, or what becomes it.
  [[nodiscard]] OrderRequest wanted(Qty qty) const {
    OrderRequest request = ofOwner(Side::Buy, qty, isMarketPath(path) ? 0 : kLimit);
    request.bookSequence = kDecidedOn;
    if (isHeldPath(path) || path == Path::StopFires) request.ordType = OrdType::StopLimit;
    if (path == Path::MarketFires) request.ordType = OrdType::Stop;
    if (request.ordType != OrdType::Limit && request.ordType != OrdType::Market)
      request.stopPx = kStop;
    if (path == Path::TrailingFires) {
      request = ofOwner(Side::Buy, qty, 0);
      request.ordType = OrdType::TrailingStopLimit;
      request.trailOffset = kStop - 10'000;
      request.limitOffset = kLimit - kStop;
    }
    return request;
  }

  /// Everything up to the moment at which the order passes risk.
  void arrange() {
    desk.core.onMarket(tradeEvent(0, 10'000), desk.stamp());
    if (!isListPath(path)) {
      first = desk.core.submit(ofOwner(Side::Buy, 3, 10'000), desk.stamp()).clOrdID;
      desk.settle();
    }
    switch (path) {
      case Path::ReplaceUp:
      case Path::HeldReplace:
        first = desk.core.submit(wanted(4), desk.stamp()).clOrdID;
        desk.settle();
        break;
      case Path::OtoChild:
      case Path::WaitingChild:
        legs = {ofOwner(Side::Buy, 3, 10'000), wanted(kQty)};
        EXPECT_EQ(desk.core.submitList(order::ListKind::OneTriggersOther, legs, desk.stamp()),
                  SubmitVerdict::Accepted);
        desk.settle();
        if (path == Path::OtoChild) break;
        desk.isBusy = true;
        desk.foreign(Side::Sell, 3, 10'000);
        desk.settle();
        EXPECT_EQ(desk.core.waiting().size(), 1U);
        break;
      case Path::StopFires:
      case Path::MarketFires:
      case Path::TrailingFires:
        EXPECT_EQ(desk.core.submit(wanted(kQty), desk.stamp()).verdict, SubmitVerdict::Accepted);
        EXPECT_EQ(desk.core.held().size(), 1U);
        break;
      default:
        break;
    }
    desk.now = heardAt + kAge;
    desk.events.clear();
  }

  void come() {
    switch (path) {
      case Path::New:
      case Path::NewMarket:
      case Path::HeldEntry:
        (void)desk.core.submit(wanted(kQty), desk.stamp());
        break;
      case Path::ReplaceUp:
      case Path::HeldReplace: {
        OrderRequest change = wanted(kQty);
        change.origClOrdID = first;
        (void)desk.core.replace(change, desk.stamp());
        break;
      }
      case Path::BracketEntry: {
        OrderRequest stop = ofOwner(Side::Sell, kQty, 0);
        stop.ordType = OrdType::Stop;
        stop.stopPx = 9'500;
        legs = {wanted(kQty), ofOwner(Side::Sell, kQty, 10'500), stop};
        (void)desk.core.submitList(order::ListKind::OneTriggersOco, legs, desk.stamp());
        break;
      }
      case Path::OcoLeg:
        legs = {ofOwner(Side::Buy, kQty, 10'000), wanted(kQty)};
        (void)desk.core.submitList(order::ListKind::OneCancelsOther, legs, desk.stamp());
        break;
      case Path::OtoChild:
        desk.foreign(Side::Sell, 3, 10'000);
        desk.settle();
        break;
      case Path::WaitingChild:
        desk.isBusy = false;
        desk.core.onClock(desk.stamp());
        break;
      case Path::StopFires:
      case Path::MarketFires:
      case Path::TrailingFires:
        desk.core.onMarket(tradeEvent(0, kStop), desk.stamp());
        break;
    }
  }

  [[nodiscard]] const OrderEvent* refusal() const {
    for (const OrderEvent& event : desk.events) {
      if (event.kind == OrderEventKind::Refused && event.orderQty == kQty) return &event;
    }
    return nullptr;
  }
  /// Of the order, or of its whole side where it works at the venue.
  [[nodiscard]] bool hasCome() {
    if (isHeldPath(path)) {
      for (const order::HeldOrder& held : desk.core.held().save())
        if (held.request.orderQty == kQty) return true;
      return false;
    }
    const risk::Exposure* row = desk.core.risk().exposure(RiskScope::Symbol, 0, 0);
    const Qty whole = 3 + kQty + (path == Path::OcoLeg ? kQty : 0);
    return row->net + row->working[0] == whole;
  }
};

std::int64_t ceilDiv(std::int64_t value, std::int64_t by) { return (value + by - 1) / by; }

/// What works or is held on the order's side of the instrument, in ticks of its value.
std::int64_t besideTicks(Path path) {
  return 3 * 10'000 + (path == Path::OcoLeg ? kQty * 10'000 : 0);
}

std::int64_t positionOf(Path path) {
  const Price price = isMarketPath(path) ? kMarket : kLimit;
  return (besideTicks(path) + kQty * price) * kTick;
}

/// How many orders and replaces had passed when the order came, with it.
std::int64_t countOf(Path path) {
  switch (path) {
    case Path::New:
    case Path::NewMarket:
    case Path::BracketEntry:
    case Path::HeldEntry:
      return 2;
    case Path::OtoChild:
    case Path::WaitingChild:
      return 2;
    default:
      return 3;
  }
}

/// The figure that the order brings a limit to, worked out by hand; nothing where the limit has no
/// say on that path, and why.
std::optional<std::int64_t> figureOf(ViolationType type, Path path) {
  const Price price = isMarketPath(path) ? kMarket : kLimit;
  switch (type) {
    case ViolationType::OrderSizeLimit:
      return kQty * kUnit;
    case ViolationType::OrderValueLimit:
      return kQty * price * kTick;
    case ViolationType::PositionQtyLimit:
      return (3 + kQty + (path == Path::OcoLeg ? kQty : 0)) * kUnit;
    case ViolationType::PositionLimit:
      return positionOf(path);
    case ViolationType::ConcentrationLimit:
      return ceilDiv(positionOf(path) / kTick * 10'000, 1'310'000);
    case ViolationType::CorrelationLimit:
      return positionOf(path) + 100 * kUnit;
    case ViolationType::ExposureLimit:
    case ViolationType::NetExposureLimit:
      return positionOf(path) + 200 * kUnit;
    case ViolationType::LiquidityLimit:
      return 100;
    case ViolationType::VolatilityLimit:
      return 18;  // 1 % squared, a 32nd part of it, its root, rounded up.
    case ViolationType::LossLimit:
    case ViolationType::DrawdownLimit:
      return 12 * kUnit;
    case ViolationType::VelocityLimit:
    case ViolationType::MessageRateLimit:
      return countOf(path);
    case ViolationType::Freshness:
      return kAge;
    case ViolationType::PriceCollar:
      // A market order has no price of its own: the collar is what it is valued at.
      if (isMarketPath(path)) return std::nullopt;
      // From where it would begin to trade: the stop.
      return isHeldPath(path) ? ceilDiv((kLimit - kStop) * 10'000, 10'010)
                              : ceilDiv((kLimit - 10'010) * 10'000, 10'010);
    case ViolationType::BookMoved:
      // What fires was decided on by the price that fires it.
      if (isFiring(path)) return std::nullopt;
      return kSequence - kDecidedOn;
    default:
      return std::nullopt;
  }
}

risk::LimitSpec specOf(ViolationType type, RiskScope scope, std::int64_t value) {
  risk::LimitSpec spec;
  spec.type = type;
  spec.scope = scope;
  spec.scopeId = idOf(scope);
  spec.value = value;
  spec.window = 10 * kSecond;
  return spec;
}

constexpr ViolationType kLimits[] = {
    ViolationType::PositionLimit,      ViolationType::LossLimit,
    ViolationType::ConcentrationLimit, ViolationType::VolatilityLimit,
    ViolationType::LiquidityLimit,     ViolationType::OrderSizeLimit,
    ViolationType::ExposureLimit,      ViolationType::CorrelationLimit,
    ViolationType::DrawdownLimit,      ViolationType::VelocityLimit,
    ViolationType::PriceCollar,        ViolationType::Freshness,
    ViolationType::PositionQtyLimit,   ViolationType::OrderValueLimit,
    ViolationType::NetExposureLimit,   ViolationType::MessageRateLimit,
    ViolationType::BookMoved};

bool fitsScope(ViolationType type, RiskScope scope) {
  const std::set<ViolationType> kWhole = {ViolationType::LossLimit, ViolationType::DrawdownLimit,
                                          ViolationType::ExposureLimit,
                                          ViolationType::NetExposureLimit};
  return scope != RiskScope::Symbol || !kWhole.contains(type);
}

/// One course with one limit: whether the order passes, and all figures of the answer.
void play(ViolationType type, RiskScope scope, Path path, std::int64_t figure, std::int64_t limit) {
  Course course(path);
  TradingDesk& desk = course.desk;
  const bool isRate =
      type == ViolationType::VelocityLimit || type == ViolationType::MessageRateLimit;
  // A rate counts what came before it was tightened.
  if (isRate) {
    ASSERT_EQ(desk.core.setLimit(specOf(type, scope, 100), desk.stamp()), risk::RiskError::Ok);
  }
  course.arrange();
  ASSERT_EQ(desk.core.setLimit(specOf(type, scope, limit), desk.stamp()), risk::RiskError::Ok);
  course.come();
  const OrderEvent* refusal = course.refusal();
  if (limit < figure) {
    ASSERT_NE(refusal, nullptr);
    EXPECT_EQ(risk::nameOf(static_cast<ViolationType>(refusal->violation)), risk::nameOf(type));
    EXPECT_EQ(static_cast<RiskScope>(refusal->scope), scope);
    EXPECT_EQ(refusal->scopeId, idOf(scope));
    EXPECT_EQ(refusal->limit, static_cast<double>(limit));
    EXPECT_EQ(refusal->observed, static_cast<double>(figure));
    EXPECT_FALSE(course.hasCome());
    return;
  }
  ASSERT_EQ(refusal, nullptr) << risk::nameOf(static_cast<ViolationType>(refusal->violation))
                              << " observed " << refusal->observed;
  EXPECT_TRUE(course.hasCome());
  // Warned at 80 % of the limit, rounded up.
  const std::int64_t warnAt = ceilDiv(limit * 8, 10);
  const risk::RiskEngine::Warned& warned = desk.core.risk().warned(type);
  if (figure >= warnAt) {
    EXPECT_EQ(warned.limit, limit);
    EXPECT_EQ(warned.observed, figure);
  } else {
    EXPECT_EQ(warned.limit, 0) << "told below its threshold";
  }
}

TEST(RiskMatrix, HoldsEveryLimitOnEveryPathAtEveryScope) {
  std::size_t cells = 0;
  for (const ViolationType type : kLimits) {
    for (const Path path : kPaths) {
      const auto figure = figureOf(type, path);
      if (!figure) continue;
      for (const RiskScope scope : kScopes) {
        if (!fitsScope(type, scope)) continue;
        ++cells;
        for (const std::int64_t limit :
             {*figure - 1, *figure, *figure + 1, *figure * 5 / 4, *figure * 5 / 4 + 1}) {
          SCOPED_TRACE(std::string(risk::nameOf(type)) + ", " + nameOfPath(path) + ", " +
                       std::string(risk::nameOf(scope)) + ", limit " + std::to_string(limit));
          play(type, scope, path, *figure, limit);
          if (testing::Test::HasFatalFailure()) return;
        }
      }
    }
  }
  EXPECT_EQ(cells, 17 * 12 * 4 - 4 * 12 - 2 * 4 - 3 * 4);
}

/// What refuses without a limit: each on, and the same course without it.
TEST(RiskMatrix, HoldsEveryCauseOnEveryPath) {
  struct Cause {
    ViolationType type;
    std::function<void(Course&)> begin;
  };
  std::vector<Cause> causes = {
      {ViolationType::Restricted,
       [](Course& c) { (void)c.desk.core.setRestricted(0, true, c.desk.stamp()); }},
      {ViolationType::SessionState,
       [](Course& c) {
         (void)c.desk.core.setSession(0, risk::SessionPhase::Closed, c.desk.stamp());
       }},
      {ViolationType::Trust,
       [](Course& c) {
         c.desk.core.onMarket(bookAt(c.desk.now, 9'990, 10'010, event::BookState::Suspect),
                              c.desk.stamp());
       }},
  };
  for (const RiskScope scope : kScopes) {
    causes.push_back({ViolationType::Halted, [scope](Course& c) {
                        (void)c.desk.core.halt(scope, idOf(scope), true, c.desk.stamp());
                      }});
    causes.push_back({ViolationType::ReduceOnly, [scope](Course& c) {
                        (void)c.desk.core.reduceOnly(scope, idOf(scope), true, c.desk.stamp());
                      }});
    // Thrown by another thread at this moment: nothing was canceled yet.
    causes.push_back({ViolationType::Killed, [scope](Course& c) {
                        (void)c.desk.core.killSwitch().set(scope, idOf(scope), true);
                      }});
  }
  for (const Cause& cause : causes) {
    for (const Path path : kPaths) {
      SCOPED_TRACE(std::string(risk::nameOf(cause.type)) + ", " + nameOfPath(path));
      Course course(path);
      course.arrange();
      cause.begin(course);
      // What waits is canceled, not sent, where the clock handles a kill first.
      const bool isCanceled = cause.type == ViolationType::Killed && path == Path::WaitingChild;
      course.come();
      EXPECT_FALSE(course.hasCome());
      if (isCanceled) continue;
      const OrderEvent* refusal = course.refusal();
      ASSERT_NE(refusal, nullptr);
      EXPECT_EQ(risk::nameOf(static_cast<ViolationType>(refusal->violation)),
                risk::nameOf(cause.type));
    }
  }
}

TEST(RiskMatrix, RefusesAMarketOrderWithoutAPriceOnEveryPathThatHasOne) {
  for (const Path path : {Path::NewMarket, Path::MarketFires}) {
    SCOPED_TRACE(nameOfPath(path));
    Course course(path);
    course.arrange();
    course.desk.core.onMarket(bookAt(course.desk.now, 9'990, kNoPrice, event::BookState::Trusted),
                              course.desk.stamp());
    course.come();
    const OrderEvent* refusal = course.refusal();
    ASSERT_NE(refusal, nullptr);
    EXPECT_EQ(static_cast<ViolationType>(refusal->violation), ViolationType::NoPrice);
  }
}

TEST(RiskMatrix, HoldsSelfTradesToTheTickOnEveryPath) {
  for (const Path path : kPaths) {
    for (const RiskScope scope : kScopes) {
      for (const Price beyond : {-1, 0, 1}) {
        SCOPED_TRACE(std::string(nameOfPath(path)) + ", " + std::string(risk::nameOf(scope)) +
                     ", " + std::to_string(beyond));
        Course course(path);
        course.arrange();
        const Price worst = isMarketPath(path) ? kMarket : kLimit;
        const bool wasBusy = std::exchange(course.desk.isBusy, false);
        ASSERT_EQ(
            course.desk.core.submit(ofOwner(Side::Sell, 1, worst + beyond), course.desk.stamp())
                .verdict,
            SubmitVerdict::Accepted);
        course.desk.isBusy = wasBusy;
        course.desk.events.clear();
        (void)course.desk.core.setLimit(specOf(ViolationType::SelfTrade, scope, 1),
                                        course.desk.stamp());
        course.come();
        const OrderEvent* refusal = course.refusal();
        EXPECT_EQ(refusal != nullptr, beyond <= 0);
        if (refusal == nullptr) continue;
        EXPECT_EQ(static_cast<ViolationType>(refusal->violation), ViolationType::SelfTrade);
      }
    }
  }
}

/// A replace is none, and what was judged when it was entered is not judged again when it fires or
/// is released: two equal stops that fire together are no duplicates.
TEST(RiskMatrix, HoldsDuplicatesToTheNanosecondWhereOrdersAreEntered) {
  constexpr Nanos kSince = 5'000'000;
  for (const Path path :
       {Path::New, Path::NewMarket, Path::BracketEntry, Path::OcoLeg, Path::HeldEntry}) {
    for (const RiskScope scope : kScopes) {
      for (const Nanos more : {-1, 0, 1}) {
        SCOPED_TRACE(std::string(nameOfPath(path)) + ", " + std::string(risk::nameOf(scope)) +
                     ", " + std::to_string(more));
        Course course(path);
        course.arrange();
        ASSERT_EQ(course.desk.core.submit(course.wanted(kQty), course.desk.stamp()).verdict,
                  SubmitVerdict::Accepted);
        course.desk.now += kSince;
        course.desk.events.clear();
        (void)course.desk.core.setLimit(specOf(ViolationType::DuplicateOrder, scope, kSince + more),
                                        course.desk.stamp());
        course.come();
        const OrderEvent* refusal = course.refusal();
        EXPECT_EQ(refusal != nullptr, more > 0);
        if (refusal == nullptr) continue;
        EXPECT_EQ(static_cast<ViolationType>(refusal->violation), ViolationType::DuplicateOrder);
        EXPECT_EQ(refusal->observed, static_cast<double>(kSince));
      }
    }
  }
}

TEST(RiskMatrix, TakesEqualOrdersThatAreReleasedTogetherForNoDuplicates) {
  for (const Path path : {Path::OtoChild, Path::WaitingChild, Path::StopFires, Path::MarketFires,
                          Path::TrailingFires}) {
    SCOPED_TRACE(nameOfPath(path));
    Course course(path);
    course.arrange();
    // The very order that is released was entered a moment ago.
    OrderRequest equal = course.wanted(kQty);
    if (path != Path::WaitingChild) {
      equal.bookSequence = 0;
      ASSERT_EQ(course.desk.core.submit(equal, course.desk.stamp()).verdict,
                SubmitVerdict::Accepted);
    }
    (void)course.desk.core.setLimit(
        specOf(ViolationType::DuplicateOrder, RiskScope::Global, kSecond), course.desk.stamp());
    course.desk.events.clear();
    course.come();
    EXPECT_EQ(course.refusal(), nullptr);
  }
}

}  // namespace
}  // namespace hft::stream
