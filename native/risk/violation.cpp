#include "native/risk/violation.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace hft::risk {

namespace {

enum class Unit : std::uint8_t { None, Money, Qty, Ratio, Count, Nanos };

struct Words {
  std::string_view name;
  std::string_view sentence;
  Unit unit;
};

constexpr std::array<Words, kViolationTypes> kWords = {{
    {"none", "nothing is wrong", Unit::None},
    {"position", "the position could become too large", Unit::Money},
    {"loss", "the loss limit is reached", Unit::Money},
    {"concentration", "too much of the capital could lie in one instrument", Unit::Ratio},
    {"volatility", "the market moves too fast", Unit::Ratio},
    {"liquidity", "the order is too large for what the book shows", Unit::Ratio},
    {"order-size", "the order is too large", Unit::Qty},
    {"exposure", "the gross exposure could become too large", Unit::Money},
    {"correlation", "correlated positions could become too large", Unit::Money},
    {"drawdown", "the equity has fallen too far from its peak", Unit::Money},
    {"velocity", "orders come too fast", Unit::Count},
    {"price-collar", "the price is too far through the market", Unit::Ratio},
    {"duplicate", "an equal order was sent a moment ago", Unit::Nanos},
    {"self-trade", "the order would trade with a working order of the same account", Unit::None},
    {"restricted", "the instrument may not be traded", Unit::None},
    {"session", "the instrument's session is closed", Unit::None},
    {"freshness", "the book is too old", Unit::Nanos},
    {"trust", "the book is not trusted", Unit::None},
    {"position-qty", "the position could become too large", Unit::Qty},
    {"order-value", "the order is worth too much", Unit::Money},
    {"net-exposure", "the net exposure could become too large", Unit::Money},
    {"message-rate", "messages go out too fast", Unit::Count},
    {"book-moved", "the book has moved since the order was decided on", Unit::Count},
    {"no-price", "there is no trusted price to value the order at", Unit::None},
    {"halted", "trading is halted", Unit::None},
    {"killed", "the kill switch is thrown", Unit::None},
    {"reduce-only", "only reductions are allowed", Unit::None},
    {"bad-order", "the order makes no sense", Unit::None},
}};

/// Room for a figure of any unit.
using Figure = std::array<char, 48>;

void write(Figure& out, std::int64_t value, Unit unit) noexcept {
  const bool isScaled = unit == Unit::Money || unit == Unit::Qty;
  if (isScaled) {
    const auto magnitude =
        value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    (void)std::snprintf(out.data(), out.size(), "%s%llu.%08llu", value < 0 ? "-" : "",
                        static_cast<unsigned long long>(magnitude / 100'000'000),
                        static_cast<unsigned long long>(magnitude % 100'000'000));
    return;
  }
  const char* suffix = unit == Unit::Ratio ? " bp" : unit == Unit::Nanos ? " ns" : "";
  (void)std::snprintf(out.data(), out.size(), "%lld%s", static_cast<long long>(value), suffix);
}

}  // namespace

std::string_view nameOf(ViolationType type) noexcept {
  const auto at = static_cast<std::size_t>(type);
  return at < kWords.size() ? kWords[at].name : "unknown";
}

std::string_view nameOf(RiskScope scope) noexcept {
  constexpr std::array<std::string_view, 5> kNames = {"global", "account", "strategy", "symbol",
                                                      "venue"};
  const auto at = static_cast<std::size_t>(scope);
  return at < kNames.size() ? kNames[at] : "unknown";
}

std::size_t describe(const Decision& decision, std::span<char> out) noexcept {
  if (out.empty()) return 0;
  const Words& words =
      kWords[std::min(static_cast<std::size_t>(decision.violation), kWords.size() - 1)];
  std::array<char, 40> place{};
  if (decision.scope == RiskScope::Global) {
    (void)std::snprintf(place.data(), place.size(), "global");
  } else {
    const std::string_view scope = nameOf(decision.scope);
    (void)std::snprintf(place.data(), place.size(), "%.*s %u", static_cast<int>(scope.size()),
                        scope.data(), decision.scopeId);
  }
  int length = 0;
  if (words.unit == Unit::None) {
    length =
        std::snprintf(out.data(), out.size(), "%.*s (%s)", static_cast<int>(words.sentence.size()),
                      words.sentence.data(), place.data());
  } else {
    Figure observed;
    Figure limit;
    Figure headroom;
    write(observed, decision.observed, words.unit);
    write(limit, decision.limit, words.unit);
    write(headroom, decision.headroom, words.unit);
    length = std::snprintf(out.data(), out.size(), "%.*s (%s): %s, limit %s, headroom was %s",
                           static_cast<int>(words.sentence.size()), words.sentence.data(),
                           place.data(), observed.data(), limit.data(), headroom.data());
  }
  return std::min(static_cast<std::size_t>(std::max(length, 0)), out.size() - 1);
}

}  // namespace hft::risk
